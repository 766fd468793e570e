//! How a snapshot settles: from guarded feeds and the registry's facts, never by anybody's choice.

use ink::{H256, codegen::Env as _};
use lockstep_core::{
    ids::ForkId,
    settlement::{Basis, Outcome, Payment, Pot, Resolution, SAMPLES, Sample, Snapshot, Stand, payment},
    units::{Price, Timestamp},
};
use lockstep_interfaces::Stored;

use crate::{
    Error, Resolved, SearchContinued, facts,
    settlement::Settlement,
    store::{END, Market, held_since},
};

/// A payment as numbers: 0 nothing, 1 what was not realised, 2 the price of a branch.
pub fn numbers(payment: Payment) -> (u8, u128) {
    match payment {
        Payment::Nothing => (0, 0),
        Payment::Unrealised => (1, 0),
        Payment::Branch(price) => (2, price.0),
    }
}

impl Settlement {
    /// Resolves a snapshot, once; whether it is resolved now. Where a branch has no price that counts yet, the attempt is
    /// noted and there is another six hours later.
    pub(crate) fn resolve_snapshot(&mut self, plan: u64, market: u32) -> Result<bool, Error> {
        if self.resolutions.get((plan, market)).is_some() {
            return Err(Error::AlreadyResolved(plan, market));
        }
        let (snapshot, entry) = (self.snapshot_of(plan, market)?, self.market_of(market)?);
        let active = self.active()?;
        let by_tree = snapshot.has_tree(active)?;
        let paid = if plan == END {
            Payment::Unrealised
        } else {
            match self.search(plan, market, &entry)? {
                Some(payment) => payment,
                None => return Ok(false),
            }
        };
        let branch = facts::fork_of(self.registry, snapshot.context.domain)?;
        let resolution = Resolution { branch: ForkId(branch.0), payment: paid, by_tree };
        self.resolutions.insert((plan, market), &Stored(resolution));
        let owed = self.open_pot(plan, market, &snapshot, &entry, resolution, active)?;
        let (payment, price) = numbers(paid);
        self.env().emit_event_sol(Resolved { plan, market, branch, payment, price, by_tree, owed });
        Ok(true)
    }

    fn open_pot(
        &mut self,
        plan: u64,
        market: u32,
        snapshot: &Snapshot,
        entry: &Market,
        resolution: Resolution,
        active: Timestamp,
    ) -> Result<u128, Error> {
        if resolution.payment == Payment::Nothing {
            return Ok(0);
        }
        let owed = if resolution.by_tree {
            Some(resolution.payment.owed_up(self.scale(entry.decimals)?, &snapshot.totals)?)
        } else {
            None
        };
        self.pots.insert((plan, market), &Stored(Pot::open(owed, active)));
        // An ended market holds its accounts since its end.
        if plan != END {
            self.accounts().hold(market, held_since(snapshot), true)?;
        }
        Ok(owed.unwrap_or(0))
    }

    /// What a plan that ended pays for the other branch; `None` while that cannot be told.
    fn search(&mut self, plan: u64, market: u32, entry: &Market) -> Result<Option<Payment>, Error> {
        let ended = facts::ended(self.registry, plan)?;
        let stand = Stand::of(ended.phase, plan, ended.is_host)?;
        if !ended.closed {
            return Err(Error::PlanNotClosed(plan));
        }
        let basis = Basis::try_from(entry.basis)?;
        // Without a feed named before the freeze there is no price, and a branch without a price never existed.
        let Some(feed) = self.branches.get((plan, market)) else { return Ok(Some(Payment::Nothing)) };
        if payment(basis, stand, Price(1)) == Payment::Nothing {
            return Ok(Some(Payment::Nothing));
        }
        let mut search = self.searches.get((plan, market)).unwrap_or_default().0;
        let moments = search.moments(ended.released_at, self.now())?;
        let mut samples = [Sample::default(); SAMPLES];
        for (sample, moment) in samples.iter_mut().zip(moments) {
            sample.canonical = facts::twap(self.guard, market, moment)?;
            sample.branch = facts::twap(self.guard, feed, moment)?;
        }
        let found = match search.attempt(&samples) {
            Outcome::Split(price) => Some(payment(basis, stand, price)),
            Outcome::Nothing => Some(Payment::Nothing),
            Outcome::NotYet => None,
        };
        self.searches.insert((plan, market), &Stored(search));
        if found.is_none() {
            let (attempts, next_at) = (search.attempts, search.next_at(ended.released_at).0);
            self.env().emit_event_sol(SearchContinued { plan, market, attempts, next_at });
        }
        Ok(found)
    }

    /// What a position would be paid (owes where negative): if its market ended, and for another branch at `price` where
    /// its network is not the host's, where the host is the canonical branch, and where it is the one left behind.
    pub(crate) fn outcomes_of(
        &self,
        market: u32,
        size: i128,
        unrealised: i128,
        price: u128,
    ) -> Result<(i128, i128, i128, i128), Error> {
        let entry = self.market_of(market)?;
        let (scale, basis) = (self.scale(entry.decimals)?, Basis::try_from(entry.basis)?);
        let of =
            |payment: Payment| payment.claim(scale, size, unrealised).map(lockstep_core::settlement::Claim::signed);
        let at = |stand| of(payment(basis, stand, Price(price)));
        Ok((of(Payment::Unrealised)?, at(Stand::Elsewhere)?, at(Stand::Canonical)?, at(Stand::LeftBehind)?))
    }

    /// The branch on which a resolution was made, or zero.
    pub(crate) fn branch_of(resolution: &Resolution) -> H256 {
        H256(resolution.branch.0)
    }
}
