//! What nearly every message reads: the token, the clock, the settings, and whom the governor asks. The governor's front is made from this module too.

use ink::{Address, codegen::Env as _, storage::traits::StorageKey};
use lockstep_core::{
    governance::{Clock, Guardian, Settings, Track, check_quorum},
    units,
};
use lockstep_interfaces::Stored;

use crate::{Error, call::Unanswered, governor::Governor, outside, token::Token};

/// All of it in the governor's first storage item, which is read anyway.
#[derive(Clone, Copy, Debug, Default)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Basics {
    pub token: Address,
    /// May connect the other contracts, once.
    pub deployer: Address,
    /// Whose code a front runs where it does not answer itself; none where the governor stands alone.
    pub implementation: Address,
    /// Guard, registry and vault; only the deployer changes them.
    pub contracts: Option<(Address, Address, Address)>,
    pub clock: Stored<Clock>,
    pub settings: Stored<Settings>,
    pub guardian: Stored<Guardian>,
    /// The token's total supply as observed.
    pub supply: Stored<Track>,
    /// The quorum in basis points.
    pub quorum: Stored<Track>,
    /// What is owed to voters, locked or unlocking.
    pub held: u128,
}

impl Basics {
    /// What a governor of `token`, deployed by `deployer`, begins with at `now`, wall time.
    #[inline(never)]
    pub(crate) fn begin(
        token: Address,
        deployer: Address,
        guardian: Guardian,
        quorum_bps: u32,
        settings: Settings,
        now: units::Timestamp,
    ) -> Result<Self, Error> {
        if token == Address::zero() {
            return Err(Error::ZeroAddress);
        }
        let begun = |value| Stored(Track::default().record(value, now).0);
        Ok(Self {
            token,
            deployer,
            guardian: Stored(guardian.checked(now)?),
            clock: Stored(Clock::start(now)),
            settings: Stored(settings.checked()?),
            quorum: begun(check_quorum(quorum_bps)?.0.into()),
            supply: begun(Token(token).total_supply()?),
            ..Self::default()
        })
    }
}

impl Governor {
    /// Reads the clock for a step that changes something, and keeps what it learnt of downtime. Where the guard does
    /// not answer the clock goes on without it; where it was not given enough to answer the step is refused, so that
    /// nobody chooses the time by what he sends along.
    #[inline(never)]
    pub(crate) fn tick(&mut self) -> Result<Clock, Error> {
        let known = self.basics.clock.0;
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

    /// Guard, registry and vault.
    pub(crate) fn connected(&self) -> Option<(Address, Address, Address)> {
        self.basics.contracts
    }

    /// Changes one of them, also where the message ends before ink! stores the first item.
    #[inline(never)]
    pub(crate) fn change_basics(&mut self, change: impl FnOnce(&mut Basics)) {
        change(&mut self.basics);
        ink::env::set_contract_storage(&<Self as StorageKey>::KEY, self);
    }

    pub(crate) fn settings_now(&self) -> Settings {
        self.basics.settings.0
    }
}
