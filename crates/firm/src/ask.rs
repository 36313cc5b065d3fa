//! What people ask and what the world reports: the inputs of the firm.
//!
//! An ask may be refused; a report may not. Rows, not codes: edges look codes up once, at the border.

use alloc::boxed::Box;
use alloc::vec::Vec;
use risk::{ClientLimits, Restriction, Scope, UserLimits};
use rulebook::Rule;
use vocab::{
    AccountToken, AlertNo, Agreement, BankAccount, BenefitKind, Board, BreakNo, Certification, Channel, ClientKind, ClientRow, Code, Day, Corporation,
    DematAccount, DepositNo, Depository, Evidence, InstrumentKind, Isin, LienNo, ModificationNo, Moment, OrderKind, OrderNo, Paise, PanToken,
    PaymentNo, Phase, Price, Product, Qty, Rate, ScripCode, SecurityRow, SettlementKind, SettlementRow, Side, Slab, StateCode, Symbol, TradeNo, TransferNo,
    TimeOfDay, Ucc, TriggerNo, UserRow, Validity, VaultRef, Venue,
};

use crate::{Correction, AccountNumber, HouseAccount, ListedAccount, StatementLine, Timer};

/// Where an input came from; each source numbers its inputs 1.. so that none is taken twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Source {
    /// The firm's own clock and jobs: not numbered.
    Itself = 0,
    People = 1,
    Nse = 2,
    Bank = 3,
    Ncl = 4,
    Nsdl = 5,
    Cdsl = 6,
    Bse = 7,
    Iccl = 8,
    /// People again, by the firm's own doors: the web and the programs of traders. Numbered apart from [`Source::People`], whose acts a
    /// rehearsal numbers as it draws them.
    Online = 9,
    /// The edge that sees the market: prices that something waits for.
    Feed = 10,
}

impl Source {
    pub const ALL: [Source; 11] = [
        Source::Itself,
        Source::People,
        Source::Nse,
        Source::Bank,
        Source::Ncl,
        Source::Nsdl,
        Source::Cdsl,
        Source::Bse,
        Source::Iccl,
        Source::Online,
        Source::Feed,
    ];

    pub const fn of_venue(venue: Venue) -> Source {
        match venue {
            Venue::Nse => Source::Nse,
            Venue::Bse => Source::Bse,
        }
    }

    pub const fn of_corporation(corporation: Corporation) -> Source {
        match corporation {
            Corporation::Nscl => Source::Ncl,
            Corporation::Iccl => Source::Iccl,
        }
    }

    pub fn from_number(n: u8) -> Option<Source> {
        Source::ALL.into_iter().find(|s| *s as u8 == n)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Source::Itself => "the firm",
            Source::People => "people",
            Source::Nse => "NSE",
            Source::Bank => "bank",
            Source::Ncl => "NCL",
            Source::Nsdl => "NSDL",
            Source::Cdsl => "CDSL",
            Source::Bse => "BSE",
            Source::Iccl => "ICCL",
            Source::Online => "online",
            Source::Feed => "market data",
        }
    }
}

/// One input: what an entry of the journal decides on.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    Ask { by: UserRow, command: Command },
    Report(Report),
    /// A due timer.
    Tick(Timer),
    /// The next step of the running job.
    Step,
}

/// Role of a user; what each may ask is [`crate::permits`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Role {
    Principal = 1,
    Operations = 2,
    Risk = 3,
    Dealer = 4,
    Client = 5,
    /// Answers for a branch, and blocks who works there.
    Branch = 6,
    Compliance = 7,
    /// Reads everything and changes nothing.
    Auditor = 8,
    /// As an auditor, for the days he was sent for.
    Inspector = 9,
    /// Looks after users' access, and after nothing else.
    Administrator = 10,
}

vocab::kept!(byte Role Answer);

impl Role {
    pub const ALL: [Role; 10] = [
        Role::Principal,
        Role::Operations,
        Role::Risk,
        Role::Dealer,
        Role::Client,
        Role::Branch,
        Role::Compliance,
        Role::Auditor,
        Role::Inspector,
        Role::Administrator,
    ];

    /// Whether he only looks.
    pub const fn is_reader(self) -> bool {
        matches!(self, Role::Auditor | Role::Inspector)
    }

    pub fn from_number(n: u8) -> Option<Role> {
        Role::ALL.into_iter().find(|r| *r as u8 == n)
    }
}

