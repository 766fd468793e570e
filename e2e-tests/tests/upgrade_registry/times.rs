//! Moving plans, and plans in heights.

use super::*;

fn moved(plan_: u64, change: fn(&mut Schedule)) -> rescheduleCall {
    let mut schedule = announcement().schedule;
    change(&mut schedule);
    rescheduleCall { plan_, schedule }
}

#[test]
fn before_its_freeze_a_plan_moves_freely_and_then_only_later_within_its_bound() {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    let now_ = stage.chain.now();
    stage.govern(&moved(1, |s| s.freezeAt -= 600)).unwrap();
    let seen = emitted::<PlanRescheduled>(&stage.chain);
    assert_eq!((seen[0].freezeAt, seen[0].latest, seen[0].bound), (START + 3_000, START + 7_200, START + 17_400));
    assert!(stage.moves().is_empty());
    assert_refused(
        stage.govern(&moved(1, |s| s.freezeAt = START)),
        TimesOutOfOrder { now_, freezeAt: START, earliest: START + 3_700, latest: START + 7_200 },
    );
    let caller = sol_address(stage.keepers[0].address());
    assert_refused(stage.keeper(0, &moved(1, |_| ())), NotGovernance { caller });
    stage.govern(&moved(1, |_| ())).unwrap();

    stage.chain.produce_block_at(START + 3_600).unwrap();
    let bound = START + 18_000;
    for earlier in [
        moved(1, |s| s.freezeAt += 1),
        moved(1, |s| s.maxFreeze += 1),
        moved(1, |s| s.latest -= 1),
        moved(1, |s| s.latest = s.freezeAt + s.maxFreeze),
    ] {
        assert_refused(stage.govern(&earlier), NotLater { bound });
    }
    stage.govern(&moved(1, |s| s.latest = s.freezeAt + s.maxFreeze - 1)).unwrap();
    let seen = emitted::<PlanRescheduled>(&stage.chain);
    assert_eq!((seen[0].freezeAt, seen[0].latest, seen[0].bound), (START + 3_600, bound - 1, bound));
    stage.establish(1, 0);
    assert_refused(stage.govern(&moved(1, |_| ())), PlanNotOpen { plan: 1, phase: 2 });
    assert_refused(stage.govern(&moved(0, |_| ())), UnknownPlan { plan: 0 });
}

fn beat(height: u64, at: u64) -> signalCall {
    signalCall { height, observedAt: at, ..says(1, 9) }
}

/// 12 seconds a block; freeze at height 1000, activation at 1010 to 1100.
fn in_heights() -> Stage {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    let call = setHeightsCall { plan_: 1, freeze: 1_000, earliest: 1_010, latest: 1_100 };
    stage.govern(&call).unwrap();
    let set = emitted::<HeightsSet>(&stage.chain);
    assert_eq!((set[0].freeze, set[0].earliest, set[0].latest), (1_000, 1_010, 1_100));
    stage
}

#[test]
fn heartbeats_correct_the_times_of_a_plan_in_heights() {
    let mut stage = in_heights();
    stage.chain.produce_block_at(START + 1_000).unwrap();
    stage.signal(0, &beat(900, START + 990)).unwrap();
    assert_eq!(stage.state(1).schedule.freezeAt, START + 3_600, "one keeper moves nothing");
    stage.signal(1, &beat(900, START + 990)).unwrap();
    let seen = emitted::<PlanRescheduled>(&stage.chain);
    assert_eq!((seen[0].freezeAt, seen[0].earliest), (START + 2_190, START + 2_310));
    assert_eq!((seen[0].latest, seen[0].bound), (START + 3_391, START + 2_190 + 14_400));
    let lineage = stage.state(1).lineage;
    assert_eq!((lineage[FREEZE_HEIGHT], lineage[EARLIEST_HEIGHT], lineage[LATEST_HEIGHT]), (1_000, 1_010, 1_100));
    stage.chain.produce_block_at(START + 2_000).unwrap();
    for keeper in 0..2 {
        stage.signal(keeper, &beat(1_000, START + 1_995)).unwrap();
    }
    assert_eq!(stage.moves(), [(1, 0, 1)], "the height came sooner");
    let schedule = stage.state(1).schedule;
    assert_eq!((schedule.freezeAt, schedule.earliest), (START + 2_000, START + 2_115));
    stage.chain.produce_block_at(START + 2_600).unwrap();
    for keeper in 0..2 {
        stage.signal(keeper, &beat(1_001, START + 2_595)).unwrap();
    }
    let schedule = stage.state(1).schedule;
    assert_eq!((schedule.freezeAt, schedule.latest), (START + 2_000, START + 2_595 + 99 * 12 + 1), "a slow chain");
    for keeper in 0..2 {
        let early = signalCall { height: 1_009, observedAt: START + 2_600, ..says(1, 0) };
        stage.signal(keeper, &early).unwrap();
    }
    assert_eq!((stage.phase(1), stage.state(1).progress[DEVIATION]), (6, 3), "not at this height");
}

#[test]
fn a_keeper_that_gives_one_block_two_times_is_slashed() {
    let mut stage = in_heights();
    stage.chain.produce_block_at(START + 1_000).unwrap();
    stage.signal(0, &beat(900, START + 990)).unwrap();
    stage.signal(0, &beat(901, START + 996)).unwrap();
    assert!(emitted::<KeeperSlashed>(&stage.chain).is_empty());
    stage.signal(0, &beat(900, START + 991)).unwrap();
    assert_eq!(emitted::<KeeperSlashed>(&stage.chain).len(), 1);
}

#[test]
fn heights_that_make_no_sense_are_refused() {
    let mut stage = in_heights();
    let set = |plan_, freeze, earliest, latest| setHeightsCall { plan_, freeze, earliest, latest };
    for (freeze, earliest, latest) in [(0, 1, 2), (5, 4, 6), (5, 6, 5)] {
        assert_refused(stage.govern(&set(1, freeze, earliest, latest)), HeightsOutOfOrder { freeze, earliest, latest });
    }
    assert_refused(stage.govern(&set(2, 1, 2, 3)), UnknownPlan { plan: 2 });
    let caller = sol_address(stage.keepers[0].address());
    assert_refused(stage.keeper(0, &set(1, 1, 2, 3)), NotGovernance { caller });
    stage.chain.produce_block_at(START + 3_600).unwrap();
    assert_refused(stage.govern(&set(1, 1, 2, 3)), PlanNotOpen { plan: 1, phase: 1 });
}
