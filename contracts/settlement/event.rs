use ink::{Address, H256};

/// A market's venue was admitted.
#[ink::event]
pub struct MarketAdmitted {
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// The venue's contract.
    #[ink(topic)]
    pub venue: Address,
    /// Who commits its snapshots.
    pub operator: Address,
}

/// A market takes no more snapshots.
#[ink::event]
pub struct MarketRetired {
    /// Market.
    #[ink(topic)]
    pub market: u32,
}

/// A venue's bond grew.
#[ink::event]
pub struct BondPosted {
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// Who paid.
    #[ink(topic)]
    pub payer: Address,
    /// How much, in the native token's smallest unit as contracts see it.
    pub amount: u128,
    /// The whole bond from now on.
    pub bond: u128,
}

/// A retired market's bond was paid back.
#[ink::event]
pub struct BondWithdrawn {
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// To whom.
    #[ink(topic)]
    pub recipient: Address,
    /// How much, in the native token's smallest unit as contracts see it.
    pub amount: u128,
}

/// A venue committed to its open interest.
#[ink::event]
pub struct SnapshotCommitted {
    /// Plan whose freeze it belongs to.
    #[ink(topic)]
    pub plan: u64,
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// Root of the tree.
    pub root: H256,
    /// Number of positions.
    pub count: u64,
    /// Sum of the longs, and of the shorts, in the underlying's smallest unit.
    pub interest: u128,
    /// Sum of the unrealised profits, and of the losses, in the quote asset's smallest unit.
    pub profit: u128,
    /// The last second in which it can be challenged, Unix seconds.
    pub challenged_until: u64,
}

/// The rules for snapshots changed.
#[ink::event]
pub struct RulesChanged {
    /// Seconds from the freeze to the deadline, until now.
    pub old_window: u64,
    /// Seconds from the freeze to the deadline, from now on.
    pub new_window: u64,
    /// Seconds in which a snapshot can be challenged, until now.
    pub old_challenge: u64,
    /// Seconds in which a snapshot can be challenged, from now on.
    pub new_challenge: u64,
    /// Smallest bond until now, in the native token's smallest unit as contracts see it.
    pub old_min_bond: u128,
    /// Smallest bond from now on.
    pub new_min_bond: u128,
}
