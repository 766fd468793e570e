//! The health of an account, in three tiers.
//!
//! | tier | collateral | profit not yet realised | requirement |
//! |---|---|---|---|
//! | initial: opens, withdrawals | worse of oracle and stable price | does not count | initial |
//! | liquidation end | oracle price, initial haircut | counts | initial |
//! | maintenance | oracle price, maintenance haircut | counts | maintenance |
//!
//! Each tier is what counts as assets less what counts as liabilities, so initial <= end <= maintenance always. What
//! a venue reports in the account's favour beyond that venue's own requirement counts only up to the venue's bond: a
//! venue that lies cannot shield an account from the others.

use crate::{
    margin::asset::Scale,
    units::{Bps, Price},
};

/// One collateral asset of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollateralLeg {
    /// How much of it, in its smallest unit.
    pub amount: u128,
    /// Its places against those of quote.
    pub scale: Scale,
    /// The oracle price; the last known one where it is not valid.
    pub price: Price,
    /// The stable price.
    pub stable: Price,
    /// Whether the oracle price is valid.
    pub valid: bool,
    /// The haircut for the initial tier and the liquidation end.
    pub haircut_initial: Bps,
    /// The haircut for the maintenance tier; never counts for more than the initial one.
    pub haircut_maintenance: Bps,
}

/// What an account has on one venue: the venue's answer summed up, and the vault's own books. In quote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VenueLeg {
    /// The initial requirement.
    pub initial: u128,
    /// The maintenance requirement; never counts for more than the initial one.
    pub maintenance: u128,
    /// Profit (or loss) at the mark that is not realised.
    pub unrealised: i128,
    /// The same at the stable price.
    pub unrealised_stable: i128,
    /// Realised profit that is not yet paid.
    pub pending: u128,
    /// Realised loss that is not yet collected.
    pub debt: u128,
    /// The venue's bond.
    pub bond: u128,
}

/// How to take what is not certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Last known prices as they stand: for display.
    Plain,
    /// Without the non-negative part of bad quotes and without any unrealised profit: a lower bound, for withdrawals.
    Lower,
    /// Collateral with a bad quote at twice its last known price and without haircut: for liquidations, so that a
    /// dead asset neither causes one nor, worth little, prevents one.
    Upper,
}

/// The health of an account: assets less liabilities per tier, in quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Must not be negative after opening or withdrawing.
    pub initial: i128,
    /// Liquidation stops where this is no longer negative.
    pub end: i128,
    /// Liquidation may begin where this is negative.
    pub maintenance: i128,
    /// Assets over liabilities in the maintenance tier, rounded down; `Bps(u32::MAX)` without liabilities.
    pub ratio: Bps,
}

impl Health {
    /// Whether liquidation may begin.
    pub const fn is_liquidatable(&self) -> bool {
        self.maintenance < 0
    }

    /// What is missing to the liquidation end.
    pub const fn deficit(&self) -> u128 {
        if self.end < 0 { self.end.unsigned_abs() } else { 0 }
    }
}

#[derive(Clone, Copy, Default)]
struct Tier {
    assets: u128,
    liabilities: u128,
}

impl Tier {
    fn owns(&mut self, amount: u128) {
        self.assets = self.assets.saturating_add(amount);
    }

    fn owes(&mut self, amount: u128) {
        self.liabilities = self.liabilities.saturating_add(amount);
    }

    /// One venue's result against its own requirement.
    fn nets(&mut self, result: i128, requirement: u128, bond: u128) {
        let profit = if result > 0 { result.unsigned_abs() } else { 0 };
        let loss = if result < 0 { result.unsigned_abs() } else { 0 };
        let asked = loss.saturating_add(requirement);
        self.owns(profit.saturating_sub(asked).min(bond));
        self.owes(asked.saturating_sub(profit));
    }

    fn net(self) -> i128 {
        let difference = i128::try_from(self.assets.abs_diff(self.liabilities)).unwrap_or(i128::MAX);
        if self.assets >= self.liabilities { difference } else { difference.saturating_neg() }
    }
}

