//! Money for the clearing corporation, and money that is the firm's own.
//!
//! Each client's own money pays his own dues; what clients left unpaid and the firm's own dues come from the
//! own bank account. Own money in the client system is bounded by what debtors owe, and comes back first.

use super::desk::Desk;
use super::payout::bank_account;
use super::receipts::MOST;
use crate::{BankRef, BreakKind, ClearingHead, Event, Job, SettlementKey, Timer};
use alloc::vec::Vec;
use books::{Account, Cause};
use clearing::Stage;
use partners::{Payment, PaymentKind};
use vocab::{BankAccount, ClientRow, Day, Paise, SettlementRow};

/// What a settlement needs of one group, and what the group's members have for it.
pub struct Need {
    /// Traded value payable, negative if receivable.
    pub value: Paise,
    pub levies: Paise,
    /// Sum over members of what each has for his own dues.
    pub usable: Paise,
}

/// Dues of clients or of the own account in one settlement.
pub fn need(desk: &Desk<'_>, settlement: SettlementRow, own: bool) -> Need {
    let firm = desk.firm;
    let mut need = Need { value: Paise::ZERO, levies: Paise::ZERO, usable: Paise::ZERO };
    let given = given(desk);
    for standing in firm.clearing.standings_of(settlement).filter(|s| firm.is_own(s.client) == own) {
        need.value += firm.clearing.value_of(standing);
        need.levies += standing.levies;
        need.usable += dues(desk, standing).min(has(desk, standing.client, &given));
    }
    need
}

/// What a client's own trades of a settlement take of his money at the pay-in.
fn dues(desk: &Desk<'_>, standing: &clearing::Standing) -> Paise {
    super::trading_codes::payable(desk.firm, standing) + standing.levies
}

/// Settlements whose pay-in has left for the clearing corporation while their bills are still open.
pub fn given(desk: &Desk<'_>) -> Vec<SettlementRow> {
    let firm = desk.firm;
    let under_way = |s: &clearing::Settlement| s.trades > 0 && (Stage::Billed..=Stage::PaidOut).contains(&s.stage);
    let open = firm.clearing.settlements().filter(|(_, s)| under_way(s)).map(|(row, _)| row);
    open.filter(|row| !firm.timers.is_armed(Timer::Fund(*row))).collect()
}

/// Money held for this client and nobody else (sebi 25.1.4(a)): what was already given for his dues of a
/// settlement whose bill is still open is not there again.
pub fn has(desk: &Desk<'_>, client: ClientRow, given: &[SettlementRow]) -> Paise {
    let clearing = &desk.firm.clearing;
    let open = given.iter().filter_map(|s| clearing.standing(*s, client)).filter(|s| s.bill.is_some() && !s.closed);
    let gone: Paise = open.map(|standing| dues(desk, standing)).sum();
    let book = desk.firm.books.client(client);
    (book.clear() - book.paying - gone).at_least_zero()
}

/// Before the pay-in: each client's money for his own dues, own money for the rest.
pub fn pay_in(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let clients = need(desk, settlement, false);
    let due = clients.value.at_least_zero() + clients.levies;
    fund(desk, settlement, due, clients.usable);
    let own = need(desk, settlement, true);
    let due = own.value.at_least_zero() + own.levies;
    if due.is_positive() {
        desk.pay(PaymentKind::PayInFromOwn, due, 0, None, Some(settlement));
    }
}

/// Fund a due on the settlement account: clients' usable money first, own money for what they left unpaid.
pub fn fund(desk: &mut Desk<'_>, settlement: SettlementRow, due: Paise, usable: Paise) {
    let there = left_in(desk, BankAccount::Client).at_least_zero();
    let from_clients = due.min(usable).min(there);
    if from_clients.is_positive() {
        desk.pay(PaymentKind::PayInFromClients, from_clients, 0, None, Some(settlement));
    }
    let short = due - from_clients;
    if short.is_positive() {
        desk.pay(PaymentKind::CoverPayIn, short, 0, None, Some(settlement));
    }
}

