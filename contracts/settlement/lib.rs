//! Settlement: the open interest of each market at each freeze, committed to once and provable leaf by leaf.
//!
//! The format of the tree is that of `lockstep_core::settlement`.
#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![allow(
    missing_docs,
    clippy::items_after_statements,
    clippy::missing_panics_doc,
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    clippy::type_complexity,
    reason = "ink! generates items without docs, messages own their arguments, and the ABI is cheaper without structs"
)]

mod error;
mod event;

pub use error::Error;
pub use event::*;

// A contract has two pages of stack, unless it says how much it needs. A snapshot is decoded and checked on it.
#[cfg(target_arch = "riscv64")]
core::arch::global_asm!(
    ".pushsection .polkavm_min_stack_size,\"R\",@note",
    ".4byte {bytes}",
    ".popsection",
    bytes = const 32_768,
);

#[ink::contract]
mod settlement {
    use ink::{
        H256, U256,
        env::hash::{HashOutput, Keccak256},
        sol::DynBytes,
        storage::Mapping,
    };
    use lockstep_core::{
        ids::{Account, DomainId, ForkId, MarketId, PlanId},
        settlement::{Basis, Freeze, Leaf, Node, Rules, Snapshot, Totals, commit, decode_proof, verify},
        units::{self, Price, Seconds},
    };
    use lockstep_interfaces::{Stored, UpgradeRegistry};

    use crate::{BondPosted, BondWithdrawn, Error, MarketAdmitted, MarketRetired, RulesChanged, SnapshotCommitted};

    /// A market and its venue.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    #[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
    pub struct Market {
        /// The venue's contract, whose own answers are the truth about its positions.
        pub venue: Address,
        /// Commits the venue's snapshots.
        pub operator: Address,
        /// What the venue stands for, in the native token's smallest unit as contracts see it.
        pub bond: u128,
        /// Takes no more snapshots.
        pub retired: bool,
        /// The last second in which one of its snapshots can be challenged.
        pub challenged_until: u64,
    }

    /// Storage of the settlement contract.
    #[ink(storage)]
    pub struct Settlement {
        governance: Address,
        registry: Address,
        rules: Stored<Rules>,
        markets: Mapping<u32, Market>,
        snapshots: Mapping<(u64, u32), Stored<Snapshot>>,
    }

    impl Settlement {
        /// Governed by `governance`, with the freezes of the upgrade registry at `registry`. A snapshot is taken for
        /// `window` seconds from the freeze, can be challenged for `challenge` seconds, and needs a bond of
        /// `min_bond` in the native token's smallest unit as contracts see it.
        ///
        /// # Errors
        /// `ZeroAddress`, `WindowOutOfRange`, `BondTooSmall`.
        #[ink(constructor, default)]
        pub fn new(
            governance: Address,
            registry: Address,
            window: u64,
            challenge: u64,
            min_bond: u128,
        ) -> Result<Self, Error> {
            if governance == Address::zero() || registry == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            let rules = Rules { window: Seconds(window), challenge: Seconds(challenge), min_bond }.checked()?;
            Ok(Self { governance, registry, rules: Stored(rules), markets: Mapping::new(), snapshots: Mapping::new() })
        }

        /// Admits the venue of a market; `operator` commits its snapshots, and may be the venue itself.
        #[ink(message, name = "admitMarket")]
        pub fn admit_market(&mut self, market: u32, venue: Address, operator: Address) -> Result<(), Error> {
            self.ensure_governance()?;
            if venue == Address::zero() || operator == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            if self.markets.get(market).is_some() {
                return Err(Error::MarketExists(market));
            }
            self.markets.insert(market, &Market { venue, operator, bond: 0, retired: false, challenged_until: 0 });
            self.env().emit_event_sol(MarketAdmitted { market, venue, operator });
            Ok(())
        }

