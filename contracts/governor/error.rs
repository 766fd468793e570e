#![allow(clippy::cast_possible_truncation, reason = "in code that the codec derives")]

use ink::{
    Address, H256, U256,
    sol::{DynBytes, FixedBytes},
};
use lockstep_core::governance::GovernanceError;

/// Why the governor refuses a call. Those that `IGovernor` has too have its names and arguments. Times
/// are the governor's own unless wall time is said, lengths seconds, amounts and votes the governance token's smallest unit.
#[derive(Debug, PartialEq, Eq)]
#[ink::error]
pub enum Error {
    /// There is no such proposal.
    GovernorNonexistentProposal(U256),
    /// The proposal is in another state: proposal, state, one bit for each state that would do.
    GovernorUnexpectedProposalState(U256, u8, H256),
    /// The proposer has too few votes: proposer, votes, threshold.
    GovernorInsufficientProposerVotes(Address, U256, U256),
    /// The description names another proposer.
    GovernorRestrictedProposer(Address),
    /// No calls, or lists of different lengths: targets, call data, values.
    GovernorInvalidProposalLength(U256, U256, U256),
    /// The vote is none of against, for, abstain.
    GovernorInvalidVoteType,
    /// The account has voted.
    GovernorAlreadyCastVote(Address),
    /// The account may not cancel the proposal now.
    GovernorUnableToCancel(U256, Address),
    /// Only a proposal may do this.
    GovernorOnlyExecutor(Address),
    /// The account had no votes at the proposal's snapshot: account, snapshot.
    NoVotes(Address, u64),
    /// The timelock has not opened: when it opens, now.
    TimelockClosed(u64, u64),
    /// More calls than a proposal may hold: number, greatest number.
    TooManyActions(u32, u32),
    /// No proposal may call this: position, target.
    ForbiddenTarget(u32, Address),
    /// Of the governor itself a proposal calls the setters only, without value: position, selector.
    ForbiddenSelfCall(u32, FixedBytes<4>),
    /// Call data of one to three bytes: position, length.
    CallDataLength(u32, u32),
    /// A call of the proposal failed, so nothing of it was done: position, what it reverted with (cut at 1,024 bytes).
    ActionFailed(u32, DynBytes),
    /// The proposal would have taken tokens that voters locked: owed to them, left.
    LockedTokensTaken(u128, u128),
    /// Votes are read strictly in the past: asked for, now.
    FutureLookup(u64, u64),
    /// An amount of zero.
    ZeroAmount,
    /// The zero address stands where a contract or an account is needed.
    ZeroAddress,
    /// An amount beyond 128 bits.
    AmountTooLarge(U256),
    /// More is to be unlocked than is locked: locked, asked for.
    InsufficientLock(u128, u128),
    /// Nothing is being unlocked.
    NothingUnlocking,
    /// Unlocking has not ended: when it ends, now.
    StillUnlocking(u64, u64),
    /// The token refused, or did not answer as a token does.
    TokenFailed,
    /// The token moved another amount: asked, arrived.
    TokenMoved(u128, u128),
    /// There is no guardian, or its power has ended, or the caller is another.
    NotGuardian(Address),
    /// A proposal threshold of zero.
    ZeroThreshold,
    /// A duration of zero or too long: given, longest.
    DurationOutOfRange(u64, u64),
    /// The late-quorum extension is longer than the voting period: extension, period.
    ExtensionTooLong(u64, u64),
    /// Unlocking would not outlast the longest life of a proposal: unlocking, life.
    UnlockTooShort(u64, u64),
    /// A quorum of zero or of more than one, in basis points.
    QuorumOutOfRange(u32),
    /// A timelock too short for a veto: given, shortest.
    TimelockTooShort(u64, u64),
    /// A sum beyond its type.
    Overflow,
    /// Only the deployer connects the other contracts.
    NotDeployer(Address),
    /// The other contracts are connected already.
    AlreadyConnected,
    /// No vault is connected.
    NotConnected,
    /// This contract could not be asked with what was sent along.
    Starved(Address),
    /// The vault did not answer, or refused.
    VaultFailed,
    /// The registry did not answer.
    RegistryFailed,
    /// The list of markets in the description cannot be read.
    UnreadableMarkets,
    /// The description names more than eight markets.
    TooManyMarkets,
    /// The call loosens, and the proposal said that it does not: position.
    UndeclaredLoosening(u32),
    /// The call touches a market that the proposal does not name: position, market (4,294,967,295 for all).
    UndeclaredMarket(u32, u32),
    /// A plan forbids loosening on this market: market, until when (wall time, the end of time while unknown).
    LooseningBanned(u32, u64),
    /// The account has not voted.
    NotVoted(Address),
    /// The voter voted with nothing of this account's.
    NoShare(Address),
    /// No owners, or too many: number, greatest number.
    OwnerCount(u32, u32),
    /// All votes decide about this proposal.
    NotDivided,
    /// Only a proposal that may loosen can be vetoed.
    NotVetoable,
    /// The timelock has opened: when, now.
    TimelockOpen(u64, u64),
    /// The account has no deposits as of the snapshot.
    NoDeposits,
    /// The account is not in the veto, and only it can join.
    NotVetoed(Address),
    /// The voter did not sign this vote: the proposal, its side, its nonce, the chain or the governor is another.
    GovernorInvalidSignature(Address),
}

