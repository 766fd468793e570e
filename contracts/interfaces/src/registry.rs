/// `(phase, freeze_at, bound, released_at)` of the most severe plan that touches a market: `phase` is a
/// `lockstep_core::registry::Phase` as a number plus one (0 where no plan is live), `bound` the wall time at which
/// the plan's freeze must have ended, `released_at` when the plan left its frozen phases (0 where it has not).
pub type MarketPhase = (u8, u64, u64, u64);

/// What the oracle guard asks the upgrade registry.
#[ink::trait_definition]
pub trait UpgradeRegistry {
    /// The combined state of the plans that touch `market`.
    #[ink(message)]
    fn market_phase(&self, market: u32) -> MarketPhase;
}
