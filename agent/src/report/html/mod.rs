//! The page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

mod pictures;
mod short;
mod sources;
mod story;
mod tables;
mod upgrades;

pub(crate) use tables::rows;

use super::Report;
use super::plots::PlotError;
use crate::clock::day;
use crate::decimal::{PRICE_DECIMALS, format_rounded, format_signed};
use crate::incident::{Basis, RealOutcome};
use crate::outcome::QUOTE_DECIMALS;
use pictures::{accounts, prices};
use short::short;
use sources::basis;
use story::{story, wrongs};
use tables::{glance, kinds, promises, traders};
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
                    (short(report))
                    (glance(report))
                    (kinds(report))
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

/// A number of things, thousands apart.
fn number(count: usize) -> String {
    format_rounded(u128::try_from(count).unwrap_or(u128::MAX), 0, 0)
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

fn percent(bps: u128) -> String {
    format!("{}\u{a0}%", format_rounded(bps, 2, 1))
}
