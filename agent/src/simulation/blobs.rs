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

/// Code of every contract that a rehearsal deploys: of one that has a front the whole contract's, then the front's.
#[derive(Clone, Debug)]
pub struct Blobs {
    pub(super) registry: [Vec<u8>; 2],
    pub(super) guard: [Vec<u8>; 2],
    pub(super) plain_oracle: Vec<u8>,
    pub(super) vault: [Vec<u8>; 2],
    pub(super) settlement: [Vec<u8>; 2],
    pub(super) governor: [Vec<u8>; 2],
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
        let fronted = |name: &str| Ok([blob(name)?, blob(&format!("{name}_front"))?]);
        Ok(Self {
            registry: fronted("upgrade_registry")?,
            guard: fronted("oracle_guard")?,
            plain_oracle: blob("plain_oracle")?,
            vault: fronted("margin_vault")?,
            settlement: fronted("settlement")?,
            governor: fronted("governor")?,
            venue: blob("perpetual_venue")?,
        })
    }
}
