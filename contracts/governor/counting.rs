//! Votes. The governor's front is made from this module too.

use ink::{
    Address, U256,
    codegen::Env as _,
    prelude::{string::String, vec::Vec},
    sol::DynBytes,
};
use lockstep_core::{
    governance::{Ballot, Clock, Proposal, Support},
    ids::Account,
    units::Timestamp,
};
use lockstep_interfaces::Stored;

use crate::{
    Error, ProposalExtended, VoteCast, VoteCastWithParams, VotesReckoned, call::Unanswered, governor::Governor, outside,
};

impl Governor {
    /// Counts the vote of `voter`. What it locked itself counts as disinterested where the vault says so; what others
    /// handed to it does not until it is reckoned, owner by owner.
    #[inline(never)]
    pub(crate) fn count_vote(
        &mut self,
        voter: Address,
        proposal_id: U256,
        support: u8,
        reason: String,
        params: DynBytes,
    ) -> Result<U256, Error> {
        let mut proposal = self.proposal(proposal_id)?;
        let clock = self.clock_for_vote(&proposal)?;
        let choice = Support::try_from(support).map_err(|_| Error::GovernorInvalidVoteType)?;
        if self.votes.get((proposal_id, voter)).is_some() {
            return Err(Error::GovernorAlreadyCastVote(voter));
        }
        // An active proposal's snapshot is past, so these votes stand.
        let who = Account(voter.0);
        let (own, weight) = self.own_and_all(who, proposal.snapshot);
        let cleared = proposal.divided
            && own > 0
            && self.exposed(voter, &self.named_by(proposal_id), proposal.snapshot_wall) == Ok(false);
        let ballot = Ballot { support: choice, weight, disinterested: if cleared { own } else { 0 } };
        let at = self.circumstances(proposal_id, &proposal, &clock);
        let extended =
            proposal.vote(&ballot, self.settings_now().late_extension, &at).map_err(Error::of(proposal_id, voter))?;
        if weight == 0 {
            return Err(Error::NoVotes(voter, proposal.snapshot.0));
        }
        self.proposals.insert(proposal_id, &Stored(proposal));
        self.votes.insert((proposal_id, voter), &support);
        if params.0.is_empty() {
            self.env().emit_event_sol(VoteCast { voter, proposal_id, support, weight: weight.into(), reason });
        } else {
            let weight = weight.into();
            self.env().emit_event_sol(VoteCastWithParams { voter, proposal_id, support, weight, reason, params });
        }
        if cleared {
            self.note_finding(proposal_id, voter, voter, own, true);
        }
        self.note_extension(proposal_id, extended);
        Ok(weight.into())
    }

    /// The clock for a vote. Where a vote counts alike at whatever moment downtime that was not heard of yet makes of
    /// this one, the guard is not asked.
    #[inline(never)]
    fn clock_for_vote(&mut self, proposal: &Proposal) -> Result<Clock, Error> {
        let known = self.basics.clock.0;
        let latest = known.read(Timestamp(self.env().block_timestamp()), None);
        if proposal.counts_alike(known.now(), latest.now(), self.settings_now().late_extension) {
            return Ok(latest);
        }
        let clock = self.tick()?;
        self.change_basics(|basics| basics.clock = Stored(clock));
        Ok(clock)
    }

    /// Whether `account` was exposed to one of `markets` since then, as the vault tells it. Without a vault nobody is.
    #[inline(never)]
    pub(crate) fn exposed(&self, account: Address, markets: &[u32], since: Timestamp) -> Result<bool, Unanswered> {
        let Some((_, _, vault)) = self.connected() else { return Ok(false) };
        for market in markets {
            if outside::last_exposed(vault, account, *market)? >= since {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[inline(never)]
    pub(crate) fn named_by(&self, proposal_id: U256) -> Vec<u32> {
        self.named.get(proposal_id).unwrap_or_default()
    }

    #[inline(never)]
    pub(crate) fn proposal(&self, proposal_id: U256) -> Result<Proposal, Error> {
        let stored = self.proposals.get(proposal_id);
        stored.map(|stored| stored.0).ok_or(Error::GovernorNonexistentProposal(proposal_id))
    }

    #[inline(never)]
    pub(crate) fn note_finding(
        &mut self,
        proposal_id: U256,
        owner: Address,
        voter: Address,
        weight: u128,
        disinterested: bool,
    ) {
        self.cleared.insert((proposal_id, owner), &disinterested);
        let weight = weight.into();
        self.env().emit_event_sol(VotesReckoned { proposal_id, owner, voter, weight, disinterested });
    }

    pub(crate) fn note_extension(&self, proposal_id: U256, extended: Option<Timestamp>) {
        if let Some(deadline) = extended {
            self.env().emit_event_sol(ProposalExtended { proposal_id, extended_deadline: deadline.0 });
        }
    }
}
