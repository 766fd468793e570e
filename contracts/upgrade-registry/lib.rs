//! The upgrade registry: schedules upgrades, collects what keepers saw of them, and answers in which phase they are.
//!
//! It calls no other contract. What a message does stands in the module of its theme: plans, looking, phases, signals,
//! emergencies, keepers, governing.
#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![allow(
    missing_docs,
    clippy::borrow_as_ptr,
    clippy::cast_possible_truncation,
    clippy::ignored_unit_patterns,
    clippy::items_after_statements,
    clippy::needless_pass_by_value,
    clippy::ref_as_ptr,
    clippy::too_many_arguments,
    clippy::type_complexity,
    reason = "in code that ink! and the codec derive; messages own their arguments"
)]

mod abi;
mod emergencies;
mod error;
mod event;
mod governing;
mod keepers;
mod looking;
mod phases;
mod plans;
mod signals;

pub use error::Error;
pub use event::*;

// A contract has two pages of stack, unless it says how much it needs. A plan is decoded and encoded on it.
#[cfg(target_arch = "riscv64")]
core::arch::global_asm!(
    ".pushsection .polkavm_min_stack_size,\"R\",@note",
    ".4byte {bytes}",
    ".popsection",
    bytes = const 32_768,
);

#[ink::contract]
mod upgrade_registry {
    use ink::{
        H256,
        prelude::{string::String, vec::Vec},
        storage::{Lazy, Mapping},
    };
    use lockstep_core::{
        ids::{ForkId, MarketId},
        registry::{FactKey, FreezeBudget, Funds, Heights, Keeper, KeeperRules, Plan, Record, Signal, SignalKind},
        units,
    };
    use lockstep_interfaces::{
        Acknowledgement, Disclosure, FreezeTerms, Impact, MarketPhase, PlanState, PlanTerms, Schedule, Stored,
    };

    use crate::{Error, abi::plan_out};

    /// Storage of the registry.
    #[ink(storage)]
    pub struct UpgradeRegistry {
        pub(crate) governance: Address,
        pub(crate) next_plan: u64,
        /// Whose code a front runs where it does not answer itself; none where this contract stands alone.
        pub(crate) implementation: Address,
        /// The network that this registry runs on; none until it is named.
        pub(crate) host: Lazy<u32>,
        pub(crate) rules: Lazy<Stored<KeeperRules>>,
        pub(crate) funds: Lazy<Stored<Funds>>,
        pub(crate) keepers: Mapping<u32, Stored<Keeper>>,
        pub(crate) keeper_numbers: Mapping<Address, u32>,
        pub(crate) rewards: Mapping<Address, u128>,
        pub(crate) forks: Mapping<u32, Stored<ForkId>>,
        pub(crate) plans: Mapping<u64, Stored<Plan>>,
        pub(crate) records: Mapping<u64, Stored<Record>>,
        pub(crate) uris: Mapping<u64, String>,
        pub(crate) closed: Mapping<u64, bool>,
        pub(crate) has_dependents: Mapping<u64, bool>,
        pub(crate) plans_of_market: Mapping<u32, Vec<u64>>,
        pub(crate) budgets: Mapping<u32, Stored<FreezeBudget>>,
        /// When the last emergency plan of a network opened.
        pub(crate) last_emergency: Mapping<u32, u64>,
        /// What a keeper said about a fact.
        pub(crate) said: Mapping<(FactKey, u32), H256>,
        /// The first content of a fact that enough keepers said, struck or not.
        pub(crate) carried: Mapping<FactKey, H256>,
        /// Numbers of the keepers who back a ballot.
        pub(crate) voices: Mapping<H256, Vec<u32>>,
        /// When an emergency's ballot got its first voice.
        pub(crate) opened_at: Mapping<H256, u64>,
        /// The plan that a ballot brought about.
        pub(crate) resolved: Mapping<H256, u64>,
        pub(crate) venues: Mapping<u32, Address>,
        /// What the venue of a market said of a plan: 1 ready or 2 not, when, why.
        pub(crate) acknowledgements: Mapping<(u64, u32), (u8, u64, String)>,
        pub(crate) directory: Mapping<H256, Address>,
    }

