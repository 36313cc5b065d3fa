//! The state of the department.
#![allow(clippy::indexing_slicing, reason = "Rows are indexed by their own typed row numbers")]

use crate::{Custody, Dealt, Entrusted, Event, Lot, Net, Objection, Standing, Trade, TradeFact};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use stdx::{Rows, Series, Table};
use vocab::{
    ClientRow, Corporation, Day, Moment, NetRow, OrderNo, Paise, Price, Qty, Rounding, SecurityRow, SettlementKind, SettlementRow, Side,
    TradeNo, Venue,
};

/// How far a settlement has come. Each stage waits for the one before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Stage {
    Scheduled = 0,
    /// The final trade file agrees with the sauda book.
    Matched = 1,
    /// Every client is billed.
    Billed = 2,
    /// The final obligation agrees.
    Agreed = 3,
    /// Bills are closed and pay-outs made.
    PaidOut = 4,
    /// Nothing is outstanding.
    Done = 5,
}

vocab::kept!(byte Stage);

impl Stage {
    pub const ALL: [Stage; 6] = [
        Stage::Scheduled,
        Stage::Matched,
        Stage::Billed,
        Stage::Agreed,
        Stage::PaidOut,
        Stage::Done,
    ];

    pub fn from_number(n: u8) -> Option<Stage> {
        Stage::ALL.into_iter().find(|s| *s as u8 == n)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settlement {
    pub corporation: Corporation,
    pub kind: SettlementKind,
    /// YYYYNNN, as the clearing corporation published it.
    pub number: u32,
    pub trade_day: Day,
    pub pay_in: Day,
    pub pay_out: Day,
    pub stage: Stage,
    pub trades: u64,
    pub matched: u64,
    /// Sold less bought, over the nets: what the clearing corporation gives if positive, takes if negative.
    pub funds: Paise,
    /// The first of its standings; all that came before are of others.
    pub(crate) first_standing: Option<usize>,
    /// STT and stamp duty of all its bills.
    pub levies: Paise,
    /// What the clearing corporation has taken from the firm less what it gave, over all heads.
    pub moved: Paise,
    /// Of that, traded value: the pay-in taken, or the pay-out given.
    pub value_moved: Paise,
    /// Of that, levies.
    pub levies_taken: Paise,
    /// Passed on from the settlement account, or on its way: clients' and the firm's.
    pub shared: [Paise; 2],
    /// What came onto the settlement account for it from the firm's other accounts, less what left for them.
    pub funded: Paise,
}

impl Settlement {
    fn scheduled(
        corporation: Corporation, kind: SettlementKind, number: u32, trade_day: Day, pay_in: Day, pay_out: Day,
    ) -> Settlement {
        Settlement {
            corporation,
            kind,
            number,
            trade_day,
            pay_in,
            pay_out,
            stage: Stage::Scheduled,
            trades: 0,
            matched: 0,
            funds: Paise::ZERO,
            first_standing: None,
            levies: Paise::ZERO,
            moved: Paise::ZERO,
            value_moved: Paise::ZERO,
            levies_taken: Paise::ZERO,
            shared: [Paise::ZERO; 2],
            funded: Paise::ZERO,
        }
    }

    /// What lies on the settlement account for it, its levies aside: funded and not taken, or given and not passed on.
    pub fn lies(&self) -> Paise {
        self.funded - self.moved - (self.levies - self.levies_taken).at_least_zero()
    }
}

/// What the firm owes the clearing corporation or is owed, from its own trades.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Obligation {
    /// By security: to receive if positive, to deliver if negative; nil nets are left out. Trade for trade a security
    /// has a row of each.
    pub rows: Vec<(SecurityRow, Qty)>,
    /// To receive if positive, at traded value, without brokerage or levies.
    pub funds: Paise,
}

/// A seller of ours who is short towards the clearing corporation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shortage {
    pub qty: Qty,
    /// The valuation debit is at this price.
    pub valuation: Price,
    pub ended: Option<Price>,
}

vocab::kept!(struct Shortage { qty, valuation, ended });

/// A seller of ours who is short towards a buyer of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InternalShort {
    pub qty: Qty,
    pub ended: Option<Price>,
}

vocab::kept!(struct InternalShort { qty, ended });

/// No settlement takes longer than so many days, whatever holidays fall into it.
const LONGEST: i32 = 20;

type SellerKey = (SettlementRow, SecurityRow, ClientRow);
type Alone = (Side, Qty, Price);
type PairKey = (SettlementRow, SecurityRow, ClientRow, ClientRow);

pub struct Clearing {
    settlements: Rows<SettlementRow, Settlement>,
    by_number: BTreeMap<(Corporation, SettlementKind, u32), SettlementRow>,
    by_trade_day: BTreeMap<(Day, Corporation, SettlementKind), SettlementRow>,
    trades: Vec<Trade>,
    trade_rows: Series,
    nets: Rows<NetRow, Net>,
    net_rows: Table,
    standings: Vec<Standing>,
    standing_rows: Table,
    lots: Vec<Lot>,
    lot_rows: Table,
    shortages: BTreeMap<SellerKey, Shortage>,
    internal: BTreeMap<PairKey, InternalShort>,
    /// Who owes shares by one of these that has not ended; derived, for the path of an order.
    owing: BTreeSet<(ClientRow, SecurityRow)>,
    entrusted: BTreeMap<(TradeNo, Side), Entrusted>,
    objections: BTreeMap<(SettlementRow, u32), Objection>,
    /// Trades that settle trade for trade, until their pay-out: each is marked alone.
    apart: BTreeMap<(SettlementRow, ClientRow, SecurityRow), Vec<Alone>>,
    /// Clients whose buys and sales go under different codes, and since which trade day.
    legs: BTreeMap<ClientRow, Day>,
    /// The standing that was looked up last to be changed, its key and row: what a trade commits follows the trade.
    last_standing: Option<(u64, u32)>,
}

