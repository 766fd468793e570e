//! Cases from other systems, by the rules of this one.

use e2e_tests::{assert_refused, interfaces::IOracleGuard::*};

use crate::{FEED, INCREASE, LIQUIDATE, MARKET, PRICE, Stage, deployed, feed};

/// A stage whose feed has another grace after an outage, trusted again.
fn with_grace(grace: u64) -> Stage {
    let mut stage = deployed();
    let call = setFeedCall { grace, ..feed(&stage.reporters) };
    stage.govern(&call).unwrap();
    stage.steady(300, PRICE);
    assert_eq!(stage.market().0, 0);
    stage
}

/// Halts for two hours; everybody reports in the first block, dated a second ahead: after the resume.
fn halt(stage: &mut Stage) -> u64 {
    stage.chain.produce_block_after(7_200).unwrap();
    let resumed = stage.chain.now();
    for reporter in 0..5 {
        stage.report(reporter, PRICE, resumed + 1).unwrap();
    }
    resumed
}

/// Case 1: refused at the resume and at the end of the grace, allowed a second later; a grace of nothing holds until
/// the next second; one beyond four hours is no parameter.
#[test]
fn grace_boundary() {
    for grace in [0, 1, 120] {
        let mut stage = with_grace(grace);
        let resumed = halt(&mut stage);
        assert_eq!(stage.ask(LIQUIDATE, 9_999), (false, 7, 0), "grace {grace}: at the resume");
        if grace > 0 {
            stage.until(resumed + grace);
            assert_eq!(stage.ask(LIQUIDATE, 9_999), (false, 7, 0), "grace {grace}: at its end");
        }
        stage.chain.produce_block_at(resumed + grace + 1).unwrap();
        assert_eq!(stage.ask(LIQUIDATE, 9_999), (true, 0, 1_000), "grace {grace}: a second later");
    }
    let mut stage = with_grace(14_400);
    let refused = setFeedCall { grace: 14_401, ..feed(&stage.reporters) };
    assert_refused(stage.govern(&refused), ParameterOutOfRange { value: 14_401, max: 14_400 });
}

/// Case 2: grace of an hour. In the grace 0.97 is refused and 0.94 liquidated; two hours after the resume 0.97 is too.
#[test]
fn deep_insolvency() {
    let mut stage = with_grace(3_600);
    halt(&mut stage);
    assert_eq!(stage.ask(LIQUIDATE, 9_700), (false, 7, 0));
    assert_eq!(stage.ask(LIQUIDATE, 9_400), (true, 0, 10_000));
    stage.steady(1_800, PRICE);
    assert_eq!(stage.ask(LIQUIDATE, 9_700), (false, 7, 0));
    stage.steady(5_400, PRICE);
    assert!(stage.ask(LIQUIDATE, 9_700).0);
}

/// Case 4: price 34, mark 33: within a band of 5 %. Confidence 1.0 on 34 with a bound of 2 %: too uncertain.
#[test]
fn divergence() {
    let unit = PRICE / 100;
    let mut stage = deployed();
    stage.govern(&setFeedCall { feed: 2, ..feed(&stage.reporters.clone()) }).unwrap();
    stage.govern(&setMarketCall { market: 34, feed: 2, class: 0 }).unwrap();
    let venue = e2e_tests::sol_address(stage.reporters[0].address());
    stage.govern(&setBasisCall { market: 34, venue, band: 500, maxAge: 3_600 }).unwrap();
    let report = |stage: &mut Stage, confidence| {
        stage.wait(60);
        let now = stage.chain.now();
        for reporter in 0..5 {
            let report = reportCall { feed: 2, price: 34 * unit, confidence, publishedAt: now };
            stage.by(reporter, &report).unwrap();
        }
    };
    for _ in 0..4 {
        report(&mut stage, 0);
    }
    stage.by(0, &reportMarkCall { market: 34, mark: 33 * unit }).unwrap();
    let basis = stage.view(&basisCall { market: 34 });
    assert_eq!((basis.mark, basis.index, basis.distance, basis.within), (33 * unit, 34 * unit, -295, true));
    let ask = |stage: &Stage| stage.view(&permissionCall { markets: vec![34], action: INCREASE, health: 0 });
    assert!(ask(&stage).allowed);
    report(&mut stage, unit);
    assert_eq!((ask(&stage).allowed, ask(&stage).reason), (false, 3));
}

/// Case 9, by our rule of deviation: from 1 to 0.5 is refused under a bound of 40 % and passes at one of 50 % or 60 %;
/// from 1 to 1.5 is refused at 40 %; a price of zero is refused under any.
#[test]
fn circuit_breaker() {
    let rows = [(4_000, 50, 4), (5_000, 50, 0), (6_000, 50, 0), (4_000, 150, 4), (5_000, 150, 0), (6_000, 0, 6)];
    for (tolerance, percent, verdict) in rows {
        let mut stage = deployed();
        let call = setFeedCall { maxDeviation: tolerance, ..feed(&stage.reporters) };
        stage.govern(&call).unwrap();
        stage.steady(300, PRICE);
        stage.round_after(60, PRICE / 100 * percent);
        assert_eq!(stage.verdict(), verdict, "{percent} % under {tolerance}");
        assert_eq!(stage.ask(INCREASE, 0).0, verdict == 0, "{percent} % under {tolerance}");
        let quote = stage.view(&quotesCall { markets: vec![MARKET] })[0].clone();
        assert_eq!(quote.price, PRICE / 100 * percent);
    }
}

/// Two of five reporters lie, are dead, or date ahead: the price is that of the other three, and nothing is frozen.
#[test]
fn reporters_up_to_one_less_than_a_majority_can_do_nothing() {
    let mut stage = deployed();
    for lie in [0, 1, PRICE / 2, PRICE * 3, u128::MAX] {
        stage.wait(60);
        let now = stage.chain.now();
        for liar in 0..2 {
            stage.report(liar, lie, now + 15).unwrap();
            let further = stage.report(liar, lie, now + 16);
            assert_refused(further, FutureReport { publishedAt: now + 16, now_: now });
        }
        for honest in 2..5 {
            stage.report(honest, PRICE, now).unwrap();
        }
        assert_eq!((stage.verdict(), stage.market()), (0, (0, 0, 0, 10_000)), "{lie}");
    }
    // Two are dead for an hour.
    for _ in 0..60 {
        stage.wait(60);
        let now = stage.chain.now();
        for honest in 2..5 {
            stage.report(honest, PRICE, now).unwrap();
        }
    }
    assert_eq!((stage.verdict(), stage.market().0), (0, 0));
    // After a halt the two liars alone do not thaw it, at any level.
    stage.chain.produce_block_after(7_200).unwrap();
    let resumed = stage.chain.now();
    while stage.chain.now() < resumed + 1_200 {
        stage.wait(60);
        let now = stage.chain.now();
        for liar in 0..2 {
            stage.report(liar, PRICE / 2, now).unwrap();
        }
    }
    assert_eq!((stage.verdict(), stage.market().0), (1, 2));
    let quote = stage.view(&feedStateCall { feed: FEED });
    assert_eq!(quote.recoveredAt, 0);
}
