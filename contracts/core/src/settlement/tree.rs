use alloc::{vec, vec::Vec};

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::Account,
    keccak::{Keccak256, Preimage},
    settlement::{
        Context, Leaf, Series, SettlementError,
        leaf::CONTEXT_BYTES,
        proof::{Step, path},
    },
};

const NODE_TAG: &[u8; 16] = b"lockstep.node.v1";
const ROOT_TAG: &[u8; 16] = b"lockstep.root.v1";

const TOTALS_BYTES: usize = 72;

/// Bytes of a [`Node`] in a preimage or a proof.
pub const NODE_BYTES: usize = 32 + TOTALS_BYTES;

/// What a subtree holds. All unsigned, so that a total never falls on the way up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Totals {
    /// Number of leaves.
    pub count: u64,
    /// Sum of the long sizes.
    pub long: u128,
    /// Sum of the short sizes, without sign.
    pub short: u128,
    /// Sum of the unrealised profits.
    pub profit: u128,
    /// Sum of the unrealised losses, without sign.
    pub loss: u128,
}

impl Totals {
    /// The sums.
    ///
    /// # Errors
    /// [`SettlementError::SumOverflow`] with the first pair whose sum leaves its type.
    pub fn checked_add(&self, other: &Self) -> Result<Self, SettlementError> {
        let sum = |left: u128, right: u128| left.checked_add(right).ok_or(SettlementError::SumOverflow { left, right });
        Ok(Self {
            count: self
                .count
                .checked_add(other.count)
                .ok_or(SettlementError::SumOverflow { left: self.count.into(), right: other.count.into() })?,
            long: sum(self.long, other.long)?,
            short: sum(self.short, other.short)?,
            profit: sum(self.profit, other.profit)?,
            loss: sum(self.loss, other.loss)?,
        })
    }

    /// Whether every claim has its counterpart. Each unrealised amount is rounded against its holder by less than one
    /// unit, so losses may exceed profits by no more than one unit a leaf; profits never exceed losses.
    ///
    /// # Errors
    /// [`SettlementError::InterestNotNetted`] or [`SettlementError::ProfitNotNetted`] with both sums.
    pub fn check_netted(&self) -> Result<(), SettlementError> {
        if self.long != self.short {
            return Err(SettlementError::InterestNotNetted { long: self.long, short: self.short });
        }
        if self.loss.checked_sub(self.profit).is_none_or(|dust| dust > u128::from(self.count)) {
            return Err(SettlementError::ProfitNotNetted { profit: self.profit, loss: self.loss });
        }
        Ok(())
    }

    fn bytes(&self) -> [u8; TOTALS_BYTES] {
        Preimage::new()
            .put(&self.count.to_be_bytes())
            .put(&self.long.to_be_bytes())
            .put(&self.short.to_be_bytes())
            .put(&self.profit.to_be_bytes())
            .put(&self.loss.to_be_bytes())
            .finish()
    }
}

/// A leaf, or an inner node: its hash and what stands below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Node {
    /// Hash.
    pub hash: [u8; 32],
    /// Totals of the leaves below.
    pub totals: Totals,
}

impl Node {
    /// As it stands in a preimage and in a proof.
    pub fn bytes(&self) -> [u8; NODE_BYTES] {
        Preimage::new().put(&self.hash).put(&self.totals.bytes()).finish()
    }

    /// The inverse of [`Self::bytes`].
    pub fn from_bytes(bytes: &[u8; NODE_BYTES]) -> Self {
        let (hash, rest) = take(bytes);
        let (count, rest) = take(rest);
        let (long, rest) = take(rest);
        let (short, rest) = take(rest);
        let (profit, rest) = take(rest);
        let (loss, _) = take(rest);
        Self {
            hash,
            totals: Totals {
                count: u64::from_be_bytes(count),
                long: u128::from_be_bytes(long),
                short: u128::from_be_bytes(short),
                profit: u128::from_be_bytes(profit),
                loss: u128::from_be_bytes(loss),
            },
        }
    }

    /// The node above `left` and `right`.
    ///
    /// # Errors
    /// [`SettlementError::SumOverflow`].
    pub fn parent(keccak: Keccak256, left: &Self, right: &Self) -> Result<Self, SettlementError> {
        let preimage: [u8; 16 + 2 * NODE_BYTES] =
            Preimage::new().put(NODE_TAG).put(&left.bytes()).put(&right.bytes()).finish();
        Ok(Self { totals: left.totals.checked_add(&right.totals)?, hash: keccak(&preimage) })
    }

    /// The root of the tree of which this is the top: what a venue commits to.
    pub fn seal(&self, keccak: Keccak256, context: &Context) -> [u8; 32] {
        let preimage: [u8; 16 + CONTEXT_BYTES + NODE_BYTES] =
            Preimage::new().put(ROOT_TAG).put(&context.bytes()).put(&self.bytes()).finish();
        keccak(&preimage)
    }
}

