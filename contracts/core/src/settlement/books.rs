//! Random books, settled in random orders.

use alloc::vec::Vec;

use proptest::prelude::*;

use super::{
    tests::{CONTEXT, account},
    *,
};
use crate::{
    keccak::keccak256,
    margin::Scale,
    units::{Price, Timestamp},
};

/// A position, what its holder has in quote, and when it comes to settle.
#[derive(Clone, Debug)]
struct Holder {
    size: i128,
    unrealised: i128,
    quote: u128,
}

/// A book in which everything that is not the last holder's is the last one's other side, as with a maker; each
/// holder's unrealised amount is rounded down as a venue rounds it.
fn book() -> impl Strategy<Value = Vec<Holder>> {
    let holder = (-(1i128 << 70)..1i128 << 70, -(1i128 << 60)..1i128 << 60, 0u128..1 << 61, 0i128..2);
    (prop::collection::vec(holder, 1..12), 0u128..1 << 64).prop_map(|(holders, quote)| {
        let (size, unrealised) = holders.iter().fold((0, 0), |(s, u), h| (s + h.0, u + h.1));
        let mut book: Vec<Holder> = holders
            .into_iter()
            .map(|(size, unrealised, quote, dust)| Holder { size, unrealised: unrealised - dust, quote })
            .collect();
        book.push(Holder { size: -size, unrealised: -unrealised, quote });
        book
    })
}

fn tree(book: &[Holder]) -> (Vec<Leaf>, Tree) {
    let mut builder = TreeBuilder::new(keccak256, CONTEXT);
    let mut leaves = Vec::new();
    for (index, holder) in (0u64..).zip(book) {
        let leaf = Leaf {
            index,
            account: account(index + 1),
            size: holder.size,
            entry_price: Price(1),
            margin: 0,
            unrealised: holder.unrealised,
            basis: Basis::PerBranchClaim,
        };
        builder.push(&leaf).unwrap();
        leaves.push(leaf);
    }
    (leaves, builder.finish().unwrap())
}

fn scale() -> Scale {
    Scale::new(18, 6).unwrap()
}

/// What one run did.
#[derive(Debug, PartialEq, Eq)]
struct Settled {
    quote: Vec<u128>,
    pot: Pot,
}

/// Settles the book: debits are collected in the order given, some twice; then credits are paid in that order, some
/// twice, as a bitmap would let them. `by_snapshot` as against one by one.
fn settle(book: &[Holder], order: &[usize], payment: Payment, by_snapshot: bool) -> Settled {
    let (leaves, tree) = tree(book);
    let owed = payment.owed_up(scale(), &tree.top().totals).unwrap();
    let mut pot = Pot::open(by_snapshot.then_some(owed), Timestamp(0));
    let mut quote: Vec<u128> = book.iter().map(|holder| holder.quote).collect();
    let claims: Vec<Claim> =
        leaves.iter().map(|leaf| payment.claim(scale(), leaf.size, leaf.unrealised).unwrap()).collect();
    let mut debits: Vec<Debit> =
        claims.iter().map(|c| Debit { due: if let Claim::Debit(due) = c { *due } else { 0 } }).collect();
    let mut registered = alloc::vec![false; book.len()];
    for who in order {
        if let Claim::Credit(credit) = claims[*who]
            && !by_snapshot
            && !core::mem::replace(&mut registered[*who], true)
        {
            pot.register(credit, Timestamp(0)).unwrap();
        }
        let received = quote[*who].min(debits[*who].demand(true));
        let (kept, reward) = debits[*who].receive(received);
        assert_eq!(reward, 0);
        quote[*who] -= kept;
        pot.collect(kept).unwrap();
    }
    let late = Timestamp(COLLECTION.0 + 1);
    let mut done = alloc::vec![false; book.len()];
    for who in order {
        if let Claim::Credit(credit) = claims[*who]
            && !core::mem::replace(&mut done[*who], true)
        {
            quote[*who] += pot.pay(credit, late).unwrap();
        }
    }
    Settled { quote, pot }
}

/// Every position of the book at least once, in some order, some twice.
fn orders(length: usize, seed: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    for (position, swap) in (0..length).zip(seed) {
        order.swap(position, swap % length);
    }
    order.extend(seed.iter().map(|s| s % length));
    order
}

