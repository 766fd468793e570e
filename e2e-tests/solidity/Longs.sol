// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IOracleGuard} from "../../contracts/interfaces/solidity/IOracleGuard.sol";
import {LockstepGuarded} from "../../contracts/interfaces/solidity/LockstepGuarded.sol";

/// @title Longs on markets of the guard, with margin in the native token, which is quote too: a venue that only asks the
/// guard and keeps its own books.
/// @notice Sizes, margin and prices have 18 decimals, health is basis points. The house is the other side.
contract Longs is LockstepGuarded {
    struct Long {
        uint128 size;
        uint128 margin;
        uint128 entry;
    }

    error Healthy(uint32 health);
    error NothingOpen();

    uint256 private constant UNIT = 1e18;
    /// A twentieth of the notional is what keeps a position alive.
    uint256 private constant MAINTENANCE = 20;

    mapping(address => mapping(uint32 => Long)) public longs;
    /// Funding accrued per unit of size, per market.
    mapping(uint32 => uint256) public funding;

    constructor(IOracleGuard guard_) payable LockstepGuarded(guard_) {}

    function increase(uint32 market, uint128 size) external payable whenIncreaseAllowed(market) {
        Long storage long = longs[msg.sender][market];
        uint256 cost = uint256(long.size) * long.entry + uint256(size) * _validPrice(market);
        long.size += size;
        long.entry = uint128(cost / long.size);
        long.margin += uint128(msg.value);
    }

    function reduce(uint32 market, uint128 size) external {
        _close(msg.sender, market, size);
    }

    function liquidate(address account, uint32 market)
        external
        whenLiquidationAllowed(market, health(account, market))
    {
        uint32 now_ = health(account, market);
        if (now_ >= 10_000) revert Healthy(now_);
        uint256 most = uint256(longs[account][market].size) * _liquidationShare(market, now_) / 10_000;
        _close(account, market, uint128(most));
    }

    function accrue(uint32 market) external whenFundingAllowed(market) {
        funding[market] += _validPrice(market) / 10_000;
    }

    /// Something that acts on a price and is no action of the guard's.
    function index(uint32 market) external view whenPriceValid(market) returns (uint128) {
        return _mark(market);
    }

    function health(address account, uint32 market) public view returns (uint32) {
        Long memory long = longs[account][market];
        uint256 notional = uint256(long.size) * _mark(market) / UNIT;
        uint256 equity = long.margin + notional;
        uint256 owed = uint256(long.size) * long.entry / UNIT + notional / MAINTENANCE;
        uint256 ratio = owed == 0 ? type(uint32).max : equity * 10_000 / owed;
        return ratio < type(uint32).max ? uint32(ratio) : type(uint32).max;
    }

    /// Pays out at the mark, valid or not: nobody is kept in.
    function _close(address account, uint32 market, uint128 size) private {
        Long storage long = longs[account][market];
        if (size > long.size) size = long.size;
        if (size == 0) revert NothingOpen();
        uint256 margin = uint256(long.margin) * size / long.size;
        uint256 equity = margin + uint256(size) * _mark(market) / UNIT;
        uint256 cost = uint256(size) * long.entry / UNIT;
        long.size -= size;
        long.margin -= uint128(margin);
        if (equity > cost) {
            (bool paid,) = account.call{value: equity - cost}("");
            require(paid);
        }
    }

    function _mark(uint32 market) private view returns (uint128) {
        uint32[] memory markets = new uint32[](1);
        markets[0] = market;
        return _quotes(markets)[0].price;
    }
}
