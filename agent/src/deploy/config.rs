//! The configuration of a deployment, `deployments/<network>.toml`. Its fields are described in `deployments/README.md`.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;

use alloy_core::primitives::U256;
use jiff::Timestamp;
use lockstep_core::registry::fork_zero;
use lockstep_devchain::{Account, H160, H256};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use sp_crypto_hashing::keccak_256;
use subxt::utils::AccountId32;
use toml::{Spanned, Value};

use super::contract::{Contract, Suite};
use super::embedded::EMBEDDED;

/// What is wrong with a configuration, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Line of the file, from 1.
    pub line: usize,
    /// The field with the tables it is in, such as `constructor.governor.token`; empty where the flaw is about none.
    pub field: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            write!(out, "line {}: {}", self.line, self.what)
        } else {
            write!(out, "line {}: `{}` {}", self.line, self.field, self.what)
        }
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// The file is not sound.
    #[error("{0}")]
    Flaw(Flaw),
}

/// An address of which only the deployment tells the value, or a fixed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// Who deploys.
    Deployer,
    /// Who governs in the end.
    Governance,
    /// A contract of the suite.
    Contract(Contract),
    /// This address.
    Fixed(H160),
}

/// The value of a constructor's argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentValue {
    /// A number.
    Number(U256),
    /// An address.
    Party(Party),
}

/// A constructor's argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundArgument {
    /// Its name.
    pub name: String,
    /// Its Solidity type.
    pub kind: String,
    /// Its value.
    pub value: ArgumentValue,
}

/// What is to be deployed, on which network, by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Name of the network.
    pub network: String,
    /// Hash of its block 0.
    pub genesis_hash: H256,
    /// Its parachain id; 0 where it is none.
    pub para_id: u32,
    /// The chain id that contracts see.
    pub chain_id: u64,
    /// The branch of its history.
    pub fork_id: H256,
    /// Its number in the registry.
    pub domain: u32,
    /// Where its node listens; none for the embedded network.
    pub url: Option<String>,
    /// The account that deploys.
    pub deployer: Account,
    /// Who governs once everything is connected.
    pub governance: Party,
    arguments: Vec<Vec<BoundArgument>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    network: Spanned<String>,
    url: Option<Spanned<String>>,
    genesis_hash: H256,
    para_id: u32,
    chain_id: u64,
    fork_id: Option<H256>,
    domain: u32,
    deployer: Spanned<String>,
    governance: Spanned<String>,
    constructor: Constructors,
}

impl Config {
    /// Reads a configuration and holds it against the constructors that were built.
    ///
    /// # Errors
    /// [`ConfigError`] for the first thing that is wrong.
    pub fn load(path: &Path, suite: &Suite) -> Result<Self, ConfigError> {
        Self::parse(&fs::read_to_string(path)?, suite).map_err(ConfigError::Flaw)
    }

    /// As [`load`](Self::load), from the text of the file.
    ///
    /// # Errors
    /// The first [`Flaw`].
    pub fn parse(text: &str, suite: &Suite) -> Result<Self, Flaw> {
        let reader = Reader { text };
        let File { network, url, genesis_hash, para_id, chain_id, fork_id, domain, deployer, governance, constructor } =
            toml::from_str(text).map_err(|error| reader.of_toml(error))?;
        let name = network.get_ref();
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || !name.bytes().all(is_plain) {
            let what = format!("must consist of small letters, digits and hyphens, not `{name}`");
            return Err(reader.flaw(network.span(), "network", what));
        }
        match &url {
            None if name != EMBEDDED => {
                let what = format!("is `{name}`, of which no `url` says where its node listens");
                return Err(reader.flaw(network.span(), "network", what));
            }
            Some(url) if name == EMBEDDED => {
                return Err(reader.flaw(url.span(), "url", "must be left out: the embedded network has no node"));
            }
            _ => {}
        }
        let account = if url.is_none() { name_account(deployer.get_ref()) } else { id_account(deployer.get_ref()) };
        let account = account.map_err(|what| reader.flaw(deployer.span(), "deployer", what))?;
        let Some(party @ (Party::Fixed(_) | Party::Deployer | Party::Contract(Contract::Governor))) =
            party(governance.get_ref())
        else {
            let what = format!("must be `governor`, `deployer` or an address, not `{}`", governance.get_ref());
            return Err(reader.flaw(governance.span(), "governance", what));
        };
        let arguments = Contract::ALL
            .into_iter()
            .map(|contract| reader.arguments(contract, party, &constructor, suite))
            .collect::<Result<Vec<_>, _>>()?;
        let stranger = constructor
            .get_ref()
            .keys()
            .find(|key| !Contract::CALLED.iter().any(|contract| contract.name() == key.get_ref()));
        if let Some(key) = stranger {
            return Err(reader.flaw(
                key.span(),
                &format!("constructor.{}", key.get_ref()),
                "is no contract of the suite",
            ));
        }
        let fork_zero = H256(fork_zero(keccak_256, genesis_hash.0, para_id, chain_id).0);
        Ok(Self {
            network: network.into_inner(),
            genesis_hash,
            para_id,
            chain_id,
            fork_id: fork_id.unwrap_or(fork_zero),
            domain,
            url: url.map(Spanned::into_inner),
            deployer: account,
            governance: party,
            arguments,
        })
    }

    /// What a contract's constructor is given.
    pub fn arguments(&self, contract: Contract) -> &[BoundArgument] {
        &self.arguments[contract as usize]
    }
}

/// The embedded network's account of that name.
fn name_account(name: &str) -> Result<Account, String> {
    if name.trim().is_empty() { Err("must not be blank".into()) } else { Ok(Account::named(name)) }
}

