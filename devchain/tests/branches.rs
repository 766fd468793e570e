//! Splits, roll-backs, proofs and determinism.

mod support;

use lockstep_devchain::{ChainConfig, DevChain, H256, ProofError, SnapshotError, keys};
use support::{alice, bob, cell, chain_with_cell, read, word};

/// Some blocks with a transaction in each.
fn history() -> DevChain {
    let (mut chain, cell) = chain_with_cell();
    for value in 2..20 {
        chain.call(&alice(), cell, word(value), 0).ok().expect("the call succeeds");
        chain.produce_block();
        chain.transfer(&alice(), &bob(), 1_000).expect("alice has it");
    }
    chain
}

#[test]
fn two_runs_end_in_the_same_state() {
    let (first, second) = (history(), history());
    assert_eq!(first.state_root(), second.state_root());
    assert_eq!(first.open(), second.open());
}

#[test]
fn when_the_root_is_computed_does_not_change_it() {
    let (mut chain, cell) = chain_with_cell();
    for value in 2..20 {
        chain.call(&alice(), cell, word(value), 0).ok().expect("the call succeeds");
        chain.state_root();
        chain.produce_block();
        chain.transfer(&alice(), &bob(), 1_000).expect("alice has it");
        let checkpoint = chain.checkpoint();
        chain.roll_back(&checkpoint);
    }
    assert_eq!(chain.state_root(), history().state_root());
}

#[test]
fn chains_do_not_mix_in_a_thread_nor_across_threads() {
    let expected = history().state_root();
    let threads: Vec<_> = (0..2).map(|_| std::thread::spawn(|| history().state_root())).collect();
    let (mut first, first_cell) = chain_with_cell();
    let (mut second, second_cell) = chain_with_cell();
    for value in 2..20 {
        first.call(&alice(), first_cell, word(value), 0).ok().expect("the call succeeds");
        second.call(&alice(), second_cell, word(value + 1), 0).ok().expect("the call succeeds");
        first.produce_block();
        second.produce_block_after(60).expect("it is later");
        first.transfer(&alice(), &bob(), 1_000).expect("alice has it");
    }
    assert_eq!(read(&first, first_cell), word(19));
    assert_eq!(read(&second, second_cell), word(20));
    assert_eq!(first.state_root(), expected);
    for thread in threads {
        assert_eq!(thread.join().expect("it does not panic"), expected);
    }
}

#[test]
fn a_chain_can_be_sent_to_a_thread() {
    let mut chain = history();
    let before = chain.block_number();
    let chain = std::thread::spawn(move || {
        chain.produce_block();
        chain
    })
    .join()
    .expect("it does not panic");
    assert_eq!(chain.block_number(), before + 1);
}

#[test]
fn a_split_shares_the_past_and_not_the_future() {
    let (mut chain, cell) = chain_with_cell();
    chain.call(&alice(), cell, word(7), 0).ok().expect("the call succeeds");
    let mut fork = chain.split();
    assert_eq!(fork.open(), chain.open());
    assert_eq!(fork.state_root(), chain.state_root());
    assert_eq!(read(&fork, cell), word(7));

    fork.call(&alice(), cell, word(8), 0).ok().expect("the call succeeds");
    fork.produce_block_after(30).expect("it is later");
    chain.produce_block();
    assert_eq!((read(&chain, cell), read(&fork, cell)), (word(7), word(8)));
    assert_ne!(chain.block_hash(1), fork.block_hash(1));
    assert_eq!(fork.now(), chain.now() + 24);
    chain.produce_block_at(fork.now()).expect("it is later");
    assert_ne!(chain.state_root(), fork.state_root());
}

#[test]
fn a_roll_back_undoes_blocks_and_time() {
    let (mut chain, cell) = chain_with_cell();
    chain.call(&alice(), cell, word(7), 0).ok().expect("the call succeeds");
    let checkpoint = chain.checkpoint();
    let (root, open) = (chain.state_root(), chain.open());
    assert_eq!((checkpoint.state_root(), checkpoint.time()), (root, open.time));
    let go_on = |chain: &mut DevChain| {
        chain.call(&bob(), cell, word(9), 0).ok().expect("the call succeeds");
        chain.produce_blocks(10);
        assert_eq!(read(chain, cell), word(9));
        chain.state_root()
    };
    let first = go_on(&mut chain);
    chain.roll_back(&checkpoint);
    assert_eq!((chain.state_root(), chain.open()), (root, open));
    assert_eq!(read(&chain, cell), word(7));
    assert_eq!(go_on(&mut chain), first, "and the same future follows");
    chain.roll_back(&checkpoint);
    assert_eq!(chain.state_root(), root);
}

