// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IOracleGuard} from "../interfaces/solidity/IOracleGuard.sol";
import {GuardFailed, InvalidPrice} from "../interfaces/solidity/LockstepGuarded.sol";
import {Aggregator} from "./Aggregator.sol";

/// @title The price of one market of the oracle guard as a Chainlink feed that refuses a price not to be acted on.
/// @notice A consumer that takes whatever a feed answers is stopped by the revert, also where it asks no sentinel.
/// @dev A round is the reports up to its date: as many sources as the feed needs have published at or after it.
/// Whatever would make it older than the feed's greatest age makes the price invalid first.
contract GuardedPriceFeed is Aggregator {
    /// @notice A guard's price has 18 decimals; more cannot be answered.
    error DecimalsOutOfRange(uint8 decimals);
    /// @notice The price is below one unit of the last place.
    error PriceTooSmall(uint128 price);

    uint8 private constant GUARD_DECIMALS = 18;

    /// @notice The oracle guard.
    IOracleGuard public immutable guard;
    /// @notice Its market.
    uint32 public immutable market;

    uint256 private immutable _divisor;

    /// @param guard_ The oracle guard. Errors: GuardFailed where it does not answer, or does not know the market.
    /// @param market_ Its market.
    /// @param decimals_ Places of the answer, at most 18; 8 is usual. Errors: DecimalsOutOfRange.
    /// @param description_ What is quoted, such as "DOT / USD".
    constructor(IOracleGuard guard_, uint32 market_, uint8 decimals_, string memory description_)
        Aggregator(decimals_, description_)
    {
        if (decimals_ > GUARD_DECIMALS) revert DecimalsOutOfRange(decimals_);
        guard = guard_;
        market = market_;
        _divisor = 10 ** (GUARD_DECIMALS - decimals_);
        _reading(guard_, market_);
    }

    /// @dev Errors: InvalidPrice, PriceTooSmall, GuardFailed.
    function _current() internal view override returns (int256, uint64) {
        (uint128 price, uint8 verdict, uint64 publishedAt) = _reading(guard, market);
        if (verdict != 0) revert InvalidPrice(verdict);
        uint256 answer = price / _divisor;
        if (answer == 0) revert PriceTooSmall(price);
        return (int256(answer), publishedAt);
    }

    function _reading(IOracleGuard guard_, uint32 market_) private view returns (uint128, uint8, uint64) {
        (bool done, bytes memory data) = address(guard_).staticcall(abi.encodeCall(IOracleGuard.reading, (market_)));
        if (!done || data.length != 96) revert GuardFailed();
        (uint256 price, uint256 verdict, uint256 publishedAt) = abi.decode(data, (uint256, uint256, uint256));
        if (price > type(uint128).max || verdict > type(uint8).max || publishedAt > type(uint64).max) {
            revert GuardFailed();
        }
        return (uint128(price), uint8(verdict), uint64(publishedAt));
    }
}
