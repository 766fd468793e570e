//! The plots, as inline SVG.

use std::fmt::Display;

use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use super::axis::TimeAxis;
use super::palette::{FAINT, FED, HALT, INK, WITH, WITHOUT};
use crate::incident::{Incident, PricePath};
use crate::outcome::{Arm, MarketMode, Outcome};

/// A picture drawn twice: for wide and for narrow screens.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    pub(super) wide: String,
    pub(super) narrow: String,
}

/// Health beyond this is drawn at the edge, per cent.
const HEALTH_TOP: f64 = 250.0;

/// Why a picture could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("a plot could not be drawn: {0}")]
pub struct PlotError(String);

pub(super) fn broken(error: impl Display) -> PlotError {
    PlotError(error.to_string())
}

#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) text: u32,
    pub(super) ticks: usize,
}

impl Size {
    /// Room for the labels of the price axis; the same in all pictures, so that their time axes line up.
    pub(super) const fn label_area(self) -> u32 {
        if self.width > 500 { 64 } else { 56 }
    }
}

pub(super) type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<TimeAxis, RangedCoordf64>>;

pub(super) fn in_both(
    title: &str,
    [wide, narrow]: [Size; 2],
    draw: impl Fn(&DrawingArea<SVGBackend<'_>, Shift>, Size) -> Result<(), PlotError>,
) -> Result<Figure, PlotError> {
    let one = |size: Size| {
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, (size.width, size.height)).into_drawing_area();
            draw(&area, size)?;
            area.present().map_err(broken)?;
        }
        let body = svg.split_once('>').map_or("", |(_, body)| body);
        let safe = maud::html! { title { (title) } }.into_string();
        Ok(format!(
            "<svg viewBox=\"0 0 {} {}\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">{safe}{body}",
            size.width, size.height
        ))
    };
    Ok(Figure { wide: one(wide)?, narrow: one(narrow)? })
}

/// For drawing only: a price or a ratio as a float.
#[expect(clippy::cast_precision_loss, reason = "a pixel needs no more than 53 bits")]
fn drawn(value: u128, decimals: i32) -> f64 {
    value as f64 / 10f64.powi(decimals)
}

pub(super) fn axis_of(incident: &Incident) -> TimeAxis {
    TimeAxis::new(incident.host.opens_at.value..incident.host.closes_at.value, &incident.halts())
}

fn band(
    chart: &mut Chart<'_, '_>,
    (from, until): (u64, u64),
    (bottom, top): (f64, f64),
    colour: RGBColor,
    strength: f64,
) -> Result<(), PlotError> {
    let shape = Rectangle::new([(from, bottom), (until, top)], colour.mix(strength).filled());
    chart.draw_series([shape]).map(|_| ()).map_err(broken)
}

fn mesh(chart: &mut Chart<'_, '_>, size: Size, label: &dyn Fn(&f64) -> String) -> Result<(), PlotError> {
    let text = |colour: RGBColor| ("sans-serif", size.text).into_font().color(&colour);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT.mix(0.35))
        .axis_style(FAINT.mix(0.8))
        .x_labels(size.ticks)
        .y_labels(5)
        .x_label_style(text(INK))
        .y_label_style(text(INK))
        .y_label_formatter(label)
        .draw()
        .map_err(broken)
}

fn line(
    chart: &mut Chart<'_, '_>,
    points: impl IntoIterator<Item = (u64, f64)>,
    style: impl Into<ShapeStyle>,
) -> Result<(), PlotError> {
    chart.draw_series(LineSeries::new(points, style)).map(|_| ()).map_err(broken)
}

/// Spans without blocks, and those in which a migration keeps transactions out.
pub(super) fn halts(chart: &mut Chart<'_, '_>, incident: &Incident, edge: (f64, f64)) -> Result<(), PlotError> {
    for span in incident.halts().into_iter().chain(incident.migrations()) {
        band(chart, span, edge, HALT, 0.28)?;
    }
    Ok(())
}

