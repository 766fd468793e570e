#![allow(clippy::cast_possible_truncation, reason = "in code that the codec derives")]

use ink::{Address, prelude::vec::Vec};

use crate::Exposure;

/// Why the margin vault refuses. Amounts are in the smallest unit of the asset named in the message, of quote where
/// none is named; ratios in basis points; times in Unix seconds.
#[ink::error]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultError {
    /// Only governance may do this.
    NotGovernance,
    /// An address is zero.
    ZeroAddress,
    /// An amount is zero.
    ZeroAmount,
    /// The vault is in the middle of another call.
    Locked,
    /// A sum exceeds 128 bits.
    Overflow,
    /// No asset has this number.
    UnknownAsset(u32),
    /// The token is listed already, under this number.
    AlreadyListed(u32),
    /// An asset's decimals, or a share, are out of range.
    OutOfRange(u32),
    /// The vault would hold more of the asset than its cap.
    CapExceeded {
        /// What it would hold.
        held: u128,
        /// The most it may.
        cap: u128,
    },
    /// The account holds [`lockstep_core::margin::MAX_HOLDINGS`] other assets.
    TooManyAssets,
    /// The account has less than that.
    Insufficient {
        /// What it has.
        available: u128,
    },
    /// The token refused, or moved something other than what was asked.
    TokenFailed,
    /// The parameter has this value already.
    HaircutUnchanged,
    /// The haircut is changed by more than one step.
    StepTooLarge {
        /// The change.
        step: u32,
        /// The largest one.
        max: u32,
    },
    /// The haircut was changed too short a time ago.
    TooSoon {
        /// When it may be, in active time.
        until: u64,
    },
    /// The venue is not admitted.
    VenueNotAdmitted,
    /// The venue's bond is below what is required.
    BondTooLow {
        /// What it is.
        bond: u128,
        /// What is required.
        required: u128,
    },
    /// The account is on [`lockstep_core::margin::MAX_VENUES`] venues.
    TooManyVenues,
    /// The account is on this venue already.
    AlreadyOptedIn,
    /// The account is not on the venue.
    NotOptedIn,
    /// The account has open positions, a debt or unpaid profit there.
    StillBound,
    /// The account and its counterparty are the same, or a venue reports more exposures than it may.
    Malformed,
    /// Initial margin is missing.
    InsufficientMargin {
        /// Whose.
        account: Address,
        /// How much.
        missing: u128,
    },
    /// The account is above maintenance.
    Healthy,
    /// The guard does not allow a liquidation now.
    LiquidationRefused {
        /// A `lockstep_core::guard::Reason` as a number.
        reason: u8,
        /// The second after which asking again is worthwhile; 0 where unknown.
        until: u64,
    },
    /// The thawing market's share is used up, or there is nothing to take.
    NothingToLiquidate,
    /// The account still owns something that its debts can be paid from.
    NotBankrupt,
    /// A venue did not answer, or not properly.
    VenueFailed {
        /// Which.
        venue: Address,
    },
    /// The guard did not answer, or not properly.
    GuardFailed,
}

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
    /// venue must then close exactly that.
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