    impl UpgradeRegistry {
        /// A registry without keepers, governed by `governance`.
        ///
        /// # Errors
        /// `ZeroAddress`.
        #[ink(constructor, default)]
        pub fn new(governance: Address) -> Result<Self, Error> {
            if governance == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            Ok(Self {
                governance,
                next_plan: 1,
                implementation: Address::zero(),
                host: Lazy::new(),
                rules: Lazy::new(),
                funds: Lazy::new(),
                keepers: Mapping::new(),
                keeper_numbers: Mapping::new(),
                rewards: Mapping::new(),
                forks: Mapping::new(),
                plans: Mapping::new(),
                records: Mapping::new(),
                uris: Mapping::new(),
                closed: Mapping::new(),
                has_dependents: Mapping::new(),
                plans_of_market: Mapping::new(),
                budgets: Mapping::new(),
                last_emergency: Mapping::new(),
                said: Mapping::new(),
                carried: Mapping::new(),
                voices: Mapping::new(),
                opened_at: Mapping::new(),
                resolved: Mapping::new(),
                venues: Mapping::new(),
                acknowledgements: Mapping::new(),
                directory: Mapping::new(),
            })
        }

        /// Hands governance over.
        #[ink(message, name = "transferGovernance")]
        pub fn transfer_governance(&mut self, to: Address) -> Result<(), Error> {
            self.hand_over(to)
        }

        /// Makes a network known by its genesis hash, parachain id (0 where it is none) and EVM chain id (0 where it
        /// has none).
        #[ink(message, name = "registerDomain")]
        pub fn register_domain(
            &mut self,
            domain: u32,
            genesis_hash: H256,
            para_id: u32,
            chain_id: u64,
        ) -> Result<(), Error> {
            self.learn(domain, genesis_hash, para_id, chain_id)
        }

        /// Says which network this registry runs on. Plans announced afterwards for other networks are verified by
        /// heartbeats and finality instead of a canary; until then every plan needs its canary.
        #[ink(message, name = "nameHost")]
        pub fn name_host(&mut self, domain: u32) -> Result<(), Error> {
            self.live_on(domain)
        }

        /// Admits a keeper and sets how many keepers must agree from then on. It may signal once its bond is posted.
        #[ink(message, name = "addKeeper")]
        pub fn add_keeper(&mut self, keeper: Address, threshold: u32) -> Result<(), Error> {
            self.ensure_governance()?;
            self.admit(keeper, threshold)
        }

        /// Puts a keeper on its way out and sets how many keepers must agree from then on. What it signalled stays.
        #[ink(message, name = "removeKeeper")]
        pub fn remove_keeper(&mut self, keeper: Address, threshold: u32) -> Result<(), Error> {
            self.ensure_governance()?;
            self.dismiss(keeper, Some(threshold))
        }

        /// Sets how many keepers must agree, the smallest bond under which one may signal, and what is paid for a
        /// fact to each keeper whose word made it, and for closing a plan (native token, smallest unit).
        #[ink(message, name = "setKeeperRules")]
        pub fn set_keeper_rules(&mut self, threshold: u32, bond: u128, reward: u128) -> Result<(), Error> {
            self.ensure_governance()?;
            let rules = self.rules();
            self.change_rules(KeeperRules { bond, reward, ..rules }, threshold, rules.count)
        }

        /// Takes the whole bond of a keeper, also one on its way out, for a false word or freeze in `plan`.
        #[ink(message, name = "slashKeeper")]
        pub fn slash_keeper(&mut self, keeper: Address, plan: u64) -> Result<(), Error> {
            self.ensure_governance()?;
            self.plan_and_record(plan)?;
            self.slash(keeper, plan, false)
        }

        /// Adds the value of the call to the caller's bond.
        #[ink(message, name = "postBond", payable)]
        pub fn post_bond(&mut self) -> Result<(), Error> {
            self.take_bond()
        }

        /// The calling keeper leaves. Its bond stays for 30 days.
        #[ink(message)]
        pub fn leave(&mut self) -> Result<(), Error> {
            self.dismiss(self.env().caller(), None)
        }

        /// Pays the caller's bond back, 30 days after it left. Returns how much.
        #[ink(message, name = "withdrawBond")]
        pub fn withdraw_bond(&mut self) -> Result<u128, Error> {
            self.pay_bond()
        }

        /// Adds the value of the call to what rewards are paid from. Anyone may.
        #[ink(message, name = "fundRewards", payable)]
        pub fn fund_rewards(&mut self) -> Result<(), Error> {
            self.take_funding()
        }

        /// Pays out what the caller earned. Returns how much.
        #[ink(message, name = "claimReward")]
        pub fn claim_reward(&mut self) -> Result<u128, Error> {
            self.pay_reward()
        }

