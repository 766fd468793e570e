//! What the guard knows now of the host and of markets, and what it allows. Nothing here changes anything. The guard's
//! front is made from this module too.

use ink::{Address, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    guard::{
        self, Action, Answer, Assessment, Basis, Clock, FeedConfig, Ledgers, Market, Pauses, Plans, PriceVerdict,
        Reason, Reports, Selection, Situation, Standing, active_span_down,
        liveness::OUTAGES,
        permission::{Lapse, is_always_allowed},
        permit,
        volatility::MAX_VOLATILITY,
    },
    registry::BUDGET_WINDOW,
    units::{Bps, Seconds, Timestamp},
};
use lockstep_interfaces::{Permission, Quote};

use crate::{oracle_guard::OracleGuard, outside};

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

    /// A feed's configuration and reports; none where it is unknown.
    #[inline(never)]
    pub(crate) fn find_feed(&self, feed: u32) -> Option<(FeedConfig, Reports)> {
        Some((self.configs.get(feed)?.0, self.reports.get(feed)?.0))
    }

    /// A market with its feed as of now; `None` where it is unknown.
    #[inline(never)]
    pub(crate) fn assessed(&self, market: u32, liveness: &guard::Liveness) -> Option<(Market, Assessment)> {
        let market = self.markets.get(market)?.0;
        let (config, reports) = self.find_feed(market.feed.0)?;
        Some((market, reports.assessed(&config, liveness, liveness.clock(self.now()))))
    }

    /// A market with everything that restrains it, by what the registry said of its plans, apart from a pause where
    /// `with_pauses` is not set.
    #[inline(never)]
    pub(crate) fn view_under(&self, plans: Plans, market: u32, with_pauses: bool) -> Option<View> {
        let terms = self.markets.get(market)?.0;
        let (config, reports) = self.find_feed(terms.feed.0)?;
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

    #[inline(never)]
    pub(crate) fn ledger(&self, selection: Selection, id: u32) -> Pauses {
        self.pauses.get((selection.number(), id)).unwrap_or_default().0
    }

    fn ledgers(&self, market: u32, terms: &Market) -> Ledgers {
        Ledgers {
            market: self.ledger(Selection::Market, market),
            class: self.ledger(Selection::Class, u32::from(terms.class.number())),
            feed: self.ledger(Selection::Feed, terms.feed.0),
        }
    }

    /// Until when a market is paused; the ledgers are read only while any pause lasts.
    fn paused(&self, market: u32, terms: &Market) -> Option<Timestamp> {
        let now = self.now();
        if now.0 >= self.paused_until {
            return None;
        }
        self.ledgers(market, terms).until(|| outside::booked(self.current_registry(), market), now)
    }

    /// What plans do to a market, with a freeze by keepers cut by their pauses; the ledgers are read only where a pause
    /// may lie in the window of the budget.
    fn budgeted(&self, plans: Plans, market: u32, terms: &Market) -> Plans {
        let now = self.now();
        if !plans.is_keepers() || now >= Timestamp(self.paused_until).after(BUDGET_WINDOW) {
            return plans;
        }
        plans.cut(self.ledgers(market, terms).paused(now))
    }

    /// What `quotes` answers.
    pub(crate) fn quoted(&self, markets: &[u32]) -> Vec<Quote> {
        let liveness = self.observed();
        let quote = |market: &u32| {
            let (_, seen) = self.assessed(*market, &liveness)?;
            Some((seen.price.0, seen.stable.0, seen.verdict.number()))
        };
        let unknown = (0, 0, PriceVerdict::NonPositive.number());
        markets.iter().map(|market| quote(market).unwrap_or(unknown)).collect()
    }

    /// What `reading` answers; none where the market is unknown. A market's feed never is.
    pub(crate) fn read(&self, market: u32) -> Option<(u128, u8, u64)> {
        let feed = self.markets.get(market)?.0.feed.0;
        let (config, reports) = self.find_feed(feed)?;
        let liveness = self.observed();
        let seen = reports.assessed(&config, &liveness, liveness.clock(self.now()));
        Some((seen.price.0, seen.verdict.number(), reports.published_at(&config).0))
    }

    /// What `liveness` answers.
    pub(crate) fn lived(&self) -> (u64, u64, u64, u64) {
        let seen = self.observed();
        (seen.block_time_ms, seen.downtime.0, seen.resumed_at.0, seen.outage.0)
    }

    /// What `permission` answers.
    pub(crate) fn permitted(&self, markets: &[u32], action: u8, health: u32) -> Permission {
        let answer = self.judge(markets, action, Bps(health));
        (answer.is_allowed(), answer.reason.number(), answer.until.0, answer.share.0)
    }

    /// The volatility that `quotesAndVolatility` answers.
    pub(crate) fn volatilities(&self, markets: &[u32]) -> Vec<u32> {
        let now = self.now();
        let in_force = |market: &u32| {
            let feed = self.markets.get(market)?.0.feed.0;
            Some(self.histories.get(feed)?.0.volatility.in_force(now).0)
        };
        markets.iter().map(|market| in_force(market).unwrap_or(MAX_VOLATILITY.0)).collect()
    }
}
