use alloc::vec::Vec;

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
        Stage::ReduceOnly | Stage::Settleable => Reason::BoundReached,
    };
    Standing { stage, reason, until: Timestamp(7), share: Bps(2_500), lapse: None }
}

/// Every cell, written out a second time and apart from [`TABLE`], with the exact answer: verdict, stage, action, the
/// mark within its band or not, an account that is deeply insolvent or just not.
#[test]
fn every_cell_of_the_table() {
    let yes = |share| Answer { reason: Reason::Allowed, until: Timestamp(0), share: Bps(share) };
    let mut cells = 0;
    for action in Action::ALL {
        for stage in Stage::ALL {
            for verdict in PriceVerdict::ALL {
                for outside in [None, Some(Bps(4_000))] {
                    for health in [9_499, 9_500, u32::MAX] {
                        let standing = standing(*stage);
                        let no = Answer::refused(standing.reason, Timestamp(7));
                        let expected = match (action, stage) {
                            (Action::Deposit | Action::Repay | Action::Reduce | Action::Withdraw, _)
                            | (Action::Settle, Stage::Settleable) => yes(10_000),
                            (Action::Settle, _) => Answer::refused(Reason::NotSettling, Timestamp(0)),
                            _ if *verdict != PriceVerdict::Valid => Answer::refused((*verdict).into(), Timestamp(7)),
                            (Action::Increase, Stage::Open) if outside.is_none() => yes(10_000),
                            (Action::Increase, Stage::Open) => Answer::refused(Reason::OutOfBand, Timestamp(0)),
                            (Action::Liquidate, Stage::Open | Stage::Recovering) => yes(2_500),
                            (Action::Liquidate, _) if health == 9_499 => yes(10_000),
                            (Action::Fund, Stage::Open | Stage::Recovering) if outside.is_some() => yes(4_000),
                            (Action::Fund, Stage::Open | Stage::Recovering) => yes(10_000),
                            (Action::Increase | Action::Liquidate | Action::Fund, _) => no,
                        };
                        let situation = Situation { verdict: *verdict, standing, outside };
                        let answer = permit(situation, *action, Bps(health));
                        assert_eq!(answer, expected, "{action:?} {stage:?} {verdict:?} {outside:?} {health}");
                        assert_eq!(answer.is_allowed(), answer.reason == Reason::Allowed);
                        cells += 1;
                    }
                }
            }
        }
    }
    assert_eq!(cells, 8 * 5 * 7 * 2 * 3);
}

#[test]
fn the_table_has_a_row_for_each_action_and_a_column_for_each_stage() {
    assert_eq!(TABLE.map(|(action, _)| action).as_slice(), Action::ALL);
    assert!(Stage::ALL.iter().enumerate().all(|(column, stage)| usize::from(stage.number()) == column));
    assert!(TABLE.iter().all(|(_, row)| row.len() == Stage::ALL.len()));
}

/// Replayable case 2: 0.97 is refused while down, 0.94 is not; after the grace 0.97 is allowed.
#[test]
fn deep_insolvency_is_carved_out_at_a_valid_price_only() {
    let ask = |stage, verdict, health| {
        let situation = Situation { verdict, standing: standing(stage), outside: None };
        permit(situation, Action::Liquidate, Bps(health))
    };
    let refused = Answer::refused(Reason::Outage, Timestamp(7));
    assert_eq!(ask(Stage::Frozen, PriceVerdict::Valid, 9_700), refused);
    let allowed = Answer { reason: Reason::Allowed, until: Timestamp(0), share: Bps::ONE };
    assert_eq!(ask(Stage::Frozen, PriceVerdict::Valid, 9_400), allowed);
    assert_eq!(ask(Stage::Open, PriceVerdict::Valid, 9_700), Answer { share: Bps(2_500), ..allowed });
    assert_eq!(ask(Stage::Frozen, PriceVerdict::Stale, 9_400), Answer::refused(Reason::Stale, Timestamp(7)));
}

fn seen(recovery: Recovery) -> Assessment {
    Assessment { price: Price(1), stable: Price(1), verdict: PriceVerdict::Valid, recovery, starved: Timestamp(0) }
}

