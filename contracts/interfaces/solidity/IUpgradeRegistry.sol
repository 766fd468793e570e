// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Upgrade registry: schedules upgrades of networks and answers in which phase they are.
/// @notice Times are wall time in Unix seconds, lengths are seconds, amounts the native token's smallest unit.
/// Phases: 0 Announced, 1 Frozen, 2 Activated, 3 Stabilising, 4 Completed, 5 Expired, 6 Deviated, 7 Cancelled. They
/// follow from the clock and from what keepers agreed on; no transaction moves a plan. What is not known is zero.
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

    /// @notice What a venue said about a plan of one of its markets.
    /// @param status 0 nothing, 1 that it is ready, 2 that it is not.
    /// @param saidAt When, in Unix seconds; 0 where it said nothing.
    struct Acknowledgement {
        uint8 status;
        uint64 saidAt;
        string why;
    }

    /// @notice What is upgraded to what.
    struct Subject {
        uint32 domain;
        bytes32 forkId;
        bytes32 codeHash;
        uint32 specVersion;
    }

    /// @notice The whole public state of a plan.
    /// @param progress What follows from it now: 0 when it was verified, with everything that it waits for; 1 when it
    /// completed; 2 when it ended; 3 how often it deviated; 4 how it deviated last (1 failed, 2 rolled back,
    /// 3 unexpected code or height, 4 keepers contradict each other, 5 stuck); 5 when; 6 why it is held in Frozen
    /// (1 another plan is late, 2 another plan deviated); 7 the plan that holds it; 8 whether the branch of its network
    /// was advanced for it.
    /// @param facts What keepers agreed on, when they did: 0 authorised; 1 scheduled; 2 activated; 3 its height;
    /// 4 migrations began; 5 migrations done; 6 canary passed, or what stands for it; 7 height and 8 time of the last
    /// heartbeat. All but the first two and the heartbeat since the last deviation.
    /// @param lineage Where it comes from: 0 who announced it (0 governance, 1 keepers, 2 keepers without notice);
    /// 1 the plan whose late failure it answers; 2 whether its network is another than the host's; 3 height of the
    /// freeze; 4 lowest and 5 greatest height of the activation; 6 markets whose venue is ready; 7 and is not.
    /// @param dependencies Plans that it waits for.
    struct PlanState {
        uint8 phase;
        uint64 releasedAt;
        Subject subject;
        uint64 announcedAt;
        Schedule schedule;
        Impact impact;
        Disclosure disclosure;
        uint32[] markets;
        uint64[9] progress;
        uint64[9] facts;
        uint64[8] lineage;
        uint64[] dependencies;
    }

    /// @notice One plan as a market sees it.
    struct PlanTerms {
        uint32 market;
        uint64 plan;
        uint8 phase;
        uint64 announcedAt;
        uint64 freezeAt;
        uint64 bound;
        uint64 releasedAt;
        uint64 completedAt;
        uint32 finalityAfter;
        uint32 feeRatioAfter;
        bool emergency;
    }

    event GovernanceTransferred(address indexed from, address indexed to);
    event DomainRegistered(uint32 indexed domain, bytes32 forkId);
    event HostNamed(uint32 indexed domain);
    event PlanAnnounced(
        uint64 indexed plan,
        uint32 indexed domain,
        bytes32 forkId,
        bytes32 codeHash,
        uint64 freezeAt,
        uint64 latest,
        uint64 bound,
        uint8 origin,
        uint64 follows
    );
    /// @notice A call took a plan to another phase. Time alone takes it on without an event.
    event PlanMoved(uint64 indexed plan, uint8 from, uint8 to);
    event PlanRescheduled(uint64 indexed plan, uint64 freezeAt, uint64 earliest, uint64 latest, uint64 bound);
    event HeightsSet(uint64 indexed plan, uint64 freeze, uint64 earliest, uint64 latest);
    event DependencyAdded(uint64 indexed plan, uint64 indexed dependency);
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
    /// @notice Enough keepers each say two things of which only one can be true.
    event FactContested(uint64 indexed plan, uint8 kind, uint8 phase);
    /// @notice A keeper backed an announcement, an emergency or its extension.
    event Backed(bytes32 indexed ballot, address indexed keeper, uint32 voices);
    event KeeperAdmitted(address indexed keeper);
    event KeeperLeft(address indexed keeper, uint64 withdrawableAt);
    event KeeperSlashed(address indexed keeper, uint64 indexed plan, uint128 amount, bool contradiction);
    event KeeperRulesChanged(
        uint32 oldThreshold,
        uint32 newThreshold,
        uint128 oldBond,
        uint128 newBond,
        uint128 oldReward,
        uint128 newReward
    );
    event BondPosted(address indexed keeper, uint128 amount, uint128 bond);
    event BondWithdrawn(address indexed keeper, uint128 amount);
    event RewardsFunded(address indexed payer, uint128 amount, uint128 pot);
    event Rewarded(address indexed account, uint128 amount);
    event RewardClaimed(address indexed account, uint128 amount);
    event VenueNamed(uint32 indexed market, address oldVenue, address newVenue);
    event Acknowledged(uint64 indexed plan, uint32 indexed market, address indexed venue, bool ready, string why);
    event DirectoryChanged(bytes32 indexed name, address oldContract, address newContract);

    error NotGovernance(address caller);
    /// @notice The caller is not a keeper, or not under its bond.
    error NotKeeper(address account);
    error NotVenue(address caller, uint32 market);
    error ZeroAddress();
    error AlreadyKeeper(address account);
    error TooManyKeepers(uint32 most);
    error ThresholdOutOfRange(uint32 threshold, uint32 keepers);
    error WrongKeeperStatus(uint8 status);
    error BondLocked(uint64 until);
    error NothingToPay();
    error AmountTooLarge(uint256 value);
    error PaymentFailed();
    error UnknownDomain(uint32 domain);
    error DomainExists(uint32 domain);
    error NoGenesisHash(uint32 domain);
    error UnknownPlan(uint64 plan);
    /// @notice In this phase the plan does not take this.
    error PlanNotOpen(uint64 plan, uint8 phase);
    error PlanNotEnded(uint64 plan, uint8 phase);
    error PlanClosed(uint64 plan);
    error NoCodeHash();
    error NoDisclosure(uint8 severity);
    error UriLength(uint32 length);
    error ReasonLength(uint32 length);
    error TimesOutOfOrder(uint64 now_, uint64 freezeAt, uint64 earliest, uint64 latest);
    error HeightsOutOfOrder(uint64 freeze, uint64 earliest, uint64 latest);
    /// @notice Once frozen a plan may only move later, with its freeze and its bound kept.
    error NotLater(uint64 bound);
    error FreezeTooLong(uint64 asked, uint64 longest);
    error StabiliseTooLong(uint64 asked, uint64 longest);
    error MarketCount(uint32 count);
    error DuplicateMarket(uint32 market);
    error MarketBusy(uint32 market, uint32 plans);
    /// @notice Keepers may freeze a market for a day in seven days; `left` is what they have.
    error FreezeBudget(uint32 market, uint64 left);
    error EmergencyTooSoon(uint32 domain, uint64 until);
    error NotExtendable(uint64 plan);
    error DependencyNotEarlier(uint64 dependency);
    error DependencyCount(uint32 count);
    error HasDependents(uint64 plan);
    error UnknownSignalKind(uint8 kind);
    error IncompleteSignal();
    error WrongFork(bytes32 expected, bytes32 given);
    /// @notice Dated before the announcement or the last deviation, which was at `begin`.
    error SignalTooEarly(uint64 observedAt, uint64 begin);
    error FutureSignal(uint64 observedAt, uint64 now_);
    error Overflow();

    /// @notice Hands governance over. Governance only.
    function transferGovernance(address to) external;

    /// @notice Makes a network known. Governance only.
    /// @param paraId Parachain id, 0 where it is none.
    /// @param chainId EVM chain id, 0 where it has none.
    function registerDomain(uint32 domain, bytes32 genesisHash, uint32 paraId, uint64 chainId) external;

    /// @notice Says which network this registry runs on. Plans announced afterwards for other networks are verified
    /// by heartbeats and finality instead of a canary. Governance only.
    function nameHost(uint32 domain) external;

    /// @notice Admits a keeper and sets how many keepers must agree from then on: a majority. It may signal once its
    /// bond is posted. Governance only.
    function addKeeper(address keeper, uint32 threshold) external;

    /// @notice Puts a keeper on its way out and sets how many keepers must agree from then on. Governance only.
    function removeKeeper(address keeper, uint32 threshold) external;

    /// @notice Sets how many keepers must agree, the smallest bond, and the reward for a fact (to each keeper whose
    /// word made it) and for closing a plan. Governance only.
    function setKeeperRules(uint32 threshold, uint128 bond, uint128 reward) external;

    /// @notice Takes the whole bond of a keeper for a false word or freeze in a plan, also of one on its way out. It
    /// goes to the reward pot. Governance only.
    function slashKeeper(address keeper, uint64 plan_) external;

    /// @notice Adds the value of the call to the caller's bond. Keepers only.
    function postBond() external payable;

    /// @notice The calling keeper leaves. Its bond stays for 30 days and can be slashed until it is withdrawn.
    function leave() external;

    /// @notice Pays the caller's bond back, 30 days after it left.
    function withdrawBond() external returns (uint128 amount);

    /// @notice Adds the value of the call to what rewards are paid from. Anyone.
    function fundRewards() external payable;

    /// @notice Pays out what the caller earned.
    function claimReward() external returns (uint128 amount);

    /// @notice Announces an upgrade. By governance at once; by keepers once enough of them called it with the same
    /// arguments (until then it returns zero, and the freeze counts into their budget).
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

    /// @notice Gives a plan that is not frozen yet in heights of its network as well: 0 < freeze <= earliest <=
    /// latest. Its times are estimates from then on, which heartbeats correct. Governance only.
    function setHeights(uint64 plan_, uint64 freeze, uint64 earliest, uint64 latest) external;

    /// @notice Makes a plan that is not frozen yet wait for earlier plans and for those that they wait for, at most
    /// four. It is held in Frozen, within its bound, until they are verified. Governance only.
    function setDependencies(uint64 plan_, uint64[] calldata dependencies) external;

    /// @notice Moves a plan: before its freeze to any sound times, afterwards to a later activation with freeze and
    /// bound kept. Governance only.
    function reschedule(uint64 plan_, Schedule calldata schedule) external;

    /// @notice Calls a plan off before its freeze. Governance only.
    function cancel(uint64 plan) external;

    /// @notice A keeper's voice for freezing markets at once. Enough of them within an hour open the plan. One a
    /// network a day, and a market at most a day in seven days by all plans of keepers.
    /// @param follows The plan that ended and then failed; zero where there is none.
    /// @param codeHash The code that should run.
    /// @param height Block of the network at which the cause was seen.
    /// @param disclosure Hash of what keepers know.
    /// @param length At most six hours.
    /// @return plan Its id; zero while there are not enough voices.
    function openEmergency(
        uint32 domain,
        uint64 follows,
        bytes32 codeHash,
        uint64 height,
        bytes32 disclosure,
        uint64 length,
        uint32[] calldata markets
    ) external returns (uint64 plan);

    /// @notice A keeper's voice for extending an emergency, once, to a day or what its markets have left of one.
    /// Two thirds of all keepers do.
    function extendEmergency(uint64 plan_) external;

    /// @notice Lets an emergency freeze for up to seven days from its beginning. Governance only.
    function prolongEmergency(uint64 plan_, uint64 maxFreeze) external;

    /// @notice A keeper's word. The same word again changes nothing; another word about the same fact costs the bond
    /// and strikes all that the keeper said.
    /// @param kind 0 activated, 1 migrations completed, 2 canary passed, 3 failed, 4 rolled back, 5 aborted,
    /// 6 authorised, 7 scheduled, 8 migration started, 9 heartbeat.
    /// @param height Block at which it was seen.
    /// @param codeHash Hash of the code that runs there.
    /// @param observedAt When it was seen; for a heartbeat the time that the block carries.
    function signal(
        uint64 plan,
        uint8 kind,
        bytes32 forkId,
        uint64 height,
        bytes32 codeHash,
        uint64 observedAt
    ) external;

    /// @notice The venue of a market says whether it is ready for a plan, and why in at most 128 bytes.
    function acknowledge(uint64 plan_, uint32 market, bool ready, string calldata why) external;

    /// @notice Advances the branch of the network of a plan that has ended. Anyone, once a plan, for a reward.
    function close(uint64 plan) external;

    /// @notice Takes the plans that ended long ago out of the look-up of a market. Anyone.
    function prune(uint32 market) external;

    /// @notice Names the venue of a market, which acknowledges plans; zero for none. Governance only.
    function setVenue(uint32 market, address venue) external;

    /// @notice Names the current address of a Lockstep contract. Governance only.
    function setEntry(bytes32 name, address contract_) external;

    /// @notice The current address of a Lockstep contract; zero where the name is unknown.
    function entry(bytes32 name) external view returns (address);

    /// @notice The branch of a network.
    function forkOf(uint32 domain) external view returns (bytes32);

    /// @notice The branch of the host; zero until it is named.
    function hostFork() external view returns (bytes32);

    /// @notice Whether an account is a keeper that may signal now.
    function isKeeper(address account) external view returns (bool);

    /// @return status 0 never a keeper, 1 admitted, 2 leaving, 3 slashed.
    /// @return bond What it has under bond.
    /// @return withdrawableAt When the bond may be withdrawn; 0 while it has not left.
    /// @return reward What the account may claim.
    function keeperState(
        address account
    ) external view returns (uint8 status, uint128 bond, uint64 withdrawableAt, uint128 reward);

    function keeperCount() external view returns (uint32 keepers, uint32 threshold);

    /// @return bond Smallest bond of a keeper.
    /// @return reward Paid for a fact and for closing a plan.
    /// @return bonds Under bond, of all keepers.
    /// @return owed Earned and not yet claimed.
    /// @return pot Free for rewards. The last three are all that the registry holds.
    function funds()
        external
        view
        returns (uint128 bond, uint128 reward, uint128 bonds, uint128 owed, uint128 pot);

    /// @notice What the venue of a market said about a plan.
    function acknowledgement(uint64 plan_, uint32 market) external view returns (Acknowledgement memory);

    /// @notice The whole public state of a plan.
    function plan(uint64 plan_) external view returns (PlanState memory);

    /// @notice The most severe plan that touches each of `markets`, in their order; of the first sixteen where there are
    /// more. Five numbers of each: its phase plus one (0 where no plan touches the market), when its freeze begins, when
    /// that must have ended, when it left its frozen phases (0 where it has not), and where keepers alone announced it
    /// the seconds as of `bookedFreeze`, this plan in full (0 elsewhere).
    function marketPhases(uint32[] calldata markets) external view returns (uint64[5][] memory);

    /// @notice Seconds that plans by keepers alone freeze a market in the seven days that end now, those that last or
    /// are to come in full. The guard takes no pause by keepers that exceeds a day with it.
    function bookedFreeze(uint32 market) external view returns (uint64);

    /// @notice The plans that touch each of `markets`, in their order, at most four of each; of the first sixteen markets
    /// where there are more. A plan that ended stays for two days, one that deviated for good for nine.
    function marketPlans(uint32[] calldata markets) external view returns (PlanTerms[] memory);

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
