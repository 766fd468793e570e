//! One market through a real split of its chain: one branch upgrades, the other stays, and each settles its own claims.

use alloy_core::primitives::FixedBytes;
use e2e_tests::{
    assert_refused, emitted,
    exchange::{DOLLAR, UNIT, VenueCode},
    interfaces::{IMarginVault, IPerpetualVenue, ISettlement::*, IUpgradeRegistry},
    sol_address,
};
use lockstep_core::{
    ids::PlanId,
    keccak::keccak256,
    registry::{advance_stayed, advance_verified},
    settlement::{Basis, Leaf, Tree},
};
use lockstep_devchain::Account;

use super::{
    BRANCH, DOMAIN, KEEPERS, MARKET, ONE, Stage, assert_average, claims::copy, code_hash, genesis_fork, leaf_of,
    proven, stage_with,
};

const DAY: u64 = 86_400;

/// A book with alice long 2, bob short 1 and the maker short 1, and its snapshot, right before the split.
struct Split {
    stage: Stage,
    alice: Account,
    bob: Account,
    leaves: Vec<Leaf>,
    tree: Tree,
}

/// Up to the freeze and the commitment. The other branch is expected at 17.
fn frozen(code: VenueCode, basis: Basis) -> Split {
    let mut stage = stage_with(code, basis);
    let (alice, bob) = (stage.x.trader("alice", 1_000 * DOLLAR), stage.x.trader("bob", 1_000 * DOLLAR));
    let name = nameBranchCall { plan: stage.plan, market: MARKET, feed: BRANCH };
    stage.govern(&name).unwrap();
    stage.prices.1 = 17 * UNIT;
    stage.trade(&alice, 2 * ONE);
    stage.trade(&bob, -ONE);
    stage.until(stage.freeze);
    stage.operate(&openSnapshotCall { plan: stage.plan, market: MARKET }).unwrap();
    let (plan, maker) = (stage.plan, stage.x.maker.clone());
    let (leaves, tree) = stage.commit(plan, &[&alice, &bob, &maker]);
    Split { stage, alice, bob, leaves, tree }
}

/// The plan ends here, upgraded or not, and its branch is advanced.
fn end_plan(stage: &mut Stage, upgrades: bool) -> FixedBytes<32> {
    stage.until(stage.freeze + 60);
    let code_before = stage.x.chain.runtime_code_hash();
    if upgrades {
        stage.upgrade();
        stage.verify_upgrade();
    }
    assert_eq!(stage.x.chain.runtime_code_hash() == code_before, !upgrades);
    stage.until(stage.freeze + 4_200);
    let phase = stage.ask_registry(&IUpgradeRegistry::planCall { plan_: stage.plan }).phase;
    assert_eq!(phase, if upgrades { 4 } else { 5 });
    let anyone = stage.x.maker.clone();
    stage.until(stage.freeze + 7_800);
    let resolve = resolveCall { plan: stage.plan, market: MARKET };
    assert_refused(stage.call(&anyone, &resolve), PlanNotClosed { plan: stage.plan });
    stage.register(&IUpgradeRegistry::closeCall { plan: stage.plan });
    stage.ask_registry(&IUpgradeRegistry::forkOfCall { domain: DOMAIN })
}

/// Lets the feed of the branch prove itself for a day, and resolves.
fn resolve(stage: &mut Stage) -> Resolved {
    let (plan, market, anyone) = (stage.plan, MARKET, stage.x.maker.clone());
    let released = stage.ask_registry(&IUpgradeRegistry::planCall { plan_: plan }).releasedAt;
    stage.until(released + DAY);
    assert!(stage.call(&anyone, &resolveCall { plan, market }).unwrap());
    emitted::<Resolved>(&stage.x.chain)[0].clone()
}

fn claim_all(split: &Split, branch: FixedBytes<32>) -> claimCall {
    let all: Vec<&Leaf> = split.leaves.iter().filter(|leaf| leaf.size < 0).chain(split.leaves.iter()).collect();
    claimCall { plan: split.stage.plan, market: MARKET, branch, proven: proven(&split.tree, &all).into() }
}

/// What each of the three has, in quote.
fn cash(stage: &Stage, split: &Split) -> [u128; 3] {
    [&split.alice, &split.bob, &stage.x.maker].map(|who| stage.cash(who))
}

