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
    /// The whole upgrade registry, whose code runs behind its front.
    RegistryImplementation,
    /// The upgrade registry: its front.
    Registry,
    /// The whole governor, whose code runs behind its front.
    GovernorImplementation,
    /// The governor: its front.
    Governor,
    /// The whole oracle guard, whose code runs behind its front.
    GuardImplementation,
    /// The oracle guard: its front.
    Guard,
    /// The whole margin vault, whose code runs behind its front.
    VaultImplementation,
    /// The margin vault: its front.
    Vault,
    /// The whole settlement contract, whose code runs behind its front.
    SettlementImplementation,
    /// The settlement contract: its front.
    Settlement,
}

impl Contract {
    /// All of them, in their order.
    pub const ALL: [Self; 10] = [
        Self::RegistryImplementation,
        Self::Registry,
        Self::GovernorImplementation,
        Self::Governor,
        Self::GuardImplementation,
        Self::Guard,
        Self::VaultImplementation,
        Self::Vault,
        Self::SettlementImplementation,
        Self::Settlement,
    ];
    /// Those that are called: that are governed, named in the directory, and told of each other.
    pub const CALLED: [Self; 5] = [Self::Registry, Self::Governor, Self::Guard, Self::Vault, Self::Settlement];

    /// Its name in files, on the command line and in the directory.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RegistryImplementation => "upgrade-registry-implementation",
            Self::Registry => "upgrade-registry",
            Self::GovernorImplementation => "governor-implementation",
            Self::Governor => "governor",
            Self::GuardImplementation => "oracle-guard-implementation",
            Self::Guard => "oracle-guard",
            Self::VaultImplementation => "margin-vault-implementation",
            Self::Vault => "margin-vault",
            Self::SettlementImplementation => "settlement-implementation",
            Self::Settlement => "settlement",
        }
    }

    /// What `scripts/build` calls it.
    pub const fn artefact(self) -> &'static str {
        match self {
            Self::RegistryImplementation => "upgrade_registry",
            Self::Registry => "upgrade_registry_front",
            Self::GovernorImplementation => "governor",
            Self::Governor => "governor_front",
            Self::GuardImplementation => "oracle_guard",
            Self::Guard => "oracle_guard_front",
            Self::VaultImplementation => "margin_vault",
            Self::Vault => "margin_vault_front",
            Self::SettlementImplementation => "settlement",
            Self::Settlement => "settlement_front",
        }
    }

    /// The whole contract behind a front.
    pub const fn implementation(self) -> Option<Self> {
        match self {
            Self::Registry => Some(Self::RegistryImplementation),
            Self::Governor => Some(Self::GovernorImplementation),
            Self::Guard => Some(Self::GuardImplementation),
            Self::Vault => Some(Self::VaultImplementation),
            Self::Settlement => Some(Self::SettlementImplementation),
            _ => None,
        }
    }

    /// The contract that is called where this one runs: its front, or itself.
    #[must_use]
    pub fn called(self) -> Self {
        Self::CALLED.into_iter().find(|front| front.implementation() == Some(self)).unwrap_or(self)
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
        let artefact = contract.artefact();
        let path = |suffix: &str| folder.join(artefact).join(format!("{artefact}.{suffix}"));
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

    /// An error of a contract in words, as [`Built::error_in_words`]: of the whole one, which has those of its front too.
    pub fn error_in_words(&self, contract: Contract, data: &[u8]) -> String {
        self.of(contract.implementation().unwrap_or(contract)).error_in_words(data)
    }
}
