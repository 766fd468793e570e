//! Average price and volatility.

use e2e_tests::{emitted, interfaces::IOracleGuard::*, sol_address};

use crate::{FEED, MARKET, PRICE, Stage, deployed};

/// The average, which each addition rounds down by less than two units.
fn twap(stage: &Stage, end: u64) -> (u128, u64) {
    let seen = stage.view(&twapCall { market: MARKET, end });
    (seen.price, seen.covered)
}

fn near(average: u128, exact: u128) -> bool {
    average <= exact && average + 1_000 > exact
}

fn volatility(stage: &Stage) -> u32 {
    stage.view(&quotesAndVolatilityCall { quoted: vec![], volatile_: vec![MARKET] }).volatility[0]
}

#[test]
fn the_average_is_over_half_an_hour_of_valid_prices_before_the_moment_asked_for() {
    let mut stage = deployed();
    stage.steady(2_400, PRICE);
    let (average, covered) = twap(&stage, stage.chain.now());
    assert_eq!(covered, 1_800);
    assert!(near(average, PRICE), "{average}");

    // From here on the price is half a per cent higher: exactly at the edge of a bucket, to know the answer.
    let edge = stage.chain.now() / 300 * 300 + 300;
    while stage.chain.now() + 60 < edge {
        stage.round_after(60, PRICE);
    }
    stage.chain.produce_block_at(edge).unwrap();
    let higher = PRICE / 1_000 * 1_005;
    stage.round(higher);
    stage.steady(900, higher);
    let (average, covered) = twap(&stage, edge + 900);
    assert_eq!(covered, 1_800);
    assert!(near(average, PRICE / 10_000 * 10_025), "{average}");
    let (average, _) = twap(&stage, edge + 299);
    assert!(near(average, PRICE), "what came after the moment asked for is not in it");

    // Nobody reports: the last price counts until it is stale.
    let last = stage.chain.now();
    stage.wait(1_800);
    let (_, covered) = twap(&stage, last + 1_800);
    assert!(covered <= 121 + 300, "{covered}");
    assert_eq!(twap(&stage, 0), (0, 0));
    assert_eq!(twap(&stage, last - 15 * 86_400), (0, 0));
    let unknown = stage.view(&twapCall { market: 99, end: last });
    assert_eq!((unknown.price, unknown.covered), (0, 0));
}

/// A feed that crashes to the floor is frozen on; what it showed after the jump is not averaged until it is confirmed.
#[test]
fn a_price_that_is_not_valid_is_not_averaged() {
    let mut stage = deployed();
    stage.steady(2_400, PRICE);
    let crash = stage.chain.now();
    stage.chain.produce_block();
    let now = stage.chain.now();
    for reporter in 0..5 {
        stage.report(reporter, PRICE / 10, now).unwrap();
    }
    assert_eq!(stage.verdict(), 5, "too volatile");
    stage.steady(900, PRICE / 10);
    let (average, covered) = twap(&stage, crash + 600);
    assert!(near(average, PRICE), "{average}");
    assert!((1_200..1_800).contains(&covered), "{covered}");
}

#[test]
fn volatility_is_measured_from_valid_prices_and_bounded() {
    let mut stage = deployed();
    assert_eq!(volatility(&stage), 0, "a price that stood still");
    // One per cent to and fro every five minutes: 1 % * sqrt(288) a day, once the still time is outweighed.
    for round in 0..60u32 {
        let price = if round % 2 == 0 { PRICE / 100 * 101 } else { PRICE };
        for _ in 0..5 {
            stage.round_after(60, price);
        }
    }
    let measured = volatility(&stage);
    assert!((1_600..=1_700).contains(&measured), "{measured}");
    let wild = stage.view(&quotesAndVolatilityCall { quoted: vec![], volatile_: vec![MARKET, 99] }).volatility;
    assert_eq!(wild, vec![measured, 20_000], "an unknown market is as wild as can be");

    let calm = setVolatilityCall {
        feed: FEED,
        forecasters: vec![],
        quorum: 0,
        maxAge: 0,
        memory_: 86_400,
        floor: 0,
        cap: 900,
    };
    stage.govern(&calm).unwrap();
    let set = emitted::<VolatilityConfigured>(&stage.chain);
    assert_eq!((set[0].forecasters, set[0].quorum, set[0].floor, set[0].cap), (0, 0, 0, 900));
    assert_eq!(volatility(&stage), 900, "no more than the cap");
    stage.govern(&setVolatilityCall { floor: 3_000, cap: 20_000, ..calm }).unwrap();
    assert_eq!(volatility(&stage), 3_000, "no less than the floor");
}

#[test]
fn the_median_forecast_is_in_force_while_it_is_fresh() {
    let mut stage = deployed();
    let names = stage.reporters[..3].iter().map(|account| sol_address(account.address())).collect();
    stage
        .govern(&setVolatilityCall {
            feed: FEED,
            forecasters: names,
            quorum: 2,
            maxAge: 3_600,
            memory_: 86_400,
            floor: 100,
            cap: 5_000,
        })
        .unwrap();
    assert_eq!(volatility(&stage), 100);
    stage.by(0, &forecastCall { feed: FEED, volatility_: 20_000 }).unwrap();
    assert_eq!(volatility(&stage), 100, "one of three decides nothing");
    stage.by(1, &forecastCall { feed: FEED, volatility_: 400 }).unwrap();
    assert_eq!(volatility(&stage), 5_000, "of two the larger, within the cap");
    stage.by(2, &forecastCall { feed: FEED, volatility_: 300 }).unwrap();
    let said = emitted::<VolatilityForecast>(&stage.chain);
    assert_eq!((said[0].volatility, said[0].inForce), (300, 400));
    assert_eq!(said[0].forecaster, sol_address(stage.reporters[2].address()));
    let spoken = stage.chain.now();
    stage.chain.produce_until(spoken + 3_600);
    assert_eq!(volatility(&stage), 400);
    stage.chain.produce_block_at(spoken + 3_601).unwrap();
    assert_eq!(volatility(&stage), 100, "too old");
    let price = stage.chain.now();
    stage.round(PRICE);
    assert_eq!((stage.chain.now(), volatility(&stage)), (price, 100), "a report does not wake an old forecast");
}
