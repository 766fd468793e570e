use ink::Address;
use lockstep_core::guard::FeedError;

/// Why the guard refuses a call. Times are Unix seconds, lengths seconds.
#[derive(Debug, PartialEq, Eq)]
#[ink::error]
pub enum Error {
    /// Only governance may do this.
    NotGovernance(Address),
    /// The zero address stands where a contract or an account is needed.
    ZeroAddress,
    /// There is no such feed.
    UnknownFeed(u32),
    /// There is no such market.
    UnknownMarket(u32),
    /// The number names no contract class.
    UnknownClass(u8),
    /// No reporter, or more than eight.
    ReporterCount(u32),
    /// The reporter is named twice.
    DuplicateReporter(Address),
    /// Fresh or needed sources must be a majority of the reporters and at most all of them: sources, reporters.
    SourceCount(u8, u32),
    /// A figure is zero where it may not be, or too great: figure, greatest.
    ParameterOutOfRange(u64, u64),
    /// The caller does not report to this feed.
    NotReporter(Address),
    /// The report is dated ahead of the host's clock: date, now.
    FutureReport(u64, u64),
    /// The report is stale already: date, now.
    StaleReport(u64, u64),
    /// The reporter has published the same or something newer: date, newest date.
    OutdatedReport(u64, u64),
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
