//! The table that answers callers: `(verdict, stage, action) -> allowed, reason, until`. It stands in [`TABLE`].
//!
//! What puts a market in its stage, the worst counting:
//!
//! | stage | feed | plan | pause |
//! | --- | --- | --- | --- |
//! | Open | thawed | none, announced, cancelled; completed, expired or cancelled in force and thawed | none |
//! | Recovering | | stabilising or deviated, and thawed | |
//! | Frozen | recovering, within its bound | frozen, activated, or released and not thawed, within its bound and, where keepers made it, within their budget | yes |
//! | Reduce-only | recovering, beyond its bound | the same, beyond its bound; a registry that does not answer | |
//! | Settleable | reduce-only for three days of active time | the same, or deviated for as long beyond its bound | |
//!
//! Withdrawals are never refused here: with open risk the vault holds them to a lower bound of health, which leaves out
//! what a price that is not valid would add.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    guard::{
        basis::Mark,
        feed::{Assessment, FUTURE_TOLERANCE},
        liveness::Clock,
        recovery::{FREEZE_BOUND, FreezeCause, RAMP_START, RecoveryRule},
        verdict::{Action, PriceVerdict, Reason},
    },
    ids::FeedId,
    numbered::numbered,
    registry::{Phase, frozen_until, plan::MAX_FREEZE},
    units::{Bps, Ramp, Seconds, Timestamp},
};

/// Below this health, counted without plan and volatility add-ons, an account may be liquidated at a valid price
/// whatever the stage.
pub const DEEP_INSOLVENCY: Bps = Bps(9_500);

/// Active time in reduce-only after which anyone may start a market's settlement.
pub const SETTLE_AFTER: Seconds = Seconds::days(3);

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
    /// The venue's mark.
    pub mark: Mark,
}

/// The state of the most severe plan that touches a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanView {
    /// Its phase.
    pub phase: Phase,
    /// Wall time at which its freeze begins.
    pub freeze_at: Timestamp,
    /// Wall time at which its freeze must have ended.
    pub bound: Timestamp,
    /// Wall time at which its freeze ends: the bound, or before it where keepers have frozen for as long as they may.
    pub frozen_until: Timestamp,
    /// What plans by keepers take of the market's budget, this one in full; zero where it is none of theirs.
    pub booked: Seconds,
    /// Wall time at which it left its frozen phases.
    pub released_at: Option<Timestamp>,
}

/// What the registry answers about a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plans {
    /// Nothing that makes sense.
    Silent,
    /// No plan.
    Free,
    /// The most severe plan.
    Touched(PlanView),
}

impl Plans {
    /// The registry's answer: a [`Phase`] as a number plus one (zero where there is no plan), the beginning of its
    /// freeze, its bound, its release, and what keepers have booked; what is not known is zero. An answer that contradicts
    /// itself is none: a bound before the freeze or longer after it than any plan's, a release in the future or without
    /// a freeze.
    pub fn checked([number, freeze_at, bound, released_at, booked]: [u64; 5], now: Timestamp) -> Self {
        let Some(number) = number.checked_sub(1) else { return Self::Free };
        let Ok(phase) = Phase::try_from(u8::try_from(number).unwrap_or(u8::MAX)) else { return Self::Silent };
        let (freeze_at, bound) = (Timestamp(freeze_at), Timestamp(bound));
        let released_at = Some(Timestamp(released_at)).filter(|at| at.0 > 0);
        let sound = freeze_at.0 > 0
            && bound >= freeze_at
            && bound <= freeze_at.max(now).after(MAX_FREEZE)
            && released_at.is_none_or(|at| at <= now.after(FUTURE_TOLERANCE));
        if !sound {
            return Self::Silent;
        }
        let booked = Seconds(booked);
        Self::Touched(PlanView { phase, freeze_at, bound, frozen_until: bound, booked, released_at })
    }

    /// When the last of them was released; the beginning of time where none was.
    pub fn released_at(&self) -> Timestamp {
        match self {
            Self::Touched(plan) => plan.released_at.unwrap_or_default(),
            Self::Silent | Self::Free => Timestamp(0),
        }
    }

    /// Whether keepers alone freeze the market.
    pub const fn is_keepers(&self) -> bool {
        matches!(self, Self::Touched(plan) if plan.booked.0 > 0)
    }

