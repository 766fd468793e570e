use proptest::prelude::*;

use super::{
    tests::{ALICE, BOB, DAY, GUARDIAN, SETTINGS, at, ballot, proposal, proposal_of, queued, unexpected, vote},
    *,
};
use crate::units::{Seconds, Timestamp};

#[test]
fn states_follow_the_clock() {
    let mut proposal = proposal();
    let state = |proposal: &Proposal, now| proposal.state(&at(8, now));
    assert_eq!(state(&proposal, 100), State::Pending);
    assert_eq!(state(&proposal, 104), State::Pending);
    assert_eq!(state(&proposal, 105), State::Active);
    let nine = |support| ballot(support, 9);
    assert_eq!(
        proposal.vote(&nine(Support::For), Seconds(8), &at(8, 104)),
        Err(unexpected(State::Pending, State::Active))
    );
    vote(&mut proposal, Support::For, 9, 8, 105);
    assert_eq!(state(&proposal, 120), State::Active);
    assert_eq!(
        proposal.vote(&nine(Support::Against), Seconds(8), &at(8, 121)),
        Err(unexpected(State::Succeeded, State::Active))
    );
    assert_eq!(state(&proposal, 139), State::Succeeded);
    assert_eq!(state(&proposal, 140), State::Expired);
    let refused = proposal.queue(SETTINGS.timelock, &at(8, 140));
    assert_eq!(refused, Err(unexpected(State::Expired, State::Succeeded)));
    assert_eq!(proposal.execute(&at(8, 130)), Err(unexpected(State::Succeeded, State::Queued)));
    let eta = 130 + DAY;
    assert_eq!(proposal.queue(SETTINGS.timelock, &at(8, 130)), Ok(Timestamp(eta)));
    assert_eq!(state(&proposal, eta + 19), State::Queued);
    assert_eq!(state(&proposal, eta + 20), State::Expired);
    let closed = GovernanceError::TimelockClosed { eta, now: eta - 1 };
    assert_eq!(proposal.execute(&at(8, eta - 1)), Err(closed));
    assert_eq!(proposal.execute(&at(8, eta + 20)), Err(unexpected(State::Expired, State::Queued)));
    assert_eq!(proposal.execute(&at(8, eta)), Ok(()));
    assert_eq!(proposal.execute(&at(8, eta)), Err(unexpected(State::Executed, State::Queued)));
    assert_eq!(state(&proposal, 9_999_999), State::Executed);
}

/// A snapshot that downtime moved is not before the wall time that stands for it.
#[test]
fn a_snapshot_has_a_wall_time() {
    let clock = Clock { start: Timestamp(0), wall: Timestamp(1_100), downtime: Seconds(1_000) };
    let proposal = Proposal::new(ALICE, &Declaration::read("").unwrap(), &SETTINGS, &clock);
    assert_eq!((proposal.snapshot, proposal.snapshot_wall), (Timestamp(104), Timestamp(1_104)));
}

#[test]
fn an_expiry_waits_as_long_as_it_is_told() {
    let proposal = queued("#markets=10");
    let eta = 125 + DAY;
    let waiting = |now, waited| Circumstances { waited: Seconds(waited), ..at(8, now) };
    assert_eq!(proposal.state(&waiting(eta + 69, 50)), State::Queued);
    assert_eq!(proposal.state(&waiting(eta + 70, 50)), State::Expired);
    assert!(proposal.may_have_waited(Timestamp(eta + 20)) && !proposal.may_have_waited(Timestamp(eta + 19)));
    // Only a proposal that may loosen a market ever waits.
    for description in ["Pay somebody", "#markets=10 #tightening"] {
        assert!(!queued(description).may_have_waited(Timestamp(eta + 20)), "{description}");
    }
}

#[test]
fn a_tie_and_a_missing_quorum_defeat() {
    let tally = |against, in_favour, abstain| Tally { against, in_favour, abstain };
    assert!(tally(4, 5, 0).carries(5));
    assert!(!tally(5, 5, 9).carries(5));
    assert!(tally(0, 1, 4).carries(5));
    assert!(!tally(0, 1, 3).carries(5));
    // Votes against are no quorum.
    assert!(!tally(9, 4, 0).reaches(5));
    assert!(!tally(0, 0, 0).carries(0));
}

/// Snapshot 104, deadline 120, extension 8.
#[test]
fn a_vote_counts_alike_while_neither_bound_nor_extension_is_near() {
    let mut proposal = proposal();
    let alike = |proposal: &Proposal, earliest, latest| {
        proposal.counts_alike(Timestamp(earliest), Timestamp(latest), SETTINGS.late_extension)
    };
    assert!(alike(&proposal, 105, 112));
    assert!(!alike(&proposal, 104, 112) && !alike(&proposal, 105, 113));
    proposal.quorum_seen = true;
    assert!(alike(&proposal, 105, 120) && !alike(&proposal, 105, 121));
}

