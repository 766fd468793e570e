//! `PolkaVM` programs, and calls between them and EVM bytecode.

mod support;

use lockstep_devchain::{DevChain, Failure, H160, H256, is_polkavm};
use polkavm_common::{
    program::{InstructionSetKind, Reg, asm},
    writer::ProgramBlobBuilder,
};
use support::{alice, chain_with_cell, evm, read, word};

/// A `PolkaVM` program that takes an address (20 bytes) and a word (32 bytes), calls the address
/// with the word, and returns or reverts with what it gets, up to 32 bytes.
fn relay() -> Vec<u8> {
    // Places on the stack.
    const CALLEE: i32 = 0;
    const WORD: i32 = 20;
    const VALUE: i32 = 64;
    const DEPOSIT: u32 = 96;
    const OUTPUT: i32 = 128;
    const LENGTH: u32 = 160;
    let place = |register, offset| asm::add_imm_64(register, Reg::SP, offset);
    let high = |register| asm::shift_logical_left_imm_64(register, register, 32);

    let mut code = vec![asm::jump_indirect(Reg::RA, 0)];
    code.push(asm::add_imm_64(Reg::SP, Reg::SP, -256));
    code.extend([place(Reg::A0, CALLEE), asm::load_imm(Reg::A1, 52), asm::load_imm(Reg::A2, 0), asm::ecalli(0)]);
    // No limits: all bits set.
    for offset in (0..32).step_by(8) {
        code.push(asm::store_imm_indirect_u64(Reg::SP, signed(DEPOSIT + offset), -1));
    }
    code.push(asm::store_imm_indirect_u32(Reg::SP, signed(LENGTH), 32));
    code.extend([place(Reg::A0, CALLEE), asm::load_imm(Reg::A1, -1), asm::load_imm(Reg::A2, -1)]);
    // Two 32-bit arguments share a register.
    code.extend([place(Reg::A3, signed(DEPOSIT)), high(Reg::A3), place(Reg::T0, VALUE)]);
    code.push(asm::or(Reg::A3, Reg::A3, Reg::T0));
    code.extend([asm::load_imm(Reg::A4, 32), high(Reg::A4), place(Reg::T0, WORD)]);
    code.push(asm::or(Reg::A4, Reg::A4, Reg::T0));
    code.extend([place(Reg::A5, signed(LENGTH)), high(Reg::A5), place(Reg::T0, OUTPUT)]);
    code.push(asm::or(Reg::A5, Reg::A5, Reg::T0));
    code.push(asm::ecalli(1));
    // Flag 1 is a revert; the call's own code is 0 for success.
    code.push(asm::set_greater_than_unsigned_imm(Reg::A0, Reg::A0, 0));
    code.extend([place(Reg::A1, OUTPUT), asm::load_indirect_u32(Reg::A2, Reg::SP, signed(LENGTH)), asm::ecalli(2)]);
    code.push(asm::trap());

    let mut builder = ProgramBlobBuilder::new(InstructionSetKind::ReviveV1);
    builder.set_stack_size(4096);
    for import in ["call_data_copy", "call", "seal_return"] {
        builder.add_import(import.as_bytes());
    }
    builder.add_export_by_basic_block(0, b"deploy");
    builder.add_export_by_basic_block(1, b"call");
    builder.set_code(&code, &[]);
    builder.into_vec().expect("the program is well formed")
}

fn signed(offset: u32) -> i32 {
    i32::try_from(offset).expect("offsets are small")
}

/// Init code of an EVM contract that takes an address (32 bytes) and anything, calls the address
/// with the latter, and returns or reverts with what it gets, up to 32 bytes.
fn evm_relay() -> Vec<u8> {
    evm(&[
        0x60, 0x20, 0x36, 0x03, 0x60, 0x20, 0x60, 0x00, 0x37, // memory = input[32..]
        0x60, 0x20, 0x60, 0x00, 0x60, 0x20, 0x36, 0x03, 0x60, 0x00, 0x60, 0x00, // what to call with
        0x60, 0x00, 0x35, 0x5a, 0xf1, // call input[0..32]
        0x15, 0x60, 0x22, 0x57, // it failed: jump to 0x22
        0x3d, 0x60, 0x00, 0xf3, // return what was returned
        0x5b, 0x3d, 0x60, 0x00, 0xfd, // 0x22: revert with it
    ])
}

