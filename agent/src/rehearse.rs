//! `lockstep rehearse`: from an incident file to a report.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use crate::cli::Rehearse;
use crate::incident::{Incident, IncidentError, load};
use crate::outcome::{Arm, ArmOutcome, Outcome, PromiseState};
use crate::report::{Draft, PlotError, PublishError, Report};
use crate::simulation::{Blobs, BlobsError, Cast, SimulationError, run_arm};
use crate::terminal::{Signal, Timeline, print_closing, print_opening};

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum RehearseError {
    /// The file is no incident.
    #[error("{}: {source}", path.display())]
    Incident {
        /// As it was given.
        path: PathBuf,
        /// What is wrong.
        source: IncidentError,
    },
    /// The compiled contracts are not there.
    #[error(transparent)]
    Blobs(#[from] BlobsError),
    /// The embedded chain or a contract did what cannot be.
    #[error("{}: {source}", arm.title())]
    Simulation {
        /// In which arm.
        arm: Arm,
        /// What.
        source: SimulationError,
    },
    /// A thread ended without a word.
    #[error("{}: the simulation ended without a result", _0.title())]
    Lost(Arm),
    /// A plot could not be drawn.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// The outcome could not be written as JSON.
    #[error("report.json: {0}")]
    Json(#[from] serde_json::Error),
    /// Results could not be written.
    #[error("cannot write {0}")]
    Publish(#[from] PublishError),
    /// Standard output could not be written.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

impl RehearseError {
    /// 2 for wrong input, 3 where reading or writing failed, 4 where the simulation did.
    pub const fn exit_status(&self) -> u8 {
        match self {
            Self::Incident { .. } | Self::Blobs(_) => 2,
            Self::Publish(_) | Self::Output(_) => 3,
            Self::Simulation { .. } | Self::Lost(_) | Self::Plot(_) | Self::Json(_) => 4,
        }
    }
}

/// Runs the command and says whether every promise held.
///
/// # Errors
/// [`RehearseError`]; then no result was written.
pub fn rehearse(arguments: &Rehearse, out: &mut impl Write) -> Result<bool, RehearseError> {
    let incident =
        load(&arguments.file).map_err(|source| RehearseError::Incident { path: arguments.file.clone(), source })?;
    if arguments.check {
        return Ok(true);
    }
    let blobs = Blobs::load(&contracts_folder(arguments.contracts.as_deref()))?;
    let outcome = run_both(&incident, &blobs, arguments.quiet, out)?;
    let folder = arguments.out.clone().unwrap_or_else(|| Path::new("rehearsals").join(&incident.id));
    let report = Report::new(incident, outcome);
    let mut draft = Draft::default();
    draft.add(&folder, "report.json", report.to_json()?.as_bytes())?;
    draft.add(&folder, "report.html", report.to_html()?.as_bytes())?;
    print_closing(out, &report)?;
    let published = draft.publish()?;
    for path in published {
        writeln!(out, "Written: {}", path.display())?;
    }
    out.flush()?;
    Ok(report.promises.iter().all(|promise| promise.state != PromiseState::Broken))
}

/// The folder asked for, or `ink` beside the folder of this program, or `target/ink` here.
pub(crate) fn contracts_folder(asked: Option<&Path>) -> PathBuf {
    if let Some(folder) = asked {
        return folder.to_owned();
    }
    let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.parent()?.join("ink")));
    match beside {
        Some(folder) if fs::metadata(&folder).is_ok_and(|found| found.is_dir()) => folder,
        _ => PathBuf::from("target/ink"),
    }
}

fn run_both(incident: &Incident, blobs: &Blobs, quiet: bool, out: &mut impl Write) -> Result<Outcome, RehearseError> {
    let cast = Cast::of(incident);
    print_opening(out, incident, cast.traders.len())?;
    let (sender, signals) = mpsc::channel();
    let arms = thread::scope(|scope| {
        let runs = Arm::BOTH.map(|arm| {
            let (sender, cast) = (sender.clone(), &cast);
            scope.spawn(move || {
                // A failed send means that the reader gave up; the run then ends unheard.
                run_arm(arm, incident, cast, blobs, &mut |signal: Signal| sender.send(signal).is_ok())
            })
        });
        drop(sender);
        let mut timeline = Timeline::new(&mut *out, incident.host.opens_at.value, incident.host.closes_at.value);
        for signal in signals {
            if !quiet || matches!(signal, Signal::Reached(..)) {
                timeline.take(signal)?;
            }
        }
        timeline.finish()?;
        let joined = runs.into_iter().zip(Arm::BOTH).map(|(run, arm)| {
            run.join()
                .map_err(|_| RehearseError::Lost(arm))?
                .map_err(|source| RehearseError::Simulation { arm, source })
        });
        joined.collect::<Result<Vec<ArmOutcome>, RehearseError>>()
    })?;
    let arms = <[ArmOutcome; 2]>::try_from(arms).map_err(|_| RehearseError::Lost(Arm::With))?;
    Ok(Outcome {
        incident: incident.id.clone(),
        markets: incident.markets.iter().map(|market| market.asset.clone()).collect(),
        traders: cast.traders,
        arms,
    })
}
