//! A network as a deployment needs it.

#![allow(clippy::cast_possible_truncation, reason = "in code that the codec derives")]

use alloy_core::hex::encode_prefixed;
use lockstep_devchain::{BlockNumber, H160, H256};
use parity_scale_codec::{Decode, Encode};
use sp_crypto_hashing::{blake2_256, keccak_256};

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

    /// That it brings the code that it names.
    ///
    /// # Errors
    /// [`NetworkError::Code`].
    pub fn check_code(&self, code: &[u8]) -> Result<(), NetworkError> {
        match &self.action {
            Action::Deploy { code_hash, .. } if H256(keccak_256(code)) != *code_hash => {
                Err(NetworkError::Code { named: *code_hash, brought: H256(keccak_256(code)) })
            }
            _ => Ok(()),
        }
    }
}

/// A transaction that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its hash.
    pub hash: H256,
    /// Id of the account that sends it.
    pub sender: [u8; 32],
    /// The sender's nonce in it.
    pub nonce: u32,
    /// The block that it is said to be in.
    pub block: Option<BlockNumber>,
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
    /// The contract would revert with these bytes, so that nothing was sent.
    #[error("the contract reverts with {}", encode_prefixed(.0))]
    Reverts(Vec<u8>),
    /// The runtime would refuse it, so that nothing was sent.
    #[error("the runtime refuses it: {0}")]
    Refuses(String),
    /// The node cannot be reached, does not answer, or answers something else than was asked for.
    #[error("the node: {0}")]
    Node(Box<subxt::Error>),
    /// The node's answers are those of no network with contracts.
    #[error("the node: {0}")]
    Foreign(String),
    /// The node knows of no further block that is final.
    #[error("no block after {block} became final within {seconds} s; a later run waits on")]
    Halted {
        /// The last one.
        block: BlockNumber,
        /// How long was waited.
        seconds: u64,
    },
    /// There is nothing to sign with.
    #[error("there is no key to sign with")]
    NoKey,
    /// What is there to sign with is another account's.
    #[error("the key is that of the account {key}, the deployer is {deployer}")]
    OtherKey {
        /// The key's account.
        key: String,
        /// The configuration's.
        deployer: String,
    },
}

/// A network on which contracts can be deployed.
pub trait Network {
    /// What tells it from others.
    ///
    /// # Errors
    /// [`NetworkError`] where that is not known.
    fn identity(&self) -> Result<Identity, NetworkError>;

    /// Does what a sender needs before its first transaction, where the network asks for something.
    ///
    /// # Errors
    /// [`NetworkError`]; then it may be half done, and a later try goes on.
    fn prepare(&mut self, sender: &[u8; 32]) -> Result<(), NetworkError>;

    /// The nonce of the sender's next transaction, by what is in blocks.
    ///
    /// # Errors
    /// [`NetworkError`] where that is not known.
    fn next_nonce(&self, sender: &[u8; 32]) -> Result<u32, NetworkError>;

    /// What the network knows of a transaction.
    ///
    /// # Errors
    /// [`NetworkError`] where that is not known.
    fn standing(&self, wanted: &Wanted) -> Result<Standing, NetworkError>;

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
    ///
    /// # Errors
    /// [`NetworkError`] where that is not known.
    fn code_hash(&self, address: H160) -> Result<Option<H256>, NetworkError>;

    /// What a call would return, without doing it.
    ///
    /// # Errors
    /// Why it would return nothing.
    fn view(&self, from: &[u8; 32], to: H160, data: Vec<u8>) -> Result<Vec<u8>, NetworkError>;
}
