//! A backend of [`ink_e2e`] over the embedded chain.
//!
//! ```ignore
//! #[ink_e2e::test(backend(runtime_only(sandbox = DevChain, client = EmbeddedClient)))]
//! async fn the_guard_answers() { /* `client` is an `EmbeddedClient` */ }
//! ```
//!
//! What is written against [`ink_e2e`]'s traits, as [`scenarios`] are, runs here and, with its own client, on a node.
//! The code of contracts is what `scripts/build` left: [`ink_e2e`] itself builds each package that has a feature
//! `ink-as-dependency`, as cargo's debug build, and no package here has one.

use std::{marker::PhantomData, path::PathBuf};

use ink::{
    H160, H256,
    env::{
        DefaultEnvironment, Environment,
        call::utils::{DecodeMessageResult, EncodeArgsWith},
    },
    primitives::AccountId,
};
use ink_e2e::{
    BareInstantiationResult, BuilderClient, CallBuilderFinal, CallDryRunResult, CallTrace, ChainBackend,
    ContractResult, ContractsBackend, CreateBuilderPartial, E2EBackend, InstantiateDryRunResult, Keypair, UploadResult,
    Weight, constructor_exec_input,
    subxt::{self, tx::Payload},
    subxt_signer::SecretUri,
};
use ink_revive_types::{CodeUploadReturnValue, ExecReturnValue, InstantiateReturnValue, StorageDeposit};
use lockstep_devchain::{Account, CallOutcome, ChainConfig, ContractEvent, DevChain, Failure, Limits, UNIT, runtime};
use pallet_revive_uapi::ReturnFlags;
use parity_scale_codec::{Decode, Encode};

pub mod scenarios;

type Balance = <DefaultEnvironment as Environment>::Balance;

/// Why the backend did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The chain refused, or the contract reverted.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The runtime has no such call, or takes other arguments.
    #[error("the runtime has no call {pallet}.{call} with these arguments: {reason}")]
    NoCall {
        /// As it was asked for.
        pallet: String,
        /// As it was asked for.
        call: String,
        /// What the encoder or the decoder says.
        reason: String,
    },
}

/// An embedded chain as `ink_e2e` drives it. Each call is in a block of its own, as on a node that seals at once.
///
/// Gas is what the chain's own limits and those given allow; call traces are not recorded.
pub struct EmbeddedClient<E, C> {
    chain: C,
    funded: u32,
    environment: PhantomData<E>,
}

impl EmbeddedClient<DefaultEnvironment, DevChain> {
    /// A chain on which the development accounts (`ink_e2e::alice()` to `ink_e2e::ferdie()`) have funds, as on a node
    /// in development mode: not mapped, so that their first call maps them.
    ///
    /// `built` are the contracts that `ink_e2e` built: none.
    ///
    /// # Panics
    /// Where it built one.
    pub fn new(built: impl IntoIterator<Item = PathBuf>) -> Self {
        let built: Vec<PathBuf> = built.into_iter().collect();
        assert_eq!(built, Vec::<PathBuf>::new(), "contracts are built by scripts/build");
        let config = ChainConfig { endowed: Vec::new(), ..ChainConfig::default() };
        let mut chain = DevChain::new(config).expect("the default chain starts");
        for key in
            [ink_e2e::alice(), ink_e2e::bob(), ink_e2e::charlie(), ink_e2e::dave(), ink_e2e::eve(), ink_e2e::ferdie()]
        {
            chain.fund(&account(&key), 1_000_000 * UNIT).expect("a new account takes funds");
        }
        Self { chain, funded: 0, environment: PhantomData }
    }

    /// The chain, for what no node can be made to do: halts, forks, roll-backs.
    pub fn chain(&mut self) -> &mut DevChain {
        &mut self.chain
    }

    fn next_block(&mut self) {
        self.chain.produce_block();
    }
}

/// The account that a key signs for.
pub fn account(key: &Keypair) -> Account {
    Account::native(key.public_key().0)
}

fn address(address: H160) -> lockstep_devchain::H160 {
    lockstep_devchain::H160(address.0)
}

fn limits(weight: Weight, storage_deposit: Balance) -> Limits {
    let weight = lockstep_devchain::Weight::from_parts(weight.ref_time(), weight.proof_size());
    Limits { weight, storage_deposit }
}

