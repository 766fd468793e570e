//! How much of the vault is whose, and locks on deposits: what the governor asks for.

use ink::{Address, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    ids::AssetId,
    margin::Scale,
    units::{Price, Seconds, Timestamp},
};
use lockstep_interfaces::{Stored, VaultError};

use crate::{
    DepositsLocked,
    margin_vault::{MarginVault, QUOTE},
    outside,
};

/// The longest lock of deposits from the block in which it is set: longer than the longest veto, and not for ever.
const LONGEST_LOCK: Seconds = Seconds::days(60);

impl MarginVault {
    /// What an account that did not deposit after `since` has in the vault, and what all have.
    pub(crate) fn weigh(&self, account: Address, since: u64) -> Result<(u128, u128), VaultError> {
        let ledger = self.ledger(account);
        let counts = ledger.deposited_at.0 <= since;
        let mut mine = if counts { ledger.cash } else { 0 };
        let mut total = self.asset_of(AssetId(QUOTE))?.held.saturating_sub(self.basics.insurance);
        let mut listings = Vec::new();
        for number in 1..self.basics.asset_count {
            let listing = self.asset_of(AssetId(number))?;
            if listing.held > 0 {
                listings.push((AssetId(number), listing));
            }
        }
        let markets: Vec<u32> = listings.iter().map(|(_, listing)| listing.market.0).collect();
        if markets.is_empty() {
            return Ok((mine, total));
        }
        let (quotes, _) = outside::quotes_and_volatility(self.guard(), &markets, &[])?;
        for ((number, listing), (price, _, _)) in listings.into_iter().zip(quotes) {
            let scale = Scale::new(listing.decimals, self.basics.quote_decimals).ok_or(VaultError::Overflow)?;
            let value = |amount| scale.value_down(amount, Price(price));
            total = total.saturating_add(value(listing.held));
            if counts {
                mine = mine.saturating_add(value(ledger.holding(number)));
            }
        }
        Ok((mine, total))
    }

    /// Keeps an account from withdrawing until then.
    pub(crate) fn lock(&mut self, account: Address, until: u64) -> Result<(), VaultError> {
        if account == Address::zero() {
            return Err(VaultError::ZeroAddress);
        }
        let latest = self.now().after(LONGEST_LOCK);
        if Timestamp(until) > latest {
            return Err(VaultError::LockTooLong { latest: latest.0 });
        }
        let mut ledger = self.ledger(account);
        if Timestamp(until) > ledger.locked_until {
            ledger.locked_until = Timestamp(until);
            self.accounts.insert(account, &Stored(ledger));
            self.env().emit_event_sol(DepositsLocked { account, until });
        }
        Ok(())
    }
}
