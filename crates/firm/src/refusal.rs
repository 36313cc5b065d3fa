//! Why an ask is refused: a stable code, at most three figures, a sentence, a source paragraph.
//!
//! A refusal is an entry like any other: the figures in it are those the decision was made on.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use vocab::{Day, Paise, Phase, Price, Qty, TimeOfDay, Venue};

/// A refusal with its figures. `{p0}` in a sentence is figure 0 as a price, `m` as money, `q` as a quantity,
/// `d` as a day, `t` as a time of day, `h` as a phase of the day, `v` as an exchange, `c` as a clause, `u` as a purpose, `k` as a scrip
/// code, `n` as a plain number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refusal {
    pub code: Code,
    pub facts: [i64; 3],
}

vocab::kept!(struct Refusal { code, facts });

macro_rules! refusals {
    ($($name:ident = $n:literal $text:literal $paragraph:literal,)*) => {
        /// The list is closed; numbers are for ever. Hundreds group: who, what, how much, whose money.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        pub enum Code { $($name = $n,)* }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];
            pub const fn number(self) -> u16 { self as u16 }
            pub const fn from_number(n: u16) -> Option<Code> {
                match n { $($n => Some(Code::$name),)* _ => None }
            }
            pub const fn name(self) -> &'static str { match self { $(Code::$name => stringify!($name),)* } }
            const fn sentence(self) -> &'static str { match self { $(Code::$name => $text,)* } }
            /// The paragraph the rule stands in; empty where it is the firm's own order.
            pub const fn paragraph(self) -> &'static str { match self { $(Code::$name => $paragraph,)* } }
        }
    };
}

