//! What the guard knows now: the host, a feed, a market. Nothing here changes anything.

use ink::{Address, codegen::Env as _};
use lockstep_core::{
    guard::{
        self, Action, Answer, Assessment, Basis, Bucket, Clock, FeedConfig, Market, Plans, Reason, Reports, Situation,
        Standing, active_span_down, history,
        liveness::OUTAGES,
        permission::{Lapse, is_always_allowed},
        permit,
    },
    units::{Bps, Seconds, Timestamp},
};

use crate::{Error, oracle_guard::OracleGuard, outside};

/// A market at one moment.
pub struct View {
    /// How it is configured.
    pub market: Market,
    /// Its feed.
    pub seen: Assessment,
    /// Where it stands.
    pub standing: Standing,
}

impl View {
    /// The mark against the price.
    pub fn basis(&self, now: Timestamp) -> Basis {
        let index = self.seen.verdict.is_valid().then_some(self.seen.price);
        self.market.mark.basis(index, now)
    }

    /// What the table is asked with.
    pub fn situation(&self, now: Timestamp) -> Situation {
        Situation { verdict: self.seen.verdict, standing: self.standing, outside: self.basis(now).outside }
    }
}

impl OracleGuard {
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.env().block_timestamp())
    }

    /// The host as of this block.
    #[inline(never)]
    pub(crate) fn observed(&self) -> guard::Liveness {
        self.liveness.0.observed(self.liveness_config.0, u64::from(self.env().block_number()), self.now())
    }

    pub(crate) fn clock(&self) -> Clock {
        self.observed().clock(self.now())
    }

    /// The registry that is asked now.
    pub(crate) fn current_registry(&self) -> Address {
        Address::from(self.registry.0.at(self.now()).0)
    }

    /// A feed with its reports as of now.
    #[inline(never)]
    pub(crate) fn seen(&self, feed: u32) -> Result<(FeedConfig, Reports, Assessment), Error> {
        let (config, reports) = self.feed(feed)?;
        let liveness = self.observed();
        let seen = reports.assessed(&config, &liveness, liveness.clock(self.now()));
        Ok((config, reports, seen))
    }

    /// A feed's configuration and reports.
    #[inline(never)]
    pub(crate) fn feed(&self, feed: u32) -> Result<(FeedConfig, Reports), Error> {
        let config = self.configs.get(feed).ok_or(Error::UnknownFeed(feed))?.0;
        let reports = self.reports.get(feed).ok_or(Error::UnknownFeed(feed))?.0;
        Ok((config, reports))
    }

    /// A market with its feed as of now; `None` where it is unknown.
    #[inline(never)]
    pub(crate) fn assessed(&self, market: u32, liveness: &guard::Liveness) -> Option<(Market, Assessment)> {
        let market = self.markets.get(market)?.0;
        let (config, reports) = self.feed(market.feed.0).ok()?;
        Some((market, reports.assessed(&config, liveness, liveness.clock(self.now()))))
    }

    /// A market with everything that restrains it, apart from a pause where `with_pauses` is not set.
    #[inline(never)]
    pub(crate) fn view(&self, market: u32, with_pauses: bool) -> Option<View> {
        let plans = outside::plans(self.current_registry(), &[market], self.now()).pop()?;
        self.view_under(plans, market, with_pauses)
    }

    /// The same, where the registry has been asked already.
    #[inline(never)]
    fn view_under(&self, plans: Plans, market: u32, with_pauses: bool) -> Option<View> {
        let terms = self.markets.get(market)?.0;
        let (config, reports) = self.feed(terms.feed.0).ok()?;
        let liveness = self.observed();
        let clock = liveness.clock(self.now());
        let seen = reports.assessed(&config, &liveness, clock);
        let plans = self.budgeted(plans, market, &terms);
        let fresh = reports.published_after(plans.released_at());
        let paused = if with_pauses { self.paused(market, &terms) } else { None };
        let standing = guard::stage(&seen, &config.rule, plans, fresh, paused, clock);
        Some(View { market: terms, seen, standing })
    }

    /// The most restrictive answer of `markets`. The registry is asked once for all of them, and not at all about what
    /// is allowed in any state.
    pub(crate) fn judge(&self, markets: &[u32], action: u8, health: Bps) -> Answer {
        let Ok(action) = Action::try_from(action) else {
            return Answer::refused(Reason::UnknownAction, Timestamp(0));
        };
        let unknown = Answer::refused(Reason::UnknownMarket, Timestamp(0));
        if is_always_allowed(action) {
            let all_known = markets.iter().all(|market| self.markets.get(*market).is_some());
            return if all_known { Answer::ALLOWED } else { unknown };
        }
        let plans = outside::plans(self.current_registry(), markets, self.now());
        markets.iter().zip(plans).fold(Answer::ALLOWED, |answer, (market, plans)| {
            let one = self.view_under(plans, *market, true).map_or(unknown, |view| {
                let mut situation = view.situation(self.now());
                if action == Action::Settle {
                    situation.standing = self.settling(view.standing);
                }
                permit(situation, action, health)
            });
            answer.stricter(one)
        })
    }

    /// Active time since a freeze lapsed.
    pub(crate) fn span(&self, lapse: Lapse) -> Seconds {
        let count = self.outage_count;
        let kept = count.min(OUTAGES);
        let newest_first = (1..=kept).map(|age| {
            let index = count.saturating_sub(age);
            self.outages.get(index % OUTAGES).unwrap_or_default().0
        });
        active_span_down(lapse.since, self.clock(), newest_first, count <= OUTAGES)
    }

    /// The standing of a market as far as settlement goes.
    #[inline(never)]
    pub(crate) fn settling(&self, standing: Standing) -> Standing {
        standing.lapse.map_or(standing, |lapse| standing.settling(self.span(lapse)))
    }

    /// The time-weighted average before `end`, and the seconds that it covers.
    pub(crate) fn average(&self, feed: u32, end: Timestamp) -> (u128, u64) {
        let held = self.histories.get(feed).unwrap_or_default().0.held;
        let stored = |number| self.buckets.get((feed, Bucket::slot(number))).unwrap_or_default().0;
        let (price, covered) = history::twap(end, self.now(), held, stored);
        (price.0, covered.0)
    }
}
