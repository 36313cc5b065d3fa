//! Contract notes: one for each client and settlement with trades, numbered without gaps, and their voucher.

use crate::audit::Audit;
use crate::brokerage::brokerage;
use crate::charge::{self, Dealt, Turnovers};
use crate::sets::Apart;
use crate::sharing::Shared;
use crate::chart::{account, head, state_owner};
use crate::{Figure, What, exact};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use rulebook::NoRule;
use vocab::{
    ClientRow, Day, EntryNo, FinancialYear, NoteNo, Paise, Portion, SecurityRow, SettlementKind, SettlementRow, Side, Slab, TradeNo, Venue,
};

/// A bill as it must be.
pub(crate) struct Bill {
    pub note: NoteNo,
    pub year: FinancialYear,
    pub entry: Option<EntryNo>,
    /// Payable for the shares if positive.
    pub value: Paise,
    pub lines: BTreeMap<u8, Paise>,
    /// The most its brokerage may be, over all its trades.
    pub cap: Paise,
    pub shared: Option<Shared>,
    /// What of it stands in another set of books.
    pub apart: Option<Apart>,
    /// Of the value, what custodians settle.
    pub custody: Paise,
    /// What the firm settles of what he bought and of what he sold, where neither stands against the other.
    pub legs: Option<[Paise; 2]>,
    pub open: bool,
}

impl Bill {
    /// Payable by the client if positive.
    pub fn total(&self) -> Paise {
        self.value + self.lines.values().copied().sum()
    }

    /// Of that, what the client and the firm settle with each other.
    pub fn due(&self) -> Paise {
        self.total() - self.custody
    }

    /// What of it he is to be paid: all he sold that nobody else settles, where nothing stands against it.
    pub fn credit(&self) -> Paise {
        match self.legs {
            Some([bought, sold]) if bought.is_positive() && sold.is_positive() => sold,
            Some(_) | None => (-self.due()).at_least_zero(),
        }
    }

    /// What he pays for shares.
    pub fn payable(&self) -> Paise {
        self.legs.map_or(self.value - self.custody, |[bought, _]| bought).at_least_zero()
    }

    /// STT and stamp duty: what of it the clearing corporation takes.
    pub fn levies(&self) -> Paise {
        self.line(head::STT) + self.line(head::STAMP)
    }

    pub fn line(&self, head: u8) -> Paise {
        self.lines.get(&head).copied().unwrap_or(Paise::ZERO)
    }
}

impl Audit {
    pub(crate) fn billed(
        &mut self, settlement: SettlementRow, client: ClientRow, note: NoteNo, year: FinancialYear,
    ) {
        self.number_note(note, year);
        let who = self.who(client);
        if self.bills.contains_key(&(settlement, client)) {
            return self.find_plain(What::BilledTwice { who, settlement });
        }
        if !self.trades.contains_key(&(settlement, client)) {
            return self.find_plain(What::BilledWithoutTrades { who, settlement });
        }
        let Some(day) = self.settlements.get(&settlement).map(|s| s.trade_day) else {
            return self.find_plain(What::SettlementUnknown { settlement });
        };
        if day.financial_year() != year {
            let number = |year: FinancialYear| Figure::Number(u64::from(year.0.unsigned_abs()));
            self.find(What::NoteYear { note }, number(day.financial_year()), number(year));
        }
        match self.work_out(settlement, client, note, year, day) {
            Err(rule) => self.find_plain(What::RuleMissing { rule }),
            Ok(bill) => {
                self.post_bill(settlement, client, &bill, false);
                self.bills.insert((settlement, client), bill);
            }
        }
    }

    fn number_note(&mut self, note: NoteNo, year: FinancialYear) {
        let next = self.last_note.get(&year).copied().unwrap_or(0).saturating_add(1);
        if note.0 != next {
            let (expected, found) = (Figure::Number(u64::from(next)), Figure::Number(u64::from(note.0)));
            self.find(What::NoteNumber { year }, expected, found);
        }
        self.last_note.insert(year, note.0);
    }

