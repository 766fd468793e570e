//! Honest trees: shape, totals, proofs, and the commitment of a snapshot.

use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::{
    ids::{Account, DomainId, ForkId, MarketId, PlanId},
    keccak::keccak256,
    units::{Price, Seconds, Timestamp},
};

pub(super) const CONTEXT: Context =
    Context { domain: DomainId(1), fork: ForkId([0xf0; 32]), plan: PlanId(7), market: MarketId(3) };

pub(super) fn account(number: u64) -> Account {
    let mut bytes = [0; 20];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    Account(bytes)
}

pub(super) fn leaf(index: u64, size: i128, unrealised: i128) -> Leaf {
    Leaf {
        index,
        account: account(10 * (index + 1)),
        size,
        entry_price: Price(2_000),
        margin: 500,
        unrealised,
        basis: Basis::PerBranchClaim,
    }
}

/// A book of `count` positions that nets to zero.
pub(super) fn book(count: u64) -> Vec<Leaf> {
    let mut leaves: Vec<Leaf> = (0..count).map(|i| leaf(i, i128::from(i) - 2, 7 - i128::from(i))).collect();
    let (size, unrealised) = leaves.iter().fold((0, 0), |(s, u), l| (s + l.size, u + l.unrealised));
    leaves.push(leaf(count, -size, -unrealised));
    leaves
}

pub(super) fn tree(leaves: &[Leaf]) -> Tree {
    let mut builder = TreeBuilder::new(keccak256, CONTEXT);
    for leaf in leaves {
        builder.push(leaf).unwrap();
    }
    builder.finish().unwrap()
}

/// The same tree by the definition alone: recursion that splits at the largest power of two below the count.
fn top_by_definition(leaves: &[Leaf]) -> Node {
    match leaves {
        [] => Node::default(),
        [one] => one.node(keccak256, &CONTEXT.series(keccak256)),
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            Node::parent(keccak256, &top_by_definition(left), &top_by_definition(right)).unwrap()
        }
    }
}

#[test]
fn the_preimages_are_the_documented_concatenations() {
    let one = Leaf { basis: Basis::SumOfBranches, ..leaf(0, -5, 9) };
    let mut series = b"lockstep.leaf.v1".to_vec();
    let mut context = Vec::new();
    context.extend(1u32.to_be_bytes());
    context.extend([0xf0; 32]);
    context.extend(7u64.to_be_bytes());
    context.extend(3u32.to_be_bytes());
    series.extend(&context);
    let mut preimage = keccak256(&series).to_vec();
    preimage.extend(0u64.to_be_bytes());
    preimage.extend(account(10).0);
    preimage.extend((-5i128).to_be_bytes());
    preimage.extend(2_000u128.to_be_bytes());
    preimage.extend(500u128.to_be_bytes());
    preimage.extend(9i128.to_be_bytes());
    preimage.push(2);
    assert_eq!(preimage.len(), 32 + 93);
    let node = one.node(keccak256, &CONTEXT.series(keccak256));
    assert_eq!(node.hash, keccak256(&preimage));
    assert_eq!(node.totals, Totals { count: 1, long: 0, short: 5, profit: 9, loss: 0 });

    let other = leaf(1, 5, -9).node(keccak256, &CONTEXT.series(keccak256));
    let mut preimage = b"lockstep.node.v1".to_vec();
    preimage.extend(node.bytes());
    preimage.extend(other.bytes());
    let top = Node::parent(keccak256, &node, &other).unwrap();
    assert_eq!(top.hash, keccak256(&preimage));
    assert_eq!(top.totals, Totals { count: 2, long: 5, short: 5, profit: 9, loss: 9 });

    let mut preimage = b"lockstep.root.v1".to_vec();
    preimage.extend(&context);
    preimage.extend(top.bytes());
    assert_eq!(top.seal(keccak256, &CONTEXT), keccak256(&preimage));
}

