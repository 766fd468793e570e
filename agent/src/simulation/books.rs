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
    /// The places of an underlying against those of the quote asset.
    pub(super) fn scale() -> Result<Scale, SimulationError> {
        let places = u8::try_from(QUOTE_DECIMALS).ok();
        places
            .and_then(|places| Scale::new(BASE_DECIMALS, places))
            .ok_or(SimulationError::Overflow("the scale of the quote asset"))
    }

    /// The terms of every market of the stage.
    pub(super) fn of(stage: &Stage<'_>) -> Result<Vec<Self>, SimulationError> {
        let scale = Self::scale()?;
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

/// A position, and the profit of what was closed at an invalid price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// Index of the market.
    pub(super) market: usize,
    pub(super) size: i128,
    pub(super) cost: i128,
    pub(super) escrow: u128,
}

/// One account with its positions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Book {
    pub(super) cash: u128,
    pub(super) debt: u128,
    pub(super) pending: u128,
    pub(super) wallet: u128,
    /// One for each market that it was asked about, in that order, open or not.
    pub(super) positions: Vec<Position>,
}

impl Position {
    pub(super) const fn is_open(&self) -> bool {
        self.size != 0
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

    /// The requirement at a price that one of the market's ratios asks for.
    pub(super) fn required_up(&self, terms: Terms, ratio: Bps, price: u128) -> u128 {
        let notional = terms.scale.value_up(self.size.unsigned_abs(), Price(price)).unwrap_or(u128::MAX);
        ratio.of_up(notional).unwrap_or(u128::MAX)
    }
}

impl Book {
    /// Asks the contracts about an account and its positions in some markets.
    pub(super) fn read(
        stage: &Stage<'_>,
        who: &Account,
        markets: impl IntoIterator<Item = usize>,
    ) -> Result<Self, SimulationError> {
        let account = sol(who.address());
        let member = stage.view(
            "membership",
            stage.vault,
            &IMarginVault::membershipCall { account, venue: sol(stage.venue) },
        )?;
        let mut positions = Vec::new();
        for market in markets {
            let number = market_id(market);
            let position =
                stage.view("position", stage.venue, &IPerpetualVenue::positionCall { account, market: number })?;
            let escrow = stage.view("escrow", stage.venue, &IPerpetualVenue::escrowCall { account, market: number })?;
            positions.push(Position { market, size: position.size, cost: position.cost, escrow: escrow.profit });
        }
        Ok(Self {
            cash: stage.view("balanceOf", stage.vault, &IMarginVault::balanceOfCall { account, asset: QUOTE })?,
            debt: member.debt,
            pending: member.pending,
            wallet: stage.wallet(who),
            positions,
        })
    }

    /// The positions that are open.
    pub(super) fn open(&self) -> impl Iterator<Item = &Position> {
        self.positions.iter().filter(|position| position.is_open())
    }

    pub(super) fn is_open(&self) -> bool {
        self.open().next().is_some()
    }

    /// The profit that waits for valid prices.
    pub(super) fn escrow(&self) -> u128 {
        self.positions.iter().map(|position| position.escrow).sum()
    }

    /// Owes the venue and has nothing left to pay it with.
    pub(super) fn is_bankrupt(&self) -> bool {
        self.debt > 0 && self.cash == 0 && self.pending == 0 && !self.is_open()
    }

    /// Maintenance health over all positions at the prices of their markets, in basis points, by the margin engine that
    /// the vault runs; `None` without a position.
    pub(super) fn health_at(&self, terms: &[Terms], price: impl Fn(usize) -> u128) -> Option<u32> {
        if !self.is_open() {
            return None;
        }
        let mut leg = VenueLeg { pending: self.pending, debt: self.debt, ..VenueLeg::default() };
        for position in self.open() {
            let (terms, price) = (terms[position.market], price(position.market));
            let maintenance = position.required_up(terms, terms.maintenance, price);
            leg.initial = leg.initial.saturating_add(position.required_up(terms, terms.initial, price));
            leg.maintenance = leg.maintenance.saturating_add(maintenance);
            leg.maintenance_bare = leg.maintenance_bare.saturating_add(maintenance);
            leg.unrealised = leg.unrealised.saturating_add(position.unrealised(terms, price));
        }
        leg.unrealised_stable = leg.unrealised;
        Some(health(self.cash, &[], &[leg], Reading::Plain).ratio.0)
    }

