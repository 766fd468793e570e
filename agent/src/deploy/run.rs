//! Carries a deployment out, from wherever the last run left it.

use alloy_core::hex::encode_prefixed;
use lockstep_core::registry::fork_zero;
use lockstep_devchain::{Account, BlockNumber, H160, H256};
use sp_crypto_hashing::keccak_256;
use std::slice::from_ref;

use super::config::{Config, Party};
use super::contract::{Contract, Suite};
use super::error::DeployError;
use super::network::{Action, Inclusion, Network, Outcome, Standing, Transaction, Wanted};
use super::plan::{Link, Parties, Sight, Step, constructor, replaced_with};
use super::record::{Argument, Book, Connection, Entry, InFlight, Record, SCHEMA, Sent, Superseded};

/// Blocks within which a transaction is expected.
const PATIENCE: u32 = 64;

/// What a run tells of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was recorded, and the chain agrees.
    Stands(Step, BlockNumber),
    /// It was found on chain, sent by a run that was interrupted.
    Found(Step, BlockNumber),
    /// This run did it.
    Done(Step, BlockNumber),
}

/// A deployment on its way.
pub struct Deployment<'a, 'n> {
    config: &'a Config,
    suite: &'a Suite,
    network: &'n mut dyn Network,
    book: &'n mut dyn Book,
    deployer: Account,
    record: Record,
}

