//! Plans that wait for others, of other networks too.

use super::*;

/// Plan 1 on another network, plan 2 waits for it; both freeze at the same time.
fn waiting() -> Stage {
    let mut stage = deployed();
    stage.govern(&registerDomainCall { domain: 2, genesisHash: GENESIS, paraId: 0, chainId: 7 }).unwrap();
    let mut other = announcement();
    other.domain = 2;
    other.markets = vec![9];
    stage.govern(&other).unwrap();
    stage.govern(&announcement()).unwrap();
    stage.govern(&setDependenciesCall { plan_: 2, dependencies: vec![1] }).unwrap();
    let added = emitted::<DependencyAdded>(&stage.chain);
    assert_eq!((added[0].plan, added[0].dependency), (2, 1));
    stage.chain.produce_block_at(START + 3_600).unwrap();
    stage
}

impl Stage {
    /// `(phase, held, held by)`.
    fn hold(&self, plan: u64) -> (u8, u64, u64) {
        let state = self.state(plan);
        (state.phase, state.progress[HELD], state.progress[HELD_BY])
    }
}

#[test]
fn a_plan_is_held_while_the_other_network_is_late() {
    let mut stage = waiting();
    assert_eq!(stage.hold(2), (1, 0, 0));
    for kind in 0..3 {
        stage.say(2, kind);
    }
    assert_eq!(stage.hold(2), (1, 1, 1), "verified itself, it waits and says for what");
    assert_eq!(stage.touched(1).phase_plus_one, 2);
    for kind in 0..3 {
        stage.say(1, kind);
    }
    assert_eq!(stage.hold(2), (3, 0, 0));
    assert_eq!(stage.state(2).releasedAt, stage.chain.now());
}

#[test]
fn a_plan_is_held_while_the_other_network_deviates_and_never_beyond_its_bound() {
    let mut stage = waiting();
    stage.say(1, 3);
    assert_eq!(stage.hold(2), (1, 2, 1));
    for kind in 0..3 {
        stage.say(2, kind);
    }
    assert_eq!(stage.hold(2), (1, 2, 1));
    stage.chain.produce_block_at(START + 17_999).unwrap();
    assert_eq!(stage.hold(2), (1, 2, 1));
    stage.chain.produce_block_at(START + 18_000).unwrap();
    assert_eq!(stage.hold(2), (6, 0, 0));
    assert_eq!(stage.state(2).releasedAt, START + 18_000);
}

#[test]
fn without_an_activation_of_its_own_it_waits_instead_of_expiring() {
    let mut stage = waiting();
    stage.chain.produce_block_at(START + 7_201).unwrap();
    assert_eq!((stage.phase(1), stage.hold(2)), (5, (1, 1, 1)));
    stage.say(2, 0);
    assert_eq!(stage.hold(2), (1, 1, 1), "a late activation still counts");
    let mut stage = waiting();
    stage.chain.produce_block_at(START + 18_000).unwrap();
    assert_eq!((stage.hold(2), stage.state(2).releasedAt), ((5, 0, 0), START + 17_999));
}

#[test]
fn dependencies_are_bounded_earlier_plans_and_have_no_cycles() {
    let mut stage = deployed();
    for market in 1..=7 {
        let mut plan = announcement();
        plan.markets = vec![market];
        stage.govern(&plan).unwrap();
    }
    let wait = |plan_, dependencies: &[u64]| setDependenciesCall { plan_, dependencies: dependencies.to_vec() };
    assert_refused(stage.govern(&wait(3, &[])), DependencyCount { count: 0 });
    assert_refused(stage.govern(&wait(3, &[3])), DependencyNotEarlier { dependency: 3 });
    assert_refused(stage.govern(&wait(3, &[4])), DependencyNotEarlier { dependency: 4 });
    assert_refused(stage.govern(&wait(3, &[0])), UnknownPlan { plan: 0 });
    assert_refused(stage.govern(&wait(9, &[1])), UnknownPlan { plan: 9 });
    assert_refused(stage.govern(&wait(7, &[1, 2, 3, 4, 5])), DependencyCount { count: 5 });
    stage.govern(&wait(3, &[1, 2])).unwrap();
    stage.govern(&wait(5, &[3, 4])).unwrap();
    assert_eq!(stage.state(5).dependencies, [3, 1, 2, 4], "with those that they wait for");
    assert_refused(stage.govern(&wait(7, &[5])), DependencyCount { count: 5 });
    assert_refused(stage.govern(&wait(3, &[1])), HasDependents { plan: 3 });
    let caller = sol_address(stage.keepers[0].address());
    assert_refused(stage.keeper(0, &wait(6, &[1])), NotGovernance { caller });
    stage.chain.produce_block_at(START + 3_600).unwrap();
    assert_refused(stage.govern(&wait(6, &[1])), PlanNotOpen { plan: 6, phase: 1 });
}
