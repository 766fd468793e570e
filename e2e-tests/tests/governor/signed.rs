//! Votes that their voters signed and others bring in.

use std::borrow::Cow;

use alloy_core::{
    sol,
    sol_types::{Eip712Domain, SolStruct},
};
use e2e_tests::awkward::{Answer, Token};
use k256::ecdsa::{RecoveryId, Signature, SigningKey};
use lockstep_devchain::ChainConfig;

use super::*;

sol! {
    struct Ballot {
        uint256 proposalId;
        uint8 support;
        address voter;
        uint256 nonce;
    }
    struct ExtendedBallot {
        uint256 proposalId;
        uint8 support;
        address voter;
        uint256 nonce;
        string reason;
        bytes params;
    }
}

/// A contract that takes every signature for its own: it answers with `isValidSignature(bytes32,bytes)`.
const WALLET: [u8; 24] = [
    0x60, 0x0e, 0x60, 0x0a, 0x5f, 0x39, 0x60, 0x0e, 0x5f, 0xf3, 0x63, 0x16, 0x26, 0xba, 0x7e, 0x60, 0xe0, 0x1b, 0x5f,
    0x52, 0x60, 0x20, 0x5f, 0xf3,
];

/// Somebody with a key and no account on the chain.
struct Signer(SigningKey);

impl Signer {
    fn new() -> Self {
        Self(SigningKey::from_slice(&[7; 32]).unwrap())
    }

    fn address(&self) -> Address {
        let point = self.0.verifying_key().to_encoded_point(false);
        Address::from_slice(&keccak256(&point.as_bytes()[1..])[12..])
    }

    fn parts(&self, vote: &impl SolStruct, domain: &Eip712Domain) -> (Signature, RecoveryId) {
        self.0.sign_prehash_recoverable(vote.eip712_signing_hash(domain).as_slice()).unwrap()
    }

    fn sign(&self, vote: &impl SolStruct, domain: &Eip712Domain) -> Bytes {
        let (signature, id) = self.parts(vote, domain);
        bytes_of(signature, id)
    }
}

fn bytes_of(signature: Signature, id: RecoveryId) -> Bytes {
    [signature.to_bytes().as_slice(), &[27 + id.to_byte()]].concat().into()
}

impl Stage {
    fn domain(&self) -> Eip712Domain {
        let name = |text: &'static str| Some(Cow::Borrowed(text));
        let chain_id = U256::from(ChainConfig::default().chain_id);
        let governor = sol_address(self.governor);
        Eip712Domain::new(name("Lockstep Governor"), name("1"), Some(chain_id), Some(governor), None)
    }

    fn nonce(&self, voter: Address) -> U256 {
        self.view(&noncesCall { voter }).unwrap()
    }

    /// A vote on it is open, in which `voter` has what Alice locked.
    fn open_for(&mut self, voter: Address, why: &str) -> Batch {
        let alice = self.alice.clone();
        self.call(&alice, &delegateCall { delegatee: voter }).unwrap();
        let produced = self.chain.now() + 1;
        self.at(produced);
        let bob = self.bob.clone();
        let batch = Batch::of(why, &[self.add_keeper(&bob, 1)]);
        self.call(&bob, &batch.propose()).unwrap();
        let open = self.chain.now() + DELAY + 1;
        self.at(open);
        batch
    }
}

#[test]
fn anybody_brings_in_what_a_voter_signed() {
    let mut stage = stage();
    let (signer, dan) = (Signer::new(), stage.dan.clone());
    let voter = signer.address();
    let batch = stage.open_for(voter, "Signed");
    let (proposal, domain) = (batch.id(), stage.domain());
    let vote = Ballot { proposalId: proposal, support: 1, voter, nonce: stage.nonce(voter) };
    let signature = signer.sign(&vote, &domain);
    let call = castVoteBySigCall { proposalId: proposal, support: 1, voter, signature: signature.clone() };

    let refused = GovernorInvalidSignature { voter };
    let altered = |alter: fn(&mut castVoteBySigCall)| {
        let mut altered = call.clone();
        alter(&mut altered);
        altered
    };
    assert_refused(stage.call(&dan, &altered(|call| call.support = 0)), refused.clone());
    assert_refused(
        stage.call(&dan, &altered(|call| call.signature = call.signature[..64].to_vec().into())),
        refused.clone(),
    );
    let other = Address::repeat_byte(9);
    let of_other = castVoteBySigCall { voter: other, ..call.clone() };
    assert_refused(stage.call(&dan, &of_other), GovernorInvalidSignature { voter: other });
    // The twin of a signature, which anybody can make.
    let (made, id) = signer.parts(&vote, &domain);
    let twin = Signature::from_scalars(made.r().to_bytes(), (-*made.s()).to_bytes()).unwrap();
    let id = RecoveryId::new(!id.is_y_odd(), id.is_x_reduced());
    let twin = castVoteBySigCall { signature: bytes_of(twin, id), ..call.clone() };
    assert_refused(stage.call(&dan, &twin), refused.clone());
    // What was signed for another chain or another governor.
    let elsewhere = [
        Eip712Domain { chain_id: Some(U256::from(1)), ..domain.clone() },
        Eip712Domain { verifying_contract: Some(other), ..domain.clone() },
    ];
    for domain in elsewhere {
        let call = castVoteBySigCall { signature: signer.sign(&vote, &domain), ..call.clone() };
        assert_refused(stage.call(&dan, &call), refused.clone());
    }

    assert_eq!(stage.call(&dan, &call).unwrap(), U256::from(600_000));
    let cast = VoteCast { voter, proposalId: proposal, support: 1, weight: U256::from(600_000), reason: String::new() };
    assert_eq!(emitted::<VoteCast>(&stage.chain), [cast]);
    assert!(stage.view(&hasVotedCall { proposalId: proposal, account: voter }).unwrap());
    assert_eq!(stage.nonce(voter), vote.nonce + U256::from(1));
    assert_refused(stage.call(&dan, &call), refused);
}

