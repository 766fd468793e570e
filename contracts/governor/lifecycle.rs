//! A proposal's way from its announcement to its effect.

use ink::{
    Address, H256, U256,
    codegen::Env as _,
    prelude::{string::String, vec::Vec},
    sol::DynBytes,
    storage::traits::StorageKey,
};
use lockstep_core::{
    governance::{
        Bounds, Declaration, EVERY_MARKET, Proposal, Touch, check_actions, names_other_proposer, veto_share_up,
    },
    ids::Account,
    units::{self, Seconds},
};
use lockstep_interfaces::Stored;

use crate::{
    Error, ProposalCanceled, ProposalCreated, ProposalExecuted, ProposalVetoed,
    call::{Unanswered, call},
    governor::Governor,
    queueing::keccak,
    token::Token,
    touching,
};

/// The precompile that executes XCM as the calling contract: it could move the voters' tokens.
const XCM_PRECOMPILE: Account = Account([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0a, 0, 0]);

/// What a proposal may call here: `setSettings(uint64,uint64,uint64,uint64,uint64,uint64,uint128)`,
/// `setQuorum(uint32)` and `endGuardian()`.
const SETTERS: [[u8; 4]; 3] = [[0xe0, 0x50, 0x22, 0xfe], [0xe3, 0x29, 0xfe, 0xd7], [0x97, 0x0b, 0x6b, 0x36]];

/// The longest that deposits are locked ahead; a longer lock is renewed.
const MAX_LOCK: Seconds = Seconds::days(60);

/// The calls of a proposal.
pub(crate) struct Batch {
    pub targets: Vec<Address>,
    pub values: Vec<U256>,
    pub calldatas: Vec<DynBytes>,
}

impl Batch {
    /// `keccak256(abi.encode(targets, values, calldatas, descriptionHash))`.
    #[inline(never)]
    pub(crate) fn id(&self, description_hash: H256) -> U256 {
        let encoded = ink::sol::encode_sequence(&(&self.targets, &self.values, &self.calldatas, description_hash));
        U256::from_big_endian(&keccak(&encoded).0)
    }

    fn calls(&self) -> impl Iterator<Item = (u32, Address, U256, &DynBytes)> {
        let calls = self.targets.iter().zip(&self.values).zip(&self.calldatas).zip(0u32..);
        calls.map(|(((target, value), data), action)| (action, *target, *value, data))
    }
}

impl Governor {
    #[inline(never)]
    pub(crate) fn announce(&mut self, batch: Batch, description: String) -> Result<U256, Error> {
        let (proposer, clock) = (self.env().caller(), self.tick()?);
        let now = clock.now();
        if names_other_proposer(&description, Account(proposer.0)) {
            return Err(Error::GovernorRestrictedProposer(proposer));
        }
        let settings = self.settings_now();
        let power = self.votes_at(Account(proposer.0), units::Timestamp(now.0.saturating_sub(1)));
        if power < settings.proposal_threshold {
            let threshold = settings.proposal_threshold.into();
            return Err(Error::GovernorInsufficientProposerVotes(proposer, power.into(), threshold));
        }
        self.check_batch(&batch)?;
        let proposal_id = batch.id(keccak(description.as_bytes()));
        if let Ok(existing) = self.proposal(proposal_id) {
            let state = existing.state(&self.circumstances(proposal_id, &existing, &clock)).number();
            return Err(Error::GovernorUnexpectedProposalState(proposal_id, state, H256::zero()));
        }
        let declaration = Declaration::read(&description)?;
        for (action, target, _, data) in batch.calls() {
            declaration.admit(action, &self.touch(action, target, data)?)?;
        }
        self.observe(now)?;
        let proposal = Proposal::new(Account(proposer.0), &declaration, &settings, &clock);
        self.proposals.insert(proposal_id, &Stored(proposal));
        if !declaration.markets.is_empty() {
            self.named.insert(proposal_id, &declaration.markets);
        }
        self.env().emit_event_sol(ProposalCreated {
            proposal_id,
            proposer,
            signatures: batch.targets.iter().map(|_| String::new()).collect(),
            targets: batch.targets,
            values: batch.values,
            calldatas: batch.calldatas,
            vote_start: proposal.snapshot.0.into(),
            vote_end: proposal.deadline.0.into(),
            description,
        });
        Ok(proposal_id)
    }

    #[inline(never)]
    pub(crate) fn carry_out(&mut self, batch: &Batch, description_hash: H256) -> Result<U256, Error> {
        let clock = self.tick()?;
        let proposal_id = batch.id(description_hash);
        let mut proposal = self.proposal(proposal_id)?;
        let at = self.circumstances(proposal_id, &proposal, &clock);
        proposal.execute(&at).map_err(Error::of(proposal_id, self.env().caller()))?;
        let declaration = Declaration { loosens: proposal.loosens, markets: self.named_by(proposal_id) };
        if proposal.divided {
            self.ensure_no_ban(&declaration.markets, clock.wall)?;
        }
        self.proposals.insert(proposal_id, &Stored(proposal));
        self.env().emit_event_sol(ProposalExecuted { proposal_id });
        let own = self.env().address();
        let before = Token(self.basics.token).balance_of(own)?;
        for (action, target, value, data) in batch.calls() {
            // Asked again right before the call: what is loosening hangs on what is in force.
            let touch = self.touch(action, target, data)?;
            declaration.admit(action, &touch)?;
            if touch.loosens {
                self.ensure_no_ban(&touch.markets, clock.wall)?;
            }
            call(target, value, data, target == own).map_err(|reason| Error::ActionFailed(action, DynBytes(reason)))?;
            if target == own {
                self.reload();
            }
        }
        // A token that lost some before is no reason to stop all governance.
        let (owed, left) = (self.basics.held.min(before), Token(self.basics.token).balance_of(own)?);
        if left < owed { Err(Error::LockedTokensTaken(owed, left)) } else { Ok(proposal_id) }
    }

