//! What traders and liquidators did, and what they were refused.

use serde::Serialize;

use super::written::{amount, price, signed_amount};

/// Health at which an account is sound: equity equals the maintenance requirement, basis points.
pub const SOUND: u32 = 10_000;

/// A liquidation that the venue executed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Liquidation {
    /// Block time, Unix seconds.
    pub at: u64,
    /// Index of the trader.
    pub trader: usize,
    /// Index of the market.
    pub market: usize,
    /// Part of the position closed, in units of the underlying with 18 decimals.
    #[serde(serialize_with = "price")]
    pub size: u128,
    /// Price it was closed at, 18 decimals.
    #[serde(serialize_with = "price")]
    pub price: u128,
    /// True price at that moment, 18 decimals.
    #[serde(serialize_with = "price")]
    pub true_price: u128,
    /// Whether the oracle called the price valid, and it was above zero and young enough by the guard's own measure,
    /// whichever arm this is.
    pub price_valid: bool,
    /// Whether the oracle had the market frozen, so that only deep insolvency counts.
    pub frozen: bool,
    /// Whether a roll-back of the chain undid it.
    pub undone: bool,
    /// Health of the whole account just before, at the prices used, basis points.
    pub health: u32,
    /// Health of the whole account just before, at the true prices, basis points.
    pub true_health: u32,
    /// Penalty paid by the account, smallest unit of the quote asset.
    #[serde(serialize_with = "amount")]
    pub penalty: u128,
    /// What closing at this price rather than the true one cost the account, penalty included; negative is a gain.
    #[serde(serialize_with = "signed_amount")]
    pub loss: i128,
}

impl Liquidation {
    /// The account was sound at the true price.
    pub const fn is_wrongful(&self) -> bool {
        self.true_health >= SOUND
    }
}

/// What a trader asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Bring collateral.
    Deposit,
    /// Make a position smaller.
    Reduce,
    /// Close a position and take everything out.
    Exit,
    /// Open a position or make it larger.
    Increase,
    /// Liquidate somebody.
    Liquidate,
}

impl Wish {
    /// For tables.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Reduce => "reduce",
            Self::Exit => "exit",
            Self::Increase => "increase",
            Self::Liquidate => "liquidate",
        }
    }

    /// No state of a market may refuse it.
    pub const fn is_sacred(self) -> bool {
        matches!(self, Self::Deposit | Self::Reduce | Self::Exit)
    }
}

/// A transaction of a trader or liquidator and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// Block time, Unix seconds.
    pub at: u64,
    /// Index of the trader whose account it was about.
    pub trader: usize,
    /// Index of the market; for what is about the whole account the first of its markets whose price is not fresh, or
    /// its first.
    pub market: usize,
    /// What was asked.
    pub wish: Wish,
    /// Price in force, 18 decimals.
    #[serde(serialize_with = "price")]
    pub price: u128,
    /// True price, 18 decimals.
    #[serde(serialize_with = "price")]
    pub true_price: u128,
    /// Whether the price was fresh by the guard's own measure, whichever arm this is.
    pub price_fresh: bool,
    /// Whether an upgrade that touches the market was under way and not over, whichever arm this is.
    pub in_upgrade: bool,
    /// Why it was refused; `None` where it went through.
    pub refused: Option<String>,
}
