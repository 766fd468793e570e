//! The venue's arithmetic: every trade has two sides, a trader and the market's maker, and whatever one side gets the
//! other gives. Sizes are in the base asset's smallest unit, costs and profits in the quote asset's.

use lockstep_core::{
    ids::Account,
    margin::Scale,
    settlement::Basis,
    units::{Bps, Price, mul_div_down, mul_div_up},
};

/// The terms of one market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Market {
    /// The liquidity provider: the other side of every trade.
    pub maker: Account,
    /// Places of the base asset.
    pub decimals: u8,
    /// Initial requirement on the notional.
    pub initial: Bps,
    /// Maintenance requirement on the notional.
    pub maintenance: Bps,
    /// How much worse than the mark a trader trades.
    pub spread: Bps,
    /// Fee of a liquidation on the notional closed.
    pub liquidation_fee: Bps,
    /// The part of the fee that goes to the insurance fund.
    pub insurance_share: Bps,
    /// On which branches of a split its positions settle.
    pub basis: Basis,
    /// Whether its positions are settled by claims.
    pub ended: bool,
}

impl Market {
    /// Refuses what only a market does that has not ended.
    pub fn ensure_open(&self, market: u32) -> Result<(), crate::Error> {
        if self.ended { Err(crate::Error::MarketHasEnded(market)) } else { Ok(()) }
    }
}

/// A position: `cost` is the quote paid for it, negative where quote was received (a short).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Position {
    /// Long where positive.
    pub size: i128,
    /// Quote paid for `size`.
    pub cost: i128,
}

/// What was closed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The part of the position, with its sign.
    pub size: i128,
    /// What it had cost.
    pub cost: i128,
    /// What the trader gains (loses where negative).
    pub profit: i128,
}

/// Profit that was realised at an invalid mark: it is paid at the next valid one, and no more of it than the closed
/// part would bring then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Escrow {
    /// The part of the position that was closed.
    pub size: i128,
    /// What it had cost.
    pub cost: i128,
    /// What it brought at the invalid mark.
    pub profit: u128,
}

/// Why a position cannot be changed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookError {
    /// The trade has the other direction than the position.
    WrongDirection,
    /// There is nothing to close.
    NothingOpen,
    /// A sum exceeds 128 bits.
    Overflow,
}

/// A trader's price: the mark moved against it by the spread.
pub fn traded_price(mark: Price, spread: Bps, buys: bool) -> Option<Price> {
    let one = u128::from(Bps::ONE.0);
    let price = if buys {
        mul_div_up(mark.0, one.checked_add(u128::from(spread.0))?, one)
    } else {
        mul_div_down(mark.0, u128::from(spread.complement().0), one)
    };
    price.map(Price)
}

/// What `size` is worth at `price`: a long's value rounded down, a short's burden rounded up. Saturates.
fn worth(size: i128, price: Price, scale: Scale) -> i128 {
    let amount = size.unsigned_abs();
    if size < 0 {
        scale.value_up(amount, price).and_then(|v| i128::try_from(v).ok()).unwrap_or(i128::MAX).saturating_neg()
    } else {
        i128::try_from(scale.value_down(amount, price)).unwrap_or(i128::MAX)
    }
}

impl Position {
    /// The profit or loss at `price`.
    pub fn unrealised(&self, price: Price, scale: Scale) -> i128 {
        worth(self.size, price, scale).saturating_sub(self.cost)
    }

    /// The absolute notional at `price`, rounded up; saturates.
    pub fn notional_up(&self, price: Price, scale: Scale) -> u128 {
        scale.value_up(self.size.unsigned_abs(), price).unwrap_or(u128::MAX)
    }

    /// Buys (sells where negative) `size` from `maker` at `price`, in the direction of the position.
    pub fn open(&mut self, maker: &mut Self, size: i128, price: Price, scale: Scale) -> Result<(), BookError> {
        if self.size.signum().saturating_mul(size.signum()) < 0 {
            return Err(BookError::WrongDirection);
        }
        // The trader pays rounded up and receives rounded down.
        let cost = worth(size.checked_neg().ok_or(BookError::Overflow)?, price, scale).saturating_neg();
        self.add(size, cost)?;
        maker.add(size.saturating_neg(), cost.checked_neg().ok_or(BookError::Overflow)?)
    }

