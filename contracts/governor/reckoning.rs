//! Which parts of a vote are disinterested, owner by owner.

use ink::{Address, U256};
use lockstep_core::{
    governance::{Finding, Support, Trace},
    ids::Account,
};
use lockstep_interfaces::Stored;

use crate::{Error, governor::Governor};

/// Most owners whose part of a vote is reckoned in one call.
pub(crate) const MAX_OWNERS: usize = 16;

impl Governor {
    /// Counts the parts of a vote that belong to `owners` by their exposure.
    #[inline(never)]
    pub(crate) fn count_owners(&mut self, proposal_id: U256, voter: Address, owners: &[Address]) -> Result<(), Error> {
        let clock = self.tick()?;
        let mut proposal = self.proposal(proposal_id)?;
        let vote = self.votes.get((proposal_id, voter)).ok_or(Error::NotVoted(voter))?;
        let support = Support::try_from(vote).map_err(|_| Error::GovernorInvalidVoteType)?;
        if owners.is_empty() || owners.len() > MAX_OWNERS {
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            return Err(Error::OwnerCount(count(owners.len()), count(MAX_OWNERS)));
        }
        let (markets, extension) = (self.named_by(proposal_id), self.settings_now().late_extension);
        let at = self.circumstances(proposal_id, &proposal, &clock);
        for owner in owners {
            let share = Trace::Share { delegate: Account(voter.0), owner: Account(owner.0) };
            let amount = self.value(share, proposal.snapshot);
            if amount == 0 {
                return Err(Error::NoShare(*owner));
            }
            let cleared = self.cleared.get((proposal_id, *owner)).unwrap_or_default();
            let exposed = self.exposed(*owner, &markets, proposal.snapshot_wall).map_err(|_| Error::VaultFailed)?;
            let finding = Finding::of(cleared, exposed);
            let extended =
                proposal.reckon(support, amount, finding, extension, &at).map_err(Error::of(proposal_id, voter))?;
            if finding != Finding::Unchanged {
                self.note_finding(proposal_id, *owner, voter, amount, !exposed);
            }
            self.note_extension(proposal_id, extended);
        }
        self.proposals.insert(proposal_id, &Stored(proposal));
        Ok(())
    }
}
