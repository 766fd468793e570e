//! Deposits, and withdrawals that need no judgement. The vault's front is made from this module too.

use ink::{Address, codegen::Env as _};
use lockstep_core::{
    ids::{Account, AssetId},
    margin::{Asset, Clock, Ledger},
};
use lockstep_interfaces::{Stored, VaultError};

use crate::{
    Deposited, Withdrawn,
    books::ledger_error,
    margin_vault::{MarginVault, QUOTE},
};

impl MarginVault {
    /// Takes a deposit of an ERC-20 asset from the caller; returns what arrived.
    pub(crate) fn take_deposit(
        &mut self,
        asset: u32,
        amount: u128,
        clock: impl FnOnce(&Self, &Asset) -> Clock,
    ) -> Result<u128, VaultError> {
        if amount == 0 {
            return Err(VaultError::ZeroAmount);
        }
        let listing = self.asset_of(AssetId(asset))?;
        if listing.token == Account::default() {
            return Err(VaultError::UnknownAsset(asset));
        }
        let arrived = self.pull(Address::from(listing.token.0), amount)?;
        self.credit_deposit(asset, listing, arrived, clock)?;
        self.env().emit_event_sol(Deposited { account: self.env().caller(), asset, amount: arrived });
        Ok(arrived)
    }

    /// The number of the native token among the assets.
    pub(crate) fn native(&self) -> Result<u32, VaultError> {
        let number = self.listed.get(Address::zero()).ok_or(VaultError::UnknownAsset(u32::MAX))?;
        Ok(number.saturating_sub(1))
    }

    /// Takes the native tokens that came with the call.
    pub(crate) fn take_native(&mut self, clock: impl FnOnce(&Self, &Asset) -> Clock) -> Result<u128, VaultError> {
        let amount = u128::try_from(self.env().transferred_value()).map_err(|_| VaultError::Overflow)?;
        if amount == 0 {
            return Err(VaultError::ZeroAmount);
        }
        let asset = self.native()?;
        let listing = self.asset_of(AssetId(asset))?;
        self.credit_deposit(asset, listing, amount, clock)?;
        self.env().emit_event_sol(Deposited { account: self.env().caller(), asset, amount });
        Ok(amount)
    }

    /// An asset and an account's ledger as a withdrawal would leave the latter.
    pub(crate) fn withdrawn(&self, account: Address, asset: u32, amount: u128) -> Result<(Asset, Ledger), VaultError> {
        if amount == 0 {
            return Err(VaultError::ZeroAmount);
        }
        let listing = self.asset_of(AssetId(asset))?;
        let mut ledger = self.ledger(account);
        self.ensure_deposits_free(account, &ledger)?;
        if asset == QUOTE { ledger.spend(amount) } else { ledger.take(AssetId(asset), amount) }
            .map_err(ledger_error)?;
        Ok((listing, ledger))
    }

    /// Sends what was withdrawn to its owner.
    pub(crate) fn hand_out(
        &mut self,
        account: Address,
        asset: u32,
        amount: u128,
        mut listing: Asset,
        ledger: Ledger,
    ) -> Result<(), VaultError> {
        listing.held = listing.held.checked_sub(amount).ok_or(VaultError::Overflow)?;
        self.assets.insert(asset, &Stored(listing));
        self.note_holding(account, &ledger, asset, listing.market.0);
        self.accounts.insert(account, &Stored(ledger));
        self.env().emit_event_sol(Withdrawn { account, asset, amount });
        self.push(Address::from(listing.token.0), account, amount)
    }
}
