use alloc::{collections::BTreeMap, format, vec, vec::Vec};

use proptest::prelude::*;

use super::*;
use crate::{
    ids::Account,
    units::{Bps, Seconds, Timestamp},
};

pub(super) const ALICE: Account = Account([1; 20]);
pub(super) const BOB: Account = Account([2; 20]);
pub(super) const GUARDIAN: Guardian = Guardian { account: Account([9; 20]), until: Timestamp(10_000) };

pub(super) const DAY: u64 = 86_400;

/// Delay 4, period 16, extension 8, as in replayable case 11.
pub(super) const SETTINGS: Settings = Settings {
    voting_delay: Seconds(4),
    voting_period: Seconds(16),
    late_extension: Seconds(8),
    timelock: Seconds(DAY),
    window: Seconds(20),
    unlock_period: Seconds(80 * DAY),
    proposal_threshold: 1,
};

/// Made at 100: snapshot 104, deadline 120.
pub(super) fn proposal() -> Proposal {
    proposal_of("Raise it", 100)
}

pub(super) fn proposal_of(description: &str, made: u64) -> Proposal {
    Proposal::new(ALICE, &Declaration::read(description).unwrap(), &SETTINGS, &Clock::start(Timestamp(made)))
}

pub(super) fn at(quorum: u128, now: u64) -> Circumstances {
    Circumstances { now: Timestamp(now), quorum, waited: Seconds(0) }
}

pub(super) const fn ballot(support: Support, weight: u128) -> Ballot {
    Ballot { support, weight, disinterested: weight }
}

pub(super) fn vote(
    proposal: &mut Proposal,
    support: Support,
    weight: u128,
    quorum: u128,
    now: u64,
) -> Option<Timestamp> {
    proposal.vote(&ballot(support, weight), SETTINGS.late_extension, &at(quorum, now)).unwrap()
}

/// Carried with 10 votes of a quorum of 8, and queued at 125.
pub(super) fn queued(description: &str) -> Proposal {
    let mut queued = proposal_of(description, 100);
    vote(&mut queued, Support::For, 10, 8, 110);
    assert_eq!(queued.queue(SETTINGS.timelock, &at(8, 125)), Ok(Timestamp(125 + DAY)));
    queued
}

pub(super) fn unexpected(state: State, expected: State) -> GovernanceError {
    GovernanceError::UnexpectedState { state: state.number(), expected: expected.number() }
}

/// The checkpoints of one trace, as a contract keeps them.
#[derive(Default)]
struct List {
    track: Track,
    older: Vec<Checkpoint>,
}

impl List {
    fn write(&mut self, value: u128, now: u64) {
        let (track, older) = self.track.record(value, Timestamp(now));
        if let Some((index, checkpoint)) = older {
            assert_eq!(usize::try_from(index), Ok(self.older.len()), "one after the other");
            self.older.push(checkpoint);
        }
        assert_eq!(usize::try_from(track.older), Ok(self.older.len()));
        self.track = track;
    }

    fn past(&self, at: u64, now: u64) -> Result<u128, GovernanceError> {
        let at = Clock::start(Timestamp(now)).past(Timestamp(at))?;
        Ok(self.track.value_at(at, |index| {
            assert!(index < self.track.older, "{index} is not among the older ones");
            self.older.get(usize::try_from(index).unwrap()).copied()
        }))
    }
}

/// Replayable case 10: total supply 100, quorum 8 %.
#[test]
fn quorum_is_of_the_total_supply() {
    let quorum = quorum_up(Bps(800), 100);
    assert_eq!(quorum, 8);
    for (weight, state) in [(7, State::Defeated), (8, State::Succeeded), (10, State::Succeeded)] {
        let mut proposal = proposal();
        vote(&mut proposal, Support::For, weight, quorum, 110);
        assert_eq!(proposal.state(&at(quorum, 121)), state, "{weight} for");
    }
    assert_eq!(quorum_up(Bps(1), 1), 1);
    assert_eq!(quorum_up(Bps(20_000), 100), 100);
    assert_eq!(quorum_up(Bps(10_000), u128::MAX), u128::MAX);
}

/// Replayable case 10: a changed quorum applies one block later.
#[test]
fn a_changed_quorum_applies_one_block_later() {
    let mut quorum = List::default();
    quorum.write(800, 10);
    quorum.write(1_000, 50);
    assert_eq!(quorum.past(49, 50), Ok(800));
    assert_eq!(quorum.past(50, 50), Err(GovernanceError::FutureLookup { at: 50, now: 50 }));
    assert_eq!(quorum.past(50, 51), Ok(1_000));
}

