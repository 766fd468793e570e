//! The domain of Lockstep.
#![cfg_attr(not(feature = "std"), no_std)]
