//! The program `lockstep`.

use std::io::{self, BufWriter};
use std::process::ExitCode;

use clap::Parser;
use lockstep_agent::cli::{Cli, Command};
use lockstep_agent::rehearse::rehearse;

fn main() -> ExitCode {
    let Cli { command: Command::Rehearse(arguments) } = Cli::parse();
    let mut out = BufWriter::new(io::stdout().lock());
    match rehearse(&arguments, &mut out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("lockstep: {error}");
            ExitCode::from(error.exit_status())
        }
    }
}