/// Halts, and the freezes of the arm with Lockstep on one market.
fn bands(
    chart: &mut Chart<'_, '_>,
    incident: &Incident,
    outcome: &Outcome,
    market: usize,
    edge: (f64, f64),
) -> Result<(), PlotError> {
    halts(chart, incident, edge)?;
    let end = incident.host.closes_at.value;
    let with = outcome.arm(Arm::With);
    for freeze in with.freezes.iter().filter(|freeze| freeze.market == market) {
        band(chart, (freeze.from, freeze.until.unwrap_or(end)), edge, WITH, 0.22)?;
    }
    let mut ramp: Option<(u64, u64)> = None;
    for block in &with.blocks {
        let ramping = block.markets.get(market).is_some_and(|state| state.mode == MarketMode::Ramping);
        ramp = match (ramp, ramping) {
            (None, true) => Some((block.at, block.at)),
            (Some((from, _)), true) => Some((from, block.at)),
            (Some(span), false) => {
                band(chart, span, edge, WITH, 0.09)?;
                None
            }
            (None, false) => None,
        };
    }
    ramp.map_or(Ok(()), |span| band(chart, span, edge, WITH, 0.09))
}

fn digits(top: f64) -> usize {
    match top {
        top if top >= 1_000.0 => 0,
        top if top >= 10.0 => 1,
        _ => 3,
    }
}

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
            .margin(8)
            .margin_right(18)
            .x_label_area_size(26)
            .y_label_area_size(size.label_area())
            .build_cartesian_2d(axis_of(incident), edge.0..edge.1)
            .map_err(broken)?;
        let shown = digits(high);
        mesh(&mut chart, size, &|value| grouped(*value, shown))?;
        bands(&mut chart, incident, outcome, market, edge)?;
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

/// The health of one account in both arms.
pub(super) fn health_figure(incident: &Incident, outcome: &Outcome, trader: usize) -> Result<Figure, PlotError> {
    let who = &outcome.traders[trader];
    let sizes =
        [Size { width: 450, height: 240, text: 12, ticks: 5 }, Size { width: 400, height: 240, text: 12, ticks: 5 }];
    in_both(&format!("Health of {} in both arms", who.name), sizes, |area, size| {
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .margin_right(18)
            .x_label_area_size(26)
            .y_label_area_size(48)
            .build_cartesian_2d(axis_of(incident), 0.0..HEALTH_TOP)
            .map_err(broken)?;
        mesh(&mut chart, size, &|value| format!("{value:.0} %"))?;
        bands(&mut chart, incident, outcome, who.market, (0.0, HEALTH_TOP))?;
        let ends = [incident.host.opens_at.value, incident.host.closes_at.value];
        line(&mut chart, ends.map(|at| (at, 100.0)), INK.stroke_width(1))?;
        // The broader line lies below, so that both are seen where they agree.
        for (arm, colour, breadth) in [(Arm::Without, WITHOUT, 4), (Arm::With, WITH, 2)] {
            for run in runs(incident, outcome, arm, trader) {
                line(&mut chart, run, colour.stroke_width(breadth))?;
            }
            let hits = outcome.arm(arm).liquidations.iter().filter(|each| each.trader == trader);
            let dots = hits.map(|each| {
                let style: ShapeStyle = if each.is_wrongful() { colour.filled() } else { colour.stroke_width(1) };
                Circle::new((each.at, shown_health(each.health)), 5, style)
            });
            chart.draw_series(dots).map_err(broken)?;
        }
        Ok(())
    })
}

fn shown_health(bps: u32) -> f64 {
    (f64::from(bps) / 100.0).min(HEALTH_TOP)
}

/// Stretches of blocks, between halts, in which the account had a position.
fn runs(incident: &Incident, outcome: &Outcome, arm: Arm, trader: usize) -> Vec<Vec<(u64, f64)>> {
    let halts = incident.halts();
    let mut runs: Vec<Vec<(u64, f64)>> = vec![Vec::new()];
    for block in &outcome.arm(arm).blocks {
        let resumed = halts.iter().any(|(_, until)| *until == block.at);
        let health = block.health.get(trader).copied().flatten();
        if resumed || health.is_none() {
            runs.push(Vec::new());
        }
        if let (Some(health), Some(run)) = (health, runs.last_mut()) {
            run.push((block.at, shown_health(health)));
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
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
