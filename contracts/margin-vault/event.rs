use ink::Address;

/// Governance moved to another address.
#[ink::event]
pub struct GovernanceTransferred {
    /// From where.
    #[ink(topic)]
    pub from: Address,
    /// To where.
    #[ink(topic)]
    pub to: Address,
}

/// An asset was listed.
#[ink::event]
pub struct AssetListed {
    /// Its number.
    #[ink(topic)]
    pub asset: u32,
    /// Its contract; zero is the native token.
    #[ink(topic)]
    pub token: Address,
    /// Its market in the guard.
    #[ink(topic)]
    pub market: u32,
    /// Places of its smallest unit.
    pub decimals: u8,
    /// The most that the vault takes in.
    pub cap: u128,
    /// Its haircut in basis points.
    pub haircut: u32,
}

/// A venue was admitted, or its terms were changed.
#[ink::event]
pub struct VenueAdmitted {
    /// The venue.
    #[ink(topic)]
    pub venue: Address,
    /// The bond that it needs, in quote.
    pub bond_required: u128,
    /// The most that insurance pays for its debts from now on, in quote.
    pub cover: u128,
    /// From when on accounts may opt in, in active time; 0 for always.
    pub from: u64,
}

/// A venue was dismissed: nobody opts in or opens there any more.
#[ink::event]
pub struct VenueDismissed {
    /// The venue.
    #[ink(topic)]
    pub venue: Address,
}

/// A venue's bond changed.
#[ink::event]
pub struct BondChanged {
    /// The venue.
    #[ink(topic)]
    pub venue: Address,
    /// The bond before, in quote.
    pub from: u128,
    /// The bond after.
    pub to: u128,
}

/// The insurance fund received quote.
#[ink::event]
pub struct InsuranceFunded {
    /// From whom.
    #[ink(topic)]
    pub account: Address,
    /// How much.
    pub amount: u128,
}

/// Collateral arrived.
#[ink::event]
pub struct Deposited {
    /// Whose.
    #[ink(topic)]
    pub account: Address,
    /// Which asset; 0 is quote.
    #[ink(topic)]
    pub asset: u32,
    /// What arrived, in its smallest unit.
    pub amount: u128,
}

/// Collateral left.
#[ink::event]
pub struct Withdrawn {
    /// Whose.
    #[ink(topic)]
    pub account: Address,
    /// Which asset; 0 is quote.
    #[ink(topic)]
    pub asset: u32,
    /// How much, in its smallest unit.
    pub amount: u128,
}

/// An account joined a venue.
#[ink::event]
pub struct OptedIn {
    /// The account.
    #[ink(topic)]
    pub account: Address,
    /// The venue.
    #[ink(topic)]
    pub venue: Address,
}

/// An account left a venue.
#[ink::event]
pub struct OptedOut {
    /// The account.
    #[ink(topic)]
    pub account: Address,
    /// The venue.
    #[ink(topic)]
    pub venue: Address,
}

/// A venue moved profit.
#[ink::event]
pub struct ProfitRealised {
    /// The venue.
    #[ink(topic)]
    pub venue: Address,
    /// Who gained (lost where negative).
    #[ink(topic)]
    pub account: Address,
    /// From whom.
    #[ink(topic)]
    pub counterparty: Address,
    /// How much, in quote.
    pub profit: i128,
    /// What the loser had in cash.
    pub collected: u128,
    /// What the winner got in cash.
    pub paid: u128,
}

/// A debt was collected or a pending profit paid, later than it was realised.
#[ink::event]
pub struct Settled {
    /// The venue.
    #[ink(topic)]
    pub venue: Address,
    /// The account.
    #[ink(topic)]
    pub account: Address,
    /// What it paid of its debt, in quote.
    pub collected: u128,
    /// What it was paid of its profit.
    pub paid: u128,
}

/// Collateral was liquidated.
#[ink::event]
pub struct CollateralLiquidated {
    /// Whose.
    #[ink(topic)]
    pub account: Address,
    /// By whom.
    #[ink(topic)]
    pub liquidator: Address,
    /// Which asset.
    #[ink(topic)]
    pub asset: u32,
    /// Debt repaid, in quote.
    pub repaid: u128,
    /// Collateral taken, in its smallest unit.
    pub seized: u128,
    /// Paid into the insurance fund, in quote.
    pub insurance: u128,
}

