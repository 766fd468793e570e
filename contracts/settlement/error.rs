#![allow(clippy::cast_possible_truncation, reason = "in code that the codec derives")]

use ink::{Address, H256, U256};
use lockstep_core::{numbered::UnknownNumber, settlement::SettlementError};

/// Why the settlement contract refuses a call. Times are Unix seconds, lengths seconds.
#[derive(Debug, PartialEq, Eq)]
#[ink::error]
pub enum Error {
    /// Only governance may do this.
    NotGovernance(Address),
    /// Only the venue or its operator may do this.
    NotVenue(Address),
    /// The zero address stands where a contract or an account is needed.
    ZeroAddress,
    /// No venue was admitted for the market.
    UnknownMarket(u32),
    /// The market has a venue.
    MarketExists(u32),
    /// The market takes no more snapshots.
    MarketIsRetired(u32),
    /// The market still takes snapshots.
    MarketNotRetired(u32),
    /// It can still be challenged or answered, in active time: until, now.
    StillChallengeable(u64, u64),
    /// There is no bond.
    NoBond(u32),
    /// An amount of zero.
    ZeroAmount,
    /// An amount beyond 128 bits.
    AmountTooLarge(U256),
    /// The native token could not be paid out.
    PaymentFailed,
    /// No snapshot was committed: plan, market.
    NoSnapshot(u64, u32),
    /// The snapshot was opened: plan, market.
    AlreadyOpen(u64, u32),
    /// Whether there is a tree (0 awaited, 1 committed, 2 missing), and this does not go with it.
    WrongStatus(u8),
    /// The venue may still commit, or nobody has said that it did not, in active time: until, now.
    StillAwaited(u64, u64),
    /// Accounts are yet to be proven: how many.
    SummonsOpen(u32),
    /// The feed of the other branch was named.
    BranchIsNamed(u32),
    /// Neither the venue's operator nor a freeze beyond its bound ends the market.
    NotDue(u32),
    /// The underlying has more places than can be counted.
    TooManyPlaces(u8),
    /// The leaf is what the venue answers: its position.
    LeafIsRight(u64),
    /// The venue answers that the account held nothing.
    NothingToProve(Address),
    /// The account has been summoned.
    AlreadySummoned(Address),
    /// The account has not been summoned.
    NotSummoned(Address),
    /// What was shown is not what the venue answers for the account.
    NotProven(Address),
    /// The venue did not answer, or not properly.
    VenueFailed(Address),
    /// The oracle guard did not answer.
    GuardFailed,
    /// The upgrade registry did not answer, or not properly.
    RegistryFailed,
    /// The margin vault refused, or did not answer.
    VaultFailed,
    /// The branch of the plan's network was not advanced for it.
    PlanNotClosed(u64),
    /// The snapshot is resolved: plan, market.
    AlreadyResolved(u64, u32),
    /// The snapshot is not resolved: plan, market.
    NotResolved(u64, u32),
    /// The snapshot settles at nothing: plan, market.
    NothingOwed(u64, u32),
    /// All of this is settled, or the debtors have nothing.
    NothingSettled,
    /// The claim is for another branch: the one that settles here, the one named.
    WrongBranch(H256, H256),
    /// Whether claims prove leaves here; this one does otherwise.
    WrongEvidence(bool),
    /// No freeze of the plan reaches the market: plan, market.
    NoFreeze(u64, u32),
    /// The freeze has not begun: when it begins, now.
    WindowNotOpen(u64, u64),
    /// The deadline has passed: deadline, now.
    WindowClosed(u64, u64),
    /// The bond does not reach the minimum: bond, minimum.
    BondTooSmall(u128, u128),
    /// Longs and shorts do not net to zero.
    InterestNotNetted(u128, u128),
    /// Unrealised profits and losses do not net to zero.
    ProfitNotNetted(u128, u128),
    /// An empty tree has a top and totals of zero, and only it: count.
    EmptyTree(u64),
    /// The number names no settlement basis.
    UnknownBasis(u8),
    /// The position lies beyond the end of the tree: position, number of leaves.
    IndexOutOfRange(u64, u64),
    /// The proof is no whole number of nodes: its bytes.
    ProofBytes(u64),
    /// The proof has another length than its position needs: needed, given.
    ProofLength(u64, u64),
    /// A sibling counts another number of leaves than it spans: level, spanned, claimed.
    SiblingCount(u32, u64, u64),
    /// A sum beyond its type: left, right.
    SumOverflow(u128, u128),
    /// Leaf and proof lead to another root: committed, computed.
    RootMismatch(H256, H256),
    /// Two leaves are not neighbours: their positions.
    NotAdjacent(u64, u64),
    /// Two neighbouring leaves stand in the right order: position of the first.
    InOrder(u64),
    /// The account does not lie in the gap shown.
    NotAbsent(Address),
    /// A leaf does not carry its position: position, carried.
    LeafIndex(u64, u64),
    /// An account is not greater than the one before it: position, account, previous.
    LeafOrder(u64, Address, Address),
    /// A window of zero or too long: given, longest.
    WindowOutOfRange(u64, u64),
    /// A leaf and its proof are too short: their bytes, the bytes needed.
    InclusionBytes(u64, u64),
    /// The plan has not ended.
    PlanNotEnded(u64),
    /// The next attempt is not due: when, now.
    AttemptNotDue(u64, u64),
    /// A value beyond 128 bits: amount, price.
    ValueTooLarge(u128, u128),
    /// Debits are still being collected, in active time: until at most, now.
    Collecting(u64, u64),
    /// The share of credits is fixed, in active time: since.
    AlreadyFixed(u64),
    /// The pot holds less than it should pay: that, what it holds.
    PotTooSmall(u128, u128),
    /// The pot can still be claimed from, in active time: until, now.
    StillClaimable(u64, u64),
    /// The time for claims is over, in active time: since, now.
    ClaimsOver(u64, u64),
}

