//! Facts: what an entry did. Results, not causes to recalculate: applying one looks nothing up in a rulebook.

use alloc::vec::Vec;
use charges::Head;
use risk::Waived;
use rulebook::{Confidence, RuleName};
use vocab::{
    AccountToken, AppNo, BankAccount, BreakNo, ClientRow, Corporation, Code, Day, DematAccount, Depository, Evidence, FinancialYear, IntermediaryRow, InstrumentKind, Moment, NoteNo,
    OrderNo, Paise, PaymentNo, Price, Product, Qty, Rate, RuleRow, SecurityRow, SettlementRow, Side, StateCode, TradeNo, TransferNo,
    TimeOfDay, UserRow, Venue,
};

use crate::{AccountNumber, Answer, BankRef, BreakKind, HouseAccount, Job, Refusal, Role, Timer};

/// A piece of the entry's text tail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text {
    pub at: u32,
    pub len: u32,
}

/// A charge with its operands, one line of a note (see [`charges::Line`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Charged {
    pub amount: Paise,
    pub bases: [Paise; 3],
    pub client: ClientRow,
    pub note: NoteNo,
    /// Row plus one; zero for none.
    pub rules: [u32; 3],
    pub head: Head,
    pub rounding: u8,
}

/// How far a cheque or draft has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum InstrumentStage {
    Lodged = 0,
    /// The bank credited it, subject to its clearing: it has no value yet.
    Credited = 1,
    Cleared = 2,
    Returned = 3,
}

vocab::kept!(byte InstrumentStage);

impl InstrumentStage {
    pub const fn from_number(n: u8) -> Option<InstrumentStage> {
        match n {
            0 => Some(InstrumentStage::Lodged),
            1 => Some(InstrumentStage::Credited),
            2 => Some(InstrumentStage::Cleared),
            3 => Some(InstrumentStage::Returned),
            _ => None,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            InstrumentStage::Lodged => "lodged",
            InstrumentStage::Credited => "credited, not cleared",
            InstrumentStage::Cleared => "cleared",
            InstrumentStage::Returned => "returned unpaid",
        }
    }
}

