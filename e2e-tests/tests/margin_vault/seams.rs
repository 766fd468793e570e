//! What the settlement contract and the governor ask of the vault.

use alloy_core::primitives::Address;
use e2e_tests::{
    assert_refused,
    exchange::{DOLLAR, Exchange, MARKET, NATIVE_MARKET, UNIT},
    interfaces::{IMarginVault::*, IPerpetualVenue},
};
use lockstep_devchain::Account;

use crate::{DAY, NATIVE, address, admitted, cash, deposit_native, join, last, list_native, realise};

fn exposed(x: &Exchange, account: &Account, market: u32) -> u64 {
    x.ask(&lastExposedCall { account: address(account), market })
}

#[test]
fn pots_take_what_an_account_has_and_give_only_what_is_in_them() {
    let mut x = Exchange::plain();
    let governance = x.governance.clone();
    let settlement = x.holder("settlement", 0);
    let (alice, bob) = (x.trader("alice", 100 * DOLLAR), x.trader("bob", 0));
    let collect =
        |account: &Account, amount| collectCall { market: MARKET, account: address(account), since: 0, amount };
    let pay = |market, amount| payOutCall { market, account: address(&bob), amount };
    assert_eq!(x.ask(&officesCall {}).settlement, Address::ZERO);
    assert_refused(x.vault(&settlement, &collect(&alice, 1)), NotSettlement {});
    let appoint = setSettlementCall { settlement_: address(&settlement) };
    assert_refused(x.vault(&settlement, &appoint), NotGovernance {});
    assert_refused(x.vault(&governance, &setSettlementCall { settlement_: Address::ZERO }), ZeroAddress {});
    x.govern(&appoint);
    let event = last::<OfficeChanged>(&x);
    assert_eq!((event.office, event.from, event.to), (2, Address::ZERO, address(&settlement)));
    assert_eq!(event.start, x.chain.now());
    assert_eq!(x.ask(&officesCall {}).settlement, address(&settlement));

    for stranger in [&governance, &alice] {
        assert_refused(x.vault(stranger, &collect(&alice, 1)), NotSettlement {});
        assert_refused(x.vault(stranger, &pay(MARKET, 1)), NotSettlement {});
    }
    assert_refused(x.vault(&settlement, &collect(&alice, 0)), ZeroAmount {});
    let nobody = collectCall { account: Address::ZERO, ..collect(&alice, 1) };
    assert_refused(x.vault(&settlement, &nobody), ZeroAddress {});
    assert_refused(x.vault(&settlement, &pay(MARKET, 1)), Insufficient { available: 0 });
    assert_eq!(x.vault(&settlement, &collect(&alice, 70 * DOLLAR)).unwrap(), 70 * DOLLAR);
    let event = last::<Collected>(&x);
    assert_eq!((event.market, event.account, event.amount), (MARKET, address(&alice), 70 * DOLLAR));
    // What is missing is not refused: the settlement contract learns it from the answer.
    assert_eq!(x.vault(&settlement, &collect(&alice, 70 * DOLLAR)).unwrap(), 30 * DOLLAR);
    assert_eq!(x.vault(&settlement, &collect(&alice, 70 * DOLLAR)).unwrap(), 0);
    assert_eq!((cash(&x, &alice), x.ask(&potCall { market: MARKET })), (0, 100 * DOLLAR));

    assert_refused(x.vault(&settlement, &pay(MARKET, 0)), ZeroAmount {});
    assert_refused(x.vault(&settlement, &pay(MARKET + 1, 1)), Insufficient { available: 0 });
    assert_refused(x.vault(&settlement, &pay(MARKET, 101 * DOLLAR)), Insufficient { available: 100 * DOLLAR });
    x.vault(&settlement, &pay(MARKET, 60 * DOLLAR)).unwrap();
    let event = last::<PaidOut>(&x);
    assert_eq!((event.market, event.account, event.amount), (MARKET, address(&bob), 60 * DOLLAR));
    assert_eq!((cash(&x, &bob), x.ask(&potCall { market: MARKET })), (60 * DOLLAR, 40 * DOLLAR));
    let maker = x.maker.clone();
    let held = x.ask(&assetCall { number: 0 }).held;
    assert_eq!(cash(&x, &maker) + cash(&x, &bob) + 40 * DOLLAR, held);
    x.vault(&bob, &withdrawCall { asset: 0, amount: 60 * DOLLAR }).unwrap();
}

