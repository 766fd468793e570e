//! Locked tokens and what they vote.

use super::*;

/// Replayable case 10, with a supply of 1,000,000 and a quorum of 8 %.
#[test]
fn the_quorum_is_of_the_total_supply_and_abstaining_counts() {
    let mut stage = stage();
    let (bob, carol) = (stage.bob.clone(), stage.carol.clone());
    let call = stage.add_keeper(&bob, 1);
    let batches =
        ["one short", "just enough", "abstention", "a tie"].map(|why| Batch::of(why, std::slice::from_ref(&call)));
    let [short, enough, abstained, tie] = &batches;
    let snapshot = batches.iter().map(|batch| stage.propose(batch)).max().unwrap();
    stage.at(snapshot + 1);
    assert_eq!(stage.view(&quorumCall { timepoint: U256::from(snapshot) }).unwrap(), U256::from(80_000));
    stage.vote(&carol, short, 1).unwrap();
    stage.vote(&bob, enough, 1).unwrap();
    stage.vote(&carol, abstained, 1).unwrap();
    stage.vote(&bob, abstained, 2).unwrap();
    stage.vote(&bob, tie, 2).unwrap();
    stage.at(snapshot + PERIOD + 1);
    assert_eq!(
        batches.each_ref().map(|batch| stage.state(batch)),
        [State::Defeated, State::Succeeded, State::Succeeded, State::Defeated,]
    );
    assert_refused(stage.call(&bob, &short.queue()), unexpected(short, State::Defeated, State::Succeeded));
}

/// Replayable case 11.
#[test]
fn a_late_quorum_extends_the_vote_once() {
    let mut stage = stage();
    let (alice, bob, carol) = (stage.alice.clone(), stage.bob.clone(), stage.carol.clone());
    let batch = Batch::of("Late", &[stage.add_keeper(&bob, 1)]);
    let deadline = stage.propose(&batch) + PERIOD;
    stage.at(deadline - 1);
    stage.vote(&bob, &batch, 1).unwrap();
    let extended = deadline - 1 + EXTENSION;
    assert_eq!(
        emitted::<ProposalExtended>(&stage.chain),
        [ProposalExtended { proposalId: batch.id(), extendedDeadline: extended }]
    );
    assert_eq!(stage.view(&proposalDeadlineCall { proposalId: batch.id() }).unwrap(), U256::from(extended));
    stage.at(extended);
    stage.vote(&alice, &batch, 0).unwrap();
    stage.vote(&carol, &batch, 1).unwrap();
    assert!(emitted::<ProposalExtended>(&stage.chain).is_empty());
    assert_eq!(stage.state(&batch), State::Active);
    stage.at(extended + 1);
    assert_eq!(stage.state(&batch), State::Defeated);
}

/// Replayable case 12, and what a loan for one second is worth.
#[test]
fn votes_are_read_strictly_in_the_past() {
    let mut stage = bare_stage();
    let (bob, carol) = (stage.bob.clone(), stage.carol.clone());
    let now = stage.chain.now();
    stage.lock(&bob, 80_000).unwrap();
    assert_eq!(emitted::<Locked>(&stage.chain), [Locked { account: sol_address(bob.address()), amount: 80_000 }]);
    let (no_one, bob_address, carol_address) =
        (Address::ZERO, sol_address(bob.address()), sol_address(carol.address()));
    let handed = |from, to| DelegateChanged { delegator: bob_address, fromDelegate: from, toDelegate: to };
    let changed = |delegate, old: u64, new: u64| DelegateVotesChanged {
        delegate,
        previousVotes: U256::from(old),
        newVotes: U256::from(new),
    };
    assert_eq!(emitted::<DelegateChanged>(&stage.chain), [handed(no_one, bob_address)]);
    assert_eq!(emitted::<DelegateVotesChanged>(&stage.chain), [changed(bob_address, 0, 80_000)]);
    assert_eq!(stage.votes(&bob, now - 1).unwrap(), U256::ZERO);
    for at in [now, now + 1] {
        assert_refused(stage.votes(&bob, at), FutureLookup { timepoint: at, now_: now });
    }
    let ever = U256::MAX;
    assert_refused(stage.view(&quorumCall { timepoint: ever }), FutureLookup { timepoint: u64::MAX, now_: now });
    assert_refused(
        stage.view(&getPastTotalSupplyCall { timepoint: ever }),
        FutureLookup { timepoint: u64::MAX, now_: now },
    );
    stage.at(now + 10);
    assert_eq!(stage.votes(&bob, now).unwrap(), U256::from(80_000));
    assert_eq!(stage.view(&getPastTotalSupplyCall { timepoint: U256::from(now) }).unwrap(), U256::from(SUPPLY));

    stage.call(&bob, &delegateCall { delegatee: carol_address }).unwrap();
    assert_eq!(emitted::<DelegateChanged>(&stage.chain), [handed(bob_address, carol_address)]);
    assert_eq!(
        emitted::<DelegateVotesChanged>(&stage.chain),
        [changed(bob_address, 80_000, 0), changed(carol_address, 0, 80_000)]
    );
    assert_eq!(stage.view(&delegatesCall { account: bob_address }).unwrap(), carol_address);
    stage.at(now + 11);
    assert_eq!(stage.votes(&carol, now + 9).unwrap(), U256::ZERO);
    assert_eq!(stage.votes(&carol, now + 10).unwrap(), U256::from(80_000));
    assert_eq!(stage.votes(&bob, now + 10).unwrap(), U256::ZERO);
    assert_refused(stage.call(&bob, &delegateCall { delegatee: no_one }), ZeroAddress {});

    // Locked and unlocked within one second: that second's past shows nothing.
    stage.lock(&carol, 79_999).unwrap();
    stage.call(&carol, &unlockCall { amount: U256::from(79_999) }).unwrap();
    stage.at(now + 12);
    assert_eq!(stage.votes(&carol, now + 11).unwrap(), U256::from(80_000));
}

