//! Freezes that reach their bound, and when a market may be settled.

use e2e_tests::{emitted, interfaces::IOracleGuard::*};

use crate::{MARKET, PRICE, SETTLE, Stage, in_blocks_of};

const BOUND: u64 = 14_400;
const THREE_DAYS: u64 = 3 * 86_400;

fn due(stage: &Stage) -> (bool, u64) {
    let answer = stage.view(&settlementDueCall { market: MARKET });
    (answer.due, answer.frozenAt)
}

/// Lets time pass with a sign of life every quarter of an hour.
fn pass(stage: &mut Stage, until: u64) {
    let anyone = stage.governance.clone();
    while stage.chain.now() + 900 < until {
        stage.wait(900);
        stage.chain.sol_call(&anyone, stage.guard, &heartbeatCall {}, 0).unwrap();
    }
}

/// The feed dies. After four hours the market is reduce-only; after three days of active time so (the host stands still
/// for a day among them) it may be settled; a thaw undoes that. Blocks come once a minute, so that there are few.
#[test]
fn a_dead_feed_makes_its_market_settleable_after_three_days_of_active_time() {
    let mut stage = in_blocks_of(60, None);
    let frozen_at = stage.chain.now() + 121;
    pass(&mut stage, frozen_at + BOUND);
    stage.until(frozen_at + BOUND - 1);
    assert_eq!((stage.market().0, due(&stage)), (2, (false, 0)));
    stage.chain.produce_block_at(frozen_at + BOUND).unwrap();
    assert_eq!(((stage.market().0, stage.market().1), due(&stage)), ((3, 13), (false, frozen_at)));
    stage.by(0, &noteCall { market: MARKET }).unwrap();
    let noted = emitted::<StageNoted>(&stage.chain);
    assert_eq!((noted[0].market, noted[0].old, noted[0].new_, noted[0].reason), (MARKET, 0, 3, 13));
    stage.by(0, &noteCall { market: MARKET }).unwrap();
    assert!(emitted::<StageNoted>(&stage.chain).is_empty(), "once");

    pass(&mut stage, frozen_at + BOUND + 86_400);
    stage.chain.produce_block_after(86_460).unwrap();
    let downtime = stage.view(&livenessCall {}).downtime;
    assert!(downtime.abs_diff(86_400) <= 60, "{downtime}");
    stage.by(0, &heartbeatCall {}).unwrap();
    let due_at = frozen_at + BOUND + THREE_DAYS + downtime;
    pass(&mut stage, due_at);
    stage.until(due_at - 1);
    assert_eq!((due(&stage), stage.ask(SETTLE, 0)), ((false, frozen_at), (false, 14, 0)));
    stage.chain.produce_block_at(due_at).unwrap();
    assert_eq!((due(&stage), stage.ask(SETTLE, 0)), ((true, frozen_at), (true, 0, 10_000)));
    assert_eq!((stage.market().0, stage.market().1), (4, 13));
    for action in 0..4 {
        assert_eq!(stage.ask(action, 0), (true, 0, 10_000), "action {action}");
    }

    // Valid again, but not thawed: it may still be settled. Thawed: not any more.
    stage.round(PRICE);
    assert_eq!((due(&stage).0, stage.verdict()), (true, 0));
    stage.steady(900, PRICE);
    assert_eq!((stage.market().0, due(&stage), stage.ask(SETTLE, 0)), (0, (false, 0), (false, 14, 0)));
    stage.by(0, &noteCall { market: MARKET }).unwrap();
    let noted = emitted::<StageNoted>(&stage.chain);
    assert_eq!((noted[0].old, noted[0].new_), (3, 0));
}
