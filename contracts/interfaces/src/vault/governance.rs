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

    /// Names the settlement contract, which may collect from accounts and pay out to them. The first is in office at
    /// once, a successor after two days of wall time.
    ///
    /// # Errors
    /// `NotGovernance`, `ZeroAddress`, `Unchanged`, `LooseningBarred`, `RegistryFailed`.
    #[ink(message, name = "setSettlement")]
    fn set_settlement(&mut self, settlement: Address) -> Result<(), VaultError>;

    /// Names the oracle guard that follows the present one, in two days of wall time.
    ///
    /// # Errors
    /// As `set_settlement`.
    #[ink(message, name = "setGuard")]
    fn set_guard(&mut self, guard: Address) -> Result<(), VaultError>;

    /// Names the upgrade registry; without one no plan adds to margin. The first is asked at once, a successor after
    /// two days of wall time. One that does not answer can be replaced.
    ///
    /// # Errors
    /// As `set_settlement`, but for `RegistryFailed`.
    #[ink(message, name = "setRegistry")]
    fn set_registry(&mut self, registry: Address) -> Result<(), VaultError>;

    /// Lists `token` (zero: the native token, 18 decimals) as collateral, priced by `market` of the guard, and
    /// returns its number. `haircut` is in basis points. Once the vault has taken in anything a new asset counts for
    /// nothing during two days, and then a day long for more and more.
    ///
    /// # Errors
    /// `NotGovernance`, `AlreadyListed`, `OutOfRange`, `ZeroAmount` (no cap), `TooManyAssets`, `HaircutBelowDiscount`,
    /// `LooseningBarred`, `RegistryFailed`, `GuardFailed`.
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
    /// As `set_parameter`.
    #[ink(message, name = "setHaircut")]
    fn set_haircut(&mut self, asset: u32, haircut: u32) -> Result<(), VaultError>;

    /// Sets a figure (`parameter` is a `lockstep_core::margin::Parameter` as a number; a bond is set by `admit_venue`) of
    /// the vault, of `asset`, or of `venue`, by the parameter law; one of the vault at once as long as nothing was ever
    /// deposited.
    ///
    /// # Errors
    /// `NotGovernance`, `UnknownParameter`, `UnknownAsset`, `VenueNotAdmitted`, `Unchanged`, `OutOfRange`,
    /// `StepTooLarge`, `TooSoon`, `HaircutBelowDiscount`, `LooseningBarred`, `RegistryFailed`, `GuardFailed`.
    #[ink(message, name = "setParameter")]
    fn set_parameter(&mut self, parameter: u8, asset: u32, venue: Address, value: u128) -> Result<(), VaultError>;

    /// Admits `venue`, which needs a bond of `bond_required`, or changes its terms. `cover` is the most that the
    /// insurance fund pays for debts of its accounts, besides what it contributes from now on. Both in quote, and both
    /// by the parameter law. Once the vault has taken in anything a new venue begins two days later.
    ///
    /// # Errors
    /// `NotGovernance`, `ZeroAddress`, `StepTooLarge`, `TooSoon`, `LooseningBarred`, `RegistryFailed`, `GuardFailed`.
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
    /// `NotGovernance`, `ZeroAddress`, `Insufficient`, `BondTooLow`, `LooseningBarred`, `RegistryFailed`.
    #[ink(message, name = "releaseBond")]
    fn release_bond(&mut self, venue: Address, to: Address, amount: u128) -> Result<(), VaultError>;
}
