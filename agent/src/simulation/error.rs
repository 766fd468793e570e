//! What cannot be in a rehearsal: every refusal that can be is an outcome instead.

use lockstep_devchain::{ClockError, ConfigError, DispatchFailure, Failure};

/// The embedded chain or a contract did what cannot be.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// The chain does not start.
    #[error("the embedded chain does not start: {0}")]
    Config(#[from] ConfigError),
    /// The chain's clock cannot go there.
    #[error("the embedded chain's clock: {0}")]
    Clock(#[from] ClockError),
    /// An account or an asset cannot be made.
    #[error("{what}: {source}")]
    Dispatch {
        /// What was done.
        what: &'static str,
        /// Why not.
        source: DispatchFailure,
    },
    /// A call that must succeed did not.
    #[error("{what}: {source}")]
    Call {
        /// What was called.
        what: &'static str,
        /// Why not.
        source: Failure,
    },
    /// An amount does not fit.
    #[error("{0} does not fit into 128 bits")]
    Overflow(&'static str),
    /// The event that must follow a call did not.
    #[error("{0} emitted no event")]
    Silent(&'static str),
    /// Nobody listens any more.
    #[error("the rehearsal was given up")]
    GivenUp,
}
