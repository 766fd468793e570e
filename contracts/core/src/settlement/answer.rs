//! What a venue says an account held: the truth about its snapshots.

use crate::{
    settlement::{Basis, Leaf},
    units::Price,
};

/// Bytes of an answer: five words of the Solidity encoding.
pub const ANSWER_BYTES: usize = 5 * 32;

/// A venue's answer about one account at one snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// As in [`Leaf`].
    pub size: i128,
    /// As in [`Leaf`].
    pub entry_price: Price,
    /// As in [`Leaf`].
    pub margin: u128,
    /// As in [`Leaf`].
    pub unrealised: i128,
    /// As in [`Leaf`].
    pub basis: Basis,
}

impl Answer {
    /// Reads `(int128 size, uint128 entry price, uint128 margin, int128 unrealised, uint8 basis)`; `None` for anything
    /// else. Nothing is said about an account that held nothing but zeros, whatever its basis.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<32>();
        let ([size, entry_price, margin, unrealised, basis], []) = (words, rest) else { return None };
        let basis = u8::try_from(unsigned(basis)?).ok()?;
        Some(Self {
            size: signed(size)?,
            entry_price: Price(unsigned(entry_price)?),
            margin: unsigned(margin)?,
            unrealised: signed(unrealised)?,
            basis: Basis::try_from(basis).ok()?,
        })
    }

    /// Whether there is nothing that could ever be claimed or owed.
    pub const fn is_empty(&self) -> bool {
        self.size == 0 && self.unrealised == 0
    }

    /// Whether `leaf` says the same.
    pub fn matches(&self, leaf: &Leaf) -> bool {
        let Leaf { size, entry_price, margin, unrealised, basis, .. } = *leaf;
        *self == Self { size, entry_price, margin, unrealised, basis }
    }
}

/// The halves of a word.
fn halves(word: &[u8; 32]) -> ([u8; 16], [u8; 16]) {
    let (mut high, mut low) = ([0; 16], [0; 16]);
    let (left, right) = word.split_at(16);
    high.copy_from_slice(left);
    low.copy_from_slice(right);
    (high, low)
}

fn unsigned(word: &[u8; 32]) -> Option<u128> {
    let (high, low) = halves(word);
    (high == [0; 16]).then(|| u128::from_be_bytes(low))
}

fn signed(word: &[u8; 32]) -> Option<i128> {
    let (high, low) = halves(word);
    let value = i128::from_be_bytes(low);
    let extension = if value < 0 { [0xff; 16] } else { [0; 16] };
    (high == extension).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settlement::tests::leaf;

    fn words(words: [[u8; 32]; 5]) -> [u8; ANSWER_BYTES] {
        let mut bytes = [0; ANSWER_BYTES];
        for (chunk, word) in bytes.chunks_mut(32).zip(words) {
            chunk.copy_from_slice(&word);
        }
        bytes
    }

    fn word(value: i128) -> [u8; 32] {
        let mut word = [if value < 0 { 0xff } else { 0 }; 32];
        word[16..].copy_from_slice(&value.to_be_bytes());
        word
    }

    #[test]
    fn an_answer_is_read_and_compared_field_by_field() {
        let of = leaf(3, -5, -7);
        let bytes = words([word(-5), word(2_000), word(500), word(-7), word(3)]);
        let answer = Answer::decode(&bytes).unwrap();
        assert!(answer.matches(&of) && !answer.is_empty());
        let others = [
            Answer { size: -6, ..answer },
            Answer { entry_price: Price(2_001), ..answer },
            Answer { margin: 0, ..answer },
            Answer { unrealised: -6, ..answer },
            Answer { basis: Basis::SumOfBranches, ..answer },
        ];
        assert!(others.iter().all(|other| !other.matches(&of)));
        let nothing = words([word(0), word(9), word(9), word(0), word(1)]);
        assert!(Answer::decode(&nothing).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_answer_is_none() {
        let good = words([word(1), word(2), word(3), word(4), word(1)]);
        assert!(Answer::decode(&good).is_some());
        assert_eq!(Answer::decode(&good[1..]), None);
        assert_eq!(Answer::decode(&[good.as_slice(), &[0]].concat()), None);
        assert_eq!(Answer::decode(&[]), None);
        assert_eq!(Answer::decode(&[0; ANSWER_BYTES]), None, "there is no basis zero");
        // Each word beyond its type; a negative amount where there is none.
        for (index, broken) in [(0, 15), (1, 15), (2, 0), (3, 1), (4, 15), (4, 30)] {
            let mut bytes = good;
            bytes[index * 32 + broken] = 1;
            assert_eq!(Answer::decode(&bytes), None, "{index} {broken}");
        }
        assert_eq!(Answer::decode(&words([word(1), word(-2), word(3), word(4), word(1)])), None);
        let mut unextended = good;
        unextended[16] = 0x80;
        assert_eq!(Answer::decode(&unextended), None);
        assert_eq!(
            Answer::decode(&words([word(i128::MIN), word(0), word(0), word(i128::MAX), word(2)])).unwrap().size,
            i128::MIN
        );
    }
}
