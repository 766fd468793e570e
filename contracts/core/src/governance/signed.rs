use keccak_const::Keccak256 as Constant;

use crate::{
    ids::{Account, ForkId},
    keccak::{Keccak256, Preimage},
};

const DOMAIN: [u8; 32] = hash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
const NAME: [u8; 32] = hash(SignedVote::NAME);
const VERSION: [u8; 32] = hash(SignedVote::VERSION);
const BALLOT: [u8; 32] = hash("Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)");
const EXTENDED_BALLOT: [u8; 32] =
    hash("ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)");

/// Half of the order of secp256k1. Of the two signatures that anybody can make of one, that with the larger `s` is refused
/// (EIP-2).
const HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e,
    0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
];

const fn hash(text: &str) -> [u8; 32] {
    Constant::new().update(text.as_bytes()).finalize()
}

/// A vote that its voter signed and anybody brings in, as `OpenZeppelin`'s Governor has it: typed data by EIP-712.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedVote {
    /// The proposal's id.
    pub proposal: [u8; 32],
    /// A [`Support`](super::Support) as a number.
    pub support: u8,
    /// Who signed.
    pub voter: Account,
    /// The voter's [nonce](Self::nonce).
    pub nonce: [u8; 32],
    /// Keccak-256 of the reason and of the parameters, where there are any.
    pub said: Option<([u8; 32], [u8; 32])>,
}

impl SignedVote {
    /// The name under which signatures are made.
    pub const NAME: &'static str = "Lockstep Governor";
    /// The version under which they are.
    pub const VERSION: &'static str = "1";

    /// The nonce of a voter that signed `count` votes which were counted, on that branch of the host. Branches have the
    /// same chain id and contracts, so what was signed on one would count on all but for this.
    pub fn nonce(fork: ForkId, count: u64) -> [u8; 32] {
        let mut nonce = fork.0;
        if let Some(end) = nonce.last_chunk_mut() {
            *end = count.to_be_bytes();
        }
        nonce
    }

    /// What is signed, for the governor at that address of the chain with that id (EIP-155).
    pub fn digest(&self, chain_id: [u8; 32], governor: Account, keccak: Keccak256) -> [u8; 32] {
        let domain = Preimage::<160>::new().put(&DOMAIN).put(&NAME).put(&VERSION).put(&chain_id).put(&word(governor));
        let mut support = [0; 32];
        support[31] = self.support;
        let parts = [self.proposal, support, word(self.voter), self.nonce];
        let ballot = match self.said {
            None => keccak(&parts.iter().fold(Preimage::<160>::new().put(&BALLOT), |all, part| all.put(part)).finish()),
            Some((reason, params)) => {
                let all = parts.iter().fold(Preimage::<224>::new().put(&EXTENDED_BALLOT), |all, part| all.put(part));
                keccak(&all.put(&reason).put(&params).finish())
            }
        };
        keccak(&Preimage::<66>::new().put(&[0x19, 0x01]).put(&keccak(&domain.finish())).put(&ballot).finish())
    }
}

/// What the chain's function for recovering the signer (`ecrecover`) takes: digest, `v`, `r`, `s`. None of a signature that
/// is not 65 bytes long or not the one of its kind.
pub fn recoverable(digest: [u8; 32], signature: &[u8]) -> Option<[u8; 128]> {
    let signature: &[u8; 65] = signature.try_into().ok()?;
    let (point, v) = signature.split_at(64);
    if *point.last_chunk::<32>()? > HALF_ORDER {
        return None;
    }
    Some(Preimage::<128>::new().put(&digest).put(&[0; 31]).put(v).put(point).finish())
}

fn word(account: Account) -> [u8; 32] {
    Preimage::<32>::new().put(&[0; 12]).put(&account.0).finish()
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;
    use crate::keccak::keccak256;

    /// The domain's type as `OpenZeppelin`'s `EIP712` has it, and the ballots' as its Governor has them.
    #[test]
    fn types_hash_as_published() {
        let is = |hash: [u8; 32], begin: [u8; 4], end: [u8; 4]| hash.starts_with(&begin) && hash.ends_with(&end);
        assert!(is(DOMAIN, [0x8b, 0x73, 0xc3, 0xc6], [0x2b, 0x39, 0x40, 0x0f]));
        assert!(is(BALLOT, [0xf2, 0xaa, 0xd5, 0x50], [0x84, 0xae, 0x51, 0xd7]));
        assert!(is(EXTENDED_BALLOT, [0x3e, 0x83, 0x94, 0x66], [0x54, 0x24, 0xa8, 0x11]));
    }

    #[test]
    fn a_nonce_tells_branches_and_votes_apart() {
        let (one, other) = (ForkId([7; 32]), ForkId([8; 32]));
        let nonce = SignedVote::nonce(one, 258);
        assert_eq!((nonce[23], &nonce[24..]), (7, &[0, 0, 0, 0, 0, 0, 1, 2][..]));
        assert_ne!(nonce, SignedVote::nonce(other, 258));
        assert_ne!(nonce, SignedVote::nonce(one, 259));
    }

    #[test]
    fn everything_is_signed() {
        let vote = SignedVote { proposal: [1; 32], support: 1, voter: Account([2; 20]), nonce: [3; 32], said: None };
        let of = |vote: SignedVote| vote.digest([4; 32], Account([5; 20]), keccak256);
        let digests = [
            of(vote),
            of(SignedVote { proposal: [9; 32], ..vote }),
            of(SignedVote { support: 0, ..vote }),
            of(SignedVote { voter: Account([9; 20]), ..vote }),
            of(SignedVote { nonce: [9; 32], ..vote }),
            of(SignedVote { said: Some(([6; 32], [7; 32])), ..vote }),
            of(SignedVote { said: Some(([6; 32], [8; 32])), ..vote }),
            of(SignedVote { said: Some(([9; 32], [7; 32])), ..vote }),
            vote.digest([9; 32], Account([5; 20]), keccak256),
            vote.digest([4; 32], Account([9; 20]), keccak256),
        ];
        assert_eq!(BTreeSet::from(digests).len(), digests.len());
    }

    #[test]
    fn only_one_signature_of_two_is_taken() {
        let mut signature = [1; 65];
        signature[64] = 28;
        let input = recoverable([5; 32], &signature).unwrap();
        assert_eq!((&input[..32], &input[32..63], input[63]), (&[5; 32][..], &[0; 31][..], 28));
        assert_eq!(&input[64..], &[1; 64]);
        signature[32..64].copy_from_slice(&HALF_ORDER);
        assert!(recoverable([5; 32], &signature).is_some());
        signature[63] += 1;
        assert_eq!(recoverable([5; 32], &signature), None);
        assert_eq!(recoverable([5; 32], &[1; 64]), None);
        assert_eq!(recoverable([5; 32], &[1; 66]), None);
    }
}
