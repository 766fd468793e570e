//! Pauses by keepers and governance.

use e2e_tests::{assert_refused, emitted, interfaces::IOracleGuard::*, sol_address};

use crate::{FEED, INCREASE, LIQUIDATE, MARKET, PRICE, Stage, deployed, with_keepers};

const HALF: u64 = 1_800;
const MARKETS: u8 = 0;
const CLASS: u8 = 1;
const FEEDS: u8 = 2;

fn stage() -> Stage {
    let mut stage = deployed();
    with_keepers(&mut stage, 3);
    // A perpetual on another feed, and a lending market on the same one.
    let other = setFeedCall { feed: 2, ..crate::feed(&stage.reporters) };
    stage.govern(&other).unwrap();
    stage.govern(&setMarketCall { market: 11, feed: 2, class: 0 }).unwrap();
    stage.govern(&setMarketCall { market: 12, feed: FEED, class: 3 }).unwrap();
    stage
}

/// `(stage, reason, until)` of a market.
fn state(stage: &Stage, market: u32) -> (u8, u8, u64) {
    let seen = stage.view(&marketStateCall { market });
    (seen.stage, seen.reason, seen.until)
}

fn is_paused(stage: &Stage, market: u32) -> bool {
    state(stage, market).1 == 20
}

#[test]
fn a_keeper_pauses_one_market_for_half_an_hour() {
    let mut stage = stage();
    stage.by(0, &pauseCall { selection: MARKETS, id: MARKET }).unwrap();
    let until = stage.chain.now() + HALF;
    let told = emitted::<Paused>(&stage.chain);
    assert_eq!((told[0].selection, told[0].id, told[0].until), (MARKETS, MARKET, until));
    assert_eq!(told[0].by, sol_address(stage.reporters[0].address()));
    assert_eq!(state(&stage, MARKET), (2, 20, until));
    assert_eq!((stage.ask(INCREASE, 0), stage.ask(LIQUIDATE, 9_500)), ((false, 20, 0), (false, 20, 0)));
    assert_eq!(stage.ask(LIQUIDATE, 9_499), (true, 0, 10_000), "deep insolvency");
    for action in 0..4 {
        assert_eq!(stage.ask(action, 0), (true, 0, 10_000), "action {action}");
    }
    assert_eq!(state(&stage, 12).0, 0, "another market on the same feed");
    stage.steady(HALF - 60, PRICE);
    stage.chain.produce_block_at(until - 1).unwrap();
    assert!(is_paused(&stage, MARKET));
    stage.chain.produce_block_at(until).unwrap();
    assert_eq!(stage.market(), (0, 0, 0, 10_000), "over at its end, by itself");
}

#[test]
fn a_class_or_a_feed_is_paused_as_a_whole() {
    let mut stage = stage();
    stage.by(1, &pauseCall { selection: CLASS, id: 0 }).unwrap();
    assert_eq!([MARKET, 11, 12].map(|market| is_paused(&stage, market)), [true, true, false]);
    let mut stage = self::stage();
    stage.by(1, &pauseCall { selection: FEEDS, id: FEED }).unwrap();
    assert_eq!([MARKET, 12].map(|market| is_paused(&stage, market)), [true, true]);
    assert_eq!(state(&stage, 11).1, 8, "it has not been reported on yet");
}

/// Over all keepers and selections two in a row and three a day; then the market is free whatever they do.
#[test]
fn the_budget_is_the_market_s() {
    let mut stage = stage();
    let began = stage.chain.now();
    stage.by(0, &pauseCall { selection: MARKETS, id: MARKET }).unwrap();
    let refused = stage.by(1, &pauseCall { selection: MARKETS, id: MARKET });
    assert_refused(refused, PauseBudgetSpent { until: began + HALF });
    stage.chain.produce_until(began + HALF);
    stage.by(1, &pauseCall { selection: MARKETS, id: MARKET }).unwrap();
    let second = stage.chain.now();
    assert!(is_paused(&stage, MARKET));
    stage.steady(HALF, PRICE);
    let refused = stage.by(2, &pauseCall { selection: MARKETS, id: MARKET });
    assert_refused(refused, PauseBudgetSpent { until: second + 2 * HALF + 1 });
    stage.by(2, &pauseCall { selection: FEEDS, id: FEED }).unwrap();
    assert!(!is_paused(&stage, MARKET), "a third in a row, by the feed");
    assert!(is_paused(&stage, 12), "the first of this market");
    stage.by(2, &pauseCall { selection: CLASS, id: 0 }).unwrap();
    assert!(!is_paused(&stage, MARKET));
    stage.steady(3 * HALF, PRICE);
    assert_eq!(state(&stage, 12).0, 0);
    // Four have begun in the day: the market's own ledger has room, the market has not.
    stage.by(0, &pauseCall { selection: MARKETS, id: MARKET }).unwrap();
    assert!(!is_paused(&stage, MARKET));
    let refused = stage.by(0, &pauseCall { selection: MARKETS, id: MARKET });
    assert_refused(refused, PauseBudgetSpent { until: stage.chain.now() + HALF });
    stage.steady(2 * HALF, PRICE);
    let refused = stage.by(0, &pauseCall { selection: MARKETS, id: MARKET });
    assert_refused(refused, PauseBudgetSpent { until: began + 86_400 });
}

