use alloc::vec;

use proptest::prelude::*;

use super::*;
use crate::{
    ids::{DomainId, ForkId, MarketId},
    registry::{Heights, Impact, Origin, Signal, SignalKind},
};

const CODE: [u8; 32] = [7; 32];

pub(crate) fn plan() -> Plan {
    Plan {
        domain: DomainId(1),
        fork: ForkId([3; 32]),
        foreign: false,
        code_hash: CODE,
        spec_version: 2,
        origin: Origin::Governance,
        follows: None,
        announced_at: Timestamp(100),
        freeze_at: Timestamp(1_000),
        earliest: Timestamp(1_100),
        latest: Timestamp(2_000),
        stabilise: Seconds(500),
        max_freeze: Seconds(3_000),
        heights: None,
        impact: Impact::default(),
        severity: 2,
        disclosure: [9; 32],
        markets: vec![MarketId(1), MarketId(2)],
        dependencies: vec![],
    }
}

pub(crate) fn signal(kind: SignalKind) -> Signal {
    Signal { kind, fork: ForkId([3; 32]), height: 50, code_hash: CODE, observed_at: Timestamp(1_200) }
}

pub(crate) fn record(signals: &[(SignalKind, u64)]) -> Record {
    signals.iter().fold(Record::default(), |record, (kind, at)| record.with(&plan(), &signal(*kind), Timestamp(*at)))
}

fn at(record: &Record, now: u64) -> (Phase, Option<Timestamp>) {
    (phase(&plan(), record, Timestamp(now)), released_at(&plan(), record, Timestamp(now)))
}

fn ended(record: &Record, now: u64) -> Option<u64> {
    standing(&plan(), record, &[], Timestamp(now)).ended_at.map(|at| at.0)
}

use SignalKind::{
    Aborted, Activated, Authorised, CanaryPassed, Failed, Heartbeat, MigrationCompleted, RolledBack, Scheduled,
};

const VERIFIED: [(SignalKind, u64); 3] = [(Activated, 1_200), (MigrationCompleted, 1_300), (CanaryPassed, 1_400)];

#[test]
fn a_good_upgrade_goes_through_every_phase() {
    let known = record(&[(Authorised, 900), (Scheduled, 950)]);
    assert_eq!((known.authorised_at, known.scheduled_at), (Some(Timestamp(900)), Some(Timestamp(950))));
    assert_eq!(at(&known, 999), (Phase::Announced, None));
    assert_eq!(at(&known, 1_000), (Phase::Frozen, None));
    assert_eq!(at(&record(&VERIFIED[..1]), 1_200), (Phase::Activated, None));
    assert_eq!(at(&record(&VERIFIED[..2]), 1_300), (Phase::Activated, None));
    let verified = record(&VERIFIED);
    assert_eq!(at(&verified, 1_400), (Phase::Stabilising, Some(Timestamp(1_400))));
    assert_eq!(at(&verified, 1_899), (Phase::Stabilising, Some(Timestamp(1_400))));
    assert_eq!(ended(&verified, 1_899), None);
    assert_eq!(at(&verified, 1_900), (Phase::Completed, Some(Timestamp(1_400))));
    assert_eq!(ended(&verified, 1_900), Some(1_900));
    let completed = |now| standing(&plan(), &verified, &[], Timestamp(now)).completed_at;
    assert_eq!((completed(1_899), completed(1_900)), (None, Some(Timestamp(1_900))));
}

#[test]
fn without_a_signal_it_expires_after_the_latest_moment() {
    assert_eq!(at(&record(&[]), 2_000), (Phase::Frozen, None));
    assert_eq!(at(&record(&[]), 2_001), (Phase::Expired, Some(Timestamp(2_000))));
    assert_eq!(ended(&record(&[]), 2_001), Some(2_000));
}

#[test]
fn activated_is_not_verified_and_ends_at_the_bound() {
    let seen = record(&VERIFIED[..2]);
    assert_eq!(at(&seen, 3_999), (Phase::Activated, None));
    assert_eq!(at(&seen, 4_000), (Phase::Deviated, Some(Timestamp(4_000))));
    let stuck = standing(&plan(), &seen, &[], Timestamp(4_000)).deviation;
    assert_eq!(stuck, Some((Deviation::Stuck, Timestamp(4_000))));
}

