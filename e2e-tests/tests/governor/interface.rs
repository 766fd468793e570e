//! Deployment, views and selectors.

use e2e_tests::{abi::signatures, solidity_abi};

use super::*;

#[test]
fn a_deployment_is_refused_for_its_reason() {
    let mut stage = bare_stage();
    let alice = stage.alice.clone();
    let good = Deployment::of(stage.token, &stage.guardian);
    let mut deploy = |deployment: Deployment| place(&mut stage.chain, &alice, "governor", deployment.encode());
    assert_refused(deploy(Deployment { token: Address::ZERO, ..good.clone() }), ZeroAddress {});
    assert_refused(deploy(Deployment { token: Address::from([0x77; 20]), ..good.clone() }), TokenFailed {});
    let longest = 63_072_000;
    assert_refused(
        deploy(Deployment { guardian_until: START, ..good.clone() }),
        DurationOutOfRange { given: 0, longest },
    );
    let too_long = START + longest + 1;
    assert_refused(
        deploy(Deployment { guardian_until: too_long, ..good.clone() }),
        DurationOutOfRange { given: longest + 1, longest },
    );
    for bps in [0, 10_001] {
        assert_refused(deploy(Deployment { quorum: bps, ..good.clone() }), QuorumOutOfRange { bps });
    }
    let longest = 5_184_000;
    for given in [0, longest + 1] {
        assert_refused(deploy(Deployment { delay: given, ..good.clone() }), DurationOutOfRange { given, longest });
        assert_refused(deploy(Deployment { period: given, ..good.clone() }), DurationOutOfRange { given, longest });
        assert_refused(deploy(Deployment { timelock: given, ..good.clone() }), DurationOutOfRange { given, longest });
        assert_refused(deploy(Deployment { window: given, ..good.clone() }), DurationOutOfRange { given, longest });
    }
    assert_refused(
        deploy(Deployment { timelock: DAY - 1, ..good.clone() }),
        TimelockTooShort { timelock: DAY - 1, shortest: DAY },
    );
    assert_refused(
        deploy(Deployment { extension: PERIOD + 1, ..good.clone() }),
        ExtensionTooLong { extension: PERIOD + 1, votingPeriod: PERIOD },
    );
    assert_refused(
        deploy(Deployment { unlock: LIFETIME, ..good.clone() }),
        UnlockTooShort { unlockPeriod: LIFETIME, lifetime: LIFETIME },
    );
    assert_refused(deploy(Deployment { threshold: 0, ..good.clone() }), ZeroThreshold {});
    assert!(deploy(good).is_ok());
}

#[test]
fn a_governor_says_what_it_is() {
    let stage = bare_stage();
    assert_eq!(stage.view(&nameCall {}).unwrap(), "Lockstep Governor");
    assert_eq!(stage.view(&versionCall {}).unwrap(), "1");
    assert_eq!(stage.view(&CLOCK_MODECall {}).unwrap(), "mode=timestamp&time=active");
    assert_eq!(stage.view(&COUNTING_MODECall {}).unwrap(), "support=bravo&quorum=for,abstain");
    assert_eq!(stage.view(&clockCall {}).unwrap(), stage.chain.now());
    assert_eq!(stage.view(&tokenCall {}).unwrap(), sol_address(stage.token));
    assert_eq!(stage.view(&votingDelayCall {}).unwrap(), U256::from(DELAY));
    assert_eq!(stage.view(&votingPeriodCall {}).unwrap(), U256::from(PERIOD));
    assert_eq!(stage.view(&proposalThresholdCall {}).unwrap(), U256::from(THRESHOLD));
    let periods = stage.view(&periodsCall {}).unwrap();
    assert_eq!(
        (periods.lateExtension, periods.timelock, periods.window, periods.unlockPeriod),
        (EXTENSION, TIMELOCK, WINDOW, UNLOCK)
    );
    let supports = |id: [u8; 4]| stage.view(&supportsInterfaceCall { interfaceId: FixedBytes(id) }).unwrap();
    assert!(supports([0x01, 0xff, 0xc9, 0xa7]) && supports([0xda, 0x28, 0x7a, 0x1d]));
    assert!(!supports([0xff; 4]) && !supports([0; 4]));
    let id_without = |left_out: &[&str]| {
        let functions = signatures(&solidity_abi("IGovernor"), "function").into_iter();
        let selectors = functions.filter(|function| !left_out.contains(&&**function)).map(keccak256);
        selectors.fold([0u8; 4], |id, hash| std::array::from_fn(|byte| id[byte] ^ hash[byte]))
    };
    let inherited = ["supportsInterface(bytes4)", "clock()", "CLOCK_MODE()"];
    assert!(supports(id_without(&inherited)));
    let before = "getProposalId(address[],uint256[],bytes[],bytes32)";
    assert!(supports(id_without(&[inherited.as_slice(), &[before]].concat())));
    let nobody = Address::from([0x99; 20]);
    assert_eq!(stage.view(&delegatesCall { account: nobody }).unwrap(), Address::ZERO);
}

