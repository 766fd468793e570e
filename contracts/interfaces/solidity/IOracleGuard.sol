// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Oracle guard: prices with a verdict, and what may be done while state or prices are not to be trusted.
/// @notice Prices are quote per whole unit with 18 decimals, ratios basis points, times Unix seconds.
/// Verdicts: 0 valid, 1 too few sources, 2 stale, 3 too uncertain, 4 divergent, 5 too volatile, 6 not positive.
/// Actions: 0 deposit, 1 repay, 2 reduce, 3 withdraw, 4 increase, 5 liquidate, 6 fund, 7 settle.
/// Reasons: 0 allowed, 1 to 6 as the verdicts, 7 outage, 8 feed recovering, 9 plan frozen, 10 plan unverified,
/// 11 plan stabilising, 12 plan deviated, 13 bound reached, 14 not settling, 15 unknown market, 16 unknown action,
/// 17 registry unavailable, 18 plan thawing, 19 mark out of its band, 20 paused.
/// Selections: 0 one market, 1 the markets of a class, 2 the markets on one feed.
interface IOracleGuard {
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

    /// @notice Another upgrade registry was named.
    /// @param start When it is asked.
    event RegistryNamed(address indexed oldRegistry, address indexed newRegistry, uint64 start);
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
    /// @notice Downtime turned out to be slower blocks: seconds booked in all before and after.
    event DowntimeCorrected(uint64 old, uint64 new_);
    /// @param kind 0 Chainlink's AggregatorV3Interface, 1 Lockstep's PriceSource.
    event SourceConfigured(uint32 indexed feed, address indexed source, uint8 kind, uint32 key, uint8 decimals);
    event VolatilityConfigured(
        uint32 indexed feed,
        uint32 forecasters,
        uint8 quorum,
        uint64 memory_,
        uint32 floor,
        uint32 cap
    );
    /// @param volatility What was forecast, in basis points a day.
    /// @param inForce What is in force from then on.
    event VolatilityForecast(uint32 indexed feed, address indexed forecaster, uint32 volatility, uint32 inForce);
    event BasisConfigured(uint32 indexed market, address indexed venue, uint32 band, uint64 maxAge);
    /// @param distance How far the mark lies above the index, in basis points.
    event MarkReported(uint32 indexed market, uint128 mark, uint128 index, int32 distance, bool within);
    event Paused(uint8 indexed selection, uint32 indexed id, address indexed by, uint64 until);
    event Resumed(uint8 indexed selection, uint32 indexed id, address indexed by);
    /// @notice A market was seen in another stage than was noted before.
    event StageNoted(uint32 indexed market, uint8 old, uint8 new_, uint8 reason, uint64 until);

    error NotGovernance(address caller);
    error ZeroAddress();
    error RegistryUnchanged(address registry);
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
    error UnknownSourceKind(uint8 kind);
    error UnknownSelection(uint8 selection);
    error NotPulled(uint32 feed);
    /// @param fault 0 no answer, or of another length; 1 a figure out of range; 2 no finished round; 3 a round that
    /// began after it ended; 4 other decimals than before.
    error SourceFailed(uint32 feed, uint8 fault);
    error OutdatedRound(uint128 round, uint128 last);
    error ForecasterCount(uint32 count);
    error DuplicateForecaster(address forecaster);
    error ForecastQuorum(uint8 quorum, uint32 forecasters);
    error NotForecaster(address caller);
    error NotKeeper(address caller);
    /// @param until When keepers may pause again.
    error PauseBudgetSpent(uint64 until);
    /// @param reason What stands against a keeper's resuming.
    error NotThawed(uint8 reason);
    error NotVenue(address caller);
    error ZeroPrice();

    /// @notice Names the registry that follows, two days later. Governance only.
    function setRegistry(address registry_) external;

    /// @notice The upgrade registry.
    /// @return current The one that is asked now.
    /// @return next The one that is asked from `from` on; the same where none was named.
    /// @return from When.
    function registry() external view returns (address current, address next, uint64 from);

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

    /// @notice Configures a feed that is read from another contract, and forgets what it had. Governance only.
    /// @param kind 0 asks for `latestRoundData()` and `decimals()`, 1 for `latestPrice(uint32)`.
    /// @param source The contract; it must answer `decimals()` already where `kind` is 0.
    /// @param key What it is asked for where `kind` is 1.
    /// @param freshRounds One to eight distinct rounds that must follow a resume.
    function setPulledFeed(
        uint32 feed,
        uint8 kind,
        address source,
        uint32 key,
        uint64 maxAge,
        uint32 maxConfidence,
        uint32 maxDeviation,
        uint64 grace,
        uint64 feedGrace,
        uint64 ramp,
        uint8 freshRounds
    ) external;

    /// @notice Sets how volatility is measured and who forecasts it. Governance only.
    /// @param forecasters At most eight, or none.
    /// @param quorum Forecasts needed: a majority.
    /// @param maxAge Seconds after which a forecast counts no more, at most 604,800.
    /// @param memory_ Seconds over which a past return fades, 300 to 7,776,000.
    /// @param floor Least in force, in basis points a day.
    /// @param cap Greatest in force, at most 20,000.
    function setVolatility(
        uint32 feed,
        address[] calldata forecasters,
        uint8 quorum,
        uint64 maxAge,
        uint64 memory_,
        uint32 floor,
        uint32 cap
    ) external;

