//! What the guard refuses, with the figures.

use alloy_core::{primitives::Address, sol_types::SolValue};
use e2e_tests::{abi::assert_same, assert_refused, chain, funded, interfaces::IOracleGuard::*, place, sol_address};

use crate::{FEED, MARKET, PRICE, deployed, feed};

#[test]
fn reports_are_refused_with_their_figures() {
    let mut stage = deployed();
    let now_ = stage.chain.now();
    let outsider = stage.governance.clone();
    let call = reportCall { feed: FEED, price: PRICE, confidence: 0, publishedAt: now_ };
    let refused = stage.chain.sol_call(&outsider, stage.guard, &call, 0);
    assert_refused(refused, NotReporter { caller: sol_address(outsider.address()) });
    let refused = stage.govern(&reportCall { feed: 9, ..call });
    assert_refused(refused, UnknownFeed { feed: 9 });
    assert_refused(stage.report(0, PRICE, now_ + 16), FutureReport { publishedAt: now_ + 16, now_ });
    assert_refused(stage.report(0, PRICE, now_ - 121), StaleReport { publishedAt: now_ - 121, now_ });
    assert_refused(stage.report(0, PRICE, 0), StaleReport { publishedAt: 0, now_ });
    assert_refused(stage.report(0, PRICE, now_), OutdatedReport { publishedAt: now_, newest: now_ });
    stage.report(0, PRICE, now_ + 15).unwrap();
}

#[test]
fn configuration_is_governed_and_checked() {
    let mut stage = deployed();
    let reporter = stage.reporters[0].clone();
    let caller = sol_address(reporter.address());
    let good = feed(&stage.reporters);
    let set_market = setMarketCall { market: 5, feed: FEED, class: 0 };
    let refused = stage.chain.sol_call(&reporter, stage.guard, &good, 0);
    assert_refused(refused, NotGovernance { caller });
    let refused = stage.chain.sol_call(&reporter, stage.guard, &set_market, 0);
    assert_refused(refused, NotGovernance { caller });
    assert_refused(stage.govern(&setMarketCall { feed: 7, ..set_market.clone() }), UnknownFeed { feed: 7 });
    assert_refused(stage.govern(&setMarketCall { class: 4, ..set_market }), UnknownClass { class: 4 });
    let nobody = setFeedCall { reporters: vec![], ..good.clone() };
    assert_refused(stage.govern(&nobody), ReporterCount { count: 0 });
    let twice = setFeedCall { reporters: vec![caller, caller], minSources: 2, freshReports: 2, ..good.clone() };
    assert_refused(stage.govern(&twice), DuplicateReporter { reporter: caller });
    let minority = setFeedCall { minSources: 2, ..good.clone() };
    assert_refused(stage.govern(&minority), SourceCount { sources: 2, reporters: 5 });
    let endless = setFeedCall { grace: 14_401, ..good.clone() };
    assert_refused(stage.govern(&endless), ParameterOutOfRange { value: 14_401, max: 14_400 });
    let ageless = setFeedCall { maxAge: 0, ..good };
    assert_refused(stage.govern(&ageless), ParameterOutOfRange { value: 0, max: 86_400 });
    let unknown = stage.chain.sol_view(&stage.governance, stage.guard, &feedStateCall { feed: 9 });
    assert_refused(unknown, UnknownFeed { feed: 9 });
    let unknown = stage.chain.sol_view(&stage.governance, stage.guard, &marketStateCall { market: 9 });
    assert_refused(unknown, UnknownMarket { market: 9 });
}

#[test]
fn a_guard_that_could_not_work_is_refused() {
    let mut chain = chain();
    let deployer = funded(&mut chain, "deployer");
    let owner = sol_address(deployer.address());
    let mut deploy = |governance: Address, registry: Address, block_time: u64, tolerance: u64, silence: u64| {
        let constructor = (governance, registry, block_time, tolerance, silence).abi_encode_params();
        place(&mut chain, &deployer, "oracle_guard", constructor)
    };
    assert_refused(deploy(Address::ZERO, owner, 6_000, 60, 1_800), ZeroAddress {});
    assert_refused(deploy(owner, Address::ZERO, 6_000, 60, 1_800), ZeroAddress {});
    assert_refused(deploy(owner, owner, 0, 60, 1_800), ParameterOutOfRange { value: 0, max: 86_400_000 });
    assert_refused(deploy(owner, owner, 6_000, 0, 1_800), ParameterOutOfRange { value: 0, max: 86_400 });
    assert_refused(deploy(owner, owner, 6_000, 60, 90_000), ParameterOutOfRange { value: 90_000, max: 86_400 });
}

