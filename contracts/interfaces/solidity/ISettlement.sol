// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Settlement: the open interest of each market at each freeze, committed to once, provable leaf by leaf, and
/// settled where a network splits or a market ends.
/// @notice Snapshots are found by plan (zero for the end of a market) and market. Freezes and prices are dated in wall
/// time, deadlines in active time of the host; both Unix seconds, lengths seconds. Sizes are in the underlying's smallest unit, profits, losses and
/// margins in the quote asset's, prices in quote per whole unit with 18 decimals, bonds in the native token's smallest
/// unit as contracts see it.
/// @dev The tree, with integers big-endian and of fixed width and `||` joining bytes (TREE.md says it in full):
///   context = domain uint32 || fork id bytes32 || plan uint64 || market uint32
///   leaf    = index uint64 || account bytes20 || size int128 || entry price uint128 || margin uint128
///             || unrealised int128 || basis uint8
///   node    = hash bytes32 || count uint64 || long uint128 || short uint128 || profit uint128 || loss uint128
///   hash of a leaf  = keccak256(keccak256("lockstep.leaf.v1" || context) || leaf)
///   hash of an inner node = keccak256("lockstep.node.v1" || left node || right node)
///   root    = keccak256("lockstep.root.v1" || context || top node)
/// Leaves ascend strictly by account; a node without a partner moves up as it is; sums are checked. Bases: 1 canonical
/// only, 2 sum of branches, 3 per-branch claim. The Rust crate lockstep-core has builder and verifier.
interface ISettlement {
    /// @param domain The network of the underlying.
    /// @param basis 1 canonical only, 2 sum of branches, 3 per-branch claim.
    event MarketAdmitted(
        uint32 indexed market,
        address indexed venue,
        address operator,
        uint32 domain,
        uint8 basis,
        uint8 decimals
    );
    event MarketRetired(uint32 indexed market);
    event BondPosted(uint32 indexed market, address indexed payer, uint128 amount, uint128 bond);
    event BondWithdrawn(uint32 indexed market, address indexed recipient, uint128 amount);
    /// @param feed The guard's market that prices the other branch.
    event BranchNamed(uint64 indexed plan, uint32 indexed market, uint32 feed);
    /// @param takenAt Positions count as they were right before this.
    /// @param price At which unrealised amounts count; zero where there was no valid price.
    /// @param until The last second in which the venue may commit.
    event SnapshotOpened(uint64 indexed plan, uint32 indexed market, uint64 takenAt, uint128 price, uint64 until);
    /// @notice `interest` is the sum of the longs, and of the shorts; `profit` the sum of the profits.
    event SnapshotCommitted(
        uint64 indexed plan,
        uint32 indexed market,
        bytes32 root,
        uint64 count,
        uint128 interest,
        uint128 profit,
        uint64 challengedUntil
    );
    /// @param heard Whether the venue took the message.
    event MarketEnded(uint32 indexed market, bool heard);
    /// @param account Zero where nothing was committed.
    /// @param fault 1 a wrong leaf, 2 a missing one, 3 a doubled or misplaced one, 4 one not shown when asked for, 5
    /// nothing committed in time.
    /// @param to Who is rewarded.
    event SnapshotFell(
        uint64 indexed plan,
        uint32 indexed market,
        address account,
        uint8 fault,
        address indexed to,
        uint128 reward,
        uint128 forfeited
    );
    event Summoned(
        uint64 indexed plan,
        uint32 indexed market,
        address indexed account,
        address by,
        uint64 until
    );
    event SummonsAnswered(uint64 indexed plan, uint32 indexed market, address indexed account);
    event RewardPaid(address indexed account, uint128 amount);
    event Forfeited(address indexed recipient, uint128 amount);
    event SearchContinued(uint64 indexed plan, uint32 indexed market, uint32 attempts, uint64 nextAt);
    /// @param branch The branch on which it was resolved: claims name it.
    /// @param payment 0 nothing, 1 what was not realised, 2 the size at the price of the other branch.
    /// @param byTree Whether claims prove leaves; else they go by the venue's answers.
    /// @param owed What all credits are together at most; zero where that is not known.
    event Resolved(
        uint64 indexed plan,
        uint32 indexed market,
        bytes32 branch,
        uint8 payment,
        uint128 price,
        bool byTree,
        uint128 owed
    );
    /// @param due What the account still owes.
    /// @param reward What the collector got on top from the debtor.
    event DebitCollected(
        uint64 indexed plan,
        uint32 indexed market,
        address indexed account,
        uint128 collected,
        uint128 due,
        address collector,
        uint128 reward
    );
    event ShareFixed(uint64 indexed plan, uint32 indexed market, uint128 collected, uint128 owed);
    event CreditPaid(
        uint64 indexed plan,
        uint32 indexed market,
        address indexed account,
        uint128 credit,
        uint128 paid
    );
    event Swept(uint64 indexed plan, uint32 indexed market, uint128 amount);
    event RulesChanged(
        uint64 oldWindow,
        uint64 newWindow,
        uint64 oldChallenge,
        uint64 newChallenge,
        uint128 oldMinBond,
        uint128 newMinBond
    );

