//! The Merge of 15 September 2022, from a chain that it did not touch: ETH goes on, ETHW is left behind, and a market on
//! ETH settles the fork coin.

use alloy_core::primitives::FixedBytes;
use e2e_tests::{
    assert_refused, emitted,
    exchange::{DOLLAR, UNIT, VenueCode},
    interfaces::{ISettlement::*, IUpgradeRegistry},
};
use lockstep_core::{
    ids::{DomainId, MarketId, PlanId},
    keccak::keccak256,
    registry::fork_zero,
    settlement::{Basis, Context},
};
use lockstep_devchain::Account;

use super::{BRANCH, KEEPERS, MARKET, ONE, Stage, assert_average, code_hash, leaf_of, proven, stage_with, tree};

const ETHEREUM: u32 = 2;
const GENESIS: [u8; 32] = [2; 32];
const DAY: u64 = 86_400;
const SIX_HOURS: u64 = 21_600;

fn ethereum() -> Context {
    let fork = fork_zero(keccak256, GENESIS, 0, 1);
    Context { domain: DomainId(ETHEREUM), fork, plan: PlanId(0), market: MarketId(MARKET) }
}

/// The Merge is announced for the market, ETH is at 1,600 and about to fall by a tenth.
fn announced(code: VenueCode, basis: Basis) -> Stage {
    let mut stage = stage_with(code, basis);
    stage.register(&IUpgradeRegistry::cancelCall { plan: stage.plan });
    let register = IUpgradeRegistry::registerDomainCall {
        domain: ETHEREUM,
        genesisHash: FixedBytes(GENESIS),
        paraId: 0,
        chainId: 1,
    };
    stage.register(&register);
    for price in [1_850, 1_700, 1_600] {
        stage.prices.0 = price * UNIT;
        stage.pass(3_600);
    }
    stage.freeze = (stage.x.chain.now() + 3_600).next_multiple_of(300);
    let freeze_at = stage.freeze;
    let call = IUpgradeRegistry::announceCall {
        domain: ETHEREUM,
        codeHash: code_hash(),
        specVersion: 0,
        schedule: IUpgradeRegistry::Schedule {
            freezeAt: freeze_at,
            earliest: freeze_at + 60,
            latest: freeze_at + 3_600,
            stabilise: 1_800,
            maxFreeze: 14_400,
        },
        impact: IUpgradeRegistry::Impact {
            finalityBefore: 180,
            finalityAfter: 780,
            blockTimeBefore: 13_000,
            blockTimeAfter: 12_000,
            feeRatioBefore: 10_000,
            feeRatioAfter: 10_000,
            collateralUtilityBefore: 10_000,
            collateralUtilityAfter: 10_000,
            issuanceBefore: 430,
            issuanceAfter: 50,
        },
        disclosure: IUpgradeRegistry::Disclosure { severity: 3, hash: FixedBytes([9; 32]), uri: "ipfs://merge".into() },
        markets: vec![MARKET],
    };
    stage.plan = stage.register(&call);
    stage.govern(&nameBranchCall { plan: stage.plan, market: MARKET, feed: BRANCH }).unwrap();
    stage
}

/// Keepers see the new rules run, and a finalised block of theirs; the plan completes and its branch is advanced.
fn merged(stage: &mut Stage) {
    stage.until(stage.freeze + 60);
    let activated_at = stage.x.chain.now();
    let say = |stage: &mut Stage, kind: u8, height: u64, observed_at: u64| {
        for name in &KEEPERS[..2] {
            let signal = IUpgradeRegistry::signalCall {
                plan: stage.plan,
                kind,
                forkId: FixedBytes(ethereum().fork.0),
                height,
                codeHash: code_hash(),
                observedAt: observed_at,
            };
            let keeper = Account::named(name);
            stage.x.chain.sol_call(&keeper, stage.x.registry, &signal, 0).unwrap();
        }
    };
    say(stage, 0, 15_537_394, activated_at);
    say(stage, 1, 15_537_394, activated_at);
    stage.until(activated_at + 900);
    say(stage, 9, 15_537_460, activated_at + 850);
    stage.until(activated_at + 900 + 1_860);
    let phase = stage.ask_registry(&IUpgradeRegistry::planCall { plan_: stage.plan }).phase;
    assert_eq!(phase, 4, "completed");
    stage.register(&IUpgradeRegistry::closeCall { plan: stage.plan });
}

