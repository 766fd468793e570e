//! A snapshot from its opening to the point at which nobody can doubt it any more.
//!
//! ```text
//!  Awaited --commit--> Committed --(challenges over, no summons open)--> final: claims prove their leaves
//!     |                    |
//!     '--(window over)     '--wrong, missing or doubled leaf, summons not answered
//!               '----------'--> Missing: claims go by the venue's own answers, one by one
//! ```
//!
//! Lengths are in active time of the host, so that an outage eats nobody's deadline.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::{DomainId, ForkId, MarketId, PlanId},
    keccak::Keccak256,
    numbered::numbered,
    settlement::{Context, Node, SettlementError, Totals},
    units::{Price, Seconds, Timestamp},
};

/// The longest commitment or challenge window, and how long after a freeze its snapshot can be opened.
pub const MAX_WINDOW: Seconds = Seconds::days(14);

/// What a snapshot is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Rules {
    /// How long after its opening a snapshot is taken. The last second counts.
    pub window: Seconds,
    /// How long after its commitment a snapshot can be challenged, and how long a summons waits. The last second counts.
    pub challenge: Seconds,
    /// Smallest bond of the venue, in the native token's smallest unit.
    pub min_bond: u128,
}

impl Rules {
    /// The rules, where they make sense.
    ///
    /// # Errors
    /// [`SettlementError::Window`] with the window that is zero or above [`MAX_WINDOW`],
    /// [`SettlementError::BondTooSmall`] where the smallest bond is zero.
    pub fn checked(self) -> Result<Self, SettlementError> {
        for window in [self.window, self.challenge] {
            if window.0 == 0 || window > MAX_WINDOW {
                return Err(SettlementError::Window { seconds: window.0, max: MAX_WINDOW.0 });
            }
        }
        if self.min_bond == 0 {
            return Err(SettlementError::BondTooSmall { bond: 0, required: 1 });
        }
        Ok(self)
    }
}

/// The freeze of one plan, as the upgrade registry tells it, or the end of a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// When it begins or began, wall time; zero where the plan has none for the market.
    pub begins_at: Timestamp,
    /// Network of the plan.
    pub domain: DomainId,
    /// Branch of its history at the freeze.
    pub fork: ForkId,
}

numbered! {
    /// Whether there is a tree.
    Status {
        /// The venue may still commit to one.
        Awaited = 0,
        /// The venue committed to one.
        Committed = 1,
        /// The venue committed to none in time, or its tree was shown to be wrong.
        Missing = 2,
    }
}

/// The open interest of one market at one freeze.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Snapshot {
    /// What it is of.
    pub context: Context,
    /// The freeze, wall time: positions count as they were right before it.
    pub taken_at: Timestamp,
    /// At which unrealised profits and losses are counted; zero where there was no valid price.
    pub price: Price,
    /// Whether there is a tree.
    pub status: Status,
    /// The last second in which the venue may commit, or, once it did, in which the tree can be challenged; active time.
    pub until: Timestamp,
    /// Root of the tree.
    pub root: [u8; 32],
    /// What the tree holds.
    pub totals: Totals,
    /// The venue's bond at the commitment, in the native token's smallest unit.
    pub bond: u128,
    /// Accounts that the operator has been summoned to prove and has not proven yet.
    pub summons: u32,
}

impl Snapshot {
    /// Opens the snapshot of `market` for `plan`, counted at `price`. `now` is wall time, `active` active time.
    ///
    /// # Errors
    /// [`SettlementError::NoFreeze`], [`SettlementError::WindowNotOpen`], [`SettlementError::WindowClosed`].
    pub fn open(
        rules: &Rules,
        freeze: &Freeze,
        plan: PlanId,
        market: MarketId,
        price: Price,
        now: Timestamp,
        active: Timestamp,
    ) -> Result<Self, SettlementError> {
        if freeze.begins_at.0 == 0 {
            return Err(SettlementError::NoFreeze { plan: plan.0, market: market.0 });
        }
        if now < freeze.begins_at {
            return Err(SettlementError::WindowNotOpen { opens_at: freeze.begins_at.0, now: now.0 });
        }
        let closed_at = freeze.begins_at.after(MAX_WINDOW);
        if now > closed_at {
            return Err(SettlementError::WindowClosed { closed_at: closed_at.0, now: now.0 });
        }
        Ok(Self {
            context: Context { domain: freeze.domain, fork: freeze.fork, plan, market },
            taken_at: freeze.begins_at,
            price,
            status: Status::Awaited,
            until: active.after(rules.window),
            root: [0; 32],
            totals: Totals::default(),
            bond: 0,
            summons: 0,
        })
    }