fn pair(settlement: SettlementRow, other: u32) -> u64 {
    (u64::from(settlement.0) << 32) | u64::from(other)
}

/// Settlements, clients and securities are few enough for 20, 24 and 20 bits.
fn triple(settlement: SettlementRow, client: ClientRow, security: SecurityRow) -> u64 {
    assert!(settlement.0 < 1 << 20 && client.0 < 1 << 24 && security.0 < 1 << 20, "rows fit the key");
    (u64::from(settlement.0) << 44) | (u64::from(client.0) << 20) | u64::from(security.0)
}

/// Both sides of two trades that follow each other share a cache line. The exchange is the highest bit, where no number has come.
fn side_key(trade: TradeNo, side: Side) -> u64 {
    (u64::from(trade.venue().number()) << 63) ^ (trade.number() << 1) ^ u64::from(side.number())
}

/// What a side brings: sold counts for the firm, bought against it.
fn signed(side: Side, value: Paise) -> Paise {
    match side {
        Side::Buy => -value,
        Side::Sell => value,
    }
}

fn row_of<const SERIES: bool>(table: &Table<SERIES>, key: u64) -> Option<usize> {
    table.get(key).and_then(|row| usize::try_from(row).ok())
}

impl Clearing {
    pub fn new() -> Clearing {
        Clearing {
            settlements: Rows::new(),
            by_number: BTreeMap::new(),
            by_trade_day: BTreeMap::new(),
            trades: Vec::new(),
            trade_rows: Series::new(),
            nets: Rows::new(),
            net_rows: Table::new(),
            standings: Vec::new(),
            standing_rows: Table::new(),
            lots: Vec::new(),
            lot_rows: Table::new(),
            shortages: BTreeMap::new(),
            internal: BTreeMap::new(),
            owing: BTreeSet::new(),
            entrusted: BTreeMap::new(),
            objections: BTreeMap::new(),
            apart: BTreeMap::new(),
            legs: BTreeMap::new(),
            last_standing: None,
        }
    }

    /// Where each trade, net, standing and lot is found.
    fn remake(&mut self) {
        self.trade_rows = Series::of(self.trades.iter().map(|it| side_key(it.trade, it.side)));
        self.net_rows = Table::of(self.nets.values().iter().map(|it| triple(it.settlement, it.client, it.security)));
        self.standing_rows = Table::of(self.standings.iter().map(|it| pair(it.settlement, it.client.0)));
        self.lot_rows = Table::of(self.lots.iter().map(|it| pair(it.settlement, it.security.0)));
        self.count_owing();
    }

    fn count_owing(&mut self) {
        let open = self.internal.iter().filter(|(_, short)| short.ended.is_none());
        self.owing = open.map(|((_, security, seller, _), _)| (*seller, *security)).collect();
    }

    pub fn settlement(&self, row: SettlementRow) -> Option<&Settlement> {
        self.settlements.get(row)
    }

    pub fn settlements(&self) -> impl DoubleEndedIterator<Item = (SettlementRow, &Settlement)> {
        self.settlements.iter()
    }

    pub fn next_row(&self) -> SettlementRow {
        self.settlements.next()
    }

    pub fn by_number(&self, corporation: Corporation, kind: SettlementKind, number: u32) -> Option<SettlementRow> {
        self.by_number.get(&(corporation, kind, number)).copied()
    }

    /// The settlement at a clearing corporation that a day's trades go into.
    pub fn of_day(&self, day: Day, corporation: Corporation, kind: SettlementKind) -> Option<SettlementRow> {
        self.by_trade_day.get(&(day, corporation, kind)).copied()
    }

