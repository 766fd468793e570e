//! Looking plans up, for the whole contract.

use ink::{H256, prelude::vec::Vec};
use lockstep_core::{
    ids::MarketId,
    registry::{Plan, Record},
};
use lockstep_interfaces::FreezeTerms;

use crate::{Error, abi, phases::touches, plans::length, upgrade_registry::UpgradeRegistry};

impl UpgradeRegistry {
    #[inline(never)]
    pub(crate) fn plan_and_record(&self, plan: u64) -> Result<(Plan, Record), Error> {
        self.find(plan).ok_or(Error::UnknownPlan(plan))
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

    /// What plans by keepers take of a market's budget.
    pub(crate) fn booked(&self, market: u32) -> u64 {
        self.budget(market).booked(None, self.now()).0
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
