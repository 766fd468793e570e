//! What the adapters refuse, and their answers in detail.

use alloy_core::primitives::{I256, aliases::U80};
use e2e_tests::{assert_refused, drop_ins};

use super::*;

#[test]
fn a_round_has_one_number_date_and_answer() {
    let (mut stage, _) = deployed();
    let feed = stage.drop_ins.price_feed;
    let (now, answer) = (stage.chain.now(), I256::try_from(ANSWER).unwrap());
    let (round, date) = (U80::from(now), U256::from(now));
    stage.chain.produce_block();
    let told = stage.ask(feed, &IAggregator::latestRoundDataCall {}).unwrap();
    assert_eq!((told._0, told._1, told._2, told._3, told._4), (round, answer, date, date, round));
    let same = stage.ask(feed, &IAggregator::getRoundDataCall { roundId: round }).unwrap();
    assert_eq!((same._0, same._1, same._2, same._3, same._4), (round, answer, date, date, round));
    assert_eq!(stage.ask(feed, &IAggregator::latestAnswerCall {}).unwrap(), answer);
    assert_eq!(stage.ask(feed, &IAggregator::latestTimestampCall {}).unwrap(), date);
    assert_eq!(stage.ask(feed, &IAggregator::latestRoundCall {}).unwrap(), date);
    assert_eq!(stage.ask(feed, &IAggregator::getAnswerCall { roundId: date }).unwrap(), answer);
    assert_eq!(stage.ask(feed, &IAggregator::getTimestampCall { roundId: date }).unwrap(), date);
    assert_eq!(stage.ask(feed, &IAggregator::decimalsCall {}).unwrap(), 8);
    assert_eq!(stage.ask(feed, &IAggregator::descriptionCall {}).unwrap(), "DOT / USD");
    assert_eq!(stage.ask(feed, &IAggregator::versionCall {}).unwrap(), U256::from(1));

    for other in [U256::ZERO, date - U256::from(1), date + U256::from(1)] {
        let none = || IAggregator::NoDataPresent { roundId: other };
        assert_refused(stage.ask(feed, &IAggregator::getRoundDataCall { roundId: U80::from(other) }), none());
        assert_refused(stage.ask(feed, &IAggregator::getAnswerCall { roundId: other }), none());
        assert_refused(stage.ask(feed, &IAggregator::getTimestampCall { roundId: other }), none());
    }
    let uptime = stage.drop_ins.uptime_feed;
    assert_eq!(stage.ask(uptime, &IAggregator::decimalsCall {}).unwrap(), 0);
    assert_refused(
        stage.ask(uptime, &IAggregator::getAnswerCall { roundId: U256::from(1) }),
        IAggregator::NoDataPresent { roundId: U256::from(1) },
    );
}

#[test]
fn no_date_lies_ahead() {
    let (mut stage, _) = deployed();
    stage.pass(60);
    let now = stage.chain.now();
    for reporter in 0..3 {
        let call = reportCall { feed: FEED, price: PRICE, confidence: 0, publishedAt: now + 15 };
        stage.chain.sol_call(&stage.reporters[reporter].clone(), stage.guard, &call, 0).unwrap();
    }
    let data = stage.ask(stage.drop_ins.price_feed, &IAggregator::latestRoundDataCall {}).unwrap();
    assert_eq!((data._0, data._2, data._3), (U80::from(now + 15), U256::from(now), U256::from(now)));
    assert_eq!(stage.settled_price().unwrap(), U256::from(PRICE));
}

#[test]
fn a_price_keeps_its_places_or_is_refused() {
    let (mut stage, _) = deployed();
    let deployer = stage.governance.clone();
    for (decimals, answer) in [(18, PRICE), (1, 1_000), (0, 100)] {
        let feed = drop_ins::price_feed(&mut stage.chain, &deployer, stage.guard, MARKET, decimals).unwrap();
        let expected = I256::try_from(answer).unwrap();
        assert_eq!(stage.ask(feed, &IAggregator::latestAnswerCall {}).unwrap(), expected);
    }
    let wide = drop_ins::price_feed(&mut stage.chain, &deployer, stage.guard, MARKET, 19);
    assert_refused(wide, IAggregator::DecimalsOutOfRange { decimals: 19 });
    let unknown = drop_ins::price_feed(&mut stage.chain, &deployer, stage.guard, 99, 8);
    assert_refused(unknown, IAggregator::GuardFailed {});

    // A price below one unit of the last place is none.
    let feed = setFeedCall {
        feed: 2,
        reporters: vec![sol_address(stage.reporters[0].address())],
        minSources: 1,
        maxAge: 120,
        maxConfidence: 200,
        maxDeviation: 1_000,
        grace: GRACE,
        feedGrace: 60,
        ramp: RAMP,
        freshReports: 1,
    };
    stage.chain.sol_call(&deployer, stage.guard, &feed, 0).unwrap();
    stage.chain.sol_call(&deployer, stage.guard, &setMarketCall { market: 20, feed: 2, class: 0 }, 0).unwrap();
    stage.chain.produce_block();
    let now = stage.chain.now();
    let call = reportCall { feed: 2, price: UNIT - 1, confidence: 0, publishedAt: now };
    stage.chain.sol_call(&stage.reporters[0].clone(), stage.guard, &call, 0).unwrap();
    let whole = drop_ins::price_feed(&mut stage.chain, &deployer, stage.guard, 20, 0).unwrap();
    let small = IAggregator::PriceTooSmall { price: UNIT - 1 };
    assert_refused(stage.ask(whole, &IAggregator::latestAnswerCall {}), small);
}