/// What a dry run returned or reverted with.
fn returned(result: Result<Vec<u8>, Failure>) -> Result<ExecReturnValue, Failure> {
    match result {
        Ok(data) => Ok(ExecReturnValue { flags: ReturnFlags::empty(), data }),
        Err(Failure::Reverted(data)) => Ok(ExecReturnValue { flags: ReturnFlags::REVERT, data }),
        Err(failure) => Err(failure),
    }
}

/// What a dry run returned, as `value` makes it, and used.
fn contract_result<R>(
    outcome: CallOutcome,
    value: impl FnOnce(ExecReturnValue) -> R,
) -> Result<ContractResult<R, Balance>, Failure> {
    let weight = |weight: lockstep_devchain::Weight| Weight::from_parts(weight.ref_time(), weight.proof_size());
    let deposit = |deposit| match deposit {
        lockstep_devchain::StorageDeposit::Charge(amount) => StorageDeposit::Charge(amount),
        lockstep_devchain::StorageDeposit::Refund(amount) => StorageDeposit::Refund(amount),
    };
    Ok(ContractResult {
        weight_consumed: weight(outcome.weight),
        weight_required: weight(outcome.weight_required),
        storage_deposit: deposit(outcome.storage_deposit),
        max_storage_deposit: deposit(outcome.max_storage_deposit),
        gas_consumed: outcome.gas,
        result: Ok(value(returned(outcome.result)?)),
    })
}

impl ContractsBackend<DefaultEnvironment> for EmbeddedClient<DefaultEnvironment, DevChain> {
    type Error = Error;
    type EventLog = Vec<ContractEvent>;
}

#[async_trait::async_trait]
impl E2EBackend<DefaultEnvironment> for EmbeddedClient<DefaultEnvironment, DevChain> {}

#[async_trait::async_trait]
impl ChainBackend for EmbeddedClient<DefaultEnvironment, DevChain> {
    type AccountId = AccountId;
    type Balance = Balance;
    type Error = Error;
    type EventLog = Vec<ContractEvent>;

    /// A new key for each account, the same ones in every test.
    async fn create_and_fund_account(&mut self, origin: &Keypair, amount: Balance) -> Keypair {
        self.funded += 1;
        let uri: SecretUri = format!("//embedded/{}", self.funded).parse().expect("the path of a key");
        let key = Keypair::from_uri(&uri).expect("a key of the development phrase");
        self.chain.transfer(&account(origin), &account(&key), amount).expect("the origin can pay");
        self.next_block();
        key
    }

    async fn free_balance(&mut self, account: AccountId) -> Result<Balance, Error> {
        Ok(self.chain.balance(&Account::native(account.0)))
    }

    async fn runtime_call<'a>(
        &mut self,
        origin: &Keypair,
        pallet_name: &'a str,
        call_name: &'a str,
        call_data: Vec<subxt::dynamic::Value>,
    ) -> Result<Vec<ContractEvent>, Error> {
        let no_call = |reason: String| Error::NoCall { pallet: pallet_name.into(), call: call_name.into(), reason };
        let metadata = Encode::encode(&self.chain.with_runtime(runtime::Runtime::metadata));
        let metadata = subxt::Metadata::decode(&mut &metadata[..]).map_err(|error| no_call(error.to_string()))?;
        let encoded = subxt::dynamic::tx(pallet_name, call_name, call_data)
            .encode_call_data(&metadata)
            .map_err(|error| no_call(error.to_string()))?;
        let call = runtime::RuntimeCall::decode(&mut &encoded[..]).map_err(|error| no_call(error.to_string()))?;
        let events = self.chain.dispatch(&account(origin), call)?;
        self.next_block();
        Ok(events)
    }

    async fn transfer_allow_death(&mut self, origin: &Keypair, dest: AccountId, value: Balance) -> Result<(), Error> {
        self.chain.transfer(&account(origin), &Account::native(dest.0), value)?;
        self.next_block();
        Ok(())
    }
}

