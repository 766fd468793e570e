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
pub mod node;
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
use node::{KeyError, Node, read_key};
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
    /// A URL for a network that has no node.
    #[error("the embedded network has no node: leave `--url` and LOCKSTEP_NODE_URL out")]
    NoNode,
    /// A deployment on a node without a key.
    #[error("`--execute` needs `--key`, a file with the deployer's secret")]
    NoKey,
    /// The key cannot be read.
    #[error("{}: {source}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: KeyError,
    },
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
            Self::Config { .. }
            | Self::Built(_)
            | Self::NoContract(_)
            | Self::NoNode
            | Self::NoKey
            | Self::Key { source: KeyError::NoSecret, .. } => 2,
            Self::Busy(_) | Self::Lock { .. } | Self::Key { .. } | Self::Output(_) => 3,
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
    let mut book: Box<dyn Book> =
        if lock.is_some() { Box::new(FileBook(record_path.clone())) } else { Box::new(NoBook) };
    let task = Task { config: &config, suite: &suite, replace: &replace };
    let Some(url) = arguments.url.as_ref().or(config.url.as_ref()) else {
        let mut network = if lock.is_some() { Embedded::open(&chain_path)? } else { Embedded::copy(&chain_path)? };
        task.carry_out(&mut network, book.as_mut(), record, out)?;
        if lock.is_some() {
            writeln!(out, "{}", record_path.display())?;
        } else {
            writeln!(out, "A dry run, on a copy of the chain: nothing was sent or written. `--execute` does it.")?;
        }
        return Ok(out.flush()?);
    };
    if config.url.is_none() {
        return Err(CommandError::NoNode);
    }
    if lock.is_some() {
        let path = arguments.key.as_deref().ok_or(CommandError::NoKey)?;
        let key = read_key(path).map_err(|source| CommandError::Key { path: path.to_owned(), source })?;
        task.carry_out(&mut Node::connect(url, Some(key))?, book.as_mut(), record, out)?;
        writeln!(out, "{}", record_path.display())?;
    } else {
        task.look(&mut Node::connect(url, None)?, record, out)?;
        writeln!(out, "A dry run: nothing was sent or written. `--execute` does it.")?;
    }
    Ok(out.flush()?)
}

/// What is asked for.
struct Task<'t> {
    config: &'t Config,
    suite: &'t Suite,
    replace: &'t [Contract],
}

impl<'t> Task<'t> {
    fn take_up<'n>(
        &self,
        network: &'n mut dyn Network,
        book: &'n mut dyn Book,
        record: Option<Record>,
        out: &mut impl Write,
    ) -> Result<Deployment<'t, 'n>, CommandError> {
        let config = self.config;
        let identity = network.identity()?;
        let mut deployment = Deployment::take_up(config, self.suite, network, book, record)?;
        writeln!(out, "network {}, genesis {:?}", config.network, identity.genesis_hash)?;
        writeln!(out, "fork id {:?}, spec version {}", config.fork_id, identity.spec_version)?;
        deployment.replace(self.replace)?;
        Ok(deployment)
    }

    /// Does what is missing.
    fn carry_out(
        &self,
        network: &mut dyn Network,
        book: &mut dyn Book,
        record: Option<Record>,
        out: &mut impl Write,
    ) -> Result<(), CommandError> {
        let deployment = self.take_up(network, book, record, out)?;
        let mut written = Ok(());
        let record = deployment.complete(&mut |told| {
            if written.is_ok() {
                written = line(out, &told);
            }
        });
        written?;
        let record = record?;
        for contract in Contract::CALLED {
            writeln!(out, "{:<18}{:?}", contract.name(), record.contracts[contract.name()].address)?;
        }
        Ok(())
    }

    /// Says what stands, what is missing, and what the next step would take.
    fn look(&self, node: &mut Node, record: Option<Record>, out: &mut impl Write) -> Result<(), CommandError> {
        let mut book = NoBook;
        let deployment = self.take_up(node, &mut book, record, out)?;
        let mut written = Ok(());
        let missing = deployment.verify(&mut |told| {
            if written.is_ok() {
                written = line(out, &told);
            }
        });
        written?;
        let missing = missing?;
        for step in &missing {
            writeln!(out, "missing {}", step.name())?;
        }
        let Some(next) = missing.first() else { return Ok(()) };
        let (transaction, code) = deployment.transaction(*next)?;
        if !node.is_mapped(&self.config.deployer)? {
            writeln!(out, "The deployer's account is not mapped to an address yet: `--execute` does that first.")?;
            return Ok(());
        }
        let estimate = node.try_out(&transaction, code);
        let estimate = estimate.map_err(|error| DeployError::of_refusal(*next, self.suite, error))?;
        writeln!(out, "`{}` would take {estimate}.", next.name())?;
        Ok(())
    }
}

fn line(out: &mut impl Write, told: &Told) -> io::Result<()> {
    let (what, step, block) = match told {
        Told::Stands(step, block) => ("stands", step, block),
        Told::Found(step, block) => ("found", step, block),
        Told::Done(step, block) => ("done", step, block),
    };
    writeln!(out, "{what:<8}{:<40}block {block}", step.name())?;
    out.flush()
}
