// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Oracle guard: prices with a verdict, and what may be done while state or prices are not to be trusted.
/// @notice Prices are quote per whole unit with 18 decimals, ratios basis points, times Unix seconds.
/// Verdicts: 0 valid, 1 too few sources, 2 stale, 3 too uncertain, 4 divergent, 5 too volatile, 6 not positive.
/// Actions: 0 deposit, 1 repay, 2 reduce, 3 withdraw, 4 increase, 5 liquidate, 6 fund, 7 settle.
/// Reasons: 0 allowed, 1 to 6 as the verdicts, 7 outage, 8 feed recovering, 9 plan frozen, 10 plan unverified,
/// 11 plan stabilising, 12 plan deviated, 13 bound reached, 14 not settling, 15 unknown market, 16 unknown action,
/// 17 registry unavailable, 18 plan thawing.
interface IOracleGuard {
    struct Quote {
        uint128 price;
        uint128 stablePrice;
        uint8 verdict;
    }

    event FeedConfigured(uint32 indexed feed, uint32 reporters, uint8 minSources);
    event MarketConfigured(uint32 indexed market, uint32 indexed feed, uint8 class);
    event PriceReported(
        uint32 indexed feed,
        address indexed reporter,
        uint128 price,
        uint64 publishedAt,
        uint128 median,
        uint8 verdict
    );
    /// @param cause 0 an outage of the host, 1 an invalid price, 2 a jump.
    event FeedFroze(uint32 indexed feed, uint8 cause, uint64 frozenAt);
    /// @param recoveredAt Active time of the thaw.
    /// @param ramp Seconds over which the liquidation size rises from a tenth to all.
    event FeedThawed(uint32 indexed feed, uint64 recoveredAt, uint64 ramp);
    event OutageSeen(uint64 resumedAt, uint64 length, uint64 downtime);

    error NotGovernance(address caller);
    error ZeroAddress();
    error UnknownFeed(uint32 feed);
    error UnknownMarket(uint32 market);
    error UnknownClass(uint8 class);
    error ReporterCount(uint32 count);
    error DuplicateReporter(address reporter);
    error SourceCount(uint8 sources, uint32 reporters);
    error ParameterOutOfRange(uint64 value, uint64 max);
    error NotReporter(address caller);
    error FutureReport(uint64 publishedAt, uint64 now_);
    error StaleReport(uint64 publishedAt, uint64 now_);
    error OutdatedReport(uint64 publishedAt, uint64 newest);

    /// @notice Configures a feed and forgets its reports. Governance only.
    /// @param reporters One to eight accounts.
    /// @param minSources Fresh reports needed for a price: a majority.
    /// @param maxAge A report older than this many seconds is stale.
    /// @param maxConfidence Widest half interval of confidence in basis points of the price.
    /// @param maxDeviation Greatest move from one median to the next, and from the baseline of a thaw.
    /// @param grace Seconds after an outage or a plan in which nobody is liquidated, at most 14,400.
    /// @param feedGrace The same after the feed alone was bad.
    /// @param ramp Longest time over which the liquidation size rises after a thaw.
    /// @param freshReports Reporters that must publish after a resume: a majority.
    function setFeed(
        uint32 feed,
        address[] calldata reporters,
        uint8 minSources,
        uint64 maxAge,
        uint32 maxConfidence,
        uint32 maxDeviation,
        uint64 grace,
        uint64 feedGrace,
        uint64 ramp,
        uint8 freshReports
    ) external;

    /// @notice Gives a market its feed and class (0 perpetual, 1 dated future, 2 option, 3 lending). Governance only.
    function setMarket(uint32 market, uint32 feed, uint8 class) external;

    /// @notice A reporter's price.
    /// @param confidence Half width of the confidence interval, in the unit of the price.
    function report(uint32 feed, uint128 price, uint128 confidence, uint64 publishedAt) external;

    /// @notice Records that user transactions are carried. Anyone.
    function heartbeat() external;

    /// @notice Quotes in the order of `markets`. An unknown market is not positive.
    function quotes(uint32[] calldata markets) external view returns (Quote[] memory);

    /// @notice Price and verdict of one market, as `quotes` answers. Errors: UnknownMarket, UnknownFeed.
    /// @return price Quote per whole unit.
    /// @return verdict What is wrong with it.
    /// @return publishedAt The second at or after which as many sources as the feed needs have published.
    function reading(uint32 market) external view returns (uint128 price, uint8 verdict, uint64 publishedAt);

    /// @notice Whether an action is allowed on all of `markets`.
    /// @param health The account's maintenance health in basis points without plan and volatility add-ons.
    /// @return allowed Whether it is.
    /// @return reason Why not.
    /// @return until When asking again is worthwhile; 0 where unknown.
    /// @return share The part of a position that a liquidation may take now, in basis points.
    function permission(
        uint32[] calldata markets,
        uint8 action,
        uint32 health
    ) external view returns (bool allowed, uint8 reason, uint64 until, uint32 share);

    /// @notice Wall time less recorded downtime.
    function activeTime() external view returns (uint64);

    /// @notice State of a feed.
    /// @return price Its price.
    /// @return stablePrice Its growth-limited price.
    /// @return verdict What is wrong with it.
    /// @return cause What its last freeze came from: 0 outage, 1 invalid price, 2 jump.
    /// @return frozenAt When that began.
    /// @return recoveredAt Active time at which it was trusted again; 0 while it is not.
    function feedState(
        uint32 feed
    )
        external
        view
        returns (
            uint128 price,
            uint128 stablePrice,
            uint8 verdict,
            uint8 cause,
            uint64 frozenAt,
            uint64 recoveredAt
        );

    /// @notice Stage of a market: 0 open, 1 recovering, 2 frozen, 3 reduce-only.
    function marketState(
        uint32 market
    ) external view returns (uint8 stage, uint8 reason, uint64 until, uint32 share);

    /// @notice Measured block time in milliseconds, downtime in seconds, last resume and the outage before it.
    function liveness()
        external
        view
        returns (uint64 blockTimeMs, uint64 downtime, uint64 resumedAt, uint64 outage);
}
