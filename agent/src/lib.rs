//! Lockstep's off-chain side: replays incidents against the contracts on the embedded chain and reports what it saw.

pub mod decimal;
pub mod incident;
