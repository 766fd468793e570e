// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IOracleGuard} from "../interfaces/solidity/IOracleGuard.sol";
import {Action, GuardCalls, GuardFailed, Refused} from "../interfaces/solidity/LockstepGuarded.sol";

/// @title Lockstep as a price oracle sentinel of Aave: the functions of its IPriceOracleSentinel.
/// @notice A pool asks one sentinel for all of its reserves, so this one stands for several markets of the guard and
/// gives the most restrictive answer. A reserve whose price alone may fail is better left to its price source (see
/// GuardedPriceFeed), or it would stop the others.
/// @dev A pool does not ask its sentinel about an account whose health is below 0.95, and does not say whose health it
/// is. So the guard is asked about an account that is not deeply insolvent; the pool's own exception is the guard's
/// exception for the others, and the price feed holds it to a valid price.
contract AaveSentinel {
    using GuardCalls for IOracleGuard;

    /// @notice One to eight markets are needed.
    error MarketCount(uint256 count);
    /// @notice A close factor is above zero and at most 10,000.
    error CloseFactorOutOfRange(uint32 closeFactor);
    /// @notice Grace and outages are the guard's, and governed there.
    error GovernedInGuard();

    /// @notice The most markets of one sentinel.
    uint256 public constant MAX_MARKETS = 8;

    /// @notice The oracle guard.
    IOracleGuard public immutable guard;
    /// @notice The pool's addresses provider, for those who look it up.
    address public immutable ADDRESSES_PROVIDER;
    /// @notice The part of a debt that one liquidation of the pool may repay, in basis points. After a freeze
    /// liquidations open when the guard's share has risen to it.
    uint32 public immutable closeFactor;

    address private immutable _uptimeFeed;
    /// The markets, 32 bits each, the first one lowest.
    uint256 private immutable _markets;
    uint256 private immutable _count;

    /// @param guard_ The oracle guard. Errors: GuardFailed where it does not answer.
    /// @param markets_ Its markets. Errors: MarketCount; Refused with reason 15 where one is unknown.
    /// @param closeFactor_ See closeFactor. Errors: CloseFactorOutOfRange.
    /// @param provider See ADDRESSES_PROVIDER; zero where there is none.
    /// @param uptimeFeed See getSequencerOracle; zero where there is none.
    constructor(
        IOracleGuard guard_,
        uint32[] memory markets_,
        uint32 closeFactor_,
        address provider,
        address uptimeFeed
    ) {
        if (markets_.length == 0 || markets_.length > MAX_MARKETS) revert MarketCount(markets_.length);
        if (closeFactor_ == 0 || closeFactor_ > 10_000) revert CloseFactorOutOfRange(closeFactor_);
        GuardCalls.Permission memory answer = guard_.ask(markets_, Action.DEPOSIT, GuardCalls.NO_ACCOUNT);
        if (!answer.answered) revert GuardFailed();
        if (!answer.allowed) revert Refused(answer.reason, answer.until);
        guard = guard_;
        closeFactor = closeFactor_;
        ADDRESSES_PROVIDER = provider;
        _uptimeFeed = uptimeFeed;
        uint256 packed;
        for (uint256 i = 0; i < markets_.length; ++i) {
            packed |= uint256(markets_[i]) << (32 * i);
        }
        _markets = packed;
        _count = markets_.length;
    }

    /// @notice Whether debt may grow: all markets are open and their prices valid. No where the guard does not answer.
    function isBorrowAllowed() external view returns (bool) {
        return guard.ask(markets(), Action.INCREASE, GuardCalls.NO_ACCOUNT).allowed;
    }

    /// @notice Whether accounts that are not deeply insolvent may be liquidated: no market is frozen, all prices are
    /// valid, and after a freeze the share of a liquidation has risen to the close factor. No where the guard does not
    /// answer.
    function isLiquidationAllowed() external view returns (bool) {
        GuardCalls.Permission memory answer = guard.ask(markets(), Action.LIQUIDATE, GuardCalls.NO_ACCOUNT);
        return answer.allowed && answer.share >= closeFactor;
    }

    /// @notice The markets that this sentinel stands for.
    function markets() public view returns (uint32[] memory list) {
        list = new uint32[](_count);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = uint32(_markets >> (32 * i));
        }
    }

    /// @notice The uptime of the host in the sequencer's form, for those who look it up. It is not asked here.
    function getSequencerOracle() external view returns (address) {
        return _uptimeFeed;
    }

    /// @notice Seconds of grace that this contract adds to the guard's own: none.
    function getGracePeriod() external pure returns (uint256) {
        return 0;
    }

    /// @notice Always refused. Errors: GovernedInGuard.
    function setSequencerOracle(address) external pure {
        revert GovernedInGuard();
    }

    /// @notice Always refused. Errors: GovernedInGuard.
    function setGracePeriod(uint256) external pure {
        revert GovernedInGuard();
    }
}
