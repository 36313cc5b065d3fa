//! Bills are closed, clients are paid, running accounts are settled.

use super::desk::Desk;
use super::{credits, funds, gate, obligation, place, setup, trading_codes};
use crate::{BankRef, BreakKind, Calendar, Code, Event, Firm, Job, Refusal, Timer};
use books::{Account, Cause, Place};
use clearing::{Event as Clearing, Stage, Standing};
use partners::{Event as Partner, Payment, PaymentKind};
use rulebook::{RuleName, RunningAccount};
use vocab::{AccountToken, BankAccount, ClientRow, Day, Depository, Moment, Paise, PaymentNo, Qty, Rounding, SettlementRow, Side, TimeOfDay, UserRow, Weekday};

const STANDINGS: u32 = 128;
/// The step after the last standing: its entry sees all bills closed.
const AFTER: u32 = u32::MAX;
const RUNNING_AT: TimeOfDay = TimeOfDay::hms(18, 0, 0);

/// The settlement's standings from a cursor, a bounded number; true when none is left.
fn each(
    desk: &mut Desk<'_>, settlement: SettlementRow, cursor: u32, mut work: impl FnMut(&mut Desk<'_>, &Standing),
) -> Option<u32> {
    let firm = desk.firm;
    let (mut at, mut done) = (cursor, 0u32);
    while let Some(standing) = usize::try_from(at).ok().and_then(|i| firm.clearing.standings().get(i)) {
        at = at.saturating_add(1);
        if standing.settlement == settlement {
            work(desk, standing);
            done = done.saturating_add(1);
            if done >= STANDINGS {
                return Some(at);
            }
        }
    }
    None
}

/// Pay-in and pay-out are done: bills stop being open, commitments end, the client system is tested.
pub fn close_bills(desk: &mut Desk<'_>, settlement: SettlementRow, cursor: u32) {
    if cursor == AFTER {
        return settle(desk, settlement);
    }
    let due = desk.firm.clearing.settlement(settlement).expect("a settlement").pay_in;
    let mut earned = desk.firm.books.undrawn();
    let next = each(desk, settlement, cursor, |desk, standing| {
        if standing.closed {
            return;
        }
        let Some((_, amount)) = standing.bill else { return };
        let client = standing.client;
        let bill = trading_codes::of_bill(amount, desk.firm.clearing.legs(standing));
        trading_codes::close(desk, (settlement, client), bill, due);
        let sold = standing.committed_sell;
        if sold.is_positive() {
            desk.push(risk::Event::Released { client, amount: sold });
            desk.push(Clearing::CommitmentEnded { settlement, client, side: Side::Sell, amount: sold });
        }
        super::early::end_credit(desk, standing);
        desk.push(Clearing::StandingClosed { settlement, client });
        let value = desk.firm.clearing.value_of(standing);
        if !desk.firm.is_own(client) {
            earned += amount - value - standing.levies;
        }
        taken_from_principal(desk, standing);
    });
    if earned != desk.firm.books.undrawn() {
        desk.push(books::Event::UndrawnSet { undrawn: earned });
    }
    desk.push(Event::JobMoved { cursor: next.unwrap_or(AFTER) });
}

/// The clearing corporation takes CDSL shares from the principal account itself (guide I 9.2).
fn taken_from_principal(desk: &mut Desk<'_>, standing: &Standing) {
    if desk.firm.is_own(standing.client) || desk.depository(standing.client) != Depository::Cdsl {
        return;
    }
    let nets: alloc::vec::Vec<_> = desk.firm.clearing.nets_of(standing).copied().collect();
    for net in nets {
        let (settlement, client, security) = (net.settlement, net.client, net.security);
        // What the depository has not said it moved there is not taken from there: its transfer is asked after.
        let there = desk.firm.stock.get(client, security).map_or(Qty::ZERO, |h| h.at(Place::Principal));
        let qty = (net.staged - net.delivered).min(there);
        if qty.is_positive() {
            desk.register(client, security, Place::Principal, Place::Corporation, qty, Some(settlement));
            desk.push(Clearing::Delivered { settlement, client, security, qty });
        }
    }
}

