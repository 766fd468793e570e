//! Votes, quorums and proposals as the governor keeps them.

use ink::{
    Address, H256, U256,
    codegen::Env as _,
    env::hash::{HashOutput, Keccak256},
    prelude::{string::String, vec::Vec},
    sol::DynBytes,
};
use lockstep_core::{
    governance::{
        Bounds, Checkpoint, Proposal, Shift, State, Support, Trace, check_actions, quorum_up, slot, value_at,
        value_before,
    },
    ids::Account,
    units::{self, Bps},
};
use lockstep_interfaces::Stored;

use crate::{DelegateVotesChanged, Error, ProposalExtended, VoteCast, governor::Governor};

/// The precompile that executes XCM as the calling contract: it could move the voters' tokens.
const XCM_PRECOMPILE: Account = Account([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0a, 0, 0]);

/// What a proposal may call here: `setSettings(uint64,uint64,uint64,uint64,uint64,uint64,uint128)`,
/// `setQuorum(uint32)` and `endGuardian()`.
const SETTERS: [[u8; 4]; 3] = [[0xe0, 0x50, 0x22, 0xfe], [0xe3, 0x29, 0xfe, 0xd7], [0x97, 0x0b, 0x6b, 0x36]];

impl Governor {
    pub(crate) fn count_vote(&mut self, proposal_id: U256, support: u8, reason: String) -> Result<U256, Error> {
        let (voter, now) = (self.env().caller(), self.now());
        let mut proposal = self.proposal(proposal_id)?;
        let choice = Support::try_from(support).map_err(|_| Error::GovernorInvalidVoteType)?;
        if self.has_voted(proposal_id, voter) {
            return Err(Error::GovernorAlreadyCastVote(voter));
        }
        // An active proposal's snapshot is past, so these votes stand.
        let weight = self.value(Trace::votes(Account(voter.0)), proposal.snapshot);
        let quorum = self.quorum_of(&proposal);
        let extended = proposal
            .vote(choice, weight, self.settings_now().late_extension, quorum, now)
            .map_err(Error::of(proposal_id, voter))?;
        if weight == 0 {
            return Err(Error::NoVotes(voter, proposal.snapshot.0));
        }
        self.proposals.insert(proposal_id, &Stored(proposal));
        self.votes.insert((proposal_id, voter), &support);
        self.env().emit_event_sol(VoteCast { voter, proposal_id, support, weight: weight.into(), reason });
        if let Some(deadline) = extended {
            self.env().emit_event_sol(ProposalExtended { proposal_id, extended_deadline: deadline.0 });
        }
        Ok(weight.into())
    }

    pub(crate) fn check_batch(
        &self,
        targets: &[Address],
        values: &[U256],
        calldatas: &[DynBytes],
    ) -> Result<(), Error> {
        let targets: Vec<Account> = targets.iter().map(|target| Account(target.0)).collect();
        let values_are_zero: Vec<bool> = values.iter().map(U256::is_zero).collect();
        let forbidden = [Account(self.token.0), XCM_PRECOMPILE];
        let governor = Account(self.env().address().0);
        let bounds = Bounds { governor, setters: &SETTERS, forbidden: &forbidden };
        Ok(check_actions(&targets, &values_are_zero, calldatas, &bounds)?)
    }

    pub(crate) fn shift_votes(&mut self, shift: &Shift, now: units::Timestamp) -> Result<(), Error> {
        if shift.amount == 0 || shift.from == shift.to {
            return Ok(());
        }
        let moved = [
            shift.from.map(|who| (who, u128::checked_sub as fn(u128, u128) -> Option<u128>)),
            shift.to.map(|who| (who, u128::checked_add as fn(u128, u128) -> Option<u128>)),
        ];
        for (who, change) in moved.into_iter().flatten() {
            let previous = self.value(Trace::votes(who), now);
            let new = change(previous, shift.amount).ok_or(Error::Overflow)?;
            self.record(Trace::votes(who), new, now);
            self.env().emit_event_sol(DelegateVotesChanged {
                delegate: Address::from(who.0),
                previous_votes: previous.into(),
                new_votes: new.into(),
            });
        }
        Ok(())
    }

    pub(crate) fn record(&mut self, trace: Trace, value: u128, now: units::Timestamp) {
        let length = self.trace_lengths.get(trace).unwrap_or_default();
        let last = length.checked_sub(1).and_then(|last| self.checkpoint(trace, last));
        let slot = slot(length, last.as_ref(), now);
        self.traces.insert((trace, slot), &Stored(Checkpoint { at: now, value }));
        self.trace_lengths.insert(trace, &slot.saturating_add(1));
    }

    pub(crate) fn checkpoint(&self, trace: Trace, index: u32) -> Option<Checkpoint> {
        self.traces.get((trace, index)).map(|stored| stored.0)
    }

    pub(crate) fn value(&self, trace: Trace, at: units::Timestamp) -> u128 {
        let length = self.trace_lengths.get(trace).unwrap_or_default();
        value_at(length, at, |index| self.checkpoint(trace, index))
    }

    /// The value at a moment that a caller names, which must be past.
    pub(crate) fn past_value(&self, trace: Trace, timepoint: U256) -> Result<u128, Error> {
        let at = units::Timestamp(u64::try_from(timepoint).unwrap_or(u64::MAX));
        let length = self.trace_lengths.get(trace).unwrap_or_default();
        Ok(value_before(self.now(), length, at, |index| self.checkpoint(trace, index))?)
    }

    pub(crate) fn quorum_of(&self, proposal: &Proposal) -> u128 {
        let bps = u32::try_from(self.value(Trace::QUORUM, proposal.snapshot)).unwrap_or(u32::MAX);
        quorum_up(Bps(bps), self.value(Trace::SUPPLY, proposal.snapshot))
    }

    pub(crate) fn state_of(&self, proposal: &Proposal, now: units::Timestamp) -> State {
        proposal.state(self.quorum_of(proposal), now)
    }

    pub(crate) fn proposal(&self, proposal_id: U256) -> Result<Proposal, Error> {
        let stored = self.proposals.get(proposal_id);
        stored.map(|stored| stored.0).ok_or(Error::GovernorNonexistentProposal(proposal_id))
    }
}

/// `keccak256(abi.encode(targets, values, calldatas, descriptionHash))`.
pub(crate) fn id(
    targets: &Vec<Address>,
    values: &Vec<U256>,
    calldatas: &Vec<DynBytes>,
    description_hash: H256,
) -> U256 {
    let encoded = ink::sol::encode_sequence(&(targets, values, calldatas, description_hash));
    U256::from_big_endian(&keccak(&encoded).0)
}

pub(crate) fn keccak(bytes: &[u8]) -> H256 {
    let mut hash = <Keccak256 as HashOutput>::Type::default();
    ink::env::hash_bytes::<Keccak256>(bytes, &mut hash);
    H256(hash)
}
