//! PerpetualVenue.
#![cfg_attr(not(feature = "std"), no_std, no_main)]

#[ink::contract]
mod perpetual_venue {
    #[ink(storage)]
    #[derive(Default)]
    pub struct PerpetualVenue {
        owner: Address,
    }

    impl PerpetualVenue {
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
