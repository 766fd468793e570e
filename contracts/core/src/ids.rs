//! Identifiers. Newtypes, so that a market is never taken for an asset.

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
