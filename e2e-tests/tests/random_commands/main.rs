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
mod world;

use std::{collections::BTreeMap, time::Instant};

use books::Layouts;
use dice::Dice;
use refusals::Tally;
use world::World;

/// Commands of the short run, of one world, and its seed.
const SHORT: (u64, u64, u64) = (1_200, 3_000, 1);

/// How many of ten thousand commands of a kind go through at least.
const LEAST: [(&str, u64); 0] = [];

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
