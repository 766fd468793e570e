//! Challenges against the venue's own answers, and who pays for them.

use alloy_core::primitives::{Address, FixedBytes};
use e2e_tests::{assert_refused, emitted, exchange::DOLLAR, interfaces::ISettlement::*, sol_address};
use lockstep_core::{
    keccak::keccak256,
    settlement::{Leaf, Node, Proven, Tree},
};
use lockstep_devchain::Account;

use super::{BOND, CHALLENGE, MARKET, ONE, Stage, WEI, WINDOW, context, leaf_of, proven, stage, tree};

/// Alice is long 2, bob short 1, the maker short 1, at a snapshot that is open.
pub fn traded() -> (Stage, Account, Account) {
    let mut stage = stage();
    let (alice, bob) = (stage.x.trader("alice", 1_000 * DOLLAR), stage.x.trader("bob", 1_000 * DOLLAR));
    stage.trade(&alice, 2 * ONE);
    stage.trade(&bob, -ONE);
    stage.until(stage.freeze);
    stage.operate(&openSnapshotCall { plan: stage.plan, market: MARKET }).unwrap();
    (stage, alice, bob)
}

fn honest(stage: &Stage, accounts: &[&Account]) -> Vec<Leaf> {
    let of = stage.view(&snapshotContextCall { plan: stage.plan, market: MARKET }).unwrap();
    stage.leaves(accounts, of.takenAt, of.price)
}

fn commit(stage: &mut Stage, leaves: &[Leaf]) -> Tree {
    let tree = tree(leaves, context(stage.plan, MARKET));
    let commitment = super::commitment(stage.plan, &tree);
    stage.operate(&commitment).unwrap();
    tree
}

/// The snapshot fell for `fault`, and half of the bond is the challenger's.
fn assert_fell(stage: &mut Stage, challenger: &Account, account: Address, fault: u8) {
    let (plan, to) = (stage.plan, sol_address(challenger.address()));
    let fell = SnapshotFell { plan, market: MARKET, account, fault, to, reward: BOND / 2, forfeited: BOND / 2 };
    assert_eq!(emitted::<SnapshotFell>(&stage.x.chain), [fell]);
    assert_eq!((stage.status(plan), stage.view(&marketCall { market_: MARKET }).unwrap().bond), (2, 0));
    let spoils = stage.view(&spoilsCall { account: to }).unwrap();
    assert_eq!((spoils.reward, spoils.forfeited), (BOND / 2, BOND / 2));
    let before = stage.x.chain.spendable_balance(stage.settlement);
    assert_eq!(stage.call(challenger, &takeRewardCall {}).unwrap(), BOND / 2);
    assert_eq!(emitted::<RewardPaid>(&stage.x.chain), [RewardPaid { account: to, amount: BOND / 2 }]);
    assert_eq!(before - stage.x.chain.spendable_balance(stage.settlement), BOND / 2 / WEI);
    assert_refused(stage.call(challenger, &takeRewardCall {}), ZeroAmount {});
}

#[test]
fn a_wrong_leaf_brings_the_tree_down_and_the_bond_pays() {
    let (mut stage, alice, bob) = traded();
    let (plan, market, maker) = (stage.plan, MARKET, stage.x.maker.clone());
    let mut leaves = honest(&stage, &[&alice, &bob, &maker]);
    assert_eq!(leaves.len(), 3);
    // The operator gives alice a little of the maker's profit.
    for (account, more) in [(&alice, 1), (&maker, -1)] {
        let leaf = leaves.iter_mut().find(|leaf| leaf.account.0 == account.address().0).unwrap();
        leaf.unrealised += more;
    }
    let tree = commit(&mut stage, &leaves);
    let right = leaf_of(&leaves, &bob);
    let challenge = |leaf: &Leaf| challengeLeafCall { plan, market, proven: proven(&tree, &[leaf]).into() };
    assert_refused(stage.call(&bob, &challenge(right)), LeafIsRight { index: right.index });
    let forged = Leaf { size: right.size - 1, ..*right };
    let bytes = Proven { leaf: forged, proof: tree.prove(right.index).unwrap() }.bytes();
    let refused: RootMismatch =
        e2e_tests::exchange::refusal(stage.call(&bob, &challengeLeafCall { plan, market, proven: bytes.into() }));
    assert_eq!(refused.committed, FixedBytes(tree.root()));
    let two = challengeLeafCall { plan, market, proven: proven(&tree, &[right, right]).into() };
    let twice: ProofBytes = e2e_tests::exchange::refusal(stage.call(&bob, &two));
    assert_eq!(twice.length, 93 + 104 * u64::try_from(tree.prove(right.index).unwrap().len()).unwrap());
    assert_eq!(stage.status(plan), 1);

    stage.call(&bob, &challenge(leaf_of(&leaves, &alice))).unwrap();
    assert_fell(&mut stage, &bob, sol_address(alice.address()), 1);
    assert_refused(stage.call(&bob, &challenge(right)), WrongStatus { status: 2 });
    let again = super::commitment(plan, &tree);
    assert_refused(stage.operate(&again), WrongStatus { status: 2 });
    // Governance takes its half.
    let recipient = Address::from([0x42; 20]);
    assert_refused(stage.govern(&takeForfeitedCall { recipient: Address::ZERO }), ZeroAddress {});
    assert_eq!(stage.govern(&takeForfeitedCall { recipient }).unwrap(), BOND / 2);
    assert_eq!(emitted::<Forfeited>(&stage.x.chain), [Forfeited { recipient, amount: BOND / 2 }]);
    assert_refused(stage.govern(&takeForfeitedCall { recipient }), ZeroAmount {});
}

