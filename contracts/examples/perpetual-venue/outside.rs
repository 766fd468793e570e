//! What the venue asks Lockstep.

use ink::{Address, codegen::TraitCallBuilder, contract_ref_from_path, env::DefaultEnvironment, prelude::vec::Vec};
use lockstep_core::{
    guard::{Action, PriceVerdict},
    units::Price,
};
use lockstep_interfaces::{Exposure, MarginVault, MarketWatch, OracleGuard};

use crate::Error;

type Guard = contract_ref_from_path!(OracleGuard, DefaultEnvironment, ink::abi::Ink);
type Watch = contract_ref_from_path!(MarketWatch, DefaultEnvironment, ink::abi::Ink);
type Vault = contract_ref_from_path!(MarginVault, DefaultEnvironment, ink::abi::Ink);

/// The guard's quote of one market.
#[derive(Clone, Copy)]
pub struct Mark {
    pub market: u32,
    pub price: Price,
    pub stable: Price,
    pub verdict: u8,
}

impl Mark {
    pub fn is_valid(&self) -> bool {
        self.verdict == PriceVerdict::Valid.number()
    }
}

/// The marks of `markets`.
pub fn marks(guard: Address, markets: Vec<u32>) -> Result<Vec<Mark>, Error> {
    let contract: Guard = guard.into();
    let quotes = contract.call().quotes(markets.clone()).try_invoke().ok().and_then(Result::ok);
    let quotes = quotes.filter(|q| q.len() == markets.len()).ok_or(Error::GuardFailed)?;
    let mark =
        |(market, (price, stable, verdict))| Mark { market, price: Price(price), stable: Price(stable), verdict };
    Ok(markets.into_iter().zip(quotes).map(mark).collect())
}

/// Whether positions in `market` may be opened now.
pub fn ensure_increase(guard: Address, market: u32) -> Result<(), Error> {
    let guard: Guard = guard.into();
    let answer = guard.call().permission(Vec::from([market]), Action::Increase.number(), u32::MAX).try_invoke();
    let (allowed, reason, until, _) = answer.ok().and_then(Result::ok).ok_or(Error::GuardFailed)?;
    if allowed { Ok(()) } else { Err(Error::Refused { reason, until }) }
}

/// Reports the venue's mark of `market`.
pub fn report_mark(guard: Address, market: u32, mark: u128) -> Result<(), Error> {
    let mut guard: Watch = guard.into();
    let answer = guard.call_mut().report_mark(market, mark).try_invoke();
    answer.ok().and_then(Result::ok).ok_or(Error::GuardFailed)?.map_err(|_| Error::GuardFailed)
}

/// Tells the vault that positions grew.
pub fn increased(
    vault: Address,
    account: (Address, Vec<Exposure>),
    maker: (Address, Vec<Exposure>),
    check_maker: bool,
) -> Result<(), Error> {
    let mut vault: Vault = vault.into();
    let answer = vault.call_mut().increased(account.0, maker.0, account.1, maker.1, check_maker).try_invoke();
    answer.ok().and_then(Result::ok).ok_or(Error::VaultFailed)?.map_err(Error::from)
}

/// Moves profit from `payer` to `account`; the flags say whether each still has positions here.
pub fn realise(vault: Address, account: (Address, bool), payer: (Address, bool), profit: i128) -> Result<(), Error> {
    let mut vault: Vault = vault.into();
    let answer = vault.call_mut().realise(account.0, payer.0, profit, account.1, payer.1).try_invoke();
    answer.ok().and_then(Result::ok).ok_or(Error::VaultFailed)?.map_err(Error::from)
}

/// A liquidation as the vault is asked about it.
pub struct Liquidation {
    pub account: Address,
    pub market: u32,
    pub size: u128,
    pub max_size: u128,
    pub relief: u128,
    pub exposures: Vec<Exposure>,
}

/// How much of a position may be liquidated.
pub fn authorise(vault: Address, asked: Liquidation) -> Result<u128, Error> {
    let mut vault: Vault = vault.into();
    let Liquidation { account, market, size, max_size, relief, exposures } = asked;
    let answer = vault.call_mut().authorise(account, market, size, max_size, relief, exposures).try_invoke();
    answer.ok().and_then(Result::ok).ok_or(Error::VaultFailed)?.map_err(Error::from)
}

/// Pays for a liquidation; returns the reward and the insurance contribution as paid.
pub fn charge(
    vault: Address,
    account: Address,
    liquidator: Address,
    reward: u128,
    insurance: u128,
) -> Result<(u128, u128), Error> {
    let mut vault: Vault = vault.into();
    let answer = vault.call_mut().charge(account, liquidator, reward, insurance).try_invoke();
    answer.ok().and_then(Result::ok).ok_or(Error::VaultFailed)?.map_err(Error::from)
}
