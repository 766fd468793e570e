//! Every figure of an incident with its basis, in words, for the list of assumptions.

use crate::clock::{span, stamp};
use crate::decimal::{format_exact, format_rounded};
use crate::incident::{Basis, Figure, Incident};
use crate::outcome::QUOTE_DECIMALS;

/// A figure in words.
#[derive(Clone, Debug)]
pub(super) struct Named<'i> {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) basis: &'i Basis,
}

fn named<T>(name: impl Into<String>, figure: &Figure<T>, value: impl FnOnce(&T) -> String) -> Named<'_> {
    Named { name: name.into(), value: value(&figure.value), basis: &figure.basis }
}

fn percent(bps: u16) -> String {
    format!("{} %", format_exact(u128::from(bps), 2))
}

fn dollars(amount: u128) -> String {
    format!("{} USD", format_rounded(amount, QUOTE_DECIMALS, 0))
}

/// All figures that are no price rows.
pub(super) fn figures(incident: &Incident) -> Vec<Named<'_>> {
    let (host, guard) = (&incident.host, &incident.guard);
    let seconds = |value: &u64| span(*value);
    let mut list = vec![
        named("The rehearsal begins", &host.opens_at, |at| stamp(*at)),
        named("The rehearsal ends", &host.closes_at, |at| stamp(*at)),
        named("Time between blocks", &host.block_seconds, seconds),
        named("Reporters of prices", &host.reporters, u8::to_string),
        named("Reporters that a price needs", &host.quorum, u8::to_string),
        named("Time between reports", &host.report_seconds, seconds),
        named("Time between rounds of the liquidators", &host.liquidation_seconds, seconds),
        named("Accounts liquidated in a round, at most", &host.liquidations_each, u32::to_string),
        named("Spread of the venue", &host.spread_bps, |bps| percent(*bps)),
        named("Fee of a liquidation", &host.liquidation_fee_bps, |bps| percent(*bps)),
        named("Part of that fee for the insurance fund", &host.insurance_share_bps, |bps| percent(*bps)),
        named("Collateral of the market maker", &host.maker_collateral, |amount| dollars(*amount)),
        named("Insurance fund at the start", &host.insurance, |amount| dollars(*amount)),
        named("Guard: oldest report that counts", &guard.max_age, seconds),
        named("Guard: widest confidence interval", &guard.max_confidence_bps, |bps| percent(*bps)),
        named("Guard: largest step of a price", &guard.max_deviation_bps, |bps| percent(*bps)),
        named("Guard: grace after an outage", &guard.grace, seconds),
        named("Guard: grace after a bad feed", &guard.feed_grace, seconds),
        named("Guard: ramp of the liquidation size", &guard.ramp, seconds),
        named("Guard: fresh reports for a thaw", &guard.thaw_reports, u8::to_string),
        named("Guard: gap that is not taken for downtime", &guard.gap_tolerance, seconds),
        named("Guard: longest silence", &guard.max_silence, seconds),
    ];
    if let Some(keepers) = &incident.keepers {
        list.push(named("Keepers who watch the networks", &keepers.count, u8::to_string));
        list.push(named("Keepers who must agree", &keepers.threshold, u8::to_string));
        list.push(named("Time between their looks", &keepers.look_seconds, seconds));
        list.push(named("Gap that they take for a failure of an upgrade", &keepers.halt_seconds, seconds));
    }
    for plan in &incident.plans {
        let name = &plan.name;
        list.push(named(format!("{name}: version"), &plan.spec_version, u32::to_string));
        if let Some(height) = &plan.height {
            list.push(named(format!("{name}: first block of the new code"), height, u64::to_string));
        }
        list.push(named(format!("{name}: longest freeze"), &plan.max_freeze, seconds));
        let Some(notice) = &plan.notice else { continue };
        for (what, at) in [
            ("announced", &notice.announced_at),
            ("risk freezes", &notice.freeze_at),
            ("earliest activation", &notice.earliest),
            ("latest activation", &notice.latest),
        ] {
            list.push(named(format!("{name}: {what}"), at, |at| stamp(*at)));
        }
        let finality = |value: &u32| span(u64::from(*value));
        list.push(named(format!("{name}: time to prove stable"), &notice.stabilise, seconds));
        list.push(named(format!("{name}: severity, 1 to 4"), &notice.severity, u8::to_string));
        list.push(named(format!("{name}: finality before"), &notice.finality_before, finality));
        list.push(named(format!("{name}: finality after"), &notice.finality_after, finality));
    }
    for market in &incident.markets {
        let asset = &market.asset;
        list.push(named(format!("{asset}: initial margin"), &market.initial_bps, |bps| percent(*bps)));
        list.push(named(format!("{asset}: maintenance margin"), &market.maintenance_bps, |bps| percent(*bps)));
        for fault in &market.faults {
            list.push(named(format!("{asset}: the feed parts from the truth"), &fault.from, |at| stamp(*at)));
            list.push(named(format!("{asset}: the feed is well again"), &fault.until, |at| stamp(*at)));
        }
    }
    list
}
