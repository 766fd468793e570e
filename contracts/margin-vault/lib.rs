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

mod books;
mod event;
mod governing;
mod liquidating;
mod outside;
mod risk;

pub use event::*;

#[ink::contract]
mod margin_vault {
    use ink::{
        prelude::vec::Vec,
        storage::{Lazy, Mapping},
    };
    use lockstep_core::{
        ids::{Account, AssetId, MarketId},
        margin::{Asset, Ledger, MAX_DECIMALS, Reading, Throttle, VenueBook},
        units::Bps,
    };
    use lockstep_interfaces::{Exposure, MarginVault as MarginVaultTrait, Stored, VaultError};

    use crate::{
        BondChanged, Deposited, GovernanceTransferred, HaircutSet, InsuranceFunded, OptedIn, OptedOut, Settled,
        VenueDismissed, Withdrawn,
        books::{account_id, law_error, ledger_error},
        liquidating::ClosingCase,
    };

    /// The quote asset's number.
    pub(crate) const QUOTE: u32 = 0;

    /// Storage of the vault.
    #[ink(storage)]
    pub struct MarginVault {
        pub(crate) governance: Address,
        pub(crate) guard: Address,
        pub(crate) quote_decimals: u8,
        pub(crate) asset_count: u32,
        pub(crate) locked: Lazy<bool>,
        pub(crate) insurance: Lazy<u128>,
        pub(crate) assets: Mapping<u32, Stored<Asset>>,
        /// Numbers of the listed tokens, plus one.
        pub(crate) listed: Mapping<Address, u32>,
        pub(crate) accounts: Mapping<Address, Stored<Ledger>>,
        pub(crate) venues: Mapping<Address, Stored<VenueBook>>,
        pub(crate) throttles: Mapping<(Address, u32), Stored<Throttle>>,
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
            if governance == Address::zero() || guard == Address::zero() {
                return Err(VaultError::ZeroAddress);
            }
            if quote_decimals > MAX_DECIMALS {
                return Err(VaultError::OutOfRange(quote_decimals.into()));
            }
            let mut vault = Self {
                governance,
                guard,
                quote_decimals,
                asset_count: 1,
                locked: Lazy::new(),
                insurance: Lazy::new(),
                assets: Mapping::new(),
                listed: Mapping::new(),
                accounts: Mapping::new(),
                venues: Mapping::new(),
                throttles: Mapping::new(),
            };
            let token = account_id(quote_token);
            let quote = Asset { token, decimals: quote_decimals, cap: u128::MAX, ..Asset::default() };
            vault.assets.insert(QUOTE, &Stored(quote));
            vault.listed.insert(quote_token, &1);
            vault.locked.set(&false);
            vault.insurance.set(&0);
            Ok(vault)
        }

        /// Hands governance over.
        ///
        /// # Errors
        /// `NotGovernance`, `ZeroAddress`.
        #[ink(message, name = "transferGovernance")]
        pub fn transfer_governance(&mut self, to: Address) -> Result<(), VaultError> {
            self.ensure_governance()?;
            if to == Address::zero() {
                return Err(VaultError::ZeroAddress);
            }
            let from = core::mem::replace(&mut self.governance, to);
            self.env().emit_event_sol(GovernanceTransferred { from, to });
            Ok(())
        }

        /// Lists `token` (zero: the native token, 18 decimals) as collateral, priced by `market` of the guard, and
        /// returns its number. `haircut` is in basis points and may later move only by the parameter law.
        ///
        /// # Errors
        /// `NotGovernance`, `AlreadyListed`, `OutOfRange`, `ZeroAmount` (no cap).
        #[ink(message, name = "listAsset")]
        pub fn list_asset(
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

        /// Sets the haircut of `asset` in basis points, by the parameter law.
        ///
        /// # Errors
        /// `NotGovernance`, `UnknownAsset`, `HaircutUnchanged`, `OutOfRange`, `StepTooLarge`, `TooSoon`.
        #[ink(message, name = "setHaircut")]
        pub fn set_haircut(&mut self, asset: u32, haircut: u32) -> Result<(), VaultError> {
            self.ensure_governance()?;
            if asset == QUOTE {
                return Err(VaultError::UnknownAsset(asset));
            }
            let mut listing = self.asset_of(AssetId(asset))?;
            let now = self.active_now()?;
            let ramp = listing.set_haircut(Bps(haircut), now).map_err(law_error)?;
            self.assets.insert(asset, &Stored(listing));
            self.env().emit_event_sol(HaircutSet {
                asset,
                from: ramp.from.0,
                to: ramp.to.0,
                start: ramp.start.0,
                end: ramp.end.0,
            });
            Ok(())
        }

        /// Admits `venue`, which needs a bond of `bond_required`, or changes its terms. `cover` is the most that the
        /// insurance fund pays for debts of its accounts, besides what it contributes from now on. Both in quote.
        ///
        /// # Errors
        /// `NotGovernance`, `ZeroAddress`.
        #[ink(message, name = "admitVenue")]
        pub fn admit_venue(&mut self, venue: Address, bond_required: u128, cover: u128) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.admit(venue, bond_required, cover)
        }

