//! Calls of tokens. Each is bounded, and nothing that comes back is trusted before it is checked. The vault's front is made from this module too.

use ink::{
    Address, U256,
    env::{
        CallFlags, DefaultEnvironment,
        call::{ExecutionInput, Selector, build_call_sol},
    },
    primitives::sol::{SolResultDecode, SolResultDecodeError},
};
use lockstep_interfaces::VaultError;

/// The most that a token may use: picoseconds of computation and bytes of proof.
const BOUND: (u64, u64) = (50_000_000_000, 1_000_000);

/// `balanceOf(address)`
const BALANCE_OF: Selector = Selector::new([0x70, 0xa0, 0x82, 0x31]);
/// `transferFrom(address,address,uint256)`
const TRANSFER_FROM: Selector = Selector::new([0x23, 0xb8, 0x72, 0xdd]);
/// `transfer(address,uint256)`
const TRANSFER: Selector = Selector::new([0xa9, 0x05, 0x9c, 0xbb]);

/// The answer of a token that moves something: nothing, or `true`.
struct Moved;

impl SolResultDecode for Moved {
    type SolType = bool;

    fn decode(data: &[u8], did_revert: bool) -> Result<Self, SolResultDecodeError> {
        let said_true = data.len() == 32 && data.iter().enumerate().all(|(i, byte)| *byte == u8::from(i == 31));
        if did_revert {
            Err(SolResultDecodeError::NonResultFromRevert)
        } else if data.is_empty() || said_true {
            Ok(Self)
        } else {
            Err(SolResultDecodeError::Decode)
        }
    }
}

/// The balance of `account` in an ERC-20 token.
pub fn token_balance(token: Address, account: Address) -> Result<U256, VaultError> {
    build_call_sol::<DefaultEnvironment>()
        .call(token)
        .ref_time_limit(BOUND.0)
        .proof_size_limit(BOUND.1)
        .call_flags(CallFlags::READ_ONLY)
        .exec_input(ExecutionInput::new(BALANCE_OF).push_arg(account))
        .returns::<U256>()
        .try_invoke()
        .ok()
        .and_then(Result::ok)
        .ok_or(VaultError::TokenFailed)
}

/// Moves `amount` of an ERC-20 token from `from`, which approved the vault, to `to`.
pub fn token_transfer_from(token: Address, from: Address, to: Address, amount: u128) -> Result<(), VaultError> {
    let input = ExecutionInput::new(TRANSFER_FROM).push_arg(from).push_arg(to);
    build_call_sol::<DefaultEnvironment>()
        .call(token)
        .ref_time_limit(BOUND.0)
        .proof_size_limit(BOUND.1)
        .exec_input(input.push_arg(U256::from(amount)))
        .returns::<Moved>()
        .try_invoke()
        .ok()
        .and_then(Result::ok)
        .map(|Moved| ())
        .ok_or(VaultError::TokenFailed)
}

/// Moves `amount` of an ERC-20 token from the vault to `to`.
pub fn token_transfer(token: Address, to: Address, amount: u128) -> Result<(), VaultError> {
    let input = ExecutionInput::new(TRANSFER).push_arg(to);
    build_call_sol::<DefaultEnvironment>()
        .call(token)
        .ref_time_limit(BOUND.0)
        .proof_size_limit(BOUND.1)
        .exec_input(input.push_arg(U256::from(amount)))
        .returns::<Moved>()
        .try_invoke()
        .ok()
        .and_then(Result::ok)
        .map(|Moved| ())
        .ok_or(VaultError::TokenFailed)
}
