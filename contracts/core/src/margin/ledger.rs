//! One account of the vault: its quote, its other collateral and the venues it is on.

use alloc::vec::Vec;

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode};

use crate::{
    ids::{Account, AssetId},
    units::Timestamp,
};

/// The most collateral assets, besides quote, that one account holds.
pub const MAX_HOLDINGS: usize = 8;

/// The most venues that one account is on.
pub const MAX_VENUES: usize = 4;

/// An amount of one collateral asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Holding {
    /// Which asset; never the quote asset.
    pub asset: AssetId,
    /// How much, in its smallest unit; never zero.
    pub amount: u128,
}

/// What an account has with one venue, in quote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Membership {
    /// The venue.
    pub venue: Account,
    /// Whether the venue said at its last call that the account has open positions; only then is it asked.
    pub open: bool,
    /// Realised loss not yet collected.
    pub debt: u128,
    /// Realised profit not yet paid, in the unit of the venue's book: quote, until a loss was shared.
    pub credit: u128,
    /// The book's epoch that `credit` belongs to; one of an earlier epoch is worth nothing.
    pub epoch: u16,
}

/// One account. Fits one storage item: 16 + 1 + 8 * 20 + 1 + 4 * 55 + 8 + 8 = 414 bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Ledger {
    /// Quote that it holds.
    pub cash: u128,
    /// Other collateral.
    pub holdings: Vec<Holding>,
    /// Venues that it opted in to.
    pub venues: Vec<Membership>,
    /// When it last deposited, in wall time.
    pub deposited_at: Timestamp,
    /// Until when it may not withdraw, in wall time.
    pub locked_until: Timestamp,
}

/// Why an account cannot do this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerError {
    /// It has less than it takes.
    Insufficient {
        /// What it has.
        available: u128,
    },
    /// It holds [`MAX_HOLDINGS`] other assets.
    TooManyAssets,
    /// It is on [`MAX_VENUES`] venues.
    TooManyVenues,
    /// It is on this venue already.
    AlreadyOptedIn,
    /// It is not on this venue.
    NotOptedIn,
    /// It has open positions, a debt or unpaid profit there.
    StillBound,
    /// A sum exceeds `u128`.
    Overflow,
}

impl Ledger {
    /// How much of `asset` (not quote) it holds.
    pub fn holding(&self, asset: AssetId) -> u128 {
        self.holdings.iter().find(|h| h.asset == asset).map_or(0, |h| h.amount)
    }

    /// Adds collateral.
    pub fn put(&mut self, asset: AssetId, amount: u128) -> Result<(), LedgerError> {
        if amount == 0 {
            return Ok(());
        }
        if let Some(holding) = self.holdings.iter_mut().find(|h| h.asset == asset) {
            holding.amount = holding.amount.checked_add(amount).ok_or(LedgerError::Overflow)?;
            return Ok(());
        }
        if self.holdings.len() >= MAX_HOLDINGS {
            return Err(LedgerError::TooManyAssets);
        }
        self.holdings.push(Holding { asset, amount });
        Ok(())
    }

    /// Takes collateral.
    pub fn take(&mut self, asset: AssetId, amount: u128) -> Result<(), LedgerError> {
        let available = self.holding(asset);
        let left = available.checked_sub(amount).ok_or(LedgerError::Insufficient { available })?;
        for holding in &mut self.holdings {
            if holding.asset == asset {
                holding.amount = left;
            }
        }
        self.holdings.retain(|h| h.amount > 0);
        Ok(())
    }

    /// Adds quote.
    pub fn earn(&mut self, amount: u128) -> Result<(), LedgerError> {
        self.cash = self.cash.checked_add(amount).ok_or(LedgerError::Overflow)?;
        Ok(())
    }

    /// Takes quote.
    pub fn spend(&mut self, amount: u128) -> Result<(), LedgerError> {
        self.cash = self.cash.checked_sub(amount).ok_or(LedgerError::Insufficient { available: self.cash })?;
        Ok(())
    }

