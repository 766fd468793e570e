use super::*;
use crate::units::Seconds;

const VENUE: Account = Account([7; 20]);

fn account(cash: u128) -> Ledger {
    let mut ledger = Ledger { cash, ..Ledger::default() };
    ledger.opt_in(VENUE).unwrap();
    ledger
}

fn of(ledger: &Ledger) -> (u128, u128, u128) {
    let membership = ledger.membership(VENUE).unwrap();
    (ledger.cash, membership.debt, membership.credit)
}

#[test]
fn a_loser_with_cash_pays_the_winner_at_once() {
    let (mut book, mut loser, mut winner) = (VenueBook::default(), account(100), account(5));
    let moved = book.realise(VENUE, &mut loser, &mut winner, 60).unwrap();
    assert_eq!(moved, Realised { collected: 60, paid: 60 });
    assert_eq!((of(&loser), of(&winner)), ((40, 0, 0), (65, 0, 0)));
    assert_eq!(book, VenueBook::default());
}

#[test]
fn what_is_not_collected_is_not_paid_until_it_is() {
    let (mut book, mut loser, mut winner) = (VenueBook::default(), account(20), account(0));
    let moved = book.realise(VENUE, &mut loser, &mut winner, 60).unwrap();
    assert_eq!(moved, Realised { collected: 20, paid: 20 });
    assert_eq!((of(&loser), of(&winner)), ((0, 40, 0), (20, 0, 40)));
    loser.earn(30).unwrap();
    assert_eq!(book.settle(VENUE, &mut loser), Ok(Realised { collected: 30, paid: 0 }));
    assert_eq!(book.settle(VENUE, &mut winner), Ok(Realised { collected: 0, paid: 30 }));
    assert_eq!((of(&loser), of(&winner)), ((0, 10, 0), (50, 0, 10)));
    assert_eq!((book.pool, book.debts, book.pending), (0, 10, 10));
}

#[test]
fn the_bond_pays_in_advance_and_is_filled_up_again() {
    let mut book = VenueBook { bond: 25, ..VenueBook::default() };
    let (mut loser, mut winner) = (account(20), account(0));
    book.realise(VENUE, &mut loser, &mut winner, 60).unwrap();
    assert_eq!((of(&winner), book.bond, book.advanced), ((45, 0, 15), 0, 25));
    loser.earn(40).unwrap();
    book.settle(VENUE, &mut loser).unwrap();
    assert_eq!((book.pool, book.bond, book.advanced), (15, 25, 0));
    book.settle(VENUE, &mut winner).unwrap();
    assert_eq!((of(&winner), book.pool, book.bond), ((60, 0, 0), 0, 25));
}

#[test]
fn a_claim_on_the_pool_pays_a_loss_and_a_profit_cancels_a_debt() {
    let (mut book, mut a, mut b) = (VenueBook::default(), account(0), account(0));
    book.realise(VENUE, &mut a, &mut b, 50).unwrap();
    assert_eq!((of(&a), of(&b)), ((0, 50, 0), (0, 0, 50)));
    book.realise(VENUE, &mut b, &mut a, 70).unwrap();
    assert_eq!((of(&a), of(&b)), ((0, 0, 20), (0, 20, 0)));
    assert_eq!((book.debts, book.pending), (20, 20));
}

#[test]
fn insurance_covers_up_to_the_venues_share() {
    let mut book = VenueBook { cover: Cover::new(30), ..VenueBook::default() };
    let (mut loser, mut winner, mut fund) = (account(0), account(0), 100);
    book.realise(VENUE, &mut loser, &mut winner, 50).unwrap();
    assert_eq!(book.cover(VENUE, &mut loser, &mut fund), Ok(30));
    assert_eq!((fund, of(&loser).1, book.pool, book.cover.left), (70, 20, 30, 0));
    assert_eq!(book.cover(VENUE, &mut loser, &mut fund), Ok(0));
}

/// Two winners of 60 and 40 wait for a loser who has nothing.
fn waiting(bond: u128) -> (VenueBook, Ledger, Ledger, Ledger) {
    let mut book = VenueBook { bond, ..VenueBook::default() };
    let (mut loser, mut ann, mut ben) = (account(0), account(0), account(0));
    book.realise(VENUE, &mut loser, &mut ann, 60).unwrap();
    book.realise(VENUE, &mut loser, &mut ben, 40).unwrap();
    (book, loser, ann, ben)
}

#[test]
fn a_debt_that_nobody_pays_is_shared_by_its_winners() {
    let (mut book, mut loser, mut ann, mut ben) = waiting(0);
    loser.earn(30).unwrap();
    book.settle(VENUE, &mut loser).unwrap();
    // 30 of 100 came in, 70 are lost: whoever is paid first gets no more than the others.
    let shared = book.share(VENUE, &mut loser).unwrap();
    assert_eq!(shared, Shared { by_bond: 0, by_credits: 70 });
    assert_eq!((of(&loser), book.debts, book.pending, book.pool), ((0, 0, 0), 0, 30, 30));
    for (account, paid) in [(&mut ann, 18), (&mut ben, 12)] {
        assert_eq!(book.settle(VENUE, account), Ok(Realised { collected: 0, paid }));
        assert_eq!(of(account), (paid, 0, 0));
    }
    assert_eq!((book.pending, book.pool), (0, 0));
    // What is won later is worth what it says.
    let mut rich = account(500);
    book.realise(VENUE, &mut rich, &mut ann, 100).unwrap();
    assert_eq!(of(&ann).0, 118);
}

