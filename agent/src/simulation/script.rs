//! Plays the events of an incident: halts, roll-backs, and what an upgrade does to the host chain.

use lockstep_devchain::{Checkpoint, H256, MigrationEnd};
use sp_crypto_hashing::blake2_256;

use super::error::SimulationError;
use super::keepers::name;
use super::run::{Plan, Run};
use super::watch::Freshness;
use crate::clock::{span, stamp};
use crate::incident::{EventKind, Step};

/// The state to which a later roll-back returns.
pub(super) struct Kept {
    checkpoint: Checkpoint,
    plans: Vec<Plan>,
    queue: Vec<usize>,
    fresh: Freshness,
    bad_debt: u128,
    insurance_used: u128,
}

impl Run<'_> {
    /// Goes on by one block; false where the rehearsal is over.
    pub(super) fn step(&mut self) -> Result<bool, SimulationError> {
        let incident = self.stage.incident;
        let now = self.stage.chain.now();
        let next = now + self.block_seconds;
        let halt = incident.halts().into_iter().find(|(from, until)| now < *until && next > *from);
        let next = halt.map_or(next, |(_, until)| until);
        if next > incident.host.closes_at.value {
            return Ok(false);
        }
        self.keep_before(next);
        if let Some((from, until)) = halt {
            self.halted(from, until)?;
        }
        let due = self.due_by(next);
        for (at, kind) in &due {
            if let EventKind::Upgrade { step: Step::RolledBack { to: Some(to) }, .. } = kind {
                self.roll_back(*at, *to)?;
            }
        }
        let was_shut = self.stage.chain.open().only_inherents;
        self.stage.chain.produce_block_at(next)?;
        if was_shut && !self.stage.chain.open().only_inherents {
            self.say("the chain takes transactions again".to_owned())?;
            self.come_back(next);
        }
        for (at, kind) in due {
            self.play(at, kind)?;
        }
        self.block()?;
        Ok(true)
    }

    /// Whoever waits to leave does so as soon as transactions are taken again.
    fn come_back(&mut self, at: u64) {
        self.resumed = true;
        self.next_tending = at;
    }

    /// The chain stops making blocks.
    fn halted(&mut self, from: u64, until: u64) -> Result<(), SimulationError> {
        self.moment(from, "the chain halts".to_owned())?;
        let waiting = self.queue.len();
        self.moment(from, format!("{waiting} accounts below maintenance are waiting for a liquidator"))?;
        self.moment(until, format!("the chain makes blocks again after {}", span(until - from)))?;
        self.come_back(until);
        Ok(())
    }

    /// The events that are due by `next` and were not played yet.
    fn due_by(&mut self, next: u64) -> Vec<(u64, EventKind)> {
        let events = &self.stage.incident.events[self.next_event..];
        let due: Vec<_> = events
            .iter()
            .take_while(|event| event.at.value <= next)
            .map(|event| (event.at.value, event.kind))
            .collect();
        self.next_event += due.len();
        due
    }

    /// Keeps the state of the open block where a roll-back will return to it.
    fn keep_before(&mut self, next: u64) {
        let later = &self.stage.incident.events[self.next_event..];
        let to = later.iter().find_map(|event| match event.kind {
            EventKind::Upgrade { step: Step::RolledBack { to }, .. } => to,
            _ => None,
        });
        if self.kept.is_none() && to.is_some_and(|to| to < next) {
            self.kept = Some(Kept {
                checkpoint: self.stage.chain.checkpoint(),
                plans: self.plans.clone(),
                queue: self.queue.clone(),
                fresh: self.fresh.clone(),
                bad_debt: self.outcome.bad_debt,
                insurance_used: self.outcome.insurance_used,
            });
        }
    }

    /// The chain goes back; what people remember of it does not.
    fn roll_back(&mut self, at: u64, to: u64) -> Result<(), SimulationError> {
        let Some(kept) = self.kept.take() else { return Ok(()) };
        self.stage.chain.roll_back(&kept.checkpoint);
        let undone = self.outcome.liquidations.iter_mut().filter(|each| each.at > to);
        let count = undone.map(|each| each.undone = true).count();
        for (now, then) in self.plans.iter_mut().zip(kept.plans) {
            // What was begun after that moment is undone and not begun again.
            *now = if then == Plan::Waits && *now != Plan::Waits { Plan::Out } else { then };
        }
        (self.queue, self.fresh) = (kept.queue, kept.fresh);
        (self.outcome.bad_debt, self.outcome.insurance_used) = (kept.bad_debt, kept.insurance_used);
        for trader in 0..self.cast.traders.len() {
            self.touch(trader)?;
        }
        self.moment(
            at,
            format!("the chain is rolled back to its state at {}: {count} liquidations are undone", stamp(to)),
        )
    }

    fn play(&mut self, at: u64, kind: EventKind) -> Result<(), SimulationError> {
        match kind {
            EventKind::Halted | EventKind::Resumed | EventKind::Noted => Ok(()),
            EventKind::Silent => {
                self.silent = true;
                self.say("reporters and keepers fall silent".to_owned())
            }
            EventKind::Heard => {
                self.silent = false;
                self.say("reporters and keepers are back".to_owned())
            }
            EventKind::Slowed(seconds) => {
                self.block_seconds = seconds;
                self.stage.chain.set_block_time(seconds);
                self.say(format!("blocks are {seconds} s apart from here on"))
            }
            EventKind::Upgrade { plan, step } if self.stage.incident.plans[plan].is_host => self.on_host(plan, step),
            EventKind::Upgrade { plan, step } => {
                self.saw(plan, step, at);
                Ok(())
            }
        }
    }

    fn on_host(&mut self, index: usize, step: Step) -> Result<(), SimulationError> {
        let plan = &self.stage.incident.plans[index];
        let (name, code) = (name(plan), plan.code());
        let chain = &mut self.stage.chain;
        let failed = |what: &'static str| move |source| SimulationError::Dispatch { what, source };
        let text = match step {
            Step::Authorised => {
                chain.authorize_upgrade(H256(blake2_256(&code))).map_err(failed("authorize_upgrade"))?;
                "is authorised on the host"
            }
            Step::Activated => {
                chain.apply_upgrade(code, plan.spec_version.value).map_err(failed("apply_upgrade"))?;
                "is applied on the host; the next block runs it"
            }
            Step::MigrationStarted => {
                chain.start_migration(plan.name.as_bytes(), MigrationEnd::Open);
                "begins to migrate: the host takes no transactions"
            }
            Step::MigrationCompleted => {
                chain.finish_migration();
                "has migrated"
            }
            Step::MigrationFailed => {
                chain.fail_migration();
                "is stuck in its migration"
            }
            Step::MigrationCleared => {
                chain.force_clear_migration();
                "is freed of its migration by force"
            }
            Step::Aborted => {
                chain.revoke_upgrade();
                "is called off on the host"
            }
            Step::Verified | Step::Failed | Step::RolledBack { .. } => return Ok(()),
        };
        self.say(format!("{name} {text}"))
    }
}