/// A fixed vector: a change of the format changes it.
#[test]
fn the_format_does_not_change() {
    let root = tree(&book(4)).root();
    let known = [
        0xbf, 0x44, 0x1d, 0x68, 0x84, 0x26, 0xc9, 0x6b, 0xb6, 0x57, 0x41, 0x4f, 0xa1, 0xe2, 0xc7, 0x79, 0xc4, 0x9d,
        0xc8, 0x2a, 0x61, 0x4d, 0xbd, 0x60, 0x89, 0x45, 0xc9, 0x64, 0xb2, 0x7d, 0xbc, 0x06,
    ];
    assert_eq!(root, known);
}

#[test]
fn extreme_amounts_have_totals() {
    let totals = leaf(0, i128::MIN, i128::MAX).node(keccak256, &CONTEXT.series(keccak256)).totals;
    assert_eq!(totals.short, 1 << 127);
    assert_eq!(totals.profit, (1 << 127) - 1);
}

#[test]
fn an_empty_tree_has_a_root_of_its_own() {
    let empty = tree(&[]);
    assert_eq!(empty.top(), Node::default());
    assert_eq!(empty.root(), Node::default().seal(keccak256, &CONTEXT));
    assert_eq!(empty.prove(0), Err(SettlementError::IndexOutOfRange { index: 0, count: 0 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_streamed_tree_is_the_tree_by_definition(count in 0u64..130) {
        let leaves: Vec<Leaf> = (0..count).map(|i| leaf(i, i128::from(i) - 3, 5)).collect();
        prop_assert_eq!(tree(&leaves).top(), top_by_definition(&leaves));
    }

    #[test]
    fn every_leaf_of_any_tree_is_proved(count in 1u64..70) {
        let leaves = book(count);
        let tree = tree(&leaves);
        let total = tree.top().totals;
        prop_assert_eq!(total.count, count + 1);
        prop_assert_eq!(total.check_netted(), Ok(()));
        for leaf in &leaves {
            let proof = tree.prove(leaf.index).unwrap();
            prop_assert_eq!(decode_proof(&encode_proof(&proof)), Ok(proof.clone()));
            prop_assert_eq!(verify(keccak256, &CONTEXT, tree.root(), total.count, leaf, &proof), Ok(()));
        }
    }

    #[test]
    fn nodes_survive_their_bytes(
        hash: [u8; 32], count: u64, long: u128, short: u128, profit: u128, loss: u128,
    ) {
        let node = Node { hash, totals: Totals { count, long, short, profit, loss } };
        prop_assert_eq!(Node::from_bytes(&node.bytes()), node);
    }
}

const RULES: Rules = Rules { window: Seconds(3_600), challenge: Seconds(86_400), min_bond: 1_000 };
const FREEZE: Freeze = Freeze { begins_at: Timestamp(10_000), domain: DomainId(1), fork: ForkId([0xf0; 32]) };

fn opened(freeze: &Freeze, now: u64) -> Result<Snapshot, SettlementError> {
    Snapshot::open(&RULES, freeze, PlanId(7), MarketId(3), Price(5), Timestamp(now), Timestamp(500))
}

/// Commits at the active time `active`, after an opening at 500.
fn commit_at(bond: u128, top: &Node, active: u64) -> Result<Snapshot, SettlementError> {
    let mut snapshot = opened(&FREEZE, 10_000).unwrap();
    snapshot.commit(keccak256, &RULES, bond, top, Timestamp(active))?;
    Ok(snapshot)
}

#[test]
fn a_snapshot_is_opened_from_the_freeze_on() {
    let awaited = Snapshot {
        context: CONTEXT,
        taken_at: Timestamp(10_000),
        price: Price(5),
        status: Status::Awaited,
        until: Timestamp(4_100),
        root: [0; 32],
        totals: Totals::default(),
        bond: 0,
        summons: 0,
    };
    let last = 10_000 + MAX_WINDOW.0;
    assert_eq!((opened(&FREEZE, 10_000), opened(&FREEZE, last)), (Ok(awaited), Ok(awaited)));
    assert_eq!(opened(&FREEZE, 9_999), Err(SettlementError::WindowNotOpen { opens_at: 10_000, now: 9_999 }));
    let closed = SettlementError::WindowClosed { closed_at: last, now: last + 1 };
    assert_eq!(opened(&FREEZE, last + 1), Err(closed));
    let none = Freeze { begins_at: Timestamp(0), ..FREEZE };
    assert_eq!(opened(&none, 10_000), Err(SettlementError::NoFreeze { plan: 7, market: 3 }));
}

#[test]
fn a_snapshot_is_committed_once_in_its_window_and_under_bond() {
    let tree = tree(&book(4));
    let top = tree.top();
    for active in [500, 4_100] {
        let snapshot = commit_at(1_000, &top, active).unwrap();
        assert_eq!((snapshot.root, snapshot.totals, snapshot.bond), (tree.root(), top.totals, 1_000));
        assert_eq!((snapshot.status, snapshot.until), (Status::Committed, Timestamp(active + 86_400)));
        let mut again = snapshot;
        let refused = Err(SettlementError::WrongStatus { status: 1 });
        assert_eq!(again.commit(keccak256, &RULES, 1_000, &top, Timestamp(active)), refused);
        assert_eq!(again, snapshot);
    }
    let late = SettlementError::WindowClosed { closed_at: 4_100, now: 4_101 };
    assert_eq!(commit_at(1_000, &top, 4_101), Err(late));
    assert_eq!(commit_at(999, &top, 500), Err(SettlementError::BondTooSmall { bond: 999, required: 1_000 }));
}

#[test]
fn a_tree_is_final_when_nobody_can_doubt_it() {
    let top = tree(&book(4)).top();
    let mut snapshot = commit_at(1_000, &top, 500).unwrap();
    let until = 86_900;
    assert_eq!(snapshot.ensure_challengeable(Timestamp(until)), Ok(()));
    let open = SettlementError::StillChallengeable { until, now: until };
    assert_eq!(snapshot.has_tree(Timestamp(until)), Err(open));
    let closed = SettlementError::WindowClosed { closed_at: until, now: until + 1 };
    assert_eq!(snapshot.ensure_challengeable(Timestamp(until + 1)), Err(closed));
    assert_eq!(snapshot.has_tree(Timestamp(until + 1)), Ok(true));
    snapshot.summons = 2;
    assert_eq!(snapshot.has_tree(Timestamp(until + 1)), Err(SettlementError::Summoned { count: 2 }));
    assert_eq!(snapshot.lapse(Timestamp(until + 1)), Err(SettlementError::WrongStatus { status: 1 }));
    snapshot.fall().unwrap();
    assert_eq!((snapshot.status, snapshot.has_tree(Timestamp(0))), (Status::Missing, Ok(false)));
    assert_eq!(snapshot.fall(), Err(SettlementError::WrongStatus { status: 2 }));
}

#[test]
fn a_venue_that_commits_nothing_in_time_is_told() {
    let mut snapshot = opened(&FREEZE, 10_000).unwrap();
    let awaited = |now| Err(SettlementError::StillAwaited { until: 4_100, now });
    assert_eq!(snapshot.has_tree(Timestamp(9_000)), Err(SettlementError::StillAwaited { until: 4_100, now: 9_000 }));
    assert_eq!(snapshot.lapse(Timestamp(4_100)), awaited(4_100));
    assert_eq!(snapshot.ensure_challengeable(Timestamp(600)), Err(SettlementError::WrongStatus { status: 0 }));
    snapshot.lapse(Timestamp(4_101)).unwrap();
    assert_eq!(snapshot.has_tree(Timestamp(4_101)), Ok(false));
    assert_eq!(snapshot.lapse(Timestamp(4_102)), Err(SettlementError::WrongStatus { status: 2 }));
}

#[test]
fn a_claim_names_its_branch_and_its_evidence() {
    let resolution = Resolution { branch: ForkId([1; 32]), payment: Payment::Unrealised, by_tree: true };
    assert_eq!(resolution.ensure(ForkId([1; 32]), true), Ok(()));
    let other = SettlementError::WrongBranch { expected: [1; 32], given: [2; 32] };
    assert_eq!(resolution.ensure(ForkId([2; 32]), true), Err(other));
    assert_eq!(resolution.ensure(ForkId([1; 32]), false), Err(SettlementError::WrongEvidence { tree: true }));
}

#[test]
fn what_does_not_net_is_refused_with_the_figures() {
    let one_sided = tree(&[leaf(0, 10, 0), leaf(1, -9, 0)]).top();
    assert_eq!(commit_at(1_000, &one_sided, 500), Err(SettlementError::InterestNotNetted { long: 10, short: 9 }));
    let money_from_nowhere = tree(&[leaf(0, 10, 5), leaf(1, -10, -4)]).top();
    assert_eq!(
        commit_at(1_000, &money_from_nowhere, 500),
        Err(SettlementError::ProfitNotNetted { profit: 5, loss: 4 })
    );
    // Two leaves, each rounded against its holder by less than one unit.
    let of = |loss: i128| tree(&[leaf(0, 10, 5), leaf(1, -10, -loss)]).top();
    assert!(commit_at(1_000, &of(7), 500).is_ok());
    assert_eq!(commit_at(1_000, &of(8), 500), Err(SettlementError::ProfitNotNetted { profit: 5, loss: 8 }));
}

#[test]
fn an_empty_snapshot_is_all_zeros() {
    assert_eq!(commit_at(1_000, &Node::default(), 500).unwrap().totals, Totals::default());
    let uncounted = Node { hash: [0; 32], totals: Totals { long: 5, short: 5, ..Totals::default() } };
    let headless = Node { hash: [0; 32], totals: Totals { count: 2, ..Totals::default() } };
    let countless = Node { hash: [1; 32], totals: Totals::default() };
    for (top, count) in [(uncounted, 0), (headless, 2), (countless, 0)] {
        assert_eq!(commit_at(1_000, &top, 500), Err(SettlementError::EmptyTree { count }));
    }
}

#[test]
fn rules_have_bounds() {
    assert_eq!(RULES.checked(), Ok(RULES));
    for seconds in [0, MAX_WINDOW.0 + 1] {
        let refused = Err(SettlementError::Window { seconds, max: 1_209_600 });
        assert_eq!(Rules { window: Seconds(seconds), ..RULES }.checked(), refused);
        assert_eq!(Rules { challenge: Seconds(seconds), ..RULES }.checked(), refused);
    }
    assert_eq!(Rules { min_bond: 0, ..RULES }.checked(), Err(SettlementError::BondTooSmall { bond: 0, required: 1 }));
}

#[test]
fn leaves_travel_with_their_proofs_one_behind_the_other() {
    let leaves = book(4);
    let tree = tree(&leaves);
    let proven: Vec<Proven> =
        leaves.iter().map(|leaf| Proven { leaf: *leaf, proof: tree.prove(leaf.index).unwrap() }).collect();
    let bytes: Vec<u8> = proven.iter().flat_map(Proven::bytes).collect();
    let mut rest = bytes.as_slice();
    for expected in &proven {
        let (parsed, left) = Proven::parse(rest, 5).unwrap();
        assert_eq!(&parsed, expected);
        rest = left;
    }
    assert!(rest.is_empty());
    let first = proven[0].bytes();
    assert_eq!(Proven::parse(&first[..92], 5), Err(SettlementError::InclusionBytes { length: 92, needed: 93 }));
    let cut = first.len() - 1;
    assert_eq!(Proven::parse(&first[..cut], 5), Err(SettlementError::InclusionBytes { length: 404, needed: 405 }));
    assert_eq!(Proven::parse(&first, 0), Err(SettlementError::IndexOutOfRange { index: 0, count: 0 }));
    let mut based = first;
    based[92] = 4;
    assert_eq!(Proven::parse(&based, 5), Err(SettlementError::UnknownBasis { number: 4 }));
}
