//! The governance token: a plain ERC-20 that is not trusted to behave. The governor's front is made from this module too.

use ink::{Address, U256, sol::SolDecode};

use crate::{Error, call::call};

/// `totalSupply()`
const TOTAL_SUPPLY: [u8; 4] = [0x18, 0x16, 0x0d, 0xdd];

/// The governance token.
#[derive(Clone, Copy)]
pub struct Token(pub Address);

impl Token {
    /// All tokens there are, in the smallest unit.
    pub fn total_supply(self) -> Result<u128, Error> {
        self.number(&TOTAL_SUPPLY)
    }

    pub(crate) fn number(self, data: &[u8]) -> Result<u128, Error> {
        let answer = call(self.0, U256::zero(), data, false).map_err(|_| Error::TokenFailed)?;
        // A decoder takes missing bytes for zeros.
        if answer.len() < 32 {
            return Err(Error::TokenFailed);
        }
        let number = U256::decode(&answer).map_err(|_| Error::TokenFailed)?;
        u128::try_from(number).map_err(|_| Error::AmountTooLarge(number))
    }
}
