//! Rules whose value is one of a closed list. Numbers are stable: they stand in journals for ever.

/// A closed list that a rule can choose from.
pub trait Choice: Copy + Sized + 'static {
    /// The numbers and the words of the list, as [`crate::Unit::Choice`] holds them.
    const WORDS: &'static [(i64, &'static str)];

    fn from_value(value: i64) -> Option<Self>;
}

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $n:literal $text:literal,)* })*) => {
        vocab::words! { $($(#[$doc])* $name { $($(#[$vdoc])* $variant = $n $text,)* })* }

        $(impl Choice for $name {
            const WORDS: &'static [(i64, &'static str)] = &[$(($n, $text),)*];

            fn from_value(value: i64) -> Option<$name> {
                u8::try_from(value).ok().and_then($name::from_number)
            }
        })*
    };
}

choices! {
    YesNo { No = 0 "no", Yes = 1 "yes", }
    /// Whose stamp duty a trade pays.
    StampRegime {
        /// The law of the client's state, from both sides.
        StateTables = 0 "state tables",
        /// One rate for the country, from the buyer alone.
        Uniform = 1 "uniform",
    }
    /// What service tax and its successor are charged on. STT and stamp duty are never in it.
    TaxBase {
        Brokerage = 0 "brokerage",
        /// The exchange's charges, the investor-protection levy among them, join the brokerage.
        ExchangeCharges = 1 "brokerage and exchange charges",
        /// The SEBI fee joins too.
        SebiFee = 2 "brokerage, exchange charges and SEBI fee",
    }
    /// Whether one clearing corporation settles the trades of several exchanges.
    Interoperability {
        /// One obligation per exchange.
        PerExchange = 0 "per exchange",
        /// Each member moved on a day it chose.
        ByMember = 1 "by member",
        /// One obligation over all exchanges.
        Joint = 2 "joint",
    }
    /// By which paper shares are delivered or pledged for a client without his instruction each time.
    DeliveryPaper { Attorney = 0 "power of attorney", DebitPledge = 1 "debit and pledge instruction", }
    /// Who settles the firm's trades.
    ClearedBy { OwnExchange = 0 "each exchange's own", Nscl = 1 "NCL", Iccl = 2 "ICCL", }
    /// Whether the clearing corporation delivers shares to the client itself.
    DirectPayOut { Optional = 0 "optional", Mandatory = 1 "mandatory", }
    /// What becomes of shares whose client has not paid.
    UnpaidSecurities {
        /// Withheld in the firm's client account, until he pays.
        Withheld = 1 "withheld",
        /// In an account of their own, for a few days.
        Account = 2 "unpaid securities account",
        /// In his own account, pledged to the firm, for a few days.
        Pledge = 3 "pledge in the client's account",
    }
    /// Who bears the penalty of a client's short upfront margin.
    PenaltyPassing {
        /// The client, where it is shown that he was asked and did not give.
        OnFailure = 0 "where the client failed to give",
        /// The member, whatever the client did.
        Borne = 1 "borne by the member",
    }
    /// How the closing price of a share is found.
    ClosingMethod {
        LastHalfHourAverage = 0 "average of the last half hour",
        Auction = 1 "closing auction",
    }
    /// Which shares open by a call auction.
    PreOpen { Nothing = 0 "none", IndexShares = 1 "index shares", AllShares = 2 "all shares", }
    /// Which exchange admits somebody.
    AdmittedOn { Nse = 0 "NSE", Bse = 1 "BSE", }
    /// How far the price of a share that has derivatives may move.
    PriceBand { Unlimited = 0 "no band", Dynamic = 1 "dynamic", }
    /// What a client must have with the member before an order.
    MarginPolicy {
        /// What the member's own documented policy asks.
        Member = 0 "member's policy",
        /// Value at risk and extreme loss upfront and reported, without penalty for a shortfall.
        Reported = 1 "upfront, reported",
        /// Value at risk and extreme loss, or the flat rate in lieu, upfront; a shortfall is penalised.
        Upfront = 2 "upfront",
    }
    /// How the firm finds the upfront margin of a security.
    UpfrontMethod {
        /// The flat rate, which the circular allows in lieu.
        Flat = 0 "flat",
        /// Value at risk and extreme loss; a security without them is not traded.
        ByRisk = 1 "VaR and ELM",
        /// The higher of both; without a rate of its own a security asks for the flat one.
        Higher = 2 "the higher",
    }
    /// How often a running account is settled.
    RunningAccount {
        /// No period is set.
        AsAgreed = 0 "as agreed",
        /// Within a number of days of the settlement before, as the client chose.
        DayGap = 1 "day gap",
        /// On the first Friday of the quarter or month.
        FirstFriday = 2 "first Friday",
        /// On the dates of the exchanges' joint calendar.
        ExchangeCalendar = 3 "exchange calendar",
    }
    /// What happens when one client of the firm fails to deliver to another.
    InternalShortage {
        /// The buyer is paid the price of a close-out.
        CloseOut = 0 "close-out",
        /// The firm buys in the market and delivers; the seller bears the cost.
        BuyIn = 1 "buy-in",
    }
    /// By when a running account whose client has long not dealt is paid out.
    IdleCredit {
        /// Within working days of the last day of its time.
        WorkingDays = 1 "working days",
        /// On the next day of the monthly accounts, whatever its own are.
        MonthlyDay = 2 "monthly day",
    }
}
