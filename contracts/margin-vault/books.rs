//! The vault's books: what is stored, and what moves between accounts. The vault's front is made from this module too.

use ink::{Address, U256, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    ids::{Account, AssetId},
    margin::{Asset, ClearingError, Clock, Law, Ledger, LedgerError, Realised, VenueBook},
};
use lockstep_interfaces::{Stored, VaultError};

use crate::{
    ProfitRealised,
    margin_vault::{MarginVault, QUOTE},
    tokens,
};

/// An address as the core knows it.
pub fn account_id(address: Address) -> Account {
    Account(address.0)
}

/// What the ledger refused.
pub fn ledger_error(error: LedgerError) -> VaultError {
    match error {
        LedgerError::Insufficient { available } => VaultError::Insufficient { available },
        LedgerError::TooManyAssets => VaultError::TooManyAssets,
        LedgerError::TooManyVenues => VaultError::TooManyVenues,
        LedgerError::AlreadyOptedIn => VaultError::AlreadyOptedIn,
        LedgerError::NotOptedIn => VaultError::NotOptedIn,
        LedgerError::StillBound => VaultError::StillBound,
        LedgerError::Overflow => VaultError::Overflow,
    }
}

/// What clearing refused.
pub fn clearing_error(error: ClearingError) -> VaultError {
    match error {
        ClearingError::NotOptedIn => VaultError::NotOptedIn,
        ClearingError::Overflow => VaultError::Overflow,
    }
}

impl MarginVault {
    pub(crate) fn ledger(&self, account: Address) -> Ledger {
        self.accounts.get(account).unwrap_or_default().0
    }

    pub(crate) fn book(&self, venue: Address) -> VenueBook {
        self.venues.get(venue).unwrap_or_default().0
    }

    pub(crate) fn asset_of(&self, asset: AssetId) -> Result<Asset, VaultError> {
        self.assets.get(asset.0).map(|stored| stored.0).ok_or(VaultError::UnknownAsset(asset.0))
    }

    /// Takes `amount` of a token from the caller and returns what arrived, never more than was asked.
    pub(crate) fn pull(&mut self, token: Address, amount: u128) -> Result<u128, VaultError> {
        self.ensure_unlocked()?;
        self.set_locked(true);
        let vault = self.env().address();
        let before = tokens::token_balance(token, vault)?;
        tokens::token_transfer_from(token, self.env().caller(), vault, amount)?;
        let after = tokens::token_balance(token, vault)?;
        self.set_locked(false);
        let arrived = after.checked_sub(before).and_then(|a| u128::try_from(a).ok()).ok_or(VaultError::TokenFailed)?;
        if arrived == 0 { Err(VaultError::TokenFailed) } else { Ok(arrived.min(amount)) }
    }

    /// Sends `amount` of a token (zero: the native one) out. No more than that may leave.
    pub(crate) fn push(&mut self, token: Address, to: Address, amount: u128) -> Result<(), VaultError> {
        self.ensure_unlocked()?;
        self.set_locked(true);
        if token == Address::zero() {
            self.env().transfer(to, U256::from(amount)).map_err(|_| VaultError::TokenFailed)?;
        } else {
            let vault = self.env().address();
            let before = tokens::token_balance(token, vault)?;
            tokens::token_transfer(token, to, amount)?;
            let after = tokens::token_balance(token, vault)?;
            if before.checked_sub(after).is_some_and(|left| left > U256::from(amount)) {
                return Err(VaultError::TokenFailed);
            }
        }
        self.set_locked(false);
        Ok(())
    }

    /// Credits a deposit to the caller, up to the cap as `clock` has it. Quote pays the caller's debts at once.
    pub(crate) fn credit_deposit(
        &mut self,
        asset: u32,
        mut listing: Asset,
        amount: u128,
        clock: impl FnOnce(&Self, &Asset) -> Clock,
    ) -> Result<(), VaultError> {
        listing.held = listing.held.checked_add(amount).ok_or(VaultError::Overflow)?;
        let (held, cap) = (listing.held, listing.cap.in_force(&Law::CAP, clock(self, &listing)));
        if held > cap {
            return Err(VaultError::CapExceeded { held, cap });
        }
        self.basics.opened = true;
        let account = self.env().caller();
        let mut ledger = self.ledger(account);
        ledger.deposited_at = self.now();
        if asset == QUOTE {
            ledger.earn(amount).map_err(ledger_error)?;
            self.settle_all(&mut ledger)?;
        } else {
            ledger.put(AssetId(asset), amount).map_err(ledger_error)?;
        }
        self.assets.insert(asset, &Stored(listing));
        self.accounts.insert(account, &Stored(ledger));
        Ok(())
    }

    /// Settles an account with one venue.
    pub(crate) fn settle_with(&mut self, ledger: &mut Ledger, venue: Address) -> Result<Realised, VaultError> {
        let mut book = self.book(venue);
        let settled = book.settle(account_id(venue), ledger).map_err(clearing_error)?;
        self.venues.insert(venue, &Stored(book));
        Ok(settled)
    }

    /// Settles an account with every venue that it owes.
    pub(crate) fn settle_all(&mut self, ledger: &mut Ledger) -> Result<(), VaultError> {
        let owed: Vec<Account> = ledger.venues.iter().filter(|m| m.debt > 0).map(|m| m.venue).collect();
        for venue in owed {
            self.settle_with(ledger, Address::from(venue.0))?;
        }
        Ok(())
    }

    /// Moves profit between two accounts of `venue` and records whether each still has something open there.
    pub(crate) fn move_profit(
        &mut self,
        venue: Address,
        account: (Address, bool),
        counterparty: (Address, bool),
        profit: i128,
    ) -> Result<(), VaultError> {
        if account.0 == counterparty.0 {
            return Err(VaultError::Malformed);
        }
        let id = account_id(venue);
        let mut book = self.book(venue);
        let (mut gains, mut pays) = (self.ledger(account.0), self.ledger(counterparty.0));
        for (ledger, (who, open)) in [(&mut gains, account), (&mut pays, counterparty)] {
            let membership = ledger.membership_mut(id).map_err(ledger_error)?;
            if membership.open && !open {
                self.note_exposures(who, venue, &[]);
            }
            membership.open = open;
        }
        if profit != 0 {
            let (loser, winner) = if profit > 0 { (&mut pays, &mut gains) } else { (&mut gains, &mut pays) };
            let moved = book.realise(id, loser, winner, profit.unsigned_abs()).map_err(clearing_error)?;
            self.venues.insert(venue, &Stored(book));
            self.env().emit_event_sol(ProfitRealised {
                venue,
                account: account.0,
                counterparty: counterparty.0,
                profit,
                collected: moved.collected,
                paid: moved.paid,
            });
        }
        self.accounts.insert(account.0, &Stored(gains));
        self.accounts.insert(counterparty.0, &Stored(pays));
        Ok(())
    }
}
