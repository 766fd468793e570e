//! The governor: votes are governance tokens locked here, proposals are batches of arbitrary calls.
//!
//! Functions, events and states are those of the well-known `IGovernor`, so that front ends made for it work. The clock
//! is active time of the host in seconds: wall time less the downtime that the guard tells of, so that an outage eats
//! nobody's deadline.
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

mod basics;
mod call;
mod circumstances;
mod counting;
mod delegating;
mod error;
mod event;
mod governing;
mod lifecycle;
mod locking;
mod moving;
mod outside;
mod past;
mod queueing;
mod reckoning;
mod signing;
mod token;
mod touching;
mod traces;

pub use error::Error;
pub use event::*;

// A contract has two pages of stack, unless it says how much it needs. A batch is decoded, encoded and hashed on it.
#[cfg(target_arch = "riscv64")]
core::arch::global_asm!(
    ".pushsection .polkavm_min_stack_size,\"R\",@note",
    ".4byte {bytes}",
    ".popsection",
    bytes = const 32_768,
);

#[ink::contract]
pub mod governor {
    use ink::{
        H256, U256,
        prelude::{string::String, vec::Vec},
        sol::{DynBytes, FixedBytes},
        storage::Mapping,
    };
    use lockstep_core::{
        governance::{Checkpoint, Guardian, Proposal, Settings, SignedVote, Trace, Track, quorum_up},
        ids::Account,
        units::{self, Bps},
    };
    use lockstep_interfaces::Stored;

    use crate::{Error, basics::Basics, lifecycle::Batch, traces::Voter};

    /// `IERC165`, `IERC6372`, `IGovernor`, and that without `getProposalId`.
    const INTERFACES: [[u8; 4]; 4] =
        [[0x01, 0xff, 0xc9, 0xa7], [0xda, 0x28, 0x7a, 0x1d], [0xcd, 0xbd, 0xfc, 0xee], [0x65, 0x45, 0x5a, 0x86]];

    /// Storage of the governor.
    #[ink(storage)]
    pub struct Governor {
        pub(crate) basics: Basics,
        pub(crate) voters: Mapping<Account, Voter>,
        /// What an owner locked while another one votes with it, by delegate and owner.
        pub(crate) shares: Mapping<(Account, Account), Stored<Track>>,
        /// The older checkpoints of each trace.
        pub(crate) older: Mapping<(Trace, u32), Stored<Checkpoint>>,
        pub(crate) proposals: Mapping<U256, Stored<Proposal>>,
        /// Markets that a proposal names, where it names any.
        pub(crate) named: Mapping<U256, Vec<u32>>,
        /// What an account voted.
        pub(crate) votes: Mapping<(U256, Address), u8>,
        /// Whether the part of a vote that belongs to an owner counts as disinterested.
        pub(crate) cleared: Mapping<(U256, Address), bool>,
        /// Whose deposits are in the veto on a proposal.
        pub(crate) vetoed: Mapping<(U256, Address), bool>,
    }

    impl Governor {
        /// A governor of `token`, a plain ERC-20. Durations are in seconds, the threshold in the token's smallest
        /// unit, the quorum in basis points of the total supply. `guardian` may cancel queued proposals until
        /// `guardian_until` (Unix seconds, wall time); the zero address is none. The deployer connects it to guard,
        /// registry and vault.
        ///
        /// # Errors
        /// `ZeroAddress`, `QuorumOutOfRange`, `DurationOutOfRange`, `TimelockTooShort`, `ExtensionTooLong`,
        /// `UnlockTooShort`, `ZeroThreshold`, `TokenFailed`, `AmountTooLarge`.
        #[ink(constructor, default)]
        pub fn new(
            token: Address,
            guardian: Address,
            guardian_until: u64,
            quorum_bps: u32,
            voting_delay: u64,
            voting_period: u64,
            late_extension: u64,
            timelock: u64,
            window: u64,
            unlock_period: u64,
            proposal_threshold: u128,
        ) -> Result<Self, Error> {
            let lengths = [voting_delay, voting_period, late_extension, timelock, window, unlock_period];
            let guardian = Guardian { account: Account(guardian.0), until: units::Timestamp(guardian_until) };
            let settings = Settings::of(lengths, proposal_threshold);
            let now = units::Timestamp(Self::env().block_timestamp());
            Ok(Self {
                basics: Basics::begin(token, Self::env().caller(), guardian, quorum_bps, settings, now)?,
                voters: Mapping::new(),
                shares: Mapping::new(),
                older: Mapping::new(),
                proposals: Mapping::new(),
                named: Mapping::new(),
                votes: Mapping::new(),
                cleared: Mapping::new(),
                vetoed: Mapping::new(),
            })
        }

