//! Votes and proposals.
//!
//! Voting power is the governance token locked in the governor, held as checkpoints per delegate and owner and read
//! strictly in the past. A proposal's state follows from the clock, the votes that decide, and the quorum:
//!
//! ```text
//! Pending --now > snapshot--> Active --now > deadline--> Succeeded --queue--> Queued --now >= eta, execute--> Executed
//!    |                          |                           |                   |
//!    | proposer                 +--> Defeated               | now >= deadline   | now >= eta + window + bans: Expired
//!    v                                                      | + window:         | guardian: Canceled
//! Canceled                                                  v Expired           v
//! ```
//!
//! A vote counts at `now <= deadline`, a timelock opens at `now >= eta`. Times are the governor's own ([`Clock`])
//! unless wall time is said. All votes decide about tightening; where a proposal may loosen and names markets, only
//! those votes decide that are known to belong to owners who had no exposure there since the snapshot. A vote found
//! to be interested later falls out, also from a proposal that succeeded or is queued, which may then be Defeated.

mod actions;
mod ban;
mod checkpoint;
mod clock;
mod declaration;
mod holding;
mod proposal;
mod settings;
mod signed;
mod tally;
mod veto;

pub use actions::{Bounds, MAX_ACTIONS, check_actions, names_other_proposer};
pub use ban::{Ban, PlanTerms, waited};
pub use checkpoint::{Checkpoint, Trace, Track};
pub use clock::Clock;
pub use declaration::{Declaration, EVERY_MARKET, MAX_MARKETS, Touch};
pub use holding::{Holding, Shift};
pub use proposal::{Circumstances, Guardian, Proposal, State};
pub use settings::{MAX_DURATION, MIN_TIMELOCK, Settings, check_quorum, quorum_up};
pub use signed::{SignedVote, recoverable};
pub use tally::{Ballot, Finding, Support, Tally};
pub use veto::{MAX_EXTENSION, MIN_EXTENSION, WHOLE, veto_extension, veto_share_up};

/// Why a vote, a proposal or a parameter is refused. Times are Unix seconds, powers the token's smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GovernanceError {
    /// A look-up of votes that is not strictly in the past.
    FutureLookup {
        /// The moment asked for.
        at: u64,
        /// The present.
        now: u64,
    },
    /// An amount of zero.
    ZeroAmount,
    /// The zero account as a delegate.
    ZeroDelegate,
    /// A sum that leaves its type.
    Overflow,
    /// More is to be unlocked than is locked.
    InsufficientLock {
        /// Locked.
        locked: u128,
        /// Asked for.
        asked: u128,
    },
    /// Nothing is being unlocked.
    NothingUnlocking,
    /// An unlocking that has not ended.
    StillUnlocking {
        /// When it ends.
        until: u64,
        /// The present.
        now: u64,
    },
    /// A proposal in another state than the step needs.
    UnexpectedState {
        /// Its state, as a number.
        state: u8,
        /// The state that would do, as a number.
        expected: u8,
    },
    /// A timelock that has not opened.
    TimelockClosed {
        /// When it opens.
        eta: u64,
        /// The present.
        now: u64,
    },
    /// The caller may not cancel the proposal.
    MayNotCancel,
    /// A batch without calls, or whose lists differ in length.
    ActionLengths {
        /// Number of targets.
        targets: u32,
        /// Number of call data.
        calldatas: u32,
        /// Number of values.
        values: u32,
    },
    /// A batch of more than [`MAX_ACTIONS`].
    TooManyActions {
        /// Number of calls.
        count: u32,
        /// The greatest accepted.
        max: u32,
    },
    /// A target that no proposal may call.
    ForbiddenTarget {
        /// Position of the call.
        action: u32,
        /// Its target.
        target: [u8; 20],
    },
    /// A call to the governor itself that is none of its setters, or carries value.
    ForbiddenSelfCall {
        /// Position of the call.
        action: u32,
        /// Its selector.
        selector: [u8; 4],
    },
    /// Call data of one to three bytes, which is no call.
    CallDataLength {
        /// Position of the call.
        action: u32,
        /// Number of bytes.
        length: u32,
    },
    /// A proposal threshold of zero.
    ZeroThreshold,
    /// A duration of zero, or longer than [`MAX_DURATION`].
    Duration {
        /// What was given, in seconds.
        seconds: u64,
        /// The longest accepted, in seconds.
        max: u64,
    },
    /// A late-quorum extension longer than the voting period.
    ExtensionTooLong {
        /// The extension, in seconds.
        extension: u64,
        /// The voting period, in seconds.
        period: u64,
    },
    /// Unlocking would not outlast the longest life of a proposal.
    UnlockTooShort {
        /// The unlock period, in seconds.
        unlock: u64,
        /// The longest life of a proposal, in seconds.
        lifetime: u64,
    },
    /// A timelock shorter than [`MIN_TIMELOCK`].
    TimelockTooShort {
        /// What was given, in seconds.
        timelock: u64,
        /// The shortest accepted, in seconds.
        min: u64,
    },
    /// A list of markets in a description that cannot be read.
    UnreadableMarkets,
    /// A description names more than [`MAX_MARKETS`].
    TooManyMarkets,
    /// A call loosens, and the proposal said that it does not.
    UndeclaredLoosening {
        /// Position of the call.
        action: u32,
    },
    /// A call touches a market that the proposal did not name.
    UndeclaredMarket {
        /// Position of the call.
        action: u32,
        /// The market.
        market: u32,
    },
    /// All votes decide about the proposal.
    NotDivided,
    /// The account has no deposits that count.
    NoDeposits,
    /// Only a proposal that may loosen can be vetoed.
    NotVetoable,
    /// A timelock that has opened.
    TimelockOpen {
        /// When it opened.
        eta: u64,
        /// The present.
        now: u64,
    },
    /// A quorum of zero or of more than one.
    QuorumOutOfRange {
        /// What was given, in basis points.
        bps: u32,
    },
}

#[cfg(test)]
mod proposal_tests;
#[cfg(test)]
mod tests;
