//! Closed lists of the market. Every list has stable numbers: they stand in journals for ever.

/// A closed list with stable numbers and one word each.
#[macro_export]
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $n:literal $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* $variant = $n,)* }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            pub const fn from_number(n: u8) -> Option<$name> {
                match n { $($n => Some($name::$variant),)* _ => None }
            }

            pub const fn number(self) -> u8 {
                self as u8
            }

            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$variant),)* _ => None }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { f.pad(self.as_str()) }
        }
    )*};
}

words! {
    Side { Buy = 0 "buy", Sell = 1 "sell", }
    OrderKind {
        Limit = 0 "limit", Market = 1 "market",
        /// Dormant until the last price reaches its trigger, then a limit order.
        StopLimit = 2 "stop-loss limit",
        /// Dormant until the last price reaches its trigger, then a market order.
        StopMarket = 3 "stop-loss market",
    }
    /// How long an order stands.
    Validity {
        /// Until the session closes.
        Day = 0 "day",
        /// What does not trade at once is cancelled.
        Ioc = 1 "ioc",
    }
    /// What client and firm mean a trade to end as.
    Product {
        Delivery = 0 "delivery",
        /// Closed again before the session ends; what is not is delivered.
        Intraday = 1 "intraday",
        /// Dealt in the exchange's session of its own, and settled on the day.
        SameDay = 2 "same day",
    }
    /// Where an order came in (sebi 24 Annexure II 4.1.6).
    Channel {
        Web = 0 "internet", Wireless = 1 "wireless", Terminal = 2 "terminal", Telephone = 3 "telephone",
        Branch = 4 "branch", Api = 5 "api",
    }
    /// What proves that the client placed the order (sebi 36.2).
    Evidence {
        SignedPaper = 0 "signed paper", PhoneRecording = 1 "phone recording", Email = 2 "e-mail",
        InternetLog = 3 "internet log", Sms = 4 "sms", Other = 5 "other verifiable record",
    }
    /// An exchange.
    Venue { Nse = 0 "NSE", Bse = 1 "BSE", }
    /// Clearing corporation.
    Corporation { Nscl = 0 "NCL", Iccl = 1 "ICCL", }
    /// A settlement type of the clearing corporation; its letter is a dated rule.
    SettlementKind {
        Normal = 0 "normal", Auction = 1 "auction",
        /// Every buy and sale by delivery, without netting.
        TradeToTrade = 2 "trade-to-trade",
        /// Securities that have moved to the shorter cycle, while the others settle by the longer (2022).
        NormalMoved = 3 "normal, moved", TradeToTradeMoved = 4 "trade-to-trade, moved",
        /// Traded and settled on one day.
        SameDay = 5 "same day",
    }
    Depository { Nsdl = 0 "NSDL", Cdsl = 1 "CDSL", }
    ClientKind {
        Individual = 0 "individual",
        /// The member's own account.
        Own = 1 "own",
        /// The error account (Office Vandha).
        Error = 2 "error",
        Huf = 3 "Hindu undivided family",
        Partnership = 4 "partnership firm",
        Company = 5 "company",
        Trust = 6 "trust",
        /// Settled by a custodian.
        Institution = 7 "institution",
    }
    /// What must be signed before the first order.
    Agreement {
        /// Rights and obligations, risk disclosure, guidance, policies, tariff: the mandatory set.
        RightsAndObligations = 0 "rights and obligations",
        /// Running account: funds may stay with the firm between settlements.
        RunningAccount = 1 "running account",
        /// What the client deposited may be placed with the clearing corporation (sebi 26.1.2).
        CollateralAuthority = 3 "collateral authority",
    }
    /// By which paper a client lets the firm act on his accounts (sebi 37).
    PowerKind {
        Attorney = 0 "power of attorney",
        /// In place of a power of attorney since 2022, over shares alone.
        DebitPledge = 1 "demat debit and pledge instruction",
        /// ECS, later NACH: over money alone, up to a sum.
        BankMandate = 2 "bank mandate",
    }
    /// What a power may be for. The list is closed (sebi 37 Annex 1.1).
    Purpose {
        Delivery = 0 "delivery of shares", MarginPledge = 1 "pledge for margin",
        /// Offers, tenders and redemptions, each on the client's instruction.
        Offers = 2 "applications and tenders",
        Settlement = 3 "settlement and margin in money", Dues = 4 "dues in money",
        Subscriptions = 5 "subscriptions", Fees = 6 "fees",
    }
    /// What may stand on the paper of a power, with its paragraph of sebi 37 Annex.
    Clause {
        Assignable = 0 "assignees may use it (2.1.4)", Irrevocable = 1 "it cannot be revoked at any time (2.1.7)",
        OffMarket = 2 "off-market transfers to others (3.1.1)", OtherBrokers = 3 "money for another broker's trades (3.1.2)",
        OpensAccounts = 4 "accounts are opened (3.1.3)", TradesAlone = 5 "trades without consent (3.1.4)",
        BarsSlips = 6 "no delivery slips for the client (3.1.5)", BarsClient = 7 "the client may not operate (3.1.6)",
        Merges = 8 "balances are merged (3.1.7)", OpensMail = 9 "an e-mail account is opened (3.1.8)",
        Disclaims = 10 "no liability for funds blocked in error (3.1.9)",
        ReturnsErrors = 11 "what came in error goes back (2.1.6)", SendsSummary = 12 "a summary every day (2.1.9)",
    }
    /// Who brings clients to the firm.
    IntermediaryKind {
        SubBroker = 0 "sub-broker", Remisier = 1 "remisier", AuthorisedPerson = 2 "authorised person",
    }
    /// What kind of person somebody is before the law.
    LegalForm {
        Individual = 0 "individual", Partnership = 1 "partnership", Llp = 2 "limited liability partnership",
        BodyCorporate = 3 "body corporate",
    }
    /// Why an order is closed.
    Closing {
        Filled = 0 "filled", Cancelled = 1 "cancelled", Lapsed = 2 "lapsed", Rejected = 3 "rejected by the exchange",
    }
    /// The firm's own bank accounts, by the names sebi 23 Annexure 1.2 prescribes.
    BankAccount { Client = 0 "client", Settlement = 1 "settlement", Own = 2 "own", }
    /// The firm's own demat accounts.
    DematAccount {
        ClientBeneficiary = 0 "client beneficiary", Pool = 1 "pool", Principal = 2 "principal", Cisa = 3 "cisa",
        Own = 4 "own beneficiary",
        /// Client unpaid securities account.
        Unpaid = 5 "unpaid securities",
    }
    /// What a company gives its holders.
    BenefitKind { Dividend = 1 "dividend", Bonus = 2 "bonus", Split = 3 "split", Rights = 4 "rights", }
    /// The exchange's objective criteria for a client code entered in error (sebi 38.2.1), and the error account.
    ModificationReason {
        /// Wrong by communication, punching or typing: the two codes are alike.
        Alike = 0 "codes alike",
        /// A trade that is nobody's goes to the error account, to be closed in the market.
        Error = 1 "to the error account",
    }
    /// How a client hands money in, where the bank does not bring it by itself.
    InstrumentKind {
        Cheque = 0 "cheque", Draft = 1 "demand draft", PayOrder = 2 "pay order", BankersCheque = 3 "banker's cheque",
        Cash = 4 "cash",
    }
    /// What certifies whose account paid for a pre-funded instrument (sebi 30.1.1).
    Certification {
        Certificate = 0 "bank's certificate", RequisitionSlip = 1 "requisition slip",
        Passbook = 2 "passbook or statement", Reverse = 3 "authentication on the reverse",
    }
    /// Shares that keep the same hours: where not all of them open or close by a call auction, those that do are a
    /// board of their own. What settles on the day of the trade has a session of its own beside theirs.
    Board { Regular = 0 "regular", Auction = 1 "auction", SameDay = 2 "same-day", }
    /// Where a board stands in the exchange's day.
    Phase {
        /// Nothing is taken.
        Shut = 0 "shut",
        /// Orders gather for the opening auction, or for the one after a halt.
        PreOpen = 1 "pre-open",
        /// An auction is matched, or its reference price is found: nothing is taken.
        Matching = 2 "matching",
        Continuous = 3 "continuous",
        /// Orders gather for the closing auction.
        ClosingCall = 4 "closing-call",
        /// Its last minutes: limit orders alone, and those at the market stay as they are.
        ClosingLimit = 5 "closing-limit",
        /// All trades at the day's closing price.
        PostClose = 6 "post-close",
        /// The index fell or rose so far that the exchange stopped everything.
        Halted = 7 "halted",
    }
    /// How a client's trades in a security settle: by delivery, squared within the day, or on the day itself.
    Portion { Delivery = 0 "delivery", Intraday = 1 "intraday", SameDay = 2 "same day", }
}

