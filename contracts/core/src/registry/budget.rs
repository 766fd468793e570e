//! How long keepers alone may freeze a market: 24 hours in any 7 days, by their plans and their pauses together.
//!
//! The registry books their plans here and nothing else. The guard, which knows their pauses, asks for what is booked:
//! it takes no pause for which nothing is left, and cuts the freeze of a plan by what pauses took too much
//! ([`frozen_until`]). Beyond that the market is reduce-only: no budget ever lets risk grow in an emergency.

use alloc::vec::Vec;

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode};

use crate::{
    guard::recovery::MAX_GRACE,
    ids::PlanId,
    units::{Seconds, Timestamp},
};

/// The longest freeze that keepers may bring about, and all that they have in one window.
pub const KEEPER_FREEZE: Seconds = Seconds::hours(24);
/// The window that the budget is for.
pub const BUDGET_WINDOW: Seconds = Seconds::days(7);
/// The longest freeze of an emergency plan as it opens.
pub const EMERGENCY_FREEZE: Seconds = Seconds::hours(6);
/// Least time between two emergency plans of one network.
pub const EMERGENCY_INTERVAL: Seconds = Seconds::days(1);
/// Most freezes remembered; with so many in one window there is no further one.
pub const MAX_SPANS: usize = 8;

/// Two thirds of `keepers`, rounded up.
pub const fn two_thirds_up(keepers: u32) -> u32 {
    keepers.saturating_sub(keepers / 3)
}

/// When the freeze of a plan by keepers ends, whose own end is `bound`: `booked` is what their plans take of the window
/// that ends now, this plan in full, and `paused` what their pauses do.
pub const fn frozen_until(freeze_at: Timestamp, bound: Timestamp, booked: Seconds, paused: Seconds) -> Timestamp {
    let excess = booked.0.saturating_add(paused.0).saturating_sub(KEEPER_FREEZE.0);
    let until = bound.0.saturating_sub(excess);
    if until > freeze_at.0 { Timestamp(until) } else { freeze_at }
}

/// A freeze by a plan of keepers, as long as it may last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Span {
    /// The plan.
    pub plan: PlanId,
    /// When it begins.
    pub from: Timestamp,
    /// When it must have ended.
    pub to: Timestamp,
}

/// The freezes of one market by keepers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct FreezeBudget(pub Vec<Span>);

/// Keepers have no such freeze left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetError {
    /// What they have.
    pub left: Seconds,
}

impl FreezeBudget {
    /// What is booked as of `now`, apart from what `except` takes.
    ///
    /// A window that contains part of a freeze that begins now or later begins at `now` less the window at the
    /// earliest: whatever was frozen since then counts, overlaps twice.
    pub fn booked(&self, except: Option<PlanId>, now: Timestamp) -> Seconds {
        let begin = Timestamp(now.0.saturating_sub(BUDGET_WINDOW.0));
        let others = self.0.iter().filter(|span| Some(span.plan) != except);
        Seconds(others.fold(0u64, |used, span| used.saturating_add(span.to.since(span.from.max(begin)).0)))
    }

    /// What is booked as of `now` with the freeze of `span` in full, whatever of it was given back: what [`frozen_until`]
    /// counts back from.
    pub fn booked_in_full(&self, span: Span, now: Timestamp) -> Seconds {
        let begin = Timestamp(now.0.saturating_sub(BUDGET_WINDOW.0));
        Seconds(self.booked(Some(span.plan), now).0.saturating_add(span.to.since(span.from.max(begin)).0))
    }

    /// What is left at `now` for a freeze that begins then or later, apart from what `except` takes.
    pub fn left(&self, except: PlanId, now: Timestamp) -> Seconds {
        Seconds(KEEPER_FREEZE.0.saturating_sub(self.booked(Some(except), now).0))
    }

    /// With the freeze of `span`, in place of what its plan had before.
    pub fn taken(mut self, span: Span, now: Timestamp) -> Result<Self, BudgetError> {
        self.0.retain(|other| other.plan != span.plan && other.to.after(BUDGET_WINDOW) > now);
        let left = if self.0.len() < MAX_SPANS { self.left(span.plan, now) } else { Seconds(0) };
        if span.to.since(span.from) > left {
            return Err(BudgetError { left });
        }
        self.0.push(span);
        Ok(self)
    }