/// Replayable case 11.
#[test]
fn a_late_quorum_moves_the_deadline_once() {
    let mut proposal = proposal();
    assert_eq!(proposal.deadline, Timestamp(120));
    assert_eq!(vote(&mut proposal, Support::For, 7, 1, 119), Some(Timestamp(127)));
    assert_eq!(vote(&mut proposal, Support::Against, 10, 1, 127), None);
    assert_eq!(proposal.state(&at(1, 127)), State::Active);
    assert_eq!(proposal.state(&at(1, 128)), State::Defeated);
    let too_long = Settings { late_extension: Seconds(17), ..SETTINGS };
    assert_eq!(too_long.checked(), Err(GovernanceError::ExtensionTooLong { extension: 17, period: 16 }));
    let longest = Settings { late_extension: Seconds(16), ..SETTINGS };
    assert_eq!(longest.checked(), Ok(longest));
}

#[test]
fn an_early_quorum_leaves_the_deadline() {
    let mut proposal = proposal();
    // 112 + 8 is the deadline itself.
    assert_eq!(vote(&mut proposal, Support::Abstain, 5, 5, 112), None);
    assert_eq!(vote(&mut proposal, Support::For, 5, 5, 120), None);
    assert_eq!(proposal.deadline, Timestamp(120));
}

/// Replayable case 12: delegation at t.
#[test]
fn votes_are_read_strictly_in_the_past() {
    let mut votes = List::default();
    votes.write(70, 200);
    assert_eq!(votes.past(199, 200), Ok(0));
    assert_eq!(votes.past(200, 200), Err(GovernanceError::FutureLookup { at: 200, now: 200 }));
    assert_eq!(votes.past(201, 200), Err(GovernanceError::FutureLookup { at: 201, now: 200 }));
    assert_eq!(votes.past(200, 201), Ok(70));
}

/// What was borrowed and returned within one second leaves no trace in the past of that second.
#[test]
fn a_second_has_one_checkpoint() {
    let mut votes = List::default();
    votes.write(5, 100);
    votes.write(1_000_005, 200);
    votes.write(5, 200);
    assert_eq!(votes.older.len(), 1);
    assert_eq!(votes.past(200, 201), Ok(5));
}

proptest! {
    #[test]
    fn look_ups_find_what_a_map_finds(steps in prop::collection::vec((0u64..4, any::<u128>()), 0..60), at in 0u64..200) {
        let (mut list, mut map, mut now) = (List::default(), BTreeMap::new(), 1);
        for (pause, value) in steps {
            now += pause;
            list.write(value, now);
            map.insert(now, value);
        }
        let expected = map.range(..=at).next_back().map_or(0, |(_, value)| *value);
        prop_assert_eq!(list.past(at, now.max(at) + 1), Ok(expected));
        prop_assert_eq!(list.older.len(), map.len().saturating_sub(1));
    }

    /// Whatever holders do, the votes of all delegates are the locked tokens, and nothing is lost on the way out.
    #[test]
    fn votes_are_locked_tokens(steps in prop::collection::vec((0usize..3, 0usize..4, 0usize..3, 1u128..100), 1..80)) {
        let accounts = [ALICE, BOB, Account([3; 20])];
        let mut holdings = [Holding::default(); 3];
        let mut votes: BTreeMap<Account, u128> = BTreeMap::new();
        let (mut paid_in, mut paid_out) = (0u128, 0u128);
        for (now, (who, step, other, amount)) in (1_000u64..).step_by(40).zip(steps) {
            let holding = &mut holdings[who];
            let shift = match step {
                0 => { paid_in += amount; holding.lock(accounts[who], amount) }
                1 => holding.delegate(accounts[other]),
                2 => holding.unlock(amount, Seconds(100), Timestamp(now)),
                _ => { paid_out += holding.withdraw(Timestamp(now)).unwrap_or(0); continue }
            };
            let Ok(shift) = shift else { continue };
            if let Some(from) = shift.from {
                *votes.entry(from).or_default() -= shift.amount;
            }
            if let Some(to) = shift.to {
                *votes.entry(to).or_default() += shift.amount;
            }
        }
        let locked: u128 = holdings.iter().map(|h| h.locked).sum();
        let unlocking: u128 = holdings.iter().map(|h| h.unlocking).sum();
        prop_assert_eq!(votes.values().sum::<u128>(), locked);
        prop_assert_eq!(paid_in, locked + unlocking + paid_out);
    }
}

