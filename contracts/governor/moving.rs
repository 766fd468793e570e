//! Balances and transfers of the governance token.

use ink::{Address, U256, prelude::vec::Vec, sol::SolDecode};

use crate::{Error, call::call, token::Token};

/// `transfer(address,uint256)`
const TRANSFER: [u8; 4] = [0xa9, 0x05, 0x9c, 0xbb];
/// `transferFrom(address,address,uint256)`
const TRANSFER_FROM: [u8; 4] = [0x23, 0xb8, 0x72, 0xdd];
/// `balanceOf(address)`
const BALANCE_OF: [u8; 4] = [0x70, 0xa0, 0x82, 0x31];

impl Token {
    /// What `account` has, in the smallest unit.
    pub fn balance_of(self, account: Address) -> Result<u128, Error> {
        self.number(&data(BALANCE_OF, &ink::sol::encode_sequence(&(account,))))
    }

    /// Moves `amount` from `owner`, who allowed it, to `governor`. What arrived is measured, not believed.
    pub fn pull(self, owner: Address, governor: Address, amount: u128) -> Result<(), Error> {
        let arguments = (owner, governor, U256::from(amount));
        self.moved(TRANSFER_FROM, &ink::sol::encode_sequence(&arguments), governor, amount)
    }

    /// Moves `amount` to `recipient`. What arrived is measured, not believed.
    pub fn push(self, recipient: Address, amount: u128) -> Result<(), Error> {
        let arguments = (recipient, U256::from(amount));
        self.moved(TRANSFER, &ink::sol::encode_sequence(&arguments), recipient, amount)
    }

    fn moved(self, selector: [u8; 4], arguments: &[u8], recipient: Address, amount: u128) -> Result<(), Error> {
        let before = self.balance_of(recipient)?;
        let answer = call(self.0, U256::zero(), &data(selector, arguments), false).map_err(|_| Error::TokenFailed)?;
        // Some tokens answer nothing; those that answer must say yes.
        if !answer.is_empty() && bool::decode(&answer) != Ok(true) {
            return Err(Error::TokenFailed);
        }
        let arrived = self.balance_of(recipient)?.saturating_sub(before);
        if arrived == amount { Ok(()) } else { Err(Error::TokenMoved(amount, arrived)) }
    }
}

fn data(selector: [u8; 4], arguments: &[u8]) -> Vec<u8> {
    [selector.as_slice(), arguments].concat()
}
