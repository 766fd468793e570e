//! The Solidity library for venues, in a venue that uses all of it, on the compiled guard.

use alloy_core::{
    primitives::{Address, U256},
    sol,
    sol_types::{SolCall, SolValue},
};
use e2e_tests::{
    assert_refused,
    drop_ins::deploy,
    exchange::{Exchange, MARKET, UNIT, refusal},
    interfaces::IOracleGuard::heartbeatCall,
    sol_address,
};
use lockstep_devchain::{Account, Failure, H160, NATIVE_TO_ETH_RATIO};

sol! {
    #![sol(all_derives)]
    interface ILongs {
        error Healthy(uint32 health);
        error NothingOpen();
        error Refused(uint8 reason, uint64 until);
        error InvalidPrice(uint8 verdict);
        error GuardFailed();

        function increase(uint32 market, uint128 size) external payable;
        function reduce(uint32 market, uint128 size) external;
        function liquidate(address account, uint32 market) external;
        function accrue(uint32 market) external;
        function index(uint32 market) external view returns (uint128);
        function health(address account, uint32 market) external view returns (uint32);
        function funding(uint32 market) external view returns (uint256);
        function longs(address account, uint32 market) external view returns (uint128, uint128, uint128);
    }
    interface IUnreliable {
        function setMood(uint8 mood) external;
    }
}

use ILongs::*;

struct Stage {
    x: Exchange,
    longs: H160,
    alice: Account,
}

impl Stage {
    fn call<C: SolCall>(&mut self, call: &C) -> Result<C::Return, Failure> {
        self.x.chain.sol_call(&self.alice.clone(), self.longs, call, 0)
    }

    fn view<C: SolCall>(&self, call: &C) -> C::Return {
        self.x.chain.sol_view(&self.alice, self.longs, call).unwrap()
    }

    fn liquidate(&mut self) -> Result<liquidateReturn, Failure> {
        let account = sol_address(self.alice.address());
        self.call(&liquidateCall { account, market: MARKET })
    }

    fn health(&self) -> u32 {
        self.view(&healthCall { account: sol_address(self.alice.address()), market: MARKET })
    }

    fn size(&self) -> u128 {
        self.view(&longsCall { account: sol_address(self.alice.address()), market: MARKET })._0
    }
}

/// Alice is long 2 at 2,000 with 400 of margin.
fn deployed() -> Stage {
    let mut x = Exchange::guarded();
    let governance = x.governance.clone();
    let guard = x.guard;
    let longs = deploy(&mut x.chain, &governance, "Longs", (sol_address(guard),).abi_encode_params()).unwrap();
    let alice = x.holder("alice", 0);
    let margin = 400 * UNIT / u128::from(NATIVE_TO_ETH_RATIO);
    x.chain.sol_call(&alice, longs, &increaseCall { market: MARKET, size: 2 * UNIT }, margin).unwrap();
    Stage { x, longs, alice }
}

#[test]
fn an_open_market_lets_everything_through() {
    let mut stage = deployed();
    let account = sol_address(stage.alice.address());
    let long = stage.view(&longsCall { account, market: MARKET });
    assert_eq!((long._0, long._1, long._2), (2 * UNIT, 400 * UNIT, 2_000 * UNIT));
    // 4,400 over 4,200.
    assert_eq!(stage.health(), 10_476);
    assert_refused(stage.liquidate(), Healthy { health: 10_476 });
    stage.call(&accrueCall { market: MARKET }).unwrap();
    assert_eq!(stage.view(&fundingCall { market: MARKET }), U256::from(UNIT / 5));
    assert_eq!(stage.view(&indexCall { market: MARKET }), 2_000 * UNIT);
    stage.call(&reduceCall { market: MARKET, size: UNIT }).unwrap();
    assert_eq!(stage.size(), UNIT);
    stage.x.wait(6);
    stage.x.price(1_850 * UNIT);
    assert_eq!(stage.health(), 9_796);
    stage.liquidate().unwrap();
    assert_eq!(stage.size(), 0);
    assert_refused(stage.call(&reduceCall { market: MARKET, size: 1 }), NothingOpen {});
}

