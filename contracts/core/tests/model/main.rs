//! Every state that a plan, a feed and a host can reach together, explored exhaustively within bounds.
//!
//! The model moves the real domain functions: what keepers agreed on changes a [`Record`], reports and heartbeats
//! change [`Reports`] and [`Liveness`], and time goes from one instant to the next that could matter. A budget bounds
//! how many signals, faults and halts happen on the way.

mod properties;

use std::{
    hash::{Hash, Hasher},
    sync::atomic::{AtomicU64, Ordering},
};

use lockstep_core::{
    guard::{
        Action, Answer, Assessment, FeedConfig, Liveness, LivenessConfig, Plans, RecoveryRule, Report, Reports,
        Situation, Stage, permission, permit, stage,
    },
    ids::{Account, DomainId, ForkId, MarketId, PlanId},
    keccak::keccak256,
    registry::{Impact, Origin, Phase, Plan, Record, Signal, SignalKind, Standing, Steadiness, fork, standing},
    units::{Bps, Price, Seconds, Timestamp},
};
use parity_scale_codec::Encode;
use properties::{of_markets, of_plans, reached};
use stateright::{Checker, Model, Property};

const CODE: [u8; 32] = [7; 32];
const OTHER_CODE: [u8; 32] = [8; 32];
const FORK: ForkId = ForkId([3; 32]);
const REPORTER: Account = Account([1; 20]);
const BLOCK_TIME: u64 = 6;
const START: u64 = 1_000_000;
const FREEZE: u64 = START + 7_200;
const LATEST: u64 = FREEZE + 3_600;
const BOUND: u64 = FREEZE + 10_800;
const STABILISE: u64 = 3_600;
const LIVENESS: LivenessConfig = LivenessConfig { tolerance: Seconds(60), max_silence: Seconds(1_800) };
const RULE: RecoveryRule = RecoveryRule {
    grace: Seconds(600),
    feed_grace: Seconds(60),
    ramp: Seconds(1_800),
    fresh_reports: 1,
    max_deviation: Bps(1_000),
};

/// Both sides of every boundary of the plan, of the feed's bound and of the graces that follow.
const INSTANTS: [u64; 18] = [
    START,
    FREEZE - 1,
    FREEZE,
    FREEZE + 601,
    LATEST,
    LATEST + 1,
    LATEST + 601,
    LATEST + 602,
    BOUND - 1,
    BOUND,
    BOUND + 601,
    BOUND + STABILISE,
    BOUND + STABILISE + 601,
    BOUND + 4 * 3_600,
    BOUND + 4 * 3_600 + 601,
    BOUND + 86_400,
    BOUND + 86_400 + 601,
    BOUND + 4 * 86_400,
];

/// When keepers agree on something: in every span that the plan tells apart.
const SIGNALLED: [u64; 8] = [START, FREEZE, LATEST, LATEST + 1, BOUND - 1, BOUND, BOUND + STABILISE, BOUND + 86_400];

/// Between two instants somebody is heard so often, if the host lives.
const PULSE: u64 = 1_500;

fn plan(dependencies: &[PlanId]) -> Plan {
    Plan {
        domain: DomainId(1),
        fork: FORK,
        foreign: false,
        code_hash: CODE,
        spec_version: 2,
        origin: Origin::Governance,
        follows: None,
        announced_at: Timestamp(START),
        freeze_at: Timestamp(FREEZE),
        earliest: Timestamp(FREEZE),
        latest: Timestamp(LATEST),
        stabilise: Seconds(STABILISE),
        max_freeze: Seconds(BOUND - FREEZE),
        heights: None,
        impact: Impact::default(),
        severity: 1,
        disclosure: [9; 32],
        markets: vec![MarketId(1)],
        dependencies: dependencies.to_vec(),
    }
}

fn feed() -> FeedConfig {
    FeedConfig {
        reporters: vec![REPORTER],
        min_sources: 1,
        max_age: Seconds(1_800),
        max_confidence: Bps(200),
        rule: RULE,
    }
}

/// What the reporter says from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Voice {
    Sound,
    Silent,
    Zero,
    Elsewhere,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The host lives on to the next instant.
    Pass,
    /// The host stands still until the next instant.
    Halt,
    Speak(Voice),
    Establish(SignalKind, [u8; 32]),
    /// Activated as announced, migrated, and the canary passed, in one moment.
    Verify,
    /// The plan that this one waits for is told of.
    Depend(SignalKind),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    at: usize,
    block: u64,
    signals_left: u8,
    faults_left: u8,
    halts_left: u8,
    voice: Voice,
    reports: Reports,
    liveness: Liveness,
    record: Record,
    dependency: Record,
    /// Since when the market has been frozen without a break.
    frozen_since: Option<Timestamp>,
}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.at, self.block, self.signals_left, self.faults_left, self.halts_left, self.voice).hash(state);
        (&self.reports, self.liveness, &self.record, &self.dependency, self.frozen_since).encode().hash(state);
    }
}