#[async_trait::async_trait]
impl BuilderClient<DefaultEnvironment> for EmbeddedClient<DefaultEnvironment, DevChain> {
    async fn bare_call<
        Args: Sync + EncodeArgsWith<Abi> + Clone,
        R: Send + DecodeMessageResult<Abi>,
        Abi: Sync + Clone,
    >(
        &mut self,
        caller: &Keypair,
        message: &CallBuilderFinal<DefaultEnvironment, Args, R, Abi>,
        value: Balance,
        gas_limit: Weight,
        storage_deposit_limit: Balance,
    ) -> Result<(Vec<ContractEvent>, Option<CallTrace>), Error>
    where
        CallBuilderFinal<DefaultEnvironment, Args, R, Abi>: Clone,
    {
        let (to, input) = encoded(message);
        self.raw_call(to, input, value, gas_limit, storage_deposit_limit, caller).await
    }

    async fn bare_call_dry_run<
        Args: Sync + EncodeArgsWith<Abi> + Clone,
        R: Send + DecodeMessageResult<Abi>,
        Abi: Sync + Clone,
    >(
        &mut self,
        caller: &Keypair,
        message: &CallBuilderFinal<DefaultEnvironment, Args, R, Abi>,
        value: Balance,
        storage_deposit_limit: Option<Balance>,
    ) -> Result<CallDryRunResult<DefaultEnvironment, R, Abi>, Error>
    where
        CallBuilderFinal<DefaultEnvironment, Args, R, Abi>: Clone,
    {
        self.map_account(caller).await?;
        let (to, input) = encoded(message);
        self.raw_call_dry_run(to, input, value, storage_deposit_limit, caller).await
    }

    async fn raw_call_dry_run<R: Send + DecodeMessageResult<Abi>, Abi: Sync + Clone>(
        &mut self,
        dest: H160,
        input_data: Vec<u8>,
        value: Balance,
        storage_deposit_limit: Option<Balance>,
        signer: &Keypair,
    ) -> Result<CallDryRunResult<DefaultEnvironment, R, Abi>, Error> {
        let limits = dry_run_limits(storage_deposit_limit);
        let outcome = self.chain.dry_run_within(&account(signer), address(dest), input_data, value, limits);
        let exec_result = contract_result(outcome, |returned| returned)?;
        Ok(CallDryRunResult { exec_result, trace: None, _marker: PhantomData })
    }

    async fn raw_call(
        &mut self,
        dest: H160,
        input_data: Vec<u8>,
        value: Balance,
        gas_limit: Weight,
        storage_deposit_limit: Balance,
        signer: &Keypair,
    ) -> Result<(Vec<ContractEvent>, Option<CallTrace>), Error> {
        let limits = limits(gas_limit, storage_deposit_limit);
        let outcome = self.chain.call_within(&account(signer), address(dest), input_data, value, limits);
        self.next_block();
        outcome.result?;
        Ok((outcome.events, None))
    }

    async fn bare_upload(
        &mut self,
        contract_name: &str,
        caller: &Keypair,
        storage_deposit_limit: Option<Balance>,
    ) -> Result<UploadResult<DefaultEnvironment, Vec<ContractEvent>>, Error> {
        self.map_account(caller).await?;
        let code = self.load_code(contract_name);
        let limit = storage_deposit_limit.unwrap_or(Balance::MAX);
        let (hash, deposit) = self.chain.upload_within(&account(caller), code, limit)?;
        self.next_block();
        let code_hash = H256(hash.0);
        let dry_run = Ok(CodeUploadReturnValue { code_hash, deposit });
        Ok(UploadResult { code_hash, dry_run, events: Vec::new() })
    }

    async fn bare_remove_code(&mut self, caller: &Keypair, code_hash: H256) -> Result<Vec<ContractEvent>, Error> {
        let hash = subxt::dynamic::Value::from_bytes(code_hash.0);
        self.runtime_call(caller, "Revive", "remove_code", vec![hash]).await
    }

    async fn bare_instantiate<
        Contract: Clone,
        Args: Send + Sync + EncodeArgsWith<Abi> + Clone,
        R,
        Abi: Send + Sync + Clone,
    >(
        &mut self,
        code: Vec<u8>,
        caller: &Keypair,
        constructor: &mut CreateBuilderPartial<DefaultEnvironment, Contract, Args, R, Abi>,
        value: Balance,
        gas_limit: Weight,
        storage_deposit_limit: Balance,
    ) -> Result<BareInstantiationResult<DefaultEnvironment, Vec<ContractEvent>>, Error> {
        let input = constructor_exec_input(constructor.clone());
        self.raw_instantiate(code, caller, input, value, gas_limit, storage_deposit_limit).await
    }

