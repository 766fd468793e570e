//! Queueing a proposal. The governor's front is made from this module too.

use ink::{
    H256, U256,
    codegen::Env as _,
    env::hash::{HashOutput, Keccak256},
};
use lockstep_interfaces::Stored;

use crate::{Error, ProposalQueued, governor::Governor};

impl Governor {
    #[inline(never)]
    pub(crate) fn enqueue(&mut self, proposal_id: U256) -> Result<U256, Error> {
        let clock = self.tick()?;
        let mut proposal = self.proposal(proposal_id)?;
        let at = self.circumstances(proposal_id, &proposal, &clock);
        let eta =
            proposal.queue(self.settings_now().timelock, &at).map_err(Error::of(proposal_id, self.env().caller()))?;
        self.proposals.insert(proposal_id, &Stored(proposal));
        self.env().emit_event_sol(ProposalQueued { proposal_id, eta_seconds: eta.0.into() });
        Ok(proposal_id)
    }
}

/// The chain's hash function.
pub(crate) fn keccak(bytes: &[u8]) -> H256 {
    let mut hash = <Keccak256 as HashOutput>::Type::default();
    ink::env::hash_bytes::<Keccak256>(bytes, &mut hash);
    H256(hash)
}