impl OrderKind {
    /// Whether it names the worst price it accepts.
    pub const fn is_limit(self) -> bool {
        matches!(self, OrderKind::Limit | OrderKind::StopLimit)
    }

    pub const fn is_stop(self) -> bool {
        matches!(self, OrderKind::StopLimit | OrderKind::StopMarket)
    }
}

impl InstrumentKind {
    /// Paid for before it was issued, so that it does not name the account that paid.
    pub const fn is_pre_funded(self) -> bool {
        matches!(self, InstrumentKind::Draft | InstrumentKind::PayOrder | InstrumentKind::BankersCheque)
    }
}

impl ClientKind {
    /// The own and error accounts are the firm's; everyone else is a client.
    pub const fn is_own(self) -> bool {
        matches!(self, ClientKind::Own | ClientKind::Error)
    }
}

impl SettlementKind {
    /// Whether every buy and sale settles by delivery, without netting.
    pub const fn is_gross(self) -> bool {
        matches!(self, SettlementKind::TradeToTrade | SettlementKind::TradeToTradeMoved)
    }

    /// Whether what is short is closed out in money at once, without an auction.
    pub const fn is_closed_out(self) -> bool {
        self.is_gross() || matches!(self, SettlementKind::SameDay)
    }
}

impl Side {
    #[must_use]
    pub const fn other(self) -> Side {
        match self {
            Side::Buy => Side::Sell,
            Side::Sell => Side::Buy,
        }
    }
}

impl Venue {
    /// In whose set of books stands what is of no exchange.
    pub const FIRST: Venue = Venue::Nse;

    /// The clearing corporation of the exchange itself.
    pub const fn own_corporation(self) -> Corporation {
        match self {
            Venue::Nse => Corporation::Nscl,
            Venue::Bse => Corporation::Iccl,
        }
    }

    #[must_use]
    pub const fn other(self) -> Venue {
        match self {
            Venue::Nse => Venue::Bse,
            Venue::Bse => Venue::Nse,
        }
    }
}

impl Corporation {
    /// The exchange it belongs to: in whose set of books its money is.
    pub const fn exchange(self) -> Venue {
        match self {
            Corporation::Nscl => Venue::Nse,
            Corporation::Iccl => Venue::Bse,
        }
    }
}
