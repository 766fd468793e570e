//! Every message of a perpetual venue and every refusal, on the compiled contracts.

use alloy_core::{
    primitives::{Address, U256},
    sol_types::SolValue,
};
use e2e_tests::{
    assert_refused, emitted,
    exchange::{DOLLAR, Exchange, MARKET, UNIT, refusal},
    interfaces::{
        IMarginVault::{self as vault, ProfitRealised},
        IPerpetualVenue::{self as venue, *},
    },
    sol_address,
};
use lockstep_devchain::Account;

use super::VENUE;

const ALL: u128 = u128::MAX;
const ONE: i128 = 1_000_000_000_000_000_000;

fn buy(size: i128) -> increaseCall {
    increaseCall { market: MARKET, size }
}

fn close(size: u128) -> reduceCall {
    reduceCall { market: MARKET, size }
}

fn liquidate(account: &Account) -> liquidateCall {
    liquidateCall { account: sol_address(account.address()), market: MARKET, maxSize: ALL }
}

fn last<E: alloy_core::sol_types::SolEvent + Clone>(exchange: &Exchange) -> E {
    let events = emitted::<E>(&exchange.chain);
    assert_eq!(events.len(), 1, "{}", E::SIGNATURE);
    events[0].clone()
}

#[test]
fn a_long_wins_what_the_maker_loses() {
    let mut x = Exchange::plain_with(VENUE);
    let alice = x.trader("alice", 1_000 * DOLLAR);
    x.venue(&alice, &buy(2 * ONE)).unwrap();
    let who = sol_address(alice.address());
    assert_eq!(last::<Increased>(&x), Increased { account: who, market: MARKET, size: 2 * ONE, price: 2_002 * UNIT });
    assert_eq!(x.position(&alice), (2 * ONE, 4_004_000_000));
    assert_eq!(x.position(&x.maker), (-2 * ONE, -4_004_000_000));
    let exposures = x.ask_venue(&exposuresCall { account: who });
    let expected = venue::Exposure {
        market: MARKET,
        notional: 4_000 * DOLLAR,
        initial: 400 * DOLLAR,
        maintenance: 200 * DOLLAR,
        unrealised: -4_000_000,
        unrealisedStable: -4_000_000,
    };
    assert_eq!(exposures, vec![expected]);
    assert_eq!(x.health(&alice), (596_000_000, 596_000_000, 796_000_000, 49_019));

    x.price(2_100 * UNIT);
    x.venue(&alice, &close(UNIT)).unwrap();
    let expected = Reduced {
        account: who,
        market: MARKET,
        size: ONE,
        price: 2_097_900_000_000_000_000_000,
        profit: 95_900_000,
        escrowed: false,
    };
    assert_eq!(last::<Reduced>(&x), expected);
    let expected = ProfitRealised {
        venue: sol_address(x.venue),
        account: who,
        counterparty: sol_address(x.maker.address()),
        profit: 95_900_000,
        collected: 95_900_000,
        paid: 95_900_000,
    };
    assert_eq!(last::<ProfitRealised>(&x), expected);
    x.price(2_200 * UNIT);
    x.venue(&alice, &close(ALL)).unwrap();
    assert_eq!(x.money(&alice), (1_291_700_000, 0, 0));
    assert_eq!(x.money(&x.maker), (99_708_300_000, 0, 0));
    assert_eq!((x.position(&alice), x.position(&x.maker)), ((0, 0), (0, 0)));
    let member = x.ask(&vault::membershipCall { account: who, venue: sol_address(x.venue) });
    assert!(member.optedIn && !member.open);
    x.vault(&alice, &vault::withdrawCall { asset: 0, amount: 1_291_700_000 }).unwrap();
    let maker = x.maker.clone();
    x.assert_conserved(&[&alice, &maker]);
}

#[test]
fn a_short_loses_what_the_maker_wins() {
    let mut x = Exchange::plain_with(VENUE);
    let bob = x.trader("bob", 1_000 * DOLLAR);
    x.venue(&bob, &buy(-ONE)).unwrap();
    assert_eq!(x.position(&bob), (-ONE, -1_998_000_000));
    x.price(2_500 * UNIT);
    x.venue(&bob, &close(ALL)).unwrap();
    assert_eq!(last::<Reduced>(&x).profit, -504_500_000);
    assert_eq!(x.money(&bob), (495_500_000, 0, 0));
    assert_eq!(x.money(&x.maker), (100_504_500_000, 0, 0));
}

