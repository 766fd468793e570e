#![allow(clippy::type_complexity, reason = "the ABI is cheaper without structs")]

use ink::Address;

use crate::VaultError;

/// The margin vault's public state. Amounts are in the asset's smallest unit, of quote where no asset is named.
#[ink::trait_definition]
pub trait VaultViews {
    /// `(initial, end, maintenance, ratio)`: health in quote in its three tiers at the prices as they stand, and
    /// maintenance assets over liabilities in basis points.
    ///
    /// # Errors
    /// `VenueFailed`, `GuardFailed`.
    #[ink(message)]
    fn health(&self, account: Address) -> Result<(i128, i128, i128, u32), VaultError>;

    /// How much of `asset` an account has; asset 0 is quote.
    #[ink(message, name = "balanceOf")]
    fn balance_of(&self, account: Address, asset: u32) -> u128;

    /// `(opted in, open, debt, pending)`: what an account has with a venue, in quote.
    #[ink(message)]
    fn membership(&self, account: Address, venue: Address) -> (bool, bool, u128, u128);

    /// `(token, market, decimals, cap, held, haircut in force, haircut to come, when it has arrived)`.
    ///
    /// # Errors
    /// `UnknownAsset`, `GuardFailed`.
    #[ink(message)]
    fn asset(&self, asset: u32) -> Result<(Address, u32, u8, u128, u128, u32, u32, u64), VaultError>;

    /// `(admitted, bond, pool, debts, pending, cover left)` of a venue, in quote.
    #[ink(message)]
    fn venue(&self, venue: Address) -> (bool, u128, u128, u128, u128, u128);

    /// `(governance, guard, listed assets including quote, insurance fund in quote)`.
    #[ink(message)]
    fn state(&self) -> (Address, Address, u32, u128);

    /// `(in force, to come, when it begins to move, when it has arrived)` of a figure of the vault, of `asset`, or of
    /// `venue`, as `set_parameter` names them; times in active time.
    ///
    /// # Errors
    /// `UnknownParameter`, `UnknownAsset`, `GuardFailed`.
    #[ink(message)]
    fn parameter(&self, parameter: u8, asset: u32, venue: Address) -> Result<(u128, u128, u64, u64), VaultError>;

    /// `(plan add-on in the initial tier, in the maintenance tier, volatility add-on, fee ratio, hedging band)` of a
    /// market, in basis points: what is on top of haircuts and, for plans, of requirements; how much dearer a plan makes
    /// transactions; and how wide a band around a hedge is best left alone then, relative to the usual one.
    ///
    /// # Errors
    /// `GuardFailed`, `RegistryFailed`.
    #[ink(message)]
    fn outlook(&self, market: u32) -> Result<(u32, u32, u32, u32, u32), VaultError>;

    /// The upgrade registry and the settlement contract; zero where there is none.
    #[ink(message)]
    fn offices(&self) -> (Address, Address);

    /// Quote that was collected for the settlement of `market` and not paid out yet.
    #[ink(message)]
    fn pot(&self, market: u32) -> u128;
}
