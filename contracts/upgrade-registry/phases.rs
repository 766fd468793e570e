//! What markets see of the plans that touch them. The registry's front is made from this module too.

use ink::{codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    ids::PlanId,
    registry::{FreezeBudget, Origin, Phase, Plan, Record, Span, Standing, Steadiness, severity, standing},
    units::Timestamp,
};
use lockstep_interfaces::{MAX_ASKED_MARKETS, MarketPhase, PlanTerms};

use crate::upgrade_registry::UpgradeRegistry;

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
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.env().block_timestamp())
    }

    /// A plan with its record; none where it is unknown.
    #[inline(never)]
    pub(crate) fn find(&self, plan: u64) -> Option<(Plan, Record)> {
        let terms = self.plans.get(plan)?.0;
        Some((terms, self.records.get(plan).unwrap_or_default().0))
    }

    /// Where a plan stands now, with what it waits for.
    pub(crate) fn standing(&self, plan: &Plan, record: &Record) -> Standing {
        let now = self.now();
        let of = |id: &PlanId| {
            let (terms, record) = self.find(id.0)?;
            Some(Steadiness::of(*id, &terms, &record, now))
        };
        let dependencies: Vec<Steadiness> = plan.dependencies.iter().filter_map(of).collect();
        standing(plan, record, &dependencies, now)
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
        let (plan, record) = self.find(id)?;
        let standing = self.standing(&plan, &record);
        touches(&standing).then(|| terms_out(id, &plan, &standing))
    }

    fn look(&self, plan: u64) -> Look {
        let nothing = Look { plan, ..Look::default() };
        let Some((terms, record)) = self.find(plan) else { return nothing };
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

    pub(crate) fn budget(&self, market: u32) -> FreezeBudget {
        self.budgets.get(market).unwrap_or_default().0
    }
}

/// Whether a plan touches its markets: one that was called off before its freeze does not.
pub fn touches(standing: &Standing) -> bool {
    standing.phase != Phase::Cancelled || standing.released_at.is_some()
}

fn terms_out(id: u64, plan: &Plan, standing: &Standing) -> PlanTerms {
    (
        0,
        id,
        standing.phase.number(),
        plan.announced_at.0,
        plan.freeze_at.0,
        plan.bound().0,
        standing.released_at.unwrap_or_default().0,
        standing.completed_at.unwrap_or_default().0,
        plan.impact.finality.after,
        plan.impact.fee_ratio.after,
        plan.origin == Origin::Emergency,
    )
}
