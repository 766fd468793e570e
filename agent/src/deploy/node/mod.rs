//! A network that a node serves over JSON-RPC, with pallet-revive in its runtime.
//!
//! Everything is read as of the last final block that was looked at, by the metadata of the block that it is read from.

mod key;
mod revive;
mod search;

use std::time::{Duration, Instant};

use lockstep_devchain::{Account, BlockNumber, H160, H256};
use subxt::client::{OnlineClient, OnlineClientAtBlock};
use subxt::config::{RpcConfigFor, SubstrateConfig, SubstrateExtrinsicParamsBuilder};
use subxt::rpcs::{LegacyRpcMethods, RpcClient};
use subxt::utils::AccountId32;
use subxt::{dynamic, tx::Payload};
use subxt_signer::sr25519::Keypair;
use tokio::runtime::{Builder, Runtime};

use super::network::{Action, Identity, Inclusion, Network, NetworkError, Standing, Transaction, Wanted};
pub use key::{KeyError, read_key};
pub use revive::Estimate;
use search::first_block;

/// Blocks for which a transaction that was sent is valid.
const MORTALITY: u64 = 64;

/// How long another final block is waited for.
const PATIENCE: Duration = Duration::from_mins(5);

/// How long to wait before the node is asked again.
const PAUSE: Duration = Duration::from_millis(500);

type At = OnlineClientAtBlock<SubstrateConfig>;

/// A connection to a node.
pub struct Node {
    runtime: Runtime,
    client: OnlineClient<SubstrateConfig>,
    rpc: LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>,
    /// The last final block that was looked at.
    head: At,
    key: Option<Keypair>,
}

impl<E: Into<subxt::Error>> From<E> for NetworkError {
    fn from(error: E) -> Self {
        Self::Node(Box::new(error.into()))
    }
}

impl Node {
    /// Connects to the node that listens at this URL (`ws://` and `http://` on this machine only). Without a key
    /// nothing can be sent.
    ///
    /// # Errors
    /// [`NetworkError::Node`] where there is none.
    pub fn connect(url: &str, key: Option<Keypair>) -> Result<Self, NetworkError> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| NetworkError::Foreign(error.to_string()))?;
        let (client, rpc, head) = runtime.block_on(async {
            let rpc = RpcClient::from_url(url).await?;
            let client = OnlineClient::<SubstrateConfig>::from_rpc_client(rpc.clone()).await?;
            let head = client.at_current_block().await?;
            Ok::<_, NetworkError>((client, LegacyRpcMethods::new(rpc), head))
        })?;
        Ok(Self { runtime, client, rpc, head, key })
    }

    /// What a transaction would take, or why it would fail. Nothing is sent.
    ///
    /// # Errors
    /// [`NetworkError::Reverts`], [`NetworkError::Refuses`], or [`NetworkError::Node`] where that is not known.
    pub fn try_out(&self, transaction: &Transaction, code: &[u8]) -> Result<Estimate, NetworkError> {
        transaction.check_code(code)?;
        self.runtime.block_on(revive::try_out(&self.head, transaction, code))
    }

    /// Whether contracts can be called by the account: a native one must have been mapped to an address.
    ///
    /// # Errors
    /// [`NetworkError::Node`] where that is not known.
    pub fn is_mapped(&self, account: &Account) -> Result<bool, NetworkError> {
        Ok(account.is_ethereum() || self.runtime.block_on(revive::is_mapped(&self.head, account.address()))?)
    }

    fn block(&self) -> BlockNumber {
        number(&self.head)
    }

    async fn at(&self, block: BlockNumber) -> Result<At, NetworkError> {
        Ok(self.client.at_block(block).await?)
    }

    async fn nonce(&self, at: &At, account: &[u8; 32]) -> Result<u32, NetworkError> {
        let nonce = at.tx().account_nonce(&AccountId32(*account)).await?;
        u32::try_from(nonce).map_err(|_| NetworkError::Foreign(format!("the nonce {nonce} does not fit into 32 bits")))
    }

    /// Whether a transaction with this nonce waits in the node's pool, or is in a block, final or not.
    fn is_taken(&self, sender: &[u8; 32], nonce: u32) -> Result<bool, NetworkError> {
        let next = self.runtime.block_on(self.rpc.system_account_next_index(&AccountId32(*sender)))?;
        Ok(next > nonce.into())
    }

    /// The block by which the sender's nonce was used up.
    fn block_that_took(&self, wanted: &Wanted) -> Result<Option<BlockNumber>, NetworkError> {
        first_block(self.block(), |block| {
            self.runtime.block_on(async {
                let at = self.at(block).await?;
                Ok(self.nonce(&at, &wanted.sender).await? > wanted.nonce)
            })
        })
    }

    async fn inclusion(&self, block: BlockNumber, wanted: &Wanted) -> Result<Option<Inclusion>, NetworkError> {
        let at = self.at(block).await?;
        for extrinsic in at.extrinsics().fetch().await?.iter() {
            let extrinsic = extrinsic?;
            let found = revive::transaction(&extrinsic, wanted);
            if found.is_some_and(|found| found.hash() == wanted.hash) {
                let outcome = revive::outcome(&extrinsic, &at).await?;
                return Ok(Some(Inclusion { block, block_hash: H256(at.block_hash().0), outcome }));
            }
        }
        Ok(None)
    }

    async fn send(&self, call: &impl Payload, nonce: u32) -> Result<(), NetworkError> {
        let key = self.key.as_ref().ok_or(NetworkError::NoKey)?;
        let parameters = SubstrateExtrinsicParamsBuilder::new().mortal(MORTALITY).nonce(nonce.into()).build();
        let signed = self.head.tx().create_signed(call, key, parameters).await?;
        self.rpc.author_submit_extrinsic(signed.encoded()).await?;
        Ok(())
    }
}