    error NotGovernance(address caller);
    /// @notice Only the market's operator may do this.
    error NotVenue(address caller);
    error ZeroAddress();
    error UnknownMarket(uint32 market);
    error MarketExists(uint32 market);
    error MarketIsRetired(uint32 market);
    error MarketNotRetired(uint32 market);
    error StillChallengeable(uint64 until, uint64 now_);
    error NoBond(uint32 market);
    error ZeroAmount();
    error AmountTooLarge(uint256 amount);
    error TooManyPlaces(uint8 decimals);
    error PaymentFailed();
    error NoSnapshot(uint64 plan, uint32 market);
    error AlreadyOpen(uint64 plan, uint32 market);
    /// @notice Whether there is a tree (0 awaited, 1 committed, 2 missing), and this does not go with it.
    error WrongStatus(uint8 status);
    error StillAwaited(uint64 until, uint64 now_);
    error SummonsOpen(uint32 count);
    error BranchIsNamed(uint32 feed);
    /// @notice Neither the operator nor a freeze beyond its bound ends the market.
    error NotDue(uint32 market);
    /// @notice The plan is unknown, was cancelled before its freeze, does not touch the market, or froze before that was
    /// admitted.
    error NoFreeze(uint64 plan, uint32 market);
    error WindowNotOpen(uint64 opensAt, uint64 now_);
    error WindowClosed(uint64 closedAt, uint64 now_);
    error BondTooSmall(uint128 bond, uint128 required);
    error InterestNotNetted(uint128 long, uint128 short);
    error ProfitNotNetted(uint128 profit, uint128 loss);
    /// @notice An empty tree has a top and totals of zero, and only it.
    error EmptyTree(uint64 count);
    error UnknownBasis(uint8 basis);
    error IndexOutOfRange(uint64 index, uint64 count);
    error InclusionBytes(uint64 length, uint64 needed);
    error ProofBytes(uint64 length);
    error ProofLength(uint64 expected, uint64 actual);
    error SiblingCount(uint32 level, uint64 expected, uint64 actual);
    error SumOverflow(uint128 left, uint128 right);
    error RootMismatch(bytes32 committed, bytes32 computed);
    error NotAdjacent(uint64 first, uint64 second);
    error InOrder(uint64 first);
    error NotAbsent(address account);
    error LeafIsRight(uint64 index);
    error NothingToProve(address account);
    error AlreadySummoned(address account);
    error NotSummoned(address account);
    error NotProven(address account);
    error VenueFailed(address venue);
    error GuardFailed();
    error RegistryFailed();
    error VaultFailed();
    error PlanNotEnded(uint64 plan);
    error PlanNotClosed(uint64 plan);
    error AttemptNotDue(uint64 at, uint64 now_);
    error AlreadyResolved(uint64 plan, uint32 market);
    error NotResolved(uint64 plan, uint32 market);
    error NothingOwed(uint64 plan, uint32 market);
    error NothingSettled();
    error WrongBranch(bytes32 expected, bytes32 given);
    error WrongEvidence(bool tree);
    error ValueTooLarge(uint128 amount, uint128 price);
    error Collecting(uint64 until, uint64 now_);
    error AlreadyFixed(uint64 since);
    error StillClaimable(uint64 until, uint64 now_);
    error ClaimsOver(uint64 since, uint64 now_);
    error WindowOutOfRange(uint64 given, uint64 longest);

