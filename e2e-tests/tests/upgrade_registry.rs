//! Every message of the upgrade registry and every refusal, on the compiled contract.

use alloy_core::{primitives::FixedBytes, sol_types::SolValue};
use e2e_tests::{
    START,
    abi::assert_same,
    assert_refused, blob, chain, emitted, funded,
    interfaces::IUpgradeRegistry::{self, *},
    sol_address,
};
use lockstep_core::ids::PlanId;
use lockstep_core::registry::{advance_stayed, advance_verified, fork_zero};
use lockstep_devchain::{Account, DevChain, H160};
use sp_crypto_hashing::keccak_256;

const CODE: FixedBytes<32> = FixedBytes([7; 32]);
const GENESIS: FixedBytes<32> = FixedBytes([1; 32]);
const DOMAIN: u32 = 1;

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
    let registry = chain.deploy(&governance, blob("upgrade_registry"), constructor, 0).unwrap().address;
    let mut stage = Stage { chain, registry, governance, keepers };
    stage.govern(&registerDomainCall { domain: DOMAIN, genesisHash: GENESIS, paraId: 1_000, chainId: 420 }).unwrap();
    for (count, keeper) in (1u32..).zip(stage.keepers.clone()) {
        let call = addKeeperCall { keeper: sol_address(keeper.address()), threshold: count / 2 + 1 };
        stage.govern(&call).unwrap();
    }
    stage
}

impl Stage {
    fn govern<C: alloy_core::sol_types::SolCall>(&mut self, call: &C) -> Result<C::Return, lockstep_devchain::Failure> {
        self.chain.sol_call(&self.governance.clone(), self.registry, call, 0)
    }

    fn view<C: alloy_core::sol_types::SolCall>(&self, call: &C) -> Result<C::Return, lockstep_devchain::Failure> {
        self.chain.sol_view(&self.governance, self.registry, call)
    }

    fn signal(&mut self, keeper: usize, call: &signalCall) -> Result<signalReturn, lockstep_devchain::Failure> {
        self.chain.sol_call(&self.keepers[keeper].clone(), self.registry, call, 0)
    }

    fn phase(&self, plan: u64) -> u8 {
        self.view(&planCall { plan_: plan }).unwrap().phase
    }