#[test]
fn an_opening_needs_all_that_it_needs() {
    let mut x = Exchange::plain_with(VENUE);
    let alice = x.trader("alice", 100 * DOLLAR);
    let who = sol_address(alice.address());
    let maker = x.maker.clone();
    assert_refused(x.venue(&alice, &buy(0)), ZeroSize {});
    assert_refused(x.venue(&alice, &increaseCall { market: 99, size: 1 }), UnknownMarket { market: 99 });
    assert_refused(x.venue(&maker, &buy(1)), Maker {});
    // 10 % of 2,000 and a loss of 2 by the spread are asked, 100 are there.
    assert_refused(x.venue(&alice, &buy(ONE)), InsufficientMargin { account: who, missing: 102_000_000 });
    assert_eq!(x.position(&alice), (0, 0));
    x.venue(&alice, &buy(ONE / 4)).unwrap();
    assert_refused(x.venue(&alice, &buy(-1)), WrongDirection {});
    let stranger = x.holder("stranger", 0);
    assert_refused(x.venue(&stranger, &buy(1)), NotOptedIn {});
    assert_refused(x.venue(&stranger, &close(1)), NothingOpen {});
    assert_refused(x.venue(&maker, &close(1)), Maker {});
    assert_refused(x.venue(&alice, &reduceCall { market: 99, size: 1 }), UnknownMarket { market: 99 });

    // A market that the oracle knows but has no price for, and one that it does not know.
    let governance = x.governance.clone();
    let reporters = vec![sol_address(x.reporters[0].address())];
    let guard = x.guard;
    x.chain
        .sol_call(&governance, guard, &e2e_tests::interfaces::IPlainOracle::setFeedCall { feed: 2, reporters }, 0)
        .unwrap();
    x.chain
        .sol_call(&governance, guard, &e2e_tests::interfaces::IPlainOracle::setMarketCall { market: 20, feed: 2 }, 0)
        .unwrap();
    for market in [20, 21] {
        x.venue(&governance, &market_terms(market, &maker)).unwrap();
    }
    assert_refused(x.venue(&alice, &increaseCall { market: 20, size: 1 }), InvalidPrice { verdict: 6 });
    assert_refused(x.venue(&alice, &increaseCall { market: 21, size: 1 }), Refused { reason: 15, until: 0 });

    // A dismissed venue opens nothing any more, and everything can be closed.
    x.govern(&vault::dismissVenueCall { venue: sol_address(x.venue) });
    assert_refused(x.venue(&alice, &buy(1)), NotAdmitted {});
    x.venue(&alice, &close(ALL)).unwrap();
    assert_eq!(x.position(&alice), (0, 0));
}

fn market_terms(market: u32, maker: &Account) -> addMarketCall {
    addMarketCall {
        market,
        maker: sol_address(maker.address()),
        decimals: 18,
        initial: 1_000,
        maintenance: 500,
        spread: 10,
        liquidationFee: 100,
        insuranceShare: 5_000,
    }
}

#[test]
fn markets_are_added_by_the_owner_with_sound_terms() {
    let mut x = Exchange::plain_with(VENUE);
    let (owner, maker) = (x.governance.clone(), x.maker.clone());
    let terms = market_terms(20, &maker);
    assert_refused(x.venue(&maker, &terms), NotOwner {});
    assert_refused(
        x.venue(&owner, &addMarketCall { market: MARKET, ..terms.clone() }),
        MarketExists { market: MARKET },
    );
    assert_refused(x.venue(&owner, &addMarketCall { maker: Address::ZERO, ..terms.clone() }), ZeroAddress {});
    for bad in [
        addMarketCall { maintenance: 0, ..terms.clone() },
        addMarketCall { maintenance: 1_001, ..terms.clone() },
        addMarketCall { initial: 10_001, ..terms.clone() },
        addMarketCall { spread: 10_000, ..terms.clone() },
        addMarketCall { liquidationFee: 501, ..terms.clone() },
        addMarketCall { insuranceShare: 10_001, ..terms.clone() },
        addMarketCall { decimals: 37, ..terms.clone() },
    ] {
        assert_refused(x.venue(&owner, &bad), OutOfRange {});
    }
    x.venue(&owner, &terms).unwrap();
    let expected = MarketAdded {
        market: 20,
        maker: sol_address(maker.address()),
        initial: 1_000,
        maintenance: 500,
        spread: 10,
        liquidationFee: 100,
    };
    assert_eq!(last::<MarketAdded>(&x), expected);
    let answer = x.ask_venue(&marketCall { number: 20 });
    assert_eq!((answer.maker, answer.decimals), (sol_address(maker.address()), 18));
    assert_eq!((answer.initial, answer.maintenance, answer.spread), (1_000, 500, 10));
    assert_eq!((answer.liquidationFee, answer.insuranceShare), (100, 5_000));
    assert_refused(x.venue(&owner, &marketCall { number: 99 }), UnknownMarket { market: 99 });

    let address = sol_address(owner.address());
    for (constructor, decimals) in [
        ((Address::ZERO, address, address, U256::from(6)), 6),
        ((address, Address::ZERO, address, U256::from(6)), 6),
        ((address, address, Address::ZERO, U256::from(6)), 6),
        ((address, address, address, U256::from(37)), 37),
    ] {
        let deployed = x.chain.deploy(&owner, VENUE.code(), constructor.abi_encode_params(), 0);
        if decimals == 37 {
            assert_refused(deployed, OutOfRange {});
        } else {
            assert_refused(deployed, ZeroAddress {});
        }
    }
}

