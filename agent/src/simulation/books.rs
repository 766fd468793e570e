//! What every account has, as the contracts say, so that health can be computed at any price without asking again.

use lockstep_core::margin::{Reading, Scale, VenueLeg, health};
use lockstep_core::units::{Bps, Price};
use lockstep_devchain::Account;

use super::abi::{IMarginVault, IPerpetualVenue};
use super::error::SimulationError;
use super::stage::{BASE_DECIMALS, QUOTE, Stage, market_id, sol};
use crate::outcome::QUOTE_DECIMALS;

/// The margin terms of a market.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) initial: Bps,
    pub(super) maintenance: Bps,
    pub(super) scale: Scale,
}

impl Terms {
    /// The terms of every market of the stage.
    pub(super) fn of(stage: &Stage<'_>) -> Result<Vec<Self>, SimulationError> {
        let places = u8::try_from(QUOTE_DECIMALS).ok();
        let scale = places
            .and_then(|places| Scale::new(BASE_DECIMALS, places))
            .ok_or(SimulationError::Overflow("the scale of the quote asset"))?;
        let markets = stage.incident.markets.iter();
        Ok(markets
            .map(|market| Self {
                initial: Bps(u32::from(market.initial_bps.value)),
                maintenance: Bps(u32::from(market.maintenance_bps.value)),
                scale,
            })
            .collect())
    }
}

/// One account with its position on one market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Book {
    pub(super) cash: u128,
    pub(super) debt: u128,
    pub(super) pending: u128,
    pub(super) escrow: u128,
    pub(super) size: i128,
    pub(super) cost: i128,
    pub(super) wallet: u128,
}

impl Book {
    /// Asks the contracts about a trader.
    pub(super) fn read(stage: &Stage<'_>, trader: usize, market: usize) -> Result<Self, SimulationError> {
        Self::of(stage, &stage.traders[trader], market)
    }

    /// Asks the contracts about an account.
    pub(super) fn of(stage: &Stage<'_>, who: &Account, market: usize) -> Result<Self, SimulationError> {
        let account = sol(who.address());
        let market = market_id(market);
        let member = stage.view(
            "membership",
            stage.vault,
            &IMarginVault::membershipCall { account, venue: sol(stage.venue) },
        )?;
        let position = stage.view("position", stage.venue, &IPerpetualVenue::positionCall { account, market })?;
        let escrow = stage.view("escrow", stage.venue, &IPerpetualVenue::escrowCall { account, market })?;
        Ok(Self {
            cash: stage.view("balanceOf", stage.vault, &IMarginVault::balanceOfCall { account, asset: QUOTE })?,
            debt: member.debt,
            pending: member.pending,
            escrow: escrow.profit,
            size: position.size,
            cost: position.cost,
            wallet: stage.wallet(who),
        })
    }

    pub(super) const fn is_open(&self) -> bool {
        self.size != 0
    }

    /// Owes the venue and has nothing left to pay it with.
    pub(super) const fn is_bankrupt(&self) -> bool {
        self.debt > 0 && self.cash == 0 && self.pending == 0 && self.size == 0
    }

    /// Profit or loss at a price: a long's value rounded down, a short's burden rounded up.
    fn unrealised(&self, terms: Terms, price: u128) -> i128 {
        let amount = self.size.unsigned_abs();
        let value = if self.size < 0 {
            terms.scale.value_up(amount, Price(price)).unwrap_or(u128::MAX)
        } else {
            terms.scale.value_down(amount, Price(price))
        };
        let worth = i128::try_from(value).unwrap_or(i128::MAX).saturating_mul(self.size.signum());
        worth.saturating_sub(self.cost)
    }

    /// Maintenance health at a price in basis points, by the margin engine that the vault runs; `None` without a
    /// position.
    pub(super) fn health_at(&self, terms: Terms, price: u128) -> Option<u32> {
        if !self.is_open() {
            return None;
        }
        let notional = terms.scale.value_up(self.size.unsigned_abs(), Price(price)).unwrap_or(u128::MAX);
        let required = |ratio: Bps| ratio.of_up(notional).unwrap_or(u128::MAX);
        let unrealised = self.unrealised(terms, price);
        let leg = VenueLeg {
            initial: required(terms.initial),
            maintenance: required(terms.maintenance),
            maintenance_bare: required(terms.maintenance),
            unrealised,
            unrealised_stable: unrealised,
            pending: self.pending,
            debt: self.debt,
            bond: 0,
        };
        Some(health(self.cash, &[], &[leg], Reading::Plain).ratio.0)
    }

    /// Everything it has, less everything it owes, at a price.
    pub(super) fn equity_at(&self, terms: Terms, price: u128) -> i128 {
        let signed = |amount: u128| i128::try_from(amount).unwrap_or(i128::MAX);
        let open = if self.is_open() { self.unrealised(terms, price) } else { 0 };
        [self.wallet, self.cash, self.pending, self.escrow]
            .into_iter()
            .map(signed)
            .fold(open, i128::saturating_add)
            .saturating_sub(signed(self.debt))
    }

    /// What closing `size` of it at `used` rather than at `truth` costs; negative is a gain.
    pub(super) fn cost_of(terms: Terms, size: i128, used: u128, truth: u128) -> i128 {
        let value =
            |price| i128::try_from(terms.scale.value_down(size.unsigned_abs(), Price(price))).unwrap_or(i128::MAX);
        value(truth).saturating_sub(value(used)).saturating_mul(size.signum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: i128 = 10i128.pow(18);

    fn terms() -> Terms {
        let scale = Scale::new(18, 6).expect("both are within bounds");
        Terms { initial: Bps(1_000), maintenance: Bps(500), scale }
    }

    fn price(dollars: u128) -> u128 {
        dollars * 10u128.pow(18)
    }

    #[test]
    fn a_long_loses_health_as_the_price_falls() {
        let book = Book { cash: 20_000_000, size: UNIT, cost: 100_000_000, ..Book::default() };
        // 20 of cash against a requirement of 5; then against a loss of 16 and a requirement of 4.2.
        assert_eq!(book.health_at(terms(), price(100)), Some(40_000));
        assert_eq!(book.health_at(terms(), price(84)), Some(9_900));
        assert_eq!(book.equity_at(terms(), price(84)), 4_000_000);
        assert_eq!(Book { size: 0, cost: 0, ..book }.health_at(terms(), price(84)), None);
    }

    #[test]
    fn a_short_closed_above_the_truth_pays_too_much() {
        assert_eq!(Book::cost_of(terms(), -UNIT, price(110), price(100)), 10_000_000);
        assert_eq!(Book::cost_of(terms(), UNIT, price(110), price(100)), -10_000_000);
    }
}
