//! Deploying and calling contracts.

use frame_support::{
    dispatch::{DispatchClass, DispatchInfo, PostDispatchInfo},
    storage::{TransactionOutcome, transactional::with_transaction_unchecked},
    weights::Weight,
};
use pallet_revive::{Code, ExecConfig, StorageDeposit, TransactionLimits, WeightInfo};
use parity_scale_codec::Encode;
use sp_core::{H160, H256};
use sp_runtime::{DispatchErrorWithPostInfo, traits::Dispatchable};

use crate::{
    Account, DevChain, Failure,
    errors::DispatchFailure,
    event_mark::EventMark,
    runtime::{self, Balance, Revive, Runtime, RuntimeCall, System},
};

type ReviveWeights = <Runtime as pallet_revive::Config>::WeightInfo;

/// An event that a contract emitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractEvent {
    /// The contract.
    pub address: H160,
    /// Its topics: for Solidity events the first is the signature's hash, then the indexed fields.
    pub topics: Vec<H256>,
    /// What is not indexed.
    pub data: Vec<u8>,
}

/// What a call or a deployment may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Weight of the execution; what the chain lets no transaction use is not to be had by asking for it.
    pub weight: Weight,
    /// Storage deposit, in native units.
    pub storage_deposit: Balance,
}

impl Default for Limits {
    /// All the weight of a transaction, and any deposit.
    fn default() -> Self {
        Self { weight: runtime::max_transaction_weight(), storage_deposit: Balance::MAX }
    }
}

/// What a call or a deployment did and used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallOutcome {
    /// The bytes returned, or why there are none.
    pub result: Result<Vec<u8>, Failure>,
    /// Events of contracts, in their order; none if it failed.
    pub events: Vec<ContractEvent>,
    /// Weight that the execution used, without the transaction's base weight.
    pub weight: Weight,
    /// Weight that it has to be allowed: more than it used where a part was given back.
    pub weight_required: Weight,
    /// Weight of the transaction around the execution: what `Revive.call` or
    /// `Revive.instantiate_with_code` costs by itself, without the extrinsic's own base weight.
    pub base_weight: Weight,
    /// Storage deposit paid by the sender, or refunded to it, in native units; nothing is paid if
    /// it failed.
    pub storage_deposit: StorageDeposit<Balance>,
    /// The largest deposit at any moment of the execution, which has to be allowed: what is paid may be less.
    pub max_storage_deposit: StorageDeposit<Balance>,
    /// Ethereum gas, in which storage deposits are included.
    pub gas: u128,
}

impl CallOutcome {
    fn refused(refusal: crate::Refusal) -> Self {
        Self {
            result: Err(Failure::Refused(refusal)),
            events: Vec::new(),
            weight: Weight::zero(),
            weight_required: Weight::zero(),
            base_weight: Weight::zero(),
            storage_deposit: StorageDeposit::default(),
            max_storage_deposit: StorageDeposit::default(),
            gas: 0,
        }
    }

    /// Whether the contract reverted.
    pub fn reverted(&self) -> bool {
        matches!(self.result, Err(Failure::Reverted(_)))
    }

    /// The bytes returned.
    ///
    /// # Errors
    /// What made the call fail.
    pub fn ok(self) -> Result<Vec<u8>, Failure> {
        self.result
    }
}

/// A contract that was deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// Where it is.
    pub address: H160,
    /// What the constructor did and used; its `result` is always `Ok`.
    pub outcome: CallOutcome,
}

/// One contract execution: what is to be run.
enum Job {
    Call { address: H160, data: Vec<u8> },
    Deploy { code: Code, data: Vec<u8>, salt: Option<[u8; 32]> },
}

struct Ran {
    outcome: CallOutcome,
    address: Option<H160>,
}

impl DevChain {
    /// Calls a contract in the open block.
    ///
    /// `data` is the selector and the encoded arguments, `value` the native units sent along. A
    /// failed call leaves no trace but the sender's nonce. No transaction fee is taken; the storage
    /// deposit is.
    pub fn call(&mut self, origin: &Account, address: H160, data: Vec<u8>, value: Balance) -> CallOutcome {
        self.call_within(origin, address, data, value, Limits::default())
    }

