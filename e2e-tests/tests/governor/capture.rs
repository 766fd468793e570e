//! Capture rehearsals: Alice holds 60 % of all votes and a large short, and tries to bend the rules in her favour. What
//! she can and cannot do is what KNOWN-RISKS.md says.

use super::{
    suite::{BLOCK, Suite},
    *,
};

const TOKEN: u128 = lockstep_devchain::UNIT;
/// The markets of her short and of the collateral that she holds.
const HERS: &str = "#markets=10,11";

/// Alice is short by a hundred, against 50,000 dollars and a native token.
fn whale() -> (Suite, Account) {
    let mut suite = Suite::new();
    let alice = suite.stage.alice.clone();
    suite.fund(&alice, 50_000);
    suite.opt_in(&alice);
    suite.deposit_native(&alice, TOKEN);
    suite.increase(&alice, -100).unwrap();
    (suite, alice)
}

#[test]
fn she_cannot_loosen() {
    let (mut suite, alice) = whale();
    let dan = suite.stage.dan.clone();
    // Openly: her votes do not count.
    let openly = suite.haircut(500, HERS);
    let snapshot = suite.open(&openly);
    assert_eq!(suite.stage.vote(&alice, &openly, 1).unwrap(), U256::from(600_000));
    suite.until(snapshot + PERIOD + BLOCK);
    assert_eq!(suite.stage.state(&openly), State::Defeated);
    // Through a friend without a position: what he votes with is hers.
    suite.stage.call(&alice, &delegateCall { delegatee: sol_address(dan.address()) }).unwrap();
    suite.stage.chain.produce_block();
    let friendly = suite.haircut(500, "a friend's #markets=10,11");
    suite.stage.call(&dan, &friendly.propose()).unwrap();
    let snapshot = suite.stage.chain.now() + DELAY;
    suite.until(snapshot + BLOCK);
    assert_eq!(suite.stage.vote(&dan, &friendly, 1).unwrap(), U256::from(600_000));
    suite.reckon(&friendly, &dan, &[&alice]).unwrap();
    assert_eq!(suite.disinterested(&friendly), (0, 0, 0));
    // By closing the short first: from the snapshot on that comes too late.
    suite.reduce(&alice, 100);
    suite.withdraw_native(&alice).unwrap();
    suite.until(snapshot + PERIOD / 2);
    suite.reckon(&friendly, &dan, &[&alice]).unwrap();
    suite.until(snapshot + PERIOD + BLOCK);
    assert_eq!(suite.stage.state(&friendly), State::Defeated);
    assert_eq!(suite.haircuts(), (1_000, 1_000));
}

#[test]
fn she_cannot_take_the_vault_or_the_prices() {
    let (mut suite, alice) = whale();
    let heir = sol_address(alice.address());
    let transfer = (suite.vault, IMarginVault::transferGovernanceCall { to: heir }.abi_encode());
    let admit = IMarginVault::admitVenueCall { venue: heir, bondRequired: 0, cover: u128::MAX }.abi_encode();
    for call in [transfer, (suite.vault, admit)] {
        let quietly = Batch::of("Housekeeping", std::slice::from_ref(&call));
        let refused = suite.stage.call(&alice, &quietly.propose());
        assert_refused(refused, UndeclaredMarket { action: 0, market: u32::MAX });
        let openly = Batch::of("Housekeeping #markets=*", &[call]);
        let snapshot = suite.open(&openly);
        suite.stage.vote(&alice, &openly, 1).unwrap();
        suite.until(snapshot + PERIOD + BLOCK);
        assert_eq!(suite.stage.state(&openly), State::Defeated);
    }
}

/// She can tighten against the other side, but nobody is liquidated by the vote: the haircut moves on its ramp, by a
/// step at a time.
#[test]
fn she_can_tighten_as_fast_as_the_law_lets_her() {
    let (mut suite, alice) = whale();
    let dan = suite.stage.dan.clone();
    let tags = "#markets=10,11 #tightening";
    let leap = suite.haircut(9_000, tags);
    let step = suite.haircut(1_500, tags);
    let next = suite.haircut(1_400, tags);
    let mut snapshot = 0;
    for batch in [&leap, &step, &next] {
        snapshot = suite.stage.propose(batch);
    }
    suite.until(snapshot + BLOCK);
    for batch in [&leap, &step, &next] {
        suite.stage.vote(&alice, batch, 1).unwrap();
    }
    suite.until(snapshot + PERIOD + BLOCK);
    for batch in [&leap, &step, &next] {
        suite.stage.call(&dan, &batch.queue()).unwrap();
    }
    let eta = suite.stage.chain.now() + TIMELOCK;
    suite.until(eta);
    let too_large = IMarginVault::StepTooLarge { step: 8_000, max: 500 }.abi_encode();
    assert_refused(suite.stage.call(&dan, &leap.execute()), ActionFailed { action: 0, reason: too_large.into() });
    suite.stage.call(&dan, &step.execute()).unwrap();
    let changed = suite.stage.chain.now();
    assert_eq!(suite.haircuts(), (1_000, 1_500));
    let too_soon = IMarginVault::TooSoon { until: changed + 3 * DAY }.abi_encode();
    assert_refused(suite.stage.call(&dan, &next.execute()), ActionFailed { action: 0, reason: too_soon.into() });
    suite.until(changed + DAY / 2);
    assert_eq!(suite.haircuts(), (1_250, 1_500));
}