    /// Two of three keepers signal.
    fn establish(&mut self, plan: u64, kind: u8) {
        let observed_at = self.chain.now();
        for keeper in 0..2 {
            self.signal(keeper, &signalCall { observedAt: observed_at, ..says(plan, kind) }).unwrap();
        }
        let facts = emitted::<FactEstablished>(&self.chain);
        assert_eq!(facts.len(), 1);
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
fn a_good_upgrade_goes_through_every_phase_and_advances_the_fork() {
    let mut stage = deployed();
    let plan = stage.govern(&announcement()).unwrap();
    assert_eq!(plan, 1);
    let announced = emitted::<PlanAnnounced>(&stage.chain);
    assert_eq!(announced.len(), 1);
    assert_eq!(
        (announced[0].plan, announced[0].domain, announced[0].forkId, announced[0].codeHash),
        (1, DOMAIN, fork(), CODE)
    );
    assert_eq!((announced[0].freezeAt, announced[0].latest), (START + 3_600, START + 7_200));

    let seen = stage.view(&planCall { plan_: 1 }).unwrap();
    let terms = announcement();
    assert_eq!((seen.phase, seen.releasedAt, seen.domain, seen.specVersion), (0, 0, DOMAIN, 2));
    assert_eq!((seen.forkId, seen.codeHash, seen.announcedAt), (fork(), CODE, stage.chain.now()));
    assert_eq!((seen.schedule, seen.impact), (terms.schedule, terms.impact));
    assert_eq!((seen.disclosure, seen.markets), (terms.disclosure, vec![1, 2]));
    let none = stage.view(&marketPhaseCall { market: 3 }).unwrap();
    assert_eq!((none.phasePlusOne, none.freezeAt, none.bound, none.releasedAt), (0, 0, 0, 0));
    let terms = stage.view(&freezeTermsCall { plan_: 1, market: 2 }).unwrap();
    assert_eq!((terms.freezeAt, terms.domain, terms.forkId), (START + 3_600, DOMAIN, fork()));
    assert_eq!(stage.view(&freezeTermsCall { plan_: 1, market: 3 }).unwrap().freezeAt, 0);

    stage.chain.produce_block_at(START + 3_600).unwrap();
    let frozen = stage.view(&marketPhaseCall { market: 1 }).unwrap();
    assert_eq!(
        (frozen.phasePlusOne, frozen.freezeAt, frozen.bound, frozen.releasedAt),
        (2, START + 3_600, START + 18_000, 0)
    );
    stage.establish(1, 0);
    assert_eq!(stage.phase(1), 2);
    stage.establish(1, 1);
    assert_eq!(stage.phase(1), 2);
    stage.establish(1, 2);
    assert_eq!(stage.phase(1), 3);
    let verified = stage.chain.now();
    assert_eq!(stage.view(&marketPhaseCall { market: 1 }).unwrap().releasedAt, verified);
    assert_refused(stage.govern(&closeCall { plan: 1 }), PlanNotEnded { plan: 1, phase: 3 });
    stage.chain.produce_block_at(verified + 1_800).unwrap();
    assert_eq!(stage.phase(1), 4);

    let upgraded = FixedBytes(advance_verified(keccak_256, lockstep_core::ids::ForkId(fork().0), CODE.0, 50).0);
    let anyone = stage.keepers[2].clone();
    stage.chain.sol_call(&anyone, stage.registry, &closeCall { plan: 1 }, 0).unwrap();
    let ended = emitted::<PlanEnded>(&stage.chain);
    assert_eq!((ended[0].plan, ended[0].phase, ended[0].forkId), (1, 4, upgraded));
    assert_eq!(stage.view(&forkOfCall { domain: DOMAIN }).unwrap(), upgraded);
    assert_refused(stage.govern(&closeCall { plan: 1 }), PlanClosed { plan: 1 });
}

#[test]
fn without_signals_a_plan_expires_and_the_fork_says_that_the_branch_stayed() {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    stage.chain.produce_block_at(START + 7_200).unwrap();
    assert_eq!(stage.phase(1), 1);
    stage.chain.produce_block_at(START + 7_201).unwrap();
    assert_eq!(stage.phase(1), 5);
    let released = stage.view(&marketPhaseCall { market: 1 }).unwrap();
    assert_eq!((released.phasePlusOne, released.releasedAt), (6, START + 7_200));
    stage.govern(&closeCall { plan: 1 }).unwrap();
    let stayed = advance_stayed(keccak_256, lockstep_core::ids::ForkId(fork().0), PlanId(1));
    assert_eq!(stage.view(&forkOfCall { domain: DOMAIN }).unwrap().0, stayed.0);
    let late = signalCall { observedAt: stage.chain.now(), ..says(1, 0) };
    assert_refused(stage.signal(0, &late), PlanNotOpen { plan: 1, phase: 5 });
}

#[test]
fn other_code_a_failure_and_a_rollback_deviate() {
    for (kind, code) in [(0, FixedBytes([8; 32])), (3, CODE), (4, CODE)] {
        let mut stage = deployed();
        stage.govern(&announcement()).unwrap();
        stage.chain.produce_block_at(START + 3_600).unwrap();
        for keeper in 0..2 {
            stage.signal(keeper, &signalCall { codeHash: code, ..says(1, kind) }).unwrap();
        }
        assert_eq!(stage.phase(1), 6, "kind {kind}");
        assert_eq!(stage.view(&marketPhaseCall { market: 2 }).unwrap().releasedAt, stage.chain.now());
        assert_refused(stage.govern(&closeCall { plan: 1 }), PlanNotEnded { plan: 1, phase: 6 });
    }
}

#[test]
fn cancelling_is_for_governance_and_before_the_freeze() {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    let keeper = stage.keepers[0].clone();
    let refused = stage.chain.sol_call(&keeper, stage.registry, &cancelCall { plan: 1 }, 0);
    assert_refused(refused, NotGovernance { caller: sol_address(keeper.address()) });
    stage.govern(&cancelCall { plan: 1 }).unwrap();
    assert_eq!(emitted::<PlanCancelled>(&stage.chain)[0].plan, 1);
    assert_eq!(stage.phase(1), 7);
    assert_eq!(stage.view(&marketPhaseCall { market: 1 }).unwrap().phasePlusOne, 0);
    assert_refused(stage.govern(&cancelCall { plan: 1 }), PlanNotOpen { plan: 1, phase: 7 });
    assert_refused(stage.govern(&cancelCall { plan: 2 }), UnknownPlan { plan: 2 });
    stage.govern(&closeCall { plan: 1 }).unwrap();
    assert_eq!(stage.view(&forkOfCall { domain: DOMAIN }).unwrap(), fork(), "a plan called off splits nothing");

    stage.govern(&announcement()).unwrap();
    stage.chain.produce_block_at(START + 3_600).unwrap();
    assert_refused(stage.govern(&cancelCall { plan: 2 }), PlanNotOpen { plan: 2, phase: 1 });
}

#[test]
fn one_keeper_moves_nothing_and_signals_are_idempotent() {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    stage.chain.produce_block_at(START + 3_600).unwrap();
    stage.signal(0, &says(1, 0)).unwrap();
    let seen = emitted::<Signalled>(&stage.chain);
    assert_eq!((seen.len(), seen[0].plan, seen[0].kind, seen[0].height), (1, 1, 0, 50));
    assert_eq!((seen[0].keeper, seen[0].codeHash), (sol_address(stage.keepers[0].address()), CODE));
    stage.signal(0, &says(1, 0)).unwrap();
    assert!(emitted::<Signalled>(&stage.chain).is_empty());
    assert_eq!(stage.phase(1), 1);
    assert_refused(stage.signal(0, &signalCall { height: 51, ..says(1, 0) }), ContradictorySignal { plan: 1, kind: 0 });
    stage.signal(1, &signalCall { height: 51, ..says(1, 0) }).unwrap();
    assert_eq!(stage.phase(1), 1, "two keepers, two contents");
    stage.signal(2, &says(1, 0)).unwrap();
    assert_eq!(stage.phase(1), 2);
}

#[test]
fn hostile_signals_are_refused_with_their_figures() {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    let announced = stage.chain.now();
    stage.chain.produce_block_at(START + 3_600).unwrap();
    let outsider = stage.governance.clone();
    let refused = stage.chain.sol_call(&outsider, stage.registry, &says(1, 0), 0);
    assert_refused(refused, NotKeeper { account: sol_address(outsider.address()) });
    assert_refused(stage.signal(0, &says(9, 0)), UnknownPlan { plan: 9 });
    assert_refused(stage.signal(0, &says(1, 6)), UnknownSignalKind { kind: 6 });
    let given = FixedBytes([4; 32]);
    assert_refused(stage.signal(0, &signalCall { forkId: given, ..says(1, 0) }), WrongFork { expected: fork(), given });
    assert_refused(
        stage.signal(0, &signalCall { observedAt: announced - 1, ..says(1, 0) }),
        SignalTooEarly { observedAt: announced - 1, announcedAt: announced },
    );
    assert_refused(
        stage.signal(0, &signalCall { observedAt: START + 3_616, ..says(1, 0) }),
        FutureSignal { observedAt: START + 3_616, now_: START + 3_600 },
    );
    let mut truncated = alloy_core::sol_types::SolCall::abi_encode(&says(1, 0));
    truncated.truncate(4 + 3 * 32);
    let keeper = stage.keepers[0].clone();
    assert!(stage.chain.call(&keeper, stage.registry, truncated, 0).result.is_err());
    assert_eq!(stage.phase(1), 1);
}

#[test]
fn plans_that_cannot_be_carried_out_are_refused() {
    let mut stage = deployed();
    let now_ = stage.chain.now();
    let base = announcement;
    let mut refuse = |change: &dyn Fn(&mut announceCall)| {
        let mut call = base();
        change(&mut call);
        stage.govern(&call)
    };
    assert_refused(refuse(&|c| c.domain = 2), UnknownDomain { domain: 2 });
    assert_refused(refuse(&|c| c.codeHash = FixedBytes::ZERO), NoCodeHash {});
    assert_refused(refuse(&|c| c.disclosure.severity = 5), NoDisclosure { severity: 5 });
    assert_refused(refuse(&|c| c.disclosure.hash = FixedBytes::ZERO), NoDisclosure { severity: 2 });
    assert_refused(refuse(&|c| c.disclosure.uri.clear()), UriLength { length: 0 });
    assert_refused(refuse(&|c| c.disclosure.uri = "x".repeat(257)), UriLength { length: 257 });
    assert_refused(
        refuse(&|c| c.schedule.freezeAt = now_),
        TimesOutOfOrder { now_, freezeAt: now_, earliest: START + 3_700, latest: START + 7_200 },
    );
    assert_refused(refuse(&|c| c.schedule.maxFreeze = 700_000), FreezeTooLong { asked: 700_000, longest: 604_800 });
    assert_refused(refuse(&|c| c.schedule.stabilise = 700_000), StabiliseTooLong { asked: 700_000, longest: 604_800 });
    assert_refused(refuse(&|c| c.markets.clear()), MarketCount { count: 0 });
    assert_refused(refuse(&|c| c.markets = (0..17).collect()), MarketCount { count: 17 });
    assert_refused(refuse(&|c| c.markets = vec![5, 5]), DuplicateMarket { market: 5 });
    let keeper = stage.keepers[0].clone();
    let refused = stage.chain.sol_call(&keeper, stage.registry, &announcement(), 0);
    assert_refused(refused, NotGovernance { caller: sol_address(keeper.address()) });
}

#[test]
fn a_market_takes_four_live_plans_and_ended_ones_make_room() {
    let mut stage = deployed();
    for plan in 1..=4 {
        assert_eq!(stage.govern(&announcement()).unwrap(), plan);
    }
    assert_refused(stage.govern(&announcement()), MarketBusy { market: 1, plans: 4 });
    stage.govern(&cancelCall { plan: 3 }).unwrap();
    assert_eq!(stage.govern(&announcement()).unwrap(), 5);
    let mut more_urgent = announcement();
    more_urgent.markets = vec![9];
    stage.govern(&more_urgent).unwrap();
    stage.chain.produce_block_at(START + 3_600).unwrap();
    assert_eq!(stage.view(&marketPhaseCall { market: 1 }).unwrap().phasePlusOne, 2);
}

#[test]
fn keepers_come_and_go_with_a_majority_threshold() {
    let mut stage = deployed();
    let count = stage.view(&keeperCountCall {}).unwrap();
    assert_eq!((count.keepers, count.threshold), (3, 2));
    let ann = sol_address(stage.keepers[0].address());
    assert!(stage.view(&isKeeperCall { account: ann }).unwrap());
    let zero = alloy_core::primitives::Address::ZERO;
    assert_refused(stage.govern(&addKeeperCall { keeper: ann, threshold: 3 }), AlreadyKeeper { account: ann });
    assert_refused(stage.govern(&addKeeperCall { keeper: zero, threshold: 3 }), ZeroAddress {});
    let dan = sol_address(Account::named("dan").address());
    for threshold in [2, 5] {
        assert_refused(
            stage.govern(&addKeeperCall { keeper: dan, threshold }),
            ThresholdOutOfRange { threshold, keepers: 4 },
        );
    }
    stage.govern(&addKeeperCall { keeper: dan, threshold: 3 }).unwrap();
    assert_eq!(emitted::<KeeperAdmitted>(&stage.chain)[0].keeper, dan);
    let changed = emitted::<ThresholdChanged>(&stage.chain);
    assert_eq!((changed[0].oldThreshold, changed[0].newThreshold), (2, 3));
    stage.govern(&removeKeeperCall { keeper: ann, threshold: 2 }).unwrap();
    assert_eq!(emitted::<KeeperRemoved>(&stage.chain)[0].keeper, ann);
    assert!(!stage.view(&isKeeperCall { account: ann }).unwrap());
    assert_refused(stage.govern(&removeKeeperCall { keeper: ann, threshold: 2 }), NotKeeper { account: ann });
    let keeper = stage.keepers[1].clone();
    for refused in [
        stage.chain.sol_call(&keeper, stage.registry, &addKeeperCall { keeper: ann, threshold: 3 }, 0).map(|_| ()),
        stage.chain.sol_call(&keeper, stage.registry, &removeKeeperCall { keeper: dan, threshold: 2 }, 0).map(|_| ()),
    ] {
        assert_refused(refused, NotGovernance { caller: sol_address(keeper.address()) });
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
fn a_registry_without_governance_is_refused() {
    let mut chain = chain();
    let deployer = funded(&mut chain, "deployer");
    let constructor = (alloy_core::primitives::Address::ZERO,).abi_encode_params();
    let refused = chain.deploy(&deployer, blob("upgrade_registry"), constructor, 0).map(|deployed| deployed.address);
    assert_refused(refused, IUpgradeRegistry::ZeroAddress {});
}

#[test]
fn the_solidity_interface_is_the_contract() {
    assert_same::<IUpgradeRegistryCalls, IUpgradeRegistryErrors>("upgrade_registry", IUpgradeRegistryEvents::SELECTORS);
}
