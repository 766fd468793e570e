//! Tokens and venues that misbehave, as EVM bytecode put together here: no compiler would write them.
#![allow(clippy::missing_panics_doc, reason = "a fixture panics where it cannot be set up")]

use alloy_core::primitives::Address;

const STOP: u8 = 0x00;
const ADD: u8 = 0x01;
const SUB: u8 = 0x03;
const EQ: u8 = 0x14;
const SHR: u8 = 0x1c;
const CALLER: u8 = 0x33;
const CALL_DATA_LOAD: u8 = 0x35;
const CALL_DATA_SIZE: u8 = 0x36;
const CALL_DATA_COPY: u8 = 0x37;
const RETURN_DATA_SIZE: u8 = 0x3d;
const RETURN_DATA_COPY: u8 = 0x3e;
const MSTORE: u8 = 0x52;
const SLOAD: u8 = 0x54;
const SSTORE: u8 = 0x55;
const JUMP: u8 = 0x56;
const JUMPI: u8 = 0x57;
const GAS: u8 = 0x5a;
const JUMP_DEST: u8 = 0x5b;
const PUSH_0: u8 = 0x5f;
const DUP_1: u8 = 0x80;
const CALL: u8 = 0xf1;
const RETURN: u8 = 0xf3;
const REVERT: u8 = 0xfd;

/// What every token here says there is of it, whatever the balances.
pub const TOTAL_SUPPLY: u8 = 200;

/// What a token does after it has moved something.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Returns nothing.
    Nothing,
    /// Returns one word.
    Word(u8),
    /// Reverts without data.
    Reverts,
    /// Calls back with this data first, writes into slot 0 whether that went through, and returns `true`.
    CallsBack(Address, Vec<u8>),
}

/// A token without rules: anyone sets a balance by any other call than the ERC-20's (`account`, `amount`).
#[derive(Clone, Debug)]
pub struct Token {
    /// What it answers to a transfer.
    pub answer: Answer,
    /// What is lost on the way.
    pub fee: u8,
    /// What is taken from the sender on top, in `transfer`.
    pub extra: u8,
}

/// What a venue answers when it is asked for exposures. Every other call it passes on to the vault as its own.
#[derive(Clone, Debug)]
pub enum Exposures {
    /// Reverts with so many bytes.
    Reverts(u8),
    /// Never ends.
    Loops,
    /// Returns these words.
    Words(Vec<[u8; 32]>),
    /// Returns so many zero bytes.
    Zeros(u32),
}

#[derive(Default)]
struct Code {
    bytes: Vec<u8>,
}

impl Code {
    fn op(mut self, ops: &[u8]) -> Self {
        self.bytes.extend_from_slice(ops);
        self
    }

    fn push(self, bytes: &[u8]) -> Self {
        let width = u8::try_from(bytes.len()).expect("at most 32 bytes are pushed");
        self.op(&[PUSH_0 + width]).op(bytes)
    }

    /// The word of the call data at `offset`.
    fn argument(self, offset: u8) -> Self {
        self.push(&[offset]).op(&[CALL_DATA_LOAD])
    }

    /// Jumps to `label` where the selector on the stack is this one; the label is filled in by [`Code::label`].
    fn on(self, selector: [u8; 4]) -> (Self, usize) {
        let code = self.op(&[DUP_1]).push(&selector).op(&[EQ]).push(&[0, 0]);
        let place = code.bytes.len() - 2;
        (code.op(&[JUMPI]), place)
    }

    fn label(mut self, place: usize) -> Self {
        let here = u16::try_from(self.bytes.len()).expect("the code is short");
        self.bytes[place..place + 2].copy_from_slice(&here.to_be_bytes());
        self.op(&[JUMP_DEST])
    }

    fn word(self, value: u8) -> Self {
        self.push(&[value]).push(&[0]).op(&[MSTORE]).push(&[32]).push(&[0]).op(&[RETURN])
    }

    fn store(mut self, data: &[u8]) -> Self {
        for (index, chunk) in data.chunks(32).enumerate() {
            let mut word = [0; 32];
            word[..chunk.len()].copy_from_slice(chunk);
            let offset = u16::try_from(index * 32).expect("the data is short");
            self = self.push(&word).push(&offset.to_be_bytes()).op(&[MSTORE]);
        }
        self
    }

