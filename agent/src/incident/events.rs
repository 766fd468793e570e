//! Reads the events of an incident file and refuses those that could not follow each other.

use super::parse::{SourceNames, read_basis};
use super::reader::{Flaw, TableReader};
use super::{Event, EventKind, Figure, Host, Plan, Step};

/// The words of `what`.
const WORDS: [(&str, Word); 16] = [
    ("halted", Word::Plain(EventKind::Halted)),
    ("resumed", Word::Plain(EventKind::Resumed)),
    ("noted", Word::Plain(EventKind::Noted)),
    ("silent", Word::Plain(EventKind::Silent)),
    ("heard", Word::Plain(EventKind::Heard)),
    ("slowed", Word::Slowed),
    ("authorised", Word::Upgrade(Step::Authorised)),
    ("activated", Word::Upgrade(Step::Activated)),
    ("migration started", Word::Upgrade(Step::MigrationStarted)),
    ("migration completed", Word::Upgrade(Step::MigrationCompleted)),
    ("migration failed", Word::Upgrade(Step::MigrationFailed)),
    ("migration cleared", Word::Upgrade(Step::MigrationCleared)),
    ("verified", Word::Upgrade(Step::Verified)),
    ("failed", Word::Upgrade(Step::Failed)),
    ("aborted", Word::Upgrade(Step::Aborted)),
    ("rolled back", Word::Upgrade(Step::RolledBack { to: None })),
];

#[derive(Clone, Copy)]
enum Word {
    Plain(EventKind),
    Slowed,
    Upgrade(Step),
}

pub(super) fn read_events(
    root: &mut TableReader<'_>,
    names: &SourceNames,
    host: &Host,
    plans: &[Plan],
) -> Result<Vec<Event>, Flaw> {
    let mut events: Vec<Event> = Vec::new();
    let mut course = Course::new(plans);
    for mut table in root.tables("event", "event")? {
        let at = Figure { value: table.moment("at")?, basis: read_basis(&mut table, names)? };
        let kind = read_kind(&mut table, plans)?;
        let event = Event {
            at,
            kind,
            detail: table.text("detail")?,
            approximate: table.flag("approximate")?,
            disputed: table.flag("disputed")?,
        };
        if events.last().is_some_and(|last| last.at.value > event.at.value) {
            return Err(table.flaw("at", "is before the event above"));
        }
        if kind != EventKind::Noted {
            let inside = host.opens_at.value < event.at.value && event.at.value < host.closes_at.value;
            if event.disputed {
                return Err(
                    table.flaw("disputed", "holds for events that are `noted` only: what is replayed must be decided")
                );
            }
            if !inside {
                return Err(table.flaw("at", "is outside of the rehearsal (`host`, `opens_at` to `closes_at`)"));
            }
            course.take(&table, &event, host)?;
        }
        if kind == EventKind::Resumed && events.last().is_some_and(|last| last.at.value == event.at.value) {
            return Err(table.flaw("at", "is the time of the event above: a halt has a length"));
        }
        events.push(event);
        table.finish()?;
    }
    course.unfinished.into_iter().flatten().next().map_or(Ok(events), Err)
}

fn read_kind(table: &mut TableReader<'_>, plans: &[Plan]) -> Result<EventKind, Flaw> {
    let words = WORDS.map(|(word, meaning)| (word, meaning));
    match table.word("what", &words)? {
        Word::Plain(kind) => Ok(kind),
        Word::Slowed => table.whole("block_seconds", 1..3_601).map(EventKind::Slowed),
        Word::Upgrade(step) => {
            let name = table.text("plan")?;
            let Some(plan) = plans.iter().position(|plan| plan.name == name) else {
                return Err(table.flaw("plan", format!("`{name}` is not a plan of this file")));
            };
            let step = match step {
                Step::RolledBack { .. } if plans[plan].is_host => Step::RolledBack { to: Some(table.moment("to")?) },
                step => step,
            };
            Ok(EventKind::Upgrade { plan, step })
        }
    }
}

/// How far an upgrade has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Announced,
    Authorised,
    Activated,
    Migrating,
    Stuck,
    Over,
}

/// What the events so far make of the networks.
struct Course<'p> {
    plans: &'p [Plan],
    stands: Vec<Stand>,
    activated_at: Vec<u64>,
    /// What must be ended by a later event, and what is wrong if it is not: a halt, a migration, a silence.
    unfinished: [Option<Flaw>; 3],
}

const HALT: usize = 0;
const MIGRATION: usize = 1;
const SILENCE: usize = 2;

impl<'p> Course<'p> {
    fn new(plans: &'p [Plan]) -> Self {
        Self {
            plans,
            stands: vec![Stand::Announced; plans.len()],
            activated_at: vec![0; plans.len()],
            unfinished: [None, None, None],
        }
    }

    /// When the plan is announced; zero where it comes without notice.
    fn announced_at(&self, plan: usize) -> u64 {
        self.plans[plan].notice.as_ref().map_or(0, |notice| notice.announced_at.value)
    }

