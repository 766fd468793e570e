//! Announcing plans and ending them.

use lockstep_core::{
    ids::{ForkId, PlanId},
    registry::{advance_stayed, advance_verified},
};

use super::*;

#[test]
fn a_good_upgrade_goes_through_every_phase_and_advances_the_fork() {
    let mut stage = deployed();
    let plan = stage.govern(&announcement()).unwrap();
    assert_eq!(plan, 1);
    let announced = emitted::<PlanAnnounced>(&stage.chain);
    assert_eq!(announced.len(), 1);
    assert_eq!(
        (announced[0].plan, announced[0].domain, announced[0].forkId, announced[0].codeHash),
        (1, DOMAIN, fork(), CODE)
    );
    assert_eq!((announced[0].freezeAt, announced[0].latest), (START + 3_600, START + 7_200));

    assert_eq!((announced[0].bound, announced[0].origin, announced[0].follows), (START + 18_000, 0, 0));

    let (seen, terms, announced_at) = (stage.state(1), announcement(), stage.chain.now());
    assert_eq!((seen.phase, seen.releasedAt, seen.announcedAt), (0, 0, announced_at));
    assert_eq!(seen.subject, Subject { domain: DOMAIN, forkId: fork(), codeHash: CODE, specVersion: 2 });
    assert_eq!((seen.schedule, seen.impact), (terms.schedule, terms.impact));
    assert_eq!((seen.disclosure, seen.markets), (terms.disclosure, vec![1, 2]));
    assert_eq!((seen.progress[ENDED_AT], seen.facts[ACTIVATED_AT], seen.lineage[ORIGIN]), (0, 0, 0));
    let row = |phase, released, completed| PlanTerms {
        market: 1,
        plan: 1,
        phase,
        announcedAt: announced_at,
        freezeAt: START + 3_600,
        bound: START + 18_000,
        releasedAt: released,
        completedAt: completed,
        finalityAfter: 12,
        feeRatioAfter: 8_000,
        emergency: false,
    };
    assert_eq!(stage.plans(1), [row(0, 0, 0)]);
    assert!(stage.plans(3).is_empty());
    // Several markets at once, in their order; what is beyond the sixteenth is not asked.
    let several = stage.view(&marketPlansCall { markets: vec![2, 3, 1] }).unwrap();
    assert_eq!(several, [PlanTerms { market: 2, ..row(0, 0, 0) }, row(0, 0, 0)]);
    let many = [vec![1; 17], vec![2; 17]].map(|markets| stage.view(&marketPlansCall { markets }).unwrap());
    assert_eq!(many.map(|plans| plans.len()), [16, 16]);
    let none = stage.touched(3);
    assert_eq!((none.phase_plus_one, none.freeze_at, none.bound, none.released_at), (0, 0, 0, 0));
    let terms = stage.view(&freezeTermsCall { plan_: 1, market: 2 }).unwrap();
    assert_eq!((terms.freezeAt, terms.domain, terms.forkId), (START + 3_600, DOMAIN, fork()));
    assert_eq!(stage.view(&freezeTermsCall { plan_: 1, market: 3 }).unwrap().freezeAt, 0);

    stage.chain.produce_block_at(START + 3_600).unwrap();
    let frozen = stage.touched(1);
    assert_eq!(
        (frozen.phase_plus_one, frozen.freeze_at, frozen.bound, frozen.released_at),
        (2, START + 3_600, START + 18_000, 0)
    );
    for (kind, moves) in
        [(6, vec![]), (7, vec![]), (0, vec![(1, 1, 2)]), (8, vec![]), (1, vec![]), (2, vec![(1, 2, 3)])]
    {
        stage.establish(1, kind);
        assert_eq!(stage.moves(), moves, "kind {kind}");
        stage.chain.produce_block();
    }
    stage.chain.produce_block();
    let frozen_at = START + 3_600;
    let facts = stage.state(1).facts;
    assert_eq!(
        facts,
        [frozen_at, frozen_at + 6, frozen_at + 12, 50, frozen_at + 18, frozen_at + 24, frozen_at + 30, 0, 0,]
    );
    let verified = facts[CANARY_AT];
    assert_eq!(stage.touched(1).released_at, verified);
    assert_eq!(stage.plans(2), [PlanTerms { market: 2, ..row(3, verified, 0) }]);
    assert_refused(stage.govern(&closeCall { plan: 1 }), PlanNotEnded { plan: 1, phase: 3 });
    stage.chain.produce_block_at(verified + 1_800).unwrap();
    assert_eq!((stage.phase(1), stage.plans(1)), (4, vec![row(4, verified, verified + 1_800)]));
    let progress = stage.state(1).progress;
    assert_eq!((progress[VERIFIED_AT], progress[COMPLETED_AT]), (verified, verified + 1_800));
    assert_eq!((progress[ENDED_AT], progress[CLOSED]), (verified + 1_800, 0));

    let upgraded = FixedBytes(advance_verified(keccak_256, ForkId(fork().0), CODE.0, 50).0);
    let anyone = stage.keepers[2].clone();
    stage.chain.sol_call(&anyone, stage.registry, &closeCall { plan: 1 }, 0).unwrap();
    let ended = emitted::<PlanEnded>(&stage.chain);
    assert_eq!((ended[0].plan, ended[0].phase, ended[0].forkId), (1, 4, upgraded));
    assert_eq!(stage.view(&forkOfCall { domain: DOMAIN }).unwrap(), upgraded);
    assert_eq!(stage.state(1).progress[CLOSED], 1);
    assert_refused(stage.govern(&closeCall { plan: 1 }), PlanClosed { plan: 1 });
    assert_refused(stage.govern(&closeCall { plan: 0 }), UnknownPlan { plan: 0 });
}

