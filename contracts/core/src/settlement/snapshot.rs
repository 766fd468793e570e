use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::{DomainId, ForkId, MarketId, PlanId},
    keccak::Keccak256,
    settlement::{Context, Node, SettlementError, Totals},
    units::{Seconds, Timestamp},
};

/// The longest commitment or challenge window.
pub const MAX_WINDOW: Seconds = Seconds::days(14);

/// What a snapshot is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Rules {
    /// How long after the freeze began a snapshot is taken. The last second counts.
    pub window: Seconds,
    /// How long after its commitment a snapshot can be challenged. The last second counts.
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

/// The freeze of one plan, as the upgrade registry tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// When it begins or began; zero where the plan has none for the market.
    pub begins_at: Timestamp,
    /// Network of the plan.
    pub domain: DomainId,
    /// Branch of its history at the freeze.
    pub fork: ForkId,
}

/// A committed snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Snapshot {
    /// What it is of.
    pub context: Context,
    /// Root of its tree.
    pub root: [u8; 32],
    /// What the tree holds.
    pub totals: Totals,
    /// The venue's bond at the commitment, in the native token's smallest unit.
    pub bond: u128,
    /// When it was committed.
    pub committed_at: Timestamp,
    /// The last second in which it can be challenged.
    pub challenged_until: Timestamp,
}

/// Takes the snapshot of `market` for `plan`, whose tree has `top` as its top node.
///
/// The root is computed here from the freeze that the registry tells, so a venue cannot commit to another branch.
///
/// # Errors
/// [`SettlementError::AlreadyCommitted`], [`SettlementError::NoFreeze`], [`SettlementError::WindowNotOpen`],
/// [`SettlementError::WindowClosed`], [`SettlementError::BondTooSmall`], [`SettlementError::EmptyTree`] and those of
/// [`Totals::check_netted`].
#[expect(clippy::too_many_arguments, reason = "each is one fact of the commitment")]
pub fn commit(
    keccak: Keccak256,
    existing: Option<&Snapshot>,
    rules: &Rules,
    freeze: &Freeze,
    plan: PlanId,
    market: MarketId,
    bond: u128,
    top: &Node,
    now: Timestamp,
) -> Result<Snapshot, SettlementError> {
    if let Some(snapshot) = existing {
        return Err(SettlementError::AlreadyCommitted { at: snapshot.committed_at.0 });
    }
    if freeze.begins_at.0 == 0 {
        return Err(SettlementError::NoFreeze { plan: plan.0, market: market.0 });
    }
    if now < freeze.begins_at {
        return Err(SettlementError::WindowNotOpen { opens_at: freeze.begins_at.0, now: now.0 });
    }
    let closed_at = freeze.begins_at.after(rules.window);
    if now > closed_at {
        return Err(SettlementError::WindowClosed { closed_at: closed_at.0, now: now.0 });
    }
    if bond < rules.min_bond {
        return Err(SettlementError::BondTooSmall { bond, required: rules.min_bond });
    }
    // Only the empty tree has a top of zeros, and only it counts no leaf.
    if (top.totals.count == 0) != (top.hash == [0; 32]) || (top.totals.count == 0 && top.totals != Totals::default()) {
        return Err(SettlementError::EmptyTree { count: top.totals.count });
    }
    top.totals.check_netted()?;
    let context = Context { domain: freeze.domain, fork: freeze.fork, plan, market };
    Ok(Snapshot {
        context,
        root: top.seal(keccak, &context),
        totals: top.totals,
        bond,
        committed_at: now,
        challenged_until: now.after(rules.challenge),
    })
}
