//! The margin vault: holds collateral, clears profit and loss between the accounts of admitted venues, judges health
//! and guards liquidation.
//!
//! Every message checks, changes, emits, and only then sends tokens; a deposit is credited when it has arrived. A lock
//! stands against reentry besides the chain's own. No deposit, repayment (a deposit of quote) or reduction asks the guard anything.
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

// The linker gives a contract 8 KiB of stack, and a vault that judges eight holdings and four venues needs more. A power
// of two: the interpreter counts wrongly with others.
#[cfg(target_arch = "riscv64")]
core::arch::global_asm!(
    ".pushsection .polkavm_min_stack_size,\"R\",@note\n",
    ".4byte {size}",
    ".popsection\n",
    size = const 65_536,
);

mod accounts;
mod basics;
mod books;
mod charging;
mod claims;
mod deposits;
mod event;
mod exposed;
mod governing;
mod growth;
mod holding;
mod liquidating;
mod outlook;
mod outside;
mod pausing;
mod risk;
mod tokens;
mod touching;
mod views;
mod weighing;

pub use event::*;

#[ink::contract]
mod margin_vault {
    use ink::{
        prelude::vec::Vec,
        sol::DynBytes,
        storage::{Lazy, Mapping},
    };
    use lockstep_core::{
        ids::{AssetId, MarketId},
        margin::{Asset, Halt, Hold, Ledger, Parameter, Pot, Terms, Throttle, VenueBook},
    };
    use lockstep_interfaces::{
        Exposure, Governed, GovernorVault, MarginVault as MarginVaultTrait, SettlementVault, Stored, VaultAccounts,
        VaultError, VaultGovernance, VaultPauses, VaultViews,
    };

    use crate::{basics::Basics, charging::Ticket, governing::Office, liquidating::ClosingCase, pausing::target};

    /// The quote asset's number.
    pub(crate) const QUOTE: u32 = 0;

    /// Storage of the vault.
    #[ink(storage)]
    #[derive(Default)]
    pub struct MarginVault {
        pub(crate) basics: Basics,
        pub(crate) halts: Mapping<(u8, u32, Address), Stored<Halt>>,
        pub(crate) assets: Mapping<u32, Stored<Asset>>,
        /// Numbers of the listed tokens, plus one.
        pub(crate) listed: Mapping<Address, u32>,
        pub(crate) accounts: Mapping<Address, Stored<Ledger>>,
        pub(crate) venues: Mapping<Address, Stored<VenueBook>>,
        pub(crate) throttles: Mapping<(Address, u32), Stored<Throttle>>,
        /// The markets in which an account had more than dust at a venue when that venue last reported it.
        pub(crate) reported: Mapping<(Address, Address), Vec<u32>>,
        /// When an account was last exposed to a market that it is no longer exposed to.
        pub(crate) exposed: Mapping<(Address, u32), u64>,
        pub(crate) pots: Mapping<u32, Stored<Pot>>,
        /// Settlements that keep accounts from withdrawing.
        pub(crate) holds: Lazy<Stored<Vec<Hold>>>,
        /// The latest snapshot of a market for which an account has settled, wall time.
        pub(crate) settled: Mapping<(Address, u32), u64>,
        pub(crate) figures: Lazy<Stored<Terms>>,
        /// Markets whose plans keep the whole vault's figures from being loosened.
        pub(crate) watched: Lazy<Vec<u32>>,
        pub(crate) ticket: Lazy<Stored<Ticket>>,
    }

    impl MarginVault {
        /// A vault that settles in `quote_token` (zero: the native token) with `quote_decimals`, judges by `guard`
        /// and is governed by `governance`.
        ///
        /// # Errors
        /// `ZeroAddress`, `OutOfRange`.
        #[ink(constructor, default)]
        pub fn new(
            governance: Address,
            guard: Address,
            quote_token: Address,
            quote_decimals: u8,
        ) -> Result<Self, VaultError> {
            let basics = Basics::begin(governance, guard, quote_decimals)?;
            Ok(Self::begun(basics, quote_token))
        }
    }

    impl VaultAccounts for MarginVault {
        #[ink(message)]
        fn deposit(&mut self, asset: u32, amount: u128) -> Result<u128, VaultError> {
            self.take_deposit(asset, amount, Self::cap_clock)
        }

        #[ink(message, payable, name = "depositNative")]
        fn deposit_native(&mut self) -> Result<u128, VaultError> {
            self.take_native(Self::cap_clock)
        }

        #[ink(message)]
        fn withdraw(&mut self, asset: u32, amount: u128) -> Result<(), VaultError> {
            self.send(self.env().caller(), asset, amount)
        }

        #[ink(message, name = "optIn")]
        fn opt_in(&mut self, venue: Address) -> Result<(), VaultError> {
            self.join(self.env().caller(), venue)
        }

