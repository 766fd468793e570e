//! What liquidators do in a block, and the keepers who clean up after them.

use super::abi::{IMarginVault, IPerpetualVenue};
use super::books::{Book, Position};
use super::error::SimulationError;
use super::run::Run;
use super::stage::{market_id, sol};
use super::words::{self, dollars, price_in_words};
use crate::decimal::format_signed;
use crate::outcome::{Liquidation, MarketMode, QUOTE_DECIMALS, SOUND, Wish};

impl Run<'_> {
    /// Health over all positions of a trader at the prices fed.
    pub(super) fn health(&self, trader: usize) -> Option<u32> {
        self.books[trader].health_at(&self.terms, |market| self.markets[market].fed_price)
    }

    /// Liquidators take those below maintenance in the order in which they fell, as many as they manage in a round.
    pub(super) fn liquidate(&mut self) -> Result<(), SimulationError> {
        let below = |run: &Self, trader: usize| run.health(trader).is_some_and(|health| health < SOUND);
        let mut queue = std::mem::take(&mut self.queue);
        queue.retain(|trader| below(self, *trader));
        let mut fallen: Vec<(u32, usize)> = (0..self.books.len())
            .filter(|trader| !queue.contains(trader) && below(self, *trader))
            .map(|trader| (self.health(trader).unwrap_or(0), trader))
            .collect();
        fallen.sort_unstable();
        queue.extend(fallen.into_iter().map(|(_, trader)| trader));
        self.queue = queue;
        let now = self.stage.chain.now();
        if now < self.next_round {
            return Ok(());
        }
        self.next_round = now + self.stage.incident.host.liquidation_seconds.value;
        let most = usize::try_from(self.stage.incident.host.liquidations_each.value).unwrap_or(usize::MAX);
        let round: Vec<usize> = self.queue.iter().copied().take(most).collect();
        for trader in round {
            self.liquidate_one(trader)?;
        }
        Ok(())
    }

    /// A liquidator asks for the position that ties up most margin, and for the next where that is refused.
    fn liquidate_one(&mut self, trader: usize) -> Result<(), SimulationError> {
        let required = |position: &Position| {
            let terms = self.terms[position.market];
            position.required_up(terms, terms.maintenance, self.markets[position.market].fed_price)
        };
        let mut open: Vec<(u128, usize)> =
            self.books[trader].open().map(|position| (required(position), position.market)).collect();
        open.sort_by_key(|(required, market)| (std::cmp::Reverse(*required), *market));
        for (_, market) in open {
            if self.liquidate_position(trader, market)? {
                break;
            }
        }
        Ok(())
    }

    /// Says whether it was done.
    fn liquidate_position(&mut self, trader: usize, market: usize) -> Result<bool, SimulationError> {
        let (terms, before) = (self.terms[market], self.books[trader].clone());
        let state = self.markets[market].clone();
        let keeper = self.stage.keeper.clone();
        let account = sol(self.stage.traders[trader].address());
        let call = IPerpetualVenue::liquidateCall { account, market: market_id(market), maxSize: u128::MAX };
        let done = self.stage.attempt(&keeper, self.stage.venue, &call);
        let refused = done.err().map(|failure| words::refusal(&failure));
        self.note(trader, market, Wish::Liquidate, refused.clone());
        let (name, which) = (self.cast.traders[trader].name.clone(), self.which(trader, market));
        if let Some(why) = refused {
            self.refused_in_a_row += 1;
            if self.refused_in_a_row == 1 {
                self.say(format!("the liquidation of {name} is refused{which}: {why}"))?;
            }
            return Ok(false);
        }
        let event: IPerpetualVenue::Liquidated = self.stage.emitted("liquidate")?;
        self.touch(trader)?;
        if self.refused_in_a_row > 1 {
            let refusals = self.refused_in_a_row;
            self.say(format!("liquidations go on after {refusals} refusals"))?;
        }
        self.refused_in_a_row = 0;
        let frozen = matches!(state.mode, MarketMode::Frozen | MarketMode::ReduceOnly);
        let penalty = event.reward + event.insurance;
        let used = |market: usize| self.markets[market].fed_price;
        let truth = |market: usize| self.markets[market].true_price;
        let cost = Book::cost_of(terms, event.size, event.price, state.true_price);
        let liquidation = Liquidation {
            at: self.stage.chain.now(),
            trader,
            market,
            size: event.size.unsigned_abs(),
            price: event.price,
            true_price: state.true_price,
            price_valid: state.valid && event.price > 0 && self.fresh.is_recent(&self.stage, market),
            frozen,
            undone: false,
            health: before.health_at(&self.terms, used).unwrap_or(0),
            true_health: before.health_at(&self.terms, truth).unwrap_or(0),
            penalty,
            loss: cost.saturating_add(i128::try_from(penalty).unwrap_or(i128::MAX)),
        };
        let wrong = if liquidation.is_wrongful() {
            let loss = format_signed(liquidation.loss, QUOTE_DECIMALS, 2);
            format!(", WRONGLY: the true price is {}; it costs {loss} USD", price_in_words(state.true_price))
        } else {
            String::new()
        };
        let deep = if frozen { " in the freeze, being deeply insolvent at a valid price" } else { "" };
        let what = format!("{name} is liquidated{which} at {}{deep}{wrong}", price_in_words(event.price));
        self.outcome.liquidations.push(liquidation);
        self.say(what)?;
        self.cover(trader)?;
        Ok(true)
    }

    /// Which position of the trader, where that is not plain from its name.
    fn which(&self, trader: usize, market: usize) -> String {
        match self.cast.traders[trader].stakes.len() {
            0 | 1 => String::new(),
            _ => format!(" in {}", self.stage.incident.markets[market].asset),
        }
    }

    /// Keepers have the insurance fund pay what a bankrupt account owes.
    fn cover(&mut self, trader: usize) -> Result<(), SimulationError> {
        if !self.books[trader].is_bankrupt() {
            return Ok(());
        }
        let keeper = self.stage.keeper.clone();
        let call = IMarginVault::coverBadDebtCall { account: sol(self.stage.traders[trader].address()) };
        let paid = self.stage.must("coverBadDebt", &keeper, self.stage.vault, &call)?;
        self.outcome.insurance_used += paid.covered;
        self.outcome.bad_debt += paid.covered + paid.shared;
        self.touch(trader)?;
        let name = self.cast.traders[trader].name.clone();
        let rest = if paid.shared > 0 { format!(", the winners bear {}", dollars(paid.shared)) } else { String::new() };
        self.say(format!("{name} is bankrupt: the insurance fund pays {}{rest}", dollars(paid.covered)))
    }
}
