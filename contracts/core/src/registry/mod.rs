//! The upgrade registry: plans, the signals that keepers agree on, and the phase that follows from both.

pub mod budget;
pub mod dependency;
pub mod evidence;
pub mod fork;
pub mod funds;
pub mod keeper;
pub mod phase;
pub mod plan;
pub mod record;
pub mod signal;

pub use budget::{
    BUDGET_WINDOW, BudgetError, EMERGENCY_FREEZE, EMERGENCY_INTERVAL, FreezeBudget, KEEPER_FREEZE, Span, frozen_until,
    two_thirds_up,
};
pub use dependency::{Hold, MAX_DEPENDENCIES, Steadiness};
pub use evidence::{Agreement, Evidence, Fact};
pub use fork::{advance_stayed, advance_verified, fork_zero};
pub use funds::{Funds, FundsError};
pub use keeper::{EXIT_DELAY, Keeper, KeeperError, KeeperRules, KeeperStatus, MAX_KEEPERS};
pub use phase::{
    DEVIATED_RETENTION, DEVIATION_GRACE, Phase, RETENTION, Standing, phase, released_at, severity, standing,
};
pub use plan::{EMERGENCY_STABILISE, Heights, Impact, MAX_FREEZE, MAX_SEVERITY, Origin, Plan, PlanError, Times};
pub use record::{Activation, Anchor, Deviation, MAX_ROUNDS, Record, Round};
pub use signal::{FactKey, Signal, SignalError, SignalKind};
