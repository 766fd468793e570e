use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{governance::GovernanceError, ids::Account, units::Timestamp};

/// What a list of checkpoints is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Trace {
    kind: u8,
    account: Account,
    owner: Account,
}

impl Trace {
    /// The token's total supply as observed, in its smallest unit.
    pub const SUPPLY: Self = Self { kind: 0, account: Account([0; 20]), owner: Account([0; 20]) };
    /// The quorum in basis points.
    pub const QUORUM: Self = Self { kind: 1, account: Account([0; 20]), owner: Account([0; 20]) };

    /// What others have handed to `delegate`, in the token's smallest unit. With its
    /// [own share](Self::share) these are its votes.
    pub const fn received(delegate: Account) -> Self {
        Self { kind: 2, account: delegate, owner: Account([0; 20]) }
    }

    /// What `owner` has locked while `delegate` votes with it, in the token's smallest unit.
    pub const fn share(delegate: Account, owner: Account) -> Self {
        Self { kind: 3, account: delegate, owner }
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

/// Where a value of `now` is written in a list of `length` that ends with `last`: a second has one checkpoint.
pub fn slot(length: u32, last: Option<&Checkpoint>, now: Timestamp) -> u32 {
    match last {
        Some(last) if last.at >= now => length.saturating_sub(1),
        _ => length,
    }
}

/// The value at `at` in a list of `length`, whose checkpoints `read` gives in ascending order of time; zero before
/// the first. Reads at most 33 of them.
pub fn value_at(length: u32, at: Timestamp, read: impl Fn(u32) -> Option<Checkpoint>) -> u128 {
    let (mut low, mut high, mut value) = (0, length, 0);
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

/// [`value_at`], where `at` is strictly in the past: a value of this second may still change.
///
/// # Errors
/// [`GovernanceError::FutureLookup`].
pub fn value_before(
    now: Timestamp,
    length: u32,
    at: Timestamp,
    read: impl Fn(u32) -> Option<Checkpoint>,
) -> Result<u128, GovernanceError> {
    if at >= now {
        return Err(GovernanceError::FutureLookup { at: at.0, now: now.0 });
    }
    Ok(value_at(length, at, read))
}