#[test]
fn a_sentinel_stands_for_all_of_its_markets() {
    let (mut stage, _) = deployed();
    let deployer = stage.governance.clone();
    let (guard, uptime) = (stage.guard, stage.drop_ins.uptime_feed);
    for market in 11..20 {
        stage.chain.sol_call(&deployer, guard, &setMarketCall { market, feed: FEED, class: 3 }, 0).unwrap();
    }
    let mut sentinel =
        |markets: &[u32], factor| drop_ins::sentinel(&mut stage.chain, &deployer, guard, markets, factor, uptime);
    assert_refused(sentinel(&[], 1), ISentinel::MarketCount { count: U256::ZERO });
    assert_refused(sentinel(&(10..19).collect::<Vec<_>>(), 1), ISentinel::MarketCount { count: U256::from(9) });
    assert_refused(sentinel(&[10], 0), ISentinel::CloseFactorOutOfRange { closeFactor: 0 });
    assert_refused(sentinel(&[10], 10_001), ISentinel::CloseFactorOutOfRange { closeFactor: 10_001 });
    assert_refused(sentinel(&[10, 99], 1), ISentinel::Refused { reason: 15, until: 0 });
    let whole = sentinel(&[10], 10_000).unwrap();
    let all: Vec<u32> = (10..18).rev().collect();
    let others = sentinel(&all[..7], 10_000).unwrap();
    let sentinel = sentinel(&all, 10_000).unwrap();
    assert_eq!(stage.ask(sentinel, &ISentinel::marketsCall {}).unwrap(), all);
    assert_eq!(stage.ask(sentinel, &ISentinel::closeFactorCall {}).unwrap(), 10_000);

    // The plan touches market 10 alone.
    let freeze_at = stage.announce();
    stage.rounds_until(freeze_at);
    let liquidation = |at| stage.ask(at, &ISentinel::isLiquidationAllowedCall {}).unwrap();
    let borrow = |at| stage.ask(at, &ISentinel::isBorrowAllowedCall {}).unwrap();
    assert_eq!((liquidation(sentinel), liquidation(whole), liquidation(others)), (false, false, true));
    assert_eq!((borrow(sentinel), borrow(whole), borrow(others)), (false, false, true));
}

#[test]
fn a_sentinel_is_governed_in_the_guard() {
    let (mut stage, _) = deployed();
    let sentinel = stage.drop_ins.sentinel;
    let nobody = Address::repeat_byte(0xaa);
    assert_eq!(stage.ask(sentinel, &ISentinel::ADDRESSES_PROVIDERCall {}).unwrap(), nobody);
    let uptime = sol_address(stage.drop_ins.uptime_feed);
    assert_eq!(stage.ask(sentinel, &ISentinel::getSequencerOracleCall {}).unwrap(), uptime);
    assert_eq!(stage.ask(sentinel, &ISentinel::getGracePeriodCall {}).unwrap(), U256::ZERO);
    let governance = stage.governance.clone();
    let oracle = ISentinel::setSequencerOracleCall { newSequencerOracle: nobody };
    assert_refused(stage.chain.sol_call(&governance, sentinel, &oracle, 0), ISentinel::GovernedInGuard {});
    let grace = ISentinel::setGracePeriodCall { newGracePeriod: U256::from(1) };
    assert_refused(stage.chain.sol_call(&governance, sentinel, &grace, 0), ISentinel::GovernedInGuard {});
}

#[test]
fn an_adapter_without_a_guard_does_not_deploy() {
    let (mut stage, _) = deployed();
    let (deployer, nobody) = (stage.governance.clone(), H160::repeat_byte(9));
    let (chain, guard, front) = (&mut stage.chain, stage.guard, stage.front);
    assert_refused(drop_ins::sentinel(chain, &deployer, nobody, &[MARKET], 1, nobody), ISentinel::GuardFailed {});
    assert_refused(drop_ins::price_feed(chain, &deployer, nobody, MARKET, 8), IAggregator::GuardFailed {});
    let uptime = drop_ins::uptime_feed(chain, &deployer, nobody, front, MARKET);
    assert_refused(uptime, IAggregator::GuardFailed {});
    let uptime = drop_ins::uptime_feed(chain, &deployer, guard, front, 99);
    assert_refused(uptime, IAggregator::Refused { reason: 15, until: 0 });
}
