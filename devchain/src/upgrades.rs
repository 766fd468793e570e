//! Runtime upgrades and multi-block migrations, with the traces in storage that a real one leaves.
//!
//! The chain goes on running its built-in runtime; what changes is everything that an observer can
//! see: the authorised hash, `:code`, the version, `LastRuntimeUpgrade`, the migration's cursor and
//! history, the events, and the refusal of transactions while a migration goes on.

use parity_scale_codec::Encode;
use sp_core::{
    H256,
    storage::well_known_keys,
    traits::{ReadRuntimeVersion, ReadRuntimeVersionExt},
};
use sp_runtime::traits::Hash;
use sp_version::RuntimeVersion;

use crate::{
    DevChain,
    errors::DispatchFailure,
    migrations::{Cursor, MigrationCursor, MigrationEnd},
    runtime::{
        BlockNumber, MultiBlockMigrations, PendingSpecVersion, Runtime, RuntimeOrigin, SpecVersion, System, Version,
    },
};

/// What observers look at, as raw storage keys.
pub mod keys {
    use frame_support::storage::storage_prefix;

    /// The runtime's code.
    pub const CODE: &[u8] = sp_core::storage::well_known_keys::CODE;

    /// `System.AuthorizedUpgrade`: hash of the code that may be applied, and whether its version is
    /// checked.
    pub fn authorized_upgrade() -> [u8; 32] {
        storage_prefix(b"System", b"AuthorizedUpgrade")
    }

    /// `System.LastRuntimeUpgrade`: version of the runtime that ran last.
    pub fn last_runtime_upgrade() -> [u8; 32] {
        storage_prefix(b"System", b"LastRuntimeUpgrade")
    }

    /// `MultiBlockMigrations.Cursor`: there while a migration goes on or is stuck.
    pub fn migration_cursor() -> [u8; 32] {
        storage_prefix(b"MultiBlockMigrations", b"Cursor")
    }

    /// Prefix of `MultiBlockMigrations.Historic`: an entry for each migration that completed, under
    /// `twox_64` of its SCALE-encoded id and the id itself.
    pub fn migration_history() -> [u8; 32] {
        storage_prefix(b"MultiBlockMigrations", b"Historic")
    }
}

/// Answers the runtime's question for a code's version, which real code carries in itself.
struct FixedVersion(RuntimeVersion);

impl ReadRuntimeVersion for FixedVersion {
    fn read_runtime_version(&self, _: &[u8], _: &mut dyn sp_core::traits::Externalities) -> Result<Vec<u8>, String> {
        Ok(self.0.encode())
    }
}

impl DevChain {
    /// Version of the runtime in force in the open block.
    pub fn spec_version(&self) -> u32 {
        self.execute(SpecVersion::get)
    }

    /// Hash of what is under `:code`.
    pub fn runtime_code_hash(&self) -> H256 {
        let code = self.storage(well_known_keys::CODE).unwrap_or_default();
        <Runtime as frame_system::Config>::Hashing::hash(&code)
    }

    /// `System.authorize_upgrade` by Root: names the hash of the next code.
    ///
    /// # Errors
    /// Those of the runtime.
    pub fn authorize_upgrade(&mut self, code_hash: H256) -> Result<(), DispatchFailure> {
        self.note(&(b"authorize_upgrade", code_hash));
        self.govern(|| System::authorize_upgrade(RuntimeOrigin::root(), code_hash))
    }

    /// `System.apply_authorized_upgrade`: puts the code under `:code`, if it was authorised. Its
    /// version is in force from the next block on.
    ///
    /// # Errors
    /// `System.NothingAuthorized`; `System.Unauthorized` for another code;
    /// `System.MultiBlockMigrationsOngoing`; `System.SpecVersionNeedsToIncrease`, after which, as on
    /// a real chain, the authorisation is gone.
    pub fn apply_upgrade(&mut self, code: Vec<u8>, spec_version: u32) -> Result<(), DispatchFailure> {
        self.offer_version(spec_version);
        let before = self.execute(System::event_count);
        self.note(&(b"apply_upgrade", &code));
        self.govern(|| {
            System::apply_authorized_upgrade(RuntimeOrigin::none(), code).map(|_| ()).map_err(|error| error.error)
        })?;
        let rejected = self.execute(|| {
            System::read_events_no_consensus().skip(usize::try_from(before).unwrap_or(usize::MAX)).find_map(|record| {
                match record.event {
                    crate::runtime::RuntimeEvent::System(frame_system::Event::RejectedInvalidAuthorizedUpgrade {
                        error,
                        ..
                    }) => Some(error),
                    _ => None,
                }
            })
        });
        if let Some(error) = rejected {
            return Err(DispatchFailure::from(error));
        }
        self.execute(|| PendingSpecVersion::set(&Some(spec_version)));
        Ok(())
    }

    /// Root takes an authorisation back, as `System.kill_storage` does. Returns whether there was one.
    pub fn revoke_upgrade(&mut self) -> bool {
        self.note(b"revoke_upgrade");
        self.execute(|| frame_support::storage::unhashed::take::<(H256, bool)>(&keys::authorized_upgrade()).is_some())
    }

    /// `System.set_code` by Root: puts the code under `:code` without any authorisation, as on a
    /// chain that deviates from its plan.
    ///
    /// # Errors
    /// `System.MultiBlockMigrationsOngoing`, `System.SpecVersionNeedsToIncrease`.
    pub fn set_code(&mut self, code: Vec<u8>, spec_version: u32) -> Result<(), DispatchFailure> {
        self.offer_version(spec_version);
        self.note(&(b"set_code", &code));
        self.govern(|| System::set_code(RuntimeOrigin::root(), code).map(|_| ()).map_err(|error| error.error))?;
        self.execute(|| PendingSpecVersion::set(&Some(spec_version)));
        Ok(())
    }

    /// Starts a multi-block migration, as the first block of a new runtime does. From the next
    /// block on the chain takes inherents only, until the migration has ended; the block in which
    /// it takes its last step still does.
    ///
    /// To start one while another goes on makes the chain stuck, as on a real one.
    pub fn start_migration(&mut self, id: &[u8], end: MigrationEnd) {
        let id = id.to_vec();
        self.note(&(b"start_migration", &id));
        self.execute(|| MultiBlockMigrations::start(id, end));
    }

    /// Completes the migration going on, now. Returns whether there was one.
    pub fn finish_migration(&mut self) -> bool {
        self.note(b"finish_migration");
        self.execute(MultiBlockMigrations::finish)
    }

    /// Fails the migration going on, now: its cursor is stuck. Returns whether there was one.
    pub fn fail_migration(&mut self) -> bool {
        self.note(b"fail_migration");
        self.execute(MultiBlockMigrations::fail)
    }

    /// Governance removes the cursor, whatever it says. No history is written, so that nobody can
    /// take it for success. Returns whether there was one.
    pub fn force_clear_migration(&mut self) -> bool {
        self.note(b"force_clear_migration");
        self.execute(MultiBlockMigrations::force_clear)
    }

    /// Where the migrations stand.
    pub fn migration(&self) -> Option<MigrationCursor<BlockNumber>> {
        self.execute(Cursor::<Runtime>::get)
    }

    fn offer_version(&mut self, spec_version: u32) {
        self.externalities
            .borrow_mut()
            .register_extension(ReadRuntimeVersionExt::new(FixedVersion(Version::of(spec_version))));
    }
}
