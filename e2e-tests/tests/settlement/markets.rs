//! Markets, bonds, rules, and who may do what.

use alloy_core::{
    primitives::{Address, U256},
    sol_types::SolValue,
};
use e2e_tests::{assert_refused, awkward, chain, emitted, funded, interfaces::ISettlement::*, place, sol_address};
use lockstep_core::settlement::Basis;
use lockstep_devchain::{H160, UNIT};

use super::{BOND, BRANCH, CHALLENGE, DOMAIN, MARKET, WEI, WINDOW, book, context, stage, tree};

#[test]
fn each_party_keeps_to_its_part() {
    let mut stage = stage();
    let (venue, governance) = (stage.x.maker.clone(), stage.x.governance.clone());
    let not_governance = NotGovernance { caller: sol_address(venue.address()) };
    let admission = stage.admission(9, Basis::CanonicalOnly);
    assert_refused(stage.call(&venue, &admission), not_governance.clone());
    let name = nameBranchCall { plan: stage.plan, market: MARKET, feed: BRANCH };
    assert_refused(stage.call(&venue, &name), not_governance.clone());
    let take = takeForfeitedCall { recipient: sol_address(venue.address()) };
    assert_refused(stage.call(&venue, &take), not_governance.clone());
    assert_refused(stage.call(&venue, &retireMarketCall { market: MARKET }), not_governance.clone());
    let rules = setRulesCall { window: 1, challenge: 1, minBond: 1 };
    assert_refused(stage.call(&venue, &rules), not_governance);
    let not_venue = NotVenue { caller: sol_address(governance.address()) };
    let commitment = super::commitment(stage.plan, &tree(&book(), context(stage.plan, MARKET)));
    assert_refused(stage.call(&governance, &commitment), not_venue.clone());
    let withdrawal = withdrawBondCall { market: MARKET, recipient: sol_address(governance.address()) };
    assert_refused(stage.call(&governance, &withdrawal), not_venue);
    let offices = stage.view(&officesCall {}).unwrap();
    assert_eq!(
        (offices.governance, offices.registry),
        (sol_address(governance.address()), sol_address(stage.x.registry))
    );
    assert_eq!((offices.guard, offices.vault), (sol_address(stage.x.guard), sol_address(stage.x.vault)));
}

#[test]
fn a_market_is_admitted_once_with_its_basis() {
    let mut stage = stage();
    assert_refused(stage.govern(&stage.admission(MARKET, Basis::SumOfBranches)), MarketExists { market: MARKET });
    let admission = stage.admission(9, Basis::SumOfBranches);
    stage.govern(&admission).unwrap();
    let (venue, operator) = (admission.venue, admission.operator);
    let expected = MarketAdmitted { market: 9, venue, operator, domain: DOMAIN, basis: 2, decimals: 18 };
    assert_eq!(emitted::<MarketAdmitted>(&stage.x.chain), [expected]);
    let market = stage.view(&marketCall { market_: 9 }).unwrap();
    assert_eq!((market.venue, market.operator, market.bond, market.retired), (venue, operator, 0, false));
    assert_eq!((market.domain, market.basis, market.decimals, market.ended), (DOMAIN, 2, 18, false));
    let other = admitMarketCall { market: 10_000, ..admission };
    for (venue, operator) in [(Address::ZERO, operator), (venue, Address::ZERO)] {
        assert_refused(stage.govern(&admitMarketCall { venue, operator, ..other.clone() }), ZeroAddress {});
    }
    for basis in [0, 4] {
        assert_refused(stage.govern(&admitMarketCall { basis, ..other.clone() }), UnknownBasis { basis });
    }
    assert_refused(stage.govern(&admitMarketCall { decimals: 37, ..other }), TooManyPlaces { decimals: 37 });
    let unknown = UnknownMarket { market: 10_000 };
    assert_refused(stage.view(&marketCall { market_: 10_000 }), unknown.clone());
    assert_refused(stage.govern(&retireMarketCall { market: 10_000 }), unknown.clone());
    let (plan, feed) = (stage.plan, BRANCH);
    assert_refused(stage.govern(&nameBranchCall { plan, market: 10_000, feed }), unknown.clone());
    let commitment = super::commitment(plan, &tree(&book(), context(plan, MARKET)));
    assert_refused(stage.operate(&commitSnapshotCall { market: 10_000, ..commitment }), unknown);
}