#[test]
fn borrowed_wrapped_and_moved_tokens_vote_once_or_not_at_all() {
    let (mut suite, _) = whale();
    let (bob, carol, dan) = (suite.stage.bob.clone(), suite.stage.carol.clone(), suite.stage.dan.clone());
    let batch = suite.haircut(500, HERS);
    let snapshot = suite.stage.propose(&batch);
    // Borrowed after the snapshot: nothing.
    suite.until(snapshot + BLOCK);
    suite.stage.lock(&dan, 240_001).unwrap();
    assert_refused(suite.stage.vote(&dan, &batch, 1), NoVotes { voter: sol_address(dan.address()), snapshot });
    // Voted with, then moved: it can neither leave in time nor vote again for another.
    suite.stage.vote(&bob, &batch, 1).unwrap();
    suite.stage.call(&bob, &unlockCall { amount: U256::from(80_000) }).unwrap();
    let until = suite.stage.chain.now() + UNLOCK;
    let now = suite.stage.chain.now();
    assert_refused(suite.stage.call(&bob, &withdrawCall {}), StillUnlocking { until, now_: now });
    suite.stage.call(&carol, &delegateCall { delegatee: sol_address(bob.address()) }).unwrap();
    suite.stage.chain.produce_block();
    assert_refused(suite.stage.vote(&bob, &batch, 1), GovernorAlreadyCastVote { voter: sol_address(bob.address()) });
    assert_eq!(suite.stage.vote(&carol, &batch, 0).unwrap(), U256::from(79_999));
    assert_eq!(suite.disinterested(&batch), (79_999, 80_000, 0));
    // The longest way through: delay, vote, extension, queue, timelock, veto, a ban, window. It stays here longer.
    assert!(until > snapshot - DELAY + LIFETIME);
    // Wrapped tokens are tokens of the wrapper, and only what is locked here votes: the token's own balance never does.
    let eurus = funded(&mut suite.stage.chain, "eurus");
    let token = suite.stage.token;
    let owner = suite.stage.owner.clone();
    suite.stage.chain.mint_asset(&owner, GOV, &eurus, 5_000_000).unwrap();
    let balance = IToken::balanceOfCall { account: sol_address(eurus.address()) };
    assert_eq!(suite.stage.chain.sol_view(&eurus, token, &balance).unwrap(), U256::from(5_000_000));
    assert_refused(suite.stage.vote(&eurus, &batch, 1), NoVotes { voter: sol_address(eurus.address()), snapshot });
    // Minted after the snapshot, they do not move its quorum either.
    let quorum = suite.stage.view(&quorumCall { timepoint: U256::from(snapshot) }).unwrap();
    suite.stage.call(&eurus, &observeSupplyCall {}).unwrap();
    assert_eq!(suite.stage.view(&quorumCall { timepoint: U256::from(snapshot) }).unwrap(), quorum);
    assert_eq!(quorum, U256::from(80_000));
    // Minted before the next one, they count there as soon as they could vote.
    let next = suite.haircut(500, "next #markets=10,11");
    let snapshot = suite.open(&next);
    assert_eq!(suite.stage.view(&quorumCall { timepoint: U256::from(snapshot) }).unwrap(), U256::from(480_000));
}

#[test]
fn she_cannot_use_a_halt() {
    let (mut suite, alice) = whale();
    let (carol, dan) = (suite.stage.carol.clone(), suite.stage.dan.clone());
    let batch = suite.haircut(1_500, "#markets=10,11 #tightening");
    let snapshot = suite.open(&batch);
    suite.stage.vote(&alice, &batch, 1).unwrap();
    // The chain stands still for two days; the others still have what was left of the vote.
    let halted = suite.stage.chain.now();
    suite.stage.at(halted + 2 * DAY);
    assert_eq!(suite.stage.state(&batch), State::Active);
    suite.stage.vote(&carol, &batch, 0).unwrap();
    let lost = suite.stage.chain.now() - suite.stage.view(&clockCall {}).unwrap();
    assert_eq!(lost, 2 * DAY - BLOCK);
    suite.until(snapshot + PERIOD + lost + BLOCK);
    suite.stage.call(&dan, &batch.queue()).unwrap();
    // And so have those who want to leave before it takes effect.
    let eta = suite.stage.view(&clockCall {}).unwrap() + TIMELOCK;
    let halted = suite.stage.chain.now();
    suite.stage.at(halted + TIMELOCK);
    let now = suite.stage.view(&clockCall {}).unwrap();
    assert_refused(suite.stage.call(&dan, &batch.execute()), TimelockClosed { eta, now_: now });
}

/// What is left to her: another account that trades while she votes. Then the law, the timelock and the veto hold.
#[test]
fn she_can_split_her_accounts() {
    let mut suite = Suite::new();
    let alice = suite.stage.alice.clone();
    let other = suite.trader("alice's other", 50_000);
    suite.increase(&other, -100).unwrap();
    let batch = suite.haircut(500, HERS);
    let snapshot = suite.open(&batch);
    suite.stage.vote(&alice, &batch, 1).unwrap();
    assert_eq!(suite.disinterested(&batch), (0, 600_000, 0));
    let eta = suite.queue(&batch, snapshot);
    // The market maker holds nearly all deposits.
    let maker = Account::named("maker");
    suite.veto(&maker, &batch).unwrap();
    let vetoed = suite.stage.view(&proposalEtaCall { proposalId: batch.id() }).unwrap();
    assert_eq!(vetoed, U256::from(eta + 45 * DAY));
    // The guardian has the last word while it is in office.
    let guardian = suite.stage.guardian.clone();
    suite.stage.call(&guardian, &batch.cancel()).unwrap();
    assert_eq!(suite.stage.state(&batch), State::Canceled);
    assert_eq!(suite.haircuts(), (1_000, 1_000));
}
