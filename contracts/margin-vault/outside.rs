//! Calls out of the vault. Each is bounded, and nothing that comes back is trusted before it is checked.

use ink::{
    Address,
    abi::Sol,
    codegen::TraitCallBuilder,
    contract_ref_from_path,
    env::{
        CallFlags, DefaultEnvironment,
        call::{ExecutionInput, Selector, build_call_sol, utils::EncodeArgsWith},
    },
    prelude::vec::Vec,
    primitives::sol::{SolResultDecode, SolResultDecodeError},
};
use lockstep_core::{
    margin::PlanTerms,
    registry::Phase,
    units::{Bps, Seconds, Timestamp},
};
use lockstep_interfaces::{Exposure, MAX_ASKED_MARKETS, MAX_EXPOSURES, OracleGuard, Permission, Quote, VaultError};

/// The most that a venue may use: picoseconds of computation and bytes of proof.
const BOUND: (u64, u64) = (50_000_000_000, 1_000_000);

/// `exposures(address)`
const EXPOSURES: Selector = Selector::new([0x00, 0x5e, 0x0d, 0x9c]);

/// `marketPlans(uint32[])`
const MARKET_PLANS: Selector = Selector::new([0xf2, 0x21, 0x99, 0x43]);
/// `isKeeper(address)`
const IS_KEEPER: Selector = Selector::new([0x6b, 0xa4, 0x2a, 0xaa]);
/// The most plans of a market that the registry answers with.
const MAX_PLANS: usize = 4;

type Guard = contract_ref_from_path!(OracleGuard, DefaultEnvironment, ink::abi::Ink);

/// Asks the guard for the quotes of `quoted`, in their order, and for the volatility of a day of `volatile`, in basis points
/// and in theirs.
pub fn quotes_and_volatility(
    guard: Address,
    quoted: &[u32],
    volatile: &[u32],
) -> Result<(Vec<Quote>, Vec<u32>), VaultError> {
    let guard: Guard = guard.into();
    let answer = guard.call().quotes_and_volatility(quoted.to_vec(), volatile.to_vec()).try_invoke();
    let told = |(quotes, volatility): &(Vec<Quote>, Vec<u32>)| {
        quotes.len() == quoted.len() && volatility.len() == volatile.len()
    };
    answer.ok().and_then(Result::ok).filter(told).ok_or(VaultError::GuardFailed)
}

/// Asks the guard for permission.
pub fn permission(guard: Address, markets: Vec<u32>, action: u8, health: u32) -> Result<Permission, VaultError> {
    let guard: Guard = guard.into();
    let answer = guard.call().permission(markets, action, health).try_invoke();
    answer.ok().and_then(Result::ok).ok_or(VaultError::GuardFailed)
}

/// An answer as words. Decoders of lists of tuples take many bytes of code, and this contract's code is its cost.
struct Words(Vec<u8>);

impl SolResultDecode for Words {
    type SolType = ();

    fn decode(data: &[u8], did_revert: bool) -> Result<Self, SolResultDecodeError> {
        if did_revert { Err(SolResultDecodeError::NonResultFromRevert) } else { Ok(Self(data.to_vec())) }
    }
}

impl Words {
    fn asked(callee: Address, input: ExecutionInput<impl EncodeArgsWith<Sol>, Sol>) -> Option<Self> {
        let call = build_call_sol::<DefaultEnvironment>().call(callee).call_flags(CallFlags::READ_ONLY);
        call.exec_input(input).returns::<Self>().try_invoke().ok().and_then(Result::ok)
    }

    /// The word at `index` as a number of at most 64 bits.
    fn number(&self, index: usize) -> Option<u64> {
        let word = self.0.get(index.checked_mul(32)?..)?.first_chunk::<32>()?;
        let (zeros, number) = word.split_last_chunk::<8>()?;
        zeros.iter().all(|byte| *byte == 0).then(|| u64::from_be_bytes(*number))
    }

    /// The length of the list that is the whole answer.
    fn list(&self, most: usize) -> Option<usize> {
        let length = usize::try_from(self.number(1)?).ok()?;
        (self.number(0)? == 32 && length <= most).then_some(length)
    }
}

/// Whether the registry says that `account` is a keeper; one that does not answer knows none.
pub fn is_keeper(registry: Address, account: Address) -> bool {
    let words = Words::asked(registry, ExecutionInput::new(IS_KEEPER).push_arg(account));
    words.is_some_and(|words| words.number(0) == Some(1) && words.number(1).is_none())
}

/// Asks the registry for the plans that touch each of `markets`.
pub fn plans(registry: Address, markets: &[u32]) -> Result<Vec<(u32, PlanTerms)>, VaultError> {
    let asked = |markets: &[u32]| {
        let words = Words::asked(registry, ExecutionInput::new(MARKET_PLANS).push_arg(markets.to_vec()))?;
        let length = words.list(markets.len().checked_mul(MAX_PLANS)?)?;
        (0..length).map(|index| plan(&words, index)).collect::<Option<Vec<_>>>()
    };
    let mut plans = Vec::new();
    for markets in markets.chunks(MAX_ASKED_MARKETS) {
        plans.extend(asked(markets).ok_or(VaultError::RegistryFailed)?);
    }
    Ok(plans)
}

/// The market and the plan at `index`: `(market, plan, phase, announced_at, freeze_at, bound, released_at, completed_at,
/// finality_after, fee_ratio_after, emergency)`, zeros where not known.
fn plan(words: &Words, index: usize) -> Option<(u32, PlanTerms)> {
    let first = index.checked_mul(11)?.checked_add(2)?;
    let field = |number: usize| words.number(first.checked_add(number)?);
    let time = |number| field(number).map(Timestamp);
    let known = |at: Timestamp| (at.0 > 0).then_some(at);
    let terms = PlanTerms {
        phase: Phase::try_from(u8::try_from(field(2)?).ok()?).ok()?,
        announced_at: time(3)?,
        freeze_at: time(4)?,
        bound: time(5)?,
        released_at: known(time(6)?),
        completed_at: known(time(7)?),
        finality_after: Seconds(field(8)?),
        fee_ratio_after: Bps(u32::try_from(field(9)?).ok()?),
        emergency: field(10)? != 0,
    };
    Some((u32::try_from(field(0)?).ok()?, terms))
}

/// Asks the guard for the host's active time.
pub fn active_time(guard: Address) -> Result<u64, VaultError> {
    let guard: Guard = guard.into();
    guard.call().active_time().try_invoke().ok().and_then(Result::ok).ok_or(VaultError::GuardFailed)
}

/// Asks a venue, in ink! or Solidity, for the exposures of `account`. What a revert carries is never looked at.
pub fn exposures(venue: Address, account: Address) -> Result<Vec<Exposure>, VaultError> {
    build_call_sol::<DefaultEnvironment>()
        .call(venue)
        .ref_time_limit(BOUND.0)
        .proof_size_limit(BOUND.1)
        .call_flags(CallFlags::READ_ONLY)
        .exec_input(ExecutionInput::new(EXPOSURES).push_arg(account))
        .returns::<Vec<Exposure>>()
        .try_invoke()
        .ok()
        .and_then(Result::ok)
        .filter(|exposures| exposures.len() <= MAX_EXPOSURES)
        .ok_or(VaultError::VenueFailed { venue })
}
