//! The rehearsal of the dYdX halt on the compiled contracts: what it must show.

use std::collections::BTreeSet;
use std::path::Path;

use lockstep_agent::incident::{Conduct, Incident, load};
use lockstep_agent::outcome::{Arm, ArmOutcome, MarketMode, PromiseState, Wish, check, summarise};
use lockstep_agent::simulation::{Blobs, Cast, run_arm};
use lockstep_agent::terminal::Signal;

const DYDX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e-tests/incidents/2025-10-10-dydx.toml");
const CONTRACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/ink");

fn dydx() -> Incident {
    load(Path::new(DYDX)).expect("the incident of this repository is sound")
}

fn run(arm: Arm, incident: &Incident) -> (Cast, ArmOutcome) {
    let blobs = Blobs::load(Path::new(CONTRACTS)).expect("the contracts are built");
    let cast = Cast::of(incident);
    let outcome = run_arm(arm, incident, &cast, &blobs, &mut |_| true).expect("the rehearsal runs");
    (cast, outcome)
}

fn states(arm: &ArmOutcome, incident: &Incident) -> Vec<PromiseState> {
    let resumed_at = incident.halts().last().map(|(_, until)| *until);
    check(arm, resumed_at).into_iter().map(|promise| promise.state).collect()
}

#[test]
fn without_lockstep_the_stale_price_hurts_and_the_promises_are_seen_broken() {
    let incident = dydx();
    let (cast, outcome) = run(Arm::Without, &incident);
    let (_, resumed) = incident.halts()[0];
    let wrongful: Vec<_> = outcome.liquidations.iter().filter(|each| each.is_wrongful()).collect();
    assert!(wrongful.len() >= 5, "{} are too few to show anything", wrongful.len());
    for each in &wrongful {
        let back = incident.markets[each.market].faults[0].until.value;
        assert!(resumed <= each.at && each.at < back, "wronged at {}, when the feed was well", each.at);
        assert!(each.loss > 0, "{each:?}");
    }
    let snipes = outcome.attempts.iter().find(|attempt| cast.traders[attempt.trader].conduct == Conduct::Snipes);
    assert_eq!(snipes.map(|attempt| attempt.refused.clone()), Some(None));
    let states = states(&outcome, &incident);
    assert_eq!(states[..3], [PromiseState::Broken; 3]);
    assert_eq!(states[6], PromiseState::Held, "the vault is the same in both arms");
}

#[test]
fn with_lockstep_nobody_is_wronged_and_every_market_thaws_by_itself() {
    let incident = dydx();
    let (cast, outcome) = run(Arm::With, &incident);
    let states = states(&outcome, &incident);
    assert_eq!(states[..8], [PromiseState::Held; 8]);
    assert_eq!(states[8..], [PromiseState::Untested; 2], "there is no upgrade in it");
    let (halted, resumed) = incident.halts()[0];
    let feeds_back = incident.markets.iter().map(|market| market.faults[0].until.value).max().expect("markets");
    let table = summarise(&outcome, Some(resumed));
    assert_eq!((table.wrongly_liquidated, table.stale_increases, table.sacred_refused), (0, 0, 0));
    // The thaw waits for the feeds and the whole grace after them, and for nothing else.
    let thawed = resumed + table.time_to_thaw.expect("every market came back");
    let earliest = feeds_back + incident.guard.grace.value;
    assert!(thawed > earliest && thawed <= earliest + 2 * incident.host.block_seconds.value, "thawed at {thawed}");
    // Before the halt the guard lets liquidations run: it is no shield for those who are below maintenance.
    assert!(outcome.liquidations.iter().filter(|each| each.at <= halted).count() >= 10);
    for block in outcome.blocks.iter().filter(|block| block.at <= halted) {
        assert!(block.markets.iter().all(|market| market.valid && market.mode == MarketMode::Open), "at {}", block.at);
    }
    // Liquidators came after the restart and were refused; after the thaw the size rises from a tenth.
    let refused =
        outcome.attempts.iter().filter(|attempt| attempt.wish == Wish::Liquidate && attempt.refused.is_some());
    assert!(refused.clone().count() >= 10 && refused.clone().all(|attempt| attempt.at >= resumed));
    let first = outcome.blocks.iter().find(|block| block.at == thawed).expect("the block of the thaw");
    assert!(first.markets.iter().all(|market| (1_000..1_500).contains(&market.share_bps)), "{:?}", first.markets);
    // Whoever wanted to leave left, on the stale price, with a profit held until the price was valid.
    let leavers = (0..cast.traders.len()).filter(|index| cast.traders[*index].conduct == Conduct::Leaves);
    for leaver in leavers {
        let exit = outcome.attempts.iter().find(|attempt| attempt.trader == leaver && attempt.wish == Wish::Exit);
        let exit = exit.expect("it asked to leave");
        assert_eq!((exit.at, exit.refused.clone(), exit.price_fresh), (resumed, None, false));
        let last = outcome.blocks.last().expect("blocks");
        assert_eq!(last.health[leaver], None, "it has no position left");
    }
}