    /// As [`call`](Self::call), within limits; what needs more fails with `Revive.OutOfGas` or
    /// `Revive.StorageDepositLimitExhausted`.
    pub fn call_within(
        &mut self,
        origin: &Account,
        address: H160,
        data: Vec<u8>,
        value: Balance,
        limits: Limits,
    ) -> CallOutcome {
        self.run(origin, Job::Call { address, data }, value, limits).outcome
    }

    /// What [`call`](Self::call) would do now, without doing it. Not refused in a migration, as a
    /// runtime API would not be.
    pub fn dry_run(&self, origin: &Account, address: H160, data: Vec<u8>, value: Balance) -> CallOutcome {
        self.dry_run_within(origin, address, data, value, Limits::default())
    }

    /// What [`call_within`](Self::call_within) would do now, as [`dry_run`](Self::dry_run).
    pub fn dry_run_within(
        &self,
        origin: &Account,
        address: H160,
        data: Vec<u8>,
        value: Balance,
        limits: Limits,
    ) -> CallOutcome {
        self.try_out(origin, Job::Call { address, data }, value, limits).outcome
    }

    fn try_out(&self, origin: &Account, job: Job, value: Balance, limits: Limits) -> Ran {
        self.execute(|| {
            with_transaction_unchecked(|| {
                System::inc_account_nonce(origin.id());
                TransactionOutcome::Rollback(execute(origin, job, value, limits))
            })
        })
    }

    /// Uploads a contract and instantiates it, at the address that the sender's nonce gives.
    ///
    /// `blob` is a `PolkaVM` program or EVM init code; for the latter the constructor's data is
    /// appended to the code, as Ethereum has it.
    ///
    /// # Errors
    /// Why there is no new contract; its constructor's revert included.
    pub fn deploy(
        &mut self,
        origin: &Account,
        blob: Vec<u8>,
        constructor_data: Vec<u8>,
        value: Balance,
    ) -> Result<Deployed, Failure> {
        self.deploy_within(origin, blob, constructor_data, value, Limits::default())
    }

    /// As [`deploy`](Self::deploy), within limits.
    ///
    /// # Errors
    /// As there; what needs more fails as in [`call_within`](Self::call_within).
    pub fn deploy_within(
        &mut self,
        origin: &Account,
        blob: Vec<u8>,
        constructor_data: Vec<u8>,
        value: Balance,
        limits: Limits,
    ) -> Result<Deployed, Failure> {
        let job = Job::Deploy { code: Code::Upload(blob), data: constructor_data, salt: None };
        deployed(self.run(origin, job, value, limits))
    }

    /// What [`deploy_within`](Self::deploy_within) would do now, without doing it, and the address of the contract, as
    /// [`dry_run`](Self::dry_run).
    pub fn deploy_dry_run(
        &self,
        origin: &Account,
        blob: Vec<u8>,
        constructor_data: Vec<u8>,
        value: Balance,
        limits: Limits,
    ) -> (CallOutcome, Option<H160>) {
        let job = Job::Deploy { code: Code::Upload(blob), data: constructor_data, salt: None };
        let ran = self.try_out(origin, job, value, limits);
        (ran.outcome, ran.address)
    }

    /// As [`deploy`](Self::deploy), at the address that code, data and salt give (`CREATE2`).
    ///
    /// # Errors
    /// As there; `Revive.DuplicateContract` where there is already one at the address.
    pub fn deploy_salted(
        &mut self,
        origin: &Account,
        blob: Vec<u8>,
        constructor_data: Vec<u8>,
        salt: [u8; 32],
        value: Balance,
    ) -> Result<Deployed, Failure> {
        self.deploy_code(origin, Code::Upload(blob), constructor_data, Some(salt), value)
    }

