//! The upgrade registry: schedules upgrades, collects what keepers saw of them, and answers in which phase they are.
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

mod error;
mod event;

pub use error::Error;
pub use event::*;

#[ink::contract]
mod upgrade_registry {
    use ink::{
        H256,
        env::hash::{HashOutput, Keccak256},
        prelude::{string::String, vec::Vec},
        storage::Mapping,
    };
    use lockstep_core::{
        ids::{DomainId, ForkId, MarketId, PlanId},
        registry::{
            Phase, Plan, Record, Signal, SignalKind, advance_stayed, advance_verified, fork_zero, phase, released_at,
            severity,
        },
        units::{self, Seconds},
    };
    use lockstep_interfaces::{Disclosure, FreezeTerms, Impact, MarketPhase, PlanState, Schedule, Stored};

    use crate::{
        DirectoryChanged, DomainRegistered, Error, FactEstablished, KeeperAdmitted, KeeperRemoved, PlanAnnounced,
        PlanCancelled, PlanEnded, Signalled, ThresholdChanged,
    };

    /// Most plans that touch one market at a time: a look-up never costs more than this many.
    const MAX_PLANS_PER_MARKET: usize = 4;
    /// Longest address of a disclosure; it must fit one storage item.
    const MAX_URI_BYTES: usize = 256;