#[test]
fn the_feed_of_a_branch_is_named_once_and_before_the_freeze() {
    let mut stage = stage();
    let name = nameBranchCall { plan: stage.plan, market: MARKET, feed: BRANCH };
    let unknown = nameBranchCall { plan: stage.plan + 1, ..name.clone() };
    assert_refused(stage.govern(&unknown), NoFreeze { plan: stage.plan + 1, market: MARKET });
    stage.govern(&name).unwrap();
    let named = BranchNamed { plan: stage.plan, market: MARKET, feed: BRANCH };
    assert_eq!(emitted::<BranchNamed>(&stage.x.chain), [named]);
    assert_refused(stage.govern(&nameBranchCall { feed: 21, ..name }), BranchIsNamed { feed: BRANCH });
    stage.govern(&stage.admission(MARKET + 1, Basis::SumOfBranches)).unwrap();
    stage.until(stage.freeze);
    let late = nameBranchCall { plan: stage.plan, market: MARKET + 1, feed: BRANCH };
    assert_refused(stage.govern(&late), WindowClosed { closedAt: stage.freeze, now_: stage.freeze });
}

#[test]
fn a_bond_is_held_until_the_market_is_retired_and_its_snapshot_beyond_challenge() {
    let mut stage = stage();
    let (payer, operator) = (stage.x.maker.clone(), stage.operator.clone());
    let post = postBondCall { market: MARKET };
    assert_refused(stage.operate(&post), ZeroAmount {});
    stage.x.chain.sol_call(&payer, stage.settlement, &post, UNIT).unwrap();
    let posted =
        BondPosted { market: MARKET, payer: sol_address(payer.address()), amount: UNIT * WEI, bond: BOND + UNIT * WEI };
    assert_eq!(emitted::<BondPosted>(&stage.x.chain), [posted]);
    let unknown = stage.x.chain.sol_call(&payer, stage.settlement, &postBondCall { market: 9 }, UNIT);
    assert_refused(unknown, UnknownMarket { market: 9 });

    let recipient = Address::from([0x42; 20]);
    let withdrawal = withdrawBondCall { market: MARKET, recipient };
    assert_refused(stage.operate(&withdrawal), MarketNotRetired { market: MARKET });
    stage.until(stage.freeze);
    let commitment = super::commitment(stage.plan, &tree(&book(), context(stage.plan, MARKET)));
    stage.operate(&commitment).unwrap();
    // The challenges, and a summons of their last second.
    let until = stage.active() + 2 * CHALLENGE;
    stage.govern(&retireMarketCall { market: MARKET }).unwrap();
    assert_eq!(emitted::<MarketRetired>(&stage.x.chain), [MarketRetired { market: MARKET }]);
    let retired = MarketIsRetired { market: MARKET };
    assert_refused(stage.operate(&openSnapshotCall { plan: 9, market: MARKET }), retired.clone());
    assert_refused(stage.operate(&endMarketCall { market: MARKET }), retired.clone());
    assert_refused(stage.govern(&retireMarketCall { market: MARKET }), retired.clone());
    assert_refused(stage.x.chain.sol_call(&operator, stage.settlement, &post, UNIT), retired);

    stage.pass(2 * CHALLENGE);
    assert_refused(stage.operate(&withdrawal), StillChallengeable { until, now_: until });
    stage.pass(1);
    let nowhere = withdrawBondCall { market: MARKET, recipient: Address::ZERO };
    assert_refused(stage.operate(&nowhere), ZeroAddress {});
    let before = stage.x.chain.spendable_balance(H160([0x42; 20]));
    stage.operate(&withdrawal).unwrap();
    let withdrawn = BondWithdrawn { market: MARKET, recipient, amount: BOND + UNIT * WEI };
    assert_eq!(emitted::<BondWithdrawn>(&stage.x.chain), [withdrawn]);
    assert_eq!(stage.x.chain.spendable_balance(H160([0x42; 20])) - before, 11 * UNIT);
    assert_refused(stage.operate(&withdrawal), NoBond { market: MARKET });
    // The evidence stays.
    let snapshot = stage.view(&snapshotCall { plan: stage.plan, market: MARKET }).unwrap();
    assert_eq!((snapshot.count, snapshot.bond), (5, BOND + UNIT * WEI));
}