    /// Closes at most `size` of the position against `maker` at `price`.
    pub fn reduce(&mut self, maker: &mut Self, size: u128, price: Price, scale: Scale) -> Result<Closed, BookError> {
        let closed = self.part(size)?;
        let profit = worth(closed.size, price, scale).saturating_sub(closed.cost);
        self.add(closed.size.saturating_neg(), closed.cost.saturating_neg())?;
        maker.add(closed.size, closed.cost)?;
        Ok(Closed { profit, ..closed })
    }

    /// What closing at most `size` of the position would bring at `price`.
    pub fn part_at(&self, size: u128, price: Price, scale: Scale) -> Result<i128, BookError> {
        let part = self.part(size)?;
        Ok(worth(part.size, price, scale).saturating_sub(part.cost))
    }

    /// At most `size` of the position with its share of the cost, not yet closed.
    fn part(&self, size: u128) -> Result<Closed, BookError> {
        let whole = self.size.unsigned_abs();
        let part = size.min(whole);
        if part == 0 {
            return Err(BookError::NothingOpen);
        }
        let cost = mul_div_down(self.cost.unsigned_abs(), part, whole).ok_or(BookError::Overflow)?;
        let signed = |amount: u128, sign: i128| {
            i128::try_from(amount).map(|a| a.saturating_mul(sign)).map_err(|_| BookError::Overflow)
        };
        Ok(Closed { size: signed(part, self.size.signum())?, cost: signed(cost, self.cost.signum())?, profit: 0 })
    }

    fn add(&mut self, size: i128, cost: i128) -> Result<(), BookError> {
        self.size = self.size.checked_add(size).ok_or(BookError::Overflow)?;
        self.cost = self.cost.checked_add(cost).ok_or(BookError::Overflow)?;
        Ok(())
    }
}

impl Escrow {
    /// Adds the profit of a part that was closed at an invalid mark. Longs and shorts never mix, since the escrow is
    /// released before anything is opened.
    pub fn add(&mut self, closed: &Closed, profit: u128) -> Result<(), BookError> {
        self.size = self.size.checked_add(closed.size).ok_or(BookError::Overflow)?;
        self.cost = self.cost.checked_add(closed.cost).ok_or(BookError::Overflow)?;
        self.profit = self.profit.checked_add(profit).ok_or(BookError::Overflow)?;
        Ok(())
    }

