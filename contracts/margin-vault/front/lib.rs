//! The front of the margin vault: has its address and storage, moves what needs no judgement of an account (deposits,
//! withdrawals without open risk, profit and loss, what liquidations and settlements pay), and leaves the rest to the whole
//! vault.
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
    clippy::used_underscore_binding,
    reason = "in code that ink! and the codec derive; the ABI is cheaper without structs"
)]

#[path = "../basics.rs"]
mod basics;
#[path = "../books.rs"]
mod books;
#[path = "../charging.rs"]
mod charging;
#[path = "../claims.rs"]
mod claims;
#[path = "../deposits.rs"]
mod deposits;
#[path = "../event.rs"]
mod event;
#[path = "../exposed.rs"]
mod exposed;
mod messages;
#[path = "../tokens.rs"]
mod tokens;

pub use event::*;

// A contract has two pages of stack, unless it says how much it needs. Ledgers are decoded and encoded on it.
#[cfg(target_arch = "riscv64")]
core::arch::global_asm!(
    ".pushsection .polkavm_min_stack_size,\"R\",@note\n",
    ".4byte {size}",
    ".popsection\n",
    size = const 65_536,
);

#[ink::contract]
mod margin_vault {
    use ink::{
        prelude::vec::Vec,
        storage::{Lazy, Mapping},
    };
    use lockstep_core::{
        ids::AssetId,
        margin::{Asset, Clock, Hold, Ledger, Pot, VenueBook},
    };
    use lockstep_front::{Message, Received, pass_on};
    use lockstep_interfaces::{Stored, VaultError};

    use crate::{basics::Basics, charging::Ticket, messages};

    /// Quote's number among the assets.
    pub(crate) const QUOTE: u32 = 0;

    const DEPOSIT: Message = Message::new(ink::selector_bytes!("VaultAccounts::deposit"), "deposit(uint32,uint128)");
    const DEPOSIT_NATIVE: Message =
        Message::new(ink::selector_bytes!("VaultAccounts::depositNative"), "depositNative()").payable();
    const WITHDRAW: Message = Message::new(ink::selector_bytes!("VaultAccounts::withdraw"), "withdraw(uint32,uint128)");
    const REALISE: Message =
        Message::new(ink::selector_bytes!("MarginVault::realise"), "realise(address,address,int128,bool,bool)");
    const CHARGE: Message =
        Message::new(ink::selector_bytes!("MarginVault::charge"), "charge(address,address,uint128,uint128)");
    const COLLECT: Message =
        Message::new(ink::selector_bytes!("SettlementVault::collect"), "collect(uint32,address,uint64,uint128)");
    const PAY_OUT: Message =
        Message::new(ink::selector_bytes!("SettlementVault::payOut"), "payOut(uint32,address,uint128)");
    const LAST_EXPOSED: Message =
        Message::new(ink::selector_bytes!("GovernorVault::lastExposed"), "lastExposed(address,uint32)");
    const FREE: Message = Message::new(ink::selector_bytes!("SettlementVault::free"), "free(uint32,address,uint64)");

    /// Of the vault's storage what is packed together, all of it in the same order, and what is needed here. The name of
    /// the struct is a part of where each field is found.
    #[ink(storage)]
    #[derive(Default)]
    pub struct MarginVault {
        pub(crate) basics: Basics,
        pub(crate) assets: Mapping<u32, Stored<Asset>>,
        pub(crate) listed: Mapping<Address, u32>,
        pub(crate) accounts: Mapping<Address, Stored<Ledger>>,
        pub(crate) venues: Mapping<Address, Stored<VenueBook>>,
        pub(crate) reported: Mapping<(Address, Address), Vec<u32>>,
        pub(crate) exposed: Mapping<(Address, u32), u64>,
        pub(crate) pots: Mapping<u32, Stored<Pot>>,
        pub(crate) holds: Lazy<Stored<Vec<Hold>>>,
        pub(crate) settled: Mapping<(Address, u32), u64>,
        pub(crate) watched: Lazy<Vec<u32>>,
        pub(crate) ticket: Lazy<Stored<Ticket>>,
    }

