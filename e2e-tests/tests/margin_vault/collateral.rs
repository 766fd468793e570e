//! Collateral as it is: places from none to thirty-six, dust, and balances that change by themselves.

use alloy_core::{primitives::U256, sol_types::SolValue};
use e2e_tests::{
    assert_refused,
    awkward::{Answer, Token},
    exchange::{DOLLAR, Exchange, NATIVE_MARKET},
    interfaces::IMarginVault::*,
    sol_address,
};
use lockstep_devchain::{Account, H160};

use crate::{DAY, address, admitted, join, pass, realise};

/// Deploys a token of which `holder` has `amount`, and lists it with so many places.
pub(crate) fn listed(x: &mut Exchange, holder: &Account, decimals: u8, amount: u128, haircut: u32) -> (H160, u32) {
    let governance = x.governance.clone();
    let token = Token { answer: Answer::Word(1), fee: 0, extra: 0 };
    let contract = x.chain.deploy(&governance, token.code(), Vec::new(), 0).unwrap().address;
    set_balance(x, contract, sol_address(holder.address()), amount);
    let listing =
        listAssetCall { token: sol_address(contract), market: NATIVE_MARKET, decimals, cap: u128::MAX, haircut };
    (contract, x.govern(&listing))
}

pub(crate) fn set_balance(x: &mut Exchange, token: H160, account: alloy_core::primitives::Address, amount: u128) {
    let governance = x.governance.clone();
    let mut data = vec![0x40, 0xc1, 0x0f, 0x19];
    data.extend((account, U256::from(amount)).abi_encode());
    x.chain.call(&governance, token, data, 0).result.unwrap();
}

#[test]
fn places_from_none_to_thirty_six() {
    let mut x = Exchange::plain();
    // An amount, and what it counts for in millionths of a dollar at 2,000 a whole unit and 90 %.
    for (decimals, amount, counted) in [
        (0, 3, 5_400 * DOLLAR),
        (6, 1_500_000, 2_700 * DOLLAR),
        (18, 1, 0),
        (18, 10u128.pow(18), 1_800 * DOLLAR),
        (27, 10u128.pow(25), 18 * DOLLAR),
        (36, 10u128.pow(36), 1_800 * DOLLAR),
        (36, 10u128.pow(27) - 1, 0),
    ] {
        let alice = x.trader(&format!("alice {decimals} {amount}"), 0);
        let (_, asset) = listed(&mut x, &alice, decimals, amount, 1_000);
        pass(&mut x, 3 * DAY);
        assert_eq!(x.vault(&alice, &depositCall { asset, amount }).unwrap(), amount);
        assert_eq!(x.health(&alice).0, i128::try_from(counted).unwrap(), "{amount} of {decimals} places");
        x.vault(&alice, &withdrawCall { asset, amount }).unwrap();
        assert_eq!(x.ask(&assetCall { number: asset }).held, 0);
    }
}

#[test]
fn dust_is_no_margin_and_no_shelter_from_bankruptcy() {
    let mut x = Exchange::plain();
    let venue = admitted(&mut x, "venue", 0, 0);
    let (alice, keeper) = (x.trader("alice", 0), x.trader("keeper", 1_000 * DOLLAR));
    let (_, asset) = listed(&mut x, &alice, 18, 1_000, 1_000);
    pass(&mut x, 3 * DAY);
    x.vault(&alice, &depositCall { asset, amount: 1_000 }).unwrap();
    join(&mut x, &alice, &venue);
    join(&mut x, &keeper, &venue);
    x.vault(&venue, &realise(&keeper, &alice, 1_000_000, false)).unwrap();
    assert_eq!(x.health(&alice), (-1_000_000, -1_000_000, -1_000_000, 0));
    let covered = x.vault(&keeper, &coverBadDebtCall { account: address(&alice) }).unwrap();
    assert_eq!((covered.covered, covered.shared), (0, 1_000_000));
    x.vault(&alice, &withdrawCall { asset, amount: 1_000 }).unwrap();
}

#[test]
fn balances_that_change_by_themselves_hurt_only_their_holders() {
    let mut x = Exchange::plain();
    let vault = sol_address(x.vault);
    let (alice, bob) = (x.trader("alice", 100 * DOLLAR), x.trader("bob", 100 * DOLLAR));
    let (token, asset) = listed(&mut x, &alice, 0, 1_000, 1_000);
    set_balance(&mut x, token, address(&bob), 1_000);
    x.vault(&alice, &depositCall { asset, amount: 600 }).unwrap();
    // More than anyone deposited: it is nobody's, and a later deposit is credited with what came with it.
    set_balance(&mut x, token, vault, 5_000);
    assert_eq!(x.vault(&bob, &depositCall { asset, amount: 400 }).unwrap(), 400);
    assert_eq!(x.ask(&assetCall { number: asset }).held, 1_000);
    assert_refused(x.vault(&bob, &withdrawCall { asset, amount: 401 }), Insufficient { available: 400 });
    // Less than they deposited: the books stay as they are, and dollars leave as ever.
    set_balance(&mut x, token, vault, 10);
    assert_eq!(x.vault(&bob, &depositCall { asset, amount: 100 }).unwrap(), 100);
    for account in [&alice, &bob] {
        x.vault(account, &withdrawCall { asset: 0, amount: 100 * DOLLAR }).unwrap();
    }
    let maker = x.maker.clone();
    x.assert_conserved(&[&alice, &bob, &maker]);
}
