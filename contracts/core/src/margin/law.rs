//! The parameter law: what even a captured governor cannot do to a parameter.
//!
//! Tightening takes effect at once, but on a ramp where it could liquidate somebody. Loosening waits first. Each step
//! and the time between two steps are bounded. Times are active time of the host. The law's own figures are fixed: a
//! law that governance could loosen would be none. What was to loosen while a plan bars loosening is in force when the
//! plan no longer does ([`Clock`]).
//!
//! A [`Dial`] is a ratio that moves on a ramp, a [`Limit`] an amount that is replaced after its delay.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::units::{Bps, Ramp, Seconds, Timestamp};

/// The least time between two changes of a parameter. Not shorter than delay and ramp together, so that a change has
/// arrived before the next one begins.
pub const MIN_INTERVAL: Seconds = Seconds::days(3);

/// How long a loosening waits before it begins.
pub const LOOSENING_DELAY: Seconds = Seconds::days(2);

/// How long a dial moves once it has begun.
pub const RAMP: Seconds = Seconds::days(1);

/// How long nothing loosens after a plan has completed, in wall time.
pub const COOL_DOWN: Seconds = Seconds::days(1);

/// By which time a parameter is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// Active time.
    pub now: Timestamp,
    /// For how long a plan has barred loosening by now, in wall time. What loosened since then is not in force yet.
    pub barred: Seconds,
}

impl Clock {
    /// A time at which nothing is barred.
    pub const fn free(now: Timestamp) -> Self {
        Self { now, barred: Seconds(0) }
    }

    /// The same time where loosening has been barred for so long.
    #[must_use]
    pub const fn barred_for(self, barred: Seconds) -> Self {
        Self { barred, ..self }
    }

    /// The last active time that was certainly not barred: downtime since then only makes it earlier.
    pub const fn before(self) -> Timestamp {
        Timestamp(self.now.0.saturating_sub(self.barred.0))
    }
}

/// In which direction a parameter gets tighter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tighter {
    /// A larger value asks for more.
    Higher,
    /// A smaller value asks for more.
    Lower,
    /// Either direction hurts somebody: every change waits.
    Neither,
}

/// The largest change at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So much.
    Absolute(u128),
    /// This part of the value in force. A value that was never set (zero, or none: `u128::MAX`) may become any.
    Relative(Bps),
}

/// How one parameter may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Law {
    /// Which direction is the tighter one.
    pub tighter: Tighter,
    /// The smallest value.
    pub floor: u128,
    /// The largest value.
    pub ceiling: u128,
    /// The largest change at once.
    pub step: Step,
}

/// Why a change was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LawError {
    /// The parameter has this value, or is on its way to it.
    Unchanged,
    /// The value is below the floor or above the ceiling.
    OutOfRange {
        /// The end of the range that was passed.
        bound: u128,
    },
    /// The change is larger than one step.
    StepTooLarge {
        /// The change that was asked for.
        step: u128,
        /// The largest one.
        max: u128,
    },
    /// The last change was too short a time ago.
    TooSoon {
        /// When the next one is allowed, in active time.
        until: Timestamp,
    },
}

impl Law {
    /// A collateral haircut.
    pub const HAIRCUT: Self = Self::ratio(Tighter::Higher, 0, 10_000, 500);
    /// What a venue's requirements are multiplied by.
    pub const WEIGHT: Self = Self::ratio(Tighter::Higher, 10_000, 50_000, 1_000);
    /// What the vault takes in of an asset. Never zero: no vote closes deposits.
    pub const CAP: Self = Self::amount(Tighter::Lower, 1, 5_000);
    /// The deposits of an asset, in quote, beyond which they count for less; `u128::MAX` for never.
    pub const SCALE_START: Self = Self::amount(Tighter::Lower, 1, 5_000);
    /// The bond that a venue needs.
    pub const BOND: Self = Self::amount(Tighter::Higher, 0, 10_000);
    /// What insurance pays for a venue's debts.
    pub const COVER: Self = Self::amount(Tighter::Lower, 0, 10_000);

