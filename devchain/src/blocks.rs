//! Blocks and time.

use frame_support::{
    dispatch::DispatchClass,
    migrations::MultiStepMigrator,
    traits::{BeforeAllRuntimeMigrations, Get, OnFinalize, OnIdle, OnInitialize, OnPoll, OnRuntimeUpgrade},
    weights::{Weight, WeightMeter},
};
use parity_scale_codec::Encode;
use sp_core::H256;
use sp_runtime::{
    Digest,
    traits::{BlakeTwo256, Hash, Header},
};

use crate::{
    ClockError, DevChain, Failure, Refusal, StateRoots,
    errors::DispatchFailure,
    migrations::{Cursor, MigrationCursor},
    runtime::{
        AllPalletsWithSystem, BlockHeader, BlockNumber, BlockWeights, MultiBlockMigrations, PendingSpecVersion,
        Runtime, RuntimeOrigin, SpecVersion, System, Timestamp, Version,
    },
};

/// An open block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenBlock {
    /// Its number.
    pub number: BlockNumber,
    /// Its time, in Unix seconds.
    pub time: u64,
    /// Whether it takes inherents only (a multi-block migration goes on).
    pub only_inherents: bool,
    /// Hash of the block before it.
    pub parent: H256,
}

impl DevChain {
    /// Time of the open block, in Unix seconds: what contracts get from `block_timestamp`.
    pub fn now(&self) -> u64 {
        self.progress.now
    }

    /// Number of the open block.
    pub fn block_number(&self) -> BlockNumber {
        self.execute(System::block_number)
    }

    /// The open block.
    pub fn open(&self) -> OpenBlock {
        let (number, parent) = self.execute(|| (System::block_number(), System::parent_hash()));
        OpenBlock { number, time: self.progress.now, only_inherents: self.progress.only_inherents, parent }
    }

    /// Seconds between two blocks.
    pub fn block_time(&self) -> u64 {
        self.progress.block_time
    }

    /// Changes the seconds between two blocks from the next one on, as an upgrade may; zero is
    /// taken for one.
    pub fn set_block_time(&mut self, seconds: u64) {
        self.progress.block_time = seconds.max(1);
    }

    /// Hash of a closed block, for the 256 latest.
    pub fn block_hash(&self, number: BlockNumber) -> Option<H256> {
        self.execute(|| frame_system::BlockHash::<Runtime>::contains_key(number).then(|| System::block_hash(number)))
    }

    /// Weight used so far in the open block, by all classes together.
    pub fn block_weight(&self) -> Weight {
        self.execute(|| System::block_weight().total())
    }

    /// Closes the open block and opens the next, one block time later.
    ///
    /// # Panics
    /// At the end of a 64-bit clock that counts milliseconds.
    pub fn produce_block(&mut self) -> OpenBlock {
        self.produce_block_after(self.progress.block_time)
            .expect("the block time is not zero and the clock lasts for 500 million years")
    }

    /// Closes the open block and opens the next, so many seconds later: a gap, or a halt.
    ///
    /// # Errors
    /// [`ClockError`] for no seconds or too many.
    pub fn produce_block_after(&mut self, seconds: u64) -> Result<OpenBlock, ClockError> {
        let now = self.progress.now;
        let time = now
            .checked_add(seconds)
            .filter(|time| time.checked_mul(1000).is_some())
            .ok_or(ClockError::OutOfRange { now, more: seconds })?;
        if seconds == 0 {
            return Err(ClockError::NotLater { now, wanted: time });
        }
        let header = self.close_block();
        self.open_block(&header, time);
        Ok(self.open())
    }

    /// Closes the open block and opens the next at that time, in Unix seconds.
    ///
    /// # Errors
    /// [`ClockError`] if that is not later than now.
    pub fn produce_block_at(&mut self, time: u64) -> Result<OpenBlock, ClockError> {
        let now = self.progress.now;
        let seconds = time.checked_sub(now).ok_or(ClockError::NotLater { now, wanted: time })?;
        self.produce_block_after(seconds)
    }

    /// Produces so many blocks.
    pub fn produce_blocks(&mut self, count: u32) -> OpenBlock {
        for _ in 0..count {
            self.produce_block();
        }
        self.open()
    }

    /// Produces blocks, one each block time, as long as none is later than `time` (Unix seconds).
    ///
    /// Returns how many it produced.
    pub fn produce_until(&mut self, time: u64) -> u32 {
        let mut produced = 0;
        while self.progress.now.checked_add(self.progress.block_time).is_some_and(|next| next <= time) {
            self.produce_block();
            produced += 1;
        }
        produced
    }

