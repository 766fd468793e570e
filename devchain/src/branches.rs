//! Splitting a chain and rolling it back.

use std::cell::RefCell;

use sp_core::{H256, storage::Storage};
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::{InMemoryBackend, TestExternalities};

use crate::{DevChain, chain::Progress, proofs::STATE_VERSION};

/// A state to which a chain can be rolled back, any number of times.
pub struct Checkpoint {
    backend: InMemoryBackend<BlakeTwo256>,
    progress: Progress,
}

impl Checkpoint {
    /// Root of the state it holds.
    pub fn state_root(&self) -> H256 {
        *self.backend.root()
    }

    /// Time of the block that was open, in Unix seconds.
    pub fn time(&self) -> u64 {
        self.progress.now
    }

    pub(crate) fn externalities(&self) -> TestExternalities<BlakeTwo256> {
        let mut externalities = TestExternalities::new_with_state_version(Storage::default(), STATE_VERSION);
        externalities.backend = self.backend.clone();
        externalities
    }
}

impl DevChain {
    /// A second chain with the same history, which goes on by itself: a fork.
    ///
    /// Both have the same block open; what they do from here on makes them differ.
    #[must_use]
    pub fn split(&self) -> Self {
        let checkpoint = self.checkpoint();
        Self {
            externalities: RefCell::new(checkpoint.externalities()),
            progress: checkpoint.progress,
            last: self.last.clone(),
        }
    }

    /// Keeps the state as it is now.
    pub fn checkpoint(&self) -> Checkpoint {
        self.commit();
        Checkpoint { backend: self.externalities.borrow().backend.clone(), progress: self.progress.clone() }
    }

    /// Goes back to a state kept earlier, clock included.
    pub fn roll_back(&mut self, checkpoint: &Checkpoint) {
        self.externalities = RefCell::new(checkpoint.externalities());
        self.progress = checkpoint.progress.clone();
        self.last = None;
    }
}
