//! Margin: what an account holds, owes and may do with it.
//!
//! - [`asset`]: collateral and its value; [`law`]: how a governed parameter may move.
//! - [`ledger`]: one account; [`clearing`]: profit and loss between the accounts of a venue, in quote.
//! - [`pot`]: quote set aside for the settlement of a market.
//! - [`health`]: the three tiers; [`liquidation`]: how much may be taken from whom.
//!
//! All amounts of quote are `u128` in its smallest unit. The haircut's clock is active time of the host.

pub mod asset;
pub mod clearing;
pub mod health;
pub mod law;
pub mod ledger;
pub mod liquidation;
pub mod pot;

#[cfg(test)]
mod conservation;

pub use asset::{Asset, MAX_DECIMALS, Scale};
pub use clearing::{ClearingError, Realised, VenueBook};
pub use health::{CollateralLeg, Health, Reading, VenueLeg, health};
pub use law::{Law, LawError, Tighter};
pub use ledger::{Holding, Ledger, LedgerError, MAX_HOLDINGS, MAX_VENUES, Membership};
pub use liquidation::{CollateralTerms, Seizure, Throttle};
pub use pot::Pot;