#[test]
fn locking_votes_for_oneself_until_delegated() {
    let mut holding = Holding::default();
    assert_eq!(holding.lock(ALICE, 10), Ok(Shift { from: None, to: Some(ALICE), amount: 10 }));
    assert_eq!(holding.delegate(BOB), Ok(Shift { from: Some(ALICE), to: Some(BOB), amount: 10 }));
    assert_eq!(holding.lock(ALICE, 5), Ok(Shift { from: None, to: Some(BOB), amount: 5 }));
    assert_eq!(holding.lock(ALICE, 0), Err(GovernanceError::ZeroAmount));
    assert_eq!(holding.lock(ALICE, u128::MAX), Err(GovernanceError::Overflow));
    assert_eq!(holding.delegate(Account::default()), Err(GovernanceError::ZeroDelegate));
    assert_eq!(holding, Holding { locked: 15, delegate: Some(BOB), ..Holding::default() });
}

#[test]
fn unlocking_takes_its_time_and_votes_no_more() {
    let mut holding = Holding::default();
    holding.lock(ALICE, 10).unwrap();
    let insufficient = Err(GovernanceError::InsufficientLock { locked: 10, asked: 11 });
    assert_eq!(holding.unlock(11, Seconds(100), Timestamp(1_000)), insufficient);
    assert_eq!(holding.unlock(0, Seconds(100), Timestamp(1_000)), Err(GovernanceError::ZeroAmount));
    assert_eq!(holding.withdraw(Timestamp(1_000)), Err(GovernanceError::NothingUnlocking));
    let shift = holding.unlock(4, Seconds(100), Timestamp(1_000));
    assert_eq!(shift, Ok(Shift { from: Some(ALICE), to: None, amount: 4 }));
    // A second request moves the end; a shorter period does not move it back.
    holding.unlock(1, Seconds(100), Timestamp(1_050)).unwrap();
    holding.unlock(1, Seconds(10), Timestamp(1_060)).unwrap();
    let still = Err(GovernanceError::StillUnlocking { until: 1_150, now: 1_149 });
    assert_eq!(holding.withdraw(Timestamp(1_149)), still);
    assert_eq!(holding.withdraw(Timestamp(1_150)), Ok(6));
    assert_eq!(holding.withdraw(Timestamp(1_150)), Err(GovernanceError::NothingUnlocking));
    assert_eq!(holding.locked, 4);
}

#[test]
fn settings_have_bounds() {
    assert_eq!(SETTINGS.checked(), Ok(SETTINGS));
    assert_eq!(Settings::of([4, 16, 8, DAY, 20, 80 * DAY], 1), SETTINGS);
    // Delay, period, extension, window, timelock, the longest veto, the longest wait for a ban, window.
    let lifetime = 4 + 16 + 8 + 20 + DAY + 45 * DAY + 30 * DAY + 20;
    assert_eq!(SETTINGS.lifetime(), Seconds(lifetime));
    for seconds in [0, 60 * DAY + 1] {
        let refused = Err(GovernanceError::Duration { seconds, max: 60 * DAY });
        assert_eq!(Settings { voting_delay: Seconds(seconds), ..SETTINGS }.checked(), refused);
        assert_eq!(Settings { voting_period: Seconds(seconds), ..SETTINGS }.checked(), refused);
        assert_eq!(Settings { timelock: Seconds(seconds), ..SETTINGS }.checked(), refused);
        assert_eq!(Settings { window: Seconds(seconds), ..SETTINGS }.checked(), refused);
    }
    assert_eq!(
        Settings { timelock: Seconds(DAY - 1), ..SETTINGS }.checked(),
        Err(GovernanceError::TimelockTooShort { timelock: DAY - 1, min: DAY })
    );
    assert_eq!(
        Settings { unlock_period: Seconds(lifetime), ..SETTINGS }.checked(),
        Err(GovernanceError::UnlockTooShort { unlock: lifetime, lifetime })
    );
    assert!(Settings { unlock_period: Seconds(lifetime + 1), ..SETTINGS }.checked().is_ok());
    assert_eq!(
        Settings { unlock_period: Seconds(480 * DAY + 1), ..SETTINGS }.checked(),
        Err(GovernanceError::Duration { seconds: 480 * DAY + 1, max: 480 * DAY })
    );
    let longest = Seconds(60 * DAY);
    let slowest = Settings {
        voting_delay: longest,
        voting_period: longest,
        late_extension: longest,
        timelock: longest,
        window: longest,
        unlock_period: Seconds(480 * DAY),
        proposal_threshold: 1,
    };
    assert_eq!(slowest.checked(), Ok(slowest));
    assert_eq!(Settings { proposal_threshold: 0, ..SETTINGS }.checked(), Err(GovernanceError::ZeroThreshold));
    assert_eq!(check_quorum(10_000), Ok(Bps(10_000)));
    for bps in [0, 10_001] {
        assert_eq!(check_quorum(bps), Err(GovernanceError::QuorumOutOfRange { bps }));
    }
}

