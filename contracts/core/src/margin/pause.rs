//! What keepers and governance may stop in the vault for a while.
//!
//! | | whole vault | one asset | one venue, or one market of it |
//! |---|---|---|---|
//! | join | nobody opts in | | nobody opts in there (whole venue only) |
//! | increase | no position grows | it backs no new risk | no position grows there |
//! | withdraw | nothing leaves while risk is open | it does not leave while risk is open | |
//! | liquidate | nobody is liquidated | it is not seized | nothing is closed there |
//!
//! Nothing stands for deposit, repayment, reduction, or a withdrawal without open risk: the exits stay open. Deep
//! insolvency is liquidated all the same.
//!
//! Markets, contract classes and feeds are paused in the guard, and so the budget of keepers is the guard's alone: a
//! keeper stops something here only while the guard has the market that it is about paused, and for no longer.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    guard::pauses::{KEEPER_PAUSE, MAX_GOVERNED_PAUSE},
    numbered::numbered,
    units::{Seconds, Timestamp},
};

numbered! {
    /// What something that is stopped belongs to.
    Scope {
        /// The whole vault.
        Vault = 0,
        /// One asset.
        Asset = 1,
        /// One venue, or one market of it.
        Venue = 2,
    }
}

/// A set of operations, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Operations(pub u8);

impl Operations {
    /// None.
    pub const NONE: Self = Self(0);
    /// An account opts in to a venue.
    pub const JOIN: Self = Self(1);
    /// A position is opened or grows.
    pub const INCREASE: Self = Self(2);
    /// Collateral leaves an account whose risk is open.
    pub const WITHDRAW: Self = Self(4);
    /// An account is liquidated.
    pub const LIQUIDATE: Self = Self(8);

    /// The operations of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether one of them is in `other`.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether these are some, and all of them in `other`.
    pub const fn are_some_of(self, other: Self) -> bool {
        self.0 != 0 && self.0 & !other.0 == 0
    }
}

/// What is stopped of one thing. Times are wall time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Halt {
    /// What keepers stopped.
    pub keepers: Operations,
    /// Until when.
    pub keepers_until: Timestamp,
    /// What governance stopped.
    pub governed: Operations,
    /// Until when.
    pub governed_until: Timestamp,
}

impl Halt {
    /// Keepers stop `operations` for as long as the guard's pause lasts, at most for [`KEEPER_PAUSE`].
    #[must_use]
    pub fn with_keeper(self, operations: Operations, guard_until: Timestamp, now: Timestamp) -> Self {
        let standing = if now < self.keepers_until { self.keepers } else { Operations::NONE };
        let until = guard_until.min(now.after(KEEPER_PAUSE));
        Self { keepers: standing.with(operations), keepers_until: until, ..self }
    }

    /// Governance stops `operations`; `None` for a length of zero or beyond [`MAX_GOVERNED_PAUSE`].
    #[must_use]
    pub fn with_governed(self, operations: Operations, length: Seconds, now: Timestamp) -> Option<Self> {
        if length.0 == 0 || length > MAX_GOVERNED_PAUSE {
            return None;
        }
        let standing = if now < self.governed_until { self.governed } else { Operations::NONE };
        Some(Self { governed: standing.with(operations), governed_until: now.after(length), ..self })
    }

    /// Keepers take back what keepers stopped.
    #[must_use]
    pub const fn lifted_by_keeper(self, operations: Operations) -> Self {
        Self { keepers: self.keepers.without(operations), ..self }
    }

    /// Governance takes back what anyone stopped.
    #[must_use]
    pub const fn lifted(self, operations: Operations) -> Self {
        Self { governed: self.governed.without(operations), ..self.lifted_by_keeper(operations) }
    }

    /// Until when one of `operations` is stopped; a pause is over at its end.
    pub fn until(&self, operations: Operations, now: Timestamp) -> Option<Timestamp> {
        let halts = [(self.keepers, self.keepers_until), (self.governed, self.governed_until)];
        halts.into_iter().filter(|(stopped, until)| stopped.meets(operations) && now < *until).map(|halt| halt.1).max()
    }

