//! How much a liquidation takes: until health is back at the liquidation end, never more, and within the share that
//! the guard allows while a market thaws.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    margin::asset::Scale,
    units::{Bps, Price, mul_div_down, mul_div_up},
};

/// What has been taken of one holding or position since a market began to thaw. Many small liquidations together
/// take no more than one: the share that the guard allows counts from the size before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Throttle {
    /// The part of the first size that is gone, rounded up.
    taken: Bps,
    /// The share that was allowed when it went. A smaller one means a new thaw.
    share: Bps,
}

impl Throttle {
    /// How much of `size` may be taken while the guard allows `share`, rounded down.
    pub fn allowed_down(&self, size: u128, share: Bps) -> u128 {
        if share >= Bps::ONE {
            return size;
        }
        let taken = self.taken_under(share);
        let more = share.0.saturating_sub(taken.0);
        mul_div_down(size, u128::from(more), u128::from(taken.complement().0)).unwrap_or(0)
    }

    /// The record after `amount` of `size` was taken under `share`.
    #[must_use]
    pub fn record(&self, size: u128, amount: u128, share: Bps) -> Self {
        let taken = self.taken_under(share);
        let part = mul_div_up(amount, u128::from(taken.complement().0), size).and_then(|p| u32::try_from(p).ok());
        Self { taken: taken.saturating_add(Bps(part.unwrap_or(Bps::ONE.0))).min(Bps::ONE), share }
    }

    fn taken_under(self, share: Bps) -> Bps {
        if share < self.share { Bps::ZERO } else { self.taken }
    }
}

/// What a liquidator of collateral gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct CollateralTerms {
    /// How much more than the repaid debt the collateral is worth.
    pub discount: Bps,
    /// The part of the discount that goes to the insurance fund.
    pub insurance_share: Bps,
}

/// One liquidation of collateral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seizure {
    /// Quote that the liquidator pays for the account's debt.
    pub repaid: u128,
    /// Quote that the liquidator pays into the insurance fund on top.
    pub insurance: u128,
    /// Collateral that the liquidator gets, in its smallest unit.
    pub seized: u128,
}

/// What stands against each other when collateral is liquidated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollateralCase {
    /// What the account is short of its liquidation end, in quote.
    pub deficit: u128,
    /// What the account owes, in quote.
    pub debt: u128,
    /// How much collateral may be taken, in its smallest unit.
    pub available: u128,
    /// The collateral's places.
    pub scale: Scale,
    /// Its oracle price.
    pub price: Price,
    /// The part of its value that counts at the liquidation end, rounded down, and the part that counts for
    /// maintenance, which is no smaller.
    pub weight: (Bps, Bps),
}

impl CollateralTerms {
    /// The liquidation of at most `max_repay` of debt; `None` where nothing can be taken.
    ///
    /// Each unit repaid gives the account one and takes `(1 + discount) * weight` of health; the discount is
    /// cut down to `(1 - weight) / weight`, so that no liquidation makes an account less healthy in any tier.
    pub fn seize(&self, case: &CollateralCase, max_repay: u128) -> Option<Seizure> {
        let one = u128::from(Bps::ONE.0);
        // The discount is bearable where the collateral counts for most; at the end it counts for no more.
        let (weight, heavier) = (u128::from(case.weight.0.0), case.weight.1);
        let discount = match mul_div_down(u128::from(heavier.complement().0), one, u128::from(heavier.0)) {
            Some(bearable) => u128::from(self.discount.0).min(bearable),
            None => u128::from(self.discount.0),
        };
        let premium = one.saturating_add(discount);
        // In units of one over 10^8; at least zero by the choice of the discount.
        let gain = one.saturating_mul(one).saturating_sub(premium.saturating_mul(weight));
        let needed = mul_div_up(case.deficit, one.saturating_mul(one), gain).unwrap_or(u128::MAX);
        let mut repaid = max_repay.min(case.debt).min(needed);
        let mut seized = case.scale.amount_down(mul_div_down(repaid, premium, one)?, case.price)?;
        if seized > case.available {
            seized = case.available;
            repaid = mul_div_up(case.scale.value_up(seized, case.price)?, one, premium)?.min(repaid);
        }
        if repaid == 0 || seized == 0 {
            return None;
        }
        let insurance = self.insurance_share.of_down(mul_div_down(repaid, discount, one)?)?;
        Some(Seizure { repaid, insurance, seized })
    }
}

/// A reward as it is paid where transactions cost `fee_ratio` times what they did; the rise is at most `most`. Rounded
/// down, saturating.
pub fn scaled_reward_down(reward: u128, fee_ratio: Bps, most: u128) -> u128 {
    let rise = Bps(fee_ratio.0.saturating_sub(Bps::ONE.0)).of_down(reward).unwrap_or(u128::MAX);
    reward.saturating_add(rise.min(most))
}

