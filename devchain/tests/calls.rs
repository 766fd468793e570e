//! Deploying and calling contracts, their refusals, events and costs.

mod support;

use alloy_core::{primitives::U256 as Word, sol, sol_types::SolCall};
use lockstep_devchain::{
    Account, CallOutcome, ChainConfig, DevChain, Failure, H256, NATIVE_TO_ETH_RATIO, StorageDeposit, U256, UNIT,
    asset_address, runtime,
};
use support::{alice, bob, cell, chain_with_cell, read, word};

sol! {
    #[derive(Debug, PartialEq)]
    event Transfer(address indexed from, address indexed to, uint256 value);
    function transfer(address to, uint256 value) external returns (bool);
    function balanceOf(address account) external view returns (uint256);
}

#[test]
fn a_call_changes_state_and_emits_its_event() {
    let (mut chain, cell) = chain_with_cell();
    let outcome = chain.call(&alice(), cell, word(7), 0);
    assert_eq!(outcome.result, Ok(Vec::new()));
    assert_eq!(outcome.events.len(), 1);
    assert_eq!(outcome.events[0].address, cell);
    assert_eq!(outcome.events[0].topics, [H256::from_low_u64_be(0xaa)]);
    assert_eq!(outcome.events[0].data, word(7));
    assert_eq!(read(&chain, cell), word(7));
    assert!(outcome.weight.ref_time() > 0 && outcome.weight.proof_size() > 0);
    assert!(matches!(outcome.storage_deposit, StorageDeposit::Charge(paid) if paid > 0));
    assert_eq!(chain.last_outcome(), Some(&outcome));
}

#[test]
fn weights_are_those_of_production_and_the_same_each_time() {
    type Production = pallet_revive::weights::SubstrateWeight<runtime::Runtime>;
    let (mut chain, cell) = chain_with_cell();
    let [dry, again] = [0, 1].map(|_| chain.dry_run(&alice(), cell, word(7), 0));
    let outcome = chain.call(&alice(), cell, word(7), 0);
    assert_eq!(outcome.base_weight, <Production as pallet_revive::WeightInfo>::call());
    assert_eq!((dry.weight, again.weight), (outcome.weight, outcome.weight));
    // The block carries what the call took on top of what it begins with.
    let before = chain.block_weight();
    chain.call(&alice(), cell, word(7), 0).ok().expect("the call succeeds");
    let last = chain.last_outcome().expect("a call was made").clone();
    assert!(chain.block_weight().all_gte(before.saturating_add(last.weight).saturating_add(last.base_weight)));
}

#[test]
fn events_are_those_of_the_call_alone() {
    let (mut chain, cell) = chain_with_cell();
    for value in 2..80 {
        let outcome = chain.call(&alice(), cell, word(value), 0);
        let data: Vec<_> = outcome.events.into_iter().map(|event| event.data).collect();
        assert_eq!(data, [word(value)]);
    }
}

#[test]
fn a_revert_gives_its_data_and_undoes_the_call() {
    let (mut chain, cell) = chain_with_cell();
    chain.call(&alice(), cell, word(7), 0).ok().expect("the call succeeds");
    let outcome = chain.call(&alice(), cell, word(0), 0);
    assert_eq!(outcome.result, Err(Failure::Reverted(word(42))));
    assert!(outcome.reverted());
    assert!(outcome.events.is_empty());
    assert_eq!(read(&chain, cell), word(7));
}

#[test]
fn an_invalid_instruction_is_no_revert() {
    let (mut chain, cell) = chain_with_cell();
    let outcome = chain.call(&alice(), cell, word(1), 0);
    let failure = outcome.result.expect_err("the instruction is invalid");
    assert!(matches!(&failure, Failure::Dispatch(error) if error.name == "Revive.InvalidInstruction"), "{failure}");
    assert_eq!(failure.revert_data(), None);
}

#[test]
fn a_dry_run_tells_the_same_and_changes_nothing() {
    let (mut chain, cell) = chain_with_cell();
    let before = (chain.state_root(), chain.nonce(&alice()));
    let dry = chain.dry_run(&alice(), cell, word(9), 0);
    assert_eq!((chain.state_root(), chain.nonce(&alice())), before);
    assert_eq!(read(&chain, cell), word(0));
    assert_eq!(chain.call(&alice(), cell, word(9), 0), dry);
}

#[test]
fn value_and_its_unit() {
    let (mut chain, _) = chain_with_cell();
    // Init code that returns nothing leaves an account that takes what it is sent.
    let empty = chain.deploy(&alice(), vec![0x00], Vec::new(), 0).expect("it deploys").address;
    let before = chain.balance(&bob());
    let outcome = chain.call(&bob(), empty, Vec::new(), 3 * UNIT);
    assert_eq!(outcome.result, Ok(Vec::new()));
    assert_eq!(chain.spendable_balance(empty), 3 * UNIT);
    assert_eq!(before - chain.balance(&bob()), 3 * UNIT);
    let seen = chain.with_runtime(|| runtime::Revive::evm_balance(&empty));
    assert_eq!(seen, U256::from(3 * UNIT) * NATIVE_TO_ETH_RATIO);
}

