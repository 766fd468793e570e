//! Claims: their order, what is missing, and what nobody claims.

use alloy_core::primitives::FixedBytes;
use e2e_tests::{
    assert_refused, emitted,
    exchange::{DOLLAR, Exchange, VenueCode},
    interfaces::{
        IMarginVault::{potCall as heldCall, stateCall},
        IOracleGuard::heartbeatCall,
        ISettlement::*,
    },
    sol_address,
};
use lockstep_devchain::Account;

use super::{
    MARKET, Stage, WINDOW,
    ending::{END, ended, risen, risen_to},
    leaf_of, proven,
};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;

/// The same stage on a chain of its own.
pub fn copy(stage: &Stage) -> Stage {
    let x = &stage.x;
    Stage {
        x: Exchange {
            chain: x.chain.split(),
            governance: x.governance.clone(),
            reporters: x.reporters.clone(),
            maker: x.maker.clone(),
            guard: x.guard,
            registry: x.registry,
            token: x.token,
            vault: x.vault,
            venue: x.venue,
        },
        settlement: stage.settlement,
        operator: stage.operator.clone(),
        plan: stage.plan,
        freeze: stage.freeze,
        prices: stage.prices,
    }
}

fn resolved(stage: &mut Stage) -> FixedBytes<32> {
    let anyone = stage.x.governance.clone();
    stage.call(&anyone, &resolveCall { plan: END, market: MARKET }).unwrap();
    emitted::<Resolved>(&stage.x.chain)[0].branch
}

/// Bob owes 302 and has 210: alice waits for a week and gets 504 of 596, in whichever order claims come.
#[test]
fn a_shortfall_is_shared_once_and_the_order_never_matters() {
    let (mut stage, alice, bob) = risen_to(VenueCode::Ink, 210 * DOLLAR, &[2_150, 2_300]);
    let maker = stage.x.maker.clone();
    stage.operate(&endMarketCall { market: MARKET }).unwrap();
    let (leaves, tree) = ended(&mut stage, &alice, &bob);
    let branch = resolved(&mut stage);
    let claim = |who: &[&Account]| {
        let batch: Vec<_> = who.iter().map(|who| leaf_of(&leaves, who)).collect();
        claimCall { plan: END, market: MARKET, branch, proven: proven(&tree, &batch).into() }
    };
    let others = claimCall { branch: FixedBytes([5; 32]), ..claim(&[&bob]) };
    assert_refused(stage.call(&alice, &others), WrongBranch { expected: branch, given: FixedBytes([5; 32]) });
    let elsewhere = claimCall { plan: stage.plan, ..claim(&[&bob]) };
    assert_refused(stage.call(&alice, &elsewhere), NoSnapshot { plan: stage.plan, market: MARKET });
    let one_by_one = claimForCall { plan: END, market: MARKET, branch, accounts: vec![sol_address(bob.address())] };
    assert_refused(stage.call(&alice, &one_by_one), WrongEvidence { tree: true });
    stage.prices = (0, 0);

    let mut books = Vec::new();
    for order in [[&alice, &bob, &maker], [&maker, &bob, &alice], [&bob, &alice, &maker]] {
        let mut stage = copy(&stage);
        let operator = stage.operator.clone();
        for who in order {
            stage.call(&operator, &claim(&[who])).unwrap();
        }
        // Alice is free to leave, and bob has nothing to leave with.
        let waiting: Collecting = e2e_tests::exchange::refusal(stage.call(&operator, &claim(&order)));
        assert_eq!(waiting.until, stage.pot(END).openedAt + WEEK);
        assert_eq!(stage.cash(&bob), 0);
        stage.pass(waiting.until - stage.active());
        assert_refused(stage.call(&operator, &claim(&order)), Collecting { now_: waiting.until, ..waiting.clone() });
        stage.pass(1);
        assert_eq!(stage.call(&operator, &claim(&order)).unwrap(), 1);
        let fixed = ShareFixed { plan: END, market: MARKET, collected: 504_000_000, owed: 595_999_999 };
        assert_eq!(emitted::<ShareFixed>(&stage.x.chain), [fixed]);
        assert_refused(stage.call(&operator, &claim(&order)), NothingSettled {});
        let cash = [&alice, &bob, &maker].map(|who| stage.cash(who));
        let pot = stage.pot(END);
        books.push((cash, pot.collected, pot.paid, pot.shareCollected, pot.shareOwed));
        stage.x.assert_conserved(&[&alice, &bob, &maker, &operator]);
    }
    assert!(books.windows(2).all(|pair| pair[0] == pair[1]), "{books:?}");
    let (cash, collected, paid, ..) = books[0];
    assert_eq!((cash[0], collected, paid), (1_504 * DOLLAR, 504_000_000, 504_000_000));
}

