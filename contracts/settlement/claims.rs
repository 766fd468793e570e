//! Claims: debits are collected, the share of credits is fixed once, credits are paid. By anyone, for anyone, in any
//! order. The contract's front is made from this module too.

use ink::{Address, H256, codegen::Env as _};
use lockstep_core::{
    ids::ForkId,
    margin::Scale,
    settlement::{Claim, Debit, Pot, Proven, Resolution, SettlementError, Snapshot, bitmap_place, verify},
    units::Timestamp,
};
use lockstep_interfaces::Stored;

use crate::{
    CreditPaid, DebitCollected, Error, ShareFixed,
    settlement::Settlement,
    store::{held_since, keccak},
};

/// What was done for an account so far, where it is not all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Part {
    /// Collected of its debit, in quote.
    pub collected: u128,
    /// Its credit is known to the pot, and it may withdraw.
    pub registered: bool,
    /// Nothing is left to do. Where there is a tree its bitmap says so instead.
    pub done: bool,
}

/// One call's look at a settlement.
pub struct Desk {
    plan: u64,
    market: u32,
    pub snapshot: Snapshot,
    resolution: Resolution,
    scale: Scale,
    pot: Pot,
    active: Timestamp,
    caller: Address,
    /// For how many accounts something was done.
    moved: u32,
    /// Why a credit has to wait.
    waiting: Option<Error>,
}

impl Settlement {
    pub(crate) fn pot_of(&self, plan: u64, market: u32) -> Result<Pot, Error> {
        self.pots.get((plan, market)).map(|stored| stored.0).ok_or(Error::NothingOwed(plan, market))
    }

    pub(crate) fn desk(&self, plan: u64, market: u32, branch: H256, by_tree: bool) -> Result<Desk, Error> {
        let snapshot = self.snapshot_of(plan, market)?;
        let resolution = self.resolution_of(plan, market)?;
        resolution.ensure(ForkId(branch.0), by_tree)?;
        let scale = self.scale(self.market_of(market)?.decimals)?;
        let pot = self.pot_of(plan, market)?;
        let (active, caller) = (self.active()?, self.env().caller());
        Ok(Desk { plan, market, snapshot, resolution, scale, pot, active, caller, moved: 0, waiting: None })
    }

    /// Settles leaves, each with its proof, one behind the other. Those that are settled already are passed over.
    pub(crate) fn claim_leaves(&mut self, plan: u64, market: u32, branch: H256, bytes: &[u8]) -> Result<u32, Error> {
        let mut desk = self.desk(plan, market, branch, true)?;
        let (context, root, count) = (desk.snapshot.context, desk.snapshot.root, desk.snapshot.totals.count);
        let mut rest = bytes;
        while !rest.is_empty() {
            let (proven, left) = Proven::parse(rest, count)?;
            rest = left;
            verify(keccak, &context, root, count, &proven.leaf, &proven.proof)?;
            let (word, byte, mask) = bitmap_place(proven.leaf.index);
            let mut bits = self.settled.get((plan, market, word)).unwrap_or_default();
            let Some(slot) = bits.get_mut(byte).filter(|slot| **slot & mask == 0) else { continue };
            *slot |= mask;
            let account = Address::from(proven.leaf.account.0);
            let part = self.parts.get((plan, market, account)).unwrap_or_default();
            let after = self.settle(&mut desk, account, proven.leaf.size, proven.leaf.unrealised, part)?;
            if after.done {
                self.settled.insert((plan, market, word), &bits);
            } else if after != part {
                self.parts.insert((plan, market, account), &after);
            }
        }
        self.leave_desk(desk)
    }

    pub(crate) fn leave_desk(&mut self, desk: Desk) -> Result<u32, Error> {
        if desk.moved == 0 {
            return Err(desk.waiting.unwrap_or(Error::NothingSettled));
        }
        let Desk { plan, market, pot, .. } = desk;
        let fixed = self.pot_of(plan, market)?.share.is_some();
        self.pots.insert((plan, market), &Stored(pot));
        if let Some(share) = pot.share.filter(|_| !fixed) {
            let (collected, owed) = (share.collected, share.owed);
            self.env().emit_event_sol(ShareFixed { plan, market, collected, owed });
            self.accounts().hold(market, held_since(&desk.snapshot), false)?;
        }
        Ok(desk.moved)
    }

    /// Settles one account as far as it goes now.
    pub(crate) fn settle(
        &self,
        desk: &mut Desk,
        account: Address,
        size: i128,
        unrealised: i128,
        part: Part,
    ) -> Result<Part, Error> {
        match desk.resolution.payment.claim(desk.scale, size, unrealised)? {
            Claim::Nothing => {
                let after = self.let_go(desk, account, part)?;
                Ok(Part { done: true, ..after })
            }
            Claim::Debit(amount) => self.collect(desk, account, amount, part),
            Claim::Credit(amount) => self.pay(desk, account, amount, part),
        }
    }

    /// Lets an account that owes nothing withdraw, while others are kept from it.
    fn let_go(&self, desk: &mut Desk, account: Address, part: Part) -> Result<Part, Error> {
        if !part.registered {
            if desk.pot.share.is_none() {
                self.accounts().free(desk.market, account, desk.snapshot.taken_at)?;
            }
            desk.moved = desk.moved.saturating_add(1);
        }
        Ok(Part { registered: true, ..part })
    }

    fn collect(&self, desk: &mut Desk, account: Address, amount: u128, part: Part) -> Result<Part, Error> {
        let Desk { plan, market, caller, .. } = *desk;
        let mut debit = Debit { due: amount.saturating_sub(part.collected) };
        let demand = debit.demand(account == caller);
        let received = self.accounts().collect(market, account, desk.snapshot.taken_at, demand)?;
        let (collected, reward) = debit.receive(received);
        if collected == 0 && debit.due > 0 {
            return Ok(part);
        }
        desk.pot.collect(collected)?;
        desk.moved = desk.moved.saturating_add(1);
        let due = debit.due;
        self.env().emit_event_sol(DebitCollected { plan, market, account, collected, due, collector: caller, reward });
        self.accounts().pay_out(market, caller, reward)?;
        Ok(Part { collected: part.collected.saturating_add(collected), done: due == 0, ..part })
    }

    fn pay(&self, desk: &mut Desk, account: Address, amount: u128, part: Part) -> Result<Part, Error> {
        let Desk { plan, market, .. } = *desk;
        if desk.pot.open_ended && !part.registered {
            desk.pot.register(amount, desk.active)?;
        }
        let before = desk.moved;
        let part = self.let_go(desk, account, part)?;
        match desk.pot.pay(amount, desk.active) {
            Ok(paid) => {
                desk.moved = before.saturating_add(1);
                self.env().emit_event_sol(CreditPaid { plan, market, account, credit: amount, paid });
                self.accounts().pay_out(market, account, paid)?;
                Ok(Part { done: true, ..part })
            }
            Err(error @ SettlementError::Collecting { .. }) => {
                desk.waiting = Some(error.into());
                Ok(part)
            }
            Err(error) => Err(error.into()),
        }
    }
}
