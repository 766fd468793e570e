//! `ink_e2e` on a node: the one that listens at `CONTRACTS_NODE_URL`, which is read when this is compiled, or one that
//! is started from the program that `CONTRACTS_NODE` names. See the README of this package.

use ink_e2e_tests::scenarios;

#[ink_e2e::test]
#[ignore = "needs a node: CONTRACTS_NODE or CONTRACTS_NODE_URL"]
async fn a_market_opens_with_its_prices() {
    scenarios::a_market_opens_with_its_prices(&mut client).await;
}

#[ink_e2e::test]
#[ignore = "needs a node: CONTRACTS_NODE or CONTRACTS_NODE_URL"]
async fn strangers_change_nothing() {
    scenarios::strangers_change_nothing(&mut client).await;
}

#[ink_e2e::test]
#[ignore = "needs a node: CONTRACTS_NODE or CONTRACTS_NODE_URL"]
async fn truncated_call_data_is_refused() {
    scenarios::truncated_call_data_is_refused(&mut client).await;
}

#[ink_e2e::test]
#[ignore = "needs a node: CONTRACTS_NODE or CONTRACTS_NODE_URL"]
async fn collateral_goes_in_and_out() {
    scenarios::collateral_goes_in_and_out(&mut client).await;
}

#[ink_e2e::test]
#[ignore = "needs a node: CONTRACTS_NODE or CONTRACTS_NODE_URL"]
async fn accounts_pay_and_dispatch() {
    scenarios::accounts_pay_and_dispatch(&mut client).await;
}
