//! Lockstep's off-chain side: replays incidents against the contracts on the embedded chain and reports what it saw.

pub mod cli;
pub mod clock;
pub mod decimal;
pub mod deploy;
pub mod incident;
pub mod outcome;
pub mod rehearse;
pub mod report;
pub mod simulation;
pub mod terminal;
