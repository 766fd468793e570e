//! What is kept of every block, and the closing of the accounts.

use super::abi::IMarginVault;
use super::books::Book;
use super::error::SimulationError;
use super::run::Run;
use super::stage::{QUOTE, sol};
use super::watch::Change;
use crate::outcome::{ArmOutcome, BlockState};
use crate::terminal::Signal;

impl Run<'_> {
    /// What the vault holds, less what is in its books.
    fn surplus(&mut self) -> Result<i128, SimulationError> {
        if let Some(surplus) = self.surplus {
            return Ok(surplus);
        }
        let stage = &self.stage;
        let signed = |amount: u128| i128::try_from(amount).map_err(|_| SimulationError::Overflow("the vault's cash"));
        let venue = stage.view("venue", stage.vault, &IMarginVault::venueCall { address_: sol(stage.venue) })?;
        let insurance = stage.view("state", stage.vault, &IMarginVault::stateCall {})?.insurance;
        let mut owed = venue.pool + venue.bond + insurance;
        for other in [&stage.maker, &stage.keeper, &stage.owner, &stage.canary, &stage.canary_maker] {
            owed += self.cash_of(sol(other.address()))?;
        }
        owed += self.cash_of(sol(stage.venue))?;
        owed += self.books.iter().map(|book| book.cash).sum::<u128>();
        let surplus = signed(stage.held())? - signed(owed)?;
        self.surplus = Some(surplus);
        Ok(surplus)
    }

    fn cash_of(&self, account: alloy_core::primitives::Address) -> Result<u128, SimulationError> {
        self.stage.view("balanceOf", self.stage.vault, &IMarginVault::balanceOfCall { account, asset: QUOTE })
    }

    /// Keeps what the open block shows.
    pub(super) fn record(&mut self) -> Result<(), SimulationError> {
        let now = self.stage.chain.now();
        for (market, change) in self.freezes.take(now, &self.markets) {
            let asset = &self.stage.incident.markets[market].asset;
            let state = &self.markets[market];
            let what = match change {
                Change::Froze if state.valid => format!("{asset} is frozen: {}", state.reason),
                Change::Froze => format!("{asset} is frozen: the price is {}", state.verdict),
                Change::Thawed => format!("{asset} thaws by itself"),
            };
            self.say(what)?;
        }
        let surplus = self.surplus()?;
        let health = (0..self.books.len()).map(|trader| self.health(trader)).collect();
        let number = u64::from(self.stage.chain.block_number());
        let only_inherents = self.stage.chain.open().only_inherents;
        let markets = self.markets.clone();
        self.outcome.blocks.push(BlockState { number, at: now, only_inherents, markets, health, surplus });
        let heard = (self.tell)(Signal::Reached(self.outcome.arm, now));
        if heard { Ok(()) } else { Err(SimulationError::GivenUp) }
    }

    /// Closes the accounts of the rehearsal.
    pub(super) fn end(mut self) -> Result<ArmOutcome, SimulationError> {
        self.say("the rehearsal ends".to_owned())?;
        for trader in 0..self.books.len() {
            let equity = self.books[trader].equity_at(&self.terms, |market| self.markets[market].true_price);
            let brought = self.brought[trader].saturating_sub(self.cast.traders[trader].collateral);
            self.outcome.final_equity.push(equity.saturating_sub(i128::try_from(brought).unwrap_or(i128::MAX)));
        }
        // Debts of accounts that still hold a position may yet be paid; the others' are lost.
        let unpaid: u128 = self.books.iter().filter(|book| book.is_bankrupt()).map(|book| book.debt).sum();
        self.outcome.bad_debt += unpaid;
        self.outcome.maker_result = self.maker_result()?;
        self.outcome.freezes = std::mem::take(&mut self.freezes.freezes);
        let end = self.stage.chain.now();
        for freeze in self.outcome.freezes.iter_mut().filter(|freeze| freeze.until.is_none()) {
            freeze.feed_down = self.stage.incident.markets[freeze.market].fault_at(end).is_some();
        }
        self.outcome.calls = self.stage.calls;
        self.outcome.state_root = format!("{:?}", self.stage.chain.state_root());
        Ok(self.outcome)
    }

    /// The market maker's equity at the true prices, less what it brought.
    fn maker_result(&self) -> Result<i128, SimulationError> {
        let stage = &self.stage;
        let book = Book::read(stage, &stage.maker, 0..self.terms.len())?;
        let equity = book.equity_at(&self.terms, |market| self.markets[market].true_price);
        let brought = i128::try_from(stage.incident.host.maker_collateral.value).unwrap_or(i128::MAX);
        Ok(equity.saturating_sub(brought))
    }
}
