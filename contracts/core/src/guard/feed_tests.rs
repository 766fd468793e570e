use proptest::prelude::*;

use super::*;
use crate::guard::{liveness::LivenessConfig, recovery::FreezeCause};

const START: u64 = 1_000_000;

fn reporter(n: u8) -> Account {
    Account([n; 20])
}

fn config() -> FeedConfig {
    FeedConfig {
        reporters: (1..=5).map(reporter).collect(),
        min_sources: 3,
        max_age: Seconds(120),
        max_confidence: Bps(200),
        rule: RecoveryRule {
            grace: Seconds(600),
            feed_grace: Seconds(60),
            ramp: Seconds(1_800),
            fresh_reports: 3,
            max_deviation: Bps(1_000),
        },
    }
}

fn alive() -> Liveness {
    Liveness::start(0, Timestamp(START), 6_000)
}

fn at(now: u64) -> Clock {
    Clock { now: Timestamp(now), active: Timestamp(now) }
}

fn says(price: u128, published_at: u64) -> Report {
    Report { price: Price(price), confidence: Price(0), published_at: Timestamp(published_at) }
}

/// All five reporters report `price` at `now`.
fn round(reports: Reports, price: u128, now: u64) -> Reports {
    (1..=5).fold(reports, |reports, n| {
        reports.with_report(&config(), &alive(), at(now), reporter(n), says(price, now)).unwrap()
    })
}

/// A feed that has been trusted for a while at a price of 1,000.
fn trusted() -> Reports {
    let reports = [0, 60, 120, 180]
        .iter()
        .fold(Reports::empty(&config(), Timestamp(START - 1)), |reports, passed| round(reports, 1_000, START + passed));
    assert!(reports.recovery.recovered_at.is_some());
    reports
}

fn verdict(reports: &Reports, now: u64) -> PriceVerdict {
    reports.assessed(&config(), &alive(), at(now)).verdict
}

#[test]
fn a_report_is_stale_when_older_than_the_greatest_age() {
    let reports = trusted();
    assert_eq!(verdict(&reports, START + 180 + 120), PriceVerdict::Valid);
    assert_eq!(verdict(&reports, START + 180 + 121), PriceVerdict::Stale);
}

#[test]
fn fewer_fresh_reports_than_needed_are_too_few() {
    let mut reports = trusted();
    for n in 1..=2 {
        reports =
            reports.with_report(&config(), &alive(), at(START + 290), reporter(n), says(1_000, START + 290)).unwrap();
    }
    assert_eq!(verdict(&reports, START + 301), PriceVerdict::TooFewSources);
}

#[test]
fn two_of_five_liars_do_not_move_the_median() {
    let mut reports = trusted();
    for (n, price) in [(1, 1), (2, u128::MAX), (3, 1_001), (4, 1_002), (5, 1_003)] {
        reports =
            reports.with_report(&config(), &alive(), at(START + 200), reporter(n), says(price, START + 200)).unwrap();
    }
    let seen = reports.assessed(&config(), &alive(), at(START + 200));
    assert_eq!((seen.price, seen.verdict), (Price(1_002), PriceVerdict::Valid));
}

/// Replayable case 4: confidence 1.0 on price 34 with a 2 % bound.
#[test]
fn a_wide_confidence_is_too_uncertain() {
    let mut reports = Reports::empty(&config(), Timestamp(START));
    for n in 1..=3 {
        let report = Report { confidence: Price(10), ..says(340, START + 1) };
        reports = reports.with_report(&config(), &alive(), at(START + 1), reporter(n), report).unwrap();
    }
    assert_eq!(verdict(&reports, START + 1), PriceVerdict::TooUncertain);
}

#[test]
fn zero_and_multiples_of_the_stable_price_are_refused() {
    assert_eq!(verdict(&round(trusted(), 0, START + 240), START + 240), PriceVerdict::NonPositive);
    assert_eq!(verdict(&round(trusted(), 5_001, START + 240), START + 240), PriceVerdict::TooVolatile);
    assert_eq!(verdict(&round(trusted(), 199, START + 240), START + 240), PriceVerdict::TooVolatile);
}