impl Error {
    /// The refusal of a step of `proposal` by `account`.
    pub fn of(proposal: U256, account: Address) -> impl Fn(GovernanceError) -> Self {
        move |error| match error {
            GovernanceError::UnexpectedState { state, expected } => {
                Self::GovernorUnexpectedProposalState(proposal, state, state_bit(expected))
            }
            GovernanceError::MayNotCancel => Self::GovernorUnableToCancel(proposal, account),
            other => other.into(),
        }
    }
}

/// The word in which only the bit of `state` is set.
fn state_bit(state: u8) -> H256 {
    H256(U256::from(1u64.checked_shl(u32::from(state)).unwrap_or_default()).to_big_endian())
}

impl From<GovernanceError> for Error {
    fn from(error: GovernanceError) -> Self {
        match error {
            GovernanceError::FutureLookup { at, now } => Self::FutureLookup(at, now),
            GovernanceError::ZeroAmount => Self::ZeroAmount,
            GovernanceError::ZeroDelegate => Self::ZeroAddress,
            GovernanceError::Overflow => Self::Overflow,
            GovernanceError::InsufficientLock { locked, asked } => Self::InsufficientLock(locked, asked),
            GovernanceError::NothingUnlocking => Self::NothingUnlocking,
            GovernanceError::StillUnlocking { until, now } => Self::StillUnlocking(until, now),
            GovernanceError::UnexpectedState { state, expected } => {
                Self::GovernorUnexpectedProposalState(U256::zero(), state, state_bit(expected))
            }
            GovernanceError::TimelockClosed { eta, now } => Self::TimelockClosed(eta, now),
            GovernanceError::MayNotCancel => Self::GovernorUnableToCancel(U256::zero(), Address::zero()),
            GovernanceError::ActionLengths { targets, calldatas, values } => {
                Self::GovernorInvalidProposalLength(targets.into(), calldatas.into(), values.into())
            }
            GovernanceError::TooManyActions { count, max } => Self::TooManyActions(count, max),
            GovernanceError::ForbiddenTarget { action, target } => Self::ForbiddenTarget(action, Address::from(target)),
            GovernanceError::ForbiddenSelfCall { action, selector } => {
                Self::ForbiddenSelfCall(action, FixedBytes(selector))
            }
            GovernanceError::CallDataLength { action, length } => Self::CallDataLength(action, length),
            GovernanceError::ZeroThreshold => Self::ZeroThreshold,
            GovernanceError::Duration { seconds, max } => Self::DurationOutOfRange(seconds, max),
            GovernanceError::ExtensionTooLong { extension, period } => Self::ExtensionTooLong(extension, period),
            GovernanceError::UnlockTooShort { unlock, lifetime } => Self::UnlockTooShort(unlock, lifetime),
            GovernanceError::QuorumOutOfRange { bps } => Self::QuorumOutOfRange(bps),
            GovernanceError::TimelockTooShort { timelock, min } => Self::TimelockTooShort(timelock, min),
            GovernanceError::UnreadableMarkets => Self::UnreadableMarkets,
            GovernanceError::TooManyMarkets => Self::TooManyMarkets,
            GovernanceError::UndeclaredLoosening { action } => Self::UndeclaredLoosening(action),
            GovernanceError::UndeclaredMarket { action, market } => Self::UndeclaredMarket(action, market),
            GovernanceError::NotDivided => Self::NotDivided,
            GovernanceError::NoDeposits => Self::NoDeposits,
            GovernanceError::NotVetoable => Self::NotVetoable,
            GovernanceError::TimelockOpen { eta, now } => Self::TimelockOpen(eta, now),
        }
    }
}
