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
mod governing;
mod judging;
mod outside;
mod pausing;
mod reading;
mod recording;
mod sources;

pub use error::Error;
pub use event::*;

// A contract has two pages of stack, unless it says how much it needs. Reports and rules are decoded on it.
#[cfg(target_arch = "riscv64")]
core::arch::global_asm!(
    ".pushsection .polkavm_min_stack_size,\"R\",@note",
    ".4byte {bytes}",
    ".popsection",
    bytes = const 32_768,
);

#[ink::contract]
mod oracle_guard {
    use ink::{prelude::vec::Vec, storage::Mapping};
    use lockstep_core::{
        guard::{
            self, Bucket, FeedConfig, Forecasts, History, LivenessConfig, Market, Outage, Pauses, RecoveryRule, Report,
            Reports, Source, SourceKind, VolatilityRule, permission::SETTLE_AFTER,
        },
        ids::Account,
        margin::Seat,
        units::{self, Bps, Price, Seconds},
    };
    use lockstep_interfaces::{Basis, MarkError, Permission, Quote, Stored};

    use crate::{Error, recording::cause_number};

    /// Storage of the guard, that which its front reads under the same names. What `quotes` and `permission` read is the root, a market, and a feed's configuration and
    /// reports; the rest is read where it is asked for.
    #[ink(storage)]
    pub struct OracleGuard {
        pub(crate) governance: Address,
        /// Whose code a front runs where it does not answer itself; none where this contract stands alone.
        pub(crate) implementation: Address,
        /// The upgrade registry, and which one follows it.
        pub(crate) registry: Stored<Seat>,
        pub(crate) liveness_config: Stored<LivenessConfig>,
        pub(crate) liveness: Stored<guard::Liveness>,
        /// How many outages were booked; the last ones stand in `outages`, in a ring.
        pub(crate) outage_count: u32,
        /// When the last pause of any selection ends.
        pub(crate) paused_until: u64,
        pub(crate) configs: Mapping<u32, Stored<FeedConfig>>,
        pub(crate) reports: Mapping<u32, Stored<Reports>>,
        pub(crate) sources: Mapping<u32, Stored<Source>>,
        pub(crate) markets: Mapping<u32, Stored<Market>>,
        /// Who reports the mark of a market.
        pub(crate) venues: Mapping<u32, Address>,
        pub(crate) histories: Mapping<u32, Stored<History>>,
        /// Rings of five-minute buckets, by feed and slot.
        pub(crate) buckets: Mapping<(u32, u32), Stored<Bucket>>,
        pub(crate) forecasts: Mapping<u32, Stored<Forecasts>>,
        /// Ledgers of pauses, by selection and what it selects.
        pub(crate) pauses: Mapping<(u8, u32), Stored<Pauses>>,
        pub(crate) outages: Mapping<u32, Stored<Outage>>,
        /// Stages as last noted.
        pub(crate) stages: Mapping<u32, u8>,
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
            let config = LivenessConfig::checked(block_time_ms, Seconds(tolerance), Seconds(max_silence))?;
            let (block, now) = (u64::from(Self::env().block_number()), units::Timestamp(Self::env().block_timestamp()));
            let liveness = guard::Liveness::start(block, now, block_time_ms);
            Ok(Self {
                governance,
                implementation: Address::zero(),
                registry: Stored(Seat::of(Account(registry.0))),
                liveness_config: Stored(config),
                liveness: Stored(liveness),
                outage_count: 0,
                paused_until: 0,
                configs: Mapping::new(),
                reports: Mapping::new(),
                sources: Mapping::new(),
                markets: Mapping::new(),
                venues: Mapping::new(),
                histories: Mapping::new(),
                buckets: Mapping::new(),
                forecasts: Mapping::new(),
                pauses: Mapping::new(),
                outages: Mapping::new(),
                stages: Mapping::new(),
            })
        }

        /// Names the registry that follows, two days of wall time later; one named before that has not begun is replaced.
        ///
        /// # Errors
        /// `NotGovernance`, `ZeroAddress`, `RegistryUnchanged`.
        #[ink(message, name = "setRegistry")]
        pub fn set_registry(&mut self, registry: Address) -> Result<(), Error> {
            self.name_registry(registry)
        }

