//! Liveness of the host, measured from (block, time) pairs that state-changing calls leave behind.
//!
//! **Downtime** in a gap is its length less the blocks passed times the measured block time; below the tolerance
//! nothing is booked. The error of one gap is therefore at most the tolerance plus the blocks passed times the error
//! of the block time. A gap cannot tell a halt from slower blocks, so what could be either (an excess that makes the
//! blocks at most [`PLAUSIBLE`] times as slow) is booked and kept under suspicion: once enough blocks have passed to
//! tell (their number times half the difference exceeds the tolerance), it is confirmed where blocks come at the old
//! pace, and corrected by the new pace where they do not. Active time is never turned back: a correction moves it
//! forward.
//!
//! **Silence** is a gap in which blocks went on but nobody was heard: a migration, or a lost observer. It freezes
//! liquidations. After a regular pulse it is also recognised as time in which nobody could act, and booked; at most
//! [`SILENCE_BUDGET`], which fills up again at a sixth of the time that passes: whoever keeps quiet cannot stop active
//! time, and anyone can speak.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::units::{Seconds, Timestamp};

/// A measurement over so many blocks weighs as much as what was known before.
const BLOCK_MEMORY: u64 = 64;

/// How many times as slow blocks may have become; whatever looks slower is a halt.
pub const PLAUSIBLE: u64 = 4;

/// Observations in a row, without a silence between them, after which a silence tells something.
pub const PULSE: u8 = 32;

/// Most silence that is recognised at a time, and what is recognised in a day.
pub const SILENCE_BUDGET: Seconds = Seconds::hours(4);

/// The budget fills up by one second in so many.
const SILENCE_REFILL: u64 = 6;

/// Most outages that are remembered one by one, by the downtime before each.
pub const OUTAGES: u32 = 64;

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

/// Longest length in [`LivenessConfig`], and longest block time.
const LONGEST: Seconds = Seconds(86_400);

/// A length that is zero or longer than a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LengthError {
    /// The figure.
    pub value: u64,
    /// The greatest there can be, in the same unit.
    pub max: u64,
}

impl LivenessConfig {
    /// The settings of a host whose block time, in milliseconds, is expected to be `block_time_ms`.
    ///
    /// # Errors
    /// [`LengthError`] for the first that is out of bounds.
    pub fn checked(block_time_ms: u64, tolerance: Seconds, max_silence: Seconds) -> Result<Self, LengthError> {
        for (value, max) in [(block_time_ms, millis(LONGEST)), (tolerance.0, LONGEST.0), (max_silence.0, LONGEST.0)] {
            if value == 0 || value > max {
                return Err(LengthError { value, max });
            }
        }
        Ok(Self { tolerance, max_silence })
    }
}

/// Downtime that may have been slower blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Suspicion {
    /// Block at which it arose; later blocks tell.
    pub block: u64,
    /// Wall time of that block.
    pub at: Timestamp,
    /// Block time known before, in milliseconds.
    pub known_ms: u64,
    /// Block time of the gap if it was no halt, in milliseconds.
    pub seen_ms: u64,
    /// Blocks of the gap.
    pub blocks: u64,
    /// What was booked for it.
    pub booked: Seconds,
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
    /// Observations since the last silence, at most [`PULSE`].
    pub pulse: u8,
    /// Silence that may still be recognised.
    pub silence_left: Seconds,
    /// Downtime that later blocks may correct.
    pub suspicion: Option<Suspicion>,
}

/// The two clocks of the host at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Wall time.
    pub now: Timestamp,
    /// Active time: wall time less booked downtime.
    pub active: Timestamp,
}

