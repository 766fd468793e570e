//! Upgrades in an incident: what was planned, by whom it is watched, and what came of it.

use super::Figure;

/// An upgrade as it is announced to the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// A short name, such as `v17`.
    pub name: String,
    /// The network, such as `Kusama`.
    pub domain: String,
    /// Whether this is the network that the contracts run on.
    pub is_host: bool,
    /// Version that should run.
    pub spec_version: Figure<u32>,
    /// First block of the new code; known beforehand where the network is not the host.
    pub height: Option<Figure<u64>>,
    /// Longest freeze, seconds.
    pub max_freeze: Figure<u64>,
    /// What governance announced; `None` where it came without notice and keepers open an emergency.
    pub notice: Option<Notice>,
    /// Address of the disclosed document.
    pub document: String,
    /// Indices into the incident's markets, ascending.
    pub markets: Vec<usize>,
}

impl Plan {
    /// What stands for the new code in the rehearsal.
    pub fn code(&self) -> Vec<u8> {
        format!("{} {}", self.domain, self.name).into_bytes()
    }
}

/// When a plan that governance announces is due, and what it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When it is announced, Unix seconds; before the rehearsal begins, it is announced as it begins.
    pub announced_at: Figure<u64>,
    /// When risk freezes, Unix seconds.
    pub freeze_at: Figure<u64>,
    /// Earliest activation, Unix seconds.
    pub earliest: Figure<u64>,
    /// Latest activation, Unix seconds.
    pub latest: Figure<u64>,
    /// How long it must run verified before it completes, seconds.
    pub stabilise: Figure<u64>,
    /// Severity of the disclosure, 1 (least) to 4 (worst).
    pub severity: Figure<u8>,
    /// Time to finality before, seconds.
    pub finality_before: Figure<u32>,
    /// Time to finality after, seconds.
    pub finality_after: Figure<u32>,
}

/// Something that happens to an upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Governance of the network allows the new code.
    Authorised,
    /// The new code is put in place.
    Activated,
    /// Its migrations begin; transactions are kept out.
    MigrationStarted,
    /// Its migrations are done.
    MigrationCompleted,
    /// A migration failed; transactions stay kept out.
    MigrationFailed,
    /// Governance of the network removed a migration by force.
    MigrationCleared,
    /// Keepers have seen heartbeats and finality on the new code (networks that are not the host).
    Verified,
    /// Keepers have seen it fail (networks that are not the host).
    Failed,
    /// It was called off on its own network.
    Aborted,
    /// The network went back to the state that it had at `to` (Unix seconds; the host only).
    RolledBack {
        /// The last moment that is kept.
        to: Option<u64>,
    },
}

impl Step {
    /// The file's word.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Authorised => "authorised",
            Self::Activated => "activated",
            Self::MigrationStarted => "migration started",
            Self::MigrationCompleted => "migration completed",
            Self::MigrationFailed => "migration failed",
            Self::MigrationCleared => "migration cleared",
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
            Self::RolledBack { .. } => "rolled back",
        }
    }
}

/// Who watches the networks and tells the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeeperSettings {
    /// How many there are.
    pub count: Figure<u8>,
    /// How many must agree.
    pub threshold: Figure<u8>,
    /// Seconds between two looks at the networks.
    pub look_seconds: Figure<u64>,
    /// A gap between two blocks of the new code that they take for a failure of the upgrade, seconds.
    pub halt_seconds: Figure<u64>,
}
