//! Reads how an incident is rehearsed: host chain, guard, traders.

use super::parse::{SourceNames, USD_DECIMALS, check_length, read_figure};
use super::reader::{Flaw, TableReader};
use super::{Conduct, Event, EventKind, GuardSettings, Host, Market, Side, Step, TraderGroup};

/// Most collateral of one account, in whole units of the quote asset.
const MAX_COLLATERAL: u128 = 10u128.pow(USD_DECIMALS + 12);

pub(super) fn read_host(mut table: TableReader<'_>, names: &SourceNames) -> Result<Host, Flaw> {
    let host = Host {
        opens_at: read_figure(&mut table, "opens_at", names, |figure| figure.moment("value"))?,
        closes_at: read_figure(&mut table, "closes_at", names, |figure| figure.moment("value"))?,
        block_seconds: read_figure(&mut table, "block_seconds", names, |figure| figure.whole("value", 1..3_601))?,
        reporters: read_figure(&mut table, "reporters", names, |figure| figure.whole("value", 1..9))?,
        quorum: read_figure(&mut table, "quorum", names, |figure| figure.whole("value", 1..9))?,
        report_seconds: read_figure(&mut table, "report_seconds", names, |figure| figure.whole("value", 1..86_401))?,
        liquidation_seconds: read_figure(&mut table, "liquidation_seconds", names, |figure| {
            figure.whole("value", 1..86_401)
        })?,
        liquidations_each: read_figure(&mut table, "liquidations_each", names, |figure| {
            figure.whole("value", 1..1_001)
        })?,
        spread_bps: read_figure(&mut table, "spread_bps", names, |figure| figure.whole("value", 0..1_001))?,
        liquidation_fee_bps: read_figure(&mut table, "liquidation_fee_bps", names, |figure| {
            figure.whole("value", 0..1_001)
        })?,
        insurance_share_bps: read_figure(&mut table, "insurance_share_bps", names, |figure| {
            figure.whole("value", 0..10_001)
        })?,
        maker_collateral: read_figure(&mut table, "maker_collateral", names, |figure| read_amount(figure, "value"))?,
        insurance: read_figure(&mut table, "insurance", names, |figure| read_amount(figure, "value"))?,
    };
    if host.quorum.value > host.reporters.value {
        return Err(table.flaw("quorum", "is above `reporters`"));
    }
    if host.quorum.value * 2 <= host.reporters.value {
        return Err(table.flaw("quorum", "is no majority of `reporters`, which the guard asks for"));
    }
    check_length(&table, &host)?;
    table.finish()?;
    Ok(host)
}

fn read_amount(table: &mut TableReader<'_>, field: &'static str) -> Result<u128, Flaw> {
    let amount = table.decimal(field, USD_DECIMALS)?;
    if amount > MAX_COLLATERAL {
        return Err(table.flaw(field, "is above a trillion"));
    }
    Ok(amount)
}

pub(super) fn read_guard(mut table: TableReader<'_>, names: &SourceNames, host: &Host) -> Result<GuardSettings, Flaw> {
    let guard = GuardSettings {
        max_age: read_figure(&mut table, "max_age", names, |figure| figure.whole("value", 1..86_401))?,
        max_confidence_bps: read_figure(&mut table, "max_confidence_bps", names, |figure| {
            figure.whole("value", 1..10_001)
        })?,
        max_deviation_bps: read_figure(&mut table, "max_deviation_bps", names, |figure| {
            figure.whole("value", 1..10_001)
        })?,
        grace: read_figure(&mut table, "grace", names, |figure| figure.whole("value", 0..14_401))?,
        feed_grace: read_figure(&mut table, "feed_grace", names, |figure| figure.whole("value", 0..14_401))?,
        ramp: read_figure(&mut table, "ramp", names, |figure| figure.whole("value", 0..86_401))?,
        thaw_reports: read_figure(&mut table, "thaw_reports", names, |figure| figure.whole("value", 1..9))?,
        gap_tolerance: read_figure(&mut table, "gap_tolerance", names, |figure| figure.whole("value", 1..86_401))?,
        max_silence: read_figure(&mut table, "max_silence", names, |figure| figure.whole("value", 1..86_401))?,
    };
    if guard.thaw_reports.value > host.reporters.value {
        return Err(table.flaw("thaw_reports", "is above `reporters`: the market could never thaw"));
    }
    if guard.thaw_reports.value * 2 <= host.reporters.value {
        return Err(table.flaw("thaw_reports", "is no majority of `reporters`, which the guard asks for"));
    }
    if guard.max_age.value < host.report_seconds.value {
        return Err(table.flaw("max_age", "is below `report_seconds`: every price would be stale"));
    }
    table.finish()?;
    Ok(guard)
}

pub(super) fn read_traders(
    mut table: TableReader<'_>,
    markets: &[Market],
    events: &[Event],
    host: &Host,
) -> Result<TraderGroup, Flaw> {
    let asset = table.text("market")?;
    let Some(index) = markets.iter().position(|market| market.asset == asset) else {
        return Err(table.flaw("market", format!("`{asset}` is not a market of this file")));
    };
    let place = format!("{} on `{asset}`", table.place());
    table.call_it(place);
    let group = TraderGroup {
        market: index,
        side: table.word("side", &[("long", Side::Long), ("short", Side::Short)])?,
        conduct: table.word(
            "conduct",
            &[
                ("holds", Conduct::Holds),
                ("tends", Conduct::Tends),
                ("leaves", Conduct::Leaves),
                ("snipes", Conduct::Snipes),
            ],
        )?,
        opens_at: table.moment("opens_at")?,
        collateral: read_amount(&mut table, "collateral")?,
        leverage: read_leverage(&mut table, &markets[index])?,
        reason: table.text("assumption")?,
    };
    if group.opens_at < host.opens_at.value || group.opens_at >= host.closes_at.value {
        return Err(table.flaw("opens_at", "is outside of the rehearsal (`host`, `opens_at` to `closes_at`)"));
    }
    if let Some(why) = shut(events, group.opens_at) {
        return Err(table.flaw("opens_at", why));
    }
    table.finish()?;
    Ok(group)
}

fn read_leverage(table: &mut TableReader<'_>, market: &Market) -> Result<Vec<u32>, Flaw> {
    let highest = 1_000_000 / u128::from(market.initial_bps.value);
    table
        .decimals("leverage", 2)?
        .into_iter()
        .map(|leverage| match u32::try_from(leverage) {
            Ok(hundredths) if leverage <= highest && leverage >= 10 => Ok(hundredths),
            _ => Err(table.flaw(
                "leverage",
                format!("must be from 0.1 to {}, which `initial_bps` of `{}` allows", highest / 100, market.asset),
            )),
        })
        .collect()
}

/// Why nobody can send a transaction at `now`.
fn shut(events: &[Event], now: u64) -> Option<&'static str> {
    let (mut halted, mut migrating) = (false, false);
    for event in events.iter().take_while(|event| event.at.value <= now) {
        match event.kind {
            EventKind::Halted => halted = true,
            EventKind::Resumed => halted = false,
            EventKind::Upgrade { step: Step::MigrationStarted, .. } => migrating = true,
            EventKind::Upgrade {
                step: Step::MigrationCompleted | Step::MigrationCleared | Step::RolledBack { .. },
                ..
            } => migrating = false,
            _ => {}
        }
    }
    match (halted, migrating) {
        (true, _) => Some("is while the chain is halted"),
        (false, true) => Some("is while a migration keeps transactions out"),
        (false, false) => None,
    }
}