        #[ink(message, name = "optOut")]
        fn opt_out(&mut self, venue: Address) -> Result<(), VaultError> {
            self.leave(self.env().caller(), venue)
        }

        #[ink(message)]
        fn settle(&mut self, account: Address, venue: Address) -> Result<(u128, u128), VaultError> {
            self.settle_one(account, venue)
        }

        #[ink(message)]
        fn liquidate(&mut self, account: Address, asset: u32, max_repay: u128) -> Result<(u128, u128), VaultError> {
            self.ensure_unlocked()?;
            self.seize(self.env().caller(), account, asset, max_repay)
        }

        #[ink(message, name = "coverBadDebt")]
        fn cover_bad_debt(&mut self, account: Address) -> Result<(u128, u128), VaultError> {
            self.cover(account)
        }

        #[ink(message, name = "postBond")]
        fn post_bond(&mut self, venue: Address, amount: u128) -> Result<(), VaultError> {
            self.stand_behind(self.env().caller(), venue, amount)
        }

        #[ink(message, name = "fundInsurance")]
        fn fund_insurance(&mut self, amount: u128) -> Result<(), VaultError> {
            self.insure(self.env().caller(), amount)
        }
    }

    impl VaultGovernance for MarginVault {
        #[ink(message, name = "transferGovernance")]
        fn transfer_governance(&mut self, to: Address) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.hand_over(to)
        }

