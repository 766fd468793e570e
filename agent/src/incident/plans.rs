//! Reads the plans of an incident file and the keepers who watch them.

use lockstep_core::registry::EMERGENCY_FREEZE;
use lockstep_core::registry::plan::{MAX_FREEZE, MAX_SEVERITY, MAX_STABILISE};

use super::parse::{SourceNames, read_figure};
use super::reader::{Flaw, TableReader};
use super::{Host, KeeperSettings, Market, Notice, Plan};

pub(super) fn read_plan(
    mut table: TableReader<'_>,
    names: &SourceNames,
    earlier: &[Plan],
    markets: &[Market],
    host: &Host,
) -> Result<Plan, Flaw> {
    let name = table.text("name")?;
    if earlier.iter().any(|plan| plan.name == name) {
        return Err(table.flaw("name", format!("`{name}` is the name of an earlier plan")));
    }
    let place = format!("{} `{name}`", table.place());
    table.call_it(place);
    let domain = table.text("domain")?;
    let is_host = table.word("on", &[("host", true), ("elsewhere", false)])?;
    check_domain(&table, &domain, is_host, earlier)?;
    let no_notice = table.flag("no_notice")?;
    if no_notice && !is_host {
        return Err(table.flaw("no_notice", "is for the host: keepers see there what nobody announced"));
    }
    let longest = if no_notice { EMERGENCY_FREEZE } else { MAX_FREEZE };
    let max_freeze = read_figure(&mut table, "max_freeze", names, |figure| figure.whole("value", 1..longest.0 + 1))?;
    let plan = Plan {
        spec_version: read_figure(&mut table, "spec_version", names, |figure| figure.whole("value", 2..4_294_967_296))?,
        height: if is_host {
            None
        } else {
            Some(read_figure(&mut table, "height", names, |figure| figure.whole("value", 1..4_294_967_296))?)
        },
        notice: if no_notice { None } else { Some(read_notice(&mut table, names, max_freeze.value, host)?) },
        max_freeze,
        document: table.text("document")?,
        markets: read_markets(&mut table, markets)?,
        name,
        domain,
        is_host,
    };
    if let Some(last) = earlier.iter().rfind(|last| is_host && last.is_host)
        && last.spec_version.value >= plan.spec_version.value
    {
        return Err(table.flaw("spec_version", "is not above that of the plan above"));
    }
    table.finish()?;
    Ok(plan)
}

fn check_domain(table: &TableReader<'_>, domain: &str, is_host: bool, earlier: &[Plan]) -> Result<(), Flaw> {
    for other in earlier {
        let same = other.domain == domain;
        if (same && other.is_host != is_host) || (!same && other.is_host && is_host) {
            return Err(table.flaw("on", "does not fit the plans above: one network is the host, and only one"));
        }
    }
    Ok(())
}

fn read_notice(table: &mut TableReader<'_>, names: &SourceNames, max_freeze: u64, host: &Host) -> Result<Notice, Flaw> {
    let moment = |table: &mut TableReader<'_>, field| read_figure(table, field, names, |figure| figure.moment("value"));
    let finality = |table: &mut TableReader<'_>, field| {
        read_figure(table, field, names, |figure| figure.whole("value", 0..604_801))
    };
    let notice = Notice {
        announced_at: moment(table, "announced_at")?,
        freeze_at: moment(table, "freeze_at")?,
        earliest: moment(table, "earliest")?,
        latest: moment(table, "latest")?,
        stabilise: read_figure(table, "stabilise", names, |figure| figure.whole("value", 0..MAX_STABILISE.0 + 1))?,
        severity: read_figure(table, "severity", names, |figure| {
            figure.whole("value", 1..u64::from(MAX_SEVERITY) + 1)
        })?,
        finality_before: finality(table, "finality_before")?,
        finality_after: finality(table, "finality_after")?,
    };
    let (opens, closes) = (host.opens_at.value, host.closes_at.value);
    let freeze = notice.freeze_at.value;
    if notice.announced_at.value >= freeze {
        return Err(table.flaw("freeze_at", "is not after `announced_at`"));
    }
    if freeze <= opens || freeze >= closes {
        return Err(table.flaw("freeze_at", "is outside of the rehearsal (`host`, `opens_at` to `closes_at`)"));
    }
    if notice.earliest.value < freeze {
        return Err(table.flaw("earliest", "is before `freeze_at`"));
    }
    if notice.latest.value < notice.earliest.value {
        return Err(table.flaw("latest", "is before `earliest`"));
    }
    if notice.latest.value >= freeze + max_freeze {
        return Err(table.flaw("max_freeze", "ends before `latest`: the freeze could not last until the upgrade"));
    }
    Ok(notice)
}

fn read_markets(table: &mut TableReader<'_>, markets: &[Market]) -> Result<Vec<usize>, Flaw> {
    let mut places = Vec::new();
    for asset in table.texts("markets")? {
        let Some(place) = markets.iter().position(|market| market.asset == asset) else {
            return Err(table.flaw("markets", format!("`{asset}` is not a market of this file")));
        };
        if places.contains(&place) {
            return Err(table.flaw("markets", format!("names `{asset}` twice")));
        }
        places.push(place);
    }
    places.sort_unstable();
    Ok(places)
}

pub(super) fn read_keepers(mut table: TableReader<'_>, names: &SourceNames) -> Result<KeeperSettings, Flaw> {
    let keepers = KeeperSettings {
        count: read_figure(&mut table, "count", names, |figure| figure.whole("value", 1..17))?,
        threshold: read_figure(&mut table, "threshold", names, |figure| figure.whole("value", 1..17))?,
        look_seconds: read_figure(&mut table, "look_seconds", names, |figure| figure.whole("value", 1..86_401))?,
        halt_seconds: read_figure(&mut table, "halt_seconds", names, |figure| figure.whole("value", 1..86_401))?,
    };
    if keepers.threshold.value > keepers.count.value {
        return Err(table.flaw("threshold", "is above `count`"));
    }
    if keepers.threshold.value * 2 <= keepers.count.value {
        return Err(table.flaw("threshold", "is no majority of `count`, which the registry asks for"));
    }
    table.finish()?;
    Ok(keepers)
}
