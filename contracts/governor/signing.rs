//! Votes that their voters signed and others bring in.

use ink::{
    Address, H256, U256,
    codegen::Env as _,
    prelude::string::String,
    sol::{DynBytes, SolEncode},
};
use lockstep_core::{
    governance::{SignedVote, recoverable},
    ids::{Account, ForkId},
};

use crate::{
    Error,
    call::{Unanswered, ask},
    governor::Governor,
    outside::Words,
    queueing::keccak,
    traces::Voter,
};

/// The chain's `ecrecover`.
const RECOVER: Address = ink::H160([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

/// `isValidSignature(bytes32,bytes)`, which is its good answer, too.
const IS_VALID: [u8; 4] = [0x16, 0x26, 0xba, 0x7e];

/// `hostFork()`
const HOST_FORK: [u8; 4] = [0x67, 0x8a, 0x89, 0x2c];

impl Governor {
    /// Counts a vote that `voter` signed, with its reason and parameters if any.
    #[inline(never)]
    pub(crate) fn count_signed(
        &mut self,
        voter: Address,
        proposal_id: U256,
        support: u8,
        said: Option<(String, DynBytes)>,
        signature: &DynBytes,
    ) -> Result<U256, Error> {
        let vote = SignedVote {
            proposal: proposal_id.to_big_endian(),
            support,
            voter: Account(voter.0),
            nonce: self.nonce_of(voter)?,
            said: said.as_ref().map(|(reason, params)| (keccak(reason.as_bytes()).0, keccak(&params.0).0)),
        };
        let who = Account(voter.0);
        let known = self.voter(who);
        let signed = known.signed.checked_add(1).ok_or(Error::Overflow)?;
        self.voters.insert(who, &Voter { signed, ..known });
        let digest = vote.digest(chain_id(), Account(self.env().address().0), |bytes| keccak(bytes).0);
        if !is_signed(voter, digest, signature)? {
            return Err(Error::GovernorInvalidSignature(voter));
        }
        let (reason, params) = said.unwrap_or_default();
        self.count_vote(voter, proposal_id, support, reason, params)
    }

    pub(crate) fn nonce_of(&self, voter: Address) -> Result<[u8; 32], Error> {
        let fork = match self.connected() {
            Some((_, registry, _)) => match host_fork(registry) {
                Ok(fork) => ForkId(fork),
                Err(Unanswered::Starved) => return Err(Error::Starved(registry)),
                Err(Unanswered::Failed) => return Err(Error::RegistryFailed),
            },
            None => ForkId::default(),
        };
        Ok(SignedVote::nonce(fork, self.voter(Account(voter.0)).signed))
    }
}

/// Whether the key of `voter` made the signature, or `voter` is a contract that takes it for its own.
#[inline(never)]
fn is_signed(voter: Address, digest: [u8; 32], signature: &DynBytes) -> Result<bool, Error> {
    if let Some(input) = recoverable(digest, &signature.0) {
        match ask(RECOVER, &input) {
            Ok(signer) if signer == SolEncode::encode(&voter) => return Ok(true),
            Err(Unanswered::Starved) => return Err(Error::Starved(RECOVER)),
            _ => {}
        }
    }
    let answer = Words::asked(voter, IS_VALID, &ink::sol::encode_sequence(&(H256(digest), signature)));
    match answer.and_then(|words| words.number::<U256>(0)) {
        Ok(answer) => {
            let (magic, rest) = (IS_VALID, [0; 28]);
            Ok(answer.to_big_endian()[..] == [magic.as_slice(), &rest].concat())
        }
        Err(Unanswered::Starved) => Err(Error::Starved(voter)),
        Err(Unanswered::Failed) => Ok(false),
    }
}

/// The branch of the host, from the registry.
fn host_fork(registry: Address) -> Result<[u8; 32], Unanswered> {
    Words::asked(registry, HOST_FORK, &[])?.number::<U256>(0).map(|fork| fork.to_big_endian())
}

/// The chain's id (EIP-155), the most significant byte first.
#[cfg(target_arch = "riscv64")]
fn chain_id() -> [u8; 32] {
    use pallet_revive_uapi::{HostFn, HostFnImpl};

    let mut id = [0; 32];
    HostFnImpl::chain_id(&mut id);
    id.reverse();
    id
}

/// Off the chain there is none.
#[cfg(not(target_arch = "riscv64"))]
fn chain_id() -> [u8; 32] {
    [0; 32]
}
