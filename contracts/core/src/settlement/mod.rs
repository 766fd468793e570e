//! Snapshots of open interest: a Merkle sum tree over every position of a market at a freeze.
//!
//! The format is specified in `contracts/settlement/TREE.md`, which another implementation can be written from; its
//! test vectors are checked by the tests of this crate. In short:
//!
//! ```text
//! context   = domain u32 || fork id [32] || plan u64 || market u32                                      48 bytes
//! leaf      = index u64 || account [20] || size i128 || entry price u128
//!             || margin u128 || unrealised i128 || basis u8                                             93 bytes
//! totals    = count u64 || long u128 || short u128 || profit u128 || loss u128                          72 bytes
//! node      = hash [32] || totals                                                                      104 bytes
//!
//! series                = keccak("lockstep.leaf.v1" || context)
//! hash of a leaf        = keccak(series || leaf)
//! hash of an inner node = keccak("lockstep.node.v1" || left node || right node)
//! root                  = keccak("lockstep.root.v1" || context || top node)
//! ```
//!
//! [`answer`] is what a venue says an account held, [`claim`] says what a leaf is owed or owes, [`pot`] how that is collected and paid, [`resolution`] which branch
//! counts and at which price, [`snapshot`] what a commitment is held to.

mod answer;
mod claim;
mod error;
mod leaf;
mod pot;
mod proof;
mod resolution;
mod snapshot;
mod tree;

pub use answer::{ANSWER_BYTES, Answer};
pub use claim::{Claim, Payment, bitmap_place};
pub use error::SettlementError;
pub use leaf::{Basis, Context, LEAF_BYTES, Leaf, Series};
pub use pot::{CLAIM_LIFE, COLLECTION, Debit, Pot, REWARD, Share};
pub use proof::{Inclusion, Proven, decode_proof, encode_proof, prove_absence, prove_disorder, verify};
pub use resolution::{
    MIN_COVERED, Outcome, Resolution, SAMPLE_GAP, SAMPLES, SEARCH, Sample, Search, Stand, THRESHOLD, branch_price,
    payment,
};
pub use snapshot::{Freeze, MAX_WINDOW, Rules, Snapshot, Status};
pub use tree::{NODE_BYTES, Node, Totals, Tree, TreeBuilder};

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod books;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod tests;
