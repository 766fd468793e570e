//! Proofs that a position is in a snapshot.

use alloy_core::primitives::{Bytes, FixedBytes};
use e2e_tests::{
    assert_refused,
    interfaces::ISettlement::{
        IndexOutOfRange, NoSnapshot, ProofBytes, ProofLength, RootMismatch, SiblingCount, SumOverflow, UnknownBasis,
        snapshotCall, snapshotContextCall, verifyCall,
    },
};
use lockstep_core::{
    keccak::keccak256,
    settlement::{Leaf, Node, encode_proof},
};

use super::{MARKET, book, context, stage, tree};

#[test]
fn a_false_position_is_refused_for_its_reason() {
    let mut stage = stage();
    let leaves = book();
    let tree = tree(&leaves, context(stage.plan, MARKET));
    stage.until(stage.freeze);
    stage.operate(&super::commitment(stage.plan, &tree)).unwrap();
    let proof = encode_proof(&tree.prove(2).unwrap());
    let honest = stage.verification(&leaves[2], proof.clone());
    let verify = |call: &verifyCall| stage.view(call);
    verify(&honest).unwrap();

    let larger = Leaf { size: leaves[2].size + 1, ..leaves[2] };
    let computed = {
        let mut node = larger.node(keccak256, &context(stage.plan, MARKET).series(keccak256));
        let path = tree.prove(2).unwrap();
        node = Node::parent(keccak256, &node, &path[0]).unwrap();
        node = Node::parent(keccak256, &path[1], &node).unwrap();
        node = Node::parent(keccak256, &node, &path[2]).unwrap();
        FixedBytes(node.seal(keccak256, &context(stage.plan, MARKET)))
    };
    assert_refused(
        verify(&verifyCall { size: larger.size, ..honest.clone() }),
        RootMismatch { committed: FixedBytes(tree.root()), computed },
    );
    assert_refused(verify(&verifyCall { basis: 0, ..honest.clone() }), UnknownBasis { basis: 0 });
    assert_refused(verify(&verifyCall { basis: 4, ..honest.clone() }), UnknownBasis { basis: 4 });
    assert_refused(verify(&verifyCall { index: 5, ..honest.clone() }), IndexOutOfRange { index: 5, count: 5 });
    let cut: Bytes = proof[..104 * 2].to_vec().into();
    assert_refused(verify(&verifyCall { proof: cut, ..honest.clone() }), ProofLength { expected: 3, actual: 2 });
    let odd: Bytes = proof[..104 * 3 - 1].to_vec().into();
    assert_refused(verify(&verifyCall { proof: odd, ..honest.clone() }), ProofBytes { length: 311 });
    // The count of the second sibling, which spans two leaves.
    let mut counted = proof.clone();
    counted[104 + 39] = 3;
    assert_refused(
        verify(&verifyCall { proof: counted.into(), ..honest.clone() }),
        SiblingCount { level: 1, expected: 2, actual: 3 },
    );
    // The longs of the first sibling, so large that the sum wraps.
    let mut wrapping = proof.clone();
    wrapping[40..56].fill(0xff);
    assert_refused(
        verify(&verifyCall { proof: wrapping.into(), ..honest.clone() }),
        SumOverflow { left: 12_000_000_000_000, right: u128::MAX },
    );
    let (plan, market) = (stage.plan, MARKET + 1);
    assert_refused(verify(&verifyCall { market, ..honest.clone() }), NoSnapshot { plan, market });
    assert_refused(verify(&verifyCall { plan: plan + 1, ..honest }), NoSnapshot { plan: plan + 1, market: MARKET });
    assert_refused(stage.view(&snapshotCall { plan, market }), NoSnapshot { plan, market });
    assert_refused(stage.view(&snapshotContextCall { plan, market }), NoSnapshot { plan, market });
}
