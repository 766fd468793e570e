// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title An oracle behind the guard's interface that guards nothing: what a protocol has without Lockstep.
/// @notice Prices are quote per whole unit with 18 decimals. The price of a feed is the median of what its reporters
/// last said, however long ago.
interface IPlainOracle {
    struct Quote {
        uint128 price;
        uint128 stablePrice;
        uint8 verdict;
    }

    /// @param volatility In basis points a day.
    struct Outlook {
        Quote[] quotes;
        uint32[] volatility;
    }

    event Reported(
        uint32 indexed feed, address indexed reporter, uint128 price, uint128 median, uint64 publishedAt
    );

    error NotOwner();
    error NotReporter(uint32 feed);
    error UnknownFeed(uint32 feed);
    error BadReporters(uint32 feed);

    /// @notice Sets who reports, one to eight; what was said before is forgotten. Owner only.
    /// Errors: NotOwner, BadReporters.
    function setFeed(uint32 feed, address[] calldata reporters) external;

    /// @notice Prices a market by a feed. Owner only. Errors: NotOwner, UnknownFeed.
    function setMarket(uint32 market, uint32 feed) external;

    /// @notice A reporter's price, taken as it is, zero too; confidence and age are not looked at.
    /// Errors: UnknownFeed, NotReporter.
    function report(uint32 feed, uint128 price, uint128 confidence, uint64 publishedAt) external;

    /// @notice The quotes of markets, in their order: the stable price is the price, the verdict 0 (valid), or 6 where
    /// there is no price.
    function quotes(uint32[] calldata markets) external view returns (Quote[] memory);

    /// @notice Always allowed, all of a position at once, where every market is known.
    /// @param action As in the guard.
    function permission(uint32[] calldata markets, uint8 action, uint32 health)
        external
        view
        returns (bool allowed, uint8 reason, uint64 until, uint32 share);

    /// @notice As `quotes` answers for `quoted`, and a zero for each of `volatile_`: nothing is measured.
    function quotesAndVolatility(uint32[] calldata quoted, uint32[] calldata volatile_)
        external
        view
        returns (Outlook memory);

    /// @notice Unix seconds: no downtime is measured.
    function activeTime() external view returns (uint64);

    /// @notice Does nothing.
    function heartbeat() external;
}
