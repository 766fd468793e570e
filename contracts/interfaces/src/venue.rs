#![allow(clippy::cast_possible_truncation, reason = "in code that the codec derives")]

use ink::{Address, prelude::vec::Vec};

/// `(market, notional, initial, maintenance, unrealised, unrealised at stable)`: the guard's market id, and in the
/// quote asset's smallest unit the absolute notional at the mark, the initial and the maintenance requirement, and the
/// profit or loss that is not realised, at the mark and at the guard's stable price.
pub type Exposure = (u32, u128, u128, u128, i128, i128);

/// The most exposures that a venue reports for one account.
pub const MAX_EXPOSURES: usize = 8;

/// Why a venue cannot answer the vault.
#[ink::error]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VenueError {
    /// The venue has no mark for one of the markets.
    MarkUnavailable,
    /// The venue has no such market.
    UnknownSeries(u32),
    /// The moment lies ahead.
    NotYet(u64),
}

/// What the margin vault asks a venue. It asks with the Solidity encoding, read-only, with bounded gas, and only
/// venues where the account has open positions; a venue that fails to answer blocks only its own accounts.
#[ink::trait_definition]
pub trait Venue {
    /// The open exposures of `account`, at most [`MAX_EXPOSURES`].
    #[ink(message)]
    fn exposures(&self, account: Address) -> Result<Vec<Exposure>, VenueError>;
}

/// `(size, entry price, margin, unrealised, basis)` of a position: the size in the underlying's smallest unit, negative for
/// a short; quote per whole unit with 18 decimals, rounded up; the requirement behind it, and its profit (loss where
/// negative) rounded down, both in quote's smallest unit; a `lockstep_core::settlement::Basis` as a number.
pub type Holding = (i128, u128, u128, i128, u8);

/// What the settlement contract asks a venue. Its answers are the truth about its snapshots, so they must be a function
/// of the arguments once `at` has come: no later trade, price or setting changes them.
#[ink::trait_definition]
pub trait SnapshotVenue {
    /// What `account` held in `market` right before `at` (Unix seconds), with margin and unrealised amount at `price`, both
    /// zero where that is zero. Zeros where it held nothing.
    ///
    /// # Errors
    /// `UnknownSeries`, `NotYet`.
    #[ink(message, name = "positionAt")]
    fn position_at(&self, account: Address, market: u32, at: u64, price: u128) -> Result<Holding, VenueError>;
}
