//! `ink_e2e` on the embedded chain.

use alloy_core::sol_types::SolValue;
use ink::{Address, abi::Sol, env::DefaultEnvironment};
use ink_e2e::{BuilderClient, ChainBackend, ContractsBackend, Weight, alice, bob};
use ink_e2e_tests::{
    EmbeddedClient, Error, account,
    scenarios::{self, PRICE},
};
use lockstep_core::guard::{Action, Reason};
use lockstep_devchain::DevChain;

#[ink_e2e::test(backend(runtime_only(sandbox = DevChain, client = EmbeddedClient)))]
async fn a_market_opens_with_its_prices() {
    scenarios::a_market_opens_with_its_prices(&mut client).await;
}

#[ink_e2e::test(backend(runtime_only(sandbox = DevChain, client = EmbeddedClient)))]
async fn strangers_change_nothing() {
    scenarios::strangers_change_nothing(&mut client).await;
}

#[ink_e2e::test(backend(runtime_only(sandbox = DevChain, client = EmbeddedClient)))]
async fn truncated_call_data_is_refused() {
    scenarios::truncated_call_data_is_refused(&mut client).await;
}

#[ink_e2e::test(backend(runtime_only(sandbox = DevChain, client = EmbeddedClient)))]
async fn collateral_goes_in_and_out() {
    scenarios::collateral_goes_in_and_out(&mut client).await;
}

#[ink_e2e::test(backend(runtime_only(sandbox = DevChain, client = EmbeddedClient)))]
async fn accounts_pay_and_dispatch() {
    scenarios::accounts_pay_and_dispatch(&mut client).await;
}

/// What a node cannot be made to do.
#[ink_e2e::test(backend(runtime_only(sandbox = DevChain, client = EmbeddedClient)))]
async fn a_halt_freezes_liquidations_and_the_market_thaws_by_itself() {
    let guard = scenarios::guarded(&mut client).await;
    pass(&mut client, guard, 10).await;
    assert_eq!(scenarios::permission(&mut client, guard, Action::Liquidate).await, (true, 0, 0, 10_000));

    client.chain().produce_block_after(8 * 3_600).unwrap();
    pass(&mut client, guard, 1).await;
    let (allowed, reason, until, _) = scenarios::permission(&mut client, guard, Action::Liquidate).await;
    assert_eq!((allowed, reason), (false, Reason::Outage.number()));
    assert!(until > client.chain().now());
    assert!(scenarios::permission(&mut client, guard, Action::Reduce).await.0, "nobody is kept in");

    pass(&mut client, guard, 11).await;
    let (allowed, _, _, share) = scenarios::permission(&mut client, guard, Action::Liquidate).await;
    assert!(allowed && share < 10_000, "a part of each position: {share}");
    pass(&mut client, guard, 30).await;
    assert_eq!(scenarios::permission(&mut client, guard, Action::Liquidate).await.3, 10_000);
}

/// So many minutes, with a price in each.
async fn pass(client: &mut EmbeddedClient<DefaultEnvironment, DevChain>, guard: Address, minutes: u32) {
    for _ in 0..minutes {
        client.chain().produce_block_after(60).unwrap();
        let now = client.chain().now();
        scenarios::report(client, guard, PRICE, now).await;
    }
}

#[ink_e2e::test(backend(runtime_only(sandbox = DevChain, client = EmbeddedClient)))]
async fn code_goes_up_and_away_within_limits() {
    let code_hash = client.upload("plain-oracle", &alice()).submit().await.unwrap().code_hash;
    let oracle = client.load_code("plain_oracle");
    assert_eq!(code_hash.0, ink_e2e::code_hash(&oracle));
    client.remove_code(&alice(), code_hash).submit().await.unwrap();
    let gone = client.remove_code(&alice(), code_hash).submit().await.unwrap_err();
    assert!(gone.to_string().contains("CodeNotFound"), "{gone}");
    let poor = client.upload("plain-oracle", &alice()).storage_deposit_limit(Some(1)).submit().await.unwrap_err();
    assert!(poor.to_string().contains("StorageDeposit"), "{poor}");

    let owner = (e2e_tests::sol_address(account(&bob()).address()),).abi_encode_params();
    let tried = client.raw_instantiate_dry_run::<Sol>(oracle.clone(), &bob(), owner.clone(), 0, None).await.unwrap();
    let needed = tried.contract_result.weight_required;
    let deposit = tried.contract_result.max_storage_deposit.charge_or_zero();
    for (weight, deposit) in [(Weight::from_parts(needed.ref_time() / 2, needed.proof_size()), deposit), (needed, 1)] {
        let refused = client.raw_instantiate(oracle.clone(), &bob(), owner.clone(), 0, weight, deposit).await;
        assert!(refused.is_err(), "{weight:?} and {deposit} do");
    }
    client.raw_instantiate(oracle, &bob(), owner, 0, needed, deposit).await.unwrap();
}

#[ink_e2e::test(backend(runtime_only(sandbox = DevChain, client = EmbeddedClient)))]
async fn an_unknown_call_of_the_runtime_is_named() {
    let refused = client.runtime_call(&alice(), "System", "remember", Vec::new()).await.unwrap_err();
    assert!(matches!(refused, Error::NoCall { ref call, .. } if call == "remember"), "{refused}");
    let refused = client.runtime_call(&alice(), "System", "remark", Vec::new()).await.unwrap_err();
    assert!(matches!(refused, Error::NoCall { .. }), "{refused}");
}
