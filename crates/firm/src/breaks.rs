//! Breaks: differences that need a person, what each is about, and in what its two sides are told.

use crate::Firm;
use alloc::format;
use alloc::string::{String, ToString};
use vocab::{BankAccount, ClientRow, Day, DematAccount, Depository, Moment, Paise, Price, Qty, SecurityRow, SettlementRow, Symbol, TradeNo, Ucc, Venue};

/// A difference that waits for its owner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Break {
    pub kind: BreakKind,
    pub subject: u64,
    pub ours: i64,
    pub theirs: i64,
    pub opened: Moment,
}

vocab::kept!(struct Break { kind, subject, ours, theirs, opened });

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
    Day,
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
    Instrument,
    Day,
    /// An exchange's trade file of a day: the exchange as in a trade's number.
    File,
    /// A settlement as the clearing corporation numbers it.
    Published,
    /// Something deposited as margin.
    Deposit,
    Client,
    User,
    Modification,
    /// Shares kept as unpaid.
    Lien,
    /// One of the firm's demat accounts.
    Demat,
    Depository,
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
            Measure::Day => i32::try_from(figure).map_or_else(|_| figure.to_string(), |day| Day(day).to_string()),
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
    /// No difference with the world: something that a person must look at.
    pub const fn is_alert(self) -> bool {
        matches!(
            self,
            BreakKind::ModificationWarning
                | BreakKind::ModificationInspection
                | BreakKind::FrequentClient
                | BreakKind::FrequentDealer
                | BreakKind::ErrorOpen
                | BreakKind::AccountsUntold
                | BreakKind::ResoldShort
                | BreakKind::UnpaidKept
                | BreakKind::BuyInDue
                | BreakKind::DeliveryObjected
                | BreakKind::CarriedShort
                | BreakKind::ThirdPartyShares
                | BreakKind::InstructionWanted
                | BreakKind::PowersUncopied
                | BreakKind::CertificateEnding
        )
    }

    /// What it is about, by name.
    pub fn subject(self, subject: u64, names: &impl Names) -> String {
        let row = u32::try_from(subject).ok();
        let plain = |what: &str| format!("{what} {subject}");
        match self.about() {
            About::Order => plain("order"),
            About::Trade => format!("trade {}", TradeNo(subject)),
            About::File => i32::try_from(TradeNo(subject).number()).map_or_else(
                |_| plain("file"),
                |day| match TradeNo(subject).venue() {
                    Venue::Nse => Day(day).to_string(),
                    venue => format!("{venue} {}", Day(day)),
                },
            ),
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
            About::Instrument => plain("instrument"),
            About::Day => i32::try_from(subject).map_or_else(|_| plain("day"), |day| Day(day).to_string()),
            About::Published => plain("settlement"),
            About::Deposit => plain("deposit"),
            About::Client => row
                .and_then(|row| names.ucc_of(ClientRow(row)))
                .map_or_else(|| if row.is_some() { plain("client") } else { "an unknown client".to_string() }, |ucc| ucc.to_string()),
            About::User => plain("user"),
            About::Modification => plain("modification"),
            About::Lien => plain("lien"),
            About::Demat => u8::try_from(subject)
                .ok()
                .and_then(DematAccount::from_number)
                .map_or_else(|| plain("account"), |account| format!("{account} account")),
            About::Depository => u8::try_from(subject)
                .ok()
                .and_then(Depository::from_number)
                .map_or_else(|| plain("depository"), |depository| depository.to_string()),
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
    BandReport = 4 Security (Price, Price) "a band that the exchange tells is not one of the day" "dealing",
    MissingInSauda = 10 Trade (Shares, Shares) "a trade of the exchange's file is not in the sauda book" "operations",
    MissingInFile = 11 Trade (Shares, Shares) "a trade of the sauda book is not in the exchange's file" "operations",
    /// guide I 6.3
    CodeDiffers = 12 Trade (Client, Client) "client code differs between sauda book and file" "operations",
    RateDiffers = 13 Trade (Price, Price) "rate differs between sauda book and file" "operations",
    QuantityDiffers = 14 Trade (Shares, Shares) "quantity, side or security differs between sauda book and file" "operations",
    ControlValue = 15 File (Money, Money) "the trade file's control total of value differs" "operations",
    ControlQuantity = 16 File (Shares, Shares) "the trade file's control total of quantity differs" "operations",
    ControlCount = 17 File (Count, Count) "the trade file's control total of trades differs" "operations",
    ObligationRow = 20 Security (Shares, Shares) "net quantity differs from the clearing corporation's file" "operations",
    ObligationFunds = 21 Settlement (Money, Money) "funds obligation differs from the clearing corporation's file" "operations",
    UnknownSettlement = 22 Published (Count, Count) "the clearing corporation names a settlement we do not have" "operations",
    ShortageDiffers = 23 Security (Shares, Shares) "the shortage differs from ours" "operations",
    CloseOutPrice = 24 Security (Price, Price) "the close-out price differs from the rule" "operations",
    SharesUnexpected = 25 Security (Shares, Shares) "shares came out that nobody is to receive" "operations",
    AuctionMoney = 26 Settlement (Money, Money) "auction money came that no client's credits come to" "funds",
    ObligationCount = 27 Settlement (Count, Count) "number of net quantities differs from the clearing corporation's file" "operations",
    SecondNumber = 28 Published (Count, Count) "a day's trades have a settlement, and come under a second number" "operations",
    NoSettlement = 29 File (Count, Count) "a trade file came for a day that has no settlement" "operations",
    PaymentUnknown = 30 Payment (Money, Code) "a payment the bank does not answer for, or that was never asked" "funds",
    PaidTwice = 31 Payment (Count, Count) "the bank paid what it had paid before" "funds",
    PaymentRefused = 32 Payment (Money, Code) "the bank refused a payment" "funds",
    ClientMoneyShort = 33 Settlement (Money, Money) "own money does not cover what clients are short of" "principal officer",
    StatementDiffers = 34 Bank (Money, Money) "bank statement and bank book differ" "funds",
    InstrumentUnknown = 68 Instrument (Count, Code) "the bank speaks of a cheque or draft that was not lodged" "funds",
    BankItemsOld = 67 Bank (Count, Count) "differences with the bank's statements stand too long" "funds",
    UnknownPayer = 35 Bank (Money, Money) "money came on an account clients do not pay into" "funds",
    Implausible = 37 Bank (Money, Money) "an amount that no bank or corporation moves" "funds",
    /// H of the client-money test (sebi 23 Annexure 3.3).
    ClientMoneyMissing = 36 Day (Money, Money) "clients are due more than is held for them and debtors owe" "principal officer",
    TransferUnknown = 40 Transfer (Shares, Shares) "a transfer the depository does not answer for, or that was never asked" "securities",
    HoldingDiffers = 41 Security (Shares, Shares) "depository statement and register differ" "securities",
    DematItemsOld = 92 Demat (Count, Count) "differences with the depositories' statements stand too long" "securities",
    /// guide I 9.14
    NoDematStatement = 93 Depository (Day, Day) "no depository statement has come today" "securities",
    /// sebi 23 Annexure 2.3
    AccountsUntold = 103 Day (Count, Day) "accounts of the firm were opened or closed and the exchanges are not told; by when they must be" "compliance",
    /// sebi 23 Annexure 2.3.5
    AccountNotOurs = 142 Demat (Code, Code) "the depository lists an account of the firm that is not open on its register; the account's last figures" "operations",
    AccountNotListed = 143 Demat (Code, Code) "an account of the firm is not on the depository's list; the account's last figures" "operations",
    AccountTagDiffers = 144 Demat (Code, Code) "the depository lists an account of the firm under another tag" "operations",
    AccountTitleDiffers = 145 Demat (Code, Code) "the depository lists an account of the firm under a title that its tag does not have; its last figures" "operations",
    TransferDiffers = 43 Transfer (Shares, Shares) "a transfer moved other shares than were due" "securities",
    /// guide I 9.6
    ThirdPartyShares = 94 Security (Shares, Shares) "shares came from an account that is not their client's, or for nothing he sold" "securities",
    InwardsOld = 95 Demat (Count, Count) "shares of third parties are held too long" "securities",
    InwardDiffers = 96 Security (Shares, Shares) "what went back to a third party is not what is held of his" "securities",
    /// sebi 15.4.6
    BuyInDue = 97 Security (Shares, Day) "an internal shortage is to be bought in on the seller's account" "risk",
    /// guide I 9.8
    DeliveryObjected = 98 Security (Shares, Day) "shares that were delivered are objected to; by when they are to be put right" "securities",
    ObjectionDiffers = 99 Security (Shares, Shares) "an objection to shares that were not delivered so, or outside its time" "securities",
    ObjectionOverdue = 100 Security (Shares, Day) "an objection is neither put right nor bought in by its day" "securities",
    MarginRate = 50 Security (Count, Count) "a margin rate that no clearing corporation sets" "risk",
    PledgeDiffers = 51 Security (Shares, Shares) "more shares are pledged than the register has free" "securities",
    PledgeUnknown = 52 Deposit (Count, Count) "a pledge ended that was not asked to end" "securities",
    BenefitUnsound = 44 Security (Day, Day) "a corporate action whose figures do not fit, or whose record day was over" "securities",
    BenefitMoney = 45 Security (Money, Money) "a dividend differs from what the shares held should bring" "funds",
    BenefitShares = 46 Security (Shares, Shares) "shares of a corporate action differ from what the shares held should bring" "securities",
    BenefitLate = 47 Security (Count, Count) "a corporate benefit has not come, or is not passed on in time" "securities",
    LiquidAssetsShort = 53 Day (Money, Money) "what is lodged with the clearing corporation does not cover the day's margins" "risk",
    /// I of the client-money test.
    OwnMarginUncovered = 54 Day (Money, Money) "clients' assets stand behind the own account's margin" "principal officer",
    /// J of the client-money test.
    ClientMoneyInMargins = 55 Day (Money, Money) "clients' money stands behind margins of debtors and the own account" "principal officer",
    LookOutOfTurn = 56 Day (Count, Count) "the corporation's look at margins came out of turn" "risk",
    LooksMissing = 57 Day (Count, Count) "the corporation looked at margins less often than it must" "risk",
    LookPrice = 58 Security (Price, Price) "a price at a look at margins that no share has" "risk",
    MarginPenaltyDiffers = 134 Client (Money, Money) "a penalty for short margin is not what the day's shortage costs" "risk",
    CashBackDiffers = 136 Deposit (Money, Money) "the clearing corporation gave back other cash than was asked of it" "funds",
    MarginPenaltyDebit = 135 Day (Money, Money) "penalties for short margin do not add up to what was debited" "funds",
    /// sebi 37.5
    InstructionWanted = 140 Security (Shares, Client) "sold shares wait for their client's own instruction: no power of his covers them" "operations",
    /// sebi 37 Annex 4.1
    PowersUncopied = 141 Day (Count, Day) "clients have no copy of the powers they gave; by when they must have" "compliance",
    /// guide SP Ann II.6
    CertificateEnding = 146 User (Count, Day) "the certificate of a terminal's user ends; the days that are left and its last" "compliance",
    LienDiffers = 90 Lien (Shares, Shares) "the shares pledged as unpaid are not those that were asked for" "securities",
    /// sebi 2019-06-20: a penalty beyond the day.
    UnpaidKept = 91 Lien (Shares, Count) "unpaid shares are kept beyond their time" "risk",
    LevyDiffers = 42 Settlement (Money, Money) "levies debited differ from those billed" "funds",
    ModificationUnknown = 60 Modification (Code, Code) "the exchange's answer about a client code contradicts what it said before" "operations",
    CustodyDiffers = 75 Trade (Code, Code) "a custodian's answer was not asked for, or contradicts what stands" "operations",
    AnnulledLate = 66 Trade (Shares, Count) "the exchange annulled a trade that no longer can be taken out of the bills" "operations",
    ReissuedLate = 101 File (Count, Count) "a trade file was issued anew when its day was over" "operations",
    CorrectedLate = 102 Trade (Money, Money) "the exchange corrected a trade that no longer can be put right in the bills" "operations",
    /// sebi 38.3.2
    ModificationWarning = 61 Day (Money, Money) "the month's changed client codes come near the exchange's threshold" "compliance",
    ModificationInspection = 62 Day (Money, Money) "the month's changed client codes are beyond the exchange's threshold" "compliance",
    /// sebi 38.9
    FrequentClient = 63 Client (Count, Count) "a client's code is changed again and again" "compliance",
    FrequentDealer = 64 User (Count, Count) "codes of a dealer's orders are changed again and again" "compliance",
    /// Sold by who was to receive them: his sale will be short.
    ResoldShort = 80 Security (Shares, Shares) "shares that were sold before they came do not come" "risk",
    /// Sold intraday, not bought back and not held: its delivery will be short.
    CarriedShort = 81 Security (Shares, Shares) "a sale within the day could not be squared, and its shares are lacking" "risk",
    /// guide I 11.5
    ErrorOpen = 65 Security (Shares, Count) "a position of the error account is carried forward" "principal officer",
    MarginPenaltyMissing = 137 Day (Money, Money) "penalties for short margin were not taken by their day" "risk",
    /// A holiday or a special session is entered wrong, or not at all.
    ShutExchangeOpens = 138 File (Code, Code) "an exchange opened on a day that the calendar keeps shut for it" "operations",
}

vocab::kept!(byte BreakKind);
