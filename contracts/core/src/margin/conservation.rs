//! Random movements over several accounts and venues: no quote appears or disappears.

use proptest::prelude::*;

use super::{clearing::Cover, *};
use crate::ids::Account;

const VENUES: [Account; 2] = [Account([1; 20]), Account([2; 20])];
const ACCOUNTS: usize = 4;

#[derive(Clone, Debug)]
enum Step {
    Deposit(usize, u128),
    Withdraw(usize, u128),
    Realise(usize, usize, usize, u128),
    Settle(usize, usize),
    Bond(usize, usize, u128),
    Insure(usize, u128),
    Charge(usize, usize, usize, u128, u128),
    Cover(usize, usize),
    Share(usize, usize),
    Collect(usize, u128),
    PayOut(usize, u128),
}

fn step() -> impl Strategy<Value = Step> {
    let (account, venue, amount) = (0..ACCOUNTS, 0..VENUES.len(), 0u128..1_000_000);
    prop_oneof![
        (account.clone(), amount.clone()).prop_map(|(a, x)| Step::Deposit(a, x)),
        (account.clone(), amount.clone()).prop_map(|(a, x)| Step::Withdraw(a, x)),
        (venue.clone(), account.clone(), account.clone(), amount.clone())
            .prop_map(|(v, a, b, x)| Step::Realise(v, a, b, x)),
        (venue.clone(), account.clone()).prop_map(|(v, a)| Step::Settle(v, a)),
        (venue.clone(), account.clone(), amount.clone()).prop_map(|(v, a, x)| Step::Bond(v, a, x)),
        (account.clone(), amount.clone()).prop_map(|(a, x)| Step::Insure(a, x)),
        (venue.clone(), account.clone(), account.clone(), amount.clone(), amount)
            .prop_map(|(v, a, b, x, y)| Step::Charge(v, a, b, x, y)),
        (venue.clone(), account.clone()).prop_map(|(v, a)| Step::Cover(v, a)),
        (venue, account.clone()).prop_map(|(v, a)| Step::Share(v, a)),
        (account.clone(), 0u128..1_000_000).prop_map(|(a, x)| Step::Collect(a, x)),
        (account, 0u128..1_000_000).prop_map(|(a, x)| Step::PayOut(a, x)),
    ]
}

struct Vault {
    held: u128,
    insurance: u128,
    pot: Pot,
    accounts: Vec<Ledger>,
    books: Vec<VenueBook>,
}

impl Vault {
    fn new() -> Self {
        let mut ledger = Ledger::default();
        for venue in VENUES {
            ledger.opt_in(venue).unwrap();
        }
        let book = VenueBook { cover: Cover::new(500_000), ..VenueBook::default() };
        Self {
            held: 0,
            insurance: 0,
            pot: Pot::default(),
            accounts: vec![ledger; ACCOUNTS],
            books: vec![book; VENUES.len()],
        }
    }

    fn run(&mut self, step: &Step) {
        match *step {
            Step::Deposit(a, x) => {
                self.held += x;
                self.accounts[a].earn(x).unwrap();
            }
            Step::Withdraw(a, x) => {
                if self.accounts[a].spend(x).is_ok() {
                    self.held -= x;
                }
            }
            Step::Realise(_, a, b, _) if a == b => {}
            Step::Realise(v, a, b, x) => {
                let mut loser = self.accounts[a].clone();
                let mut winner = self.accounts[b].clone();
                let moved = self.books[v].realise(VENUES[v], &mut loser, &mut winner, x).unwrap();
                assert!(moved.collected <= x);
                (self.accounts[a], self.accounts[b]) = (loser, winner);
            }
            Step::Settle(v, a) => {
                self.books[v].settle(VENUES[v], &mut self.accounts[a]).unwrap();
            }
            Step::Bond(v, a, x) => {
                if self.accounts[a].spend(x).is_ok() {
                    self.books[v].bond += x;
                }
            }
            Step::Insure(a, x) => {
                if self.accounts[a].spend(x).is_ok() {
                    self.insurance += x;
                }
            }
            Step::Charge(venue, from, to, most, share) => {
                let (reward, insurance) = self.books[venue].charge(&mut self.accounts[from], most, share).unwrap();
                self.accounts[to].earn(reward).unwrap();
                self.insurance += insurance;
            }
            Step::Cover(v, a) => {
                let mut fund = self.insurance;
                self.books[v].cover(VENUES[v], &mut self.accounts[a], &mut fund).unwrap();
                self.insurance = fund;
            }
            Step::Share(v, a) => {
                let debt = self.accounts[a].membership(VENUES[v]).unwrap().debt;
                let shared = self.books[v].share(VENUES[v], &mut self.accounts[a]).unwrap();
                assert_eq!(shared.by_bond + shared.by_credits, debt);
            }
            Step::Collect(a, x) => {
                let collected = self.pot.collect(&mut self.accounts[a], x).unwrap();
                assert!(collected == x || self.accounts[a].cash == 0);
            }
            Step::PayOut(a, x) => {
                let enough = self.pot.0 >= x;
                assert_eq!(self.pot.pay_out(&mut self.accounts[a], x).is_ok(), enough);
            }
        }
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let cash: u128 = self.accounts.iter().map(|a| a.cash).sum();
        let venues: u128 = self.books.iter().map(|b| b.pool + b.bond).sum();
        prop_assert_eq!(cash + venues + self.insurance + self.pot.0, self.held);
        for (book, venue) in self.books.iter().zip(VENUES) {
            prop_assert_eq!(book.pool + book.debts, book.pending + book.advanced);
            let of = |f: fn(&Membership) -> u128| -> u128 {
                self.accounts.iter().map(|a| f(a.membership(venue).unwrap())).sum()
            };
            prop_assert_eq!(book.debts, of(|m| m.debt));
            // Roundings of shared losses stay in the pool: at most one unit for each step of each account.
            let credits: u128 = self.accounts.iter().map(|a| book.credit_of(a.membership(venue).unwrap())).sum();
            prop_assert!(credits <= book.pending, "{credits} of {}", book.pending);
            prop_assert!(book.worth > 0 || credits == book.pending);
            prop_assert!(book.epoch > 0 || book.pending - credits <= 4 * 80);
            for account in &self.accounts {
                let membership = account.membership(venue).unwrap();
                prop_assert!(membership.debt == 0 || book.credit_of(membership) == 0);
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn quote_is_conserved(steps in prop::collection::vec(step(), 1..80)) {
        let mut vault = Vault::new();
        for step in steps {
            vault.run(&step);
            vault.check()?;
        }
    }

    /// Accounts in collusion, and a venue that says whatever they like: together they never take out more than they
    /// and the venue's bond put in.
    #[test]
    fn nobody_prints_money(moves in prop::collection::vec((0..ACCOUNTS, 0..ACCOUNTS, any::<u64>()), 1..60), bond: u64) {
        let mut vault = Vault::new();
        vault.held = 3_000 + u128::from(bond);
        vault.books[0].bond = u128::from(bond);
        for account in &mut vault.accounts[..3] {
            account.cash = 1_000;
        }
        for (a, b, amount) in moves {
            vault.run(&Step::Realise(0, a, b, u128::from(amount)));
            vault.check()?;
        }
        let taken: u128 = vault.accounts.iter().map(|a| a.cash).sum();
        prop_assert!(taken <= 3_000 + u128::from(bond));
    }
}