#[test]
fn the_solidity_interface_is_the_contract() {
    assert_same::<IOracleGuardCalls, IOracleGuardErrors>("oracle_guard", IOracleGuardEvents::SELECTORS);
}

#[test]
fn the_new_settings_are_governed_and_checked() {
    let mut stage = deployed();
    let (caller, venue) = (sol_address(stage.reporters[0].address()), sol_address(stage.reporters[1].address()));
    let rule = setVolatilityCall {
        feed: FEED,
        forecasters: vec![caller, venue],
        quorum: 2,
        maxAge: 3_600,
        memory_: 86_400,
        floor: 10,
        cap: 2_000,
    };
    let band = setBasisCall { market: MARKET, venue, band: 500, maxAge: 60 };
    let pulled = setPulledFeedCall {
        feed: 2,
        kind: 0,
        source: venue,
        key: 0,
        maxAge: 3_600,
        maxConfidence: 200,
        maxDeviation: 1_000,
        grace: 600,
        feedGrace: 60,
        ramp: 1_800,
        freshRounds: 2,
    };
    assert_refused(stage.by(0, &rule), NotGovernance { caller });
    assert_refused(stage.by(0, &band), NotGovernance { caller });
    assert_refused(stage.by(0, &pulled), NotGovernance { caller });
    assert_refused(stage.by(0, &pauseForCall { selection: 0, id: MARKET, length: 60 }), NotGovernance { caller });

    assert_refused(stage.govern(&setVolatilityCall { feed: 9, ..rule.clone() }), UnknownFeed { feed: 9 });
    let refused = stage.govern(&setVolatilityCall { memory_: 299, ..rule.clone() });
    assert_refused(refused, ParameterOutOfRange { value: 299, max: 7_776_000 });
    let refused = stage.govern(&setVolatilityCall { floor: 2_001, ..rule.clone() });
    assert_refused(refused, ParameterOutOfRange { value: 2_001, max: 2_000 });
    let refused = stage.govern(&setVolatilityCall { quorum: 1, ..rule.clone() });
    assert_refused(refused, ForecastQuorum { quorum: 1, forecasters: 2 });
    let refused = stage.govern(&setVolatilityCall { forecasters: vec![venue, venue], ..rule.clone() });
    assert_refused(refused, DuplicateForecaster { forecaster: venue });
    let nine = (1..=9).map(Address::repeat_byte).collect();
    let refused = stage.govern(&setVolatilityCall { forecasters: nine, quorum: 9, ..rule.clone() });
    assert_refused(refused, ForecasterCount { count: 9 });
    stage.govern(&rule).unwrap();

    assert_refused(stage.govern(&setBasisCall { market: 9, ..band.clone() }), UnknownMarket { market: 9 });
    assert_refused(stage.govern(&setBasisCall { venue: Address::ZERO, ..band.clone() }), ZeroAddress {});
    let refused = stage.govern(&setBasisCall { band: 10_001, ..band.clone() });
    assert_refused(refused, ParameterOutOfRange { value: 10_001, max: 10_000 });
    let refused = stage.govern(&setBasisCall { maxAge: 0, ..band });
    assert_refused(refused, ParameterOutOfRange { value: 0, max: 86_400 });

    assert_refused(stage.govern(&setPulledFeedCall { kind: 2, ..pulled.clone() }), UnknownSourceKind { kind: 2 });
    assert_refused(stage.govern(&setPulledFeedCall { source: Address::ZERO, ..pulled.clone() }), ZeroAddress {});
    let refused = stage.govern(&setPulledFeedCall { freshRounds: 9, ..pulled.clone() });
    assert_refused(refused, SourceCount { sources: 9, reporters: 1 });
    assert_refused(stage.govern(&pulled), SourceFailed { feed: 2, fault: 0 });
    assert_refused(stage.by(0, &pullCall { feed: FEED }), NotPulled { feed: FEED });
    let refused = stage.by(0, &forecastCall { feed: 2, volatility_: 100 });
    assert_refused(refused, NotForecaster { caller });
    let refused = stage.govern(&forecastCall { feed: FEED, volatility_: 100 });
    assert_refused(refused, NotForecaster { caller: sol_address(stage.governance.address()) });
    let refused = stage.by(0, &forecastCall { feed: FEED, volatility_: 20_001 });
    assert_refused(refused, ParameterOutOfRange { value: 20_001, max: 20_000 });
    assert_refused(stage.by(0, &noteCall { market: 9 }), UnknownMarket { market: 9 });
}