fn trusted() -> Assessment {
    seen(Recovery { recovered_at: Some(Timestamp(0)), ..Recovery::fresh(Timestamp(0)) })
}

fn plan(phase: Phase, bound: u64, released_at: Option<u64>) -> Plans {
    let released_at = released_at.map(Timestamp);
    let (freeze_at, bound) = (Timestamp(NOW.0 - 9_000), Timestamp(bound));
    Plans::Touched(PlanView { phase, freeze_at, bound, frozen_until: bound, booked: Seconds(0), released_at })
}

#[test]
fn a_freeze_ends_in_reduce_only_at_its_bound() {
    let began = Timestamp(NOW.0 - FREEZE_BOUND.0 + 1);
    let frozen = seen(Recovery { cause: FreezeCause::Outage, ..Recovery::fresh(began) });
    let before = stage(&frozen, &RULE, Plans::Free, 0, None, CLOCK);
    assert_eq!((before.stage, before.reason), (Stage::Frozen, Reason::Outage));
    assert_eq!((before.until, before.lapse), (Timestamp(NOW.0 + 1), None), "the bound comes before the grace");
    let later = Clock { now: Timestamp(NOW.0 + 1), active: NOW };
    let after = stage(&frozen, &RULE, Plans::Free, 0, None, later);
    assert_eq!((after.stage, after.reason), (Stage::ReduceOnly, Reason::BoundReached));
    assert_eq!(after.lapse, Some(Lapse { since: later.now, frozen_at: began }));
}

/// Every phase, released or not, thawed or not, within its bound or beyond it.
#[test]
fn each_phase_puts_a_trusted_market_in_its_stage() {
    use Reason::{Allowed, BoundReached, PlanDeviated, PlanFrozen, PlanStabilising, PlanThawing, PlanUnverified};
    let (thawed, just) = (NOW.0 - 601, NOW.0 - 600);
    for phase in Phase::ALL {
        for released_at in [None, Some(thawed), Some(just)] {
            for fresh in [2, 3] {
                for bound in [NOW.0, NOW.0 + 1] {
                    let standing = stage(&trusted(), &RULE, plan(*phase, bound, released_at), fresh, None, CLOCK);
                    let is_thawed = released_at == Some(thawed) && fresh == 3;
                    let expected = match (phase, released_at) {
                        (Phase::Announced, _) | (Phase::Cancelled, None) => (Stage::Open, Allowed, Bps::ONE),
                        _ if bound == NOW.0 && (!is_thawed || matches!(phase, Phase::Frozen | Phase::Activated)) => {
                            (Stage::ReduceOnly, BoundReached, Bps::ZERO)
                        }
                        (Phase::Activated, _) => (Stage::Frozen, PlanUnverified, Bps::ZERO),
                        (Phase::Frozen, _) | (_, None) => (Stage::Frozen, PlanFrozen, Bps::ZERO),
                        _ if !is_thawed => (Stage::Frozen, PlanThawing, Bps::ZERO),
                        (Phase::Stabilising, _) => (Stage::Recovering, PlanStabilising, RAMP_START),
                        (Phase::Deviated, _) => (Stage::Recovering, PlanDeviated, RAMP_START),
                        (Phase::Completed | Phase::Expired | Phase::Cancelled, _) => (Stage::Open, Allowed, RAMP_START),
                    };
                    let told = (standing.stage, standing.reason, standing.share);
                    assert_eq!(told, expected, "{phase:?} {released_at:?} {fresh} {bound}");
                    let lapsed = expected.0 == Stage::ReduceOnly || (expected.1 == PlanDeviated && bound == NOW.0);
                    assert_eq!(standing.lapse.is_some(), lapsed, "{phase:?} {released_at:?} {fresh} {bound}");
                }
            }
        }
    }
}

