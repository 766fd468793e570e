//! Which contract the vault works with. A replacement waits, like any loosening.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    ids::Account,
    margin::law::{LOOSENING_DELAY, LawError},
    units::Timestamp,
};

/// The holder of an office, and who follows. Times are wall time: the clock of active time is one of the offices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Seat {
    /// Who holds it until then; zero where nobody does.
    pub holder: Account,
    /// Who holds it from then on.
    pub next: Account,
    /// When that is.
    pub from: Timestamp,
}

impl Seat {
    /// An office held by `holder`.
    pub const fn of(holder: Account) -> Self {
        Self { holder, next: holder, from: Timestamp(0) }
    }

    /// Who holds it.
    pub const fn at(&self, now: Timestamp) -> Account {
        if now.0 >= self.from.0 { self.next } else { self.holder }
    }

    /// Appoints a successor: at once where nobody holds the office, after the delay otherwise. One who was appointed
    /// and has not begun is replaced.
    pub fn appoint(&mut self, next: Account, now: Timestamp) -> Result<(), LawError> {
        if next == self.next {
            return Err(LawError::Unchanged);
        }
        let holder = self.at(now);
        let from = if holder == Account::default() { now } else { now.after(LOOSENING_DELAY) };
        *self = Self { holder, next, from };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: Account = Account([1; 20]);
    const BEN: Account = Account([2; 20]);
    const DELAY: u64 = LOOSENING_DELAY.0;

    #[test]
    fn a_successor_waits_and_the_first_does_not() {
        let mut seat = Seat::default();
        seat.appoint(ANN, Timestamp(100)).unwrap();
        assert_eq!(seat.at(Timestamp(100)), ANN);
        assert_eq!(seat.appoint(ANN, Timestamp(200)), Err(LawError::Unchanged));
        seat.appoint(BEN, Timestamp(200)).unwrap();
        assert_eq!(seat.at(Timestamp(199 + DELAY)), ANN);
        assert_eq!(seat.at(Timestamp(200 + DELAY)), BEN);
        // Taken back in time.
        seat.appoint(ANN, Timestamp(300)).unwrap();
        assert_eq!(seat.at(Timestamp(300 + DELAY)), ANN);
    }
}
