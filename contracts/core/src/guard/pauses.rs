//! Pauses by keepers, within a budget: half an hour each, at most two in a row, at most three a day, at most so many
//! that all freezes by keepers together, with those of their plans, stay within a day in seven. They end by themselves.
//!
//! A pause selects one market, a class, or all markets on one feed, and each selection keeps its own ledger. What is
//! in force for a market is decided from the ledgers of all three selections together ([`Ledgers`]), by the same budget:
//! no market is paused more often because it can be named in three ways.

use alloc::vec::Vec;

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode};

use crate::{
    numbered::numbered,
    registry::{BUDGET_WINDOW, KEEPER_FREEZE},
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
    /// When keepers paused, of pauses that lasted into the last [`BUDGET_WINDOW`], oldest first: at most twenty-three.
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

/// Whether a pause at `at`, of all those at `moments`, is neither one too many in its day nor in its row.
fn is_in_turn(moments: &[Timestamp], at: Timestamp) -> bool {
    within(moments, PAUSE_DAY, at) < PAUSES_A_DAY && !is_one_too_many(moments, at)
}

/// When a pause that began at `moment` leaves the window of the budget.
const fn forgotten(moment: Timestamp) -> Timestamp {
    moment.after(KEEPER_PAUSE).after(BUDGET_WINDOW)
}

/// The time of so many pauses.
fn lasting(pauses: usize) -> Seconds {
    Seconds(u64::try_from(pauses).unwrap_or(u64::MAX).saturating_mul(KEEPER_PAUSE.0))
}

/// Whether keepers may freeze for so long by pauses where their plans have booked so much.
const fn fits(paused: Seconds, booked: Seconds) -> bool {
    paused.0.saturating_add(booked.0) <= KEEPER_FREEZE.0
}

impl Pauses {
    /// A keeper's pause at `now`; `booked` is what plans by keepers take of the budget of what is selected, as far as
    /// that can be told.
    pub fn with_keeper(mut self, now: Timestamp, booked: Seconds) -> Result<Self, PauseError> {
        self.keepers.retain(|moment| now < forgotten(*moment));
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
        if !fits(lasting(self.keepers.len().saturating_add(1)), booked) {
            return Err(PauseError::Spent { until: forgotten(self.keepers.first().copied().unwrap_or(now)) });
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

/// The three ledgers that a market can be paused by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledgers {
    /// Its own.
    pub market: Pauses,
    /// That of its class.
    pub class: Pauses,
    /// That of its feed.
    pub feed: Pauses,
}

impl Ledgers {
    fn all(&self) -> [&Pauses; 3] {
        [&self.market, &self.class, &self.feed]
    }

    fn moments(&self) -> Vec<Timestamp> {
        self.all().iter().flat_map(|ledger| ledger.keepers.iter().copied()).collect()
    }

    /// For how long keepers' pauses froze the market within the window of the budget that ends at `now`, each counted
    /// in full, also where it was lifted or overlaps another.
    #[inline(never)]
    pub fn paused(&self, now: Timestamp) -> Seconds {
        let moments = self.moments();
        lasting(moments.iter().filter(|at| now < forgotten(**at) && is_in_turn(&moments, **at)).count())
    }

    /// Until when the market is paused at `now`. A pause expires at its end: then it is over. `booked`, which is asked
    /// for only where a pause by keepers would be in force, is what their plans take of the market's budget.
    #[inline(never)]
    pub fn until(&self, booked: impl FnOnce() -> Seconds, now: Timestamp) -> Option<Timestamp> {
        let moments = self.moments();
        let standing =
            |ledger: &Pauses, from: Timestamp| from > ledger.lifted_at.max(self.market.lifted_at) && from <= now;
        let by_keepers = self.all().into_iter().flat_map(|ledger| {
            let lasts = move |from: &Timestamp| now < from.after(KEEPER_PAUSE) && standing(ledger, *from);
            ledger.keepers.iter().copied().filter(lasts)
        });
        let by_keepers = by_keepers.filter(|from| is_in_turn(&moments, *from)).max();
        let by_keepers = by_keepers.filter(|_| fits(self.paused(now), booked())).map(|from| from.after(KEEPER_PAUSE));
        let governed = self
            .all()
            .into_iter()
            .filter(|ledger| now < ledger.governed_until && standing(ledger, ledger.governed_from));
        governed.map(|ledger| ledger.governed_until).chain(by_keepers).max()
    }
}

#[cfg(test)]
#[path = "pauses_tests.rs"]
mod tests;
