use alloc::vec;

use proptest::prelude::*;

use super::*;

const T: u64 = 1_000_000;

fn run(prices: impl IntoIterator<Item = (u64, u128)>, rule: VolatilityRule) -> Volatility {
    prices.into_iter().fold(Volatility::unmeasured(rule), |seen, (at, price)| seen.sampled(Price(price), Timestamp(at)))
}

/// One per cent up or down every five minutes is 1 % * sqrt(288) a day.
#[test]
fn a_steady_wobble_has_the_volatility_of_its_returns() {
    let prices = (0..2_000u64).map(|n| (T + n * 300, if n % 2 == 0 { 1_000_000 } else { 1_010_000 }));
    assert_eq!(run(prices, VolatilityRule::default()).measured_up(), Bps(1_698), "sqrt(288) = 16.97 %");
}

/// The same moves, seen every five minutes or every two hours, make the same volatility.
#[test]
fn the_spacing_of_reports_does_not_matter() {
    for gap in [300u64, 900, 7_200] {
        // Returns of sqrt(gap / 86,400) * 5 %, alternating.
        let ratio = (u128::from(gap) * 2_500_000_000 / 86_400).isqrt();
        let prices = (0..3_000u64).map(|n| (T + n * gap, if n % 2 == 0 { 1_000_000 } else { 1_000_000 + ratio }));
        let seen = run(prices, VolatilityRule::default()).measured_up();
        assert!((498..=502).contains(&seen.0), "{gap}: {seen:?}");
    }
}

#[test]
fn samples_in_quick_succession_are_not_taken_for_movement() {
    let noisy = (0..600u64).map(|n| (T + n * 6, if n % 50 == 0 { 1_000_000 } else { 1_010_000 }));
    let seen = run(noisy, VolatilityRule::default());
    assert_eq!(seen.measured_up(), Bps(0), "each sample fell on the same price");
}

#[test]
fn the_first_return_counts_in_full_and_a_jump_fades_with_the_memory() {
    let seen = run([(T, 1_000_000), (T + 86_400, 1_100_000)], VolatilityRule::default());
    assert_eq!(seen.measured_up(), Bps(1_000), "10 % in a day");
    let calm = (1..=288u64).fold(seen, |seen, n| seen.sampled(Price(1_100_000), Timestamp(T + 86_400 + n * 300)));
    // (288 / 289)^288 of the variance is left after one memory: about 1 / e.
    assert!((600..=610).contains(&calm.measured_up().0), "{:?}", calm.measured_up());
}

#[test]
fn what_is_in_force_is_the_larger_within_its_bounds() {
    let rule = VolatilityRule { floor: Bps(50), cap: Bps(2_000), ..VolatilityRule::default() };
    let calm = Volatility::unmeasured(rule);
    let says = |forecast, until| Volatility { forecast: Bps(forecast), forecast_until: Timestamp(until), ..calm };
    assert_eq!(calm.in_force(Timestamp(T)), Bps(50));
    assert_eq!(says(700, T).in_force(Timestamp(T)), Bps(700));
    assert_eq!(says(700, T).in_force(Timestamp(T + 1)), Bps(50), "an old forecast counts no more");
    assert_eq!(says(9_000, T).in_force(Timestamp(T)), Bps(2_000));
    let wild = run([(T, 100), (T + 300, 100_000)], rule);
    assert_eq!(wild.in_force(Timestamp(T)), Bps(2_000));
    assert!(Volatility { forecast: Bps(1), ..wild }.in_force(Timestamp(T)) >= Bps(2_000));
}

fn who(n: u8) -> Account {
    Account([n; 20])
}

fn three() -> Forecasts {
    Forecasts::new([1, 2, 3].map(who).to_vec(), 2, Seconds(3_600)).unwrap()
}

