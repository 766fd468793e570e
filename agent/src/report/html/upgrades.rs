//! What became of the upgrades: a band of phases for each plan, and the same as a table.

use maud::{Markup, html};

use super::super::Report;
use super::super::phases::{COLOURS, phase_figure};
use super::super::plots::PlotError;
use super::pictures::picture;
use crate::clock::{span, stamp};
use crate::outcome::{Arm, PlanOutcome, phase_title};

pub(super) fn upgrades(report: &Report) -> Result<Markup, PlotError> {
    let plans = &report.outcome.arm(Arm::With).plans;
    if plans.is_empty() {
        return Ok(html! {});
    }
    let mut bands = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        let markets: Vec<&str> = plan.markets.iter().map(|market| report.outcome.markets[*market].as_str()).collect();
        let caption = html! {
            strong { (plan.name) } ", an upgrade of "
            @if report.incident.plans[index].is_host { "the network that the contracts run on" } @else { "another network" }
            "; it touches " (markets.join(", ")) "."
        };
        let figure = phase_figure(&report.incident, plan)?;
        bands.push(html! { (picture(&figure, &caption)) (table(plan)) });
    }
    Ok(html! {
        h2 { "Phases of the upgrade" }
        p { "As the registry told them in every block. A phase follows from the clock and from what keepers agreed on; no transaction moves it." }
        ul.legend {
            @for (phases, variable, opacity) in COLOURS {
                li {
                    i style={ "background: var(" (variable) "); opacity: " (opacity) } {}
                    @for (index, phase) in phases.iter().enumerate() { @if index > 0 { ", " } (phase_title(*phase)) }
                }
            }
            li { i.tick {} "keepers told the registry something" }
        }
        @for band in &bands { (band) }
    })
}

fn table(plan: &PlanOutcome) -> Markup {
    html! {
        div.scroll {
            table {
                thead { tr { th scope="col" { "Phase" } th scope="col" { "From" } th scope="col" { "Until" } th.figure scope="col" { "Length" } } }
                tbody {
                    @for each in &plan.phases {
                        tr {
                            th scope="row" { (phase_title(each.phase)) }
                            td.when { (stamp(each.from)) }
                            td.when { @if let Some(until) = each.until { (stamp(until)) } @else { "the end of the rehearsal" } }
                            td.figure { @if let Some(until) = each.until { (span(until - each.from)) } }
                        }
                    }
                }
            }
        }
        @if !plan.told.is_empty() {
            details {
                summary { "What keepers told the registry of " (plan.name) }
                ol.time {
                    @for each in &plan.told {
                        li {
                            time { (stamp(each.at)) }
                            span { (each.what) @if let Some(why) = &each.refused { "; not heard: " (why) } }
                        }
                    }
                }
            }
        }
    }
}
