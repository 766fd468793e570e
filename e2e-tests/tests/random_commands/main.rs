//! Random commands by random people over all five contracts, two honest venues, hostile venues and tokens, on a chain
//! that halts, migrates, upgrades and rolls back, with feeds that fail. After every command the invariants are asserted.
//!
//! The seed decides everything. `LOCKSTEP_SEED`, `LOCKSTEP_COMMANDS` (in all) and `LOCKSTEP_WORLD` (commands in one world,
//! after which a new one begins) choose another run than the short one:
//!
//! ```sh
//! LOCKSTEP_SEED=7 LOCKSTEP_COMMANDS=100000 cargo test --locked --workspace --test random_commands -- --nocapture
//! ```

mod books;
mod command;
mod dice;
mod draw;
mod faults;
mod invariants;
mod memory;
mod proposals;
mod refusals;
mod send;
mod settling;
mod votes;
mod world;

use std::{collections::BTreeMap, time::Instant};

use books::Layouts;
use dice::Dice;
use refusals::Tally;
use world::World;

/// Commands of the short run, of one world, and its seed.
const SHORT: (u64, u64, u64) = (1_000, 3_000, 5);

/// How many of each ten thousand commands are of a kind and go through, at least: a run that does nothing proves nothing.
const LEAST: [(&str, u64); 52] = [
    ("Announce", 60),
    ("ClaimReward", 5),
    ("Close", 8),
    ("Damaged", 8),
    ("Delegate", 3),
    ("Deposit", 100),
    ("DepositNative", 30),
    ("Drift", 120),
    ("Emergency", 25),
    ("Execute", 1),
    ("Forecast", 20),
    ("FundRewards", 4),
    ("Garbage", 8),
    ("Halt", 4),
    ("Heartbeat", 30),
    ("HostileToken", 12),
    ("HostileVenue", 15),
    ("Increase", 60),
    ("Insure", 15),
    ("KeeperBond", 8),
    ("Liquidate", 20),
    ("Lock", 10),
    ("Mark", 30),
    ("Migration", 3),
    ("Note", 12),
    ("ObserveSupply", 8),
    ("OptIn", 6),
    ("OptOut", 3),
    ("Pass", 400),
    ("Pause", 8),
    ("PauseFor", 5),
    ("PostBond", 12),
    ("Propose", 50),
    ("Prune", 2),
    ("Pull", 2),
    ("Queue", 8),
    ("Reduce", 40),
    ("Report", 10),
    ("Resume", 1),
    ("RollBack", 1),
    ("Save", 1),
    ("Seize", 4),
    ("Settle", 8),
    ("SettlementBond", 6),
    ("Signal", 80),
    ("Silence", 8),
    ("SourceFault", 10),
    ("Unlock", 5),
    ("Upgrade", 3),
    ("Veto", 2),
    ("Vote", 120),
    ("Withdraw", 40),
];

fn setting(name: &str, otherwise: u64) -> u64 {
    let Ok(text) = std::env::var(name) else { return otherwise };
    text.parse().unwrap_or_else(|error| panic!("{name}={text}: {error}"))
}

/// What was broken, by its kind: when it was first seen, and how often.
type Broken = BTreeMap<String, (String, u64)>;

/// Runs the world of `seed` for so many commands.
fn run(seed: u64, count: u64, layouts: &Layouts, tally: &mut Tally, broken: &mut Broken) {
    let mut world = World::new();
    let (mut dice, mut probes) = (Dice::of(seed), Dice::of(!seed));
    for step in 0..count {
        let command = draw::draw(&mut world, &mut dice);
        let before = tally.asking(|| world.look(&command, step, &mut probes));
        let outcome = world.run(&command);
        tally.count(&command.kind(), &outcome);
        let judged = tally.asking(|| world.judge(layouts, &command, &outcome, &before, step, &mut probes));
        if let Err(what) = judged {
            let kind = what.chars().filter(|c| !c.is_ascii_digit()).collect();
            let first = || {
                let told = format!(
                    "{what}\n  after command {step} of the world {seed}, at {} s: {command:?} -> {outcome:?}\n  \
                     replay it: LOCKSTEP_SEED={seed} LOCKSTEP_COMMANDS={} LOCKSTEP_WORLD={count}",
                    world.chain.now(),
                    step + 1,
                );
                println!("{told}");
                (told, 0)
            };
            broken.entry(kind).or_insert_with(first).1 += 1;
        }
    }
}

#[test]
fn no_sequence_of_commands_breaks_an_invariant() {
    let count = setting("LOCKSTEP_COMMANDS", SHORT.0);
    let each = setting("LOCKSTEP_WORLD", SHORT.1);
    let seed = setting("LOCKSTEP_SEED", SHORT.2);
    println!("LOCKSTEP_SEED={seed} LOCKSTEP_COMMANDS={count} LOCKSTEP_WORLD={each}");
    let (layouts, mut tally, start) = (Layouts::read(), Tally::default(), Instant::now());
    let (mut left, mut number, mut broken) = (count, seed, Broken::new());
    while left > 0 {
        let commands = left.min(each);
        run(number, commands, &layouts, &mut tally, &mut broken);
        left -= commands;
        number += 1;
        let (spent, asking) = (start.elapsed().as_secs_f64(), tally.asked.as_secs_f64());
        println!("{} commands in {spent:.1} s, {asking:.1} s of them for the invariants", tally.all());
    }
    tally.print();
    for (first, times) in broken.values() {
        println!("{times} times: {first}");
    }
    assert!(broken.is_empty(), "{} kinds of invariants were broken", broken.len());
    for (kind, least) in LEAST {
        let (done, least) = (tally.done(kind), least * count / 10_000);
        assert!(done >= least, "{kind} went through {done} times, not {least}");
    }
}
