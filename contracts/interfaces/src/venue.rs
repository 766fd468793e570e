use ink::{Address, prelude::vec::Vec};

/// `(market, notional, initial, maintenance, unrealised)`: the market, and in the quote asset's smallest unit the
/// absolute notional at the mark, the initial and the maintenance requirement, and the unrealised profit or loss.
pub type Exposure = (u32, u128, u128, u128, i128);

/// What the margin vault asks a venue.
#[ink::trait_definition]
pub trait Venue {
    /// The open exposures of `account`, at most eight.
    #[ink(message)]
    fn exposures(&self, account: Address) -> Vec<Exposure>;
}
