//! Every incident of this repository, rehearsed on the compiled contracts in both arms: what exactly must come out.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use lockstep_agent::incident::{Conduct, Incident, load};
use lockstep_agent::outcome::{Arm, ArmOutcome, MarketMode, PromiseState, Summary, Wish, check, summarise};
use lockstep_agent::report::over_at;
use lockstep_agent::simulation::{Blobs, Cast, run_arm};
use lockstep_core::registry::Phase::{
    self, Activated, Announced, Cancelled, Completed, Deviated, Expired, Frozen, Stabilising,
};

const INCIDENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e-tests/incidents");
const CONTRACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/ink");

struct Rehearsed {
    incident: Incident,
    cast: Cast,
    without: ArmOutcome,
    with: ArmOutcome,
}

impl Rehearsed {
    fn table(&self, arm: Arm) -> Summary {
        let outcome = self.arm(arm);
        summarise(outcome, over_at(&self.incident, outcome))
    }

    fn arm(&self, arm: Arm) -> &ArmOutcome {
        if arm == Arm::With { &self.with } else { &self.without }
    }

    /// Names of the traders that were liquidated although sound, once each.
    fn wronged(&self, arm: Arm) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for each in self.arm(arm).liquidations.iter().filter(|each| each.is_wrongful()) {
            let name = self.cast.traders[each.trader].name.as_str();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.sort_unstable();
        names
    }

    fn phases(&self, arm: Arm) -> Vec<Phase> {
        self.arm(arm).plans[0].phases.iter().map(|span| span.phase).collect()
    }

    /// Why increases were refused, in order.
    fn refused_increases(&self) -> Vec<&str> {
        let increases = self.with.attempts.iter().filter(|attempt| attempt.wish == Wish::Increase);
        increases.filter_map(|attempt| attempt.refused.as_deref()).collect()
    }
}

fn rehearse(name: &str) -> Rehearsed {
    let incident = load(&Path::new(INCIDENTS).join(format!("{name}.toml"))).expect("a sound file");
    let blobs = Blobs::load(Path::new(CONTRACTS)).expect("the contracts are built");
    let cast = Cast::of(&incident);
    let run = |arm| run_arm(arm, &incident, &cast, &blobs, &mut |_| true).expect("the rehearsal runs");
    let (without, with) = thread::scope(|scope| {
        let without = scope.spawn(|| run(Arm::Without));
        let with = run(Arm::With);
        (without.join().expect("no panic"), with)
    });
    let rehearsed = Rehearsed { incident, cast, without, with };
    let promises = check(&rehearsed.with, over_at(&rehearsed.incident, &rehearsed.with));
    let broken: Vec<_> = promises.iter().filter(|promise| promise.state == PromiseState::Broken).collect();
    assert!(broken.is_empty(), "{name}: {broken:?}");
    assert_eq!(rehearsed.table(Arm::With).wrongly_liquidated, 0);
    rehearsed
}

#[test]
fn a_good_upgrade_moves_nothing() {
    let run = rehearse("good-upgrade");
    assert_eq!(run.phases(Arm::With), [Announced, Frozen, Activated, Stabilising, Completed]);
    for arm in Arm::BOTH {
        let plan = &run.arm(arm).plans[0];
        assert_eq!((plan.unmoved, plan.moved), (17, 0), "{arm:?}");
        assert_eq!(run.table(arm).liquidated, 0);
    }
    // Twenty minutes without transactions, of which the keepers tell only afterwards.
    let shut: Vec<u64> = run.with.blocks.iter().filter(|block| block.only_inherents).map(|block| block.at).collect();
    let (started, done) = run.incident.migrations()[0];
    assert_eq!((shut.first(), shut.last()), (Some(&(started + 30)), Some(&done)));
    let told: Vec<_> = run.with.plans[0].told.iter().map(|told| (told.what, told.at, told.refused.is_none())).collect();
    assert_eq!(
        told,
        [
            ("authorised", started - 1_770, true),
            ("activated", done + 30, true),
            ("migrations started", done + 30, true),
            ("migrations completed", done + 30, true),
            ("canary passed", done + 90, true)
        ]
    );
    // The canary is liquidated in the freeze, by a fiftieth: 18 of loss and a fee of 1 % on 82.
    let words = "the canary is liquidated on its own market: it pays 18.82 USD, of which 0.82 USD go to the liquidator";
    let canary: Vec<_> =
        run.with.timeline.iter().filter(|moment| moment.what == words).map(|moment| moment.at).collect();
    assert_eq!(canary, [done + 90]);
    assert!(
        run.with.freezes.iter().all(|freeze| freeze.from < done && freeze.until.is_some_and(|until| until > done + 90))
    );
    // The grace is over at its last second and the next block is open.
    let table = run.table(Arm::With);
    assert_eq!((table.time_to_thaw, table.longest_freeze), (Some(930), Some(2_820)));
    assert_eq!(run.refused_increases(), ["an upgrade has the market frozen"]);
    assert_eq!((run.table(Arm::Without).upgrade_increases, table.upgrade_increases), (1, 0));
}

