//! What a setter would do, as the governor asks before it calls one.

use ink::{Address, prelude::vec};
use lockstep_core::{
    governance::{EVERY_MARKET, Touch},
    ids::AssetId,
    margin::{Operations, Parameter, Scope},
};

use crate::{
    margin_vault::{MarginVault, QUOTE},
    pausing::{Target, target},
};

/// `setHaircut(uint32,uint32)`
const SET_HAIRCUT: [u8; 4] = [0xec, 0x1c, 0xd8, 0x64];
/// `setParameter(uint8,uint32,address,uint128)`
const SET_PARAMETER: [u8; 4] = [0x44, 0xb1, 0x58, 0x1f];
/// `listAsset(address,uint32,uint8,uint128,uint32)`
const LIST_ASSET: [u8; 4] = [0x15, 0x99, 0x79, 0xeb];
/// `pauseFor(uint8,uint8,uint32,address,uint64)`
const PAUSE_FOR: [u8; 4] = [0xcf, 0xc5, 0x9f, 0x1e];
/// `resume(uint8,uint8,uint32,address)`
const RESUME: [u8; 4] = [0x9a, 0xea, 0x48, 0xf4];
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
        let address = |index: usize| -> Option<Address> {
            words.get(index)?.split_last_chunk::<20>().map(|(_, address)| Address::from(*address))
        };
        match *selector {
            SET_HAIRCUT => self.moved(Parameter::Haircut.number(), number(0)?, Address::zero(), number(1)?.into()),
            SET_PARAMETER => {
                let venue = address(2)?;
                let (zeros, value) = words.get(3)?.split_last_chunk::<16>()?;
                let parameter = u8::try_from(number(0)?).ok()?;
                let value = zeros.iter().all(|byte| *byte == 0).then(|| u128::from_be_bytes(*value))?;
                self.moved(parameter, number(1)?, venue, value)
            }
            LIST_ASSET => Some(Touch { loosens: true, markets: vec![number(1)?] }),
            PAUSE_FOR | RESUME => {
                let target = target(u8::try_from(number(1)?).ok()?, number(2)?, address(3)?).ok()?;
                self.stops(u8::try_from(number(0)?).ok()?, target, *selector == PAUSE_FOR)
            }
            DISMISS_VENUE => Some(Touch { loosens: false, markets: vec![EVERY_MARKET] }),
            _ => None,
        }
    }

    /// What it would do to stop operations, or to let them go on. Whoever could be liquidated gains by the one, whoever
    /// wants to take risk by the other.
    fn stops(&self, operations: u8, target: Target, pauses: bool) -> Option<Touch> {
        let (operations, target) = self.pausable(operations, target).ok()?;
        let market = match target.scope {
            Scope::Vault => EVERY_MARKET,
            Scope::Asset if target.number == QUOTE => EVERY_MARKET,
            Scope::Asset => self.asset_of(AssetId(target.number)).ok()?.market.0,
            Scope::Venue => target.number,
        };
        let loosens = if pauses { operations } else { operations.without(Operations::LIQUIDATE) };
        let loosens = if pauses { loosens.meets(Operations::LIQUIDATE) } else { loosens != Operations::NONE };
        Some(Touch { loosens, markets: vec![market] })
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
