//! Time, gaps, migrations and upgrades.

mod support;

use lockstep_devchain::{
    ActiveCursor, ChainConfig, ClockError, ConfigError, DevChain, Failure, H256, MigrationCursor, MigrationEnd,
    Refusal, StateRoots, keys, runtime,
};
use parity_scale_codec::{Compact, Decode, Encode};
use support::{alice, bob, chain_with_cell, read, word};

fn chain() -> DevChain {
    DevChain::new(ChainConfig::default()).expect("the default configuration is valid")
}

/// Init code of an EVM contract that returns the block's timestamp.
fn clock() -> Vec<u8> {
    support::evm(&[0x42, 0x60, 0x00, 0x52, 0x60, 0x20, 0x60, 0x00, 0xf3])
}

#[test]
fn blocks_follow_the_chains_own_clock() {
    let config = ChainConfig { genesis_time: 1_700_000_000, block_time: 6, ..Default::default() };
    let mut chain = DevChain::new(config).expect("the configuration is valid");
    let clock = chain.deploy(&alice(), clock(), Vec::new(), 0).expect("the clock deploys").address;
    let seen = |chain: &DevChain| chain.dry_run(&alice(), clock, Vec::new(), 0).result.expect("it answers");

    assert_eq!((chain.block_number(), chain.now()), (1, 1_700_000_000));
    assert_eq!(seen(&chain), word(1_700_000_000));
    let block = chain.produce_block();
    assert_eq!((block.number, block.time), (2, 1_700_000_006));
    let block = chain.produce_block_after(8 * 3600).expect("a gap is later");
    assert_eq!((block.number, block.time), (3, 1_700_028_806));
    assert_eq!(seen(&chain), word(1_700_028_806));
    assert_eq!(chain.with_runtime(runtime::Timestamp::get), 1_700_028_806_000);
    assert_eq!(chain.produce_until(1_700_028_829), 3);
    assert_eq!((chain.block_number(), chain.now()), (6, 1_700_028_824));
    chain.set_block_time(2);
    assert_eq!(chain.produce_blocks(2).time, 1_700_028_828);
}

#[test]
fn time_does_not_go_back() {
    let mut chain = chain();
    let now = chain.now();
    assert_eq!(chain.produce_block_after(0), Err(ClockError::NotLater { now, wanted: now }));
    assert_eq!(chain.produce_block_at(now - 1), Err(ClockError::NotLater { now, wanted: now - 1 }));
    assert_eq!(chain.produce_block_after(u64::MAX), Err(ClockError::OutOfRange { now, more: u64::MAX }));
    assert_eq!(chain.block_number(), 1);
}

#[test]
fn a_chain_without_a_clock_or_an_id_is_refused() {
    let with = |change: fn(&mut ChainConfig)| {
        let mut config = ChainConfig::default();
        change(&mut config);
        DevChain::new(config).err()
    };
    assert_eq!(with(|config| config.block_time = 0), Some(ConfigError::NoBlockTime));
    assert_eq!(with(|config| config.chain_id = 0), Some(ConfigError::NoChainId));
    assert_eq!(with(|config| config.genesis_time = 0), Some(ConfigError::GenesisTime(0)));
    assert_eq!(with(|config| config.genesis_time = u64::MAX), Some(ConfigError::GenesisTime(u64::MAX)));
    let poor = with(|config| config.endowed = vec![(alice(), 1)]);
    assert!(matches!(poor, Some(ConfigError::Endowment { amount: 1, .. })), "{poor:?}");
}

#[test]
fn block_hashes_chain_and_are_kept_for_256_blocks() {
    let mut chain = chain();
    let first = chain.produce_block().parent;
    assert_eq!(chain.block_hash(1), Some(first));
    assert_eq!(chain.block_hash(2), None);
    chain.produce_blocks(260);
    assert_eq!(chain.block_hash(1), None);
    assert!(chain.block_hash(200).is_some());
}

#[test]
fn a_blocks_hash_commits_to_its_time_and_transactions() {
    let hash = |act: fn(&mut DevChain)| {
        let (mut chain, _) = chain_with_cell();
        act(&mut chain);
        chain.produce_block().parent
    };
    let plain = hash(|_| ());
    assert_eq!(plain, hash(|_| ()));
    assert_ne!(plain, hash(|chain| chain.transfer(&alice(), &bob(), 1).expect("alice has it")));
    assert_ne!(plain, hash(|chain| chain.produce_block_after(7).map(drop).expect("it is later")));
}

