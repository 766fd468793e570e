//! What a liquidation of a position pays. The vault's front is made from this module too.

use ink::{Address, codegen::Env as _};
use lockstep_core::{margin::liquidation::scaled_reward_down, units::Bps};
use lockstep_interfaces::{Stored, VaultError};

use crate::{
    LiquidationCharged,
    books::{account_id, clearing_error, ledger_error},
    margin_vault::MarginVault,
};

/// What is left to do of a liquidation that a venue was allowed: its fee is charged in the same block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Ticket {
    pub venue: Address,
    pub account: Address,
    pub fee_ratio: u32,
    /// How much more than the venue asks the liquidator may get, in quote.
    pub most: u128,
    pub at: u64,
}

impl MarginVault {
    /// Pays for the liquidation of a position; returns the reward and the insurance contribution as paid.
    pub(crate) fn pay_liquidation(
        &mut self,
        venue: Address,
        account: Address,
        liquidator: Address,
        reward: u128,
        insurance: u128,
    ) -> Result<(u128, u128), VaultError> {
        let mut ledger = self.ledger(account);
        ledger.membership(account_id(venue)).map_err(ledger_error)?;
        let reward = match self.ticket.get() {
            Some(Stored(ticket)) if (ticket.venue, ticket.account, ticket.at) == (venue, account, self.now().0) => {
                self.ticket.set(&Stored::default());
                scaled_reward_down(reward, Bps(ticket.fee_ratio), ticket.most)
            }
            _ => reward,
        };
        let mut book = self.book(venue);
        let (reward, insurance) = book.charge(&mut ledger, reward, insurance).map_err(clearing_error)?;
        self.accounts.insert(account, &Stored(ledger));
        self.venues.insert(venue, &Stored(book));
        let mut taker = self.ledger(liquidator);
        taker.earn(reward).map_err(ledger_error)?;
        self.accounts.insert(liquidator, &Stored(taker));
        let fund = self.insured(insurance)?;
        self.set_insurance(fund);
        self.env().emit_event_sol(LiquidationCharged { account, liquidator, reward, insurance });
        Ok((reward, insurance))
    }
}
