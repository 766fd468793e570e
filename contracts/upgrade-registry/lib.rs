//! UpgradeRegistry.
#![cfg_attr(not(feature = "std"), no_std, no_main)]

#[ink::contract]
mod upgrade_registry {
    #[ink(storage)]
    #[derive(Default)]
    pub struct UpgradeRegistry {
        owner: Address,
    }

    impl UpgradeRegistry {
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
