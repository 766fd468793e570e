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
        let Some(market) = who.stakes.first().map(|stake| stake.market) else { return Ok(()) };
        let fresh = self.fresh.is_fresh(&self.stage, market);
        match self.plans[trader] {
            Plan::Waits if due && fresh => self.plans[trader] = Plan::Out,
            // One try in a round is enough to show a refusal.
            Plan::Waits if due && self.stage.chain.now() >= self.next_round => {
                let state = &self.markets[market];
                let (fed, truth) = (price_in_words(state.fed_price), price_in_words(state.true_price));
                let first = !self.outcome.attempts.iter().any(|attempt| attempt.trader == trader);
                match self.open(trader)? {
                    None => self.say(format!("{} opens at {fed} while the true price is {truth}", who.name))?,
                    Some(why) if first => self.say(format!("{} may not open: {why}", who.name))?,
                    Some(_) => {}
                }
            }
            Plan::In if fresh && self.books[trader].is_open() => {
                let refused = self.reduce(trader, market, u128::MAX)?.err();
                self.note(trader, market, Wish::Reduce, refused);
                self.say(format!("{} closes at the fresh price", who.name))?;
            }
            Plan::Waits | Plan::In | Plan::Out => {}
        }
        Ok(())
    }

    /// Opens with the trader's leverage at the prices fed, one position after the other; says why not, where the first
    /// is refused. One whose later position is refused goes on with what it has.
    fn open(&mut self, trader: usize) -> Result<Option<String>, SimulationError> {
        let who = &self.cast.traders[trader];
        let notional = who.collateral * u128::from(who.leverage) / 100;
        for (opened, stake) in who.stakes.iter().enumerate() {
            let amount = self.terms[stake.market]
                .scale
                .amount_down(notional * u128::from(stake.share) / 100, Price(self.markets[stake.market].fed_price))
                .and_then(|amount| i128::try_from(amount).ok())
                .ok_or(SimulationError::Overflow("a position"))?;
            let size = if stake.side == Side::Long { amount } else { -amount };
            let account = self.stage.traders[trader].clone();
            let call = IPerpetualVenue::increaseCall { market: market_id(stake.market), size };
            let done = self.stage.attempt(&account, self.stage.venue, &call);
            let refused = done.err().map(|failure| words::refusal(&failure));
            self.note(trader, stake.market, Wish::Increase, refused.clone());
            match refused {
                None => self.plans[trader] = Plan::In,
                Some(why) if opened == 0 => return Ok(Some(why)),
                Some(why) => {
                    let asset = &self.stage.incident.markets[stake.market].asset;
                    self.say(format!("{} cannot open in {asset}: {why}", who.name))?;
                    break;
                }
            }
        }
        self.touch(trader)?;
        Ok(None)
    }

    fn reduce(&mut self, trader: usize, market: usize, size: u128) -> Result<Result<(), String>, SimulationError> {
        let account = self.stage.traders[trader].clone();
        let call = IPerpetualVenue::reduceCall { market: market_id(market), size };
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
            let market = self.telling_market(trader);
            self.note(trader, market, Wish::Deposit, done.err().map(|failure: Failure| failure.to_string()));
            self.touch(trader)?;
            for position in self.books[trader].open().copied().collect::<Vec<_>>() {
                let done = self.reduce(trader, position.market, position.size.unsigned_abs() / 50)?;
                self.note(trader, position.market, Wish::Reduce, done.err());
            }
        }
        Ok(())
    }

    /// Closes everything and takes everything out.
    fn leave(&mut self, trader: usize) -> Result<(), SimulationError> {
        let market = self.telling_market(trader);
        let mut refused = None;
        for position in self.books[trader].open().copied().collect::<Vec<_>>() {
            refused = refused.or(self.reduce(trader, position.market, u128::MAX)?.err());
        }
        let cash = self.books[trader].cash;
        if refused.is_none() && cash > 0 {
            refused = self.take_out(trader, cash)?.err().map(|failure| failure.to_string());
        }
        let left = refused.is_none();
        let escrow = self.books[trader].escrow();
        let held = if escrow > 0 {
            format!("; a profit of {} waits for the next valid price", dollars(escrow))
        } else {
            String::new()
        };
        let name = &self.cast.traders[trader].name;
        let what = if left {
            format!("{name} closes and takes {} out{held}", dollars(cash))
        } else {
            format!("{name} wants to leave and is refused")
        };
        self.note(trader, market, Wish::Exit, refused);
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

    /// The market that tells most of the state in which a trader asks for something about its whole account: the first of
    /// its markets whose price is not fresh, or its first.
    fn telling_market(&self, trader: usize) -> usize {
        let stakes = &self.cast.traders[trader].stakes;
        let stale = stakes.iter().find(|stake| !self.fresh.is_fresh(&self.stage, stake.market));
        stale.or(stakes.first()).map_or(0, |stake| stake.market)
    }

    /// Keepers release what was held until the price was valid; whoever had left takes it out.
    fn release_escrows(&mut self) -> Result<(), SimulationError> {
        for trader in 0..self.books.len() {
            for position in self.books[trader].positions.clone() {
                if position.escrow > 0 && self.markets[position.market].valid {
                    self.release_escrow(trader, position.market)?;
                }
            }
        }
        Ok(())
    }

    fn release_escrow(&mut self, trader: usize, market: usize) -> Result<(), SimulationError> {
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
            self.note(trader, market, Wish::Exit, done.err().map(|failure| failure.to_string()));
        }
        Ok(())
    }
}
