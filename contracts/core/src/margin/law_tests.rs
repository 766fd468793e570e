use proptest::prelude::*;

use super::*;
use crate::margin::terms::Parameter;

const DAY: u64 = 86_400;
const LAW: Law = Law::HAIRCUT;

fn at(now: u64) -> Clock {
    Clock::free(Timestamp(now))
}

fn barred_at(now: u64) -> Clock {
    at(now).barred_for(Seconds::days(3))
}

fn change(from: u32, to: u32, now: u64) -> Result<Ramp, LawError> {
    let mut dial = Dial::new(Bps(from));
    dial.set(&LAW, Bps(to), at(now)).map(|()| dial.ramp)
}

#[test]
fn the_interval_covers_delay_and_ramp() {
    const { assert!(MIN_INTERVAL.0 >= LOOSENING_DELAY.0 + RAMP.0) };
    const { assert!(LOOSENING_DELAY.0 >= Seconds::days(2).0) };
}

#[test]
fn tightening_begins_at_once_and_loosening_waits() {
    let now = 10 * DAY;
    assert_eq!(
        change(1_000, 1_500, now),
        Ok(Ramp { from: Bps(1_000), to: Bps(1_500), start: Timestamp(now), end: Timestamp(now + DAY) })
    );
    assert_eq!(
        change(1_000, 500, now),
        Ok(Ramp { from: Bps(1_000), to: Bps(500), start: Timestamp(now + 2 * DAY), end: Timestamp(now + 3 * DAY) })
    );
}

#[test]
fn steps_values_and_intervals_are_bounded() {
    assert_eq!(change(1_000, 1_501, 10 * DAY), Err(LawError::StepTooLarge { step: 501, max: 500 }));
    assert_eq!(change(1_000, 499, 10 * DAY), Err(LawError::StepTooLarge { step: 501, max: 500 }));
    assert_eq!(change(9_900, 10_001, 10 * DAY), Err(LawError::OutOfRange { bound: 10_000 }));
    assert_eq!(change(1_000, 1_000, 10 * DAY), Err(LawError::Unchanged));
    assert_eq!(change(1_000, 1_100, 3 * DAY - 1), Err(LawError::TooSoon { until: Timestamp(3 * DAY) }));
    assert!(change(1_000, 1_100, 3 * DAY).is_ok());
    let mut weight = Dial::new(Bps(10_000));
    let low = weight.set(&Law::WEIGHT, Bps(9_999), at(10 * DAY));
    assert_eq!(low, Err(LawError::OutOfRange { bound: 10_000 }));
}

#[test]
fn the_tighter_direction_may_be_down_or_none() {
    for (tighter, to, start) in [
        (Tighter::Lower, 1_100, 12),
        (Tighter::Lower, 900, 10),
        (Tighter::Neither, 1_100, 12),
        (Tighter::Neither, 900, 12),
    ] {
        let mut dial = Dial::new(Bps(1_000));
        dial.set(&Law { tighter, ..LAW }, Bps(to), at(10 * DAY)).unwrap();
        assert_eq!(dial.ramp.start, Timestamp(start * DAY), "{tighter:?} {to}");
    }
}

