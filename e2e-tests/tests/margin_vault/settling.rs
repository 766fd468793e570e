//! What a settlement asks of the vault besides its pots: to keep those who owe from leaving.

use e2e_tests::{
    assert_refused,
    exchange::{DOLLAR, Exchange, MARKET, UNIT},
    interfaces::{IMarginVault::*, IPerpetualVenue},
};

use crate::{DAY, address, cash, last};

#[test]
fn those_who_were_exposed_stay_until_they_have_settled() {
    let mut x = Exchange::plain();
    let settlement = x.holder("settlement", 0);
    let (alice, bob, carol) =
        (x.trader("alice", 1_000 * DOLLAR), x.trader("bob", 1_000 * DOLLAR), x.trader("carol", 1_000 * DOLLAR));
    let size = i128::try_from(UNIT).unwrap();
    for who in [&alice, &bob, &carol] {
        x.venue(who, &IPerpetualVenue::increaseCall { market: MARKET, size }).unwrap();
    }
    x.venue(&carol, &IPerpetualVenue::reduceCall { market: MARKET, size: UNIT }).unwrap();
    x.wait(60);
    let since = x.chain.now();
    let hold = |held| holdCall { market: MARKET, since, held };
    let free = freeCall { market: MARKET, account: address(&alice), since };
    assert_refused(x.vault(&alice, &hold(true)), NotSettlement {});
    assert_refused(x.vault(&alice, &free), NotSettlement {});
    x.govern(&setSettlementCall { settlement_: address(&settlement) });
    x.vault(&settlement, &hold(true)).unwrap();
    let until = x.chain.now() + 30 * DAY;
    assert_eq!(last::<Held>(&x), Held { market: MARKET, since, until });
    // Bob closes after the snapshot; that frees nobody. Carol had closed before.
    x.wait(6);
    x.venue(&bob, &IPerpetualVenue::reduceCall { market: MARKET, size: UNIT }).unwrap();
    let out = withdrawCall { asset: 0, amount: DOLLAR };
    let locked = WithdrawalLocked { until };
    for who in [&alice, &bob] {
        assert_refused(x.vault(who, &out), locked.clone());
        assert_refused(x.vault(who, &fundInsuranceCall { amount: DOLLAR }), locked.clone());
    }
    x.vault(&carol, &out).unwrap();
    let collect = |who, amount| collectCall { market: MARKET, account: address(who), since, amount };
    assert_eq!(x.vault(&settlement, &collect(&carol, DOLLAR)).unwrap(), 0, "she was not exposed since then");
    // Who pays all that is asked has settled; who pays less has not.
    assert_eq!(x.vault(&settlement, &collect(&bob, 10 * DOLLAR)).unwrap(), 10 * DOLLAR);
    x.vault(&bob, &out).unwrap();
    let all = cash(&x, &alice);
    assert_eq!(x.vault(&settlement, &collect(&alice, all + 1)).unwrap(), all);
    let quote = x.holder("donor", 10 * DOLLAR);
    assert_eq!(cash(&x, &quote), 0);
    assert_refused(x.vault(&alice, &out), locked);
    x.vault(&settlement, &payOutCall { market: MARKET, account: address(&alice), amount: all }).unwrap();
    x.vault(&settlement, &free).unwrap();
    x.vault(&alice, &out).unwrap();
    // What is left goes to the insurance fund.
    let before = x.ask(&stateCall {}).insurance;
    let swept = payOutCall { market: MARKET, account: alloy_core::primitives::Address::ZERO, amount: 10 * DOLLAR };
    x.vault(&settlement, &swept).unwrap();
    assert_eq!((x.ask(&stateCall {}).insurance - before, x.ask(&potCall { market: MARKET })), (10 * DOLLAR, 0));
    let maker = x.maker.clone();
    x.assert_conserved(&[&alice, &bob, &carol, &maker]);

    // A hold ends by itself, by a word, and there are at most sixteen.
    assert_refused(x.vault(&maker, &out), WithdrawalLocked { until });
    x.vault(&settlement, &hold(false)).unwrap();
    assert_eq!(last::<Held>(&x), Held { market: MARKET, since, until: 0 });
    x.vault(&maker, &out).unwrap();
    for market in 100..116 {
        x.vault(&settlement, &holdCall { market, since, held: true }).unwrap();
    }
    assert_refused(x.vault(&settlement, &hold(true)), OutOfRange { value: 16 });
    x.chain.produce_block_after(30 * DAY).unwrap();
    x.vault(&settlement, &hold(true)).unwrap();
}