    /// @notice Admits the venue of a market. `operator` commits its snapshots, and may be the venue itself. The basis can
    /// never be changed: a market has one for all its positions, so that they net on every branch. Governance only.
    function admitMarket(
        uint32 market,
        address venue,
        address operator,
        uint32 domain,
        uint8 basis,
        uint8 decimals
    ) external;

    /// @notice No more snapshots of a market, and its bond can be withdrawn once the last cannot be challenged.
    /// Governance only.
    function retireMarket(uint32 market) external;

    /// @notice Snapshots already committed keep their rules. Governance only.
    function setRules(uint64 window, uint64 challenge, uint128 minBond) external;

    /// @notice Names the guard's market that prices the other branch, should the plan split the network. Once, and before
    /// the freeze; without it a split pays nothing. Governance only.
    function nameBranch(uint64 plan, uint32 market, uint32 feed) external;

    /// @notice Pays what venues forfeited. Governance only.
    function takeForfeited(address recipient) external returns (uint128 amount);

    /// @notice Adds the value of the call to a market's bond. Anyone may.
    function postBond(uint32 market) external payable;

    /// @notice Only the operator of a retired market may, once no snapshot of it can be challenged.
    function withdrawBond(uint32 market, address recipient) external;

    /// @notice Asks the venue for its open interest at the freeze of a plan, from the freeze on for fourteen days; its
    /// window begins. Anyone may.
    function openSnapshot(uint64 plan, uint32 market) external;

    /// @notice Ends a market: its operator may, and anyone where the guard says that its settlement is due. Positions
    /// settle as they are, at the average of the valid prices before the freeze.
    function endMarket(uint32 market) external;

    /// @notice Tells the venue of an ended market once more. Anyone may.
    function tellVenue(uint32 market) external;

    /// @notice Commits, once, to the open interest of a market at a freeze by the top node of its tree. Only the operator
    /// may, and longs and shorts, profits and losses must net. Opens the snapshot where nobody has.
    /// @return The root.
    function commitSnapshot(
        uint64 plan,
        uint32 market,
        bytes32 top,
        uint64 count,
        uint128 long,
        uint128 short,
        uint128 profit,
        uint128 loss
    ) external returns (bytes32);

    /// @notice Shows a leaf that is not what the venue answers. Half of the bond is the caller's.
    /// @param proven The leaf (93 bytes) and its proof.
    function challengeLeaf(uint64 plan, uint32 market, bytes calldata proven) external;

    /// @notice Shows that an account for which the venue answers has no leaf.
    /// @param neighbours The leaf before it with its proof, where `hasBefore`, and the one behind it, where there is one.
    function challengeAbsence(
        uint64 plan,
        uint32 market,
        address account,
        bytes calldata neighbours,
        bool hasBefore
    ) external;

    /// @notice Shows two neighbouring leaves, with their proofs, that are not in ascending order of account.
    function challengeOrder(uint64 plan, uint32 market, bytes calldata pair) external;

    /// @notice Asks for the leaf of an account to be shown, unless the venue answers that it held nothing. A tree whose
    /// leaves are kept back, or whose venue does not answer, falls by this.
    function summon(uint64 plan, uint32 market, address account) external;

    /// @notice Shows the leaf of a summoned account, or, with no bytes, that the venue answers that it held nothing.
    function answerSummons(uint64 plan, uint32 market, address account, bytes calldata proven) external;

    /// @notice Brings down a tree of which a summoned account was not shown in time. The reward is the summoner's.
    function expireSummons(uint64 plan, uint32 market, address account) external;

