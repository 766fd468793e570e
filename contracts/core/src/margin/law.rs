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
#[path = "law_tests.rs"]
mod tests;
