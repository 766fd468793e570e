//! What the venue does for settlement: the answer as of a snapshot, the basis, the end of a market; and its mark.

use alloy_core::primitives::Address;
use e2e_tests::{
    assert_refused, emitted,
    exchange::{DOLLAR, Exchange, MARKET, UNIT},
    interfaces::{
        IMarginVault as vault,
        IOracleGuard::{self as guard},
        IPerpetualVenue::*,
    },
    sol_address,
};
use lockstep_devchain::Account;

use super::VENUE;

const ONE: i128 = 1_000_000_000_000_000_000;

/// `(size, entry price, margin, unrealised, basis)` right before `at`.
fn held(x: &Exchange, account: &Account, at: u64, price: u128) -> (i128, u128, u128, i128, u8) {
    let call = positionAtCall { account: sol_address(account.address()), market: MARKET, at, price };
    let said = x.ask_venue(&call);
    (said.size, said.entryPrice, said.margin, said.unrealised, said.basis)
}

fn buy(x: &mut Exchange, account: &Account, size: i128) {
    x.venue(account, &increaseCall { market: MARKET, size }).unwrap();
}

#[test]
fn the_answer_as_of_a_moment_stays_whatever_is_traded_later() {
    let mut x = Exchange::plain_with(VENUE);
    let (alice, bob, maker) = (x.trader("alice", 5_000 * DOLLAR), x.trader("bob", 5_000 * DOLLAR), x.maker.clone());
    let price = 2_100 * UNIT;
    let nothing = (0, 0, 0, 0, 1);
    let mut moments = vec![(x.chain.now(), nothing, nothing)];
    x.wait(6);
    buy(&mut x, &alice, ONE);
    // Two trades in one second are one version.
    buy(&mut x, &alice, ONE);
    x.wait(6);
    let alices = (2 * ONE, 2_002 * UNIT, 420_000_000, 196_000_000, 1);
    let makers = (-2 * ONE, 2_002 * UNIT, 420_000_000, -196_000_000, 1);
    moments.push((x.chain.now(), alices, makers));
    buy(&mut x, &bob, -ONE);
    x.wait(6);
    let makers = (-ONE, 2_006 * UNIT, 210_000_000, -94_000_000, 1);
    moments.push((x.chain.now(), alices, makers));
    x.venue(&alice, &reduceCall { market: MARKET, size: UNIT / 2 }).unwrap();
    x.wait(6);
    let alices = (3 * ONE / 2, 2_002 * UNIT, 315_000_000, 147_000_000, 1);
    moments.push((x.chain.now(), alices, (-ONE / 2, 2_010 * UNIT, 105_000_000, -45_000_000, 1)));
    x.venue(&alice, &reduceCall { market: MARKET, size: u128::MAX }).unwrap();
    x.wait(60);
    moments.push((x.chain.now(), nothing, (ONE, 1_998 * UNIT, 210_000_000, 102_000_000, 1)));
    buy(&mut x, &alice, -ONE);
    x.wait(6);
    for (at, alices, makers) in &moments {
        assert_eq!((held(&x, &alice, *at, price), held(&x, &maker, *at, price)), (*alices, *makers), "at {at}");
        // A change in a second shows from the next second on.
        assert_eq!(held(&x, &alice, at + 1, price).0, held(&x, &alice, at + 6, price).0);
    }
    // Without a price nothing is counted but what was held.
    assert_eq!(held(&x, &alice, moments[1].0, 0), (2 * ONE, 2_002 * UNIT, 0, 0, 1));
    let now = x.chain.now();
    let account = sol_address(alice.address());
    assert_refused(
        x.venue(&alice, &positionAtCall { account, market: MARKET, at: now + 1, price }),
        NotYet { at: now + 1 },
    );
    assert_refused(
        x.venue(&alice, &positionAtCall { account, market: 99, at: now, price }),
        UnknownSeries { market: 99 },
    );
}

