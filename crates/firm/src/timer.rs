//! Timers and jobs: what happens later, or in steps.

use alloc::collections::BTreeSet;
use vocab::{ActionNo, ClientRow, Day, Dump, Dumped, LienNo, Load, ModificationNo, Moment, PaymentNo, SessionNo, SettlementRow, Sink, TransferNo, Unreadable, Venue};

/// What falls due. Timers fire singly and in order, however far the clock jumps.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Timer {
    /// Orders sent and unanswered are asked after.
    Orders,
    Payment(PaymentNo),
    Transfer(TransferNo),
    /// Sold shares are called in from the clients.
    Gather(SettlementRow),
    /// Shares are set aside and given to the clearing corporation; shortages become known.
    Deliver(SettlementRow),
    /// Money is put on the settlement account.
    Fund(SettlementRow),
    /// Bills are closed, own money covers what is short, clients are paid and buyers given their shares.
    PayOut(SettlementRow),
    /// The deadline of what is due to clients from it.
    Deadline(SettlementRow),
    /// Internal shortages are priced and settled.
    Shortages(SettlementRow),
    /// Running account of a client is settled.
    Running(ClientRow),
    /// Own money back, brokerage drawn.
    Sweep(Day),
    DayEnd(Day),
    /// A record day ends: who holds what is due to them.
    Record(ActionNo),
    /// A benefit should have come, or have been passed on.
    Benefit(ActionNo),
    /// The evening's margins are counted.
    Margins(Day),
    /// Shares kept as unpaid are looked at.
    Unpaid(Day),
    /// A pledge as unpaid that the depository has not answered for.
    Lien(LienNo),
    /// Shares on their way back to a third party that the depository has not answered for.
    Inward(u32),
    /// A changed client code that the exchange has not answered for.
    Modification(ModificationNo),
    /// Custodians have had their time to confirm.
    Custody(SettlementRow),
    /// A rung of the day's ladder for intraday positions.
    /// Each exchange's ladder is its own.
    Intraday(Venue, Day),
    /// A credit that nothing keeps is paid, or late.
    Credit(ClientRow),
    /// A session's time may be over.
    Session(SessionNo),
    /// Request tokens that nobody exchanged.
    Requests,
}

/// The timers that are armed: in the order they fall due, and each by what it is about.
#[derive(Default)]
pub struct Timers {
    by_due: BTreeSet<(Moment, Timer)>,
    by_timer: BTreeSet<(Timer, Moment)>,
    /// How many of the one that every order asks for.
    orders: u32,
}

impl Timers {
    pub fn arm(&mut self, due: Moment, timer: Timer) {
        if self.by_due.insert((due, timer)) {
            self.by_timer.insert((timer, due));
            self.orders = self.orders.saturating_add(u32::from(timer == Timer::Orders));
        }
    }

    /// # Panics
    /// When it is not armed.
    pub fn disarm(&mut self, due: Moment, timer: Timer) {
        assert!(self.by_due.remove(&(due, timer)), "an armed timer");
        self.by_timer.remove(&(timer, due));
        self.orders = self.orders.saturating_sub(u32::from(timer == Timer::Orders));
    }

    pub fn first(&self) -> Option<(Moment, Timer)> {
        self.by_due.first().copied()
    }

    /// When it is due next, if it is armed.
    pub fn due(&self, timer: Timer) -> Option<Moment> {
        let all = (timer, Moment(i64::MIN))..=(timer, Moment(i64::MAX));
        self.by_timer.range(all).next().map(|(_, due)| *due)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Moment, Timer)> {
        self.by_due.iter().copied()
    }

    pub fn is_armed(&self, timer: Timer) -> bool {
        self.due(timer).is_some()
    }

    #[inline]
    pub fn watches_orders(&self) -> bool {
        self.orders > 0
    }
}

vocab::kept!(struct Timers { by_due } made { by_timer, orders });

impl Timers {
    /// The armed ones are kept; the other order is theirs.
    fn remake(&mut self) {
        for (due, timer) in core::mem::take(&mut self.by_due) {
            self.arm(due, timer);
        }
    }
}