/// Every bill is closed: distribute, test, cover what is short, then pay out. Without cover, pay-outs wait.
fn settle(desk: &mut Desk<'_>, settlement: SettlementRow) {
    desk.push(Event::JobEnded);
    if desk.firm.clearing.settlement(settlement).is_some_and(|s| s.stage < Stage::PaidOut) {
        desk.push(Clearing::StageReached { settlement, stage: Stage::PaidOut });
        desk.start(Job::Hand(settlement));
    }
    funds::distribute(desk, settlement);
    let day = desk.day();
    let spare = super::day::test(desk, day);
    if !spare.is_negative() {
        if desk.firm.waiting.contains(&settlement) {
            desk.push(Event::CoverAsked { settlement, waits: false });
        }
        return desk.start(Job::PayOut(settlement));
    }
    desk.push(Event::CoverAsked { settlement, waits: true });
    // Cover that comes, whoever asked for it, has every pay-out that waits tested again; so has tomorrow in any case.
    try_tomorrow(desk, settlement);
    if !funds::cover(desk, -spare, Some(settlement)) {
        let own = desk.firm.books.total(Account::OwnBank);
        // One open break says it, however many settlements and days wait for the same money.
        let kind = BreakKind::ClientMoneyShort;
        let said = |e: &Event| matches!(e, Event::Broke { kind: other, .. } if *other == kind);
        if !desk.firm.breaks.values().any(|b| b.kind == kind) && !desk.out.list().iter().any(said) {
            desk.break_off(kind, u64::from(settlement.0), own.0, (-spare).0);
        }
    }
}

/// What may be paid to a client now: his money, less what open orders and unbilled trades bind.
pub fn payable(desk: &Desk<'_>, client: ClientRow) -> Paise {
    // The firm's own money is on its own account: nothing on the clients' is its. What is held for the dead waits for
    // who succeeds them.
    if desk.firm.is_own(client) || desk.firm.clients.get(client).is_some_and(|c| c.died.is_some()) {
        return Paise::ZERO;
    }
    held_free(desk, client)
}

fn held_free(desk: &Desk<'_>, client: ClientRow) -> Paise {
    let used = desk.firm.risk.client(client);
    let money = money_of(desk, client);
    // Collateral may stand behind orders in place of money; it is never paid out as money.
    (money - used.held - used.committed).min(money).at_least_zero()
}

/// What the firm has of a client's, whatever his orders bind of it.
fn money_of(desk: &Desk<'_>, client: ClientRow) -> Paise {
    let book = desk.firm.books.client(client);
    book.free().min(book.clear() - book.paying)
}

/// What a credit of his can still be paid from: less only by what he has used or owes.
pub fn there_for(desk: &Desk<'_>, client: ClientRow) -> Paise {
    money_of(desk, client).at_least_zero()
}

/// What may leave at the client's word or at the settlement of his running account: of buys that have no bill yet
/// the whole price stays, as it will when they have one (sebi 15.1.1.c).
pub fn spare(desk: &Desk<'_>, client: ClientRow) -> Result<Paise, Refusal> {
    Ok((payable(desk, client) - unbilled(desk, client)?).at_least_zero())
}

/// What the bills to come will take beyond what is committed for their buys, by the dearest charges of the day.
fn unbilled(desk: &Desk<'_>, client: ClientRow) -> Result<Paise, Refusal> {
    let firm = desk.firm;
    let Some(known) = firm.clients.dealing(client) else { return Ok(Paise::ZERO) };
    let mut more = Paise::ZERO;
    for (row, _) in firm.clearing.settlements().filter(|(_, s)| s.stage < Stage::Billed) {
        let Some(standing) = firm.clearing.standing(row, client).filter(|s| s.bill.is_none()) else { continue };
        let mut bill = Paise::ZERO;
        for side in [Side::Buy, Side::Sell] {
            let value: Paise = firm.clearing.nets_of(standing).map(|n| n.value(side)).sum();
            if value.is_positive() {
                let needs = place::costs(firm, known, side, &desk.as_of)?;
                let of_side = |n: &clearing::Trade| n.settlement == row && n.side == side;
                let trades = firm.clearing.trades_of(standing).filter(|t| of_side(t));
                let (count, qty) = trades.fold((0i64, Qty::ZERO), |(n, qty), t| (n.saturating_add(1), qty + t.qty));
                // Bound as one order of all of it; what falls on each order, on each trade.
                let each = Paise(needs.allowance.0.saturating_mul(count));
                let by_shares = vocab::Price::from_paise(needs.per_share.0).value(qty, Rounding::UpPaisa);
                let charges = needs.charges.of(value, Rounding::UpPaisa) + by_shares + each;
                bill += charges + if side == Side::Buy { value } else { -value };
            }
        }
        more += (bill - standing.committed(Side::Buy)).at_least_zero();
    }
    Ok(more)
}

