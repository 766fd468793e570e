//! What is on record of a plan once enough keepers agreed on it.
//!
//! A deviation ends a round: what was seen before it no longer counts, and only a verification seen anew takes the
//! plan on. The rounds stay on record, so that what followed from them is never judged differently later.

use alloc::vec::Vec;

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode};

use crate::{
    numbered::numbered,
    registry::{Evidence, Fact, Plan, Signal, SignalKind},
    units::{Seconds, Timestamp, mul_div_down},
};

/// How often a plan may deviate before nothing more is taken for it.
pub const MAX_ROUNDS: usize = 4;

numbered! {
    /// How a plan deviated. Zero at the ABI edge means that it did not.
    Deviation {
        /// The upgrade or a migration failed.
        Failed = 1,
        /// The network went back to a height before the activation.
        RolledBack = 2,
        /// Other code than announced, or a height that was not announced.
        Unexpected = 3,
        /// Enough keepers each say two things of which only one can be true.
        Contradiction = 4,
        /// Activated, and not verified within the bound of its freeze.
        Stuck = 5,
    }
}

/// An activation on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Activation {
    /// When it was known.
    pub at: Timestamp,
    /// First block of the new code.
    pub height: u64,
    /// Hash of the code that runs.
    pub code_hash: [u8; 32],
}

/// A block of a network and the time that it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Anchor {
    /// Its height.
    pub height: u64,
    /// Its time.
    pub at: Timestamp,
}

impl Anchor {
    /// When a block of `height` is due at `block_time` milliseconds a block, rounded down, saturating.
    pub fn expected_down(&self, height: u64, block_time: u32) -> Timestamp {
        let blocks = u128::from(height.abs_diff(self.height));
        let seconds = mul_div_down(blocks, u128::from(block_time), 1_000).unwrap_or(u128::MAX);
        let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
        if height >= self.height {
            self.at.after(Seconds(seconds))
        } else {
            Timestamp(self.at.0.saturating_sub(seconds))
        }
    }
}

/// A round that a deviation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Round {
    /// When the plan was verified in it, dependencies aside.
    pub verified_at: Option<Timestamp>,
    /// When the deviation was known.
    pub deviated_at: Timestamp,
    /// What it was.
    pub cause: Deviation,
}

/// What enough keepers agreed on, and when they did. All but the rounds and the first two is of the current round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Record {
    /// When the upgrade was known to be authorised.
    pub authorised_at: Option<Timestamp>,
    /// When the upgrade was known to be scheduled.
    pub scheduled_at: Option<Timestamp>,
    /// The activation.
    pub activated: Option<Activation>,
    /// When the migrations were known to have begun.
    pub started_at: Option<Timestamp>,
    /// When the migrations were known to be done.
    pub migrated_at: Option<Timestamp>,
    /// When the canary was known to have passed.
    pub canary_at: Option<Timestamp>,
    /// When the plan was called off, here or on its own network.
    pub cancelled_at: Option<Timestamp>,
    /// The last heartbeat of the network.
    pub heartbeat: Option<Anchor>,
    /// Rounds that a deviation ended, the oldest first; at most [`MAX_ROUNDS`].
    pub rounds: Vec<Round>,
}

impl Record {
    /// The number of the current round.
    pub fn round(&self) -> u8 {
        u8::try_from(self.rounds.len()).unwrap_or(u8::MAX)
    }

    /// When the plan itself was verified in the current round, if it was: activated as announced, migrations done,
    /// canary passed.
    pub fn verified_at(&self) -> Option<Timestamp> {
        Some(self.activated?.at.max(self.migrated_at?).max(self.canary_at?))
    }

    /// The record once `evidence` shows what `signal` says of the plan's network; `None` where it does not.
    pub fn established(&self, evidence: &impl Evidence, plan: &Plan, signal: &Signal, now: Timestamp) -> Option<Self> {
        let fact = Fact { domain: plan.domain, signal };
        evidence.shows(&fact).then(|| self.clone().with(plan, signal, now))
    }

    /// The record with what `signal` says, known at `now`. What is on record stays: a fact is known once a round.
    #[must_use]
    pub fn with(mut self, plan: &Plan, signal: &Signal, now: Timestamp) -> Self {
        match signal.kind {
            SignalKind::Authorised => {
                self.authorised_at.get_or_insert(now);
            }
            SignalKind::Scheduled => {
                self.scheduled_at.get_or_insert(now);
            }
            SignalKind::Activated if self.activated.is_some() => {}
            SignalKind::Activated if plan.is_unexpected(signal.code_hash, signal.height) => {
                return self.deviated(Deviation::Unexpected, now);
            }
            SignalKind::Activated => {
                self.activated = Some(Activation { at: now, height: signal.height, code_hash: signal.code_hash });
            }
            SignalKind::MigrationStarted => {
                self.started_at.get_or_insert(now);
            }
            SignalKind::MigrationCompleted => {
                self.migrated_at.get_or_insert(now);
            }
            SignalKind::CanaryPassed => {
                self.canary_at.get_or_insert(now);
            }
            SignalKind::Failed => return self.deviated(Deviation::Failed, now),
            SignalKind::RolledBack => return self.deviated(Deviation::RolledBack, now),
            // What was activated, or has deviated, cannot be called off any more.
            SignalKind::Aborted if self.activated.is_some() || !self.rounds.is_empty() => {}
            SignalKind::Aborted => {
                self.cancelled_at.get_or_insert(now);
            }
            SignalKind::Heartbeat => self.beat(plan, Anchor { height: signal.height, at: signal.observed_at }, now),
        }
        self
    }

    /// A later finalised block than the last one known. For another network, one that was made after the activation
    /// by more than the finality after the upgrade stands for the canary.
    fn beat(&mut self, plan: &Plan, anchor: Anchor, now: Timestamp) {
        if self.heartbeat.is_some_and(|seen| seen.height >= anchor.height) {
            return;
        }
        self.heartbeat = Some(anchor);
        let finality = Seconds(u64::from(plan.impact.finality.after));
        let lives =
            self.activated.is_some_and(|seen| anchor.height > seen.height && anchor.at >= seen.at.after(finality));
        if plan.foreign && lives {
            self.canary_at.get_or_insert(now);
        }
    }

    /// Ends the round. A failure leaves the code where it is; after anything else the activation must be seen again.
    #[must_use]
    pub fn deviated(mut self, cause: Deviation, now: Timestamp) -> Self {
        if self.rounds.len() >= MAX_ROUNDS {
            return self;
        }
        self.rounds.push(Round { verified_at: self.verified_at(), deviated_at: now, cause });
        if cause != Deviation::Failed {
            self.activated = None;
        }
        if cause == Deviation::RolledBack {
            // The heights that follow are those of another branch.
            self.heartbeat = None;
        }
        (self.started_at, self.migrated_at, self.canary_at) = (None, None, None);
        self
    }
}
