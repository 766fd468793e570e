//! The promises of the specification that a rehearsal puts to the test, judged on the arm with Lockstep alone.

use serde::Serialize;

use lockstep_core::guard::permission::DEEP_INSOLVENCY;

use super::{ArmOutcome, Freeze, PhaseSpan, QUOTE_DECIMALS, Wish, is_restraining, summarise};
use crate::clock::span;
use crate::decimal::format_signed;

/// The longest freeze for an outage or a bad feed, seconds of wall time.
const FREEZE_BOUND: u64 = lockstep_core::guard::recovery::FREEZE_BOUND.0;

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseState {
    /// It was put to the test and held.
    Held,
    /// It was broken at least once.
    Broken,
    /// Nothing in this incident put it to the test.
    Untested,
}

impl PromiseState {
    /// For tables.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Broken => "broken",
            Self::Untested => "not tested",
        }
    }
}

/// A promise, with what speaks for and against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Promise {
    /// The promise in a sentence.
    pub says: &'static str,
    /// What became of it.
    pub state: PromiseState,
    /// The figures.
    pub evidence: String,
}

/// Judges the arm with Lockstep. `over_at` is when the last disturbance ended, where there was one.
pub fn check(arm: &ArmOutcome, over_at: Option<u64>) -> Vec<Promise> {
    vec![
        valid_price_only(arm),
        nobody_sound(arm),
        no_stale_increase(arm),
        never_refused(arm),
        bounded(arm),
        thawed(arm, over_at),
        solvent(arm),
        frozen_means_frozen(arm),
        no_increase_in_upgrade(arm),
        unmoved(arm),
    ]
}

fn judged(says: &'static str, tests: usize, breaches: usize, evidence: String) -> Promise {
    let state = match (tests, breaches) {
        (_, 1..) => PromiseState::Broken,
        (0, 0) => PromiseState::Untested,
        _ => PromiseState::Held,
    };
    Promise { says, state, evidence }
}

fn valid_price_only(arm: &ArmOutcome) -> Promise {
    let refused =
        arm.attempts.iter().filter(|attempt| attempt.wish == Wish::Liquidate && attempt.refused.is_some()).count();
    let bad = arm.liquidations.iter().filter(|liquidation| !liquidation.price_valid).count();
    let done = arm.liquidations.len();
    judged(
        "Nothing is liquidated at an invalid price.",
        done + refused,
        bad,
        format!("{}, {bad} of them at an invalid price; {refused} refused", counted(done, "liquidation")),
    )
}

/// Such as "1 attempt" or "25 attempts".
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn nobody_sound(arm: &ArmOutcome) -> Promise {
    let wrong = arm.liquidations.iter().filter(|liquidation| liquidation.is_wrongful()).count();
    let closest =
        arm.liquidations.iter().map(|liquidation| liquidation.true_health).max().map_or_else(String::new, |health| {
            format!("; the soundest stood at {}.{:02} % of its requirement", health / 100, health % 100)
        });
    judged(
        "Nobody is liquidated who is sound at the true price.",
        arm.liquidations.len(),
        wrong,
        format!("{wrong} of {} hit a sound account{closest}", counted(arm.liquidations.len(), "liquidation")),
    )
}

fn no_stale_increase(arm: &ArmOutcome) -> Promise {
    let increases = arm.attempts.iter().filter(|attempt| attempt.wish == Wish::Increase);
    let executed = increases.clone().filter(|attempt| attempt.refused.is_none()).count();
    let stale = increases.clone().filter(|attempt| attempt.refused.is_none() && !attempt.price_fresh).count();
    let refused = increases.filter(|attempt| attempt.refused.is_some()).count();
    judged(
        "No position grows on a stale price.",
        executed + refused,
        stale,
        format!("{}, {stale} of them on a stale price; {refused} refused", counted(executed, "increase")),
    )
}

fn never_refused(arm: &ArmOutcome) -> Promise {
    let asked = arm.attempts.iter().filter(|attempt| attempt.wish.is_sacred());
    let count = asked.clone().count();
    let refused = asked.filter(|attempt| attempt.refused.is_some()).count();
    let shut = arm.attempts.iter().filter(|attempt| attempt.wish.is_sacred() && !attempt.price_fresh).count();
    judged(
        "Deposits, reductions and exits are never refused.",
        count,
        refused,
        format!("{count} asked for, {shut} of them on a stale price; {refused} refused"),
    )
}

