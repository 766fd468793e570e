//! The front of the upgrade registry: has its address and storage, answers what guards and vaults ask whenever something
//! happens in a market, and leaves the rest to the whole registry.
#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![allow(
    missing_docs,
    clippy::borrow_as_ptr,
    clippy::cast_possible_truncation,
    clippy::ignored_unit_patterns,
    clippy::items_after_statements,
    clippy::needless_pass_by_value,
    clippy::ref_as_ptr,
    clippy::too_many_arguments,
    clippy::type_complexity,
    reason = "in code that ink! and the codec derive; messages own their arguments"
)]

mod messages;
#[path = "../phases.rs"]
mod phases;

// A contract has two pages of stack, unless it says how much it needs. A plan is decoded on it.
#[cfg(target_arch = "riscv64")]
core::arch::global_asm!(
    ".pushsection .polkavm_min_stack_size,\"R\",@note",
    ".4byte {bytes}",
    ".popsection",
    bytes = const 32_768,
);

#[ink::contract]
mod upgrade_registry {
    use ink::{prelude::vec::Vec, storage::Mapping};
    use lockstep_core::registry::{FreezeBudget, Plan, Record};
    use lockstep_front::{Message, Received, pass_on};
    use lockstep_interfaces::Stored;

    use crate::messages;

    const MARKET_PHASES: Message =
        Message::new(ink::selector_bytes!("UpgradeRegistry::marketPhases"), "marketPhases(uint32[])");
    const MARKET_PLANS: Message =
        Message::new(ink::selector_bytes!("UpgradeRegistry::marketPlans"), "marketPlans(uint32[])");

    /// Of the registry's storage what is packed together, all of it in the same order, and what is read here. The name of
    /// the struct is a part of where each field is found.
    #[ink(storage)]
    pub struct UpgradeRegistry {
        governance: Address,
        next_plan: u64,
        implementation: Address,
        pub(crate) plans: Mapping<u64, Stored<Plan>>,
        pub(crate) records: Mapping<u64, Stored<Record>>,
        pub(crate) plans_of_market: Mapping<u32, Vec<u64>>,
        pub(crate) budgets: Mapping<u32, Stored<FreezeBudget>>,
    }

    impl UpgradeRegistry {
        /// A registry without keepers, governed by `governance`, whose code is that of `implementation`.
        ///
        /// # Errors
        /// `ZeroAddress`.
        #[ink(constructor, default)]
        pub fn new(governance: Address, implementation: Address) -> Result<Self, Error> {
            if governance == Address::zero() || implementation == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            Ok(Self {
                governance,
                next_plan: 1,
                implementation,
                plans: Mapping::new(),
                records: Mapping::new(),
                plans_of_market: Mapping::new(),
                budgets: Mapping::new(),
            })
        }

        /// Answers for the most severe plan of each market and for all plans of each, as the registry does, and passes
        /// anything else on.
        #[ink(message, payable, selector = _)]
        pub fn answer(&mut self) {
            if let Ok(call) = Received::now() {
                call.answer(MARKET_PHASES, |(markets,): (Vec<u32>,)| self.phases(markets));
                call.answer_in_solidity(MARKET_PLANS, |(markets,): (Vec<u32>,)| Some(self.touching(markets)));
                call.refuse_cut(messages::ALL);
            }
            pass_on(self.implementation);
        }

        /// The whole registry, whose code runs where this contract does not answer itself.
        #[ink(message, selector = @)]
        pub fn implementation(&self) -> Address {
            self.implementation
        }
    }

    /// Why a front is not deployed.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[ink::error]
    pub enum Error {
        /// An address is zero.
        ZeroAddress,
    }
}
