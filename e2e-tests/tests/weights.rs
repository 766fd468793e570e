//! What the steps in the hot paths of others cost, against the committed baseline, and the size of every contract.

use alloy_core::{
    primitives::FixedBytes,
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    START,
    baseline::{Baseline, Cost, Figure as _},
    blob, chain,
    drop_ins::{DropIns, IAggregator, ISentinel},
    funded,
    interfaces::{
        IOracleGuard as guard,
        IUpgradeRegistry::{self as registry, Schedule},
    },
    place,
    plans::announcement,
    sol_address,
};
use lockstep_core::guard::Action;
use lockstep_devchain::{Account, DevChain, H160};

const DOMAIN: u32 = 1;
const FEED: u32 = 1;
const MARKETS: [u32; 4] = [10, 11, 12, 13];
const PRICE: u128 = 2_000_000_000_000_000_000_000;
const DAY: u64 = 86_400;

/// A registry and a guard with one feed, three reporters and four markets.
struct Coordination {
    chain: DevChain,
    governance: Account,
    reporters: Vec<Account>,
    registry: H160,
    guard: H160,
}

impl Coordination {
    fn new() -> Self {
        let mut chain = chain();
        let governance = funded(&mut chain, "governance");
        let reporters: Vec<Account> = ["ann", "ben", "cat"].iter().map(|name| funded(&mut chain, name)).collect();
        let owner = sol_address(governance.address());
        let registry = place(&mut chain, &governance, "upgrade_registry", (owner,).abi_encode_params()).unwrap();
        let constructor = (owner, sol_address(registry), 6_000u64, 60u64, 1_800u64).abi_encode_params();
        let guard = place(&mut chain, &governance, "oracle_guard", constructor).unwrap();
        let mut stage = Self { chain, governance, reporters, registry, guard };
        let feed = guard::setFeedCall {
            feed: FEED,
            reporters: stage.reporters.iter().map(|reporter| sol_address(reporter.address())).collect(),
            minSources: 2,
            maxAge: 120,
            maxConfidence: 200,
            maxDeviation: 1_000,
            grace: 600,
            feedGrace: 60,
            ramp: 1_800,
            freshReports: 2,
        };
        stage.govern(guard, &feed);
        for market in MARKETS {
            stage.govern(guard, &guard::setMarketCall { market, feed: FEED, class: 0 });
        }
        let domain = registry::registerDomainCall {
            domain: DOMAIN,
            genesisHash: FixedBytes([1; 32]),
            paraId: 1_000,
            chainId: 1,
        };
        stage.govern(registry, &domain);
        stage.recover();
        stage
    }

    fn govern<C: SolCall>(&mut self, contract: H160, call: &C) -> C::Return {
        self.chain.sol_call(&self.governance.clone(), contract, call, 0).unwrap()
    }

    fn report(&mut self) {
        for reporter in self.reporters.clone() {
            let call = guard::reportCall {
                feed: FEED,
                price: PRICE,
                confidence: PRICE / 1_000,
                publishedAt: self.chain.now(),
            };
            self.chain.sol_call(&reporter, self.guard, &call, 0).unwrap();
        }
    }

    /// Reports come in every minute until the market is open and its liquidation share whole.
    fn recover(&mut self) {
        for _ in 0..60 {
            self.chain.produce_until(self.chain.now() + 60);
            self.report();
        }
        let state = self.chain.sol_view(&self.governance, self.guard, &guard::marketStateCall { market: MARKETS[0] });
        let state = state.unwrap();
        assert_eq!((state.stage, state.share), (0, 10_000), "the market is not open: reason {}", state.reason);
    }

    fn announce(&mut self) -> u64 {
        let begin = self.chain.now() + 60;
        let call = registry::announceCall {
            schedule: Schedule { freezeAt: begin, earliest: begin, latest: begin + 60, stabilise: 60, maxFreeze: 600 },
            ..announcement(begin, FixedBytes([2; 32]), vec![MARKETS[0]])
        };
        self.govern(self.registry, &call)
    }

    /// What a call costs that leaves no trace.
    fn dry(&self, contract: H160, call: &impl SolCall) -> Cost {
        Cost::of(&self.chain.dry_run(&self.governance, contract, call.abi_encode(), 0))
    }

    fn drop_ins(&mut self) -> DropIns {
        let governance = self.governance.clone();
        DropIns::deploy(&mut self.chain, &governance, self.guard, self.registry, MARKETS[0])
    }

    fn drop_in_costs(&self, drop_ins: DropIns) -> Vec<(&'static str, Cost)> {
        let asked = [
            ("sentinel, isLiquidationAllowed", drop_ins.sentinel, ISentinel::isLiquidationAllowedCall {}.abi_encode()),
            ("sentinel, isBorrowAllowed", drop_ins.sentinel, ISentinel::isBorrowAllowedCall {}.abi_encode()),
            ("price feed, latestRoundData", drop_ins.price_feed, IAggregator::latestRoundDataCall {}.abi_encode()),
            ("uptime feed, latestRoundData", drop_ins.uptime_feed, IAggregator::latestRoundDataCall {}.abi_encode()),
        ];
        let cost = |contract, call| Cost::of(&self.chain.dry_run(&self.governance, contract, call, 0));
        asked.into_iter().map(|(step, contract, call)| (step, cost(contract, call))).collect()
    }

