//! A feed: the newest report of each reporter, their median, and what is wrong with it.
//!
//! A pulled feed has no reporters but one source. It keeps the newest rounds, as many as a thaw asks for; the last one
//! is its price, and distinct rounds stand for different reporters.

use alloc::vec::Vec;

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode};

use crate::{
    guard::{
        liveness::{Clock, Liveness},
        recovery::{MAX_GRACE, Recovery, RecoveryRule, Sight},
        verdict::PriceVerdict,
    },
    ids::Account,
    units::{Bps, Price, Seconds, Timestamp, mul_div_down, nth_smallest},
};

/// Most reporters of one feed: their reports must fit one storage item.
pub const MAX_REPORTERS: usize = 8;

/// How far ahead of the host's clock a report may be dated.
pub const FUTURE_TOLERANCE: Seconds = Seconds(15);

/// The median may be at most this many times the stable price, and at least its inverse.
const VOLATILE_MULTIPLE: u128 = 5;

/// Growth of the stable price per second, in millionths.
const STABLE_GROWTH_PPM: u128 = 300;

/// The longest step of the stable price: a silence is no licence to jump.
const STABLE_STEP: Seconds = Seconds::minutes(10);

/// Who reports, and what counts as valid.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct FeedConfig {
    /// Those who may report, at most [`MAX_REPORTERS`]; nobody where the feed is pulled.
    pub reporters: Vec<Account>,
    /// Fresh reports needed for a price; one where the feed is pulled.
    pub min_sources: u8,
    /// A report older than this is stale.
    pub max_age: Seconds,
    /// Widest confidence interval, relative to the price.
    pub max_confidence: Bps,
    /// What a recovery asks for.
    pub rule: RecoveryRule,
}

/// One reporter's newest word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Report {
    /// Price.
    pub price: Price,
    /// Half width of the confidence interval, in the unit of the price.
    pub confidence: Price,
    /// When the reporter saw it; zero where there is no report.
    pub published_at: Timestamp,
}

/// The growth-limited price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct StablePrice {
    /// Value.
    pub price: Price,
    /// When it last moved.
    pub at: Timestamp,
}

/// Everything a feed remembers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Reports {
    /// Newest report of each reporter, in the order of [`FeedConfig::reporters`]; newest rounds of a pulled feed.
    pub newest: Vec<Report>,
    /// Growth-limited price; `None` before the first valid median.
    pub stable: Option<StablePrice>,
    /// Where the feed stands on its way back.
    pub recovery: Recovery,
}

/// A feed at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Median of the fresh reports, or of the newest ones where too few are fresh.
    pub price: Price,
    /// Growth-limited price; the median where there is none yet.
    pub stable: Price,
    /// What is wrong with it.
    pub verdict: PriceVerdict,
    /// The recovery as of now.
    pub recovery: Recovery,
    /// From when too few reports are fresh.
    pub starved: Timestamp,
}

/// Why a feed or a report is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedError {
    /// No reporter, or more than [`MAX_REPORTERS`].
    ReporterCount {
        /// How many were given.
        count: u32,
    },
    /// The same reporter twice.
    DuplicateReporter {
        /// Who.
        reporter: Account,
    },
    /// A number of sources, fresh or in all, of zero or above the number of reporters, or below a majority.
    SourceCount {
        /// What was asked for.
        sources: u8,
        /// Number of reporters.
        reporters: u32,
    },
    /// A zero where none makes sense, or a grace beyond [`MAX_GRACE`].
    Parameter {
        /// What was given.
        value: u64,
        /// The greatest that is accepted.
        max: u64,
    },
    /// The caller does not report to this feed.
    NotReporter {
        /// Who called.
        caller: Account,
    },
    /// The report is dated ahead of the host's clock by more than [`FUTURE_TOLERANCE`].
    FutureReport {
        /// Date of the report.
        published_at: Timestamp,
        /// The host's time.
        now: Timestamp,
    },
    /// The report is already stale.
    StaleReport {
        /// Date of the report.
        published_at: Timestamp,
        /// The host's time.
        now: Timestamp,
    },
    /// The reporter has published the same or something newer.
    OutdatedReport {
        /// Date of the report.
        published_at: Timestamp,
        /// Date of the newest one.
        newest: Timestamp,
    },
}

impl FeedConfig {
    /// Refuses what could never work or could be captured by a minority.
    pub fn validated(self) -> Result<Self, FeedError> {
        let count = u32::try_from(self.reporters.len()).unwrap_or(u32::MAX);
        if self.reporters.is_empty() || self.reporters.len() > MAX_REPORTERS {
            return Err(FeedError::ReporterCount { count });
        }
        for (position, reporter) in self.reporters.iter().enumerate() {
            if self.reporters.iter().skip(position.saturating_add(1)).any(|other| other == reporter) {
                return Err(FeedError::DuplicateReporter { reporter: *reporter });
            }
        }
        for sources in [self.min_sources, self.rule.fresh_reports] {
            let majority = u32::from(sources).saturating_mul(2) > count;
            if !majority || u32::from(sources) > count {
                return Err(FeedError::SourceCount { sources, reporters: count });
            }
        }
        self.bounded()
    }

