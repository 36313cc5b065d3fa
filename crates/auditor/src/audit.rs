//! The walk over the facts, and everything worked out on the way.

use crate::authority::Authorities;
use crate::benefits::Benefits;
use crate::charge::Dealt;
use crate::chart::account;
use crate::codes::Codes;
use crate::dealing::{Order, Settlement, Sold};
use crate::margin::Margins;
use crate::money::{Ledger, Payment};
use crate::shares::{Inward, Tally};
use crate::sharing::Register;
use crate::shortage::{Internal, Lot, Short};
use crate::{Claims, Fact, Figure, Finding, Told, What, Who, bill::Bill};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use rulebook::{Rule, Rulebook};
use vocab::{
    BankAccount, ClientRow, Day, EntryNo, FinancialYear, OrderNo, Paise, PaymentNo, Price, Qty, SecurityRow,
    SettlementRow, Side, Slab, StateCode, TradeNo, Ucc, Venue,
};

/// Work everything out from the facts, in their order, and compare it with the claims.
///
/// An empty list means that the books are what they must be. Findings come in the order of the facts, then in
/// the order of the claims. Nothing is refused: what contradicts itself is a finding.
pub fn audit(facts: &[Told], claims: &Claims) -> Vec<Finding> {
    let mut audit = Audit::new();
    for told in facts {
        audit.judge_sweep(Some(told.entry));
        audit.take(told);
    }
    audit.judge_sweep(None);
    audit.entry = None;
    audit.not_left();
    audit.judge(claims);
    audit.findings
}

#[derive(Clone, Copy)]
pub(crate) struct Client {
    pub ucc: Ucc,
    pub own: bool,
    pub institution: bool,
    pub state: StateCode,
}

/// Everything known so far. Ordered maps only, so that findings come in one order.
pub(crate) struct Audit {
    pub findings: Vec<Finding>,
    pub entry: Option<EntryNo>,
    /// The latest day of any fact.
    pub today: Option<Day>,
    pub began: Option<Day>,
    pub rules: Rulebook,
    /// Holidays of each exchange, and days on which it trades nevertheless.
    pub holidays: BTreeSet<(Venue, Day)>,
    pub sessions: BTreeSet<(Venue, Day)>,
    pub settlement_holidays: BTreeSet<Day>,
    /// From when each security settles by the shorter cycle.
    pub moved: BTreeMap<SecurityRow, Day>,
    pub for_trade: BTreeSet<(SecurityRow, Day)>,
    /// The lists of what is dealt in for settlement on the same day: from each day on, or no longer.
    pub same_day: BTreeMap<(SecurityRow, Day), bool>,
    pub state: StateCode,
    pub clients: BTreeMap<ClientRow, Client>,
    /// Whose buys and sales stand apart, and from which trade day on.
    pub legs: BTreeMap<ClientRow, Day>,
    pub plans: BTreeMap<(ClientRow, Day), Vec<Slab>>,
    pub register: Register,
    pub last_order: u64,
    pub open_orders: BTreeMap<OrderNo, Order>,
    pub closed_orders: BTreeMap<OrderNo, Order>,
    pub codes: Codes,
    /// Sides that custodians settle.
    pub settled_elsewhere: BTreeSet<(Day, TradeNo, Side)>,
    pub trades: BTreeMap<(SettlementRow, ClientRow), Vec<Sold>>,
    pub dealt: BTreeMap<(SettlementRow, ClientRow, SecurityRow), Dealt>,
    pub settlements: BTreeMap<SettlementRow, Settlement>,
    pub bills: BTreeMap<(SettlementRow, ClientRow), Bill>,
    /// Bills that were taken back: their notes are shown as they were.
    pub void: Vec<((SettlementRow, ClientRow), Bill)>,
    pub last_note: BTreeMap<FinancialYear, u32>,
    pub ledger: Ledger,
    /// Bills in a client's favour whose pay-out has not come.
    pub open_credit: BTreeMap<ClientRow, Paise>,
    /// Asked to be paid to a client and not yet answered.
    pub promised: BTreeMap<ClientRow, Paise>,
    pub last_payment: u64,
    pub payments: BTreeMap<PaymentNo, Payment>,
    pub receipts: BTreeMap<u32, (BankAccount, Paise)>,
    /// Third parties' shares that are here.
    pub inwards: BTreeMap<u32, Inward>,
    pub returning: BTreeSet<u32>,
    pub placed: Paise,
    pub undrawn: Paise,
    /// The evening's drawing stands in this entry: it is judged once the whole entry is known.
    pub sweeping: Option<EntryNo>,
    /// A bank refused to give own money back since the last evening: it is asked again the next.
    pub back_refused: bool,
    pub shorts: BTreeMap<(SettlementRow, SecurityRow, ClientRow), Short>,
    pub internal: BTreeMap<(SettlementRow, SecurityRow, ClientRow, ClientRow), Internal>,
    /// Shares reckoned so far of each lot and price.
    pub lots: BTreeMap<(SettlementRow, SecurityRow, Lot, Price), Qty>,
    /// Credits of auctions whose money has not come.
    pub awaited: BTreeMap<(SettlementRow, SecurityRow, ClientRow), Paise>,
    pub places: BTreeMap<(ClientRow, SecurityRow, u8), Qty>,
    pub tallies: BTreeMap<(SettlementRow, ClientRow, SecurityRow), Tally>,
    /// What may move beyond what was traded, for defective shares: to the corporation, and from it.
    pub beyond: BTreeMap<(SettlementRow, ClientRow, SecurityRow), (Qty, Qty)>,
    pub objected: BTreeMap<(SettlementRow, SecurityRow, ClientRow, bool), Qty>,
    pub authorities: Authorities,
    pub benefits: Benefits,
    pub margins: Margins,
}