        /// Connects guard (the clock), registry (bans on loosening) and vault (exposure and deposits). The deployer,
        /// once and for good; until then the clock is wall time and nobody counts as interested.
        #[ink(message)]
        pub fn connect(&mut self, guard: Address, registry: Address, vault: Address) -> Result<(), Error> {
            self.link(guard, registry, vault)
        }

        /// Locks `amount` of the caller's tokens, which it must have approved. They vote from the next second on.
        #[ink(message)]
        pub fn lock(&mut self, amount: U256) -> Result<(), Error> {
            self.take_in(amount)
        }

        /// Starts to unlock `amount` of the caller's tokens: they no longer vote, and come out after the unlock
        /// period, together with all that the caller is unlocking already.
        #[ink(message)]
        pub fn unlock(&mut self, amount: U256) -> Result<(), Error> {
            self.start_unlock(amount)
        }

        /// Pays the caller what has been unlocked.
        #[ink(message)]
        pub fn withdraw(&mut self) -> Result<(), Error> {
            self.pay_out()
        }

        /// Hands the caller's votes, present and future, to `delegatee`.
        #[ink(message)]
        pub fn delegate(&mut self, delegatee: Address) -> Result<(), Error> {
            self.hand_over(delegatee)
        }

        /// Records the token's total supply as it stands. Anyone may; every lock and every proposal does too.
        #[ink(message, name = "observeSupply")]
        pub fn observe_supply(&mut self) -> Result<(), Error> {
            let now = self.tick()?.now();
            self.observe(now)
        }

        /// Proposes a batch of calls. Returns the proposal's id. The description may name markets (`#markets=1,2`)
        /// and say that nothing is loosened (`#tightening`).
        #[ink(message)]
        pub fn propose(
            &mut self,
            targets: Vec<Address>,
            values: Vec<U256>,
            calldatas: Vec<DynBytes>,
            description: String,
        ) -> Result<U256, Error> {
            self.announce(Batch { targets, values, calldatas }, description)
        }

        /// Votes: 0 against, 1 for, 2 abstain. Returns the power of the vote.
        #[ink(message, name = "castVote")]
        pub fn cast_vote(&mut self, proposal_id: U256, support: u8) -> Result<U256, Error> {
            self.count_vote(self.env().caller(), proposal_id, support, String::new(), DynBytes(Vec::new()))
        }

        /// Votes, and says why.
        #[ink(message, name = "castVoteWithReason")]
        pub fn cast_vote_with_reason(&mut self, proposal_id: U256, support: u8, reason: String) -> Result<U256, Error> {
            self.count_vote(self.env().caller(), proposal_id, support, reason, DynBytes(Vec::new()))
        }

        /// Votes, and says why. The parameters stand in the event and mean nothing.
        #[ink(message, name = "castVoteWithReasonAndParams")]
        pub fn cast_vote_with_reason_and_params(
            &mut self,
            proposal_id: U256,
            support: u8,
            reason: String,
            params: DynBytes,
        ) -> Result<U256, Error> {
            self.count_vote(self.env().caller(), proposal_id, support, reason, params)
        }

        /// The vote that `voter` signed (EIP-712, as `OpenZeppelin`'s Governor has it; the domain has name, version, chain id
        /// and this contract), brought in by anyone. For a contract its `isValidSignature` decides (ERC-1271).
        #[ink(message, name = "castVoteBySig")]
        pub fn cast_vote_by_sig(
            &mut self,
            proposal_id: U256,
            support: u8,
            voter: Address,
            signature: DynBytes,
        ) -> Result<U256, Error> {
            self.count_signed(voter, proposal_id, support, None, &signature)
        }

        /// The same with a reason and parameters, which are signed too.
        #[ink(message, name = "castVoteWithReasonAndParamsBySig")]
        pub fn cast_vote_with_reason_and_params_by_sig(
            &mut self,
            proposal_id: U256,
            support: u8,
            voter: Address,
            reason: String,
            params: DynBytes,
            signature: DynBytes,
        ) -> Result<U256, Error> {
            self.count_signed(voter, proposal_id, support, Some((reason, params)), &signature)
        }

