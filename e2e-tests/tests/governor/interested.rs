//! Who has a stake in the markets that a proposal loosens does not decide about it.

use e2e_tests::abi::ink_selector;

use super::{
    suite::{BLOCK, NATIVE, Suite},
    *,
};

/// One native token as the chain counts it.
const TOKEN: u128 = lockstep_devchain::UNIT;
const LOOSEN: &str = "#markets=11";
const TIGHTEN: &str = "#markets=11 #tightening";

fn reckoned(batch: &Batch, owner: &Account, voter: &Account, weight: u64, disinterested: bool) -> VotesReckoned {
    VotesReckoned {
        proposalId: batch.id(),
        owner: sol_address(owner.address()),
        voter: sol_address(voter.address()),
        weight: U256::from(weight),
        disinterested,
    }
}

#[test]
fn a_majority_with_exposure_does_not_loosen() {
    let mut suite = Suite::new();
    let (alice, bob, carol) = (suite.stage.alice.clone(), suite.stage.bob.clone(), suite.stage.carol.clone());
    suite.deposit_native(&alice, TOKEN);
    let batch = suite.haircut(500, LOOSEN);
    let snapshot = suite.open(&batch);
    let terms = suite.stage.view(&proposalTermsCall { proposalId: batch.id() }).unwrap();
    assert_eq!((terms.loosens, terms.divided, terms.vetoed), (true, true, 0));
    assert_eq!((terms.exposedSince, terms.markets), (snapshot, vec![NATIVE]));
    // 600,000 of 1,000,000 votes.
    assert_eq!(suite.stage.vote(&alice, &batch, 1).unwrap(), U256::from(600_000));
    assert!(emitted::<VotesReckoned>(&suite.stage.chain).is_empty());
    assert_eq!(suite.disinterested(&batch), (0, 0, 0));
    let has = |suite: &Suite, who: &Account| {
        let call = isDisinterestedCall { proposalId: batch.id(), owner: sol_address(who.address()) };
        suite.stage.view(&call).unwrap()
    };
    suite.stage.vote(&carol, &batch, 0).unwrap();
    assert_eq!(emitted::<VotesReckoned>(&suite.stage.chain), [reckoned(&batch, &carol, &carol, 79_999, true)]);
    assert!(has(&suite, &carol) && !has(&suite, &alice));
    suite.until(snapshot + PERIOD + BLOCK);
    assert_eq!(suite.stage.state(&batch), State::Defeated);
    let votes = suite.stage.view(&proposalVotesCall { proposalId: batch.id() }).unwrap();
    assert_eq!((votes.forVotes, votes.againstVotes), (U256::from(600_000), U256::from(79_999)));
    assert_refused(suite.stage.call(&bob, &batch.queue()), unexpected(&batch, State::Defeated, State::Succeeded));

    // With a quorum of those who have none it passes, whatever the others say.
    let batch = suite.haircut(500, "again #markets=11");
    let snapshot = suite.open(&batch);
    suite.stage.vote(&bob, &batch, 1).unwrap();
    suite.stage.vote(&alice, &batch, 0).unwrap();
    assert_eq!(suite.disinterested(&batch), (0, 80_000, 0));
    let eta = suite.queue(&batch, snapshot);
    suite.until(eta);
    suite.stage.call(&carol, &batch.execute()).unwrap();
    assert_eq!(suite.haircuts(), (1_000, 500));
}

#[test]
fn exposure_counts_from_the_snapshot_to_the_vote() {
    let mut suite = Suite::new();
    let (alice, bob, carol) = (suite.stage.alice.clone(), suite.stage.bob.clone(), suite.stage.carol.clone());
    for holder in [&alice, &bob] {
        suite.deposit_native(holder, TOKEN);
    }
    let batch = suite.haircut(500, LOOSEN);
    let snapshot = suite.stage.propose(&batch);
    // Bob leaves in the voting delay, Alice after the snapshot.
    suite.until(snapshot - BLOCK);
    suite.withdraw_native(&bob).unwrap();
    suite.until(snapshot + BLOCK);
    suite.withdraw_native(&alice).unwrap();
    suite.until(snapshot + 2 * BLOCK);
    suite.stage.vote(&alice, &batch, 1).unwrap();
    assert_eq!(suite.disinterested(&batch), (0, 0, 0));
    suite.stage.vote(&bob, &batch, 1).unwrap();
    assert_eq!(suite.disinterested(&batch), (0, 80_000, 0));
    // Carol takes it on after the snapshot.
    suite.deposit_native(&carol, TOKEN);
    suite.stage.vote(&carol, &batch, 1).unwrap();
    assert_eq!(suite.disinterested(&batch), (0, 80_000, 0));
}