#[test]
fn a_stuck_plan_that_is_verified_late_stabilises_and_its_release_stays() {
    let late = record(&[(Activated, 1_200), (MigrationCompleted, 5_000), (CanaryPassed, 5_100)]);
    assert_eq!(at(&late, 5_100), (Phase::Stabilising, Some(Timestamp(4_000))));
    assert_eq!(at(&late, 5_600), (Phase::Completed, Some(Timestamp(4_000))));
    let lost = 4_000 + DEVIATION_GRACE.0;
    let too_late = record(&[(Activated, 1_200), (MigrationCompleted, 5_000), (CanaryPassed, lost)]);
    assert_eq!(at(&too_late, lost), (Phase::Deviated, Some(Timestamp(4_000))));
    assert_eq!(ended(&too_late, lost), Some(lost));
    assert_eq!(ended(&record(&VERIFIED[..1]), lost - 1), None);
}

#[test]
fn other_code_than_announced_deviates() {
    let other = Signal { code_hash: [8; 32], ..signal(Activated) };
    let seen = Record::default().with(&plan(), &other, Timestamp(1_200));
    assert_eq!(at(&seen, 1_200), (Phase::Deviated, Some(Timestamp(1_200))));
    assert_eq!(seen.rounds[0].cause, Deviation::Unexpected);
    let all = [MigrationCompleted, CanaryPassed]
        .into_iter()
        .fold(seen, |record, kind| record.with(&plan(), &signal(kind), Timestamp(1_300)));
    assert_eq!(at(&all, 1_300).0, Phase::Deviated, "migrations of the wrong code verify nothing");
    let mended = all.with(&plan(), &signal(Activated), Timestamp(1_350));
    assert_eq!(at(&mended, 1_350), (Phase::Stabilising, Some(Timestamp(1_200))), "the right code came after all");
}

#[test]
fn an_activation_outside_the_announced_heights_deviates() {
    let plan = Plan { heights: Some(Heights { freeze: 40, earliest: 45, latest: 60 }), ..plan() };
    for (height, phase) in
        [(44, Phase::Deviated), (45, Phase::Activated), (60, Phase::Activated), (61, Phase::Deviated)]
    {
        let seen = Record::default().with(&plan, &Signal { height, ..signal(Activated) }, Timestamp(1_200));
        assert_eq!(super::phase(&plan, &seen, Timestamp(1_200)), phase, "at height {height}");
    }
}

#[test]
fn failures_and_rollbacks_deviate_until_completion() {
    for kind in [Failed, RolledBack] {
        let at_once = record(&[(Activated, 1_200), (kind, 1_250)]);
        assert_eq!(at(&at_once, 1_250), (Phase::Deviated, Some(Timestamp(1_250))));
        let early = record(&[(kind, 500)]);
        assert_eq!(at(&early, 500), (Phase::Deviated, Some(Timestamp(500))));
        let before = record(&[&VERIFIED[..], &[(kind, 1_899)]].concat());
        assert_eq!(at(&before, 1_899), (Phase::Deviated, Some(Timestamp(1_899))), "it thaws anew");
    }
}

#[test]
fn a_new_verification_takes_a_deviated_plan_on() {
    let failed = record(&[&VERIFIED[..], &[(Failed, 1_500)]].concat());
    let with = |record: &Record, kind, now| record.clone().with(&plan(), &signal(kind), Timestamp(now));
    let again = with(&with(&failed, MigrationCompleted, 1_600), CanaryPassed, 1_700);
    assert_eq!(at(&again, 1_700), (Phase::Stabilising, Some(Timestamp(1_500))), "the code never went away");
    assert_eq!(at(&again, 2_200), (Phase::Completed, Some(Timestamp(1_500))));

    let rolled_back = record(&[&VERIFIED[..], &[(RolledBack, 1_500)]].concat());
    let without = with(&with(&rolled_back, MigrationCompleted, 1_600), CanaryPassed, 1_700);
    assert_eq!(at(&without, 1_700).0, Phase::Deviated, "nothing runs that could be verified");
    assert_eq!(at(&with(&without, Activated, 1_800), 1_800).0, Phase::Stabilising);
}

