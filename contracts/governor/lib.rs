//! The governor: votes are governance tokens locked here, proposals are batches of arbitrary calls.
//!
//! Selectors, events and states are those of the well-known `IGovernor`, as far as the functions are there, so that
//! front ends made for it work. The clock is the block's time in seconds.
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

mod ballots;
mod call;
mod error;
mod event;
mod token;

pub use error::Error;
pub use event::*;

#[ink::contract]
pub mod governor {
    use ink::{
        H256, U256,
        prelude::{string::String, vec::Vec},
        sol::DynBytes,
        storage::{Lazy, Mapping},
    };
    use lockstep_core::{
        governance::{
            Checkpoint, Guardian, Holding, Proposal, Settings, Trace, check_quorum, names_other_proposer, quorum_up,
        },
        ids::Account,
        units::{self, Bps, Seconds},
    };
    use lockstep_interfaces::Stored;

    use crate::{
        DelegateChanged, Error, GuardianEnded, Locked, ProposalCanceled, ProposalCreated, ProposalExecuted,
        ProposalQueued, QuorumChanged, SettingChanged, UnlockStarted, Withdrawn,
        ballots::{id, keccak},
        call::call,
        token::Token,
    };

    /// Storage of the governor. Everything that a proposal may change stands apart from the root, so that a proposal
    /// that changes settings does not find them overwritten when it returns.
    #[ink(storage)]
    pub struct Governor {
        pub(crate) token: Address,
        pub(crate) settings: Lazy<Stored<Settings>>,
        pub(crate) guardian: Lazy<Stored<Guardian>>,
        /// What is owed to voters, locked or unlocking.
        pub(crate) held: Lazy<u128>,
        pub(crate) holdings: Mapping<Address, Stored<Holding>>,
        pub(crate) trace_lengths: Mapping<Trace, u32>,
        pub(crate) traces: Mapping<(Trace, u32), Stored<Checkpoint>>,
        pub(crate) proposals: Mapping<U256, Stored<Proposal>>,
        /// What an account voted.
        pub(crate) votes: Mapping<(U256, Address), u8>,
    }

    impl Governor {
        /// A governor of `token`, a plain ERC-20. Durations are in seconds, the threshold in the token's smallest
        /// unit, the quorum in basis points of the total supply. `guardian` may cancel queued proposals until
        /// `guardian_until` (Unix seconds); the zero address is none.
        ///
        /// # Errors
        /// `ZeroAddress`, `QuorumOutOfRange`, `DurationOutOfRange`, `ExtensionTooLong`, `UnlockTooShort`,
        /// `ZeroThreshold`, `TokenFailed`, `AmountTooLarge`.
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
            if token == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            let settings = Settings {
                voting_delay: Seconds(voting_delay),
                voting_period: Seconds(voting_period),
                late_extension: Seconds(late_extension),
                timelock: Seconds(timelock),
                window: Seconds(window),
                unlock_period: Seconds(unlock_period),
                proposal_threshold,
            };
            let mut governor = Self {
                token,
                settings: Lazy::new(),
                guardian: Lazy::new(),
                held: Lazy::new(),
                holdings: Mapping::new(),
                trace_lengths: Mapping::new(),
                traces: Mapping::new(),
                proposals: Mapping::new(),
                votes: Mapping::new(),
            };
            let now = governor.now();
            let guardian =
                Guardian { account: Account(guardian.0), until: units::Timestamp(guardian_until) }.checked(now)?;
            governor.guardian.set(&Stored(guardian));
            governor.settings.set(&Stored(settings.checked()?));
            governor.record(Trace::QUORUM, check_quorum(quorum_bps)?.0.into(), now);
            governor.record(Trace::SUPPLY, Token(token).total_supply()?, now);
            Ok(governor)
        }

        /// Locks `amount` of the caller's tokens, which it must have approved. They vote from the next second on.
        #[ink(message)]
        pub fn lock(&mut self, amount: U256) -> Result<(), Error> {
            let (caller, now) = (self.env().caller(), self.now());
            let amount = u128::try_from(amount).map_err(|_| Error::AmountTooLarge(amount))?;
            let mut holding = self.holding_of(caller);
            let first = holding.delegate.is_none();
            let shift = holding.lock(Account(caller.0), amount)?;
            self.holdings.insert(caller, &Stored(holding));
            self.held.set(&self.held().checked_add(amount).ok_or(Error::Overflow)?);
            Token(self.token).pull(caller, self.env().address(), amount)?;
            self.env().emit_event_sol(Locked { account: caller, amount });
            if first {
                let from_delegate = Address::zero();
                self.env().emit_event_sol(DelegateChanged { delegator: caller, from_delegate, to_delegate: caller });
            }
            self.shift_votes(&shift, now)
        }

