//! The figures, and the table of them in the README.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use e2e_tests::baseline::{self, Cost, Figure};
use lockstep_devchain::UNIT;
use serde::{Deserialize, Serialize};

const BEGIN: &str = "<!-- costs: begin -->\n";
const END: &str = "<!-- costs: end -->";

/// What one step costs, and the bytes of the contracts that it runs.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Measured {
    pub cost: Cost,
    pub code: u64,
}

/// One step by ours and by the peer, as EVM bytecode and, where there is source for `resolc`, as a PolkaVM program.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Comparison {
    pub ours: Measured,
    pub evm: Measured,
    pub polkavm: Option<Measured>,
}

impl Figure for Measured {
    fn drift(&self, expected: &Self) -> Option<String> {
        let code = self.code.drift(&expected.code).map(|drift| format!("code {drift}"));
        let drifts: Vec<String> = self.cost.drift(&expected.cost).into_iter().chain(code).collect();
        (!drifts.is_empty()).then(|| drifts.join(", "))
    }
}

impl Figure for Comparison {
    fn drift(&self, expected: &Self) -> Option<String> {
        let polkavm = match (&self.polkavm, &expected.polkavm) {
            (Some(now), Some(then)) => now.drift(then),
            (None, None) => None,
            _ => Some("measured in one run only".into()),
        };
        let drifts =
            [("ours", self.ours.drift(&expected.ours)), ("evm", self.evm.drift(&expected.evm)), ("polkavm", polkavm)];
        let told: Vec<String> =
            drifts.into_iter().filter_map(|(whose, drift)| Some(format!("{whose}: {}", drift?))).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }
}

impl Comparison {
    /// A figure of all three.
    fn cell(&self, figure: impl Fn(&Measured) -> String) -> String {
        let polkavm = self.polkavm.as_ref().map_or_else(|| "–".into(), &figure);
        format!("{} / {} / {polkavm}", figure(&self.ours), figure(&self.evm))
    }

    /// Ours as a multiple of the peer's as EVM bytecode.
    fn multiple(&self, figure: impl Fn(&Measured) -> u64) -> String {
        let hundredths = figure(&self.ours).saturating_mul(100) / figure(&self.evm).max(1);
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

/// `number` in units of `unit`, rounded down, with one place.
fn tenths(number: u64, unit: u64) -> String {
    let tenths = number / (unit / 10);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A deposit in thousandths of the native token.
fn thousandths(deposit: i128) -> String {
    let unit = i128::try_from(UNIT / 10_000).expect("a unit fits");
    let tenths = deposit.abs() / unit;
    format!("{}{}.{}", if deposit < 0 { "-" } else { "" }, tenths / 10, tenths % 10)
}

fn rendered(rows: &BTreeMap<String, Comparison>) -> String {
    let mut table = String::from(
        "| step | ref time, µs | × | proof, kB | × | deposit, mUNIT | code, kB |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for (step, row) in rows {
        let cells = [
            row.cell(|of| tenths(of.cost.ref_time, 1_000_000)),
            row.multiple(|of| of.cost.ref_time),
            row.cell(|of| tenths(of.cost.proof_size, 1_000)),
            row.multiple(|of| of.cost.proof_size),
            row.cell(|of| thousandths(of.cost.deposit)),
            row.cell(|of| tenths(of.code, 1_000)),
        ];
        writeln!(table, "| {step} | {} |", cells.join(" | ")).expect("a string takes text");
    }
    table
}

/// Asserts that the README shows these figures, or writes them there where the baseline is renewed.
pub fn keep_in_readme(rows: &BTreeMap<String, Comparison>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the README has a place for the table");
    let (shown, after) = rest.split_once(END).expect("the table ends");
    let table = rendered(rows);
    if baseline::renewing() {
        fs::write(&path, [before, BEGIN, &table, END, after].concat()).unwrap();
    } else {
        assert_eq!(shown, table, "the README shows other figures; {}=1 writes these", baseline::RENEW);
    }
}

#[test]
fn figures_are_rounded_down() {
    assert_eq!(tenths(1_846_392_898, 1_000_000), "1846.3");
    assert_eq!(tenths(999, 1_000), "0.9");
    assert_eq!(thousandths(90_400_000), "9.0");
    assert_eq!(thousandths(-90_400_000), "-9.0");
}
