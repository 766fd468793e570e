//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// `lockstep`: Lockstep's agent and command line.
#[derive(Debug, Parser)]
#[command(name = "lockstep", version, about = "Keeps derivative markets orderly while the networks under them change.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Replay a real incident against the contracts, without Lockstep and with it.
    ///
    /// Starts an embedded chain for each of the two, deploys the contracts and a perpetual venue with traders, and
    /// replays prices, halts, feed failures and upgrades block by block. Prints the timeline, the figures and the promises, and
    /// writes report.html and report.json.
    #[command(after_help = "Exit status: 0 every promise held, 1 one was broken, 2 wrong usage or input, \
                            3 reading or writing failed, 4 the simulation itself failed.")]
    Rehearse(Rehearse),

    /// Deploy the contracts on a network, connect them, and write down what is where.
    ///
    /// The network is one that a node serves, at the URL in the configuration, or the embedded network: the real
    /// pallet-revive in this process, kept in a file between runs. Without --execute it is a dry run. A deployment that
    /// was interrupted is taken up where it stopped; one that is complete is held against what was built, configured and
    /// is on chain.
    #[command(after_help = "Exit status: 0 everything is there, 1 chain, record, build and configuration differ, \
                            2 wrong usage, input or network, 3 reading or writing failed, \
                            4 the network or a contract refused.")]
    Deploy(Deploy),
}

/// Arguments of `lockstep deploy`.
#[derive(Debug, Args)]
pub struct Deploy {
    /// The configuration (TOML), such as deployments/embedded.toml.
    #[arg(value_name = "CONFIG")]
    pub config: PathBuf,

    /// Act: without this nothing is sent or written.
    #[arg(long)]
    pub execute: bool,

    /// Deploy this contract anew, with those that depend on it for good; the old entries are kept as superseded.
    #[arg(long, value_name = "CONTRACT")]
    pub replace: Vec<String>,

    /// A file with the secret of the deployer's sr25519 key: a mnemonic phrase, or 0x and 64 digits, with derivations if
    /// there are any. Needed to act on a node.
    #[arg(long, value_name = "FILE", env = "LOCKSTEP_KEY")]
    pub key: Option<PathBuf>,

    /// Where the node listens, in place of the URL in the configuration: wss:// or, on this machine, ws://.
    #[arg(long, env = "LOCKSTEP_NODE_URL", hide_env_values = true)]
    pub url: Option<String>,

    /// Where the record <network>.json is, and the chain of the embedded network: beside the configuration if left
    /// out.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Where the compiled contracts are: target/ink if left out.
    #[arg(long, value_name = "DIR", env = "LOCKSTEP_CONTRACTS")]
    pub contracts: Option<PathBuf>,
}

/// Arguments of `lockstep rehearse`.
#[derive(Debug, Args)]
pub struct Rehearse {
    /// The incident file (TOML), such as e2e-tests/incidents/2025-10-10-dydx.toml.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Where to write the report: rehearsals/<id of the incident> if left out.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Where the compiled contracts are: target/ink if left out.
    #[arg(long, value_name = "DIR", env = "LOCKSTEP_CONTRACTS")]
    pub contracts: Option<PathBuf>,

    /// Only say whether the file is sound.
    #[arg(long)]
    pub check: bool,

    /// Print the table and the promises only.
    #[arg(long, short)]
    pub quiet: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
