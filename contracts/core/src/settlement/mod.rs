//! Snapshots of open interest: a Merkle sum tree over every position of a market at a freeze.
//!
//! # Format, version 1
//!
//! Integers are big-endian and of fixed width, signed ones in two's complement. `||` joins bytes. `H` is Keccak-256.
//! Tags are the 16 ASCII bytes between the quotes.
//!
//! ```text
//! context   = domain u32 || fork id [32] || plan u64 || market u32                                      48 bytes
//! leaf      = context || index u64 || account [20] || size i128 || entry price u128
//!             || margin u128 || unrealised i128 || basis u8                                            141 bytes
//! totals    = count u64 || long u128 || short u128 || profit u128 || loss u128                          72 bytes
//! node      = hash [32] || totals                                                                      104 bytes
//!
//! hash of a leaf        = H("lockstep.leaf.v1" || leaf)
//! hash of an inner node = H("lockstep.node.v1" || left node || right node)
//! root                  = H("lockstep.root.v1" || context || top node)
//! ```
//!
//! The totals of a leaf are: count 1; long the size where it is positive, short its absolute value where it is
//! negative; profit and loss the same of the unrealised amount. The totals of an inner node are the sums of its
//! children's; a sum that leaves its type makes the tree invalid. All five are unsigned, so no subtree can hide
//! another by a negative total.
//!
//! Leaves stand in strictly ascending order of account, so an account has at most one, and `index` counts them
//! from zero. Level 0 is the leaves. Each level pairs its nodes from the left; a last node without a partner moves
//! up as it is, and is never paired with itself. The top is the only node of the last level. Of an empty tree the
//! top node is 104 zero bytes.
//!
//! A proof is the siblings from the leaf upwards, without the levels at which the node moved up alone: its length
//! follows from index and count. A sibling's count must equal the number of leaves that its position spans. A proof
//! travels as the concatenation of its nodes.
//!
//! Sizes and margins are in the smallest unit of their asset, prices in quote per whole unit with 18 decimals,
//! profit and loss in the quote asset's smallest unit.

mod leaf;
mod proof;
mod snapshot;
mod tree;

pub use leaf::{Basis, Context, Leaf};
pub use proof::{Inclusion, decode_proof, encode_proof, prove_absence, prove_disorder, verify};
pub use snapshot::{Freeze, MAX_WINDOW, Rules, Snapshot, commit};
pub use tree::{NODE_BYTES, Node, Totals, Tree, TreeBuilder};

/// Why a tree, a proof or a snapshot is refused.
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
    /// Profits and losses do not net to zero.
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
    /// A snapshot was already committed.
    AlreadyCommitted {
        /// When, Unix seconds.
        at: u64,
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
}

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod tests;
