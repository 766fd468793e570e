//! What shows that a fact was true: the seam for proofs.

use crate::{ids::DomainId, keccak::Keccak256, registry::Signal};

/// That something was true at a height of a network: the signal names kind, branch, height and code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact<'a> {
    /// The network.
    pub domain: DomainId,
    /// What was true there.
    pub signal: &'a Signal,
}

/// Something that shows facts. Keepers who agree do; a storage proof under a trusted header would.
pub trait Evidence {
    /// Whether `fact` was true.
    fn shows(&self, fact: &Fact) -> bool;
}

/// Keepers who say the same of one plan, which is of one network.
#[derive(Clone, Copy, Debug)]
pub struct Agreement {
    /// What they say: [`Signal::content`].
    pub content: [u8; 32],
    /// How many of them are in good standing.
    pub voices: u32,
    /// How many it takes; at least one.
    pub threshold: u32,
    /// The hash function of the content.
    pub keccak: Keccak256,
}

impl Agreement {
    /// Counts the voices of those that were not struck.
    pub fn count(voices: &[u32], is_struck: impl Fn(u32) -> bool) -> u32 {
        let standing = voices.iter().filter(|keeper| !is_struck(**keeper)).count();
        u32::try_from(standing).unwrap_or(u32::MAX)
    }
}

impl Evidence for Agreement {
    fn shows(&self, fact: &Fact) -> bool {
        let enough = self.threshold > 0 && self.voices >= self.threshold;
        enough && fact.signal.content(self.keccak) == self.content
    }
}