/// Keepers who have paused too much do not freeze for longer; the market is reduce-only then, and its settlement waits
/// for the plan's own bound.
#[test]
fn a_freeze_by_keepers_is_cut_by_their_pauses() {
    let day = 86_400;
    let of = |booked| Plans::checked([2, NOW.0 - 100, NOW.0 + 1_000, 0, booked], NOW);
    let at = |plans: Plans, paused| stage(&trusted(), &RULE, plans.cut(Seconds(paused)), 3, None, CLOCK);
    assert!(of(1).is_keepers() && !of(0).is_keepers() && !Plans::Silent.is_keepers());
    let whole = at(of(day - 900), 900);
    assert_eq!((whole.stage, whole.reason, whole.until.0), (Stage::Frozen, Reason::PlanFrozen, NOW.0 + 1_000));
    let cut = at(of(day - 900), 1_800);
    assert_eq!((cut.stage, cut.until.0), (Stage::Frozen, NOW.0 + 100));
    let spent = at(of(day - 900), 1_900);
    assert_eq!((spent.stage, spent.reason, spent.lapse), (Stage::ReduceOnly, Reason::BoundReached, None));
    assert_eq!(at(of(0), day).stage, Stage::Frozen, "a plan of governance is none of their business");
    assert_eq!(at(Plans::Free, day).stage, Stage::Open);
}

#[test]
fn what_is_always_allowed_needs_no_look() {
    let always: Vec<Action> = Action::ALL.iter().copied().filter(|action| is_always_allowed(*action)).collect();
    assert_eq!(always, [Action::Deposit, Action::Repay, Action::Reduce, Action::Withdraw]);
}

#[test]
fn the_worst_of_feed_plan_and_pause_counts_and_the_smallest_share() {
    let frozen = seen(Recovery { cause: FreezeCause::Jump, ..Recovery::fresh(NOW) });
    let announced = plan(Phase::Announced, NOW.0 + 5_000, None);
    assert_eq!(stage(&frozen, &RULE, announced, 3, None, CLOCK).reason, Reason::Divergent);
    let frozen_plan = plan(Phase::Frozen, NOW.0 + 5_000, None);
    assert_eq!(stage(&frozen, &RULE, frozen_plan, 3, None, CLOCK).reason, Reason::PlanFrozen, "it lasts longer");
    let until = Timestamp(NOW.0 + 1_800);
    let paused = stage(&trusted(), &RULE, Plans::Free, 3, Some(until), CLOCK);
    assert_eq!((paused.stage, paused.reason, paused.until), (Stage::Frozen, Reason::Paused, until));
    assert_eq!(paused.share, Bps::ZERO);
    assert_eq!(stage(&trusted(), &RULE, frozen_plan, 3, Some(until), CLOCK).reason, Reason::PlanFrozen);
    let silent = stage(&trusted(), &RULE, Plans::Silent, 3, Some(until), CLOCK);
    assert_eq!((silent.stage, silent.reason), (Stage::ReduceOnly, Reason::RegistryUnavailable));
    assert_eq!((silent.lapse, silent.share), (None, Bps::ZERO));
}

#[test]
fn a_lapse_of_three_days_makes_a_market_settleable_and_a_thaw_undoes_it() {
    let lapsed = stage(&trusted(), &RULE, plan(Phase::Frozen, NOW.0 - 1, None), 3, None, CLOCK);
    assert_eq!(lapsed.lapse, Some(Lapse { since: Timestamp(NOW.0 - 1), frozen_at: Timestamp(NOW.0 - 9_000) }));
    assert_eq!(lapsed.settling(Seconds(SETTLE_AFTER.0 - 1)), lapsed);
    assert_eq!(lapsed.settling(SETTLE_AFTER).stage, Stage::Settleable);
    let verified = stage(&trusted(), &RULE, plan(Phase::Stabilising, NOW.0 - 1, Some(NOW.0 - 601)), 3, None, CLOCK);
    assert_eq!(verified.settling(SETTLE_AFTER), verified);
    let early = seen(Recovery { cause: FreezeCause::Feed, ..Recovery::fresh(Timestamp(NOW.0 - 20_000)) });
    let both = stage(&early, &RULE, plan(Phase::Frozen, NOW.0 - 1, None), 3, None, CLOCK);
    let first = Lapse { since: Timestamp(NOW.0 - 5_600), frozen_at: Timestamp(NOW.0 - 20_000) };
    assert_eq!(both.lapse, Some(first), "the first of both");
}

