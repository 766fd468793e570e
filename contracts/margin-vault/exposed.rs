//! Who was exposed to what, and how much of the vault is whose: what the governor asks before it counts a vote.

use ink::{Address, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    governance::EVERY_MARKET,
    ids::AssetId,
    margin::{Ledger, Scale},
    units::{Price, Seconds, Timestamp},
};
use lockstep_interfaces::{Exposure, Stored, VaultError};

use crate::{
    DepositsLocked,
    margin_vault::{MarginVault, QUOTE},
    outside,
};

/// Below so many whole units of quote a position is dust and exposes nobody.
const LEAST_EXPOSURE: u128 = 100;

/// The longest lock of deposits from the block in which it is set: longer than the longest veto, and not for ever.
const LONGEST_LOCK: Seconds = Seconds::days(60);

impl MarginVault {
    /// Wall time.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.env().block_timestamp())
    }

    /// Records the markets that `venue` reports for an account, and when it left those no longer among them.
    pub(crate) fn note_exposures(&mut self, account: Address, venue: Address, exposures: &[Exposure]) {
        let least = 10u128.saturating_pow(self.quote_decimals.into()).saturating_mul(LEAST_EXPOSURE);
        let mut markets: Vec<u32> =
            exposures.iter().filter(|exposure| exposure.1 >= least).map(|exposure| exposure.0).collect();
        markets.sort_unstable();
        markets.dedup();
        let before = self.reported.get((account, venue)).unwrap_or_default();
        if markets == before {
            return;
        }
        let left: Vec<u32> = before.iter().copied().filter(|market| !markets.contains(market)).collect();
        self.note_left(account, &left);
        for market in markets.iter().filter(|market| !before.contains(market)) {
            self.watch(*market);
        }
        self.reported.insert((account, venue), &markets);
    }

    /// Records that an account no longer holds an asset, priced by `market`.
    pub(crate) fn note_holding(&mut self, account: Address, after: &Ledger, asset: u32, market: u32) {
        if asset != QUOTE && after.holding(AssetId(asset)) == 0 {
            self.note_left(account, &[market]);
        }
    }

    fn note_left(&mut self, account: Address, markets: &[u32]) {
        let now = self.now().0;
        for market in markets {
            self.exposed.insert((account, *market), &now);
        }
        if !markets.is_empty() {
            self.exposed.insert((account, EVERY_MARKET), &now);
        }
    }

    /// When an account was last exposed to a market, or to any, in wall time.
    pub(crate) fn exposed_at(&self, account: Address, market: u32) -> u64 {
        let ledger = self.ledger(account);
        let every = market == EVERY_MARKET;
        let trades = ledger.venues.iter().any(|m| {
            let reported = || self.reported.get((account, Address::from(m.venue.0))).unwrap_or_default();
            m.open && reported().iter().any(|reported| every || *reported == market)
        });
        let holds =
            || ledger.holdings.iter().any(|h| self.asset_of(h.asset).is_ok_and(|a| every || a.market.0 == market));
        if trades || holds() { self.now().0 } else { self.exposed.get((account, market)).unwrap_or(0) }
    }

    /// What an account that did not deposit after `since` has in the vault, and what all have.
    pub(crate) fn weigh(&self, account: Address, since: u64) -> Result<(u128, u128), VaultError> {
        let ledger = self.ledger(account);
        let counts = ledger.deposited_at.0 <= since;
        let mut mine = if counts { ledger.cash } else { 0 };
        let mut total = self.asset_of(AssetId(QUOTE))?.held.saturating_sub(self.insurance());
        let mut listings = Vec::new();
        for number in 1..self.asset_count {
            let listing = self.asset_of(AssetId(number))?;
            if listing.held > 0 {
                listings.push((AssetId(number), listing));
            }
        }
        let markets: Vec<u32> = listings.iter().map(|(_, listing)| listing.market.0).collect();
        if markets.is_empty() {
            return Ok((mine, total));
        }
        let quotes = outside::quotes(self.guard(), &markets)?;
        for ((number, listing), (price, _, _)) in listings.into_iter().zip(quotes) {
            let scale = Scale::new(listing.decimals, self.quote_decimals).ok_or(VaultError::Overflow)?;
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

    /// Refuses an account whose deposits are locked, or that has yet to settle.
    pub(crate) fn ensure_deposits_free(&self, account: Address, ledger: &Ledger) -> Result<(), VaultError> {
        self.ensure_settled(account)?;
        if self.now() < ledger.locked_until {
            return Err(VaultError::WithdrawalLocked { until: ledger.locked_until.0 });
        }
        Ok(())
    }
}