#[test]
fn a_stale_price_stops_all_but_the_exit() {
    let mut stage = deployed();
    stage.x.wait(126);
    for refused in [
        refusal::<_, Refused>(stage.call(&increaseCall { market: MARKET, size: 1 })),
        refusal(stage.liquidate()),
        refusal(stage.call(&accrueCall { market: MARKET })),
    ] {
        assert_eq!(refused.reason, 2);
    }
    let index = stage.x.chain.sol_view(&stage.alice, stage.longs, &indexCall { market: MARKET });
    assert_refused(index, InvalidPrice { verdict: 2 });
    stage.call(&reduceCall { market: MARKET, size: 2 * UNIT }).unwrap();
    assert_eq!(stage.size(), 0);
    let unknown = stage.call(&increaseCall { market: 99, size: 1 });
    assert_refused(unknown, Refused { reason: 15, until: 0 });
}

#[test]
fn after_an_outage_only_deep_insolvency_is_liquidated_until_the_ramp() {
    let mut stage = deployed();
    stage.x.chain.produce_block_after(3_600).unwrap();
    stage.x.price(1_880 * UNIT);
    assert_eq!(stage.health(), 9_933);
    let refused: Refused = refusal(stage.liquidate());
    assert_eq!(refused.reason, 7);
    assert!(refused.until > stage.x.chain.now());
    assert_eq!(refusal::<_, Refused>(stage.call(&accrueCall { market: MARKET })).reason, 7);
    let mut branch = stage.x.chain.split();
    std::mem::swap(&mut stage.x.chain, &mut branch);
    stage.x.wait(6);
    stage.x.price(1_760 * UNIT);
    assert_eq!(stage.health(), 9_386);
    stage.liquidate().unwrap();
    assert_eq!(stage.size(), 0, "all of it at once");

    // On the other branch the market thaws, and a tenth of the position goes first.
    stage.x.chain = branch;
    for _ in 0..11 {
        stage.x.wait(60);
        stage.x.price(1_880 * UNIT);
    }
    stage.liquidate().unwrap();
    let left = stage.size();
    assert!(left > UNIT && left <= 2 * UNIT * 9 / 10, "{left}");
}

#[test]
fn a_guard_that_fails_stops_all_that_asks_it() {
    let mut stage = deployed();
    let (deployer, guard) = (stage.x.governance.clone(), (sol_address(stage.x.guard),).abi_encode_params());
    let front = deploy(&mut stage.x.chain, &deployer, "Unreliable", guard).unwrap();
    let constructor = (sol_address(front),).abi_encode_params();
    stage.longs = deploy(&mut stage.x.chain, &deployer, "Longs", constructor).unwrap();
    stage.x.chain.sol_call(&deployer, stage.x.guard, &heartbeatCall {}, 0).unwrap();
    stage.call(&increaseCall { market: MARKET, size: UNIT }).unwrap();
    for mood in 1..=4 {
        stage.x.chain.sol_call(&deployer, front, &IUnreliable::setMoodCall { mood }, 0).unwrap();
        assert_refused(stage.call(&increaseCall { market: MARKET, size: 1 }), GuardFailed {});
        assert_refused(stage.call(&accrueCall { market: MARKET }), GuardFailed {});
        assert_refused(stage.liquidate(), GuardFailed {});
        let index = stage.x.chain.sol_view(&stage.alice, stage.longs, &indexCall { market: MARKET });
        assert_refused(index, GuardFailed {});
    }
    let nobody = (Address::repeat_byte(9),).abi_encode_params();
    assert_refused(deploy(&mut stage.x.chain, &deployer, "Longs", nobody), GuardFailed {});
}
