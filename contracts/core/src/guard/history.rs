//! The time-weighted average price of a feed, from five-minute buckets in a ring of fourteen days.
//!
//! A valid median counts from the report that made it until the next report, until too few sources are fresh, or for
//! [`MAX_HOLD`], whichever comes first. What an invalid price covers is not averaged.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    guard::{feed::Assessment, volatility::Volatility},
    units::{Price, Seconds, Timestamp, mul_div_down},
};

/// Length of one bucket.
pub const BUCKET: Seconds = Seconds::minutes(5);

/// Number of buckets kept: fourteen days.
pub const BUCKETS: u64 = 4_032;

/// Number of buckets that an average is taken over: thirty minutes.
pub const TWAP_BUCKETS: u64 = 6;

/// The longest time for which a price counts without a new report. It bounds the buckets that one report writes.
pub const MAX_HOLD: Seconds = Seconds::minutes(30);

/// The average over the covered part of one bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Bucket {
    /// Unix time divided by the length of a bucket: tells a bucket from the one that had its slot before.
    pub number: u64,
    /// Average price of the covered seconds, rounded down.
    pub average: Price,
    /// Seconds of valid prices in it.
    pub covered: Seconds,
}

impl Bucket {
    /// The slot of the ring that a bucket has.
    pub fn slot(number: u64) -> u32 {
        u32::try_from(number % BUCKETS).unwrap_or(u32::MAX)
    }

    /// The bucket `number` with `price` for `length` seconds more; what the slot held of another bucket is forgotten.
    /// Each call rounds down by less than two units of the price.
    #[must_use]
    #[inline(never)]
    pub fn with(self, number: u64, price: Price, length: Seconds) -> Self {
        let before = if self.number == number { self } else { Self { number, ..Self::default() } };
        let covered = before.covered.0.saturating_add(length.0);
        let part = |price: Price, seconds: Seconds| {
            mul_div_down(price.0, u128::from(seconds.0), u128::from(covered)).unwrap_or(0)
        };
        let average = part(before.average, before.covered).saturating_add(part(price, length));
        Self { number, average: Price(average), covered: Seconds(covered) }
    }
}

/// A price and the time over which it counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Held {
    /// The price.
    pub price: Price,
    /// From when it counts.
    pub since: Timestamp,
    /// Until when, exclusive; not after `since` where the price was not valid.
    pub until: Timestamp,
}

impl Held {
    /// A price from `now` on that is valid until `starved`, at most for [`MAX_HOLD`]; nothing where it is not valid.
    pub fn from(price: Option<Price>, now: Timestamp, starved: Timestamp) -> Self {
        price.map_or(Self { since: now, until: now, ..Self::default() }, |price| Self {
            price,
            since: now,
            until: starved.min(now.after(MAX_HOLD)),
        })
    }

    /// The seconds of each bucket that the price covers by `now`, oldest first: at most seven.
    pub fn pieces(self, now: Timestamp) -> impl Iterator<Item = (u64, Seconds)> {
        let until = self.until.min(now).min(self.since.after(MAX_HOLD));
        let mut from = self.since;
        core::iter::from_fn(move || {
            if from >= until {
                return None;
            }
            let number = from.0 / BUCKET.0;
            let end = Timestamp(number.saturating_add(1).saturating_mul(BUCKET.0)).min(until);
            let piece = (number, end.since(from));
            from = end;
            Some(piece)
        })
    }
}

/// What a feed remembers of its valid prices, besides the buckets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct History {
    /// The price that is not booked in the buckets yet.
    pub held: Held,
    /// How much the price moves.
    pub volatility: Volatility,
}

impl History {
    /// The history after an assessment at `now`; what was held until then is to be booked first.
    #[must_use]
    pub fn with(self, seen: &Assessment, now: Timestamp) -> Self {
        let valid = seen.verdict.is_valid().then_some(seen.price);
        let volatility = valid.map_or(self.volatility, |price| self.volatility.sampled(price, now));
        Self { held: Held::from(valid, now, seen.starved), volatility }
    }
}

/// The buckets that an average before `end` is taken over: the last whole ones that ended by then, so that no price
/// from after `end` is in it.
pub fn window(end: Timestamp) -> core::ops::Range<u64> {
    let last = end.0 / BUCKET.0;
    last.saturating_sub(TWAP_BUCKETS)..last
}

/// The average over the buckets of [`window`], and the seconds that valid prices cover in it. `stored` gives what the
/// slot of a bucket holds; `held` is what is not booked yet.
pub fn twap(end: Timestamp, now: Timestamp, held: Held, mut stored: impl FnMut(u64) -> Bucket) -> (Price, Seconds) {
    let total = window(end).fold(Bucket::default(), |total, number| {
        let bucket = Some(stored(number)).filter(|bucket| bucket.number == number).unwrap_or_default();
        let total = total.with(0, bucket.average, bucket.covered);
        held.pieces(now)
            .filter(|(piece, _)| *piece == number)
            .fold(total, |total, (_, length)| total.with(0, held.price, length))
    });
    (total.average, total.covered)
}

#[cfg(test)]
mod tests {
    use alloc::{collections::BTreeMap, vec::Vec};

