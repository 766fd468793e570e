//! Keccak-256 for constant expressions, in place of the crate of the same name, of which ink! uses this much.
//!
//! ink! names each message by the Keccak hash of its Solidity signature, as a constant that the compiler works out
//! again and again: some thousand times for a contract of forty messages. The compiler interprets such code, so what it
//! costs is the number of steps. The permutation here is written out without inner loops, arrays, indices or calls,
//! which takes 1 ms a hash where the crate it stands in for takes 22, and brings the check of a large contract from
//! minutes down to seconds. It is not meant for hashing at run time.
#![no_std]

/// Bytes absorbed by each permutation.
const RATE: usize = 136;

/// Keccak-256, with the padding of Ethereum.
#[derive(Clone)]
pub struct Keccak256 {
    lanes: [u64; 25],
    /// Bytes absorbed since the last permutation, always below `RATE`.
    position: usize,
}

impl Keccak256 {
    /// A hasher that has seen nothing.
    pub const fn new() -> Self {
        Self { lanes: [0; 25], position: 0 }
    }

    /// Absorbs `input`.
    #[must_use]
    pub const fn update(mut self, input: &[u8]) -> Self {
        let mut read = 0;
        while read < input.len() {
            self.absorb(input[read]);
            self.position += 1;
            if self.position == RATE {
                self.lanes = permute(self.lanes);
                self.position = 0;
            }
            read += 1;
        }
        self
    }

    /// The hash of all that was absorbed.
    pub const fn finalize(&self) -> [u8; 32] {
        let mut last = Self { lanes: self.lanes, position: self.position };
        last.absorb(0x01);
        last.position = RATE - 1;
        last.absorb(0x80);
        let [a, b, c, d, ..] = permute(last.lanes);
        let words = [a.to_le_bytes(), b.to_le_bytes(), c.to_le_bytes(), d.to_le_bytes()];
        let mut hash = [0; 32];
        let mut written = 0;
        while written < 32 {
            hash[written] = words[written / 8][written % 8];
            written += 1;
        }
        hash
    }

    /// Adds a byte to the state at the present position.
    const fn absorb(&mut self, byte: u8) {
        self.lanes[self.position / 8] ^= (byte as u64) << (8 * (self.position % 8));
    }
}

impl Default for Keccak256 {
    fn default() -> Self {
        Self::new()
    }
}

const ROUND_CONSTANTS: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

/// `u64::rotate_left` is a call, which costs the interpreter more than three operations.
macro_rules! rotate {
    ($lane:expr, $by:literal) => {{
        let lane = $lane;
        (lane << $by) | (lane >> (64 - $by))
    }};
}

