//! Plans that tests announce.

use alloy_core::primitives::FixedBytes;

use crate::interfaces::IUpgradeRegistry::{Disclosure, Impact, Schedule, announceCall};

/// An upgrade of network 1 to `code_hash`: activated within an hour after its freeze, stable after twenty minutes,
/// frozen for two hours at most, and said to change nothing else.
pub fn announcement(freeze_at: u64, code_hash: FixedBytes<32>, markets: Vec<u32>) -> announceCall {
    announceCall {
        domain: 1,
        codeHash: code_hash,
        specVersion: 2,
        schedule: Schedule {
            freezeAt: freeze_at,
            earliest: freeze_at,
            latest: freeze_at + 3_600,
            stabilise: 1_200,
            maxFreeze: 7_200,
        },
        impact: Impact::default(),
        disclosure: Disclosure { severity: 1, hash: FixedBytes([9; 32]), uri: "ipfs://disclosure".into() },
        markets,
    }
}
