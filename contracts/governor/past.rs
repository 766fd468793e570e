//! What callers ask of the past, and the supply as it is observed.

use ink::{Address, U256};
use lockstep_core::{governance::Trace, ids::Account, units};

use crate::{Error, governor::Governor, token::Token};

impl Governor {
    /// Records the token's total supply, where it has changed.
    #[inline(never)]
    pub(crate) fn observe(&mut self, now: units::Timestamp) -> Result<(), Error> {
        let supply = Token(self.basics.token).total_supply()?;
        if supply != self.value(Trace::Supply, now) {
            self.record(Trace::Supply, supply, now);
        }
        Ok(())
    }

    /// A moment that a caller names, which must be past.
    #[inline(never)]
    fn past(&self, timepoint: U256) -> Result<units::Timestamp, Error> {
        let at = units::Timestamp(u64::try_from(timepoint).unwrap_or(u64::MAX));
        Ok(self.clock_now().past(at)?)
    }

    /// The value at a moment that a caller names.
    #[inline(never)]
    pub(crate) fn past_value(&self, trace: Trace, timepoint: U256) -> Result<u128, Error> {
        Ok(self.value(trace, self.past(timepoint)?))
    }

    /// Votes of `account` at a moment that a caller names.
    #[inline(never)]
    pub(crate) fn past_votes(&self, account: Address, timepoint: U256) -> Result<U256, Error> {
        Ok(self.votes_at(Account(account.0), self.past(timepoint)?).into())
    }
}
