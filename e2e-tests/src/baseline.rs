//! Measured cost against a committed baseline.
//!
//! Weight is deterministic: the same code costs the same on every machine. A drift of more than 2 % fails until the
//! baseline is renewed on purpose, with [`RENEW`] set to 1.

use std::{collections::BTreeMap, fs, path::PathBuf};

use lockstep_devchain::{CallOutcome, StorageDeposit};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The environment variable that makes a run write its figures down instead of comparing them.
pub const RENEW: &str = "LOCKSTEP_RENEW_BASELINE";

/// Permitted drift: one part in this many.
const TOLERANCE: u64 = 50;

/// Whether this run writes figures down.
pub fn renewing() -> bool {
    std::env::var_os(RENEW).is_some_and(|value| value == "1")
}

fn place(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("baselines/{name}.json"))
}

/// The committed figures under a name.
///
/// # Panics
/// Where the file cannot be read.
pub fn read<F: Figure>(name: &str) -> BTreeMap<String, F> {
    let path = place(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What one step costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Picoseconds of reference hardware.
    pub ref_time: u64,
    /// Bytes of proof.
    pub proof_size: u64,
    /// Storage deposit in native units; negative where it is refunded.
    pub deposit: i128,
}

impl Cost {
    /// What a call used. A call that did not go through has no cost worth writing down.
    ///
    /// # Panics
    /// Where the call failed.
    pub fn of(outcome: &CallOutcome) -> Self {
        assert!(outcome.result.is_ok(), "{:?}", outcome.result);
        let units = |deposit: u128| i128::try_from(deposit).expect("a deposit fits");
        Self {
            ref_time: outcome.weight.ref_time(),
            proof_size: outcome.weight.proof_size(),
            deposit: match outcome.storage_deposit {
                StorageDeposit::Charge(paid) => units(paid),
                StorageDeposit::Refund(back) => -units(back),
            },
        }
    }
}

/// A figure that a baseline keeps.
pub trait Figure: Serialize + DeserializeOwned {
    /// How it left `expected`, if it did by more than is tolerated.
    fn drift(&self, expected: &Self) -> Option<String>;
}

fn is_off(now: u64, then: u64) -> bool {
    now.abs_diff(then) > then / TOLERANCE
}

impl Figure for Cost {
    fn drift(&self, expected: &Self) -> Option<String> {
        let weights =
            [("ref time", self.ref_time, expected.ref_time), ("proof size", self.proof_size, expected.proof_size)];
        let mut drifts: Vec<String> = weights
            .into_iter()
            .filter(|(_, now, then)| is_off(*now, *then))
            .map(|(what, now, then)| format!("{what} {then} -> {now}"))
            .collect();
        if self.deposit != expected.deposit {
            drifts.push(format!("deposit {} -> {}", expected.deposit, self.deposit));
        }
        (!drifts.is_empty()).then(|| drifts.join(", "))
    }
}

/// A number of bytes.
impl Figure for u64 {
    fn drift(&self, expected: &Self) -> Option<String> {
        is_off(*self, *expected).then(|| format!("{expected} -> {self} bytes"))
    }
}

/// The figures of one run under one name.
#[derive(Debug)]
pub struct Baseline<F> {
    name: &'static str,
    figures: BTreeMap<String, F>,
}

impl<F: Figure> Baseline<F> {
    /// Begins a run; `name` is the file in `baselines/`, without its ending.
    pub const fn new(name: &'static str) -> Self {
        Self { name, figures: BTreeMap::new() }
    }

    /// Takes a figure down.
    ///
    /// # Panics
    /// Where there is one for it.
    pub fn record(&mut self, what: &str, figure: F) {
        assert!(self.figures.insert(what.into(), figure).is_none(), "{what} is measured twice");
    }

    /// What was taken down so far.
    pub const fn figures(&self) -> &BTreeMap<String, F> {
        &self.figures
    }

    /// Compares with the committed figures, or writes these down where [`RENEW`] asks for it.
    ///
    /// # Panics
    /// On a drift, a figure too many or too few, and where the file cannot be read or written.
    pub fn check(self) {
        if renewing() {
            let path = place(self.name);
            let text = serde_json::to_string_pretty(&self.figures).expect("figures are JSON");
            fs::write(&path, text + "\n").unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            return;
        }
        let expected: BTreeMap<String, F> = read(self.name);
        let measured = self.figures.iter().filter_map(|(what, figure)| match expected.get(what) {
            Some(then) => figure.drift(then).map(|drift| format!("{what}: {drift}")),
            None => Some(format!("{what}: not in the baseline")),
        });
        let missing = expected.keys().filter(|what| !self.figures.contains_key(*what));
        let drifts: Vec<String> = measured.chain(missing.map(|what| format!("{what}: not measured"))).collect();
        assert!(
            drifts.is_empty(),
            "the figures drifted; if that is meant, run this test with {RENEW}=1 and commit them:\n{}",
            drifts.join("\n")
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COST: Cost = Cost { ref_time: 1_000, proof_size: 100, deposit: 5 };

    #[test]
    fn two_per_cent_are_tolerated_and_more_is_not() {
        assert_eq!(Cost { ref_time: 1_020, proof_size: 98, deposit: 5 }.drift(&COST), None);
        let more = Cost { ref_time: 1_021, ..COST }.drift(&COST);
        assert_eq!(more.as_deref(), Some("ref time 1000 -> 1021"));
        assert!(Cost { proof_size: 97, ..COST }.drift(&COST).is_some());
        assert_eq!(Cost { deposit: -5, ..COST }.drift(&COST).as_deref(), Some("deposit 5 -> -5"));
    }
}
