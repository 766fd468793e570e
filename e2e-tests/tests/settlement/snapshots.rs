//! Commitment: when, of what, and by whom.

use alloy_core::primitives::FixedBytes;
use e2e_tests::{
    assert_refused, emitted,
    interfaces::{IOracleGuard, ISettlement::*, IUpgradeRegistry},
};
use lockstep_core::{
    ids::ForkId,
    settlement::{Basis, encode_proof},
};

use super::{BOND, CHALLENGE, DOMAIN, MARKET, UNIT, WINDOW, assert_average, book, context, stage, tree};

#[test]
fn a_snapshot_is_committed_at_the_freeze_and_every_position_is_provable() {
    let mut stage = stage();
    let (plan, freeze) = (stage.plan, stage.freeze);
    let leaves = book();
    let tree = tree(&leaves, context(plan, MARKET));
    let commitment = super::commitment(plan, &tree);
    stage.until(freeze - 1);
    assert_refused(stage.operate(&commitment), WindowNotOpen { opensAt: freeze, now_: freeze - 1 });
    stage.until(freeze);
    assert_eq!(stage.operate(&commitment).unwrap(), FixedBytes(tree.root()));
    let active = stage.active();
    let until = active + CHALLENGE;
    let opened = emitted::<SnapshotOpened>(&stage.x.chain)[0].clone();
    let (price, until_open) = (opened.price, active + WINDOW);
    assert_average(price, 2_000 * UNIT);
    assert_eq!(opened, SnapshotOpened { plan, market: MARKET, takenAt: freeze, price, until: until_open });
    assert_eq!(
        emitted::<SnapshotCommitted>(&stage.x.chain),
        [SnapshotCommitted {
            plan,
            market: MARKET,
            root: FixedBytes(tree.root()),
            count: 5,
            interest: 17_000_000_000_000,
            profit: 49_000_000,
            challengedUntil: until,
        }]
    );
    let snapshot = stage.view(&snapshotCall { plan, market: MARKET }).unwrap();
    assert_eq!((snapshot.status, snapshot.root, snapshot.count), (1, FixedBytes(tree.root()), 5));
    assert_eq!((snapshot.long, snapshot.short), (17_000_000_000_000, 17_000_000_000_000));
    assert_eq!((snapshot.profit, snapshot.loss), (49_000_000, 49_000_000));
    assert_eq!((snapshot.bond, snapshot.until, snapshot.summons), (BOND, until, 0));
    let of = stage.view(&snapshotContextCall { plan, market: MARKET }).unwrap();
    assert_eq!((of.domain, ForkId(of.forkId.0)), (DOMAIN, context(plan, MARKET).fork));
    assert_eq!((of.takenAt, of.price), (freeze, price));

    for leaf in &leaves {
        let proof = encode_proof(&tree.prove(leaf.index).unwrap());
        stage.view(&stage.verification(leaf, proof)).unwrap();
    }
    assert_refused(stage.operate(&commitment), WrongStatus { status: 1 });
}

#[test]
fn a_snapshot_that_does_not_net_is_refused_with_the_figures() {
    let mut stage = stage();
    let of = context(stage.plan, MARKET);
    stage.until(stage.freeze);
    let plan = stage.plan;
    let one_sided = tree(&book()[..3], of);
    let refused = InterestNotNetted { long: 17_000_000_000_000, short: 8_000_000_000_000 };
    assert_refused(stage.operate(&super::commitment(plan, &one_sided)), refused);
    let mut generous = book();
    generous[0].unrealised += 1;
    let refused = ProfitNotNetted { profit: 49_000_001, loss: 49_000_000 };
    assert_refused(stage.operate(&super::commitment(plan, &tree(&generous, of))), refused);
    let good = super::commitment(plan, &tree(&book(), of));
    let headless = commitSnapshotCall { top: FixedBytes::ZERO, ..good.clone() };
    assert_refused(stage.operate(&headless), EmptyTree { count: 5 });
    let uncounted = commitSnapshotCall { count: 0, ..good };
    assert_refused(stage.operate(&uncounted), EmptyTree { count: 0 });
    // No open interest is a snapshot too.
    let empty = tree(&[], of);
    assert_eq!(stage.operate(&super::commitment(plan, &empty)).unwrap(), FixedBytes(empty.root()));
}

#[test]
fn a_snapshot_is_refused_outside_its_freeze() {
    let mut stage = stage();
    let (plan, freeze) = (stage.plan, stage.freeze);
    let commitment = super::commitment(plan, &tree(&book(), context(plan, MARKET)));
    stage.until(freeze);
    let anyone = stage.x.maker.clone();
    let unknown = openSnapshotCall { plan: plan + 1, market: MARKET };
    assert_refused(stage.call(&anyone, &unknown), NoFreeze { plan: plan + 1, market: MARKET });
    // Of two more markets the plan touches the first.
    for market in [MARKET + 1, MARKET + 2] {
        stage.govern(&stage.admission(market, Basis::CanonicalOnly)).unwrap();
    }
    let untouched = openSnapshotCall { plan, market: MARKET + 2 };
    assert_refused(stage.call(&anyone, &untouched), NoFreeze { plan, market: MARKET + 2 });
    stage.call(&anyone, &openSnapshotCall { plan, market: MARKET + 1 }).unwrap();
    let unbonded = commitSnapshotCall { market: MARKET + 1, ..commitment.clone() };
    assert_refused(stage.operate(&unbonded), BondTooSmall { bond: 0, required: BOND });
    let open = openSnapshotCall { plan, market: MARKET };
    stage.call(&anyone, &open).unwrap();
    assert_refused(stage.call(&anyone, &open), AlreadyOpen { plan, market: MARKET });
    let until = stage.active() + WINDOW;
    stage.pass(WINDOW + 1);
    let now = stage.active();
    assert_eq!(now, until + 1, "nothing stood still");
    assert_refused(stage.operate(&commitment), WindowClosed { closedAt: until, now_: now });
    assert_eq!(stage.view(&snapshotCall { plan, market: MARKET }).unwrap().status, 0);
}

/// The window counts active time: an outage eats nobody's deadline. Its last second is in time.
#[test]
fn an_outage_does_not_eat_the_window() {
    let mut stage = stage();
    stage.until(stage.freeze);
    let (plan, anyone) = (stage.plan, stage.x.maker.clone());
    stage.call(&anyone, &openSnapshotCall { plan, market: MARKET }).unwrap();
    let until = stage.active() + WINDOW;
    stage.x.chain.produce_block_after(5 * WINDOW).unwrap();
    stage.report();
    let downtime = stage.ask_guard(&IOracleGuard::livenessCall {}).downtime;
    assert!(downtime > 4 * WINDOW, "{downtime}");
    let left = until - stage.active();
    stage.pass(left);
    assert_eq!(stage.active(), until);
    stage.operate(&super::commitment(plan, &tree(&book(), context(plan, MARKET)))).unwrap();
}

#[test]
fn a_plan_cancelled_before_its_freeze_has_none() {
    let mut stage = stage();
    let plan = stage.plan;
    stage.register(&IUpgradeRegistry::cancelCall { plan });
    stage.until(stage.freeze);
    let commitment = super::commitment(plan, &tree(&book(), context(plan, MARKET)));
    assert_refused(stage.operate(&commitment), NoFreeze { plan, market: MARKET });
}
