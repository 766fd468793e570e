//! The oracle guard: which price may be trusted, and what may be done in the state a market is in.
//!
//! [`liveness`] measures the host's downtime, [`feed`] aggregates reports, [`recovery`] decides when a feed that
//! was not to be trusted may be trusted again, and [`permission`] is the table that answers callers.

pub mod feed;
pub mod liveness;
pub mod permission;
pub mod recovery;
pub mod verdict;

pub use feed::{Assessment, FeedConfig, FeedError, Report, Reports, StablePrice};
pub use liveness::{Clock, Liveness, LivenessConfig};
pub use permission::{Answer, Market, MarketClass, PlanView, Stage, permit, stage};
pub use recovery::{FreezeCause, Recovery, RecoveryRule};
pub use verdict::{Action, PriceVerdict, Reason};
