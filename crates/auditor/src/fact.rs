//! What happened, not what it came to.

use crate::MarginFact;
use alloc::vec::Vec;
use rulebook::Rule;
use vocab::{
    BankAccount, ClientRow, Day, EntryNo, FinancialYear, IntermediaryRow, NoteNo, OrderNo, Paise, PanToken, PaymentNo, Price, Qty, Rate,
    SecurityRow, SettlementKind, SettlementRow, Side, Slab, StateCode, TradeNo, Ucc, Venue,
};

/// A fact, the entry of the journal it stands in, and the market day of that entry.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    pub entry: EntryNo,
    pub day: Day,
    pub fact: Fact,
}

macro_rules! numbered {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $n:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* $variant = $n,)* }

        impl $name {
            pub const fn from_number(n: u8) -> Option<$name> {
                match n { $($n => Some($name::$variant),)* _ => None }
            }
        }
    )*};
}

numbered! {
    /// Between which accounts the firm moved money, and why; by the numbers that stand in journals.
    PaymentKind {
        PayInFromClients = 1,
        PayInFromOwn = 2,
        PayOutToClients = 3,
        PayOutToOwn = 4,
        /// Own money put into the client account.
        Cover = 5,
        CoverBack = 6,
        /// Brokerage and dues drawn.
        Sweep = 7,
        ToClient = 8,
        /// Third-party money back where it came from, out of the client account.
        Return = 9,
        /// Own money put on the settlement account for what clients left unpaid.
        CoverPayIn = 10,
        /// Money that strayed to the settlement account, or the own account, back where it came from.
        ReturnFromSettlement = 11,
        ReturnFromOwn = 12,
        /// An intermediary's share of brokerage, out of own money.
        ToIntermediary = 13,
        /// Own money placed with the clearing corporation as margin.
        ToCorporation = 44,
    }
    /// Why money moved on the settlement account at the clearing corporation's word.
    ClearingHead {
        PayIn = 1,
        Levies = 2,
        Valuation = 3,
        Auction = 4,
        CloseOut = 5,
        PayOut = 6,
    }
}

