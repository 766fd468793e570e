use alloc::vec::Vec;

use crate::{
    registry::Phase,
    units::{Seconds, Timestamp},
};

/// A plan as the registry tells it: wall times, zero where not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanTerms {
    /// A [`Phase`] as a number.
    pub phase: u8,
    /// When its freeze begins or began.
    pub freeze_at: Timestamp,
    /// When its freeze ends at the latest.
    pub bound: Timestamp,
    /// When it left its frozen phases.
    pub released_at: Timestamp,
    /// When it completed.
    pub completed_at: Timestamp,
}

/// From when to when a plan forbids loosening on its markets, in wall time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ban {
    /// Its first second.
    pub from: Timestamp,
    /// The first second after it; the end of time while it cannot be known.
    pub until: Timestamp,
}

impl Ban {
    /// How long after a plan loosening stays forbidden.
    pub const COOL_DOWN: Seconds = Seconds::days(1);
    /// The longest that a proposal's expiry waits for bans.
    pub const MAX_WAIT: Seconds = Seconds::days(30);

    /// The ban of a plan: from its freeze to one [`COOL_DOWN`](Self::COOL_DOWN) after it completed, expired or was
    /// called off, and after the bound of a plan that deviated. `None` where it was called off before it froze.
    /// A phase that is not known forbids.
    pub fn of(plan: &PlanTerms) -> Option<Self> {
        let end = match Phase::try_from(plan.phase) {
            Ok(Phase::Completed) => plan.completed_at,
            Ok(Phase::Deviated) => plan.released_at.max(plan.bound),
            Ok(Phase::Cancelled) if plan.released_at == Timestamp(0) => return None,
            Ok(Phase::Expired | Phase::Cancelled) => plan.released_at,
            Ok(Phase::Announced | Phase::Frozen | Phase::Activated | Phase::Stabilising) | Err(_) => {
                Timestamp(u64::MAX)
            }
        };
        Some(Self { from: plan.freeze_at, until: end.after(Self::COOL_DOWN) })
    }

    /// Whether it forbids at `now`.
    pub fn in_force(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}

/// How long the expiry of a proposal waits by `now`, whose timelock opened at `eta` and can be used for `window`:
/// the time of that window in which a ban was in force. All in wall time.
pub fn waited(mut bans: Vec<Ban>, eta: Timestamp, window: Seconds, now: Timestamp) -> Seconds {
    let (mut waited, mut counted) = (Seconds(0), eta);
    // In the order of their beginnings. They are few, and to sort them takes more code than all else here.
    while let Some((first, _)) = bans.iter().enumerate().min_by_key(|(_, ban)| ban.from) {
        let ban = bans.swap_remove(first);
        let expiry = eta.after(window).after(waited);
        if ban.from >= expiry {
            break;
        }
        let end = ban.until.min(now);
        waited = Seconds(waited.0.saturating_add(end.since(ban.from.max(counted)).0));
        counted = counted.max(end);
    }
    waited.min(Ban::MAX_WAIT)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    const DAY: u64 = 86_400;

    fn plan(phase: Phase, released_at: u64, completed_at: u64) -> PlanTerms {
        PlanTerms {
            phase: phase.number(),
            freeze_at: Timestamp(1_000),
            bound: Timestamp(5_000),
            released_at: Timestamp(released_at),
            completed_at: Timestamp(completed_at),
        }
    }

    fn until(phase: Phase, released_at: u64, completed_at: u64) -> Option<u64> {
        Ban::of(&plan(phase, released_at, completed_at)).map(|ban| ban.until.0)
    }

    #[test]
    fn a_plan_forbids_from_its_freeze_to_the_cool_down() {
        for phase in [Phase::Announced, Phase::Frozen, Phase::Activated, Phase::Stabilising] {
            let ban = Ban::of(&plan(phase, 0, 0)).unwrap();
            assert_eq!(ban, Ban { from: Timestamp(1_000), until: Timestamp(u64::MAX) }, "{phase:?}");
            assert!(!ban.in_force(Timestamp(999)) && ban.in_force(Timestamp(1_000)));
        }
        assert_eq!(until(Phase::Completed, 2_000, 3_000), Some(3_000 + DAY));
        assert_eq!(until(Phase::Expired, 2_000, 0), Some(2_000 + DAY));
        assert_eq!(until(Phase::Deviated, 2_000, 0), Some(5_000 + DAY));
        assert_eq!(until(Phase::Deviated, 6_000, 0), Some(6_000 + DAY));
        assert_eq!(until(Phase::Cancelled, 2_000, 0), Some(2_000 + DAY));
        assert_eq!(until(Phase::Cancelled, 0, 0), None);
        let unknown = PlanTerms { phase: 99, ..plan(Phase::Completed, 2_000, 3_000) };
        assert_eq!(Ban::of(&unknown).unwrap().until, Timestamp(u64::MAX));
        let ban = Ban::of(&plan(Phase::Completed, 2_000, 3_000)).unwrap();
        assert!(ban.in_force(Timestamp(2_999 + DAY)) && !ban.in_force(Timestamp(3_000 + DAY)));
    }

    #[test]
    fn an_expiry_waits_for_the_ban() {
        let wait = |bans: &[(u64, u64)], now: u64| {
            let ban = |&(from, until): &(u64, u64)| Ban { from: Timestamp(from), until: Timestamp(until) };
            waited(bans.iter().map(ban).collect(), Timestamp(100), Seconds(50), Timestamp(now)).0
        };
        assert_eq!(wait(&[], 200), 0);
        // Before the timelock opened, and after it expired.
        assert_eq!(wait(&[(10, 90), (150, 190)], 200), 0);
        assert_eq!(wait(&[(10, 120)], 200), 20);
        assert_eq!(wait(&[(149, 400)], 200), 51);
        assert_eq!(wait(&[(149, 400)], 500), 251);
        // Two that overlap count once, and the second may begin in what the first added.
        assert_eq!(wait(&[(120, 140), (110, 130)], 200), 30);
        assert_eq!(wait(&[(140, 180), (185, 190)], 300), 45);
        assert_eq!(wait(&[(140, 180), (191, 199)], 300), 40);
        assert_eq!(wait(&[(100, u64::MAX)], 40 * DAY), 30 * DAY);
    }

    #[test]
    fn a_ban_in_force_keeps_a_proposal_alive() {
        for now in 140..1_000 {
            let bans = vec![Ban { from: Timestamp(140), until: Timestamp(u64::MAX) }];
            let expiry = 150 + waited(bans, Timestamp(100), Seconds(50), Timestamp(now)).0;
            assert_eq!(expiry, now + 10);
        }
    }
}
