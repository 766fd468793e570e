//! Checkpoints: who had how many votes when. The governor's front is made from this module too.

use ink::{Address, codegen::Env as _};
use lockstep_core::{
    governance::{Checkpoint, Holding, Proposal, Shift, Trace, Track, quorum_up},
    ids::Account,
    units::{self, Bps},
};
use lockstep_interfaces::Stored;

use crate::{DelegateVotesChanged, Error, governor::Governor};

/// What an account has, and its votes.
#[derive(Clone, Copy, Debug, Default)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Voter {
    pub holding: Stored<Holding>,
    /// What it locked and votes with itself.
    pub own: Stored<Track>,
    /// What others handed to it.
    pub received: Stored<Track>,
    /// How many votes it signed that others brought in.
    pub signed: u64,
}

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
            self.shift_value(Trace::Share { delegate: who, owner }, change, shift.amount, now)?;
            if who != owner {
                self.shift_value(Trace::Received(who), change, shift.amount, now)?;
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

    #[inline(never)]
    pub(crate) fn record(&mut self, trace: Trace, value: u128, now: units::Timestamp) {
        let (kept, older) = self.track(trace).record(value, now);
        if let Some((index, checkpoint)) = older {
            self.older.insert((trace, index), &Stored(checkpoint));
        }
        self.keep_track(trace, kept);
    }

    /// The newest checkpoint of a trace.
    #[inline(never)]
    fn track(&self, trace: Trace) -> Track {
        match trace {
            Trace::Supply => self.basics.supply.0,
            Trace::Quorum => self.basics.quorum.0,
            Trace::Received(who) => self.voter(who).received.0,
            Trace::Share { delegate, owner } if delegate == owner => self.voter(owner).own.0,
            Trace::Share { delegate, owner } => self.shares.get((delegate, owner)).unwrap_or_default().0,
        }
    }

    #[inline(never)]
    fn keep_track(&mut self, trace: Trace, kept: Track) {
        match trace {
            Trace::Supply => self.change_basics(|basics| basics.supply = Stored(kept)),
            Trace::Quorum => self.change_basics(|basics| basics.quorum = Stored(kept)),
            Trace::Received(who) => {
                let voter = self.voter(who);
                self.voters.insert(who, &Voter { received: Stored(kept), ..voter });
            }
            Trace::Share { delegate, owner } if delegate == owner => {
                let voter = self.voter(owner);
                self.voters.insert(owner, &Voter { own: Stored(kept), ..voter });
            }
            Trace::Share { delegate, owner } => {
                self.shares.insert((delegate, owner), &Stored(kept));
            }
        }
    }

    #[inline(never)]
    pub(crate) fn voter(&self, who: Account) -> Voter {
        self.voters.get(who).unwrap_or_default()
    }

    pub(crate) fn holding_of(&self, account: Address) -> Holding {
        self.voter(Account(account.0)).holding.0
    }

    #[inline(never)]
    pub(crate) fn keep_holding(&mut self, account: Address, holding: Holding) {
        let who = Account(account.0);
        let voter = self.voter(who);
        self.voters.insert(who, &Voter { holding: Stored(holding), ..voter });
    }

    fn value_of(&self, trace: Trace, kept: Track, at: units::Timestamp) -> u128 {
        kept.value_at(at, |index| self.checkpoint(trace, index))
    }

    fn checkpoint(&self, trace: Trace, index: u32) -> Option<Checkpoint> {
        self.older.get((trace, index)).map(|stored| stored.0)
    }

    #[inline(never)]
    pub(crate) fn value(&self, trace: Trace, at: units::Timestamp) -> u128 {
        self.value_of(trace, self.track(trace), at)
    }

    /// Votes of `who`: its own, and those with what others handed to it.
    #[inline(never)]
    pub(crate) fn own_and_all(&self, who: Account, at: units::Timestamp) -> (u128, u128) {
        let voter = self.voter(who);
        let own = self.value_of(Trace::own(who), voter.own.0, at);
        (own, own.saturating_add(self.value_of(Trace::Received(who), voter.received.0, at)))
    }

    /// Votes of `who`.
    pub(crate) fn votes_at(&self, who: Account, at: units::Timestamp) -> u128 {
        self.own_and_all(who, at).1
    }

    #[inline(never)]
    pub(crate) fn quorum_of(&self, proposal: &Proposal) -> u128 {
        let at = proposal.snapshot;
        let basics = &self.basics;
        let bps = u32::try_from(self.value_of(Trace::Quorum, basics.quorum.0, at)).unwrap_or(u32::MAX);
        quorum_up(Bps(bps), self.value_of(Trace::Supply, basics.supply.0, at))
    }
}