#[test]
fn an_answer_of_the_registry_that_contradicts_itself_is_none() {
    let ask = |number, freeze_at, bound, released_at| Plans::checked([number, freeze_at, bound, released_at, 5], NOW);
    let (freeze, week) = (NOW.0 - 100, MAX_FREEZE.0);
    assert_eq!(ask(0, 0, 0, 0), Plans::Free);
    assert_eq!(ask(9, freeze, freeze, 0), Plans::Silent);
    for number in [u64::from(u8::MAX), 257, u64::MAX] {
        assert_eq!(ask(number, freeze, freeze, 0), Plans::Silent);
    }
    let sound = |released_at: Option<u64>, bound| {
        let (bound, released_at) = (Timestamp(bound), released_at.map(Timestamp));
        let (freeze_at, booked) = (Timestamp(freeze), Seconds(5));
        Plans::Touched(PlanView { phase: Phase::Frozen, freeze_at, bound, frozen_until: bound, booked, released_at })
    };
    assert_eq!(ask(2, freeze, freeze, 0), sound(None, freeze));
    assert_eq!(ask(2, freeze, NOW.0 + week, NOW.0 + 15), sound(Some(NOW.0 + 15), NOW.0 + week));
    assert_eq!(ask(2, freeze, NOW.0 + week + 1, 0), Plans::Silent);
    assert_eq!(ask(2, freeze, NOW.0, NOW.0 + 16), Plans::Silent);
    assert_eq!(ask(2, freeze, freeze - 1, 0), Plans::Silent);
    assert_eq!(ask(2, 0, NOW.0, 0), Plans::Silent);
    assert_eq!(
        ask(1, NOW.0 + 9, NOW.0 + 9 + week, 0),
        Plans::Touched(PlanView {
            phase: Phase::Announced,
            freeze_at: Timestamp(NOW.0 + 9),
            bound: Timestamp(NOW.0 + 9 + week),
            frozen_until: Timestamp(NOW.0 + 9 + week),
            booked: Seconds(5),
            released_at: None,
        })
    );
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

#[test]
fn only_the_freeze_of_keepers_is_cut() {
    let plan = |booked| Plans::checked([3, NOW.0, NOW.0 + 7_200, NOW.0 - 9, booked], NOW);
    assert_eq!(plan(0).cut(Seconds::hours(30)), plan(0));
    let Plans::Touched(cut) = plan(7_200).cut(Seconds::hours(23)) else { panic!("a plan touches the market") };
    assert_eq!((cut.frozen_until, cut.bound), (NOW.after(Seconds(3_600)), NOW.after(Seconds(7_200))));
    assert_eq!(plan(0).released_at(), Timestamp(NOW.0 - 9));
    assert_eq!((Plans::Free.released_at(), Plans::Silent.released_at()), (Timestamp(0), Timestamp(0)));
}

#[test]
fn of_equally_strict_answers_and_standings_the_first_counts() {
    let refused = |reason| Answer::refused(reason, Timestamp(7));
    assert_eq!(refused(Reason::Paused).stricter(refused(Reason::Outage)), refused(Reason::Paused));
    let (outage, paused) = (standing(Stage::Frozen), Standing { reason: Reason::Paused, ..standing(Stage::Frozen) });
    assert_eq!((outage.worse(paused), paused.worse(outage)), (outage, paused));
}

#[test]
fn a_lapse_survives_a_worse_standing_and_its_time_makes_it_settleable() {
    let lapse = Some(Lapse { since: Timestamp(5), frozen_at: Timestamp(3) });
    let lapsed = Standing { lapse, ..standing(Stage::Recovering) };
    for worse in [lapsed.worse(standing(Stage::Frozen)), standing(Stage::Frozen).worse(lapsed)] {
        assert_eq!((worse.stage, worse.reason, worse.lapse), (Stage::Frozen, Reason::Outage, lapse));
        assert_eq!(worse.settling(Seconds(SETTLE_AFTER.0 - 1)), worse);
        let due = worse.settling(SETTLE_AFTER);
        assert_eq!((due.stage, due.reason), (Stage::Settleable, Reason::BoundReached));
    }
}