/// What happened, in the order of the journal.
#[derive(Clone, PartialEq, Debug)]
pub enum Fact {
    /// The state the firm supplies from, and the capital paid into its own bank account.
    FirmOpened { state: StateCode, capital: Paise },
    /// `own` for the member's own account and the error account; an institution settles through a custodian.
    ClientOpened { client: ClientRow, ucc: Ucc, own: bool, institution: bool, state: StateCode },
    /// From a trade day on what the client buys and what he sells go under different codes: neither nets with the other.
    LegsApart { client: ClientRow, from: Day },
    /// Brokerage agreed from a day on.
    PlanSet { client: ClientRow, from: Day, slabs: Vec<Slab> },
    /// The exchange whose trades these are approved him from a day on.
    IntermediaryApproved { intermediary: IntermediaryRow, venue: Venue, from: Day },
    ApprovalEnded { intermediary: IntermediaryRow, venue: Venue, day: Day },
    IntermediaryAgreed { intermediary: IntermediaryRow, day: Day },
    /// His tax number, or that of a partner or director.
    IntermediaryPerson { intermediary: IntermediaryRow, pan: PanToken },
    Barred { pan: PanToken, day: Day },
    ShareSet { intermediary: IntermediaryRow, from: Day, rate: Rate },
    Introduced { client: ClientRow, intermediary: Option<IntermediaryRow>, from: Day },
    RuleAdopted(Rule),
    HolidayAdded { day: Day },
    /// The market trades and nothing settles.
    SettlementHolidayAdded { day: Day },
    /// One exchange alone is shut.
    ExchangeHolidayAdded { venue: Venue, day: Day },
    /// An exchange trades though the day is no ordinary one; nothing settles.
    SessionAdded { venue: Venue, day: Day },
    /// `home` is the exchange whose clearing corporation settles it.
    SettlementScheduled {
        home: Venue, settlement: SettlementRow, kind: SettlementKind, trade_day: Day, pay_in: Day, pay_out: Day,
    },
    /// From that day on the security settles by the shorter cycle.
    CycleMoved { security: SecurityRow, from: Day },
    /// On a day it is traded to be delivered, trade for trade.
    TradeForTrade { security: SecurityRow, day: Day },
    SettlementMoved { settlement: SettlementRow, pay_in: Day, pay_out: Day },
    /// The firm says that nothing of it is outstanding.
    SettlementDone { settlement: SettlementRow },
    DayBegan { day: Day },
    /// From that day on the security is dealt in for settlement on the same day too, or no longer.
    SameDayListed { security: SecurityRow, from: Day, admitted: bool },
    OrderPlaced { order: OrderNo, client: ClientRow, security: SecurityRow, side: Side, same_day: bool },
    OrderClosed { order: OrderNo },
    Traded {
        trade: TradeNo, order: OrderNo, client: ClientRow, security: SecurityRow, side: Side, qty: Qty, price: Price,
        settlement: SettlementRow, day: Day,
    },
    Billed { settlement: SettlementRow, client: ClientRow, note: NoteNo, year: FinancialYear },
    /// Pay-in and pay-out of the contract note's bill are taken as done; credits of an auction are not meant.
    BillClosed { settlement: SettlementRow, client: ClientRow },
    Receipt { client: ClientRow, amount: Paise },
    /// Money from someone who is not the client it names, on one of the firm's accounts.
    ThirdPartyReceipt { receipt: u32, account: BankAccount, amount: Paise },
    /// Shares of a third party are held; and so many of them went back.
    ThirdPartyShares { inward: u32, place: u8, security: SecurityRow, qty: Qty },
    SharesBack { inward: u32, qty: Qty },
    /// What did not go back, under a number of its own.
    SharesRenumbered { inward: u32, under: u32 },
    /// `owner` is the client paid or the receipt returned; zero for payments between own accounts.
    PaymentAsked {
        payment: PaymentNo, kind: PaymentKind, amount: Paise, owner: u32, settlement: Option<SettlementRow>,
    },
    /// A cheque or draft changed a client's ledger, and what of it has no value yet: credited both by its amount,
    /// cleared the second alone by less.
    Cheque { client: ClientRow, amount: Paise, uncleared: Paise },
    PaymentDone { payment: PaymentNo },
    PaymentFailed { payment: PaymentNo },
    /// Debit of the firm positive.
    /// Two persons gave up what the corporation never moved: value still to be taken if positive.
    WrittenOff { settlement: SettlementRow, value: Paise },
    ClearingMoney { settlement: SettlementRow, head: ClearingHead, amount: Paise },
    ShortTold { settlement: SettlementRow, security: SecurityRow, client: ClientRow, qty: Qty, valuation: Price },
    ShortageEnded { settlement: SettlementRow, security: SecurityRow, client: ClientRow, price: Price },
    InternalShort {
        settlement: SettlementRow, security: SecurityRow, seller: ClientRow, buyer: ClientRow, qty: Qty,
    },
    InternalShortEnded {
        settlement: SettlementRow, security: SecurityRow, seller: ClientRow, buyer: ClientRow, price: Price,
    },
    /// The buyer was handed so many of them after all.
    InternalShortMadeGood {
        settlement: SettlementRow, security: SecurityRow, seller: ClientRow, buyer: ClientRow, qty: Qty,
    },
    /// A client delivered, or received, shares that are objected to.
    Objected { settlement: SettlementRow, security: SecurityRow, client: ClientRow, qty: Qty, as_seller: bool },
    /// A price where good ones were bought at his cost, or he had money for his; none where they were put right.
    ObjectionEnded {
        settlement: SettlementRow, security: SecurityRow, client: ClientRow, qty: Qty, as_seller: bool, price: Option<Price>,
    },
    /// The clearing corporation's money for a credit of the auction is taken as come: the client may use it.
    CreditCame { settlement: SettlementRow, security: SecurityRow, client: ClientRow },
    /// The auction failed for the buyer: money instead of shares.
    BuyerClosedOut { settlement: SettlementRow, security: SecurityRow, client: ClientRow, qty: Qty, price: Price },
    /// Places by number: 0 outside, 1 own account, 2 client beneficiary, 3 pool, 4 principal, 5 clearing corporation.
    SharesMoved {
        client: ClientRow, security: SecurityRow, from: u8, to: u8, qty: Qty, settlement: Option<SettlementRow>,
    },
    /// A client lets the firm deliver what he sells, by a paper; and the paper ended.
    PowerGiven { power: u32, client: ClientRow },
    PowerEnded { power: u32 },
    /// So much of a sale may leave its client's account without a power: he instructed it, brought it himself, or it was pledged
    /// as unpaid and sold.
    MayMove { settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty },
    /// Numbered as the firm numbers them. It consists of money, so much a share, or of shares of `gives`.
    BenefitAnnounced { action: u32, security: SecurityRow, gives: SecurityRow, record: Day, per_share: Option<Price> },
    /// The firm counts these shares of a client's in one of its places, at a depository by number.
    Entitled { action: u32, client: ClientRow, place: u8, depository: u8, held: Qty },
    /// The firm says that all who are entitled are known: by the shares as they stand now.
    RegisterTaken { action: u32 },
    /// On one of the firm's bank accounts.
    Dividend { account: BankAccount, security: SecurityRow, record: Day, amount: Paise },
    /// Paise, or shares, to be shared out.
    BenefitCame { action: u32, place: u8, depository: u8, amount: i64 },
    BenefitPassed { action: u32, client: ClientRow, place: u8, depository: u8, amount: i64 },
    /// So much of the tax the company kept back is his.
    BenefitTaxed { action: u32, client: ClientRow, place: u8, depository: u8, tax: Paise },
    /// The same of a third party's shares, by the number they are held under; his part is held for him under `under`.
    StrangerEntitled { action: u32, inward: u32, place: u8, depository: u8, held: Qty },
    StrangerPassed { action: u32, inward: u32, place: u8, depository: u8, amount: i64, under: u32 },
    StrangerTaxed { action: u32, inward: u32, place: u8, depository: u8, tax: Paise },
    /// The first of what came is shared out.
    BenefitShared { action: u32 },
    /// The exchange has a side of a day's trade under another client's code; `to_error` for the error account.
    CodeModified { modification: u32, day: Day, trade: TradeNo, side: Side, to: ClientRow, to_error: bool },
    /// The exchange has the side with other figures.
    TradeCorrected { day: Day, trade: TradeNo, side: Side, qty: Qty, price: Price },
    /// The exchange took a side of a day's trade back.
    Annulled { day: Day, trade: TradeNo, side: Side },
    /// A note is void, with its bill.
    NoteCancelled { settlement: SettlementRow, client: ClientRow, note: NoteNo },
    /// Own money came back from the clearing corporation.
    CashBack { amount: Paise },
    /// The corporation took penalties for a day's short margins: of whom, how much, and what tax.
    MarginPenalties { day: Day, debit: Paise, rows: Vec<(Option<ClientRow>, Paise, Paise)> },
    /// The institution's custodian settles a side of the settlement's trades.
    CustodianSettles { settlement: SettlementRow, trade: TradeNo, side: Side },
    PenaltyWaived { modification: u32 },
    /// The day's trades are as the exchange's final file has them, or a person has said why not.
    FileAgreed { settlement: SettlementRow },
    /// What margins depend on, and what the firm says they are.
    Margin(MarginFact),
    /// The day's close.
    Evening { day: Day },
    /// The management bears what the error account lost.
    LossBorne { client: ClientRow, amount: Paise },
    /// The evening's drawing of own money and brokerage is decided in this entry, before or after its other facts.
    Swept { day: Day },
}
