//! What an account holds and on which venues it is.

use alloy_core::primitives::U256;
use e2e_tests::{
    assert_refused,
    exchange::{DOLLAR, Exchange, IErc20, MARKET, NATIVE_MARKET, UNIT},
    interfaces::{IMarginVault::*, IPerpetualVenue, IPlainOracle},
    sol_address,
};
use lockstep_devchain::Account;

use crate::{DAY, NATIVE, SILENT, address, admitted, deposit_native, join, last, list_native, pass};

#[test]
fn deposits_and_withdrawals_move_what_they_say() {
    let mut x = Exchange::plain();
    let alice = x.holder("alice", 1_000 * DOLLAR);
    let who = address(&alice);
    assert_refused(deposit_native(&mut x, &alice, NATIVE), UnknownAsset { asset: u32::MAX });
    let native = list_native(&mut x);
    assert_refused(deposit_native(&mut x, &alice, 0), ZeroAmount {});
    assert_refused(x.vault(&alice, &depositCall { asset: 0, amount: 0 }), ZeroAmount {});
    assert_refused(x.vault(&alice, &depositCall { asset: 9, amount: 1 }), UnknownAsset { asset: 9 });
    assert_refused(x.vault(&alice, &depositCall { asset: native, amount: 1 }), UnknownAsset { asset: native });
    assert_refused(x.vault(&alice, &depositCall { asset: 0, amount: 1_001 * DOLLAR }), TokenFailed {});

    assert_eq!(x.vault(&alice, &depositCall { asset: 0, amount: 400 * DOLLAR }).unwrap(), 400 * DOLLAR);
    assert_eq!(last::<Deposited>(&x), Deposited { account: who, asset: 0, amount: 400 * DOLLAR });
    assert_eq!(deposit_native(&mut x, &alice, 9 * NATIVE).unwrap(), 9 * UNIT);
    assert_eq!(last::<Deposited>(&x), Deposited { account: who, asset: native, amount: 9 * UNIT });
    assert_refused(deposit_native(&mut x, &alice, 2 * NATIVE), CapExceeded { held: 11 * UNIT, cap: 10 * UNIT });

    assert_refused(x.vault(&alice, &withdrawCall { asset: 0, amount: 0 }), ZeroAmount {});
    assert_refused(x.vault(&alice, &withdrawCall { asset: 9, amount: 1 }), UnknownAsset { asset: 9 });
    let all = 400 * DOLLAR;
    assert_refused(x.vault(&alice, &withdrawCall { asset: 0, amount: all + 1 }), Insufficient { available: all });
    let over = withdrawCall { asset: native, amount: 9 * UNIT + 1 };
    assert_refused(x.vault(&alice, &over), Insufficient { available: 9 * UNIT });
    x.vault(&alice, &withdrawCall { asset: 0, amount: all }).unwrap();
    assert_eq!(last::<Withdrawn>(&x), Withdrawn { account: who, asset: 0, amount: all });
    let before = x.chain.spendable_balance(x.vault);
    x.vault(&alice, &withdrawCall { asset: native, amount: 9 * UNIT }).unwrap();
    assert_eq!(before - x.chain.spendable_balance(x.vault), 9 * NATIVE);
    assert_eq!(x.ask(&assetCall { number: native }).held, 0);
    assert_eq!(x.ask(&balanceOfCall { account: who, asset: native }), 0);
}