/// What is on its way to a client, with what this entry has promised him.
#[allow(clippy::wildcard_enum_match_arm, reason = "only a promise counts")]
fn paying(desk: &Desk<'_>, client: ClientRow) -> Paise {
    let of = |event: &Event| match event {
        Event::Money(books::Event::PayingSet { client: of, amount }) if *of == client => Some(*amount),
        _ => None,
    };
    desk.out.list().iter().rev().find_map(of).unwrap_or(desk.firm.books.client(client).paying)
}

pub fn promise(desk: &mut Desk<'_>, client: ClientRow, amount: Paise, settlement: Option<SettlementRow>) {
    if let Some(settlement) = settlement {
        desk.push(Clearing::CreditMet { settlement, client, amount });
    }
    let to = desk.firm.clients.get(client).and_then(|c| c.bank);
    let paying = paying(desk, client) + amount;
    desk.pay(PaymentKind::ToClient, amount, client.0, to, settlement);
    desk.push(books::Event::PayingSet { client, amount: paying });
}

/// Sellers without a running account get their money within a working day (guide I 7.4, sebi 15.1.1).
pub fn pay_out(desk: &mut Desk<'_>, settlement: SettlementRow, cursor: u32) {
    let (mut room, mut short) = (funds::room(desk), false);
    let next = each(desk, settlement, cursor, |desk, standing| {
        let client = standing.client;
        let running = desk.firm.clients.get(client).is_some_and(|c| c.running.is_some());
        let keeps = running || desk.firm.keeps.get(&client).is_some_and(|until| *until >= desk.day());
        let left = unmet(desk.firm, standing);
        if !left.is_positive() || desk.firm.is_own(client) {
            return;
        }
        // What stays on a running account or at his word, or for what the client owes, is met by that. What open orders or
        // purchases bind is his when they do no more.
        let due = if keeps { Paise::ZERO } else { left.min(payable(desk, client)) };
        if due < left {
            desk.push(Clearing::CreditMet { settlement, client, amount: left - due });
        }
        // A word keeps it for a time alone: then it is paid like any credit that nothing keeps.
        let later = if keeps { left } else { left.min(there_for(desk, client)) - due };
        credits::arose(desk, client, later);
        // The bank cannot pay what is not there: the rest waits until it comes, and is tried again tomorrow.
        let amount = due.min(room);
        short |= amount < due;
        if amount.is_positive() {
            room -= amount;
            promise(desk, client, amount, Some(settlement));
        }
    });
    if short && !desk.firm.waiting.contains(&settlement) {
        desk.push(Event::CoverAsked { settlement, waits: true });
        try_tomorrow(desk, settlement);
    }
    match next {
        Some(cursor) => desk.push(Event::JobMoved { cursor }),
        None => desk.push(Event::JobEnded),
    }
}

/// A client's own word that his credits stay with the firm, on paper and for a time (sebi 25.3).
pub fn keep(desk: &mut Desk<'_>, client: ClientRow, until: Day, reference: u64) -> Result<(), Refusal> {
    desk.firm.clients.known(client)?;
    if until < desk.day() {
        return Err(Refusal::of(Code::DayGoneBy, [i64::from(until.0)]));
    }
    desk.push(Event::CreditKept { client, until, reference });
    credits::kept(desk, client, until);
    Ok(())
}