    /// With the freeze of a plan by keepers cut by what their pauses, which took `paused`, leave of their budget.
    #[must_use]
    pub fn cut(self, paused: Seconds) -> Self {
        match self {
            Self::Touched(plan) if plan.booked.0 > 0 => {
                let frozen_until = frozen_until(plan.freeze_at, plan.bound, plan.booked, paused);
                Self::Touched(PlanView { frozen_until, ..plan })
            }
            _ => self,
        }
    }
}

numbered! {
    /// What a market is in, as far as risk goes.
    Stage {
        /// Business as usual.
        Open = 0,
        /// Thawed, but a plan must still complete: liquidations run, risk does not grow.
        Recovering = 1,
        /// A freeze within its bound.
        Frozen = 2,
        /// A freeze whose bound passed without recovery.
        ReduceOnly = 3,
        /// So for three days of active time: anyone may start the settlement.
        Settleable = 4,
    }
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
    /// An action that goes ahead without limits.
    pub const ALLOWED: Self = Self { reason: Reason::Allowed, until: Timestamp(0), share: Bps::ONE };

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

/// A freeze that reached its bound without recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lapse {
    /// Wall time at which the bound was reached.
    pub since: Timestamp,
    /// Wall time at which the freeze began.
    pub frozen_at: Timestamp,
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
    /// The freeze that lapsed first, of those that still last.
    pub lapse: Option<Lapse>,
}

impl Standing {
    const fn of(stage: Stage, reason: Reason, until: Timestamp) -> Self {
        Self { stage, reason, until, share: Bps::ZERO, lapse: None }
    }

    const OPEN: Self = Self { share: Bps::ONE, ..Self::of(Stage::Open, Reason::Allowed, Timestamp(0)) };

    /// The worse of two; of equals the one that lasts longer.
    #[must_use]
    fn worse(self, other: Self) -> Self {
        let worse = if (other.stage, other.until) > (self.stage, self.until) { other } else { self };
        let lapse = [self.lapse, other.lapse].into_iter().flatten().min();
        Self { share: self.share.min(other.share), lapse, ..worse }
    }

    /// The standing as far as settlement goes, where the lapse is `span` of active time ago.
    #[must_use]
    pub fn settling(self, span: Seconds) -> Self {
        if self.lapse.is_some() && span >= SETTLE_AFTER {
            Self { stage: Stage::Settleable, reason: Reason::BoundReached, ..self }
        } else {
            self
        }
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
        let lapse = Some(Lapse { since: bound, frozen_at: seen.recovery.frozen_at });
        return Standing { lapse, ..Standing::of(Stage::ReduceOnly, Reason::BoundReached, Timestamp(0)) };
    }
    let left = seen.recovery.grace_from.map_or(grace, |from| from.after(grace).since(clock.active));
    Standing::of(Stage::Frozen, reason, clock.now.after(left).min(bound))
}

