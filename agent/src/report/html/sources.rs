//! What the figures rest on.

use maud::{Markup, html};

use super::super::Report;
use super::super::figures::figures;
use super::{dollars, note};
use crate::clock::stamp;
use crate::incident::Basis;
use crate::outcome::Arm;

pub(super) fn basis(report: &Report) -> Markup {
    let incident = &report.incident;
    let all = figures(incident);
    html! {
        h2 { "Sources and assumptions" }
        p { "Prices between two rows of the true market are joined by straight lines. Every figure is either sourced or assumed; nothing else is taken for known." }
        ol.sources {
            @for (index, source) in incident.sources.iter().enumerate() {
                li id={ "source-" (index + 1) } {
                    (source.tells) br;
                    span.small {
                        @if source.cites.starts_with("https://") && !source.cites.contains(' ') { a href=(source.cites) { (source.cites) } }
                        @else { (source.cites) }
                    }
                }
            }
        }
        @if !incident.assumptions.is_empty() {
            h3 { "Choices of this rehearsal" }
            ul { @for assumption in &incident.assumptions { li { (assumption) } } }
        }
        h3 { "Figures" }
        div.scroll {
            table {
                thead { tr { th scope="col" { "Figure" } th.figure scope="col" { "Value" } th scope="col" { "Basis" } } }
                tbody {
                    @for figure in &all {
                        tr {
                            th scope="row" { (figure.name) }
                            td.figure { (figure.value) }
                            td { @match figure.basis { Basis::Assumed(reason) => { "Assumed. " (reason) } sourced => { "Sourced" (note(sourced)) } } }
                        }
                    }
                }
            }
        }
        h3 { "Groups of traders" }
        ul {
            @for group in &incident.traders {
                li {
                    (group.leverage.len()) ": "
                    @for (index, stake) in group.stakes.iter().enumerate() {
                        @if index > 0 { " and " }
                        (incident.markets[stake.market].asset) " " (stake.side.title())
                        @if group.stakes.len() > 1 { " (" (stake.share) " %)" }
                    }
                    ", " (group.conduct.title())
                    ", from " (stamp(group.opens_at)) ", " (dollars(group.collateral)) " USD each. Assumed. " (group.reason)
                }
            }
        }
        h3 { "To compare two runs" }
        p.small {
            "The same file gives the same bytes. State of the chain at the end: "
            @for arm in Arm::BOTH { (arm.title()) " " code { (report.outcome.arm(arm).state_root) } " after " (report.outcome.arm(arm).calls) " calls. " }
        }
    }
}
