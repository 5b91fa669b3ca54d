//! Chance that repeats: the same seed always gives the same office (pure).

/// A small generator (SplitMix64).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// A generator of its own, so that one part of the office does not move when another one changes.
    pub fn apart(seed: u64, part: u64) -> Chance {
        Chance(seed ^ part.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap_or(1).max(1);
        low + i64::try_from(self.next() % span).unwrap_or(0)
    }

    /// True `percent` times of a hundred.
    pub fn is(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of a list.
    ///
    /// # Panics
    /// When the list is empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let last = i64::try_from(list.len()).unwrap_or(1) - 1;
        &list[usize::try_from(self.between(0, last)).unwrap_or(0)]
    }

    /// One of a list in which each entry has a weight.
    ///
    /// # Panics
    /// When the list is empty.
    pub fn weighted<'a, T>(&mut self, list: &'a [(T, i64)]) -> &'a T {
        let mut left = self.between(1, list.iter().map(|(_, weight)| weight).sum::<i64>().max(1));
        for (entry, weight) in list {
            left -= weight;
            if left <= 0 {
                return entry;
            }
        }
        &list[list.len() - 1].0
    }

    /// A number around 100: mostly 60 to 140, sometimes up to 230. As a percentage of a usual duration.
    pub fn spread(&mut self) -> i64 {
        let usual = (self.between(55, 140) + self.between(55, 140)) / 2;
        if self.is(7) { usual + self.between(40, 90) } else { usual }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_row_and_weights_are_kept() {
        let draw = |seed| (0..50).scan(Chance::apart(seed, 1), |c, _| Some(c.between(1, 1000))).collect::<Vec<_>>();
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        let mut chance = Chance::apart(1, 1);
        let heavy = (0..1000).filter(|_| *chance.weighted(&[("a", 9), ("b", 1)]) == "a").count();
        assert!((850..950).contains(&heavy), "{heavy}");
    }
}
