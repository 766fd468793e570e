//! The phase of a plan, from its times, its record, its dependencies and the clock alone. No transaction moves a plan.
//!
//! ```text
//!  Announced --freeze_at--> Frozen --activated--> Activated --verified--> Stabilising --stable--> Completed
//!      |                      |                       |                     |    ^
//!  Cancelled           Expired, Cancelled             '------> Deviated <---'    | verified anew
//!                 (latest passed, aborted,       (unexpected, failed, |          |
//!                     no signal)                 rolled back, stuck)  '----------'
//! ```
//!
//! Every move there is, of a plan that takes time to prove stable. Signals may come before their time: what a network
//! did early it did.
//!
//! | from | to | when |
//! | --- | --- | --- |
//! | Announced | Frozen | its freeze begins; activated before, and held |
//! | Announced | Activated | activated before its freeze |
//! | Announced | Stabilising | the same, with migrations and canary known already |
//! | Announced | Deviated | unexpected, failed or rolled back before its freeze |
//! | Announced | Cancelled | called off by governance, or on its own network |
//! | Frozen | Activated | activated; no longer held |
//! | Frozen | Stabilising | the same, with everything else known already |
//! | Frozen | Deviated | unexpected, failed, rolled back; held to its bound once activated |
//! | Frozen | Expired | its latest moment passed without a signal |
//! | Frozen | Cancelled | called off on its own network |
//! | Activated | Frozen | a plan that it waits for deviated: held |
//! | Activated | Stabilising | verified |
//! | Activated | Deviated | failed, rolled back, contradicted, or stuck at its bound |
//! | Stabilising | Completed | ran verified for long enough |
//! | Stabilising | Deviated | failed, rolled back, contradicted |
//! | Deviated | Stabilising | verified anew |
//!
//! In one second more can happen: where a plan that it waits for is verified and deviates in the same one, a plan that
//! was verified by that is held again.
//!
//! A plan counts as verified only once the plans that it waits for can be relied on; until then, but never beyond
//! its own bound, it is held in Frozen.

use crate::{
    ids::PlanId,
    numbered::numbered,
    registry::{
        Deviation, Hold, MAX_ROUNDS, Plan, Record, Steadiness,
        dependency::{holding, steady_from},
    },
    units::{Seconds, Timestamp},
};

/// How long after its bound a plan that deviated may still be verified. Then it has deviated for good.
pub const DEVIATION_GRACE: Seconds = Seconds::days(1);
/// How long a plan that ended stays in the look-up of its markets: longer than any thaw and any cool-down.
pub const RETENTION: Seconds = Seconds::days(2);
/// The same of one that deviated for good: its markets are due for settlement three days of active time after its bound,
/// and a week is left for somebody to start it, and for the host to stand still.
pub const DEVIATED_RETENTION: Seconds = Seconds::days(9);

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
        /// Called off.
        Cancelled = 7,
    }
}

/// Everything that follows from a plan at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The phase.
    pub phase: Phase,
    /// When it was verified, its dependencies included; `None` while it stands deviated.
    pub verified_at: Option<Timestamp>,
    /// When it left its frozen phases, or deviated last; from then on the thaw rule decides. `None` also where it was
    /// called off before it froze anything.
    pub released_at: Option<Timestamp>,
    /// When it completed.
    pub completed_at: Option<Timestamp>,
    /// Its last deviation, which a verification may have mended, and when that was.
    pub deviation: Option<(Deviation, Timestamp)>,
    /// When it ended: nothing more is taken for it.
    pub ended_at: Option<Timestamp>,
    /// The plan that holds it in Frozen, and why.
    pub held: Option<(PlanId, Hold)>,
}

impl Standing {
    /// Whether the look-up of its markets still needs it.
    pub fn is_retained(&self, now: Timestamp) -> bool {
        let Some(ended) = self.ended_at else { return true };
        let kept = if self.phase == Phase::Deviated { DEVIATED_RETENTION } else { RETENTION };
        self.released_at.is_some_and(|released| now <= released.max(ended).after(kept))
    }

    /// Whether its freeze is in force.
    pub const fn is_frozen(&self) -> bool {
        matches!(self.phase, Phase::Frozen | Phase::Activated)
    }
}

