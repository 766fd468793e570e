//! The governor's own settings, its clock, and whom it asks.

use ink::{
    Address,
    codegen::{Env as _, StaticEnv as _},
    storage::{Lazy, Mapping},
};
use lockstep_core::{
    governance::{Clock, Guardian, Settings, Trace, Track, check_quorum},
    ids::Account,
    units,
};
use lockstep_interfaces::Stored;

use crate::{
    Connected, Error, GuardianEnded, QuorumChanged, SettingChanged, call::Unanswered, governor::Governor, outside,
    token::Token,
};

/// What nearly every message reads, in one storage item.
#[derive(Clone, Copy, Debug, Default)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Basics {
    pub clock: Stored<Clock>,
    pub settings: Stored<Settings>,
    pub guardian: Stored<Guardian>,
    /// The token's total supply as observed.
    pub supply: Stored<Track>,
    /// The quorum in basis points.
    pub quorum: Stored<Track>,
}

impl Governor {
    /// What the constructor makes.
    #[inline(never)]
    pub(crate) fn found(
        token: Address,
        guardian: Guardian,
        quorum_bps: u32,
        settings: Settings,
        implementation: Address,
    ) -> Result<Self, Error> {
        if token == Address::zero() {
            return Err(Error::ZeroAddress);
        }
        let mut governor = Self {
            token,
            deployer: Self::env().caller(),
            implementation,
            contracts: None,
            basics: Lazy::new(),
            held: Lazy::new(),
            holdings: Mapping::new(),
            powers: Mapping::new(),
            shares: Mapping::new(),
            older: Mapping::new(),
            proposals: Mapping::new(),
            named: Mapping::new(),
            votes: Mapping::new(),
            cleared: Mapping::new(),
            vetoed: Mapping::new(),
        };
        let now = units::Timestamp(Self::env().block_timestamp());
        let begun = |value| Stored(Track::default().record(value, now).0);
        governor.basics.set(&Basics {
            guardian: Stored(guardian.checked(now)?),
            clock: Stored(Clock::start(now)),
            settings: Stored(settings.checked()?),
            quorum: begun(check_quorum(quorum_bps)?.0.into()),
            supply: begun(Token(token).total_supply()?),
        });
        Ok(governor)
    }

    pub(crate) fn link(&mut self, guard: Address, registry: Address, vault: Address) -> Result<(), Error> {
        let caller = self.env().caller();
        if caller != self.deployer {
            return Err(Error::NotDeployer(caller));
        }
        if self.connected().is_some() {
            return Err(Error::AlreadyConnected);
        }
        if [guard, registry, vault].contains(&Address::zero()) {
            return Err(Error::ZeroAddress);
        }
        self.contracts = Some((guard, registry, vault));
        self.env().emit_event_sol(Connected { guard, registry, vault });
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn change_settings(&mut self, new: Settings) -> Result<(), Error> {
        self.ensure_own()?;
        let old = self.settings_now();
        let new = new.checked()?;
        self.change_basics(|basics| basics.settings = Stored(new));
        for ((old, new), setting) in figures(&old).into_iter().zip(figures(&new)).zip(0u8..) {
            if old != new {
                self.env().emit_event_sol(SettingChanged { setting, old, new });
            }
        }
        Ok(())
    }

    pub(crate) fn change_quorum(&mut self, bps: u32) -> Result<(), Error> {
        self.ensure_own()?;
        let new = check_quorum(bps)?.0;
        let now = self.tick()?.now();
        let old = u32::try_from(self.value(Trace::Quorum, now)).unwrap_or(u32::MAX);
        self.record(Trace::Quorum, new.into(), now);
        self.env().emit_event_sol(QuorumChanged { old, new });
        Ok(())
    }

    pub(crate) fn dismiss_guardian(&mut self) -> Result<(), Error> {
        let (caller, wall) = (self.env().caller(), units::Timestamp(self.env().block_timestamp()));
        let guardian = self.guardian_now();
        if !guardian.acts(Account(caller.0), wall) && caller != self.env().address() {
            return Err(Error::NotGuardian(caller));
        }
        self.change_basics(|basics| basics.guardian = Stored(Guardian::default()));
        self.env().emit_event_sol(GuardianEnded { guardian: Address::from(guardian.account.0) });
        Ok(())
    }

    /// Reads the clock for a step that changes something, and keeps what it learnt of downtime. Where the guard does
    /// not answer the clock goes on without it; where it was not given enough to answer the step is refused, so that
    /// nobody chooses the time by what he sends along.
    #[inline(never)]
    pub(crate) fn tick(&mut self) -> Result<Clock, Error> {
        let known = self.basics().clock.0;
        let wall = units::Timestamp(self.env().block_timestamp());
        let Some((guard, _, _)) = self.connected() else { return Ok(known.read(wall, None)) };
        let active = match outside::active_time(guard) {
            Ok(active) => Some(active),
            Err(Unanswered::Starved) => return Err(Error::Starved(guard)),
            Err(Unanswered::Failed) => None,
        };
        let clock = known.read(wall, active);
        if clock.downtime != known.downtime || active.is_none() {
            self.change_basics(|basics| basics.clock = Stored(clock));
        }
        Ok(clock)
    }

    /// The clock for a view.
    #[inline(never)]
    pub(crate) fn clock_now(&self) -> Clock {
        let active = self.connected().and_then(|(guard, _, _)| outside::active_time(guard).ok());
        self.basics().clock.0.read(units::Timestamp(self.env().block_timestamp()), active)
    }

    /// Guard, registry and vault.
    pub(crate) fn connected(&self) -> Option<(Address, Address, Address)> {
        self.contracts
    }

    /// The constructor sets them, so the default, with which nothing can be proposed, is never seen.
    #[inline(never)]
    pub(crate) fn basics(&self) -> Basics {
        self.basics.get_or_default()
    }

    /// Changes one of them; the others are as they are stored now.
    #[inline(never)]
    pub(crate) fn change_basics(&mut self, change: impl FnOnce(&mut Basics)) {
        let mut basics = self.basics();
        change(&mut basics);
        self.basics.set(&basics);
    }

    pub(crate) fn settings_now(&self) -> Settings {
        self.basics().settings.0
    }

    pub(crate) fn guardian_now(&self) -> Guardian {
        self.basics().guardian.0
    }

    fn ensure_own(&self) -> Result<(), Error> {
        let caller = self.env().caller();
        if caller == self.env().address() { Ok(()) } else { Err(Error::GovernorOnlyExecutor(caller)) }
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