        /// Starts to unlock `amount` of the caller's tokens: they no longer vote, and come out after the unlock
        /// period, together with all that the caller is unlocking already.
        #[ink(message)]
        pub fn unlock(&mut self, amount: U256) -> Result<(), Error> {
            let (caller, now) = (self.env().caller(), self.now());
            let amount = u128::try_from(amount).map_err(|_| Error::AmountTooLarge(amount))?;
            let mut holding = self.holding_of(caller);
            let shift = holding.unlock(amount, self.settings_now().unlock_period, now)?;
            self.holdings.insert(caller, &Stored(holding));
            let unlocks_at = holding.unlocks_at.0;
            self.env().emit_event_sol(UnlockStarted { account: caller, amount, unlocks_at });
            self.shift_votes(&shift, now)
        }

        /// Pays the caller what has been unlocked.
        #[ink(message)]
        pub fn withdraw(&mut self) -> Result<(), Error> {
            let caller = self.env().caller();
            let mut holding = self.holding_of(caller);
            let amount = holding.withdraw(self.now())?;
            self.holdings.insert(caller, &Stored(holding));
            self.held.set(&self.held().checked_sub(amount).ok_or(Error::Overflow)?);
            Token(self.token).push(caller, amount)?;
            self.env().emit_event_sol(Withdrawn { account: caller, amount });
            Ok(())
        }

        /// Hands the caller's votes, present and future, to `delegatee`.
        #[ink(message)]
        pub fn delegate(&mut self, delegatee: Address) -> Result<(), Error> {
            let (caller, now) = (self.env().caller(), self.now());
            let mut holding = self.holding_of(caller);
            let shift = holding.delegate(Account(delegatee.0))?;
            self.holdings.insert(caller, &Stored(holding));
            let from_delegate = Address::from(shift.from.unwrap_or_default().0);
            self.env().emit_event_sol(DelegateChanged { delegator: caller, from_delegate, to_delegate: delegatee });
            self.shift_votes(&shift, now)
        }

        /// Proposes a batch of calls. Returns the proposal's id.
        #[ink(message)]
        pub fn propose(
            &mut self,
            targets: Vec<Address>,
            values: Vec<U256>,
            calldatas: Vec<DynBytes>,
            description: String,
        ) -> Result<U256, Error> {
            let (proposer, now) = (self.env().caller(), self.now());
            if names_other_proposer(&description, Account(proposer.0)) {
                return Err(Error::GovernorRestrictedProposer(proposer));
            }
            let settings = self.settings_now();
            let power = self.value(Trace::votes(Account(proposer.0)), units::Timestamp(now.0.saturating_sub(1)));
            if power < settings.proposal_threshold {
                let threshold = settings.proposal_threshold.into();
                return Err(Error::GovernorInsufficientProposerVotes(proposer, power.into(), threshold));
            }
            self.check_batch(&targets, &values, &calldatas)?;
            let proposal_id = id(&targets, &values, &calldatas, keccak(description.as_bytes()));
            if let Ok(existing) = self.proposal(proposal_id) {
                let state = self.state_of(&existing, now).number();
                return Err(Error::GovernorUnexpectedProposalState(proposal_id, state, H256::zero()));
            }
            self.record(Trace::SUPPLY, Token(self.token).total_supply()?, now);
            let proposal = Proposal::new(Account(proposer.0), &settings, now);
            self.proposals.insert(proposal_id, &Stored(proposal));
            self.env().emit_event_sol(ProposalCreated {
                proposal_id,
                proposer,
                signatures: targets.iter().map(|_| String::new()).collect(),
                targets,
                values,
                calldatas,
                vote_start: proposal.snapshot.0.into(),
                vote_end: proposal.deadline.0.into(),
                description,
            });
            Ok(proposal_id)
        }

        /// Votes: 0 against, 1 for, 2 abstain. Returns the power of the vote.
        #[ink(message, name = "castVote")]
        pub fn cast_vote(&mut self, proposal_id: U256, support: u8) -> Result<U256, Error> {
            self.count_vote(proposal_id, support, String::new())
        }