/// Splits the first `N` bytes off; zeros where there are too few.
pub(super) fn take<const N: usize>(bytes: &[u8]) -> ([u8; N], &[u8]) {
    bytes.split_first_chunk().map_or(([0; N], bytes), |(first, rest)| (*first, rest))
}

/// Builds a [`Tree`] from leaves as they come; only their nodes are kept.
pub struct TreeBuilder {
    keccak: Keccak256,
    context: Context,
    series: Series,
    /// Complete nodes of each level, the leaves first.
    levels: Vec<Vec<Node>>,
    last: Option<Account>,
}

impl TreeBuilder {
    /// An empty tree of `context`.
    pub fn new(keccak: Keccak256, context: Context) -> Self {
        Self { keccak, context, series: context.series(keccak), levels: vec![Vec::new()], last: None }
    }

    /// An empty tree of `context` with room for `leaves`, so that nothing is moved while it grows.
    pub fn with_capacity(keccak: Keccak256, context: Context, leaves: usize) -> Self {
        let widths = core::iter::successors(Some(leaves), |width| (*width > 1).then(|| width.div_ceil(2)));
        Self { levels: widths.map(Vec::with_capacity).collect(), ..Self::new(keccak, context) }
    }

    /// Number of leaves so far.
    pub fn len(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| u64::try_from(leaves.len()).unwrap_or(u64::MAX))
    }

    /// Whether there is no leaf yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends a leaf.
    ///
    /// # Errors
    /// [`SettlementError::LeafIndex`], [`SettlementError::LeafOrder`] and [`SettlementError::SumOverflow`]; after
    /// the last the builder must be dropped.
    pub fn push(&mut self, leaf: &Leaf) -> Result<(), SettlementError> {
        let index = self.len();
        if leaf.index != index {
            return Err(SettlementError::LeafIndex { expected: index, actual: leaf.index });
        }
        if let Some(previous) = self.last
            && previous >= leaf.account
        {
            return Err(SettlementError::LeafOrder { index, account: leaf.account.0, previous: previous.0 });
        }
        self.last = Some(leaf.account);
        let mut node = leaf.node(self.keccak, &self.series);
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let Some(nodes) = self.levels.get_mut(level) else { break };
            nodes.push(node);
            // A node of even number closes a pair.
            match nodes.as_slice() {
                [.., left, right] if nodes.len() % 2 == 0 => node = Node::parent(self.keccak, left, right)?,
                _ => break,
            }
        }
        Ok(())
    }

    /// Moves lonely nodes up until one is left.
    ///
    /// # Errors
    /// [`SettlementError::SumOverflow`].
    pub fn finish(mut self) -> Result<Tree, SettlementError> {
        let mut width = self.levels.first().map_or(0, Vec::len);
        let mut level = 0;
        while width > 1 {
            let above_width = width.div_ceil(2);
            if self.levels.len() == level + 1 {
                self.levels.push(Vec::new());
            }
            let (below, above) = self.levels.split_at_mut(level + 1);
            if let (Some(below), Some(above)) = (below.last(), above.first_mut())
                && above.len() < above_width
            {
                match below.as_slice() {
                    [.., lonely] if width % 2 == 1 => above.push(*lonely),
                    [.., left, right] => above.push(Node::parent(self.keccak, left, right)?),
                    _ => {}
                }
            }
            width = above_width;
            level += 1;
        }
        self.levels.truncate(level + 1);
        Ok(Tree { keccak: self.keccak, context: self.context, levels: self.levels })
    }
}

/// A finished tree: all its nodes, none of its leaves.
pub struct Tree {
    keccak: Keccak256,
    context: Context,
    levels: Vec<Vec<Node>>,
}

impl Tree {
    /// The top node; zeros where the tree is empty.
    pub fn top(&self) -> Node {
        self.levels.last().and_then(|top| top.first()).copied().unwrap_or_default()
    }

    /// What the venue commits to.
    pub fn root(&self) -> [u8; 32] {
        self.top().seal(self.keccak, &self.context)
    }

    /// The siblings of the leaf at `index`, from below.
    ///
    /// # Errors
    /// [`SettlementError::IndexOutOfRange`].
    pub fn prove(&self, index: u64) -> Result<Vec<Node>, SettlementError> {
        let count = self.top().totals.count;
        let out_of_range = SettlementError::IndexOutOfRange { index, count };
        let mut proof = Vec::new();
        for (level, step) in path(index, count).ok_or(out_of_range)?.enumerate() {
            if let Step::Paired { sibling, .. } = step {
                let position = usize::try_from(sibling).map_err(|_| out_of_range)?;
                proof.push(*self.levels.get(level).and_then(|nodes| nodes.get(position)).ok_or(out_of_range)?);
            }
        }
        Ok(proof)
    }
}
