//! The upgrade registry: plans, the signals that keepers agree on, and the phase that follows from both.

pub mod fork;
pub mod phase;
pub mod plan;
pub mod signal;

pub use fork::{Hasher, advance_stayed, advance_verified, fork_zero};
pub use phase::{Phase, phase, released_at, severity};
pub use plan::{Impact, Plan, PlanError};
pub use signal::{Record, Signal, SignalError, SignalKind};