#[test]
fn without_signals_a_plan_expires_and_the_fork_says_that_the_branch_stayed() {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    stage.chain.produce_block_at(START + 7_200).unwrap();
    assert_eq!(stage.phase(1), 1);
    stage.chain.produce_block_at(START + 7_201).unwrap();
    assert_eq!(stage.phase(1), 5);
    let released = stage.touched(1);
    assert_eq!((released.phase_plus_one, released.released_at), (6, START + 7_200));
    stage.govern(&closeCall { plan: 1 }).unwrap();
    let stayed = advance_stayed(keccak_256, ForkId(fork().0), PlanId(1));
    assert_eq!(stage.view(&forkOfCall { domain: DOMAIN }).unwrap().0, stayed.0);
    let late = signalCall { observedAt: stage.chain.now(), ..says(1, 0) };
    assert_refused(stage.signal(0, &late), PlanNotOpen { plan: 1, phase: 5 });
}

#[test]
fn cancelling_is_for_governance_and_before_the_freeze() {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    let keeper = stage.keepers[0].clone();
    let refused = stage.chain.sol_call(&keeper, stage.registry, &cancelCall { plan: 1 }, 0);
    assert_refused(refused, NotGovernance { caller: sol_address(keeper.address()) });
    stage.govern(&cancelCall { plan: 1 }).unwrap();
    assert_eq!(emitted::<PlanCancelled>(&stage.chain)[0].plan, 1);
    assert_eq!(stage.phase(1), 7);
    assert_eq!(stage.touched(1).phase_plus_one, 0);
    assert_refused(stage.govern(&cancelCall { plan: 1 }), PlanNotOpen { plan: 1, phase: 7 });
    assert_refused(stage.govern(&cancelCall { plan: 2 }), UnknownPlan { plan: 2 });
    stage.govern(&closeCall { plan: 1 }).unwrap();
    assert_eq!(stage.view(&forkOfCall { domain: DOMAIN }).unwrap(), fork(), "a plan called off splits nothing");

    stage.govern(&announcement()).unwrap();
    stage.chain.produce_block_at(START + 3_600).unwrap();
    assert_refused(stage.govern(&cancelCall { plan: 2 }), PlanNotOpen { plan: 2, phase: 1 });
}

#[test]
fn plans_that_cannot_be_carried_out_are_refused() {
    let mut stage = deployed();
    let now_ = stage.chain.now();
    let base = announcement;
    let mut refuse = |change: &dyn Fn(&mut announceCall)| {
        let mut call = base();
        change(&mut call);
        stage.govern(&call)
    };
    assert_refused(refuse(&|c| c.domain = 2), UnknownDomain { domain: 2 });
    assert_refused(refuse(&|c| c.codeHash = FixedBytes::ZERO), NoCodeHash {});
    assert_refused(refuse(&|c| c.disclosure.severity = 5), NoDisclosure { severity: 5 });
    assert_refused(refuse(&|c| c.disclosure.hash = FixedBytes::ZERO), NoDisclosure { severity: 2 });
    assert_refused(refuse(&|c| c.disclosure.uri.clear()), UriLength { length: 0 });
    assert_refused(refuse(&|c| c.disclosure.uri = "x".repeat(257)), UriLength { length: 257 });
    assert_refused(
        refuse(&|c| c.schedule.freezeAt = now_),
        TimesOutOfOrder { now_, freezeAt: now_, earliest: START + 3_700, latest: START + 7_200 },
    );
    assert_refused(refuse(&|c| c.schedule.maxFreeze = 700_000), FreezeTooLong { asked: 700_000, longest: 604_800 });
    assert_refused(refuse(&|c| c.schedule.stabilise = 700_000), StabiliseTooLong { asked: 700_000, longest: 604_800 });
    assert_refused(refuse(&|c| c.markets.clear()), MarketCount { count: 0 });
    assert_refused(refuse(&|c| c.markets = (0..17).collect()), MarketCount { count: 17 });
    assert_refused(refuse(&|c| c.markets = vec![5, 5]), DuplicateMarket { market: 5 });
    let outsider = funded(&mut stage.chain, "outsider");
    let refused = stage.chain.sol_call(&outsider, stage.registry, &announcement(), 0);
    assert_refused(refused, NotKeeper { account: sol_address(outsider.address()) });
    assert_eq!(stage.view(&planCall { plan_: 1 }).map(|_| ()).unwrap_err().error_as(), Some(UnknownPlan { plan: 1 }));
}