/// Number of the block.
fn number(at: &At) -> BlockNumber {
    // The header's number has 32 bits.
    BlockNumber::try_from(at.block_number()).unwrap_or(BlockNumber::MAX)
}

impl Network for Node {
    fn identity(&self) -> Result<Identity, NetworkError> {
        let (para_id, chain_id) = self.runtime.block_on(revive::ids(&self.head))?;
        Ok(Identity {
            genesis_hash: H256(self.client.genesis_hash().0),
            para_id,
            chain_id,
            spec_version: self.head.spec_version(),
        })
    }

    fn prepare(&mut self, sender: &[u8; 32]) -> Result<(), NetworkError> {
        let key = AccountId32(self.key.as_ref().ok_or(NetworkError::NoKey)?.public_key().0);
        if key.0 != *sender {
            let deployer = AccountId32(*sender).to_string();
            return Err(NetworkError::OtherKey { key: key.to_string(), deployer });
        }
        if self.is_mapped(&Account::native(*sender))? {
            return Ok(());
        }
        let nonce = self.next_nonce(sender)?;
        // An interrupted run may have sent it.
        if !self.is_taken(sender, nonce)? {
            let call = dynamic::tx(revive::PALLET, "map_account", ());
            self.runtime.block_on(self.send(&call, nonce))?;
        }
        while self.next_nonce(sender)? == nonce {
            self.await_block()?;
        }
        Ok(())
    }

    fn next_nonce(&self, sender: &[u8; 32]) -> Result<u32, NetworkError> {
        self.runtime.block_on(self.nonce(&self.head, sender))
    }

    fn standing(&self, wanted: &Wanted) -> Result<Standing, NetworkError> {
        let block = match wanted.block {
            Some(block) => Some(block).filter(|block| *block <= self.block()),
            None => self.block_that_took(wanted)?,
        };
        if let Some(block) = block {
            let found = self.runtime.block_on(self.inclusion(block, wanted))?;
            return Ok(found.map_or(Standing::Unknown, Standing::Included));
        }
        let waits = wanted.block.is_none() && self.is_taken(&wanted.sender, wanted.nonce)?;
        Ok(if waits { Standing::Waiting } else { Standing::Unknown })
    }

    fn submit(&mut self, transaction: &Transaction, code: &[u8]) -> Result<(), NetworkError> {
        let next = self.next_nonce(&transaction.sender)?;
        if transaction.nonce != next {
            return Err(NetworkError::Nonce { nonce: transaction.nonce, next });
        }
        let estimate = self.try_out(transaction, code)?;
        let nonce = transaction.nonce;
        match &transaction.action {
            Action::Deploy { data, .. } => {
                let call = revive::deployment(code, data, &estimate);
                self.runtime.block_on(self.send(&call, nonce))
            }
            Action::Call { to, data } => {
                let call = revive::call(*to, data, &estimate);
                self.runtime.block_on(self.send(&call, nonce))
            }
        }
    }

    fn await_block(&mut self) -> Result<(), NetworkError> {
        let (begun, block) = (Instant::now(), self.block());
        loop {
            let head = self.runtime.block_on(self.client.at_current_block())?;
            if number(&head) > block {
                self.head = head;
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                return Err(NetworkError::Halted { block, seconds: PATIENCE.as_secs() });
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn code_hash(&self, address: H160) -> Result<Option<H256>, NetworkError> {
        self.runtime.block_on(revive::code_hash(&self.head, address))
    }

    fn view(&self, from: &[u8; 32], to: H160, data: Vec<u8>) -> Result<Vec<u8>, NetworkError> {
        self.runtime.block_on(revive::view(&self.head, from, to, data))
    }
}
