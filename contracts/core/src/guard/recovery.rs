//! How a feed that was not to be trusted becomes trusted again.
//!
//! ```text
//!            outage seen, price invalid, price jumps
//!   Open ------------------------------------------> Frozen (no anchor)
//!    ^                                                 |  N reports of different reporters, published after
//!    |                                                 v  the origin: the baseline is their median
//!    |   grace passed in active time,                Anchored ----.
//!    '-- price within the bound of the baseline -------'  ^       | price leaves the bound of the baseline:
//!                                                         '-------' the count starts again
//! ```
//!
//! A baseline is never older than the resume, so a stale one can never dead-lock the thaw. Everything is computed
//! from what reports left behind; no transaction is needed for a thaw.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    guard::liveness::{Clock, Liveness},
    units::{Bps, Price, Ramp, Seconds, Timestamp},
};

/// Liquidation size at the moment of the thaw.
pub const RAMP_START: Bps = Bps(1_000);

/// The longest freeze for an outage or a bad feed, in wall time; afterwards the market is reduce-only.
pub const FREEZE_BOUND: Seconds = Seconds::hours(4);

/// The longest grace that may be configured.
pub const MAX_GRACE: Seconds = Seconds(14_400);

/// What a feed must do to be trusted again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct RecoveryRule {
    /// Active time after an outage or a plan in which nobody is liquidated, so that everybody can act first.
    pub grace: Seconds,
    /// The same after the feed alone was bad.
    pub feed_grace: Seconds,
    /// Longest time over which the liquidation size rises again; it never outlasts the freeze that it follows.
    pub ramp: Seconds,
    /// Number of different reporters that must publish after the resume; of a pulled feed, of distinct rounds.
    pub fresh_reports: u8,
    /// Greatest distance of the price from the baseline.
    pub max_deviation: Bps,
}

/// Why a feed froze.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub enum FreezeCause {
    /// The host stood still or was silent.
    Outage,
    /// The price was not valid.
    Feed,
    /// The price moved beyond the bound from one median to the next.
    Jump,
}

/// Where a feed stands on its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Recovery {
    /// What froze it.
    pub cause: FreezeCause,
    /// Wall time at which the freeze began.
    pub frozen_at: Timestamp,
    /// Only reports published after this wall time count.
    pub origin: Timestamp,
    /// Active time from which the grace runs; `None` while the price is invalid.
    pub grace_from: Option<Timestamp>,
    /// Median of the first reports after the origin.
    pub baseline: Option<Price>,
    /// Active time at which the feed was trusted again.
    pub recovered_at: Option<Timestamp>,
    /// How long the freeze lasted in active time; known with `recovered_at`.
    pub ramp: Seconds,
}

/// What the feed shows at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Median, where the price is valid apart from its distance to the baseline.
    pub median: Option<Price>,
    /// Median of the reports that make a baseline, once they are there.
    pub anchor: Price,
    /// Since when it has been invalid, where it is.
    pub invalid_since: Timestamp,
}

impl Recovery {
    /// A feed that was just configured: nothing is trusted yet.
    pub const fn fresh(now: Timestamp) -> Self {
        Self {
            cause: FreezeCause::Feed,
            frozen_at: now,
            origin: now,
            grace_from: None,
            baseline: None,
            recovered_at: None,
            ramp: Seconds(0),
        }
    }

    /// A new freeze, or the running one begun anew: its first moment stays, so that its bound stays too.
    #[must_use]
    fn refrozen(self, cause: FreezeCause, since: Timestamp, grace_from: Option<Timestamp>) -> Self {
        let frozen_at = if self.recovered_at.is_some() { since } else { self.frozen_at.min(since) };
        Self { cause, frozen_at, origin: since, grace_from, baseline: None, recovered_at: None, ramp: Seconds(0) }
    }

    /// The freeze after an outage or a silence of the host.
    #[must_use]
    fn after_outage(mut self, liveness: &Liveness, sight: Sight) -> Self {
        let starved_before = sight.median.is_none() && sight.invalid_since < liveness.outage_began();
        if starved_before && self.recovered_at.is_some() {
            self = self.refrozen(FreezeCause::Feed, sight.invalid_since, None);
        }
        let resumed = liveness.clock(liveness.resumed_at).active;
        let frozen = self.refrozen(FreezeCause::Outage, liveness.frozen_from, Some(resumed));
        Self { origin: liveness.resumed_at, ..frozen }
    }

