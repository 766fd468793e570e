//! Traits and ABI types.
#![cfg_attr(not(feature = "std"), no_std)]
