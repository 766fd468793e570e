//! The vault's books: what is stored, and what moves between accounts.

use ink::{Address, U256, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    ids::{Account, AssetId},
    margin::{Asset, ClearingError, Clock, Law, LawError, Ledger, LedgerError, Reading, Realised, VenueBook},
    units::{Seconds, Timestamp},
};
use lockstep_interfaces::{Exposure, Stored, VaultError};

use crate::{
    ProfitRealised,
    margin_vault::{MarginVault, QUOTE},
    outlook::Outlooks,
    outside,
};

/// An address as the core knows it.
pub fn account_id(address: Address) -> Account {
    Account(address.0)
}

/// What the ledger refused.
pub fn ledger_error(error: LedgerError) -> VaultError {
    match error {
        LedgerError::Insufficient { available } => VaultError::Insufficient { available },
        LedgerError::TooManyAssets => VaultError::TooManyAssets,
        LedgerError::TooManyVenues => VaultError::TooManyVenues,
        LedgerError::AlreadyOptedIn => VaultError::AlreadyOptedIn,
        LedgerError::NotOptedIn => VaultError::NotOptedIn,
        LedgerError::StillBound => VaultError::StillBound,
        LedgerError::Overflow => VaultError::Overflow,
    }
}

/// What clearing refused.
pub fn clearing_error(error: ClearingError) -> VaultError {
    match error {
        ClearingError::NotOptedIn => VaultError::NotOptedIn,
        ClearingError::Overflow => VaultError::Overflow,
    }
}

/// What the parameter law refused.
pub fn law_error(error: LawError) -> VaultError {
    match error {
        LawError::Unchanged => VaultError::Unchanged,
        LawError::OutOfRange { bound } => VaultError::OutOfRange(bound),
        LawError::StepTooLarge { step, max } => VaultError::StepTooLarge { step, max },
        LawError::TooSoon { until } => VaultError::TooSoon { until: until.0 },
    }
}

impl MarginVault {
    pub(crate) fn ledger(&self, account: Address) -> Ledger {
        self.accounts.get(account).unwrap_or_default().0
    }

    pub(crate) fn book(&self, venue: Address) -> VenueBook {
        self.venues.get(venue).unwrap_or_default().0
    }

    pub(crate) fn asset_of(&self, asset: AssetId) -> Result<Asset, VaultError> {
        self.assets.get(asset.0).map(|stored| stored.0).ok_or(VaultError::UnknownAsset(asset.0))
    }

    pub(crate) fn insurance(&self) -> u128 {
        self.insurance.get().unwrap_or_default()
    }

    /// Refuses a venue that is not admitted, not yet, or without its bond. `barred`: for how long loosening has been.
    pub(crate) fn ensure_admitted(
        &self,
        venue: Address,
        barred: Seconds,
        outlooks: &mut Outlooks,
    ) -> Result<(), VaultError> {
        let book = self.book(venue);
        if !book.admitted {
            return Err(VaultError::VenueNotAdmitted);
        }
        let moves = book.admitted_from > Timestamp(0) || book.bond_required.moves();
        let clock = self.clock(outlooks, moves, barred)?;
        if clock.before() < book.admitted_from {
            return Err(VaultError::TooSoon { until: book.admitted_from.0 });
        }
        let required = book.bond_required.in_force(&Law::BOND, clock);
        if book.bond < required {
            return Err(VaultError::BondTooLow { bond: book.bond, required });
        }
        Ok(())
    }

    /// The guard in office.
    pub(crate) fn guard(&self) -> Address {
        Address::from(self.guard.0.at(self.now()).0)
    }

    /// The upgrade registry in office; zero where there is none.
    pub(crate) fn registry(&self) -> Address {
        Address::from(self.registry.0.at(self.now()).0)
    }

    /// The settlement contract in office; zero where there is none.
    pub(crate) fn settlement(&self) -> Address {
        Address::from(self.settlement.0.at(self.now()).0)
    }

    /// Active time of the host.
    pub(crate) fn active_now(&self) -> Result<Timestamp, VaultError> {
        outside::active_time(self.guard()).map(Timestamp)
    }

