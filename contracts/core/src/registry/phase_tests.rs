use alloc::vec;

use proptest::prelude::*;

use super::*;
use crate::{
    ids::{DomainId, ForkId, MarketId},
    registry::{Impact, PlanError, Signal, SignalError, SignalKind},
    units::Seconds,
};

const CODE: [u8; 32] = [7; 32];

fn plan() -> Plan {
    Plan {
        domain: DomainId(1),
        fork: ForkId([3; 32]),
        code_hash: CODE,
        spec_version: 2,
        announced_at: Timestamp(100),
        freeze_at: Timestamp(1_000),
        earliest: Timestamp(1_100),
        latest: Timestamp(2_000),
        stabilise: Seconds(500),
        max_freeze: Seconds(3_000),
        impact: Impact::default(),
        severity: 2,
        disclosure: [9; 32],
        markets: vec![MarketId(1), MarketId(2)],
    }
}

fn signal(kind: SignalKind) -> Signal {
    Signal { kind, fork: ForkId([3; 32]), height: 50, code_hash: CODE, observed_at: Timestamp(1_200) }
}

fn record(signals: &[(SignalKind, u64)]) -> Record {
    signals.iter().fold(Record::default(), |record, (kind, at)| record.with(&signal(*kind), Timestamp(*at)))
}

fn at(record: &Record, now: u64) -> (Phase, Option<Timestamp>) {
    (phase(&plan(), record, Timestamp(now)), released_at(&plan(), record, Timestamp(now)))
}

use SignalKind::{Aborted, Activated, CanaryPassed, Failed, MigrationCompleted, RolledBack};

#[test]
fn a_good_upgrade_goes_through_every_phase() {
    assert_eq!(at(&record(&[]), 999), (Phase::Announced, None));
    assert_eq!(at(&record(&[]), 1_000), (Phase::Frozen, None));
    assert_eq!(at(&record(&[(Activated, 1_200)]), 1_200), (Phase::Activated, None));
    assert_eq!(at(&record(&[(Activated, 1_200), (MigrationCompleted, 1_300)]), 1_300), (Phase::Activated, None));
    let verified = record(&[(Activated, 1_200), (MigrationCompleted, 1_300), (CanaryPassed, 1_400)]);
    assert_eq!(at(&verified, 1_400), (Phase::Stabilising, Some(Timestamp(1_400))));
    assert_eq!(at(&verified, 1_899), (Phase::Stabilising, Some(Timestamp(1_400))));
    assert_eq!(at(&verified, 1_900), (Phase::Completed, Some(Timestamp(1_400))));
}

#[test]
fn without_a_signal_it_expires_after_the_latest_moment() {
    assert_eq!(at(&record(&[]), 2_000), (Phase::Frozen, None));
    assert_eq!(at(&record(&[]), 2_001), (Phase::Expired, Some(Timestamp(2_000))));
}

#[test]
fn activated_is_not_verified_and_ends_at_the_bound() {
    let seen = record(&[(Activated, 1_200), (MigrationCompleted, 1_300)]);
    assert_eq!(at(&seen, 3_999), (Phase::Activated, None));
    assert_eq!(at(&seen, 4_000), (Phase::Deviated, Some(Timestamp(4_000))));
}

#[test]
fn other_code_than_announced_deviates() {
    let other = Signal { code_hash: [8; 32], ..signal(Activated) };
    let seen = Record::default().with(&other, Timestamp(1_200));
    assert_eq!(at(&seen, 1_200), (Phase::Deviated, Some(Timestamp(1_200))));
    let all = seen.with(&signal(MigrationCompleted), Timestamp(1_300)).with(&signal(CanaryPassed), Timestamp(1_300));
    assert_eq!(at(&all, 1_300).0, Phase::Deviated, "migrations of the wrong code verify nothing");
}

#[test]
fn failures_and_rollbacks_deviate_until_completion() {
    let verified = [(Activated, 1_200), (MigrationCompleted, 1_300), (CanaryPassed, 1_400)];
    for kind in [Failed, RolledBack] {
        let at_once = record(&[(Activated, 1_200), (kind, 1_250)]);
        assert_eq!(at(&at_once, 1_250), (Phase::Deviated, Some(Timestamp(1_250))));
        let before = record(&[&verified[..], &[(kind, 1_899)]].concat());
        assert_eq!(at(&before, 1_899), (Phase::Deviated, Some(Timestamp(1_899))));
        let after = record(&[&verified[..], &[(kind, 1_900)]].concat());
        assert_eq!(at(&after, 1_900).0, Phase::Completed, "a late failure is a new plan's");
    }
}

#[test]
fn calling_off_releases_through_the_thaw_rule_only_what_was_frozen() {
    assert_eq!(at(&record(&[(Aborted, 999)]), 5_000), (Phase::Cancelled, None));
    assert_eq!(at(&record(&[(Aborted, 1_000)]), 5_000), (Phase::Cancelled, Some(Timestamp(1_000))));
}