    fn work_out(
        &mut self, settlement: SettlementRow, client: ClientRow, note: NoteNo, year: FinancialYear, day: Day,
    ) -> Result<Bill, NoRule> {
        let known = self.clients.get(&client).copied();
        let own = known.is_some_and(|c| c.own);
        let Some(plan) = self.plan_on(client, day).map(<[Slab]>::to_vec) else {
            let who = self.who(client);
            self.find_plain(What::NoPlan { who });
            return self.with_brokerage((settlement, client), (note, year), (Vec::new(), Paise::ZERO), day);
        };
        let gross = self.is_apart(settlement, client);
        let plan = match self.settlements.get(&settlement).is_some_and(|it| it.kind == SettlementKind::SameDay) {
            true => crate::brokerage::agreed_for_today(&plan),
            false => plan.into_iter().filter(|slab| slab.portion != Portion::SameDay).collect(),
        };
        let plan: Vec<Slab> = plan.into_iter().filter(|slab| !gross || slab.portion == Portion::Delivery).collect();
        let sold = self.trades.get(&(settlement, client)).map_or(&[][..], Vec::as_slice);
        let (fees, cap) = brokerage(&self.rules, &plan, sold, day)?;
        // The firm charges itself no brokerage.
        let fees = if own { Vec::new() } else { sold.iter().map(|s| s.trade.venue()).zip(fees).collect() };
        self.with_brokerage((settlement, client), (note, year), (fees, cap), day)
    }

    fn with_brokerage(
        &self, of: (SettlementRow, ClientRow), paper: (NoteNo, FinancialYear), brokerage: (Vec<(Venue, Paise)>, Paise), day: Day,
    ) -> Result<Bill, NoRule> {
        let ((settlement, client), (note, year), (fees, cap)) = (of, paper, brokerage);
        let known = self.clients.get(&client);
        let dealt = self.dealt_of(settlement, client);
        let state = known.map_or(self.state, |c| c.state);
        let shared = self.share_of(client, &fees, day)?;
        let fees_by_exchange = fees;
        let fees = fees_by_exchange.iter().map(|(_, fee)| *fee).sum();
        let turnovers = self.turnovers(settlement, client);
        let lines = charge::block(&self.rules, &turnovers, &dealt, fees, [state, self.state], day)?;
        let value = dealt.iter().map(Dealt::value).sum();
        let sides = || [dealt.iter().map(|d| d.buy_value).sum(), dealt.iter().map(|d| d.sell_value).sum()];
        let legs = self.has_two_codes(settlement, client).then(sides);
        let mut bill = Bill {
            note, year, entry: self.entry, value, lines, cap, shared, apart: None, custody: Paise::ZERO, legs, open: true,
        };
        bill.apart = self.apart((settlement, client), &bill, &fees_by_exchange, day)?;
        Ok(bill)
    }

    /// What a client dealt on each exchange, by the numbers of his trades.
    fn turnovers(&self, settlement: SettlementRow, client: ClientRow) -> Turnovers {
        let mut all = Turnovers { nse: Paise::ZERO, bse: Paise::ZERO };
        for sold in self.trades.get(&(settlement, client)).into_iter().flatten() {
            let value = exact::value(sold.price, sold.qty);
            match sold.trade.venue() {
                Venue::Nse => all.nse += value,
                Venue::Bse => all.bse += value,
            }
        }
        all
    }

    /// A client's day by security.
    pub(crate) fn dealt_of(&self, settlement: SettlementRow, client: ClientRow) -> Vec<Dealt> {
        let (first, last) = (SecurityRow(0), SecurityRow(u32::MAX));
        let of_client = self.dealt.range((settlement, client, first)..=(settlement, client, last));
        of_client.map(|(_, dealt)| *dealt).collect()
    }

