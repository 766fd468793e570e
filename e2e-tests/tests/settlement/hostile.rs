//! Venues that do not answer as they should: their trees stand no longer than anybody doubts them.

use e2e_tests::{assert_refused, awkward, emitted, exchange::DOLLAR, interfaces::ISettlement::*, sol_address};
use lockstep_core::settlement::Basis;

use super::{BOND, CHALLENGE, MARKET, book, context, proven, stage, tree};

const HOSTILE: u32 = MARKET + 1;

/// Each commits to a book of its own invention and then reverts, never ends, burns everything, or answers junk.
#[test]
fn a_venue_that_does_not_answer_is_bounded_and_loses_its_tree() {
    let negative = [[0xff; 32]; 5].concat();
    let venues = [
        ("reverts", awkward::refuses()),
        ("never ends", awkward::spender()),
        ("nothing", awkward::answers(Some([].as_slice()))),
        ("one byte", awkward::answers(Some([1].as_slice()))),
        ("zeros, which name no basis", awkward::answers(Some([0; 160].as_slice()))),
        ("negative where there is no sign", awkward::answers(Some(negative.as_slice()))),
        ("too long", awkward::answers(Some([0; 192].as_slice()))),
    ];
    for (what, code) in venues {
        let mut stage = stage();
        let (plan, market, operator) = (stage.plan, HOSTILE, stage.operator.clone());
        let deployed = stage.x.chain.deploy(&operator, code, Vec::new(), 0).unwrap().address;
        let venue = sol_address(deployed);
        let admission = admitMarketCall { venue, ..stage.admission(HOSTILE, Basis::PerBranchClaim) };
        stage.govern(&admission).unwrap();
        let post = postBondCall { market };
        stage.x.chain.sol_call(&operator, stage.settlement, &post, 10 * lockstep_devchain::UNIT).unwrap();
        stage.until(stage.freeze);
        let leaves = book();
        let tree = tree(&leaves, context(plan, HOSTILE));
        let commitment = commitSnapshotCall { market, ..super::commitment(plan, &tree) };
        stage.operate(&commitment).unwrap();

        let bob = stage.x.trader("bob", 100 * DOLLAR);
        let wrong = challengeLeafCall { plan, market, proven: proven(&tree, &[&leaves[2]]).into() };
        assert_refused(stage.call(&bob, &wrong), VenueFailed { venue });
        let account = sol_address(lockstep_devchain::H160(leaves[2].account.0));
        stage.call(&bob, &summonCall { plan, market, account }).unwrap_or_else(|error| panic!("{what}: {error:?}"));
        let answer = answerSummonsCall { plan, market, account, proven: wrong.proven };
        assert_refused(stage.operate(&answer), VenueFailed { venue });
        stage.pass(CHALLENGE + 1);
        stage.call(&bob, &expireSummonsCall { plan, market, account }).unwrap();
        let fell = emitted::<SnapshotFell>(&stage.x.chain);
        assert_eq!((fell[0].fault, fell[0].reward, fell[0].forfeited), (4, BOND / 2, BOND / 2), "{what}");
        assert_eq!(stage.view(&snapshotCall { plan, market }).unwrap().status, 2);
    }
}
