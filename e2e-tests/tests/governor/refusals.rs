//! What may not be proposed, carried out or withdrawn.

use super::*;

#[test]
fn a_proposal_is_refused_for_its_reason() {
    let mut stage = stage();
    let (alice, bob, carol, dan) = (stage.alice.clone(), stage.bob.clone(), stage.carol.clone(), stage.dan.clone());
    let call = stage.add_keeper(&bob, 1);
    let batch = Batch::of("Batch", std::slice::from_ref(&call));
    let proposer = sol_address(dan.address());
    stage.lock(&dan, 9_999).unwrap();
    stage.chain.produce_block();
    assert_refused(
        stage.call(&dan, &batch.propose()),
        GovernorInsufficientProposerVotes { proposer, votes: U256::from(9_999), threshold: U256::from(THRESHOLD) },
    );
    // The last one counts from the next second on.
    stage.lock(&dan, 1).unwrap();
    assert_refused(
        stage.call(&dan, &batch.propose()),
        GovernorInsufficientProposerVotes { proposer, votes: U256::from(9_999), threshold: U256::from(THRESHOLD) },
    );
    stage.chain.produce_block();
    stage.call(&dan, &batch.propose()).unwrap();

    let marked = Batch::of(&format!("Mine#proposer={}", sol_address(carol.address())), std::slice::from_ref(&call));
    let restricted = GovernorRestrictedProposer { proposer: sol_address(alice.address()) };
    assert_refused(stage.call(&alice, &marked.propose()), restricted);
    stage.call(&carol, &marked.propose()).unwrap();

    let lengths = |targets: u64, calldatas: u64, values: u64| GovernorInvalidProposalLength {
        targets: U256::from(targets),
        calldatas: U256::from(calldatas),
        values: U256::from(values),
    };
    assert_refused(stage.call(&alice, &Batch::of("Nothing", &[]).propose()), lengths(0, 0, 0));
    let uneven = Batch { values: vec![], ..batch.clone() };
    assert_refused(stage.call(&alice, &uneven.propose()), lengths(1, 1, 0));
    let uneven = Batch { calldatas: vec![Bytes::new(); 2], ..batch.clone() };
    assert_refused(stage.call(&alice, &uneven.propose()), lengths(1, 2, 1));
    let many = Batch::of("Many", &vec![call.clone(); 17]);
    assert_refused(stage.call(&alice, &many.propose()), TooManyActions { count: 17, max: 16 });
    stage.call(&alice, &Batch::of("Sixteen", &vec![call.clone(); 16]).propose()).unwrap();

    let xcm = H160::from_low_u64_be(0x000a_0000);
    for target in [stage.token, xcm, H160::zero()] {
        let batch = Batch::of("Drain", &[call.clone(), (target, vec![1, 2, 3, 4])]);
        let forbidden = ForbiddenTarget { action: 1, target: sol_address(target) };
        assert_refused(stage.call(&alice, &batch.propose()), forbidden);
    }
    let own = Batch::of("Vote twice", &[(stage.governor, unlockCall { amount: U256::from(1) }.abi_encode())]);
    let selector = FixedBytes(unlockCall::SELECTOR);
    assert_refused(stage.call(&alice, &own.propose()), ForbiddenSelfCall { action: 0, selector });
    let paid = setQuorumCall { bps: 900 }.abi_encode();
    let paid = Batch { values: vec![U256::from(1)], ..Batch::of("Paid", &[(stage.governor, paid)]) };
    let selector = FixedBytes(setQuorumCall::SELECTOR);
    assert_refused(stage.call(&alice, &paid.propose()), ForbiddenSelfCall { action: 0, selector });
    let cut = Batch::of("Cut", &[(stage.registry, vec![1, 2, 3])]);
    assert_refused(stage.call(&alice, &cut.propose()), CallDataLength { action: 0, length: 3 });
}

