//! What governance sets.

use ink::{Address, codegen::Env as _};
use lockstep_core::{
    ids::{AssetId, MarketId},
    margin::{Asset, MAX_DECIMALS},
    units::{Bps, Ramp},
};
use lockstep_interfaces::{Stored, VaultError};

use crate::{
    AssetListed, BondChanged, GovernanceTransferred, HaircutSet, SettlementAppointed, VenueAdmitted, VenueDismissed,
    books::{account_id, law_error, ledger_error},
    margin_vault::{MarginVault, QUOTE},
};

/// The most assets that are listed, quote included: deposits are weighed over all of them.
const MAX_ASSETS: u32 = 32;

impl MarginVault {
    /// Moves governance to another address.
    pub(crate) fn hand_over(&mut self, to: Address) -> Result<(), VaultError> {
        if to == Address::zero() {
            return Err(VaultError::ZeroAddress);
        }
        let from = core::mem::replace(&mut self.governance, to);
        self.env().emit_event_sol(GovernanceTransferred { from, to });
        Ok(())
    }

    /// Names the settlement contract.
    pub(crate) fn appoint_settlement(&mut self, to: Address) -> Result<(), VaultError> {
        if to == Address::zero() {
            return Err(VaultError::ZeroAddress);
        }
        let from = core::mem::replace(&mut self.settlement, to);
        self.env().emit_event_sol(SettlementAppointed { from, to });
        Ok(())
    }

    /// Sets a haircut by the parameter law.
    pub(crate) fn move_haircut(&mut self, asset: u32, haircut: u32) -> Result<(), VaultError> {
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

    /// Dismisses a venue.
    pub(crate) fn dismiss(&mut self, venue: Address) -> Result<(), VaultError> {
        let mut book = self.book(venue);
        if !book.admitted {
            return Err(VaultError::VenueNotAdmitted);
        }
        book.admitted = false;
        self.venues.insert(venue, &Stored(book));
        self.env().emit_event_sol(VenueDismissed { venue });
        Ok(())
    }

    /// Lists an asset; returns its number.
    pub(crate) fn list(
        &mut self,
        token: Address,
        market: MarketId,
        decimals: u8,
        cap: u128,
        haircut: u32,
    ) -> Result<u32, VaultError> {
        if let Some(listed) = self.listed.get(token) {
            return Err(VaultError::AlreadyListed(listed.saturating_sub(1)));
        }
        if decimals > MAX_DECIMALS || haircut > Bps::ONE.0 {
            return Err(VaultError::OutOfRange(if decimals > MAX_DECIMALS { decimals.into() } else { haircut }));
        }
        if cap == 0 {
            return Err(VaultError::ZeroAmount);
        }
        let asset = self.asset_count;
        if asset >= MAX_ASSETS {
            return Err(VaultError::TooManyAssets);
        }
        self.asset_count = asset.checked_add(1).ok_or(VaultError::Overflow)?;
        let listing = Asset {
            token: account_id(token),
            market,
            decimals,
            cap,
            haircut: Ramp::constant(Bps(haircut)),
            changed_at: self.active_now()?,
            held: 0,
        };
        self.assets.insert(asset, &Stored(listing));
        self.listed.insert(token, &self.asset_count);
        self.env().emit_event_sol(AssetListed { asset, token, market: market.0, decimals, cap, haircut });
        Ok(asset)
    }

    /// Admits a venue or changes its terms.
    pub(crate) fn admit(&mut self, venue: Address, bond_required: u128, cover: u128) -> Result<(), VaultError> {
        if venue == Address::zero() {
            return Err(VaultError::ZeroAddress);
        }
        let mut book = self.book(venue);
        book.admitted = true;
        book.bond_required = bond_required;
        book.cover_left = cover;
        self.venues.insert(venue, &Stored(book));
        // A venue is an account of its own, so that it can hold profit in escrow.
        let mut ledger = self.ledger(venue);
        if ledger.membership(account_id(venue)).is_err() {
            ledger.opt_in(account_id(venue)).map_err(ledger_error)?;
            self.accounts.insert(venue, &Stored(ledger));
        }
        self.env().emit_event_sol(VenueAdmitted { venue, bond_required, cover });
        Ok(())
    }

    /// Pays part of a bond back.
    pub(crate) fn release(&mut self, venue: Address, to: Address, amount: u128) -> Result<(), VaultError> {
        if to == Address::zero() {
            return Err(VaultError::ZeroAddress);
        }
        let mut book = self.book(venue);
        let from = book.bond;
        book.bond = from.checked_sub(amount).ok_or(VaultError::Insufficient { available: from })?;
        if book.admitted && book.bond < book.bond_required {
            return Err(VaultError::BondTooLow { bond: book.bond, required: book.bond_required });
        }
        self.venues.insert(venue, &Stored(book));
        let mut ledger = self.ledger(to);
        ledger.earn(amount).map_err(ledger_error)?;
        self.accounts.insert(to, &Stored(ledger));
        self.env().emit_event_sol(BondChanged { venue, from, to: book.bond });
        Ok(())
    }
}
