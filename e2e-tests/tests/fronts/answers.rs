//! What guards and registries answer, behind a front and alone.

use super::{cut::least, *};

/// The registries or the guards.
type Which = fn(&Stage) -> &Pair;

/// Two registries and two guards. Each guard asks the registry that stands as it does.
struct Stage {
    chain: DevChain,
    governance: Account,
    reporters: Vec<Account>,
    registry: Pair,
    guard: Pair,
    is_open: bool,
}

impl Stage {
    fn new() -> Self {
        let mut chain = chain();
        let governance = funded(&mut chain, "governance");
        let reporters = ["ann", "ben", "cat"].iter().map(|name| funded(&mut chain, name)).collect();
        let owner = sol_address(governance.address());
        let constructor = (owner,).abi_encode_params();
        let registry = Pair::new(&mut chain, &governance, "upgrade_registry", constructor);
        let constructor =
            |registry: H160| (owner, sol_address(registry), 6_000u64, 60u64, 1_800u64).abi_encode_params();
        let (alone, fronted) = (constructor(registry.alone), constructor(registry.fronted));
        let guard = Pair {
            alone: chain.deploy(&governance, blob("oracle_guard"), alone, 0).unwrap().address,
            fronted: place(&mut chain, &governance, "oracle_guard", fronted).unwrap(),
        };
        Self { chain, governance, reporters, registry, guard, is_open: false }
    }

    /// Does the same with both.
    fn on_both(&mut self, who: &Account, which: Which, call: &impl SolCall) {
        let Pair { alone, fronted } = *which(self);
        for contract in [alone, fronted] {
            self.chain.sol_call(who, contract, call, 0).unwrap();
        }
    }

    fn govern(&mut self, which: Which, call: &impl SolCall) {
        self.on_both(&self.governance.clone(), which, call);
    }

    /// A feed of three, two markets and a network.
    fn open(&mut self) {
        let reporters = self.reporters.iter().map(|reporter| sol_address(reporter.address())).collect();
        let feed = IOracleGuard::setFeedCall {
            feed: FEED,
            reporters,
            minSources: 2,
            maxAge: 120,
            maxConfidence: 200,
            maxDeviation: 1_000,
            grace: 600,
            feedGrace: 60,
            ramp: 1_800,
            freshReports: 3,
        };
        self.govern(guard, &feed);
        for market in [MARKET, OTHER_MARKET] {
            self.govern(guard, &IOracleGuard::setMarketCall { market, feed: FEED, class: 0 });
        }
        let genesis = FixedBytes([1; 32]);
        let domain =
            IUpgradeRegistry::registerDomainCall { domain: 1, genesisHash: genesis, paraId: 1_000, chainId: 1 };
        self.govern(registry, &domain);
        self.is_open = true;
    }

    fn report(&mut self, price: u128) {
        for reporter in self.reporters.clone() {
            let published_at = self.chain.now();
            let call = IOracleGuard::reportCall { feed: FEED, price, confidence: 0, publishedAt: published_at };
            self.on_both(&reporter, guard, &call);
        }
    }

    /// Both answer a call alike, whatever is in it. Returns whether they refuse it.
    fn alike(&self, which: Which, data: &[u8], value: Balance) -> bool {
        which(self).refuses(&self.chain, &self.governance, data, value)
    }

    /// Asks everything that fronts answer, in both encodings.
    fn answers_are_alike(&self) {
        let lists: [&[u32]; 4] = [&[MARKET], &[], &[UNKNOWN_MARKET], &[MARKET, UNKNOWN_MARKET, OTHER_MARKET, MARKET]];
        for markets in lists {
            for data in registry_questions(markets) {
                assert!(!self.alike(registry, &data, 0));
            }
            for data in guard_questions(markets) {
                assert!(!self.alike(guard, &data, 0));
            }
        }
        for market in [MARKET, UNKNOWN_MARKET] {
            let refused = readings(market).map(|data| self.alike(guard, &data, 0));
            assert!(refused == [market == UNKNOWN_MARKET; 2] || !self.is_open);
        }
    }
}

fn registry(stage: &Stage) -> &Pair {
    &stage.registry
}

fn guard(stage: &Stage) -> &Pair {
    &stage.guard
}

fn readings(market: u32) -> [Vec<u8>; 2] {
    [IOracleGuard::readingCall { market }.abi_encode(), in_ink("oracle_guard", "reading", &market)]
}

pub fn registry_questions(markets: &[u32]) -> Vec<Vec<u8>> {
    let markets = markets.to_vec();
    vec![
        IUpgradeRegistry::marketPhasesCall { markets: markets.clone() }.abi_encode(),
        IUpgradeRegistry::marketPlansCall { markets: markets.clone() }.abi_encode(),
        in_ink("upgrade_registry", "UpgradeRegistry::marketPhases", &markets),
        in_ink("upgrade_registry", "UpgradeRegistry::marketPlans", &markets),
    ]
}