    /// What it has with `venue`.
    pub fn membership(&self, venue: Account) -> Result<&Membership, LedgerError> {
        self.venues.iter().find(|m| m.venue == venue).ok_or(LedgerError::NotOptedIn)
    }

    /// The same, to change.
    pub fn membership_mut(&mut self, venue: Account) -> Result<&mut Membership, LedgerError> {
        self.venues.iter_mut().find(|m| m.venue == venue).ok_or(LedgerError::NotOptedIn)
    }

    /// Joins a venue.
    pub fn opt_in(&mut self, venue: Account) -> Result<(), LedgerError> {
        if self.membership(venue).is_ok() {
            return Err(LedgerError::AlreadyOptedIn);
        }
        if self.venues.len() >= MAX_VENUES {
            return Err(LedgerError::TooManyVenues);
        }
        self.venues.push(Membership { venue, ..Membership::default() });
        Ok(())
    }

    /// Leaves a venue, once nothing binds the account to it.
    pub fn opt_out(&mut self, venue: Account) -> Result<(), LedgerError> {
        let membership = self.membership(venue)?;
        if membership.open || membership.debt > 0 || membership.credit > 0 {
            return Err(LedgerError::StillBound);
        }
        self.venues.retain(|m| m.venue != venue);
        Ok(())
    }

    /// What it owes to all venues together.
    pub fn debt(&self) -> u128 {
        self.venues.iter().fold(0, |sum, m| sum.saturating_add(m.debt))
    }

    /// Whether a price can do it any harm: without debts and open positions nothing needs to be checked.
    pub fn has_open_risk(&self) -> bool {
        self.venues.iter().any(|m| m.open || m.debt > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VENUE: Account = Account([7; 20]);

    #[test]
    fn the_fullest_account_fits_one_storage_item() {
        let mut ledger = Ledger { cash: u128::MAX, ..Ledger::default() };
        for n in 0..8u8 {
            ledger.put(AssetId(u32::from(n) + 1), u128::MAX).unwrap();
        }
        for n in 0..4u8 {
            ledger.opt_in(Account([n; 20])).unwrap();
        }
        assert_eq!(ledger.encode().len(), 414);
        assert_eq!(ledger.put(AssetId(99), 1), Err(LedgerError::TooManyAssets));
        assert_eq!(ledger.put(AssetId(1), 1), Err(LedgerError::Overflow));
        assert_eq!(ledger.opt_in(VENUE), Err(LedgerError::TooManyVenues));
        assert_eq!(ledger.opt_in(Account([3; 20])), Err(LedgerError::AlreadyOptedIn));
    }

    #[test]
    fn collateral_goes_in_and_out() {
        let mut ledger = Ledger::default();
        ledger.put(AssetId(1), 10).unwrap();
        ledger.put(AssetId(1), 5).unwrap();
        ledger.put(AssetId(2), 0).unwrap();
        assert_eq!(ledger.take(AssetId(1), 16), Err(LedgerError::Insufficient { available: 15 }));
        assert_eq!(ledger.take(AssetId(2), 1), Err(LedgerError::Insufficient { available: 0 }));
        ledger.take(AssetId(1), 15).unwrap();
        assert_eq!(ledger, Ledger::default());
    }

    #[test]
    fn nobody_leaves_a_venue_with_something_open() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.opt_out(VENUE), Err(LedgerError::NotOptedIn));
        ledger.opt_in(VENUE).unwrap();
        for bound in [
            Membership { open: true, ..Membership::default() },
            Membership { debt: 1, ..Membership::default() },
            Membership { credit: 1, ..Membership::default() },
        ] {
            *ledger.membership_mut(VENUE).unwrap() = Membership { venue: VENUE, ..bound };
            assert_eq!(ledger.opt_out(VENUE), Err(LedgerError::StillBound));
            assert_eq!(ledger.has_open_risk(), bound.credit == 0);
        }
        *ledger.membership_mut(VENUE).unwrap() = Membership { venue: VENUE, ..Membership::default() };
        assert_eq!(ledger.opt_out(VENUE), Ok(()));
    }
}