refusals! {
    UnknownUser = 101 "user {n0} is not registered" "sebi 24 Annexure II 4.1.5",
    NotPermitted = 102 "the role of user {n0} may not do this" "guide SP Ann II.2",
    WantsChecker = 103 "the second person must be another than user {n0}" "guide SP Ann II.2",
    FirmOpen = 104 "the firm's books are already open" "",
    FirmNotOpen = 105 "the firm's books are not open yet" "",
    BadTitle = 106 "an account of this purpose must be titled as prescribed" "sebi 23 Annexure 1.2.1",
    AccountsMissing = 107 "{n0} of the firm's accounts that a day needs are not open and titled: clients', settlement and own bank, clients' beneficiary at each depository, pool, principal" "sebi 23 Annexure 1.2",
    AccountNotOpen = 108 "the account is not among the open accounts of the firm" "sebi 23 Annexure 2.3.3",
    HouseAccountUsed = 109 "the account holds money or shares, something is on its way, or the day is not ended" "sebi 23 Annexure 2.3.3",
    BadAccountNumber = 127 "a bank account has 9 to 18 figures and an IFSC of four letters, a zero and six letters or figures; a demat account IN and 14 figures at NSDL, 16 figures at CDSL" "sebi 23 Annexure 2.1",
    AccountNumberTaken = 128 "the number is already another account's, or stands twice" "sebi 23 Annexure 2.1",
    NoAccountPlace = 129 "the account's bank and branch, or its depository participant, is not said" "sebi 23 Annexure 2.1",
    UnknownClient = 110 "client {n0} is not known: an order needs a registered code" "guide I 4.15",
    NotYourClient = 111 "an internet user trades only for himself, not for client {n0}" "guide I 12.4",
    ClientSuspended = 112 "client {n0} is suspended" "sebi 21 Annexure 38",
    NotVerified = 113 "formalities of client {n0} are not finished" "guide App II",
    CodeNotRegistered = 114 "the exchange has not registered the code of client {n0}" "sebi 13.1",
    NotSigned = 115 "client {n0} has not signed the mandatory documents" "sebi 14.1",
    NoBank = 116 "client {n0} has no registered bank account" "guide I 8.11",
    NoDemat = 117 "client {n0} has no registered demat account" "guide I 9.5",
    NoPlan = 118 "no brokerage is agreed with client {n0}" "guide I 11.1",
    CodeTaken = 119 "the code is given to client {n0}" "guide I 4.15",
    PanTaken = 120 "the tax number stands with client {n0}" "guide I 4.15",
    BadAuthority = 121 "a running-account authority must be the client's own, dated and revocable" "sebi 15.1.1.b",
    BadInterval = 122 "a running account is settled every 30 or 90 days, not {n0}" "sebi 15.1.1.d",
    PlanAboveCap = 123 "brokerage above the maximum is not agreed" "guide I 11.2",
    AlreadySo = 124 "it is already so" "",
    PlanTooEarly = 125 "a plan can begin on {d0} at the earliest: days before keep theirs" "guide I 11.1",
    PlanRows = 126 "the rows of the plan contradict each other, or none says what delivery pays" "guide I 11.1",
    OwnElsewhere = 130 "the own account trades from terminal {n0}, not from {n1}" "sebi 24 Annexure II 4.1.5",
    ErrorOnlyCloses = 131 "the error account only closes what it holds" "guide I 11.5",
    NoEvidence = 132 "no evidence that the client placed the order" "sebi 36.2",
    NoRecording = 133 "a telephone order needs its recording" "sebi 36.4",
    NoRule = 140 "no rule number {n0} is known on {d1}" "",
    BadRule = 141 "the rule contradicts one already adopted" "",
    NotToday = 142 "the day {d0} is not a trading day, or has not come" "guide I 9.15",
    DayNotEnded = 143 "the day before has {n0} orders open or bills unmade" "guide I 7.6",
    NoSettlement = 144 "no settlement is scheduled for {d0}" "guide I 9.15",
    NoClearingCorporation = 148 "one clearing corporation settles all exchanges on {d0}, and none is chosen" "guide I 7.3(i)",
    DayGoneBy = 145 "the day {d0} is already past" "",
    UnknownIntermediary = 150 "intermediary {n0} is not known" "guide I 3.2(b)(xii)",
    IntermediaryTaken = 151 "code or tax number stand with intermediary {n0}, his partner or his director" "sebi 34.5.1(f)",
    Barred = 152 "nobody may share brokerage with this person: reason {n0}" "guide SP Ann II.7",
    IntermediaryRefused = 153 "the exchange refused intermediary {n0}" "sebi 34.3.2",
    NotApproved = 154 "the exchange has not approved intermediary {n0} for {d1}" "guide I 13.3(iii)",
    NoAgreement = 155 "no agreement with intermediary {n0} is in force" "guide I 3.2(b)(xiii)",
    NoPrivity = 156 "client, intermediary and firm have not signed with one another" "guide I 13.3(iv)",
    RemisierElsewhere = 157 "this exchange admits no remisiers" "guide I 13.5",
    ShareTooHigh = 158 "the firm gives no such part of its brokerage away" "guide I 11.3",
    ShareTooEarly = 159 "it can begin on {d0} at the earliest: days before keep theirs" "guide I 11.3",
    NotAccrued = 160 "{m0} asked, {m1} is due to the intermediary" "guide I 11.3",
    DuesWithheld = 161 "the dues of intermediary {n0} are withheld" "sebi 34.7.7",
    IntermediaryNoBank = 162 "intermediary {n0} has no registered bank account" "guide I 11.3",
    IntermediarysAccount = 163 "the account is intermediary {n0}'s: money goes directly between client and firm" "sebi 34.7.6",
    ClientClosed = 170 "the account of client {n0} is closed" "guide I 4.15",
    ClientDeceased = 171 "client {n0} is dead: what is held goes to who succeeds him" "sebi 15.8",
    ClientDormant = 172 "client {n0} has long not dealt: he must ask himself to begin again" "guide SP Ann II.2",
    NoCustodian = 173 "the custodian of institution {n0} is not known" "guide I 7.3(iv)",
    StillOpen = 174 "client {n0} still has money, shares, orders or settlements here" "sebi 15.8",
    NotDeceased = 175 "client {n0} is not dead" "sebi 15.8",
    BadHeir = 176 "client {n0} cannot succeed: he must be another, verified, living, with a bank account" "sebi 15.8",
    BadReview = 177 "the next review is to come, by {d0} at the latest" "sebi 73 Annexure 4 cl.4",
    BadFamily = 178 "client {n0} heads no family: he is himself in one, or the same" "",
    NotForKind = 179 "it is not for a client of this kind" "",
    AccountInUse = 180 "the account of client {n0} is the one in use" "guide I 8.11",
    NotHisAccount = 181 "the account is not registered for client {n0}" "guide I 8.11",
    BadPolicy = 182 "an extra margin is in hundredths of a percent, a multiple above nothing and at most a hundred" "",
    PolicyTooEarly = 183 "the client's terms can begin on {d0} at the earliest: days before keep theirs" "sebi 15.4.2",
    OverClientMeans = 184 "exposure would be {m0}; what the client has with the firm allows {m1}" "sebi 15.4.2",
    OwnMoneyShort = 456 "{m0} asked, {m1} of the firm's own money is there and not promised" "sebi 26.1.1",
    DepositStandsFor = 457 "deposit {n0} stands for the firm's margins: {m1} would be left against {m2}" "guide I 5.3",
    TooManyCodes = 191 "{n0} trading codes are allotted to the client; at most {n1} may be, one for each side" "guide I 4.16",
    NoTradingCode = 192 "no trading code of that side is allotted to client {n0}" "guide I 4.16",
    NotHisName = 193 "the account is in the name of neither client {n0} nor one who holds his account with him" "sebi 29.2",
    SessionShut = 201 "the session is not open" "guide I 12.1",
    UnknownSecurity = 202 "security {n0} is not listed" "sebi 21 Annexure 39",
    NotAdmitted = 203 "security {n0} is not admitted to trading today" "sebi 73 Annexure 4 cl.1",
    OffTick = 204 "price {p0} is not on the tick of {p1}" "sebi 24 Annexure II 4.3.2",
    OutsideBand = 205 "price {p0} is outside the band {p1} to {p2}" "sebi 24 Annexure II 4.3.2",
    BadQuantity = 206 "quantity {q0} is not a number of shares to trade" "sebi 24 Annexure II 4.3.2",
    LimitMissing = 207 "no limit is set: without one nothing goes in" "sebi 24 Annexure II 4.3.2",
    OverUserOrderQty = 208 "{q0} shares in one order; the user's limit is {q1}" "sebi 24 Annexure II 4.3.2",
    OverUserOrderValue = 209 "{m0} in one order; the user's limit is {m1}" "sebi 24 Annexure II 4.3.2",
    OverUserSymbolQty = 210 "{q0} shares of the security today; the user's limit is {q1}" "sebi 24 Annexure II 4.3.2",
    OverUserOpenValue = 211 "{m0} in open orders together; the user's limit is {m1}" "sebi 24 Annexure II 4.3.2",
    OverClientOrderValue = 212 "{m0} in one order; the client's limit is {m1}" "sebi 41.2.2(d)i",
    OverClientExposure = 213 "exposure would be {m0}; the client's limit is {m1}" "sebi 41.2.2(d)i",
    OverClientTurnover = 214 "turnover would be {m0}; the client's limit is {m1}" "sebi 41.2.2(d)i",
    ShortOfShares = 215 "{q1} shares asked, {q0} are free to sell" "entities B4 Transactions",
    ShortOfFunds = 216 "short of {m2}: margin and charges of {m1} against {m0} free" "entities B4 Transactions",
    DebitOverdue = 217 "a debit is unpaid for {n0} trading days after pay-in: only sales go in" "sebi 23 Annexure 2.6",
    NotIntraday = 290 "security {n0} is not dealt in intraday, or not for this account" "",
    IntradayOver = 291 "from {t0} on nothing new is opened intraday" "",
    NoSameDay = 530 "nothing is dealt in on {d0} for settlement on the same day" "",
    NotOnSameDayList = 531 "security {n0} is not dealt in for settlement on the same day" "",
    SameDayNotFor = 532 "client {n0} settles through a custodian: not on the day of the trade" "",
    SameDayNotKept = 533 "an order for settlement on the same day is not kept: it goes while its session is open" "",
    NothingToConvert = 292 "{q0} shares can be converted, {q1} asked" "",
    BadLimit = 218 "a limit must be set, positive and finite" "sebi 24 Annexure II 4.3.2",
    SwitchedAll = 230 "switch {n1} is pulled on everybody, reason {n2}: only what reduces goes in" "",
    SwitchedClient = 231 "switch {n1} is pulled on client {n0}, reason {n2}: only what reduces goes in" "",
    SwitchedUser = 232 "switch {n1} is pulled on user {n0}, reason {n2}: only what reduces goes in" "",
    SwitchedSecurity = 233 "switch {n1} is pulled on security {n0}, reason {n2}: only what reduces goes in" "",
    Restricted = 234 "restriction {n0} bars the order" "sebi 21 Annexure 38",
    Unconfirmed = 235 "{m0} in one order: above {m1} it waits until it is confirmed" "sebi 41.2.2(c)v",
    WaitsAlready = 236 "the key was used for order {n0} of those that wait" "entities B7 Errors",
    UnknownReferral = 237 "no order {n0} waits" "sebi 41.2.2(d)ii",
    UnknownRestriction = 238 "no restriction {n0} is in force" "",
    NoRows = 225 "the file has no rows" "",
    RowUnknown = 226 "row {n0}: nobody known stands in it" "guide I 4.15",
    RowBadLimit = 227 "row {n0}, {l1}: a limit must be set, positive and finite" "sebi 24 Annexure II 4.3.2",
    OverClientGroup = 228 "{m1} in group {n0}; the client's limit is {m2}" "sebi 24 Annexure II 4.3.2",
    OverFirmGroup = 229 "{m1} in group {n0} by all together; the firm's limit is {m2}" "sebi 24 Annexure II 4.3.2",
    UnknownGroup = 224 "no group of securities has this name" "",
    GroupTooEarly = 239 "the group can change on {d0} at the earliest: days before keep theirs" "",
    DayNotOver = 149 "the day {d0} is not over" "",
    SymbolTaken = 219 "the symbol is security {n0}'s today" "",
    BadTrigger = 220 "trigger {p0} does not fit an order at {p1}" "sebi 73 Annexure 5 1.4",
    BadDisclosed = 221 "{q0} shown of {q1}; at least {q2} must be, of an order that stands" "",
    CycleUnknown = 222 "by which cycle security {n0} settles on {d1} is not known" "guide I 7.7",
    CycleMovedAlready = 223 "security {n0} has moved to the shorter cycle" "guide I 7.7",
    PhaseBars = 250 "the exchange takes no such order in its {h0} phase" "sebi 73 Annexure 4 cl.1",
    MarketHalted = 251 "the exchange has halted all trading; orders are taken again from {t0}" "sebi 73 Annexure 5 1.7",
    HaltedForDay = 252 "the exchange has halted all trading for the day" "sebi 73 Annexure 5 1.7",
    Queued = 253 "it is kept until the exchange takes such orders" "",
    ExchangeShut = 255 "{v0} does not trade on {d1}" "guide I 9.15",
    ScripCodeTaken = 256 "scrip code {k0} is security {n1}'s today" "",
    BadScripCode = 257 "{n0} is no scrip code: it has six digits" "",
    BadSessionHours = 258 "a session from {t0} to {t1} would close before it opened" "",
    NoCredential = 259 "user {n0} has no password yet: an administrator has one issued" "sebi 41.2.2(g)",
    UserLocked = 260 "user {n0} is locked since {d1}: once he has shown who he is, two persons let him in again" "sebi 24 Annexure II 4.5.3",
    UserBlocked = 261 "user {n0} is blocked since {d1}, reason {n2}: the compliance desk says why" "sebi 24 Annexure II 4.14.4",
    UserDormant = 262 "user {n0} was last seen on {d1}: once he has shown who he is, two persons let him in again" "sebi 24 Annexure II 4.5.3",
    PasswordIssued = 263 "the password was made for user {n0}: he sets his own first" "sebi 24 Annexure II 4.5.3",
    PasswordExpired = 264 "the password of user {n0} was good until {d1}: he sets another first" "sebi 41.2.2(g)",
    SecondFactorWanted = 265 "two factors of different kinds are wanted, one that he knows and one that he holds" "sebi 44.1.6",
    NoSecondFactor = 266 "user {n0} has no such second factor: he enrols one first" "sebi 44.1.6",
    NoSession = 267 "there is no such session: sign in again" "",
    SessionOver = 268 "the session is over since {t1}: sign in again" "sebi 44.1.7",
    NotYourSession = 269 "session {n0} is another's" "",
    RequestUnknown = 270 "no such request token, or it was exchanged already: sign in again" "",
    RequestExpired = 271 "the request token was good until {t0}: sign in again" "",
    AppUnproven = 272 "what came with the request token does not fit the secret of app {n0}" "",
    UnknownApp = 273 "there is no app {n0} of his" "",
    AppBlocked = 274 "app {n0} is blocked, reason {n1}: ask the firm why" "",
    ApiKeyTaken = 275 "the key is app {n0}'s" "",
    AddressUnknown = 276 "app {n0} is used from an address that is not registered for it: register it first" "",
    NoCode = 277 "no one-time code was asked for: ask for one" "",
    CodeExpired = 278 "the one-time code was good until {t0}: ask for another" "",
    SecretUsed = 279 "the secret is on record already: choose another" "sebi 24 Annexure II 4.5.3",
    NoCertificate = 280 "no certificate of user {n0} for terminals is on record: have it entered" "guide I 12.7",
    CertificateLapsed = 281 "the certificate of user {n0} for terminals was good until {d1}: have the next one entered" "guide SP Ann II.6",
    BadTerminal = 282 "{n0} is no terminal id: CTCL has 12 digits, IML 16" "guide I 12.8",
    TerminalTaken = 283 "terminal {n0} is user {n1}'s" "guide I 12.8",
    OutsidePeriod = 284 "an inspector looks from {d0} until {d1}" "",
    NotProven = 285 "the password is wanted first" "sebi 24 Annexure II 4.5.2",
    NewPasswordWanted = 286 "since user {n0} was locked no password was issued: have one issued first" "sebi 73 Annexure 4 IBT cl.6",
    KeyKnown = 287 "the token is known already: make another" "",
    UnknownRole = 288 "there is no role {n0}" "",
    NotAfter = 289 "{d0} is not after {d1}" "",
    TakenNow = 254 "the exchange takes orders in its {h0} phase: none is kept for later" "",
    UnknownOrder = 301 "order {n0} is not known today" "",
    NotYours = 302 "order {n0} is another client's" "sebi 73 Annexure 4 cl.13",
    OrderClosed = 303 "order {n0} is closed" "entities B4 Transactions",
    AwaitingAnswer = 304 "order {n0} awaits the exchange's answer" "entities B4 Transactions",
    BelowFilled = 305 "order {n0} has already traded {q1}" "entities B4 Transactions",
    NotModifiable = 306 "order {n0} cannot be modified" "",
    NothingChanged = 307 "the change of order {n0} changes nothing" "",
    SameKey = 308 "the key was used for order {n0}" "entities B7 Errors",
    NotHeldFor = 401 "{m0} asked, {m1} is held for the client" "sebi 25.1.4(a)",
    BadSum = 402 "{m0} is not a sum to pay" "",
    UnknownReceipt = 403 "no receipt {n0} is in suspense" "sebi 30.1.2",
    UnknownBreak = 404 "break {n0} is not open" "",
    TooMany = 405 "{n0} rows in one ask; at most {n1}" "",
    CashRefused = 409 "cash of {m0} is not taken" "sebi 29.1",
    NotToFirm = 410 "an instrument is account payee in favour of the firm and of nobody between" "sebi 73 Annexure 6 11",
    NoRequest = 411 "the client's written request that names the instrument is wanting" "guide SP Ann II.4",
    NotCertified = 412 "pre-funded instruments of {m0} in a day need the issuing bank's word from {m1} on" "sebi 30.1.1",
    ThirdPartyMoney = 413 "the account that paid is not one of client {n0}'s" "guide I 8.11",
    NothingToWriteOff = 408 "nothing of settlement row {n0} is left to write off, or its pay-out has not come" "guide I 9.15",
    ClientMoneyShort = 407 "clients' money is short of {m0}: own money comes before anyone is paid" "sebi 23 Annexure 3.3.1",
    RowRepeats = 406 "row {n0} names what a row before it names" "",
    NothingToPayIn = 242 "{q0} shares asked, {q1} are sold today and not with the clearing corporation" "entities B4 Transactions",
    UnknownInward = 433 "no third party's shares are held under number {n0}" "guide I 9.6",
    NothingToBuyIn = 434 "client {n0} is short towards no other client in security row {n1}, or it is settled in money, or bought already" "sebi 15.4.6",
    UnknownLien = 430 "no shares are kept under lien {n0}" "guide I 9.6",
    NotTold = 431 "the client of lien {n0} has not been told for {n1} trading days that his shares are sold" "guide I 9.6",
    NothingOwed = 432 "{m0} are owed: no share is sold for that at {p1}" "sebi 15.4.5",
    NoMarginRate = 240 "security {n0} has no margin rate today" "sebi 73 Annexure 4 cl.11",
    MarginUnpaid = 241 "mark to market of {m0} is due and {m1} lie in cash with the clearing corporation: nobody buys" "guide I 5.7",
    BadDeposit = 420 "a paper of {m0} with {m1} behind it and good until {d2} is not taken as margin" "guide I 5.10",
    UnknownDeposit = 421 "deposit {n0} is not here" "guide I 10.5",
    NoCollateralAuthority = 422 "client {n0} has not let his collateral be placed with the clearing corporation" "guide I 10.5(ii)",
    DepositLodged = 423 "deposit {n0} lies with the clearing corporation" "guide I 10.5(iii)-(iv)",
    DepositNeeded = 424 "{m0} are counted for orders and trades, of which {m1} are free" "guide I 5.10",
    UnknownTrade = 501 "trade {n0} is not in today's sauda book" "guide I 6.1",
    WindowShut = 502 "client codes are changed until {t0}, and not after the final trade file" "sebi 38.1",
    ModificationAsked = 503 "the exchange is being asked about the trade: modification {n0}" "sebi 38.1",
    OwnAndClient = 504 "a trade of the own account is no client's, and a client's not its own" "sebi 38.7",
    ErrorKeeps = 505 "a trade leaves the error account only by its sale in the market" "sebi 38.4",
    NotACriterion = 506 "the exchange has no such criterion for a wrong code" "sebi 38.2.1",
    CodesDiffer = 507 "the codes differ in {n0} letters; alike are {n1} at most" "sebi 38.2.1",
    ErrorUnproved = 508 "nothing shows that the code was entered in error" "sebi 38.1",
    NoErrorPolicy = 509 "no error policy is approved and in force" "sebi 38.5",
    NotDisclosed = 510 "the exchange was not told that client {n0} is an error account" "sebi 38.5",
    NotErrorAccount = 511 "client {n0} is not an error account" "sebi 38.5",
    OldVersion = 512 "version {n1} of the error policy is approved, and {n0} is not newer" "sebi 38.5",
    NoteStands = 519 "note {n0} is not of today's bills, or its settlement is under way" "guide I 6.8",
    BothSides = 518 "client {n0} has the other side of trade {n1}" "sebi 38.1",
    UnknownModification = 513 "no modification {n0} was accepted by the exchange" "sebi 38.6.1",
    WaiverTaken = 514 "modification {n0} has the waiver of the quarter for one of its codes" "sebi 38.6.2",
    NoWaiver = 515 "no waiver is drafted for modification {n0}" "sebi 38.6.1",
    ErrorStillOpen = 516 "the error account still holds {q0} shares to close in the market" "guide I 11.5",
    UnknownPower = 540 "power {n0} is not known" "sebi 37.1",
    PowerEnded = 541 "power {n0} has ended" "sebi 37 Annex 2.1.7",
    PowerHolds = 542 "no power may say this: {c0}" "sebi 37 Annex",
    PowerLacks = 543 "a power must say this: {c0}" "sebi 37 Annex",
    PowerToPerson = 544 "a power is given to the registered firm and to no person of it" "sebi 37 Annex 2.1.3",
    HoldersMissing = 545 "{n0} of the {n1} who hold the account signed" "sebi 37 Annex 2.1.8",
    NotStamped = 546 "the paper is not stamped, or bears no day that has come" "sebi 37 Annex 2.1.5",
    NotItsPurpose = 547 "a paper of this kind is not for this: {u0}" "sebi 37 Annex 1.1",
    AnotherPaper = 548 "on this day shares are delivered and pledged by another paper" "sebi 37.1",
    NoAccountNamed = 549 "the paper names no account that it is for and that is registered for client {n0}" "sebi 37 Annex 2.1.1",
    BadMandate = 550 "a bank mandate has a most, here {m0}, and a last day to come; another paper has neither" "sebi 37 Annex 1.1.2",
    NoPower = 551 "no power of client {n0} covers it, and of {q2} shares {q1} are instructed by himself" "sebi 37 Annex 1.1.1",
    NothingToInstruct = 552 "{q0} shares instructed, {q1} of what he sold wait to be delivered" "sebi 37.5",
    NoSlip = 553 "an instruction that the client does not give here himself has the number of its slip" "sebi 37 Annex 3.1.5",
    ForNothing = 554 "the paper does not say what it is for" "sebi 37 Annex 1.1",
    NothingToStrike = 555 "power {n0} holds nothing that no power may hold" "sebi 37.6",
    UnknownList = 561 "no list {n0} of yours is there" "entities C5 Watch list",
    UnknownAlert = 562 "no alert {n0} of yours is there" "entities C5 Watch list",
    UnknownTrigger = 563 "no kept order {n0} of yours is there" "",
    ListedAlready = 564 "it is on the list, or a list has the name, already" "entities C5 Watch list",
    NotListed = 565 "it is not on the list" "entities C5 Watch list",
    EnoughWatched = 566 "at most {n0} of them are kept for one user" "",
    BadLegs = 567 "a kept order has prices and a quantity; of two one waits below the last price and one above it" "",
    TriggerOver = 568 "kept order {n0} has fired or ended" "",
    NotLost = 517 "{m0} asked, the error account has lost {m1}" "guide I 11.5",
    FileStands = 520 "break {n0} is a difference with the exchange's file, which stands: the file is issued anew, or two persons take its word" "guide I 6.3",
    FileSilent = 521 "of break {n0} the exchange's file says nothing that could be booked, or its time is over: a file issued anew ends it" "guide I 6.3",
}

