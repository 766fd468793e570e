//! Liquidation of collateral, and what insurance pays.

use e2e_tests::{
    assert_refused,
    exchange::{DOLLAR, Exchange, UNIT},
    interfaces::IMarginVault::*,
};
use lockstep_devchain::Account;

use crate::{DAY, NATIVE, address, admitted, cash, deposit_native, join, last, list_native, member, pass, realise};

/// One native token (2,000, haircut 10 %) against a debt.
fn debtor(debt: i128) -> (Exchange, Account, Account, Account) {
    let mut x = Exchange::plain();
    list_native(&mut x);
    let venue = admitted(&mut x, "venue", 0, 0);
    let (alice, winner) = (x.holder("alice", 0), x.holder("winner", 0));
    join(&mut x, &alice, &venue);
    join(&mut x, &winner, &venue);
    deposit_native(&mut x, &alice, NATIVE).unwrap();
    x.vault(&venue, &realise(&winner, &alice, debt, false)).unwrap();
    (x, alice, winner, venue)
}

#[test]
fn collateral_is_liquidated_until_the_liquidation_end() {
    let (mut x, alice, winner, venue) = debtor(1_795_000_000);
    let keeper = x.trader("keeper", 2_000 * DOLLAR);
    let who = address(&alice);
    let liquidate = |asset, max_repay| liquidateCall { account: who, asset, maxRepay: max_repay };
    assert_eq!(x.health(&alice), (5_000_000, 5_000_000, 5_000_000, 10_027));
    assert_refused(x.vault(&keeper, &liquidate(1, u128::MAX)), Healthy {});
    x.price(1_990 * UNIT);
    assert_eq!(x.health(&alice), (-4_000_000, -4_000_000, -4_000_000, 9_977));
    assert_refused(x.vault(&alice, &liquidate(1, u128::MAX)), Malformed {});
    assert_refused(x.vault(&keeper, &liquidate(0, u128::MAX)), Malformed {});
    assert_refused(x.vault(&keeper, &liquidate(9, u128::MAX)), UnknownAsset { asset: 9 });
    assert_refused(x.vault(&keeper, &liquidate(1, 0)), NothingToLiquidate {});
    let poor = x.trader("poor", DOLLAR);
    assert_refused(x.vault(&poor, &liquidate(1, u128::MAX)), Insufficient { available: DOLLAR });

    // Each unit repaid brings 1 - 1.05 * 0.9 = 0.055: 4 / 0.055 = 72.73, for 5 % more in native tokens.
    let done = x.vault(&keeper, &liquidate(1, u128::MAX)).unwrap();
    assert_eq!((done.repaid, done.seized), (72_727_273, 38_373_686_432_160_804));
    let event = last::<CollateralLiquidated>(&x);
    assert_eq!((event.account, event.liquidator, event.asset), (who, address(&keeper), 1));
    assert_eq!((event.repaid, event.seized, event.insurance), (done.repaid, done.seized, 727_272));
    assert_eq!(x.ask(&balanceOfCall { account: address(&keeper), asset: 1 }), done.seized);
    assert_eq!(cash(&x, &keeper), 2_000 * DOLLAR - 72_727_273 - 727_272);
    assert_eq!(x.ask(&stateCall {}).insurance, 727_272);
    assert_eq!(member(&x, &alice, &venue), (false, 1_795_000_000 - 72_727_273, 0));
    assert_eq!(x.health(&alice), (0, 0, 0, 10_000));
    assert_refused(x.vault(&keeper, &liquidate(1, u128::MAX)), Healthy {});
    x.vault(&keeper, &settleCall { account: address(&winner), venue: address(&venue) }).unwrap();
    assert_eq!(cash(&x, &winner), 72_727_273);
}

#[test]
fn insurance_pays_for_the_bankrupt_within_the_venues_share_and_the_winners_bear_the_rest() {
    let (mut x, alice, winner, venue) = debtor(2_500_000_000);
    x.govern(&admitVenueCall { venue: address(&venue), bondRequired: 0, cover: 100 * DOLLAR });
    assert_eq!(x.ask(&venueCall { address_: address(&venue) }).coverLeft, 0);
    pass(&mut x, 2 * DAY);
    let keeper = x.trader("keeper", 5_000 * DOLLAR);
    let cover = coverBadDebtCall { account: address(&alice) };
    assert_refused(x.vault(&keeper, &fundInsuranceCall { amount: 0 }), ZeroAmount {});
    x.vault(&keeper, &fundInsuranceCall { amount: 500 * DOLLAR }).unwrap();
    assert_eq!(last::<InsuranceFunded>(&x).amount, 500 * DOLLAR);
    assert_refused(x.vault(&keeper, &cover), NotBankrupt {});
    let liquidate = liquidateCall { account: address(&alice), asset: 1, maxRepay: u128::MAX };
    // The whole token, 2,000, pays for 2,000 / 1.05.
    let done = x.vault(&keeper, &liquidate).unwrap();
    assert_eq!((done.repaid, done.seized), (1_904_761_905, UNIT));
    let covered = x.vault(&keeper, &cover).unwrap();
    let rest = 2_500_000_000 - 1_904_761_905 - 100_000_000;
    assert_eq!((covered.covered, covered.shared), (100 * DOLLAR, rest));
    let event = last::<BadDebtCovered>(&x);
    assert_eq!((event.account, event.venue, event.covered), (address(&alice), address(&venue), 100 * DOLLAR));
    assert_eq!((event.byBond, event.byCredits), (0, rest));
    assert_eq!(x.ask(&venueCall { address_: address(&venue) }).coverLeft, 0);
    assert_refused(x.vault(&keeper, &cover), NotBankrupt {});
    // The winner has what came in, and nothing more is owed.
    assert_eq!(
        (member(&x, &alice, &venue), member(&x, &winner, &venue)),
        ((false, 0, 0), (false, 0, 2_500_000_000 - rest))
    );
    let settle = settleCall { account: address(&winner), venue: address(&venue) };
    assert_eq!(x.vault(&keeper, &settle).unwrap().paid, 2_500_000_000 - rest);
    let book = x.ask(&venueCall { address_: address(&venue) });
    assert_eq!((book.pool, book.debts, book.pending), (0, 0, 0));
    let owes_nothing = coverBadDebtCall { account: address(&keeper) };
    assert_refused(x.vault(&keeper, &owes_nothing), NotBankrupt {});
}
