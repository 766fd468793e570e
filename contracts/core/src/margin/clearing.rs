//! Profit and loss between the accounts of one venue, in quote.
//!
//! A venue can only move quote from one of its accounts to another. What the loser has is collected into the venue's
//! pool, what is missing is the loser's debt; the winner is paid from the pool, then from the venue's bond, and the
//! rest stays pending until somebody's debt is collected. No quote is ever made: for each venue
//! `pool + debts == pending + advanced`, and over the whole vault
//! `accounts' cash + pools + bonds + pots + insurance == quote held`.
//!
//! A debt that its bankrupt account cannot pay and insurance does not cover is shared by those who won it, in this order:
//! what the bond has paid in advance is not filled up again; then the bond pays; then every profit of the venue that is
//! still pending shrinks by the same part. That takes one multiplication, however many they are: a pending profit is
//! stored in units of the book, and the book knows what a unit is worth. A unit worth less than a thousand-millionth
//! is worth nothing: a new epoch begins. Dust stays in the pool.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::Account,
    margin::{
        law::{Clock, Dial, Law, LawError, Limit},
        ledger::{Ledger, LedgerError, Membership},
    },
    units::{Timestamp, mul_div_down},
};

/// What a unit of a book is worth at first, in quote.
const UNIT_WORTH: u64 = 1_000_000_000_000_000_000;

/// Below this worth of a unit a new epoch begins.
const LEAST_WORTH: u64 = 1_000_000_000;

/// What the insurance fund pays for debts of one venue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Cover {
    /// How much more it pays.
    pub left: u128,
    /// A raise to come.
    pub raise: u128,
    /// When the raise counts, in active time.
    pub from: Timestamp,
    /// When it was last set, in active time.
    pub changed_at: Timestamp,
}

impl Cover {
    /// A cover that stands.
    pub const fn new(left: u128) -> Self {
        Self { left, raise: 0, from: Timestamp(0), changed_at: Timestamp(0) }
    }

    /// With a raise that is due.
    #[must_use]
    pub const fn in_force(self, clock: Clock) -> Self {
        if self.raise == 0 || clock.before().0 < self.from.0 {
            return self;
        }
        Self { left: self.left.saturating_add(self.raise), raise: 0, ..self }
    }

    /// Sets what is left to `to` by [`Law::COVER`]: less at once, more after the delay.
    pub fn set(&mut self, to: u128, clock: Clock) -> Result<(), LawError> {
        let before = self.in_force(clock);
        let coming = before.left.saturating_add(before.raise);
        let from = Law::COVER.start(before.left, coming, before.changed_at, to, clock.now)?;
        let raise = to.saturating_sub(before.left);
        *self = Self { left: before.left.min(to), raise, from, changed_at: clock.now };
        Ok(())
    }
}

/// The vault's books for one venue, in quote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct VenueBook {
    /// Whether accounts may opt in and open.
    pub admitted: bool,
    /// From when on they may, in active time.
    pub admitted_from: Timestamp,
    /// The bond without which nobody opts in or opens.
    pub bond_required: Limit,
    /// What the requirements that the venue reports are multiplied by.
    pub weight: Dial,
    /// The bond that stands behind the venue's profits.
    pub bond: u128,
    /// Collected and not yet paid.
    pub pool: u128,
    /// Realised losses not yet collected, of all its accounts.
    pub debts: u128,
    /// Realised profits not yet paid, of all its accounts.
    pub pending: u128,
    /// What the bond has paid in advance; it is filled up again from debts that come in.
    pub advanced: u128,
    /// What the insurance fund pays for debts of this venue.
    pub cover: Cover,
    /// What a unit of pending profit is worth, with 18 decimals; zero where no loss was ever shared.
    pub worth: u64,
    /// How often pending profits were wiped out.
    pub epoch: u16,
}

/// Who bore a debt that nobody pays, in quote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// The bond, by what it had advanced and by what it pays now.
    pub by_bond: u128,
    /// The pending profits of the venue together.
    pub by_credits: u128,
}

