//! Who votes with the tokens that somebody locked. The governor's front is made from this module too.

use ink::{Address, codegen::Env as _};
use lockstep_core::ids::Account;

use crate::{DelegateChanged, Error, governor::Governor};

impl Governor {
    pub(crate) fn hand_over(&mut self, delegatee: Address) -> Result<(), Error> {
        let (caller, now) = (self.env().caller(), self.tick()?.now());
        let mut holding = self.holding_of(caller);
        let shift = holding.delegate(Account(delegatee.0))?;
        self.keep_holding(caller, holding);
        let from_delegate = Address::from(shift.from.unwrap_or_default().0);
        self.env().emit_event_sol(DelegateChanged { delegator: caller, from_delegate, to_delegate: delegatee });
        self.shift_votes(Account(caller.0), &shift, now)
    }
}