    /// The recovery as it stands now: `fresh(origin)` counts the reporters that published after `origin`.
    #[must_use]
    pub fn advanced(
        self,
        rule: &RecoveryRule,
        liveness: &Liveness,
        clock: Clock,
        sight: Sight,
        fresh: impl Fn(Timestamp) -> usize,
    ) -> Self {
        let mut next = self;
        if liveness.resumed_at > next.origin {
            next = next.after_outage(liveness, sight);
        }
        let Some(median) = sight.median else {
            if next.recovered_at.is_some() || next.baseline.is_some() {
                let cause = if next.recovered_at.is_some() { FreezeCause::Feed } else { next.cause };
                let since = sight.invalid_since.max(next.origin);
                next = next.refrozen(cause, since, None);
            }
            // While the host is out of an outage but its feed is not, the grace waits for the feed.
            return Self { grace_from: None, ..next };
        };
        if next.recovered_at.is_some() {
            return next;
        }
        if next.grace_from.is_none() {
            next.grace_from = Some(clock.active);
        }
        match next.baseline {
            None if fresh(next.origin) >= usize::from(rule.fresh_reports) => next.baseline = Some(sight.anchor),
            Some(baseline) if baseline.deviation_up(median) > rule.max_deviation => {
                next = Self { origin: clock.now, baseline: None, ..next };
            }
            _ => {}
        }
        let grace = match next.cause {
            FreezeCause::Outage => rule.grace,
            FreezeCause::Feed | FreezeCause::Jump => rule.feed_grace,
        };
        if let (Some(from), Some(_)) = (next.grace_from, next.baseline)
            && clock.active > from.after(grace)
        {
            let frozen_for = Seconds(clock.now.since(next.frozen_at).0.max(liveness_outage(next.cause, liveness)));
            next.recovered_at = Some(clock.active);
            next.ramp = Seconds(rule.ramp.0.min(frozen_for.0));
        }
        next
    }

    /// The recovery after a new median that left the bound of the one before it.
    #[must_use]
    pub fn jumped(self, clock: Clock) -> Self {
        self.refrozen(FreezeCause::Jump, clock.now, Some(clock.active))
    }

    /// Whether the price jumped and too few reporters have confirmed it.
    pub const fn is_unconfirmed_jump(&self) -> bool {
        matches!(self.cause, FreezeCause::Jump) && self.recovered_at.is_none() && self.baseline.is_none()
    }

    /// The part of a position that a liquidation may take, `None` before the thaw.
    pub fn share(&self, clock: Clock) -> Option<Bps> {
        let start = self.recovered_at?;
        Some(Ramp { from: RAMP_START, to: Bps::ONE, start, end: start.after(self.ramp) }.at(clock.active))
    }
}