/// The health of an account with `cash` quote, its other collateral, and one leg for each venue it is on.
pub fn health(cash: u128, collateral: &[CollateralLeg], venues: &[VenueLeg], reading: Reading) -> Health {
    let start = Tier { assets: cash, liabilities: 0 };
    let (mut initial, mut end, mut maintenance) = (start, start, start);
    for leg in collateral {
        let after =
            |price, haircut: Bps| haircut.complement().of_down(leg.scale.value_down(leg.amount, price)).unwrap_or(0);
        match (leg.valid, reading) {
            (false, Reading::Lower) => {}
            (false, Reading::Upper) => {
                let generous = leg.scale.value_down(leg.amount, leg.price).saturating_mul(2);
                end.owns(generous);
                maintenance.owns(generous);
            }
            _ => {
                let haircut_maintenance = leg.haircut_maintenance.min(leg.haircut_initial);
                initial.owns(after(leg.price.min(leg.stable), leg.haircut_initial));
                end.owns(after(leg.price, leg.haircut_initial));
                maintenance.owns(after(leg.price, haircut_maintenance));
            }
        }
    }
    for leg in venues {
        for tier in [&mut initial, &mut end, &mut maintenance] {
            tier.owes(leg.debt);
        }
        initial.nets(leg.unrealised.min(leg.unrealised_stable).min(0), leg.initial, leg.bond);
        let pending = i128::try_from(leg.pending).unwrap_or(i128::MAX);
        let mut result = leg.unrealised.saturating_add(pending);
        if reading == Reading::Lower {
            result = leg.unrealised.min(0);
        }
        end.nets(result, leg.initial, leg.bond);
        maintenance.nets(result, leg.maintenance.min(leg.initial), leg.bond);
    }
    Health {
        initial: initial.net(),
        end: end.net(),
        maintenance: maintenance.net(),
        ratio: Bps::ratio_down(maintenance.assets, maintenance.liabilities).unwrap_or(Bps(u32::MAX)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNIT: u128 = 10u128.pow(18);

    fn ether(amount: u128, price: u128, stable: u128) -> CollateralLeg {
        CollateralLeg {
            amount: amount * UNIT,
            scale: Scale::new(18, 6).unwrap(),
            price: Price(price * UNIT),
            stable: Price(stable * UNIT),
            valid: true,
            haircut_initial: Bps(1_000),
            haircut_maintenance: Bps(500),
        }
    }

    const BOOK: VenueLeg = VenueLeg {
        initial: 500_000_000,
        maintenance: 250_000_000,
        unrealised: 300_000_000,
        unrealised_stable: 300_000_000,
        pending: 0,
        debt: 0,
        bond: 0,
    };

    #[test]
    fn tiers_of_a_usual_account() {
        // 1 ether at 2,000 (stable 1,900), 100 of cash, requirement 500/250, profit 300.
        let health = health(100_000_000, &[ether(1, 2_000, 1_900)], &[BOOK], Reading::Plain);
        assert_eq!(health.initial, 100_000_000 + 1_710_000_000 - 500_000_000);
        assert_eq!(health.end, 100_000_000 + 1_800_000_000 - 200_000_000);
        // The profit beyond the requirement (50) does not count without a bond.
        assert_eq!(health.maintenance, 100_000_000 + 1_900_000_000);
        assert_eq!(health.ratio, Bps(u32::MAX));
    }

    #[test]
    fn a_venues_word_is_good_up_to_its_bond() {
        let liar = VenueLeg { unrealised: i128::MAX, pending: u128::MAX, bond: 70, ..BOOK };
        let debtor = VenueLeg { debt: 100, ..VenueLeg::default() };
        let health = health(0, &[], &[liar, debtor], Reading::Plain);
        assert_eq!((health.end, health.maintenance, health.ratio), (-30, -30, Bps(7_000)));
        assert_eq!(health.initial, -500_000_100);
    }

    #[test]
    fn profit_never_counts_for_initial_margin_and_loss_does_at_the_worse_price() {
        let venue =
            VenueLeg { unrealised: 10, unrealised_stable: -40, initial: 5, maintenance: 2, ..VenueLeg::default() };
        assert_eq!(health(100, &[], &[venue], Reading::Plain).initial, 55);
        let venue = VenueLeg { unrealised: -60, ..venue };
        assert_eq!(health(100, &[], &[venue], Reading::Plain).initial, 35);
        assert_eq!(health(100, &[], &[venue], Reading::Plain).maintenance, 38);
    }

    #[test]
    fn bad_quotes_by_reading() {
        let dead = CollateralLeg { valid: false, ..ether(1, 2_000, 2_000) };
        let debtor = VenueLeg { debt: 1_000_000_000, ..VenueLeg::default() };
        let of = |reading| health(0, &[dead], &[debtor], reading).maintenance;
        assert_eq!(of(Reading::Plain), 900_000_000);
        assert_eq!(of(Reading::Lower), -1_000_000_000);
        assert_eq!(of(Reading::Upper), 3_000_000_000);
    }

    #[test]
    fn ratio_and_deficit_of_an_account_below_maintenance() {
        let venue = VenueLeg { initial: 100, maintenance: 60, unrealised: -50, unrealised_stable: -50, ..BOOK };
        let health = health(100, &[], &[venue], Reading::Plain);
        assert_eq!((health.maintenance, health.ratio), (-10, Bps(9_090)));
        assert!(health.is_liquidatable());
        assert_eq!(health.deficit(), 50);
    }

    prop_compose! {
        fn leg()(
            amount: u128, decimals in 0u8..=36, price: u128, stable: u128, valid: bool,
            initial in 0u32..=10_000, maintenance in 0u32..=10_000,
        ) -> CollateralLeg {
            CollateralLeg {
                amount, scale: Scale::new(decimals, 6).unwrap(), price: Price(price), stable: Price(stable), valid,
                haircut_initial: Bps(initial), haircut_maintenance: Bps(maintenance),
            }
        }
    }

    prop_compose! {
        fn venue()(
            initial: u128, maintenance: u128, unrealised: i128, unrealised_stable: i128, pending: u128, debt: u128,
            bond: u128,
        ) -> VenueLeg {
            VenueLeg { initial, maintenance, unrealised, unrealised_stable, pending, debt, bond }
        }
    }

    fn legs() -> impl Strategy<Value = Vec<CollateralLeg>> {
        prop::collection::vec(leg(), 0..4)
    }

    fn venues() -> impl Strategy<Value = Vec<VenueLeg>> {
        prop::collection::vec(venue(), 0..4)
    }

    proptest! {
        #[test]
        fn tiers_are_ordered_whatever_is_reported(cash: u128, legs in legs(), venues in venues()) {
            for reading in [Reading::Plain, Reading::Lower, Reading::Upper] {
                let health = health(cash, &legs, &venues, reading);
                prop_assert!(health.initial <= health.end && health.end <= health.maintenance, "{health:?}");
            }
        }

        #[test]
        fn readings_are_ordered(cash: u128, legs in legs(), venues in venues()) {
            let of = |reading| health(cash, &legs, &venues, reading);
            prop_assert!(of(Reading::Lower).initial <= of(Reading::Plain).initial);
            prop_assert!(of(Reading::Lower).maintenance <= of(Reading::Plain).maintenance);
            prop_assert!(of(Reading::Plain).maintenance <= of(Reading::Upper).maintenance);
            prop_assert!(of(Reading::Plain).end <= of(Reading::Upper).end);
        }

        #[test]
        fn ratio_agrees_with_the_sign(cash in 0u128..1 << 100, venues in venues()) {
            let health = health(cash, &[], &venues, Reading::Plain);
            prop_assert_eq!(health.is_liquidatable(), health.ratio < Bps::ONE);
        }

        /// No report of one venue makes an account safer than that venue's bond does.
        #[test]
        fn a_venue_shields_by_its_bond_at_most(cash in 0u128..1 << 100, honest in venue(), liar in venue()) {
            let honest = VenueLeg { debt: honest.debt >> 30, initial: honest.initial >> 30, ..honest };
            let alone = health(cash, &[], &[honest], Reading::Plain).maintenance;
            let both = health(cash, &[], &[honest, liar], Reading::Plain).maintenance;
            let bond = i128::try_from(liar.bond).unwrap_or(i128::MAX);
            prop_assert!(both <= alone.saturating_add(bond));
        }
    }
}
