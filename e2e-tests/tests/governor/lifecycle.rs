//! Proposals that are carried out, or not.

use super::*;

#[test]
fn a_proposal_goes_from_the_vote_to_its_effect() {
    let mut stage = stage();
    let (alice, bob, carol, dan) = (stage.alice.clone(), stage.bob.clone(), stage.carol.clone(), stage.dan.clone());
    let batch = Batch::of("Admit two keepers", &[stage.add_keeper(&bob, 1), stage.add_keeper(&carol, 2)]);
    let made = stage.chain.now();
    let snapshot = stage.propose(&batch);
    let deadline = snapshot + PERIOD;
    assert_eq!(
        emitted::<ProposalCreated>(&stage.chain),
        [ProposalCreated {
            proposalId: batch.id(),
            proposer: sol_address(alice.address()),
            targets: batch.targets.clone(),
            values: batch.values.clone(),
            signatures: vec![String::new(); 2],
            calldatas: batch.calldatas.clone(),
            voteStart: U256::from(made + DELAY),
            voteEnd: U256::from(made + DELAY + PERIOD),
            description: batch.description.clone(),
        }]
    );
    let proposal_id = batch.id();
    let queueCall { targets, values, calldatas, descriptionHash } = batch.queue();
    let hash = hashProposalCall { targets, values, calldatas, descriptionHash };
    assert_eq!(stage.view(&hash).unwrap(), proposal_id);
    assert_eq!(stage.view(&proposalSnapshotCall { proposalId: proposal_id }).unwrap(), U256::from(snapshot));
    assert_eq!(stage.view(&proposalDeadlineCall { proposalId: proposal_id }).unwrap(), U256::from(deadline));
    assert_eq!(stage.view(&proposalEtaCall { proposalId: proposal_id }).unwrap(), U256::ZERO);
    assert_eq!(stage.view(&proposalProposerCall { proposalId: proposal_id }).unwrap(), sol_address(alice.address()));
    assert!(stage.view(&proposalNeedsQueuingCall { proposalId: proposal_id }).unwrap());

    assert_eq!(stage.state(&batch), State::Pending);
    stage.at(snapshot);
    assert_eq!(stage.state(&batch), State::Pending);
    assert_refused(stage.vote(&alice, &batch, 1), unexpected(&batch, State::Pending, State::Active));
    stage.at(snapshot + 1);
    assert_eq!(stage.state(&batch), State::Active);

    assert_eq!(stage.vote(&bob, &batch, 1).unwrap(), U256::from(80_000));
    let cast = |voter: &Account, support, weight, reason: &str| VoteCast {
        voter: sol_address(voter.address()),
        proposalId: proposal_id,
        support,
        weight: U256::from(weight),
        reason: reason.into(),
    };
    assert_eq!(emitted::<VoteCast>(&stage.chain), [cast(&bob, 1, 80_000, "")]);
    let say = castVoteWithReasonCall { proposalId: proposal_id, support: 0, reason: "Too early".into() };
    assert_eq!(stage.call(&carol, &say).unwrap(), U256::from(79_999));
    assert_eq!(emitted::<VoteCast>(&stage.chain), [cast(&carol, 0, 79_999, "Too early")]);
    let has_voted = |stage: &Stage, who: &Account| {
        stage.view(&hasVotedCall { proposalId: proposal_id, account: sol_address(who.address()) }).unwrap()
    };
    assert!(has_voted(&stage, &bob) && has_voted(&stage, &carol) && !has_voted(&stage, &alice));
    let votes = stage.view(&proposalVotesCall { proposalId: proposal_id }).unwrap();
    assert_eq!(
        (votes.againstVotes, votes.forVotes, votes.abstainVotes),
        (U256::from(79_999), U256::from(80_000), U256::ZERO)
    );
    stage.at(deadline);
    assert_eq!(stage.state(&batch), State::Active);
    assert_refused(stage.call(&dan, &batch.queue()), unexpected(&batch, State::Active, State::Succeeded));
    stage.at(deadline + 1);
    assert_eq!(stage.state(&batch), State::Succeeded);
    assert_refused(stage.vote(&alice, &batch, 0), unexpected(&batch, State::Succeeded, State::Active));
    assert_refused(stage.call(&dan, &batch.execute()), unexpected(&batch, State::Succeeded, State::Queued));

    assert_eq!(stage.call(&dan, &batch.queue()).unwrap(), proposal_id);
    let eta = stage.chain.now() + TIMELOCK;
    assert_eq!(
        emitted::<ProposalQueued>(&stage.chain),
        [ProposalQueued { proposalId: proposal_id, etaSeconds: U256::from(eta) }]
    );
    assert_eq!(stage.view(&proposalEtaCall { proposalId: proposal_id }).unwrap(), U256::from(eta));
    assert_eq!(stage.state(&batch), State::Queued);
    stage.at(eta - 1);
    assert_refused(stage.call(&dan, &batch.execute()), TimelockClosed { eta, now_: eta - 1 });
    assert!(!stage.is_keeper(&bob));
    stage.at(eta);
    assert_eq!(stage.call(&dan, &batch.execute()).unwrap(), proposal_id);
    assert_eq!(emitted::<ProposalExecuted>(&stage.chain), [ProposalExecuted { proposalId: proposal_id }]);
    let admitted = emitted::<IUpgradeRegistry::KeeperAdmitted>(&stage.chain);
    assert_eq!(admitted.len(), 2);
    assert!(stage.is_keeper(&bob) && stage.is_keeper(&carol));
    assert_eq!(stage.state(&batch), State::Executed);
    assert_refused(stage.call(&dan, &batch.execute()), unexpected(&batch, State::Executed, State::Queued));
    let again = GovernorUnexpectedProposalState {
        proposalId: proposal_id,
        current: State::Executed as u8,
        expected: FixedBytes::ZERO,
    };
    assert_refused(stage.call(&alice, &batch.propose()), again);
}

