// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title A perpetual venue on Lockstep, as an example.
/// @notice Sizes are in the base asset's smallest unit, prices quote per whole unit with 18 decimals, costs, profits
/// and fees in quote's smallest unit, ratios basis points. Markets are numbered as in the guard.
interface IPerpetualVenue {
    /// @param unrealisedStable Profit or loss at the guard's stable price.
    struct Exposure {
        uint32 market;
        uint128 notional;
        uint128 initial;
        uint128 maintenance;
        int128 unrealised;
        int128 unrealisedStable;
    }

    event MarketAdded(
        uint32 indexed market,
        address indexed maker,
        uint32 initial,
        uint32 maintenance,
        uint32 spread,
        uint32 liquidationFee
    );
    /// @param basis 1 canonical only, 2 sum of branches, 3 per-branch claim.
    event BasisFixed(uint32 indexed market, uint8 basis);
    event MarketEnded(uint32 indexed market);
    event Increased(address indexed account, uint32 indexed market, int128 size, uint128 price);
    /// @param escrowed Whether the profit waits in escrow for the next valid price.
    event Reduced(
        address indexed account, uint32 indexed market, int128 size, uint128 price, int128 profit, bool escrowed
    );
    event EscrowReleased(address indexed account, uint32 indexed market, uint128 paid, uint128 returned);
    event Liquidated(
        address indexed account,
        uint32 indexed market,
        address indexed liquidator,
        int128 size,
        uint128 price,
        int128 profit,
        uint128 reward,
        uint128 insurance
    );

    error NotOwner();
    error ZeroAddress();
    error UnknownMarket(uint32 market);
    error MarketExists(uint32 market);
    error OutOfRange();
    error ZeroSize();
    error Maker();
    error WrongDirection();
    error NothingOpen();
    error TooManyMarkets();
    /// @param reason The guard's reason.
    /// @param until The second after which asking again is worthwhile; 0 where unknown.
    error Refused(uint8 reason, uint64 until);
    /// @param verdict The guard's verdict on the price.
    error InvalidPrice(uint8 verdict);
    error AlreadyTraded(uint32 market);
    /// @notice The market's positions are settled by claims.
    error MarketHasEnded(uint32 market);
    error MarketNotEnded(uint32 market);
    error NotSettlement();
    error SettlementIsNamed();
    error NothingInEscrow();
    error Overflow();
    error GuardFailed();
    error NotOptedIn();
    error InsufficientMargin(address account, uint128 missing);
    error Healthy();
    error NothingToLiquidate();
    /// The vault has stopped this for a while.
    error StoppedUntil(uint8 operation, uint64 until);
    /// The liquidation would be smaller than it must be, in quote, although more could be taken.
    error TooSmall(uint128 smallest);
    /// Closing this now would cost the account `by` of its health, in quote: close a profit of it first.
    error LessHealthy(uint128 by);
    error NotAdmitted();
    error VaultFailed();
    error MarkUnavailable();
    error UnknownSeries(uint32 market);
    error NotYet(uint64 at);

    /// @notice Adds a market. Owner only.
    /// Errors: NotOwner, MarketExists, ZeroAddress, OutOfRange, TooManyMarkets.
    /// @param maker The account on the other side of every trade, in at most eight markets. It stays for good.
    /// @param decimals Places of the base asset.
    /// @param initial Requirement on the notional; `maintenance` is at most that, `liquidationFee` at most maintenance.
    /// @param insuranceShare The part of the fee for the insurance fund.
    function addMarket(
        uint32 market,
        address maker,
        uint8 decimals,
        uint32 initial,
        uint32 maintenance,
        uint32 spread,
        uint32 liquidationFee,
        uint32 insuranceShare
    ) external;

    /// @notice Fixes on which branches of a split the positions of a market settle (1 canonical only, which it is unless
    /// this is called; 2 sum of branches; 3 per-branch claim), before anybody has traded there. Owner only. A market has
    /// one basis, so that its longs and shorts net on every branch; an underlying may have a market for each.
    /// Errors: NotOwner, UnknownMarket, OutOfRange, AlreadyTraded.
    function fixBasis(uint32 market, uint8 basis) external;

