//! What state-changing calls leave behind: the life of the host, the state and history of a feed.

use ink::{Address, codegen::Env as _};
use lockstep_core::{
    guard::{
        Assessment, Bucket, FeedConfig, FreezeCause, Mark, Market, Outage, Recovery, Report, Reports, Source,
        liveness::OUTAGES,
    },
    ids::Account,
    units::{Bps, Price, Timestamp},
};
use lockstep_interfaces::{MarkError, Stored};

use crate::{
    DowntimeCorrected, Error, FeedFroze, FeedThawed, MarkReported, OutageSeen, PriceReported, StageNoted,
    VolatilityForecast, oracle_guard::OracleGuard, sources,
};

/// The number of a cause at the ABI edge.
pub const fn cause_number(cause: FreezeCause) -> u8 {
    match cause {
        FreezeCause::Outage => 0,
        FreezeCause::Feed => 1,
        FreezeCause::Jump => 2,
    }
}

impl OracleGuard {
    /// Records that this block carries user transactions.
    #[inline(never)]
    pub(crate) fn observe(&mut self) {
        let (before, seen) = (self.liveness.0, self.observed());
        if seen.downtime > before.downtime {
            let outage = Outage { resumed_at: self.now(), before: before.downtime };
            self.outages.insert(self.outage_count % OUTAGES, &Stored(outage));
            self.outage_count = self.outage_count.saturating_add(1);
        }
        self.liveness = Stored(seen);
        if seen.downtime < before.downtime {
            self.env().emit_event_sol(DowntimeCorrected { old: before.downtime.0, new: seen.downtime.0 });
        }
        if seen.resumed_at != before.resumed_at {
            self.env().emit_event_sol(OutageSeen {
                resumed_at: seen.resumed_at.0,
                length: seen.outage.0,
                downtime: seen.downtime.0,
            });
        }
    }

    pub(crate) fn take_report(&mut self, feed: u32, report: Report) -> Result<(), Error> {
        let reporter = self.env().caller();
        let (config, before) = self.feed(feed)?;
        self.observe();
        let (recovery, clock) = (before.recovery, self.clock());
        let after = before.with_report(&config, &self.liveness.0, clock, Account(reporter.0), report)?;
        self.record(feed, &config, &recovery, after, reporter, report);
        Ok(())
    }

    pub(crate) fn take_round(&mut self, feed: u32) -> Result<(), Error> {
        let (config, before) = self.feed(feed)?;
        let source = self.sources.get(feed).filter(|_| config.is_pulled()).ok_or(Error::NotPulled(feed))?.0;
        self.observe();
        let taken = sources::latest_round(&source).map_err(|fault| Error::SourceFailed(feed, fault.number()))?;
        if taken.round <= source.round {
            return Err(Error::OutdatedRound(taken.round, source.round));
        }
        let (recovery, clock) = (before.recovery, self.clock());
        let after = before.with_round(&config, &self.liveness.0, clock, taken.report)?;
        self.sources.insert(feed, &Stored(Source { round: taken.round, ..source }));
        self.record(feed, &config, &recovery, after, Address::from(source.contract.0), taken.report);
        Ok(())
    }

    pub(crate) fn take_forecast(&mut self, feed: u32, volatility: Bps) -> Result<(), Error> {
        let forecaster = self.env().caller();
        let known = self.forecasts.get(feed).ok_or(Error::NotForecaster(forecaster))?.0;
        self.observe();
        let now = self.now();
        let forecasts = known.with(Account(forecaster.0), volatility, now)?;
        let mut history = self.histories.get(feed).unwrap_or_default().0;
        (history.volatility.forecast, history.volatility.forecast_until) = forecasts.median_up(now).unwrap_or_default();
        self.histories.insert(feed, &Stored(history));
        self.forecasts.insert(feed, &Stored(forecasts));
        let (volatility, in_force) = (volatility.0, history.volatility.in_force(now).0);
        self.env().emit_event_sol(VolatilityForecast { feed, forecaster, volatility, in_force });
        Ok(())
    }

    pub(crate) fn take_mark(&mut self, market: u32, mark: Price) -> Result<(), MarkError> {
        let venue = self.env().caller();
        let liveness = self.observed();
        let (terms, seen) = self.assessed(market, &liveness).ok_or(MarkError::UnknownMarket(market))?;
        if self.venues.get(market) != Some(venue) {
            return Err(MarkError::NotVenue(venue));
        }
        if mark.0 == 0 {
            return Err(MarkError::ZeroPrice);
        }
        self.observe();
        let now = self.now();
        let reported = Mark { price: mark, at: now, ..terms.mark };
        self.markets.insert(market, &Stored(Market { mark: reported, ..terms }));
        let basis = reported.basis(seen.verdict.is_valid().then_some(seen.price), now);
        let (index, distance, within) = (seen.price.0, basis.distance, basis.outside.is_none());
        self.env().emit_event_sol(MarkReported { market, mark: mark.0, index, distance, within });
        Ok(())
    }

    pub(crate) fn note_stage(&mut self, market: u32) -> Result<(), Error> {
        self.observe();
        let standing = self.view(market, true).ok_or(Error::UnknownMarket(market))?.standing;
        let standing = self.settling(standing);
        let (old, new) = (self.stages.get(market).unwrap_or(0), standing.stage.number());
        if old != new {
            self.stages.insert(market, &new);
            let (reason, until) = (standing.reason.number(), standing.until.0);
            self.env().emit_event_sol(StageNoted { market, old, new, reason, until });
        }
        Ok(())
    }

    /// Stores a feed after a report of `reporter`, books its history and tells what changed.
    #[inline(never)]
    fn record(
        &mut self,
        feed: u32,
        config: &FeedConfig,
        before: &Recovery,
        after: Reports,
        reporter: Address,
        report: Report,
    ) {
        let clock = self.liveness.0.clock(self.now());
        let seen = after.assessed(config, &self.liveness.0, clock);
        self.reports.insert(feed, &Stored(after));
        self.book(feed, &seen, clock.now);
        self.env().emit_event_sol(PriceReported {
            feed,
            reporter,
            price: report.price.0,
            published_at: report.published_at.0,
            median: seen.price.0,
            verdict: seen.verdict.number(),
        });
        self.tell(feed, before, &seen.recovery);
    }

    fn book(&mut self, feed: u32, seen: &Assessment, now: Timestamp) {
        let history = self.histories.get(feed).unwrap_or_default().0;
        for (number, length) in history.held.pieces(now) {
            let key = (feed, Bucket::slot(number));
            let bucket = self.buckets.get(key).unwrap_or_default().0;
            self.buckets.insert(key, &Stored(bucket.with(number, history.held.price, length)));
        }
        self.histories.insert(feed, &Stored(history.with(seen, now)));
    }

    fn tell(&self, feed: u32, before: &Recovery, after: &Recovery) {
        if before.recovered_at.is_some() && (before.origin, before.cause) != (after.origin, after.cause) {
            self.env().emit_event_sol(FeedFroze {
                feed,
                cause: cause_number(after.cause),
                frozen_at: after.frozen_at.0,
            });
        }
        if let Some(recovered_at) = after.recovered_at
            && before.recovered_at != after.recovered_at
        {
            self.env().emit_event_sol(FeedThawed { feed, recovered_at: recovered_at.0, ramp: after.ramp.0 });
        }
    }
}
