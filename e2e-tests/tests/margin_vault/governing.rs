//! What governance does, and that nobody else does it.

use alloy_core::{
    primitives::{Address, U256},
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    assert_refused,
    exchange::{Exchange, UNIT},
    interfaces::IMarginVault::*,
    place, sol_address,
};

use crate::{DAY, address, last, list_native, pass};

#[test]
fn a_vault_is_built_on_what_exists() {
    let mut x = Exchange::plain();
    let (governance, owner) = (x.governance.clone(), address(&x.governance));
    let build = |x: &mut Exchange, who: Address, guard: Address, decimals: u8| {
        let constructor = (who, guard, Address::ZERO, U256::from(decimals)).abi_encode_params();
        place(&mut x.chain, &governance, "margin_vault", constructor)
    };
    assert_refused(build(&mut x, Address::ZERO, owner, 6), ZeroAddress {});
    assert_refused(build(&mut x, owner, Address::ZERO, 6), ZeroAddress {});
    assert_refused(build(&mut x, owner, owner, 37), OutOfRange { value: 37 });
    let state = x.ask(&stateCall {});
    assert_eq!((state.governance, state.guard, state.assets, state.insurance), (owner, sol_address(x.guard), 1, 0));
    let quote = x.ask(&assetCall { number: 0 });
    assert_eq!((quote.token, quote.decimals, quote.cap, quote.haircut), (sol_address(x.token), 6, u128::MAX, 0));
}

#[test]
fn only_governance_governs() {
    let mut x = Exchange::plain();
    let mallory = x.holder("mallory", 0);
    let (who, venue) = (address(&mallory), sol_address(x.venue));
    let listing = listAssetCall { token: Address::ZERO, market: 1, decimals: 18, cap: 1, haircut: 0 };
    assert_refused(x.vault(&mallory, &transferGovernanceCall { to: who }), NotGovernance {});
    assert_refused(x.vault(&mallory, &listing), NotGovernance {});
    assert_refused(x.vault(&mallory, &setHaircutCall { asset: 1, haircut: 1 }), NotGovernance {});
    assert_refused(x.vault(&mallory, &admitVenueCall { venue: who, bondRequired: 0, cover: 0 }), NotGovernance {});
    assert_refused(x.vault(&mallory, &dismissVenueCall { venue }), NotGovernance {});
    for call in [
        setGuardCall { guard: who }.abi_encode(),
        setRegistryCall { registry: who }.abi_encode(),
        setParameterCall { number: 0, asset_: 0, venue_: venue, value: 1 }.abi_encode(),
    ] {
        let vault = x.vault;
        let refused = x.chain.call(&mallory, vault, call, 0).result.unwrap_err();
        assert_eq!(refused.error_as::<NotGovernance>(), Some(NotGovernance {}));
    }
    assert_refused(x.vault(&mallory, &releaseBondCall { venue, to: who, amount: 1 }), NotGovernance {});

    let governance = x.governance.clone();
    assert_refused(x.vault(&governance, &transferGovernanceCall { to: Address::ZERO }), ZeroAddress {});
    x.govern(&transferGovernanceCall { to: who });
    let moved = last::<GovernanceTransferred>(&x);
    assert_eq!((moved.from, moved.to), (address(&governance), who));
    assert_refused(x.vault(&governance, &transferGovernanceCall { to: who }), NotGovernance {});
    x.vault(&mallory, &dismissVenueCall { venue }).unwrap();
}

#[test]
fn assets_are_listed_once_with_sound_terms() {
    let mut x = Exchange::plain();
    let governance = x.governance.clone();
    let listing = listAssetCall { token: Address::ZERO, market: 11, decimals: 18, cap: UNIT, haircut: 1_000 };
    for (bad, value) in [
        (listAssetCall { decimals: 37, ..listing.clone() }, 37),
        (listAssetCall { haircut: 10_001, ..listing.clone() }, 10_001),
    ] {
        assert_refused(x.vault(&governance, &bad), OutOfRange { value });
    }
    assert_refused(x.vault(&governance, &listAssetCall { cap: 0, ..listing.clone() }), ZeroAmount {});
    let bare = listAssetCall { haircut: 499, ..listing.clone() };
    assert_refused(x.vault(&governance, &bare), HaircutBelowDiscount { haircut: 499, discount: 500 });
    let quote = sol_address(x.token);
    assert_refused(
        x.vault(&governance, &listAssetCall { token: quote, ..listing.clone() }),
        AlreadyListed { asset: 0 },
    );
    assert_eq!(x.govern(&listing), 1);
    let listed = last::<AssetListed>(&x);
    assert_eq!((listed.asset, listed.token, listed.market), (1, Address::ZERO, 11));
    assert_eq!((listed.decimals, listed.cap, listed.haircut), (18, UNIT, 1_000));
    assert_refused(x.vault(&governance, &listing), AlreadyListed { asset: 1 });
    let asset = x.ask(&assetCall { number: 1 });
    assert_eq!((asset.token, asset.market, asset.decimals, asset.cap, asset.held), (Address::ZERO, 11, 18, UNIT, 0));
    assert_refused(x.vault(&governance, &assetCall { number: 2 }), UnknownAsset { asset: 2 });
}

