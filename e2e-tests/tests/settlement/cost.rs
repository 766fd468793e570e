//! What settlement costs, against a committed baseline.

use std::slice::from_ref;

use alloy_core::{
    primitives::{FixedBytes, U256, keccak256 as hash},
    sol_types::SolValue,
};
use e2e_tests::{
    baseline::{Baseline, Cost},
    bytecode,
    drop_ins::IMerkleDistributor,
    exchange::{DOLLAR, Exchange, IErc20, UNIT},
    interfaces::ISettlement::*,
    sol_address,
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

/// The first entry of as wide a tree is paid by Uniswap's distributor, which is EVM bytecode, on the same chain.
fn claim_from_a_distributor(x: &mut Exchange) -> Cost {
    let holder = x.holder("of an entry", 2 * DOLLAR);
    let (account, amount) = (sol_address(holder.address()), U256::from(DOLLAR));
    let path: Vec<FixedBytes<32>> = (1u8..).take(LEVELS as usize).map(FixedBytes::repeat_byte).collect();
    let entry = hash((U256::ZERO, account, amount).abi_encode_packed());
    let root = path.iter().fold(entry, |node, beside| hash([node.min(*beside), node.max(*beside)].concat()));
    let constructor = (sol_address(x.token), root).abi_encode_params();
    let distributor = x.chain.deploy(&holder, bytecode("MerkleDistributor"), constructor, 0).unwrap().address;
    let fund = IErc20::transferCall { to: sol_address(distributor), amount };
    x.chain.sol_call(&holder, x.token, &fund, 0).unwrap();
    let claim = IMerkleDistributor::claimCall { index: U256::ZERO, account, amount, merkleProof: path };
    x.chain.sol_call(&holder, distributor, &claim, 0).unwrap();
    let cost = Cost::of(x.chain.last_outcome().expect("it was called"));
    let balance = IErc20::balanceOfCall { account };
    assert_eq!(x.chain.sol_view(&holder, x.token, &balance).unwrap(), U256::from(2 * DOLLAR));
    cost
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
    costs.record("claim, one of a million, from Uniswap's MerkleDistributor", claim_from_a_distributor(&mut stage.x));
    costs.check();
}
