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
}

/// What the margin vault asks a venue. It asks with the Solidity encoding, read-only, with bounded gas, and only
/// venues where the account has open positions; a venue that fails to answer blocks only its own accounts.
#[ink::trait_definition]
pub trait Venue {
    /// The open exposures of `account`, at most [`MAX_EXPOSURES`].
    #[ink(message)]
    fn exposures(&self, account: Address) -> Result<Vec<Exposure>, VenueError>;
}