/// Replayable case 3: a cap of 1,000,000 that moves by at most half of itself, or by all of it.
#[test]
fn a_cap_moves_by_its_share_and_after_its_interval() {
    let set = |part, to| {
        let mut cap = Limit::new(1_000_000);
        let law = Law::amount(Tighter::Lower, 1, part);
        cap.set(&law, to, at(3 * DAY)).map(|()| (cap, law))
    };
    for good in [500_000, 1_500_000] {
        assert_eq!(set(5_000, good).unwrap().0.next, good);
    }
    for (bad, step) in [(499_999, 500_001), (1_500_001, 500_001)] {
        assert_eq!(set(5_000, bad).unwrap_err(), LawError::StepTooLarge { step, max: 500_000 });
    }
    assert_eq!(set(10_000, 2_100_000).unwrap_err(), LawError::StepTooLarge { step: 1_100_000, max: 1_000_000 });
    assert_eq!(set(10_000, 0).unwrap_err(), LawError::OutOfRange { bound: 1 });
    let (mut cap, law) = set(5_000, 1_200_000).unwrap();
    assert_eq!((cap.at(Timestamp(5 * DAY - 1)), cap.at(Timestamp(5 * DAY))), (1_000_000, 1_200_000));
    let again = cap.set(&law, 1_300_000, at(6 * DAY - 1));
    assert_eq!(again, Err(LawError::TooSoon { until: Timestamp(6 * DAY) }));
    cap.set(&law, 1_100_000, at(6 * DAY)).unwrap();
    assert_eq!((cap.at(Timestamp(6 * DAY)), cap.moves()), (1_100_000, false));
}

#[test]
fn to_stay_where_it_is_loosens_nothing() {
    assert!(!Law::HAIRCUT.loosens(5, 5) && !Law::CAP.loosens(5, 5));
    // On its way down a haircut is held where it is, at once.
    let mut dial = Dial::new(Bps(1_000));
    dial.set(&LAW, Bps(500), at(10 * DAY)).unwrap();
    assert!(dial.moves() && !Dial::new(Bps(1_000)).moves());
    dial.set(&LAW, Bps(1_000), barred_at(13 * DAY)).unwrap();
    assert_eq!(dial.ramp.start, Timestamp(13 * DAY));
    let mut cap = Limit::new(1_000);
    cap.set(&Law::CAP, 1_500, at(10 * DAY)).unwrap();
    assert!(cap.moves() && !Limit::new(1_000).moves());
}

#[test]
fn what_was_never_set_may_become_any() {
    for unset in [0, u128::MAX] {
        let mut limit = Limit::new(unset);
        limit.set(&Law::amount(Tighter::Lower, 0, 5_000), 7, at(3 * DAY)).unwrap();
        assert_eq!(limit.next, 7);
        assert_eq!(limit.at(Timestamp(5 * DAY)), 7);
    }
}

#[test]
fn a_new_collateral_counts_after_the_delay() {
    let dial = Dial::begins(Bps::ONE, Bps(1_000), Timestamp(10 * DAY));
    assert_eq!(dial.at(Timestamp(12 * DAY)), Bps::ONE);
    assert_eq!(dial.at(Timestamp(13 * DAY)), Bps(1_000));
}

#[test]
fn what_was_to_loosen_waits_until_no_plan_bars_it() {
    let barred = |day: u64, days: u64| Clock::free(Timestamp(day * DAY)).barred_for(Seconds::days(days));
    let mut dial = Dial::new(Bps(1_000));
    dial.set(&LAW, Bps(500), at(10 * DAY)).unwrap();
    // Barred since half of the ramp.
    let half = Clock::free(Timestamp(13 * DAY)).barred_for(Seconds(DAY / 2));
    assert_eq!((dial.in_force(&LAW, half), dial.in_force(&LAW, at(13 * DAY))), (Bps(750), Bps(500)));
    assert_eq!(dial.in_force(&LAW, barred(20, 9)), Bps(1_000));
    // A tightening goes on, also one that is decided meanwhile: from what is in force.
    dial.set(&LAW, Bps(1_200), barred(20, 9)).unwrap();
    assert_eq!(dial.in_force(&LAW, barred(20, 9)), Bps(1_000));
    assert_eq!(dial.in_force(&LAW, barred(21, 10)), Bps(1_200));
    let mut cap = Limit::new(1_000);
    cap.set(&Law::CAP, 1_500, at(10 * DAY)).unwrap();
    assert_eq!((cap.in_force(&Law::CAP, barred(12, 1)), cap.in_force(&Law::CAP, barred(13, 1))), (1_000, 1_500));
    let step = cap.set(&Law::CAP, 499, barred(13, 2)).unwrap_err();
    assert_eq!(step, LawError::StepTooLarge { step: 501, max: 500 });
    cap.set(&Law::CAP, 500, barred(13, 2)).unwrap();
    assert_eq!(cap.in_force(&Law::CAP, barred(13, 2)), 500);
    // What hurts either way keeps its older value.
    let law = Parameter::Discount.law();
    let mut discount = Dial::new(Bps(500));
    discount.set(&law, Bps(600), at(10 * DAY)).unwrap();
    assert_eq!((discount.in_force(&law, barred(14, 3)), discount.in_force(&law, at(14 * DAY))), (Bps(500), Bps(600)));
}