#[test]
fn a_jump_is_divergent_until_enough_reporters_confirm_it_afterwards() {
    let reports = round(trusted(), 1_101, START + 240);
    assert_eq!(verdict(&reports, START + 240), PriceVerdict::Divergent);
    assert_eq!(reports.recovery.cause, FreezeCause::Jump);
    let confirmed = round(reports, 1_105, START + 300);
    let seen = confirmed.assessed(&config(), &alive(), at(START + 301));
    assert_eq!(seen.verdict, PriceVerdict::Valid);
    assert_eq!(seen.recovery.recovered_at, Some(Timestamp(START + 301)), "a minute of grace after the jump");
    assert_eq!(round(trusted(), 1_100, START + 240).recovery.cause, FreezeCause::Feed, "the bound itself is no jump");
}

#[test]
fn a_lasting_move_becomes_valid_again() {
    let mut reports = trusted();
    let mut now = START + 180;
    for _ in 0..200 {
        now += 60;
        reports = round(reports, 10_000, now);
    }
    let seen = reports.assessed(&config(), &alive(), at(now));
    assert_eq!(seen.verdict, PriceVerdict::Valid);
    assert!(seen.recovery.recovered_at.is_some());
}

#[test]
fn a_feed_is_as_old_as_the_last_report_that_it_needs() {
    let mut reports = Reports::empty(&config(), Timestamp(START));
    assert_eq!(reports.published_at(&config()), Timestamp(0));
    for (n, published) in [(1, 60), (2, 40), (3, 50), (4, 55)] {
        let seen = at(START + 60);
        reports = reports.with_report(&config(), &alive(), seen, reporter(n), says(1_000, START + published)).unwrap();
    }
    assert_eq!(reports.published_at(&config()), Timestamp(START + 50));
    // It goes stale when that one does.
    let verdicts = [170, 171].map(|passed| verdict(&reports, START + passed));
    assert_eq!(verdicts, [PriceVerdict::Valid, PriceVerdict::TooFewSources]);
}

/// A feed on one source that needs three rounds to thaw.
fn pulled() -> FeedConfig {
    FeedConfig { reporters: Vec::new(), min_sources: 1, ..config() }.validated_pulled().unwrap()
}

fn pull(reports: Reports, price: u128, now: u64) -> Reports {
    reports.with_round(&pulled(), &alive(), at(now), says(price, now)).unwrap()
}

#[test]
fn the_last_round_is_the_price_and_distinct_rounds_thaw() {
    let empty = Reports::empty(&pulled(), Timestamp(START - 1));
    assert_eq!(empty.newest.len(), 3);
    let see = |reports: &Reports, now| reports.assessed(&pulled(), &alive(), at(now));
    assert_eq!(see(&empty, START).verdict, PriceVerdict::TooFewSources);
    let two = pull(pull(empty, 1_000, START), 1_001, START + 70);
    let seen = see(&two, START + 70);
    assert_eq!((seen.price, seen.verdict, seen.recovery.baseline), (Price(1_001), PriceVerdict::Valid, None));
    let three = pull(two, 1_050, START + 90);
    let seen = see(&three, START + 90);
    assert_eq!(
        (seen.price, seen.recovery.baseline),
        (Price(1_050), Some(Price(1_001))),
        "the median of the first three"
    );
    assert!(seen.recovery.recovered_at.is_some());
    assert_eq!(see(&three, START + 90 + 120).verdict, PriceVerdict::Valid);
    let stale = see(&three, START + 90 + 121);
    assert_eq!(
        (stale.verdict, stale.price, stale.starved),
        (PriceVerdict::Stale, Price(1_050), Timestamp(START + 211))
    );
    let jumped = pull(three, 1_200, START + 100);
    assert_eq!(see(&jumped, START + 100).verdict, PriceVerdict::Divergent);
    let early = jumped.with_round(&pulled(), &alive(), at(START + 101), says(1_200, START + 100));
    let newest = Timestamp(START + 100);
    assert_eq!(early, Err(FeedError::OutdatedReport { published_at: newest, newest }));
}

