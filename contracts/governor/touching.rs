//! What calls would do, as their targets tell it, and the deposits that stand behind a veto.

use ink::{Address, U256, sol::DynBytes};
use lockstep_core::{
    governance::{MAX_MARKETS, Touch},
    units::Timestamp,
};

use crate::{
    call::{Unanswered, call},
    outside::Words,
};

/// `depositWeight(address,uint64)`
const DEPOSIT_WEIGHT: [u8; 4] = [0xda, 0x4c, 0x3e, 0x34];
/// `lockDeposits(address,uint64)`
const LOCK_DEPOSITS: [u8; 4] = [0x48, 0x59, 0xa7, 0x28];
/// The same in the encoding of ink!: `GovernorVault::lockDeposits`.
const LOCK_DEPOSITS_INK: [u8; 4] = [0x37, 0x46, 0xe1, 0x61];
/// `touches(bytes)`
const TOUCHES: [u8; 4] = [0xcb, 0xb2, 0xc0, 0x54];

/// What `account` has in the vault, as far as it did not deposit after `since` (wall time), and what all have.
pub fn deposit_weight(vault: Address, account: Address, since: Timestamp) -> Result<(u128, u128), Unanswered> {
    let words = Words::asked(vault, DEPOSIT_WEIGHT, &ink::sol::encode_sequence(&(account, since.0)))?;
    Ok((words.number(0)?, words.number(1)?))
}

/// Keeps `account` from withdrawing from the vault until then (wall time). Whether the vault did.
pub fn lock_deposits(vault: Address, account: Address, until: Timestamp) -> bool {
    let arguments = ink::sol::encode_sequence(&(account, until.0));
    call(vault, U256::zero(), &[LOCK_DEPOSITS.as_slice(), &arguments].concat(), false).is_ok()
}

/// Whether `data` asks the vault to lock somebody's deposits.
pub fn locks_deposits(data: &DynBytes) -> bool {
    [LOCK_DEPOSITS, LOCK_DEPOSITS_INK].iter().any(|selector| data.0.starts_with(selector))
}

/// What a call of `target` with `data` would do, as `target` tells it in one structure.
pub fn touches(target: Address, data: &DynBytes) -> Result<Touch, Unanswered> {
    let words = Words::asked(target, TOUCHES, &ink::sol::encode_sequence(&(data,)))?;
    let (offset, loosens) = (words.number::<u64>(0)?, words.number::<u64>(1)?);
    if offset != 32 || loosens > 1 {
        return Err(Unanswered::Failed);
    }
    let count = words.list(2, 2, MAX_MARKETS)?;
    let market = |index: usize| {
        let number = words.number::<u64>(index.saturating_add(4))?;
        u32::try_from(number).map_err(|_| Unanswered::Failed)
    };
    Ok(Touch { loosens: loosens == 1, markets: (0..count).map(market).collect::<Result<_, _>>()? })
}
