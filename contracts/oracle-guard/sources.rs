//! What the guard asks where it is not asked itself: feeds that it pulls, and the registry about keepers.

use ink::{
    Address,
    env::call::{ExecutionInput, Selector},
};
use lockstep_core::guard::{
    Fault, Source, SourceKind,
    source::{Round, aggregator_round, decimals, source_round},
};

use crate::outside::{REGISTRY_BOUND, ask};

/// The most that a source may use: picoseconds of computation and bytes of proof.
const SOURCE_BOUND: (u64, u64) = (20_000_000_000, 500_000);

/// `latestRoundData()`
const LATEST_ROUND_DATA: Selector = Selector::new([0xfe, 0xaf, 0x96, 0x8c]);
/// `decimals()`
const DECIMALS: Selector = Selector::new([0x31, 0x3c, 0xe5, 0x67]);
/// `latestPrice(uint32)`
const LATEST_PRICE: Selector = Selector::new([0x63, 0x94, 0x20, 0xc5]);
/// `isKeeper(address)`
const IS_KEEPER: Selector = Selector::new([0x6b, 0xa4, 0x2a, 0xaa]);

/// The decimals that a source answers with.
pub fn source_decimals(kind: SourceKind, contract: Address) -> Result<u8, Fault> {
    match kind {
        SourceKind::Aggregator => {
            let answer = ask(contract, SOURCE_BOUND, ExecutionInput::new(DECIMALS));
            decimals(&answer.ok_or(Fault::NoAnswer)?)
        }
        SourceKind::PriceSource => Ok(18),
    }
}

/// The last round of a source.
pub fn latest_round(source: &Source) -> Result<Round, Fault> {
    let contract = Address::from(source.contract.0);
    match source.kind {
        SourceKind::Aggregator => {
            if source_decimals(source.kind, contract)? != source.decimals {
                return Err(Fault::Decimals);
            }
            let answer = ask(contract, SOURCE_BOUND, ExecutionInput::new(LATEST_ROUND_DATA));
            aggregator_round(&answer.ok_or(Fault::NoAnswer)?, source.decimals)
        }
        SourceKind::PriceSource => {
            let answer = ask(contract, SOURCE_BOUND, ExecutionInput::new(LATEST_PRICE).push_arg(source.key));
            source_round(&answer.ok_or(Fault::NoAnswer)?)
        }
    }
}

/// Whether the registry says that `account` is a keeper; a registry that does not answer knows none.
#[inline(never)]
pub fn is_keeper(registry: Address, account: Address) -> bool {
    let answer = ask(registry, REGISTRY_BOUND, ExecutionInput::new(IS_KEEPER).push_arg(account));
    answer.is_some_and(|data| data.len() == 32 && data.iter().enumerate().all(|(i, byte)| *byte == u8::from(i == 31)))
}