/// After the pay-out: what is left of it on the settlement account goes to whose it is. What lies there for another
/// settlement, not yet taken by the corporation, stays.
pub fn distribute(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let there = left_in(desk, BankAccount::Settlement);
    let lies = desk.firm.clearing.settlement(settlement).expect("a settlement").lies();
    let account = Some(BankAccount::Settlement);
    let coming = under_way(desk, |p| p.kind.path().1 == account && p.settlement == Some(settlement));
    share_out(desk, settlement, there.min(lies + coming).at_least_zero());
}

/// Clients first, each group up to what it is still to receive.
fn share_out(desk: &mut Desk<'_>, settlement: SettlementRow, there: Paise) {
    let [to_clients, to_own] = desk.firm.clearing.settlement(settlement).expect("a settlement").shared;
    let still = |value: Paise, shared: Paise| (-value - shared).at_least_zero();
    let clients = still(need(desk, settlement, false).value, to_clients).min(there);
    let own = still(need(desk, settlement, true).value, to_own).min(there - clients);
    if clients.is_positive() {
        desk.pay(PaymentKind::PayOutToClients, clients, 0, None, Some(settlement));
    }
    if own.is_positive() {
        desk.pay(PaymentKind::PayOutToOwn, own, 0, None, Some(settlement));
    }
    if (clients + own).is_positive() {
        desk.push(clearing::Event::Shared { settlement, clients, own });
    }
}

/// The clearing corporation moved money on the settlement account by its mandate.
pub fn moved(desk: &mut Desk<'_>, key: SettlementKey, head: ClearingHead, amount: Paise) {
    let Some(settlement) = desk.settlement(key) else { return };
    if amount.0.unsigned_abs() > MOST.0.unsigned_abs() {
        let account = u64::from(BankAccount::Settlement.number());
        return desk.break_off(BreakKind::Implausible, account, 0, amount.0);
    }
    let day = desk.day();
    let number = u64::from(key.number);
    let (cause, account) = match head {
        ClearingHead::PayIn => (Cause::PayIn, Account::SettlementControl),
        ClearingHead::PayOut => (Cause::PayOut, Account::SettlementControl),
        ClearingHead::Levies => (Cause::Levies, Account::Stt),
        ClearingHead::Valuation => (Cause::Valuation, Account::AuctionControl),
        ClearingHead::Auction => (Cause::Auction, Account::AuctionControl),
        ClearingHead::CloseOut => (Cause::CloseOut, Account::AuctionControl),
    };
    let voucher = desk.voucher(cause, number, day, Some(settlement));
    if head == ClearingHead::Levies {
        levies(desk, &voucher, settlement, amount);
    } else {
        desk.post(&voucher, account, 0, amount);
    }
    desk.post(&voucher, Account::SettlementBank, 0, -amount);
    let (account, reference) = (BankAccount::Settlement, BankRef::Clearing(key, head));
    desk.push(Event::BankBooked { account, reference, amount: -amount });
    desk.push(clearing::Event::FundsMoved { settlement, amount });
    match head {
        ClearingHead::PayIn | ClearingHead::PayOut => value(desk, settlement, amount),
        ClearingHead::Levies => desk.push(clearing::Event::LeviesTaken { settlement, amount }),
        ClearingHead::Valuation | ClearingHead::Auction | ClearingHead::CloseOut => {}
    }
    let cured = matches!(head, ClearingHead::Auction | ClearingHead::CloseOut) && amount.is_negative();
    if cured {
        super::shortage::paid(desk, settlement, -amount);
    }
}

/// Traded value may come and go in parts. Beyond the obligation it is a break, and nobody's share.
fn value(desk: &mut Desk<'_>, settlement: SettlementRow, amount: Paise) {
    desk.push(clearing::Event::ValueMoved { settlement, amount });
    let it = desk.firm.clearing.settlement(settlement).expect("a settlement");
    let (before, due) = (-it.value_moved, it.funds);
    let came = before - amount;
    if came > due.at_least_zero() || came < due.min(Paise::ZERO) {
        desk.break_off(BreakKind::ObligationFunds, u64::from(settlement.0), due.0, came.0);
    }
    let part = came.min(due) - before.at_least_zero();
    if amount.is_negative() && part.is_positive() {
        late_pay_out(desk, settlement, part);
    }
}