#[test]
fn after_four_deviations_nothing_more_is_taken() {
    let failures = [(Failed, 1_300), (Failed, 1_400), (Failed, 1_500), (Failed, 1_600), (Failed, 1_700)];
    assert_eq!(ended(&record(&failures[..3]), 1_600), None);
    let lost = record(&failures);
    assert_eq!((lost.rounds.len(), ended(&lost, 1_700)), (MAX_ROUNDS, Some(1_600)));
}

#[test]
fn calling_off_releases_through_the_thaw_rule_only_what_was_frozen() {
    assert_eq!(at(&record(&[(Aborted, 999)]), 5_000), (Phase::Cancelled, None));
    assert_eq!(at(&record(&[(Aborted, 1_000)]), 5_000), (Phase::Cancelled, Some(Timestamp(1_000))));
    assert_eq!(at(&record(&[(Activated, 1_200), (Aborted, 1_300)]), 1_300).0, Phase::Activated, "too late");
    assert_eq!(at(&record(&[(Failed, 1_200), (Aborted, 1_300)]), 1_300).0, Phase::Deviated, "too late");
}

#[test]
fn the_first_agreement_on_a_fact_stays() {
    let twice = record(&[(Activated, 1_200), (Activated, 1_500)]);
    assert_eq!(twice.activated.map(|seen| seen.at), Some(Timestamp(1_200)));
}

#[test]
fn a_plan_is_looked_up_until_long_after_its_cool_down() {
    let kept = |record: &Record, now| standing(&plan(), record, &[], Timestamp(now)).is_retained(Timestamp(now));
    let done = record(&VERIFIED);
    assert!(kept(&done, 1_900 + RETENTION.0) && !kept(&done, 1_901 + RETENTION.0));
    let expired = record(&[]);
    assert!(kept(&expired, 2_000 + RETENTION.0) && !kept(&expired, 2_001 + RETENTION.0));
    assert!(!kept(&record(&[(Aborted, 999)]), 999), "what never froze is forgotten at once");
    // Long enough for the settlement of its markets, which is due three days of active time after the bound.
    let deviated = record(&[(Failed, 1_200)]);
    let end = plan().bound().0 + DEVIATION_GRACE.0 + DEVIATED_RETENTION.0;
    assert!(kept(&deviated, end) && !kept(&deviated, end + 1));
    assert!(end > plan().bound().after(crate::guard::permission::SETTLE_AFTER).0 + 6 * 86_400);
}

#[test]
fn for_another_network_a_finalised_block_stands_for_the_canary() {
    let finality = crate::registry::plan::Change { before: 60, after: 60 };
    let foreign = Plan { foreign: true, impact: Impact { finality, ..Impact::default() }, ..plan() };
    let seen = [(Activated, 1_200), (MigrationCompleted, 1_200)]
        .iter()
        .fold(Record::default(), |record, (kind, at)| record.with(&foreign, &signal(*kind), Timestamp(*at)));
    let beat = |height, observed_at| Signal { height, observed_at: Timestamp(observed_at), ..signal(Heartbeat) };
    let now = Timestamp(1_300);
    for (height, observed_at, phase) in
        [(51, 1_259, Phase::Activated), (50, 1_260, Phase::Activated), (51, 1_260, Phase::Stabilising)]
    {
        let after = seen.clone().with(&foreign, &beat(height, observed_at), now);
        assert_eq!(super::phase(&foreign, &after, now), phase, "block {height} of {observed_at}");
        let host = seen.clone().with(&plan(), &beat(height, observed_at), now);
        assert_eq!(super::phase(&plan(), &host, now), Phase::Activated, "the host needs its canary");
    }
}

#[test]
fn only_a_later_block_is_a_heartbeat() {
    let beat = |record: Record, height| record.with(&plan(), &Signal { height, ..signal(Heartbeat) }, Timestamp(1_300));
    let seen = [60, 70, 65].into_iter().fold(Record::default(), beat);
    assert_eq!(seen.heartbeat.map(|beat| beat.height), Some(70));
}

#[test]
fn each_deviation_ends_a_round() {
    let mut seen = Record::default();
    for round in [0, 1, 2] {
        assert_eq!(seen.round(), round);
        seen = seen.deviated(Deviation::Failed, Timestamp(1_300));
    }
}

