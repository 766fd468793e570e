//! Plans without notice: opened by keepers, extended by more of them, prolonged by governance.

use ink::{
    H256,
    prelude::{string::String, vec::Vec},
};
use lockstep_core::{
    ids::{DomainId, MarketId, PlanId},
    registry::{
        EMERGENCY_FREEZE, EMERGENCY_INTERVAL, EMERGENCY_STABILISE, Impact, KEEPER_FREEZE, MAX_FREEZE, MAX_SEVERITY,
        Origin, Plan, Record, Standing, two_thirds_up,
    },
    units::{Seconds, Timestamp},
};

use crate::{Error, plans::ballot, upgrade_registry::UpgradeRegistry};

/// How long the first voice for an emergency waits for the others.
const BALLOT_LIFE: Seconds = Seconds::hours(1);

impl UpgradeRegistry {
    /// A keeper's voice for an emergency plan; its id once there are enough, zero before.
    pub(crate) fn emergency(
        &mut self,
        domain: u32,
        follows: u64,
        code_hash: H256,
        height: u64,
        disclosure: H256,
        length: u64,
        markets: Vec<u32>,
    ) -> Result<u64, Error> {
        self.calling_keeper()?;
        let fork = self.forks.get(domain).ok_or(Error::UnknownDomain(domain))?.0;
        if height == 0 {
            return Err(Error::IncompleteSignal);
        }
        let ballot = ballot(b"emergency", &(domain, follows, code_hash, height, disclosure, length, &markets));
        if let Some(plan) = self.resolved.get(ballot) {
            return Ok(plan);
        }
        if follows != 0 {
            self.ensure_ended_on(follows, domain)?;
        }
        let now = self.now();
        if let Some(last) = self.last_emergency.get(domain) {
            let next = Timestamp(last).after(EMERGENCY_INTERVAL);
            if now < next {
                return Err(Error::EmergencyTooSoon(domain, next.0));
            }
        }
        let plan = Plan {
            domain: DomainId(domain),
            fork,
            foreign: self.is_foreign(domain),
            code_hash: code_hash.0,
            spec_version: 0,
            origin: Origin::Emergency,
            follows: (follows != 0).then_some(PlanId(follows)),
            announced_at: now,
            freeze_at: now,
            earliest: now,
            latest: now,
            stabilise: EMERGENCY_STABILISE,
            max_freeze: Seconds(length),
            heights: None,
            impact: Impact::default(),
            severity: MAX_SEVERITY,
            disclosure: disclosure.0,
            markets: markets.into_iter().map(MarketId).collect(),
            dependencies: Vec::new(),
        };
        let plan = plan.validated(now).map_err(|error| Error::of_plan(0, error))?.lasting(Seconds(length));
        let stale = self.opened_at.get(ballot).is_none_or(|first| now > Timestamp(first).after(BALLOT_LIFE));
        if stale {
            self.voices.insert(ballot, &Vec::<u32>::new());
            self.opened_at.insert(ballot, &now.0);
        }
        if !self.backed(ballot, self.rules().threshold)? {
            return Ok(0);
        }
        let id = self.announce_plan(plan, String::new())?;
        self.resolved.insert(ballot, &id);
        self.last_emergency.insert(domain, &now.0);
        Ok(id)
    }

    fn ensure_ended_on(&self, id: u64, domain: u32) -> Result<(), Error> {
        let (plan, record) = self.plan_and_record(id)?;
        if plan.domain.0 != domain {
            return Err(Error::UnknownPlan(id));
        }
        let standing = self.standing(&plan, &record);
        match standing.ended_at {
            Some(_) => Ok(()),
            None => Err(Error::PlanNotEnded(id, standing.phase.number())),
        }
    }

    /// An emergency plan whose freeze is in force.
    fn frozen_emergency(&self, id: u64) -> Result<(Plan, Record, Standing), Error> {
        let (plan, record) = self.plan_and_record(id)?;
        if plan.origin != Origin::Emergency {
            return Err(Error::NotExtendable(id));
        }
        let standing = self.standing(&plan, &record);
        if !standing.is_frozen() {
            return Err(Error::PlanNotOpen(id, standing.phase.number()));
        }
        Ok((plan, record, standing))
    }

    /// A keeper's voice for extending an emergency to what keepers may freeze its markets at all.
    pub(crate) fn extension(&mut self, id: u64) -> Result<(), Error> {
        let (plan, record, standing) = self.frozen_emergency(id)?;
        if plan.max_freeze > EMERGENCY_FREEZE {
            return Err(Error::NotExtendable(id));
        }
        if !self.backed(ballot(b"extend", &id), two_thirds_up(self.rules().count))? {
            return Ok(());
        }
        let now = self.now();
        let left = |market: &MarketId| self.budgets.get(market.0).unwrap_or_default().0.left(PlanId(id), now);
        let length = plan.markets.iter().map(left).min().unwrap_or_default().min(KEEPER_FREEZE);
        if length <= EMERGENCY_FREEZE {
            return Err(Error::FreezeTooLong(KEEPER_FREEZE.0, length.0));
        }
        let longer = plan.lasting(length);
        self.spend_budget(id, &longer)?;
        self.replan(id, &standing, &longer, &record);
        Ok(())
    }

    /// Governance lets an emergency freeze for longer than keepers may.
    pub(crate) fn prolongation(&mut self, id: u64, max_freeze: u64) -> Result<(), Error> {
        let (plan, record, standing) = self.frozen_emergency(id)?;
        let length = Seconds(max_freeze);
        if length <= plan.max_freeze || length > MAX_FREEZE {
            return Err(Error::FreezeTooLong(max_freeze, MAX_FREEZE.0));
        }
        let longer = plan.lasting(length);
        self.replan(id, &standing, &longer, &record);
        Ok(())
    }
}
