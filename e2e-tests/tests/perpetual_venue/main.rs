//! The perpetual venue in ink! and its twin in Solidity, through the same scenarios.
#![allow(clippy::duplicate_mod, reason = "the scenarios are compiled once for each venue")]

/// The venue in ink!, a `PolkaVM` program.
#[path = "."]
mod ink {
    const VENUE: e2e_tests::exchange::VenueCode = e2e_tests::exchange::VenueCode::Ink;

    #[path = "scenarios.rs"]
    mod scenarios;
    #[path = "settling.rs"]
    mod settling;
}

/// The venue in Solidity, EVM bytecode.
#[path = "."]
mod solidity {
    const VENUE: e2e_tests::exchange::VenueCode = e2e_tests::exchange::VenueCode::Solidity;

    #[path = "scenarios.rs"]
    mod scenarios;
    #[path = "settling.rs"]
    mod settling;
}

use e2e_tests::{
    abi::{assert_same, functions, signatures},
    interfaces::IPerpetualVenue::{IPerpetualVenueCalls, IPerpetualVenueErrors, IPerpetualVenueEvents},
    solidity_abi,
};

#[test]
fn the_interface_is_what_was_built() {
    assert_same::<IPerpetualVenueCalls, IPerpetualVenueErrors>("perpetual_venue", IPerpetualVenueEvents::SELECTORS);
}

#[test]
fn the_twin_has_the_same_interface() {
    let (twin, interface) = (solidity_abi("PerpetualVenue"), solidity_abi("IPerpetualVenue"));
    assert_eq!(functions(&twin), functions(&interface));
    assert_eq!(signatures(&twin, "event"), signatures(&interface, "event"));
    let (errors, told) = (signatures(&twin, "error"), signatures(&interface, "error"));
    assert!(told.is_subset(&errors), "{told:?}");
}