    /// Takes over what a proposal changed, which called the governor itself.
    fn reload(&mut self) {
        if let Ok(Some(stored)) = ink::env::get_contract_storage(&<Self as StorageKey>::KEY) {
            *self = stored;
        }
    }

    #[inline(never)]
    pub(crate) fn call_off(&mut self, proposal_id: U256) -> Result<U256, Error> {
        let (caller, clock) = (self.env().caller(), self.tick()?);
        let mut proposal = self.proposal(proposal_id)?;
        let at = self.circumstances(proposal_id, &proposal, &clock);
        proposal
            .cancel(Account(caller.0), &self.guardian_now(), clock.wall, &at)
            .map_err(Error::of(proposal_id, caller))?;
        self.proposals.insert(proposal_id, &Stored(proposal));
        self.env().emit_event_sol(ProposalCanceled { proposal_id });
        Ok(proposal_id)
    }

    /// Adds the deposits of `account` to the veto, where it is the caller; renews their lock, where they are in it.
    #[inline(never)]
    pub(crate) fn hold_up(&mut self, proposal_id: U256, account: Address) -> Result<(), Error> {
        let (caller, clock) = (self.env().caller(), self.tick()?);
        let mut proposal = self.proposal(proposal_id)?;
        let (_, _, vault) = self.connected().ok_or(Error::NotConnected)?;
        let at = self.circumstances(proposal_id, &proposal, &clock);
        let eta = if self.vetoed.get((proposal_id, account)).is_some() {
            proposal.opens_at(&at).map_err(Error::of(proposal_id, caller))?
        } else {
            if caller != account {
                return Err(Error::NotVetoed(account));
            }
            let (mine, total) =
                touching::deposit_weight(vault, account, proposal.snapshot_wall).map_err(|_| Error::VaultFailed)?;
            let share = veto_share_up(mine, total)?;
            let eta = proposal.veto(share, &at).map_err(Error::of(proposal_id, caller))?;
            self.proposals.insert(proposal_id, &Stored(proposal));
            self.vetoed.insert((proposal_id, account), &true);
            self.env().emit_event_sol(ProposalVetoed { proposal_id, account, share, eta_seconds: eta.0 });
            eta
        };
        let until = clock.wall_of(eta).min(clock.wall.after(MAX_LOCK));
        if touching::lock_deposits(vault, account, until) { Ok(()) } else { Err(Error::VaultFailed) }
    }

    #[inline(never)]
    fn ensure_no_ban(&self, markets: &[u32], wall: units::Timestamp) -> Result<(), Error> {
        let bans = self.bans(markets).map_err(|_| Error::RegistryFailed)?;
        match bans.iter().find(|(_, ban)| ban.in_force(wall)) {
            Some((market, ban)) => Err(Error::LooseningBanned(*market, ban.until.0)),
            None => Ok(()),
        }
    }

    /// What a call would do. Who does not say so is taken to loosen; guard and vault, on every market. Deposits are
    /// locked for a veto, never by a vote.
    #[inline(never)]
    fn touch(&self, action: u32, target: Address, data: &DynBytes) -> Result<Touch, Error> {
        let unsaid = |markets| Touch { loosens: true, markets };
        if target == self.env().address() {
            return Ok(unsaid(Vec::new()));
        }
        let ours = self.connected().is_some_and(|(guard, registry, vault)| [guard, registry, vault].contains(&target));
        if ours && touching::locks_deposits(data) {
            return Err(Error::ForbiddenTarget(action, target));
        }
        match touching::touches(target, data) {
            Ok(touch) => Ok(touch),
            Err(Unanswered::Starved) if ours => Err(Error::Starved(target)),
            Err(_) => {
                let markets = self.connected().filter(|(guard, _, vault)| [*guard, *vault].contains(&target));
                Ok(unsaid(markets.map(|_| EVERY_MARKET).into_iter().collect()))
            }
        }
    }

    #[inline(never)]
    fn check_batch(&self, batch: &Batch) -> Result<(), Error> {
        let targets: Vec<Account> = batch.targets.iter().map(|target| Account(target.0)).collect();
        let values_are_zero: Vec<bool> = batch.values.iter().map(U256::is_zero).collect();
        let forbidden = [Account(self.basics.token.0), XCM_PRECOMPILE];
        let governor = Account(self.env().address().0);
        let bounds = Bounds { governor, setters: &SETTERS, forbidden: &forbidden };
        Ok(check_actions(&targets, &values_are_zero, &batch.calldatas, &bounds)?)
    }
}