    /// Refuses what the real executive refuses in the open block.
    pub(crate) fn check_included(&self) -> Result<(), Refusal> {
        if !self.progress.only_inherents {
            return Ok(());
        }
        Err(self.execute(|| {
            let block = System::block_number();
            match Cursor::<Runtime>::get() {
                Some(MigrationCursor::Active(cursor)) => {
                    Refusal::MigrationOngoing { block, started_at: cursor.started_at }
                }
                Some(MigrationCursor::Stuck) => Refusal::MigrationStuck { block },
                None => Refusal::MigrationEnded { block },
            }
        }))
    }

    /// Runs a user's transaction other than a call or deployment.
    pub(crate) fn transact(
        &mut self,
        sender: &crate::Account,
        content: &[u8],
        run: impl FnOnce() -> Result<(), sp_runtime::DispatchError>,
    ) -> Result<(), Failure> {
        self.check_included()?;
        self.note(&(sender.id(), content));
        self.execute(|| {
            System::inc_account_nonce(sender.id());
            frame_support::storage::with_storage_layer(run)
        })
        .map_err(|error| Failure::Dispatch(DispatchFailure::from(error)))
    }

    pub(crate) fn genesis_header(&self) -> BlockHeader {
        let state_root = self.header_root();
        BlockHeader::new(0, H256::zero(), state_root, H256::zero(), Digest::default())
    }

    fn header_root(&self) -> H256 {
        match self.progress.state_roots {
            StateRoots::OnDemand => H256::zero(),
            StateRoots::EveryBlock => self.commit(),
        }
    }

    /// What the executive does between the last transaction and the header.
    fn close_block(&mut self) -> BlockHeader {
        let body = core::mem::take(&mut self.progress.body);
        self.execute(|| {
            let number = System::block_number();
            System::note_finished_extrinsics();
            if !MultiBlockMigrations::ongoing() {
                let left = System::remaining_block_weight().remaining();
                let used = AllPalletsWithSystem::on_idle(number, left);
                System::register_extra_weight_unchecked(used, DispatchClass::Mandatory);
            }
            AllPalletsWithSystem::on_finalize(number);
            System::maybe_apply_pending_code_upgrade();
            frame_system::InherentsApplied::<Runtime>::kill();
            let window: BlockNumber = <Runtime as frame_system::Config>::BlockHashCount::get();
            let forgotten = number.saturating_sub(window).saturating_sub(1);
            if forgotten > 0 {
                frame_system::BlockHash::<Runtime>::remove(forgotten);
            }
        });
        let state_root = self.header_root();
        let body_root = BlakeTwo256::ordered_trie_root(
            body.into_iter().map(|hash| hash.encode()).collect(),
            sp_core::storage::StateVersion::V1,
        );
        self.execute(|| {
            BlockHeader::new(System::block_number(), body_root, state_root, System::parent_hash(), System::digest())
        })
    }

    /// What the executive does between the header and the first transaction.
    pub(crate) fn open_block(&mut self, parent: &BlockHeader, time: u64) {
        let milliseconds = time.saturating_mul(1000);
        self.progress.now = time;
        self.note(&milliseconds);
        let number = parent.number().saturating_add(1);
        let parent_hash = parent.hash();
        self.progress.only_inherents = self.execute(|| {
            System::reset_events();
            let mut weight = BlockWeights::get().base_block;
            if let Some(version) = PendingSpecVersion::get() {
                SpecVersion::set(&version);
                PendingSpecVersion::set(&None);
            }
            let version = <Version as Get<sp_version::RuntimeVersion>>::get();
            let upgraded =
                frame_system::LastRuntimeUpgrade::<Runtime>::get().is_none_or(|last| last.was_upgraded(&version));
            if upgraded {
                weight += AllPalletsWithSystem::before_all_runtime_migrations();
                weight += <AllPalletsWithSystem as OnRuntimeUpgrade>::on_runtime_upgrade();
                frame_system::LastRuntimeUpgrade::<Runtime>::put(frame_system::LastRuntimeUpgradeInfo::from(version));
            }
            System::initialize(&number, &parent_hash, &Digest::default());
            weight += AllPalletsWithSystem::on_initialize(number);
            System::register_extra_weight_unchecked(weight, DispatchClass::Mandatory);
            System::note_finished_initialize();

            // Decided before the migration takes its step: a block in which it ends still takes no
            // transactions.
            let only_inherents = MultiBlockMigrations::ongoing();
            Timestamp::set(RuntimeOrigin::none(), milliseconds).expect("the clock goes forward, and once a block");
            System::note_inherents_applied();
            let used = if MultiBlockMigrations::ongoing() {
                MultiBlockMigrations::step()
            } else {
                let mut meter = WeightMeter::with_limit(System::remaining_block_weight().remaining());
                AllPalletsWithSystem::on_poll(number, &mut meter);
                meter.consumed()
            };
            System::register_extra_weight_unchecked(used, DispatchClass::Mandatory);
            only_inherents
        });
    }
}