impl Refusal {
    pub const fn plain(code: Code) -> Refusal {
        Refusal { code, facts: [0; 3] }
    }

    pub fn of(code: Code, facts: impl IntoIterator<Item = i64>) -> Refusal {
        let mut all = [0; 3];
        for (slot, fact) in all.iter_mut().zip(facts) {
            *slot = fact;
        }
        Refusal { code, facts: all }
    }
}

/// The sentence with its figures, and the paragraph.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.code.sentence();
        while let Some((before, after)) = rest.split_once('{') {
            f.write_str(before)?;
            let (kind, rest_of) = after.split_once('}').unwrap_or((after, ""));
            f.write_str(&self.figure(kind))?;
            rest = rest_of;
        }
        f.write_str(rest)?;
        match self.code.paragraph() {
            "" => Ok(()),
            paragraph => write!(f, " ({paragraph})"),
        }
    }
}

impl Refusal {
    fn figure(&self, kind: &str) -> String {
        let index = kind.as_bytes().get(1).and_then(|b| b.checked_sub(b'0')).map_or(0, usize::from);
        let fact = self.facts.get(index).copied().unwrap_or(0);
        match kind.bytes().next() {
            Some(b'p') => Price(fact).to_string(),
            Some(b'm') => format!("{:#}", Paise(fact)),
            Some(b'q') => format!("{:#}", Qty(fact)),
            Some(b'd') => Day(i32::try_from(fact).unwrap_or(0)).to_string(),
            Some(b't') => TimeOfDay(u32::try_from(fact).unwrap_or(0)).to_string(),
            Some(b'l') => u8::try_from(fact).ok().and_then(risk::Which::from_number).map_or_else(String::new, |w| w.as_str().into()),
            Some(b'k') => u32::try_from(fact).map_or_else(|_| fact.to_string(), |code| vocab::ScripCode(code).to_string()),
            Some(b'v') => Venue::ALL.iter().find(|it| i64::from(it.number()) == fact).map_or_else(String::new, ToString::to_string),
            Some(b'c') => word(fact, vocab::Clause::from_number, vocab::Clause::as_str),
            Some(b'u') => word(fact, vocab::Purpose::from_number, vocab::Purpose::as_str),
            Some(b'h') => u8::try_from(fact).ok().and_then(Phase::from_number).map_or_else(String::new, |p| p.to_string()),
            _ => fact.to_string(),
        }
    }
}

