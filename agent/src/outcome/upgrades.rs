//! What became of the plans of a rehearsal, as the registry told block by block.

use lockstep_core::registry::Phase;
use serde::{Serialize, Serializer};

/// A span in which a plan was in one phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhaseSpan {
    /// The phase.
    #[serde(serialize_with = "phase_in_words")]
    pub phase: Phase,
    /// First block time that showed it, Unix seconds.
    pub from: u64,
    /// First block time that showed another; `None` where the rehearsal ended before.
    pub until: Option<u64>,
}

/// A fact that keepers told the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Block time, Unix seconds.
    pub at: u64,
    /// What.
    pub what: &'static str,
    /// Why the registry would not hear it; `None` where it did.
    pub refused: Option<String>,
}

/// One plan in one arm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PlanOutcome {
    /// The plan's name.
    pub name: String,
    /// Indices of the markets that it touches.
    pub markets: Vec<usize>,
    /// Wall time at which its freeze must have ended, Unix seconds.
    pub bound: u64,
    /// In order.
    pub phases: Vec<PhaseSpan>,
    /// What keepers told, in order.
    pub told: Vec<Told>,
    /// When it left its frozen phases, Unix seconds, as the registry says at the end.
    pub released_at: Option<u64>,
    /// Accounts with a position that did nothing from the freeze to the completion, and that have the same to the
    /// last unit; 0 where the plan did not complete.
    pub unmoved: usize,
    /// The same where something changed.
    pub moved: usize,
}

impl PlanOutcome {
    /// The phase at `at`; `None` before the announcement.
    pub fn phase_at(&self, at: u64) -> Option<Phase> {
        let span = self.phases.iter().rfind(|span| span.from <= at)?;
        Some(span.phase)
    }
}

/// Whether risk must not grow in a phase: from the freeze until the upgrade has run verified for long enough, and
/// where it deviated.
pub const fn is_restraining(phase: Phase) -> bool {
    matches!(phase, Phase::Frozen | Phase::Activated | Phase::Stabilising | Phase::Deviated)
}

/// A phase in words.
pub const fn phase_title(phase: Phase) -> &'static str {
    match phase {
        Phase::Announced => "announced",
        Phase::Frozen => "frozen",
        Phase::Activated => "activated",
        Phase::Stabilising => "stabilising",
        Phase::Completed => "completed",
        Phase::Expired => "expired",
        Phase::Deviated => "deviated",
        Phase::Cancelled => "cancelled",
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references over")]
fn phase_in_words<S: Serializer>(phase: &Phase, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(phase_title(*phase))
}
