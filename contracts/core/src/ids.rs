//! Identifiers. Newtypes, so that a market is never taken for an asset.

use alloc::vec::Vec;

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($raw:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode,
            DecodeWithMemTracking, MaxEncodedLen,
        )]
        #[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
        pub struct $name(pub $raw);
    };
}

id! {
    /// One instrument family of one venue on one underlying, or a collateral asset's own (lending) market.
    MarketId(u32)
}
id! {
    /// A collateral asset of the margin vault.
    AssetId(u32)
}
id! {
    /// A price feed of the oracle guard.
    FeedId(u32)
}
id! {
    /// A network.
    DomainId(u32)
}
id! {
    /// An upgrade plan.
    PlanId(u64)
}
id! {
    /// The 20-byte address of an account or a contract.
    Account([u8; 20])
}
id! {
    /// Names one branch of a network's history.
    ForkId([u8; 32])
}

/// Each of `numbers` once, in ascending order. They are few, and a sort takes more of a contract's code.
pub fn each_once(numbers: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let mut once = Vec::new();
    for number in numbers {
        if let Err(place) = once.binary_search(&number) {
            once.insert(place, number);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_stands_once_and_in_order(numbers in prop::collection::vec(0u32..9, 0..20)) {
            let expected: Vec<u32> = numbers.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            prop_assert_eq!(each_once(numbers), expected);
        }
    }
}
