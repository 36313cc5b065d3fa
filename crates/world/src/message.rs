//! The words between the firm and the world. Every message is plain data and travels encoded.
//!
//! Tags are append-only: a changed meaning is a new tag (DESIGN, decided 2).

use vocab::{
    BankAccount, BenefitKind, Board, Code, Corporation, Day, DepositNo, Depository, Isin, LienNo, ModificationNo, Moment, OrderKind, OrderNo, Paise, PaymentNo, Phase, Price, Qty, Rate,
    SettlementKind, Side, Symbol, TradeNo, TransferNo, Ucc, Validity, Venue, VenueOrderNo,
};

/// A bank account number, the firm's or anybody's.
pub type AccountNo = Code<20>;
/// A demat account: depository participant and client id, sixteen characters.
pub type DematNo = Code<16>;
/// The bank's unique transaction reference.
pub type Utr = Code<22>;

/// Who speaks to the firm. Each link numbers its messages from 1 without gaps.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Link {
    /// The first exchange.
    Venue = 0,
    Bank = 1,
    /// Its clearing corporation.
    Clearing = 2,
    Nsdl = 3,
    Cdsl = 4,
    /// The second exchange, and its clearing corporation.
    Bse = 5,
    Iccl = 6,
}

/// Who speaks to the world.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Sender {
    Firm = 0,
    People = 1,
    /// People who act by themselves while the world runs, numbered apart from those whose acts are drawn beforehand.
    Online = 2,
}

/// A settlement by its clearing corporation, its kind and its number: YYYYNNN, NNN counting the year's business days; of
/// the second exchange's corporation YYZZNNN, by the financial year.
///
/// An auction settlement carries the number of the normal settlement whose shortage it cures. It is named only
/// where shares come from an auction ([`ToFirm::PaidOut`]) or where they shall go ([`FromFirm::DirectPayOut`]);
/// everything else about a shortage, money included, names the normal settlement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SettlementRef {
    pub corporation: Corporation,
    pub kind: SettlementKind,
    pub number: u32,
}

impl SheetRow {
    /// The kind of settlement its trades go into.
    pub const fn kind(&self) -> SettlementKind {
        if matches!(self.board, Board::SameDay) {
            return SettlementKind::SameDay;
        }
        match (self.gross, self.moved) {
            (false, false) => SettlementKind::Normal,
            (true, false) => SettlementKind::TradeToTrade,
            (false, true) => SettlementKind::NormalMoved,
            (true, true) => SettlementKind::TradeToTradeMoved,
        }
    }
}

/// Why the clearing corporation takes or gives money on the settlement account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum ClearingHead {
    PayIn = 0,
    Levies = 1,
    Valuation = 2,
    Auction = 3,
    CloseOut = 4,
    PayOut = 5,
}

