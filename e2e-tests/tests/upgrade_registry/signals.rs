//! What keepers say, and what follows from it.

use super::*;

#[test]
fn other_code_a_failure_and_a_rollback_deviate() {
    for (kind, code, deviation) in [(0, FixedBytes([8; 32]), 3), (3, CODE, 1), (4, CODE, 2)] {
        let mut stage = deployed();
        stage.govern(&announcement()).unwrap();
        stage.chain.produce_block_at(START + 3_600).unwrap();
        for keeper in 0..2 {
            stage.signal(keeper, &signalCall { codeHash: code, ..says(1, kind) }).unwrap();
        }
        assert_eq!(stage.phase(1), 6, "kind {kind}");
        assert_eq!(stage.moves(), [(1, 1, 6)]);
        let deviated = stage.chain.now();
        assert_eq!(stage.touched(2).released_at, deviated);
        let progress = stage.state(1).progress;
        assert_eq!((progress[DEVIATION], progress[DEVIATED_AT], progress[ROUND]), (deviation, deviated, 1));
        assert_refused(stage.govern(&closeCall { plan: 1 }), PlanNotEnded { plan: 1, phase: 6 });
    }
}

#[test]
fn one_keeper_moves_nothing_and_signals_are_idempotent() {
    let mut stage = frozen();
    stage.signal(0, &says(1, 0)).unwrap();
    let seen = emitted::<Signalled>(&stage.chain);
    assert_eq!((seen.len(), seen[0].plan, seen[0].kind, seen[0].height), (1, 1, 0, 50));
    assert_eq!((seen[0].keeper, seen[0].codeHash), (sol_address(stage.keepers[0].address()), CODE));
    stage.signal(0, &says(1, 0)).unwrap();
    assert!(emitted::<Signalled>(&stage.chain).is_empty());
    assert_eq!(stage.phase(1), 1);
    stage.signal(1, &signalCall { height: 51, ..says(1, 0) }).unwrap();
    assert_eq!(stage.phase(1), 1, "two keepers, two contents");
    stage.signal(2, &says(1, 0)).unwrap();
    assert_eq!((stage.phase(1), stage.moves()), (2, vec![(1, 1, 2)]));
}

/// A plan in its freeze.
fn frozen() -> Stage {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    stage.chain.produce_block_at(START + 3_600).unwrap();
    stage
}

/// Whoever says two things about one fact is out at once, and counts for neither.
#[test]
fn a_keeper_that_contradicts_itself_is_struck_and_moves_nothing() {
    let mut stage = frozen();
    let ann = sol_address(stage.keepers[0].address());
    stage.signal(0, &says(1, 0)).unwrap();
    stage.signal(0, &signalCall { height: 51, ..says(1, 0) }).unwrap();
    let slashed = emitted::<KeeperSlashed>(&stage.chain);
    assert_eq!((slashed[0].keeper, slashed[0].plan, slashed[0].contradiction), (ann, 1, true));
    assert_eq!(stage.phase(1), 1);
    assert_refused(stage.signal(0, &says(1, 1)), NotKeeper { account: ann });
    stage.signal(1, &says(1, 0)).unwrap();
    assert_eq!(stage.phase(1), 1, "a struck voice and one other are not two");
    stage.signal(2, &says(1, 0)).unwrap();
    assert_eq!(stage.phase(1), 2);
    let count = stage.view(&keeperCountCall {}).unwrap();
    assert_eq!((count.keepers, count.threshold), (2, 2), "the threshold never falls by itself");
}

#[test]
fn done_and_failed_in_one_block_contradict_each_other() {
    let mut stage = frozen();
    stage.signal(0, &says(1, 1)).unwrap();
    stage.signal(0, &signalCall { height: 51, ..says(1, 3) }).unwrap();
    assert!(emitted::<KeeperSlashed>(&stage.chain).is_empty(), "it may fail later");
    stage.signal(1, &says(1, 1)).unwrap();
    stage.signal(1, &says(1, 3)).unwrap();
    assert_eq!(emitted::<KeeperSlashed>(&stage.chain).len(), 1);
}

