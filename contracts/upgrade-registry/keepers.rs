//! Keepers, their bonds, and what they are paid.

use ink::{Address, H256, U256, codegen::Env as _, prelude::vec::Vec};
use lockstep_core::{
    ids::Account,
    registry::{Agreement, EXIT_DELAY, Funds, Keeper, KeeperRules, KeeperStatus, MAX_KEEPERS},
};
use lockstep_interfaces::Stored;

use crate::{
    Backed, BondPosted, BondWithdrawn, Error, KeeperAdmitted, KeeperLeft, KeeperRulesChanged, KeeperSlashed,
    RewardClaimed, Rewarded, RewardsFunded, upgrade_registry::UpgradeRegistry,
};

impl UpgradeRegistry {
    pub(crate) fn rules(&self) -> KeeperRules {
        self.rules.get().unwrap_or_default().0
    }

    pub(crate) fn money(&self) -> Funds {
        self.funds.get().unwrap_or_default().0
    }

    /// Number and standing of an account that is or was a keeper.
    pub(crate) fn keeper_of(&self, account: Address) -> Option<(u32, Keeper)> {
        let number = self.keeper_numbers.get(account)?;
        Some((number, self.keepers.get(number)?.0))
    }

    /// Status, bond, when that may be withdrawn, and what may be claimed.
    pub(crate) fn standing_of(&self, account: Address) -> (u8, u128, u64, u128) {
        let reward = self.rewards.get(account).unwrap_or(0);
        self.keeper_of(account).map_or((0, 0, 0, reward), |(_, keeper)| {
            let withdrawable_at = keeper.withdrawable_at().unwrap_or_default().0;
            (keeper.status.number(), keeper.bond, withdrawable_at, reward)
        })
    }

    /// The caller, who must be a keeper under its bond.
    pub(crate) fn calling_keeper(&self) -> Result<(u32, Address), Error> {
        let caller = self.env().caller();
        let bond = self.rules().bond;
        match self.keeper_of(caller) {
            Some((number, keeper)) if keeper.may_signal(bond) => Ok((number, caller)),
            _ => Err(Error::NotKeeper(caller)),
        }
    }

    /// Adds a voice, unless it is there, and returns all of them.
    pub(crate) fn voiced(&mut self, ballot: H256, number: u32) -> Vec<u32> {
        let mut voices = self.voices.get(ballot).unwrap_or_default();
        if !voices.contains(&number) {
            voices.push(number);
            self.voices.insert(ballot, &voices);
        }
        voices
    }

    /// How many of `voices` are of keepers in good standing. They are looked up only where they could be enough.
    pub(crate) fn standing_voices(&self, voices: &[u32], needed: u32) -> u32 {
        let raw = u32::try_from(voices.len()).unwrap_or(u32::MAX);
        if raw < needed {
            return raw;
        }
        let is_struck = |number| {
            self.keepers.get(number).is_none_or(|Stored(keeper): Stored<Keeper>| keeper.status == KeeperStatus::Slashed)
        };
        Agreement::count(voices, is_struck)
    }

    /// The calling keeper backs something; whether `needed` of them now do.
    pub(crate) fn backed(&mut self, ballot: H256, needed: u32) -> Result<bool, Error> {
        let (number, keeper) = self.calling_keeper()?;
        let voices = self.voiced(ballot, number);
        let count = self.standing_voices(&voices, needed);
        self.env().emit_event_sol(Backed { ballot, keeper, voices: count });
        Ok(needed > 0 && count >= needed)
    }

    pub(crate) fn admit(&mut self, account: Address, threshold: u32) -> Result<(), Error> {
        if account == Address::zero() {
            return Err(Error::ZeroAddress);
        }
        let rules = self.rules();
        if rules.count >= MAX_KEEPERS {
            return Err(Error::TooManyKeepers(MAX_KEEPERS));
        }
        let before = self.keeper_of(account).filter(|(_, keeper)| keeper.status != KeeperStatus::Slashed);
        let (number, keeper) = match before {
            Some((_, keeper)) if keeper.status == KeeperStatus::Admitted => return Err(Error::AlreadyKeeper(account)),
            Some((number, keeper)) => (number, keeper.readmitted()?),
            // Whoever was slashed begins anew, so that what was struck stays struck.
            None => {
                let number = rules.last_number.checked_add(1).ok_or(Error::Overflow)?;
                (number, Keeper::admitted(Account(account.0)))
            }
        };
        let last_number = rules.last_number.max(number);
        self.change_rules(KeeperRules { last_number, ..rules }, threshold, rules.count.saturating_add(1))?;
        self.keepers.insert(number, &Stored(keeper));
        self.keeper_numbers.insert(account, &number);
        self.env().emit_event_sol(KeeperAdmitted { keeper: account });
        Ok(())
    }

    /// Stores `rules` with another threshold and count.
    pub(crate) fn change_rules(&mut self, rules: KeeperRules, threshold: u32, count: u32) -> Result<(), Error> {
        let old = self.rules();
        let new = rules.of(threshold, count).map_err(|_| Error::ThresholdOutOfRange(threshold, count))?;
        self.rules.set(&Stored(new));
        if (old.threshold, old.bond, old.reward) != (new.threshold, new.bond, new.reward) {
            self.env().emit_event_sol(KeeperRulesChanged {
                old_threshold: old.threshold,
                new_threshold: new.threshold,
                old_bond: old.bond,
                new_bond: new.bond,
                old_reward: old.reward,
                new_reward: new.reward,
            });
        }
        Ok(())
    }

