//! Reads who trades: the groups of traders of an incident file.

use super::reader::{Flaw, TableReader};
use super::setting::read_amount;
use super::{Conduct, Event, EventKind, Host, Market, Side, Stake, Step, TraderGroup};

/// All of a trader's notional, per cent.
const WHOLE: u8 = 100;

const SIDES: [(&str, Side); 2] = [("long", Side::Long), ("short", Side::Short)];

pub(super) fn read_traders(
    mut table: TableReader<'_>,
    markets: &[Market],
    events: &[Event],
    host: &Host,
) -> Result<TraderGroup, Flaw> {
    let stakes = read_stakes(&mut table, markets)?;
    let on: Vec<String> = stakes.iter().map(|stake| format!("`{}`", markets[stake.market].asset)).collect();
    let place = format!("{} on {}", table.place(), on.join(" and "));
    table.call_it(place);
    let group = TraderGroup {
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
        leverage: read_leverage(&mut table, &stakes, markets)?,
        reason: table.text("assumption")?,
        stakes,
    };
    if group.conduct == Conduct::Snipes && group.stakes.len() > 1 {
        return Err(table.flaw("conduct", "is `snipes`: that is done in one market, with `market` and `side`"));
    }
    if group.opens_at < host.opens_at.value || group.opens_at >= host.closes_at.value {
        return Err(table.flaw("opens_at", "is outside of the rehearsal (`host`, `opens_at` to `closes_at`)"));
    }
    if let Some(why) = shut(events, group.opens_at) {
        return Err(table.flaw("opens_at", why));
    }
    table.finish()?;
    Ok(group)
}

/// Reads `market` and `side`, or `positions` where there are several.
fn read_stakes(table: &mut TableReader<'_>, markets: &[Market]) -> Result<Vec<Stake>, Flaw> {
    if !table.has("positions") {
        let market = read_market(table, markets)?;
        return Ok(vec![Stake { market, side: table.word("side", &SIDES)?, share: WHOLE }]);
    }
    for field in ["market", "side"] {
        if table.has(field) {
            return Err(table.flaw(field, "stands beside `positions`: a group has one or the other"));
        }
    }
    let mut stakes: Vec<Stake> = Vec::new();
    for mut position in table.tables("positions", "position")? {
        let market = read_market(&mut position, markets)?;
        if stakes.iter().any(|stake| stake.market == market) {
            return Err(position.flaw("market", "is that of an earlier position: one market holds one position"));
        }
        let side = position.word("side", &SIDES)?;
        let share = position.whole("share", 1..u64::from(WHOLE) + 1)?;
        stakes.push(Stake { market, side, share });
        position.finish()?;
    }
    let sum: u32 = stakes.iter().map(|stake| u32::from(stake.share)).sum();
    if sum != u32::from(WHOLE) {
        return Err(table.flaw("positions", format!("have shares of {sum} per cent together, not of 100")));
    }
    Ok(stakes)
}

fn read_market(table: &mut TableReader<'_>, markets: &[Market]) -> Result<usize, Flaw> {
    let asset = table.text("market")?;
    let index = markets.iter().position(|market| market.asset == asset);
    index.ok_or_else(|| table.flaw("market", format!("`{asset}` is not a market of this file")))
}

fn read_leverage(table: &mut TableReader<'_>, stakes: &[Stake], markets: &[Market]) -> Result<Vec<u32>, Flaw> {
    // Initial margin of a whole unit of notional, in hundredths of a basis point.
    let asked = |stake: &Stake| u128::from(markets[stake.market].initial_bps.value) * u128::from(stake.share);
    let highest = 100_000_000 / stakes.iter().map(asked).sum::<u128>().max(1);
    let named: Vec<String> = stakes.iter().map(|stake| format!("`{}`", markets[stake.market].asset)).collect();
    table
        .decimals("leverage", 2)?
        .into_iter()
        .map(|leverage| match u32::try_from(leverage) {
            Ok(hundredths) if leverage <= highest && leverage >= 10 => Ok(hundredths),
            _ => Err(table.flaw(
                "leverage",
                format!("must be from 0.1 to {}, which `initial_bps` of {} allows", highest / 100, named.join(" and ")),
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
