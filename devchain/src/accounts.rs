//! Accounts and native balances.

use frame_support::traits::fungible::Mutate;
use pallet_revive::AddressMapper;
use sp_core::H160;
use sp_runtime::AccountId32;

use crate::{
    DevChain, DispatchFailure, Failure,
    runtime::{Balance, Balances, NATIVE_TO_ETH_RATIO, Revive, Runtime, RuntimeOrigin, System},
};

type Mapper = <Runtime as pallet_revive::Config>::AddressMapper;

/// Somebody who signs transactions.
///
/// The chain does not check signatures, so an account is an id without a key. Two kinds exist:
///
/// - native (`sr25519`-like) accounts have any 32-byte id. Their address is a hash of the id, and
///   the chain needs a mapping (`map_account`) before they may call contracts.
/// - Ethereum accounts have an address. Their id is the address followed by 12 bytes `0xEE`, and
///   they need no mapping.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(AccountId32);

impl Account {
    /// The native account of that name: the same id in every chain.
    pub fn named(name: &str) -> Self {
        Self(AccountId32::new(sp_crypto_hashing::blake2_256(&[b"devchain/account/", name.as_bytes()].concat())))
    }

    /// The Ethereum account of that name: the same address in every chain.
    pub fn ethereum_named(name: &str) -> Self {
        let hash = sp_crypto_hashing::keccak_256(&[b"devchain/account/", name.as_bytes()].concat());
        Self::ethereum(H160::from_slice(&hash[12..]))
    }

    /// The Ethereum account with that address.
    pub fn ethereum(address: H160) -> Self {
        let mut id = [0xEE; 32];
        id[..20].copy_from_slice(address.as_bytes());
        Self(AccountId32::new(id))
    }

    /// The account with that id.
    pub fn native(id: [u8; 32]) -> Self {
        Self(AccountId32::new(id))
    }

    /// The 32-byte id.
    pub fn id(&self) -> &AccountId32 {
        &self.0
    }

    /// The address that contracts see.
    pub fn address(&self) -> H160 {
        Mapper::to_address(&self.0)
    }

    /// Whether the account is an Ethereum one.
    pub fn is_ethereum(&self) -> bool {
        Mapper::is_eth_derived(&self.0)
    }

    pub(crate) fn origin(&self) -> RuntimeOrigin {
        RuntimeOrigin::signed(self.0.clone())
    }
}

impl DevChain {
    /// Creates `amount` native units for the account and maps it, so that it may call contracts.
    ///
    /// Unlike [`map_account`](Self::map_account) this takes no deposit.
    ///
    /// # Errors
    /// `Token.BelowMinimum` if a new account gets less than the existential deposit.
    pub fn endow(&mut self, account: &Account, amount: Balance) -> Result<(), DispatchFailure> {
        self.fund(account, amount)?;
        self.execute(|| {
            if Mapper::is_mapped(account.id()) {
                return Ok(());
            }
            Mapper::map_no_deposit_unchecked(account.id())
        })
        .map_err(DispatchFailure::from)
    }

    /// Creates `amount` native units for the account.
    ///
    /// # Errors
    /// `Token.BelowMinimum` if a new account gets less than the existential deposit.
    pub fn fund(&mut self, account: &Account, amount: Balance) -> Result<(), DispatchFailure> {
        self.execute(|| Balances::mint_into(account.id(), amount).map(|_| ())).map_err(DispatchFailure::from)
    }

    /// `Revive.map_account`: makes a native account known to contracts, against a deposit.
    ///
    /// # Errors
    /// `Revive.AccountAlreadyMapped`, or a token error where the deposit cannot be held.
    pub fn map_account(&mut self, account: &Account) -> Result<(), Failure> {
        self.transact(account, b"map_account", || Revive::map_account(account.origin()))
    }

    /// Whether contracts may be called by the account: an Ethereum account always, a native one once it is mapped.
    pub fn is_mapped(&self, account: &Account) -> bool {
        self.execute(|| Mapper::is_mapped(account.id()))
    }

    /// The account behind an address: the native one that is mapped to it, else the Ethereum account or contract.
    pub fn account_at(&self, address: H160) -> Account {
        Account(self.execute(|| Mapper::to_account_id(&address)))
    }

    /// Free native balance of an account, existential deposit included, holds excluded.
    pub fn balance(&self, account: &Account) -> Balance {
        self.execute(|| Balances::free_balance(account.id()))
    }

    /// Native balance that a contract (or any address) can spend: without its existential deposit,
    /// fractions below one native unit cut off.
    pub fn spendable_balance(&self, address: H160) -> Balance {
        self.execute(|| {
            let wei = Revive::evm_balance(&address);
            Balance::try_from(wei / NATIVE_TO_ETH_RATIO).unwrap_or(Balance::MAX)
        })
    }

    /// How many transactions the account has sent, contracts it created included.
    pub fn nonce(&self, account: &Account) -> u32 {
        self.execute(|| System::account_nonce(account.id()))
    }

    /// Moves native units between accounts, as `Balances.transfer_allow_death` does.
    ///
    /// # Errors
    /// A token error where the sender has too little or the receiver would stay below the
    /// existential deposit.
    pub fn transfer(&mut self, from: &Account, to: &Account, amount: Balance) -> Result<(), Failure> {
        self.transact(from, b"transfer", || {
            Balances::transfer_allow_death(from.origin(), sp_runtime::MultiAddress::Id(to.id().clone()), amount)
        })
    }
}
