//! Quantities with their units: nothing in the domain is a bare integer that could be taken for another.
//!
//! Amounts are `u128` in the asset's smallest unit. Every rounding is in the name of the function that does it.

use core::ops::Not;

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use sp_arithmetic::{Rounding, helpers_128bit::multiply_by_rational_with_rounding};

/// Decimals of a [`Price`].
pub const PRICE_DECIMALS: u32 = 18;

/// The value that has `rank` others at or below it in ascending order, of a handful; `None` beyond the last. It counts
/// instead of sorting: in a contract a sort is much code.
#[inline(never)]
pub fn nth_smallest(values: &[u128], rank: usize) -> Option<u128> {
    let has_rank = |value: &&u128| {
        let below = values.iter().filter(|other| other < value).count();
        let up_to = values.iter().filter(|other| other <= value).count();
        below <= rank && rank < up_to
    };
    values.iter().find(has_rank).copied()
}

/// `a * b / c`, rounded down; `None` where `c` is zero or the result exceeds `u128`.
#[inline(never)]
pub fn mul_div_down(a: u128, b: u128, c: u128) -> Option<u128> {
    multiply_by_rational_with_rounding(a, b, c, Rounding::Down)
}

/// `a * b / c`, rounded up; `None` where `c` is zero or the result exceeds `u128`.
#[inline(never)]
pub fn mul_div_up(a: u128, b: u128, c: u128) -> Option<u128> {
    multiply_by_rational_with_rounding(a, b, c, Rounding::Up)
}

/// A ratio in basis points: 10,000 is one.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen,
)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Bps(pub u32);

impl Bps {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One hundred per cent.
    pub const ONE: Self = Self(10_000);

    /// The share of `amount`, rounded down.
    pub fn of_down(self, amount: u128) -> Option<u128> {
        mul_div_down(amount, u128::from(self.0), u128::from(Self::ONE.0))
    }

    /// The share of `amount`, rounded up.
    pub fn of_up(self, amount: u128) -> Option<u128> {
        mul_div_up(amount, u128::from(self.0), u128::from(Self::ONE.0))
    }

    /// `part / whole`, rounded down and saturating; `None` where `whole` is zero.
    pub fn ratio_down(part: u128, whole: u128) -> Option<Self> {
        whole.eq(&0).not().then(|| {
            let ratio = mul_div_down(part, u128::from(Self::ONE.0), whole).unwrap_or(u128::MAX);
            Self(u32::try_from(ratio).unwrap_or(u32::MAX))
        })
    }

    /// What is left of one, never below zero.
    #[must_use]
    pub const fn complement(self) -> Self {
        Self(Self::ONE.0.saturating_sub(self.0))
    }

    /// The sum, saturating.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// A price: quote per whole unit of the asset, with [`PRICE_DECIMALS`] decimals.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen,
)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Price(pub u128);

impl Price {
    /// The distance between two prices relative to `self`, rounded up and saturating; [`Bps`]`(u32::MAX)` where
    /// `self` is zero.
    pub fn deviation_up(self, other: Self) -> Bps {
        let ratio = mul_div_up(self.0.abs_diff(other.0), u128::from(Bps::ONE.0), self.0).unwrap_or(u128::MAX);
        Bps(u32::try_from(ratio).unwrap_or(u32::MAX))
    }
}

/// A number of seconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen,
)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Seconds(pub u64);

impl Seconds {
    /// A number of minutes.
    pub const fn minutes(n: u64) -> Self {
        Self(n.saturating_mul(60))
    }

    /// A number of hours.
    pub const fn hours(n: u64) -> Self {
        Self(n.saturating_mul(3_600))
    }

    /// A number of days.
    pub const fn days(n: u64) -> Self {
        Self(n.saturating_mul(86_400))
    }
}

