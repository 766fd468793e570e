//! Which registry the guard asks.

use alloy_core::{primitives::Address, sol_types::SolValue};
use e2e_tests::{assert_refused, awkward, emitted, interfaces::IOracleGuard::*, place, sol_address};
use lockstep_devchain::H160;

use crate::{INCREASE, MARKET, PRICE, Stage, deployed, on_registry, with_keepers};

const TWO_DAYS: u64 = 172_800;

/// `(asked now, next, from)`.
fn registry(stage: &Stage) -> (Address, Address, u64) {
    let seen = stage.view(&registryCall {});
    (seen.current, seen.next, seen.from)
}

/// Another registry, without plans and keepers.
fn another(stage: &mut Stage) -> H160 {
    let (governance, owner) = (stage.governance.clone(), sol_address(stage.governance.address()));
    place(&mut stage.chain, &governance, "upgrade_registry", (owner,).abi_encode_params()).unwrap()
}

/// A registry that never answers leaves its markets reduce-only until governance has replaced it, and is not asked for that.
#[test]
fn a_registry_that_does_not_answer_is_replaced_in_two_days() {
    let mut stage = on_registry(&awkward::answers(None));
    assert_eq!((stage.market(), stage.ask(INCREASE, 0)), ((3, 17, 0, 0), (false, 17, 0)));
    let (old, new) = (sol_address(stage.registry), another(&mut stage));
    let successor = sol_address(new);
    stage.govern(&setRegistryCall { registry_: successor }).unwrap();
    let start = stage.chain.now() + TWO_DAYS;
    let named = emitted::<RegistryNamed>(&stage.chain);
    assert_eq!((named[0].oldRegistry, named[0].newRegistry, named[0].start), (old, successor, start));
    assert_eq!(registry(&stage), (old, successor, start));
    stage.chain.produce_block_at(start - 1).unwrap();
    assert_eq!((registry(&stage).0, stage.market().0), (old, 3));
    stage.chain.produce_block_at(start).unwrap();
    assert_eq!(registry(&stage), (successor, successor, start));
    stage.round(PRICE);
    stage.steady(3_000, PRICE);
    assert_eq!((stage.market(), stage.ask(INCREASE, 0)), ((0, 0, 0, 10_000), (true, 0, 10_000)));
    // Its keepers are those who count from then on.
    let keeper = sol_address(stage.reporters[0].address());
    assert_refused(stage.by(0, &pauseCall { selection: 0, id: MARKET }), NotKeeper { caller: keeper });
    stage.registry = new;
    with_keepers(&mut stage, 1);
    stage.by(0, &pauseCall { selection: 0, id: MARKET }).unwrap();
}

#[test]
fn a_registry_that_was_named_can_be_taken_back_in_time() {
    let mut stage = deployed();
    let old = sol_address(stage.registry);
    assert_eq!(registry(&stage), (old, old, 0));
    assert_refused(stage.govern(&setRegistryCall { registry_: old }), RegistryUnchanged { registry: old });
    assert_refused(stage.govern(&setRegistryCall { registry_: Address::ZERO }), ZeroAddress {});
    let caller = sol_address(stage.reporters[0].address());
    let successor = Address::repeat_byte(9);
    assert_refused(stage.by(0, &setRegistryCall { registry_: successor }), NotGovernance { caller });
    stage.govern(&setRegistryCall { registry_: successor }).unwrap();
    let again = stage.govern(&setRegistryCall { registry_: successor });
    assert_refused(again, RegistryUnchanged { registry: successor });
    stage.govern(&setRegistryCall { registry_: old }).unwrap();
    stage.chain.produce_block_after(TWO_DAYS + 60).unwrap();
    assert_eq!(registry(&stage).0, old);
}
