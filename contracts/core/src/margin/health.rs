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
//!
//! Haircuts and requirements are those in force, add-ons of plans and of volatility included; whether an account is
//! deeply insolvent is judged without these. Where all accounts together hold more of an asset than its scale start,
//! the weight of that asset shrinks in the initial tier and at the liquidation end, by `start / deposits` (as Mango does
//! it); not in the maintenance tier, where another's deposit would make a healthy account unhealthy.

use crate::{
    margin::{addon::AddOn, asset::Scale},
    units::{Bps, Price, mul_div_down},
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
    /// The governed haircut, without add-ons.
    pub haircut_bare: Bps,
    /// The value of all deposits, in quote, beyond which they count for less.
    pub scale_start: u128,
    /// What all accounts hold of it, in its smallest unit.
    pub deposits: u128,
}

impl CollateralLeg {
    /// The haircut in force: the governed one with add-ons, which make no more than `cap` of it.
    pub fn in_force(bare: Bps, add_on: Bps, cap: Bps) -> Bps {
        bare.saturating_add(add_on).min(cap.max(bare)).min(Bps::ONE)
    }

    /// What is left of a `value` in the initial tier and at the liquidation end; rounded down.
    fn concentrated_down(&self, value: u128) -> u128 {
        let all = self.scale.value_down(self.deposits, self.price);
        if all <= self.scale_start { value } else { mul_div_down(value, self.scale_start, all).unwrap_or(0) }
    }

    /// The part of the value that counts at the liquidation end, in basis points: rounded down, and up.
    pub fn end_weight(&self) -> (Bps, Bps) {
        let weight = self.haircut_initial.complement();
        let all = self.scale.value_down(self.deposits, self.price);
        if all <= self.scale_start {
            return (weight, weight);
        }
        let scaled = mul_div_down(u128::from(weight.0), self.scale_start, all).and_then(|w| u32::try_from(w).ok());
        let down = Bps(scaled.unwrap_or(0));
        (down, down.saturating_add(Bps(1)).min(weight))
    }
}

/// One open position as its venue reports it, in quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Its absolute size at the mark.
    pub notional: u128,
    /// The initial requirement.
    pub initial: u128,
    /// The maintenance requirement.
    pub maintenance: u128,
    /// Profit or loss at the mark.
    pub unrealised: i128,
    /// Profit or loss at the stable price.
    pub unrealised_stable: i128,
}

/// What an account has on one venue: the venue's answer summed up, and the vault's own books. In quote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VenueLeg {
    /// The initial requirement.
    pub initial: u128,
    /// The maintenance requirement; never counts for more than the initial one.
    pub maintenance: u128,
    /// The maintenance requirement without add-ons.
    pub maintenance_bare: u128,
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

