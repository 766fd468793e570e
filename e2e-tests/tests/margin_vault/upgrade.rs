//! What upgrades and wild prices add to margin, on the real registry and guard.

use alloy_core::primitives::FixedBytes;
use e2e_tests::{
    assert_refused,
    exchange::{DOLLAR, Exchange, MARKET, NATIVE_MARKET, UNIT},
    interfaces::{
        IMarginVault::*,
        IOracleGuard,
        IPerpetualVenue::{self, Liquidated},
        IUpgradeRegistry::{self as registry, Disclosure, Impact, Schedule},
    },
    sol_address,
};
use lockstep_core::registry::fork_zero;
use lockstep_devchain::Account;
use sp_crypto_hashing::keccak_256;

use crate::{DAY, NATIVE, address, deposit_native, exposure, last};

const HOUR: u64 = 3_600;
const DOMAIN: u32 = 1;
const GENESIS: FixedBytes<32> = FixedBytes([1; 32]);
const CODE: FixedBytes<32> = FixedBytes([2; 32]);
/// The vault's figure for the time that follows a plan in the guard.
const GRACE: u64 = HOUR;
/// The native token's number.
const COIN: u32 = 1;

/// A network, and three keepers of whom two decide.
pub(crate) fn keepers(x: &mut Exchange) -> Vec<Account> {
    let (governance, registry) = (x.governance.clone(), x.registry);
    let domain = registry::registerDomainCall { domain: DOMAIN, genesisHash: GENESIS, paraId: 1_000, chainId: 420 };
    x.chain.sol_call(&governance, registry, &domain, 0).unwrap();
    let keepers: Vec<Account> = ["kai", "lea", "mia"].iter().map(|name| x.holder(name, 0)).collect();
    for (keeper, threshold) in keepers.iter().zip([1, 2, 2]) {
        let call = registry::addKeeperCall { keeper: address(keeper), threshold };
        x.chain.sol_call(&governance, registry, &call, 0).unwrap();
    }
    keepers
}

/// Announces a plan on both markets: frozen in three days for four hours at most, 12 s to finality and twice the fees after
/// it. Returns it, and when it freezes.
pub(crate) fn announce(x: &mut Exchange) -> (u64, u64) {
    let freeze_at = x.chain.now() + 3 * DAY;
    let call = registry::announceCall {
        domain: DOMAIN,
        codeHash: CODE,
        specVersion: 2,
        schedule: Schedule {
            freezeAt: freeze_at,
            earliest: freeze_at + 60,
            latest: freeze_at + 2 * HOUR,
            stabilise: 1_800,
            maxFreeze: 4 * HOUR,
        },
        impact: Impact {
            finalityBefore: 30,
            finalityAfter: 12,
            blockTimeBefore: 60_000,
            blockTimeAfter: 60_000,
            feeRatioBefore: 10_000,
            feeRatioAfter: 20_000,
            collateralUtilityBefore: 10_000,
            collateralUtilityAfter: 10_000,
            issuanceBefore: 0,
            issuanceAfter: 0,
        },
        disclosure: Disclosure { severity: 2, hash: FixedBytes([9; 32]), uri: "ipfs://disclosure".into() },
        markets: vec![MARKET, NATIVE_MARKET],
    };
    let (governance, registry) = (x.governance.clone(), x.registry);
    (x.chain.sol_call(&governance, registry, &call, 0).unwrap(), freeze_at)
}

/// Two keepers see it activated, migrated and working.
fn verify(x: &mut Exchange, keepers: &[Account], plan: u64) {
    let (registry, now) = (x.registry, x.chain.now());
    let fork = FixedBytes(fork_zero(keccak_256, GENESIS.0, 1_000, 420).0);
    for kind in 0..3 {
        for keeper in &keepers[..2] {
            let call = registry::signalCall { plan, kind, forkId: fork, height: 50, codeHash: CODE, observedAt: now };
            x.chain.sol_call(keeper, registry, &call, 0).unwrap();
        }
    }
    let state = x.chain.sol_view(&keepers[0], registry, &registry::planCall { plan_: plan }).unwrap();
    assert_eq!((state.phase, state.releasedAt), (3, now));
}

/// Prices come in every minute until the guard allows liquidations.
pub(crate) fn thaw(x: &mut Exchange) {
    let ask = IOracleGuard::permissionCall { markets: vec![MARKET, NATIVE_MARKET], action: 5, health: u32::MAX };
    for _ in 0..60 {
        x.wait(60);
        x.price(2_000 * UNIT);
        if x.chain.sol_view(&x.governance, x.guard, &ask).unwrap().allowed {
            return;
        }
    }
    panic!("the market does not thaw");
}