/// Two of three keepers say each of two things: counted before anybody is struck, in whichever order they come.
#[test]
fn enough_keepers_on_both_sides_of_a_contradiction_deviate() {
    for last in [1, 2] {
        let mut stage = frozen();
        let other = signalCall { height: 51, ..says(1, 0) };
        stage.signal(0, &says(1, 0)).unwrap();
        stage.signal(1, &says(1, 0)).unwrap();
        assert_eq!(stage.phase(1), 2);
        stage.signal(3 - last, &other).unwrap();
        assert_eq!(stage.phase(1), 2);
        stage.signal(last, &other).unwrap();
        let contested = emitted::<FactContested>(&stage.chain);
        assert_eq!((contested[0].plan, contested[0].kind, contested[0].phase), (1, 0, 6), "last is {last}");
        assert_eq!(stage.moves(), [(1, 2, 6)]);
        assert_eq!(stage.state(1).progress[DEVIATION], 4);
    }
}

/// After a rollback the same keepers may see another activation; a new verification takes the plan on.
#[test]
fn a_rollback_supersedes_and_a_new_verification_mends() {
    let mut stage = frozen();
    stage.establish(1, 0);
    stage.chain.produce_block();
    stage.establish(1, 4);
    assert_eq!((stage.phase(1), stage.state(1).facts[ACTIVATED_AT]), (6, 0));
    let before = stage.chain.now();
    stage.chain.produce_block();
    assert_refused(stage.signal(0, &says(1, 0)), SignalTooEarly { observedAt: START + 3_600, begin: before });
    for (kind, phase) in [(0, 6), (1, 6), (2, 3)] {
        for keeper in 0..2 {
            let again = signalCall { height: 60, observedAt: stage.chain.now(), ..says(1, kind) };
            stage.signal(keeper, &again).unwrap();
            assert!(emitted::<KeeperSlashed>(&stage.chain).is_empty());
        }
        assert_eq!(stage.phase(1), phase, "kind {kind}");
    }
    assert_eq!(stage.moves(), [(1, 6, 3)]);
    let plan = stage.state(1);
    assert_eq!((plan.facts[ACTIVATION_HEIGHT], plan.releasedAt), (60, before), "released by the rollback");
    stage.chain.produce_block_at(stage.chain.now() + 1_800).unwrap();
    assert_eq!(stage.phase(1), 4);
    stage.govern(&closeCall { plan: 1 }).unwrap();
}

/// A deviation that outlasts its bound by a day is for good: the branch stayed.
#[test]
fn a_deviation_for_good_ends_the_plan_on_the_branch_that_stayed() {
    let mut stage = frozen();
    stage.establish(1, 3);
    let lost = START + 18_000 + 86_400;
    stage.chain.produce_block_at(lost - 1).unwrap();
    assert_refused(stage.govern(&closeCall { plan: 1 }), PlanNotEnded { plan: 1, phase: 6 });
    stage.chain.produce_block_at(lost).unwrap();
    let late = signalCall { observedAt: lost, ..says(1, 0) };
    assert_refused(stage.signal(0, &late), PlanNotOpen { plan: 1, phase: 6 });
    stage.govern(&closeCall { plan: 1 }).unwrap();
    let fork = lockstep_core::ids::ForkId(fork().0);
    let stayed = lockstep_core::registry::advance_stayed(keccak_256, fork, lockstep_core::ids::PlanId(1));
    assert_eq!(stage.view(&forkOfCall { domain: DOMAIN }).unwrap().0, stayed.0);
}

