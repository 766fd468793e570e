//! The registry's native tokens: bonds, rewards owed, and the pot that rewards are paid from. Their sum is what the
//! contract holds of what it was sent.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

/// What belongs to whom, in the native token's smallest unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Funds {
    /// Under bond, of all keepers.
    pub bonds: u128,
    /// Earned and not yet claimed, of all accounts.
    pub owed: u128,
    /// Free for rewards.
    pub pot: u128,
}

/// A sum does not fit, or more leaves than there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundsError;

fn plus(to: u128, amount: u128) -> Result<u128, FundsError> {
    to.checked_add(amount).ok_or(FundsError)
}

fn minus(from: u128, amount: u128) -> Result<u128, FundsError> {
    from.checked_sub(amount).ok_or(FundsError)
}

impl Funds {
    /// All of it.
    pub fn total(&self) -> Option<u128> {
        self.bonds.checked_add(self.owed)?.checked_add(self.pot)
    }

    /// A bond came in.
    pub fn bonded(self, amount: u128) -> Result<Self, FundsError> {
        Ok(Self { bonds: plus(self.bonds, amount)?, ..self })
    }

    /// A bond went out.
    pub fn withdrawn(self, amount: u128) -> Result<Self, FundsError> {
        Ok(Self { bonds: minus(self.bonds, amount)?, ..self })
    }

    /// A bond was lost to the pot.
    pub fn slashed(self, amount: u128) -> Result<Self, FundsError> {
        Ok(Self { bonds: minus(self.bonds, amount)?, pot: plus(self.pot, amount)?, ..self })
    }

    /// Somebody paid into the pot.
    pub fn funded(self, amount: u128) -> Result<Self, FundsError> {
        Ok(Self { pot: plus(self.pot, amount)?, ..self })
    }

    /// A reward was earned: as much of it as the pot has.
    pub fn rewarded(self, amount: u128) -> Result<(Self, u128), FundsError> {
        let granted = amount.min(self.pot);
        Ok((Self { owed: plus(self.owed, granted)?, pot: minus(self.pot, granted)?, ..self }, granted))
    }

    /// Rewards went out.
    pub fn claimed(self, amount: u128) -> Result<Self, FundsError> {
        Ok(Self { owed: minus(self.owed, amount)?, ..self })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_reward_is_never_more_than_the_pot() {
        let funds = Funds { bonds: 5, owed: 1, pot: 3 };
        assert_eq!(funds.rewarded(2), Ok((Funds { bonds: 5, owed: 3, pot: 1 }, 2)));
        assert_eq!(funds.rewarded(9), Ok((Funds { bonds: 5, owed: 4, pot: 0 }, 3)));
        assert_eq!(funds.slashed(6), Err(FundsError));
        assert_eq!(funds.claimed(2), Err(FundsError));
    }

    proptest! {
        /// Whatever is done, the total moves by exactly what comes in and goes out.
        #[test]
        fn nothing_is_made_or_lost(moves in prop::collection::vec((0u8..6, 0u128..1_000), 0..40)) {
            let (mut funds, mut held) = (Funds::default(), 0u128);
            for (kind, amount) in moves {
                let (next, inwards, outwards) = match kind {
                    0 => (funds.bonded(amount), amount, 0),
                    1 => (funds.withdrawn(amount), 0, amount),
                    2 => (funds.slashed(amount), 0, 0),
                    3 => (funds.funded(amount), amount, 0),
                    4 => (funds.rewarded(amount).map(|(next, _)| next), 0, 0),
                    _ => (funds.claimed(amount), 0, amount),
                };
                if let Ok(next) = next {
                    funds = next;
                    held = held + inwards - outwards;
                }
                prop_assert_eq!(funds.total(), Some(held));
            }
        }
    }
}
