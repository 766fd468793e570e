//! Keepers: who may signal, under which bond, and how they leave.
//!
//! ```text
//!  (unknown) --admitted--> Admitted --leaves, is removed--> Leaving --after the delay--> bond withdrawn
//!                           |    ^                            |  |
//!                           |    '---------admitted-----------'  |
//!                           '--------------> Slashed <-----------'
//! ```

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::Account,
    numbered::numbered,
    units::{Seconds, Timestamp},
};

/// Most keepers at a time: what keepers agree on is counted by walking them.
pub const MAX_KEEPERS: u32 = 32;
/// How long the bond of a keeper that leaves stays: longer than a freeze, the time to stabilise and a vote together.
pub const EXIT_DELAY: Seconds = Seconds::days(30);

numbered! {
    /// Where a keeper stands. Zero at the ABI edge means that the account never was one.
    KeeperStatus {
        /// May signal under its bond.
        Admitted = 1,
        /// May not signal; what it said counts, and its bond stays until the delay has passed.
        Leaving = 2,
        /// Lost its bond; what it said is struck.
        Slashed = 3,
    }
}

/// How many keepers there are, and what is asked of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct KeeperRules {
    /// Keepers that are admitted.
    pub count: u32,
    /// How many of them must agree.
    pub threshold: u32,
    /// Smallest bond under which a keeper may signal, in the native token's smallest unit.
    pub bond: u128,
    /// Paid from the pot to each keeper whose word made a fact, and for closing a plan.
    pub reward: u128,
    /// Number of the keeper that was admitted last; numbers are never used again.
    pub last_number: u32,
}

/// More than half of the keepers must agree, and no more than there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThresholdOutOfRange;

impl KeeperRules {
    /// With `threshold` of `count` keepers.
    pub fn of(self, threshold: u32, count: u32) -> Result<Self, ThresholdOutOfRange> {
        let majority = u64::from(threshold).saturating_mul(2) > u64::from(count);
        let sound = threshold <= count && (count == 0 || majority);
        sound.then_some(Self { count, threshold, ..self }).ok_or(ThresholdOutOfRange)
    }

    /// One keeper fewer, who left or was slashed. The threshold stays: were it to fall by itself, fewer and fewer
    /// keepers could move a plan.
    #[must_use]
    pub const fn without_one(self) -> Self {
        Self { count: self.count.saturating_sub(1), ..self }
    }
}

/// A keeper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Keeper {
    /// Who.
    pub account: Account,
    /// Where it stands.
    pub status: KeeperStatus,
    /// Its bond in the native token's smallest unit.
    pub bond: u128,
    /// When it left; zero where it has not.
    pub left_at: Timestamp,
}

/// Why a keeper's call is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeeperError {
    /// The account is not in the standing that the call needs.
    WrongStatus {
        /// Where it stands.
        status: KeeperStatus,
    },
    /// The bond stays until then.
    BondLocked {
        /// Until when.
        until: Timestamp,
    },
    /// There is nothing to move.
    Nothing,
    /// The sum does not fit.
    Overflow,
}

impl Keeper {
    /// A keeper without a bond.
    pub const fn admitted(account: Account) -> Self {
        Self { account, status: KeeperStatus::Admitted, bond: 0, left_at: Timestamp(0) }
    }

    /// Whether it may signal where `required` is the smallest bond.
    pub const fn may_signal(&self, required: u128) -> bool {
        matches!(self.status, KeeperStatus::Admitted) && self.bond >= required
    }

    /// With `amount` more under bond.
    pub fn bonded(self, amount: u128) -> Result<Self, KeeperError> {
        if self.status != KeeperStatus::Admitted {
            return Err(KeeperError::WrongStatus { status: self.status });
        }
        if amount == 0 {
            return Err(KeeperError::Nothing);
        }
        Ok(Self { bond: self.bond.checked_add(amount).ok_or(KeeperError::Overflow)?, ..self })
    }

    /// On its way out.
    pub fn leaving(self, now: Timestamp) -> Result<Self, KeeperError> {
        if self.status != KeeperStatus::Admitted {
            return Err(KeeperError::WrongStatus { status: self.status });
        }
        Ok(Self { status: KeeperStatus::Leaving, left_at: now, ..self })
    }