impl<'a, 'n> Deployment<'a, 'n> {
    /// Takes a deployment up where the record says that it stands, or begins one.
    ///
    /// # Errors
    /// [`DeployError`] where the network or the record is another than the configuration's. Nothing was sent or
    /// written then.
    pub fn take_up(
        config: &'a Config,
        suite: &'a Suite,
        network: &'n mut dyn Network,
        book: &'n mut dyn Book,
        record: Option<Record>,
    ) -> Result<Self, DeployError> {
        let identity = network.identity()?;
        if identity.genesis_hash != config.genesis_hash {
            return Err(DeployError::WrongGenesis { expected: config.genesis_hash, found: identity.genesis_hash });
        }
        let ids = [
            ("parachain id", config.para_id.into(), identity.para_id.into()),
            ("chain id", config.chain_id, identity.chain_id),
        ];
        if let Some((what, expected, found)) = ids.into_iter().find(|(_, expected, found)| expected != found) {
            return Err(DeployError::WrongId { what, expected, found });
        }
        let deployer = config.deployer.clone();
        let beginning = Record {
            schema: SCHEMA,
            network: config.network.clone(),
            genesis_hash: config.genesis_hash,
            para_id: config.para_id,
            chain_id: config.chain_id,
            fork_id: config.fork_id,
            spec_version: identity.spec_version,
            domain: config.domain,
            deployer: deployer.address(),
            contracts: std::collections::BTreeMap::new(),
            connections: Vec::new(),
            superseded: Vec::new(),
            in_flight: None,
        };
        let record = record.unwrap_or_else(|| beginning.clone());
        let differs = |field: &'static str, configured: String, recorded: String| {
            if configured == recorded { Ok(()) } else { Err(DeployError::OtherRecord { field, configured, recorded }) }
        };
        differs("network", beginning.network, record.network.clone())?;
        differs("genesis_hash", encode_prefixed(beginning.genesis_hash), encode_prefixed(record.genesis_hash))?;
        differs("domain", beginning.domain.to_string(), record.domain.to_string())?;
        differs("deployer", encode_prefixed(beginning.deployer), encode_prefixed(record.deployer))?;
        let deployment = Self { config, suite, network, book, deployer, record };
        let found = deployment.fork()?;
        if found != config.fork_id {
            return Err(DeployError::WrongFork { expected: config.fork_id, found });
        }
        Ok(deployment)
    }

    /// The branch that the network is on: by its registry, or by its first block where it knows of none yet.
    fn fork(&self) -> Result<H256, DeployError> {
        let registry = self.parties().address(Party::Contract(Contract::Registry));
        let is_there = match registry {
            Some(registry) => self.network.code_hash(registry)?.is_some(),
            None => false,
        };
        if is_there
            && self.record.connection(&Link::Domain.name()).is_some()
            && let Some(Sight { to, data, .. }) = Link::Domain.sight(self.config, &self.parties())
        {
            return self.ask(Step::Connect(Link::Domain), to, data).map(|answer| H256::from_slice(&answer[..32]));
        }
        let identity = self.network.identity()?;
        let fork = fork_zero(keccak_256, identity.genesis_hash.0, identity.para_id, identity.chain_id);
        Ok(H256(fork.0))
    }

    /// Replaces contracts that are recorded, with all that depend on them for good: from here on they are missing.
    ///
    /// # Errors
    /// [`DeployError::Unfinished`] while a deployment is not complete, [`DeployError::Governed`] where a step would be
    /// governance's. Nothing was sent or written then.
    pub fn replace(&mut self, asked: &[Contract]) -> Result<(), DeployError> {
        if asked.is_empty() {
            return Ok(());
        }
        let steps = Step::all(self.config);
        if let Some(step) = steps.iter().find(|step| self.recorded(**step).is_none()) {
            return Err(DeployError::Unfinished(step.name()));
        }
        let gone = replaced_with(self.config, asked);
        let redone = |link: Link| {
            gone.contains(&link.target()) || link.names(self.config).iter().any(|named| gone.contains(named))
        };
        let handed_over = |contract: Contract| self.record.connection(&Link::HandOver(contract).name()).is_some();
        for step in steps {
            if let Step::Connect(link) = step
                && redone(link)
                && !gone.contains(&link.target())
                && handed_over(link.target())
            {
                return Err(DeployError::Governed { step: link.name(), contract: link.target() });
            }
        }
        let dropped: Vec<String> = Step::all(self.config)
            .into_iter()
            .filter_map(|step| match step {
                Step::Connect(link) if redone(link) => Some(link.name()),
                _ => None,
            })
            .collect();
        for contract in gone {
            if let Some(entry) = self.record.contracts.remove(contract.name()) {
                self.record.superseded.push(Superseded { contract: contract.name().to_owned(), entry });
            }
        }
        self.record.connections.retain(|connection| !dropped.contains(&connection.step));
        self.keep()
    }

    /// Holds what is recorded against what was built, configured and is on chain; then does what is missing. Returns
    /// the complete record.
    ///
    /// # Errors
    /// [`DeployError`]; what was done by then is recorded, and a later run goes on from there.
    pub fn complete(mut self, tell: &mut dyn FnMut(Told)) -> Result<Record, DeployError> {
        let missing = self.verify(tell)?;
        if !missing.is_empty() {
            self.network.prepare(self.deployer.id().as_ref())?;
        }
        for step in missing {
            let (block, found) = self.carry_out(step)?;
            self.check(step)?;
            tell(if found { Told::Found(step, block) } else { Told::Done(step, block) });
        }
        Ok(self.record)
    }

    /// Holds what is recorded against what was built, configured and is on chain. Returns the steps that are missing.
    ///
    /// # Errors
    /// [`DeployError`] for the first thing that differs.
    pub fn verify(&self, tell: &mut dyn FnMut(Told)) -> Result<Vec<Step>, DeployError> {
        let steps = Step::all(self.config);
        let (there, missing): (Vec<Step>, Vec<Step>) =
            steps.into_iter().partition(|step| self.recorded(*step).is_some());
        for step in there {
            let block = self.check(step)?;
            tell(Told::Stands(step, block));
        }
        Ok(missing)
    }

    /// The transaction that would do a step now, and the code that goes with it.
    ///
    /// # Errors
    /// [`DeployError::TooEarly`] where the step needs another one first; [`DeployError::Network`]
    /// where the nonce is not known.
    pub fn transaction(&self, step: Step) -> Result<(Transaction, &'a [u8]), DeployError> {
        let (action, code) = self.action(step)?;
        let sender = *self.deployer.id().as_ref();
        Ok((Transaction { sender, nonce: self.network.next_nonce(&sender)?, action }, code))
    }

    fn recorded(&self, step: Step) -> Option<&Sent> {
        match step {
            Step::Deploy(contract) => self.record.contracts.get(contract.name()).map(|entry| &entry.sent),
            Step::Connect(link) => self.record.connection(&link.name()).map(|connection| &connection.sent),
        }
    }

    fn parties(&self) -> Parties {
        let address =
            |contract: Contract| self.record.contracts.get(contract.name()).map(|entry| (contract, entry.address));
        Parties {
            deployer: self.deployer.address(),
            governance: self.config.governance,
            contracts: Contract::ALL.into_iter().filter_map(address).collect(),
        }
    }

    /// What a step's transaction does, and the code that goes with it.
    fn action(&self, step: Step) -> Result<(Action, &'a [u8]), DeployError> {
        let early = || DeployError::TooEarly(step.name());
        let parties = self.parties();
        match step {
            Step::Deploy(contract) => {
                let (data, _) = constructor(self.config, contract, &parties).ok_or_else(early)?;
                let built = self.suite.of(contract);
                Ok((Action::Deploy { code_hash: built.code_hash, data }, &built.code))
            }
            Step::Connect(link) => {
                let to = parties.address(Party::Contract(link.target())).ok_or_else(early)?;
                let data = link.data(self.config, &parties).ok_or_else(early)?;
                Ok((Action::Call { to, data }, &[]))
            }
        }
    }

    /// Holds a recorded step against what was built and configured, and against the chain.
    fn check(&self, step: Step) -> Result<BlockNumber, DeployError> {
        let Some(sent) = self.recorded(step) else { return Err(DeployError::TooEarly(step.name())) };
        let (action, _) = self.action(step)?;
        match step {
            Step::Deploy(contract) => self.check_contract(contract, &self.record.contracts[contract.name()])?,
            Step::Connect(link) => self.check_call(link, &action)?,
        }
        let sender = *self.deployer.id().as_ref();
        let transaction = Transaction { sender, nonce: sent.nonce, action }.hash();
        if transaction != sent.transaction {
            return Err(DeployError::OtherTransaction {
                step: step.name(),
                expected: transaction,
                recorded: sent.transaction,
            });
        }
        let address = match step {
            Step::Deploy(contract) => Some(self.record.contracts[contract.name()].address),
            Step::Connect(_) => None,
        };
        let expected = Inclusion { block: sent.block, block_hash: sent.block_hash, outcome: Outcome::Done(address) };
        let wanted = Wanted { hash: transaction, sender, nonce: sent.nonce, block: Some(sent.block) };
        match self.network.standing(&wanted)? {
            Standing::Included(found) if found == expected => {}
            found => {
                let found = Box::new(found);
                return Err(DeployError::NotAsRecorded { step: step.name(), transaction, found });
            }
        }
        if let Step::Connect(link) = step
            && let Some(sight) = link.sight(self.config, &self.parties())
        {
            let answer = self.ask(step, sight.to, sight.data)?;
            let found = answer.get(32 * sight.word..).unwrap_or_default();
            if !found.starts_with(&sight.expected) && !self.is_waited_for(link, found) {
                let found = &found[..sight.expected.len().min(found.len())];
                return Err(DeployError::NotSeen {
                    step: step.name(),
                    expected: encode_prefixed(&sight.expected),
                    found: encode_prefixed(found),
                });
            }
        }
        Ok(sent.block)
    }

    /// Whether the answer names a contract that was replaced and stays in office for a while: the vault keeps a
    /// settlement contract for two days after another one was appointed.
    fn is_waited_for(&self, link: Link, answer: &[u8]) -> bool {
        link == Link::VaultSettlement
            && self.record.superseded.iter().any(|old| {
                old.contract == Contract::Settlement.name()
                    && answer.get(12..32).is_some_and(|address| address == old.entry.address.as_bytes())
            })
    }

    fn check_contract(&self, contract: Contract, entry: &Entry) -> Result<(), DeployError> {
        let built = self.suite.of(contract).code_hash;
        match self.network.code_hash(entry.address)? {
            None => return Err(DeployError::NotThere { contract, address: entry.address }),
            Some(found) if found != entry.code_hash => {
                let recorded = entry.code_hash;
                return Err(DeployError::OtherCode { contract, address: entry.address, recorded, found });
            }
            Some(found) if found != built => {
                return Err(DeployError::NotAsBuilt { contract, address: entry.address, built, found });
            }
            Some(_) => {}
        }
        let (data, arguments) = constructor(self.config, contract, &self.parties())
            .ok_or_else(|| DeployError::TooEarly(Step::Deploy(contract).name()))?;
        if arguments == entry.arguments && encode_prefixed(data) == entry.constructor_data {
            return Ok(());
        }
        let words = |arguments: &[Argument]| {
            let words = arguments.iter().map(|argument| format!("{} = {}", argument.name, argument.value));
            words.collect::<Vec<_>>().join(", ")
        };
        let (configured, recorded) =
            arguments.iter().zip(&entry.arguments).find(|(configured, recorded)| configured != recorded).map_or_else(
                || (words(&arguments), words(&entry.arguments)),
                |(configured, recorded)| (words(from_ref(configured)), words(from_ref(recorded))),
            );
        Err(DeployError::OtherArguments { contract, configured, recorded })
    }

    fn check_call(&self, link: Link, action: &Action) -> Result<(), DeployError> {
        let (Some(connection), Action::Call { data, .. }) = (self.record.connection(&link.name()), action) else {
            return Err(DeployError::TooEarly(link.name()));
        };
        let words = |contract: &str, data: &str| format!("{data} to {contract}");
        let configured = words(link.target().name(), &encode_prefixed(data));
        let recorded = words(&connection.contract, &connection.data);
        if configured == recorded {
            return Ok(());
        }
        Err(DeployError::OtherCall { step: link.name(), configured, recorded })
    }

    fn ask(&self, step: Step, contract: Contract, data: Vec<u8>) -> Result<Vec<u8>, DeployError> {
        let to = self.parties().address(Party::Contract(contract)).unwrap_or(H160::zero());
        let answer = self.network.view(self.deployer.id().as_ref(), to, data);
        let answer = answer.map_err(|source| DeployError::Unanswered { step: step.name(), contract, source })?;
        if answer.len() < 32 {
            let found = encode_prefixed(&answer);
            return Err(DeployError::NotSeen { step: step.name(), expected: "a word at least".into(), found });
        }
        Ok(answer)
    }

    /// Does a step that is not recorded. Returns its block, and whether its transaction was found rather than sent.
    fn carry_out(&mut self, step: Step) -> Result<(BlockNumber, bool), DeployError> {
        let (mut transaction, code) = self.transaction(step)?;
        let (sender, next) = (transaction.sender, transaction.nonce);
        let mut known = Standing::Unknown;
        if let Some(flight) = &self.record.in_flight {
            let wanted = Wanted { hash: flight.transaction, sender, nonce: flight.nonce, block: None };
            known = self.network.standing(&wanted)?;
            transaction.nonce = flight.nonce;
            let same = flight.step == step.name() && flight.transaction == transaction.hash();
            match known {
                // It never arrived: nothing but this run can send it. If another one took its nonce it never will.
                Standing::Unknown if !same || flight.nonce < next => transaction.nonce = next,
                _ if !same => {
                    return Err(DeployError::OtherInFlight {
                        step: flight.step.clone(),
                        transaction: flight.transaction,
                        expected: step.name(),
                    });
                }
                _ => {}
            }
        }
        let hash = transaction.hash();
        let found = known != Standing::Unknown;
        if !found {
            let flight = InFlight { step: step.name(), transaction: hash, nonce: transaction.nonce };
            if self.record.in_flight.as_ref() != Some(&flight) {
                self.record.in_flight = Some(flight);
                self.keep()?;
            }
            let sent = self.network.submit(&transaction, code);
            sent.map_err(|error| DeployError::of_refusal(step, self.suite, error))?;
        }
        let inclusion = self.await_inclusion(step, Wanted { hash, sender, nonce: transaction.nonce, block: None })?;
        let Inclusion { block, block_hash, outcome } = inclusion;
        self.record.in_flight = None;
        let address = match outcome {
            Outcome::Done(address) => address,
            Outcome::Reverted(data) => {
                self.keep()?;
                let reason = self.suite.error_in_words(step.target(), &data);
                return Err(DeployError::Refused { step: step.name(), block, reason });
            }
            Outcome::Refused(reason) => {
                self.keep()?;
                return Err(DeployError::Refused { step: step.name(), block, reason });
            }
        };
        let sent = Sent { transaction: hash, nonce: transaction.nonce, block, block_hash };
        self.record_step(step, address, sent)?;
        Ok((block, found))
    }

    fn await_inclusion(&mut self, step: Step, wanted: Wanted) -> Result<Inclusion, DeployError> {
        for _ in 0..PATIENCE {
            if let Standing::Included(inclusion) = self.network.standing(&wanted)? {
                return Ok(inclusion);
            }
            self.network.await_block()?;
        }
        Err(DeployError::NotIncluded { step: step.name(), transaction: wanted.hash, blocks: PATIENCE })
    }

    fn record_step(&mut self, step: Step, address: Option<H160>, sent: Sent) -> Result<(), DeployError> {
        match step {
            Step::Deploy(contract) => {
                let address = address.ok_or(DeployError::NoAddress(contract))?;
                let (data, arguments) = constructor(self.config, contract, &self.parties())
                    .ok_or_else(|| DeployError::TooEarly(step.name()))?;
                let built = self.suite.of(contract);
                let entry = Entry {
                    address,
                    code_hash: built.code_hash,
                    arguments,
                    constructor_data: encode_prefixed(data),
                    toolchain: built.toolchain.clone(),
                    sent,
                };
                self.record.contracts.insert(contract.name().to_owned(), entry);
            }
            Step::Connect(link) => {
                let data = link.data(self.config, &self.parties());
                let data = data.ok_or_else(|| DeployError::TooEarly(step.name()))?;
                let contract = link.target().name().to_owned();
                let connection = Connection { step: link.name(), contract, data: encode_prefixed(data), sent };
                self.record.connections.push(connection);
            }
        }
        self.record.spec_version = self.network.identity()?.spec_version;
        self.record.fork_id = self.config.fork_id;
        self.keep()
    }

    fn keep(&mut self) -> Result<(), DeployError> {
        Ok(self.book.keep(&self.record)?)
    }
}
