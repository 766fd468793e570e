//! Collateral assets and their value in quote.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::{Account, MarketId},
    margin::law::{Dial, Limit},
    units::{PRICE_DECIMALS, Price, mul_div_down, mul_div_up},
};

/// The most decimals that an asset may have.
pub const MAX_DECIMALS: u8 = 36;

/// The largest power of ten that a `u128` holds.
const MAX_POWER: u32 = 38;

/// How many places lie between an amount times a price and the smallest unit of quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Places to divide by.
    down: u32,
    /// Places to multiply by.
    up: u32,
}

impl Scale {
    /// The scale of an asset with `decimals`; `None` where either exceeds [`MAX_DECIMALS`].
    pub fn new(decimals: u8, quote_decimals: u8) -> Option<Self> {
        if decimals > MAX_DECIMALS || quote_decimals > MAX_DECIMALS {
            return None;
        }
        let (places, quote) = (u32::from(decimals).saturating_add(PRICE_DECIMALS), u32::from(quote_decimals));
        Some(Self { down: places.saturating_sub(quote), up: quote.saturating_sub(places) })
    }

    /// The value of `amount` in quote, rounded down; saturates at `u128::MAX`, which is down too.
    pub fn value_down(self, amount: u128, price: Price) -> u128 {
        let (near, far) = self.split();
        let value = mul_div_down(amount, price.0, near).map(|v| v / far).or_else(|| {
            // Only with more than 38 places to divide by does the true value fit although the product over 10^38
            // does not; the amount is then so large that its last places weigh nothing.
            (far > 1).then(|| mul_div_down(amount / far, price.0, near)).flatten()
        });
        value.and_then(|v| v.checked_mul(self.factor())).unwrap_or(u128::MAX)
    }

    /// The value of `amount` in quote, rounded up; `None` where it exceeds `u128`.
    pub fn value_up(self, amount: u128, price: Price) -> Option<u128> {
        let (near, far) = self.split();
        mul_div_up(amount, price.0, near)
            .map(|v| v.div_ceil(far))
            .or_else(|| (far > 1).then(|| mul_div_up(amount.div_ceil(far), price.0, near)).flatten())?
            .checked_mul(self.factor())
    }

    /// The amount that is worth `value`, rounded down; saturates at `u128::MAX`. `None` where the price is zero.
    pub fn amount_down(self, value: u128, price: Price) -> Option<u128> {
        if price.0 == 0 {
            return None;
        }
        let (near, far) = self.split();
        let amount = mul_div_down(value / self.factor(), near, price.0).and_then(|a| a.checked_mul(far));
        Some(amount.unwrap_or(u128::MAX))
    }

    /// The price at which `amount` is worth `value`, rounded up; saturates. Zero where the amount is.
    pub fn price_up(self, value: u128, amount: u128) -> Price {
        if amount == 0 {
            return Price(0);
        }
        let (near, far) = self.split();
        let whole = amount.checked_mul(self.factor());
        let price = whole.and_then(|whole| mul_div_up(value, near, whole)).and_then(|price| price.checked_mul(far));
        Price(price.unwrap_or(u128::MAX))
    }

    /// The divisor in two factors that fit.
    fn split(self) -> (u128, u128) {
        let near = self.down.min(MAX_POWER);
        (power(near), power(self.down.saturating_sub(near)))
    }

    fn factor(self) -> u128 {
        power(self.up)
    }
}

/// `10^n` for `n <= 38`.
fn power(n: u32) -> u128 {
    10u128.saturating_pow(n)
}

/// A collateral asset of the vault. Asset 0 is the quote asset itself, which has neither haircut nor cap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Asset {
    /// The ERC-20 contract; the zero address is the native token.
    pub token: Account,
    /// The asset's own (lending) market in the guard.
    pub market: MarketId,
    /// Places of the smallest unit.
    pub decimals: u8,
    /// The most that the vault takes in, in the smallest unit.
    pub cap: Limit,
    /// The part of the value that does not count.
    pub haircut: Dial,
    /// Beyond this value of all deposits together, in quote, each counts for less; `u128::MAX` for never.
    pub scale_start: Limit,
    /// What all accounts hold together, in the smallest unit.
    pub held: u128,
}

