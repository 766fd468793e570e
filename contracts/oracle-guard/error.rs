use ink::Address;
use lockstep_core::guard::{FeedError, LengthError, PauseError, VolatilityError};

/// Why the guard refuses a call. Times are Unix seconds, lengths seconds.
#[derive(Debug, PartialEq, Eq)]
#[ink::error]
pub enum Error {
    /// Only governance may do this.
    NotGovernance(Address),
    /// The zero address stands where a contract or an account is needed.
    ZeroAddress,
    /// The registry is asked already, or was named to be.
    RegistryUnchanged(Address),
    /// There is no such feed.
    UnknownFeed(u32),
    /// There is no such market.
    UnknownMarket(u32),
    /// The number names no contract class.
    UnknownClass(u8),
    /// The number names no way to ask a source.
    UnknownSourceKind(u8),
    /// The number names no selection of markets.
    UnknownSelection(u8),
    /// No reporter, or more than eight.
    ReporterCount(u32),
    /// The reporter is named twice.
    DuplicateReporter(Address),
    /// Fresh or needed sources must be a majority of the reporters and at most all of them: sources, reporters. A
    /// pulled feed needs one to eight rounds.
    SourceCount(u8, u32),
    /// A figure is zero where it may not be, or too great, or below another: figure, greatest.
    ParameterOutOfRange(u64, u64),
    /// The caller does not report to this feed.
    NotReporter(Address),
    /// The report is dated ahead of the host's clock: date, now.
    FutureReport(u64, u64),
    /// The report is stale already: date, now.
    StaleReport(u64, u64),
    /// The reporter has published the same or something newer: date, newest date.
    OutdatedReport(u64, u64),
    /// The feed is not read from another contract.
    NotPulled(u32),
    /// The feed's contract did not answer properly: 0 no answer, or of another length; 1 a figure out of range;
    /// 2 no finished round; 3 a round that began after it ended; 4 other decimals than before.
    SourceFailed(u32, u8),
    /// The round was taken already, or is older than the last one: round, last round.
    OutdatedRound(u128, u128),
    /// More than eight forecasters.
    ForecasterCount(u32),
    /// The forecaster is named twice.
    DuplicateForecaster(Address),
    /// The quorum must be a majority of the forecasters and at most all of them: quorum, forecasters.
    ForecastQuorum(u8, u32),
    /// The caller does not forecast this feed.
    NotForecaster(Address),
    /// The caller is neither governance nor, by the registry, a keeper.
    NotKeeper(Address),
    /// Keepers have paused as often as they may: when they may again.
    PauseBudgetSpent(u64),
    /// A keeper may resume only what has thawed; the number says what stands against it.
    NotThawed(u8),
}

impl From<FeedError> for Error {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::ReporterCount { count } => Self::ReporterCount(count),
            FeedError::DuplicateReporter { reporter } => Self::DuplicateReporter(Address::from(reporter.0)),
            FeedError::SourceCount { sources, reporters } => Self::SourceCount(sources, reporters),
            FeedError::Parameter { value, max } => Self::ParameterOutOfRange(value, max),
            FeedError::NotReporter { caller } => Self::NotReporter(Address::from(caller.0)),
            FeedError::FutureReport { published_at, now } => Self::FutureReport(published_at.0, now.0),
            FeedError::StaleReport { published_at, now } => Self::StaleReport(published_at.0, now.0),
            FeedError::OutdatedReport { published_at, newest } => Self::OutdatedReport(published_at.0, newest.0),
        }
    }
}

impl From<LengthError> for Error {
    fn from(error: LengthError) -> Self {
        Self::ParameterOutOfRange(error.value, error.max)
    }
}

impl From<VolatilityError> for Error {
    fn from(error: VolatilityError) -> Self {
        match error {
            VolatilityError::Parameter { value, max } => Self::ParameterOutOfRange(value, max),
            VolatilityError::ForecasterCount { count } => Self::ForecasterCount(count),
            VolatilityError::DuplicateForecaster { forecaster } => {
                Self::DuplicateForecaster(Address::from(forecaster.0))
            }
            VolatilityError::Quorum { quorum, forecasters } => Self::ForecastQuorum(quorum, forecasters),
            VolatilityError::NotForecaster { caller } => Self::NotForecaster(Address::from(caller.0)),
        }
    }
}

impl From<PauseError> for Error {
    fn from(error: PauseError) -> Self {
        match error {
            PauseError::Spent { until } => Self::PauseBudgetSpent(until.0),
            PauseError::Length { value, max } => Self::ParameterOutOfRange(value, max),
        }
    }
}
