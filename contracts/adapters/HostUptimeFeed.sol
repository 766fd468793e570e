// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IOracleGuard} from "../interfaces/solidity/IOracleGuard.sol";
import {IUpgradeRegistry} from "../interfaces/solidity/IUpgradeRegistry.sol";
import {Action, GuardCalls, GuardFailed, Refused} from "../interfaces/solidity/LockstepGuarded.sol";
import {Aggregator} from "./Aggregator.sol";

/// @title Whether the host carries a market, in the form of Chainlink's sequencer uptime feed: 0 up, 1 down.
/// @notice Down while a plan has the market frozen, and in a block in which the host is first seen again after an
/// outage or a silence. `startedAt` is when that last changed and is never refreshed; the reader waits its own grace
/// from there. `updatedAt` says the same, since there are readers that wait from it.
/// @dev This is the raw state: prices that are not valid, and the guard's own thaw, are not part of it. Where the
/// registry does not answer it is down, since an unknown time: 0.
contract HostUptimeFeed is Aggregator {
    using GuardCalls for IOracleGuard;

    int256 private constant UP = 0;
    int256 private constant DOWN = 1;
    /// An announced plan, as the registry counts phases to markets: nothing is frozen yet.
    uint64 private constant ANNOUNCED = 1;

    /// @notice The oracle guard.
    IOracleGuard public immutable guard;
    /// @notice The upgrade registry.
    IUpgradeRegistry public immutable registry;
    /// @notice The market.
    uint32 public immutable market;
    /// @notice What came before is not known here.
    uint64 public immutable deployedAt;

    /// @param guard_ The oracle guard. Errors: GuardFailed where it does not answer; Refused with reason 15 where it
    /// does not know the market.
    /// @param registry_ The upgrade registry.
    /// @param market_ The market.
    /// @param description_ What is watched.
    constructor(IOracleGuard guard_, IUpgradeRegistry registry_, uint32 market_, string memory description_)
        Aggregator(0, description_)
    {
        GuardCalls.Permission memory answer = guard_.ask(market_, Action.DEPOSIT, GuardCalls.NO_ACCOUNT);
        if (!answer.answered) revert GuardFailed();
        if (!answer.allowed) revert Refused(answer.reason, answer.until);
        guard = guard_;
        registry = registry_;
        market = market_;
        deployedAt = uint64(block.timestamp);
    }

    /// @dev Errors: GuardFailed.
    function _current() internal view override returns (int256, uint64) {
        (bool known, uint64 frozenAt, uint64 upAt) = _plan();
        if (!known) return (DOWN, 0);
        (uint64 resumedAt, uint64 outage) = _resume();
        if (resumedAt == block.timestamp) {
            uint64 lost = resumedAt - outage;
            return (DOWN, frozenAt > 0 && frozenAt < lost ? frozenAt : lost);
        }
        if (frozenAt > 0) return (DOWN, frozenAt);
        if (upAt < deployedAt) upAt = deployedAt;
        return (UP, upAt < resumedAt ? resumedAt : upAt);
    }

    /// When a plan froze the market, 0 where none has it frozen now; and when the last one released it, 0 where none did.
    function _plan() private view returns (bool, uint64 frozenAt, uint64 releasedAt) {
        uint32[] memory markets = new uint32[](1);
        markets[0] = market;
        bytes memory question = abi.encodeCall(IUpgradeRegistry.marketPhases, (markets));
        (bool done, bytes memory data) = address(registry).staticcall(question);
        // A list of one with five numbers.
        if (!done || data.length != 7 * 32 || !_fits(data)) return (false, 0, 0);
        (uint256 offset, uint256 count, uint64[4] memory plan) = abi.decode(data, (uint256, uint256, uint64[4]));
        if (offset != 32 || count != 1) return (false, 0, 0);
        releasedAt = plan[3];
        if (releasedAt == 0 && plan[0] > ANNOUNCED) frozenAt = plan[1];
        return (true, frozenAt, releasedAt);
    }

    /// When the host was last seen again, and the length of the outage before.
    function _resume() private view returns (uint64 resumedAt, uint64 outage) {
        (bool done, bytes memory data) = address(guard).staticcall(abi.encodeCall(IOracleGuard.liveness, ()));
        if (!done || data.length != 4 * 32 || !_fits(data)) revert GuardFailed();
        (,, resumedAt, outage) = abi.decode(data, (uint64, uint64, uint64, uint64));
        if (resumedAt < outage) revert GuardFailed();
    }

    /// Whether an answer consists of numbers of at most 64 bits.
    function _fits(bytes memory data) private pure returns (bool) {
        for (uint256 at = 32; at <= data.length; at += 32) {
            uint256 word;
            assembly ("memory-safe") {
                word := mload(add(data, at))
            }
            if (word > type(uint64).max) return false;
        }
        return true;
    }
}