/// All that is held for a client who died, to the account of who succeeds him. Clients' money that is short pays
/// nobody.
pub fn to_heir(desk: &mut Desk<'_>, client: ClientRow, account: AccountToken) -> Result<(), Refusal> {
    let short = (-super::day::may_leave(desk)).at_least_zero();
    if short.is_positive() {
        return Err(Refusal::of(Code::ClientMoneyShort, [short.0]));
    }
    let amount = held_free(desk, client);
    let room = funds::room(desk);
    if amount > room {
        return Err(Refusal::of(Code::NotHeldFor, [amount.0, room.0]));
    }
    if amount.is_positive() {
        let paying = desk.firm.books.client(client).paying + amount;
        desk.pay(PaymentKind::ToClient, amount, client.0, Some(account), None);
        desk.push(books::Event::PayingSet { client, amount: paying });
    }
    Ok(())
}

/// A client asks for his money.
pub fn withdraw(desk: &mut Desk<'_>, by: UserRow, client: ClientRow, amount: Paise) -> Result<(), Refusal> {
    setup::positive(amount)?;
    gate::client_of(desk.firm, by, client)?;
    if desk.firm.clients.known(client)?.died.is_some() {
        return Err(Refusal::of(Code::ClientDeceased, [i64::from(client.0)]));
    }
    if desk.firm.clients.known(client)?.bank.is_none() {
        return Err(Refusal::of(Code::NoBank, [i64::from(client.0)]));
    }
    let short = (-super::day::may_leave(desk)).at_least_zero();
    if short.is_positive() {
        return Err(Refusal::of(Code::ClientMoneyShort, [short.0]));
    }
    let most = spare(desk, client)?.min(funds::room(desk));
    if amount > most {
        return Err(Refusal::of(Code::NotHeldFor, [amount.0, most.0]));
    }
    leave(desk, client, amount);
    Ok(())
}

/// What a client takes counts first against pay-outs that are still owed to him: they are not paid to him again.
fn leave(desk: &mut Desk<'_>, client: ClientRow, amount: Paise) {
    let firm = desk.firm;
    let mut left = amount;
    for (settlement, _) in firm.clearing.settlements().filter(|(_, s)| s.stage == Stage::PaidOut) {
        let Some(standing) = firm.clearing.standing(settlement, client) else { continue };
        let part = unmet(firm, standing).min(left);
        if part.is_positive() {
            left -= part;
            promise(desk, client, part, Some(settlement));
        }
    }
    if left.is_positive() {
        promise(desk, client, left, None);
    }
}

/// The bank did it: the voucher of its kind.
pub fn done(desk: &mut Desk<'_>, no: PaymentNo) {
    let Some(payment) = desk.firm.partners.payment(no).copied() else {
        let kind = match no < desk.firm.partners.next_payment() {
            true => BreakKind::PaidTwice,
            false => BreakKind::PaymentUnknown,
        };
        return desk.break_off(kind, no.0, 0, 0);
    };
    desk.disarm(Timer::Payment(no));
    desk.push(Partner::PaymentDone { payment: no });
    let Payment { kind, amount, owner, settlement, .. } = payment;
    let day = desk.day();
    let (from, to) = kind.path();
    let cause = match kind {
        PaymentKind::ToClient => Cause::ClientPayOut,
        PaymentKind::Return | PaymentKind::ReturnFromSettlement | PaymentKind::ReturnFromOwn => Cause::ThirdPartyReturn,
        PaymentKind::Sweep => Cause::Sweep,
        PaymentKind::ToIntermediary => Cause::IntermediaryPayment,
        PaymentKind::ToCorporation => Cause::OwnDeposit,
        PaymentKind::Cover | PaymentKind::CoverBack | PaymentKind::CoverPayIn => Cause::Cover,
        PaymentKind::PayInFromClients
        | PaymentKind::PayInFromOwn
        | PaymentKind::PayOutToClients
        | PaymentKind::PayOutToOwn => Cause::Transfer,
    };
    let voucher = desk.voucher(cause, no.0, day, settlement);
    let debit = match (to, kind) {
        (Some(bank), _) => (bank_account(bank), 0),
        (None, PaymentKind::ToClient) => (Account::Client, owner),
        (None, PaymentKind::ToIntermediary) => (Account::Intermediary, owner),
        (None, PaymentKind::ToCorporation) => (Account::OwnDeposit, 0),
        (None, _) => (Account::Suspense, owner),
    };
    desk.transfer_between(&voucher, debit, (bank_account(from), 0), amount);
    let reference = BankRef::Payment(no);
    desk.push(Event::BankBooked { account: from, reference, amount: -amount });
    if let Some(account) = to {
        desk.push(Event::BankBooked { account, reference, amount });
    }
    if kind == PaymentKind::ToCorporation {
        super::own_cash::placed(desk, no, amount);
    }
    memo(desk, &payment);
}

