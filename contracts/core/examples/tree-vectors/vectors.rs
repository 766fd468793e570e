//! Test vectors of the snapshot tree, as JSON.

use lockstep_core::{
    ids::{Account, DomainId, ForkId, MarketId, PlanId},
    keccak::keccak256,
    settlement::{Basis, Context, Leaf, Node, SettlementError, Tree, TreeBuilder, encode_proof, verify},
    units::Price,
};
use serde_json::{Value, json};

/// What the vectors are of.
pub const CONTEXT: Context =
    Context { domain: DomainId(1), fork: ForkId([0xf0; 32]), plan: PlanId(7), market: MarketId(3) };

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).expect("a nibble is a digit");
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A book of `count` positions; with more than one it nets to zero. The first two have the extremes of their types.
fn book(count: u64) -> Vec<Leaf> {
    let mut leaves: Vec<Leaf> = (0..count)
        .map(|index| {
            let mut account = [0; 20];
            account[0] = 0x10;
            account[12..].copy_from_slice(&(index * 257 + 1).to_be_bytes());
            Leaf {
                index,
                account: Account(account),
                size: (i128::from(index) - 3) * 1_000_000_007,
                entry_price: Price(1_600 * 10u128.pow(18) + u128::from(index)),
                margin: u128::from(index) * 11,
                unrealised: (5 - i128::from(index)) * 13,
                basis: Basis::ALL[usize::try_from(index % 3).expect("less than three")],
            }
        })
        .collect();
    if let [first, second, ..] = leaves.as_mut_slice() {
        (first.size, second.size) = (i128::MAX, -i128::MAX);
        (first.unrealised, second.unrealised) = (i128::MIN + 1, i128::MAX);
        first.margin = u128::MAX;
    }
    if count > 2 {
        let rest = leaves.iter().skip(2).take(leaves.len() - 3).fold((0, 0), |s, l| (s.0 + l.size, s.1 + l.unrealised));
        let last = leaves.last_mut().expect("there are more than two");
        (last.size, last.unrealised) = (-rest.0, -rest.1);
    }
    leaves
}

fn build(leaves: &[Leaf]) -> Tree {
    let mut builder = TreeBuilder::new(keccak256, CONTEXT);
    for leaf in leaves {
        builder.push(leaf).expect("the book is in order");
    }
    builder.finish().expect("the sums fit")
}

fn node(node: &Node) -> Value {
    let totals = node.totals;
    json!({
        "hash": hex(&node.hash),
        "count": totals.count,
        "long": totals.long.to_string(),
        "short": totals.short.to_string(),
        "profit": totals.profit.to_string(),
        "loss": totals.loss.to_string(),
    })
}

fn tree(count: u64) -> Value {
    let leaves = book(count);
    let tree = build(&leaves);
    let leaves: Vec<Value> = leaves
        .iter()
        .map(|leaf| {
            let proof = tree.prove(leaf.index).expect("the leaf is in the tree");
            json!({
                "index": leaf.index,
                "account": hex(&leaf.account.0),
                "size": leaf.size.to_string(),
                "entry_price": leaf.entry_price.0.to_string(),
                "margin": leaf.margin.to_string(),
                "unrealised": leaf.unrealised.to_string(),
                "basis": leaf.basis.number(),
                "bytes": hex(&leaf.bytes()),
                "node": node(&leaf.node(keccak256, &CONTEXT.series(keccak256))),
                "proof": hex(&encode_proof(&proof)),
            })
        })
        .collect();
    json!({ "leaves": leaves, "top": node(&tree.top()), "root": hex(&tree.root()) })
}

/// Proofs that must be refused, each with the reason.
fn refused() -> Vec<Value> {
    let leaves = book(6);
    let tree = build(&leaves);
    let leaf = leaves[4];
    let proof = tree.prove(4).expect("the leaf is in the tree");
    let [sibling, above] = proof.as_slice() else { panic!("the fifth of six has two siblings") };
    let reason = |leaf: &Leaf, proof: &[Node]| match verify(keccak256, &CONTEXT, tree.root(), 6, leaf, proof) {
        Ok(()) => panic!("the proof is good"),
        Err(SettlementError::IndexOutOfRange { .. }) => "index out of range",
        Err(SettlementError::ProofLength { .. }) => "length",
        Err(SettlementError::SiblingCount { .. }) => "sibling count",
        Err(SettlementError::SumOverflow { .. }) => "sum overflow",
        Err(SettlementError::RootMismatch { .. }) => "root",
        Err(other) => panic!("{other:?}"),
    };
    let with = |change: fn(&mut Node)| {
        let mut changed = *above;
        change(&mut changed);
        vec![*sibling, changed]
    };
    let cases = [
        (Leaf { size: leaf.size + 1, ..leaf }, proof.clone()),
        (Leaf { index: 6, ..leaf }, proof.clone()),
        (leaf, vec![*sibling]),
        (leaf, vec![*sibling, *above, Node::default()]),
        (leaf, with(|node| node.totals.count += 1)),
        (leaf, with(|node| node.totals.long = u128::MAX)),
        (leaf, with(|node| node.totals.profit += 1)),
        (leaf, vec![*above, *sibling]),
    ];
    cases
        .iter()
        .map(|(leaf, proof)| {
            json!({
                "count": 6,
                "root": hex(&tree.root()),
                "leaf": hex(&leaf.bytes()),
                "proof": hex(&encode_proof(proof)),
                "reason": reason(leaf, proof),
            })
        })
        .collect()
}

/// All vectors.
pub fn json() -> String {
    let context = json!({
        "domain": CONTEXT.domain.0,
        "fork_id": hex(&CONTEXT.fork.0),
        "plan": CONTEXT.plan.0,
        "market": CONTEXT.market.0,
    });
    let trees: Vec<Value> = [0, 1, 2, 3, 4, 5, 7, 8].into_iter().map(tree).collect();
    let all =
        json!({ "format": "lockstep snapshot tree v1", "context": context, "trees": trees, "refused": refused() });
    let mut text = serde_json::to_string_pretty(&all).expect("a value is JSON");
    text.push('\n');
    text
}
