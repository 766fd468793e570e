//! Settlement: the open interest of each market at each freeze, committed to once, provable leaf by leaf, and settled
//! where a network splits or a market ends.
//!
//! The format of the tree is that of `lockstep_core::settlement`. Lengths and deadlines are in active time of the host;
//! freezes and prices are dated in wall time.
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

mod challenges;
mod claims;
mod error;
mod event;
mod facts;
mod outside;
mod pots;
mod resolving;
mod snapshots;
mod store;

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
    use ink::{H256, prelude::vec::Vec, sol::DynBytes, storage::Mapping};
    use lockstep_core::{
        ids::Account,
        settlement::{Basis, Leaf, Node, Pot, Resolution, Rules, Search, Snapshot, Totals},
        units::{Price, Seconds},
    };
    use lockstep_interfaces::Stored;

    use crate::{
        Error,
        challenges::Summons,
        claims::Part,
        resolving,
        store::{Market, checked},
    };

    /// Storage of the settlement contract. Snapshots and all that follows from them are found by plan (zero for the end
    /// of a market) and market.
    #[ink(storage)]
    pub struct Settlement {
        pub(crate) governance: Address,
        /// Whose code a front runs where it does not answer itself; none where this contract stands alone.
        pub(crate) implementation: Address,
        pub(crate) registry: Address,
        pub(crate) guard: Address,
        pub(crate) vault: Address,
        pub(crate) quote_decimals: u8,
        pub(crate) rules: Stored<Rules>,
        /// What venues forfeited and governance has not taken.
        pub(crate) forfeited: u128,
        /// What challengers earned and have not taken.
        pub(crate) rewards: Mapping<Address, u128>,
        pub(crate) markets: Mapping<u32, Market>,
        /// The guard's market that prices the other branch.
        pub(crate) branches: Mapping<(u64, u32), u32>,
        pub(crate) snapshots: Mapping<(u64, u32), Stored<Snapshot>>,
        pub(crate) summons: Mapping<(u64, u32, Address), Summons>,
        pub(crate) searches: Mapping<(u64, u32), Stored<Search>>,
        pub(crate) resolutions: Mapping<(u64, u32), Stored<Resolution>>,
        pub(crate) pots: Mapping<(u64, u32), Stored<Pot>>,
        /// Bitmaps of the leaves that are settled, 256 to a word.
        pub(crate) settled: Mapping<(u64, u32, u64), [u8; 32]>,
        pub(crate) parts: Mapping<(u64, u32, Address), Part>,
    }

    impl Settlement {
        /// Governed by `governance`, with the freezes of the upgrade registry, the prices of the oracle guard, and the
        /// quote (of `quote_decimals`) of the margin vault. A snapshot is taken for `window` seconds from its opening, can
        /// be challenged for `challenge` seconds, and needs a bond of `min_bond` in the native token's smallest unit as
        /// contracts see it.
        ///
        /// # Errors
        /// `ZeroAddress`, `TooManyPlaces`, `WindowOutOfRange`, `BondTooSmall`.
        #[ink(constructor, default)]
        pub fn new(
            governance: Address,
            registry: Address,
            guard: Address,
            vault: Address,
            quote_decimals: u8,
            window: u64,
            challenge: u64,
            min_bond: u128,
        ) -> Result<Self, Error> {
            let rules = Rules { window: Seconds(window), challenge: Seconds(challenge), min_bond };
            let rules = checked([governance, registry, guard, vault], quote_decimals, rules)?;
            Ok(Self {
                governance,
                implementation: Address::zero(),
                registry,
                guard,
                vault,
                quote_decimals,
                rules: Stored(rules),
                forfeited: 0,
                rewards: Mapping::new(),
                markets: Mapping::new(),
                branches: Mapping::new(),
                snapshots: Mapping::new(),
                summons: Mapping::new(),
                searches: Mapping::new(),
                resolutions: Mapping::new(),
                pots: Mapping::new(),
                settled: Mapping::new(),
                parts: Mapping::new(),
            })
        }

        /// Admits the venue of a market on an underlying of network `domain` with so many `decimals`; `operator` commits
        /// its snapshots, and may be the venue itself. `basis` is a `lockstep_core::settlement::Basis` as a number and
        /// can never be changed: a market has one for all its positions, so that they net on every branch.
        #[ink(message, name = "admitMarket")]
        pub fn admit_market(
            &mut self,
            market: u32,
            venue: Address,
            operator: Address,
            domain: u32,
            basis: u8,
            decimals: u8,
        ) -> Result<(), Error> {
            self.ensure_governance()?;
            self.admit(market, venue, operator, domain, basis, decimals)
        }

        /// Ends a market for snapshots: it takes no more, and its bond can be withdrawn once the last cannot be
        /// challenged any more.
        #[ink(message, name = "retireMarket")]
        pub fn retire_market(&mut self, market: u32) -> Result<(), Error> {
            self.ensure_governance()?;
            self.retire(market)
        }

        /// Changes the rules. Snapshots already committed keep theirs.
        #[ink(message, name = "setRules")]
        pub fn set_rules(&mut self, window: u64, challenge: u64, min_bond: u128) -> Result<(), Error> {
            self.ensure_governance()?;
            self.change_rules(Rules { window: Seconds(window), challenge: Seconds(challenge), min_bond })
        }

        /// Names the guard's market `feed` that prices the other branch, should `plan` split the network of `market`.
        /// Once, and before the freeze: from then on nobody has a say in what a branch is worth.
        #[ink(message, name = "nameBranch")]
        pub fn name_branch(&mut self, plan: u64, market: u32, feed: u32) -> Result<(), Error> {
            self.ensure_governance()?;
            self.name_feed(plan, market, feed)
        }

        /// Pays what venues forfeited to `recipient`.
        #[ink(message, name = "takeForfeited")]
        pub fn take_forfeited(&mut self, recipient: Address) -> Result<u128, Error> {
            self.ensure_governance()?;
            self.pay_forfeited(recipient)
        }

        /// Adds the value of the call to a market's bond. Anyone may.
        #[ink(message, name = "postBond", payable)]
        pub fn post_bond(&mut self, market: u32) -> Result<(), Error> {
            self.add_bond(market, self.env().transferred_value())
        }

        /// Pays the bond of a retired market to `recipient`; only its operator may, once no snapshot of it can be
        /// challenged.
        #[ink(message, name = "withdrawBond")]
        pub fn withdraw_bond(&mut self, market: u32, recipient: Address) -> Result<(), Error> {
            self.release_bond(market, recipient)
        }

        /// Asks the venue of `market` for its open interest at the freeze of `plan`, from the freeze on for fourteen
        /// days. Anyone may; its window begins.
        #[ink(message, name = "openSnapshot")]
        pub fn open_snapshot(&mut self, plan: u64, market: u32) -> Result<(), Error> {
            self.open(plan, market).map(|_| ())
        }

        /// Ends `market`: its operator may, and anyone where a freeze has outlasted its bound for as long as the guard
        /// asks for. Positions settle as they are, at the average of the valid prices before the freeze.
        #[ink(message, name = "endMarket")]
        pub fn end_market(&mut self, market: u32) -> Result<(), Error> {
            self.end(market)
        }

        /// Tells the venue of an ended market once more.
        #[ink(message, name = "tellVenue")]
        pub fn tell_venue(&mut self, market: u32) -> Result<(), Error> {
            self.tell_again(market)
        }

        /// Commits to the open interest of `market` at the freeze of `plan`, by the top node of its tree: its hash,
        /// the number of positions, and their sums. Only the market's operator may, once. Opens the snapshot where
        /// nobody has.
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
            self.commit(plan, market, &Node { hash: top.0, totals: Totals { count, long, short, profit, loss } })
        }

        /// Shows a leaf (with its proof) that is not what the venue answers.
        #[ink(message, name = "challengeLeaf")]
        pub fn challenge_leaf(&mut self, plan: u64, market: u32, proven: DynBytes) -> Result<(), Error> {
            self.challenge_wrong(plan, market, &proven)
        }

        /// Shows that `account`, for which the venue answers, has no leaf, by the neighbours between which it would
        /// stand: first the one before, where `has_before`, then the one behind, where there is one.
        #[ink(message, name = "challengeAbsence")]
        pub fn challenge_absence(
            &mut self,
            plan: u64,
            market: u32,
            account: Address,
            neighbours: DynBytes,
            has_before: bool,
        ) -> Result<(), Error> {
            self.challenge_missing(plan, market, account, &neighbours, has_before)
        }

        /// Shows two neighbouring leaves (with their proofs) that are not in ascending order of account.
        #[ink(message, name = "challengeOrder")]
        pub fn challenge_order(&mut self, plan: u64, market: u32, pair: DynBytes) -> Result<(), Error> {
            self.challenge_disorder(plan, market, &pair)
        }

        /// Asks for the leaf of `account` to be shown, while the tree can be challenged.
        #[ink(message)]
        pub fn summon(&mut self, plan: u64, market: u32, account: Address) -> Result<(), Error> {
            self.summon_account(plan, market, account)
        }

        /// Shows the leaf of a summoned account, or, with no bytes, that the venue answers that it held nothing. Anyone.
        #[ink(message, name = "answerSummons")]
        pub fn answer_summons(
            &mut self,
            plan: u64,
            market: u32,
            account: Address,
            proven: DynBytes,
        ) -> Result<(), Error> {
            self.answer(plan, market, account, &proven)
        }

        /// Brings down a tree of which a summoned account was not shown in time.
        #[ink(message, name = "expireSummons")]
        pub fn expire_summons(&mut self, plan: u64, market: u32, account: Address) -> Result<(), Error> {
            self.expire(plan, market, account)
        }

        /// Says that the venue committed nothing in time, for half of the bond.
        #[ink(message, name = "lapseSnapshot")]
        pub fn lapse_snapshot(&mut self, plan: u64, market: u32) -> Result<(), Error> {
            self.miss(plan, market)
        }

        /// Pays the caller what it earned by challenges.
        #[ink(message, name = "takeReward")]
        pub fn take_reward(&mut self) -> Result<u128, Error> {
            self.pay_reward()
        }

        /// Resolves a snapshot that nobody can doubt any more, from guarded feeds; whether it is resolved now. Anyone.
        #[ink(message)]
        pub fn resolve(&mut self, plan: u64, market: u32) -> Result<bool, Error> {
            self.resolve_snapshot(plan, market)
        }

        /// Settles leaves, each followed by its proof, on `branch`; for how many something was done. Anyone may, for
        /// anyone: what is owed is collected, with a reward from the debtor, then what is due is paid to the holder.
        #[ink(message)]
        pub fn claim(&mut self, plan: u64, market: u32, branch: H256, proven: DynBytes) -> Result<u32, Error> {
            self.claim_leaves(plan, market, branch, &proven)
        }

        /// The same for accounts of a snapshot without a tree, by what the venue answers.
        #[ink(message, name = "claimFor")]
        pub fn claim_for(
            &mut self,
            plan: u64,
            market: u32,
            branch: H256,
            accounts: Vec<Address>,
        ) -> Result<u32, Error> {
            self.claim_accounts(plan, market, branch, accounts)
        }

        /// Moves what nobody claimed in 180 days to the insurance fund.
        #[ink(message)]
        pub fn sweep(&mut self, plan: u64, market: u32) -> Result<u128, Error> {
            self.sweep_pot(plan, market)
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
            let leaf = Leaf {
                index,
                account: Account(account.0),
                size,
                entry_price: Price(entry_price),
                margin,
                unrealised,
                basis: Basis::try_from(basis)?,
            };
            self.ensure_included(plan, market, &leaf, &proof)
        }

        /// A snapshot: status, root, count, longs, shorts, profits, losses, bond, until when it can be committed or
        /// challenged in active time, open summons.
        #[ink(message)]
        pub fn snapshot(
            &self,
            plan: u64,
            market: u32,
        ) -> Result<(u8, H256, u64, u128, u128, u128, u128, u128, u64, u32), Error> {
            let Snapshot { status, root, totals, bond, until, summons, .. } = self.snapshot_of(plan, market)?;
            let Totals { count, long, short, profit, loss } = totals;
            Ok((status.number(), H256(root), count, long, short, profit, loss, bond, until.0, summons))
        }

        /// What a snapshot is of: domain, fork id, when (positions count as they were right before that) and at which
        /// price unrealised amounts count.
        #[ink(message, name = "snapshotContext")]
        pub fn snapshot_context(&self, plan: u64, market: u32) -> Result<(u32, H256, u64, u128), Error> {
            let Snapshot { context, taken_at, price, .. } = self.snapshot_of(plan, market)?;
            Ok((context.domain.0, H256(context.fork.0), taken_at.0, price.0))
        }

        /// Who sent a summons, and until when it is answered in time; zeros where there is none.
        #[ink(message, name = "summonsOf")]
        pub fn summons_of_account(&self, plan: u64, market: u32, account: Address) -> (Address, u64) {
            self.summons_state(plan, market, account)
        }

        /// How a snapshot settles: branch, payment (0 nothing, 1 what was not realised, 2 the price of a branch), price,
        /// whether claims prove leaves.
        #[ink(message)]
        pub fn resolution(&self, plan: u64, market: u32) -> Result<(H256, u8, u128, bool), Error> {
            let resolution = self.resolution_of(plan, market)?;
            let (payment, price) = resolving::numbers(resolution.payment);
            Ok((Self::branch_of(&resolution), payment, price, resolution.by_tree))
        }

        /// The money of a settlement in quote: opened at, owed, collected, paid, the share as collected of owed, and since
        /// when it is fixed; active time.
        #[ink(message)]
        pub fn pot(&self, plan: u64, market: u32) -> Result<(u64, u128, u128, u128, u128, u128, u64), Error> {
            self.pot_state(plan, market)
        }

        /// Whether nothing is left to do for the leaf at `index`, or, without a tree, for `account`.
        #[ink(message, name = "isSettled")]
        pub fn is_settled(&self, plan: u64, market: u32, index: u64, account: Address) -> bool {
            self.is_done(plan, market, index, account)
        }

        /// What a position would be paid (would owe where negative), in quote: if its market ended; and for another
        /// branch at `price` where its network is not the host's, on the canonical branch, on the one left behind.
        #[ink(message)]
        pub fn outcomes(
            &self,
            market: u32,
            size: i128,
            unrealised: i128,
            price: u128,
        ) -> Result<(i128, i128, i128, i128), Error> {
            self.outcomes_of(market, size, unrealised, price)
        }

        /// A market: venue, operator, bond, whether it is retired, domain, basis, decimals, whether it has ended.
        #[ink(message)]
        pub fn market(&self, market: u32) -> Result<(Address, Address, u128, bool, u32, u8, u8, bool), Error> {
            let Market { venue, operator, bond, retired, domain, basis, decimals, .. } = self.market_of(market)?;
            Ok((venue, operator, bond, retired, domain, basis, decimals, self.has_ended(market)))
        }

        /// What an account earned by challenges, and what venues forfeited, neither taken yet.
        #[ink(message)]
        pub fn spoils(&self, account: Address) -> (u128, u128) {
            (self.rewards.get(account).unwrap_or(0), self.forfeited)
        }

        /// Commitment window and challenge window in seconds, smallest bond.
        #[ink(message)]
        pub fn rules(&self) -> (u64, u64, u128) {
            let rules = self.rules.0;
            (rules.window.0, rules.challenge.0, rules.min_bond)
        }

        /// Governance, upgrade registry, oracle guard, margin vault.
        #[ink(message)]
        pub fn offices(&self) -> (Address, Address, Address, Address) {
            (self.governance, self.registry, self.guard, self.vault)
        }

        fn ensure_governance(&self) -> Result<(), Error> {
            let caller = self.env().caller();
            if caller == self.governance { Ok(()) } else { Err(Error::NotGovernance(caller)) }
        }
    }
}