/// The length of the outage that a freeze follows.
const fn liveness_outage(cause: FreezeCause, liveness: &Liveness) -> u64 {
    match cause {
        FreezeCause::Outage => liveness.outage.0,
        FreezeCause::Feed | FreezeCause::Jump => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: RecoveryRule = RecoveryRule {
        grace: Seconds(600),
        feed_grace: Seconds(60),
        ramp: Seconds(1_000),
        fresh_reports: 3,
        max_deviation: Bps(500),
    };

    fn at(now: u64) -> Clock {
        Clock { now: Timestamp(now), active: Timestamp(now) }
    }

    fn alive() -> Liveness {
        Liveness::start(0, Timestamp(0), 6_000)
    }

    fn shows(price: u128) -> Sight {
        Sight { median: Some(Price(price)), anchor: Price(price), invalid_since: Timestamp(0) }
    }

    fn open() -> Recovery {
        Recovery { recovered_at: Some(Timestamp(10)), ..Recovery::fresh(Timestamp(10)) }
    }

    fn resumed(at: u64) -> Liveness {
        Liveness { resumed_at: Timestamp(at), outage: Seconds(3_600), frozen_from: Timestamp(at), ..alive() }
    }

    #[test]
    fn the_freeze_of_an_outage_counts_from_the_resume_and_that_of_a_silence_from_its_start() {
        let stale = Sight { median: None, anchor: Price(0), invalid_since: Timestamp(500) };
        let halted = open().advanced(&RULE, &resumed(4_000), at(4_000), stale, |_| 0);
        assert_eq!((halted.cause, halted.frozen_at), (FreezeCause::Outage, Timestamp(4_000)));
        let silent = Liveness { frozen_from: Timestamp(2_200), ..resumed(4_000) };
        let seen = open().advanced(&RULE, &silent, at(4_000), stale, |_| 0);
        assert_eq!((seen.cause, seen.frozen_at, seen.origin), (FreezeCause::Outage, Timestamp(500), Timestamp(4_000)));
        let fed = open().advanced(&RULE, &silent, at(4_000), shows(100), |_| 0);
        assert_eq!((fed.frozen_at, fed.origin), (Timestamp(2_200), Timestamp(4_000)));
    }

    /// Replayable case 1: equal to the end of the grace still blocks, one second later opens.
    #[test]
    fn grace_blocks_at_its_end_and_opens_a_second_later() {
        let step = |now| open().advanced(&RULE, &resumed(1_000), at(now), shows(100), |_| 3);
        assert_eq!(step(1_000).recovered_at, None);
        assert_eq!(step(1_600).recovered_at, None);
        assert_eq!(step(1_601).recovered_at, Some(Timestamp(1_601)));
    }

    #[test]
    fn too_few_fresh_reports_keep_the_freeze() {
        let step = open().advanced(&RULE, &resumed(1_000), at(9_000), shows(100), |_| 2);
        assert_eq!((step.recovered_at, step.baseline, step.cause), (None, None, FreezeCause::Outage));
    }

    #[test]
    fn a_price_that_leaves_the_baseline_starts_the_count_again() {
        let frozen = open().advanced(&RULE, &resumed(1_000), at(1_100), shows(1_000), |_| 3);
        assert_eq!(frozen.baseline, Some(Price(1_000)));
        let left = frozen.advanced(&RULE, &resumed(1_000), at(1_200), shows(1_051), |_| 3);
        assert_eq!((left.baseline, left.origin, left.frozen_at), (None, Timestamp(1_200), Timestamp(1_000)));
        let back = left.advanced(&RULE, &resumed(1_000), at(1_300), shows(1_051), |_| 3);
        assert_eq!(back.baseline, Some(Price(1_051)));
        assert_eq!(
            back.advanced(&RULE, &resumed(1_000), at(1_601), shows(1_051), |_| 3).recovered_at,
            Some(Timestamp(1_601))
        );
    }

    #[test]
    fn the_bound_of_a_freeze_is_not_moved_by_a_second_cause() {
        let frozen = open().advanced(&RULE, &resumed(1_000), at(1_100), shows(1_000), |_| 3);
        let invalid = Sight { median: None, anchor: Price(0), invalid_since: Timestamp(1_300) };
        let worse = frozen.advanced(&RULE, &resumed(1_000), at(1_400), invalid, |_| 3);
        assert_eq!((worse.frozen_at, worse.origin, worse.grace_from), (Timestamp(1_000), Timestamp(1_300), None));
    }

    #[test]
    fn the_share_rises_from_a_tenth_to_all_over_at_most_the_freeze() {
        let open = open().advanced(&RULE, &resumed(1_000), at(1_601), shows(100), |_| 3);
        assert_eq!(open.ramp, Seconds(1_000));
        for (now, share) in [(1_601, 1_000), (2_101, 5_500), (2_601, 10_000), (9_999, 10_000)] {
            assert_eq!(open.share(at(now)), Some(Bps(share)), "at {now}");
        }
        let blip = super::tests::open().jumped(at(2_000)).advanced(&RULE, &alive(), at(2_061), shows(100), |_| 3);
        assert_eq!((blip.recovered_at, blip.ramp), (Some(Timestamp(2_061)), Seconds(61)));
    }
}
