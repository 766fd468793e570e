//! What settlement costs, against a committed baseline.

use std::slice::from_ref;

use alloy_core::primitives::FixedBytes;
use e2e_tests::{
    baseline::{Baseline, Cost},
    exchange::{DOLLAR, UNIT},
    interfaces::ISettlement::*,
};
use lockstep_core::{
    keccak::keccak256,
    settlement::{Leaf, Node, Proven, Totals},
};

use super::{CHALLENGE, MARKET, ONE, Stage, context, ending::END, stage};

/// Levels of a tree of a million positions.
const LEVELS: u32 = 20;

fn measured(stage: &Stage) -> Cost {
    Cost::of(stage.x.chain.last_outcome().expect("something was called"))
}

/// The first two leaves of a tree of 2^20; what stands beside their path is made up, since nobody looks below it.
fn wide_tree(leaves: [Leaf; 2]) -> (Node, [Vec<u8>; 2]) {
    let of = context(END, MARKET);
    let [first, second] = leaves.map(|leaf| leaf.node(keccak256, &of.series(keccak256)));
    let mut proofs = [vec![second], vec![first]];
    let mut top = Node::parent(keccak256, &first, &second).unwrap();
    for level in 1..LEVELS {
        let beside = Node {
            hash: [u8::try_from(level).unwrap(); 32],
            totals: Totals { count: 1 << level, ..Totals::default() },
        };
        top = Node::parent(keccak256, &top, &beside).unwrap();
        for proof in &mut proofs {
            proof.push(beside);
        }
    }
    assert_eq!(top.totals.count, 1 << LEVELS);
    let [a, b] = proofs;
    (top, [Proven { leaf: leaves[0], proof: a }.bytes(), Proven { leaf: leaves[1], proof: b }.bytes()])
}

#[test]
fn a_claim_of_a_million_keeps_to_its_baseline() {
    let mut costs = Baseline::new("settlement");
    let mut stage = stage();
    let alice = stage.x.trader("alice", 1_000 * DOLLAR);
    let (maker, plan, market) = (stage.x.maker.clone(), END, MARKET);
    stage.trade(&alice, 2 * ONE);
    stage.prices.0 = 2_100 * UNIT;
    stage.pass(3_600);
    stage.operate(&endMarketCall { market }).unwrap();
    costs.record("end of a market", measured(&stage));
    stage.x.chain.produce_block();
    let of = stage.view(&snapshotContextCall { plan, market }).unwrap();
    let mut leaves = stage.leaves(&[&alice, &maker], of.takenAt, of.price);
    leaves.sort_by_key(|leaf| leaf.size < 0);
    for (index, leaf) in (0..).zip(leaves.iter_mut()) {
        leaf.index = index;
    }
    let (top, [credit, debit]) = wide_tree([leaves[0], leaves[1]]);
    let commitment = commitSnapshotCall {
        plan,
        market,
        top: FixedBytes(top.hash),
        count: top.totals.count,
        long: top.totals.long,
        short: top.totals.short,
        profit: top.totals.profit,
        loss: top.totals.loss,
    };
    stage.operate(&commitment).unwrap();
    costs.record("commitment to a million positions", measured(&stage));
    stage.pass(CHALLENGE + 1);
    stage.operate(&resolveCall { plan, market }).unwrap();
    costs.record("resolution of an ended market", measured(&stage));
    let branch = stage.view(&resolutionCall { plan, market }).unwrap().branch;
    let claim = |proven: &[Vec<u8>]| claimCall { plan, market, branch, proven: proven.concat().into() };
    let (settled, unsettled) = (super::claims::copy(&stage), stage);
    let mut stage = unsettled;
    stage.operate(&claim(from_ref(&debit))).unwrap();
    costs.record("claim, one debit of a million", measured(&stage));
    stage.operate(&claim(from_ref(&credit))).unwrap();
    costs.record("claim, one credit of a million", measured(&stage));
    let mut stage = settled;
    stage.operate(&claim(&[debit, credit])).unwrap();
    costs.record("claim, both in one call", measured(&stage));
    costs.check();
}
