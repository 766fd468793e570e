//! Calls with the builders that ink! makes of a contract.
//!
//! They come from a contract's `Ref` or from a trait's reference, in either ABI.

use std::any::TypeId;

use ink::{
    abi::Sol,
    codegen::ContractCallBuilder,
    env::{
        Environment,
        call::{
            Call, CallBuilder, CreateBuilder, ExecutionInput, FromAddr, LimitParamsV2,
            utils::{DecodeMessageResult, EncodeArgsWith, ReturnType, Set},
        },
    },
};
use sp_core::H160;

use crate::{Account, CallOutcome, Deployed, DevChain, Failure, runtime::Balance};

/// A message with its arguments, as `builder.call_builder().message(..)` gives it.
pub type InkCall<E, Args, R, Abi> = CallBuilder<E, Set<Call>, Set<ExecutionInput<Args, Abi>>, Set<ReturnType<R>>>;

/// A constructor with its arguments, as `ContractRef::new(..)` gives it.
pub type InkCreate<E, Contract, Args, R, Abi> =
    CreateBuilder<E, Contract, Set<LimitParamsV2>, Set<ExecutionInput<Args, Abi>>, Set<ReturnType<R>>, Abi>;

/// The builder of calls to the contract at an address, in the given ABI.
///
/// `ink_at::<MyContractRef, ink::abi::Sol>(address).my_message(7)` can be given to
/// [`DevChain::ink_call`].
pub fn ink_at<Contract, Abi>(address: H160) -> Contract::Type<Abi>
where
    Contract: ContractCallBuilder<Type<Abi>: FromAddr>,
{
    FromAddr::from_addr(ink::primitives::Address::from(address.0))
}

impl DevChain {
    /// Sends a message and decodes the answer.
    ///
    /// A message that returns a `Result` gives its error as `Ok(Err(error))`, though the contract
    /// reverted: the answer is what the contract's author says it is.
    ///
    /// # Errors
    /// Why there is no answer. [`Failure::Reverted`] carries the bytes of a revert that is not the
    /// message's own error; [`Failure::Lang`] says that the contract could not read its input.
    pub fn ink_call<E, Args, R, Abi>(
        &mut self,
        origin: &Account,
        message: InkCall<E, Args, R, Abi>,
        value: Balance,
    ) -> Result<R, Failure>
    where
        E: Environment,
        Args: EncodeArgsWith<Abi>,
        R: DecodeMessageResult<Abi>,
        Abi: 'static,
    {
        let (address, data) = encode(message);
        decode(self.call(origin, address, data, value))
    }

    /// What [`ink_call`](Self::ink_call) would answer, without doing it: for messages that only
    /// read.
    ///
    /// # Errors
    /// As there.
    pub fn ink_view<E, Args, R, Abi>(&self, origin: &Account, message: InkCall<E, Args, R, Abi>) -> Result<R, Failure>
    where
        E: Environment,
        Args: EncodeArgsWith<Abi>,
        R: DecodeMessageResult<Abi>,
        Abi: 'static,
    {
        let (address, data) = encode(message);
        decode(self.dry_run(origin, address, data, 0))
    }

    /// Uploads a contract and runs one of its constructors.
    ///
    /// # Errors
    /// As [`deploy`](Self::deploy). A constructor's own error is a [`Failure::Reverted`].
    pub fn ink_deploy<E, Contract, Args, R, Abi>(
        &mut self,
        origin: &Account,
        blob: Vec<u8>,
        constructor: InkCreate<E, Contract, Args, R, Abi>,
        value: Balance,
    ) -> Result<Deployed, Failure>
    where
        E: Environment,
        Args: EncodeArgsWith<Abi>,
    {
        let input = constructor
            .endowment(0u32.into())
            .code_hash(ink::primitives::H256::zero())
            .salt_bytes(None)
            .params()
            .exec_input()
            .encode();
        self.deploy(origin, blob, input, value)
    }
}

fn encode<E, Args, R, Abi>(message: InkCall<E, Args, R, Abi>) -> (H160, Vec<u8>)
where
    E: Environment,
    Args: EncodeArgsWith<Abi>,
{
    let call = message.params();
    (H160(call.callee().0), call.exec_input().encode())
}

fn decode<R, Abi>(outcome: CallOutcome) -> Result<R, Failure>
where
    R: DecodeMessageResult<Abi>,
    Abi: 'static,
{
    let (data, reverted) = match outcome.result {
        Ok(data) => (data, false),
        Err(Failure::Reverted(data)) => (data, true),
        Err(failure) => return Err(failure),
    };
    // ink!'s decoder of Solidity errors takes a selector for granted and panics where there is none.
    if reverted && data.len() < 4 && TypeId::of::<Abi>() == TypeId::of::<Sol>() {
        return Err(Failure::Reverted(data));
    }
    match R::decode_output(&data, reverted) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(Failure::Lang(format!("{error:?}"))),
        Err(_) if reverted => Err(Failure::Reverted(data)),
        Err(error) => Err(Failure::Undecodable {
            expected: std::any::type_name::<R>().to_owned(),
            data,
            reason: format!("{error:?}"),
        }),
    }
}