#[test]
fn reason_and_parameters_are_signed_too() {
    let mut stage = stage();
    let (signer, dan) = (Signer::new(), stage.dan.clone());
    let voter = signer.address();
    let batch = stage.open_for(voter, "Signed with a reason");
    let (proposal, domain) = (batch.id(), stage.domain());
    let (reason, params) = (String::from("As agreed"), Bytes::from_static(&[1, 2]));
    let vote = ExtendedBallot {
        proposalId: proposal,
        support: 2,
        voter,
        nonce: stage.nonce(voter),
        reason: reason.clone(),
        params: params.clone(),
    };
    let signature = signer.sign(&vote, &domain);
    let call = castVoteWithReasonAndParamsBySigCall {
        proposalId: proposal,
        support: 2,
        voter,
        reason: reason.clone(),
        params: params.clone(),
        signature: signature.clone(),
    };
    let refused = GovernorInvalidSignature { voter };
    for altered in [
        castVoteWithReasonAndParamsBySigCall { reason: "Otherwise".into(), ..call.clone() },
        castVoteWithReasonAndParamsBySigCall { params: Bytes::new(), ..call.clone() },
    ] {
        assert_refused(stage.call(&dan, &altered), refused.clone());
    }
    let short = castVoteBySigCall { proposalId: proposal, support: 2, voter, signature };
    assert_refused(stage.call(&dan, &short), refused);
    stage.call(&dan, &call).unwrap();
    let weight = U256::from(600_000);
    let cast = VoteCastWithParams { voter, proposalId: proposal, support: 2, weight, reason, params };
    assert_eq!(emitted::<VoteCastWithParams>(&stage.chain), [cast]);
}

#[test]
fn a_contract_says_itself_what_it_signed() {
    let mut stage = stage();
    let (alice, dan) = (stage.alice.clone(), stage.dan.clone());
    let wallet = sol_address(stage.chain.deploy(&alice, WALLET.to_vec(), vec![], 0).unwrap().address);
    let batch = stage.open_for(wallet, "By a wallet");
    let call = castVoteBySigCall { proposalId: batch.id(), support: 0, voter: wallet, signature: Bytes::new() };
    assert_eq!(stage.call(&dan, &call).unwrap(), U256::from(600_000));
    // One that answers otherwise.
    let code = Token { answer: Answer::Word(1), fee: 0, extra: 0 }.code();
    let other = sol_address(stage.chain.deploy(&alice, code, vec![], 0).unwrap().address);
    let call = castVoteBySigCall { voter: other, ..call };
    assert_refused(stage.call(&dan, &call), GovernorInvalidSignature { voter: other });
}

/// Branches have the same chain id and the same contracts.
#[test]
fn a_signature_is_for_one_branch_of_the_host() {
    let mut stage = stage();
    let (signer, alice, dan) = (Signer::new(), stage.alice.clone(), stage.dan.clone());
    let voter = signer.address();
    let constructor = (sol_address(alice.address()),).abi_encode_params();
    stage.registry = place(&mut stage.chain, &alice, "upgrade_registry", constructor).unwrap();
    stage.connect(H160([0x56; 20])).unwrap();
    let batch = stage.open_for(voter, "Before a split");
    let vote = Ballot { proposalId: batch.id(), support: 1, voter, nonce: stage.nonce(voter) };
    let signature = signer.sign(&vote, &stage.domain());
    let call = castVoteBySigCall { proposalId: batch.id(), support: 1, voter, signature };

    let fork = |stage: &Stage| stage.chain.sol_view(&dan, stage.registry, &IUpgradeRegistry::hostForkCall {}).unwrap();
    assert_eq!(fork(&stage), FixedBytes::ZERO);
    let genesis = FixedBytes([1; 32]);
    let domain = IUpgradeRegistry::registerDomainCall { domain: 3, genesisHash: genesis, paraId: 1_000, chainId: 1 };
    stage.chain.sol_call(&alice, stage.registry, &domain, 0).unwrap();
    stage.chain.sol_call(&alice, stage.registry, &IUpgradeRegistry::nameHostCall { domain: 3 }, 0).unwrap();
    let of_host = stage.chain.sol_view(&dan, stage.registry, &IUpgradeRegistry::forkOfCall { domain: 3 }).unwrap();
    assert_eq!(fork(&stage), of_host);
    let nonce = stage.nonce(voter);
    assert_eq!(nonce.to_be_bytes::<32>()[..24], of_host[..24]);

    assert_refused(stage.call(&dan, &call), GovernorInvalidSignature { voter });
    let vote = Ballot { nonce, ..vote };
    let call = castVoteBySigCall { signature: signer.sign(&vote, &stage.domain()), ..call };
    stage.call(&dan, &call).unwrap();
}
