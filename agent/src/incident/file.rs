//! From a path to an [`Incident`].

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{Flaw, Incident, parse};

/// Longest file that is read, bytes: a year of minutes for a dozen markets is smaller.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Why a file could not be taken as an incident.
#[derive(Debug, thiserror::Error)]
pub enum IncidentError {
    /// No such file.
    #[error("there is no file of this name")]
    Missing,
    /// A folder was named.
    #[error("this is a directory; name an incident file in it")]
    Directory,
    /// The system would not let it be read.
    #[error("cannot be read: {0}")]
    Unreadable(io::Error),
    /// Nothing in it.
    #[error("is empty; an incident needs at least `id`, `title`, a source and a market")]
    Empty,
    /// More than an incident can be.
    #[error("is larger than {MAX_BYTES} bytes, the most an incident file may have")]
    TooLarge,
    /// Not text.
    #[error("line {0}: is not UTF-8 text")]
    NotText(usize),
    /// It was read, and something in it is wrong.
    #[error(transparent)]
    Malformed(#[from] Flaw),
}

/// Reads and checks an incident file.
///
/// # Errors
/// [`IncidentError`]; nothing is changed in any case.
pub fn load(path: &Path) -> Result<Incident, IncidentError> {
    let refused = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => IncidentError::Missing,
        io::ErrorKind::IsADirectory => IncidentError::Directory,
        _ => IncidentError::Unreadable(error),
    };
    let file = File::open(path).map_err(refused)?;
    if file.metadata().map_err(refused)?.is_dir() {
        return Err(IncidentError::Directory);
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(IncidentError::TooLarge);
    }
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let sound = bytes.get(..error.valid_up_to()).unwrap_or_default();
        IncidentError::NotText(sound.split(|byte| *byte == b'\n').count())
    })?;
    if text.trim().is_empty() {
        return Err(IncidentError::Empty);
    }
    Ok(parse(text)?)
}
