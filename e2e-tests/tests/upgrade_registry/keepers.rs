//! Keepers, their bonds, and what they are paid.

use lockstep_devchain::UNIT;

use super::*;

/// One native unit as contracts count it.
const WEI: u128 = 100_000_000;
const BOND: u128 = 10 * UNIT;
const REWARD: u128 = 3;

#[test]
fn keepers_come_and_go_with_a_majority_threshold() {
    let mut stage = deployed();
    let count = stage.view(&keeperCountCall {}).unwrap();
    assert_eq!((count.keepers, count.threshold), (3, 2));
    let ann = sol_address(stage.keepers[0].address());
    assert!(stage.view(&isKeeperCall { account: ann }).unwrap());
    let zero = alloy_core::primitives::Address::ZERO;
    assert_refused(stage.govern(&addKeeperCall { keeper: ann, threshold: 3 }), AlreadyKeeper { account: ann });
    assert_refused(stage.govern(&addKeeperCall { keeper: zero, threshold: 3 }), ZeroAddress {});
    let dan = sol_address(Account::named("dan").address());
    for threshold in [2, 5] {
        assert_refused(
            stage.govern(&addKeeperCall { keeper: dan, threshold }),
            ThresholdOutOfRange { threshold, keepers: 4 },
        );
    }
    stage.govern(&addKeeperCall { keeper: dan, threshold: 3 }).unwrap();
    assert_eq!(emitted::<KeeperAdmitted>(&stage.chain)[0].keeper, dan);
    let changed = emitted::<KeeperRulesChanged>(&stage.chain);
    assert_eq!((changed[0].oldThreshold, changed[0].newThreshold), (2, 3));
    stage.govern(&removeKeeperCall { keeper: ann, threshold: 2 }).unwrap();
    let left = emitted::<KeeperLeft>(&stage.chain);
    assert_eq!((left[0].keeper, left[0].withdrawableAt), (ann, stage.chain.now() + 30 * 86_400));
    assert!(!stage.view(&isKeeperCall { account: ann }).unwrap());
    assert_refused(stage.govern(&removeKeeperCall { keeper: ann, threshold: 2 }), NotKeeper { account: ann });
    let keeper = stage.keepers[1].clone();
    for refused in [
        stage.chain.sol_call(&keeper, stage.registry, &addKeeperCall { keeper: ann, threshold: 3 }, 0).map(|_| ()),
        stage.chain.sol_call(&keeper, stage.registry, &removeKeeperCall { keeper: dan, threshold: 2 }, 0).map(|_| ()),
    ] {
        assert_refused(refused, NotGovernance { caller: sol_address(keeper.address()) });
    }
}

/// Three keepers under bond, and a pot of `pot` native units.
fn bonded(pot: u128) -> Stage {
    let mut stage = deployed();
    stage.govern(&setKeeperRulesCall { threshold: 2, bond: BOND * WEI, reward: REWARD * WEI }).unwrap();
    for keeper in stage.keepers.clone() {
        stage.chain.sol_call(&keeper, stage.registry, &postBondCall {}, BOND).unwrap();
    }
    if pot > 0 {
        stage.pay(&fundRewardsCall {}, pot).unwrap();
    }
    stage.assert_conserved();
    stage
}

impl Stage {
    fn pay<C: alloy_core::sol_types::SolCall>(&mut self, call: &C, value: u128) -> Result<C::Return, Failure> {
        self.chain.sol_call(&self.governance.clone(), self.registry, call, value)
    }

    /// `(bonds, owed, pot)` in native units, which must be what the registry holds.
    fn assert_conserved(&self) -> (u128, u128, u128) {
        let funds = self.view(&fundsCall {}).unwrap();
        assert_eq!(funds.bonds + funds.owed + funds.pot, self.chain.spendable_balance(self.registry) * WEI);
        (funds.bonds / WEI, funds.owed / WEI, funds.pot / WEI)
    }

    /// `(status, bond, reward)` of a keeper, in native units.
    fn of(&self, keeper: usize) -> (u8, u128, u128) {
        let account = sol_address(self.keepers[keeper].address());
        let seen = self.view(&keeperStateCall { account }).unwrap();
        (seen.status, seen.bond / WEI, seen.reward / WEI)
    }
}

