//! The domain of Lockstep: what decides and what it decides about.
//!
//! Nothing here reads a clock, a chain or a file: `now`, `caller` and every figure are arguments. The contracts,
//! the agent and the rehearsal all run this code.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod governance;
pub mod guard;
pub mod ids;
pub mod keccak;
pub mod margin;
pub mod numbered;
pub mod registry;
pub mod settlement;
pub mod units;
