//! Checkpoints: who had how many votes when.

use ink::{Address, U256, codegen::Env as _};
use lockstep_core::{
    governance::{Checkpoint, Proposal, Shift, Trace, quorum_up, slot, value_at, value_before},
    ids::Account,
    units::{self, Bps},
};
use lockstep_interfaces::Stored;

use crate::{DelegateVotesChanged, Error, governor::Governor, token::Token};

impl Governor {
    /// Moves votes that `owner` locked from one delegate to another.
    #[inline(never)]
    pub(crate) fn shift_votes(&mut self, owner: Account, shift: &Shift, now: units::Timestamp) -> Result<(), Error> {
        if shift.amount == 0 || shift.from == shift.to {
            return Ok(());
        }
        let moved = [
            shift.from.map(|who| (who, u128::checked_sub as fn(u128, u128) -> Option<u128>)),
            shift.to.map(|who| (who, u128::checked_add as fn(u128, u128) -> Option<u128>)),
        ];
        for (who, change) in moved.into_iter().flatten() {
            let previous = self.votes_at(who, now);
            self.shift_value(Trace::share(who, owner), change, shift.amount, now)?;
            if who != owner {
                self.shift_value(Trace::received(who), change, shift.amount, now)?;
            }
            self.env().emit_event_sol(DelegateVotesChanged {
                delegate: Address::from(who.0),
                previous_votes: previous.into(),
                new_votes: change(previous, shift.amount).ok_or(Error::Overflow)?.into(),
            });
        }
        Ok(())
    }

    fn shift_value(
        &mut self,
        trace: Trace,
        change: fn(u128, u128) -> Option<u128>,
        amount: u128,
        now: units::Timestamp,
    ) -> Result<(), Error> {
        let new = change(self.value(trace, now), amount).ok_or(Error::Overflow)?;
        self.record(trace, new, now);
        Ok(())
    }

    /// Records the token's total supply, where it has changed.
    #[inline(never)]
    pub(crate) fn observe(&mut self, now: units::Timestamp) -> Result<(), Error> {
        let supply = Token(self.token).total_supply()?;
        if supply != self.value(Trace::SUPPLY, now) {
            self.record(Trace::SUPPLY, supply, now);
        }
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn record(&mut self, trace: Trace, value: u128, now: units::Timestamp) {
        let length = self.trace_lengths.get(trace).unwrap_or_default();
        let last = length.checked_sub(1).and_then(|last| self.checkpoint(trace, last));
        let slot = slot(length, last.as_ref(), now);
        self.traces.insert((trace, slot), &Stored(Checkpoint { at: now, value }));
        if slot >= length {
            self.trace_lengths.insert(trace, &slot.saturating_add(1));
        }
    }

    fn checkpoint(&self, trace: Trace, index: u32) -> Option<Checkpoint> {
        self.traces.get((trace, index)).map(|stored| stored.0)
    }

    #[inline(never)]
    pub(crate) fn value(&self, trace: Trace, at: units::Timestamp) -> u128 {
        let length = self.trace_lengths.get(trace).unwrap_or_default();
        value_at(length, at, |index| self.checkpoint(trace, index))
    }

    /// Votes of `who`: its own and those handed to it.
    #[inline(never)]
    pub(crate) fn votes_at(&self, who: Account, at: units::Timestamp) -> u128 {
        self.value(Trace::share(who, who), at).saturating_add(self.value(Trace::received(who), at))
    }

    /// The value at a moment that a caller names, which must be past.
    #[inline(never)]
    pub(crate) fn past_value(&self, trace: Trace, timepoint: U256) -> Result<u128, Error> {
        let at = units::Timestamp(u64::try_from(timepoint).unwrap_or(u64::MAX));
        let length = self.trace_lengths.get(trace).unwrap_or_default();
        Ok(value_before(self.clock_now().now(), length, at, |index| self.checkpoint(trace, index))?)
    }

    /// Votes of `account` at a moment that a caller names, which must be past.
    #[inline(never)]
    pub(crate) fn past_votes(&self, account: Address, timepoint: U256) -> Result<U256, Error> {
        let who = Account(account.0);
        let own = self.past_value(Trace::share(who, who), timepoint)?;
        let received = self.past_value(Trace::received(who), timepoint)?;
        Ok(own.saturating_add(received).into())
    }

    pub(crate) fn quorum_of(&self, proposal: &Proposal) -> u128 {
        let bps = u32::try_from(self.value(Trace::QUORUM, proposal.snapshot)).unwrap_or(u32::MAX);
        quorum_up(Bps(bps), self.value(Trace::SUPPLY, proposal.snapshot))
    }
}
