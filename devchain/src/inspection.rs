//! Reading the storage of contracts.

use frame_support::storage::child;
use pallet_revive::AccountInfo;
use sp_core::{H160, H256};

use crate::{
    DevChain,
    proofs::STATE_VERSION,
    runtime::{Revive, Runtime},
};

impl DevChain {
    /// What a `PolkaVM` contract keeps under one of its keys, pending changes of the open block included. For ink! a key is
    /// the root key of a field and, where that is a mapping, the encoded key of the entry.
    pub fn contract_storage(&self, address: H160, key: &[u8]) -> Option<Vec<u8>> {
        self.execute(|| Revive::get_storage_var_key(address, key.to_vec()).ok().flatten())
    }

    /// Root of a contract's whole storage as it is now; `None` where there is no contract.
    pub fn contract_root(&self, address: H160) -> Option<H256> {
        self.execute(|| {
            let contract = AccountInfo::<Runtime>::load_contract(&address)?;
            Some(H256::from_slice(&child::root(&contract.child_trie_info(), STATE_VERSION)))
        })
    }
}