    /// Instantiates a `PolkaVM` program that is on the chain already.
    ///
    /// # Errors
    /// As [`deploy`](Self::deploy); `Revive.CodeNotFound` where there is none under the hash.
    pub fn instantiate(
        &mut self,
        origin: &Account,
        code_hash: H256,
        constructor_data: Vec<u8>,
        value: Balance,
    ) -> Result<Deployed, Failure> {
        self.deploy_code(origin, Code::Existing(code_hash), constructor_data, None, value)
    }

    /// Uploads a `PolkaVM` program without instantiating it, and returns its hash.
    ///
    /// # Errors
    /// A refusal, or the runtime's error for an invalid program or a deposit that cannot be paid.
    pub fn upload(&mut self, origin: &Account, blob: Vec<u8>) -> Result<H256, Failure> {
        self.upload_within(origin, blob, Balance::MAX).map(|(hash, _)| hash)
    }

    /// As [`upload`](Self::upload), for a deposit of at most so many native units; says what it was.
    ///
    /// # Errors
    /// As there.
    pub fn upload_within(
        &mut self,
        origin: &Account,
        blob: Vec<u8>,
        deposit_limit: Balance,
    ) -> Result<(H256, Balance), Failure> {
        let mut done = (H256::zero(), 0);
        let content = sp_crypto_hashing::blake2_256(&blob);
        self.transact(origin, &content, || {
            Revive::bare_upload_code(origin.origin(), blob, deposit_limit)
                .map(|uploaded| done = (uploaded.code_hash, uploaded.deposit))
        })?;
        Ok(done)
    }

    /// Dispatches a call of the runtime that the account signs, for pallets that the chain has no function for; returns
    /// the events of contracts.
    ///
    /// # Errors
    /// A refusal, or the runtime's error.
    pub fn dispatch(&mut self, origin: &Account, call: RuntimeCall) -> Result<Vec<ContractEvent>, Failure> {
        let mut events = Vec::new();
        let content = call.encode();
        self.transact(origin, &content, || {
            let mark = EventMark::now();
            call.dispatch(origin.origin()).map_err(|failed| failed.error)?;
            events = mark.contract_events();
            Ok(())
        })?;
        Ok(events)
    }

    /// Hash of a contract's code, or of what EVM calls its runtime code.
    pub fn code_hash(&self, address: H160) -> Option<H256> {
        self.execute(|| {
            pallet_revive::AccountInfo::<Runtime>::load_contract(&address).map(|contract| contract.code_hash)
        })
    }

    /// A contract's code, or what EVM calls its runtime code; empty where there is none.
    pub fn code(&self, address: H160) -> Vec<u8> {
        self.execute(|| Revive::code(&address))
    }

    fn deploy_code(
        &mut self,
        origin: &Account,
        code: Code,
        data: Vec<u8>,
        salt: Option<[u8; 32]>,
        value: Balance,
    ) -> Result<Deployed, Failure> {
        deployed(self.run(origin, Job::Deploy { code, data, salt }, value, Limits::default()))
    }

    fn run(&mut self, origin: &Account, job: Job, value: Balance, limits: Limits) -> Ran {
        if let Err(refusal) = self.check_included() {
            return Ran { outcome: CallOutcome::refused(refusal), address: None };
        }
        match &job {
            Job::Call { address, data } => self.note(&(origin.id(), address, data, value)),
            Job::Deploy { code: Code::Upload(code), data, salt } => {
                self.note(&(origin.id(), code, data, salt, value));
            }
            Job::Deploy { code: Code::Existing(hash), data, salt } => {
                self.note(&(origin.id(), hash, data, salt, value));
            }
        }
        let ran = self.execute(|| {
            System::inc_account_nonce(origin.id());
            let ran = execute(origin, job, value, limits);
            let total = ran.outcome.weight.saturating_add(ran.outcome.base_weight);
            System::register_extra_weight_unchecked(total, DispatchClass::Normal);
            let post = PostDispatchInfo { actual_weight: Some(total), ..Default::default() };
            let applied = match &ran.outcome.result {
                Err(Failure::Dispatch(failure)) => Err(failure.error),
                Err(_) => Err(pallet_revive::Error::<Runtime>::ContractReverted.into()),
                Ok(_) => Ok(()),
            };
            System::note_applied_extrinsic(
                &applied.map(|()| post).map_err(|error| DispatchErrorWithPostInfo { post_info: post, error }),
                DispatchInfo { call_weight: total, ..Default::default() },
            );
            ran
        });
        self.last = Some(ran.outcome.clone());
        ran
    }
}