/// What the firm says to the world.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FromFirm {
    /// To an exchange. The price of a market order is not read, nor the trigger of what is no stop; zero disclosed
    /// shows all.
    NewOrder {
        venue: Venue,
        order: OrderNo,
        ucc: Ucc,
        /// On the member's own account (PRO).
        own: bool,
        symbol: Symbol,
        side: Side,
        kind: OrderKind,
        validity: Validity,
        price: Price,
        trigger: Price,
        qty: Qty,
        disclosed: Qty,
        /// Fifteen digits of the terminal the order came from.
        terminal: u64,
    },
    /// `qty` is the new total, what has traded included; the trigger is read of a stop that still sleeps.
    ModifyOrder { venue: Venue, order: OrderNo, price: Price, qty: Qty, trigger: Price },
    CancelOrder { venue: Venue, order: OrderNo },
    AskOrder { venue: Venue, order: OrderNo, nth: u8 },
    /// To the bank: between the firm's own accounts.
    Transfer { payment: PaymentNo, from: BankAccount, to: BankAccount, amount: Paise },
    Pay { payment: PaymentNo, from: BankAccount, to: AccountNo, amount: Paise },
    AskPayment { payment: PaymentNo, nth: u8 },
    /// To the bank: from the firm's own account to the clearing corporation, as the firm's margin.
    PlaceCash { payment: PaymentNo, amount: Paise },
    /// To the clearing corporation: give it back to the firm's own account, under the firm's own number of the deposit. Told
    /// again it comes to the same.
    RecallCash { deposit: DepositNo, amount: Paise },
    /// To the depository of `from`. With a settlement and the clearing corporation's account as `to` it is a pay-in.
    Move {
        transfer: TransferNo,
        depository: Depository,
        from: DematNo,
        to: DematNo,
        symbol_isin: Isin,
        qty: Qty,
        settlement: Option<SettlementRef>,
    },
    AskMove { transfer: TransferNo, nth: u8, depository: Depository },
    /// To the clearing corporation: who gets the pay-out directly in his own demat account.
    DirectPayOut { settlement: SettlementRef, isin: Isin, to: DematNo, qty: Qty },
    /// The firm's computation of securities transaction tax and stamp duty; debited with the funds pay-in.
    LeviesUpload { settlement: SettlementRef, stt: Paise, stamp: Paise },
    /// To the depository of `from`: the pledge of these shares to the firm ends. `deposit` is the firm's own number.
    Unpledge { deposit: DepositNo, from: DematNo, isin: Isin, qty: Qty },
    /// To the depository of `from`: from now on so many of these shares are pledged to the firm as unpaid, under the
    /// firm's own number. Told again it comes to the same.
    Lien { lien: LienNo, from: DematNo, isin: Isin, qty: Qty },
    /// To the depository of `from`: shares of a third party go back, under the firm's own number. Told again it is
    /// answered as before.
    SendBack { inward: u32, from: DematNo, to: DematNo, isin: Isin, qty: Qty },
    /// To the exchange: a side of today's trades stands under a wrong client code. Told again under the same
    /// number it is answered as before.
    ModifyCode { modification: ModificationNo, trade: TradeNo, side: Side, to: Ucc },
    /// To the exchange: the penalty of a changed code be waived.
    AskWaiver { venue: Venue, modification: ModificationNo },
    /// To an institution's custodian, through the clearing corporation: confirm the trade. The account is the
    /// institution's with him.
    Entrust { trade: TradeNo, side: Side, custodian: Code<10>, account: DematNo },
    /// To the clearing corporation: of what a client had to have on a day, so much was not there. Told again of the same day
    /// and code it stands as told last, until it is charged.
    ReportShort { day: Day, ucc: Ucc, asked: Paise, short: Paise },
}

/// Clients acting outside the firm, and the sheet of the day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FromPeople {
    /// A person pays into the firm's client account; the name is as the paying bank reports it.
    PayIn { from: AccountNo, name: String, amount: Paise, utr: Utr },
    /// A person takes shares out of a demat account.
    MoveAway { from: DematNo, isin: Isin, qty: Qty },
    /// The firm's staff hand a person's cheque to the bank, under the firm's own number. Handed in again it is one cheque.
    Deposit { instrument: u32, from: AccountNo, amount: Paise },
    /// Late, it is declared that nothing settles on a day to come, though the market trades.
    SettlementHoliday { day: Day },
    /// A person moves shares from an account to another, with the same depository or not.
    Give { from: DematNo, to: DematNo, isin: Isin, qty: Qty },
    OpenBankAccount { account: AccountNo, name: String, balance: Paise },
    OpenDemat { account: DematNo, depository: Depository, firm_may_see: bool },
    /// Shares that were there before.
    Endow { account: DematNo, isin: Isin, qty: Qty },
    /// The exchanges enter a client code in their lists.
    RegisterCode { ucc: Ucc },
    /// A person pledges shares to the firm; they stay in his account and cannot leave it.
    Pledge { from: DematNo, isin: Isin, qty: Qty },
    DaySheet(DaySheet),
    /// A company tells the exchange what it will give.
    Announce(Announcement),
    /// The first exchange's or the other's file of the day is out and wrong: it is issued anew with what is put right.
    Reissue { venue: Venue, mistakes: Vec<Mistake> },
    /// Shares of a paid-out settlement are defective: delivered by the client of a code, or received by him and handed in.
    Object(Defective),
}

