//! Governor.
#![cfg_attr(not(feature = "std"), no_std, no_main)]

#[ink::contract]
mod governor {
    #[ink(storage)]
    #[derive(Default)]
    pub struct Governor {
        owner: Address,
    }

    impl Governor {
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
