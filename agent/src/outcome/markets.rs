//! The markets block by block, and the spans in which they were shut.

use serde::Serialize;

use super::written::{price, signed_amount};

/// What a market may do at the moment, as its oracle says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MarketMode {
    /// Everything.
    Open,
    /// Open again, with the liquidation size still rising.
    Ramping,
    /// Liquidations run, and risk does not grow: an upgrade is not over.
    Recovering,
    /// Nothing is liquidated and no risk is added.
    Frozen,
    /// A freeze outlasted its bound: risk may only shrink.
    ReduceOnly,
}

/// A market at the end of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MarketState {
    /// Where the market outside stood, 18 decimals.
    #[serde(serialize_with = "price")]
    pub true_price: u128,
    /// What the contracts were fed, 18 decimals.
    #[serde(serialize_with = "price")]
    pub fed_price: u128,
    /// Whether the oracle calls its price valid.
    pub valid: bool,
    /// The oracle's word on the price.
    pub verdict: &'static str,
    /// What may be done.
    pub mode: MarketMode,
    /// Why not everything may be done; empty where it may.
    pub reason: &'static str,
    /// Part of a position that a liquidation may take, basis points.
    pub share_bps: u32,
}

/// The end of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlockState {
    /// Its number.
    pub number: u64,
    /// Its time, Unix seconds.
    pub at: u64,
    /// Whether a migration kept transactions out.
    pub only_inherents: bool,
    /// By market.
    pub markets: Vec<MarketState>,
    /// Health of each trader at the price fed, basis points of the maintenance requirement; `None` without a position.
    pub health: Vec<Option<u32>>,
    /// What the vault holds less what it owes, smallest unit of the quote asset.
    #[serde(serialize_with = "signed_amount")]
    pub surplus: i128,
}

/// A span in which the oracle refused liquidations on a market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Freeze {
    /// Index of the market.
    pub market: usize,
    /// First block time that showed it, Unix seconds.
    pub from: u64,
    /// First block time without it; `None` where the rehearsal ended before.
    pub until: Option<u64>,
    /// The oracle's reasons, in order of appearance.
    pub reasons: Vec<&'static str>,
    /// Whether it turned into reduce-only, as a freeze that reaches its bound must.
    pub reached_bound: bool,
    /// Whether its feed was still not well when the rehearsal ended, so that no thaw could be.
    pub feed_down: bool,
}