/// A moment: Unix seconds. Whether it is wall time or active time of the host is said where it is used.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen,
)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// The moment `duration` later, saturating at the end of time.
    #[must_use]
    pub const fn after(self, duration: Seconds) -> Self {
        Self(self.0.saturating_add(duration.0))
    }

    /// How long ago `earlier` was; zero where it lies ahead.
    pub const fn since(self, earlier: Self) -> Seconds {
        Seconds(self.0.saturating_sub(earlier.0))
    }
}

/// A value that moves in a straight line from `from` at `start` to `to` at `end`, and stands still outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Ramp {
    /// Value until `start`.
    pub from: Bps,
    /// Value from `end` on.
    pub to: Bps,
    /// When the value begins to move.
    pub start: Timestamp,
    /// When it has arrived.
    pub end: Timestamp,
}

impl Ramp {
    /// A value that does not move.
    pub const fn constant(value: Bps) -> Self {
        Self { from: value, to: value, start: Timestamp(0), end: Timestamp(0) }
    }

    /// The value at `now`; between two whole basis points the one nearer to `from`.
    pub fn at(&self, now: Timestamp) -> Bps {
        if now >= self.end {
            return self.to;
        }
        if now <= self.start {
            return self.from;
        }
        let passed = u128::from(now.since(self.start).0);
        let length = u128::from(self.end.since(self.start).0);
        let distance = u128::from(self.from.0.abs_diff(self.to.0));
        // passed < length, so the share is below `distance`, which is a u32.
        let moved = mul_div_down(distance, passed, length).and_then(|m| u32::try_from(m).ok()).unwrap_or(0);
        if self.to >= self.from {
            Bps(self.from.0.saturating_add(moved))
        } else {
            Bps(self.from.0.saturating_sub(moved))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn deviation_rounds_up_and_saturates() {
        assert_eq!(Price(30_000).deviation_up(Price(30_001)), Bps(1));
        assert_eq!(Price(100).deviation_up(Price(90)), Bps(1_000));
        assert_eq!(Price(0).deviation_up(Price(1)), Bps(u32::MAX));
        assert_eq!(Price(1).deviation_up(Price(u128::MAX)), Bps(u32::MAX));
    }

    #[test]
    fn ratio_of_nothing_is_refused() {
        assert_eq!(Bps::ratio_down(1, 0), None);
        assert_eq!(Bps::ratio_down(2, 3), Some(Bps(6_666)));
        assert_eq!(Bps::ratio_down(u128::MAX, 1), Some(Bps(u32::MAX)));
    }

    /// Replayable case 6: weight 1 -> 2 over [100, 1100].
    #[test]
    fn ramp_moves_in_a_straight_line() {
        let ramp = Ramp { from: Bps(10_000), to: Bps(20_000), start: Timestamp(100), end: Timestamp(1_100) };
        for (now, value) in [(0, 10_000), (100, 10_000), (200, 11_000), (600, 15_000), (1_100, 20_000), (9_999, 20_000)]
        {
            assert_eq!(ramp.at(Timestamp(now)), Bps(value), "at {now}");
        }
    }

    proptest! {
        #[test]
        fn counting_finds_what_sorting_does(values in prop::collection::vec(0u128..6, 0..12), rank in 0usize..12) {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            prop_assert_eq!(nth_smallest(&values, rank), sorted.get(rank).copied());
        }

        #[test]
        fn ramp_never_leaves_its_ends(from: u32, to: u32, start: u64, end: u64, now: u64) {
            let value = Ramp { from: Bps(from), to: Bps(to), start: Timestamp(start), end: Timestamp(end) }
                .at(Timestamp(now));
            prop_assert!(value >= Bps(from.min(to)) && value <= Bps(from.max(to)));
        }

        #[test]
        fn shares_bracket_the_exact_value(bps in 0u32..=20_000, amount in 0u128..=u128::MAX / 20_000) {
            let (down, up) = (Bps(bps).of_down(amount).unwrap(), Bps(bps).of_up(amount).unwrap());
            let exact = amount * u128::from(bps);
            prop_assert!(down * 10_000 <= exact && exact <= up * 10_000 && up - down <= 1);
        }
    }
}
