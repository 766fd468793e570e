//! Markets, their bonds, and the snapshots of their open interest until the venue has committed.

use ink::{Address, H256, U256, codegen::Env as _};
use lockstep_core::{
    ids::{DomainId, ForkId, MarketId, PlanId},
    settlement::{Basis, Freeze, Node, Rules, Snapshot},
    units::{Price, Timestamp},
};
use lockstep_interfaces::Stored;

use crate::{
    BondPosted, BondWithdrawn, BranchNamed, Error, MarketAdmitted, MarketEnded, MarketRetired, RulesChanged,
    SnapshotCommitted, SnapshotOpened, facts,
    settlement::Settlement,
    store::{END, Market, held_since, keccak},
};

impl Settlement {
    pub(crate) fn active_market(&self, market: u32) -> Result<Market, Error> {
        let entry = self.market_of(market)?;
        if entry.retired { Err(Error::MarketIsRetired(market)) } else { Ok(entry) }
    }

    /// Wall time.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.env().block_timestamp())
    }

    pub(crate) fn admit(
        &mut self,
        market: u32,
        venue: Address,
        operator: Address,
        domain: u32,
        basis: u8,
        decimals: u8,
    ) -> Result<(), Error> {
        if venue == Address::zero() || operator == Address::zero() {
            return Err(Error::ZeroAddress);
        }
        if self.markets.get(market).is_some() {
            return Err(Error::MarketExists(market));
        }
        Basis::try_from(basis)?;
        self.scale(decimals)?;
        let admitted_at = self.now().0;
        let entry =
            Market { venue, operator, bond: 0, retired: false, held_until: 0, domain, basis, decimals, admitted_at };
        self.markets.insert(market, &entry);
        self.env().emit_event_sol(MarketAdmitted { market, venue, operator, domain, basis, decimals });
        Ok(())
    }

    pub(crate) fn retire(&mut self, market: u32) -> Result<(), Error> {
        let mut entry = self.active_market(market)?;
        entry.retired = true;
        self.markets.insert(market, &entry);
        self.env().emit_event_sol(MarketRetired { market });
        Ok(())
    }

    pub(crate) fn change_rules(&mut self, new: Rules) -> Result<(), Error> {
        let (old, new) = (self.rules.0, new.checked()?);
        self.rules = Stored(new);
        self.env().emit_event_sol(RulesChanged {
            old_window: old.window.0,
            new_window: new.window.0,
            old_challenge: old.challenge.0,
            new_challenge: new.challenge.0,
            old_min_bond: old.min_bond,
            new_min_bond: new.min_bond,
        });
        Ok(())
    }

    pub(crate) fn add_bond(&mut self, market: u32, value: U256) -> Result<(), Error> {
        let amount = u128::try_from(value).map_err(|_| Error::AmountTooLarge(value))?;
        if amount == 0 {
            return Err(Error::ZeroAmount);
        }
        let mut entry = self.active_market(market)?;
        entry.bond = entry.bond.checked_add(amount).ok_or(Error::SumOverflow(entry.bond, amount))?;
        self.markets.insert(market, &entry);
        self.env().emit_event_sol(BondPosted { market, payer: self.env().caller(), amount, bond: entry.bond });
        Ok(())
    }

    pub(crate) fn release_bond(&mut self, market: u32, recipient: Address) -> Result<(), Error> {
        let mut entry = self.market_of(market)?;
        self.ensure_operator(&entry)?;
        if recipient == Address::zero() {
            return Err(Error::ZeroAddress);
        }
        if !entry.retired {
            return Err(Error::MarketNotRetired(market));
        }
        let active = self.active()?;
        if active.0 <= entry.held_until {
            return Err(Error::StillChallengeable(entry.held_until, active.0));
        }
        let amount = core::mem::take(&mut entry.bond);
        if amount == 0 {
            return Err(Error::NoBond(market));
        }
        self.markets.insert(market, &entry);
        self.env().emit_event_sol(BondWithdrawn { market, recipient, amount });
        self.env().transfer(recipient, U256::from(amount)).map_err(|_| Error::PaymentFailed)
    }

    /// Names the feed of the other branch, before the freeze and once.
    pub(crate) fn name_feed(&mut self, plan: u64, market: u32, feed: u32) -> Result<(), Error> {
        self.market_of(market)?;
        let freeze = facts::freeze_terms(self.registry, plan, market)?;
        if freeze.begins_at.0 == 0 {
            return Err(Error::NoFreeze(plan, market));
        }
        let now = self.now();
        if now >= freeze.begins_at {
            return Err(Error::WindowClosed(freeze.begins_at.0, now.0));
        }
        if let Some(named) = self.branches.get((plan, market)) {
            return Err(Error::BranchIsNamed(named));
        }
        self.branches.insert((plan, market), &feed);
        self.env().emit_event_sol(BranchNamed { plan, market, feed });
        Ok(())
    }

    /// Opens the snapshot of a market at the freeze of a plan.
    pub(crate) fn open(&mut self, plan: u64, market: u32) -> Result<Snapshot, Error> {
        let entry = self.active_market(market)?;
        if self.snapshots.get((plan, market)).is_some() {
            return Err(Error::AlreadyOpen(plan, market));
        }
        let freeze = facts::freeze_terms(self.registry, plan, market)?;
        if freeze.begins_at.0 > 0 && freeze.begins_at.0 < entry.admitted_at {
            return Err(Error::NoFreeze(plan, market));
        }
        let (now, active) = (self.now(), self.active()?);
        // Refused before the guard is asked for a price that lies ahead.
        let draft = Snapshot::open(&self.rules.0, &freeze, PlanId(plan), MarketId(market), Price(0), now, active)?;
        let (price, _) = facts::twap(self.guard, market, freeze.begins_at)?;
        let snapshot = Snapshot { price, ..draft };
        self.start(plan, market, entry, &snapshot);
        Ok(snapshot)
    }

    /// Ends a market: by its operator, or by anyone where a freeze has outlasted its bound. Positions count as they are
    /// after this second, at the average price before the freeze.
    pub(crate) fn end(&mut self, market: u32) -> Result<(), Error> {
        let entry = self.active_market(market)?;
        if self.snapshots.get((END, market)).is_some() {
            return Err(Error::AlreadyOpen(END, market));
        }
        let (now, active) = (self.now(), self.active()?);
        let (due, frozen_at) = facts::settlement_due(self.guard, market)?;
        let priced_at = if due {
            frozen_at
        } else if self.env().caller() == entry.operator {
            now
        } else {
            return Err(Error::NotDue(market));
        };
        let (price, _) = facts::twap(self.guard, market, priced_at)?;
        let domain = DomainId(entry.domain);
        let fork = ForkId(facts::fork_of(self.registry, domain)?.0);
        let freeze = Freeze { begins_at: now, domain, fork };
        let draft = Snapshot::open(&self.rules.0, &freeze, PlanId(END), MarketId(market), price, now, active)?;
        // What was traded in this second before now counts.
        let snapshot = Snapshot { taken_at: Timestamp(now.0.saturating_add(1)), ..draft };
        self.start(END, market, entry, &snapshot);
        self.accounts().hold(market, held_since(&snapshot), true)?;
        self.tell(market, &entry);
        Ok(())
    }

    /// Tells the venue of an ended market that claims have taken the place of trading.
    pub(crate) fn tell_again(&mut self, market: u32) -> Result<(), Error> {
        self.snapshot_of(END, market)?;
        let entry = self.market_of(market)?;
        self.tell(market, &entry);
        Ok(())
    }

    fn tell(&self, market: u32, entry: &Market) {
        let heard = facts::end_market(entry.venue, market);
        self.env().emit_event_sol(MarketEnded { market, heard });
    }

    fn start(&mut self, plan: u64, market: u32, mut entry: Market, snapshot: &Snapshot) {
        entry.held_until = entry.held_until.max(snapshot.until.after(self.rules.0.challenge).0);
        self.markets.insert(market, &entry);
        self.snapshots.insert((plan, market), &Stored(*snapshot));
        let (taken_at, price, until) = (snapshot.taken_at.0, snapshot.price.0, snapshot.until.0);
        self.env().emit_event_sol(SnapshotOpened { plan, market, taken_at, price, until });
    }

    /// Takes the top of a tree from the market's operator.
    pub(crate) fn commit(&mut self, plan: u64, market: u32, top: &Node) -> Result<H256, Error> {
        let operator = self.market_of(market)?;
        self.ensure_operator(&operator)?;
        let known = self.snapshots.get((plan, market)).map(|stored| stored.0);
        let mut snapshot = match known {
            Some(snapshot) => snapshot,
            None => self.open(plan, market)?,
        };
        let mut entry = self.market_of(market)?;
        let rules = self.rules.0;
        snapshot.commit(keccak, &rules, entry.bond, top, self.active()?)?;
        self.snapshots.insert((plan, market), &Stored(snapshot));
        // A summons of the last second waits as long again.
        entry.held_until = entry.held_until.max(snapshot.until.after(rules.challenge).0);
        self.markets.insert(market, &entry);
        self.env().emit_event_sol(SnapshotCommitted {
            plan,
            market,
            root: H256(snapshot.root),
            count: snapshot.totals.count,
            interest: snapshot.totals.long,
            profit: snapshot.totals.profit,
            challenged_until: snapshot.until.0,
        });
        Ok(H256(snapshot.root))
    }

    pub(crate) fn ensure_operator(&self, market: &Market) -> Result<(), Error> {
        let caller = self.env().caller();
        if caller == market.operator { Ok(()) } else { Err(Error::NotVenue(caller)) }
    }
}
