use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::{Account, DomainId, ForkId, MarketId, PlanId},
    keccak::{Keccak256, Preimage},
    numbered::numbered,
    settlement::{Node, SettlementError, Totals, tree::take},
    units::Price,
};

const LEAF_TAG: &[u8; 16] = b"lockstep.leaf.v1";

/// Bytes of a [`Context`].
pub(super) const CONTEXT_BYTES: usize = 48;

/// Bytes of a [`Leaf`] without its context: as it travels in front of its proof.
pub const LEAF_BYTES: usize = 93;

/// Bytes of a leaf behind its series: one block of Keccak-256, which takes 135.
const LEAF_PREIMAGE: usize = 32 + LEAF_BYTES;

numbered! {
    /// On which branch or branches of a split a position settles. Fixed when the position is opened.
    Basis {
        /// On the canonical branch alone. There is no zero: it is what truncated call data decodes to.
        CanonicalOnly = 1,
        /// On the canonical branch, for the sum of all branches.
        SumOfBranches = 2,
        /// On each branch its own claim.
        PerBranchClaim = 3,
    }
}

/// What a snapshot is of. Each leaf and the root commit to it, so that neither can be used anywhere else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Context {
    /// Network.
    pub domain: DomainId,
    /// Branch of its history.
    pub fork: ForkId,
    /// Plan whose freeze the snapshot belongs to.
    pub plan: PlanId,
    /// Market.
    pub market: MarketId,
}

/// The hash of a [`Context`] in front of each of its leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Series([u8; 32]);

impl Context {
    /// What the leaves of this context begin with.
    pub fn series(&self, keccak: Keccak256) -> Series {
        let preimage: [u8; 16 + CONTEXT_BYTES] = Preimage::new().put(LEAF_TAG).put(&self.bytes()).finish();
        Series(keccak(&preimage))
    }

    pub(super) fn bytes(&self) -> [u8; CONTEXT_BYTES] {
        Preimage::new()
            .put(&self.domain.0.to_be_bytes())
            .put(&self.fork.0)
            .put(&self.plan.0.to_be_bytes())
            .put(&self.market.0.to_be_bytes())
            .finish()
    }
}

/// One holder's position at the freeze.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Leaf {
    /// Position in the tree, from zero.
    pub index: u64,
    /// Holder. The insurance fund, and a lending market's cash, are holders like any other.
    pub account: Account,
    /// Size in the smallest unit of the underlying; negative where the holder is short.
    pub size: i128,
    /// Price at which the position was entered.
    pub entry_price: Price,
    /// Margin behind the position, in the smallest unit of the quote asset.
    pub margin: u128,
    /// Unrealised profit (positive) or loss, in the smallest unit of the quote asset.
    pub unrealised: i128,
    /// On which branches it settles.
    pub basis: Basis,
}

impl Leaf {
    /// The leaf without its context, as in its preimage.
    pub fn bytes(&self) -> [u8; LEAF_BYTES] {
        Preimage::new()
            .put(&self.index.to_be_bytes())
            .put(&self.account.0)
            .put(&self.size.to_be_bytes())
            .put(&self.entry_price.0.to_be_bytes())
            .put(&self.margin.to_be_bytes())
            .put(&self.unrealised.to_be_bytes())
            .put(&[self.basis.number()])
            .finish()
    }

    /// The inverse of [`Self::bytes`].
    ///
    /// # Errors
    /// [`SettlementError::UnknownBasis`].
    pub fn from_bytes(bytes: &[u8; LEAF_BYTES]) -> Result<Self, SettlementError> {
        let (index, rest) = take(bytes);
        let (account, rest) = take(rest);
        let (size, rest) = take(rest);
        let (entry_price, rest) = take(rest);
        let (margin, rest) = take(rest);
        let (unrealised, rest) = take(rest);
        let ([basis], _) = take(rest);
        Ok(Self {
            index: u64::from_be_bytes(index),
            account: Account(account),
            size: i128::from_be_bytes(size),
            entry_price: Price(u128::from_be_bytes(entry_price)),
            margin: u128::from_be_bytes(margin),
            unrealised: i128::from_be_bytes(unrealised),
            basis: Basis::try_from(basis).map_err(|unknown| SettlementError::UnknownBasis { number: unknown.0 })?,
        })
    }

    /// Whether there is nothing that could ever be claimed or owed.
    pub const fn is_empty(&self) -> bool {
        self.size == 0 && self.unrealised == 0
    }

    /// The node of this leaf.
    pub fn node(&self, keccak: Keccak256, series: &Series) -> Node {
        let preimage: [u8; LEAF_PREIMAGE] = Preimage::new().put(&series.0).put(&self.bytes()).finish();
        let (long, short) = sides(self.size);
        let (profit, loss) = sides(self.unrealised);
        Node { hash: keccak(&preimage), totals: Totals { count: 1, long, short, profit, loss } }
    }
}

/// The positive and the negative part of `amount`, both without sign.
const fn sides(amount: i128) -> (u128, u128) {
    if amount >= 0 { (amount.unsigned_abs(), 0) } else { (0, amount.unsigned_abs()) }
}
