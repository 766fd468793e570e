//! Where fronts and whole contracts find what in storage.

use super::*;

/// A type of the metadata with the types that it consists of in place of their numbers.
fn spelled_out(types: &BTreeMap<u64, Value>, part: &Value) -> Value {
    match part {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| match (name.as_str(), field.as_u64()) {
                ("type" | "ty", Some(number)) => (name.clone(), spelled_out(types, &types[&number]["def"])),
                _ => (name.clone(), spelled_out(types, field)),
            })
            .collect(),
        Value::Array(parts) => parts.iter().map(|part| spelled_out(types, part)).collect(),
        _ => part.clone(),
    }
}

/// The fields of a contract's storage by name, each with its key and its type, and the names of those that are packed
/// together, in their order.
fn storage(name: &str) -> (BTreeMap<String, Value>, Vec<String>) {
    let metadata = metadata(name);
    let types = metadata["types"].as_array().unwrap().iter();
    let types = types.map(|known| (known["id"].as_u64().unwrap(), known["type"].clone())).collect();
    let fields = metadata["storage"]["root"]["layout"]["struct"]["fields"].as_array().unwrap();
    let named = |field: &Value| (field["name"].as_str().unwrap().to_owned(), spelled_out(&types, &field["layout"]));
    let is_packed = |field: &&Value| field["layout"].get("root").is_none();
    let packed = fields.iter().filter(is_packed).map(|field| named(field).0).collect();
    (fields.iter().map(named).collect(), packed)
}

#[test]
fn a_front_and_the_whole_contract_find_the_same_in_storage() {
    for name in ["governor", "margin_vault", "oracle_guard", "settlement", "upgrade_registry"] {
        let (whole, packed) = storage(name);
        let (front, packed_in_front) = storage(&format!("{name}_front"));
        assert_eq!(packed_in_front, packed, "{name}");
        assert!(front.len() > packed.len() && front.len() < whole.len(), "{name}");
        // Besides what it says itself, and what ink! calls the message that gets all others.
        let functions: Vec<String> = functions(&solidity_abi_of(&format!("{name}_front"))).into_iter().collect();
        assert_eq!(functions, ["answer()()", "implementation()(address)"]);
        for (field, layout) in front {
            assert_eq!(Some(&layout), whole.get(&field), "{name}: {field}");
        }
    }
}
