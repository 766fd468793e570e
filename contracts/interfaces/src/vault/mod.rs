//! The margin vault, one trait for each kind of caller.

use ink::{Address, prelude::vec::Vec};

use crate::Exposure;

mod accounts;
mod error;
mod governance;
mod pauses;
mod views;

pub use accounts::VaultAccounts;
pub use error::VaultError;
pub use governance::VaultGovernance;
pub use pauses::VaultPauses;
pub use views::VaultViews;

/// What a venue asks the margin vault. The caller is the venue; every account must have opted in to it. Amounts are
/// in the quote asset's smallest unit.
#[ink::trait_definition]
pub trait MarginVault {
    /// To be called after positions were opened or increased: requires the initial margin of `account`, and of
    /// `counterparty` where `check_counterparty`, with the venue's own exposures of both after the change.
    #[ink(message)]
    fn increased(
        &mut self,
        account: Address,
        counterparty: Address,
        exposures: Vec<Exposure>,
        counter_exposures: Vec<Exposure>,
        check_counterparty: bool,
    ) -> Result<(), VaultError>;

    /// Moves realised profit from `counterparty` to `account` (the other way where negative) and records whether each
    /// still has open positions on the venue. Never refused for want of margin: what cannot be collected is a debt,
    /// what cannot be paid stays pending.
    #[ink(message)]
    fn realise(
        &mut self,
        account: Address,
        counterparty: Address,
        profit: i128,
        account_open: bool,
        counterparty_open: bool,
    ) -> Result<(), VaultError>;

    /// How much of a position of `size` in `market` a liquidation may close, at most `max_size`, given the venue's own
    /// exposures of `account` and the `relief`: what closing all of it adds to health at the liquidation end. The
    /// venue must then close exactly that. What would leave the account less healthy is refused (`LessHealthy`).
    #[ink(message)]
    fn authorise(
        &mut self,
        account: Address,
        market: u32,
        size: u128,
        max_size: u128,
        relief: u128,
        exposures: Vec<Exposure>,
    ) -> Result<u128, VaultError>;

    /// Pays a liquidation's `reward` to `liquidator` and its `insurance` contribution to the fund, from the cash of
    /// `account` as far as it goes. Returns both as paid.
    #[ink(message)]
    fn charge(
        &mut self,
        account: Address,
        liquidator: Address,
        reward: u128,
        insurance: u128,
    ) -> Result<(u128, u128), VaultError>;
}

/// What the settlement contract asks the margin vault. Quote that is collected for a market stands in that market's
/// pot, and leaves it only into accounts.
#[ink::trait_definition]
pub trait SettlementVault {
    /// Moves up to `amount` of the quote of `account` into the pot of `market`; returns what was moved. Never refused
    /// for want of quote; nothing is moved from an account that was not exposed to the market since `since` (wall time).
    ///
    /// # Errors
    /// `NotSettlement`, `ZeroAddress`, `ZeroAmount`, `Locked`.
    #[ink(message)]
    fn collect(&mut self, market: u32, account: Address, since: u64, amount: u128) -> Result<u128, VaultError>;

    /// Moves `amount` from the pot of `market` to `account`; to the insurance fund where that is the zero address.
    ///
    /// # Errors
    /// `NotSettlement`, `ZeroAmount`, `Insufficient` (the pot has less), `Locked`.
    #[ink(message, name = "payOut")]
    fn pay_out(&mut self, market: u32, account: Address, amount: u128) -> Result<(), VaultError>;

    /// Begins to keep accounts that were exposed to `market` since `since` (wall time) from withdrawing, for thirty days
    /// at most, or ends that.
    ///
    /// # Errors
    /// `NotSettlement`, `OutOfRange` where sixteen settlements do so.
    #[ink(message)]
    fn hold(&mut self, market: u32, since: u64, held: bool) -> Result<(), VaultError>;

    /// Lets `account` withdraw in spite of settlements of `market` whose snapshots are not later than `since`.
    ///
    /// # Errors
    /// `NotSettlement`.
    #[ink(message)]
    fn free(&mut self, market: u32, account: Address, since: u64) -> Result<(), VaultError>;
}

/// What the governor asks the margin vault.
#[ink::trait_definition]
pub trait GovernorVault {
    /// When `account` was last exposed to `market` (to any, for `lockstep_core::governance::EVERY_MARKET`), in wall
    /// time: now while it is, 0 where it never was. It is exposed while it has a position there of at least 100 whole
    /// units of quote, or holds the asset that is priced by `market`. A position counts as open until its venue says
    /// otherwise.
    #[ink(message, name = "lastExposed")]
    fn last_exposed(&self, account: Address, market: u32) -> u64;

    /// `(mine, total)`: what `account` has in the vault and what all have, in quote at oracle prices as they stand;
    /// `mine` is zero where `account` deposited after `since` (wall time).
    ///
    /// # Errors
    /// `GuardFailed`.
    #[ink(message, name = "depositWeight")]
    fn deposit_weight(&self, account: Address, since: u64) -> Result<(u128, u128), VaultError>;

    /// Keeps `account` from withdrawing before `until` (wall time, at most 60 days ahead). An earlier end than one in
    /// force changes nothing.
    ///
    /// # Errors
    /// `NotGovernance`, `ZeroAddress`, `LockTooLong`.
    #[ink(message, name = "lockDeposits")]
    fn lock_deposits(&mut self, account: Address, until: u64) -> Result<(), VaultError>;
}
