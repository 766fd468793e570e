//! The keepers: they look at the networks, tell the registry what they saw, and follow the phases of the plans.

use std::collections::VecDeque;

use alloy_core::primitives::B256;
use lockstep_core::registry::{Phase, SignalKind};
use sp_crypto_hashing::blake2_256;

use super::abi::IUpgradeRegistry;
use super::books::Book;
use super::error::SimulationError;
use super::run::{Plan as Stand, Run};
use super::sight::{Expected, Fact, Memory, Migration, Sight, is_in_history};
use super::words;
use crate::clock::{span, stamp};
use crate::incident::{Conduct, Plan, Step};
use crate::outcome::{PhaseSpan, PlanOutcome, Told, is_restraining, phase_title};

/// What is known of one plan.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// Its number in the registry, once announced.
    pub(super) id: Option<u64>,
    memory: Memory,
    facts: VecDeque<Fact>,
    canary_due: bool,
    /// What accounts had when the plan froze their markets.
    before: Vec<(usize, Book)>,
}

/// The keepers of one arm.
#[derive(Debug, Default)]
pub(super) struct Keepers {
    pub(super) watches: Vec<Watch>,
    last: Option<Sight>,
    next_look: u64,
    /// Whether the canary's price still stands where its liquidation left it.
    pub(super) canary_fell: bool,
}

impl Keepers {
    pub(super) fn of(plans: &[Plan]) -> Self {
        Self { watches: plans.iter().map(|_| Watch::default()).collect(), ..Self::default() }
    }

    fn tell_later(&mut self, plan: usize, kind: SignalKind, height: u64, code: [u8; 32], at: u64) {
        self.watches[plan].facts.push_back(Fact { kind, height, code, at });
    }
}

/// How a plan is called on the timeline.
pub(super) fn name(plan: &Plan) -> String {
    format!("{} {}", plan.domain, plan.name)
}

pub(super) fn outcomes(plans: &[Plan]) -> Vec<PlanOutcome> {
    let of = |plan: &Plan| PlanOutcome { name: name(plan), markets: plan.markets.clone(), ..PlanOutcome::default() };
    plans.iter().map(of).collect()
}