#[test]
fn only_a_roll_back_makes_the_heights_those_of_another_branch() {
    let heartbeat = Some(crate::registry::Anchor { height: 60, at: Timestamp(1_250) });
    let after = |cause| Record { heartbeat, ..Record::default() }.deviated(cause, Timestamp(1_300)).heartbeat;
    assert_eq!((after(Deviation::Failed), after(Deviation::RolledBack)), (heartbeat, None));
}

/// A plan that waits for another; both as [`plan`], the other with `signals`.
fn waiting(own: &Record, signals: &[(SignalKind, u64)], now: u64) -> Standing {
    let (other, now) = (record(signals), Timestamp(now));
    standing(&plan(), own, &[Steadiness::of(PlanId(7), &plan(), &other, now)], now)
}

#[test]
fn a_plan_is_held_while_another_is_late_and_says_so() {
    let own = record(&VERIFIED);
    let held = waiting(&own, &[], 1_500);
    assert_eq!((held.phase, held.held), (Phase::Frozen, Some((PlanId(7), Hold::Late))));
    assert_eq!((held.released_at, held.verified_at), (None, None));
    let late = [(Activated, 1_600), (MigrationCompleted, 1_600), (CanaryPassed, 1_600)];
    let on = waiting(&own, &late, 1_700);
    assert_eq!((on.phase, on.held, on.released_at), (Phase::Stabilising, None, Some(Timestamp(1_600))));
    assert_eq!(waiting(&own, &late, 2_100).phase, Phase::Completed, "stable since the other was verified");
    assert_eq!(waiting(&own, &[], 3_999).phase, Phase::Frozen);
    let bound = waiting(&own, &[], 4_000);
    assert_eq!((bound.phase, bound.deviation), (Phase::Deviated, Some((Deviation::Stuck, Timestamp(4_000)))));
}

#[test]
fn a_plan_is_held_while_another_deviates() {
    let failed = [&VERIFIED[..], &[(Failed, 1_450)]].concat();
    let frozen = waiting(&record(&[]), &failed, 1_500);
    assert_eq!((frozen.phase, frozen.held), (Phase::Frozen, Some((PlanId(7), Hold::Deviated))));
    let later = record(&[(Activated, 1_460), (MigrationCompleted, 1_460), (CanaryPassed, 1_460)]);
    assert_eq!(waiting(&later, &failed, 1_500).held, Some((PlanId(7), Hold::Deviated)));
    let mended = [&failed[..], &[(MigrationCompleted, 1_700), (CanaryPassed, 1_700)]].concat();
    let on = waiting(&later, &mended, 1_700);
    assert_eq!((on.phase, on.released_at), (Phase::Stabilising, Some(Timestamp(1_700))));
    let before = record(&[(Activated, 1_410), (MigrationCompleted, 1_410), (CanaryPassed, 1_410)]);
    assert_eq!(waiting(&before, &failed, 1_500).phase, Phase::Stabilising, "verified while the other was");
    assert_eq!(waiting(&before, &failed, 1_910).phase, Phase::Completed);
}

#[test]
fn a_plan_verified_in_the_second_of_anothers_deviation_waits_for_it() {
    let mended = [&VERIFIED[..], &[(Failed, 1_450), (MigrationCompleted, 1_700), (CanaryPassed, 1_700)]].concat();
    let released = |at| {
        let own = record(&[(Activated, at), (MigrationCompleted, at), (CanaryPassed, at)]);
        waiting(&own, &mended, 1_750).released_at
    };
    assert_eq!(released(1_449), Some(Timestamp(1_449)));
    assert_eq!(released(1_450), Some(Timestamp(1_700)));
}

#[test]
fn a_late_plan_moves_the_window_of_whatever_waits_for_it() {
    let none = record(&[]);
    let held = waiting(&none, &[], 2_001);
    assert_eq!((held.phase, held.held), (Phase::Frozen, Some((PlanId(7), Hold::Late))));
    assert_eq!(waiting(&none, &[], 2_000).held, None, "it is not due yet");
    let late = [(Activated, 2_500), (MigrationCompleted, 2_500), (CanaryPassed, 2_500)];
    let window = 900;
    assert_eq!(waiting(&none, &late, 2_500 + window).phase, Phase::Frozen);
    let expired = waiting(&none, &late, 2_501 + window);
    assert_eq!((expired.phase, expired.released_at), (Phase::Expired, Some(Timestamp(2_500 + window))));
    let never = waiting(&none, &[], 4_000);
    assert_eq!((never.phase, never.released_at), (Phase::Expired, Some(Timestamp(3_999))), "never beyond its bound");
    let called_off = waiting(&none, &[(Aborted, 900)], 2_001);
    assert_eq!((called_off.phase, called_off.released_at), (Phase::Expired, Some(Timestamp(2_000))));
}

