//! Random commands on a small vault, with its margin engine, its books and its law: nothing but time, prices and a loss
//! that nobody can pay makes a healthy account unhealthy, and assets always cover what is owed.
//!
//! Two traders each trade against a maker of their own, at the mark. A withdrawal, an opening or a bond is taken back
//! where initial margin is missing afterwards, as the contract does it.

use proptest::prelude::*;

use super::{
    liquidation::{CollateralCase, CollateralTerms},
    *,
};
use crate::{
    ids::{Account, AssetId, MarketId},
    units::{Bps, Price, Seconds, Timestamp},
};

const VENUE: Account = Account([1; 20]);
const ETHER: AssetId = AssetId(1);
const UNIT: u128 = 10u128.pow(18);
const DOLLAR: u128 = 1_000_000;
const TERMS: CollateralTerms = CollateralTerms { discount: Bps(500), insurance_share: Bps(2_000) };

#[derive(Clone, Debug)]
enum Step {
    Deposit(usize, bool, u128),
    Withdraw(usize, bool, u128),
    Open(usize, i128),
    Reduce(usize, u32),
    Seize(usize, usize, u128),
    Settle(usize),
    Bond(usize, u128),
    Cover(usize),
    Haircut(u32),
    ScaleStart(u128),
    Weight(u32),
    Price(u128),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let amount = 0..20_000 * DOLLAR;
    prop_oneof![
        2 => (0..4usize, any::<bool>(), amount.clone()).prop_map(|(a, quote, x)| Step::Deposit(a, quote, x)),
        1 => (0..4usize, any::<bool>(), amount.clone()).prop_map(|(a, quote, x)| Step::Withdraw(a, quote, x)),
        4 => (0..2usize, -20_000..20_000i128).prop_map(|(a, x)| Step::Open(a, x * 1_000_000_000_000_000)),
        3 => (0..2usize, 1..=10_000u32).prop_map(|(a, x)| Step::Reduce(a, x)),
        4 => (0..4usize, 0..4usize, amount.clone()).prop_map(|(a, b, x)| Step::Seize(a, b, x)),
        1 => (0..4usize).prop_map(Step::Settle),
        1 => (0..4usize, amount).prop_map(|(a, x)| Step::Bond(a, x)),
        1 => (0..4usize).prop_map(Step::Cover),
        1 => (0..=10_000u32).prop_map(Step::Haircut),
        1 => (1..40_000 * DOLLAR).prop_map(Step::ScaleStart),
        1 => (10_000..=20_000u32).prop_map(Step::Weight),
        3 => (500..4_000u128).prop_map(Step::Price),
        1 => (0..4 * 86_400u64).prop_map(Step::Wait),
    ]
}

/// A position, and what was paid for it.
#[derive(Clone, Copy, Default)]
struct Trade {
    size: i128,
    cost: i128,
}

#[derive(Clone)]
struct World {
    now: Timestamp,
    price: Price,
    asset: Asset,
    book: VenueBook,
    accounts: [Ledger; 4],
    /// Of the traders; their makers have the opposite.
    trades: [Trade; 2],
    held: u128,
    insurance: u128,
}

fn signed(value: u128) -> i128 {
    i128::try_from(value).unwrap()
}

impl World {
    fn new(haircut: u32) -> Self {
        let mut ledger = Ledger::default();
        ledger.opt_in(VENUE).unwrap();
        let asset = Asset {
            market: MarketId(1),
            decimals: 18,
            cap: Limit::new(u128::MAX),
            haircut: Dial::new(Bps(haircut)),
            scale_start: Limit::new(u128::MAX),
            ..Asset::default()
        };
        let book = VenueBook { cover: Cover::new(1_000 * DOLLAR), weight: Dial::new(Bps::ONE), ..VenueBook::default() };
        Self {
            now: Timestamp(10 * 86_400),
            price: Price(2_000 * UNIT),
            asset,
            book,
            accounts: core::array::from_fn(|_| ledger.clone()),
            trades: [Trade::default(); 2],
            held: 0,
            insurance: 0,
        }
    }