#[test]
fn a_pulled_feed_has_no_reporters_and_one_to_eight_rounds() {
    let with = |rounds: u8, sources: u8, reporters: Vec<Account>| {
        let rule = RecoveryRule { fresh_reports: rounds, ..config().rule };
        FeedConfig { reporters, min_sources: sources, rule, ..config() }.validated_pulled().map(|_| ())
    };
    assert_eq!(with(1, 1, Vec::new()), Ok(()));
    assert_eq!(with(8, 1, Vec::new()), Ok(()));
    assert_eq!(with(0, 1, Vec::new()), Err(FeedError::SourceCount { sources: 0, reporters: 1 }));
    assert_eq!(with(9, 1, Vec::new()), Err(FeedError::SourceCount { sources: 9, reporters: 1 }));
    assert_eq!(with(3, 2, Vec::new()), Err(FeedError::SourceCount { sources: 3, reporters: 1 }));
    assert_eq!(with(3, 1, [1].map(reporter).to_vec()), Err(FeedError::ReporterCount { count: 1 }));
    let nobody = Reports::empty(&pulled(), Timestamp(START));
    let refused = nobody.with_report(&pulled(), &alive(), at(START), reporter(1), says(1, START));
    assert_eq!(refused, Err(FeedError::NotReporter { caller: reporter(1) }));
}

/// What the guard stores of a feed and of a selection of markets, each at its largest, within the 416 bytes of one item.
#[test]
fn everything_fits_its_storage_item() {
    use crate::{
        guard::{Forecasts, Pauses},
        registry::BUDGET_WINDOW,
    };
    let config = FeedConfig { reporters: (1..=8).map(reporter).collect(), ..config() };
    let report = Report { price: Price(u128::MAX), confidence: Price(u128::MAX), published_at: Timestamp(u64::MAX) };
    let recovery = Recovery {
        grace_from: Some(Timestamp(1)),
        baseline: Some(Price(1)),
        recovered_at: Some(Timestamp(1)),
        ..Recovery::fresh(Timestamp(1))
    };
    let stable = Some(StablePrice { price: Price(1), at: Timestamp(1) });
    let reports = Reports { newest: [report; MAX_REPORTERS].to_vec(), stable, recovery };
    let forecasts = Forecasts::new((1..=8).map(reporter).collect(), 8, Seconds(1)).unwrap();
    let mut pauses = Pauses::default();
    for hour in 0..14 * 24 {
        pauses = pauses.clone().with_keeper(Timestamp(START + hour * 3_600), Seconds(0)).unwrap_or(pauses);
    }
    assert!(Timestamp(START).after(BUDGET_WINDOW) < Timestamp(START + 14 * 86_400));
    for (what, size) in [
        ("configuration", config.encoded_size()),
        ("reports", reports.encoded_size()),
        ("forecasts", forecasts.encoded_size()),
        ("pauses", pauses.encoded_size()),
    ] {
        assert!(size <= 416, "{what}: {size}");
    }
}

#[test]
fn after_an_outage_reports_from_before_it_do_not_count() {
    let liveness = Liveness::start(0, Timestamp(START), 6_000);
    let config = config();
    let reports = trusted();
    let resumed = START + 180 + 7_200;
    let rules = LivenessConfig { tolerance: Seconds(60), max_silence: Seconds(1_800) };
    let liveness = liveness.observed(rules, 30, Timestamp(START + 180)).observed(rules, 31, Timestamp(resumed));
    let clock = liveness.clock(Timestamp(resumed));
    assert_eq!(clock.active, Timestamp(START + 186));
    let seen = reports.assessed(&config, &liveness, clock);
    assert_eq!((seen.verdict, seen.recovery.recovered_at), (PriceVerdict::Stale, None));
    let report = |reports: Reports, n, now| {
        reports.with_report(&config, &liveness, liveness.clock(Timestamp(now)), reporter(n), says(1_400, now)).unwrap()
    };
    let reports = report(report(reports, 1, resumed + 30), 2, resumed + 30);
    let two = reports.assessed(&config, &liveness, liveness.clock(Timestamp(resumed + 30)));
    assert_eq!((two.verdict, two.recovery.baseline), (PriceVerdict::TooFewSources, None));
    let reports = report(reports, 3, resumed + 30);
    assert_eq!(reports.recovery.baseline, Some(Price(1_400)), "40 % away from the old level: no dead-lock");
    let mut reports = reports;
    for passed in (60..=660).step_by(60) {
        reports = (1..=3).fold(reports, |reports, n| report(reports, n, resumed + passed));
    }
    // The grace runs from the moment at which the feed was valid again.
    assert_eq!(reports.recovery.recovered_at, Some(Timestamp(START + 186 + 660)));
}

