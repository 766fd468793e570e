//! The program `lockstep`.

use std::fmt::Display;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;
use lockstep_agent::cli::{Cli, Command};
use lockstep_agent::deploy::deploy;
use lockstep_agent::rehearse::rehearse;

fn main() -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let status = match Cli::parse().command {
        Command::Rehearse(arguments) => match rehearse(&arguments, &mut out) {
            Ok(true) => 0,
            Ok(false) => 1,
            Err(error) => failed(&error, error.exit_status()),
        },
        Command::Deploy(arguments) => match deploy(&arguments, &mut out) {
            Ok(()) => 0,
            Err(error) => {
                // What was done by then.
                let _ = out.flush();
                failed(&error, error.exit_status())
            }
        },
    };
    ExitCode::from(status)
}

fn failed(error: &impl Display, status: u8) -> u8 {
    eprintln!("lockstep: {error}");
    status
}