/// The stage that a plan alone puts a market in. `fresh_since_release` counts the reporters that published after
/// the release.
fn plan_standing(plan: PlanView, rule: &RecoveryRule, fresh_since_release: usize, clock: Clock) -> Standing {
    let lapse = (clock.now >= plan.bound).then_some(Lapse { since: plan.bound, frozen_at: plan.freeze_at });
    let frozen = |reason| {
        if clock.now >= plan.frozen_until {
            Standing { lapse, ..Standing::of(Stage::ReduceOnly, Reason::BoundReached, Timestamp(0)) }
        } else {
            Standing::of(Stage::Frozen, reason, plan.frozen_until)
        }
    };
    let settled = Standing::OPEN;
    let (released_at, after_thaw) = match (plan.phase, plan.released_at) {
        (Phase::Announced, _) | (Phase::Cancelled, None) => return settled,
        (Phase::Activated, _) => return frozen(Reason::PlanUnverified),
        (Phase::Frozen, _) | (_, None) => return frozen(Reason::PlanFrozen),
        (Phase::Stabilising, Some(at)) => {
            (at, Standing { stage: Stage::Recovering, reason: Reason::PlanStabilising, ..settled })
        }
        (Phase::Deviated, Some(at)) => {
            (at, Standing { stage: Stage::Recovering, reason: Reason::PlanDeviated, lapse, ..settled })
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

/// The stage of a market: the worst of what its feed, its plan and a pause until `paused` put it in.
/// `fresh_since_release` counts the reporters, or rounds, that published after the plan's release.
#[inline(never)]
pub fn stage(
    seen: &Assessment,
    rule: &RecoveryRule,
    plans: Plans,
    fresh_since_release: usize,
    paused: Option<Timestamp>,
    clock: Clock,
) -> Standing {
    let plan = match plans {
        Plans::Silent => Standing::of(Stage::ReduceOnly, Reason::RegistryUnavailable, Timestamp(0)),
        Plans::Free => Standing::OPEN,
        Plans::Touched(plan) => plan_standing(plan, rule, fresh_since_release, clock),
    };
    let pause = paused.map_or(Standing::OPEN, |until| Standing::of(Stage::Frozen, Reason::Paused, until));
    feed_standing(seen, rule, clock).worse(plan).worse(pause)
}

/// What a cell of the table asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing: allowed in any state.
    Always,
    /// A valid price, and a mark within its band.
    InBand,
    /// A valid price; the share is what the mark's band leaves of the funding.
    Clamped,
    /// A valid price; the share is that of the thaw.
    Ramped,
    /// A valid price and deep insolvency.
    Deep,
    /// Refused, because of the price where it is not valid, otherwise for the reason of the stage.
    Never,
    /// Refused: the market is not to be settled.
    Unsettled,
}

/// The table: for each action what each stage asks for, in the order of [`Action::ALL`] and [`Stage::ALL`].
pub const TABLE: [(Action, [Cell; 5]); 8] = {
    use Cell::{Always, Clamped, Deep, InBand, Never, Ramped, Unsettled};
    [
        //                   Open       Recovering Frozen     Reduce-only Settleable
        (Action::Deposit, [Always, Always, Always, Always, Always]),
        (Action::Repay, [Always, Always, Always, Always, Always]),
        (Action::Reduce, [Always, Always, Always, Always, Always]),
        (Action::Withdraw, [Always, Always, Always, Always, Always]),
        (Action::Increase, [InBand, Never, Never, Never, Never]),
        (Action::Liquidate, [Ramped, Ramped, Deep, Deep, Deep]),
        (Action::Fund, [Clamped, Clamped, Never, Never, Never]),
        (Action::Settle, [Unsettled, Unsettled, Unsettled, Unsettled, Always]),
    ]
};

/// The cell of an action in a stage.
pub fn cell(action: Action, stage: Stage) -> Cell {
    let row = TABLE.iter().find(|(row, _)| *row == action).map(|(_, row)| row);
    row.and_then(|row| row.get(usize::from(stage.number()))).copied().unwrap_or(Cell::Never)
}

/// Whether an action is allowed in any state, so that there is nothing to look up.
pub fn is_always_allowed(action: Action) -> bool {
    Stage::ALL.iter().all(|stage| cell(action, *stage) == Cell::Always)
}

/// Everything that the table is asked with, besides the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Situation {
    /// What is wrong with the price.
    pub verdict: PriceVerdict,
    /// Where the market stands.
    pub standing: Standing,
    /// Where the mark is outside of its band: the part of the funding within it.
    pub outside: Option<Bps>,
}

/// The answer of the table. `health` is the account's maintenance health without plan and volatility add-ons.
#[inline(never)]
pub fn permit(situation: Situation, action: Action, health: Bps) -> Answer {
    let Situation { verdict, standing, outside } = situation;
    let allowed = |share| Answer { share, ..Answer::ALLOWED };
    let asked = cell(action, standing.stage);
    match asked {
        Cell::Always => return allowed(Bps::ONE),
        Cell::Unsettled => return Answer::refused(Reason::NotSettling, Timestamp(0)),
        _ if !verdict.is_valid() => return Answer::refused(verdict.into(), standing.until),
        _ => {}
    }
    match (asked, outside) {
        (Cell::InBand, None) => allowed(Bps::ONE),
        (Cell::InBand, Some(_)) => Answer::refused(Reason::OutOfBand, Timestamp(0)),
        (Cell::Clamped, outside) => allowed(outside.unwrap_or(Bps::ONE)),
        (Cell::Ramped, _) => allowed(standing.share),
        (Cell::Deep, _) if health < DEEP_INSOLVENCY => allowed(Bps::ONE),
        _ => Answer::refused(standing.reason, standing.until),
    }
}

#[cfg(test)]
#[path = "permission_tests.rs"]
mod tests;
