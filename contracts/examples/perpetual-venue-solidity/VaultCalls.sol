// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IMarginVault} from "../../interfaces/solidity/IMarginVault.sol";
import {IPerpetualVenue} from "../../interfaces/solidity/IPerpetualVenue.sol";

/// @title What the venue asks the vault, with the vault's refusals in the venue's words.
/// @notice Errors: NotOptedIn, InsufficientMargin, Healthy, Refused, NothingToLiquidate, NotAdmitted, GuardFailed,
/// Overflow as the vault says, VaultFailed for the rest.
library VaultCalls {
    /// @notice A liquidation as the vault is asked about it.
    struct Liquidation {
        address account;
        uint32 market;
        uint128 size;
        uint128 maxSize;
        uint128 relief;
        IMarginVault.Exposure[] exposures;
    }

    /// @notice Tells the vault that positions grew.
    function increased(
        IMarginVault vault,
        address account,
        address maker,
        IMarginVault.Exposure[] memory exposures,
        IMarginVault.Exposure[] memory makerExposures,
        bool checkMaker
    ) internal {
        _call(
            vault,
            abi.encodeCall(IMarginVault.increased, (account, maker, exposures, makerExposures, checkMaker)),
            0
        );
    }

    /// @notice Moves profit from `payer` to `account`; the flags say whether each still has positions here.
    function realise(
        IMarginVault vault,
        address account,
        address payer,
        int128 profit,
        bool accountOpen,
        bool payerOpen
    ) internal {
        _call(vault, abi.encodeCall(IMarginVault.realise, (account, payer, profit, accountOpen, payerOpen)), 0);
    }

    /// @notice How much of a position may be liquidated.
    function authorise(IMarginVault vault, Liquidation memory asked) internal returns (uint128) {
        bytes memory question = abi.encodeCall(
            IMarginVault.authorise,
            (asked.account, asked.market, asked.size, asked.maxSize, asked.relief, asked.exposures)
        );
        return abi.decode(_call(vault, question, 32), (uint128));
    }

    /// @notice Pays for a liquidation; returns the reward and the insurance contribution as paid.
    function charge(IMarginVault vault, address account, address liquidator, uint128 reward, uint128 insurance)
        internal
        returns (uint128, uint128)
    {
        bytes memory question = abi.encodeCall(IMarginVault.charge, (account, liquidator, reward, insurance));
        return abi.decode(_call(vault, question, 64), (uint128, uint128));
    }

    /// Calls the vault, whose answer has `length` bytes.
    function _call(IMarginVault vault, bytes memory question, uint256 length) private returns (bytes memory answer) {
        bool done;
        (done, answer) = address(vault).call(question);
        if (!done) _refuse(answer);
        if (answer.length != length || address(vault).code.length == 0) revert IPerpetualVenue.VaultFailed();
    }

    function _refuse(bytes memory refusal) private pure {
        bytes4 selector = bytes4(refusal);
        if (selector == IMarginVault.VenueNotAdmitted.selector || selector == IMarginVault.BondTooLow.selector) {
            revert IPerpetualVenue.NotAdmitted();
        }
        bytes4 said = IPerpetualVenue.VaultFailed.selector;
        if (selector == IMarginVault.LiquidationRefused.selector) {
            said = IPerpetualVenue.Refused.selector;
        } else if (
            selector == IMarginVault.NotOptedIn.selector || selector == IMarginVault.InsufficientMargin.selector
                || selector == IMarginVault.Healthy.selector || selector == IMarginVault.NothingToLiquidate.selector
                || selector == IMarginVault.StoppedUntil.selector || selector == IMarginVault.TooSmall.selector
                || selector == IMarginVault.LessHealthy.selector || selector == IMarginVault.GuardFailed.selector || selector == IMarginVault.Overflow.selector
        ) {
            said = selector;
        }
        if (said == IPerpetualVenue.VaultFailed.selector) revert IPerpetualVenue.VaultFailed();
        // The same fields, behind the selector of the venue's error.
        assembly ("memory-safe") {
            let data := add(refusal, 32)
            mstore(data, or(and(mload(data), not(shl(224, 0xffffffff))), said))
            revert(data, mload(refusal))
        }
    }
}
