//! The table that answers callers: `(verdict, stage, action) -> allowed or a reason`.
//!
//! | action | Open | Recovering | Frozen | Reduce-only |
//! | --- | --- | --- | --- | --- |
//! | deposit, repay, reduce, withdraw | yes | yes | yes | yes |
//! | increase | valid price | no | no | no |
//! | liquidate | valid price | valid price | valid price and deep insolvency | valid price and deep insolvency |
//! | fund | valid price | valid price | no | no |
//! | settle | no | no | no | no |
//!
//! Withdrawals are never refused here; the vault holds them to a lower bound of health.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    guard::{
        feed::Assessment,
        liveness::Clock,
        recovery::{FREEZE_BOUND, FreezeCause, RAMP_START, RecoveryRule},
        verdict::{Action, PriceVerdict, Reason},
    },
    ids::FeedId,
    numbered::numbered,
    registry::Phase,
    units::{Bps, Ramp, Seconds, Timestamp},
};

/// Below this health, counted without plan and volatility add-ons, an account may be liquidated at a valid price
/// whatever the stage.
pub const DEEP_INSOLVENCY: Bps = Bps(9_500);

numbered! {
    /// Contract class of a market. Pauses and plans select markets by it.
    MarketClass {
        /// Perpetual future.
        Perpetual = 0,
        /// Future with a date.
        DatedFuture = 1,
        /// Option.
        Option = 2,
        /// Lending, a collateral asset's own market included.
        Lending = 3,
    }
}

/// A market as the guard knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Market {
    /// Where its price comes from.
    pub feed: FeedId,
    /// Contract class.
    pub class: MarketClass,
}

/// The state of the most severe plan that touches a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanView {
    /// Its phase.
    pub phase: Phase,
    /// Wall time at which its freeze must have ended.
    pub bound: Timestamp,
    /// Wall time at which it left its frozen phases.
    pub released_at: Option<Timestamp>,
}

/// What a market is in, as far as risk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Business as usual.
    Open,
    /// Thawed, but a plan must still complete: liquidations run, risk does not grow.
    Recovering,
    /// A freeze within its bound.
    Frozen,
    /// A freeze whose bound passed without recovery.
    ReduceOnly,
}

/// Answer to a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether the action may go ahead.
    pub reason: Reason,
    /// Wall time after which asking again is worthwhile; zero where unknown or allowed.
    pub until: Timestamp,
    /// The part of a position that a liquidation may take.
    pub share: Bps,
}

impl Answer {
    /// A refusal.
    pub const fn refused(reason: Reason, until: Timestamp) -> Self {
        Self { reason, until, share: Bps::ZERO }
    }

    /// Whether the action may go ahead.
    pub const fn is_allowed(&self) -> bool {
        matches!(self.reason, Reason::Allowed)
    }

    /// The more restrictive of two answers.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        match (self.is_allowed(), other.is_allowed()) {
            (true, true) => Self { share: self.share.min(other.share), ..self },
            (true, false) => other,
            (false, false) if other.until > self.until => other,
            (false, _) => self,
        }
    }
}

/// A stage with its reason, end and liquidation share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The stage.
    pub stage: Stage,
    /// Why it is not [`Stage::Open`].
    pub reason: Reason,
    /// Wall time at which it may end, or its bound.
    pub until: Timestamp,
    /// The part of a position that a liquidation may take, outside of deep insolvency.
    pub share: Bps,
}

impl Standing {
    const fn of(stage: Stage, reason: Reason, until: Timestamp) -> Self {
        Self { stage, reason, until, share: Bps::ZERO }
    }
}

/// The stage that the feed alone puts a market in.
fn feed_standing(seen: &Assessment, rule: &RecoveryRule, clock: Clock) -> Standing {
    if let Some(share) = seen.recovery.share(clock) {
        return Standing { share, ..Standing::of(Stage::Open, Reason::Allowed, Timestamp(0)) };
    }
    let (reason, grace) = match seen.recovery.cause {
        FreezeCause::Outage => (Reason::Outage, rule.grace),
        FreezeCause::Feed => (Reason::FeedRecovering, rule.feed_grace),
        FreezeCause::Jump => (Reason::Divergent, rule.feed_grace),
    };
    let bound = seen.recovery.frozen_at.after(FREEZE_BOUND);
    if clock.now >= bound {
        return Standing::of(Stage::ReduceOnly, Reason::BoundReached, Timestamp(0));
    }
    let left = seen.recovery.grace_from.map_or(grace, |from| from.after(grace).since(clock.active));
    Standing::of(Stage::Frozen, reason, clock.now.after(left).min(bound))
}