        /// Dismisses `venue`: nobody opts in or opens there any more, what is open can be closed.
        ///
        /// # Errors
        /// `NotGovernance`, `VenueNotAdmitted`.
        #[ink(message, name = "dismissVenue")]
        pub fn dismiss_venue(&mut self, venue: Address) -> Result<(), VaultError> {
            self.ensure_governance()?;
            let mut book = self.book(venue);
            if !book.admitted {
                return Err(VaultError::VenueNotAdmitted);
            }
            book.admitted = false;
            self.venues.insert(venue, &Stored(book));
            self.env().emit_event_sol(VenueDismissed { venue });
            Ok(())
        }

        /// Pays `amount` of the bond of `venue` back to the account `to`. While the venue is admitted the bond stays
        /// at what it needs.
        ///
        /// # Errors
        /// `NotGovernance`, `ZeroAddress`, `Insufficient`, `BondTooLow`.
        #[ink(message, name = "releaseBond")]
        pub fn release_bond(&mut self, venue: Address, to: Address, amount: u128) -> Result<(), VaultError> {
            self.ensure_governance()?;
            self.release(venue, to, amount)
        }

        /// Pays `amount` of the caller's quote into the bond of `venue`.
        ///
        /// # Errors
        /// `VenueNotAdmitted`, `ZeroAmount`, `Insufficient`, `InsufficientMargin`.
        #[ink(message, name = "postBond")]
        pub fn post_bond(&mut self, venue: Address, amount: u128) -> Result<(), VaultError> {
            let mut book = self.book(venue);
            if !book.admitted {
                return Err(VaultError::VenueNotAdmitted);
            }
            self.spend(self.env().caller(), amount)?;
            let from = book.bond;
            book.bond = from.checked_add(amount).ok_or(VaultError::Overflow)?;
            self.venues.insert(venue, &Stored(book));
            self.env().emit_event_sol(BondChanged { venue, from, to: book.bond });
            Ok(())
        }

        /// Pays `amount` of the caller's quote into the insurance fund.
        ///
        /// # Errors
        /// `ZeroAmount`, `Insufficient`, `InsufficientMargin`.
        #[ink(message, name = "fundInsurance")]
        pub fn fund_insurance(&mut self, amount: u128) -> Result<(), VaultError> {
            let account = self.env().caller();
            self.spend(account, amount)?;
            let fund = self.insurance().checked_add(amount).ok_or(VaultError::Overflow)?;
            self.insurance.set(&fund);
            self.env().emit_event_sol(InsuranceFunded { account, amount });
            Ok(())
        }

        /// Takes `amount` of an ERC-20 asset, which the caller approved, into the caller's account, and returns what
        /// arrived. A deposit of quote (asset 0) pays the caller's debts at once. Never blocked by any state.
        ///
        /// # Errors
        /// `UnknownAsset`, `ZeroAmount`, `TokenFailed`, `CapExceeded`, `TooManyAssets`, `Locked`.
        #[ink(message)]
        pub fn deposit(&mut self, asset: u32, amount: u128) -> Result<u128, VaultError> {
            if amount == 0 {
                return Err(VaultError::ZeroAmount);
            }
            let listing = self.asset_of(AssetId(asset))?;
            if listing.token == Account::default() {
                return Err(VaultError::UnknownAsset(asset));
            }
            let arrived = self.pull(Address::from(listing.token.0), amount)?;
            self.credit_deposit(asset, listing, arrived)?;
            self.env().emit_event_sol(Deposited { account: self.env().caller(), asset, amount: arrived });
            Ok(arrived)
        }

