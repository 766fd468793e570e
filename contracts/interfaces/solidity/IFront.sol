// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title What a front answers besides the functions of the contract that it stands for.
interface IFront {
    /// @notice The call ends before the arguments of its function can.
    /// @param given its bytes, selector included
    /// @param least the fewest bytes of a call of that function
    error CallDataTooShort(uint32 given, uint32 least);

    /// @notice The whole contract, whose code runs on the front's storage where the front does not answer itself. It is
    /// given to the constructor and never changes.
    function implementation() external view returns (address);
}