    /// A bill on its accounts; with its sign turned it is taken back.
    fn post_bill(&mut self, settlement: SettlementRow, client: ClientRow, bill: &Bill, back: bool) {
        let signed = |amount: Paise| if back { -amount } else { amount };
        let state = self.clients.get(&client).map_or(self.state, |c| c.state);
        let total = bill.total();
        if let Some(Shared { intermediary, amounts, tax }) = bill.shared {
            for (venue, amount) in amounts {
                self.ledger.in_set(venue, |ledger| ledger.debit(account::SHARED_BROKERAGE, 0, signed(amount)));
            }
            let amount: Paise = amounts.into_iter().map(|(_, amount)| amount).sum();
            self.ledger.credit(account::INTERMEDIARY, intermediary.0, signed(amount - tax));
            self.ledger.credit(account::TAX_DEDUCTED, 0, signed(tax));
        }
        self.ledger.sets.at.1 = self.settlements.get(&settlement).map_or(self.ledger.sets.at.1, |it| it.pay_in);
        self.ledger.debit(account::CLIENT, client.0, signed(total));
        self.ledger.credit(account::SETTLEMENT_CONTROL, 0, signed(bill.value));
        for (line, amount) in &bill.lines {
            self.credit_line(*line, signed(*amount), state_owner(state));
        }
        if let Some(apart) = &bill.apart {
            self.set_apart(apart, client, signed);
        }
        let credit = bill.credit();
        if credit.is_positive() {
            *self.open_credit.entry(client).or_insert(Paise::ZERO) += signed(credit);
        }
        let own = self.is_own(client);
        let it = self.settlements.get_mut(&settlement).expect("looked up before it was billed");
        it.control -= signed(bill.value);
        it.stt += signed(bill.line(head::STT));
        let stamp = bill.line(head::STAMP);
        if !stamp.is_zero() {
            *it.stamps.entry(state).or_insert(Paise::ZERO) += signed(stamp);
        }
        if !own {
            it.clients_dues += signed(bill.payable() + bill.levies());
        }
    }

    /// What is dealt elsewhere stands there, on the same accounts.
    fn set_apart(&mut self, apart: &Apart, client: ClientRow, signed: impl Fn(Paise) -> Paise) {
        let (home, _) = self.ledger.sets.at;
        let owed = apart.value + apart.lines.values().copied().sum();
        for (set, sign) in [(apart.set, 1), (home, -1)] {
            let part = |amount: Paise| Paise(signed(amount).0.saturating_mul(sign));
            self.ledger.sets.at.0 = set;
            self.ledger.debit(account::CLIENT, client.0, part(owed));
            for (line, amount) in &apart.lines {
                self.credit_line(*line, part(*amount), 0);
            }
        }
        self.ledger.sets.at.0 = home;
    }

    /// The note is void and its bill with it: everything it posted is posted the other way round.
    pub(crate) fn note_cancelled(&mut self, settlement: SettlementRow, client: ClientRow, note: NoteNo) {
        let key = (settlement, client);
        let who = self.who(client);
        match self.bills.remove(&key).filter(|bill| bill.open && bill.note == note) {
            None => self.find_plain(What::BillNotOpen { who, settlement }),
            Some(bill) => {
                self.post_bill(settlement, client, &bill, true);
                self.void.push((key, bill));
            }
        }
    }

