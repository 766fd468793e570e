//! The page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

mod pictures;
mod sources;
mod story;
mod tables;
mod upgrades;

pub(crate) use tables::ROWS;

use super::Report;
use super::plots::PlotError;
use crate::clock::{day, span};
use crate::decimal::{PRICE_DECIMALS, format_rounded, format_signed};
use crate::incident::{Basis, RealOutcome};
use crate::outcome::{PromiseState, QUOTE_DECIMALS};
use pictures::{accounts, prices};
use sources::basis;
use story::{story, wrongs};
use tables::{glance, promises, traders};
use upgrades::upgrades;

const STYLE: &str = include_str!("../style.css");

pub(super) fn page(report: &Report) -> Result<String, PlotError> {
    let incident = &report.incident;
    let body = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Rehearsal: " (incident.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    header {
                        p.kicker { "Lockstep rehearsal · " (incident.id) }
                        h1 { (incident.title) }
                        p { (incident.summary) }
                        p.small { "What really happened: " (really(&incident.outcome)) (incident.outcome.detail) }
                    }
                    (verdict(report))
                    (glance(report))
                    (upgrades(report)?)
                    (prices(report)?)
                    (accounts(report)?)
                    (wrongs(report))
                    (story(report))
                    (promises(report))
                    (traders(report))
                    (basis(report))
                }
            }
        }
    };
    Ok(body.into_string())
}

/// Who was hurt and by how much, as far as sources tell.
fn really(outcome: &RealOutcome) -> Markup {
    html! {
        @if let Some(hurt) = &outcome.accounts_hurt { (hurt.value) " accounts hurt" (note(&hurt.basis)) }
        @if outcome.accounts_hurt.is_some() && outcome.losses_usd.is_some() { ", " }
        @if let Some(losses) = &outcome.losses_usd { (dollars(losses.value)) " USD" (note(&losses.basis)) }
        @if outcome.accounts_hurt.is_some() || outcome.losses_usd.is_some() { ". " }
    }
}

fn days(from: u64, until: u64) -> String {
    let (first, last) = (day(from), day(until));
    if first == last { first } else { format!("{first} to {last}") }
}

fn dollars(amount: u128) -> String {
    format_rounded(amount, QUOTE_DECIMALS, 2)
}

fn signed(amount: i128) -> String {
    format_signed(amount, QUOTE_DECIMALS, 2)
}

fn price(value: u128) -> String {
    let shown = if value >= 1_000 * 10u128.pow(PRICE_DECIMALS) { 2 } else { 4 };
    format_rounded(value, PRICE_DECIMALS, shown)
}

fn health(bps: u32) -> String {
    if bps == u32::MAX { "no debt".to_owned() } else { format!("{}.{:02} %", bps / 100, bps % 100) }
}

fn note(basis: &Basis) -> Markup {
    match basis {
        Basis::Assumed(_) => html! { " (assumed)" },
        Basis::Sourced(sources) => html! {
            @for source in sources { sup { a href={ "#source-" (source + 1) } { "[" (source + 1) "]" } } }
        },
    }
}

fn verdict(report: &Report) -> Markup {
    let [without, with] = &report.summaries;
    let broken = report.promises.iter().filter(|promise| promise.state == PromiseState::Broken).count();
    let held = report.promises.iter().filter(|promise| promise.state == PromiseState::Held).count();
    html! {
        div.verdict.broken[broken > 0] {
            p {
                strong {
                    @if broken == 0 { "All " (held) " promises that this incident tests held." }
                    @else { (broken) " of " (report.promises.len()) " promises were broken." }
                }
            }
            p {
                "The same blocks, prices and traders ran twice through the compiled contracts on an embedded chain. "
                "Without Lockstep " (accounts_were(without.wrongly_liquidated)) " liquidated although sound at the true price; with it "
                (accounts_were(with.wrongly_liquidated)) "."
                @if without.stale_increases > 0 || without.upgrade_increases > 0 {
                    " Positions opened on a stale price: " (without.stale_increases) " without Lockstep, "
                    (with.stale_increases) " with it; while an upgrade was under way or had gone wrong: "
                    (without.upgrade_increases) " and " (with.upgrade_increases) "."
                }
                @if let Some(thaw) = with.time_to_thaw { " Every market came back by itself " (span(thaw)) " after the trouble was over." }
            }
        }
    }
}

fn accounts_were(count: usize) -> String {
    match count {
        0 => "none was".to_owned(),
        1 => "one account was".to_owned(),
        count => format!("{count} accounts were"),
    }
}
