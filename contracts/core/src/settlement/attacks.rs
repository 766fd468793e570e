//! Trees and proofs made to deceive, each refused for its own reason.

use alloc::{vec, vec::Vec};

use super::{
    tests::{CONTEXT, account, book, leaf, tree},
    *,
};
use crate::{
    ids::{DomainId, ForkId, MarketId, PlanId},
    keccak::keccak256,
};

fn check(tree: &Tree, leaf: &Leaf, proof: &[Node]) -> Result<(), SettlementError> {
    verify(keccak256, &CONTEXT, tree.root(), tree.top().totals.count, leaf, proof)
}

fn is_root_mismatch(result: Result<(), SettlementError>) -> bool {
    matches!(result, Err(SettlementError::RootMismatch { .. }))
}

#[test]
fn every_field_of_a_leaf_is_committed_to() {
    let leaves = book(6);
    let tree = tree(&leaves);
    let honest = leaves[3];
    let proof = tree.prove(3).unwrap();
    assert_eq!(check(&tree, &honest, &proof), Ok(()));
    let changed = [
        Leaf { account: account(41), ..honest },
        Leaf { size: -honest.size, ..honest },
        Leaf { size: honest.size + 1, ..honest },
        Leaf { entry_price: crate::units::Price(1), ..honest },
        Leaf { margin: 501, ..honest },
        Leaf { unrealised: honest.unrealised + 1, ..honest },
        Leaf { basis: Basis::CanonicalOnly, ..honest },
    ];
    for forged in changed {
        assert!(is_root_mismatch(check(&tree, &forged, &proof)), "{forged:?}");
    }
    // Another position of the same shape: the index is part of the leaf.
    assert!(is_root_mismatch(check(&tree, &Leaf { index: 1, ..honest }, &proof)));
}

#[test]
fn a_leaf_of_one_snapshot_is_worth_nothing_in_another() {
    let leaves = book(6);
    let tree = tree(&leaves);
    let proof = tree.prove(3).unwrap();
    for context in [
        Context { domain: DomainId(2), ..CONTEXT },
        Context { fork: ForkId([1; 32]), ..CONTEXT },
        Context { plan: PlanId(8), ..CONTEXT },
        Context { market: MarketId(4), ..CONTEXT },
    ] {
        assert!(is_root_mismatch(verify(keccak256, &context, tree.root(), 7, &leaves[3], &proof)), "{context:?}");
    }
}

/// Second preimage: an inner node is offered as a leaf, one level up. Leaf and node preimages differ in tag and
/// length, so no leaf can have the hash of a node; here the shorter proof and the smaller tree are refused too.
#[test]
fn an_inner_node_is_no_leaf() {
    let leaves = book(3);
    let tree = tree(&leaves);
    let proof = tree.prove(0).unwrap();
    assert_eq!(proof.len(), 2);
    assert_eq!(check(&tree, &leaves[0], &proof[1..]), Err(SettlementError::ProofLength { expected: 2, actual: 1 }));
    let pairs =
        [Node::parent(keccak256, &leaves[0].node(keccak256, &CONTEXT.series(keccak256)), &proof[0]).unwrap(), proof[1]];
    // The tree of the two pairs has the same top node, but a pair counts two leaves.
    assert_eq!(Node::parent(keccak256, &pairs[0], &pairs[1]).unwrap(), tree.top());
    assert_eq!(
        verify(keccak256, &CONTEXT, tree.root(), 2, &leaves[0], &pairs[1..]),
        Err(SettlementError::SiblingCount { level: 0, expected: 1, actual: 2 })
    );
}

