//! Margin: what an account holds, owes and may do with it.
//!
//! - [`asset`]: collateral and its value; [`law`]: how a governed parameter may move; [`terms`]: those of the vault.
//! - [`seat`]: which contracts it works with.
//! - [`addon`]: what upgrades and wild prices add.
//! - [`ledger`]: one account; [`clearing`]: profit and loss between the accounts of a venue, in quote.
//! - [`pot`]: quote set aside for the settlement of a market.
//! - [`health`]: the three tiers; [`liquidation`]: how much may be taken from whom; [`pause`]: what may be stopped.
//!
//! All amounts of quote are `u128` in its smallest unit. The haircut's clock is active time of the host.

pub mod addon;
pub mod asset;
pub mod clearing;
pub mod health;
pub mod law;
pub mod ledger;
pub mod liquidation;
pub mod pause;
pub mod pot;
pub mod seat;
pub mod terms;

#[cfg(test)]
mod conservation;
#[cfg(test)]
mod promises;

pub use addon::{AddOn, PlanTerms};
pub use asset::{Asset, MAX_DECIMALS, Scale};
pub use clearing::{ClearingError, Cover, Realised, Shared, VenueBook};
pub use health::{CollateralLeg, Health, Position, Reading, VenueLeg, health};
pub use law::{COOL_DOWN, Clock, Dial, Law, LawError, Limit, Tighter};
pub use ledger::{Holding, Ledger, LedgerError, MAX_HOLDINGS, MAX_VENUES, Membership};
pub use liquidation::{CollateralTerms, Seizure, Throttle};
pub use pause::{Halt, Operations, Scope};
pub use pot::{Hold, LONGEST_HOLD, MAX_HOLDS, Pot};
pub use seat::Seat;
pub use terms::{Course, InForce, Parameter, Terms};