/// What the firm asked the world about, because no answer came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Subject {
    Order(OrderNo),
    Payment(PaymentNo),
    Transfer(TransferNo),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Client(clients::Event),
    Order(orders::Event),
    Risk(risk::Event),
    Market(market::Event),
    Money(books::Event),
    Stock(books::StockEvent),
    Clearing(clearing::Event),
    Partner(partners::Event),
    Margin(margin::Event),
    Action(actions::Event),
    Intermediary(intermediaries::Event),
    Correction(corrections::Event),
    Lien(liens::Event),
    Mandate(mandates::Event),
    Watch(watch::Event),
    Access(access::Event),
    Refused(Refusal),
    FirmOpened { state: StateCode, name: Text },
    BankNamed { account: BankAccount },
    DematNamed { account: DematAccount, depository: Depository },
    /// Closed for good, and told of to the exchanges: an opening, or a closing.
    AccountClosed { account: HouseAccount, paper: u32 },
    /// Its number was put down; bank and branch, or the depository participant, stand in the ask.
    AccountNumbered { account: HouseAccount, number: AccountNumber },
    /// A depository's list of the firm's accounts was compared with the register: its rows, and in how many matters it differs.
    AccountsCompared { depository: Depository, listed: u32, differ: u32 },
    AccountTold { account: HouseAccount, closed: bool, letter: u64 },
    UserRegistered { user: UserRow, code: Code<12>, role: Role, client: Option<ClientRow>, terminal: u64 },
    /// Where an app's user is sent back to, and where it is told of orders.
    AppAddressed { app: AppNo, redirect: Text, postback: Text },
    UserAppointed { user: UserRow, role: Role },
    /// A first person proposed; the second submits the same command again.
    Proposed { fingerprint: [u64; 2], by: UserRow },
    ProposalTaken { fingerprint: [u64; 2], by: UserRow },
    /// Nobody agreed in time: who proposed it may propose it again.
    ProposalLapsed { fingerprint: [u64; 2], by: UserRow },
    RuleAdopted {
        row: RuleRow, name: RuleName, scope: StateCode, from: Day, to: Option<Day>, value: i64, extra: i64,
        confidence: Confidence, text: Text,
    },
    HolidayAdded { day: Day },
    SettlementHolidayAdded { day: Day },
    /// One exchange alone is shut on it.
    ExchangeHolidayAdded { venue: Venue, day: Day },
    /// A special session of an exchange.
    SessionAdded { venue: Venue, day: Day },
    /// When it opens and closes.
    SessionTimed { venue: Venue, day: Day, open: TimeOfDay, close: TimeOfDay },
    /// `cleared_by` settles the trades of all exchanges; each exchange's own corporation does if it is none.
    DayBegun { day: Day, settlement: SettlementRow, cleared_by: Option<Corporation>, policy: PolicyFigures },
    /// What a day's orders may cost at most, by state and side.
    Costed { state: StateCode, side: Side, levies: Rate, tax: Rate },
    DayEnded { day: Day },
    Armed { due: Moment, timer: Timer },
    Disarmed { due: Moment, timer: Timer },
    JobStarted { job: Job },
    JobMoved { cursor: u32 },
    JobEnded,
    Broke { no: BreakNo, kind: BreakKind, subject: u64, ours: i64, theirs: i64 },
    Mended { no: BreakNo, by: UserRow, reason: u16 },
    AskedAfter { subject: Subject },
    /// A trade stands on a note, with its brokerage.
    Noted { note: NoteNo, trade: TradeNo, side: Side, client: ClientRow, brokerage: Paise },
    /// His part of the brokerage of one trade is the intermediary's.
    Shared { note: NoteNo, trade: TradeNo, side: Side, intermediary: IntermediaryRow, amount: Paise },
    NoteTaken { year: FinancialYear, note: NoteNo, client: ClientRow, settlement: SettlementRow, net: Paise },
    Charged(Charged),
    /// A note is void: its charges and postings are taken back whole.
    NoteCancelled { year: FinancialYear, note: NoteNo, client: ClientRow, settlement: SettlementRow, reason: u16 },
    /// The new note stands for the client's trades in place of the cancelled one.
    NoteReplaces { year: FinancialYear, note: NoteNo, cancelled: NoteNo },
    /// Ask the clearing corporation to pay shares out to the buyer himself.
    DirectAsked { settlement: SettlementRow, security: SecurityRow, client: ClientRow, qty: Qty },
    LeviesUploaded { settlement: SettlementRow, stt: Paise, stamp: Paise },
    FilePart { venue: Venue, day: Day, part: u16, rows: u32 },
    /// An exchange's trade file is issued anew: what its issues before said is nothing.
    FileReissued { venue: Venue, day: Day, issue: u16 },
    /// A difference with a file that is issued anew: it is no difference of the file that stands.
    Superseded { no: BreakNo, issue: u16 },
    /// The last part of an exchange's trade file has come.
    FileWhole { venue: Venue, day: Day },
    /// The same of the file of what settles today.
    SameDayFilePart { venue: Venue, day: Day, part: u16, rows: u32 },
    SameDayFileWhole { venue: Venue, day: Day },
    ObligationPart { settlement: SettlementRow, part: u16, matched: u32 },
    /// A part of the file did not agree: the file does not, whatever its other parts say.
    ObligationSpoilt { settlement: SettlementRow },
    /// A row of that part agrees: the security has had its row, or trade for trade its row of what it delivers.
    ObligationRow { settlement: SettlementRow, security: SecurityRow, delivers: bool },
    /// Money from someone who is not the client it came for.
    ReceiptHeld { receipt: u32, account: BankAccount, amount: Paise, from: AccountToken },
    ReceiptReturned { receipt: u32, payment: PaymentNo },
    /// Shares from an account that is not their client's: nobody's here, and used for nothing.
    SharesHeld { inward: u32, account: DematAccount, depository: Depository, security: SecurityRow, qty: Qty, from: AccountToken },
    /// The depository is told, each time it is told, to give them back; and so many went.
    SharesReturning { inward: u32 },
    SharesReturned { inward: u32, qty: Qty },
    /// The rest did not go: it is held under a number of its own, for a depository answers for each number once.
    SharesStay { inward: u32, under: u32 },
    /// Money from a client, with the bank's number as evidence (sebi 30.1.2).
    Receipt { client: ClientRow, amount: Paise, utr: Code<22> },
    StatementSeen { day: Day, account: BankAccount, closing: Paise, lines: u32, agreed: bool },
    Lodged { instrument: u32, client: ClientRow, kind: InstrumentKind, amount: Paise, certified: bool },
    InstrumentReached { instrument: u32, stage: InstrumentStage },
    CreditKept { client: ClientRow, until: Day, reference: u64 },
    /// A line of the bank book, and a line of a statement, by what it is of.
    BankBooked { account: BankAccount, reference: BankRef, amount: Paise },
    BankStated { account: BankAccount, reference: BankRef, amount: Paise },
    HoldingsSeen { day: Day, rows: u32, differing: u32 },
    /// A line of a depository's statement of the firm's accounts beside the register; a line it does not show is nothing.
    DematCompared { account: DematAccount, depository: Depository, security: SecurityRow, ours: Qty, theirs: Qty },
    /// The statement of a depository is whole: so many lines of the register it did not show, so many differences open.
    DematStated { day: Day, depository: Depository, missing: u32, open: u32 },
    /// A, B, C, D of sebi 23 Annexure 3.2.
    MoneyTested { day: Day, held: Paise, collateral: Paise, credits: Paise, debits: Paise, suspense: Paise },
    /// E, F, P, MC, MF of the same.
    MarginTested { day: Day, own_securities: Paise, unfunded: Paise, own_margin: Paise, used: Paise, unused: Paise },
    /// A payment or delivery to a client came after its deadline.
    Late { client: ClientRow, settlement: SettlementRow, due: Moment, funds: bool },
    CoverAsked { settlement: SettlementRow, waits: bool },
    /// Buy and sell of one trade are both the firm's own clients (guide I 6.3).
    Crossed { trade: TradeNo, buyer: ClientRow, seller: ClientRow },
    /// A client was credited for an auction or close-out whose money has not come; and it has come.
    CureDue { settlement: SettlementRow, client: ClientRow, security: SecurityRow, amount: Paise },
    CurePaid { settlement: SettlementRow, client: ClientRow, security: SecurityRow, amount: Paise },
    /// A client made delivery of an intraday position, or the other way: bought less sold.
    Converted { client: ClientRow, security: SecurityRow, venue: Venue, qty: Qty, to: Product },
    /// An intraday position was not closed: it is delivered, with the margin of delivery; so many shares of it are lacking.
    Carried { client: ClientRow, security: SecurityRow, venue: Venue, qty: Qty, margin: Paise, lacking: Qty },
    /// What the house's rules for orders come to on the day that begins.
    HouseFigured(HouseFigures),
    /// An order waits for a person; its number is the referral's.
    Referred(orders::Placed),
    ReferralConditioned { referral: u32, trigger: Price, disclosed: Qty, seen: Price },
    ReferralProof { referral: u32, source: [u8; 16], terminal: u64, kind: Evidence, reference: u64 },
    ReferralReason { referral: u32, refusal: Refusal, waived: Waived },
    /// By nobody when it expired; `order` is zero unless it went in.
    ReferralEnded { referral: u32, answer: Answer, by: Option<UserRow>, reason: u16, order: OrderNo },
    /// A third party's part of a dividend on shares of his that lay here: in suspense on the client account, until it is
    /// returned.
    DividendHeld { receipt: u32, amount: Paise, from: AccountToken },
    /// Two persons took the word of the exchange's file for a trade.
    FileTaken { no: BreakNo, trade: TradeNo, side: Side, by: UserRow, paper: u64 },
    /// So much of a client's credit is kept by nothing, or by his word for a time, and by when he must have it; nothing is due
    /// any more if it is zero.
    CreditDue { client: ClientRow, amount: Paise, due: Moment },
    /// He does not have it by then.
    CreditLate { client: ClientRow, amount: Paise, due: Moment },
}

