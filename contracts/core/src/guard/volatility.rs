//! How much a price moves in a day: measured from the feed's valid medians, forecast by named accounts; the larger
//! of the two is in force, within bounds.
//!
//! The measure is an exponentially weighted variance of returns (J.P. Morgan/Reuters, `RiskMetrics` Technical Document,
//! 4th edition, section 5.2), with the decay for irregular spacing of Zumbach and Müller, "Operators on inhomogeneous
//! time series" (2001), in its implicit form, which needs no exponential and cannot overshoot:
//!
//! ```text
//! r  = |p1 - p0| / min(p0, p1)                       the return, at most 10
//! v' = (v * m + r^2 * 86400) / (m + dt)              the variance a day; m = min(memory, time measured so far)
//! sigma a day = sqrt(v)
//! ```
//!
//! A return over a long gap counts with its length: it is spread over the time in which it came. Samples are at least
//! [`SAMPLE`] apart, so that reporters who disagree by a little are not taken for movement.

use alloc::vec::Vec;

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::Account,
    units::{Bps, Price, Seconds, Timestamp, mul_div_up, nth_smallest},
};

/// Least time between two samples.
pub const SAMPLE: Seconds = Seconds::minutes(5);

/// The greatest volatility a day that can be forecast or be in force: 200 %.
pub const MAX_VOLATILITY: Bps = Bps(20_000);

/// The longest memory.
pub const MAX_MEMORY: Seconds = Seconds::days(90);

/// The longest time for which a forecast may count.
pub const MAX_FORECAST_AGE: Seconds = Seconds::days(7);

/// Most accounts that forecast one feed.
pub const MAX_FORECASTERS: usize = 8;

/// Greatest return, in millionths.
const MAX_RETURN_PPM: u128 = 10_000_000;

/// Seconds of a day.
const DAY: u128 = 86_400;

/// What governance decides about the measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct VolatilityRule {
    /// Time over which a past return fades to about a third.
    pub memory: Seconds,
    /// Least volatility a day in force.
    pub floor: Bps,
    /// Greatest volatility a day in force.
    pub cap: Bps,
}

impl Default for VolatilityRule {
    fn default() -> Self {
        Self { memory: Seconds::days(1), floor: Bps::ZERO, cap: MAX_VOLATILITY }
    }
}

/// Why a rule or a forecast is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VolatilityError {
    /// A figure out of its bounds.
    Parameter {
        /// What was given.
        value: u64,
        /// The greatest that is accepted; the least is one, of a floor nothing.
        max: u64,
    },
    /// More than [`MAX_FORECASTERS`].
    ForecasterCount {
        /// How many were given.
        count: u32,
    },
    /// The same forecaster twice.
    DuplicateForecaster {
        /// Who.
        forecaster: Account,
    },
    /// The quorum is no majority of the forecasters, or more than all.
    Quorum {
        /// What was asked for.
        quorum: u8,
        /// Number of forecasters.
        forecasters: u32,
    },
    /// The caller does not forecast this feed.
    NotForecaster {
        /// Who called.
        caller: Account,
    },
}

impl VolatilityRule {
    /// Refuses what makes no sense.
    pub fn validated(self) -> Result<Self, VolatilityError> {
        let rows = [
            (self.memory.0, SAMPLE.0, MAX_MEMORY.0),
            (u64::from(self.cap.0), 1, u64::from(MAX_VOLATILITY.0)),
            (u64::from(self.floor.0), 0, u64::from(self.cap.0)),
        ];
        match rows.into_iter().find(|(value, min, max)| value < min || value > max) {
            Some((value, _, max)) => Err(VolatilityError::Parameter { value, max }),
            None => Ok(self),
        }
    }
}

/// The volatility of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Volatility {
    /// What governance decides.
    pub rule: VolatilityRule,
    /// Variance a day, in square millionths.
    pub variance: u128,
    /// When the measurement began; zero where it has not.
    pub since: Timestamp,
    /// The last sample.
    pub price: Price,
    /// When it was taken.
    pub at: Timestamp,
    /// The forecasters' median, as of the last forecast.
    pub forecast: Bps,
    /// Until when it counts, inclusive.
    pub forecast_until: Timestamp,
}

impl Volatility {
    /// Nothing measured, by this rule.
    pub fn unmeasured(rule: VolatilityRule) -> Self {
        Self { rule, ..Self::default() }
    }

