use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    governance::{
        Ballot, Clock, Declaration, Finding, GovernanceError, Settings, Support, Tally, WHOLE, veto_extension,
    },
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
        /// No quorum, or not more votes for than against, of those that decide.
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

/// Who may cancel a queued proposal, and until when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Guardian {
    /// Who.
    pub account: Account,
    /// From then on, in wall time, it has no power.
    pub until: Timestamp,
}

impl Guardian {
    /// The longest that a guardian has power.
    pub const MAX_TERM: Seconds = Seconds::days(730);

    /// Whether `caller` is the guardian and has its power at `wall`.
    pub fn acts(&self, caller: Account, wall: Timestamp) -> bool {
        self.account == caller && wall < self.until
    }

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
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Proposal {
    /// Who made it.
    pub proposer: Account,
    /// The moment whose votes count.
    pub snapshot: Timestamp,
    /// The earliest that the snapshot can be in wall time: downtime between the proposal and it comes on top.
    pub snapshot_wall: Timestamp,
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
    /// Whether it may loosen.
    pub loosens: bool,
    /// Whether the disinterested votes alone decide.
    pub divided: bool,
    /// Votes cast.
    pub tally: Tally,
    /// Those of them that are known to be disinterested; zeros unless it is divided.
    pub disinterested: Tally,
    /// The share of the deposits (of [`WHOLE`]) that vetoed it.
    pub vetoed: u128,
}

/// What the state of a proposal depends on besides itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// The present.
    pub now: Timestamp,
    /// Votes needed.
    pub quorum: u128,
    /// How long its expiry has waited for a ban on loosening.
    pub waited: Seconds,
}

impl Proposal {
    /// A proposal made at the present of `clock`.
    pub fn new(proposer: Account, declaration: &Declaration, settings: &Settings, clock: &Clock) -> Self {
        let snapshot = clock.now().after(settings.voting_delay);
        Self {
            proposer,
            snapshot,
            snapshot_wall: clock.wall_of(snapshot),
            deadline: snapshot.after(settings.voting_period),
            window: settings.window,
            eta: None,
            quorum_seen: false,
            executed: false,
            canceled: false,
            loosens: declaration.loosens,
            divided: declaration.divides(),
            tally: Tally::default(),
            disinterested: Tally::default(),
            vetoed: 0,
        }
    }

    /// The votes that decide.
    pub const fn deciding(&self) -> &Tally {
        if self.divided { &self.disinterested } else { &self.tally }
    }

    /// Its state.
    pub fn state(&self, at: &Circumstances) -> State {
        if self.executed {
            return State::Executed;
        }
        if self.canceled {
            return State::Canceled;
        }
        if at.now <= self.snapshot {
            return State::Pending;
        }
        if at.now <= self.deadline {
            return State::Active;
        }
        if !self.deciding().carries(at.quorum) {
            return State::Defeated;
        }
        let (open, end) = match self.eta {
            Some(eta) => (State::Queued, eta.after(self.window).after(at.waited)),
            None => (State::Succeeded, self.deadline.after(self.window)),
        };
        if at.now >= end { State::Expired } else { open }
    }

    /// Whether it would be expired but for a ban that its expiry may have waited for.
    pub fn may_have_waited(&self, now: Timestamp) -> bool {
        self.divided && !self.executed && !self.canceled && self.eta.is_some_and(|eta| now >= eta.after(self.window))
    }

    /// Whether a [`vote`](Self::vote) does the same at any moment from `earliest` to `latest`.
    pub fn counts_alike(&self, earliest: Timestamp, latest: Timestamp, extension: Seconds) -> bool {
        let stands = self.quorum_seen || latest.after(extension) <= self.deadline;
        self.snapshot < earliest && latest <= self.deadline && stands
    }

    /// Counts a vote; the new deadline, where the vote brought the quorum too late for the others to answer within
    /// `extension`.
    ///
    /// # Errors
    /// [`GovernanceError::UnexpectedState`], [`GovernanceError::Overflow`].
    pub fn vote(
        &mut self,
        ballot: &Ballot,
        extension: Seconds,
        at: &Circumstances,
    ) -> Result<Option<Timestamp>, GovernanceError> {
        self.expect(State::Active, at)?;
        self.tally.add(ballot.support, ballot.weight)?;
        if self.divided {
            self.disinterested.add(ballot.support, ballot.disinterested)?;
        }
        Ok(self.extended(extension, at))
    }

