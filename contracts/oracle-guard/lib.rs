//! The oracle guard: prices with a verdict, and what may be done while state or prices are not to be trusted.
#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![allow(
    missing_docs,
    clippy::borrow_as_ptr,
    clippy::cast_possible_truncation,
    clippy::ignored_unit_patterns,
    clippy::items_after_statements,
    clippy::needless_pass_by_value,
    clippy::ref_as_ptr,
    clippy::too_many_arguments,
    clippy::type_complexity,
    reason = "in code that ink! and the codec derive; messages own their arguments"
)]

mod error;
mod event;

pub use error::Error;
pub use event::*;

#[ink::contract]
mod oracle_guard {
    use ink::{codegen::TraitCallBuilder, prelude::vec::Vec, storage::Mapping};
    use lockstep_core::{
        guard::{
            self, Action, Answer, Assessment, Clock, FeedConfig, FreezeCause, LivenessConfig, Market, MarketClass,
            PlanView, PriceVerdict, Reason, Recovery, RecoveryRule, Report, Reports, permission::Standing,
        },
        ids::{Account, FeedId},
        registry::Phase,
        units::{self, Bps, Price, Seconds},
    };
    use lockstep_interfaces::{Permission, Quote, Stored, UpgradeRegistry as _};

    use crate::{Error, FeedConfigured, FeedFroze, FeedThawed, MarketConfigured, OutageSeen, PriceReported};

    type Registry = ink::contract_ref_from_path!(lockstep_interfaces::UpgradeRegistry);

    /// Storage of the guard.
    #[ink(storage)]
    pub struct OracleGuard {
        governance: Address,
        registry: Address,
        liveness_config: Stored<LivenessConfig>,
        liveness: Stored<guard::Liveness>,
        configs: Mapping<u32, Stored<FeedConfig>>,
        reports: Mapping<u32, Stored<Reports>>,
        markets: Mapping<u32, Stored<Market>>,
    }

    impl OracleGuard {
        /// A guard without feeds.
        ///
        /// `block_time_ms` is the block time expected until it is measured; a gap that exceeds its blocks by more
        /// than `tolerance` seconds is downtime; a silence beyond `max_silence` seconds freezes liquidations.
        ///
        /// # Errors
        /// `ZeroAddress`, `ParameterOutOfRange` where a length is zero or above a day.
        #[ink(constructor, default)]
        pub fn new(
            governance: Address,
            registry: Address,
            block_time_ms: u64,
            tolerance: u64,
            max_silence: u64,
        ) -> Result<Self, Error> {
            if governance == Address::zero() || registry == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            for (value, max) in [(block_time_ms, 86_400_000), (tolerance, 86_400), (max_silence, 86_400)] {
                if value == 0 || value > max {
                    return Err(Error::ParameterOutOfRange(value, max));
                }
            }
            let (block, now) = (u64::from(Self::env().block_number()), units::Timestamp(Self::env().block_timestamp()));
            let liveness = guard::Liveness::start(block, now, block_time_ms);
            let config = LivenessConfig { tolerance: Seconds(tolerance), max_silence: Seconds(max_silence) };
            Ok(Self {
                governance,
                registry,
                liveness_config: Stored(config),
                liveness: Stored(liveness),
                configs: Mapping::new(),
                reports: Mapping::new(),
                markets: Mapping::new(),
            })
        }

        /// Configures a feed and forgets its reports: it must recover before it is trusted.
        ///
        /// `max_confidence` and `max_deviation` are basis points of the price, the other lengths seconds: `grace`
        /// after an outage or a plan, `feed_grace` after the feed alone was bad, `ramp` of the liquidation size.
        /// `fresh_reports` different reporters must publish after a resume.
        #[ink(message, name = "setFeed")]
        pub fn set_feed(
            &mut self,
            feed: u32,
            reporters: Vec<Address>,
            min_sources: u8,
            max_age: u64,
            max_confidence: u32,
            max_deviation: u32,
            grace: u64,
            feed_grace: u64,
            ramp: u64,
            fresh_reports: u8,
        ) -> Result<(), Error> {
            self.ensure_governance()?;
            let config = FeedConfig {
                reporters: reporters.iter().map(|reporter| Account(reporter.0)).collect(),
                min_sources,
                max_age: Seconds(max_age),
                max_confidence: Bps(max_confidence),
                rule: RecoveryRule {
                    grace: Seconds(grace),
                    feed_grace: Seconds(feed_grace),
                    ramp: Seconds(ramp),
                    fresh_reports,
                    max_deviation: Bps(max_deviation),
                },
            }
            .validated()?;
            let count = u32::try_from(config.reporters.len()).unwrap_or(u32::MAX);
            self.reports.insert(feed, &Stored(Reports::empty(&config, self.now())));
            self.configs.insert(feed, &Stored(config));
            self.env().emit_event_sol(FeedConfigured { feed, reporters: count, min_sources });
            Ok(())
        }