/// A word of a closed list by its number.
fn word<T>(number: i64, from: impl Fn(u8) -> Option<T>, text: impl Fn(T) -> &'static str) -> String {
    u8::try_from(number).ok().and_then(from).map_or_else(String::new, |it| text(it).into())
}

impl From<watch::Refusal> for Refusal {
    fn from(refusal: watch::Refusal) -> Refusal {
        use watch::Refusal as No;
        match refusal {
            No::UnknownList { list } => Refusal::of(Code::UnknownList, [i64::from(list.0)]),
            No::UnknownAlert { alert } => Refusal::of(Code::UnknownAlert, [i64::from(alert.0)]),
            No::UnknownTrigger { trigger } => Refusal::of(Code::UnknownTrigger, [i64::from(trigger.0)]),
            No::ThereAlready => Refusal::plain(Code::ListedAlready),
            No::NotThere => Refusal::plain(Code::NotListed),
            No::TooMany { most } => Refusal::of(Code::EnoughWatched, [i64::try_from(most).unwrap_or(i64::MAX)]),
            No::BadLegs => Refusal::plain(Code::BadLegs),
            No::Over { trigger } => Refusal::of(Code::TriggerOver, [i64::from(trigger.0)]),
        }
    }
}

impl From<access::Refusal> for Refusal {
    fn from(refusal: access::Refusal) -> Refusal {
        match refusal {
            access::Refusal::NoSession { session } => Refusal::of(Code::NoSession, [i64::from(session.0)]),
            access::Refusal::Over { session, since } => {
                Refusal::of(Code::SessionOver, [i64::from(session.0), i64::from(since.time().0)])
            }
        }
    }
}