    /// @notice Says that the venue committed nothing in time. Half of the smallest bond is the caller's.
    function lapseSnapshot(uint64 plan, uint32 market) external;

    /// @notice Pays the caller what it earned by challenges.
    function takeReward() external returns (uint128 amount);

    /// @notice Finds out how a snapshot settles, once nobody can doubt it any more; false while another branch has no
    /// price that counts yet. Anyone may.
    function resolve(uint64 plan, uint32 market) external returns (bool);

    /// @notice Settles leaves, each followed by its proof. Those settled already are passed over. Anyone may, for anyone.
    /// @param branch The branch of the resolution.
    /// @return For how many something was done.
    function claim(uint64 plan, uint32 market, bytes32 branch, bytes calldata proven) external returns (uint32);

    /// @notice The same for accounts of a snapshot without a tree, by what the venue answers.
    function claimFor(
        uint64 plan,
        uint32 market,
        bytes32 branch,
        address[] calldata accounts
    ) external returns (uint32);

    /// @notice Moves what nobody claimed in 180 days to the insurance fund. Anyone may.
    function sweep(uint64 plan, uint32 market) external returns (uint128 amount);

    /// @notice Reverts with the reason where the position is not in the snapshot.
    /// @param proof The siblings from the leaf upwards, 104 bytes each.
    function verify(
        uint64 plan,
        uint32 market,
        uint64 index,
        address account,
        int128 size,
        uint128 entryPrice,
        uint128 margin,
        int128 unrealised,
        uint8 basis,
        bytes calldata proof
    ) external view;

    /// @notice A snapshot: `status` is 0 awaited, 1 committed, 2 missing; `until` the last second in which it can be
    /// committed, or challenged; `summons` accounts that are yet to be shown.
    function snapshot(uint64 plan, uint32 market)
        external
        view
        returns (
            uint8 status,
            bytes32 root,
            uint64 count,
            uint128 long,
            uint128 short,
            uint128 profit,
            uint128 loss,
            uint128 bond,
            uint64 until,
            uint32 summons
        );

    /// @notice The network and the branch of its history that a snapshot is of, when it was taken, and its price.
    function snapshotContext(uint64 plan, uint32 market)
        external
        view
        returns (uint32 domain, bytes32 forkId, uint64 takenAt, uint128 price);

    /// @notice Who sent a summons, and until when it is answered in time; zeros where there is none.
    function summonsOf(uint64 plan, uint32 market, address account) external view returns (address by, uint64 until);

    /// @notice As the event Resolved tells it.
    function resolution(uint64 plan, uint32 market)
        external
        view
        returns (bytes32 branch, uint8 payment, uint128 price, bool byTree);

    /// @notice The money of a settlement; the last three are zero until the share of credits is fixed.
    function pot(uint64 plan, uint32 market)
        external
        view
        returns (
            uint64 openedAt,
            uint128 owed,
            uint128 collected,
            uint128 paid,
            uint128 shareCollected,
            uint128 shareOwed,
            uint64 fixedAt
        );

    /// @notice Whether nothing is left to do for a leaf, or, without a tree, for an account.
    function isSettled(uint64 plan, uint32 market, uint64 index, address account) external view returns (bool);

    /// @notice What a position would be paid, or would owe: if its market ended; and for another branch at `price` where
    /// its network is not the host's, on the canonical branch, and on the one left behind.
    function outcomes(uint32 market, int128 size, int128 unrealised, uint128 price)
        external
        view
        returns (int128 ended, int128 elsewhere, int128 canonical, int128 leftBehind);
    function market(uint32 market_)
        external
        view
        returns (
            address venue,
            address operator,
            uint128 bond,
            bool retired,
            uint32 domain,
            uint8 basis,
            uint8 decimals,
            bool ended
        );

    /// @notice What an account earned by challenges, and what venues forfeited; neither taken yet.
    function spoils(address account) external view returns (uint128 reward, uint128 forfeited);
    function rules() external view returns (uint64 window, uint64 challenge, uint128 minBond);
    function offices() external view returns (address governance, address registry, address guard, address vault);
}