/// The house's rules for a day's orders, for the hot path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HouseFigures {
    /// An order worth more waits for its confirmation.
    pub confirm_above: Paise,
    /// Limits whose breach waits for the risk desk.
    pub releasable: Waived,
    /// What was bought and has not come may be sold.
    pub resale: bool,
}

vocab::kept!(struct HouseFigures { confirm_above, releasable, resale });

/// What a day's funds policy came to from the rulebook, for the hot path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PolicyFigures {
    pub buy: Rate,
    pub sell: Rate,
    pub allowance: Paise,
    /// Trading days after which a debit bars buying; zero where there is no bar.
    pub debit_days: u16,
    pub evidence: bool,
    pub recording: bool,
    pub direct: bool,
    /// A security without a margin rate of its own is not traded.
    pub rated: bool,
    /// Mark to market is not paid to the clearing corporation: nobody buys.
    pub barred: bool,
    /// What the day's sales bring backs orders before the shares are paid in.
    pub credits_at_once: bool,
}

vocab::kept!(struct PolicyFigures {
    buy, sell, allowance, debit_days, evidence, recording, direct, rated, barred, credits_at_once,
});

impl PolicyFigures {
    /// Nothing is dealt in then.
    pub(crate) const BEFORE_ANY_DAY: PolicyFigures = PolicyFigures {
        buy: Rate::ZERO,
        sell: Rate::ZERO,
        allowance: Paise::ZERO,
        debit_days: 0,
        evidence: true,
        recording: true,
        direct: false,
        rated: false,
        barred: false,
        credits_at_once: false,
    };
}

