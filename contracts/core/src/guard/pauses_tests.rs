use proptest::prelude::*;

use super::*;
use crate::{
    guard::recovery::MAX_GRACE,
    ids::PlanId,
    registry::{FreezeBudget, Span, frozen_until},
};

const T: u64 = 10_000_000;
const HALF: u64 = KEEPER_PAUSE.0;

fn paused(moments: &[u64]) -> Pauses {
    moments.iter().fold(Pauses::default(), |ledger, at| {
        ledger.with_keeper(Timestamp(*at), Seconds(0)).expect("within the budget")
    })
}

fn refused(ledger: &Pauses, at: u64) -> Option<u64> {
    match ledger.clone().with_keeper(Timestamp(at), Seconds(0)) {
        Err(PauseError::Spent { until }) => Some(until.0),
        _ => None,
    }
}

fn until(market: &Pauses, at: u64) -> Option<u64> {
    let ledgers = Ledgers { market: market.clone(), ..Ledgers::default() };
    ledgers.until(|| Seconds(0), Timestamp(at)).map(|until| until.0)
}

#[test]
fn a_pause_expires_at_its_end() {
    let one = paused(&[T]);
    assert_eq!(until(&one, T - 1), None);
    assert_eq!(until(&one, T), Some(T + HALF));
    assert_eq!(until(&one, T + HALF - 1), Some(T + HALF));
    assert_eq!(until(&one, T + HALF), None);
}

#[test]
fn two_in_a_row_and_three_a_day() {
    let one = paused(&[T]);
    assert_eq!(refused(&one, T + HALF - 1), Some(T + HALF), "one at a time");
    let two = paused(&[T, T + HALF]);
    assert_eq!(refused(&two, T + 2 * HALF), Some(T + 3 * HALF + 1), "no third in a row");
    assert_eq!(refused(&two, T + 3 * HALF), Some(T + 3 * HALF + 1));
    let three = paused(&[T, T + HALF, T + 3 * HALF + 1]);
    assert_eq!(until(&three, T + 3 * HALF + 1), Some(T + 4 * HALF + 1));
    assert_eq!(refused(&three, T + 40_000), Some(T + 86_400), "no fourth in a day");
    assert_eq!(refused(&three, T + 86_399), Some(T + 86_400));
    assert_eq!(refused(&three, T + 86_400), None);
}

#[test]
fn all_causes_by_keepers_share_a_day_in_seven() {
    let with = |booked| Pauses::default().with_keeper(Timestamp(T), Seconds(booked)).is_ok();
    assert!(with(86_400 - HALF));
    assert!(!with(86_400 - HALF + 1));
    let one = paused(&[T]);
    let again = one.clone().with_keeper(Timestamp(T + 43_200), Seconds(86_400 - 2 * HALF + 1));
    let week = T + HALF + BUDGET_WINDOW.0;
    assert_eq!(again, Err(PauseError::Spent { until: Timestamp(week) }));
    let later = one.clone().with_keeper(Timestamp(week - 1), Seconds(86_400 - HALF));
    assert_eq!(later, Err(PauseError::Spent { until: Timestamp(week) }), "its last second still counts");
    let later = one.with_keeper(Timestamp(week), Seconds(86_400 - HALF)).unwrap();
    assert_eq!(later.keepers, [Timestamp(week)], "the old one is forgotten");
}