    /// `(to the trader, back to the maker)` at a valid `price`.
    pub fn release(&self, price: Price, scale: Scale) -> (u128, u128) {
        let worth = worth(self.size, price, scale).saturating_sub(self.cost);
        let paid = u128::try_from(worth).unwrap_or(0).min(self.profit);
        (paid, self.profit.saturating_sub(paid))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNIT: u128 = 10u128.pow(18);
    const ONE: i128 = 10i128.pow(18);

    fn scale() -> Scale {
        Scale::new(18, 6).unwrap()
    }

    fn price(quote: u128) -> Price {
        Price(quote * UNIT)
    }

    #[test]
    fn a_long_and_a_short_through_their_lives() {
        let (mut long, mut short, mut maker) = (Position::default(), Position::default(), Position::default());
        long.open(&mut maker, 2 * ONE, price(100), scale()).unwrap();
        short.open(&mut maker, -ONE, price(110), scale()).unwrap();
        assert_eq!(long, Position { size: 2 * ONE, cost: 200_000_000 });
        assert_eq!(short, Position { size: -ONE, cost: -110_000_000 });
        assert_eq!(maker, Position { size: -ONE, cost: -90_000_000 });
        assert_eq!(long.unrealised(price(120), scale()), 40_000_000);
        assert_eq!(short.unrealised(price(120), scale()), -10_000_000);
        assert_eq!(maker.unrealised(price(120), scale()), -30_000_000);
        let closed = long.reduce(&mut maker, UNIT / 2, price(120), scale()).unwrap();
        assert_eq!(closed, Closed { size: ONE / 2, cost: 50_000_000, profit: 10_000_000 });
        let closed = short.reduce(&mut maker, u128::MAX, price(90), scale()).unwrap();
        assert_eq!(closed, Closed { size: -ONE, cost: -110_000_000, profit: 20_000_000 });
        assert_eq!(short, Position::default());
        assert_eq!(short.reduce(&mut maker, 1, price(90), scale()), Err(BookError::NothingOpen));
        assert_eq!(long.open(&mut maker, -1, price(90), scale()), Err(BookError::WrongDirection));
    }

    #[test]
    fn the_spread_is_against_the_trader() {
        assert_eq!(traded_price(Price(10_000), Bps(10), true), Some(Price(10_010)));
        assert_eq!(traded_price(Price(10_000), Bps(10), false), Some(Price(9_990)));
        assert_eq!(traded_price(Price(3), Bps(1), true), Some(Price(4)));
        assert_eq!(traded_price(Price(3), Bps(1), false), Some(Price(2)));
    }

    #[test]
    fn an_escrow_pays_the_worse_of_two_marks() {
        let mut escrow = Escrow::default();
        escrow.add(&Closed { size: ONE, cost: 100_000_000, profit: 0 }, 30_000_000).unwrap();
        assert_eq!(escrow.release(price(150), scale()), (30_000_000, 0));
        assert_eq!(escrow.release(price(110), scale()), (10_000_000, 20_000_000));
        assert_eq!(escrow.release(price(90), scale()), (0, 30_000_000));
    }

    #[derive(Clone, Debug)]
    enum Step {
        Open(usize, i128, u128),
        Reduce(usize, u128, u128),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..3usize, -(1i128 << 80)..1i128 << 80, 1u128..1 << 80).prop_map(|(a, s, p)| Step::Open(a, s, p)),
            (0..3usize, 0u128..1 << 80, 1u128..1 << 80).prop_map(|(a, s, p)| Step::Reduce(a, s, p)),
        ]
    }

    proptest! {
        /// Sizes, costs and realised profits of the traders and the maker sum to zero after every step; what is not
        /// realised sums to zero up to one unit of rounding each, never in favour of all together.
        #[test]
        fn every_moment_is_zero_sum(steps in prop::collection::vec(step(), 1..60), mark in 1u128..1 << 80) {
            let mut traders = [Position::default(); 3];
            let mut maker = Position::default();
            let (mut won, mut made) = ([0i128; 3], 0i128);
            for step in steps {
                match step {
                    Step::Open(who, size, at) => {
                        let _ = traders[who].open(&mut maker, size, Price(at), scale());
                    }
                    Step::Reduce(who, size, at) => {
                        if let Ok(closed) = traders[who].reduce(&mut maker, size, Price(at), scale()) {
                            won[who] += closed.profit;
                            made -= closed.profit;
                        }
                    }
                }
                prop_assert_eq!(traders.iter().map(|p| p.size).sum::<i128>() + maker.size, 0);
                prop_assert_eq!(traders.iter().map(|p| p.cost).sum::<i128>() + maker.cost, 0);
                prop_assert_eq!(won.iter().sum::<i128>() + made, 0);
                let open: i128 = traders.iter().chain([&maker]).map(|p| p.unrealised(Price(mark), scale())).sum();
                prop_assert!((-4..=0).contains(&open), "{open}");
            }
        }

        /// A flat position has no cost left: nothing is forgotten in partial closes.
        #[test]
        fn closing_in_parts_closes_all(size in 1u128..1 << 80, at in 1u128..1 << 80, parts in prop::collection::vec(1u128..1 << 78, 1..20)) {
            let (mut trader, mut maker) = (Position::default(), Position::default());
            trader.open(&mut maker, i128::try_from(size).unwrap(), Price(at), scale()).unwrap();
            for part in parts {
                let _ = trader.reduce(&mut maker, part, Price(at), scale());
            }
            let _ = trader.reduce(&mut maker, u128::MAX, Price(at), scale());
            prop_assert_eq!((trader, maker), (Position::default(), Position::default()));
        }

        /// Opening and closing at once never gains, even where rounding could.
        #[test]
        fn a_round_trip_never_gains(size in -(1i128 << 80)..1i128 << 80, at in 1u128..1 << 80) {
            prop_assume!(size != 0);
            let (mut trader, mut maker) = (Position::default(), Position::default());
            trader.open(&mut maker, size, Price(at), scale()).unwrap();
            prop_assert!(trader.reduce(&mut maker, u128::MAX, Price(at), scale()).unwrap().profit <= 0);
        }

        #[test]
        fn an_escrow_is_split_without_loss(size in -(1i128 << 80)..1i128 << 80, cost in -(1i128 << 80)..1i128 << 80, profit in 0u128..1 << 80, at in 1u128..1 << 80) {
            let escrow = Escrow { size, cost, profit };
            let (paid, back) = escrow.release(Price(at), scale());
            prop_assert_eq!(paid + back, profit);
        }
    }
}
