//! Collect, fix, pay: debits come in first, then the share that every credit is paid is fixed once, then credits go out.
//!
//! ```text
//!  collect debits --(enough for all credits, or COLLECTION has passed)--> fix --> pay credits --(CLAIM_LIFE)--> sweep
//! ```
//!
//! Every credit `c` is paid `c * min(1, collected / owed)` with both figures as of the fix, rounded down. No order of
//! claims changes any of them, and what is paid never exceeds what was collected.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    settlement::SettlementError,
    units::{Bps, Seconds, Timestamp, mul_div_down},
};

/// The longest time for which credits wait for debits, in active time.
pub const COLLECTION: Seconds = Seconds::days(7);

/// How long a pot can be claimed from, in active time.
pub const CLAIM_LIFE: Seconds = Seconds::days(180);

/// What whoever collects another's debit gets on top of it from the debtor, as far as the debtor's quote goes.
pub const REWARD: Bps = Bps(10);

/// The share of every credit that is paid, fixed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Share {
    /// Collected, and no more than owed.
    pub collected: u128,
    /// Owed.
    pub owed: u128,
    /// When it was fixed, in active time.
    pub at: Timestamp,
}

/// One debit, while it is collected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Debit {
    /// What is still owed.
    pub due: u128,
}

impl Debit {
    /// What to ask the debtor for: the debit, and the reward on it unless it pays itself.
    pub fn demand(self, pays_itself: bool) -> u128 {
        let reward = if pays_itself { 0 } else { REWARD.of_up(self.due).unwrap_or(0) };
        self.due.saturating_add(reward)
    }

    /// Splits what came in, at most [`Self::demand`]: `(into the pot, reward)`. The pot is served first.
    pub fn receive(&mut self, received: u128) -> (u128, u128) {
        let kept = received.min(self.due);
        self.due = self.due.saturating_sub(kept);
        (kept, received.saturating_sub(kept))
    }
}

/// The money of one settlement, in quote's smallest unit. All times are active time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Pot {
    /// When collecting began.
    pub opened_at: Timestamp,
    /// What all credits are together, or at most.
    pub owed: u128,
    /// Whether further credits may be registered: without a snapshot nobody knows them beforehand.
    pub open_ended: bool,
    /// What came in.
    pub collected: u128,
    /// What went out.
    pub paid: u128,
    /// The share that is paid.
    pub share: Option<Share>,
}

impl Pot {
    /// A pot whose credits are `owed` together, or `None` where they have yet to be registered one by one.
    pub const fn open(owed: Option<u128>, active: Timestamp) -> Self {
        let (owed, open_ended) = match owed {
            Some(owed) => (owed, false),
            None => (0, true),
        };
        Self { opened_at: active, owed, open_ended, collected: 0, paid: 0, share: None }
    }

    /// Registers a credit that no snapshot names, while debits are collected: whether somebody fixed the share right
    /// afterwards makes no difference.
    ///
    /// # Errors
    /// [`SettlementError::AlreadyFixed`], [`SettlementError::SumOverflow`].
    pub fn register(&mut self, credit: u128, active: Timestamp) -> Result<(), SettlementError> {
        let until = self.collects_until();
        if active > until {
            return Err(SettlementError::AlreadyFixed { at: until.0 });
        }
        self.owed = add(self.owed, credit)?;
        Ok(())
    }

    /// Takes in a debit. After the fix it no longer raises the share: it goes to the insurance fund in the end.
    ///
    /// # Errors
    /// [`SettlementError::SumOverflow`].
    pub fn collect(&mut self, amount: u128) -> Result<(), SettlementError> {
        self.collected = add(self.collected, amount)?;
        Ok(())
    }

    /// The last second in which credits wait.
    pub const fn collects_until(&self) -> Timestamp {
        self.opened_at.after(COLLECTION)
    }

    /// Fixes the share, once, and returns it: as soon as all credits can be paid in full, else when the time for
    /// collecting is over.
    ///
    /// # Errors
    /// [`SettlementError::Collecting`].
    pub fn fix(&mut self, active: Timestamp) -> Result<Share, SettlementError> {
        if let Some(share) = self.share {
            return Ok(share);
        }
        let full = !self.open_ended && self.collected >= self.owed;
        let until = self.collects_until();
        if !full && active <= until {
            return Err(SettlementError::Collecting { until: until.0, now: active.0 });
        }
        let share = Share { collected: self.collected.min(self.owed), owed: self.owed, at: active };
        self.share = Some(share);
        Ok(share)
    }

    /// What a credit is paid, rounded down; fixes the share where that is due.
    ///
    /// # Errors
    /// [`SettlementError::Collecting`], [`SettlementError::ClaimsOver`]; [`SettlementError::PotTooSmall`] where more
    /// is claimed than was owed, which no snapshot allows.
    pub fn pay(&mut self, credit: u128, active: Timestamp) -> Result<u128, SettlementError> {
        let until = self.claimed_until();
        if active > until {
            return Err(SettlementError::ClaimsOver { until: until.0, now: active.0 });
        }
        let share = self.fix(active)?;
        let amount = share.of_down(credit);
        let paid = add(self.paid, amount)?;
        if paid > share.collected {
            return Err(SettlementError::PotTooSmall {
                asked: amount,
                left: share.collected.saturating_sub(self.paid),
            });
        }
        self.paid = paid;
        Ok(amount)
    }

    /// The last second in which the pot can be claimed from.
    pub const fn claimed_until(&self) -> Timestamp {
        self.opened_at.after(CLAIM_LIFE)
    }

    /// Empties the pot for the insurance fund once its time is over; also later, where debits came in since.
    ///
    /// # Errors
    /// [`SettlementError::StillClaimable`].
    pub fn sweep(&mut self, active: Timestamp) -> Result<u128, SettlementError> {
        let until = self.claimed_until();
        if active <= until {
            return Err(SettlementError::StillClaimable { until: until.0, now: active.0 });
        }
        let left = self.collected.saturating_sub(self.paid);
        self.paid = self.collected;
        Ok(left)
    }
}

impl Share {
    /// The share of `credit`, rounded down.
    pub fn of_down(&self, credit: u128) -> u128 {
        if self.collected == self.owed {
            return credit;
        }
        // The quotient is at most one and the credit fits, so neither can be missing.
        mul_div_down(credit, self.collected, self.owed).unwrap_or(0)
    }
}

fn add(left: u128, right: u128) -> Result<u128, SettlementError> {
    left.checked_add(right).ok_or(SettlementError::SumOverflow { left, right })
}