#[test]
fn a_pause_for_which_plans_have_left_nothing_is_not_in_force() {
    let ledgers = Ledgers { market: paused(&[T]), class: paused(&[T + 10_000]), ..Ledgers::default() };
    let at = |booked| ledgers.until(|| Seconds(booked), Timestamp(T + 10_000));
    assert_eq!(ledgers.paused(Timestamp(T + 10_000)), Seconds(2 * HALF));
    assert_eq!(at(86_400 - 2 * HALF), Some(Timestamp(T + 10_000 + HALF)));
    assert_eq!(at(86_400 - 2 * HALF + 1), None);
    let governed = Pauses::default().with_governed(Timestamp(T + 10_000), Seconds(60)).unwrap();
    let both = Ledgers { feed: governed, ..ledgers.clone() };
    assert_eq!(both.until(|| Seconds(86_400), Timestamp(T + 10_000)), Some(Timestamp(T + 10_060)), "not keepers'");
    ledgers.until(|| unreachable!("nothing is in force"), Timestamp(T + 20_000));
    assert_eq!(ledgers.paused(Timestamp(T + HALF + BUDGET_WINDOW.0)), Seconds(HALF));
}

#[test]
fn governance_pauses_for_a_day_at_most_and_outside_of_the_budget() {
    let governed = |length| Pauses::default().with_governed(Timestamp(T), Seconds(length));
    assert_eq!(governed(0), Err(PauseError::Length { value: 0, max: 86_400 }));
    assert_eq!(governed(86_401), Err(PauseError::Length { value: 86_401, max: 86_400 }));
    let day = governed(86_400).unwrap();
    assert_eq!((until(&day, T + 86_399), until(&day, T + 86_400)), (Some(T + 86_400), None));
    assert_eq!(refused(&day, T + 10), None);
}

#[test]
fn lifting_ends_what_began_before_and_nothing_later() {
    let lifted = paused(&[T]).lifted(Timestamp(T + 60));
    assert_eq!(until(&lifted, T + 60), None);
    let again = lifted.with_keeper(Timestamp(T + 60), Seconds(0)).unwrap();
    assert_eq!(until(&again, T + 60), Some(T + 60 + HALF), "a pause in the second of the lifting");
    let at_once = paused(&[T]).lifted(Timestamp(T));
    assert_eq!((until(&at_once, T), refused(&at_once, T + 1)), (None, None), "lifted in its own second");
    let class = paused(&[T]);
    let market = Pauses::default().lifted(Timestamp(T + 60));
    let at = |market: &Pauses| {
        let ledgers = Ledgers { market: market.clone(), class: class.clone(), ..Ledgers::default() };
        ledgers.until(|| Seconds(0), Timestamp(T + 60))
    };
    assert_eq!(at(&Pauses::default()), Some(Timestamp(T + HALF)), "other markets of the class stay paused");
    assert_eq!(at(&market), None);
}

#[test]
fn three_ledgers_make_no_more_than_one_budget() {
    let (class, feed) = (paused(&[T + 2 * HALF]), paused(&[T + 20_000]));
    let of = |market| Ledgers { market, class: class.clone(), feed: feed.clone() };
    let market = paused(&[T, T + HALF]);
    let at = |now| of(market.clone()).until(|| Seconds(0), Timestamp(now));
    assert_eq!(at(T + 2 * HALF), None, "a third in a row, by the class");
    assert_eq!(at(T + 20_000), None, "a fourth in the day, by the feed");
    let other = |now| of(Pauses::default()).until(|| Seconds(0), Timestamp(now));
    assert_eq!(other(T + 2 * HALF), Some(Timestamp(T + 3 * HALF)));
    assert_eq!(other(T + 20_000), Some(Timestamp(T + 20_000 + HALF)));
}

