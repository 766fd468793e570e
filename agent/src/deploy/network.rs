//! A network as a deployment needs it.

#![allow(clippy::cast_possible_truncation, reason = "in code that the codec derives")]

use lockstep_devchain::{BlockNumber, Failure, H160, H256};
use parity_scale_codec::{Decode, Encode};
use sp_crypto_hashing::blake2_256;

/// What tells a network, and a branch of it, from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Hash of block 0.
    pub genesis_hash: H256,
    /// Parachain id; 0 where it is none.
    pub para_id: u32,
    /// The chain id that contracts see.
    pub chain_id: u64,
    /// Version of the runtime in force.
    pub spec_version: u32,
}

/// What a transaction does.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Action {
    /// Deploys the code with this Keccak-256 hash.
    Deploy {
        /// Hash of the code.
        code_hash: H256,
        /// The constructor's input.
        data: Vec<u8>,
    },
    /// Calls a contract.
    Call {
        /// The contract.
        to: H160,
        /// Selector and arguments.
        data: Vec<u8>,
    },
}

/// A transaction. Its nonce makes that it is carried out once at most, however often it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Transaction {
    /// Id of the account that sends it.
    pub sender: [u8; 32],
    /// The sender's nonce.
    pub nonce: u32,
    /// What it does.
    pub action: Action,
}

impl Transaction {
    /// Names it: Blake2-256 of its SCALE encoding. Commits to the code by its hash, and to everything else.
    pub fn hash(&self) -> H256 {
        H256(blake2_256(&self.encode()))
    }
}

/// How a transaction that is in a block went.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Outcome {
    /// As it should; a deployment made a contract at this address.
    Done(Option<H160>),
    /// The contract reverted with these bytes.
    Reverted(Vec<u8>),
    /// The runtime refused it, for this reason.
    Refused(String),
}

/// Where a transaction is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Inclusion {
    /// Number of its block.
    pub block: BlockNumber,
    /// Hash of its block.
    pub block_hash: H256,
    /// How it went.
    pub outcome: Outcome,
}

/// What a network knows of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Unknown,
    /// It was taken and waits for a block.
    Waiting,
    /// It is in a block.
    Included(Inclusion),
}

/// Why a network did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The sender's next transaction has another nonce.
    #[error("the nonce {nonce} is taken: the sender's next is {next}")]
    Nonce {
        /// Of the transaction.
        nonce: u32,
        /// The one that would be taken.
        next: u32,
    },
    /// A transaction names one code and brings another.
    #[error("the transaction names the code {named:?} and brings {brought:?}")]
    Code {
        /// Hash in the transaction.
        named: H256,
        /// Hash of what came with it.
        brought: H256,
    },
    /// The network's state could not be read or written.
    #[error("{}: {source}", path.display())]
    State {
        /// Where it is kept.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// What is kept is no state of such a network.
    #[error("{}: {what}", path.display())]
    Damaged {
        /// Where it is kept.
        path: std::path::PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The network does not start.
    #[error("the embedded network does not start: {0}")]
    Start(String),
}

/// A network on which contracts can be deployed.
pub trait Network {
    /// What tells it from others.
    fn identity(&self) -> Identity;

    /// The nonce of the sender's next transaction, by what is in blocks.
    fn next_nonce(&self, sender: &[u8; 32]) -> u32;

    /// What the network knows of a transaction.
    fn standing(&self, transaction: H256) -> Standing;

    /// Hands a transaction in, with the code that it deploys (none for a call). It waits for a block afterwards,
    /// whatever becomes of this process.
    ///
    /// # Errors
    /// [`NetworkError`]; then it was not taken.
    fn submit(&mut self, transaction: &Transaction, code: &[u8]) -> Result<(), NetworkError>;

    /// Waits until there is another block.
    ///
    /// # Errors
    /// [`NetworkError`] where that is not known.
    fn await_block(&mut self) -> Result<(), NetworkError>;

    /// Hash of the code at an address.
    fn code_hash(&self, address: H160) -> Option<H256>;

    /// What a call would return, without doing it.
    ///
    /// # Errors
    /// Why it would return nothing.
    fn view(&self, from: &[u8; 32], to: H160, data: Vec<u8>) -> Result<Vec<u8>, Failure>;
}
