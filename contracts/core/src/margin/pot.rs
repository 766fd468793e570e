//! Quote that was collected for the settlement of a market and not paid out yet.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::MarketId,
    margin::ledger::{Ledger, LedgerError},
    units::{Seconds, Timestamp},
};

/// The longest that a settlement keeps accounts from withdrawing, in wall time.
pub const LONGEST_HOLD: Seconds = Seconds::days(30);

/// The most settlements at a time that keep accounts from withdrawing.
pub const MAX_HOLDS: usize = 16;

/// While a market settles, those who were exposed to it since its snapshot do not withdraw before they have settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Hold {
    /// The market.
    pub market: MarketId,
    /// When the snapshot was taken, wall time.
    pub since: Timestamp,
    /// When it ends by itself, wall time.
    pub until: Timestamp,
}

impl Hold {
    /// Whether an account that was last exposed at `exposed`, and has settled for snapshots up to `settled`, is held.
    pub fn binds(&self, exposed: Timestamp, settled: Timestamp, now: Timestamp) -> bool {
        now < self.until && exposed >= self.since && settled < self.since
    }
}

/// The pot of one market, in quote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Pot(pub u128);

impl Pot {
    /// Moves up to `amount` of an account's cash into the pot; returns what was moved.
    pub fn collect(&mut self, account: &mut Ledger, amount: u128) -> Result<u128, LedgerError> {
        let collected = amount.min(account.cash);
        let after = self.0.checked_add(collected).ok_or(LedgerError::Overflow)?;
        account.spend(collected)?;
        self.0 = after;
        Ok(collected)
    }

    /// Moves `amount` from the pot to an account.
    pub fn pay_out(&mut self, account: &mut Ledger, amount: u128) -> Result<(), LedgerError> {
        let after = self.0.checked_sub(amount).ok_or(LedgerError::Insufficient { available: self.0 })?;
        account.earn(amount)?;
        self.0 = after;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_binds_those_who_were_exposed_and_have_not_settled() {
        let hold = Hold { market: MarketId(1), since: Timestamp(100), until: Timestamp(200) };
        let binds = |exposed, settled, now| hold.binds(Timestamp(exposed), Timestamp(settled), Timestamp(now));
        assert!(binds(100, 0, 150) && binds(150, 99, 199));
        assert!(!binds(99, 0, 150), "closed before the snapshot");
        assert!(!binds(150, 100, 150), "settled");
        assert!(!binds(150, 0, 200), "over");
    }

    #[test]
    fn a_pot_takes_what_there_is_and_gives_what_it_has() {
        let mut pot = Pot::default();
        let (mut loser, mut winner) =
            (Ledger { cash: 30, ..Ledger::default() }, Ledger { cash: u128::MAX - 5, ..Ledger::default() });
        assert_eq!(pot.collect(&mut loser, 50), Ok(30));
        assert_eq!((pot, loser.cash), (Pot(30), 0));
        assert_eq!(pot.pay_out(&mut winner, 31), Err(LedgerError::Insufficient { available: 30 }));
        assert_eq!(pot.pay_out(&mut winner, 6), Err(LedgerError::Overflow));
        assert_eq!((pot, winner.cash), (Pot(30), u128::MAX - 5));
        assert_eq!(pot.pay_out(&mut winner, 5), Ok(()));
        assert_eq!((pot, winner.cash), (Pot(25), u128::MAX));
    }
}
