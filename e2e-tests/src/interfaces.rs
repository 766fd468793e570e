//! The Solidity interfaces, as types.
#![allow(missing_docs, clippy::pedantic, clippy::too_many_arguments, reason = "generated from the Solidity interfaces")]

use alloy_core::sol;

sol! {
    #![sol(all_derives)]
    "../contracts/interfaces/solidity/IUpgradeRegistry.sol"
}
sol! {
    #![sol(all_derives)]
    "../contracts/interfaces/solidity/IOracleGuard.sol"
}
sol! {
    #![sol(all_derives)]
    "../contracts/interfaces/solidity/ILockstepGovernor.sol"
}
sol! {
    #![sol(all_derives)]
    "../contracts/interfaces/solidity/ISettlement.sol"
}
sol! {
    #![sol(all_derives)]
    "../contracts/interfaces/solidity/IMarginVault.sol"
}
sol! {
    #![sol(all_derives)]
    "../contracts/interfaces/solidity/IPerpetualVenue.sol"
}
sol! {
    #![sol(all_derives)]
    "../contracts/interfaces/solidity/IFront.sol"
}
sol! {
    #![sol(all_derives)]
    "../contracts/interfaces/solidity/IPlainOracle.sol"
}
sol! {
    #![sol(all_derives)]
    "../contracts/interfaces/solidity/IPriceSource.sol"
}
