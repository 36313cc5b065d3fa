//! Facts of clearing and settlement.

use crate::{Defect, Remedy, Stage};
use vocab::{
    ClientRow, Corporation, Day, Moment, NoteNo, OrderNo, Paise, Price, Qty, SecurityRow, SettlementKind, SettlementRow, Side,
    TradeNo, Venue,
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TradeFact {
    pub trade: TradeNo,
    pub order: OrderNo,
    pub qty: Qty,
    pub price: Price,
    pub at: Moment,
    pub settlement: SettlementRow,
    pub client: ClientRow,
    pub security: SecurityRow,
    pub side: Side,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Scheduled {
        settlement: SettlementRow, corporation: Corporation, kind: SettlementKind, number: u32, trade_day: Day,
        pay_in: Day, pay_out: Day,
    },
    /// The calendar was amended: every milestone moves with it.
    Rescheduled { settlement: SettlementRow, pay_in: Day, pay_out: Day },
    Traded(TradeFact),
    /// Margin and charges committed for a trade, by side: the standing remembers what to release.
    Committed { settlement: SettlementRow, client: ClientRow, side: Side, amount: Paise },
    CommitmentEnded { settlement: SettlementRow, client: ClientRow, side: Side, amount: Paise },
    /// A row of the exchange's final trade file agrees with the sauda book.
    FileRowMatched { settlement: SettlementRow, trade: TradeNo, side: Side },
    /// The exchange's file is issued anew: none of its trades is in it yet.
    FileReopened { venue: Venue },
    /// The exchange's file has other figures: the trade stands with them.
    Corrected { settlement: SettlementRow, trade: TradeNo, side: Side, qty: Qty, price: Price },
    /// All of the file agrees: count, quantity and value.
    FileMatched { settlement: SettlementRow, count: u64, qty: Qty, value: Paise },
    Billed { settlement: SettlementRow, client: ClientRow, note: NoteNo, bill: Paise, levies: Paise },
    /// The client's bill is closed and his commitments for it ended.
    StandingClosed { settlement: SettlementRow, client: ClientRow },
    /// What the levies of all bills add up to, for the clearing corporation.
    LeviesDue { settlement: SettlementRow, stt: Paise, stamp: Paise },
    StageReached { settlement: SettlementRow, stage: Stage },
    /// The clearing corporation's obligation equals ours.
    ObligationAgreed { settlement: SettlementRow, provisional: bool, funds: Paise, rows: u32 },
    /// What a buyer gets from the clearing corporation and what from the firm's other clients.
    Planned { settlement: SettlementRow, client: ClientRow, security: SecurityRow, direct: Qty, internal: Qty },
    /// Sold shares arrived from the client, all of them or fewer.
    Gathered { settlement: SettlementRow, client: ClientRow, security: SecurityRow, asked: Qty, moved: Qty },
    /// Set aside for the clearing corporation out of what was gathered.
    Staged { settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty },
    /// With the clearing corporation before it was called in; and what comes back of that.
    PaidInEarly { settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty },
    EarlyReturned { settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty },
    /// Of what was paid in early, what stands for the obligation: called, come, set aside and given in one.
    EarlyTaken { settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty },
    /// What of the sale backs orders before its pay-out, or backs them no more if negative.
    SaleCredited { settlement: SettlementRow, client: ClientRow, security: SecurityRow, amount: Paise },
    /// Given to a buyer among the firm's own clients.
    HandedOver { settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty },
    /// Given to the clearing corporation.
    Delivered { settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty },
    /// A seller is short towards the clearing corporation.
    ShortOfDelivery {
        settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty, valuation: Price,
    },
    /// Its auction is over: bought at a price, or closed out.
    ShortageEnded {
        settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty, price: Price, closed_out: bool,
    },
    /// A seller is short towards another client of the firm (guide I 9.9).
    ShortInternally {
        settlement: SettlementRow, seller: ClientRow, buyer: ClientRow, security: SecurityRow, qty: Qty,
    },
    InternalShortEnded { settlement: SettlementRow, seller: ClientRow, buyer: ClientRow, security: SecurityRow, price: Price },
    /// The buyer got them after all: the seller's shares, bought in or come late.
    InternalShortMadeGood {
        settlement: SettlementRow, seller: ClientRow, buyer: ClientRow, security: SecurityRow, qty: Qty,
    },
    /// Shares of a settlement are objected to, under the corporation's number.
    Objected {
        settlement: SettlementRow, number: u32, client: ClientRow, security: SecurityRow, qty: Qty, defect: Defect,
        as_seller: bool, due: Day,
    },
    /// The price is zero where no money passes for our client.
    ObjectionEnded {
        settlement: SettlementRow, number: u32, client: ClientRow, security: SecurityRow, qty: Qty, remedy: Remedy,
        as_seller: bool, price: Price,
    },
    /// Shares a buyer was to receive are short at the clearing corporation; an auction follows.
    Awaited { settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty },
    /// The auction failed for the buyer: money instead of shares.
    AwaitedEnded { settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty, price: Price },
    /// Shares reached a buyer's account.
    Received { settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty, internal: bool },
    /// Money of the settlement moved at the clearing corporation's word: debit of the firm positive.
    FundsMoved { settlement: SettlementRow, amount: Paise },
    /// Of that, traded value taken at the pay-in or given at the pay-out.
    ValueMoved { settlement: SettlementRow, amount: Paise },
    /// Asked to leave the settlement account for clients and for the firm; negative where the bank did not move it.
    Shared { settlement: SettlementRow, clients: Paise, own: Paise },
    /// What a client buys and what he sells go under different codes, from a trade day on: neither is netted (guide I 4.16).
    LegsApart { client: ClientRow, from: Day },
    /// Given up by two persons: value still to be taken if positive, and levies. Nothing of it is awaited any more.
    WrittenOff { settlement: SettlementRow, value: Paise, levies: Paise },
    /// Of that, levies taken.
    LeviesTaken { settlement: SettlementRow, amount: Paise },
    /// Money of the firm's other accounts came onto the settlement account for it; negative where it left for them.
    Funded { settlement: SettlementRow, amount: Paise },
    /// Of the credit of a client's bill: promised to him, set off against his dues, or left on his running account;
    /// negative where the bank did not pay it.
    CreditMet { settlement: SettlementRow, client: ClientRow, amount: Paise },
    /// The exchange has the trade under another client's code.
    CodeModified { settlement: SettlementRow, trade: TradeNo, side: Side, to: ClientRow },
    /// The exchange annulled the trade: it is nobody's any more.
    Annulled { settlement: SettlementRow, trade: TradeNo, side: Side },
    /// A bill is taken back with its note: the client's trades of the settlement stand unbilled again.
    BillCancelled { settlement: SettlementRow, client: ClientRow, note: NoteNo },
    /// An institution's trade was told to its custodian (guide I 7.3(iv)).
    Entrusted { settlement: SettlementRow, trade: TradeNo, side: Side },
    /// He settles it: it leaves the member's obligation.
    Confirmed { settlement: SettlementRow, trade: TradeNo, side: Side },
    /// He does not: the member does, delivery versus payment. Code zero where no answer came in time.
    Returned { settlement: SettlementRow, trade: TradeNo, side: Side, code: u16 },
    /// The day's trades leave memory; settlements and nets stay until they are done.
    DayCleared { day: Day },
}
