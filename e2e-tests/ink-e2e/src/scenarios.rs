//! What is tried on the embedded chain and on a node.
//!
//! A node's clock cannot be moved: what needs a halt or hours is tried on the embedded chain alone.
#![allow(clippy::missing_panics_doc, reason = "a test panics where it fails")]

use std::fmt::Debug;

use alloy_core::{
    primitives::U256,
    sol_types::{SolCall, SolError, SolValue},
};
use e2e_tests::{
    interfaces::IOracleGuard::{
        NotGovernance, NotReporter, UnknownMarket, marketStateCall, reportCall, setFeedCall, setMarketCall,
    },
    sol_address,
};
use ink::{
    Address, H160, H256,
    abi::{Ink, Sol},
    codegen::TraitCallBuilder,
    contract_ref_from_path,
    env::{
        DefaultEnvironment,
        call::{
            FromAddr,
            utils::{DecodeMessageResult, EncodeArgsWith},
        },
    },
    primitives::AccountId,
};
use ink_e2e::{
    CallBuilderFinal, ChainBackend, ContractsBackend, E2EBackend, IntoAddress, Keypair, PolkadotConfig, Weight, alice,
    bob, charlie, dave,
    events::ContractEmitted,
    keypair_to_account,
    subxt::{blocks::ExtrinsicEvents, dynamic::Value},
};
use lockstep_core::guard::{Action, MarketClass, PriceVerdict, Reason};
use lockstep_devchain::ContractEvent;
use lockstep_interfaces::{OracleGuard, Permission, VaultAccounts, VaultError};

use crate::Balance;

type GuardInk = contract_ref_from_path!(OracleGuard, DefaultEnvironment, Ink);
type Vault = contract_ref_from_path!(VaultAccounts, DefaultEnvironment, Ink);
type GuardSol = contract_ref_from_path!(OracleGuard, DefaultEnvironment, Sol);

/// A chain that tests can drive: the embedded one, or a node.
pub trait Chain:
    E2EBackend<DefaultEnvironment>
    + ChainBackend<AccountId = AccountId, Balance = Balance, Error: Debug, EventLog: Emitted>
    + ContractsBackend<DefaultEnvironment, Error: Debug, EventLog: Emitted>
{
}

impl<T> Chain for T where
    T: E2EBackend<DefaultEnvironment>
        + ChainBackend<AccountId = AccountId, Balance = Balance, Error: Debug, EventLog: Emitted>
        + ContractsBackend<DefaultEnvironment, Error: Debug, EventLog: Emitted>
{
}

/// The events of a transaction.
pub trait Emitted {
    /// Those of contracts: who emitted each, and its topics.
    fn of_contracts(&self) -> Vec<(Address, Vec<H256>)>;
}

impl Emitted for Vec<ContractEvent> {
    fn of_contracts(&self) -> Vec<(Address, Vec<H256>)> {
        let topics = |event: &ContractEvent| event.topics.iter().map(|topic| H256(topic.0)).collect();
        self.iter().map(|event| (H160(event.address.0), topics(event))).collect()
    }
}

impl Emitted for ExtrinsicEvents<PolkadotConfig> {
    fn of_contracts(&self) -> Vec<(Address, Vec<H256>)> {
        let events = self.find::<ContractEmitted>().map(|event| event.expect("the node's events can be decoded"));
        events.map(|event| (event.contract, event.topics)).collect()
    }
}

/// The feed and the market of the scenarios.
const FEED: u32 = 1;
const MARKET: u32 = 10;
/// 2,000 of quote.
pub const PRICE: u128 = 2_000_000_000_000_000_000_000;
/// Per cent of its weight that a transaction may use beyond what it used when it was tried, a block earlier.
const MARGIN: u64 = 50;
/// What a transaction may deposit beyond what it did when it was tried, in native units: a new item where a time has
/// passed meanwhile.
const ONE_MORE_ITEM: Balance = 1_000_000_000_000;
/// A healthy account.
const HEALTH: u32 = 20_000;

