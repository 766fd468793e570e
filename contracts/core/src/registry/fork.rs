//! Fork ids: a hash chain over what made a branch, so that two branches never share an id after the split.

use crate::{
    ids::{ForkId, PlanId},
    keccak::Keccak256,
    registry::{Phase, Record, Standing},
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

/// The branch of a network that was on `fork` once the plan `id` has ended as it stands; `None` while it has not ended.
/// One that was called off leaves the branch as it is.
pub fn after(keccak: Keccak256, fork: ForkId, id: PlanId, record: &Record, standing: &Standing) -> Option<ForkId> {
    standing.ended_at?;
    Some(match (standing.phase, record.activated) {
        (Phase::Completed, Some(seen)) => advance_verified(keccak, fork, seen.code_hash, seen.height),
        (Phase::Cancelled, _) => fork,
        _ => advance_stayed(keccak, fork, id),
    })
}

#[cfg(test)]
mod tests {
    use sp_crypto_hashing::keccak_256;

    use super::*;
    use crate::{
        registry::{Activation, Deviation, Round},
        units::Timestamp,
    };

    #[test]
    fn only_an_end_leads_to_another_branch_and_each_end_to_its_own() {
        let fork = ForkId([3; 32]);
        let seen = Activation { at: Timestamp(5), height: 50, code_hash: [7; 32] };
        let record = Record { activated: Some(seen), ..Record::default() };
        let ended = |phase, ended_at: Option<u64>| Standing {
            phase,
            verified_at: None,
            released_at: None,
            completed_at: None,
            deviation: None,
            ended_at: ended_at.map(Timestamp),
            held: None,
        };
        let upgraded = advance_verified(keccak_256, fork, [7; 32], 50);
        let stayed = advance_stayed(keccak_256, fork, PlanId(4));
        for phase in Phase::ALL {
            let of = |at| after(keccak_256, fork, PlanId(4), &record, &ended(*phase, at));
            assert_eq!(of(None), None, "{phase:?}");
            let expected = match phase {
                Phase::Completed => upgraded,
                Phase::Cancelled => fork,
                _ => stayed,
            };
            assert_eq!(of(Some(9)), Some(expected), "{phase:?}");
        }
        // What deviated for good is on the branch that stayed, whatever was activated in between.
        let round = Round { verified_at: None, deviated_at: Timestamp(6), cause: Deviation::Failed };
        let lost = Record { rounds: alloc::vec![round], ..record };
        assert_eq!(after(keccak_256, fork, PlanId(4), &lost, &ended(Phase::Deviated, Some(9))), Some(stayed));
    }

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