    fn scale() -> Scale {
        Scale::new(18, 6).unwrap()
    }

    /// What `size` is worth, exactly: sizes are whole thousandths and prices whole dollars.
    fn worth(&self, size: i128) -> i128 {
        signed(Self::scale().value_down(size.unsigned_abs(), self.price)) * size.signum()
    }

    fn leg(&self, account: usize) -> CollateralLeg {
        let haircut = self.asset.haircut.at(self.now);
        CollateralLeg {
            amount: self.accounts[account].holding(ETHER),
            scale: Self::scale(),
            price: self.price,
            stable: self.price,
            valid: true,
            haircut_initial: haircut,
            haircut_maintenance: haircut,
            haircut_bare: haircut,
            scale_start: self.asset.scale_start.at(self.now),
            deposits: self.asset.held,
        }
    }

    fn health(&self, account: usize) -> Health {
        let ledger = &self.accounts[account];
        let membership = ledger.membership(VENUE).unwrap();
        let trade = self.trades[account % 2];
        let sign = if account < 2 { 1 } else { -1 };
        let notional = self.worth(trade.size).unsigned_abs();
        let unrealised = (self.worth(trade.size) - trade.cost) * sign;
        let position = Position {
            notional,
            initial: notional.div_ceil(10),
            maintenance: notional.div_ceil(20),
            unrealised,
            unrealised_stable: unrealised,
        };
        let mut leg =
            VenueLeg { debt: membership.debt, pending: self.book.credit_of(membership), ..VenueLeg::default() };
        leg.add(&position, self.book.weight.at(self.now), AddOn::default(), true, Reading::Plain);
        health(ledger.cash, &[self.leg(account)], &[leg], Reading::Plain)
    }

    /// Does it, unless somebody of `asked` has no initial margin afterwards.
    fn attempt(&mut self, asked: &[usize], act: impl FnOnce(&mut Self) -> Option<()>) {
        let mut after = self.clone();
        if act(&mut after).is_some() && asked.iter().all(|account| after.health(*account).initial >= 0) {
            *self = after;
        }
    }

    fn close(&mut self, trader: usize, part: u32) -> Option<()> {
        let trade = self.trades[trader];
        let size = trade.size / 10_000 * i128::from(part);
        let cost = if part == 10_000 { trade.cost } else { trade.cost / 10_000 * i128::from(part) };
        let size = if part == 10_000 { trade.size } else { size / 1_000_000_000_000_000 * 1_000_000_000_000_000 };
        let profit = self.worth(size) - cost;
        self.trades[trader] = Trade { size: trade.size - size, cost: trade.cost - cost };
        let (mut gains, mut pays) = (self.accounts[trader].clone(), self.accounts[trader + 2].clone());
        let (loser, winner) = if profit > 0 { (&mut pays, &mut gains) } else { (&mut gains, &mut pays) };
        self.book.realise(VENUE, loser, winner, profit.unsigned_abs()).ok()?;
        (self.accounts[trader], self.accounts[trader + 2]) = (gains, pays);
        Some(())
    }

    fn seize(&mut self, liquidator: usize, account: usize, max_repay: u128) -> Option<()> {
        let judged = self.health(account);
        if liquidator == account || !judged.is_liquidatable() {
            return None;
        }
        let leg = self.leg(account);
        let case = CollateralCase {
            deficit: judged.deficit(),
            debt: self.accounts[account].debt(),
            available: leg.amount,
            scale: leg.scale,
            price: leg.price,
            weight: leg.weights(),
        };
        let seizure = TERMS.seize(&case, max_repay)?;
        self.accounts[liquidator].spend(seizure.repaid + seizure.insurance).ok()?;
        self.accounts[account].take(ETHER, seizure.seized).ok()?;
        self.accounts[liquidator].put(ETHER, seizure.seized).ok()?;
        self.accounts[account].earn(seizure.repaid).ok()?;
        self.insurance += seizure.insurance;
        self.book.settle(VENUE, &mut self.accounts[account]).ok()?;
        let after = self.health(account);
        // Two roundings of a value.
        assert!(after.maintenance >= judged.maintenance - 2, "{judged:?} {seizure:?} {after:?}");
        Some(())
    }

