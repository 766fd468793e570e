use alloc::vec::Vec;

use crate::{
    ids::Account,
    keccak::Keccak256,
    settlement::{Context, LEAF_BYTES, Leaf, NODE_BYTES, Node, SettlementError},
};

/// What a node meets on the way up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nobody: it moves up as it is.
    Alone,
    /// A partner.
    Paired {
        /// Number of the partner within its level.
        sibling: u64,
        /// Number of leaves below the partner.
        span: u64,
        /// Whether the partner stands to the left.
        sibling_is_left: bool,
    },
}

/// The steps from the leaf at `index` of `count` to the top; `None` where there is no such leaf.
pub(super) fn path(index: u64, count: u64) -> Option<impl Iterator<Item = Step>> {
    let (mut position, mut width, mut size) = (index, count, 1u64);
    (index < count).then_some(core::iter::from_fn(move || {
        (width > 1).then(|| {
            let sibling = position ^ 1;
            let step = if sibling < width {
                // `sibling` is below `width`, so its first leaf is below `count`.
                let span = size.min(count.saturating_sub(sibling.saturating_mul(size)));
                Step::Paired { sibling, span, sibling_is_left: sibling < position }
            } else {
                Step::Alone
            };
            position /= 2;
            width = width.div_ceil(2);
            size = size.saturating_mul(2);
            step
        })
    }))
}

/// Shows that `leaf` is one of the `count` leaves below `root`.
///
/// # Errors
/// [`SettlementError::IndexOutOfRange`], [`SettlementError::ProofLength`], [`SettlementError::SiblingCount`],
/// [`SettlementError::SumOverflow`], [`SettlementError::RootMismatch`].
pub fn verify(
    keccak: Keccak256,
    context: &Context,
    root: [u8; 32],
    count: u64,
    leaf: &Leaf,
    proof: &[Node],
) -> Result<(), SettlementError> {
    let steps = || path(leaf.index, count).ok_or(SettlementError::IndexOutOfRange { index: leaf.index, count });
    let expected = steps()?.filter(|step| *step != Step::Alone).count();
    if proof.len() != expected {
        let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        return Err(SettlementError::ProofLength { expected: number(expected), actual: number(proof.len()) });
    }
    let mut siblings = proof.iter();
    let mut node = leaf.node(keccak, &context.series(keccak));
    for (step, level) in steps()?.zip(0u32..) {
        let Step::Paired { span, sibling_is_left, .. } = step else { continue };
        let Some(sibling) = siblings.next() else { continue };
        if sibling.totals.count != span {
            return Err(SettlementError::SiblingCount { level, expected: span, actual: sibling.totals.count });
        }
        let (left, right) = if sibling_is_left { (sibling, &node) } else { (&node, sibling) };
        node = Node::parent(keccak, left, right)?;
    }
    let computed = node.seal(keccak, context);
    if computed == root { Ok(()) } else { Err(SettlementError::RootMismatch { committed: root, computed }) }
}

/// A leaf and the proof that it is in the tree.
#[derive(Clone, Copy, Debug)]
pub struct Inclusion<'a> {
    /// The leaf.
    pub leaf: &'a Leaf,
    /// Its siblings, from below.
    pub proof: &'a [Node],
}

impl Inclusion<'_> {
    fn verify(&self, keccak: Keccak256, context: &Context, root: [u8; 32], count: u64) -> Result<(), SettlementError> {
        verify(keccak, context, root, count, self.leaf, self.proof)
    }
}

/// A leaf with its proof, as both travel: [`LEAF_BYTES`] of the leaf, then the nodes of the proof. How many these are
/// follows from the leaf's index and the count, so that several can stand one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The leaf.
    pub leaf: Leaf,
    /// Its siblings, from below.
    pub proof: Vec<Node>,
}