#[test]
fn a_keeper_signals_only_under_its_bond() {
    let mut stage = deployed();
    stage.govern(&setKeeperRulesCall { threshold: 2, bond: BOND * WEI, reward: 0 }).unwrap();
    let changed = emitted::<KeeperRulesChanged>(&stage.chain);
    assert_eq!((changed[0].oldBond, changed[0].newBond, changed[0].newThreshold), (0, BOND * WEI, 2));
    stage.govern(&announcement()).unwrap();
    let (now, account) = (stage.chain.now(), sol_address(stage.keepers[0].address()));
    let word = signalCall { observedAt: now, ..says(1, 6) };
    assert_refused(stage.signal(0, &word), NotKeeper { account });
    let ann = stage.keepers[0].clone();
    stage.chain.sol_call(&ann, stage.registry, &postBondCall {}, BOND - 1).unwrap();
    assert_refused(stage.signal(0, &word), NotKeeper { account });
    assert!(!stage.view(&isKeeperCall { account }).unwrap());
    stage.chain.sol_call(&ann, stage.registry, &postBondCall {}, 1).unwrap();
    let posted = emitted::<BondPosted>(&stage.chain);
    assert_eq!((posted[0].keeper, posted[0].amount, posted[0].bond), (account, WEI, BOND * WEI));
    stage.signal(0, &word).unwrap();

    assert_refused(stage.chain.sol_call(&ann, stage.registry, &postBondCall {}, 0), NothingToPay {});
    let outsider = sol_address(stage.governance.address());
    assert_refused(stage.pay(&postBondCall {}, 5), NotKeeper { account: outsider });
    assert_refused(stage.pay(&fundRewardsCall {}, 0), NothingToPay {});
    let rules = setKeeperRulesCall { threshold: 1, bond: 0, reward: 0 };
    assert_refused(stage.govern(&rules), ThresholdOutOfRange { threshold: 1, keepers: 3 });
    assert_refused(stage.keeper(0, &rules), NotGovernance { caller: account });
    assert_eq!(stage.assert_conserved(), (BOND, 0, 0));
}

#[test]
fn a_bond_is_pulled_thirty_days_after_leaving() {
    let mut stage = bonded(0);
    assert_refused(stage.keeper(0, &withdrawBondCall {}), WrongKeeperStatus { status: 1 });
    stage.keeper(0, &leaveCall {}).unwrap();
    let until = stage.chain.now() + 30 * 86_400;
    let left = emitted::<KeeperLeft>(&stage.chain);
    assert_eq!((left.len(), left[0].withdrawableAt), (1, until));
    assert_eq!(stage.view(&keeperCountCall {}).unwrap().keepers, 2);
    let account = sol_address(stage.keepers[0].address());
    assert_refused(stage.keeper(0, &leaveCall {}), NotKeeper { account });
    stage.chain.produce_block_at(until - 1).unwrap();
    assert_refused(stage.keeper(0, &withdrawBondCall {}), BondLocked { until });
    stage.chain.produce_block_at(until).unwrap();
    assert_eq!(stage.keeper(0, &withdrawBondCall {}).unwrap(), BOND * WEI);
    let paid = emitted::<BondWithdrawn>(&stage.chain);
    assert_eq!((paid[0].keeper, paid[0].amount), (account, BOND * WEI));
    assert_refused(stage.keeper(0, &withdrawBondCall {}), NothingToPay {});
    assert_eq!(stage.assert_conserved(), (2 * BOND, 0, 0));
    stage.govern(&addKeeperCall { keeper: account, threshold: 2 }).unwrap();
    assert_eq!(stage.of(0), (1, 0, 0));
}