    /// Everything it has, less everything it owes, at the prices of its markets.
    pub(super) fn equity_at(&self, terms: &[Terms], price: impl Fn(usize) -> u128) -> i128 {
        let signed = |amount: u128| i128::try_from(amount).unwrap_or(i128::MAX);
        let open = self
            .open()
            .map(|position| position.unrealised(terms[position.market], price(position.market)))
            .fold(0i128, i128::saturating_add);
        [self.wallet, self.cash, self.pending, self.escrow()]
            .into_iter()
            .map(signed)
            .fold(open, i128::saturating_add)
            .saturating_sub(signed(self.debt))
    }

    /// What closing `size` at `used` rather than at `truth` costs; negative is a gain.
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

    const fn price(dollars: u128) -> u128 {
        dollars * 10u128.pow(18)
    }

    fn book(cash: u128, positions: &[(i128, i128)]) -> Book {
        let positions = positions.iter().enumerate();
        let position = |(market, (size, cost)): (usize, &(i128, i128))| Position {
            market,
            size: *size,
            cost: *cost,
            ..Position::default()
        };
        Book { cash, positions: positions.map(position).collect(), ..Book::default() }
    }

    #[test]
    fn a_long_loses_health_as_the_price_falls() {
        let book = book(20_000_000, &[(UNIT, 100_000_000)]);
        let terms = [terms()];
        // 20 of cash against a requirement of 5; then against a loss of 16 and a requirement of 4.2.
        assert_eq!(book.health_at(&terms, |_| price(100)), Some(40_000));
        assert_eq!(book.health_at(&terms, |_| price(84)), Some(9_900));
        assert_eq!(book.equity_at(&terms, |_| price(84)), 4_000_000);
    }

    #[test]
    fn a_hedge_nets_what_is_won_and_lost_and_asks_margin_for_both() {
        let terms = [terms(), terms()];
        let hedged = book(20_000_000, &[(UNIT, 100_000_000), (-UNIT, -100_000_000)]);
        // Both at 100: 20 of cash against requirements of 5 and 5. Both at 84: nothing lost, requirements of 4.2 each.
        assert_eq!(hedged.health_at(&terms, |_| price(100)), Some(20_000));
        assert_eq!(hedged.health_at(&terms, |_| price(84)), Some(23_809));
        assert_eq!(hedged.equity_at(&terms, |_| price(84)), 20_000_000);
        // The hedge fails where only the long's market falls: a loss of 16, requirements of 4.2 and 5.
        let parted = |market| if market == 0 { price(84) } else { price(100) };
        assert_eq!(hedged.health_at(&terms, parted), Some(7_936));
        assert_eq!(hedged.equity_at(&terms, parted), 4_000_000);
    }

    #[test]
    fn an_account_without_a_position_has_no_health_and_one_that_owes_is_bankrupt() {
        let mut book = book(0, &[(0, 0), (0, 0)]);
        assert_eq!(book.health_at(&[terms(), terms()], |_| price(84)), None);
        assert!(!book.is_bankrupt());
        book.debt = 1;
        assert!(book.is_bankrupt());
        book.positions[1].size = UNIT;
        assert!(!book.is_bankrupt(), "what is open may yet pay");
        book.positions[0].escrow = 7;
        assert_eq!(book.escrow(), 7);
    }

    #[test]
    fn a_short_closed_above_the_truth_pays_too_much() {
        assert_eq!(Book::cost_of(terms(), -UNIT, price(110), price(100)), 10_000_000);
        assert_eq!(Book::cost_of(terms(), UNIT, price(110), price(100)), -10_000_000);
    }
}
