//! What the steps of a proposal cost with guard, registry and vault connected, against the committed baseline.

use e2e_tests::baseline::{Baseline, Cost};

use super::{
    suite::{BLOCK, Suite},
    *,
};

#[test]
fn the_steps_of_a_proposal() {
    let mut suite = Suite::new();
    let mut baseline = Baseline::new("governor");
    let cost = |suite: &Suite| Cost::of(suite.stage.chain.last_outcome().unwrap());
    let dan = suite.stage.dan.clone();
    suite.stage.lock(&dan, 10_000).unwrap();
    baseline.record("lock", cost(&suite));
    let depositor = funded(&mut suite.stage.chain, "depositor");
    suite.fund(&depositor, 20_000);

    // A looser haircut: the vault is asked what the call touches, and every voter's exposure.
    let batch = suite.haircut(500, "#markets=11");
    let snapshot = suite.open(&batch);
    baseline.record("propose, 1 call", cost(&suite));
    let bob = suite.stage.bob.clone();
    suite.stage.vote(&bob, &batch, 1).unwrap();
    baseline.record("vote", cost(&suite));
    let eta = suite.queue(&batch, snapshot);
    baseline.record("queue", cost(&suite));
    suite.veto(&depositor, &batch).unwrap();
    baseline.record("veto", cost(&suite));
    let eta = u64::try_from(suite.stage.view(&proposalEtaCall { proposalId: batch.id() }).unwrap()).unwrap().max(eta);
    suite.until(eta + BLOCK);
    suite.stage.call(&dan, &batch.execute()).unwrap();
    baseline.record("execute, 1 call", cost(&suite));
    assert_eq!(suite.haircuts(), (1_000, 500));
    baseline.check();
}
