//! The table on the compiled contract: every action in every stage, at a valid price and one that is not.

use e2e_tests::{awkward, interfaces::IOracleGuard::*};

use crate::{MARKET, PRICE, Stage, deployed, on_registry};

/// The registry's answer to `marketPhases` for one market in its own encoding: `phase` as a number plus one.
fn answer(phase: u8, freeze_at: u64, bound: u64, released_at: u64) -> Vec<u8> {
    // It went well, and a list of one.
    let mut bytes = vec![0, 4];
    for word in [u64::from(phase), freeze_at, bound, released_at, 0] {
        bytes.extend(word.to_le_bytes());
    }
    bytes
}

/// Answers for actions 0 to 7, at two healths: reason, or `None` where it is allowed, with the share.
type Row = [(Option<u8>, u32); 8];

fn row(stage: &Stage, health: u32) -> Row {
    [0, 1, 2, 3, 4, 5, 6, 7].map(|action| {
        let (allowed, reason, share) = stage.ask(action, health);
        assert_eq!(allowed, reason == 0);
        ((!allowed).then_some(reason), share)
    })
}

const YES: (Option<u8>, u32) = (None, 10_000);

fn no(reason: u8) -> (Option<u8>, u32) {
    (Some(reason), 0)
}

/// Increase, liquidate (sound, deeply insolvent), fund and settle; the first four are always allowed.
fn assert_cells(stage: &Stage, what: &str, cells: [(Option<u8>, u32); 5]) {
    let [increase, sound, deep, fund, settle] = cells;
    assert_eq!(row(stage, 9_500), [YES, YES, YES, YES, increase, sound, fund, settle], "{what}");
    assert_eq!(row(stage, 9_499), [YES, YES, YES, YES, increase, deep, fund, settle], "{what}, deep insolvency");
}

/// A market whose registry gives this answer, with a price that is trusted since a while.
fn with_answer(bytes: Option<&[u8]>) -> Stage {
    on_registry(&awkward::answers(bytes))
}

#[test]
fn open() {
    let stage = deployed();
    assert_eq!(stage.market().0, 0);
    assert_cells(&stage, "open", [YES, YES, YES, YES, no(14)]);
}

#[test]
fn every_phase_of_a_plan() {
    let now = deployed().chain.now();
    let (freeze, bound, released, just) = (now - 7_200, now + 7_200, now - 3_000, now - 600);
    // Phase, release, and what follows: stage, reason, liquidation share.
    let rows = [
        (0, 0, (0, 0, 10_000)),
        (1, 0, (2, 9, 0)),
        (2, 0, (2, 10, 0)),
        (3, released, (1, 11, 10_000)),
        (3, just, (2, 18, 0)),
        (4, released, (0, 0, 10_000)),
        (4, just, (2, 18, 0)),
        (5, released, (0, 0, 10_000)),
        (5, just, (2, 18, 0)),
        (6, released, (1, 12, 10_000)),
        (6, just, (2, 18, 0)),
        (7, 0, (0, 0, 10_000)),
        (7, released, (0, 0, 10_000)),
        (7, just, (2, 18, 0)),
    ];
    for (phase, released, (expected, reason, share)) in rows {
        let stage = with_answer(Some(&answer(phase + 1, freeze, bound, released)));
        let seen = stage.market();
        assert_eq!((seen.0, seen.1, seen.3), (expected, reason, share), "phase {phase} released {released}");
        let what = format!("phase {phase} released {released}");
        match expected {
            0 => assert_cells(&stage, &what, [YES, YES, YES, YES, no(14)]),
            1 => assert_cells(&stage, &what, [no(reason), YES, YES, YES, no(14)]),
            _ => assert_cells(&stage, &what, [no(reason), no(reason), YES, no(reason), no(14)]),
        }
        // Beyond its bound a freeze is reduce-only, whatever the phase.
        if expected == 2 {
            let stage = with_answer(Some(&answer(phase + 1, freeze, now, released)));
            assert_eq!((stage.market().0, stage.market().1), (3, 13), "{what}");
            assert_cells(&stage, &what, [no(13), no(13), YES, no(13), no(14)]);
        }
    }
}

#[test]
fn every_verdict() {
    // What is reported after 100 was trusted, and the verdict that makes.
    let rows: [(u8, u128, u128, u64); 4] =
        [(3, PRICE, PRICE / 10, 6), (4, PRICE / 10 * 12, 0, 6), (5, PRICE * 6, 0, 6), (6, 0, 0, 6)];
    let refused = |verdict| [no(verdict), no(verdict), no(verdict), no(verdict), no(14)];
    for (verdict, price, confidence, after) in rows {
        let mut stage = deployed();
        stage.wait(after);
        let now = stage.chain.now();
        for reporter in 0..5 {
            let report = reportCall { feed: crate::FEED, price, confidence, publishedAt: now };
            stage.by(reporter, &report).unwrap();
        }
        assert_eq!(stage.verdict(), verdict);
        assert_cells(&stage, &format!("verdict {verdict}"), refused(verdict));
    }
    let mut stage = deployed();
    stage.wait(126);
    assert_eq!(stage.verdict(), 2);
    assert_cells(&stage, "stale", refused(2));
    let now = stage.chain.now();
    for reporter in 0..2 {
        stage.report(reporter, PRICE, now).unwrap();
    }
    assert_eq!(stage.verdict(), 1);
    assert_cells(&stage, "too few sources", refused(1));
}

#[test]
fn paused() {
    let mut stage = deployed();
    stage.govern(&pauseForCall { selection: 0, id: MARKET, length: 600 }).unwrap();
    assert_cells(&stage, "paused", [no(20), no(20), YES, no(20), no(14)]);
}

/// A registry that traps, never ends, answers junk, or contradicts itself: reduce-only, with exits and deep insolvency
/// open, and no keeper.
#[test]
fn a_registry_without_sense_leaves_reduce_only() {
    let now = deployed().chain.now();
    let junk = [
        None,
        Some(vec![]),
        Some(vec![0]),
        Some(vec![0xff; 200]),
        Some(vec![1, 0, 0]),
        // No market, two, and five with nothing behind.
        Some(vec![0, 0]),
        Some([vec![0, 8], vec![0; 80]].concat()),
        Some(vec![0, 20]),
        Some(answer(9, now, now, 0)),
        Some(answer(200, now, now, 0)),
        Some(answer(2, now, now - 1, 0)),
        Some(answer(2, now, u64::MAX, 0)),
        Some(answer(5, now - 9, now, now + 10_000)),
        Some(answer(2, 0, now, 0)),
    ];
    for bytes in junk {
        let mut stage = with_answer(bytes.as_deref());
        assert_eq!(stage.market(), (3, 17, 0, 0), "{bytes:?}");
        assert_cells(&stage, "no sense", [no(17), no(17), YES, no(17), no(14)]);
        assert!(stage.by(0, &pauseCall { selection: 0, id: MARKET }).is_err());
        let due = stage.view(&settlementDueCall { market: MARKET });
        assert_eq!((due.due, due.frozenAt), (false, 0));
    }
    let free = with_answer(Some(&answer(0, 0, 0, 0)));
    assert_cells(&free, "no plan", [YES, YES, YES, YES, no(14)]);
}
