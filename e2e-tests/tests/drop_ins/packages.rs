//! The adapters have what the packages of Aave and Chainlink declare, as they were published.

use e2e_tests::{abi::functions, solidity_abi};

/// Asserts that `contract` has each function of `interface`, with the same argument and return types.
fn assert_implements(contract: &str, interface: &str) {
    let (ours, theirs) = (functions(&solidity_abi(contract)), functions(&solidity_abi(interface)));
    assert!(!theirs.is_empty());
    for function in theirs {
        assert!(ours.contains(&function), "{contract} has no {function} of {interface}");
    }
}

#[test]
fn the_sentinel_is_aaves() {
    assert_implements("AaveSentinel", "IPriceOracleSentinel");
}

#[test]
fn the_feeds_are_chainlinks_in_both_forms() {
    assert_implements("GuardedPriceFeed", "AggregatorV2V3Interface");
    assert_implements("HostUptimeFeed", "AggregatorV2V3Interface");
}