#[test]
fn exposure_is_remembered() {
    let mut x = Exchange::plain();
    let native = list_native(&mut x);
    let (alice, maker) = (x.trader("alice", 1_000 * DOLLAR), x.maker.clone());
    let size = |units: i128| units * i128::try_from(UNIT).unwrap() / 100;
    let trade = |x: &mut Exchange, units: i128| {
        x.venue(&alice, &IPerpetualVenue::increaseCall { market: MARKET, size: size(units) }).unwrap();
    };
    assert_eq!((exposed(&x, &alice, MARKET), exposed(&x, &maker, MARKET)), (0, 0));
    // 80 dollars of it are dust, 120 are not.
    trade(&mut x, 4);
    assert_eq!(exposed(&x, &alice, MARKET), 0);
    trade(&mut x, 2);
    x.wait(60);
    let now = x.chain.now();
    assert_eq!((exposed(&x, &alice, MARKET), exposed(&x, &maker, MARKET)), (now, now));
    assert_eq!(exposed(&x, &alice, MARKET + 1), 0);
    let all = IPerpetualVenue::reduceCall { market: MARKET, size: u128::MAX };
    x.venue(&alice, &all).unwrap();
    let closed = x.chain.now();
    x.wait(60);
    assert_eq!(exposed(&x, &alice, MARKET), closed);

    // Holding an asset is exposure to the market that prices it; quote is none.
    deposit_native(&mut x, &alice, NATIVE).unwrap();
    x.wait(60);
    assert_eq!(exposed(&x, &alice, NATIVE_MARKET), x.chain.now());
    x.vault(&alice, &withdrawCall { asset: native, amount: UNIT / 2 }).unwrap();
    x.vault(&alice, &withdrawCall { asset: native, amount: UNIT / 2 }).unwrap();
    let left = x.chain.now();
    x.wait(60);
    assert_eq!(exposed(&x, &alice, NATIVE_MARKET), left);
}

#[test]
fn deposits_weigh_at_oracle_prices_and_only_if_they_were_there_before() {
    let mut x = Exchange::plain();
    let native = list_native(&mut x);
    let alice = x.trader("alice", 500 * DOLLAR);
    deposit_native(&mut x, &alice, NATIVE).unwrap();
    let deposited = x.chain.now();
    x.wait(60);
    let weight = |x: &Exchange, account: &Account, since| {
        let weight = x.ask(&depositWeightCall { account: address(account), since });
        (weight.mine, weight.total)
    };
    // The maker has 100,000 of quote.
    let total = 102_500 * DOLLAR;
    assert_eq!(weight(&x, &alice, deposited), (2_500 * DOLLAR, total));
    assert_eq!(weight(&x, &alice, deposited - 1), (0, total));
    x.price(1_000 * UNIT);
    assert_eq!(weight(&x, &alice, deposited), (1_500 * DOLLAR, total - 1_000 * DOLLAR));
    x.vault(&alice, &fundInsuranceCall { amount: 100 * DOLLAR }).unwrap();
    assert_eq!(weight(&x, &alice, deposited), (1_400 * DOLLAR, total - 1_100 * DOLLAR));
    deposit_native(&mut x, &alice, NATIVE).unwrap();
    assert_eq!(weight(&x, &alice, deposited), (0, total - 100 * DOLLAR));
    assert_eq!(x.ask(&assetCall { number: native }).held, 2 * UNIT);
}

#[test]
fn a_locked_deposit_stays_and_can_still_be_lost() {
    let mut x = Exchange::plain();
    let governance = x.governance.clone();
    let venue = admitted(&mut x, "venue", 0, 0);
    let (alice, bob) = (x.trader("alice", 500 * DOLLAR), x.trader("bob", 0));
    join(&mut x, &alice, &venue);
    join(&mut x, &bob, &venue);
    let until = x.chain.now() + DAY;
    let lock = |until| lockDepositsCall { account: address(&alice), until };
    assert_refused(x.vault(&alice, &lock(until)), NotGovernance {});
    let nobody = lockDepositsCall { account: Address::ZERO, until };
    assert_refused(x.vault(&governance, &nobody), ZeroAddress {});
    let latest = x.chain.now() + 60 * DAY;
    assert_refused(x.vault(&governance, &lock(latest + 1)), LockTooLong { latest });
    x.govern(&lock(until));
    let event = last::<DepositsLocked>(&x);
    assert_eq!((event.account, event.until), (address(&alice), until));
    // An earlier end changes nothing.
    x.govern(&lock(until - 1));
    assert!(e2e_tests::emitted::<DepositsLocked>(&x.chain).is_empty());

    let withdraw = withdrawCall { asset: 0, amount: DOLLAR };
    x.chain.produce_block_at(until - 6).unwrap();
    assert_refused(x.vault(&alice, &withdraw), WithdrawalLocked { until });
    assert_refused(x.vault(&alice, &fundInsuranceCall { amount: 1 }), WithdrawalLocked { until });
    let bond = postBondCall { venue: address(&venue), amount: 1 };
    assert_refused(x.vault(&alice, &bond), WithdrawalLocked { until });
    x.vault(&venue, &realise(&bob, &alice, 100_000_000, false)).unwrap();
    assert_eq!((cash(&x, &alice), cash(&x, &bob)), (400 * DOLLAR, 100 * DOLLAR));
    x.vault(&bob, &withdrawCall { asset: 0, amount: 100 * DOLLAR }).unwrap();
    x.chain.produce_block_at(until).unwrap();
    x.vault(&alice, &withdraw).unwrap();
}
