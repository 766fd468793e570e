//! A small EVM contract, assembled by hand, that the tests share.

#![allow(dead_code, reason = "each test file uses a part")]

use lockstep_devchain::{Account, ChainConfig, DevChain, H160};

/// Init code of a contract that keeps one word. With no input it returns the word; with the word 0
/// it reverts with the word 42; with the word 1 it runs an invalid instruction; any other word it
/// stores, and logs with the topic `0xaa`.
pub fn cell() -> Vec<u8> {
    let runtime: &[u8] = &[
        0x36, 0x15, 0x60, 0x23, 0x57, // no input: jump to 0x23
        0x60, 0x00, 0x35, // word = input[0..32]
        0x80, 0x15, 0x60, 0x2f, 0x57, // word == 0: jump to 0x2f
        0x80, 0x60, 0x01, 0x14, 0x60, 0x3a, 0x57, // word == 1: jump to 0x3a
        0x80, 0x60, 0x00, 0x55, // slot 0 = word
        0x60, 0x00, 0x52, // memory[0..32] = word
        0x60, 0xaa, 0x60, 0x20, 0x60, 0x00, 0xa1, 0x00, // log1, stop
        0x5b, 0x60, 0x00, 0x54, 0x60, 0x00, 0x52, 0x60, 0x20, 0x60, 0x00, 0xf3, // 0x23: return slot 0
        0x5b, 0x60, 0x2a, 0x60, 0x00, 0x52, 0x60, 0x20, 0x60, 0x00, 0xfd, // 0x2f: revert with 42
        0x5b, 0xfe, // 0x3a: invalid
    ];
    evm(runtime)
}

/// Init code that deploys the given EVM code.
pub fn evm(runtime: &[u8]) -> Vec<u8> {
    let length = u8::try_from(runtime.len()).expect("it is short");
    let mut init = vec![0x60, length, 0x80, 0x60, 0x09, 0x3d, 0x39, 0x3d, 0xf3];
    init.extend_from_slice(runtime);
    init
}

/// A 32-byte word.
pub fn word(value: u64) -> Vec<u8> {
    let mut word = vec![0; 24];
    word.extend_from_slice(&value.to_be_bytes());
    word
}

/// The accounts that every default chain endows.
pub fn alice() -> Account {
    Account::named("alice")
}

/// See [`alice`].
pub fn bob() -> Account {
    Account::named("bob")
}

/// A default chain with the cell deployed by alice.
pub fn chain_with_cell() -> (DevChain, H160) {
    let mut chain = DevChain::new(ChainConfig::default()).expect("the default configuration is valid");
    let address = chain.deploy(&alice(), cell(), Vec::new(), 0).expect("the cell deploys").address;
    (chain, address)
}

/// What the cell holds.
pub fn read(chain: &DevChain, cell: H160) -> Vec<u8> {
    chain.dry_run(&alice(), cell, Vec::new(), 0).result.expect("reading does not fail")
}
