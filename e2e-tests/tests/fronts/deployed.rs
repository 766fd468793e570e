//! Fronts with nothing behind them.

use super::{
    answers::{guard_questions, registry_questions},
    governor::{delegations, votes},
    settlement::claims,
    vault::movements,
    *,
};

/// Whether a call is one that nobody makes in this encoding, so that a front passes it on.
fn is_passed_on(data: &[u8]) -> bool {
    let in_ink = [("upgrade_registry", "UpgradeRegistry::marketPlans"), ("oracle_guard", "liveness")];
    let in_ink = in_ink.map(|(contract, message)| ink_selector(contract, message));
    let in_solidity = [
        IOracleGuard::quotesAndVolatilityCall::SELECTOR,
        IMarginVault::collectCall::SELECTOR,
        IMarginVault::payOutCall::SELECTOR,
        IMarginVault::freeCall::SELECTOR,
    ];
    in_ink.iter().any(|selector| data.starts_with(selector))
        || in_solidity.iter().any(|selector| data.starts_with(selector))
}

#[test]
fn a_front_answers_itself_what_it_is_there_for() {
    let mut chain = chain();
    let owner = funded(&mut chain, "owner");
    let me = sol_address(owner.address());
    let [registry, guard, governor, vault, settlement] = constructors(&mut chain, &owner)
        .map(|(name, constructor)| Pair::hollow(&mut chain, &owner, name, &constructor));
    for data in registry_questions(&[MARKET, OTHER_MARKET]).iter().filter(|data| !is_passed_on(data)) {
        assert!(!registry.refuses(&chain, &owner, data, 0));
    }
    for data in guard_questions(&[MARKET, OTHER_MARKET]).iter().filter(|data| !is_passed_on(data)) {
        assert!(!guard.refuses(&chain, &owner, data, 0));
    }
    for data in delegations(&owner) {
        assert!(!governor.refuses(&chain, &owner, &data, 0));
    }
    for data in votes(U256::from(1), 1) {
        assert!(governor.refuses(&chain, &owner, &data, 0), "there is no such proposal");
    }
    for data in movements(me, Address::repeat_byte(7)).iter().filter(|data| !is_passed_on(data)) {
        assert!(vault.refuses(&chain, &owner, data, 0), "there is nothing to move");
    }
    for data in claims(me) {
        assert!(settlement.refuses(&chain, &owner, &data, 0), "there is no such snapshot");
    }
}

#[test]
fn a_front_is_not_deployed_on_nothing() {
    let mut chain = chain();
    let deployer = funded(&mut chain, "deployer");
    let owner = sol_address(deployer.address());
    let mut deploy = |name: &str, constructor: Vec<u8>| {
        chain.deploy(&deployer, blob(name), constructor, 0).map(|deployed| deployed.address)
    };
    for (governance, implementation) in [(Address::ZERO, owner), (owner, Address::ZERO)] {
        let refused = deploy("upgrade_registry_front", (governance, implementation).abi_encode_params());
        assert_refused(refused, IUpgradeRegistry::ZeroAddress {});
    }
    let governor = (owner, Address::ZERO, 0u64, 400u32, 1u64, 1u64);
    let governor = [governor.abi_encode_params(), (1u64, 1u64, 1u64, 1u64, 1u128, Address::ZERO).abi_encode_params()];
    assert_refused(deploy("governor_front", governor.concat()), ILockstepGovernor::ZeroAddress {});
    for (governance, guard, implementation) in
        [(Address::ZERO, owner, owner), (owner, Address::ZERO, owner), (owner, owner, Address::ZERO)]
    {
        let vault = (governance, guard, owner, U256::from(6), implementation);
        assert_refused(deploy("margin_vault_front", vault.abi_encode_params()), IMarginVault::ZeroAddress {});
    }
    let settlement = (owner, owner, owner, owner, 6u16, 7_200u64, 86_400u64, 1u128, Address::ZERO);
    assert_refused(deploy("settlement_front", settlement.abi_encode_params()), ISettlement::ZeroAddress {});
    let mut guard = |[governance, registry, implementation]: [Address; 3], lengths: [u64; 3]| {
        let [block_time, tolerance, silence] = lengths;
        let constructor = (governance, registry, block_time, tolerance, silence, implementation);
        deploy("oracle_guard_front", constructor.abi_encode_params())
    };
    for missing in 0..3 {
        let mut addresses = [owner; 3];
        addresses[missing] = Address::ZERO;
        assert_refused(guard(addresses, [6_000, 60, 1_800]), IOracleGuard::ZeroAddress {});
    }
    for (lengths, value, max) in
        [([0, 60, 1_800], 0, 86_400_000), ([6_000, 86_401, 1_800], 86_401, 86_400), ([6_000, 60, 0], 0, 86_400)]
    {
        assert_refused(guard([owner; 3], lengths), IOracleGuard::ParameterOutOfRange { value, max });
    }
}