    /// Takes a valid median into account, where the last sample is old enough.
    #[must_use]
    pub fn sampled(self, price: Price, now: Timestamp) -> Self {
        if self.since.0 == 0 {
            return Self { since: now, price, at: now, ..self };
        }
        let step = now.since(self.at);
        if step < SAMPLE {
            return self;
        }
        let smaller = self.price.0.min(price.0);
        let moved = mul_div_up(self.price.0.abs_diff(price.0), 1_000_000, smaller).unwrap_or(u128::MAX);
        let moved = moved.min(MAX_RETURN_PPM);
        let memory = u128::from(self.rule.memory.0.min(self.at.since(self.since).0));
        let weighed =
            self.variance.saturating_mul(memory).saturating_add(moved.saturating_mul(moved).saturating_mul(DAY));
        let variance = weighed.checked_div(memory.saturating_add(u128::from(step.0))).unwrap_or(0);
        Self { variance, price, at: now, ..self }
    }

    /// Volatility a day as measured, rounded up.
    pub fn measured_up(&self) -> Bps {
        let ppm = self.variance.isqrt();
        let ppm = if ppm.saturating_mul(ppm) < self.variance { ppm.saturating_add(1) } else { ppm };
        Bps(u32::try_from(ppm.div_ceil(100)).unwrap_or(u32::MAX))
    }

    /// The larger of measure and forecast, within the bounds of the rule.
    pub fn in_force(&self, now: Timestamp) -> Bps {
        let forecast = if now <= self.forecast_until { self.forecast } else { Bps::ZERO };
        self.measured_up().max(forecast).max(self.rule.floor).min(self.rule.cap)
    }
}

/// What an account expects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Forecast {
    /// Volatility a day.
    pub volatility: Bps,
    /// When it was said; zero where nothing was.
    pub at: Timestamp,
}

/// Those who forecast a feed, and what they said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Forecasts {
    /// Who, at most [`MAX_FORECASTERS`].
    pub forecasters: Vec<Account>,
    /// Fresh forecasts needed for a median: a majority.
    pub quorum: u8,
    /// A forecast older than this does not count.
    pub max_age: Seconds,
    /// What each said last, in their order.
    pub said: Vec<Forecast>,
}

impl Forecasts {
    /// Nobody has said anything yet.
    pub fn new(forecasters: Vec<Account>, quorum: u8, max_age: Seconds) -> Result<Self, VolatilityError> {
        let count = u32::try_from(forecasters.len()).unwrap_or(u32::MAX);
        if forecasters.len() > MAX_FORECASTERS {
            return Err(VolatilityError::ForecasterCount { count });
        }
        for (position, forecaster) in forecasters.iter().enumerate() {
            if forecasters.iter().skip(position.saturating_add(1)).any(|other| other == forecaster) {
                return Err(VolatilityError::DuplicateForecaster { forecaster: *forecaster });
            }
        }
        let needed = u32::from(quorum);
        if needed > count || (count > 0 && needed.saturating_mul(2) <= count) {
            return Err(VolatilityError::Quorum { quorum, forecasters: count });
        }
        if max_age > MAX_FORECAST_AGE || (count > 0 && max_age.0 == 0) {
            return Err(VolatilityError::Parameter { value: max_age.0, max: MAX_FORECAST_AGE.0 });
        }
        let said = forecasters.iter().map(|_| Forecast::default()).collect();
        Ok(Self { forecasters, quorum, max_age, said })
    }

    /// Takes a forecast.
    pub fn with(mut self, caller: Account, volatility: Bps, now: Timestamp) -> Result<Self, VolatilityError> {
        if volatility == Bps::ZERO || volatility > MAX_VOLATILITY {
            let (value, max) = (u64::from(volatility.0), u64::from(MAX_VOLATILITY.0));
            return Err(VolatilityError::Parameter { value, max });
        }
        let position = self.forecasters.iter().position(|known| *known == caller);
        let slot = position.and_then(|position| self.said.get_mut(position));
        *slot.ok_or(VolatilityError::NotForecaster { caller })? = Forecast { volatility, at: now };
        Ok(self)
    }

    /// The upper median of the fresh forecasts and until when enough of them are fresh; nothing where they are fewer
    /// than the quorum.
    pub fn median_up(&self, now: Timestamp) -> Option<(Bps, Timestamp)> {
        let fresh = || self.said.iter().filter(|said| said.at.0 > 0 && now.since(said.at) <= self.max_age);
        let values: Vec<u128> = fresh().map(|said| u128::from(said.volatility.0)).collect();
        let dates: Vec<u128> = fresh().map(|said| u128::from(said.at.0)).collect();
        let last_needed = nth_smallest(&dates, dates.len().checked_sub(usize::from(self.quorum.max(1)))?)?;
        let middle = nth_smallest(&values, values.len() / 2)?;
        let until = Timestamp(u64::try_from(last_needed).ok()?).after(self.max_age);
        Some((Bps(u32::try_from(middle).ok()?), until))
    }
}

#[cfg(test)]
#[path = "volatility_tests.rs"]
mod tests;
