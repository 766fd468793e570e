//! A multi-block migration whose length and end the test decides.
//!
//! Storage is that of `pallet-migrations`, under the same keys and with the same encoding: `Cursor`
//! while it goes on, `Historic` once it succeeded. What differs is only who decides how many steps
//! there are.

// The pallet macros expand to items without documentation, and to casts of small indices.
#![allow(missing_docs, clippy::cast_possible_truncation, clippy::if_not_else, clippy::wildcard_imports)]

use frame_support::{migrations::MultiStepMigrator, pallet_prelude::*};
use frame_system::pallet_prelude::*;

pub use pallet::*;

/// What `MultiBlockMigrations.Cursor` holds.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum MigrationCursor<BlockNumber> {
    /// Migrations go on.
    Active(ActiveCursor<BlockNumber>),
    /// A migration failed; only governance gets the chain out of it.
    Stuck,
}

/// Where the migrations stand.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ActiveCursor<BlockNumber> {
    /// Index of the migration that runs.
    pub index: u32,
    /// That migration's own cursor: here the SCALE-encoded number of steps done.
    pub inner_cursor: Option<Vec<u8>>,
    /// Block in which the migration `index` started.
    pub started_at: BlockNumber,
}

/// How a started migration is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum MigrationEnd {
    /// It completes in the given number of blocks (at least 1).
    CompletesAfter(u32),
    /// It fails in the given number of blocks (at least 1) and leaves the cursor stuck.
    FailsAfter(u32),
    /// It goes on until [`finish`](Pallet::finish) or [`fail`](Pallet::fail) is called.
    Open,
}

#[frame_support::pallet]
pub mod pallet {
    use super::*;

    #[pallet::pallet]
    #[pallet::without_storage_info]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>> + IsType<<Self as frame_system::Config>::RuntimeEvent>>
    {
    }

    /// The migration going on, as in `pallet-migrations`.
    #[pallet::storage]
    pub type Cursor<T: Config> = StorageValue<_, MigrationCursor<BlockNumberFor<T>>>;

    /// Ids of the migrations that completed, as in `pallet-migrations`.
    #[pallet::storage]
    pub type Historic<T: Config> = StorageMap<_, Twox64Concat, Vec<u8>, ()>;

    /// The end planned for the migration going on, with its id.
    #[pallet::storage]
    pub type Plan<T: Config> = StorageValue<_, (Vec<u8>, MigrationEnd)>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Migrations started; new transactions are refused.
        UpgradeStarted { migrations: u32 },
        /// All migrations completed.
        UpgradeCompleted,
        /// A migration failed; the cursor is stuck.
        UpgradeFailed,
        /// A migration took a step.
        MigrationAdvanced { index: u32, took: BlockNumberFor<T> },
        /// A migration completed.
        MigrationCompleted { index: u32, took: BlockNumberFor<T> },
        /// A migration failed.
        MigrationFailed { index: u32, took: BlockNumberFor<T> },
    }
}

impl<T: Config> Pallet<T> {
    /// Starts the migration `id`; it takes its first step in the next block.
    ///
    /// As in `pallet-migrations`, to start while a cursor exists means that the chain is stuck.
    pub(crate) fn start(id: Vec<u8>, end: MigrationEnd) {
        if Cursor::<T>::exists() {
            Self::upgrade_failed();
            return;
        }
        Plan::<T>::put((id, end));
        Cursor::<T>::put(MigrationCursor::Active(ActiveCursor {
            index: 0,
            inner_cursor: None,
            started_at: frame_system::Pallet::<T>::block_number(),
        }));
        Self::deposit_event(Event::UpgradeStarted { migrations: 1 });
    }

    /// Completes the migration going on; false if there is none.
    pub(crate) fn finish() -> bool {
        let Some(MigrationCursor::Active(cursor)) = Cursor::<T>::get() else {
            return false;
        };
        let took = Self::took(&cursor);
        Self::deposit_event(Event::MigrationCompleted { index: cursor.index, took });
        if let Some((id, _)) = Plan::<T>::take() {
            Historic::<T>::insert(id, ());
        }
        Cursor::<T>::kill();
        Self::deposit_event(Event::UpgradeCompleted);
        true
    }

    /// Fails the migration going on: the cursor is stuck; false if there is none.
    pub(crate) fn fail() -> bool {
        let Some(MigrationCursor::Active(cursor)) = Cursor::<T>::get() else {
            return false;
        };
        let took = Self::took(&cursor);
        Self::deposit_event(Event::MigrationFailed { index: cursor.index, took });
        Self::upgrade_failed();
        true
    }

    /// Governance removes the cursor, whatever it says: no `Historic` entry, no event.
    pub(crate) fn force_clear() -> bool {
        Plan::<T>::kill();
        Cursor::<T>::take().is_some()
    }

    fn upgrade_failed() {
        Plan::<T>::kill();
        Cursor::<T>::put(MigrationCursor::Stuck);
        Self::deposit_event(Event::UpgradeFailed);
    }

    fn took(cursor: &ActiveCursor<BlockNumberFor<T>>) -> BlockNumberFor<T> {
        use sp_runtime::Saturating;
        frame_system::Pallet::<T>::block_number().saturating_sub(cursor.started_at)
    }
}

impl<T: Config> MultiStepMigrator for Pallet<T> {
    fn ongoing() -> bool {
        Cursor::<T>::exists()
    }

    fn step() -> Weight {
        let weight = T::DbWeight::get().reads_writes(2, 1);
        let Some(MigrationCursor::Active(mut cursor)) = Cursor::<T>::get() else {
            return weight;
        };
        let done: u32 = cursor
            .inner_cursor
            .as_deref()
            .and_then(|mut raw| u32::decode(&mut raw).ok())
            .unwrap_or(0)
            .saturating_add(1);
        match Plan::<T>::get().map(|(_, end)| end) {
            Some(MigrationEnd::CompletesAfter(steps)) if done >= steps => {
                Self::finish();
            }
            Some(MigrationEnd::FailsAfter(steps)) if done >= steps => {
                Self::fail();
            }
            _ => {
                let took = Self::took(&cursor);
                Self::deposit_event(Event::MigrationAdvanced { index: cursor.index, took });
                cursor.inner_cursor = Some(done.encode());
                Cursor::<T>::put(MigrationCursor::Active(cursor));
            }
        }
        weight
    }
}