/// What a payment changes besides the two accounts.
fn memo(desk: &mut Desk<'_>, payment: &Payment) {
    let amount = payment.amount;
    if let Some(settlement) = payment.settlement {
        let (from, to) = payment.kind.path();
        if to == Some(BankAccount::Settlement) {
            desk.push(Clearing::Funded { settlement, amount });
        }
        if from == BankAccount::Settlement {
            desk.push(Clearing::Funded { settlement, amount: -amount });
        }
    }
    let (placed, undrawn) = (desk.firm.books.placed(), desk.firm.books.undrawn());
    match payment.kind {
        PaymentKind::ToClient => {
            let client = ClientRow(payment.owner);
            let paying = desk.firm.books.client(client).paying - amount;
            desk.push(books::Event::PayingSet { client, amount: paying });
            if payment.settlement.is_none() {
                credits::paid(desk, client, amount);
            }
        }
        PaymentKind::Cover => {
            desk.push(books::Event::CoverSet { placed: placed + amount });
            let waiting: alloc::vec::Vec<_> = desk.firm.waiting.iter().copied().collect();
            for settlement in waiting {
                funds::test_again(desk, settlement);
            }
        }
        PaymentKind::CoverPayIn => desk.push(books::Event::CoverSet { placed: placed + amount }),
        PaymentKind::CoverBack => desk.push(books::Event::CoverSet { placed: placed - amount }),
        PaymentKind::Sweep => desk.push(books::Event::UndrawnSet { undrawn: undrawn - amount }),
        PaymentKind::PayInFromClients
        | PaymentKind::PayInFromOwn
        | PaymentKind::PayOutToClients
        | PaymentKind::PayOutToOwn
        | PaymentKind::Return
        | PaymentKind::ReturnFromSettlement
        | PaymentKind::ReturnFromOwn
        | PaymentKind::ToCorporation
        | PaymentKind::ToIntermediary => {}
    }
}

pub const fn bank_account(account: BankAccount) -> Account {
    match account {
        BankAccount::Client => Account::ClientBank,
        BankAccount::Settlement => Account::SettlementBank,
        BankAccount::Own => Account::OwnBank,
    }
}

/// The bank did not: the promise is taken back and operations look at it.
pub fn failed(desk: &mut Desk<'_>, no: PaymentNo, code: u16) {
    let Some(payment) = desk.firm.partners.payment(no).copied() else {
        return desk.break_off(BreakKind::PaymentUnknown, no.0, 0, i64::from(code));
    };
    desk.disarm(Timer::Payment(no));
    desk.push(Partner::PaymentFailed { payment: no, code });
    if payment.kind == PaymentKind::ToClient {
        let client = ClientRow(payment.owner);
        let paying = desk.firm.books.client(client).paying - payment.amount;
        desk.push(books::Event::PayingSet { client, amount: paying });
        if let Some(settlement) = payment.settlement {
            desk.push(Clearing::CreditMet { settlement, client, amount: -payment.amount });
        }
    }
    not_moved(desk, &payment);
    let receipt = payment.owner;
    if desk.firm.receipts.get(&receipt).is_some_and(|r| r.returning == Some(no)) {
        // No payment returns it: a person may ask for it again.
        desk.push(Event::ReceiptReturned { receipt, payment: PaymentNo(0) });
    }
    desk.break_off(BreakKind::PaymentRefused, no.0, payment.amount.0, i64::from(code));
}

