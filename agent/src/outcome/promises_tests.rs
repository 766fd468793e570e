use super::*;
use crate::outcome::{Arm, Attempt, BlockState, Freeze, Liquidation};

type Breach<'b> = &'b dyn Fn(&mut ArmOutcome);

const RESUMED: u64 = 1_000;

fn quiet() -> ArmOutcome {
    ArmOutcome {
        arm: Arm::With,
        blocks: Vec::new(),
        liquidations: Vec::new(),
        attempts: Vec::new(),
        freezes: Vec::new(),
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
    BlockState { number: at, at, markets: Vec::new(), health: Vec::new(), surplus }
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
        health: 9_000,
        true_health,
        penalty: 1,
        loss: 7,
    }
}

fn attempt(wish: Wish, price_fresh: bool, refused: bool) -> Attempt {
    let refused = refused.then(|| "so".to_owned());
    Attempt { at: 1_100, trader: 0, market: 0, wish, price: 1, true_price: 1, price_fresh, refused }
}

fn freeze(from: u64, until: Option<u64>, reached_bound: bool) -> Freeze {
    Freeze { market: 0, from, until, reasons: vec!["stale"], reached_bound }
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
        ],
        freezes: vec![freeze(1_000, Some(4_000), false)],
        ..quiet()
    }
}

fn states(arm: &ArmOutcome) -> Vec<PromiseState> {
    check(arm, Some(RESUMED)).into_iter().map(|promise| promise.state).collect()
}

#[test]
fn a_good_arm_keeps_every_promise() {
    assert_eq!(states(&good()), [PromiseState::Held; 7]);
}

#[test]
fn a_quiet_arm_tests_nothing() {
    assert_eq!(states(&quiet()), [PromiseState::Untested; 7]);
}

#[test]
fn each_breach_breaks_its_own_promise() {
    let with = |change: Breach<'_>| {
        let mut arm = good();
        change(&mut arm);
        states(&arm)
    };
    let breaches: [(usize, Breach<'_>); 9] = [
        (0, &|arm| arm.liquidations.push(liquidation(false, 5_000))),
        (1, &|arm| arm.liquidations.push(liquidation(true, 10_000))),
        (2, &|arm| arm.attempts.push(attempt(Wish::Increase, false, false))),
        (3, &|arm| arm.attempts.push(attempt(Wish::Deposit, true, true))),
        (3, &|arm| arm.attempts.push(attempt(Wish::Reduce, false, true))),
        (3, &|arm| arm.attempts.push(attempt(Wish::Exit, true, true))),
        (4, &|arm| arm.freezes.push(freeze(1_000, Some(1_001 + FREEZE_BOUND), false))),
        (5, &|arm| arm.freezes.push(freeze(1_000, None, false))),
        (6, &|arm| arm.blocks.push(block(6_000, -1))),
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
fn a_freeze_at_its_bound_may_go_on_as_reduce_only() {
    let mut arm = good();
    arm.freezes.push(freeze(1_000, Some(1_000 + FREEZE_BOUND), false));
    arm.freezes.push(freeze(1_000, Some(9_000 + FREEZE_BOUND), true));
    assert_eq!(states(&arm), [PromiseState::Held; 7]);
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
    assert_eq!((table.stale_increases, table.sacred_refused, table.risk_refused), (1, 1, 2));
    assert_eq!((table.longest_freeze, table.time_to_thaw), (Some(3_000), Some(3_000)));
    arm.freezes.push(freeze(2_000, None, false));
    let table = summarise(&arm, Some(RESUMED));
    assert_eq!((table.longest_freeze, table.time_to_thaw), (Some(3_000), None));
    assert_eq!(summarise(&quiet(), None).time_to_thaw, None);
}
