//! What a deployment consists of: the contracts in their order, then the calls that connect them.

use std::collections::BTreeMap;

use alloy_core::primitives::{Address, B256, U256};
use alloy_core::sol_types::SolCall;
use lockstep_devchain::H160;

use super::abi::{ILockstepGovernor, IMarginVault, IUpgradeRegistry};
use super::config::{ArgumentValue, Config, Party};
use super::contract::Contract;
use super::record::Argument;

/// A call that connects contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The governor learns of guard, registry and vault, for good.
    Governor,
    /// The registry learns of the network.
    Domain,
    /// The registry learns that it runs there.
    Host,
    /// The vault learns of the registry.
    VaultRegistry,
    /// The vault learns of the settlement contract.
    VaultSettlement,
    /// The directory names a contract.
    Entry(Contract),
    /// A contract is handed over to who governs in the end.
    HandOver(Contract),
}

/// A step of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A contract is deployed.
    Deploy(Contract),
    /// Contracts are connected.
    Connect(Link),
}

/// What can be seen on chain once a step is done: these bytes from there on in the answer to that question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Who is asked.
    pub to: Contract,
    /// What.
    pub data: Vec<u8>,
    /// The word of the answer.
    pub word: usize,
    /// What it must say.
    pub expected: Vec<u8>,
}

/// Addresses of who takes part, as far as they are known.
#[derive(Clone, Debug)]
pub struct Parties {
    /// Who deploys.
    pub deployer: H160,
    /// Who governs in the end.
    pub governance: Party,
    /// The contracts that are there.
    pub contracts: BTreeMap<Contract, H160>,
}

impl Parties {
    /// The address of a party; none where it is not deployed yet.
    pub fn address(&self, party: Party) -> Option<H160> {
        match party {
            Party::Deployer => Some(self.deployer),
            Party::Governance if self.governance == Party::Governance => None,
            Party::Governance => self.address(self.governance),
            Party::Contract(contract) => self.contracts.get(&contract).copied(),
            Party::Fixed(address) => Some(address),
        }
    }

    fn sol(&self, party: Party) -> Option<Address> {
        self.address(party).map(|address| Address::from(address.0))
    }

    fn contract(&self, contract: Contract) -> Option<Address> {
        self.sol(Party::Contract(contract))
    }
}

impl Step {
    /// All steps of a deployment, in their order.
    pub fn all(config: &Config) -> Vec<Self> {
        let deploy = Contract::ALL.into_iter().map(Self::Deploy);
        let mut links = vec![Link::Governor, Link::Domain, Link::Host, Link::VaultRegistry, Link::VaultSettlement];
        links.extend(Contract::CALLED.map(Link::Entry));
        if config.governance != Party::Deployer {
            links.extend([Contract::Registry, Contract::Vault].map(Link::HandOver));
        }
        deploy.chain(links.into_iter().map(Self::Connect)).collect()
    }

    /// The contract whose code runs.
    pub const fn target(self) -> Contract {
        match self {
            Self::Deploy(contract) => contract,
            Self::Connect(link) => link.target(),
        }
    }

    /// Names the step in records and messages.
    pub fn name(self) -> String {
        match self {
            Self::Deploy(contract) => format!("deploy {}", contract.name()),
            Self::Connect(link) => link.name(),
        }
    }
}

impl Link {
    /// Names the step in records and messages.
    pub fn name(self) -> String {
        match self {
            Self::Governor => "connect governor".into(),
            Self::Domain => "register network".into(),
            Self::Host => "name host".into(),
            Self::VaultRegistry => "vault's registry".into(),
            Self::VaultSettlement => "vault's settlement".into(),
            Self::Entry(contract) => format!("directory: {}", contract.name()),
            Self::HandOver(contract) => format!("hand over {}", contract.name()),
        }
    }

    /// The contract that is called.
    pub const fn target(self) -> Contract {
        match self {
            Self::Governor => Contract::Governor,
            Self::Domain | Self::Host | Self::Entry(_) => Contract::Registry,
            Self::VaultRegistry | Self::VaultSettlement => Contract::Vault,
            Self::HandOver(contract) => contract,
        }
    }

    /// The contracts that it is told of.
    pub fn names(self, config: &Config) -> Vec<Contract> {
        match self {
            Self::Governor => vec![Contract::Guard, Contract::Registry, Contract::Vault],
            Self::Domain | Self::Host => Vec::new(),
            Self::VaultRegistry => vec![Contract::Registry],
            Self::VaultSettlement => vec![Contract::Settlement],
            Self::Entry(contract) => vec![contract],
            Self::HandOver(_) => match config.governance {
                Party::Contract(contract) => vec![contract],
                _ => Vec::new(),
            },
        }
    }

