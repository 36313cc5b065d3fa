//! What will happen in the world by itself, in order of (due, sequence).

use std::collections::BTreeMap;
use vocab::{Board, SettlementKind, Day, Dump, Moment, Phase, Price, Rate, SecurityRow, Sink, Venue};

/// A settlement of one corporation: what shares a number nets apart.
pub(crate) type Key = (SettlementKind, u32);

/// A milestone of one settlement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Milestone {
    Provisional = 0,
    Final = 1,
    SecuritiesPayIn = 2,
    FundsPayIn = 3,
    ShortageAdvice = 4,
    PayOut = 5,
    Auction = 6,
    CloseOut = 7,
    AuctionSettlement = 8,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Due {
    /// Midnight: the day's own events are entered.
    NewDay(Day),
    SessionOpen,
    /// By the clock.
    Phase { board: Option<Board>, phase: Phase },
    /// The index has moved so far.
    Halt { moved: Rate },
    /// Back from a halt, step by step.
    Resume(Phase),
    /// The exchange moves a band.
    Flex { security: SecurityRow, low: Price, high: Price },
    Bhavcopy,
    TradeFile,
    /// The trades that settle today.
    SameDayFile,
    Schedule,
    Holdings,
    BankStatement,
    /// The street reaches a resting order of the firm at a knot of its walk.
    Street { security: SecurityRow, day: Day, knot: u32 },
    Settlement { key: Key, milestone: Milestone },
    /// A record day ends, a pay day comes: of the announcement of this number.
    Record(u32),
    Dividend(u32),
    /// A cheque of this number stands on the account; then it is known whether it was good.
    ChequeCredited(u32),
    ChequeDecided(u32),
    /// The clearing corporation looks at margins, the nth time of the day.
    Look(u8),
    /// It takes the penalties of a day.
    Penalties(Day),
    /// What is done about an objection of this number of its corporation's, and then its money.
    ObjectionEnds(u32),
    ObjectionPaid(u32),
}

pub(crate) struct Queue {
    /// What is due, and of which exchange or its clearing corporation; what is of none is the first's.
    waiting: BTreeMap<(Moment, u64), (Venue, Due)>,
    next: u64,
}

impl Queue {
    pub const fn new() -> Queue {
        Queue { waiting: BTreeMap::new(), next: 0 }
    }

    pub fn enter(&mut self, at: Moment, of: Venue, due: Due) {
        self.waiting.insert((at, self.next), (of, due));
        self.next += 1;
    }

    /// What waits for another day now: in the order in which it was entered.
    pub fn put_off(&mut self, to: impl Fn(Moment, Venue, Due) -> Moment) {
        let waiting = std::mem::take(&mut self.waiting).into_iter();
        self.waiting = waiting.map(|((at, nth), (of, due))| ((to(at, of, due), nth), (of, due))).collect();
    }

    pub fn next_due(&self) -> Option<Moment> {
        self.waiting.first_key_value().map(|((at, _), _)| *at)
    }

    /// The first event that is due at `to` or before.
    pub fn take(&mut self, to: Moment) -> Option<(Moment, Venue, Due)> {
        let first = self.waiting.first_entry()?;
        if first.key().0 > to {
            return None;
        }
        let ((at, _), (of, due)) = first.remove_entry();
        Some((at, of, due))
    }
}

impl Dump for Due {
    fn dump(&self, sink: &mut Sink<'_>) {
        match self {
            Due::NewDay(day) => (0u8, *day).dump(sink),
            Due::SessionOpen => 1u8.dump(sink),
            Due::Phase { board, phase } => (2u8, (*board, *phase)).dump(sink),
            Due::Halt { moved } => (12u8, *moved).dump(sink),
            Due::Resume(phase) => (13u8, *phase).dump(sink),
            Due::Flex { security, low, high } => (14u8, (*security, (*low, *high))).dump(sink),
            Due::Bhavcopy => 3u8.dump(sink),
            Due::TradeFile => 4u8.dump(sink),
            Due::SameDayFile => 16u8.dump(sink),
            Due::Schedule => 5u8.dump(sink),
            Due::Holdings => 6u8.dump(sink),
            Due::BankStatement => 7u8.dump(sink),
            Due::Street { security, day, knot } => (8u8, (*security, (*day, *knot))).dump(sink),
            Due::Settlement { key, milestone } => (9u8, (*key, *milestone as u8)).dump(sink),
            Due::Record(nth) => (10u8, *nth).dump(sink),
            Due::Dividend(nth) => (11u8, *nth).dump(sink),
            Due::ChequeCredited(no) => (16u8, *no).dump(sink),
            Due::ChequeDecided(no) => (17u8, *no).dump(sink),
            Due::Look(nth) => (15u8, *nth).dump(sink),
            Due::Penalties(day) => (18u8, *day).dump(sink),
            Due::ObjectionEnds(no) => (19u8, *no).dump(sink),
            Due::ObjectionPaid(no) => (20u8, *no).dump(sink),
        }
    }
}

impl Dump for Queue {
    fn dump(&self, sink: &mut Sink<'_>) {
        self.waiting.dump(sink);
        self.next.dump(sink);
    }
}
