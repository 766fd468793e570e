use crate::{
    governance::GovernanceError,
    units::{Seconds, mul_div_down, mul_div_up},
};

/// All deposits of the vault, in the unit in which shares of them are counted.
pub const WHOLE: u128 = 1_000_000_000_000_000_000;
/// The share from which a veto counts.
const FIRST: u128 = WHOLE / 100;
/// The share from which it counts in full.
const FULL: u128 = WHOLE / 10;

/// The shortest extension of a timelock by a veto that counts.
pub const MIN_EXTENSION: Seconds = Seconds::days(5);
/// The longest.
pub const MAX_EXTENSION: Seconds = Seconds::days(45);

/// How long a veto by `share` of the deposits (of [`WHOLE`]) extends the timelock: nothing below 1 %, then from 5
/// days in a straight line to 45 days at 10 %. The curve of Lido's dual governance.
pub fn veto_extension(share: u128) -> Seconds {
    if share < FIRST {
        return Seconds(0);
    }
    let slope = u128::from(MAX_EXTENSION.0.saturating_sub(MIN_EXTENSION.0));
    let above = share.min(FULL).saturating_sub(FIRST);
    // At most `slope`, which is a u64.
    let more = mul_div_down(slope, above, FULL.saturating_sub(FIRST)).and_then(|more| u64::try_from(more).ok());
    MIN_EXTENSION.0.checked_add(more.unwrap_or(0)).map_or(MAX_EXTENSION, Seconds)
}

/// The share of the deposits (of [`WHOLE`]) that `mine` of `total` is, rounded up, so that many small ones are together
/// what they are.
///
/// # Errors
/// [`GovernanceError::NoDeposits`].
pub fn veto_share_up(mine: u128, total: u128) -> Result<u128, GovernanceError> {
    let share = mul_div_up(mine.min(total), WHOLE, total).unwrap_or(0);
    if share == 0 { Err(GovernanceError::NoDeposits) } else { Ok(share) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn extension(mine: u128, total: u128) -> u64 {
        veto_extension(veto_share_up(mine, total).unwrap()).0
    }

    /// Replayable case 13.
    #[test]
    fn the_curve_is_lidos() {
        assert_eq!(extension(99, 10_000), 0);
        assert_eq!(extension(100, 10_000), 432_000);
        assert_eq!(extension(1_000, 10_000), 3_888_000);
        assert_eq!(extension(1_001, 10_000), 3_888_000);
        assert_eq!(extension(10_000, 10_000), 3_888_000);
        // Half way.
        assert_eq!(extension(550, 10_000), 25 * 86_400);
        assert_eq!(veto_extension(FIRST - 1), Seconds(0));
        assert_eq!(veto_extension(FULL - 1), Seconds(3_887_999));
        assert_eq!(veto_extension(u128::MAX), MAX_EXTENSION);
    }

    #[test]
    fn shares_are_of_something() {
        assert_eq!(veto_share_up(0, 5), Err(GovernanceError::NoDeposits));
        assert_eq!(veto_share_up(5, 0), Err(GovernanceError::NoDeposits));
        assert_eq!(veto_share_up(1, u128::MAX), Ok(1));
        assert_eq!(veto_share_up(u128::MAX, u128::MAX), Ok(WHOLE));
        // A vault that says that an account has more than all.
        assert_eq!(veto_share_up(7, 5), Ok(WHOLE));
        assert_eq!(veto_share_up(1, 3), Ok(333_333_333_333_333_334));
        assert_eq!(veto_extension(3 * veto_share_up(1, 300).unwrap()), MIN_EXTENSION);
    }

    proptest! {
        #[test]
        fn more_deposits_extend_more(a in 0..2 * FULL, b in 0..2 * FULL) {
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(veto_extension(low) <= veto_extension(high));
            prop_assert!(veto_extension(high) <= MAX_EXTENSION);
        }
    }
}
