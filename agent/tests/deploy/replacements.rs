//! Contracts that are deployed anew.
#![allow(clippy::too_many_arguments, reason = "generated from the Solidity interfaces")]

use alloy_core::sol;
use alloy_core::sol_types::SolCall;
use lockstep_agent::deploy::network::{Action, Outcome, Standing, Transaction, Wanted};
use lockstep_agent::deploy::record::Superseded;
use lockstep_devchain::{H160, H256};

use super::*;

sol! {
    "../contracts/interfaces/solidity/IUpgradeRegistry.sol"
}

fn entry(folder: &Path, record: &Record, contract: Contract) -> H160 {
    let network = Embedded::copy(&folder.join(CHAIN)).expect("it is there");
    let call = IUpgradeRegistry::entryCall { name: contract.directory_name().into() };
    let registry = record.contracts["upgrade-registry"].address;
    let answer = network.view(Embedded::account("alice").id().as_ref(), registry, call.abi_encode());
    H160::from_slice(&answer.expect("it answers")[12..])
}

#[test]
fn a_replaced_contract_is_superseded_and_the_directory_names_the_new_one() {
    let folder = folder();
    let config = ungoverned();
    let before = deployed(folder.path(), &config);
    assert_eq!(before.connections.len(), STEPS - Contract::ALL.len() - 2);
    let told = said(&lockstep(folder.path(), &config, &["--execute", "--replace", "settlement"]), 0);
    let done: Vec<&str> = told.lines().filter(|line| line.starts_with("done")).collect();
    assert_eq!(done.len(), 4, "{told}");
    let steps =
        ["deploy settlement-implementation", "deploy settlement", "vault's settlement", "directory: settlement"];
    for (line, step) in done.iter().zip(steps) {
        assert!(line.contains(step), "{line}");
    }
    let after = record(folder.path());
    let old = |name: &str| Superseded { contract: name.into(), entry: before.contracts[name].clone() };
    assert_eq!(after.superseded, ["settlement-implementation", "settlement"].map(old));
    let new = after.contracts["settlement"].address;
    assert_ne!(new, before.contracts["settlement"].address);
    assert_eq!(entry(folder.path(), &after, Contract::Settlement), new);
    assert_eq!(after.contracts["margin-vault"], before.contracts["margin-vault"]);
    said(&lockstep(folder.path(), &config, &["--execute"]), 0);
    assert_eq!(record(folder.path()), after);
}

#[test]
fn a_contract_takes_along_those_that_were_told_of_it_for_good() {
    let folder = folder();
    let before = deployed(folder.path(), CONFIG);
    said(&lockstep(folder.path(), CONFIG, &["--execute", "--replace", "upgrade-registry"]), 0);
    let after = record(folder.path());
    let names: Vec<&str> = after.superseded.iter().map(|old| old.contract.as_str()).collect();
    // What is behind the governor knows of nobody.
    let gone = Contract::ALL.into_iter().filter(|contract| *contract != Contract::GovernorImplementation);
    assert_eq!(names, gone.clone().map(Contract::name).collect::<Vec<_>>());
    for contract in gone {
        assert_ne!(after.contracts[contract.name()].address, before.contracts[contract.name()].address);
    }
    for contract in Contract::CALLED {
        assert_eq!(entry(folder.path(), &after, contract), after.contracts[contract.name()].address);
    }
    assert_eq!(after.connections.len(), STEPS - Contract::ALL.len());
}

#[test]
fn what_was_handed_over_is_governances_to_change() {
    let folder = folder();
    deployed(folder.path(), CONFIG);
    let before = (fs::read(path(&folder, RECORD)).unwrap(), fs::read(path(&folder, CHAIN)).unwrap());
    let refused = said(&lockstep(folder.path(), CONFIG, &["--execute", "--replace", "settlement"]), 2);
    assert_eq!(refused, "lockstep: `vault's settlement` is governance's to do: margin-vault was handed over\n");
    assert_eq!((fs::read(path(&folder, RECORD)).unwrap(), fs::read(path(&folder, CHAIN)).unwrap()), before);
}

#[test]
fn nothing_is_replaced_before_everything_is_there() {
    let folder = folder();
    let refused = said(&lockstep(folder.path(), CONFIG, &["--execute", "--replace", "settlement"]), 2);
    assert_eq!(
        refused,
        "lockstep: nothing is replaced while the deployment is not complete: run without `--replace` first (missing: \
         deploy upgrade-registry-implementation)\n"
    );
    assert!(!path(&folder, RECORD).exists());
}

