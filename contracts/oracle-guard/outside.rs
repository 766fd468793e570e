//! What the guard asks others. Each call is bounded, and nothing that comes back is trusted before it is checked. The
//! guard's front is made from this module too.

use ink::{
    Address, U256,
    abi::Sol,
    codegen::TraitCallBuilder,
    env::{
        CallFlags, DefaultEnvironment,
        call::{ExecutionInput, Selector, build_call_sol, utils::EncodeArgsWith},
    },
    prelude::vec::Vec,
    primitives::sol::{SolResultDecode, SolResultDecodeError},
};
use lockstep_core::{
    guard::permission::Plans,
    registry::KEEPER_FREEZE,
    units::{Seconds, Timestamp},
};
use lockstep_interfaces::{MAX_ASKED_MARKETS, UpgradeRegistry};

type Registry = ink::contract_ref_from_path!(UpgradeRegistry, DefaultEnvironment, ink::abi::Ink);

/// The most that the registry may use for one market, picoseconds of computation and bytes of proof: four plans, each of which waits for four others.
pub const REGISTRY_BOUND: (u64, u64) = (100_000_000_000, 1_000_000);

/// `bookedFreeze(uint32)`
const BOOKED_FREEZE: Selector = Selector::new([0x70, 0xa6, 0x6f, 0xfa]);

/// The longest answer that is looked at: that of `latestRoundData()`.
const LONGEST: usize = 5 * 32;

/// The bytes of an answer, undecoded.
struct Raw(Vec<u8>);

impl SolResultDecode for Raw {
    type SolType = bool;

    fn decode(data: &[u8], did_revert: bool) -> Result<Self, SolResultDecodeError> {
        if did_revert {
            Err(SolResultDecodeError::NonResultFromRevert)
        } else if data.len() > LONGEST {
            Err(SolResultDecodeError::Decode)
        } else {
            Ok(Self(data.to_vec()))
        }
    }
}

/// Asks `contract`, which may change nothing; what a revert carries is never looked at.
pub fn ask(
    contract: Address,
    (ref_time, proof_size): (u64, u64),
    input: ExecutionInput<impl EncodeArgsWith<Sol>, Sol>,
) -> Option<Vec<u8>> {
    let call = build_call_sol::<DefaultEnvironment>().call(contract).call_flags(CallFlags::READ_ONLY);
    let call = call.ref_time_limit(ref_time).proof_size_limit(proof_size);
    call.exec_input(input).returns::<Raw>().try_invoke().ok().and_then(Result::ok).map(|Raw(data)| data)
}

/// What plans by keepers take of the budget of `market`, by the registry; all of it where that does not answer.
#[inline(never)]
pub fn booked(registry: Address, market: u32) -> Seconds {
    let answer = ask(registry, REGISTRY_BOUND, ExecutionInput::new(BOOKED_FREEZE).push_arg(market));
    let word = answer.and_then(|data| <[u8; 32]>::try_from(data).ok()).map(|word| U256::from_big_endian(&word));
    word.and_then(|word| u64::try_from(word).ok()).map_or(KEEPER_FREEZE, Seconds)
}

/// What the registry says about the plans that touch each of `markets`.
#[inline(never)]
pub fn plans(registry: Address, markets: &[u32], now: Timestamp) -> Vec<Plans> {
    let mut plans = Vec::new();
    for asked in markets.chunks(MAX_ASKED_MARKETS) {
        let registry: Registry = registry.into();
        let count = u64::try_from(asked.len()).unwrap_or(u64::MAX);
        let call = registry.call().market_phases(asked.to_vec());
        let bounded = call
            .ref_time_limit(REGISTRY_BOUND.0.saturating_mul(count))
            .proof_size_limit(REGISTRY_BOUND.1.saturating_mul(count));
        match bounded.try_invoke() {
            Ok(Ok(phases)) if phases.len() == asked.len() => {
                plans.extend(phases.into_iter().map(|phase| Plans::checked(phase, now)));
            }
            _ => plans.extend(asked.iter().map(|_| Plans::Silent)),
        }
    }
    plans
}