/// A new order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    pub client: ClientRow,
    pub security: SecurityRow,
    pub venue: Venue,
    pub side: Side,
    pub kind: OrderKind,
    pub validity: Validity,
    pub channel: Channel,
    pub product: Product,
    /// Zero for a market order.
    pub price: Price,
    /// What wakes a stop; zero for any other order.
    pub trigger: Price,
    pub qty: Qty,
    /// The most that is shown at once; zero shows all.
    pub disclosed: Qty,
    /// The last price its client was shown, or zero.
    pub seen: Price,
    /// The caller's own key, or zero: a repeated key is told its order again.
    pub key: u64,
    /// Address it came from, as IPv6.
    pub source: [u8; 16],
    pub terminal: u64,
    pub evidence: Option<(Evidence, u64)>,
}

/// A cheque, draft or the like that a client hands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instrument {
    pub kind: InstrumentKind,
    pub amount: Paise,
    /// Account and name it is drawn on, or that its certificate names.
    pub from: Option<(AccountToken, AccountToken)>,
    /// Account payee in favour of the firm, and of nobody between.
    pub to_firm: bool,
    /// The issuing bank's word on whose account paid, and where its image is kept.
    pub certified: Option<(Certification, u64)>,
    /// The client's written request that names the instrument.
    pub request: Option<u64>,
}

/// What people ask.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Open the firm's books: its name, where it supplies from, the first two persons, its capital.
    OpenFirm { name: Box<str>, state: StateCode, pan: PanToken, principal: Code<12>, second: Code<12>, capital: Paise },
    NameBankAccount { account: BankAccount, title: Box<str> },
    NameDematAccount { account: DematAccount, depository: Depository, title: Box<str> },
    /// One of the firm's own accounts is closed.
    CloseAccount { account: HouseAccount, paper: u32 },
    /// An open account of the firm has a number with its bank or depository, at this branch or participant. It is put down once.
    NumberAccount { account: HouseAccount, number: AccountNumber, place: Box<str> },
    /// A depository's list of the accounts under the firm's tax number is compared with the register.
    CompareAccounts { depository: Depository, rows: Vec<ListedAccount> },
    /// A letter tells the exchanges what accounts were opened and closed.
    TellAccounts { letter: u64 },
    AdoptRules(Vec<Rule>),
    AddHolidays(Vec<Day>),
    /// Days on which the market trades and nothing settles.
    AddSettlementHolidays(Vec<Day>),
    /// Holidays that one exchange keeps alone.
    AddExchangeHolidays { venue: Venue, days: Vec<Day> },
    /// Special sessions of an exchange, on days that are otherwise none of its trading days.
    AddSessions { venue: Venue, days: Vec<Day> },
    /// When a special session opens and closes. Refused where there is none, its day is past or it would close before it opened.
    TimeSession { venue: Venue, day: Day, open: TimeOfDay, close: TimeOfDay },
    /// The second exchange's numbers of securities, from its list.
    ListScripCodes(Vec<(SecurityRow, ScripCode)>),
    RegisterUser { code: Code<12>, role: Role, client: Option<ClientRow>, terminal: u64 },
    LimitUser { user: UserRow, limits: UserLimits },
    LimitClient { client: ClientRow, limits: ClientLimits },
    OpenClient { ucc: Ucc, vault: VaultRef, pan: PanToken, kind: ClientKind, state: StateCode },
    VerifyClient { client: ClientRow },
    /// The exchange took the code.
    RegisterCode { client: ClientRow },
    Sign { client: ClientRow, agreement: Agreement, by_client: bool, dated: Option<Day>, revocable: bool, every: u16 },
    Revoke { client: ClientRow, agreement: Agreement },
    RegisterBank { client: ClientRow, account: AccountToken, name: AccountToken },
    RegisterDemat { client: ClientRow, depository: Depository, account: AccountToken },
    RegisterPlace { client: ClientRow, terminal: u64 },
    /// Brokerage as agreed, from a day on.
    SetPlan { client: ClientRow, from: Day, slabs: Vec<Slab> },
    ChooseFullValue { client: ClientRow, on: bool },
    Suspend { client: ClientRow, reason: u16 },
    Resume { client: ClientRow },
    ListSecurities(Vec<(Isin, Symbol)>),
    SetTerms { venue: Venue, rows: Vec<(SecurityRow, market::Terms)> },
    /// From which day a security's trades settle by the shorter cycle, as the exchanges list it.
    MoveCycle(Vec<(SecurityRow, Day)>),
    /// From which day a security is dealt in for settlement on the same day, or no longer, as the exchanges list it.
    ListSameDay(Vec<SameDayRow>),
    BeginDay { day: Day },
    Place(Place),
    /// An order for when the exchange takes orders again.
    Queue(Place),
    Modify { order: OrderNo, client: ClientRow, price: Price, qty: Qty, trigger: Price },
    Cancel { order: OrderNo, client: ClientRow },
    /// An intraday position becomes delivery, or what was dealt today for delivery intraday.
    Convert { client: ClientRow, security: SecurityRow, venue: Venue, qty: Qty, to: Product },
    Withdraw { client: ClientRow, amount: Paise },
    ReturnReceipt { receipt: u32 },
    /// Shares of a third party go back where they came from.
    ReturnShares { inward: u32 },
    Lodge { client: ClientRow, instrument: Instrument },
    /// A client asks in writing that his credits stay with the firm until a day (sebi 25.3).
    KeepCredit { client: ClientRow, until: Day, reference: u64 },
    /// The exchange's file is taken at its word for the trade of a break: two persons, and the paper that says why (guide I 6.3).
    TakeFile { no: BreakNo, paper: u64 },
    /// A person of the desk that owns it says why a difference is settled; of a file's control totals two say so.
    MendBreak { no: BreakNo, reason: u16 },
    Correct(Correction),
    /// A receipt or guarantee is taken as margin: the sum on it, what the bank holds behind it, its last good day, its
    /// number.
    TakeDeposit { client: ClientRow, form: margin::Form, amount: Paise, funded: Paise, good_until: Day, paper: u32 },
    /// Place own money with the clearing corporation as the firm's margin.
    PlaceCash { amount: Paise },
    /// Place a deposit with the clearing corporation, or take it back.
    LodgeDeposit { no: DepositNo, on: bool },
    ReturnDeposit { no: DepositNo },
    /// A client is asked by letter for the margin of what he has open today.
    CallMargin { client: ClientRow, amount: Paise, letter: u64 },
    /// Give sold shares to the clearing corporation before they are called in.
    PayInEarly { client: ClientRow, security: SecurityRow, qty: Qty },
    Intermediary(intermediaries::Ask),
    /// Stop new orders and pull open ones; what reduces stays open.
    PullSwitch { scope: Scope, reason: u16 },
    RestoreSwitch { scope: Scope },
    /// Rows of a restricted list.
    Restrict(Vec<Restriction>),
    LiftRestriction { restriction: u32 },
    /// Files of limits, limits on groups, and what is said to trades beyond one.
    Risk(risk::Ask),
    /// What becomes of an order that waits.
    Answer { referral: u32, answer: Answer, reason: u16 },
    /// What the clearing corporation never moves of a settlement is given up.
    WriteOff { settlement: SettlementRow, reason: u16 },
    /// Sell shares that their client has not paid, at a limit.
    SellLien { lien: LienNo, price: Price },
    /// Buy, on the account of a seller who was short towards another client of the firm, what he was short of, at a limit.
    BuyIn { settlement: SettlementRow, seller: ClientRow, security: SecurityRow, price: Price },
    /// Powers and mandates that clients give, and their own instructions.
    Mandate(mandates::Ask),
    /// What people watch the market for.
    Watch(watch::Ask),
    /// Who may come in.
    Access(access::Ask),
    /// A client's record once he is registered.
    Keep { client: ClientRow, ask: clients::Ask },
}

