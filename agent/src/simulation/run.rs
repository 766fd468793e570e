//! One arm while it runs: the reporters, the books, and the record of every block.

use lockstep_core::units::Price;

use super::abi::{IMarginVault, IOracleGuard, IPerpetualVenue};
use super::blobs::Blobs;
use super::books::{Book, Terms};
use super::cast::Cast;
use super::error::SimulationError;
use super::keepers::{Keepers, outcomes};
use super::script::Kept;
use super::stage::{QUOTE, Stage, market_id, sol};
use super::traders::TENDING;
use super::watch::{Change, FreezeLog, Freshness, states};
use crate::incident::{Incident, PricePath, Shown};
use crate::outcome::{Arm, ArmOutcome, Attempt, BlockState, MarketState, Moment, Wish};
use crate::terminal::Signal;

/// Half width of the confidence interval that reporters state: this part of the price.
const CONFIDENCE: u128 = 2_000;

/// What the canary's position is worth, smallest unit of the quote asset.
const CANARY_NOTIONAL: u128 = 100_000_000;

/// Where a trader stands in its own plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// Has not opened yet.
    Waits,
    /// Has opened.
    In,
    /// Will not open any more, or has left.
    Out,
}

pub(super) struct Run<'r> {
    pub(super) stage: Stage<'r>,
    pub(super) cast: &'r Cast,
    pub(super) terms: Vec<Terms>,
    pub(super) books: Vec<Book>,
    pub(super) brought: Vec<u128>,
    pub(super) plans: Vec<Plan>,
    /// Accounts that fell below maintenance, in the order in which they did.
    pub(super) queue: Vec<usize>,
    pub(super) fresh: Freshness,
    pub(super) markets: Vec<MarketState>,
    pub(super) next_report: u64,
    pub(super) next_round: u64,
    pub(super) next_tending: u64,
    pub(super) resumed: bool,
    pub(super) silent: bool,
    pub(super) block_seconds: u64,
    /// Index of the first event that was not played yet.
    pub(super) next_event: usize,
    pub(super) kept: Option<Kept>,
    pub(super) keepers: Keepers,
    pub(super) refused_in_a_row: u64,
    pub(super) surplus: Option<i128>,
    pub(super) freezes: FreezeLog,
    pub(super) outcome: ArmOutcome,
    pub(super) tell: &'r mut dyn FnMut(Signal) -> bool,
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
            plans: outcomes(&incident.plans),
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
            silent: false,
            block_seconds: incident.host.block_seconds.value,
            next_event: 0,
            kept: None,
            keepers: Keepers::of(&incident.plans),
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
        run.markets = states(&run.stage)?;
        run.begin_canary()?;
        run.announce()?;
        Ok(run)
    }

    /// Everything that happens in a block that has just been opened.
    pub(super) fn block(&mut self) -> Result<(), SimulationError> {
        self.look();
        let takes_transactions = !self.stage.chain.open().only_inherents;
        if takes_transactions {
            self.announce()?;
            self.report()?;
            self.tell()?;
        }
        self.markets = states(&self.stage)?;
        self.follow_plans()?;
        if takes_transactions {
            self.open_positions()?;
            self.tend()?;
            self.liquidate()?;
        }
        self.record()
    }

    /// The canary's account gets its small position while all is well.
    fn begin_canary(&mut self) -> Result<(), SimulationError> {
        if !self.stage.incident.plans.iter().any(|plan| plan.is_host) {
            return Ok(());
        }
        let market = self.canary_market();
        let size = self.terms[market]
            .scale
            .amount_down(CANARY_NOTIONAL, Price(self.markets[market].fed_price))
            .and_then(|amount| i128::try_from(amount).ok())
            .ok_or(SimulationError::Overflow("the canary's position"))?;
        let canary = self.stage.canary.clone();
        let call = IPerpetualVenue::increaseCall { market: market_id(market), size };
        self.stage.must("increase", &canary, self.stage.venue, &call).map(|_| ())
    }

    /// The market of the canary's position: the first that an upgrade of the host touches.
    pub(super) fn canary_market(&self) -> usize {
        let plan = self.stage.incident.plans.iter().find(|plan| plan.is_host);
        plan.and_then(|plan| plan.markets.first().copied()).unwrap_or(0)
    }

    /// Whether the rehearsal proper has not begun.
    pub(super) fn is_beginning(&self) -> bool {
        self.outcome.blocks.is_empty()
    }

    pub(super) fn say(&mut self, what: String) -> Result<(), SimulationError> {
        self.moment(self.stage.chain.now(), what)
    }

    pub(super) fn moment(&mut self, at: u64, what: String) -> Result<(), SimulationError> {
        let moment = Moment { at, what };
        self.outcome.timeline.push(moment.clone());
        if (self.tell)(Signal::Moment(self.outcome.arm, moment)) { Ok(()) } else { Err(SimulationError::GivenUp) }
    }

    pub(super) fn read(&self, trader: usize) -> Result<Book, SimulationError> {
        Book::read(&self.stage, trader, self.cast.traders[trader].market)
    }

    /// Asks the contracts anew about an account that something happened to.
    pub(super) fn touch(&mut self, trader: usize) -> Result<(), SimulationError> {
        self.books[trader] = self.read(trader)?;
        self.surplus = None;
        Ok(())
    }

    /// Reporters publish what the venue's feed showed; where it showed nothing new, keepers at least send a heartbeat.
    fn report(&mut self) -> Result<(), SimulationError> {
        let now = self.stage.chain.now();
        if now < self.next_report || self.silent {
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

    pub(super) fn note(&mut self, trader: usize, wish: Wish, refused: Option<String>) {
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
            in_upgrade: self.in_upgrade(market),
            refused,
        });
    }

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
        for other in [&stage.maker, &stage.keeper, &stage.owner, &stage.canary] {
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
