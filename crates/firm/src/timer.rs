//! Timers, jobs and breaks: what happens later, in steps, or needs a person.

use crate::Firm;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use vocab::{
    BankAccount, ClientRow, Day, Dump, Moment, Paise, PaymentNo, Price, Qty, SecurityRow, SettlementRow, Sink, Symbol,
    TransferNo, Ucc,
};

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

    pub fn is_armed(&self, timer: Timer) -> bool {
        self.due(timer).is_some()
    }

    #[inline]
    pub fn watches_orders(&self) -> bool {
        self.orders > 0
    }
}

impl Dump for Timers {
    fn dump(&self, sink: &mut Sink<'_>) {
        for (due, timer) in &self.by_due {
            due.dump(sink);
            timer.dump(sink);
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
            _ => None,
        }
    }
}

impl Dump for Timer {
    fn dump(&self, sink: &mut Sink<'_>) {
        let (kind, about) = self.parts();
        kind.dump(sink);
        about.dump(sink);
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
}

impl Job {
    pub const fn parts(self) -> (u8, u32) {
        match self {
            Job::Bill(s) => (1, s.0),
            Job::Plan(s) => (2, s.0),
            Job::Gather(s) => (3, s.0),
            Job::Deliver(s) => (4, s.0),
            Job::CloseBills(s) => (5, s.0),
            Job::Hand(s) => (6, s.0),
            Job::PayOut(s) => (7, s.0),
        }
    }

    pub const fn from_parts(kind: u8, settlement: u32) -> Option<Job> {
        let s = SettlementRow(settlement);
        match kind {
            1 => Some(Job::Bill(s)),
            2 => Some(Job::Plan(s)),
            3 => Some(Job::Gather(s)),
            4 => Some(Job::Deliver(s)),
            5 => Some(Job::CloseBills(s)),
            6 => Some(Job::Hand(s)),
            7 => Some(Job::PayOut(s)),
            _ => None,
        }
    }
}

/// What one half of a break counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    Money,
    Price,
    Shares,
    Count,
    /// A number the other side, or the order machine, gives as its reason; zero is none.
    Code,
    /// A client's row; what is no row is nobody's code.
    Client,
}

/// What the subject of a break numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum About {
    Order,
    Trade,
    Security,
    Settlement,
    Payment,
    Transfer,
    Bank,
    Day,
    /// A settlement as the clearing corporation numbers it.
    Published,
}

/// Who knows the names behind rows.
pub trait Names {
    fn ucc_of(&self, row: ClientRow) -> Option<Ucc>;
    fn symbol_of(&self, row: SecurityRow) -> Option<Symbol>;
    fn number_of(&self, row: SettlementRow) -> Option<u32>;
}

impl Names for Firm {
    fn ucc_of(&self, row: ClientRow) -> Option<Ucc> {
        self.clients.get(row).map(|c| c.ucc)
    }

    fn symbol_of(&self, row: SecurityRow) -> Option<Symbol> {
        self.market.security(row).map(|s| s.symbol)
    }

    fn number_of(&self, row: SettlementRow) -> Option<u32> {
        self.clearing.settlement(row).map(|s| s.number)
    }
}

impl Measure {
    fn told(self, figure: i64, names: &impl Names) -> String {
        match self {
            Measure::Money => format!("{:#}", Paise(figure)),
            Measure::Price => Price(figure).to_string(),
            Measure::Shares => format!("{:#}", Qty(figure)),
            Measure::Count => figure.to_string(),
            Measure::Code if figure == 0 => "no code".to_string(),
            Measure::Code => format!("code {figure}"),
            Measure::Client => match u32::try_from(figure).map(ClientRow) {
                Ok(row) => names.ucc_of(row).map_or_else(|| format!("client {row}"), |ucc| ucc.to_string()),
                Err(_) => "nobody".to_string(),
            },
        }
    }
}

impl BreakKind {
    /// What it is about, by name.
    pub fn subject(self, subject: u64, names: &impl Names) -> String {
        let row = u32::try_from(subject).ok();
        let plain = |what: &str| format!("{what} {subject}");
        match self.about() {
            About::Order => plain("order"),
            About::Trade => plain("trade"),
            About::Security => row.and_then(|row| names.symbol_of(SecurityRow(row))).map_or_else(
                || if row.is_some() { plain("security") } else { "an unknown security".to_string() },
                |symbol| symbol.to_string(),
            ),
            About::Settlement => row
                .and_then(|row| names.number_of(SettlementRow(row)))
                .map_or_else(|| plain("settlement row"), |number| format!("settlement {number}")),
            About::Payment => plain("payment"),
            About::Transfer => plain("transfer"),
            About::Bank => u8::try_from(subject)
                .ok()
                .and_then(BankAccount::from_number)
                .map_or_else(|| plain("account"), |account| format!("{account} account")),
            About::Day => i32::try_from(subject).map_or_else(|_| plain("day"), |day| Day(day).to_string()),
            About::Published => plain("settlement"),
        }
    }