/// The stage that a plan alone puts a market in. `fresh_since_release` counts the reporters that published after
/// the release.
fn plan_standing(plan: PlanView, rule: &RecoveryRule, fresh_since_release: usize, clock: Clock) -> Standing {
    let frozen = |reason| {
        if clock.now >= plan.bound {
            Standing::of(Stage::ReduceOnly, Reason::BoundReached, Timestamp(0))
        } else {
            Standing::of(Stage::Frozen, reason, plan.bound)
        }
    };
    let settled = Standing { share: Bps::ONE, ..Standing::of(Stage::Open, Reason::Allowed, Timestamp(0)) };
    let (released_at, after_thaw) = match (plan.phase, plan.released_at) {
        (Phase::Announced, _) | (Phase::Cancelled, None) => return settled,
        (Phase::Activated, _) => return frozen(Reason::PlanUnverified),
        (Phase::Frozen, _) | (_, None) => return frozen(Reason::PlanFrozen),
        (Phase::Stabilising, Some(at)) => {
            (at, Standing { stage: Stage::Recovering, reason: Reason::PlanStabilising, ..settled })
        }
        (Phase::Deviated, Some(at)) => {
            (at, Standing { stage: Stage::Recovering, reason: Reason::PlanDeviated, ..settled })
        }
        (Phase::Completed | Phase::Expired | Phase::Cancelled, Some(at)) => (at, settled),
    };
    let grace_end = released_at.after(rule.grace);
    if clock.now <= grace_end || fresh_since_release < usize::from(rule.fresh_reports) {
        return frozen(Reason::PlanThawing);
    }
    let start = grace_end.after(Seconds(1));
    let share = Ramp { from: RAMP_START, to: Bps::ONE, start, end: start.after(rule.ramp) }.at(clock.now);
    Standing { share, ..after_thaw }
}

/// The stage of a market: the worse of what its feed and its plan put it in.
pub fn stage(
    seen: &Assessment,
    rule: &RecoveryRule,
    plan: Option<PlanView>,
    fresh_since_release: usize,
    clock: Clock,
) -> Standing {
    let feed = feed_standing(seen, rule, clock);
    let Some(plan) = plan else { return feed };
    let plan = plan_standing(plan, rule, fresh_since_release, clock);
    let worse = if plan.stage > feed.stage { plan } else { feed };
    Standing { share: feed.share.min(plan.share), ..worse }
}

/// The cell of the table, one arm a row. `health` is the account's maintenance health without plan and volatility add-ons.
#[allow(clippy::match_same_arms, reason = "the rows of the table")]
pub fn permit(verdict: PriceVerdict, standing: Standing, action: Action, health: Bps) -> Answer {
    let allowed = Answer { reason: Reason::Allowed, until: Timestamp(0), share: Bps::ONE };
    let closed = Answer::refused(standing.reason, standing.until);
    let invalid = Answer::refused(verdict.into(), standing.until);
    match (action, standing.stage) {
        (Action::Deposit | Action::Repay | Action::Reduce | Action::Withdraw, _) => allowed,
        (Action::Settle, _) => Answer::refused(Reason::NotSettling, Timestamp(0)),
        (Action::Increase | Action::Fund | Action::Liquidate, _) if !verdict.is_valid() => invalid,
        (Action::Increase, Stage::Open) => allowed,
        (Action::Fund, Stage::Open | Stage::Recovering) => allowed,
        (Action::Liquidate, Stage::Open | Stage::Recovering) => Answer { share: standing.share, ..allowed },
        (Action::Liquidate, Stage::Frozen | Stage::ReduceOnly) if health < DEEP_INSOLVENCY => allowed,
        (Action::Increase | Action::Fund | Action::Liquidate, _) => closed,
    }
}

#[cfg(test)]
#[path = "permission_tests.rs"]
mod tests;