    /// A custodian settles the trade: its value leaves the bill and the settlement, the charges stay.
    pub(crate) fn custodian_settles(&mut self, settlement: SettlementRow, trade: TradeNo, side: Side) {
        let Some(day) = self.settlements.get(&settlement).map(|s| s.trade_day) else {
            return self.find_plain(What::SettlementUnknown { settlement });
        };
        let key = (day, trade, side);
        let Some(it) = self.codes.sides.get(&key).copied() else {
            return self.find_plain(What::CustodyOfNoTrade { trade });
        };
        let institution = self.clients.get(&it.client).is_some_and(|c| c.institution);
        if !institution || !self.settled_elsewhere.insert(key) {
            return self.find_plain(What::CustodyOfNoTrade { trade });
        }
        let who = self.who(it.client);
        let value = exact::value(it.price, it.qty);
        let payable = if side == Side::Buy { value } else { -value };
        let Some(bill) = self.bills.get_mut(&(settlement, it.client)).filter(|bill| bill.open) else {
            return self.find_plain(What::BillNotOpen { who, settlement });
        };
        let (credit_before, payable_before) = (bill.credit(), bill.payable());
        bill.custody += payable;
        if let Some([bought, sold]) = &mut bill.legs {
            *(if side == Side::Buy { bought } else { sold }) -= value;
        }
        let (credit, payable_after) = (bill.credit(), bill.payable());
        *self.open_credit.entry(it.client).or_insert(Paise::ZERO) += credit - credit_before;
        self.dealt.entry((settlement, it.client, it.security)).or_insert(Dealt::NOTHING).add(side, -it.qty, -value);
        self.ledger.debit(account::SETTLEMENT_CONTROL, 0, payable);
        self.ledger.sets.at.1 = self.settlements.get(&settlement).map_or(day, |it| it.pay_in);
        self.ledger.in_set(trade.venue(), |ledger| ledger.credit(account::CLIENT, it.client.0, payable));
        let settled = self.settlements.get_mut(&settlement).expect("looked up above");
        settled.control += payable;
        settled.clients_dues += payable_after - payable_before;
    }

    fn credit_line(&mut self, line: u8, amount: Paise, state: u32) {
        if line == head::STATE_AND_CENTRAL_GST {
            // The tax is debited once and then split; an odd paisa stays with the centre.
            let second = Paise(amount.0.checked_div(2).expect("two halves"));
            self.ledger.credit(account::CENTRAL_GST, 0, amount - second);
            self.ledger.credit(account::STATE_GST, 0, second);
            return;
        }
        let (to, owner) = match line {
            head::BROKERAGE => (account::BROKERAGE, 0),
            head::EXCHANGE => (account::EXCHANGE_CHARGES, 0),
            head::INVESTOR_PROTECTION => (account::INVESTOR_PROTECTION, 0),
            head::SEBI_FEE => (account::SEBI_FEE, 0),
            head::INTEGRATED_GST => (account::INTEGRATED_GST, 0),
            head::SERVICE_TAX => (account::SERVICE_TAX, 0),
            head::EDUCATION_CESS => (account::EDUCATION_CESS, 0),
            head::HIGHER_EDUCATION_CESS => (account::HIGHER_EDUCATION_CESS, 0),
            head::SWACHH_BHARAT_CESS => (account::SWACHH_BHARAT_CESS, 0),
            head::KRISHI_KALYAN_CESS => (account::KRISHI_KALYAN_CESS, 0),
            head::STT => (account::STT, 0),
            head::STAMP => (account::STAMP, state),
            other => unreachable!("no charge block has a line {other}"),
        };
        self.ledger.credit(to, owner, amount);
    }

    /// From now on what the bill brought is the client's to use, and the firm's part of it may be drawn.
    pub(crate) fn bill_closed(&mut self, settlement: SettlementRow, client: ClientRow, today: Day) {
        let who = self.who(client);
        let pay_out = self.settlements.get(&settlement).map(|s| s.pay_out);
        if let Some(pay_out) = pay_out.filter(|day| today < *day) {
            self.find(What::BillClosedEarly { who, settlement }, Figure::Day(pay_out), Figure::Day(today));
        }
        let own = self.is_own(client);
        match self.bills.get_mut(&(settlement, client)).filter(|bill| bill.open) {
            None => self.find_plain(What::BillNotOpen { who, settlement }),
            Some(bill) => {
                bill.open = false;
                let credit = bill.credit();
                if credit.is_positive() {
                    *self.open_credit.entry(client).or_insert(Paise::ZERO) -= credit;
                }
                if !own {
                    self.undrawn += bill.total() - bill.value - bill.levies();
                }
            }
        }
    }
}