    /// Takes the tree with `top` as its top node. The root is computed here from the freeze that the registry tells, so
    /// a venue cannot commit to another branch.
    ///
    /// # Errors
    /// [`SettlementError::WrongStatus`], [`SettlementError::WindowClosed`], [`SettlementError::BondTooSmall`],
    /// [`SettlementError::EmptyTree`] and those of [`Totals::check_netted`].
    pub fn commit(
        &mut self,
        keccak: Keccak256,
        rules: &Rules,
        bond: u128,
        top: &Node,
        active: Timestamp,
    ) -> Result<(), SettlementError> {
        self.ensure(Status::Awaited)?;
        if active > self.until {
            return Err(SettlementError::WindowClosed { closed_at: self.until.0, now: active.0 });
        }
        if bond < rules.min_bond {
            return Err(SettlementError::BondTooSmall { bond, required: rules.min_bond });
        }
        // Only the empty tree has a top of zeros, and only it counts no leaf.
        let empty = top.totals.count == 0;
        if empty != (top.hash == [0; 32]) || (empty && top.totals != Totals::default()) {
            return Err(SettlementError::EmptyTree { count: top.totals.count });
        }
        top.totals.check_netted()?;
        self.status = Status::Committed;
        self.root = top.seal(keccak, &self.context);
        self.totals = top.totals;
        self.bond = bond;
        self.until = active.after(rules.challenge);
        Ok(())
    }

    /// Whether the tree can be challenged.
    ///
    /// # Errors
    /// [`SettlementError::WrongStatus`], [`SettlementError::WindowClosed`].
    pub fn ensure_challengeable(&self, active: Timestamp) -> Result<(), SettlementError> {
        self.ensure(Status::Committed)?;
        if active > self.until {
            return Err(SettlementError::WindowClosed { closed_at: self.until.0, now: active.0 });
        }
        Ok(())
    }

    /// The tree was shown to be wrong, or a summons was not answered.
    ///
    /// # Errors
    /// [`SettlementError::WrongStatus`].
    pub fn fall(&mut self) -> Result<(), SettlementError> {
        self.ensure(Status::Committed)?;
        self.status = Status::Missing;
        Ok(())
    }

    /// Nothing was committed in time.
    ///
    /// # Errors
    /// [`SettlementError::WrongStatus`], [`SettlementError::StillAwaited`].
    pub fn lapse(&mut self, active: Timestamp) -> Result<(), SettlementError> {
        self.ensure(Status::Awaited)?;
        if active <= self.until {
            return Err(SettlementError::StillAwaited { until: self.until.0, now: active.0 });
        }
        self.status = Status::Missing;
        Ok(())
    }

    /// Whether claims prove their leaves (else they go by the venue's answers), once nobody can doubt it any more.
    ///
    /// # Errors
    /// [`SettlementError::StillAwaited`], [`SettlementError::StillChallengeable`], [`SettlementError::Summoned`].
    pub fn has_tree(&self, active: Timestamp) -> Result<bool, SettlementError> {
        match self.status {
            Status::Awaited => Err(SettlementError::StillAwaited { until: self.until.0, now: active.0 }),
            Status::Missing => Ok(false),
            Status::Committed if active <= self.until => {
                Err(SettlementError::StillChallengeable { until: self.until.0, now: active.0 })
            }
            Status::Committed if self.summons > 0 => Err(SettlementError::Summoned { count: self.summons }),
            Status::Committed => Ok(true),
        }
    }

    /// # Errors
    /// [`SettlementError::WrongStatus`].
    fn ensure(&self, status: Status) -> Result<(), SettlementError> {
        if self.status == status { Ok(()) } else { Err(SettlementError::WrongStatus { status: self.status.number() }) }
    }
}