    /// @notice Names who reports the mark of a market and how far from the index it may be. Governance only.
    /// @param band Basis points up to 10,000; 0 where the mark is not watched.
    /// @param maxAge Seconds after which a mark counts no more, at most 86,400.
    function setBasis(uint32 market, address venue, uint32 band, uint64 maxAge) external;

    /// @notice Gives a market its feed and class (0 perpetual, 1 dated future, 2 option, 3 lending). Governance only.
    function setMarket(uint32 market, uint32 feed, uint8 class) external;

    /// @notice A reporter's price.
    /// @param confidence Half width of the confidence interval, in the unit of the price.
    function report(uint32 feed, uint128 price, uint128 confidence, uint64 publishedAt) external;

    /// @notice Takes the last round of a pulled feed. Anyone.
    function pull(uint32 feed) external;

    /// @notice A forecaster's volatility in basis points a day, 1 to 20,000.
    function forecast(uint32 feed, uint32 volatility_) external;

    /// @notice The mark of a market. Its venue only. Errors: UnknownMarket, NotVenue, ZeroPrice.
    function reportMark(uint32 market, uint128 mark) external;

    /// @notice Pauses for half an hour, within the budget of the selection: one at a time, two in a row, three a day,
    /// and for no market more than that by all its selections together, nor more than a day in seven together with the
    /// plans of keepers. Keepers only.
    function pause(uint8 selection, uint32 id) external;

    /// @notice Pauses for 1 to 86,400 seconds. Governance only.
    function pauseFor(uint8 selection, uint32 id, uint64 length) external;

    /// @notice Lifts the pauses of a selection; of a market whichever way it was selected. Governance, or a keeper
    /// where the market or feed has thawed.
    function resume(uint8 selection, uint32 id) external;

    /// @notice Emits the stage of a market where it is another than was noted last. Anyone.
    function note(uint32 market) external;

    /// @notice Records that user transactions are carried. Anyone.
    function heartbeat() external;

    /// @notice Quotes in the order of `markets`. An unknown market is not positive.
    function quotes(uint32[] calldata markets) external view returns (Quote[] memory);

    /// @notice Price and verdict of one market, as `quotes` answers. Errors: UnknownMarket.
    /// @return price Quote per whole unit.
    /// @return verdict What is wrong with it.
    /// @return publishedAt The second at or after which as many sources as the feed needs have published.
    function reading(uint32 market) external view returns (uint128 price, uint8 verdict, uint64 publishedAt);

    /// @notice Whether an action is allowed on all of `markets`. Deposit, repay, reduce and withdraw are in any state;
    /// for a withdrawal with open risk, count what rests on a quote that is not valid as nothing.
    /// @param health The account's maintenance health in basis points without plan and volatility add-ons.
    /// @return allowed Whether it is.
    /// @return reason Why not.
    /// @return until When asking again is worthwhile; 0 where unknown.
    /// @return share In basis points: the part of a position that a liquidation may take now, or of the funding that may
    /// accrue.
    function permission(
        uint32[] calldata markets,
        uint8 action,
        uint32 health
    ) external view returns (bool allowed, uint8 reason, uint64 until, uint32 share);

    /// @notice As `quotes` answers for `quoted`; and the volatility in force, in the order of `volatile_`; 20,000 for an
    /// unknown market.
    function quotesAndVolatility(
        uint32[] calldata quoted,
        uint32[] calldata volatile_
    ) external view returns (Outlook memory);

    /// @notice Average of the valid prices in the last six whole five-minute buckets that ended by `end`.
    /// @return price Quote per whole unit.
    /// @return covered Seconds of the 1,800 that valid prices cover.
    function twap(uint32 market, uint64 end) external view returns (uint128 price, uint64 covered);

    /// @notice Whether a freeze has been beyond its bound for three days of active time.
    /// @return due Whether it has.
    /// @return frozenAt When it began; 0 where none is beyond its bound.
    function settlementDue(uint32 market) external view returns (bool due, uint64 frozenAt);

    /// @notice The mark against the index.
    /// @return mark 0 where there is none or it is too old.
    /// @return index The guard's price.
    /// @return distance How far the mark lies above the index, in basis points.
    /// @return within Whether it is within its band. While it is not: no increase, funding clamped, and margin at the
    /// worse of both.
    function basis(
        uint32 market
    ) external view returns (uint128 mark, uint128 index, int32 distance, bool within);

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

    /// @notice Stage of a market: 0 open, 1 recovering, 2 frozen, 3 reduce-only, 4 settleable.
    function marketState(
        uint32 market
    ) external view returns (uint8 stage, uint8 reason, uint64 until, uint32 share);

    /// @notice Measured block time in milliseconds, downtime in seconds, last resume and the outage before it.
    function liveness()
        external
        view
        returns (uint64 blockTimeMs, uint64 downtime, uint64 resumedAt, uint64 outage);
}