    impl MarginVault {
        /// A vault as its own constructor makes it, whose code is that of `implementation`.
        ///
        /// # Errors
        /// `ZeroAddress`, `OutOfRange` for more places than there can be.
        #[ink(constructor, default)]
        pub fn new(
            governance: Address,
            guard: Address,
            quote_token: Address,
            quote_decimals: u8,
            implementation: Address,
        ) -> Result<Self, VaultError> {
            if implementation == Address::zero() {
                return Err(VaultError::ZeroAddress);
            }
            let basics = Basics::begin(governance, guard, quote_decimals)?;
            Ok(Self::begun(Basics { implementation, ..basics }, quote_token))
        }

        /// Moves what needs no judgement, as the vault does, and passes anything else on.
        #[ink(message, payable, selector = _)]
        pub fn answer(&mut self) {
            if let Ok(call) = Received::now() {
                self.of_accounts(&call);
                self.of_venues(&call);
                self.of_settlements(&call);
                call.answer_in_solidity(LAST_EXPOSED, |(account, market): (Address, u32)| {
                    Some(self.exposed_at(account, market))
                });
                call.refuse_cut(messages::ALL);
            }
            pass_on(self.basics.implementation);
        }

        /// The whole vault, whose code runs where this contract does not answer itself.
        #[ink(message, selector = @)]
        pub fn implementation(&self) -> Address {
            self.basics.implementation
        }

        /// Deposits into an open vault under a cap that does not move, and withdrawals of who has nothing open.
        fn of_accounts(&mut self, call: &Received) {
            call.carry_out_if(DEPOSIT, |(asset, amount): (u32, u128)| {
                self.is_open_for(asset).then(|| self.take_deposit(asset, amount, |_, _| Clock::default()))
            });
            call.carry_out_if(DEPOSIT_NATIVE, |(): ()| {
                let is_open = self.native().is_ok_and(|asset| self.is_open_for(asset));
                is_open.then(|| self.take_native(|_, _| Clock::default()))
            });
            call.carry_out_if(WITHDRAW, |(asset, amount): (u32, u128)| {
                let account = self.env().caller();
                match self.withdrawn(account, asset, amount) {
                    Ok((_, ledger)) if ledger.has_open_risk() => None,
                    Ok((listing, ledger)) => Some(self.hand_out(account, asset, amount, listing, ledger)),
                    Err(error) => Some(Err(error)),
                }
            });
        }

        /// Whether the vault takes an asset already, under a cap that stays as it is.
        fn is_open_for(&self, asset: u32) -> bool {
            self.basics.opened && self.asset_of(AssetId(asset)).is_ok_and(|listing| !listing.cap.moves())
        }

        fn of_venues(&mut self, call: &Received) {
            let venue = self.env().caller();
            type Realised = (Address, Address, i128, bool, bool);
            call.carry_out(REALISE, |(account, counterparty, profit, account_open, counterparty_open): Realised| {
                self.ensure_unlocked()?;
                self.move_profit(venue, (account, account_open), (counterparty, counterparty_open), profit)
            });
            call.carry_out(CHARGE, |(account, liquidator, reward, insurance): (Address, Address, u128, u128)| {
                self.ensure_unlocked()?;
                self.pay_liquidation(venue, account, liquidator, reward, insurance)
            });
        }

        fn of_settlements(&mut self, call: &Received) {
            call.carry_out_in_ink(COLLECT, |(market, account, since, amount): (u32, Address, u64, u128)| {
                self.ensure_settlement()?;
                self.collect_into(market, account, since, amount)
            });
            call.carry_out_in_ink(PAY_OUT, |(market, account, amount): (u32, Address, u128)| {
                self.ensure_settlement()?;
                self.pay_from(market, account, amount)
            });
            call.carry_out_in_ink(FREE, |(market, account, since): (u32, Address, u64)| {
                self.ensure_settlement()?;
                self.free_settled(market, account, since);
                Ok::<_, VaultError>(())
            });
        }
    }
}
