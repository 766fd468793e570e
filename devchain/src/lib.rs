//! An embedded chain for testing ink! v6 and Solidity contracts in process.
//!
//! [`DevChain`] runs the real `pallet-revive`, with its production weights, in memory and without a
//! node: `PolkaVM` programs and EVM bytecode, calls across both, native tokens, and fungible assets
//! behind their ERC-20 precompile. It is deterministic: the clock is the test's, and the same
//! transactions give the same state root.
//!
//! What sets it apart from a node in development mode is what can be done to the chain while
//! contracts run on it: halts and gaps, runtime upgrades and multi-block migrations that leave the
//! traces a real chain leaves, two branches that go on separately, roll-backs, and storage proofs.
//!
//! ```no_run
//! use alloy_core::sol;
//! use lockstep_devchain::{Account, ChainConfig, DevChain};
//!
//! sol! {
//!     function get() external view returns (uint256);
//!     function set(uint256 value) external;
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut chain = DevChain::new(ChainConfig::default())?;
//! let alice = Account::named("alice");
//! let blob = std::fs::read("contract.polkavm")?;
//! let contract = chain.deploy(&alice, blob, Vec::new(), 0)?.address;
//!
//! let value = alloy_core::primitives::U256::from(7);
//! chain.sol_call(&alice, contract, &setCall { value }, 0)?;
//! chain.produce_block_after(8 * 3600)?; // the chain halts for eight hours
//! assert_eq!(chain.sol_view(&alice, contract, &getCall {})?, value);
//!
//! let mut fork = chain.split();
//! fork.sol_call(&alice, contract, &setCall { value: value + value }, 0)?;
//! assert_eq!(chain.sol_view(&alice, contract, &getCall {})?, value);
//! # Ok(())
//! # }
//! ```
//!
//! # What is not as on a live chain
//! - No signatures, no transaction pool, no transaction fees. Storage deposits are taken.
//! - Blocks are never full: [`DevChain::block_weight`] says how full one would be.
//! - The runtime is built in: an upgrade changes what observers see, not what the chain does.

mod accounts;
mod assets;
mod blocks;
mod branches;
mod calls;
mod chain;
mod errors;
mod event_mark;
mod ink_calls;
mod inspection;
pub mod migrations;
mod proofs;
pub mod runtime;
mod snapshot;
mod sol_calls;
mod upgrades;

pub use accounts::Account;
pub use assets::{AssetId, asset_address};
pub use blocks::OpenBlock;
pub use branches::Checkpoint;
pub use calls::{CallOutcome, ContractEvent, Deployed, Limits, is_polkavm};
pub use chain::{ChainConfig, DevChain, StateRoots};
pub use errors::{ClockError, ConfigError, DispatchFailure, Failure, Refusal};
pub use frame_support::weights::Weight;
pub use ink_calls::{InkCall, InkCreate, ink_at};
pub use migrations::{ActiveCursor, MigrationCursor, MigrationEnd};
pub use pallet_revive::StorageDeposit;
pub use proofs::{Proof, ProofError, STATE_VERSION};
pub use runtime::{Balance, BlockNumber, NATIVE_TO_ETH_RATIO, UNIT};
pub use snapshot::SnapshotError;
pub use sp_core::{H160, H256, U256};
pub use upgrades::keys;
