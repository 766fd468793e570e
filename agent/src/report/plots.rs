//! What the plots share: their sizes, axes and bands.

use std::fmt::Display;

use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::TimeAxis;
use super::palette::{FAINT, HALT, INK, WITH};
use crate::clock::span;
use crate::incident::Incident;
use crate::outcome::{Arm, ArmOutcome, MarketMode, Outcome};

/// A picture drawn twice: for wide and for narrow screens.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    pub(super) wide: String,
    pub(super) narrow: String,
}

/// Why a picture could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("a plot could not be drawn: {0}")]
pub struct PlotError(String);

pub(super) fn broken(error: impl Display) -> PlotError {
    PlotError(error.to_string())
}

/// Width of a letter in per cent of its height, roughly.
const LETTER: u32 = 60;

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

    /// Whether a text has room in so many pixels.
    pub(super) fn fits(self, text: &str, room: i32) -> bool {
        let needed = u32::try_from(text.chars().count()).unwrap_or(u32::MAX).saturating_mul(self.text * LETTER / 100);
        u32::try_from(room).is_ok_and(|room| room >= needed.saturating_add(8))
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
pub(super) fn drawn(value: u128, decimals: i32) -> f64 {
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

/// Free room around a chart.
pub(super) const MARGIN: i32 = 8;

/// Says in the corners what the axes count.
pub(super) fn units(area: &DrawingArea<SVGBackend<'_>, Shift>, size: Size, upright: &str) -> Result<(), PlotError> {
    let low = i32::try_from(size.height).map_err(broken)? - MARGIN;
    for (what, y, side) in [(upright, MARGIN, VPos::Top), ("UTC", low, VPos::Bottom)] {
        if what.is_empty() {
            continue;
        }
        let style = ("sans-serif", size.text).into_font().color(&FAINT).pos(Pos::new(HPos::Left, side));
        area.draw(&Text::new(what, (MARGIN, y), style)).map_err(broken)?;
    }
    Ok(())
}

/// Writes into every halt how long it was, where there is room.
fn name_halts(
    chart: &mut Chart<'_, '_>,
    incident: &Incident,
    size: Size,
    (bottom, top): (f64, f64),
) -> Result<(), PlotError> {
    for (from, until) in incident.halts() {
        let room = chart.backend_coord(&(until, top)).0 - chart.backend_coord(&(from, top)).0;
        let text = span(until - from);
        if size.fits(&text, room) {
            let style = ("sans-serif", size.text).into_font().color(&INK).pos(Pos::new(HPos::Center, VPos::Top));
            let place = (from + (until - from) / 2, top - (top - bottom) * 0.03);
            chart.draw_series([Text::new(text, place, style)]).map_err(broken)?;
        }
    }
    Ok(())
}

pub(super) fn mesh(chart: &mut Chart<'_, '_>, size: Size, label: &dyn Fn(&f64) -> String) -> Result<(), PlotError> {
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

pub(super) fn line(
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

/// Halts, and when the arm with Lockstep had one of the markets frozen, or its liquidation size rising.
pub(super) fn bands(
    chart: &mut Chart<'_, '_>,
    incident: &Incident,
    outcome: &Outcome,
    touches: impl Fn(usize) -> bool,
    size: Size,
    edge: (f64, f64),
) -> Result<(), PlotError> {
    halts(chart, incident, edge)?;
    name_halts(chart, incident, size, edge)?;
    let with = outcome.arm(Arm::With);
    let frozen = frozen(with, incident.host.closes_at.value, &touches);
    for span in ramps(with, &touches) {
        for free in outside(span, &frozen) {
            band(chart, free, edge, WITH, 0.09)?;
        }
    }
    for span in frozen {
        band(chart, span, edge, WITH, 0.22)?;
    }
    Ok(())
}

/// When at least one of the markets was frozen.
fn frozen(arm: &ArmOutcome, end: u64, touches: &impl Fn(usize) -> bool) -> Vec<(u64, u64)> {
    let freezes = arm.freezes.iter().filter(|freeze| touches(freeze.market));
    let mut spans: Vec<(u64, u64)> = freezes.map(|freeze| (freeze.from, freeze.until.unwrap_or(end))).collect();
    spans.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (from, until) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => joined.push((from, until)),
        }
    }
    joined
}

/// When the liquidation size of at least one of the markets was rising.
fn ramps(arm: &ArmOutcome, touches: &impl Fn(usize) -> bool) -> Vec<(u64, u64)> {
    let mut spans: Vec<(u64, u64)> = Vec::new();
    let mut was = false;
    for block in &arm.blocks {
        let mut markets = block.markets.iter().enumerate();
        let is = markets.any(|(market, state)| touches(market) && state.mode == MarketMode::Ramping);
        match spans.last_mut() {
            Some(last) if was => last.1 = block.at,
            _ if is => spans.push((block.at, block.at)),
            _ => {}
        }
        was = is;
    }
    spans
}

/// What of a span lies in none of the others, which ascend.
fn outside((from, until): (u64, u64), others: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut left = Vec::new();
    let mut start = from;
    for (begin, end) in others.iter().filter(|(begin, end)| *begin < until && *end > from) {
        if *begin > start {
            left.push((start, *begin));
        }
        start = start.max(*end);
    }
    if start < until {
        left.push((start, until));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_cut_by_others() {
        assert_eq!(outside((10, 20), &[]), [(10, 20)]);
        assert_eq!(outside((10, 20), &[(0, 5), (12, 14), (18, 30)]), [(10, 12), (14, 18)]);
        assert_eq!(outside((10, 20), &[(0, 12), (25, 30)]), [(12, 20)]);
        assert_eq!(outside((10, 20), &[(0, 40)]), []);
    }
}