/// Whether a liquidation of `taken` is too small: below `smallest`, although `possible` could be taken. All in quote.
pub const fn is_too_small(taken: u128, possible: u128, smallest: u128) -> bool {
    taken < smallest && taken < possible
}

/// How much of a position of `size` to close, rounded up: closing all of it would bring `relief` of health at the
/// liquidation end, and `deficit` is missing. Never more than `most`.
pub fn position_up(deficit: u128, size: u128, relief: u128, most: u128) -> u128 {
    mul_div_up(size, deficit, relief).unwrap_or(size).min(size).min(most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::margin::health::{CollateralLeg, Health, Reading, VenueLeg, health};

    const UNIT: u128 = 10u128.pow(18);
    const TERMS: CollateralTerms = CollateralTerms { discount: Bps(500), insurance_share: Bps(2_000) };

    fn scale() -> Scale {
        Scale::new(18, 6).unwrap()
    }

    fn account(amount: u128, price: u128, haircut: u32, debt: u128) -> Health {
        let leg = CollateralLeg {
            amount,
            scale: scale(),
            price: Price(price),
            stable: Price(price),
            valid: true,
            haircut_initial: Bps(haircut),
            haircut_maintenance: Bps(haircut),
            haircut_bare: Bps(haircut),
            scale_start: u128::MAX,
            deposits: amount,
        };
        health(0, &[leg], &[VenueLeg { debt, ..VenueLeg::default() }], Reading::Upper)
    }

    #[test]
    fn roundings_at_the_edges_of_what_there_is() {
        let seize = |price, available, max_repay| {
            let weight = (Bps(5_000), Bps(5_000));
            let case = CollateralCase {
                deficit: u128::MAX >> 32,
                debt: 1_000,
                available,
                scale: Scale::new(0, 18).unwrap(),
                price: Price(price),
                weight,
            };
            TERMS.seize(&case, max_repay).map(|seizure| (seizure.repaid, seizure.seized))
        };
        // Ten and a half are worth three at a price of three, and there are three: all ten are repaid.
        assert_eq!(seize(3, 3, 10), Some((10, 3)));
        assert_eq!(seize(3, 2, 10), Some((6, 2)));
        // Nothing is repaid for nothing, nor anything seized for nothing.
        assert_eq!((seize(20, 3, 10), seize(3, 3, 0)), (None, None));
    }

    #[test]
    fn seizes_until_the_liquidation_end_and_no_further() {
        // 1 ether at 2,000 with a haircut of 20 % counts 1,600; the debt is 1,680. Each unit repaid brings
        // 1 - 1.05 * 0.8 = 0.16, so 500 are repaid for 525 of ether.
        let before = account(UNIT, 2_000 * UNIT, 2_000, 1_680_000_000);
        assert_eq!(before.end, -80_000_000);
        let case = CollateralCase {
            deficit: before.deficit(),
            debt: 1_680_000_000,
            available: UNIT,
            scale: scale(),
            price: Price(2_000 * UNIT),
            weight: (Bps(8_000), Bps(8_000)),
        };
        let seizure = TERMS.seize(&case, u128::MAX).unwrap();
        assert_eq!(seizure, Seizure { repaid: 500_000_000, insurance: 5_000_000, seized: 2_625 * UNIT / 10_000 });
        assert_eq!(account(UNIT - seizure.seized, 2_000 * UNIT, 2_000, 1_180_000_000).end, 0);
        assert_eq!(TERMS.seize(&case, 100_000_000).unwrap().repaid, 100_000_000);
        let throttled = CollateralCase { available: UNIT / 10, ..case };
        let seizure = TERMS.seize(&throttled, u128::MAX).unwrap();
        assert_eq!((seizure.seized, seizure.repaid), (UNIT / 10, 190_476_191));
        assert_eq!(TERMS.seize(&CollateralCase { debt: 0, ..case }, u128::MAX), None);
        assert_eq!(TERMS.seize(&CollateralCase { available: 0, ..case }, u128::MAX), None);
        assert_eq!(TERMS.seize(&CollateralCase { price: Price(0), ..case }, u128::MAX), None);
    }

    #[test]
    fn without_a_haircut_there_is_no_discount() {
        let case = CollateralCase {
            deficit: 1,
            debt: 1_000_000,
            available: UNIT,
            scale: scale(),
            price: Price(UNIT),
            weight: (Bps::ONE, Bps::ONE),
        };
        let seizure = TERMS.seize(&case, u128::MAX).unwrap();
        assert_eq!(seizure, Seizure { repaid: 1_000_000, insurance: 0, seized: UNIT });
    }

    #[test]
    fn the_ramp_counts_from_the_first_size() {
        let fresh = Throttle::default();
        assert_eq!(fresh.allowed_down(1_000, Bps(1_000)), 100);
        let once = fresh.record(1_000, 100, Bps(1_000));
        assert_eq!(once.allowed_down(900, Bps(1_000)), 0);
        // At 25 % another 150 of the first 1,000.
        assert_eq!(once.allowed_down(900, Bps(2_500)), 150);
        let twice = once.record(900, 150, Bps(2_500));
        assert_eq!(twice.allowed_down(750, Bps(2_500)), 0);
        assert_eq!(twice.allowed_down(750, Bps::ONE), 750);
        // The next thaw begins anew.
        assert_eq!(twice.allowed_down(750, Bps(1_000)), 75);
    }

    #[test]
    fn rewards_and_smallest_sizes_follow_the_fees() {
        assert_eq!(scaled_reward_down(100, Bps::ONE, 1_000), 100);
        assert_eq!(scaled_reward_down(101, Bps(15_000), 1_000), 151);
        assert_eq!(scaled_reward_down(100, Bps(50_000), 250), 350);
        assert_eq!(scaled_reward_down(u128::MAX, Bps(50_000), u128::MAX), u128::MAX);
        assert!(is_too_small(9, 20, 10) && !is_too_small(10, 20, 10));
        // What is left of a small account may go.
        assert!(!is_too_small(9, 9, 10) && is_too_small(8, 9, 10));
    }

    #[test]
    fn a_weight_at_the_end_below_that_of_maintenance() {
        // 1 ether at 2,000 of which 29.99 % count at the end, against a debt of 700.
        let case = CollateralCase {
            deficit: 100_200_000,
            debt: 700_000_000,
            available: UNIT,
            scale: scale(),
            price: Price(2_000 * UNIT),
            weight: (Bps(2_999), Bps(9_500)),
        };
        // Each unit repaid brings 1 - 1.05 * 0.2999 = 0.685105.
        assert_eq!(TERMS.seize(&case, u128::MAX).unwrap().repaid, 146_254_954);
        // Where 98 % count for maintenance, a discount of 2.04 % is all that the account can bear.
        let bare = CollateralCase { weight: (Bps(2_999), Bps(9_800)), ..case };
        let seizure = TERMS.seize(&bare, u128::MAX).unwrap();
        // 1 - 1.0204 * 0.2999 = 0.69398204.
        assert_eq!((seizure.repaid, seizure.insurance), (144_384_140, 589_087));
    }

    #[test]
    fn positions_close_up_to_the_end() {
        assert_eq!(position_up(50, 1_000, 100, u128::MAX), 500);
        assert_eq!(position_up(1, 1_000, 3_000, u128::MAX), 1);
        assert_eq!(position_up(500, 1_000, 100, u128::MAX), 1_000);
        assert_eq!(position_up(50, 1_000, 100, 70), 70);
        // Where closing does not help, all of it goes.
        assert_eq!(position_up(50, 1_000, 0, u128::MAX), 1_000);
    }

    proptest! {
        #[test]
        fn bites_together_stay_within_the_share(
            size in 1u128..1 << 100, bites in prop::collection::vec((1u128..1 << 100, 0u32..400), 1..50),
        ) {
            let (mut throttle, mut left, mut share) = (Throttle::default(), size, Bps(1_000));
            for (bite, ramp) in bites {
                share = share.saturating_add(Bps(ramp)).min(Bps(9_999));
                let amount = bite.min(throttle.allowed_down(left, share));
                throttle = throttle.record(left, amount, share);
                left -= amount;
                prop_assert!(size - left <= share.of_up(size).unwrap());
                if left == 0 { break; }
            }
        }

        #[test]
        fn a_seizure_never_hurts_and_never_overshoots(
            amount in 1u128..1 << 90, price in 1u128..1 << 90, haircut in 0u32..=10_000, discount in 0u32..=3_000,
            beyond in 1u128..20_000, max_repay in 1u128..1 << 120,
        ) {
            let counted = Bps(haircut).complement().of_down(scale().value_down(amount, Price(price))).unwrap();
            let debt = counted + 1 + mul_div_down(counted, beyond, 10_000).unwrap();
            let before = account(amount, price, haircut, debt);
            prop_assert!(before.is_liquidatable());
            let terms = CollateralTerms { discount: Bps(discount), insurance_share: Bps(2_000) };
            let case = CollateralCase {
                deficit: before.deficit(), debt, available: amount, scale: scale(), price: Price(price),
                weight: (Bps(haircut).complement(), Bps(haircut).complement()),
            };
            if let Some(seizure) = terms.seize(&case, max_repay) {
                prop_assert!(seizure.repaid <= max_repay.min(debt) && seizure.seized <= amount);
                let after = account(amount - seizure.seized, price, haircut, debt - seizure.repaid);
                // Two roundings of a value.
                prop_assert!(after.end >= before.end - 2, "{before:?} {seizure:?} {after:?}");
                // Beyond the end only by the rounding of the seized amount, which is less than one unit of it.
                let dust = i128::try_from(scale().value_up(1, Price(price)).unwrap()).unwrap();
                prop_assert!(after.end <= 3 + dust, "{before:?} {seizure:?} {after:?}");
            }
        }
    }
}
