//! Lots drawn from a seed: SplitMix64 (Steele, Lea, Flood 2014).
#![allow(clippy::arithmetic_side_effects)]

/// A stream of lots. The same seed draws the same lots for ever.
#[derive(Clone, Debug)]
pub struct Lots(u64);

impl Lots {
    pub const fn new(seed: u64) -> Lots {
        Lots(seed)
    }

    /// A stream for one matter of a seed, so that drawing more for one does not shift another.
    pub fn of(seed: u64, matter: &[u64]) -> Lots {
        let mut lots = Lots(seed ^ 0x5AD0_5AD0_5AD0_5AD0);
        for m in matter {
            lots.0 = lots.draw() ^ *m;
        }
        lots
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A lot below `n`; `n` must be positive.
    pub fn below(&mut self, n: u64) -> u64 {
        assert!(n > 0, "a lot needs a choice");
        u64::try_from((u128::from(self.draw()) * u128::from(n)) >> 64).expect("below n")
    }

    /// A lot in `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        assert!(low <= high, "a range runs upwards");
        let span = u64::try_from(i128::from(high) - i128::from(low)).expect("a span");
        match span.checked_add(1) {
            Some(n) => low.wrapping_add_unsigned(self.below(n)),
            None => low.wrapping_add_unsigned(self.draw()),
        }
    }

    /// True once in `n` draws.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}