proptest! {
    /// Whatever the guard would have said.
    #[test]
    fn a_vote_without_the_guard_is_the_vote_with_it(
        (read, pause, downtime) in (90u64..125, 0u64..30, 0u64..20),
        active in prop::option::of(60u64..180),
        (seen, weight, quorum) in (any::<bool>(), 1u128..20, 1u128..20),
    ) {
        let known = Clock { start: Timestamp(0), wall: Timestamp(read + downtime), downtime: Seconds(downtime) };
        let wall = Timestamp(read + downtime + pause);
        let [without, with] = [None, active.map(Timestamp)].map(|active| known.read(wall, active).now());
        let mut proposal = proposal();
        proposal.quorum_seen = seen;
        if proposal.counts_alike(known.now(), without, SETTINGS.late_extension) {
            let [one, other] = [without, with].map(|now| {
                let mut counted = proposal;
                let done = counted.vote(&ballot(Support::For, weight), SETTINGS.late_extension, &at(quorum, now.0));
                (counted, done)
            });
            prop_assert_eq!(one.1, Ok(None));
            prop_assert_eq!(one, other);
        }
    }
}

#[test]
fn votes_do_not_overflow() {
    let mut proposal = proposal();
    vote(&mut proposal, Support::For, u128::MAX, 1, 110);
    let refused = proposal.vote(&ballot(Support::For, 1), Seconds(8), &at(1, 110));
    assert_eq!(refused, Err(GovernanceError::Overflow));
    vote(&mut proposal, Support::Abstain, u128::MAX, 1, 110);
    assert!(proposal.tally.reaches(u128::MAX));
    assert_eq!(Tally::default().take(Support::Against, 1), Err(GovernanceError::Overflow));
}

#[test]
fn loosening_needs_disinterested_votes() {
    let interested = Ballot { support: Support::For, weight: 600, disinterested: 0 };
    let cast = |description: &str, extra: &[(Support, u128)]| {
        let mut proposal = proposal_of(description, 100);
        proposal.vote(&interested, Seconds(8), &at(80, 110)).unwrap();
        for (support, weight) in extra {
            vote(&mut proposal, *support, *weight, 80, 111);
        }
        (proposal, proposal.state(&at(80, 121)))
    };
    // All votes decide about tightening, and where no market is named.
    for all in ["#markets=10 #tightening", "Pay somebody"] {
        let (proposal, state) = cast(all, &[]);
        assert_eq!((state, proposal.disinterested), (State::Succeeded, Tally::default()), "{all}");
    }
    let loosen = "#markets=10";
    assert_eq!(cast(loosen, &[]).1, State::Defeated);
    assert_eq!(cast(loosen, &[(Support::For, 79)]).1, State::Defeated);
    assert_eq!(cast(loosen, &[(Support::For, 80)]).1, State::Succeeded);
    assert_eq!(cast(loosen, &[(Support::For, 80), (Support::Against, 80)]).1, State::Defeated);
    let (proposal, _) = cast(loosen, &[(Support::For, 80), (Support::Against, 79)]);
    assert_eq!(proposal.tally, Tally { against: 79, in_favour: 680, abstain: 0 });
    assert_eq!(proposal.disinterested, Tally { against: 79, in_favour: 80, abstain: 0 });
    assert!(proposal.quorum_seen);
    // Interested votes bring no quorum, so they move no deadline either.
    let mut late = proposal_of(loosen, 100);
    assert_eq!(late.vote(&interested, Seconds(8), &at(80, 120)), Ok(None));
    assert!(!late.quorum_seen);
}

