//! `revive-dev-runtime` for an executor that cannot trace: what the runtime would ask it for is answered here, so that
//! it asks for nothing.
#![no_std]

pub use revive_dev_runtime::*;

#[unsafe(no_mangle)]
extern "C" fn ext_wasm_tracing_enabled_version_1(_metadata: u64) -> u32 {
    0
}

#[unsafe(no_mangle)]
extern "C" fn ext_wasm_tracing_enter_span_version_1(_span: u64) -> u64 {
    0
}

#[unsafe(no_mangle)]
extern "C" fn ext_wasm_tracing_event_version_1(_event: u64) {}

#[unsafe(no_mangle)]
extern "C" fn ext_wasm_tracing_exit_version_1(_span: u64) {}
