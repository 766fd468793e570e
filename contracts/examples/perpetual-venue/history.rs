//! What positions were before they changed, so that a snapshot can be proven while trading goes on.

use ink::{Address, codegen::Env as _};
use lockstep_interfaces::Stored;

use crate::{book::Position, perpetual_venue::PerpetualVenue};

/// A position as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Held {
    /// What it is.
    pub position: Position,
    /// Since which second, in wall time; zero where there never was one.
    pub since: u64,
    /// How many versions are older.
    pub older: u32,
}

/// A position as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Version {
    /// What it was.
    pub position: Position,
    /// From which second on, in wall time.
    pub since: u64,
}

impl PerpetualVenue {
    fn held(&self, account: Address, market: u32) -> Held {
        self.positions.get((account, market)).unwrap_or_default().0
    }

    /// A position as it stands.
    pub(crate) fn position_of(&self, account: Address, market: u32) -> Position {
        self.held(account, market).position
    }

    /// Whether there ever was a position.
    pub(crate) fn has_history(&self, account: Address, market: u32) -> bool {
        self.held(account, market).since > 0
    }

    /// Changes a position and keeps what it was before this second.
    pub(crate) fn keep(&mut self, account: Address, market: u32, position: Position) {
        let Held { position: before, since, mut older } = self.held(account, market);
        if before == position {
            return;
        }
        let now = self.env().block_timestamp();
        if 0 < since && since < now {
            self.older.insert((account, market, older), &Stored(Version { position: before, since }));
            older = older.saturating_add(1);
        }
        self.positions.insert((account, market), &Stored(Held { position, since: now, older }));
    }

    /// A position as it was right before `at`.
    pub(crate) fn position_before(&self, account: Address, market: u32, at: u64) -> Position {
        let held = self.held(account, market);
        if held.since < at {
            return held.position;
        }
        // The last version from before `at` is the one in front of the first that is not.
        let (mut low, mut high, mut found) = (0, held.older, Position::default());
        while low < high {
            let middle = low.midpoint(high);
            match self.older.get((account, market, middle)) {
                Some(Stored(version)) if version.since < at => {
                    (low, found) = (middle.saturating_add(1), version.position);
                }
                _ => high = middle,
            }
        }
        found
    }
}
