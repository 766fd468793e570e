//! Challenges: a tree falls where a leaf of it is not what the venue itself answers, where one is missing or out of
//! place, and where nobody can show what the venue says is there.

use ink::{Address, U256, codegen::Env as _};
use lockstep_core::{
    ids::Account,
    settlement::{Answer, Proven, Snapshot, prove_absence, prove_disorder, verify},
};
use lockstep_interfaces::Stored;

use crate::{
    Error, Forfeited, RewardPaid, SnapshotFell, Summoned, SummonsAnswered, facts,
    settlement::Settlement,
    store::{Market, keccak},
};

/// Why a snapshot has no tree.
#[derive(Clone, Copy)]
enum Fault {
    /// A leaf is not what the venue answers.
    Wrong = 1,
    /// The venue answers for an account that has no leaf.
    Missing = 2,
    /// An account is doubled or out of place.
    Disordered = 3,
    /// An account that the venue answers for was not proven when it was asked for.
    Unproven = 4,
    /// Nothing was committed in time.
    Uncommitted = 5,
}

/// Somebody wants to see an account's leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Summons {
    /// Who.
    pub by: Address,
    /// The last second in which it is answered in time, active time; zero once it was answered.
    pub until: u64,
}

fn address(account: Account) -> Address {
    Address::from(account.0)
}

impl Settlement {
    /// What the venue says an account held.
    pub(crate) fn answer_of(&self, market: u32, snapshot: &Snapshot, account: Address) -> Result<Answer, Error> {
        let venue = self.market_of(market)?.venue;
        facts::position_at(venue, account, market, snapshot.taken_at, snapshot.price).ok_or(Error::VenueFailed(venue))
    }

    fn challengeable(&self, plan: u64, market: u32) -> Result<Snapshot, Error> {
        let snapshot = self.snapshot_of(plan, market)?;
        snapshot.ensure_challengeable(self.active()?)?;
        Ok(snapshot)
    }

    /// The one leaf that `bytes` proves.
    fn only_leaf(snapshot: &Snapshot, bytes: &[u8]) -> Result<Proven, Error> {
        let (proven, rest) = Proven::parse(bytes, snapshot.totals.count)?;
        if rest.is_empty() {
            verify(keccak, &snapshot.context, snapshot.root, snapshot.totals.count, &proven.leaf, &proven.proof)?;
            Ok(proven)
        } else {
            Err(Error::ProofBytes(u64::try_from(rest.len()).unwrap_or(u64::MAX)))
        }
    }

    pub(crate) fn challenge_wrong(&mut self, plan: u64, market: u32, bytes: &[u8]) -> Result<(), Error> {
        let snapshot = self.challengeable(plan, market)?;
        let leaf = Self::only_leaf(&snapshot, bytes)?.leaf;
        let account = address(leaf.account);
        if self.answer_of(market, &snapshot, account)?.matches(&leaf) {
            return Err(Error::LeafIsRight(leaf.index));
        }
        self.bring_down(plan, market, snapshot, self.env().caller(), account, Fault::Wrong)
    }

    /// `bytes` proves the leaf before `account` where `has_before`, then the one behind it where there is one.
    pub(crate) fn challenge_missing(
        &mut self,
        plan: u64,
        market: u32,
        account: Address,
        bytes: &[u8],
        has_before: bool,
    ) -> Result<(), Error> {
        let snapshot = self.challengeable(plan, market)?;
        let count = snapshot.totals.count;
        let (mut before, mut after, mut rest) = (None, None, bytes);
        if has_before {
            let (proven, left) = Proven::parse(rest, count)?;
            (before, rest) = (Some(proven), left);
        }
        if !rest.is_empty() {
            let (proven, left) = Proven::parse(rest, count)?;
            (after, rest) = (Some(proven), left);
        }
        if !rest.is_empty() {
            return Err(Error::ProofBytes(u64::try_from(rest.len()).unwrap_or(u64::MAX)));
        }
        prove_absence(
            keccak,
            &snapshot.context,
            snapshot.root,
            count,
            Account(account.0),
            before.as_ref().map(Proven::included),
            after.as_ref().map(Proven::included),
        )?;
        if self.answer_of(market, &snapshot, account)?.is_empty() {
            return Err(Error::NothingToProve(account));
        }
        self.bring_down(plan, market, snapshot, self.env().caller(), account, Fault::Missing)
    }

    pub(crate) fn challenge_disorder(&mut self, plan: u64, market: u32, bytes: &[u8]) -> Result<(), Error> {
        let snapshot = self.challengeable(plan, market)?;
        let count = snapshot.totals.count;
        let (first, rest) = Proven::parse(bytes, count)?;
        let (second, rest) = Proven::parse(rest, count)?;
        if !rest.is_empty() {
            return Err(Error::ProofBytes(u64::try_from(rest.len()).unwrap_or(u64::MAX)));
        }
        prove_disorder(keccak, &snapshot.context, snapshot.root, count, first.included(), second.included())?;
        let account = address(second.leaf.account);
        self.bring_down(plan, market, snapshot, self.env().caller(), account, Fault::Disordered)
    }

    /// Asks the operator to show the leaf of an account, unless the venue answers that it held nothing. Whoever has the
    /// tree can answer; a tree whose leaves are kept back falls by this.
    pub(crate) fn summon_account(&mut self, plan: u64, market: u32, account: Address) -> Result<(), Error> {
        let mut snapshot = self.challengeable(plan, market)?;
        if self.summons_of(plan, market, account).is_ok() {
            return Err(Error::AlreadySummoned(account));
        }
        // A venue that does not answer is no reason to let its tree stand.
        if self.answer_of(market, &snapshot, account).is_ok_and(|answer| answer.is_empty()) {
            return Err(Error::NothingToProve(account));
        }
        let until = self.active()?.after(self.rules.0.challenge).0;
        let by = self.env().caller();
        self.summons.insert((plan, market, account), &Summons { by, until });
        snapshot.summons = snapshot.summons.saturating_add(1);
        self.snapshots.insert((plan, market), &Stored(snapshot));
        self.env().emit_event_sol(Summoned { plan, market, account, by, until });
        Ok(())
    }

