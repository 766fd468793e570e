use super::*;
use crate::{guard::recovery::Recovery, units::Price};

const NOW: Timestamp = Timestamp(1_000_000);
const CLOCK: Clock = Clock { now: NOW, active: NOW };
const RULE: RecoveryRule = RecoveryRule {
    grace: Seconds(600),
    feed_grace: Seconds(60),
    ramp: Seconds(1_000),
    fresh_reports: 3,
    max_deviation: Bps(500),
};

fn standing(stage: Stage) -> Standing {
    let reason = match stage {
        Stage::Open => Reason::Allowed,
        Stage::Recovering => Reason::PlanStabilising,
        Stage::Frozen => Reason::Outage,
        Stage::ReduceOnly => Reason::BoundReached,
    };
    Standing { stage, reason, until: Timestamp(7), share: Bps(2_500) }
}

/// Every cell, written out: which of the four stages allow the action at a valid price, for an account that is not
/// and one that is deeply insolvent.
#[test]
fn every_cell_of_the_table() {
    const STAGES: [Stage; 4] = [Stage::Open, Stage::Recovering, Stage::Frozen, Stage::ReduceOnly];
    let all = [true; 4];
    let none = [false; 4];
    let rows = [
        (Action::Deposit, all, all, all),
        (Action::Repay, all, all, all),
        (Action::Reduce, all, all, all),
        (Action::Withdraw, all, all, all),
        (Action::Increase, [true, false, false, false], [true, false, false, false], none),
        (Action::Liquidate, [true, true, false, false], all, none),
        (Action::Fund, [true, true, false, false], [true, true, false, false], none),
        (Action::Settle, none, none, none),
    ];
    assert_eq!(rows.map(|row| row.0).as_slice(), Action::ALL);
    for (action, solvent, deep, invalid) in rows {
        for (column, stage) in STAGES.into_iter().enumerate() {
            let cell = |verdict, health| permit(verdict, standing(stage), action, Bps(health)).is_allowed();
            assert_eq!(cell(PriceVerdict::Valid, 9_500), solvent[column], "{action:?} {stage:?} health 0.95");
            assert_eq!(cell(PriceVerdict::Valid, 9_499), deep[column], "{action:?} {stage:?} health below 0.95");
            for verdict in &PriceVerdict::ALL[1..] {
                assert_eq!(cell(*verdict, 9_499), invalid[column], "{action:?} {stage:?} {verdict:?}");
                assert_eq!(cell(*verdict, 10_000), invalid[column], "{action:?} {stage:?} {verdict:?}");
            }
        }
    }
}

/// Replayable case 2: 0.97 is refused while down, 0.94 is not; after the grace 0.97 is allowed.
#[test]
fn deep_insolvency_is_carved_out_at_a_valid_price_only() {
    let ask = |stage, verdict, health| permit(verdict, standing(stage), Action::Liquidate, Bps(health));
    let refused = Answer::refused(Reason::Outage, Timestamp(7));
    assert_eq!(ask(Stage::Frozen, PriceVerdict::Valid, 9_700), refused);
    let allowed = Answer { reason: Reason::Allowed, until: Timestamp(0), share: Bps::ONE };
    assert_eq!(ask(Stage::Frozen, PriceVerdict::Valid, 9_400), allowed);
    assert_eq!(ask(Stage::Open, PriceVerdict::Valid, 9_700), Answer { share: Bps(2_500), ..allowed });
    assert_eq!(ask(Stage::Frozen, PriceVerdict::Stale, 9_400), Answer::refused(Reason::Stale, Timestamp(7)));
}

fn seen(recovery: Recovery) -> Assessment {
    Assessment { price: Price(1), stable: Price(1), verdict: PriceVerdict::Valid, recovery }
}

fn trusted() -> Assessment {
    seen(Recovery { recovered_at: Some(Timestamp(0)), ..Recovery::fresh(Timestamp(0)) })
}

#[test]
fn a_freeze_ends_in_reduce_only_at_its_bound() {
    let frozen =
        seen(Recovery { cause: FreezeCause::Outage, ..Recovery::fresh(Timestamp(NOW.0 - FREEZE_BOUND.0 + 1)) });
    let before = stage(&frozen, &RULE, None, 0, CLOCK);
    assert_eq!((before.stage, before.reason), (Stage::Frozen, Reason::Outage));
    assert_eq!(before.until, Timestamp(NOW.0 + 1), "the bound comes before the grace");
    let after = stage(&frozen, &RULE, None, 0, Clock { now: Timestamp(NOW.0 + 1), active: NOW });
    assert_eq!((after.stage, after.reason), (Stage::ReduceOnly, Reason::BoundReached));
}

