use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    governance::GovernanceError,
    units::{Seconds, Timestamp},
};

/// The governor's clock: wall time less the host's downtime, as far as the guard's word about it is believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Clock {
    /// Wall time of the governor's deployment.
    pub start: Timestamp,
    /// Wall time at which the clock was last read.
    pub wall: Timestamp,
    /// Downtime believed by then.
    pub downtime: Seconds,
}

impl Clock {
    /// Downtime that is believed at any age of the governor, besides half of its age: a guard that counts everything
    /// as downtime slows governance down, but does not stop it.
    pub const ALLOWANCE: Seconds = Seconds::days(30);

    /// A clock that has seen no downtime.
    pub const fn start(wall: Timestamp) -> Self {
        Self { start: wall, wall, downtime: Seconds(0) }
    }

    /// The clock at `wall`, where the guard says that the active time is `active`. `None` where there is no guard or
    /// it does not answer: then no downtime is added. Never runs backwards, and never forgets downtime.
    #[must_use]
    pub fn read(self, wall: Timestamp, active: Option<Timestamp>) -> Self {
        let told = active.map_or(self.downtime, |active| wall.since(active));
        let passed = wall.since(self.wall).0;
        let allowance = Self::ALLOWANCE.0.saturating_add(wall.since(self.start).0 / 2).max(self.downtime.0);
        let most = self.downtime.0.saturating_add(passed).min(allowance);
        Self { start: self.start, wall, downtime: Seconds(told.0.clamp(self.downtime.0, most)) }
    }

    /// The governor's time.
    pub const fn now(&self) -> Timestamp {
        Timestamp(self.wall.0.saturating_sub(self.downtime.0))
    }

    /// The moment, where it is strictly in the past: what is of this second may still change.
    ///
    /// # Errors
    /// [`GovernanceError::FutureLookup`].
    pub const fn past(&self, at: Timestamp) -> Result<Timestamp, GovernanceError> {
        let now = self.now();
        if at.0 < now.0 { Ok(at) } else { Err(GovernanceError::FutureLookup { at: at.0, now: now.0 }) }
    }

    /// The wall time at which the governor's time was or will be `at`, as far as downtime is known.
    pub const fn wall_of(&self, at: Timestamp) -> Timestamp {
        at.after(self.downtime)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: u64 = 86_400;

    fn read(clock: Clock, wall: u64, active: u64) -> Clock {
        clock.read(Timestamp(wall), Some(Timestamp(active)))
    }

    #[test]
    fn downtime_stops_the_clock() {
        let clock = read(Clock::start(Timestamp(1_000)), 8_200, 1_060);
        assert_eq!((clock.now(), clock.downtime), (Timestamp(1_060), Seconds(7_140)));
        assert_eq!(clock.wall_of(Timestamp(2_000)), Timestamp(9_140));
        // A guard that does not answer adds none and takes none back.
        assert_eq!(clock.read(Timestamp(9_200), None).now(), Timestamp(2_060));
        // Nor does one that forgot.
        assert_eq!(read(clock, 9_200, 9_200).now(), Timestamp(2_060));
        // A moment from the future is no downtime.
        assert_eq!(read(clock, 9_200, u64::MAX).now(), Timestamp(2_060));
    }

    #[test]
    fn a_guard_that_stands_still_does_not_stop_governance() {
        let start = Clock::start(Timestamp(0));
        let clock = read(start, 60 * DAY, 0);
        assert_eq!(clock.now(), Timestamp(0));
        let clock = read(clock, 80 * DAY, 0);
        assert_eq!(clock.now(), Timestamp(10 * DAY));
    }

    proptest! {
        #[test]
        fn the_clock_never_runs_backwards(
            steps in prop::collection::vec((0..3 * DAY, prop::option::of(0..400 * DAY)), 1..60),
        ) {
            let (mut clock, mut wall) = (Clock::start(Timestamp(200 * DAY)), 200 * DAY);
            for (pause, active) in steps {
                wall += pause;
                let next = clock.read(Timestamp(wall), active.map(Timestamp));
                prop_assert!(next.now() >= clock.now() && next.now() <= Timestamp(wall));
                prop_assert!(next.downtime >= clock.downtime);
                prop_assert!(next.downtime.0 <= 30 * DAY + (wall - 200 * DAY) / 2);
                clock = next;
            }
        }
    }
}
