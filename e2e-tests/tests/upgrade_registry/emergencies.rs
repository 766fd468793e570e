//! Plans without notice.

use super::*;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

fn opening(height: u64) -> openEmergencyCall {
    openEmergencyCall {
        domain: DOMAIN,
        follows: 0,
        codeHash: CODE,
        height,
        disclosure: FixedBytes([9; 32]),
        length: 6 * HOUR,
        markets: vec![1, 2],
    }
}

impl Stage {
    /// Two of three keepers open an emergency; the answer of the second.
    fn open(&mut self, call: &openEmergencyCall) -> Result<u64, Failure> {
        self.keeper(0, call)?;
        self.keeper(1, call)
    }

    fn at(&mut self, time: u64) {
        self.chain.produce_block_at(time).unwrap();
    }
}

#[test]
fn enough_keepers_freeze_at_once_for_six_hours() {
    let mut stage = deployed();
    assert_eq!(stage.keeper(0, &opening(7)).unwrap(), 0);
    assert_eq!(stage.keeper(0, &opening(7)).unwrap(), 0, "one keeper freezes nothing");
    assert_eq!(stage.keeper(1, &opening(8)).unwrap(), 0, "nor do two that mean different blocks");
    assert_eq!(stage.touched(1).phase_plus_one, 0);
    assert_eq!(stage.keeper(1, &opening(7)).unwrap(), 1);
    let (now, bound) = (stage.chain.now(), stage.chain.now() + 6 * HOUR);
    let announced = emitted::<PlanAnnounced>(&stage.chain);
    assert_eq!((announced[0].origin, announced[0].freezeAt, announced[0].bound), (2, now, bound));
    let frozen = stage.touched(2);
    assert_eq!((frozen.phase_plus_one, frozen.freeze_at, frozen.bound), (2, now, bound));
    assert!(stage.plans(1)[0].emergency);
    assert_eq!(stage.keeper(2, &opening(7)).unwrap(), 1, "the third learns which plan it is");
    let plan = stage.state(1);
    assert_eq!((plan.disclosure.severity, plan.disclosure.hash), (4, FixedBytes([9; 32])));
    stage.at(bound - 1);
    assert_eq!(stage.phase(1), 1);
    stage.at(bound);
    assert_eq!((stage.phase(1), stage.state(1).releasedAt), (5, bound - 1), "it ends by itself");
    assert_eq!(stage.keeper(2, &opening(7)).unwrap(), 1, "an old call freezes nothing again");
}

#[test]
fn one_a_network_a_day() {
    let mut stage = deployed();
    stage.open(&opening(7)).unwrap();
    let next = stage.chain.now() + DAY;
    stage.at(next - 1);
    assert_refused(stage.keeper(0, &opening(8)), EmergencyTooSoon { domain: DOMAIN, until: next });
    stage.at(next);
    assert_eq!(stage.open(&opening(8)).unwrap(), 2);
}

#[test]
fn a_lone_voice_lapses_after_an_hour() {
    let mut stage = deployed();
    stage.keeper(0, &opening(7)).unwrap();
    let first = stage.chain.now();
    stage.at(first + HOUR + 1);
    assert_eq!(stage.keeper(1, &opening(7)).unwrap(), 0);
    assert_eq!(emitted::<Backed>(&stage.chain)[0].voices, 1);
    assert_eq!(stage.keeper(2, &opening(7)).unwrap(), 1);
}