/// `seconds` in milliseconds.
const fn millis(seconds: Seconds) -> u64 {
    seconds.0.saturating_mul(1_000)
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
            pulse: 0,
            silence_left: SILENCE_BUDGET,
            suspicion: None,
        }
    }

    /// What is known once the host has been seen at (`block`, `now`). Applied to storage by calls that change state
    /// and computed on the fly by views, so that both answer alike.
    #[must_use]
    #[inline(never)]
    pub fn observed(self, config: LivenessConfig, block: u64, now: Timestamp) -> Self {
        let elapsed = now.since(self.at);
        if elapsed.0 == 0 {
            return Self { block: self.block.max(block), ..self };
        }
        let told = self.told(config, block, now);
        let blocks = block.saturating_sub(told.block);
        let expected = Seconds(blocks.saturating_mul(told.block_time_ms) / 1_000);
        let excess = Seconds(elapsed.0.saturating_sub(expected.0));
        let silence_left =
            Seconds(told.silence_left.0.saturating_add(elapsed.0 / SILENCE_REFILL).min(SILENCE_BUDGET.0));
        let seen = Self { block, at: now, silence_left, ..told };
        if excess > config.tolerance {
            return seen.halted(told.block_time_ms, blocks, elapsed, excess).silent(config, elapsed, excess);
        }
        let measured = millis(elapsed).checked_div(blocks).map_or(told.block_time_ms, |measured| {
            let known = told.block_time_ms.saturating_mul(BLOCK_MEMORY).saturating_add(measured.saturating_mul(blocks));
            known.checked_div(BLOCK_MEMORY.saturating_add(blocks)).unwrap_or(measured).max(1)
        });
        let seen = Self { block_time_ms: measured, ..seen };
        if elapsed <= config.max_silence {
            return Self { pulse: seen.pulse.saturating_add(1).min(PULSE), ..seen };
        }
        let frozen_from = self.at.after(config.max_silence);
        Self { resumed_at: now, outage: elapsed, frozen_from, ..seen }.silent(config, elapsed, Seconds(0))
    }

    /// Ends the pulse, and books the silent part of a gap beyond what is tolerated, `halted` of which is booked already.
    fn silent(self, config: LivenessConfig, elapsed: Seconds, halted: Seconds) -> Self {
        let silence = elapsed.0.saturating_sub(halted.0).saturating_sub(config.max_silence.0);
        let recognised = if self.pulse < PULSE { 0 } else { silence.min(self.silence_left.0) };
        Self {
            downtime: Seconds(self.downtime.0.saturating_add(recognised)),
            silence_left: Seconds(self.silence_left.0.saturating_sub(recognised)),
            pulse: 0,
            ..self
        }
    }

    /// Books a gap that was longer than its blocks, and suspects it where it could be slower blocks.
    fn halted(self, known_ms: u64, blocks: u64, elapsed: Seconds, excess: Seconds) -> Self {
        let seen_ms = millis(elapsed).checked_div(blocks).unwrap_or(u64::MAX);
        let plausible = seen_ms <= known_ms.saturating_mul(PLAUSIBLE);
        let suspicion = plausible.then(|| match self.suspicion {
            // Its own blocks are among those that tell about the first.
            Some(first) => Suspicion {
                blocks: first.blocks.saturating_add(blocks),
                booked: Seconds(first.booked.0.saturating_add(excess.0)),
                ..first
            },
            None => Suspicion { block: self.block, at: self.at, known_ms, seen_ms, blocks, booked: excess },
        });
        Self {
            downtime: Seconds(self.downtime.0.saturating_add(excess.0)),
            resumed_at: self.at,
            outage: excess,
            frozen_from: self.at,
            suspicion,
            ..self
        }
    }

    /// Confirms or corrects downtime under suspicion, once enough blocks have passed.
    fn told(self, config: LivenessConfig, block: u64, now: Timestamp) -> Self {
        let Some(suspicion) = self.suspicion else { return self };
        let blocks = block.saturating_sub(suspicion.block);
        let quarter = suspicion.seen_ms.saturating_sub(suspicion.known_ms) / 4;
        if blocks == 0 || blocks.saturating_mul(quarter) < millis(config.tolerance) {
            return self;
        }
        let confirmed = Self { suspicion: None, ..self };
        let mean = millis(now.since(suspicion.at)).checked_div(blocks).unwrap_or(u64::MAX);
        // Nearly the old pace: a halt. Far slower than the gap: another halt, which tells nothing about the blocks.
        let (low, high) = (suspicion.known_ms.saturating_add(quarter), suspicion.seen_ms.saturating_add(quarter));
        if mean <= low || mean > high {
            return confirmed;
        }
        let explained = Seconds(suspicion.blocks.saturating_mul(mean.saturating_sub(suspicion.known_ms)) / 1_000);
        let left = Seconds(suspicion.booked.0.saturating_sub(explained.0));
        let left = if left > config.tolerance { left } else { Seconds(0) };
        let downtime = self.downtime.0.saturating_sub(suspicion.booked.0.saturating_sub(left.0));
        Self { downtime: Seconds(downtime), block_time_ms: mean, ..confirmed }
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

/// An outage as it is remembered: when the host resumed and the downtime booked before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Outage {
    /// Wall time of the resume.
    pub resumed_at: Timestamp,
    /// Downtime booked before it.
    pub before: Seconds,
}

/// Active time between `since` (wall time) and now. `outages` are those remembered, newest first, and `complete` says
/// whether they are all there ever were; where they do not reach back to `since`, only the time that they cover is
/// counted, so that the answer is never too long.
pub fn active_span_down(
    since: Timestamp,
    clock: Clock,
    outages: impl Iterator<Item = Outage>,
    complete: bool,
) -> Seconds {
    let downtime = clock.now.since(clock.active).0;
    let (mut before, mut oldest, mut reached) = (downtime, clock.now, complete);
    for outage in outages {
        if outage.resumed_at <= since {
            reached = true;
            break;
        }
        before = outage.before.0;
        oldest = outage.resumed_at;
    }
    let since = if reached { since } else { oldest };
    Seconds(clock.now.since(since).0.saturating_sub(downtime.saturating_sub(before)))
}

#[cfg(test)]
#[path = "liveness_tests.rs"]
mod tests;