        /// The nonce that the next vote signed by `voter` commits to. It names the branch of the host, too: what is signed
        /// on one branch counts on no other, nor after an upgrade of the host.
        #[ink(message)]
        pub fn nonces(&self, voter: Address) -> Result<U256, Error> {
            Ok(U256::from_big_endian(&self.nonce_of(voter)?))
        }

        /// Counts the parts of the vote of `voter` that belong to `owners`, at most 16, by their exposure since the
        /// snapshot: as disinterested while votes count, no longer so to the end. Anyone may ask.
        #[ink(message)]
        pub fn reckon(&mut self, proposal_id: U256, voter: Address, owners: Vec<Address>) -> Result<(), Error> {
            self.count_owners(proposal_id, voter, &owners)
        }

        /// Queues a proposal that succeeded. Anyone may.
        #[ink(message)]
        pub fn queue(
            &mut self,
            targets: Vec<Address>,
            values: Vec<U256>,
            calldatas: Vec<DynBytes>,
            description_hash: H256,
        ) -> Result<U256, Error> {
            self.enqueue(Batch { targets, values, calldatas }.id(description_hash))
        }

        /// Puts the caller's deposits in the vault, as of the snapshot, into the veto on a queued proposal that may
        /// loosen, and locks them until its timelock opens. For an `account` that is in the veto anyone may ask, to
        /// renew its lock after the timelock was extended further.
        #[ink(message)]
        pub fn veto(&mut self, proposal_id: U256, account: Address) -> Result<(), Error> {
            self.hold_up(proposal_id, account)
        }

        /// Carries a queued proposal out, all of it or nothing. Anyone may, and may pay for its values.
        #[ink(message, payable)]
        pub fn execute(
            &mut self,
            targets: Vec<Address>,
            values: Vec<U256>,
            calldatas: Vec<DynBytes>,
            description_hash: H256,
        ) -> Result<U256, Error> {
            self.carry_out(&Batch { targets, values, calldatas }, description_hash)
        }

        /// Withdraws a proposal: its proposer before the vote, the guardian while it is queued.
        #[ink(message)]
        pub fn cancel(
            &mut self,
            targets: Vec<Address>,
            values: Vec<U256>,
            calldatas: Vec<DynBytes>,
            description_hash: H256,
        ) -> Result<U256, Error> {
            self.call_off(Batch { targets, values, calldatas }.id(description_hash))
        }

        /// Changes the governor's own settings; only a proposal may. Live proposals keep their times.
        #[ink(message, name = "setSettings")]
        pub fn set_settings(
            &mut self,
            voting_delay: u64,
            voting_period: u64,
            late_extension: u64,
            timelock: u64,
            window: u64,
            unlock_period: u64,
            proposal_threshold: u128,
        ) -> Result<(), Error> {
            let lengths = [voting_delay, voting_period, late_extension, timelock, window, unlock_period];
            self.change_settings(Settings::of(lengths, proposal_threshold))
        }

        /// Changes the quorum, in basis points of the total supply; only a proposal may. It holds for snapshots from
        /// this second on.
        #[ink(message, name = "setQuorum")]
        pub fn set_quorum(&mut self, bps: u32) -> Result<(), Error> {
            self.change_quorum(bps)
        }

        /// Ends the guardian's power for good: itself, or a proposal.
        #[ink(message, name = "endGuardian")]
        pub fn end_guardian(&mut self) -> Result<(), Error> {
            self.dismiss_guardian()
        }

        /// State of a proposal: 0 pending, 1 active, 2 canceled, 3 defeated, 4 succeeded, 5 queued, 6 expired,
        /// 7 executed.
        #[ink(message)]
        pub fn state(&self, proposal_id: U256) -> Result<u8, Error> {
            let proposal = self.proposal(proposal_id)?;
            Ok(proposal.state(&self.circumstances(proposal_id, &proposal, &self.clock_now())).number())
        }

        /// The moment whose votes count.
        #[ink(message, name = "proposalSnapshot")]
        pub fn proposal_snapshot(&self, proposal_id: U256) -> Result<U256, Error> {
            Ok(self.proposal(proposal_id)?.snapshot.0.into())
        }