/// The answer to an order that waits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Answer {
    /// The risk desk lets it in over the limits it breaches.
    Release = 1,
    Decline = 2,
    /// Who gave it confirms its size.
    Confirm = 3,
    /// Who gave it takes it back.
    Withdraw = 4,
    /// Nobody answered before the session's end: no person gives this one.
    Expire = 5,
    /// The firm itself: an order that was kept has gone in, or was refused when its time came.
    Send = 6,
    Refuse = 7,
}

impl Answer {
    pub fn from_number(n: u8) -> Option<Answer> {
        use Answer::{Confirm, Decline, Expire, Refuse, Release, Send, Withdraw};
        [Release, Decline, Confirm, Withdraw, Expire, Send, Refuse].into_iter().find(|a| *a as u8 == n)
    }
}

/// A settlement by its published key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SettlementKey {
    pub corporation: Corporation,
    pub kind: SettlementKind,
    pub number: u32,
}

vocab::kept!(struct SettlementKey { corporation, kind, number });

/// A row of the exchanges' lists of what is dealt in for settlement on the same day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SameDayRow {
    pub security: SecurityRow,
    pub from: Day,
    pub admitted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScheduleRow {
    pub key: SettlementKey,
    pub trade_day: Day,
    pub pay_in: Day,
    pub pay_out: Day,
}

