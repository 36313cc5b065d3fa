//! The desk of one entry: the state before it, the moment, the events so far, and the next numbers of each
//! series, so that one entry may take several.

use crate::{AsOf, BreakKind, Event, Events, Firm, Job, Timer};
use books::{Account, Cause, Posting};
use partners::{Event as Partner, PaymentKind, TransferKind};
use rulebook::RuleName;
use vocab::{
    AccountToken, BreakNo, ClientRow, Corporation, Day, DematAccount, Depository, LienNo, Moment, Paise, PaymentNo, Qty,
    RuleRow, SecurityRow, SettlementKind, SettlementRow, TransferNo, Venue, VoucherNo,
};

/// The subject of a break about a day.
pub fn subject(day: Day) -> u64 {
    u64::from(day.0.unsigned_abs())
}

/// A bank or depository that has not answered after this long is asked.
pub const ANSWER_SECONDS: i64 = 600;

pub struct Desk<'a> {
    pub firm: &'a Firm,
    pub as_of: AsOf,
    pub out: &'a mut Events,
    voucher: VoucherNo,
    /// The voucher being posted, and what of it stands in each exchange's set so far.
    posting: Option<Voucher>,
    sets: [Paise; Venue::ALL.len()],
    payment: PaymentNo,
    transfer: TransferNo,
    broke: BreakNo,
    lien: LienNo,
}

/// The dimensions all lines of a voucher share.
#[derive(Clone, Copy)]
pub struct Voucher {
    number: VoucherNo,
    pub cause: Cause,
    pub reference: u64,
    pub value_day: Day,
    pub settlement: Option<SettlementRow>,
    /// In whose set of books its lines are, but those of accounts that are of no exchange.
    pub venue: Venue,
    pub corporation: Corporation,
}

impl Voucher {
    /// The same voucher's lines in an exchange's set.
    pub fn on(&self, venue: Venue) -> Voucher {
        Voucher { venue, ..*self }
    }
}