#[test]
fn a_missing_account_brings_the_tree_down() {
    let (mut stage, alice, bob) = traded();
    let (plan, market, maker) = (stage.plan, MARKET, stage.x.maker.clone());
    let stranger = stage.x.holder("stranger", 0);
    let all = honest(&stage, &[&alice, &bob, &maker]);
    // Bob is left out, the maker takes his place.
    let gone = *leaf_of(&all, &bob);
    let mut leaves: Vec<Leaf> = all.iter().filter(|leaf| leaf.account != gone.account).copied().collect();
    for (index, leaf) in (0..).zip(leaves.iter_mut()) {
        leaf.index = index;
        if leaf.account.0 == maker.address().0 {
            (leaf.size, leaf.unrealised) = (leaf.size + gone.size, leaf.unrealised + gone.unrealised);
        }
    }
    let tree = commit(&mut stage, &leaves);
    let absence = |account: &Account| {
        let place = leaves.iter().filter(|leaf| leaf.account.0 < account.address().0).count();
        let around: Vec<&Leaf> = leaves[place.saturating_sub(1)..(place + 1).min(leaves.len())].iter().collect();
        let neighbours = proven(&tree, &around).into();
        challengeAbsenceCall { plan, market, account: sol_address(account.address()), neighbours, hasBefore: place > 0 }
    };
    let nothing = NothingToProve { account: sol_address(stranger.address()) };
    assert_refused(stage.call(&bob, &absence(&stranger)), nothing);
    let present = challengeAbsenceCall { account: sol_address(alice.address()), ..absence(&bob) };
    assert_refused(stage.call(&bob, &present), NotAbsent { account: sol_address(alice.address()) });
    stage.call(&bob, &absence(&bob)).unwrap();
    assert_fell(&mut stage, &bob, sol_address(bob.address()), 2);
}

/// No builder makes such a tree; it is put together from its nodes.
#[test]
fn a_doubled_account_brings_the_tree_down() {
    let (mut stage, alice, bob) = traded();
    let (plan, market) = (stage.plan, MARKET);
    let of = context(plan, market);
    let maker = stage.x.maker.clone();
    let alices = *leaf_of(&honest(&stage, &[&alice, &bob, &maker]), &alice);
    let first = Leaf { index: 0, ..alices };
    let second = Leaf { index: 1, size: -first.size, unrealised: -first.unrealised, ..first };
    let node = |leaf: &Leaf| leaf.node(keccak256, &of.series(keccak256));
    let top = Node::parent(keccak256, &node(&first), &node(&second)).unwrap();
    let commitment = commitSnapshotCall {
        plan,
        market,
        top: FixedBytes(top.hash),
        count: 2,
        long: top.totals.long,
        short: top.totals.short,
        profit: top.totals.profit,
        loss: top.totals.loss,
    };
    stage.operate(&commitment).unwrap();
    let with = |leaf: &Leaf, sibling: &Leaf| Proven { leaf: *leaf, proof: vec![node(sibling)] }.bytes();
    let pair = |a: Vec<u8>, b: Vec<u8>| challengeOrderCall { plan, market, pair: [a, b].concat().into() };
    let same = pair(with(&first, &second), with(&first, &second));
    assert_refused(stage.call(&bob, &same), NotAdjacent { first: 0, second: 0 });
    stage.call(&bob, &pair(with(&first, &second), with(&second, &first))).unwrap();
    assert_fell(&mut stage, &bob, sol_address(alice.address()), 3);
}

