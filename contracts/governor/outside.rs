//! What the governor asks the other Lockstep contracts, in the Solidity encoding. Answers are read word by word, and
//! one that is too short is none. The governor's front is made from this module too.

use ink::{Address, U256, prelude::vec::Vec};
use lockstep_core::{governance::PlanTerms, units::Timestamp};
use lockstep_interfaces::MAX_ASKED_MARKETS;

use crate::call::{Unanswered, ask};

/// `activeTime()`
const ACTIVE_TIME: [u8; 4] = [0xcb, 0x8c, 0x47, 0x8a];
/// `lastExposed(address,uint32)`
const LAST_EXPOSED: [u8; 4] = [0x21, 0x6c, 0x0b, 0x19];
/// `marketPlans(uint32[])`
const MARKET_PLANS: [u8; 4] = [0xf2, 0x21, 0x99, 0x43];

/// Most plans of a market that the registry answers with.
const MAX_PLANS: usize = 4;

/// An answer as a list of words.
pub struct Words(Vec<u8>);

impl Words {
    #[inline(never)]
    pub fn asked(callee: Address, selector: [u8; 4], arguments: &[u8]) -> Result<Self, Unanswered> {
        ask(callee, &[selector.as_slice(), arguments].concat()).map(Self)
    }

    #[inline(never)]
    fn wide(&self, index: usize) -> Result<U256, Unanswered> {
        let start = index.checked_mul(32).ok_or(Unanswered::Failed)?;
        let word = self.0.get(start..).and_then(|rest| rest.first_chunk::<32>());
        word.map(|word| U256::from_big_endian(word)).ok_or(Unanswered::Failed)
    }

    /// The word at `index` as a number of another type.
    pub fn number<N: TryFrom<U256>>(&self, index: usize) -> Result<N, Unanswered> {
        N::try_from(self.wide(index)?).map_err(|_| Unanswered::Failed)
    }

    /// The length of a list, at most `most`, whose offset is the last of `heads` words, stands at `index`, and is
    /// followed by the list itself.
    #[inline(never)]
    pub fn list(&self, index: usize, heads: u64, most: usize) -> Result<usize, Unanswered> {
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
