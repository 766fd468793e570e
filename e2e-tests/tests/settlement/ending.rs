//! The end of a market: its operator's word, or a freeze that outlasted its bound; no vote has a part in it.

use e2e_tests::{
    assert_refused, emitted,
    exchange::{DOLLAR, UNIT, VenueCode},
    interfaces::{IMarginVault, IOracleGuard, IPerpetualVenue, ISettlement::*},
    sol_address,
};
use lockstep_core::settlement::{Basis, Leaf, Tree};
use lockstep_devchain::Account;

use super::{CHALLENGE, MARKET, ONE, Stage, assert_average, leaf_of, proven, stage, stage_with};

/// The end of a market has no plan.
pub const END: u64 = 0;

/// Alice is long 2 at 2,002, bob short 1 at 1,998, the maker short 1; the price is 2,100 and has been for an hour.
pub fn risen(code: VenueCode, bobs: u128) -> (Stage, Account, Account) {
    risen_to(code, bobs, &[2_100])
}

/// The same at the last of these prices.
pub fn risen_to(code: VenueCode, bobs: u128, prices: &[u128]) -> (Stage, Account, Account) {
    let mut stage = stage_with(code, Basis::PerBranchClaim);
    let (alice, bob) = (stage.x.trader("alice", 1_000 * DOLLAR), stage.x.trader("bob", bobs));
    stage.trade(&alice, 2 * ONE);
    stage.trade(&bob, -ONE);
    for price in prices {
        stage.prices.0 = price * UNIT;
        stage.pass(3_600);
    }
    (stage, alice, bob)
}

/// Commits to the ended market's positions and lets the challenges pass.
pub fn ended(stage: &mut Stage, alice: &Account, bob: &Account) -> (Vec<Leaf>, Tree) {
    stage.x.chain.produce_block();
    let maker = stage.x.maker.clone();
    let (leaves, tree) = stage.commit(END, &[alice, bob, &maker]);
    stage.pass(CHALLENGE + 1);
    (leaves, tree)
}