/// Why profit or loss cannot be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClearingError {
    /// One of the accounts is not on the venue.
    NotOptedIn,
    /// A sum exceeds `u128`.
    Overflow,
}

impl From<LedgerError> for ClearingError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::NotOptedIn => Self::NotOptedIn,
            _ => Self::Overflow,
        }
    }
}

/// What a movement did at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Realised {
    /// Taken from the loser's cash.
    pub collected: u128,
    /// Paid to the winner's cash.
    pub paid: u128,
}

fn add(a: u128, b: u128) -> Result<u128, ClearingError> {
    a.checked_add(b).ok_or(ClearingError::Overflow)
}

impl VenueBook {
    /// Moves `amount` from one account of the venue to another. The loser pays in cash, then with profit that it was
    /// still to be paid; the rest is its debt. The winner's own debt is cancelled first.
    pub fn realise(
        &mut self,
        venue: Account,
        loser: &mut Ledger,
        winner: &mut Ledger,
        amount: u128,
    ) -> Result<Realised, ClearingError> {
        let collected = loser.cash.min(amount);
        let rest = amount.saturating_sub(collected);
        let from = loser.membership_mut(venue)?;
        let credit = self.credit_of(from);
        let offset = credit.min(rest);
        let owed = rest.saturating_sub(offset);
        self.set_credit(from, credit.saturating_sub(offset))?;
        from.debt = add(from.debt, owed)?;
        loser.spend(collected)?;

        let to = winner.membership_mut(venue)?;
        let cancelled = to.debt.min(amount);
        let gained = amount.saturating_sub(cancelled);
        to.debt = to.debt.saturating_sub(cancelled);
        let credit = add(self.credit_of(to), gained)?;

        self.pool = add(self.pool, collected)?;
        self.debts = add(self.debts, owed)?.checked_sub(cancelled).ok_or(ClearingError::Overflow)?;
        self.pending = add(self.pending, gained)?.checked_sub(offset).ok_or(ClearingError::Overflow)?;
        let paid = self.pay(venue, winner, credit)?;
        Ok(Realised { collected, paid })
    }

    /// Collects what `account` owes the venue from its cash, then pays what the venue owes it. Anyone may ask.
    pub fn settle(&mut self, venue: Account, account: &mut Ledger) -> Result<Realised, ClearingError> {
        let cash = account.cash;
        let membership = account.membership_mut(venue)?;
        let collected = membership.debt.min(cash);
        membership.debt = membership.debt.saturating_sub(collected);
        let credit = self.credit_of(membership);
        account.spend(collected)?;
        self.repaid(collected)?;
        let paid = self.pay(venue, account, credit)?;
        Ok(Realised { collected, paid })
    }

    /// Takes a liquidation's reward and insurance contribution, as far as the account's cash goes. Returns both.
    pub fn charge(
        &mut self,
        account: &mut Ledger,
        reward: u128,
        insurance: u128,
    ) -> Result<(u128, u128), ClearingError> {
        let reward = reward.min(account.cash);
        account.spend(reward)?;
        let insurance = insurance.min(account.cash);
        account.spend(insurance)?;
        self.cover.left = self.cover.left.saturating_add(insurance);
        Ok((reward, insurance))
    }

    /// Pays a debt that its account cannot pay from the insurance fund, as far as the fund and the venue's share of
    /// it reach. Returns what was covered; the rest is for [`VenueBook::share`].
    pub fn cover(&mut self, venue: Account, account: &mut Ledger, fund: &mut u128) -> Result<u128, ClearingError> {
        let membership = account.membership_mut(venue)?;
        let covered = membership.debt.min(*fund).min(self.cover.left);
        membership.debt = membership.debt.saturating_sub(covered);
        *fund = fund.saturating_sub(covered);
        self.cover.left = self.cover.left.saturating_sub(covered);
        self.repaid(covered)?;
        Ok(covered)
    }

