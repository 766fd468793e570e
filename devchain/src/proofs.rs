//! State roots and storage proofs.

use parity_scale_codec::{Decode, Encode};
use sp_core::{H256, storage::StateVersion};
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::{prove_read, read_proof_check};
use sp_trie::StorageProof;

use crate::DevChain;

/// State version of the chain's trie: values of 33 bytes or more are stored by their hash.
pub const STATE_VERSION: StateVersion = StateVersion::V1;

/// A proof of some keys of a state.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Proof {
    /// Root of the state that the proof is about.
    pub state_root: H256,
    /// The trie's nodes, and the values stored by their hash, in no particular order.
    pub nodes: Vec<Vec<u8>>,
}

/// Why a proof shows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The nodes do not lead from the root to every key asked for.
    #[error("the {nodes} nodes are no proof under the root {root:?}: {reason}")]
    Invalid {
        /// The root that the proof was held against.
        root: H256,
        /// How many nodes it has.
        nodes: usize,
        /// What the trie says.
        reason: String,
    },
}

impl Proof {
    /// The values of the keys under a root the caller trusts; `None` for a key that is shown to be
    /// absent.
    ///
    /// # Errors
    /// [`ProofError::Invalid`] if a node is missing or changed, or the root is another.
    pub fn verify(&self, trusted_root: H256, keys: &[&[u8]]) -> Result<Vec<Option<Vec<u8>>>, ProofError> {
        let invalid = |reason: String| ProofError::Invalid { root: trusted_root, nodes: self.nodes.len(), reason };
        let values =
            read_proof_check::<BlakeTwo256, _>(trusted_root, StorageProof::new(self.nodes.iter().cloned()), keys)
                .map_err(|error| invalid(error.to_string()))?;
        keys.iter()
            .map(|key| values.get(*key).cloned().ok_or_else(|| invalid("a key was not answered".into())))
            .collect()
    }
}

impl DevChain {
    /// Root of the state as it is now, in the middle of the open block.
    ///
    /// Computing it writes all pending changes into the trie: cheap once, costly in every block.
    pub fn state_root(&self) -> H256 {
        self.commit()
    }

    /// A proof of the keys, of their absence too, against the state as it is now.
    ///
    /// # Panics
    /// Never: an in-memory trie has all its nodes.
    pub fn prove(&self, keys: &[&[u8]]) -> Proof {
        let state_root = self.commit();
        let externalities = self.externalities.borrow();
        let proof = prove_read(externalities.backend.clone(), keys).expect("an in-memory trie has all its nodes");
        Proof { state_root, nodes: proof.into_iter_nodes().collect() }
    }

    /// Writes pending changes into the trie and returns its root.
    pub(crate) fn commit(&self) -> H256 {
        let mut externalities = self.externalities.borrow_mut();
        externalities.commit_all().expect("no transaction is open between two calls");
        externalities.backend.backend_storage_mut().purge();
        *externalities.backend.root()
    }
}