        /// The last second in which votes count.
        #[ink(message, name = "proposalDeadline")]
        pub fn proposal_deadline(&self, proposal_id: U256) -> Result<U256, Error> {
            Ok(self.proposal(proposal_id)?.deadline.0.into())
        }

        /// When the timelock opens; 0 until the proposal is queued.
        #[ink(message, name = "proposalEta")]
        pub fn proposal_eta(&self, proposal_id: U256) -> Result<U256, Error> {
            Ok(self.proposal(proposal_id)?.eta.unwrap_or_default().0.into())
        }

        /// Who made it.
        #[ink(message, name = "proposalProposer")]
        pub fn proposal_proposer(&self, proposal_id: U256) -> Result<Address, Error> {
            Ok(Address::from(self.proposal(proposal_id)?.proposer.0))
        }

        /// Every proposal passes the timelock.
        #[ink(message, name = "proposalNeedsQueuing")]
        pub fn proposal_needs_queuing(&self, proposal_id: U256) -> Result<bool, Error> {
            self.proposal(proposal_id).map(|_| true)
        }

        /// Votes cast: against, for, abstain.
        #[ink(message, name = "proposalVotes")]
        pub fn proposal_votes(&self, proposal_id: U256) -> Result<(U256, U256, U256), Error> {
            let tally = self.proposal(proposal_id)?.tally;
            Ok((tally.against.into(), tally.in_favour.into(), tally.abstain.into()))
        }

        /// Votes cast that are known to be disinterested: against, for, abstain. Zeros unless they alone decide.
        #[ink(message, name = "disinterestedVotes")]
        pub fn disinterested_votes(&self, proposal_id: U256) -> Result<(U256, U256, U256), Error> {
            let tally = self.proposal(proposal_id)?.disinterested;
            Ok((tally.against.into(), tally.in_favour.into(), tally.abstain.into()))
        }

        /// What a proposal says of itself, and what became of it: whether it may loosen, whether the disinterested
        /// votes alone decide, the share of the deposits that vetoed it (18 decimals), from when on exposure makes a
        /// vote interested (Unix seconds, wall time), and the markets named.
        #[ink(message, name = "proposalTerms")]
        pub fn proposal_terms(&self, proposal_id: U256) -> Result<(bool, bool, u128, u64, Vec<u32>), Error> {
            let Proposal { loosens, divided, vetoed, snapshot_wall, .. } = self.proposal(proposal_id)?;
            Ok((loosens, divided, vetoed, snapshot_wall.0, self.named_by(proposal_id)))
        }

        /// Whether the part of a vote that belongs to `owner` counts as disinterested.
        #[ink(message, name = "isDisinterested")]
        pub fn is_disinterested(&self, proposal_id: U256, owner: Address) -> bool {
            self.cleared.get((proposal_id, owner)).unwrap_or_default()
        }

        /// Whether `account` has voted.
        #[ink(message, name = "hasVoted")]
        pub fn has_voted(&self, proposal_id: U256, account: Address) -> bool {
            self.votes.get((proposal_id, account)).is_some()
        }

        /// Votes needed at `timepoint`, which must be past.
        #[ink(message)]
        pub fn quorum(&self, timepoint: U256) -> Result<U256, Error> {
            let supply = self.past_value(Trace::Supply, timepoint)?;
            let bps = u32::try_from(self.past_value(Trace::Quorum, timepoint)?).unwrap_or(u32::MAX);
            Ok(quorum_up(Bps(bps), supply).into())
        }

        /// Votes of `account` at `timepoint`, which must be past.
        #[ink(message, name = "getVotes")]
        pub fn get_votes(&self, account: Address, timepoint: U256) -> Result<U256, Error> {
            self.past_votes(account, timepoint)
        }

        /// The same; the parameters mean nothing.
        #[ink(message, name = "getVotesWithParams")]
        pub fn get_votes_with_params(
            &self,
            account: Address,
            timepoint: U256,
            params: DynBytes,
        ) -> Result<U256, Error> {
            let _ = params;
            self.past_votes(account, timepoint)
        }

        /// The same, under the name that vote tokens have for it.
        #[ink(message, name = "getPastVotes")]
        pub fn get_past_votes(&self, account: Address, timepoint: U256) -> Result<U256, Error> {
            self.past_votes(account, timepoint)
        }