#[test]
fn a_stuck_migration_deviates_and_its_stale_price_hurts_nobody() {
    let run = rehearse("stuck-migration");
    assert_eq!(run.phases(Arm::With), [Announced, Frozen, Deviated]);
    assert_eq!(run.wronged(Arm::Without), ["BTC long 12x", "BTC long 15x", "BTC long 9x"]);
    assert_eq!(run.wronged(Arm::With), [""; 0]);
    let told: Vec<_> = run.with.plans[0].told.iter().map(|told| told.what).collect();
    assert_eq!(told, ["authorised", "activated", "migrations started", "failed"]);
    let (without, with) = (run.table(Arm::Without), run.table(Arm::With));
    assert_eq!((without.stale_increases, with.stale_increases), (1, 0));
    assert_eq!(with.time_to_thaw, Some(1_830));
    let leaver = run.cast.traders.iter().position(|trader| trader.conduct == Conduct::Leaves).expect("one leaves");
    let exit = run.with.attempts.iter().find(|each| each.trader == leaver && each.wish == Wish::Exit).expect("it left");
    assert_eq!((exit.refused.is_none(), exit.price_fresh), (true, false));
}

#[test]
fn an_upgrade_that_is_called_off_releases_what_it_froze() {
    let run = rehearse("aborted-upgrade");
    assert_eq!(run.phases(Arm::With), [Announced, Frozen, Cancelled]);
    assert_eq!(run.with.plans[0].told.iter().map(|told| told.what).collect::<Vec<_>>(), ["authorised", "called off"]);
    assert_eq!(run.table(Arm::With).time_to_thaw, Some(930));
    assert_eq!(run.refused_increases(), ["an upgrade has the market frozen"]);
    let last = run.with.blocks.last().expect("blocks");
    assert!(last.markets.iter().all(|market| market.mode == MarketMode::Open && market.share_bps == 10_000));
}

#[test]
fn an_upgrade_of_another_network_leaves_other_markets_alone() {
    let run = rehearse("other-domain");
    assert_eq!(run.phases(Arm::With), [Announced, Frozen, Activated, Stabilising, Completed]);
    let btc = run.incident.markets.iter().position(|market| market.asset == "BTC").expect("BTC");
    assert!(run.with.blocks.iter().all(|block| block.markets[btc].mode == MarketMode::Open));
    assert!(run.with.freezes.iter().all(|freeze| freeze.market != btc) && run.with.freezes.len() == 1);
    assert_eq!(run.refused_increases(), ["an upgrade is not verified"]);
    assert_eq!(run.table(Arm::With).time_to_thaw, Some(930));
    // Three of them are hedged on the market that the plan leaves alone.
    assert_eq!((run.with.plans[0].unmoved, run.with.plans[0].moved), (11, 0));
}

#[test]
fn nothing_is_taken_at_a_feed_that_stopped_near_its_floor() {
    let run = rehearse("2022-05-12-terra");
    let (without, with) = (run.table(Arm::Without), run.table(Arm::With));
    assert_eq!((without.stale_increases, with.stale_increases), (4, 0));
    // Liquidations run while the last answer is fresh and stop when it is stale.
    assert_eq!((without.liquidated, with.liquidated), (8, 5));
    let stopped = run.incident.markets[0].faults[1].from.value;
    let stale_after = stopped + run.incident.guard.max_age.value;
    assert!(run.with.liquidations.iter().all(|each| each.at <= stale_after && each.price_valid));
    assert!(run.without.liquidations.iter().any(|each| each.at > stale_after));
    let refused = run.with.attempts.iter().filter(|each| each.wish == Wish::Liquidate && each.refused.is_some());
    assert!(refused.clone().count() > 0 && refused.clone().all(|each| each.at >= stale_after - 60));
    // The maker pays for it without Lockstep.
    assert!(without.maker_result < 0 && with.maker_result > 0);
    // The freeze reaches its bound of four hours and the market may then only shrink.
    let [freeze] = &run.with.freezes[..] else { panic!("one freeze: {:?}", run.with.freezes) };
    assert!(freeze.reached_bound && freeze.feed_down && freeze.until.is_none());
    let last = run.with.blocks.last().expect("blocks");
    assert_eq!(last.markets[0].mode, MarketMode::ReduceOnly);
    assert_eq!(with.sacred_refused, 0);
}