    /// Every settlement that a day's trades go into: one of each kind at each corporation, none of them an auction's.
    pub fn all_of_day(&self, day: Day) -> impl Iterator<Item = (Corporation, SettlementKind, SettlementRow)> + use<'_> {
        let (first, last) = (Corporation::Nscl, Corporation::Iccl);
        let of_day = self.by_trade_day.range((day, first, SettlementKind::Normal)..=(day, last, SettlementKind::SameDay));
        let of_day = of_day.map(|((_, corporation, kind), row)| (*corporation, *kind, *row));
        of_day.filter(|(_, kind, _)| *kind != SettlementKind::Auction)
    }

    /// Room for so many sides of trades of a day, written to before the day needs it.
    pub fn make_room(&mut self, trades: usize) {
        if self.trades.capacity() >= trades {
            return;
        }
        let len = self.trades.len();
        let none = Trade {
            trade: TradeNo(0),
            order: OrderNo(0),
            client: ClientRow(0),
            security: SecurityRow(0),
            side: Side::Buy,
            in_file: false,
            annulled: false,
            qty: Qty::ZERO,
            price: Price::ZERO,
            at: Moment(0),
            settlement: SettlementRow(0),
            next_of_standing: None,
        };
        self.trades.resize(trades, none);
        self.trades.truncate(len);
        self.trade_rows.make_room(trades);
    }

    /// A trade has two sides under one number; each of ours is booked once.
    #[inline]
    pub fn trade(&self, trade: TradeNo, side: Side) -> Option<&Trade> {
        self.trades.get(row_of(&self.trade_rows, side_key(trade, side))?)
    }

    /// The sauda book of the day, in the order the trades were told.
    pub fn trades(&self) -> &[Trade] {
        &self.trades
    }

    pub fn standing(&self, settlement: SettlementRow, client: ClientRow) -> Option<&Standing> {
        self.standings.get(row_of(&self.standing_rows, pair(settlement, client.0))?)
    }

    /// Clients of a settlement from an index of this list on; the list only grows.
    pub fn standings(&self) -> &[Standing] {
        &self.standings
    }

    /// The clients of one settlement.
    pub fn standings_of(&self, settlement: SettlementRow) -> impl Iterator<Item = &Standing> {
        let first = self.settlement(settlement).and_then(|s| s.first_standing).unwrap_or(self.standings.len());
        self.standings.iter().skip(first).filter(move |s| s.settlement == settlement)
    }

    /// What a client's trades of a settlement come to: payable by him if positive.
    pub fn value_of(&self, standing: &Standing) -> Paise {
        self.nets_of(standing).map(Net::payable).sum()
    }

    pub fn lots(&self) -> &[Lot] {
        &self.lots
    }

    pub fn net(&self, settlement: SettlementRow, client: ClientRow, security: SecurityRow) -> Option<&Net> {
        self.nets.get(NetRow(self.net_rows.get(triple(settlement, client, security))?))
    }

    /// What a net is made of, of a client who has not dealt in it too.
    pub fn dealt(&self, settlement: SettlementRow, client: ClientRow, security: SecurityRow) -> Dealt {
        let net = self.net(settlement, client, security).map(Net::so_far);
        net.unwrap_or_else(|| Dealt::nothing(settlement, client, security, self.is_gross(settlement, client)))
    }

    /// Whether what a client buys in a settlement and what he sells settle apart.
    pub fn is_gross(&self, settlement: SettlementRow, client: ClientRow) -> bool {
        self.settlement(settlement).is_some_and(|it| it.kind.is_gross()) || self.legs_apart(settlement, client)
    }

    /// Whether a client's buys and sales of a settlement went under different codes.
    pub fn legs_apart(&self, settlement: SettlementRow, client: ClientRow) -> bool {
        let from = self.legs.get(&client);
        from.zip(self.settlement(settlement)).is_some_and(|(from, it)| *from <= it.trade_day)
    }

    /// What a client bought in a settlement and what he sold, at traded value, where neither is set off against the other.
    pub fn legs(&self, standing: &Standing) -> Option<[Paise; 2]> {
        let apart = self.legs_apart(standing.settlement, standing.client);
        apart.then(|| [Side::Buy, Side::Sell].map(|side| self.nets_of(standing).map(|net| net.value(side)).sum()))
    }

    /// Settlements of the days before a day that pay out on it or later, oldest first.
    pub fn unsettled(&self, day: Day) -> impl Iterator<Item = (SettlementRow, &Settlement)> {
        let first = Corporation::ALL[0];
        let days = (day.plus(-LONGEST), first, SettlementKind::Normal)..(day, first, SettlementKind::Normal);
        let rows = self.by_trade_day.range(days).filter(|((_, _, kind), _)| *kind != SettlementKind::Auction);
        rows.map(|(_, row)| (*row, &self.settlements[*row])).filter(move |(_, s)| s.pay_out >= day)
    }

    /// A client's trades of a settlement, in time order, while its day is kept.
    pub fn trades_of<'a>(&'a self, standing: &Standing) -> impl Iterator<Item = &'a Trade> + use<'a> {
        let mut at = standing.first_trade;
        core::iter::from_fn(move || {
            let trade = self.trades.get(usize::try_from(at?).ok()?)?;
            at = trade.next_of_standing;
            Some(trade)
        })
    }

    /// A client's nets of a settlement, latest security first.
    pub fn nets_of<'a>(&'a self, standing: &Standing) -> impl Iterator<Item = &'a Net> + use<'a> {
        let mut at = standing.first_net;
        core::iter::from_fn(move || {
            let net = self.nets.get(at?)?;
            at = net.next_of_standing;
            Some(net)
        })
    }

    /// The trades of a net that settle trade for trade, in the order they were told; none of any other net.
    pub fn apart(&self, net: &Net) -> &[(Side, Qty, Price)] {
        self.apart.get(&(net.settlement, net.client, net.security)).map_or(&[], Vec::as_slice)
    }

    pub fn lot(&self, settlement: SettlementRow, security: SecurityRow) -> Option<&Lot> {
        self.lots.get(row_of(&self.lot_rows, pair(settlement, security.0))?)
    }

    /// Every client's net of one security in one settlement, by client row.
    pub fn nets_in(&self, lot: &Lot) -> Vec<&Net> {
        let mut all = Vec::new();
        let mut at = lot.first_net;
        while let Some(net) = at.and_then(|row| self.nets.get(row)) {
            all.push(net);
            at = net.next_of_lot;
        }
        all.sort_unstable_by_key(|n| n.client);
        all
    }

    pub fn shortages(&self) -> impl Iterator<Item = (&SellerKey, &Shortage)> {
        self.shortages.iter()
    }

    /// Whether a seller is short of a security towards another client of the firm.
    pub fn owes_shares(&self, seller: ClientRow, security: SecurityRow) -> bool {
        self.owing.contains(&(seller, security))
    }

    pub fn internal_shorts(&self) -> impl Iterator<Item = (&PairKey, &InternalShort)> {
        self.internal.iter()
    }

    /// All that were raised, by settlement and the corporation's number: a number is given once.
    pub fn objections(&self) -> impl Iterator<Item = (SettlementRow, u32, &Objection)> {
        self.objections.iter().map(|((settlement, number), it)| (*settlement, *number, it))
    }

    pub fn objection(&self, settlement: SettlementRow, number: u32) -> Option<&Objection> {
        self.objections.get(&(settlement, number))
    }

    pub fn entrusted(&self, trade: TradeNo, side: Side) -> Option<&Entrusted> {
        self.entrusted.get(&(trade, side))
    }

    /// What custodians were told of a settlement that is not done.
    pub fn entrusted_of(&self, settlement: SettlementRow) -> impl Iterator<Item = ((TradeNo, Side), &Entrusted)> {
        self.entrusted.iter().filter(move |(_, it)| it.settlement == settlement).map(|(key, it)| (*key, it))
    }

    /// The firm's own figure of what it owes and is owed, to set against the clearing corporation's file.
    pub fn obligation(&self, settlement: SettlementRow) -> Obligation {
        let mut rows = BTreeMap::new();
        // The member's own obligation nets over his clients' codes, where it is not trade for trade.
        let gross = self.settlement(settlement).is_some_and(|it| it.kind.is_gross());
        for (_, net) in self.nets.iter().filter(|(_, n)| n.settlement == settlement) {
            let [receives, delivers] = rows.entry(net.security).or_insert([Qty::ZERO; 2]);
            match gross {
                true => (*receives, *delivers) = (*receives + net.buy_qty, *delivers - net.sell_qty),
                false => *receives += net.net_qty(),
            }
        }
        let funds = self.settlement(settlement).map_or(Paise::ZERO, |s| s.funds);
        let apart = rows.into_iter().flat_map(|(security, both)| both.map(|qty| (security, qty)));
        Obligation { rows: apart.filter(|(_, qty)| !qty.is_zero()).collect(), funds }
    }

    /// # Panics
    /// When the event contradicts the state: a trade booked twice, a row out of series.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    pub fn apply(&mut self, event: &Event) {
        match *event {
            // What every fill is made of; the rest stands apart, so that their code lies close together.
            Event::Traded(ref fact) => self.book(fact),
            Event::Committed { settlement, client, side, amount } => {
                *self.committed_mut(settlement, client, side) += amount;
            }
            ref other => self.apply_course(other),
        }
    }

    /// The course of a settlement.
    #[inline(never)]
    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    fn apply_course(&mut self, event: &Event) {
        match *event {
            Event::Traded(_) | Event::Committed { .. } => unreachable!("applied before"),
            Event::Scheduled { settlement, corporation, kind, number, trade_day, pay_in, pay_out } => {
                assert!(settlement == self.settlements.next(), "rows are given in order");
                let before = self.by_number.insert((corporation, kind, number), settlement);
                assert!(before.is_none(), "a number is scheduled once");
                self.by_trade_day.insert((trade_day, corporation, kind), settlement);
                self.settlements.push(Settlement::scheduled(corporation, kind, number, trade_day, pay_in, pay_out));
            }
            Event::Rescheduled { settlement, pay_in, pay_out } => {
                let it = &mut self.settlements[settlement];
                it.pay_in = pay_in;
                it.pay_out = pay_out;
            }
            Event::CommitmentEnded { settlement, client, side, amount } => {
                let committed = self.committed_mut(settlement, client, side);
                *committed -= amount;
                assert!(!committed.is_negative(), "no more is released than was committed");
            }
            Event::FileRowMatched { settlement, trade, side } => {
                let row = row_of(&self.trade_rows, side_key(trade, side)).expect("a booked trade");
                self.trades.get_mut(row).expect("a booked trade").in_file = true;
                let it = &mut self.settlements[settlement];
                it.matched = it.matched.saturating_add(1);
            }
            Event::FileReopened { venue } => self.reopen(venue),
            Event::FileMatched { settlement, .. } => self.settlements[settlement].stage = Stage::Matched,
            Event::Billed { settlement, client, note, bill, levies } => {
                let standing = self.standing_mut(settlement, client);
                assert!(standing.bill.is_none(), "a client is billed once a settlement");
                standing.bill = Some((note, bill));
                standing.levies = levies;
            }
            Event::BillCancelled { settlement, client, note } => {
                let standing = self.standing_mut(settlement, client);
                assert!(standing.bill.is_some_and(|(of, _)| of == note) && !standing.closed, "the open bill is cancelled");
                standing.bill = None;
                standing.stale = false;
                standing.levies = Paise::ZERO;
                standing.closed = standing.trades == 0;
            }
            Event::StandingClosed { settlement, client } => self.standing_mut(settlement, client).closed = true,
            Event::LeviesDue { settlement, stt, stamp } => self.settlements[settlement].levies = stt + stamp,
            Event::StageReached { settlement, stage } => {
                let it = &mut self.settlements[settlement];
                assert!(stage > it.stage, "a settlement only goes on");
                it.stage = stage;
                self.forget(settlement, stage);
            }
            Event::ObligationAgreed { settlement, provisional, .. } => {
                if !provisional {
                    self.settlements[settlement].stage = Stage::Agreed;
                }
            }
            Event::DayCleared { .. } => {
                self.trades.clear();
                self.trade_rows.clear();
                for standing in &mut self.standings {
                    standing.first_trade = None;
                    standing.last_trade = None;
                }
            }
            _ => self.apply_money(event),
        }
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    fn apply_money(&mut self, event: &Event) {
        match *event {
            Event::FundsMoved { settlement, amount } => self.settlements[settlement].moved += amount,
            Event::ValueMoved { settlement, amount } => self.settlements[settlement].value_moved += amount,
            Event::LeviesTaken { settlement, amount } => self.settlements[settlement].levies_taken += amount,
            Event::Shared { settlement, clients, own } => {
                let [of_clients, of_own] = &mut self.settlements[settlement].shared;
                *of_clients += clients;
                *of_own += own;
            }
            Event::WrittenOff { .. } => {} // A record: what is given up counts as moved.
            Event::Funded { settlement, amount } => self.settlements[settlement].funded += amount,
            Event::LegsApart { client, from } => self.legs.extend([(client, from)]),
            Event::CreditMet { settlement, client, amount } => {
                let standing = self.standing_mut(settlement, client);
                standing.met += amount;
                assert!(!standing.met.is_negative(), "no more comes back than was promised");
            }
            _ => self.apply_delivery(event),
        }
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    fn apply_delivery(&mut self, event: &Event) {
        match *event {
            Event::Planned { settlement, client, security, direct, internal } => {
                let net = self.net_mut(settlement, client, security);
                net.direct = direct;
                net.internal = internal;
            }
            Event::Gathered { settlement, client, security, asked, moved } => {
                let net = self.net_mut(settlement, client, security);
                net.called += asked;
                net.gathered += moved;
            }
            Event::Staged { settlement, client, security, qty } => {
                let net = self.net_mut(settlement, client, security);
                net.staged += qty;
                assert!(net.staged <= net.to_deliver(), "nobody's shares go out for what another sold");
            }
            Event::HandedOver { settlement, client, security, qty } => {
                self.net_mut(settlement, client, security).handed += qty;
            }
            Event::Delivered { settlement, client, security, qty } => {
                self.net_mut(settlement, client, security).delivered += qty;
            }
            Event::CodeModified { trade, side, to, .. } => self.modify(trade, side, to),
            Event::Entrusted { trade, side, .. } => self.entrust(trade, side),
            Event::Confirmed { trade, side, .. } => self.confirm(trade, side),
            Event::Returned { trade, side, .. } => self.entrusted_mut(trade, side).custody = Custody::Returned,
            Event::Annulled { trade, side, .. } => self.annul(trade, side),
            Event::Corrected { trade, side, qty, price, .. } => self.correct(trade, side, qty, price),
            Event::Awaited { settlement, client, security, qty } => {
                self.net_mut(settlement, client, security).awaited += qty;
            }
            Event::AwaitedEnded { settlement, client, security, qty, .. } => {
                let net = self.net_mut(settlement, client, security);
                net.awaited -= qty;
                net.closed_out += qty;
            }
            Event::Received { settlement, client, security, qty, internal } => {
                let net = self.net_mut(settlement, client, security);
                net.received += qty;
                if internal {
                    net.received_internal += qty;
                } else if net.awaited > net.direct_outstanding() {
                    // Auctioned shares come after the rest of the direct part.
                    net.awaited = net.direct_outstanding().at_least_zero();
                }
            }
            _ => self.apply_short(event),
        }
    }

    /// Who is short, towards the corporation or towards another client of the firm.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function applies the rest")]
    fn apply_short(&mut self, event: &Event) {
        match *event {
            Event::ShortOfDelivery { settlement, client, security, qty, valuation } => {
                let shortage = Shortage { qty, valuation, ended: None };
                self.shortages.insert((settlement, security, client), shortage);
            }
            Event::ShortageEnded { settlement, client, security, price, .. } => {
                let shortage = self.shortages.get_mut(&(settlement, security, client)).expect("a shortage");
                shortage.ended = Some(price);
            }
            Event::ShortInternally { settlement, seller, buyer, security, qty } => {
                self.internal.insert((settlement, security, seller, buyer), InternalShort { qty, ended: None });
                self.owing.insert((seller, security));
                self.net_mut(settlement, buyer, security).internal_short += qty;
            }
            Event::InternalShortEnded { settlement, seller, buyer, security, price } => {
                let short = self.internal.get_mut(&(settlement, security, seller, buyer)).expect("a shortage");
                short.ended = Some(price);
                self.count_owing();
            }
            Event::InternalShortMadeGood { settlement, seller, buyer, security, qty } => {
                let key = (settlement, security, seller, buyer);
                let short = self.internal.get_mut(&key).expect("a shortage");
                short.qty -= qty;
                assert!(!short.qty.is_negative() && short.ended.is_none(), "no more is made good than was short");
                if short.qty.is_zero() {
                    self.internal.remove(&key);
                    self.count_owing();
                }
                let net = self.net_mut(settlement, buyer, security);
                net.internal_short -= qty;
                net.internal += qty;
            }
            Event::Objected { settlement, number, client, security, qty, defect, as_seller, due } => {
                let it = Objection { client, security, qty, defect, as_seller, due, ended: None };
                assert!(self.objections.insert((settlement, number), it).is_none(), "a number is given once");
            }
            Event::ObjectionEnded { settlement, number, remedy, .. } => {
                let it = self.objections.get_mut(&(settlement, number)).expect("an objection");
                assert!(it.ended.replace(remedy).is_none(), "an objection ends once");
            }
            _ => self.apply_early(event),
        }
    }

    /// What the clearing corporation has before the day's pay-in, and what it brings.
    #[allow(clippy::wildcard_enum_match_arm, reason = "early pay-in is the rest, and the arm asserts it")]
    fn apply_early(&mut self, event: &Event) {
        match *event {
            Event::PaidInEarly { settlement, client, security, qty } => {
                self.net_mut(settlement, client, security).early += qty;
            }
            Event::EarlyReturned { settlement, client, security, qty } => {
                let net = self.net_mut(settlement, client, security);
                net.early -= qty;
                assert!(!net.early.is_negative(), "no more comes back than was paid in");
            }
            Event::EarlyTaken { settlement, client, security, qty } => {
                let net = self.net_mut(settlement, client, security);
                net.early -= qty;
                assert!(!net.early.is_negative(), "no more stands for the obligation than was paid in");
                for sum in [&mut net.called, &mut net.gathered, &mut net.staged, &mut net.delivered] {
                    *sum += qty;
                }
            }
            Event::SaleCredited { settlement, client, security, amount } => {
                let net = self.net_mut(settlement, client, security);
                net.credit += amount;
                assert!(!net.credit.is_negative(), "no more is taken back than was credited");
            }
            _ => unreachable!("handled before"),
        }
    }

    /// What a stage has no more use for.
    fn forget(&mut self, settlement: SettlementRow, stage: Stage) {
        match stage {
            Stage::PaidOut => self.apart.retain(|(of, ..), _| *of != settlement),
            Stage::Done => {
                self.entrusted.retain(|_, entrusted| entrusted.settlement != settlement);
                self.internal.retain(|(of, ..), _| *of != settlement);
                self.count_owing();
            }
            Stage::Scheduled | Stage::Matched | Stage::Billed | Stage::Agreed => {}
        }
    }

    fn book(&mut self, fact: &TradeFact) {
        let row = u32::try_from(self.trades.len()).expect("a trade row");
        self.trade_rows.insert(side_key(fact.trade, fact.side), row);
        let at = self.standing_row(fact.settlement, fact.client);
        let standing = self.standings.get_mut(at).expect("a standing");
        standing.trades = standing.trades.saturating_add(1);
        standing.closed = false;
        standing.stale = standing.bill.is_some();
        let last = standing.last_trade.replace(row);
        match last.and_then(|l| self.trades.get_mut(usize::try_from(l).expect("a row"))) {
            Some(last) => last.next_of_standing = Some(row),
            None => standing.first_trade = Some(row),
        }
        self.trades.push(Trade {
            trade: fact.trade,
            order: fact.order,
            client: fact.client,
            security: fact.security,
            side: fact.side,
            in_file: false,
            annulled: false,
            qty: fact.qty,
            price: fact.price,
            at: fact.at,
            settlement: fact.settlement,
            next_of_standing: None,
        });
        let settlement = &mut self.settlements[fact.settlement];
        settlement.trades = settlement.trades.saturating_add(1);
        let value = fact.price.value(fact.qty, Rounding::NearestPaisa);
        settlement.funds += signed(fact.side, value);
        self.net_entry(fact.settlement, fact.client, fact.security).count(fact.side, fact.qty, value);
        self.set_apart(fact.settlement, fact.client, fact.security, (fact.side, fact.qty, fact.price));
    }

    /// Trade for trade it is marked alone.
    #[inline]
    fn set_apart(&mut self, settlement: SettlementRow, client: ClientRow, security: SecurityRow, trade: (Side, Qty, Price)) {
        if self.settlements[settlement].kind.is_gross() {
            self.apart.entry((settlement, client, security)).or_default().push(trade);
        }
    }

    fn trade_mut(&mut self, row: u32) -> &mut Trade {
        self.trades.get_mut(usize::try_from(row).expect("a row")).expect("a booked trade")
    }

    /// Take a trade out of its client's standing and net.
    fn take_out(&mut self, row: u32) -> Trade {
        let trade = *self.trade_mut(row);
        let value = trade.price.value(trade.qty, Rounding::NearestPaisa);
        self.net_mut(trade.settlement, trade.client, trade.security).count(trade.side, -trade.qty, -value);
        let of = (trade.side, trade.qty, trade.price);
        if let Some(all) = self.apart.get_mut(&(trade.settlement, trade.client, trade.security)) {
            let at = all.iter().position(|it| *it == of).expect("a trade that was set apart");
            all.remove(at);
        }
        let standing = *self.standing_mut(trade.settlement, trade.client);
        let (mut before, mut at) = (None, standing.first_trade);
        while at != Some(row) {
            before = at;
            at = self.trade_mut(at.expect("a trade of its standing")).next_of_standing;
        }
        match before {
            Some(before) => self.trade_mut(before).next_of_standing = trade.next_of_standing,
            None => self.standing_mut(trade.settlement, trade.client).first_trade = trade.next_of_standing,
        }
        let standing = self.standing_mut(trade.settlement, trade.client);
        if standing.last_trade == Some(row) {
            standing.last_trade = before;
        }
        standing.trades = standing.trades.saturating_sub(1);
        standing.stale = standing.bill.is_some();
        // A standing without trades has no bill to wait for.
        standing.closed = standing.trades == 0 && standing.bill.is_none();
        trade
    }

    /// The trade joins the other client's, in the order of time.
    fn modify(&mut self, no: TradeNo, side: Side, to: ClientRow) {
        let row = self.trade_rows.get(side_key(no, side)).expect("a booked trade");
        let trade = self.take_out(row);
        let at = self.standing_row(trade.settlement, to);
        let first = self.standings.get(at).expect("a standing").first_trade;
        let (mut before, mut after) = (None, first);
        while let Some(next) = after.filter(|next| *next < row) {
            before = Some(next);
            after = self.trade_mut(next).next_of_standing;
        }
        let moved = self.trade_mut(row);
        moved.client = to;
        moved.next_of_standing = after;
        if let Some(before) = before {
            self.trade_mut(before).next_of_standing = Some(row);
        }
        let standing = self.standing_mut(trade.settlement, to);
        if before.is_none() {
            standing.first_trade = Some(row);
        }
        if after.is_none() {
            standing.last_trade = Some(row);
        }
        standing.trades = standing.trades.saturating_add(1);
        standing.closed = false;
        let value = trade.price.value(trade.qty, Rounding::NearestPaisa);
        self.net_entry(trade.settlement, to, trade.security).count(trade.side, trade.qty, value);
        self.set_apart(trade.settlement, to, trade.security, (trade.side, trade.qty, trade.price));
    }

    fn entrust(&mut self, no: TradeNo, side: Side) {
        let row = self.trade_rows.get(side_key(no, side)).expect("a booked trade");
        let Trade { settlement, client, security, qty, price, .. } = *self.trade_mut(row);
        let entrusted = Entrusted { settlement, client, security, side, qty, price, custody: Custody::Asked };
        assert!(self.entrusted.insert((no, side), entrusted).is_none(), "a trade is told to its custodian once");
    }

    fn entrusted_mut(&mut self, no: TradeNo, side: Side) -> &mut Entrusted {
        let it = self.entrusted.get_mut(&(no, side)).expect("a trade told to a custodian");
        assert!(it.custody == Custody::Asked, "a custodian answers once");
        it
    }

    /// The trade leaves the member's obligation, and its value the bill: brokerage and levies stay.
    fn confirm(&mut self, no: TradeNo, side: Side) {
        let it = self.entrusted_mut(no, side);
        it.custody = Custody::Confirmed;
        let Entrusted { settlement, client, security, qty, price, .. } = *it;
        let value = price.value(qty, Rounding::NearestPaisa);
        self.net_mut(settlement, client, security).count(side, -qty, -value);
        self.settlements[settlement].funds -= signed(side, value);
        let bill = self.standing_mut(settlement, client).bill.as_mut().expect("billed before it was told");
        bill.1 += signed(side, value);
    }

    fn reopen(&mut self, venue: Venue) {
        for trade in self.trades.iter_mut().filter(|t| t.in_file && t.trade.venue() == venue) {
            trade.in_file = false;
            let it = &mut self.settlements[trade.settlement];
            it.matched = it.matched.saturating_sub(u64::from(!trade.annulled));
        }
    }

    fn correct(&mut self, no: TradeNo, side: Side, qty: Qty, price: Price) {
        let row = self.trade_rows.get(side_key(no, side)).expect("a booked trade");
        let trade = self.trade_mut(row);
        assert!(!trade.annulled, "only a trade that stands is corrected");
        let was = *trade;
        (trade.qty, trade.price) = (qty, price);
        let [before, after] = [(was.price, was.qty), (price, qty)].map(|(price, qty)| price.value(qty, Rounding::NearestPaisa));
        self.net_mut(was.settlement, was.client, was.security).count(side, qty - was.qty, after - before);
        let mut apart = self.apart.get_mut(&(was.settlement, was.client, was.security)).into_iter().flatten();
        if let Some(it) = apart.find(|it| **it == (side, was.qty, was.price)) {
            *it = (side, qty, price);
        }
        self.settlements[was.settlement].funds += signed(side, after - before);
        let standing = self.standing_mut(was.settlement, was.client);
        standing.stale = standing.bill.is_some();
    }

    fn annul(&mut self, no: TradeNo, side: Side) {
        let row = self.trade_rows.get(side_key(no, side)).expect("a booked trade");
        let trade = self.take_out(row);
        assert!(!trade.annulled, "a trade is annulled once");
        let it = self.trade_mut(row);
        it.annulled = true;
        it.next_of_standing = None;
        let settlement = &mut self.settlements[trade.settlement];
        settlement.trades = settlement.trades.saturating_sub(1);
        settlement.matched = settlement.matched.saturating_sub(u64::from(trade.in_file));
        settlement.funds -= signed(side, trade.price.value(trade.qty, Rounding::NearestPaisa));
    }

    fn standing_row(&mut self, settlement: SettlementRow, client: ClientRow) -> usize {
        let key = pair(settlement, client.0);
        if let Some(row) = self.standing_rows.get(key) {
            self.last_standing = Some((key, row));
            return usize::try_from(row).expect("a row");
        }
        let row = self.standings.len();
        self.settlements[settlement].first_standing.get_or_insert(row);
        self.standing_rows.insert(key, u32::try_from(row).expect("a row"));
        self.standings.push(Standing {
            settlement,
            client,
            trades: 0,
            committed_buy: Paise::ZERO,
            committed_sell: Paise::ZERO,
            bill: None,
            stale: false,
            levies: Paise::ZERO,
            met: Paise::ZERO,
            closed: false,
            first_trade: None,
            last_trade: None,
            first_net: None,
        });
        row
    }

    fn standing_mut(&mut self, settlement: SettlementRow, client: ClientRow) -> &mut Standing {
        let key = pair(settlement, client.0);
        let last = self.last_standing.and_then(|(of, row)| (of == key).then_some(row));
        let row = last.or_else(|| self.standing_rows.get(key)).expect("a standing");
        self.standings.get_mut(usize::try_from(row).expect("a row")).expect("a standing")
    }

    fn committed_mut(&mut self, settlement: SettlementRow, client: ClientRow, side: Side) -> &mut Paise {
        let standing = self.standing_mut(settlement, client);
        match side {
            Side::Buy => &mut standing.committed_buy,
            Side::Sell => &mut standing.committed_sell,
        }
    }

    fn net_mut(&mut self, settlement: SettlementRow, client: ClientRow, security: SecurityRow) -> &mut Net {
        let row = self.net_rows.get(triple(settlement, client, security)).expect("a net");
        &mut self.nets[NetRow(row)]
    }

    fn net_entry(&mut self, settlement: SettlementRow, client: ClientRow, security: SecurityRow) -> &mut Net {
        let key = triple(settlement, client, security);
        if let Some(row) = self.net_rows.get(key) {
            return &mut self.nets[NetRow(row)];
        }
        self.first_net(settlement, client, security, key)
    }

    #[inline(never)]
    fn first_net(&mut self, settlement: SettlementRow, client: ClientRow, security: SecurityRow, key: u64) -> &mut Net {
        let row = self.nets.next();
        self.net_rows.insert(key, row.0);
        let next_of_lot = self.lot_mut(settlement, security).first_net.replace(row);
        let next_of_standing = self.standing_mut(settlement, client).first_net.replace(row);
        let gross = self.is_gross(settlement, client);
        let empty = Net::empty(settlement, client, security, next_of_standing, next_of_lot);
        self.nets.push(Net { gross, ..empty });
        &mut self.nets[row]
    }

    fn lot_mut(&mut self, settlement: SettlementRow, security: SecurityRow) -> &mut Lot {
        let key = pair(settlement, security.0);
        let row = match row_of(&self.lot_rows, key) {
            Some(row) => row,
            None => {
                let row = self.lots.len();
                self.lot_rows.insert(key, u32::try_from(row).expect("a row"));
                self.lots.push(Lot { settlement, security, first_net: None });
                row
            }
        };
        self.lots.get_mut(row).expect("a lot")
    }
}

impl Net {
    fn empty(
        settlement: SettlementRow, client: ClientRow, security: SecurityRow, next_of_standing: Option<NetRow>,
        next_of_lot: Option<NetRow>,
    ) -> Net {
        Net {
            settlement,
            client,
            security,
            gross: false,
            buy_qty: Qty::ZERO,
            sell_qty: Qty::ZERO,
            buy_value: Paise::ZERO,
            sell_value: Paise::ZERO,
            gathered: Qty::ZERO,
            called: Qty::ZERO,
            staged: Qty::ZERO,
            delivered: Qty::ZERO,
            early: Qty::ZERO,
            credit: Paise::ZERO,
            handed: Qty::ZERO,
            direct: Qty::ZERO,
            internal: Qty::ZERO,
            received: Qty::ZERO,
            received_internal: Qty::ZERO,
            awaited: Qty::ZERO,
            closed_out: Qty::ZERO,
            internal_short: Qty::ZERO,
            next_of_standing,
            next_of_lot,
        }
    }
}

impl Default for Clearing {
    fn default() -> Self {
        Clearing::new()
    }
}

vocab::kept!(struct Settlement {
    corporation, kind, number, trade_day, pay_in, pay_out, stage, trades, matched, funds, first_standing, levies, moved,
    value_moved, levies_taken, shared, funded,
});

vocab::kept!(struct Clearing {
    settlements, by_number, by_trade_day, trades, nets, standings, lots, shortages, internal,
    entrusted, objections, apart, legs,
} made { trade_rows, net_rows, standing_rows, lot_rows, owing, last_standing });
