//! Chance that repeats: which stratum of a distribution a visitor has on a path (pure).

use std::array;
use std::sync::LazyLock;

use super::shape::STRATA;

/// Orders of the strata to choose from.
const ORDERS: usize = 64;

static SHUFFLED: LazyLock<[[u8; STRATA]; ORDERS]> = LazyLock::new(|| array::from_fn(shuffled));

/// The stratum of a visitor on a path: over sixteen paths, each visitor has each stratum once.
pub fn stratum(visitor: usize, path: usize) -> usize {
    let order = visitor.wrapping_mul(29).wrapping_add(path / STRATA * 37) % ORDERS;
    usize::from(SHUFFLED[order][path % STRATA])
}

/// The middle of a stratum, between 0 and 1.
pub fn middle(stratum: usize) -> f64 {
    (stratum as f64 + 0.5) / STRATA as f64
}

fn shuffled(seed: usize) -> [u8; STRATA] {
    let mut order: [u8; STRATA] = array::from_fn(|place| place as u8);
    for place in (1..STRATA).rev() {
        let other = mix((seed * STRATA + place) as u64) as usize % (place + 1);
        order.swap(place, other);
    }
    order
}

/// A number that looks drawn by chance.
pub fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
