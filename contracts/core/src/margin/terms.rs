//! The governed figures that hold for the whole vault.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    margin::law::{Clock, Dial, Law, LawError, Limit, Tighter},
    numbered::numbered,
    units::{Bps, Seconds, Timestamp},
};

numbered! {
    /// A governed figure: of the whole vault up to [`Parameter::SmallestLiquidation`], then of an asset, then of a
    /// venue.
    Parameter {
        /// How much more than the repaid debt seized collateral is worth, in basis points.
        Discount = 0,
        /// The part of the discount that goes to the insurance fund, in basis points.
        InsuranceShare = 1,
        /// How many standard deviations the add-on of a plan covers, in ten-thousandths.
        Deviations = 2,
        /// The volatility of a day up to which haircuts are meant, in basis points.
        CalmVolatility = 3,
        /// What a basis point of volatility beyond that adds to a haircut, in ten-thousandths.
        VolatilityFactor = 4,
        /// The largest haircut that add-ons make, in basis points.
        HaircutCap = 5,
        /// The grace that follows a plan in the guard, in seconds.
        Grace = 6,
        /// The smallest liquidation, in quote.
        SmallestLiquidation = 7,
        /// An asset's haircut, in basis points.
        Haircut = 8,
        /// What the vault takes in of an asset, in its smallest unit.
        Cap = 9,
        /// The value of all deposits of an asset beyond which they count for less, in quote; `u128::MAX` for never.
        ScaleStart = 10,
        /// What a venue's requirements are multiplied by, in basis points.
        Weight = 11,
        /// The bond that a venue needs, in quote.
        Bond = 12,
    }
}

/// The governed figures of the whole vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Terms {
    /// [`Parameter::Discount`].
    pub discount: Dial,
    /// [`Parameter::InsuranceShare`].
    pub insurance_share: Dial,
    /// [`Parameter::Deviations`].
    pub deviations: Dial,
    /// [`Parameter::CalmVolatility`].
    pub calm: Dial,
    /// [`Parameter::VolatilityFactor`].
    pub factor: Dial,
    /// [`Parameter::HaircutCap`].
    pub haircut_cap: Dial,
    /// [`Parameter::Grace`]; its value counts seconds.
    pub grace: Dial,
    /// [`Parameter::SmallestLiquidation`].
    pub smallest: Limit,
}

/// The figures in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    /// [`Parameter::Discount`].
    pub discount: Bps,
    /// [`Parameter::InsuranceShare`].
    pub insurance_share: Bps,
    /// [`Parameter::Deviations`].
    pub deviations: Bps,
    /// [`Parameter::CalmVolatility`].
    pub calm: Bps,
    /// [`Parameter::VolatilityFactor`].
    pub factor: Bps,
    /// [`Parameter::HaircutCap`].
    pub haircut_cap: Bps,
    /// [`Parameter::Grace`].
    pub grace: Seconds,
    /// [`Parameter::SmallestLiquidation`].
    pub smallest: u128,
}

/// How a figure moves: in force now, to come, from when, and until it has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// In force now.
    pub now: u128,
    /// To come.
    pub to: u128,
    /// When it begins to move, in active time.
    pub start: Timestamp,
    /// When it has arrived, in active time.
    pub end: Timestamp,
}

impl Dial {
    /// How it moves by `law`.
    pub fn course(&self, law: &Law, clock: Clock) -> Course {
        let Dial { ramp, .. } = self;
        let now = self.in_force(law, clock);
        Course { now: now.0.into(), to: ramp.to.0.into(), start: ramp.start, end: ramp.end }
    }
}

impl Limit {
    /// How it moves by `law`.
    pub const fn course(&self, law: &Law, clock: Clock) -> Course {
        Course { now: self.in_force(law, clock), to: self.next, start: self.from, end: self.from }
    }
}