        /// Votes, and says why.
        #[ink(message, name = "castVoteWithReason")]
        pub fn cast_vote_with_reason(&mut self, proposal_id: U256, support: u8, reason: String) -> Result<U256, Error> {
            self.count_vote(proposal_id, support, reason)
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
            let now = self.now();
            let proposal_id = id(&targets, &values, &calldatas, description_hash);
            let mut proposal = self.proposal(proposal_id)?;
            let quorum = self.quorum_of(&proposal);
            let eta = proposal
                .queue(self.settings_now().timelock, quorum, now)
                .map_err(Error::of(proposal_id, self.env().caller()))?;
            self.proposals.insert(proposal_id, &Stored(proposal));
            self.env().emit_event_sol(ProposalQueued { proposal_id, eta_seconds: eta.0.into() });
            Ok(proposal_id)
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
            let now = self.now();
            let proposal_id = id(&targets, &values, &calldatas, description_hash);
            let mut proposal = self.proposal(proposal_id)?;
            let quorum = self.quorum_of(&proposal);
            proposal.execute(quorum, now).map_err(Error::of(proposal_id, self.env().caller()))?;
            self.proposals.insert(proposal_id, &Stored(proposal));
            self.env().emit_event_sol(ProposalExecuted { proposal_id });
            let own = self.env().address();
            let before = Token(self.token).balance_of(own)?;
            for (((target, value), data), action) in targets.iter().zip(values).zip(&calldatas).zip(0u32..) {
                call(*target, value, data, *target == own)
                    .map_err(|reason| Error::ActionFailed(action, DynBytes(reason)))?;
            }
            // A token that lost some before is no reason to stop all governance.
            let (owed, left) = (self.held().min(before), Token(self.token).balance_of(own)?);
            if left < owed {
                return Err(Error::LockedTokensTaken(owed, left));
            }
            Ok(proposal_id)
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
            let (caller, now) = (self.env().caller(), self.now());
            let proposal_id = id(&targets, &values, &calldatas, description_hash);
            let mut proposal = self.proposal(proposal_id)?;
            let quorum = self.quorum_of(&proposal);
            proposal
                .cancel(Account(caller.0), &self.guardian_now(), quorum, now)
                .map_err(Error::of(proposal_id, caller))?;
            self.proposals.insert(proposal_id, &Stored(proposal));
            self.env().emit_event_sol(ProposalCanceled { proposal_id });
            Ok(proposal_id)
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
            self.ensure_own()?;
            let old = self.settings_now();
            let new = Settings {
                voting_delay: Seconds(voting_delay),
                voting_period: Seconds(voting_period),
                late_extension: Seconds(late_extension),
                timelock: Seconds(timelock),
                window: Seconds(window),
                unlock_period: Seconds(unlock_period),
                proposal_threshold,
            }
            .checked()?;
            self.settings.set(&Stored(new));
            for ((old, new), setting) in figures(&old).into_iter().zip(figures(&new)).zip(0u8..) {
                if old != new {
                    self.env().emit_event_sol(SettingChanged { setting, old, new });
                }
            }
            Ok(())
        }

        /// Changes the quorum, in basis points of the total supply; only a proposal may. It holds for snapshots from
        /// this second on.
        #[ink(message, name = "setQuorum")]
        pub fn set_quorum(&mut self, bps: u32) -> Result<(), Error> {
            self.ensure_own()?;
            let new = check_quorum(bps)?.0;
            let now = self.now();
            let old = u32::try_from(self.value(Trace::QUORUM, now)).unwrap_or(u32::MAX);
            self.record(Trace::QUORUM, new.into(), now);
            self.env().emit_event_sol(QuorumChanged { old, new });
            Ok(())
        }

        /// Ends the guardian's power for good: itself, or a proposal.
        #[ink(message, name = "endGuardian")]
        pub fn end_guardian(&mut self) -> Result<(), Error> {
            let caller = self.env().caller();
            let guardian = self.guardian_now();
            let is_guardian = guardian.account == Account(caller.0) && self.now() < guardian.until;
            if !is_guardian && caller != self.env().address() {
                return Err(Error::NotGuardian(caller));
            }
            self.guardian.set(&Stored(Guardian::default()));
            self.env().emit_event_sol(GuardianEnded { guardian: Address::from(guardian.account.0) });
            Ok(())
        }

        /// State of a proposal: 0 pending, 1 active, 2 canceled, 3 defeated, 4 succeeded, 5 queued, 6 expired,
        /// 7 executed.
        #[ink(message)]
        pub fn state(&self, proposal_id: U256) -> Result<u8, Error> {
            Ok(self.state_of(&self.proposal(proposal_id)?, self.now()).number())
        }