const _: () = assert!(size_of::<Event>() <= 64, "events fit a cache line");

/// The one reused buffer of an entry: events, and the text that some of them point into.
#[derive(Default)]
pub struct Events {
    list: Vec<Event>,
    text: Vec<u8>,
}

impl Events {
    pub fn new() -> Events {
        Events::default()
    }

    #[inline]
    pub fn push(&mut self, event: Event) {
        self.list.push(event);
    }

    pub fn write(&mut self, text: &str) -> Text {
        let at = u32::try_from(self.text.len()).expect("a bounded entry");
        self.text.extend_from_slice(text.as_bytes());
        Text { at, len: u32::try_from(text.len()).expect("a bounded entry") }
    }

    pub fn list(&self) -> &[Event] {
        &self.list
    }

    pub fn list_mut(&mut self) -> &mut Vec<Event> {
        &mut self.list
    }

    pub fn text(&self) -> &[u8] {
        &self.text
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn clear(&mut self) {
        self.list.clear();
        self.text.clear();
    }

    /// Back to a mark taken with [`Events::len`]: a refusal leaves nothing half-said.
    pub fn cut(&mut self, mark: usize) {
        self.list.truncate(mark);
        if mark == 0 {
            self.text.clear();
        }
    }
}

/// The text an event points to.
pub fn text_of<'a>(tail: &'a [u8], text: &Text) -> &'a str {
    let start = usize::try_from(text.at).unwrap_or(usize::MAX);
    let len = usize::try_from(text.len).unwrap_or(0);
    let bytes = tail.get(start..start.saturating_add(len)).unwrap_or(&[]);
    core::str::from_utf8(bytes).unwrap_or("")
}

macro_rules! event_from {
    ($($variant:ident $type:ty;)*) => {$(
        impl From<$type> for Event {
            fn from(event: $type) -> Event { Event::$variant(event) }
        }
    )*};
}
event_from! {
    Client clients::Event;
    Order orders::Event;
    Risk risk::Event;
    Market market::Event;
    Money books::Event;
    Stock books::StockEvent;
    Clearing clearing::Event;
    Partner partners::Event;
    Margin margin::Event;
    Action actions::Event;
    Intermediary intermediaries::Event;
    Correction corrections::Event;
    Lien liens::Event;
    Mandate mandates::Event;
    Watch watch::Event;
    Access access::Event;
}