#[test]
fn accounts_with_several_positions_are_judged_over_all_of_them() {
    let incident = dydx();
    let (cast, without) = run(Arm::Without, &incident);
    let (_, with) = run(Arm::With, &incident);
    let several = |trader: &usize| cast.traders[*trader].stakes.len() > 1;
    let wronged: BTreeSet<&str> = without
        .liquidations
        .iter()
        .filter(|each| each.is_wrongful() && several(&each.trader))
        .map(|each| cast.traders[each.trader].name.as_str())
        .collect();
    assert_eq!(
        wronged.into_iter().collect::<Vec<_>>(),
        ["BTC long + ETH long + DOGE long 7x", "DOGE long + BTC short 7x", "DOGE long + BTC short 8x"]
    );
    let find = |name: &str| cast.traders.iter().position(|trader| trader.name == name).expect("it is in the file");
    let lowest = |arm: &ArmOutcome, trader: usize| arm.blocks.iter().filter_map(|block| block.health[trader]).min();
    // The hedge carries what sinks the bare long of the same leverage on the same asset.
    let (hedged, bare) = (find("DOGE long + BTC short 5x"), find("DOGE long 5x"));
    assert!(without.liquidations.iter().any(|each| each.trader == bare));
    for arm in [&without, &with] {
        assert!(arm.liquidations.iter().all(|each| each.trader != hedged));
        // Whose markets fell alike is sound throughout, whatever its leverage.
        for name in ["ETH long + SOL short 4x", "ETH long + SOL short 8x", "ETH long + SOL short 12x"] {
            assert!(lowest(arm, find(name)).is_some_and(|health| health > 15_000), "{name}");
        }
    }
    // What the stale price took whole, the guard kept.
    let ruined = find("DOGE long + BTC short 8x");
    assert_eq!(without.final_equity[ruined], 0);
    assert!(with.final_equity[ruined] > 2_000_000_000, "{}", with.final_equity[ruined]);
    // One that leaves as a whole gets out at the stale price: it loses on one position at once, and the profit of the
    // other is paid at the next valid price and no higher.
    let leaver = find("SOL long + DOGE short 2x (leaves)");
    assert!(with.final_equity[leaver] < without.final_equity[leaver]);
    for arm in [&without, &with] {
        let exit = arm.attempts.iter().find(|each| each.trader == leaver && each.wish == Wish::Exit);
        assert_eq!(exit.map(|exit| exit.refused.clone()), Some(None));
        assert_eq!(arm.blocks.last().expect("blocks").health[leaver], None);
    }
}

#[test]
fn a_run_that_nobody_hears_ends_at_once() {
    let incident = dydx();
    let blobs = Blobs::load(Path::new(CONTRACTS)).expect("the contracts are built");
    let mut heard = 0;
    let mut tell = |_: Signal| {
        heard += 1;
        heard < 3
    };
    let ended = run_arm(Arm::With, &incident, &Cast::of(&incident), &blobs, &mut tell);
    assert_eq!(ended.expect_err("nobody listened").to_string(), "the rehearsal was given up");
    assert_eq!(heard, 3);
}
