//! Claims without a tree, and what became of a pot.

use ink::{Address, H256, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::settlement::bitmap_place;
use lockstep_interfaces::Stored;

use crate::{Error, Swept, settlement::Settlement, store::END};

impl Settlement {
    /// Settles accounts of a snapshot without a tree by what the venue answers.
    pub(crate) fn claim_accounts(
        &mut self,
        plan: u64,
        market: u32,
        branch: H256,
        accounts: Vec<Address>,
    ) -> Result<u32, Error> {
        let mut desk = self.desk(plan, market, branch, false)?;
        for account in accounts {
            let part = self.parts.get((plan, market, account)).unwrap_or_default();
            if part.done {
                continue;
            }
            let said = self.answer_of(market, &desk.snapshot, account)?;
            let after = self.settle(&mut desk, account, said.size, said.unrealised, part)?;
            if after != part {
                self.parts.insert((plan, market, account), &after);
            }
        }
        self.leave_desk(desk)
    }

    /// Moves what nobody claimed in time to the insurance fund; also later, where debits came in since.
    pub(crate) fn sweep_pot(&mut self, plan: u64, market: u32) -> Result<u128, Error> {
        let mut pot = self.pot_of(plan, market)?;
        let amount = pot.sweep(self.active()?)?;
        if amount == 0 {
            return Err(Error::ZeroAmount);
        }
        self.pots.insert((plan, market), &Stored(pot));
        self.env().emit_event_sol(Swept { plan, market, amount });
        self.accounts().pay_out(market, Address::zero(), amount)?;
        Ok(amount)
    }

    /// Whether nothing is left to do for a leaf, by its index, or for an account of a snapshot without a tree.
    pub(crate) fn is_done(&self, plan: u64, market: u32, index: u64, account: Address) -> bool {
        let (word, byte, mask) = bitmap_place(index);
        let by_tree = self.resolutions.get((plan, market)).is_none_or(|stored| stored.0.by_tree);
        if by_tree {
            let bits = self.settled.get((plan, market, word)).unwrap_or_default();
            bits.get(byte).is_some_and(|slot| slot & mask != 0)
        } else {
            self.parts.get((plan, market, account)).unwrap_or_default().done
        }
    }

    /// `(opened at, owed, collected, paid, share collected, share owed, fixed at)`.
    pub(crate) fn pot_state(&self, plan: u64, market: u32) -> Result<(u64, u128, u128, u128, u128, u128, u64), Error> {
        let pot = self.pot_of(plan, market)?;
        let share = pot.share.map_or((0, 0, 0), |share| (share.collected, share.owed, share.at.0));
        Ok((pot.opened_at.0, pot.owed, pot.collected, pot.paid, share.0, share.1, share.2))
    }

    /// Whether a market has ended.
    pub(crate) fn has_ended(&self, market: u32) -> bool {
        self.snapshots.get((END, market)).is_some()
    }
}