/// A row of the exchange's list of corporate actions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ActionRow {
    pub security: SecurityRow,
    pub benefit: actions::Benefit,
    /// The first day the shares trade without the benefit.
    pub ex: Day,
    /// Who holds at its end is entitled.
    pub record: Day,
}

/// A row of the exchange's final trade file (guide I 6.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileRow {
    pub trade: TradeNo,
    pub order: OrderNo,
    pub client: Option<ClientRow>,
    pub security: Option<SecurityRow>,
    pub side: Side,
    pub qty: Qty,
    pub price: Price,
    pub at: Moment,
}

/// What the clearing corporation asks for a security, and takes it for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateRow {
    pub security: SecurityRow,
    /// Value at risk and extreme loss, of the traded value.
    pub var: Rate,
    pub elm: Rate,
    /// Cut off when it is taken as collateral; none where it is not approved.
    pub haircut: Option<Rate>,
}

/// What a client's short margin of a day cost, and the tax on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PenaltyRow {
    pub client: Option<ClientRow>,
    pub penalty: Paise,
    pub tax: Paise,
}

/// Why money moved on the settlement account at the clearing corporation's word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum ClearingHead {
    PayIn = 1,
    Levies = 2,
    Valuation = 3,
    Auction = 4,
    CloseOut = 5,
    PayOut = 6,
}

vocab::kept!(byte ClearingHead);

impl ClearingHead {
    pub const fn as_str(self) -> &'static str {
        match self {
            ClearingHead::PayIn => "pay-in",
            ClearingHead::Levies => "levies",
            ClearingHead::Valuation => "valuation",
            ClearingHead::Auction => "auction",
            ClearingHead::CloseOut => "close-out",
            ClearingHead::PayOut => "pay-out",
        }
    }

    pub const ALL: [ClearingHead; 6] = [
        ClearingHead::PayIn,
        ClearingHead::Levies,
        ClearingHead::Valuation,
        ClearingHead::Auction,
        ClearingHead::CloseOut,
        ClearingHead::PayOut,
    ];

    pub fn from_number(n: u8) -> Option<ClearingHead> {
        ClearingHead::ALL.into_iter().find(|h| *h as u8 == n)
    }
}

/// Whose demat account: a client's, or one of the firm's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeldAt {
    Client(ClientRow),
    Firm(DematAccount, Depository),
    /// An account nobody registered.
    Stranger,
}