/// The plans' add-on in the initial and the maintenance tier, in both markets alike.
fn add_ons(x: &Exchange) -> (u32, u32) {
    let of = |market| x.ask(&outlookCall { market });
    let (perpetual, coin) = (of(MARKET), of(NATIVE_MARKET));
    assert_eq!((perpetual.initial, perpetual.maintenance), (coin.initial, coin.maintenance));
    (coin.initial, coin.maintenance)
}

/// Long one unit at 2,002 with so many dollars.
pub(crate) fn long(x: &mut Exchange, name: &str, dollars: u128) -> Account {
    let account = x.trader(name, dollars * DOLLAR);
    let increase = IPerpetualVenue::increaseCall { market: MARKET, size: i128::try_from(UNIT).unwrap() };
    x.venue(&account, &increase).unwrap();
    account
}

/// A part of two thousand dollars, in basis points.
fn of_the_price(bps: u32) -> i128 {
    i128::from(bps) * 200_000
}

#[test]
fn a_plan_adds_on_a_ramp_until_the_freeze_and_takes_off_after_the_thaw() {
    let mut x = Exchange::connected(400);
    let keepers = keepers(&mut x);
    let dollars = long(&mut x, "dollars", 1_000);
    let coins = long(&mut x, "coins", 202);
    deposit_native(&mut x, &coins, NATIVE).unwrap();
    let check = |x: &Exchange, add_on: u32| {
        assert_eq!(add_ons(x), (add_on, add_on));
        // Who has only dollars meets it on his requirement, times the notional of 2,000.
        let more = of_the_price(add_on);
        let health = x.health(&dollars);
        assert_eq!((health.0, health.2), (798_000_000 - more, 898_000_000 - more));
        // Who has coins meets it on them besides: 2,000 less a tenth.
        let health = x.health(&coins);
        assert_eq!((health.0, health.2), (1_800_000_000 - 2 * more, 1_900_000_000 - 2 * more));
    };
    check(&x, 0);
    let announced = x.chain.now();
    let (plan, freeze_at) = announce(&mut x);
    check(&x, 0);
    // 4 h of freeze, 1 h of grace and 12 s to finality are 18,012 s; 3 * 4 % * sqrt(18,012 / 86,400) = 547.91.
    let full = 548;
    x.chain.produce_until(announced + 36 * HOUR);
    check(&x, full / 2);
    x.chain.produce_until(freeze_at - 600);
    // 548 * 258,600 / 259,200 = 546.73.
    check(&x, 547);
    let outlook = x.ask(&outlookCall { market: MARKET });
    assert_eq!((outlook.volatility, outlook.feeRatio, outlook.hedgingBand), (0, 10_000, 10_000));
    x.chain.produce_until(freeze_at);
    check(&x, full);
    // The cube root of two.
    let outlook = x.ask(&outlookCall { market: MARKET });
    assert_eq!((outlook.volatility, outlook.feeRatio, outlook.hedgingBand), (0, 20_000, 12_599));

    // Nothing loosens while it lasts.
    let governance = x.governance.clone();
    let looser = setHaircutCall { asset: COIN, haircut: 900 };
    assert_refused(x.vault(&governance, &looser), LooseningBarred { until: u64::MAX });

    x.chain.produce_until(freeze_at + 1_200);
    let released = x.chain.now();
    verify(&mut x, &keepers, plan);
    check(&x, full);
    // Nobody reports: the grace passes and nothing thaws.
    let falls_from = released + GRACE;
    x.chain.produce_until(falls_from + HOUR);
    check(&x, full);
    thaw(&mut x);
    let falling = |x: &Exchange| {
        let left = DAY - (x.chain.now() - falls_from);
        u32::try_from((u64::from(full) * left).div_ceil(DAY)).unwrap()
    };
    let now = falling(&x);
    assert!((510..525).contains(&now), "{now}");
    check(&x, now);
    x.wait(60);
    x.price(2_000 * UNIT);
    check(&x, falling(&x));

    x.chain.produce_until(falls_from + DAY - 1_800);
    thaw(&mut x);
    let left = falling(&x);
    assert!((1..=12).contains(&left), "{left}");
    check(&x, left);
    x.chain.produce_until(falls_from + DAY);
    thaw(&mut x);
    check(&x, 0);
    // It completed half an hour after the release; a day later haircuts may fall again.
    x.govern(&looser);
    assert_eq!(last::<ParameterSet>(&x).to, 900);
}

