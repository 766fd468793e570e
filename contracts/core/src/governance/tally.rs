use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{governance::GovernanceError, numbered::numbered};

numbered! {
    /// What a voter says. The numbers are those of `IGovernor`.
    Support {
        /// No.
        Against = 0,
        /// Yes.
        For = 1,
        /// Neither, but counted for the quorum.
        Abstain = 2,
    }
}

/// Votes cast, in the token's smallest unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Tally {
    /// No.
    pub against: u128,
    /// Yes.
    pub in_favour: u128,
    /// Neither.
    pub abstain: u128,
}

impl Tally {
    /// Whether those for and those who abstain make up `quorum`.
    pub const fn reaches(&self, quorum: u128) -> bool {
        self.in_favour.saturating_add(self.abstain) >= quorum
    }

    /// Whether it is carried: the quorum is reached and there are more votes for than against.
    pub const fn carries(&self, quorum: u128) -> bool {
        self.reaches(quorum) && self.in_favour > self.against
    }

    /// Counts `weight` more.
    ///
    /// # Errors
    /// [`GovernanceError::Overflow`].
    pub fn add(&mut self, support: Support, weight: u128) -> Result<(), GovernanceError> {
        let column = self.column(support);
        *column = column.checked_add(weight).ok_or(GovernanceError::Overflow)?;
        Ok(())
    }

    /// Counts `weight` no longer.
    ///
    /// # Errors
    /// [`GovernanceError::Overflow`].
    pub fn take(&mut self, support: Support, weight: u128) -> Result<(), GovernanceError> {
        let column = self.column(support);
        *column = column.checked_sub(weight).ok_or(GovernanceError::Overflow)?;
        Ok(())
    }

    const fn column(&mut self, support: Support) -> &mut u128 {
        match support {
            Support::Against => &mut self.against,
            Support::For => &mut self.in_favour,
            Support::Abstain => &mut self.abstain,
        }
    }
}

/// One vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// What it says.
    pub support: Support,
    /// Its power.
    pub weight: u128,
    /// The part of it that is known to belong to owners without exposure.
    pub disinterested: u128,
}

/// What an owner's part of a vote was counted as, and what it is found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It counts as disinterested from now on.
    Cleared,
    /// It counts as disinterested no longer.
    Exposed,
    /// It stays where it is.
    Unchanged,
}

impl Finding {
    /// Of a part that was `cleared` before, and whose owner has been `exposed` since the snapshot. Who was exposed
    /// once stays so.
    pub const fn of(cleared: bool, exposed: bool) -> Self {
        match (cleared, exposed) {
            (false, false) => Self::Cleared,
            (true, true) => Self::Exposed,
            (true, false) | (false, true) => Self::Unchanged,
        }
    }
}
