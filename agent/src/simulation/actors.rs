//! One arm while it runs, and what its people do in every block.

use lockstep_devchain::{Account, Failure};

use super::abi::{IMarginVault, IOracleGuard, IPerpetualVenue};
use super::blobs::Blobs;
use super::books::{Book, Terms};
use super::cast::Cast;
use super::error::SimulationError;
use super::stage::{QUOTE, Stage, market_id, sol};
use super::watch::{Change, FreezeLog, Freshness, states};
use super::words;
use crate::clock::span;
use crate::decimal::{PRICE_DECIMALS, format_rounded, format_signed};
use crate::incident::{Conduct, Incident, PricePath, Shown, Side};
use crate::outcome::{
    Arm, ArmOutcome, Attempt, BlockState, Liquidation, MarketState, Moment, QUOTE_DECIMALS, SOUND, Wish,
};
use crate::terminal::Signal;

/// Seconds between two visits of a trader who tends its account.
const TENDING: u64 = 600;

/// Half width of the confidence interval that reporters state: this part of the price.
const CONFIDENCE: u128 = 2_000;

/// Where a trader stands in its own plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    /// Has not opened yet.
    Waits,
    /// Has opened.
    In,
    /// Will not open any more, or has left.
    Out,
}

pub(super) struct Run<'r> {
    pub(super) stage: Stage<'r>,
    cast: &'r Cast,
    terms: Vec<Terms>,
    books: Vec<Book>,
    brought: Vec<u128>,
    plans: Vec<Plan>,
    /// Accounts that fell below maintenance, in the order in which they did.
    queue: Vec<usize>,
    fresh: Freshness,
    markets: Vec<MarketState>,
    next_report: u64,
    next_round: u64,
    next_tending: u64,
    resumed: bool,
    refused_in_a_row: u64,
    surplus: Option<i128>,
    freezes: FreezeLog,
    outcome: ArmOutcome,
    tell: &'r mut dyn FnMut(Signal) -> bool,
}

impl<'r> Run<'r> {
    /// Sets the stage and lets the feeds become trusted, up to the opening.
    pub(super) fn begin(
        arm: Arm,
        incident: &'r Incident,
        cast: &'r Cast,
        blobs: &Blobs,
        tell: &'r mut dyn FnMut(Signal) -> bool,
    ) -> Result<Self, SimulationError> {
        let stage = Stage::set(arm, incident, cast, blobs)?;
        let (terms, count) = (Terms::of(&stage)?, incident.markets.len());
        let outcome = ArmOutcome {
            arm,
            blocks: Vec::new(),
            liquidations: Vec::new(),
            attempts: Vec::new(),
            freezes: Vec::new(),
            timeline: Vec::new(),
            final_equity: Vec::new(),
            maker_result: 0,
            bad_debt: 0,
            insurance_used: 0,
            state_root: String::new(),
            calls: 0,
        };
        let mut run = Self {
            stage,
            cast,
            terms,
            books: Vec::new(),
            brought: Vec::new(),
            plans: vec![Plan::Waits; cast.traders.len()],
            queue: Vec::new(),
            fresh: Freshness::new(count),
            markets: Vec::new(),
            next_report: 0,
            next_round: 0,
            next_tending: incident.host.opens_at.value + TENDING,
            resumed: false,
            refused_in_a_row: 0,
            surplus: None,
            freezes: FreezeLog::default(),
            outcome,
            tell,
        };
        for trader in 0..cast.traders.len() {
            let book = run.read(trader)?;
            run.brought.push(book.wallet + book.cash);
            run.books.push(book);
        }
        while run.stage.chain.now() + incident.host.block_seconds.value <= incident.host.opens_at.value {
            run.stage.chain.produce_block();
            run.report()?;
        }
        let (people, markets) = (cast.traders.len(), count);
        run.say(format!(
            "{people} traders on {markets} markets are funded; the contracts are deployed and the feeds trusted"
        ))?;
        Ok(run)
    }

    /// The chain stops making blocks.
    pub(super) fn halted(&mut self, from: u64, until: u64) -> Result<(), SimulationError> {
        self.moment(from, "the chain halts".to_owned())?;
        let waiting = self.queue.len();
        self.moment(from, format!("{waiting} accounts below maintenance are waiting for a liquidator"))?;
        self.moment(until, format!("the chain makes blocks again after {}", span(until - from)))?;
        self.resumed = true;
        self.next_tending = until;
        Ok(())
    }

