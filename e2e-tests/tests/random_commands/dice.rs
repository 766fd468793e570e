//! What is random, from one seed.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of choices that the seed alone decides.
pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// One of `0..count`.
    pub fn below(&mut self, count: usize) -> usize {
        self.0.random_range(0..count)
    }

    /// One of `least..=most`.
    pub fn number(&mut self, least: u64, most: u64) -> u64 {
        self.0.random_range(least..=most)
    }

    /// One of `least..=most`, its order of magnitude as likely as any other.
    pub fn amount(&mut self, least: u128, most: u128) -> u128 {
        let top = self.0.random_range(least.ilog2()..=most.ilog2());
        let most = most.min((2u128 << top) - 1);
        self.0.random_range(least.max(1 << top).min(most)..=most)
    }

    pub fn percent(&mut self, chance: u64) -> bool {
        self.number(0, 99) < chance
    }

    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.0.random()).collect()
    }
}
