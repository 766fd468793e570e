//! A plan: what an upgrade is expected to be, when, and what it touches.

use alloc::vec::Vec;

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode};

use crate::{
    ids::{DomainId, ForkId, MarketId, PlanId},
    numbered::numbered,
    registry::{Anchor, EMERGENCY_FREEZE, KEEPER_FREEZE, MAX_DEPENDENCIES, Phase},
    units::{Seconds, Timestamp},
};

/// Most markets that one plan may name: the plan must fit one storage item.
pub const MAX_MARKETS: usize = 16;
/// The longest freeze that a plan may ask for.
pub const MAX_FREEZE: Seconds = Seconds::days(7);
/// The longest time a plan may ask to prove stable.
pub const MAX_STABILISE: Seconds = Seconds::days(7);
/// How long an emergency plan must run verified before it completes.
pub const EMERGENCY_STABILISE: Seconds = Seconds::hours(1);
/// How far ahead a freeze may be estimated from heights; what lies beyond is no estimate.
pub const MAX_NOTICE: Seconds = Seconds::days(366);
/// The worst severity of a disclosure; one is the least.
pub const MAX_SEVERITY: u8 = 4;

numbered! {
    /// Who announced a plan.
    Origin {
        /// The governor.
        Governance = 0,
        /// Keepers, for an upgrade that its network shows.
        Keepers = 1,
        /// Keepers, without notice.
        Emergency = 2,
    }
}

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

/// When a plan is due, in heights of its network. The plan's times are then estimates that heartbeats correct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Heights {
    /// Height at which risk freezes.
    pub freeze: u64,
    /// Lowest height of the activation.
    pub earliest: u64,
    /// Greatest height of the activation.
    pub latest: u64,
}

/// When a plan is due: wall times and lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When risk freezes.
    pub freeze_at: Timestamp,
    /// Earliest activation.
    pub earliest: Timestamp,
    /// Latest activation.
    pub latest: Timestamp,
    /// How long it must run verified before it completes.
    pub stabilise: Seconds,
    /// Longest freeze from `freeze_at`.
    pub max_freeze: Seconds,
}

/// An upgrade as announced.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Plan {
    /// The network.
    pub domain: DomainId,
    /// Its branch at the announcement.
    pub fork: ForkId,
    /// Whether the network is another than the host's: heartbeats then stand for the canary.
    pub foreign: bool,
    /// Hash of the code that should run.
    pub code_hash: [u8; 32],
    /// Version that should run; zero where unknown.
    pub spec_version: u32,
    /// Who announced it.
    pub origin: Origin,
    /// The plan whose late failure this one answers.
    pub follows: Option<PlanId>,
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
    /// The same in heights, where the plan is given in heights.
    pub heights: Option<Heights>,
    /// What changes.
    pub impact: Impact,
    /// Severity of the disclosure, 1 to [`MAX_SEVERITY`].
    pub severity: u8,
    /// Hash of the disclosed document.
    pub disclosure: [u8; 32],
    /// Markets affected.
    pub markets: Vec<MarketId>,
    /// Plans that must be verified before this one counts as verified, and those that they wait for.
    pub dependencies: Vec<PlanId>,
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
    /// The longest freeze is zero or beyond what the origin of the plan may ask for.
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
        /// How many.
        count: u32,
    },
    /// The market is named twice.
    DuplicateMarket {
        /// The market.
        market: MarketId,
    },
    /// The heights are not in the order 0 < freeze <= earliest <= latest, or the plan names no block time.
    HeightsOutOfOrder {
        /// Freeze.
        freeze: u64,
        /// Earliest activation.
        earliest: u64,
        /// Latest activation.
        latest: u64,
    },
    /// In this phase the plan stands as it is.
    NotReschedulable {
        /// The phase.
        phase: Phase,
    },
    /// Once frozen a plan may only move later, within the bound that it has.
    NotLater {
        /// The bound.
        bound: Timestamp,
    },
    /// A plan waits only for plans that were announced before it.
    DependencyNotEarlier {
        /// The other plan.
        dependency: PlanId,
    },
    /// More than [`MAX_DEPENDENCIES`], with those that the named ones wait for.
    DependencyCount {
        /// How many.
        count: u32,
    },
}