#[test]
fn a_position_counts_where_it_is_named() {
    let mut suite = Suite::new();
    let (alice, bob, carol) = (suite.stage.alice.clone(), suite.stage.bob.clone(), suite.stage.carol.clone());
    for trader in [&alice, &bob] {
        suite.fund(trader, 10_000);
        suite.opt_in(trader);
        suite.increase(trader, -2).unwrap();
    }
    let [perpetual, native, every] =
        ["#markets=10,11", "#markets=11", "#markets=*"].map(|tags| suite.haircut(500, tags));
    let snapshot = [&perpetual, &native, &every].map(|batch| suite.stage.propose(batch))[2];
    suite.until(snapshot + BLOCK);
    for batch in [&perpetual, &native, &every] {
        suite.stage.vote(&alice, batch, 1).unwrap();
        suite.stage.vote(&carol, batch, 1).unwrap();
    }
    assert_eq!(suite.disinterested(&perpetual), (0, 79_999, 0));
    assert_eq!(suite.disinterested(&every), (0, 79_999, 0));
    // A dollar account and a short of something else are no stake in the native token as collateral.
    assert_eq!(suite.disinterested(&native), (0, 679_999, 0));
    // Closing it does not help.
    suite.reduce(&bob, 2);
    suite.stage.chain.produce_block();
    suite.stage.vote(&bob, &perpetual, 1).unwrap();
    suite.stage.vote(&bob, &every, 1).unwrap();
    assert_eq!(suite.disinterested(&perpetual), (0, 79_999, 0));
    assert_eq!(suite.disinterested(&every), (0, 79_999, 0));
}

#[test]
fn handed_over_votes_follow_their_owners() {
    let mut suite = Suite::new();
    let (alice, bob, carol, dan) =
        (suite.stage.alice.clone(), suite.stage.bob.clone(), suite.stage.carol.clone(), suite.stage.dan.clone());
    suite.deposit_native(&alice, TOKEN);
    let to_dan = delegateCall { delegatee: sol_address(dan.address()) };
    for owner in [&alice, &bob, &carol] {
        suite.stage.call(owner, &to_dan).unwrap();
    }
    suite.stage.chain.produce_block();
    let batch = suite.haircut(500, LOOSEN);
    suite.stage.call(&dan, &batch.propose()).unwrap();
    let snapshot = suite.stage.chain.now() + DELAY;
    suite.until(snapshot + BLOCK);
    let not_voted = NotVoted { voter: sol_address(dan.address()) };
    assert_refused(suite.reckon(&batch, &dan, &[&bob]), not_voted);
    assert_eq!(suite.stage.vote(&dan, &batch, 1).unwrap(), U256::from(759_999));
    // Dan has no exposure, but nothing of this is his.
    assert_eq!(suite.disinterested(&batch), (0, 0, 0));
    suite.reckon(&batch, &dan, &[&bob, &alice]).unwrap();
    assert_eq!(emitted::<VotesReckoned>(&suite.stage.chain), [reckoned(&batch, &bob, &dan, 80_000, true)]);
    assert_eq!(suite.disinterested(&batch), (0, 80_000, 0));
    // Once is enough.
    suite.reckon(&batch, &dan, &[&bob, &bob]).unwrap();
    assert_eq!(suite.disinterested(&batch), (0, 80_000, 0));
    assert_refused(suite.reckon(&batch, &dan, &[&dan]), NoShare { owner: sol_address(dan.address()) });
    assert_refused(suite.reckon(&batch, &dan, &[]), OwnerCount { count: 0, max: 16 });
    assert_refused(suite.reckon(&batch, &dan, &[&bob; 17]), OwnerCount { count: 17, max: 16 });

    // The quorum may come late this way too, and then the others have their time.
    suite.until(snapshot + PERIOD);
    suite.reckon(&batch, &dan, &[&carol]).unwrap();
    assert_eq!(suite.disinterested(&batch), (0, 159_999, 0));
    suite.until(snapshot + PERIOD + BLOCK);
    assert_eq!(suite.stage.state(&batch), State::Succeeded);
    let late = suite.reckon(&batch, &dan, &[&alice]);
    late.unwrap();
    assert_eq!(suite.disinterested(&batch), (0, 159_999, 0));

    // Whoever takes on exposure falls out to the end.
    let eta = suite.queue(&batch, snapshot);
    suite.until(eta);
    for owner in [&bob, &carol] {
        suite.deposit_native(owner, TOKEN);
    }
    suite.reckon(&batch, &dan, &[&bob]).unwrap();
    assert_eq!(emitted::<VotesReckoned>(&suite.stage.chain), [reckoned(&batch, &bob, &dan, 80_000, false)]);
    assert_eq!(suite.disinterested(&batch), (0, 79_999, 0));
    assert_eq!(suite.stage.state(&batch), State::Defeated);
    assert_refused(suite.stage.call(&dan, &batch.execute()), unexpected(&batch, State::Defeated, State::Queued));
    assert_refused(suite.reckon(&batch, &dan, &[&carol]), unexpected(&batch, State::Defeated, State::Active));
}

