//! Traits and ABI types for callers of the Lockstep contracts.
//!
//! Integers are raw at this edge: amounts in the asset's smallest unit, prices in quote per whole unit with 18
//! decimals, ratios in basis points, times in Unix seconds. The same functions for Solidity stand in `solidity/`.
#![cfg_attr(not(feature = "std"), no_std)]
#![allow(clippy::ignored_unit_patterns, reason = "in code that ink! derives")]

mod governed;
mod guard;
mod registry;
mod stored;
mod vault;
mod venue;

pub use governed::Governed;
pub use guard::{Basis, MarkError, MarketWatch, OracleGuard, Permission, PriceSource, Quote};
pub use registry::{
    Acknowledgement, Disclosure, Facts, FreezeTerms, Impact, Lineage, MAX_ASKED_MARKETS, MarketPhase, PlanState,
    PlanTerms, Progress, Schedule, Subject, UpgradeRegistry,
};
pub use stored::Stored;
pub use vault::{
    GovernorVault, MarginVault, SettlementVault, VaultAccounts, VaultError, VaultGovernance, VaultPauses, VaultViews,
};
pub use venue::{Exposure, Holding, MAX_EXPOSURES, SnapshotVenue, Venue, VenueError};
