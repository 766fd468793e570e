//! The last second of a time and the first one after it, where only the contracts depend on which is which.

use lockstep_core::{
    guard::{Assessment, Held, History, PriceVerdict, Recovery},
    settlement::{CLAIM_LIFE, Pot, SettlementError},
    units::{Price, Timestamp},
};

#[test]
fn a_claim_is_paid_in_the_last_second_and_not_after_it() {
    let mut pot = Pot::open(Some(100), Timestamp(1_000));
    pot.collect(100).unwrap();
    let last = Timestamp(1_000).after(CLAIM_LIFE);
    assert_eq!(pot.pay(60, last), Ok(60));
    let over = SettlementError::ClaimsOver { until: last.0, now: last.0 + 1 };
    assert_eq!(pot.pay(40, Timestamp(last.0 + 1)), Err(over));
}

#[test]
fn a_price_that_is_not_valid_is_held_for_no_time() {
    let (now, starved) = (Timestamp(10_000), Timestamp(10_600));
    let nothing = Held { price: Price(0), since: now, until: now };
    assert_eq!(Held::from(None, now, starved), nothing);
    let seen =
        |verdict| Assessment { price: Price(7), stable: Price(7), verdict, recovery: Recovery::fresh(now), starved };
    let history = |verdict| History::default().with(&seen(verdict), now);
    assert_eq!(history(PriceVerdict::Stale), History { held: nothing, ..History::default() });
    assert_eq!(history(PriceVerdict::Valid).held, Held { price: Price(7), since: now, until: starved });
}