    fn take(&mut self, table: &TableReader<'_>, event: &Event, host: &Host) -> Result<(), Flaw> {
        let at = event.at.value;
        let is = |what: &str| table.flaw("what", what);
        let halted = self.unfinished[HALT].is_some();
        match event.kind {
            EventKind::Noted | EventKind::Slowed(_) => Ok(()),
            EventKind::Halted if halted => Err(is("is `halted`, but the chain is halted already")),
            EventKind::Halted => {
                self.unfinished[HALT] = Some(is("is `halted`, and no later event is `resumed`"));
                Ok(())
            }
            EventKind::Resumed if !halted => Err(is("is `resumed`, but the chain is not halted")),
            EventKind::Resumed => {
                self.unfinished[HALT] = None;
                Ok(())
            }
            EventKind::Silent if self.unfinished[SILENCE].is_some() => {
                Err(is("is `silent`, but reporters and keepers are silent already"))
            }
            EventKind::Silent => {
                self.unfinished[SILENCE] = Some(is("is `silent`, and no later event is `heard`"));
                Ok(())
            }
            EventKind::Heard if self.unfinished[SILENCE].is_none() => {
                Err(is("is `heard`, but reporters and keepers are not silent"))
            }
            EventKind::Heard => {
                self.unfinished[SILENCE] = None;
                Ok(())
            }
            EventKind::Upgrade { plan, step } => {
                if self.announced_at(plan).max(host.opens_at.value) >= at {
                    return Err(table.flaw("at", "is before the plan is announced"));
                }
                if halted && self.plans[plan].is_host && !matches!(step, Step::RolledBack { .. }) {
                    return Err(table.flaw("at", "is while the chain is halted"));
                }
                if self.plans[plan].is_host {
                    self.on_host(table, plan, step, at, host)
                } else {
                    self.elsewhere(table, plan, step)
                }
            }
        }
    }

    fn on_host(&mut self, table: &TableReader<'_>, plan: usize, step: Step, at: u64, host: &Host) -> Result<(), Flaw> {
        let is = |why: &str| table.flaw("what", format!("is `{}`, but {why}", step.title()));
        let busy = self.stands.iter().any(|stand| !matches!(stand, Stand::Announced | Stand::Over));
        let next = match (step, self.stands[plan]) {
            (Step::Authorised, Stand::Announced) if !busy => Stand::Authorised,
            (Step::Authorised, _) => return Err(is("an upgrade of the host is under way")),
            (Step::Activated, Stand::Authorised) => {
                self.activated_at[plan] = at;
                Stand::Activated
            }
            (Step::Activated, _) => return Err(is("the plan is not authorised")),
            (Step::MigrationStarted, Stand::Activated) if self.activated_at[plan] == at => {
                self.unfinished[MIGRATION] = Some(is("no later event says that it is completed or cleared"));
                Stand::Migrating
            }
            (Step::MigrationStarted, _) => {
                return Err(is("the plan is not activated at that time, with which migrations start"));
            }
            (Step::MigrationCompleted, Stand::Migrating)
            | (Step::MigrationCleared, Stand::Migrating | Stand::Stuck) => {
                self.unfinished[MIGRATION] = None;
                Stand::Over
            }
            (Step::MigrationFailed, Stand::Migrating) => Stand::Stuck,
            (Step::MigrationCompleted | Step::MigrationFailed | Step::MigrationCleared, _) => {
                return Err(is("no migration of the plan goes on"));
            }
            (Step::Aborted, Stand::Authorised) => Stand::Over,
            (Step::Aborted, _) => return Err(is("the plan is not authorised, or activated already")),
            (Step::RolledBack { to }, Stand::Activated | Stand::Migrating | Stand::Stuck | Stand::Over) => {
                let to = to.unwrap_or(at);
                if to >= at {
                    return Err(table.flaw("to", "is not before the roll-back"));
                }
                if to < host.opens_at.value || to <= self.announced_at(plan) {
                    return Err(table.flaw("to", "is before the rehearsal or the plan's announcement"));
                }
                if to >= self.activated_at[plan] {
                    return Err(table.flaw("to", "is not before the activation that is rolled back"));
                }
                self.unfinished[MIGRATION] = None;
                Stand::Over
            }
            (Step::RolledBack { .. }, _) => return Err(is("the plan is not activated")),
            (Step::Verified | Step::Failed, _) => {
                return Err(is("the keepers find that out by themselves on the host"));
            }
        };
        self.stands[plan] = next;
        Ok(())
    }

    fn elsewhere(&mut self, table: &TableReader<'_>, plan: usize, step: Step) -> Result<(), Flaw> {
        let is = |why: &str| table.flaw("what", format!("is `{}`, but {why}", step.title()));
        let stand = self.stands[plan];
        let next = match step {
            Step::Authorised | Step::MigrationStarted | Step::MigrationFailed | Step::MigrationCleared => {
                return Err(is("the plan is elsewhere: say what the keepers saw of it, or that it is `noted`"));
            }
            Step::Activated if stand == Stand::Announced => Stand::Activated,
            Step::Aborted if stand == Stand::Announced => Stand::Over,
            Step::Activated | Step::Aborted => return Err(is("the plan is activated or called off already")),
            Step::MigrationCompleted | Step::Verified | Step::Failed | Step::RolledBack { .. }
                if stand == Stand::Activated =>
            {
                Stand::Activated
            }
            Step::MigrationCompleted | Step::Verified | Step::Failed | Step::RolledBack { .. } => {
                return Err(is("the plan is not activated"));
            }
        };
        self.stands[plan] = next;
        Ok(())
    }
}
