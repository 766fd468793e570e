#![allow(clippy::cast_possible_truncation, reason = "in code that the codec derives")]

use ink::Address;

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
    /// A value is out of range; the number is the value, or the end of the range that it passed.
    OutOfRange(u128),
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
    Unchanged,
    /// The parameter is changed by more than one step.
    StepTooLarge {
        /// The change.
        step: u128,
        /// The largest one.
        max: u128,
    },
    /// The parameter was changed too short a time ago, or what governance decided is not in force yet.
    TooSoon {
        /// When, in active time.
        until: u64,
    },
    /// An upgrade plan keeps this from being loosened.
    LooseningBarred {
        /// Until when, in wall time; the end of time while that cannot be known.
        until: u64,
    },
    /// No parameter has this number.
    UnknownParameter(u8),
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
    /// The liquidation would be smaller than it must be, although more could be taken.
    TooSmall {
        /// The smallest one, in quote.
        smallest: u128,
    },
    /// Closing this now would leave the account less healthy: its profit on the venue would no longer count. Close the
    /// profit first.
    LessHealthy {
        /// By how much, in quote.
        by: u128,
    },
    /// The account still owns something that its debts can be paid from.
    NotBankrupt,
    /// A venue did not answer, or not properly.
    VenueFailed {
        /// Which.
        venue: Address,
    },
    /// The guard did not answer, or not properly.
    GuardFailed,
    /// The upgrade registry did not answer, or not properly.
    RegistryFailed,
    /// Only the settlement contract may do this.
    NotSettlement,
    /// The account's deposits are locked: it may not withdraw.
    WithdrawalLocked {
        /// Until when, in wall time.
        until: u64,
    },
    /// It is stopped for now.
    StoppedUntil {
        /// What: 1 to opt in, 2 to grow a position, 4 to withdraw with open risk, 8 to liquidate.
        operation: u8,
        /// Until when, in wall time.
        until: u64,
    },
    /// A number names no `lockstep_core::margin::Scope`.
    UnknownScope(u8),
    /// No operation, or one that cannot be stopped there.
    CannotPause {
        /// What was asked for.
        operations: u8,
        /// What can be.
        possible: u8,
    },
    /// The registry knows no such keeper.
    NotKeeper(Address),
    /// The guard does not have the market paused, or other things keep it frozen for longer.
    NotPaused {
        /// Which.
        market: u32,
        /// What it says instead: a `lockstep_core::guard::Reason` as a number.
        reason: u8,
    },
    /// The guard says that the market has not thawed.
    NotThawed {
        /// Which.
        market: u32,
        /// Why: a `lockstep_core::guard::Reason` as a number.
        reason: u8,
    },
    /// An asset's haircut would be smaller than the discount at which it is liquidated. Both in basis points.
    HaircutBelowDiscount {
        /// The haircut.
        haircut: u32,
        /// The discount.
        discount: u32,
    },
    /// A lock would last longer than it may.
    LockTooLong {
        /// The latest end possible, in wall time.
        latest: u64,
    },
}