fn chain_with_relays() -> (DevChain, H160, H160, H160) {
    let (mut chain, cell) = chain_with_cell();
    assert!(is_polkavm(&relay()) && !is_polkavm(&evm_relay()));
    let relay = chain.deploy(&alice(), relay(), Vec::new(), 0).expect("the relay deploys").address;
    let evm_relay = chain.deploy(&alice(), evm_relay(), Vec::new(), 0).expect("the relay deploys").address;
    (chain, cell, relay, evm_relay)
}

fn to_relay(target: H160, word: Vec<u8>) -> Vec<u8> {
    [target.as_bytes().to_vec(), word].concat()
}

fn to_evm_relay(target: H160, data: Vec<u8>) -> Vec<u8> {
    [vec![0; 12], target.as_bytes().to_vec(), data].concat()
}

#[test]
fn polkavm_calls_evm() {
    let (mut chain, cell, relay, _) = chain_with_relays();
    let outcome = chain.call(&alice(), relay, to_relay(cell, word(5)), 0);
    assert_eq!(outcome.result, Ok(Vec::new()));
    assert_eq!(outcome.events.len(), 1);
    assert_eq!(outcome.events[0].address, cell);
    assert_eq!(read(&chain, cell), word(5));

    let outcome = chain.call(&alice(), relay, to_relay(cell, word(0)), 0);
    assert_eq!(outcome.result, Err(Failure::Reverted(word(42))), "the inner revert is passed on");
    assert_eq!(read(&chain, cell), word(5));
}

#[test]
fn evm_calls_polkavm_which_calls_evm() {
    let (mut chain, cell, relay, evm_relay) = chain_with_relays();
    let data = to_evm_relay(relay, to_relay(cell, word(6)));
    assert_eq!(chain.call(&alice(), evm_relay, data, 0).result, Ok(Vec::new()));
    assert_eq!(read(&chain, cell), word(6));
    let data = to_evm_relay(relay, to_relay(cell, word(0)));
    assert_eq!(chain.call(&alice(), evm_relay, data, 0).result, Err(Failure::Reverted(word(42))));
}

#[test]
fn a_trap_is_no_revert() {
    let (mut chain, ..) = chain_with_relays();
    let mut builder = ProgramBlobBuilder::new(InstructionSetKind::ReviveV1);
    builder.set_stack_size(4096);
    builder.add_export_by_basic_block(0, b"deploy");
    builder.add_export_by_basic_block(1, b"call");
    builder.set_code(&[asm::jump_indirect(Reg::RA, 0), asm::trap()], &[]);
    let blob = builder.into_vec().expect("the program is well formed");
    let trap = chain.deploy(&alice(), blob, Vec::new(), 0).expect("it deploys").address;
    let failure = chain.call(&alice(), trap, Vec::new(), 0).result.expect_err("it traps");
    assert!(failure.is_trap(), "{failure}");
    assert_eq!(failure.to_string(), "the runtime answered Revive.ContractTrapped");
}

#[test]
fn code_is_uploaded_once_and_instantiated_often() {
    let (mut chain, cell, ..) = chain_with_relays();
    let hash = chain.upload(&alice(), relay()).expect("it is a program");
    let first = chain.instantiate(&alice(), hash, Vec::new(), 0).expect("it is there").address;
    let second = chain.instantiate(&alice(), hash, Vec::new(), 0).expect("it is there").address;
    assert_ne!(first, second);
    assert_eq!(chain.code_hash(first), Some(hash));
    assert_eq!(chain.call(&alice(), second, to_relay(cell, word(8)), 0).result, Ok(Vec::new()));

    let failure = chain.instantiate(&alice(), H256::repeat_byte(1), Vec::new(), 0).expect_err("no such code");
    assert!(failure.is_revive(pallet_revive::Error::CodeNotFound), "{failure}");
    let failure = chain.deploy(&alice(), b"PVM\0nonsense".to_vec(), Vec::new(), 0).expect_err("no program");
    assert!(failure.is_revive(pallet_revive::Error::CodeRejected), "{failure}");
}