impl Proven {
    /// As it travels.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.leaf.bytes().to_vec();
        bytes.extend(encode_proof(&self.proof));
        bytes
    }

    /// Takes the first off `bytes`, of a tree with `count` leaves; returns what is left of the bytes too. Nothing is
    /// verified yet.
    ///
    /// # Errors
    /// [`SettlementError::InclusionBytes`], [`SettlementError::UnknownBasis`], [`SettlementError::IndexOutOfRange`].
    pub fn parse(bytes: &[u8], count: u64) -> Result<(Self, &[u8]), SettlementError> {
        let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let short =
            |needed: usize| SettlementError::InclusionBytes { length: number(bytes.len()), needed: number(needed) };
        let (leaf, rest) = bytes.split_first_chunk::<LEAF_BYTES>().ok_or_else(|| short(LEAF_BYTES))?;
        let leaf = Leaf::from_bytes(leaf)?;
        let steps = path(leaf.index, count).ok_or(SettlementError::IndexOutOfRange { index: leaf.index, count })?;
        let length = steps.filter(|step| *step != Step::Alone).count().saturating_mul(NODE_BYTES);
        let (proof, rest) = rest.split_at_checked(length).ok_or_else(|| short(LEAF_BYTES.saturating_add(length)))?;
        Ok((Self { leaf, proof: decode_proof(proof)? }, rest))
    }

    /// For the functions that prove something about the tree.
    pub fn included(&self) -> Inclusion<'_> {
        Inclusion { leaf: &self.leaf, proof: &self.proof }
    }
}

/// Shows that two neighbouring leaves are not in ascending order of account: an account is doubled, or leaves are
/// out of place so that one could be said to be missing.
///
/// # Errors
/// Those of [`verify`], [`SettlementError::NotAdjacent`], [`SettlementError::InOrder`].
pub fn prove_disorder(
    keccak: Keccak256,
    context: &Context,
    root: [u8; 32],
    count: u64,
    first: Inclusion,
    second: Inclusion,
) -> Result<(), SettlementError> {
    first.verify(keccak, context, root, count)?;
    second.verify(keccak, context, root, count)?;
    adjacent(first.leaf, second.leaf)?;
    if first.leaf.account < second.leaf.account {
        return Err(SettlementError::InOrder { first: first.leaf.index });
    }
    Ok(())
}

/// Shows that `account` has no leaf: `before` and `after` are the neighbours between which it would stand, and one
/// of them is left out at either end of the tree, both where the tree is empty.
///
/// # Errors
/// Those of [`verify`], [`SettlementError::NotAdjacent`], [`SettlementError::NotAbsent`].
pub fn prove_absence(
    keccak: Keccak256,
    context: &Context,
    root: [u8; 32],
    count: u64,
    account: Account,
    before: Option<Inclusion>,
    after: Option<Inclusion>,
) -> Result<(), SettlementError> {
    for neighbour in [before, after].iter().flatten() {
        neighbour.verify(keccak, context, root, count)?;
    }
    let outside = match (before, after) {
        (Some(before), Some(after)) => {
            adjacent(before.leaf, after.leaf)?;
            before.leaf.account < account && account < after.leaf.account
        }
        (Some(last), None) => last.leaf.index.checked_add(1) == Some(count) && last.leaf.account < account,
        (None, Some(first)) => first.leaf.index == 0 && account < first.leaf.account,
        (None, None) => count == 0,
    };
    if outside { Ok(()) } else { Err(SettlementError::NotAbsent { account: account.0 }) }
}

fn adjacent(first: &Leaf, second: &Leaf) -> Result<(), SettlementError> {
    if first.index.checked_add(1) == Some(second.index) {
        Ok(())
    } else {
        Err(SettlementError::NotAdjacent { first: first.index, second: second.index })
    }
}

/// A proof as it travels.
pub fn encode_proof(proof: &[Node]) -> Vec<u8> {
    proof.iter().flat_map(Node::bytes).collect()
}

/// The inverse of [`encode_proof`].
///
/// # Errors
/// [`SettlementError::ProofBytes`].
pub fn decode_proof(bytes: &[u8]) -> Result<Vec<Node>, SettlementError> {
    let (nodes, rest) = bytes.as_chunks::<NODE_BYTES>();
    if rest.is_empty() {
        Ok(nodes.iter().map(Node::from_bytes).collect())
    } else {
        Err(SettlementError::ProofBytes { length: u64::try_from(bytes.len()).unwrap_or(u64::MAX) })
    }
}
