//! Every message of the oracle guard and every refusal, on the compiled contract, with the compiled registry.

mod budgets;
mod cases;
mod cells;
mod history;
mod liveness;
mod marks;
mod pauses;
mod pulled;
mod refusals;
mod registries;
mod settling;
mod states;
mod table;

use alloy_core::sol_types::{SolCall, SolValue};
use e2e_tests::{
    chain, emitted, funded,
    interfaces::{IOracleGuard::*, IUpgradeRegistry::addKeeperCall},
    place, sol_address,
};
use lockstep_devchain::{Account, DevChain, Failure, H160};

const FEED: u32 = 1;
const MARKET: u32 = 10;
const PRICE: u128 = 100_000_000_000_000_000_000;
const GRACE: u64 = 600;
const INCREASE: u8 = 4;
const LIQUIDATE: u8 = 5;
const FUND: u8 = 6;
const SETTLE: u8 = 7;

struct Stage {
    chain: DevChain,
    guard: H160,
    registry: H160,
    governance: Account,
    reporters: Vec<Account>,
}

fn feed(reporters: &[Account]) -> setFeedCall {
    setFeedCall {
        feed: FEED,
        reporters: reporters.iter().map(|reporter| sol_address(reporter.address())).collect(),
        minSources: 3,
        maxAge: 120,
        maxConfidence: 200,
        maxDeviation: 1_000,
        grace: GRACE,
        feedGrace: 60,
        ramp: 1_800,
        freshReports: 3,
    }
}

/// A guard with one feed of five reporters and one market that has been trusted for a while, on the real registry.
fn deployed() -> Stage {
    in_blocks_of(6, None)
}

/// The same on whatever stands in for a registry.
fn on_registry(code: &[u8]) -> Stage {
    in_blocks_of(6, Some(code))
}

/// The same on a host with a block in so many seconds, on the real registry or what stands in for it.
fn in_blocks_of(seconds: u64, stand_in: Option<&[u8]>) -> Stage {
    let mut chain = chain();
    chain.set_block_time(seconds);
    let governance = funded(&mut chain, "governance");
    let names = ["ann", "ben", "cat", "dan", "eve"];
    let reporters: Vec<Account> = names.iter().map(|name| funded(&mut chain, name)).collect();
    let owner = sol_address(governance.address());
    let registry = match stand_in {
        Some(code) => chain.deploy(&governance, code.to_vec(), Vec::new(), 0).unwrap().address,
        None => place(&mut chain, &governance, "upgrade_registry", (owner,).abi_encode_params()).unwrap(),
    };
    let constructor = (owner, sol_address(registry), seconds * 1_000, 60u64, 1_800u64).abi_encode_params();
    let guard = place(&mut chain, &governance, "oracle_guard", constructor).unwrap();
    let mut stage = Stage { chain, guard, registry, governance, reporters };
    let call = feed(&stage.reporters);
    stage.govern(&call).unwrap();
    let configured = emitted::<FeedConfigured>(&stage.chain);
    assert_eq!((configured[0].feed, configured[0].reporters, configured[0].minSources), (FEED, 5, 3));
    stage.govern(&setMarketCall { market: MARKET, feed: FEED, class: 0 }).unwrap();
    let configured = emitted::<MarketConfigured>(&stage.chain);
    assert_eq!((configured[0].market, configured[0].feed, configured[0].class), (MARKET, FEED, 0));
    for _ in 0..8 {
        stage.round_after(60, PRICE);
    }
    stage
}

/// Makes the first `count` reporters keepers.
fn with_keepers(stage: &mut Stage, count: u32) {
    let governance = stage.governance.clone();
    for (keeper, count) in stage.reporters.clone().iter().zip(1..=count) {
        let call = addKeeperCall { keeper: sol_address(keeper.address()), threshold: count / 2 + 1 };
        stage.registry(&governance, &call);
    }
}

impl Stage {
    fn govern<C: SolCall>(&mut self, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_call(&self.governance.clone(), self.guard, call, 0)
    }

    /// A call by a reporter.
    fn by<C: SolCall>(&mut self, reporter: usize, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_call(&self.reporters[reporter].clone(), self.guard, call, 0)
    }

    fn view<C: SolCall>(&self, call: &C) -> C::Return {
        self.chain.sol_view(&self.governance, self.guard, call).unwrap()
    }

    fn report(&mut self, reporter: usize, price: u128, published: u64) -> Result<reportReturn, Failure> {
        let call = reportCall { feed: FEED, price, confidence: 0, publishedAt: published };
        self.chain.sol_call(&self.reporters[reporter].clone(), self.guard, &call, 0)
    }

    fn round(&mut self, price: u128) {
        let now = self.chain.now();
        for reporter in 0..self.reporters.len() {
            self.report(reporter, price, now).unwrap();
        }
    }

    /// Blocks without a gap, then a report of everybody.
    fn round_after(&mut self, seconds: u64, price: u128) {
        let until = self.chain.now() + seconds;
        self.chain.produce_until(until);
        self.round(price);
    }

    fn market(&self) -> (u8, u8, u64, u32) {
        let state = self.view(&marketStateCall { market: MARKET });
        (state.stage, state.reason, state.until, state.share)
    }

    fn ask(&self, action: u8, health: u32) -> (bool, u8, u32) {
        let answer = self.view(&permissionCall { markets: vec![MARKET], action, health });
        (answer.allowed, answer.reason, answer.share)
    }

    /// Blocks without a gap for so long, with a report of everybody every minute.
    fn steady(&mut self, seconds: u64, price: u128) {
        for _ in 0..seconds / 60 {
            self.round_after(60, price);
        }
    }

    fn wait(&mut self, seconds: u64) {
        let until = self.chain.now() + seconds;
        self.chain.produce_until(until);
    }

    /// Blocks without a gap up to one at `time`, which must lie ahead.
    fn until(&mut self, time: u64) {
        while self.chain.now() + self.chain.block_time() < time {
            self.chain.produce_block();
        }
        self.chain.produce_block_at(time).unwrap();
    }

    fn verdict(&self) -> u8 {
        self.view(&quotesCall { markets: vec![MARKET] })[0].verdict
    }

    fn registry<C: SolCall>(&mut self, account: &Account, call: &C) -> C::Return {
        self.chain.sol_call(account, self.registry, call, 0).unwrap()
    }
}
