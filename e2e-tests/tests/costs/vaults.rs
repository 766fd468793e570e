//! A token is deposited and half of it withdrawn: `OpenZeppelin`'s ERC-4626 vault, and the margin vault.

use alloy_core::{primitives::U256, sol, sol_types::SolValue};
use e2e_tests::{interfaces::IMarginVault as vault, sol_address};

use crate::{
    stage::{Form, Stage},
    table::{Comparison, Measured},
};

sol! {
    interface IERC4626 {
        function deposit(uint256 assets, address receiver) external returns (uint256 shares);
        function withdraw(uint256 assets, address receiver, address owner) external returns (uint256 shares);
    }
}

const AMOUNT: u128 = 1_000_000;

pub fn measure(stage: &mut Stage) -> Vec<(&'static str, Comparison)> {
    let evm = erc4626(stage, Form::Evm, "evm-depositor");
    let polkavm = erc4626(stage, Form::PolkaVm, "pvm-depositor");
    let ours = margin(stage);
    let [deposit, withdraw] =
        [0, 1].map(|step| Comparison { ours: ours[step], evm: evm[step], polkavm: Some(polkavm[step]) });
    vec![("vault: deposit", deposit), ("vault: withdraw", withdraw)]
}

/// An account's first deposit and its first withdrawal, after somebody else's.
fn erc4626(stage: &mut Stage, form: Form, name: &str) -> [Measured; 2] {
    let vault = stage.deploy(form, "PeerVault", (sol_address(stage.token),).abi_encode_params());
    let first = stage.holder(&format!("{name}-before"), 2 * AMOUNT, vault);
    let account = stage.holder(name, 2 * AMOUNT, vault);
    for who in [&first, &account] {
        let me = sol_address(who.address());
        stage.call(who, vault, &IERC4626::depositCall { assets: U256::from(AMOUNT), receiver: me });
    }
    let deposit = stage.last(&[vault]);
    let me = sol_address(account.address());
    let withdraw = IERC4626::withdrawCall { assets: U256::from(AMOUNT / 2), receiver: me, owner: me };
    stage.call(&account, vault, &withdraw);
    let withdraw = stage.last(&[vault]);
    assert_eq!(stage.balance(account.address()), U256::from(AMOUNT + AMOUNT / 2));
    [deposit, withdraw]
}

fn margin(stage: &mut Stage) -> [Measured; 2] {
    let contract = stage.vault;
    let first = stage.holder("depositor-before", 2 * AMOUNT, contract);
    let account = stage.holder("depositor", 2 * AMOUNT, contract);
    for who in [&first, &account] {
        assert_eq!(stage.call(who, contract, &vault::depositCall { asset: 0, amount: AMOUNT }), AMOUNT);
    }
    let deposit = stage.last(&[contract]);
    stage.call(&account, contract, &vault::withdrawCall { asset: 0, amount: AMOUNT / 2 });
    let withdraw = stage.last(&[contract]);
    assert_eq!(stage.balance(account.address()), U256::from(AMOUNT + AMOUNT / 2));
    [deposit, withdraw]
}
