//! The arguments of the call that runs, as they came.

use ink::prelude::vec::Vec;

/// All that follows the selector.
#[cfg(target_arch = "riscv64")]
pub fn received_arguments() -> Vec<u8> {
    use pallet_revive_uapi::{HostFn, HostFnImpl};

    const SELECTOR: u32 = 4;
    let length = HostFnImpl::call_data_size().saturating_sub(SELECTOR.into());
    let mut arguments = ink::prelude::vec![0; usize::try_from(length).unwrap_or_default()];
    HostFnImpl::call_data_copy(&mut arguments, SELECTOR);
    arguments
}

/// Off the chain nobody calls.
#[cfg(not(target_arch = "riscv64"))]
pub fn received_arguments() -> Vec<u8> {
    Vec::new()
}