/// A pay-out that comes after bills were closed goes on at once; pay-outs that waited are tested again.
fn late_pay_out(desk: &mut Desk<'_>, settlement: SettlementRow, came: Paise) {
    let stage = desk.firm.clearing.settlement(settlement).map_or(Stage::Scheduled, |s| s.stage);
    if stage < Stage::PaidOut {
        return;
    }
    share_out(desk, settlement, came);
    if desk.firm.waiting.contains(&settlement) {
        test_again(desk, settlement);
    }
}

/// Money came for pay-outs that waited: the test decides again, now and not tomorrow.
pub fn test_again(desk: &mut Desk<'_>, settlement: SettlementRow) {
    let job = Job::CloseBills(settlement);
    if !desk.firm.jobs.iter().any(|(queued, _)| *queued == job) {
        desk.disarm(Timer::PayOut(settlement));
        desk.start(job);
    }
}

/// What may still be promised out of the client bank account: its balance and what is on its way in, less
/// what is on its way out.
pub fn room(desk: &Desk<'_>) -> Paise {
    let (there, coming) = (left_in(desk, BankAccount::Client), coming_to(desk, BankAccount::Client));
    (there + coming).at_least_zero()
}

/// What the bank holds less what is on its way out.
pub fn left_in(desk: &Desk<'_>, account: BankAccount) -> Paise {
    let leaving = PaymentKind::ALL.into_iter().filter(|kind| kind.path().0 == account);
    let leaving: Paise = leaving.map(|kind| desk.firm.partners.under_way(kind)).sum();
    let uncleared = if account == BankAccount::Client { desk.firm.uncleared() } else { Paise::ZERO };
    desk.firm.books.total(bank_account(account)) - leaving - uncleared
}

fn coming_to(desk: &Desk<'_>, account: BankAccount) -> Paise {
    let coming = PaymentKind::ALL.into_iter().filter(|kind| kind.path().1 == Some(account));
    coming.map(|kind| desk.firm.partners.under_way(kind)).sum()
}

/// Own money on its way into the client system that nothing there waits for: cover, and what was to be there before
/// the corporation took its pay-in.
fn coming_from_own(desk: &Desk<'_>) -> Paise {
    let taken = |s: SettlementRow| desk.firm.clearing.settlement(s).is_some_and(|s| !s.value_moved.is_zero());
    let for_pay_in = |p: &Payment| matches!(p.kind, PaymentKind::CoverPayIn | PaymentKind::PayInFromOwn);
    let late = under_way(desk, |p| for_pay_in(p) && p.settlement.is_some_and(taken));
    desk.firm.partners.under_way(PaymentKind::Cover) + late
}

/// Money asked to move and not yet answered, of the payments that are meant.
fn under_way(desk: &Desk<'_>, meant: impl Fn(&Payment) -> bool) -> Paise {
    desk.firm.partners.payments().filter(|(_, p)| meant(p)).map(|(_, p)| p.amount).sum()
}

/// Ask for own money where clients' money is short: what is asked for already is not asked for again. False when
/// the own account does not have it.
pub fn cover(desk: &mut Desk<'_>, short: Paise, settlement: Option<SettlementRow>) -> bool {
    let missing = (short - coming_from_own(desk)).at_least_zero();
    if missing > left_in(desk, BankAccount::Own) {
        return false;
    }
    if missing.is_positive() {
        desk.pay(PaymentKind::Cover, missing, 0, None, settlement);
    }
    true
}