impl Run<'_> {
    /// Governance announces the plans whose time has come.
    pub(super) fn announce(&mut self) -> Result<(), SimulationError> {
        let incident = self.stage.incident;
        for (index, plan) in incident.plans.iter().enumerate() {
            let Some(notice) = &plan.notice else { continue };
            let (announced, opens) = (notice.announced_at.value, incident.host.opens_at.value);
            let due = announced.max(opens) <= self.stage.chain.now() || (announced <= opens && self.is_beginning());
            if due && self.keepers.watches[index].id.is_none() {
                self.keepers.watches[index].id = Some(self.stage.announce(index, notice)?);
                let freeze = stamp(notice.freeze_at.value);
                self.say(format!("{} is announced: risk freezes at {freeze}", name(plan)))?;
            }
        }
        Ok(())
    }

    /// Keepers look at the host, in every block, whether it takes transactions or not.
    pub(super) fn look(&mut self) {
        let incident = self.stage.incident;
        let Some(settings) = &incident.keepers else { return };
        let now = Sight::of(&self.stage.chain);
        for (plan, watch) in incident.plans.iter().zip(&mut self.keepers.watches) {
            if !plan.is_host || watch.id.is_none() {
                continue;
            }
            let expected = Expected {
                version: plan.spec_version.value,
                code: blake2_256(&plan.code()),
                halt_seconds: settings.halt_seconds.value,
            };
            let in_history = is_in_history(&self.stage.chain, plan.name.as_bytes());
            let facts = watch.memory.conclude(expected, self.keepers.last.as_ref(), &now, in_history);
            watch.canary_due |= facts.iter().any(|fact| fact.kind == SignalKind::MigrationCompleted);
            watch.canary_due &= !watch.memory.over;
            // What made keepers open an emergency is older than its plan.
            let news = facts.into_iter().filter(|fact| plan.notice.is_some() || fact.kind != SignalKind::Authorised);
            watch.facts.extend(news);
        }
        self.keepers.last = Some(now);
    }

    /// What keepers saw of a network that is not the host.
    pub(super) fn saw(&mut self, index: usize, step: Step, at: u64) {
        let plan = &self.stage.incident.plans[index];
        let (activated, code) = (plan.height.as_ref().map_or(0, |height| height.value), blake2_256(&plan.code()));
        // A failure shows in a later block than the one that was told of as good: of one block both cannot be true.
        let height = activated + u64::from(step == Step::Failed);
        let kinds: &[SignalKind] = match step {
            Step::Activated => &[SignalKind::Activated],
            Step::MigrationCompleted => &[SignalKind::MigrationCompleted],
            Step::Verified => &[SignalKind::MigrationCompleted, SignalKind::CanaryPassed],
            Step::Failed => &[SignalKind::Failed],
            Step::Aborted => &[SignalKind::Aborted],
            Step::RolledBack { .. } => &[SignalKind::RolledBack],
            Step::Authorised | Step::MigrationStarted | Step::MigrationFailed | Step::MigrationCleared => &[],
        };
        for kind in kinds {
            let watch = &mut self.keepers.watches[index];
            if *kind == SignalKind::MigrationCompleted
                && std::mem::replace(&mut watch.memory.migration, Migration::Done) == Migration::Done
            {
                continue;
            }
            self.keepers.tell_later(index, *kind, height, code, at);
        }
    }

    /// Keepers tell the registry what they have not told yet, and run a canary where one is due.
    pub(super) fn tell(&mut self) -> Result<(), SimulationError> {
        let incident = self.stage.incident;
        let Some(settings) = &incident.keepers else { return Ok(()) };
        let now = self.stage.chain.now();
        if now < self.keepers.next_look || self.silent {
            return Ok(());
        }
        self.keepers.next_look = now + settings.look_seconds.value;
        self.open_emergencies()?;
        self.lift_canary()?;
        for index in 0..incident.plans.len() {
            while let Some(fact) = self.keepers.watches[index].facts.pop_front() {
                self.signal(index, &fact)?;
            }
            if self.keepers.watches[index].canary_due && self.canary(index)? {
                self.keepers.watches[index].canary_due = false;
                let sight = Sight::of(&self.stage.chain);
                let fact = Fact { kind: SignalKind::CanaryPassed, height: sight.height, code: sight.code, at: now };
                self.signal(index, &fact)?;
            }
        }
        Ok(())
    }

    /// Keepers who see code authorised on the host that no plan speaks of freeze risk at once.
    fn open_emergencies(&mut self) -> Result<(), SimulationError> {
        let incident = self.stage.incident;
        let Some(sight) = self.keepers.last.clone() else { return Ok(()) };
        for (index, plan) in incident.plans.iter().enumerate() {
            let unannounced = plan.notice.is_none() && self.keepers.watches[index].id.is_none();
            if !unannounced || sight.authorised != Some(blake2_256(&plan.code())) {
                continue;
            }
            self.keepers.watches[index].id = self.stage.open_emergency(index, sight.height)?;
            let longest = span(plan.max_freeze.value);
            self.say(format!(
                "keepers see an upgrade that nobody announced, {}, and freeze risk at once, for {longest} at most",
                name(plan)
            ))?;
        }
        Ok(())
    }

    fn signal(&mut self, index: usize, fact: &Fact) -> Result<(), SimulationError> {
        let incident = self.stage.incident;
        let (Some(settings), Some(plan)) = (&incident.keepers, self.keepers.watches[index].id) else { return Ok(()) };
        let call = IUpgradeRegistry::signalCall {
            plan,
            kind: fact.kind.number(),
            forkId: self.stage.plan(plan)?.subject.forkId,
            height: fact.height,
            codeHash: B256::from(fact.code),
            observedAt: fact.at,
        };
        // As many as must agree send it; the others see that it is on record.
        let mut refused = None;
        for keeper in 0..usize::from(settings.threshold.value) {
            let keeper = self.stage.keepers[keeper].clone();
            if let Err(failure) = self.stage.attempt(&keeper, self.stage.registry, &call) {
                refused = Some(words::registry_refusal(&failure));
            }
        }
        let (name, what) = (name(&incident.plans[index]), words::fact(fact.kind));
        self.say(match &refused {
            None => format!("keepers agree on {name}: {what}, seen at block {}", fact.height),
            Some(why) => format!("keepers say of {name}: {what}; the registry does not hear it: {why}"),
        })?;
        self.outcome.plans[index].told.push(Told { at: self.stage.chain.now(), what, refused });
        Ok(())
    }

    /// Asks the registry where the plans stand.
    pub(super) fn follow_plans(&mut self) -> Result<(), SimulationError> {
        let now = self.stage.chain.now();
        for index in 0..self.keepers.watches.len() {
            let Some(id) = self.keepers.watches[index].id else { continue };
            let state = self.stage.plan(id)?;
            let phase = Phase::try_from(state.phase).map_err(|_| SimulationError::Silent("plan"))?;
            let outcome = &mut self.outcome.plans[index];
            outcome.released_at = (state.releasedAt > 0).then_some(state.releasedAt);
            outcome.bound = state.schedule.freezeAt.saturating_add(state.schedule.maxFreeze);
            let last = outcome.phases.last_mut();
            let before = last.as_ref().map(|last| last.phase);
            if before == Some(phase) {
                continue;
            }
            if let Some(last) = last {
                last.until = Some(now);
            }
            outcome.phases.push(PhaseSpan { phase, from: now, until: None });
            let text = format!("{} is {}", outcome.name, phase_title(phase));
            if before.is_some() {
                self.say(text)?;
            }
            match (before, phase) {
                (Some(Phase::Announced), _) | (None, Phase::Frozen) => self.remember_positions(index)?,
                (_, Phase::Completed) => self.compare_positions(index)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether an upgrade that touches the market is under way, or went wrong.
    pub(super) fn in_upgrade(&self, market: usize) -> bool {
        let touching = self.outcome.plans.iter().filter(|plan| plan.markets.contains(&market));
        touching.filter_map(|plan| plan.phases.last()).any(|span| is_restraining(span.phase))
    }

    fn remember_positions(&mut self, index: usize) -> Result<(), SimulationError> {
        let mut before = Vec::new();
        for trader in 0..self.cast.traders.len() {
            let who = &self.cast.traders[trader];
            let touched = self.outcome.plans[index].markets.iter().any(|market| who.is_in(*market));
            if touched && who.conduct == Conduct::Holds && self.plans[trader] == Stand::In {
                let book = self.read(trader)?;
                if book.is_open() {
                    before.push((trader, book));
                }
            }
        }
        self.keepers.watches[index].before = before;
        Ok(())
    }

    fn compare_positions(&mut self, index: usize) -> Result<(), SimulationError> {
        let phases = &self.outcome.plans[index].phases;
        let from = phases.iter().find(|span| span.phase != Phase::Announced).map_or(0, |span| span.from);
        let before = std::mem::take(&mut self.keepers.watches[index].before);
        let (mut same, mut other) = (0, 0);
        for (trader, book) in before {
            let hit = self.outcome.liquidations.iter().any(|each| each.trader == trader && each.at >= from);
            if hit {
                continue;
            }
            if self.read(trader)? == book { same += 1 } else { other += 1 }
        }
        let outcome = &mut self.outcome.plans[index];
        (outcome.unmoved, outcome.moved) = (same, other);
        let name = outcome.name.clone();
        let lasted = span(self.stage.chain.now() - from);
        self.say(format!(
            "{name}: {same} accounts have the same position, cost and cash to the last unit as {lasted} before; {other} have not"
        ))
    }
}