#[test]
fn a_proof_has_the_length_of_its_position() {
    let leaves = book(4);
    let tree = tree(&leaves);
    // Five leaves: the last moves up alone twice.
    assert_eq!(tree.prove(4).unwrap().len(), 1);
    let mut proof = tree.prove(4).unwrap();
    proof.push(Node::default());
    assert_eq!(check(&tree, &leaves[4], &proof), Err(SettlementError::ProofLength { expected: 1, actual: 2 }));
    assert_eq!(check(&tree, &leaves[4], &[]), Err(SettlementError::ProofLength { expected: 1, actual: 0 }));
    assert_eq!(check(&tree, &leaf(5, 0, 0), &[]), Err(SettlementError::IndexOutOfRange { index: 5, count: 5 }));
    assert_eq!(decode_proof(&[0; 105]), Err(SettlementError::ProofBytes { length: 105 }));
    assert_eq!(decode_proof(&[]), Ok(Vec::new()));
}

/// The tree in which an odd node is paired with itself has the same root for `[a, b, c]` and `[a, b, c, c]`. Here a
/// lonely node moves up, so the doubled tree has another root, and cannot be built at all.
#[test]
fn an_odd_node_is_not_doubled() {
    let leaves = book(2);
    let honest = tree(&leaves);
    let [a, b, c] = [0, 1, 2].map(|i: usize| leaves[i].node(keccak256, &CONTEXT.series(keccak256)));
    let pair = |left: Node, right: Node| Node::parent(keccak256, &left, &right).unwrap();
    assert_eq!(honest.top(), pair(pair(a, b), c));
    assert_ne!(honest.top(), pair(pair(a, b), pair(c, c)));
    let mut builder = TreeBuilder::new(keccak256, CONTEXT);
    builder.push(&leaves[0]).unwrap();
    let again = Leaf { index: 1, ..leaves[0] };
    assert_eq!(
        builder.push(&again),
        Err(SettlementError::LeafOrder { index: 1, account: account(10).0, previous: account(10).0 })
    );
    assert_eq!(builder.push(&leaves[2]), Err(SettlementError::LeafIndex { expected: 1, actual: 2 }));
    assert_eq!(builder.len(), 1);
    builder.push(&leaves[1]).unwrap();
    builder.push(&leaves[2]).unwrap();
    assert_eq!(builder.finish().unwrap().root(), honest.root());
}

#[test]
fn sums_do_not_wrap() {
    let totals = |long| Totals { count: 1, long, ..Totals::default() };
    let node = |long| Node { hash: [1; 32], totals: totals(long) };
    assert_eq!(
        Node::parent(keccak256, &node(u128::MAX), &node(1)),
        Err(SettlementError::SumOverflow { left: u128::MAX, right: 1 })
    );
    let many = Totals { count: u64::MAX, ..Totals::default() };
    assert_eq!(
        many.checked_add(&totals(0)),
        Err(SettlementError::SumOverflow { left: u128::from(u64::MAX), right: 1 })
    );
    // A prover who hides a leaf of the greatest size under a sibling that wraps the sum is refused as well.
    let leaves = vec![leaf(0, i128::MAX, 0), leaf(1, -i128::MAX, 0)];
    let tree = tree(&leaves);
    let mut proof = tree.prove(0).unwrap();
    proof[0].totals.long = u128::MAX - 5;
    assert_eq!(
        check(&tree, &leaves[0], &proof),
        Err(SettlementError::SumOverflow { left: i128::MAX.unsigned_abs(), right: u128::MAX - 5 })
    );
}

/// A total that could be negative would let a venue net a position away inside a subtree. All totals are unsigned:
/// what a leaf holds is found again in every node above it.
#[test]
fn no_subtree_takes_from_another() {
    let leaves = book(9);
    let tree = tree(&leaves);
    for leaf in &leaves {
        let mut node = leaf.node(keccak256, &CONTEXT.series(keccak256));
        for (sibling, left) in tree.prove(leaf.index).unwrap().iter().zip(0u32..) {
            let above = if leaf.index >> left & 1 == 1 {
                Node::parent(keccak256, sibling, &node)
            } else {
                Node::parent(keccak256, &node, sibling)
            }
            .unwrap();
            assert!(above.totals.long >= node.totals.long && above.totals.short >= node.totals.short);
            assert!(above.totals.profit >= node.totals.profit && above.totals.loss >= node.totals.loss);
            node = above;
        }
    }
}

