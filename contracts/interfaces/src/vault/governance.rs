use ink::Address;

use crate::VaultError;

/// What governance asks the margin vault.
#[ink::trait_definition]
pub trait VaultGovernance {
    /// Hands governance over.
    ///
    /// # Errors
    /// `NotGovernance`, `ZeroAddress`.
    #[ink(message, name = "transferGovernance")]
    fn transfer_governance(&mut self, to: Address) -> Result<(), VaultError>;

    /// Names the settlement contract, which may collect from accounts and pay out to them.
    ///
    /// # Errors
    /// `NotGovernance`, `ZeroAddress`.
    #[ink(message, name = "setSettlement")]
    fn set_settlement(&mut self, settlement: Address) -> Result<(), VaultError>;

    /// Lists `token` (zero: the native token, 18 decimals) as collateral, priced by `market` of the guard, and
    /// returns its number. `haircut` is in basis points and may later move only by the parameter law.
    ///
    /// # Errors
    /// `NotGovernance`, `AlreadyListed`, `OutOfRange`, `ZeroAmount` (no cap), `TooManyAssets`, `GuardFailed`.
    #[ink(message, name = "listAsset")]
    fn list_asset(
        &mut self,
        token: Address,
        market: u32,
        decimals: u8,
        cap: u128,
        haircut: u32,
    ) -> Result<u32, VaultError>;

    /// Sets the haircut of `asset` in basis points, by the parameter law.
    ///
    /// # Errors
    /// `NotGovernance`, `UnknownAsset`, `HaircutUnchanged`, `OutOfRange`, `StepTooLarge`, `TooSoon`, `GuardFailed`.
    #[ink(message, name = "setHaircut")]
    fn set_haircut(&mut self, asset: u32, haircut: u32) -> Result<(), VaultError>;

    /// Admits `venue`, which needs a bond of `bond_required`, or changes its terms. `cover` is the most that the
    /// insurance fund pays for debts of its accounts, besides what it contributes from now on. Both in quote.
    ///
    /// # Errors
    /// `NotGovernance`, `ZeroAddress`.
    #[ink(message, name = "admitVenue")]
    fn admit_venue(&mut self, venue: Address, bond_required: u128, cover: u128) -> Result<(), VaultError>;

    /// Dismisses `venue`: nobody opts in or opens there any more, what is open can be closed.
    ///
    /// # Errors
    /// `NotGovernance`, `VenueNotAdmitted`.
    #[ink(message, name = "dismissVenue")]
    fn dismiss_venue(&mut self, venue: Address) -> Result<(), VaultError>;

    /// Pays `amount` of the bond of `venue` back to the account `to`. While the venue is admitted the bond stays
    /// at what it needs.
    ///
    /// # Errors
    /// `NotGovernance`, `ZeroAddress`, `Insufficient`, `BondTooLow`.
    #[ink(message, name = "releaseBond")]
    fn release_bond(&mut self, venue: Address, to: Address, amount: u128) -> Result<(), VaultError>;
}