    /// Back again, before or after its bond was paid out.
    pub fn readmitted(self) -> Result<Self, KeeperError> {
        if self.status != KeeperStatus::Leaving {
            return Err(KeeperError::WrongStatus { status: self.status });
        }
        Ok(Self { status: KeeperStatus::Admitted, left_at: Timestamp(0), ..self })
    }

    /// When its bond may be withdrawn; `None` while it has not left.
    pub const fn withdrawable_at(&self) -> Option<Timestamp> {
        match self.status {
            KeeperStatus::Leaving => Some(self.left_at.after(EXIT_DELAY)),
            KeeperStatus::Admitted | KeeperStatus::Slashed => None,
        }
    }

    /// Without its bond, and the bond.
    pub fn withdrawn(self, now: Timestamp) -> Result<(Self, u128), KeeperError> {
        let until = self.withdrawable_at().ok_or(KeeperError::WrongStatus { status: self.status })?;
        if now < until {
            return Err(KeeperError::BondLocked { until });
        }
        if self.bond == 0 {
            return Err(KeeperError::Nothing);
        }
        Ok((Self { bond: 0, ..self }, self.bond))
    }

    /// Without its bond and its voice, and the bond.
    pub fn slashed(self) -> Result<(Self, u128), KeeperError> {
        if self.status == KeeperStatus::Slashed {
            return Err(KeeperError::WrongStatus { status: self.status });
        }
        Ok((Self { status: KeeperStatus::Slashed, bond: 0, ..self }, self.bond))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: Account = Account([1; 20]);

    #[test]
    fn a_threshold_is_a_majority_and_never_falls_by_itself() {
        let rules = KeeperRules::default();
        let allowed: alloc::vec::Vec<u32> = (0..=6).filter(|threshold| rules.of(*threshold, 5).is_ok()).collect();
        assert_eq!(allowed, [3, 4, 5]);
        assert!(rules.of(0, 0).is_ok() && rules.of(1, 0).is_err());
        let fewer = rules.of(3, 3).unwrap().without_one();
        assert_eq!((fewer.count, fewer.threshold), (2, 3));
    }

    #[test]
    fn a_keeper_signals_only_under_its_bond() {
        let ann = Keeper::admitted(ANN);
        assert!(ann.may_signal(0) && !ann.may_signal(1));
        assert_eq!(ann.bonded(0), Err(KeeperError::Nothing));
        let ann = ann.bonded(10).unwrap();
        assert!(ann.may_signal(10) && !ann.may_signal(11));
        assert_eq!(ann.bonded(u128::MAX), Err(KeeperError::Overflow));
    }

    #[test]
    fn a_bond_outlasts_every_dispute_and_can_be_slashed_until_it_is_withdrawn() {
        let ann = Keeper::admitted(ANN).bonded(10).unwrap();
        let wrong = |status| KeeperError::WrongStatus { status };
        assert_eq!(ann.withdrawn(Timestamp(u64::MAX)), Err(wrong(KeeperStatus::Admitted)));
        let left = ann.leaving(Timestamp(100)).unwrap();
        assert!(!left.may_signal(0));
        assert_eq!(left.bonded(1), Err(wrong(KeeperStatus::Leaving)));
        assert_eq!(left.leaving(Timestamp(101)), Err(wrong(KeeperStatus::Leaving)));
        let until = Timestamp(100 + 30 * 86_400);
        assert_eq!(left.withdrawn(Timestamp(until.0 - 1)), Err(KeeperError::BondLocked { until }));
        let (gone, paid) = left.withdrawn(until).unwrap();
        assert_eq!((paid, gone.bond), (10, 0));
        assert_eq!(gone.withdrawn(until), Err(KeeperError::Nothing));
        let (slashed, lost) = left.slashed().unwrap();
        assert_eq!((lost, slashed.bond, slashed.status), (10, 0, KeeperStatus::Slashed));
        assert_eq!(slashed.slashed(), Err(wrong(KeeperStatus::Slashed)));
        assert_eq!(slashed.withdrawn(until), Err(wrong(KeeperStatus::Slashed)));
        assert_eq!(slashed.readmitted(), Err(wrong(KeeperStatus::Slashed)));
        assert_eq!(left.readmitted(), Ok(ann));
    }
}