    fn answer(self, answer: &Answer) -> Self {
        match answer {
            Answer::Nothing => self.op(&[STOP]),
            Answer::Word(value) => self.word(*value),
            Answer::Reverts => self.push(&[0]).push(&[0]).op(&[REVERT]),
            Answer::CallsBack(target, data) => {
                let length = u16::try_from(data.len()).expect("the data is short").to_be_bytes();
                self.store(data)
                    .push(&[0])
                    .push(&[0])
                    .push(&length)
                    .push(&[0])
                    .push(&[0])
                    .push(target.as_slice())
                    .op(&[GAS, CALL])
                    .push(&[0])
                    .op(&[SSTORE])
                    .word(1)
            }
        }
    }

    /// Init code that deploys this.
    fn init(self) -> Vec<u8> {
        let length = u16::try_from(self.bytes.len()).expect("the code is short").to_be_bytes();
        let mut init = vec![0x61, length[0], length[1], DUP_1, 0x60, 12, 0x60, 0, 0x39, 0x60, 0, RETURN];
        init.extend(self.bytes);
        init
    }
}

fn dispatch() -> Code {
    Code::default().push(&[0]).op(&[CALL_DATA_LOAD]).push(&[0xe0]).op(&[SHR])
}

impl Token {
    /// Init code of the token.
    pub fn code(&self) -> Vec<u8> {
        let (code, balance_of) = dispatch().on([0x70, 0xa0, 0x82, 0x31]);
        let (code, transfer_from) = code.on([0x23, 0xb8, 0x72, 0xdd]);
        let (code, transfer) = code.on([0xa9, 0x05, 0x9c, 0xbb]);
        let (code, total_supply) = code.on([0x18, 0x16, 0x0d, 0xdd]);
        let code = code.argument(36).argument(4).op(&[SSTORE, STOP]);
        let code = code.label(balance_of).argument(4).op(&[SLOAD]).push(&[0]).op(&[MSTORE]).push(&[32]).push(&[0]);
        let code = code.op(&[RETURN]).label(transfer_from);
        let code = code.argument(68).argument(4).op(&[SLOAD, SUB]).argument(4).op(&[SSTORE]);
        let code = code.push(&[self.fee]).argument(68).op(&[SUB]).argument(36).op(&[SLOAD, ADD]).argument(36);
        let code = code.op(&[SSTORE]).answer(&self.answer).label(transfer);
        let code = code.push(&[self.extra]).argument(36).op(&[ADD, CALLER, SLOAD, SUB, CALLER, SSTORE]);
        let code = code.push(&[self.fee]).argument(36).op(&[SUB]).argument(4).op(&[SLOAD, ADD]).argument(4);
        code.op(&[SSTORE]).answer(&self.answer).label(total_supply).word(TOTAL_SUPPLY).init()
    }
}

/// Init code of a contract that never ends.
pub fn spender() -> Vec<u8> {
    Code::default().op(&[JUMP_DEST]).push(&[0]).op(&[JUMP]).init()
}

/// Init code of a venue on `vault`.
pub fn venue(vault: Address, exposures: &Exposures) -> Vec<u8> {
    let (code, asked) = dispatch().on([0x00, 0x5e, 0x0d, 0x9c]);
    let code = code.op(&[CALL_DATA_SIZE]).push(&[0]).push(&[0]).op(&[CALL_DATA_COPY]).push(&[0]).push(&[0]);
    let code = code.op(&[CALL_DATA_SIZE]).push(&[0]).push(&[0]).push(vault.as_slice()).op(&[GAS, CALL]);
    let code = code.op(&[RETURN_DATA_SIZE]).push(&[0]).push(&[0]).op(&[RETURN_DATA_COPY]).push(&[0, 0]);
    let good = code.bytes.len() - 2;
    let code = code.op(&[JUMPI, RETURN_DATA_SIZE]).push(&[0]).op(&[REVERT]).label(good);
    let code = code.op(&[RETURN_DATA_SIZE]).push(&[0]).op(&[RETURN]).label(asked);
    match exposures {
        Exposures::Reverts(bytes) => code.push(&[*bytes]).push(&[0]).op(&[REVERT]),
        Exposures::Loops => {
            let here = u16::try_from(code.bytes.len()).expect("the code is short").to_be_bytes();
            code.op(&[JUMP_DEST]).push(&here).op(&[JUMP])
        }
        Exposures::Words(words) => {
            let length = u16::try_from(words.len() * 32).expect("the answer is short").to_be_bytes();
            code.store(&words.concat()).push(&length).push(&[0]).op(&[RETURN])
        }
        Exposures::Zeros(length) => code.push(&length.to_be_bytes()).push(&[0]).op(&[RETURN]),
    }
    .init()
}
