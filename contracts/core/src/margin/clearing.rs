//! Profit and loss between the accounts of one venue, in quote.
//!
//! A venue can only move quote from one of its accounts to another. What the loser has is collected into the venue's
//! pool, what is missing is the loser's debt; the winner is paid from the pool, then from the venue's bond, and the
//! rest stays pending until somebody's debt is collected. No quote is ever made: for each venue
//! `pool + debts == pending + advanced`, and over the whole vault
//! `accounts' cash + pools + bonds + pots + insurance == quote held`.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::Account,
    margin::ledger::{Ledger, LedgerError},
};

/// The vault's books for one venue, in quote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct VenueBook {
    /// Whether accounts may opt in and open.
    pub admitted: bool,
    /// The bond without which nobody opts in or opens.
    pub bond_required: u128,
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
    /// How much more the insurance fund pays for debts of this venue.
    pub cover_left: u128,
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
        let offset = from.pending.min(rest);
        let owed = rest.saturating_sub(offset);
        from.pending = from.pending.saturating_sub(offset);
        from.debt = add(from.debt, owed)?;
        loser.spend(collected)?;

        let to = winner.membership_mut(venue)?;
        let cancelled = to.debt.min(amount);
        let gained = amount.saturating_sub(cancelled);
        to.debt = to.debt.saturating_sub(cancelled);
        to.pending = add(to.pending, gained)?;

        self.pool = add(self.pool, collected)?;
        self.debts = add(self.debts, owed)?.checked_sub(cancelled).ok_or(ClearingError::Overflow)?;
        self.pending = add(self.pending, gained)?.checked_sub(offset).ok_or(ClearingError::Overflow)?;
        let paid = self.pay(venue, winner)?;
        Ok(Realised { collected, paid })
    }

    /// Collects what `account` owes the venue from its cash, then pays what the venue owes it. Anyone may ask.
    pub fn settle(&mut self, venue: Account, account: &mut Ledger) -> Result<Realised, ClearingError> {
        let cash = account.cash;
        let membership = account.membership_mut(venue)?;
        let collected = membership.debt.min(cash);
        membership.debt = membership.debt.saturating_sub(collected);
        account.spend(collected)?;
        self.repaid(collected)?;
        let paid = self.pay(venue, account)?;
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
        self.cover_left = self.cover_left.saturating_add(insurance);
        Ok((reward, insurance))
    }

    /// Pays a debt that its account cannot pay from the insurance fund, as far as the fund and the venue's share of
    /// it reach. Returns what was covered; the rest stays the account's debt.
    pub fn cover(&mut self, venue: Account, account: &mut Ledger, fund: &mut u128) -> Result<u128, ClearingError> {
        let membership = account.membership_mut(venue)?;
        let covered = membership.debt.min(*fund).min(self.cover_left);
        membership.debt = membership.debt.saturating_sub(covered);
        *fund = fund.saturating_sub(covered);
        self.cover_left = self.cover_left.saturating_sub(covered);
        self.repaid(covered)?;
        Ok(covered)
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

    /// Pays an account's pending profit from the pool, then from the bond.
    fn pay(&mut self, venue: Account, account: &mut Ledger) -> Result<u128, ClearingError> {
        let membership = account.membership_mut(venue)?;
        let from_pool = membership.pending.min(self.pool);
        let from_bond = membership.pending.saturating_sub(from_pool).min(self.bond);
        let paid = add(from_pool, from_bond)?;
        membership.pending = membership.pending.saturating_sub(paid);
        self.pool = self.pool.saturating_sub(from_pool);
        self.bond = self.bond.saturating_sub(from_bond);
        self.advanced = add(self.advanced, from_bond)?;
        self.pending = self.pending.checked_sub(paid).ok_or(ClearingError::Overflow)?;
        account.earn(paid)?;
        Ok(paid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VENUE: Account = Account([7; 20]);

    fn account(cash: u128) -> Ledger {
        let mut ledger = Ledger { cash, ..Ledger::default() };
        ledger.opt_in(VENUE).unwrap();
        ledger
    }

    fn of(ledger: &Ledger) -> (u128, u128, u128) {
        let membership = ledger.membership(VENUE).unwrap();
        (ledger.cash, membership.debt, membership.pending)
    }

    #[test]
    fn a_loser_with_cash_pays_the_winner_at_once() {
        let (mut book, mut loser, mut winner) = (VenueBook::default(), account(100), account(5));
        let moved = book.realise(VENUE, &mut loser, &mut winner, 60).unwrap();
        assert_eq!(moved, Realised { collected: 60, paid: 60 });
        assert_eq!((of(&loser), of(&winner)), ((40, 0, 0), (65, 0, 0)));
        assert_eq!(book, VenueBook::default());
    }

    #[test]
    fn what_is_not_collected_is_not_paid_until_it_is() {
        let (mut book, mut loser, mut winner) = (VenueBook::default(), account(20), account(0));
        let moved = book.realise(VENUE, &mut loser, &mut winner, 60).unwrap();
        assert_eq!(moved, Realised { collected: 20, paid: 20 });
        assert_eq!((of(&loser), of(&winner)), ((0, 40, 0), (20, 0, 40)));
        loser.earn(30).unwrap();
        assert_eq!(book.settle(VENUE, &mut loser), Ok(Realised { collected: 30, paid: 0 }));
        assert_eq!(book.settle(VENUE, &mut winner), Ok(Realised { collected: 0, paid: 30 }));
        assert_eq!((of(&loser), of(&winner)), ((0, 10, 0), (50, 0, 10)));
        assert_eq!((book.pool, book.debts, book.pending), (0, 10, 10));
    }

    #[test]
    fn the_bond_pays_in_advance_and_is_filled_up_again() {
        let mut book = VenueBook { bond: 25, ..VenueBook::default() };
        let (mut loser, mut winner) = (account(20), account(0));
        book.realise(VENUE, &mut loser, &mut winner, 60).unwrap();
        assert_eq!((of(&winner), book.bond, book.advanced), ((45, 0, 15), 0, 25));
        loser.earn(40).unwrap();
        book.settle(VENUE, &mut loser).unwrap();
        assert_eq!((book.pool, book.bond, book.advanced), (15, 25, 0));
        book.settle(VENUE, &mut winner).unwrap();
        assert_eq!((of(&winner), book.pool, book.bond), ((60, 0, 0), 0, 25));
    }

    #[test]
    fn a_claim_on_the_pool_pays_a_loss_and_a_profit_cancels_a_debt() {
        let (mut book, mut a, mut b) = (VenueBook::default(), account(0), account(0));
        book.realise(VENUE, &mut a, &mut b, 50).unwrap();
        assert_eq!((of(&a), of(&b)), ((0, 50, 0), (0, 0, 50)));
        book.realise(VENUE, &mut b, &mut a, 70).unwrap();
        assert_eq!((of(&a), of(&b)), ((0, 0, 20), (0, 20, 0)));
        assert_eq!((book.debts, book.pending), (20, 20));
    }

    #[test]
    fn insurance_covers_up_to_the_venues_share() {
        let mut book = VenueBook { cover_left: 30, ..VenueBook::default() };
        let (mut loser, mut winner, mut fund) = (account(0), account(0), 100);
        book.realise(VENUE, &mut loser, &mut winner, 50).unwrap();
        assert_eq!(book.cover(VENUE, &mut loser, &mut fund), Ok(30));
        assert_eq!((fund, of(&loser).1, book.pool, book.cover_left), (70, 20, 30, 0));
        assert_eq!(book.cover(VENUE, &mut loser, &mut fund), Ok(0));
    }

    #[test]
    fn charges_stop_at_the_cash() {
        let (mut book, mut loser) = (VenueBook::default(), account(15));
        assert_eq!(book.charge(&mut loser, 10, 10), Ok((10, 5)));
        assert_eq!((loser.cash, book.cover_left), (0, 5));
    }

    #[test]
    fn strangers_are_refused() {
        let (mut book, mut member, mut stranger) = (VenueBook::default(), account(10), Ledger::default());
        assert_eq!(book.realise(VENUE, &mut member, &mut stranger, 1), Err(ClearingError::NotOptedIn));
        assert_eq!(book.realise(VENUE, &mut stranger, &mut member, 1), Err(ClearingError::NotOptedIn));
        assert_eq!(book.settle(VENUE, &mut stranger), Err(ClearingError::NotOptedIn));
    }
}
