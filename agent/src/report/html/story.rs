//! What happened: wrongful liquidations, and the timelines.

use maud::{Markup, html};

use super::super::Report;
use super::{health, note, price, signed};
use crate::clock::stamp;
use crate::decimal::{PRICE_DECIMALS, format_rounded};
use crate::outcome::{Arm, Liquidation};

fn liquidations<'o>(report: &'o Report, arm: Arm, only_wrongful: bool) -> Markup {
    let list: Vec<&'o Liquidation> = report
        .outcome
        .arm(arm)
        .liquidations
        .iter()
        .filter(|liquidation| !only_wrongful || liquidation.is_wrongful())
        .collect();
    html! {
        @if list.is_empty() { p { "None." } } @else {
            div.scroll {
                table {
                    caption { (arm.title()) ": " (list.len()) " liquidations" @if only_wrongful { " of accounts that were sound at the true price" } }
                    thead {
                        tr {
                            th scope="col" { "Time" } th scope="col" { "Account" } th scope="col" { "Closed in" }
                            th.figure scope="col" { "Size" } th.figure scope="col" { "Price used" } th.figure scope="col" { "True price" }
                            th.figure scope="col" { "Health used" } th.figure scope="col" { "True health" } th.figure scope="col" { "Cost, USD" }
                        }
                    }
                    tbody {
                        @for each in list {
                            tr {
                                td.when { (stamp(each.at)) }
                                th.when scope="row" { (report.outcome.traders[each.trader].name) }
                                td.name { (report.outcome.markets[each.market]) }
                                td.figure { (format_rounded(each.size, PRICE_DECIMALS, 4)) }
                                td.figure { (price(each.price)) }
                                td.figure { (price(each.true_price)) }
                                td.figure { (health(each.health)) }
                                td.figure { (health(each.true_health)) }
                                td.figure { (signed(each.loss)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn wrongs(report: &Report) -> Markup {
    html! {
        h2 { "Who was liquidated wrongly" }
        p { "Cost is what closing at the price used, rather than at the true one, took from the account, the liquidation penalty included." }
        @for arm in Arm::BOTH { h3 { (arm.title()) } (liquidations(report, arm, true)) }
        @for arm in Arm::BOTH {
            details { summary { "Every liquidation, " (arm.phrase()) } (liquidations(report, arm, false)) }
        }
    }
}

pub(super) fn story(report: &Report) -> Markup {
    html! {
        h2 { "Timeline" }
        h3 { "By the sources" }
        ol.time {
            @for event in &report.incident.events {
                li {
                    time { (stamp(event.at.value)) }
                    span {
                        (event.detail) (note(&event.at.basis))
                        @if event.approximate { " The time is approximate." }
                        @if event.disputed { " Sources disagree." }
                    }
                }
            }
        }
        @for arm in Arm::BOTH {
            details {
                summary { "In the rehearsal, " (arm.phrase()) }
                ol.time {
                    @for moment in &report.outcome.arm(arm).timeline { li { time { (stamp(moment.at)) } span { (moment.what) } } }
                }
            }
        }
    }
}