    /// What the last call cost.
    fn last(&self) -> Cost {
        Cost::of(self.chain.last_outcome().unwrap())
    }

    fn permission(&self, markets: &[u32], action: Action) -> Cost {
        let call = guard::permissionCall { markets: markets.to_vec(), action: action.number(), health: 9_900 };
        let answer = self.chain.sol_view(&self.governance, self.guard, &call).unwrap();
        assert!(answer.allowed, "refused for reason {}", answer.reason);
        self.dry(self.guard, &call)
    }
}

#[test]
fn coordination() {
    let mut stage = Coordination::new();
    let mut baseline = Baseline::new("coordination");
    baseline.record("permission to liquidate, 1 market", stage.permission(&MARKETS[..1], Action::Liquidate));
    baseline.record("permission to increase, 1 market", stage.permission(&MARKETS[..1], Action::Increase));
    baseline.record("permission to increase, 4 markets", stage.permission(&MARKETS, Action::Increase));
    baseline.record("permission to reduce, 4 markets", stage.permission(&MARKETS, Action::Reduce));
    let quotes = |markets: &[u32]| guard::quotesCall { markets: markets.to_vec() };
    baseline.record("quotes, 1 market", stage.dry(stage.guard, &quotes(&MARKETS[..1])));
    baseline.record("quotes, 4 markets", stage.dry(stage.guard, &quotes(&MARKETS)));
    baseline.record("active time", stage.dry(stage.guard, &guard::activeTimeCall {}));
    let phase = registry::marketPhasesCall { markets: vec![MARKETS[0]] };
    baseline.record("phase of a market without a plan", stage.dry(stage.registry, &phase));
    stage.chain.produce_until(stage.chain.now() + 60);
    stage.report();
    baseline.record("report", stage.last());
    stage.chain.produce_block();
    stage.govern(stage.guard, &guard::heartbeatCall {});
    baseline.record("heartbeat", stage.last());
    let drop_ins = stage.drop_ins();
    for (step, cost) in stage.drop_in_costs(drop_ins) {
        baseline.record(step, cost);
    }
    let plan = stage.announce();
    baseline.record("announcement", stage.last());
    baseline.record("phase of a market with a plan", stage.dry(stage.registry, &phase));
    baseline.record("state of a plan", stage.dry(stage.registry, &registry::planCall { plan_: plan }));
    baseline
        .record("permission to liquidate, 1 market with a plan", stage.permission(&MARKETS[..1], Action::Liquidate));
    baseline.check();
}

/// What everybody asks in their hot paths, of a market whose plans are over: with one of them, and with a thousand.
#[test]
fn finished_plans() {
    let mut stage = Coordination::new();
    let mut baseline = Baseline::new("finished-plans");
    let drop_ins = stage.drop_ins();
    let mut finished = 0;
    for (count, name) in [(1, "1 finished plan"), (1_000, "1,000 finished plans")] {
        while finished < count {
            stage.announce();
            stage.chain.produce_block_after(3 * DAY).unwrap();
            finished += 1;
        }
        stage.recover();
        assert!(stage.chain.now() > START + count * 3 * DAY);
        let phase = registry::marketPhasesCall { markets: vec![MARKETS[0]] };
        let quotes = guard::quotesCall { markets: vec![MARKETS[0]] };
        let mut costs = stage.drop_in_costs(drop_ins);
        costs.push(("phase", stage.dry(stage.registry, &phase)));
        costs.push(("quotes", stage.dry(stage.guard, &quotes)));
        costs.push(("permission to liquidate", stage.permission(&MARKETS[..1], Action::Liquidate)));
        costs.push(("permission to increase", stage.permission(&MARKETS[..1], Action::Increase)));
        for (step, cost) in costs {
            baseline.record(&format!("{step}, {name}"), cost);
        }
    }
    for (step, cost) in baseline.figures() {
        if let Some(step) = step.strip_suffix(", 1 finished plan") {
            let thousand = baseline.figures().get(&format!("{step}, 1,000 finished plans")).expect("both are recorded");
            assert_eq!(thousand.drift(cost), None, "{step}");
        }
    }
    // Pruned, they cost not even the one look.
    let none = stage.dry(stage.registry, &registry::marketPhasesCall { markets: vec![MARKETS[1]] });
    stage.govern(stage.registry, &registry::pruneCall { market: MARKETS[0] });
    let pruned = stage.dry(stage.registry, &registry::marketPhasesCall { markets: vec![MARKETS[0]] });
    assert_eq!(pruned.drift(&none), None);
    baseline.check();
}

#[test]
fn code_sizes() {
    let mut baseline = Baseline::new("code-sizes");
    let whole = ["upgrade_registry", "oracle_guard", "margin_vault", "settlement", "governor"];
    for name in whole.into_iter().flat_map(|name| [name.to_owned(), format!("{name}_front")]) {
        baseline.record(&name, u64::try_from(blob(&name).len()).unwrap());
    }
    baseline.check();
}
