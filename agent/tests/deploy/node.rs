//! `lockstep deploy` on a node: the one that listens at `LOCKSTEP_NODE_URL`, with funds for `//Alice`.

use std::cell::Cell;
use std::env;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use lockstep_agent::deploy::network::{
    Action, Identity, Inclusion, NetworkError, Outcome, Standing, Transaction, Wanted,
};
use lockstep_agent::deploy::node::Node;
use lockstep_agent::deploy::record::{Book, RecordError};
use lockstep_devchain::{H160, H256};
use sp_crypto_hashing::keccak_256;
use subxt::config::SubstrateConfig;
use subxt::dynamic::{self, Value};
use subxt::utils::AccountId32;
use subxt::{OnlineClient, tx::DefaultParams};
use subxt_signer::sr25519::{Keypair, dev};

use super::*;

/// What a deployer is given, in the smallest unit.
const FUNDS: u128 = 1_000_000_000_000_000;

/// The deployer's nonce when the deployment begins: it was mapped, and deployed the token, which counts twice.
const FIRST: u32 = 3;

/// Supply of the token that votes.
const SUPPLY: u64 = 1_000_000;

const TOKEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/solidity/PeerToken/polkavm");

/// A deployer with funds that has sent nothing yet, a token, and a configuration.
struct Stage {
    url: String,
    secret: String,
    key: Keypair,
    config: String,
    folder: TempDir,
}

impl Stage {
    fn set() -> Self {
        let url = env::var("LOCKSTEP_NODE_URL").expect("the URL of a node");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_nanos();
        let secret = format!("//Alice//{now}");
        let key = Keypair::from_uri(&secret.parse().expect("a secret")).expect("a key");
        fund(&url, &key);
        let mut node = Node::connect(&url, Some(key.clone())).expect("there is a node");
        let id = key.public_key().0;
        assert!(!node.is_mapped(&lockstep_devchain::Account::native(id)).expect("it answers"));
        node.prepare(&id).expect("it is mapped");
        let code = fs::read(TOKEN).expect("scripts/build has been run");
        let data = [[0; 24].as_slice(), &SUPPLY.to_be_bytes()].concat();
        let action = Action::Deploy { code_hash: H256(keccak_256(&code)), data };
        let transaction = Transaction { sender: id, nonce: 1, action };
        node.submit(&transaction, &code).expect("it is taken");
        let wanted = Wanted { hash: transaction.hash(), sender: id, nonce: 1, block: None };
        let token = loop {
            match node.standing(&wanted).expect("it answers") {
                Standing::Included(Inclusion { outcome: Outcome::Done(Some(token)), .. }) => break token,
                Standing::Included(other) => panic!("{other:?}"),
                Standing::Waiting | Standing::Unknown => node.await_block().expect("there is one"),
            }
        };
        let Identity { genesis_hash, chain_id, .. } = node.identity().expect("it answers");
        let deployer = AccountId32(id);
        let config = changed("network = \"embedded\"", &format!("network = \"local\"\nurl = \"{url}\""))
            .replace("deployer = \"alice\"", &format!("deployer = \"{deployer}\""))
            .replace("chain_id = 420420421", &format!("chain_id = {chain_id}"));
        let line = |field: &str| config.lines().find(|line| line.starts_with(field)).expect("it is there").to_owned();
        let config = config
            .replace(&line("genesis_hash"), &format!("genesis_hash = \"{genesis_hash:?}\""))
            .replace(&line("token"), &format!("token = \"{token:?}\""));
        Self { url, secret, key, config, folder: folder() }
    }

    fn run(&self, config: &str, secret: &str, arguments: &[&str]) -> Output {
        let path = self.folder.path();
        fs::write(path.join("local.toml"), config).expect("written");
        fs::write(path.join("key"), secret).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
        command.current_dir(path).env("LOCKSTEP_CONTRACTS", CONTRACTS).env_remove("LOCKSTEP_NODE_URL");
        command.args(["deploy", "local.toml"]).args(arguments).stdin(Stdio::null());
        command.output().expect("the program starts")
    }