        /// Gives a market its feed and its class (a `lockstep_core::guard::MarketClass` as a number).
        #[ink(message, name = "setMarket")]
        pub fn set_market(&mut self, market: u32, feed: u32, class: u8) -> Result<(), Error> {
            self.ensure_governance()?;
            if self.configs.get(feed).is_none() {
                return Err(Error::UnknownFeed(feed));
            }
            let known = MarketClass::try_from(class).map_err(|unknown| Error::UnknownClass(unknown.0))?;
            self.markets.insert(market, &Stored(Market { feed: FeedId(feed), class: known }));
            self.env().emit_event_sol(MarketConfigured { market, feed, class });
            Ok(())
        }

        /// A reporter's price: quote per whole unit and half width of the confidence interval, both with 18
        /// decimals, and when it was seen.
        #[ink(message)]
        pub fn report(&mut self, feed: u32, price: u128, confidence: u128, published_at: u64) -> Result<(), Error> {
            let reporter = self.env().caller();
            let config = self.configs.get(feed).ok_or(Error::UnknownFeed(feed))?.0;
            let before = self.reports.get(feed).ok_or(Error::UnknownFeed(feed))?.0;
            self.observe();
            let clock = self.clock();
            let report = Report {
                price: Price(price),
                confidence: Price(confidence),
                published_at: units::Timestamp(published_at),
            };
            let froze_before = before.recovery;
            let after = before.with_report(&config, &self.liveness.0, clock, Account(reporter.0), report)?;
            let seen = after.assessed(&config, &self.liveness.0, clock);
            self.reports.insert(feed, &Stored(after));
            let (median, verdict) = (seen.price.0, seen.verdict.number());
            self.env().emit_event_sol(PriceReported { feed, reporter, price, published_at, median, verdict });
            self.emit_recovery(feed, &froze_before, &seen.recovery);
            Ok(())
        }

        /// `(price, stable price, verdict, cause, frozen_at, recovered_at)` of a feed: prices with 18 decimals, the
        /// verdict as a number, the cause of the last freeze (0 outage, 1 invalid price, 2 jump), when it began, and
        /// the active time at which the feed was trusted again (0 while it is not).
        #[ink(message, name = "feedState")]
        pub fn feed_state(&self, feed: u32) -> Result<(u128, u128, u8, u8, u64, u64), Error> {
            let config = self.configs.get(feed).ok_or(Error::UnknownFeed(feed))?.0;
            let liveness = self.observed();
            let seen = self.assessed(feed, &config, &liveness).ok_or(Error::UnknownFeed(feed))?;
            Ok((
                seen.price.0,
                seen.stable.0,
                seen.verdict.number(),
                cause_number(seen.recovery.cause),
                seen.recovery.frozen_at.0,
                seen.recovery.recovered_at.unwrap_or_default().0,
            ))
        }

        /// `(price, verdict, published_at)` of one market: as `quotes` answers, with the Unix second at or after which
        /// as many sources as its feed needs have published.
        ///
        /// # Errors
        /// `UnknownMarket`, `UnknownFeed`.
        #[ink(message)]
        pub fn reading(&self, market: u32) -> Result<(u128, u8, u64), Error> {
            let feed = self.markets.get(market).ok_or(Error::UnknownMarket(market))?.0.feed.0;
            let config = self.configs.get(feed).ok_or(Error::UnknownFeed(feed))?.0;
            let reports = self.reports.get(feed).ok_or(Error::UnknownFeed(feed))?.0;
            let liveness = self.observed();
            let seen = reports.assessed(&config, &liveness, liveness.clock(self.now()));
            Ok((seen.price.0, seen.verdict.number(), reports.published_at(&config).0))
        }

        /// `(stage, reason, until, share)` of a market: stage 0 open, 1 recovering, 2 frozen, 3 reduce-only; reason
        /// as a `lockstep_core::guard::Reason` number; when it may end; the liquidation share in basis points.
        #[ink(message, name = "marketState")]
        pub fn market_state(&self, market: u32) -> Result<(u8, u8, u64, u32), Error> {
            let (_, standing) = self.standing(market).ok_or(Error::UnknownMarket(market))?;
            let stage = match standing.stage {
                guard::Stage::Open => 0,
                guard::Stage::Recovering => 1,
                guard::Stage::Frozen => 2,
                guard::Stage::ReduceOnly => 3,
            };
            Ok((stage, standing.reason.number(), standing.until.0, standing.share.0))
        }

        /// `(block time in milliseconds, downtime in seconds, last resume, length of the outage before it)`.
        #[ink(message)]
        pub fn liveness(&self) -> (u64, u64, u64, u64) {
            let seen = self.observed();
            (seen.block_time_ms, seen.downtime.0, seen.resumed_at.0, seen.outage.0)
        }