impl Audit {
    fn new() -> Audit {
        Audit {
            findings: Vec::new(),
            entry: None,
            today: None,
            began: None,
            rules: Rulebook::new(),
            holidays: BTreeSet::new(),
            sessions: BTreeSet::new(),
            settlement_holidays: BTreeSet::new(),
            moved: BTreeMap::new(),
            for_trade: BTreeSet::new(),
            same_day: BTreeMap::new(),
            state: rulebook::EVERYWHERE,
            clients: BTreeMap::new(),
            legs: BTreeMap::new(),
            plans: BTreeMap::new(),
            register: Register::default(),
            last_order: 0,
            open_orders: BTreeMap::new(),
            closed_orders: BTreeMap::new(),
            codes: Codes::default(),
            settled_elsewhere: BTreeSet::new(),
            trades: BTreeMap::new(),
            dealt: BTreeMap::new(),
            settlements: BTreeMap::new(),
            bills: BTreeMap::new(),
            void: Vec::new(),
            last_note: BTreeMap::new(),
            ledger: Ledger::default(),
            open_credit: BTreeMap::new(),
            promised: BTreeMap::new(),
            last_payment: 0,
            payments: BTreeMap::new(),
            receipts: BTreeMap::new(),
            inwards: BTreeMap::new(),
            returning: BTreeSet::new(),
            placed: Paise::ZERO,
            undrawn: Paise::ZERO,
            sweeping: None,
            back_refused: false,
            shorts: BTreeMap::new(),
            internal: BTreeMap::new(),
            lots: BTreeMap::new(),
            awaited: BTreeMap::new(),
            places: BTreeMap::new(),
            beyond: BTreeMap::new(),
            objected: BTreeMap::new(),
            tallies: BTreeMap::new(),
            authorities: Authorities::default(),
            benefits: Benefits::default(),
            margins: Margins::default(),
        }
    }

    pub fn find(&mut self, what: What, expected: Figure, found: Figure) {
        self.findings.push(Finding { entry: self.entry, what, expected, found });
    }

    /// A finding whose words say it all.
    pub fn find_plain(&mut self, what: What) {
        self.find(what, Figure::Nothing, Figure::Nothing);
    }

    pub fn who(&self, client: ClientRow) -> Who {
        Who { client, ucc: self.clients.get(&client).map(|c| c.ucc) }
    }

    pub fn is_own(&self, client: ClientRow) -> bool {
        self.clients.get(&client).is_some_and(|c| c.own)
    }

    /// Some exchange trades.
    pub fn is_trading_day(&self, day: Day) -> bool {
        Venue::ALL.iter().any(|venue| self.is_open(*venue, day))
    }

    pub fn is_open(&self, venue: Venue, day: Day) -> bool {
        self.sessions.contains(&(venue, day)) || self.is_weekday_of(venue, day)
    }

    /// The corporation of an exchange settles on the exchange's ordinary days, unless banks are shut.
    pub fn settles(&self, home: Venue, day: Day) -> bool {
        self.is_weekday_of(home, day) && !self.settlement_holidays.contains(&day)
    }

