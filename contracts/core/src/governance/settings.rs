use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};

use crate::{
    governance::{Ban, GovernanceError, MAX_EXTENSION},
    units::{Bps, Seconds},
};

/// The longest of the durations that make up a proposal's life.
pub const MAX_DURATION: Seconds = Seconds::days(60);
/// The shortest timelock: long enough for depositors to veto, for the guardian to look, and for anyone to leave.
pub const MIN_TIMELOCK: Seconds = Seconds::days(1);

/// Parameters of the governor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Settings {
    /// From the proposal to its snapshot.
    pub voting_delay: Seconds,
    /// From the snapshot to the deadline.
    pub voting_period: Seconds,
    /// Voting goes on at least this long after the quorum was reached.
    pub late_extension: Seconds,
    /// From queueing to execution.
    pub timelock: Seconds,
    /// How long a succeeded proposal can be queued, and how long an open timelock can be used.
    pub window: Seconds,
    /// How long unlocking takes.
    pub unlock_period: Seconds,
    /// Votes that a proposer needs, in the token's smallest unit.
    pub proposal_threshold: u128,
}

impl Settings {
    /// The settings from their plain numbers, the lengths in seconds and in the order of the fields.
    pub const fn of(lengths: [u64; 6], proposal_threshold: u128) -> Self {
        let [voting_delay, voting_period, late_extension, timelock, window, unlock_period] = lengths;
        Self {
            voting_delay: Seconds(voting_delay),
            voting_period: Seconds(voting_period),
            late_extension: Seconds(late_extension),
            timelock: Seconds(timelock),
            window: Seconds(window),
            unlock_period: Seconds(unlock_period),
            proposal_threshold,
        }
    }

    /// The longest time from a proposal to its execution, with the longest veto and the longest wait for a ban.
    pub fn lifetime(&self) -> Seconds {
        let parts = [
            self.voting_delay,
            self.voting_period,
            self.late_extension,
            self.window,
            self.timelock,
            MAX_EXTENSION,
            Ban::MAX_WAIT,
            self.window,
        ];
        Seconds(parts.iter().fold(0, |sum, part| sum.saturating_add(part.0)))
    }

    /// The settings, where they make sense.
    ///
    /// # Errors
    /// [`GovernanceError::Duration`], [`GovernanceError::TimelockTooShort`], [`GovernanceError::ExtensionTooLong`],
    /// [`GovernanceError::UnlockTooShort`], [`GovernanceError::ZeroThreshold`].
    pub fn checked(self) -> Result<Self, GovernanceError> {
        for duration in [self.voting_delay, self.voting_period, self.timelock, self.window] {
            if duration.0 == 0 || duration > MAX_DURATION {
                return Err(GovernanceError::Duration { seconds: duration.0, max: MAX_DURATION.0 });
            }
        }
        if self.timelock < MIN_TIMELOCK {
            return Err(GovernanceError::TimelockTooShort { timelock: self.timelock.0, min: MIN_TIMELOCK.0 });
        }
        if self.late_extension > self.voting_period {
            return Err(GovernanceError::ExtensionTooLong {
                extension: self.late_extension.0,
                period: self.voting_period.0,
            });
        }
        let lifetime = self.lifetime();
        if self.unlock_period <= lifetime {
            return Err(GovernanceError::UnlockTooShort { unlock: self.unlock_period.0, lifetime: lifetime.0 });
        }
        let longest = Seconds(MAX_DURATION.0.saturating_mul(8));
        if self.unlock_period > longest {
            return Err(GovernanceError::Duration { seconds: self.unlock_period.0, max: longest.0 });
        }
        if self.proposal_threshold == 0 {
            return Err(GovernanceError::ZeroThreshold);
        }
        Ok(self)
    }
}

/// A quorum, where it makes sense.
///
/// # Errors
/// [`GovernanceError::QuorumOutOfRange`].
pub const fn check_quorum(bps: u32) -> Result<Bps, GovernanceError> {
    if bps == 0 || bps > Bps::ONE.0 { Err(GovernanceError::QuorumOutOfRange { bps }) } else { Ok(Bps(bps)) }
}

/// The votes that a quorum asks for of `supply`, rounded up; the whole supply where `quorum` is more than one.
pub fn quorum_up(quorum: Bps, supply: u128) -> u128 {
    quorum.min(Bps::ONE).of_up(supply).unwrap_or(supply)
}