    /// Storage of the registry.
    #[ink(storage)]
    pub struct UpgradeRegistry {
        governance: Address,
        keeper_count: u32,
        threshold: u32,
        next_plan: u64,
        keepers: Mapping<Address, bool>,
        forks: Mapping<u32, Stored<ForkId>>,
        plans: Mapping<u64, Stored<Plan>>,
        records: Mapping<u64, Stored<Record>>,
        uris: Mapping<u64, String>,
        closed: Mapping<u64, bool>,
        plans_of_market: Mapping<u32, Vec<u64>>,
        /// What a keeper said about a fact.
        voices: Mapping<(u64, u8, Address), H256>,
        /// How many keepers said the same.
        agreement: Mapping<(u64, u8, H256), u32>,
        directory: Mapping<H256, Address>,
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
                keeper_count: 0,
                threshold: 0,
                next_plan: 1,
                keepers: Mapping::new(),
                forks: Mapping::new(),
                plans: Mapping::new(),
                records: Mapping::new(),
                uris: Mapping::new(),
                closed: Mapping::new(),
                plans_of_market: Mapping::new(),
                voices: Mapping::new(),
                agreement: Mapping::new(),
                directory: Mapping::new(),
            })
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
            self.ensure_governance()?;
            if genesis_hash == H256::zero() {
                return Err(Error::NoGenesisHash(domain));
            }
            if self.forks.get(domain).is_some() {
                return Err(Error::DomainExists(domain));
            }
            let fork = fork_zero(keccak, genesis_hash.0, para_id, chain_id);
            self.forks.insert(domain, &Stored(fork));
            self.env().emit_event_sol(DomainRegistered { domain, fork_id: H256(fork.0) });
            Ok(())
        }

        /// Admits a keeper and sets how many keepers must agree from then on.
        #[ink(message, name = "addKeeper")]
        pub fn add_keeper(&mut self, keeper: Address, threshold: u32) -> Result<(), Error> {
            self.ensure_governance()?;
            if keeper == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            if self.is_keeper(keeper) {
                return Err(Error::AlreadyKeeper(keeper));
            }
            let count = self.keeper_count.checked_add(1).ok_or(Error::Overflow)?;
            self.set_threshold(threshold, count)?;
            self.keepers.insert(keeper, &true);
            self.env().emit_event_sol(KeeperAdmitted { keeper });
            Ok(())
        }

        /// Removes a keeper and sets how many keepers must agree from then on. What it signalled stays.
        #[ink(message, name = "removeKeeper")]
        pub fn remove_keeper(&mut self, keeper: Address, threshold: u32) -> Result<(), Error> {
            self.ensure_governance()?;
            if !self.is_keeper(keeper) {
                return Err(Error::NotKeeper(keeper));
            }
            let count = self.keeper_count.checked_sub(1).ok_or(Error::Overflow)?;
            self.set_threshold(threshold, count)?;
            self.keepers.insert(keeper, &false);
            self.env().emit_event_sol(KeeperRemoved { keeper });
            Ok(())
        }

        /// Announces an upgrade and returns the plan's id.
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
            self.ensure_governance()?;
            let now = self.now();
            let fork = self.forks.get(domain).ok_or(Error::UnknownDomain(domain))?.0;
            let uri_bytes = disclosure.uri.len();
            if uri_bytes == 0 || uri_bytes > MAX_URI_BYTES {
                return Err(Error::UriLength(u32::try_from(uri_bytes).unwrap_or(u32::MAX)));
            }
            let plan = Plan {
                domain: DomainId(domain),
                fork,
                code_hash: code_hash.0,
                spec_version,
                announced_at: now,
                freeze_at: units::Timestamp(schedule.freeze_at),
                earliest: units::Timestamp(schedule.earliest),
                latest: units::Timestamp(schedule.latest),
                stabilise: Seconds(schedule.stabilise),
                max_freeze: Seconds(schedule.max_freeze),
                impact: crate::abi::impact_in(impact),
                severity: disclosure.severity,
                disclosure: disclosure.hash.0,
                markets: markets.into_iter().map(MarketId).collect(),
            }
            .validated(now)?;
            let id = self.next_plan;
            self.next_plan = id.checked_add(1).ok_or(Error::Overflow)?;
            for market in &plan.markets {
                self.list_plan(market.0, id, now)?;
            }
            self.env().emit_event_sol(PlanAnnounced {
                plan: id,
                domain,
                fork_id: H256(fork.0),
                code_hash,
                freeze_at: plan.freeze_at.0,
                latest: plan.latest.0,
            });
            self.plans.insert(id, &Stored(plan));
            self.uris.insert(id, &disclosure.uri);
            Ok(id)
        }

        /// Calls a plan off before its freeze.
        #[ink(message)]
        pub fn cancel(&mut self, plan: u64) -> Result<(), Error> {
            self.ensure_governance()?;
            let (terms, record) = self.plan_and_record(plan)?;
            let now = self.now();
            let current = phase(&terms, &record, now);
            if current != Phase::Announced {
                return Err(Error::PlanNotOpen(plan, current.number()));
            }
            self.records.insert(plan, &Stored(Record { cancelled_at: Some(now), ..record }));
            self.env().emit_event_sol(PlanCancelled { plan });
            Ok(())
        }

        /// A keeper's word on a plan. Saying the same again changes nothing.
        ///
        /// `kind` is a `lockstep_core::registry::SignalKind` as a number; `height` the block at which it was seen,
        /// `code_hash` what runs there.
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
            let keeper = self.env().caller();
            if !self.is_keeper(keeper) {
                return Err(Error::NotKeeper(keeper));
            }
            let (terms, record) = self.plan_and_record(plan)?;
            let now = self.now();
            let signal = Signal {
                kind: SignalKind::try_from(kind).map_err(|unknown| Error::UnknownSignalKind(unknown.0))?,
                fork: ForkId(fork_id.0),
                height,
                code_hash: code_hash.0,
                observed_at: units::Timestamp(observed_at),
            }
            .validated(&terms, now)?;
            let content = H256(signal.content(keccak));
            match self.voices.get((plan, kind, keeper)) {
                Some(said) if said == content => return Ok(()),
                Some(_) => return Err(Error::ContradictorySignal(plan, kind)),
                None => {}
            }
            let current = phase(&terms, &record, now);
            if current.is_final() {
                return Err(Error::PlanNotOpen(plan, current.number()));
            }
            let agreed =
                self.agreement.get((plan, kind, content)).unwrap_or(0).checked_add(1).ok_or(Error::Overflow)?;
            self.voices.insert((plan, kind, keeper), &content);
            self.agreement.insert((plan, kind, content), &agreed);
            self.env().emit_event_sol(Signalled { plan, keeper, kind, height, code_hash, observed_at });
            if agreed == self.threshold {
                let record = record.with(&signal, now);
                self.records.insert(plan, &Stored(record));
                let phase = phase(&terms, &record, now).number();
                self.env().emit_event_sol(FactEstablished { plan, kind, phase });
            }
            Ok(())
        }

        /// Advances the branch of the network of a plan that has ended. Anyone may call it, once a plan.
        #[ink(message)]
        pub fn close(&mut self, plan: u64) -> Result<(), Error> {
            let (terms, record) = self.plan_and_record(plan)?;
            if self.closed.get(plan).unwrap_or(false) {
                return Err(Error::PlanClosed(plan));
            }
            let current = phase(&terms, &record, self.now());
            let domain = terms.domain.0;
            let fork = self.forks.get(domain).ok_or(Error::UnknownDomain(domain))?.0;
            let next = match (current, record.activated) {
                (Phase::Completed, Some(seen)) => advance_verified(keccak, fork, seen.code_hash, seen.height),
                (Phase::Expired, _) => advance_stayed(keccak, fork, PlanId(plan)),
                (Phase::Cancelled, _) => fork,
                _ => return Err(Error::PlanNotEnded(plan, current.number())),
            };
            self.closed.insert(plan, &true);
            self.forks.insert(domain, &Stored(next));
            self.env().emit_event_sol(PlanEnded { plan, phase: current.number(), fork_id: H256(next.0) });
            Ok(())
        }

        /// Names the current address of a Lockstep contract.
        #[ink(message, name = "setEntry")]
        pub fn set_entry(&mut self, name: H256, contract: Address) -> Result<(), Error> {
            self.ensure_governance()?;
            if contract == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            let old = self.entry(name);
            self.directory.insert(name, &contract);
            self.env().emit_event_sol(DirectoryChanged { name, old, new: contract });
            Ok(())
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

        /// Whether an account is a keeper.
        #[ink(message, name = "isKeeper")]
        pub fn is_keeper(&self, account: Address) -> bool {
            self.keepers.get(account).unwrap_or(false)
        }

        /// `(keepers, threshold)`.
        #[ink(message, name = "keeperCount")]
        pub fn keeper_count(&self) -> (u32, u32) {
            (self.keeper_count, self.threshold)
        }

        /// The whole public state of a plan.
        #[ink(message)]
        pub fn plan(&self, plan: u64) -> Result<PlanState, Error> {
            let (terms, record) = self.plan_and_record(plan)?;
            let uri = self.uris.get(plan).unwrap_or_default();
            Ok(crate::abi::plan_out(&terms, &record, uri, self.now()))
        }

        fn ensure_governance(&self) -> Result<(), Error> {
            let caller = self.env().caller();
            if caller == self.governance { Ok(()) } else { Err(Error::NotGovernance(caller)) }
        }

        fn now(&self) -> units::Timestamp {
            units::Timestamp(self.env().block_timestamp())
        }

        fn plan_and_record(&self, plan: u64) -> Result<(Plan, Record), Error> {
            let terms = self.plans.get(plan).ok_or(Error::UnknownPlan(plan))?.0;
            Ok((terms, self.records.get(plan).unwrap_or_default().0))
        }

        fn set_threshold(&mut self, threshold: u32, keepers: u32) -> Result<(), Error> {
            let majority = u64::from(threshold).saturating_mul(2) > u64::from(keepers);
            if threshold > keepers || (keepers > 0 && !majority) {
                return Err(Error::ThresholdOutOfRange(threshold, keepers));
            }
            self.keeper_count = keepers;
            if threshold != self.threshold {
                self.env().emit_event_sol(ThresholdChanged { old: self.threshold, new: threshold });
                self.threshold = threshold;
            }
            Ok(())
        }

        /// Lists a plan for a market; a plan that has ended makes room.
        fn list_plan(&mut self, market: u32, plan: u64, now: units::Timestamp) -> Result<(), Error> {
            let mut listed = self.plans_of_market.get(market).unwrap_or_default();
            if listed.len() >= MAX_PLANS_PER_MARKET {
                listed.retain(|id| {
                    self.plan_and_record(*id).is_ok_and(|(terms, record)| !phase(&terms, &record, now).is_final())
                });
            }
            if listed.len() >= MAX_PLANS_PER_MARKET {
                return Err(Error::MarketBusy(market, u32::try_from(listed.len()).unwrap_or(u32::MAX)));
            }
            listed.push(plan);
            self.plans_of_market.insert(market, &listed);
            Ok(())
        }
    }

    impl lockstep_interfaces::UpgradeRegistry for UpgradeRegistry {
        #[ink(message, name = "marketPhase")]
        fn market_phase(&self, market: u32) -> MarketPhase {
            let now = self.now();
            let mut worst = (0, (0, 0, 0, 0));
            for plan in self.plans_of_market.get(market).unwrap_or_default() {
                let Ok((terms, record)) = self.plan_and_record(plan) else { continue };
                let current = phase(&terms, &record, now);
                let released = released_at(&terms, &record, now);
                if current == Phase::Cancelled && released.is_none() {
                    continue;
                }
                // Of two equally severe plans the one released last restrains more.
                let rank = (severity(current), released.unwrap_or_default().0);
                if (rank.0, rank.1) > (worst.0, worst.1.3) {
                    let number = current.number().saturating_add(1);
                    worst = (rank.0, (number, terms.freeze_at.0, terms.bound().0, rank.1));
                }
            }
            worst.1
        }

        #[ink(message, name = "freezeTerms")]
        fn freeze_terms(&self, plan: u64, market: u32) -> FreezeTerms {
            let now = self.now();
            match self.plan_and_record(plan) {
                Ok((terms, record))
                    if terms.markets.contains(&MarketId(market))
                        && (phase(&terms, &record, now) != Phase::Cancelled
                            || released_at(&terms, &record, now).is_some()) =>
                {
                    (terms.freeze_at.0, terms.domain.0, H256(terms.fork.0))
                }
                _ => (0, 0, H256::zero()),
            }
        }
    }

    fn keccak(bytes: &[u8]) -> [u8; 32] {
        let mut hash = <Keccak256 as HashOutput>::Type::default();
        ink::env::hash_bytes::<Keccak256>(bytes, &mut hash);
        hash
    }
}

mod abi;
