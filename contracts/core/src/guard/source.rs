//! A feed that is read from another contract: what it answered is checked before anything is made of it.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    guard::feed::Report,
    ids::Account,
    numbered::numbered,
    units::{PRICE_DECIMALS, Price, Timestamp},
};

/// Most decimals that a source may have.
pub const MAX_DECIMALS: u8 = 36;

/// Length of a word of the Solidity ABI.
const WORD: usize = 32;

numbered! {
    /// How a contract is asked for its price.
    SourceKind {
        /// Chainlink's `AggregatorV3Interface`: `latestRoundData()` and `decimals()`.
        Aggregator = 0,
        /// Lockstep's `PriceSource`: `latestPrice(uint32)`.
        PriceSource = 1,
    }
}

/// Where a pulled feed is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Source {
    /// How it is asked.
    pub kind: SourceKind,
    /// The contract.
    pub contract: Account,
    /// What it is asked for; nothing for an aggregator.
    pub key: u32,
    /// Decimals of its answers.
    pub decimals: u8,
    /// The last round that was taken.
    pub round: u128,
}

/// What a source answered, once checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its number; a later one is larger.
    pub round: u128,
    /// Its price with 18 decimals, zero where it was not positive, with its confidence and date.
    pub report: Report,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It did not answer, ran out of its bounds, or has the wrong length.
    NoAnswer,
    /// A figure exceeds its type, or the price the range of prices.
    OutOfRange,
    /// The round is zero, has no date or is not answered yet.
    Unfinished,
    /// It began after it ended.
    Backwards,
    /// Its decimals are not those that it had.
    Decimals,
}

impl Fault {
    /// The number at the ABI edge.
    pub const fn number(self) -> u8 {
        match self {
            Self::NoAnswer => 0,
            Self::OutOfRange => 1,
            Self::Unfinished => 2,
            Self::Backwards => 3,
            Self::Decimals => 4,
        }
    }
}

/// The words of an answer of exactly `N`.
fn words<const N: usize>(data: &[u8]) -> Result<[[u8; WORD]; N], Fault> {
    let (words, rest) = data.as_chunks::<WORD>();
    let words: &[[u8; WORD]; N] = words.try_into().map_err(|_| Fault::NoAnswer)?;
    if rest.is_empty() { Ok(*words) } else { Err(Fault::NoAnswer) }
}

/// An unsigned integer of at most `bits` bits, no more than 128.
fn unsigned(word: [u8; WORD], bits: u32) -> Result<u128, Fault> {
    let (high, low) = word.split_at(WORD / 2);
    let low: [u8; 16] = low.try_into().map_err(|_| Fault::OutOfRange)?;
    let value = u128::from_be_bytes(low);
    let above = value.checked_shr(bits).unwrap_or(0);
    if high.iter().any(|byte| *byte != 0) || above != 0 { Err(Fault::OutOfRange) } else { Ok(value) }
}

fn time(word: [u8; WORD]) -> Result<Timestamp, Fault> {
    u64::try_from(unsigned(word, 64)?).map(Timestamp).map_err(|_| Fault::OutOfRange)
}

/// The positive part of a signed integer: what is negative counts as zero.
fn positive(word: [u8; WORD]) -> Result<u128, Fault> {
    if word.first().is_some_and(|byte| byte & 0x80 != 0) { Ok(0) } else { unsigned(word, 128) }
}

/// A price of `decimals` decimals with 18, rounded down.
fn scaled_down(value: u128, decimals: u8) -> Result<Price, Fault> {
    let decimals = u32::from(decimals);
    let factor = 10u128.checked_pow(PRICE_DECIMALS.abs_diff(decimals)).ok_or(Fault::OutOfRange)?;
    let price = if decimals <= PRICE_DECIMALS { value.checked_mul(factor) } else { value.checked_div(factor) };
    price.map(Price).ok_or(Fault::OutOfRange)
}

/// The answer to `decimals()`.
pub fn decimals(data: &[u8]) -> Result<u8, Fault> {
    let [word] = words::<1>(data)?;
    let value = u8::try_from(unsigned(word, 8)?).map_err(|_| Fault::OutOfRange)?;
    if value > MAX_DECIMALS { Err(Fault::OutOfRange) } else { Ok(value) }
}

/// The answer to `latestRoundData()`: `(uint80 round, int256 answer, uint256 startedAt, uint256 updatedAt, uint80
/// answeredInRound)`. An answer that is not positive is a price of zero.
pub fn aggregator_round(data: &[u8], decimals: u8) -> Result<Round, Fault> {
    let [round, answer, started_at, updated_at, answered_in] = words::<5>(data)?;
    let (round, answered_in) = (unsigned(round, 80)?, unsigned(answered_in, 80)?);
    let price = scaled_down(positive(answer)?, decimals)?;
    let (started_at, updated_at) = (time(started_at)?, time(updated_at)?);
    if round == 0 || updated_at.0 == 0 || answered_in < round {
        return Err(Fault::Unfinished);
    }
    if started_at > updated_at {
        return Err(Fault::Backwards);
    }
    Ok(Round { round, report: Report { price, confidence: Price(0), published_at: updated_at } })
}

