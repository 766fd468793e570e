//! The plot of a market's price, as inline SVG.

use plotters::prelude::*;

use super::palette::{FAINT, FED, INK, WITH, WITHOUT};
use super::plots::{Chart, Figure, MARGIN, PlotError, Size, axis_of, bands, broken, drawn, in_both, line, mesh, units};
use crate::incident::{Incident, PricePath};
use crate::outcome::{Arm, Outcome};

/// The true price, what the feed showed, when what was shut, and who was liquidated at which price.
pub(super) fn price_figure(incident: &Incident, outcome: &Outcome, market: usize) -> Result<Figure, PlotError> {
    let facts = &incident.markets[market];
    let (opens, closes) = (incident.host.opens_at.value, incident.host.closes_at.value);
    // Intervals of the true market that overlap the rehearsal, cut at its edges.
    let spans: Vec<_> = facts
        .true_price
        .windows(2)
        .filter(|pair| pair[0].at < closes && pair[1].at > opens)
        .map(|pair| (pair[0].at.max(opens), pair[1].at.min(closes), drawn(pair[0].low, 18), drawn(pair[0].high, 18)))
        .collect();
    let low = spans.iter().map(|span| span.2).fold(f64::INFINITY, f64::min);
    let high = spans.iter().map(|span| span.3).fold(0.0, f64::max);
    let path = PricePath::of(facts);
    let ends = spans.iter().map(|span| span.0).chain([closes]);
    let truth: Vec<_> = ends.map(|at| (at, drawn(path.at_down(at), 18))).collect();
    let margin = (high - low) * 0.04;
    let edge = (low - margin, high + margin);
    let sizes =
        [Size { width: 920, height: 340, text: 13, ticks: 12 }, Size { width: 400, height: 300, text: 12, ticks: 5 }];
    in_both(&format!("{} in {}, true and fed", facts.asset, facts.quote), sizes, |area, size| {
        let mut chart = ChartBuilder::on(area)
            .margin(MARGIN)
            .margin_top(MARGIN + 18)
            .margin_right(18)
            .x_label_area_size(26)
            .y_label_area_size(size.label_area())
            .build_cartesian_2d(axis_of(incident), edge.0..edge.1)
            .map_err(broken)?;
        let shown = digits(high);
        units(area, size, &facts.quote)?;
        mesh(&mut chart, size, &|value| grouped(*value, shown))?;
        bands(&mut chart, incident, outcome, |touched| touched == market, size, edge)?;
        let mut outline: Vec<(u64, f64)> = Vec::new();
        for (from, until, _, high) in &spans {
            outline.extend([(*from, *high), (*until, *high)]);
        }
        for (from, until, low, _) in spans.iter().rev() {
            outline.extend([(*until, *low), (*from, *low)]);
        }
        chart.draw_series([Polygon::new(outline, FAINT.mix(0.16).filled())]).map_err(broken)?;
        line(&mut chart, truth.iter().copied(), INK.stroke_width(2))?;
        // Nothing is fed while there are no blocks: the line has gaps there.
        let resumes: Vec<u64> = incident.halts().into_iter().map(|(_, until)| until).collect();
        let mut fed: Vec<Vec<(u64, f64)>> = vec![Vec::new()];
        for block in &outcome.arm(Arm::Without).blocks {
            if resumes.contains(&block.at) {
                fed.push(Vec::new());
            }
            if let (Some(state), Some(run)) = (block.markets.get(market), fed.last_mut()) {
                run.push((block.at, within(state.fed_price, edge)));
            }
        }
        for run in fed {
            line(&mut chart, run, FED.stroke_width(2))?;
        }
        marks(&mut chart, outcome, market, edge)
    })
}

/// A price as drawn: one beyond the edge, such as zero, is drawn at it.
fn within(price: u128, edge: (f64, f64)) -> f64 {
    drawn(price, 18).clamp(edge.0, edge.1)
}

/// Liquidations: wrongful ones filled, rightful ones hollow; each arm in its colour.
fn marks(chart: &mut Chart<'_, '_>, outcome: &Outcome, market: usize, edge: (f64, f64)) -> Result<(), PlotError> {
    for (arm, colour) in [(Arm::Without, WITHOUT), (Arm::With, WITH)] {
        let here = outcome.arm(arm).liquidations.iter().filter(|liquidation| liquidation.market == market);
        let place = |at, price| (at, within(price, edge));
        let hollow = here.clone().filter(|liquidation| !liquidation.is_wrongful());
        chart
            .draw_series(hollow.map(|each| Circle::new(place(each.at, each.price), 4, colour.stroke_width(1))))
            .map_err(broken)?;
        let filled = here.filter(|liquidation| liquidation.is_wrongful());
        chart
            .draw_series(filled.map(|each| Circle::new(place(each.at, each.price), 5, colour.filled())))
            .map_err(broken)?;
    }
    Ok(())
}

fn digits(top: f64) -> usize {
    match top {
        top if top >= 1_000.0 => 0,
        top if top >= 10.0 => 1,
        _ => 3,
    }
}

fn grouped(value: f64, shown: usize) -> String {
    let text = format!("{value:.shown$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) && digit.is_ascii_digit() && !out.ends_with('-') {
            out.push(',');
        }
        out.push(digit);
    }
    if fraction.is_empty() { out } else { format!("{out}.{fraction}") }
}
