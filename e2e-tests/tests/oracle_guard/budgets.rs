//! Keepers' pauses and keepers' plans share one budget: a day in seven for a market.

use alloy_core::primitives::FixedBytes;
use e2e_tests::{
    assert_refused,
    interfaces::{
        IOracleGuard::*,
        IUpgradeRegistry::{
            bookedFreezeCall, closeCall, extendEmergencyCall, forkOfCall, openEmergencyCall, registerDomainCall,
            signalCall,
        },
    },
};

use crate::{FEED, INCREASE, LIQUIDATE, MARKET, PRICE, Stage, deployed, feed, with_keepers};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
const HALF: u64 = HOUR / 2;
/// Another market of the same class and feed, which no plan touches.
const OTHER: u32 = 11;

/// A market whose prices last for an hour.
fn stage() -> Stage {
    let mut stage = deployed();
    with_keepers(&mut stage, 3);
    let lasting = setFeedCall { maxAge: HOUR, ..feed(&stage.reporters) };
    stage.govern(&lasting).unwrap();
    stage.steady(600, PRICE);
    stage.govern(&setMarketCall { market: OTHER, feed: FEED, class: 0 }).unwrap();
    let governance = stage.governance.clone();
    let genesis = FixedBytes([1; 32]);
    stage.registry(&governance, &registerDomainCall { domain: 1, genesisHash: genesis, paraId: 0, chainId: 0 });
    stage
}

/// `(stage, reason, until)`.
fn state(stage: &Stage, market: u32) -> (u8, u8, u64) {
    let seen = stage.view(&marketStateCall { market });
    (seen.stage, seen.reason, seen.until)
}

/// Two of three keepers open an emergency of six hours for the market and extend it to what they have left; returns its
/// beginning.
fn emergency(stage: &mut Stage, extended: bool) -> u64 {
    let open = openEmergencyCall {
        domain: 1,
        follows: 0,
        codeHash: FixedBytes([7; 32]),
        height: 5,
        disclosure: FixedBytes([9; 32]),
        length: 6 * HOUR,
        markets: vec![MARKET],
    };
    let keepers = stage.reporters[..2].to_vec();
    for keeper in &keepers {
        stage.registry(keeper, &open);
    }
    for keeper in keepers.iter().filter(|_| extended) {
        stage.registry(keeper, &extendEmergencyCall { plan_: 1 });
    }
    stage.chain.now()
}

/// Lets time pass with a round of reports every quarter of an hour or so, and at the end.
fn pass(stage: &mut Stage, until: u64) {
    while stage.chain.now() + 900 < until {
        stage.round_after(900, PRICE);
    }
    stage.until(until);
    stage.round(PRICE);
}

#[test]
fn what_plans_have_booked_is_no_more_there_for_pauses() {
    let mut stage = stage();
    let opened = emergency(&mut stage, true);
    let governance = stage.governance.clone();
    assert_eq!(stage.registry(&governance, &bookedFreezeCall { market: MARKET }), DAY);
    let pause = |selection, id| pauseCall { selection, id };
    let week = opened + HALF + 7 * DAY;
    assert_refused(stage.by(0, &pause(0, MARKET)), PauseBudgetSpent { until: week });
    // Of a class nobody can tell when it is paused; it counts where the market is judged.
    stage.by(0, &pause(1, 0)).unwrap();
    assert_eq!(state(&stage, OTHER), (2, 20, opened + HALF));
    // Verified at once, so the market is only frozen until it has thawed.
    let fork = stage.registry(&governance, &forkOfCall { domain: 1 });
    for kind in 0..3 {
        let code = FixedBytes([7; 32]);
        let word = signalCall { plan: 1, kind, forkId: fork, height: 5, codeHash: code, observedAt: opened };
        let keepers = stage.reporters[..2].to_vec();
        for keeper in &keepers {
            stage.registry(keeper, &word);
        }
    }
    stage.steady(660, PRICE);
    assert_eq!(state(&stage, MARKET).0, 1, "thawed, and not paused");
    assert_eq!(state(&stage, OTHER), (2, 20, opened + HALF));
    // Closed, the plan gives back what it did not use: all but the longest grace.
    pass(&mut stage, opened + HOUR);
    let keeper = stage.reporters[4].clone();
    stage.registry(&keeper, &closeCall { plan: 1 });
    assert_eq!(stage.registry(&governance, &bookedFreezeCall { market: MARKET }), 4 * HOUR + 1);
    stage.by(0, &pause(0, MARKET)).unwrap();
    assert_eq!(state(&stage, MARKET), (2, 20, opened + HOUR + HALF));
}

/// Three pauses, then an emergency of a day: it freezes at once and all the time nothing grows, but the market is called
/// reduce-only from when keepers have had their day, until they have some of it again or the plan ends.
#[test]
fn pauses_cut_an_emergency_and_never_keep_it_from_freezing() {
    let mut stage = stage();
    for pause in 0..3 {
        stage.by(0, &pauseCall { selection: pause, id: [MARKET, 0, FEED][usize::from(pause)] }).unwrap();
        assert_eq!(state(&stage, MARKET).1, 20, "pause {pause}");
        let until = stage.chain.now() + 2 * HALF + 60;
        pass(&mut stage, until);
    }
    let opened = emergency(&mut stage, true);
    let (cut, bound) = (opened + DAY - 3 * HALF, opened + DAY);
    assert_eq!(state(&stage, MARKET), (2, 9, cut));
    assert_eq!((stage.ask(INCREASE, 0), stage.ask(LIQUIDATE, 9_500)), ((false, 9, 0), (false, 9, 0)));
    pass(&mut stage, cut - 1);
    assert_eq!(state(&stage, MARKET), (2, 9, cut));
    stage.chain.produce_block_at(cut).unwrap();
    assert_eq!(state(&stage, MARKET), (3, 13, 0));
    assert_eq!((stage.ask(INCREASE, 0), stage.ask(LIQUIDATE, 9_500)), ((false, 13, 0), (false, 13, 0)));
    let due = stage.view(&settlementDueCall { market: MARKET });
    assert_eq!((due.due, due.frozenAt), (false, 0), "its settlement waits for the plan's own bound");
    pass(&mut stage, bound - 1);
    assert_eq!((state(&stage, MARKET), stage.ask(INCREASE, 0)), ((3, 13, 0), (false, 13, 0)));
    stage.chain.produce_block_at(bound).unwrap();
    assert_eq!((state(&stage, MARKET).0, stage.ask(INCREASE, 0).0), (3, false), "it has not thawed");
    pass(&mut stage, bound + 1_800);
    assert_eq!(state(&stage, MARKET).0, 0, "expired and thawed");
    assert_eq!(state(&stage, OTHER).0, 0);
}

/// Six hours are within the day with all that may be paused: nothing is cut.
#[test]
fn an_emergency_within_the_budget_is_not_cut() {
    let mut stage = stage();
    stage.by(0, &pauseCall { selection: 0, id: MARKET }).unwrap();
    let opened = emergency(&mut stage, false);
    assert_eq!(state(&stage, MARKET), (2, 9, opened + 6 * HOUR));
}