impl Timer {
    /// A stable number of the kind and what it is about.
    pub const fn parts(self) -> (u8, u64) {
        match self {
            Timer::Orders => (0, 0),
            Timer::Payment(no) => (1, no.0),
            Timer::Transfer(no) => (2, no.0),
            Timer::Gather(s) => (3, s.0 as u64),
            Timer::Deliver(s) => (4, s.0 as u64),
            Timer::Fund(s) => (5, s.0 as u64),
            Timer::PayOut(s) => (6, s.0 as u64),
            Timer::Deadline(s) => (7, s.0 as u64),
            Timer::Shortages(s) => (8, s.0 as u64),
            Timer::Running(c) => (9, c.0 as u64),
            Timer::Sweep(d) => (10, d.0 as u64),
            Timer::DayEnd(d) => (11, d.0 as u64),
            Timer::Record(a) => (12, a.0 as u64),
            Timer::Benefit(a) => (13, a.0 as u64),
            Timer::Margins(d) => (20, d.0 as u64),
            Timer::Modification(no) => (14, no.0 as u64),
            Timer::Unpaid(d) => (21, d.0 as u64),
            Timer::Lien(no) => (22, no.0 as u64),
            Timer::Custody(s) => (15, s.0 as u64),
            Timer::Intraday(Venue::Nse, d) => (23, d.0 as u64),
            Timer::Intraday(Venue::Bse, d) => (43, d.0 as u64),
            Timer::Inward(no) => (24, no as u64),
            Timer::Credit(c) => (44, c.0 as u64),
            Timer::Session(no) => (45, no.0 as u64),
            Timer::Requests => (46, 0),
        }
    }

    /// The timer of its parts; none if they name none.
    pub fn from_parts(kind: u8, about: u64) -> Option<Timer> {
        let row = u32::try_from(about).ok();
        let settlement = row.map(SettlementRow);
        let day = row.and_then(|r| i32::try_from(r).ok()).map(Day);
        match kind {
            0 if about == 0 => Some(Timer::Orders),
            1 => Some(Timer::Payment(PaymentNo(about))),
            2 => Some(Timer::Transfer(TransferNo(about))),
            3 => settlement.map(Timer::Gather),
            4 => settlement.map(Timer::Deliver),
            5 => settlement.map(Timer::Fund),
            6 => settlement.map(Timer::PayOut),
            7 => settlement.map(Timer::Deadline),
            8 => settlement.map(Timer::Shortages),
            9 => row.map(ClientRow).map(Timer::Running),
            10 => day.map(Timer::Sweep),
            11 => day.map(Timer::DayEnd),
            12 => row.map(ActionNo).map(Timer::Record),
            13 => row.map(ActionNo).map(Timer::Benefit),
            20 => day.map(Timer::Margins),
            14 => row.map(ModificationNo).map(Timer::Modification),
            21 => day.map(Timer::Unpaid),
            22 => row.map(LienNo).map(Timer::Lien),
            15 => settlement.map(Timer::Custody),
            23 => day.map(|d| Timer::Intraday(Venue::Nse, d)),
            43 => day.map(|d| Timer::Intraday(Venue::Bse, d)),
            24 => row.map(Timer::Inward),
            44 => row.map(ClientRow).map(Timer::Credit),
            45 => row.map(SessionNo).map(Timer::Session),
            46 if about == 0 => Some(Timer::Requests),
            _ => None,
        }
    }
}


/// A longer flow in journaled steps. One runs at a time; the next waits in line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Job {
    Bill(SettlementRow),
    Plan(SettlementRow),
    Gather(SettlementRow),
    Deliver(SettlementRow),
    CloseBills(SettlementRow),
    Hand(SettlementRow),
    PayOut(SettlementRow),
    /// Deposits are valued anew.
    Revalue,
    Entitle(ActionNo),
    PassOn(ActionNo),
    /// Open orders that a switch is over.
    Pull(u32),
    /// Margins of every client with an open position, then the firm's own.
    Margins,
    /// Every client's margin at the corporation's look of this number.
    Look(u32),
    /// What is reported of every client's day.
    Report,
    /// Shares kept as unpaid.
    Unpaid,
    /// Clients who have long not dealt are found.
    Sleepers,
    /// After-market orders are checked again and sent.
    SendQueued,
    /// Open intraday orders are pulled, positions squared, and what is left carried.
    CancelIntraday(Venue),
    SquareOff(Venue),
    CarryIntraday(Venue),
    /// What fell due in another exchange's set of books goes to the clients' running accounts.
    BringOver,
    /// User ids long unused are put to sleep, and certificates that end are told of.
    Users,
    /// A trade file issued anew is applied: do sauda book and files agree?
    Agree(SettlementRow),
    /// Notes that a file issued anew made wrong are cancelled, and made anew.
    Recall(SettlementRow),
}