    /// The same for a pulled feed.
    pub fn validated_pulled(self) -> Result<Self, FeedError> {
        let count = u32::try_from(self.reporters.len()).unwrap_or(u32::MAX);
        if count != 0 {
            return Err(FeedError::ReporterCount { count });
        }
        let rounds = self.rule.fresh_reports;
        if self.min_sources != 1 || rounds == 0 || usize::from(rounds) > MAX_REPORTERS {
            return Err(FeedError::SourceCount { sources: rounds, reporters: 1 });
        }
        self.bounded()
    }

    fn bounded(self) -> Result<Self, FeedError> {
        for (value, max) in [
            (self.max_age.0, 86_400),
            (u64::from(self.max_confidence.0), 10_000),
            (u64::from(self.rule.max_deviation.0), 10_000),
        ] {
            if value == 0 || value > max {
                return Err(FeedError::Parameter { value, max });
            }
        }
        for (value, max) in
            [(self.rule.grace.0, MAX_GRACE.0), (self.rule.feed_grace.0, MAX_GRACE.0), (self.rule.ramp.0, 86_400)]
        {
            if value > max {
                return Err(FeedError::Parameter { value, max });
            }
        }
        Ok(self)
    }

    /// Whether the price is read from another contract.
    pub const fn is_pulled(&self) -> bool {
        self.reporters.is_empty()
    }
}

/// Lower median: of an even number of prices the smaller of the two in the middle.
fn median(values: impl Iterator<Item = Price>) -> Option<Price> {
    let values: Vec<u128> = values.map(|price| price.0).collect();
    nth_smallest(&values, values.len().checked_sub(1)? / 2).map(Price)
}

impl StablePrice {
    /// Moves toward `price` by at most the growth limit for the time passed.
    #[must_use]
    fn toward(self, price: Price, now: Timestamp) -> Self {
        let step = now.since(self.at).0.min(STABLE_STEP.0);
        let ppm = STABLE_GROWTH_PPM.saturating_mul(u128::from(step));
        let reach = mul_div_down(self.price.0, ppm, 1_000_000).unwrap_or(u128::MAX);
        let low = self.price.0.saturating_sub(reach);
        let high = self.price.0.saturating_add(reach);
        Self { price: Price(price.0.clamp(low, high)), at: now }
    }
}

impl Reports {
    /// No report yet.
    pub fn empty(config: &FeedConfig, now: Timestamp) -> Self {
        let slots = if config.is_pulled() { usize::from(config.rule.fresh_reports) } else { config.reporters.len() };
        Self {
            newest: core::iter::repeat_n(Report::default(), slots).collect(),
            stable: None,
            recovery: Recovery::fresh(now),
        }
    }

    /// Number of reporters, or rounds, that published after `origin`.
    pub fn published_after(&self, origin: Timestamp) -> usize {
        self.newest.iter().filter(|report| report.published_at > origin).count()
    }

    /// The reports that make a price: of a pulled feed the last round.
    fn counted(&self, config: &FeedConfig) -> impl Iterator<Item = &Report> {
        let last = self.newest.iter().map(|report| report.published_at).max();
        let pulled = config.is_pulled();
        self.newest
            .iter()
            .filter(move |report| report.published_at.0 > 0 && (!pulled || Some(report.published_at) == last))
    }

    /// The date at or after which as many reporters as the feed needs have published; zero where fewer ever did.
    pub fn published_at(&self, config: &FeedConfig) -> Timestamp {
        let dates: Vec<u128> = self.newest.iter().map(|report| u128::from(report.published_at.0)).collect();
        let last_needed = dates.len().checked_sub(usize::from(config.min_sources.max(1)));
        let date = last_needed.and_then(|rank| nth_smallest(&dates, rank));
        Timestamp(date.and_then(|date| u64::try_from(date).ok()).unwrap_or(0))
    }

    /// The moment from which fewer than the needed sources were fresh.
    fn starved_since(&self, config: &FeedConfig) -> Timestamp {
        self.published_at(config).after(config.max_age).after(Seconds(1))
    }

