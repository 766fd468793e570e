//! What an incident file may hold, and how a wrong one is named.

use std::fs;
use std::path::{Path, PathBuf};

use lockstep_agent::incident::{Basis, EventKind, IncidentError, PricePath, Shown, Side, Stake, load, parse};

mod support;

use support::SMALL;

const DYDX: &str = include_str!("../../e2e-tests/incidents/2025-10-10-dydx.toml");

fn refusal(from: &str, to: &str) -> String {
    assert_eq!(SMALL.matches(from).count(), 1, "{from:?} must name one place");
    parse(&SMALL.replace(from, to)).expect_err("this must be refused").to_string()
}

#[test]
fn a_small_file_is_read_in_full() {
    let incident = parse(SMALL).expect("this is a sound file");
    assert_eq!(incident.id, "small");
    assert_eq!(incident.host.insurance.value, 10_500_000);
    assert_eq!(incident.host.insurance.basis, Basis::Assumed("a".into()));
    let market = &incident.markets[0];
    assert_eq!(market.true_price[0].price, 3_614_250_000_000_000_000_000);
    assert_eq!(market.true_price[0].low, 3_600_000_000_000_000_000_000);
    assert_eq!(market.true_price[0].high, 3_620_500_000_000_000_000_000);
    assert_eq!(market.price_basis, Basis::Sourced(vec![0]));
    assert_eq!(market.faults[0].shown, Shown::Nothing);
    assert_eq!(incident.halts(), [(1_735_691_400, 1_735_693_200)]);
    assert!(market.fault_at(1_735_691_400).is_some());
    assert!(market.fault_at(1_735_693_799).is_some());
    assert!(market.fault_at(1_735_693_800).is_none());
    assert_eq!(incident.traders[0].leverage, [200, 250, 1000]);
    assert_eq!(incident.traders[0].stakes, [Stake { market: 0, side: Side::Long, share: 100 }]);
}

