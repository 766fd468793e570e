//! What is stopped for a while, and by whom.

use ink::{Address, codegen::Env as _};
use lockstep_core::{
    governance::EVERY_MARKET,
    guard::{Action, Reason},
    ids::AssetId,
    margin::{Halt, Operations, Scope},
    units::{Seconds, Timestamp},
};
use lockstep_interfaces::{Stored, VaultError};

use crate::{
    Paused, Resumed,
    margin_vault::{MarginVault, QUOTE},
    outside,
};

/// What the numbers of a call name.
pub fn target(scope: u8, number: u32, venue: Address) -> Result<Target, VaultError> {
    let scope = Scope::try_from(scope).map_err(|unknown| VaultError::UnknownScope(unknown.0))?;
    Ok(Target { scope, number, venue })
}

/// What a pause is about: a scope, the asset or the market in it, and the venue.
#[derive(Clone, Copy)]
pub struct Target {
    pub scope: Scope,
    pub number: u32,
    pub venue: Address,
}

impl Target {
    const VAULT: Self = Self { scope: Scope::Vault, number: 0, venue: Address::zero() };

    const fn asset(number: u32) -> Self {
        Self { scope: Scope::Asset, number, venue: Address::zero() }
    }

    const fn venue(venue: Address, market: u32) -> Self {
        Self { scope: Scope::Venue, number: market, venue }
    }

    const fn key(self) -> (u8, u32, Address) {
        (self.scope.number(), self.number, self.venue)
    }

    /// What can be stopped of it.
    const fn operations(self) -> Operations {
        let traded = Operations::INCREASE.with(Operations::LIQUIDATE);
        match (self.scope, self.number) {
            (Scope::Vault, _) => traded.with(Operations::JOIN).with(Operations::WITHDRAW),
            (Scope::Asset, QUOTE) => Operations::WITHDRAW,
            (Scope::Asset, _) => traded.with(Operations::WITHDRAW),
            (Scope::Venue, EVERY_MARKET) => traded.with(Operations::JOIN),
            (Scope::Venue, _) => traded,
        }
    }
}

impl MarginVault {
    #[inline(never)]
    fn halt(&self, target: Target) -> Halt {
        self.halts.get(target.key()).unwrap_or_default().0
    }

    /// Until when one of `operations` is stopped; nothing is read while nothing is.
    #[inline(never)]
    fn stopped_until(&self, target: Target, operations: Operations) -> Option<Timestamp> {
        let now = self.now();
        if now.0 < self.basics.paused_until { self.halt(target).until(operations, now) } else { None }
    }

    #[inline(never)]
    fn ensure_running(&self, operation: Operations, targets: &[Target]) -> Result<(), VaultError> {
        let stopped = targets.iter().filter_map(|target| self.stopped_until(*target, operation)).max();
        stopped.map_or(Ok(()), |until| Err(VaultError::StoppedUntil { operation: operation.0, until: until.0 }))
    }

    /// Refuses to opt in where that is stopped.
    pub(crate) fn ensure_joinable(&self, venue: Address) -> Result<(), VaultError> {
        self.ensure_running(Operations::JOIN, &[Target::VAULT, Target::venue(venue, EVERY_MARKET)])
    }

    /// Refuses growth on a venue where that is stopped.
    pub(crate) fn ensure_growth(&self, venue: Address) -> Result<(), VaultError> {
        self.ensure_running(Operations::INCREASE, &[Target::VAULT, Target::venue(venue, EVERY_MARKET)])
    }

    /// Refuses growth of an account that has a position in a market of a venue where growth is stopped.
    pub(crate) fn ensure_growth_in(&self, venue: Address, market: u32) -> Result<(), VaultError> {
        self.ensure_running(Operations::INCREASE, &[Target::venue(venue, market)])
    }

    /// Whether an asset backs no new risk for now.
    pub(crate) fn backs_nothing(&self, asset: AssetId) -> bool {
        self.stopped_until(Target::asset(asset.0), Operations::INCREASE).is_some()
    }

    /// Refuses to let an asset out of an account with open risk where that is stopped.
    pub(crate) fn ensure_leaving(&self, asset: u32) -> Result<(), VaultError> {
        self.ensure_running(Operations::WITHDRAW, &[Target::VAULT, Target::asset(asset)])
    }

    /// Refuses to seize an asset where that is stopped.
    pub(crate) fn ensure_seizable(&self, asset: u32) -> Result<(), VaultError> {
        self.ensure_running(Operations::LIQUIDATE, &[Target::VAULT, Target::asset(asset)])
    }

    /// Refuses to close a position for its owner where that is stopped.
    pub(crate) fn ensure_closable(&self, venue: Address, market: u32) -> Result<(), VaultError> {
        let targets = [Target::VAULT, Target::venue(venue, EVERY_MARKET), Target::venue(venue, market)];
        self.ensure_running(Operations::LIQUIDATE, &targets)
    }

