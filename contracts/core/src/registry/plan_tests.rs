use alloc::vec;

use parity_scale_codec::Encode;
use proptest::prelude::*;

use super::*;
use crate::registry::phase::tests::plan;

fn with(change: fn(&mut Plan)) -> Result<(), PlanError> {
    let mut plan = plan();
    change(&mut plan);
    plan.validated(Timestamp(100)).map(|_| ())
}

#[test]
fn plans_that_cannot_be_carried_out_are_refused() {
    assert_eq!(with(|_| ()), Ok(()));
    assert_eq!(with(|p| p.code_hash = [0; 32]), Err(PlanError::NoCodeHash));
    assert_eq!(with(|p| p.disclosure = [0; 32]), Err(PlanError::NoDisclosure { severity: 2 }));
    assert_eq!(with(|p| p.severity = 0), Err(PlanError::NoDisclosure { severity: 0 }));
    assert_eq!(with(|p| p.severity = 5), Err(PlanError::NoDisclosure { severity: 5 }));
    let days = Seconds::days(7);
    assert_eq!(with(|p| p.max_freeze = Seconds(0)), Err(PlanError::FreezeTooLong { asked: Seconds(0), max: days }));
    let longer = Seconds(days.0 + 1);
    for greatest in [
        (|p: &mut Plan| p.severity = MAX_SEVERITY) as fn(&mut Plan),
        |p| p.stabilise = MAX_STABILISE,
        |p| p.markets = (0..16).map(MarketId).collect(),
    ] {
        assert_eq!(with(greatest), Ok(()));
    }
    assert_eq!(
        with(|p| p.max_freeze = Seconds(Seconds::days(7).0 + 1)),
        Err(PlanError::FreezeTooLong { asked: longer, max: days })
    );
    assert_eq!(
        with(|p| p.stabilise = Seconds(Seconds::days(7).0 + 1)),
        Err(PlanError::StabiliseTooLong { asked: longer, max: days })
    );
    for change in [
        (|p: &mut Plan| p.freeze_at = Timestamp(100)) as fn(&mut Plan),
        |p| p.earliest = Timestamp(999),
        |p| p.latest = Timestamp(1_099),
        |p| p.max_freeze = Seconds(1_000),
    ] {
        assert!(matches!(with(change), Err(PlanError::TimesOutOfOrder { now: Timestamp(100), .. })));
    }
    assert_eq!(with(|p| p.markets.clear()), Err(PlanError::MarketCount { count: 0 }));
    assert_eq!(with(|p| p.markets = (0..17).map(MarketId).collect()), Err(PlanError::MarketCount { count: 17 }));
    assert_eq!(with(|p| p.markets.push(MarketId(1))), Err(PlanError::DuplicateMarket { market: MarketId(1) }));
}

#[test]
fn keepers_may_ask_for_less_than_governance() {
    let asking = |origin, freeze_at, max_freeze: Seconds| {
        let freeze_at = Timestamp(freeze_at);
        let plan = Plan { origin, freeze_at, earliest: freeze_at, latest: freeze_at, max_freeze, ..plan() };
        plan.validated(Timestamp(100)).map(|_| ())
    };
    let (day, six_hours) = (Seconds::hours(24), Seconds::hours(6));
    assert_eq!(asking(Origin::Keepers, 101, day), Ok(()));
    let asked = Seconds(day.0 + 1);
    assert_eq!(asking(Origin::Keepers, 101, asked), Err(PlanError::FreezeTooLong { asked, max: day }));
    assert_eq!(asking(Origin::Emergency, 100, six_hours), Ok(()));
    let asked = Seconds(six_hours.0 + 1);
    assert_eq!(asking(Origin::Emergency, 100, asked), Err(PlanError::FreezeTooLong { asked, max: six_hours }));
    assert!(matches!(asking(Origin::Keepers, 100, day), Err(PlanError::TimesOutOfOrder { .. })));
}

#[test]
fn a_plan_is_of_keepers_unless_governance_announced_it() {
    let by = |origin| Plan { origin, ..plan() }.is_keepers();
    assert_eq!([Origin::Governance, Origin::Keepers, Origin::Emergency].map(by), [false, true, true]);
}

