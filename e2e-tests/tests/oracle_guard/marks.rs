//! A venue's mark against the index.

use e2e_tests::{assert_refused, emitted, interfaces::IOracleGuard::*, sol_address};

use crate::{FUND, INCREASE, LIQUIDATE, MARKET, PRICE, Stage, deployed};

const VENUE: usize = 4;

fn watched() -> Stage {
    let mut stage = deployed();
    let venue = sol_address(stage.reporters[VENUE].address());
    stage.govern(&setBasisCall { market: MARKET, venue, band: 500, maxAge: 60 }).unwrap();
    let set = emitted::<BasisConfigured>(&stage.chain);
    assert_eq!((set[0].market, set[0].venue, set[0].band, set[0].maxAge), (MARKET, venue, 500, 60));
    stage
}

fn mark(stage: &mut Stage, mark: u128) {
    stage.by(VENUE, &reportMarkCall { market: MARKET, mark }).unwrap();
}

fn basis(stage: &Stage) -> (u128, u128, i32, bool) {
    let seen = stage.view(&basisCall { market: MARKET });
    (seen.mark, seen.index, seen.distance, seen.within)
}

#[test]
fn outside_of_the_band_risk_does_not_grow_and_funding_is_clamped() {
    let mut stage = watched();
    assert_eq!(basis(&stage), (0, PRICE, 0, true), "no mark yet");
    mark(&mut stage, PRICE / 100 * 105);
    assert_eq!(basis(&stage), (PRICE / 100 * 105, PRICE, 500, true), "the edge is within");
    assert_eq!(stage.ask(INCREASE, 0), (true, 0, 10_000));
    for (price, distance, share) in [(PRICE / 100 * 110, 1_000, 5_000), (PRICE / 100 * 80, -2_000, 2_500)] {
        mark(&mut stage, price);
        let told = emitted::<MarkReported>(&stage.chain);
        assert_eq!((told[0].market, told[0].mark, told[0].index), (MARKET, price, PRICE));
        assert_eq!((told[0].distance, told[0].within), (distance, false));
        assert_eq!(basis(&stage), (price, PRICE, distance, false));
        assert_eq!(stage.ask(INCREASE, 0), (false, 19, 0));
        assert_eq!(stage.ask(FUND, 0), (true, 0, share));
        assert_eq!(stage.ask(LIQUIDATE, 9_999), (true, 0, 10_000), "liquidations go on");
        for action in 0..4 {
            assert_eq!(stage.ask(action, 0), (true, 0, 10_000), "action {action}");
        }
    }
    mark(&mut stage, PRICE);
    assert_eq!((stage.ask(INCREASE, 0), stage.ask(FUND, 0)), ((true, 0, 10_000), (true, 0, 10_000)));
}

#[test]
fn an_old_mark_freezes_nothing_and_an_invalid_index_is_not_judged() {
    let mut stage = watched();
    mark(&mut stage, PRICE * 2);
    let reported = stage.chain.now();
    stage.chain.produce_block_at(reported + 60).unwrap();
    assert_eq!(stage.ask(INCREASE, 0), (false, 19, 0));
    stage.chain.produce_block_at(reported + 61).unwrap();
    assert_eq!(stage.ask(INCREASE, 0), (true, 0, 10_000));
    assert_eq!(basis(&stage), (0, PRICE, 0, true));
    mark(&mut stage, PRICE * 2);
    stage.wait(60);
    let last = stage.chain.now();
    mark(&mut stage, PRICE * 2);
    stage.chain.produce_block_at(last + 60).unwrap();
    assert_eq!(stage.verdict(), 2, "stale");
    assert_eq!(basis(&stage), (PRICE * 2, PRICE, 0, true));
    assert_eq!(stage.ask(INCREASE, 0), (false, 2, 0), "the price is the reason");
}

#[test]
fn only_the_venue_reports_a_mark() {
    let mut stage = watched();
    let caller = sol_address(stage.reporters[0].address());
    let unwatched = setMarketCall { market: 11, feed: 1, class: 0 };
    stage.govern(&unwatched).unwrap();
    assert_refused(stage.by(0, &reportMarkCall { market: MARKET, mark: PRICE }), NotVenue { caller });
    assert_refused(stage.by(0, &reportMarkCall { market: 11, mark: PRICE }), NotVenue { caller });
    assert_refused(stage.by(VENUE, &reportMarkCall { market: 9, mark: PRICE }), UnknownMarket { market: 9 });
    assert_refused(stage.by(VENUE, &reportMarkCall { market: MARKET, mark: 0 }), ZeroPrice {});
    mark(&mut stage, PRICE * 2);
    let other = stage.view(&permissionCall { markets: vec![11], action: INCREASE, health: 0 });
    assert!(other.allowed, "another market on the same feed goes on");
    // A market configured anew keeps its band, not its mark.
    stage.govern(&setMarketCall { market: MARKET, feed: 1, class: 0 }).unwrap();
    assert_eq!(basis(&stage), (0, PRICE, 0, true));
    mark(&mut stage, PRICE * 2);
    assert!(!basis(&stage).3);
    assert_eq!(stage.view(&basisCall { market: 9 }), basisReturn { mark: 0, index: 0, distance: 0, within: true });
}
