//! The deployer's key.

use std::fs;
use std::io;
use std::path::Path;

use subxt_signer::SecretUri;
use subxt_signer::sr25519::Keypair;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// What is in the file is no key. What it is is not said: it is a secret.
    #[error(
        "this is no secret: it must be a mnemonic phrase, a seed (0x and 64 digits) or `//Name`, with derivations and password if there are any"
    )]
    NoSecret,
}

/// Reads an sr25519 key from a file that holds its secret URI: a mnemonic phrase, a seed in hexadecimal or nothing,
/// then derivations (`//hard`, `/soft`), then `///password`.
///
/// # Errors
/// [`KeyError`].
pub fn read_key(path: &Path) -> Result<Keypair, KeyError> {
    let text = fs::read_to_string(path)?;
    let uri = text.trim().parse::<SecretUri>().map_err(|_| KeyError::NoSecret)?;
    Keypair::from_uri(&uri).map_err(|_| KeyError::NoSecret)
}
