//! What is proposed, and the proposals that are under way.

use alloy_core::{
    primitives::{Address, Bytes, FixedBytes, U256, keccak256},
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    interfaces::{ILockstepGovernor as governor, IMarginVault as vault, IUpgradeRegistry as registry},
    sol_address, sol_word,
};
use lockstep_devchain::{H160, UNIT};

use crate::{
    command::{Draft, code_of},
    world::{DAY, HOUR, QUORUM_OF_KEEPERS, WEI, World},
};

/// A call that only governance may make.
#[derive(Clone, Debug)]
pub enum Action {
    Haircut { asset: u32, haircut: u32 },
    Parameter { number: u8, asset: u32, venue: usize, value: u128 },
    Terms { venue: usize, bond: u128, cover: u128 },
    List { market: u32, decimals: u8 },
    Dismiss { venue: usize },
    ReleaseBond { venue: usize, to: usize, amount: u128 },
    LockDeposits { who: usize, until: u64 },
    AddKeeper { keeper: usize },
    RemoveKeeper { keeper: usize },
    KeeperRules { threshold: u32, bond: u128 },
    Slash { keeper: usize, plan: u64 },
    Plan { draft: Draft },
    Cancel { plan: u64 },
    Prolong { plan: u64, length: u64 },
    Settings { period: u64 },
    Quorum { bps: u32 },
    TakeVault,
}

/// A batch of one call and why.
#[derive(Clone)]
pub struct Proposal {
    pub action: Action,
    pub target: H160,
    pub data: Vec<u8>,
    pub description: String,
}

impl Proposal {
    fn parts(&self) -> (Vec<Address>, Vec<U256>, Vec<Bytes>) {
        (vec![sol_address(self.target)], vec![U256::ZERO], vec![self.data.clone().into()])
    }

    fn hash(&self) -> FixedBytes<32> {
        keccak256(&self.description)
    }

    pub fn id(&self) -> U256 {
        let (targets, values, calldatas) = self.parts();
        U256::from_be_bytes(keccak256((targets, values, calldatas, self.hash()).abi_encode_params()).0)
    }

    pub fn propose(&self) -> Vec<u8> {
        let (targets, values, calldatas) = self.parts();
        governor::proposeCall { targets, values, calldatas, description: self.description.clone() }.abi_encode()
    }

    pub fn queue(&self) -> Vec<u8> {
        let (targets, values, calldatas) = self.parts();
        governor::queueCall { targets, values, calldatas, descriptionHash: self.hash() }.abi_encode()
    }

    pub fn execute(&self) -> Vec<u8> {
        let (targets, values, calldatas) = self.parts();
        governor::executeCall { targets, values, calldatas, descriptionHash: self.hash() }.abi_encode()
    }

    pub fn cancel(&self) -> Vec<u8> {
        let (targets, values, calldatas) = self.parts();
        governor::cancelCall { targets, values, calldatas, descriptionHash: self.hash() }.abi_encode()
    }
}

/// The arguments of an announcement.
pub fn announcement(draft: &Draft) -> registry::announceCall {
    registry::announceCall {
        domain: draft.domain,
        codeHash: sol_word(code_of(draft.number)),
        specVersion: 2,
        schedule: registry::Schedule {
            freezeAt: draft.freeze_at,
            earliest: draft.freeze_at + 600,
            latest: draft.freeze_at + draft.window,
            stabilise: draft.stabilise,
            maxFreeze: draft.max_freeze,
        },
        impact: registry::Impact {
            finalityBefore: 18,
            finalityAfter: 60,
            blockTimeBefore: 600_000,
            blockTimeAfter: 600_000,
            feeRatioBefore: 10_000,
            feeRatioAfter: 20_000,
            collateralUtilityBefore: 10_000,
            collateralUtilityAfter: 10_000,
            issuanceBefore: 1_000,
            issuanceAfter: 800,
        },
        disclosure: registry::Disclosure { severity: 2, hash: FixedBytes([9; 32]), uri: "ipfs://disclosure".into() },
        markets: draft.markets.clone(),
    }
}

