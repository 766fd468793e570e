//! The program from the outside: what it says, its exit status, and what it leaves behind.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

const DYDX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e-tests/incidents/2025-10-10-dydx.toml");
const INCIDENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e-tests/incidents");
const CONTRACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/ink");

fn lockstep(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    command.current_dir(folder).env("LOCKSTEP_CONTRACTS", CONTRACTS).stdin(Stdio::null());
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

fn rehearse(folder: &Path, arguments: &[&OsStr]) -> Output {
    lockstep(folder).arg("rehearse").args(arguments).output().expect("the program starts")
}

fn refused(folder: &Path, file: &str) -> String {
    let output = rehearse(folder, &[OsStr::new(file)]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).expect("messages are text")
}

/// Names of everything below a folder.
fn left(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A shortened incident, so that a test takes seconds: the last minutes before the halt and the first after it.
fn short_incident() -> String {
    let whole = fs::read_to_string(DYDX).expect("the incident is in the repository");
    let short = whole
        .replace("closes_at = { value = 2025-10-11T05:30:00Z", "closes_at = { value = 2025-10-11T04:10:00Z")
        .replace("id = \"2025-10-10-dydx\"", "id = \"short\"");
    assert_ne!(short, whole);
    short
}

#[test]
fn wrong_usage_has_status_two() {
    let folder = folder();
    for arguments in [&[][..], &["rehears"], &["rehearse"], &["rehearse", "a", "b"], &["rehearse", "a", "--wrong"]] {
        let output = lockstep(folder.path()).args(arguments).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(!output.stderr.is_empty());
    }
    assert!(left(folder.path()).is_empty());
}

#[test]
fn help_names_the_exit_statuses() {
    let output = lockstep(folder().path()).args(["rehearse", "--help"]).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(0));
    let help = String::from_utf8(output.stdout).expect("help is text");
    assert!(
        help.contains(
            "Exit status: 0 every promise held, 1 one was broken, 2 wrong usage or input, 3 reading or writing failed"
        ),
        "{help}"
    );
}

#[test]
fn what_is_no_incident_is_refused_by_name() {
    let folder = folder();
    assert_eq!(refused(folder.path(), "none.toml"), "lockstep: none.toml: there is no file of this name\n");
    assert_eq!(refused(folder.path(), "."), "lockstep: .: this is a directory; name an incident file in it\n");
    fs::write(folder.path().join("empty.toml"), "").expect("written");
    assert!(refused(folder.path(), "empty.toml").starts_with("lockstep: empty.toml: is empty"));
    let whole = fs::read_to_string(DYDX).expect("the incident is in the repository");
    let wrong = whole.replacen("price = 116970.445", "price = 116970.445e0", 1);
    let line = wrong.lines().position(|line| line.contains("116970.445e0")).expect("it was put in") + 1;
    fs::write(folder.path().join("wrong.toml"), wrong).expect("written");
    assert_eq!(
        refused(folder.path(), "wrong.toml"),
        format!(
            "lockstep: wrong.toml: line {line}, market 1 `BTC`, price row 1: `price` is not a plain decimal number such as 3614.25\n"
        )
    );
    assert_eq!(left(folder.path()).len(), 2);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path().join("secret.toml");
    fs::write(&path, "id = \"x\"").expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("set");
    // Whoever may read everything (root) cannot see this refusal.
    if fs::read(&path).is_err() {
        assert!(refused(folder.path(), "secret.toml").starts_with("lockstep: secret.toml: cannot be read: "));
    }
}

#[test]
fn missing_contracts_are_named_with_the_remedy() {
    let folder = folder();
    let output = lockstep(folder.path())
        .args([OsStr::new("rehearse"), OsStr::new(DYDX)])
        .env("LOCKSTEP_CONTRACTS", folder.path())
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let message = String::from_utf8(output.stderr).expect("messages are text");
    assert!(message.contains("upgrade_registry.polkavm") && message.contains("`scripts/build`"), "{message}");
    assert!(left(folder.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_and_has_status_three() {
    let folder = folder();
    fs::write(folder.path().join("short.toml"), short_incident()).expect("written");
    fs::create_dir_all(folder.path().join("rehearsals/short")).expect("made");
    fs::write(folder.path().join("rehearsals/short/report.html"), "of an earlier run").expect("written");
    // A limit on the size of files ends writing in the middle, as a full disk does.
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" rehearse short.toml --quiet";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_lockstep")])
        .current_dir(folder.path())
        .env("LOCKSTEP_CONTRACTS", CONTRACTS)
        .output()
        .expect("a shell is there");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let message = String::from_utf8(output.stderr).expect("messages are text");
    assert!(message.contains("cannot write rehearsals/short/report.json: "), "{message}");
    assert_eq!(
        left(folder.path()),
        ["rehearsals/short/report.html", "short.toml"].map(|name| folder.path().join(name))
    );
    let kept = fs::read_to_string(folder.path().join("rehearsals/short/report.html")).expect("still there");
    assert_eq!(kept, "of an earlier run");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_has_status_three() {
    let folder = folder();
    fs::write(folder.path().join("short.toml"), short_incident()).expect("written");
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("the device is there");
    let output = lockstep(folder.path())
        .args(["rehearse", "short.toml"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to standard output"), "{output:?}");
    assert_eq!(left(folder.path()), [folder.path().join("short.toml")]);
}

#[test]
fn a_killed_run_leaves_no_half_result() {
    let folder = folder();
    fs::write(folder.path().join("short.toml"), short_incident()).expect("written");
    for milliseconds in [50, 300, 1_000, 1_800, 2_400] {
        let mut run = lockstep(folder.path())
            .args(["rehearse", "short.toml", "--quiet"])
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        thread::sleep(Duration::from_millis(milliseconds));
        // On a fast machine a late kill finds the run over: then its results must be whole, as they must be anyway.
        run.kill().expect("killed");
        run.wait().expect("ended");
        for path in left(folder.path()) {
            let content = fs::read_to_string(&path).expect("results are text");
            match path.file_name().and_then(OsStr::to_str) {
                Some("report.json") => assert!(content.ends_with("}\n"), "half of {}", path.display()),
                Some("report.html") => assert!(content.ends_with("</html>"), "half of {}", path.display()),
                Some(name) => assert!(name == "short.toml" || name.ends_with(".partial"), "{name} is left"),
                None => panic!("{} has no name", path.display()),
            }
        }
    }
}

/// Runs a file twice and returns what both runs gave: status, what was printed, report.json and report.html.
fn twice(folder: &Path, file: &Path) -> (Option<i32>, String, Vec<u8>, String) {
    let runs = ["one", "two"].map(|out| {
        let arguments = [file.as_os_str(), OsStr::new("--out"), OsStr::new(out)];
        let output = rehearse(folder, &arguments);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
        let read = |name: &str| fs::read(folder.join(out).join(name)).expect("the result is there");
        let told = String::from_utf8(output.stdout).expect("text").replace(&format!("{out}/"), "");
        let page = String::from_utf8(read("report.html")).expect("the page is text");
        (output.status.code(), told, read("report.json"), page)
    });
    let [one, two] = runs;
    assert!(one == two, "two runs of {} differ", file.display());
    one
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    let folder = folder();
    fs::write(folder.path().join("short.toml"), short_incident()).expect("written");
    let (_, _, _, html) = twice(folder.path(), Path::new("short.toml"));
    assert!(
        !html.contains("<script") && !html.contains("<link") && !html.contains("url("),
        "the page must stand alone"
    );
    assert!(!html.contains(env!("CARGO_MANIFEST_DIR")), "the page must not name this machine's folders");
}

#[test]
fn an_upgrade_gives_the_same_bytes_and_shows_its_phases() {
    let folder = folder();
    let (status, told, json, html) = twice(folder.path(), &Path::new(INCIDENTS).join("good-upgrade.toml"));
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("keepers agree on Host v2: canary passed"), "{told}");
    let json: serde_json::Value = serde_json::from_slice(&json).expect("it is JSON");
    let phases = json["outcome"]["arms"][1]["plans"][0]["phases"].as_array().expect("phases");
    let words: Vec<_> = phases.iter().map(|span| span["phase"].as_str().expect("a word")).collect();
    assert_eq!(words, ["announced", "frozen", "activated", "stabilising", "completed"]);
    assert!(html.contains("<title>Phases of Host v2</title>"));
    // The page shows the band twice, for wide and narrow screens, in colours that the style sheet maps.
    assert_eq!(html.matches("<title>Phases of Host v2</title>").count(), 2);
    assert!(html.contains("fill=\"#2C6E49\""), "the colour of what went well");
}

#[test]
fn check_reads_the_file_and_nothing_else() {
    let folder = folder();
    let check = |file: &str| {
        let arguments = ["rehearse", "--check", file];
        let output =
            lockstep(folder.path()).args(arguments).env("LOCKSTEP_CONTRACTS", "nowhere").output().expect("it starts");
        (output.status.code(), String::from_utf8(output.stderr).expect("text"))
    };
    assert_eq!(check(DYDX), (Some(0), String::new()));
    assert_eq!(check("none.toml"), (Some(2), "lockstep: none.toml: there is no file of this name\n".to_owned()));
    assert!(left(folder.path()).is_empty());
}