#[test]
fn locked_tokens_come_out_after_the_unlock_period() {
    let mut stage = stage();
    let bob = stage.bob.clone();
    let account = sol_address(bob.address());
    let unlock = |amount: u64| unlockCall { amount: U256::from(amount) };
    assert_refused(stage.call(&bob, &withdrawCall {}), NothingUnlocking {});
    assert_refused(stage.call(&bob, &unlock(0)), ZeroAmount {});
    assert_refused(stage.call(&bob, &unlock(80_001)), InsufficientLock { locked: 80_000, asked: 80_001 });
    let too_much = U256::from(1) << 128;
    assert_refused(stage.call(&bob, &unlockCall { amount: too_much }), AmountTooLarge { amount: too_much });
    let started = stage.chain.now();
    stage.call(&bob, &unlock(50_000)).unwrap();
    let until = started + UNLOCK;
    assert_eq!(emitted::<UnlockStarted>(&stage.chain), [UnlockStarted { account, amount: 50_000, unlocksAt: until }]);
    let holding = stage.view(&holdingCall { account }).unwrap();
    assert_eq!((holding.locked, holding.unlocking, holding.unlocksAt), (30_000, 50_000, until));
    stage.at(started + 1);
    assert_eq!(stage.votes(&bob, started).unwrap(), U256::from(30_000));
    stage.at(until - 1);
    assert_refused(stage.call(&bob, &withdrawCall {}), StillUnlocking { until, now_: until - 1 });
    assert_eq!(stage.chain.asset_balance(GOV, &bob), 0);
    stage.at(until);
    stage.call(&bob, &withdrawCall {}).unwrap();
    assert_eq!(emitted::<Withdrawn>(&stage.chain), [Withdrawn { account, amount: 50_000 }]);
    assert_eq!(stage.chain.asset_balance(GOV, &bob), 50_000);
    assert_refused(stage.call(&bob, &withdrawCall {}), NothingUnlocking {});
}

#[test]
fn locking_is_refused_for_its_reason() {
    let mut stage = bare_stage();
    let dan = stage.dan.clone();
    assert_refused(stage.lock(&dan, 0), ZeroAmount {});
    let too_much = U256::from(1) << 128;
    assert_refused(stage.call(&dan, &lockCall { amount: too_much }), AmountTooLarge { amount: too_much });
    // Not approved, and more than there is.
    assert_refused(stage.call(&dan, &lockCall { amount: U256::from(5) }), TokenFailed {});
    assert_refused(stage.lock(&dan, 240_002), TokenFailed {});
    assert_eq!(stage.chain.asset_balance(GOV, &dan), 240_001);
    let holding = stage.view(&holdingCall { account: sol_address(dan.address()) }).unwrap();
    assert_eq!((holding.locked, holding.unlocking, holding.unlocksAt), (0, 0, 0));
}

#[test]
fn a_vote_is_refused_for_its_reason() {
    let mut stage = stage();
    let (alice, bob, dan) = (stage.alice.clone(), stage.bob.clone(), stage.dan.clone());
    let batch = Batch::of("Vote", &[stage.add_keeper(&bob, 1)]);
    assert_refused(stage.vote(&alice, &batch, 1), GovernorNonexistentProposal { proposalId: batch.id() });
    assert_refused(
        stage.view(&stateCall { proposalId: batch.id() }),
        GovernorNonexistentProposal { proposalId: batch.id() },
    );
    let snapshot = stage.propose(&batch);
    stage.at(snapshot + 1);
    // Locked after the snapshot.
    stage.lock(&dan, 240_001).unwrap();
    let nothing = NoVotes { voter: sol_address(dan.address()), snapshot };
    assert_refused(stage.vote(&dan, &batch, 0), nothing);
    assert_refused(stage.vote(&alice, &batch, 3), GovernorInvalidVoteType {});
    stage.vote(&alice, &batch, 1).unwrap();
    assert_refused(stage.vote(&alice, &batch, 0), GovernorAlreadyCastVote { voter: sol_address(alice.address()) });
}

#[test]
fn parameters_stand_in_the_event_and_mean_nothing() {
    let mut stage = stage();
    let (alice, bob) = (stage.alice.clone(), stage.bob.clone());
    let (voter, params) = (sol_address(bob.address()), Bytes::from_static(&[1, 2, 3]));
    let batch = Batch::of("Parameters", &[stage.add_keeper(&bob, 1)]);
    let snapshot = stage.propose(&batch);
    stage.at(snapshot + 1);
    let cast = |params: Bytes| castVoteWithReasonAndParamsCall {
        proposalId: batch.id(),
        support: 1,
        reason: "Why".into(),
        params,
    };
    assert_eq!(stage.call(&bob, &cast(params.clone())).unwrap(), U256::from(80_000));
    let said = VoteCastWithParams {
        voter,
        proposalId: batch.id(),
        support: 1,
        weight: U256::from(80_000),
        reason: "Why".into(),
        params: params.clone(),
    };
    assert_eq!(emitted::<VoteCastWithParams>(&stage.chain), [said]);
    assert_eq!(emitted::<VoteCast>(&stage.chain), []);
    stage.call(&alice, &cast(Bytes::new())).unwrap();
    assert_eq!(emitted::<VoteCast>(&stage.chain).len(), 1);
    let past = getVotesWithParamsCall { account: voter, timepoint: U256::from(snapshot), params };
    assert_eq!(stage.view(&past).unwrap(), U256::from(80_000));
}