#[test]
fn a_sibling_with_other_totals_is_not_the_sibling() {
    let leaves = book(6);
    let tree = tree(&leaves);
    let mut proof = tree.prove(2).unwrap();
    proof[1].totals.count += 1;
    assert_eq!(
        check(&tree, &leaves[2], &proof),
        Err(SettlementError::SiblingCount { level: 1, expected: 2, actual: 3 })
    );
    let mut proof = tree.prove(2).unwrap();
    proof[1].totals.short += 1;
    assert!(is_root_mismatch(check(&tree, &leaves[2], &proof)));
}

/// A venue that is not using the builder can commit to leaves in any order; the chain cannot see it, but anyone
/// can prove it.
#[test]
fn a_doubled_or_misplaced_account_is_proved() {
    let nodes = |leaves: &[Leaf; 2]| leaves.map(|l| l.node(keccak256, &CONTEXT.series(keccak256)));
    for second in [leaf(0, -5, 0).account, account(1)] {
        let leaves = [leaf(0, 5, 0), Leaf { account: second, ..leaf(1, -5, 0) }];
        let [left, right] = nodes(&leaves);
        let root = Node::parent(keccak256, &left, &right).unwrap().seal(keccak256, &CONTEXT);
        let first = Inclusion { leaf: &leaves[0], proof: &[right] };
        let second = Inclusion { leaf: &leaves[1], proof: &[left] };
        assert_eq!(prove_disorder(keccak256, &CONTEXT, root, 2, first, second), Ok(()));
        assert_eq!(
            prove_disorder(keccak256, &CONTEXT, root, 2, second, first),
            Err(SettlementError::NotAdjacent { first: 1, second: 0 })
        );
    }
    let leaves = book(6);
    let tree = tree(&leaves);
    let proofs: Vec<_> = (0..7).map(|i| tree.prove(i).unwrap()).collect();
    let included = |i: usize| Inclusion { leaf: &leaves[i], proof: &proofs[i] };
    assert_eq!(
        prove_disorder(keccak256, &CONTEXT, tree.root(), 7, included(2), included(3)),
        Err(SettlementError::InOrder { first: 2 })
    );
    let forged = Leaf { account: account(1), ..leaves[3] };
    assert!(is_root_mismatch(prove_disorder(
        keccak256,
        &CONTEXT,
        tree.root(),
        7,
        included(2),
        Inclusion { leaf: &forged, proof: &proofs[3] },
    )));
}

#[test]
fn a_missing_account_is_proved_by_its_neighbours() {
    let leaves = book(6);
    let tree = tree(&leaves);
    let proofs: Vec<_> = (0..7).map(|i| tree.prove(i).unwrap()).collect();
    let included = |i: usize| Some(Inclusion { leaf: &leaves[i], proof: &proofs[i] });
    let absent =
        |number, before, after| prove_absence(keccak256, &CONTEXT, tree.root(), 7, account(number), before, after);
    let present = |number| Err(SettlementError::NotAbsent { account: account(number).0 });
    assert_eq!(absent(35, included(2), included(3)), Ok(()));
    assert_eq!(absent(5, None, included(0)), Ok(()));
    assert_eq!(absent(71, included(6), None), Ok(()));
    assert_eq!(absent(30, included(2), included(3)), present(30));
    assert_eq!(absent(40, included(2), included(3)), present(40));
    assert_eq!(absent(35, included(2), None), present(35));
    assert_eq!(absent(35, None, included(3)), present(35));
    assert_eq!(absent(35, None, None), present(35));
    assert_eq!(absent(35, included(2), included(4)), Err(SettlementError::NotAdjacent { first: 2, second: 4 }));
    let empty = tree_root_of_nothing();
    assert_eq!(prove_absence(keccak256, &CONTEXT, empty, 0, account(35), None, None), Ok(()));
}

fn tree_root_of_nothing() -> [u8; 32] {
    tree(&[]).root()
}
