//! What venues, the registry and the guard say of markets and plans. The venue is bounded, and nothing that it answers is
//! trusted before it is checked.

use ink::{
    Address, H256,
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
    ids::{DomainId, ForkId},
    registry::Phase,
    settlement::{Answer, Freeze},
    units::{Price, Seconds, Timestamp},
};
use lockstep_interfaces::{MarketWatch, UpgradeRegistry};

use crate::Error;

/// The most that a venue may use: picoseconds of computation and bytes of proof.
const VENUE_BOUND: (u64, u64) = (50_000_000_000, 1_000_000);

/// `positionAt(address,uint32,uint64,uint128)`
const POSITION_AT: Selector = Selector::new([0x0d, 0xe1, 0xb4, 0xcd]);
/// `endMarket(uint32)`
const END_MARKET: Selector = Selector::new([0x9b, 0x1f, 0x90, 0xd2]);
/// `forkOf(uint32)`
const FORK_OF: Selector = Selector::new([0x89, 0x23, 0xba, 0x85]);
/// `plan(uint64)`
const PLAN: Selector = Selector::new([0x50, 0x5d, 0x7d, 0xba]);

type Watch = contract_ref_from_path!(MarketWatch, DefaultEnvironment, ink::abi::Ink);
type Registry = contract_ref_from_path!(UpgradeRegistry, DefaultEnvironment, ink::abi::Ink);

/// The bytes of an answer, undecoded. What a revert carries is never looked at.
struct Raw(Vec<u8>);

impl SolResultDecode for Raw {
    type SolType = ();

    fn decode(data: &[u8], did_revert: bool) -> Result<Self, SolResultDecodeError> {
        if did_revert { Err(SolResultDecodeError::NonResultFromRevert) } else { Ok(Self(data.to_vec())) }
    }
}

fn ask(
    callee: Address,
    bound: (u64, u64),
    flags: CallFlags,
    input: ExecutionInput<impl EncodeArgsWith<Sol>, Sol>,
) -> Option<Vec<u8>> {
    let call = build_call_sol::<DefaultEnvironment>().call(callee).call_flags(flags);
    let call = call.ref_time_limit(bound.0).proof_size_limit(bound.1);
    call.exec_input(input).returns::<Raw>().try_invoke().ok().and_then(Result::ok).map(|Raw(data)| data)
}

/// What the venue says an account held right before `at`, counted at `price`.
pub fn position_at(venue: Address, account: Address, market: u32, at: Timestamp, price: Price) -> Option<Answer> {
    let input = ExecutionInput::new(POSITION_AT).push_arg(account).push_arg(market).push_arg(at.0).push_arg(price.0);
    Answer::decode(&ask(venue, VENUE_BOUND, CallFlags::READ_ONLY, input)?)
}

/// Tells the venue that a market settles; whether it took that.
pub fn end_market(venue: Address, market: u32) -> bool {
    ask(venue, VENUE_BOUND, CallFlags::empty(), ExecutionInput::new(END_MARKET).push_arg(market)).is_some()
}

/// The freeze of a plan for a market.
pub fn freeze_terms(registry: Address, plan: u64, market: u32) -> Result<Freeze, Error> {
    let registry: Registry = registry.into();
    let answer = registry.call().freeze_terms(plan, market).try_invoke().ok().and_then(Result::ok);
    let (freeze_at, domain, fork) = answer.ok_or(Error::RegistryFailed)?;
    Ok(Freeze { begins_at: Timestamp(freeze_at), domain: DomainId(domain), fork: ForkId(fork.0) })
}

/// The branch of a network.
pub fn fork_of(registry: Address, domain: DomainId) -> Result<H256, Error> {
    let input = ExecutionInput::new(FORK_OF).push_arg(domain.0);
    let answer = ask(registry, (u64::MAX, u64::MAX), CallFlags::READ_ONLY, input);
    answer.as_deref().and_then(|data| data.first_chunk()).map(|word| H256(*word)).ok_or(Error::RegistryFailed)
}

/// How a plan ended.
pub struct Ended {
    /// Its phase.
    pub phase: Phase,
    /// When it left its frozen phases, wall time.
    pub released_at: Timestamp,
    /// Whether its network is the host's.
    pub is_host: bool,
    /// Whether the branch of its network was advanced for it.
    pub closed: bool,
}

/// The state of a plan: of the structure that the registry answers with only the words that matter here are read. They
/// stand behind its offset, in the order of `PlanState`.
pub fn ended(registry: Address, plan: u64) -> Result<Ended, Error> {
    const PHASE: usize = 1;
    const RELEASED_AT: usize = 2;
    const CLOSED: usize = 33;
    const IS_FOREIGN: usize = 45;
    let input = ExecutionInput::new(PLAN).push_arg(plan);
    let answer = ask(registry, (u64::MAX, u64::MAX), CallFlags::READ_ONLY, input).ok_or(Error::RegistryFailed)?;
    let (words, _) = answer.as_chunks::<32>();
    let word = |index: usize| {
        let (zeros, number) = words.get(index)?.split_last_chunk::<8>()?;
        zeros.iter().all(|byte| *byte == 0).then(|| u64::from_be_bytes(*number))
    };
    let read = || {
        Some(Ended {
            phase: Phase::try_from(u8::try_from(word(PHASE)?).ok()?).ok()?,
            released_at: Timestamp(word(RELEASED_AT)?),
            is_host: word(IS_FOREIGN)? == 0,
            closed: word(CLOSED)? != 0,
        })
    };
    read().ok_or(Error::RegistryFailed)
}

/// The average of a market's valid prices before `end`, and the seconds that they cover.
pub fn twap(guard: Address, market: u32, end: Timestamp) -> Result<(Price, Seconds), Error> {
    let guard: Watch = guard.into();
    let answer = guard.call().twap(market, end.0).try_invoke().ok().and_then(Result::ok).ok_or(Error::GuardFailed)?;
    Ok((Price(answer.0), Seconds(answer.1)))
}

/// Whether anyone may settle a market, and when the freeze began that outlasted its bound.
pub fn settlement_due(guard: Address, market: u32) -> Result<(bool, Timestamp), Error> {
    let guard: Watch = guard.into();
    let answer =
        guard.call().settlement_due(market).try_invoke().ok().and_then(Result::ok).ok_or(Error::GuardFailed)?;
    Ok((answer.0, Timestamp(answer.1)))
}
