//! Fork ids: a hash chain over what made a branch, so that two branches never share an id after the split.

use crate::{
    ids::{ForkId, PlanId},
    keccak::Keccak256,
};

/// `keccak(genesis hash, para id, chain id)`, integers big-endian; a chain that is no parachain has para id zero.
pub fn fork_zero(keccak: Keccak256, genesis_hash: [u8; 32], para_id: u32, chain_id: u64) -> ForkId {
    let mut preimage = [0; 44];
    let (genesis, rest) = preimage.split_at_mut(32);
    let (para, chain) = rest.split_at_mut(4);
    genesis.copy_from_slice(&genesis_hash);
    para.copy_from_slice(&para_id.to_be_bytes());
    chain.copy_from_slice(&chain_id.to_be_bytes());
    ForkId(keccak(&preimage))
}

/// `keccak(fork, code hash, activation height)`: the branch on which a plan was verified.
pub fn advance_verified(keccak: Keccak256, fork: ForkId, code_hash: [u8; 32], height: u64) -> ForkId {
    let mut preimage = [0; 72];
    let (before, rest) = preimage.split_at_mut(32);
    let (code, at) = rest.split_at_mut(32);
    before.copy_from_slice(&fork.0);
    code.copy_from_slice(&code_hash);
    at.copy_from_slice(&height.to_be_bytes());
    ForkId(keccak(&preimage))
}

/// `keccak(fork, "stayed", plan)`: the branch on which a plan expired or deviated for good.
pub fn advance_stayed(keccak: Keccak256, fork: ForkId, plan: PlanId) -> ForkId {
    let mut preimage = [0; 46];
    let (before, rest) = preimage.split_at_mut(32);
    let (word, id) = rest.split_at_mut(6);
    before.copy_from_slice(&fork.0);
    word.copy_from_slice(b"stayed");
    id.copy_from_slice(&plan.0.to_be_bytes());
    ForkId(keccak(&preimage))
}

#[cfg(test)]
mod tests {
    use sp_crypto_hashing::keccak_256;

    use super::*;

    #[test]
    fn branches_of_one_plan_never_share_an_id() {
        let fork = fork_zero(keccak_256, [7; 32], 1_000, 420_420_417);
        let upgraded = advance_verified(keccak_256, fork, [1; 32], 5);
        let stayed = advance_stayed(keccak_256, fork, PlanId(1));
        assert_ne!(upgraded, stayed);
        assert_ne!(upgraded, advance_verified(keccak_256, fork, [1; 32], 6));
        assert_ne!(stayed, advance_stayed(keccak_256, fork, PlanId(2)));
        assert_ne!(fork, fork_zero(keccak_256, [7; 32], 1_001, 420_420_417));
    }

    #[test]
    fn the_preimage_is_the_plain_concatenation() {
        let mut preimage = alloc::vec![7; 32];
        preimage.extend([0, 0, 3, 232]);
        preimage.extend(420_420_417u64.to_be_bytes());
        assert_eq!(fork_zero(keccak_256, [7; 32], 1_000, 420_420_417).0, keccak_256(&preimage));
    }
}