/// STT, and stamp duty by state, as they were billed; anything else is a break.
fn levies(desk: &mut Desk<'_>, voucher: &super::desk::Voucher, settlement: SettlementRow, amount: Paise) {
    let levies = desk.firm.levies_of(settlement);
    let stamp: Paise = levies.stamps.values().copied().sum();
    let taken = desk.firm.clearing.settlement(settlement).map_or(Paise::ZERO, |s| s.levies_taken);
    let due = levies.stt + stamp - taken;
    if amount != due || !taken.is_zero() {
        desk.break_off(BreakKind::LevyDiffers, u64::from(settlement.0), due.0, amount.0);
        desk.post(voucher, Account::Stt, 0, amount);
        return;
    }
    desk.post(voucher, Account::Stt, 0, levies.stt);
    for (state, duty) in levies.stamps {
        desk.post(voucher, Account::Stamp, super::billing::state_owner(state), duty);
    }
}

/// What may leave and has not been asked to.
fn spare(desk: &Desk<'_>) -> Paise {
    // Money promised to a client is still his credit and a stray is in suspense until they have left: only own
    // money on its way out is not counted there.
    let asked = |kind| desk.firm.partners.under_way(kind);
    let leaving = asked(PaymentKind::Sweep) + asked(PaymentKind::CoverBack);
    super::day::may_leave(desk) - leaving
}

/// Pay-in and levies of closed bills that the corporation has still to take: no longer a credit of those who gave
/// them. While a bill is open they still are.
pub fn to_be_taken(desk: &Desk<'_>) -> Paise {
    let clearing = &desk.firm.clearing;
    let closed = |row| clearing.standings_of(row).all(|s| s.closed);
    let still = |(row, s): (SettlementRow, &clearing::Settlement)| {
        // What is done has nothing left to take.
        if !(Stage::Billed..Stage::Done).contains(&s.stage) {
            return Paise::ZERO;
        }
        let levies = (s.levies - s.levies_taken).at_least_zero();
        let there = s.lies() + giving(desk, row);
        if !(levies.is_positive() || there.is_positive()) || !closed(row) {
            return Paise::ZERO;
        }
        let due = (-s.funds - s.value_moved).at_least_zero();
        levies + there.at_least_zero().min(due)
    };
    clearing.settlements().map(still).sum()
}

/// Has the corporation moved all it was to move, value and levies?
pub fn is_moved(desk: &Desk<'_>, settlement: SettlementRow) -> bool {
    let it = desk.firm.clearing.settlement(settlement).expect("a settlement");
    it.value_moved == -it.funds && it.levies_taken >= it.levies
}

/// Clients' money for a pay-in that the bank has been asked to move and still holds for them.
fn giving(desk: &Desk<'_>, settlement: SettlementRow) -> Paise {
    if desk.firm.partners.under_way(PaymentKind::PayInFromClients).is_zero() {
        return Paise::ZERO;
    }
    under_way(desk, |p| p.kind == PaymentKind::PayInFromClients && p.settlement == Some(settlement))
}

/// Own money back first, then brokerage and dues collected (guide I 8.6, sebi 23 Annexure 2.4.2).
pub fn sweep(desk: &mut Desk<'_>, _day: Day) {
    let there = desk.firm.books.total(Account::ClientBank).at_least_zero();
    let found = spare(desk);
    // A debtor's debt stands in own money before the day ends (PRACTICE: day end); where the own account does not
    // have it, the day's test says so.
    if found.is_negative() {
        cover(desk, -found, None);
    }
    let spare = found.at_least_zero().min(there);
    // What is asked already and not answered is still in the memo figures.
    let asked = |kind| desk.firm.partners.under_way(kind);
    let placed = desk.firm.books.placed() - asked(PaymentKind::CoverBack);
    let undrawn = desk.firm.books.undrawn() - asked(PaymentKind::Sweep);
    let back = placed.min(spare).at_least_zero();
    if back.is_positive() {
        desk.pay(PaymentKind::CoverBack, back, 0, None, None);
    }
    let drawn = undrawn.min(spare - back);
    if drawn.is_positive() {
        desk.pay(PaymentKind::Sweep, drawn, 0, None, None);
    }
}
