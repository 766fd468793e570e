//! The chain: its state, its clock and its settings.

use std::cell::RefCell;

use frame_system::{LastRuntimeUpgrade, LastRuntimeUpgradeInfo};
use parity_scale_codec::{Decode, Encode};
use sp_core::{H256, storage::Storage};
use sp_runtime::{BuildStorage, DispatchError, traits::BlakeTwo256};
use sp_state_machine::TestExternalities;

use crate::{
    Account, CallOutcome, ConfigError,
    errors::DispatchFailure,
    proofs::STATE_VERSION,
    runtime::{self, Balance, Runtime},
};

/// How a chain is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainConfig {
    /// Time of block 1, in Unix seconds.
    pub genesis_time: u64,
    /// Seconds between two blocks, unless a block is asked for at another time.
    pub block_time: u64,
    /// The runtime's `spec_version`.
    pub spec_version: u32,
    /// The chain id that contracts see (EIP-155).
    pub chain_id: u64,
    /// What lies under `:code`. The chain runs its own built-in runtime whatever this says: the
    /// bytes matter to those who read the key or its hash.
    pub code: Vec<u8>,
    /// Accounts that exist from the start, with their native balance. They are mapped.
    pub endowed: Vec<(Account, Balance)>,
    /// Whether each header carries the root of the state.
    pub state_roots: StateRoots,
}

impl Default for ChainConfig {
    /// 2026-01-01 00:00 UTC, 6-second blocks, spec version 1, and the accounts *alice*, *bob*,
    /// *charlie* and *dave* with a million tokens each.
    fn default() -> Self {
        Self {
            genesis_time: 1_767_225_600,
            block_time: 6,
            spec_version: 1,
            chain_id: 420_420_421,
            code: b"devchain runtime 1".to_vec(),
            endowed: ["alice", "bob", "charlie", "dave"]
                .into_iter()
                .map(|name| (Account::named(name), 1_000_000 * runtime::UNIT))
                .collect(),
            state_roots: StateRoots::default(),
        }
    }
}

/// When the root of the state is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub enum StateRoots {
    /// Only when somebody asks for it. Headers carry a zero root, so that block hashes commit to
    /// time and transactions but not to state. This makes long runs fast.
    #[default]
    OnDemand,
    /// At the end of every block, as on a real chain.
    EveryBlock,
}

/// An embedded chain.
///
/// There is always one open block: [`new`](Self::new) opens block 1, and
/// [`produce_block`](Self::produce_block) closes the open one and opens the next. Calls run at once,
/// in the open block.
///
/// A chain is independent of all others: any number can be used in turn in one thread, and each can
/// be sent to a thread of its own.
pub struct DevChain {
    pub(crate) externalities: RefCell<TestExternalities<BlakeTwo256>>,
    pub(crate) progress: Progress,
    pub(crate) last: Option<CallOutcome>,
}

/// What a chain knows beside its state.
#[derive(Clone, Debug, Encode, Decode)]
pub(crate) struct Progress {
    pub block_time: u64,
    pub state_roots: StateRoots,
    /// Time of the open block, Unix seconds.
    pub now: u64,
    /// Whether the open block takes inherents only.
    pub only_inherents: bool,
    /// Hashes of what was applied in the open block.
    pub body: Vec<H256>,
}

impl DevChain {
    /// A chain with block 1 open.
    ///
    /// # Errors
    /// See [`ConfigError`].
    ///
    /// # Panics
    /// Never: the built-in genesis is valid.
    pub fn new(config: ChainConfig) -> Result<Self, ConfigError> {
        let ChainConfig { genesis_time, block_time, spec_version, chain_id, code, endowed, state_roots } = config;
        if block_time == 0 {
            return Err(ConfigError::NoBlockTime);
        }
        if chain_id == 0 {
            return Err(ConfigError::NoChainId);
        }
        if genesis_time == 0 || genesis_time.checked_mul(1000).is_none() {
            return Err(ConfigError::GenesisTime(genesis_time));
        }
        let mut storage = Storage::default();
        runtime::RuntimeGenesisConfig::default()
            .assimilate_storage(&mut storage)
            .expect("the built-in genesis is valid");
        let externalities = TestExternalities::new_with_code_and_state(&code, storage, STATE_VERSION);
        let mut chain = Self {
            externalities: RefCell::new(externalities),
            progress: Progress { block_time, state_roots, now: genesis_time, only_inherents: false, body: Vec::new() },
            last: None,
        };
        chain.execute(|| {
            runtime::ChainId::set(&chain_id);
            runtime::SpecVersion::set(&spec_version);
            LastRuntimeUpgrade::<Runtime>::put(LastRuntimeUpgradeInfo::from(runtime::Version::of(spec_version)));
        });
        for (account, amount) in endowed {
            chain.endow(&account, amount).map_err(|failure| ConfigError::Endowment {
                address: account.address(),
                amount,
                failure,
            })?;
        }
        let genesis = chain.genesis_header();
        chain.open_block(&genesis, genesis_time);
        Ok(chain)
    }

    /// Runs code inside the runtime, with the chain's state: pallets can be read and driven
    /// directly (`devchain::runtime::Revive::…`).
    ///
    /// This is the way round every rule; whatever is not a read should be what the chain itself
    /// could do.
    pub fn with_runtime<R>(&mut self, run: impl FnOnce() -> R) -> R {
        self.execute(run)
    }

    pub(crate) fn execute<R>(&self, run: impl FnOnce() -> R) -> R {
        self.externalities.borrow_mut().execute_with(run)
    }

    /// A raw value of the state, pending changes of the open block included.
    pub fn storage(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.execute(|| frame_support::storage::unhashed::get_raw(key))
    }

    /// The outcome of the last call or deployment, unless it was refused.
    pub fn last_outcome(&self) -> Option<&CallOutcome> {
        self.last.as_ref()
    }

    /// Adds what was applied to the body of the open block.
    pub(crate) fn note(&mut self, content: &impl Encode) {
        self.progress.body.push(content.using_encoded(sp_crypto_hashing::blake2_256).into());
    }

    /// Runs a governance action: not refused in a migration, as it stands for an inherent or for
    /// what a scheduler does.
    pub(crate) fn govern(&mut self, run: impl FnOnce() -> Result<(), DispatchError>) -> Result<(), DispatchFailure> {
        self.execute(|| frame_support::storage::with_storage_layer(run)).map_err(DispatchFailure::from)
    }
}