/// A venue may liquidate a position.
#[ink::event]
pub struct LiquidationAuthorised {
    /// The venue.
    #[ink(topic)]
    pub venue: Address,
    /// The account.
    #[ink(topic)]
    pub account: Address,
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// How much of the position, in the venue's unit.
    pub size: u128,
    /// The account's maintenance health, in basis points.
    pub health: u32,
}

/// A liquidation was paid for.
#[ink::event]
pub struct LiquidationCharged {
    /// The account.
    #[ink(topic)]
    pub account: Address,
    /// Who liquidated.
    #[ink(topic)]
    pub liquidator: Address,
    /// The liquidator's reward, in quote.
    pub reward: u128,
    /// Paid into the insurance fund.
    pub insurance: u128,
}

/// A bankrupt account's debt was covered by the insurance fund, and the rest shared.
#[ink::event]
pub struct BadDebtCovered {
    /// The account.
    #[ink(topic)]
    pub account: Address,
    /// The venue it owes.
    #[ink(topic)]
    pub venue: Address,
    /// What the fund paid, in quote.
    pub covered: u128,
    /// What the venue's bond bears.
    pub by_bond: u128,
    /// What those bear whose profits at the venue are pending.
    pub by_credits: u128,
}

/// The guard (0), the registry (1) or the settlement contract (2) was named.
#[ink::event]
pub struct OfficeChanged {
    /// Which.
    #[ink(topic)]
    pub office: u8,
    /// Who is in office; zero where nobody is.
    #[ink(topic)]
    pub from: Address,
    /// Who follows.
    #[ink(topic)]
    pub to: Address,
    /// When, in wall time.
    pub start: u64,
}

/// A figure of the vault, of an asset or of a venue was set. Times are active time.
#[ink::event]
pub struct ParameterSet {
    /// A `lockstep_core::margin::Parameter` as a number.
    #[ink(topic)]
    pub parameter: u8,
    /// The asset, where it is a figure of one.
    #[ink(topic)]
    pub asset: u32,
    /// The venue, where it is a figure of one.
    #[ink(topic)]
    pub venue: Address,
    /// The value before.
    pub from: u128,
    /// The value after.
    pub to: u128,
    /// When it begins to move.
    pub start: u64,
    /// When it has arrived.
    pub end: u64,
}

/// Quote went into the pot of a market.
#[ink::event]
pub struct Collected {
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// From whom.
    #[ink(topic)]
    pub account: Address,
    /// How much.
    pub amount: u128,
}

/// Quote left the pot of a market.
#[ink::event]
pub struct PaidOut {
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// To whom.
    #[ink(topic)]
    pub account: Address,
    /// How much.
    pub amount: u128,
}

/// A settlement began to keep those who were exposed to a market from withdrawing, or ended that.
#[ink::event]
pub struct Held {
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// When the snapshot was taken, wall time.
    pub since: u64,
    /// When it ends by itself, wall time; zero where it ended.
    pub until: u64,
}

/// An account may not withdraw for a while.
#[ink::event]
pub struct DepositsLocked {
    /// The account.
    #[ink(topic)]
    pub account: Address,
    /// Until when, in wall time.
    pub until: u64,
}

/// Something was stopped, by governance or by a keeper.
#[ink::event]
pub struct Paused {
    /// 0 the whole vault, 1 an asset, 2 a venue.
    #[ink(topic)]
    pub scope: u8,
    /// The asset, or the venue's market (4,294,967,295 for all of them).
    #[ink(topic)]
    pub number: u32,
    /// The venue.
    #[ink(topic)]
    pub venue: Address,
    /// What: 1 to opt in, 2 to grow a position, 4 to withdraw with open risk, 8 to liquidate, or a sum.
    pub operations: u8,
    /// By whom.
    pub by: Address,
    /// Until when, in wall time.
    pub until: u64,
}

/// What was stopped goes on.
#[ink::event]
pub struct Resumed {
    /// 0 the whole vault, 1 an asset, 2 a venue.
    #[ink(topic)]
    pub scope: u8,
    /// The asset, or the venue's market (4,294,967,295 for all of them).
    #[ink(topic)]
    pub number: u32,
    /// The venue.
    #[ink(topic)]
    pub venue: Address,
    /// What, as in `Paused`.
    pub operations: u8,
    /// By whom.
    pub by: Address,
}
