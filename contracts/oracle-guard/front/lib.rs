//! The front of the oracle guard: has its address and storage, answers what venues, vaults and the governor ask whenever
//! something happens, and leaves the rest to the whole guard.
#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![allow(
    missing_docs,
    clippy::borrow_as_ptr,
    clippy::cast_possible_truncation,
    clippy::ignored_unit_patterns,
    clippy::items_after_statements,
    clippy::needless_pass_by_value,
    clippy::ref_as_ptr,
    clippy::too_many_arguments,
    clippy::type_complexity,
    reason = "in code that ink! and the codec derive; messages own their arguments"
)]

#[path = "../judging.rs"]
mod judging;
mod messages;
#[path = "../outside.rs"]
mod outside;

// A contract has two pages of stack, unless it says how much it needs. Reports and rules are decoded on it.
#[cfg(target_arch = "riscv64")]
core::arch::global_asm!(
    ".pushsection .polkavm_min_stack_size,\"R\",@note",
    ".4byte {bytes}",
    ".popsection",
    bytes = const 32_768,
);

#[ink::contract]
mod oracle_guard {
    use ink::{prelude::vec::Vec, storage::Mapping};
    use lockstep_core::{
        guard::{self, FeedConfig, History, LengthError, LivenessConfig, Market, Outage, Pauses, Reports},
        ids::Account,
        margin::Seat,
        units::{self, Seconds},
    };
    use lockstep_front::{Message, Received, pass_on};
    use lockstep_interfaces::Stored;

    use crate::messages;

    const QUOTES: Message = Message::new(ink::selector_bytes!("OracleGuard::quotes"), "quotes(uint32[])");
    const PERMISSION: Message =
        Message::new(ink::selector_bytes!("OracleGuard::permission"), "permission(uint32[],uint8,uint32)");
    const QUOTES_AND_VOLATILITY: Message = Message::new(
        ink::selector_bytes!("OracleGuard::quotesAndVolatility"),
        "quotesAndVolatility(uint32[],uint32[])",
    );
    const READING: Message = Message::new(ink::selector_bytes!("reading"), "reading(uint32)");
    const LIVENESS: Message = Message::new(ink::selector_bytes!("liveness"), "liveness()");
    const ACTIVE_TIME: Message = Message::new(ink::selector_bytes!("OracleGuard::activeTime"), "activeTime()");

    /// Of the guard's storage what is packed together, all of it in the same order, and what is read here. The name of
    /// the struct is a part of where each field is found.
    #[ink(storage)]
    pub struct OracleGuard {
        governance: Address,
        implementation: Address,
        pub(crate) registry: Stored<Seat>,
        pub(crate) liveness_config: Stored<LivenessConfig>,
        pub(crate) liveness: Stored<guard::Liveness>,
        pub(crate) outage_count: u32,
        pub(crate) paused_until: u64,
        pub(crate) configs: Mapping<u32, Stored<FeedConfig>>,
        pub(crate) reports: Mapping<u32, Stored<Reports>>,
        pub(crate) markets: Mapping<u32, Stored<Market>>,
        pub(crate) histories: Mapping<u32, Stored<History>>,
        pub(crate) pauses: Mapping<(u8, u32), Stored<Pauses>>,
        pub(crate) outages: Mapping<u32, Stored<Outage>>,
    }

    impl OracleGuard {
        /// A guard without feeds, as the guard's own constructor makes it, whose code is that of `implementation`.
        ///
        /// # Errors
        /// `ZeroAddress`, `ParameterOutOfRange` where a length is zero or above a day.
        #[ink(constructor, default)]
        pub fn new(
            governance: Address,
            registry: Address,
            block_time_ms: u64,
            tolerance: u64,
            max_silence: u64,
            implementation: Address,
        ) -> Result<Self, Error> {
            if governance == Address::zero() || registry == Address::zero() || implementation == Address::zero() {
                return Err(Error::ZeroAddress);
            }
            let config = LivenessConfig::checked(block_time_ms, Seconds(tolerance), Seconds(max_silence))?;
            let (block, now) = (u64::from(Self::env().block_number()), units::Timestamp(Self::env().block_timestamp()));
            Ok(Self {
                governance,
                implementation,
                registry: Stored(Seat::of(Account(registry.0))),
                liveness_config: Stored(config),
                liveness: Stored(guard::Liveness::start(block, now, block_time_ms)),
                outage_count: 0,
                paused_until: 0,
                configs: Mapping::new(),
                reports: Mapping::new(),
                markets: Mapping::new(),
                histories: Mapping::new(),
                pauses: Mapping::new(),
                outages: Mapping::new(),
            })
        }

        /// Answers for prices, permission, volatility and the life of the host, as the guard does, and passes anything else on.
        #[ink(message, selector = _)]
        pub fn answer(&self) {
            if let Ok(call) = Received::now() {
                call.answer(QUOTES, |(markets,): (Vec<u32>,)| self.quoted(&markets));
                call.answer(PERMISSION, |(markets, action, health): (Vec<u32>, u8, u32)| {
                    self.permitted(&markets, action, health)
                });
                call.answer_in_ink(QUOTES_AND_VOLATILITY, |(quoted, volatile): (Vec<u32>, Vec<u32>)| {
                    (self.quoted(&quoted), self.volatilities(&volatile))
                });
                call.answer_in_solidity(READING, |(market,): (u32,)| self.read(market));
                call.answer_in_solidity(LIVENESS, |(): ()| Some(self.lived()));
                call.answer(ACTIVE_TIME, |(): ()| self.clock().active.0);
                call.refuse_cut(messages::ALL);
            }
            pass_on(self.implementation);
        }

        /// The whole guard, whose code runs where this contract does not answer itself.
        #[ink(message, selector = @)]
        pub fn implementation(&self) -> Address {
            self.implementation
        }
    }

    /// Why a front is not deployed.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[ink::error]
    pub enum Error {
        /// An address is zero.
        ZeroAddress,
        /// A length is zero or longer than a day: figure, greatest.
        ParameterOutOfRange(u64, u64),
    }

    impl From<LengthError> for Error {
        fn from(error: LengthError) -> Self {
            Self::ParameterOutOfRange(error.value, error.max)
        }
    }
}
