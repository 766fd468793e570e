//! What sentinel, feeds and their consumers say in every state of the market.

use super::*;
use e2e_tests::assert_refused;

#[test]
fn an_open_market_is_open_to_everybody() {
    let (stage, since) = deployed();
    assert_eq!(stage.liquidation(97).unwrap(), U256::from(ANSWER));
    assert_eq!(said(stage.liquidation(100)), "45", "a healthy user");
    stage.assert_borrowing(true);
    assert!(stage.aaves_sentinel());
    assert_eq!(stage.settled_price().unwrap(), U256::from(PRICE));
    assert_eq!(stage.seen().since, since, "not refreshed");
}

#[test]
fn a_stale_price_is_refused_below_095_too() {
    let (mut stage, since) = deployed();
    stage.pass(126);
    assert_eq!(stage.seen(), Seen { borrow: false, liquidate: false, price: Err(2), down: false, since });
    assert_eq!(said(stage.liquidation(97)), SENTINEL);
    // Aave does not ask its sentinel here: the price feed is what stops it.
    assert_refused(stage.liquidation(94), IAggregator::InvalidPrice { verdict: 2 });
    stage.assert_borrowing(false);
    assert!(stage.aaves_sentinel(), "the host is up");
    assert_refused(stage.settled_price(), IAggregator::InvalidPrice { verdict: 2 });

    // The feed comes back: the price is valid at once, the thaw takes a minute of grace and the ramp.
    stage.round_after(6);
    let thawing = Seen { borrow: false, liquidate: false, price: Ok(ANSWER), down: false, since };
    assert_eq!(stage.seen(), thawing);
    for _ in 0..5 {
        stage.round_after(60);
    }
    assert_eq!(stage.seen(), open(since));
}

#[test]
fn a_plan_freezes_all_but_deep_insolvency() {
    let (mut stage, since) = deployed();
    let freeze_at = stage.announce();
    assert_eq!(stage.seen(), open(since), "announced");
    stage.rounds_until(freeze_at - 1);
    assert_eq!(stage.seen(), open(since));
    stage.chain.produce_block_at(freeze_at).unwrap();
    let frozen = || Seen { borrow: false, liquidate: false, price: Ok(ANSWER), down: true, since: freeze_at };
    assert_eq!(stage.seen(), frozen());
    assert_eq!(said(stage.liquidation(97)), SENTINEL);
    assert_eq!(stage.liquidation(94).unwrap(), U256::from(ANSWER));
    stage.assert_borrowing(false);
    assert!(!stage.aaves_sentinel());
    assert_refused(stage.settled_price(), IPriceConsumer::HostDown {});
    assert_eq!(stage.ask(stage.consumers.consumer, &IPriceConsumer::priceCall {}).unwrap(), U256::from(PRICE));

    // Activated, then migrated: still not verified.
    for kind in 0..2 {
        stage.round_after(60);
        stage.signal(kind);
        assert_eq!(stage.seen(), frozen(), "after kind {kind}");
    }
    // Verified: the host is up, and the guard's own thaw is the sentinel's business.
    stage.round_after(60);
    stage.signal(2);
    let verified = stage.chain.now();
    let up = |borrow, liquidate| Seen { borrow, liquidate, price: Ok(ANSWER), down: false, since: verified };
    assert_eq!(stage.seen(), up(false, false));
    assert_refused(stage.settled_price(), IPriceConsumer::GraceNotOver { startedAt: U256::from(verified) });
    stage.rounds_until(verified + GRACE);
    assert!(!stage.aaves_sentinel(), "at the end of the grace it still blocks");
    assert!(stage.settled_price().is_err());
    stage.chain.produce_block_at(verified + GRACE + 1).unwrap();
    assert!(stage.aaves_sentinel());
    assert_eq!(stage.settled_price().unwrap(), U256::from(PRICE));
    // A tenth may be liquidated, but this pool takes half at once.
    assert_eq!(stage.seen(), up(false, false));
    // Completed: risk may grow. The share of a liquidation is at 10 % + 90 % * 599 / 1,800.
    stage.rounds_until(verified + 1_200);
    assert_eq!(stage.seen(), up(true, false));
    stage.rounds_until(verified + GRACE + 1 + 800);
    assert_eq!(stage.seen(), up(true, true), "5,000 at 4 / 9 of the ramp");
    assert_eq!(stage.liquidation(97).unwrap(), U256::from(ANSWER));
}

#[test]
fn a_second_before_the_close_factor_is_reached_it_is_not() {
    let (mut stage, _) = deployed();
    let freeze_at = stage.announce();
    stage.rounds_until(freeze_at);
    for kind in 0..3 {
        stage.signal(kind);
    }
    let verified = stage.chain.now();
    stage.rounds_until(verified + GRACE + 1 + 799);
    assert!(!stage.seen().liquidate);
    stage.chain.produce_block_at(verified + GRACE + 1 + 800).unwrap();
    assert!(stage.seen().liquidate);
}

