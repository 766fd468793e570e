//! What an account does with its own collateral and its venues.

use ink::{Address, codegen::Env as _};
use lockstep_core::units::Seconds;
use lockstep_interfaces::{Stored, VaultError};

use crate::{
    BondChanged, InsuranceFunded, OptedIn, OptedOut, Settled,
    books::{account_id, ledger_error},
    margin_vault::MarginVault,
    outlook::Outlooks,
};

impl MarginVault {
    /// Sends collateral to its owner, as far as initial margin allows.
    pub(crate) fn send(&mut self, account: Address, asset: u32, amount: u128) -> Result<(), VaultError> {
        let (listing, ledger) = self.withdrawn(account, asset, amount)?;
        if ledger.has_open_risk() {
            self.ensure_leaving(asset)?;
            self.require_initial(account, &ledger, None, &mut Outlooks::default())?;
        }
        self.hand_out(account, asset, amount, listing, ledger)
    }

    /// Puts an account on a venue.
    pub(crate) fn join(&mut self, account: Address, venue: Address) -> Result<(), VaultError> {
        self.ensure_admitted(venue, Seconds(0), &mut Outlooks::default())?;
        self.ensure_joinable(venue)?;
        let mut ledger = self.ledger(account);
        ledger.opt_in(account_id(venue)).map_err(ledger_error)?;
        self.accounts.insert(account, &Stored(ledger));
        self.env().emit_event_sol(OptedIn { account, venue });
        Ok(())
    }

    /// Takes an account off a venue.
    pub(crate) fn leave(&mut self, account: Address, venue: Address) -> Result<(), VaultError> {
        let mut ledger = self.ledger(account);
        self.book(venue).refresh(ledger.membership_mut(account_id(venue)).map_err(ledger_error)?);
        ledger.opt_out(account_id(venue)).map_err(ledger_error)?;
        self.accounts.insert(account, &Stored(ledger));
        self.env().emit_event_sol(OptedOut { account, venue });
        Ok(())
    }

    /// Settles an account with one venue; returns what was collected and paid.
    pub(crate) fn settle_one(&mut self, account: Address, venue: Address) -> Result<(u128, u128), VaultError> {
        let mut ledger = self.ledger(account);
        let settled = self.settle_with(&mut ledger, venue)?;
        self.accounts.insert(account, &Stored(ledger));
        self.env().emit_event_sol(Settled { venue, account, collected: settled.collected, paid: settled.paid });
        Ok((settled.collected, settled.paid))
    }

    /// Moves quote of an account into the bond of a venue.
    pub(crate) fn stand_behind(&mut self, account: Address, venue: Address, amount: u128) -> Result<(), VaultError> {
        let mut book = self.book(venue);
        if !book.admitted {
            return Err(VaultError::VenueNotAdmitted);
        }
        self.spend(account, amount)?;
        let from = book.bond;
        book.bond = from.checked_add(amount).ok_or(VaultError::Overflow)?;
        self.venues.insert(venue, &Stored(book));
        self.env().emit_event_sol(BondChanged { venue, from, to: book.bond });
        Ok(())
    }

    /// Moves quote of an account into the insurance fund.
    pub(crate) fn insure(&mut self, account: Address, amount: u128) -> Result<(), VaultError> {
        self.spend(account, amount)?;
        let fund = self.insured(amount)?;
        self.set_insurance(fund);
        self.env().emit_event_sol(InsuranceFunded { account, amount });
        Ok(())
    }
}