/// The account with that id.
fn id_account(text: &str) -> Result<Account, String> {
    let id = text.parse::<AccountId32>().map_err(|_| format!("must be an account in SS58, not `{text}`"))?;
    Ok(Account::native(id.0))
}

/// The party of that name, or the address.
fn party(text: &str) -> Option<Party> {
    match text {
        "deployer" => Some(Party::Deployer),
        "governance" => Some(Party::Governance),
        name => {
            Contract::CALLED.into_iter().find(|contract| contract.name() == name).map(Party::Contract).or_else(|| {
                let address = H160::deserialize(IntoDeserializer::<serde::de::value::Error>::into_deserializer(name));
                address.ok().filter(|_| name.starts_with("0x")).map(Party::Fixed)
            })
        }
    }
}

struct Reader<'t> {
    text: &'t str,
}

/// Arguments by name.
type Arguments = Spanned<BTreeMap<Spanned<String>, Spanned<Value>>>;
/// Those of each constructor, by the name of its contract.
type Constructors = Spanned<BTreeMap<Spanned<String>, Arguments>>;

impl Reader<'_> {
    fn flaw(&self, span: Range<usize>, field: &str, what: impl Into<String>) -> Flaw {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        Flaw { line: before.matches('\n').count() + 1, field: field.to_owned(), what: what.into() }
    }

    /// What the TOML reader says, with the field that it names only where it has no text to show.
    fn of_toml(&self, mut error: toml::de::Error) -> Flaw {
        error.set_input(None);
        let said = error.to_string();
        let field = said.lines().last().and_then(|line| line.strip_prefix("in `")?.strip_suffix('`'));
        self.flaw(error.span().unwrap_or_default(), field.unwrap_or_default(), error.message().trim())
    }

    fn arguments(
        &self,
        contract: Contract,
        governance: Party,
        constructors: &Constructors,
        suite: &Suite,
    ) -> Result<Vec<BoundArgument>, Flaw> {
        // What is behind a front is given the same, and the front its address besides, last.
        let called = contract.called();
        let place = format!("constructor.{}", called.name());
        let Some((_, table)) = constructors.get_ref().iter().find(|(key, _)| key.get_ref() == called.name()) else {
            return Err(self.flaw(constructors.span(), &place, "is missing"));
        };
        let (inputs, implementation) = match (contract.implementation(), suite.of(contract).inputs.split_last()) {
            (Some(behind), Some((last, others))) => {
                let value = ArgumentValue::Party(Party::Contract(behind));
                (others, Some(BoundArgument { name: last.name.clone(), kind: last.kind.clone(), value }))
            }
            _ => (suite.of(contract).inputs.as_slice(), None),
        };
        let stranger = table.get_ref().keys().find(|key| inputs.iter().all(|input| input.name != *key.get_ref()));
        if let Some(key) = stranger {
            let known = inputs.iter().map(|input| format!("`{}`", input.name)).collect::<Vec<_>>().join(", ");
            let what = format!("is no argument of the constructor, which takes {known}");
            return Err(self.flaw(key.span(), &format!("{place}.{}", key.get_ref()), what));
        }
        let bound = inputs.iter().map(|input| {
            let field = format!("{place}.{}", input.name);
            let Some((_, value)) = table.get_ref().iter().find(|(key, _)| *key.get_ref() == input.name) else {
                return Err(self.flaw(table.span(), &field, "is missing"));
            };
            let read = bind(contract, governance, &input.kind, value.get_ref());
            let value = read.map_err(|what| self.flaw(value.span(), &field, what))?;
            Ok(BoundArgument { name: input.name.clone(), kind: input.kind.clone(), value })
        });
        bound.chain(implementation.map(Ok)).collect()
    }
}

/// A value as an argument of a Solidity type; says what is wrong where it is none.
fn bind(contract: Contract, governance: Party, kind: &str, value: &Value) -> Result<ArgumentValue, String> {
    if kind == "address" {
        let text = value.as_str().ok_or_else(|| format!("must be an address or the name of one, not {value}"))?;
        let named = party(text).ok_or_else(|| {
            format!("must be an address, `deployer`, `governance` or a contract of the suite, not `{text}`")
        })?;
        let needs = if named == Party::Governance { governance } else { named };
        return match needs {
            Party::Contract(other) if other >= contract => {
                Err(format!("names `{}`, which is not deployed before `{}`", other.name(), contract.called().name()))
            }
            _ => Ok(ArgumentValue::Party(named)),
        };
    }
    let bits = kind.strip_prefix("uint").and_then(|bits| bits.parse::<usize>().ok());
    let Some(bits) = bits.filter(|bits| (8..=256).contains(bits)) else {
        return Err(format!("has the type {kind}, which no configuration can give"));
    };
    let number = match value {
        Value::Integer(number) => u64::try_from(*number).ok().map(U256::from),
        Value::String(digits) => Some(digits)
            .filter(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse::<U256>().ok()),
        Value::Datetime(moment) => moment
            .to_string()
            .parse::<Timestamp>()
            .ok()
            .filter(|moment| moment.subsec_nanosecond() == 0)
            .and_then(|moment| u64::try_from(moment.as_second()).ok())
            .map(U256::from),
        _ => None,
    };
    let wanted = "must be a whole number (in quotes where it is large), or a time in whole seconds with its offset";
    let number = number.ok_or_else(|| format!("{wanted}, not {value}"))?;
    if number.bit_len() > bits {
        return Err(format!("is {number}, which does not fit into {kind}"));
    }
    Ok(ArgumentValue::Number(number))
}