#[test]
fn an_announced_plan_is_governances_once_it_is_rescheduled_and_its_heights_are_gone() {
    let heights = Some(Heights { freeze: 10, earliest: 20, latest: 30 });
    let stabilise = Seconds(600);
    let moved = Plan { heights, origin: Origin::Keepers, ..plan() }.rescheduled(
        Times { stabilise, ..times(1_000, 1_100, 2_000, 3_000) },
        Phase::Announced,
        Timestamp(100),
    );
    assert_eq!(moved, Ok(Plan { stabilise, ..plan() }));
}

#[test]
fn an_estimate_beyond_the_longest_notice_moves_nothing() {
    let impact = Impact { block_time: Change { before: 1_000, after: 1_000 }, ..Impact::default() };
    let heights = Some(Heights { freeze: 1_000, earliest: 1_000, latest: 1_000 });
    let due = Plan { heights, impact, ..plan() };
    let seen = |at| {
        let anchor = Anchor { height: 1_000, at: Timestamp(at) };
        due.clone().retimed(anchor, Phase::Announced, Timestamp(500)).freeze_at
    };
    let last = 500 + MAX_NOTICE.0;
    assert_eq!(seen(last), Timestamp(last));
    assert_eq!(seen(last + 1), due.freeze_at);
    assert_eq!(seen(last + 2), due.freeze_at);
}

#[test]
fn a_longer_emergency_may_still_be_activated_up_to_its_last_moment() {
    let (bound, longer) = (plan().bound(), Seconds(9_000));
    let lasting = plan().lasting(longer);
    assert_eq!(lasting.max_freeze, longer);
    assert!(lasting.latest == lasting.last_moment() && lasting.latest > bound, "{lasting:?}");
    assert_eq!(plan().lasting(Seconds(500)).latest, plan().latest, "never earlier than announced");
}

#[test]
fn the_largest_plan_fits_a_storage_item() {
    let largest = Plan {
        follows: Some(PlanId(1)),
        heights: Some(Heights { freeze: 1, earliest: 1, latest: 1 }),
        markets: (0..16).map(MarketId).collect(),
        dependencies: (0..4).map(PlanId).collect(),
        ..plan()
    };
    assert!(largest.encoded_size() <= 416, "{}", largest.encoded_size());
}

fn times(freeze_at: u64, earliest: u64, latest: u64, max_freeze: u64) -> Times {
    Times {
        freeze_at: Timestamp(freeze_at),
        earliest: Timestamp(earliest),
        latest: Timestamp(latest),
        stabilise: Seconds(500),
        max_freeze: Seconds(max_freeze),
    }
}

#[test]
fn before_the_freeze_any_sound_times_will_do_and_after_it_only_later_ones_within_the_bound() {
    let now = Timestamp(500);
    let moved = plan().rescheduled(times(600, 700, 800, 900), Phase::Announced, now).unwrap();
    assert_eq!((moved.freeze_at, moved.bound()), (Timestamp(600), Timestamp(1_500)));
    assert!(matches!(
        plan().rescheduled(times(500, 700, 800, 900), Phase::Announced, now),
        Err(PlanError::TimesOutOfOrder { .. })
    ));
    let frozen = |times| plan().rescheduled(times, Phase::Frozen, Timestamp(1_500));
    let later = frozen(times(1_000, 1_200, 3_999, 3_000)).unwrap();
    assert_eq!((later.latest, later.bound()), (Timestamp(3_999), Timestamp(4_000)));
    for refused in [
        times(1_001, 1_100, 2_000, 3_000),
        times(1_000, 1_099, 2_000, 3_000),
        times(1_000, 1_100, 1_999, 3_000),
        times(1_000, 1_100, 4_000, 3_000),
        times(1_000, 1_100, 2_000, 3_001),
    ] {
        assert_eq!(frozen(refused), Err(PlanError::NotLater { bound: Timestamp(4_000) }));
    }
    for phase in Phase::ALL.iter().copied().filter(|phase| !matches!(phase, Phase::Announced | Phase::Frozen)) {
        let refused = plan().rescheduled(times(600, 700, 800, 900), phase, now);
        assert_eq!(refused, Err(PlanError::NotReschedulable { phase }));
    }
}

fn in_heights() -> Plan {
    let mut plan = plan();
    plan.impact.block_time.before = 6_000;
    plan.with_heights(Heights { freeze: 1_000, earliest: 1_010, latest: 1_100 }, Phase::Announced).unwrap()
}

