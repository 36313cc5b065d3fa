//! A month's modifications against its turnover, and what they cost (sebi 38.3.1).

use vocab::{Day, Paise, Rate, Rounding};

/// A calendar month: twelve a year since the year 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Month(pub u16);

impl Month {
    pub fn of(day: Day) -> Month {
        let (year, month, _) = day.civil();
        let years = u16::try_from(year).expect("a year after Christ");
        let months = u16::try_from(month).expect("a month").saturating_sub(1);
        Month(years.saturating_mul(12).saturating_add(months))
    }

    pub fn first_day(self) -> Day {
        let (year, month) = (self.0.checked_div(12).expect("twelve"), self.0.checked_rem(12).expect("twelve"));
        Day::from_civil(i32::from(year), u32::from(month).saturating_add(1), 1).expect("the first of a month")
    }

    pub fn last_day(self) -> Day {
        Month(self.0.saturating_add(1)).first_day().plus(-1)
    }

    /// The quarter it lies in.
    pub fn quarter(self) -> u16 {
        self.0.checked_div(3).expect("three")
    }
}

vocab::kept!(struct Month { 0 });

/// The exchange's penalty: `low` of `a` while `a` is at most `bound` of `b`, `high` of all of `a` beyond.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slabs {
    pub low: Rate,
    pub high: Rate,
    pub bound: Rate,
}

/// One exchange's month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tally {
    /// Of trades whose code was changed to another client's.
    pub modified: Paise,
    /// Of trades in the error account that are not closed in the market yet: counted until they are.
    pub shifted: Paise,
    /// Of all trades that are not an institution's.
    pub turnover: Paise,
    /// Of modifications whose penalty the exchange waived.
    pub waived: Paise,
    /// What was booked as penalty.
    pub penalised: Paise,
    pub alerted: u8,
}

impl Tally {
    pub const EMPTY: Tally = Tally {
        modified: Paise::ZERO,
        shifted: Paise::ZERO,
        turnover: Paise::ZERO,
        waived: Paise::ZERO,
        penalised: Paise::ZERO,
        alerted: 0,
    };

    /// `a` of sebi 38.3.1: shifts to the error account leave it once they are liquidated (sebi 38.4).
    pub fn a(&self) -> Paise {
        self.modified + self.shifted
    }

    /// Is `a` more than this fraction of `b`? A month without turnover has every fraction passed.
    pub fn exceeds(&self, fraction: Rate) -> bool {
        Rate::WHOLE.of_exact(self.a()) > fraction.of_exact(self.turnover)
    }

    /// What the exchange will ask: the slab is found by all of `a`, what was waived costs nothing.
    pub fn penalty(&self, slabs: &Slabs) -> Paise {
        let rate = if self.exceeds(slabs.bound) { slabs.high } else { slabs.low };
        rate.of((self.a() - self.waived).at_least_zero(), Rounding::NearestPaisa)
    }
}

vocab::kept!(struct Tally { modified, shifted, turnover, waived, penalised, alerted });