/// Whether a plan may be seen in `to` some time after it was seen in `from`.
fn may_follow(from: Phase, to: Phase) -> bool {
    use Phase::{Announced, Cancelled, Completed, Deviated, Expired, Frozen, Stabilising};
    match from {
        Announced => true,
        Frozen => to != Announced,
        Phase::Activated => !matches!(to, Announced | Cancelled | Expired),
        Stabilising | Deviated => matches!(to, Stabilising | Completed | Deviated),
        Completed | Expired | Cancelled => to == from,
    }
}

proptest! {
    /// Whatever is signalled on a plan and on the one that it waits for, at any time: the graph is kept, a freeze
    /// ends by its bound, only a deviation moves a release, and nothing completes that was not verified.
    #[test]
    fn the_graph_is_kept_and_a_freeze_always_ends(
        steps in prop::collection::vec((any::<bool>(), 0usize..10, 1u64..900, any::<bool>()), 1..30),
    ) {
        let (mut own, mut other, mut now) = (Record::default(), Record::default(), Timestamp(100));
        let mut before = standing(&plan(), &own, &[], now);
        for (on_own, kind, pause, announced_code) in steps {
            now = now.after(Seconds(pause));
            let height = 50 + pause;
            let code_hash = if announced_code { CODE } else { [8; 32] };
            let said = Signal { height, code_hash, observed_at: now, ..signal(SignalKind::ALL[kind]) };
            let waits = [Steadiness::of(PlanId(1), &plan(), &other, now)];
            let (record, waits) = if on_own { (&mut own, &waits[..]) } else { (&mut other, &[][..]) };
            if let Ok(said) = said.validated(&plan(), record, &standing(&plan(), record, waits, now), now) {
                *record = record.clone().with(&plan(), &said, now);
            }
            let waits = [Steadiness::of(PlanId(1), &plan(), &other, now)];
            let after = standing(&plan(), &own, &waits, now);
            prop_assert!(may_follow(before.phase, after.phase), "{before:?} to {after:?}");
            prop_assert!(!after.is_frozen() || now < plan().bound(), "{after:?} at {now:?}");
            let anew = before.deviation != after.deviation;
            prop_assert!(before.released_at.is_none() || anew || before.released_at == after.released_at);
            prop_assert!(after.released_at.is_none_or(|at| at <= now));
            prop_assert_eq!(before.ended_at.is_some() && before.ended_at != after.ended_at, false);
            prop_assert!(after.phase != Phase::Completed || (own.verified_at().is_some() && after.verified_at.is_some()));
            prop_assert!(after.held.is_none() || after.phase == Phase::Frozen);
            before = after;
        }
    }
}

#[test]
fn a_plan_is_frozen_from_its_freeze_to_its_release() {
    let frozen = |phase| standing_in(phase).is_frozen();
    let phases: Vec<Phase> = Phase::ALL.iter().copied().filter(|phase| frozen(*phase)).collect();
    assert_eq!(phases, [Phase::Frozen, Phase::Activated]);
}

fn standing_in(phase: Phase) -> Standing {
    Standing { phase, ..standing(&plan(), &Record::default(), &[], Timestamp(0)) }
}

#[test]
fn phases_are_ordered_by_how_much_they_restrain() {
    let less = |milder: Phase, worse: Phase| assert!(severity(milder) < severity(worse), "{milder:?} {worse:?}");
    for ended in [Phase::Completed, Phase::Expired, Phase::Cancelled] {
        less(Phase::Announced, ended);
        less(ended, Phase::Stabilising);
    }
    less(Phase::Stabilising, Phase::Deviated);
    less(Phase::Deviated, Phase::Activated);
    less(Phase::Activated, Phase::Frozen);
}