#[test]
fn withdrawing_with_open_risk_counts_only_what_is_certain() {
    let mut x = Exchange::plain();
    let native = list_native(&mut x);
    let dead = x.chain.create_asset(5, &x.governance.clone(), "Dead", "DED", 18, 1).unwrap();
    let governance = x.governance.clone();
    let guard = x.guard;
    let feed = IPlainOracle::setFeedCall { feed: 2, reporters: vec![address(&x.reporters[0])] };
    x.chain.sol_call(&governance, guard, &feed, 0).unwrap();
    x.chain.sol_call(&governance, guard, &IPlainOracle::setMarketCall { market: SILENT, feed: 2 }, 0).unwrap();
    let listing = listAssetCall { token: sol_address(dead), market: SILENT, decimals: 18, cap: UNIT, haircut: 500 };
    let silent = x.govern(&listing);
    pass(&mut x, 3 * DAY);

    let alice = x.trader("alice", 100 * DOLLAR);
    x.chain.mint_asset(&governance, 5, &alice, UNIT).unwrap();
    let approve = IErc20::approveCall { spender: sol_address(x.vault), amount: U256::from(UNIT) };
    x.chain.sol_call(&alice, dead, &approve, 0).unwrap();
    deposit_native(&mut x, &alice, NATIVE).unwrap();
    x.vault(&alice, &depositCall { asset: silent, amount: UNIT }).unwrap();
    // One native token counts 1,800; five at 2,002 need 1,000 and have lost 10.
    x.venue(&alice, &IPerpetualVenue::increaseCall { market: MARKET, size: 5 * i128::try_from(UNIT).unwrap() })
        .unwrap();
    assert_eq!(x.health(&alice), (890_000_000, 890_000_000, 1_390_000_000, 37_254));
    let over = withdrawCall { asset: native, amount: UNIT / 2 };
    assert_refused(x.vault(&alice, &over), InsufficientMargin { account: address(&alice), missing: 10_000_000 });
    x.vault(&alice, &withdrawCall { asset: native, amount: UNIT * 4 / 10 }).unwrap();
    assert_eq!(x.health(&alice).0, 170_000_000);
    // What is worth nothing that anyone knows may leave, and is no margin.
    x.vault(&alice, &withdrawCall { asset: silent, amount: UNIT }).unwrap();
    let over = withdrawCall { asset: 0, amount: 100 * DOLLAR };
    x.vault(&alice, &over).unwrap();
    let over = withdrawCall { asset: native, amount: UNIT / 10 };
    assert_refused(x.vault(&alice, &over), InsufficientMargin { account: address(&alice), missing: 110_000_000 });
}

#[test]
fn an_account_is_on_four_venues_and_holds_eight_assets() {
    let mut x = Exchange::plain();
    let alice = x.holder("alice", 0);
    let stranger = x.holder("stranger", 0);
    assert_refused(x.vault(&alice, &optInCall { venue: address(&stranger) }), VenueNotAdmitted {});
    let venues: Vec<Account> = (0..5).map(|n| admitted(&mut x, &format!("venue {n}"), 0, 0)).collect();
    assert_refused(x.vault(&alice, &optOutCall { venue: address(&venues[0]) }), NotOptedIn {});
    for venue in &venues[..4] {
        join(&mut x, &alice, venue);
        assert_eq!(last::<OptedIn>(&x), OptedIn { account: address(&alice), venue: address(venue) });
    }
    assert_refused(x.vault(&alice, &optInCall { venue: address(&venues[0]) }), AlreadyOptedIn {});
    assert_refused(x.vault(&alice, &optInCall { venue: address(&venues[4]) }), TooManyVenues {});
    x.vault(&alice, &optOutCall { venue: address(&venues[0]) }).unwrap();
    assert_eq!(last::<OptedOut>(&x), OptedOut { account: address(&alice), venue: address(&venues[0]) });
    join(&mut x, &alice, &venues[4]);

    let governance = x.governance.clone();
    for id in 0..9u32 {
        let token = x.chain.create_asset(100 + id, &governance, "Token", "TOK", 0, 1).unwrap();
        let listing =
            listAssetCall { token: sol_address(token), market: NATIVE_MARKET, decimals: 0, cap: 100, haircut: 500 };
        let asset = x.govern(&listing);
        x.chain.mint_asset(&governance, 100 + id, &alice, 10).unwrap();
        let approve = IErc20::approveCall { spender: sol_address(x.vault), amount: U256::from(10) };
        x.chain.sol_call(&alice, token, &approve, 0).unwrap();
        let deposit = x.vault(&alice, &depositCall { asset, amount: 10 });
        if id < 8 {
            assert_eq!(deposit.unwrap(), 10);
        } else {
            assert_refused(deposit, TooManyAssets {});
        }
    }
    // A new asset counts for nothing at first.
    assert_eq!(x.health(&alice).0, 0);
    pass(&mut x, 3 * DAY);
    assert_eq!(x.health(&alice).0, 8 * 10 * 1_900 * i128::try_from(DOLLAR).unwrap());
}
