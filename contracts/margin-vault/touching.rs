//! What a setter would do, as the governor asks before it calls one.

use ink::{Address, prelude::vec};
use lockstep_core::{
    governance::{EVERY_MARKET, Touch},
    ids::AssetId,
    margin::Parameter,
};

use crate::margin_vault::MarginVault;

/// `setHaircut(uint32,uint32)`
const SET_HAIRCUT: [u8; 4] = [0xec, 0x1c, 0xd8, 0x64];
/// `setParameter(uint8,uint32,address,uint128)`
const SET_PARAMETER: [u8; 4] = [0x44, 0xb1, 0x58, 0x1f];
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
        let (words, _) = arguments.as_chunks::<32>();
        let number = |index: usize| -> Option<u32> {
            let (zeros, number) = words.get(index)?.split_last_chunk::<4>()?;
            zeros.iter().all(|byte| *byte == 0).then(|| u32::from_be_bytes(*number))
        };
        match *selector {
            SET_HAIRCUT => self.moved(Parameter::Haircut.number(), number(0)?, Address::zero(), number(1)?.into()),
            SET_PARAMETER => {
                let (_, venue) = words.get(2)?.split_last_chunk::<20>()?;
                let (zeros, value) = words.get(3)?.split_last_chunk::<16>()?;
                let parameter = u8::try_from(number(0)?).ok()?;
                let value = zeros.iter().all(|byte| *byte == 0).then(|| u128::from_be_bytes(*value))?;
                self.moved(parameter, number(1)?, Address::from(*venue), value)
            }
            LIST_ASSET => Some(Touch { loosens: true, markets: vec![number(1)?] }),
            DISMISS_VENUE => Some(Touch { loosens: false, markets: vec![EVERY_MARKET] }),
            _ => None,
        }
    }

    /// What it would do to set a figure.
    fn moved(&self, number: u8, asset: u32, venue: Address, to: u128) -> Option<Touch> {
        let (parameter, before) = self.course_of(number, asset, venue).ok()?;
        let markets = match parameter {
            Parameter::Haircut | Parameter::Cap | Parameter::ScaleStart => {
                vec![self.asset_of(AssetId(asset)).ok()?.market.0]
            }
            _ => vec![EVERY_MARKET],
        };
        Some(Touch { loosens: parameter.law().loosens(before.now, to), markets })
    }
}