#[test]
fn the_first_agreement_on_a_fact_stays() {
    let twice = record(&[(Activated, 1_200), (Activated, 1_500), (Failed, 1_600), (Failed, 1_700)]);
    assert_eq!(twice.activated.map(|seen| seen.at), Some(Timestamp(1_200)));
    assert_eq!(twice.failed_at, Some(Timestamp(1_600)));
}

#[test]
fn plans_that_cannot_be_carried_out_are_refused() {
    let with = |change: fn(&mut Plan)| {
        let mut plan = plan();
        change(&mut plan);
        plan.validated(Timestamp(100)).map(|_| ())
    };
    assert_eq!(with(|_| ()), Ok(()));
    assert_eq!(with(|p| p.code_hash = [0; 32]), Err(PlanError::NoCodeHash));
    assert_eq!(with(|p| p.disclosure = [0; 32]), Err(PlanError::NoDisclosure { severity: 2 }));
    assert_eq!(with(|p| p.severity = 0), Err(PlanError::NoDisclosure { severity: 0 }));
    assert_eq!(with(|p| p.severity = 5), Err(PlanError::NoDisclosure { severity: 5 }));
    let days = Seconds::days(7);
    assert_eq!(with(|p| p.max_freeze = Seconds(0)), Err(PlanError::FreezeTooLong { asked: Seconds(0), max: days }));
    let longer = Seconds(days.0 + 1);
    assert_eq!(
        with(|p| p.max_freeze = Seconds(Seconds::days(7).0 + 1)),
        Err(PlanError::FreezeTooLong { asked: longer, max: days })
    );
    assert_eq!(
        with(|p| p.stabilise = Seconds(Seconds::days(7).0 + 1)),
        Err(PlanError::StabiliseTooLong { asked: longer, max: days })
    );
    for change in [
        (|p: &mut Plan| p.freeze_at = Timestamp(100)) as fn(&mut Plan),
        |p| p.earliest = Timestamp(999),
        |p| p.latest = Timestamp(1_099),
        |p| p.max_freeze = Seconds(1_000),
    ] {
        assert!(matches!(with(change), Err(PlanError::TimesOutOfOrder { now: Timestamp(100), .. })));
    }
    assert_eq!(with(|p| p.markets.clear()), Err(PlanError::MarketCount { count: 0 }));
    assert_eq!(with(|p| p.markets = (0..17).map(MarketId).collect()), Err(PlanError::MarketCount { count: 17 }));
    assert_eq!(with(|p| p.markets.push(MarketId(1))), Err(PlanError::DuplicateMarket { market: MarketId(1) }));
}

#[test]
fn the_largest_plan_fits_a_storage_item() {
    use parity_scale_codec::Encode;
    let largest = Plan { markets: (0..16).map(MarketId).collect(), ..plan() };
    assert!(largest.encoded_size() <= 416, "{}", largest.encoded_size());
}

#[test]
fn signals_that_cannot_be_about_the_plan_are_refused() {
    let with = |signal: Signal, now| signal.validated(&plan(), Timestamp(now)).map(|_| ());
    let good = signal(Activated);
    assert_eq!(with(good, 1_200), Ok(()));
    assert_eq!(
        with(Signal { fork: ForkId([4; 32]), ..good }, 1_200),
        Err(SignalError::WrongFork { expected: ForkId([3; 32]), given: ForkId([4; 32]) })
    );
    let early = Timestamp(99);
    assert_eq!(
        with(Signal { observed_at: early, ..good }, 1_200),
        Err(SignalError::TooEarly { observed_at: early, announced_at: Timestamp(100) })
    );
    assert_eq!(with(good, 1_185), Ok(()));
    assert_eq!(
        with(good, 1_184),
        Err(SignalError::FutureSignal { observed_at: Timestamp(1_200), now: Timestamp(1_184) })
    );
}

#[test]
fn content_is_the_fact_and_not_the_second_of_the_look() {
    let keccak = sp_crypto_hashing::keccak_256;
    let good = signal(Activated);
    assert_eq!(good.content(keccak), Signal { observed_at: Timestamp(1), ..good }.content(keccak));
    for other in [
        Signal { kind: Failed, ..good },
        Signal { fork: ForkId([4; 32]), ..good },
        Signal { height: 51, ..good },
        Signal { code_hash: [8; 32], ..good },
    ] {
        assert_ne!(good.content(keccak), other.content(keccak));
    }
}

proptest! {
    /// Whatever is signalled, at any time: a plan leaves its frozen phases by its bound, and completes only
    /// verified.
    #[test]
    fn a_freeze_always_ends(
        signals in prop::collection::vec((0usize..6, 100u64..6_000), 0..8),
        now in 4_000u64..10_000,
    ) {
        let signals: alloc::vec::Vec<_> =
            signals.into_iter().map(|(kind, at)| (SignalKind::ALL[kind], at)).filter(|(_, at)| *at <= now).collect();
        let record = record(&signals);
        let (phase, released) = at(&record, now);
        prop_assert!(!matches!(phase, Phase::Frozen | Phase::Activated | Phase::Announced), "{phase:?}");
        prop_assert!(released.is_none_or(|at| at.0 <= now));
        prop_assert!(phase != Phase::Completed || (record.migrated_at.is_some() && record.canary_at.is_some()));
    }
}