    /// Everything that happens in a block that has just been opened.
    pub(super) fn block(&mut self) -> Result<(), SimulationError> {
        self.report()?;
        self.markets = states(&self.stage)?;
        self.open_positions()?;
        self.tend()?;
        self.liquidate()?;
        self.record()
    }

    fn say(&mut self, what: String) -> Result<(), SimulationError> {
        self.moment(self.stage.chain.now(), what)
    }

    fn moment(&mut self, at: u64, what: String) -> Result<(), SimulationError> {
        let moment = Moment { at, what };
        self.outcome.timeline.push(moment.clone());
        if (self.tell)(Signal::Moment(self.outcome.arm, moment)) { Ok(()) } else { Err(SimulationError::GivenUp) }
    }

    fn read(&self, trader: usize) -> Result<Book, SimulationError> {
        Book::read(&self.stage, trader, self.cast.traders[trader].market)
    }

    /// Asks the contracts anew about an account that something happened to.
    fn touch(&mut self, trader: usize) -> Result<(), SimulationError> {
        self.books[trader] = self.read(trader)?;
        self.surplus = None;
        Ok(())
    }

    /// Reporters publish what the venue's feed showed; where it showed nothing new, keepers at least send a heartbeat.
    fn report(&mut self) -> Result<(), SimulationError> {
        let now = self.stage.chain.now();
        if now < self.next_report {
            return Ok(());
        }
        self.next_report = now + self.stage.incident.host.report_seconds.value;
        let incident = self.stage.incident;
        let mut silent = true;
        for (index, market) in incident.markets.iter().enumerate() {
            let price = match market.fault_at(now).map(|fault| &fault.shown) {
                Some(Shown::Nothing) => continue,
                Some(Shown::Price(price)) => *price,
                None => PricePath::of(market).at_down(now),
            };
            let report = IOracleGuard::reportCall {
                feed: market_id(index),
                price,
                confidence: price / CONFIDENCE,
                publishedAt: now,
            };
            for reporter in self.stage.reporters.clone() {
                self.stage.must("report", &reporter, self.stage.oracle, &report)?;
            }
            self.fresh.reported(index, now);
            silent = false;
        }
        if silent {
            let keeper = self.stage.keeper.clone();
            self.stage.must("heartbeat", &keeper, self.stage.oracle, &IOracleGuard::heartbeatCall {})?;
        }
        Ok(())
    }

    fn note(&mut self, trader: usize, wish: Wish, refused: Option<String>) {
        let market = self.cast.traders[trader].market;
        let state = &self.markets[market];
        self.outcome.attempts.push(Attempt {
            at: self.stage.chain.now(),
            trader,
            market,
            wish,
            price: state.fed_price,
            true_price: state.true_price,
            price_fresh: self.fresh.is_fresh(&self.stage, market),
            refused,
        });
    }

    fn open_positions(&mut self) -> Result<(), SimulationError> {
        let now = self.stage.chain.now();
        let mut opened = [0usize; 2];
        for trader in 0..self.cast.traders.len() {
            let who = &self.cast.traders[trader];
            let snipes = who.conduct == Conduct::Snipes;
            let fresh = self.fresh.is_fresh(&self.stage, who.market);
            match self.plans[trader] {
                Plan::Waits if self.cast.opens_at[trader] > now => {}
                Plan::Waits if snipes && fresh => self.plans[trader] = Plan::Out,
                // One try a minute is enough to show a refusal.
                Plan::Waits if snipes && now < self.next_round => {}
                Plan::Waits => opened[usize::from(self.open(trader)?)] += 1,
                Plan::In if snipes && fresh && self.books[trader].is_open() => {
                    let result = self.reduce(trader, u128::MAX)?;
                    self.note(trader, Wish::Reduce, result.err());
                    let what = format!("{} sells at the fresh price", who.name);
                    self.say(what)?;
                }
                Plan::In | Plan::Out => {}
            }
        }
        if opened[1] > 1 {
            self.say(format!("{} positions are opened", opened[1]))?;
        }
        Ok(())
    }

