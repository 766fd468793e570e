//! The front of a contract: a small contract that has the address and the storage, answers itself what is asked most,
//! and leaves everything else to the whole contract, whose code it runs on its own storage by a delegate call.
//!
//! Whoever is called pays for each byte of its code, so what a front answers costs a fraction of what the whole contract
//! takes for the same answer.
//!
//! ink! allows one other message only beside the one that gets every call it does not know, so a front tells its calls
//! apart here. That message must come first: where both encodings are spoken, ink! 6.0.0-beta.1 looks it up in a list
//! in which each message stands twice, by its place in one where each stands once.
//!
//! Some questions are asked in one encoding only, by the contracts of the suite or by the adapters. A front answers these in
//! that one, since code for the other costs whoever calls it for anything.
//!
//! What ends before its arguments can is refused here, for the whole contract too: ink! would read zeros.

#![cfg_attr(not(feature = "std"), no_std)]

mod least;

use ink::{
    Address, LangError, MessageResult, U256,
    env::{
        CallFlags, DecodeDispatch, DefaultEnvironment, DispatchError, ReturnFlags,
        call::{ExecutionInput, Selector, build_call},
    },
    scale::{Decode, Encode},
    sol::{SolParamsDecode, SolResultEncode},
};
use keccak_const::Keccak256;

/// A message by its selectors.
#[derive(Clone, Copy)]
pub struct Message {
    ink: [u8; 4],
    solidity: [u8; 4],
    /// The least bytes of a call in either encoding.
    least: (u16, u16),
    is_payable: bool,
}

impl Message {
    /// The message with that selector in ink! (`ink::selector_bytes!`) and that signature in Solidity.
    #[must_use]
    pub const fn new(ink: [u8; 4], signature: &str) -> Self {
        let [a, b, c, d, ..] = Keccak256::new().update(signature.as_bytes()).finalize();
        Self { ink, solidity: [a, b, c, d], least: least::length(signature), is_payable: false }
    }

    /// The same as one that takes value.
    #[must_use]
    pub const fn payable(self) -> Self {
        Self { is_payable: true, ..self }
    }
}

/// Messages by their names in ink! and their signatures in Solidity.
#[macro_export]
macro_rules! messages {
    ($($ink:literal: $signature:literal,)*) => {
        &[$($crate::Message::new(ink::selector_bytes!($ink), $signature)),*]
    };
}

/// A call that ends before its arguments can: its bytes, the least that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::error]
pub struct CallDataTooShort(pub u32, pub u32);

/// A call that a front received.
pub struct Received {
    selector: [u8; 4],
    length: u32,
}

struct First([u8; 4]);

impl DecodeDispatch for First {
    fn decode_dispatch(input: &mut &[u8]) -> Result<Self, DispatchError> {
        input.first_chunk().map(|selector| Self(*selector)).ok_or(DispatchError::InvalidSelector)
    }
}

/// Arguments in the encoding of ink!.
struct Ink<A>(A);

impl<A: Decode> DecodeDispatch for Ink<A> {
    fn decode_dispatch(input: &mut &[u8]) -> Result<Self, DispatchError> {
        let mut arguments = input.get(4..).ok_or(DispatchError::InvalidParameters)?;
        A::decode(&mut arguments).map(Self).map_err(|_| DispatchError::InvalidParameters)
    }
}

/// Arguments in the encoding of Solidity.
struct Solidity<A>(A);

impl<A: SolParamsDecode> DecodeDispatch for Solidity<A> {
    fn decode_dispatch(input: &mut &[u8]) -> Result<Self, DispatchError> {
        let arguments = input.get(4..).ok_or(DispatchError::InvalidParameters)?;
        SolParamsDecode::decode(arguments).map(Self).map_err(|_| DispatchError::InvalidParameters)
    }
}

impl Received {
    /// The call that runs.
    ///
    /// # Errors
    /// Where there is no selector in it.
    pub fn now() -> Result<Self, DispatchError> {
        ink::env::decode_input().map(|First(selector)| Self { selector, length: call_data_length() })
    }

    /// Ends the call, where it is of one of `messages` and shorter than any such can be: [`CallDataTooShort`], and what
    /// ink! has for call data that it cannot read. A front does that itself for what it answers.
    pub fn refuse_cut(&self, messages: &[Message]) {
        for message in messages {
            self.encoding(message);
        }
    }

    /// Answers the call and ends it, if it is of this message, can be decoded and carries no value that it does not take;
    /// else does nothing.
    pub fn answer<A, R>(&self, message: Message, answer: impl FnOnce(A) -> R)
    where
        A: Decode + SolParamsDecode,
        R: Encode + for<'a> SolResultEncode<'a>,
    {
        if let Some((encoding, arguments)) = self.arguments(message) {
            encoding.end(ReturnFlags::empty(), &answer(arguments));
        }
    }

    /// The same in ink!'s encoding only.
    pub fn answer_in_ink<A: Decode, R: Encode>(&self, message: Message, answer: impl FnOnce(A) -> R) {
        if let Some(Encoding::Ink) = self.taken(&message)
            && let Ok(Ink(arguments)) = ink::env::decode_input()
        {
            Encoding::end_in_ink(ReturnFlags::empty(), &answer(arguments));
        }
    }

    /// The same in Solidity's encoding only, where there is an answer.
    pub fn answer_in_solidity<A, R>(&self, message: Message, answer: impl FnOnce(A) -> Option<R>)
    where
        A: SolParamsDecode,
        R: for<'a> SolResultEncode<'a>,
    {
        if let Some(Encoding::Solidity) = self.taken(&message)
            && let Ok(Solidity(arguments)) = ink::env::decode_input()
            && let Some(answer) = answer(arguments)
        {
            ink::env::return_value_solidity::<R>(ReturnFlags::empty(), &answer);
        }
    }

