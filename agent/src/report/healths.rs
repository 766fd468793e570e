//! The plot of an account's health, as inline SVG.

use plotters::prelude::*;

use super::palette::{INK, WITH, WITHOUT};
use super::plots::{Figure, MARGIN, PlotError, Size, axis_of, bands, broken, in_both, line, mesh, units};
use crate::incident::Incident;
use crate::outcome::{Arm, Outcome};

/// Health beyond this is drawn at the edge, per cent.
const HEALTH_TOP: f64 = 250.0;

/// The health of one account in both arms.
pub(super) fn health_figure(incident: &Incident, outcome: &Outcome, trader: usize) -> Result<Figure, PlotError> {
    let who = &outcome.traders[trader];
    let sizes =
        [Size { width: 450, height: 240, text: 12, ticks: 5 }, Size { width: 400, height: 240, text: 12, ticks: 5 }];
    in_both(&format!("Health of {} in both arms", who.name), sizes, |area, size| {
        let mut chart = ChartBuilder::on(area)
            .margin(MARGIN)
            .margin_top(MARGIN + 18)
            .margin_right(18)
            .x_label_area_size(26)
            .y_label_area_size(48)
            .build_cartesian_2d(axis_of(incident), 0.0..HEALTH_TOP)
            .map_err(broken)?;
        units(area, size, "Health")?;
        mesh(&mut chart, size, &|value| format!("{value:.0} %"))?;
        bands(&mut chart, incident, outcome, |market| who.is_in(market), size, (0.0, HEALTH_TOP))?;
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
