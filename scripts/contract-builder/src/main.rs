//! Builds the contracts of this workspace that are not up to date: code for PolkaVM, ink! metadata
//! and Solidity ABI, into `target/ink/<contract>/`.

mod compile;
#[cfg(test)]
mod incremental_tests;
mod inputs;
mod manifest;
mod results;
mod rustc;
mod workspace;

use std::{
    env,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use cargo_metadata::semver::Version;
use clap::{Parser, Subcommand};

use crate::{
    compile::BuildDir,
    inputs::LockFile,
    results::{Results, State},
    workspace::Workspace,
};

/// Builds the contracts that are not up to date into target/ink.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Contracts to build, all of them by default.
    contracts: Vec<String>,
    #[command(subcommand)]
    internal: Option<Internal>,
}

#[derive(Subcommand)]
enum Internal {
    /// Compiles one contract whose manifests are staged in the build directory.
    #[command(name = compile::WORKER, hide = true)]
    Compile { build_dir: PathBuf, library: Version, artefact: String },
}

/// A line of the table at the end.
struct Row {
    name: String,
    code: PathBuf,
    /// `None` where the contract was up to date.
    built_in: Option<Duration>,
}

fn main() -> ExitCode {
    if let Some(outcome) = rustc::in_place_of_the_compiler() {
        return outcome.unwrap_or_else(|error| failure(&error));
    }
    let arguments = Arguments::parse();
    let outcome = match &arguments.internal {
        Some(Internal::Compile { build_dir, library, artefact }) => {
            BuildDir::new(build_dir.clone(), library.clone()).work(artefact)
        }
        None => build(&arguments.contracts),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure(&error),
    }
}

fn failure(error: &anyhow::Error) -> ExitCode {
    anstream::eprintln!("{error:#}");
    ExitCode::FAILURE
}

fn build(names: &[String]) -> Result<()> {
    let workspace = Workspace::load(&env::current_dir()?)?;
    let contracts = workspace.contracts(names)?;
    let lock_file = LockFile::load(workspace.root())?;
    let build_dir = workspace.target_dir().join("contracts-build");
    let _lock = lock(&build_dir)?;
    let results = Results::new(workspace.target_dir().join("ink"));
    let build_dir = BuildDir::new(build_dir, lock_file.version_of("contract-build")?);

    let common = inputs::common(&lock_file)?;
    let mut rows = Vec::new();
    for contract in &contracts {
        let artefact = contract.artefact_name();
        let mut inputs = inputs::of_contract(contract, &workspace, &lock_file)?;
        inputs.extend(common.clone());
        let built_in = match results.state(&artefact, &inputs) {
            State::Current => None,
            State::Due(reason) => {
                eprintln!("building {} ({reason})", contract.name());
                let start = Instant::now();
                let built = build_dir
                    .compile(contract, &workspace)
                    .with_context(|| format!("{} was not built", contract.name()))?;
                results.publish(&artefact, inputs, &built)?;
                Some(start.elapsed())
            }
        };
        rows.push(Row { name: contract.name().to_owned(), code: results.code(&artefact), built_in });
    }
    print_table(&rows)
}

/// Holds off other builds of this workspace.
fn lock(build_dir: &Path) -> Result<File> {
    fs::create_dir_all(build_dir).with_context(|| format!("creating {}", build_dir.display()))?;
    let path = build_dir.join("build.lock");
    let file = File::create(&path).with_context(|| format!("writing {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("waiting for another build of the contracts");
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("locking {}", path.display()));
        }
    }
    Ok(file)
}

fn print_table(rows: &[Row]) -> Result<()> {
    println!("{:<24} {:>10}  built", "contract", "bytes");
    for row in rows {
        let size = fs::metadata(&row.code).with_context(|| format!("reading {}", row.code.display()))?.len();
        if size == 0 {
            bail!("{} is empty", row.code.display());
        }
        let built = match row.built_in {
            None => "up to date".to_owned(),
            Some(time) => format!("in {:.1} s", time.as_secs_f64()),
        };
        println!("{:<24} {:>10}  {built}", row.name, thousands(size));
    }
    Ok(())
}

/// Digits in groups of three.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_from_the_right() {
        for (number, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), expected);
        }
    }
}
