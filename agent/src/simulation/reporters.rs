//! The reporters of prices.

use super::abi::IOracleGuard;
use super::error::SimulationError;
use super::run::Run;
use super::stage::market_id;
use crate::incident::{PricePath, Shown};

/// Half width of the confidence interval that reporters state: this part of the price.
pub(super) const CONFIDENCE: u128 = 2_000;

impl Run<'_> {
    /// Reporters publish what the venue's feed showed; where it showed nothing new, keepers at least send a heartbeat.
    pub(super) fn report(&mut self) -> Result<(), SimulationError> {
        let now = self.stage.chain.now();
        if now < self.next_report || self.silent {
            return Ok(());
        }
        self.next_report = now + self.stage.incident.host.report_seconds.value;
        if self.is_beginning() {
            self.feed_canary()?;
        }
        let incident = self.stage.incident;
        let mut silent = true;
        for (index, market) in incident.markets.iter().enumerate() {
            let price = match market.fault_at(now).map(|fault| &fault.shown) {
                Some(Shown::Nothing) => continue,
                Some(Shown::Price(price)) => *price,
                None => PricePath::of(market).at_down(now),
            };
            let report = IOracleGuard::reportCall {
                feed: market_id(index),
                price,
                confidence: price / CONFIDENCE,
                publishedAt: now,
            };
            for reporter in self.stage.reporters.clone() {
                self.stage.must("report", &reporter, self.stage.oracle, &report)?;
            }
            self.fresh.reported(index, now);
            silent = false;
        }
        if silent {
            let keeper = self.stage.keeper.clone();
            self.stage.must("heartbeat", &keeper, self.stage.oracle, &IOracleGuard::heartbeatCall {})?;
        }
        Ok(())
    }
}
