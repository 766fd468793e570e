//! From text to an [`Incident`]: sources and events here, markets and settings in their own modules.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::events::read_events;
use super::markets::read_market;
use super::plans::{read_keepers, read_plan};
use super::reader::{Flaw, Lines, TableReader};
use super::setting::{read_guard, read_host};
use super::traders::read_traders;
use super::{Basis, Figure, Host, Incident, RealOutcome, Source};

/// Digits after the point of US dollar amounts.
pub(super) const USD_DECIMALS: u32 = 6;

/// Most blocks of one rehearsal, so that a slip in a date cannot run for days.
const MAX_BLOCKS: u64 = 50_000;

/// Most markets: an account of the rehearsal's venue has positions in no more, and its market maker is in all of them.
const MAX_MARKETS: usize = 8;

/// Short names of the sources and their places in the list.
pub(super) type SourceNames = BTreeMap<String, usize>;

/// Reads the text of an incident file.
///
/// # Errors
/// The first [`Flaw`], with its line and field.
pub fn parse(text: &str) -> Result<Incident, Flaw> {
    let lines = Lines::of(text);
    let document = DeTable::parse(text).map_err(|error| Flaw {
        line: error.span().map_or(1, |span| lines.number(span.start)),
        place: String::new(),
        field: String::new(),
        what: format!("is not TOML: {}", error.message()),
    })?;
    let mut root = TableReader::root(&lines, document.get_ref());
    let id = read_id(&mut root)?;
    let title = root.text("title")?;
    let summary = root.text("summary")?;
    let (sources, names) = read_sources(&mut root)?;
    let host = read_host(root.table("host")?, &names)?;
    let mut markets = Vec::new();
    let mut tables = root.tables("market", "market")?;
    if tables.is_empty() {
        return Err(root.flaw("market", "is missing: an incident has at least one `[[market]]`"));
    }
    if tables.len() > MAX_MARKETS {
        return Err(root.flaw("market", format!("stands {} times, more than {MAX_MARKETS}", tables.len())));
    }
    for table in tables.drain(..) {
        markets.push(read_market(table, &names, &markets, &host)?);
    }
    let mut plans = Vec::new();
    for table in root.tables("plan", "plan")? {
        plans.push(read_plan(table, &names, &plans, &markets, &host)?);
    }
    let keepers = if root.has("keepers") { Some(read_keepers(root.table("keepers")?, &names)?) } else { None };
    if keepers.is_none() && !plans.is_empty() {
        return Err(root.flaw("keepers", "is missing: where there is a `[[plan]]`, somebody watches it"));
    }
    let events = read_events(&mut root, &names, &host, &plans)?;
    let guard = read_guard(root.table("guard")?, &names, &host)?;
    let mut traders = Vec::new();
    for table in root.tables("traders", "group of traders")? {
        traders.push(read_traders(table, &markets, &events, &host)?);
    }
    if traders.is_empty() {
        return Err(root.flaw("traders", "is missing: a rehearsal has at least one `[[traders]]`"));
    }
    let outcome = read_outcome(root.table("outcome")?, &names)?;
    let assumptions = if root.has("assumptions") { root.texts("assumptions")? } else { Vec::new() };
    root.finish()?;
    Ok(Incident {
        id,
        title,
        summary,
        sources,
        markets,
        plans,
        keepers,
        events,
        outcome,
        host,
        guard,
        traders,
        assumptions,
    })
}

fn read_id(root: &mut TableReader<'_>) -> Result<String, Flaw> {
    let id = root.text("id")?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if id.len() > 64 || id.starts_with('-') || !id.bytes().all(plain) {
        return Err(root.flaw("id", "must be at most 64 lower-case letters, digits and dashes: it names a folder"));
    }
    Ok(id)
}

fn read_sources(root: &mut TableReader<'_>) -> Result<(Vec<Source>, SourceNames), Flaw> {
    let mut sources = Vec::new();
    let mut names = SourceNames::new();
    for mut table in root.tables("source", "source")? {
        let name = table.text("name")?;
        if names.insert(name.clone(), sources.len()).is_some() {
            return Err(table.flaw("name", format!("`{name}` is the name of an earlier source")));
        }
        sources.push(Source { name, cites: table.text("cites")?, tells: table.text("tells")? });
        table.finish()?;
    }
    if sources.is_empty() {
        return Err(root.flaw("source", "is missing: an incident has at least one `[[source]]`"));
    }
    Ok((sources, names))
}

/// Reads `source = "name"` (or a list of names) or `assumption = "reason"`: exactly one of them.
pub(super) fn read_basis(table: &mut TableReader<'_>, names: &SourceNames) -> Result<Basis, Flaw> {
    match (table.has("source"), table.has("assumption")) {
        (true, true) => Err(table.flaw("assumption", "stands beside a `source`: a figure has one or the other")),
        (false, false) => Err(table.flaw("source", "is missing: every figure names its `source` or its `assumption`")),
        (false, true) => Ok(Basis::Assumed(table.text("assumption")?)),
        (true, false) => {
            let cited = table.text("source").map(|name| vec![name]).or_else(|_| table.texts("source"))?;
            let known = |name: String| {
                names
                    .get(&name)
                    .copied()
                    .ok_or_else(|| table.flaw("source", format!("`{name}` is not a source of this file")))
            };
            Ok(Basis::Sourced(cited.into_iter().map(known).collect::<Result<_, _>>()?))
        }
    }
}

/// Reads `field = { value = .., source = ".." }` or with `assumption`.
pub(super) fn read_figure<T>(
    table: &mut TableReader<'_>,
    field: &'static str,
    names: &SourceNames,
    value: impl FnOnce(&mut TableReader<'_>) -> Result<T, Flaw>,
) -> Result<Figure<T>, Flaw> {
    let mut inner = table.table(field)?;
    let figure = Figure { value: value(&mut inner)?, basis: read_basis(&mut inner, names)? };
    inner.finish()?;
    Ok(figure)
}

fn read_outcome(mut table: TableReader<'_>, names: &SourceNames) -> Result<RealOutcome, Flaw> {
    let hurt = table
        .has("accounts_hurt")
        .then(|| read_figure(&mut table, "accounts_hurt", names, |figure| figure.whole("value", 0..1_000_000_000)));
    let losses = table
        .has("losses_usd")
        .then(|| read_figure(&mut table, "losses_usd", names, |figure| figure.decimal("value", USD_DECIMALS)));
    let outcome = RealOutcome {
        accounts_hurt: hurt.transpose()?,
        losses_usd: losses.transpose()?,
        detail: table.text("detail")?,
    };
    table.finish()?;
    Ok(outcome)
}

/// Refuses a rehearsal of more blocks than can be meant.
pub(super) fn check_length(table: &TableReader<'_>, host: &Host) -> Result<(), Flaw> {
    if host.opens_at.value >= host.closes_at.value {
        return Err(table.flaw("closes_at", "is not after `opens_at`"));
    }
    let blocks = (host.closes_at.value - host.opens_at.value) / host.block_seconds.value;
    if blocks > MAX_BLOCKS {
        return Err(table.flaw("closes_at", format!("makes {blocks} blocks, more than {MAX_BLOCKS}")));
    }
    Ok(())
}