        /// `(registry, next, from)`: the registry that is asked now, the one that is asked from `from` on, which is the
        /// same where none was named.
        #[ink(message)]
        pub fn registry(&self) -> (Address, Address, u64) {
            let Seat { next, from, .. } = self.registry.0;
            (self.current_registry(), Address::from(next.0), from.0)
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
            self.governed()?;
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
            self.configure(feed, config);
            Ok(())
        }

        /// Configures a feed that is read from another contract, and forgets what it had: it must recover before it is
        /// trusted. `kind` 0 asks Chainlink's `AggregatorV3Interface`, 1 Lockstep's `PriceSource` for `key`. The other
        /// figures are those of `setFeed`; `fresh_rounds` (one to eight) distinct rounds stand for different reporters.
        #[ink(message, name = "setPulledFeed")]
        pub fn set_pulled_feed(
            &mut self,
            feed: u32,
            kind: u8,
            source: Address,
            key: u32,
            max_age: u64,
            max_confidence: u32,
            max_deviation: u32,
            grace: u64,
            feed_grace: u64,
            ramp: u64,
            fresh_rounds: u8,
        ) -> Result<(), Error> {
            let kind = SourceKind::try_from(kind).map_err(|unknown| Error::UnknownSourceKind(unknown.0))?;
            let rule = RecoveryRule {
                grace: Seconds(grace),
                feed_grace: Seconds(feed_grace),
                ramp: Seconds(ramp),
                fresh_reports: fresh_rounds,
                max_deviation: Bps(max_deviation),
            };
            let config = FeedConfig {
                reporters: Vec::new(),
                min_sources: 1,
                max_age: Seconds(max_age),
                max_confidence: Bps(max_confidence),
                rule,
            };
            self.configure_pulled(feed, config, kind, source, key)
        }

        /// Gives a market its feed and its class (a `lockstep_core::guard::MarketClass` as a number); its mark is
        /// forgotten.
        #[ink(message, name = "setMarket")]
        pub fn set_market(&mut self, market: u32, feed: u32, class: u8) -> Result<(), Error> {
            self.configure_market(market, feed, class)
        }

        /// Names the venue that reports the mark of a market, how far from the index that may be (`band`, basis points
        /// up to 10,000; 0 where it is not watched), and after how many seconds it counts no more.
        #[ink(message, name = "setBasis")]
        pub fn set_basis(&mut self, market: u32, venue: Address, band: u32, max_age: u64) -> Result<(), Error> {
            self.configure_basis(market, venue, Bps(band), Seconds(max_age))
        }

        /// Sets how the volatility of a feed is measured and who forecasts it. `memory` is seconds, `floor` and `cap`
        /// basis points a day (up to 20,000); of the `forecasters` (at most eight, or none) `quorum`, a majority, must
        /// have spoken within `max_age` seconds.
        #[ink(message, name = "setVolatility")]
        pub fn set_volatility(
            &mut self,
            feed: u32,
            forecasters: Vec<Address>,
            quorum: u8,
            max_age: u64,
            memory: u64,
            floor: u32,
            cap: u32,
        ) -> Result<(), Error> {
            let rule = VolatilityRule { memory: Seconds(memory), floor: Bps(floor), cap: Bps(cap) };
            self.configure_volatility(feed, rule, &forecasters, quorum, Seconds(max_age))
        }

        /// A reporter's price: quote per whole unit and half width of the confidence interval, both with 18
        /// decimals, and when it was seen.
        #[ink(message)]
        pub fn report(&mut self, feed: u32, price: u128, confidence: u128, published_at: u64) -> Result<(), Error> {
            let published_at = units::Timestamp(published_at);
            let report = Report { price: Price(price), confidence: Price(confidence), published_at };
            self.take_report(feed, report)
        }

        /// Takes the last round of a pulled feed. Anyone may ask.
        #[ink(message)]
        pub fn pull(&mut self, feed: u32) -> Result<(), Error> {
            self.take_round(feed)
        }

        /// What a forecaster expects the price of a feed to move, in basis points a day (1 to 20,000).
        #[ink(message)]
        pub fn forecast(&mut self, feed: u32, volatility: u32) -> Result<(), Error> {
            self.take_forecast(feed, Bps(volatility))
        }

        /// A keeper's pause of half an hour, within the budget of what it selects: `selection` 0 is the market `id`, 1
        /// the markets of class `id`, 2 those on feed `id`. It expires by itself.
        #[ink(message)]
        pub fn pause(&mut self, selection: u8, id: u32) -> Result<(), Error> {
            self.pause_as_keeper(selection, id)
        }

