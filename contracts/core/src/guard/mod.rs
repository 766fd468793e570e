//! The oracle guard: which price may be trusted, and what may be done in the state a market is in.
//!
//! [`liveness`] measures the host's downtime, [`feed`] aggregates reports, [`source`] checks what another contract
//! answered, [`recovery`] decides when a feed that was not to be trusted may be trusted again, and [`permission`] is the
//! table that answers callers. [`history`] keeps the average price, [`volatility`] how much it moves, [`basis`] how far a
//! venue's mark is from it, and [`pauses`] what keepers may stop for a while.

pub mod basis;
pub mod feed;
pub mod history;
pub mod liveness;
pub mod pauses;
pub mod permission;
pub mod recovery;
pub mod source;
pub mod verdict;
pub mod volatility;

pub use basis::{Basis, Mark};
pub use feed::{Assessment, FeedConfig, FeedError, Report, Reports, StablePrice};
pub use history::{Bucket, Held, History, twap};
pub use liveness::{Clock, LengthError, Liveness, LivenessConfig, Outage, active_span_down};
pub use pauses::{Ledgers, PauseError, Pauses, Selection};
pub use permission::{Answer, Market, MarketClass, PlanView, Plans, Situation, Stage, Standing, permit, stage};
pub use recovery::{FreezeCause, Recovery, RecoveryRule};
pub use source::{Fault, Source, SourceKind};
pub use verdict::{Action, PriceVerdict, Reason};
pub use volatility::{Forecasts, Volatility, VolatilityError, VolatilityRule};