struct Market {
    signals: u8,
    faults: u8,
    halts: u8,
    /// Whether the plan waits for another, of the same times.
    depends: bool,
    /// The moves of the plan that were seen: bit 8 times one phase plus the other.
    moves: AtomicU64,
}

const DEPENDENCY: PlanId = PlanId(1);
const OWN: PlanId = PlanId(2);

impl Market {
    fn plan(&self) -> Plan {
        plan(if self.depends { &[DEPENDENCY] } else { &[] })
    }

    fn standing(&self, state: &State, now: Timestamp) -> Standing {
        let waits: Vec<Steadiness> =
            self.depends.then(|| Steadiness::of(DEPENDENCY, &plan(&[]), &state.dependency, now)).into_iter().collect();
        standing(&self.plan(), &state.record, &waits, now)
    }

    /// What the guard's contract reads and answers at `now`, if blocks went on until then and nobody was heard.
    fn seen(&self, state: &State, now: Timestamp) -> (Assessment, permission::Standing) {
        let block = state.block + now.since(state.now()).0 / BLOCK_TIME;
        let liveness = state.liveness.observed(LIVENESS, block, now);
        let clock = liveness.clock(now);
        let seen = state.reports.assessed(&feed(), &liveness, clock);
        let plan = self.plan();
        let terms = self.standing(state, now);
        let released = terms.released_at.unwrap_or_default();
        let number = u64::from(terms.phase.number()) + 1;
        let plans = Plans::checked([number, plan.freeze_at.0, plan.bound().0, released.0, 0], now);
        let fresh = state.reports.published_after(released);
        let market = stage(&seen, &RULE, plans, fresh, None, clock);
        (seen, market)
    }

    fn stage(&self, state: &State) -> Stage {
        self.seen(state, state.now()).1.stage
    }

    /// The answers to `action` for every health that matters.
    fn answers(&self, state: &State, action: Action) -> [Answer; 2] {
        let (seen, standing) = self.seen(state, state.now());
        let situation = Situation { verdict: seen.verdict, standing, outside: None };
        [Bps(9_499), Bps(9_500)].map(|health| permit(situation, action, health))
    }

    fn established(record: &Record, of: &Plan, kind: SignalKind, code_hash: [u8; 32], now: Timestamp) -> Record {
        let signal = Signal { kind, fork: FORK, height: 50, code_hash, observed_at: now };
        record.clone().with(of, &signal, now)
    }

    fn verified(record: &Record, of: &Plan, now: Timestamp) -> Record {
        use SignalKind::{Activated, CanaryPassed, MigrationCompleted};
        let kinds = [Activated, MigrationCompleted, CanaryPassed];
        kinds.iter().fold(record.clone(), |record, kind| Self::established(&record, of, *kind, CODE, now))
    }

    fn fork_after(&self, state: &State) -> Option<ForkId> {
        fork::after(keccak256, FORK, OWN, &state.record, &self.standing(state, state.now()))
    }
}

impl State {
    fn now(&self) -> Timestamp {
        Timestamp(INSTANTS[self.at])
    }

    /// Somebody is heard at `now`, and the reporter if it has something to say.
    fn pulse(&mut self, now: Timestamp) {
        self.liveness = self.liveness.observed(LIVENESS, self.block, now);
        let price = match self.voice {
            Voice::Silent => return,
            Voice::Sound => 1_000,
            Voice::Zero => 0,
            Voice::Elsewhere => 2_000,
        };
        let report = Report { price: Price(price), confidence: Price(0), published_at: now };
        let clock = self.liveness.clock(now);
        if let Ok(reports) = self.reports.clone().with_report(&feed(), &self.liveness, clock, REPORTER, report) {
            self.reports = reports;
        }
    }

    fn passed(&mut self, until: Timestamp, alive: bool) {
        let mut now = self.now();
        if alive {
            while now.after(Seconds(PULSE)) < until {
                now = now.after(Seconds(PULSE));
                self.block += PULSE / BLOCK_TIME;
                self.pulse(now);
            }
            self.block += until.since(now).0 / BLOCK_TIME;
        } else {
            self.block += 1;
        }
        self.at += 1;
        self.pulse(until);
    }
}

