//! Looks at margins within the day, and what a shortage costs.
//!
//! The clearing corporation looks at clients' margins at moments nobody knows before. Of the highest of them a share must
//! have been there, and in the evening the whole of what is still open: the larger shortage is reported.

use vocab::{Day, Paise, Rate};

/// The corporation's last look: of a day, the how-manieth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    pub day: Day,
    pub nth: u8,
    /// How many of the day came.
    pub count: u8,
}

vocab::kept!(struct Look { day, nth, count });

impl Look {
    pub(crate) const NONE: Look = Look { day: Day(0), nth: 0, count: 0 };
}

/// What one client had to have on a day, and what was missing: at the look that asked for most, and in the evening.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peak {
    /// The look that asked for most; zero for none.
    pub nth: u8,
    /// The day's share of it, and what was missing of that.
    pub wanted: Paise,
    pub short: Paise,
    pub evening_wanted: Paise,
    pub evening_short: Paise,
}

vocab::kept!(struct Peak { nth, wanted, short, evening_wanted, evening_short });

impl Peak {
    pub(crate) const NOTHING: Peak =
        Peak { nth: 0, wanted: Paise::ZERO, short: Paise::ZERO, evening_wanted: Paise::ZERO, evening_short: Paise::ZERO };

    /// The day's shortage, the larger of the two, with what it is missing of.
    pub fn shortage(&self) -> (Paise, Paise) {
        match self.short > self.evening_short {
            true => (self.short, self.wanted),
            false => (self.evening_short, self.evening_wanted),
        }
    }
}

/// How often a client was short: days on end, and days of the month, the last of them included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lapse {
    pub day: Day,
    pub running: u8,
    pub in_month: u8,
}

vocab::kept!(struct Lapse { day, running, in_month });

impl Lapse {
    /// One more day short; `before` is the trading day before it.
    pub fn after(last: Option<Lapse>, day: Day, before: Day) -> Lapse {
        let last = last.unwrap_or(Lapse { day: Day(0), running: 0, in_month: 0 });
        let running = if last.day == before { last.running } else { 0 };
        let in_month = if last.day.civil().0 == day.civil().0 && last.day.civil().1 == day.civil().1 { last.in_month } else { 0 };
        Lapse { day, running: running.saturating_add(1), in_month: in_month.saturating_add(1) }
    }
}

/// A penalty that the corporation has still to take, and what the client was asked for on its day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Due {
    pub penalty: Paise,
    pub short: Paise,
    pub called: Paise,
}

vocab::kept!(struct Due { penalty, short, called });

impl Due {
    /// He was asked for all that was missing, and did not give it.
    pub fn is_his_failure(&self) -> bool {
        self.called >= self.short
    }
}

/// What a shortage costs, as the day's rules have it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slabs {
    pub rate: Rate,
    /// From this amount on, or from this part of the margin on, the higher rate.
    pub amount: Paise,
    pub part: Rate,
    pub higher: Rate,
    /// Beyond so many days on end, or so many days of a month, the highest.
    pub running: u8,
    pub in_month: u8,
    pub repeated: Rate,
}

impl Slabs {
    pub fn rate(&self, short: Paise, wanted: Paise, lapse: &Lapse) -> Rate {
        if lapse.running > self.running || lapse.in_month > self.in_month {
            return self.repeated;
        }
        let whole = |amount: Paise, of: Rate| i128::from(amount.0).saturating_mul(i128::from(of.0));
        let is_large = short >= self.amount || whole(short, Rate::WHOLE) >= whole(wanted, self.part);
        if is_large { self.higher } else { self.rate }
    }
}
