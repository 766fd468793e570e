//! Says how many calls a second the chain runs on this machine.
//!
//! `throughput BLOB CALL [CONSTRUCTOR]`: deploys the contract in the file BLOB with the constructor
//! data CONSTRUCTOR, then sends it the call data CALL over and over; both in hexadecimal.

use std::time::Instant;

use anyhow::{Context, Result};
use lockstep_devchain::{Account, ChainConfig, DevChain};

const BLOCKS: u32 = 600;
const CALLS_PER_BLOCK: u32 = 5;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().context("usage: throughput BLOB CALL [CONSTRUCTOR]")?;
    let call = hex::decode(arguments.next().context("no call data given")?)?;
    let constructor = hex::decode(arguments.next().unwrap_or_default())?;

    let alice = Account::named("alice");
    let mut chain = DevChain::new(ChainConfig::default())?;
    let blob = std::fs::read(&path).with_context(|| format!("{path} cannot be read"))?;
    let contract = chain.deploy(&alice, blob, constructor, 0)?.address;
    println!("{:?}", chain.call(&alice, contract, call.clone(), 0));

    let start = Instant::now();
    chain.produce_blocks(BLOCKS);
    println!("{:.0} empty blocks a second", f64::from(BLOCKS) / start.elapsed().as_secs_f64());

    for state_roots in [false, true] {
        let start = Instant::now();
        for _ in 0..BLOCKS {
            chain.produce_block();
            for _ in 0..CALLS_PER_BLOCK {
                chain.call(&alice, contract, call.clone(), 0);
            }
            if state_roots {
                chain.state_root();
            }
        }
        let rate = f64::from(BLOCKS * CALLS_PER_BLOCK) / start.elapsed().as_secs_f64();
        let roots = if state_roots { "with" } else { "without" };
        println!("{rate:.0} calls a second, {CALLS_PER_BLOCK} in a block, {roots} the state root of every block");
    }

    let start = Instant::now();
    let root = chain.state_root();
    println!("{:?} for the state root {root:?}", start.elapsed());
    let start = Instant::now();
    drop(chain.split());
    println!("{:?} for a split", start.elapsed());
    Ok(())
}
