//! The last second of a time and the first one after it, where only the contracts depend on which is which.

use lockstep_core::{
    settlement::{CLAIM_LIFE, Pot, SettlementError},
    units::Timestamp,
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
