//! Every message of the upgrade registry and every refusal, on the compiled contract.

mod cost;
mod dependencies;
mod edges;
mod emergencies;
mod keepers;
mod plans;
mod signals;
mod times;

use alloy_core::{primitives::FixedBytes, sol_types::SolValue};
use e2e_tests::{
    START,
    abi::assert_same,
    assert_refused, chain, emitted, funded,
    interfaces::IUpgradeRegistry::{self, *},
    place, sol_address,
};
use lockstep_core::registry::fork_zero;
use lockstep_devchain::{Account, DevChain, Failure, H160};
use sp_crypto_hashing::keccak_256;

const CODE: FixedBytes<32> = FixedBytes([7; 32]);
const GENESIS: FixedBytes<32> = FixedBytes([1; 32]);
const DOMAIN: u32 = 1;

// Where things stand in the lists of a plan's state.
const VERIFIED_AT: usize = 0;
const COMPLETED_AT: usize = 1;
const ENDED_AT: usize = 2;
const ROUND: usize = 3;
const DEVIATION: usize = 4;
const DEVIATED_AT: usize = 5;
const HELD: usize = 6;
const HELD_BY: usize = 7;
const CLOSED: usize = 8;
const ACTIVATED_AT: usize = 2;
const ACTIVATION_HEIGHT: usize = 3;
const CANARY_AT: usize = 6;
const HEARTBEAT_HEIGHT: usize = 7;
const HEARTBEAT_AT: usize = 8;
const ORIGIN: usize = 0;
const FOLLOWS: usize = 1;
const FOREIGN: usize = 2;
const FREEZE_HEIGHT: usize = 3;
const EARLIEST_HEIGHT: usize = 4;
const LATEST_HEIGHT: usize = 5;
const READY: usize = 6;
const NOT_READY: usize = 7;

/// The most severe plan of a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Touched {
    phase_plus_one: u64,
    freeze_at: u64,
    bound: u64,
    released_at: u64,
    booked: u64,
}

struct Stage {
    chain: DevChain,
    registry: H160,
    governance: Account,
    keepers: Vec<Account>,
}

fn deployed() -> Stage {
    let mut chain = chain();
    let governance = funded(&mut chain, "governance");
    let keepers: Vec<Account> = ["ann", "ben", "cat"].iter().map(|name| funded(&mut chain, name)).collect();
    let constructor = (sol_address(governance.address()),).abi_encode_params();
    let registry = place(&mut chain, &governance, "upgrade_registry", constructor).unwrap();
    let mut stage = Stage { chain, registry, governance, keepers };
    stage.govern(&registerDomainCall { domain: DOMAIN, genesisHash: GENESIS, paraId: 1_000, chainId: 420 }).unwrap();
    for (count, keeper) in (1u32..).zip(stage.keepers.clone()) {
        let call = addKeeperCall { keeper: sol_address(keeper.address()), threshold: count / 2 + 1 };
        stage.govern(&call).unwrap();
    }
    stage
}

impl Stage {
    fn govern<C: alloy_core::sol_types::SolCall>(&mut self, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_call(&self.governance.clone(), self.registry, call, 0)
    }

    fn view<C: alloy_core::sol_types::SolCall>(&self, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_view(&self.governance, self.registry, call)
    }

    /// A keeper calls.
    fn keeper<C: alloy_core::sol_types::SolCall>(&mut self, keeper: usize, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_call(&self.keepers[keeper].clone(), self.registry, call, 0)
    }

    fn signal(&mut self, keeper: usize, call: &signalCall) -> Result<signalReturn, Failure> {
        self.keeper(keeper, call)
    }

    /// The phases that the last call took a plan from and to.
    fn moves(&self) -> Vec<(u64, u8, u8)> {
        emitted::<PlanMoved>(&self.chain).iter().map(|moved| (moved.plan, moved.from, moved.to)).collect()
    }

    fn touched(&self, market: u32) -> Touched {
        let [phase_plus_one, freeze_at, bound, released_at, booked] =
            self.view(&marketPhasesCall { markets: vec![market] }).unwrap()[0];
        Touched { phase_plus_one, freeze_at, bound, released_at, booked }
    }

    fn plans(&self, market: u32) -> Vec<PlanTerms> {
        self.view(&marketPlansCall { markets: vec![market] }).unwrap()
    }

    fn state(&self, plan: u64) -> PlanState {
        self.view(&planCall { plan_: plan }).unwrap()
    }

    fn phase(&self, plan: u64) -> u8 {
        self.view(&planCall { plan_: plan }).unwrap().phase
    }

    /// Two of three keepers say `kind` of `plan`, on the branch that it was announced on.
    fn say(&mut self, plan: u64, kind: u8) {
        let (observed_at, fork) = (self.chain.now(), self.state(plan).subject.forkId);
        for keeper in 0..2 {
            let word = signalCall { observedAt: observed_at, forkId: fork, ..says(plan, kind) };
            self.signal(keeper, &word).unwrap();
        }
    }

    /// Two of three keepers signal.
    fn establish(&mut self, plan: u64, kind: u8) {
        let observed_at = self.chain.now();
        for keeper in 0..2 {
            self.signal(keeper, &signalCall { observedAt: observed_at, ..says(plan, kind) }).unwrap();
        }
        let facts = emitted::<FactEstablished>(&self.chain);
        assert_eq!(facts.len(), 1, "kind {kind}");
        assert_eq!((facts[0].plan, facts[0].kind, facts[0].phase), (plan, kind, self.phase(plan)));
    }
}

