//! Reads how an incident is rehearsed: host chain and guard.

use super::parse::{SourceNames, USD_DECIMALS, check_length, read_figure};
use super::reader::{Flaw, TableReader};
use super::{GuardSettings, Host};

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

pub(super) fn read_amount(table: &mut TableReader<'_>, field: &'static str) -> Result<u128, Flaw> {
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
