//! Liveness of the host, measured from (block, time) pairs that state-changing calls leave behind.
//!
//! Downtime in a gap is its length less the blocks passed times the measured block time. Below the tolerance
//! nothing is booked, so the error of one gap is at most the tolerance plus the blocks passed times the error of the
//! measured block time; a silent gap across a changed block time cannot be known more exactly than that.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::units::{Seconds, Timestamp};

/// Weight of the newest measurement of the block time is one part in this many.
const BLOCK_TIME_MEMORY: u64 = 8;

/// How downtime is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct LivenessConfig {
    /// Excess of a gap over its blocks that is not taken for downtime.
    pub tolerance: Seconds,
    /// A silence longer than this is taken for a migration or a lost observer: liquidations freeze, although blocks
    /// went on.
    pub max_silence: Seconds,
}

/// What is remembered of the host's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Liveness {
    /// Block of the last observation.
    pub block: u64,
    /// Wall time of the last observation.
    pub at: Timestamp,
    /// Measured block time in milliseconds.
    pub block_time_ms: u64,
    /// Downtime booked since the start.
    pub downtime: Seconds,
    /// Wall time at which the host was first seen alive after the last outage or silence; zero where there was none.
    pub resumed_at: Timestamp,
    /// How long that outage or silence was.
    pub outage: Seconds,
    /// Wall time from which its freeze is counted: the resume after an outage, in which nothing could be done; the
    /// end of the tolerated silence after a silence, in which blocks went on.
    pub frozen_from: Timestamp,
}

/// The two clocks of the host at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Wall time.
    pub now: Timestamp,
    /// Active time: wall time less booked downtime.
    pub active: Timestamp,
}

impl Liveness {
    /// The start of observation. `block_time_ms` is the block time expected until it is measured.
    pub const fn start(block: u64, now: Timestamp, block_time_ms: u64) -> Self {
        Self {
            block,
            at: now,
            block_time_ms,
            downtime: Seconds(0),
            resumed_at: Timestamp(0),
            outage: Seconds(0),
            frozen_from: Timestamp(0),
        }
    }

    /// What is known once the host has been seen at (`block`, `now`). Applied to storage by calls that change state
    /// and computed on the fly by views, so that both answer alike.
    #[must_use]
    pub fn observed(self, config: LivenessConfig, block: u64, now: Timestamp) -> Self {
        let elapsed = now.since(self.at);
        let blocks = block.saturating_sub(self.block);
        if elapsed.0 == 0 {
            return Self { block: self.block.max(block), ..self };
        }
        let expected = Seconds(blocks.saturating_mul(self.block_time_ms) / 1_000);
        let excess = Seconds(elapsed.0.saturating_sub(expected.0));
        let seen = Self { block, at: now, ..self };
        if excess > config.tolerance {
            let downtime = Seconds(self.downtime.0.saturating_add(excess.0));
            return Self { downtime, resumed_at: now, outage: excess, frozen_from: now, ..seen };
        }
        let measured = elapsed.0.saturating_mul(1_000).checked_div(blocks).map_or(self.block_time_ms, |measured| {
            (self.block_time_ms.saturating_mul(BLOCK_TIME_MEMORY - 1).saturating_add(measured)) / BLOCK_TIME_MEMORY
        });
        let seen = Self { block_time_ms: measured, ..seen };
        if elapsed > config.max_silence {
            let frozen_from = self.at.after(config.max_silence);
            return Self { resumed_at: now, outage: elapsed, frozen_from, ..seen };
        }
        seen
    }

    /// When the last outage or silence began to matter: the end of the blocks, or of the tolerated silence.
    pub fn outage_began(&self) -> Timestamp {
        if self.frozen_from < self.resumed_at {
            self.frozen_from
        } else {
            Timestamp(self.resumed_at.0.saturating_sub(self.outage.0))
        }
    }

    /// Both clocks at `now`.
    pub const fn clock(&self, now: Timestamp) -> Clock {
        Clock { now, active: Timestamp(now.0.saturating_sub(self.downtime.0)) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CONFIG: LivenessConfig = LivenessConfig { tolerance: Seconds(60), max_silence: Seconds(1_800) };

    fn start() -> Liveness {
        Liveness::start(100, Timestamp(1_000_000), 6_000)
    }

    #[test]
    fn a_halt_is_booked_at_its_length_less_the_blocks() {
        let seen = start().observed(CONFIG, 110, Timestamp(1_000_000 + 23_100));
        assert_eq!(seen.downtime, Seconds(23_100 - 60));
        assert_eq!(seen.resumed_at, Timestamp(1_023_100));
        assert_eq!(seen.clock(Timestamp(1_023_100)).active, Timestamp(1_000_060));
    }

    #[test]
    fn the_tolerance_is_not_downtime_and_one_second_more_is() {
        assert_eq!(start().observed(CONFIG, 110, Timestamp(1_000_120)).downtime, Seconds(0));
        assert_eq!(start().observed(CONFIG, 110, Timestamp(1_000_121)).downtime, Seconds(61));
    }

    #[test]
    fn hours_without_a_call_are_a_silence_but_not_downtime() {
        let seen = start().observed(CONFIG, 100 + 1_200, Timestamp(1_000_000 + 7_200));
        assert_eq!((seen.downtime, seen.resumed_at), (Seconds(0), Timestamp(1_007_200)));
        assert_eq!(start().observed(CONFIG, 100 + 300, Timestamp(1_001_800)).resumed_at, Timestamp(0));
    }

    #[test]
    fn a_new_block_time_is_learnt_without_inventing_downtime() {
        let mut seen = start();
        for step in 1..=60u64 {
            seen = seen.observed(CONFIG, 100 + step * 5, Timestamp(1_000_000 + step * 60));
        }
        assert_eq!(seen.downtime, Seconds(0));
        assert!((11_900..=12_000).contains(&seen.block_time_ms), "{}", seen.block_time_ms);
    }

    #[test]
    fn a_second_call_in_the_block_changes_nothing() {
        assert_eq!(start().observed(CONFIG, 100, Timestamp(1_000_000)), start());
    }

    proptest! {
        #[test]
        fn active_time_never_runs_backwards_or_past_wall_time(
            gaps in prop::collection::vec((1u64..5_000, 0u64..1_000), 1..50),
        ) {
            let (mut seen, mut block, mut now) = (start(), 100, Timestamp(1_000_000));
            let mut active = seen.clock(now).active;
            for (gap, blocks) in gaps {
                now = now.after(Seconds(gap));
                block += blocks;
                seen = seen.observed(CONFIG, block, now);
                let clock = seen.clock(now);
                prop_assert!(clock.active >= active && clock.active <= now);
                active = clock.active;
            }
        }
    }
}
