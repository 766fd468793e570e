//! The hash function of everything that is committed to.

/// Keccak-256. Contracts pass the chain's own function, programs pass [`keccak256`].
pub type Keccak256 = fn(&[u8]) -> [u8; 32];

/// [`Keccak256`] in software.
#[cfg(feature = "std")]
pub fn keccak256(bytes: &[u8]) -> [u8; 32] {
    sp_crypto_hashing::keccak_256(bytes)
}

/// A preimage of known length, filled from the front without allocating.
pub(crate) struct Preimage<const N: usize> {
    bytes: [u8; N],
    filled: usize,
}

impl<const N: usize> Preimage<N> {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; N], filled: 0 }
    }

    /// Appends `part`. The parts must fill `N` bytes exactly.
    pub(crate) fn put(mut self, part: &[u8]) -> Self {
        let end = self.filled.saturating_add(part.len());
        debug_assert!(end <= N, "a part of {} bytes ends at {end} of {N}", part.len());
        if let Some(room) = self.bytes.get_mut(self.filled..end) {
            room.copy_from_slice(part);
        }
        self.filled = end;
        self
    }

    /// The bytes.
    pub(crate) fn finish(self) -> [u8; N] {
        debug_assert_eq!(self.filled, N, "the parts do not fill the preimage");
        self.bytes
    }
}
