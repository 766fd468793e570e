use ink::prelude::vec::Vec;

/// `(price, stable price, verdict)`: both prices in quote per whole unit with 18 decimals, the verdict a
/// `lockstep_core::guard::PriceVerdict` as a number (0 is valid, larger is worse). The prices of an invalid quote
/// are the last known ones and may be zero.
pub type Quote = (u128, u128, u8);

/// `(allowed, reason, until, share)`: `reason` is a `lockstep_core::guard::Reason` as a number (0 where allowed),
/// `until` the Unix second after which asking again is worthwhile (0 where unknown), `share` the part of a position
/// that a liquidation may take now, in basis points (10,000 unless the market has just thawed).
pub type Permission = (bool, u8, u64, u32);

/// What a venue or a vault asks the oracle guard.
#[ink::trait_definition]
pub trait OracleGuard {
    /// The quotes of `markets`, in their order. An unknown market answers with a verdict that is not valid.
    #[ink(message)]
    fn quotes(&self, markets: Vec<u32>) -> Vec<Quote>;

    /// Whether `action` (a `lockstep_core::guard::Action` as a number) is allowed on all of `markets` for an account
    /// whose maintenance health is `health` basis points, counted without plan and volatility add-ons; the most
    /// restrictive answer of them. An unknown market or action is refused.
    #[ink(message)]
    fn permission(&self, markets: Vec<u32>, action: u8, health: u32) -> Permission;

    /// Active time of the host in Unix seconds: wall time less recorded downtime.
    #[ink(message, name = "activeTime")]
    fn active_time(&self) -> u64;

    /// Records that user transactions are carried. Anyone may call it.
    #[ink(message)]
    fn heartbeat(&mut self);
}
