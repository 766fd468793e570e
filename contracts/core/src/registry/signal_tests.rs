use SignalKind::{Activated, Failed, Heartbeat, MigrationCompleted};

use super::*;
use crate::{
    ids::DomainId,
    registry::{
        Agreement, Evidence, Fact,
        phase::{
            standing,
            tests::{plan, record, signal},
        },
    },
};

const KECCAK: Keccak256 = crate::keccak::keccak256;

fn checked(signal: Signal, record: &Record, now: u64) -> Result<(), SignalError> {
    let now = Timestamp(now);
    signal.validated(&plan(), record, &standing(&plan(), record, &[], now), now).map(|_| ())
}

#[test]
fn signals_that_cannot_be_about_the_plan_are_refused() {
    let fresh = Record::default();
    let good = signal(Activated);
    assert_eq!(checked(good, &fresh, 1_200), Ok(()));
    assert_eq!(
        checked(Signal { fork: ForkId([4; 32]), ..good }, &fresh, 1_200),
        Err(SignalError::WrongFork { expected: ForkId([3; 32]), given: ForkId([4; 32]) })
    );
    for incomplete in [Signal { height: 0, ..good }, Signal { code_hash: [0; 32], ..good }] {
        assert_eq!(checked(incomplete, &fresh, 1_200), Err(SignalError::Incomplete));
    }
    let early = Timestamp(99);
    assert_eq!(
        checked(Signal { observed_at: early, ..good }, &fresh, 1_200),
        Err(SignalError::TooEarly { observed_at: early, begin: Timestamp(100) })
    );
    assert_eq!(checked(good, &fresh, 1_185), Ok(()));
    assert_eq!(
        checked(good, &fresh, 1_184),
        Err(SignalError::FutureSignal { observed_at: Timestamp(1_200), now: Timestamp(1_184) })
    );
    assert_eq!(checked(good, &fresh, 2_001), Err(SignalError::PlanEnded { phase: Phase::Expired }));
}

#[test]
fn what_was_seen_before_a_deviation_is_not_said_after_it() {
    let failed = record(&[(Failed, 1_201)]);
    assert_eq!(
        checked(signal(Activated), &failed, 1_300),
        Err(SignalError::TooEarly { observed_at: Timestamp(1_200), begin: Timestamp(1_201) })
    );
    let anew = Signal { observed_at: Timestamp(1_201), ..signal(Activated) };
    assert_eq!(checked(anew, &failed, 1_300), Ok(()));
    assert_ne!(anew.fact(PlanId(1), failed.round()), anew.fact(PlanId(1), 0), "a rollback supersedes");
}

#[test]
fn content_is_the_fact_and_not_the_second_of_the_look() {
    let good = signal(Activated);
    assert_eq!(good.content(KECCAK), Signal { observed_at: Timestamp(1), ..good }.content(KECCAK));
    for other in [
        Signal { kind: Failed, ..good },
        Signal { fork: ForkId([4; 32]), ..good },
        Signal { height: 51, ..good },
        Signal { code_hash: [8; 32], ..good },
    ] {
        assert_ne!(good.content(KECCAK), other.content(KECCAK));
    }
    let beat = signal(Heartbeat);
    assert_ne!(beat.content(KECCAK), Signal { observed_at: Timestamp(1), ..beat }.content(KECCAK));
}

#[test]
fn a_fact_is_a_kind_in_a_round_and_a_heartbeat_one_block() {
    let fact = |signal: Signal| signal.fact(PlanId(1), 0);
    let good = signal(Activated);
    assert_eq!(fact(good), fact(Signal { height: 51, code_hash: [8; 32], ..good }));
    assert_ne!(fact(good), fact(signal(Failed)));
    let beat = signal(Heartbeat);
    assert_ne!(fact(beat), fact(Signal { height: 51, ..beat }));
    assert_eq!(fact(beat), fact(Signal { observed_at: Timestamp(1), ..beat }));
    assert_eq!(signal(MigrationCompleted).opposite(), Some(signal(Failed)));
    assert_eq!(signal(Failed).opposite(), Some(signal(MigrationCompleted)));
    assert_eq!(good.opposite(), None);
}

#[test]
fn keepers_who_agree_show_what_they_say_and_nothing_else() {
    let (said, other) = (signal(Activated), signal(Failed));
    let agreement = |voices, threshold| Agreement { content: said.content(KECCAK), voices, threshold, keccak: KECCAK };
    let shows = |agreement: Agreement, signal| agreement.shows(&Fact { domain: DomainId(1), signal });
    assert!(shows(agreement(2, 2), &said) && shows(agreement(3, 2), &said));
    assert!(!shows(agreement(1, 2), &said) && !shows(agreement(2, 2), &other));
    assert!(!shows(agreement(0, 0), &said), "nobody shows nothing");
    assert_eq!(Agreement::count(&[1, 2, 3], |keeper| keeper == 2), 2);

    let (none, now) = (Record::default(), Timestamp(1_200));
    assert_eq!(none.established(&agreement(1, 2), &plan(), &said, now), None);
    let known = none.established(&agreement(2, 2), &plan(), &said, now);
    assert_eq!(known, Some(none.with(&plan(), &said, now)));
}