impl Plan {
    /// Refuses what cannot be carried out or would freeze without end.
    pub fn validated(self, now: Timestamp) -> Result<Self, PlanError> {
        let (freeze_at, earliest, latest) = (self.freeze_at, self.earliest, self.latest);
        if self.code_hash == [0; 32] {
            return Err(PlanError::NoCodeHash);
        }
        if self.disclosure == [0; 32] || self.severity == 0 || self.severity > MAX_SEVERITY {
            return Err(PlanError::NoDisclosure { severity: self.severity });
        }
        let max = self.longest_freeze();
        if self.max_freeze.0 == 0 || self.max_freeze > max {
            return Err(PlanError::FreezeTooLong { asked: self.max_freeze, max });
        }
        if self.stabilise > MAX_STABILISE {
            return Err(PlanError::StabiliseTooLong { asked: self.stabilise, max: MAX_STABILISE });
        }
        let begins = now < freeze_at || (now == freeze_at && self.origin == Origin::Emergency);
        let ordered = begins && freeze_at <= earliest && earliest <= latest && latest < self.bound();
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

    /// The longest freeze that may be asked for by whoever announces the plan.
    const fn longest_freeze(&self) -> Seconds {
        match self.origin {
            Origin::Governance => MAX_FREEZE,
            Origin::Keepers => KEEPER_FREEZE,
            Origin::Emergency => EMERGENCY_FREEZE,
        }
    }

    /// Wall time at which the freeze must have ended.
    pub const fn bound(&self) -> Timestamp {
        self.freeze_at.after(self.max_freeze)
    }

    /// The last moment within the bound.
    pub const fn last_moment(&self) -> Timestamp {
        Timestamp(self.bound().0.saturating_sub(1))
    }

    /// Whether keepers alone brought it about, so that its freeze counts into their budget.
    pub const fn is_keepers(&self) -> bool {
        matches!(self.origin, Origin::Keepers | Origin::Emergency)
    }

    /// Whether an activation with this code at this height is another than the one announced.
    pub fn is_unexpected(&self, code_hash: [u8; 32], height: u64) -> bool {
        let elsewhere = self.heights.is_some_and(|heights| height < heights.earliest || height > heights.latest);
        code_hash != self.code_hash || elsewhere
    }

    /// The plan with other times. Before the freeze any times that a new plan could have; once frozen only a later
    /// activation, with freeze and bound kept.
    pub fn rescheduled(self, times: Times, phase: Phase, now: Timestamp) -> Result<Self, PlanError> {
        let bound = self.bound();
        let moved = Self {
            freeze_at: times.freeze_at,
            earliest: times.earliest,
            latest: times.latest,
            stabilise: times.stabilise,
            max_freeze: times.max_freeze,
            heights: None,
            ..self.clone()
        };
        match phase {
            Phase::Announced => Self { origin: Origin::Governance, ..moved }.validated(now),
            Phase::Frozen => {
                let kept = (moved.freeze_at, moved.max_freeze, moved.stabilise)
                    == (self.freeze_at, self.max_freeze, self.stabilise);
                let later = self.earliest <= moved.earliest
                    && self.latest <= moved.latest
                    && moved.earliest <= moved.latest
                    && moved.latest < bound;
                if kept && later { Ok(moved) } else { Err(PlanError::NotLater { bound }) }
            }
            _ => Err(PlanError::NotReschedulable { phase }),
        }
    }

    /// The plan given in heights as well; its times are estimates from then on.
    pub fn with_heights(self, heights: Heights, phase: Phase) -> Result<Self, PlanError> {
        if phase != Phase::Announced {
            return Err(PlanError::NotReschedulable { phase });
        }
        let Heights { freeze, earliest, latest } = heights;
        let ordered = 0 < freeze && freeze <= earliest && earliest <= latest;
        if !ordered || self.impact.block_time.before == 0 {
            return Err(PlanError::HeightsOutOfOrder { freeze, earliest, latest });
        }
        Ok(Self { heights: Some(heights), ..self })
    }

    /// The times as the block `anchor` of the network lets expect them, at the block time before the upgrade. The
    /// freeze is rounded to the earlier second and never moves once it has begun; its bound never moves then either.
    #[must_use]
    pub fn retimed(self, anchor: Anchor, phase: Phase, now: Timestamp) -> Self {
        let Some(heights) = self.heights else { return self };
        let expected = |height| anchor.expected_down(height, self.impact.block_time.before);
        let freeze_at = match phase {
            Phase::Announced => expected(heights.freeze).max(now),
            Phase::Frozen => self.freeze_at,
            _ => return self,
        };
        if freeze_at > now.after(MAX_NOTICE) {
            return self;
        }
        let last = Timestamp(freeze_at.after(self.max_freeze).0.saturating_sub(1));
        let latest = expected(heights.latest).after(Seconds(1)).max(freeze_at).min(last);
        let earliest = expected(heights.earliest).max(freeze_at).min(latest);
        Self { freeze_at, earliest, latest, ..self }
    }

    /// The plan, which is number `own`, with the plans that it waits for: each named one with those that it waits
    /// for itself. A plan waits only for earlier ones, so there are no cycles.
    pub fn with_dependencies(
        self,
        own: PlanId,
        named: &[(PlanId, Vec<PlanId>)],
        phase: Phase,
    ) -> Result<Self, PlanError> {
        if phase != Phase::Announced {
            return Err(PlanError::NotReschedulable { phase });
        }
        let mut dependencies: Vec<PlanId> = Vec::new();
        for (dependency, further) in named {
            if *dependency >= own {
                return Err(PlanError::DependencyNotEarlier { dependency: *dependency });
            }
            for one in core::iter::once(dependency).chain(further) {
                if !dependencies.contains(one) {
                    dependencies.push(*one);
                }
            }
        }
        if dependencies.is_empty() || dependencies.len() > MAX_DEPENDENCIES {
            let count = u32::try_from(dependencies.len()).unwrap_or(u32::MAX);
            return Err(PlanError::DependencyCount { count });
        }
        Ok(Self { dependencies, ..self })
    }

    /// An emergency plan whose freeze may last `length` from its beginning.
    #[must_use]
    pub fn lasting(self, length: Seconds) -> Self {
        let longer = Self { max_freeze: length, ..self };
        Self { latest: longer.last_moment().max(longer.latest), ..longer }
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