    /// Opens with the trader's leverage at the price fed; says whether it was allowed.
    fn open(&mut self, trader: usize) -> Result<bool, SimulationError> {
        let who = &self.cast.traders[trader];
        let (market, leverage, side, collateral) = (who.market, who.leverage, who.side, who.collateral);
        let state = &self.markets[market];
        let (fed, truth) = (state.fed_price, state.true_price);
        let notional = collateral * u128::from(leverage) / 100;
        let size = self.terms[market]
            .scale
            .amount_down(notional, lockstep_core::units::Price(fed))
            .and_then(|size| i128::try_from(size).ok())
            .ok_or(SimulationError::Overflow("a position"))?;
        let size = if side == Side::Long { size } else { -size };
        let account = self.stage.traders[trader].clone();
        let call = IPerpetualVenue::increaseCall { market: market_id(market), size };
        let refused =
            self.stage.attempt(&account, self.stage.venue, &call).err().map(|failure| words::refusal(&failure));
        let allowed = refused.is_none();
        if who.conduct == Conduct::Snipes {
            let (fed, truth) = (price_in_words(fed), price_in_words(truth));
            let what = match &refused {
                None => format!("{} opens at {fed} while the true price is {truth}", who.name),
                Some(why) => format!("{} is refused: {why}", who.name),
            };
            if allowed || !self.outcome.attempts.iter().any(|attempt| attempt.trader == trader) {
                self.say(what)?;
            }
        }
        self.note(trader, Wish::Increase, refused);
        if allowed {
            self.plans[trader] = Plan::In;
            self.touch(trader)?;
        }
        Ok(allowed)
    }

    fn reduce(&mut self, trader: usize, size: u128) -> Result<Result<(), String>, SimulationError> {
        let account = self.stage.traders[trader].clone();
        let call = IPerpetualVenue::reduceCall { market: market_id(self.cast.traders[trader].market), size };
        let done = self.stage.attempt(&account, self.stage.venue, &call);
        self.touch(trader)?;
        Ok(done.map(|_| ()).map_err(|failure| words::refusal(&failure)))
    }

