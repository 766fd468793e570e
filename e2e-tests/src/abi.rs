//! Comparison of the hand-written Solidity interfaces with what the contracts were built to.

use std::collections::BTreeSet;

use alloy_core::{primitives::keccak256, sol_types::SolInterface};
use serde_json::Value;

/// The signatures of one kind of item (`function`, `event`, `error`) in the Solidity ABI of a contract.
///
/// # Panics
/// Where it is no ABI.
pub fn signatures(abi: &Value, kind: &str) -> BTreeSet<String> {
    let items = abi.as_array().expect("an ABI is a list");
    items
        .iter()
        .filter(|item| item["type"] == kind)
        .map(|item| format!("{}{}", text(item, "name"), tuple(&item["inputs"])))
        .collect()
}

/// The Solidity ABI of an ink! contract, as `scripts/build` left it.
///
/// # Panics
/// Where it has not been built.
pub fn solidity_abi_of(contract: &str) -> Value {
    let path = format!("{}/../target/ink/{contract}/{contract}.abi", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}: run scripts/build"));
    serde_json::from_str(&text).expect("the ABI is JSON")
}

/// What ink! says of a contract, as `scripts/build` left it: its messages, types and storage.
///
/// # Panics
/// Where it has not been built.
pub fn metadata(contract: &str) -> Value {
    let path = format!("{}/../target/ink/{contract}/{contract}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}: run scripts/build"));
    serde_json::from_str(&text).expect("the metadata is JSON")
}

/// The selector of a message in the encoding of ink!.
///
/// # Panics
/// Where there is no such message, or the contract has not been built.
pub fn ink_selector(contract: &str, message: &str) -> Vec<u8> {
    let metadata = metadata(contract);
    let messages = metadata["spec"]["messages"].as_array().expect("messages are a list");
    let found = messages.iter().find(|item| item["label"] == message).expect("the contract has the message");
    hex::decode(text(found, "selector").trim_start_matches("0x")).expect("a selector is hexadecimal")
}

/// The functions of a Solidity ABI with their argument and return types, as `name(types)(types)`.
///
/// # Panics
/// Where it is no ABI.
pub fn functions(abi: &Value) -> BTreeSet<String> {
    let items = abi.as_array().expect("an ABI is a list");
    items
        .iter()
        .filter(|item| item["type"] == "function")
        .map(|item| format!("{}{}{}", text(item, "name"), tuple(&item["inputs"]), tuple(&item["outputs"])))
        .collect()
}

fn text<'a>(item: &'a Value, key: &str) -> &'a str {
    item[key].as_str().expect("names and types are strings")
}

fn tuple(parts: &Value) -> String {
    let parts: Vec<String> = parts
        .as_array()
        .expect("parts are a list")
        .iter()
        .map(|part| match text(part, "type").strip_prefix("tuple") {
            Some(suffix) => tuple(&part["components"]) + suffix,
            None => text(part, "type").to_owned(),
        })
        .collect();
    format!("({})", parts.join(","))
}

/// Asserts that interface and contract have the same functions and events, and that the contract has every error of
/// the interface. (The built ABI also names errors of other contracts whose types it links.)
///
/// # Panics
/// Where they differ, or the contract has not been built.
pub fn assert_same<Calls: SolInterface, Errors: SolInterface>(contract: &str, events: &[[u8; 32]]) {
    let abi = solidity_abi_of(contract);
    let short = |signature: &String| keccak256(signature)[..4].to_vec();

    let functions = signatures(&abi, "function");
    let ours: BTreeSet<Vec<u8>> = Calls::selectors().map(|selector| selector.to_vec()).collect();
    let missing: Vec<_> = functions.iter().filter(|signature| !ours.contains(&short(signature))).collect();
    assert!(missing.is_empty(), "not in the interface: {missing:?}");
    assert_eq!(ours.len(), functions.len(), "the contract has {functions:?}");

    let built = signatures(&abi, "event");
    let missing: Vec<_> = built.iter().filter(|signature| !events.contains(&keccak256(signature).0)).collect();
    assert!(missing.is_empty(), "not in the interface: {missing:?}");
    assert_eq!(events.len(), built.len(), "the contract has {built:?}");

    let built: BTreeSet<Vec<u8>> = signatures(&abi, "error").iter().map(short).collect();
    for index in 0..Errors::COUNT {
        let selector = Errors::selector_at(index).expect("an index below the count");
        assert!(built.contains(selector.as_slice()), "the contract has no error {selector:02x?}");
    }
}