#[test]
fn an_ended_market_settles_what_was_not_realised() {
    for code in [VenueCode::Ink, VenueCode::Solidity] {
        let (mut stage, alice, bob) = risen(code, 1_000 * DOLLAR);
        let (market, maker) = (MARKET, stage.x.maker.clone());
        let end = endMarketCall { market };
        assert_refused(stage.call(&bob, &end), NotDue { market });
        stage.operate(&end).unwrap();
        assert_eq!(emitted::<MarketEnded>(&stage.x.chain), [MarketEnded { market, heard: true }]);
        assert_refused(stage.operate(&end), AlreadyOpen { plan: END, market });
        assert!(stage.view(&marketCall { market_: market }).unwrap().ended);
        let of = stage.view(&snapshotContextCall { plan: END, market }).unwrap();
        assert_eq!(of.takenAt, stage.x.chain.now() + 1);
        assert_average(of.price, 2_100 * UNIT);
        // Claims have taken the place of trading, and nobody leaves before they have settled.
        let closed = IPerpetualVenue::MarketHasEnded { market };
        assert_refused(stage.x.venue(&alice, &IPerpetualVenue::reduceCall { market, size: 1 }), closed.clone());
        assert_refused(stage.x.venue(&alice, &IPerpetualVenue::increaseCall { market, size: 1 }), closed.clone());
        let account = sol_address(bob.address());
        let liquidate = IPerpetualVenue::liquidateCall { account, market, maxSize: UNIT };
        assert_refused(stage.x.venue(&alice, &liquidate), closed);
        let withdraw = IMarginVault::withdrawCall { asset: 0, amount: DOLLAR };
        let until = stage.x.chain.now() + 30 * 86_400;
        assert_refused(stage.x.vault(&alice, &withdraw), IMarginVault::WithdrawalLocked { until });
        let stranger = stage.x.trader("stranger", 10 * DOLLAR);
        stage.x.vault(&stranger, &withdraw).unwrap();

        let (leaves, tree) = ended(&mut stage, &alice, &bob);
        let unrealised = |who: &Account| leaf_of(&leaves, who).unrealised;
        assert_eq!(unrealised(&alice), 196_000_000);
        assert_eq!((unrealised(&bob), unrealised(&maker)), (-102_000_000, -94_000_000));
        assert!(stage.call(&stranger, &resolveCall { plan: END, market }).unwrap());
        let resolved = emitted::<Resolved>(&stage.x.chain);
        assert_eq!((resolved[0].payment, resolved[0].byTree, resolved[0].owed), (1, true, 196_000_000));
        let again = AlreadyResolved { plan: END, market };
        assert_refused(stage.call(&stranger, &resolveCall { plan: END, market }), again);
        let branch = resolved[0].branch;
        let claim = |who: &Account| {
            let proven = proven(&tree, &[leaf_of(&leaves, who)]).into();
            claimCall { plan: END, market, branch, proven }
        };
        // A creditor may leave at once, and waits for its credit.
        assert_eq!(stage.call(&stranger, &claim(&alice)).unwrap(), 1);
        stage.x.vault(&alice, &withdraw).unwrap();
        let waiting: Collecting = e2e_tests::exchange::refusal(stage.call(&stranger, &claim(&alice)));
        assert_eq!(waiting.until, stage.pot(END).openedAt + 7 * 86_400);

        // Another collects bob's debit, for a reward from him; the maker pays itself.
        assert_eq!(stage.call(&stranger, &claim(&bob)).unwrap(), 1);
        let collected = DebitCollected {
            plan: END,
            market,
            account,
            collected: 102_000_000,
            due: 0,
            collector: sol_address(stranger.address()),
            reward: 102_000,
        };
        assert_eq!(emitted::<DebitCollected>(&stage.x.chain), [collected]);
        assert_eq!((stage.cash(&bob), stage.cash(&stranger)), (897_898_000, 9 * DOLLAR + 102_000));
        assert_refused(stage.call(&stranger, &claim(&bob)), NothingSettled {});
        stage.x.vault(&bob, &withdraw).unwrap();
        assert_eq!(stage.call(&maker, &claim(&maker)).unwrap(), 1);
        assert_eq!(emitted::<DebitCollected>(&stage.x.chain)[0].reward, 0);
        assert_eq!(stage.call(&stranger, &claim(&alice)).unwrap(), 1);
        let fixed = ShareFixed { plan: END, market, collected: 196_000_000, owed: 196_000_000 };
        assert_eq!(emitted::<ShareFixed>(&stage.x.chain), [fixed]);
        let paid = CreditPaid {
            plan: END,
            market,
            account: sol_address(alice.address()),
            credit: 196_000_000,
            paid: 196_000_000,
        };
        assert_eq!(emitted::<CreditPaid>(&stage.x.chain), [paid]);
        assert_eq!((stage.cash(&alice), stage.cash(&maker)), (1_195 * DOLLAR, 99_906 * DOLLAR));
        for leaf in &leaves {
            let account = sol_address(lockstep_devchain::H160(leaf.account.0));
            let settled = isSettledCall { plan: END, market, index: leaf.index, account };
            assert!(stage.view(&settled).unwrap());
        }
        let pot = stage.pot(END);
        assert_eq!((pot.collected, pot.paid, pot.shareCollected), (196_000_000, 196_000_000, 196_000_000));
        assert_eq!(stage.x.ask(&IMarginVault::potCall { market }), 0);
        stage.x.assert_conserved(&[&alice, &bob, &maker, &stranger]);
        // Whoever has settled may leave the venue.
        let venue = sol_address(stage.x.venue);
        assert_refused(stage.x.vault(&alice, &IMarginVault::optOutCall { venue }), IMarginVault::StillBound {});
        let leave = IPerpetualVenue::leaveMarketCall { account: sol_address(alice.address()), market };
        stage.x.venue(&stranger, &leave).unwrap();
        assert_refused(stage.x.venue(&stranger, &leave), IPerpetualVenue::NothingOpen {});
        stage.x.vault(&alice, &IMarginVault::optOutCall { venue }).unwrap();
    }
}

