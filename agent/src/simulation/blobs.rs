//! The compiled contracts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why the contracts are not there.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}; `scripts/build` compiles the contracts", path.display())]
pub struct BlobsError {
    /// The file that was looked for.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Code of every contract that a rehearsal deploys.
#[derive(Clone, Debug)]
pub struct Blobs {
    /// The whole registry and its front.
    pub(super) registry: [Vec<u8>; 2],
    /// The whole guard and its front.
    pub(super) guard: [Vec<u8>; 2],
    pub(super) plain_oracle: Vec<u8>,
    pub(super) vault: Vec<u8>,
    pub(super) settlement: Vec<u8>,
    pub(super) governor: Vec<u8>,
    pub(super) venue: Vec<u8>,
}

impl Blobs {
    /// Reads them from the folder that `scripts/build` fills.
    ///
    /// # Errors
    /// [`BlobsError`] for the first that is missing.
    pub fn load(folder: &Path) -> Result<Self, BlobsError> {
        let blob = |name: &str| {
            let path = folder.join(name).join(format!("{name}.polkavm"));
            fs::read(&path).map_err(|source| BlobsError { path, source })
        };
        Ok(Self {
            registry: [blob("upgrade_registry")?, blob("upgrade_registry_front")?],
            guard: [blob("oracle_guard")?, blob("oracle_guard_front")?],
            plain_oracle: blob("plain_oracle")?,
            vault: blob("margin_vault")?,
            settlement: blob("settlement")?,
            governor: blob("governor")?,
            venue: blob("perpetual_venue")?,
        })
    }
}
