use lockstep_core::registry::Phase;

use super::*;
use crate::outcome::{Arm, Attempt, BlockState, Freeze, Liquidation, PhaseSpan, PlanOutcome};

type Breach<'b> = &'b dyn Fn(&mut ArmOutcome);

const RESUMED: u64 = 1_000;

fn quiet() -> ArmOutcome {
    ArmOutcome {
        arm: Arm::With,
        blocks: Vec::new(),
        liquidations: Vec::new(),
        attempts: Vec::new(),
        freezes: Vec::new(),
        plans: Vec::new(),
        timeline: Vec::new(),
        final_equity: Vec::new(),
        maker_result: 0,
        bad_debt: 0,
        insurance_used: 0,
        state_root: String::new(),
        calls: 0,
    }
}

fn block(at: u64, surplus: i128) -> BlockState {
    BlockState { number: at, at, only_inherents: false, markets: Vec::new(), health: Vec::new(), surplus }
}

fn liquidation(price_valid: bool, true_health: u32) -> Liquidation {
    Liquidation {
        at: 1_100,
        trader: 0,
        market: 0,
        size: 1,
        price: 1,
        true_price: 1,
        price_valid,
        frozen: false,
        undone: false,
        health: 9_000,
        true_health,
        penalty: 1,
        loss: 7,
    }
}

fn attempt(wish: Wish, price_fresh: bool, refused: bool) -> Attempt {
    let refused = refused.then(|| "so".to_owned());
    Attempt { at: 1_100, trader: 0, market: 0, wish, price: 1, true_price: 1, price_fresh, in_upgrade: false, refused }
}

fn freeze(from: u64, until: Option<u64>, reached_bound: bool) -> Freeze {
    Freeze { market: 0, from, until, reasons: vec!["stale"], reached_bound, feed_down: false }
}

/// An arm in which every promise was put to the test and held.
fn good() -> ArmOutcome {
    ArmOutcome {
        blocks: vec![block(1_000, 0), block(5_000, 3)],
        liquidations: vec![liquidation(true, 9_999)],
        attempts: vec![
            attempt(Wish::Increase, true, false),
            attempt(Wish::Increase, false, true),
            attempt(Wish::Deposit, false, false),
            attempt(Wish::Liquidate, false, true),
            Attempt { in_upgrade: true, ..attempt(Wish::Increase, true, true) },
        ],
        plans: vec![PlanOutcome { unmoved: 2, ..PlanOutcome::default() }],
        freezes: vec![freeze(1_000, Some(4_000), false)],
        ..quiet()
    }
}

fn states(arm: &ArmOutcome) -> Vec<PromiseState> {
    check(arm, Some(RESUMED)).into_iter().map(|promise| promise.state).collect()
}

#[test]
fn a_good_arm_keeps_every_promise() {
    assert_eq!(states(&good()), [PromiseState::Held; 10]);
}

#[test]
fn a_quiet_arm_tests_nothing() {
    assert_eq!(states(&quiet()), [PromiseState::Untested; 10]);
}

#[test]
fn each_breach_breaks_its_own_promise() {
    let with = |change: Breach<'_>| {
        let mut arm = good();
        change(&mut arm);
        states(&arm)
    };
    let shallow = || Liquidation { frozen: true, health: 9_500, ..liquidation(true, 9_500) };
    let breaches: [(usize, Breach<'_>); 12] = [
        (0, &|arm| arm.liquidations.push(liquidation(false, 5_000))),
        (1, &|arm| arm.liquidations.push(liquidation(true, 10_000))),
        (2, &|arm| arm.attempts.push(attempt(Wish::Increase, false, false))),
        (3, &|arm| arm.attempts.push(attempt(Wish::Deposit, true, true))),
        (3, &|arm| arm.attempts.push(attempt(Wish::Reduce, false, true))),
        (3, &|arm| arm.attempts.push(attempt(Wish::Exit, true, true))),
        (4, &|arm| arm.freezes.push(freeze(1_000, Some(1_001 + FREEZE_BOUND), false))),
        (5, &|arm| arm.freezes.push(freeze(1_000, None, false))),
        (6, &|arm| arm.blocks.push(block(6_000, -1))),
        (7, &|arm| arm.liquidations.push(shallow())),
        (8, &|arm| arm.attempts.push(Attempt { in_upgrade: true, ..attempt(Wish::Increase, true, false) })),
        (9, &|arm| arm.plans[0].moved = 1),
    ];
    for (broken, change) in breaches {
        let states = with(change);
        for (promise, state) in states.into_iter().enumerate() {
            let expected = if promise == broken { PromiseState::Broken } else { PromiseState::Held };
            assert_eq!(state, expected, "promise {promise}, breach of {broken}");
        }
    }
}