#[test]
fn activated_and_never_verified_is_stuck_at_the_bound() {
    let mut stage = frozen();
    stage.establish(1, 0);
    stage.chain.produce_block_at(START + 17_999).unwrap();
    assert_eq!(stage.phase(1), 2);
    stage.chain.produce_block_at(START + 18_000).unwrap();
    let plan = stage.state(1);
    assert_eq!((plan.phase, plan.progress[DEVIATION], plan.releasedAt), (6, 5, START + 18_000));
    for kind in [1, 2] {
        let now = stage.chain.now();
        for keeper in 0..2 {
            stage.signal(keeper, &signalCall { observedAt: now, ..says(1, kind) }).unwrap();
        }
    }
    assert_eq!((stage.phase(1), stage.moves()), (3, vec![(1, 6, 3)]), "verified late, it stabilises");
}

#[test]
fn a_network_may_abort_its_upgrade_before_it_is_active() {
    let mut stage = frozen();
    stage.establish(1, 5);
    assert_eq!(stage.moves(), [(1, 1, 7)]);
    assert_eq!(stage.touched(1).released_at, stage.chain.now());
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    for keeper in 0..2 {
        stage.signal(keeper, &signalCall { observedAt: stage.chain.now(), ..says(1, 5) }).unwrap();
    }
    assert_eq!((stage.phase(1), stage.moves()), (7, vec![(1, 0, 7)]));
    assert_eq!(stage.touched(1).phase_plus_one, 0, "nothing was frozen");
}

/// For a plan of another network a finalised block after the activation stands for the canary.
#[test]
fn heartbeats_verify_another_network() {
    let mut stage = deployed();
    stage.govern(&registerDomainCall { domain: 2, genesisHash: GENESIS, paraId: 0, chainId: 7 }).unwrap();
    stage.govern(&nameHostCall { domain: 2 }).unwrap();
    stage.govern(&announcement()).unwrap();
    assert_eq!(stage.state(1).lineage[FOREIGN], 1);
    stage.chain.produce_block_at(START + 3_600).unwrap();
    stage.establish(1, 0);
    stage.establish(1, 1);
    let activated = stage.chain.now();
    stage.chain.produce_block_at(activated + 18).unwrap();
    for (height, at, phase) in [(50, activated + 12, 2), (51, activated + 11, 2), (52, activated + 12, 3)] {
        for keeper in 0..2 {
            stage.signal(keeper, &signalCall { height, observedAt: at, ..says(1, 9) }).unwrap();
        }
        assert_eq!(stage.phase(1), phase, "block {height} of {at}");
        let facts = stage.state(1).facts;
        assert_eq!((facts[HEARTBEAT_HEIGHT], facts[HEARTBEAT_AT]), (height, at));
    }
    assert_eq!(stage.state(1).facts[CANARY_AT], stage.chain.now());
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
    assert_refused(stage.signal(0, &says(0, 0)), UnknownPlan { plan: 0 });
    assert_refused(stage.signal(0, &says(1, 10)), UnknownSignalKind { kind: 10 });
    assert_refused(stage.signal(0, &signalCall { height: 0, ..says(1, 0) }), IncompleteSignal {});
    assert_refused(stage.signal(0, &signalCall { codeHash: FixedBytes::ZERO, ..says(1, 0) }), IncompleteSignal {});
    let given = FixedBytes([4; 32]);
    assert_refused(stage.signal(0, &signalCall { forkId: given, ..says(1, 0) }), WrongFork { expected: fork(), given });
    assert_refused(
        stage.signal(0, &signalCall { observedAt: announced - 1, ..says(1, 0) }),
        SignalTooEarly { observedAt: announced - 1, begin: announced },
    );
    assert_refused(
        stage.signal(0, &signalCall { observedAt: START + 3_616, ..says(1, 0) }),
        FutureSignal { observedAt: START + 3_616, now_: START + 3_600 },
    );
    let mut truncated = alloy_core::sol_types::SolCall::abi_encode(&says(1, 0));
    truncated.truncate(4 + 3 * 32);
    let keeper = stage.keepers[0].clone();
    assert!(stage.chain.call(&keeper, stage.registry, truncated, 0).result.is_err());
    assert!(stage.chain.sol_call(&keeper, stage.registry, &says(1, 0), 1).is_err(), "it takes no value");
    assert_eq!(stage.phase(1), 1);
}
