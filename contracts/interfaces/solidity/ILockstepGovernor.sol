// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Governor: votes are governance tokens locked here, proposals are batches of arbitrary calls.
/// @notice The functions, events and errors that OpenZeppelin's IGovernor, IVotes and GovernorCountingSimple have too
/// carry their names and selectors. Times are the governor's own, in seconds: Unix time less the host's downtime, so
/// that an outage eats no deadline. Where wall time is said it is plain Unix time. Lengths are seconds, votes and
/// amounts the governance token's smallest unit, shares basis points. A vote counts at now <= deadline, a timelock
/// opens at now >= eta.
/// A description may name markets (`#markets=1,2`, `#markets=*` for all) and say that nothing is loosened
/// (`#tightening`). A proposal that may loosen and names markets is carried by disinterested votes alone: those of
/// owners who had no exposure there since the snapshot. A call that loosens undeclared, or touches a market that is
/// not named, is refused, as far as the contract called says what the call does; guard and vault, where they do not
/// say it, are taken to loosen on all markets, every other contract to loosen on none.
/// @dev States: 0 Pending, 1 Active, 2 Canceled, 3 Defeated, 4 Succeeded, 5 Queued, 6 Expired, 7 Executed. A queued
/// proposal is Defeated after all when too many of its votes turn out to be interested. Not there: votes by
/// signature. All call data together may have at most about 16,000 bytes.
interface ILockstepGovernor {
    /// @notice What a proposal says of itself, and what became of it.
    /// @param loosens Whether it may loosen.
    /// @param divided Whether the disinterested votes alone decide.
    /// @param vetoed The share of the deposits in the veto, with 18 decimals.
    /// @param exposedSince From then on, in wall time, exposure makes a vote interested.
    /// @param markets The markets named; 4,294,967,295 for all.
    struct Terms {
        bool loosens;
        bool divided;
        uint128 vetoed;
        uint64 exposedSince;
        uint32[] markets;
    }

