//! Plans: announcing, moving and ending them.

use ink::{
    H256,
    codegen::Env as _,
    env::hash::{HashOutput, Keccak256},
    prelude::{string::String, vec::Vec},
    scale::Encode,
};
use lockstep_core::{
    ids::{DomainId, MarketId, PlanId},
    registry::{Heights, Origin, Phase, Plan, Record, Span, Standing, Times, fork},
    units,
};
use lockstep_interfaces::{Disclosure, Impact, Schedule, Stored};

use crate::{
    Acknowledged, DependencyAdded, Error, HeightsSet, PlanAnnounced, PlanCancelled, PlanEnded, PlanMoved,
    PlanRescheduled, abi, upgrade_registry::UpgradeRegistry,
};

/// Most plans that touch one market at a time: a look-up never costs more than this many.
const MAX_PLANS_PER_MARKET: usize = 4;
/// Longest address of a disclosure; it must fit one storage item.
const MAX_URI_BYTES: usize = 256;
/// Longest reason that a venue gives.
const MAX_REASON_BYTES: usize = 128;

/// The chain's hash function.
pub fn keccak(bytes: &[u8]) -> [u8; 32] {
    let mut hash = <Keccak256 as HashOutput>::Type::default();
    ink::env::hash_bytes::<Keccak256>(bytes, &mut hash);
    hash
}

/// Names something that keepers agree on: the hash of what it is and of all that belongs to it.
pub fn ballot(what: &[u8], content: &impl Encode) -> H256 {
    let mut preimage = what.to_vec();
    content.encode_to(&mut preimage);
    H256(keccak(&preimage))
}

pub fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

impl UpgradeRegistry {
    pub(crate) fn is_foreign(&self, domain: u32) -> bool {
        self.host.get().is_some_and(|host| host != domain)
    }

    /// An announcement by the governor, or a keeper's voice for one; zero while there are not enough.
    pub(crate) fn announcement(
        &mut self,
        domain: u32,
        code_hash: H256,
        spec_version: u32,
        schedule: Schedule,
        impact: Impact,
        disclosure: Disclosure,
        markets: Vec<u32>,
    ) -> Result<u64, Error> {
        let origin = if self.env().caller() == self.governance { Origin::Governance } else { Origin::Keepers };
        if origin == Origin::Keepers {
            self.calling_keeper()?;
        }
        let uri_bytes = disclosure.uri.len();
        if uri_bytes == 0 || uri_bytes > MAX_URI_BYTES {
            return Err(Error::UriLength(length(uri_bytes)));
        }
        let Times { freeze_at, earliest, latest, stabilise, max_freeze } = abi::times_in(schedule);
        let plan = Plan {
            domain: DomainId(domain),
            fork: self.forks.get(domain).ok_or(Error::UnknownDomain(domain))?.0,
            foreign: self.is_foreign(domain),
            code_hash: code_hash.0,
            spec_version,
            origin,
            follows: None,
            announced_at: units::Timestamp(0),
            freeze_at,
            earliest,
            latest,
            stabilise,
            max_freeze,
            heights: None,
            impact: abi::impact_in(impact),
            severity: disclosure.severity,
            disclosure: disclosure.hash.0,
            markets: markets.into_iter().map(MarketId).collect(),
            dependencies: Vec::new(),
        };
        if origin == Origin::Governance {
            return self.announce_plan(plan, disclosure.uri);
        }
        let ballot = ballot(b"announce", &(&plan, &disclosure.uri));
        if let Some(plan) = self.resolved.get(ballot) {
            return Ok(plan);
        }
        let plan = plan.validated(self.now()).map_err(|error| Error::of_plan(0, error))?;
        if !self.backed(ballot, self.rules().threshold)? {
            return Ok(0);
        }
        let id = self.announce_plan(plan, disclosure.uri)?;
        self.resolved.insert(ballot, &id);
        Ok(id)
    }

    /// Stores a new plan and lists it for its markets.
    pub(crate) fn announce_plan(&mut self, plan: Plan, uri: String) -> Result<u64, Error> {
        let now = self.now();
        let id = self.next_plan;
        let plan = Plan { announced_at: now, ..plan }.validated(now).map_err(|error| Error::of_plan(id, error))?;
        self.next_plan = id.checked_add(1).ok_or(Error::Overflow)?;
        for market in &plan.markets {
            let mut listed = self.retained(market.0);
            if listed.len() >= MAX_PLANS_PER_MARKET {
                return Err(Error::MarketBusy(market.0, length(listed.len())));
            }
            listed.push(id);
            self.plans_of_market.insert(market.0, &listed);
        }
        if plan.is_keepers() {
            self.spend_budget(id, &plan)?;
        }
        self.env().emit_event_sol(PlanAnnounced {
            plan: id,
            domain: plan.domain.0,
            fork_id: H256(plan.fork.0),
            code_hash: H256(plan.code_hash),
            freeze_at: plan.freeze_at.0,
            latest: plan.latest.0,
            bound: plan.bound().0,
            origin: plan.origin.number(),
            follows: plan.follows.map_or(0, |plan| plan.0),
        });
        self.plans.insert(id, &Stored(plan));
        if !uri.is_empty() {
            self.uris.insert(id, &uri);
        }
        Ok(id)
    }

    /// Takes the freeze of a plan by keepers out of the budget of each of its markets.
    pub(crate) fn spend_budget(&mut self, id: u64, plan: &Plan) -> Result<(), Error> {
        let (now, span) = (self.now(), Span { plan: PlanId(id), from: plan.freeze_at, to: plan.bound() });
        for market in &plan.markets {
            let budget = self.budgets.get(market.0).unwrap_or_default().0;
            let budget = budget.taken(span, now).map_err(|error| Error::of_budget(market.0, error))?;
            self.budgets.insert(market.0, &Stored(budget));
        }
        Ok(())
    }

