//! The incident in a few plain sentences: what happened, what it did to people, what Lockstep changed.

use maud::{Markup, html};

use super::super::Report;
use super::{dollars, percent, signed};
use crate::clock::span;
use crate::decimal::format_rounded;
use crate::outcome::{Arm, MarketMode, MarketState, Outcome, PromiseState, Summary, Wish};

pub(super) fn short(report: &Report) -> Markup {
    let broken = report.promises.iter().filter(|promise| promise.state == PromiseState::Broken).count();
    let held = report.promises.iter().filter(|promise| promise.state == PromiseState::Held).count();
    let [without, with] = &report.summaries;
    html! {
        div.verdict.broken[broken > 0] {
            h2 { "In short" }
            p { (trouble(report)) " " (parting(report)) }
            p { strong { "Without Lockstep " } (harm(without)) (opened(without)) (debt(without)) }
            p { strong { "With Lockstep " } (harm(with)) (opened(with)) (debt(with)) " " (shut(report)) " " (way_out(report)) }
            p {
                strong {
                    @if broken == 0 { "All " (held) " promises that this incident puts to the test held." }
                    @else { (broken) " of " (report.promises.len()) " promises were broken." }
                }
                " The same blocks, prices and " (report.outcome.traders.len())
                " traders ran twice through the compiled contracts on an embedded chain; only the oracle behind the venue differed."
            }
        }
    }
}

/// Halts, migrations and upgrades.
fn trouble(report: &Report) -> String {
    let incident = &report.incident;
    let total = |spans: Vec<(u64, u64)>| spans.into_iter().map(|(from, until)| until - from).sum::<u64>();
    let (halted, migrating) = (total(incident.halts()), total(incident.migrations()));
    let mut parts = Vec::new();
    if halted > 0 {
        parts.push(format!("the network made no blocks for {}", span(halted)));
    }
    if migrating > 0 {
        parts.push(format!("a migration kept every transaction out for {}", span(migrating)));
    }
    for plan in &report.outcome.arm(Arm::With).plans {
        let last = plan.phases.last().map_or("announced", |phase| crate::outcome::phase_title(phase.phase));
        parts.push(format!("the upgrade {} ended as {last}", plan.name));
    }
    if parts.is_empty() {
        parts.push("the network ran; what went wrong was the price feed".to_owned());
    }
    format!("In this incident {}.", parts.join("; "))
}

/// How far the price that contracts saw was from the true one, at worst.
fn parting(report: &Report) -> String {
    let blocks = &report.outcome.arm(Arm::Without).blocks;
    let states = blocks.iter().flat_map(|block| block.markets.iter().enumerate());
    let gap = |state: &MarketState| {
        state.true_price.abs_diff(state.fed_price).saturating_mul(10_000) / state.true_price.max(1)
    };
    let worst = states.map(|(market, state)| (gap(state), market, state)).max_by_key(|each| each.0);
    match worst {
        Some((bps, market, state)) if bps >= 100 => {
            let asset = &report.outcome.markets[market];
            let far = if bps < 10_000 {
                let side = if state.fed_price < state.true_price { "below" } else { "above" };
                format!("up to {} {side} the true one", percent(bps))
            } else if state.fed_price == 0 {
                "down to zero".to_owned()
            } else {
                let times = (bps + 10_000) / 1_000;
                format!("up to {} times the true one", format_rounded(times, 1, 1))
            };
            format!("Contracts were fed a price of {asset} {far}.")
        }
        _ => "Contracts were fed the true price throughout, within one per cent.".to_owned(),
    }
}

fn accounts(count: usize) -> String {
    match count {
        0 => "no account was".to_owned(),
        1 => "one account was".to_owned(),
        count => format!("{count} accounts were"),
    }
}

fn harm(of: &Summary) -> String {
    let wrong = accounts(of.wrongly_liquidated);
    let whose = if of.wrongly_liquidated > 1 { "their" } else { "its" };
    let mut text = format!("{wrong} liquidated that could have met {whose} margin at the true price");
    if of.wrongly_liquidated > 0 {
        text += ", at a cost of ";
        text += &signed(of.wrongful_loss);
        text += " USD";
    }
    if of.wrongs_undone > 0 {
        text += "; only a roll-back of the chain undid it";
    }
    let others = of.liquidated.saturating_sub(of.wrongly_liquidated);
    let rest = match (others, of.wrongly_liquidated) {
        (0, _) => String::new(),
        (others, 0) => format!("; {others} were below it, and were liquidated"),
        (others, _) => format!("; {others} others were below it"),
    };
    text + &rest + "."
}

fn opened(of: &Summary) -> String {
    let mut parts = Vec::new();
    if of.stale_increases > 0 {
        parts.push(format!("{} on a stale price", of.stale_increases));
    }
    if of.upgrade_increases > 0 {
        parts.push(format!("{} while an upgrade was under way or had gone wrong", of.upgrade_increases));
    }
    if parts.is_empty() { String::new() } else { format!(" Positions opened: {}.", parts.join(", ")) }
}

fn debt(of: &Summary) -> String {
    if of.bad_debt == 0 {
        String::new()
    } else {
        format!(" Losses beyond collateral came to {} USD.", dollars(of.bad_debt))
    }
}

/// What was shut, and how it came back.
fn shut(report: &Report) -> String {
    let with = &report.summaries[1];
    let Some(longest) = with.longest_freeze else { return "No market was frozen.".to_owned() };
    let back = match with.time_to_thaw {
        Some(thaw) => format!("; every market came back by itself {} after the trouble was over", span(thaw)),
        None if ended_open(&report.outcome) => "; every market came back by itself".to_owned(),
        None => "; where the feed did not come back, the market ended reduce-only".to_owned(),
    };
    format!("Liquidations and new positions were held back for {} at the longest{back}.", span(longest))
}

fn ended_open(outcome: &Outcome) -> bool {
    let shut = |mode| matches!(mode, MarketMode::Frozen | MarketMode::ReduceOnly);
    outcome.arm(Arm::With).blocks.last().is_some_and(|block| block.markets.iter().all(|state| !shut(state.mode)))
}

fn way_out(report: &Report) -> String {
    let asked = report.outcome.arm(Arm::With).attempts.iter().filter(|attempt| attempt.wish.is_sacred());
    let (all, exits) = (asked.clone().count(), asked.filter(|attempt| attempt.wish == Wish::Exit).count());
    match (all, report.summaries[1].sacred_refused) {
        (0, _) => String::new(),
        (all, 0) => {
            let exits = match exits {
                0 => String::new(),
                1 => ", one exit among them".to_owned(),
                exits => format!(", {exits} exits among them"),
            };
            format!("All {all} deposits, reductions and exits went through{exits}, whatever the state of the market.")
        }
        (all, refused) => format!("{refused} of {all} deposits, reductions and exits were refused."),
    }
}
