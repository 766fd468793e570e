//! May positions be liquidated: Aave's price oracle sentinel, and the guard.

use alloy_core::{
    primitives::{Address, U256},
    sol,
    sol_types::SolValue,
};
use e2e_tests::{
    drop_ins::{self, ISentinel},
    interfaces::IOracleGuard as guard,
    sol_address,
};
use lockstep_core::guard::Action;

use crate::{
    stage::{Form, MARKET, Stage},
    table::{Comparison, Measured},
};

sol! {
    interface ISequencerOracle {
        function setAnswer(bool isDown, uint256 timestamp) external;
    }
}

pub fn measure(stage: &mut Stage) -> Vec<(&'static str, Comparison)> {
    let evm = aave(stage, Form::Evm);
    let polkavm = Some(aave(stage, Form::PolkaVm));
    let (guard, registry) = (stage.guard, stage.registry);

    let call = guard::permissionCall { markets: vec![MARKET], action: Action::Liquidate.number(), health: 9_900 };
    assert!(stage.chain.sol_view(&stage.owner, guard, &call).unwrap().allowed);
    let permission = stage.asked(guard, &call, &[guard, registry]);

    let owner = stage.owner.clone();
    let uptime = drop_ins::uptime_feed(&mut stage.chain, &owner, guard, registry, MARKET).unwrap();
    let sentinel = drop_ins::sentinel(&mut stage.chain, &owner, guard, &[MARKET], 5_000, uptime).unwrap();
    let call = ISentinel::isLiquidationAllowedCall {};
    assert!(stage.chain.sol_view(&stage.owner, sentinel, &call).unwrap());
    let adapter = stage.asked(sentinel, &call, &[sentinel, guard, registry]);

    vec![
        ("sentinel: the guard's permission", Comparison { ours: permission, evm, polkavm }),
        ("sentinel: the adapter for Aave", Comparison { ours: adapter, evm, polkavm }),
    ]
}

/// Aave's sentinel, with the sequencer oracle that Aave tests it with.
fn aave(stage: &mut Stage, form: Form) -> Measured {
    let owner = sol_address(stage.owner.address());
    let oracle = stage.deploy(form, "SequencerOracle", (owner,).abi_encode_params());
    let up_since = U256::from(stage.chain.now() - 7_200);
    stage.govern(oracle, &ISequencerOracle::setAnswerCall { isDown: false, timestamp: up_since });
    let constructor = (Address::repeat_byte(0xaa), sol_address(oracle), U256::from(3_600));
    let sentinel = stage.deploy(form, "PriceOracleSentinel", constructor.abi_encode_params());
    let call = ISentinel::isLiquidationAllowedCall {};
    assert!(stage.chain.sol_view(&stage.owner, sentinel, &call).unwrap());
    stage.asked(sentinel, &call, &[sentinel, oracle])
}