#[test]
fn deep_insolvency_may_be_liquidated_in_a_freeze() {
    let mut arm = good();
    arm.liquidations.push(Liquidation { frozen: true, health: 9_499, ..liquidation(true, 9_499) });
    assert_eq!(states(&arm), [PromiseState::Held; 10]);
}

#[test]
fn a_market_whose_feed_never_came_back_is_not_held_against_the_thaw() {
    let mut arm = good();
    arm.freezes.push(Freeze { feed_down: true, reached_bound: true, ..freeze(1_000, None, true) });
    assert_eq!(states(&arm), [PromiseState::Held; 10]);
    arm.freezes.remove(0);
    assert_eq!(states(&arm)[5], PromiseState::Untested);
}

#[test]
fn a_freeze_by_a_plan_may_last_as_long_as_the_plan_may() {
    let mut arm = good();
    arm.freezes.push(freeze(1_000, Some(20_000 + FREEZE_BOUND), false));
    assert_eq!(states(&arm)[4], PromiseState::Broken);
    arm.plans[0] = PlanOutcome {
        markets: vec![0],
        bound: 20_000,
        phases: vec![PhaseSpan { phase: Phase::Frozen, from: 1_000, until: None }],
        ..arm.plans[0].clone()
    };
    assert_eq!(states(&arm)[4], PromiseState::Held);
    arm.plans[0].markets = vec![1];
    assert_eq!(states(&arm)[4], PromiseState::Broken);
}

#[test]
fn a_freeze_at_its_bound_may_go_on_as_reduce_only() {
    let mut arm = good();
    arm.freezes.push(freeze(1_000, Some(1_000 + FREEZE_BOUND), false));
    arm.freezes.push(freeze(1_000, Some(9_000 + FREEZE_BOUND), true));
    assert_eq!(states(&arm), [PromiseState::Held; 10]);
}

#[test]
fn the_table_counts_accounts_once_and_losses_in_full() {
    let mut arm = good();
    arm.liquidations = vec![liquidation(true, 10_000), liquidation(true, 12_000), liquidation(true, 9_000)];
    arm.liquidations[2].trader = 1;
    arm.attempts.push(attempt(Wish::Increase, false, false));
    arm.attempts.push(attempt(Wish::Exit, false, true));
    arm.freezes.push(freeze(200, Some(900), false));
    let table = summarise(&arm, Some(RESUMED));
    assert_eq!((table.liquidated, table.wrongly_liquidated, table.wrongful_loss), (2, 1, 14));
    assert_eq!((table.stale_increases, table.sacred_refused, table.risk_refused), (1, 1, 3));
    arm.attempts.push(Attempt { in_upgrade: true, ..attempt(Wish::Increase, true, false) });
    arm.liquidations[0].undone = true;
    let table = summarise(&arm, Some(RESUMED));
    assert_eq!((table.upgrade_increases, table.wrongs_undone), (1, 1));
    assert_eq!((table.longest_freeze, table.time_to_thaw), (Some(3_000), Some(3_000)));
    arm.freezes.push(freeze(2_000, None, false));
    let table = summarise(&arm, Some(RESUMED));
    assert_eq!((table.longest_freeze, table.time_to_thaw), (Some(3_000), None));
    assert_eq!(summarise(&quiet(), None).time_to_thaw, None);
}