impl From<mandates::Refusal> for Refusal {
    fn from(refusal: mandates::Refusal) -> Refusal {
        match refusal {
            mandates::Refusal::Unknown { power } => Refusal::of(Code::UnknownPower, [i64::from(power.0)]),
            mandates::Refusal::Ended { power } => Refusal::of(Code::PowerEnded, [i64::from(power.0)]),
        }
    }
}

impl From<clients::Refusal> for Refusal {
    fn from(refusal: clients::Refusal) -> Refusal {
        match refusal {
            clients::Refusal::CodeTaken { by } => Refusal::of(Code::CodeTaken, [i64::from(by.0)]),
            clients::Refusal::TooManyCodes { has, most } => {
                Refusal::of(Code::TooManyCodes, [i64::from(has), i64::from(most)])
            }
            clients::Refusal::PanTaken { by } => Refusal::of(Code::PanTaken, [i64::from(by.0)]),
            clients::Refusal::UnknownClient { client } => Refusal::of(Code::UnknownClient, [i64::from(client.0)]),
            clients::Refusal::NotVerified => Refusal::plain(Code::NotVerified),
            clients::Refusal::BadAuthority => Refusal::plain(Code::BadAuthority),
            clients::Refusal::AlreadySo => Refusal::plain(Code::AlreadySo),
        }
    }
}

