//! What state-changing calls leave behind: the life of the host, the state and history of a feed.

use ink::{Address, codegen::Env as _};
use lockstep_core::{
    guard::{Assessment, Bucket, FeedConfig, FreezeCause, Outage, Recovery, Report, Reports, liveness::OUTAGES},
    units::Timestamp,
};
use lockstep_interfaces::Stored;

use crate::{DowntimeCorrected, FeedFroze, FeedThawed, OutageSeen, PriceReported, oracle_guard::OracleGuard};

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

    /// Stores a feed after a report of `reporter`, books its history and tells what changed.
    #[inline(never)]
    pub(crate) fn record(
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