#[test]
fn governance_pauses_outside_of_the_budget_and_within_a_day() {
    let mut stage = stage();
    let pause = pauseForCall { selection: MARKETS, id: MARKET, length: 3_600 };
    let refused = stage.govern(&pauseForCall { length: 86_401, ..pause.clone() });
    assert_refused(refused, ParameterOutOfRange { value: 86_401, max: 86_400 });
    let refused = stage.govern(&pauseForCall { length: 0, ..pause.clone() });
    assert_refused(refused, ParameterOutOfRange { value: 0, max: 86_400 });
    stage.govern(&pause).unwrap();
    let until = stage.chain.now() + 3_600;
    assert_eq!(emitted::<Paused>(&stage.chain)[0].until, until);
    assert_eq!(state(&stage, MARKET), (2, 20, until));
    stage.govern(&resumeCall { selection: MARKETS, id: MARKET }).unwrap();
    let told = emitted::<Resumed>(&stage.chain);
    assert_eq!((told[0].selection, told[0].id), (MARKETS, MARKET));
    assert_eq!(stage.market(), (0, 0, 0, 10_000));
    stage.govern(&pause).unwrap();
    assert!(is_paused(&stage, MARKET), "paused again in the second in which it was resumed");
}

#[test]
fn a_keeper_resumes_only_what_has_thawed() {
    let mut stage = stage();
    stage.by(0, &pauseCall { selection: CLASS, id: 0 }).unwrap();
    stage.wait(180);
    let resume = resumeCall { selection: MARKETS, id: MARKET };
    assert_refused(stage.by(0, &resume), NotThawed { reason: 2 });
    stage.round(PRICE);
    assert_refused(stage.by(0, &resume), NotThawed { reason: 8 });
    assert_refused(stage.by(0, &resumeCall { selection: FEEDS, id: FEED }), NotThawed { reason: 8 });
    stage.steady(120, PRICE);
    assert!(is_paused(&stage, MARKET));
    let stranger = sol_address(stage.reporters[4].address());
    assert_refused(stage.by(4, &resume), NotKeeper { caller: stranger });
    let keeper = sol_address(stage.reporters[0].address());
    assert_refused(stage.by(0, &resumeCall { selection: CLASS, id: 0 }), NotGovernance { caller: keeper });
    stage.by(0, &resume).unwrap();
    assert_eq!(state(&stage, MARKET).0, 0, "of its class this market is free");
    stage.by(0, &resumeCall { selection: FEEDS, id: FEED }).unwrap();
    assert_eq!(emitted::<Resumed>(&stage.chain)[0].by, keeper);
}

#[test]
fn pauses_are_refused_with_their_reason() {
    let mut stage = stage();
    let caller = sol_address(stage.reporters[4].address());
    let pause = |selection, id| pauseCall { selection, id };
    assert_refused(stage.by(4, &pause(MARKETS, MARKET)), NotKeeper { caller });
    let governance = sol_address(stage.governance.address());
    assert_refused(stage.govern(&pause(MARKETS, MARKET)), NotKeeper { caller: governance });
    assert_refused(stage.by(0, &pause(3, 0)), UnknownSelection { selection: 3 });
    assert_refused(stage.by(0, &pause(MARKETS, 99)), UnknownMarket { market: 99 });
    assert_refused(stage.by(0, &pause(CLASS, 4)), UnknownClass { class: 4 });
    assert_refused(stage.by(0, &pause(CLASS, 256)), UnknownClass { class: 255 });
    assert_refused(stage.by(0, &pause(FEEDS, 99)), UnknownFeed { feed: 99 });
}
