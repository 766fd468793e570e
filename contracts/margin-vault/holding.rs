//! Who is kept from withdrawing while a market settles.

use ink::codegen::Env as _;
use lockstep_core::{
    ids::MarketId,
    margin::{Hold, LONGEST_HOLD, MAX_HOLDS},
    units::Timestamp,
};
use lockstep_interfaces::{Stored, VaultError};

use crate::{Held, margin_vault::MarginVault};

impl MarginVault {
    /// Begins or ends to keep those who were exposed to a market since its snapshot from withdrawing.
    pub(crate) fn hold_exposed(&mut self, market: u32, since: u64, held: bool) -> Result<(), VaultError> {
        let now = self.now();
        let (id, at) = (MarketId(market), Timestamp(since));
        let mut holds = self.holds();
        holds.retain(|hold| now < hold.until && (hold.market, hold.since) != (id, at));
        let mut until = Timestamp(0);
        if held {
            if holds.len() >= MAX_HOLDS {
                return Err(VaultError::OutOfRange(MAX_HOLDS as u128));
            }
            until = now.after(LONGEST_HOLD);
            self.basics.held_until = self.basics.held_until.max(until.0);
            holds.push(Hold { market: id, since: at, until });
        }
        self.holds.set(&Stored(holds));
        self.env().emit_event_sol(Held { market, since, until: until.0 });
        Ok(())
    }
}