    /// Counts the part of a vote that belongs to one owner by what was found of that owner: a part is cleared while
    /// votes count, and falls out as long as the proposal can still be carried out. The new deadline, as in
    /// [`vote`](Self::vote).
    ///
    /// # Errors
    /// [`GovernanceError::UnexpectedState`], [`GovernanceError::NotDivided`], [`GovernanceError::Overflow`].
    pub fn reckon(
        &mut self,
        support: Support,
        amount: u128,
        finding: Finding,
        extension: Seconds,
        at: &Circumstances,
    ) -> Result<Option<Timestamp>, GovernanceError> {
        if !self.divided {
            return Err(GovernanceError::NotDivided);
        }
        match finding {
            Finding::Unchanged => Ok(None),
            Finding::Cleared => {
                self.expect(State::Active, at)?;
                self.disinterested.add(support, amount)?;
                Ok(self.extended(extension, at))
            }
            Finding::Exposed => {
                if !matches!(self.state(at), State::Succeeded | State::Queued) {
                    self.expect(State::Active, at)?;
                }
                self.disinterested.take(support, amount)?;
                Ok(None)
            }
        }
    }

    /// Queues a proposal that succeeded; when its timelock opens.
    ///
    /// # Errors
    /// [`GovernanceError::UnexpectedState`].
    pub fn queue(&mut self, timelock: Seconds, at: &Circumstances) -> Result<Timestamp, GovernanceError> {
        self.expect(State::Succeeded, at)?;
        let eta = at.now.after(timelock);
        self.eta = Some(eta);
        Ok(eta)
    }

    /// Adds `share` of the deposits (of [`WHOLE`]) to the veto on a queued proposal that may loosen; when its
    /// timelock opens now.
    ///
    /// # Errors
    /// [`GovernanceError::UnexpectedState`], [`GovernanceError::NotVetoable`], [`GovernanceError::TimelockOpen`].
    pub fn veto(&mut self, share: u128, at: &Circumstances) -> Result<Timestamp, GovernanceError> {
        let eta = self.opens_at(at)?;
        if !self.loosens {
            return Err(GovernanceError::NotVetoable);
        }
        if at.now >= eta {
            return Err(GovernanceError::TimelockOpen { eta: eta.0, now: at.now.0 });
        }
        let before = veto_extension(self.vetoed);
        self.vetoed = self.vetoed.saturating_add(share).min(WHOLE);
        let more = Seconds(veto_extension(self.vetoed).0.saturating_sub(before.0));
        let extended = eta.after(more);
        self.eta = Some(extended);
        Ok(extended)
    }

    /// When the timelock of a queued proposal opens.
    ///
    /// # Errors
    /// [`GovernanceError::UnexpectedState`].
    pub fn opens_at(&self, at: &Circumstances) -> Result<Timestamp, GovernanceError> {
        self.expect(State::Queued, at)?;
        Ok(self.eta.unwrap_or_default())
    }

    /// Marks a queued proposal as executed, before its calls are made.
    ///
    /// # Errors
    /// [`GovernanceError::UnexpectedState`], [`GovernanceError::TimelockClosed`].
    pub fn execute(&mut self, at: &Circumstances) -> Result<(), GovernanceError> {
        self.expect(State::Queued, at)?;
        if let Some(eta) = self.eta
            && at.now < eta
        {
            return Err(GovernanceError::TimelockClosed { eta: eta.0, now: at.now.0 });
        }
        self.executed = true;
        Ok(())
    }

    /// Withdraws a proposal: its proposer while it is pending, the guardian, until its date in wall time, while it is
    /// queued.
    ///
    /// # Errors
    /// [`GovernanceError::UnexpectedState`], [`GovernanceError::MayNotCancel`].
    pub fn cancel(
        &mut self,
        caller: Account,
        guardian: &Guardian,
        wall: Timestamp,
        at: &Circumstances,
    ) -> Result<(), GovernanceError> {
        if guardian.acts(caller, wall) && self.eta.is_some() {
            self.expect(State::Queued, at)?;
        } else if self.proposer == caller {
            self.expect(State::Pending, at)?;
        } else {
            return Err(GovernanceError::MayNotCancel);
        }
        self.canceled = true;
        Ok(())
    }

    fn extended(&mut self, extension: Seconds, at: &Circumstances) -> Option<Timestamp> {
        if self.quorum_seen || !self.deciding().reaches(at.quorum) {
            return None;
        }
        self.quorum_seen = true;
        let extended = at.now.after(extension);
        (extended > self.deadline).then(|| {
            self.deadline = extended;
            extended
        })
    }

    fn expect(&self, expected: State, at: &Circumstances) -> Result<(), GovernanceError> {
        let state = self.state(at);
        if state == expected {
            return Ok(());
        }
        Err(GovernanceError::UnexpectedState { state: state.number(), expected: expected.number() })
    }
}