fn payments() -> impl Strategy<Value = Payment> {
    prop_oneof![
        Just(Payment::Nothing),
        Just(Payment::Unrealised),
        (0u128..1 << 80).prop_map(|p| Payment::Branch(Price(p)))
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_order_never_matters(
        book in book(), payment in payments(), first in prop::collection::vec(0usize..64, 16),
        second in prop::collection::vec(0usize..64, 16), by_snapshot: bool,
    ) {
        let one = settle(&book, &orders(book.len(), &first), payment, by_snapshot);
        let other = settle(&book, &orders(book.len(), &second), payment, by_snapshot);
        prop_assert_eq!(one, other);
    }

    /// Claiming again changes nothing: each settlement above claims some twice; here all of them.
    #[test]
    fn settling_twice_is_settling_once(book in book(), payment in payments(), by_snapshot: bool) {
        let once: Vec<usize> = (0..book.len()).collect();
        let twice: Vec<usize> = once.iter().chain(&once).copied().collect();
        prop_assert_eq!(settle(&book, &once, payment, by_snapshot), settle(&book, &twice, payment, by_snapshot));
    }

    #[test]
    fn value_is_conserved_and_none_created(book in book(), payment in payments(), by_snapshot: bool) {
        let order: Vec<usize> = (0..book.len()).collect();
        let settled = settle(&book, &order, payment, by_snapshot);
        let before: u128 = book.iter().map(|holder| holder.quote).sum();
        let after: u128 = settled.quote.iter().sum();
        let pot = settled.pot;
        prop_assert!(pot.paid <= pot.collected);
        prop_assert_eq!(before, after + pot.collected - pot.paid);
        let (_, tree) = tree(&book);
        let share = pot.share.unwrap_or(Share { collected: 0, owed: 0, at: Timestamp(0) });
        // What stays behind is rounding: of the debits, of the pro rata share, less than one unit a leaf each.
        let dust = u128::from(tree.top().totals.count) * 2 + 1;
        if share.collected < share.owed {
            prop_assert!(share.collected - pot.paid <= dust, "{pot:?}");
            prop_assert_eq!(share.collected, pot.collected);
        } else {
            prop_assert!(pot.collected - pot.paid <= dust, "{pot:?}");
        }
    }

    /// Over each branch by itself: with everybody able to pay, every long is paid in full and every short pays what
    /// it owes, and the sum is nothing but rounding against the holders.
    #[test]
    fn a_branch_moves_value_and_makes_none(book in book(), prices in prop::collection::vec(0u128..1 << 80, 1..3)) {
        let rich: Vec<Holder> = book.iter().map(|h| Holder { quote: u128::MAX >> 8, ..h.clone() }).collect();
        let order: Vec<usize> = (0..book.len()).collect();
        for price in prices {
            let payment = Payment::Branch(Price(price));
            let settled = settle(&rich, &order, payment, true);
            for (holder, after) in rich.iter().zip(&settled.quote) {
                match payment.claim(scale(), holder.size, holder.unrealised).unwrap() {
                    Claim::Nothing => prop_assert_eq!(*after, holder.quote),
                    Claim::Credit(credit) => prop_assert_eq!(*after, holder.quote + credit),
                    Claim::Debit(debit) => prop_assert_eq!(*after, holder.quote - debit),
                }
            }
        }
    }

    /// A shortfall is shared pro rata, once: no holder's share differs from another's by more than rounding.
    #[test]
    fn a_shortfall_is_shared_pro_rata(book in book(), price in 1u128..1 << 80) {
        let order: Vec<usize> = (0..book.len()).collect();
        let payment = Payment::Branch(Price(price));
        let settled = settle(&book, &order, payment, true);
        let Some(share) = settled.pot.share else { return Ok(()) };
        for (holder, after) in book.iter().zip(&settled.quote) {
            if let Claim::Credit(credit) = payment.claim(scale(), holder.size, holder.unrealised).unwrap() {
                let expected = crate::units::mul_div_down(credit, share.collected, share.owed);
                prop_assert_eq!(Some(after - holder.quote), expected);
            }
        }
    }

    /// What every proven leaf is owed never exceeds what the totals say, whatever the leaves are.
    #[test]
    fn credits_never_exceed_what_the_totals_owe(book in book(), payment in payments()) {
        let (leaves, tree) = tree(&book);
        let credits: u128 = leaves
            .iter()
            .map(|leaf| match payment.claim(scale(), leaf.size, leaf.unrealised).unwrap() {
                Claim::Credit(credit) => credit,
                _ => 0,
            })
            .sum();
        prop_assert!(credits <= payment.owed_up(scale(), &tree.top().totals).unwrap());
    }

    #[test]
    fn leaves_survive_their_bytes(
        index: u64, account: [u8; 20], size: i128, entry: u128, margin: u128, unrealised: i128, basis in 1u8..4,
    ) {
        let leaf = Leaf {
            index, account: crate::ids::Account(account), size, entry_price: Price(entry), margin, unrealised,
            basis: Basis::try_from(basis).unwrap(),
        };
        prop_assert_eq!(Leaf::from_bytes(&leaf.bytes()), Ok(leaf));
    }
}