        /// Takes the native tokens sent along into the caller's account. Never blocked by any state.
        ///
        /// # Errors
        /// `UnknownAsset` (the native token is not listed), `ZeroAmount`, `CapExceeded`, `TooManyAssets`.
        #[ink(message, payable, name = "depositNative")]
        pub fn deposit_native(&mut self) -> Result<u128, VaultError> {
            let amount = u128::try_from(self.env().transferred_value()).map_err(|_| VaultError::Overflow)?;
            if amount == 0 {
                return Err(VaultError::ZeroAmount);
            }
            let number = self.listed.get(Address::zero()).ok_or(VaultError::UnknownAsset(u32::MAX))?;
            let asset = number.saturating_sub(1);
            let listing = self.asset_of(AssetId(asset))?;
            self.credit_deposit(asset, listing, amount)?;
            self.env().emit_event_sol(Deposited { account: self.env().caller(), asset, amount });
            Ok(amount)
        }

        /// Sends `amount` of the caller's collateral to the caller. Without open risk nothing else is asked; with it
        /// initial margin must be met afterwards, by a lower bound on health that counts no asset with a bad price.
        ///
        /// # Errors
        /// `ZeroAmount`, `UnknownAsset`, `Insufficient`, `InsufficientMargin`, `VenueFailed`, `GuardFailed`,
        /// `TokenFailed`, `Locked`.
        #[ink(message)]
        pub fn withdraw(&mut self, asset: u32, amount: u128) -> Result<(), VaultError> {
            if amount == 0 {
                return Err(VaultError::ZeroAmount);
            }
            let account = self.env().caller();
            let mut listing = self.asset_of(AssetId(asset))?;
            let mut ledger = self.ledger(account);
            if asset == QUOTE { ledger.spend(amount) } else { ledger.take(AssetId(asset), amount) }
                .map_err(ledger_error)?;
            self.require_initial(account, &ledger, None)?;
            listing.held = listing.held.checked_sub(amount).ok_or(VaultError::Overflow)?;
            self.assets.insert(asset, &Stored(listing));
            self.accounts.insert(account, &Stored(ledger));
            self.env().emit_event_sol(Withdrawn { account, asset, amount });
            self.push(Address::from(listing.token.0), account, amount)
        }

        /// Puts the caller's account on `venue`, which can then move its quote by profit and loss.
        ///
        /// # Errors
        /// `VenueNotAdmitted`, `BondTooLow`, `AlreadyOptedIn`, `TooManyVenues`.
        #[ink(message, name = "optIn")]
        pub fn opt_in(&mut self, venue: Address) -> Result<(), VaultError> {
            self.ensure_admitted(venue)?;
            let account = self.env().caller();
            let mut ledger = self.ledger(account);
            ledger.opt_in(account_id(venue)).map_err(ledger_error)?;
            self.accounts.insert(account, &Stored(ledger));
            self.env().emit_event_sol(OptedIn { account, venue });
            Ok(())
        }

        /// Takes the caller's account off `venue`.
        ///
        /// # Errors
        /// `NotOptedIn`, `StillBound`.
        #[ink(message, name = "optOut")]
        pub fn opt_out(&mut self, venue: Address) -> Result<(), VaultError> {
            let account = self.env().caller();
            let mut ledger = self.ledger(account);
            ledger.opt_out(account_id(venue)).map_err(ledger_error)?;
            self.accounts.insert(account, &Stored(ledger));
            self.env().emit_event_sol(OptedOut { account, venue });
            Ok(())
        }

        /// Collects what `account` owes `venue` from its cash, and pays what it is owed there. Anyone may ask.
        ///
        /// # Errors
        /// `NotOptedIn`.
        #[ink(message)]
        pub fn settle(&mut self, account: Address, venue: Address) -> Result<(u128, u128), VaultError> {
            let mut ledger = self.ledger(account);
            let settled = self.settle_with(&mut ledger, venue)?;
            self.accounts.insert(account, &Stored(ledger));
            self.env().emit_event_sol(Settled { venue, account, collected: settled.collected, paid: settled.paid });
            Ok((settled.collected, settled.paid))
        }

