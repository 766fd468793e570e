//! What our contracts cost beside the Solidity contracts that do the same job, on one chain in one run.
//!
//! `LOCKSTEP_RENEW_BASELINE=1 cargo test --locked --workspace --test costs` writes the figures down, and the table into
//! the README.

mod claims;
mod governors;
mod sentinels;
mod stage;
mod table;
mod vaults;

use e2e_tests::baseline::{self, Baseline};

#[test]
fn ours_and_the_peers() {
    let mut stage = stage::Stage::new();
    let mut figures = Baseline::new("costs");
    for measure in [sentinels::measure, governors::measure, vaults::measure, claims::measure] {
        for (step, comparison) in measure(&mut stage) {
            figures.record(step, comparison);
        }
    }
    figures.check();
    table::keep_in_readme(&baseline::read("costs"));
}
