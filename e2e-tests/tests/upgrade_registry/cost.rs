//! What a look-up costs.

use alloy_core::sol_types::SolCall as _;
use lockstep_devchain::CallOutcome;

use super::*;

impl Stage {
    fn look_up(&self, market: u32) -> CallOutcome {
        self.chain.dry_run(&self.governance, self.registry, marketPhasesCall { markets: vec![market] }.abi_encode(), 0)
    }

    /// A plan for market 1 that is over two days later.
    fn past_plan(&mut self) {
        let now = self.chain.now();
        let mut call = announcement();
        call.schedule = Schedule { freezeAt: now + 1, earliest: now + 1, latest: now + 2, ..call.schedule };
        call.markets = vec![1];
        self.govern(&call).unwrap();
        self.chain.produce_block_at(now + 172_900).unwrap();
    }
}

/// The same computation, with a thousand finished plans and with none. Proof size counts the storage trie, which
/// grows with what is stored, by its logarithm.
#[test]
fn a_look_up_costs_the_same_after_a_thousand_plans() {
    let mut stage = deployed();
    let none = stage.look_up(1).weight;
    stage.past_plan();
    let with_one = {
        let mut call = announcement();
        let now = stage.chain.now();
        call.schedule = Schedule { freezeAt: now + 60, earliest: now + 60, latest: now + 90, ..call.schedule };
        stage.govern(&call).unwrap();
        stage.look_up(1).weight
    };
    assert!(with_one.ref_time() > none.ref_time());
    stage.chain.produce_block_at(stage.chain.now() + 172_900).unwrap();
    for _ in 0..1_000 {
        stage.past_plan();
    }
    let mut call = announcement();
    let now = stage.chain.now();
    call.schedule = Schedule { freezeAt: now + 60, earliest: now + 60, latest: now + 90, ..call.schedule };
    stage.govern(&call).unwrap();
    assert_eq!(stage.plans(1).len(), 1);
    assert_eq!(stage.look_up(1).weight, with_one);

    stage.chain.produce_block_at(now + 172_900).unwrap();
    stage.govern(&pruneCall { market: 1 }).unwrap();
    assert_eq!(stage.plans(1).len(), 0);
    assert!(stage.look_up(1).weight.ref_time() < with_one.ref_time());
}