#[test]
fn a_chain_that_fails_two_hours_after_its_upgrade_deviates() {
    let run = rehearse("2024-06-05-cosmoshub-v17");
    assert_eq!(run.phases(Arm::With), [Announced, Frozen, Stabilising, Deviated]);
    let (_, back) = run.incident.halts()[1];
    let told: Vec<_> = run.with.plans[0].told.iter().map(|told| (told.what, told.at)).collect();
    assert_eq!(told.last(), Some(&("failed", back)), "{told:?}");
    assert_eq!(run.refused_increases().len(), 2);
    assert_eq!(run.refused_increases()[0], "an upgrade must prove stable");
    assert_eq!((run.table(Arm::Without).upgrade_increases, run.table(Arm::With).upgrade_increases), (2, 0));
    assert_eq!(run.table(Arm::With).time_to_thaw, Some(1_830));
    assert_eq!((run.table(Arm::Without).liquidated, run.table(Arm::With).liquidated), (0, 0));
}

#[test]
fn a_deferred_activation_is_seen_without_a_gap_between_blocks() {
    let run = rehearse("2025-05-09-kusama");
    assert_eq!(run.phases(Arm::With), [Announced, Frozen, Activated, Stabilising, Deviated]);
    assert_eq!(
        run.refused_increases(),
        ["an upgrade must prove stable", "an upgrade is over and the thaw is not complete", "an upgrade deviated"]
    );
    assert_eq!((run.table(Arm::Without).upgrade_increases, run.table(Arm::With).upgrade_increases), (3, 0));
    let ksm = run.incident.markets.iter().position(|market| market.asset == "KSM").expect("KSM");
    assert!(run.with.freezes.iter().all(|freeze| freeze.market == ksm && !freeze.reached_bound));
    assert_eq!(run.with.freezes.len(), 2, "once for the plan, once for its deviation; slow blocks are no outage");
    let last = run.with.blocks.last().expect("blocks");
    assert_eq!(last.markets[ksm].mode, MarketMode::Recovering);
}

#[test]
fn a_price_of_zero_takes_nobody_and_a_roll_back_is_survived() {
    let run = rehearse("2026-01-19-paradex");
    let longs: Vec<&str> = run.wronged(Arm::Without);
    assert_eq!(longs.len(), 6, "every long on BTC with borrowed money: {longs:?}");
    assert!(longs.iter().all(|name| name.starts_with("BTC long")));
    for each in &run.without.liquidations {
        assert_eq!((each.price, each.undone), (0, true), "{each:?}");
    }
    let (without, with) = (run.table(Arm::Without), run.table(Arm::With));
    assert_eq!(without.wrongs_undone, run.without.liquidations.len());
    assert_eq!((without.liquidated, with.liquidated), (6, 0));
    assert_eq!(without.bad_debt, 0, "the roll-back undid it");
    // On the branch that survives, the upgrade never came.
    assert_eq!(run.phases(Arm::With), [Announced, Frozen, Activated, Stabilising, Expired]);
    let told: Vec<_> = run.with.plans[0].told.iter().map(|told| (told.what, told.refused.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("authorised", None),
            ("activated", None),
            ("migrations started", None),
            ("migrations completed", None),
            ("canary passed", None),
            ("rolled back", Some("the plan is over"))
        ]
    );
    // The honest trade after the block to which the chain went back is gone in both arms.
    let late = run.cast.traders.iter().position(|trader| trader.name == "ETH long 5x").expect("it is in the file");
    for arm in Arm::BOTH {
        assert_eq!(run.arm(arm).blocks.last().expect("blocks").health[late], None, "{arm:?}");
    }
}

#[test]
fn an_upgrade_without_notice_is_frozen_by_keepers_at_its_first_sign() {
    let run = rehearse("no-notice");
    assert_eq!(run.phases(Arm::With), [Frozen, Stabilising, Completed]);
    let plan = &run.with.plans[0];
    let signed = run.incident.events[0].at.value;
    // At the next look after the block with the authorisation.
    let frozen = plan.phases[0].from;
    assert!(signed < frozen && frozen <= signed + 90, "frozen at {frozen}");
    assert_eq!(plan.bound, frozen + 6 * 3_600);
    let told: Vec<_> = plan.told.iter().map(|told| (told.what, told.refused.as_deref())).collect();
    assert_eq!(told, [("activated", None), ("migrations completed", None), ("canary passed", None)]);
    // An hour of clean running, which no keeper can shorten.
    let span = &plan.phases[1];
    assert_eq!(span.until.map(|until| until - span.from), Some(3_600));
    assert_eq!((plan.unmoved, plan.moved), (8, 0));
    assert_eq!(run.refused_increases(), ["an upgrade has the market frozen"]);
    assert_eq!(run.table(Arm::With).time_to_thaw, Some(930));
}

#[test]
fn every_file_of_the_folder_is_rehearsed_here_or_in_a_test_of_its_own() {
    let mut files: Vec<PathBuf> =
        fs::read_dir(INCIDENTS).expect("the folder is there").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let tests = [include_str!("incidents.rs"), include_str!("rehearsal.rs")].concat();
    for file in files {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let incident = load(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(incident.id, name, "the file is named as the incident is");
        assert!(tests.contains(&name), "{name} is in no test");
    }
}
