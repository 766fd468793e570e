//! Calls whose data and answers are plain bytes, to contracts that nothing is known of.

use ink::{Address, U256, prelude::vec::Vec};

/// Most bytes of an answer that are looked at; the rest is not copied.
#[cfg(target_arch = "riscv64")]
const MAX_ANSWER: usize = 1_024;

/// Calls `callee` with `value` and `data`. The answer, or what it reverted with: nothing where it trapped or was
/// never entered. The callee cannot enter this contract, except that this contract may call itself.
#[cfg(target_arch = "riscv64")]
pub fn call(callee: Address, value: U256, data: &[u8], own: bool) -> Result<Vec<u8>, Vec<u8>> {
    use pallet_revive_uapi::{CallFlags, HostFn, HostFnImpl, ReturnErrorCode};

    let flags = if own { CallFlags::ALLOW_REENTRY } else { CallFlags::empty() };
    let mut buffer = [0; MAX_ANSWER];
    let mut answer = &mut buffer[..];
    let outcome = HostFnImpl::call(
        flags,
        &callee.0,
        u64::MAX,
        u64::MAX,
        &[u8::MAX; 32],
        &value.to_little_endian(),
        data,
        Some(&mut answer),
    );
    match outcome {
        Ok(()) => Ok(answer.to_vec()),
        Err(ReturnErrorCode::CalleeReverted) => Err(answer.to_vec()),
        Err(_) => Err(Vec::new()),
    }
}

/// Off the chain there is nobody to call.
#[cfg(not(target_arch = "riscv64"))]
pub fn call(_callee: Address, _value: U256, _data: &[u8], _own: bool) -> Result<Vec<u8>, Vec<u8>> {
    Err(Vec::new())
}
