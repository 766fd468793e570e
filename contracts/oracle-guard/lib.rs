//! OracleGuard.
#![cfg_attr(not(feature = "std"), no_std, no_main)]

#[ink::contract]
mod oracle_guard {
    #[ink(storage)]
    #[derive(Default)]
    pub struct OracleGuard {
        owner: Address,
    }

    impl OracleGuard {
        #[ink(constructor, default)]
        pub fn new(owner: Address) -> Self {
            Self { owner }
        }

        #[ink(message)]
        pub fn owner(&self) -> Address {
            self.owner
        }
    }
}
