//! The contracts of the suite, and what was built of each.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use alloy_core::primitives::U256;
use lockstep_devchain::H256;
use serde::Deserialize;
use sp_crypto_hashing::keccak_256;

use super::record::Toolchain;

/// A contract of the suite, in the order in which they are deployed: the constructor of each names earlier ones only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contract {
    /// The upgrade registry.
    Registry,
    /// The governor.
    Governor,
    /// The oracle guard.
    Guard,
    /// The margin vault.
    Vault,
    /// The settlement contract.
    Settlement,
}

impl Contract {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [Self::Registry, Self::Governor, Self::Guard, Self::Vault, Self::Settlement];

    /// Its name in files, on the command line and in the directory.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Registry => "upgrade-registry",
            Self::Governor => "governor",
            Self::Guard => "oracle-guard",
            Self::Vault => "margin-vault",
            Self::Settlement => "settlement",
        }
    }

    /// The contract of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|contract| contract.name() == name)
    }

    /// Its name in the registry's directory: the text, filled up with zeros.
    pub fn directory_name(self) -> [u8; 32] {
        let mut name = [0; 32];
        name[..self.name().len()].copy_from_slice(self.name().as_bytes());
        name
    }
}

/// Why what was built of a contract cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BuiltError {
    /// A file cannot be read.
    #[error("{}: {source}; `scripts/build` compiles the contracts", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is not what the build leaves.
    #[error("{}: {what}; `scripts/build` compiles the contracts", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

/// An argument that a constructor takes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Its Solidity type.
    #[serde(rename = "type")]
    pub kind: String,
}

/// What was built of a contract.
#[derive(Clone, Debug)]
pub struct Built {
    /// Its code.
    pub code: Vec<u8>,
    /// Keccak-256 hash of the code, as the network tells it.
    pub code_hash: H256,
    /// What its constructor takes.
    pub inputs: Vec<Input>,
    /// What it was built with.
    pub toolchain: Toolchain,
    errors: Vec<(String, Vec<Input>)>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    inputs: Vec<Input>,
}

#[derive(Deserialize)]
struct Metadata {
    source: Source,
}

#[derive(Deserialize)]
struct Source {
    hash: H256,
    language: String,
    compiler: String,
    build_info: BuildInfo,
}

#[derive(Deserialize)]
struct BuildInfo {
    cargo_contract_version: String,
}

impl Built {
    /// Reads what `scripts/build` left of a contract in the folder.
    ///
    /// # Errors
    /// [`BuiltError`] for a file that is missing, is not what it should be, or belongs to another build.
    pub fn load(folder: &Path, contract: Contract) -> Result<Self, BuiltError> {
        let artefact = contract.name().replace('-', "_");
        let path = |suffix: &str| folder.join(&artefact).join(format!("{artefact}.{suffix}"));
        let read = |path: &Path| fs::read(path).map_err(|source| BuiltError::Read { path: path.to_owned(), source });
        let unsound = |path: PathBuf, what: String| BuiltError::Content { path, what };
        let code = read(&path("polkavm"))?;
        let code_hash = H256(keccak_256(&code));
        let abi: Vec<Entry> =
            serde_json::from_slice(&read(&path("abi"))?).map_err(|error| unsound(path("abi"), error.to_string()))?;
        let metadata: Metadata =
            serde_json::from_slice(&read(&path("json"))?).map_err(|error| unsound(path("json"), error.to_string()))?;
        let Source { hash, language, compiler, build_info } = metadata.source;
        if hash != code_hash {
            return Err(unsound(path("json"), format!("belongs to the code {hash:?}, not to {code_hash:?}")));
        }
        let mut inputs = None;
        let mut errors = Vec::new();
        for entry in abi {
            match entry.kind.as_str() {
                "constructor" => inputs = Some(entry.inputs),
                "error" => errors.push((entry.name, entry.inputs)),
                _ => {}
            }
        }
        let inputs = inputs.ok_or_else(|| unsound(path("abi"), "there is no constructor in it".into()))?;
        let toolchain =
            Toolchain { compiler, language, builder: format!("contract-build {}", build_info.cargo_contract_version) };
        Ok(Self { code, code_hash, inputs, toolchain, errors })
    }

    /// An error of this contract in words, such as `ZeroAddress()` or `ParameterOutOfRange(0, 86400)`; the bytes where
    /// it is none.
    pub fn error_in_words(&self, data: &[u8]) -> String {
        let named = data.split_first_chunk::<4>().and_then(|(selector, words)| {
            let (name, inputs) = self.errors.iter().find(|(name, inputs)| {
                let kinds = inputs.iter().map(|input| input.kind.as_str()).collect::<Vec<_>>().join(",");
                keccak_256(format!("{name}({kinds})").as_bytes()).starts_with(selector)
            })?;
            let (words, rest) = words.as_chunks::<32>();
            if words.len() != inputs.len() || !rest.is_empty() {
                return None;
            }
            let values = inputs.iter().zip(words).map(|(input, word)| match input.kind.as_str() {
                kind if kind.starts_with("uint") => U256::from_be_bytes(*word).to_string(),
                "address" => alloy_core::hex::encode_prefixed(&word[12..]),
                _ => alloy_core::hex::encode_prefixed(word),
            });
            Some(format!("{name}({})", values.collect::<Vec<_>>().join(", ")))
        });
        named.unwrap_or_else(|| alloy_core::hex::encode_prefixed(data))
    }
}

/// What was built of the whole suite.
#[derive(Clone, Debug)]
pub struct Suite(Vec<Built>);

impl Suite {
    /// Reads what `scripts/build` left in the folder.
    ///
    /// # Errors
    /// [`BuiltError`] for the first contract that cannot be used.
    pub fn load(folder: &Path) -> Result<Self, BuiltError> {
        Contract::ALL.into_iter().map(|contract| Built::load(folder, contract)).collect::<Result<_, _>>().map(Self)
    }

    /// What was built of one contract.
    pub fn of(&self, contract: Contract) -> &Built {
        &self.0[contract as usize]
    }
}
