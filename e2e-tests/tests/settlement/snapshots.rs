//! Commitment: when, of what, and by whom.

use alloy_core::primitives::FixedBytes;
use e2e_tests::{
    assert_refused, emitted,
    interfaces::{ISettlement::*, IUpgradeRegistry},
};
use lockstep_core::{ids::ForkId, settlement::encode_proof};
use lockstep_devchain::H160;

use super::{BOND, CHALLENGE, DOMAIN, FREEZE, MARKET, WINDOW, book, context, stage, tree};

#[test]
fn a_snapshot_is_committed_at_the_freeze_and_every_position_is_provable() {
    let mut stage = stage();
    let leaves = book();
    let tree = tree(&leaves, context(stage.plan, MARKET));
    let commitment = stage.commitment(&tree);
    stage.at(FREEZE - 1);
    assert_refused(stage.operate(&commitment), WindowNotOpen { opensAt: FREEZE, now_: FREEZE - 1 });
    stage.at(FREEZE);
    assert_eq!(stage.operate(&commitment).unwrap(), FixedBytes(tree.root()));
    let until = FREEZE + CHALLENGE;
    assert_eq!(
        emitted::<SnapshotCommitted>(&stage.chain),
        [SnapshotCommitted {
            plan: stage.plan,
            market: MARKET,
            root: FixedBytes(tree.root()),
            count: 5,
            interest: 17_000_000_000_000,
            profit: 49_000_000,
            challengedUntil: until,
        }]
    );
    let snapshot = stage.view(&snapshotCall { plan: stage.plan, market: MARKET }).unwrap();
    assert_eq!((snapshot.root, snapshot.count), (FixedBytes(tree.root()), 5));
    assert_eq!((snapshot.long, snapshot.short), (17_000_000_000_000, 17_000_000_000_000));
    assert_eq!((snapshot.profit, snapshot.loss), (49_000_000, 49_000_000));
    assert_eq!((snapshot.bond, snapshot.committedAt, snapshot.challengedUntil), (BOND, FREEZE, until));
    let of = stage.view(&snapshotContextCall { plan: stage.plan, market: MARKET }).unwrap();
    assert_eq!((of.domain, ForkId(of.forkId.0)), (DOMAIN, context(stage.plan, MARKET).fork));

    for leaf in &leaves {
        let proof = encode_proof(&tree.prove(leaf.index).unwrap());
        stage.view(&stage.verification(leaf, proof)).unwrap();
    }
    assert_refused(stage.operate(&commitment), AlreadyCommitted { at: FREEZE });
}

#[test]
fn a_snapshot_that_does_not_net_is_refused_with_the_figures() {
    let mut stage = stage();
    let of = context(stage.plan, MARKET);
    stage.at(FREEZE + 60);
    let one_sided = tree(&book()[..3], of);
    let refused = InterestNotNetted { long: 17_000_000_000_000, short: 8_000_000_000_000 };
    assert_refused(stage.operate(&stage.commitment(&one_sided)), refused);
    let mut generous = book();
    generous[0].unrealised += 1;
    let refused = ProfitNotNetted { profit: 49_000_001, loss: 49_000_000 };
    assert_refused(stage.operate(&stage.commitment(&tree(&generous, of))), refused);
    let good = stage.commitment(&tree(&book(), of));
    let headless = commitSnapshotCall { top: FixedBytes::ZERO, ..good.clone() };
    assert_refused(stage.operate(&headless), EmptyTree { count: 5 });
    let uncounted = commitSnapshotCall { count: 0, ..good };
    assert_refused(stage.operate(&uncounted), EmptyTree { count: 0 });
    // No open interest is a snapshot too.
    let empty = tree(&[], of);
    assert_eq!(stage.operate(&stage.commitment(&empty)).unwrap(), FixedBytes(empty.root()));
}

#[test]
fn a_snapshot_is_refused_outside_its_freeze() {
    let mut stage = stage();
    let of = context(stage.plan, MARKET);
    let commitment = stage.commitment(&tree(&book(), of));
    stage.at(FREEZE);
    let unknown = commitSnapshotCall { plan: stage.plan + 1, ..commitment.clone() };
    assert_refused(stage.operate(&unknown), NoFreeze { plan: stage.plan + 1, market: MARKET });
    // A market of another venue that the plan does not touch.
    stage.govern(&stage.admission(MARKET + 2)).unwrap();
    let untouched = commitSnapshotCall { market: MARKET + 2, ..commitment.clone() };
    assert_refused(stage.operate(&untouched), NoFreeze { plan: stage.plan, market: MARKET + 2 });
    stage.govern(&stage.admission(MARKET + 1)).unwrap();
    let unbonded = commitSnapshotCall { market: MARKET + 1, ..commitment.clone() };
    assert_refused(stage.operate(&unbonded), BondTooSmall { bond: 0, required: BOND });
    stage.at(FREEZE + WINDOW + 1);
    let late = WindowClosed { closedAt: FREEZE + WINDOW, now_: FREEZE + WINDOW + 1 };
    assert_refused(stage.operate(&commitment), late);
}

#[test]
fn the_deadline_itself_is_in_time() {
    let mut stage = stage();
    let commitment = stage.commitment(&tree(&book(), context(stage.plan, MARKET)));
    stage.at(FREEZE + WINDOW);
    stage.operate(&commitment).unwrap();
}

#[test]
fn a_plan_cancelled_before_its_freeze_has_none() {
    let mut stage = stage();
    let registry = H160(stage.view(&upgradeRegistryCall {}).unwrap().into_array());
    let commitment = stage.commitment(&tree(&book(), context(stage.plan, MARKET)));
    let governance = stage.governance.clone();
    let cancel = IUpgradeRegistry::cancelCall { plan: stage.plan };
    stage.chain.sol_call(&governance, registry, &cancel, 0).unwrap();
    stage.at(FREEZE);
    assert_refused(stage.operate(&commitment), NoFreeze { plan: stage.plan, market: MARKET });
}
