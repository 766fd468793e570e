//! What must hold in every state, and what must be reached.

use lockstep_core::{
    guard::{Action, Answer, PriceVerdict, Stage, recovery::FREEZE_BOUND},
    keccak::keccak256,
    registry::{DEVIATION_GRACE, Deviation, Phase, fork},
    units::{Seconds, Timestamp},
};
use stateright::Property;

use super::{BOUND, CODE, FORK, FREEZE, LIVENESS, Market, RULE, STABILISE, State};

/// What a market may never do, whatever happens.
pub fn of_markets() -> Vec<Property<Market>> {
    vec![
        Property::always(
            "deposits, repayments, reductions and exits are never refused",
            |model: &Market, state: &State| {
                [Action::Deposit, Action::Repay, Action::Reduce, Action::Withdraw]
                    .into_iter()
                    .all(|action| model.answers(state, action).iter().all(Answer::is_allowed))
            },
        ),
        Property::always(
            "nothing is liquidated and nothing grows at an invalid price",
            |model: &Market, state: &State| {
                let valid = model.seen(state, state.now()).0.verdict == PriceVerdict::Valid;
                valid
                    || [Action::Liquidate, Action::Increase]
                        .into_iter()
                        .all(|action| !model.answers(state, action).iter().any(Answer::is_allowed))
            },
        ),
        Property::always(
            "from the freeze until the thaw only deep insolvency is liquidated",
            |model: &Market, state: &State| {
                let [deep, shallow] = model.answers(state, Action::Liquidate);
                let thawed = matches!(model.stage(state), Stage::Open | Stage::Recovering);
                (thawed || !shallow.is_allowed()) && (!shallow.is_allowed() || deep.is_allowed())
            },
        ),
        Property::always("risk grows only in the open", |model: &Market, state: &State| {
            let open = model.stage(state) == Stage::Open;
            open || !model.answers(state, Action::Increase).iter().any(Answer::is_allowed)
        }),
        Property::always("a frozen plan freezes the market", |model: &Market, state: &State| {
            let frozen = model.standing(state, state.now()).is_frozen();
            !frozen || !matches!(model.stage(state), Stage::Open | Stage::Recovering)
        }),
        Property::always(
            "a released plan thaws only after the grace and fresh reports",
            |model: &Market, state: &State| {
                let released = model.standing(state, state.now()).released_at;
                let thawed = matches!(model.stage(state), Stage::Open | Stage::Recovering);
                released.is_none_or(|at| {
                    let waited = state.now() > at.after(RULE.grace);
                    let fresh = state.reports.published_after(at) >= usize::from(RULE.fresh_reports);
                    !thawed || (waited && fresh)
                })
            },
        ),
        Property::always("no freeze outlasts its bounds", |_: &Market, state: &State| {
            // At worst one for the plan, with one for the feed from just before its end.
            let longest = Seconds(BOUND - FREEZE + 2 * FREEZE_BOUND.0);
            state.frozen_since.is_none_or(|since| state.now().since(since) <= longest)
        }),
        Property::always("left alone every freeze ends", |model: &Market, state: &State| {
            // Neither a report nor a heartbeat comes any more: in the end even that is a freeze past its bound.
            let quiet = Timestamp(BOUND).max(state.now().after(LIVENESS.max_silence));
            model.seen(state, quiet.after(FREEZE_BOUND).after(Seconds(2))).1.stage != Stage::Frozen
        }),
    ]
}

/// What a plan may never do, whatever is said about it.
pub fn of_plans() -> Vec<Property<Market>> {
    vec![
        Property::always("completed means verified", |model: &Market, state: &State| {
            let terms = model.standing(state, state.now());
            let code = state.record.activated.map(|seen| seen.code_hash);
            terms.phase != Phase::Completed
                || (terms.verified_at.is_some() && state.record.verified_at().is_some() && code == Some(CODE))
        }),
        Property::always("a plan that waits is not verified before the other", |model: &Market, state: &State| {
            let verified = model.standing(state, state.now()).verified_at;
            let relied = state.dependency.verified_at().or(state.dependency.cancelled_at);
            let was = state.dependency.rounds.iter().filter_map(|round| round.verified_at).min();
            let first = [relied, was].into_iter().flatten().min();
            !model.depends || verified.is_none_or(|at| first.is_some_and(|first| first <= at))
        }),
        Property::always("every plan ends", |model: &Market, state: &State| {
            let end = Timestamp(BOUND).after(DEVIATION_GRACE).after(Seconds(STABILISE));
            let last = state.record.rounds.last().map_or(Timestamp(0), |round| round.deviated_at);
            let end = end.max(last.after(DEVIATION_GRACE));
            state.now() < end || model.standing(state, state.now()).ended_at.is_some()
        }),
        Property::always(
            "an ended plan never shares its branch with another outcome",
            |model: &Market, state: &State| {
                let upgraded = fork::advance_verified(keccak256, FORK, CODE, 50);
                let phase = model.standing(state, state.now()).phase;
                model.fork_after(state).is_none_or(|next| {
                    (next == upgraded) == (phase == Phase::Completed) && (next == FORK) == (phase == Phase::Cancelled)
                })
            },
        ),
    ]
}

/// What must be reachable, or the model is not worth its states.
pub fn reached(market: &Market) -> Vec<Property<Market>> {
    let mut properties = vec![Property::sometimes("a plan completes", |model: &Market, state: &State| {
        model.standing(state, state.now()).phase == Phase::Completed && model.stage(state) == Stage::Open
    })];
    if market.faults > 0 {
        properties.push(Property::sometimes("a market is left reduce-only", |model: &Market, state: &State| {
            model.stage(state) == Stage::ReduceOnly
        }));
    }
    if market.signals > 2 {
        properties.push(Property::sometimes("a deviation is mended", |model: &Market, state: &State| {
            !state.record.rounds.is_empty() && model.standing(state, state.now()).phase == Phase::Stabilising
        }));
        properties.push(Property::sometimes("an activation is stuck", |model: &Market, state: &State| {
            let deviation = model.standing(state, state.now()).deviation;
            deviation.is_some_and(|(cause, _)| cause == Deviation::Stuck)
        }));
    }
    properties
}