proptest! {
    /// Whenever a plan bars loosening, whatever was decided before or is decided then: nothing in force loosens
    /// until it no longer does.
    #[test]
    fn nothing_loosens_while_it_is_barred(
        votes in prop::collection::vec((0u32..=11_000, 0u64..=5 * DAY, any::<bool>()), 1..40),
    ) {
        let (mut dial, mut now, mut since) = (Dial::new(Bps(2_000)), Timestamp(0), None::<Timestamp>);
        for (to, wait, bar) in votes {
            let clock = |now: Timestamp| Clock::free(now).barred_for(since.map_or(Seconds(0), |at| now.since(at)));
            let before = dial.in_force(&LAW, clock(now));
            now = now.after(Seconds(wait));
            let value = dial.in_force(&LAW, clock(now));
            if since.is_some() {
                prop_assert!(value >= before);
            }
            if since.is_none() || Bps(to) >= value {
                let _ = dial.set(&LAW, Bps(to), clock(now));
                prop_assert_eq!(dial.in_force(&LAW, clock(now)), value);
            }
            since = if bar { since.or(Some(now)) } else { None };
        }
    }

    /// Whatever is proposed and whenever: the value never jumps, never moves by more than one step within an
    /// interval, and does not fall before the delay has passed.
    #[test]
    fn no_sequence_of_votes_gets_past_the_law(votes in prop::collection::vec((0u32..=11_000, 0u64..=5 * DAY), 1..40)) {
        let (mut dial, mut now) = (Dial::new(Bps(2_000)), Timestamp(0));
        for (to, wait) in votes {
            let before = dial.at(now);
            now = now.after(Seconds(wait));
            let value = dial.at(now);
            prop_assert!(value.0.abs_diff(before.0) <= 500 * u32::try_from(wait / DAY + 1).unwrap());
            let mut next = dial;
            if next.set(&LAW, Bps(to), Clock::free(now)).is_ok() {
                prop_assert_eq!(next.at(now), value);
                if next.ramp.to < value {
                    prop_assert_eq!(next.at(now.after(LOOSENING_DELAY)), value);
                }
                prop_assert!(now >= dial.changed_at.after(MIN_INTERVAL));
                dial = next;
            }
        }
    }

    /// A limit never loosens before the delay has passed, and by no more than a step within an interval.
    #[test]
    fn no_sequence_of_votes_lifts_a_limit(votes in prop::collection::vec((1u128..1 << 40, 0u64..=5 * DAY), 1..40)) {
        let (mut limit, mut now, mut raised_at) = (Limit::new(1_000_000), Timestamp(0), None::<Timestamp>);
        for (to, wait) in votes {
            let before = limit.at(now);
            now = now.after(Seconds(wait));
            let value = limit.at(now);
            if value > before {
                prop_assert!(value <= before + before / 2);
                prop_assert!(raised_at.is_some_and(|at| now >= at.after(LOOSENING_DELAY)));
            }
            if limit.set(&Law::CAP, to, Clock::free(now)).is_ok() {
                prop_assert!(limit.at(now) <= value);
                raised_at = (to > value).then_some(now);
            }
        }
    }
}