/// What of a pay-out the bank did not move is tried again tomorrow: a refusal ends no debt to a client.
fn not_moved(desk: &mut Desk<'_>, payment: &Payment) {
    let Some(settlement) = payment.settlement else { return };
    let shared = desk.firm.clearing.settlement(settlement).expect("a settlement").shared;
    let back = |shared: Paise| -payment.amount.min(shared);
    let (clients, own) = match payment.kind {
        PaymentKind::PayOutToClients => (back(shared[0]), Paise::ZERO),
        PaymentKind::PayOutToOwn => (Paise::ZERO, back(shared[1])),
        PaymentKind::ToClient => (Paise::ZERO, Paise::ZERO),
        PaymentKind::PayInFromClients
        | PaymentKind::PayInFromOwn
        | PaymentKind::Cover
        | PaymentKind::CoverPayIn
        | PaymentKind::CoverBack
        | PaymentKind::Sweep
        | PaymentKind::Return
        | PaymentKind::ReturnFromSettlement
        | PaymentKind::ReturnFromOwn
        | PaymentKind::ToCorporation
        | PaymentKind::ToIntermediary => return,
    };
    if !(clients + own).is_zero() {
        desk.push(Clearing::Shared { settlement, clients, own });
    }
    if desk.firm.clearing.settlement(settlement).is_some_and(|s| s.stage == Stage::PaidOut) {
        try_tomorrow(desk, settlement);
    }
}

fn try_tomorrow(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let tomorrow = obligation::days_of(desk.firm, settlement, &desk.firm.calendar).after(desk.day(), 1);
    desk.disarm(Timer::PayOut(settlement));
    desk.arm(tomorrow.at(desk.now().time()), Timer::PayOut(settlement));
}

/// When a running account is next settled: within the days the client chose and the most the rule allows,
/// counted date to date (sebi 23 Annexure 8.1.1), on a trading day.
pub fn running_due(desk: &Desk<'_>, from: Day, every: u16) -> Moment {
    let name = if every == 30 { RuleName::RunningAccountGapMonthly } else { RuleName::RunningAccountGapQuarterly };
    let most = desk.firm.rules.count(name, desk.day()).map_or(i64::from(every), |(_, n)| n.min(i64::from(every)));
    let mut day = from.plus(i32::try_from(most).unwrap_or(30));
    let regime = desk.firm.rules.choice::<RunningAccount>(RuleName::RunningAccount, desk.day());
    match regime.map(|(_, regime)| regime) {
        // Where the joint calendar of a period is not adopted the first Friday binds: the stricter of the two dates
        // is always kept (sebi 73A.6.13).
        Ok(RunningAccount::ExchangeCalendar) => {
            day = published(desk, from, every).unwrap_or_else(|| day.min(first_friday(from, every)));
        }
        Ok(RunningAccount::FirstFriday) => day = day.min(first_friday(from, every)),
        Ok(RunningAccount::AsAgreed | RunningAccount::DayGap) | Err(_) => {}
    }
    settled_by(&desk.firm.calendar, day, from).at(RUNNING_AT)
}

/// The day on which money can leave for an account that must be settled by a day: that day or the last before it, and
/// after the settlement before.
fn settled_by(calendar: &Calendar, by: Day, from: Day) -> Day {
    let mut day = by;
    while !calendar.is_settlement_day(day) {
        day = calendar.before(day);
    }
    if day <= from { calendar.settling_after(from, 1) } else { day }
}

/// The first day after a day that the exchanges' joint calendar names, where it is adopted.
fn published(desk: &Desk<'_>, from: Day, every: u16) -> Option<Day> {
    let name = if every == 30 { RuleName::RunningAccountDayMonthly } else { RuleName::RunningAccountDayQuarterly };
    let rules = &desk.firm.rules;
    let (row, day) = rules.day(name, from).ok()?;
    // A day that is a holiday was kept before it.
    if day > from && settled_by(&desk.firm.calendar, day, from) <= day {
        return Some(day);
    }
    let next = rules.get(row)?.to?.next();
    rules.day(name, next).ok().map(|(_, day)| day)
}

/// Running accounts that were to be settled on what is now a holiday are settled before it.
pub fn running_amended(desk: &mut Desk<'_>, calendar: &Calendar) {
    let firm = desk.firm;
    for (due, timer) in firm.timers.iter() {
        let Timer::Running(_) = timer else { continue };
        if !calendar.is_settlement_day(due.day()) {
            let day = settled_by(calendar, due.day(), desk.day());
            desk.disarm(timer);
            desk.arm(day.at(due.time()), timer);
        }
    }
}