impl Parameter {
    /// How it may move.
    pub const fn law(self) -> Law {
        match self {
            Self::Discount => Law::ratio(Tighter::Neither, 0, 2_000, 100),
            Self::InsuranceShare => Law::ratio(Tighter::Neither, 0, 5_000, 500),
            Self::Deviations => Law::ratio(Tighter::Higher, 10_000, 60_000, 5_000),
            Self::CalmVolatility => Law::ratio(Tighter::Lower, 0, 5_000, 100),
            Self::VolatilityFactor => Law::ratio(Tighter::Higher, 0, 60_000, 5_000),
            Self::HaircutCap => Law::ratio(Tighter::Higher, 5_000, 10_000, 500),
            Self::Grace => Law::ratio(Tighter::Higher, 0, 14_400, 1_800),
            Self::SmallestLiquidation => Law::amount(Tighter::Neither, 0, 10_000),
            Self::Haircut => Law::HAIRCUT,
            Self::Cap => Law::CAP,
            Self::ScaleStart => Law::SCALE_START,
            Self::Weight => Law::WEIGHT,
            Self::Bond => Law::BOND,
        }
    }

    /// The figures of the whole vault.
    pub const VAULT: &[Self] = &[
        Self::Discount,
        Self::InsuranceShare,
        Self::Deviations,
        Self::CalmVolatility,
        Self::VolatilityFactor,
        Self::HaircutCap,
        Self::Grace,
        Self::SmallestLiquidation,
    ];
}

impl Terms {
    /// What a vault begins with; its quote asset has so many decimals.
    pub const fn new(quote_decimals: u8) -> Self {
        let mut smallest = 10u128;
        let mut places = 0;
        while places < quote_decimals {
            smallest = smallest.saturating_mul(10);
            places = places.saturating_add(1);
        }
        Self {
            discount: Dial::new(Bps(500)),
            insurance_share: Dial::new(Bps(2_000)),
            deviations: Dial::new(Bps(30_000)),
            calm: Dial::new(Bps(500)),
            factor: Dial::new(Bps(30_000)),
            haircut_cap: Dial::new(Bps(9_500)),
            grace: Dial::new(Bps(3_600)),
            smallest: Limit::new(smallest),
        }
    }

    /// Whether a figure may depend on the time.
    pub fn moves(&self) -> bool {
        Parameter::VAULT.iter().any(|parameter| self.dial(*parameter).is_some_and(Dial::moves)) || self.smallest.moves()
    }

    /// The figures in force.
    pub fn in_force(&self, clock: Clock) -> InForce {
        let ratio = |parameter: Parameter| {
            self.dial(parameter).map_or(Bps::ZERO, |dial| dial.in_force(&parameter.law(), clock))
        };
        InForce {
            discount: ratio(Parameter::Discount),
            insurance_share: ratio(Parameter::InsuranceShare),
            deviations: ratio(Parameter::Deviations),
            calm: ratio(Parameter::CalmVolatility),
            factor: ratio(Parameter::VolatilityFactor),
            haircut_cap: ratio(Parameter::HaircutCap),
            grace: Seconds(ratio(Parameter::Grace).0.into()),
            smallest: self.smallest.in_force(&Parameter::SmallestLiquidation.law(), clock),
        }
    }

    /// How a figure of the vault moves; `None` for one of an asset or a venue.
    pub fn course(&self, parameter: Parameter, clock: Clock) -> Option<Course> {
        let law = parameter.law();
        match parameter {
            Parameter::SmallestLiquidation => Some(self.smallest.course(&law, clock)),
            _ => self.dial(parameter).map(|dial| dial.course(&law, clock)),
        }
    }

