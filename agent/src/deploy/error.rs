//! Why a deployment was refused or stopped.

use lockstep_devchain::{BlockNumber, H160, H256};

use super::contract::{Contract, Suite};
use super::network::{NetworkError, Standing};
use super::plan::Step;
use super::record::RecordError;

/// Why a deployment was refused or stopped.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// The network is another: it began with another block.
    #[error("wrong network: its genesis hash is {found:?}, the configuration's {expected:?}")]
    WrongGenesis {
        /// The configuration's.
        expected: H256,
        /// The network's.
        found: H256,
    },
    /// The network is another chain from the same first block.
    #[error("wrong network: its {what} is {found}, the configuration's {expected}")]
    WrongId {
        /// Which id.
        what: &'static str,
        /// The configuration's.
        expected: u64,
        /// The network's.
        found: u64,
    },
    /// The network is another branch.
    #[error("wrong network: its fork id is {found:?}, the configuration's {expected:?}")]
    WrongFork {
        /// The configuration's.
        expected: H256,
        /// The network's.
        found: H256,
    },
    /// The record is of another deployment.
    #[error("the record is of another deployment: its `{field}` is {recorded}, the configuration's {configured}")]
    OtherRecord {
        /// Where they differ.
        field: &'static str,
        /// The configuration's.
        configured: String,
        /// The record's.
        recorded: String,
    },
    /// The chain has no contract where the record has one.
    #[error("{}: there is no contract at {address:?} on this chain, though it is recorded there", contract.name())]
    NotThere {
        /// The contract.
        contract: Contract,
        /// Where it should be.
        address: H160,
    },
    /// The code on chain is not what was recorded.
    #[error(
        "{}: the code at {address:?} has the hash {found:?} on chain, and {recorded:?} in the record",
        contract.name()
    )]
    OtherCode {
        /// The contract.
        contract: Contract,
        /// Where it is.
        address: H160,
        /// In the record.
        recorded: H256,
        /// On chain.
        found: H256,
    },
    /// The code on chain is not what was built.
    #[error(
        "{}: the code at {address:?} has the hash {found:?} on chain, what was built {built:?}; `--replace {}` deploys \
         what was built",
        contract.name(), contract.name()
    )]
    NotAsBuilt {
        /// The contract.
        contract: Contract,
        /// Where it is.
        address: H160,
        /// Hash of what was built.
        built: H256,
        /// On chain.
        found: H256,
    },
    /// A contract was deployed with other arguments than the configuration's.
    #[error(
        "{}: it was deployed with {recorded}; the configuration says {configured}; `--replace {}` deploys another",
        contract.name(), contract.name()
    )]
    OtherArguments {
        /// The contract.
        contract: Contract,
        /// The configuration's.
        configured: String,
        /// The record's.
        recorded: String,
    },
    /// A call is recorded that is not the one that the configuration leads to.
    #[error("{step}: the record says that {recorded} was sent; the configuration leads to {configured}")]
    OtherCall {
        /// The step.
        step: String,
        /// Contract and data by the configuration.
        configured: String,
        /// Contract and data in the record.
        recorded: String,
    },
    /// The recorded transaction is not the one that would have done the step.
    #[error("{step}: the transaction {recorded:?} is recorded; what was built and configured makes {expected:?}")]
    OtherTransaction {
        /// The step.
        step: String,
        /// What built code and configuration make.
        expected: H256,
        /// In the record.
        recorded: H256,
    },
    /// The chain does not know the transaction as it is recorded.
    #[error("{step}: the transaction {transaction:?} is not on chain as it is recorded: {found:?}")]
    NotAsRecorded {
        /// The step.
        step: String,
        /// Its transaction.
        transaction: H256,
        /// What the chain knows of it.
        found: Box<Standing>,
    },
    /// What the step was for is not to be seen on chain.
    #[error("{step}: the chain answers {found}, not {expected}")]
    NotSeen {
        /// The step.
        step: String,
        /// What should be seen.
        expected: String,
        /// What is.
        found: String,
    },
    /// A contract did not answer.
    #[error("{step}: {} does not answer: {source}", contract.name())]
    Unanswered {
        /// The step.
        step: String,
        /// Who was asked.
        contract: Contract,
        /// Why not.
        source: NetworkError,
    },
    /// An interrupted run sent a transaction for something else than what comes next now.
    #[error(
        "an interrupted run sent the transaction {transaction:?} for the step `{step}`; by what is built and configured \
         now `{expected}` comes next with another: run again with the build and the configuration of that run"
    )]
    OtherInFlight {
        /// Of the interrupted run.
        step: String,
        /// Of the interrupted run.
        transaction: H256,
        /// The step that comes next.
        expected: String,
    },
    /// The contract or the runtime refused a step. The transaction is spent; a later run tries again.
    #[error("{step}: refused in block {block}: {reason}")]
    Refused {
        /// The step.
        step: String,
        /// The block.
        block: BlockNumber,
        /// The contract's error, or the runtime's.
        reason: String,
    },
    /// The contract or the runtime would refuse a step, so that nothing was sent.
    #[error("{step}: would be refused: {reason}")]
    WouldBeRefused {
        /// The step.
        step: String,
        /// The contract's error, or the runtime's.
        reason: String,
    },
    /// A transaction did not get into a block.
    #[error("{step}: the transaction {transaction:?} is in none of {blocks} blocks; a later run waits on")]
    NotIncluded {
        /// The step.
        step: String,
        /// Its transaction.
        transaction: H256,
        /// How many blocks were waited for.
        blocks: u32,
    },
    /// The network tells of no address for a deployment that went well.
    #[error("{}: the network tells no address of it", .0.name())]
    NoAddress(Contract),
    /// A step needs a contract that is not there.
    #[error("{0}: a contract that it names is not recorded")]
    TooEarly(String),
    /// Contracts are replaced only in a complete deployment.
    #[error("nothing is replaced while the deployment is not complete: run without `--replace` first (missing: {0})")]
    Unfinished(String),
    /// A replacement needs a step that only governance can do now.
    #[error("`{step}` is governance's to do: {} was handed over", contract.name())]
    Governed {
        /// The step.
        step: String,
        /// The contract that would be called.
        contract: Contract,
    },
    /// The network did not do what it was asked for.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The record cannot be kept.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl DeployError {
    /// Why the network did not take a step, with a contract's reason in words.
    pub(super) fn of_refusal(step: Step, suite: &Suite, error: NetworkError) -> Self {
        let step_name = step.name();
        match error {
            NetworkError::Reverts(data) => {
                Self::WouldBeRefused { step: step_name, reason: suite.error_in_words(step.target(), &data) }
            }
            NetworkError::Refuses(reason) => Self::WouldBeRefused { step: step_name, reason },
            other => other.into(),
        }
    }

    /// 1 where chain, record, build and configuration differ, 2 for the wrong network or request, 3 where reading or
    /// writing failed, 4 where the network or a contract refused.
    pub const fn exit_status(&self) -> u8 {
        match self {
            Self::NotThere { .. }
            | Self::OtherCode { .. }
            | Self::NotAsBuilt { .. }
            | Self::OtherArguments { .. }
            | Self::OtherCall { .. }
            | Self::OtherTransaction { .. }
            | Self::NotAsRecorded { .. }
            | Self::NotSeen { .. }
            | Self::OtherInFlight { .. }
            | Self::OtherRecord { .. } => 1,
            Self::WrongGenesis { .. }
            | Self::WrongId { .. }
            | Self::WrongFork { .. }
            | Self::TooEarly(_)
            | Self::Unfinished(_)
            | Self::Governed { .. }
            | Self::Network(NetworkError::OtherKey { .. } | NetworkError::NoKey) => 2,
            Self::Record(_) | Self::Network(NetworkError::State { .. } | NetworkError::Damaged { .. }) => 3,
            Self::Unanswered { .. }
            | Self::Refused { .. }
            | Self::WouldBeRefused { .. }
            | Self::NotIncluded { .. }
            | Self::NoAddress(_)
            | Self::Network(_) => 4,
        }
    }
}