    /// @notice Names the settlement contract, once. Owner only. Errors: NotOwner, ZeroAddress, SettlementIsNamed.
    function nameSettlement(address settlement) external;

    /// @notice Ends a market: from now on its positions are settled by claims. The settlement contract only.
    /// Errors: NotSettlement, UnknownMarket.
    function endMarket(uint32 market) external;

    /// @notice Takes an account out of a market that has ended, so that it may leave the venue. Anyone may.
    /// Errors: UnknownMarket, MarketNotEnded, NothingOpen, VaultFailed.
    function leaveMarket(address account, uint32 market) external;

    /// @notice Reports the price of the last trade to the guard as the venue's mark. Anyone may ask.
    /// Errors: NothingOpen, GuardFailed.
    function reportMark(uint32 market) external returns (uint128 mark);

    /// @notice Buys (sells where negative) at the mark plus the spread, in the direction of the caller's position.
    /// Errors: ZeroSize, UnknownMarket, Maker, MarketHasEnded, Refused, InvalidPrice, WrongDirection, TooManyMarkets, NotOptedIn,
    /// NotAdmitted, StoppedUntil, InsufficientMargin, GuardFailed, VaultFailed, Overflow.
    function increase(uint32 market, int128 size) external;

    /// @notice Closes at most `size` of the caller's position. Never blocked: at an invalid mark a profit goes into
    /// escrow. Errors: UnknownMarket, Maker, MarketHasEnded, NothingOpen, GuardFailed, VaultFailed, Overflow.
    function reduce(uint32 market, uint128 size) external;

    /// @notice Pays an escrow at a valid price, no more of it than the closed part would bring then. Anyone may ask.
    /// Errors: UnknownMarket, InvalidPrice, NothingInEscrow, GuardFailed, VaultFailed.
    function releaseEscrow(address account, uint32 market) external;

    /// @notice Closes as much of a position at the mark as the vault authorises. Anyone may ask, for the fee.
    /// Errors: UnknownMarket, Maker, MarketHasEnded, NothingOpen, Healthy, Refused, StoppedUntil, NothingToLiquidate,
    /// LessHealthy, TooSmall, NotOptedIn, GuardFailed, VaultFailed, Overflow.
    /// @return The size closed.
    function liquidate(address account, uint32 market, uint128 maxSize) external returns (uint128);

    /// @notice A position: negative for a short; `cost` is the quote paid for it.
    function position(address account, uint32 market) external view returns (int128 size, int128 cost);

    /// @notice Profit that waits for a valid price, and the part of the position that made it.
    function escrow(address account, uint32 market)
        external
        view
        returns (int128 size, int128 cost, uint128 profit);

    /// @notice A market's terms. Errors: UnknownMarket.
    function market(uint32 number)
        external
        view
        returns (
            address maker,
            uint8 decimals,
            uint32 initial,
            uint32 maintenance,
            uint32 spread,
            uint32 liquidationFee,
            uint32 insuranceShare
        );

    /// @notice The open exposures of an account, at most eight. Errors: MarkUnavailable.
    function exposures(address account) external view returns (Exposure[] memory);

    /// @notice What an account held right before `at`, with margin and unrealised amount at `price` (both zero where that
    /// is zero): the truth about a snapshot. Errors: UnknownSeries, NotYet.
    /// @param at Unix seconds, not ahead.
    /// @return size Negative for a short.
    /// @return entryPrice Rounded up.
    /// @return margin The initial requirement, rounded up.
    /// @return unrealised Rounded down.
    /// @return basis As fixBasis numbers them.
    function positionAt(address account, uint32 market, uint64 at, uint128 price)
        external
        view
        returns (int128 size, uint128 entryPrice, uint128 margin, int128 unrealised, uint8 basis);
}
