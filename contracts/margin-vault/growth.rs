//! What needs a judgement: growth, and what leaves an account for good.

use ink::{Address, prelude::vec::Vec};
use lockstep_core::{
    margin::{Asset, Clock, Law, LawError, Ledger, Reading},
    units::{Seconds, Timestamp},
};
use lockstep_interfaces::{Exposure, Stored, VaultError};

use crate::{
    books::{account_id, ledger_error},
    margin_vault::MarginVault,
    outlook::Outlooks,
    outside,
};

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
        Address::from(self.basics.guard.0.at(self.now()).0)
    }

    /// The upgrade registry in office; zero where there is none.
    pub(crate) fn registry(&self) -> Address {
        Address::from(self.basics.registry.0.at(self.now()).0)
    }

    /// Active time of the host.
    pub(crate) fn active_now(&self) -> Result<Timestamp, VaultError> {
        outside::active_time(self.guard()).map(Timestamp)
    }

    /// When and against what a deposit's cap is read, `listing` being what is held with it. A guard that traps has no
    /// clock and a registry that does has no plans: neither closes deposits, and plans are asked only where they matter.
    pub(crate) fn cap_clock(&self, listing: &Asset) -> Clock {
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
        clock
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
