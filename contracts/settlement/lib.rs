//! Settlement.
#![cfg_attr(not(feature = "std"), no_std, no_main)]

#[ink::contract]
mod settlement {
    #[ink(storage)]
    #[derive(Default)]
    pub struct Settlement {
        owner: Address,
    }

    impl Settlement {
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