/// 4 at 2,002 on 1,000 of margin; at 1,840 maintenance is missed by 16 and the liquidation end by 384.
fn falling() -> (Exchange, Account, Account) {
    let mut x = Exchange::plain_with(VENUE);
    let alice = x.trader("alice", 1_000 * DOLLAR);
    let keeper = x.holder("keeper", 0);
    x.venue(&alice, &buy(4 * ONE)).unwrap();
    x.price(1_850 * UNIT);
    assert_eq!(x.health(&alice), (-348_000_000, -348_000_000, 22_000_000, 10_224));
    assert_refused(x.venue(&keeper, &liquidate(&alice)), Healthy {});
    x.price(1_840 * UNIT);
    assert_eq!(x.health(&alice), (-384_000_000, -384_000_000, -16_000_000, 9_842));
    (x, alice, keeper)
}

#[test]
fn a_liquidation_stops_at_the_liquidation_end() {
    let (mut x, alice, keeper) = falling();
    let maker = x.maker.clone();
    assert_refused(x.venue(&keeper, &liquidateCall { market: 99, ..liquidate(&alice) }), UnknownMarket { market: 99 });
    assert_refused(x.venue(&keeper, &liquidate(&maker)), Maker {});
    assert_refused(x.venue(&keeper, &liquidate(&keeper)), NothingOpen {});
    assert_refused(x.venue(&keeper, &liquidateCall { maxSize: 0, ..liquidate(&alice) }), NothingToLiquidate {});

    // Closing all would relieve 736 of requirement less 73.6 of fee: 384 / 662.4 of the position.
    let closed = x.venue(&keeper, &liquidate(&alice)).unwrap();
    assert_eq!(closed, 2_318_840_579_710_144_928);
    let expected = Liquidated {
        account: sol_address(alice.address()),
        market: MARKET,
        liquidator: sol_address(keeper.address()),
        size: 2_318_840_579_710_144_928,
        price: 1_840 * UNIT,
        profit: -375_652_174,
        reward: 21_333_333,
        insurance: 21_333_334,
    };
    assert_eq!(last::<Liquidated>(&x), expected);
    let authorised = last::<vault::LiquidationAuthorised>(&x);
    assert_eq!((authorised.market, authorised.size, authorised.health), (MARKET, closed, 9_842));
    let charged = last::<vault::LiquidationCharged>(&x);
    assert_eq!((charged.reward, charged.insurance), (21_333_333, 21_333_334));
    assert_eq!(x.money(&alice), (581_681_159, 0, 0));
    assert_eq!(x.money(&keeper), (21_333_333, 0, 0));
    assert_eq!(x.ask(&vault::stateCall {}).insurance, 21_333_334);
    // Back at the end, but for the rounding of two values.
    assert_eq!(x.health(&alice), (-2, -2, 154_666_665, 13_622));
    assert_refused(x.venue(&keeper, &liquidate(&alice)), Healthy {});
    x.assert_conserved(&[&alice, &maker, &keeper]);
}

#[test]
fn a_liquidator_may_take_less() {
    let (mut x, alice, keeper) = falling();
    assert_eq!(x.venue(&keeper, &liquidateCall { maxSize: UNIT / 100, ..liquidate(&alice) }).unwrap(), UNIT / 100);
    assert_eq!(x.position(&alice).0, 4 * ONE - ONE / 100);
}