/// What was decided before the freeze, to begin an hour after it, waits until nothing bars it.
#[test]
fn no_loosening_takes_effect_from_the_freeze_to_the_cool_down() {
    let mut x = Exchange::connected(400);
    keepers(&mut x);
    let coins = long(&mut x, "coins", 202);
    deposit_native(&mut x, &coins, NATIVE).unwrap();
    let freeze_at = announce(&mut x).1;
    let begins = freeze_at + HOUR;
    x.chain.produce_until(begins - 2 * DAY);
    let (venue, cap) = (x.holder("venue", 0), 1u128 << 100);
    let of_coin = |number, value| setParameterCall { number, asset_: COIN, venue_: sol_address(x.venue), value };
    let raise = of_coin(9, cap + cap / 2);
    x.govern(&setHaircutCall { asset: COIN, haircut: 500 });
    x.govern(&raise);
    x.govern(&admitVenueCall { venue: address(&venue), bondRequired: 0, cover: 0 });
    let in_force = |x: &Exchange| {
        let of = |number| x.ask(&parameterCall { number, asset_: COIN, venue_: sol_address(x.venue) }).inForce;
        (of(8), of(9), x.ask(&assetCall { number: COIN }).haircut, x.ask(&assetCall { number: COIN }).cap)
    };
    let before = (1_000, cap, 1_000, cap);
    x.chain.produce_until(begins + 20 * HOUR);
    x.recover();
    assert_eq!(in_force(&x), before);
    let add_on = add_ons(&x).1;
    assert_eq!(x.health(&coins).2, 1_900_000_000 - 2 * of_the_price(add_on));
    x.vault(&coins, &optInCall { venue: address(&venue) }).unwrap();
    let grow = increasedCall {
        account: address(&coins),
        counterparty: address(&venue),
        exposures: vec![exposure(DOLLAR, DOLLAR, 0)],
        counterExposures: vec![],
        checkCounterparty: false,
    };
    assert_refused(x.vault(&venue, &grow), TooSoon { until: begins });

    // Nothing was activated: the plan expired two hours after its freeze.
    let ends = freeze_at + 2 * HOUR + DAY;
    x.chain.produce_until(ends - 60);
    assert_eq!(in_force(&x), before);
    x.chain.produce_until(ends);
    x.recover();
    assert_eq!(in_force(&x), (500, cap + cap / 2, 500, cap + cap / 2));
    x.vault(&venue, &grow).unwrap();
}

#[test]
fn nobody_is_liquidated_by_the_announcement_and_dearer_transactions_are_paid_for() {
    let mut x = Exchange::connected(400);
    let keepers = keepers(&mut x);
    // Enough for the initial margin and the spread, and no more.
    let short = long(&mut x, "short of cash", 202);
    let liquidator = x.trader("liquidator", 1_000 * DOLLAR);
    let (plan, freeze_at) = announce(&mut x);
    assert_eq!(x.health(&short).2, 100_000_000);
    x.chain.produce_until(freeze_at);
    assert_eq!(x.health(&short).2, 100_000_000 - of_the_price(548));
    let close =
        |max_size| IPerpetualVenue::liquidateCall { account: address(&short), market: MARKET, maxSize: max_size };
    // Prices come in, and the plan alone keeps the market frozen.
    x.recover();
    x.recover();
    let refused = e2e_tests::exchange::refusal::<_, IPerpetualVenue::Refused>(x.venue(&liquidator, &close(UNIT)));
    assert_eq!(refused.reason, 9);

    x.chain.produce_until(freeze_at + 1_200);
    verify(&mut x, &keepers, plan);
    x.chain.produce_until(x.chain.now() + GRACE - 600);
    thaw(&mut x);
    let add_on = add_ons(&x).0;
    let health = x.health(&short);
    assert_eq!(health.2, 100_000_000 - of_the_price(add_on));
    assert!(health.2 < 0, "{health:?}");
    // A bite of less than twice ten dollars is not worth its transaction.
    let small = x.venue(&liquidator, &close(UNIT / 200));
    assert_refused(small, IPerpetualVenue::TooSmall { smallest: 20 * DOLLAR });
    x.venue(&liquidator, &close(UNIT / 20)).unwrap();
    // A hundredth of 100 dollars is the fee; the liquidator's half of it is doubled.
    let charged = last::<LiquidationCharged>(&x);
    assert_eq!((charged.reward, charged.insurance), (DOLLAR, DOLLAR / 2));
    assert_eq!(last::<Liquidated>(&x).size.unsigned_abs(), UNIT / 20);
}