#[test]
fn a_guardian_has_an_end() {
    let checked = |guardian: Guardian, now| guardian.checked(Timestamp(now));
    assert_eq!(checked(GUARDIAN, 9_999), Ok(GUARDIAN));
    assert_eq!(checked(GUARDIAN, 10_000), Err(GovernanceError::Duration { seconds: 0, max: 63_072_000 }));
    let far = Guardian { until: Timestamp(63_072_002), ..GUARDIAN };
    assert_eq!(checked(far, 2), Ok(far));
    assert_eq!(checked(far, 1), Err(GovernanceError::Duration { seconds: 63_072_001, max: 63_072_000 }));
    assert_eq!(checked(Guardian::default(), 1), Ok(Guardian::default()));
}

#[test]
fn a_batch_calls_only_what_it_may() {
    const GOVERNOR: Account = Account([7; 20]);
    const TOKEN: Account = Account([8; 20]);
    const SETTER: [u8; 4] = [1, 2, 3, 4];
    let bounds = Bounds { governor: GOVERNOR, setters: &[SETTER], forbidden: &[TOKEN] };
    let check = |targets: &[Account], free: &[bool], data: &[&[u8]]| check_actions(targets, free, data, &bounds);
    let call: &[u8] = &[5, 6, 7, 8, 9];

    assert_eq!(check(&[BOB, BOB, GOVERNOR], &[false, true, true], &[call, &[], &SETTER]), Ok(()));
    let lengths = |targets, calldatas, values| Err(GovernanceError::ActionLengths { targets, calldatas, values });
    assert_eq!(check(&[], &[], &[]), lengths(0, 0, 0));
    assert_eq!(check(&[BOB], &[], &[call]), lengths(1, 1, 0));
    assert_eq!(check(&[BOB], &[true], &[call, call]), lengths(1, 2, 1));
    let many = vec![BOB; 17];
    assert_eq!(check(&many, &[true; 17], &[call; 17]), Err(GovernanceError::TooManyActions { count: 17, max: 16 }));
    assert_eq!(check(&many[1..], &[true; 16], &[call; 16]), Ok(()));
    for target in [TOKEN, Account::default()] {
        assert_eq!(
            check(&[BOB, target], &[true, true], &[call, call]),
            Err(GovernanceError::ForbiddenTarget { action: 1, target: target.0 })
        );
    }
    assert_eq!(check(&[BOB], &[true], &[&call[..3]]), Err(GovernanceError::CallDataLength { action: 0, length: 3 }));
    let forbidden = |selector| Err(GovernanceError::ForbiddenSelfCall { action: 0, selector });
    assert_eq!(check(&[GOVERNOR], &[true], &[call]), forbidden([5, 6, 7, 8]));
    assert_eq!(check(&[GOVERNOR], &[true], &[&[]]), forbidden([0; 4]));
    assert_eq!(check(&[GOVERNOR], &[false], &[&SETTER]), forbidden(SETTER));
}

#[test]
fn a_description_may_name_its_proposer() {
    let own = format!("Raise it#proposer=0x{}", "01".repeat(20));
    assert!(!names_other_proposer(&own, ALICE));
    assert!(names_other_proposer(&own, BOB));
    let upper = format!("#proposer=0x{}", "aB".repeat(20));
    assert!(!names_other_proposer(&upper, Account([0xab; 20])));
    assert!(names_other_proposer(&upper, ALICE));
    for unnamed in ["", "Raise it", "#proposer=0x01", &"01".repeat(20), &format!("#proposer=0x{}zz", "01".repeat(19))] {
        assert!(!names_other_proposer(unnamed, BOB), "{unnamed}");
    }
}