/// Keccak-f\[1600\], FIPS 202 section 3.3. Lane `x, y` of the standard is `lanes[x + 5 * y]`.
#[expect(clippy::manual_rotate, reason = "see `rotate`")]
const fn permute(lanes: [u64; 25]) -> [u64; 25] {
    let [
        mut a0,
        mut a1,
        mut a2,
        mut a3,
        mut a4,
        mut a5,
        mut a6,
        mut a7,
        mut a8,
        mut a9,
        mut a10,
        mut a11,
        mut a12,
        mut a13,
        mut a14,
        mut a15,
        mut a16,
        mut a17,
        mut a18,
        mut a19,
        mut a20,
        mut a21,
        mut a22,
        mut a23,
        mut a24,
    ] = lanes;
    let mut round = 0;
    while round < 24 {
        // θ
        let c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
        let c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
        let c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
        let c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
        let c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
        let d0 = c4 ^ rotate!(c1, 1);
        let d1 = c0 ^ rotate!(c2, 1);
        let d2 = c1 ^ rotate!(c3, 1);
        let d3 = c2 ^ rotate!(c4, 1);
        let d4 = c3 ^ rotate!(c0, 1);

        // ρ and π
        let b0 = a0 ^ d0;
        let b1 = rotate!(a6 ^ d1, 44);
        let b2 = rotate!(a12 ^ d2, 43);
        let b3 = rotate!(a18 ^ d3, 21);
        let b4 = rotate!(a24 ^ d4, 14);
        let b5 = rotate!(a3 ^ d3, 28);
        let b6 = rotate!(a9 ^ d4, 20);
        let b7 = rotate!(a10 ^ d0, 3);
        let b8 = rotate!(a16 ^ d1, 45);
        let b9 = rotate!(a22 ^ d2, 61);
        let b10 = rotate!(a1 ^ d1, 1);
        let b11 = rotate!(a7 ^ d2, 6);
        let b12 = rotate!(a13 ^ d3, 25);
        let b13 = rotate!(a19 ^ d4, 8);
        let b14 = rotate!(a20 ^ d0, 18);
        let b15 = rotate!(a4 ^ d4, 27);
        let b16 = rotate!(a5 ^ d0, 36);
        let b17 = rotate!(a11 ^ d1, 10);
        let b18 = rotate!(a17 ^ d2, 15);
        let b19 = rotate!(a23 ^ d3, 56);
        let b20 = rotate!(a2 ^ d2, 62);
        let b21 = rotate!(a8 ^ d3, 55);
        let b22 = rotate!(a14 ^ d4, 39);
        let b23 = rotate!(a15 ^ d0, 41);
        let b24 = rotate!(a21 ^ d1, 2);

        // χ and, in the first lane, ι
        a0 = b0 ^ (!b1 & b2) ^ ROUND_CONSTANTS[round];
        a1 = b1 ^ (!b2 & b3);
        a2 = b2 ^ (!b3 & b4);
        a3 = b3 ^ (!b4 & b0);
        a4 = b4 ^ (!b0 & b1);
        a5 = b5 ^ (!b6 & b7);
        a6 = b6 ^ (!b7 & b8);
        a7 = b7 ^ (!b8 & b9);
        a8 = b8 ^ (!b9 & b5);
        a9 = b9 ^ (!b5 & b6);
        a10 = b10 ^ (!b11 & b12);
        a11 = b11 ^ (!b12 & b13);
        a12 = b12 ^ (!b13 & b14);
        a13 = b13 ^ (!b14 & b10);
        a14 = b14 ^ (!b10 & b11);
        a15 = b15 ^ (!b16 & b17);
        a16 = b16 ^ (!b17 & b18);
        a17 = b17 ^ (!b18 & b19);
        a18 = b18 ^ (!b19 & b15);
        a19 = b19 ^ (!b15 & b16);
        a20 = b20 ^ (!b21 & b22);
        a21 = b21 ^ (!b22 & b23);
        a22 = b22 ^ (!b23 & b24);
        a23 = b23 ^ (!b24 & b20);
        a24 = b24 ^ (!b20 & b21);
        round += 1;
    }
    [a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23, a24]
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    #[test]
    fn a_selector_at_compile_time() {
        const TRANSFER: [u8; 32] = Keccak256::new().update(b"transfer(address,uint256)").finalize();
        assert_eq!(TRANSFER[..4], [0xa9, 0x05, 0x9c, 0xbb]);
    }

    #[test]
    fn every_length_around_the_rate() {
        let bytes: Vec<u8> = (0..=u8::MAX).chain(0..=u8::MAX).collect();
        for length in 0..bytes.len() {
            let input = &bytes[..length];
            assert_eq!(Keccak256::new().update(input).finalize(), sp_crypto_hashing::keccak_256(input), "{length}");
        }
    }

    proptest! {
        #[test]
        fn as_a_reference_hashes(first: Vec<u8>, second: Vec<u8>) {
            let hash = Keccak256::new().update(&first).update(&second).finalize();
            prop_assert_eq!(hash, sp_crypto_hashing::keccak_256(&[first, second].concat()));
        }
    }
}
