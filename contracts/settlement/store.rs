//! What is found in storage, for claims and for everything else. The contract's front is made from this module too.

use ink::Address;
use lockstep_core::{
    margin::{MAX_DECIMALS, Scale},
    settlement::{Leaf, Resolution, Rules, Snapshot, Status, decode_proof, verify},
    units::Timestamp,
};

use crate::{Error, outside, settlement::Settlement};

/// The end of a market has no plan.
pub const END: u64 = 0;

/// Who was exposed to its market since then is kept from withdrawing while a snapshot settles. A market ends in the middle
/// of a second, and nobody leaves in the rest of it.
pub fn held_since(snapshot: &Snapshot) -> Timestamp {
    let rest = u64::from(snapshot.context.plan.0 == END);
    Timestamp(snapshot.taken_at.0.saturating_sub(rest))
}

/// A market and its venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Market {
    /// The venue's contract, whose own answers are the truth about its positions.
    pub venue: Address,
    /// Commits the venue's snapshots.
    pub operator: Address,
    /// What the venue stands for, in the native token's smallest unit as contracts see it.
    pub bond: u128,
    /// Takes no more snapshots.
    pub retired: bool,
    /// The bond stays until then, in active time.
    pub held_until: u64,
    /// Network of the underlying.
    pub domain: u32,
    /// A `lockstep_core::settlement::Basis` as a number; the same for all its positions.
    pub basis: u8,
    /// Places of the underlying.
    pub decimals: u8,
    /// When it was admitted, wall time: earlier freezes are none of its.
    pub admitted_at: u64,
}

/// The chain's hash function.
pub fn keccak(bytes: &[u8]) -> [u8; 32] {
    use ink::env::hash::{HashOutput, Keccak256};
    let mut hash = <Keccak256 as HashOutput>::Type::default();
    ink::env::hash_bytes::<Keccak256>(bytes, &mut hash);
    hash
}

/// Governance, registry, guard and vault, the places of the quote, and the rules, as a settlement contract can begin with
/// them.
pub fn checked(contracts: [Address; 4], quote_decimals: u8, rules: Rules) -> Result<Rules, Error> {
    if contracts.contains(&Address::zero()) {
        return Err(Error::ZeroAddress);
    }
    if quote_decimals > MAX_DECIMALS {
        return Err(Error::TooManyPlaces(quote_decimals));
    }
    Ok(rules.checked()?)
}

impl Settlement {
    pub(crate) fn market_of(&self, market: u32) -> Result<Market, Error> {
        self.markets.get(market).ok_or(Error::UnknownMarket(market))
    }

    pub(crate) fn snapshot_of(&self, plan: u64, market: u32) -> Result<Snapshot, Error> {
        self.snapshots.get((plan, market)).map(|stored| stored.0).ok_or(Error::NoSnapshot(plan, market))
    }

    /// Active time of the host.
    pub(crate) fn active(&self) -> Result<Timestamp, Error> {
        outside::active_time(self.guard)
    }

    pub(crate) fn accounts(&self) -> outside::Accounts {
        outside::Accounts(self.vault)
    }

    /// How amounts of an underlying with so many places become quote.
    pub(crate) fn scale(&self, decimals: u8) -> Result<Scale, Error> {
        Scale::new(decimals, self.quote_decimals).ok_or(Error::TooManyPlaces(decimals))
    }

    pub(crate) fn resolution_of(&self, plan: u64, market: u32) -> Result<Resolution, Error> {
        self.resolutions.get((plan, market)).map(|stored| stored.0).ok_or(Error::NotResolved(plan, market))
    }

    /// A committed snapshot's tree, to prove leaves against.
    pub(crate) fn committed(&self, plan: u64, market: u32) -> Result<Snapshot, Error> {
        let snapshot = self.snapshot_of(plan, market)?;
        if snapshot.status == Status::Committed {
            Ok(snapshot)
        } else {
            Err(Error::WrongStatus(snapshot.status.number()))
        }
    }

    /// What `verify` answers.
    pub(crate) fn ensure_included(&self, plan: u64, market: u32, leaf: &Leaf, proof: &[u8]) -> Result<(), Error> {
        let snapshot = self.committed(plan, market)?;
        let proof = decode_proof(proof)?;
        verify(keccak, &snapshot.context, snapshot.root, snapshot.totals.count, leaf, &proof)?;
        Ok(())
    }
}
