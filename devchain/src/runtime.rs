//! The runtime: which pallets the chain runs and how they are set.
//!
//! Figures that decide cost (weights, deposits, existential deposit, block limits) follow Polkadot
//! Asset Hub, whose native token has 10 decimals.

// The runtime macros expand to items without documentation.
#![allow(missing_docs)]
// Some ask for features that only a Wasm runtime has.
#![allow(unexpected_cfgs)]

use frame_support::{
    PalletId, derive_impl,
    dispatch::DispatchClass,
    parameter_types,
    traits::{AsEnsureOriginWithArg, ConstU32, ConstU64, ConstU128, FindAuthor, Get},
    weights::{
        ConstantMultiplier, Weight,
        constants::{RocksDbWeight, WEIGHT_REF_TIME_PER_SECOND},
    },
};
use pallet_assets_precompiles::{ERC20, InlineIdConfig};
use pallet_revive::evm::{
    fees::{BlockRatioFee, Info as FeeInfo},
    runtime::{EthExtra, SetWeightLimit, UncheckedExtrinsic as ReviveExtrinsic},
    tx_extension::SetOrigin,
};
use pallet_transaction_payment::{ChargeTransactionPayment, ConstFeeMultiplier, Multiplier};
use sp_runtime::{
    AccountId32, FixedPointNumber, MultiAddress, MultiSignature, Perbill,
    generic::Header,
    traits::{AccountIdConversion, AccountIdLookup, BlakeTwo256},
};
use sp_version::RuntimeVersion;
use std::borrow::Cow;

use crate::migrations;

/// Amounts of the native token, in its smallest unit.
pub type Balance = u128;
/// The number of a block; block 1 is the first that carries transactions.
pub type BlockNumber = u32;
/// One whole native token: 10 decimals.
pub const UNIT: Balance = 10_000_000_000;
/// Ratio of the 18 decimals that contracts see to the 10 decimals of the native token.
pub const NATIVE_TO_ETH_RATIO: u32 = 100_000_000;
/// The suffix that marks an address as that of a `pallet-assets` ERC-20 precompile.
pub const ASSET_PRECOMPILE_PREFIX: u16 = 0x0120;

/// The runtime's name, part of its version and of `LastRuntimeUpgrade`.
pub const SPEC_NAME: &str = "devchain";

pub type Address = MultiAddress<AccountId32, ()>;
pub type Block = sp_runtime::generic::Block<BlockHeader, UncheckedExtrinsic>;
/// A block's header.
pub type BlockHeader = Header<BlockNumber, BlakeTwo256>;
pub type TransactionExtensions =
    (frame_system::CheckNonce<Runtime>, ChargeTransactionPayment<Runtime>, SetOrigin<Runtime>);
pub type UncheckedExtrinsic = ReviveExtrinsic<Address, MultiSignature, EthExtraImpl>;

frame_support::construct_runtime!(
    pub enum Runtime {
        System: frame_system,
        Timestamp: pallet_timestamp,
        Balances: pallet_balances,
        TransactionPayment: pallet_transaction_payment,
        Assets: pallet_assets,
        AssetsPermit: pallet_assets_precompiles::permit::pallet,
        Revive: pallet_revive,
        MultiBlockMigrations: migrations,
    }
);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EthExtraImpl;

impl EthExtra for EthExtraImpl {
    type Config = Runtime;
    type ExtensionV0 = TransactionExtensions;
    type ExtensionOtherVersions = sp_runtime::traits::InvalidVersion;

    fn get_eth_extension(nonce: u32, tip: Balance) -> Self::ExtensionV0 {
        (
            frame_system::CheckNonce::from(nonce),
            ChargeTransactionPayment::from(tip),
            SetOrigin::new_from_eth_transaction(),
        )
    }
}

parameter_types! {
    pub BlockWeights: frame_system::limits::BlockWeights =
        frame_system::limits::BlockWeights::with_sensible_defaults(
            Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, 10 * 1024 * 1024),
            Perbill::from_percent(75),
        );
    // Kept in storage: several chains with different settings live in one process, and a branch or
    // a roll-back takes its version along with its state.
    pub storage SpecVersion: u32 = 1;
    pub storage PendingSpecVersion: Option<u32> = None;
    pub storage ChainId: u64 = 420_420_421;
    pub FeeMultiplier: Multiplier = Multiplier::saturating_from_integer(1);
    pub const CodeHashLockupDepositPercent: Perbill = Perbill::from_percent(30);
}

/// The version in force, from storage.
pub struct Version;

