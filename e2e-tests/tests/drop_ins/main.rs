//! The drop-in adapters as EVM bytecode on the compiled guard and registry, with consumers of Aave's and Chainlink's
//! kind, in every state that a market can be in.

mod packages;
mod refusals;
mod states;

use alloy_core::{
    primitives::{Address, FixedBytes, U256},
    sol,
    sol_types::{Revert, SolCall, SolValue},
};
use e2e_tests::{
    chain,
    drop_ins::{DropIns, IAggregator, ISentinel, deploy},
    funded,
    interfaces::{
        IOracleGuard::{heartbeatCall, reportCall, setFeedCall, setMarketCall},
        IUpgradeRegistry::{addKeeperCall, forkOfCall, registerDomainCall, signalCall},
    },
    place,
    plans::announcement,
    sol_address,
};
use lockstep_devchain::{Account, DevChain, Failure, H160};

sol! {
    #![sol(all_derives)]
    interface IUnreliable {
        function setMood(uint8 mood) external;
    }
    interface IPriceConsumer {
        error NoPrice();
        error OldPrice(uint256 updatedAt);
        error HostDown();
        error GraceNotOver(uint256 startedAt);
        function price() external view returns (uint256);
        function settledPrice() external view returns (uint256);
    }
    interface IAavePool {
        function liquidationPrice(uint256 healthFactor) external view returns (uint256);
        function validateBorrow() external view;
    }
}

const FEED: u32 = 1;
const MARKET: u32 = 10;
const UNIT: u128 = 1_000_000_000_000_000_000;
const PRICE: u128 = 100 * UNIT;
const GRACE: u64 = 600;
const RAMP: u64 = 1_800;
/// The market's price as the adapter answers it.
const ANSWER: i64 = 10_000_000_000;
const ASSET: Address = Address::repeat_byte(0xd0);
/// What Aave says: the sentinel refuses; the interest rate mode, which is checked after the sentinel, is unknown.
const SENTINEL: &str = "59";
const RATE_MODE: &str = "33";

/// What the consumers of the adapters are built from.
struct Consumers {
    /// Aave's own validation on our sentinel and on Aave's own oracle contract, which reads our price feed.
    pool: H160,
    /// Aave's own sentinel on our uptime feed.
    sentinel: H160,
    /// A Chainlink consumer on our price feed and our uptime feed.
    consumer: H160,
}

struct Stage {
    chain: DevChain,
    governance: Account,
    reporters: Vec<Account>,
    registry: H160,
    guard: H160,
    /// Stands between the registry and all who ask it.
    front: H160,
    drop_ins: DropIns,
    consumers: Consumers,
}

/// What everybody sees of the market.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    borrow: bool,
    liquidate: bool,
    /// The answer of the price feed, or the verdict for which it refuses.
    price: Result<i64, u8>,
    down: bool,
    since: u64,
}

const fn open(since: u64) -> Seen {
    Seen { borrow: true, liquidate: true, price: Ok(ANSWER), down: false, since }
}

fn consumers(chain: &mut DevChain, deployer: &Account, on: &DropIns) -> Consumers {
    let (nobody, sources) = (Address::repeat_byte(0xaa), vec![sol_address(on.price_feed)]);
    let oracle = (nobody, vec![ASSET], sources, Address::ZERO, Address::ZERO, U256::from(ANSWER)).abi_encode_params();
    let oracle = deploy(chain, deployer, "AaveOracle", oracle).unwrap();
    let pool = (sol_address(on.sentinel), sol_address(oracle), ASSET).abi_encode_params();
    let pool = deploy(chain, deployer, "AavePool", pool).unwrap();
    let uptime = sol_address(on.uptime_feed);
    let sentinel = (nobody, uptime, U256::from(GRACE)).abi_encode_params();
    let sentinel = deploy(chain, deployer, "PriceOracleSentinel", sentinel).unwrap();
    let consumer = (sol_address(on.price_feed), uptime, U256::from(120), U256::from(GRACE)).abi_encode_params();
    let consumer = deploy(chain, deployer, "PriceConsumer", consumer).unwrap();
    Consumers { pool, sentinel, consumer }
}

/// A market that has been open for longer than every grace.
fn deployed() -> (Stage, u64) {
    let mut chain = chain();
    let governance = funded(&mut chain, "governance");
    let names = ["ann", "ben", "cat", "dan", "eve"];
    let reporters: Vec<Account> = names.iter().map(|name| funded(&mut chain, name)).collect();
    let owner = sol_address(governance.address());
    let registry = place(&mut chain, &governance, "upgrade_registry", (owner,).abi_encode_params()).unwrap();
    let front = deploy(&mut chain, &governance, "Unreliable", (sol_address(registry),).abi_encode_params()).unwrap();
    let constructor = (owner, sol_address(front), 6_000u64, 60u64, 1_800u64).abi_encode_params();
    let guard = place(&mut chain, &governance, "oracle_guard", constructor).unwrap();
    let feed = setFeedCall {
        feed: FEED,
        reporters: reporters.iter().map(|reporter| sol_address(reporter.address())).collect(),
        minSources: 3,
        maxAge: 120,
        maxConfidence: 200,
        maxDeviation: 1_000,
        grace: GRACE,
        feedGrace: 60,
        ramp: RAMP,
        freshReports: 5,
    };
    chain.sol_call(&governance, guard, &feed, 0).unwrap();
    chain.sol_call(&governance, guard, &setMarketCall { market: MARKET, feed: FEED, class: 3 }, 0).unwrap();
    let since = chain.now();
    let drop_ins = DropIns::deploy(&mut chain, &governance, guard, front, MARKET);
    let consumers = consumers(&mut chain, &governance, &drop_ins);
    let mut stage = Stage { chain, governance, reporters, registry, guard, front, drop_ins, consumers };
    for _ in 0..11 {
        stage.round_after(60);
    }
    assert_eq!(stage.seen(), open(since));
    (stage, since)
}