    /// Both halves as a person reads them: ours, theirs.
    pub fn figures(self, ours: i64, theirs: i64, names: &impl Names) -> (String, String) {
        let (of_ours, of_theirs) = self.measures();
        (of_ours.told(ours, names), of_theirs.told(theirs, names))
    }
}

macro_rules! breaks {
    ($($(#[$doc:meta])* $name:ident = $n:literal $about:ident ($ours:ident, $theirs:ident) $text:literal $owner:literal,)*) => {
        /// A difference between the firm and the world. It has an owner and an age, and is never dropped.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum BreakKind { $($(#[$doc])* $name = $n,)* }

        impl BreakKind {
            pub const ALL: &'static [BreakKind] = &[$(BreakKind::$name,)*];
            pub const fn number(self) -> u8 { self as u8 }
            pub const fn from_number(n: u8) -> Option<BreakKind> {
                match n { $($n => Some(BreakKind::$name),)* _ => None }
            }
            pub const fn as_str(self) -> &'static str { match self { $(BreakKind::$name => $text,)* } }
            /// The desk that owns it.
            pub const fn owner(self) -> &'static str { match self { $(BreakKind::$name => $owner,)* } }
            pub const fn about(self) -> About { match self { $(BreakKind::$name => About::$about,)* } }
            /// What its halves count: ours, theirs.
            pub const fn measures(self) -> (Measure, Measure) {
                match self { $(BreakKind::$name => (Measure::$ours, Measure::$theirs),)* }
            }
        }
    };
}

breaks! {
    OrderReport = 1 Order (Code, Code) "the exchange's report does not fit the order" "dealing",
    UnknownOrder = 2 Order (Code, Code) "the exchange reports an order we do not have" "dealing",
    OrderUnknownThere = 3 Order (Count, Count) "the exchange does not know an order it had acknowledged" "dealing",
    MissingInSauda = 10 Trade (Shares, Shares) "a trade of the exchange's file is not in the sauda book" "operations",
    MissingInFile = 11 Trade (Shares, Shares) "a trade of the sauda book is not in the exchange's file" "operations",
    /// guide I 6.3
    CodeDiffers = 12 Trade (Client, Client) "client code differs between sauda book and file" "operations",
    RateDiffers = 13 Trade (Price, Price) "rate differs between sauda book and file" "operations",
    QuantityDiffers = 14 Trade (Shares, Shares) "quantity, side or security differs between sauda book and file" "operations",
    ControlValue = 15 Day (Money, Money) "the trade file's control total of value differs" "operations",
    ControlQuantity = 16 Day (Shares, Shares) "the trade file's control total of quantity differs" "operations",
    ControlCount = 17 Day (Count, Count) "the trade file's control total of trades differs" "operations",
    ObligationRow = 20 Security (Shares, Shares) "net quantity differs from the clearing corporation's file" "operations",
    ObligationFunds = 21 Settlement (Money, Money) "funds obligation differs from the clearing corporation's file" "operations",
    UnknownSettlement = 22 Published (Count, Count) "the clearing corporation names a settlement we do not have" "operations",
    ShortageDiffers = 23 Security (Shares, Shares) "the shortage differs from ours" "operations",
    CloseOutPrice = 24 Security (Price, Price) "the close-out price differs from the rule" "operations",
    SharesUnexpected = 25 Security (Shares, Shares) "shares came out that nobody is to receive" "operations",
    AuctionMoney = 26 Settlement (Money, Money) "auction money came that no client's credits come to" "funds",
    ObligationCount = 27 Settlement (Count, Count) "number of net quantities differs from the clearing corporation's file" "operations",
    SecondNumber = 28 Published (Count, Count) "a day's trades have a settlement, and come under a second number" "operations",
    NoSettlement = 29 Day (Count, Count) "a trade file came for a day that has no settlement" "operations",
    PaymentUnknown = 30 Payment (Money, Code) "a payment the bank does not answer for, or that was never asked" "funds",
    PaidTwice = 31 Payment (Count, Count) "the bank paid what it had paid before" "funds",
    PaymentRefused = 32 Payment (Money, Code) "the bank refused a payment" "funds",
    ClientMoneyShort = 33 Settlement (Money, Money) "own money does not cover what clients are short of" "principal officer",
    StatementDiffers = 34 Bank (Money, Money) "bank statement and bank book differ" "funds",
    UnknownPayer = 35 Bank (Money, Money) "money came on an account clients do not pay into" "funds",
    Implausible = 37 Bank (Money, Money) "an amount that no bank or corporation moves" "funds",
    /// H of the client-money test (sebi 23 Annexure 3.3).
    ClientMoneyMissing = 36 Day (Money, Money) "clients are due more than is held for them and debtors owe" "principal officer",
    TransferUnknown = 40 Transfer (Shares, Shares) "a transfer the depository does not answer for, or that was never asked" "securities",
    HoldingDiffers = 41 Security (Shares, Shares) "depository statement and register differ" "securities",
    TransferDiffers = 43 Transfer (Shares, Shares) "a transfer moved other shares than were due" "securities",
    LevyDiffers = 42 Settlement (Money, Money) "levies debited differ from those billed" "funds",
}
