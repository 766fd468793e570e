//! What a rehearsal leaves behind: a report to read and the same in JSON to compute with.

mod axis;
mod figures;
mod healths;
mod html;
mod palette;
mod phases;
mod plots;
mod prices;
mod publish;

use serde::Serialize;

pub(crate) use html::rows;
pub use plots::PlotError;
pub use publish::{Draft, PublishError};

use crate::incident::Incident;
use crate::outcome::{Arm, ArmOutcome, Outcome, Promise, Summary, check, summarise};

/// A rehearsal, judged.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was rehearsed.
    pub incident: Incident,
    /// What was seen.
    pub outcome: Outcome,
    /// The table, in the order of [`Arm::BOTH`].
    pub summaries: [Summary; 2],
    /// The promises, judged on the arm with Lockstep: these count.
    pub promises: Vec<Promise>,
    /// The same promises, judged on the arm without it, in the same order.
    pub promises_without: Vec<Promise>,
}

/// The order of the fields of `report.json`.
#[derive(Serialize)]
struct Document<'r> {
    format: u32,
    incident: &'r str,
    title: &'r str,
    promises: &'r [Promise],
    promises_without: &'r [Promise],
    without: &'r Summary,
    with: &'r Summary,
    outcome: &'r Outcome,
}

/// When the last disturbance ended: the chain came back from its last halt, or a plan left its frozen phases.
pub fn over_at(incident: &Incident, arm: &ArmOutcome) -> Option<u64> {
    let resumed = incident.halts().last().map(|(_, until)| *until);
    arm.plans.iter().filter_map(|plan| plan.released_at).chain(resumed).max()
}

impl Report {
    /// Judges what was seen.
    pub fn new(incident: Incident, outcome: Outcome) -> Self {
        let summaries = Arm::BOTH.map(|arm| summarise(outcome.arm(arm), over_at(&incident, outcome.arm(arm))));
        let [promises_without, promises] =
            Arm::BOTH.map(|arm| check(outcome.arm(arm), over_at(&incident, outcome.arm(arm))));
        Self { incident, outcome, summaries, promises, promises_without }
    }

    /// The whole outcome as JSON, in a fixed order.
    ///
    /// # Errors
    /// None that this data can cause.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let document = Document {
            format: 2,
            incident: &self.incident.id,
            title: &self.incident.title,
            promises: &self.promises,
            promises_without: &self.promises_without,
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
