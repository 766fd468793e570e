/// Why a tree, a proof, a snapshot or a settlement is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettlementError {
    /// A leaf that does not carry its position.
    LeafIndex {
        /// Its position.
        expected: u64,
        /// What it carries.
        actual: u64,
    },
    /// An account that is not greater than the one before it.
    LeafOrder {
        /// Position of the leaf.
        index: u64,
        /// Its account.
        account: [u8; 20],
        /// The account before it.
        previous: [u8; 20],
    },
    /// A total that leaves its type.
    SumOverflow {
        /// Total of the left child.
        left: u128,
        /// Total of the right child.
        right: u128,
    },
    /// A position beyond the end of the tree.
    IndexOutOfRange {
        /// Position asked for.
        index: u64,
        /// Number of leaves.
        count: u64,
    },
    /// Bytes that are no whole number of nodes.
    ProofBytes {
        /// Their number.
        length: u64,
    },
    /// A proof with too few or too many nodes for its position.
    ProofLength {
        /// Number of nodes needed.
        expected: u64,
        /// Number of nodes given.
        actual: u64,
    },
    /// A sibling whose count is not what its position spans.
    SiblingCount {
        /// Level of the sibling, leaves being 0.
        level: u32,
        /// Number of leaves it spans.
        expected: u64,
        /// Count it claims.
        actual: u64,
    },
    /// A leaf and proof that lead to another root.
    RootMismatch {
        /// The root committed to.
        committed: [u8; 32],
        /// The root they lead to.
        computed: [u8; 32],
    },
    /// Two leaves that are not neighbours, where neighbours are needed.
    NotAdjacent {
        /// Position of the first.
        first: u64,
        /// Position of the second.
        second: u64,
    },
    /// Two neighbours that stand in the right order.
    InOrder {
        /// Position of the first.
        first: u64,
    },
    /// An account that does not lie in the gap shown.
    NotAbsent {
        /// The account.
        account: [u8; 20],
    },
    /// Longs and shorts do not net to zero.
    InterestNotNetted {
        /// Sum of the longs.
        long: u128,
        /// Sum of the shorts.
        short: u128,
    },
    /// There are more profits than losses, or so few that rounding does not explain it.
    ProfitNotNetted {
        /// Sum of the profits.
        profit: u128,
        /// Sum of the losses.
        loss: u128,
    },
    /// A tree said to be empty with a top or totals that are not zero, or the reverse.
    EmptyTree {
        /// Count given.
        count: u64,
    },
    /// No freeze of this plan reaches this market.
    NoFreeze {
        /// Plan.
        plan: u64,
        /// Market.
        market: u32,
    },
    /// The freeze has not begun.
    WindowNotOpen {
        /// When it begins, Unix seconds.
        opens_at: u64,
        /// The present.
        now: u64,
    },
    /// The deadline has passed.
    WindowClosed {
        /// The last second in which a snapshot was taken, Unix seconds.
        closed_at: u64,
        /// The present.
        now: u64,
    },
    /// Whether there is a tree, and this does not go with it.
    WrongStatus {
        /// A [`crate::settlement::Status`] as a number.
        status: u8,
    },
    /// The venue may still commit, or nobody has said that it did not.
    StillAwaited {
        /// The last second in which it may, in active time.
        until: u64,
        /// The present.
        now: u64,
    },
    /// The tree can still be challenged.
    StillChallengeable {
        /// The last second in which it can, in active time.
        until: u64,
        /// The present.
        now: u64,
    },
    /// The operator has been summoned to prove accounts and has not done so yet.
    Summoned {
        /// How many.
        count: u32,
    },
    /// A claim for another branch than the one that settles here.
    WrongBranch {
        /// The branch that settles here.
        expected: [u8; 32],
        /// The branch named.
        given: [u8; 32],
    },
    /// A claim that rests on a tree where there is none, or on the venue's answer where there is a tree.
    WrongEvidence {
        /// Whether there is a tree.
        tree: bool,
    },
    /// The venue's bond does not reach the minimum.
    BondTooSmall {
        /// The bond.
        bond: u128,
        /// The minimum.
        required: u128,
    },
    /// A window of zero or too long.
    Window {
        /// What was given, in seconds.
        seconds: u64,
        /// The longest accepted, in seconds.
        max: u64,
    },
    /// Bytes too short for a leaf and its proof.
    InclusionBytes {
        /// Their number.
        length: u64,
        /// How many are needed.
        needed: u64,
    },
    /// A number that names no settlement basis.
    UnknownBasis {
        /// The number.
        number: u8,
    },
    /// The plan has not ended.
    PlanNotEnded {
        /// The plan.
        plan: u64,
    },
    /// The next attempt to resolve is not due.
    AttemptNotDue {
        /// When it is, Unix seconds.
        at: u64,
        /// The present.
        now: u64,
    },
    /// A value beyond 128 bits.
    ValueTooLarge {
        /// The amount, without sign.
        amount: u128,
        /// Its price.
        price: u128,
    },
    /// Debits are still being collected.
    Collecting {
        /// When credits are paid at the latest, in active time.
        until: u64,
        /// The present.
        now: u64,
    },
    /// The share of credits is fixed: none is added.
    AlreadyFixed {
        /// When, in active time.
        at: u64,
    },
    /// The pot holds less than it should pay.
    PotTooSmall {
        /// What it should pay.
        asked: u128,
        /// What it holds.
        left: u128,
    },
    /// The pot can still be claimed from.
    StillClaimable {
        /// The last second in which it can, in active time.
        until: u64,
        /// The present.
        now: u64,
    },
    /// The time for claims is over.
    ClaimsOver {
        /// The last second in which there was one, in active time.
        until: u64,
        /// The present.
        now: u64,
    },
}