/// Four emergencies of six hours are a day; the fifth within a week finds nothing left.
#[test]
fn emergencies_cannot_be_chained() {
    let mut stage = deployed();
    let first = stage.chain.now();
    for day in 0..4 {
        stage.at(first + 1 + day * DAY);
        assert_eq!(stage.open(&opening(10 + day)).unwrap(), day + 1);
    }
    stage.at(first + 1 + 4 * DAY);
    assert_refused(stage.open(&opening(20)), FreezeBudget { market: 1, left: 0 });
    let mut elsewhere = opening(20);
    elsewhere.markets = vec![3];
    assert_eq!(stage.open(&elsewhere).unwrap(), 5, "another market has its own budget");
    stage.at(first + 1 + 7 * DAY);
    let mut short = opening(21);
    short.length = 6 * HOUR + 1;
    assert_refused(stage.open(&short), FreezeTooLong { asked: 6 * HOUR + 1, longest: 6 * HOUR });
    assert_refused(stage.open(&opening(21)), FreezeBudget { market: 1, left: 0 });
    short.length = HOUR;
    stage.at(first + 1 + 7 * DAY + HOUR);
    assert_eq!(stage.open(&short).unwrap(), 6, "an hour of the first one is a week ago");
}

#[test]
fn what_an_emergency_did_not_use_is_given_back_when_it_is_closed() {
    let mut stage = deployed();
    stage.open(&opening(7)).unwrap();
    let opened = stage.chain.now();
    for kind in [0, 1, 2] {
        let now = stage.chain.now();
        for keeper in 0..2 {
            stage.signal(keeper, &signalCall { observedAt: now, ..says(1, kind) }).unwrap();
        }
    }
    assert_eq!((stage.phase(1), stage.state(1).releasedAt), (3, opened));
    stage.at(opened + HOUR);
    assert_eq!(stage.phase(1), 4);
    let mut announced = announcement();
    let now = stage.chain.now();
    announced.schedule =
        Schedule { freezeAt: now + 60, earliest: now + 60, latest: now + 60, stabilise: 0, maxFreeze: DAY };
    stage.keeper(0, &announced).unwrap();
    assert_refused(stage.keeper(1, &announced), FreezeBudget { market: 1, left: 18 * HOUR });
    assert_eq!(stage.view(&bookedFreezeCall { market: 1 }).unwrap(), 6 * HOUR);
    stage.govern(&closeCall { plan: 1 }).unwrap();
    // For the longest grace after its release a market may have stayed frozen.
    let used = 4 * HOUR + 1;
    assert_eq!(stage.view(&bookedFreezeCall { market: 1 }).unwrap(), used);
    // Its own freeze would still be cut by its whole length, which counts back from its own bound.
    assert_eq!((stage.touched(1).booked, stage.touched(3).booked), (6 * HOUR, 0));
    // The branch is another one since then, and so is what keepers agree on.
    assert_eq!(stage.keeper(1, &announced).unwrap(), 0);
    assert_refused(stage.keeper(0, &announced), FreezeBudget { market: 1, left: DAY - used });
    announced.schedule.maxFreeze = DAY - used;
    assert_eq!(stage.keeper(0, &announced).unwrap(), 0);
    assert_eq!(stage.keeper(1, &announced).unwrap(), 2);
    assert_eq!(stage.view(&bookedFreezeCall { market: 2 }).unwrap(), DAY);
}

#[test]
fn two_thirds_extend_once_to_a_day_and_governance_goes_on() {
    let mut stage = deployed();
    let dan = funded(&mut stage.chain, "dan");
    stage.govern(&addKeeperCall { keeper: sol_address(dan.address()), threshold: 3 }).unwrap();
    stage.keepers.push(dan);
    for keeper in 0..3 {
        stage.keeper(keeper, &opening(7)).unwrap();
    }
    let opened = stage.chain.now();
    let extend = extendEmergencyCall { plan_: 1 };
    stage.at(opened + 5 * HOUR);
    for keeper in [0, 0, 1] {
        stage.keeper(keeper, &extend).unwrap();
    }
    assert_eq!(stage.plans(1)[0].bound, opened + 6 * HOUR, "two of four are not two thirds");
    stage.keeper(2, &extend).unwrap();
    let moved = emitted::<PlanRescheduled>(&stage.chain);
    assert_eq!((moved[0].freezeAt, moved[0].latest, moved[0].bound), (opened, opened + DAY - 1, opened + DAY));
    assert_refused(stage.keeper(3, &extend), NotExtendable { plan: 1 });

    let prolong = |max_freeze| prolongEmergencyCall { plan_: 1, maxFreeze: max_freeze };
    let caller = sol_address(stage.keepers[0].address());
    assert_refused(stage.keeper(0, &prolong(2 * DAY)), NotGovernance { caller });
    for asked in [DAY, 7 * DAY + 1] {
        assert_refused(stage.govern(&prolong(asked)), FreezeTooLong { asked, longest: 7 * DAY });
    }
    stage.govern(&prolong(2 * DAY)).unwrap();
    assert_eq!(stage.plans(1)[0].bound, opened + 2 * DAY);
    stage.at(opened + 2 * DAY);
    assert_eq!(stage.phase(1), 5);
    assert_refused(stage.govern(&prolong(3 * DAY)), PlanNotOpen { plan: 1, phase: 5 });
    assert_refused(stage.keeper(0, &extend), PlanNotOpen { plan: 1, phase: 5 });
}

