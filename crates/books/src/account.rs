//! The chart of accounts, and why a posting was made. Numbers are for ever: they stand in journals.

/// What kind of account it is, for the trial balance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    Bank,
    /// What others owe the firm.
    Asset,
    Clearing,
    Control,
    Liability,
    Income,
    Loss,
    Capital,
}

macro_rules! accounts {
    ($($(#[$doc:meta])* $name:ident = $n:literal $code:literal $text:literal $class:ident,)*) => {
        /// An account of the general ledger. Client, state and receipt are its owner, a dimension of the posting.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Account { $($(#[$doc])* $name = $n,)* }

        impl Account {
            pub const ALL: &'static [Account] = &[$(Account::$name,)*];

            pub const fn number(self) -> u8 { self as u8 }

            pub const fn from_number(n: u8) -> Option<Account> {
                match n { $($n => Some(Account::$name),)* _ => None }
            }

            /// The short code of the chart.
            pub const fn code(self) -> &'static str { match self { $(Account::$name => $code,)* } }

            /// The name as an hledger account, `class:name`.
            pub const fn name(self) -> &'static str { match self { $(Account::$name => $text,)* } }

            pub const fn class(self) -> Class { match self { $(Account::$name => Class::$class,)* } }
        }
    };
}

accounts! {
    ClientBank = 1 "CB" "assets:bank:client" Bank,
    SettlementBank = 2 "SB" "assets:bank:settlement" Bank,
    OwnBank = 3 "OB" "assets:bank:own" Bank,
    /// Between the client bills and the clearing corporation's money: zero once a settlement is done.
    SettlementControl = 10 "SC" "clearing:settlement" Clearing,
    /// Own money that lies with the clearing corporation as the firm's margin.
    OwnDeposit = 15 "CD" "clearing:own-deposit" Clearing,
    /// Valuation debits, auctions and close-outs: zero once each shortage is done.
    AuctionControl = 11 "AC" "clearing:auction" Clearing,
    /// Between a client who delivered short and the client of ours who bought: ends at zero.
    InternalShortage = 12 "IS" "control:internal-shortage" Control,
    /// Between two exchanges' sets of books: what the one owes the other. Over all sets it is zero.
    InterExchange = 13 "IX" "control:inter-exchange" Control,
    /// Money between two of the firm's own bank accounts.
    InTransit = 14 "TR" "control:in-transit" Control,
    /// One client's account; the owner is the client.
    Client = 20 "UCC" "liabilities:client" Liability,
    /// Money from someone who is not the client it names; the owner is the receipt.
    Suspense = 21 "SUS" "liabilities:suspense" Liability,
    Stt = 22 "STT" "liabilities:stt" Liability,
    /// The owner is the buyer's state.
    Stamp = 23 "STAMP" "liabilities:stamp" Liability,
    ExchangeCharges = 24 "EXC" "liabilities:exchange" Liability,
    SebiFee = 25 "SEBI" "liabilities:sebi" Liability,
    InvestorProtection = 26 "IPFT" "liabilities:investor-protection" Liability,
    CentralGst = 27 "CGST" "liabilities:gst:central" Liability,
    StateGst = 28 "SGST" "liabilities:gst:state" Liability,
    IntegratedGst = 29 "IGST" "liabilities:gst:integrated" Liability,
    ServiceTax = 30 "ST" "liabilities:service-tax" Liability,
    EducationCess = 31 "EC" "liabilities:education-cess" Liability,
    HigherEducationCess = 32 "SHEC" "liabilities:higher-education-cess" Liability,
    SwachhBharatCess = 33 "SBC" "liabilities:swachh-bharat-cess" Liability,
    KrishiKalyanCess = 34 "KKC" "liabilities:krishi-kalyan-cess" Liability,
    /// Dividends on clients' shares until they are passed on; the owner is the security.
    ClientDividends = 35 "DIV" "liabilities:client-dividends" Liability,
    /// What an intermediary is due of the brokerage of his clients; the owner is the intermediary.
    Intermediary = 51 "IM" "liabilities:intermediary" Liability,
    /// Income tax kept back from what others are paid.
    TaxDeducted = 36 "TDS" "liabilities:tax-deducted" Liability,
    /// Penalties for changed client codes, due to the exchange's investor protection fund.
    PenaltiesDue = 37 "PEND" "liabilities:penalties" Liability,
    Brokerage = 40 "BR" "income:brokerage" Income,
    DelayedCharges = 41 "DPC" "income:delayed-payment" Income,
    ErrorLoss = 42 "EL" "loss:error" Loss,
    Penalties = 43 "PEN" "loss:penalties" Loss,
    OwnDividends = 44 "ODIV" "income:dividends" Income,
    /// The part of the brokerage that went to intermediaries: never taken off the brokerage itself (guide I 11.3).
    SharedBrokerage = 52 "SH" "loss:shared-brokerage" Loss,
    /// What a clearing corporation never moved: a loss, or a gain if credited.
    WrittenOff = 53 "WO" "loss:written-off" Loss,
    Capital = 50 "CAP" "capital" Capital,
    /// Income tax that others kept back from what they paid the firm, until it is credited to it.
    TaxKeptBack = 54 "TKB" "assets:tax-kept-back" Asset,
}

impl Account {
    /// The account is one for the firm, whatever the exchange: it stands in the first exchange's set of books.
    pub const fn is_of_no_exchange(self) -> bool {
        matches!(
            self,
            Account::ClientBank
                | Account::OwnBank
                | Account::Suspense
                | Account::ClientDividends
                | Account::OwnDividends
                | Account::Intermediary
                | Account::TaxDeducted
                | Account::TaxKeptBack
                | Account::Capital
        )
    }
}

macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident = $n:literal $text:literal,)*) => {
        /// Why a voucher was made; its reference number says which one.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Cause { $($(#[$doc])* $name = $n,)* }

        impl Cause {
            pub const ALL: &'static [Cause] = &[$(Cause::$name,)*];
            pub const fn number(self) -> u8 { self as u8 }
            pub const fn from_number(n: u8) -> Option<Cause> {
                match n { $($n => Some(Cause::$name),)* _ => None }
            }
            /// The narration of the voucher.
            pub const fn narration(self) -> &'static str { match self { $(Cause::$name => $text,)* } }
        }
    };
}