/// What was wrong in a trade file that is out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mistake {
    /// A side of a trade was dealt in so.
    Figures { trade: TradeNo, side: Side, qty: Qty, price: Price },
    /// It was none.
    Nothing { trade: TradeNo, side: Side },
    /// An order that stands no more was dealt in for so much, at its limit.
    LeftOut { order: OrderNo, qty: Qty },
}

/// Shares that are objected to; to be put right by a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Defective {
    pub settlement: SettlementRef,
    pub ucc: Ucc,
    /// The client's own.
    pub account: DematNo,
    pub isin: Isin,
    pub qty: Qty,
    /// By the company that does not register them; else the receiving member reports them.
    pub by_company: bool,
    pub as_seller: bool,
    pub due: Day,
}

/// How an objection ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Remedy {
    Rectified = 0,
    Auctioned = 1,
    ClosedOut = 2,
}

/// What a company gives its holders.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gift {
    Dividend { per_share: Price },
    /// `new` shares for `held`.
    Bonus { new: u32, held: u32 },
    /// By face value.
    Split { from: Paise, to: Paise },
    /// Entitlements of an ISIN of their own.
    Rights { new: u32, held: u32, price: Price, entitlement: Isin },
}

impl Gift {
    pub const fn kind(&self) -> BenefitKind {
        match self {
            Gift::Dividend { .. } => BenefitKind::Dividend,
            Gift::Bonus { .. } => BenefitKind::Bonus,
            Gift::Split { .. } => BenefitKind::Split,
            Gift::Rights { .. } => BenefitKind::Rights,
        }
    }
}

/// Shares come in the night of the record day, money on the pay day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Announcement {
    pub isin: Isin,
    pub gift: Gift,
    pub ex: Day,
    pub record: Day,
    pub pay: Day,
    /// What of a dividend the company keeps back from each holder for the state, to the rupee.
    pub tax: Rate,
}

/// An exchange's prices of one day. On a flat day every security trades at its opening price all day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DaySheet {
    pub venue: Venue,
    pub day: Day,
    pub securities: Vec<SheetRow>,
    pub flat: bool,
    /// How far the index falls at its lowest; zero if it does not.
    pub fell: Rate,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetRow {
    pub symbol: Symbol,
    pub isin: Isin,
    pub prev_close: Price,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub band_low: Price,
    pub band_high: Price,
    pub tick: Price,
    pub volume: Qty,
    /// Value at risk and extreme loss as the clearing corporation published them; drawn by lots where it did not.
    pub rated: Option<(Rate, Rate)>,
    pub board: Board,
    /// Whether its band moves within the day.
    pub flexes: bool,
    /// Trade for trade: nothing nets.
    pub gross: bool,
    /// In the shorter of two cycles that run side by side.
    pub moved: bool,
}

