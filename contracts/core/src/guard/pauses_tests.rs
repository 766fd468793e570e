use proptest::prelude::*;

use super::*;

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
    paused_until(market, &Pauses::default(), &Pauses::default(), Timestamp(at)).map(|until| until.0)
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
    let with = |frozen| Pauses::default().with_keeper(Timestamp(T), Seconds(frozen)).is_ok();
    assert!(with(86_400 - HALF));
    assert!(!with(86_400 - HALF + 1));
    let one = paused(&[T]);
    let again = one.clone().with_keeper(Timestamp(T + 43_200), Seconds(86_400 - 2 * HALF + 1));
    assert_eq!(again, Err(PauseError::Spent { until: Timestamp(T + KEEPER_WINDOW.0) }));
    let later = one.with_keeper(Timestamp(T + KEEPER_WINDOW.0), Seconds(86_400 - HALF)).unwrap();
    assert_eq!(later.keepers, [Timestamp(T + KEEPER_WINDOW.0)], "the old one is forgotten");
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
    let class = paused(&[T]);
    let market = Pauses::default().lifted(Timestamp(T + 60));
    let at = |market: &Pauses| paused_until(market, &class, &Pauses::default(), Timestamp(T + 60));
    assert_eq!(at(&Pauses::default()), Some(Timestamp(T + HALF)), "other markets of the class stay paused");
    assert_eq!(at(&market), None);
}

#[test]
fn three_ledgers_make_no_more_than_one_budget() {
    let market = paused(&[T, T + HALF]);
    let class = paused(&[T + 2 * HALF]);
    let feed = paused(&[T + 20_000]);
    let at = |now| paused_until(&market, &class, &feed, Timestamp(now));
    assert_eq!(at(T + 2 * HALF), None, "a third in a row, by the class");
    assert_eq!(at(T + 20_000), None, "a fourth in the day, by the feed");
    let other = |now| paused_until(&Pauses::default(), &class, &feed, Timestamp(now));
    assert_eq!(other(T + 2 * HALF), Some(Timestamp(T + 3 * HALF)));
    assert_eq!(other(T + 20_000), Some(Timestamp(T + 20_000 + HALF)));
}

proptest! {
    /// However keepers pause in the three ways, no market is paused more than three times a day or for longer than
    /// an hour without a break.
    #[test]
    fn the_budget_of_a_market_holds(tries in prop::collection::vec((0usize..3, 1u64..20_000), 1..60)) {
        let mut ledgers = [Pauses::default(), Pauses::default(), Pauses::default()];
        let (mut now, mut paused) = (T, Vec::new());
        for (which, gap) in tries {
            let until = now + gap;
            while now < until {
                if paused_until(&ledgers[0], &ledgers[1], &ledgers[2], Timestamp(now)).is_some() {
                    paused.push(now);
                }
                now += 60;
            }
            if let Ok(next) = ledgers[which].clone().with_keeper(Timestamp(now), Seconds(0)) {
                prop_assert!(next.keepers.len() <= 22);
                ledgers[which] = next;
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
}