        /// The moment whose votes count, Unix seconds.
        #[ink(message, name = "proposalSnapshot")]
        pub fn proposal_snapshot(&self, proposal_id: U256) -> Result<U256, Error> {
            Ok(self.proposal(proposal_id)?.snapshot.0.into())
        }

        /// The last second in which votes count, Unix seconds.
        #[ink(message, name = "proposalDeadline")]
        pub fn proposal_deadline(&self, proposal_id: U256) -> Result<U256, Error> {
            Ok(self.proposal(proposal_id)?.deadline.0.into())
        }

        /// When the timelock opens, Unix seconds; 0 until the proposal is queued.
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

        /// Whether `account` has voted.
        #[ink(message, name = "hasVoted")]
        pub fn has_voted(&self, proposal_id: U256, account: Address) -> bool {
            self.votes.get((proposal_id, account)).is_some()
        }

        /// Votes needed at `timepoint`, which must be past.
        #[ink(message)]
        pub fn quorum(&self, timepoint: U256) -> Result<U256, Error> {
            let supply = self.past_value(Trace::SUPPLY, timepoint)?;
            let bps = u32::try_from(self.past_value(Trace::QUORUM, timepoint)?).unwrap_or(u32::MAX);
            Ok(quorum_up(Bps(bps), supply).into())
        }

        /// Votes of `account` at `timepoint`, which must be past.
        #[ink(message, name = "getVotes")]
        pub fn get_votes(&self, account: Address, timepoint: U256) -> Result<U256, Error> {
            Ok(self.past_value(Trace::votes(Account(account.0)), timepoint)?.into())
        }

        /// Total supply of the token at `timepoint`, which must be past, as last observed by a proposal.
        #[ink(message, name = "getPastTotalSupply")]
        pub fn get_past_total_supply(&self, timepoint: U256) -> Result<U256, Error> {
            Ok(self.past_value(Trace::SUPPLY, timepoint)?.into())
        }

        /// Who votes with the tokens that `account` locked; zero where it never locked any.
        #[ink(message)]
        pub fn delegates(&self, account: Address) -> Address {
            Address::from(self.holding_of(account).delegate.unwrap_or_default().0)
        }

        /// What `account` has here: locked, unlocking, and when that is out (Unix seconds).
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
            id(&targets, &values, &calldatas, description_hash)
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

        /// The guardian and until when it has power; zeros where there is none.
        #[ink(message)]
        pub fn guardian(&self) -> (Address, u64) {
            let guardian = self.guardian_now();
            (Address::from(guardian.account.0), guardian.until.0)
        }

        /// The governance token.
        #[ink(message)]
        pub fn token(&self) -> Address {
            self.token
        }

        /// The present, Unix seconds.
        #[ink(message)]
        pub fn clock(&self) -> u64 {
            self.now().0
        }

        /// What the clock counts.
        #[ink(message, name = "CLOCK_MODE")]
        pub fn clock_mode(&self) -> String {
            String::from("mode=timestamp")
        }

        /// How votes are counted.
        #[ink(message, name = "COUNTING_MODE")]
        pub fn counting_mode(&self) -> String {
            String::from("support=bravo&quorum=for,abstain")
        }

        /// Name.
        #[ink(message)]
        pub fn name(&self) -> String {
            String::from("Lockstep Governor")
        }

        /// Version of the interface.
        #[ink(message)]
        pub fn version(&self) -> String {
            String::from("1")
        }

        fn holding_of(&self, account: Address) -> Holding {
            self.holdings.get(account).unwrap_or_default().0
        }

        fn held(&self) -> u128 {
            self.held.get().unwrap_or_default()
        }

        /// The constructor sets them, so the default, with which nothing can be proposed, is never seen.
        pub(crate) fn settings_now(&self) -> Settings {
            self.settings.get_or_default().0
        }

        fn guardian_now(&self) -> Guardian {
            self.guardian.get_or_default().0
        }

        fn ensure_own(&self) -> Result<(), Error> {
            let caller = self.env().caller();
            if caller == self.env().address() { Ok(()) } else { Err(Error::GovernorOnlyExecutor(caller)) }
        }

        pub(crate) fn now(&self) -> units::Timestamp {
            units::Timestamp(self.env().block_timestamp())
        }
    }

    /// The settings in the order of their numbers.
    fn figures(settings: &Settings) -> [u128; 7] {
        [
            settings.voting_delay.0.into(),
            settings.voting_period.0.into(),
            settings.late_extension.0.into(),
            settings.timelock.0.into(),
            settings.window.0.into(),
            settings.unlock_period.0.into(),
            settings.proposal_threshold,
        ]
    }
}
