//! The record: the one in the repository, and the schema.

use std::fs;

use lockstep_agent::deploy::record::{InFlight, Record, Superseded};
use lockstep_devchain::H256;
use serde_json::Value;

use super::*;

/// The environment variable that makes a run write the record down instead of comparing it.
const RENEW: &str = "LOCKSTEP_RENEW_BASELINE";

/// What a record says that does not follow from the compiler's output.
fn apart_from_code(record: &Record) -> Record {
    let mut record = record.clone();
    for entry in record.contracts.values_mut() {
        entry.code_hash = H256::zero();
        entry.toolchain.compiler = String::new();
        entry.sent.transaction = H256::zero();
        entry.sent.block_hash = H256::zero();
    }
    for connection in &mut record.connections {
        connection.sent.block_hash = H256::zero();
    }
    record
}

fn compilers(record: &Record) -> Vec<&str> {
    record.contracts.values().map(|entry| entry.toolchain.compiler.as_str()).collect()
}

#[test]
fn the_embedded_network_gets_the_committed_record() {
    let folder = folder();
    let made = deployed(folder.path(), CONFIG);
    let text = fs::read_to_string(path(&folder, RECORD)).expect("it is there");
    if std::env::var_os(RENEW).is_some_and(|value| value == "1") {
        fs::write(COMMITTED, text).expect("written");
        return;
    }
    let committed = fs::read_to_string(COMMITTED).expect("it is in the repository");
    let known: Record = serde_json::from_str(&committed).expect("it is a record");
    let renew = format!("if the change is meant, run this test with {RENEW}=1 and commit deployments/embedded.json");
    if compilers(&made) == compilers(&known) {
        assert_eq!(text, committed, "{renew}");
    } else {
        assert_eq!(apart_from_code(&made), apart_from_code(&known), "{renew}");
    }
}

#[test]
fn a_complete_deployment_is_only_looked_at() {
    let folder = folder();
    deployed(folder.path(), CONFIG);
    let before = (fs::read(path(&folder, RECORD)).unwrap(), fs::read(path(&folder, CHAIN)).unwrap());
    let again = said(&lockstep(folder.path(), CONFIG, &["--execute"]), 0);
    assert_eq!(again.lines().filter(|line| line.starts_with("stands")).count(), STEPS, "{again}");
    assert!(!again.contains("done"), "{again}");
    assert_eq!((fs::read(path(&folder, RECORD)).unwrap(), fs::read(path(&folder, CHAIN)).unwrap()), before);
}

#[test]
fn a_dry_run_tells_everything_and_leaves_nothing() {
    let dry = folder();
    let told = said(&lockstep(dry.path(), CONFIG, &[]), 0);
    assert_eq!(left(dry.path()), ["embedded.toml"]);
    assert_eq!(told.lines().filter(|line| line.starts_with("done")).count(), STEPS, "{told}");
    assert!(told.ends_with("nothing was sent or written. `--execute` does it.\n"), "{told}");

    let real = folder();
    let acted = said(&lockstep(real.path(), CONFIG, &["--execute"]), 0);
    assert_eq!(left(real.path()), [".embedded.lock", CHAIN, RECORD, "embedded.toml"]);
    let body = |text: &str| text.lines().rev().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(body(&told), body(&acted));
}

fn parsed(record: &Value) -> Result<Record, String> {
    Record::parse(record.to_string().as_bytes())
}

/// Calls back with every object in a value and the way to it.
fn objects(value: &Value, way: &str, found: &mut dyn FnMut(&str, &serde_json::Map<String, Value>)) {
    match value {
        Value::Object(map) => {
            found(way, map);
            for (key, inner) in map {
                objects(inner, &format!("{way}/{key}"), found);
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                objects(inner, &format!("{way}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn schema_and_program_take_the_same_records() {
    let committed = fs::read_to_string(COMMITTED).expect("it is in the repository");
    let mut record: Record = serde_json::from_str(&committed).expect("it is a record");
    let plain = serde_json::to_value(&record).expect("JSON");
    assert_eq!(parsed(&plain).expect("sound"), record);
    let entry = record.contracts["settlement"].clone();
    let transaction = entry.sent.transaction;
    record.superseded.push(Superseded { contract: "settlement".into(), entry });
    record.in_flight = Some(InFlight { step: "name host".into(), transaction, nonce: 7 });
    let full = serde_json::to_value(&record).expect("JSON");
    assert_eq!(parsed(&full).expect("sound"), record);

    let mut ways = Vec::new();
    objects(&full, "", &mut |way, map| ways.extend(map.keys().map(|key| (way.to_owned(), key.clone()))));
    let mut refused = 0;
    for (way, key) in ways {
        // Neither the names of contracts nor what may be left out.
        if way == "/contracts" || key == "in_flight" {
            continue;
        }
        let mut without = full.clone();
        without.pointer_mut(&way).and_then(Value::as_object_mut).expect("an object").remove(&key);
        assert_eq!(parsed(&without), Err(format!("at '{way}': missing properties '{key}'")));
        assert!(serde_json::from_value::<Record>(without).is_err(), "without {way}/{key}");
        let mut wrong = full.clone();
        wrong.pointer_mut(&way).and_then(Value::as_object_mut).expect("an object").insert(key.clone(), Value::Null);
        let flaw = parsed(&wrong).expect_err("null is nothing");
        assert!(flaw.contains(&format!("at '{way}/{key}'")), "{flaw}");
        assert!(serde_json::from_value::<Record>(wrong).is_err(), "{way}/{key} is null");
        let mut more = full.clone();
        more.pointer_mut(&way).and_then(Value::as_object_mut).expect("an object").insert("more".into(), 1.into());
        assert_eq!(parsed(&more), Err(format!("at '{way}': additionalProperties 'more' not allowed")));
        assert!(serde_json::from_value::<Record>(more).is_err(), "{way}/more");
        refused += 1;
    }
    assert!(refused > 250, "{refused}");
}