/// The answer to `latestPrice(uint32)`: `(uint128 price, uint128 confidence, uint64 publishedAt, uint64 round)`, both
/// prices with 18 decimals.
pub fn source_round(data: &[u8]) -> Result<Round, Fault> {
    let [price, confidence, published_at, round] = words::<4>(data)?;
    let (price, confidence) = (Price(unsigned(price, 128)?), Price(unsigned(confidence, 128)?));
    let (published_at, round) = (time(published_at)?, unsigned(round, 64)?);
    if round == 0 || published_at.0 == 0 {
        return Err(Fault::Unfinished);
    }
    Ok(Round { round, report: Report { price, confidence, published_at } })
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    fn word(value: u128) -> [u8; WORD] {
        let mut word = [0; WORD];
        word[16..].copy_from_slice(&value.to_be_bytes());
        word
    }

    fn answer(words: &[[u8; WORD]]) -> Vec<u8> {
        words.concat()
    }

    fn good() -> [[u8; WORD]; 5] {
        [word(7), word(200_000_000_000), word(90), word(100), word(7)]
    }

    #[test]
    fn a_good_round_is_taken_with_its_scale() {
        let taken = |decimals| aggregator_round(&answer(&good()), decimals).map(|round| round.report.price.0);
        assert_eq!(taken(8), Ok(2_000 * 10u128.pow(18)));
        assert_eq!(taken(18), Ok(200_000_000_000));
        assert_eq!(taken(20), Ok(2_000_000_000));
        assert_eq!(taken(36), Ok(0));
        let round = aggregator_round(&answer(&good()), 8).unwrap();
        assert_eq!((round.round, round.report.published_at), (7, Timestamp(100)));
    }

    #[test]
    fn what_is_not_positive_is_a_price_of_zero() {
        for bad in [word(0), [0xff; WORD], {
            let mut w = [0; WORD];
            w[0] = 0x80;
            w
        }] {
            let mut words = good();
            words[1] = bad;
            assert_eq!(aggregator_round(&answer(&words), 8).map(|round| round.report.price.0), Ok(0));
        }
    }

    #[test]
    fn each_wrong_figure_is_found() {
        let with = |index: usize, value: [u8; WORD]| {
            let mut words = good();
            words[index] = value;
            aggregator_round(&answer(&words), 8)
        };
        let huge = {
            let mut w = [0; WORD];
            w[15] = 1;
            w
        };
        assert_eq!(with(0, word(0)), Err(Fault::Unfinished));
        assert_eq!(with(0, word(1 << 80)), Err(Fault::OutOfRange));
        assert!(with(0, word(1)).is_ok());
        assert_eq!(with(1, huge), Err(Fault::OutOfRange));
        assert_eq!(with(1, word(u128::MAX)), Err(Fault::OutOfRange), "10^10 times as much is no price");
        assert_eq!(with(2, word(101)), Err(Fault::Backwards));
        assert_eq!(with(3, word(0)), Err(Fault::Unfinished));
        assert_eq!(with(3, word(1 << 64)), Err(Fault::OutOfRange));
        assert_eq!(with(3, huge), Err(Fault::OutOfRange));
        assert_eq!(with(4, word(6)), Err(Fault::Unfinished));
        assert_eq!(with(4, huge), Err(Fault::OutOfRange));
        let long = [answer(&good()), alloc::vec![0]].concat();
        for data in [&[][..], &answer(&good())[..159], &long, &answer(&[good().as_slice(), &[word(0)]].concat())] {
            assert_eq!(aggregator_round(data, 8), Err(Fault::NoAnswer));
        }
    }

    #[test]
    fn decimals_are_checked() {
        assert_eq!(decimals(&word(8)), Ok(8));
        assert_eq!(decimals(&word(36)), Ok(36));
        assert_eq!(decimals(&word(37)), Err(Fault::OutOfRange));
        assert_eq!(decimals(&word(264)), Err(Fault::OutOfRange), "not cut to 8");
        assert_eq!(decimals(&[8]), Err(Fault::NoAnswer));
    }

    #[test]
    fn our_own_source_is_checked_too() {
        let words = [word(5), word(1), word(100), word(3)];
        let report = Report { price: Price(5), confidence: Price(1), published_at: Timestamp(100) };
        assert_eq!(source_round(&answer(&words)), Ok(Round { round: 3, report }));
        for (index, value, fault) in [
            (2, word(0), Fault::Unfinished),
            (3, word(0), Fault::Unfinished),
            (2, word(1 << 64), Fault::OutOfRange),
            (0, [0xff; WORD], Fault::OutOfRange),
        ] {
            let mut words = words;
            words[index] = value;
            assert_eq!(source_round(&answer(&words)), Err(fault));
        }
        assert_eq!(source_round(&answer(&words[..3])), Err(Fault::NoAnswer));
    }

    #[test]
    fn faults_have_numbers_of_their_own() {
        let all = [Fault::NoAnswer, Fault::OutOfRange, Fault::Unfinished, Fault::Backwards, Fault::Decimals];
        assert_eq!(all.map(Fault::number), [0, 1, 2, 3, 4]);
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_panic(data: Vec<u8>, decimals in 0u8..=36) {
            let _ = aggregator_round(&data, decimals);
            let _ = source_round(&data);
            let _ = super::decimals(&data);
        }

        #[test]
        fn no_words_make_it_panic(words in prop::collection::vec(any::<[u8; 32]>(), 5), decimals: u8) {
            let _ = aggregator_round(&answer(&words), decimals);
        }
    }
}
