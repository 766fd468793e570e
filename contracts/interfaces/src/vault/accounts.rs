use ink::Address;

use crate::VaultError;

/// What anyone asks the margin vault, for itself or for others. Amounts are in the asset's smallest unit, of quote where
/// no asset is named.
#[ink::trait_definition]
pub trait VaultAccounts {
    /// Takes `amount` of an ERC-20 asset, which the caller approved, into the caller's account, and returns what
    /// arrived. A deposit of quote (asset 0) pays the caller's debts at once. Never blocked by any state.
    ///
    /// # Errors
    /// `UnknownAsset`, `ZeroAmount`, `TokenFailed`, `CapExceeded`, `TooManyAssets`, `Locked`.
    #[ink(message)]
    fn deposit(&mut self, asset: u32, amount: u128) -> Result<u128, VaultError>;

    /// Takes the native tokens sent along into the caller's account. Never blocked by any state.
    ///
    /// # Errors
    /// `UnknownAsset` (the native token is not listed), `ZeroAmount`, `CapExceeded`, `TooManyAssets`.
    #[ink(message, payable, name = "depositNative")]
    fn deposit_native(&mut self) -> Result<u128, VaultError>;

    /// Sends `amount` of the caller's collateral to the caller. Without open risk nothing else is asked; with it
    /// initial margin must be met afterwards, by a lower bound on health that counts no asset with a bad price.
    ///
    /// # Errors
    /// `ZeroAmount`, `UnknownAsset`, `Insufficient`, `WithdrawalLocked`, `StoppedUntil` (with open risk),
    /// `InsufficientMargin`, `VenueFailed`, `GuardFailed`, `TokenFailed`, `Locked`.
    #[ink(message)]
    fn withdraw(&mut self, asset: u32, amount: u128) -> Result<(), VaultError>;

    /// Puts the caller's account on `venue`, which can then move its quote by profit and loss.
    ///
    /// # Errors
    /// `VenueNotAdmitted`, `TooSoon`, `BondTooLow`, `StoppedUntil`, `AlreadyOptedIn`, `TooManyVenues`.
    #[ink(message, name = "optIn")]
    fn opt_in(&mut self, venue: Address) -> Result<(), VaultError>;

    /// Takes the caller's account off `venue`.
    ///
    /// # Errors
    /// `NotOptedIn`, `StillBound`.
    #[ink(message, name = "optOut")]
    fn opt_out(&mut self, venue: Address) -> Result<(), VaultError>;

    /// Collects what `account` owes `venue` from its cash, and pays what it is owed there. Anyone may ask. Returns
    /// what was collected and what was paid.
    ///
    /// # Errors
    /// `NotOptedIn`.
    #[ink(message)]
    fn settle(&mut self, account: Address, venue: Address) -> Result<(u128, u128), VaultError>;

    /// Repays debt of `account`, at most `max_repay`, from the caller's quote, for its collateral at a discount:
    /// until its health is at the liquidation end, within what the guard allows. Returns quote repaid and
    /// collateral taken, which are moved between the two accounts.
    ///
    /// # Errors
    /// `Malformed` (the caller itself, or quote), `UnknownAsset`, `Healthy`, `LiquidationRefused`, `StoppedUntil`,
    /// `NothingToLiquidate`, `TooSmall`, `Insufficient`, `InsufficientMargin`, `TooManyAssets`, `VenueFailed`, `GuardFailed`.
    #[ink(message)]
    fn liquidate(&mut self, account: Address, asset: u32, max_repay: u128) -> Result<(u128, u128), VaultError>;

    /// Pays the debts of a bankrupt `account` from the insurance fund, as far as it and each venue's share of it
    /// reach; what remains is shared by the bond of the venue and by those whose profits there are pending. Returns
    /// what was paid and what was shared. Anyone may ask.
    ///
    /// # Errors
    /// `NotBankrupt` where it owns or may still win anything, or owes nothing; `GuardFailed`.
    #[ink(message, name = "coverBadDebt")]
    fn cover_bad_debt(&mut self, account: Address) -> Result<(u128, u128), VaultError>;

    /// Pays `amount` of the caller's quote into the bond of `venue`.
    ///
    /// # Errors
    /// `VenueNotAdmitted`, `ZeroAmount`, `Insufficient`, `WithdrawalLocked`, `InsufficientMargin`.
    #[ink(message, name = "postBond")]
    fn post_bond(&mut self, venue: Address, amount: u128) -> Result<(), VaultError>;

    /// Pays `amount` of the caller's quote into the insurance fund.
    ///
    /// # Errors
    /// `ZeroAmount`, `Insufficient`, `WithdrawalLocked`, `InsufficientMargin`.
    #[ink(message, name = "fundInsurance")]
    fn fund_insurance(&mut self, amount: u128) -> Result<(), VaultError>;
}
