//! The plots with their captions and legends.

use maud::{Markup, PreEscaped, html};

use super::super::Report;
use super::super::healths::health_figure;
use super::super::plots::{Figure, PlotError};
use super::super::prices::price_figure;
use super::{days, dollars, note};
use crate::incident::Conduct;
use crate::outcome::{Arm, Outcome};

/// Accounts whose health is drawn.
const CHOSEN: usize = 6;

pub(super) fn picture(figure: &Figure, caption: &Markup) -> Markup {
    html! {
        figure {
            div.wide { (PreEscaped(&figure.wide)) }
            div.narrow { (PreEscaped(&figure.narrow)) }
            figcaption { (caption) }
        }
    }
}

pub(super) fn prices(report: &Report) -> Result<Markup, PlotError> {
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
        p.small { (days(incident.host.opens_at.value, incident.host.closes_at.value)) ", times in UTC. A price beyond the edge, such as zero, is drawn at it." @if !incident.halts().is_empty() { " Spans without blocks are drawn short." } }
        ul.legend {
            li { i.line style="background: var(--ink)" {} "true price" }
            li { i style="background: var(--faint); opacity: .3" {} "lowest to highest trade" }
            li { i.line style="background: var(--fed)" {} "price fed to the contracts" }
            li { i style="background: var(--halt); opacity: .45" {} "no blocks, or a migration that keeps transactions out" }
            li { i style="background: var(--with); opacity: .35" {} "frozen by Lockstep" }
            li { i style="background: var(--with); opacity: .15" {} "liquidation size rising" }
            li { i.dot style="background: var(--without)" {} "liquidated, without" }
            li { i.dot style="background: var(--with)" {} "liquidated, with" }
            li { i.dot.hollow {} "hollow: rightly so; filled: sound at the true price" }
        }
        @for picture in &pictures { (picture) }
    })
}

/// Accounts that tell the story: those that were wronged first and worst, then others that were liquidated, then one of
/// each conduct, then those that came closest to it.
fn chosen(outcome: &Outcome) -> Vec<usize> {
    let mut wronged: Vec<(i128, usize)> = Vec::new();
    for liquidation in outcome.arm(Arm::Without).liquidations.iter().filter(|each| each.is_wrongful()) {
        match wronged.iter_mut().find(|(_, trader)| *trader == liquidation.trader) {
            Some((loss, _)) => *loss += liquidation.loss,
            None => wronged.push((liquidation.loss, liquidation.trader)),
        }
    }
    wronged.sort_by_key(|(loss, trader)| (-loss, *trader));
    // The worst of each kind of account before the second worst of any.
    let kind = |trader: usize| outcome.traders[trader].kind();
    let (mut list, mut rest): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for (_, trader) in wronged {
        let seen = list.iter().any(|other| kind(*other) == kind(trader));
        if seen { rest.push(trader) } else { list.push(trader) }
    }
    list.extend(rest);
    let liquidated = outcome.arms.iter().flat_map(|arm| &arm.liquidations).map(|each| each.trader);
    add(&mut list, liquidated, CHOSEN - 2);
    list.truncate(CHOSEN - 2);
    let of = |conduct: Conduct| outcome.traders.iter().position(|trader| trader.conduct == conduct);
    let others = [Conduct::Tends, Conduct::Leaves, Conduct::Snipes];
    add(&mut list, others.into_iter().filter_map(of), CHOSEN);
    let lowest = |trader: usize| {
        let healths = outcome.arms.iter().flat_map(|arm| &arm.blocks).filter_map(|block| *block.health.get(trader)?);
        healths.min().unwrap_or(u32::MAX)
    };
    let mut close: Vec<(u32, usize)> = (0..outcome.traders.len()).map(|trader| (lowest(trader), trader)).collect();
    close.sort_unstable();
    add(&mut list, close.into_iter().map(|(_, trader)| trader), CHOSEN);
    list
}

/// Adds those that are not there yet, as long as there are fewer than `most`.
fn add(list: &mut Vec<usize>, more: impl Iterator<Item = usize>, most: usize) {
    for trader in more {
        if list.len() < most && !list.contains(&trader) {
            list.push(trader);
        }
    }
}

pub(super) fn accounts(report: &Report) -> Result<Markup, PlotError> {
    let mut pictures = Vec::new();
    for trader in chosen(&report.outcome) {
        let figure = health_figure(&report.incident, &report.outcome, trader)?;
        let who = &report.outcome.traders[trader];
        let caption = html! { strong { (who.name) } ", " (dollars(who.collateral)) " USD of collateral" };
        pictures.push(picture(&figure, &caption));
    }
    Ok(html! {
        h2 { "Health of chosen accounts" }
        p { "Health is what an account owns against what it owes over all its positions, at the prices fed and with the maintenance requirement included. Below 100 % it may be liquidated. A line ends where the position does." }
        ul.legend {
            li { i.line style="background: var(--without)" {} "without Lockstep" }
            li { i.line style="background: var(--with)" {} "with Lockstep" }
            li { i.dot.hollow {} "liquidated; filled: although sound at the true price" }
            li { i style="background: var(--with); opacity: .35" {} "one of its markets frozen by Lockstep" }
            li { i style="background: var(--halt); opacity: .45" {} "no blocks, or no transactions" }
        }
        div.pair { @for picture in &pictures { (picture) } }
    })
}
