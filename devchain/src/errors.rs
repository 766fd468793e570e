//! Why a transaction did not do what it was sent for.

use alloy_core::sol_types::{Revert, SolError, SolInterface};
use sp_runtime::{DispatchError, ModuleError};

use crate::runtime::{BlockNumber, Runtime, RuntimeError};

/// Why a call, a deployment or another transaction failed.
///
/// In every case the chain's state is as before, apart from the sender's nonce.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The contract reverted and returned these bytes: an ABI-encoded Solidity error, or a
    /// SCALE-encoded `Result` of ink!.
    #[error("the contract reverted with {}", show(.0))]
    Reverted(Vec<u8>),
    /// The runtime refused or aborted the transaction: a trap, too little gas, no such contract.
    #[error(transparent)]
    Dispatch(#[from] DispatchFailure),
    /// The transaction was not included in the block at all.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The contract answered, but not with what the caller's type says.
    #[error("the answer {} is no `{expected}`: {reason}", show(.data))]
    Undecodable {
        /// The type the answer was to have.
        expected: String,
        /// The bytes returned.
        data: Vec<u8>,
        /// What the decoder says.
        reason: String,
    },
    /// An ink! contract returned a `LangError` (it could not read its input, say).
    #[error("the contract answered with the language error {0}")]
    Lang(String),
}

impl Failure {
    /// The bytes of a revert.
    pub fn revert_data(&self) -> Option<&[u8]> {
        match self {
            Self::Reverted(data) => Some(data),
            _ => None,
        }
    }

    /// The revert, as one of the errors of a Solidity interface (`MyErrors::MyErrorsErrors`).
    pub fn revert_as<I: SolInterface>(&self) -> Option<I> {
        I::abi_decode_validate(self.revert_data()?).ok()
    }

    /// The revert, as one particular Solidity error.
    pub fn error_as<E: SolError>(&self) -> Option<E> {
        E::abi_decode_validate(self.revert_data()?).ok()
    }

    /// The reason of a plain Solidity `revert("reason")` or `require(.., "reason")`.
    pub fn reason(&self) -> Option<String> {
        self.error_as::<Revert>().map(|revert| revert.reason)
    }

    /// Whether the contract trapped (panicked, or ran an invalid instruction).
    pub fn is_trap(&self) -> bool {
        self.is_revive(pallet_revive::Error::<Runtime>::ContractTrapped)
    }

    /// Whether the runtime answered with this error of `pallet-revive`.
    pub fn is_revive(&self, error: pallet_revive::Error<Runtime>) -> bool {
        match self {
            Self::Dispatch(failure) => failure.error == DispatchError::from(error),
            _ => false,
        }
    }
}

/// An error of the runtime.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the runtime answered {name}")]
pub struct DispatchFailure {
    /// The error's name, with its pallet's where it has one: `Revive.ContractTrapped`.
    pub name: String,
    /// The error as the runtime gave it.
    pub error: DispatchError,
}

impl From<DispatchError> for DispatchFailure {
    fn from(error: DispatchError) -> Self {
        let name = match &error {
            // `Revive(ContractTrapped)` in its debug form.
            DispatchError::Module(ModuleError { index, error: code, .. }) => {
                match RuntimeError::from_dispatch_error(error) {
                    Some(known) => format!("{known:?}").replace('(', ".").replace(')', ""),
                    None => format!("module {index}, error {code:?}"),
                }
            }
            DispatchError::Token(error) => format!("Token.{error:?}"),
            DispatchError::Arithmetic(error) => format!("Arithmetic.{error:?}"),
            other => <&'static str>::from(*other).to_owned(),
        };
        Self { name, error }
    }
}

/// Why a transaction could not be included in a block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A multi-block migration goes on: the block takes inherents only.
    #[error("block {block} takes inherents only: a migration that started in block {started_at} goes on")]
    MigrationOngoing {
        /// The block that was to take the transaction.
        block: BlockNumber,
        /// The block in which the migration started.
        started_at: BlockNumber,
    },
    /// A multi-block migration is stuck: every block takes inherents only until governance acts.
    #[error("block {block} takes inherents only: a migration is stuck")]
    MigrationStuck {
        /// The block that was to take the transaction.
        block: BlockNumber,
    },
    /// The last step of a migration ran in this very block: the next one takes transactions again.
    #[error("block {block} takes inherents only: a migration ended in it")]
    MigrationEnded {
        /// The block that was to take the transaction.
        block: BlockNumber,
    },
}

/// Why a block cannot be produced as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// Time only goes forward.
    #[error("a block at {wanted} s would not be later than the one at {now} s")]
    NotLater {
        /// Time of the open block, in Unix seconds.
        now: u64,
        /// Time asked for, in Unix seconds.
        wanted: u64,
    },
    /// The chain's clock counts milliseconds in 64 bits.
    #[error("{now} s and {more} s more are beyond the chain's clock")]
    OutOfRange {
        /// Time of the open block, in Unix seconds.
        now: u64,
        /// The seconds to be added.
        more: u64,
    },
}

/// Why a chain cannot be built from a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The block time must be at least one second.
    #[error("the block time must not be zero")]
    NoBlockTime,
    /// The genesis time must not be zero, and milliseconds must fit into 64 bits.
    #[error("the genesis time {0} s is zero or beyond the chain's clock")]
    GenesisTime(u64),
    /// EIP-155 has no chain id 0.
    #[error("the chain id must not be zero")]
    NoChainId,
    /// An account cannot hold what it is endowed with.
    #[error("{amount} native units cannot be given to the account {address:?}: {failure}")]
    Endowment {
        /// Address of the account.
        address: sp_core::H160,
        /// What it was to get.
        amount: u128,
        /// What the runtime says.
        failure: DispatchFailure,
    },
}

fn show(data: &[u8]) -> String {
    const SHOWN: usize = 68;
    let head: String = data.iter().take(SHOWN).fold(String::from("0x"), |mut out, byte| {
        use std::fmt::Write;
        // Writing to a String does not fail.
        let _ = write!(out, "{byte:02x}");
        out
    });
    if data.len() > SHOWN { format!("{head}… ({} bytes)", data.len()) } else { head }
}