#[test]
fn heights_become_times_through_the_last_heartbeat() {
    let anchor = Anchor { height: 900, at: Timestamp(300) };
    let seen = in_heights().retimed(anchor, Phase::Announced, Timestamp(310));
    assert_eq!((seen.freeze_at, seen.earliest, seen.latest), (Timestamp(900), Timestamp(960), Timestamp(1_501)));
    let passed = Anchor { height: 1_005, at: Timestamp(400) };
    let due = in_heights().retimed(passed, Phase::Announced, Timestamp(410));
    assert_eq!((due.freeze_at, due.earliest), (Timestamp(410), Timestamp(430)), "a height that passed freezes at once");
    let frozen = in_heights().retimed(Anchor { height: 1_001, at: Timestamp(1_900) }, Phase::Frozen, Timestamp(1_900));
    assert_eq!((frozen.freeze_at, frozen.bound()), (Timestamp(1_000), Timestamp(4_000)), "a freeze never moves");
    assert_eq!((frozen.earliest, frozen.latest), (Timestamp(1_954), Timestamp(2_495)));
    let slow = in_heights().retimed(Anchor { height: 1, at: Timestamp(1_900) }, Phase::Frozen, Timestamp(1_900));
    assert_eq!((slow.earliest, slow.latest), (Timestamp(3_999), Timestamp(3_999)), "nor does its bound");
    assert_eq!(in_heights().retimed(anchor, Phase::Activated, Timestamp(310)), in_heights());
    assert_eq!(plan().retimed(anchor, Phase::Announced, Timestamp(310)), plan(), "a plan in times keeps them");
}

#[test]
fn heights_need_an_order_and_a_block_time() {
    let mut timed = plan();
    timed.impact.block_time.before = 6_000;
    let heights = |freeze, earliest, latest| Heights { freeze, earliest, latest };
    for wrong in [heights(0, 1, 2), heights(2, 1, 3), heights(1, 3, 2)] {
        let Heights { freeze, earliest, latest } = wrong;
        let error = PlanError::HeightsOutOfOrder { freeze, earliest, latest };
        assert_eq!(timed.clone().with_heights(wrong, Phase::Announced), Err(error));
    }
    let untimed = plan().with_heights(heights(1, 2, 3), Phase::Announced);
    assert_eq!(untimed, Err(PlanError::HeightsOutOfOrder { freeze: 1, earliest: 2, latest: 3 }));
    let frozen = timed.with_heights(heights(1, 2, 3), Phase::Frozen);
    assert_eq!(frozen, Err(PlanError::NotReschedulable { phase: Phase::Frozen }));
}

#[test]
fn dependencies_are_earlier_plans_with_what_they_wait_for() {
    let wait = |named: &[(PlanId, Vec<PlanId>)]| {
        plan().with_dependencies(PlanId(9), named, Phase::Announced).map(|plan| plan.dependencies)
    };
    let (a, b, c, d) = (PlanId(1), PlanId(2), PlanId(3), PlanId(4));
    assert_eq!(wait(&[(c, vec![a, b]), (d, vec![a])]), Ok(vec![c, a, b, d]));
    assert_eq!(wait(&[]), Err(PlanError::DependencyCount { count: 0 }));
    let five = [(c, vec![a, b]), (d, vec![PlanId(5)])];
    assert_eq!(wait(&five), Err(PlanError::DependencyCount { count: 5 }));
    let own = PlanId(9);
    assert_eq!(wait(&[(own, vec![])]), Err(PlanError::DependencyNotEarlier { dependency: own }));
    let frozen = plan().with_dependencies(own, &[(a, vec![])], Phase::Frozen);
    assert_eq!(frozen, Err(PlanError::NotReschedulable { phase: Phase::Frozen }));
}

proptest! {
    /// Whatever a heartbeat says, the times stay in order within the bound.
    #[test]
    fn estimates_keep_the_order(height: u64, at: u64, now in 100u64..1_000, block_time in 1u32.., frozen: bool) {
        let mut plan = in_heights();
        plan.impact.block_time.before = block_time;
        let phase = if frozen { Phase::Frozen } else { Phase::Announced };
        let bound = plan.bound();
        let seen = plan.retimed(Anchor { height, at: Timestamp(at) }, phase, Timestamp(now));
        prop_assert!(seen.freeze_at <= seen.earliest && seen.earliest <= seen.latest && seen.latest < seen.bound());
        prop_assert!(!frozen || seen.bound() == bound);
    }
}
