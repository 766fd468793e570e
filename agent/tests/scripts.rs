//! What the scripts say to somebody who lacks a toolchain or names a file that is not there.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Commands that every machine with a shell has.
const PLAIN: [&str; 12] =
    ["bash", "cat", "cut", "dirname", "env", "grep", "mktemp", "realpath", "rm", "sed", "sort", "tail"];

/// A folder with nothing but the plain commands: a machine without Rust, apt or Node.js.
fn bare() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = std::env::var_os("PATH").expect("a path");
    for name in PLAIN {
        let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.exists());
        symlink(found.expect("a plain command"), folder.path().join(name)).expect("linked");
    }
    folder
}

/// Puts a command into the folder that prints one line.
fn put(folder: &Path, name: &str, says: &str) {
    let file = folder.join(name);
    fs::write(&file, format!("#!{}/bash\necho '{says}'\n", folder.display())).expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("set");
}

fn run(script: &str, arguments: &[&str], path: &Path) -> Output {
    Command::new(Path::new(ROOT).join("scripts").join(script))
        .args(arguments)
        .env("PATH", path)
        .output()
        .expect("a shell is there")
}

#[test]
fn without_a_toolchain_it_says_what_to_install() {
    let machine = bare();
    let output = run("toolchain", &[], machine.path());
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{output:?}");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "toolchain: there is no Rust: install rustup from https://rustup.rs, then run this again\n"
    );
}

#[test]
fn an_old_toolchain_is_named_with_the_version_that_is_needed() {
    let machine = bare();
    put(machine.path(), "cargo", "cargo 1.60.0 (test)");
    put(machine.path(), "rustc", "rustc 1.60.0 (test)");
    let output = run("toolchain", &[], machine.path());
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{output:?}");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.starts_with("toolchain: rustc is 1.60.0, but 1."), "{message}");
    assert!(message.ends_with(" is needed: run 'rustup update stable'\n"), "{message}");
}

#[test]
fn without_a_linker_and_a_way_to_install_one_it_says_so() {
    let machine = bare();
    for name in ["cargo", "rustc"] {
        put(machine.path(), name, "rustc 99.0.0 (test)");
    }
    let output = run("toolchain", &[], machine.path());
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{output:?}");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("there is no C linker: install gcc"), "{message}");
}

#[test]
fn an_unknown_incident_is_refused_before_anything_is_built() {
    let machine = bare();
    let output = run("rehearse", &["2020-01-01-none"], machine.path());
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{output:?}");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "lockstep: 2020-01-01-none: there is no incident file here that can be read (scripts/rehearse --list names some)\n"
    );
}

#[test]
fn a_build_that_fails_is_no_broken_promise() {
    let machine = bare();
    let output = run("rehearse", &["good-upgrade"], machine.path());
    assert_eq!((output.status.code(), output.stdout.len()), (Some(4), 0), "{output:?}");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("there is no Rust"), "{message}");
    assert!(message.ends_with("the program or the contracts could not be built; nothing was rehearsed\n"), "{message}");
}

#[test]
fn the_list_names_every_incident_with_its_title() {
    let path = std::env::var_os("PATH").expect("a path");
    let output = Command::new(Path::new(ROOT).join("scripts/rehearse")).arg("--list").env("PATH", path).output();
    let output = output.expect("a shell is there");
    let list = String::from_utf8(output.stdout).expect("text");
    let files = fs::read_dir(Path::new(ROOT).join("e2e-tests/incidents")).expect("the folder is there");
    let files = files.map(|entry| entry.expect("an entry").path());
    let incidents: Vec<_> = files.filter(|path| path.extension().is_some_and(|it| it == "toml")).collect();
    assert_eq!(list.lines().count(), incidents.len());
    for file in incidents {
        let incident = lockstep_agent::incident::load(&file).expect("a sound file");
        let line = list.lines().find(|line| line.split_whitespace().next() == Some(incident.id.as_str()));
        assert!(line.is_some_and(|line| line.ends_with(&incident.title)), "{}: {line:?}", incident.id);
    }
}