    /// When the last of it ends.
    pub fn end(&self) -> Timestamp {
        self.keepers_until.max(self.governed_until)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);
    const ALL: Operations = Operations(15);

    #[test]
    fn a_keepers_stop_ends_with_the_guards_pause_and_after_half_an_hour_at_most() {
        let until = |guard| Halt::default().with_keeper(Operations::WITHDRAW, Timestamp(guard), NOW).keepers_until.0;
        assert_eq!(until(1_000_600), 1_000_600);
        assert_eq!(until(1_086_400), 1_001_800);
        let halt = Halt::default().with_keeper(Operations::WITHDRAW, Timestamp(1_000_600), NOW);
        let of = |operations, now| halt.until(operations, Timestamp(now));
        assert_eq!(of(Operations::WITHDRAW, 1_000_599), Some(Timestamp(1_000_600)));
        assert_eq!(of(Operations::WITHDRAW, 1_000_600), None);
        assert_eq!(of(Operations::LIQUIDATE, 1_000_000), None);
        // A second one joins while the first lasts, and stands alone afterwards.
        let joined = halt.with_keeper(Operations::LIQUIDATE, Timestamp(1_000_600), Timestamp(1_000_599));
        assert_eq!(joined.keepers, Operations::WITHDRAW.with(Operations::LIQUIDATE));
        let later = halt.with_keeper(Operations::LIQUIDATE, Timestamp(1_001_200), Timestamp(1_000_600));
        assert_eq!(later.keepers, Operations::LIQUIDATE);
    }

    #[test]
    fn governance_stops_for_a_day_at_most() {
        let set = |length| Halt::default().with_governed(Operations::JOIN, Seconds(length), NOW);
        assert_eq!((set(0), set(86_401)), (None, None));
        assert_eq!(set(86_400).unwrap().until(Operations::JOIN, NOW), Some(Timestamp(1_086_400)));
    }

    #[test]
    fn keepers_take_back_only_what_is_theirs() {
        let both = Halt::default().with_keeper(ALL, Timestamp(1_000_600), NOW);
        let both = both.with_governed(Operations::WITHDRAW, Seconds(3_600), NOW).unwrap();
        assert_eq!(both.until(Operations::WITHDRAW, NOW), Some(Timestamp(1_003_600)));
        let left = both.lifted_by_keeper(Operations::WITHDRAW.with(Operations::JOIN));
        assert_eq!(left.until(Operations::WITHDRAW, NOW), Some(Timestamp(1_003_600)));
        assert_eq!(left.until(Operations::JOIN, NOW), None);
        assert_eq!(left.until(Operations::INCREASE, NOW), Some(Timestamp(1_000_600)));
        assert_eq!(both.lifted(ALL).until(ALL, NOW), None);
    }

    #[test]
    fn sets_of_operations() {
        assert!(Operations(5).are_some_of(Operations(7)) && !Operations(5).are_some_of(Operations(4)));
        assert!(!Operations::NONE.are_some_of(ALL) && !Operations(16).are_some_of(ALL));
        assert!(Operations(3).meets(Operations(2)) && !Operations(3).meets(Operations(12)));
        assert_eq!(Operations(15).without(Operations(5)), Operations(10));
    }

    proptest! {
        /// Whatever keepers do and whenever, they stop nothing at a time at which the guard did not have it paused.
        #[test]
        fn keepers_never_stop_what_the_guard_has_not_paused(
            tries in prop::collection::vec((0u64..4_000, 1u8..16, 0u64..7_200), 1..20), probe in 0u64..80_000,
        ) {
            let (mut halt, mut now) = (Halt::default(), 0);
            let mut paused = Vec::new();
            for (wait, operations, length) in tries {
                now += wait;
                if now > probe {
                    break;
                }
                paused.push((now, now + length));
                halt = halt.with_keeper(Operations(operations), Timestamp(now + length), Timestamp(now));
            }
            if halt.until(ALL, Timestamp(probe)).is_some() {
                prop_assert!(paused.iter().any(|(from, until)| *from <= probe && probe < *until));
            }
        }
    }
}
