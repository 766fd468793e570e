//! Pauses by keepers, within a budget: half an hour each, at most two in a row, at most three a day, at most so many
//! that all freezes by keepers together stay within a day in seven. They end by themselves.
//!
//! A pause selects one market, a class, or all markets on one feed, and each selection keeps its own ledger. What is
//! in force for a market is decided from the ledgers of all three selections together, by the same budget: no market
//! is paused more often because it can be named in three ways.

use alloc::vec::Vec;

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode};

use crate::{
    numbered::numbered,
    units::{Seconds, Timestamp, nth_smallest},
};

/// Length of a keeper's pause.
pub const KEEPER_PAUSE: Seconds = Seconds::minutes(30);

/// Most pauses by keepers in [`PAUSE_DAY`].
pub const PAUSES_A_DAY: usize = 3;

/// Most pauses of which each begins within one pause's length after the end of the one before.
pub const PAUSES_IN_A_ROW: usize = 2;

/// The window of [`PAUSES_A_DAY`].
pub const PAUSE_DAY: Seconds = Seconds::days(1);

/// Most time in [`KEEPER_WINDOW`] over which keepers may freeze a market, by pauses and emergency plans together.
pub const KEEPER_LIMIT: Seconds = Seconds::days(1);

/// The window of [`KEEPER_LIMIT`], and how far a ledger reaches back.
pub const KEEPER_WINDOW: Seconds = Seconds::days(7);

/// The longest pause by governance.
pub const MAX_GOVERNED_PAUSE: Seconds = Seconds::days(1);

numbered! {
    /// What a pause selects.
    Selection {
        /// One market.
        Market = 0,
        /// All markets of a contract class.
        Class = 1,
        /// All markets on one feed.
        Feed = 2,
    }
}

/// Why a pause is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseError {
    /// Keepers have paused as often as they may: the earliest moment at which they may again.
    Spent {
        /// When.
        until: Timestamp,
    },
    /// A length of zero or beyond [`MAX_GOVERNED_PAUSE`].
    Length {
        /// What was asked for.
        value: u64,
        /// The greatest that is accepted.
        max: u64,
    },
}

/// The pauses of one selection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Pauses {
    /// When keepers paused in the last [`KEEPER_WINDOW`], oldest first: at most twenty-two.
    pub keepers: Vec<Timestamp>,
    /// When governance paused last.
    pub governed_from: Timestamp,
    /// When that ends.
    pub governed_until: Timestamp,
    /// Pauses that began up to then are lifted.
    pub lifted_at: Timestamp,
}

/// How many moments lie within `window` before `at`, exclusive of both ends.
fn within(moments: &[Timestamp], window: Seconds, at: Timestamp) -> usize {
    moments.iter().filter(|moment| **moment < at && at < moment.after(window)).count()
}

/// Whether a pause at `at` follows so closely on [`PAUSES_IN_A_ROW`] earlier ones in a row.
fn is_one_too_many(moments: &[Timestamp], at: Timestamp) -> bool {
    let row = Seconds(KEEPER_PAUSE.0.saturating_mul(2));
    let before: Vec<u128> = moments.iter().filter(|moment| **moment < at).map(|moment| u128::from(moment.0)).collect();
    let mut next = at;
    (1..=PAUSES_IN_A_ROW).all(|age| {
        let rank = before.len().checked_sub(age);
        let moment = rank.and_then(|rank| nth_smallest(&before, rank)).and_then(|moment| u64::try_from(moment).ok());
        moment.is_some_and(|moment| {
            let follows = next <= Timestamp(moment).after(row);
            next = Timestamp(moment);
            follows
        })
    })
}

impl Pauses {
    /// A keeper's pause at `now`; `frozen` is for how long emergency plans have frozen the selection within the last
    /// [`KEEPER_WINDOW`].
    pub fn with_keeper(mut self, now: Timestamp, frozen: Seconds) -> Result<Self, PauseError> {
        self.keepers.retain(|moment| now < moment.after(KEEPER_WINDOW));
        let newest = self.keepers.last().copied();
        if let Some(newest) = newest
            && now < newest.after(KEEPER_PAUSE)
            && newest > self.lifted_at
        {
            return Err(PauseError::Spent { until: newest.after(KEEPER_PAUSE) });
        }
        let last = |count: usize| self.keepers.len().checked_sub(count).and_then(|index| self.keepers.get(index));
        // The edges are those of [`within`]: a pause a day old counts no more.
        if within(&self.keepers, PAUSE_DAY, now) >= PAUSES_A_DAY {
            let until = last(PAUSES_A_DAY).map_or(now, |moment| moment.after(PAUSE_DAY));
            return Err(PauseError::Spent { until });
        }
        if is_one_too_many(&self.keepers, now) {
            let row = Seconds(KEEPER_PAUSE.0.saturating_mul(2).saturating_add(1));
            return Err(PauseError::Spent { until: newest.map_or(now, |moment| moment.after(row)) });
        }
        let paused = u64::try_from(self.keepers.len()).unwrap_or(u64::MAX).saturating_add(1);
        let total = paused.saturating_mul(KEEPER_PAUSE.0).saturating_add(frozen.0);
        if total > KEEPER_LIMIT.0 {
            let until = self.keepers.first().map_or(now, |moment| *moment).after(KEEPER_WINDOW);
            return Err(PauseError::Spent { until });
        }
        self.keepers.push(now);
        Ok(self.unlifted(now))
    }

    /// A pause by governance.
    pub fn with_governed(self, now: Timestamp, length: Seconds) -> Result<Self, PauseError> {
        if length.0 == 0 || length > MAX_GOVERNED_PAUSE {
            return Err(PauseError::Length { value: length.0, max: MAX_GOVERNED_PAUSE.0 });
        }
        Ok(Self { governed_from: now, governed_until: now.after(length), ..self.unlifted(now) })
    }

    /// A pause in the second in which another was lifted is not lifted with it.
    fn unlifted(self, now: Timestamp) -> Self {
        Self { lifted_at: self.lifted_at.min(Timestamp(now.0.saturating_sub(1))), ..self }
    }

    /// Every pause so far is lifted.
    #[must_use]
    pub fn lifted(self, now: Timestamp) -> Self {
        Self { lifted_at: now, ..self }
    }
}

/// Until when a market is paused at `now`, by the ledgers of the market itself, its class and its feed. A pause
/// expires at its end: then it is over.
#[inline(never)]
pub fn paused_until(market: &Pauses, class: &Pauses, feed: &Pauses, now: Timestamp) -> Option<Timestamp> {
    let ledgers = [market, class, feed];
    let moments: Vec<Timestamp> = ledgers.iter().flat_map(|ledger| ledger.keepers.iter().copied()).collect();
    let in_budget = |at: Timestamp| within(&moments, PAUSE_DAY, at) < PAUSES_A_DAY && !is_one_too_many(&moments, at);
    let standing = |ledger: &Pauses, from: Timestamp| from > ledger.lifted_at.max(market.lifted_at) && from <= now;
    let by_keepers = ledgers.iter().flat_map(|ledger| {
        ledger
            .keepers
            .iter()
            .copied()
            .filter(|from| now < from.after(KEEPER_PAUSE) && standing(ledger, *from) && in_budget(*from))
            .map(|from| from.after(KEEPER_PAUSE))
    });
    let governed = ledgers
        .iter()
        .filter(|ledger| now < ledger.governed_until && standing(ledger, ledger.governed_from))
        .map(|ledger| ledger.governed_until);
    by_keepers.chain(governed).max()
}

#[cfg(test)]
#[path = "pauses_tests.rs"]
mod tests;