/// The selectors that front ends made for `IGovernor`, `IVotes` and `GovernorCountingSimple` send.
#[test]
fn selectors_are_those_of_igovernor() {
    let known: [(&str, [u8; 4], [u8; 4]); 32] = [
        ("propose", proposeCall::SELECTOR, [0x7d, 0x5e, 0x81, 0xe2]),
        ("castVote", castVoteCall::SELECTOR, [0x56, 0x78, 0x13, 0x88]),
        ("castVoteWithReason", castVoteWithReasonCall::SELECTOR, [0x7b, 0x3c, 0x71, 0xd3]),
        ("castVoteWithReasonAndParams", castVoteWithReasonAndParamsCall::SELECTOR, [0x5f, 0x39, 0x8a, 0x14]),
        ("getVotesWithParams", getVotesWithParamsCall::SELECTOR, [0x9a, 0x80, 0x2a, 0x6d]),
        ("getPastVotes", getPastVotesCall::SELECTOR, [0x3a, 0x46, 0xb1, 0xa8]),
        ("supportsInterface", supportsInterfaceCall::SELECTOR, [0x01, 0xff, 0xc9, 0xa7]),
        ("queue", queueCall::SELECTOR, [0x16, 0x0c, 0xbe, 0xd7]),
        ("execute", executeCall::SELECTOR, [0x26, 0x56, 0x22, 0x7d]),
        ("cancel", cancelCall::SELECTOR, [0x45, 0x21, 0x15, 0xd6]),
        ("state", stateCall::SELECTOR, [0x3e, 0x4f, 0x49, 0xe6]),
        ("proposalSnapshot", proposalSnapshotCall::SELECTOR, [0x2d, 0x63, 0xf6, 0x93]),
        ("proposalDeadline", proposalDeadlineCall::SELECTOR, [0xc0, 0x1f, 0x9e, 0x37]),
        ("proposalProposer", proposalProposerCall::SELECTOR, [0x14, 0x34, 0x89, 0xd0]),
        ("proposalEta", proposalEtaCall::SELECTOR, [0xab, 0x58, 0xfb, 0x8e]),
        ("proposalNeedsQueuing", proposalNeedsQueuingCall::SELECTOR, [0xa9, 0xa9, 0x52, 0x94]),
        ("proposalVotes", proposalVotesCall::SELECTOR, [0x54, 0x4f, 0xfc, 0x9c]),
        ("hasVoted", hasVotedCall::SELECTOR, [0x43, 0x85, 0x96, 0x32]),
        ("quorum", quorumCall::SELECTOR, [0xf8, 0xce, 0x56, 0x0a]),
        ("getVotes", getVotesCall::SELECTOR, [0xeb, 0x90, 0x19, 0xd4]),
        ("getPastTotalSupply", getPastTotalSupplyCall::SELECTOR, [0x8e, 0x53, 0x9e, 0x8c]),
        ("delegate", delegateCall::SELECTOR, [0x5c, 0x19, 0xa9, 0x5c]),
        ("delegates", delegatesCall::SELECTOR, [0x58, 0x7c, 0xde, 0x1e]),
        ("clock", clockCall::SELECTOR, [0x91, 0xdd, 0xad, 0xf4]),
        ("CLOCK_MODE", CLOCK_MODECall::SELECTOR, [0x4b, 0xf5, 0xd7, 0xe9]),
        ("COUNTING_MODE", COUNTING_MODECall::SELECTOR, [0xdd, 0x4e, 0x2b, 0xa5]),
        ("votingDelay", votingDelayCall::SELECTOR, [0x39, 0x32, 0xab, 0xb1]),
        ("votingPeriod", votingPeriodCall::SELECTOR, [0x02, 0xa2, 0x51, 0xa3]),
        ("proposalThreshold", proposalThresholdCall::SELECTOR, [0xb5, 0x81, 0x31, 0xb0]),
        ("hashProposal", hashProposalCall::SELECTOR, [0xc5, 0x90, 0x57, 0xe4]),
        ("name", nameCall::SELECTOR, [0x06, 0xfd, 0xde, 0x03]),
        ("version", versionCall::SELECTOR, [0x54, 0xfd, 0x4d, 0x50]),
    ];
    for (name, ours, theirs) in known {
        assert_eq!(ours, theirs, "{name}");
    }
}

#[test]
fn the_solidity_interface_is_that_of_the_contract() {
    e2e_tests::abi::assert_same::<ILockstepGovernorCalls, ILockstepGovernorErrors>(
        "governor",
        ILockstepGovernorEvents::SELECTORS,
    );
}
