//! The parameter law, on every parameter.

use alloy_core::primitives::Address;
use e2e_tests::{
    assert_refused, blob,
    exchange::{DOLLAR, Exchange, NATIVE_MARKET, UNIT},
    interfaces::{IMarginVault::*, IPlainOracle},
    sol_address,
};

use crate::{DAY, NATIVE, address, admitted, deposit_native, join, last, list_native, pass};

const CAP: u8 = 9;
const SCALE_START: u8 = 10;
const WEIGHT: u8 = 11;
const BOND: u8 = 12;

fn of_asset(number: u8, asset: u32, value: u128) -> setParameterCall {
    setParameterCall { number, asset_: asset, venue_: Address::ZERO, value }
}

/// In force, to come, when it begins to move, when it has arrived.
fn course(x: &Exchange, number: u8, asset: u32, venue: Address) -> (u128, u128, u64, u64) {
    let p = x.ask(&parameterCall { number, asset_: asset, venue_: venue });
    (p.inForce, p.toCome, p.start, p.arrivesAt)
}

#[test]
fn a_cap_falls_at_once_and_rises_after_two_days_by_half_at_most() {
    let mut x = Exchange::plain();
    let governance = x.governance.clone();
    let asset = list_native(&mut x);
    let set = |cap| of_asset(CAP, asset, cap);
    assert_refused(x.vault(&governance, &of_asset(CAP, 0, 1)), UnknownAsset { asset: 0 });
    assert_refused(x.vault(&governance, &set(0)), OutOfRange { value: 1 });
    assert_refused(x.vault(&governance, &set(10 * UNIT)), Unchanged {});
    let step = StepTooLarge { step: 5 * UNIT + 1, max: 5 * UNIT };
    assert_refused(x.vault(&governance, &set(15 * UNIT + 1)), step.clone());
    assert_refused(x.vault(&governance, &set(5 * UNIT - 1)), step);
    let now = x.chain.now();
    x.govern(&set(15 * UNIT));
    let event = last::<ParameterSet>(&x);
    assert_eq!((event.parameter, event.asset, event.venue), (CAP, asset, Address::ZERO));
    assert_eq!((event.from, event.to, event.start), (10 * UNIT, 15 * UNIT, now + 2 * DAY));
    assert_refused(x.vault(&governance, &set(5 * UNIT)), TooSoon { until: now + 3 * DAY });
    let alice = x.trader("alice", 0);
    let over = CapExceeded { held: 11 * UNIT, cap: 10 * UNIT };
    assert_refused(deposit_native(&mut x, &alice, 11 * NATIVE), over);
    let moves = (10 * UNIT, 15 * UNIT, now + 2 * DAY, now + 2 * DAY);
    assert_eq!(course(&x, CAP, asset, Address::ZERO), moves);
    x.chain.produce_block_at(now + 2 * DAY).unwrap();
    deposit_native(&mut x, &alice, 11 * NATIVE).unwrap();
    x.chain.produce_block_at(now + 3 * DAY).unwrap();
    // Below what is held: nobody has to leave, and nothing more comes in.
    x.govern(&set(8 * UNIT));
    assert_eq!(course(&x, CAP, asset, Address::ZERO).0, 8 * UNIT);
    let over = CapExceeded { held: 12 * UNIT, cap: 8 * UNIT };
    assert_refused(deposit_native(&mut x, &alice, NATIVE), over);
    x.vault(&alice, &withdrawCall { asset, amount: UNIT }).unwrap();
}

#[test]
fn a_scale_start_shrinks_initial_margin_and_liquidates_nobody() {
    let mut x = Exchange::plain();
    let asset = list_native(&mut x);
    let (alice, bob) = (x.trader("alice", 0), x.trader("bob", 0));
    deposit_native(&mut x, &alice, NATIVE).unwrap();
    assert_eq!(course(&x, SCALE_START, asset, Address::ZERO).0, u128::MAX);
    x.govern(&of_asset(SCALE_START, asset, 4_000 * DOLLAR));
    let event = last::<ParameterSet>(&x);
    let now = x.chain.now();
    assert_eq!((event.parameter, event.from, event.to, event.start), (SCALE_START, u128::MAX, 4_000 * DOLLAR, now));
    assert_eq!(x.health(&alice), (1_800_000_000, 1_800_000_000, 1_800_000_000, u32::MAX));
    // What another deposits makes alice no less healthy: only initial margin and the liquidation end know of it.
    deposit_native(&mut x, &bob, 7 * NATIVE).unwrap();
    assert_eq!(x.health(&alice), (450_000_000, 450_000_000, 1_800_000_000, u32::MAX));
    let governance = x.governance.clone();
    pass(&mut x, 3 * DAY);
    let wide = StepTooLarge { step: 2_001 * DOLLAR, max: 2_000 * DOLLAR };
    assert_refused(x.vault(&governance, &of_asset(SCALE_START, asset, 6_001 * DOLLAR)), wide);
    x.govern(&of_asset(SCALE_START, asset, 6_000 * DOLLAR));
    assert_eq!(x.health(&alice).0, 450_000_000);
    pass(&mut x, 2 * DAY);
    assert_eq!(x.health(&alice).0, 675_000_000);
}