#[test]
fn a_market_takes_four_live_plans_and_ended_ones_make_room() {
    let mut stage = deployed();
    for plan in 1..=4 {
        assert_eq!(stage.govern(&announcement()).unwrap(), plan);
    }
    assert_refused(stage.govern(&announcement()), MarketBusy { market: 1, plans: 4 });
    stage.govern(&cancelCall { plan: 3 }).unwrap();
    assert_eq!(stage.govern(&announcement()).unwrap(), 5);
    let mut more_urgent = announcement();
    more_urgent.markets = vec![9];
    stage.govern(&more_urgent).unwrap();
    stage.chain.produce_block_at(START + 3_600).unwrap();
    assert_eq!(stage.touched(1).phase_plus_one, 2);
}

/// Two of three keepers with the same arguments announce what the network shows; the freeze is on their budget.
#[test]
fn keepers_announce_what_enough_of_them_ask_for() {
    let mut stage = deployed();
    let call = announcement();
    assert_eq!(stage.keeper(0, &call).unwrap(), 0);
    let backed = emitted::<Backed>(&stage.chain);
    assert_eq!((backed[0].keeper, backed[0].voices), (sol_address(stage.keepers[0].address()), 1));
    assert_eq!(stage.keeper(0, &call).unwrap(), 0, "one voice, however often");
    let mut other = announcement();
    other.schedule.latest += 1;
    assert_eq!(stage.keeper(1, &other).unwrap(), 0, "other arguments are another announcement");
    assert_eq!(stage.keeper(1, &call).unwrap(), 1);
    let announced = emitted::<PlanAnnounced>(&stage.chain);
    assert_eq!((announced.len(), announced[0].origin, announced[0].plan), (1, 1, 1));
    assert_eq!(stage.keeper(2, &call).unwrap(), 1, "the third learns which plan it is");
    assert!(emitted::<PlanAnnounced>(&stage.chain).is_empty());
    assert_eq!(stage.state(1).lineage[ORIGIN], 1);

    let mut more = announcement();
    more.schedule.maxFreeze = 80_000;
    stage.keeper(0, &more).unwrap();
    assert_refused(stage.keeper(1, &more), FreezeBudget { market: 1, left: 86_400 - 14_400 });
    more.schedule.maxFreeze = 86_401;
    assert_refused(stage.keeper(1, &more), FreezeTooLong { asked: 86_401, longest: 86_400 });
}

#[test]
fn ended_plans_are_looked_up_for_two_days_and_cost_nothing_afterwards() {
    let mut stage = deployed();
    for _ in 0..4 {
        stage.govern(&announcement()).unwrap();
    }
    let expired = START + 7_200;
    stage.chain.produce_block_at(expired + 172_800).unwrap();
    assert_eq!(stage.plans(1).len(), 4);
    let anyone = stage.keepers[2].clone();
    stage.chain.sol_call(&anyone, stage.registry, &pruneCall { market: 1 }, 0).unwrap();
    assert_eq!(stage.plans(1).len(), 4, "a thaw and a cool-down may still hang on them");
    stage.chain.produce_block_at(expired + 172_801).unwrap();
    stage.chain.sol_call(&anyone, stage.registry, &pruneCall { market: 1 }, 0).unwrap();
    assert!(stage.plans(1).is_empty());
    assert_eq!(stage.touched(1).phase_plus_one, 0);
    let mut next = announcement();
    let now = stage.chain.now();
    next.schedule = Schedule { freezeAt: now + 60, earliest: now + 60, latest: now + 90, ..next.schedule };
    next.markets = vec![2];
    assert_eq!(stage.govern(&next).unwrap(), 5, "announcing makes room by itself");
    assert_eq!(stage.plans(2).iter().map(|plan| plan.plan).collect::<Vec<_>>(), [5]);
}