proptest! {
    /// However keepers pause in the three ways, no market is paused more than three times a day or for longer than
    /// an hour without a break.
    #[test]
    fn the_budget_of_a_market_holds(tries in prop::collection::vec((0usize..3, 1u64..20_000), 1..60)) {
        let (mut ledgers, mut now, mut paused) = (Ledgers::default(), T, Vec::new());
        for (which, gap) in tries {
            let until = now + gap;
            while now < until {
                if ledgers.until(|| Seconds(0), Timestamp(now)).is_some() {
                    paused.push(now);
                }
                now += 60;
            }
            let ledger = ledger_of(&mut ledgers, which);
            if let Ok(next) = ledger.clone().with_keeper(Timestamp(now), Seconds(0)) {
                prop_assert!(next.keepers.len() <= 23);
                *ledger = next;
            }
        }
        for row in paused.chunk_by(|a, b| a + 60 == *b) {
            prop_assert!(row.len() <= 60, "{} minutes in a row", row.len());
        }
        for (index, minute) in paused.iter().enumerate() {
            let day = paused[index..].iter().take_while(|other| **other < minute + 86_400).count();
            // Three, and what is left of one that began the day before.
            prop_assert!(day <= 4 * 30, "{day} minutes in a day");
        }
    }

    /// However keepers mix pauses of three kinds with plans that are opened, extended, released and closed: no market is
    /// frozen by them for more than a day in seven.
    #[test]
    fn pauses_and_plans_share_one_budget(moves in prop::collection::vec((0u8..8, 1u64..60), 1..200)) {
        const STEP: u64 = 900;
        let (mut ledgers, mut budget) = (Ledgers::default(), FreezeBudget::default());
        // The last plan, and those that were closed before their market thawed: the freeze, and its release.
        let mut plan: Option<(Span, Option<Timestamp>)> = None;
        let mut closed: Vec<(Span, Option<Timestamp>)> = Vec::new();
        let (mut now, mut number, mut frozen) = (T, 0, Vec::new());
        for (what, steps) in moves {
            let at = Timestamp(now);
            match (what, plan) {
                (0..=3, _) => {
                    let ledger = ledger_of(&mut ledgers, usize::from(what) % 3);
                    let booked = if what % 3 == 0 { budget.booked(None, at) } else { Seconds(0) };
                    if let Ok(next) = ledger.clone().with_keeper(at, booked) {
                        *ledger = next;
                    }
                }
                (4 | 5, None) => {
                    number += 1;
                    let length = [Seconds::hours(6), Seconds::hours(2)][usize::from(what) % 2];
                    let span = Span { plan: PlanId(number), from: at, to: at.after(length) };
                    if let Ok(next) = budget.clone().taken(span, at) {
                        (budget, plan) = (next, Some((span, None)));
                    }
                }
                (4 | 5, Some((span, None))) if at < span.to => {
                    let longer = Span { to: span.from.after(budget.left(span.plan, at)).max(span.to), ..span };
                    if let Ok(next) = budget.clone().taken(longer, at) {
                        (budget, plan) = (next, Some((longer, None)));
                    }
                }
                (6, Some((span, None))) => plan = Some((span, Some(at))),
                (7, Some((span, released))) if released.is_some() || at >= span.to => {
                    budget = budget.given_back(span.plan, Some(released.unwrap_or(span.to)));
                    closed.push((span, released));
                    plan = None;
                }
                _ => {}
            }
            for _ in 0..steps {
                // Frozen to its last second: the freeze of a plan that is cut or extended may end within a step.
                let at = Timestamp(now + STEP - 1);
                let (booked, paused) = (budget.booked(None, at), ledgers.paused(at));
                let by_plans = closed.iter().chain(&plan).any(|(span, released)| {
                    let booked = budget.booked_in_full(*span, at);
                    let thaws = released.map_or(span.to, |released| released.after(MAX_GRACE));
                    at < frozen_until(span.from, span.to, booked, paused).min(thaws)
                });
                if by_plans || ledgers.until(|| booked, at).is_some() {
                    frozen.push(now);
                }
                now += STEP;
            }
        }
        for (index, moment) in frozen.iter().enumerate() {
            let week = frozen[index..].iter().take_while(|other| **other < moment + BUDGET_WINDOW.0).count();
            prop_assert!(u64::try_from(week).unwrap() * STEP <= KEEPER_FREEZE.0, "{week} quarters of an hour");
        }
    }
}

fn ledger_of(ledgers: &mut Ledgers, which: usize) -> &mut Pauses {
    match which {
        0 => &mut ledgers.market,
        1 => &mut ledgers.class,
        _ => &mut ledgers.feed,
    }
}