/// What the world says to the firm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ToFirm {
    /// A board of the exchange, or all of it, comes to a phase of its day.
    Phase { day: Day, board: Option<Board>, phase: Phase },
    /// The index moved so far that everything stops; every order that stood is cancelled one by one.
    Halted { day: Day, moved: Rate },
    /// The band of a security from now on.
    BandMoved { isin: Isin, low: Price, high: Price },
    /// The band of what settles today, around the regular market's price.
    SameDayBand { isin: Isin, last: Price, low: Price, high: Price },
    Acked { order: OrderNo, venue_order: VenueOrderNo, at: Moment },
    Refused { order: OrderNo, code: u16 },
    Traded { order: OrderNo, venue_order: VenueOrderNo, trade: TradeNo, qty: Qty, price: Price, at: Moment },
    /// `qty` is the new total.
    Modified { order: OrderNo, price: Price, qty: Qty, trigger: Price, at: Moment },
    ModifyRefused { order: OrderNo, code: u16 },
    Cancelled { order: OrderNo, left: Qty, at: Moment },
    CancelRefused { order: OrderNo, code: u16 },
    Lapsed { order: OrderNo, left: Qty, at: Moment },
    /// The last price reached the trigger of a stop: it is an order like any other now.
    Triggered { order: OrderNo, at: Moment },
    /// Whether it was heard when the question came; `nth` is the asker's own and comes back as it was.
    OrderKnown { order: OrderNo, nth: u8, known: bool },
    /// The final trade file in parts of at most 500 rows; every part carries the control totals of the whole.
    TradeFile { day: Day, part: u16, parts: u16, rows: Vec<TradeRow>, count: u64, qty: Qty, value: Paise },
    /// The final trade file issued anew, the first having been issue 1: all of it stands in place of all of that.
    TradeFileAnew { issue: u16, day: Day, part: u16, parts: u16, rows: Vec<TradeRow>, count: u64, qty: Qty, value: Paise },
    /// As the trade file, of what settles today alone.
    SameDayFile { day: Day, part: u16, parts: u16, rows: Vec<TradeRow>, count: u64, qty: Qty, value: Paise },
    Bhavcopy { day: Day, part: u16, parts: u16, rows: Vec<CloseRow> },
    Credited { account: BankAccount, amount: Paise, from: AccountNo, name: String, utr: Utr },
    /// A cheque stands on the client account, subject to clearing; then it is cleared, or comes back unpaid and is debited.
    InstrumentCredited { instrument: u32 },
    InstrumentCleared { instrument: u32 },
    InstrumentReturned { instrument: u32, code: u16 },
    Paid { payment: PaymentNo },
    PayFailed { payment: PaymentNo, code: u16 },
    PaymentKnown { payment: PaymentNo, nth: u8, known: bool },
    /// On the settlement account, by mandate; spoken by the bank.
    ClearingDebit { settlement: SettlementRef, head: ClearingHead, amount: Paise },
    ClearingCredit { settlement: SettlementRef, head: ClearingHead, amount: Paise },
    BankStatement { day: Day, account: BankAccount, opening: Paise, closing: Paise, lines: u32 },
    /// What moved on one of the firm's accounts since the last statement, in parts of at most 500 rows; told before it.
    BankLines { day: Day, account: BankAccount, part: u16, parts: u16, rows: Vec<BankLine> },
    Schedule { rows: Vec<ScheduleRow> },
    /// `funds`: + the firm receives, - it pays. The levies are zero here: the firm uploads them itself.
    Obligation {
        settlement: SettlementRef,
        provisional: bool,
        part: u16,
        parts: u16,
        rows: Vec<ObligationRow>,
        funds: Paise,
        stt: Paise,
        stamp: Paise,
    },
    /// The firm delivered short.
    Shortage { settlement: SettlementRef, isin: Isin, qty: Qty, valuation_price: Price, debit: Paise },
    /// The firm receives short now; an auction follows.
    PayOutShort { settlement: SettlementRef, isin: Isin, qty: Qty },
    Auctioned { settlement: SettlementRef, isin: Isin, qty: Qty, price: Price, for_firm_as_seller: bool },
    ClosedOut { settlement: SettlementRef, isin: Isin, qty: Qty, price: Price, for_firm_as_seller: bool },
    /// Shares released, to the pool or directly.
    PaidOut { settlement: SettlementRef, isin: Isin, qty: Qty, to: DematNo },
    PayOutComplete { settlement: SettlementRef },
    /// Shares are objected to, under the corporation's own number.
    Objected { settlement: SettlementRef, number: u32, ucc: Ucc, isin: Isin, qty: Qty, by_company: bool, as_seller: bool },
    /// And how that ended; the price is zero where they were rectified.
    ObjectionEnded { settlement: SettlementRef, number: u32, remedy: Remedy, price: Price },
    /// What was there to move: it may be less than asked, zero included.
    Moved { transfer: TransferNo, qty: Qty },
    MoveKnown { transfer: TransferNo, nth: u8, known: bool },
    /// The firm's own accounts and those it may see, in parts of at most 500 rows.
    Holdings { day: Day, rows: Vec<HoldingRow> },
    /// The parts before it are the whole statement of the day.
    HoldingsWhole { day: Day, depository: Depository },
    CodeModified { modification: ModificationNo },
    CodeKept { modification: ModificationNo, code: u16 },
    WaiverDecided { modification: ModificationNo, granted: bool },
    /// A custodian settles a trade, or leaves it to the member; his reason if he does.
    CustodianSaid { trade: TradeNo, side: Side, confirmed: bool, code: u16 },
    /// The clearing corporation's margin rates and its list of approved securities, in parts of at most 500 rows.
    MarginRates { day: Day, rows: Vec<RateRow> },
    /// The clearing corporation looks at the margins of the firm's clients: the `nth` time of the day, at these prices of
    /// what they have open.
    MarginLook { day: Day, nth: u8, rows: Vec<LookRow> },
    /// Cash of the firm's own that the clearing corporation gave back.
    CashBack { deposit: DepositNo, amount: Paise },
    /// Taken from the firm's own account for what it reported short of a day, with the tax on it, in parts of at most 500 rows:
    /// each is a debit by itself.
    MarginPenalties { day: Day, debit: Paise, rows: Vec<PenaltyRow> },
    /// Shares pledged to the firm, under the depository's number.
    Pledged { from: DematNo, isin: Isin, qty: Qty, number: u32 },
    Unpledged { deposit: DepositNo },
    /// So many shares are pledged as unpaid under the firm's number.
    LienStands { lien: LienNo, qty: Qty },
    /// Shares on one of the firm's accounts that nobody was asked for.
    SharesCame { to: DematNo, from: DematNo, isin: Isin, qty: Qty },
    SentBack { inward: u32, qty: Qty },
    Actions { rows: Vec<Announcement> },
    /// On one of the firm's bank accounts, for what its demat accounts held; spoken by the bank.
    Dividend { isin: Isin, record: Day, account: BankAccount, amount: Paise, utr: Utr },
    /// New shares in an account the firm may see.
    BenefitShares { isin: Isin, kind: BenefitKind, record: Day, to: DematNo, qty: Qty },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RateRow {
    pub isin: Isin,
    pub var: Rate,
    pub elm: Rate,
    /// None where it is not taken as collateral.
    pub haircut: Option<Rate>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PenaltyRow {
    pub ucc: Ucc,
    pub penalty: Paise,
    pub tax: Paise,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LookRow {
    pub isin: Isin,
    pub price: Price,
}

/// What a bank's line is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineOf {
    Payment(PaymentNo),
    Credit(Utr),
    Clearing(SettlementRef, ClearingHead),
    /// A cheque, by the firm's number.
    Instrument(u32),
    /// Own cash that came back from the clearing corporation.
    Deposit(DepositNo),
    /// Penalties for what was short of margins on a day.
    MarginPenalties(Day),
}

/// `amount`: + to the firm's account, - from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BankLine {
    pub of: LineOf,
    pub amount: Paise,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TradeRow {
    pub trade: TradeNo,
    pub order: OrderNo,
    pub venue_order: VenueOrderNo,
    pub symbol: Symbol,
    pub isin: Isin,
    pub ucc: Ucc,
    pub side: Side,
    pub qty: Qty,
    pub price: Price,
    pub order_at: Moment,
    pub traded_at: Moment,
    pub terminal: u64,
    pub settlement: SettlementRef,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CloseRow {
    pub symbol: Symbol,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub traded: Qty,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScheduleRow {
    pub settlement: SettlementRef,
    pub trade_day: Day,
    pub pay_in_day: Day,
    pub pay_out_day: Day,
}

/// `qty`: + the firm receives, - it delivers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObligationRow {
    pub isin: Isin,
    pub qty: Qty,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HoldingRow {
    pub account: DematNo,
    pub isin: Isin,
    pub qty: Qty,
}