#[test]
fn an_emergency_meets_initial_margin_at_once_and_maintenance_in_a_day() {
    let mut x = Exchange::connected(400);
    let keepers = keepers(&mut x);
    let dollars = long(&mut x, "dollars", 1_000);
    let registry_ = x.registry;
    let opening = registry::openEmergencyCall {
        domain: DOMAIN,
        follows: 0,
        codeHash: CODE,
        height: 7,
        disclosure: FixedBytes([9; 32]),
        length: 6 * HOUR,
        markets: vec![MARKET, NATIVE_MARKET],
    };
    for keeper in &keepers[..2] {
        x.chain.sol_call(keeper, registry_, &opening, 0).unwrap();
    }
    let opened = x.chain.now();
    // 6 h of freeze and 1 h of grace; 1,200 * sqrt(25,200 / 86,400) = 648.08.
    let check = |x: &Exchange, initial: u32, maintenance: u32| {
        assert_eq!(add_ons(x), (initial, maintenance));
        let health = x.health(&dollars);
        assert_eq!(
            (health.0, health.2),
            (798_000_000 - of_the_price(initial), 898_000_000 - of_the_price(maintenance))
        );
    };
    check(&x, 649, 0);
    x.chain.produce_until(opened + HOUR);
    // 649 / 24 = 27.04.
    check(&x, 649, 28);
    // Two of three keepers make it a day: 1,200 * sqrt(90,000 / 86,400) = 1,224.74.
    for keeper in &keepers[..2] {
        x.chain.sol_call(keeper, registry_, &registry::extendEmergencyCall { plan_: 1 }, 0).unwrap();
    }
    check(&x, 1_225, 52);
    x.chain.produce_until(opened + 12 * HOUR);
    check(&x, 1_225, 613);
    x.chain.produce_until(opened + DAY);
    check(&x, 1_225, 1_225);
}

#[test]
fn wild_prices_add_to_haircuts_by_default() {
    let mut x = Exchange::connected(701);
    let dollars = long(&mut x, "dollars", 1_000);
    let coins = x.trader("coins", 0);
    deposit_native(&mut x, &coins, NATIVE).unwrap();
    // Three for each basis point beyond 5 % a day.
    assert_eq!(x.ask(&outlookCall { market: NATIVE_MARKET }).volatility, 603);
    let counted = 1_800_000_000 - of_the_price(603);
    assert_eq!(x.health(&coins), (counted, counted, counted, u32::MAX));
    // Requirements are the venue's, and it knows.
    assert_eq!((x.health(&dollars).0, x.health(&dollars).2), (798_000_000, 898_000_000));
    // Governance may make it less, in two days, by half a point of three.
    let governance = x.governance.clone();
    let set = |value| setParameterCall { number: 4, asset_: 0, venue_: sol_address(x.venue), value };
    let (less, too_little) = (set(25_000), set(24_999));
    assert_refused(x.vault(&governance, &too_little), StepTooLarge { step: 5_001, max: 5_000 });
    x.govern(&less);
    let event = last::<ParameterSet>(&x);
    assert_eq!((event.from, event.to, event.start), (30_000, 25_000, x.chain.now() + 2 * DAY));
    assert_eq!(x.health(&coins).0, counted);
}

#[test]
fn add_ons_leave_a_twentieth_of_the_value() {
    let mut x = Exchange::connected(5_000);
    let coins = x.trader("coins", 0);
    deposit_native(&mut x, &coins, NATIVE).unwrap();
    assert_eq!(x.ask(&outlookCall { market: NATIVE_MARKET }).volatility, 13_500);
    assert_eq!(x.health(&coins), (100_000_000, 100_000_000, 100_000_000, u32::MAX));
}

#[test]
fn a_registry_that_does_not_answer_is_replaced() {
    let mut x = Exchange::connected(400);
    let coins = long(&mut x, "coins", 202);
    deposit_native(&mut x, &coins, NATIVE).unwrap();
    let (governance, broken) = (x.governance.clone(), x.holder("broken", 0));
    let wait = |x: &mut Exchange| {
        x.chain.produce_until(x.chain.now() + 2 * DAY);
        x.recover();
    };
    x.govern(&setRegistryCall { registry: address(&broken) });
    wait(&mut x);
    let withdraw = withdrawCall { asset: COIN, amount: 1 };
    assert_refused(x.vault(&coins, &withdraw), RegistryFailed {});
    deposit_native(&mut x, &coins, 1).unwrap();
    // Whether a plan bars loosening cannot be told, so that nothing loosens but the registry itself is replaced.
    assert_refused(x.vault(&governance, &setGuardCall { guard: address(&broken) }), RegistryFailed {});
    assert_refused(x.vault(&governance, &setHaircutCall { asset: COIN, haircut: 900 }), RegistryFailed {});
    x.govern(&setRegistryCall { registry: sol_address(x.registry) });
    assert_refused(x.vault(&coins, &withdraw), RegistryFailed {});
    wait(&mut x);
    x.vault(&coins, &withdraw).unwrap();
}
