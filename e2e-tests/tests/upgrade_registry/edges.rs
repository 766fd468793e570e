//! Every move of a plan from one phase to another.

use std::collections::BTreeSet;

use super::*;

const PHASES: [&str; 8] =
    ["Announced", "Frozen", "Activated", "Stabilising", "Completed", "Expired", "Deviated", "Cancelled"];

const FREEZE: u64 = START + 3_600;
const LATEST: u64 = START + 7_200;
const BOUND: u64 = START + 18_000;
const STABILISE: u64 = 1_800;

/// Waits for `OTHER`.
const WAITING: u64 = 2;
const ALONE: u64 = 3;
/// Of another network; no edge is about it.
const OTHER: u64 = 1;

const ACTIVATED: u8 = 0;
const MIGRATED: u8 = 1;
const CANARY: u8 = 2;
const FAILED: u8 = 3;
const ROLLED_BACK: u8 = 4;
const ABORTED: u8 = 5;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Time comes.
    At(u64),
    /// Time goes by.
    After(u64),
    /// Two of three keepers say so.
    Say(u64, u8),
    /// They say that other code than announced runs.
    Unexpected(u64),
    /// Two of them say that the activation was at another height than two had said.
    Contradict(u64),
    /// Governance calls it off.
    Cancel(u64),
}

use Step::{After, At, Cancel, Contradict, Say, Unexpected};

