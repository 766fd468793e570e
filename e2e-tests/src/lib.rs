//! Scenarios that run the compiled contracts on the embedded chain.
//!
//! The contracts are called through their Solidity interfaces, so that these stand for what is deployed.

use std::{fmt::Debug, path::PathBuf};

use alloy_core::{
    primitives::{Address, FixedBytes},
    sol_types::{SolError, SolEvent, SolValue},
};
use lockstep_devchain::{Account, CallOutcome, ChainConfig, DevChain, Failure, H160, H256};

pub mod abi;
pub mod awkward;
pub mod baseline;
pub mod drop_ins;
pub mod exchange;
pub mod interfaces;
pub mod plans;

/// A Sunday at noon: the start of every test chain.
pub const START: u64 = 1_760_270_400;

/// The code of a contract, as `scripts/build` left it.
///
/// # Panics
/// Where it has not been built.
pub fn blob(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../target/ink/{name}/{name}.polkavm"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{name} is not built ({error}): run scripts/build"))
}

/// Contracts that stand behind a front where they are deployed.
const FRONTED: [&str; 5] = ["governor", "margin_vault", "oracle_guard", "settlement", "upgrade_registry"];

/// Deploys a contract of ours as it is deployed in earnest: behind its front, where it has one. Returns the address at
/// which it is called.
///
/// # Errors
/// As [`DevChain::deploy`].
///
/// # Panics
/// Where it has not been built.
pub fn place(chain: &mut DevChain, deployer: &Account, name: &str, constructor: Vec<u8>) -> Result<H160, Failure> {
    let whole = chain.deploy(deployer, blob(name), constructor.clone(), 0)?.address;
    if !FRONTED.contains(&name) {
        return Ok(whole);
    }
    let constructor = [constructor, (sol_address(whole),).abi_encode_params()].concat();
    Ok(chain.deploy(deployer, blob(&format!("{name}_front")), constructor, 0)?.address)
}

/// What `scripts/build-solidity` left of a contract: its init code (`bin`) or its ABI (`abi.json`).
fn compiled(name: &str, file: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../target/solidity/{name}/{file}"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{name} is not compiled ({error}): run scripts/build-solidity"))
}

/// The init code of a Solidity contract, as `scripts/build-solidity` left it.
///
/// # Panics
/// Where it has not been compiled.
pub fn bytecode(name: &str) -> Vec<u8> {
    compiled(name, "bin")
}

/// The `PolkaVM` program that a Solidity contract of a package was compiled to, as `scripts/build-solidity` left it.
///
/// # Panics
/// Where it has not been compiled.
pub fn polkavm(name: &str) -> Vec<u8> {
    compiled(name, "polkavm")
}

/// The ABI of a Solidity contract or interface, as `scripts/build-solidity` left it.
///
/// # Panics
/// Where it has not been compiled.
pub fn solidity_abi(name: &str) -> serde_json::Value {
    serde_json::from_slice(&compiled(name, "abi.json")).expect("the ABI is JSON")
}

/// A chain of six-second blocks that starts at [`START`].
///
/// # Panics
/// Never: the settings are sound.
pub fn chain() -> DevChain {
    DevChain::new(ChainConfig { genesis_time: START, block_time: 6, ..ChainConfig::default() })
        .expect("the default chain starts")
}

/// An account with funds.
///
/// # Panics
/// Where the account cannot take them.
pub fn funded(chain: &mut DevChain, name: &str) -> Account {
    let account = Account::named(name);
    chain.endow(&account, 1_000_000 * lockstep_devchain::UNIT).expect("a new account takes funds");
    account
}

/// An address in the types of the Solidity interfaces.
pub fn sol_address(address: H160) -> Address {
    Address::from(address.0)
}

/// A word in the types of the Solidity interfaces.
pub fn sol_word(word: H256) -> FixedBytes<32> {
    FixedBytes(word.0)
}

/// Asserts that a call was refused with exactly this error.
///
/// # Panics
/// Where it was not.
#[allow(clippy::needless_pass_by_value, reason = "so that a refusal reads as one value")]
pub fn assert_refused<T, E: SolError + Debug + PartialEq>(result: Result<T, Failure>, expected: E) {
    match result {
        Ok(_) => panic!("expected {expected:?}, but the call went through"),
        Err(failure) => match failure.error_as::<E>() {
            Some(error) => assert_eq!(error, expected),
            None => panic!("expected {expected:?}, got {failure:?}"),
        },
    }
}

/// The events of one kind that the last call emitted.
pub fn emitted<E: SolEvent>(chain: &DevChain) -> Vec<E> {
    let events = chain.last_outcome().map(CallOutcome::events_as::<E>).unwrap_or_default();
    events.into_iter().map(|(_, event)| event).collect()
}
