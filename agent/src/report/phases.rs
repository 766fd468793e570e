//! The band of a plan's phases, as inline SVG, on the time axis of the other plots.

use lockstep_core::registry::Phase;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::palette::{FAINT, FED, GOOD, HALT, INK, WITH, WITHOUT};
use super::plots::{Figure, PlotError, Size, axis_of, broken, halts, in_both, units};
use crate::incident::Incident;
use crate::outcome::{PlanOutcome, phase_title};

/// Phases by colour: the phases, the variable of the style sheet, and the opacity of the legend.
pub(super) const COLOURS: [(&[Phase], &str, &str); 6] = [
    (&[Phase::Announced], "--faint", ".3"),
    (&[Phase::Frozen], "--with", ".6"),
    (&[Phase::Activated], "--fed", ".6"),
    (&[Phase::Stabilising, Phase::Completed], "--good", ".6"),
    (&[Phase::Deviated], "--without", ".6"),
    (&[Phase::Expired, Phase::Cancelled], "--halt", ".6"),
];

const fn colour(phase: Phase) -> (RGBColor, f64) {
    match phase {
        Phase::Announced => (FAINT, 0.22),
        Phase::Frozen => (WITH, 0.5),
        Phase::Activated => (FED, 0.5),
        Phase::Stabilising => (GOOD, 0.5),
        Phase::Completed => (GOOD, 0.25),
        Phase::Deviated => (WITHOUT, 0.5),
        Phase::Expired | Phase::Cancelled => (HALT, 0.5),
    }
}

pub(super) fn phase_figure(incident: &Incident, plan: &PlanOutcome) -> Result<Figure, PlotError> {
    let sizes =
        [Size { width: 920, height: 96, text: 13, ticks: 10 }, Size { width: 400, height: 96, text: 12, ticks: 4 }];
    let end = incident.host.closes_at.value;
    in_both(&format!("Phases of {}", plan.name), sizes, |area, size| {
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .margin_right(18)
            .x_label_area_size(26)
            .y_label_area_size(size.label_area())
            .build_cartesian_2d(axis_of(incident), 0.0..1.0)
            .map_err(broken)?;
        let text = ("sans-serif", size.text).into_font().color(&INK);
        chart
            .configure_mesh()
            .disable_mesh()
            .axis_style(FAINT.mix(0.8))
            .x_labels(size.ticks)
            .x_label_style(text)
            .y_labels(0)
            .draw()
            .map_err(broken)?;
        units(area, size, "")?;
        halts(&mut chart, incident, (0.0, 1.0))?;
        for span in &plan.phases {
            let (colour, strength) = colour(span.phase);
            let until = span.until.unwrap_or(end);
            let shape = Rectangle::new([(span.from, 0.25), (until, 0.75)], colour.mix(strength).filled());
            chart.draw_series([shape]).map_err(broken)?;
            let (from, to) = (chart.backend_coord(&(span.from, 0.5)), chart.backend_coord(&(until, 0.5)));
            let label = phase_title(span.phase);
            // A label that would not fit is left out: the legend and the table have it.
            if size.fits(label, to.0 - from.0) {
                let style = ("sans-serif", size.text).into_font().color(&INK).pos(Pos::new(HPos::Left, VPos::Center));
                area.draw(&Text::new(label, (from.0 + 4, from.1), style)).map_err(broken)?;
            }
        }
        // Below the band, where they cross no label.
        for told in &plan.told {
            let tick = PathElement::new([(told.at, 0.0), (told.at, 0.25)], INK.stroke_width(2));
            chart.draw_series([tick]).map_err(broken)?;
        }
        Ok(())
    })
}
