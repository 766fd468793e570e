use ink::Address;

/// A market was added.
#[ink::event]
pub struct MarketAdded {
    /// Its id in the guard.
    #[ink(topic)]
    pub market: u32,
    /// The other side of every trade.
    #[ink(topic)]
    pub maker: Address,
    /// Initial requirement, in basis points of the notional.
    pub initial: u32,
    /// Maintenance requirement.
    pub maintenance: u32,
    /// Spread against the trader.
    pub spread: u32,
    /// Fee of a liquidation.
    pub liquidation_fee: u32,
}

/// The settlement basis of a market was fixed.
#[ink::event]
pub struct BasisFixed {
    /// Its id in the guard.
    #[ink(topic)]
    pub market: u32,
    /// A `lockstep_core::settlement::Basis` as a number.
    pub basis: u8,
}

/// A market ended: its positions are settled by claims.
#[ink::event]
pub struct MarketEnded {
    /// Its id in the guard.
    #[ink(topic)]
    pub market: u32,
}

/// A position was opened or increased.
#[ink::event]
pub struct Increased {
    /// The trader.
    #[ink(topic)]
    pub account: Address,
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// What was bought (sold where negative), in the base asset's smallest unit.
    pub size: i128,
    /// The price with spread, 18 decimals.
    pub price: u128,
}

/// A position was reduced or closed by its holder.
#[ink::event]
pub struct Reduced {
    /// The trader.
    #[ink(topic)]
    pub account: Address,
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// The part of the position that was closed, with its sign.
    pub size: i128,
    /// The price, 18 decimals.
    pub price: u128,
    /// What it brought, in quote.
    pub profit: i128,
    /// Whether the profit is held in escrow until the next valid price.
    pub escrowed: bool,
}

/// An escrow was released at a valid price.
#[ink::event]
pub struct EscrowReleased {
    /// The trader.
    #[ink(topic)]
    pub account: Address,
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// Paid to the trader, in quote.
    pub paid: u128,
    /// Paid back to the maker.
    pub returned: u128,
}

/// A position was liquidated.
#[ink::event]
pub struct Liquidated {
    /// The trader.
    #[ink(topic)]
    pub account: Address,
    /// The market.
    #[ink(topic)]
    pub market: u32,
    /// Who liquidated.
    #[ink(topic)]
    pub liquidator: Address,
    /// The part of the position that was closed, with its sign.
    pub size: i128,
    /// The mark, 18 decimals.
    pub price: u128,
    /// What the trader gained (lost where negative), in quote.
    pub profit: i128,
    /// The liquidator's reward.
    pub reward: u128,
    /// Paid into the insurance fund.
    pub insurance: u128,
}
