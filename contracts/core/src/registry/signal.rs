//! Signals: what keepers say they saw on a network, and what is on record once enough of them agree.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::ForkId,
    numbered::{UnknownNumber, numbered},
    registry::{Hasher, Plan},
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
        /// The canary went through: the liquidation path on a reserved account, or heartbeats and finality.
        CanaryPassed = 2,
        /// The upgrade or a migration failed, or the chain got stuck.
        Failed = 3,
        /// The chain went back to a height before the activation.
        RolledBack = 4,
        /// The upgrade was called off on its own network.
        Aborted = 5,
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
    /// When.
    pub observed_at: Timestamp,
}

/// What enough keepers agreed on, and when they did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Record {
    /// The activation.
    pub activated: Option<Activation>,
    /// When the migrations were known to be done.
    pub migrated_at: Option<Timestamp>,
    /// When the canary was known to have passed.
    pub canary_at: Option<Timestamp>,
    /// When a failure or a rollback was known.
    pub failed_at: Option<Timestamp>,
    /// When it was called off, here or on its own network.
    pub cancelled_at: Option<Timestamp>,
}

/// An activation on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Activation {
    /// When it was known.
    pub at: Timestamp,
    /// First block of the new code.
    pub height: u64,
    /// Hash of the code that runs.
    pub code_hash: [u8; 32],
}

/// Why a signal is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalError {
    /// The number names no kind.
    UnknownKind {
        /// The number.
        kind: u8,
    },
    /// The signal is of another branch.
    WrongFork {
        /// The plan's branch.
        expected: ForkId,
        /// The signal's.
        given: ForkId,
    },
    /// Dated before the plan was announced.
    TooEarly {
        /// Date of the signal.
        observed_at: Timestamp,
        /// Announcement.
        announced_at: Timestamp,
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
    /// Refuses what cannot be about the plan.
    pub fn validated(self, plan: &Plan, now: Timestamp) -> Result<Self, SignalError> {
        if self.fork != plan.fork {
            return Err(SignalError::WrongFork { expected: plan.fork, given: self.fork });
        }
        let observed_at = self.observed_at;
        if observed_at < plan.announced_at {
            return Err(SignalError::TooEarly { observed_at, announced_at: plan.announced_at });
        }
        if observed_at > now.after(FUTURE_TOLERANCE) {
            return Err(SignalError::FutureSignal { observed_at, now });
        }
        Ok(self)
    }

    /// What keepers must agree on: kind, branch, height and code, not the second at which each of them looked.
    pub fn content(&self, keccak: Hasher) -> [u8; 32] {
        let mut preimage = [0; 73];
        let (kind, rest) = preimage.split_at_mut(1);
        let (fork, rest) = rest.split_at_mut(32);
        let (height, code) = rest.split_at_mut(8);
        kind.copy_from_slice(&[self.kind.number()]);
        fork.copy_from_slice(&self.fork.0);
        height.copy_from_slice(&self.height.to_be_bytes());
        code.copy_from_slice(&self.code_hash);
        keccak(&preimage)
    }
}

impl Record {
    /// The record once enough keepers agreed on `signal`. What is on record stays: a fact is known once.
    #[must_use]
    pub fn with(mut self, signal: &Signal, now: Timestamp) -> Self {
        match signal.kind {
            SignalKind::Activated => {
                self.activated.get_or_insert(Activation {
                    at: now,
                    height: signal.height,
                    code_hash: signal.code_hash,
                });
            }
            SignalKind::MigrationCompleted => {
                self.migrated_at.get_or_insert(now);
            }
            SignalKind::CanaryPassed => {
                self.canary_at.get_or_insert(now);
            }
            SignalKind::Failed | SignalKind::RolledBack => {
                self.failed_at.get_or_insert(now);
            }
            SignalKind::Aborted => {
                self.cancelled_at.get_or_insert(now);
            }
        }
        self
    }
}
