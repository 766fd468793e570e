//! How feeds and plans move markets through their stages.

use alloy_core::{
    primitives::{Address, FixedBytes},
    sol_types::SolValue,
};
use e2e_tests::{
    assert_refused, chain, emitted, funded,
    interfaces::{
        IOracleGuard::*,
        IUpgradeRegistry::{forkOfCall, registerDomainCall, signalCall},
    },
    place,
    plans::announcement,
    sol_address,
};
use lockstep_devchain::{Account, H160};

use crate::{FEED, GRACE, INCREASE, LIQUIDATE, MARKET, PRICE, Stage, deployed, feed, with_keepers};

#[test]
fn the_median_of_fresh_reports_is_quoted() {
    let mut stage = deployed();
    stage.chain.produce_block();
    let now = stage.chain.now();
    for (reporter, price) in [(0, 1), (1, u128::MAX), (2, PRICE + 1), (3, PRICE + 2), (4, PRICE + 3)] {
        stage.report(reporter, price, now).unwrap();
    }
    let reported = emitted::<PriceReported>(&stage.chain);
    assert_eq!((reported[0].feed, reported[0].price, reported[0].publishedAt), (FEED, PRICE + 3, now));
    assert_eq!(reported[0].reporter, sol_address(stage.reporters[4].address()));
    assert_eq!((reported[0].median, reported[0].verdict), (PRICE + 2, 0));
    let quotes = stage.view(&quotesCall { markets: vec![MARKET, 99] });
    assert_eq!((quotes[0].price, quotes[0].verdict), (PRICE + 2, 0));
    assert_eq!((quotes[1].price, quotes[1].stablePrice, quotes[1].verdict), (0, 0, 6), "unknown market");
    let seen = stage.view(&feedStateCall { feed: FEED });
    assert_eq!((seen.price, seen.verdict, seen.cause), (PRICE + 2, 0, 1));

    // Two more reports make no newer date: a price takes three.
    let later = now + 6;
    stage.chain.produce_block();
    for reporter in [0, 1] {
        stage.report(reporter, PRICE, later).unwrap();
    }
    let reading = stage.view(&readingCall { market: MARKET });
    assert_eq!((reading.price, reading.verdict, reading.publishedAt), (PRICE + 1, 0, now));
    stage.report(2, PRICE, later).unwrap();
    assert_eq!(stage.view(&readingCall { market: MARKET }).publishedAt, later);
    let unknown = stage.chain.sol_view(&stage.governance, stage.guard, &readingCall { market: 99 });
    assert_refused(unknown, UnknownMarket { market: 99 });
}

#[test]
fn a_stale_price_stops_risk_but_never_an_exit() {
    let mut stage = deployed();
    let reported = stage.chain.now();
    stage.chain.produce_block_at(reported + 120).unwrap();
    assert_eq!(stage.verdict(), 0);
    stage.chain.produce_block_at(reported + 121).unwrap();
    assert_eq!(stage.verdict(), 2);
    for action in 0..4 {
        assert_eq!(stage.ask(action, 0), (true, 0, 10_000), "action {action}");
    }
    for action in [INCREASE, LIQUIDATE, 6] {
        assert_eq!(stage.ask(action, 5_000), (false, 2, 0), "action {action}");
    }
    assert_eq!(stage.ask(7, 0), (false, 14, 0));
    assert_eq!(stage.ask(8, 0), (false, 16, 0));
    let unknown = stage.view(&permissionCall { markets: vec![MARKET, 99], action: 0, health: 0 });
    assert_eq!((unknown.allowed, unknown.reason), (false, 15));
}

