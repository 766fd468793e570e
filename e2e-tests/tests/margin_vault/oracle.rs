//! The oracle that guards nothing.

use e2e_tests::{
    START, assert_refused,
    exchange::{Exchange, MARKET, UNIT},
    interfaces::IPlainOracle,
};
use lockstep_devchain::Account;

use crate::{DAY, address, last};

#[test]
fn the_plain_oracle_says_what_it_was_told() {
    let mut x = Exchange::plain();
    let (owner, guard) = (x.governance.clone(), x.guard);
    let names = ["one", "two", "three"];
    let reporters: Vec<Account> = names.iter().map(|name| x.holder(name, 0)).collect();
    let feed = IPlainOracle::setFeedCall { feed: 3, reporters: reporters.iter().map(address).collect() };
    let many = IPlainOracle::setFeedCall { feed: 3, reporters: vec![address(&owner); 9] };
    let none = IPlainOracle::setFeedCall { feed: 3, reporters: Vec::new() };
    assert_refused(x.chain.sol_call(&reporters[0], guard, &feed, 0), IPlainOracle::NotOwner {});
    assert_refused(x.chain.sol_call(&owner, guard, &many, 0), IPlainOracle::BadReporters { feed: 3 });
    assert_refused(x.chain.sol_call(&owner, guard, &none, 0), IPlainOracle::BadReporters { feed: 3 });
    let market = IPlainOracle::setMarketCall { market: 40, feed: 3 };
    assert_refused(x.chain.sol_call(&owner, guard, &market, 0), IPlainOracle::UnknownFeed { feed: 3 });
    x.chain.sol_call(&owner, guard, &feed, 0).unwrap();
    assert_refused(x.chain.sol_call(&reporters[0], guard, &market, 0), IPlainOracle::NotOwner {});
    x.chain.sol_call(&owner, guard, &market, 0).unwrap();
    let report = |feed, price| IPlainOracle::reportCall { feed, price, confidence: 0, publishedAt: START };
    let quote = |x: &Exchange| {
        let quotes = x.chain.sol_view(&owner, guard, &IPlainOracle::quotesCall { markets: vec![40, 99] }).unwrap();
        assert_eq!((quotes[1].price, quotes[1].verdict), (0, 6));
        assert_eq!(quotes[0].price, quotes[0].stablePrice);
        (quotes[0].price, quotes[0].verdict)
    };
    assert_eq!(quote(&x), (0, 6));
    assert_refused(x.chain.sol_call(&owner, guard, &report(3, 1), 0), IPlainOracle::NotReporter { feed: 3 });
    assert_refused(x.chain.sol_call(&reporters[0], guard, &report(9, 1), 0), IPlainOracle::UnknownFeed { feed: 9 });
    // It takes what it is told, zero too.
    for (reporter, price, median) in [(0, 0, 0), (0, 30, 30), (1, 10, 10), (2, 20, 20), (1, 40, 30)] {
        x.chain.sol_call(&reporters[reporter], guard, &report(3, price), 0).unwrap();
        let event = last::<IPlainOracle::Reported>(&x);
        assert_eq!((event.feed, event.reporter), (3, address(&reporters[reporter])));
        assert_eq!((event.price, event.median, event.publishedAt), (price, median, START));
        assert_eq!(quote(&x), (median, 0));
    }
    // However old the price is: nothing is refused, and all of a position may go.
    x.chain.produce_block_after(7 * DAY).unwrap();
    x.chain.sol_call(&owner, guard, &IPlainOracle::heartbeatCall {}, 0).unwrap();
    assert_eq!(quote(&x), (30, 0));
    let permission = |markets, action| {
        let call = IPlainOracle::permissionCall { markets, action, health: 9_999 };
        let answer = x.chain.sol_view(&owner, guard, &call).unwrap();
        (answer.allowed, answer.reason, answer.until, answer.share)
    };
    assert_eq!(permission(vec![40, MARKET], 5), (true, 0, 0, 10_000));
    assert_eq!(permission(vec![40, 99], 5), (false, 15, 0, 10_000));
    assert_eq!(permission(vec![40], 8), (false, 16, 0, 10_000));
    let active = x.chain.sol_view(&owner, guard, &IPlainOracle::activeTimeCall {}).unwrap();
    assert_eq!(active, x.chain.now());
    assert_eq!(
        x.chain.sol_view(&owner, guard, &IPlainOracle::quotesCall { markets: vec![MARKET] }).unwrap()[0].price,
        2_000 * UNIT
    );
}
