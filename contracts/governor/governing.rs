//! What the deployer, a proposal or the guardian changes of the governor itself.

use ink::{Address, codegen::Env as _};
use lockstep_core::{
    governance::{Clock, Guardian, Settings, Trace, check_quorum},
    ids::Account,
    units,
};
use lockstep_interfaces::Stored;

use crate::{Connected, Error, GuardianEnded, QuorumChanged, SettingChanged, governor::Governor, outside};

impl Governor {
    pub(crate) fn link(&mut self, guard: Address, registry: Address, vault: Address) -> Result<(), Error> {
        let caller = self.env().caller();
        if caller != self.basics.deployer {
            return Err(Error::NotDeployer(caller));
        }
        if self.connected().is_some() {
            return Err(Error::AlreadyConnected);
        }
        if [guard, registry, vault].contains(&Address::zero()) {
            return Err(Error::ZeroAddress);
        }
        self.basics.contracts = Some((guard, registry, vault));
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

    /// The clock for a view.
    #[inline(never)]
    pub(crate) fn clock_now(&self) -> Clock {
        let active = self.connected().and_then(|(guard, _, _)| outside::active_time(guard).ok());
        self.basics.clock.0.read(units::Timestamp(self.env().block_timestamp()), active)
    }

    pub(crate) fn guardian_now(&self) -> Guardian {
        self.basics.guardian.0
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
