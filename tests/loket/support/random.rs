//! Chance that can be repeated: every test that uses it prints its seed.

use std::time::{SystemTime, UNIX_EPOCH};

/// A small generator (splitmix64): the same seed gives the same choices.
pub struct Random(u64);

impl Random {
    /// A generator of this seed.
    pub fn of(seed: u64) -> Random {
        Random(seed)
    }

    /// The seed of `LOKET_SEED`, else one of the moment; printed, so that a failure can be repeated.
    pub fn seed() -> u64 {
        let given = std::env::var("LOKET_SEED").ok().map(|text| text.parse().unwrap());
        let seed = given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64);
        println!("LOKET_SEED={seed}");
        seed
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// One of a list.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A number from the environment, for runs larger than the usual one.
pub fn size(variable: &str, usual: usize) -> usize {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}