/// The host halts for six hours; the feed comes back half an hour after the host, on another level.
#[test]
fn after_a_halt_the_market_thaws_by_itself() {
    let mut stage = deployed();
    stage.chain.produce_block_after(21_600).unwrap();
    let resumed = stage.chain.now();
    let anyone = stage.reporters[4].clone();
    stage.chain.sol_call(&anyone, stage.guard, &heartbeatCall {}, 0).unwrap();
    let seen = emitted::<OutageSeen>(&stage.chain);
    assert_eq!((seen[0].resumedAt, seen[0].length, seen[0].downtime), (resumed, 21_594, 21_594));
    assert_eq!(stage.view(&activeTimeCall {}), resumed - 21_594);
    let liveness = stage.view(&livenessCall {});
    assert_eq!((liveness.downtime, liveness.resumedAt, liveness.outage), (21_594, resumed, 21_594));
    assert_eq!(stage.market(), (2, 7, resumed + GRACE, 0));
    assert_eq!(stage.ask(LIQUIDATE, 9_999), (false, 2, 0));

    stage.chain.produce_until(resumed + 1_800);
    assert_eq!(stage.ask(LIQUIDATE, 9_999), (false, 2, 0), "the feed still shows the price from before the halt");
    let level = PRICE * 13 / 10;
    stage.round(level);
    assert_eq!(stage.verdict(), 0, "a level 30 % away is no dead-lock: the baseline is younger than the halt");
    assert_eq!(stage.ask(LIQUIDATE, 9_999), (false, 7, 0), "grace");
    assert_eq!(stage.ask(LIQUIDATE, 9_499), (true, 0, 10_000), "deep insolvency at a valid price");
    assert_eq!(stage.ask(INCREASE, 0), (false, 7, 0));
    let valid = stage.chain.now();
    while stage.chain.now() < valid + GRACE - 60 {
        stage.round_after(60, level);
    }
    stage.chain.produce_block_at(valid + GRACE).unwrap();
    assert_eq!(stage.market().0, 2, "at the end of the grace it still blocks");
    stage.chain.produce_block_at(valid + GRACE + 1).unwrap();
    assert_eq!(stage.market(), (0, 0, 0, 1_000), "a second later a tenth may be liquidated");
    stage.round(level);
    let thawed = emitted::<FeedThawed>(&stage.chain);
    assert!(thawed.is_empty(), "only the first report after the thaw says so");
    let latched = stage.view(&feedStateCall { feed: FEED });
    assert_eq!(latched.recoveredAt, stage.view(&activeTimeCall {}));
    for _ in 0..15 {
        stage.round_after(60, level);
    }
    assert_eq!(stage.ask(LIQUIDATE, 9_999), (true, 0, 5_500), "half of the ramp");
    for _ in 0..15 {
        stage.round_after(60, level);
    }
    assert_eq!(stage.ask(LIQUIDATE, 9_999), (true, 0, 10_000));
}

#[test]
fn a_feed_that_stays_away_leaves_the_market_reduce_only_at_the_bound() {
    let mut stage = deployed();
    let starved = stage.chain.now() + 121;
    stage.chain.produce_until(starved + 14_400 - 6);
    assert_eq!(stage.market().0, 2);
    while stage.chain.now() < starved + 14_400 + 1_800 {
        stage.chain.produce_block();
    }
    assert_eq!((stage.market().0, stage.market().1), (3, 13));
    assert!(!stage.ask(INCREASE, 0).0);
    assert_eq!(stage.ask(2, 0), (true, 0, 10_000), "reduce");
}

#[test]
fn a_jump_waits_for_confirmation() {
    let mut stage = deployed();
    stage.chain.produce_block();
    stage.round(PRICE * 12 / 10);
    assert_eq!(stage.verdict(), 4);
    assert_eq!(stage.ask(LIQUIDATE, 9_000), (false, 4, 0));
    assert_eq!(stage.view(&feedStateCall { feed: FEED }).cause, 2);
    for _ in 0..3 {
        stage.round_after(60, PRICE * 12 / 10);
    }
    assert_eq!((stage.verdict(), stage.market().0), (0, 0));
}

#[test]
fn freezes_and_thaws_are_told() {
    let mut stage = deployed();
    stage.chain.produce_block();
    let now = stage.chain.now();
    for reporter in 0..3 {
        stage.report(reporter, PRICE * 12 / 10, now).unwrap();
    }
    let froze = emitted::<FeedFroze>(&stage.chain);
    assert_eq!((froze[0].feed, froze[0].cause, froze[0].frozenAt), (FEED, 2, now));
    stage.round_after(60, PRICE * 12 / 10);
    stage.chain.produce_block();
    let now = stage.chain.now();
    stage.report(0, PRICE * 12 / 10, now).unwrap();
    let thawed = emitted::<FeedThawed>(&stage.chain);
    assert_eq!((thawed[0].feed, thawed[0].ramp), (FEED, 66));
}