#[test]
fn bad_debt_is_paid_by_insurance_and_then_borne_by_the_winner() {
    let mut x = Exchange::plain_with(VENUE);
    let alice = x.trader("alice", 1_000 * DOLLAR);
    let donor = x.trader("donor", 500 * DOLLAR);
    let maker = x.maker.clone();
    x.vault(&donor, &vault::fundInsuranceCall { amount: 500 * DOLLAR }).unwrap();
    x.venue(&alice, &buy(4 * ONE)).unwrap();
    x.price(1_500 * UNIT);
    assert_eq!(x.venue(&donor, &liquidate(&alice)).unwrap(), 4 * UNIT);
    let moved = last::<ProfitRealised>(&x);
    assert_eq!((moved.profit, moved.collected, moved.paid), (-2_008_000_000, 1_000_000_000, 1_000_000_000));
    assert_eq!(last::<Liquidated>(&x).reward, 0);
    assert_eq!(x.money(&alice), (0, 1_008_000_000, 0));
    assert_eq!(x.money(&maker), (101_000_000_000, 0, 1_008_000_000));

    let who = sol_address(alice.address());
    let covered = x.vault(&donor, &vault::coverBadDebtCall { account: who }).unwrap();
    assert_eq!((covered.covered, covered.shared), (500_000_000, 508_000_000));
    let event = last::<vault::BadDebtCovered>(&x);
    assert_eq!((event.account, event.covered, event.byBond, event.byCredits), (who, 500_000_000, 0, 508_000_000));
    let settle = vault::settleCall { account: sol_address(maker.address()), venue: sol_address(x.venue) };
    let settled = x.vault(&donor, &settle).unwrap();
    // A share is rounded down; what is lost of a unit stays in the pool.
    assert_eq!((settled.collected, settled.paid), (0, 499_999_999));
    assert_eq!((x.money(&alice), x.money(&maker)), ((0, 0, 0), (101_499_999_999, 0, 0)));
    assert_eq!(x.ask(&vault::stateCall {}).insurance, 0);

    x.assert_conserved(&[&alice, &maker, &donor]);
}

#[test]
fn a_maker_whose_sides_cancel_out_stays_for_its_traders() {
    let mut x = Exchange::plain_with(VENUE);
    let (alice, bob) = (x.trader("alice", 1_000 * DOLLAR), x.trader("bob", 1_000 * DOLLAR));
    let maker = x.maker.clone();
    x.venue(&alice, &buy(ONE)).unwrap();
    x.venue(&bob, &buy(-ONE)).unwrap();
    assert_eq!(x.position(&maker), (0, -4_000_000));
    let venue = sol_address(x.venue);
    assert_refused(x.vault(&maker, &vault::optOutCall { venue }), vault::StillBound {});
    x.venue(&alice, &close(ALL)).unwrap();
    x.venue(&bob, &close(ALL)).unwrap();
    assert_eq!((x.money(&alice).0, x.money(&bob).0), (996_000_000, 996_000_000));
    assert_eq!(x.money(&maker).0, 100_008_000_000);
    x.vault(&alice, &vault::optOutCall { venue }).unwrap();

    let owner = x.governance.clone();
    for market in 20..27 {
        x.venue(&owner, &market_terms(market, &maker)).unwrap();
    }
    assert_refused(x.venue(&owner, &market_terms(27, &maker)), TooManyMarkets {});
}

#[test]
fn a_price_of_zero_is_no_mark() {
    let mut x = Exchange::guarded_with(VENUE);
    let alice = x.trader("alice", 1_000 * DOLLAR);
    x.venue(&alice, &buy(ONE)).unwrap();
    x.wait(6);
    x.price(0);
    assert_eq!(refusal::<_, Refused>(x.venue(&alice, &buy(ONE))).reason, 6);
    x.venue(&alice, &close(ALL)).unwrap();
    let reduced = last::<Reduced>(&x);
    assert_eq!((reduced.price, reduced.profit, reduced.escrowed), (2_000 * UNIT, -2_000_000, false));
}