/// Ten long get ten ETHW at 17 (less a unit of rounding), four short owe four of them: 170 and -68, and a thousandth of it for
/// who collects. The maker bears the difference.
fn settles(code: VenueCode, basis: Basis, paid: bool) {
    let mut stage = announced(code, basis);
    let (long, short) = (stage.x.trader("long", 5_000 * DOLLAR), stage.x.trader("short", 5_000 * DOLLAR));
    let (maker, anyone) = (stage.x.maker.clone(), stage.x.governance.clone());
    stage.trade(&long, 10 * ONE);
    stage.trade(&short, -4 * ONE);
    stage.prices.1 = 17 * UNIT;
    stage.until(stage.freeze);
    let (plan, market) = (stage.plan, MARKET);
    stage.operate(&openSnapshotCall { plan, market }).unwrap();
    let of = stage.view(&snapshotContextCall { plan, market }).unwrap();
    assert_eq!((of.domain, of.forkId.0), (ETHEREUM, ethereum().fork.0));
    assert_average(of.price, 1_600 * UNIT);
    let leaves = stage.leaves(&[&long, &short, &maker], of.takenAt, of.price);
    let tree = tree(&leaves, Context { plan: PlanId(plan), ..ethereum() });
    let commitment = super::commitment(plan, &tree);
    stage.operate(&commitment).unwrap();
    merged(&mut stage);
    // ETH falls by a tenth in the day after.
    stage.prices.0 = 1_440 * UNIT;
    let released = stage.ask_registry(&IUpgradeRegistry::planCall { plan_: plan }).releasedAt;
    let resolve = resolveCall { plan, market };
    if paid {
        stage.until(stage.freeze + 7_800);
        let early = AttemptNotDue { at: released + DAY, now_: stage.x.chain.now() };
        assert_refused(stage.call(&anyone, &resolve), early);
    }
    stage.until(released + DAY);
    let cash = |stage: &Stage| [&long, &short, &maker].map(|who| i128::try_from(stage.cash(who)).unwrap());
    let before = cash(&stage);
    assert!(stage.call(&anyone, &resolve).unwrap());
    let resolved = emitted::<Resolved>(&stage.x.chain)[0].clone();
    let batch = [leaf_of(&leaves, &short), leaf_of(&leaves, &maker), leaf_of(&leaves, &long)];
    let claim = claimCall { plan, market, branch: resolved.branch, proven: proven(&tree, &batch).into() };
    let moved = |stage: &Stage| {
        let after = cash(stage);
        [after[0] - before[0], after[1] - before[1], after[2] - before[2]]
    };
    if paid {
        assert_average(resolved.price, 17 * UNIT);
        assert_eq!((resolved.payment, resolved.owed), (2, 170_000_000));
        assert_eq!(stage.call(&anyone, &claim).unwrap(), 3);
        assert_eq!(moved(&stage), [169_999_999, -68_068_000, -102_102_000]);
    } else {
        assert_eq!((resolved.payment, resolved.price, resolved.owed), (0, 0, 0));
        assert_refused(stage.call(&anyone, &claim), NothingOwed { plan, market });
        assert_eq!(moved(&stage), [0, 0, 0]);
    }
}

#[test]
fn ethw_is_paid_where_each_branch_has_its_claim() {
    settles(VenueCode::Solidity, Basis::PerBranchClaim, true);
}

#[test]
fn ethw_is_not_paid_where_only_the_canonical_branch_counts() {
    settles(VenueCode::Ink, Basis::CanonicalOnly, false);
}

/// The coin trades at 3.99, below a quarter per cent of 1,600, and then not at all: a week of attempts finds no branch.
#[test]
fn a_branch_that_does_not_count_settles_at_zero() {
    let mut stage = announced(VenueCode::Ink, Basis::PerBranchClaim);
    let (plan, market, anyone) = (stage.plan, MARKET, stage.x.maker.clone());
    stage.prices.1 = 399 * UNIT / 100;
    stage.until(stage.freeze);
    let empty = tree(&[], Context { plan: PlanId(plan), ..ethereum() });
    let commitment = super::commitment(plan, &empty);
    stage.operate(&commitment).unwrap();
    merged(&mut stage);
    let released = stage.ask_registry(&IUpgradeRegistry::planCall { plan_: plan }).releasedAt;
    stage.until(released + DAY);
    stage.prices = (0, 0);
    let resolve = resolveCall { plan, market };
    assert!(!stage.call(&anyone, &resolve).unwrap());
    let next = SearchContinued { plan, market, attempts: 1, nextAt: released + DAY + SIX_HOURS };
    assert_eq!(emitted::<SearchContinued>(&stage.x.chain), [next]);
    assert_refused(stage.view(&resolutionCall { plan, market }), NotResolved { plan, market });
    // Whoever comes late sees the same moments, one after the other.
    stage.until(released + DAY + 28 * SIX_HOURS);
    for _ in 1..28 {
        assert!(!stage.call(&anyone, &resolve).unwrap());
    }
    assert!(stage.call(&anyone, &resolve).unwrap());
    let resolved = stage.view(&resolutionCall { plan, market }).unwrap();
    assert_eq!((resolved.payment, resolved.price, resolved.byTree), (0, 0, true));
}