        /// Announces an upgrade and returns the plan's id. Called by a keeper it is a voice for the announcement:
        /// enough keepers with the same arguments announce it; before that the answer is zero.
        #[ink(message)]
        pub fn announce(
            &mut self,
            domain: u32,
            code_hash: H256,
            spec_version: u32,
            schedule: Schedule,
            impact: Impact,
            disclosure: Disclosure,
            markets: Vec<u32>,
        ) -> Result<u64, Error> {
            self.announcement(domain, code_hash, spec_version, schedule, impact, disclosure, markets)
        }

        /// Gives a plan that is not frozen yet in heights of its network as well. Its times are estimates from then
        /// on, which heartbeats correct at the block time before the upgrade.
        #[ink(message, name = "setHeights")]
        pub fn set_heights(&mut self, plan: u64, freeze: u64, earliest: u64, latest: u64) -> Result<(), Error> {
            self.ensure_governance()?;
            self.give_heights(plan, Heights { freeze, earliest, latest })
        }

        /// Makes a plan that is not frozen yet wait for earlier ones, and for those that they wait for.
        #[ink(message, name = "setDependencies")]
        pub fn set_dependencies(&mut self, plan: u64, dependencies: Vec<u64>) -> Result<(), Error> {
            self.ensure_governance()?;
            self.give_dependencies(plan, dependencies)
        }

        /// Moves a plan: before its freeze to any sound times, afterwards to a later activation with freeze and bound
        /// kept. A plan in heights becomes one in times.
        #[ink(message)]
        pub fn reschedule(&mut self, plan: u64, schedule: Schedule) -> Result<(), Error> {
            self.ensure_governance()?;
            self.move_plan(plan, schedule)
        }

        /// Calls a plan off before its freeze.
        #[ink(message)]
        pub fn cancel(&mut self, plan: u64) -> Result<(), Error> {
            self.ensure_governance()?;
            self.call_off(plan)
        }

        /// A keeper's voice for freezing `markets` at once for `length` seconds, at most six hours, over something
        /// seen at `height` of `domain`; enough of them within an hour open the plan, whose id is returned (zero
        /// before). `follows` is the plan that ended and then failed, zero where there is none; `code_hash` the code
        /// that should run, `disclosure` the hash of what keepers know.
        #[ink(message, name = "openEmergency")]
        pub fn open_emergency(
            &mut self,
            domain: u32,
            follows: u64,
            code_hash: H256,
            height: u64,
            disclosure: H256,
            length: u64,
            markets: Vec<u32>,
        ) -> Result<u64, Error> {
            self.emergency(domain, follows, code_hash, height, disclosure, length, markets)
        }

        /// A keeper's voice for extending an emergency, once, to a day or what its markets have left of one in seven
        /// days; two thirds of all keepers do.
        #[ink(message, name = "extendEmergency")]
        pub fn extend_emergency(&mut self, plan: u64) -> Result<(), Error> {
            self.extension(plan)
        }

        /// Lets an emergency freeze for `max_freeze` seconds from its beginning, longer than keepers may.
        #[ink(message, name = "prolongEmergency")]
        pub fn prolong_emergency(&mut self, plan: u64, max_freeze: u64) -> Result<(), Error> {
            self.ensure_governance()?;
            self.prolongation(plan, max_freeze)
        }

        /// A keeper's word on a plan. Saying the same again changes nothing; saying something else about the same
        /// fact costs the bond and strikes everything that the keeper said.
        ///
        /// `kind` is a `lockstep_core::registry::SignalKind` as a number; `height` the block at which it was seen,
        /// `code_hash` what runs there, `observed_at` when (for a heartbeat the time that the block carries).
        #[ink(message)]
        pub fn signal(
            &mut self,
            plan: u64,
            kind: u8,
            fork_id: H256,
            height: u64,
            code_hash: H256,
            observed_at: u64,
        ) -> Result<(), Error> {
            let signal = Signal {
                kind: SignalKind::try_from(kind).map_err(|unknown| Error::UnknownSignalKind(unknown.0))?,
                fork: ForkId(fork_id.0),
                height,
                code_hash: code_hash.0,
                observed_at: units::Timestamp(observed_at),
            };
            self.hear(plan, signal)
        }

        /// The venue of `market` says whether it is ready for `plan`, and why (at most 128 bytes).
        #[ink(message)]
        pub fn acknowledge(&mut self, plan: u64, market: u32, ready: bool, why: String) -> Result<(), Error> {
            self.take_acknowledgement(plan, market, ready, why)
        }

