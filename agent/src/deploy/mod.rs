//! `lockstep deploy`: puts the suite on a network and writes down what is where.
//!
//! A step is recorded once it is seen on chain. Before a transaction is sent the record names it, so that a run that
//! was interrupted anywhere is taken up where it stopped, and sends nothing twice.

mod abi;
pub mod config;
pub mod contract;
pub mod embedded;
mod error;
mod files;
pub mod network;
pub mod plan;
pub mod record;
pub mod run;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::Deploy;
use crate::rehearse::contracts_folder;
use config::{Config, ConfigError};
use contract::{BuiltError, Contract, Suite};
use embedded::Embedded;
pub use error::DeployError;
use network::{Network, NetworkError};
use record::{Book, FileBook, NoBook, Record, RecordError};
use run::{Deployment, Told};

/// Why the command did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The configuration is not sound.
    #[error("{}: {source}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: ConfigError,
    },
    /// The compiled contracts cannot be used.
    #[error(transparent)]
    Built(#[from] BuiltError),
    /// There is no such contract to replace.
    #[error(
        "there is no contract `{0}` to replace; there are upgrade-registry, governor, oracle-guard, margin-vault, settlement"
    )]
    NoContract(String),
    /// Another process is deploying.
    #[error("{}: another deployment is going on", .0.display())]
    Busy(PathBuf),
    /// The lock cannot be taken.
    #[error("{}: {source}", path.display())]
    Lock {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The deployment was refused or stopped.
    #[error(transparent)]
    Deploy(#[from] DeployError),
    /// Standard output cannot be written.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

impl From<RecordError> for CommandError {
    fn from(error: RecordError) -> Self {
        Self::Deploy(error.into())
    }
}

impl From<NetworkError> for CommandError {
    fn from(error: NetworkError) -> Self {
        Self::Deploy(error.into())
    }
}

impl CommandError {
    /// As the help of the command says.
    pub const fn exit_status(&self) -> u8 {
        match self {
            Self::Config { .. } | Self::Built(_) | Self::NoContract(_) => 2,
            Self::Busy(_) | Self::Lock { .. } | Self::Output(_) => 3,
            Self::Deploy(error) => error.exit_status(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`CommandError`]; without `--execute` nothing was changed, with it what was done is recorded.
pub fn deploy(arguments: &Deploy, out: &mut impl Write) -> Result<(), CommandError> {
    let suite = Suite::load(&contracts_folder(arguments.contracts.as_deref()))?;
    let path = &arguments.config;
    let config = Config::load(path, &suite).map_err(|source| CommandError::Config { path: path.clone(), source })?;
    let replace = arguments
        .replace
        .iter()
        .map(|name| Contract::named(name).ok_or_else(|| CommandError::NoContract(name.clone())))
        .collect::<Result<Vec<_>, _>>()?;
    let folder = arguments.out.as_deref().or_else(|| path.parent()).unwrap_or(Path::new("."));
    let record_path = folder.join(format!("{}.json", config.network));
    let chain_path = folder.join(format!("{}.chain", config.network));
    let lock_path = folder.join(format!(".{}.lock", config.network));
    let lock = if arguments.execute {
        let taken = files::lock(&lock_path);
        let taken = taken.map_err(|source| CommandError::Lock { path: lock_path.clone(), source })?;
        Some(taken.ok_or(CommandError::Busy(lock_path))?)
    } else {
        None
    };
    // The record first: the chain that is read after it is never behind it.
    let record = Record::load(&record_path)?;
    let mut network = if lock.is_some() { Embedded::open(&chain_path)? } else { Embedded::copy(&chain_path)? };
    let mut book: Box<dyn Book> =
        if lock.is_some() { Box::new(FileBook(record_path.clone())) } else { Box::new(NoBook) };

    let identity = network.identity();
    let mut deployment = Deployment::take_up(&config, &suite, &mut network, book.as_mut(), record)?;
    writeln!(out, "network {}, genesis {:?}", config.network, identity.genesis_hash)?;
    writeln!(out, "fork id {:?}, spec version {}", config.fork_id, identity.spec_version)?;
    deployment.replace(&replace)?;
    let mut written = Ok(());
    let record = deployment.complete(&mut |told| {
        if written.is_ok() {
            written = line(out, &told);
        }
    });
    written?;
    let record = record?;
    for contract in Contract::ALL {
        writeln!(out, "{:<18}{:?}", contract.name(), record.contracts[contract.name()].address)?;
    }
    if lock.is_some() {
        writeln!(out, "{}", record_path.display())?;
    } else {
        writeln!(out, "A dry run, on a copy of the chain: nothing was sent or written. `--execute` does it.")?;
    }
    out.flush()?;
    Ok(())
}

fn line(out: &mut impl Write, told: &Told) -> io::Result<()> {
    let (what, step, block) = match told {
        Told::Stands(step, block) => ("stands", step, block),
        Told::Found(step, block) => ("found", step, block),
        Told::Done(step, block) => ("done", step, block),
    };
    writeln!(out, "{what:<8}{:<28}block {block}", step.name())
}
