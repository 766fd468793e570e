use super::*;
use crate::incident::parse;
use crate::outcome::{
    ArmOutcome, Attempt, BlockState, Freeze, Liquidation, MarketMode, MarketState, Moment, Trader, Wish,
};

fn incident() -> Incident {
    parse(include_str!("../../../e2e-tests/incidents/2025-10-10-dydx.toml")).expect("a sound file")
}

fn state(valid: bool) -> MarketState {
    MarketState {
        true_price: 3_700 * 10u128.pow(18),
        fed_price: 3_600 * 10u128.pow(18),
        valid,
        verdict: if valid { "valid" } else { "stale" },
        mode: if valid { MarketMode::Ramping } else { MarketMode::Frozen },
        reason: "the price is stale",
        share_bps: 5_000,
    }
}

fn arm(arm: Arm, incident: &Incident) -> ArmOutcome {
    let start = incident.host.opens_at.value;
    let block = |number: u64| BlockState {
        number,
        at: start + 12 * number,
        only_inherents: false,
        markets: (0..incident.markets.len()).map(|_| state(number > 5)).collect(),
        health: vec![Some(9_900)],
        surplus: 0,
    };
    let liquidation = Liquidation {
        at: start + 24,
        trader: 0,
        market: 1,
        size: 10u128.pow(18),
        price: 3_600 * 10u128.pow(18),
        true_price: 3_700 * 10u128.pow(18),
        price_valid: true,
        frozen: false,
        undone: false,
        health: 9_900,
        true_health: if arm == Arm::Without { 11_111 } else { 9_000 },
        penalty: 36_000_000,
        loss: 136_000_000,
    };
    ArmOutcome {
        arm,
        blocks: (0..10).map(block).collect(),
        liquidations: vec![liquidation],
        attempts: vec![Attempt {
            at: start,
            trader: 0,
            market: 1,
            wish: Wish::Increase,
            price: 1,
            true_price: 1,
            price_fresh: true,
            in_upgrade: false,
            refused: None,
        }],
        freezes: vec![Freeze {
            market: 1,
            from: start,
            until: Some(start + 60),
            reasons: vec!["stale"],
            reached_bound: false,
            feed_down: false,
        }],
        plans: Vec::new(),
        timeline: vec![Moment { at: start, what: "one <b>bold</b> & plain".into() }],
        final_equity: vec![-5_000_000],
        maker_result: 1,
        bad_debt: 2_500_000,
        insurance_used: 0,
        state_root: "0x00".into(),
        calls: 7,
    }
}

fn report() -> Report {
    let incident = incident();
    let trader = Trader {
        name: "ETH <long> 5x".into(),
        stakes: vec![crate::incident::Stake { market: 1, side: crate::incident::Side::Long, share: 100 }],
        conduct: crate::incident::Conduct::Holds,
        leverage: 500,
        collateral: 8_000_000_000,
    };
    let outcome = Outcome {
        incident: incident.id.clone(),
        markets: incident.markets.iter().map(|market| market.asset.clone()).collect(),
        traders: vec![trader],
        arms: Arm::BOTH.map(|which| arm(which, &incident)),
    };
    Report::new(incident, outcome)
}

#[test]
fn the_page_stands_alone_and_escapes_what_it_is_given() {
    let page = report().to_html().expect("drawn");
    assert!(page.starts_with("<!DOCTYPE html>"));
    for outside in ["<script", "<link", "<img", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside} reaches outside");
    }
    assert!(page.contains("one &lt;b&gt;bold&lt;/b&gt; &amp; plain") && !page.contains("<b>bold"));
    assert!(page.contains("ETH &lt;long&gt; 5x") && !page.contains("ETH <long>"));
}

#[test]
fn every_picture_has_a_title_and_a_caption_and_two_sizes() {
    let page = report().to_html().expect("drawn");
    let count = |what: &str| page.matches(what).count();
    assert_eq!(count("<figcaption>"), 5, "four markets and one account");
    assert_eq!(count("<svg "), 10);
    assert_eq!(count("role=\"img\""), 10);
    assert_eq!(count("</title>"), 11, "one for the page and one for each picture");
}

#[test]
fn every_note_leads_to_a_source() {
    let report = report();
    let page = report.to_html().expect("drawn");
    for piece in page.split("href=\"#").skip(1) {
        let target = piece.split('"').next().expect("a quoted target");
        assert!(page.contains(&format!("id=\"{target}\"")), "{target} is nowhere");
    }
    assert_eq!(page.matches("<li id=\"source-").count(), report.incident.sources.len());
}

#[test]
fn colours_of_the_plots_are_those_that_the_style_sheet_maps() {
    let page = report().to_html().expect("drawn");
    let (style, body) = page.split_once("</style>").expect("a style sheet");
    for attribute in ["fill=\"#", "stroke=\"#"] {
        for piece in body.split(attribute).skip(1) {
            let colour = piece.split('"').next().expect("a quoted colour");
            assert!(style.contains(&format!("[{attribute}{colour}\"]")), "{attribute}{colour} has no dark form");
        }
    }
}

#[test]
fn the_json_is_exact_and_names_the_promises() {
    let report = report();
    let json = report.to_json().expect("written");
    let value: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(value["without"]["wrongly_liquidated"], 1);
    assert_eq!(value["with"]["wrongly_liquidated"], 0);
    assert_eq!(value["without"]["wrongful_loss"], "136");
    assert_eq!(value["outcome"]["arms"][0]["liquidations"][0]["true_price"], "3700");
    assert_eq!(value["outcome"]["arms"][0]["bad_debt"], "2.5");
    assert_eq!(value["outcome"]["arms"][1]["final_equity"][0], "-5");
    assert_eq!(value["format"], 2);
    let positions = serde_json::json!([{ "market": 1, "side": "long", "share": 100 }]);
    assert_eq!(value["outcome"]["traders"][0]["positions"], positions);
    assert_eq!(value["promises"].as_array().map(Vec::len), Some(10));
    assert_eq!(value["promises"][1]["state"], "held");
    assert_eq!(value["promises_without"][1]["state"], "broken", "the same promise, judged on the other arm");
    assert_eq!(json, report.to_json().expect("written again"));
}
