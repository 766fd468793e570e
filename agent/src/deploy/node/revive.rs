//! pallet-revive as the metadata of a block describes it.

use std::fmt;

use lockstep_devchain::{H160, H256};
use sp_crypto_hashing::keccak_256;
use subxt::client::OnlineClientAtBlockImpl;
use subxt::config::SubstrateConfig;
use subxt::dynamic::{self, Value};
use subxt::error::DispatchError;
use subxt::ext::scale_decode::DecodeAsType;
use subxt::ext::scale_encode::EncodeAsType;
use subxt::extrinsics::Extrinsic;
use subxt::tx::Payload;

use super::At;
use crate::deploy::network::{Action, NetworkError, Outcome, Transaction, Wanted};

/// The pallet's name in runtimes.
pub(super) const PALLET: &str = "Revive";

const API: &str = "ReviveApi";
const DEPLOY: &str = "instantiate_with_code";
const CALL: &str = "call";

/// The flag of an answer that is a revert.
const REVERT: u32 = 1;

type InBlock<'b> = Extrinsic<'b, SubstrateConfig, OnlineClientAtBlockImpl<SubstrateConfig>>;

/// What a transaction would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Time of computation, in picoseconds.
    pub ref_time: u64,
    /// Size of the proof, in bytes.
    pub proof_size: u64,
    /// The most that is held for storage at any time, in the smallest unit.
    pub storage_deposit: u128,
}

impl fmt::Display for Estimate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ref_time, proof_size, storage_deposit } = self;
        let micros = ref_time / 1_000_000;
        write!(out, "{micros} µs, {proof_size} bytes of proof, and {storage_deposit} held for storage")
    }
}

impl Estimate {
    /// With half as much on top: the state may be another one in the block. What is not used is not charged.
    fn with_margin(&self) -> (Weight, u128) {
        let more = |figure: u64| figure.saturating_add(figure / 2);
        let weight = Weight { ref_time: more(self.ref_time), proof_size: more(self.proof_size) };
        (weight, self.storage_deposit.saturating_add(self.storage_deposit / 2))
    }
}

#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
struct Weight {
    ref_time: u64,
    proof_size: u64,
}

#[derive(Debug, EncodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
enum Code {
    Upload(Vec<u8>),
}

#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum Deposit {
    Refund(#[allow(dead_code, reason = "a refund needs no limit")] u128),
    Charge(u128),
}

#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Tried<Answer> {
    weight_required: Weight,
    max_storage_deposit: Deposit,
    result: Result<Answer, Value>,
}

#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Instantiated {
    result: Returned,
}

#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Returned {
    flags: Flags,
    data: Vec<u8>,
}

#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Flags {
    bits: u32,
}

#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AccountInfo {
    account_type: AccountType,
}

#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[allow(clippy::upper_case_acronyms, reason = "the pallet's name")]
enum AccountType {
    Contract(ContractInfo),
    EOA,
}

#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct ContractInfo {
    code_hash: [u8; 32],
}

#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Deployed {
    value: u128,
    code: Vec<u8>,
    data: Vec<u8>,
    salt: Option<[u8; 32]>,
}

#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Called {
    dest: [u8; 20],
    value: u128,
    data: Vec<u8>,
}

#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Contract {
    contract: [u8; 20],
}

/// The parachain id (0 where the runtime has none) and the chain id that contracts see.
pub(super) async fn ids(at: &At) -> Result<(u32, u64), NetworkError> {
    let metadata = at.metadata_ref();
    if metadata.pallet_by_name(PALLET).is_none() {
        return Err(NetworkError::Foreign(format!("its runtime has no pallet `{PALLET}`")));
    }
    let chain_id = at.constants().entry(dynamic::constant::<u64>(PALLET, "ChainId"))?;
    let para_id = if metadata.pallet_by_name("ParachainInfo").is_some() {
        let entry = dynamic::storage::<(), u32>("ParachainInfo", "ParachainId");
        at.storage().fetch(entry, ()).await?.decode()?
    } else {
        0
    };
    Ok((para_id, chain_id))
}

/// Whether a native account is mapped to the address.
pub(super) async fn is_mapped(at: &At, address: H160) -> Result<bool, NetworkError> {
    let entry = dynamic::storage::<([u8; 20],), Value>(PALLET, "OriginalAccount");
    Ok(at.storage().try_fetch(entry, (address.0,)).await?.is_some())
}

/// Hash of the code at an address.
pub(super) async fn code_hash(at: &At, address: H160) -> Result<Option<H256>, NetworkError> {
    let entry = dynamic::storage::<([u8; 20],), AccountInfo>(PALLET, "AccountInfoOf");
    let Some(found) = at.storage().try_fetch(entry, (address.0,)).await? else { return Ok(None) };
    Ok(match found.decode()?.account_type {
        AccountType::Contract(contract) => Some(H256(contract.code_hash)),
        AccountType::EOA => None,
    })
}

/// What a call would return.
pub(super) async fn view(at: &At, from: &[u8; 32], to: H160, data: Vec<u8>) -> Result<Vec<u8>, NetworkError> {
    let (_, returned) = try_call(at, from, to, data).await?;
    Ok(returned.data)
}

