//! The contracts' Solidity interfaces, as types.
#![allow(missing_docs, clippy::pedantic, clippy::too_many_arguments, reason = "generated from the Solidity interfaces")]

use alloy_core::sol;

sol! {
    "../contracts/interfaces/solidity/ILockstepGovernor.sol"
}

sol! {
    "../contracts/interfaces/solidity/IOracleGuard.sol"
}

sol! {
    "../contracts/interfaces/solidity/IUpgradeRegistry.sol"
}

sol! {
    "../contracts/interfaces/solidity/IPlainOracle.sol"
}

sol! {
    "../contracts/interfaces/solidity/IMarginVault.sol"
}

sol! {
    "../contracts/interfaces/solidity/IPerpetualVenue.sol"
}

sol! {
    /// The part of ERC-20 that depositing takes.
    interface IERC20 {
        function approve(address spender, uint256 amount) external returns (bool);
    }
}