#[test]
fn venues_acknowledge_plans_of_their_markets() {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    let venue = stage.keepers[2].clone();
    let say = |plan_, market, ready, why: &str| acknowledgeCall { plan_, market, ready, why: why.into() };
    let caller = sol_address(venue.address());
    assert_refused(stage.keeper(2, &say(1, 1, true, "")), NotVenue { caller, market: 1 });
    for market in [1, 3] {
        stage.govern(&setVenueCall { market, venue: caller }).unwrap();
    }
    let named = emitted::<VenueNamed>(&stage.chain);
    assert!(named[0].market == 3 && named[0].oldVenue.is_zero() && named[0].newVenue == caller);
    assert_refused(stage.keeper(2, &say(1, 3, true, "")), UnknownPlan { plan: 1 });
    assert_refused(stage.keeper(2, &say(9, 1, true, "")), UnknownPlan { plan: 9 });
    assert_refused(stage.keeper(2, &say(1, 1, false, "")), ReasonLength { length: 0 });
    assert_refused(stage.keeper(2, &say(1, 1, true, &"x".repeat(129))), ReasonLength { length: 129 });
    assert_refused(stage.keeper(2, &setVenueCall { market: 1, venue: caller }), NotGovernance { caller });

    stage.keeper(2, &say(1, 1, false, "no node yet")).unwrap();
    let said = emitted::<Acknowledged>(&stage.chain);
    assert_eq!((said[0].plan, said[0].market, said[0].venue, said[0].ready), (1, 1, caller, false));
    assert_eq!(said[0].why, "no node yet");
    let lineage = stage.state(1).lineage;
    assert_eq!((lineage[READY], lineage[NOT_READY]), (0, 1));
    stage.chain.produce_block();
    stage.keeper(2, &say(1, 1, true, "")).unwrap();
    let lineage = stage.state(1).lineage;
    assert_eq!((lineage[READY], lineage[NOT_READY]), (1, 0));
    let seen = stage.view(&acknowledgementCall { plan_: 1, market: 1 }).unwrap();
    assert_eq!((seen.status, seen.saidAt, seen.why.as_str()), (1, stage.chain.now(), ""));
    assert_eq!(stage.view(&acknowledgementCall { plan_: 1, market: 2 }).unwrap().status, 0);
    stage.chain.produce_block_at(START + 7_201).unwrap();
    assert_refused(stage.keeper(2, &say(1, 1, true, "")), PlanNotOpen { plan: 1, phase: 5 });
}

/// One question about many markets is answered like one about each of them; about sixteen at once.
#[test]
fn many_markets_are_looked_up_at_once() {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    let mut later = announcement();
    later.schedule.freezeAt += 60;
    later.markets = vec![2, 3, 4];
    stage.govern(&later).unwrap();
    stage.govern(&announceCall { markets: vec![5], ..announcement() }).unwrap();
    stage.govern(&cancelCall { plan: 3 }).unwrap();
    stage.chain.produce_block_at(START + 3_600).unwrap();
    let frozen = [2, START + 3_600, START + 18_000, 0, 0];
    let announced = [1, START + 3_660, START + 18_060, 0, 0];
    let ask = |markets: &[u32]| stage.view(&marketPhasesCall { markets: markets.to_vec() }).unwrap();
    assert_eq!(ask(&[1, 2, 3, 4, 5, 6]), [frozen, frozen, announced, announced, [0; 5], [0; 5]]);
    assert_eq!(ask(&[4, 1, 4, 9]), [announced, frozen, announced, [0; 5]], "in their order, twice where asked twice");
    assert_eq!(ask(&[]), [[0; 5]; 0]);
    assert_eq!(ask(&[1; 17]), [frozen; 16]);
}

/// A plan that deviated for good stays with its markets until long after their settlement is due.
#[test]
fn a_deviation_for_good_is_not_pruned_before_its_markets_could_be_settled() {
    let mut stage = deployed();
    stage.govern(&announcement()).unwrap();
    stage.chain.produce_block_at(START + 3_600).unwrap();
    stage.establish(1, 3);
    let (bound, day) = (START + 18_000, 86_400);
    for (time, plans) in [(bound + 10 * day, 1), (bound + 10 * day + 1, 0)] {
        stage.chain.produce_block_at(time).unwrap();
        stage.keeper(2, &pruneCall { market: 1 }).unwrap();
        assert_eq!(stage.plans(1).len(), plans, "at {time}");
    }
}