        /// Total supply of the token at `timepoint`, which must be past, as last observed by then.
        #[ink(message, name = "getPastTotalSupply")]
        pub fn get_past_total_supply(&self, timepoint: U256) -> Result<U256, Error> {
            Ok(self.past_value(Trace::Supply, timepoint)?.into())
        }

        /// Who votes with the tokens that `account` locked; zero where it never locked any.
        #[ink(message)]
        pub fn delegates(&self, account: Address) -> Address {
            Address::from(self.holding_of(account).delegate.unwrap_or_default().0)
        }

        /// What `account` has here: locked, unlocking, and when that is out.
        #[ink(message)]
        pub fn holding(&self, account: Address) -> (u128, u128, u64) {
            let holding = self.holding_of(account);
            (holding.locked, holding.unlocking, holding.unlocks_at.0)
        }

        /// The id of a proposal.
        #[ink(message, name = "hashProposal")]
        pub fn hash_proposal(
            &self,
            targets: Vec<Address>,
            values: Vec<U256>,
            calldatas: Vec<DynBytes>,
            description_hash: H256,
        ) -> U256 {
            Batch { targets, values, calldatas }.id(description_hash)
        }

        /// The same, under the name that `IGovernor` has besides.
        #[ink(message, name = "getProposalId")]
        pub fn get_proposal_id(
            &self,
            targets: Vec<Address>,
            values: Vec<U256>,
            calldatas: Vec<DynBytes>,
            description_hash: H256,
        ) -> U256 {
            Batch { targets, values, calldatas }.id(description_hash)
        }

        /// Seconds from a proposal to its snapshot.
        #[ink(message, name = "votingDelay")]
        pub fn voting_delay(&self) -> U256 {
            self.settings_now().voting_delay.0.into()
        }

        /// Seconds from the snapshot to the deadline.
        #[ink(message, name = "votingPeriod")]
        pub fn voting_period(&self) -> U256 {
            self.settings_now().voting_period.0.into()
        }

        /// Votes that a proposer needs.
        #[ink(message, name = "proposalThreshold")]
        pub fn proposal_threshold(&self) -> U256 {
            self.settings_now().proposal_threshold.into()
        }

        /// Late-quorum extension, timelock, window and unlock period, in seconds.
        #[ink(message)]
        pub fn periods(&self) -> (u64, u64, u64, u64) {
            let settings = self.settings_now();
            (settings.late_extension.0, settings.timelock.0, settings.window.0, settings.unlock_period.0)
        }

        /// The guardian and until when, in wall time, it has power; zeros where there is none.
        #[ink(message)]
        pub fn guardian(&self) -> (Address, u64) {
            let guardian = self.guardian_now();
            (Address::from(guardian.account.0), guardian.until.0)
        }

        /// The governance token.
        #[ink(message)]
        pub fn token(&self) -> Address {
            self.basics.token
        }

        /// Guard, registry and vault; zeros until they are connected.
        #[ink(message)]
        pub fn contracts(&self) -> (Address, Address, Address) {
            self.connected().unwrap_or_default()
        }

        /// The present: wall time in Unix seconds, less the host's downtime.
        #[ink(message)]
        pub fn clock(&self) -> u64 {
            self.clock_now().now().0
        }

        /// What the clock counts.
        #[ink(message, name = "CLOCK_MODE")]
        pub fn clock_mode(&self) -> String {
            String::from("mode=timestamp&time=active")
        }

        /// How votes are counted.
        #[ink(message, name = "COUNTING_MODE")]
        pub fn counting_mode(&self) -> String {
            String::from("support=bravo&quorum=for,abstain")
        }

        /// Name.
        #[ink(message)]
        pub fn name(&self) -> String {
            String::from(SignedVote::NAME)
        }

        /// `IERC165`, `IERC6372`, and `IGovernor` with and without `getProposalId`.
        #[ink(message, name = "supportsInterface")]
        pub fn supports_interface(&self, interface_id: FixedBytes<4>) -> bool {
            INTERFACES.contains(&interface_id.0)
        }

        /// Version of the interface.
        #[ink(message)]
        pub fn version(&self) -> String {
            String::from(SignedVote::VERSION)
        }
    }
}
