#![allow(clippy::cast_possible_truncation, reason = "in code that the codec derives")]

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{ids::Account, units::Timestamp};

/// What checkpoints are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub enum Trace {
    /// The token's total supply as observed, in its smallest unit.
    Supply,
    /// The quorum in basis points.
    Quorum,
    /// What others have handed to this delegate, in the token's smallest unit. With its [own share](Self::own) these are
    /// its votes.
    Received(Account),
    /// What an owner has locked while a delegate votes with it, in the token's smallest unit.
    Share {
        /// Who votes with it.
        delegate: Account,
        /// Whose it is.
        owner: Account,
    },
}

impl Trace {
    /// What `account` has locked and votes with itself.
    pub const fn own(account: Account) -> Self {
        Self::Share { delegate: account, owner: account }
    }
}

/// A value from a moment on, until the next checkpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Checkpoint {
    /// The moment.
    pub at: Timestamp,
    /// The value.
    pub value: u128,
}

/// The newest checkpoint of a trace, and how many older ones are kept elsewhere: most look-ups need no other. The
/// default is a trace without checkpoints, which is zero at any time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Track {
    /// How many older ones there are.
    pub older: u32,
    /// The newest one.
    pub newest: Checkpoint,
}

impl Track {
    /// The track with a value of `now`, and where the checkpoint that was the newest belongs among the older ones, if
    /// anywhere: a second has one checkpoint.
    #[must_use]
    pub fn record(self, value: u128, now: Timestamp) -> (Self, Option<(u32, Checkpoint)>) {
        let newest = Checkpoint { at: now, value };
        if self.newest.at >= now || self == Self::default() {
            return (Self { newest, ..self }, None);
        }
        (Self { older: self.older.saturating_add(1), newest }, Some((self.older, self.newest)))
    }

    /// The value at `at`, where `read` gives the older checkpoints in ascending order of time; zero before the first.
    /// Reads at most 32 of them.
    pub fn value_at(&self, at: Timestamp, read: impl Fn(u32) -> Option<Checkpoint>) -> u128 {
        if self.newest.at <= at {
            return self.newest.value;
        }
        let (mut low, mut high, mut value) = (0, self.older, 0);
        // Invariant: checkpoints below `low` are not after `at`, those from `high` on are.
        while low < high {
            let middle = low.midpoint(high);
            match read(middle) {
                Some(checkpoint) if checkpoint.at <= at => {
                    value = checkpoint.value;
                    low = middle.saturating_add(1);
                }
                _ => high = middle,
            }
        }
        value
    }
}