fn deployed(ran: Ran) -> Result<Deployed, Failure> {
    match (ran.address, ran.outcome) {
        (Some(address), outcome) if outcome.result.is_ok() => Ok(Deployed { address, outcome }),
        (_, CallOutcome { result: Err(failure), .. }) => Err(failure),
        (None, CallOutcome { result: Ok(data), .. }) => Err(Failure::Undecodable {
            expected: "address of a new contract".into(),
            data,
            reason: "the runtime gave none".into(),
        }),
        (Some(_), _) => unreachable!("an outcome is Ok or Err"),
    }
}

/// Runs the job in the current externalities; undoes everything if it failed.
fn execute(origin: &Account, job: Job, value: Balance, limits: Limits) -> Ran {
    let mark = EventMark::now();
    let config =
        if origin.is_ethereum() { ExecConfig::new_substrate_tx_without_bump() } else { ExecConfig::new_substrate_tx() };
    let limits = TransactionLimits::WeightAndDeposit {
        weight_limit: limits.weight.min(runtime::max_transaction_weight()),
        deposit_limit: limits.storage_deposit,
    };
    let value = Revive::convert_native_to_evm(value);
    let mut ran = with_transaction_unchecked(|| {
        let ran = match job {
            Job::Call { address, data } => {
                let ran = Revive::bare_call(origin.origin(), address, value, limits, data, &config);
                let base_weight = ReviveWeights::call();
                finish(ran.map_result(|returned| (returned, None)), base_weight)
            }
            Job::Deploy { code, data, salt } => {
                let (code, data, base_weight) = prepare(code, data);
                let ran = Revive::bare_instantiate(origin.origin(), value, limits, code, data, salt, &config);
                finish(ran.map_result(|new| (new.result, Some(new.addr))), base_weight)
            }
        };
        if ran.outcome.result.is_ok() { TransactionOutcome::Commit(ran) } else { TransactionOutcome::Rollback(ran) }
    });
    if ran.outcome.result.is_ok() {
        ran.outcome.events = mark.contract_events();
    }
    ran
}

/// EVM takes a constructor's data behind its code, `PolkaVM` apart from it.
fn prepare(code: Code, data: Vec<u8>) -> (Code, Vec<u8>, Weight) {
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    match code {
        Code::Existing(_) => {
            let weight = ReviveWeights::instantiate(length(&data));
            (code, data, weight)
        }
        Code::Upload(mut blob) => {
            let weight = ReviveWeights::instantiate_with_code(length(&blob), length(&data));
            if is_polkavm(&blob) {
                (Code::Upload(blob), data, weight)
            } else {
                blob.extend_from_slice(&data);
                (Code::Upload(blob), Vec::new(), weight)
            }
        }
    }
}

/// Whether a blob is a `PolkaVM` program; everything else is taken for EVM init code.
pub fn is_polkavm(blob: &[u8]) -> bool {
    blob.starts_with(b"PVM\0")
}

fn finish(
    ran: pallet_revive::ContractResult<(pallet_revive::ExecReturnValue, Option<H160>), Balance>,
    base_weight: Weight,
) -> Ran {
    let (result, address) = match ran.result {
        Ok((returned, _)) if returned.did_revert() => (Err(Failure::Reverted(returned.data)), None),
        Ok((returned, address)) => (Ok(returned.data), address),
        Err(error) => (Err(Failure::Dispatch(DispatchFailure::from(error))), None),
    };
    Ran {
        outcome: CallOutcome {
            result,
            events: Vec::new(),
            weight: ran.weight_consumed,
            weight_required: ran.weight_required,
            base_weight,
            storage_deposit: ran.storage_deposit,
            max_storage_deposit: ran.max_storage_deposit,
            gas: ran.gas_consumed,
        },
        address,
    }
}