#[test]
fn a_replacement_that_was_interrupted_is_taken_up() {
    let (whole, cut, suite) = (folder(), folder(), suite());
    let text = ungoverned();
    let config = Config::parse(&text, &suite).expect("it is sound");
    for folder in [&whole, &cut] {
        deployed(folder.path(), &text);
    }
    said(&lockstep(whole.path(), &text, &["--execute", "--replace", "settlement"]), 0);
    // Ended after the first write, which only names what is superseded.
    {
        let before = record(cut.path());
        let mut network = Embedded::open(&path(&cut, CHAIN)).expect("it is there");
        let mut book = FileBook(path(&cut, RECORD));
        let mut deployment =
            Deployment::take_up(&config, &suite, &mut network, &mut book, Some(before)).expect("the right network");
        deployment.replace(&[Contract::Settlement]).expect("it is the deployer's");
    }
    assert!(!record(cut.path()).contracts.contains_key("settlement"));
    let refused = said(&lockstep(cut.path(), &text, &["--execute", "--replace", "settlement"]), 2);
    assert!(refused.ends_with("(missing: deploy settlement-implementation)\n"), "{refused}");
    said(&lockstep(cut.path(), &text, &["--execute"]), 0);
    assert_eq!(record(cut.path()), record(whole.path()));
    assert_eq!(nonce(cut.path()), nonce(whole.path()));
}

/// Sends a call to the registry in the name of the deployer, and gives it a block.
fn send(network: &mut Embedded, registry: H160, data: Vec<u8>) {
    let sender = *Embedded::account("alice").id().as_ref();
    let action = Action::Call { to: registry, data };
    let transaction = Transaction { sender, nonce: network.next_nonce(&sender).expect("it is there"), action };
    network.submit(&transaction, &[]).expect("it is taken");
    network.await_block().expect("there is one");
    let wanted = Wanted { hash: transaction.hash(), sender, nonce: transaction.nonce, block: None };
    let Standing::Included(inclusion) = network.standing(&wanted).expect("it is there") else {
        panic!("it is in a block")
    };
    assert_eq!(inclusion.outcome, Outcome::Done(None));
}

#[test]
fn another_branch_of_the_network_is_refused() {
    let folder = folder();
    let text = ungoverned();
    let made = deployed(folder.path(), &text);
    let registry = made.contracts["upgrade-registry"].address;
    let mut network = Embedded::copy(&path(&folder, CHAIN)).expect("it is there");
    // A plan that expires: on this branch the network stayed what it was.
    let now = network.chain().now();
    let schedule = IUpgradeRegistry::Schedule {
        freezeAt: now + 4 * 3_600,
        earliest: now + 4 * 3_600 + 600,
        latest: now + 4 * 3_600 + 1_200,
        stabilise: 600,
        maxFreeze: 7_200,
    };
    let impact = IUpgradeRegistry::Impact {
        finalityBefore: 12,
        finalityAfter: 12,
        blockTimeBefore: 0,
        blockTimeAfter: 0,
        feeRatioBefore: 10_000,
        feeRatioAfter: 10_000,
        collateralUtilityBefore: 10_000,
        collateralUtilityAfter: 10_000,
        issuanceBefore: 0,
        issuanceAfter: 0,
    };
    let disclosure = IUpgradeRegistry::Disclosure { severity: 1, hash: [7; 32].into(), uri: "ipfs://plan".into() };
    let announce = IUpgradeRegistry::announceCall {
        domain: 1,
        codeHash: [9; 32].into(),
        specVersion: 2,
        schedule,
        impact,
        disclosure,
        markets: vec![1],
    };
    send(&mut network, registry, announce.abi_encode());
    while network.chain().now() < now + 6 * 3_600 {
        network.await_block().expect("there is one");
    }
    send(&mut network, registry, IUpgradeRegistry::closeCall { plan: 1 }.abi_encode());
    let fork = IUpgradeRegistry::forkOfCall { domain: 1 }.abi_encode();
    let fork = network.view(Embedded::account("alice").id().as_ref(), registry, fork).expect("it answers");
    let fork = H256::from_slice(&fork);
    network.keep(&path(&folder, CHAIN)).expect("written");

    let refused = said(&lockstep(folder.path(), &text, &["--execute"]), 2);
    assert_eq!(
        refused,
        format!("lockstep: wrong network: its fork id is {fork:?}, the configuration's {:?}\n", made.fork_id)
    );
    // Who means this branch says so.
    let named = text.replacen("domain = 1", &format!("fork_id = \"{fork:?}\"\ndomain = 1"), 1);
    said(&lockstep(folder.path(), &named, &["--execute"]), 0);
}
