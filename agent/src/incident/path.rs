//! The true price between the rows.

use super::{Market, PriceRow};

/// The true price of a market as a function of time: straight lines between the first trades of the intervals.
#[derive(Clone, Debug)]
pub struct PricePath<'m> {
    rows: &'m [PriceRow],
}

impl<'m> PricePath<'m> {
    /// The path of a market.
    pub fn of(market: &'m Market) -> Self {
        Self { rows: &market.true_price }
    }

    /// Price at `now` (Unix seconds), 18 decimals, rounded down; the nearest row's outside of all rows.
    pub fn at_down(&self, now: u64) -> u128 {
        let next = self.rows.partition_point(|row| row.at <= now);
        let after = self.rows.get(next);
        let before = next.checked_sub(1).and_then(|index| self.rows.get(index));
        match (before, after) {
            (Some(before), Some(after)) => between_down(before, after, now),
            (Some(row), None) | (None, Some(row)) => row.price,
            (None, None) => 0,
        }
    }
}

fn between_down(before: &PriceRow, after: &PriceRow, now: u64) -> u128 {
    let span = u128::from(after.at - before.at);
    let passed = u128::from(now - before.at);
    // The weighted sum is split so that it stays far below 128 bits for any price an incident can hold.
    let part = |price: u128, weight: u128| (price / span * weight, price % span * weight);
    let (whole_before, rest_before) = part(before.price, span - passed);
    let (whole_after, rest_after) = part(after.price, passed);
    whole_before + whole_after + (rest_before + rest_after) / span
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(at: u64, price: u128) -> PriceRow {
        PriceRow { at, price, low: price, high: price }
    }

    #[test]
    fn rows_are_joined_by_straight_lines() {
        let rows = [row(100, 1_000), row(400, 400), row(500, 401)];
        let path = PricePath { rows: &rows };
        assert_eq!(path.at_down(100), 1_000);
        assert_eq!(path.at_down(250), 700);
        assert_eq!(path.at_down(400), 400);
        assert_eq!(path.at_down(499), 400);
        assert_eq!(path.at_down(500), 401);
        assert_eq!(path.at_down(0), 1_000);
        assert_eq!(path.at_down(9_999), 401);
    }

    proptest! {
        #[test]
        fn a_price_between_two_rows_is_never_outside_them(
            first in 1u128..=10u128.pow(30), second in 1u128..=10u128.pow(30), span in 1u64..100_000, share in 0u64..=1_000,
        ) {
            let rows = [row(0, first), row(span, second)];
            let price = PricePath { rows: &rows }.at_down(span * share / 1_000);
            prop_assert!(price >= first.min(second) && price <= first.max(second));
        }
    }
}
