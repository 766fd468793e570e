//! The canary: the way of a liquidation, gone on an upgraded host before anybody else's account depends on it.
//!
//! It has two reserved accounts, a position of one against the other, and a market of its own, whose price the keepers
//! report: whoever loses and wins in it is the canary itself. The plan touches its market like the others, so that it
//! is frozen with them; keepers let its price fall until the account is deeply insolvent at a valid price, which is the
//! one liquidation that the guard lets through in a freeze, and liquidate a little of it on the venue, through vault and
//! guard, as they would anybody. No contract knows of an exception.

use lockstep_core::units::{Bps, Price};

use super::abi::{IOracleGuard, IPerpetualVenue};
use super::books::{Book, Terms};
use super::error::SimulationError;
use super::reporters::CONFIDENCE;
use super::run::Run;
use super::stage::{Stage, market_id, sol};
use super::words::{self, dollars};
use crate::decimal::PRICE_DECIMALS;

/// What each of the two accounts brings, smallest unit of the quote asset.
pub(super) const COLLATERAL: u128 = 1_000_000_000;

/// Notional of the position over the collateral.
const LEVERAGE: u128 = 5;

/// The canary's price, and where it falls to: 18 % lower, so that nine tenths of the collateral are lost.
const PRICE: u128 = 10u128.pow(PRICE_DECIMALS);
const FALLEN: u128 = PRICE / 100 * 82;

/// The part of its position that is liquidated each time.
const PART: u128 = 50;

/// The terms of its market, basis points.
pub(super) const INITIAL: Bps = Bps(1_000);
pub(super) const MAINTENANCE: Bps = Bps(500);
pub(super) const FEE: Bps = Bps(100);

/// Most reporters of a feed.
const MAX_REPORTERS: usize = 8;

impl Stage<'_> {
    /// Whether there is a canary: where the host is upgraded.
    pub(super) fn has_canary(&self) -> bool {
        self.incident.plans.iter().any(|plan| plan.is_host)
    }

    /// The canary's market: after those of the incident.
    pub(super) fn canary_market(&self) -> usize {
        self.incident.markets.len()
    }

    /// The keepers who report the canary's price.
    pub(super) fn canary_reporters(&self) -> &[lockstep_devchain::Account] {
        &self.keepers[..self.keepers.len().min(MAX_REPORTERS)]
    }

    /// The markets that a plan touches: those of the file, and for one of the host the canary's.
    pub(super) fn touched(&self, plan: usize) -> Vec<u32> {
        let plan = &self.incident.plans[plan];
        let canary = plan.is_host.then(|| self.canary_market());
        plan.markets.iter().copied().chain(canary).map(market_id).collect()
    }

    fn report_canary(&mut self, price: u128) -> Result<(), SimulationError> {
        let report = IOracleGuard::reportCall {
            feed: market_id(self.canary_market()),
            price,
            confidence: price / CONFIDENCE,
            publishedAt: self.chain.now(),
        };
        for reporter in self.canary_reporters().to_vec() {
            self.must("report", &reporter, self.oracle, &report)?;
        }
        Ok(())
    }
}

impl Run<'_> {
    /// Before the rehearsal begins keepers report the canary's price, so that its feed is trusted when it opens.
    pub(super) fn feed_canary(&mut self) -> Result<(), SimulationError> {
        if self.stage.has_canary() { self.stage.report_canary(PRICE) } else { Ok(()) }
    }

    /// The canary gets its position while all is well.
    pub(super) fn begin_canary(&mut self) -> Result<(), SimulationError> {
        if !self.stage.has_canary() {
            return Ok(());
        }
        let size = Terms::scale()?
            .amount_down(COLLATERAL * LEVERAGE, Price(PRICE))
            .and_then(|amount| i128::try_from(amount).ok())
            .ok_or(SimulationError::Overflow("the canary's position"))?;
        let canary = self.stage.canary.clone();
        let call = IPerpetualVenue::increaseCall { market: market_id(self.stage.canary_market()), size };
        self.stage.must("increase", &canary, self.stage.venue, &call).map(|_| ())
    }

    /// Goes the way of a liquidation on the canary's account, once every price of the plan's markets is valid. It passes
    /// where the venue liquidates exactly what was asked for, and what the account paid is what its counterparty and the
    /// liquidator got.
    pub(super) fn canary(&mut self, plan: usize) -> Result<bool, SimulationError> {
        let touched = &self.stage.incident.plans[plan].markets;
        if !touched.iter().all(|market| self.markets.get(*market).is_some_and(|state| state.valid)) {
            return Ok(false);
        }
        let market = self.stage.canary_market();
        let (canary, maker, keeper) =
            (self.stage.canary.clone(), self.stage.canary_maker.clone(), self.stage.keeper.clone());
        let read = |stage: &Stage<'_>| -> Result<[Book; 3], SimulationError> {
            Ok([
                Book::read(stage, &canary, [market])?,
                Book::read(stage, &maker, [market])?,
                Book::read(stage, &keeper, [])?,
            ])
        };
        let before = read(&self.stage)?;
        self.stage.report_canary(FALLEN)?;
        self.keepers.canary_fell = true;
        let size = before[0].positions[0].size.unsigned_abs() / PART;
        let call =
            IPerpetualVenue::liquidateCall { account: sol(canary.address()), market: market_id(market), maxSize: size };
        let done = self.stage.attempt(&keeper, self.stage.venue, &call);
        self.surplus = None;
        if let Err(failure) = done {
            let why = words::refusal(&failure);
            self.say(format!("the canary cannot be liquidated: {why}"))?;
            return Ok(false);
        }
        let event: IPerpetualVenue::Liquidated = self.stage.emitted("liquidate")?;
        let after = read(&self.stage)?;
        let paid = |index: usize| before[index].cash.saturating_sub(after[index].cash);
        let got = |index: usize| after[index].cash.saturating_sub(before[index].cash);
        let closed = before[0].positions[0].size.unsigned_abs() - after[0].positions[0].size.unsigned_abs();
        let lost = event.profit.unsigned_abs();
        let sound = closed == size
            && event.profit < 0
            && got(1) == lost
            && got(2) == event.reward
            && event.insurance == 0
            && paid(0) == lost + event.reward
            && after.iter().all(|book| book.debt == 0 && book.pending == 0);
        self.say(format!(
            "the canary is liquidated on its own market: it pays {}, of which {} go to the liquidator",
            dollars(paid(0)),
            dollars(event.reward)
        ))?;
        Ok(sound)
    }

    /// Keepers put the canary's price back.
    pub(super) fn lift_canary(&mut self) -> Result<(), SimulationError> {
        if std::mem::take(&mut self.keepers.canary_fell) { self.stage.report_canary(PRICE) } else { Ok(()) }
    }
}
