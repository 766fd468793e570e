use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    governance::GovernanceError,
    ids::Account,
    units::{Seconds, Timestamp},
};

/// What one account has in the governor, in the token's smallest unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Holding {
    /// Locked: it votes, through the delegate.
    pub locked: u128,
    /// On its way out: it no longer votes.
    pub unlocking: u128,
    /// When it is out.
    pub unlocks_at: Timestamp,
    /// Who votes; `None` before the first lock.
    pub delegate: Option<Account>,
}

/// Votes that change hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Who loses them.
    pub from: Option<Account>,
    /// Who gains them.
    pub to: Option<Account>,
    /// How many.
    pub amount: u128,
}

impl Holding {
    /// Locks `amount` of `owner`, who votes with it unless it is delegated.
    ///
    /// # Errors
    /// [`GovernanceError::ZeroAmount`], [`GovernanceError::Overflow`].
    pub fn lock(&mut self, owner: Account, amount: u128) -> Result<Shift, GovernanceError> {
        if amount == 0 {
            return Err(GovernanceError::ZeroAmount);
        }
        self.locked = self.locked.checked_add(amount).ok_or(GovernanceError::Overflow)?;
        let delegate = *self.delegate.get_or_insert(owner);
        Ok(Shift { from: None, to: Some(delegate), amount })
    }

    /// Hands the votes to `delegate`.
    ///
    /// # Errors
    /// [`GovernanceError::ZeroDelegate`].
    pub fn delegate(&mut self, delegate: Account) -> Result<Shift, GovernanceError> {
        if delegate == Account::default() {
            return Err(GovernanceError::ZeroDelegate);
        }
        Ok(Shift { from: self.delegate.replace(delegate), to: Some(delegate), amount: self.locked })
    }

    /// Starts to unlock `amount`: its votes are gone at once, the tokens stay for `period`, and so does what was
    /// already on its way.
    ///
    /// # Errors
    /// [`GovernanceError::ZeroAmount`], [`GovernanceError::InsufficientLock`], [`GovernanceError::Overflow`].
    pub fn unlock(&mut self, amount: u128, period: Seconds, now: Timestamp) -> Result<Shift, GovernanceError> {
        if amount == 0 {
            return Err(GovernanceError::ZeroAmount);
        }
        let insufficient = GovernanceError::InsufficientLock { locked: self.locked, asked: amount };
        self.locked = self.locked.checked_sub(amount).ok_or(insufficient)?;
        self.unlocking = self.unlocking.checked_add(amount).ok_or(GovernanceError::Overflow)?;
        // The later end holds: a period that was shortened meanwhile frees nothing early.
        self.unlocks_at = self.unlocks_at.max(now.after(period));
        Ok(Shift { from: self.delegate, to: None, amount })
    }

    /// Takes out what has been unlocked.
    ///
    /// # Errors
    /// [`GovernanceError::NothingUnlocking`], [`GovernanceError::StillUnlocking`].
    pub fn withdraw(&mut self, now: Timestamp) -> Result<u128, GovernanceError> {
        if self.unlocking == 0 {
            return Err(GovernanceError::NothingUnlocking);
        }
        if now < self.unlocks_at {
            return Err(GovernanceError::StillUnlocking { until: self.unlocks_at.0, now: now.0 });
        }
        Ok(core::mem::take(&mut self.unlocking))
    }
}
