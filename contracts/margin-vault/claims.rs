//! Quote set aside for the settlement of a market.

use ink::{Address, codegen::Env as _};
use lockstep_core::margin::Pot;
use lockstep_interfaces::{Stored, VaultError};

use crate::{Collected, PaidOut, books::ledger_error, margin_vault::MarginVault};

impl MarginVault {
    pub(crate) fn ensure_settlement(&self) -> Result<(), VaultError> {
        let caller = self.env().caller();
        if caller == self.settlement() && caller != Address::zero() { Ok(()) } else { Err(VaultError::NotSettlement) }
    }

    pub(crate) fn pot_of(&self, market: u32) -> Pot {
        self.pots.get(market).unwrap_or_default().0
    }

    /// Moves up to `amount` of an account's quote into the pot of a market; returns what was moved.
    pub(crate) fn collect_into(&mut self, market: u32, account: Address, amount: u128) -> Result<u128, VaultError> {
        self.ensure_claim(account, amount)?;
        let (mut pot, mut ledger) = (self.pot_of(market), self.ledger(account));
        let collected = pot.collect(&mut ledger, amount).map_err(ledger_error)?;
        self.pots.insert(market, &Stored(pot));
        self.accounts.insert(account, &Stored(ledger));
        self.env().emit_event_sol(Collected { market, account, amount: collected });
        Ok(collected)
    }

    /// Moves quote from the pot of a market to an account.
    pub(crate) fn pay_from(&mut self, market: u32, account: Address, amount: u128) -> Result<(), VaultError> {
        self.ensure_claim(account, amount)?;
        let (mut pot, mut ledger) = (self.pot_of(market), self.ledger(account));
        pot.pay_out(&mut ledger, amount).map_err(ledger_error)?;
        self.pots.insert(market, &Stored(pot));
        self.accounts.insert(account, &Stored(ledger));
        self.env().emit_event_sol(PaidOut { market, account, amount });
        Ok(())
    }

    fn ensure_claim(&self, account: Address, amount: u128) -> Result<(), VaultError> {
        self.ensure_unlocked()?;
        if account == Address::zero() {
            return Err(VaultError::ZeroAddress);
        }
        if amount == 0 { Err(VaultError::ZeroAmount) } else { Ok(()) }
    }
}