#[test]
fn what_was_not_declared_is_refused() {
    let mut suite = Suite::new();
    let alice = suite.stage.alice.clone();
    let mut propose = |batch: &Batch| suite.stage.call(&alice, &batch.propose());
    let calls = [(suite.vault, IMarginVault::setHaircutCall { asset: 1, haircut: 500 }.abi_encode())];
    let quietly = Batch::of("Quietly", &calls);
    assert_refused(propose(&quietly), UndeclaredMarket { action: 0, market: NATIVE });
    let other = Batch::of("Elsewhere #markets=10,12", &calls);
    assert_refused(propose(&other), UndeclaredMarket { action: 0, market: NATIVE });
    let falsely = Batch::of("Tighter #markets=11 #tightening", &calls);
    assert_refused(propose(&falsely), UndeclaredLoosening { action: 0 });
    for unreadable in ["#markets=", "#markets=ten"] {
        assert_refused(propose(&Batch::of(unreadable, &calls)), UnreadableMarkets {});
    }
    assert_refused(propose(&Batch::of("#markets=1,2,3,4,5,6,7,8,9", &calls)), TooManyMarkets {});
    propose(&Batch::of("Openly #markets=11", &calls)).unwrap();
    propose(&Batch::of("Openly #markets=*", &calls)).unwrap();

    // Whatever hands the vault over, or changes its venues, touches every market; and so does the guard.
    let heir = sol_address(alice.address());
    let transfer = IMarginVault::transferGovernanceCall { to: heir }.abi_encode();
    let admit = IMarginVault::admitVenueCall { venue: heir, bondRequired: 0, cover: 1 }.abi_encode();
    let feed = IOracleGuard::setMarketCall { market: 11, feed: 1, class: 0 }.abi_encode();
    for (target, data) in [(suite.vault, transfer), (suite.vault, admit), (suite.guard, feed)] {
        let named = Batch::of("Named #markets=11", &[(target, data.clone())]);
        assert_refused(propose(&named), UndeclaredMarket { action: 0, market: u32::MAX });
        propose(&Batch::of("Every #markets=*", &[(target, data)])).unwrap();
    }
    // No vote locks anybody's deposits, in neither encoding.
    let lock = IMarginVault::lockDepositsCall { account: heir, until: START + DAY }.abi_encode();
    let in_ink =
        [ink_selector("margin_vault", "GovernorVault::lockDeposits").as_slice(), heir.as_slice(), &[0; 8]].concat();
    let forbidden = ForbiddenTarget { action: 0, target: sol_address(suite.vault) };
    for data in [lock, in_ink] {
        assert_refused(propose(&Batch::of("Lock #markets=*", &[(suite.vault, data)])), forbidden.clone());
    }
}

