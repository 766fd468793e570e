// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Upgrade registry: schedules upgrades of networks and answers in which phase they are.
/// @notice Times are wall time in Unix seconds, lengths are seconds. Phases: 0 Announced, 1 Frozen, 2 Activated,
/// 3 Stabilising, 4 Completed, 5 Expired, 6 Deviated, 7 Cancelled. They follow from the clock and from what keepers
/// agreed on; no transaction moves a plan.
interface IUpgradeRegistry {
    /// @notice When a plan is due: now < freezeAt <= earliest <= latest < freezeAt + maxFreeze.
    struct Schedule {
        uint64 freezeAt;
        uint64 earliest;
        uint64 latest;
        uint64 stabilise;
        uint64 maxFreeze;
    }

    /// @notice What an upgrade changes: finality in seconds, block time in milliseconds, the rest in basis points.
    struct Impact {
        uint32 finalityBefore;
        uint32 finalityAfter;
        uint32 blockTimeBefore;
        uint32 blockTimeAfter;
        uint32 feeRatioBefore;
        uint32 feeRatioAfter;
        uint32 collateralUtilityBefore;
        uint32 collateralUtilityAfter;
        uint32 issuanceBefore;
        uint32 issuanceAfter;
    }

    /// @notice The risk disclosure without which no plan is taken. Severity 1 (least) to 4 (worst); the address of
    /// the document has at most 256 bytes.
    struct Disclosure {
        uint8 severity;
        bytes32 hash;
        string uri;
    }

    /// @notice The whole public state of a plan.
    struct PlanState {
        uint8 phase;
        uint64 releasedAt;
        uint32 domain;
        bytes32 forkId;
        bytes32 codeHash;
        uint32 specVersion;
        uint64 announcedAt;
        Schedule schedule;
        Impact impact;
        Disclosure disclosure;
        uint32[] markets;
    }

    event DomainRegistered(uint32 indexed domain, bytes32 forkId);
    event PlanAnnounced(
        uint64 indexed plan,
        uint32 indexed domain,
        bytes32 forkId,
        bytes32 codeHash,
        uint64 freezeAt,
        uint64 latest
    );
    event PlanCancelled(uint64 indexed plan);
    event PlanEnded(uint64 indexed plan, uint8 phase, bytes32 forkId);
    event Signalled(
        uint64 indexed plan,
        address indexed keeper,
        uint8 kind,
        uint64 height,
        bytes32 codeHash,
        uint64 observedAt
    );
    event FactEstablished(uint64 indexed plan, uint8 kind, uint8 phase);
    event KeeperAdmitted(address indexed keeper);
    event KeeperRemoved(address indexed keeper);
    event ThresholdChanged(uint32 oldThreshold, uint32 newThreshold);
    event DirectoryChanged(bytes32 indexed name, address oldContract, address newContract);

    error NotGovernance(address caller);
    error NotKeeper(address account);
    error ZeroAddress();
    error AlreadyKeeper(address account);
    error ThresholdOutOfRange(uint32 threshold, uint32 keepers);
    error UnknownDomain(uint32 domain);
    error DomainExists(uint32 domain);
    error NoGenesisHash(uint32 domain);
    error UnknownPlan(uint64 plan);
    error PlanNotOpen(uint64 plan, uint8 phase);
    error PlanNotEnded(uint64 plan, uint8 phase);
    error PlanClosed(uint64 plan);
    error NoCodeHash();
    error NoDisclosure(uint8 severity);
    error UriLength(uint32 length);
    error TimesOutOfOrder(uint64 now_, uint64 freezeAt, uint64 earliest, uint64 latest);
    error FreezeTooLong(uint64 asked, uint64 longest);
    error StabiliseTooLong(uint64 asked, uint64 longest);
    error MarketCount(uint32 count);
    error DuplicateMarket(uint32 market);
    error MarketBusy(uint32 market, uint32 plans);
    error UnknownSignalKind(uint8 kind);
    error WrongFork(bytes32 expected, bytes32 given);
    error SignalTooEarly(uint64 observedAt, uint64 announcedAt);
    error FutureSignal(uint64 observedAt, uint64 now_);
    error ContradictorySignal(uint64 plan, uint8 kind);
    error Overflow();

    /// @notice Makes a network known. Governance only.
    /// @param paraId Parachain id, 0 where it is none.
    /// @param chainId EVM chain id, 0 where it has none.
    function registerDomain(uint32 domain, bytes32 genesisHash, uint32 paraId, uint64 chainId) external;

    /// @notice Admits a keeper and sets how many keepers must agree from then on: a majority. Governance only.
    function addKeeper(address keeper, uint32 threshold) external;

    /// @notice Removes a keeper and sets how many keepers must agree from then on. Governance only.
    function removeKeeper(address keeper, uint32 threshold) external;

    /// @notice Announces an upgrade. Governance only.
    /// @param markets One to sixteen markets of the oracle guard.
    /// @return plan Its id.
    function announce(
        uint32 domain,
        bytes32 codeHash,
        uint32 specVersion,
        Schedule calldata schedule,
        Impact calldata impact,
        Disclosure calldata disclosure,
        uint32[] calldata markets
    ) external returns (uint64 plan);

    /// @notice Calls a plan off before its freeze. Governance only.
    function cancel(uint64 plan) external;

    /// @notice A keeper's word. The same word again changes nothing.
    /// @param kind 0 activated, 1 migrations completed, 2 canary passed, 3 failed, 4 rolled back, 5 aborted.
    /// @param height Block at which it was seen.
    /// @param codeHash Hash of the code that runs there.
    function signal(
        uint64 plan,
        uint8 kind,
        bytes32 forkId,
        uint64 height,
        bytes32 codeHash,
        uint64 observedAt
    ) external;

    /// @notice Advances the branch of the network of a plan that has ended. Anyone, once a plan.
    function close(uint64 plan) external;

    /// @notice Names the current address of a Lockstep contract. Governance only.
    function setEntry(bytes32 name, address contract_) external;

    /// @notice The current address of a Lockstep contract; zero where the name is unknown.
    function entry(bytes32 name) external view returns (address);

    /// @notice The branch of a network.
    function forkOf(uint32 domain) external view returns (bytes32);

    function isKeeper(address account) external view returns (bool);

    function keeperCount() external view returns (uint32 keepers, uint32 threshold);

    /// @notice The whole public state of a plan.
    function plan(uint64 plan_) external view returns (PlanState memory);

    /// @notice The most severe plan that touches a market.
    /// @return phasePlusOne Its phase plus one; 0 where no plan touches the market.
    /// @return freezeAt When its freeze begins.
    /// @return bound When its freeze must have ended.
    /// @return releasedAt When it left its frozen phases; 0 where it has not.
    function marketPhase(
        uint32 market
    ) external view returns (uint8 phasePlusOne, uint64 freezeAt, uint64 bound, uint64 releasedAt);

    /// @notice The freeze of a plan as a market sees it: what a snapshot of open interest belongs to.
    /// @return freezeAt When it begins or began; 0 where the plan is unknown, was called off before its freeze, or
    /// does not touch the market.
    /// @return domain The plan's network.
    /// @return forkId The branch on which the plan was announced.
    function freezeTerms(
        uint64 plan_,
        uint32 market
    ) external view returns (uint64 freezeAt, uint32 domain, bytes32 forkId);
}