#[test]
fn who_may_call() {
    let (mut chain, cell) = chain_with_cell();
    let stranger = Account::named("stranger");
    chain.fund(&stranger, 100 * UNIT).expect("it is above the existential deposit");
    let failure = chain.call(&stranger, cell, word(5), 0).result.expect_err("it is not mapped");
    assert!(failure.is_revive(pallet_revive::Error::AccountUnmapped), "{failure}");
    chain.map_account(&stranger).expect("it can pay the deposit");
    assert_eq!(chain.call(&stranger, cell, word(5), 0).result, Ok(Vec::new()));

    let wallet = Account::ethereum_named("wallet");
    assert!(wallet.is_ethereum() && !stranger.is_ethereum());
    chain.fund(&wallet, 100 * UNIT).expect("it is above the existential deposit");
    assert_eq!(chain.call(&wallet, cell, word(6), 0).result, Ok(Vec::new()));
    assert_eq!(read(&chain, cell), word(6));
}

#[test]
fn an_ethereum_account_deploys_where_ethereum_would() {
    let mut chain = DevChain::new(ChainConfig::default()).expect("the configuration is valid");
    let wallet = Account::ethereum_named("wallet");
    chain.fund(&wallet, 1_000 * UNIT).expect("it is above the existential deposit");
    for nonce in 0..3 {
        assert_eq!(chain.nonce(&wallet), nonce);
        let deployed = chain.deploy(&wallet, cell(), Vec::new(), 0).expect("the cell deploys");
        assert_eq!(deployed.address, pallet_revive::create1(&wallet.address(), u64::from(nonce)));
    }
}

#[test]
fn a_constructor_that_reverts_leaves_no_contract() {
    let (mut chain, _) = chain_with_cell();
    // Reverts with the 32 bytes of memory, all zero.
    let failure =
        chain.deploy(&alice(), vec![0x60, 0x20, 0x60, 0x00, 0xfd], Vec::new(), 0).expect_err("the constructor reverts");
    assert_eq!(failure, Failure::Reverted(word(0)));
}

#[test]
fn nothing_is_deployed_twice_at_one_address() {
    let (mut chain, _) = chain_with_cell();
    let first = chain.deploy_salted(&alice(), cell(), Vec::new(), [1; 32], 0).expect("the cell deploys");
    let failure = chain.deploy_salted(&alice(), cell(), Vec::new(), [1; 32], 0).expect_err("the address is taken");
    assert!(failure.is_revive(pallet_revive::Error::DuplicateContract), "{failure}");
    assert!(chain.code_hash(first.address).is_some());
}

#[test]
fn an_asset_moves_through_its_precompile() {
    let (mut chain, _) = chain_with_cell();
    let token = chain.create_asset(7, &alice(), "Dollar", "USD", 6, 1).expect("the id is free");
    assert_eq!(token, asset_address(7));
    chain.mint_asset(&alice(), 7, &bob(), 1_000).expect("alice owns the asset");

    let call = transferCall { to: alice().address().0.into(), value: Word::from(400) };
    assert!(chain.sol_call(&bob(), token, &call, 0).expect("bob has enough"));
    assert_eq!(chain.asset_balance(7, &bob()), 600);
    assert_eq!(chain.asset_balance_at(7, alice().address()), 400);
    let events: Vec<(_, Transfer)> = chain.last_outcome().map(CallOutcome::events_as).unwrap_or_default();
    let expected = Transfer { from: bob().address().0.into(), to: call.to, value: call.value };
    assert_eq!(events, [(token, expected)]);

    let query = balanceOfCall { account: call.to };
    assert_eq!(chain.sol_view(&bob(), token, &query).expect("a view"), Word::from(400));

    let failure = chain
        .sol_call(&bob(), token, &transferCall { to: call.to, value: Word::from(601) }, 0)
        .expect_err("bob has 600");
    // The precompile passes on what the pallet says, and a transaction ends with it.
    assert!(matches!(&failure, Failure::Dispatch(error) if error.name == "Assets.BalanceLow"), "{failure}");
    assert_eq!(chain.asset_balance(7, &bob()), 600);
}

#[test]
fn an_answer_of_another_type_is_said_to_be_one() {
    let (mut chain, cell) = chain_with_cell();
    let transfer = transferCall { to: bob().address().0.into(), value: Word::from(1) };
    let failure = chain.sol_call(&alice(), cell, &transfer, 0).expect_err("the cell returns nothing");
    assert!(
        matches!(&failure, Failure::Undecodable { expected, .. } if expected == transferCall::SIGNATURE),
        "{failure}"
    );
}
