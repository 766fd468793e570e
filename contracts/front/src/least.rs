//! How long a call is at least, by its signature. ink! reads call data that ends early as if zeros followed.

/// The least that arguments take.
#[derive(Clone, Copy)]
struct Least {
    /// Bytes in the encoding of ink!.
    ink: u16,
    /// Words in the encoding of Solidity, at the place where the arguments stand themselves.
    words: u16,
    /// Whether Solidity puts them elsewhere, and one word that says where in their place.
    is_elsewhere: bool,
}

impl Least {
    /// A list or text, which may be empty.
    const ELSEWHERE: Self = Self { ink: 1, words: 1, is_elsewhere: true };

    const fn bytes(ink: u16) -> Self {
        Self { ink, words: 1, is_elsewhere: false }
    }
}

/// The least bytes of a call of the message with that signature, selector included: in the encoding of ink!, and in that of
/// Solidity.
pub const fn length(signature: &str) -> (u16, u16) {
    let text = signature.as_bytes();
    let mut at = 0;
    while text[at] != b'(' {
        at += 1;
    }
    let (Least { ink, words, .. }, _) = tuple(text, at + 1);
    (4 + ink, 4 + 32 * words)
}

/// A tuple whose first type stands at `at`, and what follows it.
const fn tuple(text: &[u8], mut at: usize) -> (Least, usize) {
    let mut all = Least { ink: 0, words: 0, is_elsewhere: false };
    while text[at] != b')' {
        let (one, end) = one(text, at);
        all.ink += one.ink;
        all.words += if one.is_elsewhere { 1 } else { one.words };
        all.is_elsewhere |= one.is_elsewhere;
        at = if text[end] == b',' { end + 1 } else { end };
    }
    (all, at + 1)
}

/// The type at `at`, and what follows it.
const fn one(text: &[u8], at: usize) -> (Least, usize) {
    let (least, end) = if text[at] == b'(' { tuple(text, at + 1) } else { plain(text, at) };
    if text[end] != b'[' {
        return (least, end);
    }
    assert!(text[end + 1] == b']', "no message takes a list whose length is fixed");
    (Least::ELSEWHERE, end + 2)
}

/// The type at `at` that is neither a tuple nor a list, and what follows it.
const fn plain(text: &[u8], at: usize) -> (Least, usize) {
    let (mut end, mut number) = (at, 0);
    while text[end].is_ascii_alphanumeric() {
        if text[end].is_ascii_digit() {
            number = 10 * number + (text[end] - b'0') as u16;
        }
        end += 1;
    }
    let least = match (text[at], text[at + 1], number) {
        (b'u' | b'i', _, bits) => Least::bytes(bits / 8),
        (b'a', ..) => Least::bytes(20),
        (b'b', b'o', _) => Least::bytes(1),
        (b'b', b'y', 0) | (b's', ..) => Least::ELSEWHERE,
        (b'b', b'y', bytes) => Least::bytes(bytes),
        _ => panic!("no such type"),
    };
    (least, end)
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn a_call_is_as_long_as_its_arguments_at_least() {
        for (signature, ink, solidity) in [
            ("liveness()", 4, 4),
            ("castVote(uint256,uint8)", 4 + 32 + 1, 4 + 2 * 32),
            ("vote(address,bool,bytes4,int128)", 4 + 20 + 1 + 4 + 16, 4 + 4 * 32),
            ("permission(uint32[],uint8,uint32)", 4 + 1 + 1 + 4, 4 + 3 * 32),
            ("plan((uint64,uint64),(uint8,bytes32,string),bytes[],string)", 4 + 16 + 34 + 1 + 1, 4 + 5 * 32),
            ("report((uint32,uint128)[],bytes)", 4 + 1 + 1, 4 + 2 * 32),
        ] {
            assert_eq!(length(signature), (ink, solidity), "{signature}");
        }
    }
}
