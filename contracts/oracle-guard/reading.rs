//! What the whole guard reads besides: a market or a feed alone, and averages. Nothing here changes anything.

use lockstep_core::{
    guard::{Assessment, Bucket, FeedConfig, Reports, history},
    units::Timestamp,
};

use crate::{Error, judging::View, oracle_guard::OracleGuard, outside};

impl OracleGuard {
    /// A feed's configuration and reports.
    pub(crate) fn feed(&self, feed: u32) -> Result<(FeedConfig, Reports), Error> {
        self.find_feed(feed).ok_or(Error::UnknownFeed(feed))
    }

    /// A feed with its reports as of now.
    #[inline(never)]
    pub(crate) fn seen(&self, feed: u32) -> Result<(FeedConfig, Reports, Assessment), Error> {
        let (config, reports) = self.feed(feed)?;
        let liveness = self.observed();
        let seen = reports.assessed(&config, &liveness, liveness.clock(self.now()));
        Ok((config, reports, seen))
    }

    /// A market with everything that restrains it, apart from a pause where `with_pauses` is not set.
    #[inline(never)]
    pub(crate) fn view(&self, market: u32, with_pauses: bool) -> Option<View> {
        let plans = outside::plans(self.current_registry(), &[market], self.now()).pop()?;
        self.view_under(plans, market, with_pauses)
    }

    /// The time-weighted average before `end`, and the seconds that it covers.
    pub(crate) fn average(&self, feed: u32, end: Timestamp) -> (u128, u64) {
        let held = self.histories.get(feed).unwrap_or_default().0.held;
        let stored = |number| self.buckets.get((feed, Bucket::slot(number))).unwrap_or_default().0;
        let (price, covered) = history::twap(end, self.now(), held, stored);
        (price.0, covered.0)
    }
}