fn bounded(arm: &ArmOutcome) -> Promise {
    let end = arm.blocks.last().map_or(0, |block| block.at);
    let length = |until: Option<u64>, from: u64| until.unwrap_or(end).saturating_sub(from);
    let longest = arm.freezes.iter().map(|freeze| length(freeze.until, freeze.from)).max().unwrap_or(0);
    // A freeze that begins as one by a plan may go on as one by an outage or a feed: the bounds follow each other.
    let bound = |freeze: &Freeze| {
        let plans = arm.plans.iter().filter(|plan| plan.markets.contains(&freeze.market));
        let over = |span: &PhaseSpan| {
            let ends = span.until.is_none_or(|until| until > freeze.from);
            is_restraining(span.phase) && ends && freeze.until.is_none_or(|until| span.from < until)
        };
        let touching = plans.filter(|plan| plan.phases.iter().any(over));
        touching.map(|plan| plan.bound).max().unwrap_or(0).max(freeze.from).saturating_add(FREEZE_BOUND)
    };
    let endless = arm
        .freezes
        .iter()
        .filter(|freeze| freeze.until.unwrap_or(end) > bound(freeze) && !freeze.reached_bound)
        .count();
    let plans = if arm.plans.is_empty() { "" } else { ", and that of the plan where an upgrade is the cause" };
    judged(
        "Every freeze is bounded.",
        arm.freezes.len(),
        endless,
        format!(
            "{} freezes, the longest {}; the bound is {}{plans}",
            arm.freezes.len(),
            span(longest),
            span(FREEZE_BOUND)
        ),
    )
}

fn thawed(arm: &ArmOutcome, over_at: Option<u64>) -> Promise {
    let on = arm.freezes.iter().filter(|freeze| freeze.until.is_none());
    let down = on.clone().filter(|freeze| freeze.feed_down).count();
    let shut = on.count() - down;
    let waiting =
        if down == 0 { String::new() } else { format!("; on {down} markets the feed is still not back at the end") };
    let evidence = match summarise(arm, over_at).time_to_thaw {
        _ if shut > 0 => format!("{shut} freezes were still on at the end"),
        Some(seconds) => {
            format!("every market was open {} after the trouble was over, by time and reports alone", span(seconds))
        }
        None => format!("{} freezes ended by time and reports alone{waiting}", arm.freezes.len() - down),
    };
    judged("Every market comes back by itself.", arm.freezes.len() - down, shut, evidence)
}

fn frozen_means_frozen(arm: &ArmOutcome) -> Promise {
    let frozen = arm.liquidations.iter().filter(|liquidation| liquidation.frozen);
    let count = frozen.clone().count();
    let shallow = frozen.filter(|liquidation| liquidation.health >= DEEP_INSOLVENCY.0).count();
    judged(
        "From a freeze to its thaw nobody is liquidated who is not deeply insolvent.",
        arm.freezes.len(),
        shallow,
        format!(
            "{} freezes, {count} liquidations in them, {shallow} of an account at {} % of its requirement or above",
            arm.freezes.len(),
            DEEP_INSOLVENCY.0 / 100
        ),
    )
}

fn no_increase_in_upgrade(arm: &ArmOutcome) -> Promise {
    let within = arm.attempts.iter().filter(|attempt| attempt.wish == Wish::Increase && attempt.in_upgrade);
    let count = within.clone().count();
    let done = within.filter(|attempt| attempt.refused.is_none()).count();
    judged(
        "No position grows while an upgrade is under way or has gone wrong.",
        count,
        done,
        format!("{} to increase from the freeze on, {done} of them executed", counted(count, "attempt")),
    )
}

fn unmoved(arm: &ArmOutcome) -> Promise {
    let (same, other) = arm.plans.iter().fold((0, 0), |(same, other), plan| (same + plan.unmoved, other + plan.moved));
    judged(
        "An upgrade that goes well moves nobody's position.",
        same + other,
        other,
        format!("{same} accounts have the same position, cost and cash to the last unit, {other} have not"),
    )
}

fn solvent(arm: &ArmOutcome) -> Promise {
    let short = arm.blocks.iter().filter(|block| block.surplus < 0).count();
    let least = arm.blocks.iter().map(|block| block.surplus).min().unwrap_or(0);
    judged(
        "The vault holds what it owes after every block.",
        arm.blocks.len(),
        short,
        format!(
            "{} blocks, {short} with a shortfall; least surplus {}",
            arm.blocks.len(),
            format_signed(least, QUOTE_DECIMALS, 6)
        ),
    )
}

#[cfg(test)]
#[path = "promises_tests.rs"]
mod tests;