/// What tightens when it is proposed may loosen when it is carried out.
#[test]
fn the_direction_is_asked_again_before_the_call() {
    let mut suite = Suite::new();
    let (alice, dan) = (suite.stage.alice.clone(), suite.stage.dan.clone());
    let up = suite.haircut(1_500, TIGHTEN);
    let less = suite.haircut(1_200, TIGHTEN);
    let snapshot = suite.stage.propose(&up);
    assert_eq!(suite.stage.propose(&less), snapshot);
    suite.until(snapshot + BLOCK);
    for batch in [&up, &less] {
        suite.stage.vote(&alice, batch, 1).unwrap();
    }
    let eta = suite.queue(&up, snapshot);
    suite.stage.call(&dan, &less.queue()).unwrap();
    suite.until(eta);
    suite.stage.call(&dan, &up.execute()).unwrap();
    suite.until(eta + 3 * DAY);
    assert_eq!(suite.haircuts(), (1_500, 1_500));
    assert_refused(suite.stage.call(&dan, &less.execute()), UndeclaredLoosening { action: 0 });
}

#[test]
fn a_vault_that_does_not_answer_clears_nobody() {
    let mut stage = stage();
    let (alice, bob) = (stage.alice.clone(), stage.bob.clone());
    // Nobody lives where guard and vault should.
    stage.connect(H160([0x56; 20])).unwrap();
    let batch = Batch::of("Named #markets=11", &[stage.add_keeper(&bob, 1)]);
    let snapshot = stage.propose(&batch);
    stage.at(snapshot + 1);
    stage.vote(&alice, &batch, 1).unwrap();
    let reckon = |batch: &Batch| reckonCall {
        proposalId: batch.id(),
        voter: sol_address(alice.address()),
        owners: vec![sol_address(alice.address())],
    };
    assert_refused(stage.call(&bob, &reckon(&batch)), VaultFailed {});
    stage.at(snapshot + PERIOD + 1);
    assert_eq!(stage.state(&batch), State::Defeated);

    // What names no market goes on, and all votes decide about it.
    let batch = Batch::of("Unnamed", &[stage.add_keeper(&bob, 1)]);
    let snapshot = stage.propose(&batch);
    stage.at(snapshot + 1);
    stage.vote(&alice, &batch, 1).unwrap();
    assert_refused(stage.call(&bob, &reckon(&batch)), NotDivided {});
    stage.at(snapshot + PERIOD + 1);
    stage.call(&bob, &batch.queue()).unwrap();
    let veto = vetoCall { proposalId: batch.id(), account: sol_address(bob.address()) };
    assert_refused(stage.call(&bob, &veto), VaultFailed {});
    let eta = stage.chain.now() + TIMELOCK;
    stage.at(eta);
    stage.call(&bob, &batch.execute()).unwrap();
}

/// A majority of all carries a tightening, whatever its own exposure is.
#[test]
fn all_votes_decide_about_tightening() {
    let mut suite = Suite::new();
    let alice = suite.stage.alice.clone();
    suite.deposit_native(&alice, TOKEN);
    let batch = suite.haircut(1_500, TIGHTEN);
    let snapshot = suite.open(&batch);
    let terms = suite.stage.view(&proposalTermsCall { proposalId: batch.id() }).unwrap();
    assert_eq!((terms.loosens, terms.divided, terms.markets), (false, false, vec![NATIVE]));
    suite.stage.vote(&alice, &batch, 1).unwrap();
    assert_eq!(suite.disinterested(&batch), (0, 0, 0));
    let eta = suite.queue(&batch, snapshot);
    suite.until(eta);
    suite.stage.call(&alice, &batch.execute()).unwrap();
    assert_eq!(suite.haircuts(), (1_000, 1_500));
}