/// `(canonical, left behind)`: what alice gains on each, by the basis of the market. Her 2 are 34 at the price of 17, less what an average below 17 takes.
fn split_and_settle(code: VenueCode, basis: Basis, expected: (i128, i128)) {
    let split = frozen(code, basis);
    let (mut canonical, mut stayed) = (copy(&split.stage), copy(&split.stage));
    let (plan, market) = (split.stage.plan, MARKET);
    let upgraded = end_plan(&mut canonical, true);
    let left = end_plan(&mut stayed, false);
    assert_eq!(upgraded.0, advance_verified(keccak256, genesis_fork(), code_hash().0, 50).0);
    assert_eq!(left.0, advance_stayed(keccak256, genesis_fork(), PlanId(plan)).0);

    for (stage, branch, other, gain) in
        [(&mut canonical, upgraded, left, expected.0), (&mut stayed, left, upgraded, expected.1)]
    {
        let anyone = stage.x.governance.clone();
        let before = cash(stage, &split);
        let positions = [&split.alice, &split.bob, &stage.x.maker.clone()].map(|who| stage.x.position(who));
        // A keeper's word for the other branch is none here.
        let next = stage.announce(stage.x.chain.now() + 3_600);
        let observed_at = stage.x.chain.now();
        let signal = IUpgradeRegistry::signalCall {
            plan: next,
            kind: 6,
            forkId: other,
            height: 60,
            codeHash: code_hash(),
            observedAt: observed_at,
        };
        let keeper = Account::named(KEEPERS[0]);
        let refused = stage.x.chain.sol_call(&keeper, stage.x.registry, &signal, 0);
        assert_refused(refused, IUpgradeRegistry::WrongFork { expected: branch, given: other });
        stage.register(&IUpgradeRegistry::cancelCall { plan: next });

        let resolved = resolve(stage);
        assert_eq!((resolved.branch, resolved.byTree), (branch, true));
        let claim = claim_all(&split, branch);
        let foreign = claimCall { branch: other, ..claim.clone() };
        assert_refused(stage.call(&anyone, &foreign), WrongBranch { expected: branch, given: other });
        if gain == 0 {
            assert_eq!((resolved.payment, resolved.price, resolved.owed), (0, 0, 0));
            assert_refused(stage.call(&anyone, &claim), NothingOwed { plan, market });
        } else {
            assert_average(resolved.price, 17 * UNIT);
            assert_eq!((resolved.payment, resolved.owed), (2, 34_000_000));
            assert_eq!(stage.call(&anyone, &claim).unwrap(), 3);
            let pot = stage.pot(plan);
            assert_eq!((pot.collected, pot.paid), (34_000_000, 33_999_999), "what rounding leaves stays in the pot");
        }
        // Each of the two shorts pays 17 and 10 basis points for the collector.
        let after = cash(stage, &split);
        let moved: Vec<i128> = after
            .iter()
            .zip(before)
            .map(|(after, before)| i128::try_from(*after).unwrap() - i128::try_from(before).unwrap())
            .collect();
        let debit = if gain == 0 { 0 } else { -17_017_000 };
        assert_eq!(moved, [gain, debit, debit]);
        assert_eq!(stage.cash(&anyone), if gain == 0 { 0 } else { 34_000 });
        // The positions themselves go on.
        assert_eq!([&split.alice, &split.bob, &stage.x.maker.clone()].map(|who| stage.x.position(who)), positions);
        stage.x.assert_conserved(&[&split.alice, &split.bob, &stage.x.maker.clone(), &anyone]);
    }
}

#[test]
fn a_claim_on_each_branch_is_claimed_on_the_one_left_behind() {
    split_and_settle(VenueCode::Ink, Basis::PerBranchClaim, (0, 33_999_999));
}

#[test]
fn the_sum_of_branches_is_paid_on_the_canonical_one() {
    split_and_settle(VenueCode::Solidity, Basis::SumOfBranches, (33_999_999, 0));
}

#[test]
fn canonical_only_is_paid_nowhere_but_by_the_position_itself() {
    split_and_settle(VenueCode::Ink, Basis::CanonicalOnly, (0, 0));
}

/// Positions, margins and what is due are the same to the last unit before and after, and the evidence stands.
#[test]
fn in_a_good_upgrade_nothing_moves() {
    for code in [VenueCode::Ink, VenueCode::Solidity] {
        let mut split = frozen(code, Basis::PerBranchClaim);
        let (alice, bob, maker) = (split.alice.clone(), split.bob.clone(), split.stage.x.maker.clone());
        let look = |stage: &Stage| {
            [&alice, &bob, &maker].map(|who| {
                let account = sol_address(who.address());
                let at =
                    IPerpetualVenue::positionAtCall { account, market: MARKET, at: stage.freeze, price: 2_000 * UNIT };
                let held = stage.x.ask_venue(&at);
                (
                    stage.x.position(who),
                    stage.x.money(who),
                    stage.x.health(who),
                    (held.size, held.entryPrice, held.margin, held.unrealised),
                    stage.x.ask_venue(&IPerpetualVenue::exposuresCall { account }),
                )
            })
        };
        let before = look(&split.stage);
        let branch = end_plan(&mut split.stage, true);
        // The other branch never came to be.
        split.stage.prices.1 = 0;
        assert_eq!(look(&split.stage), before);
        assert_eq!(split.stage.status(split.stage.plan), 1);
        assert_eq!(branch.0, advance_verified(keccak256, genesis_fork(), code_hash().0, 50).0);
        assert_eq!(split.stage.x.ask(&IMarginVault::potCall { market: MARKET }), 0);
        // Trading has gone on, and the answer as of the freeze stays what it was.
        split.stage.x.venue(&alice, &IPerpetualVenue::reduceCall { market: MARKET, size: UNIT }).unwrap();
        split.stage.pass(60);
        split.stage.x.venue(&bob, &IPerpetualVenue::reduceCall { market: MARKET, size: UNIT }).unwrap();
        let after = look(&split.stage);
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before.3, after.3);
        }
        assert_eq!(leaf_of(&split.leaves, &alice).size, 2 * ONE);
        assert_eq!((split.stage.x.position(&alice).0, split.stage.x.position(&bob).0), (ONE, 0));
    }
}