#[test]
fn one_of_three_forecasters_neither_decides_nor_outlasts() {
    let one = three().with(who(1), MAX_VOLATILITY, Timestamp(T)).unwrap();
    assert_eq!(one.median_up(Timestamp(T)), None);
    let two = one.with(who(2), Bps(300), Timestamp(T + 100)).unwrap();
    assert_eq!(two.median_up(Timestamp(T + 100)), Some((MAX_VOLATILITY, Timestamp(T + 3_600))), "of two the upper");
    let three = two.with(who(3), Bps(400), Timestamp(T + 200)).unwrap();
    assert_eq!(three.median_up(Timestamp(T + 200)), Some((Bps(400), Timestamp(T + 3_700))));
    assert_eq!(three.median_up(Timestamp(T + 3_700)), Some((Bps(400), Timestamp(T + 3_700))));
    assert_eq!(three.median_up(Timestamp(T + 3_701)), None);
    assert_eq!(Forecasts::default().median_up(Timestamp(T)), None);
}

#[test]
fn forecasts_and_rules_out_of_bounds_are_refused() {
    let refused = |volatility| three().with(who(1), Bps(volatility), Timestamp(T));
    assert_eq!(refused(0), Err(VolatilityError::Parameter { value: 0, max: 20_000 }));
    assert_eq!(refused(20_001), Err(VolatilityError::Parameter { value: 20_001, max: 20_000 }));
    let stranger = three().with(who(9), Bps(1), Timestamp(T));
    assert_eq!(stranger, Err(VolatilityError::NotForecaster { caller: who(9) }));
    let named = |accounts: Vec<Account>, quorum, age| Forecasts::new(accounts, quorum, Seconds(age)).map(|_| ());
    assert_eq!(named(vec![], 0, 0), Ok(()));
    assert_eq!(named(vec![], 1, 0), Err(VolatilityError::Quorum { quorum: 1, forecasters: 0 }));
    assert_eq!(named(vec![who(1), who(2)], 1, 9), Err(VolatilityError::Quorum { quorum: 1, forecasters: 2 }));
    assert_eq!(named(vec![who(1), who(2)], 3, 9), Err(VolatilityError::Quorum { quorum: 3, forecasters: 2 }));
    assert_eq!(named(vec![who(1), who(1)], 2, 9), Err(VolatilityError::DuplicateForecaster { forecaster: who(1) }));
    assert_eq!(named((0..9).map(who).collect(), 9, 9), Err(VolatilityError::ForecasterCount { count: 9 }));
    assert_eq!(named(vec![who(1)], 1, 0), Err(VolatilityError::Parameter { value: 0, max: 604_800 }));
    assert_eq!(named(vec![who(1)], 1, 604_801), Err(VolatilityError::Parameter { value: 604_801, max: 604_800 }));
    let rule = |memory, floor, cap| {
        VolatilityRule { memory: Seconds(memory), floor: Bps(floor), cap: Bps(cap) }.validated().map(|_| ())
    };
    assert_eq!(rule(300, 0, 1), Ok(()));
    assert_eq!(rule(299, 0, 1), Err(VolatilityError::Parameter { value: 299, max: 7_776_000 }));
    assert_eq!(rule(300, 0, 0), Err(VolatilityError::Parameter { value: 0, max: 20_000 }));
    assert_eq!(rule(300, 0, 20_001), Err(VolatilityError::Parameter { value: 20_001, max: 20_000 }));
    assert_eq!(rule(300, 6, 5), Err(VolatilityError::Parameter { value: 6, max: 5 }));
}

proptest! {
    #[test]
    fn nothing_overflows_and_the_bounds_hold(
        prices in prop::collection::vec((any::<u128>(), 0u64..1 << 40), 0..40),
        floor in 0u32..100, cap in 100u32..20_000,
    ) {
        let rule = VolatilityRule { floor: Bps(floor), cap: Bps(cap), ..VolatilityRule::default() };
        let mut now = T;
        let mut seen = Volatility::unmeasured(rule);
        for (price, gap) in prices {
            now += gap;
            seen = seen.sampled(Price(price), Timestamp(now));
            let force = seen.in_force(Timestamp(now));
            prop_assert!(force >= Bps(floor) && force <= Bps(cap));
        }
    }
}

#[test]
fn who_has_said_nothing_is_not_heard_in_the_first_hour_of_the_epoch() {
    let forecasts = Forecasts::new(vec![Account([1; 20])], 1, Seconds(3_600)).unwrap();
    assert_eq!(forecasts.median_up(Timestamp(100)), None);
}