fn fork() -> FixedBytes<32> {
    FixedBytes(fork_zero(keccak_256, GENESIS.0, 1_000, 420).0)
}

fn says(plan: u64, kind: u8) -> signalCall {
    signalCall { plan, kind, forkId: fork(), height: 50, codeHash: CODE, observedAt: START + 3_600 }
}

fn announcement() -> announceCall {
    announceCall {
        domain: DOMAIN,
        codeHash: CODE,
        specVersion: 2,
        schedule: Schedule {
            freezeAt: START + 3_600,
            earliest: START + 3_700,
            latest: START + 7_200,
            stabilise: 1_800,
            maxFreeze: 14_400,
        },
        impact: Impact {
            finalityBefore: 18,
            finalityAfter: 12,
            blockTimeBefore: 12_000,
            blockTimeAfter: 6_000,
            feeRatioBefore: 10_000,
            feeRatioAfter: 8_000,
            collateralUtilityBefore: 10_000,
            collateralUtilityAfter: 10_000,
            issuanceBefore: 1_000,
            issuanceAfter: 800,
        },
        disclosure: Disclosure { severity: 2, hash: FixedBytes([9; 32]), uri: "ipfs://disclosure".into() },
        markets: vec![1, 2],
    }
}

#[test]
fn domains_and_the_directory_are_governed() {
    let mut stage = deployed();
    let register = |domain, genesis| registerDomainCall { domain, genesisHash: genesis, paraId: 0, chainId: 1 };
    assert_refused(stage.govern(&register(DOMAIN, GENESIS)), DomainExists { domain: DOMAIN });
    assert_refused(stage.govern(&register(2, FixedBytes::ZERO)), NoGenesisHash { domain: 2 });
    stage.govern(&register(2, GENESIS)).unwrap();
    let fork = fork_zero(keccak_256, GENESIS.0, 0, 1);
    let registered = emitted::<DomainRegistered>(&stage.chain);
    assert_eq!((registered[0].domain, registered[0].forkId.0), (2, fork.0));
    assert_eq!(stage.view(&forkOfCall { domain: 2 }).unwrap().0, fork.0);
    assert_refused(stage.view(&forkOfCall { domain: 3 }), UnknownDomain { domain: 3 });

    let name = FixedBytes(keccak_256(b"OracleGuard"));
    let guard = sol_address(Account::named("guard").address());
    assert!(stage.view(&entryCall { name }).unwrap().is_zero());
    stage.govern(&setEntryCall { name, contract_: guard }).unwrap();
    let changed = emitted::<DirectoryChanged>(&stage.chain);
    assert!(changed[0].oldContract.is_zero() && changed[0].newContract == guard && changed[0].name == name);
    assert_eq!(stage.view(&entryCall { name }).unwrap(), guard);
    let zero = alloy_core::primitives::Address::ZERO;
    assert_refused(stage.govern(&setEntryCall { name, contract_: zero }), ZeroAddress {});
    let keeper = stage.keepers[0].clone();
    for refused in [
        stage.chain.sol_call(&keeper, stage.registry, &setEntryCall { name, contract_: guard }, 0).map(|_| ()),
        stage.chain.sol_call(&keeper, stage.registry, &register(4, GENESIS), 0).map(|_| ()),
    ] {
        assert_refused(refused, NotGovernance { caller: sol_address(keeper.address()) });
    }
}

#[test]
fn governance_is_handed_over_and_the_host_is_named() {
    let mut stage = deployed();
    let (zero, ann) = (alloy_core::primitives::Address::ZERO, sol_address(stage.keepers[0].address()));
    assert_refused(stage.govern(&nameHostCall { domain: 9 }), UnknownDomain { domain: 9 });
    stage.govern(&nameHostCall { domain: DOMAIN }).unwrap();
    assert_eq!(emitted::<HostNamed>(&stage.chain)[0].domain, DOMAIN);
    assert_refused(stage.govern(&transferGovernanceCall { to: zero }), ZeroAddress {});
    let former = sol_address(stage.governance.address());
    stage.govern(&transferGovernanceCall { to: ann }).unwrap();
    let handed = emitted::<GovernanceTransferred>(&stage.chain);
    assert_eq!((handed[0].from, handed[0].to), (former, ann));
    assert_refused(stage.govern(&nameHostCall { domain: DOMAIN }), NotGovernance { caller: former });
    stage.keeper(0, &nameHostCall { domain: DOMAIN }).unwrap();
}

#[test]
fn a_registry_without_governance_is_refused() {
    let mut chain = chain();
    let deployer = funded(&mut chain, "deployer");
    let constructor = (alloy_core::primitives::Address::ZERO,).abi_encode_params();
    let refused = place(&mut chain, &deployer, "upgrade_registry", constructor);
    assert_refused(refused, IUpgradeRegistry::ZeroAddress {});
}

#[test]
fn the_solidity_interface_is_the_contract() {
    assert_same::<IUpgradeRegistryCalls, IUpgradeRegistryErrors>("upgrade_registry", IUpgradeRegistryEvents::SELECTORS);
}
