use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::{Account, DomainId, ForkId, MarketId, PlanId},
    keccak::{Keccak256, Preimage},
    numbered::numbered,
    settlement::{Node, Totals},
    units::Price,
};

const LEAF_TAG: &[u8; 16] = b"lockstep.leaf.v1";

/// Bytes of a [`Context`].
pub(super) const CONTEXT_BYTES: usize = 48;

/// Bytes of a tagged leaf.
const LEAF_PREIMAGE: usize = 16 + CONTEXT_BYTES + 93;

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

impl Context {
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
    /// The node of this leaf.
    pub fn node(&self, keccak: Keccak256, context: &Context) -> Node {
        let preimage: [u8; LEAF_PREIMAGE] = Preimage::new()
            .put(LEAF_TAG)
            .put(&context.bytes())
            .put(&self.index.to_be_bytes())
            .put(&self.account.0)
            .put(&self.size.to_be_bytes())
            .put(&self.entry_price.0.to_be_bytes())
            .put(&self.margin.to_be_bytes())
            .put(&self.unrealised.to_be_bytes())
            .put(&[self.basis.number()])
            .finish();
        let (long, short) = sides(self.size);
        let (profit, loss) = sides(self.unrealised);
        Node { hash: keccak(&preimage), totals: Totals { count: 1, long, short, profit, loss } }
    }
}

/// The positive and the negative part of `amount`, both without sign.
const fn sides(amount: i128) -> (u128, u128) {
    if amount >= 0 { (amount.unsigned_abs(), 0) } else { (0, amount.unsigned_abs()) }
}
