// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/interfaces/AggregatorV3Interface.sol";

/// @title Reads Chainlink feeds as careful consumers do, through Chainlink's own interface.
contract PriceConsumer {
    error NoPrice();
    error OldPrice(uint256 updatedAt);
    error HostDown();
    error GraceNotOver(uint256 startedAt);

    AggregatorV3Interface private immutable _price;
    AggregatorV3Interface private immutable _uptime;
    uint256 private immutable _maxAge;
    uint256 private immutable _grace;

    constructor(AggregatorV3Interface price_, AggregatorV3Interface uptime, uint256 maxAge, uint256 grace) {
        (_price, _uptime, _maxAge, _grace) = (price_, uptime, maxAge, grace);
    }

    /// @notice The price with 18 decimals. Errors: NoPrice, OldPrice, and the feed's.
    function price() public view returns (uint256) {
        (uint80 round, int256 answer,, uint256 updatedAt, uint80 answeredIn) = _price.latestRoundData();
        if (answer <= 0 || updatedAt == 0 || answeredIn < round) revert NoPrice();
        if (block.timestamp - updatedAt > _maxAge) revert OldPrice(updatedAt);
        return uint256(answer) * 10 ** (18 - _price.decimals());
    }

    /// @notice The price, if the host has been up for longer than the grace. Errors: HostDown, GraceNotOver, and those
    /// of price.
    function settledPrice() external view returns (uint256) {
        (, int256 down, uint256 startedAt,,) = _uptime.latestRoundData();
        if (down != 0) revert HostDown();
        if (block.timestamp - startedAt <= _grace) revert GraceNotOver(startedAt);
        return price();
    }
}
