//! Looking plans up: by number, and by the markets that they touch.

use ink::{H256, prelude::vec::Vec};
use lockstep_core::{
    ids::{MarketId, PlanId},
    registry::{FreezeBudget, Phase, Plan, Record, Span, Standing, Steadiness, severity, standing},
    units::Timestamp,
};
use lockstep_interfaces::{FreezeTerms, MAX_ASKED_MARKETS, MarketPhase, PlanTerms};

use crate::{Error, abi, plans::length, upgrade_registry::UpgradeRegistry};

/// A plan as the markets that it touches see it; all zero where it touches none.
#[derive(Clone, Copy, Default)]
struct Look {
    plan: u64,
    /// Of two equally severe plans the one released last restrains more.
    rank: (u8, Option<Timestamp>),
    phase: MarketPhase,
    by_keepers: bool,
}

impl UpgradeRegistry {
    pub(crate) fn plan_and_record(&self, plan: u64) -> Result<(Plan, Record), Error> {
        let terms = self.plans.get(plan).ok_or(Error::UnknownPlan(plan))?.0;
        Ok((terms, self.records.get(plan).unwrap_or_default().0))
    }

    /// Where a plan stands now, with what it waits for.
    pub(crate) fn standing(&self, plan: &Plan, record: &Record) -> Standing {
        let now = self.now();
        let of = |id: &PlanId| {
            let (terms, record) = self.plan_and_record(id.0).ok()?;
            Some(Steadiness::of(*id, &terms, &record, now))
        };
        let dependencies: Vec<Steadiness> = plan.dependencies.iter().filter_map(of).collect();
        standing(plan, record, &dependencies, now)
    }

    /// The plans of a market that its look-up still needs.
    pub(crate) fn retained(&self, market: u32) -> Vec<u64> {
        let now = self.now();
        let mut listed = self.plans_of_market.get(market).unwrap_or_default();
        listed.retain(|id| {
            self.plan_and_record(*id).is_ok_and(|(plan, record)| self.standing(&plan, &record).is_retained(now))
        });
        listed
    }

    pub(crate) fn prune_market(&mut self, market: u32) {
        let retained = self.retained(market);
        self.plans_of_market.insert(market, &retained);
    }

    /// What touches each market. A plan that touches several is looked up once.
    pub(crate) fn touching(&self, markets: Vec<u32>) -> Vec<PlanTerms> {
        let mut looked: Vec<(u64, Option<PlanTerms>)> = Vec::new();
        let mut all = Vec::new();
        for market in markets.into_iter().take(MAX_ASKED_MARKETS) {
            for id in self.plans_of_market.get(market).unwrap_or_default() {
                let known = looked.iter().find(|(known, _)| *known == id).map(|(_, terms)| *terms);
                let terms = known.unwrap_or_else(|| self.terms_of(id));
                if known.is_none() {
                    looked.push((id, terms));
                }
                if let Some(mut terms) = terms {
                    terms.0 = market;
                    all.push(terms);
                }
            }
        }
        all
    }

    fn terms_of(&self, id: u64) -> Option<PlanTerms> {
        let (plan, record) = self.plan_and_record(id).ok()?;
        let standing = self.standing(&plan, &record);
        touches(&standing).then(|| abi::terms_out(id, &plan, &standing))
    }

    fn look(&self, plan: u64) -> Look {
        let nothing = Look { plan, ..Look::default() };
        let Ok((terms, record)) = self.plan_and_record(plan) else { return nothing };
        let standing = self.standing(&terms, &record);
        if !touches(&standing) {
            return nothing;
        }
        let number = u64::from(standing.phase.number()).saturating_add(1);
        let released = standing.released_at.unwrap_or_default().0;
        Look {
            plan,
            rank: (severity(standing.phase), standing.released_at),
            phase: [number, terms.freeze_at.0, terms.bound().0, released, 0],
            by_keepers: terms.is_keepers(),
        }
    }

    /// The most severe plan of each market. A plan that touches several is looked up once.
    pub(crate) fn phases(&self, markets: Vec<u32>) -> Vec<MarketPhase> {
        let mut looks: Vec<Look> = Vec::new();
        let mut phases = Vec::new();
        for market in markets.into_iter().take(MAX_ASKED_MARKETS) {
            let mut worst = Look::default();
            for id in self.plans_of_market.get(market).unwrap_or_default() {
                let known = looks.iter().find(|look| look.plan == id).copied();
                let look = known.unwrap_or_else(|| self.look(id));
                if known.is_none() {
                    looks.push(look);
                }
                if look.rank >= worst.rank {
                    worst = look;
                }
            }
            let [number, freeze_at, bound, released_at, _] = worst.phase;
            let span = Span { plan: PlanId(worst.plan), from: Timestamp(freeze_at), to: Timestamp(bound) };
            let booked = if worst.by_keepers { self.budget(market).booked_in_full(span, self.now()).0 } else { 0 };
            phases.push([number, freeze_at, bound, released_at, booked]);
        }
        phases
    }

    /// What plans by keepers take of a market's budget.
    pub(crate) fn booked(&self, market: u32) -> u64 {
        self.budget(market).booked(None, self.now()).0
    }

    fn budget(&self, market: u32) -> FreezeBudget {
        self.budgets.get(market).unwrap_or_default().0
    }

    pub(crate) fn freeze_of(&self, plan: u64, market: MarketId) -> FreezeTerms {
        match self.plan_and_record(plan) {
            Ok((terms, record)) if terms.markets.contains(&market) && touches(&self.standing(&terms, &record)) => {
                (terms.freeze_at.0, terms.domain.0, H256(terms.fork.0))
            }
            _ => (0, 0, H256::zero()),
        }
    }

    /// Everything that stands of a plan besides its terms and record.
    pub(crate) fn beside(&self, id: u64, plan: &Plan) -> abi::Beside {
        let said = |status: u8| {
            let of = |market: &&MarketId| {
                self.acknowledgements.get((id, market.0)).is_some_and(|(said, _, _)| said == status)
            };
            length(plan.markets.iter().filter(of).count())
        };
        abi::Beside {
            uri: self.uris.get(id).unwrap_or_default(),
            closed: self.closed.get(id).unwrap_or(false),
            ready: said(1),
            not_ready: said(2),
        }
    }
}

/// Whether a plan touches its markets: one that was called off before its freeze does not.
fn touches(standing: &Standing) -> bool {
    standing.phase != Phase::Cancelled || standing.released_at.is_some()
}