/// The last settlement of a running account whose authority is revoked.
pub fn last_running(desk: &mut Desk<'_>, client: ClientRow) {
    let today = desk.day();
    let day = if desk.now().time() < RUNNING_AT { today } else { desk.firm.calendar.after(today, 1) };
    desk.arm(day.at(RUNNING_AT), Timer::Running(client));
}

/// The first Friday of the month after a day's, or of the quarter after it.
fn first_friday(from: Day, every: u16) -> Day {
    let (year, month, _) = from.civil();
    let months = if every == 30 { 1 } else { 3u32.saturating_sub(month.saturating_sub(1).checked_rem(3).unwrap_or(0)) };
    let next = month.saturating_add(months);
    let (year, month) = if next > 12 { (year.saturating_add(1), next.saturating_sub(12)) } else { (year, next) };
    let mut day = Day::from_civil(year, month, 1).expect("the first of a month");
    while day.weekday() != Weekday::Friday {
        day = day.next();
    }
    day
}

/// A running account is settled: obligations, billed or not, and open orders are kept, the rest is paid
/// (sebi 15.1.1.c).
pub fn running(desk: &mut Desk<'_>, client: ClientRow) {
    let running = desk.firm.clients.get(client).and_then(|c| c.running);
    // The rules of the day were there when its orders were taken: a rule cannot leave the book.
    let due = spare(desk, client).expect("the day's rules are adopted");
    // Clients' money that is short pays nobody: the test goes before every pay-out.
    let room = if super::day::may_leave(desk).is_negative() { Paise::ZERO } else { funds::room(desk) };
    let amount = due.min(room);
    if amount.is_positive() {
        leave(desk, client, amount);
    }
    let day = desk.day();
    if amount < due {
        // The bank does not have the rest yet: the account is settled when it has been paid, not by the attempt.
        let tomorrow = desk.firm.calendar.settling_after(day, 1);
        return desk.arm(tomorrow.at(RUNNING_AT), Timer::Running(client));
    }
    // An authority that was revoked is settled for the last time.
    let Some(running) = running else { return };
    desk.push(clients::Event::RunningSettled { client, day });
    let due = running_due(desk, day, running.every);
    desk.arm(due, Timer::Running(client));
}

/// What a bill still owes its client.
pub fn unmet(firm: &Firm, standing: &Standing) -> Paise {
    trading_codes::credit(firm, standing) - standing.met
}

/// The deadline of what clients are due: what is late is recorded, and a settlement with nothing left is done.
pub fn deadline(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let next = obligation::days_of(desk.firm, settlement, &desk.firm.calendar).after(desk.day(), 1).at(desk.now().time());
    let due = super::obligation::client_deadline(desk, settlement).unwrap_or(desk.now());
    let standings: alloc::vec::Vec<Standing> =
        desk.firm.clearing.standings_of(settlement).copied().collect();
    let on_its_way = |p: &Payment| p.kind == PaymentKind::ToClient && p.settlement == Some(settlement);
    let promised = desk.firm.partners.payments().filter(|(_, p)| on_its_way(p));
    let promised: alloc::collections::BTreeSet<_> = promised.map(|(_, p)| ClientRow(p.owner)).collect();
    for standing in &standings {
        let client = standing.client;
        let credit = trading_codes::credit(desk.firm, standing).is_positive();
        let unpaid = !standing.closed || promised.contains(&client) || unmet(desk.firm, standing).is_positive();
        if credit && unpaid && !desk.firm.is_own(client) {
            desk.push(Event::Late { client, settlement, due, funds: true });
        }
        let lacks = |n: &clearing::Net| (n.outstanding() - n.awaited).is_positive();
        if desk.firm.clearing.nets_of(standing).any(lacks) {
            desk.push(Event::Late { client, settlement, due, funds: false });
        }
    }
    let paid_out = desk.firm.clearing.settlement(settlement).is_some_and(|s| s.stage == Stage::PaidOut);
    if paid_out && super::delivery::is_done(desk, settlement) {
        desk.push(Clearing::StageReached { settlement, stage: Stage::Done });
    } else {
        desk.arm(next, Timer::Deadline(settlement));
    }
}
