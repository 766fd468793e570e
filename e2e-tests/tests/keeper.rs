//! Keepers that are contracts and speak Solidity only take a plan from its announcement to its end, report prices and
//! liquidate.

use alloy_core::{
    primitives::{Address, FixedBytes},
    sol,
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    assert_refused, chain,
    drop_ins::deploy,
    exchange::{DOLLAR, Exchange, MARKET, UNIT, VenueCode},
    funded,
    interfaces::{
        IMarginVault::balanceOfCall,
        IOracleGuard::{setFeedCall, setMarketCall},
        IPerpetualVenue::{Healthy, increaseCall},
        IUpgradeRegistry::{addKeeperCall, forkOfCall, registerDomainCall},
    },
    place,
    plans::announcement,
    sol_address,
};
use lockstep_devchain::{Account, DevChain, Failure, H160};

sol! {
    #![sol(all_derives)]
    interface IKeeper {
        error NotOperator();
        function signal(uint64 plan, uint8 kind, uint32 domain, uint64 height, bytes32 codeHash) external;
        function report(uint32 feed, uint128 price) external;
        function heartbeat() external;
        function close(uint64 plan) external;
        function liquidate(address venue, address account, uint32 market) external returns (uint128);
        function look(uint64 plan) external view returns (bool, uint8, uint64, uint8);
    }
}

const FEED: u32 = 1;
const CODE: FixedBytes<32> = FixedBytes([7; 32]);

struct Stage {
    chain: DevChain,
    operator: Account,
    registry: H160,
    keepers: Vec<H160>,
}

impl Stage {
    fn call<C: SolCall>(&mut self, contract: H160, call: &C) -> Result<C::Return, Failure> {
        self.chain.sol_call(&self.operator.clone(), contract, call, 0)
    }

    /// All keepers report every minute until `time`.
    fn reports_until(&mut self, time: u64) {
        while self.chain.now() < time {
            let next = time.min(self.chain.now() + 60);
            self.chain.produce_until(next);
            for keeper in self.keepers.clone() {
                self.call(keeper, &IKeeper::reportCall { feed: FEED, price: 100 * UNIT }).unwrap();
            }
        }
    }

    /// Two of three keepers say so.
    fn signal(&mut self, kind: u8) {
        for keeper in [self.keepers[0], self.keepers[1]] {
            let call = IKeeper::signalCall { plan: 1, kind, domain: 1, height: 5, codeHash: CODE };
            self.call(keeper, &call).unwrap();
        }
    }

    /// `(phase, stage of the market)`.
    fn look(&self) -> (u8, u8) {
        let seen = self.chain.sol_view(&self.operator, self.keepers[0], &IKeeper::lookCall { plan: 1 }).unwrap();
        assert!(seen._0, "it is a keeper");
        assert_eq!(seen._2 > 0, seen._1 > 2, "released once verified");
        (seen._1, seen._3)
    }
}

#[test]
fn keepers_in_solidity_take_a_plan_to_its_end() {
    let mut chain = chain();
    let operator = funded(&mut chain, "operator");
    let owner = sol_address(operator.address());
    let registry = place(&mut chain, &operator, "upgrade_registry", (owner,).abi_encode_params()).unwrap();
    let constructor = (owner, sol_address(registry), 6_000u64, 60u64, 1_800u64).abi_encode_params();
    let guard = place(&mut chain, &operator, "oracle_guard", constructor).unwrap();
    let constructor = (sol_address(registry), sol_address(guard)).abi_encode_params();
    let keepers: Vec<H160> =
        (0..3).map(|_| deploy(&mut chain, &operator, "Keeper", constructor.clone()).unwrap()).collect();
    let mut stage = Stage { chain, operator, registry, keepers };
    let feed = setFeedCall {
        feed: FEED,
        reporters: stage.keepers.iter().map(|keeper| sol_address(*keeper)).collect(),
        minSources: 2,
        maxAge: 120,
        maxConfidence: 200,
        maxDeviation: 1_000,
        grace: 600,
        feedGrace: 60,
        ramp: 1_800,
        freshReports: 3,
    };
    stage.call(guard, &feed).unwrap();
    stage.call(guard, &setMarketCall { market: MARKET, feed: FEED, class: 0 }).unwrap();
    let genesis = FixedBytes([1; 32]);
    stage.call(registry, &registerDomainCall { domain: 1, genesisHash: genesis, paraId: 0, chainId: 0 }).unwrap();
    for (count, keeper) in (1u32..).zip(stage.keepers.clone()) {
        let call = addKeeperCall { keeper: sol_address(keeper), threshold: count / 2 + 1 };
        stage.call(registry, &call).unwrap();
    }
    let freeze_at = stage.chain.now() + 1_200;
    let plan = announcement(freeze_at, CODE, vec![MARKET]);
    assert_eq!(stage.call(registry, &plan).unwrap(), 1);
    stage.reports_until(freeze_at - 60);
    assert_eq!(stage.look(), (0, 0), "announced, open");
    stage.reports_until(freeze_at);
    assert_eq!(stage.look(), (1, 2), "frozen");
    stage.signal(0);
    assert_eq!(stage.look(), (2, 2), "activated");
    stage.signal(1);
    stage.signal(2);
    assert_eq!(stage.look(), (3, 2), "verified, thawing");
    let verified = stage.chain.now();
    stage.reports_until(verified + 660);
    assert_eq!(stage.look(), (3, 1), "thawed, stabilising");
    stage.reports_until(verified + 1_200);
    assert_eq!(stage.look(), (4, 0), "completed, open");

    let fork = |stage: &Stage| stage.chain.sol_view(&stage.operator, stage.registry, &forkOfCall { domain: 1 });
    let before = fork(&stage).unwrap();
    stage.call(stage.keepers[2], &IKeeper::closeCall { plan: 1 }).unwrap();
    assert_ne!(fork(&stage).unwrap(), before, "the branch has a new name");
    stage.call(stage.keepers[2], &IKeeper::heartbeatCall {}).unwrap();
    let stranger = funded(&mut stage.chain, "stranger");
    let refused = stage.chain.sol_call(&stranger, stage.keepers[0], &IKeeper::heartbeatCall {}, 0);
    assert_refused(refused, IKeeper::NotOperator {});
}

#[test]
fn a_keeper_in_solidity_liquidates_on_either_venue() {
    for venue in [VenueCode::Ink, VenueCode::Solidity] {
        let mut x = Exchange::plain_with(venue);
        let alice = x.trader("alice", 1_000 * DOLLAR);
        let operator = x.holder("operator", 0);
        let constructor = (Address::repeat_byte(1), sol_address(x.guard)).abi_encode_params();
        let keeper = deploy(&mut x.chain, &operator, "Keeper", constructor).unwrap();
        let size = i128::try_from(4 * UNIT).unwrap();
        x.venue(&alice, &increaseCall { market: MARKET, size }).unwrap();
        let account = sol_address(alice.address());
        let liquidate = IKeeper::liquidateCall { venue: sol_address(x.venue), account, market: MARKET };
        assert_refused(x.chain.sol_call(&operator, keeper, &liquidate, 0), Healthy {});
        x.price(1_840 * UNIT);
        assert_eq!(x.chain.sol_call(&operator, keeper, &liquidate, 0).unwrap(), 2_318_840_579_710_144_928);
        let reward = balanceOfCall { account: sol_address(keeper), asset: 0 };
        assert_eq!(x.ask(&reward), 21_333_333, "half of the fee of 1 %");
    }
}
