// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title What a front answers besides the functions of the contract that it stands for.
interface IFront {
    /// @notice The whole contract, whose code runs on the front's storage where the front does not answer itself. It is
    /// given to the constructor and never changes.
    function implementation() external view returns (address);
}
