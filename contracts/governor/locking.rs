//! Tokens that voters lock and take out.

use ink::{Address, U256, codegen::Env as _};
use lockstep_core::ids::Account;

use crate::{DelegateChanged, Error, Locked, UnlockStarted, Withdrawn, governor::Governor, token::Token};

impl Governor {
    #[inline(never)]
    pub(crate) fn take_in(&mut self, amount: U256) -> Result<(), Error> {
        let (caller, now) = (self.env().caller(), self.tick()?.now());
        let amount = u128::try_from(amount).map_err(|_| Error::AmountTooLarge(amount))?;
        let owner = Account(caller.0);
        let mut holding = self.holding_of(caller);
        let first = holding.delegate.is_none();
        let shift = holding.lock(owner, amount)?;
        self.keep_holding(caller, holding);
        self.basics.held = self.basics.held.checked_add(amount).ok_or(Error::Overflow)?;
        let token = Token(self.basics.token);
        token.pull(caller, self.env().address(), amount)?;
        // Whatever is minted counts for the quorum before it can vote.
        self.observe(now)?;
        self.env().emit_event_sol(Locked { account: caller, amount });
        if first {
            let from_delegate = Address::zero();
            self.env().emit_event_sol(DelegateChanged { delegator: caller, from_delegate, to_delegate: caller });
        }
        self.shift_votes(owner, &shift, now)
    }

    pub(crate) fn start_unlock(&mut self, amount: U256) -> Result<(), Error> {
        let (caller, now) = (self.env().caller(), self.tick()?.now());
        let amount = u128::try_from(amount).map_err(|_| Error::AmountTooLarge(amount))?;
        let mut holding = self.holding_of(caller);
        let shift = holding.unlock(amount, self.settings_now().unlock_period, now)?;
        self.keep_holding(caller, holding);
        let unlocks_at = holding.unlocks_at.0;
        self.env().emit_event_sol(UnlockStarted { account: caller, amount, unlocks_at });
        self.shift_votes(Account(caller.0), &shift, now)
    }

    pub(crate) fn pay_out(&mut self) -> Result<(), Error> {
        let (caller, now) = (self.env().caller(), self.tick()?.now());
        let mut holding = self.holding_of(caller);
        let amount = holding.withdraw(now)?;
        self.keep_holding(caller, holding);
        self.basics.held = self.basics.held.checked_sub(amount).ok_or(Error::Overflow)?;
        self.env().emit_event_sol(Withdrawn { account: caller, amount });
        Token(self.basics.token).push(caller, amount)
    }
}