/// Nobody knows beforehand what all credits are together, so that they wait for a week.
#[test]
fn without_a_tree_holders_settle_one_by_one_by_the_venues_answer() {
    let (mut stage, alice, bob) = risen(VenueCode::Ink, 1_000 * DOLLAR);
    let (market, maker) = (MARKET, stage.x.maker.clone());
    stage.operate(&endMarketCall { market }).unwrap();
    stage.pass(WINDOW + 600);
    stage.call(&bob, &lapseSnapshotCall { plan: END, market }).unwrap();
    stage.call(&bob, &resolveCall { plan: END, market }).unwrap();
    let event = emitted::<Resolved>(&stage.x.chain)[0].clone();
    assert_eq!((event.payment, event.byTree, event.owed), (1, false, 0));
    let branch = event.branch;
    let claim = |who: &[&Account]| {
        let accounts = who.iter().map(|who| sol_address(who.address())).collect();
        claimForCall { plan: END, market, branch, accounts }
    };
    let by_leaf = claimCall { plan: END, market, branch, proven: vec![].into() };
    assert_refused(stage.call(&bob, &by_leaf), WrongEvidence { tree: false });
    let stranger = stage.x.trader("stranger", 10 * DOLLAR);
    // Bob, alice, bob again, and somebody who held nothing.
    assert_eq!(stage.call(&stranger, &claim(&[&bob, &alice, &bob, &stranger])).unwrap(), 3);
    assert_eq!((stage.pot(END).owed, stage.pot(END).collected), (196_000_000, 102_000_000));
    assert_refused(stage.call(&stranger, &claim(&[&bob, &stranger])), NothingSettled {});
    assert_eq!(stage.call(&maker, &claim(&[&maker])).unwrap(), 1);
    let waiting: Collecting = e2e_tests::exchange::refusal(stage.call(&bob, &claim(&[&alice])));
    stage.prices = (0, 0);
    stage.pass(waiting.until + 1 - stage.active());
    assert_eq!(stage.call(&bob, &claim(&[&alice])).unwrap(), 1);
    assert_eq!((stage.pot(END).collected, stage.pot(END).paid), (196_000_000, 196_000_000));
    let account = sol_address(alice.address());
    assert!(stage.view(&isSettledCall { plan: END, market, index: 0, account }).unwrap());
    assert_eq!(stage.cash(&alice), 1_196 * DOLLAR);
    assert_eq!(waiting.until - stage.pot(END).openedAt, WEEK);
    let until = stage.pot(END).openedAt + 180 * DAY;
    let sweep = sweepCall { plan: END, market };
    assert_refused(stage.call(&stranger, &sweep), StillClaimable { until, now_: stage.active() });
    stage.x.assert_conserved(&[&alice, &bob, &maker, &stranger]);
}

/// Alice never claims: after 180 days of active time her credit goes to the insurance fund, and nothing to her.
#[test]
fn what_nobody_claims_is_swept_into_the_insurance_fund() {
    let (mut stage, alice, bob) = risen(VenueCode::Ink, 1_000 * DOLLAR);
    let (market, maker) = (MARKET, stage.x.maker.clone());
    stage.operate(&endMarketCall { market }).unwrap();
    let (leaves, tree) = ended(&mut stage, &alice, &bob);
    let branch = resolved(&mut stage);
    let claim = |who: &Account| {
        let proven = proven(&tree, &[leaf_of(&leaves, who)]).into();
        claimCall { plan: END, market, branch, proven }
    };
    stage.call(&bob, &claim(&bob)).unwrap();
    stage.call(&maker, &claim(&maker)).unwrap();
    let (pot, cash) = (stage.pot(END), [&alice, &bob, &maker].map(|who| stage.cash(who)));
    assert_eq!((pot.collected, pot.paid), (196_000_000, 0));
    let until = pot.openedAt + 180 * DAY;
    stage.prices = (0, 0);
    // Blocks get slower, up to one an hour; as the guard learns that step by step, all of it is active time.
    let paces = [180, 540, 1_620].into_iter().flat_map(|pace| [pace; 40]).chain(std::iter::repeat_n(HOUR, 5_000));
    for pace in paces {
        let left = until - stage.active();
        if left == 0 {
            break;
        }
        stage.x.chain.produce_block_after(left.min(pace)).unwrap();
        let (anyone, guard) = (stage.x.governance.clone(), stage.x.guard);
        stage.x.chain.sol_call(&anyone, guard, &heartbeatCall {}, 0).unwrap();
    }
    let sweep = sweepCall { plan: END, market };
    assert_refused(stage.call(&bob, &sweep), StillClaimable { until, now_: until });
    stage.x.chain.produce_block_after(1).unwrap();
    let insurance = |stage: &Stage| stage.x.ask(&stateCall {}).insurance;
    let before = insurance(&stage);
    let late = copy(&stage).call(&alice, &claim(&alice));
    assert_refused(late, ClaimsOver { since: until, now_: until + 1 });
    assert_eq!(stage.call(&bob, &sweep).unwrap(), 196_000_000);
    assert_eq!(emitted::<Swept>(&stage.x.chain), [Swept { plan: END, market, amount: 196_000_000 }]);
    assert_eq!((insurance(&stage) - before, stage.x.ask(&heldCall { market })), (196_000_000, 0));
    assert_refused(stage.call(&bob, &sweep), ZeroAmount {});
    assert_refused(stage.call(&alice, &claim(&alice)), ClaimsOver { since: until, now_: until + 1 });
    assert_eq!([&alice, &bob, &maker].map(|who| stage.cash(who)), cash);
    assert_eq!((stage.pot(END).collected, stage.pot(END).paid), (196_000_000, 196_000_000));
    stage.x.assert_conserved(&[&alice, &bob, &maker]);
}
