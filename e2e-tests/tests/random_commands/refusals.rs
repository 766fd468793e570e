//! Names of refusals, and how often what ended how.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use e2e_tests::interfaces::{
    ILockstepGovernor::{ActionFailed, ILockstepGovernorErrors},
    IMarginVault::IMarginVaultErrors,
    IOracleGuard::IOracleGuardErrors,
    IPerpetualVenue::IPerpetualVenueErrors,
    ISettlement::ISettlementErrors,
    IUpgradeRegistry::IUpgradeRegistryErrors,
};
use lockstep_devchain::Failure;

fn of_selector(data: &[u8]) -> Option<&'static str> {
    let selector: [u8; 4] = data.get(..4)?.try_into().ok()?;
    IMarginVaultErrors::name_by_selector(selector)
        .or_else(|| IPerpetualVenueErrors::name_by_selector(selector))
        .or_else(|| IOracleGuardErrors::name_by_selector(selector))
        .or_else(|| IUpgradeRegistryErrors::name_by_selector(selector))
        .or_else(|| ILockstepGovernorErrors::name_by_selector(selector))
        .or_else(|| ISettlementErrors::name_by_selector(selector))
}

/// The error that a call was refused with.
pub fn name(failure: &Failure) -> String {
    match failure {
        Failure::Reverted(data) => {
            let inner = failure.error_as::<ActionFailed>();
            match (of_selector(data), inner) {
                (_, Some(failed)) => format!("ActionFailed/{}", of_selector(&failed.reason).unwrap_or("?")),
                (Some(name), None) => name.to_owned(),
                (None, None) if data.is_empty() => "Reverted".to_owned(),
                (None, None) => format!("Reverted/{} bytes", data.len()),
            }
        }
        Failure::Dispatch(failure) => failure.name.clone(),
        Failure::Refused(_) => "NotIncluded".to_owned(),
        other => format!("{other:?}"),
    }
}

/// How often each kind of command went through, and what the others were refused with.
#[derive(Default)]
pub struct Tally {
    kinds: BTreeMap<String, (u64, BTreeMap<String, u64>)>,
    /// How long the invariants took.
    pub asked: Duration,
}

impl Tally {
    pub fn count(&mut self, kind: &str, outcome: &Result<(), String>) {
        let entry = self.kinds.entry(kind.to_owned()).or_default();
        match outcome {
            Ok(()) => entry.0 += 1,
            Err(name) => *entry.1.entry(name.clone()).or_default() += 1,
        }
    }

    /// Does something for the invariants, and notes how long it took.
    pub fn asking<R>(&mut self, ask: impl FnOnce() -> R) -> R {
        let start = Instant::now();
        let answer = ask();
        self.asked += start.elapsed();
        answer
    }

    pub fn done(&self, kind: &str) -> u64 {
        self.kinds.get(kind).map_or(0, |(done, _)| *done)
    }

    pub fn all(&self) -> u64 {
        self.kinds.values().map(|(done, refused)| done + refused.values().sum::<u64>()).sum()
    }

    pub fn print(&self) {
        let done: u64 = self.kinds.values().map(|(done, _)| done).sum();
        println!("{} commands, {done} of them went through", self.all());
        for (kind, (done, refused)) in &self.kinds {
            let total = done + refused.values().sum::<u64>();
            let mut names: Vec<_> = refused.iter().collect();
            names.sort_by_key(|(name, count)| (u64::MAX - **count, (*name).clone()));
            let names: Vec<String> = names.into_iter().map(|(name, count)| format!("{name} {count}")).collect();
            println!("{kind:>18} {done:>6} of {total:>6}  {}", names.join(", "));
        }
    }
}
