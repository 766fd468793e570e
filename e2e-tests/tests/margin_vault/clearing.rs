//! Profit, loss, bonds and requirements, as a venue reports them.

use alloy_core::primitives::Address;
use e2e_tests::{
    assert_refused, emitted,
    exchange::{DOLLAR, Exchange, MARKET, NATIVE_MARKET},
    interfaces::IMarginVault::{self, *},
};
use lockstep_devchain::Account;

use crate::{address, admitted, cash, exposure, join, last, member, realise};

#[test]
fn bonds_stand_behind_profits() {
    let mut x = Exchange::plain();
    let governance = x.governance.clone();
    let venue = admitted(&mut x, "venue", 50 * DOLLAR, 0);
    let admitted = last::<VenueAdmitted>(&x);
    assert_eq!((admitted.venue, admitted.bondRequired, admitted.cover), (address(&venue), 50 * DOLLAR, 0));
    assert_eq!(admitted.from, x.chain.now());
    let zero = admitVenueCall { venue: Address::ZERO, bondRequired: 0, cover: 0 };
    assert_refused(x.vault(&governance, &zero), ZeroAddress {});
    let sponsor = x.trader("sponsor", 200 * DOLLAR);
    let low = BondTooLow { bond: 0, required: 50 * DOLLAR };
    assert_refused(x.vault(&sponsor, &optInCall { venue: address(&venue) }), low);
    let post = |venue: &Account, amount| postBondCall { venue: address(venue), amount };
    assert_refused(x.vault(&sponsor, &post(&sponsor, 1)), VenueNotAdmitted {});
    assert_refused(x.vault(&sponsor, &post(&venue, 0)), ZeroAmount {});
    assert_refused(x.vault(&sponsor, &post(&venue, 201 * DOLLAR)), Insufficient { available: 200 * DOLLAR });
    x.vault(&sponsor, &post(&venue, 80 * DOLLAR)).unwrap();
    assert_eq!(last::<BondChanged>(&x), BondChanged { venue: address(&venue), from: 0, to: 80 * DOLLAR });

    // The loser has nothing: the winner is paid by the bond, up to the bond, and the rest is pending.
    let (loser, winner) = (x.holder("loser", 30 * DOLLAR), x.holder("winner", 0));
    join(&mut x, &loser, &venue);
    join(&mut x, &winner, &venue);
    x.vault(&venue, &realise(&winner, &loser, 100_000_000, false)).unwrap();
    let moved = last::<ProfitRealised>(&x);
    assert_eq!((moved.profit, moved.collected, moved.paid), (100_000_000, 0, 80_000_000));
    assert_eq!((cash(&x, &winner), member(&x, &winner, &venue)), (80 * DOLLAR, (false, 0, 20 * DOLLAR)));
    assert_eq!(member(&x, &loser, &venue), (false, 100 * DOLLAR, 0));
    assert_refused(x.vault(&winner, &optOutCall { venue: address(&venue) }), StillBound {});
    assert_refused(x.vault(&loser, &optOutCall { venue: address(&venue) }), StillBound {});

    // What the loser brings is collected at once; first it pays the winner, then it fills the bond up.
    x.vault(&loser, &depositCall { asset: 0, amount: 30 * DOLLAR }).unwrap();
    assert_eq!((cash(&x, &loser), member(&x, &loser, &venue).1), (0, 70 * DOLLAR));
    let book = x.ask(&venueCall { address_: address(&venue) });
    assert_eq!((book.bond, book.pool, book.debts, book.pending), (10 * DOLLAR, 20 * DOLLAR, 70 * DOLLAR, 20 * DOLLAR));
    let settled = x.vault(&sponsor, &settleCall { account: address(&winner), venue: address(&venue) }).unwrap();
    assert_eq!((settled.collected, settled.paid), (0, 20 * DOLLAR));
    let event = last::<Settled>(&x);
    assert_eq!((event.account, event.collected, event.paid), (address(&winner), 0, 20 * DOLLAR));
    let stranger = settleCall { account: address(&sponsor), venue: address(&venue) };
    assert_refused(x.vault(&sponsor, &stranger), NotOptedIn {});

    let release = |amount| releaseBondCall { venue: address(&venue), to: address(&sponsor), amount };
    assert_refused(x.vault(&governance, &release(11 * DOLLAR)), Insufficient { available: 10 * DOLLAR });
    let low = BondTooLow { bond: 5 * DOLLAR, required: 50 * DOLLAR };
    assert_refused(x.vault(&governance, &release(5 * DOLLAR)), low);
    assert_refused(x.vault(&governance, &releaseBondCall { to: Address::ZERO, ..release(1) }), ZeroAddress {});
    x.govern(&dismissVenueCall { venue: address(&venue) });
    assert_eq!(last::<VenueDismissed>(&x).venue, address(&venue));
    assert_refused(x.vault(&governance, &dismissVenueCall { venue: address(&venue) }), VenueNotAdmitted {});
    x.govern(&release(10 * DOLLAR));
    assert_eq!(cash(&x, &sponsor), 130 * DOLLAR);
}

