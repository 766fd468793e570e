//! The phase of a plan, from its times and its record alone. No transaction moves a plan.
//!
//! ```text
//!  Announced --freeze_at--> Frozen --activated--> Activated --verified--> Stabilising --stable--> Completed
//!      |                      |                       |                        |
//!  Cancelled           Expired, Cancelled                 Deviated <------------------+
//!                 (latest passed, aborted,     (wrong code, failed, rolled back,
//!                     no signal)             not verified within the bound)
//! ```

use crate::{
    numbered::numbered,
    registry::{Plan, Record},
    units::Timestamp,
};

numbered! {
    /// Where a plan stands.
    Phase {
        /// Known, not yet in force.
        Announced = 0,
        /// Risk is frozen, the upgrade is due.
        Frozen = 1,
        /// The new code runs, but is not verified.
        Activated = 2,
        /// Verified: expected code, migrations done, canary passed.
        Stabilising = 3,
        /// Ran verified for long enough.
        Completed = 4,
        /// The latest activation passed without a signal.
        Expired = 5,
        /// Something else came than was announced.
        Deviated = 6,
        /// Called off before it was in force.
        Cancelled = 7,
    }
}

impl Phase {
    /// Whether nothing more can come.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Expired | Self::Cancelled)
    }
}

/// When the plan was verified, if it was: the expected code, migrations done, canary passed.
fn verified_at(plan: &Plan, record: &Record) -> Option<Timestamp> {
    let activation = record.activated.filter(|activation| activation.code_hash == plan.code_hash)?;
    Some(activation.at.max(record.migrated_at?).max(record.canary_at?))
}

/// When the plan deviated, if it did by `now`.
fn deviated_at(plan: &Plan, record: &Record, now: Timestamp) -> Option<Timestamp> {
    let verified = verified_at(plan, record);
    let completed_at = verified.map(|at| at.after(plan.stabilise));
    // A failure after completion belongs to a new plan.
    let failed = record.failed_at.filter(|failed| completed_at.is_none_or(|completed| *failed < completed));
    let wrong_code = record.activated.filter(|activation| activation.code_hash != plan.code_hash).map(|seen| seen.at);
    let stuck = (record.activated.is_some() && verified.is_none_or(|at| at >= plan.bound()) && now >= plan.bound())
        .then(|| plan.bound());
    [failed, wrong_code, stuck].into_iter().flatten().min()
}

/// The phase at `now`.
pub fn phase(plan: &Plan, record: &Record, now: Timestamp) -> Phase {
    if record.cancelled_at.is_some() {
        return Phase::Cancelled;
    }
    if deviated_at(plan, record, now).is_some() {
        return Phase::Deviated;
    }
    if let Some(verified) = verified_at(plan, record) {
        return if now >= verified.after(plan.stabilise) { Phase::Completed } else { Phase::Stabilising };
    }
    if record.activated.is_some() {
        return Phase::Activated;
    }
    if now > plan.latest {
        return Phase::Expired;
    }
    if now >= plan.freeze_at { Phase::Frozen } else { Phase::Announced }
}

/// When the plan left its frozen phases, if it has by `now`; from then on the thaw rule decides. `None` also where
/// it was called off before it froze anything.
pub fn released_at(plan: &Plan, record: &Record, now: Timestamp) -> Option<Timestamp> {
    match phase(plan, record, now) {
        Phase::Announced | Phase::Frozen | Phase::Activated => None,
        Phase::Stabilising | Phase::Completed => verified_at(plan, record),
        Phase::Expired => Some(plan.latest),
        Phase::Deviated => deviated_at(plan, record, now),
        Phase::Cancelled => record.cancelled_at.filter(|at| *at >= plan.freeze_at),
    }
}

/// Orders phases by how much they restrain a market: the most severe of its plans counts.
pub const fn severity(phase: Phase) -> u8 {
    match phase {
        Phase::Announced => 1,
        Phase::Completed | Phase::Expired | Phase::Cancelled => 2,
        Phase::Stabilising => 3,
        Phase::Deviated => 4,
        Phase::Activated => 5,
        Phase::Frozen => 6,
    }
}

#[cfg(test)]
#[path = "phase_tests.rs"]
mod tests;
