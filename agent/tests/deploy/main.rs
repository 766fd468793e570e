//! `lockstep deploy`: what it leaves on the embedded network and in its record.

mod configurations;
mod interruptions;
mod node;
mod records;
mod replacements;
mod verification;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use lockstep_agent::deploy::config::Config;
use lockstep_agent::deploy::contract::{Contract, Suite};
use lockstep_agent::deploy::embedded::Embedded;
use lockstep_agent::deploy::record::{FileBook, Record};
use lockstep_agent::deploy::run::{Deployment, Told};
use lockstep_agent::deploy::{DeployError, network::Network};
use tempfile::TempDir;

const CONFIG: &str = include_str!("../../../deployments/embedded.toml");
const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deployments/embedded.json");
const CONTRACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/ink");
const RECORD: &str = "embedded.json";
const CHAIN: &str = "embedded.chain";

/// The steps of a deployment that is handed over to the governor.
const STEPS: usize = 22;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

fn suite() -> Suite {
    Suite::load(Path::new(CONTRACTS)).expect("scripts/build has been run")
}

/// The configuration of the embedded network with something in it changed.
fn changed(from: &str, to: &str) -> String {
    let text = CONFIG.replacen(from, to, 1);
    assert_ne!(text, CONFIG, "{from} is in the configuration");
    text
}

/// One whose deployer stays in charge.
fn ungoverned() -> String {
    changed("governance = \"governor\"", "governance = \"deployer\"")
}

/// Runs the program on a configuration in the folder, where it leaves everything too.
fn lockstep(folder: &Path, config: &str, arguments: &[&str]) -> Output {
    command(folder, config, arguments).output().expect("the program starts")
}

fn command(folder: &Path, config: &str, arguments: &[&str]) -> Command {
    fs::write(folder.join("embedded.toml"), config).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    command.current_dir(folder).env("LOCKSTEP_CONTRACTS", CONTRACTS).stdin(Stdio::null());
    command.args(["deploy", "embedded.toml"]).args(arguments);
    command
}

/// What a run said that ended with this status: standard output, or standard error where it failed.
fn said(output: &Output, status: i32) -> String {
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    let text = if status == 0 { &output.stdout } else { &output.stderr };
    String::from_utf8(text.clone()).expect("messages are text")
}

/// A complete deployment in the folder.
fn deployed(folder: &Path, config: &str) -> Record {
    said(&lockstep(folder, config, &["--execute"]), 0);
    record(folder)
}

fn record(folder: &Path) -> Record {
    Record::load(&folder.join(RECORD)).expect("it is sound").expect("it is there")
}

fn left(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Takes up what is in the folder, without a process of its own.
fn take_up(folder: &Path, config: &Config, suite: &Suite, tell: &mut dyn FnMut(Told)) -> Result<Record, DeployError> {
    let record = Record::load(&folder.join(RECORD))?;
    let mut network = Embedded::open(&folder.join(CHAIN))?;
    let mut book = FileBook(folder.join(RECORD));
    Deployment::take_up(config, suite, &mut network, &mut book, record)?.complete(tell)
}

/// Nonce of the deployer: how often it sent something.
fn nonce(folder: &Path) -> u32 {
    let network = Embedded::copy(&folder.join(CHAIN)).expect("it is there");
    network.next_nonce(Embedded::account("alice").id().as_ref()).expect("it is there")
}

fn path(folder: &TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}