/// The phases, the plan, what happens before, and the one thing that moves it.
type Edge = (&'static str, &'static str, u64, &'static [Step], Step);

const EDGES: [Edge; 29] = [
    ("Announced", "Frozen", ALONE, &[At(FREEZE - 1)], At(FREEZE)),
    ("Announced", "Frozen", WAITING, &[], Say(WAITING, ACTIVATED)),
    ("Announced", "Activated", ALONE, &[], Say(ALONE, ACTIVATED)),
    ("Announced", "Stabilising", ALONE, &[Say(ALONE, MIGRATED), Say(ALONE, CANARY)], Say(ALONE, ACTIVATED)),
    ("Announced", "Deviated", ALONE, &[], Unexpected(ALONE)),
    ("Announced", "Deviated", ALONE, &[], Say(ALONE, FAILED)),
    ("Announced", "Deviated", ALONE, &[], Say(ALONE, ROLLED_BACK)),
    ("Announced", "Cancelled", ALONE, &[], Cancel(ALONE)),
    ("Announced", "Cancelled", ALONE, &[], Say(ALONE, ABORTED)),
    ("Frozen", "Activated", ALONE, &[At(FREEZE)], Say(ALONE, ACTIVATED)),
    (
        "Frozen",
        "Activated",
        WAITING,
        &[At(FREEZE), Say(WAITING, ACTIVATED), Say(OTHER, ACTIVATED), Say(OTHER, MIGRATED)],
        Say(OTHER, CANARY),
    ),
    ("Frozen", "Stabilising", ALONE, &[At(FREEZE), Say(ALONE, MIGRATED), Say(ALONE, CANARY)], Say(ALONE, ACTIVATED)),
    (
        "Frozen",
        "Stabilising",
        WAITING,
        &[
            At(FREEZE),
            Say(WAITING, ACTIVATED),
            Say(WAITING, MIGRATED),
            Say(WAITING, CANARY),
            Say(OTHER, ACTIVATED),
            Say(OTHER, MIGRATED),
        ],
        Say(OTHER, CANARY),
    ),
    ("Frozen", "Deviated", ALONE, &[At(FREEZE)], Unexpected(ALONE)),
    ("Frozen", "Deviated", ALONE, &[At(FREEZE)], Say(ALONE, FAILED)),
    ("Frozen", "Deviated", ALONE, &[At(FREEZE)], Say(ALONE, ROLLED_BACK)),
    ("Frozen", "Deviated", WAITING, &[At(FREEZE), Say(WAITING, ACTIVATED), At(BOUND - 1)], At(BOUND)),
    ("Frozen", "Expired", ALONE, &[At(LATEST)], At(LATEST + 1)),
    ("Frozen", "Expired", WAITING, &[At(BOUND - 1)], At(BOUND)),
    ("Frozen", "Cancelled", ALONE, &[At(FREEZE)], Say(ALONE, ABORTED)),
    (
        "Activated",
        "Frozen",
        WAITING,
        &[
            At(FREEZE),
            Say(OTHER, ACTIVATED),
            Say(OTHER, MIGRATED),
            Say(OTHER, CANARY),
            Say(WAITING, ACTIVATED),
            After(6),
        ],
        Say(OTHER, ROLLED_BACK),
    ),
    ("Activated", "Stabilising", ALONE, &[At(FREEZE), Say(ALONE, ACTIVATED), Say(ALONE, MIGRATED)], Say(ALONE, CANARY)),
    ("Activated", "Deviated", ALONE, &[At(FREEZE), Say(ALONE, ACTIVATED)], Say(ALONE, FAILED)),
    ("Activated", "Deviated", ALONE, &[At(FREEZE), Say(ALONE, ACTIVATED)], Say(ALONE, ROLLED_BACK)),
    ("Activated", "Deviated", ALONE, &[At(FREEZE), Say(ALONE, ACTIVATED)], Contradict(ALONE)),
    ("Activated", "Deviated", ALONE, &[At(FREEZE), Say(ALONE, ACTIVATED), At(BOUND - 1)], At(BOUND)),
    (
        "Stabilising",
        "Completed",
        ALONE,
        &[At(FREEZE), Say(ALONE, ACTIVATED), Say(ALONE, MIGRATED), Say(ALONE, CANARY), At(FREEZE + STABILISE - 1)],
        At(FREEZE + STABILISE),
    ),
    (
        "Stabilising",
        "Deviated",
        ALONE,
        &[At(FREEZE), Say(ALONE, ACTIVATED), Say(ALONE, MIGRATED), Say(ALONE, CANARY), After(6)],
        Say(ALONE, ROLLED_BACK),
    ),
    (
        "Deviated",
        "Stabilising",
        ALONE,
        &[At(FREEZE), Say(ALONE, FAILED), After(6), Say(ALONE, ACTIVATED), Say(ALONE, MIGRATED)],
        Say(ALONE, CANARY),
    ),
];

impl Stage {
    fn branch(&self) -> Self {
        let (governance, keepers) = (self.governance.clone(), self.keepers.clone());
        Self { chain: self.chain.split(), registry: self.registry, governance, keepers }
    }

    fn take(&mut self, step: Step) {
        let now = self.chain.now();
        let word = |plan| signalCall { observedAt: now, ..says(plan, ACTIVATED) };
        match step {
            At(time) => {
                self.chain.produce_block_at(time).unwrap();
            }
            After(time) => {
                self.chain.produce_block_after(time).unwrap();
            }
            Say(plan, kind) => self.say(plan, kind),
            Unexpected(plan) => {
                for keeper in 0..2 {
                    self.signal(keeper, &signalCall { codeHash: FixedBytes([8; 32]), ..word(plan) }).unwrap();
                }
            }
            Contradict(plan) => {
                for keeper in 1..3 {
                    self.signal(keeper, &signalCall { height: 51, ..word(plan) }).unwrap();
                }
            }
            Cancel(plan) => {
                self.govern(&cancelCall { plan }).unwrap();
            }
        }
    }
}

/// Plans 1 and 2, and a third one that waits for nothing, all with the same times.
fn announced() -> Stage {
    let mut stage = deployed();
    stage.govern(&registerDomainCall { domain: 2, genesisHash: GENESIS, paraId: 0, chainId: 7 }).unwrap();
    let on = |domain, market| announceCall { domain, markets: vec![market], ..announcement() };
    for (plan, call) in [(OTHER, on(2, 9)), (WAITING, on(DOMAIN, 1)), (ALONE, on(DOMAIN, 2))] {
        assert_eq!(stage.govern(&call).unwrap(), plan);
    }
    stage.govern(&setDependenciesCall { plan_: WAITING, dependencies: vec![OTHER] }).unwrap();
    stage
}

#[test]
fn every_edge_of_the_graph() {
    let base = announced();
    for (from, to, plan, before, step) in EDGES {
        let mut stage = base.branch();
        let phase = |stage: &Stage| PHASES[usize::from(stage.phase(plan))];
        for step in before {
            stage.take(*step);
        }
        assert_eq!(phase(&stage), from, "{from} to {to}, by {step:?}, after {before:?}");
        stage.take(step);
        assert_eq!(phase(&stage), to, "from {from} by {step:?}, after {before:?}");
        let number =
            |name| PHASES.iter().position(|phase| *phase == name).and_then(|at| u8::try_from(at).ok()).unwrap();
        // What moves a plan is told, if it is a call about it; time and other plans move it without any.
        let told = matches!(step, Say(told, _) | Unexpected(told) | Contradict(told) | Cancel(told) if told == plan);
        if told {
            assert_eq!(stage.moves(), [(plan, number(from), number(to))], "by {step:?}");
        }
    }
}

/// The edges here are those that the domain lists beside its graph; whether it has others is for its model checker.
#[test]
fn the_edges_are_those_of_the_graph() {
    let text = include_str!("../../../contracts/core/src/registry/phase.rs");
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("//! | ")?.split(" | ");
        Some((cells.next()?, cells.next()?)).filter(|(from, to)| PHASES.contains(from) && PHASES.contains(to))
    });
    let (listed, shown): (BTreeSet<_>, BTreeSet<_>) =
        (rows.collect(), EDGES.iter().map(|edge| (edge.0, edge.1)).collect());
    assert_eq!(shown, listed);
    assert_eq!(listed.len(), 16);
}
