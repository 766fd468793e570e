//! What governance sets.

use ink::{Address, codegen::Env as _};
use lockstep_core::{
    guard::{
        FeedConfig, Forecasts, History, Mark, Market, MarketClass, Reports, Source, SourceKind, Volatility,
        VolatilityRule,
        basis::{MAX_BAND, MAX_MARK_AGE},
    },
    ids::{Account, FeedId},
    units::{Bps, Price, Seconds},
};
use lockstep_interfaces::Stored;

use crate::{
    BasisConfigured, Error, FeedConfigured, MarketConfigured, RegistryNamed, SourceConfigured, VolatilityConfigured,
    oracle_guard::OracleGuard, sources,
};

impl OracleGuard {
    #[inline(never)]
    pub(crate) fn ensure_governance(&self) -> Result<(), Error> {
        let caller = self.env().caller();
        if caller == self.governance { Ok(()) } else { Err(Error::NotGovernance(caller)) }
    }

    /// Only governance passes; its call is a sign of life like any other.
    pub(crate) fn governed(&mut self) -> Result<(), Error> {
        self.ensure_governance()?;
        self.observe();
        Ok(())
    }

    /// Stores a feed that was configured anew: what was reported and measured before is forgotten.
    #[inline(never)]
    pub(crate) fn configure(&mut self, feed: u32, config: FeedConfig) {
        let reporters = u32::try_from(config.reporters.len()).unwrap_or(u32::MAX);
        let min_sources = config.min_sources;
        let rule = self.histories.get(feed).unwrap_or_default().0.volatility.rule;
        let history = History { volatility: Volatility::unmeasured(rule), ..History::default() };
        self.reports.insert(feed, &Stored(Reports::empty(&config, self.now())));
        self.histories.insert(feed, &Stored(history));
        self.configs.insert(feed, &Stored(config));
        self.env().emit_event_sol(FeedConfigured { feed, reporters, min_sources });
    }

    /// The same for a feed that is read from another contract, which must answer already.
    pub(crate) fn configure_pulled(
        &mut self,
        feed: u32,
        config: FeedConfig,
        kind: SourceKind,
        source: Address,
        key: u32,
    ) -> Result<(), Error> {
        self.governed()?;
        if source == Address::zero() {
            return Err(Error::ZeroAddress);
        }
        let config = config.validated_pulled()?;
        let decimals =
            sources::source_decimals(kind, source).map_err(|fault| Error::SourceFailed(feed, fault.number()))?;
        let asked = Source { kind, contract: Account(source.0), key, decimals, round: 0 };
        self.sources.insert(feed, &Stored(asked));
        self.configure(feed, config);
        self.env().emit_event_sol(SourceConfigured { feed, source, kind: kind.number(), key, decimals });
        Ok(())
    }

    pub(crate) fn configure_market(&mut self, market: u32, feed: u32, class: u8) -> Result<(), Error> {
        self.governed()?;
        if self.configs.get(feed).is_none() {
            return Err(Error::UnknownFeed(feed));
        }
        let known = MarketClass::try_from(class).map_err(|unknown| Error::UnknownClass(unknown.0))?;
        let mark = self.markets.get(market).map_or(Mark::default(), |market| market.0.mark);
        let mark = Mark { price: Price(0), ..mark };
        self.markets.insert(market, &Stored(Market { feed: FeedId(feed), class: known, mark }));
        self.env().emit_event_sol(MarketConfigured { market, feed, class });
        Ok(())
    }

    /// Names the registry that follows. Nothing is asked of the one in office: it may be broken.
    pub(crate) fn name_registry(&mut self, new: Address) -> Result<(), Error> {
        self.governed()?;
        if new == Address::zero() {
            return Err(Error::ZeroAddress);
        }
        let old = self.current_registry();
        let mut seat = self.registry.0;
        seat.appoint(Account(new.0), self.now()).map_err(|_| Error::RegistryUnchanged(new))?;
        self.registry = Stored(seat);
        self.env().emit_event_sol(RegistryNamed { old, new, start: seat.from.0 });
        Ok(())
    }

    pub(crate) fn configure_basis(
        &mut self,
        market: u32,
        venue: Address,
        band: Bps,
        max_age: Seconds,
    ) -> Result<(), Error> {
        self.governed()?;
        let known = self.markets.get(market).ok_or(Error::UnknownMarket(market))?.0;
        if venue == Address::zero() {
            return Err(Error::ZeroAddress);
        }
        let is_watched = band > Bps::ZERO;
        for (value, max) in [(u64::from(band.0), u64::from(MAX_BAND.0)), (max_age.0, MAX_MARK_AGE.0)] {
            if value > max || (is_watched && value == 0) {
                return Err(Error::ParameterOutOfRange(value, max));
            }
        }
        let mark = Mark { band, max_age, ..Mark::default() };
        self.markets.insert(market, &Stored(Market { mark, ..known }));
        self.venues.insert(market, &venue);
        self.env().emit_event_sol(BasisConfigured { market, venue, band: band.0, max_age: max_age.0 });
        Ok(())
    }

    pub(crate) fn configure_volatility(
        &mut self,
        feed: u32,
        rule: VolatilityRule,
        forecasters: &[Address],
        quorum: u8,
        max_age: Seconds,
    ) -> Result<(), Error> {
        self.governed()?;
        if self.configs.get(feed).is_none() {
            return Err(Error::UnknownFeed(feed));
        }
        let rule = rule.validated()?;
        let accounts = forecasters.iter().map(|forecaster| Account(forecaster.0)).collect();
        let forecasts = Forecasts::new(accounts, quorum, max_age)?;
        let mut history = self.histories.get(feed).unwrap_or_default().0;
        history.volatility = Volatility { rule, forecast: Bps::ZERO, ..history.volatility };
        self.histories.insert(feed, &Stored(history));
        self.forecasts.insert(feed, &Stored(forecasts));
        self.env().emit_event_sol(VolatilityConfigured {
            feed,
            forecasters: u32::try_from(forecasters.len()).unwrap_or(u32::MAX),
            quorum,
            memory: rule.memory.0,
            floor: rule.floor.0,
            cap: rule.cap.0,
        });
        Ok(())
    }
}