#[test]
fn a_proposal_pays_what_the_governor_was_given() {
    let mut stage = stage();
    let dan = stage.dan.clone();
    let recipient = H160([0x55; 20]);
    let wei = 100_000_000;
    let paid = Batch {
        values: vec![U256::from(5 * lockstep_devchain::UNIT) * U256::from(wei)],
        ..Batch::of("Pay", &[(recipient, vec![])])
    };
    let eta = stage.queued(&paid);
    stage.at(eta);
    let unpaid = stage.call(&dan, &paid.execute());
    assert_refused(unpaid, ActionFailed { action: 0, reason: Bytes::new() });
    let before = stage.chain.spendable_balance(recipient);
    stage.chain.sol_call(&dan, stage.governor, &paid.execute(), 5 * lockstep_devchain::UNIT).unwrap();
    assert_eq!(stage.chain.spendable_balance(recipient) - before, 5 * lockstep_devchain::UNIT);
}

#[test]
fn a_succeeded_proposal_that_nobody_queues_expires() {
    let mut stage = stage();
    let alice = stage.alice.clone();
    let batch = Batch::of("Forgotten", &[stage.add_keeper(&alice, 1)]);
    let deadline = stage.propose(&batch) + PERIOD;
    stage.at(deadline);
    // 7,200 s from here.
    stage.vote(&alice, &batch, 1).unwrap();
    stage.at(deadline + EXTENSION + WINDOW - 1);
    assert_eq!(stage.state(&batch), State::Succeeded);
    stage.at(deadline + EXTENSION + WINDOW);
    assert_eq!(stage.state(&batch), State::Expired);
    assert_refused(stage.call(&alice, &batch.queue()), unexpected(&batch, State::Expired, State::Succeeded));
}

#[test]
fn a_proposal_changes_the_governors_own_settings() {
    let mut stage = stage();
    let alice = stage.alice.clone();
    let account = sol_address(alice.address());
    let settings = setSettingsCall {
        votingDelay: DELAY,
        votingPeriod: 43_200,
        lateExtension: EXTENSION,
        timelock: TIMELOCK,
        window: WINDOW,
        unlockPeriod: UNLOCK,
        proposalThreshold: 20_000,
    };
    assert_refused(stage.call(&alice, &settings), GovernorOnlyExecutor { account });
    assert_refused(stage.call(&alice, &setQuorumCall { bps: 900 }), GovernorOnlyExecutor { account });

    let (own, quorum) = (stage.governor, setQuorumCall { bps: 900 }.abi_encode());
    let batch =
        Batch::of("Own", &[(own, settings.abi_encode()), (own, quorum), (own, endGuardianCall {}.abi_encode())]);
    stage.carried(&batch).unwrap();
    assert_eq!(
        emitted::<SettingChanged>(&stage.chain),
        [
            SettingChanged { setting: 1, old: PERIOD.into(), new_: 43_200 },
            SettingChanged { setting: 6, old: THRESHOLD, new_: 20_000 },
        ]
    );
    assert_eq!(emitted::<QuorumChanged>(&stage.chain), [QuorumChanged { old: QUORUM_BPS, new_: 900 }]);
    let guardian = sol_address(stage.guardian.address());
    assert_eq!(emitted::<GuardianEnded>(&stage.chain), [GuardianEnded { guardian }]);
    // The setters ran inside the governor's own call: neither its state nor theirs was lost.
    assert_eq!(stage.state(&batch), State::Executed);
    assert_eq!(stage.view(&votingPeriodCall {}).unwrap(), U256::from(43_200));
    assert_eq!(stage.view(&proposalThresholdCall {}).unwrap(), U256::from(20_000));
    let changed = stage.chain.now();
    stage.at(changed + 1);
    let quorum = |stage: &Stage, at: u64| stage.view(&quorumCall { timepoint: U256::from(at) }).unwrap();
    assert_eq!((quorum(&stage, changed - 1), quorum(&stage, changed)), (U256::from(80_000), U256::from(90_000)));

    let short = setSettingsCall { unlockPeriod: LIFETIME - 43_200, ..stage_settings(43_200) };
    let lifetime = LIFETIME - 43_200;
    let reason = UnlockTooShort { unlockPeriod: lifetime, lifetime }.abi_encode();
    let batch = Batch::of("Escape", &[(own, short.abi_encode())]);
    let snapshot = stage.propose(&batch);
    stage.at(snapshot + 1);
    stage.vote(&alice, &batch, 1).unwrap();
    stage.at(snapshot + 43_201);
    stage.call(&alice, &batch.queue()).unwrap();
    let eta = stage.chain.now() + TIMELOCK;
    stage.at(eta);
    assert_refused(stage.call(&alice, &batch.execute()), ActionFailed { action: 0, reason: reason.into() });
}

