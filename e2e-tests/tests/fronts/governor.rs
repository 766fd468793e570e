//! Votes, delegations and queueing, behind a front and alone.

use super::*;

/// Arguments of a governor's constructor.
pub fn governor_of(chain: &DevChain, token: H160, guardian: &Account) -> Vec<u8> {
    const DAY: u64 = 86_400;
    let first = (sol_address(token), sol_address(guardian.address()), chain.now() + 365 * DAY, 400u32);
    let lengths = (3_600u64, 3 * DAY, 3_600u64, 2 * DAY, 7 * DAY, 120 * DAY, 1_000u128);
    [first.abi_encode_params(), lengths.abi_encode_params()].concat()
}

pub fn delegations(to: &Account) -> [Vec<u8>; 2] {
    let solidity = ILockstepGovernor::delegateCall { delegatee: sol_address(to.address()) };
    [solidity.abi_encode(), in_ink("governor", "delegate", &to.address().0)]
}

pub fn votes(proposal: U256, support: u8) -> [Vec<u8>; 2] {
    let solidity = ILockstepGovernor::castVoteCall { proposalId: proposal, support };
    [solidity.abi_encode(), in_ink("governor", "castVote", &(proposal.to_le_bytes::<32>(), support))]
}

#[test]
fn the_governors_front_takes_votes_and_delegations_as_the_governor() {
    let mut chain = chain();
    let [owner, alice, bob] = ["owner", "alice-voter", "bob-voter"].map(|name| funded(&mut chain, name));
    let token = chain.create_asset(3, &owner, "Governance", "GOV", 0, 1).unwrap();
    for voter in [&alice, &bob] {
        chain.mint_asset(&owner, 3, voter, 500_000).unwrap();
    }
    let pair = {
        let constructor = governor_of(&chain, token, &owner);
        Pair::new(&mut chain, &owner, "governor", constructor)
    };
    for contract in [pair.alone, pair.fronted] {
        for voter in [&alice, &bob] {
            let amount = U256::from(200_000);
            let approve = IErc20::approveCall { spender: sol_address(contract), amount };
            chain.sol_call(voter, token, &approve, 0).unwrap();
            chain.sol_call(voter, contract, &ILockstepGovernor::lockCall { amount }, 0).unwrap();
        }
    }
    chain.produce_block();
    let nobody = ILockstepGovernor::delegateCall { delegatee: Address::ZERO }.abi_encode();
    assert!(pair.refuses(&chain, &bob, &nobody, 0));
    for data in [delegations(&alice), delegations(&bob), delegations(&owner), delegations(&alice)].concat() {
        pair.do_alike(&mut chain, &bob, &data);
        chain.produce_block();
    }
    let propose = ILockstepGovernor::proposeCall {
        targets: vec![sol_address(bob.address())],
        values: vec![U256::ZERO],
        calldatas: vec![Vec::new().into()],
        description: "Nothing to do".into(),
    };
    let proposal = chain.sol_view(&alice, pair.alone, &propose).unwrap();
    pair.do_alike(&mut chain, &alice, &propose.abi_encode());
    let [solidity, scale] = votes(proposal, 1);
    assert!(pair.refuses(&chain, &alice, &solidity, 0) && pair.refuses(&chain, &alice, &scale, 0), "it is too early");
    chain.produce_block_after(2 * 3_600).unwrap();
    for data in votes(proposal, 3).into_iter().chain(votes(U256::from(1), 1)) {
        assert!(pair.refuses(&chain, &alice, &data, 0));
    }
    assert!(pair.refuses(&chain, &alice, &solidity, 1), "a vote takes no money");
    assert!(pair.refuses(&chain, &bob, &scale, 0), "there are no votes");
    assert!(!pair.refuses(&chain, &alice, &solidity, 0));
    pair.do_alike(&mut chain, &alice, &scale);
    assert!(pair.refuses(&chain, &alice, &solidity, 0), "there was a vote");

    let ILockstepGovernor::proposeCall { targets, values, calldatas, description } = propose;
    let description_hash = keccak256(description);
    let queue = ILockstepGovernor::queueCall { targets, values, calldatas, descriptionHash: description_hash };
    let queue = queue.abi_encode();
    assert!(pair.refuses(&chain, &alice, &queue, 0), "the vote has not ended");
    chain.produce_block_after(4 * 86_400).unwrap();
    let batch = (vec![bob.address().0], vec![[0u8; 32]], vec![Vec::<u8>::new()], description_hash.0);
    for data in [queue.clone(), [queue.as_slice(), &[0; 32]].concat(), in_ink("governor", "queue", &batch)] {
        assert!(!pair.refuses(&chain, &alice, &data, 0), "however it is encoded");
    }
    pair.do_alike(&mut chain, &owner, &queue);
    assert!(pair.refuses(&chain, &alice, &queue, 0), "it was queued");
}
