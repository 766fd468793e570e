//! What one position is owed, or owes.
#![allow(clippy::cast_possible_truncation, reason = "in code that the codec derives")]

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    margin::Scale,
    settlement::{SettlementError, Totals},
    units::Price,
};

/// What a settlement pays for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub enum Payment {
    /// Nothing.
    Nothing,
    /// The profit or loss that was not realised: the position ends, at the price at which that was counted.
    Unrealised,
    /// The size at the price of a branch. The position itself is left alone.
    Branch(Price),
}

/// One position's part in a settlement, in quote's smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Neither.
    Nothing,
    /// It is owed this. Rounded down.
    Credit(u128),
    /// It owes this. Rounded up.
    Debit(u128),
}

impl Claim {
    /// With its sign: a debit is negative. Saturates.
    pub fn signed(self) -> i128 {
        match self {
            Self::Nothing => 0,
            Self::Credit(amount) => i128::try_from(amount).unwrap_or(i128::MAX),
            Self::Debit(amount) => i128::try_from(amount).map_or(i128::MIN, i128::wrapping_neg),
        }
    }
}

impl Payment {
    /// The part of a position of `size` with `unrealised` profit or loss; `scale` is that of its underlying.
    ///
    /// A long's credit is rounded down and a short's debit up, so that over a book that nets to zero debits are never
    /// less than credits.
    ///
    /// # Errors
    /// [`SettlementError::ValueTooLarge`].
    pub fn claim(self, scale: Scale, size: i128, unrealised: i128) -> Result<Claim, SettlementError> {
        let amount = match self {
            Self::Nothing => return Ok(Claim::Nothing),
            Self::Unrealised if unrealised < 0 => Claim::Debit(unrealised.unsigned_abs()),
            Self::Unrealised => Claim::Credit(unrealised.unsigned_abs()),
            Self::Branch(price) if size < 0 => Claim::Debit(value_up(scale, size.unsigned_abs(), price)?),
            Self::Branch(price) => Claim::Credit(scale.value_down(size.unsigned_abs(), price)),
        };
        Ok(if matches!(amount, Claim::Credit(0) | Claim::Debit(0)) { Claim::Nothing } else { amount })
    }

    /// What all credits of a snapshot together are at most.
    ///
    /// # Errors
    /// [`SettlementError::ValueTooLarge`].
    pub fn owed_up(self, scale: Scale, totals: &Totals) -> Result<u128, SettlementError> {
        match self {
            Self::Nothing => Ok(0),
            Self::Unrealised => Ok(totals.profit),
            Self::Branch(price) => value_up(scale, totals.long, price),
        }
    }
}

fn value_up(scale: Scale, amount: u128, price: Price) -> Result<u128, SettlementError> {
    scale.value_up(amount, price).ok_or(SettlementError::ValueTooLarge { amount, price: price.0 })
}

/// Where a bitmap with words of 256 bits says whether the leaf at `index` is settled: the word's number, the byte in
/// it, and the mask.
pub const fn bitmap_place(index: u64) -> (u64, usize, u8) {
    let bit = index & 255;
    (index >> 8, (bit >> 3) as usize, 1 << (bit & 7))
}