/// A plan freezes the market it names and no other; it thaws after verification, grace and fresh reports.
#[test]
fn a_plan_freezes_and_releases_its_market() {
    let mut stage = deployed();
    stage.govern(&setMarketCall { market: 11, feed: FEED, class: 3 }).unwrap();
    let governance = stage.governance.clone();
    let genesis = FixedBytes([1; 32]);
    stage.registry(&governance, &registerDomainCall { domain: 1, genesisHash: genesis, paraId: 0, chainId: 0 });
    with_keepers(&mut stage, 3);
    let freeze_at = stage.chain.now() + 600;
    let plan = announcement(freeze_at, FixedBytes([7; 32]), vec![MARKET]);
    stage.registry(&governance, &plan);
    assert_eq!(stage.ask(INCREASE, 0), (true, 0, 10_000), "announced");
    while stage.chain.now() < freeze_at {
        stage.round_after(60, PRICE);
    }
    assert_eq!(stage.market(), (2, 9, freeze_at + 7_200, 0));
    assert_eq!(stage.ask(LIQUIDATE, 9_999), (false, 9, 0));
    assert_eq!(stage.ask(LIQUIDATE, 9_400), (true, 0, 10_000));
    let other = stage.view(&permissionCall { markets: vec![11], action: LIQUIDATE, health: 9_999 });
    assert!(other.allowed, "one frozen market never stops the others");

    let fork = stage.registry(&governance, &forkOfCall { domain: 1 });
    for kind in 0..3 {
        let observed = stage.chain.now();
        for keeper in [stage.reporters[0].clone(), stage.reporters[1].clone()] {
            let call = signalCall {
                plan: 1,
                kind,
                forkId: fork,
                height: 5,
                codeHash: FixedBytes([7; 32]),
                observedAt: observed,
            };
            stage.registry(&keeper, &call);
        }
        let reason = if kind == 2 { 18 } else { 10 };
        assert_eq!((stage.market().0, stage.market().1), (2, reason), "after kind {kind}");
    }
    let verified = stage.chain.now();
    while stage.chain.now() < verified + GRACE - 60 {
        stage.round_after(60, PRICE);
    }
    stage.chain.produce_block_at(verified + GRACE).unwrap();
    assert_eq!(stage.market().0, 2);
    stage.chain.produce_block_at(verified + GRACE + 1).unwrap();
    assert_eq!(stage.market(), (1, 11, 0, 1_000), "liquidations thaw, risk does not grow before completion");
    assert_eq!(stage.ask(INCREASE, 0), (false, 11, 0));
    while stage.chain.now() < verified + 1_200 {
        stage.round_after(60, PRICE);
    }
    assert_eq!((stage.market().0, stage.ask(INCREASE, 0).0), (0, true));
}

#[test]
fn a_registry_that_does_not_answer_leaves_the_market_reduce_only() {
    let mut chain = chain();
    let governance = funded(&mut chain, "governance");
    let reporters: Vec<Account> = ["a", "b", "c"].iter().map(|name| funded(&mut chain, name)).collect();
    let (owner, nobody) = (sol_address(governance.address()), Address::repeat_byte(9));
    let constructor = (owner, nobody, 6_000u64, 60u64, 1_800u64).abi_encode_params();
    let guard = place(&mut chain, &governance, "oracle_guard", constructor).unwrap();
    let mut stage = Stage { chain, guard, registry: H160::zero(), governance, reporters };
    let call = setFeedCall { minSources: 2, freshReports: 2, ..feed(&stage.reporters) };
    stage.govern(&call).unwrap();
    stage.govern(&setMarketCall { market: MARKET, feed: FEED, class: 0 }).unwrap();
    for _ in 0..4 {
        stage.round_after(60, PRICE);
    }
    assert_eq!(stage.verdict(), 0);
    assert_eq!(stage.market(), (3, 17, 0, 0));
    assert_eq!((stage.ask(INCREASE, 0), stage.ask(LIQUIDATE, 9_999)), ((false, 17, 0), (false, 17, 0)));
    assert_eq!((stage.ask(2, 0).0, stage.ask(LIQUIDATE, 9_400).0), (true, true));
}
