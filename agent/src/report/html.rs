//! The page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::figures::figures;
use super::plots::{Figure, PlotError, health_figure, price_figure};
use super::{Report, Summary};
use crate::clock::{day, span, stamp};
use crate::decimal::{PRICE_DECIMALS, format_rounded, format_signed};
use crate::incident::{Basis, Conduct};
use crate::outcome::{Arm, Liquidation, Outcome, PromiseState, QUOTE_DECIMALS};

const STYLE: &str = include_str!("style.css");

/// Accounts whose health is drawn.
const CHOSEN: usize = 6;

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
                        p.small {
                            "What really happened: " (incident.outcome.accounts_hurt.value) " accounts hurt, "
                            (dollars(incident.outcome.losses_usd.value)) " USD" (note(&incident.outcome.losses_usd.basis)) ". "
                            (incident.outcome.detail)
                        }
                    }
                    (verdict(report))
                    (glance(report))
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
                @if let Some(thaw) = with.time_to_thaw { " Every market came back by itself " (span(thaw)) " after the chain did." }
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

type Row = (&'static str, fn(&Summary) -> String, fn(&Summary) -> bool);

/// The rows of the table, here and in the terminal: name, figure, and whether the figure is a wrong.
pub(crate) const ROWS: [Row; 11] = [
    ("Accounts liquidated", |of| of.liquidated.to_string(), |_| false),
    ("Accounts liquidated wrongly", |of| of.wrongly_liquidated.to_string(), |of| of.wrongly_liquidated > 0),
    ("What that cost them, USD", |of| signed(of.wrongful_loss), |of| of.wrongful_loss > 0),
    ("Positions opened on a stale price", |of| of.stale_increases.to_string(), |of| of.stale_increases > 0),
    ("Bad debt, USD", |of| dollars(of.bad_debt), |_| false),
    ("Insurance used, USD", |of| dollars(of.insurance_used), |_| false),
    ("Result of the market maker, USD", |of| signed(of.maker_result), |_| false),
    ("Longest freeze", |of| of.longest_freeze.map_or_else(|| "none".to_owned(), span), |_| false),
    ("From restart to thaw", |of| of.time_to_thaw.map_or_else(|| "no freeze".to_owned(), span), |_| false),
    ("Deposits, reductions, exits refused", |of| of.sacred_refused.to_string(), |of| of.sacred_refused > 0),
    ("Increases and liquidations refused", |of| of.risk_refused.to_string(), |_| false),
];

fn glance(report: &Report) -> Markup {
    html! {
        h2 { "At a glance" }
        div.scroll {
            table {
                thead { tr { th scope="col" { "Figure" } @for arm in Arm::BOTH { th.figure scope="col" { (arm.title()) } } } }
                tbody {
                    @for (name, figure, wrong) in ROWS {
                        tr {
                            th scope="row" { (name) }
                            @for summary in &report.summaries { td.figure { span.bad[wrong(summary)] { (figure(summary)) } } }
                        }
                    }
                }
            }
        }
    }
}

fn picture(figure: &Figure, caption: &Markup) -> Markup {
    html! {
        figure {
            div.wide { (PreEscaped(&figure.wide)) }
            div.narrow { (PreEscaped(&figure.narrow)) }
            figcaption { (caption) }
        }
    }
}

fn prices(report: &Report) -> Result<Markup, PlotError> {
    let incident = &report.incident;
    let mut pictures = Vec::new();
    for (index, market) in incident.markets.iter().enumerate() {
        let figure = price_figure(incident, &report.outcome, index)?;
        let count = |arm: Arm| report.outcome.arm(arm).liquidations.iter().filter(|each| each.market == index).count();
        let caption = html! {
            strong { (market.asset) } " in " (market.quote) ". True price: " (market.traded_on) (note(&market.price_basis))
            "; liquidations: " (count(Arm::Without)) " without Lockstep, " (count(Arm::With)) " with it."
        };
        pictures.push(picture(&figure, &caption));
    }
    Ok(html! {
        h2 { "Prices, freezes and liquidations" }
        p.small { (days(incident.host.opens_at.value, incident.host.closes_at.value)) ", times in UTC. The span without blocks is drawn short." }
        ul.legend {
            li { i.line style="background: var(--ink)" {} "true price" }
            li { i style="background: var(--faint); opacity: .3" {} "lowest to highest trade" }
            li { i.line style="background: var(--fed)" {} "price fed to the contracts" }
            li { i style="background: var(--halt); opacity: .45" {} "no blocks" }
            li { i style="background: var(--with); opacity: .35" {} "frozen by Lockstep" }
            li { i style="background: var(--with); opacity: .15" {} "liquidation size rising" }
            li { i.dot style="background: var(--without)" {} "liquidated, without" }
            li { i.dot style="background: var(--with)" {} "liquidated, with" }
            li { i.dot.hollow {} "hollow: rightly so; filled: sound at the true price" }
        }
        @for picture in &pictures { (picture) }
    })
}

/// Accounts that tell the story: those that were wronged first and worst, then one of each other conduct.
fn chosen(outcome: &Outcome) -> Vec<usize> {
    let mut wronged: Vec<(i128, usize)> = Vec::new();
    for liquidation in outcome.arm(Arm::Without).liquidations.iter().filter(|each| each.is_wrongful()) {
        match wronged.iter_mut().find(|(_, trader)| *trader == liquidation.trader) {
            Some((loss, _)) => *loss += liquidation.loss,
            None => wronged.push((liquidation.loss, liquidation.trader)),
        }
    }
    wronged.sort_by_key(|(loss, trader)| (-loss, *trader));
    // The worst of each market before the second worst of any.
    let market = |trader: usize| outcome.traders[trader].market;
    let (mut list, mut rest): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for (_, trader) in wronged {
        let seen = list.iter().any(|other| market(*other) == market(trader));
        if seen { rest.push(trader) } else { list.push(trader) }
    }
    list.extend(rest);
    list.truncate(CHOSEN - 2);
    for conduct in [Conduct::Tends, Conduct::Leaves, Conduct::Snipes, Conduct::Holds] {
        let other = outcome
            .traders
            .iter()
            .enumerate()
            .find(|(index, trader)| trader.conduct == conduct && !list.contains(index));
        if let Some((index, _)) = other
            && list.len() < CHOSEN
        {
            list.push(index);
        }
    }
    list
}

fn accounts(report: &Report) -> Result<Markup, PlotError> {
    let mut pictures = Vec::new();
    for trader in chosen(&report.outcome) {
        let figure = health_figure(&report.incident, &report.outcome, trader)?;
        let who = &report.outcome.traders[trader];
        let caption = html! { strong { (who.name) } ", " (dollars(who.collateral)) " USD of collateral" };
        pictures.push(picture(&figure, &caption));
    }
    Ok(html! {
        h2 { "Health of chosen accounts" }
        p { "Health is what an account owns against what it owes at the price fed, the maintenance requirement included. Below 100 % it may be liquidated. A line ends where the position does." }
        ul.legend {
            li { i.line style="background: var(--without)" {} "without Lockstep" }
            li { i.line style="background: var(--with)" {} "with Lockstep" }
            li { i.dot.hollow {} "liquidated; filled: although sound at the true price" }
        }
        div.pair { @for picture in &pictures { (picture) } }
    })
}

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
                            th scope="col" { "Time" } th scope="col" { "Account" }
                            th.figure scope="col" { "Size" } th.figure scope="col" { "Price used" } th.figure scope="col" { "True price" }
                            th.figure scope="col" { "Health used" } th.figure scope="col" { "True health" } th.figure scope="col" { "Cost, USD" }
                        }
                    }
                    tbody {
                        @for each in list {
                            tr {
                                td.when { (stamp(each.at)) }
                                th.when scope="row" { (report.outcome.traders[each.trader].name) }
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

fn wrongs(report: &Report) -> Markup {
    html! {
        h2 { "Who was liquidated wrongly" }
        p { "Cost is what closing at the price used, rather than at the true one, took from the account, the liquidation penalty included." }
        @for arm in Arm::BOTH { h3 { (arm.title()) } (liquidations(report, arm, true)) }
        @for arm in Arm::BOTH {
            details { summary { "Every liquidation, " (arm.phrase()) } (liquidations(report, arm, false)) }
        }
    }
}

fn story(report: &Report) -> Markup {
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

fn promises(report: &Report) -> Markup {
    html! {
        h2 { "Promises" }
        p { "Judged on the arm with Lockstep." }
        div.scroll {
            table {
                thead { tr { th scope="col" { "Promise" } th scope="col" { "Outcome" } th scope="col" { "Evidence" } } }
                tbody {
                    @for promise in &report.promises {
                        @let class = match promise.state {
                            PromiseState::Held => "held",
                            PromiseState::Broken => "broken",
                            PromiseState::Untested => "untested",
                        };
                        tr {
                            th scope="row" { (promise.says) }
                            td { span.state.(class) { (promise.state.title()) } }
                            td { (promise.evidence) }
                        }
                    }
                }
            }
        }
    }
}

fn traders(report: &Report) -> Markup {
    let outcome = &report.outcome;
    let result = |arm: Arm, index: usize| {
        let equity = outcome.arm(arm).final_equity.get(index).copied().unwrap_or(0);
        let brought = i128::try_from(outcome.traders[index].collateral).unwrap_or(i128::MAX);
        equity - brought
    };
    html! {
        h2 { "Every trader" }
        details {
            summary { "Results of all " (outcome.traders.len()) " traders in both arms" }
            div.scroll {
                table {
                    caption { "Equity at the end, at the true price, less what the trader brought; US dollars" }
                    thead {
                        tr {
                            th scope="col" { "Trader" } th.figure scope="col" { "Collateral" }
                            @for arm in Arm::BOTH { th.figure scope="col" { (arm.title()) } }
                            th.figure scope="col" { "Difference" }
                        }
                    }
                    tbody {
                        @for (index, trader) in outcome.traders.iter().enumerate() {
                            tr {
                                th scope="row" { (trader.name) }
                                td.figure { (dollars(trader.collateral)) }
                                @for arm in Arm::BOTH { td.figure { (signed(result(arm, index))) } }
                                td.figure { (signed(result(Arm::With, index) - result(Arm::Without, index))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn basis(report: &Report) -> Markup {
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
                    (group.leverage.len()) " on " (incident.markets[group.market].asset) ", " (group.side.title()) ", " (group.conduct.title())
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