#[test]
fn an_outage_is_told_from_when_the_host_is_back() {
    let (mut stage, _) = deployed();
    let lost = stage.chain.now();
    stage.chain.produce_block_after(21_600).unwrap();
    let resumed = stage.chain.now();
    // One block went by, so the excess over it is the outage.
    let back = Seen { borrow: false, liquidate: false, price: Err(2), down: true, since: lost + 6 };
    assert_eq!(stage.seen(), back);
    assert!(!stage.aaves_sentinel());
    assert_refused(stage.settled_price(), IPriceConsumer::HostDown {});
    stage.round();
    stage.chain.produce_block();
    let up = Seen { borrow: false, liquidate: false, price: Ok(ANSWER), down: false, since: resumed };
    assert_eq!(stage.seen(), up, "down in its first block only, which is nobody's grace");
    assert_refused(stage.settled_price(), IPriceConsumer::GraceNotOver { startedAt: U256::from(resumed) });
    assert_eq!(said(stage.liquidation(97)), SENTINEL);
    assert_eq!(stage.liquidation(94).unwrap(), U256::from(ANSWER));
    stage.rounds_until(resumed + GRACE);
    assert!(!stage.aaves_sentinel());
    assert_eq!(stage.seen(), up);
    stage.chain.produce_block_at(resumed + GRACE + 1).unwrap();
    assert!(stage.aaves_sentinel());
    assert_eq!(stage.seen(), Seen { borrow: true, ..up }, "thawed, and a tenth may be liquidated");
    for _ in 0..15 {
        stage.round_after(60);
    }
    assert_eq!(stage.seen(), open(resumed));
}

#[test]
fn a_silence_is_down_until_somebody_calls() {
    let (mut stage, since) = deployed();
    let last = stage.chain.now();
    stage.pass(1_800);
    assert!(!stage.seen().down);
    assert_eq!(stage.seen().since, since);
    for _ in 0..3 {
        stage.chain.produce_block();
        assert_eq!((stage.seen().down, stage.seen().since), (true, last), "from the last that was heard");
    }
    stage.heartbeat();
    let heard = stage.chain.now();
    stage.chain.produce_block();
    assert_eq!((stage.seen().down, stage.seen().since), (false, heard));
}

#[test]
fn beyond_the_bound_of_a_freeze_only_deep_insolvency_is_liquidated() {
    let (mut stage, since) = deployed();
    // Silent for longer than a freeze may last, on a host that goes on.
    for _ in 0..11 {
        stage.pass(1_500);
        stage.heartbeat();
    }
    // Three make a price, but a thaw takes all five.
    for reporter in 0..3 {
        stage.report(reporter, PRICE);
    }
    let reduce_only = Seen { borrow: false, liquidate: false, price: Ok(ANSWER), down: false, since };
    assert_eq!(stage.seen(), reduce_only);
    assert_eq!(said(stage.liquidation(97)), SENTINEL);
    assert_eq!(stage.liquidation(94).unwrap(), U256::from(ANSWER));
    stage.assert_borrowing(false);
    let asked = e2e_tests::interfaces::IOracleGuard::marketStateCall { market: MARKET };
    assert_eq!(stage.ask(stage.guard, &asked).unwrap().stage, 3);
}

#[test]
fn a_registry_that_fails_closes_all_but_deep_insolvency_until_it_answers() {
    let (mut stage, since) = deployed();
    for mood in 1..=4 {
        let front = stage.front;
        stage.mood(front, mood);
        let dead = Seen { borrow: false, liquidate: false, price: Ok(ANSWER), down: true, since: 0 };
        assert_eq!(stage.seen(), dead, "mood {mood}");
        assert_eq!(said(stage.liquidation(97)), SENTINEL);
        assert_eq!(stage.liquidation(94).unwrap(), U256::from(ANSWER));
        assert!(!stage.aaves_sentinel());
        assert_refused(stage.settled_price(), IPriceConsumer::HostDown {});
        stage.mood(front, 0);
        assert_eq!(stage.seen(), open(since));
    }
}

#[test]
fn a_guard_that_fails_closes_everything() {
    let (mut stage, _) = deployed();
    let deployer = stage.governance.clone();
    let guard = (sol_address(stage.guard),).abi_encode_params();
    let front = deploy(&mut stage.chain, &deployer, "Unreliable", guard).unwrap();
    let behind = DropIns::deploy(&mut stage.chain, &deployer, front, stage.front, MARKET);
    stage.consumers = consumers(&mut stage.chain, &deployer, &behind);
    stage.drop_ins = behind;
    let since = stage.chain.now();
    for _ in 0..11 {
        stage.round_after(60);
    }
    assert_eq!(stage.seen(), open(since));
    for mood in 1..=4 {
        stage.mood(front, mood);
        assert!(!stage.ask(behind.sentinel, &ISentinel::isBorrowAllowedCall {}).unwrap(), "mood {mood}");
        assert!(!stage.ask(behind.sentinel, &ISentinel::isLiquidationAllowedCall {}).unwrap(), "mood {mood}");
        assert_eq!(said(stage.liquidation(97)), SENTINEL);
        assert_refused(stage.liquidation(94), IAggregator::GuardFailed {});
        assert_refused(stage.ask(behind.uptime_feed, &IAggregator::latestAnswerCall {}), IAggregator::GuardFailed {});
        assert_refused(stage.settled_price(), IAggregator::GuardFailed {});
    }
    stage.mood(front, 0);
    assert_eq!(stage.seen(), open(since));
}
