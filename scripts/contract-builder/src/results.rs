//! Where finished contracts lie, and how it is told that they are finished and current.
//!
//! A contract's results are a directory that appears complete, under its final name, or not at all:
//! they are written beside it and renamed. The stamp in it holds what they were made from and the
//! hash of each file, so that results which are old, cut short or tampered with are noticed.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::inputs::{Inputs, digest};

const STAMP: &str = "stamp.json";

/// Suffixes of a contract's results.
pub const SUFFIXES: [&str; 5] = ["polkavm", "json", "contract", "abi", "sol.json"];

/// Results of all contracts.
pub struct Results {
    dir: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Stamp {
    inputs: Inputs,
    outputs: BTreeMap<String, String>,
}

/// How a contract's results stand to what they would be made from now.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing to do.
    Current,
    /// To be built, for this reason.
    Due(String),
}

impl Results {
    /// Results under `dir`.
    pub fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// Directory of one contract's results.
    pub fn of(&self, artefact: &str) -> PathBuf {
        self.dir.join(artefact)
    }

    /// Path of the contract's code.
    pub fn code(&self, artefact: &str) -> PathBuf {
        self.of(artefact).join(format!("{artefact}.polkavm"))
    }

    /// Whether the contract's results were made from `inputs` and are whole.
    pub fn state(&self, artefact: &str, inputs: &Inputs) -> State {
        let dir = self.of(artefact);
        let Some(stamp) = read_stamp(&dir) else {
            return State::Due("not built yet".into());
        };
        let changed = inputs
            .iter()
            .find(|(name, value)| stamp.inputs.get(*name) != Some(value))
            .or_else(|| stamp.inputs.iter().find(|(name, _)| !inputs.contains_key(*name)));
        if let Some((name, _)) = changed {
            return State::Due(format!("changed: {name}"));
        }
        for suffix in SUFFIXES {
            let file = format!("{artefact}.{suffix}");
            let found = fs::read(dir.join(&file)).ok().map(|bytes| digest(&bytes));
            if found.as_ref() != stamp.outputs.get(&file) || found.is_none() {
                return State::Due(format!("damaged: {file}"));
            }
        }
        State::Current
    }

    /// Takes over the files that a build left, each with its suffix, in place of earlier results.
    pub fn publish(&self, artefact: &str, inputs: Inputs, built: &BTreeMap<&'static str, PathBuf>) -> Result<()> {
        let fresh = self.dir.join(format!(".{artefact}.new"));
        let old = self.dir.join(format!(".{artefact}.old"));
        let place = self.of(artefact);
        remove(&fresh)?;
        remove(&old)?;
        fs::create_dir_all(&fresh).with_context(|| format!("creating {}", fresh.display()))?;

        let mut outputs = BTreeMap::new();
        for (suffix, path) in built {
            let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
            let file = format!("{artefact}.{suffix}");
            write(&fresh.join(&file), &bytes)?;
            outputs.insert(file, digest(&bytes));
        }
        let stamp = serde_json::to_vec_pretty(&Stamp { inputs, outputs })?;
        write(&fresh.join(STAMP), &stamp)?;

        if place.exists() {
            fs::rename(&place, &old).with_context(|| format!("moving {}", place.display()))?;
        }
        fs::rename(&fresh, &place).with_context(|| format!("creating {}", place.display()))?;
        remove(&old)
    }
}

fn read_stamp(dir: &Path) -> Option<Stamp> {
    serde_json::from_slice(&fs::read(dir.join(STAMP)).ok()?).ok()
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    File::create(path)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .with_context(|| format!("writing {}", path.display()))
}

fn remove(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", dir.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(pairs: &[(&str, &str)]) -> Inputs {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// Results with a published contract `vault`, made from `a = 1` and `b = 2`.
    fn published() -> (tempfile::TempDir, Results) {
        let dir = tempfile::tempdir().unwrap();
        let results = Results::new(dir.path().join("ink"));
        publish(&results, "one");
        (dir, results)
    }

    fn publish(results: &Results, content: &str) {
        let from = tempfile::tempdir().unwrap();
        let built = SUFFIXES
            .into_iter()
            .map(|suffix| {
                let path = from.path().join(suffix);
                fs::write(&path, format!("{content} {suffix}")).unwrap();
                (suffix, path)
            })
            .collect();
        let inputs = inputs(&[("a", "1"), ("b", "2")]);
        results.publish("vault", inputs, &built).unwrap();
    }

    fn due(reason: &str) -> State {
        State::Due(reason.into())
    }

    #[test]
    fn published_results_are_current_for_the_same_inputs_only() {
        let (_dir, results) = published();
        let state = |pairs| results.state("vault", &inputs(pairs));
        assert_eq!(state(&[("a", "1"), ("b", "2")]), State::Current);
        assert_eq!(state(&[("a", "1"), ("b", "3")]), due("changed: b"));
        assert_eq!(state(&[("a", "1")]), due("changed: b"));
        assert_eq!(state(&[("a", "1"), ("b", "2"), ("c", "3")]), due("changed: c"));
        assert_eq!(results.state("governor", &inputs(&[])), due("not built yet"));
    }

    #[test]
    fn results_cut_short_or_missing_are_noticed() {
        let inputs = inputs(&[("a", "1"), ("b", "2")]);
        for suffix in SUFFIXES {
            let (_dir, results) = published();
            let file = results.of("vault").join(format!("vault.{suffix}"));
            fs::write(&file, "on").unwrap();
            let expected = due(&format!("damaged: vault.{suffix}"));
            assert_eq!(results.state("vault", &inputs), expected);
            fs::remove_file(&file).unwrap();
            assert_eq!(results.state("vault", &inputs), expected);
        }
        let (_dir, results) = published();
        let stamp = results.of("vault").join(STAMP);
        let text = fs::read(&stamp).unwrap();
        fs::write(&stamp, &text[..text.len() / 2]).unwrap();
        assert_eq!(results.state("vault", &inputs), due("not built yet"));
    }

    #[test]
    fn a_later_build_replaces_an_earlier_one_whole() {
        let (dir, results) = published();
        let stray = results.of("vault").join("stray");
        fs::write(&stray, "").unwrap();
        publish(&results, "two");
        assert_eq!(fs::read(results.code("vault")).unwrap(), b"two polkavm");
        assert!(!stray.exists());
        let left = fs::read_dir(dir.path().join("ink")).unwrap().count();
        assert_eq!(left, 1, "nothing is left beside the results");
    }

    #[test]
    fn a_failed_or_killed_publication_leaves_the_earlier_results() {
        let (_dir, results) = published();
        let inputs = inputs(&[("a", "1"), ("b", "2")]);
        let built =
            BTreeMap::from([("abi", results.code("vault")), ("polkavm", PathBuf::from("/nonexistent/vault.polkavm"))]);
        let error = results.publish("vault", inputs.clone(), &built).unwrap_err();
        assert_eq!(error.to_string(), "reading /nonexistent/vault.polkavm");
        assert!(results.dir.join(".vault.new").exists(), "as a killed run leaves it");
        assert_eq!(results.state("vault", &inputs), State::Current);
        publish(&results, "two");
        assert_eq!(results.state("vault", &inputs), State::Current);
    }
}