#[test]
fn the_bond_bears_a_loss_before_the_winners() {
    // The bond has paid 50 in advance and is used up; then 20 more are posted.
    let (mut book, mut loser, ann, ben) = waiting(50);
    assert_eq!((of(&ann), of(&ben), book.advanced), ((50, 0, 10), (0, 0, 40), 50));
    book.bond = 20;
    let shared = book.share(VENUE, &mut loser).unwrap();
    assert_eq!(shared, Shared { by_bond: 70, by_credits: 30 });
    assert_eq!((book.advanced, book.bond, book.pool, book.pending), (0, 0, 20, 20));
    assert_eq!(book.credit_of(ann.membership(VENUE).unwrap()), 4);
    assert_eq!(book.credit_of(ben.membership(VENUE).unwrap()), 16);
}

#[test]
fn credits_that_were_wiped_out_are_forgotten() {
    let (mut book, mut loser, mut ann, mut ben) = waiting(0);
    assert_eq!(book.share(VENUE, &mut loser), Ok(Shared { by_bond: 0, by_credits: 100 }));
    assert_eq!((book.epoch, book.credit_of(ann.membership(VENUE).unwrap())), (1, 0));
    let member = ann.membership_mut(VENUE).unwrap();
    assert_eq!(member.credit, 60);
    book.refresh(member);
    assert_eq!(ann.opt_out(VENUE), Ok(()));
    // A credit of the new epoch does not revive the old one.
    let mut rich = account(10);
    book.realise(VENUE, &mut rich, &mut ben, 25).unwrap();
    assert_eq!((of(&ben).0, book.credit_of(ben.membership(VENUE).unwrap())), (10, 15));
}

#[test]
fn a_raise_of_the_cover_waits_and_a_cut_does_not() {
    const DAY: u64 = 86_400;
    let at = |days: u64| Clock::free(Timestamp(days * DAY));
    let mut cover = Cover::new(100);
    assert_eq!(cover.set(201, at(3)), Err(LawError::StepTooLarge { step: 101, max: 100 }));
    cover.set(150, at(3)).unwrap();
    assert_eq!((cover.in_force(at(4)).left, cover.in_force(at(5)).left), (100, 150));
    assert_eq!(cover.in_force(at(9).barred_for(Seconds::days(5))).left, 100);
    assert_eq!(cover.in_force(at(5)).in_force(at(6)), cover.in_force(at(5)), "a raise counts once");
    assert_eq!(cover.set(150, at(4)), Err(LawError::Unchanged));
    cover.left = 20;
    assert_eq!(cover.set(10, at(5)), Err(LawError::TooSoon { until: at(6).now }));
    cover.set(35, at(6)).unwrap();
    assert_eq!((cover.left, cover.raise), (35, 0));
}

#[test]
fn charges_stop_at_the_cash() {
    let (mut book, mut loser) = (VenueBook::default(), account(15));
    assert_eq!(book.charge(&mut loser, 10, 10), Ok((10, 5)));
    assert_eq!((loser.cash, book.cover.left), (0, 5));
}

#[test]
fn strangers_are_refused() {
    let (mut book, mut member, mut stranger) = (VenueBook::default(), account(10), Ledger::default());
    assert_eq!(book.realise(VENUE, &mut member, &mut stranger, 1), Err(ClearingError::NotOptedIn));
    assert_eq!(book.realise(VENUE, &mut stranger, &mut member, 1), Err(ClearingError::NotOptedIn));
    assert_eq!(book.settle(VENUE, &mut stranger), Err(ClearingError::NotOptedIn));
}

#[test]
fn a_new_epoch_begins_below_the_least_worth_and_not_at_it() {
    let shared = |lost: u128| {
        let (mut book, mut loser, mut winner) = (VenueBook::default(), account(0), account(0));
        book.realise(VENUE, &mut loser, &mut winner, 1_000_000_000).unwrap();
        loser.earn(1_000_000_000 - lost).unwrap();
        book.settle(VENUE, &mut loser).unwrap();
        book.share(VENUE, &mut loser).unwrap();
        (book.worth, book.epoch)
    };
    assert_eq!(shared(999_999_999), (LEAST_WORTH, 0));
    assert_eq!(shared(1_000_000_000), (UNIT_WORTH, 1));
    // Who owes nothing to anyone takes nothing from anyone.
    let (mut book, mut nobody) = (VenueBook::default(), account(0));
    assert_eq!(book.share(VENUE, &mut nobody), Ok(Shared::default()));
    assert_eq!(book, VenueBook::default());
}