impl<'a> Desk<'a> {
    pub fn new(firm: &'a Firm, as_of: &AsOf, out: &'a mut Events) -> Desk<'a> {
        Desk {
            firm,
            as_of: *as_of,
            out,
            voucher: firm.books.next_voucher(),
            posting: None,
            sets: [Paise::ZERO; Venue::ALL.len()],
            payment: firm.partners.next_payment(),
            transfer: firm.partners.next_transfer(),
            broke: firm.next_break,
            lien: firm.liens.next_no(),
        }
    }

    #[inline]
    pub fn push(&mut self, event: impl Into<Event>) {
        self.out.push(event.into());
    }

    pub fn day(&self) -> Day {
        self.as_of.day()
    }

    pub fn now(&self) -> Moment {
        self.as_of.now
    }

    /// A voucher takes its number with its first line, so that one of nothing leaves no gap: its lines are posted before the
    /// next is drawn. A voucher in the set of books of the exchange whose clearing corporation it concerns; what concerns none is in
    /// the first exchange's.
    pub fn voucher(
        &mut self, cause: Cause, reference: u64, value_day: Day, settlement: Option<SettlementRow>,
    ) -> Voucher {
        self.cross();
        let of = settlement.and_then(|row| self.firm.clearing.settlement(row));
        let corporation = of.map_or(Corporation::Nscl, |it| it.corporation);
        let (number, venue) = (self.voucher, corporation.exchange());
        Voucher { number, cause, reference, value_day, settlement, venue, corporation }
    }

    /// What a voucher has more in one exchange's set than in it is balanced there crosses to the other's by the
    /// inter-exchange account of both: each set is at zero by itself (guide I 3.1). The next voucher, and the entry's end,
    /// do it where nobody has.
    #[inline]
    pub fn cross(&mut self) {
        // Most entries post nothing.
        if self.posting.is_some() {
            self.cross_now();
        }
    }

    #[cold]
    fn cross_now(&mut self) {
        let Some(voucher) = self.posting.take() else { return };
        for (venue, sum) in Venue::ALL.iter().zip(core::mem::replace(&mut self.sets, [Paise::ZERO; Venue::ALL.len()])) {
            self.line(&voucher.on(*venue), Account::InterExchange, 0, -sum, None);
        }
    }

    /// One line: debits positive. A line of nothing is not posted.
    pub fn post(&mut self, voucher: &Voucher, account: Account, owner: u32, amount: Paise) {
        self.post_by(voucher, account, owner, amount, None);
    }

    pub fn post_by(
        &mut self, voucher: &Voucher, account: Account, owner: u32, amount: Paise, rule: Option<RuleRow>,
    ) {
        let voucher = if account.is_of_no_exchange() { &voucher.on(Venue::FIRST) } else { voucher };
        self.posting.get_or_insert(*voucher);
        *self.sets.get_mut(usize::from(voucher.venue.number())).expect("a set") += amount;
        self.line(voucher, account, owner, amount, rule);
    }

    fn line(&mut self, voucher: &Voucher, account: Account, owner: u32, amount: Paise, rule: Option<RuleRow>) {
        if amount.is_zero() {
            return;
        }
        self.voucher = self.voucher.max(voucher.number.next());
        self.push(books::Event::Posted(Posting {
            voucher: voucher.number,
            reference: voucher.reference,
            amount,
            owner,
            value_day: voucher.value_day,
            settlement: voucher.settlement,
            rule,
            account,
            venue: voucher.venue,
            corporation: voucher.corporation,
            cause: voucher.cause,
        }));
    }

    /// A debit and the credit of the same sum.
    pub fn transfer_between(&mut self, voucher: &Voucher, debit: (Account, u32), credit: (Account, u32), amount: Paise) {
        self.post(voucher, debit.0, debit.1, amount);
        self.post(voucher, credit.0, credit.1, -amount);
        self.cross();
    }

    pub fn pay(
        &mut self, kind: PaymentKind, amount: Paise, owner: u32, to: Option<AccountToken>,
        settlement: Option<SettlementRow>,
    ) -> PaymentNo {
        let payment = self.payment;
        self.payment = payment.next();
        self.push(Partner::PaymentAsked { payment, kind, amount, owner, to, settlement });
        self.arm_answer_of(Timer::Payment(payment), settlement);
        payment
    }

    #[allow(clippy::too_many_arguments)]
    pub fn move_shares(
        &mut self, kind: TransferKind, client: ClientRow, security: SecurityRow, qty: Qty,
        settlement: impl Into<Option<SettlementRow>>, seller: ClientRow, account: DematAccount, depository: Depository,
    ) -> TransferNo {
        let settlement = settlement.into();
        let transfer = self.transfer;
        self.transfer = transfer.next();
        self.push(Partner::TransferAsked { transfer, kind, client, security, qty, settlement, seller, account, depository });
        self.arm_answer_of(Timer::Transfer(transfer), settlement);
        transfer
    }

    /// The next number of a series of its own.
    pub fn next_lien(&mut self) -> LienNo {
        let no = self.lien;
        self.lien = no.next();
        no
    }

    pub fn arm_answer(&mut self, timer: Timer) {
        let due = self.now().plus_seconds(ANSWER_SECONDS);
        self.push(Event::Armed { due, timer });
    }

    /// What settles on the day itself has no time to lose: its pay-in is over before the hour is.
    pub fn arm_answer_of(&mut self, timer: Timer, settlement: Option<SettlementRow>) {
        let settles_today = settlement
            .and_then(|row| self.firm.clearing.settlement(row))
            .is_some_and(|it| it.kind == SettlementKind::SameDay);
        match self.firm.rules.count(RuleName::HouseSameDayAnswerMinutes, self.day()) {
            Ok((_, minutes)) if settles_today => {
                let due = self.now().plus_seconds(minutes.saturating_mul(60));
                self.push(Event::Armed { due, timer });
            }
            Ok(_) | Err(_) => self.arm_answer(timer),
        }
    }

    pub fn arm(&mut self, due: Moment, timer: Timer) {
        self.push(Event::Armed { due: due.max(self.now()), timer });
    }

    /// Take a timer back if it is armed.
    pub fn disarm(&mut self, timer: Timer) {
        if let Some(due) = self.firm.timers.due(timer) {
            self.push(Event::Disarmed { due, timer });
        }
    }

    pub fn start(&mut self, job: Job) {
        self.push(Event::JobStarted { job });
    }

    pub fn break_off(&mut self, kind: BreakKind, subject: u64, ours: i64, theirs: i64) {
        let no = self.broke;
        self.broke = no.next();
        self.push(Event::Broke { no, kind, subject, ours, theirs });
    }

    /// Shares of one client from place to place, in the register.
    pub fn register(
        &mut self, client: ClientRow, security: SecurityRow, from: books::Place, to: books::Place, qty: Qty,
        settlement: Option<SettlementRow>,
    ) {
        if qty.is_zero() {
            return;
        }
        let depository = self.depository(client);
        self.push(books::StockEvent::Moved { client, security, from, to, qty, settlement, depository });
    }

    /// Where a client's shares are; the own account is at NSDL.
    pub fn depository(&self, client: ClientRow) -> Depository {
        let demat = self.firm.clients.get(client).and_then(|c| c.demat);
        demat.map_or(Depository::Nsdl, |(depository, _)| depository)
    }

    /// The firm's account in which a client's sold shares are gathered: own shares never enter the client beneficiary
    /// account (guide I 9.2).
    pub fn gathers_in(&self, client: ClientRow) -> DematAccount {
        if self.firm.is_own(client) { DematAccount::Pool } else { DematAccount::ClientBeneficiary }
    }

    /// The settlement a published key speaks of: an auction carries the number of the one it cures.
    pub fn settlement(&mut self, key: crate::SettlementKey) -> Option<SettlementRow> {
        let kind = if key.kind == SettlementKind::Auction { SettlementKind::Normal } else { key.kind };
        let found = self.firm.clearing.by_number(key.corporation, kind, key.number);
        if found.is_none() {
            self.break_off(BreakKind::UnknownSettlement, u64::from(key.number), 0, 0);
        }
        found
    }

    /// As [`Desk::settlement`], where shares come: of two settlements of one number it is the one that trades them.
    pub fn settlement_of(&mut self, key: crate::SettlementKey, security: SecurityRow) -> Option<SettlementRow> {
        let moved = self.firm.clearing.by_number(key.corporation, SettlementKind::NormalMoved, key.number);
        let moved = moved.filter(|row| self.firm.clearing.lot(*row, security).is_some());
        if key.kind == SettlementKind::Auction && moved.is_some() { moved } else { self.settlement(key) }
    }
}