#[test]
fn a_header_carries_the_state_root_if_asked_to() {
    let hash = |state_roots, value| {
        let config = ChainConfig { state_roots, ..Default::default() };
        let mut chain = DevChain::new(config).expect("the configuration is valid");
        // Writes that no transaction accounts for.
        chain.with_runtime(|| frame_support::storage::unhashed::put(b"x", &value));
        chain.produce_block().parent
    };
    assert_eq!(hash(StateRoots::OnDemand, 1_u8), hash(StateRoots::OnDemand, 2_u8));
    assert_ne!(hash(StateRoots::EveryBlock, 1_u8), hash(StateRoots::EveryBlock, 2_u8));
}

#[test]
fn keys_are_those_of_a_real_chain() {
    assert_eq!(
        hex::encode(keys::authorized_upgrade()),
        "26aa394eea5630e07c48ae0c9558cef72fa9f1bf25567808771bff091dc89ecd"
    );
    assert_eq!(
        hex::encode(keys::last_runtime_upgrade()),
        "26aa394eea5630e07c48ae0c9558cef7f9cce9c888469bb1a0dceaa129672ef8"
    );
    assert_eq!(hex::encode(keys::CODE), "3a636f6465");
    assert_eq!(
        hex::encode(keys::migration_cursor()),
        "0b20199ace3564d0964e2c4d4a9ba46987b188618944a73221aaabb35521b0a1"
    );
    assert!(hex::encode(keys::migration_history()).starts_with("0b20199ace3564d0964e2c4d4a9ba469"));
}

#[test]
fn an_upgrade_leaves_the_traces_of_a_real_one() {
    let mut chain = chain();
    let last = |chain: &DevChain| {
        let raw = chain.storage(&keys::last_runtime_upgrade()).expect("it is always there");
        <(Compact<u32>, String)>::decode(&mut &raw[..]).expect("that is its type")
    };
    assert_eq!(last(&chain), (Compact(1), "devchain".into()));

    let code = b"devchain runtime 2".to_vec();
    let hash = H256(sp_crypto_hashing::blake2_256(&code));
    let failure = chain.apply_upgrade(code.clone(), 2).expect_err("nothing is authorised");
    assert_eq!(failure.name, "System.NothingAuthorized");
    chain.authorize_upgrade(hash).expect("Root may");
    assert_eq!(chain.storage(&keys::authorized_upgrade()), Some((hash, true).encode()));
    let failure = chain.apply_upgrade(b"another".to_vec(), 2).expect_err("its hash differs");
    assert_eq!(failure.name, "System.Unauthorized");

    chain.apply_upgrade(code.clone(), 2).expect("it is authorised");
    assert_eq!(chain.storage(&keys::authorized_upgrade()), None);
    assert_eq!(chain.storage(keys::CODE), Some(code));
    assert_eq!(chain.runtime_code_hash(), hash);
    assert_eq!((chain.spec_version(), last(&chain).0.0), (1, 1), "the block goes on as it began");
    chain.produce_block();
    assert_eq!((chain.spec_version(), last(&chain).0.0), (2, 2));

    chain.set_code(b"devchain runtime 3".to_vec(), 3).expect("Root may");
    chain.produce_block();
    assert_eq!((chain.spec_version(), last(&chain).0.0), (3, 3));
}

#[test]
fn an_authorisation_that_was_taken_back_cannot_be_used() {
    let mut chain = chain();
    let code = b"devchain runtime 2".to_vec();
    assert!(!chain.revoke_upgrade(), "there is none yet");
    chain.authorize_upgrade(H256(sp_crypto_hashing::blake2_256(&code))).expect("Root may");
    assert!(chain.revoke_upgrade());
    assert_eq!(chain.storage(&keys::authorized_upgrade()), None);
    assert_eq!(chain.apply_upgrade(code, 2).expect_err("it was taken back").name, "System.NothingAuthorized");
}

#[test]
fn a_version_that_does_not_increase_loses_its_authorisation() {
    let mut chain = chain();
    let before = chain.runtime_code_hash();
    let code = b"devchain runtime 0".to_vec();
    chain.authorize_upgrade(H256(sp_crypto_hashing::blake2_256(&code))).expect("Root may");
    let failure = chain.apply_upgrade(code.clone(), 1).expect_err("1 is in force");
    assert_eq!(failure.name, "System.SpecVersionNeedsToIncrease");
    assert_eq!(chain.storage(&keys::authorized_upgrade()), None);
    assert_eq!(chain.runtime_code_hash(), before);
    let failure = chain.set_code(code, 1).expect_err("1 is in force");
    assert_eq!(failure.name, "System.SpecVersionNeedsToIncrease");
    chain.produce_block();
    assert_eq!(chain.spec_version(), 1);
}