    /// A ratio in basis points that moves by at most `step` at once.
    pub const fn ratio(tighter: Tighter, floor: u128, ceiling: u128, step: u128) -> Self {
        Self { tighter, floor, ceiling, step: Step::Absolute(step) }
    }

    /// An amount that moves by at most `part` basis points of itself at once.
    pub const fn amount(tighter: Tighter, floor: u128, part: u32) -> Self {
        Self { tighter, floor, ceiling: u128::MAX, step: Step::Relative(Bps(part)) }
    }

    /// Whether a change from `from` to `to` asks for less, or may hurt somebody either way.
    pub const fn loosens(&self, from: u128, to: u128) -> bool {
        match self.tighter {
            Tighter::Higher => to < from,
            Tighter::Lower => to > from,
            Tighter::Neither => to != from,
        }
    }

    /// Refuses a value out of range.
    pub const fn check(&self, to: u128) -> Result<(), LawError> {
        if to < self.floor {
            return Err(LawError::OutOfRange { bound: self.floor });
        }
        if to > self.ceiling { Err(LawError::OutOfRange { bound: self.ceiling }) } else { Ok(()) }
    }

    /// When a change from the value in force to `to` begins, for a parameter that is on its way to `coming` and was
    /// last changed at `changed_at`. Exactly at the end of the interval a change is allowed.
    pub fn start(
        &self,
        from: u128,
        coming: u128,
        changed_at: Timestamp,
        to: u128,
        now: Timestamp,
    ) -> Result<Timestamp, LawError> {
        if to == coming {
            return Err(LawError::Unchanged);
        }
        self.check(to)?;
        let step = from.abs_diff(to);
        let max = match self.step {
            Step::Absolute(max) => max,
            Step::Relative(_) if from == 0 || from == u128::MAX => u128::MAX,
            Step::Relative(part) => part.of_down(from).unwrap_or(u128::MAX),
        };
        if step > max {
            return Err(LawError::StepTooLarge { step, max });
        }
        let until = changed_at.after(MIN_INTERVAL);
        if now < until {
            return Err(LawError::TooSoon { until });
        }
        Ok(if self.loosens(from, to) { now.after(LOOSENING_DELAY) } else { now })
    }
}

/// A governed ratio, which moves in a straight line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Dial {
    /// The value over active time.
    pub ramp: Ramp,
    /// When it was last set, in active time.
    pub changed_at: Timestamp,
}

impl Dial {
    /// A ratio that stands.
    pub const fn new(value: Bps) -> Self {
        Self { ramp: Ramp::constant(value), changed_at: Timestamp(0) }
    }

    /// A ratio that begins at its tightest value and loosens to `to` as any loosening does.
    pub const fn begins(tightest: Bps, to: Bps, now: Timestamp) -> Self {
        let start = now.after(LOOSENING_DELAY);
        Self { ramp: Ramp { from: tightest, to, start, end: start.after(RAMP) }, changed_at: now }
    }

    /// Its value at a time.
    pub fn at(&self, now: Timestamp) -> Bps {
        self.ramp.at(now)
    }

    /// The value in force by `law`.
    pub fn in_force(&self, law: &Law, clock: Clock) -> Bps {
        let (now, before) = (self.at(clock.now), self.at(clock.before()));
        if law.loosens(before.0.into(), now.0.into()) { before } else { now }
    }

    /// Whether the value may depend on the time.
    pub fn moves(&self) -> bool {
        self.ramp.from != self.ramp.to
    }

    /// Sets it by `law`.
    pub fn set(&mut self, law: &Law, to: Bps, clock: Clock) -> Result<(), LawError> {
        let (now, from) = (clock.now, self.in_force(law, clock));
        let start = law.start(from.0.into(), self.ramp.to.0.into(), self.changed_at, to.0.into(), now)?;
        *self = Self { ramp: Ramp { from, to, start, end: start.after(RAMP) }, changed_at: now };
        Ok(())
    }
}

/// A governed amount, which is replaced once its delay has passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Limit {
    /// The value until then.
    pub value: u128,
    /// The value from then on.
    pub next: u128,
    /// When that is, in active time.
    pub from: Timestamp,
    /// When it was last set, in active time.
    pub changed_at: Timestamp,
}

