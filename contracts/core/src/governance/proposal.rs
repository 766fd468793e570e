use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    governance::{GovernanceError, Settings},
    ids::Account,
    numbered::numbered,
    units::{Seconds, Timestamp},
};

numbered! {
    /// Where a proposal stands. The numbers are those of `IGovernor`.
    State {
        /// Votes cannot be cast yet.
        Pending = 0,
        /// Votes can be cast.
        Active = 1,
        /// Withdrawn by its proposer or the guardian.
        Canceled = 2,
        /// No quorum, or not more votes for than against.
        Defeated = 3,
        /// Can be queued.
        Succeeded = 4,
        /// Waits for its timelock, or can be executed.
        Queued = 5,
        /// Not queued or not executed in time.
        Expired = 6,
        /// Done.
        Executed = 7,
    }
}

numbered! {
    /// What a voter says. The numbers are those of `IGovernor`.
    Support {
        /// No.
        Against = 0,
        /// Yes.
        For = 1,
        /// Neither, but counted for the quorum.
        Abstain = 2,
    }
}

/// Votes cast, in the token's smallest unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Tally {
    /// No.
    pub against: u128,
    /// Yes.
    pub in_favour: u128,
    /// Neither.
    pub abstain: u128,
}

impl Tally {
    /// Whether those for and those who abstain make up `quorum`.
    pub const fn reaches(&self, quorum: u128) -> bool {
        self.in_favour.saturating_add(self.abstain) >= quorum
    }

    /// Whether it is carried: the quorum is reached and there are more votes for than against.
    pub const fn carries(&self, quorum: u128) -> bool {
        self.reaches(quorum) && self.in_favour > self.against
    }
}

/// Who may cancel a queued proposal, and until when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Guardian {
    /// Who.
    pub account: Account,
    /// From then on it has no power.
    pub until: Timestamp,
}

impl Guardian {
    /// The longest that a guardian has power.
    pub const MAX_TERM: Seconds = Seconds::days(730);

    /// The guardian, where its power has an end that is not too far. The zero account is none.
    ///
    /// # Errors
    /// [`GovernanceError::Duration`].
    pub fn checked(self, now: Timestamp) -> Result<Self, GovernanceError> {
        let term = self.until.since(now);
        if self.account != Account::default() && (term.0 == 0 || term > Self::MAX_TERM) {
            return Err(GovernanceError::Duration { seconds: term.0, max: Self::MAX_TERM.0 });
        }
        Ok(self)
    }
}

/// A proposal. What it would do stands in its id alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Proposal {
    /// Who made it.
    pub proposer: Account,
    /// The moment whose votes count.
    pub snapshot: Timestamp,
    /// The last second in which votes count.
    pub deadline: Timestamp,
    /// How long it can be queued after its success, and executed after its timelock.
    pub window: Seconds,
    /// When its timelock opens; `None` until queued.
    pub eta: Option<Timestamp>,
    /// Whether the quorum has been reached, so that its deadline stands.
    pub quorum_seen: bool,
    /// Whether it was carried out.
    pub executed: bool,
    /// Whether it was withdrawn.
    pub canceled: bool,
    /// Votes cast.
    pub tally: Tally,
}

impl Proposal {
    /// A proposal made at `now`.
    pub const fn new(proposer: Account, settings: &Settings, now: Timestamp) -> Self {
        let snapshot = now.after(settings.voting_delay);
        Self {
            proposer,
            snapshot,
            deadline: snapshot.after(settings.voting_period),
            window: settings.window,
            eta: None,
            quorum_seen: false,
            executed: false,
            canceled: false,
            tally: Tally { against: 0, in_favour: 0, abstain: 0 },
        }
    }

    /// Its state at `now`, where `quorum` votes are needed.
    pub fn state(&self, quorum: u128, now: Timestamp) -> State {
        if self.executed {
            return State::Executed;
        }
        if self.canceled {
            return State::Canceled;
        }
        if now <= self.snapshot {
            return State::Pending;
        }
        if now <= self.deadline {
            return State::Active;
        }
        if !self.tally.carries(quorum) {
            return State::Defeated;
        }
        let (open, since) = self.eta.map_or((State::Succeeded, self.deadline), |eta| (State::Queued, eta));
        if now >= since.after(self.window) { State::Expired } else { open }
    }

    /// Counts a vote of `weight`; the new deadline, where the vote brought the quorum too late for the others to
    /// answer within `extension`.
    ///
    /// # Errors
    /// [`GovernanceError::UnexpectedState`], [`GovernanceError::Overflow`].
    pub fn vote(
        &mut self,
        support: Support,
        weight: u128,
        extension: Seconds,
        quorum: u128,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, GovernanceError> {
        self.expect(State::Active, quorum, now)?;
        let column = match support {
            Support::Against => &mut self.tally.against,
            Support::For => &mut self.tally.in_favour,
            Support::Abstain => &mut self.tally.abstain,
        };
        *column = column.checked_add(weight).ok_or(GovernanceError::Overflow)?;
        if self.quorum_seen || !self.tally.reaches(quorum) {
            return Ok(None);
        }
        self.quorum_seen = true;
        let extended = now.after(extension);
        Ok((extended > self.deadline).then(|| {
            self.deadline = extended;
            extended
        }))
    }

    /// Queues a proposal that succeeded; when its timelock opens.
    ///
    /// # Errors
    /// [`GovernanceError::UnexpectedState`].
    pub fn queue(&mut self, timelock: Seconds, quorum: u128, now: Timestamp) -> Result<Timestamp, GovernanceError> {
        self.expect(State::Succeeded, quorum, now)?;
        let eta = now.after(timelock);
        self.eta = Some(eta);
        Ok(eta)
    }

    /// Marks a queued proposal as executed, before its calls are made.
    ///
    /// # Errors
    /// [`GovernanceError::UnexpectedState`], [`GovernanceError::TimelockClosed`].
    pub fn execute(&mut self, quorum: u128, now: Timestamp) -> Result<(), GovernanceError> {
        self.expect(State::Queued, quorum, now)?;
        if let Some(eta) = self.eta
            && now < eta
        {
            return Err(GovernanceError::TimelockClosed { eta: eta.0, now: now.0 });
        }
        self.executed = true;
        Ok(())
    }

    /// Withdraws a proposal: its proposer while it is pending, the guardian while it is queued.
    ///
    /// # Errors
    /// [`GovernanceError::UnexpectedState`], [`GovernanceError::MayNotCancel`].
    pub fn cancel(
        &mut self,
        caller: Account,
        guardian: &Guardian,
        quorum: u128,
        now: Timestamp,
    ) -> Result<(), GovernanceError> {
        if guardian.account == caller && now < guardian.until && self.eta.is_some() {
            self.expect(State::Queued, quorum, now)?;
        } else if self.proposer == caller {
            self.expect(State::Pending, quorum, now)?;
        } else {
            return Err(GovernanceError::MayNotCancel);
        }
        self.canceled = true;
        Ok(())
    }

    fn expect(&self, expected: State, quorum: u128, now: Timestamp) -> Result<(), GovernanceError> {
        let state = self.state(quorum, now);
        if state == expected {
            return Ok(());
        }
        Err(GovernanceError::UnexpectedState { state: state.number(), expected: expected.number() })
    }
}