fn stage_settings(period: u64) -> setSettingsCall {
    setSettingsCall {
        votingDelay: DELAY,
        votingPeriod: period,
        lateExtension: EXTENSION,
        timelock: TIMELOCK,
        window: WINDOW,
        unlockPeriod: UNLOCK,
        proposalThreshold: THRESHOLD,
    }
}

/// The vault's law holds for the governor too.
#[test]
fn a_vote_changes_a_haircut_within_the_parameter_law() {
    let mut stage = stage();
    let alice = stage.alice.clone();
    let owner = (sol_address(alice.address()),).abi_encode_params();
    let oracle = stage.chain.deploy(&alice, blob("plain_oracle"), owner, 0).unwrap().address;
    let feed = IPlainOracle::setFeedCall { feed: 1, reporters: vec![sol_address(alice.address())] };
    stage.chain.sol_call(&alice, oracle, &feed, 0).unwrap();
    stage.chain.sol_call(&alice, oracle, &IPlainOracle::setMarketCall { market: 11, feed: 1 }, 0).unwrap();
    let published_at = stage.chain.now();
    let report = IPlainOracle::reportCall { feed: 1, price: 2_000, confidence: 1, publishedAt: published_at };
    stage.chain.sol_call(&alice, oracle, &report, 0).unwrap();
    let constructor = (sol_address(alice.address()), sol_address(oracle), sol_address(stage.token), U256::from(6))
        .abi_encode_params();
    let vault = place(&mut stage.chain, &alice, "margin_vault", constructor).unwrap();
    let listing =
        IMarginVault::listAssetCall { token: Address::ZERO, market: 11, decimals: 18, cap: 1 << 100, haircut: 1_000 };
    let asset = stage.chain.sol_call(&alice, vault, &listing, 0).unwrap();
    let handover = IMarginVault::transferGovernanceCall { to: sol_address(stage.governor) };
    stage.chain.sol_call(&alice, vault, &handover, 0).unwrap();

    let set = |haircut| (vault, IMarginVault::setHaircutCall { asset, haircut }.abi_encode());
    let batch = Batch::of("Ten to fifteen per cent #markets=11", &[set(1_500)]);
    stage.carried(&batch).unwrap();
    let now = stage.chain.now();
    assert_eq!(
        emitted::<IMarginVault::ParameterSet>(&stage.chain),
        [IMarginVault::ParameterSet {
            parameter: 8,
            asset,
            venue: Address::ZERO,
            from: 1_000,
            to: 1_500,
            start: now,
            end: now + 86_400
        }]
    );
    let terms = |stage: &Stage| {
        let listed = stage.chain.sol_view(&stage.alice, vault, &IMarginVault::assetCall { number: asset }).unwrap();
        (listed.haircut, listed.haircutToCome, listed.arrivesAt)
    };
    assert_eq!(terms(&stage), (1_000, 1_500, now + 86_400));
    stage.at(now + 43_200);
    assert_eq!(terms(&stage), (1_250, 1_500, now + 86_400));

    // A majority of all votes does not take a larger step.
    let batch = Batch::of("To twenty and a bit #markets=11", &[set(2_001)]);
    let reason = IMarginVault::StepTooLarge { step: 501, max: 500 }.abi_encode();
    assert_refused(stage.carried(&batch), ActionFailed { action: 0, reason: reason.into() });
    assert_eq!(terms(&stage), (1_500, 1_500, now + 86_400));
}