#[test]
fn a_migration_takes_inherents_only_until_the_block_after_its_last_step() {
    let (mut chain, cell) = chain_with_cell();
    chain.produce_block();
    chain.start_migration(b"v2", MigrationEnd::CompletesAfter(2));
    let started_at = chain.block_number();
    let cursor = ActiveCursor { index: 0, inner_cursor: None, started_at };
    assert_eq!(chain.migration(), Some(MigrationCursor::Active(cursor)));
    assert_eq!(
        chain.storage(&keys::migration_cursor()),
        Some((0_u8, 0_u32, Option::<Vec<u8>>::None, started_at).encode())
    );
    assert_eq!(chain.call(&alice(), cell, word(5), 0).result, Ok(Vec::new()), "the block began before it");

    assert!(chain.produce_block().only_inherents);
    let block = chain.block_number();
    let ongoing = Failure::Refused(Refusal::MigrationOngoing { block, started_at });
    let before = chain.state_root();
    assert_eq!(chain.call(&alice(), cell, word(6), 0).result, Err(ongoing.clone()));
    assert_eq!(chain.deploy(&alice(), support::cell(), Vec::new(), 0), Err(ongoing.clone()));
    assert_eq!(chain.transfer(&alice(), &bob(), 1), Err(ongoing));
    assert_eq!(chain.state_root(), before, "not even a nonce moves");
    assert_eq!(read(&chain, cell), word(5), "reading goes on");
    let failure = chain.set_code(b"other".to_vec(), 2).expect_err("a migration goes on");
    assert_eq!(failure.name, "System.MultiBlockMigrationsOngoing");

    assert!(chain.produce_block().only_inherents, "the mode is decided before the last step");
    assert_eq!(chain.migration(), None);
    let ended = Refusal::MigrationEnded { block: block + 1 };
    assert_eq!(chain.call(&alice(), cell, word(6), 0).result, Err(Failure::Refused(ended)));

    assert!(!chain.produce_block().only_inherents);
    assert_eq!(chain.call(&alice(), cell, word(6), 0).result, Ok(Vec::new()));
    let id = b"v2".to_vec().encode();
    let done = [&keys::migration_history()[..], &sp_crypto_hashing::twox_64(&id), &id].concat();
    assert_eq!(chain.storage(&done), Some(Vec::new()));
}

#[test]
fn a_stuck_migration_stays_until_governance_acts() {
    let (mut chain, cell) = chain_with_cell();
    chain.start_migration(b"v2", MigrationEnd::FailsAfter(1));
    chain.produce_block();
    assert_eq!(chain.migration(), Some(MigrationCursor::Stuck));
    assert_eq!(chain.storage(&keys::migration_cursor()), Some(vec![1]));
    chain.produce_blocks(100);
    let block = chain.block_number();
    let stuck = Failure::Refused(Refusal::MigrationStuck { block });
    assert_eq!(chain.call(&alice(), cell, word(5), 0).result, Err(stuck));
    assert!(!chain.finish_migration(), "what is stuck does not complete");

    assert!(chain.force_clear_migration());
    assert_eq!(chain.storage(&keys::migration_cursor()), None);
    chain.produce_block();
    assert_eq!(chain.call(&alice(), cell, word(5), 0).result, Ok(Vec::new()));
    assert!(!chain.with_runtime(|| {
        lockstep_devchain::migrations::Historic::<runtime::Runtime>::contains_key(b"v2".to_vec())
    }));
}

#[test]
fn an_open_migration_ends_when_told_and_a_second_one_gets_stuck() {
    let (mut chain, _) = chain_with_cell();
    chain.start_migration(b"v2", MigrationEnd::Open);
    chain.produce_blocks(50);
    assert!(matches!(
        chain.migration(),
        Some(MigrationCursor::Active(ActiveCursor { inner_cursor: Some(steps), .. })) if steps == 50_u32.encode()
    ));
    assert!(chain.finish_migration());
    assert!(!chain.finish_migration());
    assert_eq!(chain.migration(), None);

    chain.start_migration(b"v3", MigrationEnd::Open);
    chain.start_migration(b"v4", MigrationEnd::Open);
    assert_eq!(chain.migration(), Some(MigrationCursor::Stuck));
}