#[test]
fn reports_are_refused_with_their_figures() {
    let reports = trusted();
    let report = |caller: u8, published_at: u64| {
        reports.clone().with_report(&config(), &alive(), at(START + 200), reporter(caller), says(1_000, published_at))
    };
    assert_eq!(report(9, START + 200), Err(FeedError::NotReporter { caller: reporter(9) }));
    let (now, newest) = (Timestamp(START + 200), Timestamp(START + 180));
    assert_eq!(report(1, START + 216), Err(FeedError::FutureReport { published_at: Timestamp(START + 216), now }));
    assert!(report(1, START + 215).is_ok());
    assert_eq!(report(1, START + 79), Err(FeedError::StaleReport { published_at: Timestamp(START + 79), now }));
    assert_eq!(report(1, 0), Err(FeedError::StaleReport { published_at: Timestamp(0), now }));
    assert_eq!(report(1, START + 180), Err(FeedError::OutdatedReport { published_at: newest, newest }));
}

#[test]
fn configurations_that_a_minority_could_capture_are_refused() {
    let with = |change: fn(&mut FeedConfig)| {
        let mut config = config();
        change(&mut config);
        config.validated().map(|_| ())
    };
    assert_eq!(with(|_| ()), Ok(()));
    assert_eq!(with(|c| c.reporters.clear()), Err(FeedError::ReporterCount { count: 0 }));
    assert_eq!(with(|c| c.reporters = (1..=9).map(reporter).collect()), Err(FeedError::ReporterCount { count: 9 }));
    assert_eq!(
        with(|c| c.reporters = [1, 2, 1].map(reporter).to_vec()),
        Err(FeedError::DuplicateReporter { reporter: reporter(1) })
    );
    assert_eq!(with(|c| c.min_sources = 2), Err(FeedError::SourceCount { sources: 2, reporters: 5 }));
    assert_eq!(with(|c| c.min_sources = 6), Err(FeedError::SourceCount { sources: 6, reporters: 5 }));
    assert_eq!(with(|c| c.rule.fresh_reports = 0), Err(FeedError::SourceCount { sources: 0, reporters: 5 }));
    assert_eq!(with(|c| c.max_age = Seconds(0)), Err(FeedError::Parameter { value: 0, max: 86_400 }));
    assert_eq!(with(|c| c.rule.grace = Seconds(14_401)), Err(FeedError::Parameter { value: 14_401, max: 14_400 }));
    assert_eq!(with(|c| c.rule.grace = Seconds(14_400)), Ok(()));
    assert_eq!(with(|c| c.max_confidence = Bps(10_001)), Err(FeedError::Parameter { value: 10_001, max: 10_000 }));
}

proptest! {
    #[test]
    fn the_median_lies_between_honest_reports(honest in prop::collection::vec(900u128..1_100, 3), lies: [u128; 2]) {
        let prices: Vec<Price> = honest.iter().chain(&lies).map(|price| Price(*price)).collect();
        let middle = median(prices.into_iter()).unwrap().0;
        prop_assert!(middle >= *honest.iter().min().unwrap() && middle <= *honest.iter().max().unwrap());
    }

    #[test]
    fn the_stable_price_grows_no_faster_than_its_limit(price in 1u128..1 << 100, target: u128, step in 0u64..100_000) {
        let stable = StablePrice { price: Price(price), at: Timestamp(0) };
        let moved = stable.toward(Price(target), Timestamp(step)).price;
        let limit = price * 300 * u128::from(step.min(600)) / 1_000_000;
        prop_assert!(moved.0.abs_diff(price) <= limit);
    }
}