/// The feed dies. The market is frozen for four hours, reduce-only for three days, and then anybody ends it: at the
/// average from before the freeze, and for those who are still in it.
#[test]
fn a_deviation_that_outlasts_its_bound_is_settled_by_anyone() {
    let (mut stage, alice, bob) = risen(VenueCode::Ink, 1_000 * DOLLAR);
    let (market, maker) = (MARKET, stage.x.maker.clone());
    stage.register(&e2e_tests::interfaces::IUpgradeRegistry::cancelCall { plan: stage.plan });
    stage.prices = (0, 0);
    stage.pass(4 * 3_600 + 3 * 86_400);
    assert_refused(stage.call(&bob, &endMarketCall { market }), NotDue { market });
    let due = stage.ask_guard(&IOracleGuard::settlementDueCall { market });
    assert!(!due.due && due.frozenAt > 0);
    // Alice leaves half of what she had: that is no part of the settlement.
    stage.x.venue(&alice, &IPerpetualVenue::reduceCall { market, size: UNIT }).unwrap();
    stage.pass(1_200);
    stage.call(&bob, &endMarketCall { market }).unwrap();
    let of = stage.view(&snapshotContextCall { plan: END, market }).unwrap();
    assert_eq!(of.takenAt, stage.x.chain.now() + 1);
    assert_average(of.price, 2_100 * UNIT);
    let (leaves, tree) = ended(&mut stage, &alice, &bob);
    let sizes = |who: &Account| (leaf_of(&leaves, who).size, leaf_of(&leaves, who).unrealised);
    assert_eq!((sizes(&alice), sizes(&bob)), ((ONE, 98_000_000), (-ONE, -102_000_000)));
    // The maker's sides cancel out, and what it took for them is its profit.
    assert_eq!(sizes(&maker), (0, 4_000_000));
    stage.call(&bob, &resolveCall { plan: END, market }).unwrap();
    let branch = emitted::<Resolved>(&stage.x.chain)[0].branch;
    let batch = [leaf_of(&leaves, &bob), leaf_of(&leaves, &alice), leaf_of(&leaves, &maker)];
    let claim = claimCall { plan: END, market, branch, proven: proven(&tree, &batch).into() };
    assert_eq!(stage.call(&bob, &claim).unwrap(), 3);
    assert_eq!((stage.pot(END).collected, stage.pot(END).paid), (102_000_000, 102_000_000));
    // What she took out before waits in escrow for a valid price, as ever.
    assert_eq!((stage.cash(&alice), stage.cash(&bob)), (1_098_000_000, 898 * DOLLAR));
}

#[test]
fn a_holder_knows_beforehand_what_each_outcome_pays() {
    let mut stage = stage();
    let price = 17 * UNIT;
    let outcomes = |stage: &Stage, market, size, unrealised| {
        let said = stage.view(&outcomesCall { market, size, unrealised, price }).unwrap();
        (said.ended, said.elsewhere, said.canonical, said.leftBehind)
    };
    let (ten, dollars) = (10 * ONE, 1_000_000);
    assert_eq!(outcomes(&stage, MARKET, ten, -5), (-5, 170 * dollars, 0, 170 * dollars));
    assert_eq!(outcomes(&stage, MARKET, -4 * ONE, 7), (7, -68 * dollars, 0, -68 * dollars));
    for (market, basis) in [(11, Basis::CanonicalOnly), (12, Basis::SumOfBranches)] {
        stage.govern(&stage.admission(market, basis)).unwrap();
    }
    assert_eq!(outcomes(&stage, 11, ten, 3), (3, 0, 0, 0));
    assert_eq!(outcomes(&stage, 12, ten, 3), (3, 170 * dollars, 170 * dollars, 0));
    let unknown = outcomesCall { market: 99, size: 1, unrealised: 1, price };
    assert_refused(stage.view(&unknown), UnknownMarket { market: 99 });
}
