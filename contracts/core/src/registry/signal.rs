//! Signals: what keepers say they saw on a network.

use parity_scale_codec::{Decode, Encode};

use crate::{
    ids::{ForkId, PlanId},
    keccak::{Keccak256, Preimage},
    numbered::{UnknownNumber, numbered},
    registry::{Phase, Plan, Record, Standing},
    units::{Seconds, Timestamp},
};

/// How far ahead of the host's clock a signal may be dated.
pub const FUTURE_TOLERANCE: Seconds = Seconds(15);

numbered! {
    /// What was seen.
    SignalKind {
        /// The new code runs, from the block at the signal's height.
        Activated = 0,
        /// All migrations of the upgrade are done.
        MigrationCompleted = 1,
        /// The canary went through: the liquidation path on a reserved account.
        CanaryPassed = 2,
        /// The upgrade or a migration failed, or the chain got stuck.
        Failed = 3,
        /// The chain went back to a height before the activation.
        RolledBack = 4,
        /// The upgrade was called off on its own network.
        Aborted = 5,
        /// The network authorised the upgrade.
        Authorised = 6,
        /// The network scheduled the upgrade.
        Scheduled = 7,
        /// A migration began.
        MigrationStarted = 8,
        /// The network finalised the block at the signal's height, which carries the signal's time.
        Heartbeat = 9,
    }
}

/// One keeper's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// What was seen.
    pub kind: SignalKind,
    /// On which branch.
    pub fork: ForkId,
    /// At which height.
    pub height: u64,
    /// Hash of the code that runs there.
    pub code_hash: [u8; 32],
    /// When; for a heartbeat the time that the block carries.
    pub observed_at: Timestamp,
}

/// What a keeper can say only one thing about: a kind of signal on a plan in one round, and for heartbeats a height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct FactKey {
    /// The plan.
    pub plan: PlanId,
    /// The round.
    pub round: u8,
    /// The kind.
    pub kind: SignalKind,
    /// The height of a heartbeat; zero otherwise.
    pub height: u64,
}

/// Why a signal is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalError {
    /// The number names no kind.
    UnknownKind {
        /// The number.
        kind: u8,
    },
    /// Height or code hash is zero.
    Incomplete,
    /// The plan has ended.
    PlanEnded {
        /// In which phase.
        phase: Phase,
    },
    /// The signal is of another branch.
    WrongFork {
        /// The plan's branch.
        expected: ForkId,
        /// The signal's.
        given: ForkId,
    },
    /// Dated before the plan was announced, or before its last deviation.
    TooEarly {
        /// Date of the signal.
        observed_at: Timestamp,
        /// The announcement or the deviation.
        begin: Timestamp,
    },
    /// Dated ahead of the host's clock by more than [`FUTURE_TOLERANCE`].
    FutureSignal {
        /// Date of the signal.
        observed_at: Timestamp,
        /// The host's time.
        now: Timestamp,
    },
}

impl From<UnknownNumber> for SignalError {
    fn from(UnknownNumber(kind): UnknownNumber) -> Self {
        Self::UnknownKind { kind }
    }
}

impl Signal {
    /// Refuses what cannot be about the plan as it stands.
    pub fn validated(
        self,
        plan: &Plan,
        record: &Record,
        standing: &Standing,
        now: Timestamp,
    ) -> Result<Self, SignalError> {
        if self.height == 0 || self.code_hash == [0; 32] {
            return Err(SignalError::Incomplete);
        }
        if self.fork != plan.fork {
            return Err(SignalError::WrongFork { expected: plan.fork, given: self.fork });
        }
        let observed_at = self.observed_at;
        let begin = record.rounds.last().map_or(plan.announced_at, |round| round.deviated_at);
        if observed_at < begin {
            return Err(SignalError::TooEarly { observed_at, begin });
        }
        if observed_at > now.after(FUTURE_TOLERANCE) {
            return Err(SignalError::FutureSignal { observed_at, now });
        }
        if standing.ended_at.is_some() {
            return Err(SignalError::PlanEnded { phase: standing.phase });
        }
        Ok(self)
    }

    /// What it is about.
    pub fn fact(&self, plan: PlanId, round: u8) -> FactKey {
        let height = if self.kind == SignalKind::Heartbeat { self.height } else { 0 };
        FactKey { plan, round, kind: self.kind, height }
    }

    /// What keepers must agree on: kind, branch, height and code, not the second at which each of them looked. Of a
    /// heartbeat also the time that the block carries.
    pub fn content(&self, keccak: Keccak256) -> [u8; 32] {
        let at = if self.kind == SignalKind::Heartbeat { self.observed_at.0 } else { 0 };
        let preimage = Preimage::<81>::new()
            .put(&[self.kind.number()])
            .put(&self.fork.0)
            .put(&self.height.to_be_bytes())
            .put(&self.code_hash)
            .put(&at.to_be_bytes());
        keccak(&preimage.finish())
    }

    /// The same block with the opposite outcome, where there is one: who says both contradicts itself, although the
    /// kinds differ.
    #[must_use]
    pub fn opposite(&self) -> Option<Self> {
        let kind = match self.kind {
            SignalKind::MigrationCompleted => SignalKind::Failed,
            SignalKind::Failed => SignalKind::MigrationCompleted,
            _ => return None,
        };
        Some(Self { kind, ..*self })
    }
}

#[cfg(test)]
#[path = "signal_tests.rs"]
mod tests;
