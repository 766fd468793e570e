// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Settlement: the open interest of each market at each freeze, committed to once and provable leaf by leaf.
/// @notice Times are Unix seconds, lengths seconds. Sizes are in the underlying's smallest unit, profits, losses and
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
    event MarketAdmitted(uint32 indexed market, address indexed venue, address operator);
    event MarketRetired(uint32 indexed market);
    event BondPosted(uint32 indexed market, address indexed payer, uint128 amount, uint128 bond);
    event BondWithdrawn(uint32 indexed market, address indexed recipient, uint128 amount);
    /// @notice `interest` is the sum of the longs, and of the shorts; `profit` the sum of the profits, and of the losses.
    event SnapshotCommitted(
        uint64 indexed plan,
        uint32 indexed market,
        bytes32 root,
        uint64 count,
        uint128 interest,
        uint128 profit,
        uint64 challengedUntil
    );
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
    error PaymentFailed();
    error NoSnapshot(uint64 plan, uint32 market);
    error AlreadyCommitted(uint64 at);
    /// @notice The plan is unknown, was cancelled before its freeze, or does not touch the market.
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
    error ProofBytes(uint64 length);
    error ProofLength(uint64 expected, uint64 actual);
    error SiblingCount(uint32 level, uint64 expected, uint64 actual);
    error SumOverflow(uint128 left, uint128 right);
    error RootMismatch(bytes32 committed, bytes32 computed);
    error WindowOutOfRange(uint64 given, uint64 longest);

    /// @notice Admits the venue of a market. `operator` commits its snapshots, and may be the venue itself.
    function admitMarket(uint32 market, address venue, address operator) external;

    /// @notice Ends a market: no more snapshots, and its bond can be withdrawn once the last cannot be challenged.
    function retireMarket(uint32 market) external;

    /// @notice Snapshots already committed keep their rules.
    function setRules(uint64 window, uint64 challenge, uint128 minBond) external;

    /// @notice Adds the value of the call to a market's bond. Anyone may.
    function postBond(uint32 market) external payable;

    /// @notice Only the operator of a retired market may, once no snapshot of it can be challenged.
    function withdrawBond(uint32 market, address recipient) external;

    /// @notice Commits, once, to the open interest of `market` at the freeze of `plan` by the top node of its tree.
    /// Only the operator may, from the freeze to the deadline, and longs and shorts, profits and losses must net.
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

    function snapshot(uint64 plan, uint32 market)
        external
        view
        returns (
            bytes32 root,
            uint64 count,
            uint128 long,
            uint128 short,
            uint128 profit,
            uint128 loss,
            uint128 bond,
            uint64 committedAt,
            uint64 challengedUntil
        );

    /// @notice The network and the branch of its history that a snapshot is of.
    function snapshotContext(uint64 plan, uint32 market) external view returns (uint32 domain, bytes32 forkId);
    function market(uint32 market_)
        external
        view
        returns (address venue, address operator, uint128 bond, bool retired);
    function rules() external view returns (uint64 window, uint64 challenge, uint128 minBond);
    function governance() external view returns (address);
    function upgradeRegistry() external view returns (address);
}