impl From<UnknownNumber> for Error {
    fn from(unknown: UnknownNumber) -> Self {
        Self::UnknownBasis(unknown.0)
    }
}

impl From<SettlementError> for Error {
    fn from(error: SettlementError) -> Self {
        match error {
            SettlementError::LeafIndex { expected, actual } => Self::LeafIndex(expected, actual),
            SettlementError::LeafOrder { index, account, previous } => {
                Self::LeafOrder(index, Address::from(account), Address::from(previous))
            }
            SettlementError::SumOverflow { left, right } => Self::SumOverflow(left, right),
            SettlementError::IndexOutOfRange { index, count } => Self::IndexOutOfRange(index, count),
            SettlementError::ProofBytes { length } => Self::ProofBytes(length),
            SettlementError::ProofLength { expected, actual } => Self::ProofLength(expected, actual),
            SettlementError::SiblingCount { level, expected, actual } => Self::SiblingCount(level, expected, actual),
            SettlementError::RootMismatch { committed, computed } => {
                Self::RootMismatch(H256(committed), H256(computed))
            }
            SettlementError::NotAdjacent { first, second } => Self::NotAdjacent(first, second),
            SettlementError::InOrder { first } => Self::InOrder(first),
            SettlementError::NotAbsent { account } => Self::NotAbsent(Address::from(account)),
            SettlementError::InterestNotNetted { long, short } => Self::InterestNotNetted(long, short),
            SettlementError::ProfitNotNetted { profit, loss } => Self::ProfitNotNetted(profit, loss),
            SettlementError::EmptyTree { count } => Self::EmptyTree(count),
            SettlementError::NoFreeze { plan, market } => Self::NoFreeze(plan, market),
            SettlementError::WindowNotOpen { opens_at, now } => Self::WindowNotOpen(opens_at, now),
            SettlementError::WindowClosed { closed_at, now } => Self::WindowClosed(closed_at, now),
            SettlementError::WrongStatus { status } => Self::WrongStatus(status),
            SettlementError::StillAwaited { until, now } => Self::StillAwaited(until, now),
            SettlementError::StillChallengeable { until, now } => Self::StillChallengeable(until, now),
            SettlementError::Summoned { count } => Self::SummonsOpen(count),
            SettlementError::WrongBranch { expected, given } => Self::WrongBranch(H256(expected), H256(given)),
            SettlementError::WrongEvidence { tree } => Self::WrongEvidence(tree),
            SettlementError::BondTooSmall { bond, required } => Self::BondTooSmall(bond, required),
            SettlementError::Window { seconds, max } => Self::WindowOutOfRange(seconds, max),
            SettlementError::InclusionBytes { length, needed } => Self::InclusionBytes(length, needed),
            SettlementError::UnknownBasis { number } => Self::UnknownBasis(number),
            SettlementError::PlanNotEnded { plan } => Self::PlanNotEnded(plan),
            SettlementError::AttemptNotDue { at, now } => Self::AttemptNotDue(at, now),
            SettlementError::ValueTooLarge { amount, price } => Self::ValueTooLarge(amount, price),
            SettlementError::Collecting { until, now } => Self::Collecting(until, now),
            SettlementError::AlreadyFixed { at } => Self::AlreadyFixed(at),
            SettlementError::PotTooSmall { asked, left } => Self::PotTooSmall(asked, left),
            SettlementError::StillClaimable { until, now } => Self::StillClaimable(until, now),
            SettlementError::ClaimsOver { until, now } => Self::ClaimsOver(until, now),
        }
    }
}