impl Stage {
    fn report(&mut self, reporter: usize, price: u128) {
        let call = reportCall { feed: FEED, price, confidence: 0, publishedAt: self.chain.now() };
        self.chain.sol_call(&self.reporters[reporter].clone(), self.guard, &call, 0).unwrap();
    }

    fn round(&mut self) {
        for reporter in 0..self.reporters.len() {
            self.report(reporter, PRICE);
        }
    }

    fn pass(&mut self, seconds: u64) {
        let until = self.chain.now() + seconds;
        self.chain.produce_until(until);
    }

    fn round_after(&mut self, seconds: u64) {
        self.pass(seconds);
        self.round();
    }

    /// Rounds every minute, the last one less than a minute before `time`, and then the block of `time`.
    fn rounds_until(&mut self, time: u64) {
        while self.chain.now() + 60 < time {
            self.round_after(60);
        }
        self.chain.produce_block_at(time).unwrap();
    }

    fn heartbeat(&mut self) {
        self.chain.sol_call(&self.governance.clone(), self.guard, &heartbeatCall {}, 0).unwrap();
    }

    fn ask<C: SolCall>(&self, contract: H160, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_view(&self.governance, contract, call)
    }

    fn mood(&mut self, front: H160, mood: u8) {
        self.chain.sol_call(&self.governance.clone(), front, &IUnreliable::setMoodCall { mood }, 0).unwrap();
    }

    fn seen(&self) -> Seen {
        let on = self.drop_ins;
        let price = match self.ask(on.price_feed, &IAggregator::latestAnswerCall {}) {
            Ok(answer) => Ok(i64::try_from(answer).unwrap()),
            Err(failure) => Err(failure.error_as::<IAggregator::InvalidPrice>().expect("only for its verdict").verdict),
        };
        let uptime = self.ask(on.uptime_feed, &IAggregator::latestRoundDataCall {}).unwrap();
        assert_eq!((uptime._2, U256::from(uptime._0)), (uptime._3, uptime._2), "one date for all");
        Seen {
            borrow: self.ask(on.sentinel, &ISentinel::isBorrowAllowedCall {}).unwrap(),
            liquidate: self.ask(on.sentinel, &ISentinel::isLiquidationAllowedCall {}).unwrap(),
            price,
            down: !uptime._1.is_zero(),
            since: u64::try_from(uptime._2).unwrap(),
        }
    }

    /// What Aave's own sentinel answers on our uptime feed, to both of its questions.
    fn aaves_sentinel(&self) -> bool {
        let borrow = self.ask(self.consumers.sentinel, &ISentinel::isBorrowAllowedCall {}).unwrap();
        let liquidate = self.ask(self.consumers.sentinel, &ISentinel::isLiquidationAllowedCall {}).unwrap();
        assert_eq!(borrow, liquidate);
        borrow
    }

    /// What Aave's own validation says to a liquidation at a health in per cent.
    fn liquidation(&self, health: u64) -> Result<U256, Failure> {
        let health = U256::from(health) * U256::from(UNIT / 100);
        self.ask(self.consumers.pool, &IAavePool::liquidationPriceCall { healthFactor: health })
    }

    /// Asserts what Aave's own validation says to borrowing.
    fn assert_borrowing(&self, allowed: bool) {
        let refusal = self.ask(self.consumers.pool, &IAavePool::validateBorrowCall {}).map(|_| ());
        assert_eq!(said(refusal), if allowed { RATE_MODE } else { SENTINEL });
    }

    fn settled_price(&self) -> Result<U256, Failure> {
        self.ask(self.consumers.consumer, &IPriceConsumer::settledPriceCall {})
    }

    fn registry<C: SolCall>(&mut self, account: &Account, call: &C) -> C::Return {
        self.chain.sol_call(account, self.registry, call, 0).unwrap()
    }

    /// Announces a plan for the market that freezes in ten minutes, and returns when.
    fn announce(&mut self) -> u64 {
        let governance = self.governance.clone();
        let genesis = FixedBytes([1; 32]);
        self.registry(&governance, &registerDomainCall { domain: 1, genesisHash: genesis, paraId: 0, chainId: 0 });
        for (count, keeper) in (1u32..).zip(self.reporters[..3].to_vec()) {
            let call = addKeeperCall { keeper: sol_address(keeper.address()), threshold: count / 2 + 1 };
            self.registry(&governance, &call);
        }
        let freeze_at = self.chain.now() + 600;
        let plan = announcement(freeze_at, FixedBytes([7; 32]), vec![MARKET]);
        self.registry(&governance, &plan);
        freeze_at
    }

    /// Enough keepers say this about the plan.
    fn signal(&mut self, kind: u8) {
        let governance = self.governance.clone();
        let fork = self.registry(&governance, &forkOfCall { domain: 1 });
        let observed = self.chain.now();
        for keeper in [self.reporters[0].clone(), self.reporters[1].clone()] {
            let call = signalCall {
                plan: 1,
                kind,
                forkId: fork,
                height: 5,
                codeHash: FixedBytes([7; 32]),
                observedAt: observed,
            };
            self.registry(&keeper, &call);
        }
    }
}

/// The reason that a call was refused with, as a string.
fn said<T>(result: Result<T, Failure>) -> String {
    let failure = result.map(|_| ()).expect_err("it is refused");
    failure.error_as::<Revert>().unwrap_or_else(|| panic!("{failure:?}")).reason
}
