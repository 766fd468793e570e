//! While a plan holds a market nothing loosens there; tightening goes on, and a proposal's expiry waits.

use e2e_tests::plans::announcement;

use super::{
    suite::{BLOCK, NATIVE, PERPETUAL, Suite},
    *,
};

/// A plan for `market` that freezes at `freeze_at` and expires after `latest`.
fn announce(suite: &mut Suite, market: u32, freeze_at: u64, latest: u64) {
    let owner = suite.stage.owner.clone();
    let domain =
        IUpgradeRegistry::registerDomainCall { domain: 1, genesisHash: FixedBytes([7; 32]), paraId: 1, chainId: 1 };
    suite.stage.chain.sol_call(&owner, suite.registry, &domain, 0).unwrap();
    let plan = IUpgradeRegistry::announceCall {
        schedule: IUpgradeRegistry::Schedule {
            freezeAt: freeze_at,
            earliest: freeze_at,
            latest,
            stabilise: 3_600,
            maxFreeze: latest - freeze_at + 3_600,
        },
        ..announcement(freeze_at, FixedBytes([8; 32]), vec![market])
    };
    suite.stage.chain.sol_call(&owner, suite.registry, &plan, 0).unwrap();
}

/// A haircut that Bob, who has no exposure, carried; when its timelock opens.
fn loosening(suite: &mut Suite, tags: &str) -> (Batch, u64) {
    let bob = suite.stage.bob.clone();
    let batch = suite.haircut(500, tags);
    let snapshot = suite.open(&batch);
    suite.stage.vote(&bob, &batch, 1).unwrap();
    let eta = suite.queue(&batch, snapshot);
    (batch, eta)
}

#[test]
fn nothing_loosens_from_the_freeze_to_the_cool_down() {
    // Naming every market does not get past the ban either: the call says which one it touches.
    for tags in ["#markets=11", "#markets=*"] {
        let mut suite = Suite::new();
        let (alice, dan) = (suite.stage.alice.clone(), suite.stage.dan.clone());
        let tighter = suite.haircut(1_400, "#markets=11 #tightening");
        let snapshot = suite.stage.propose(&tighter);
        suite.until(snapshot + BLOCK);
        suite.stage.vote(&alice, &tighter, 1).unwrap();
        let (batch, eta) = loosening(&mut suite, tags);
        suite.stage.call(&dan, &tighter.queue()).unwrap();
        let latest = eta + DAY;
        announce(&mut suite, NATIVE, eta - DAY, latest);
        suite.until(eta);
        let banned = |until| LooseningBanned { market: NATIVE, until };
        assert_refused(suite.stage.call(&dan, &batch.execute()), banned(u64::MAX));
        assert_eq!(suite.stage.state(&batch), State::Queued);
        suite.until(latest + BLOCK);
        // The plan expired at its latest moment; a day later the ban ends.
        assert_refused(suite.stage.call(&dan, &batch.execute()), banned(latest + DAY));
        suite.until(latest + DAY);
        suite.stage.call(&dan, &batch.execute()).unwrap();
        assert_eq!(suite.haircuts(), (1_000, 500));
    }
}

#[test]
fn tightening_goes_on_and_other_markets_do_not_mind() {
    let mut suite = Suite::new();
    let (alice, dan) = (suite.stage.alice.clone(), suite.stage.dan.clone());
    let tighter = suite.haircut(1_400, "#markets=11 #tightening");
    let snapshot = suite.open(&tighter);
    suite.stage.vote(&alice, &tighter, 1).unwrap();
    let eta = suite.queue(&tighter, snapshot);
    announce(&mut suite, NATIVE, eta - DAY, eta + DAY);
    suite.until(eta);
    suite.stage.call(&dan, &tighter.execute()).unwrap();
    assert_eq!(suite.haircuts(), (1_000, 1_400));

    let mut suite = Suite::new();
    let (batch, eta) = loosening(&mut suite, "#markets=11");
    announce(&mut suite, PERPETUAL, eta - DAY, eta + DAY);
    suite.until(eta);
    suite.stage.call(&dan, &batch.execute()).unwrap();
}

#[test]
fn an_expiry_waits_for_the_ban() {
    let mut suite = Suite::new();
    let dan = suite.stage.dan.clone();
    let (batch, eta) = loosening(&mut suite, "#markets=11");
    let (freeze, latest) = (eta + WINDOW - DAY, eta + WINDOW + DAY);
    announce(&mut suite, NATIVE, freeze, latest);
    // It would have expired now.
    suite.until(eta + WINDOW + 3_600);
    assert_eq!(suite.stage.state(&batch), State::Queued);
    assert_refused(suite.stage.call(&dan, &batch.execute()), LooseningBanned { market: NATIVE, until: u64::MAX });
    // The ban takes three days of it, so the last of its days begins when the ban ends.
    let end = latest + DAY;
    suite.until(end);
    assert_eq!(suite.stage.state(&batch), State::Queued);
    suite.until(end + DAY - BLOCK);
    assert_eq!(suite.stage.state(&batch), State::Queued);
    suite.until(end + DAY);
    assert_eq!(suite.stage.state(&batch), State::Expired);
    assert_refused(suite.stage.call(&dan, &batch.execute()), unexpected(&batch, State::Expired, State::Queued));
}

/// Without an answer from the registry nothing is known of bans.
#[test]
fn without_a_registry_nothing_loosens() {
    let mut suite = Suite::without_registry();
    let dan = suite.stage.dan.clone();
    let (batch, eta) = loosening(&mut suite, "#markets=11");
    suite.until(eta);
    assert_refused(suite.stage.call(&dan, &batch.execute()), RegistryFailed {});
    suite.until(eta + WINDOW);
    assert_eq!(suite.stage.state(&batch), State::Expired);
}
