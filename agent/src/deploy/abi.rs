//! The contracts' Solidity interfaces, as far as connecting them takes.
#![allow(missing_docs, clippy::pedantic, clippy::too_many_arguments, reason = "generated from the Solidity interfaces")]

use alloy_core::sol;

sol! {
    "../contracts/interfaces/solidity/ILockstepGovernor.sol"
}

sol! {
    "../contracts/interfaces/solidity/IMarginVault.sol"
}

sol! {
    "../contracts/interfaces/solidity/IUpgradeRegistry.sol"
}
