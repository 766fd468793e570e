use ink::{Address, H256, U256};
use lockstep_core::registry::{BudgetError, FundsError, KeeperError, PlanError, SignalError};

/// Why the registry refuses a call. Times are Unix seconds, lengths seconds, amounts the native token's smallest unit.
#[derive(Debug, PartialEq, Eq)]
#[ink::error]
pub enum Error {
    /// Only governance may do this.
    NotGovernance(Address),
    /// The caller is not a keeper, or not under its bond.
    NotKeeper(Address),
    /// The caller is not the venue of the market: caller, market.
    NotVenue(Address, u32),
    /// The zero address stands where a contract or an account is needed.
    ZeroAddress,
    /// The account is a keeper already.
    AlreadyKeeper(Address),
    /// There are as many keepers as there may be.
    TooManyKeepers(u32),
    /// The threshold must be a majority of the keepers and at most all of them: threshold, keepers.
    ThresholdOutOfRange(u32, u32),
    /// A keeper in this standing cannot do this: a `KeeperStatus` as a number.
    WrongKeeperStatus(u8),
    /// The bond stays until then.
    BondLocked(u64),
    /// There is nothing to pay.
    NothingToPay,
    /// The value of the call is too large.
    AmountTooLarge(U256),
    /// The payment did not go through.
    PaymentFailed,
    /// The network is not registered.
    UnknownDomain(u32),
    /// The network is registered already.
    DomainExists(u32),
    /// The genesis hash is zero.
    NoGenesisHash(u32),
    /// There is no such plan.
    UnknownPlan(u64),
    /// In this phase the plan does not take this: plan, phase.
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
    /// The reason is longer than 128 bytes, or missing from a venue that is not ready.
    ReasonLength(u32),
    /// Not in the order now < freeze <= earliest <= latest < freeze + longest freeze.
    TimesOutOfOrder(u64, u64, u64, u64),
    /// Not in the order 0 < freeze <= earliest <= latest, or the plan names no block time.
    HeightsOutOfOrder(u64, u64, u64),
    /// Once frozen a plan may only move later, with its freeze and its bound kept: the bound.
    NotLater(u64),
    /// The freeze is zero, no longer than before, or too long: asked, longest.
    FreezeTooLong(u64, u64),
    /// The time to stabilise is too long: asked, longest.
    StabiliseTooLong(u64, u64),
    /// No market, or more than 16.
    MarketCount(u32),
    /// The market is named twice.
    DuplicateMarket(u32),
    /// Too many plans touch the market: market, plans.
    MarketBusy(u32, u32),
    /// Keepers have no such freeze left for the market: market, what they have.
    FreezeBudget(u32, u64),
    /// The network had an emergency plan less than a day ago: network, from when on it may have another.
    EmergencyTooSoon(u32, u64),
    /// The plan is no emergency plan, or was extended already.
    NotExtendable(u64),
    /// A plan waits only for plans that were announced before it.
    DependencyNotEarlier(u64),
    /// No dependency, or more than four with those that they wait for.
    DependencyCount(u32),
    /// Other plans wait for this one, so that what it waits for stays.
    HasDependents(u64),
    /// The number names no kind of signal.
    UnknownSignalKind(u8),
    /// Height or code hash is zero.
    IncompleteSignal,
    /// The signal is of another branch: expected, given.
    WrongFork(H256, H256),
    /// The signal is dated before the announcement or the last deviation: date, which.
    SignalTooEarly(u64, u64),
    /// The signal is dated ahead of the host's clock: date, now.
    FutureSignal(u64, u64),
    /// A counter or a sum reached its end.
    Overflow,
}

impl Error {
    /// What the core refused of `plan`.
    pub fn of_plan(plan: u64, error: PlanError) -> Self {
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
            PlanError::HeightsOutOfOrder { freeze, earliest, latest } => {
                Self::HeightsOutOfOrder(freeze, earliest, latest)
            }
            PlanError::NotReschedulable { phase } => Self::PlanNotOpen(plan, phase.number()),
            PlanError::NotLater { bound } => Self::NotLater(bound.0),
            PlanError::DependencyNotEarlier { dependency } => Self::DependencyNotEarlier(dependency.0),
            PlanError::DependencyCount { count } => Self::DependencyCount(count),
        }
    }

    /// What the core refused of a signal on `plan`.
    pub fn of_signal(plan: u64, error: SignalError) -> Self {
        match error {
            SignalError::UnknownKind { kind } => Self::UnknownSignalKind(kind),
            SignalError::Incomplete => Self::IncompleteSignal,
            SignalError::PlanEnded { phase } => Self::PlanNotOpen(plan, phase.number()),
            SignalError::WrongFork { expected, given } => Self::WrongFork(H256(expected.0), H256(given.0)),
            SignalError::TooEarly { observed_at, begin } => Self::SignalTooEarly(observed_at.0, begin.0),
            SignalError::FutureSignal { observed_at, now } => Self::FutureSignal(observed_at.0, now.0),
        }
    }

    /// What the core refused of a freeze of `market`.
    pub fn of_budget(market: u32, error: BudgetError) -> Self {
        Self::FreezeBudget(market, error.left.0)
    }
}

impl From<KeeperError> for Error {
    fn from(error: KeeperError) -> Self {
        match error {
            KeeperError::WrongStatus { status } => Self::WrongKeeperStatus(status.number()),
            KeeperError::BondLocked { until } => Self::BondLocked(until.0),
            KeeperError::Nothing => Self::NothingToPay,
            KeeperError::Overflow => Self::Overflow,
        }
    }
}

impl From<FundsError> for Error {
    fn from(FundsError: FundsError) -> Self {
        Self::Overflow
    }
}