    fn summons_of(&self, plan: u64, market: u32, account: Address) -> Result<Summons, Error> {
        self.summons.get((plan, market, account)).filter(|summons| summons.until > 0).ok_or(Error::NotSummoned(account))
    }

    /// `bytes` proves the leaf of the account; none where the venue answers that it held nothing.
    pub(crate) fn answer(&mut self, plan: u64, market: u32, account: Address, bytes: &[u8]) -> Result<(), Error> {
        let mut snapshot = self.committed(plan, market)?;
        self.summons_of(plan, market, account)?;
        let said = self.answer_of(market, &snapshot, account)?;
        let proven = if bytes.is_empty() {
            said.is_empty()
        } else {
            let leaf = Self::only_leaf(&snapshot, bytes)?.leaf;
            address(leaf.account) == account && said.matches(&leaf)
        };
        if !proven {
            return Err(Error::NotProven(account));
        }
        self.summons.insert((plan, market, account), &Summons { by: Address::zero(), until: 0 });
        snapshot.summons = snapshot.summons.saturating_sub(1);
        self.snapshots.insert((plan, market), &Stored(snapshot));
        self.env().emit_event_sol(SummonsAnswered { plan, market, account });
        Ok(())
    }

    /// Brings a tree down of which a summoned account was not proven in time. The reward is the summoner's.
    pub(crate) fn expire(&mut self, plan: u64, market: u32, account: Address) -> Result<(), Error> {
        let snapshot = self.committed(plan, market)?;
        let Summons { by, until } = self.summons_of(plan, market, account)?;
        let active = self.active()?;
        if active.0 <= until {
            return Err(Error::StillChallengeable(until, active.0));
        }
        self.bring_down(plan, market, snapshot, by, account, Fault::Unproven)
    }

    /// Says that the venue committed nothing in time.
    pub(crate) fn miss(&mut self, plan: u64, market: u32) -> Result<(), Error> {
        let mut snapshot = self.snapshot_of(plan, market)?;
        snapshot.lapse(self.active()?)?;
        self.snapshots.insert((plan, market), &Stored(snapshot));
        let bond = self.rules.0.min_bond;
        self.forfeit(plan, market, bond, self.env().caller(), Address::zero(), Fault::Uncommitted)
    }

    fn bring_down(
        &mut self,
        plan: u64,
        market: u32,
        mut snapshot: Snapshot,
        to: Address,
        account: Address,
        fault: Fault,
    ) -> Result<(), Error> {
        snapshot.fall()?;
        self.snapshots.insert((plan, market), &Stored(snapshot));
        self.forfeit(plan, market, snapshot.bond, to, account, fault)
    }

    /// Takes the bond that stood behind a snapshot: half of it goes to who showed the fault, half to governance, so that
    /// a venue that shows its own fault does not get its bond back.
    fn forfeit(
        &mut self,
        plan: u64,
        market: u32,
        bond: u128,
        to: Address,
        account: Address,
        fault: Fault,
    ) -> Result<(), Error> {
        let mut entry: Market = self.market_of(market)?;
        let taken = entry.bond.min(bond);
        entry.bond = entry.bond.saturating_sub(taken);
        let reward = taken / 2;
        let rest = taken.saturating_sub(reward);
        let add = |left: u128, right: u128| left.checked_add(right).ok_or(Error::SumOverflow(left, right));
        self.forfeited = add(self.forfeited, rest)?;
        self.rewards.insert(to, &add(self.rewards.get(to).unwrap_or(0), reward)?);
        self.markets.insert(market, &entry);
        self.env().emit_event_sol(SnapshotFell {
            plan,
            market,
            account,
            fault: fault as u8,
            to,
            reward,
            forfeited: rest,
        });
        Ok(())
    }

    /// Pays what the caller earned by challenges.
    pub(crate) fn pay_reward(&mut self) -> Result<u128, Error> {
        let account = self.env().caller();
        let amount = self.rewards.get(account).unwrap_or(0);
        if amount == 0 {
            return Err(Error::ZeroAmount);
        }
        self.rewards.insert(account, &0);
        self.env().emit_event_sol(RewardPaid { account, amount });
        self.env().transfer(account, U256::from(amount)).map_err(|_| Error::PaymentFailed)?;
        Ok(amount)
    }

    /// Pays what venues forfeited.
    pub(crate) fn pay_forfeited(&mut self, recipient: Address) -> Result<u128, Error> {
        if recipient == Address::zero() {
            return Err(Error::ZeroAddress);
        }
        let amount = core::mem::take(&mut self.forfeited);
        if amount == 0 {
            return Err(Error::ZeroAmount);
        }
        self.env().emit_event_sol(Forfeited { recipient, amount });
        self.env().transfer(recipient, U256::from(amount)).map_err(|_| Error::PaymentFailed)?;
        Ok(amount)
    }

    /// When a summons runs out, and who sent it.
    pub(crate) fn summons_state(&self, plan: u64, market: u32, account: Address) -> (Address, u64) {
        let summons = self.summons.get((plan, market, account));
        summons.map_or((Address::zero(), 0), |summons| (summons.by, summons.until))
    }
}
