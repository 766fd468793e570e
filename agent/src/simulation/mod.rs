//! The rehearsal itself: an incident replayed block by block against the compiled contracts.
//!
//! Two arms run the same code with the same people and prices; only the oracle behind the venue differs. What actors
//! know of accounts they read from the contracts; what they may do the contracts decide.

mod abi;
mod blobs;
mod books;
mod canary;
mod cast;
mod error;
mod keepers;
mod liquidators;
mod markets;
mod record;
mod registry;
mod reporters;
mod run;
mod script;
mod sight;
mod stage;
mod traders;
mod watch;
mod words;

pub use blobs::{Blobs, BlobsError};
pub use cast::Cast;
pub use error::SimulationError;

use run::Run;

use crate::incident::Incident;
use crate::outcome::{Arm, ArmOutcome};
use crate::terminal::Signal;

/// Replays the incident in one arm. `tell` hears what happens and says whether anybody still listens.
///
/// # Errors
/// [`SimulationError`] where the chain or a contract does what cannot be; a refusal is an outcome, no error.
pub fn run_arm(
    arm: Arm,
    incident: &Incident,
    cast: &Cast,
    blobs: &Blobs,
    tell: &mut dyn FnMut(Signal) -> bool,
) -> Result<ArmOutcome, SimulationError> {
    let mut run = Run::begin(arm, incident, cast, blobs, tell)?;
    while run.step()? {}
    run.end()
}