    /// While a token or a venue is being called nothing else happens.
    pub(crate) fn ensure_unlocked(&self) -> Result<(), VaultError> {
        if self.locked.get().unwrap_or_default() { Err(VaultError::Locked) } else { Ok(()) }
    }

    /// Takes `amount` of a token from the caller and returns what arrived, never more than was asked.
    pub(crate) fn pull(&mut self, token: Address, amount: u128) -> Result<u128, VaultError> {
        self.ensure_unlocked()?;
        self.locked.set(&true);
        let vault = self.env().address();
        let before = outside::token_balance(token, vault)?;
        outside::token_transfer_from(token, self.env().caller(), vault, amount)?;
        let after = outside::token_balance(token, vault)?;
        self.locked.set(&false);
        let arrived = after.checked_sub(before).and_then(|a| u128::try_from(a).ok()).ok_or(VaultError::TokenFailed)?;
        if arrived == 0 { Err(VaultError::TokenFailed) } else { Ok(arrived.min(amount)) }
    }

    /// Sends `amount` of a token (zero: the native one) out. No more than that may leave.
    pub(crate) fn push(&mut self, token: Address, to: Address, amount: u128) -> Result<(), VaultError> {
        self.ensure_unlocked()?;
        self.locked.set(&true);
        if token == Address::zero() {
            self.env().transfer(to, U256::from(amount)).map_err(|_| VaultError::TokenFailed)?;
        } else {
            let vault = self.env().address();
            let before = outside::token_balance(token, vault)?;
            outside::token_transfer(token, to, amount)?;
            let after = outside::token_balance(token, vault)?;
            if before.checked_sub(after).is_some_and(|left| left > U256::from(amount)) {
                return Err(VaultError::TokenFailed);
            }
        }
        self.locked.set(&false);
        Ok(())
    }

    /// Refuses what exceeds the cap. A guard that traps has no clock and a registry that does has no plans: neither
    /// closes deposits, and plans are asked only where they matter.
    fn ensure_below_cap(&self, listing: &Asset) -> Result<(), VaultError> {
        let (cap, held) = (listing.cap, listing.held);
        let mut clock = Clock::default();
        if cap.moves() {
            clock.now = self.active_now().unwrap_or_else(|_| self.now());
            if held > cap.value.min(cap.next) {
                let now = self.now();
                let barred = self.barring(&[listing.market.0], |plan| plan.barred_for(now)).unwrap_or_default();
                clock.barred = barred.unwrap_or_default();
            }
        }
        let cap = cap.in_force(&Law::CAP, clock);
        if held > cap { Err(VaultError::CapExceeded { held, cap }) } else { Ok(()) }
    }

    /// Credits a deposit to the caller. Quote pays the caller's debts at once.
    pub(crate) fn credit_deposit(&mut self, asset: u32, mut listing: Asset, amount: u128) -> Result<(), VaultError> {
        listing.held = listing.held.checked_add(amount).ok_or(VaultError::Overflow)?;
        self.ensure_below_cap(&listing)?;
        self.opened = true;
        let account = self.env().caller();
        let mut ledger = self.ledger(account);
        ledger.deposited_at = self.now();
        if asset == QUOTE {
            ledger.earn(amount).map_err(ledger_error)?;
            self.settle_all(&mut ledger)?;
        } else {
            ledger.put(AssetId(asset), amount).map_err(ledger_error)?;
        }
        self.assets.insert(asset, &Stored(listing));
        self.accounts.insert(account, &Stored(ledger));
        Ok(())
    }

    /// Takes quote from an account for good; initial margin must be met afterwards.
    pub(crate) fn spend(&mut self, account: Address, amount: u128) -> Result<(), VaultError> {
        if amount == 0 {
            return Err(VaultError::ZeroAmount);
        }
        let mut ledger = self.ledger(account);
        self.ensure_deposits_free(account, &ledger)?;
        ledger.spend(amount).map_err(ledger_error)?;
        self.require_initial(account, &ledger, None, &mut Outlooks::default())?;
        self.accounts.insert(account, &Stored(ledger));
        Ok(())
    }

