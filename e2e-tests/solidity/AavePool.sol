// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IPriceOracleGetter} from "@aave/core-v3/contracts/interfaces/IPriceOracleGetter.sol";
import {ReserveConfiguration} from "@aave/core-v3/contracts/protocol/libraries/configuration/ReserveConfiguration.sol";
import {UserConfiguration} from "@aave/core-v3/contracts/protocol/libraries/configuration/UserConfiguration.sol";
import {ValidationLogic} from "@aave/core-v3/contracts/protocol/libraries/logic/ValidationLogic.sol";
import {DataTypes} from "@aave/core-v3/contracts/protocol/libraries/types/DataTypes.sol";

/// @title One reserve and one user of a pool, validated by Aave's own code as published.
contract AavePool {
    using ReserveConfiguration for DataTypes.ReserveConfigurationMap;
    using UserConfiguration for DataTypes.UserConfigurationMap;

    DataTypes.ReserveData private _reserve;
    DataTypes.UserConfigurationMap private _user;
    mapping(address => DataTypes.ReserveData) private _reserves;
    mapping(uint256 => address) private _list;
    mapping(uint8 => DataTypes.EModeCategory) private _eModes;

    address private immutable _sentinel;
    IPriceOracleGetter private immutable _oracle;
    address private immutable _asset;

    constructor(address sentinel, IPriceOracleGetter oracle, address asset) {
        (_sentinel, _oracle, _asset) = (sentinel, oracle, asset);
        DataTypes.ReserveConfigurationMap memory configuration;
        configuration.setActive(true);
        configuration.setBorrowingEnabled(true);
        configuration.setLiquidationThreshold(8_000);
        _reserve.configuration = configuration;
        _user.setUsingAsCollateral(0, true);
    }

    /// @notice What a liquidation would be priced at. Reverts where the pool would refuse it.
    /// @param healthFactor Of the user, with 18 decimals.
    function liquidationPrice(uint256 healthFactor) external view returns (uint256) {
        DataTypes.ValidateLiquidationCallParams memory params;
        params.debtReserveCache.reserveConfiguration = _reserve.configuration;
        params.totalDebt = 1;
        params.healthFactor = healthFactor;
        params.priceOracleSentinel = _sentinel;
        ValidationLogic.validateLiquidationCall(_user, _reserve, params);
        return _oracle.getAssetPrice(_asset);
    }

    /// @notice Validates a borrowing that names no interest rate mode: refused with Aave's error 59 by the sentinel, and
    /// with 33, which is checked next, where the sentinel allows it.
    function validateBorrow() external view {
        DataTypes.ValidateBorrowParams memory params;
        params.reserveCache.reserveConfiguration = _reserve.configuration;
        params.amount = 1;
        params.priceOracleSentinel = _sentinel;
        ValidationLogic.validateBorrow(_reserves, _list, _eModes, params);
    }
}