#[test]
fn a_venue_begins_after_its_delay_and_its_terms_move_by_the_law() {
    let mut x = Exchange::plain();
    let governance = x.governance.clone();
    let alice = x.trader("alice", 1_000 * DOLLAR);
    let venue = x.holder("venue", 0);
    let admit = |bond, cover| admitVenueCall { venue: address(&venue), bondRequired: bond, cover };
    let now = x.chain.now();
    x.govern(&admit(0, 100 * DOLLAR));
    let event = last::<VenueAdmitted>(&x);
    assert_eq!((event.venue, event.cover, event.from), (address(&venue), 100 * DOLLAR, now + 2 * DAY));
    let join_ = optInCall { venue: address(&venue) };
    assert_refused(x.vault(&alice, &join_), TooSoon { until: now + 2 * DAY });
    let cover = |x: &Exchange| x.ask(&venueCall { address_: address(&venue) }).coverLeft;
    x.chain.produce_block_at(now + 2 * DAY).unwrap();
    join(&mut x, &alice, &venue);

    // A larger bond is needed at once, a smaller one in two days.
    x.govern(&admit(60 * DOLLAR, 100 * DOLLAR));
    assert_refused(x.vault(&x.maker.clone(), &join_), BondTooLow { bond: 0, required: 60 * DOLLAR });
    assert_refused(x.vault(&governance, &admit(20 * DOLLAR, 100 * DOLLAR)), TooSoon { until: now + 5 * DAY });
    x.chain.produce_block_at(now + 5 * DAY).unwrap();
    let high = StepTooLarge { step: 61 * DOLLAR, max: 60 * DOLLAR };
    assert_refused(x.vault(&governance, &admit(121 * DOLLAR, 100 * DOLLAR)), high);
    x.vault(&alice, &postBondCall { venue: address(&venue), amount: 60 * DOLLAR }).unwrap();
    x.govern(&admit(20 * DOLLAR, 100 * DOLLAR));
    let moves = (60 * DOLLAR, 20 * DOLLAR, now + 7 * DAY, now + 7 * DAY);
    assert_eq!(course(&x, BOND, 0, address(&venue)), moves);
    let bond = setParameterCall { number: BOND, asset_: 0, venue_: address(&venue), value: 30 * DOLLAR };
    assert_refused(x.vault(&governance, &bond), UnknownParameter { parameter: BOND });
    let release = releaseBondCall { venue: address(&venue), to: address(&alice), amount: 40 * DOLLAR };
    let low = BondTooLow { bond: 20 * DOLLAR, required: 60 * DOLLAR };
    assert_refused(x.vault(&governance, &release), low);

    // Less cover at once, more of it in two days.
    assert_eq!(cover(&x), 100 * DOLLAR);
    let wide = StepTooLarge { step: 101 * DOLLAR, max: 100 * DOLLAR };
    assert_refused(x.vault(&governance, &admit(20 * DOLLAR, 201 * DOLLAR)), wide);
    x.govern(&admit(20 * DOLLAR, 50 * DOLLAR));
    assert_eq!(cover(&x), 50 * DOLLAR);
    pass(&mut x, 3 * DAY);
    x.govern(&admit(20 * DOLLAR, 80 * DOLLAR));
    assert_eq!(cover(&x), 50 * DOLLAR);
}

#[test]
fn a_weight_raises_requirements_on_a_ramp() {
    let mut x = Exchange::plain();
    let governance = x.governance.clone();
    let venue = admitted(&mut x, "venue", 0, 0);
    let alice = x.trader("alice", 100 * DOLLAR);
    join(&mut x, &alice, &venue);
    let set = |value| setParameterCall { number: WEIGHT, asset_: 0, venue_: address(&venue), value };
    let stranger = setParameterCall { venue_: address(&alice), ..set(11_000) };
    assert_refused(x.vault(&governance, &stranger), VenueNotAdmitted {});
    assert_refused(x.vault(&governance, &set(9_999)), OutOfRange { value: 10_000 });
    assert_refused(x.vault(&governance, &set(11_001)), StepTooLarge { step: 1_001, max: 1_000 });
    let now = x.chain.now();
    x.govern(&set(11_000));
    let event = last::<ParameterSet>(&x);
    assert_eq!((event.parameter, event.venue), (WEIGHT, address(&venue)));
    assert_eq!((event.from, event.to, event.start, event.end), (10_000, 11_000, now, now + DAY));
    let maker = x.maker.clone();
    join(&mut x, &maker, &venue);
    let open = |initial| increasedCall {
        account: address(&alice),
        counterparty: address(&maker),
        exposures: vec![crate::exposure(initial, initial / 2, 0)],
        counterExposures: Vec::new(),
        checkCounterparty: false,
    };
    x.vault(&venue, &open(100 * DOLLAR)).unwrap();
    x.chain.produce_block_at(now + DAY / 2).unwrap();
    let missing = InsufficientMargin { account: address(&alice), missing: 5 * DOLLAR };
    assert_refused(x.vault(&venue, &open(100 * DOLLAR)), missing);
    x.chain.produce_block_at(now + DAY).unwrap();
    let missing = InsufficientMargin { account: address(&alice), missing: 10 * DOLLAR };
    assert_refused(x.vault(&venue, &open(100 * DOLLAR)), missing);
    assert_eq!(course(&x, WEIGHT, 0, address(&venue)), (11_000, 11_000, now, now + DAY));
}

