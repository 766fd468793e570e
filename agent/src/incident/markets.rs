//! Reads the markets of an incident file: true prices, and when the feed showed something else.

use super::parse::{SourceNames, read_basis, read_figure};
use super::reader::{Flaw, TableReader};
use super::{FeedFault, Host, Market, PriceRow, Shown};
use crate::decimal::PRICE_DECIMALS;

/// Highest price: far above any asset, and low enough that a notional fits into 128 bits.
const MAX_PRICE: u128 = 10u128.pow(PRICE_DECIMALS + 10);

pub(super) fn read_market(
    mut table: TableReader<'_>,
    names: &SourceNames,
    earlier: &[Market],
    host: &Host,
) -> Result<Market, Flaw> {
    let asset = table.text("asset")?;
    if earlier.iter().any(|market| market.asset == asset) {
        return Err(table.flaw("asset", format!("`{asset}` is the asset of an earlier market")));
    }
    let place = format!("{} `{asset}`", table.place());
    table.call_it(place);
    let initial_bps = read_figure(&mut table, "initial_bps", names, |figure| figure.whole("value", 1..10_001))?;
    let maintenance_bps = read_figure(&mut table, "maintenance_bps", names, |figure| figure.whole("value", 1..10_001))?;
    if maintenance_bps.value >= initial_bps.value {
        return Err(table.flaw("maintenance_bps", "must be below `initial_bps`"));
    }
    if maintenance_bps.value < host.liquidation_fee_bps.value {
        return Err(table.flaw("maintenance_bps", "is below `liquidation_fee_bps` of `host`"));
    }
    let mut prices = table.table("true_price")?;
    prices.call_it(format!("{}, `true_price`", table.place()));
    let price_basis = read_basis(&mut prices, names)?;
    let true_price = read_rows(&mut prices, &format!("{}, price row", table.place()), host)?;
    prices.finish()?;
    let mut faults: Vec<FeedFault> = Vec::new();
    for fault in table.tables("feed_fault", "feed fault")? {
        faults.push(read_fault(fault, names, faults.last())?);
    }
    let market = Market {
        asset,
        quote: table.text("quote")?,
        traded_on: table.text("traded_on")?,
        initial_bps,
        maintenance_bps,
        price_basis,
        true_price,
        faults,
    };
    table.finish()?;
    Ok(market)
}

fn read_rows(table: &mut TableReader<'_>, place: &str, host: &Host) -> Result<Vec<PriceRow>, Flaw> {
    let mut rows: Vec<PriceRow> = Vec::new();
    for (index, mut row) in table.tables("rows", "row")?.into_iter().enumerate() {
        row.call_it(format!("{place} {}", index + 1));
        let read = PriceRow {
            at: row.moment("at")?,
            price: read_price(&mut row, "price")?,
            low: read_price(&mut row, "low")?,
            high: read_price(&mut row, "high")?,
        };
        match rows.last() {
            Some(above) if above.at > read.at => return Err(row.flaw("at", "is before the row above")),
            Some(above) if above.at == read.at => return Err(row.flaw("at", "is the time of the row above")),
            _ => {}
        }
        if read.low > read.price {
            return Err(row.flaw("low", "is above `price`"));
        }
        if read.high < read.price {
            return Err(row.flaw("high", "is below `price`"));
        }
        row.finish()?;
        rows.push(read);
    }
    let covers = |row: Option<&PriceRow>, edge: fn(u64, &Host) -> bool| row.is_some_and(|row| edge(row.at, host));
    if !covers(rows.first(), |at, host| at <= host.opens_at.value) {
        return Err(table.flaw("rows", "begin after the rehearsal does (`host`, `opens_at`)"));
    }
    if !covers(rows.last(), |at, host| at >= host.closes_at.value) {
        return Err(table.flaw("rows", "end before the rehearsal does (`host`, `closes_at`)"));
    }
    Ok(rows)
}

fn read_price(table: &mut TableReader<'_>, field: &'static str) -> Result<u128, Flaw> {
    let price = table.decimal(field, PRICE_DECIMALS)?;
    if price > MAX_PRICE {
        return Err(table.flaw(field, "is above 10,000,000,000, which no price here can be"));
    }
    Ok(price)
}

fn read_fault(mut table: TableReader<'_>, names: &SourceNames, above: Option<&FeedFault>) -> Result<FeedFault, Flaw> {
    let from = read_figure(&mut table, "from", names, |figure| figure.moment("value"))?;
    let until = read_figure(&mut table, "until", names, |figure| figure.moment("value"))?;
    if until.value <= from.value {
        return Err(table.flaw("until", "is not after `from`"));
    }
    if above.is_some_and(|above| above.until.value > from.value) {
        return Err(table.flaw("from", "is before the end of the fault above"));
    }
    let shown = match table.word("shows", &[("last report", None), ("price", Some(true)), ("zero", Some(false))])? {
        None => Shown::Nothing,
        Some(true) => Shown::Price(read_price(&mut table, "price")?),
        Some(false) => Shown::Price(0),
    };
    let fault = FeedFault { from, until, shown, detail: table.text("detail")? };
    table.finish()?;
    Ok(fault)
}
