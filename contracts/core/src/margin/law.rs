//! The parameter law: what even a captured governor cannot do to a parameter.
//!
//! Tightening takes effect at once, but on a ramp, so that nobody is liquidated by a vote. Loosening waits first.
//! Each step and the time between two steps are bounded. Times are active time of the host.

use crate::units::{Bps, Ramp, Seconds, Timestamp};

/// In which direction a parameter gets tighter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tighter {
    /// A larger value asks for more margin.
    Higher,
    /// A smaller value asks for more margin.
    Lower,
}

/// How one parameter may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Law {
    /// Which direction is the tighter one.
    pub tighter: Tighter,
    /// The largest value.
    pub ceiling: Bps,
    /// The largest change at once.
    pub max_step: Bps,
    /// The least time between two changes. Not shorter than the delay and the ramp together, so that a change has
    /// arrived before the next one begins.
    pub min_interval: Seconds,
    /// How long a loosening waits before it begins.
    pub loosening_delay: Seconds,
    /// How long a change takes once it has begun.
    pub ramp: Seconds,
}

/// Why a change was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LawError {
    /// The parameter has this value, or is on its way to it.
    Unchanged,
    /// The value is above the ceiling.
    AboveCeiling {
        /// The largest value allowed.
        ceiling: Bps,
    },
    /// The change is larger than one step.
    StepTooLarge {
        /// The change that was asked for.
        step: Bps,
        /// The largest one.
        max: Bps,
    },
    /// The last change was too short a time ago.
    TooSoon {
        /// When the next one is allowed, in active time.
        until: Timestamp,
    },
}

impl Law {
    /// The law of a collateral haircut.
    pub const HAIRCUT: Self = Self {
        tighter: Tighter::Higher,
        ceiling: Bps::ONE,
        max_step: Bps(500),
        min_interval: Seconds::days(3),
        loosening_delay: Seconds::days(2),
        ramp: Seconds::days(1),
    };

    /// Whether a change from `from` to `to` asks for less margin.
    pub fn loosens(&self, from: Bps, to: Bps) -> bool {
        match self.tighter {
            Tighter::Higher => to < from,
            Tighter::Lower => to > from,
        }
    }

    /// The ramp from the value in force to `to`, for a parameter that was last changed at `changed_at`. Exactly at
    /// the end of the interval a change is allowed.
    pub fn change(&self, current: &Ramp, changed_at: Timestamp, to: Bps, now: Timestamp) -> Result<Ramp, LawError> {
        let from = current.at(now);
        if to == current.to {
            return Err(LawError::Unchanged);
        }
        if to > self.ceiling {
            return Err(LawError::AboveCeiling { ceiling: self.ceiling });
        }
        let step = Bps(from.0.abs_diff(to.0));
        if step > self.max_step {
            return Err(LawError::StepTooLarge { step, max: self.max_step });
        }
        let until = changed_at.after(self.min_interval);
        if now < until {
            return Err(LawError::TooSoon { until });
        }
        let start = if self.loosens(from, to) { now.after(self.loosening_delay) } else { now };
        Ok(Ramp { from, to, start, end: start.after(self.ramp) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: u64 = 86_400;
    const LAW: Law = Law::HAIRCUT;

    fn change(from: u32, to: u32, now: u64) -> Result<Ramp, LawError> {
        LAW.change(&Ramp::constant(Bps(from)), Timestamp(0), Bps(to), Timestamp(now))
    }

    #[test]
    fn the_interval_covers_delay_and_ramp() {
        const { assert!(LAW.min_interval.0 >= LAW.loosening_delay.0 + LAW.ramp.0) };
        const { assert!(LAW.loosening_delay.0 >= Seconds::days(2).0) };
    }

    #[test]
    fn tightening_begins_at_once_and_loosening_waits() {
        let now = 10 * DAY;
        assert_eq!(
            change(1_000, 1_500, now),
            Ok(Ramp { from: Bps(1_000), to: Bps(1_500), start: Timestamp(now), end: Timestamp(now + DAY) })
        );
        assert_eq!(
            change(1_000, 500, now),
            Ok(Ramp { from: Bps(1_000), to: Bps(500), start: Timestamp(now + 2 * DAY), end: Timestamp(now + 3 * DAY) })
        );
    }

    #[test]
    fn steps_values_and_intervals_are_bounded() {
        assert_eq!(change(1_000, 1_501, 10 * DAY), Err(LawError::StepTooLarge { step: Bps(501), max: Bps(500) }));
        assert_eq!(change(1_000, 499, 10 * DAY), Err(LawError::StepTooLarge { step: Bps(501), max: Bps(500) }));
        assert_eq!(change(9_900, 10_001, 10 * DAY), Err(LawError::AboveCeiling { ceiling: Bps(10_000) }));
        assert_eq!(change(1_000, 1_000, 10 * DAY), Err(LawError::Unchanged));
        assert_eq!(change(1_000, 1_100, 3 * DAY - 1), Err(LawError::TooSoon { until: Timestamp(3 * DAY) }));
        assert!(change(1_000, 1_100, 3 * DAY).is_ok());
    }

    #[test]
    fn a_parameter_that_tightens_downwards() {
        let law = Law { tighter: Tighter::Lower, ..LAW };
        let ramp = law.change(&Ramp::constant(Bps(1_000)), Timestamp(0), Bps(1_100), Timestamp(10 * DAY)).unwrap();
        assert_eq!(ramp.start, Timestamp(12 * DAY));
        let ramp = law.change(&Ramp::constant(Bps(1_000)), Timestamp(0), Bps(900), Timestamp(10 * DAY)).unwrap();
        assert_eq!(ramp.start, Timestamp(10 * DAY));
    }

    proptest! {
        /// Whatever is proposed and whenever: the value never jumps, never moves by more than one step within an
        /// interval, and does not fall before the delay has passed.
        #[test]
        fn no_sequence_of_votes_gets_past_the_law(votes in prop::collection::vec((0u32..=11_000, 0u64..=5 * DAY), 1..40)) {
            let (mut ramp, mut changed, mut now) = (Ramp::constant(Bps(2_000)), Timestamp(0), Timestamp(0));
            for (to, wait) in votes {
                let before = ramp.at(now);
                now = now.after(Seconds(wait));
                let value = ramp.at(now);
                prop_assert!(value.0.abs_diff(before.0) <= LAW.max_step.0 * u32::try_from(wait / DAY + 1).unwrap());
                if let Ok(next) = LAW.change(&ramp, changed, Bps(to), now) {
                    prop_assert_eq!(next.at(now), value);
                    if next.to < value {
                        prop_assert_eq!(next.at(now.after(LAW.loosening_delay)), value);
                    }
                    prop_assert!(now >= changed.after(LAW.min_interval));
                    (ramp, changed) = (next, now);
                }
            }
        }
    }
}