    /// Puts a keeper on its way out. `threshold` is what governance sets for those who stay; a keeper that goes by
    /// itself changes nothing for them.
    pub(crate) fn dismiss(&mut self, account: Address, threshold: Option<u32>) -> Result<(), Error> {
        let (number, keeper) = self.keeper_of(account).ok_or(Error::NotKeeper(account))?;
        if keeper.status != KeeperStatus::Admitted {
            return Err(Error::NotKeeper(account));
        }
        let now = self.now();
        let keeper = keeper.leaving(now)?;
        let rules = self.rules().without_one();
        match threshold {
            Some(threshold) => self.change_rules(rules, threshold, rules.count)?,
            None => self.rules.set(&Stored(rules)),
        }
        self.keepers.insert(number, &Stored(keeper));
        self.env().emit_event_sol(KeeperLeft { keeper: account, withdrawable_at: now.after(EXIT_DELAY).0 });
        Ok(())
    }

    /// Takes a keeper's bond into the pot and strikes what it said.
    pub(crate) fn slash(&mut self, account: Address, plan: u64, contradiction: bool) -> Result<(), Error> {
        let (number, keeper) = self.keeper_of(account).ok_or(Error::NotKeeper(account))?;
        let (slashed, amount) = keeper.slashed()?;
        if keeper.status == KeeperStatus::Admitted {
            self.rules.set(&Stored(self.rules().without_one()));
        }
        self.funds.set(&Stored(self.money().slashed(amount)?));
        self.keepers.insert(number, &Stored(slashed));
        self.env().emit_event_sol(KeeperSlashed { keeper: account, plan, amount, contradiction });
        Ok(())
    }

    /// The value of the call.
    fn received(&self) -> Result<u128, Error> {
        let value = self.env().transferred_value();
        let amount = u128::try_from(value).map_err(|_| Error::AmountTooLarge(value))?;
        if amount == 0 { Err(Error::NothingToPay) } else { Ok(amount) }
    }

    pub(crate) fn take_bond(&mut self) -> Result<(), Error> {
        let amount = self.received()?;
        let account = self.env().caller();
        let (number, keeper) = self.keeper_of(account).ok_or(Error::NotKeeper(account))?;
        let keeper = keeper.bonded(amount)?;
        self.funds.set(&Stored(self.money().bonded(amount)?));
        self.keepers.insert(number, &Stored(keeper));
        self.env().emit_event_sol(BondPosted { keeper: account, amount, bond: keeper.bond });
        Ok(())
    }

    pub(crate) fn pay_bond(&mut self) -> Result<u128, Error> {
        let account = self.env().caller();
        let (number, keeper) = self.keeper_of(account).ok_or(Error::NotKeeper(account))?;
        let (keeper, amount) = keeper.withdrawn(self.now())?;
        self.funds.set(&Stored(self.money().withdrawn(amount)?));
        self.keepers.insert(number, &Stored(keeper));
        self.env().emit_event_sol(BondWithdrawn { keeper: account, amount });
        self.pay(account, amount)?;
        Ok(amount)
    }

    pub(crate) fn take_funding(&mut self) -> Result<(), Error> {
        let amount = self.received()?;
        let money = self.money().funded(amount)?;
        self.funds.set(&Stored(money));
        self.env().emit_event_sol(RewardsFunded { payer: self.env().caller(), amount, pot: money.pot });
        Ok(())
    }

    /// Credits what a crank earns, as far as the pot reaches.
    pub(crate) fn reward(&mut self, account: Address) -> Result<(), Error> {
        let (money, amount) = self.money().rewarded(self.rules().reward)?;
        if amount == 0 {
            return Ok(());
        }
        let owed = self.rewards.get(account).unwrap_or(0).checked_add(amount).ok_or(Error::Overflow)?;
        self.funds.set(&Stored(money));
        self.rewards.insert(account, &owed);
        self.env().emit_event_sol(Rewarded { account, amount });
        Ok(())
    }

    /// Credits everybody in good standing whose voice made a fact.
    pub(crate) fn reward_voices(&mut self, voices: &[u32]) -> Result<(), Error> {
        for number in voices {
            let keeper = self.keepers.get(*number).map(|stored| stored.0);
            if let Some(keeper) = keeper.filter(|keeper| keeper.status != KeeperStatus::Slashed) {
                self.reward(Address::from(keeper.account.0))?;
            }
        }
        Ok(())
    }

    pub(crate) fn pay_reward(&mut self) -> Result<u128, Error> {
        let account = self.env().caller();
        let amount = self.rewards.get(account).unwrap_or(0);
        if amount == 0 {
            return Err(Error::NothingToPay);
        }
        self.funds.set(&Stored(self.money().claimed(amount)?));
        self.rewards.insert(account, &0);
        self.env().emit_event_sol(RewardClaimed { account, amount });
        self.pay(account, amount)?;
        Ok(amount)
    }

    fn pay(&self, to: Address, amount: u128) -> Result<(), Error> {
        self.env().transfer(to, U256::from(amount)).map_err(|_| Error::PaymentFailed)
    }
}
