//! The committed test vectors are those of the code, and hold by the document alone: what is computed here uses a hash
//! function and nothing else of the crate.

#[path = "../examples/tree-vectors/vectors.rs"]
mod vectors;

use lockstep_core::keccak::keccak256;
use serde_json::Value;

const COMMITTED: &str = include_str!("../../settlement/tree-vectors.json");

#[test]
fn the_committed_vectors_are_what_the_code_gives() {
    assert!(COMMITTED == vectors::json(), "renew with: cargo run -p lockstep-core --example tree-vectors");
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("hex is a string");
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("two digits")).collect()
}

fn number(value: &Value) -> i128 {
    value.as_str().map_or_else(|| i128::from(value.as_u64().unwrap()), |text| text.parse().unwrap())
}

fn unsigned(value: &Value) -> u128 {
    value.as_str().map_or_else(|| u128::from(value.as_u64().unwrap()), |text| text.parse().unwrap())
}

fn context(vectors: &Value) -> Vec<u8> {
    let of = &vectors["context"];
    let mut bytes = u32::try_from(unsigned(&of["domain"])).unwrap().to_be_bytes().to_vec();
    bytes.extend(unhex(&of["fork_id"]));
    bytes.extend(u64::try_from(unsigned(&of["plan"])).unwrap().to_be_bytes());
    bytes.extend(u32::try_from(unsigned(&of["market"])).unwrap().to_be_bytes());
    bytes
}

/// Hash and the five totals.
type Node = ([u8; 32], [u128; 5]);

fn bytes(node: &Node) -> Vec<u8> {
    let mut bytes = node.0.to_vec();
    bytes.extend(u64::try_from(node.1[0]).unwrap().to_be_bytes());
    node.1[1..].iter().for_each(|total| bytes.extend(total.to_be_bytes()));
    bytes
}

fn node(value: &Value) -> Node {
    let totals = ["count", "long", "short", "profit", "loss"].map(|name| unsigned(&value[name]));
    (unhex(&value["hash"]).try_into().unwrap(), totals)
}

fn leaf_node(context: &[u8], leaf: &Value) -> Node {
    let mut fields = u64::try_from(unsigned(&leaf["index"])).unwrap().to_be_bytes().to_vec();
    fields.extend(unhex(&leaf["account"]));
    fields.extend(number(&leaf["size"]).to_be_bytes());
    fields.extend(unsigned(&leaf["entry_price"]).to_be_bytes());
    fields.extend(unsigned(&leaf["margin"]).to_be_bytes());
    fields.extend(number(&leaf["unrealised"]).to_be_bytes());
    fields.push(u8::try_from(unsigned(&leaf["basis"])).unwrap());
    assert_eq!(fields, unhex(&leaf["bytes"]));
    let part = |amount: i128, sign: i128| if amount.signum() == sign { amount.unsigned_abs() } else { 0 };
    let (size, unrealised) = (number(&leaf["size"]), number(&leaf["unrealised"]));
    let series = keccak256(&[b"lockstep.leaf.v1", context].concat());
    let hash = keccak256(&[series.as_slice(), &fields].concat());
    (hash, [1, part(size, 1), part(size, -1), part(unrealised, 1), part(unrealised, -1)])
}

fn parent(left: &Node, right: &Node) -> Node {
    let hash = keccak256(&[b"lockstep.node.v1".as_slice(), &bytes(left), &bytes(right)].concat());
    (hash, core::array::from_fn(|i| left.1[i].checked_add(right.1[i]).unwrap()))
}

#[test]
fn the_vectors_follow_from_the_document() {
    let vectors: Value = serde_json::from_str(COMMITTED).unwrap();
    let context = context(&vectors);
    assert_eq!(context.len(), 48);
    for tree in vectors["trees"].as_array().unwrap() {
        let leaves: Vec<Node> =
            tree["leaves"].as_array().unwrap().iter().map(|leaf| leaf_node(&context, leaf)).collect();
        for (computed, said) in leaves.iter().zip(tree["leaves"].as_array().unwrap()) {
            assert_eq!(*computed, node(&said["node"]));
        }
        let mut levels = vec![leaves];
        while levels.last().unwrap().len() > 1 {
            let above = levels.last().unwrap().chunks(2).map(|pair| match pair {
                [left, right] => parent(left, right),
                [lonely] => *lonely,
                _ => unreachable!("chunks of two"),
            });
            levels.push(above.collect());
        }
        let top = levels.last().unwrap().first().copied().unwrap_or(([0; 32], [0; 5]));
        assert_eq!(top, node(&tree["top"]));
        let root = keccak256(&[b"lockstep.root.v1".as_slice(), &context, &bytes(&top)].concat());
        assert_eq!(root.to_vec(), unhex(&tree["root"]));
        for (index, leaf) in tree["leaves"].as_array().unwrap().iter().enumerate() {
            let siblings = levels.iter().enumerate().filter_map(|(level, nodes)| nodes.get((index >> level) ^ 1));
            let proof: Vec<u8> = siblings.flat_map(bytes).collect();
            assert_eq!(proof, unhex(&leaf["proof"]), "leaf {index}");
        }
    }
    assert_eq!(vectors["refused"].as_array().unwrap().len(), 8);
}
