// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title The venue's arithmetic: every trade has two sides, a trader and the market's maker, and whatever one side gets
/// the other gives.
/// @notice Sizes are in the base asset's smallest unit, costs and profits in quote's, prices quote per whole unit with 18
/// decimals, ratios basis points.
library Book {
    /// @notice The trade has the other direction than the position.
    error WrongDirection();
    /// @notice There is nothing to close.
    error NothingOpen();
    /// @notice A sum exceeds 128 bits.
    error Overflow();

    /// @param cost The quote paid for `size`; negative where quote was received (a short).
    struct Position {
        int128 size;
        int128 cost;
    }

    /// @param profit What the trader gains; it loses where negative.
    struct Closed {
        int128 size;
        int128 cost;
        int128 profit;
    }

    /// @notice Profit that was realised at an invalid mark, and the part of the position that made it.
    struct Escrow {
        int128 size;
        int128 cost;
        uint128 profit;
    }

    /// @notice How amounts of a base asset become quote: multiplied by the price and `up`, divided by `down`.
    struct Scale {
        uint256 up;
        uint256 down;
    }

    uint256 internal constant ONE = 10_000;
    uint256 internal constant PRICE_DECIMALS = 18;
    /// @notice The most places of an asset.
    uint8 internal constant MAX_DECIMALS = 36;

    uint256 private constant UINT = type(uint128).max;
    int256 private constant INT = type(int128).max;

    function scale(uint8 decimals, uint8 quoteDecimals) internal pure returns (Scale memory) {
        uint256 places = decimals + PRICE_DECIMALS;
        return places > quoteDecimals
            ? Scale({up: 1, down: 10 ** (places - quoteDecimals)})
            : Scale({up: 10 ** (quoteDecimals - places), down: 1});
    }

    /// @notice A share of `amount`, rounded down.
    function shareDown(uint256 amount, uint256 bps) internal pure returns (uint128) {
        return toUint128(amount * bps / ONE);
    }

    /// @notice A share of `amount`, rounded up.
    function shareUp(uint256 amount, uint256 bps) internal pure returns (uint128) {
        return toUint128(_ceil(amount * bps, ONE));
    }

    /// @notice As above, but at most what 128 bits hold.
    function shareUpCapped(uint256 amount, uint256 bps) internal pure returns (uint128) {
        uint256 share = _ceil(amount * bps, ONE);
        return uint128(share > UINT ? UINT : share);
    }

    /// @notice A trader's price: the mark moved against it by the spread.
    function tradedPrice(uint128 mark, uint32 spread, bool buys) internal pure returns (uint128) {
        return buys ? shareUp(mark, ONE + spread) : shareDown(mark, ONE - spread);
    }

    /// @notice The absolute value of a position, rounded up, at most what 128 bits hold.
    function notionalUp(int128 size, uint128 price, Scale memory s) internal pure returns (uint128) {
        uint256 value = _valueUp(size, price, s);
        return uint128(value > UINT ? UINT : value);
    }

    /// @notice The price at which a position was entered, rounded up, at most what 128 bits hold; zero without a size.
    function entryPriceUp(Position memory position, Scale memory s) internal pure returns (uint128) {
        if (position.size == 0) return 0;
        uint256 price = _ceil(abs(position.cost) * s.down, abs(position.size) * s.up);
        return uint128(price > UINT ? UINT : price);
    }

    /// @notice The profit or loss of a position at `price`.
    function unrealised(Position memory position, uint128 price, Scale memory s) internal pure returns (int128) {
        return _capped(_worth(position.size, price, s) - position.cost);
    }

    /// @notice Buys (sells where negative) `size` from the maker at `price`, in the direction of the position.
    function open(Position memory taken, Position memory made, int128 size, uint128 price, Scale memory s)
        internal
        pure
    {
        if (taken.size != 0 && (taken.size < 0) != (size < 0)) revert WrongDirection();
        // The trader pays rounded up and receives rounded down.
        int256 cost = -_worth(-int256(size), price, s);
        _add(taken, size, cost);
        _add(made, -int256(size), -cost);
    }

    /// @notice Closes at most `size` of a position against the maker at `price`.
    function reduce(Position memory taken, Position memory made, uint128 size, uint128 price, Scale memory s)
        internal
        pure
        returns (Closed memory closed)
    {
        closed = _part(taken, size);
        closed.profit = _capped(_worth(closed.size, price, s) - closed.cost);
        _add(taken, -int256(closed.size), -int256(closed.cost));
        _add(made, closed.size, closed.cost);
    }

    /// @notice What closing at most `size` of a position would bring at `price`.
    function partAt(Position memory position, uint128 size, uint128 price, Scale memory s)
        internal
        pure
        returns (int128)
    {
        Closed memory part = _part(position, size);
        return _capped(_worth(part.size, price, s) - part.cost);
    }

    /// @notice What an escrow pays at a valid price: to the trader, and back to the maker.
    function release(Escrow memory escrow, uint128 price, Scale memory s)
        internal
        pure
        returns (uint128 paid, uint128 returned)
    {
        int256 worth = _worth(escrow.size, price, s) - escrow.cost;
        if (worth > 0) {
            paid = uint256(worth) < escrow.profit ? uint128(uint256(worth)) : escrow.profit;
        }
        returned = escrow.profit - paid;
    }

    function toInt128(int256 value) internal pure returns (int128) {
        if (value > INT || value < -INT - 1) revert Overflow();
        return int128(value);
    }

    function toUint128(uint256 value) internal pure returns (uint128) {
        if (value > UINT) revert Overflow();
        return uint128(value);
    }

    /// At most `size` of a position with its share of the cost, not yet closed.
    function _part(Position memory position, uint128 size) private pure returns (Closed memory part) {
        uint256 whole = abs(position.size);
        uint256 taken = size < whole ? size : whole;
        if (taken == 0) revert NothingOpen();
        uint256 cost = abs(position.cost) * taken / whole;
        part.size = toInt128(position.size < 0 ? -int256(taken) : int256(taken));
        part.cost = toInt128(position.cost < 0 ? -int256(cost) : int256(cost));
    }

    /// @notice The absolute value.
    function abs(int128 value) internal pure returns (uint256) {
        return uint256(value < 0 ? -int256(value) : int256(value));
    }

    /// What `size` is worth: a long's value rounded down, a short's burden rounded up; within 128 bits.
    function _worth(int256 size, uint128 price, Scale memory s) private pure returns (int256) {
        if (size < 0) {
            uint256 burden = _valueUp(size, price, s);
            return burden > uint256(INT) ? -INT : -int256(burden);
        }
        uint256 value = uint256(size) * price / s.down * s.up;
        return value > uint256(INT) ? INT : int256(value);
    }

    function _valueUp(int256 size, uint128 price, Scale memory s) private pure returns (uint256) {
        return _ceil(uint256(size < 0 ? -size : size) * price, s.down) * s.up;
    }

    function _add(Position memory position, int256 size, int256 cost) private pure {
        position.size = toInt128(position.size + size);
        position.cost = toInt128(position.cost + cost);
    }

    function _capped(int256 value) private pure returns (int128) {
        if (value > INT) return int128(INT);
        if (value < -INT - 1) return int128(-INT - 1);
        return int128(value);
    }

    function _ceil(uint256 value, uint256 divisor) private pure returns (uint256) {
        return value / divisor + (value % divisor == 0 ? 0 : 1);
    }
}
