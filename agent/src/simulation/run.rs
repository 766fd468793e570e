//! One arm while it runs: what is known, and what happens in a block.

use super::blobs::Blobs;
use super::books::{Book, Terms};
use super::cast::Cast;
use super::error::SimulationError;
use super::keepers::{Keepers, outcomes};
use super::script::Kept;
use super::stage::Stage;
use super::traders::TENDING;
use super::watch::{FreezeLog, Freshness, states};
use crate::incident::Incident;
use crate::outcome::{Arm, ArmOutcome, Attempt, MarketState, Moment, Wish};
use crate::terminal::Signal;

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
        let stakes = &self.cast.traders[trader].stakes;
        Book::read(&self.stage, &self.stage.traders[trader], stakes.iter().map(|stake| stake.market))
    }

    /// Asks the contracts anew about an account that something happened to.
    pub(super) fn touch(&mut self, trader: usize) -> Result<(), SimulationError> {
        self.books[trader] = self.read(trader)?;
        self.surplus = None;
        Ok(())
    }

    pub(super) fn note(&mut self, trader: usize, market: usize, wish: Wish, refused: Option<String>) {
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
}