    /// What a keeper stops, for as long as the guard has the market paused that it is about.
    pub(crate) fn pause_as_keeper(&mut self, operations: u8, target: Target) -> Result<(), VaultError> {
        let (operations, target) = self.pausable(operations, target)?;
        let market = self.ensure_keeper(target)?;
        let (_, reason, until, _) = self.asked(market)?;
        if reason != Reason::Paused.number() {
            return Err(VaultError::NotPaused { market, reason });
        }
        let halt = self.halt(target).with_keeper(operations, Timestamp(until), self.now());
        self.stop(operations, target, halt, halt.keepers_until);
        Ok(())
    }

    /// What governance stops.
    pub(crate) fn pause_as_governance(
        &mut self,
        operations: u8,
        target: Target,
        length: u64,
    ) -> Result<(), VaultError> {
        let (operations, target) = self.pausable(operations, target)?;
        let halt = self.halt(target).with_governed(operations, Seconds(length), self.now());
        let halt = halt.ok_or(VaultError::OutOfRange(length.into()))?;
        self.stop(operations, target, halt, halt.governed_until);
        Ok(())
    }

    fn stop(&mut self, operations: Operations, target: Target, halt: Halt, until: Timestamp) {
        self.halts.insert(target.key(), &Stored(halt));
        self.basics.paused_until = self.basics.paused_until.max(halt.end().0);
        let Target { scope, number, venue } = target;
        let by = self.env().caller();
        self.env().emit_event_sol(Paused {
            scope: scope.number(),
            number,
            venue,
            operations: operations.0,
            by,
            until: until.0,
        });
    }

    /// Takes back what is stopped: governance what anyone stopped, a keeper what keepers stopped and only where the guard
    /// says that the market has thawed.
    pub(crate) fn lift(&mut self, operations: u8, target: Target) -> Result<(), VaultError> {
        let (operations, target) = self.pausable(operations, target)?;
        let by = self.env().caller();
        let halt = self.halt(target);
        let halt = if by == self.basics.governance {
            halt.lifted(operations)
        } else {
            let market = self.ensure_keeper(target)?;
            let (thawed, reason, ..) = self.asked(market)?;
            if !thawed {
                return Err(VaultError::NotThawed { market, reason });
            }
            halt.lifted_by_keeper(operations)
        };
        self.halts.insert(target.key(), &Stored(halt));
        let Target { scope, number, venue } = target;
        self.env().emit_event_sol(Resumed { scope: scope.number(), number, venue, operations: operations.0, by });
        Ok(())
    }

    /// Until when one of `operations` is stopped there.
    pub(crate) fn stopped(&self, operations: u8, target: Target) -> Result<u64, VaultError> {
        let (operations, target) = self.pausable(operations, target)?;
        Ok(self.stopped_until(target, operations).unwrap_or_default().0)
    }

    /// Refuses what cannot be stopped. What a scope has no use for counts as zero.
    #[inline(never)]
    pub(crate) fn pausable(&self, operations: u8, target: Target) -> Result<(Operations, Target), VaultError> {
        let target = match target.scope {
            Scope::Vault => Target::VAULT,
            Scope::Asset => Target::asset(target.number),
            Scope::Venue => target,
        };
        if !Operations(operations).are_some_of(target.operations()) {
            return Err(VaultError::CannotPause { operations, possible: target.operations().0 });
        }
        if target.scope == Scope::Asset {
            self.asset_of(AssetId(target.number))?;
        }
        if target.scope == Scope::Venue && self.venues.get(target.venue).is_none() {
            return Err(VaultError::VenueNotAdmitted);
        }
        Ok((Operations(operations), target))
    }

    /// Refuses whoever is no keeper. Returns the market by which the guard keeps the keepers' budget: without one only
    /// governance may.
    #[inline(never)]
    fn ensure_keeper(&self, target: Target) -> Result<u32, VaultError> {
        let caller = self.env().caller();
        if !outside::is_keeper(self.registry(), caller) {
            return Err(VaultError::NotKeeper(caller));
        }
        match (target.scope, target.number) {
            (Scope::Vault, _) | (Scope::Asset, QUOTE) | (Scope::Venue, EVERY_MARKET) => Err(VaultError::NotGovernance),
            (Scope::Asset, number) => self.asset_of(AssetId(number)).map(|asset| asset.market.0),
            (Scope::Venue, market) => Ok(market),
        }
    }

    /// What the guard says of funding in a market: it needs a valid price and no freeze, and no more.
    #[inline(never)]
    fn asked(&self, market: u32) -> Result<lockstep_interfaces::Permission, VaultError> {
        outside::permission(self.guard(), [market].into(), Action::Fund.number(), u32::MAX)
    }
}
