//! The front of the governor: has its address and storage, takes votes and delegations, queues proposals, and
//! leaves the rest to the whole governor.
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

mod arguments;
#[path = "../basics.rs"]
mod basics;
#[path = "../call.rs"]
mod call;
#[path = "../circumstances.rs"]
mod circumstances;
#[path = "../counting.rs"]
mod counting;
#[path = "../delegating.rs"]
mod delegating;
#[path = "../error.rs"]
mod error;
#[path = "../event.rs"]
mod event;
mod messages;
#[path = "../outside.rs"]
mod outside;
#[path = "../queueing.rs"]
mod queueing;
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
        U256,
        prelude::{string::String, vec::Vec},
        sol::DynBytes,
        storage::Mapping,
    };
    use lockstep_core::{
        governance::{Checkpoint, Guardian, Proposal, Settings, Trace, Track},
        ids::Account,
        units,
    };
    use lockstep_front::{Message, Received, pass_on};
    use lockstep_interfaces::Stored;

    use crate::{Error, arguments::received_arguments, basics::Basics, messages, queueing::keccak, traces::Voter};

    const CAST_VOTE: Message = Message::new(ink::selector_bytes!("castVote"), "castVote(uint256,uint8)");
    const QUEUE: Message = Message::new(ink::selector_bytes!("queue"), "queue(address[],uint256[],bytes[],bytes32)");
    const DELEGATE: Message = Message::new(ink::selector_bytes!("delegate"), "delegate(address)");

    /// Of the governor's storage what is packed together, all of it in the same order, and what is needed here. The name of
    /// the struct is a part of where each field is found.
    #[ink(storage)]
    pub struct Governor {
        pub(crate) basics: Basics,
        pub(crate) voters: Mapping<Account, Voter>,
        pub(crate) shares: Mapping<(Account, Account), Stored<Track>>,
        pub(crate) older: Mapping<(Trace, u32), Stored<Checkpoint>>,
        pub(crate) proposals: Mapping<U256, Stored<Proposal>>,
        pub(crate) named: Mapping<U256, Vec<u32>>,
        pub(crate) votes: Mapping<(U256, Address), u8>,
        pub(crate) cleared: Mapping<(U256, Address), bool>,
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
            let guardian = Guardian { account: Account(guardian.0), until: units::Timestamp(guardian_until) };
            let settings = Settings::of(lengths, proposal_threshold);
            let now = units::Timestamp(Self::env().block_timestamp());
            let basics = Basics::begin(token, Self::env().caller(), guardian, quorum_bps, settings, now)?;
            Ok(Self {
                basics: Basics { implementation, ..basics },
                voters: Mapping::new(),
                shares: Mapping::new(),
                older: Mapping::new(),
                proposals: Mapping::new(),
                named: Mapping::new(),
                votes: Mapping::new(),
                cleared: Mapping::new(),
            })
        }

        /// Takes votes and delegations and queues proposals, as the governor does, and passes anything else on.
        #[ink(message, payable, selector = _)]
        pub fn answer(&mut self) {
            if let Ok(call) = Received::now() {
                call.carry_out(CAST_VOTE, |(proposal, support): (U256, u8)| {
                    self.count_vote(self.env().caller(), proposal, support, String::new(), DynBytes(Vec::new()))
                });
                call.carry_out(DELEGATE, |(to,): (Address,)| self.hand_over(to));
                // An id is the hash of the arguments in the one form that `abi.encode` gives them. In any other they name
                // no proposal, and the whole governor decodes them.
                call.carry_out_in_solidity(QUEUE, || {
                    let proposal = U256::from_big_endian(&keccak(&received_arguments()).0);
                    self.proposals.get(proposal).map(|_| self.enqueue(proposal))
                });
                call.refuse_cut(messages::ALL);
            }
            pass_on(self.basics.implementation);
        }

        /// The whole governor, whose code runs where this contract does not answer itself.
        #[ink(message, selector = @)]
        pub fn implementation(&self) -> Address {
            self.basics.implementation
        }
    }
}