#[test]
fn rules_are_governed_within_bounds() {
    let mut stage = stage();
    let rules = stage.view(&rulesCall {}).unwrap();
    assert_eq!((rules.window, rules.challenge, rules.minBond), (WINDOW, CHALLENGE, BOND));
    stage.govern(&setRulesCall { window: 60, challenge: 120, minBond: BOND + 1 }).unwrap();
    assert_eq!(
        emitted::<RulesChanged>(&stage.x.chain),
        [RulesChanged {
            oldWindow: WINDOW,
            newWindow: 60,
            oldChallenge: CHALLENGE,
            newChallenge: 120,
            oldMinBond: BOND,
            newMinBond: BOND + 1,
        }]
    );
    let rules = stage.view(&rulesCall {}).unwrap();
    assert_eq!((rules.window, rules.challenge, rules.minBond), (60, 120, BOND + 1));
    stage.until(stage.freeze);
    let commitment = super::commitment(stage.plan, &tree(&book(), context(stage.plan, MARKET)));
    assert_refused(stage.operate(&commitment), BondTooSmall { bond: BOND, required: BOND + 1 });
    let longest = 1_209_600;
    for given in [0, longest + 1] {
        let refused = WindowOutOfRange { given, longest };
        assert_refused(stage.govern(&setRulesCall { window: given, challenge: 1, minBond: 1 }), refused.clone());
        assert_refused(stage.govern(&setRulesCall { window: 1, challenge: given, minBond: 1 }), refused);
    }
    let free = setRulesCall { window: 1, challenge: 1, minBond: 0 };
    assert_refused(stage.govern(&free), BondTooSmall { bond: 0, required: 1 });
}

#[test]
fn a_deployment_is_refused_for_its_reason() {
    let mut chain = chain();
    let owner = funded(&mut chain, "governance");
    let someone = sol_address(owner.address());
    let parameters = (someone, someone, someone, someone, 6u16, 1u64, 1u64, 1u128);
    let mut deploy = |parameters: (Address, Address, Address, Address, u16, u64, u64, u128)| {
        place(&mut chain, &owner, "settlement", parameters.abi_encode_params())
    };
    for zero in 0..4 {
        let mut offices = [someone; 4];
        offices[zero] = Address::ZERO;
        let [governance, registry, guard, vault] = offices;
        assert_refused(deploy((governance, registry, guard, vault, 6, 1, 1, 1)), ZeroAddress {});
    }
    let (a, b, c, d, ..) = parameters;
    assert_refused(deploy((a, b, c, d, 37, 1, 1, 1)), TooManyPlaces { decimals: 37 });
    assert_refused(deploy((a, b, c, d, 6, 0, 1, 1)), WindowOutOfRange { given: 0, longest: 1_209_600 });
    assert_refused(deploy((a, b, c, d, 6, 1, 0, 1)), WindowOutOfRange { given: 0, longest: 1_209_600 });
    assert_refused(deploy((a, b, c, d, 6, 1, 1, 0)), BondTooSmall { bond: 0, required: 1 });
}

/// A contract that takes no native token: the payment fails, and the bond stays.
#[test]
fn a_recipient_that_refuses_its_payment_gets_none() {
    let mut stage = stage();
    let operator = stage.operator.clone();
    let refuses = stage.x.chain.deploy(&operator, awkward::refuses(), Vec::new(), 0).unwrap().address;
    stage.govern(&retireMarketCall { market: MARKET }).unwrap();
    let withdrawal = withdrawBondCall { market: MARKET, recipient: sol_address(refuses) };
    assert_refused(stage.operate(&withdrawal), PaymentFailed {});
    assert_eq!(stage.view(&marketCall { market_: MARKET }).unwrap().bond, BOND);
    let recipient = sol_address(operator.address());
    stage.operate(&withdrawBondCall { recipient, ..withdrawal }).unwrap();
    assert_eq!(emitted::<BondWithdrawn>(&stage.x.chain), [BondWithdrawn { market: MARKET, recipient, amount: BOND }]);
}

/// To a contract the native token has 8 places more than on the chain, so that less than 128 bits of it may be more
/// than 128 bits there.
#[test]
fn a_bond_beyond_128_bits_is_refused() {
    let mut stage = stage();
    let rich = funded(&mut stage.x.chain, "rich");
    stage.x.chain.endow(&rich, u128::MAX >> 8).unwrap();
    let value = u128::MAX >> 16;
    let answer = stage.x.chain.sol_call(&rich, stage.settlement, &postBondCall { market: MARKET }, value);
    assert_refused(answer, AmountTooLarge { amount: U256::from(value) * U256::from(WEI) });
    assert_eq!(stage.view(&marketCall { market_: MARKET }).unwrap().bond, BOND);
}
