//! What a proposal stands in: the time, its quorum, and what plans make it wait for. The governor's front is made from this module too.

use ink::{U256, prelude::vec::Vec};
use lockstep_core::{
    governance::{Ban, Circumstances, Clock, EVERY_MARKET, Proposal, waited},
    units::Seconds,
};

use crate::{call::Unanswered, governor::Governor, outside};

impl Governor {
    #[inline(never)]
    pub(crate) fn circumstances(&self, proposal_id: U256, proposal: &Proposal, clock: &Clock) -> Circumstances {
        let quorum = self.quorum_of(proposal);
        let waited = match proposal.eta {
            Some(eta) if proposal.may_have_waited(clock.now()) => {
                // An expiry does not wait for a registry that does not answer.
                let bans = self.bans(&self.named_by(proposal_id)).unwrap_or_default();
                let bans = bans.into_iter().map(|(_, ban)| ban).collect();
                waited(bans, clock.wall_of(eta), proposal.window, clock.wall)
            }
            _ => Seconds(0),
        };
        Circumstances { now: clock.now(), quorum, waited }
    }

    /// The bans on loosening that plans put on `markets`. Plans touch single markets, never all.
    #[inline(never)]
    pub(crate) fn bans(&self, markets: &[u32]) -> Result<Vec<(u32, Ban)>, Unanswered> {
        let Some((_, registry, _)) = self.connected() else { return Ok(Vec::new()) };
        let single: Vec<u32> = markets.iter().copied().filter(|market| *market != EVERY_MARKET).collect();
        let plans = outside::market_plans(registry, &single)?;
        Ok(plans.iter().filter_map(|(market, plan)| Ban::of(plan).map(|ban| (*market, ban))).collect())
    }
}