        fn ensure_governance(&self) -> Result<(), Error> {
            let caller = self.env().caller();
            if caller == self.governance { Ok(()) } else { Err(Error::NotGovernance(caller)) }
        }

        fn now(&self) -> units::Timestamp {
            units::Timestamp(self.env().block_timestamp())
        }

        /// The host as of this block.
        fn observed(&self) -> guard::Liveness {
            self.liveness.0.observed(self.liveness_config.0, u64::from(self.env().block_number()), self.now())
        }

        /// Records that this block carries user transactions.
        fn observe(&mut self) {
            let seen = self.observed();
            if seen.resumed_at != self.liveness.0.resumed_at {
                self.env().emit_event_sol(OutageSeen {
                    resumed_at: seen.resumed_at.0,
                    length: seen.outage.0,
                    downtime: seen.downtime.0,
                });
            }
            self.liveness = Stored(seen);
        }

        fn clock(&self) -> Clock {
            self.observed().clock(self.now())
        }

        fn assessed(&self, feed: u32, config: &FeedConfig, liveness: &guard::Liveness) -> Option<Assessment> {
            let reports = self.reports.get(feed)?.0;
            Some(reports.assessed(config, liveness, liveness.clock(self.now())))
        }

        /// The plan that touches a market. `Err` where the registry does not answer.
        fn plan(&self, market: u32) -> Result<Option<PlanView>, ()> {
            let registry: Registry = self.registry.into();
            let answer = registry.call().market_phase(market).try_invoke();
            let Ok(Ok((number, _, bound, released_at))) = answer else { return Err(()) };
            let Some(number) = number.checked_sub(1) else { return Ok(None) };
            let phase = Phase::try_from(number).map_err(|_| ())?;
            let released_at = (released_at > 0).then_some(units::Timestamp(released_at));
            Ok(Some(PlanView { phase, bound: units::Timestamp(bound), released_at }))
        }

        /// Price and stage of a market; `None` where it is unknown.
        fn standing(&self, market: u32) -> Option<(PriceVerdict, Standing)> {
            let feed = self.markets.get(market)?.0.feed.0;
            let config = self.configs.get(feed)?.0;
            let reports = self.reports.get(feed)?.0;
            let liveness = self.observed();
            let clock = liveness.clock(self.now());
            let seen = reports.assessed(&config, &liveness, clock);
            let Ok(plan) = self.plan(market) else {
                // A silent registry must not let risk grow; deep insolvency and exits stay open.
                let standing = Standing {
                    stage: guard::Stage::ReduceOnly,
                    reason: Reason::RegistryUnavailable,
                    until: units::Timestamp(0),
                    share: Bps::ZERO,
                };
                return Some((seen.verdict, standing));
            };
            let released = plan.and_then(|plan| plan.released_at).unwrap_or_default();
            let fresh = reports.published_after(released);
            Some((seen.verdict, guard::stage(&seen, &config.rule, plan, fresh, clock)))
        }

        fn emit_recovery(&self, feed: u32, before: &Recovery, after: &Recovery) {
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

    impl lockstep_interfaces::OracleGuard for OracleGuard {
        #[ink(message)]
        fn quotes(&self, markets: Vec<u32>) -> Vec<Quote> {
            let liveness = self.observed();
            let quote = |market: u32| {
                let feed = self.markets.get(market)?.0.feed.0;
                let config = self.configs.get(feed)?.0;
                let seen = self.assessed(feed, &config, &liveness)?;
                Some((seen.price.0, seen.stable.0, seen.verdict.number()))
            };
            markets
                .into_iter()
                .map(|market| quote(market).unwrap_or((0, 0, PriceVerdict::NonPositive.number())))
                .collect()
        }

        #[ink(message)]
        fn permission(&self, markets: Vec<u32>, action: u8, health: u32) -> Permission {
            let mut answer = Answer { reason: Reason::Allowed, until: units::Timestamp(0), share: Bps::ONE };
            for market in markets {
                let one = match (Action::try_from(action), self.standing(market)) {
                    (Err(_), _) => Answer::refused(Reason::UnknownAction, units::Timestamp(0)),
                    (Ok(_), None) => Answer::refused(Reason::UnknownMarket, units::Timestamp(0)),
                    (Ok(action), Some((verdict, standing))) => guard::permit(verdict, standing, action, Bps(health)),
                };
                answer = answer.stricter(one);
            }
            (answer.is_allowed(), answer.reason.number(), answer.until.0, answer.share.0)
        }

        #[ink(message, name = "activeTime")]
        fn active_time(&self) -> u64 {
            self.clock().active.0
        }

        #[ink(message)]
        fn heartbeat(&mut self) {
            self.observe();
        }
    }

    fn cause_number(cause: FreezeCause) -> u8 {
        match cause {
            FreezeCause::Outage => 0,
            FreezeCause::Feed => 1,
            FreezeCause::Jump => 2,
        }
    }
}
