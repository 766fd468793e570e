//! What anyone may read.

use ink::Address;
use lockstep_core::{ids::AssetId, margin::Law};
use lockstep_interfaces::VaultError;

use crate::{books::account_id, margin_vault::MarginVault};

impl MarginVault {
    /// `(opted in, open, debt, pending)` of an account with a venue.
    pub(crate) fn member(&self, account: Address, venue: Address) -> (bool, bool, u128, u128) {
        let (ledger, book) = (self.ledger(account), self.book(venue));
        let member = ledger.membership(account_id(venue));
        member.map_or((false, false, 0, 0), |m| (true, m.open, m.debt, book.credit_of(m)))
    }

    /// `(token, market, decimals, cap, held, haircut in force, haircut to come, when it has arrived)`.
    pub(crate) fn listed_asset(
        &self,
        asset: AssetId,
    ) -> Result<(Address, u32, u8, u128, u128, u32, u32, u64), VaultError> {
        let a = self.asset_of(asset)?;
        let clock = self.law_clock(&[a.market.0], a.moves() || a.cap.moves())?;
        let (cap, haircut) = (a.cap.in_force(&Law::CAP, clock), a.haircut.in_force(&Law::HAIRCUT, clock));
        let ramp = a.haircut.ramp;
        Ok((Address::from(a.token.0), a.market.0, a.decimals, cap, a.held, haircut.0, ramp.to.0, ramp.end.0))
    }

    /// `(admitted, bond, pool, debts, pending, cover left)` of a venue.
    pub(crate) fn books_of(&self, venue: Address) -> (bool, u128, u128, u128, u128, u128) {
        let book = self.book(venue);
        let clock = self.law_clock(&self.watched(), book.cover.raise > 0).unwrap_or_default();
        (book.admitted, book.bond, book.pool, book.debts, book.pending, book.cover.in_force(clock).left)
    }
}
