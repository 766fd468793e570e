//! The record of a deployment, `deployments/<network>.json`. Its fields are described in `deployments/schema.json`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use boon::{Compiler, Schemas};
use lockstep_devchain::{BlockNumber, H160, H256};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::files;

/// Version of the format.
pub const SCHEMA: u32 = 1;

const SCHEMA_TEXT: &str = include_str!("../../../deployments/schema.json");
const SCHEMA_NAME: &str = "file:///schema.json";

/// What was deployed on one network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Version of the format.
    pub schema: u32,
    /// Name of the network.
    pub network: String,
    /// Hash of its block 0.
    pub genesis_hash: H256,
    /// Its parachain id; 0 where it is none.
    pub para_id: u32,
    /// The chain id that contracts see.
    pub chain_id: u64,
    /// The branch of its history.
    pub fork_id: H256,
    /// Version of its runtime at the last step.
    pub spec_version: u32,
    /// Its number in the registry.
    pub domain: u32,
    /// Who sent the transactions.
    pub deployer: H160,
    /// The contracts by name.
    pub contracts: BTreeMap<String, Entry>,
    /// The calls that connected them, in their order.
    pub connections: Vec<Connection>,
    /// Contracts that later ones replaced, the latest last.
    pub superseded: Vec<Superseded>,
    /// The transaction that was sent, or was about to be, when this was written; none in a record of which nothing is
    /// pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_flight: Option<InFlight>,
}

/// A contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Where it is.
    pub address: H160,
    /// Keccak-256 hash of its code.
    pub code_hash: H256,
    /// What its constructor was given.
    pub arguments: Vec<Argument>,
    /// The same, encoded.
    pub constructor_data: String,
    /// What its code was built with.
    pub toolchain: Toolchain,
    /// The transaction that deployed it.
    pub sent: Sent,
}

/// A constructor's argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// Its Solidity type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its value: a decimal number, or an address in hexadecimal.
    pub value: String,
}

/// What a contract was built with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Toolchain {
    /// Such as `rustc 1.96.0`.
    pub compiler: String,
    /// Such as `ink! 6.0.0-beta.1`.
    pub language: String,
    /// Such as `contract-build 6.0.0-beta.2`.
    pub builder: String,
}

/// A transaction and its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// Its hash.
    pub transaction: H256,
    /// The deployer's nonce in it.
    pub nonce: u32,
    /// Number of its block.
    pub block: BlockNumber,
    /// Hash of its block.
    pub block_hash: H256,
}

/// A call that connected two contracts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// Names the step.
    pub step: String,
    /// The contract that was called.
    pub contract: String,
    /// Selector and arguments.
    pub data: String,
    /// The transaction.
    pub sent: Sent,
}

/// A contract that another one replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Superseded {
    /// Its name.
    pub contract: String,
    /// As it was recorded.
    pub entry: Entry,
}

/// A transaction of which it is not recorded yet what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InFlight {
    /// Names the step that it belongs to.
    pub step: String,
    /// Its hash.
    pub transaction: H256,
    /// The deployer's nonce in it.
    pub nonce: u32,
}

/// Why a record cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no record.
    #[error("{}: {what}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        what: String,
    },
}

impl Record {
    /// The record as it stands in its file.
    ///
    /// # Panics
    /// Never: every record is JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a record has text keys only") + "\n"
    }

    /// Reads a record from its JSON, by the schema.
    ///
    /// # Errors
    /// What is wrong, and where.
    ///
    /// # Panics
    /// Never: the schema is part of the program, and sound.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let value: Value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let schema = serde_json::from_str(SCHEMA_TEXT).expect("the schema is JSON");
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource(SCHEMA_NAME, schema).expect("the name is a URL");
        let index = compiler.compile(SCHEMA_NAME, &mut schemas).expect("the schema is sound");
        schemas.validate(&value, index).map_err(|error| {
            let said = error.to_string();
            // The first line only says that something is wrong.
            said.lines().skip(1).map(|line| line.trim_start_matches([' ', '-'])).collect::<Vec<_>>().join(", ")
        })?;
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    /// Reads a record; none where there is no file.
    ///
    /// # Errors
    /// [`RecordError`] for a file that is no record.
    pub fn load(path: &Path) -> Result<Option<Self>, RecordError> {
        let file = |source| RecordError::File { path: path.to_owned(), source };
        let Some(text) = files::read(path).map_err(file)? else { return Ok(None) };
        Self::parse(&text).map(Some).map_err(|what| RecordError::Content { path: path.to_owned(), what })
    }

    /// What is recorded of a call.
    pub fn connection(&self, step: &str) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.step == step)
    }
}

/// Where a record is kept while a deployment goes on.
pub trait Book {
    /// Puts the record in place of the last one, whole or not at all.
    ///
    /// # Errors
    /// [`RecordError::File`]; then the last one is still there.
    fn keep(&mut self, record: &Record) -> Result<(), RecordError>;
}

/// A book that is a file.
#[derive(Debug)]
pub struct FileBook(pub PathBuf);

impl Book for FileBook {
    fn keep(&mut self, record: &Record) -> Result<(), RecordError> {
        files::replace(&self.0, record.to_json().as_bytes())
            .map_err(|source| RecordError::File { path: self.0.clone(), source })
    }
}

/// A book that is forgotten: for dry runs.
#[derive(Debug)]
pub struct NoBook;

impl Book for NoBook {
    fn keep(&mut self, _: &Record) -> Result<(), RecordError> {
        Ok(())
    }
}