/// Deploys what `scripts/build` left of a contract, as `ink_e2e` deploys what it has built itself.
pub async fn deploy<C: Chain>(client: &mut C, deployer: &Keypair, contract: &str, arguments: Vec<u8>) -> Address {
    let code = e2e_tests::blob(contract);
    client.map_account(deployer).await.expect("the deployer is mapped");
    let tried = client.raw_instantiate_dry_run::<Sol>(code.clone(), deployer, arguments.clone(), 0, None).await;
    let tried = tried.expect("the constructor can be tried");
    assert!(!tried.is_err(), "{contract}: {:?}", tried.contract_result);
    let weight = with_margin(tried.contract_result.weight_required);
    let deposit = tried.contract_result.max_storage_deposit;
    let made = client.raw_instantiate(code, deployer, arguments, 0, weight, deposit.charge_or_zero()).await;
    made.expect("what was tried goes through").addr
}

/// The same for a contract that is deployed behind its front. Returns the front.
async fn deploy_behind_front<C: Chain>(client: &mut C, contract: &str, arguments: Vec<u8>) -> Address {
    let whole = deploy(client, &alice(), contract, arguments.clone()).await;
    let arguments = [arguments, (sol(whole),).abi_encode_params()].concat();
    deploy(client, &alice(), &format!("{contract}_front"), arguments).await
}

fn with_margin(weight: Weight) -> Weight {
    weight.saturating_add(weight.saturating_mul(MARGIN).saturating_div(100))
}

/// The revert of a call by Solidity's ABI.
#[derive(Debug)]
pub struct Reverted(Vec<u8>);

impl Reverted {
    /// As one error of an interface.
    pub fn is<E: SolError + PartialEq>(&self, error: &E) -> bool {
        E::abi_decode_validate(&self.0).is_ok_and(|decoded| decoded == *error)
    }
}

/// What a call by Solidity's ABI would return, and what it needs.
async fn tried<C: Chain, Call: SolCall>(
    client: &mut C,
    caller: &Keypair,
    to: Address,
    call: &Call,
) -> Result<(Call::Return, Weight, Balance), Reverted> {
    client.map_account(caller).await.expect("the caller is mapped");
    let tried = client.raw_call_dry_run::<(), Sol>(to, call.abi_encode(), 0, None, caller).await;
    let tried = tried.expect("the call can be tried");
    let data = tried.return_data();
    if tried.did_revert() {
        return Err(Reverted(data.to_vec()));
    }
    let returned = Call::abi_decode_returns_validate(data).expect("the answer is what the interface says");
    let deposit = tried.exec_result.max_storage_deposit.charge_or_zero().saturating_add(ONE_MORE_ITEM);
    Ok((returned, with_margin(tried.exec_result.weight_required), deposit))
}

/// Carries out a call by Solidity's ABI, and returns the events. One that would revert is not sent.
async fn act<C: Chain, Call: SolCall>(
    client: &mut C,
    caller: &Keypair,
    to: Address,
    call: &Call,
) -> Result<Vec<(Address, Vec<H256>)>, Reverted> {
    let (_, weight, deposit) = tried(client, caller, to, call).await?;
    let sent = client.raw_call(to, call.abi_encode(), 0, weight, deposit, caller).await;
    Ok(sent.expect("what was tried goes through").0.of_contracts())
}

/// Sends a message of ink! and returns what it answered, with the events.
///
/// A message that fails is not sent: its dry run says why.
async fn send<C: Chain, Args, R, Abi>(
    client: &mut C,
    caller: &Keypair,
    message: CallBuilderFinal<DefaultEnvironment, Args, R, Abi>,
    value: Balance,
) -> (R, Vec<(Address, Vec<H256>)>)
where
    Args: EncodeArgsWith<Abi> + Sync + Clone,
    R: DecodeMessageResult<Abi> + Send,
    Abi: Sync + Clone,
{
    let sent = client
        .call(caller, &message)
        .value(value)
        .extra_gas_portion(MARGIN)
        .submit()
        .await
        .expect("the message goes through");
    let events = sent.events.of_contracts();
    (sent.return_value(), events)
}

/// What a message of ink! would answer.
async fn ask<C: Chain, Args, R, Abi>(
    client: &mut C,
    caller: &Keypair,
    message: CallBuilderFinal<DefaultEnvironment, Args, R, Abi>,
) -> R
where
    Args: EncodeArgsWith<Abi> + Sync + Clone,
    R: DecodeMessageResult<Abi> + Send,
    Abi: Sync + Clone,
{
    client.call(caller, &message).dry_run().await.expect("the message can be tried").return_value()
}