impl Job {
    /// The settlement it works on, if it works on one.
    pub const fn settlement(self) -> Option<SettlementRow> {
        match self {
            Job::Bill(s) | Job::Plan(s) | Job::Gather(s) | Job::Deliver(s) | Job::CloseBills(s) | Job::Hand(s)
            | Job::PayOut(s) | Job::Agree(s) | Job::Recall(s) => Some(s),
            Job::Revalue | Job::Margins | Job::Look(_) | Job::Report | Job::Unpaid | Job::Entitle(_) | Job::PassOn(_) | Job::Pull(_) | Job::Sleepers | Job::SendQueued => None,
            Job::CancelIntraday(_) | Job::SquareOff(_) | Job::CarryIntraday(_) | Job::BringOver | Job::Users => None,
        }
    }

    pub const fn parts(self) -> (u8, u32) {
        match self {
            Job::Bill(s) => (1, s.0),
            Job::Plan(s) => (2, s.0),
            Job::Gather(s) => (3, s.0),
            Job::Deliver(s) => (4, s.0),
            Job::CloseBills(s) => (5, s.0),
            Job::Hand(s) => (6, s.0),
            Job::PayOut(s) => (7, s.0),
            Job::Revalue => (8, 0),
            Job::Entitle(a) => (9, a.0),
            Job::PassOn(a) => (10, a.0),
            Job::Pull(switch) => (11, switch),
            Job::Margins => (20, 0),
            Job::Sleepers => (12, 0),
            Job::SendQueued => (13, 0),
            Job::Unpaid => (21, 0),
            Job::CancelIntraday(v) => (30, v.number() as u32),
            Job::SquareOff(v) => (31, v.number() as u32),
            Job::CarryIntraday(v) => (32, v.number() as u32),
            Job::BringOver => (56, 0),
            Job::Users => (57, 0),
            Job::Agree(s) => (35, s.0),
            Job::Recall(s) => (36, s.0),
            Job::Look(nth) => (33, nth),
            Job::Report => (34, 0),
        }
    }

    pub fn from_parts(kind: u8, about: u32) -> Option<Job> {
        let s = SettlementRow(about);
        match kind {
            1 => Some(Job::Bill(s)),
            2 => Some(Job::Plan(s)),
            3 => Some(Job::Gather(s)),
            4 => Some(Job::Deliver(s)),
            5 => Some(Job::CloseBills(s)),
            6 => Some(Job::Hand(s)),
            7 => Some(Job::PayOut(s)),
            8 if about == 0 => Some(Job::Revalue),
            9 => Some(Job::Entitle(ActionNo(about))),
            10 => Some(Job::PassOn(ActionNo(about))),
            11 => Some(Job::Pull(about)),
            20 if about == 0 => Some(Job::Margins),
            12 if about == 0 => Some(Job::Sleepers),
            13 if about == 0 => Some(Job::SendQueued),
            21 if about == 0 => Some(Job::Unpaid),
            30 => venue_of(about).map(Job::CancelIntraday),
            31 => venue_of(about).map(Job::SquareOff),
            32 => venue_of(about).map(Job::CarryIntraday),
            56 if about == 0 => Some(Job::BringOver),
            57 if about == 0 => Some(Job::Users),
            35 => Some(Job::Agree(s)),
            36 => Some(Job::Recall(s)),
            33 => Some(Job::Look(about)),
            34 if about == 0 => Some(Job::Report),
            _ => None,
        }
    }
}

fn venue_of(number: u32) -> Option<Venue> {
    Venue::ALL.iter().find(|venue| u32::from(venue.number()) == number).copied()
}

macro_rules! in_parts {
    ($($type:ident)*) => {$(
        impl Dump for $type {
            fn dump(&self, sink: &mut Sink<'_>) {
                self.parts().dump(sink);
            }
        }

        impl Load for $type {
            fn load(from: &mut Dumped<'_>) -> Result<$type, Unreadable> {
                let unknown = from.no(stringify!($type));
                let (kind, about) = Load::load(from)?;
                $type::from_parts(kind, about).ok_or(unknown)
            }
        }
    )*};
}
in_parts!(Timer Job);
