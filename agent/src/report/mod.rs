//! What a rehearsal leaves behind: a report to read and the same in JSON to compute with.

mod axis;
mod figures;
mod html;
mod palette;
mod plots;
mod publish;

use serde::Serialize;

pub(crate) use html::ROWS;
pub use plots::PlotError;
pub use publish::{Draft, PublishError};

use crate::incident::Incident;
use crate::outcome::{Arm, Outcome, Promise, Summary, check, summarise};

/// A rehearsal, judged.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was rehearsed.
    pub incident: Incident,
    /// What was seen.
    pub outcome: Outcome,
    /// The table, in the order of [`Arm::BOTH`].
    pub summaries: [Summary; 2],
    /// The promises.
    pub promises: Vec<Promise>,
}

/// The order of the fields of `report.json`.
#[derive(Serialize)]
struct Document<'r> {
    format: u32,
    incident: &'r str,
    title: &'r str,
    promises: &'r [Promise],
    without: &'r Summary,
    with: &'r Summary,
    outcome: &'r Outcome,
}

impl Report {
    /// Judges what was seen.
    pub fn new(incident: Incident, outcome: Outcome) -> Self {
        let resumed_at = incident.halts().last().map(|(_, until)| *until);
        let summaries = Arm::BOTH.map(|arm| summarise(outcome.arm(arm), resumed_at));
        let promises = check(outcome.arm(Arm::With), resumed_at);
        Self { incident, outcome, summaries, promises }
    }

    /// The whole outcome as JSON, in a fixed order.
    ///
    /// # Errors
    /// None that this data can cause.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let document = Document {
            format: 1,
            incident: &self.incident.id,
            title: &self.incident.title,
            promises: &self.promises,
            without: &self.summaries[0],
            with: &self.summaries[1],
            outcome: &self.outcome,
        };
        serde_json::to_string(&document).map(|json| json + "\n")
    }

    /// One self-contained page.
    ///
    /// # Errors
    /// [`PlotError`] where a plot cannot be drawn.
    pub fn to_html(&self) -> Result<String, PlotError> {
        html::page(self)
    }
}

#[cfg(test)]
mod tests;
