//! Fungible assets of `pallet-assets`, which contracts use through an ERC-20 precompile.

use sp_core::H160;
use sp_runtime::MultiAddress;

use crate::{
    Account, DevChain, Failure,
    errors::DispatchFailure,
    runtime::{ASSET_PRECOMPILE_PREFIX, Assets, Balance, RuntimeOrigin},
};

/// Id of an asset.
pub type AssetId = u32;

/// Address of the ERC-20 precompile of an asset.
pub fn asset_address(asset: AssetId) -> H160 {
    let mut address = [0; 20];
    address[..4].copy_from_slice(&asset.to_be_bytes());
    address[16..18].copy_from_slice(&ASSET_PRECOMPILE_PREFIX.to_be_bytes());
    H160::from(address)
}

impl DevChain {
    /// Creates an asset by governance, with `owner` as its issuer; accounts need no deposit for it.
    ///
    /// Returns the address of its ERC-20 precompile.
    ///
    /// # Errors
    /// `Assets.InUse` where the id is taken, `Assets.MinBalanceZero` for a zero minimum.
    pub fn create_asset(
        &mut self,
        asset: AssetId,
        owner: &Account,
        name: &str,
        symbol: &str,
        decimals: u8,
        minimum: Balance,
    ) -> Result<H160, DispatchFailure> {
        let owner = MultiAddress::Id(owner.id().clone());
        self.note(&(b"create_asset", asset));
        self.govern(|| {
            Assets::force_create(RuntimeOrigin::root(), asset, owner, true, minimum)?;
            Assets::force_set_metadata(
                RuntimeOrigin::root(),
                asset,
                name.as_bytes().to_vec(),
                symbol.as_bytes().to_vec(),
                decimals,
                false,
            )
        })?;
        Ok(asset_address(asset))
    }

    /// Issues `amount` of the asset, in its smallest unit, to the beneficiary.
    ///
    /// # Errors
    /// `Assets.NoPermission` if `issuer` is not the asset's owner, a token error if the beneficiary
    /// would stay below the asset's minimum, a refusal in a migration.
    pub fn mint_asset(
        &mut self,
        issuer: &Account,
        asset: AssetId,
        beneficiary: &Account,
        amount: Balance,
    ) -> Result<(), Failure> {
        self.transact(issuer, b"mint_asset", || {
            Assets::mint(issuer.origin(), asset, MultiAddress::Id(beneficiary.id().clone()), amount)
        })
    }

    /// What an account has of an asset.
    pub fn asset_balance(&self, asset: AssetId, account: &Account) -> Balance {
        self.execute(|| Assets::balance(asset, account.id()))
    }

    /// What an address, a contract's say, has of an asset.
    pub fn asset_balance_at(&self, asset: AssetId, address: H160) -> Balance {
        use pallet_revive::AddressMapper;
        type Mapper = <crate::runtime::Runtime as pallet_revive::Config>::AddressMapper;
        self.execute(|| Assets::balance(asset, Mapper::to_account_id(&address)))
    }
}
