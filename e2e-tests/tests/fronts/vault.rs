//! What moves money, behind a front and alone.

use super::*;

/// What moves money in a vault, in both encodings.
pub fn movements(account: Address, other: Address) -> Vec<Vec<u8>> {
    let (one, two) = (account.0.0, other.0.0);
    vec![
        IMarginVault::withdrawCall { asset: 0, amount: 1 }.abi_encode(),
        in_ink("margin_vault", "VaultAccounts::withdraw", &(0u32, 0u128)),
        IMarginVault::realiseCall {
            account,
            counterparty: other,
            profit: -1,
            accountOpen: true,
            counterpartyOpen: false,
        }
        .abi_encode(),
        in_ink("margin_vault", "MarginVaultTrait::realise", &(one, one, 1i128, true, true)),
        IMarginVault::chargeCall { account, liquidator: other, reward: 1, insurance: 2 }.abi_encode(),
        in_ink("margin_vault", "MarginVaultTrait::charge", &(one, two, 1u128, 2u128)),
        IMarginVault::collectCall { market: MARKET, account, since: 0, amount: 1 }.abi_encode(),
        in_ink("margin_vault", "SettlementVault::collect", &(MARKET, one, 0u64, 1u128)),
        IMarginVault::payOutCall { market: MARKET, account, amount: 1 }.abi_encode(),
        in_ink("margin_vault", "SettlementVault::payOut", &(MARKET, one, 1u128)),
        IMarginVault::freeCall { market: MARKET, account, since: 1 }.abi_encode(),
        in_ink("margin_vault", "SettlementVault::free", &(MARKET, one, 1u64)),
    ]
}

#[test]
fn the_vaults_front_moves_money_as_the_vault() {
    let mut chain = chain();
    let [owner, alice] = ["owner", "alice"].map(|name| funded(&mut chain, name));
    let token = chain.create_asset(3, &owner, "Dollar", "USD", 6, 1).unwrap();
    chain.mint_asset(&owner, 3, &alice, 1_000_000).unwrap();
    let (me, quote) = (sol_address(owner.address()), sol_address(token));
    let constructor = (me, me, quote, U256::from(6)).abi_encode_params();
    let pair = Pair::new(&mut chain, &owner, "margin_vault", constructor);
    for vault in [pair.alone, pair.fronted] {
        let approve = IErc20::approveCall { spender: sol_address(vault), amount: U256::from(1_000) };
        chain.sol_call(&alice, token, &approve, 0).unwrap();
    }
    let deposit = |amount: u128| {
        let solidity = IMarginVault::depositCall { asset: 0, amount };
        [solidity.abi_encode(), in_ink("margin_vault", "VaultAccounts::deposit", &(0u32, amount))]
    };
    let withdraw = |amount: u128| {
        let solidity = IMarginVault::withdrawCall { asset: 0, amount };
        [solidity.abi_encode(), in_ink("margin_vault", "VaultAccounts::withdraw", &(0u32, amount))]
    };
    let native =
        [IMarginVault::depositNativeCall {}.abi_encode(), in_ink("margin_vault", "VaultAccounts::depositNative", &())];
    for data in &native {
        assert!(pair.refuses(&chain, &alice, data, lockstep_devchain::UNIT), "the native token is not listed");
    }
    for vault in [pair.alone, pair.fronted] {
        let (token, cap) = (Address::ZERO, 1 << 100);
        let list = IMarginVault::listAssetCall { token, market: 1, decimals: 18, cap, haircut: 500 };
        chain.sol_call(&owner, vault, &list, 0).unwrap();
    }
    // The first deposit of all opens the vault, which is the whole one's to do.
    for data in [deposit(100), deposit(50), withdraw(20)].concat() {
        pair.do_alike(&mut chain, &alice, &data);
    }
    for data in [deposit(0), deposit(701), withdraw(0), withdraw(261)].concat() {
        assert!(pair.refuses(&chain, &alice, &data, 0));
    }
    let unknown = IMarginVault::depositCall { asset: 7, amount: 1 }.abi_encode();
    assert!(pair.refuses(&chain, &alice, &unknown, 0));
    for data in movements(sol_address(alice.address()), quote).iter().skip(2) {
        assert!(pair.refuses(&chain, &alice, data, 0));
    }
    for data in &native {
        assert!(!pair.refuses(&chain, &alice, data, lockstep_devchain::UNIT));
        assert!(pair.refuses(&chain, &alice, data, 0), "nothing came");
    }
    for market in [1, 2] {
        let account = sol_address(alice.address());
        let solidity = IMarginVault::lastExposedCall { account, market };
        let scale = in_ink("margin_vault", "GovernorVault::lastExposed", &(account.0.0, market));
        for data in [solidity.abi_encode(), scale] {
            assert!(!pair.refuses(&chain, &alice, &data, 0));
        }
    }
    pair.do_alike(&mut chain, &alice, &withdraw(260)[0]);
    for vault in [pair.alone, pair.fronted] {
        let held = IErc20::balanceOfCall { account: sol_address(vault) };
        assert_eq!(chain.sol_view(&alice, token, &held).unwrap(), U256::ZERO);
    }
}