    /// The median and what is wrong with it, apart from where the feed stands on its way back.
    fn looked_at(&self, config: &FeedConfig, now: Timestamp) -> (Price, PriceVerdict) {
        let is_fresh = |report: &&Report| now.since(report.published_at) <= config.max_age;
        let fresh: Vec<&Report> = self.counted(config).filter(is_fresh).collect();
        if fresh.len() < usize::from(config.min_sources) {
            let price = median(self.counted(config).map(|report| report.price));
            let verdict =
                if fresh.is_empty() && price.is_some() { PriceVerdict::Stale } else { PriceVerdict::TooFewSources };
            return (price.unwrap_or_default(), verdict);
        }
        let price = median(fresh.iter().map(|report| report.price)).unwrap_or_default();
        let confidence = median(fresh.iter().map(|report| report.confidence)).unwrap_or_default();
        let reference = self.stable.map_or(price, |stable| stable.price).0;
        let verdict = if price.0 == 0 {
            PriceVerdict::NonPositive
        } else if price.0 > reference.saturating_mul(VOLATILE_MULTIPLE)
            || reference > price.0.saturating_mul(VOLATILE_MULTIPLE)
        {
            PriceVerdict::TooVolatile
        } else if Bps::ratio_down(confidence.0, price.0).is_none_or(|ratio| ratio > config.max_confidence) {
            PriceVerdict::TooUncertain
        } else {
            PriceVerdict::Valid
        };
        (price, verdict)
    }

    /// The median that a baseline is anchored to: of a pulled feed over its rounds.
    fn anchor(&self, config: &FeedConfig, price: Price) -> Price {
        if config.is_pulled() { median(self.newest.iter().map(|round| round.price)).unwrap_or(price) } else { price }
    }

    /// The feed as of now.
    #[inline(never)]
    pub fn assessed(&self, config: &FeedConfig, liveness: &Liveness, clock: Clock) -> Assessment {
        let (price, raw) = self.looked_at(config, clock.now);
        let starved = self.starved_since(config);
        let is_starved = matches!(raw, PriceVerdict::TooFewSources | PriceVerdict::Stale);
        let sight = Sight {
            median: raw.is_valid().then_some(price),
            anchor: self.anchor(config, price),
            invalid_since: if is_starved { starved } else { clock.now },
        };
        let recovery =
            self.recovery.advanced(&config.rule, liveness, clock, sight, |origin| self.published_after(origin));
        let verdict = if recovery.is_unconfirmed_jump() { raw.max(PriceVerdict::Divergent) } else { raw };
        Assessment { price, stable: self.stable.map_or(price, |stable| stable.price), verdict, recovery, starved }
    }

    /// Takes a reporter's report: first what the feed had become by now, then the report.
    pub fn with_report(
        self,
        config: &FeedConfig,
        liveness: &Liveness,
        clock: Clock,
        reporter: Account,
        report: Report,
    ) -> Result<Self, FeedError> {
        let caller = reporter;
        let position =
            config.reporters.iter().position(|known| *known == reporter).ok_or(FeedError::NotReporter { caller })?;
        let newest = self.newest.get(position).ok_or(FeedError::NotReporter { caller })?.published_at;
        self.with(config, liveness, clock, position, newest, report)
    }

    /// Takes a round of a pulled feed, in the place of the oldest one.
    pub fn with_round(
        self,
        config: &FeedConfig,
        liveness: &Liveness,
        clock: Clock,
        round: Report,
    ) -> Result<Self, FeedError> {
        let dates = || self.newest.iter().map(|report| report.published_at).enumerate();
        let oldest = dates().min_by_key(|(_, date)| *date).map_or(0, |(position, _)| position);
        let newest = dates().map(|(_, date)| date).max().unwrap_or_default();
        self.with(config, liveness, clock, oldest, newest, round)
    }

    #[inline(never)]
    fn with(
        mut self,
        config: &FeedConfig,
        liveness: &Liveness,
        clock: Clock,
        position: usize,
        newest: Timestamp,
        report: Report,
    ) -> Result<Self, FeedError> {
        let (now, published_at) = (clock.now, report.published_at);
        if published_at > now.after(FUTURE_TOLERANCE) {
            return Err(FeedError::FutureReport { published_at, now });
        }
        if now.since(published_at) > config.max_age {
            return Err(FeedError::StaleReport { published_at, now });
        }
        if published_at <= newest {
            return Err(FeedError::OutdatedReport { published_at, newest });
        }
        let before = self.assessed(config, liveness, clock);
        self.recovery = before.recovery;
        if let Some(slot) = self.newest.get_mut(position) {
            *slot = report;
        }
        let (price, raw) = self.looked_at(config, now);
        let open = self.recovery.recovered_at.is_some();
        if open && before.verdict.is_valid() && raw.is_valid() {
            let moved = before.price.deviation_up(price);
            if moved > config.rule.max_deviation {
                self.recovery = self.recovery.jumped(clock);
            }
        }
        let after = self.assessed(config, liveness, clock);
        self.recovery = after.recovery;
        // Also at an invalid level: the growth limit tames it, and a lasting move must be able to become valid.
        if !matches!(raw, PriceVerdict::TooFewSources | PriceVerdict::Stale | PriceVerdict::NonPositive) {
            self.stable = Some(self.stable.map_or(StablePrice { price, at: now }, |stable| stable.toward(price, now)));
        }
        Ok(self)
    }
}

#[cfg(test)]
#[path = "feed_tests.rs"]
mod tests;