    /// The same for a message that may be refused: what it did is undone then.
    pub fn carry_out<A, T, E>(&self, message: Message, act: impl FnOnce(A) -> Result<T, E>)
    where
        A: Decode + SolParamsDecode,
        Result<T, E>: Encode + for<'a> SolResultEncode<'a>,
    {
        self.carry_out_if(message, |arguments| Some(act(arguments)));
    }

    /// The same where `act` finds that it is one for a front, and changes nothing where it is not.
    pub fn carry_out_if<A, T, E>(&self, message: Message, act: impl FnOnce(A) -> Option<Result<T, E>>)
    where
        A: Decode + SolParamsDecode,
        Result<T, E>: Encode + for<'a> SolResultEncode<'a>,
    {
        if let Some((encoding, arguments)) = self.arguments(message)
            && let Some(outcome) = act(arguments)
        {
            encoding.end_with(&outcome);
        }
    }

    /// The same in ink!'s encoding only.
    pub fn carry_out_in_ink<A: Decode, T: Encode, E: Encode>(
        &self,
        message: Message,
        act: impl FnOnce(A) -> Result<T, E>,
    ) {
        if let Some(Encoding::Ink) = self.taken(&message)
            && let Ok(Ink(arguments)) = ink::env::decode_input()
        {
            let outcome = act(arguments);
            Encoding::end_in_ink(Encoding::flags(&outcome), &outcome);
        }
    }

    /// The same for a call in Solidity's encoding, whose arguments are not decoded.
    pub fn carry_out_in_solidity<T, E>(&self, message: Message, act: impl FnOnce() -> Option<Result<T, E>>)
    where
        Result<T, E>: for<'a> SolResultEncode<'a>,
    {
        if let Some(Encoding::Solidity) = self.taken(&message)
            && let Some(outcome) = act()
        {
            ink::env::return_value_solidity::<Result<T, E>>(Encoding::flags(&outcome), &outcome);
        }
    }

    /// How the call is encoded; none where it is not of this message. Ends it where it is and was cut.
    fn encoding(&self, message: &Message) -> Option<Encoding> {
        let (encoding, least) = if self.selector == message.ink {
            (Encoding::Ink, message.least.0)
        } else if self.selector == message.solidity {
            (Encoding::Solidity, message.least.1)
        } else {
            return None;
        };
        if self.length < least.into() {
            encoding.refuse(CallDataTooShort(self.length, least.into()));
        }
        Some(encoding)
    }

    /// The same, without a call that carries value which the message does not take.
    fn taken(&self, message: &Message) -> Option<Encoding> {
        let encoding = self.encoding(message)?;
        (message.is_payable || ink::env::transferred_value() == U256::zero()).then_some(encoding)
    }

    fn arguments<A: Decode + SolParamsDecode>(&self, message: Message) -> Option<(Encoding, A)> {
        let encoding = self.taken(&message)?;
        let arguments = match encoding {
            Encoding::Ink => ink::env::decode_input().map(|Ink(arguments)| arguments),
            Encoding::Solidity => ink::env::decode_input().map(|Solidity(arguments)| arguments),
        };
        arguments.ok().map(|arguments| (encoding, arguments))
    }
}

/// How a call is encoded, and its answer.
#[derive(Clone, Copy)]
enum Encoding {
    Ink,
    Solidity,
}

impl Encoding {
    /// Ends the call that runs with what came of it.
    fn end_with<T, E>(self, outcome: &Result<T, E>)
    where
        Result<T, E>: Encode + for<'a> SolResultEncode<'a>,
    {
        self.end(Self::flags(outcome), outcome);
    }

    fn flags<T, E>(outcome: &Result<T, E>) -> ReturnFlags {
        if outcome.is_err() { ReturnFlags::REVERT } else { ReturnFlags::empty() }
    }

    /// Ends it because of how it is encoded.
    fn refuse(self, error: CallDataTooShort) {
        match self {
            Self::Ink => {
                ink::env::return_value::<MessageResult<()>>(ReturnFlags::REVERT, &Err(LangError::CouldNotReadInput));
            }
            Self::Solidity => ink::env::return_value_solidity::<Result<(), _>>(ReturnFlags::REVERT, &Err(error)),
        }
    }

    /// Ends it with this answer.
    fn end<R: Encode + for<'a> SolResultEncode<'a>>(self, flags: ReturnFlags, answer: &R) {
        match self {
            Self::Ink => Self::end_in_ink(flags, answer),
            Self::Solidity => ink::env::return_value_solidity::<R>(flags, answer),
        }
    }

    fn end_in_ink<R: Encode>(flags: ReturnFlags, answer: &R) {
        ink::env::return_value::<MessageResult<&R>>(flags, &Ok(answer));
    }
}

/// How many bytes the call that runs came with.
#[cfg(target_arch = "riscv64")]
fn call_data_length() -> u32 {
    use pallet_revive_uapi::{HostFn, HostFnImpl};

    u32::try_from(HostFnImpl::call_data_size()).unwrap_or(u32::MAX)
}

/// Off the chain nothing is cut.
#[cfg(not(target_arch = "riscv64"))]
const fn call_data_length() -> u32 {
    u32::MAX
}

/// Leaves the call that runs, as it is, to `implementation`, and ends it with the answer or the revert of that.
pub fn pass_on(implementation: Address) {
    build_call::<DefaultEnvironment>()
        .delegate(implementation)
        .exec_input(ExecutionInput::new(Selector::new([0; 4])))
        .call_flags(CallFlags::FORWARD_INPUT | CallFlags::TAIL_CALL)
        .returns::<()>()
        .invoke();
}
