//! The compiler as cargo calls it for a contract, with names for crates that do not depend on where they are built.
//!
//! Cargo tells crates apart by a hash (`-C metadata`) that covers the path of sources outside the workspace, and since
//! `contract-build` copies a contract's manifest, all that the contract shares with others is outside. Functions are
//! named by the hash, and what compiler and linker make of them hangs on their names: the same sources became other
//! code at another place.
//!
//! Cargo does not see these names: crates built under other ones stay until the build directory is removed.

use std::{
    env,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};

/// Where `contract-build` looks for the program that cargo is to call in place of the compiler.
pub const PROGRAM: &str = "INK_RUSTC_WRAPPER";

/// What `contract-build` gives that program to add to the arguments, separated by 0x1f.
const FLAGS: &str = "RUSTC_WRAPPER_ENCODED_FLAGS";

/// Calls the compiler, where cargo called this program in its place.
pub fn in_place_of_the_compiler() -> Option<Result<ExitCode>> {
    env::var(FLAGS).ok().map(|flags| compile(&flags))
}

fn compile(flags: &str) -> Result<ExitCode> {
    let mut arguments = env::args().skip(1);
    let compiler = arguments.next().context("cargo did not name the compiler")?;
    let of_package = |what: &str| env::var(format!("CARGO_PKG_{what}")).unwrap_or_default();
    let package = format!("{}-{}", of_package("NAME"), of_package("VERSION"));
    let status = Command::new(&compiler)
        .args(renamed(arguments.collect(), &package))
        .args(flags.split('\x1f'))
        .status()
        .with_context(|| format!("running {compiler}"))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The arguments with the crate's hash replaced by package, version and features, for code of a contract.
fn renamed(mut arguments: Vec<String>, package: &str) -> Vec<String> {
    let for_a_contract = arguments.windows(2).any(|pair| pair[0] == "--target" && pair[1].contains("polkavm"));
    if for_a_contract {
        let mut features: Vec<_> = arguments.iter().filter(|argument| argument.starts_with("feature=")).collect();
        features.sort();
        let name = features.iter().fold(format!("metadata={package}"), |name, feature| format!("{name}+{feature}"));
        if let Some(hash) = arguments.iter_mut().find(|argument| argument.starts_with("metadata=")) {
            *hash = name;
        }
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(target: &str, hash: &str) -> Vec<String> {
        let line = format!(
            "--crate-name core src/lib.rs --cfg feature=\"std\" --cfg feature=\"a\" --target {target} -C metadata={hash}"
        );
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_crate_of_a_contract_is_named_by_package_version_and_features() {
        let target = "/somewhere/riscv64emac-unknown-none-polkavm.json";
        let renamed = renamed(arguments(target, "0123456789abcdef"), "core-1.2.3");
        assert_eq!(renamed, arguments(target, "core-1.2.3+feature=\"a\"+feature=\"std\""));
    }

    #[test]
    fn what_runs_on_this_machine_keeps_its_name() {
        let before = arguments("x86_64-unknown-linux-gnu", "0123456789abcdef");
        assert_eq!(renamed(before.clone(), "core-1.2.3"), before);
    }
}