/// Whether `action` is allowed in the market to a healthy account.
pub async fn permission<C: Chain>(client: &mut C, guard: Address, action: Action) -> Permission {
    let asked = GuardInk::from_addr(guard);
    let answer = ask(client, &alice(), asked.call().permission(vec![MARKET], action.number(), HEALTH)).await;
    let asked = GuardSol::from_addr(guard);
    let same = ask(client, &alice(), asked.call().permission(vec![MARKET], action.number(), HEALTH)).await;
    assert_eq!(answer, same, "both ABIs answer alike");
    answer
}

/// A registry and a guard, governed by Alice, with a market on a feed that Bob, Charlie and Dave report to.
pub async fn guarded<C: Chain>(client: &mut C) -> Address {
    let governance = sol(alice().address());
    let registry = deploy_behind_front(client, "upgrade_registry", (governance,).abi_encode_params()).await;
    let arguments = (governance, sol(registry), 6_000u64, 60u64, 1_800u64).abi_encode_params();
    let guard = deploy_behind_front(client, "oracle_guard", arguments).await;
    let feed = setFeedCall {
        feed: FEED,
        reporters: [bob(), charlie(), dave()].map(|key| sol(key.address())).to_vec(),
        minSources: 2,
        maxAge: 120,
        maxConfidence: 200,
        maxDeviation: 1_000,
        grace: 600,
        feedGrace: 60,
        ramp: 1_800,
        freshReports: 3,
    };
    act(client, &alice(), guard, &feed).await.expect("the feed is set");
    act(client, &alice(), guard, &market(MARKET)).await.expect("the market is set");
    guard
}

fn sol(address: Address) -> alloy_core::primitives::Address {
    sol_address(crate::address(address))
}

fn market(market: u32) -> setMarketCall {
    setMarketCall { market, feed: FEED, class: MarketClass::Perpetual.number() }
}

/// The clock of a host that has had no downtime yet, Unix seconds.
async fn clock<C: Chain>(client: &mut C, guard: Address) -> u64 {
    ask(client, &alice(), GuardInk::from_addr(guard).call().active_time()).await
}

/// Every reporter says the price, seen at `seen_at`.
pub async fn report<C: Chain>(client: &mut C, guard: Address, price: u128, seen_at: u64) {
    for reporter in [bob(), charlie(), dave()] {
        let said = reportCall { feed: FEED, price, confidence: 0, publishedAt: seen_at };
        let events = act(client, &reporter, guard, &said).await.expect("the report is taken");
        assert!(events.iter().any(|(emitter, _)| *emitter == guard), "the guard says that it took a report");
    }
}

/// A market without prices lets nobody be liquidated and everybody leave; with prices it has a quote, and waits until
/// they have been good for a while. The guard answers alike in ink!'s ABI and in Solidity's.
pub async fn a_market_opens_with_its_prices<C: Chain>(client: &mut C) {
    let guard = guarded(client).await;
    let refused = permission(client, guard, Action::Liquidate).await;
    assert!(!refused.0, "{refused:?}");
    assert!(permission(client, guard, Action::Reduce).await.0);
    let (_, _, verdict) = ask(client, &alice(), GuardInk::from_addr(guard).call().quotes(vec![MARKET])).await[0];
    assert_ne!(verdict, PriceVerdict::Valid.number());

    let now = clock(client, guard).await;
    report(client, guard, PRICE, now).await;
    let quotes = ask(client, &alice(), GuardSol::from_addr(guard).call().quotes(vec![MARKET])).await;
    assert_eq!(quotes, [(PRICE, PRICE, PriceVerdict::Valid.number())]);
    let (allowed, reason, until, _) = permission(client, guard, Action::Liquidate).await;
    assert!(!allowed && reason != Reason::Allowed.number() && until > 0, "{reason} until {until}");
    let unknown = ask(client, &bob(), GuardInk::from_addr(guard).call().permission(vec![99], 0, HEALTH)).await;
    assert_eq!((unknown.0, unknown.1), (false, Reason::UnknownMarket.number()));
}