    /// Not a weekend, not a holiday.
    fn is_weekday_of(&self, venue: Venue, day: Day) -> bool {
        !day.is_weekend() && !self.holidays.contains(&(venue, day))
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function takes the rest")]
    fn take(&mut self, told: &Told) {
        self.entry = Some(told.entry);
        self.today = self.today.max(Some(told.day));
        self.stand(&told.fact, told.day);
        match told.fact {
            Fact::FirmOpened { state, capital } => {
                self.state = state;
                self.opening(capital);
            }
            Fact::ClientOpened { client, ucc, own, institution, state } => {
                self.clients.insert(client, Client { ucc, own, institution, state });
            }
            Fact::LegsApart { client, from } => {
                let from = self.legs.get(&client).map_or(from, |before| from.min(*before));
                self.legs.insert(client, from);
            }
            Fact::PlanSet { client, from, ref slabs } => self.plan_set(client, from, slabs, told.day),
            Fact::IntermediaryApproved { .. }
            | Fact::ApprovalEnded { .. }
            | Fact::IntermediaryAgreed { .. }
            | Fact::IntermediaryPerson { .. }
            | Fact::Barred { .. }
            | Fact::ShareSet { .. }
            | Fact::Introduced { .. } => self.register.take(&told.fact),
            Fact::RuleAdopted(ref rule) => self.rule_adopted(rule),
            Fact::CycleMoved { security, from } => self.moved.extend([(security, from)]),
            Fact::TradeForTrade { security, day } => self.for_trade.extend([(security, day)]),
            Fact::HolidayAdded { day } => self.holidays.extend(Venue::ALL.iter().map(|venue| (*venue, day))),
            Fact::ExchangeHolidayAdded { venue, day } => self.holidays.extend([(venue, day)]),
            Fact::SessionAdded { venue, day } => self.sessions.extend([(venue, day)]),
            Fact::SettlementHolidayAdded { day } => self.settlement_holidays.extend([day]),
            Fact::WrittenOff { settlement, value } => self.written_off(settlement, value),
            Fact::SettlementScheduled { home, settlement, kind, trade_day, pay_in, pay_out } => {
                self.scheduled(home, settlement, kind, trade_day, (pay_in, pay_out));
            }
            Fact::SettlementMoved { settlement, pay_in, pay_out } => self.rescheduled(settlement, (pay_in, pay_out)),
            Fact::SettlementDone { settlement } => self.settlement_done(settlement, told.day),
            Fact::DayBegan { day } => self.day_began(day),
            Fact::SameDayListed { security, from, admitted } => self.same_day.extend([((security, from), admitted)]),
            Fact::OrderPlaced { order, client, security, side, same_day } => {
                self.placed(order, Order { client, security, side, same_day });
            }
            Fact::OrderClosed { order } => self.closed(order),
            Fact::Traded { trade, order, client, security, side, qty, price, settlement, day } => {
                let of = Order { client, security, side, same_day: self.is_same_day(order) };
                self.check_trade(trade, order, &of, settlement, day);
                self.book((trade, order, day), &of, (price, qty), settlement);
            }
            Fact::Billed { settlement, client, note, year } => self.billed(settlement, client, note, year),
            Fact::BillClosed { settlement, client } => self.bill_closed(settlement, client, told.day),
            Fact::Receipt { client, amount } => self.received(client, amount),
            Fact::ThirdPartyReceipt { receipt, account, amount } => self.held_apart(receipt, account, amount),
            Fact::ThirdPartyShares { inward, place, security, qty } => self.shares_apart(inward, Inward { place, security, qty }),
            Fact::SharesBack { inward, qty } => self.shares_back(inward, qty),
            Fact::SharesRenumbered { inward, under } => self.shares_renumbered(inward, under),
            Fact::PaymentAsked { payment, kind, amount, owner, settlement } => {
                self.asked(payment, Payment { kind, amount, owner, settlement, open: true });
            }
            Fact::Cheque { client, amount, uncleared } => self.cheque(client, amount, uncleared),
            Fact::PaymentDone { payment } => self.answered(payment, Audit::paid),
            Fact::PaymentFailed { payment } => self.answered(payment, Audit::refused),
            Fact::ClearingMoney { settlement, head, amount } => self.clearing_money(settlement, head, amount),
            ref other => self.take_short(other, told.entry),
        }
    }

    /// Who was short, and how it ended.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the next function takes the rest")]
    fn take_short(&mut self, fact: &Fact, entry: EntryNo) {
        match *fact {
            Fact::ShortTold { settlement, security, client, qty, valuation } => {
                self.short_told((settlement, security, client), qty, valuation);
            }
            Fact::ShortageEnded { settlement, security, client, price } => {
                self.short_ended((settlement, security, client), price);
            }
            Fact::InternalShort { settlement, security, seller, buyer, qty } => {
                self.internal_short((settlement, security, seller, buyer), qty);
            }
            Fact::InternalShortEnded { settlement, security, seller, buyer, price } => {
                self.internal_ended((settlement, security, seller, buyer), price);
            }
            Fact::InternalShortMadeGood { settlement, security, seller, buyer, qty } => {
                self.made_good((settlement, security, seller, buyer), qty);
            }
            Fact::Objected { settlement, security, client, qty, as_seller } => {
                self.objected((settlement, security, client), qty, as_seller);
            }
            Fact::ObjectionEnded { settlement, security, client, qty, as_seller, price } => {
                self.objection_ended((settlement, security, client), qty, as_seller, price);
            }
            Fact::BuyerClosedOut { settlement, security, client, qty, price } => {
                self.buyer_closed_out((settlement, security, client), qty, price);
            }
            Fact::CreditCame { settlement, security, client } => self.credit_came((settlement, security, client)),
            ref other => self.take_corrected(other, entry),
        }
    }

    /// What was corrected, and what an evening brings.
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other fact is taken before")]
    fn take_corrected(&mut self, fact: &Fact, entry: EntryNo) {
        match *fact {
            Fact::SharesMoved { client, security, from, to, qty, settlement } => {
                self.moved(client, security, (from, to), qty, settlement);
            }
            Fact::PowerGiven { power, client } => self.authorities.given(power, client),
            Fact::PowerEnded { power } => self.power_ended(power),
            Fact::MayMove { settlement, client, security, qty } => self.authorities.may((settlement, client, security), qty),
            Fact::BenefitAnnounced { .. }
            | Fact::Entitled { .. }
            | Fact::StrangerEntitled { .. }
            | Fact::StrangerPassed { .. }
            | Fact::StrangerTaxed { .. }
            | Fact::RegisterTaken { .. }
            | Fact::Dividend { .. }
            | Fact::BenefitCame { .. }
            | Fact::BenefitPassed { .. }
            | Fact::BenefitTaxed { .. }
            | Fact::BenefitShared { .. } => self.given(fact),
            Fact::CodeModified { modification, day, trade, side, to, to_error } => {
                self.code_modified(modification, (day, trade, side), to, to_error);
            }
            Fact::TradeCorrected { day, trade, side, qty, price } => self.corrected((day, trade, side), (qty, price)),
            Fact::Annulled { day, trade, side } => self.annulled((day, trade, side)),
            Fact::NoteCancelled { settlement, client, note } => self.note_cancelled(settlement, client, note),
            Fact::CustodianSettles { settlement, trade, side } => self.custodian_settles(settlement, trade, side),
            Fact::PenaltyWaived { modification } => self.penalty_waived(modification),
            Fact::FileAgreed { settlement } => self.file_agreed(settlement),
            Fact::Evening { day } => {
                self.evening(day);
                self.ledger.sets.brought_over(day);
            }
            Fact::Margin(ref of) => self.margin(of),
            Fact::CashBack { amount } => {
                self.ledger.debit(account::OWN_BANK, 0, amount);
                self.ledger.credit(account::OWN_DEPOSIT, 0, amount);
            }
            Fact::MarginPenalties { day, debit, ref rows } => self.penalties_taken(day, debit, rows),
            Fact::LossBorne { client, amount } => self.loss_borne(client, amount),
            Fact::Swept { .. } => self.sweeping = Some(entry),
            ref other => unreachable!("taken before: {other:?}"),
        }
    }

    /// A plan holds from its day on. One that follows another begins on no day that has begun.
    fn plan_set(&mut self, client: ClientRow, from: Day, slabs: &[Slab], today: Day) {
        if !self.clients.contains_key(&client) {
            return self.find_plain(What::UnknownClient { client });
        }
        let open = if self.began == Some(today) { today.next() } else { today };
        let last = self.plans.range((client, Day(i32::MIN))..=(client, Day(i32::MAX))).last();
        let earliest = last.map_or(today, |((_, before), _)| before.next().max(open));
        if from < earliest {
            let who = self.who(client);
            self.find(What::PlanTooEarly { who }, Figure::Day(earliest), Figure::Day(from));
        }
        self.plans.insert((client, from), slabs.to_vec());
    }

    /// What the client pays by on a day.
    pub(crate) fn plan_on(&self, client: ClientRow, day: Day) -> Option<&[Slab]> {
        let until = self.plans.range((client, Day(i32::MIN))..=(client, day)).last();
        until.map(|(_, slabs)| slabs.as_slice())
    }

    fn rule_adopted(&mut self, rule: &Rule) {
        if let Err(reason) = self.rules.adopt(rule.clone()) {
            self.find_plain(What::RuleContradicts { reason });
        }
    }

    fn day_began(&mut self, day: Day) {
        if !self.is_trading_day(day) {
            self.find_plain(What::NotATradingDay { day });
        }
        if let Some(last) = self.began.filter(|last| *last >= day) {
            self.find(What::DayOutOfTurn {}, Figure::Day(last.next()), Figure::Day(day));
        }
        self.margins_begin(self.began);
        self.began = self.began.max(Some(day));
        let open = u64::try_from(self.open_orders.len()).unwrap_or(u64::MAX);
        if open > 0 {
            self.find(What::OrdersLeftOpen { day }, Figure::Number(0), Figure::Number(open));
        }
    }
}