    /// Writes off a debt that its account cannot pay: who won it bears it, in the order of the module.
    pub fn share(&mut self, venue: Account, account: &mut Ledger) -> Result<Shared, ClearingError> {
        let membership = account.membership_mut(venue)?;
        let loss = core::mem::take(&mut membership.debt);
        self.debts = self.debts.checked_sub(loss).ok_or(ClearingError::Overflow)?;
        let forgone = loss.min(self.advanced);
        self.advanced = self.advanced.saturating_sub(forgone);
        let rest = loss.saturating_sub(forgone);
        let from_bond = rest.min(self.bond);
        self.bond = self.bond.saturating_sub(from_bond);
        self.pool = add(self.pool, from_bond)?;
        let by_credits = rest.saturating_sub(from_bond);
        if by_credits > 0 {
            // pool + debts == pending + advanced, and nothing is advanced any more: there is as much pending.
            let left = self.pending.checked_sub(by_credits).ok_or(ClearingError::Overflow)?;
            let worth = mul_div_down(self.worth().into(), left, self.pending).and_then(|w| u64::try_from(w).ok());
            self.worth = worth.unwrap_or(0);
            self.pending = left;
            if self.worth < LEAST_WORTH {
                self.worth = UNIT_WORTH;
                self.epoch = self.epoch.checked_add(1).ok_or(ClearingError::Overflow)?;
            }
        }
        Ok(Shared { by_bond: add(forgone, from_bond)?, by_credits })
    }

    /// The pending profit of a member, in quote, rounded down.
    pub fn credit_of(&self, member: &Membership) -> u128 {
        if member.epoch != self.epoch {
            return 0;
        }
        match self.worth() {
            UNIT_WORTH => member.credit,
            worth => mul_div_down(member.credit, worth.into(), UNIT_WORTH.into()).unwrap_or(0),
        }
    }

    /// Forgets a pending profit that is worth nothing any more.
    pub fn refresh(&self, member: &mut Membership) {
        if self.credit_of(member) == 0 {
            member.credit = 0;
        }
    }

    fn set_credit(&self, member: &mut Membership, amount: u128) -> Result<(), ClearingError> {
        member.credit = match self.worth() {
            UNIT_WORTH => amount,
            worth => mul_div_down(amount, UNIT_WORTH.into(), worth.into()).ok_or(ClearingError::Overflow)?,
        };
        member.epoch = self.epoch;
        Ok(())
    }

    const fn worth(&self) -> u64 {
        if self.worth == 0 { UNIT_WORTH } else { self.worth }
    }

    /// A debt came in. What nobody is waiting for fills the bond up again.
    fn repaid(&mut self, amount: u128) -> Result<(), ClearingError> {
        self.debts = self.debts.checked_sub(amount).ok_or(ClearingError::Overflow)?;
        self.pool = add(self.pool, amount)?;
        let refill = self.pool.saturating_sub(self.pending).min(self.advanced);
        self.pool = self.pool.saturating_sub(refill);
        self.advanced = self.advanced.saturating_sub(refill);
        self.bond = add(self.bond, refill)?;
        Ok(())
    }

    /// Pays an account's pending profit of `credit` from the pool, then from the bond; the rest stays pending.
    fn pay(&mut self, venue: Account, account: &mut Ledger, credit: u128) -> Result<u128, ClearingError> {
        let membership = account.membership_mut(venue)?;
        let from_pool = credit.min(self.pool);
        let from_bond = credit.saturating_sub(from_pool).min(self.bond);
        let paid = add(from_pool, from_bond)?;
        self.set_credit(membership, credit.saturating_sub(paid))?;
        self.pool = self.pool.saturating_sub(from_pool);
        self.bond = self.bond.saturating_sub(from_bond);
        self.advanced = add(self.advanced, from_bond)?;
        self.pending = self.pending.checked_sub(paid).ok_or(ClearingError::Overflow)?;
        account.earn(paid)?;
        Ok(paid)
    }
}

#[cfg(test)]
#[path = "clearing_tests.rs"]
mod tests;
