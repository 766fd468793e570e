//! Tables: the figures at a glance, the promises, every trader.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::super::{Report, Summary};
use super::{dollars, number, signed};
use crate::clock::span;
use crate::incident::{Event, EventKind, Step};
use crate::outcome::{Arm, Kind, Promise, PromiseState};

type Row = (&'static str, fn(&Summary) -> String, fn(&Summary) -> bool);

const UNDONE: &str = "Wrongs that a roll-back undid";
const IN_UPGRADE: &str = "Positions opened in an upgrade";

/// The rows of the table, here and in the terminal: name, figure, and whether the figure is a wrong.
static ROWS: [Row; 13] = [
    ("Accounts liquidated", |of| number(of.liquidated), |_| false),
    ("Accounts liquidated wrongly", |of| number(of.wrongly_liquidated), |of| of.wrongly_liquidated > 0),
    ("What that cost them, USD", |of| signed(of.wrongful_loss), |of| of.wrongful_loss > 0),
    (UNDONE, |of| number(of.wrongs_undone), |_| false),
    ("Positions opened on a stale price", |of| number(of.stale_increases), |of| of.stale_increases > 0),
    (IN_UPGRADE, |of| number(of.upgrade_increases), |of| of.upgrade_increases > 0),
    ("Bad debt, USD", |of| dollars(of.bad_debt), |_| false),
    ("Insurance used, USD", |of| dollars(of.insurance_used), |_| false),
    ("Result of the market maker, USD", |of| signed(of.maker_result), |_| false),
    ("Longest freeze", |of| of.longest_freeze.map_or_else(|| "none".to_owned(), span), |_| false),
    ("From the end of the trouble to the thaw", thaw, |_| false),
    ("Deposits, reductions, exits refused", |of| number(of.sacred_refused), |of| of.sacred_refused > 0),
    ("Increases and liquidations refused", |of| number(of.risk_refused), |_| false),
];

fn thaw(of: &Summary) -> String {
    match (of.time_to_thaw, of.still_shut, of.longest_freeze) {
        (Some(time), ..) => span(time),
        (None, 1.., _) => "still shut at the end".to_owned(),
        (None, 0, None) => "no freeze".to_owned(),
        (None, 0, Some(_)) => "\u{2014}".to_owned(),
    }
}

/// The rows that say something of this incident: of roll-backs and upgrades only where there are any.
pub(crate) fn rows(report: &Report) -> impl Iterator<Item = &'static Row> {
    let rolls_back = |event: &Event| matches!(event.kind, EventKind::Upgrade { step: Step::RolledBack { .. }, .. });
    let (upgrades, roll_backs) = (!report.incident.plans.is_empty(), report.incident.events.iter().any(rolls_back));
    ROWS.iter().filter(move |(name, ..)| match *name {
        UNDONE => roll_backs,
        IN_UPGRADE => upgrades,
        _ => true,
    })
}

pub(super) fn glance(report: &Report) -> Markup {
    html! {
        h2 { "At a glance" }
        div.scroll {
            table {
                thead { tr { th scope="col" { "Figure" } @for arm in Arm::BOTH { th.figure scope="col" { (arm.title()) } } } }
                tbody {
                    @for (name, figure, wrong) in rows(report) {
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

/// What one kind of account went through in one arm.
struct Fate {
    wronged: usize,
    loss: i128,
    liquidated: usize,
}

fn fate(report: &Report, kind: Kind, arm: Arm) -> Fate {
    let of = |trader: usize| report.outcome.traders[trader].kind() == kind;
    let all = report.outcome.arm(arm).liquidations.iter().filter(|each| of(each.trader));
    let wrongful = all.clone().filter(|each| each.is_wrongful());
    let accounts = |traders: &mut dyn Iterator<Item = usize>| traders.collect::<BTreeSet<_>>().len();
    Fate {
        liquidated: accounts(&mut all.map(|each| each.trader)),
        wronged: accounts(&mut wrongful.clone().map(|each| each.trader)),
        loss: wrongful.map(|each| each.loss).sum(),
    }
}

/// What became of hedged accounts and of those in several markets; nothing where nobody is.
pub(super) fn kinds(report: &Report) -> Markup {
    let count = |kind: Kind| report.outcome.traders.iter().filter(|trader| trader.kind() == kind).count();
    let there: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| count(*kind) > 0).collect();
    html! {
        @if count(Kind::Basket) + count(Kind::Hedged) > 0 {
            h2 { "By kind of account" }
            p { "Margin is judged over all positions of an account together: what one market loses another may make good." }
            div.scroll {
                table {
                    thead {
                        tr {
                            th scope="col" rowspan="2" { "Account" } th.figure scope="col" rowspan="2" { "Number" }
                            th.figure scope="colgroup" colspan="2" { "Liquidated" }
                            th.figure scope="colgroup" colspan="2" { "of these wrongly" }
                            th.figure scope="colgroup" colspan="2" { "What that cost, USD" }
                        }
                        tr { @for _ in 0..3 { th.figure scope="col" { "Without" } th.figure scope="col" { "With" } } }
                    }
                    tbody {
                        @for kind in there {
                            @let fates = Arm::BOTH.map(|arm| fate(report, kind, arm));
                            tr {
                                th scope="row" { (kind.title()) }
                                td.figure { (count(kind)) }
                                @for of in &fates { td.figure { (of.liquidated) } }
                                @for of in &fates { td.figure { span.bad[of.wronged > 0] { (of.wronged) } } }
                                @for of in &fates { td.figure { span.bad[of.loss > 0] { (signed(of.loss)) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn promises(report: &Report) -> Markup {
    let both = report.promises.iter().zip(&report.promises_without);
    html! {
        h2 { "Promises" }
        p { "Both arms are judged alike; the arm with Lockstep decides." }
        div.scroll {
            table {
                thead {
                    tr {
                        th scope="col" { "Promise" }
                        th scope="col" { (Arm::Without.title()) } th scope="col" { (Arm::With.title()) }
                        th scope="col" { "Evidence" }
                    }
                }
                tbody {
                    @for (with, without) in both {
                        tr {
                            th scope="row" { (with.says) }
                            td { (state(without)) }
                            td { (state(with)) }
                            td {
                                (with.evidence)
                                @if without.state == PromiseState::Broken { br; span.small { "Without: " (without.evidence) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn state(promise: &Promise) -> Markup {
    let class = match promise.state {
        PromiseState::Held => "held",
        PromiseState::Broken => "broken",
        PromiseState::Untested => "untested",
    };
    html! { span.state.(class) { (promise.state.title()) } }
}

pub(super) fn traders(report: &Report) -> Markup {
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
