//! Calls and events with Solidity types.

use alloy_core::{
    primitives::{B256, Bytes, LogData},
    sol_types::{SolCall, SolConstructor, SolEvent},
};
use sp_core::H160;

use crate::{Account, CallOutcome, ContractEvent, Deployed, DevChain, Failure, runtime::Balance};

impl DevChain {
    /// Calls a function of a Solidity interface and decodes what it returns.
    ///
    /// Events, weight and deposit of the call are in [`last_outcome`](Self::last_outcome).
    ///
    /// # Errors
    /// Why there is no result; [`Failure::revert_as`] decodes a custom error.
    pub fn sol_call<C: SolCall>(
        &mut self,
        origin: &Account,
        address: H160,
        call: &C,
        value: Balance,
    ) -> Result<C::Return, Failure> {
        decode::<C>(self.call(origin, address, call.abi_encode(), value))
    }

    /// What [`sol_call`](Self::sol_call) would return, without doing it: for views.
    ///
    /// # Errors
    /// As there.
    pub fn sol_view<C: SolCall>(&self, origin: &Account, address: H160, call: &C) -> Result<C::Return, Failure> {
        decode::<C>(self.dry_run(origin, address, call.abi_encode(), 0))
    }

    /// Deploys EVM init code with the arguments of a Solidity constructor.
    ///
    /// # Errors
    /// As [`deploy`](Self::deploy).
    pub fn sol_deploy<C: SolConstructor>(
        &mut self,
        origin: &Account,
        blob: Vec<u8>,
        constructor: &C,
        value: Balance,
    ) -> Result<Deployed, Failure> {
        self.deploy(origin, blob, constructor.abi_encode(), value)
    }
}

fn decode<C: SolCall>(outcome: CallOutcome) -> Result<C::Return, Failure> {
    let data = outcome.result?;
    C::abi_decode_returns_validate(&data).map_err(|error| Failure::Undecodable {
        expected: C::SIGNATURE.to_owned(),
        data,
        reason: error.to_string(),
    })
}

impl ContractEvent {
    /// The event, if it is of that Solidity type.
    pub fn decode_as<E: SolEvent>(&self) -> Option<E> {
        let topics = self.topics.iter().map(|topic| B256::from(topic.0)).collect();
        let log = LogData::new(topics, Bytes::from(self.data.clone()))?;
        E::decode_log_data_validate(&log).ok()
    }
}

impl CallOutcome {
    /// The events of that Solidity type, with the contracts that emitted them, in their order.
    pub fn events_as<E: SolEvent>(&self) -> Vec<(H160, E)> {
        self.events.iter().filter_map(|event| Some((event.address, event.decode_as()?))).collect()
    }
}