#[test]
fn accounts_in_order_are_no_fault() {
    let (mut stage, alice, bob) = traded();
    let (plan, market, maker) = (stage.plan, MARKET, stage.x.maker.clone());
    let leaves = honest(&stage, &[&alice, &bob, &maker]);
    let tree = commit(&mut stage, &leaves);
    let pair = challengeOrderCall { plan, market, pair: proven(&tree, &[&leaves[0], &leaves[1]]).into() };
    assert_refused(stage.call(&bob, &pair), InOrder { first: 0 });
    stage.pass(CHALLENGE);
    assert_refused(stage.call(&bob, &pair), InOrder { first: 0 });
    let closed = stage.active();
    stage.pass(1);
    let over = WindowClosed { closedAt: closed, now_: closed + 1 };
    assert_refused(stage.call(&bob, &pair), over.clone());
    let account = sol_address(alice.address());
    assert_refused(stage.call(&bob, &summonCall { plan, market, account }), over);
}

/// The operator commits to a root and keeps its leaves back: nobody can prove anything, until somebody asks.
#[test]
fn a_tree_that_is_kept_back_falls_by_a_summons() {
    let (mut stage, alice, bob) = traded();
    let (plan, market, maker) = (stage.plan, MARKET, stage.x.maker.clone());
    let leaves = honest(&stage, &[&alice, &bob, &maker]);
    let commitment = super::commitment(plan, &tree(&leaves, context(plan, market)));
    stage.operate(&commitSnapshotCall { top: FixedBytes([0xbb; 32]), ..commitment }).unwrap();
    let account = sol_address(alice.address());
    let summon = summonCall { plan, market, account };
    stage.call(&bob, &summon).unwrap();
    let (by, until) = (sol_address(bob.address()), stage.active() + CHALLENGE);
    assert_eq!(emitted::<Summoned>(&stage.x.chain), [Summoned { plan, market, account, by, until }]);
    assert_refused(stage.call(&alice, &summon), AlreadySummoned { account });
    let said = stage.view(&summonsOfCall { plan, market, account }).unwrap();
    assert_eq!((said.by, said.until), (by, until));
    let expire = expireSummonsCall { plan, market, account };
    stage.pass(CHALLENGE);
    assert_refused(stage.call(&maker, &expire), StillChallengeable { until, now_: until });
    stage.pass(1);
    assert_refused(stage.call(&maker, &resolveCall { plan, market }), SummonsOpen { count: 1 });
    stage.call(&maker, &expire).unwrap();
    // Whoever says it, the reward is for who asked.
    assert_fell(&mut stage, &bob, account, 4);
}

#[test]
fn a_summons_is_answered_by_whoever_has_the_tree() {
    let (mut stage, alice, bob) = traded();
    let (plan, market, maker) = (stage.plan, MARKET, stage.x.maker.clone());
    let stranger = sol_address(stage.x.holder("stranger", 0).address());
    let leaves = honest(&stage, &[&alice, &bob, &maker]);
    let tree = commit(&mut stage, &leaves);
    assert_refused(
        stage.call(&bob, &summonCall { plan, market, account: stranger }),
        NothingToProve { account: stranger },
    );
    let account = sol_address(alice.address());
    let with = |leaf: &Leaf| answerSummonsCall { plan, market, account, proven: proven(&tree, &[leaf]).into() };
    let right = with(leaf_of(&leaves, &alice));
    assert_refused(stage.call(&bob, &right), NotSummoned { account });
    assert_refused(stage.call(&bob, &expireSummonsCall { plan, market, account }), NotSummoned { account });
    stage.call(&bob, &summonCall { plan, market, account }).unwrap();
    assert_refused(stage.call(&bob, &with(leaf_of(&leaves, &bob))), NotProven { account });
    let empty = answerSummonsCall { plan, market, account, proven: vec![].into() };
    assert_refused(stage.call(&bob, &empty), NotProven { account });
    stage.call(&bob, &right).unwrap();
    assert_eq!(emitted::<SummonsAnswered>(&stage.x.chain), [SummonsAnswered { plan, market, account }]);
    assert_eq!(stage.view(&snapshotCall { plan, market }).unwrap().summons, 0);
}

#[test]
fn a_venue_that_commits_nothing_in_time_pays() {
    let (mut stage, _, bob) = traded();
    let (plan, market) = (stage.plan, MARKET);
    let lapse = lapseSnapshotCall { plan, market };
    let until = stage.active() + WINDOW;
    assert_refused(stage.call(&bob, &resolveCall { plan, market }), StillAwaited { until, now_: stage.active() });
    stage.until(stage.freeze + WINDOW);
    let now = stage.active();
    assert_refused(stage.call(&bob, &lapse), StillAwaited { until, now_: now });
    stage.pass(600);
    stage.call(&bob, &lapse).unwrap();
    assert_fell(&mut stage, &bob, Address::ZERO, 5);
    assert_refused(stage.call(&bob, &lapse), WrongStatus { status: 2 });
}
