use ink::{Address, H256};
use lockstep_core::registry::{PlanError, SignalError};

/// Why the registry refuses a call. Times are Unix seconds, lengths seconds.
#[derive(Debug, PartialEq, Eq)]
#[ink::error]
pub enum Error {
    /// Only governance may do this.
    NotGovernance(Address),
    /// The caller is not a keeper.
    NotKeeper(Address),
    /// The zero address stands where a contract or an account is needed.
    ZeroAddress,
    /// The account is a keeper already.
    AlreadyKeeper(Address),
    /// The threshold must be a majority of the keepers and at most all of them: threshold, keepers.
    ThresholdOutOfRange(u32, u32),
    /// The network is not registered.
    UnknownDomain(u32),
    /// The network is registered already.
    DomainExists(u32),
    /// The genesis hash is zero.
    NoGenesisHash(u32),
    /// There is no such plan.
    UnknownPlan(u64),
    /// The plan has ended in this phase, or its freeze has begun: plan, phase.
    PlanNotOpen(u64, u8),
    /// The plan has not ended yet: plan, phase.
    PlanNotEnded(u64, u8),
    /// The plan's branch was advanced already.
    PlanClosed(u64),
    /// Hash of the code is zero.
    NoCodeHash,
    /// No disclosure, or its severity is not 1 to 4.
    NoDisclosure(u8),
    /// The address of the disclosure is empty or longer than 256 bytes.
    UriLength(u32),
    /// Not in the order now < freeze <= earliest <= latest < freeze + longest freeze.
    TimesOutOfOrder(u64, u64, u64, u64),
    /// The freeze is zero or too long: asked, longest.
    FreezeTooLong(u64, u64),
    /// The time to stabilise is too long: asked, longest.
    StabiliseTooLong(u64, u64),
    /// No market, or more than 16.
    MarketCount(u32),
    /// The market is named twice.
    DuplicateMarket(u32),
    /// Too many plans that have not ended touch the market: market, plans.
    MarketBusy(u32, u32),
    /// The number names no kind of signal.
    UnknownSignalKind(u8),
    /// The signal is of another branch: expected, given.
    WrongFork(H256, H256),
    /// The signal is dated before the announcement: date, announcement.
    SignalTooEarly(u64, u64),
    /// The signal is dated ahead of the host's clock: date, now.
    FutureSignal(u64, u64),
    /// The keeper said something else about this fact before: plan, kind.
    ContradictorySignal(u64, u8),
    /// A counter reached its end.
    Overflow,
}

impl From<PlanError> for Error {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::NoDisclosure { severity } => Self::NoDisclosure(severity),
            PlanError::NoCodeHash => Self::NoCodeHash,
            PlanError::TimesOutOfOrder { now, freeze_at, earliest, latest } => {
                Self::TimesOutOfOrder(now.0, freeze_at.0, earliest.0, latest.0)
            }
            PlanError::FreezeTooLong { asked, max } => Self::FreezeTooLong(asked.0, max.0),
            PlanError::StabiliseTooLong { asked, max } => Self::StabiliseTooLong(asked.0, max.0),
            PlanError::MarketCount { count } => Self::MarketCount(count),
            PlanError::DuplicateMarket { market } => Self::DuplicateMarket(market.0),
        }
    }
}

impl From<SignalError> for Error {
    fn from(error: SignalError) -> Self {
        match error {
            SignalError::UnknownKind { kind } => Self::UnknownSignalKind(kind),
            SignalError::WrongFork { expected, given } => Self::WrongFork(H256(expected.0), H256(given.0)),
            SignalError::TooEarly { observed_at, announced_at } => Self::SignalTooEarly(observed_at.0, announced_at.0),
            SignalError::FutureSignal { observed_at, now } => Self::FutureSignal(observed_at.0, now.0),
        }
    }
}