#[test]
fn slashed_bonds_pay_for_useful_cranks() {
    let mut stage = bonded(0);
    stage.govern(&announcement()).unwrap();
    let ann = sol_address(stage.keepers[0].address());
    let refused = stage.keeper(1, &slashKeeperCall { keeper: ann, plan_: 1 });
    assert_refused(refused, NotGovernance { caller: sol_address(stage.keepers[1].address()) });
    assert_refused(stage.govern(&slashKeeperCall { keeper: ann, plan_: 2 }), UnknownPlan { plan: 2 });
    stage.keeper(0, &leaveCall {}).unwrap();
    stage.govern(&slashKeeperCall { keeper: ann, plan_: 1 }).unwrap();
    let slashed = emitted::<KeeperSlashed>(&stage.chain);
    assert_eq!((slashed[0].amount, slashed[0].contradiction), (BOND * WEI, false));
    assert_refused(stage.govern(&slashKeeperCall { keeper: ann, plan_: 1 }), WrongKeeperStatus { status: 3 });
    assert_eq!((stage.of(0), stage.assert_conserved()), ((3, 0, 0), (2 * BOND, 0, BOND)));

    stage.govern(&addKeeperCall { keeper: ann, threshold: 2 }).unwrap();
    let account = stage.keepers[0].clone();
    stage.chain.sol_call(&account, stage.registry, &postBondCall {}, BOND).unwrap();
    stage.chain.produce_block_at(START + 3_600).unwrap();
    stage.signal(0, &says(1, 0)).unwrap();
    stage.signal(1, &says(1, 0)).unwrap();
    let rewarded = emitted::<Rewarded>(&stage.chain);
    assert_eq!(rewarded.iter().map(|one| one.amount).collect::<Vec<_>>(), [REWARD * WEI; 2]);
    stage.signal(2, &says(1, 0)).unwrap();
    assert_eq!((stage.of(0).2, stage.of(1).2, stage.of(2).2), (REWARD, REWARD, 0), "what is known earns nothing");
    for keeper in 0..2 {
        stage.signal(keeper, &signalCall { height: 60, ..says(1, 9) }).unwrap();
    }
    assert_eq!(stage.of(0).2, REWARD, "heartbeats earn nothing");
    assert_eq!(stage.assert_conserved(), (3 * BOND, 2 * REWARD, BOND - 2 * REWARD));

    let before = stage.chain.balance(&stage.governance);
    assert_refused(stage.govern(&claimRewardCall {}), NothingToPay {});
    assert!(stage.chain.balance(&stage.governance) <= before);
    assert_eq!(stage.keeper(0, &claimRewardCall {}).unwrap(), REWARD * WEI);
    let claimed = emitted::<RewardClaimed>(&stage.chain);
    assert_eq!((claimed[0].account, claimed[0].amount), (ann, REWARD * WEI));
    assert_refused(stage.keeper(0, &claimRewardCall {}), NothingToPay {});
    assert_eq!(stage.assert_conserved(), (3 * BOND, REWARD, BOND - 2 * REWARD));
}

#[test]
fn whoever_closes_a_plan_earns_what_the_pot_has() {
    let mut stage = bonded(REWARD - 1);
    let funded = emitted::<RewardsFunded>(&stage.chain);
    assert_eq!((funded[0].amount, funded[0].pot), ((REWARD - 1) * WEI, (REWARD - 1) * WEI));
    stage.govern(&announcement()).unwrap();
    stage.chain.produce_block_at(START + 7_201).unwrap();
    stage.govern(&closeCall { plan: 1 }).unwrap();
    assert_eq!(stage.assert_conserved(), (3 * BOND, REWARD - 1, 0));
    assert_eq!(stage.govern(&claimRewardCall {}).unwrap(), (REWARD - 1) * WEI);
    assert_eq!(stage.assert_conserved(), (3 * BOND, 0, 0));
}

#[test]
fn there_are_at_most_thirty_two_keepers() {
    let mut stage = deployed();
    for number in 4..=32u32 {
        let keeper = sol_address(Account::named(&format!("keeper {number}")).address());
        stage.govern(&addKeeperCall { keeper, threshold: number / 2 + 1 }).unwrap();
    }
    let keeper = sol_address(Account::named("one more").address());
    assert_refused(stage.govern(&addKeeperCall { keeper, threshold: 17 }), TooManyKeepers { most: 32 });
}