    /// With what the freeze of `plan`, which was released at `released`, did not use; all of it where it never began.
    /// The longest grace of a thaw counts as used: for so long a market may stay frozen after the release.
    #[must_use]
    pub fn given_back(mut self, plan: PlanId, released: Option<Timestamp>) -> Self {
        for span in self.0.iter_mut().filter(|span| span.plan == plan) {
            let thawed = released.map_or(span.from, |at| at.after(MAX_GRACE).after(Seconds(1)));
            span.to = span.to.min(thawed).max(span.from);
        }
        self.0.retain(|span| span.to > span.from);
        self
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use proptest::prelude::*;

    use super::*;

    const HOUR: u64 = 3_600;
    const DAY: u64 = 24 * HOUR;

    fn span(plan: u64, from: u64, length: u64) -> Span {
        Span { plan: PlanId(plan), from: Timestamp(from), to: Timestamp(from + length) }
    }

    #[test]
    fn emergencies_cannot_be_chained() {
        let mut budget = FreezeBudget::default();
        for day in 0..4 {
            budget = budget.taken(span(day, day * DAY, 6 * HOUR), Timestamp(day * DAY)).unwrap();
        }
        let refused = budget.clone().taken(span(9, 4 * DAY, 1), Timestamp(4 * DAY));
        assert_eq!(refused, Err(BudgetError { left: Seconds(0) }));
        let week = 7 * DAY + HOUR;
        let left = BudgetError { left: Seconds(HOUR) };
        assert_eq!(budget.clone().taken(span(9, week, HOUR + 1), Timestamp(week)), Err(left));
        let budget = budget.taken(span(9, week, HOUR), Timestamp(week)).unwrap();
        assert_eq!(budget.left(PlanId(0), Timestamp(week)), Seconds(5 * HOUR), "what plan 0 takes aside");
        assert_eq!(budget.0.len(), 5);
    }

    #[test]
    fn so_many_freezes_are_remembered_and_no_more() {
        let mut budget = FreezeBudget::default();
        for plan in 0..8 {
            budget = budget.taken(span(plan, plan * 100, 10), Timestamp(plan * 100)).unwrap();
        }
        let week = BUDGET_WINDOW.0 + 10;
        let ninth = |now| budget.clone().taken(span(8, now, 10), Timestamp(now));
        assert_eq!(ninth(week - 1), Err(BudgetError { left: Seconds(0) }));
        assert_eq!(ninth(week).unwrap().0.len(), 8, "the first one is a week ago");
    }

    #[test]
    fn what_was_not_used_is_given_back() {
        let budget = FreezeBudget::default().taken(span(1, 100, 6 * HOUR), Timestamp(100)).unwrap();
        let back = budget.clone().given_back(PlanId(1), Some(Timestamp(100 + HOUR)));
        assert_eq!(back.booked(None, Timestamp(100 + HOUR)), Seconds(5 * HOUR + 1), "an hour, and the longest grace");
        assert_eq!(back.left(PlanId(9), Timestamp(100 + HOUR)), Seconds(19 * HOUR - 1));
        let whole = back.booked_in_full(span(1, 100, 6 * HOUR), Timestamp(100 + HOUR));
        assert_eq!(whole, Seconds(6 * HOUR), "its own freeze still counts from its own end");
        assert_eq!(budget.clone().given_back(PlanId(1), Some(Timestamp(u64::MAX))), budget);
        assert_eq!(budget.given_back(PlanId(1), None).0, vec![]);
    }

    #[test]
    fn pauses_cut_the_freeze_of_a_plan_by_what_is_too_much() {
        let until = |booked, paused| frozen_until(Timestamp(100), Timestamp(1_000), Seconds(booked), Seconds(paused)).0;
        assert_eq!(until(20 * HOUR, 4 * HOUR), 1_000);
        assert_eq!(until(20 * HOUR, 4 * HOUR + 1), 999);
        assert_eq!(until(24 * HOUR, 900), 100);
        assert_eq!(until(24 * HOUR, 10 * HOUR), 100, "it never ends before it begins");
    }

    #[test]
    fn an_extension_replaces_what_the_plan_had() {
        let budget = FreezeBudget::default().taken(span(1, 100, 6 * HOUR), Timestamp(100)).unwrap();
        let budget = budget.taken(span(1, 100, 24 * HOUR), Timestamp(200)).unwrap();
        assert_eq!(budget.0, vec![span(1, 100, 24 * HOUR)]);
    }

    #[test]
    fn two_thirds_are_rounded_up() {
        let thirds: Vec<u32> = (0..=7).map(two_thirds_up).collect();
        assert_eq!(thirds, [0, 1, 2, 2, 3, 4, 4, 5]);
        assert_eq!(two_thirds_up(u32::MAX), 2_863_311_530);
    }

    proptest! {
        /// Whatever is asked for and whenever: no window of seven days has more than a day of it.
        #[test]
        fn no_window_is_over_budget(asked in prop::collection::vec((0u64..3 * DAY, 1u64..30 * HOUR), 1..30)) {
            let (mut budget, mut now, mut all) = (FreezeBudget::default(), 0, vec![]);
            for (plan, (pause, length)) in (1..).zip(asked) {
                now += pause;
                if let Ok(next) = budget.clone().taken(span(plan, now, length), Timestamp(now)) {
                    all.push((now, now + length));
                    budget = next;
                }
            }
            for (_, end) in &all {
                let begin = end.saturating_sub(BUDGET_WINDOW.0);
                let frozen: u64 = all.iter().map(|(f, t)| t.min(end).saturating_sub(*f.max(&begin))).sum();
                prop_assert!(frozen <= KEEPER_FREEZE.0, "{frozen} seconds in the week before {end}");
            }
        }
    }
}