    /// Settles an account with one venue.
    pub(crate) fn settle_with(&mut self, ledger: &mut Ledger, venue: Address) -> Result<Realised, VaultError> {
        let mut book = self.book(venue);
        let settled = book.settle(account_id(venue), ledger).map_err(clearing_error)?;
        self.venues.insert(venue, &Stored(book));
        Ok(settled)
    }

    /// Settles an account with every venue that it owes.
    pub(crate) fn settle_all(&mut self, ledger: &mut Ledger) -> Result<(), VaultError> {
        let owed: Vec<Account> = ledger.venues.iter().filter(|m| m.debt > 0).map(|m| m.venue).collect();
        for venue in owed {
            self.settle_with(ledger, Address::from(venue.0))?;
        }
        Ok(())
    }

    /// Requires initial margin of the accounts whose positions on `venue` grew: `(account, the venue's exposures of
    /// it, whether its margin is asked)` of both sides.
    pub(crate) fn grow(
        &mut self,
        venue: Address,
        sides: [(Address, &Vec<Exposure>, bool); 2],
    ) -> Result<(), VaultError> {
        let mut outlooks = Outlooks::default();
        self.ensure_admitted(venue, Seconds(0), &mut outlooks)?;
        self.ensure_growth(venue)?;
        let [(account, ..), (counterparty, ..)] = sides;
        if account == counterparty {
            return Err(VaultError::Malformed);
        }
        for (who, reported, check) in sides {
            let mut ledger = self.ledger(who);
            let membership = ledger.membership_mut(account_id(venue)).map_err(ledger_error)?;
            membership.open = !reported.is_empty();
            if check {
                for exposure in reported {
                    self.ensure_growth_in(venue, exposure.0)?;
                }
                self.require_initial(who, &ledger, Some((venue, reported)), &mut outlooks)?;
                let markets: Vec<u32> = reported.iter().map(|exposure| exposure.0).collect();
                self.ensure_admitted(venue, outlooks.barred(&markets), &mut outlooks)?;
            }
            self.note_exposures(who, venue, reported);
            self.accounts.insert(who, &Stored(ledger));
        }
        Ok(())
    }

    /// Moves profit between two accounts of `venue` and records whether each still has something open there.
    pub(crate) fn move_profit(
        &mut self,
        venue: Address,
        account: (Address, bool),
        counterparty: (Address, bool),
        profit: i128,
    ) -> Result<(), VaultError> {
        if account.0 == counterparty.0 {
            return Err(VaultError::Malformed);
        }
        let id = account_id(venue);
        let mut book = self.book(venue);
        let (mut gains, mut pays) = (self.ledger(account.0), self.ledger(counterparty.0));
        for (ledger, (who, open)) in [(&mut gains, account), (&mut pays, counterparty)] {
            let membership = ledger.membership_mut(id).map_err(ledger_error)?;
            if membership.open && !open {
                self.note_exposures(who, venue, &[]);
            }
            membership.open = open;
        }
        if profit != 0 {
            let (loser, winner) = if profit > 0 { (&mut pays, &mut gains) } else { (&mut gains, &mut pays) };
            let moved = book.realise(id, loser, winner, profit.unsigned_abs()).map_err(clearing_error)?;
            self.venues.insert(venue, &Stored(book));
            self.env().emit_event_sol(ProfitRealised {
                venue,
                account: account.0,
                counterparty: counterparty.0,
                profit,
                collected: moved.collected,
                paid: moved.paid,
            });
        }
        self.accounts.insert(account.0, &Stored(gains));
        self.accounts.insert(counterparty.0, &Stored(pays));
        Ok(())
    }

    /// Whether an account has collateral that is worth anything, whatever its price is worth.
    pub(crate) fn owns_anything(&self, ledger: &Ledger) -> Result<bool, VaultError> {
        if ledger.holdings.is_empty() {
            return Ok(false);
        }
        let bare = Ledger { holdings: ledger.holdings.clone(), ..Ledger::default() };
        let judged = self.assess(Address::zero(), &bare, None, Reading::Upper, &mut Outlooks::default())?;
        Ok(judged.collateral.iter().any(|leg| leg.scale.value_down(leg.amount, leg.price) > 0))
    }
}