#[test]
fn a_venue_moves_only_what_is_its_accounts_and_only_between_them() {
    let mut x = Exchange::plain();
    let venue = admitted(&mut x, "venue", 0, 0);
    let (alice, bob) = (x.trader("alice", 100 * DOLLAR), x.trader("bob", 100 * DOLLAR));
    join(&mut x, &alice, &venue);
    assert_refused(x.vault(&venue, &realise(&alice, &bob, 1, false)), NotOptedIn {});
    assert_refused(x.vault(&venue, &realise(&bob, &alice, 1, false)), NotOptedIn {});
    assert_refused(x.vault(&venue, &realise(&alice, &alice, 1, false)), Malformed {});
    assert_refused(x.vault(&bob, &realise(&alice, &bob, 1, false)), NotOptedIn {});
    join(&mut x, &bob, &venue);
    x.vault(&venue, &realise(&alice, &bob, -30_000_000, false)).unwrap();
    assert_eq!((cash(&x, &alice), cash(&x, &bob)), (70 * DOLLAR, 130 * DOLLAR));
    x.vault(&venue, &realise(&alice, &bob, 0, true)).unwrap();
    assert!(emitted::<ProfitRealised>(&x.chain).is_empty());
    assert_eq!(member(&x, &alice, &venue), (true, 0, 0));
    assert_refused(x.vault(&alice, &optOutCall { venue: address(&venue) }), StillBound {});

    let charge = |account: &Account, reward, insurance| chargeCall {
        account: address(account),
        liquidator: address(&venue),
        reward,
        insurance,
    };
    let stranger = x.holder("stranger", 0);
    assert_refused(x.vault(&venue, &charge(&stranger, 1, 1)), NotOptedIn {});
    let paid = x.vault(&venue, &charge(&alice, 50 * DOLLAR, 50 * DOLLAR)).unwrap();
    assert_eq!((paid.rewardPaid, paid.insurancePaid), (50 * DOLLAR, 20 * DOLLAR));
    let charged = last::<LiquidationCharged>(&x);
    assert_eq!((charged.account, charged.liquidator), (address(&alice), address(&venue)));
    assert_eq!((charged.reward, charged.insurance), (50 * DOLLAR, 20 * DOLLAR));
    assert_eq!((cash(&x, &alice), cash(&x, &venue), x.ask(&stateCall {}).insurance), (0, 50 * DOLLAR, 20 * DOLLAR));
}

#[test]
fn initial_margin_is_asked_of_both_sides() {
    let mut x = Exchange::plain();
    let venue = admitted(&mut x, "venue", 0, 0);
    let (alice, bob) = (x.trader("alice", 100 * DOLLAR), x.trader("bob", 50 * DOLLAR));
    let open = |a: u128, b: u128, check| increasedCall {
        account: address(&alice),
        counterparty: address(&bob),
        exposures: vec![exposure(a, a / 2, 0)],
        counterExposures: vec![exposure(b, b / 2, 0)],
        checkCounterparty: check,
    };
    let stranger = x.holder("stranger", 0);
    assert_refused(x.vault(&stranger, &open(1, 1, true)), VenueNotAdmitted {});
    assert_refused(x.vault(&venue, &open(1, 1, true)), NotOptedIn {});
    join(&mut x, &alice, &venue);
    join(&mut x, &bob, &venue);
    let same = increasedCall { counterparty: address(&alice), ..open(1, 1, true) };
    assert_refused(x.vault(&venue, &same), Malformed {});
    let nine = increasedCall { exposures: vec![exposure(1, 1, 0); 9], ..open(1, 1, true) };
    assert_refused(x.vault(&venue, &nine), Malformed {});
    let missing = |account, missing| InsufficientMargin { account, missing };
    assert_refused(x.vault(&venue, &open(101 * DOLLAR, 1, true)), missing(address(&alice), DOLLAR));
    assert_refused(x.vault(&venue, &open(1, 53 * DOLLAR, true)), missing(address(&bob), 3 * DOLLAR));
    x.vault(&venue, &open(100 * DOLLAR, 53 * DOLLAR, false)).unwrap();
    // Profit that is not realised is no margin, a loss is.
    let profit = increasedCall { exposures: vec![exposure(101 * DOLLAR, 1, i128::MAX)], ..open(1, 1, false) };
    assert_refused(x.vault(&venue, &profit), missing(address(&alice), DOLLAR));
    let loss = increasedCall { exposures: vec![exposure(90 * DOLLAR, 1, -15_000_000)], ..open(1, 1, false) };
    assert_refused(x.vault(&venue, &loss), missing(address(&alice), 5 * DOLLAR));
    x.govern(&admitVenueCall { venue: address(&venue), bondRequired: 1, cover: 0 });
    assert_refused(x.vault(&venue, &open(1, 1, true)), BondTooLow { bond: 0, required: 1 });
}

