//! Market time by the wall's clock. A sandbox's market day need not be today's, nor as slow.

use std::time::{Duration, Instant};
use vocab::Moment;

/// How many seconds of the market pass in one of the wall's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace(pub u16);

/// Goes on from a moment; it never runs back.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    base: Moment,
    since: Instant,
    pace: Pace,
}

fn micros(of: Duration) -> i64 {
    i64::try_from(of.as_micros()).unwrap_or(i64::MAX)
}

impl Clock {
    pub fn from(base: Moment, pace: Pace) -> Clock {
        Clock { base, since: Instant::now(), pace }
    }

    pub fn now(&self) -> Moment {
        self.base.plus_micros(micros(self.since.elapsed()).saturating_mul(i64::from(self.pace.0)))
    }

    /// To a later moment at once; an earlier one changes nothing.
    pub fn move_to(&mut self, to: Moment) {
        *self = Clock::from(self.now().max(to), self.pace);
    }

    /// How long the wall's clock takes until a moment of the market.
    pub fn until(&self, due: Moment) -> Duration {
        let micros = (due - self.now()).max(0) / i64::from(self.pace.0.max(1));
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn market_time_goes_on_and_never_back() {
        let base = Moment(1_000_000_000_000);
        let mut clock = Clock::from(base, Pace(60));
        assert!(clock.now() >= base);
        clock.move_to(base.plus_seconds(-5));
        assert!(clock.now() >= base, "an earlier moment changes nothing");
        clock.move_to(base.plus_seconds(3_600));
        assert!(clock.now() >= base.plus_seconds(3_600));
        assert!(clock.until(base.plus_seconds(3_660)) <= Duration::from_secs(1), "sixty seconds of the market take one");
        assert_eq!(clock.until(base), Duration::ZERO, "what is over takes no time");
    }
}