    pub(crate) fn moved(&self, plan: u64, from: Phase, to: Phase) {
        if from != to {
            self.env().emit_event_sol(PlanMoved { plan, from: from.number(), to: to.number() });
        }
    }

    /// Stores a plan whose times changed.
    pub(crate) fn replan(&mut self, id: u64, before: &Standing, plan: &Plan, record: &Record) {
        self.plans.insert(id, &Stored(plan.clone()));
        self.env().emit_event_sol(PlanRescheduled {
            plan: id,
            freeze_at: plan.freeze_at.0,
            earliest: plan.earliest.0,
            latest: plan.latest.0,
            bound: plan.bound().0,
        });
        self.moved(id, before.phase, self.standing(plan, record).phase);
    }

    pub(crate) fn move_plan(&mut self, id: u64, schedule: Schedule) -> Result<(), Error> {
        let (plan, record) = self.plan_and_record(id)?;
        let standing = self.standing(&plan, &record);
        let moved = plan
            .rescheduled(abi::times_in(schedule), standing.phase, self.now())
            .map_err(|error| Error::of_plan(id, error))?;
        self.replan(id, &standing, &moved, &record);
        Ok(())
    }

    pub(crate) fn give_heights(&mut self, id: u64, heights: Heights) -> Result<(), Error> {
        let (plan, record) = self.plan_and_record(id)?;
        let phase = self.standing(&plan, &record).phase;
        let plan = plan.with_heights(heights, phase).map_err(|error| Error::of_plan(id, error))?;
        self.plans.insert(id, &Stored(plan));
        let Heights { freeze, earliest, latest } = heights;
        self.env().emit_event_sol(HeightsSet { plan: id, freeze, earliest, latest });
        Ok(())
    }

    pub(crate) fn give_dependencies(&mut self, id: u64, named: Vec<u64>) -> Result<(), Error> {
        let (plan, record) = self.plan_and_record(id)?;
        if self.has_dependents.get(id).unwrap_or(false) {
            return Err(Error::HasDependents(id));
        }
        let mut with_theirs = Vec::new();
        for dependency in named {
            let (other, _) = self.plan_and_record(dependency)?;
            with_theirs.push((PlanId(dependency), other.dependencies));
        }
        let phase = self.standing(&plan, &record).phase;
        let plan =
            plan.with_dependencies(PlanId(id), &with_theirs, phase).map_err(|error| Error::of_plan(id, error))?;
        for dependency in &plan.dependencies {
            self.has_dependents.insert(dependency.0, &true);
            self.env().emit_event_sol(DependencyAdded { plan: id, dependency: dependency.0 });
        }
        self.plans.insert(id, &Stored(plan));
        Ok(())
    }

    pub(crate) fn call_off(&mut self, id: u64) -> Result<(), Error> {
        let (plan, record) = self.plan_and_record(id)?;
        let before = self.standing(&plan, &record).phase;
        if before != Phase::Announced {
            return Err(Error::PlanNotOpen(id, before.number()));
        }
        self.records.insert(id, &Stored(Record { cancelled_at: Some(self.now()), ..record }));
        self.env().emit_event_sol(PlanCancelled { plan: id });
        self.moved(id, before, Phase::Cancelled);
        Ok(())
    }

    pub(crate) fn close_plan(&mut self, id: u64) -> Result<(), Error> {
        let (plan, record) = self.plan_and_record(id)?;
        if self.closed.get(id).unwrap_or(false) {
            return Err(Error::PlanClosed(id));
        }
        let standing = self.standing(&plan, &record);
        let phase = standing.phase.number();
        let domain = plan.domain.0;
        let fork = self.forks.get(domain).ok_or(Error::UnknownDomain(domain))?.0;
        let next = fork::after(keccak, fork, PlanId(id), &record, &standing).ok_or(Error::PlanNotEnded(id, phase))?;
        self.closed.insert(id, &true);
        self.forks.insert(domain, &Stored(next));
        self.env().emit_event_sol(PlanEnded { plan: id, phase, fork_id: H256(next.0) });
        if plan.is_keepers() {
            for market in &plan.markets {
                let budget = self.budgets.get(market.0).unwrap_or_default().0;
                self.budgets.insert(market.0, &Stored(budget.given_back(PlanId(id), standing.released_at)));
            }
        }
        self.reward(self.env().caller())
    }

    pub(crate) fn take_acknowledgement(
        &mut self,
        plan: u64,
        market: u32,
        ready: bool,
        why: String,
    ) -> Result<(), Error> {
        let venue = self.env().caller();
        if self.venues.get(market) != Some(venue) {
            return Err(Error::NotVenue(venue, market));
        }
        let (terms, record) = self.plan_and_record(plan)?;
        if !terms.markets.contains(&MarketId(market)) {
            return Err(Error::UnknownPlan(plan));
        }
        let standing = self.standing(&terms, &record);
        if standing.ended_at.is_some() {
            return Err(Error::PlanNotOpen(plan, standing.phase.number()));
        }
        let bytes = why.len();
        if bytes > MAX_REASON_BYTES || (bytes == 0 && !ready) {
            return Err(Error::ReasonLength(length(bytes)));
        }
        let status = if ready { 1 } else { 2 };
        self.acknowledgements.insert((plan, market), &(status, self.now().0, why.clone()));
        self.env().emit_event_sol(Acknowledged { plan, market, venue, ready, why });
        Ok(())
    }
}
