//! Quote set aside for the settlement of a market, and the accounts that wait for it. The vault's front is made from this module too.

use ink::{Address, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    margin::{Hold, Pot},
    units::Timestamp,
};
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

    /// Moves up to `amount` of the quote of an account that was exposed to a market since `since` into its pot; returns
    /// what was moved. Who pays all that is asked has settled.
    pub(crate) fn collect_into(
        &mut self,
        market: u32,
        account: Address,
        since: u64,
        amount: u128,
    ) -> Result<u128, VaultError> {
        self.ensure_claim(amount)?;
        if account == Address::zero() {
            return Err(VaultError::ZeroAddress);
        }
        if self.exposed_at(account, market) < since {
            return Ok(0);
        }
        let (mut pot, mut ledger) = (self.pot_of(market), self.ledger(account));
        let collected = pot.collect(&mut ledger, amount).map_err(ledger_error)?;
        self.pots.insert(market, &Stored(pot));
        self.accounts.insert(account, &Stored(ledger));
        if collected == amount {
            self.free_settled(market, account, since);
        }
        self.env().emit_event_sol(Collected { market, account, amount: collected });
        Ok(collected)
    }

    /// Moves quote from the pot of a market to an account, or to the insurance fund (zero).
    pub(crate) fn pay_from(&mut self, market: u32, account: Address, amount: u128) -> Result<(), VaultError> {
        self.ensure_claim(amount)?;
        let (mut pot, mut ledger) = (self.pot_of(market), self.ledger(account));
        pot.pay_out(&mut ledger, amount).map_err(ledger_error)?;
        self.pots.insert(market, &Stored(pot));
        if account == Address::zero() {
            let fund = self.insured(amount)?;
            self.set_insurance(fund);
        } else {
            self.accounts.insert(account, &Stored(ledger));
        }
        self.env().emit_event_sol(PaidOut { market, account, amount });
        Ok(())
    }

    pub(crate) fn holds(&self) -> Vec<Hold> {
        self.holds.get().map_or_else(Vec::new, |stored| stored.0)
    }

    /// Notes that an account has settled for the snapshots of a market up to `since`.
    pub(crate) fn free_settled(&mut self, market: u32, account: Address, since: u64) {
        if self.settled.get((account, market)).unwrap_or(0) < since {
            self.settled.insert((account, market), &since);
        }
    }

    /// Refuses an account that has yet to settle.
    pub(crate) fn ensure_settled(&self, account: Address) -> Result<(), VaultError> {
        let now = self.now();
        if now.0 >= self.basics.held_until {
            return Ok(());
        }
        let binding = self.holds().into_iter().find(|hold| {
            let market = hold.market.0;
            let settled = Timestamp(self.settled.get((account, market)).unwrap_or(0));
            hold.binds(Timestamp(self.exposed_at(account, market)), settled, now)
        });
        binding.map_or(Ok(()), |hold| Err(VaultError::WithdrawalLocked { until: hold.until.0 }))
    }

    fn ensure_claim(&self, amount: u128) -> Result<(), VaultError> {
        self.ensure_unlocked()?;
        if amount == 0 { Err(VaultError::ZeroAmount) } else { Ok(()) }
    }
}