#[test]
fn figures_of_the_whole_vault_move_by_their_own_laws() {
    let mut x = Exchange::plain();
    let governance = x.governance.clone();
    let set = |number, value| of_asset(number, 0, value);
    assert_refused(x.vault(&governance, &set(13, 1)), UnknownParameter { parameter: 13 });
    let ask = |x: &Exchange, number| course(x, number, 0, Address::ZERO);
    for (number, value) in
        [(0, 500), (1, 2_000), (2, 30_000), (3, 500), (4, 30_000), (5, 9_500), (6, 3_600), (7, 10 * DOLLAR)]
    {
        assert_eq!(ask(&x, number).0, value, "{number}");
        assert_refused(x.vault(&governance, &set(number, value)), Unchanged {});
    }
    assert_refused(x.vault(&governance, &set(0, 2_001)), OutOfRange { value: 2_000 });
    assert_refused(x.vault(&governance, &set(0, 601)), StepTooLarge { step: 101, max: 100 });
    let now = x.chain.now();
    // Either direction of a discount hurts somebody: it waits both ways.
    x.govern(&set(0, 400));
    let event = last::<ParameterSet>(&x);
    assert_eq!((event.parameter, event.from, event.to), (0, 500, 400));
    assert_eq!((event.start, event.end), (now + 2 * DAY, now + 3 * DAY));
    assert_refused(x.vault(&governance, &set(0, 500)), TooSoon { until: now + 3 * DAY });
    // More deviations begin at once, fewer wait.
    x.govern(&set(2, 32_000));
    assert_eq!(ask(&x, 2), (30_000, 32_000, now, now + DAY));
    pass(&mut x, 3 * DAY);
    assert_eq!((ask(&x, 0).0, ask(&x, 2).0), (400, 32_000));
    let again = x.chain.now();
    x.govern(&set(2, 30_000));
    assert_eq!(ask(&x, 2), (32_000, 30_000, again + 2 * DAY, again + 3 * DAY));
}

#[test]
fn a_guard_is_replaced_in_two_days_even_where_it_traps() {
    let mut x = Exchange::plain();
    let governance = x.governance.clone();
    let native = list_native(&mut x);
    let alice = x.trader("alice", 0);
    deposit_native(&mut x, &alice, NATIVE).unwrap();
    let venue = admitted(&mut x, "venue", 0, 0);
    join(&mut x, &alice, &venue);
    let maker = x.maker.clone();
    join(&mut x, &maker, &venue);
    x.vault(&venue, &crate::realise(&maker, &alice, 1_000_000, false)).unwrap();

    assert_refused(x.vault(&governance, &setGuardCall { guard: Address::ZERO }), ZeroAddress {});
    let same = setGuardCall { guard: sol_address(x.guard) };
    assert_refused(x.vault(&governance, &same), Unchanged {});
    // An account without code: every question to it fails.
    let broken = x.holder("broken", 0);
    x.govern(&setGuardCall { guard: address(&broken) });
    let event = last::<OfficeChanged>(&x);
    assert_eq!((event.office, event.from, event.to), (0, sol_address(x.guard), address(&broken)));
    assert_eq!(event.start, x.chain.now() + 2 * DAY);
    let withdraw = withdrawCall { asset: native, amount: UNIT / 100 };
    pass(&mut x, 2 * DAY - 6);
    x.vault(&alice, &withdraw).unwrap();
    pass(&mut x, 6);
    assert_eq!(x.ask(&stateCall {}).guard, address(&broken));
    assert_refused(x.vault(&alice, &withdraw), GuardFailed {});

    // Nothing of the law needs the guard's clock here.
    let oracle = blob("plain_oracle");
    let owner = alloy_core::sol_types::SolValue::abi_encode_params(&(address(&governance),));
    let sound = x.chain.deploy(&governance, oracle, owner, 0).unwrap().address;
    let feed = IPlainOracle::setFeedCall { feed: 1, reporters: vec![address(&x.reporters[0])] };
    x.chain.sol_call(&governance, sound, &feed, 0).unwrap();
    let market = IPlainOracle::setMarketCall { market: NATIVE_MARKET, feed: 1 };
    x.chain.sol_call(&governance, sound, &market, 0).unwrap();
    x.guard = sound;
    x.price(2_000 * UNIT);
    x.govern(&setGuardCall { guard: sol_address(sound) });
    pass(&mut x, 2 * DAY);
    x.vault(&alice, &withdraw).unwrap();
}