/// Nobody would liquidate at a discount that is cut down to a smaller haircut.
#[test]
fn haircuts_cover_the_discount_of_liquidations() {
    let mut x = Exchange::plain();
    let governance = x.governance.clone();
    let asset = list_native(&mut x);
    let discount = |value| setParameterCall { number: 0, asset_: 0, venue_: Address::ZERO, value };
    let haircut = |haircut| setHaircutCall { asset, haircut };
    x.govern(&haircut(520));
    pass(&mut x, 3 * DAY);
    assert_eq!(x.ask(&assetCall { number: asset }).haircut, 520);
    assert_refused(x.vault(&governance, &haircut(499)), HaircutBelowDiscount { haircut: 499, discount: 500 });
    assert_refused(x.vault(&governance, &discount(521)), HaircutBelowDiscount { haircut: 520, discount: 521 });
    // The discount that is to come counts, and so does the haircut that is still in force.
    x.govern(&discount(510));
    assert_refused(x.vault(&governance, &haircut(509)), HaircutBelowDiscount { haircut: 509, discount: 510 });
    x.govern(&haircut(700));
    pass(&mut x, 3 * DAY - 60);
    let now = x.ask(&assetCall { number: asset }).haircut;
    assert_eq!(now, 700);
    pass(&mut x, 60);
    x.govern(&haircut(600));
    assert_refused(x.vault(&governance, &discount(601)), HaircutBelowDiscount { haircut: 600, discount: 601 });
    x.govern(&discount(600));
}

#[test]
fn a_haircut_moves_by_the_law_only() {
    let mut x = Exchange::plain();
    let governance = x.governance.clone();
    let asset = list_native(&mut x);
    let listed_at = x.chain.now() - 3 * DAY;
    let set = |haircut| setHaircutCall { asset, haircut };
    assert_refused(x.vault(&governance, &setHaircutCall { asset: 0, haircut: 1 }), UnknownAsset { asset: 0 });
    assert_refused(x.vault(&governance, &setHaircutCall { asset: 9, haircut: 1 }), UnknownAsset { asset: 9 });
    assert_refused(x.vault(&governance, &set(1_000)), Unchanged {});
    assert_refused(x.vault(&governance, &set(10_001)), OutOfRange { value: 10_000 });
    assert_refused(x.vault(&governance, &set(1_501)), StepTooLarge { step: 501, max: 500 });
    // Tightening begins at once and takes a day.
    x.govern(&set(1_500));
    let ramp = last::<ParameterSet>(&x);
    assert_refused(x.vault(&governance, &set(1_400)), TooSoon { until: listed_at + 6 * DAY });
    let start = listed_at + 3 * DAY;
    assert_eq!((ramp.from, ramp.to, ramp.start, ramp.end), (1_000, 1_500, start, start + DAY));
    let in_force = |x: &Exchange| x.ask(&assetCall { number: asset }).haircut;
    assert_eq!(in_force(&x), 1_000);
    x.chain.produce_block_at(start + DAY / 2).unwrap();
    assert_eq!(in_force(&x), 1_250);
    x.chain.produce_block_at(start + DAY).unwrap();
    assert_eq!(in_force(&x), 1_500);

    // Loosening waits for two days first.
    let again = start + 3 * DAY;
    x.chain.produce_block_at(again).unwrap();
    x.govern(&set(1_000));
    let ramp = last::<ParameterSet>(&x);
    assert_eq!((ramp.from, ramp.to, ramp.start, ramp.end), (1_500, 1_000, again + 2 * DAY, again + 3 * DAY));
    x.chain.produce_block_at(again + 2 * DAY).unwrap();
    assert_eq!(in_force(&x), 1_500);
    x.chain.produce_block_at(again + 2 * DAY + DAY / 4).unwrap();
    let asset = x.ask(&assetCall { number: asset });
    assert_eq!((asset.haircut, asset.haircutToCome, asset.arrivesAt), (1_375, 1_000, again + 3 * DAY));
}