/// What a transaction would take.
pub(super) async fn try_out(at: &At, transaction: &Transaction, code: &[u8]) -> Result<Estimate, NetworkError> {
    let Transaction { sender, action, .. } = transaction;
    match action {
        Action::Deploy { data, .. } => {
            let code = Code::Upload(code.to_vec());
            let arguments = (*sender, 0u128, None::<Weight>, None::<u128>, code, data.clone(), None::<[u8; 32]>);
            let tried: Tried<Instantiated> =
                at.runtime_apis().call(dynamic::runtime_api_call(API, "instantiate", arguments)).await?;
            went_well(at, tried, |instantiated| &instantiated.result).map(|(estimate, _)| estimate)
        }
        Action::Call { to, data } => try_call(at, sender, *to, data.clone()).await.map(|(estimate, _)| estimate),
    }
}

async fn try_call(at: &At, from: &[u8; 32], to: H160, data: Vec<u8>) -> Result<(Estimate, Returned), NetworkError> {
    let arguments = (*from, to.0, 0u128, None::<Weight>, None::<u128>, data);
    let tried: Tried<Returned> = at.runtime_apis().call(dynamic::runtime_api_call(API, "call", arguments)).await?;
    went_well(at, tried, |returned| returned)
}

fn went_well<R>(at: &At, tried: Tried<R>, returned: impl Fn(&R) -> &Returned) -> Result<(Estimate, R), NetworkError> {
    let result = tried.result.map_err(|error| NetworkError::Refuses(in_words(at, &error)))?;
    let Returned { flags, data } = returned(&result);
    if flags.bits & REVERT != 0 {
        return Err(NetworkError::Reverts(data.clone()));
    }
    let Weight { ref_time, proof_size } = tried.weight_required;
    let storage_deposit = match tried.max_storage_deposit {
        Deposit::Charge(amount) => amount,
        Deposit::Refund(_) => 0,
    };
    Ok((Estimate { ref_time, proof_size, storage_deposit }, result))
}

/// A dispatch error by the names in the metadata, such as `Revive::ContractTrapped`.
fn in_words(at: &At, error: &Value) -> String {
    let metadata = at.metadata();
    let named = metadata.dispatch_error_ty().and_then(|kind| {
        let bytes = error.encode_as_type(kind, metadata.types()).ok()?;
        DispatchError::decode_from(&bytes, metadata.clone()).ok()
    });
    named.map_or_else(|| error.to_string(), |named| named.to_string())
}

/// The extrinsic that deploys.
pub(super) fn deployment(code: &[u8], data: &[u8], estimate: &Estimate) -> impl Payload {
    let (weight, deposit) = estimate.with_margin();
    dynamic::tx(PALLET, DEPLOY, (0u128, weight, deposit, code.to_vec(), data.to_vec(), None::<[u8; 32]>))
}

/// The extrinsic that calls.
pub(super) fn call(to: H160, data: &[u8], estimate: &Estimate) -> impl Payload {
    let (weight, deposit) = estimate.with_margin();
    dynamic::tx(PALLET, CALL, (to.0, 0u128, weight, deposit, data.to_vec()))
}

/// The transaction that an extrinsic is, where it is one of this sender with this nonce.
pub(super) fn transaction(extrinsic: &InBlock, wanted: &Wanted) -> Option<Transaction> {
    let Wanted { sender, nonce, .. } = *wanted;
    // A `MultiAddress`, of which an id is the first variant, or the id alone.
    let id = extrinsic.address_bytes()?;
    if id.strip_prefix(&[0]).unwrap_or(id) != sender
        || extrinsic.transaction_extensions()?.nonce()? != u64::from(nonce)
        || extrinsic.pallet_name() != PALLET
    {
        return None;
    }
    let action = match extrinsic.call_name() {
        DEPLOY => {
            let Deployed { value: 0, code, data, salt: None } =
                extrinsic.decode_call_data_fields_unchecked_as().ok()?
            else {
                return None;
            };
            Action::Deploy { code_hash: H256(keccak_256(&code)), data }
        }
        CALL => {
            let Called { dest, value: 0, data } = extrinsic.decode_call_data_fields_unchecked_as().ok()? else {
                return None;
            };
            Action::Call { to: H160(dest), data }
        }
        _ => return None,
    };
    Some(Transaction { sender, nonce, action })
}

/// How an extrinsic went.
pub(super) async fn outcome(extrinsic: &InBlock<'_>, at: &At) -> Result<Outcome, NetworkError> {
    let mut address = None;
    for event in extrinsic.events().await?.iter() {
        let event = event?;
        match (event.pallet_name(), event.event_name()) {
            ("System", "ExtrinsicFailed") => {
                let error = DispatchError::decode_from(event.field_bytes(), at.metadata());
                return Ok(Outcome::Refused(error.map_err(subxt::Error::from)?.to_string()));
            }
            // The last one is that of the contract that was asked for.
            (PALLET, "Instantiated") if extrinsic.call_name() == DEPLOY => {
                let Contract { contract } = event.decode_fields_unchecked_as()?;
                address = Some(H160(contract));
            }
            _ => {}
        }
    }
    Ok(Outcome::Done(address))
}
