//! What a plan waits for: other plans, of other networks too.

use alloc::vec::Vec;

use crate::{
    ids::PlanId,
    numbered::numbered,
    registry::{Plan, Record, phase::own_deviation},
    units::Timestamp,
};

/// Most plans that one plan may wait for, directly or through others.
pub const MAX_DEPENDENCIES: usize = 4;

numbered! {
    /// Why a plan is held in its frozen phase. Zero at the ABI edge means that it is not.
    Hold {
        /// A plan that it waits for is not verified yet.
        Late = 1,
        /// A plan that it waits for deviated.
        Deviated = 2,
    }
}

/// When a plan could be relied on: from each verification, or from when it was called off, until the deviation that
/// followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steadiness {
    /// The plan.
    pub plan: PlanId,
    /// Whether it stands deviated.
    pub deviated: bool,
    /// Beginning and end of each span, the oldest first; the last one may be open.
    spans: Vec<(Timestamp, Option<Timestamp>)>,
}

impl Steadiness {
    /// Of the plan `id`, whose own dependencies are left aside: whoever waits for it waits for them too.
    pub fn of(id: PlanId, plan: &Plan, record: &Record, now: Timestamp) -> Self {
        let ended = record.rounds.iter().filter_map(|round| Some((round.verified_at?, Some(round.deviated_at))));
        let standing = record.cancelled_at.or(record.verified_at()).map(|from| (from, None));
        let deviated = standing.is_none() && own_deviation(plan, record, now).is_some();
        Self { plan: id, deviated, spans: ended.chain(standing).collect() }
    }

    /// The earliest moment from `from` on at which the plan could be relied on.
    fn next(&self, from: Timestamp) -> Option<Timestamp> {
        let usable = self.spans.iter().find(|(_, end)| end.is_none_or(|end| from < end));
        usable.map(|(begin, _)| from.max(*begin))
    }

    /// Whether it can be relied on at `now`, and if not, why not.
    fn hold(&self, now: Timestamp) -> Option<(PlanId, Hold)> {
        let steady = self.next(now) == Some(now);
        (!steady).then_some((self.plan, if self.deviated { Hold::Deviated } else { Hold::Late }))
    }
}

/// The earliest moment from `from` on at which all of `dependencies` could be relied on.
pub fn steady_from(dependencies: &[Steadiness], from: Timestamp) -> Option<Timestamp> {
    let mut at = from;
    // Each further pass goes on to the beginning of a later span, and there are few.
    loop {
        let next = dependencies.iter().try_fold(at, |at, dependency| dependency.next(at))?;
        if next == at {
            return Some(at);
        }
        at = next;
    }
}

/// The dependency that holds a plan at `now`, and why: one that deviated before one that is late.
pub fn holding(dependencies: &[Steadiness], now: Timestamp) -> Option<(PlanId, Hold)> {
    dependencies.iter().filter_map(|dependency| dependency.hold(now)).max_by_key(|(_, hold)| *hold)
}