pub fn guard_questions(markets: &[u32]) -> Vec<Vec<u8>> {
    let markets = markets.to_vec();
    let mut questions = vec![
        IOracleGuard::livenessCall {}.abi_encode(),
        in_ink("oracle_guard", "liveness", &()),
        IOracleGuard::quotesCall { markets: markets.clone() }.abi_encode(),
        IOracleGuard::quotesAndVolatilityCall { quoted: markets.clone(), volatile_: markets.clone() }.abi_encode(),
        IOracleGuard::quotesAndVolatilityCall { quoted: vec![], volatile_: markets.clone() }.abi_encode(),
        IOracleGuard::activeTimeCall {}.abi_encode(),
        in_ink("oracle_guard", "OracleGuard::quotes", &markets),
        in_ink("oracle_guard", "OracleGuard::quotesAndVolatility", &(&markets, &markets)),
        in_ink("oracle_guard", "OracleGuard::activeTime", &()),
    ];
    let actions = [Action::Reduce, Action::Increase, Action::Liquidate, Action::Fund, Action::Settle];
    for action in actions.map(Action::number).into_iter().chain([200]) {
        for health in [9_400, 9_900, u32::MAX] {
            questions.push(IOracleGuard::permissionCall { markets: markets.clone(), action, health }.abi_encode());
            questions.push(in_ink("oracle_guard", "OracleGuard::permission", &(&markets, action, health)));
        }
    }
    questions
}

#[test]
fn a_front_answers_as_the_whole_contract_in_everything_that_happens() {
    let mut stage = Stage::new();
    stage.answers_are_alike();
    stage.open();
    stage.answers_are_alike();
    for _ in 0..8 {
        stage.report(PRICE);
        stage.chain.produce_until(stage.chain.now() + 60);
    }
    stage.report(PRICE);
    stage.answers_are_alike();
    let open = IOracleGuard::permissionCall { markets: vec![MARKET], action: Action::Increase.number(), health: 0 };
    assert!(stage.chain.sol_view(&stage.governance, stage.guard.fronted, &open).unwrap().allowed);

    let freeze_at = stage.chain.now() + 600;
    stage.govern(registry, &announcement(freeze_at, FixedBytes([2; 32]), vec![MARKET, OTHER_MARKET]));
    stage.answers_are_alike();
    stage.govern(guard, &IOracleGuard::pauseForCall { selection: 0, id: OTHER_MARKET, length: 900 });
    stage.answers_are_alike();
    stage.chain.produce_until(freeze_at + 60);
    stage.report(PRICE);
    stage.answers_are_alike();
    let frozen = stage.chain.sol_view(&stage.governance, stage.guard.fronted, &open).unwrap();
    assert!(!frozen.allowed && frozen.reason != 0);
    stage.chain.produce_block();
    stage.report(PRICE * 2);
    stage.answers_are_alike();
    // The host stands still, and the registry's plan is forgotten.
    stage.chain.produce_block_after(2 * 86_400).unwrap();
    stage.answers_are_alike();
    stage.report(PRICE * 2);
    stage.govern(registry, &IUpgradeRegistry::pruneCall { market: MARKET });
    stage.answers_are_alike();
}

#[test]
fn a_front_leaves_to_the_whole_contract_what_it_cannot_read() {
    let mut stage = Stage::new();
    stage.open();
    stage.report(PRICE);
    let questions: [(&str, Which, Vec<Vec<u8>>); 2] = [
        ("upgrade_registry", registry, registry_questions(&[MARKET, OTHER_MARKET])),
        ("oracle_guard", guard, guard_questions(&[MARKET, OTHER_MARKET])),
    ];
    let mut refused = 0;
    for (name, which, questions) in questions {
        let least = least(name);
        for data in &questions {
            for length in least[&data[..4]]..data.len() {
                refused += u32::from(stage.alike(which, &data[..length], 0));
            }
            stage.alike(which, &[data.as_slice(), &[7; 40]].concat(), 0);
            let mut garbled = data.clone();
            for byte in &mut garbled[4..] {
                *byte = 0xff;
            }
            refused += u32::from(stage.alike(which, &garbled, 0));
            assert!(stage.alike(which, data, 1), "no question takes money");
        }
        for data in [vec![], vec![1, 2, 3], vec![1, 2, 3, 4], vec![0; 100]] {
            assert!(stage.alike(which, &data, 0), "{data:?}");
        }
    }
    assert!(refused > 0, "something was not readable");
}

#[test]
fn what_a_front_passes_on_keeps_caller_value_events_and_errors() {
    let mut stage = Stage::new();
    let stranger = funded(&mut stage.chain, "stranger");
    let call = IUpgradeRegistry::nameHostCall { domain: 1 };
    let refused = stage.chain.sol_call(&stranger, stage.registry.fronted, &call, 0);
    assert_refused(refused, IUpgradeRegistry::NotGovernance { caller: sol_address(stranger.address()) });
    stage.open();

    let keeper = IUpgradeRegistry::addKeeperCall { keeper: sol_address(stranger.address()), threshold: 1 };
    stage.govern(registry, &keeper);
    let bond = lockstep_devchain::UNIT;
    for contract in [stage.registry.alone, stage.registry.fronted] {
        stage.chain.sol_call(&stranger, contract, &IUpgradeRegistry::postBondCall {}, bond).unwrap();
        let outcome = stage.chain.last_outcome().unwrap();
        let emitted = outcome.events_as::<IUpgradeRegistry::BondPosted>();
        assert_eq!(emitted.len(), 1);
        assert_eq!(emitted[0].0, contract);
    }
    // What was called is the front: the whole contract behind it knows of nothing.
    let behind = stage.chain.sol_view(&stranger, stage.registry.fronted, &IFront::implementationCall {}).unwrap();
    let behind = H160(behind.into_array());
    let fork = IUpgradeRegistry::forkOfCall { domain: 1 };
    assert!(stage.chain.sol_view(&stranger, stage.registry.fronted, &fork).is_ok());
    assert!(stage.chain.sol_view(&stranger, behind, &fork).is_err());
}
