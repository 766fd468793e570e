//! What anybody who follows the host chain sees of an upgrade in its storage, and what keepers conclude from it.

use lockstep_core::registry::SignalKind;
use lockstep_devchain::{BlockNumber, DevChain, MigrationCursor, keys};
use parity_scale_codec::{Compact, Decode, Encode};
use sp_crypto_hashing::{blake2_256, twox_64};

/// The host at the end of a block, read under the keys of a real chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    pub(super) height: u64,
    pub(super) at: u64,
    /// `System.LastRuntimeUpgrade`.
    pub(super) version: u32,
    /// Blake2 of `:code`.
    pub(super) code: [u8; 32],
    /// `System.AuthorizedUpgrade`.
    pub(super) authorised: Option<[u8; 32]>,
    /// `MultiBlockMigrations.Cursor`.
    pub(super) cursor: Option<MigrationCursor<BlockNumber>>,
}

impl Sight {
    pub(super) fn of(chain: &DevChain) -> Self {
        let version = chain
            .storage(&keys::last_runtime_upgrade())
            .and_then(|raw| <(Compact<u32>, String)>::decode(&mut &raw[..]).ok())
            .map_or(0, |(version, _)| version.0);
        let authorised =
            chain.storage(&keys::authorized_upgrade()).and_then(|raw| <([u8; 32], bool)>::decode(&mut &raw[..]).ok());
        Self {
            height: u64::from(chain.block_number()),
            at: chain.now(),
            version,
            code: blake2_256(&chain.storage(keys::CODE).unwrap_or_default()),
            authorised: authorised.map(|(hash, _)| hash),
            cursor: chain
                .storage(&keys::migration_cursor())
                .and_then(|raw| MigrationCursor::decode(&mut &raw[..]).ok()),
        }
    }
}

/// Whether `MultiBlockMigrations.Historic` has the migration of that id: only one that completed is there.
pub(super) fn is_in_history(chain: &DevChain, id: &[u8]) -> bool {
    let id = id.to_vec().encode();
    let key = [&keys::migration_history()[..], &twox_64(&id), &id].concat();
    chain.storage(&key).is_some()
}

/// A fact as keepers tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) kind: SignalKind,
    pub(super) height: u64,
    pub(super) code: [u8; 32],
    pub(super) at: u64,
}

/// What keepers know to expect of a plan for the host, and how long a gap they take for a failure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    pub(super) version: u32,
    pub(super) code: [u8; 32],
    pub(super) halt_seconds: u64,
}

/// What keepers have concluded about a plan for the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) authorised: bool,
    pub(super) activated: Option<u64>,
    pub(super) migration: Migration,
    pub(super) over: bool,
}

/// How far keepers saw the migration of a plan come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Migration {
    /// Not begun, as far as they know.
    #[default]
    Unseen,
    /// It goes on.
    Running,
    /// It is done.
    Done,
}

impl Memory {
    /// What follows from two sights in a row. `in_history` says whether the plan's migration is among those that
    /// completed.
    pub(super) fn conclude(
        &mut self,
        expected: Expected,
        before: Option<&Sight>,
        now: &Sight,
        in_history: bool,
    ) -> Vec<Fact> {
        if self.over {
            return Vec::new();
        }
        let fact = |kind| Fact { kind, height: now.height, code: now.code, at: now.at };
        let mut facts = Vec::new();
        let last = |kind| vec![fact(kind)];
        if self.activated.is_some() && before.is_some_and(|before| now.height <= before.height) {
            self.over = true;
            return last(SignalKind::RolledBack);
        }
        if !self.authorised && now.authorised == Some(expected.code) {
            self.authorised = true;
            facts.push(fact(SignalKind::Authorised));
        }
        if self.activated.is_none() {
            let was_authorised = before.is_some_and(|before| before.authorised == Some(expected.code));
            if now.version >= expected.version {
                self.activated = Some(now.height);
                facts.push(fact(SignalKind::Activated));
            } else if was_authorised && now.authorised.is_none() && now.code != expected.code {
                self.over = true;
                return last(SignalKind::Aborted);
            } else {
                return facts;
            }
        } else if before.is_some_and(|before| now.at - before.at > expected.halt_seconds) {
            self.over = true;
            return last(SignalKind::Failed);
        }
        match now.cursor {
            Some(MigrationCursor::Active(_)) => {
                if self.migration == Migration::Unseen {
                    facts.push(fact(SignalKind::MigrationStarted));
                }
                self.migration = Migration::Running;
            }
            Some(MigrationCursor::Stuck) => {
                self.over = true;
                facts.push(fact(SignalKind::Failed));
            }
            None if self.migration == Migration::Done => {}
            // A cursor that is gone without an entry in the history was removed by force.
            None if self.migration == Migration::Running && !in_history => {
                self.over = true;
                facts.push(fact(SignalKind::Failed));
            }
            None => {
                self.migration = Migration::Done;
                facts.push(fact(SignalKind::MigrationCompleted));
            }
        }
        facts
    }
}