/// Who may not govern or report is refused by name, and nothing changes.
pub async fn strangers_change_nothing<C: Chain>(client: &mut C) {
    let guard = guarded(client).await;
    let another = market(MARKET + 1);
    let refused = act(client, &bob(), guard, &another).await.expect_err("Bob does not govern");
    assert!(refused.is(&NotGovernance { caller: sol(bob().address()) }), "{refused:?}");
    let said = reportCall { feed: FEED, price: PRICE, confidence: 0, publishedAt: 1 };
    let refused = act(client, &alice(), guard, &said).await.expect_err("Alice does not report");
    assert!(refused.is(&NotReporter { caller: sol(alice().address()) }), "{refused:?}");

    // Sent all the same, without a dry run.
    let (_, weight, deposit) = tried(client, &alice(), guard, &another).await.expect("Alice governs");
    let sent = client.raw_call(guard, another.abi_encode(), 0, weight, deposit, &bob()).await;
    assert!(sent.is_err(), "the transaction fails");
    no_market(client, guard, MARKET + 1).await;
}

/// Call data that ends early is refused: what is missing reads as zero, and there is no feed 0.
pub async fn truncated_call_data_is_refused<C: Chain>(client: &mut C) {
    let guard = guarded(client).await;
    let whole = market(MARKET + 1);
    let (_, weight, deposit) = tried(client, &alice(), guard, &whole).await.expect("the whole call is taken");
    for length in [0, 3, 4, 36] {
        let cut = whole.abi_encode()[..length].to_vec();
        let sent = client.raw_call(guard, cut, 0, weight, deposit, &alice()).await;
        assert!(sent.is_err(), "{length} bytes go through");
    }
    no_market(client, guard, MARKET + 1).await;
}

async fn no_market<C: Chain>(client: &mut C, guard: Address, market: u32) {
    let state = tried(client, &alice(), guard, &marketStateCall { market }).await;
    let Err(refused) = state else { panic!("there is a market {market}") };
    assert!(refused.is(&UnknownMarket { market }), "{refused:?}");
}

/// What goes into a vault comes out of it, and more does not.
pub async fn collateral_goes_in_and_out<C: Chain>(client: &mut C) {
    const DEPOSIT: Balance = 50_000_000_000;
    let guard = guarded(client).await;
    let decimals = U256::from(18);
    let native = (sol(alice().address()), sol(guard), sol(Address::zero()), decimals).abi_encode_params();
    let vault = deploy_behind_front(client, "margin_vault", native).await;
    let mut contract = Vault::from_addr(vault);
    let account = client.to_account_id(&vault).await.expect("a contract has an account");
    let empty = client.free_balance(account).await.expect("a contract has a balance");

    let (credited, events) = send(client, &bob(), contract.call_mut().deposit_native(), DEPOSIT).await;
    let credited = credited.expect("the deposit is taken");
    assert!(credited > 0 && events.iter().any(|(emitter, _)| *emitter == vault));
    let held = client.free_balance(account).await.expect("a contract has a balance");
    assert_eq!(held - empty, DEPOSIT);

    let more = ask(client, &bob(), contract.call_mut().withdraw(0, credited + 1)).await;
    assert!(matches!(more, Err(VaultError::Insufficient { .. })), "{more:?}");
    let others = ask(client, &charlie(), contract.call_mut().withdraw(0, 1)).await;
    assert!(matches!(others, Err(VaultError::Insufficient { .. })), "{others:?}");
    send(client, &bob(), contract.call_mut().withdraw(0, credited), 0).await.0.expect("the withdrawal is paid");
    assert_eq!(client.free_balance(account).await.expect("a contract has a balance"), empty);
}

/// Accounts get and pay native tokens, and call what is no contract.
pub async fn accounts_pay_and_dispatch<C: Chain>(client: &mut C) {
    const AMOUNT: Balance = 500_000_000_000;
    let key = client.create_and_fund_account(&alice(), AMOUNT).await;
    let [own, others] = [&key, &bob()].map(keypair_to_account::<AccountId>);
    assert_eq!(client.free_balance(own).await.expect("an account has a balance"), AMOUNT);
    let before = client.free_balance(others).await.expect("an account has a balance");
    client.transfer_allow_death(&key, others, AMOUNT / 2).await.expect("half is there");
    assert_eq!(client.free_balance(others).await.expect("an account has a balance") - before, AMOUNT / 2);
    // The client of a node does not tell that a transfer failed.
    let _ = client.transfer_allow_death(&key, others, AMOUNT).await;
    assert_eq!(client.free_balance(others).await.expect("an account has a balance") - before, AMOUNT / 2);
    let remark = vec![Value::from_bytes(b"lockstep")];
    let events = client.runtime_call(&key, "System", "remark", remark).await.expect("a remark is taken");
    assert!(events.of_contracts().is_empty());
}