causes! {
    Opening = 1 "opening balance",
    /// Reference: the entry of the bank's report.
    Receipt = 2 "received from client",
    ThirdParty = 3 "received from a third party, held in suspense",
    ThirdPartyReturn = 4 "third-party money returned",
    /// Reference: the contract note.
    Bill = 5 "contract note and bill",
    /// Reference: the payment.
    Transfer = 6 "transfer between own bank accounts",
    PayIn = 7 "funds pay-in debited by the clearing corporation",
    PayOut = 8 "funds pay-out credited by the clearing corporation",
    Levies = 9 "STT and stamp duty debited by the clearing corporation",
    ClientPayOut = 10 "paid to client",
    Valuation = 11 "valuation debit for short delivery",
    Auction = 12 "auction difference",
    CloseOut = 13 "close-out",
    InternalShortage = 14 "internal shortage by disclosed policy",
    Sweep = 15 "brokerage and dues drawn",
    Cover = 16 "own money placed or taken back",
    /// Reference: the corporate action; zero where nobody had announced it.
    Benefit = 17 "dividend received or passed on",
    /// Reference: the contract note.
    Sharing = 19 "intermediary's share of brokerage",
    /// Reference: the payment.
    IntermediaryPayment = 18 "paid to intermediary",
    /// Reference: the month, as twelve a year.
    ModificationPenalty = 20 "penalty for changed client codes",
    /// Reference: the client row of the error account.
    ErrorLoss = 21 "loss of the error account, sanctioned",
    /// Reference: the contract note taken back.
    BillCancelled = 22 "contract note and bill cancelled",
    /// Reference: the instrument.
    Dishonoured = 23 "cheque or draft dishonoured",
    /// Reference: the settlement.
    WriteOff = 24 "written off: never moved by the clearing corporation",
    /// Reference: the day the margin was short on.
    MarginPenalty = 35 "penalty for short margin, debited by the clearing corporation",
    MarginPenaltyPassed = 36 "penalty for short margin, borne by who did not give it",
    /// Reference: the payment, or the deposit that came back.
    OwnDeposit = 37 "own money placed with the clearing corporation",
    OwnDepositBack = 38 "own money back from the clearing corporation",
    /// Reference: the trade.
    Custodian = 25 "settled by the institution's custodian",
    /// Reference: the exchange whose set of books it leaves.
    BroughtOver = 46 "brought over to the running account",
}

vocab::kept!(byte Account);
