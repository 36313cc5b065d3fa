//! The eras that seeds play: months under other rules, each for what it alone has.

use crate::play::Ground;
use vocab::Day;

/// A month that begins on a day of its own, under the rules of its days.
#[derive(Clone, Copy, Debug)]
pub struct Era {
    /// As `--era` names it.
    pub name: &'static str,
    /// None: the sample's own day.
    first: Option<(i32, u32, u32)>,
    /// What it has that the others have not, or not together.
    pub has: &'static str,
}

/// In the order in which seeds take them.
pub const ERAS: [Era; 10] = [
    Era { name: "today", first: None, has: "one corporation, a cycle of a day, settlement on the day, direct pay-out, pledges" },
    Era { name: "2009", first: Some((2009, 6, 1)), has: "two corporations, the pool, shares withheld, no auction before the market" },
    Era { name: "2018", first: Some((2018, 6, 4)), has: "two corporations, the member's own policy of margins, bands that move" },
    Era { name: "2019", first: Some((2019, 6, 24)), has: "two corporations, and from the day the house chose one of them for both" },
    Era { name: "unpaid", first: Some((2019, 10, 14)), has: "the unpaid securities account, the member's own policy of margins" },
    Era { name: "2020", first: Some((2020, 12, 1)), has: "margins looked at within the day, a quarter of them" },
    Era { name: "2021", first: Some((2021, 8, 23)), has: "three quarters of the margins of the day, then all" },
    Era { name: "2022", first: Some((2022, 6, 1)), has: "two settlement cycles side by side" },
    Era { name: "2024", first: Some((2024, 7, 1)), has: "settlement on the day in its first year, pay-out by the pool" },
    Era { name: "auction", first: Some((2026, 8, 3)), has: "the closing auction" },
];

impl Era {
    /// Which era a seed plays.
    pub fn of(seed: u64) -> &'static Era {
        Era::place(seed, &ERAS)
    }

    /// Of one thing for each era, the seed's.
    pub(crate) fn place<T>(seed: u64, all: &[T; ERAS.len()]) -> &T {
        &all[usize::try_from(seed % ERAS.len() as u64).expect("few")]
    }

    pub fn named(name: &str) -> Option<&'static Era> {
        ERAS.iter().find(|era| era.name == name)
    }

    pub fn ground(&self) -> Ground {
        match self.first {
            None => Ground::sample(),
            Some((year, month, day)) => Ground::on(Day::from_civil(year, month, day).expect("a day")),
        }
    }
}
