//! A plan: what an upgrade is expected to be, when, and what it touches.

use alloc::vec::Vec;

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode};

use crate::{
    ids::{DomainId, ForkId, MarketId},
    units::{Seconds, Timestamp},
};

/// Most markets that one plan may name: the plan must fit one storage item.
pub const MAX_MARKETS: usize = 16;
/// The longest freeze that a plan may ask for.
pub const MAX_FREEZE: Seconds = Seconds::days(7);
/// The longest time a plan may ask to prove stable.
pub const MAX_STABILISE: Seconds = Seconds::days(7);
/// The worst severity of a disclosure; one is the least.
pub const MAX_SEVERITY: u8 = 4;

/// A figure before and after the upgrade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Change {
    /// Before.
    pub before: u32,
    /// After.
    pub after: u32,
}

/// What an upgrade changes for those who bear risk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Impact {
    /// Time to finality in seconds.
    pub finality: Change,
    /// Block time in milliseconds.
    pub block_time: Change,
    /// Fees relative to today, in basis points.
    pub fee_ratio: Change,
    /// Share of its value for which the asset serves as collateral, in basis points.
    pub collateral_utility: Change,
    /// Issuance a year, in basis points.
    pub issuance: Change,
}

/// An upgrade as announced.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Plan {
    /// The network.
    pub domain: DomainId,
    /// Its branch at the announcement.
    pub fork: ForkId,
    /// Hash of the code that should run.
    pub code_hash: [u8; 32],
    /// Version that should run.
    pub spec_version: u32,
    /// When it was announced.
    pub announced_at: Timestamp,
    /// When risk freezes.
    pub freeze_at: Timestamp,
    /// Earliest activation.
    pub earliest: Timestamp,
    /// Latest activation; without a signal by then the plan expires.
    pub latest: Timestamp,
    /// How long it must run verified before it completes.
    pub stabilise: Seconds,
    /// Longest freeze from `freeze_at`.
    pub max_freeze: Seconds,
    /// What changes.
    pub impact: Impact,
    /// Severity of the disclosure, 1 to [`MAX_SEVERITY`].
    pub severity: u8,
    /// Hash of the disclosed document.
    pub disclosure: [u8; 32],
    /// Markets affected.
    pub markets: Vec<MarketId>,
}

/// Why a plan is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanError {
    /// No disclosure: its hash is zero or its severity is not 1 to [`MAX_SEVERITY`].
    NoDisclosure {
        /// Severity given.
        severity: u8,
    },
    /// The hash of the code is zero.
    NoCodeHash,
    /// The times are not in the order now < freeze <= earliest <= latest < freeze + longest freeze.
    TimesOutOfOrder {
        /// Time of the call.
        now: Timestamp,
        /// Freeze.
        freeze_at: Timestamp,
        /// Earliest activation.
        earliest: Timestamp,
        /// Latest activation.
        latest: Timestamp,
    },
    /// The longest freeze is zero or beyond [`MAX_FREEZE`].
    FreezeTooLong {
        /// What was asked for.
        asked: Seconds,
        /// What is possible.
        max: Seconds,
    },
    /// The time to stabilise is beyond [`MAX_STABILISE`].
    StabiliseTooLong {
        /// What was asked for.
        asked: Seconds,
        /// What is possible.
        max: Seconds,
    },
    /// No market, or more than [`MAX_MARKETS`].
    MarketCount {
        /// How many were given.
        count: u32,
    },
    /// The same market twice.
    DuplicateMarket {
        /// Which.
        market: MarketId,
    },
}

impl Plan {
    /// Refuses what could not be carried out or would freeze without end.
    pub fn validated(self, now: Timestamp) -> Result<Self, PlanError> {
        let (freeze_at, earliest, latest) = (self.freeze_at, self.earliest, self.latest);
        if self.code_hash == [0; 32] {
            return Err(PlanError::NoCodeHash);
        }
        if self.disclosure == [0; 32] || self.severity == 0 || self.severity > MAX_SEVERITY {
            return Err(PlanError::NoDisclosure { severity: self.severity });
        }
        if self.max_freeze.0 == 0 || self.max_freeze > MAX_FREEZE {
            return Err(PlanError::FreezeTooLong { asked: self.max_freeze, max: MAX_FREEZE });
        }
        if self.stabilise > MAX_STABILISE {
            return Err(PlanError::StabiliseTooLong { asked: self.stabilise, max: MAX_STABILISE });
        }
        let ordered = now < freeze_at && freeze_at <= earliest && earliest <= latest && latest < self.bound();
        if !ordered {
            return Err(PlanError::TimesOutOfOrder { now, freeze_at, earliest, latest });
        }
        if self.markets.is_empty() || self.markets.len() > MAX_MARKETS {
            return Err(PlanError::MarketCount { count: u32::try_from(self.markets.len()).unwrap_or(u32::MAX) });
        }
        for (position, market) in self.markets.iter().enumerate() {
            if self.markets.iter().skip(position.saturating_add(1)).any(|other| other == market) {
                return Err(PlanError::DuplicateMarket { market: *market });
            }
        }
        Ok(self)
    }

    /// Wall time at which the freeze must have ended.
    pub const fn bound(&self) -> Timestamp {
        self.freeze_at.after(self.max_freeze)
    }
}
