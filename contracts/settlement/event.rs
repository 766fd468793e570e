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
    /// Network of the underlying.
    pub domain: u32,
    /// On which branches of a split its positions settle: a `lockstep_core::settlement::Basis` as a number.
    pub basis: u8,
    /// Places of the underlying.
    pub decimals: u8,
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
    /// The last second in which it can be challenged, active time.
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

/// The feed that prices the other branch, should the plan split its network, was named.
#[ink::event]
pub struct BranchNamed {
    /// Plan.
    #[ink(topic)]
    pub plan: u64,
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// The guard's market with that price.
    pub feed: u32,
}

/// A venue is asked for its open interest.
#[ink::event]
pub struct SnapshotOpened {
    /// Plan whose freeze it belongs to; zero for the end of the market.
    #[ink(topic)]
    pub plan: u64,
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// Positions count as they were right before this, wall time.
    pub taken_at: u64,
    /// At which unrealised amounts are counted, 18 decimals; zero where there was no valid price.
    pub price: u128,
    /// The last second in which the venue may commit, active time.
    pub until: u64,
}

/// A market ended: claims take the place of trading.
#[ink::event]
pub struct MarketEnded {
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// Whether its venue took the message.
    pub heard: bool,
}

/// A snapshot has no tree (any more): claims go by the venue's own answers.
#[ink::event]
pub struct SnapshotFell {
    /// Plan.
    #[ink(topic)]
    pub plan: u64,
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// The account in question; zero where nothing was committed.
    pub account: Address,
    /// 1 a wrong leaf, 2 a missing one, 3 a doubled or misplaced one, 4 one not proven when asked for, 5 nothing committed.
    pub fault: u8,
    /// Who is rewarded.
    #[ink(topic)]
    pub to: Address,
    /// How much, in the native token's smallest unit as contracts see it.
    pub reward: u128,
    /// What governance may take.
    pub forfeited: u128,
}

/// Somebody wants to see the leaf of an account.
#[ink::event]
pub struct Summoned {
    /// Plan.
    #[ink(topic)]
    pub plan: u64,
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// The account.
    #[ink(topic)]
    pub account: Address,
    /// Who.
    pub by: Address,
    /// The last second in which it is answered in time, active time.
    pub until: u64,
}

/// The leaf of an account was shown.
#[ink::event]
pub struct SummonsAnswered {
    /// Plan.
    #[ink(topic)]
    pub plan: u64,
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// The account.
    #[ink(topic)]
    pub account: Address,
}

/// Somebody took what it earned by challenges.
#[ink::event]
pub struct RewardPaid {
    /// Who.
    #[ink(topic)]
    pub account: Address,
    /// How much, in the native token's smallest unit as contracts see it.
    pub amount: u128,
}

/// Governance took what venues forfeited.
#[ink::event]
pub struct Forfeited {
    /// To whom.
    #[ink(topic)]
    pub recipient: Address,
    /// How much, in the native token's smallest unit as contracts see it.
    pub amount: u128,
}

/// The other branch has no price that counts yet.
#[ink::event]
pub struct SearchContinued {
    /// Plan.
    #[ink(topic)]
    pub plan: u64,
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// Attempts so far.
    pub attempts: u32,
    /// When the next is due, wall time.
    pub next_at: u64,
}

/// How a snapshot settles was found.
#[ink::event]
pub struct Resolved {
    /// Plan.
    #[ink(topic)]
    pub plan: u64,
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// The branch on which it does: claims name it.
    pub branch: H256,
    /// 0 nothing is paid, 1 what was not realised, 2 the size at the price of the other branch.
    pub payment: u8,
    /// That price, 18 decimals.
    pub price: u128,
    /// Whether claims prove leaves; else they go by the venue's answers.
    pub by_tree: bool,
    /// What all credits are together at most, in quote; zero where that is not known.
    pub owed: u128,
}

/// A debit, or a part of it, was collected.
#[ink::event]
pub struct DebitCollected {
    /// Plan.
    #[ink(topic)]
    pub plan: u64,
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// The debtor.
    #[ink(topic)]
    pub account: Address,
    /// How much, in quote.
    pub collected: u128,
    /// What it still owes.
    pub due: u128,
    /// Who collected.
    pub collector: Address,
    /// What that got on top from the debtor.
    pub reward: u128,
}

/// The share of all credits was fixed.
#[ink::event]
pub struct ShareFixed {
    /// Plan.
    #[ink(topic)]
    pub plan: u64,
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// So much, in quote, ...
    pub collected: u128,
    /// ... for each so much of credits.
    pub owed: u128,
}

/// A credit was paid.
#[ink::event]
pub struct CreditPaid {
    /// Plan.
    #[ink(topic)]
    pub plan: u64,
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// The creditor.
    #[ink(topic)]
    pub account: Address,
    /// Its credit, in quote.
    pub credit: u128,
    /// What it was paid.
    pub paid: u128,
}

/// What nobody claimed went to the insurance fund.
#[ink::event]
pub struct Swept {
    /// Plan.
    #[ink(topic)]
    pub plan: u64,
    /// Market.
    #[ink(topic)]
    pub market: u32,
    /// How much, in quote.
    pub amount: u128,
}
