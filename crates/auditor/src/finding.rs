//! What an audit finds, in a broker's words.

use crate::chart::{account, head, place};
use core::fmt;
use rulebook::{BadRule, NoRule};
use vocab::{
    ClientRow, Day, EntryNo, FinancialYear, NoteNo, OrderNo, Paise, PaymentNo, Qty, SecurityRow, SettlementRow, Side,
    TradeNo, Ucc, Venue,
};

/// A client: by his code where the facts gave one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Who {
    pub client: ClientRow,
    pub ucc: Option<Ucc>,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ucc {
            Some(ucc) => write!(f, "client {ucc}"),
            None => write!(f, "client row {}", self.client),
        }
    }
}

/// One side of a difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Figure {
    Nothing,
    Money(Paise),
    Shares(Qty),
    Day(Day),
    Number(u64),
    Client(Who),
    Settlement(SettlementRow),
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Figure::Nothing => f.write_str("nothing"),
            Figure::Money(amount) => write!(f, "{amount:#}"),
            Figure::Shares(qty) => write!(f, "{qty:#} shares"),
            Figure::Day(day) => write!(f, "{day}"),
            Figure::Number(n) => write!(f, "{n}"),
            Figure::Client(who) => write!(f, "{who}"),
            Figure::Settlement(row) => write!(f, "settlement row {row}"),
        }
    }
}

macro_rules! whats {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* } $text:literal $(, $part:expr)*;)*) => {
        /// What differs. Each variant names the thing; the two figures stand in the [`Finding`].
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum What { $($(#[$doc])* $name { $($field: $type),* },)* }

        impl fmt::Display for What {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(What::$name { $($field),* } => write!(f, $text $(, $part)*),)* }
            }
        }
    };
}

const fn known(name: Option<&'static str>) -> &'static str {
    match name {
        Some(name) => name,
        None => "no such number",
    }
}

/// The figure of a list, by its place.
const fn nth(all: &[&'static str], at: u8) -> &'static str {
    match all.split_at_checked(at as usize) {
        Some((_, [name, ..])) => name,
        _ => "no such figure",
    }
}

const fn exposure(at: u8) -> &'static str {
    nth(&["value at risk", "extreme loss", "mark to market", "cover by his own deposits"], at)
}

const fn margin(at: u8) -> &'static str {
    nth(&["wanted up front", "in money", "in receipts and guarantees", "in securities", "short"], at)
}

const fn at_look(at: u8) -> &'static str {
    nth(&["asked", "wanted of it", "in money", "in receipts and guarantees", "in securities", "short"], at)
}

const fn days(at: u8) -> &'static str {
    nth(&["the look that asked for most", "days short on end", "days short of the month"], at)
}

const fn reported(at: u8) -> &'static str {
    nth(&["short in the evening", "wanted at the peak", "short at the peak", "penalty"], at)
}