impl Version {
    pub(crate) fn of(spec_version: u32) -> RuntimeVersion {
        RuntimeVersion {
            spec_name: Cow::Borrowed(SPEC_NAME),
            impl_name: Cow::Borrowed(SPEC_NAME),
            authoring_version: 1,
            spec_version,
            impl_version: 0,
            apis: Cow::Borrowed(&[]),
            transaction_version: 1,
            system_version: 1,
        }
    }
}

impl Get<RuntimeVersion> for Version {
    fn get() -> RuntimeVersion {
        Self::of(SpecVersion::get())
    }
}

/// The most weight one transaction may use.
pub(crate) fn max_transaction_weight() -> Weight {
    let weights = BlockWeights::get();
    weights.get(DispatchClass::Normal).max_extrinsic.unwrap_or(weights.max_block)
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type Block = Block;
    type Lookup = AccountIdLookup<AccountId32, ()>;
    type BlockWeights = BlockWeights;
    type BlockHashCount = ConstU32<256>;
    type DbWeight = RocksDbWeight;
    type AccountData = pallet_balances::AccountData<Balance>;
    type Version = Version;
    type MultiBlockMigrator = MultiBlockMigrations;
}

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = ();
    type MinimumPeriod = ConstU64<1>;
    type WeightInfo = ();
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<{ UNIT / 100 }>;
    type AccountStore = System;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxFreezes = frame_support::traits::VariantCountOf<RuntimeFreezeReason>;
}

#[derive_impl(pallet_transaction_payment::config_preludes::TestDefaultConfig)]
impl pallet_transaction_payment::Config for Runtime {
    type OnChargeTransaction = pallet_transaction_payment::FungibleAdapter<Balances, ()>;
    type WeightToFee = BlockRatioFee<1, 100, Self, Balance>;
    type LengthToFee = ConstantMultiplier<Balance, ConstU128<{ UNIT / 1_000_000 }>>;
    type FeeMultiplierUpdate = ConstFeeMultiplier<FeeMultiplier>;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Runtime {
    type Balance = Balance;
    type Currency = Balances;
    type CreateOrigin = AsEnsureOriginWithArg<frame_system::EnsureSigned<AccountId32>>;
    type ForceOrigin = frame_system::EnsureRoot<AccountId32>;
}

impl pallet_assets_precompiles::PermitConfig for Runtime {
    type ChainId = ChainId;
    type WeightInfo = ();
}

/// Names one fixed account as the author of every block.
pub struct Author;

impl FindAuthor<AccountId32> for Author {
    fn find_author<'a, I>(_: I) -> Option<AccountId32>
    where
        I: 'a + IntoIterator<Item = (frame_support::ConsensusEngineId, &'a [u8])>,
    {
        Some(PalletId(*b"dev/auth").into_account_truncating())
    }
}

#[derive_impl(pallet_revive::config_preludes::TestDefaultConfig)]
impl pallet_revive::Config for Runtime {
    type Time = Timestamp;
    type Balance = Balance;
    type Currency = Balances;
    type WeightInfo = pallet_revive::weights::SubstrateWeight<Self>;
    type Precompiles = (ERC20<Self, InlineIdConfig<ASSET_PRECOMPILE_PREFIX>>,);
    type UploadOrigin = frame_system::EnsureSigned<AccountId32>;
    type InstantiateOrigin = frame_system::EnsureSigned<AccountId32>;
    type FindAuthor = Author;
    type DepositPerByte = ConstU128<{ UNIT / 100_000 }>;
    type DepositPerItem = ConstU128<{ UNIT / 5 }>;
    type DepositPerChildTrieItem = ConstU128<{ UNIT / 500 }>;
    type CodeHashLockupDepositPercent = CodeHashLockupDepositPercent;
    type AddressMapper = pallet_revive::AccountId32Mapper<Self>;
    type ChainId = ChainId;
    type NativeToEthRatio = ConstU32<NATIVE_TO_ETH_RATIO>;
    type FeeInfo = FeeInfo<Address, MultiSignature, EthExtraImpl>;
}

impl migrations::Config for Runtime {}

impl TryFrom<RuntimeCall> for pallet_revive::Call<Runtime> {
    type Error = ();

    fn try_from(call: RuntimeCall) -> Result<Self, ()> {
        match call {
            RuntimeCall::Revive(call) => Ok(call),
            _ => Err(()),
        }
    }
}

impl SetWeightLimit for RuntimeCall {
    fn set_weight_limit(&mut self, new_limit: Weight) -> Weight {
        match self {
            Self::Revive(
                pallet_revive::Call::eth_call { weight_limit, .. }
                | pallet_revive::Call::eth_instantiate_with_code { weight_limit, .. },
            ) => core::mem::replace(weight_limit, new_limit),
            _ => Weight::zero(),
        }
    }
}
