//! Pauses by keepers and governance.

use ink::codegen::Env as _;
use lockstep_core::{
    guard::{MarketClass, Pauses, PriceVerdict, Reason, Selection, Stage, pauses::KEEPER_PAUSE},
    units::{Seconds, Timestamp},
};
use lockstep_interfaces::Stored;

use crate::{Error, Paused, Resumed, oracle_guard::OracleGuard, outside, sources};

impl OracleGuard {
    pub(crate) fn pause_as_keeper(&mut self, selection: u8, id: u32) -> Result<(), Error> {
        let selection = self.selected(selection, id)?;
        let caller = self.env().caller();
        let registry = self.current_registry();
        if !sources::is_keeper(registry, caller) {
            return Err(Error::NotKeeper(caller));
        }
        self.observe();
        let now = self.now();
        // What plans take of a class or a feed is another for each of its markets, and counts where those are judged.
        let booked = if selection == Selection::Market { outside::booked(registry, id) } else { Seconds(0) };
        let ledger = self.ledger(selection, id).with_keeper(now, booked)?;
        self.store_pause(selection, id, ledger, now.after(KEEPER_PAUSE));
        Ok(())
    }

    pub(crate) fn pause_as_governance(&mut self, selection: u8, id: u32, length: Seconds) -> Result<(), Error> {
        self.governed()?;
        let selection = self.selected(selection, id)?;
        let ledger = self.ledger(selection, id).with_governed(self.now(), length)?;
        let until = ledger.governed_until;
        self.store_pause(selection, id, ledger, until);
        Ok(())
    }

    #[inline(never)]
    fn store_pause(&mut self, selection: Selection, id: u32, ledger: Pauses, until: Timestamp) {
        let (selection, by) = (selection.number(), self.env().caller());
        self.pauses.insert((selection, id), &Stored(ledger));
        self.paused_until = self.paused_until.max(until.0);
        self.env().emit_event_sol(Paused { selection, id, by, until: until.0 });
    }

    /// Lifts the pauses of a selection.
    pub(crate) fn lift(&mut self, selection: u8, id: u32) -> Result<(), Error> {
        let selection = self.selected(selection, id)?;
        let by = self.env().caller();
        if by != self.governance {
            if !sources::is_keeper(self.current_registry(), by) {
                return Err(Error::NotKeeper(by));
            }
            self.ensure_thawed(selection, id)?;
        }
        self.observe();
        let ledger = self.ledger(selection, id).lifted(self.now());
        let selection = selection.number();
        self.pauses.insert((selection, id), &Stored(ledger));
        self.env().emit_event_sol(Resumed { selection, id, by });
        Ok(())
    }

    /// Refuses a keeper what has not thawed.
    fn ensure_thawed(&self, selection: Selection, id: u32) -> Result<(), Error> {
        let (verdict, thawed, reason) = match selection {
            Selection::Market => {
                let view = self.view(id, false).ok_or(Error::UnknownMarket(id))?;
                (view.seen.verdict, view.standing.stage < Stage::Frozen, view.standing.reason)
            }
            Selection::Feed => {
                let (_, _, seen) = self.seen(id)?;
                (seen.verdict, seen.recovery.recovered_at.is_some(), Reason::FeedRecovering)
            }
            // Nobody can tell it of all markets of a class at once.
            Selection::Class => return Err(Error::NotGovernance(self.env().caller())),
        };
        if verdict != PriceVerdict::Valid {
            return Err(Error::NotThawed(Reason::from(verdict).number()));
        }
        if thawed { Ok(()) } else { Err(Error::NotThawed(reason.number())) }
    }

    /// The selection that a number names, where `id` is something to select.
    #[inline(never)]
    fn selected(&self, selection: u8, id: u32) -> Result<Selection, Error> {
        let selection = Selection::try_from(selection).map_err(|unknown| Error::UnknownSelection(unknown.0))?;
        match selection {
            Selection::Market if self.markets.get(id).is_none() => Err(Error::UnknownMarket(id)),
            Selection::Feed if self.configs.get(id).is_none() => Err(Error::UnknownFeed(id)),
            Selection::Class => {
                let class = u8::try_from(id).unwrap_or(u8::MAX);
                let known = MarketClass::try_from(class).map_err(|unknown| Error::UnknownClass(unknown.0));
                known.map(|_| selection)
            }
            Selection::Market | Selection::Feed => Ok(selection),
        }
    }
}
