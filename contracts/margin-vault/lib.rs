//! MarginVault.
#![cfg_attr(not(feature = "std"), no_std, no_main)]

#[ink::contract]
mod margin_vault {
    #[ink(storage)]
    #[derive(Default)]
    pub struct MarginVault {
        owner: Address,
    }

    impl MarginVault {
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
