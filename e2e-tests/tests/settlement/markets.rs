//! Markets, bonds, rules, and who may do what.

use alloy_core::{
    primitives::{Address, U256},
    sol_types::SolValue,
};
use e2e_tests::{assert_refused, awkward, blob, chain, emitted, funded, interfaces::ISettlement::*, sol_address};
use lockstep_devchain::{H160, UNIT};

use super::{BOND, CHALLENGE, FREEZE, MARKET, WEI, WINDOW, book, context, stage, tree};

#[test]
fn each_party_keeps_to_its_part() {
    let mut stage = stage();
    let (venue, governance) = (stage.venue.clone(), stage.governance.clone());
    let not_governance = NotGovernance { caller: sol_address(venue.address()) };
    let admission = stage.admission(9);
    assert_refused(stage.call(&venue, &admission), not_governance.clone());
    assert_refused(stage.call(&venue, &retireMarketCall { market: MARKET }), not_governance.clone());
    let rules = setRulesCall { window: 1, challenge: 1, minBond: 1 };
    assert_refused(stage.call(&venue, &rules), not_governance);
    let not_venue = NotVenue { caller: sol_address(governance.address()) };
    let commitment = stage.commitment(&tree(&book(), context(stage.plan, MARKET)));
    assert_refused(stage.call(&governance, &commitment), not_venue.clone());
    let withdrawal = withdrawBondCall { market: MARKET, recipient: sol_address(governance.address()) };
    assert_refused(stage.call(&governance, &withdrawal), not_venue);
    assert_eq!(stage.view(&governanceCall {}).unwrap(), sol_address(governance.address()));
}

#[test]
fn a_market_is_admitted_once() {
    let mut stage = stage();
    assert_refused(stage.govern(&stage.admission(MARKET)), MarketExists { market: MARKET });
    let admission = stage.admission(9);
    stage.govern(&admission).unwrap();
    let (venue, operator) = (admission.venue, admission.operator);
    assert_eq!(emitted::<MarketAdmitted>(&stage.chain), [MarketAdmitted { market: 9, venue, operator }]);
    let market = stage.view(&marketCall { market_: 9 }).unwrap();
    assert_eq!((market.venue, market.operator, market.bond, market.retired), (venue, operator, 0, false));
    for (venue, operator) in [(Address::ZERO, operator), (venue, Address::ZERO)] {
        assert_refused(stage.govern(&admitMarketCall { market: 10, venue, operator }), ZeroAddress {});
    }
    assert_refused(stage.view(&marketCall { market_: 10 }), UnknownMarket { market: 10 });
    assert_refused(stage.govern(&retireMarketCall { market: 10 }), UnknownMarket { market: 10 });
    let commitment = stage.commitment(&tree(&book(), context(stage.plan, MARKET)));
    let elsewhere = commitSnapshotCall { market: 10, ..commitment };
    assert_refused(stage.operate(&elsewhere), UnknownMarket { market: 10 });
}