whats! {
    // Setting up.
    UnknownClient { client: ClientRow } "client row {client} was never opened";
    NoPlan { who: Who } "{who} is billed without a brokerage plan";
    PlanTooEarly { who: Who } "a brokerage plan of {who} begins on a day that is not its own any more";
    RuleContradicts { reason: BadRule } "an adopted rule cannot stand: {reason}";
    RuleMissing { rule: NoRule } "cannot be judged: {rule}";
    DayOutOfTurn {} "a day began that does not follow the day before";
    NotATradingDay { day: Day } "{day} is no trading day";
    ExchangeShut { venue: Venue, day: Day } "trades of {day} at {venue}, which was shut";
    // Orders and trades.
    OrderNumber {} "order numbers are not gapless";
    OrderUnknown { order: OrderNo } "order {order} was never placed";
    OrderClosedTwice { order: OrderNo } "order {order} was closed before";
    OrdersLeftOpen { day: Day } "orders stand open as {day} begins";
    TradeTwice { trade: TradeNo, side: Side } "{side} side of trade {trade} is booked twice";
    TradeOnAnother { trade: TradeNo } "trade {trade} is booked on another client than its order";
    TradeNotAsOrdered { trade: TradeNo } "trade {trade} is of another security or side than its order";
    TradeQuantity { trade: TradeNo } "trade {trade} has no quantity";
    CodeOfNoTrade { trade: TradeNo } "the code of trade {trade} was changed and the trade is not booked";
    CustodyOfNoTrade { trade: TradeNo } "a custodian settles trade {trade}, which is no institution's, or settles it twice";
    OwnForClient { trade: TradeNo } "trade {trade} changed between the own account and a client";
    WaivedUnknown { modification: u32 } "the penalty of modification {modification} is waived and it was never made";
    BorneBeyondLoss { who: Who } "the firm bears more than {who} lost";
    // Settlements.
    SettlementUnknown { settlement: SettlementRow } "settlement row {settlement} was never scheduled";
    WrongSettlement { trade: TradeNo } "trade {trade} is booked into the settlement of another day";
    PayInDay { settlement: SettlementRow } "wrong settlement date: pay-in of settlement row {settlement}";
    PayOutBeforePayIn { settlement: SettlementRow } "settlement row {settlement} pays out before its pay-in";
    ObligationFunds { settlement: SettlementRow } "funds obligation of settlement row {settlement}";
    ObligationRow { settlement: SettlementRow, security: SecurityRow }
        "obligation of settlement row {settlement} in security row {security}";
    ControlNotZero { account: u8, settlement: SettlementRow }
        "{} of settlement row {settlement} is not zero though it is paid", known(account::name(*account));
    ShortageOpen { settlement: SettlementRow } "settlement row {settlement} is called done with open shortages";
    ShortageTwice { settlement: SettlementRow, security: SecurityRow }
        "a shortage of settlement row {settlement} in security row {security} is told twice";
    ShortageUnknown { settlement: SettlementRow, security: SecurityRow }
        "no open shortage of settlement row {settlement} in security row {security} is there to end";
    ObjectionUnknown { settlement: SettlementRow, security: SecurityRow }
        "an objection to shares of settlement row {settlement} in security row {security} ends that was not raised";
    CreditBeforeMoney { settlement: SettlementRow }
        "credits of the auctions of settlement row {settlement} are given free before their money came";
    // Bills and notes.
    BilledTwice { who: Who, settlement: SettlementRow } "{who} has a second note in settlement row {settlement}";
    BilledWithoutTrades { who: Who, settlement: SettlementRow }
        "{who} is billed in settlement row {settlement} without a trade";
    NotBilled { who: Who, settlement: SettlementRow }
        "{who} traded in settlement row {settlement} and has no contract note";
    NoteNumber { year: FinancialYear } "contract notes of {year} are not gapless";
    NoteYear { note: NoteNo } "contract note {note} is numbered in the wrong year, starting";
    NoteUnknown { year: FinancialYear, note: NoteNo } "no bill was made for contract note {note} of {year}";
    NoteMissing { year: FinancialYear, note: NoteNo } "contract note {note} of {year} is billed and not shown";
    NoteShownTwice { year: FinancialYear, note: NoteNo } "contract note {note} of {year} is shown twice";
    NoteClient { year: FinancialYear, note: NoteNo } "contract note {note} of {year} names another client";
    NoteSettlement { year: FinancialYear, note: NoteNo } "contract note {note} of {year} names another settlement";
    Charge { year: FinancialYear, note: NoteNo, head: u8 }
        "{} on contract note {note} of {year}", known(head::name(*head));
    BrokerageAboveCap { year: FinancialYear, note: NoteNo } "brokerage on contract note {note} of {year} is over the cap";
    NoteNet { year: FinancialYear, note: NoteNo } "net of contract note {note} of {year}";
    BillNotOpen { who: Who, settlement: SettlementRow } "{who} has no open bill in settlement row {settlement} to close";
    BillClosedEarly { who: Who, settlement: SettlementRow }
        "the bill of {who} is closed before settlement row {settlement} pays out";
    // Money.
    Ledger { who: Who } "ledger of {who}";
    PostedOnAnother { from: Who, to: Who } "an amount that belongs on {from} is posted on {to}";
    Account { account: u8, owner: u32 } "balance of {}, owner {owner}", known(account::name(*account));
    Set { set: Venue, account: u8 } "balance of {} in the books of {set}", known(account::name(*account));
    PaymentNumber {} "payment numbers are not gapless";
    PaymentUnknown { payment: PaymentNo } "payment {payment} was never asked";
    PaymentTwice { payment: PaymentNo } "payment {payment} was answered before";
    BeyondOwnMoney { payment: PaymentNo, who: Who } "payment {payment} gives {who} more than is held for him";
    BeyondShare { payment: PaymentNo } "payment {payment} gives an intermediary more than stands to his credit";
    BeyondClientsDues { settlement: SettlementRow }
        "clients' money for settlement row {settlement} is more than its clients owe";
    ReturnUnknown { payment: PaymentNo } "payment {payment} returns third-party money that is not held";
    ReturnDiffers { payment: PaymentNo } "payment {payment} returns another sum than came";
    ReturnElsewhere { payment: PaymentNo } "payment {payment} returns third-party money from another account than it came on";
    ReceiptTwice { receipt: u32 } "third-party receipt {receipt} is numbered twice";
    OwnMoneyNegative {} "more own money is taken out of the client system than was put in";
    OwnMoneyAboveNeed {} "own money in the client system is more than clients leave uncovered";
    DrawnBeyondEarned {} "more brokerage and dues are drawn than were collected";
    OwnMoneyPlaced {} "own money in the client system";
    Undrawn {} "brokerage and dues collected and not drawn";
    // Shares.
    UnknownPlace { place: u8 } "there is no place {place} for shares";
    SharesQuantity { who: Who, security: SecurityRow } "shares of {who} in security row {security} move without quantity";
    SharesWithoutSettlement { who: Who, security: SecurityRow }
        "shares of {who} in security row {security} move for no settlement";
    SharesNotThere { who: Who, security: SecurityRow, place: u8 }
        "more shares of {who} in security row {security} left the {} than it had", known(place::name(*place));
    CalledBeyondSold { who: Who, security: SecurityRow }
        "more shares of {who} in security row {security} are called in than he sold";
    MovedWithoutAuthority { who: Who, security: SecurityRow }
        "shares of {who} in security row {security} leave his account by no power and no instruction of his";
    DeliveredBeyondSold { who: Who, security: SecurityRow }
        "more shares of {who} in security row {security} are delivered than he sold";
    ReceivedBeyondBought { who: Who, security: SecurityRow }
        "more shares in security row {security} come to {who} than he bought";
    SharesFromOutside { who: Who, security: SecurityRow }
        "shares of {who} in security row {security} move for a settlement from outside his account, or out of it to nobody";
    InwardTwice { inward: u32 } "third-party shares {inward} are numbered twice";
    InwardDiffers { inward: u32 } "third-party shares {inward} go back";
    // What companies give.
    Entitlement { who: Who, security: SecurityRow } "shares of {who} in security row {security} that bring a benefit";
    StrangerEntitlement { inward: u32, security: SecurityRow } "third-party shares {inward} in security row {security} that bring a benefit";
    StrangerPart { inward: u32, security: SecurityRow } "the part of third-party shares {inward} in a benefit of security row {security}";
    BenefitPart { who: Who, security: SecurityRow } "the part of {who} in a benefit of security row {security}";
    BenefitLeft { security: SecurityRow } "what was shared out of a benefit of security row {security}";
    BenefitTax { security: SecurityRow } "the tax kept back from a dividend of security row {security}";
    TaxPart { who: Who, security: SecurityRow } "the part of {who} in the tax kept back from a dividend of security row {security}";
    // Margins.
    DepositUnknown { no: u32 } "deposit {no} is valued and was never taken";
    DepositWorth { no: u32 } "worth of deposit {no}";
    MarginTwice { who: Who } "{who} is looked at twice, or at a look that is not taken";
    Exposure { who: Who, figure: u8 } "{} of {who} in the evening", exposure(*figure);
    MarginOfEvening { who: Who, figure: u8 } "margin of {who} in the evening, {}", margin(*figure);
    MarginAtLook { who: Who, nth: u8, figure: u8 } "margin of {who} at look {nth}, {}", at_look(*figure);
    LookLeftOut { who: Who, nth: u8 } "{who} has something open at look {nth} and is left out";
    EveningLeftOut { who: Who } "{who} has something open in the evening and is left out";
    ReportLeftOut { who: Who } "{who} was looked at and is left out of the day's report";
    MemberMargin { figure: u8 } "{} over all clients in the evening", exposure(*figure);
    ReportedDays { who: Who, figure: u8 } "{} of {who} as reported", days(*figure);
    ReportedMargin { who: Who, figure: u8 } "{} of {who} as reported", reported(*figure);
    Holding { who: Who, security: SecurityRow, place: u8 }
        "shares of {who} in security row {security}, {}", known(place::name(*place));
    PlacesDoNotCancel { who: Who, security: SecurityRow }
        "the places of {who}'s shares in security row {security} do not add up to zero";
}

/// One difference between the facts and the firm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The entry it comes from, where one entry alone shows it.
    pub entry: Option<EntryNo>,
    pub what: What,
    /// By the facts and the rules.
    pub expected: Figure,
    /// By the firm.
    pub found: Figure,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(entry) = self.entry {
            write!(f, "entry {entry}: ")?;
        }
        write!(f, "{}", self.what)?;
        match (self.expected, self.found) {
            (Figure::Nothing, Figure::Nothing) => Ok(()),
            (expected, found) => write!(f, ": should be {expected}, is {found}"),
        }
    }
}
