//! Every message of the margin vault and every refusal, on the compiled contract; and the plain oracle, which the
//! vault stands on here.

mod accounts;
mod cases;
mod clearing;
mod collateral;
mod governing;
mod hostile;
mod law;
mod liquidating;
mod oracle;
mod pausing;
mod seams;
mod settling;
mod upgrade;
mod weights;

use alloy_core::{primitives::Address, sol_types::SolEvent};
use e2e_tests::{
    abi::assert_same,
    emitted,
    exchange::{Exchange, MARKET, NATIVE_MARKET, UNIT},
    interfaces::{
        IMarginVault::{self, *},
        IPlainOracle,
    },
    sol_address,
};
use lockstep_devchain::{Account, Failure};

/// One native token in the chain's own unit.
pub(crate) const NATIVE: u128 = lockstep_devchain::UNIT;
pub(crate) const DAY: u64 = 86_400;
/// A market that the oracle knows but has no price for.
pub(crate) const SILENT: u32 = 30;

pub(crate) fn address(account: &Account) -> Address {
    sol_address(account.address())
}

pub(crate) fn last<E: SolEvent + Clone>(x: &Exchange) -> E {
    let events = emitted::<E>(&x.chain);
    assert_eq!(events.len(), 1, "{}", E::SIGNATURE);
    events[0].clone()
}

/// Lists the native token with a haircut of 10 % and room for ten, and lets it count.
pub(crate) fn list_native(x: &mut Exchange) -> u32 {
    let call =
        listAssetCall { token: Address::ZERO, market: NATIVE_MARKET, decimals: 18, cap: 10 * UNIT, haircut: 1_000 };
    let asset = x.govern(&call);
    pass(x, 3 * DAY);
    asset
}

/// Lets time pass until what governance decided is in force. On the plain oracle no price gets stale.
pub(crate) fn pass(x: &mut Exchange, seconds: u64) {
    x.chain.produce_block_after(seconds).unwrap();
}

pub(crate) fn deposit_native(x: &mut Exchange, account: &Account, amount: u128) -> Result<u128, Failure> {
    let vault = x.vault;
    x.chain.sol_call(account, vault, &depositNativeCall {}, amount)
}

/// An account that governance admits as a venue, so that a test can say what a venue says.
pub(crate) fn admitted(x: &mut Exchange, name: &str, bond_required: u128, cover: u128) -> Account {
    let venue = x.holder(name, 0);
    x.govern(&admitVenueCall { venue: address(&venue), bondRequired: bond_required, cover });
    pass(x, 2 * DAY);
    venue
}

pub(crate) fn join(x: &mut Exchange, account: &Account, venue: &Account) {
    x.vault(account, &optInCall { venue: address(venue) }).unwrap();
}

pub(crate) fn realise(account: &Account, counterparty: &Account, profit: i128, open: bool) -> realiseCall {
    realiseCall {
        account: address(account),
        counterparty: address(counterparty),
        profit,
        accountOpen: open,
        counterpartyOpen: open,
    }
}

pub(crate) fn member(x: &Exchange, account: &Account, venue: &Account) -> (bool, u128, u128) {
    let m = x.ask(&membershipCall { account: address(account), venue: address(venue) });
    (m.open, m.debt, m.pending)
}

pub(crate) fn cash(x: &Exchange, account: &Account) -> u128 {
    x.ask(&balanceOfCall { account: address(account), asset: 0 })
}

pub(crate) fn exposure(initial: u128, maintenance: u128, unrealised: i128) -> IMarginVault::Exposure {
    IMarginVault::Exposure {
        market: MARKET,
        notional: initial * 10,
        initial,
        maintenance,
        unrealised,
        unrealisedStable: unrealised,
    }
}

#[test]
fn the_interfaces_are_what_was_built() {
    assert_same::<IMarginVaultCalls, IMarginVaultErrors>("margin_vault", IMarginVaultEvents::SELECTORS);
    assert_same::<IPlainOracle::IPlainOracleCalls, IPlainOracle::IPlainOracleErrors>(
        "plain_oracle",
        IPlainOracle::IPlainOracleEvents::SELECTORS,
    );
}