#[test]
fn votes_of_delegates_follow_their_owners() {
    assert_eq!(Finding::of(false, false), Finding::Cleared);
    assert_eq!(Finding::of(true, true), Finding::Exposed);
    assert_eq!(Finding::of(true, false), Finding::Unchanged);
    assert_eq!(Finding::of(false, true), Finding::Unchanged);

    let mut proposal = proposal_of("#markets=10", 100);
    let delegated = Ballot { support: Support::For, weight: 100, disinterested: 0 };
    let reckon = |proposal: &mut Proposal, amount, finding, now| {
        proposal.reckon(Support::For, amount, finding, Seconds(8), &at(80, now))
    };
    proposal.vote(&delegated, Seconds(8), &at(80, 110)).unwrap();
    assert_eq!(reckon(&mut proposal, 79, Finding::Cleared, 111), Ok(None));
    // A quorum that is cleared late gives the others their time.
    assert_eq!(reckon(&mut proposal, 1, Finding::Cleared, 119), Ok(Some(Timestamp(127))));
    assert_eq!(proposal.state(&at(80, 128)), State::Succeeded);
    assert_eq!(proposal.tally.in_favour, 100);
    assert_eq!(reckon(&mut proposal, 5, Finding::Cleared, 128), Err(unexpected(State::Succeeded, State::Active)));
    assert_eq!(reckon(&mut proposal, 5, Finding::Unchanged, 128), Ok(None));
    // An owner who took on exposure falls out to the end.
    proposal.queue(SETTINGS.timelock, &at(80, 130)).unwrap();
    assert_eq!(reckon(&mut proposal, 1, Finding::Exposed, 131), Ok(None));
    assert_eq!(proposal.state(&at(80, 131)), State::Defeated);
    assert_eq!(proposal.execute(&at(80, 130 + DAY)), Err(unexpected(State::Defeated, State::Queued)));
    assert_eq!(reckon(&mut proposal, 1, Finding::Exposed, 131), Err(unexpected(State::Defeated, State::Active)));
    let refused = queued("Pay").reckon(Support::For, 1, Finding::Cleared, Seconds(8), &at(8, 126));
    assert_eq!(refused, Err(GovernanceError::NotDivided));
}

#[test]
fn depositors_hold_loosening_up() {
    let mut proposal = queued("#markets=10");
    let opened = 125 + DAY;
    let per_cent = WHOLE / 100;
    // Half a per cent does nothing, another half makes five days, and so on to 45 at ten per cent.
    assert_eq!(proposal.veto(per_cent / 2, &at(8, 130)), Ok(Timestamp(opened)));
    assert_eq!(proposal.veto(per_cent / 2, &at(8, 131)), Ok(Timestamp(opened + 432_000)));
    // The extended timelock can be extended further.
    assert_eq!(proposal.veto(per_cent * 9, &at(8, opened + 431_999)), Ok(Timestamp(opened + 3_888_000)));
    assert_eq!(proposal.veto(WHOLE, &at(8, opened + 3_887_999)), Ok(Timestamp(opened + 3_888_000)));
    let eta = opened + 3_888_000;
    assert_eq!(proposal.veto(1, &at(8, eta)), Err(GovernanceError::TimelockOpen { eta, now: eta }));
    assert_eq!(proposal.execute(&at(8, eta - 1)), Err(GovernanceError::TimelockClosed { eta, now: eta - 1 }));
    assert_eq!(proposal.opens_at(&at(8, eta)), Ok(Timestamp(eta)));
    assert_eq!(proposal.opens_at(&at(8, eta + 20)), Err(unexpected(State::Expired, State::Queued)));
    assert_eq!(proposal.veto(1, &at(8, eta + 20)), Err(unexpected(State::Expired, State::Queued)));
    assert_eq!(proposal.execute(&at(8, eta)), Ok(()));

    let refused = queued("#tightening").veto(per_cent, &at(8, 130));
    assert_eq!(refused, Err(GovernanceError::NotVetoable));
    let mut early = proposal_of("#markets=10", 100);
    assert_eq!(early.veto(per_cent, &at(8, 110)), Err(unexpected(State::Active, State::Queued)));
}

#[test]
fn the_proposer_cancels_before_the_vote_and_the_guardian_in_the_timelock() {
    let fresh = proposal();
    let wall = Timestamp(9_999);
    let cancel = |mut proposal: Proposal, caller, now| {
        proposal.cancel(caller, &GUARDIAN, wall, &at(1, now)).map(|()| proposal.state(&at(1, now)))
    };
    assert_eq!(cancel(fresh, ALICE, 104), Ok(State::Canceled));
    assert_eq!(cancel(fresh, ALICE, 105), Err(unexpected(State::Active, State::Pending)));
    assert_eq!(cancel(fresh, BOB, 104), Err(GovernanceError::MayNotCancel));
    assert_eq!(cancel(fresh, GUARDIAN.account, 104), Err(GovernanceError::MayNotCancel));

    let queued = queued("Raise it");
    let eta = 125 + DAY;
    assert_eq!(cancel(queued, GUARDIAN.account, eta + 19), Ok(State::Canceled));
    assert_eq!(cancel(queued, GUARDIAN.account, eta + 20), Err(unexpected(State::Expired, State::Queued)));
    assert_eq!(cancel(queued, ALICE, 130), Err(unexpected(State::Queued, State::Pending)));
    // Its date is one in wall time, whatever the governor's clock says.
    let mut late = queued;
    let refused = late.cancel(GUARDIAN.account, &GUARDIAN, GUARDIAN.until, &at(1, 130));
    assert_eq!(refused, Err(GovernanceError::MayNotCancel));
}