    fn nonce(&self) -> u32 {
        let node = Node::connect(&self.url, None).expect("there is a node");
        node.next_nonce(&self.key.public_key().0).expect("it answers")
    }

    fn record(&self) -> Option<Record> {
        Record::load(&self.folder.path().join("local.json")).expect("it is sound")
    }
}

fn fund(url: &str, key: &Keypair) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    runtime.block_on(async {
        let client = OnlineClient::<SubstrateConfig>::from_url(url).await.expect("there is a node");
        let at = client.at_current_block().await.expect("it answers");
        let to: subxt::utils::MultiAddress<AccountId32, ()> = key.public_key().to_address();
        let call = dynamic::tx("Balances", "transfer_keep_alive", (to, FUNDS));
        let sent = at.tx().sign_and_submit_then_watch(&call, &dev::alice(), DefaultParams::default_params()).await;
        sent.expect("it is taken").wait_for_finalized_success().await.expect("alice has funds");
    });
}

const EXECUTE: [&str; 3] = ["--execute", "--key", "key"];

#[test]
#[ignore = "needs a node: LOCKSTEP_NODE_URL"]
fn a_deployment_goes_through_and_stands() {
    let stage = Stage::set();
    let dry = said(&stage.run(&stage.config, &stage.secret, &[]), 0);
    assert_eq!(dry.matches("missing ").count(), STEPS, "{dry}");
    assert!(dry.contains("`deploy upgrade-registry-implementation` would take "), "{dry}");
    assert_eq!((stage.record(), stage.nonce()), (None, FIRST));

    let done = said(&stage.run(&stage.config, &stage.secret, &EXECUTE), 0);
    assert_eq!(done.matches("done ").count(), STEPS, "{done}");
    let record = stage.record().expect("there is one");
    assert_eq!(record.in_flight, None);
    let suite = suite();
    for contract in Contract::ALL {
        assert_eq!(record.contracts[contract.name()].code_hash, suite.of(contract).code_hash);
    }
    assert_eq!(usize::try_from(stage.nonce()), Ok(FIRST as usize + STEPS + Contract::ALL.len()));

    for arguments in [&EXECUTE[..], &[]] {
        let stands = said(&stage.run(&stage.config, &stage.secret, arguments), 0);
        assert_eq!(stands.matches("stands ").count(), STEPS, "{stands}");
    }
    assert_eq!(stage.record().as_ref(), Some(&record));
    assert_eq!(usize::try_from(stage.nonce()), Ok(FIRST as usize + STEPS + Contract::ALL.len()));

    let mut other = record.clone();
    let vault = other.contracts.get_mut("margin-vault").expect("it is there");
    vault.sent.block -= 1;
    fs::write(stage.folder.path().join("local.json"), other.to_json()).expect("written");
    let refused = said(&stage.run(&stage.config, &stage.secret, &[]), 1);
    assert!(refused.contains("deploy margin-vault: the transaction"), "{refused}");
}

