//! The health of an account, in three tiers.
//!
//! | tier | collateral | profit not yet realised | requirement |
//! |---|---|---|---|
//! | initial: opens, withdrawals | worse of oracle and stable price | does not count | initial |
//! | liquidation end | oracle price, initial haircut | counts | initial |
//! | maintenance | oracle price, maintenance haircut | counts | maintenance |
//!
//! Each tier is what counts as assets less what counts as liabilities, so initial <= end <= maintenance always. What
//! a venue reports in the account's favour counts no further than that venue's own requirement: a venue that lies cannot
//! shield an account from the others. A bond adds nothing to it, since it falls when it pays somebody else, and no
//! payment to another may make an account unhealthy.
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

    /// The part of the value that counts at the liquidation end, rounded down, and the part that counts for
    /// maintenance, where none counts for more.
    pub fn weights(&self) -> (Bps, Bps) {
        let weight = self.haircut_initial.complement();
        let heaviest = weight.max(self.haircut_maintenance.complement());
        let all = self.scale.value_down(self.deposits, self.price);
        if all <= self.scale_start {
            return (weight, heaviest);
        }
        let scaled = mul_div_down(u128::from(weight.0), self.scale_start, all).and_then(|w| u32::try_from(w).ok());
        (Bps(scaled.unwrap_or(0)), heaviest)
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
    /// Profit (or loss) at the mark of those positions whose market's price is valid.
    pub proven: i128,
    /// Realised profit that is not yet paid.
    pub pending: u128,
    /// Realised loss that is not yet collected.
    pub debt: u128,
}

impl VenueLeg {
    /// Adds a position. Its requirements are multiplied by the venue's `weight` and raised by the add-on on its
    /// notional. `valid`: whether its market's price is.
    ///
    /// For a liquidation a position without a valid price counts neither with its requirement nor with a loss: nobody
    /// is liquidated by a price that is not valid, and a dead market does not stop the liquidation of what is in the
    /// others. A profit counts as last known, like all profit only against what its venue asks.
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
        if valid {
            self.proven = self.proven.saturating_add(position.unrealised);
        }
        let weighted = |requirement| weight.of_up(requirement).unwrap_or(u128::MAX);
        let added = |share: Bps| share.of_up(position.notional).unwrap_or(u128::MAX);
        let maintenance = weighted(position.maintenance.min(position.initial));
        self.initial = self.initial.saturating_add(weighted(position.initial)).saturating_add(added(add_on.initial));
        self.maintenance = self.maintenance.saturating_add(maintenance).saturating_add(added(add_on.maintenance));
        self.maintenance_bare = self.maintenance_bare.saturating_add(maintenance);
    }

    /// By how much health for maintenance falls when a `loss` of this venue is realised. What is realised is owed in
    /// full, while a profit counts no further than the venue's requirement: it is what of the profit then goes beyond.
    /// Zero once the profits that are proven have been realised too.
    pub fn cost_of_realising(&self, loss: u128) -> u128 {
        let requirement = i128::try_from(self.maintenance.min(self.initial)).unwrap_or(i128::MAX);
        let loss = i128::try_from(loss).unwrap_or(i128::MAX);
        self.proven.saturating_sub(requirement).min(0).saturating_add(loss).max(0).unsigned_abs()
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
    fn nets(&mut self, result: i128, requirement: u128) {
        let profit = if result > 0 { result.unsigned_abs() } else { 0 };
        let loss = if result < 0 { result.unsigned_abs() } else { 0 };
        self.owes(loss.saturating_add(requirement).saturating_sub(profit));
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
        initial.nets(leg.unrealised.min(leg.unrealised_stable).min(0), leg.initial);
        let pending = i128::try_from(leg.pending).unwrap_or(i128::MAX);
        let mut result = leg.unrealised.saturating_add(pending);
        if reading == Reading::Lower {
            result = leg.unrealised.min(0);
        }
        end.nets(result, leg.initial);
        let least = leg.maintenance.min(leg.initial);
        maintenance.nets(result, least);
        bare.nets(result, leg.maintenance_bare.min(least));
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
#[path = "health_tests.rs"]
mod tests;
