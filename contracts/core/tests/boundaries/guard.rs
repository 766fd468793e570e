use lockstep_core::{
    guard::{
        Assessment, Clock, Held, History, Liveness, PriceVerdict, Recovery, RecoveryRule, Volatility, VolatilityRule,
        recovery::Sight,
        source::aggregator_round,
        volatility::{MAX_MEMORY, MAX_VOLATILITY},
    },
    units::{Bps, Price, Seconds, Timestamp},
};

#[test]
fn a_price_that_is_not_valid_is_held_for_no_time() {
    let (now, starved) = (Timestamp(10_000), Timestamp(10_600));
    let nothing = Held { price: Price(0), since: now, until: now };
    assert_eq!(Held::from(None, now, starved), nothing);
    let seen =
        |verdict| Assessment { price: Price(7), stable: Price(7), verdict, recovery: Recovery::fresh(now), starved };
    let history = |verdict| History::default().with(&seen(verdict), now);
    assert_eq!(history(PriceVerdict::Stale), History { held: nothing, ..History::default() });
    assert_eq!(history(PriceVerdict::Valid).held, Held { price: Price(7), since: now, until: starved });
}

const RULE: RecoveryRule = RecoveryRule {
    grace: Seconds(600),
    feed_grace: Seconds(60),
    ramp: Seconds(1_000),
    fresh_reports: 3,
    max_deviation: Bps(500),
};

/// A host that resumed at 4,000 after an hour's halt.
fn resumed() -> Liveness {
    let at = Timestamp(4_000);
    Liveness { resumed_at: at, outage: Seconds(3_600), frozen_from: at, ..Liveness::start(0, Timestamp(0), 6_000) }
}

/// A feed that was trusted before, `now`, as it shows `price`; three reporters have published since.
fn advanced(feed: Recovery, now: u64, price: Option<u128>, invalid_since: u64) -> Recovery {
    let clock = Clock { now: Timestamp(now), active: Timestamp(now) };
    let (median, invalid_since) = (price.map(Price), Timestamp(invalid_since));
    let sight = Sight { median, anchor: median.unwrap_or_default(), invalid_since };
    feed.advanced(&RULE, &resumed(), clock, sight, |_| 3)
}

fn trusted() -> Recovery {
    Recovery { recovered_at: Some(Timestamp(10)), ..Recovery::fresh(Timestamp(10)) }
}

#[test]
fn a_feed_that_went_bad_with_the_halt_froze_with_the_resume() {
    assert_eq!(advanced(trusted(), 4_000, None, 400).frozen_at, Timestamp(4_000));
    assert_eq!(advanced(trusted(), 4_000, None, 399).frozen_at, Timestamp(399), "bad a second before the halt");
}

#[test]
fn the_grace_of_an_outage_waits_for_the_feed() {
    let dark = advanced(trusted(), 4_000, None, 500);
    assert_eq!(dark.grace_from, None);
    let seen = advanced(dark, 4_300, Some(1_000), 500);
    assert_eq!(seen.grace_from, Some(Timestamp(4_300)));
    assert_eq!(advanced(seen, 4_900, Some(1_000), 500).recovered_at, None);
    assert_eq!(advanced(seen, 4_901, Some(1_000), 500).recovered_at, Some(Timestamp(4_901)));
}

#[test]
fn a_price_at_the_bound_of_its_baseline_has_not_left_it() {
    let seen = advanced(trusted(), 4_000, Some(1_000), 0);
    assert_eq!(advanced(seen, 4_100, Some(1_050), 0).baseline, Some(Price(1_000)));
    assert_eq!(advanced(seen, 4_100, Some(1_051), 0).baseline, None);
}

#[test]
fn a_round_may_end_in_the_second_in_which_it_began() {
    let word = |value: u64| [[0; 24].as_slice(), &value.to_be_bytes()].concat();
    let data = |started_at, updated_at| [7, 100, started_at, updated_at, 7].map(word).concat();
    assert!(aggregator_round(&data(1_000, 1_000), 8).is_ok());
    assert!(aggregator_round(&data(1_001, 1_000), 8).is_err());
}

#[test]
fn the_longest_memory_is_accepted_and_a_second_more_is_not() {
    let rule = |memory| VolatilityRule { memory, floor: Bps(0), cap: MAX_VOLATILITY }.validated();
    assert!(rule(MAX_MEMORY).is_ok());
    assert!(rule(Seconds(MAX_MEMORY.0 + 1)).is_err());
}

#[test]
fn a_volatility_is_rounded_up() {
    let measured = |variance| Volatility { variance, ..Volatility::default() }.measured_up();
    assert_eq!((measured(10_000), measured(10_001)), (Bps(1), Bps(2)));
}