#[test]
fn profit_at_an_invalid_mark_waits_for_a_valid_one() {
    let mut x = Exchange::guarded_with(VENUE);
    let alice = x.trader("alice", 1_000 * DOLLAR);
    let who = sol_address(alice.address());
    let maker = x.maker.clone();
    let release = releaseEscrowCall { account: who, market: MARKET };
    x.venue(&alice, &buy(ONE)).unwrap();
    for _ in 0..30 {
        x.wait(60);
        x.price(2_100 * UNIT);
    }
    assert_refused(x.venue(&alice, &release), NothingInEscrow {});

    // The reporters fall silent: the mark goes stale at 2,100. Nothing opens, everything closes.
    x.wait(180);
    assert_eq!(refusal::<_, Refused>(x.venue(&alice, &buy(ONE))).reason, 2);
    x.venue(&alice, &close(ALL)).unwrap();
    let reduced = last::<Reduced>(&x);
    assert_eq!((reduced.price, reduced.profit, reduced.escrowed), (2_100 * UNIT, 98_000_000, true));
    assert_eq!(x.position(&alice), (0, 0));
    assert_eq!(x.money(&alice), (1_000_000_000, 0, 0));
    assert_eq!(x.money(&maker), (99_902_000_000, 0, 0));
    x.assert_conserved(&[&alice, &maker]);
    assert_refused(x.venue(&alice, &release), InvalidPrice { verdict: 2 });
    let escrow = x.ask_venue(&escrowCall { account: who, market: MARKET });
    assert_eq!((escrow.size, escrow.cost, escrow.profit), (ONE, 2_002_000_000, 98_000_000));

    // In truth the price had gone to 2,050: half of the profit was never there.
    x.price(2_050 * UNIT);
    x.venue(&maker, &release).unwrap();
    let released = last::<EscrowReleased>(&x);
    assert_eq!((released.account, released.paid, released.returned), (who, 48_000_000, 50_000_000));
    assert_eq!(x.money(&alice), (1_048_000_000, 0, 0));
    assert_eq!(x.money(&maker), (99_952_000_000, 0, 0));
    assert_refused(x.venue(&alice, &release), NothingInEscrow {});
    x.assert_conserved(&[&alice, &maker]);
}

#[test]
fn a_loss_is_realised_at_an_invalid_mark() {
    let mut x = Exchange::guarded_with(VENUE);
    let alice = x.trader("alice", 1_000 * DOLLAR);
    x.venue(&alice, &buy(ONE)).unwrap();
    x.wait(300);
    x.venue(&alice, &close(ALL)).unwrap();
    let reduced = last::<Reduced>(&x);
    assert_eq!((reduced.price, reduced.profit, reduced.escrowed), (2_000 * UNIT, -2_000_000, false));
    assert_eq!(x.money(&alice), (998_000_000, 0, 0));
    x.vault(&alice, &vault::withdrawCall { asset: 0, amount: 998_000_000 }).unwrap();
}

#[test]
fn after_an_outage_nobody_is_liquidated_until_the_thaw_and_then_by_the_ramp() {
    let mut x = Exchange::guarded_with(VENUE);
    let alice = x.trader("alice", 1_000 * DOLLAR);
    let keeper = x.holder("keeper", 0);
    x.venue(&alice, &buy(4 * ONE)).unwrap();

    // The chain halts for an hour; the first price afterwards is 1,840, at which alice misses maintenance. Her health
    // is 0.984, so she is not deeply insolvent.
    x.chain.produce_block_after(3_600).unwrap();
    x.price(1_840 * UNIT);
    assert_eq!(x.health(&alice).3, 9_842);
    let refused: Refused = refusal(x.venue(&keeper, &liquidate(&alice)));
    assert_eq!(refused.reason, 7);
    assert!(refused.until > x.chain.now());
    assert_eq!(x.position(&alice).0, 4 * ONE);
    // What reduces risk goes on.
    x.venue(&alice, &close(UNIT / 10)).unwrap();

    // Fresh reports from all three and the grace of ten minutes thaw the market; a tenth may go at once.
    for _ in 0..11 {
        x.wait(60);
        x.price(1_830 * UNIT);
    }
    let first = x.venue(&keeper, &liquidate(&alice)).unwrap();
    let size = 4 * UNIT - UNIT / 10;
    assert!(first >= size / 10 && first < size / 5, "{first}");
    assert_refused(x.venue(&keeper, &liquidate(&alice)), NothingToLiquidate {});
    for _ in 0..5 {
        x.wait(60);
        x.price(1_825 * UNIT);
    }
    let second = x.venue(&keeper, &liquidate(&alice)).unwrap();
    assert!(second > 0 && first + second < size / 2, "{first} {second}");
}

#[test]
fn deep_insolvency_is_liquidated_while_frozen_at_a_valid_price() {
    let mut x = Exchange::guarded_with(VENUE);
    let alice = x.trader("alice", 1_000 * DOLLAR);
    let keeper = x.holder("keeper", 0);
    x.venue(&alice, &buy(4 * ONE)).unwrap();
    x.chain.produce_block_after(3_600).unwrap();
    x.price(1_805 * UNIT);
    // Assets of 1,000 against a loss of 788 and a requirement of 361.
    assert_eq!(x.health(&alice).3, 8_703);
    assert!(x.venue(&keeper, &liquidate(&alice)).unwrap() > 0);
}