    fn run(&mut self, step: &Step) {
        match *step {
            Step::Deposit(account, true, amount) => {
                self.held += amount;
                self.accounts[account].earn(amount).unwrap();
                self.book.settle(VENUE, &mut self.accounts[account]).unwrap();
            }
            Step::Deposit(account, false, amount) => {
                let amount = amount * 1_000_000_000;
                self.asset.held += amount;
                self.accounts[account].put(ETHER, amount).unwrap();
            }
            Step::Withdraw(account, true, amount) => self.attempt(&[account], |world| {
                world.held = world.held.checked_sub(amount)?;
                world.accounts[account].spend(amount).ok()
            }),
            Step::Withdraw(account, false, amount) => self.attempt(&[account], |world| {
                let amount = amount * 1_000_000_000;
                world.asset.held = world.asset.held.checked_sub(amount)?;
                world.accounts[account].take(ETHER, amount).ok()
            }),
            Step::Open(trader, size) => self.attempt(&[trader, trader + 2], |world| {
                let trade = world.trades[trader];
                let cost = world.worth(size);
                world.trades[trader] = Trade { size: trade.size + size, cost: trade.cost + cost };
                (trade.size.signum() * size.signum() >= 0).then_some(())
            }),
            Step::Reduce(trader, part) => self.close(trader, part).unwrap(),
            Step::Seize(liquidator, account, max_repay) => {
                self.attempt(&[liquidator], |world| world.seize(liquidator, account, max_repay));
            }
            Step::Settle(account) => {
                self.book.settle(VENUE, &mut self.accounts[account]).unwrap();
            }
            Step::Bond(account, amount) => self.attempt(&[account], |world| {
                world.book.bond += amount;
                world.accounts[account].spend(amount).ok()
            }),
            Step::Cover(account) => {
                let mut fund = self.insurance;
                self.book.cover(VENUE, &mut self.accounts[account], &mut fund).unwrap();
                self.insurance = fund;
            }
            Step::Haircut(to) => {
                let _ = self.asset.haircut.set(&Law::HAIRCUT, Bps(to), Clock::free(self.now));
            }
            Step::ScaleStart(to) => {
                let _ = self.asset.scale_start.set(&Law::SCALE_START, to, Clock::free(self.now));
            }
            Step::Weight(to) => {
                let _ = self.book.weight.set(&Law::WEIGHT, Bps(to), Clock::free(self.now));
            }
            Step::Price(price) => self.price = Price(price * UNIT),
            Step::Wait(seconds) => self.now = self.now.after(Seconds(seconds)),
        }
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let cash: u128 = self.accounts.iter().map(|account| account.cash).sum();
        prop_assert_eq!(cash + self.book.pool + self.book.bond + self.insurance, self.held);
        let ether: u128 = self.accounts.iter().map(|account| account.holding(ETHER)).sum();
        prop_assert_eq!(ether, self.asset.held);
        prop_assert_eq!(self.book.pool + self.book.debts, self.book.pending + self.book.advanced);
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn only_time_and_prices_make_a_healthy_account_unhealthy(
        haircut in 0..2_000u32, steps in prop::collection::vec(step(), 1..80),
    ) {
        let mut world = World::new(haircut);
        for step in steps {
            let before: Vec<Health> = (0..4).map(|account| world.health(account)).collect();
            world.run(&step);
            world.check()?;
            if matches!(step, Step::Price(_) | Step::Wait(_)) {
                continue;
            }
            for (account, before) in before.iter().enumerate() {
                let after = world.health(account);
                if !before.is_liquidatable() {
                    // Requirements of parts are rounded up.
                    prop_assert!(after.maintenance >= -2, "{account} {step:?} {before:?} {after:?}");
                }
            }
        }
    }
}