#[test]
fn the_ends_of_every_range_belong_to_it() {
    let most = u8::try_from(MAX_REPORTERS).unwrap();
    let with = |reporters: u8, sources: u8| {
        let rule = RecoveryRule { fresh_reports: sources, ..config().rule };
        let reporters = (1..=reporters).map(reporter).collect();
        FeedConfig { reporters, min_sources: sources, rule, ..config() }.validated().map(|_| ())
    };
    assert_eq!(with(most, most), Ok(()));
    assert_eq!(with(most + 1, most), Err(FeedError::ReporterCount { count: u32::from(most) + 1 }));
    // More than half, and not more than there are.
    let sources = |sources| Err(FeedError::SourceCount { sources, reporters: 4 });
    assert_eq!([2, 3, 4, 5].map(|of| with(4, of)), [sources(2), Ok(()), Ok(()), sources(5)]);
    let widest = FeedConfig {
        max_age: Seconds(86_400),
        max_confidence: Bps(10_000),
        rule: RecoveryRule { max_deviation: Bps(10_000), ..config().rule },
        ..config()
    };
    assert_eq!(widest.clone().validated(), Ok(widest));
}

#[test]
fn reporters_need_not_report_in_the_same_second() {
    let one_by_one = (1..=5).fold(trusted(), |reports, n| {
        let now = START + 400 + u64::from(n);
        reports.with_report(&config(), &alive(), at(now), reporter(n), says(1_000, now)).unwrap()
    });
    assert_eq!(verdict(&one_by_one, START + 405), PriceVerdict::Valid);
}

#[test]
fn a_price_at_the_edge_of_what_is_plausible_is_taken() {
    let now = START + 200;
    let looked = |price: u128, confidence: u128| {
        let said = Report { confidence: Price(confidence), ..says(price, now) };
        let mut reports = (1..=5).fold(trusted(), |reports, n| {
            reports.with_report(&config(), &alive(), at(now), reporter(n), said).unwrap()
        });
        reports.stable = trusted().stable;
        reports.looked_at(&config(), Timestamp(now)).1
    };
    let (stable, most) = (trusted().stable.unwrap().price.0, VOLATILE_MULTIPLE);
    assert_eq!((stable, stable % most), (1_000, 0));
    assert_eq!(looked(stable * most, 0), PriceVerdict::Valid);
    assert_eq!(looked(stable * most + 1, 0), PriceVerdict::TooVolatile);
    assert_eq!(looked(stable / most, 0), PriceVerdict::Valid);
    assert_eq!(looked(stable / most - 1, 0), PriceVerdict::TooVolatile);
    assert_eq!((looked(1_000, 20), looked(1_000, 21)), (PriceVerdict::Valid, PriceVerdict::TooUncertain));
}

#[test]
fn a_report_as_old_as_may_be_is_taken() {
    let age = config().max_age.0;
    let (now, newest) = (START + 400 + age, START + 400);
    let report = |published_at| {
        let said = says(1_000, published_at);
        trusted().with_report(&config(), &alive(), at(now), reporter(1), said).map(|_| ())
    };
    assert_eq!(report(newest), Ok(()));
    let stale = FeedError::StaleReport { published_at: Timestamp(newest - 1), now: Timestamp(now) };
    assert_eq!(report(newest - 1), Err(stale));
}

#[test]
fn a_move_before_a_feed_is_trusted_is_no_jump() {
    let untrusted = round(Reports::empty(&config(), Timestamp(START - 1)), 1_000, START);
    assert!(untrusted.recovery.recovered_at.is_none());
    let moved = round(untrusted, 1_200, START + 60);
    assert_eq!(verdict(&moved, START + 60), PriceVerdict::Valid);
}
