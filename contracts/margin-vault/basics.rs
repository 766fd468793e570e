//! What nearly every message reads: the contracts that the vault works with, and what is in force for all of it. The vault's front is made from this module too.

use ink::{Address, storage::traits::StorageKey};
use lockstep_core::margin::{Asset, Limit, MAX_DECIMALS, Seat};
use lockstep_interfaces::{Stored, VaultError};

use crate::{
    books::account_id,
    margin_vault::{MarginVault, QUOTE},
};

/// All of it in the vault's first storage item, which is read anyway.
#[derive(Clone, Copy, Debug, Default)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Basics {
    pub governance: Address,
    /// Whose code a front runs where it does not answer itself; none where the vault stands alone.
    pub implementation: Address,
    pub guard: Stored<Seat>,
    pub registry: Stored<Seat>,
    pub settlement: Stored<Seat>,
    pub quote_decimals: u8,
    pub asset_count: u32,
    /// Whether anything was ever deposited: from then on the parameter law binds.
    pub opened: bool,
    /// Whether a token is being called.
    pub locked: bool,
    /// When the last of what is stopped goes on, in wall time.
    pub paused_until: u64,
    /// When the last of the settlements that keep accounts from withdrawing lets go at the latest, in wall time.
    pub held_until: u64,
    /// The insurance fund, in quote.
    pub insurance: u128,
}

impl Basics {
    /// What a vault begins with, whose only asset is quote.
    pub(crate) fn begin(governance: Address, guard: Address, quote_decimals: u8) -> Result<Self, VaultError> {
        if governance == Address::zero() || guard == Address::zero() {
            return Err(VaultError::ZeroAddress);
        }
        if quote_decimals > MAX_DECIMALS {
            return Err(VaultError::OutOfRange(quote_decimals.into()));
        }
        let guard = Stored(Seat::of(account_id(guard)));
        Ok(Self { governance, guard, quote_decimals, asset_count: 1, ..Self::default() })
    }
}

impl MarginVault {
    /// A vault whose only asset is quote.
    pub(crate) fn begun(basics: Basics, quote_token: Address) -> Self {
        let mut vault = Self { basics, ..Self::default() };
        let token = account_id(quote_token);
        let quote = Asset { token, decimals: basics.quote_decimals, cap: Limit::new(u128::MAX), ..Asset::default() };
        vault.assets.insert(QUOTE, &Stored(quote));
        vault.listed.insert(quote_token, &1);
        vault
    }

    /// Changes one of them, also where the message ends, or calls somebody, before ink! stores the first item.
    #[inline(never)]
    pub(crate) fn change_basics(&mut self, change: impl FnOnce(&mut Basics)) {
        change(&mut self.basics);
        ink::env::set_contract_storage(&<Self as StorageKey>::KEY, self);
    }

    /// While a token is being called nothing else happens.
    pub(crate) fn ensure_unlocked(&self) -> Result<(), VaultError> {
        if self.basics.locked { Err(VaultError::Locked) } else { Ok(()) }
    }

    pub(crate) fn set_locked(&mut self, locked: bool) {
        self.change_basics(|basics| basics.locked = locked);
    }

    /// The insurance fund with `amount` more.
    pub(crate) fn insured(&self, amount: u128) -> Result<u128, VaultError> {
        self.basics.insurance.checked_add(amount).ok_or(VaultError::Overflow)
    }

    pub(crate) fn set_insurance(&mut self, fund: u128) {
        self.change_basics(|basics| basics.insurance = fund);
    }

    /// The settlement contract in office; zero where there is none.
    pub(crate) fn settlement(&self) -> Address {
        Address::from(self.basics.settlement.0.at(self.now()).0)
    }
}