        /// A pause by governance, of 1 to 86,400 seconds.
        #[ink(message, name = "pauseFor")]
        pub fn pause_for(&mut self, selection: u8, id: u32, length: u64) -> Result<(), Error> {
            self.pause_as_governance(selection, id, Seconds(length))
        }

        /// Lifts the pauses of a selection; those of a market whichever way it was selected. By governance, or by a
        /// keeper where a market or a feed has thawed.
        #[ink(message)]
        pub fn resume(&mut self, selection: u8, id: u32) -> Result<(), Error> {
            self.lift(selection, id)
        }

        /// Emits in which stage a market is, where it is another than was noted last. Stages follow from time and need
        /// no transaction; this is for whoever reads events. Anyone may call it.
        #[ink(message)]
        pub fn note(&mut self, market: u32) -> Result<(), Error> {
            self.note_stage(market)
        }

        /// `(price, stable price, verdict, cause, frozen_at, recovered_at)` of a feed: prices with 18 decimals, the
        /// verdict as a number, the cause of the last freeze (0 outage, 1 invalid price, 2 jump), when it began, and
        /// the active time at which the feed was trusted again (0 while it is not).
        #[ink(message, name = "feedState")]
        pub fn feed_state(&self, feed: u32) -> Result<(u128, u128, u8, u8, u64, u64), Error> {
            let (_, _, seen) = self.seen(feed)?;
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
        /// `UnknownMarket`.
        #[ink(message)]
        pub fn reading(&self, market: u32) -> Result<(u128, u8, u64), Error> {
            self.read(market).ok_or(Error::UnknownMarket(market))
        }

        /// `(stage, reason, until, share)` of a market: stage 0 open, 1 recovering, 2 frozen, 3 reduce-only, 4
        /// settleable; reason as a `lockstep_core::guard::Reason` number; when it may end; the liquidation share in
        /// basis points.
        #[ink(message, name = "marketState")]
        pub fn market_state(&self, market: u32) -> Result<(u8, u8, u64, u32), Error> {
            let standing = self.view(market, true).ok_or(Error::UnknownMarket(market))?.standing;
            let standing = self.settling(standing);
            Ok((standing.stage.number(), standing.reason.number(), standing.until.0, standing.share.0))
        }

        /// `(block time in milliseconds, downtime in seconds, last resume, length of the outage before it)`.
        #[ink(message)]
        pub fn liveness(&self) -> (u64, u64, u64, u64) {
            self.lived()
        }
    }

    impl lockstep_interfaces::OracleGuard for OracleGuard {
        #[ink(message)]
        fn quotes(&self, markets: Vec<u32>) -> Vec<Quote> {
            self.quoted(&markets)
        }

        #[ink(message)]
        fn permission(&self, markets: Vec<u32>, action: u8, health: u32) -> Permission {
            self.permitted(&markets, action, health)
        }

        #[ink(message, name = "quotesAndVolatility")]
        fn quotes_and_volatility(&self, quoted: Vec<u32>, volatile: Vec<u32>) -> (Vec<Quote>, Vec<u32>) {
            (self.quoted(&quoted), self.volatilities(&volatile))
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

    impl lockstep_interfaces::MarketWatch for OracleGuard {
        #[ink(message)]
        fn twap(&self, market: u32, end: u64) -> (u128, u64) {
            let feed = self.markets.get(market).map(|market| market.0.feed.0);
            feed.map_or((0, 0), |feed| self.average(feed, units::Timestamp(end)))
        }

        #[ink(message, name = "settlementDue")]
        fn settlement_due(&self, market: u32) -> (bool, u64) {
            match self.view(market, false).and_then(|view| view.standing.lapse) {
                Some(lapse) => (self.span(lapse) >= SETTLE_AFTER, lapse.frozen_at.0),
                None => (false, 0),
            }
        }

        #[ink(message, name = "reportMark")]
        fn report_mark(&mut self, market: u32, mark: u128) -> Result<(), MarkError> {
            self.take_mark(market, Price(mark))
        }

        #[ink(message)]
        fn basis(&self, market: u32) -> Basis {
            let Some((terms, seen)) = self.assessed(market, &self.observed()) else { return (0, 0, 0, true) };
            let basis = terms.mark.basis(seen.verdict.is_valid().then_some(seen.price), self.now());
            (basis.mark.0, seen.price.0, basis.distance, basis.outside.is_none())
        }
    }
}