#[test]
#[ignore = "needs a node: LOCKSTEP_NODE_URL"]
fn what_is_not_as_configured_is_refused_before_anything_is_sent() {
    let stage = Stage::set();
    let refused = |config: &str, secret: &str, arguments: &[&str], status: i32| {
        let refused = said(&stage.run(config, secret, arguments), status);
        assert_eq!((stage.record(), stage.nonce()), (None, FIRST), "{refused}");
        refused
    };
    let with = |field: &str, value: &str| {
        let line = stage.config.lines().find(|line| line.starts_with(field)).expect("it is there");
        stage.config.replace(line, &format!("{field} = {value}"))
    };
    let config = with("genesis_hash", &format!("\"0x{}\"", "11".repeat(32)));
    assert!(refused(&config, &stage.secret, &EXECUTE, 2).starts_with("lockstep: wrong network: its genesis hash is"));
    let config = with("chain_id", "1");
    assert!(refused(&config, &stage.secret, &EXECUTE, 2).starts_with("lockstep: wrong network: its chain id is"));
    let config = with("para_id", "2000");
    assert!(refused(&config, &stage.secret, &EXECUTE, 2).starts_with("lockstep: wrong network: its parachain id is"));
    let config = with("url", "\"ws://127.0.0.1:1\"");
    assert!(refused(&config, &stage.secret, &EXECUTE, 4).starts_with("lockstep: the node: "));
    let config = with("url", "\"ws://lockstep.example\"");
    assert!(refused(&config, &stage.secret, &EXECUTE, 4).starts_with("lockstep: the node: "));
    let said = refused(&stage.config, &stage.secret, &["--execute"], 2);
    assert_eq!(said, "lockstep: `--execute` needs `--key`, a file with the deployer's secret\n");
    let said = refused(&stage.config, "a secret that is none", &EXECUTE, 2);
    assert!(said.starts_with("lockstep: key: this is no secret: ") && !said.contains("that is none"), "{said}");
    let said = refused(&stage.config, "//Bob", &EXECUTE, 2);
    assert!(said.starts_with("lockstep: the key is that of the account "), "{said}");
}

#[test]
#[ignore = "needs a node: LOCKSTEP_NODE_URL"]
fn what_a_constructor_would_refuse_is_not_sent() {
    let stage = Stage::set();
    let config = stage.config.replace("tolerance = 60", "tolerance = 0");
    let refused = said(&stage.run(&config, &stage.secret, &EXECUTE), 4);
    assert_eq!(
        refused,
        "lockstep: deploy oracle-guard-implementation: would be refused: ParameterOutOfRange(0, 86400)\n"
    );
    assert_eq!(stage.record().expect("there is one").contracts.len(), 4);
    assert_eq!(stage.nonce(), FIRST + 8);
    let mended = said(&stage.run(&stage.config, &stage.secret, &EXECUTE), 0);
    assert_eq!(mended.matches("done ").count(), STEPS - 4, "{mended}");
    assert_eq!(usize::try_from(stage.nonce()), Ok(FIRST as usize + STEPS + Contract::ALL.len()));
}

/// A network and a book of which the next write is the last thing that a run does.
struct Cut<T>(T, Rc<Cell<bool>>);

fn cut() -> NetworkError {
    NetworkError::Foreign("cut".into())
}

