//! What traders do in a block: open, tend, leave, snipe.

use lockstep_core::units::Price;
use lockstep_devchain::Failure;

use super::abi::{IMarginVault, IPerpetualVenue};
use super::error::SimulationError;
use super::run::{Plan, Run};
use super::stage::{QUOTE, market_id, sol};
use super::words::{self, dollars, price_in_words};
use crate::incident::{Conduct, Side};
use crate::outcome::Wish;

/// Seconds between two visits of a trader who tends its account.
pub(super) const TENDING: u64 = 600;

impl Run<'_> {
    pub(super) fn open_positions(&mut self) -> Result<(), SimulationError> {
        let now = self.stage.chain.now();
        let mut opened = 0;
        for trader in 0..self.cast.traders.len() {
            let who = &self.cast.traders[trader];
            let due = self.plans[trader] == Plan::Waits && self.cast.opens_at[trader] <= now;
            if who.conduct == Conduct::Snipes {
                self.snipe(trader, due)?;
            } else if due {
                match self.open(trader)? {
                    None => opened += 1,
                    Some(why) => {
                        self.plans[trader] = Plan::Out;
                        self.say(format!("{} cannot open: {why}", who.name))?;
                    }
                }
            }
        }
        if opened > 0 {
            self.say(if opened == 1 {
                "1 position is opened".to_owned()
            } else {
                format!("{opened} positions are opened")
            })?;
        }
        Ok(())
    }

    /// Opens while the price is not fresh, and closes when it is.
    fn snipe(&mut self, trader: usize, due: bool) -> Result<(), SimulationError> {
        let who = &self.cast.traders[trader];
        let fresh = self.fresh.is_fresh(&self.stage, who.market);
        match self.plans[trader] {
            Plan::Waits if due && fresh => self.plans[trader] = Plan::Out,
            // One try in a round is enough to show a refusal.
            Plan::Waits if due && self.stage.chain.now() >= self.next_round => {
                let state = &self.markets[who.market];
                let (fed, truth) = (price_in_words(state.fed_price), price_in_words(state.true_price));
                let first = !self.outcome.attempts.iter().any(|attempt| attempt.trader == trader);
                match self.open(trader)? {
                    None => self.say(format!("{} opens at {fed} while the true price is {truth}", who.name))?,
                    Some(why) if first => self.say(format!("{} may not open: {why}", who.name))?,
                    Some(_) => {}
                }
            }
            Plan::In if fresh && self.books[trader].is_open() => {
                let refused = self.reduce(trader, u128::MAX)?.err();
                self.note(trader, Wish::Reduce, refused);
                self.say(format!("{} closes at the fresh price", who.name))?;
            }
            Plan::Waits | Plan::In | Plan::Out => {}
        }
        Ok(())
    }

    /// Opens with the trader's leverage at the price fed; says why not, where it is refused.
    fn open(&mut self, trader: usize) -> Result<Option<String>, SimulationError> {
        let who = &self.cast.traders[trader];
        let market = who.market;
        let notional = who.collateral * u128::from(who.leverage) / 100;
        let amount = self.terms[market]
            .scale
            .amount_down(notional, Price(self.markets[market].fed_price))
            .and_then(|amount| i128::try_from(amount).ok())
            .ok_or(SimulationError::Overflow("a position"))?;
        let size = if who.side == Side::Long { amount } else { -amount };
        let account = self.stage.traders[trader].clone();
        let call = IPerpetualVenue::increaseCall { market: market_id(market), size };
        let refused =
            self.stage.attempt(&account, self.stage.venue, &call).err().map(|failure| words::refusal(&failure));
        self.note(trader, Wish::Increase, refused.clone());
        if refused.is_none() {
            self.plans[trader] = Plan::In;
            self.touch(trader)?;
        }
        Ok(refused)
    }

    fn reduce(&mut self, trader: usize, size: u128) -> Result<Result<(), String>, SimulationError> {
        let account = self.stage.traders[trader].clone();
        let call = IPerpetualVenue::reduceCall { market: market_id(self.cast.traders[trader].market), size };
        let done = self.stage.attempt(&account, self.stage.venue, &call);
        self.touch(trader)?;
        Ok(done.map(|_| ()).map_err(|failure| words::refusal(&failure)))
    }

    /// Those who tend their accounts deposit and reduce a little; those who leave do so after the halt.
    pub(super) fn tend(&mut self) -> Result<(), SimulationError> {
        let now = self.stage.chain.now();
        self.release_escrows()?;
        if now < self.next_tending {
            return Ok(());
        }
        self.next_tending = now + TENDING;
        for trader in 0..self.cast.traders.len() {
            let who = &self.cast.traders[trader];
            if self.plans[trader] != Plan::In || !matches!(who.conduct, Conduct::Tends | Conduct::Leaves) {
                continue;
            }
            if who.conduct == Conduct::Leaves && self.resumed {
                self.leave(trader)?;
                continue;
            }
            let account = self.stage.traders[trader].clone();
            let deposit = IMarginVault::depositCall { asset: QUOTE, amount: who.collateral / 100 };
            let done = self.stage.attempt(&account, self.stage.vault, &deposit);
            self.note(trader, Wish::Deposit, done.err().map(|failure: Failure| failure.to_string()));
            self.touch(trader)?;
            if self.books[trader].is_open() {
                let part = self.books[trader].size.unsigned_abs() / 50;
                let done = self.reduce(trader, part)?;
                self.note(trader, Wish::Reduce, done.err());
            }
        }
        Ok(())
    }

    /// Closes everything and takes everything out.
    fn leave(&mut self, trader: usize) -> Result<(), SimulationError> {
        let mut refused = None;
        if self.books[trader].is_open() {
            refused = self.reduce(trader, u128::MAX)?.err();
        }
        let cash = self.books[trader].cash;
        if refused.is_none() && cash > 0 {
            refused = self.take_out(trader, cash)?.err().map(|failure| failure.to_string());
        }
        let left = refused.is_none();
        let book = self.books[trader];
        let held = if book.escrow > 0 {
            format!("; a profit of {} waits for the next valid price", dollars(book.escrow))
        } else {
            String::new()
        };
        let name = &self.cast.traders[trader].name;
        let what = if left {
            format!("{name} closes and takes {} out{held}", dollars(cash))
        } else {
            format!("{name} wants to leave and is refused")
        };
        self.note(trader, Wish::Exit, refused);
        if left {
            self.plans[trader] = Plan::Out;
        }
        self.say(what)
    }

    fn take_out(&mut self, trader: usize, amount: u128) -> Result<Result<(), Failure>, SimulationError> {
        let account = self.stage.traders[trader].clone();
        let call = IMarginVault::withdrawCall { asset: QUOTE, amount };
        let done = self.stage.attempt(&account, self.stage.vault, &call).map(|_| ());
        self.touch(trader)?;
        Ok(done)
    }

    /// Keepers release what was held until the price was valid; whoever had left takes it out.
    fn release_escrows(&mut self) -> Result<(), SimulationError> {
        for trader in 0..self.books.len() {
            let market = self.cast.traders[trader].market;
            if self.books[trader].escrow == 0 || !self.markets[market].valid {
                continue;
            }
            let keeper = self.stage.keeper.clone();
            let account = sol(self.stage.traders[trader].address());
            let call = IPerpetualVenue::releaseEscrowCall { account, market: market_id(market) };
            self.stage.must("releaseEscrow", &keeper, self.stage.venue, &call)?;
            let event: IPerpetualVenue::EscrowReleased = self.stage.emitted("releaseEscrow")?;
            self.touch(trader)?;
            let cash = self.books[trader].cash;
            let name = self.cast.traders[trader].name.clone();
            let back = if event.returned > 0 {
                format!(", {} are no profit at that price and go back", dollars(event.returned))
            } else {
                String::new()
            };
            self.say(format!("{name}: {} of profit held are paid at the valid price{back}", dollars(event.paid)))?;
            if self.plans[trader] == Plan::Out && cash > 0 {
                let done = self.take_out(trader, cash)?;
                self.note(trader, Wish::Exit, done.err().map(|failure| failure.to_string()));
            }
        }
        Ok(())
    }
}