        /// Repays debt of `account`, at most `max_repay`, from the caller's quote, for its collateral at a discount:
        /// until its health is at the liquidation end, within what the guard allows. Returns quote repaid and
        /// collateral taken, which are moved between the two accounts.
        ///
        /// # Errors
        /// `Malformed` (the caller itself, or quote), `UnknownAsset`, `Healthy`, `LiquidationRefused`,
        /// `NothingToLiquidate`, `Insufficient`, `InsufficientMargin`, `TooManyAssets`, `VenueFailed`, `GuardFailed`.
        #[ink(message)]
        pub fn liquidate(&mut self, account: Address, asset: u32, max_repay: u128) -> Result<(u128, u128), VaultError> {
            self.ensure_unlocked()?;
            self.seize(self.env().caller(), account, asset, max_repay)
        }

        /// Pays the debts of a bankrupt `account` from the insurance fund, as far as it and each venue's share of it
        /// reach. Returns what was paid and what remains the account's debt. Anyone may ask.
        ///
        /// # Errors
        /// `NotBankrupt` where it owns or may still win anything, or owes nothing.
        #[ink(message, name = "coverBadDebt")]
        pub fn cover_bad_debt(&mut self, account: Address) -> Result<(u128, u128), VaultError> {
            self.cover(account)
        }

        /// `(initial, end, maintenance, ratio)`: health in quote in its three tiers at the prices as they stand, and
        /// maintenance assets over liabilities in basis points.
        ///
        /// # Errors
        /// `VenueFailed`, `GuardFailed`.
        #[ink(message)]
        pub fn health(&self, account: Address) -> Result<(i128, i128, i128, u32), VaultError> {
            let health = self.assess(account, &self.ledger(account), None, Reading::Plain)?.health;
            Ok((health.initial, health.end, health.maintenance, health.ratio.0))
        }

        /// How much of `asset` an account has; asset 0 is quote.
        #[ink(message, name = "balanceOf")]
        pub fn balance_of(&self, account: Address, asset: u32) -> u128 {
            let ledger = self.ledger(account);
            if asset == QUOTE { ledger.cash } else { ledger.holding(AssetId(asset)) }
        }

        /// `(opted in, open, debt, pending)`: what an account has with a venue, in quote.
        #[ink(message)]
        pub fn membership(&self, account: Address, venue: Address) -> (bool, bool, u128, u128) {
            let ledger = self.ledger(account);
            ledger.membership(account_id(venue)).map_or((false, false, 0, 0), |m| (true, m.open, m.debt, m.pending))
        }

        /// `(token, market, decimals, cap, held, haircut in force, haircut to come, when it has arrived)`.
        ///
        /// # Errors
        /// `UnknownAsset`, `GuardFailed`.
        #[ink(message)]
        pub fn asset(&self, asset: u32) -> Result<(Address, u32, u8, u128, u128, u32, u32, u64), VaultError> {
            let a = self.asset_of(AssetId(asset))?;
            let haircut = a.haircut.at(self.active_now()?);
            let ramp = a.haircut;
            Ok((Address::from(a.token.0), a.market.0, a.decimals, a.cap, a.held, haircut.0, ramp.to.0, ramp.end.0))
        }

        /// `(admitted, bond, pool, debts, pending, cover left)` of a venue, in quote.
        #[ink(message)]
        pub fn venue(&self, venue: Address) -> (bool, u128, u128, u128, u128, u128) {
            let book = self.book(venue);
            (book.admitted, book.bond, book.pool, book.debts, book.pending, book.cover_left)
        }

        /// `(governance, guard, listed assets including quote, insurance fund in quote)`.
        #[ink(message)]
        pub fn state(&self) -> (Address, Address, u32, u128) {
            (self.governance, self.guard, self.asset_count, self.insurance())
        }

        fn ensure_governance(&self) -> Result<(), VaultError> {
            if self.env().caller() == self.governance { Ok(()) } else { Err(VaultError::NotGovernance) }
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
            let venue = self.env().caller();
            self.ensure_admitted(venue)?;
            if account == counterparty {
                return Err(VaultError::Malformed);
            }
            let sides = [(account, &exposures, true), (counterparty, &counter_exposures, check_counterparty)];
            for (who, reported, check) in sides {
                let mut ledger = self.ledger(who);
                let membership = ledger.membership_mut(account_id(venue)).map_err(ledger_error)?;
                membership.open = !reported.is_empty();
                if check {
                    self.require_initial(who, &ledger, Some((venue, reported)))?;
                }
                self.accounts.insert(who, &Stored(ledger));
            }
            Ok(())
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
}