/// What the world reports.
#[derive(Clone, PartialEq, Debug)]
pub enum Report {
    /// A board of the exchange, or all of it, comes to a phase of its day.
    Phase { venue: Venue, day: Day, board: Option<Board>, phase: Phase },
    /// The index moved so far, either way, that all trading is halted.
    Halted { venue: Venue, day: Day, moved: Rate },
    /// The band of a security is another from now on.
    BandMoved { venue: Venue, security: SecurityRow, low: Price, high: Price },
    Order { order: OrderNo, report: orders::Report },
    /// An edge that sees the market saw a price reach an order that waits for it.
    Reached { trigger: TriggerNo, price: Price },
    /// It saw the market go to where an alert is true, or come back from there.
    Crossed { alert: AlertNo, met: bool, value: i64 },
    /// Whether it is known there, as of what had been told `nth` times when it was asked.
    OrderKnown { order: OrderNo, nth: u8, known: bool },
    /// The band of the same-day session lies around the regular market's last price from now on.
    SameDayBand { venue: Venue, security: SecurityRow, last: Price, low: Price, high: Price },
    TradeFile { venue: Venue, day: Day, part: u16, parts: u16, count: u64, qty: Qty, value: Paise, rows: Vec<FileRow> },
    /// What settles today, after its session: the day's file has it once more.
    SameDayFile { venue: Venue, day: Day, part: u16, parts: u16, count: u64, qty: Qty, value: Paise, rows: Vec<FileRow> },
    /// The exchange issues a day's trade file anew: the first was issue 1. All of it stands in place of all of that.
    TradeFileReissued {
        issue: u16, venue: Venue, day: Day, part: u16, parts: u16, count: u64, qty: Qty, value: Paise, rows: Vec<FileRow>,
    },
    Closes { venue: Venue, day: Day, rows: Vec<(SecurityRow, market::Close)> },
    /// Money from a person. The number is the bank's; account and name are keyed tokens.
    Credited { account: BankAccount, amount: Paise, from: AccountToken, name: AccountToken, utr: Code<22> },
    /// The bank credited an instrument, cleared it, or had it returned unpaid.
    InstrumentCredited { instrument: u32 },
    InstrumentCleared { instrument: u32 },
    InstrumentReturned { instrument: u32, code: u16 },
    PaymentDone { payment: PaymentNo },
    PaymentFailed { payment: PaymentNo, code: u16 },
    PaymentKnown { payment: PaymentNo, nth: u8, known: bool },
    /// Debit of the firm positive.
    ClearingMoney { key: SettlementKey, head: ClearingHead, amount: Paise },
    Statement { day: Day, account: BankAccount, opening: Paise, closing: Paise, lines: u32 },
    /// What the bank did on an account since its last statement, line by line.
    StatementLines { day: Day, account: BankAccount, rows: Vec<StatementLine> },
    Schedule(Vec<ScheduleRow>),
    Obligation {
        key: SettlementKey, provisional: bool, part: u16, parts: u16, funds: Paise,
        rows: Vec<(Option<SecurityRow>, Qty)>,
    },
    Short { key: SettlementKey, security: SecurityRow, qty: Qty, valuation: Price, debit: Paise },
    PayOutShort { key: SettlementKey, security: SecurityRow, qty: Qty },
    Auctioned { key: SettlementKey, security: SecurityRow, qty: Qty, price: Price, as_seller: bool },
    ClosedOut { key: SettlementKey, security: SecurityRow, qty: Qty, price: Price, as_seller: bool },
    SharesOut { key: SettlementKey, security: SecurityRow, qty: Qty, to: HeldAt },
    /// Delivered shares of one of the firm's clients are defective, or shares he received, under the corporation's number.
    Objected {
        key: SettlementKey, number: u32, client: Option<ClientRow>, security: SecurityRow, qty: Qty, defect: clearing::Defect,
        as_seller: bool,
    },
    /// And how that ended; no price where they were rectified.
    ObjectionEnded { key: SettlementKey, number: u32, remedy: clearing::Remedy, price: Price },
    PayOutComplete { key: SettlementKey },
    TransferDone { transfer: TransferNo, moved: Qty },
    TransferKnown { transfer: TransferNo, nth: u8, known: bool },
    Holdings { day: Day, opening: bool, rows: Vec<(HeldAt, SecurityRow, Qty)> },
    /// All of a depository's statement of a day has come: what it did not show it does not hold.
    HoldingsWhole { day: Day, depository: Depository },
    /// The clearing corporation's margin rates for a day, and what it takes as collateral.
    MarginRates { day: Day, rows: Vec<RateRow> },
    /// The clearing corporation gave cash of the firm's own back, to its own account.
    CashBack { deposit: DepositNo, amount: Paise },
    /// The clearing corporation took the penalties of a day's short margins from the firm's own account.
    MarginPenalties { day: Day, debit: Paise, rows: Vec<PenaltyRow> },
    /// The clearing corporation looked at clients' margins, the `nth` time of the day, at these prices.
    MarginLook { day: Day, nth: u8, rows: Vec<(SecurityRow, Price)> },
    /// Shares of a client pledged to the firm, under the depository's number.
    Pledged { client: ClientRow, security: SecurityRow, qty: Qty, paper: u32 },
    Unpledged { deposit: DepositNo },
    /// Shares that the firm did not ask for, on one of its accounts; from whose, by its keyed token.
    SharesCame { account: DematAccount, depository: Depository, security: SecurityRow, qty: Qty, from: AccountToken },
    /// How many of a third party's shares went back.
    SharesReturned { inward: u32, qty: Qty },
    /// How many shares a depository has pledged as unpaid under a number.
    LienStands { lien: LienNo, qty: Qty },
    /// What companies will give, as the exchange publishes it.
    Actions(Vec<ActionRow>),
    /// A dividend on one of the firm's bank accounts, for the shares its accounts held on the record day.
    Dividend { security: SecurityRow, record: Day, account: BankAccount, amount: Paise, utr: Code<22> },
    /// What a company gave in shares, in an account the firm sees.
    BenefitShares { security: SecurityRow, kind: BenefitKind, record: Day, to: HeldAt, qty: Qty },
    /// Whether the exchange changed a client code as it was asked; its reason if it did not.
    CodeModified { modification: ModificationNo, accepted: bool, code: u16 },
    /// Whether the exchange waives the penalty of a changed code.
    WaiverDecided { modification: ModificationNo, granted: bool },
    /// The exchange took a trade back, both sides of it.
    TradeAnnulled { trade: TradeNo },
    /// What an institution's custodian said of its trade, by the clearing corporation; his reason if he does not settle it.
    CustodianSaid { trade: TradeNo, side: Side, confirmed: bool, code: u16 },
    /// So many tried to sign in under ids that nobody has, since this was last told.
    Strangers { tries: u32 },
}