    /// Those who tend their accounts deposit and reduce a little; those who leave do so after the halt.
    fn tend(&mut self) -> Result<(), SimulationError> {
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
            let held = self.books[trader].escrow;
            let keeper = self.stage.keeper.clone();
            let account = sol(self.stage.traders[trader].address());
            let call = IPerpetualVenue::releaseEscrowCall { account, market: market_id(market) };
            self.stage.must("releaseEscrow", &keeper, self.stage.venue, &call)?;
            self.touch(trader)?;
            let cash = self.books[trader].cash;
            let name = self.cast.traders[trader].name.clone();
            self.say(format!("{name}: {} of {} held is released at the valid price", dollars(cash), dollars(held)))?;
            if self.plans[trader] == Plan::Out && cash > 0 {
                let done = self.take_out(trader, cash)?;
                self.note(trader, Wish::Exit, done.err().map(|failure| failure.to_string()));
            }
        }
        Ok(())
    }

    fn health(&self, trader: usize) -> Option<u32> {
        let market = self.cast.traders[trader].market;
        self.books[trader].health_at(self.terms[market], self.markets[market].fed_price)
    }

    /// Liquidators take those below maintenance in the order in which they fell, as many as they manage in a round.
    fn liquidate(&mut self) -> Result<(), SimulationError> {
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

    fn liquidate_one(&mut self, trader: usize) -> Result<(), SimulationError> {
        let market = self.cast.traders[trader].market;
        let (terms, before) = (self.terms[market], self.books[trader]);
        let state = self.markets[market].clone();
        let keeper: Account = self.stage.keeper.clone();
        let account = sol(self.stage.traders[trader].address());
        let call = IPerpetualVenue::liquidateCall { account, market: market_id(market), maxSize: u128::MAX };
        let done = self.stage.attempt(&keeper, self.stage.venue, &call);
        let refused = done.err().map(|failure| words::refusal(&failure));
        self.note(trader, Wish::Liquidate, refused.clone());
        let name = self.cast.traders[trader].name.clone();
        if let Some(why) = refused {
            self.refused_in_a_row += 1;
            if self.refused_in_a_row == 1 {
                self.say(format!("the liquidation of {name} is refused: {why}"))?;
            }
            return Ok(());
        }
        let event: IPerpetualVenue::Liquidated = self.stage.emitted("liquidate")?;
        self.touch(trader)?;
        if self.refused_in_a_row > 1 {
            let refusals = self.refused_in_a_row;
            self.say(format!("liquidations go on after {refusals} refusals"))?;
        }
        self.refused_in_a_row = 0;
        let penalty = event.reward + event.insurance;
        let cost = Book::cost_of(terms, event.size, event.price, state.true_price);
        let liquidation = Liquidation {
            at: self.stage.chain.now(),
            trader,
            market,
            size: event.size.unsigned_abs(),
            price: event.price,
            true_price: state.true_price,
            price_valid: state.valid,
            health: before.health_at(terms, event.price).unwrap_or(0),
            true_health: before.health_at(terms, state.true_price).unwrap_or(0),
            penalty,
            loss: cost.saturating_add(i128::try_from(penalty).unwrap_or(i128::MAX)),
        };
        let wrong = if liquidation.is_wrongful() {
            let loss = format_signed(liquidation.loss, QUOTE_DECIMALS, 2);
            format!(", WRONGLY: the true price is {}; it costs {loss} USD", price_in_words(state.true_price))
        } else {
            String::new()
        };
        let what = format!("{name} is liquidated at {}{wrong}", price_in_words(event.price));
        self.outcome.liquidations.push(liquidation);
        self.say(what)?;
        self.cover(trader)
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
        self.outcome.bad_debt += paid.covered;
        self.touch(trader)?;
        let name = self.cast.traders[trader].name.clone();
        let rest =
            if paid.remaining > 0 { format!(", {} stay unpaid", dollars(paid.remaining)) } else { String::new() };
        self.say(format!("{name} is bankrupt: the insurance fund pays {}{rest}", dollars(paid.covered)))
    }

    /// What the vault holds, less what is in its books.
    fn surplus(&mut self) -> Result<i128, SimulationError> {
        if let Some(surplus) = self.surplus {
            return Ok(surplus);
        }
        let stage = &self.stage;
        let signed = |amount: u128| i128::try_from(amount).map_err(|_| SimulationError::Overflow("the vault's cash"));
        let venue = stage.view("venue", stage.vault, &IMarginVault::venueCall { venue: sol(stage.venue) })?;
        let insurance = stage.view("state", stage.vault, &IMarginVault::stateCall {})?.insurance;
        let mut owed = venue.pool + venue.bond + insurance;
        for other in [&stage.maker, &stage.keeper, &stage.owner] {
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

    fn record(&mut self) -> Result<(), SimulationError> {
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
        self.outcome.blocks.push(BlockState { number, at: now, markets: self.markets.clone(), health, surplus });
        let heard = (self.tell)(Signal::Reached(self.outcome.arm, now));
        if heard { Ok(()) } else { Err(SimulationError::GivenUp) }
    }

    /// Closes the accounts of the rehearsal.
    pub(super) fn end(mut self) -> Result<ArmOutcome, SimulationError> {
        self.say("the rehearsal ends".to_owned())?;
        for trader in 0..self.books.len() {
            let market = self.cast.traders[trader].market;
            let equity = self.books[trader].equity_at(self.terms[market], self.markets[market].true_price);
            let brought = self.brought[trader].saturating_sub(self.cast.traders[trader].collateral);
            self.outcome.final_equity.push(equity.saturating_sub(i128::try_from(brought).unwrap_or(i128::MAX)));
        }
        // Debts of accounts that still hold a position may yet be paid; the others' are lost.
        let unpaid: u128 = self.books.iter().filter(|book| book.is_bankrupt()).map(|book| book.debt).sum();
        self.outcome.bad_debt += unpaid;
        self.outcome.maker_result = self.maker_result()?;
        self.outcome.freezes = std::mem::take(&mut self.freezes.freezes);
        self.outcome.calls = self.stage.calls;
        self.outcome.state_root = format!("{:?}", self.stage.chain.state_root());
        Ok(self.outcome)
    }

    /// The market maker's equity at the true prices, less what it brought.
    fn maker_result(&self) -> Result<i128, SimulationError> {
        let stage = &self.stage;
        let account = sol(stage.maker.address());
        let member = stage.view(
            "membership",
            stage.vault,
            &IMarginVault::membershipCall { account, venue: sol(stage.venue) },
        )?;
        let cash = self.cash_of(account)?;
        let mut result = Book { cash, pending: member.pending, debt: member.debt, ..Book::default() }
            .equity_at(self.terms[0], 0)
            .saturating_sub(i128::try_from(stage.incident.host.maker_collateral.value).unwrap_or(i128::MAX));
        for (index, terms) in self.terms.iter().enumerate() {
            let call = IPerpetualVenue::positionCall { account, market: market_id(index) };
            let position = stage.view("position", stage.venue, &call)?;
            let book = Book { size: position.size, cost: position.cost, ..Book::default() };
            result = result.saturating_add(book.equity_at(*terms, self.markets[index].true_price));
        }
        Ok(result)
    }
}

fn price_in_words(price: u128) -> String {
    let shown = if price >= 1_000 * 10u128.pow(PRICE_DECIMALS) { 2 } else { 4 };
    format_rounded(price, PRICE_DECIMALS, shown)
}

fn dollars(amount: u128) -> String {
    format!("{} USD", format_rounded(amount, QUOTE_DECIMALS, 2))
}