#[test]
fn a_batch_is_done_whole_or_not_at_all() {
    let mut stage = stage();
    let bob = stage.bob.clone();
    // The second keeper is the first again.
    let batch = Batch::of("Twice", &[stage.add_keeper(&bob, 1), stage.add_keeper(&bob, 2)]);
    let reason = IUpgradeRegistry::AlreadyKeeper { account: sol_address(bob.address()) }.abi_encode();
    assert_refused(stage.carried(&batch), ActionFailed { action: 1, reason: reason.into() });
    assert!(!stage.is_keeper(&bob));
    assert_eq!(stage.state(&batch), State::Queued);
    let late = stage.view(&proposalEtaCall { proposalId: batch.id() }).unwrap().to::<u64>() + WINDOW;
    stage.at(late);
    assert_eq!(stage.state(&batch), State::Expired);
    assert_refused(stage.call(&bob, &batch.execute()), unexpected(&batch, State::Expired, State::Queued));
}

#[test]
fn the_proposer_withdraws_before_the_vote_and_the_guardian_in_the_timelock() {
    let mut stage = stage();
    let (alice, bob, guardian) = (stage.alice.clone(), stage.bob.clone(), stage.guardian.clone());
    let first = Batch::of("First", &[stage.add_keeper(&bob, 1)]);
    let snapshot = stage.propose(&first);
    let may_not = |who: &Account, batch: &Batch| GovernorUnableToCancel {
        proposalId: batch.id(),
        account: sol_address(who.address()),
    };
    assert_refused(stage.call(&bob, &first.cancel()), may_not(&bob, &first));
    assert_refused(stage.call(&guardian, &first.cancel()), may_not(&guardian, &first));
    stage.at(snapshot);
    assert_eq!(stage.call(&alice, &first.cancel()).unwrap(), first.id());
    assert_eq!(emitted::<ProposalCanceled>(&stage.chain), [ProposalCanceled { proposalId: first.id() }]);
    assert_eq!(stage.state(&first), State::Canceled);

    let second = Batch::of("Second", &[stage.add_keeper(&bob, 1)]);
    stage.queued(&second);
    assert_refused(stage.call(&alice, &second.cancel()), unexpected(&second, State::Queued, State::Pending));
    stage.call(&guardian, &second.cancel()).unwrap();
    assert_eq!(stage.state(&second), State::Canceled);

    let third = Batch::of("Third", &[stage.add_keeper(&bob, 1)]);
    stage.queued(&third);
    let address = sol_address(guardian.address());
    let power = stage.view(&guardianCall {}).unwrap();
    assert_eq!((power.account, power.until), (address, START + TERM));
    assert_refused(stage.call(&bob, &endGuardianCall {}), NotGuardian { account: sol_address(bob.address()) });
    stage.call(&guardian, &endGuardianCall {}).unwrap();
    assert_eq!(emitted::<GuardianEnded>(&stage.chain), [GuardianEnded { guardian: address }]);
    let power = stage.view(&guardianCall {}).unwrap();
    assert_eq!((power.account, power.until), (Address::ZERO, 0));
    assert_refused(stage.call(&guardian, &third.cancel()), may_not(&guardian, &third));
    assert_refused(stage.call(&guardian, &endGuardianCall {}), NotGuardian { account: address });
}

#[test]
fn a_guardian_has_no_power_after_its_date() {
    let mut stage = stage();
    let (bob, guardian) = (stage.bob.clone(), stage.guardian.clone());
    stage.at(START + TERM - DELAY - PERIOD - 1 - 60);
    let batch = Batch::of("Late", &[stage.add_keeper(&bob, 1)]);
    stage.queued(&batch);
    assert_eq!(stage.chain.now(), START + TERM - 60);
    stage.at(START + TERM);
    let account = sol_address(guardian.address());
    assert_refused(stage.call(&guardian, &batch.cancel()), GovernorUnableToCancel { proposalId: batch.id(), account });
    assert_refused(stage.call(&guardian, &endGuardianCall {}), NotGuardian { account });
}