#[test]
fn the_dydx_halt_is_read_with_its_sources() {
    let incident = parse(DYDX).expect("the incident of this repository is sound");
    assert_eq!(incident.id, "2025-10-10-dydx");
    assert_eq!(incident.outcome.accounts_hurt.as_ref().map(|hurt| hurt.value), Some(27));
    assert_eq!(incident.outcome.losses_usd.as_ref().map(|losses| losses.value), Some(462_097_790_000));
    assert_eq!(incident.halts(), [(1_760_132_100, 1_760_155_200)]);
    let replayed = incident.events.iter().filter(|event| event.kind != EventKind::Noted).count();
    assert_eq!(replayed, 2);
    let eth = incident.markets.iter().find(|market| market.asset == "ETH").expect("ETH is one of the markets");
    // A third of the way from 3617.43 to 3822.2.
    assert_eq!(PricePath::of(eth).at_down(1_760_132_100), 3_685_686_666_666_666_666_666);
    assert!(incident.traders.iter().map(|group| group.leverage.len()).sum::<usize>() >= 48);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table, one line a case")]
fn every_flaw_names_its_line_and_field() {
    let cases = [
        (
            "id = \"small\"",
            "id = \"Small Thing\"",
            "line 1: `id` must be at most 64 lower-case letters, digits and dashes: it names a folder",
        ),
        (
            "id = \"small\"",
            "id = \"../../etc\"",
            "line 1: `id` must be at most 64 lower-case letters, digits and dashes: it names a folder",
        ),
        ("title = \"A small halt\"\n", "", "line 1: `title` is missing"),
        ("title = \"A small halt\"", "title = 7", "line 2: `title` must be a text, not a whole number"),
        ("title = \"A small halt\"", "title = \" \"", "line 2: `title` must not be blank"),
        ("summary = \"Nothing much.\"", "summary = \"x\"\nmood = \"calm\"", "line 4: `mood` is not a known field here"),
        ("tells = \"Prices.\"", "says = \"Prices.\"", "line 5, source 1: `tells` is missing"),
        (
            "block_seconds = { value = 12,",
            "block_seconds = { value = 0,",
            "line 13, `host`, `block_seconds`: `value` must be from 1 to 3600, not 0",
        ),
        (
            "block_seconds = { value = 12,",
            "block_seconds = { value = -12,",
            "line 13, `host`, `block_seconds`: `value` must be from 1 to 3600, not -12",
        ),
        (
            "block_seconds = { value = 12,",
            "block_seconds = { value = 12.5,",
            "line 13, `host`, `block_seconds`: `value` must be a whole number, not a decimal number",
        ),
        (
            "block_seconds = { value = 12, assumption = \"a\" }",
            "block_seconds = 12",
            "line 13, `host`: `block_seconds` must be a table, not a whole number",
        ),
        (
            "block_seconds = { value = 12, assumption = \"a\" }",
            "block_seconds = { value = 12 }",
            "line 13, `host`, `block_seconds`: `source` is missing: every figure names its `source` or its `assumption`",
        ),
        (
            "losses_usd = { value = \"2.5\", source = \"tape\" }",
            "losses_usd = { value = \"2.5\", source = \"tape\", assumption = \"b\" }",
            "line 50, `outcome`, `losses_usd`: `assumption` stands beside a `source`: a figure has one or the other",
        ),
        (
            "losses_usd = { value = \"2.5\", source = \"tape\" }",
            "losses_usd = { value = \"2.5\", source = \"rumour\" }",
            "line 50, `outcome`, `losses_usd`: `source` `rumour` is not a source of this file",
        ),
        (
            "losses_usd = { value = \"2.5\", source = \"tape\" }",
            "losses_usd = { value = \"-2.5\", source = \"tape\" }",
            "line 50, `outcome`, `losses_usd`: `value` is not a plain decimal number such as 3614.25",
        ),
        (
            "losses_usd = { value = \"2.5\", source = \"tape\" }",
            "losses_usd = { value = \"2.5000001\", source = \"tape\" }",
            "line 50, `outcome`, `losses_usd`: `value` has more than 6 digits after the point",
        ),
        (
            "value = 2025-01-01T02:00:00Z",
            "value = 2024-01-01T02:00:00Z",
            "line 12, `host`: `closes_at` is not after `opens_at`",
        ),
        (
            "value = 2025-01-01T02:00:00Z",
            "value = 2025-12-01T02:00:00Z",
            "line 12, `host`: `closes_at` makes 2405400 blocks, more than 50000",
        ),
        (
            "value = 2025-01-01T02:00:00Z",
            "value = 2025-01-01T02:00:00",
            "line 12, `host`, `closes_at`: `value` must be a time with its offset, such as 2025-10-10T21:35:00Z, not 2025-01-01T02:00:00",
        ),
        ("quorum = { value = 2,", "quorum = { value = 4,", "line 15, `host`: `quorum` is above `reporters`"),
        (
            "quorum = { value = 2,",
            "quorum = { value = 1,",
            "line 15, `host`: `quorum` is no majority of `reporters`, which the guard asks for",
        ),
        (
            "thaw_reports = { value = 3,",
            "thaw_reports = { value = 1,",
            "line 32, `guard`: `thaw_reports` is no majority of `reporters`, which the guard asks for",
        ),
        (
            "max_age = { value = 180,",
            "max_age = { value = 59,",
            "line 26, `guard`: `max_age` is below `report_seconds`: every price would be stale",
        ),
        (
            "thaw_reports = { value = 3,",
            "thaw_reports = { value = 4,",
            "line 32, `guard`: `thaw_reports` is above `reporters`: the market could never thaw",
        ),
        (
            "what = \"halted\"",
            "what = \"resumed\"",
            "line 39, event 1: `what` is `resumed`, but the chain is not halted",
        ),
        (
            "what = \"resumed\"",
            "what = \"halted\"",
            "line 45, event 2: `what` is `halted`, but the chain is halted already",
        ),
        (
            "what = \"resumed\"",
            "what = \"noted\"",
            "line 39, event 1: `what` is `halted`, and no later event is `resumed`",
        ),
        (
            "what = \"resumed\"",
            "what = \"revived\"",
            "line 45, event 2: `what` must be one of `halted`, `resumed`, `noted`, `silent`, `heard`, `slowed`, `authorised`, `activated`, `migration started`, `migration completed`, `migration failed`, `migration cleared`, `verified`, `failed`, `aborted`, `rolled back`, not `revived`",
        ),
        (
            "at = 2025-01-01T00:30:00Z\nsource",
            "at = 2025-01-01T01:30:00Z\nsource",
            "line 43, event 2: `at` is before the event above",
        ),
        (
            "at = 2025-01-01T00:30:00Z\nsource",
            "at = 2025-01-01T01:00:00Z\nsource",
            "line 43, event 2: `at` is the time of the event above: a halt has a length",
        ),
        (
            "at = 2025-01-01T00:30:00Z\nsource",
            "at = 2024-01-01T00:30:00Z\nsource",
            "line 37, event 1: `at` is outside of the rehearsal (`host`, `opens_at` to `closes_at`)",
        ),
        (
            "maintenance_bps = { value = 500,",
            "maintenance_bps = { value = 1000,",
            "line 58, market 1 `ETH`: `maintenance_bps` must be below `initial_bps`",
        ),
        (
            "until = { value = 2025-01-01T01:10:00Z,",
            "until = { value = 2025-01-01T00:30:00Z,",
            "line 62, market 1 `ETH`, feed fault 1: `until` is not after `from`",
        ),
        ("shows = \"last report\"", "shows = \"price\"", "line 60, market 1 `ETH`, feed fault 1: `price` is missing"),
        (
            "at = 2025-01-01T01:00:00Z, price",
            "at = 2024-01-01T01:00:00Z, price",
            "line 70, market 1 `ETH`, price row 2: `at` is before the row above",
        ),
        (
            "at = 2025-01-01T01:00:00Z, price",
            "at = 2025-01-01T00:00:00Z, price",
            "line 70, market 1 `ETH`, price row 2: `at` is the time of the row above",
        ),
        (
            "price = 3614.25",
            "price = 3.6e3",
            "line 69, market 1 `ETH`, price row 1: `price` is not a plain decimal number such as 3614.25",
        ),
        (
            "price = 3614.25",
            "price = nan",
            "line 69, market 1 `ETH`, price row 1: `price` is not a plain decimal number such as 3614.25",
        ),
        ("price = 3614.25", "price = 0.0", "line 69, market 1 `ETH`, price row 1: `price` must be above zero"),
        (
            "price = 3614.25",
            "price = true",
            "line 69, market 1 `ETH`, price row 1: `price` must be a decimal number, not true or false",
        ),
        (
            "price = 3614.25",
            "price = 99999999999.0",
            "line 69, market 1 `ETH`, price row 1: `price` is above 10,000,000,000, which no price here can be",
        ),
        ("low = 3600,", "low = 3615,", "line 69, market 1 `ETH`, price row 1: `low` is above `price`"),
        ("high = \"3620.5\"", "high = \"3600.5\"", "line 69, market 1 `ETH`, price row 1: `high` is below `price`"),
        (
            "high = \"3620.5\"",
            "high = \"3620.5\", volume = 4",
            "line 69, market 1 `ETH`, price row 1: `volume` is not a known field here",
        ),
        (
            "  { at = 2025-01-01T02:00:00Z, price = 3800.0, low = 3700.0, high = 3800.0 },\n",
            "",
            "line 68, market 1 `ETH`, `true_price`: `rows` end before the rehearsal does (`host`, `closes_at`)",
        ),
        (
            "market = \"ETH\"",
            "market = \"BTC\"",
            "line 75, group of traders 1: `market` `BTC` is not a market of this file",
        ),
        (
            "opens_at = 2025-01-01T00:05:00Z",
            "opens_at = 2025-01-01T00:45:00Z",
            "line 78, group of traders 1 on `ETH`: `opens_at` is while the chain is halted",
        ),
        (
            "opens_at = 2025-01-01T00:05:00Z",
            "opens_at = 2025-01-01T02:00:00Z",
            "line 78, group of traders 1 on `ETH`: `opens_at` is outside of the rehearsal (`host`, `opens_at` to `closes_at`)",
        ),
        (
            "leverage = [2, 2.5, \"10\"]",
            "leverage = [2, 10.01]",
            "line 80, group of traders 1 on `ETH`: `leverage` must be from 0.1 to 10, which `initial_bps` of `ETH` allows",
        ),
        (
            "leverage = [2, 2.5, \"10\"]",
            "leverage = []",
            "line 80, group of traders 1 on `ETH`: `leverage` must not be empty",
        ),
        (
            "leverage = [2, 2.5, \"10\"]",
            "leverage = 2",
            "line 80, group of traders 1 on `ETH`: `leverage` must be a list, not a whole number",
        ),
    ];
    for (from, to, message) in cases {
        assert_eq!(refusal(from, to), message, "{from:?} -> {to:?}");
    }
}

#[test]
fn what_is_not_toml_names_its_line() {
    let message = refusal("side = \"long\"", "side = \"long");
    assert!(message.starts_with("line 76: is not TOML: "), "{message}");
    let message = refusal("side = \"long\"", "side = \"long\"\nside = \"short\"");
    assert!(message.starts_with("line 77: is not TOML: "), "{message}");
    let doubled = SMALL.replace("[[traders]]", "[[market]]\nasset = \"ETH\"\n[[traders]]");
    let message = parse(&doubled).expect_err("one market too many").to_string();
    assert_eq!(message, "line 75, market 2: `asset` `ETH` is the asset of an earlier market");
}

#[test]
fn files_that_hold_no_incident_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let at = |name: &str| -> PathBuf { folder.path().join(name) };
    assert!(matches!(load(&at("none.toml")), Err(IncidentError::Missing)));
    assert!(matches!(load(folder.path()), Err(IncidentError::Directory)));
    fs::write(at("empty.toml"), " \n").expect("written");
    assert!(matches!(load(&at("empty.toml")), Err(IncidentError::Empty)));
    fs::write(at("binary.toml"), b"id = \"x\"\n# \xff\xfe\n").expect("written");
    assert!(matches!(load(&at("binary.toml")), Err(IncidentError::NotText(2))));
    fs::write(at("huge.toml"), vec![b'#'; 4 * 1024 * 1024 + 1]).expect("written");
    assert!(matches!(load(&at("huge.toml")), Err(IncidentError::TooLarge)));
    assert!(matches!(load(Path::new("/dev/zero")), Err(IncidentError::TooLarge)));
    fs::write(at("small.toml"), SMALL).expect("written");
    assert_eq!(load(&at("small.toml")).expect("a sound file"), parse(SMALL).expect("a sound text"));
}
