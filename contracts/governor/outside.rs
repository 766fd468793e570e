//! What the governor asks the other Lockstep contracts, in the Solidity encoding. Answers are read word by word, and
//! one that is too short is none.

use ink::{Address, U256, prelude::vec::Vec, sol::DynBytes};
use lockstep_core::{
    governance::{MAX_MARKETS, PlanTerms, Touch},
    units::Timestamp,
};
use lockstep_interfaces::MAX_ASKED_MARKETS;

use crate::call::{Unanswered, ask, call};

/// `activeTime()`
const ACTIVE_TIME: [u8; 4] = [0xcb, 0x8c, 0x47, 0x8a];
/// `lastExposed(address,uint32)`
const LAST_EXPOSED: [u8; 4] = [0x21, 0x6c, 0x0b, 0x19];
/// `depositWeight(address,uint64)`
const DEPOSIT_WEIGHT: [u8; 4] = [0xda, 0x4c, 0x3e, 0x34];
/// `lockDeposits(address,uint64)`
const LOCK_DEPOSITS: [u8; 4] = [0x48, 0x59, 0xa7, 0x28];
/// The same in the encoding of ink!: `GovernorVault::lockDeposits`.
const LOCK_DEPOSITS_INK: [u8; 4] = [0x37, 0x46, 0xe1, 0x61];
/// `marketPlans(uint32[])`
const MARKET_PLANS: [u8; 4] = [0xf2, 0x21, 0x99, 0x43];
/// `touches(bytes)`
const TOUCHES: [u8; 4] = [0xcb, 0xb2, 0xc0, 0x54];

/// Most plans of a market that the registry answers with.
const MAX_PLANS: usize = 4;

/// An answer as a list of words.
struct Words(Vec<u8>);

impl Words {
    #[inline(never)]
    fn asked(callee: Address, selector: [u8; 4], arguments: &[u8]) -> Result<Self, Unanswered> {
        ask(callee, &[selector.as_slice(), arguments].concat()).map(Self)
    }

    #[inline(never)]
    fn wide(&self, index: usize) -> Result<U256, Unanswered> {
        let start = index.checked_mul(32).ok_or(Unanswered::Failed)?;
        let word = self.0.get(start..).and_then(|rest| rest.first_chunk::<32>());
        word.map(|word| U256::from_big_endian(word)).ok_or(Unanswered::Failed)
    }

    /// The word at `index` as a number of another type.
    fn number<N: TryFrom<U256>>(&self, index: usize) -> Result<N, Unanswered> {
        N::try_from(self.wide(index)?).map_err(|_| Unanswered::Failed)
    }

    /// The length of a list, at most `most`, whose offset is the last of `heads` words, stands at `index`, and is
    /// followed by the list itself.
    #[inline(never)]
    fn list(&self, index: usize, heads: u64, most: usize) -> Result<usize, Unanswered> {
        let offset: u64 = self.number(index)?;
        let length: u64 = self.number(index.saturating_add(1))?;
        let length = usize::try_from(length).map_err(|_| Unanswered::Failed)?;
        if Some(offset) == heads.checked_mul(32) && length <= most { Ok(length) } else { Err(Unanswered::Failed) }
    }
}

/// The host's active time, from the guard.
pub fn active_time(guard: Address) -> Result<Timestamp, Unanswered> {
    Words::asked(guard, ACTIVE_TIME, &[])?.number(0).map(Timestamp)
}

/// When `account` was last exposed to `market`, in wall time, from the vault.
pub fn last_exposed(vault: Address, account: Address, market: u32) -> Result<Timestamp, Unanswered> {
    let arguments = ink::sol::encode_sequence(&(account, market));
    Words::asked(vault, LAST_EXPOSED, &arguments)?.number(0).map(Timestamp)
}

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

/// The plans that touch each of `markets`, from the registry.
pub fn market_plans(registry: Address, markets: &[u32]) -> Result<Vec<(u32, PlanTerms)>, Unanswered> {
    const FIELDS: usize = 11;
    let mut plans = Vec::new();
    for asked in markets.chunks(MAX_ASKED_MARKETS) {
        let words = Words::asked(registry, MARKET_PLANS, &ink::sol::encode_sequence(&(asked.to_vec(),)))?;
        for plan in 0..words.list(0, 1, asked.len().saturating_mul(MAX_PLANS))? {
            let field = |number: usize| plan.saturating_mul(FIELDS).saturating_add(2).saturating_add(number);
            let time = |number| words.number(field(number)).map(Timestamp);
            let terms = PlanTerms {
                phase: words.number::<u8>(field(2))?,
                freeze_at: time(4)?,
                bound: time(5)?,
                released_at: time(6)?,
                completed_at: time(7)?,
            };
            plans.push((words.number(field(0))?, terms));
        }
    }
    Ok(plans)
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