    /// Whether the call can be made once only, so that the contract is replaced with those that it was told of.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Governor)
    }

    /// Selector and arguments; none as long as a contract that they name is not there.
    pub fn data(self, config: &Config, parties: &Parties) -> Option<Vec<u8>> {
        Some(match self {
            Self::Governor => ILockstepGovernor::connectCall {
                guard: parties.contract(Contract::Guard)?,
                registry: parties.contract(Contract::Registry)?,
                vault: parties.contract(Contract::Vault)?,
            }
            .abi_encode(),
            Self::Domain => IUpgradeRegistry::registerDomainCall {
                domain: config.domain,
                genesisHash: B256::from(config.genesis_hash.0),
                paraId: config.para_id,
                chainId: config.chain_id,
            }
            .abi_encode(),
            Self::Host => IUpgradeRegistry::nameHostCall { domain: config.domain }.abi_encode(),
            Self::VaultRegistry => {
                IMarginVault::setRegistryCall { registry: parties.contract(Contract::Registry)? }.abi_encode()
            }
            Self::VaultSettlement => {
                IMarginVault::setSettlementCall { settlement_: parties.contract(Contract::Settlement)? }.abi_encode()
            }
            Self::Entry(contract) => IUpgradeRegistry::setEntryCall {
                name: B256::from(contract.directory_name()),
                contract_: parties.contract(contract)?,
            }
            .abi_encode(),
            // The registry's function is the same.
            Self::HandOver(_) => {
                IMarginVault::transferGovernanceCall { to: parties.sol(Party::Governance)? }.abi_encode()
            }
        })
    }

    /// What shows that it was done; none where no view shows it, and only the transaction tells.
    pub fn sight(self, config: &Config, parties: &Parties) -> Option<Sight> {
        let word = |party| parties.sol(party).map(|address| address.into_word().to_vec());
        let of = |contract| word(Party::Contract(contract));
        let (data, place, expected) = match self {
            Self::Governor => (
                ILockstepGovernor::contractsCall {}.abi_encode(),
                0,
                [of(Contract::Guard)?, of(Contract::Registry)?, of(Contract::Vault)?].concat(),
            ),
            Self::Domain => {
                (IUpgradeRegistry::forkOfCall { domain: config.domain }.abi_encode(), 0, config.fork_id.0.to_vec())
            }
            Self::VaultRegistry => (IMarginVault::officesCall {}.abi_encode(), 0, of(Contract::Registry)?),
            Self::VaultSettlement => (IMarginVault::officesCall {}.abi_encode(), 1, of(Contract::Settlement)?),
            Self::Entry(contract) => {
                let name = B256::from(contract.directory_name());
                (IUpgradeRegistry::entryCall { name }.abi_encode(), 0, of(contract)?)
            }
            Self::HandOver(Contract::Vault) => (IMarginVault::stateCall {}.abi_encode(), 0, word(Party::Governance)?),
            Self::Host | Self::HandOver(_) => return None,
        };
        Some(Sight { to: self.target(), data, word: place, expected })
    }
}

/// The input of a contract's constructor, and the arguments in it; none as long as a contract that they name is not
/// there.
pub fn constructor(config: &Config, contract: Contract, parties: &Parties) -> Option<(Vec<u8>, Vec<Argument>)> {
    let mut data = Vec::new();
    let mut arguments = Vec::new();
    for bound in config.arguments(contract) {
        let (word, value) = match bound.value {
            ArgumentValue::Number(number) => (number, number.to_string()),
            ArgumentValue::Party(party) => {
                let address = parties.address(party)?;
                (U256::from_be_slice(address.as_bytes()), alloy_core::hex::encode_prefixed(address))
            }
        };
        data.extend(word.to_be_bytes::<32>());
        arguments.push(Argument { name: bound.name.clone(), kind: bound.kind.clone(), value });
    }
    Some((data, arguments))
}

/// The contracts that are replaced together with those asked for: what is behind a front, and whose constructor names one
/// that is replaced, or who was told of one for good.
pub fn replaced_with(config: &Config, asked: &[Contract]) -> Vec<Contract> {
    let is_told = |contract: Contract, gone: &[Contract]| {
        let by_constructor = config.arguments(contract).iter().any(|argument| match argument.value {
            ArgumentValue::Party(Party::Governance) => {
                matches!(config.governance, Party::Contract(governor) if gone.contains(&governor))
            }
            ArgumentValue::Party(Party::Contract(named)) => gone.contains(&named),
            _ => false,
        });
        let by_link = Step::all(config).into_iter().any(|step| match step {
            Step::Connect(link) if link.is_final() && link.target() == contract => {
                link.names(config).iter().any(|named| gone.contains(named))
            }
            _ => false,
        });
        by_constructor || by_link
    };
    let mut gone: Vec<Contract> =
        asked.iter().flat_map(|asked| asked.implementation().into_iter().chain([*asked])).collect();
    loop {
        let more: Vec<Contract> = Contract::ALL
            .into_iter()
            .filter(|contract| !gone.contains(contract) && is_told(*contract, &gone))
            .collect();
        if more.is_empty() {
            return Contract::ALL.into_iter().filter(|contract| gone.contains(contract)).collect();
        }
        gone.extend(more);
    }
}
