//! The basis: a venue's mark against the guard's index.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::units::{Bps, Price, Seconds, Timestamp};

/// The longest time for which a mark may count.
pub const MAX_MARK_AGE: Seconds = Seconds::days(1);

/// The widest band.
pub const MAX_BAND: Bps = Bps(10_000);

/// A venue's mark and what is asked of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Mark {
    /// Greatest distance from the index; zero where the market has no mark.
    pub band: Bps,
    /// A mark older than this does not count, and restrains nothing.
    pub max_age: Seconds,
    /// The mark.
    pub price: Price,
    /// When it was reported.
    pub at: Timestamp,
}

/// A mark against the index at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// The mark; zero where there is none or it is too old.
    pub mark: Price,
    /// How far it lies above the index (below, where negative), in basis points of the index and away from zero.
    pub distance: i32,
    /// Where the mark is outside of its band: the part of the funding that is within it, rounded down.
    pub outside: Option<Bps>,
}

impl Mark {
    /// The basis against `index`, which is `None` where the price is not valid: then nothing can be judged.
    pub fn basis(&self, index: Option<Price>, now: Timestamp) -> Basis {
        if self.band == Bps::ZERO || self.price.0 == 0 || now.since(self.at) > self.max_age {
            return Basis::default();
        }
        let mark = self.price;
        let Some(index) = index else { return Basis { mark, ..Basis::default() } };
        let away = index.deviation_up(mark);
        let size = i32::try_from(away.0).unwrap_or(i32::MAX);
        let distance = if mark < index { size.saturating_neg() } else { size };
        let share = || Bps::ratio_down(u128::from(self.band.0), u128::from(away.0)).unwrap_or(Bps::ZERO);
        Basis { mark, distance, outside: (away > self.band).then(share) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn mark(price: u128) -> Mark {
        Mark { band: Bps(500), max_age: Seconds(60), price: Price(price), at: NOW }
    }

    #[test]
    fn the_edge_of_the_band_is_within() {
        let at = |price| mark(price).basis(Some(Price(100_000)), NOW);
        assert_eq!(at(105_000), Basis { mark: Price(105_000), distance: 500, outside: None });
        assert_eq!(at(105_001), Basis { mark: Price(105_001), distance: 501, outside: Some(Bps(9_980)) });
        assert_eq!(at(95_000), Basis { mark: Price(95_000), distance: -500, outside: None });
        assert_eq!(at(90_000), Basis { mark: Price(90_000), distance: -1_000, outside: Some(Bps(5_000)) });
        assert_eq!(at(u128::MAX).distance, i32::MAX);
    }

    #[test]
    fn an_old_mark_an_invalid_index_and_no_band_restrain_nothing() {
        let far = mark(1);
        let later = Timestamp(NOW.0 + 60);
        assert!(far.basis(Some(Price(100)), later).outside.is_some());
        assert_eq!(far.basis(Some(Price(100)), Timestamp(NOW.0 + 61)), Basis::default());
        assert_eq!(far.basis(None, NOW), Basis { mark: Price(1), ..Basis::default() });
        assert_eq!(Mark { band: Bps(0), ..far }.basis(Some(Price(100)), NOW), Basis::default());
        assert_eq!(Mark::default().basis(Some(Price(100)), NOW), Basis::default());
    }
}