    /// Sets a figure of the vault: by its law where that is `bound`, at once within its range where it is not.
    pub fn set(&mut self, parameter: Parameter, to: u128, clock: Clock, bound: bool) -> Result<(), LawError> {
        let law = parameter.law();
        law.check(to)?;
        let Some(dial) = self.dial_mut(parameter) else {
            if bound {
                return self.smallest.set(&law, to, clock);
            }
            self.smallest = Limit::new(to);
            return Ok(());
        };
        let to = Bps(u32::try_from(to).map_err(|_| LawError::OutOfRange { bound: law.ceiling })?);
        if bound {
            return dial.set(&law, to, clock);
        }
        *dial = Dial::new(to);
        Ok(())
    }

    fn dial(&self, parameter: Parameter) -> Option<&Dial> {
        Some(match parameter {
            Parameter::Discount => &self.discount,
            Parameter::InsuranceShare => &self.insurance_share,
            Parameter::Deviations => &self.deviations,
            Parameter::CalmVolatility => &self.calm,
            Parameter::VolatilityFactor => &self.factor,
            Parameter::HaircutCap => &self.haircut_cap,
            Parameter::Grace => &self.grace,
            _ => return None,
        })
    }

    fn dial_mut(&mut self, parameter: Parameter) -> Option<&mut Dial> {
        Some(match parameter {
            Parameter::Discount => &mut self.discount,
            Parameter::InsuranceShare => &mut self.insurance_share,
            Parameter::Deviations => &mut self.deviations,
            Parameter::CalmVolatility => &mut self.calm,
            Parameter::VolatilityFactor => &mut self.factor,
            Parameter::HaircutCap => &mut self.haircut_cap,
            Parameter::Grace => &mut self.grace,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    fn at(now: u64) -> Clock {
        Clock::free(Timestamp(now))
    }

    #[test]
    fn every_figure_begins_within_its_range_and_fits_one_storage_item() {
        let terms = Terms::new(6);
        for parameter in Parameter::VAULT {
            assert_eq!(parameter.law().check(terms.course(*parameter, at(0)).unwrap().now), Ok(()), "{parameter:?}");
        }
        assert!(!terms.moves());
        assert_eq!(terms.smallest.value, 10_000_000);
        assert_eq!(Terms::new(36).smallest.value, 10u128.pow(37));
        assert!(terms.encode().len() <= 416);
    }

    #[test]
    fn every_figure_moves_by_its_own_law() {
        let now = at(10 * DAY);
        for parameter in Parameter::VAULT {
            let (mut terms, law) = (Terms::new(6), parameter.law());
            let before = terms.course(*parameter, now).unwrap().now;
            let to = if before > law.floor { before - 1 } else { before + 1 };
            terms.set(*parameter, to, now, true).unwrap();
            let course = terms.course(*parameter, now).unwrap();
            let start = if law.loosens(before, to) { Timestamp(12 * DAY) } else { now.now };
            assert_eq!((course.to, course.start), (to, start), "{parameter:?}");
            let arrived = terms.course(*parameter, Clock::free(course.end)).unwrap();
            assert_eq!(arrived.now, to);
            let again = terms.set(*parameter, before, at(13 * DAY - 1), true);
            assert_eq!(again, Err(LawError::TooSoon { until: Timestamp(13 * DAY) }));
            if law.ceiling < u128::MAX {
                let above = terms.set(*parameter, law.ceiling + 1, at(20 * DAY), true);
                assert_eq!(above, Err(LawError::OutOfRange { bound: law.ceiling }));
            }
        }
    }

    #[test]
    fn before_the_law_binds_a_figure_is_set_at_once_within_its_range() {
        let mut terms = Terms::new(6);
        terms.set(Parameter::Discount, 2_000, at(0), false).unwrap();
        terms.set(Parameter::SmallestLiquidation, 0, at(0), false).unwrap();
        assert_eq!((terms.in_force(at(0)).discount, terms.in_force(at(0)).smallest), (Bps(2_000), 0));
        let above = terms.set(Parameter::Discount, 2_001, at(0), false);
        assert_eq!(above, Err(LawError::OutOfRange { bound: 2_000 }));
    }
}
