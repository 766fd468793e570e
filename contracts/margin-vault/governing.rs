//! What governance sets.

use ink::{Address, codegen::Env as _};
use lockstep_core::{
    ids::MarketId,
    margin::{Asset, MAX_DECIMALS},
    units::{Bps, Ramp},
};
use lockstep_interfaces::{Stored, VaultError};

use crate::{
    AssetListed, BondChanged, VenueAdmitted,
    books::{account_id, ledger_error},
    margin_vault::MarginVault,
};

impl MarginVault {
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
