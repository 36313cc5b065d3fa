//! How often somebody may try: a bucket for each, that fills up evenly.

use std::collections::HashMap;
use std::hash::Hash;

/// In thousandths of a try.
const TRY: u64 = 1_000;

struct Bucket {
    left: u64,
    /// When it was last looked at, in milliseconds.
    seen: u64,
}

/// Tries by whoever a key names; what the keys are is the caller's. It is of one process and forgotten with it.
pub struct Limiter<K> {
    /// Tries at once.
    burst: u64,
    /// Tries a second, in thousandths.
    rate: u64,
    /// Keys kept at most.
    most: usize,
    buckets: HashMap<K, Bucket>,
}

impl<K: Hash + Eq> Limiter<K> {
    /// # Panics
    /// When it would let nobody through, or keep nobody.
    pub fn new(burst: u32, millis_each: u32, most: usize) -> Limiter<K> {
        assert!(burst > 0 && millis_each > 0 && most > 0, "a limiter lets somebody through");
        let rate = (TRY * TRY / u64::from(millis_each)).max(1);
        Limiter { burst: u64::from(burst) * TRY, rate, most, buckets: HashMap::new() }
    }

    /// A try at a time in milliseconds, of a clock that does not run back.
    ///
    /// # Errors
    /// How many milliseconds to wait.
    pub fn take(&mut self, key: K, now: u64) -> Result<(), u64> {
        if self.buckets.len() >= self.most && !self.buckets.contains_key(&key) {
            self.forget(now);
        }
        // Who cannot be kept waits: a flood of strangers is no way past the limit.
        if self.buckets.len() >= self.most && !self.buckets.contains_key(&key) {
            return Err(TRY);
        }
        let (burst, rate) = (self.burst, self.rate);
        let bucket = self.buckets.entry(key).or_insert(Bucket { left: burst, seen: now });
        bucket.left = filled(bucket, rate, burst, now);
        bucket.seen = now.max(bucket.seen);
        match bucket.left.checked_sub(TRY) {
            Some(left) => {
                bucket.left = left;
                Ok(())
            }
            None => Err((TRY - bucket.left).saturating_mul(TRY).div_ceil(rate)),
        }
    }

    /// Those whose bucket is full again are as if they had never come.
    fn forget(&mut self, now: u64) {
        let (burst, rate) = (self.burst, self.rate);
        self.buckets.retain(|_, bucket| filled(bucket, rate, burst, now) < burst);
    }
}

fn filled(bucket: &Bucket, rate: u64, burst: u64, now: u64) -> u64 {
    let since = now.saturating_sub(bucket.seen);
    bucket.left.saturating_add(since.saturating_mul(rate) / TRY).min(burst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_one_each_time() {
        let mut all = Limiter::new(3, 500, 10);
        for _ in 0..3 {
            assert_eq!(all.take("asha", 0), Ok(()));
        }
        assert_eq!(all.take("asha", 0), Err(500));
        assert_eq!(all.take("ravi", 0), Ok(()), "another has his own");
        assert_eq!(all.take("asha", 499), Err(1));
        assert_eq!(all.take("asha", 500), Ok(()));
        assert_eq!(all.take("asha", 500), Err(500));
        for _ in 0..3 {
            assert_eq!(all.take("asha", 60_000), Ok(()), "it fills up to the burst and no further");
        }
        assert!(all.take("asha", 60_000).is_err());
    }

    #[test]
    fn a_flood_of_strangers_is_bounded_and_no_way_past() {
        let mut all = Limiter::new(1, 1_000, 100);
        for n in 0..100u32 {
            assert_eq!(all.take(n, 0), Ok(()));
        }
        assert_eq!(all.take(100, 1), Err(1_000), "no room, nobody forgotten");
        assert!(all.take(7, 1).is_err(), "and who tried before still waits");
        assert_eq!(all.take(100, 1_000), Ok(()), "those that are full again made room");
        assert_eq!(all.buckets.len(), 1);
    }
}