impl Network for Cut<Node> {
    fn identity(&self) -> Result<Identity, NetworkError> {
        self.0.identity()
    }
    fn prepare(&mut self, sender: &[u8; 32]) -> Result<(), NetworkError> {
        self.0.prepare(sender)
    }
    fn next_nonce(&self, sender: &[u8; 32]) -> Result<u32, NetworkError> {
        self.0.next_nonce(sender)
    }
    fn standing(&self, wanted: &Wanted) -> Result<Standing, NetworkError> {
        self.0.standing(wanted)
    }
    fn submit(&mut self, transaction: &Transaction, code: &[u8]) -> Result<(), NetworkError> {
        self.0.submit(transaction, code)?;
        let Transaction { sender, nonce, .. } = *transaction;
        let wanted = Wanted { hash: transaction.hash(), sender, nonce, block: None };
        // Some nodes take a moment to count what they have taken.
        while self.0.standing(&wanted)? == Standing::Unknown {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        self.1.set(true);
        Err(cut())
    }
    fn await_block(&mut self) -> Result<(), NetworkError> {
        self.0.await_block()
    }
    fn code_hash(&self, address: H160) -> Result<Option<H256>, NetworkError> {
        self.0.code_hash(address)
    }
    fn view(&self, from: &[u8; 32], to: H160, data: Vec<u8>) -> Result<Vec<u8>, NetworkError> {
        self.0.view(from, to, data)
    }
}

impl Book for Cut<FileBook> {
    fn keep(&mut self, record: &Record) -> Result<(), RecordError> {
        self.0.keep(record)?;
        self.1.set(true);
        Err(RecordError::Content { path: self.0.0.clone(), what: "cut".into() })
    }
}

#[test]
#[ignore = "needs a node: LOCKSTEP_NODE_URL"]
fn interrupted_after_every_write_it_sends_nothing_twice() {
    let stage = Stage::set();
    let suite = suite();
    let config = Config::parse(&stage.config, &suite).expect("it is sound");
    let path = stage.folder.path().join("local.json");
    let (mut runs, mut found) = (0, 0);
    let record = loop {
        let was_cut = Rc::new(Cell::new(false));
        let node = Node::connect(&stage.url, Some(stage.key.clone())).expect("there is a node");
        let mut network = Cut(node, was_cut.clone());
        let mut book = Cut(FileBook(path.clone()), was_cut.clone());
        let deployment = Deployment::take_up(&config, &suite, &mut network, &mut book, stage.record());
        let ended = deployment.expect("the right network").complete(&mut |told| {
            found += usize::from(matches!(told, Told::Found(..)));
        });
        match ended {
            Ok(record) => break record,
            Err(error) => assert!(was_cut.get(), "{error}"),
        }
        runs += 1;
        assert!(runs <= 3 * STEPS, "it never gets on");
    };
    // Of each step the record that names it, the transaction, and the record of it.
    assert_eq!(runs, 3 * STEPS);
    assert_eq!(usize::try_from(stage.nonce()), Ok(FIRST as usize + STEPS + Contract::ALL.len()));
    assert_eq!(stage.record().as_ref(), Some(&record));
    let nonces: Vec<u32> = record
        .contracts
        .values()
        .map(|entry| entry.sent.nonce)
        .chain(record.connections.iter().map(|connection| connection.sent.nonce))
        .collect();
    assert_eq!(nonces.iter().collect::<std::collections::BTreeSet<_>>().len(), STEPS);
    let stands = said(&stage.run(&stage.config, &stage.secret, &[]), 0);
    assert_eq!(stands.matches("stands ").count(), STEPS, "{stands}");
}

#[test]
#[ignore = "needs a node: LOCKSTEP_NODE_URL"]
fn a_nonce_that_another_transaction_took_is_given_up() {
    let stage = Stage::set();
    let suite = suite();
    let config = Config::parse(&stage.config, &suite).expect("it is sound");
    let path = stage.folder.path().join("local.json");
    let was_cut = Rc::new(Cell::new(false));
    let mut node = Node::connect(&stage.url, Some(stage.key.clone())).expect("there is a node");
    let mut book = Cut(FileBook(path.clone()), was_cut.clone());
    let deployment = Deployment::take_up(&config, &suite, &mut node, &mut book, None).expect("the right network");
    deployment.complete(&mut |_| {}).expect_err("it is cut");
    assert_eq!(stage.record().and_then(|record| record.in_flight).map(|flight| flight.nonce), Some(FIRST));
    send_another(&stage);
    let done = said(&stage.run(&stage.config, &stage.secret, &EXECUTE), 0);
    assert_eq!(done.matches("done ").count(), STEPS, "{done}");
    assert_eq!(
        stage.record().expect("there is one").contracts["upgrade-registry-implementation"].sent.nonce,
        FIRST + 1
    );
}

/// Another transaction of the deployer's.
fn send_another(stage: &Stage) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    runtime.block_on(async {
        let client = OnlineClient::<SubstrateConfig>::from_url(&stage.url).await.expect("there is a node");
        let at = client.at_current_block().await.expect("it answers");
        let call = dynamic::tx("System", "remark", (Value::from_bytes([1]),));
        let sent = at.tx().sign_and_submit_then_watch(&call, &stage.key, DefaultParams::default_params()).await;
        sent.expect("it is taken").wait_for_finalized_success().await.expect("it goes through");
    });
}
