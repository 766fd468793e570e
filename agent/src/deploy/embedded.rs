//! The embedded network: the real pallet-revive in this process, kept in a file between processes.

use std::path::{Path, PathBuf};

use lockstep_devchain::{Account, ChainConfig, DevChain, Failure, H160, H256, StateRoots};
use parity_scale_codec::{Decode, DecodeAll, Encode};

use super::files;
use super::network::{Action, Identity, Inclusion, Network, NetworkError, Outcome, Standing, Transaction, Wanted};

/// Its name in configurations.
pub const EMBEDDED: &str = "embedded";

/// Assets that exist from block 1 on: number, name, symbol, decimals.
const ASSETS: [(u32, &str, &str, u8); 2] = [(1, "US Dollar", "USD", 6), (2, "Votes", "VOTE", 18)];

/// Who issues them.
const ISSUER: &str = "alice";

/// An embedded chain with what a node has beside the state: blocks' transactions and a pool.
pub struct Embedded {
    chain: DevChain,
    genesis_hash: H256,
    chain_id: u64,
    included: Vec<(H256, Inclusion)>,
    pool: Vec<(Transaction, Vec<u8>)>,
    /// Where it is kept; none for a copy that vanishes with this process.
    kept: Option<PathBuf>,
}

#[derive(Encode, Decode)]
struct Kept {
    chain: Vec<u8>,
    genesis_hash: H256,
    chain_id: u64,
    included: Vec<(H256, Inclusion)>,
    pool: Vec<(Transaction, Vec<u8>)>,
}

impl Embedded {
    /// The network as it is kept in a file, or its beginning where there is none. What happens from now on is kept
    /// there, one block at a time.
    ///
    /// # Errors
    /// [`NetworkError`] where the file cannot be read or is something else.
    pub fn open(path: &Path) -> Result<Self, NetworkError> {
        let mut network = Self::copy(path)?;
        network.kept = Some(path.to_owned());
        Ok(network)
    }

    /// As [`open`](Self::open), but nothing of what happens is kept.
    ///
    /// # Errors
    /// As there.
    pub fn copy(path: &Path) -> Result<Self, NetworkError> {
        let state = |source| NetworkError::State { path: path.to_owned(), source };
        match files::read(path).map_err(state)? {
            None => Self::begin(ChainConfig::default()),
            Some(bytes) => {
                let damaged = |what: String| NetworkError::Damaged { path: path.to_owned(), what };
                let kept = Kept::decode_all(&mut &*bytes)
                    .map_err(|_| damaged(format!("these {} bytes are no embedded network", bytes.len())))?;
                let chain = DevChain::restore(&kept.chain).map_err(|error| damaged(error.to_string()))?;
                let Kept { genesis_hash, chain_id, included, pool, .. } = kept;
                Ok(Self { chain, genesis_hash, chain_id, included, pool, kept: None })
            }
        }
    }

    /// The beginning of such a network: the endowed accounts of `config`, and two assets in block 1. Its genesis hash
    /// commits to its state.
    ///
    /// # Errors
    /// [`NetworkError::Start`] where the configuration is unsound.
    pub fn begin(config: ChainConfig) -> Result<Self, NetworkError> {
        let chain_id = config.chain_id;
        let config = ChainConfig { state_roots: StateRoots::EveryBlock, ..config };
        let mut chain = DevChain::new(config).map_err(|error| NetworkError::Start(error.to_string()))?;
        let genesis_hash = chain.open().parent;
        let issuer = Account::named(ISSUER);
        for (number, name, symbol, decimals) in ASSETS {
            chain
                .create_asset(number, &issuer, name, symbol, decimals, 1)
                .map_err(|error| NetworkError::Start(error.to_string()))?;
        }
        chain.produce_block();
        Ok(Self { chain, genesis_hash, chain_id, included: Vec::new(), pool: Vec::new(), kept: None })
    }

    /// Keeps the network in a file from now on.
    ///
    /// # Errors
    /// [`NetworkError::State`] where it cannot be written.
    pub fn keep(&mut self, path: &Path) -> Result<(), NetworkError> {
        self.kept = Some(path.to_owned());
        self.store()
    }

