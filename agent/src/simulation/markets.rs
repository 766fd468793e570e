//! The markets of the stage: their feeds in the oracle, their terms on the venue.

use alloy_core::primitives::Address;
use lockstep_core::guard::MarketClass;
use lockstep_devchain::Account;

use super::abi::{IOracleGuard, IPerpetualVenue, IPlainOracle};
use super::canary;
use super::error::SimulationError;
use super::stage::{BASE_DECIMALS, Stage, market_id, sol};
use crate::outcome::Arm;

/// Who reports a price, and how it is judged where that differs between markets.
struct Feed<'a> {
    reporters: &'a [Account],
    min_sources: u8,
    max_deviation: u32,
    fresh_reports: u8,
}

impl Stage<'_> {
    /// Opens the incident's markets, and the canary's where there is one.
    pub(super) fn open_markets(&mut self) -> Result<(), SimulationError> {
        let incident = self.incident;
        let (host, guard) = (&incident.host, &incident.guard);
        for (index, market) in incident.markets.iter().enumerate() {
            let feed = Feed {
                reporters: &self.reporters.clone(),
                min_sources: host.quorum.value,
                max_deviation: u32::from(guard.max_deviation_bps.value),
                fresh_reports: guard.thaw_reports.value,
            };
            self.open_market(index, &feed)?;
            let maker = self.maker.clone();
            let fee = (u32::from(host.liquidation_fee_bps.value), u32::from(host.insurance_share_bps.value));
            let ratios = [market.initial_bps.value, market.maintenance_bps.value, host.spread_bps.value].map(u32::from);
            self.list_market(index, &maker, ratios, fee)?;
        }
        if self.has_canary() {
            let (index, reporters) = (self.canary_market(), self.canary_reporters().to_vec());
            let majority = u8::try_from(reporters.len() / 2 + 1).unwrap_or(u8::MAX);
            // Its price falls on purpose: no step of it is a jump.
            let feed =
                Feed { reporters: &reporters, min_sources: majority, max_deviation: 10_000, fresh_reports: majority };
            self.open_market(index, &feed)?;
            let maker = self.canary_maker.clone();
            self.list_market(index, &maker, [canary::INITIAL.0, canary::MAINTENANCE.0, 0], (canary::FEE.0, 0))?;
        }
        Ok(())
    }

    /// Makes a market and its feed known to the oracle.
    fn open_market(&mut self, index: usize, feed: &Feed<'_>) -> Result<(), SimulationError> {
        let (id, guard) = (market_id(index), &self.incident.guard);
        let reporters: Vec<Address> = feed.reporters.iter().map(|reporter| sol(reporter.address())).collect();
        match self.arm {
            Arm::Without => {
                self.owner_calls("setFeed", self.oracle, &IPlainOracle::setFeedCall { feed: id, reporters })?;
                self.owner_calls("setMarket", self.oracle, &IPlainOracle::setMarketCall { market: id, feed: id })
                    .map(|_| ())
            }
            Arm::With => {
                let call = IOracleGuard::setFeedCall {
                    feed: id,
                    reporters,
                    minSources: feed.min_sources,
                    maxAge: guard.max_age.value,
                    maxConfidence: u32::from(guard.max_confidence_bps.value),
                    maxDeviation: feed.max_deviation,
                    grace: guard.grace.value,
                    feedGrace: guard.feed_grace.value,
                    ramp: guard.ramp.value,
                    freshReports: feed.fresh_reports,
                };
                self.owner_calls("setFeed", self.oracle, &call)?;
                let class = MarketClass::Perpetual.number();
                self.owner_calls("setMarket", self.oracle, &IOracleGuard::setMarketCall { market: id, feed: id, class })
                    .map(|_| ())
            }
        }
    }

    /// Lists a market on the venue, by its initial and maintenance margin and spread, and by its liquidation fee and the
    /// part of that for the insurance fund; all in basis points.
    fn list_market(
        &mut self,
        index: usize,
        maker: &Account,
        [initial, maintenance, spread]: [u32; 3],
        (liquidation_fee, insurance_share): (u32, u32),
    ) -> Result<(), SimulationError> {
        let call = IPerpetualVenue::addMarketCall {
            market: market_id(index),
            maker: sol(maker.address()),
            decimals: BASE_DECIMALS,
            initial,
            maintenance,
            spread,
            liquidationFee: liquidation_fee,
            insuranceShare: insurance_share,
        };
        self.owner_calls("addMarket", self.venue, &call).map(|_| ())
    }
}