#[test]
fn a_proof_shows_presence_and_absence() {
    let mut chain = history();
    let code_hash = H256(sp_crypto_hashing::blake2_256(b"devchain runtime 2"));
    chain.authorize_upgrade(code_hash).expect("Root may");
    let authorised = keys::authorized_upgrade();
    let cursor = keys::migration_cursor();
    let asked: &[&[u8]] = &[&authorised, keys::CODE, &cursor];
    let proof = chain.prove(asked);
    assert_eq!(proof.state_root, chain.state_root());
    let values = proof.verify(proof.state_root, asked).expect("the proof is complete");
    assert_eq!(values[0], chain.storage(&authorised));
    assert_eq!(values[0].as_ref().map(Vec::len), Some(33));
    assert_eq!(values[1].as_deref(), Some(&b"devchain runtime 1"[..]));
    assert_eq!(values[2], None);
}

#[test]
fn a_tampered_proof_shows_nothing() {
    let chain = history();
    let key = keys::last_runtime_upgrade();
    let asked: &[&[u8]] = &[&key];
    let proof = chain.prove(asked);
    let fails = |proof: &lockstep_devchain::Proof, root| {
        let ProofError::Invalid { root: told, nodes, .. } =
            proof.verify(root, asked).expect_err("it is no proof of the state");
        assert_eq!((told, nodes), (root, proof.nodes.len()));
    };
    assert!(proof.nodes.len() > 1);
    fails(&proof, H256::repeat_byte(1));
    for node in 0..proof.nodes.len() {
        let mut changed = proof.clone();
        let last = changed.nodes[node].len() - 1;
        changed.nodes[node][last] ^= 1;
        fails(&changed, proof.state_root);
        let mut missing = proof.clone();
        missing.nodes.remove(node);
        fails(&missing, proof.state_root);
    }
}

#[test]
fn long_code_is_proved_by_its_hash() {
    let config = ChainConfig { code: vec![7; 100_000], ..Default::default() };
    let mut chain = DevChain::new(config).expect("the configuration is valid");
    chain.deploy(&alice(), cell(), Vec::new(), 0).expect("the cell deploys");
    let proof = chain.prove(&[keys::CODE]);
    let leaf = sp_crypto_hashing::blake2_256(&vec![7; 100_000]);
    assert!(
        proof.nodes.iter().any(|node| node.windows(32).any(|window| window == leaf)),
        "state version 1: the leaf holds the value's hash, which is the code hash"
    );
}

#[test]
fn a_restored_chain_goes_on_like_the_one_it_was_taken_from() {
    let (mut chain, cell) = chain_with_cell();
    chain.produce_block();
    chain.call(&alice(), cell, word(7), 0).ok().expect("the call succeeds");
    let snapshot = chain.snapshot();
    let mut restored = DevChain::restore(&snapshot).expect("it is a snapshot");
    assert!(restored.snapshot() == snapshot, "the same chain gives the same bytes");
    assert_eq!(read(&restored, cell), word(7));
    for chain in [&mut chain, &mut restored] {
        chain.transfer(&alice(), &bob(), 1_000).expect("alice has it");
        chain.produce_block_after(60).expect("it is later");
        chain.call(&bob(), cell, word(9), 0).ok().expect("the call succeeds");
    }
    assert_eq!(restored.open(), chain.open());
    assert_eq!(restored.state_root(), chain.state_root());
    assert!(restored.snapshot() == chain.snapshot());
}

#[test]
fn what_is_no_snapshot_or_a_damaged_one_is_refused() {
    let snapshot = history().snapshot();
    let refused = |bytes: &[u8]| DevChain::restore(bytes).err().expect("it is refused");
    assert_eq!(refused(b""), SnapshotError::NoSnapshot(0));
    assert_eq!(refused(&snapshot[1..]), SnapshotError::NoSnapshot(snapshot.len() - 1));
    for length in [20, 40, snapshot.len() / 2, snapshot.len() - 1] {
        assert_eq!(refused(&snapshot[..length]), SnapshotError::Damaged(length));
    }
    for place in [25, snapshot.len() / 2, snapshot.len() - 1] {
        let mut bytes = snapshot.clone();
        bytes[place] ^= 1;
        assert_eq!(refused(&bytes), SnapshotError::Damaged(snapshot.len()));
    }
}