#[test]
fn an_extension_takes_no_more_than_is_left() {
    let mut stage = deployed();
    stage.open(&opening(7)).unwrap();
    let opened = stage.chain.now();
    stage.at(opened + DAY);
    stage.open(&opening(8)).unwrap();
    for keeper in 0..2 {
        stage.keeper(keeper, &extendEmergencyCall { plan_: 2 }).unwrap();
    }
    assert_eq!(stage.plans(1)[1].bound, opened + DAY + 18 * HOUR);
}

/// Cosmos Hub v17: a failure two hours after completion belongs to a new plan, which names the old one.
#[test]
fn a_late_failure_opens_an_emergency_that_names_the_old_plan() {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    let mut late = opening(90);
    late.follows = 1;
    assert_refused(stage.keeper(0, &late), PlanNotEnded { plan: 1, phase: 0 });
    stage.at(START + 3_600);
    for kind in [0, 1, 2] {
        stage.establish(1, kind);
    }
    stage.at(START + 3_600 + 1_800);
    assert_eq!(stage.phase(1), 4);
    let failed = signalCall { observedAt: stage.chain.now(), ..says(1, 3) };
    assert_refused(stage.signal(0, &failed), PlanNotOpen { plan: 1, phase: 4 });
    assert_eq!(stage.open(&late).unwrap(), 2);
    assert_eq!(emitted::<PlanAnnounced>(&stage.chain)[0].follows, 1);
    assert_eq!(stage.state(2).lineage[FOLLOWS], 1);
    assert_eq!(stage.touched(1).phase_plus_one, 2);
}

#[test]
fn emergencies_that_make_no_sense_are_refused() {
    let mut stage = deployed();
    let with = |change: fn(&mut openEmergencyCall)| {
        let mut call = opening(7);
        change(&mut call);
        call
    };
    assert_refused(stage.keeper(0, &with(|c| c.domain = 5)), UnknownDomain { domain: 5 });
    assert_refused(stage.keeper(0, &with(|c| c.height = 0)), IncompleteSignal {});
    assert_refused(stage.keeper(0, &with(|c| c.codeHash = FixedBytes::ZERO)), NoCodeHash {});
    assert_refused(stage.keeper(0, &with(|c| c.disclosure = FixedBytes::ZERO)), NoDisclosure { severity: 4 });
    assert_refused(stage.keeper(0, &with(|c| c.length = 0)), FreezeTooLong { asked: 0, longest: 6 * HOUR });
    assert_refused(stage.keeper(0, &with(|c| c.markets.clear())), MarketCount { count: 0 });
    assert_refused(stage.keeper(0, &with(|c| c.follows = 3)), UnknownPlan { plan: 3 });
    let account = sol_address(stage.governance.address());
    assert_refused(stage.govern(&opening(7)), NotKeeper { account });
    assert_refused(stage.keeper(0, &extendEmergencyCall { plan_: 1 }), UnknownPlan { plan: 1 });
    stage.govern(&announcement()).unwrap();
    assert_refused(stage.keeper(0, &extendEmergencyCall { plan_: 1 }), NotExtendable { plan: 1 });
}
