//! Which branch counts, at which price, and who is paid where. Everything follows from prices that the guard recorded
//! and from the registry's facts; nothing here is anybody's choice, and it does not matter who asks, or when.
//!
//! A plan splits its network into at most two branches: the one that runs the announced code, and the one that stayed.
//! The first is canonical where the plan completed, else the second. The market's own feed follows the canonical one;
//! the other has a feed that was named before the freeze.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::ForkId,
    numbered::numbered,
    registry::Phase,
    settlement::{Basis, Payment, SettlementError},
    units::{Bps, Price, Seconds, Timestamp},
};

/// A branch counts from this share of the canonical price on. Source: Deribit's rule of 2022.
pub const THRESHOLD: Bps = Bps(25);

/// How many times the branch must have a price that counts, ...
pub const SAMPLES: usize = 5;

/// ... this far apart: over 24 hours together.
pub const SAMPLE_GAP: Seconds = Seconds::hours(6);

/// A TWAP of half an hour stands on at least so many seconds of valid prices.
pub const MIN_COVERED: Seconds = Seconds::minutes(15);

/// How long after the first attempt a branch may still come to count.
pub const SEARCH: Seconds = Seconds::days(7);

numbered! {
    /// Where the host stands in a split.
    Stand {
        /// The market's network is another: both branches are seen from outside.
        Elsewhere = 1,
        /// The host is the canonical branch.
        Canonical = 2,
        /// The host is the branch that was left behind.
        LeftBehind = 3,
    }
}

/// The two prices at one moment, each with the seconds of valid prices that it stands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Of the canonical branch.
    pub canonical: (Price, Seconds),
    /// Of the other.
    pub branch: (Price, Seconds),
}

impl Sample {
    fn counts(&self) -> bool {
        let covered = self.canonical.1 >= MIN_COVERED && self.branch.1 >= MIN_COVERED;
        covered
            && self.branch.0.0 > 0
            && THRESHOLD.of_up(self.canonical.0.0).is_some_and(|least| self.branch.0.0 >= least)
    }
}

/// The price of the other branch, the last of `samples`, where it counts: every sample stands on valid prices and is
/// at least [`THRESHOLD`] of the canonical price. `None` where it does not (yet) count.
pub fn branch_price(samples: &[Sample; SAMPLES]) -> Option<Price> {
    let [.., last] = samples;
    samples.iter().all(Sample::counts).then_some(last.branch.0)
}

/// What an attempt found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is a branch, at this price.
    Split(Price),
    /// Nothing yet; there will be another attempt.
    NotYet,
    /// The branch never came to be: it settles at zero, and nothing moves.
    Nothing,
}

/// The attempts to resolve one snapshot. Their times follow from the plan's, so nobody can choose a price by choosing
/// when to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Search {
    /// Attempts so far.
    pub attempts: u32,
}

impl Search {
    /// When the next attempt looks at prices, for a plan that was released at `released_at`; both Unix seconds.
    pub fn next_at(self, released_at: Timestamp) -> Timestamp {
        let passed = Seconds(SAMPLE_GAP.0.saturating_mul(u64::from(self.attempts)));
        released_at.after(day()).after(passed)
    }

    /// The moments whose prices the next attempt needs, the latest last.
    ///
    /// # Errors
    /// [`SettlementError::AttemptNotDue`].
    pub fn moments(self, released_at: Timestamp, now: Timestamp) -> Result<[Timestamp; SAMPLES], SettlementError> {
        let at = self.next_at(released_at);
        if now < at {
            return Err(SettlementError::AttemptNotDue { at: at.0, now: now.0 });
        }
        let mut moments = [at; SAMPLES];
        for (moment, back) in moments.iter_mut().rev().zip(0u64..) {
            moment.0 = at.0.saturating_sub(SAMPLE_GAP.0.saturating_mul(back));
        }
        Ok(moments)
    }

    /// Takes the prices at those moments.
    pub fn attempt(&mut self, samples: &[Sample; SAMPLES]) -> Outcome {
        self.attempts = self.attempts.saturating_add(1);
        match branch_price(samples) {
            Some(price) => Outcome::Split(price),
            None if u64::from(self.attempts) > SEARCH.0 / SAMPLE_GAP.0 => Outcome::Nothing,
            None => Outcome::NotYet,
        }
    }
}

/// How a snapshot settles on this branch. Made once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Resolution {
    /// The branch on which it was made: every claim names it, since leaves made before a split exist on both.
    pub branch: ForkId,
    /// What is paid.
    pub payment: Payment,
    /// Whether claims prove their leaves; else they go by the venue's own answers.
    pub by_tree: bool,
}

impl Resolution {
    /// Refuses a claim for another branch, and one that rests on the wrong evidence.
    ///
    /// # Errors
    /// [`SettlementError::WrongBranch`], [`SettlementError::WrongEvidence`].
    pub fn ensure(&self, branch: ForkId, by_tree: bool) -> Result<(), SettlementError> {
        if branch != self.branch {
            return Err(SettlementError::WrongBranch { expected: self.branch.0, given: branch.0 });
        }
        if by_tree == self.by_tree { Ok(()) } else { Err(SettlementError::WrongEvidence { tree: self.by_tree }) }
    }
}

/// The time that the samples span.
const fn day() -> Seconds {
    Seconds(SAMPLE_GAP.0.saturating_mul(4))
}

impl Stand {
    /// Where the host stands once a plan of `plan_domain` has ended in `phase`; `host_domain` is its own network.
    ///
    /// # Errors
    /// [`SettlementError::PlanNotEnded`].
    pub fn of(phase: Phase, plan: u64, is_host: bool) -> Result<Self, SettlementError> {
        match phase {
            Phase::Completed | Phase::Expired | Phase::Deviated if !is_host => Ok(Self::Elsewhere),
            Phase::Completed => Ok(Self::Canonical),
            Phase::Expired | Phase::Deviated => Ok(Self::LeftBehind),
            _ => Err(SettlementError::PlanNotEnded { plan }),
        }
    }

    /// Whether positions end here with the split, because what they are on goes on elsewhere.
    pub const fn ends_positions(self) -> bool {
        matches!(self, Self::LeftBehind)
    }
}

/// What holders get for the other branch on a host that stands there.
///
/// | basis | elsewhere | canonical | left behind |
/// |---|---|---|---|
/// | canonical only | nothing | nothing | nothing |
/// | sum of branches | its price | its price | nothing |
/// | per-branch claim | its price | nothing: claimed on the other branch | its price |
pub const fn payment(basis: Basis, stand: Stand, price: Price) -> Payment {
    match (basis, stand) {
        (Basis::CanonicalOnly, _)
        | (Basis::SumOfBranches, Stand::LeftBehind)
        | (Basis::PerBranchClaim, Stand::Canonical) => Payment::Nothing,
        (Basis::SumOfBranches | Basis::PerBranchClaim, _) => Payment::Branch(price),
    }
}