impl Asset {
    /// Whether anything that judges an account by this asset depends on the time.
    pub fn moves(&self) -> bool {
        self.haircut.moves() || self.scale_start.moves()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNIT: u128 = 10u128.pow(18);

    #[test]
    fn values_of_usual_assets() {
        // 1.5 tokens of 18 decimals at 2,000, in a quote of 6 decimals.
        let scale = Scale::new(18, 6).unwrap();
        assert_eq!(scale.value_down(15 * UNIT / 10, Price(2_000 * UNIT)), 3_000_000_000);
        assert_eq!(scale.value_up(15 * UNIT / 10, Price(2_000 * UNIT)), Some(3_000_000_000));
        assert_eq!(scale.amount_down(3_000_000_000, Price(2_000 * UNIT)), Some(15 * UNIT / 10));
        assert_eq!(scale.price_up(3_000_000_000, 15 * UNIT / 10), Price(2_000 * UNIT));
        assert_eq!(
            (scale.price_up(1, 3), scale.price_up(7, 0)),
            (Price(333_333_333_333_333_333_333_333_333_334), Price(0))
        );
        assert_eq!(Scale::new(0, 36).unwrap().price_up(15 * 10u128.pow(36), 3), Price(5 * UNIT));
        // Dust is worth nothing as collateral, and one unit as a debt.
        assert_eq!(scale.value_down(1, Price(2_000 * UNIT)), 0);
        assert_eq!(scale.value_up(1, Price(2_000 * UNIT)), Some(1));
    }

    #[test]
    fn extreme_decimals_neither_overflow_nor_overvalue() {
        // 0 decimals against a quote of 36: 3 tokens at 5 are 15 * 10^36.
        assert_eq!(Scale::new(0, 36).unwrap().value_down(3, Price(5 * UNIT)), 15 * 10u128.pow(36));
        // 36 decimals against a quote of 0: the largest amount at the largest price is about 1.16 * 10^23.
        let tiny = Scale::new(36, 0).unwrap();
        assert_eq!(tiny.value_down(u128::MAX, Price(u128::MAX)) / 10u128.pow(21), 115);
        assert_eq!(tiny.value_up(u128::MAX, Price(u128::MAX)).unwrap() / 10u128.pow(21), 115);
        assert_eq!(tiny.value_down(10u128.pow(36), Price(7 * UNIT)), 7);
        // What does not fit saturates as collateral and is refused as a debt.
        assert_eq!(Scale::new(0, 36).unwrap().value_down(u128::MAX, Price(UNIT)), u128::MAX);
        assert_eq!(Scale::new(0, 36).unwrap().value_up(u128::MAX, Price(UNIT)), None);
        assert_eq!(Scale::new(37, 6), None);
        assert_eq!(Scale::new(6, 37), None);
    }

    #[test]
    fn nothing_is_worth_anything_at_no_price() {
        let scale = Scale::new(18, 6).unwrap();
        assert_eq!(scale.value_down(u128::MAX, Price(0)), 0);
        assert_eq!(scale.amount_down(1, Price(0)), None);
    }

    proptest! {
        #[test]
        fn rounding_brackets_the_value(
            amount: u128, price: u128, decimals in 0u8..=MAX_DECIMALS, quote in 0u8..=MAX_DECIMALS,
        ) {
            let scale = Scale::new(decimals, quote).unwrap();
            let down = scale.value_down(amount, Price(price));
            match scale.value_up(amount, Price(price)) {
                Some(up) => {
                    prop_assert!(down <= up);
                    // One step of the last place, or of the largest factor where quote has more places.
                    let far = decimals.saturating_add(18).saturating_sub(quote) > 38;
                    prop_assert!(far || up - down <= 1);
                }
                None => prop_assert!(down >= u128::MAX / 10u128.pow(18)),
            }
        }

        #[test]
        fn what_a_value_buys_is_worth_no_more(
            value in 0u128..=u128::MAX / 10u128.pow(18), price in 1u128.., decimals in 0u8..=20, quote in 0u8..=20,
        ) {
            let scale = Scale::new(decimals, quote).unwrap();
            let amount = scale.amount_down(value, Price(price)).unwrap();
            prop_assume!(amount < u128::MAX);
            prop_assert!(scale.value_down(amount, Price(price)) <= value);
        }
    }
}