impl VenueLeg {
    /// Adds a position. Its requirements are multiplied by the venue's `weight` and raised by the add-on on its
    /// notional. `valid`: whether its market's price is.
    ///
    /// For a liquidation a position without a valid price counts neither with its requirement nor with a loss: nobody
    /// is liquidated by a price that is not valid, and a dead market does not stop the liquidation of what is in the
    /// others. A profit counts as last known, like all profit only up to the venue's bond.
    pub fn add(&mut self, position: &Position, weight: Bps, add_on: AddOn, valid: bool, reading: Reading) {
        let unproven = !valid && reading == Reading::Upper;
        let (gain, gain_stable) = if unproven {
            (position.unrealised.max(0), position.unrealised_stable.max(0))
        } else {
            (position.unrealised, position.unrealised_stable)
        };
        self.unrealised = self.unrealised.saturating_add(gain);
        self.unrealised_stable = self.unrealised_stable.saturating_add(gain_stable);
        if unproven {
            return;
        }
        let weighted = |requirement| weight.of_up(requirement).unwrap_or(u128::MAX);
        let added = |share: Bps| share.of_up(position.notional).unwrap_or(u128::MAX);
        let maintenance = weighted(position.maintenance.min(position.initial));
        self.initial = self.initial.saturating_add(weighted(position.initial)).saturating_add(added(add_on.initial));
        self.maintenance = self.maintenance.saturating_add(maintenance).saturating_add(added(add_on.maintenance));
        self.maintenance_bare = self.maintenance_bare.saturating_add(maintenance);
    }
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
    /// The same without the add-ons of plans and of volatility: what deep insolvency is judged by.
    pub bare: Bps,
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
    let (mut initial, mut end, mut maintenance, mut bare) = (start, start, start, start);
    for leg in collateral {
        let value = |price| leg.scale.value_down(leg.amount, price);
        let after = |value, haircut: Bps| haircut.complement().of_down(value).unwrap_or(0);
        match (leg.valid, reading) {
            (false, Reading::Lower) => {}
            (false, Reading::Upper) => {
                let generous = leg.scale.value_down(leg.amount, leg.price).saturating_mul(2);
                end.owns(generous);
                maintenance.owns(generous);
                bare.owns(generous);
            }
            _ => {
                let haircut_maintenance = leg.haircut_maintenance.min(leg.haircut_initial);
                let counted = |price| leg.concentrated_down(after(value(price), leg.haircut_initial));
                initial.owns(counted(leg.price.min(leg.stable)));
                end.owns(counted(leg.price));
                maintenance.owns(after(value(leg.price), haircut_maintenance));
                bare.owns(after(value(leg.price), leg.haircut_bare.min(haircut_maintenance)));
            }
        }
    }
    for leg in venues {
        for tier in [&mut initial, &mut end, &mut maintenance, &mut bare] {
            tier.owes(leg.debt);
        }
        initial.nets(leg.unrealised.min(leg.unrealised_stable).min(0), leg.initial, leg.bond);
        let pending = i128::try_from(leg.pending).unwrap_or(i128::MAX);
        let mut result = leg.unrealised.saturating_add(pending);
        if reading == Reading::Lower {
            result = leg.unrealised.min(0);
        }
        end.nets(result, leg.initial, leg.bond);
        let least = leg.maintenance.min(leg.initial);
        maintenance.nets(result, least, leg.bond);
        bare.nets(result, leg.maintenance_bare.min(least), leg.bond);
    }
    let ratio = |tier: Tier| Bps::ratio_down(tier.assets, tier.liabilities).unwrap_or(Bps(u32::MAX));
    Health {
        initial: initial.net(),
        end: end.net(),
        maintenance: maintenance.net(),
        ratio: ratio(maintenance),
        bare: ratio(bare),
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
            haircut_bare: Bps(500),
            scale_start: u128::MAX,
            deposits: amount * UNIT,
        }
    }

    const BOOK: VenueLeg = VenueLeg {
        initial: 500_000_000,
        maintenance: 250_000_000,
        maintenance_bare: 250_000_000,
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

    /// Replayable case 5: weight 0.9, scale start 500,000, price 25.
    #[test]
    fn large_deposits_count_for_less() {
        for (deposits, weight) in [(20_000, 900), (40_000, 450), (60_000, 300)] {
            let leg = CollateralLeg {
                scale_start: 500_000_000_000,
                deposits: deposits * UNIT,
                haircut_maintenance: Bps(1_000),
                haircut_bare: Bps(1_000),
                ..ether(40, 25, 25)
            };
            let health = health(0, &[leg], &[], Reading::Plain);
            // 40 at 25 are 1,000.
            assert_eq!((health.initial, health.end), (weight * 1_000_000, weight * 1_000_000), "{deposits}");
            assert_eq!(health.maintenance, 900_000_000);
        }
    }

    /// Replayable case 7: 80 + 250 * (5,000 / 7,500) + 500 * (10,000 / 100,000) = 296.67.
    #[test]
    fn collateral_limit_of_three_deposits() {
        let leg = |amount: u128, haircut, scale_start: u128, deposits: u128| CollateralLeg {
            amount: amount * UNIT,
            haircut_initial: Bps(haircut),
            haircut_maintenance: Bps(haircut),
            haircut_bare: Bps(haircut),
            scale_start: scale_start * 1_000_000,
            deposits: deposits * UNIT,
            ..ether(0, 1, 1)
        };
        let legs = [leg(100, 2_000, 1_000, 100), leg(500, 5_000, 5_000, 7_500), leg(1_000, 5_000, 10_000, 100_000)];
        assert_eq!(health(0, &legs, &[], Reading::Plain).initial, 296_666_666);
    }

    #[test]
    fn the_weight_at_the_end_is_bracketed() {
        let whole = ether(1, 25, 25);
        assert_eq!(whole.end_weight(), (Bps(9_000), Bps(9_000)));
        let third = CollateralLeg { scale_start: 500_000_000_000, deposits: 60_001 * UNIT, ..whole };
        assert_eq!(third.end_weight(), (Bps(2_999), Bps(3_000)));
        let none = CollateralLeg { scale_start: 0, deposits: UNIT, ..whole };
        assert_eq!(none.end_weight(), (Bps(0), Bps(1)));
    }

    #[test]
    fn add_ons_are_capped_and_never_lift_the_governed_haircut() {
        let of = |bare, add_on| CollateralLeg::in_force(Bps(bare), Bps(add_on), Bps(9_500)).0;
        assert_eq!((of(1_000, 600), of(9_000, 600), of(9_800, 600)), (1_600, 9_500, 9_800));
        assert_eq!(of(1_000, u32::MAX), 9_500);
    }

    #[test]
    fn dollars_behind_a_position_need_the_add_on_too() {
        let position =
            Position { notional: 10_000, initial: 1_000, maintenance: 500, unrealised: -300, unrealised_stable: -200 };
        let add_on = AddOn { initial: Bps(600), maintenance: Bps(300) };
        let mut leg = VenueLeg::default();
        leg.add(&position, Bps(12_000), add_on, true, Reading::Upper);
        assert_eq!((leg.initial, leg.maintenance, leg.maintenance_bare), (1_800, 900, 600));
        assert_eq!((leg.unrealised, leg.unrealised_stable), (-300, -200));
        let health = health(1_000, &[], &[leg], Reading::Upper);
        assert_eq!((health.initial, health.end, health.maintenance), (-1_100, -1_100, -200));
        // Liquidatable, and not deeply insolvent: that is judged without the add-on.
        assert_eq!((health.ratio, health.bare), (Bps(8_333), Bps(11_111)));
    }

    #[test]
    fn an_invalid_price_neither_liquidates_nor_shields() {
        let dead =
            Position { notional: 10_000, initial: 1_000, maintenance: 500, unrealised: -9_000, unrealised_stable: -1 };
        let alive = Position { unrealised: -600, unrealised_stable: -600, ..dead };
        let with = |dead: Position, reading| {
            let mut leg = VenueLeg::default();
            leg.add(&alive, Bps::ONE, AddOn::default(), true, reading);
            leg.add(&dead, Bps::ONE, AddOn::default(), false, reading);
            health(1_000, &[], &[leg], reading)
        };
        // The loss at the dead price does not count, the one at the valid price does.
        assert_eq!(with(dead, Reading::Upper).maintenance, 1_000 - 600 - 500);
        assert_eq!(with(dead, Reading::Lower).maintenance, 1_000 - 9_600 - 1_000);
        // Nor does a large profit at the dead price hide the loss at the valid one beyond what the venue itself asks.
        let rich = Position { unrealised: 1_000_000, ..dead };
        assert_eq!(with(rich, Reading::Upper).maintenance, 1_000);
        assert_eq!(with(rich, Reading::Lower).maintenance, 1_000 - 1_000);
    }

    prop_compose! {
        fn leg()(
            amount: u128, decimals in 0u8..=36, price: u128, stable: u128, valid: bool,
            initial in 0u32..=10_000, maintenance in 0u32..=10_000, bare in 0u32..=10_000, scale_start: u128,
            deposits: u128,
        ) -> CollateralLeg {
            CollateralLeg {
                amount, scale: Scale::new(decimals, 6).unwrap(), price: Price(price), stable: Price(stable), valid,
                haircut_initial: Bps(initial), haircut_maintenance: Bps(maintenance), haircut_bare: Bps(bare),
                scale_start, deposits,
            }
        }
    }

    prop_compose! {
        fn venue()(
            initial: u128, maintenance: u128, maintenance_bare: u128, unrealised: i128, unrealised_stable: i128,
            pending: u128, debt: u128, bond: u128,
        ) -> VenueLeg {
            VenueLeg { initial, maintenance, maintenance_bare, unrealised, unrealised_stable, pending, debt, bond }
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
                prop_assert!(health.ratio <= health.bare, "{health:?}");
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