#[test]
fn each_phase_puts_a_trusted_market_in_its_stage() {
    let released = Timestamp(NOW.0 - 601);
    let rows = [
        (Phase::Announced, None, Stage::Open, Reason::Allowed, Bps::ONE),
        (Phase::Frozen, None, Stage::Frozen, Reason::PlanFrozen, Bps::ZERO),
        (Phase::Activated, None, Stage::Frozen, Reason::PlanUnverified, Bps::ZERO),
        (Phase::Stabilising, Some(released), Stage::Recovering, Reason::PlanStabilising, RAMP_START),
        (Phase::Completed, Some(released), Stage::Open, Reason::Allowed, RAMP_START),
        (Phase::Expired, Some(released), Stage::Open, Reason::Allowed, RAMP_START),
        (Phase::Deviated, Some(released), Stage::Recovering, Reason::PlanDeviated, RAMP_START),
        (Phase::Cancelled, Some(released), Stage::Open, Reason::Allowed, RAMP_START),
        (Phase::Cancelled, None, Stage::Open, Reason::Allowed, Bps::ONE),
    ];
    for (phase, released_at, expected, reason, share) in rows {
        let plan = PlanView { phase, bound: Timestamp(NOW.0 + 5_000), released_at };
        let standing = stage(&trusted(), &RULE, Some(plan), 3, CLOCK);
        assert_eq!((standing.stage, standing.reason, standing.share), (expected, reason, share), "{phase:?}");
    }
}

#[test]
fn a_released_plan_waits_for_grace_and_fresh_reports() {
    for phase in [Phase::Stabilising, Phase::Completed, Phase::Expired, Phase::Deviated, Phase::Cancelled] {
        let at = |released, fresh, bound| {
            let plan = PlanView { phase, bound: Timestamp(bound), released_at: Some(Timestamp(released)) };
            let standing = stage(&trusted(), &RULE, Some(plan), fresh, CLOCK);
            (standing.stage, standing.reason)
        };
        let late = NOW.0 + 5_000;
        assert_eq!(at(NOW.0 - 600, 3, late), (Stage::Frozen, Reason::PlanThawing), "{phase:?}: equal still blocks");
        assert_eq!(at(NOW.0 - 601, 2, late), (Stage::Frozen, Reason::PlanThawing), "{phase:?}: two reports");
        assert_ne!(at(NOW.0 - 601, 3, late).0, Stage::Frozen, "{phase:?}");
        assert_eq!(at(NOW.0 - 600, 3, NOW.0), (Stage::ReduceOnly, Reason::BoundReached), "{phase:?}: bound");
    }
}

#[test]
fn the_worse_of_feed_and_plan_counts_and_the_smaller_share() {
    let plan = PlanView { phase: Phase::Announced, bound: Timestamp(u64::MAX), released_at: None };
    let frozen = seen(Recovery { cause: FreezeCause::Jump, ..Recovery::fresh(NOW) });
    assert_eq!(stage(&frozen, &RULE, Some(plan), 3, CLOCK).reason, Reason::Divergent);
    let plan = PlanView { phase: Phase::Frozen, bound: Timestamp(u64::MAX), released_at: None };
    assert_eq!(stage(&frozen, &RULE, Some(plan), 3, CLOCK).share, Bps::ZERO);
}

#[test]
fn the_stricter_answer_is_a_refusal_the_later_one_or_the_smaller_share() {
    let yes = |share| Answer { reason: Reason::Allowed, until: Timestamp(0), share: Bps(share) };
    let no = |until| Answer::refused(Reason::Outage, Timestamp(until));
    assert_eq!(yes(10).stricter(yes(5)), yes(5));
    assert_eq!(yes(10).stricter(no(3)), no(3));
    assert_eq!(no(3).stricter(yes(10)), no(3));
    assert_eq!(no(3).stricter(no(4)), no(4));
    assert_eq!(no(4).stricter(no(3)), no(4));
}