        #[ink(message, name = "setSettlement")]
        fn set_settlement(&mut self, settlement: Address) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.appoint(Office::Settlement, settlement)
        }

        #[ink(message, name = "setGuard")]
        fn set_guard(&mut self, guard: Address) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.appoint(Office::Guard, guard)
        }

        #[ink(message, name = "setRegistry")]
        fn set_registry(&mut self, registry: Address) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.appoint(Office::Registry, registry)
        }

        #[ink(message, name = "listAsset")]
        fn list_asset(
            &mut self,
            token: Address,
            market: u32,
            decimals: u8,
            cap: u128,
            haircut: u32,
        ) -> Result<u32, VaultError> {
            self.ensure_governance()?;
            self.list(token, MarketId(market), decimals, cap, haircut)
        }

        #[ink(message, name = "setHaircut")]
        fn set_haircut(&mut self, asset: u32, haircut: u32) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.move_parameter(Parameter::Haircut.number(), asset, Address::zero(), haircut.into())
        }

        #[ink(message, name = "setParameter")]
        fn set_parameter(&mut self, parameter: u8, asset: u32, venue: Address, value: u128) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.move_parameter(parameter, asset, venue, value)
        }

        #[ink(message, name = "admitVenue")]
        fn admit_venue(&mut self, venue: Address, bond_required: u128, cover: u128) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.admit(venue, bond_required, cover)
        }

        #[ink(message, name = "dismissVenue")]
        fn dismiss_venue(&mut self, venue: Address) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.dismiss(venue)
        }

        #[ink(message, name = "releaseBond")]
        fn release_bond(&mut self, venue: Address, to: Address, amount: u128) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.release(venue, to, amount)
        }
    }

    impl VaultPauses for MarginVault {
        #[ink(message)]
        fn pause(&mut self, operations: u8, scope: u8, number: u32, venue: Address) -> Result<(), VaultError> {
            self.pause_as_keeper(operations, target(scope, number, venue)?)
        }

        #[ink(message, name = "pauseFor")]
        fn pause_for(
            &mut self,
            operations: u8,
            scope: u8,
            number: u32,
            venue: Address,
            length: u64,
        ) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.pause_as_governance(operations, target(scope, number, venue)?, length)
        }

        #[ink(message)]
        fn resume(&mut self, operations: u8, scope: u8, number: u32, venue: Address) -> Result<(), VaultError> {
            self.lift(operations, target(scope, number, venue)?)
        }

        #[ink(message, name = "pausedUntil")]
        fn paused_until(&self, operations: u8, scope: u8, number: u32, venue: Address) -> Result<u64, VaultError> {
            self.stopped(operations, target(scope, number, venue)?)
        }
    }

    impl MarginVaultTrait for MarginVault {
        #[ink(message)]
        fn increased(
            &mut self,
            account: Address,
            counterparty: Address,
            exposures: Vec<Exposure>,
            counter_exposures: Vec<Exposure>,
            check_counterparty: bool,
        ) -> Result<(), VaultError> {
            self.ensure_unlocked()?;
            let sides = [(account, &exposures, true), (counterparty, &counter_exposures, check_counterparty)];
            self.grow(self.env().caller(), sides)
        }

        #[ink(message)]
        fn realise(
            &mut self,
            account: Address,
            counterparty: Address,
            profit: i128,
            account_open: bool,
            counterparty_open: bool,
        ) -> Result<(), VaultError> {
            self.ensure_unlocked()?;
            let venue = self.env().caller();
            self.move_profit(venue, (account, account_open), (counterparty, counterparty_open), profit)
        }

        #[ink(message)]
        fn authorise(
            &mut self,
            account: Address,
            market: u32,
            size: u128,
            max_size: u128,
            relief: u128,
            exposures: Vec<Exposure>,
        ) -> Result<u128, VaultError> {
            self.ensure_unlocked()?;
            let venue = self.env().caller();
            self.allow(venue, account, &ClosingCase { market, size, max_size, relief }, &exposures)
        }

        #[ink(message)]
        fn charge(
            &mut self,
            account: Address,
            liquidator: Address,
            reward: u128,
            insurance: u128,
        ) -> Result<(u128, u128), VaultError> {
            self.ensure_unlocked()?;
            self.pay_liquidation(self.env().caller(), account, liquidator, reward, insurance)
        }
    }

    impl SettlementVault for MarginVault {
        #[ink(message)]
        fn collect(&mut self, market: u32, account: Address, since: u64, amount: u128) -> Result<u128, VaultError> {
            self.ensure_settlement()?;
            self.collect_into(market, account, since, amount)
        }

        #[ink(message, name = "payOut")]
        fn pay_out(&mut self, market: u32, account: Address, amount: u128) -> Result<(), VaultError> {
            self.ensure_settlement()?;
            self.pay_from(market, account, amount)
        }

        #[ink(message)]
        fn hold(&mut self, market: u32, since: u64, held: bool) -> Result<(), VaultError> {
            self.ensure_settlement()?;
            self.hold_exposed(market, since, held)
        }

        #[ink(message)]
        fn free(&mut self, market: u32, account: Address, since: u64) -> Result<(), VaultError> {
            self.ensure_settlement()?;
            self.free_settled(market, account, since);
            Ok(())
        }
    }

    impl GovernorVault for MarginVault {
        #[ink(message, name = "lastExposed")]
        fn last_exposed(&self, account: Address, market: u32) -> u64 {
            self.exposed_at(account, market)
        }

        #[ink(message, name = "depositWeight")]
        fn deposit_weight(&self, account: Address, since: u64) -> Result<(u128, u128), VaultError> {
            self.weigh(account, since)
        }

        #[ink(message, name = "lockDeposits")]
        fn lock_deposits(&mut self, account: Address, until: u64) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.lock(account, until)
        }
    }

    impl Governed for MarginVault {
        #[ink(message)]
        fn touches(&self, call_data: DynBytes) -> (bool, Vec<u32>) {
            let touch = self.touched(&call_data.0);
            (touch.loosens, touch.markets)
        }
    }

    impl VaultViews for MarginVault {
        #[ink(message)]
        fn health(&self, account: Address) -> Result<(i128, i128, i128, u32), VaultError> {
            let health = self.health_of(account)?;
            Ok((health.initial, health.end, health.maintenance, health.ratio.0))
        }

        #[ink(message, name = "balanceOf")]
        fn balance_of(&self, account: Address, asset: u32) -> u128 {
            let ledger = self.ledger(account);
            if asset == QUOTE { ledger.cash } else { ledger.holding(AssetId(asset)) }
        }

        #[ink(message)]
        fn membership(&self, account: Address, venue: Address) -> (bool, bool, u128, u128) {
            self.member(account, venue)
        }

        #[ink(message)]
        fn asset(&self, asset: u32) -> Result<(Address, u32, u8, u128, u128, u32, u32, u64), VaultError> {
            self.listed_asset(AssetId(asset))
        }

        #[ink(message)]
        fn venue(&self, venue: Address) -> (bool, u128, u128, u128, u128, u128) {
            self.books_of(venue)
        }

        #[ink(message)]
        fn state(&self) -> (Address, Address, u32, u128) {
            (self.basics.governance, self.guard(), self.basics.asset_count, self.basics.insurance)
        }

        #[ink(message)]
        fn parameter(&self, parameter: u8, asset: u32, venue: Address) -> Result<(u128, u128, u64, u64), VaultError> {
            let course = self.course_of(parameter, asset, venue)?.1;
            Ok((course.now, course.to, course.start.0, course.end.0))
        }

        #[ink(message)]
        fn outlook(&self, market: u32) -> Result<(u32, u32, u32, u32, u32), VaultError> {
            self.outlook_of(market)
        }

        #[ink(message)]
        fn offices(&self) -> (Address, Address) {
            (self.registry(), self.settlement())
        }

        #[ink(message)]
        fn pot(&self, market: u32) -> u128 {
            self.pot_of(market).0
        }
    }
}
