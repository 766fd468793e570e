// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IOracleGuard} from "../../contracts/interfaces/solidity/IOracleGuard.sol";
import {IPerpetualVenue} from "../../contracts/interfaces/solidity/IPerpetualVenue.sol";
import {IUpgradeRegistry} from "../../contracts/interfaces/solidity/IUpgradeRegistry.sol";

/// @title A keeper that is a contract: it signals, reports and liquidates for its operator, by the Solidity interfaces.
contract Keeper {
    error NotOperator();

    IUpgradeRegistry private immutable _registry;
    IOracleGuard private immutable _guard;
    address private immutable _operator;

    constructor(IUpgradeRegistry registry, IOracleGuard guard) {
        (_registry, _guard, _operator) = (registry, guard, msg.sender);
    }

    modifier onlyOperator() {
        if (msg.sender != _operator) revert NotOperator();
        _;
    }

    /// What was seen now of a plan on a network, on the branch that the registry knows.
    function signal(uint64 plan, uint8 kind, uint32 domain, uint64 height, bytes32 codeHash) external onlyOperator {
        _registry.signal(plan, kind, _registry.forkOf(domain), height, codeHash, uint64(block.timestamp));
    }

    function report(uint32 feed, uint128 price) external onlyOperator {
        _guard.report(feed, price, 0, uint64(block.timestamp));
    }

    function heartbeat() external onlyOperator {
        _guard.heartbeat();
    }

    function close(uint64 plan) external onlyOperator {
        _registry.close(plan);
    }

    function liquidate(IPerpetualVenue venue, address account, uint32 market) external onlyOperator returns (uint128) {
        return venue.liquidate(account, market, type(uint128).max);
    }

    /// What a keeper looks at: whether it is one, the phase of a plan, and what that does to its first market.
    function look(uint64 plan)
        external
        view
        returns (bool isKeeper, uint8 phase, uint64 releasedAt, uint8 stage)
    {
        IUpgradeRegistry.PlanState memory state = _registry.plan(plan);
        (stage,,,) = _guard.marketState(state.markets[0]);
        return (_registry.isKeeper(address(this)), state.phase, state.releasedAt, stage);
    }
}
