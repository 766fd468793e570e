#![allow(clippy::cast_possible_truncation, reason = "in code that the codec derives")]

use ink::prelude::vec::Vec;

/// `(price, stable price, verdict)`: both prices in quote per whole unit with 18 decimals, the verdict a
/// `lockstep_core::guard::PriceVerdict` as a number (0 is valid, larger is worse). The prices of an invalid quote
/// are the last known ones and may be zero.
pub type Quote = (u128, u128, u8);

/// `(allowed, reason, until, share)`: `reason` is a `lockstep_core::guard::Reason` as a number (0 where allowed),
/// `until` the Unix second after which asking again is worthwhile (0 where unknown), `share` in basis points: the part
/// of a position that a liquidation may take now (10,000 unless the market has just thawed), or the part of the
/// funding that may accrue (10,000 unless the mark is outside of its band).
pub type Permission = (bool, u8, u64, u32);

/// `(mark, index, distance, within)`: both prices with 18 decimals, the mark zero where there is none or it is too
/// old; how far the mark lies above the index (below, where negative), in basis points of the index; whether it is
/// within its band. A mark that does not count, or an index that is not valid, is within.
pub type Basis = (u128, u128, i32, bool);

/// What a venue or a vault asks the oracle guard.
#[ink::trait_definition]
pub trait OracleGuard {
    /// The quotes of `markets`, in their order. An unknown market answers with a verdict that is not valid.
    #[ink(message)]
    fn quotes(&self, markets: Vec<u32>) -> Vec<Quote>;

    /// Whether `action` (a `lockstep_core::guard::Action` as a number) is allowed on all of `markets` for an account
    /// whose maintenance health is `health` basis points, counted without plan and volatility add-ons; the most
    /// restrictive answer of them. An unknown market or action is refused.
    ///
    /// Deposit, repay, reduce and withdraw are allowed in any state of a known market. For a withdrawal with open risk
    /// the caller counts collateral and profit at a quote that is not valid as nothing.
    #[ink(message)]
    fn permission(&self, markets: Vec<u32>, action: u8, health: u32) -> Permission;

    /// As `quotes` answers for `quoted`; and the volatility in force of `volatile`, in their order, in basis points a
    /// day: the larger of measure and forecast, within bounds. The greatest there can be (20,000) for an unknown market.
    #[ink(message, name = "quotesAndVolatility")]
    fn quotes_and_volatility(&self, quoted: Vec<u32>, volatile: Vec<u32>) -> (Vec<Quote>, Vec<u32>);

    /// Active time of the host in Unix seconds: wall time less recorded downtime.
    #[ink(message, name = "activeTime")]
    fn active_time(&self) -> u64;

    /// Records that user transactions are carried. Anyone may call it.
    #[ink(message)]
    fn heartbeat(&mut self);
}

/// What the guard says of a market besides its price: to its venue, to the vault and to settlement.
#[ink::trait_definition]
pub trait MarketWatch {
    /// `(price, seconds)`: the time-weighted average of the valid prices in the last six whole five-minute buckets
    /// that ended by `end` (Unix seconds), and how many of their 1,800 seconds valid prices cover; zeros where none do,
    /// where the market is unknown, or where `end` is more than fourteen days ago.
    #[ink(message)]
    fn twap(&self, market: u32, end: u64) -> (u128, u64);

    /// `(due, frozen_at)`: whether a freeze has been beyond its bound for three days of active time, so that anyone may
    /// start the settlement; and when that freeze began (0 where none is beyond its bound). A thaw undoes it.
    #[ink(message, name = "settlementDue")]
    fn settlement_due(&self, market: u32) -> (bool, u64);

    /// The mark of `market`, by its venue: quote per whole unit with 18 decimals. Refused to anyone else, with a revert.
    #[ink(message, name = "reportMark")]
    fn report_mark(&mut self, market: u32, mark: u128) -> Result<(), MarkError>;

    /// The basis of `market`. While the mark is outside of its band nothing increases, funding is clamped, and margin is
    /// to be counted at the worse of mark and index. All zeros, and within, for an unknown market.
    #[ink(message)]
    fn basis(&self, market: u32) -> Basis;
}

/// Why a mark is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::error]
pub enum MarkError {
    /// There is no such market.
    UnknownMarket(u32),
    /// The caller is not the market's venue.
    NotVenue(ink::Address),
    /// The mark is zero.
    ZeroPrice,
}

/// A contract that a feed can be pulled from: an oracle in ink! that cannot implement Chainlink's interface, which has
/// types that ink! has not.
#[ink::trait_definition]
pub trait PriceSource {
    /// `(price, confidence, published_at, round)` of what `key` names: quote per whole unit and half width of the
    /// confidence interval, both with 18 decimals; when it was seen, in Unix seconds; a number that grows with each new
    /// price, above zero.
    #[ink(message, name = "latestPrice")]
    fn latest_price(&self, key: u32) -> (u128, u128, u64, u64);
}
