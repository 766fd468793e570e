//! Who was exposed to what, and which markets are watched for that. The vault's front is made from this module too.

use ink::{Address, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    governance::EVERY_MARKET,
    ids::{AssetId, each_once},
    margin::Ledger,
    units::Timestamp,
};
use lockstep_interfaces::{Exposure, VaultError};

use crate::margin_vault::{MarginVault, QUOTE};

/// Below so many whole units of quote a position is dust and exposes nobody.
const LEAST_EXPOSURE: u128 = 100;

/// The most markets whose plans keep the whole vault's figures and its venues' from being loosened.
const MAX_WATCHED: usize = 24;

impl MarginVault {
    /// Wall time.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.env().block_timestamp())
    }

    /// Records the markets that `venue` reports for an account, and when it left those no longer among them.
    pub(crate) fn note_exposures(&mut self, account: Address, venue: Address, exposures: &[Exposure]) {
        let least = 10u128.saturating_pow(self.basics.quote_decimals.into()).saturating_mul(LEAST_EXPOSURE);
        let markets = each_once(exposures.iter().filter(|exposure| exposure.1 >= least).map(|exposure| exposure.0));
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

    /// Refuses an account whose deposits are locked, or that has yet to settle.
    pub(crate) fn ensure_deposits_free(&self, account: Address, ledger: &Ledger) -> Result<(), VaultError> {
        self.ensure_settled(account)?;
        if self.now() < ledger.locked_until {
            return Err(VaultError::WithdrawalLocked { until: ledger.locked_until.0 });
        }
        Ok(())
    }

    /// The markets that are watched for plans: those of assets, and those in which venues reported positions.
    pub(crate) fn watched(&self) -> Vec<u32> {
        self.watched.get().unwrap_or_default()
    }

    /// Watches a market from now on, as long as there is room.
    pub(crate) fn watch(&mut self, market: u32) {
        let mut watched = self.watched();
        if watched.len() < MAX_WATCHED && !watched.contains(&market) {
            watched.push(market);
            self.watched.set(&watched);
        }
    }
}
