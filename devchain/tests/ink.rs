//! ink!'s builders, encoded for a contract and decoded from its answers.

mod support;

use ink::{
    abi::{Ink, Sol},
    env::{
        DefaultEnvironment,
        call::{
            ExecutionInput, Selector, build_call_ink, build_call_sol,
            utils::{ArgsList, EmptyArgumentList},
        },
    },
    primitives::{Address, LangError},
};
use lockstep_devchain::{CallOutcome, ChainConfig, DevChain, Failure, H160, InkCall};
use support::alice;

/// Selector for which the echo reverts.
const REVERT: [u8; 4] = [0xff, 1, 2, 3];
/// Any other.
const RETURN: [u8; 4] = [0x00, 1, 2, 3];

/// Init code of a contract that returns its input without the selector, and reverts with it if the
/// selector's first byte is `0xff`.
fn echo() -> Vec<u8> {
    let runtime: &[u8] = &[
        0x60, 0x04, 0x36, 0x03, // size = calldatasize - 4
        0x80, 0x60, 0x04, 0x60, 0x00, 0x37, // memory[0..size] = input[4..]
        0x60, 0x00, // offset
        0x60, 0x00, 0x35, 0x60, 0xf8, 0x1c, 0x60, 0xff, 0x14, // the first byte is 0xff
        0x60, 0x1a, 0x57, 0xf3, 0x00, // jump to 0x1a, or return
        0x5b, 0xfd, // 0x1a: revert
    ];
    support::evm(runtime)
}

fn chain_with_echo() -> (DevChain, H160) {
    let mut chain = DevChain::new(ChainConfig::default()).expect("the configuration is valid");
    let address = chain.deploy(&alice(), echo(), Vec::new(), 0).expect("the echo deploys").address;
    (chain, address)
}

type Args<T, Abi> = ArgsList<T, EmptyArgumentList<Abi>, Abi>;

/// A message whose answer is its argument, in ink!'s own ABI.
fn ink_echo<T: parity_scale_codec::Encode, R>(
    to: H160,
    selector: [u8; 4],
    argument: T,
) -> InkCall<DefaultEnvironment, Args<T, Ink>, R, Ink> {
    build_call_ink::<DefaultEnvironment>()
        .call(Address::from(to.0))
        .exec_input(ExecutionInput::new(Selector::new(selector)).push_arg(argument))
        .returns::<R>()
}

#[test]
fn an_answer_in_ink_abi() {
    let (mut chain, echo) = chain_with_echo();
    let said: Result<u32, LangError> = Ok(70_000);
    assert_eq!(chain.ink_call(&alice(), ink_echo::<_, u32>(echo, RETURN, said), 0), Ok(70_000));
    assert_eq!(chain.ink_view(&alice(), ink_echo::<_, u32>(echo, RETURN, said)), Ok(70_000));
}

#[test]
fn an_error_of_the_message_is_its_answer() {
    let (mut chain, echo) = chain_with_echo();
    let said: Result<Result<u32, u8>, LangError> = Ok(Err(3));
    let answer = chain.ink_call(&alice(), ink_echo::<_, Result<u32, u8>>(echo, REVERT, said), 0);
    assert_eq!(answer, Ok(Err(3)));
    assert!(chain.last_outcome().is_some_and(CallOutcome::reverted));
}

#[test]
fn a_language_error_is_a_failure() {
    let (mut chain, echo) = chain_with_echo();
    let said: Result<u32, LangError> = Err(LangError::CouldNotReadInput);
    let answer = chain.ink_call(&alice(), ink_echo::<_, u32>(echo, REVERT, said), 0);
    assert_eq!(answer, Err(Failure::Lang("CouldNotReadInput".into())));
}

#[test]
fn what_cannot_be_decoded_is_told_with_its_bytes() {
    let (mut chain, echo) = chain_with_echo();
    let failure = chain.ink_call(&alice(), ink_echo::<_, u32>(echo, RETURN, 9_u8), 0).expect_err("9 is no Result");
    assert!(matches!(&failure, Failure::Undecodable { data, expected, .. } if data == &[9] && expected == "u32"));
    let failure = chain.ink_call(&alice(), ink_echo::<_, u32>(echo, REVERT, 9_u8), 0).expect_err("9 is no Result");
    assert_eq!(failure, Failure::Reverted(vec![9]));
}

#[test]
fn an_answer_in_solidity_abi() {
    let (mut chain, echo) = chain_with_echo();
    let call = |selector| {
        build_call_sol::<DefaultEnvironment>()
            .call(Address::from(echo.0))
            .exec_input(ExecutionInput::<_, Sol>::new(Selector::new(selector)).push_arg(123_456_789_u64))
            .returns::<u64>()
    };
    assert_eq!(chain.ink_call(&alice(), call(RETURN), 0), Ok(123_456_789));
    let failure = chain.ink_call(&alice(), call(REVERT), 0).expect_err("it reverts");
    assert_eq!(failure, Failure::Reverted(support::word(123_456_789)));
}

#[test]
fn a_revert_too_short_for_a_selector_does_not_panic() {
    let (mut chain, echo) = chain_with_echo();
    let call = build_call_sol::<DefaultEnvironment>()
        .call(Address::from(echo.0))
        .exec_input(ExecutionInput::<_, Sol>::new(Selector::new(REVERT)))
        .returns::<Result<u64, MathError>>();
    assert_eq!(chain.ink_call(&alice(), call, 0), Err(Failure::Reverted(Vec::new())));
}

#[ink::error]
#[derive(Debug, PartialEq, Eq)]
enum MathError {
    TooLarge,
}
