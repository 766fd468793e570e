//! The events of one call among those of its block.

use frame_system::EventRecord;
use parity_scale_codec::{Compact, CompactLen, Decode};
use sp_core::H256;

use crate::{
    ContractEvent,
    runtime::{RuntimeEvent, System},
};

/// A place in `System.Events`, so that a call's own events are decoded without those before it.
pub(crate) struct EventMark {
    count: u32,
    bytes: usize,
}

impl EventMark {
    pub(crate) fn now() -> Self {
        let count = System::event_count();
        let length = sp_io::storage::read(&Self::key(), &mut [], 0).unwrap_or(0);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        Self { count, bytes: length.saturating_sub(Self::prefix(count, length)) }
    }

    fn key() -> [u8; 32] {
        frame_support::storage::storage_prefix(b"System", b"Events")
    }

    /// Bytes of the vector's length in front of its elements.
    fn prefix(count: u32, length: usize) -> usize {
        if length == 0 { 0 } else { Compact::<u32>::compact_len(&count) }
    }

    pub(crate) fn contract_events(&self) -> Vec<ContractEvent> {
        let Some(raw) = sp_io::storage::get(&Self::key()) else {
            return Vec::new();
        };
        let count = System::event_count();
        let start = Self::prefix(count, raw.len()).saturating_add(self.bytes);
        let mut rest = raw.get(start..).unwrap_or_default();
        (self.count..count)
            .map_while(|_| EventRecord::<RuntimeEvent, H256>::decode(&mut rest).ok())
            .filter_map(|record| match record.event {
                RuntimeEvent::Revive(pallet_revive::Event::ContractEmitted { contract, data, topics }) => {
                    Some(ContractEvent { address: contract, topics, data })
                }
                _ => None,
            })
            .collect()
    }
}
