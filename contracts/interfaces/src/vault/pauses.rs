use ink::Address;

use crate::VaultError;

/// What keepers and governance may stop in the margin vault for a while, and let go on.
///
/// `operations` is a sum of 1 (opt in), 2 (grow a position), 4 (withdraw with open risk) and 8 (liquidate). `scope` is a
/// `lockstep_core::margin::Scope` as a number: 0 the whole vault; 1 the asset `number`, which then also backs no new risk
/// where growth is stopped, and of which quote can only be kept from leaving; 2 the market `number` of `venue`, or with
/// 4,294,967,295 the whole venue, to which alone nobody may opt in then. What a scope has no use for is not looked at.
///
/// Deposits, repayments, reductions and withdrawals without open risk cannot be stopped, nor liquidations of accounts
/// that are deeply insolvent. Markets, contract classes and feeds are paused in the guard.
#[ink::trait_definition]
pub trait VaultPauses {
    /// By a keeper, while the guard has the asset's market or the venue's market `number` paused: until that pause ends,
    /// at most for half an hour. The budget of keepers is the guard's. Whole venues, the whole vault and quote are
    /// governance's.
    ///
    /// # Errors
    /// `UnknownScope`, `CannotPause`, `UnknownAsset`, `VenueNotAdmitted`, `NotKeeper`, `NotGovernance`, `NotPaused`,
    /// `GuardFailed`.
    #[ink(message)]
    fn pause(&mut self, operations: u8, scope: u8, number: u32, venue: Address) -> Result<(), VaultError>;

    /// By governance, for 1 to 86,400 seconds.
    ///
    /// # Errors
    /// `NotGovernance`, `UnknownScope`, `CannotPause`, `UnknownAsset`, `VenueNotAdmitted`, `OutOfRange`.
    #[ink(message, name = "pauseFor")]
    fn pause_for(
        &mut self,
        operations: u8,
        scope: u8,
        number: u32,
        venue: Address,
        length: u64,
    ) -> Result<(), VaultError>;

    /// Lets operations go on: by governance whoever stopped them, by a keeper what keepers stopped, where the guard says
    /// that the market has thawed.
    ///
    /// # Errors
    /// `UnknownScope`, `CannotPause`, `UnknownAsset`, `VenueNotAdmitted`, `NotKeeper`, `NotGovernance`, `NotThawed`,
    /// `GuardFailed`.
    #[ink(message)]
    fn resume(&mut self, operations: u8, scope: u8, number: u32, venue: Address) -> Result<(), VaultError>;

    /// Until when (wall time) one of `operations` is stopped there; 0 where none is.
    ///
    /// # Errors
    /// `UnknownScope`, `CannotPause`, `UnknownAsset`, `VenueNotAdmitted`.
    #[ink(message, name = "pausedUntil")]
    fn paused_until(&self, operations: u8, scope: u8, number: u32, venue: Address) -> Result<u64, VaultError>;
}
