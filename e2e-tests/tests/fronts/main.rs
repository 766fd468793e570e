//! Fronts answer as the whole contracts do whose address and storage they have, and leave everything else to them.

mod answers;
mod cut;
mod deployed;
mod governor;
mod settlement;
mod storage;
mod vault;

use std::collections::BTreeMap;

use alloy_core::{
    primitives::{Address, FixedBytes, U256, keccak256},
    sol_types::{SolCall, SolError, SolValue},
};
use e2e_tests::{
    abi::{functions, ink_selector, metadata, signatures, solidity_abi_of},
    assert_refused, blob, chain,
    exchange::IErc20,
    funded,
    interfaces::{IFront, ILockstepGovernor, IMarginVault, IOracleGuard, ISettlement, IUpgradeRegistry},
    place,
    plans::announcement,
    sol_address,
};
use lockstep_core::guard::Action;
use lockstep_devchain::{Account, Balance, DevChain, Failure, H160};
use parity_scale_codec::Encode;
use serde_json::Value;

const MARKET: u32 = 1;
const OTHER_MARKET: u32 = 2;
const UNKNOWN_MARKET: u32 = 99;
const FEED: u32 = 5;
const PRICE: u128 = 2_000 * 10u128.pow(18);

/// Selector of a message in the encoding of ink!, and its arguments.
fn in_ink(contract: &str, message: &str, arguments: &impl Encode) -> Vec<u8> {
    [ink_selector(contract, message), arguments.encode()].concat()
}

/// A contract that stands alone and the same behind a front, of which all that happens is told.
struct Pair {
    alone: H160,
    fronted: H160,
}

impl Pair {
    fn new(chain: &mut DevChain, deployer: &Account, name: &str, constructor: Vec<u8>) -> Self {
        Self {
            alone: chain.deploy(deployer, blob(name), constructor.clone(), 0).unwrap().address,
            fronted: place(chain, deployer, name, constructor).unwrap(),
        }
    }

    /// The same contract alone, and a front with nothing behind it.
    fn hollow(chain: &mut DevChain, deployer: &Account, name: &str, constructor: &[u8]) -> Self {
        let behind = (Address::repeat_byte(0x99),).abi_encode_params();
        let [alone, fronted] = [
            (blob(name), constructor.to_vec()),
            (blob(&format!("{name}_front")), [constructor, behind.as_slice()].concat()),
        ]
        .map(|(code, constructor)| chain.deploy(deployer, code, constructor, 0).unwrap().address);
        Self { alone, fronted }
    }

    /// Whether both refuse a call, whatever is in it, which they do alike.
    fn refuses(&self, chain: &DevChain, who: &Account, data: &[u8], value: Balance) -> bool {
        let [alone, fronted] =
            [self.alone, self.fronted].map(|contract| chain.dry_run(who, contract, data.to_vec(), value).result);
        assert_eq!(alone, fronted, "{data:02x?}");
        alone.is_err()
    }

    /// Does the same with both, which answer and emit the same.
    fn do_alike(&self, chain: &mut DevChain, who: &Account, data: &[u8]) {
        let mut seen = Vec::new();
        for contract in [self.alone, self.fronted] {
            let outcome = chain.call(who, contract, data.to_vec(), 0);
            let own = outcome.events.into_iter().filter(|event| event.address == contract);
            let events: Vec<_> = own.map(|event| (event.topics, event.data)).collect();
            assert!(!events.is_empty());
            seen.push((outcome.result.unwrap(), events));
        }
        assert_eq!(seen[0], seen[1], "{data:02x?}");
    }
}

/// A contract of each kind by its name, with what it is deployed with.
fn constructors(chain: &mut DevChain, owner: &Account) -> [(&'static str, Vec<u8>); 5] {
    let me = sol_address(owner.address());
    let token = chain.create_asset(3, owner, "Governance", "GOV", 0, 1).unwrap();
    [
        ("upgrade_registry", (me,).abi_encode_params()),
        ("oracle_guard", (me, me, 6_000u64, 60u64, 1_800u64).abi_encode_params()),
        ("governor", governor::governor_of(chain, token, owner)),
        ("margin_vault", (me, me, sol_address(token), U256::from(6)).abi_encode_params()),
        ("settlement", (me, me, me, me, 6u16, 7_200u64, 86_400u64, 1u128).abi_encode_params()),
    ]
}
