// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IOracleGuard} from "./IOracleGuard.sol";

/// @notice The guard does not allow it now.
/// @param reason The guard's reason, numbered as in IOracleGuard.
/// @param until The Unix second after which asking again is worthwhile; 0 where unknown.
error Refused(uint8 reason, uint64 until);

/// @notice The price is not to be acted on.
/// @param verdict The guard's verdict, numbered as in IOracleGuard.
error InvalidPrice(uint8 verdict);

/// @notice The guard did not answer, or not properly.
error GuardFailed();

/// @title What may be asked about, numbered as in IOracleGuard.
library Action {
    uint8 internal constant DEPOSIT = 0;
    uint8 internal constant REPAY = 1;
    uint8 internal constant REDUCE = 2;
    uint8 internal constant WITHDRAW = 3;
    uint8 internal constant INCREASE = 4;
    uint8 internal constant LIQUIDATE = 5;
    uint8 internal constant FUND = 6;
    uint8 internal constant SETTLE = 7;
}

/// @title Questions to the oracle guard whose answers are checked before they are believed.
/// @notice Prices are quote per whole unit with 18 decimals, ratios basis points, times Unix seconds.
library GuardCalls {
    /// @notice The health of an account that is in no trouble, or of none at all.
    uint32 internal constant NO_ACCOUNT = type(uint32).max;

    /// @param answered Whether there was a proper answer; the rest is zero otherwise.
    /// @param reason Why not, where it is not allowed.
    /// @param until When asking again is worthwhile; 0 where unknown.
    /// @param share The part of a position that a liquidation may take now.
    struct Permission {
        bool answered;
        bool allowed;
        uint8 reason;
        uint64 until;
        uint32 share;
    }

    /// @notice Whether `action` is allowed on all of `markets`. Never reverts for what the guard does.
    /// @param health Maintenance health of the account, without plan and volatility add-ons.
    function ask(IOracleGuard guard, uint32[] memory markets, uint8 action, uint32 health)
        internal
        view
        returns (Permission memory answer)
    {
        (bool done, bytes memory data) =
            address(guard).staticcall(abi.encodeCall(IOracleGuard.permission, (markets, action, health)));
        if (!done || data.length != 128) return answer;
        (uint256 allowed, uint256 reason, uint256 until, uint256 share) =
            abi.decode(data, (uint256, uint256, uint256, uint256));
        if (allowed > 1 || reason > type(uint8).max || until > type(uint64).max || share > 10_000) return answer;
        return Permission(true, allowed == 1, uint8(reason), uint64(until), uint32(share));
    }

    /// @notice As above, for one market.
    function ask(IOracleGuard guard, uint32 market, uint8 action, uint32 health)
        internal
        view
        returns (Permission memory)
    {
        uint32[] memory markets = new uint32[](1);
        markets[0] = market;
        return ask(guard, markets, action, health);
    }

    /// @notice The quotes of `markets` in their order, valid or not.
    /// @return answered Whether there was a quote of each; there is none otherwise.
    /// @return quotes The quotes.
    function askQuotes(IOracleGuard guard, uint32[] memory markets)
        internal
        view
        returns (bool answered, IOracleGuard.Quote[] memory quotes)
    {
        (bool done, bytes memory data) = address(guard).staticcall(abi.encodeCall(IOracleGuard.quotes, (markets)));
        // Where the list begins, its length, and three words for each quote.
        if (!done || data.length != 64 + 96 * markets.length) return (false, quotes);
        (uint256 start, uint256 length) = abi.decode(data, (uint256, uint256));
        if (start != 32 || length != markets.length) return (false, quotes);
        return (true, abi.decode(data, (IOracleGuard.Quote[])));
    }

    /// @notice Reverts unless `action` is allowed. Errors: Refused, GuardFailed.
    /// @return The part of a position that a liquidation may take now.
    function ensure(IOracleGuard guard, uint32 market, uint8 action, uint32 health) internal view returns (uint32) {
        Permission memory answer = ask(guard, market, action, health);
        if (!answer.answered) revert GuardFailed();
        if (!answer.allowed) revert Refused(answer.reason, answer.until);
        return answer.share;
    }
}

/// @title For a venue: modifiers that ask the oracle guard first.
/// @notice What must never wait (deposit, repayment, reduction, exit) has no modifier: the guard allows it always, and a
/// guard that fails must not stop it.
abstract contract LockstepGuarded {
    using GuardCalls for IOracleGuard;

    /// @notice The oracle guard.
    IOracleGuard public immutable guard;

    /// @param guard_ The oracle guard. Errors: GuardFailed where there is no contract.
    constructor(IOracleGuard guard_) {
        if (address(guard_).code.length == 0) revert GuardFailed();
        guard = guard_;
    }

    /// @notice New risk: needs an open market with a valid price. Errors: Refused, GuardFailed.
    modifier whenIncreaseAllowed(uint32 market) {
        guard.ensure(market, Action.INCREASE, GuardCalls.NO_ACCOUNT);
        _;
    }

    /// @notice A liquidation of an account: needs a valid price, and a market that is not frozen unless the account is
    /// deeply insolvent. Errors: Refused, GuardFailed.
    /// @param health Its maintenance health in basis points, without plan and volatility add-ons. Below 9,500 it is
    /// deeply insolvent.
    modifier whenLiquidationAllowed(uint32 market, uint32 health) {
        guard.ensure(market, Action.LIQUIDATE, health);
        _;
    }

    /// @notice Accrual of funding. Errors: Refused, GuardFailed.
    modifier whenFundingAllowed(uint32 market) {
        guard.ensure(market, Action.FUND, GuardCalls.NO_ACCOUNT);
        _;
    }

    /// @notice Whatever acts on a price, but is no action of the guard's. Errors: InvalidPrice, GuardFailed.
    modifier whenPriceValid(uint32 market) {
        _validPrice(market);
        _;
    }

    /// @notice The part of a position that a liquidation may take now, in basis points: 10,000 unless the market has
    /// just thawed. Errors: Refused, GuardFailed.
    function _liquidationShare(uint32 market, uint32 health) internal view returns (uint32) {
        return guard.ensure(market, Action.LIQUIDATE, health);
    }

    /// @notice The price of a market, quote per whole unit with 18 decimals. Errors: InvalidPrice, GuardFailed.
    function _validPrice(uint32 market) internal view returns (uint128) {
        uint32[] memory markets = new uint32[](1);
        markets[0] = market;
        IOracleGuard.Quote memory quote = _quotes(markets)[0];
        if (quote.verdict != 0) revert InvalidPrice(quote.verdict);
        return quote.price;
    }

    /// @notice The quotes of `markets` in their order, valid or not. Errors: GuardFailed.
    function _quotes(uint32[] memory markets) internal view returns (IOracleGuard.Quote[] memory) {
        (bool answered, IOracleGuard.Quote[] memory quotes) = guard.askQuotes(markets);
        if (!answered) revert GuardFailed();
        return quotes;
    }
}