    async fn raw_instantiate(
        &mut self,
        code: Vec<u8>,
        caller: &Keypair,
        constructor: Vec<u8>,
        value: Balance,
        gas_limit: Weight,
        storage_deposit_limit: Balance,
    ) -> Result<BareInstantiationResult<DefaultEnvironment, Vec<ContractEvent>>, Error> {
        let limits = limits(gas_limit, storage_deposit_limit);
        let code_hash = H256(ink_e2e::code_hash(&code));
        let deployed = self.chain.deploy_within(&account(caller), code, constructor, value, limits);
        self.next_block();
        let deployed = deployed?;
        let addr = H160(deployed.address.0);
        let account_id = self.to_account_id(&addr).await?;
        Ok(BareInstantiationResult { addr, account_id, events: deployed.outcome.events, trace: None, code_hash })
    }

    async fn raw_instantiate_dry_run<Abi: Sync + Clone>(
        &mut self,
        code: Vec<u8>,
        caller: &Keypair,
        constructor: Vec<u8>,
        value: Balance,
        storage_deposit_limit: Option<Balance>,
    ) -> Result<InstantiateDryRunResult<DefaultEnvironment, Abi>, Error> {
        self.map_account(caller).await?;
        let limits = dry_run_limits(storage_deposit_limit);
        let (outcome, place) = self.chain.deploy_dry_run(&account(caller), code, constructor, value, limits);
        let addr = H160(place.unwrap_or_default().0);
        Ok(contract_result(outcome, |result| InstantiateReturnValue { result, addr })?.into())
    }

    async fn exec_instantiate(
        &mut self,
        signer: &Keypair,
        contract_name: &str,
        data: Vec<u8>,
        value: Balance,
        gas_limit: Weight,
        storage_deposit_limit: Balance,
    ) -> Result<BareInstantiationResult<DefaultEnvironment, Vec<ContractEvent>>, Error> {
        let code = self.load_code(contract_name);
        self.raw_instantiate(code, signer, data, value, gas_limit, storage_deposit_limit).await
    }

    async fn bare_instantiate_dry_run<
        Contract: Clone,
        Args: Send + Sync + EncodeArgsWith<Abi> + Clone,
        R,
        Abi: Send + Sync + Clone,
    >(
        &mut self,
        contract_name: &str,
        caller: &Keypair,
        constructor: &mut CreateBuilderPartial<DefaultEnvironment, Contract, Args, R, Abi>,
        value: Balance,
        storage_deposit_limit: Option<Balance>,
    ) -> Result<InstantiateDryRunResult<DefaultEnvironment, Abi>, Error> {
        let code = self.load_code(contract_name);
        let input = constructor_exec_input(constructor.clone());
        self.raw_instantiate_dry_run(code, caller, input, value, storage_deposit_limit).await
    }

    async fn map_account(&mut self, caller: &Keypair) -> Result<Option<Vec<ContractEvent>>, Error> {
        let caller = account(caller);
        if self.chain.is_mapped(&caller) {
            return Ok(None);
        }
        self.chain.map_account(&caller)?;
        self.next_block();
        Ok(Some(Vec::new()))
    }

    async fn to_account_id(&mut self, addr: &H160) -> Result<AccountId, Error> {
        let id: [u8; 32] = self.chain.account_at(address(*addr)).id().clone().into();
        Ok(AccountId(id))
    }

    fn load_code(&self, contract_name: &str) -> Vec<u8> {
        e2e_tests::blob(&contract_name.replace('-', "_"))
    }
}

/// The contract that a message goes to, and its input.
fn encoded<Args: EncodeArgsWith<Abi> + Clone, R, Abi: Clone>(
    message: &CallBuilderFinal<DefaultEnvironment, Args, R, Abi>,
) -> (H160, Vec<u8>)
where
    CallBuilderFinal<DefaultEnvironment, Args, R, Abi>: Clone,
{
    let call = message.clone().params();
    (*call.callee(), call.exec_input().encode())
}

/// A dry run may use what a transaction may.
fn dry_run_limits(storage_deposit: Option<Balance>) -> Limits {
    let whole = Limits::default();
    Limits { storage_deposit: storage_deposit.unwrap_or(whole.storage_deposit), ..whole }
}
