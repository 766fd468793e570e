use ink::Address;
use lockstep_interfaces::VaultError;

use crate::book::BookError;

/// Why the venue refuses.
#[ink::error]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Only the owner may do this.
    NotOwner,
    /// An address is zero.
    ZeroAddress,
    /// No market has this id.
    UnknownMarket(u32),
    /// The market exists.
    MarketExists(u32),
    /// A ratio is zero or out of range.
    OutOfRange,
    /// The size is zero.
    ZeroSize,
    /// The maker of a market neither trades in it nor is liquidated there.
    Maker,
    /// The trade has the other direction than the position: reduce it first.
    WrongDirection,
    /// There is no position to close.
    NothingOpen,
    /// The account has positions in as many markets as a venue reports.
    TooManyMarkets,
    /// The guard does not allow it now.
    Refused {
        /// A `lockstep_core::guard::Reason` as a number.
        reason: u8,
        /// The second after which asking again is worthwhile; 0 where unknown.
        until: u64,
    },
    /// The price is not valid; the number is a `lockstep_core::guard::PriceVerdict`.
    InvalidPrice(u8),
    /// Somebody has traded in the market: its basis is fixed.
    AlreadyTraded(u32),
    /// The market has ended: its positions are settled by claims.
    MarketHasEnded(u32),
    /// The market has not ended.
    MarketNotEnded(u32),
    /// Only the settlement contract may do this.
    NotSettlement,
    /// The settlement contract has been named.
    SettlementIsNamed,
    /// Nothing is in escrow.
    NothingInEscrow,
    /// A sum exceeds 128 bits.
    Overflow,
    /// The guard did not answer.
    GuardFailed,
    /// One of the accounts is not on this venue in the vault.
    NotOptedIn,
    /// Initial margin is missing.
    InsufficientMargin {
        /// Whose.
        account: Address,
        /// How much, in quote.
        missing: u128,
    },
    /// The account is above maintenance.
    Healthy,
    /// The thawing market's share is used up.
    NothingToLiquidate,
    /// The vault has stopped this for a while.
    StoppedUntil {
        /// A `lockstep_core::margin::Operations` bit.
        operation: u8,
        /// Until when.
        until: u64,
    },
    /// The liquidation would be smaller than it must be, although more could be taken.
    TooSmall {
        /// The smallest one, in quote.
        smallest: u128,
    },
    /// Closing this now would leave the account less healthy: close a profit of it first.
    LessHealthy {
        /// By how much, in quote.
        by: u128,
    },
    /// This venue is not admitted to the vault, or its bond is too low.
    NotAdmitted,
    /// The vault refused for another reason, or did not answer.
    VaultFailed,
}

impl From<BookError> for Error {
    fn from(error: BookError) -> Self {
        match error {
            BookError::WrongDirection => Self::WrongDirection,
            BookError::NothingOpen => Self::NothingOpen,
            BookError::Overflow => Self::Overflow,
        }
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::NotOptedIn => Self::NotOptedIn,
            VaultError::InsufficientMargin { account, missing } => Self::InsufficientMargin { account, missing },
            VaultError::Healthy => Self::Healthy,
            VaultError::LiquidationRefused { reason, until } => Self::Refused { reason, until },
            VaultError::NothingToLiquidate => Self::NothingToLiquidate,
            VaultError::StoppedUntil { operation, until } => Self::StoppedUntil { operation, until },
            VaultError::TooSmall { smallest } => Self::TooSmall { smallest },
            VaultError::LessHealthy { by } => Self::LessHealthy { by },
            VaultError::VenueNotAdmitted | VaultError::BondTooLow { .. } => Self::NotAdmitted,
            VaultError::GuardFailed => Self::GuardFailed,
            VaultError::Overflow => Self::Overflow,
            _ => Self::VaultFailed,
        }
    }
}
