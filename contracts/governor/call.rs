//! Calls whose data and answers are plain bytes, to contracts that nothing is known of. Buffers stand on the heap: the
//! stack of a contract is small, and functions are merged into their callers.

#[cfg(target_arch = "riscv64")]
use ink::prelude::vec;
use ink::{Address, U256, prelude::vec::Vec};

/// Most bytes of an answer that are looked at; the rest is not copied.
#[cfg(target_arch = "riscv64")]
const MAX_ANSWER: usize = 1_024;
/// The same for a question. Four plans of a market, the longest answer that is expected, take 1,344.
#[cfg(target_arch = "riscv64")]
const MAX_REPLY: usize = 1_408;

/// The most that a question may use: picoseconds of computation and bytes of proof.
#[cfg(target_arch = "riscv64")]
const BOUND: (u64, u64) = (250_000_000_000, 3_000_000);

/// Why a question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// It took more than was left, or than it may: who asks decides by what it sends along.
    #[cfg_attr(not(target_arch = "riscv64"), allow(dead_code, reason = "off the chain nobody is asked"))]
    Starved,
    /// There is no such contract, or it reverted or trapped.
    Failed,
}

/// Calls `callee` with `value` and `data`. The answer, or what it reverted with: nothing where it trapped or was
/// never entered. The callee cannot enter this contract, except that this contract may call itself.
#[cfg(target_arch = "riscv64")]
#[inline(never)]
pub fn call(callee: Address, value: U256, data: &[u8], own: bool) -> Result<Vec<u8>, Vec<u8>> {
    use pallet_revive_uapi::{CallFlags, HostFn, HostFnImpl, ReturnErrorCode};

    let flags = if own { CallFlags::ALLOW_REENTRY } else { CallFlags::empty() };
    let mut buffer = vec![0; MAX_ANSWER];
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

/// Asks `callee` without letting it change anything.
#[cfg(target_arch = "riscv64")]
#[inline(never)]
pub fn ask(callee: Address, data: &[u8]) -> Result<Vec<u8>, Unanswered> {
    use pallet_revive_uapi::{CallFlags, HostFn, HostFnImpl, ReturnErrorCode};

    let mut buffer = vec![0; MAX_REPLY];
    let mut answer = &mut buffer[..];
    let (time, proof) = BOUND;
    let outcome = HostFnImpl::call(
        CallFlags::READ_ONLY,
        &callee.0,
        time,
        proof,
        &[u8::MAX; 32],
        &[0; 32],
        data,
        Some(&mut answer),
    );
    match outcome {
        Ok(()) => Ok(answer.to_vec()),
        Err(ReturnErrorCode::OutOfResources) => Err(Unanswered::Starved),
        Err(_) => Err(Unanswered::Failed),
    }
}

/// Off the chain there is nobody to call.
#[cfg(not(target_arch = "riscv64"))]
pub fn call(_callee: Address, _value: U256, _data: &[u8], _own: bool) -> Result<Vec<u8>, Vec<u8>> {
    Err(Vec::new())
}

/// Off the chain there is nobody to ask.
#[cfg(not(target_arch = "riscv64"))]
pub fn ask(_callee: Address, _data: &[u8]) -> Result<Vec<u8>, Unanswered> {
    Err(Unanswered::Failed)
}
