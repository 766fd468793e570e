//! The upgrade registry of the stage: networks, keepers, announcements.

use alloy_core::primitives::B256;
use lockstep_devchain::{H256, UNIT};
use sp_crypto_hashing::blake2_256;

use super::abi::IUpgradeRegistry::{
    Disclosure, Impact, PlanState, Schedule, addKeeperCall, announceCall, nameHostCall, openEmergencyCall, planCall,
    postBondCall, registerDomainCall, setKeeperRulesCall,
};
use super::error::SimulationError;
use super::stage::{Stage, market_id, sol};
use crate::incident::Notice;

/// The chain id of the embedded chain.
const CHAIN_ID: u64 = 420_420_421;

/// The number of the host's own network.
const HOST: u32 = 1;

/// What each keeper puts up, native units.
const BOND: u128 = 1_000 * UNIT;

/// What stands for "as before" in basis points.
const SAME: u32 = 10_000;

impl Stage<'_> {
    /// Makes the networks known and admits the keepers.
    pub(super) fn open_registry(&mut self, host_genesis: H256) -> Result<(), SimulationError> {
        let incident = self.incident;
        let registry = self.registry;
        let host =
            registerDomainCall { domain: HOST, genesisHash: B256::from(host_genesis.0), paraId: 0, chainId: CHAIN_ID };
        self.owner_calls("registerDomain", registry, &host)?;
        self.owner_calls("nameHost", registry, &nameHostCall { domain: HOST })?;
        for (index, plan) in incident.plans.iter().enumerate() {
            let known = incident.plans.iter().take(index).any(|other| other.domain == plan.domain);
            if plan.is_host || known {
                continue;
            }
            let genesis = B256::from(blake2_256(plan.domain.as_bytes()));
            let call = registerDomainCall { domain: self.domain(index), genesisHash: genesis, paraId: 0, chainId: 0 };
            self.owner_calls("registerDomain", registry, &call)?;
        }
        let Some(settings) = &incident.keepers else { return Ok(()) };
        let threshold = u32::from(settings.threshold.value);
        for (count, keeper) in (1u32..).zip(self.keepers.clone()) {
            // A majority at every moment, and the threshold of the file at the end.
            let threshold = threshold.min(count).max(count / 2 + 1);
            let call = addKeeperCall { keeper: sol(keeper.address()), threshold };
            self.owner_calls("addKeeper", registry, &call)?;
        }
        self.owner_calls("setKeeperRules", registry, &setKeeperRulesCall { threshold, bond: BOND, reward: 0 })?;
        for keeper in self.keepers.clone() {
            let posted = self.chain.sol_call(&keeper, registry, &postBondCall {}, BOND);
            posted.map_err(|source| SimulationError::Call { what: "postBond", source })?;
        }
        Ok(())
    }

    /// The number of a plan's network: after the host's those of the others, by the first plan on each.
    fn domain(&self, plan: usize) -> u32 {
        let plans = &self.incident.plans;
        if plans[plan].is_host {
            return HOST;
        }
        HOST + market_id(plans.iter().position(|other| other.domain == plans[plan].domain).unwrap_or(plan))
    }

    /// Governance announces a plan; its number is returned.
    pub(super) fn announce(&mut self, index: usize, notice: &Notice) -> Result<u64, SimulationError> {
        let plan = &self.incident.plans[index];
        let call = announceCall {
            domain: self.domain(index),
            codeHash: B256::from(blake2_256(&plan.code())),
            specVersion: plan.spec_version.value,
            schedule: Schedule {
                freezeAt: notice.freeze_at.value,
                earliest: notice.earliest.value,
                latest: notice.latest.value,
                stabilise: notice.stabilise.value,
                maxFreeze: plan.max_freeze.value,
            },
            impact: Impact {
                finalityBefore: notice.finality_before.value,
                finalityAfter: notice.finality_after.value,
                blockTimeBefore: 0,
                blockTimeAfter: 0,
                feeRatioBefore: SAME,
                feeRatioAfter: SAME,
                collateralUtilityBefore: SAME,
                collateralUtilityAfter: SAME,
                issuanceBefore: 0,
                issuanceAfter: 0,
            },
            disclosure: Disclosure {
                severity: notice.severity.value,
                hash: B256::from(blake2_256(plan.document.as_bytes())),
                uri: plan.document.clone(),
            },
            markets: self.touched(index),
        };
        self.owner_calls("announce", self.registry, &call)
    }

    /// Keepers open a plan for what nobody announced; its number is returned once enough of them did.
    pub(super) fn open_emergency(&mut self, index: usize, height: u64) -> Result<Option<u64>, SimulationError> {
        let plan = &self.incident.plans[index];
        let call = openEmergencyCall {
            domain: self.domain(index),
            follows: 0,
            codeHash: B256::from(blake2_256(&plan.code())),
            height,
            disclosure: B256::from(blake2_256(plan.document.as_bytes())),
            length: plan.max_freeze.value,
            markets: self.touched(index),
        };
        let threshold = self.incident.keepers.as_ref().map_or(0, |keepers| usize::from(keepers.threshold.value));
        let mut opened = 0;
        for keeper in self.keepers.iter().take(threshold).cloned().collect::<Vec<_>>() {
            opened = self.must("openEmergency", &keeper, self.registry, &call)?;
        }
        Ok((opened > 0).then_some(opened))
    }

    /// The public state of a plan.
    pub(super) fn plan(&self, plan_: u64) -> Result<PlanState, SimulationError> {
        self.view("plan", self.registry, &planCall { plan_ })
    }
}