    use proptest::prelude::*;

    use super::*;

    /// Books a sequence of (moment, valid price, stale from) and returns the buckets with what is still held.
    fn book(reports: &[(u64, Option<u128>, u64)]) -> (BTreeMap<u32, Bucket>, Held) {
        let (mut ring, mut held) = (BTreeMap::<u32, Bucket>::new(), Held::default());
        for (now, price, starved) in reports {
            for (number, length) in held.pieces(Timestamp(*now)) {
                let slot = ring.entry(Bucket::slot(number)).or_default();
                *slot = slot.with(number, held.price, length);
            }
            held = Held::from(price.map(Price), Timestamp(*now), Timestamp(*starved));
        }
        (ring, held)
    }

    const UNIT: u128 = 1_000_000_000_000_000_000;

    /// The average in whole units, rounded to the nearest thousandth, in thousandths.
    fn average(reports: &[(u64, Option<u128>, u64)], end: u64, now: u64) -> (u128, u64) {
        let scaled: Vec<_> = reports.iter().map(|(at, price, until)| (*at, price.map(|p| p * UNIT), *until)).collect();
        let (price, covered) = exact(&scaled, end, now);
        ((price + UNIT / 2_000) / (UNIT / 1_000), covered)
    }

    fn exact(reports: &[(u64, Option<u128>, u64)], end: u64, now: u64) -> (u128, u64) {
        let (ring, held) = book(reports);
        let (price, covered) = twap(Timestamp(end), Timestamp(now), held, |number| {
            ring.get(&Bucket::slot(number)).copied().unwrap_or_default()
        });
        (price.0, covered.0)
    }

    const T: u64 = 3_000_000;

    #[test]
    fn prices_count_by_the_time_that_they_stood() {
        // 600 s at 100, 1,200 s at 400: (600 * 100 + 1,200 * 400) / 1,800.
        let reports: Vec<_> =
            (0..=30).map(|n| (T + n * 60, Some(if n < 10 { 100 } else { 400 }), T + n * 60 + 121)).collect();
        assert_eq!(average(&reports, T + 1_800, T + 1_800), (300_000, 1_800));
    }

    #[test]
    fn a_price_after_the_end_is_not_in_the_average() {
        let reports = [(T, Some(100), T + 1_801), (T + 1_800, Some(1), T + 9_000), (T + 3_600, Some(1), T + 9_000)];
        assert_eq!(average(&reports, T + 1_800, T + 3_600), (100_000, 1_800));
        assert_eq!(
            average(&reports, T + 1_800 + 299, T + 3_600),
            (100_000, 1_800),
            "a bucket that is not over counts not"
        );
    }

    #[test]
    fn invalid_prices_and_silence_are_not_covered() {
        let reports = [(T, Some(100), T + 121), (T + 600, None, T + 9_000), (T + 1_200, Some(200), T + 9_000)];
        assert_eq!(average(&reports, T + 1_800, T + 1_800), (183_218, 721), "(121 * 100 + 600 * 200) / 721");
        assert_eq!(average(&reports, T + 40 * 86_400, T + 40 * 86_400), (0, 0));
    }

    #[test]
    fn a_price_counts_for_half_an_hour_at_most() {
        let held = Held::from(Some(Price(7)), Timestamp(T + 299), Timestamp(u64::MAX));
        let pieces: Vec<_> = held.pieces(Timestamp(u64::MAX)).collect();
        assert_eq!(pieces.len(), 7);
        assert_eq!(pieces.iter().map(|(_, length)| length.0).sum::<u64>(), MAX_HOLD.0);
        assert_eq!(pieces[0], (T / 300, Seconds(1)));
    }

    #[test]
    fn fourteen_days_later_the_slot_is_another_bucket() {
        let old = Bucket::default().with(5, Price(9), Seconds(300));
        assert_eq!(Bucket::slot(5), Bucket::slot(5 + BUCKETS));
        assert_eq!(
            old.with(5 + BUCKETS, Price(1), Seconds(10)),
            Bucket { number: 5 + BUCKETS, average: Price(1), covered: Seconds(10) }
        );
        assert_eq!(
            twap(Timestamp((5 + BUCKETS + 1) * 300), Timestamp(0), Held::default(), |_| old),
            (Price(0), Seconds(0))
        );
    }

    proptest! {
        #[test]
        fn the_average_lies_between_the_prices(
            prices in prop::collection::vec(1u128..1 << 100, 1..20),
            gap in 1u64..600,
        ) {
            let reports: Vec<_> = prices.iter().zip(0u64..)
                .map(|(price, n)| (T + n * gap, Some(*price), T + n * gap + 3_600)).collect();
            let end = T + u64::try_from(prices.len()).unwrap() * gap + 600;
            let (average, covered) = exact(&reports, end, end);
            prop_assume!(covered > 0);
            prop_assert!(covered <= 1_800);
            prop_assert!(average <= *prices.iter().max().unwrap());
            // Two units for each addition: at most one a second.
            prop_assert!(average + 2 * 1_800 >= *prices.iter().min().unwrap());
        }
    }
}
