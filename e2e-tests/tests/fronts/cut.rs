//! Call data that ends before its arguments can, which ink! would read as if zeros followed.

use super::*;

/// The messages of a contract by their selectors, in both encodings, with the least bytes of a call of each.
pub fn least(name: &str) -> BTreeMap<Vec<u8>, usize> {
    let (abi, metadata) = (solidity_abi_of(name), metadata(name));
    let functions = abi.as_array().unwrap().iter().filter(|item| item["type"] == "function");
    let signatures = signatures(&abi, "function").into_iter();
    let selectors: BTreeMap<String, Vec<u8>> = signatures
        .map(|signature| (signature[..signature.find('(').unwrap()].to_owned(), keccak256(&signature)[..4].to_vec()))
        .collect();
    let in_solidity = functions.map(|function| {
        let words: usize = parts(&function["inputs"]).map(|(words, elsewhere)| if elsewhere { 1 } else { words }).sum();
        (selectors[function["name"].as_str().unwrap()].clone(), 4 + 32 * words)
    });
    let types = metadata["types"].as_array().unwrap();
    let in_ink = metadata["spec"]["messages"].as_array().unwrap().iter().map(|message| {
        let arguments = message["args"].as_array().unwrap().iter();
        let bytes: usize = arguments.map(|argument| bytes_of(types, &argument["type"]["type"])).sum();
        (ink_selector(name, message["label"].as_str().unwrap()), 4 + bytes)
    });
    in_solidity.chain(in_ink).collect()
}

/// The words of each type where it stands, and whether it stands elsewhere.
fn parts(types: &Value) -> impl Iterator<Item = (usize, bool)> {
    types.as_array().unwrap().iter().map(|part| match part["type"].as_str().unwrap() {
        "tuple" => parts(&part["components"])
            .fold((0, false), |(all, any), (words, elsewhere)| (all + words, any || elsewhere)),
        name => (1, name == "bytes" || name == "string" || name.ends_with("[]")),
    })
}

/// The bytes that a type takes at least in ink!'s encoding.
fn bytes_of(types: &[Value], number: &Value) -> usize {
    let known = types.iter().find(|known| known["id"] == *number).unwrap();
    let definition = &known["type"]["def"];
    let all = |parts: &Value| -> usize {
        parts.as_array().into_iter().flatten().map(|part| bytes_of(types, part.get("type").unwrap_or(part))).sum()
    };
    match definition.as_object().unwrap().iter().next().unwrap() {
        (kind, name) if kind == "primitive" => match name.as_str().unwrap() {
            "bool" | "str" => 1,
            number => number[1..].parse::<usize>().unwrap() / 8,
        },
        (kind, _) if kind == "sequence" => 1,
        (kind, array) if kind == "array" => {
            bytes_of(types, &array["type"]) * usize::try_from(array["len"].as_u64().unwrap()).unwrap()
        }
        (kind, parts) if kind == "tuple" => all(parts),
        (kind, composite) if kind == "composite" => all(&composite["fields"]),
        (kind, _) => panic!("no message takes a {kind}"),
    }
}

#[test]
fn what_ends_before_its_arguments_can_is_refused_by_name() {
    let mut chain = chain();
    let owner = funded(&mut chain, "owner");
    for (name, constructor) in constructors(&mut chain, &owner) {
        let front = place(&mut chain, &owner, name, constructor).unwrap();
        let refusal = |data: Vec<u8>| chain.dry_run(&owner, front, data, 0).result.err();
        let solidity: Vec<Vec<u8>> =
            signatures(&solidity_abi_of(name), "function").iter().map(|one| keccak256(one)[..4].to_vec()).collect();
        for (selector, least) in least(name) {
            let cut = |length: usize| {
                if solidity.contains(&selector) {
                    let (given, least) = (u32::try_from(length).unwrap(), u32::try_from(least).unwrap());
                    Some(Failure::Reverted(IFront::CallDataTooShort { given, least }.abi_encode()))
                } else {
                    Some(Failure::Reverted(vec![1, 1]))
                }
            };
            let data = [selector.as_slice(), &vec![0; least - 4]].concat();
            for length in (4..least).filter(|length| length % 16 == 4 || length + 1 == least) {
                assert_eq!(refusal(data[..length].to_vec()), cut(length), "{name}: {selector:02x?}, {length}");
            }
            assert_ne!(refusal(data), cut(least), "{name}: {selector:02x?}");
        }
    }
}