#[test]
fn a_position_is_liquidated_by_as_much_as_the_account_is_short() {
    let mut x = Exchange::plain();
    let venue = admitted(&mut x, "venue", 0, 0);
    let alice = x.trader("alice", 100 * DOLLAR);
    let ask = |unrealised: i128| authoriseCall {
        account: address(&alice),
        market: MARKET,
        size: 1_000,
        maxSize: u128::MAX,
        relief: 100 * DOLLAR,
        exposures: vec![exposure(100 * DOLLAR, 50 * DOLLAR, unrealised)],
    };
    assert_refused(x.vault(&venue, &ask(-51_000_000)), NotOptedIn {});
    join(&mut x, &alice, &venue);
    assert_refused(x.vault(&venue, &ask(-50_000_000)), Healthy {});
    assert_eq!(x.vault(&venue, &ask(-51_000_000)).unwrap(), 510);
    let event = last::<LiquidationAuthorised>(&x);
    assert_eq!((event.venue, event.account, event.market), (address(&venue), address(&alice), MARKET));
    assert_eq!((event.size, event.health), (510, 9_900));
    // 10 of the 1,000 dollars are the smallest bite, and whatever is left of a smaller position.
    let bite = |size| authoriseCall { maxSize: size, ..ask(-51_000_000) };
    assert_refused(x.vault(&venue, &bite(9)), TooSmall { smallest: 10 * DOLLAR });
    assert_eq!(x.vault(&venue, &bite(10)).unwrap(), 10);
    assert_eq!(x.vault(&venue, &ask(-900_000_000)).unwrap(), 1_000);
    assert_refused(x.vault(&venue, &authoriseCall { maxSize: 0, ..ask(-51_000_000) }), NothingToLiquidate {});
    let unknown = IMarginVault::Exposure { market: 99, ..exposure(1, 1, -200_000_000) };
    let unknown = authoriseCall { exposures: vec![unknown], ..ask(0) };
    // What stands at no price that anyone knows liquidates nobody.
    assert_refused(x.vault(&venue, &unknown), Healthy {});
    let both = authoriseCall {
        exposures: vec![unknown.exposures[0].clone(), ask(-51_000_000).exposures[0].clone()],
        ..ask(0)
    };
    assert_eq!(x.vault(&venue, &both).unwrap(), 510);
    let unpriced = authoriseCall { market: 99, ..both };
    assert_refused(x.vault(&venue, &unpriced), LiquidationRefused { reason: 15, until: 0 });
}

#[test]
fn a_loss_is_closed_no_further_than_the_profit_beside_it_counts() {
    let mut x = Exchange::plain();
    let venue = admitted(&mut x, "venue", 0, 0);
    let alice = x.trader("alice", 60 * DOLLAR);
    join(&mut x, &alice, &venue);
    let losing = exposure(100 * DOLLAR, 50 * DOLLAR, -90_000_000);
    let winning = IMarginVault::Exposure { market: NATIVE_MARKET, ..exposure(100 * DOLLAR, 50 * DOLLAR, 120_000_000) };
    // 60 of cash and 30 of profit against 100 of requirement.
    let close = |market, max_size| authoriseCall {
        account: address(&alice),
        market,
        size: 1_000,
        maxSize: max_size,
        relief: 100 * DOLLAR,
        exposures: vec![losing.clone(), winning.clone()],
    };
    // With 90 realised 20 of the profit would be beyond the requirement, and lost to her health.
    assert_refused(x.vault(&venue, &close(MARKET, u128::MAX)), LessHealthy { by: 20 * DOLLAR });
    assert_refused(x.vault(&venue, &close(MARKET, 778)), LessHealthy { by: 20_000 });
    assert_eq!(x.vault(&venue, &close(MARKET, 777)).unwrap(), 777);
    assert_eq!(x.vault(&venue, &close(NATIVE_MARKET, u128::MAX)).unwrap(), 1_000);
    // The profit realised, nothing is lost.
    let cashed = authoriseCall { exposures: vec![losing.clone()], ..close(MARKET, u128::MAX) };
    assert_eq!(x.vault(&venue, &cashed).unwrap(), 1_000);
}
