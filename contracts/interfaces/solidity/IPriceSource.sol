// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title A contract that a feed of the oracle guard can be pulled from.
interface IPriceSource {
    /// @notice The last price of what `key` names.
    /// @return price Quote per whole unit, 18 decimals.
    /// @return confidence Half width of the confidence interval, 18 decimals.
    /// @return publishedAt When it was seen, in Unix seconds.
    /// @return round A number above zero that grows with each new price.
    function latestPrice(
        uint32 key
    ) external view returns (uint128 price, uint128 confidence, uint64 publishedAt, uint64 round);
}