impl From<intermediaries::Refusal> for Refusal {
    fn from(refusal: intermediaries::Refusal) -> Refusal {
        use intermediaries::Refusal as No;
        match refusal {
            No::Unknown { intermediary } => Refusal::of(Code::UnknownIntermediary, [i64::from(intermediary.0)]),
            No::Taken { by } => Refusal::of(Code::IntermediaryTaken, [i64::from(by.0)]),
            No::Barred { reason } => Refusal::of(Code::Barred, [i64::from(reason)]),
            No::Refused { intermediary } => Refusal::of(Code::IntermediaryRefused, [i64::from(intermediary.0)]),
            No::NotApproved { intermediary, day } => {
                Refusal::of(Code::NotApproved, [i64::from(intermediary.0), i64::from(day.0)])
            }
            No::NoAgreement { intermediary } => Refusal::of(Code::NoAgreement, [i64::from(intermediary.0)]),
        }
    }
}

impl From<orders::Refusal> for Refusal {
    fn from(refusal: orders::Refusal) -> Refusal {
        let (code, order) = match refusal {
            orders::Refusal::UnknownOrder { order } => (Code::UnknownOrder, order),
            orders::Refusal::NotYours { order } => (Code::NotYours, order),
            orders::Refusal::AlreadyClosed { order } => (Code::OrderClosed, order),
            orders::Refusal::AwaitingAnswer { order } => (Code::AwaitingAnswer, order),
            orders::Refusal::BelowFilled { order } => (Code::BelowFilled, order),
            orders::Refusal::NotModifiable { order } => (Code::NotModifiable, order),
            orders::Refusal::NothingChanged { order } => (Code::NothingChanged, order),
            orders::Refusal::SameKey { order } => (Code::SameKey, order),
        };
        Refusal::of(code, [i64::try_from(order.0).unwrap_or(i64::MAX)])
    }
}

