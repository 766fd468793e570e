//! Cases of other systems, replayed.

use alloy_core::primitives::Address;
use e2e_tests::{
    assert_refused,
    exchange::{DOLLAR, Exchange, NATIVE_MARKET, UNIT},
    interfaces::IMarginVault::*,
};
use lockstep_devchain::Account;

use crate::{DAY, NATIVE, collateral, deposit_native, list_native, pass};

const CAP: u8 = 9;
const SCALE_START: u8 = 10;

fn of_asset(number: u8, asset: u32, value: u128) -> setParameterCall {
    setParameterCall { number, asset_: asset, venue_: Address::ZERO, value }
}

/// Replayable case 3: a cap of 1,000,000 that moves by half at most, at most every three days.
#[test]
fn a_stewards_bounds() {
    for good in [500_000, 1_500_000] {
        let mut x = Exchange::plain();
        let governance = x.governance.clone();
        let listing =
            listAssetCall { token: Address::ZERO, market: NATIVE_MARKET, decimals: 18, cap: 1_000_000, haircut: 1_000 };
        let asset = x.govern(&listing);
        for (bad, step) in [(499_999, 500_001), (1_500_001, 500_001), (2_100_000, 1_100_000)] {
            let refused = x.vault(&governance, &of_asset(CAP, asset, bad));
            assert_refused(refused, StepTooLarge { step, max: 500_000 });
        }
        let now = x.chain.now();
        x.govern(&of_asset(CAP, asset, good));
        x.chain.produce_block_at(now + 3 * DAY - 1).unwrap();
        let again = of_asset(CAP, asset, good - 100_000);
        assert_refused(x.vault(&governance, &again), TooSoon { until: now + 3 * DAY });
        x.chain.produce_block_at(now + 3 * DAY).unwrap();
        assert_eq!(x.ask(&assetCall { number: asset }).cap, good);
        x.govern(&again);
    }
}

/// Replayable case 5: weight 0.9, scale start 500,000, price 25.
#[test]
fn large_deposits_count_for_less() {
    let mut x = Exchange::plain();
    x.price(25 * UNIT);
    let whale = x.trader("whale", 0);
    let (_, asset) = collateral::listed(&mut x, &whale, 0, 60_000, 1_000);
    x.govern(&of_asset(SCALE_START, asset, 500_000 * DOLLAR));
    pass(&mut x, 3 * DAY);
    for (deposits, weight) in [(20_000u128, 900), (40_000, 450), (60_000, 300)] {
        x.vault(&whale, &depositCall { asset, amount: 20_000 }).unwrap();
        let counted = i128::try_from(deposits * 25 * weight / 1_000 * DOLLAR).unwrap();
        let in_full = i128::try_from(deposits * 25 * 9 / 10 * DOLLAR).unwrap();
        assert_eq!(x.health(&whale), (counted, counted, in_full, u32::MAX), "{deposits}");
    }
}

/// Replayable case 6: a ramp stands before its start, is linear, and stands after its end.
#[test]
fn a_haircut_ramps() {
    let mut x = Exchange::plain();
    let asset = list_native(&mut x);
    let alice = x.trader("alice", 0);
    deposit_native(&mut x, &alice, NATIVE).unwrap();
    let now = x.chain.now();
    x.govern(&setHaircutCall { asset, haircut: 1_500 });
    // At 2,000: from 1,800 down to 1,700, a tenth and a half of the way, and beyond.
    for (passed, counted) in [(0, 1_800), (DAY / 10, 1_790), (DAY / 2, 1_750), (DAY, 1_700), (2 * DAY, 1_700)] {
        if passed > 0 {
            x.chain.produce_block_at(now + passed).unwrap();
        }
        assert_eq!(x.health(&alice).2, counted * 1_000_000, "{passed}");
    }
    x.chain.produce_block_at(now + 3 * DAY).unwrap();
    x.govern(&setHaircutCall { asset, haircut: 1_000 });
    // A fall waits for two days.
    for (passed, counted) in
        [(2 * DAY, 1_700), (2 * DAY + DAY / 10, 1_710), (2 * DAY + DAY / 2, 1_750), (3 * DAY, 1_800)]
    {
        x.chain.produce_block_at(now + 3 * DAY + passed).unwrap();
        assert_eq!(x.health(&alice).2, counted * 1_000_000, "{passed}");
    }
}

/// Replayable case 7: 80 + 250 * (5,000 / 7,500) + 500 * (10,000 / 100,000) = 296.67.
#[test]
fn three_deposits_within_their_limits() {
    let mut x = Exchange::plain();
    x.price(UNIT);
    let (alice, others) = (x.trader("alice", 0), x.trader("others", 0));
    let mut assets = Vec::new();
    for (mine, all, haircut, start) in
        [(100, 100, 2_000, 1_000), (500, 7_500, 5_000, 5_000), (1_000, 100_000, 5_000, 10_000)]
    {
        let (token, asset) = collateral::listed(&mut x, &alice, 0, mine, haircut);
        collateral::set_balance(&mut x, token, crate::address(&others), all - mine);
        x.govern(&of_asset(SCALE_START, asset, start * DOLLAR));
        assets.push((asset, mine, all - mine));
    }
    pass(&mut x, 3 * DAY);
    let deposit = |x: &mut Exchange, who: &Account, asset, amount| {
        if amount > 0 {
            x.vault(who, &depositCall { asset, amount }).unwrap();
        }
    };
    for (asset, mine, rest) in assets {
        deposit(&mut x, &alice, asset, mine);
        deposit(&mut x, &others, asset, rest);
    }
    assert_eq!(x.health(&alice).0, 296_666_666);
}
