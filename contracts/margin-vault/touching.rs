//! What a setter would do, as the governor asks before it calls one.

use ink::prelude::vec;
use lockstep_core::{
    governance::{EVERY_MARKET, Touch},
    ids::AssetId,
    margin::Law,
    units::Bps,
};

use crate::margin_vault::MarginVault;

/// `setHaircut(uint32,uint32)`
const SET_HAIRCUT: [u8; 4] = [0xec, 0x1c, 0xd8, 0x64];
/// `listAsset(address,uint32,uint8,uint128,uint32)`
const LIST_ASSET: [u8; 4] = [0x15, 0x99, 0x79, 0xeb];
/// `dismissVenue(address)`
const DISMISS_VENUE: [u8; 4] = [0x91, 0x19, 0x89, 0x6f];

impl MarginVault {
    /// What a call would do as things stand. Whatever is not known, or cannot be read, loosens on every market.
    pub(crate) fn touched(&self, call_data: &[u8]) -> Touch {
        self.known(call_data).unwrap_or_else(|| Touch { loosens: true, markets: vec![EVERY_MARKET] })
    }

    fn known(&self, call_data: &[u8]) -> Option<Touch> {
        let (selector, arguments) = call_data.split_first_chunk::<4>()?;
        let number = |index: usize| -> Option<u32> {
            let (words, _) = arguments.as_chunks::<32>();
            let (zeros, number) = words.get(index)?.split_last_chunk::<4>()?;
            zeros.iter().all(|byte| *byte == 0).then(|| u32::from_be_bytes(*number))
        };
        match *selector {
            SET_HAIRCUT => {
                let listing = self.asset_of(AssetId(number(0)?)).ok()?;
                let in_force = listing.haircut.at(self.active_now().ok()?);
                let loosens = Law::HAIRCUT.loosens(in_force, Bps(number(1)?));
                Some(Touch { loosens, markets: vec![listing.market.0] })
            }
            LIST_ASSET => Some(Touch { loosens: true, markets: vec![number(1)?] }),
            DISMISS_VENUE => Some(Touch { loosens: false, markets: vec![EVERY_MARKET] }),
            _ => None,
        }
    }
}
