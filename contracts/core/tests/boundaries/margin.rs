use lockstep_core::{
    ids::Account,
    margin::{AddOn, Asset, Clock, Dial, Halt, Ledger, Limit, Operations, Parameter, Scale, Terms},
    units::{Bps, Price, Seconds, Timestamp},
};

#[test]
fn the_larger_add_on_is_that_of_each_tier() {
    let [one, other] = [(100, 20), (50, 30)].map(|(i, m)| AddOn { initial: Bps(i), maintenance: Bps(m) });
    assert_eq!(one.larger(other), AddOn { initial: Bps(100), maintenance: Bps(30) });
}

#[test]
fn an_amount_is_found_where_quote_has_more_places_than_asset_and_price() {
    let scale = Scale::new(0, 24).unwrap();
    let unit = Price(10u128.pow(18));
    assert_eq!(scale.value_down(5, unit), 5 * 10u128.pow(24));
    assert_eq!(scale.amount_down(5 * 10u128.pow(24), unit), Some(5));
}

#[test]
fn an_asset_moves_with_either_of_its_figures() {
    let limit = Limit { next: 5, from: Timestamp(1), ..Limit::new(3) };
    let still = Asset { scale_start: Limit::new(3), ..Asset::default() };
    assert!(!still.moves());
    assert!(Asset { scale_start: limit, ..still }.moves());
    assert!(Asset { haircut: Dial::begins(Bps(9_000), Bps(100), Timestamp(0)), ..still }.moves());
}

#[test]
fn terms_move_with_any_of_their_figures() {
    for parameter in Parameter::VAULT {
        let (mut terms, clock) = (Terms::new(6), Clock::free(Timestamp(864_000)));
        let now = terms.course(*parameter, clock).unwrap().now;
        let to = if now > parameter.law().floor { now - 1 } else { now + 1 };
        terms.set(*parameter, to, clock, true).unwrap();
        assert!(terms.moves(), "{parameter:?}");
    }
    assert!(!Terms::new(6).moves());
}

#[test]
fn who_leaves_a_venue_stays_with_the_others() {
    let [one, other] = [Account([1; 20]), Account([2; 20])];
    let mut ledger = Ledger::default();
    ledger.opt_in(one).unwrap();
    ledger.opt_in(other).unwrap();
    ledger.opt_out(one).unwrap();
    assert!(ledger.membership(one).is_err() && ledger.membership(other).is_ok());
}

#[test]
fn debts_to_all_venues_add_up() {
    let mut ledger = Ledger::default();
    for (number, debt) in [(1, 30), (2, 12)] {
        ledger.opt_in(Account([number; 20])).unwrap();
        ledger.venues.last_mut().unwrap().debt = debt;
    }
    assert_eq!(ledger.debt(), 42);
}

#[test]
fn a_stop_adds_to_the_one_in_force_and_replaces_one_that_is_over() {
    let first = Halt::default().with_governed(Operations::JOIN, Seconds(100), Timestamp(1_000)).unwrap();
    let again = |operations, now| first.with_governed(operations, Seconds(100), Timestamp(now)).unwrap();
    assert_eq!(again(Operations::INCREASE, 1_099).governed, Operations::JOIN.with(Operations::INCREASE));
    assert_eq!(again(Operations::INCREASE, 1_100).governed, Operations::INCREASE);
    assert_eq!(again(Operations::INCREASE, 1_101).governed, Operations::INCREASE);
    assert_eq!(again(Operations::JOIN, 1_050).governed, Operations::JOIN, "stopped twice is stopped");
    assert_eq!(first.end(), Timestamp(1_100));
    assert_eq!(first.with_keeper(Operations::JOIN, Timestamp(1_300), Timestamp(1_000)).end(), Timestamp(1_300));
}
