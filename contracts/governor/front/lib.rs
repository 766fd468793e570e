//! The front of the governor: has its address and storage, takes votes and what else its voters do most, and leaves the
//! rest to the whole governor.
#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![allow(
    missing_docs,
    clippy::items_after_statements,
    clippy::missing_panics_doc,
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    clippy::type_complexity,
    reason = "ink! generates items without docs, messages own their arguments, and the ABI is cheaper without structs"
)]
#![allow(dead_code, unused_imports, reason = "of the governor's own modules a front takes a part; the rest is not linked")]

#[path = "../call.rs"]
mod call;
#[path = "../counting.rs"]
mod counting;
#[path = "../error.rs"]
mod error;
#[path = "../event.rs"]
mod event;
#[path = "../governing.rs"]
mod governing;
#[path = "../lifecycle.rs"]
mod lifecycle;
#[path = "../locking.rs"]
mod locking;
#[path = "../outside.rs"]
mod outside;
#[path = "../token.rs"]
mod token;
#[path = "../traces.rs"]
mod traces;

pub use error::Error;
pub use event::*;

// A contract has two pages of stack, unless it says how much it needs. A batch is decoded, encoded and hashed on it.
#[cfg(target_arch = "riscv64")]
core::arch::global_asm!(
    ".pushsection .polkavm_min_stack_size,\"R\",@note",
    ".4byte {bytes}",
    ".popsection",
    bytes = const 32_768,
);

#[ink::contract]
mod governor {
    use ink::{
        H256, U256,
        prelude::{string::String, vec::Vec},
        sol::DynBytes,
        storage::{Lazy, Mapping},
    };
    use lockstep_core::{
        governance::{Checkpoint, Guardian, Holding, Proposal, Settings, Trace, Track},
        ids::Account,
        units,
    };
    use lockstep_interfaces::{Message, Received, Stored, pass_on};

    use crate::{Error, governing::Basics, lifecycle::Batch, traces::Power};

    const CAST_VOTE: Message = Message::new(ink::selector_bytes!("Governor::castVote"), "castVote(uint256,uint8)");
    const DELEGATE: Message = Message::new(ink::selector_bytes!("Governor::delegate"), "delegate(address)");
    const QUEUE: Message =
        Message::new(ink::selector_bytes!("Governor::queue"), "queue(address[],uint256[],bytes[],bytes32)");

    /// Storage of the governor. What a proposal may change stands apart from the root, so that one which changes
    /// settings does not find them overwritten when it returns.
    #[ink(storage)]
    pub struct Governor {
        pub(crate) token: Address,
        /// May connect the other contracts, once.
        pub(crate) deployer: Address,
        /// Whose code a front runs where it does not answer itself; none where this contract stands alone.
        pub(crate) implementation: Address,
        /// Guard, registry and vault; only the deployer changes them.
        pub(crate) contracts: Option<(Address, Address, Address)>,
        pub(crate) basics: Lazy<Basics>,
        /// What is owed to voters, locked or unlocking.
        pub(crate) held: Lazy<u128>,
        pub(crate) holdings: Mapping<Address, Stored<Holding>>,
        pub(crate) powers: Mapping<Account, Power>,
        /// What an owner locked while another one votes with it, by delegate and owner.
        pub(crate) shares: Mapping<(Account, Account), Stored<Track>>,
        /// The older checkpoints of each trace.
        pub(crate) older: Mapping<(Trace, u32), Stored<Checkpoint>>,
        pub(crate) proposals: Mapping<U256, Stored<Proposal>>,
        /// Markets that a proposal names, where it names any.
        pub(crate) named: Mapping<U256, Vec<u32>>,
        /// What an account voted.
        pub(crate) votes: Mapping<(U256, Address), u8>,
        /// Whether the part of a vote that belongs to an owner counts as disinterested.
        pub(crate) cleared: Mapping<(U256, Address), bool>,
        /// Whose deposits are in the veto on a proposal.
        pub(crate) vetoed: Mapping<(U256, Address), bool>,
    }

    impl Governor {
        /// A governor as its own constructor makes it, whose code is that of `implementation`.
        ///
        /// # Errors
        /// As there.
        #[ink(constructor, default)]
        pub fn new(
            token: Address,
            guardian: Address,
            guardian_until: u64,
            quorum_bps: u32,
            voting_delay: u64,
            voting_period: u64,
            late_extension: u64,
            timelock: u64,
            window: u64,
            unlock_period: u64,
            proposal_threshold: u128,
            implementation: Address,
        ) -> Result<Self, Error> {
            if implementation == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            let lengths = [voting_delay, voting_period, late_extension, timelock, window, unlock_period];
            let until = units::Timestamp(guardian_until);
            Self::found(
                token,
                Guardian { account: Account(guardian.0), until },
                quorum_bps,
                Settings::of(lengths, proposal_threshold),
                implementation,
            )
        }

        /// Takes votes, as the governor does, and passes anything else on.
        #[ink(message, payable, selector = _)]
        pub fn answer(&mut self) {
            if let Ok(call) = Received::now() {
                call.carry_out(CAST_VOTE, |(proposal, support): (U256, u8)| {
                    self.count_vote(proposal, support, String::new(), DynBytes(Vec::new()))
                });
                call.carry_out(DELEGATE, |(to,): (Address,)| self.hand_over(to));
                call.carry_out(
                    QUEUE,
                    |(targets, values, calldatas, hash): (Vec<Address>, Vec<U256>, Vec<DynBytes>, H256)| {
                        self.enqueue(Batch { targets, values, calldatas }.id(hash))
                    },
                );
            }
            pass_on(self.implementation);
        }

        /// The whole governor, whose code runs where this contract does not answer itself.
        #[ink(message, selector = @)]
        pub fn implementation(&self) -> Address {
            self.implementation
        }
    }
}