#[cfg(test)]
mod tests {
    use lockstep_devchain::ActiveCursor;

    use super::*;

    const OLD: [u8; 32] = [1; 32];
    const NEW: [u8; 32] = [2; 32];
    const EXPECTED: Expected = Expected { version: 2, code: NEW, halt_seconds: 600 };

    fn before(height: u64) -> Sight {
        Sight { height, at: 12 * height, version: 1, code: OLD, authorised: None, cursor: None }
    }

    fn after(height: u64) -> Sight {
        Sight { version: 2, code: NEW, ..before(height) }
    }

    fn migrating(height: u64) -> Sight {
        let cursor = ActiveCursor { index: 0, inner_cursor: None, started_at: 10 };
        Sight { cursor: Some(MigrationCursor::Active(cursor)), ..after(height) }
    }

    fn kinds(sights: &[(Sight, bool)]) -> Vec<(SignalKind, u64)> {
        let mut memory = Memory::default();
        let mut facts = Vec::new();
        let mut last: Option<&Sight> = None;
        for (sight, in_history) in sights {
            facts.extend(memory.conclude(EXPECTED, last, sight, *in_history));
            last = Some(sight);
        }
        facts.into_iter().map(|fact| (fact.kind, fact.height)).collect()
    }

    use SignalKind::{Aborted, Activated, Authorised, Failed, MigrationCompleted, MigrationStarted, RolledBack};

    #[test]
    fn a_good_upgrade_is_seen_in_the_version_and_the_history() {
        let authorised = Sight { authorised: Some(NEW), ..before(9) };
        // In the block that applies it the code is new and the version is not.
        let applied = Sight { code: NEW, ..before(10) };
        let sights = [
            (before(8), false),
            (authorised, false),
            (applied, false),
            (migrating(11), false),
            (migrating(12), false),
            (after(13), true),
            (after(14), true),
        ];
        assert_eq!(
            kinds(&sights),
            [(Authorised, 9), (Activated, 11), (MigrationStarted, 11), (MigrationCompleted, 13)]
        );
    }

    #[test]
    fn without_a_migration_both_facts_are_there_at_once() {
        assert_eq!(kinds(&[(before(9), false), (after(10), false)]), [(Activated, 10), (MigrationCompleted, 10)]);
    }

    #[test]
    fn what_is_stuck_or_cleared_by_force_has_failed() {
        let stuck = Sight { cursor: Some(MigrationCursor::Stuck), ..after(12) };
        let sights = [(before(9), false), (migrating(10), false), (stuck, false), (after(13), false)];
        assert_eq!(kinds(&sights), [(Activated, 10), (MigrationStarted, 10), (Failed, 12)]);
        let sights = [(before(9), false), (migrating(10), false), (after(11), false), (after(12), false)];
        assert_eq!(kinds(&sights), [(Activated, 10), (MigrationStarted, 10), (Failed, 11)]);
    }

    #[test]
    fn an_authorisation_that_goes_without_the_code_is_an_abort() {
        let authorised = Sight { authorised: Some(NEW), ..before(9) };
        assert_eq!(
            kinds(&[(authorised, false), (before(10), false), (before(11), false)]),
            [(Authorised, 9), (Aborted, 10)]
        );
        let other = Sight { authorised: Some([9; 32]), ..before(9) };
        assert_eq!(kinds(&[(other, false), (before(10), false)]), []);
    }

    #[test]
    fn a_long_gap_after_the_activation_is_a_failure_and_one_before_it_is_not() {
        let late = Sight { at: 12 * 10 + 601, ..after(11) };
        let sights = [(before(9), false), (after(10), false), (late, false)];
        assert_eq!(kinds(&sights), [(Activated, 10), (MigrationCompleted, 10), (Failed, 11)]);
        let in_time = Sight { at: 12 * 10 + 600, ..after(11) };
        let sights = [(before(9), false), (after(10), false), (in_time, false)];
        assert_eq!(kinds(&sights), [(Activated, 10), (MigrationCompleted, 10)]);
        let gap = Sight { at: 5_000, ..after(10) };
        assert_eq!(kinds(&[(before(9), false), (gap, false)]), [(Activated, 10), (MigrationCompleted, 10)]);
    }

    #[test]
    fn a_height_that_was_there_before_is_a_roll_back() {
        let back = Sight { at: 9_000, ..before(9) };
        let sights = [(before(9), false), (after(10), false), (after(11), false), (back, false), (before(10), false)];
        assert_eq!(kinds(&sights), [(Activated, 10), (MigrationCompleted, 10), (RolledBack, 9)]);
    }
}