impl Model for Market {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let mut state = State {
            at: 0,
            block: 1,
            signals_left: self.signals,
            faults_left: self.faults,
            halts_left: self.halts,
            voice: Voice::Sound,
            reports: Reports::empty(&feed(), Timestamp(START - 600)),
            liveness: Liveness::start(0, Timestamp(START - 600), BLOCK_TIME * 1_000),
            record: Record::default(),
            dependency: Record::default(),
            frozen_since: None,
        };
        for at in (START - 594..=START).step_by(66) {
            state.block = (at + 600 - START) / BLOCK_TIME;
            state.pulse(Timestamp(at));
        }
        vec![state]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        if state.at + 1 < INSTANTS.len() {
            actions.push(Step::Pass);
            if state.halts_left > 0 {
                actions.push(Step::Halt);
            }
        }
        if state.faults_left > 0 {
            let voices = [Voice::Silent, Voice::Zero, Voice::Elsewhere];
            actions.extend(voices.into_iter().filter(|voice| *voice != state.voice).map(Step::Speak));
        }
        if state.voice != Voice::Sound {
            actions.push(Step::Speak(Voice::Sound));
        }
        if state.signals_left > 0 && SIGNALLED.contains(&INSTANTS[state.at]) {
            use SignalKind::{Aborted, Activated, CanaryPassed, Failed, MigrationCompleted, RolledBack};
            if self.standing(state, state.now()).ended_at.is_none() {
                let kinds = [MigrationCompleted, CanaryPassed, Failed, RolledBack, Aborted];
                actions.extend(kinds.into_iter().map(|kind| Step::Establish(kind, CODE)));
                actions.extend([CODE, OTHER_CODE].map(|code| Step::Establish(Activated, code)));
                actions.push(Step::Verify);
            }
            if self.depends {
                let kinds = [Activated, MigrationCompleted, CanaryPassed, Failed, Aborted];
                actions.extend(kinds.into_iter().map(Step::Depend));
            }
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut next = last.clone();
        let now = last.now();
        match step {
            Step::Pass | Step::Halt => {
                let alive = step == Step::Pass;
                next.halts_left -= u8::from(!alive);
                next.passed(Timestamp(INSTANTS[last.at + 1]), alive);
            }
            Step::Speak(voice) => {
                next.faults_left -= u8::from(voice != Voice::Sound);
                next.voice = voice;
            }
            Step::Establish(kind, code) => {
                next.signals_left -= 1;
                next.record = Self::established(&last.record, &self.plan(), kind, code, now);
            }
            Step::Verify => {
                next.signals_left -= 1;
                next.record = Self::verified(&last.record, &self.plan(), now);
            }
            Step::Depend(kind) => {
                next.signals_left -= 1;
                next.dependency = Self::established(&last.dependency, &plan(&[]), kind, CODE, now);
            }
        }
        let told = matches!(step, Step::Establish(..) | Step::Verify | Step::Depend(_));
        if told && next.record == last.record && next.dependency == last.dependency {
            return None;
        }
        let [from, to] = [last, &next].map(|state| self.standing(state, state.now()).phase);
        if from != to {
            self.moves.fetch_or(bit(from, to), Ordering::Relaxed);
        }
        next.frozen_since = (self.stage(&next) == Stage::Frozen).then(|| last.frozen_since.unwrap_or(next.now()));
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        [of_markets(), of_plans(), reached(self)].into_iter().flatten().collect()
    }
}

const fn bit(from: Phase, to: Phase) -> u64 {
    1 << (8 * from.number() + to.number())
}

/// The moves that the table of the module `phase` lists.
fn listed() -> u64 {
    let phase = |name: &str| Phase::ALL.iter().copied().find(|phase| format!("{phase:?}") == name);
    let moves = include_str!("../../src/registry/phase.rs").lines().filter_map(|line| {
        let mut cells = line.strip_prefix("//! | ")?.split(" | ");
        Some(bit(phase(cells.next()?)?, phase(cells.next()?)?))
    });
    moves.fold(0, |all, one| all | one)
}

/// Explores a market of the given budgets of signals, faults and halts; returns the moves of its plan.
fn explore(signals: u8, faults: u8, halts: u8, depends: bool, at_least: usize) -> u64 {
    let market = Market { signals, faults, halts, depends, moves: AtomicU64::new(0) };
    let checker = market.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    let states = checker.unique_state_count();
    assert!(states >= at_least, "{states} states: the model is cut short");
    let moves = checker.model().moves.load(Ordering::Relaxed);
    assert_eq!(moves & !listed(), 0, "moves that are not listed");
    moves
}

#[test]
fn signals_alone() {
    let moves = explore(4, 0, 0, false, 500_000);
    assert_eq!(moves, listed() & !bit(Phase::Activated, Phase::Frozen), "all but the one that takes a dependency");
}

#[test]
fn faults_and_halts_around_an_upgrade() {
    explore(1, 1, 1, false, 500_000);
}

#[test]
fn a_plan_that_waits_for_another() {
    explore(3, 0, 0, true, 500_000);
}
