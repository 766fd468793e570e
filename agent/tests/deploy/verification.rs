//! What is on chain is held against what was built, configured and recorded.

use lockstep_agent::deploy::contract::Built;
use lockstep_agent::deploy::record::Entry;
use lockstep_devchain::{H160, H256};
use sp_crypto_hashing::keccak_256;

use super::*;

/// Runs the program on a complete deployment whose record was changed.
fn with_record(folder: &Path, record: &Record) -> String {
    fs::write(folder.join(RECORD), record.to_json()).expect("written");
    let said = said(&lockstep(folder, CONFIG, &["--execute"]), 1);
    assert_eq!(fs::read_to_string(folder.join(RECORD)).expect("there"), record.to_json(), "it is left as it was");
    said.strip_prefix("lockstep: ").and_then(|text| text.strip_suffix('\n')).expect("one line").to_owned()
}

#[test]
fn every_part_of_a_record_is_held_against_the_chain() {
    let folder = folder();
    let good = deployed(folder.path(), CONFIG);
    let vault = good.contracts["margin-vault"].clone();
    let with_vault = |change: &dyn Fn(&mut Entry)| {
        let mut record = good.clone();
        change(record.contracts.get_mut("margin-vault").expect("it is there"));
        with_record(folder.path(), &record)
    };
    let word = H256::repeat_byte(7);

    let nowhere = H160::repeat_byte(7);
    assert_eq!(
        with_vault(&|entry| entry.address = nowhere),
        format!("margin-vault: there is no contract at {nowhere:?} on this chain, though it is recorded there")
    );
    let registry = &good.contracts["upgrade-registry"];
    assert_eq!(
        with_vault(&|entry| entry.address = registry.address),
        format!(
            "margin-vault: the code at {:?} has the hash {:?} on chain, and {:?} in the record",
            registry.address, registry.code_hash, vault.code_hash
        )
    );
    assert_eq!(
        with_vault(&|entry| entry.code_hash = word),
        format!(
            "margin-vault: the code at {:?} has the hash {:?} on chain, and {word:?} in the record",
            vault.address, vault.code_hash
        )
    );
    assert_eq!(
        with_vault(&|entry| entry.arguments[3].value = "18".into()),
        "margin-vault: it was deployed with quote_decimals = 18; the configuration says quote_decimals = 6; \
         `--replace margin-vault` deploys another"
    );
    let told = with_vault(&|entry| entry.sent.transaction = word);
    let expected = format!(
        "deploy margin-vault: the transaction {word:?} is recorded; what was built and configured makes {:?}",
        vault.sent.transaction
    );
    assert_eq!(told, expected);
    let told = with_vault(&|entry| entry.sent.nonce += 1);
    assert!(told.starts_with("deploy margin-vault: the transaction "), "{told}");
    for change in [|entry: &mut Entry| entry.sent.block += 1, |entry: &mut Entry| entry.sent.block_hash = H256::zero()]
    {
        let told = with_vault(&change);
        let start = format!(
            "deploy margin-vault: the transaction {:?} is not on chain as it is recorded: ",
            vault.sent.transaction
        );
        assert!(told.starts_with(&start), "{told}");
    }

    let mut record = good.clone();
    record.connections[0].data.replace_range(2..4, "00");
    let told = with_record(folder.path(), &record);
    let expected = format!(
        "connect governor: the record says that {} to governor was sent; the configuration leads to {} to governor",
        record.connections[0].data, good.connections[0].data
    );
    assert_eq!(told, expected);

    let mut record = good.clone();
    record.domain = 2;
    assert_eq!(
        with_record(folder.path(), &record),
        "the record is of another deployment: its `domain` is 2, the configuration's 1"
    );

    fs::write(folder.path().join(RECORD), good.to_json()).expect("written");
    said(&lockstep(folder.path(), CONFIG, &["--execute"]), 0);
}

#[test]
fn a_record_of_a_chain_that_is_gone_is_refused() {
    let folder = folder();
    let gone = deployed(folder.path(), CONFIG);
    fs::remove_file(path(&folder, CHAIN)).expect("removed");
    let told = with_record(folder.path(), &gone);
    assert!(told.starts_with("upgrade-registry-implementation: there is no contract at 0x"), "{told}");
    assert!(!path(&folder, CHAIN).exists());
}

#[test]
fn other_arguments_and_another_build_are_told_from_what_is_deployed() {
    let folder = folder();
    let made = deployed(folder.path(), CONFIG);
    let refused = said(&lockstep(folder.path(), &changed("window = 3600", "window = 7200"), &["--execute"]), 1);
    assert_eq!(
        refused,
        "lockstep: settlement-implementation: it was deployed with window = 3600; the configuration says window = 7200; \
         `--replace settlement-implementation` deploys another\n"
    );

    let other = other_build(&folder);
    let mut run = command(folder.path(), CONFIG, &["--execute"]);
    let refused = said(&run.env("LOCKSTEP_CONTRACTS", &other).output().expect("it starts"), 1);
    let settlement = &made.contracts["settlement-implementation"];
    let built = Built::load(&other, Contract::SettlementImplementation).expect("sound").code_hash;
    assert_ne!(built, settlement.code_hash);
    assert_eq!(
        refused,
        format!(
            "lockstep: settlement-implementation: the code at {:?} has the hash {:?} on chain, what was built {built:?}; \
             `--replace settlement-implementation` deploys what was built\n",
            settlement.address, settlement.code_hash
        )
    );
}

/// The built contracts with a settlement contract whose code is another.
pub fn other_build(folder: &TempDir) -> PathBuf {
    let other = path(folder, "ink");
    for contract in Contract::ALL {
        let name = contract.artefact();
        fs::create_dir_all(other.join(name)).expect("made");
        for suffix in ["polkavm", "abi", "json"] {
            let file = format!("{name}/{name}.{suffix}");
            fs::copy(Path::new(CONTRACTS).join(&file), other.join(&file)).expect("copied");
        }
    }
    let code = other.join("settlement/settlement.polkavm");
    let metadata = other.join("settlement/settlement.json");
    let mut bytes = fs::read(&code).expect("there");
    let hash = |bytes: &[u8]| format!("{:?}", H256(keccak_256(bytes)));
    let text = fs::read_to_string(&metadata).expect("there");
    let before = hash(&bytes);
    bytes.push(0);
    fs::write(&metadata, text.replace(&before, &hash(&bytes))).expect("written");
    fs::write(&code, bytes).expect("written");
    other
}

#[test]
fn what_was_built_is_read_whole_or_refused() {
    let folder = folder();
    let other = other_build(&folder);
    let metadata = other.join("settlement/settlement.json");
    fs::copy(Path::new(CONTRACTS).join("settlement/settlement.json"), &metadata).expect("copied");
    let error = Suite::load(&other).expect_err("code and metadata differ").to_string();
    assert!(error.starts_with(&format!("{}: belongs to the code 0x", metadata.display())), "{error}");
    fs::remove_file(&metadata).expect("removed");
    let error = Suite::load(&other).expect_err("there is no metadata").to_string();
    assert!(error.ends_with("`scripts/build` compiles the contracts"), "{error}");
}