#[test]
fn the_basis_of_a_market_is_fixed_before_anybody_trades() {
    let mut x = Exchange::plain_with(VENUE);
    let (owner, alice) = (x.governance.clone(), x.trader("alice", 1_000 * DOLLAR));
    let fix = |basis| fixBasisCall { market: MARKET, basis };
    assert_refused(x.venue(&alice, &fix(2)), NotOwner {});
    assert_refused(x.venue(&owner, &fixBasisCall { market: 99, basis: 2 }), UnknownMarket { market: 99 });
    for basis in [0, 4] {
        assert_refused(x.venue(&owner, &fix(basis)), OutOfRange {});
    }
    assert_eq!(held(&x, &alice, x.chain.now(), 0).4, 1);
    x.venue(&owner, &fix(3)).unwrap();
    assert_eq!(emitted::<BasisFixed>(&x.chain), [BasisFixed { market: MARKET, basis: 3 }]);
    buy(&mut x, &alice, ONE);
    assert_refused(x.venue(&owner, &fix(2)), AlreadyTraded { market: MARKET });
    x.venue(&alice, &reduceCall { market: MARKET, size: u128::MAX }).unwrap();
    assert_refused(x.venue(&owner, &fix(2)), AlreadyTraded { market: MARKET });
    assert_eq!(held(&x, &alice, x.chain.now(), 0).4, 3);
}

#[test]
fn only_the_settlement_contract_ends_a_market() {
    let mut x = Exchange::plain_with(VENUE);
    let (owner, alice) = (x.governance.clone(), x.trader("alice", 1_000 * DOLLAR));
    let (settlement, maker) = (x.holder("settlement", 0), x.maker.clone());
    let name = nameSettlementCall { settlement: sol_address(settlement.address()) };
    let end = endMarketCall { market: MARKET };
    assert_refused(x.venue(&settlement, &end), NotSettlement {});
    assert_refused(x.venue(&alice, &name), NotOwner {});
    assert_refused(x.venue(&owner, &nameSettlementCall { settlement: Address::ZERO }), ZeroAddress {});
    x.venue(&owner, &name).unwrap();
    assert_refused(x.venue(&owner, &name), SettlementIsNamed {});
    assert_refused(x.venue(&owner, &end), NotSettlement {});
    assert_refused(x.venue(&settlement, &endMarketCall { market: 99 }), UnknownMarket { market: 99 });
    buy(&mut x, &alice, ONE);
    let account = sol_address(alice.address());
    let leave = leaveMarketCall { account, market: MARKET };
    assert_refused(x.venue(&alice, &leave), MarketNotEnded { market: MARKET });
    x.venue(&settlement, &end).unwrap();
    assert_eq!(emitted::<MarketEnded>(&x.chain), [MarketEnded { market: MARKET }]);
    let ended = MarketHasEnded { market: MARKET };
    assert_refused(x.venue(&alice, &increaseCall { market: MARKET, size: 1 }), ended.clone());
    assert_refused(x.venue(&alice, &reduceCall { market: MARKET, size: 1 }), ended.clone());
    let liquidate = liquidateCall { account, market: MARKET, maxSize: 1 };
    assert_refused(x.venue(&maker, &liquidate), ended);
    // It is no exposure any more, and the answer stays.
    assert_eq!(x.ask_venue(&exposuresCall { account }), vec![]);
    assert_eq!(x.health(&alice).0, 1_000_000_000);
    x.wait(6);
    assert_eq!(held(&x, &alice, x.chain.now(), 2_000 * UNIT).0, ONE);
    let venue = sol_address(x.venue);
    assert_refused(x.vault(&alice, &vault::optOutCall { venue }), vault::StillBound {});
    x.venue(&maker, &leave).unwrap();
    assert_refused(x.venue(&maker, &leave), NothingOpen {});
    x.vault(&alice, &vault::optOutCall { venue }).unwrap();
    let makers = leaveMarketCall { account: sol_address(maker.address()), market: MARKET };
    x.venue(&alice, &makers).unwrap();
    x.vault(&maker, &vault::optOutCall { venue }).unwrap();
}

#[test]
fn the_price_of_the_last_trade_is_reported_as_the_mark() {
    let mut x = Exchange::guarded_with(VENUE);
    let alice = x.trader("alice", 1_000 * DOLLAR);
    let report = reportMarkCall { market: MARKET };
    assert_refused(x.venue(&alice, &report), NothingOpen {});
    buy(&mut x, &alice, ONE);
    // The guard does not know yet whose mark it is.
    assert_refused(x.venue(&alice, &report), GuardFailed {});
    let basis = guard::setBasisCall { market: MARKET, venue: sol_address(x.venue), band: 500, maxAge: 600 };
    let (governance, at) = (x.governance.clone(), x.guard);
    x.chain.sol_call(&governance, at, &basis, 0).unwrap();
    assert_eq!(x.venue(&alice, &report).unwrap(), 2_002 * UNIT);
    let told = emitted::<guard::MarkReported>(&x.chain);
    assert_eq!((told[0].market, told[0].mark, told[0].index), (MARKET, 2_002 * UNIT, 2_000 * UNIT));
    assert_eq!((told[0].distance, told[0].within), (10, true));
}