impl Limit {
    /// An amount that stands.
    pub const fn new(value: u128) -> Self {
        Self { value, next: value, from: Timestamp(0), changed_at: Timestamp(0) }
    }

    /// Its value at a time.
    pub const fn at(&self, now: Timestamp) -> u128 {
        if now.0 >= self.from.0 { self.next } else { self.value }
    }

    /// The value in force by `law`.
    pub const fn in_force(&self, law: &Law, clock: Clock) -> u128 {
        let (now, before) = (self.at(clock.now), self.at(clock.before()));
        if law.loosens(before, now) { before } else { now }
    }

    /// Whether the value may depend on the time.
    pub const fn moves(&self) -> bool {
        self.value != self.next
    }

    /// Sets it by `law`.
    pub fn set(&mut self, law: &Law, to: u128, clock: Clock) -> Result<(), LawError> {
        let (now, value) = (clock.now, self.in_force(law, clock));
        let from = law.start(value, self.next, self.changed_at, to, now)?;
        // A tightening is in force at once and for good: nothing is left that could depend on the time.
        let value = if from <= now { to } else { value };
        *self = Self { value, next: to, from, changed_at: now };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::margin::terms::Parameter;

    const DAY: u64 = 86_400;
    const LAW: Law = Law::HAIRCUT;

    fn at(now: u64) -> Clock {
        Clock::free(Timestamp(now))
    }

    fn barred_at(now: u64) -> Clock {
        at(now).barred_for(Seconds::days(3))
    }

    fn change(from: u32, to: u32, now: u64) -> Result<Ramp, LawError> {
        let mut dial = Dial::new(Bps(from));
        dial.set(&LAW, Bps(to), at(now)).map(|()| dial.ramp)
    }

    #[test]
    fn the_interval_covers_delay_and_ramp() {
        const { assert!(MIN_INTERVAL.0 >= LOOSENING_DELAY.0 + RAMP.0) };
        const { assert!(LOOSENING_DELAY.0 >= Seconds::days(2).0) };
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
        assert_eq!(change(1_000, 1_501, 10 * DAY), Err(LawError::StepTooLarge { step: 501, max: 500 }));
        assert_eq!(change(1_000, 499, 10 * DAY), Err(LawError::StepTooLarge { step: 501, max: 500 }));
        assert_eq!(change(9_900, 10_001, 10 * DAY), Err(LawError::OutOfRange { bound: 10_000 }));
        assert_eq!(change(1_000, 1_000, 10 * DAY), Err(LawError::Unchanged));
        assert_eq!(change(1_000, 1_100, 3 * DAY - 1), Err(LawError::TooSoon { until: Timestamp(3 * DAY) }));
        assert!(change(1_000, 1_100, 3 * DAY).is_ok());
        let mut weight = Dial::new(Bps(10_000));
        let low = weight.set(&Law::WEIGHT, Bps(9_999), at(10 * DAY));
        assert_eq!(low, Err(LawError::OutOfRange { bound: 10_000 }));
    }

    #[test]
    fn the_tighter_direction_may_be_down_or_none() {
        for (tighter, to, start) in [
            (Tighter::Lower, 1_100, 12),
            (Tighter::Lower, 900, 10),
            (Tighter::Neither, 1_100, 12),
            (Tighter::Neither, 900, 12),
        ] {
            let mut dial = Dial::new(Bps(1_000));
            dial.set(&Law { tighter, ..LAW }, Bps(to), at(10 * DAY)).unwrap();
            assert_eq!(dial.ramp.start, Timestamp(start * DAY), "{tighter:?} {to}");
        }
    }

    /// Replayable case 3: a cap of 1,000,000 that moves by at most half of itself, or by all of it.
    #[test]
    fn a_cap_moves_by_its_share_and_after_its_interval() {
        let set = |part, to| {
            let mut cap = Limit::new(1_000_000);
            let law = Law::amount(Tighter::Lower, 1, part);
            cap.set(&law, to, at(3 * DAY)).map(|()| (cap, law))
        };
        for good in [500_000, 1_500_000] {
            assert_eq!(set(5_000, good).unwrap().0.next, good);
        }
        for (bad, step) in [(499_999, 500_001), (1_500_001, 500_001)] {
            assert_eq!(set(5_000, bad).unwrap_err(), LawError::StepTooLarge { step, max: 500_000 });
        }
        assert_eq!(set(10_000, 2_100_000).unwrap_err(), LawError::StepTooLarge { step: 1_100_000, max: 1_000_000 });
        assert_eq!(set(10_000, 0).unwrap_err(), LawError::OutOfRange { bound: 1 });
        let (mut cap, law) = set(5_000, 1_200_000).unwrap();
        assert_eq!((cap.at(Timestamp(5 * DAY - 1)), cap.at(Timestamp(5 * DAY))), (1_000_000, 1_200_000));
        let again = cap.set(&law, 1_300_000, at(6 * DAY - 1));
        assert_eq!(again, Err(LawError::TooSoon { until: Timestamp(6 * DAY) }));
        cap.set(&law, 1_100_000, at(6 * DAY)).unwrap();
        assert_eq!((cap.at(Timestamp(6 * DAY)), cap.moves()), (1_100_000, false));
    }

    #[test]
    fn to_stay_where_it_is_loosens_nothing() {
        assert!(!Law::HAIRCUT.loosens(5, 5) && !Law::CAP.loosens(5, 5));
        // On its way down a haircut is held where it is, at once.
        let mut dial = Dial::new(Bps(1_000));
        dial.set(&LAW, Bps(500), at(10 * DAY)).unwrap();
        assert!(dial.moves() && !Dial::new(Bps(1_000)).moves());
        dial.set(&LAW, Bps(1_000), barred_at(13 * DAY)).unwrap();
        assert_eq!(dial.ramp.start, Timestamp(13 * DAY));
        let mut cap = Limit::new(1_000);
        cap.set(&Law::CAP, 1_500, at(10 * DAY)).unwrap();
        assert!(cap.moves() && !Limit::new(1_000).moves());
    }

    #[test]
    fn what_was_never_set_may_become_any() {
        for unset in [0, u128::MAX] {
            let mut limit = Limit::new(unset);
            limit.set(&Law::amount(Tighter::Lower, 0, 5_000), 7, at(3 * DAY)).unwrap();
            assert_eq!(limit.next, 7);
            assert_eq!(limit.at(Timestamp(5 * DAY)), 7);
        }
    }

    #[test]
    fn a_new_collateral_counts_after_the_delay() {
        let dial = Dial::begins(Bps::ONE, Bps(1_000), Timestamp(10 * DAY));
        assert_eq!(dial.at(Timestamp(12 * DAY)), Bps::ONE);
        assert_eq!(dial.at(Timestamp(13 * DAY)), Bps(1_000));
    }

    #[test]
    fn what_was_to_loosen_waits_until_no_plan_bars_it() {
        let barred = |day: u64, days: u64| Clock::free(Timestamp(day * DAY)).barred_for(Seconds::days(days));
        let mut dial = Dial::new(Bps(1_000));
        dial.set(&LAW, Bps(500), at(10 * DAY)).unwrap();
        // Barred since half of the ramp.
        let half = Clock::free(Timestamp(13 * DAY)).barred_for(Seconds(DAY / 2));
        assert_eq!((dial.in_force(&LAW, half), dial.in_force(&LAW, at(13 * DAY))), (Bps(750), Bps(500)));
        assert_eq!(dial.in_force(&LAW, barred(20, 9)), Bps(1_000));
        // A tightening goes on, also one that is decided meanwhile: from what is in force.
        dial.set(&LAW, Bps(1_200), barred(20, 9)).unwrap();
        assert_eq!(dial.in_force(&LAW, barred(20, 9)), Bps(1_000));
        assert_eq!(dial.in_force(&LAW, barred(21, 10)), Bps(1_200));
        let mut cap = Limit::new(1_000);
        cap.set(&Law::CAP, 1_500, at(10 * DAY)).unwrap();
        assert_eq!((cap.in_force(&Law::CAP, barred(12, 1)), cap.in_force(&Law::CAP, barred(13, 1))), (1_000, 1_500));
        let step = cap.set(&Law::CAP, 499, barred(13, 2)).unwrap_err();
        assert_eq!(step, LawError::StepTooLarge { step: 501, max: 500 });
        cap.set(&Law::CAP, 500, barred(13, 2)).unwrap();
        assert_eq!(cap.in_force(&Law::CAP, barred(13, 2)), 500);
        // What hurts either way keeps its older value.
        let law = Parameter::Discount.law();
        let mut discount = Dial::new(Bps(500));
        discount.set(&law, Bps(600), at(10 * DAY)).unwrap();
        assert_eq!(
            (discount.in_force(&law, barred(14, 3)), discount.in_force(&law, at(14 * DAY))),
            (Bps(500), Bps(600))
        );
    }

    proptest! {
        /// Whenever a plan bars loosening, whatever was decided before or is decided then: nothing in force loosens
        /// until it no longer does.
        #[test]
        fn nothing_loosens_while_it_is_barred(
            votes in prop::collection::vec((0u32..=11_000, 0u64..=5 * DAY, any::<bool>()), 1..40),
        ) {
            let (mut dial, mut now, mut since) = (Dial::new(Bps(2_000)), Timestamp(0), None::<Timestamp>);
            for (to, wait, bar) in votes {
                let clock = |now: Timestamp| Clock::free(now).barred_for(since.map_or(Seconds(0), |at| now.since(at)));
                let before = dial.in_force(&LAW, clock(now));
                now = now.after(Seconds(wait));
                let value = dial.in_force(&LAW, clock(now));
                if since.is_some() {
                    prop_assert!(value >= before);
                }
                if since.is_none() || Bps(to) >= value {
                    let _ = dial.set(&LAW, Bps(to), clock(now));
                    prop_assert_eq!(dial.in_force(&LAW, clock(now)), value);
                }
                since = if bar { since.or(Some(now)) } else { None };
            }
        }

        /// Whatever is proposed and whenever: the value never jumps, never moves by more than one step within an
        /// interval, and does not fall before the delay has passed.
        #[test]
        fn no_sequence_of_votes_gets_past_the_law(votes in prop::collection::vec((0u32..=11_000, 0u64..=5 * DAY), 1..40)) {
            let (mut dial, mut now) = (Dial::new(Bps(2_000)), Timestamp(0));
            for (to, wait) in votes {
                let before = dial.at(now);
                now = now.after(Seconds(wait));
                let value = dial.at(now);
                prop_assert!(value.0.abs_diff(before.0) <= 500 * u32::try_from(wait / DAY + 1).unwrap());
                let mut next = dial;
                if next.set(&LAW, Bps(to), Clock::free(now)).is_ok() {
                    prop_assert_eq!(next.at(now), value);
                    if next.ramp.to < value {
                        prop_assert_eq!(next.at(now.after(LOOSENING_DELAY)), value);
                    }
                    prop_assert!(now >= dial.changed_at.after(MIN_INTERVAL));
                    dial = next;
                }
            }
        }

        /// A limit never loosens before the delay has passed, and by no more than a step within an interval.
        #[test]
        fn no_sequence_of_votes_lifts_a_limit(votes in prop::collection::vec((1u128..1 << 40, 0u64..=5 * DAY), 1..40)) {
            let (mut limit, mut now, mut raised_at) = (Limit::new(1_000_000), Timestamp(0), None::<Timestamp>);
            for (to, wait) in votes {
                let before = limit.at(now);
                now = now.after(Seconds(wait));
                let value = limit.at(now);
                if value > before {
                    prop_assert!(value <= before + before / 2);
                    prop_assert!(raised_at.is_some_and(|at| now >= at.after(LOOSENING_DELAY)));
                }
                if limit.set(&Law::CAP, to, Clock::free(now)).is_ok() {
                    prop_assert!(limit.at(now) <= value);
                    raised_at = (to > value).then_some(now);
                }
            }
        }
    }
}
