//! The front of the settlement contract: has its address and storage, pays claims and checks proofs, which every holder
//! asks for, and leaves the rest to the whole contract.
#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![allow(
    missing_docs,
    clippy::items_after_statements,
    clippy::missing_panics_doc,
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    clippy::type_complexity,
    reason = "ink! generates items without docs, messages own their arguments, and the ABI is cheaper without structs"
)]

#[path = "../claims.rs"]
mod claims;
#[path = "../error.rs"]
mod error;
#[path = "../event.rs"]
mod event;
mod messages;
#[path = "../outside.rs"]
mod outside;
#[path = "../store.rs"]
mod store;

pub use error::Error;
pub use event::*;

// A contract has two pages of stack, unless it says how much it needs. A snapshot is decoded and checked on it.
#[cfg(target_arch = "riscv64")]
core::arch::global_asm!(
    ".pushsection .polkavm_min_stack_size,\"R\",@note",
    ".4byte {bytes}",
    ".popsection",
    bytes = const 32_768,
);

#[ink::contract]
mod settlement {
    use ink::{H256, sol::DynBytes, storage::Mapping};
    use lockstep_core::{
        ids::Account,
        settlement::{Basis, Leaf, Pot, Resolution, Rules, Snapshot},
        units::{Price, Seconds},
    };
    use lockstep_front::{Message, Received, pass_on};
    use lockstep_interfaces::Stored;

    use crate::{
        Error,
        claims::Part,
        messages,
        store::{Market, checked},
    };

    const CLAIM: Message = Message::new(ink::selector_bytes!("claim"), "claim(uint64,uint32,bytes32,bytes)");
    const VERIFY: Message = Message::new(
        ink::selector_bytes!("verify"),
        "verify(uint64,uint32,uint64,address,int128,uint128,uint128,int128,uint8,bytes)",
    );

    /// Of the contract's storage what is packed together, all of it in the same order, and what is needed here. The name
    /// of the struct is a part of where each field is found.
    #[ink(storage)]
    pub struct Settlement {
        pub(crate) governance: Address,
        pub(crate) implementation: Address,
        pub(crate) registry: Address,
        pub(crate) guard: Address,
        pub(crate) vault: Address,
        pub(crate) quote_decimals: u8,
        pub(crate) rules: Stored<Rules>,
        pub(crate) forfeited: u128,
        pub(crate) markets: Mapping<u32, Market>,
        pub(crate) snapshots: Mapping<(u64, u32), Stored<Snapshot>>,
        pub(crate) resolutions: Mapping<(u64, u32), Stored<Resolution>>,
        pub(crate) pots: Mapping<(u64, u32), Stored<Pot>>,
        pub(crate) settled: Mapping<(u64, u32, u64), [u8; 32]>,
        pub(crate) parts: Mapping<(u64, u32, Address), Part>,
    }

    impl Settlement {
        /// A settlement contract as its own constructor makes it, whose code is that of `implementation`.
        ///
        /// # Errors
        /// `ZeroAddress`, `TooManyPlaces`, `WindowOutOfRange`, `BondTooSmall`.
        #[ink(constructor, default)]
        pub fn new(
            governance: Address,
            registry: Address,
            guard: Address,
            vault: Address,
            quote_decimals: u8,
            window: u64,
            challenge: u64,
            min_bond: u128,
            implementation: Address,
        ) -> Result<Self, Error> {
            if implementation == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            let rules = Rules { window: Seconds(window), challenge: Seconds(challenge), min_bond };
            let rules = checked([governance, registry, guard, vault], quote_decimals, rules)?;
            Ok(Self {
                governance,
                implementation,
                registry,
                guard,
                vault,
                quote_decimals,
                rules: Stored(rules),
                forfeited: 0,
                markets: Mapping::new(),
                snapshots: Mapping::new(),
                resolutions: Mapping::new(),
                pots: Mapping::new(),
                settled: Mapping::new(),
                parts: Mapping::new(),
            })
        }

        /// Settles leaves by a tree and checks proofs, as the whole contract does, and passes anything else on.
        #[ink(message, payable, selector = _)]
        pub fn answer(&mut self) {
            if let Ok(call) = Received::now() {
                call.carry_out(CLAIM, |(plan, market, branch, proven): (u64, u32, H256, DynBytes)| {
                    self.claim_leaves(plan, market, branch, &proven)
                });
                type Position = (u64, u32, u64, Address, i128, u128, u128, i128, u8, DynBytes);
                call.carry_out(VERIFY, |asked: Position| {
                    let (plan, market, index, account, size, entry_price, margin, unrealised, basis, proof) = asked;
                    let leaf = Leaf {
                        index,
                        account: Account(account.0),
                        size,
                        entry_price: Price(entry_price),
                        margin,
                        unrealised,
                        basis: Basis::try_from(basis)?,
                    };
                    self.ensure_included(plan, market, &leaf, &proof)
                });
                call.refuse_cut(messages::ALL);
            }
            pass_on(self.implementation);
        }

        /// The whole contract, whose code runs where this one does not answer itself.
        #[ink(message, selector = @)]
        pub fn implementation(&self) -> Address {
            self.implementation
        }
    }
}
