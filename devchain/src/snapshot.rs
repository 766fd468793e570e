//! The chain as bytes, so that it can outlive its process.

use std::cell::RefCell;

use parity_scale_codec::{Decode, DecodeAll, Encode};
use sp_core::H256;
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::TestExternalities;

use crate::{DevChain, chain::Progress, proofs::STATE_VERSION};

/// What a snapshot begins with; the digit is the version of the format.
const HEAD: &[u8] = b"devchain snapshot 1";

/// Bytes of the checksum at the end.
const CHECKSUM: usize = 32;

/// Why bytes are no snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// They begin with something else.
    #[error("these {0} bytes are no snapshot of an embedded chain, or one of another version")]
    NoSnapshot(usize),
    /// They were cut short or changed.
    #[error("the snapshot of {0} bytes is damaged: its checksum is another")]
    Damaged(usize),
}

/// A node of the trie by its prefixed hash, with its reference count.
type Node = (Vec<u8>, (Vec<u8>, i32));

#[derive(Encode, Decode)]
struct Content {
    root: H256,
    /// Sorted.
    nodes: Vec<Node>,
    progress: Progress,
}

impl DevChain {
    /// The whole chain, the open block included: the same chain gives the same bytes.
    ///
    /// [`last_outcome`](Self::last_outcome) is not part of it.
    pub fn snapshot(&self) -> Vec<u8> {
        let (mut nodes, root) = self.checkpoint().externalities().into_raw_snapshot();
        nodes.sort_unstable();
        let mut bytes = HEAD.to_vec();
        Content { root, nodes, progress: self.progress.clone() }.encode_to(&mut bytes);
        bytes.extend(sp_crypto_hashing::blake2_256(&bytes));
        bytes
    }

    /// The chain of which [`snapshot`](Self::snapshot) was taken.
    ///
    /// # Errors
    /// [`SnapshotError`] for anything else.
    pub fn restore(snapshot: &[u8]) -> Result<Self, SnapshotError> {
        let length = snapshot.len();
        let body = snapshot.strip_prefix(HEAD).ok_or(SnapshotError::NoSnapshot(length))?;
        let damaged = SnapshotError::Damaged(length);
        let (content, _) = body.split_last_chunk::<CHECKSUM>().ok_or(damaged)?;
        let (signed, checksum) = snapshot.split_at(length - CHECKSUM);
        if sp_crypto_hashing::blake2_256(signed) != *checksum {
            return Err(damaged);
        }
        let Content { root, nodes, progress } = Content::decode_all(&mut &*content).map_err(|_| damaged)?;
        let externalities = TestExternalities::<BlakeTwo256>::from_raw_snapshot(nodes, root, STATE_VERSION);
        Ok(Self { externalities: RefCell::new(externalities), progress, last: None })
    }
}
