//! Groups of traders with positions in several markets, as an incident file has them.

use lockstep_agent::incident::{Side, Stake, parse};

mod support;

use support::SMALL;

/// The small file with a second market, and a group that holds a position in each.
fn hedged(positions: &str, leverage: &str) -> String {
    let (head, tail) = SMALL.split_once("[[market]]").expect("a market");
    let (market, traders) = tail.split_once("[[traders]]").expect("traders");
    let second = market.replace("asset = \"ETH\"", "asset = \"BTC\"").replace("value = 1000", "value = 500");
    let second = second.replace("value = 500, assumption = \"a\" }\n\n", "value = 300, assumption = \"a\" }\n\n");
    let group = traders
        .replace("market = \"ETH\"\nside = \"long\"\n", &format!("positions = {positions}\n"))
        .replace("leverage = [2, 2.5, \"10\"]", &format!("leverage = {leverage}"));
    format!("{head}[[market]]{market}[[market]]{second}[[traders]]{group}")
}

const LONG_AND_SHORT: &str =
    "[{ market = \"ETH\", side = \"long\", share = 60 }, { market = \"BTC\", side = \"short\", share = 40 }]";

#[test]
fn a_group_may_hold_positions_in_several_markets() {
    // 60 % at 10 % of initial margin and 40 % at 5 % are 8 %: 12.5 times.
    let incident = parse(&hedged(LONG_AND_SHORT, "[2, 12.5]")).expect("a sound file");
    let [eth, btc] = &incident.traders[0].stakes[..] else { panic!("two positions: {:?}", incident.traders) };
    assert_eq!(*eth, Stake { market: 0, side: Side::Long, share: 60 });
    assert_eq!(*btc, Stake { market: 1, side: Side::Short, share: 40 });
    assert_eq!(incident.traders[0].leverage, [200, 1250]);
    let refused = |positions: &str, leverage: &str| {
        let message = parse(&hedged(positions, leverage)).expect_err("this must be refused").to_string();
        message.split_once(", ").expect("a line first").1.to_owned()
    };
    assert_eq!(
        refused(LONG_AND_SHORT, "[12.51]"),
        "group of traders 1 on `ETH` and `BTC`: `leverage` must be from 0.1 to 12, which `initial_bps` of `ETH` and `BTC` allows"
    );
    assert_eq!(
        refused(&LONG_AND_SHORT.replace("share = 40", "share = 39"), "[2]"),
        "group of traders 1: `positions` have shares of 99 per cent together, not of 100"
    );
    assert_eq!(
        refused(&LONG_AND_SHORT.replace("BTC", "ETH"), "[2]"),
        "group of traders 1, position 2: `market` is that of an earlier position: one market holds one position"
    );
    assert_eq!(
        refused(&LONG_AND_SHORT.replace("BTC", "SOL"), "[2]"),
        "group of traders 1, position 2: `market` `SOL` is not a market of this file"
    );
    assert_eq!(
        refused(&LONG_AND_SHORT.replace("share = 40", "share = 0"), "[2]"),
        "group of traders 1, position 2: `share` must be from 1 to 100, not 0"
    );
    assert_eq!(
        refused(&LONG_AND_SHORT.replace("share = 40", "share = 40, leverage = 2"), "[2]"),
        "group of traders 1, position 2: `leverage` is not a known field here"
    );
    assert_eq!(
        refused(&format!("{LONG_AND_SHORT}\nside = \"long\""), "[2]"),
        "group of traders 1: `side` stands beside `positions`: a group has one or the other"
    );
    let snipes = hedged(LONG_AND_SHORT, "[2]").replace("conduct = \"holds\"", "conduct = \"snipes\"");
    let message = parse(&snipes).expect_err("snipers have one market").to_string();
    assert!(
        message.ends_with("`conduct` is `snipes`: that is done in one market, with `market` and `side`"),
        "{message}"
    );
}

#[test]
fn more_markets_than_an_account_can_have_are_refused() {
    let (head, tail) = SMALL.split_once("[[market]]").expect("a market");
    let (market, traders) = tail.split_once("[[traders]]").expect("traders");
    let named = |number: usize| market.replace("asset = \"ETH\"", &format!("asset = \"ETH{number}\""));
    let more = (0..8).map(|number| ["[[market]]".into(), named(number)].concat()).collect::<String>();
    let message = parse(&format!("{head}[[market]]{market}{more}[[traders]]{traders}")).expect_err("nine").to_string();
    assert!(message.ends_with(": `market` stands 9 times, more than 8"), "{message}");
}
