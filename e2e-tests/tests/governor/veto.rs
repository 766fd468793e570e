//! Depositors hold a loosening up.

use lockstep_core::governance::WHOLE;

use super::{
    suite::{BLOCK, DOLLAR, Suite},
    *,
};

const LOOSEN: &str = "#markets=11";

/// A vault with these deposits, in dollars, besides a million of the market maker, and a loosening that Bob carried;
/// when its timelock opens.
fn held(deposits: &[(&str, u128)]) -> (Suite, Vec<Account>, Batch, u64) {
    let mut suite = Suite::new();
    let depositors: Vec<Account> = deposits
        .iter()
        .map(|(name, dollars)| {
            let account = funded(&mut suite.stage.chain, name);
            suite.fund(&account, *dollars);
            account
        })
        .collect();
    let bob = suite.stage.bob.clone();
    let batch = suite.haircut(500, LOOSEN);
    let snapshot = suite.open(&batch);
    suite.stage.vote(&bob, &batch, 1).unwrap();
    let eta = suite.queue(&batch, snapshot);
    (suite, depositors, batch, eta)
}

/// Replayable case 13: 0.99 % does nothing, 1 % five days, 10 % forty-five.
#[test]
fn deposits_extend_the_timelock() {
    let (mut suite, depositors, batch, eta) = held(&[("one", 10_999), ("two", 113), ("three", 100_000)]);
    let [one, two, three] = &depositors[..] else { panic!("three depositors") };
    let total: u128 = 1_111_112;
    let share = |dollars: u128| (dollars * WHOLE).div_ceil(total);
    let vetoed = |account: &Account, share: u128, eta: u64| ProposalVetoed {
        proposalId: batch.id(),
        account: sol_address(account.address()),
        share,
        etaSeconds: eta,
    };
    // 0.99 per cent.
    suite.veto(one, &batch).unwrap();
    assert_eq!(emitted::<ProposalVetoed>(&suite.stage.chain), [vetoed(one, share(10_999), eta)]);
    let five = eta + 432_000;
    suite.veto(two, &batch).unwrap();
    let [second] = &emitted::<ProposalVetoed>(&suite.stage.chain)[..] else { panic!("one veto") };
    // 1.0001 per cent: the line has just begun to rise.
    assert_eq!((second.share, second.account), (share(113), sol_address(two.address())));
    assert!((five..five + 60).contains(&second.etaSeconds), "{}", second.etaSeconds - five);
    let whole = eta + 3_888_000;
    suite.veto(three, &batch).unwrap();
    assert_eq!(emitted::<ProposalVetoed>(&suite.stage.chain), [vetoed(three, share(100_000), whole)]);
    let eta = whole;
    assert_eq!(suite.stage.view(&proposalEtaCall { proposalId: batch.id() }).unwrap(), U256::from(eta));

    // What is in the veto stays until the timelock opens.
    let take = |dollars: u128| IMarginVault::withdrawCall { asset: 0, amount: dollars * DOLLAR };
    assert_refused(suite.vault(three, &take(1)), IMarginVault::WithdrawalLocked { until: eta });
    assert_refused(suite.vault(two, &take(1)), IMarginVault::WithdrawalLocked { until: second.etaSeconds });
    // Anybody renews the lock of those who were in it before others extended it.
    let renew = vetoCall { proposalId: batch.id(), account: sol_address(two.address()) };
    suite.stage.call(&suite.stage.dan.clone(), &renew).unwrap();
    assert_refused(suite.vault(two, &take(1)), IMarginVault::WithdrawalLocked { until: eta });
    assert!(emitted::<ProposalVetoed>(&suite.stage.chain).is_empty());
    suite.until(eta - BLOCK);
    let dan = suite.stage.dan.clone();
    let now = suite.stage.chain.now();
    assert_refused(suite.stage.call(&dan, &batch.execute()), TimelockClosed { eta, now_: now });
    suite.stage.at(eta);
    suite.vault(three, &take(1)).unwrap();
    assert_eq!(suite.stage.state(&batch), State::Queued);
}

#[test]
fn a_veto_is_refused_for_its_reason() {
    let (mut suite, depositors, batch, eta) = held(&[("depositor", 200_000)]);
    let depositor = &depositors[0];
    let (alice, dan) = (suite.stage.alice.clone(), suite.stage.dan.clone());
    assert_refused(suite.veto(&dan, &batch), NoDeposits {});
    // Nobody is put into it by another.
    let pressed = vetoCall { proposalId: batch.id(), account: sol_address(depositor.address()) };
    assert_refused(suite.stage.call(&dan, &pressed), NotVetoed { account: sol_address(depositor.address()) });
    // Deposited after the snapshot, and so did whoever added to a deposit.
    suite.fund(&dan, 50_000);
    assert_refused(suite.veto(&dan, &batch), NoDeposits {});
    let unknown = Batch::of("Unknown", &[]);
    assert_refused(suite.veto(depositor, &unknown), GovernorNonexistentProposal { proposalId: unknown.id() });

    let tighter = suite.haircut(1_400, "#markets=11 #tightening");
    let snapshot = suite.open(&tighter);
    assert_refused(suite.veto(depositor, &tighter), unexpected(&tighter, State::Active, State::Queued));
    suite.stage.vote(&alice, &tighter, 1).unwrap();
    suite.queue(&tighter, snapshot);
    assert_refused(suite.veto(depositor, &tighter), NotVetoable {});

    suite.until(eta);
    let now = suite.stage.chain.now();
    assert_refused(suite.veto(depositor, &batch), TimelockOpen { eta, now_: now });
    suite.until(eta + WINDOW);
    assert_refused(suite.veto(depositor, &batch), unexpected(&batch, State::Expired, State::Queued));
}

#[test]
fn nobody_vetoes_without_a_vault() {
    let mut stage = stage();
    let bob = stage.bob.clone();
    let batch = Batch::of("No vault", &[stage.add_keeper(&bob, 1)]);
    stage.queued(&batch);
    let call = vetoCall { proposalId: batch.id(), account: sol_address(bob.address()) };
    assert_refused(stage.call(&bob, &call), NotConnected {});
}