impl From<risk::Refusal> for Refusal {
    fn from(refusal: risk::Refusal) -> Refusal {
        match refusal {
            risk::Refusal::Switched { scope, switch, reason } => {
                let code = match scope {
                    risk::Scope::All => Code::SwitchedAll,
                    risk::Scope::Client(_) => Code::SwitchedClient,
                    risk::Scope::User(_) => Code::SwitchedUser,
                    risk::Scope::Security(_) => Code::SwitchedSecurity,
                };
                Refusal::of(code, [i64::from(scope.parts().1), i64::from(switch), i64::from(reason)])
            }
            risk::Refusal::Restricted { restriction } => Refusal::of(Code::Restricted, [i64::from(restriction)]),
            risk::Refusal::OffTick { price, tick } => Refusal::of(Code::OffTick, [price.0, tick.0]),
            risk::Refusal::OutsideBand { price, low, high } => {
                Refusal::of(Code::OutsideBand, [price.0, low.0, high.0])
            }
            risk::Refusal::BadQuantity { qty } => Refusal::of(Code::BadQuantity, [qty.0]),
            risk::Refusal::LimitMissing { which } => Refusal::of(Code::LimitMissing, [i64::from(which as u8)]),
            risk::Refusal::OverLimit { which, would, limit } => {
                let code = match which {
                    risk::Which::UserOrderQty => Code::OverUserOrderQty,
                    risk::Which::UserOrderValue => Code::OverUserOrderValue,
                    risk::Which::UserSymbolQty => Code::OverUserSymbolQty,
                    risk::Which::UserOpenValue => Code::OverUserOpenValue,
                    risk::Which::ClientOrderValue => Code::OverClientOrderValue,
                    risk::Which::ClientExposure => Code::OverClientExposure,
                    risk::Which::ClientTurnover => Code::OverClientTurnover,
                };
                Refusal::of(code, [would, limit])
            }
            risk::Refusal::ShortOfShares { free, asked } => {
                Refusal::of(Code::ShortOfShares, [free.at_least_zero().0, asked.0])
            }
            risk::Refusal::ShortOfFunds { free, margin, charges } => {
                let needed = margin + charges;
                Refusal::of(Code::ShortOfFunds, [free.0, needed.0, (needed - free).0])
            }
            risk::Refusal::OverGroup { group, firm, would, limit } => {
                let code = if firm { Code::OverFirmGroup } else { Code::OverClientGroup };
                Refusal::of(code, [i64::from(group), would.0, limit.0])
            }
            risk::Refusal::DebitOverdue { days } => Refusal::of(Code::DebitOverdue, [i64::from(days)]),
        }
    }
}

impl From<rulebook::NoRule> for Refusal {
    fn from(none: rulebook::NoRule) -> Refusal {
        Refusal::of(Code::NoRule, [i64::from(none.name.number()), i64::from(none.day.0)])
    }
}

impl From<clients::Gate> for Code {
    fn from(gate: clients::Gate) -> Code {
        match gate {
            clients::Gate::Open => Code::AlreadySo,
            clients::Gate::Closed => Code::ClientClosed,
            clients::Gate::Deceased => Code::ClientDeceased,
            clients::Gate::Dormant => Code::ClientDormant,
            clients::Gate::NoCustodian => Code::NoCustodian,
            clients::Gate::Suspended => Code::ClientSuspended,
            clients::Gate::NotVerified => Code::NotVerified,
            clients::Gate::CodeNotRegistered => Code::CodeNotRegistered,
            clients::Gate::NotSigned => Code::NotSigned,
            clients::Gate::NoBank => Code::NoBank,
            clients::Gate::NoDemat => Code::NoDemat,
            clients::Gate::NoPlan => Code::NoPlan,
        }
    }
}

vocab::kept!(word Code);