#[test]
fn a_bond_is_held_until_the_market_is_retired_and_its_snapshot_beyond_challenge() {
    let mut stage = stage();
    let (venue, operator) = (stage.venue.clone(), stage.operator.clone());
    let post = postBondCall { market: MARKET };
    assert_refused(stage.operate(&post), ZeroAmount {});
    stage.chain.sol_call(&venue, stage.settlement, &post, UNIT).unwrap();
    assert_eq!(
        emitted::<BondPosted>(&stage.chain),
        [BondPosted {
            market: MARKET,
            payer: sol_address(venue.address()),
            amount: UNIT * WEI,
            bond: BOND + UNIT * WEI,
        }]
    );
    let unknown = stage.chain.sol_call(&venue, stage.settlement, &postBondCall { market: 9 }, UNIT);
    assert_refused(unknown, UnknownMarket { market: 9 });

    let recipient = Address::from([0x42; 20]);
    let withdrawal = withdrawBondCall { market: MARKET, recipient };
    assert_refused(stage.operate(&withdrawal), MarketNotRetired { market: MARKET });
    stage.at(FREEZE);
    let commitment = stage.commitment(&tree(&book(), context(stage.plan, MARKET)));
    stage.operate(&commitment).unwrap();
    stage.govern(&retireMarketCall { market: MARKET }).unwrap();
    assert_eq!(emitted::<MarketRetired>(&stage.chain), [MarketRetired { market: MARKET }]);
    let retired = MarketIsRetired { market: MARKET };
    assert_refused(stage.operate(&commitment), retired.clone());
    assert_refused(stage.govern(&retireMarketCall { market: MARKET }), retired.clone());
    assert_refused(stage.chain.sol_call(&operator, stage.settlement, &post, UNIT), retired);

    let until = FREEZE + CHALLENGE;
    stage.at(until);
    assert_refused(stage.operate(&withdrawal), StillChallengeable { until, now_: until });
    stage.at(until + 1);
    let nowhere = withdrawBondCall { market: MARKET, recipient: Address::ZERO };
    assert_refused(stage.operate(&nowhere), ZeroAddress {});
    let before = stage.chain.spendable_balance(H160([0x42; 20]));
    stage.operate(&withdrawal).unwrap();
    assert_eq!(
        emitted::<BondWithdrawn>(&stage.chain),
        [BondWithdrawn { market: MARKET, recipient, amount: BOND + UNIT * WEI }]
    );
    assert_eq!(stage.chain.spendable_balance(H160([0x42; 20])) - before, 11 * UNIT);
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
        emitted::<RulesChanged>(&stage.chain),
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
    stage.at(FREEZE);
    let commitment = stage.commitment(&tree(&book(), context(stage.plan, MARKET)));
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
    let mut deploy = |parameters: (Address, Address, u64, u64, u128)| {
        chain.deploy(&owner, blob("settlement"), parameters.abi_encode_params(), 0).map(|deployed| deployed.address)
    };
    assert_refused(deploy((Address::ZERO, someone, 1, 1, 1)), ZeroAddress {});
    assert_refused(deploy((someone, Address::ZERO, 1, 1, 1)), ZeroAddress {});
    assert_refused(deploy((someone, someone, 0, 1, 1)), WindowOutOfRange { given: 0, longest: 1_209_600 });
    assert_refused(deploy((someone, someone, 1, 0, 1)), WindowOutOfRange { given: 0, longest: 1_209_600 });
    assert_refused(deploy((someone, someone, 1, 1, 0)), BondTooSmall { bond: 0, required: 1 });
}

/// A contract that takes no native token: the payment fails, and the bond stays.
#[test]
fn a_recipient_that_refuses_its_payment_gets_none() {
    let mut stage = stage();
    let operator = stage.operator.clone();
    let refuses = stage.chain.deploy(&operator, awkward::refuses(), Vec::new(), 0).unwrap().address;
    stage.govern(&retireMarketCall { market: MARKET }).unwrap();
    let withdrawal = withdrawBondCall { market: MARKET, recipient: sol_address(refuses) };
    assert_refused(stage.operate(&withdrawal), PaymentFailed {});
    assert_eq!(stage.view(&marketCall { market_: MARKET }).unwrap().bond, BOND);
    let recipient = sol_address(operator.address());
    stage.operate(&withdrawBondCall { recipient, ..withdrawal }).unwrap();
    assert_eq!(emitted::<BondWithdrawn>(&stage.chain), [BondWithdrawn { market: MARKET, recipient, amount: BOND }]);
}

/// To a contract the native token has 8 places more than on the chain, so that less than 128 bits of it may be more
/// than 128 bits there.
#[test]
fn a_bond_beyond_128_bits_is_refused() {
    let mut stage = stage();
    let rich = funded(&mut stage.chain, "rich");
    stage.chain.endow(&rich, u128::MAX >> 8).unwrap();
    let value = u128::MAX >> 16;
    let answer = stage.chain.sol_call(&rich, stage.settlement, &postBondCall { market: MARKET }, value);
    assert_refused(answer, AmountTooLarge { amount: U256::from(value) * U256::from(WEI) });
    assert_eq!(stage.view(&marketCall { market_: MARKET }).unwrap().bond, BOND);
}