        /// Advances the branch of the network of a plan that has ended. Anyone may call it, once a plan, for a reward.
        #[ink(message)]
        pub fn close(&mut self, plan: u64) -> Result<(), Error> {
            self.close_plan(plan)
        }

        /// Takes the plans that ended long ago out of the look-up of a market. Anyone may.
        #[ink(message)]
        pub fn prune(&mut self, market: u32) {
            self.prune_market(market);
        }

        /// Names the venue of a market, which acknowledges plans; zero where there is none any more.
        #[ink(message, name = "setVenue")]
        pub fn set_venue(&mut self, market: u32, venue: Address) -> Result<(), Error> {
            self.name_venue(market, venue)
        }

        /// Names the current address of a Lockstep contract.
        #[ink(message, name = "setEntry")]
        pub fn set_entry(&mut self, name: H256, contract: Address) -> Result<(), Error> {
            self.name_contract(name, contract)
        }

        /// The current address of a Lockstep contract; zero where the name is unknown.
        #[ink(message)]
        pub fn entry(&self, name: H256) -> Address {
            self.directory.get(name).unwrap_or_default()
        }

        /// The branch of a network.
        #[ink(message, name = "forkOf")]
        pub fn fork_of(&self, domain: u32) -> Result<H256, Error> {
            self.forks.get(domain).map(|fork| H256(fork.0.0)).ok_or(Error::UnknownDomain(domain))
        }

        /// The branch of the host; zero until it is named.
        #[ink(message, name = "hostFork")]
        pub fn host_fork(&self) -> H256 {
            let fork = self.host.get().and_then(|host| self.forks.get(host));
            fork.map_or(H256::zero(), |fork| H256(fork.0.0))
        }

        /// Whether an account is a keeper that may signal now.
        #[ink(message, name = "isKeeper")]
        pub fn is_keeper(&self, account: Address) -> bool {
            self.keeper_of(account).is_some_and(|(_, keeper)| keeper.may_signal(self.rules().bond))
        }

        /// `(status, bond, withdrawable at, reward)` of an account: a `lockstep_core::registry::KeeperStatus` as a
        /// number (0 where it never was a keeper), its bond, when that may be withdrawn (0 while it has not left), and
        /// what it may claim.
        #[ink(message, name = "keeperState")]
        pub fn keeper_state(&self, account: Address) -> (u8, u128, u64, u128) {
            self.standing_of(account)
        }

        /// `(keepers, threshold)`.
        #[ink(message, name = "keeperCount")]
        pub fn keeper_count(&self) -> (u32, u32) {
            (self.rules().count, self.rules().threshold)
        }

        /// `(smallest bond, reward, bonds, owed, pot)`: what is asked and paid, what is under bond, what was earned and
        /// not claimed yet, and what is free for rewards. The last three are what the registry holds.
        #[ink(message)]
        pub fn funds(&self) -> (u128, u128, u128, u128, u128) {
            let (rules, money) = (self.rules(), self.money());
            (rules.bond, rules.reward, money.bonds, money.owed, money.pot)
        }

        /// Seconds that plans by keepers alone freeze `market` in the seven days that end now, those that last or are to
        /// come in full.
        #[ink(message, name = "bookedFreeze")]
        pub fn booked_freeze(&self, market: u32) -> u64 {
            self.booked(market)
        }

        /// What the venue of a market said of a plan.
        #[ink(message)]
        pub fn acknowledgement(&self, plan: u64, market: u32) -> Acknowledgement {
            let (status, said_at, why) = self.acknowledgements.get((plan, market)).unwrap_or_default();
            Acknowledgement { status, said_at, why }
        }

        /// The whole public state of a plan.
        #[ink(message)]
        pub fn plan(&self, plan: u64) -> Result<PlanState, Error> {
            let (terms, record) = self.plan_and_record(plan)?;
            let standing = self.standing(&terms, &record);
            Ok(plan_out(&terms, &record, &standing, self.beside(plan, &terms)))
        }
    }

    impl lockstep_interfaces::UpgradeRegistry for UpgradeRegistry {
        #[ink(message, name = "marketPhases")]
        fn market_phases(&self, markets: Vec<u32>) -> Vec<MarketPhase> {
            self.phases(markets)
        }

        #[ink(message, name = "marketPlans")]
        fn market_plans(&self, markets: Vec<u32>) -> Vec<PlanTerms> {
            self.touching(markets)
        }

        #[ink(message, name = "freezeTerms")]
        fn freeze_terms(&self, plan: u64, market: u32) -> FreezeTerms {
            self.freeze_of(plan, MarketId(market))
        }
    }
}