    event ProposalCreated(
        uint256 proposalId,
        address proposer,
        address[] targets,
        uint256[] values,
        string[] signatures,
        bytes[] calldatas,
        uint256 voteStart,
        uint256 voteEnd,
        string description
    );
    event VoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason);
    event VoteCastWithParams(
        address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason, bytes params
    );
    /// @notice The part of a vote that belongs to `owner` counts as disinterested from now on, or no longer.
    event VotesReckoned(
        uint256 indexed proposalId, address indexed owner, address indexed voter, uint256 weight, bool disinterested
    );
    /// @notice `share` of all deposits, with 18 decimals, joined the veto; the timelock opens at `etaSeconds` now.
    event ProposalVetoed(uint256 indexed proposalId, address indexed account, uint128 share, uint64 etaSeconds);
    event Connected(address guard, address registry, address vault);
    /// @notice The quorum came late: voting goes on until `extendedDeadline`.
    event ProposalExtended(uint256 indexed proposalId, uint64 extendedDeadline);
    event ProposalQueued(uint256 proposalId, uint256 etaSeconds);
    event ProposalExecuted(uint256 proposalId);
    event ProposalCanceled(uint256 proposalId);
    event DelegateChanged(address indexed delegator, address indexed fromDelegate, address indexed toDelegate);
    event DelegateVotesChanged(address indexed delegate, uint256 previousVotes, uint256 newVotes);
    event Locked(address indexed account, uint128 amount);
    /// @notice `unlocksAt` is when all that the account unlocks is out.
    event UnlockStarted(address indexed account, uint128 amount, uint64 unlocksAt);
    event Withdrawn(address indexed account, uint128 amount);
    /// @notice `setting`: 0 voting delay, 1 voting period, 2 late-quorum extension, 3 timelock, 4 window, 5 unlock
    /// period, 6 proposal threshold.
    event SettingChanged(uint8 indexed setting, uint128 old, uint128 new_);
    event QuorumChanged(uint32 old, uint32 new_);
    event GuardianEnded(address indexed guardian);

    error GovernorNonexistentProposal(uint256 proposalId);
    /// @notice `expected` has one bit set for each state that would do.
    error GovernorUnexpectedProposalState(uint256 proposalId, uint8 current, bytes32 expected);
    error GovernorInsufficientProposerVotes(address proposer, uint256 votes, uint256 threshold);
    /// @notice The description ends with `#proposer=0x...` and names somebody else.
    error GovernorRestrictedProposer(address proposer);
    error GovernorInvalidProposalLength(uint256 targets, uint256 calldatas, uint256 values);
    error GovernorInvalidVoteType();
    error GovernorAlreadyCastVote(address voter);
    error GovernorUnableToCancel(uint256 proposalId, address account);
    error GovernorOnlyExecutor(address account);
    /// @notice The voter had no votes at the proposal's snapshot.
    error NoVotes(address voter, uint64 snapshot);
    error TimelockClosed(uint64 eta, uint64 now_);
    error TooManyActions(uint32 count, uint32 max);
    /// @notice No proposal may call the governance token, the XCM precompile or the zero address.
    error ForbiddenTarget(uint32 action, address target);
    /// @notice Of the governor itself a proposal calls the setters only, without value.
    error ForbiddenSelfCall(uint32 action, bytes4 selector);
    error CallDataLength(uint32 action, uint32 length);
    /// @notice A call failed, so nothing was done; `reason` is what it reverted with, cut at 1,024 bytes.
    error ActionFailed(uint32 action, bytes reason);
    /// @notice The proposal would have taken tokens that voters locked.
    error LockedTokensTaken(uint128 owed, uint128 left);
    error FutureLookup(uint64 timepoint, uint64 now_);
    error ZeroAmount();
    error ZeroAddress();
    error AmountTooLarge(uint256 amount);
    error InsufficientLock(uint128 locked, uint128 asked);
    error NothingUnlocking();
    error StillUnlocking(uint64 until, uint64 now_);
    error TokenFailed();
    error TokenMoved(uint128 asked, uint128 arrived);
    error NotGuardian(address account);
    error ZeroThreshold();
    error DurationOutOfRange(uint64 given, uint64 longest);
    error ExtensionTooLong(uint64 extension, uint64 votingPeriod);
    /// @notice Unlocking must outlast the longest life of a proposal.
    error UnlockTooShort(uint64 unlockPeriod, uint64 lifetime);
    error QuorumOutOfRange(uint32 bps);
    /// @notice A timelock lasts a day at least, so that there is time for a veto.
    error TimelockTooShort(uint64 timelock, uint64 shortest);
    error Overflow();
    error NotDeployer(address account);
    error AlreadyConnected();
    error NotConnected();
    /// @notice `callee` could not be asked with the gas that was sent along.
    error Starved(address callee);
    error VaultFailed();
    error RegistryFailed();
    error UnreadableMarkets();
    /// @notice A description names at most eight markets.
    error TooManyMarkets();
    error UndeclaredLoosening(uint32 action);
    /// @notice `market` is 4,294,967,295 for all.
    error UndeclaredMarket(uint32 action, uint32 market);
    /// @notice A plan forbids loosening on `market`, from its freeze to one day after it has ended. `until` is wall
    /// time, at the end of time while it cannot be known.
    error LooseningBanned(uint32 market, uint64 until);
    error NotVoted(address voter);
    /// @notice The voter voted with nothing that `owner` locked.
    error NoShare(address owner);
    error OwnerCount(uint32 count, uint32 max);
    /// @notice All votes decide about this proposal.
    error NotDivided();
    error NotVetoable();
    error TimelockOpen(uint64 eta, uint64 now_);
    error NoDeposits();
    error NotVetoed(address account);
    /// @notice The voter did not sign this: proposal, side, nonce, chain or governor is another, or the signer.
    error GovernorInvalidSignature(address voter);

    /// @notice The deployer, once and for good: guard (the clock), registry (bans on loosening) and vault (exposure and
    /// deposits). Until then the clock is wall time and nobody counts as interested.
    function connect(address guard, address registry, address vault) external;

    /// @notice Locks `amount` of the caller's tokens, which it must have approved. They vote from the next second on,
    /// for the caller unless it delegated.
    function lock(uint256 amount) external;

    /// @notice Starts to unlock: the votes are gone at once, the tokens come out after the unlock period, together
    /// with all that the caller is unlocking already.
    function unlock(uint256 amount) external;

    /// @notice Pays the caller what has been unlocked.
    function withdraw() external;

    /// @notice Hands the caller's votes, present and future, to `delegatee`.
    function delegate(address delegatee) external;

    /// @notice Records the token's total supply as it stands. Every lock and every proposal does too, so that whatever
    /// can vote counts for the quorum.
    function observeSupply() external;

    /// @notice Proposes a batch of at most 16 calls, all of which are made or none.
    /// @return The id: keccak256(abi.encode(targets, values, calldatas, keccak256(description))).
    function propose(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        string calldata description
    ) external returns (uint256);

    /// @notice Votes: 0 against, 1 for, 2 abstain.
    /// @return The power of the vote.
    function castVote(uint256 proposalId, uint8 support) external returns (uint256);

    function castVoteWithReason(uint256 proposalId, uint8 support, string calldata reason) external returns (uint256);

    /// @notice The parameters stand in the event and mean nothing.
    function castVoteWithReasonAndParams(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        bytes calldata params
    ) external returns (uint256);

    /// @notice The vote that `voter` signed as typed data (EIP-712), brought in by anyone:
    /// `Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)` under a domain of `name()`, `version()`, chain
    /// id and this contract, with the nonce of `nonces(voter)`. For a contract its `isValidSignature` decides (ERC-1271).
    /// Errors: GovernorInvalidSignature, RegistryFailed, Starved, and those of `castVote`.
    /// @return The power of the vote.
    function castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes calldata signature)
        external
        returns (uint256);

    /// @notice The same with a reason and parameters, signed as `ExtendedBallot(uint256 proposalId,uint8 support,address
    /// voter,uint256 nonce,string reason,bytes params)`.
    function castVoteWithReasonAndParamsBySig(
        uint256 proposalId,
        uint8 support,
        address voter,
        string calldata reason,
        bytes calldata params,
        bytes calldata signature
    ) external returns (uint256);

    /// @notice What a voter locked itself is counted by its exposure when it votes. What others handed to it counts as
    /// disinterested only after this: anyone names at most 16 of the owners. An owner found without exposure counts as
    /// disinterested while votes count; one found exposed later falls out, until the proposal is carried out.
    function reckon(uint256 proposalId, address voter, address[] calldata owners) external;

    /// @notice Queues a proposal that succeeded. Anyone may.
    function queue(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external returns (uint256);

    /// @notice A depositor of the vault extends the timelock of a queued proposal that may loosen. 1 % of the deposits
    /// together extend it by 5 days, rising in a straight line to 45 days at 10 %. The caller's deposits count where it
    /// made none since the snapshot, and are locked until the timelock opens (60 days ahead at most). For an account
    /// that is in the veto anyone may call, to renew its lock after others extended the timelock further.
    function veto(uint256 proposalId, address account) external;

    /// @notice Carries a queued proposal out. Anyone may, and may pay for its values.
    function execute(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external payable returns (uint256);

    /// @notice The proposer withdraws a pending proposal; the guardian, until its date, a queued one.
    function cancel(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external returns (uint256);

    /// @notice Only a proposal may. Live proposals keep their times; a timelock is that of the moment of queueing.
    function setSettings(
        uint64 votingDelay,
        uint64 votingPeriod,
        uint64 lateExtension,
        uint64 timelock,
        uint64 window,
        uint64 unlockPeriod,
        uint128 proposalThreshold
    ) external;

    /// @notice Only a proposal may. Holds for snapshots from this second on.
    function setQuorum(uint32 bps) external;

    /// @notice Ends the guardian's power for good: itself, or a proposal.
    function endGuardian() external;

    function state(uint256 proposalId) external view returns (uint8);
    function proposalSnapshot(uint256 proposalId) external view returns (uint256);
    function proposalDeadline(uint256 proposalId) external view returns (uint256);
    /// @return When the timelock opens; 0 until queued.
    function proposalEta(uint256 proposalId) external view returns (uint256);
    function proposalProposer(uint256 proposalId) external view returns (address);
    function proposalNeedsQueuing(uint256 proposalId) external view returns (bool);
    function proposalVotes(uint256 proposalId)
        external
        view
        returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes);
    /// @notice Of these, the votes known to be disinterested; zeros unless they alone decide.
    function disinterestedVotes(uint256 proposalId)
        external
        view
        returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes);
    function proposalTerms(uint256 proposalId) external view returns (Terms memory);
    /// @notice Whether the part of a vote that belongs to `owner` counts as disinterested.
    function isDisinterested(uint256 proposalId, address owner) external view returns (bool);
    function hasVoted(uint256 proposalId, address account) external view returns (bool);
    /// @notice Votes needed at `timepoint`, which must be past: a share of the token's total supply, rounded up.
    function quorum(uint256 timepoint) external view returns (uint256);
    /// @notice Votes of `account` at `timepoint`, which must be past.
    function getVotes(address account, uint256 timepoint) external view returns (uint256);
    function getVotesWithParams(address account, uint256 timepoint, bytes calldata params)
        external
        view
        returns (uint256);
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256);
    /// @notice Total supply of the token at `timepoint`, which must be past, as last observed by then.
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256);
    /// @return Who votes with the tokens that `account` locked; zero where it never locked any.
    function delegates(address account) external view returns (address);
    function holding(address account) external view returns (uint128 locked, uint128 unlocking, uint64 unlocksAt);
    function hashProposal(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external view returns (uint256);
    /// @notice The same as `hashProposal`.
    function getProposalId(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external view returns (uint256);
    /// @notice The nonce that the next vote signed by `voter` commits to. It names the branch of the host, too: what is
    /// signed on one branch counts on no other, nor after an upgrade of the host. Errors: RegistryFailed, Starved.
    function nonces(address voter) external view returns (uint256);
    function votingDelay() external view returns (uint256);
    function votingPeriod() external view returns (uint256);
    function proposalThreshold() external view returns (uint256);
    function periods()
        external
        view
        returns (uint64 lateExtension, uint64 timelock, uint64 window, uint64 unlockPeriod);
    /// @return account The guardian; zero where there is none.
    /// @return until From then on, in wall time, it has no power.
    function guardian() external view returns (address account, uint64 until);
    function token() external view returns (address);
    /// @notice Guard, registry and vault; zeros until they are connected.
    function contracts() external view returns (address, address, address);
    /// @notice IERC165 and IERC6372.
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
    function clock() external view returns (uint64);
    function CLOCK_MODE() external view returns (string memory);
    function COUNTING_MODE() external view returns (string memory);
    function name() external view returns (string memory);
    function version() external view returns (string memory);
}
