//! What claims need of other contracts: the guard's clock and the vault's accounts. The contract's front is made from this
//! module too.

use ink::{Address, codegen::TraitCallBuilder, contract_ref_from_path, env::DefaultEnvironment};
use lockstep_core::units::Timestamp;
use lockstep_interfaces::{OracleGuard, SettlementVault};

use crate::Error;

type Guard = contract_ref_from_path!(OracleGuard, DefaultEnvironment, ink::abi::Ink);
type Vault = contract_ref_from_path!(SettlementVault, DefaultEnvironment, ink::abi::Ink);

/// Active time of the host.
pub fn active_time(guard: Address) -> Result<Timestamp, Error> {
    let guard: Guard = guard.into();
    guard.call().active_time().try_invoke().ok().and_then(Result::ok).map(Timestamp).ok_or(Error::GuardFailed)
}

/// The margin vault.
pub struct Accounts(pub Address);

impl Accounts {
    fn contract(&self) -> Vault {
        self.0.into()
    }

    /// Moves up to `amount` into the pot of a market from an account that was exposed since `since`.
    pub fn collect(&self, market: u32, account: Address, since: Timestamp, amount: u128) -> Result<u128, Error> {
        let answer = self.contract().call_mut().collect(market, account, since.0, amount).try_invoke();
        answer.ok().and_then(Result::ok).and_then(Result::ok).ok_or(Error::VaultFailed)
    }

    /// Moves `amount` from the pot of a market to an account, or to the insurance fund (zero).
    pub fn pay_out(&self, market: u32, account: Address, amount: u128) -> Result<(), Error> {
        if amount == 0 {
            return Ok(());
        }
        let answer = self.contract().call_mut().pay_out(market, account, amount).try_invoke();
        answer.ok().and_then(Result::ok).and_then(Result::ok).ok_or(Error::VaultFailed)
    }

    /// Begins or ends to keep accounts that were exposed since `since` from withdrawing.
    pub fn hold(&self, market: u32, since: Timestamp, held: bool) -> Result<(), Error> {
        let answer = self.contract().call_mut().hold(market, since.0, held).try_invoke();
        answer.ok().and_then(Result::ok).and_then(Result::ok).ok_or(Error::VaultFailed)
    }

    /// Lets an account withdraw again.
    pub fn free(&self, market: u32, account: Address, since: Timestamp) -> Result<(), Error> {
        let answer = self.contract().call_mut().free(market, account, since.0).try_invoke();
        answer.ok().and_then(Result::ok).and_then(Result::ok).ok_or(Error::VaultFailed)
    }
}