/// The last deviation of a plan, dependencies aside: by a signal, or because an activation was not verified in time.
pub(crate) fn own_deviation(plan: &Plan, record: &Record, now: Timestamp) -> Option<(Deviation, Timestamp)> {
    deviation(plan, record, record.verified_at(), now)
}

fn deviation(
    plan: &Plan,
    record: &Record,
    verified: Option<Timestamp>,
    now: Timestamp,
) -> Option<(Deviation, Timestamp)> {
    let bound = plan.bound();
    let by_signal = record.rounds.last().map(|round| (round.cause, round.deviated_at));
    let stuck = record.activated.is_some() && now >= bound && verified.is_none_or(|at| at >= bound);
    by_signal.or(stuck.then_some((Deviation::Stuck, bound)))
}

/// When a plan that was not activated expires. One that waits for another has its window moved by as much as the
/// other is late, within its bound.
fn expires_after(plan: &Plan, dependencies: &[Steadiness]) -> Timestamp {
    let window = plan.latest.since(plan.earliest);
    match steady_from(dependencies, plan.latest) {
        Some(at) if at == plan.latest => at,
        Some(at) => at.after(window).min(plan.last_moment()),
        None => plan.last_moment(),
    }
}

/// Where `plan` stands at `now`. `dependencies` are those that the plan names, in any order.
pub fn standing(plan: &Plan, record: &Record, dependencies: &[Steadiness], now: Timestamp) -> Standing {
    let verified = record.verified_at().and_then(|at| steady_from(dependencies, at));
    let deviation = deviation(plan, record, verified, now);
    let lost_at = deviation.map(|(_, at)| match record.rounds.len() {
        MAX_ROUNDS.. => at,
        _ => at.max(plan.bound()).after(DEVIATION_GRACE),
    });
    let verified = verified.filter(|at| lost_at.is_none_or(|lost| *at < lost));
    // Whatever deviates goes through the thaw rule from then on, also where it was released before.
    let released = match record.rounds.last() {
        Some(round) => Some(round.deviated_at),
        None => verified.into_iter().chain(deviation.map(|(_, at)| at)).min(),
    };
    let still = Standing {
        phase: Phase::Announced,
        verified_at: verified,
        released_at: released,
        completed_at: None,
        deviation,
        ended_at: None,
        held: None,
    };

    if let Some(at) = record.cancelled_at {
        let released_at = released.or((at >= plan.freeze_at).then_some(at));
        return Standing { phase: Phase::Cancelled, released_at, ended_at: Some(at), ..still };
    }
    if let Some(at) = verified {
        let completed_at = Some(at.after(plan.stabilise)).filter(|completed| now >= *completed);
        let phase = if completed_at.is_some() { Phase::Completed } else { Phase::Stabilising };
        return Standing { phase, completed_at, ended_at: completed_at, ..still };
    }
    if deviation.is_some() {
        let ended_at = lost_at.filter(|lost| now >= *lost);
        return Standing { phase: Phase::Deviated, ended_at, ..still };
    }
    let held = holding(dependencies, now);
    if record.activated.is_some() {
        let phase = if held.is_some() { Phase::Frozen } else { Phase::Activated };
        return Standing { phase, held, ..still };
    }
    let expires_after = expires_after(plan, dependencies);
    if now > expires_after {
        let ended = Some(expires_after);
        return Standing { phase: Phase::Expired, released_at: ended, ended_at: ended, ..still };
    }
    if now < plan.freeze_at {
        return still;
    }
    // Before its own time has passed nothing waits for a late dependency yet; a deviated one is told at once.
    let held = held.filter(|(_, hold)| *hold == Hold::Deviated || now > plan.latest);
    Standing { phase: Phase::Frozen, held, ..still }
}

/// The phase at `now` of a plan that waits for nothing.
pub fn phase(plan: &Plan, record: &Record, now: Timestamp) -> Phase {
    standing(plan, record, &[], now).phase
}

/// [`Standing::released_at`] at `now` of a plan that waits for nothing.
pub fn released_at(plan: &Plan, record: &Record, now: Timestamp) -> Option<Timestamp> {
    standing(plan, record, &[], now).released_at
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
pub(crate) mod tests;