    /// The account of that name.
    pub fn account(name: &str) -> Account {
        Account::named(name)
    }

    /// The chain itself.
    pub const fn chain(&self) -> &DevChain {
        &self.chain
    }

    fn store(&self) -> Result<(), NetworkError> {
        let Some(path) = &self.kept else { return Ok(()) };
        let kept = Kept {
            chain: self.chain.snapshot(),
            genesis_hash: self.genesis_hash,
            chain_id: self.chain_id,
            included: self.included.clone(),
            pool: self.pool.clone(),
        };
        files::replace(path, &kept.encode()).map_err(|source| NetworkError::State { path: path.clone(), source })
    }

    fn carry_out(&mut self, transaction: &Transaction, code: Vec<u8>) -> Outcome {
        let sender = Account::native(transaction.sender);
        let done = match &transaction.action {
            Action::Deploy { data, .. } => {
                self.chain.deploy(&sender, code, data.clone(), 0).map(|deployed| Some(deployed.address))
            }
            Action::Call { to, data } => self.chain.call(&sender, *to, data.clone(), 0).ok().map(|_| None),
        };
        match done {
            Ok(address) => Outcome::Done(address),
            Err(Failure::Reverted(data)) => Outcome::Reverted(data),
            Err(other) => Outcome::Refused(other.to_string()),
        }
    }
}

impl Network for Embedded {
    fn identity(&self) -> Result<Identity, NetworkError> {
        Ok(Identity {
            genesis_hash: self.genesis_hash,
            para_id: 0,
            chain_id: self.chain_id,
            spec_version: self.chain.spec_version(),
        })
    }

    fn prepare(&mut self, _: &[u8; 32]) -> Result<(), NetworkError> {
        Ok(())
    }

    fn next_nonce(&self, sender: &[u8; 32]) -> Result<u32, NetworkError> {
        Ok(self.chain.nonce(&Account::native(*sender)))
    }

    fn standing(&self, wanted: &Wanted) -> Result<Standing, NetworkError> {
        if let Some((_, inclusion)) = self.included.iter().find(|(hash, _)| *hash == wanted.hash) {
            return Ok(Standing::Included(inclusion.clone()));
        }
        let waits = self.pool.iter().any(|(waiting, _)| waiting.hash() == wanted.hash);
        Ok(if waits { Standing::Waiting } else { Standing::Unknown })
    }

    fn submit(&mut self, transaction: &Transaction, code: &[u8]) -> Result<(), NetworkError> {
        let next = self.next_nonce(&transaction.sender)?;
        let taken = self.pool.iter().any(|(waiting, _)| waiting.sender == transaction.sender);
        if transaction.nonce != next || taken {
            return Err(NetworkError::Nonce { nonce: transaction.nonce, next });
        }
        transaction.check_code(code)?;
        self.pool.push((transaction.clone(), code.to_vec()));
        self.store()
    }

    fn await_block(&mut self) -> Result<(), NetworkError> {
        let block = self.chain.block_number();
        let pool = core::mem::take(&mut self.pool);
        let outcomes: Vec<(H256, Outcome)> = pool
            .into_iter()
            .map(|(transaction, code)| (transaction.hash(), self.carry_out(&transaction, code)))
            .collect();
        let block_hash = self.chain.produce_block().parent;
        let included = |(hash, outcome)| (hash, Inclusion { block, block_hash, outcome });
        self.included.extend(outcomes.into_iter().map(included));
        self.store()
    }

    fn code_hash(&self, address: H160) -> Result<Option<H256>, NetworkError> {
        Ok(self.chain.code_hash(address))
    }

    fn view(&self, from: &[u8; 32], to: H160, data: Vec<u8>) -> Result<Vec<u8>, NetworkError> {
        self.chain.dry_run(&Account::native(*from), to, data, 0).result.map_err(|failure| match failure {
            Failure::Reverted(data) => NetworkError::Reverts(data),
            other => NetworkError::Refuses(other.to_string()),
        })
    }
}
