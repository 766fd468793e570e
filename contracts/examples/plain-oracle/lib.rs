//! PlainOracle.
#![cfg_attr(not(feature = "std"), no_std, no_main)]

#[ink::contract]
mod plain_oracle {
    #[ink(storage)]
    #[derive(Default)]
    pub struct PlainOracle {
        owner: Address,
    }

    impl PlainOracle {
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