        /// Ends a market: it takes no more snapshots, and its bond can be withdrawn once the last cannot be
        /// challenged any more.
        #[ink(message, name = "retireMarket")]
        pub fn retire_market(&mut self, market: u32) -> Result<(), Error> {
            self.ensure_governance()?;
            let mut entry = self.active_market(market)?;
            entry.retired = true;
            self.markets.insert(market, &entry);
            self.env().emit_event_sol(MarketRetired { market });
            Ok(())
        }

        /// Changes the rules. Snapshots already committed keep theirs.
        #[ink(message, name = "setRules")]
        pub fn set_rules(&mut self, window: u64, challenge: u64, min_bond: u128) -> Result<(), Error> {
            self.ensure_governance()?;
            let old = self.rules.0;
            let new = Rules { window: Seconds(window), challenge: Seconds(challenge), min_bond }.checked()?;
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

        /// Adds the value of the call to a market's bond. Anyone may.
        #[ink(message, name = "postBond", payable)]
        pub fn post_bond(&mut self, market: u32) -> Result<(), Error> {
            let value = self.env().transferred_value();
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

        /// Pays the bond of a retired market to `recipient`; only its operator may, once no snapshot of it can be
        /// challenged.
        #[ink(message, name = "withdrawBond")]
        pub fn withdraw_bond(&mut self, market: u32, recipient: Address) -> Result<(), Error> {
            let mut entry = self.market_of(market)?;
            self.ensure_operator(&entry)?;
            if recipient == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            if !entry.retired {
                return Err(Error::MarketNotRetired(market));
            }
            let now = self.now();
            if now.0 <= entry.challenged_until {
                return Err(Error::StillChallengeable(entry.challenged_until, now.0));
            }
            let amount = core::mem::take(&mut entry.bond);
            if amount == 0 {
                return Err(Error::NoBond(market));
            }
            self.markets.insert(market, &entry);
            self.env().emit_event_sol(BondWithdrawn { market, recipient, amount });
            self.env().transfer(recipient, U256::from(amount)).map_err(|_| Error::PaymentFailed)
        }

        /// Commits to the open interest of `market` at the freeze of `plan`, by the top node of its tree: its hash,
        /// the number of positions, and their sums. Only the market's operator may, once.
        #[ink(message, name = "commitSnapshot")]
        pub fn commit_snapshot(
            &mut self,
            plan: u64,
            market: u32,
            top: H256,
            count: u64,
            long: u128,
            short: u128,
            profit: u128,
            loss: u128,
        ) -> Result<H256, Error> {
            let mut entry = self.active_market(market)?;
            self.ensure_operator(&entry)?;
            let (freeze_at, domain, fork) = self.registry().freeze_terms(plan, market);
            let freeze =
                Freeze { begins_at: units::Timestamp(freeze_at), domain: DomainId(domain), fork: ForkId(fork.0) };
            let snapshot = commit(
                keccak,
                self.snapshots.get((plan, market)).as_ref().map(|stored| &stored.0),
                &self.rules.0,
                &freeze,
                PlanId(plan),
                MarketId(market),
                entry.bond,
                &Node { hash: top.0, totals: Totals { count, long, short, profit, loss } },
                self.now(),
            )?;
            self.snapshots.insert((plan, market), &Stored(snapshot));
            entry.challenged_until = entry.challenged_until.max(snapshot.challenged_until.0);
            self.markets.insert(market, &entry);
            self.env().emit_event_sol(SnapshotCommitted {
                plan,
                market,
                root: H256(snapshot.root),
                count,
                interest: long,
                profit,
                challenged_until: snapshot.challenged_until.0,
            });
            Ok(H256(snapshot.root))
        }

        /// Shows that a position is in a committed snapshot: reverts with the reason where it is not. `proof` is the
        /// concatenation of the siblings from the leaf upwards, 104 bytes each.
        #[ink(message)]
        pub fn verify(
            &self,
            plan: u64,
            market: u32,
            index: u64,
            account: Address,
            size: i128,
            entry_price: u128,
            margin: u128,
            unrealised: i128,
            basis: u8,
            proof: DynBytes,
        ) -> Result<(), Error> {
            let snapshot = self.snapshot_of(plan, market)?;
            let leaf = Leaf {
                index,
                account: Account(account.0),
                size,
                entry_price: Price(entry_price),
                margin,
                unrealised,
                basis: Basis::try_from(basis)?,
            };
            let proof = decode_proof(&proof)?;
            verify(keccak, &snapshot.context, snapshot.root, snapshot.totals.count, &leaf, &proof)?;
            Ok(())
        }

        /// A committed snapshot: root, count, longs, shorts, profits, losses, bond, when it was committed, until when
        /// it can be challenged.
        #[ink(message)]
        pub fn snapshot(
            &self,
            plan: u64,
            market: u32,
        ) -> Result<(H256, u64, u128, u128, u128, u128, u128, u64, u64), Error> {
            let Snapshot { root, totals, bond, committed_at, challenged_until, .. } = self.snapshot_of(plan, market)?;
            let Totals { count, long, short, profit, loss } = totals;
            Ok((H256(root), count, long, short, profit, loss, bond, committed_at.0, challenged_until.0))
        }

        /// What a committed snapshot is of: domain and fork id.
        #[ink(message, name = "snapshotContext")]
        pub fn snapshot_context(&self, plan: u64, market: u32) -> Result<(u32, H256), Error> {
            let context = self.snapshot_of(plan, market)?.context;
            Ok((context.domain.0, H256(context.fork.0)))
        }

        /// A market: venue, operator, bond, whether it is retired.
        #[ink(message)]
        pub fn market(&self, market: u32) -> Result<(Address, Address, u128, bool), Error> {
            let entry = self.market_of(market)?;
            Ok((entry.venue, entry.operator, entry.bond, entry.retired))
        }

        /// Commitment window and challenge window in seconds, smallest bond.
        #[ink(message)]
        pub fn rules(&self) -> (u64, u64, u128) {
            let rules = self.rules.0;
            (rules.window.0, rules.challenge.0, rules.min_bond)
        }

        /// Who governs.
        #[ink(message)]
        pub fn governance(&self) -> Address {
            self.governance
        }

        /// The upgrade registry.
        #[ink(message, name = "upgradeRegistry")]
        pub fn upgrade_registry(&self) -> Address {
            self.registry
        }

        fn registry(&self) -> ink::contract_ref_from_path!(lockstep_interfaces::UpgradeRegistry) {
            self.registry.into()
        }

        fn market_of(&self, market: u32) -> Result<Market, Error> {
            self.markets.get(market).ok_or(Error::UnknownMarket(market))
        }

        fn active_market(&self, market: u32) -> Result<Market, Error> {
            let entry = self.market_of(market)?;
            if entry.retired { Err(Error::MarketIsRetired(market)) } else { Ok(entry) }
        }

        fn snapshot_of(&self, plan: u64, market: u32) -> Result<Snapshot, Error> {
            self.snapshots.get((plan, market)).map(|stored| stored.0).ok_or(Error::NoSnapshot(plan, market))
        }

        fn ensure_governance(&self) -> Result<(), Error> {
            let caller = self.env().caller();
            if caller == self.governance { Ok(()) } else { Err(Error::NotGovernance(caller)) }
        }

        fn ensure_operator(&self, market: &Market) -> Result<(), Error> {
            let caller = self.env().caller();
            if caller == market.operator { Ok(()) } else { Err(Error::NotVenue(caller)) }
        }

        fn now(&self) -> units::Timestamp {
            units::Timestamp(self.env().block_timestamp())
        }
    }

    fn keccak(bytes: &[u8]) -> [u8; 32] {
        let mut hash = <Keccak256 as HashOutput>::Type::default();
        ink::env::hash_bytes::<Keccak256>(bytes, &mut hash);
        hash
    }
}