impl World {
    /// The call behind an action.
    pub fn call_of(&self, action: &Action) -> (H160, Vec<u8>) {
        let venue = |number: usize| sol_address(self.venue(number));
        let keeper = |number: usize| sol_address(self.cast.keepers[number].address());
        let vault = |data| (self.at.vault, data);
        let registry = |data| (self.at.registry, data);
        match action.clone() {
            Action::Haircut { asset, haircut } => vault(vault::setHaircutCall { asset, haircut }.abi_encode()),
            Action::Parameter { number, asset, venue: of, value } => {
                vault(vault::setParameterCall { number, asset_: asset, venue_: venue(of), value }.abi_encode())
            }
            Action::Terms { venue: of, bond, cover } => {
                vault(vault::admitVenueCall { venue: venue(of), bondRequired: bond, cover }.abi_encode())
            }
            Action::List { market, decimals } => {
                let token = sol_address(self.at.source);
                vault(vault::listAssetCall { token, market, decimals, cap: 1 << 80, haircut: 3_000 }.abi_encode())
            }
            Action::Dismiss { venue: of } => vault(vault::dismissVenueCall { venue: venue(of) }.abi_encode()),
            Action::ReleaseBond { venue: of, to, amount } => {
                let to = sol_address(self.holder(to).address());
                vault(vault::releaseBondCall { venue: venue(of), to, amount }.abi_encode())
            }
            Action::LockDeposits { who, until } => {
                let account = sol_address(self.holder(who).address());
                vault(vault::lockDepositsCall { account, until }.abi_encode())
            }
            Action::TakeVault => {
                let to = sol_address(self.cast.stranger.address());
                vault(vault::transferGovernanceCall { to }.abi_encode())
            }
            Action::AddKeeper { keeper: number } => {
                let threshold = QUORUM_OF_KEEPERS;
                registry(registry::addKeeperCall { keeper: keeper(number), threshold }.abi_encode())
            }
            Action::RemoveKeeper { keeper: number } => {
                let threshold = QUORUM_OF_KEEPERS;
                registry(registry::removeKeeperCall { keeper: keeper(number), threshold }.abi_encode())
            }
            Action::KeeperRules { threshold, bond } => {
                registry(registry::setKeeperRulesCall { threshold, bond, reward: UNIT * WEI / 2 }.abi_encode())
            }
            Action::Slash { keeper: number, plan } => {
                registry(registry::slashKeeperCall { keeper: keeper(number), plan_: plan }.abi_encode())
            }
            Action::Plan { draft } => registry(announcement(&draft).abi_encode()),
            Action::Cancel { plan } => registry(registry::cancelCall { plan }.abi_encode()),
            Action::Prolong { plan, length } => {
                registry(registry::prolongEmergencyCall { plan_: plan, maxFreeze: length }.abi_encode())
            }
            Action::Settings { period } => {
                let call = governor::setSettingsCall {
                    votingDelay: HOUR,
                    votingPeriod: period,
                    lateExtension: HOUR,
                    timelock: 2 * DAY,
                    window: 7 * DAY,
                    unlockPeriod: 120 * DAY,
                    proposalThreshold: 10_000,
                };
                (self.at.governor, call.abi_encode())
            }
            Action::Quorum { bps } => (self.at.governor, governor::setQuorumCall { bps }.abi_encode()),
        }
    }

    /// A proposal of the action, told from others by `number`. What concerns the vault touches all markets.
    pub fn proposal_of(&self, action: &Action, number: usize) -> Proposal {
        let (target, data) = self.call_of(action);
        let tags = if target == self.at.vault { "#markets=*" } else { "" };
        Proposal { action: action.clone(), target, data, description: format!("Proposal {number} {tags}") }
    }
}
