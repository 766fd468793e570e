//! What the harness remembers beside the chain. It is rolled back with the chain.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use lockstep_devchain::H256;

use crate::{
    command::{Command, Draft, Fate},
    proposals::Proposal,
    world::{FOREIGN, WHOLE},
};

/// A plan as its keepers know it.
#[derive(Clone, Debug)]
pub struct Plan {
    pub id: u64,
    pub fork: H256,
    pub draft: Draft,
    pub emergency: bool,
    /// How much of its fate was told.
    pub told: usize,
    /// Whether it takes no more signals.
    pub over: bool,
}

impl Plan {
    /// What keepers see next.
    pub fn next(&self) -> Option<u8> {
        if self.over {
            return None;
        }
        let fate = if self.emergency { Fate::Good } else { self.draft.fate };
        fate.script(self.draft.domain == FOREIGN).get(self.told).copied()
    }
}

/// What was in force of an asset when it was last looked at.
#[derive(Clone, Copy, Debug)]
pub struct InForce {
    /// Its haircut.
    pub haircut: u128,
    /// Its cap.
    pub cap: u128,
    /// Since when a plan forbade loosening.
    pub barred_since: Option<u64>,
}

#[derive(Clone)]
pub struct Memory {
    /// True prices, by feed, with 18 decimals.
    pub prices: [u128; 2],
    /// The last round of the pulled feed.
    pub round: u128,
    /// Until when the honest sources of a feed are silent.
    pub silent_until: [u64; 2],
    /// What somebody is about to do.
    pub pending: VecDeque<Command>,
    pub plans: Vec<Plan>,
    pub proposals: Vec<Proposal>,
    /// Proposals that voters were called to.
    pub called: BTreeSet<usize>,
    /// Proposals that were queued.
    pub queued: BTreeSet<usize>,
    /// Trader, venue and market of positions that were opened.
    pub open: BTreeSet<(usize, usize, usize)>,
    /// How many announcements there were.
    pub drafts: u8,
    /// Odd tokens whose balance of the vault was set by a stranger.
    pub lied: Vec<usize>,
    pub in_force: BTreeMap<u32, InForce>,
}

impl Memory {
    pub const fn new() -> Self {
        Self {
            prices: [2_000 * WHOLE, 60_000 * WHOLE],
            round: 0,
            silent_until: [0; 2],
            pending: VecDeque::new(),
            plans: Vec::new(),
            proposals: Vec::new(),
            called: BTreeSet::new(),
            queued: BTreeSet::new(),
            open: BTreeSet::new(),
            drafts: 0,
            lied: Vec::new(),
            in_force: BTreeMap::new(),
        }
    }
}
