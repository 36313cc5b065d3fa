//! Corporate benefits on shares that lie in the firm's accounts when a record day ends: who is entitled, what came, and
//! each client's part of it, passed on when it comes (guide I 11.7, sebi 73 Annexure 4 cl.30).
//!
//! What lies in a client's own account is his company's business with him: the register only follows his depository.

use super::desk::{Desk, Voucher};
use crate::{ActionRow, BankRef, BreakKind, Event, HeldAt, Inward, Job, Timer};
use actions::{Action, Arrival, Benefit, Due, Event as Of, Holder, Key};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use books::{Account, Cause, Place};
use partners::TransferKind;
use rulebook::RuleName;
use vocab::{
    ActionNo, BankAccount, BenefitKind, ClientRow, Code, Day, DematAccount, Depository, Paise, Qty, Rate, Rounding, SecurityRow, TimeOfDay,
};

/// After the last movement of a day, before the depositories credit what a company gives.
const RECORD: TimeOfDay = TimeOfDay::hms(23, 10, 0);
/// When a day's late benefits are looked for.
const LOOK: TimeOfDay = TimeOfDay::hms(19, 0, 0);
/// Holders, or entitled clients, of one step.
const HOLDERS: usize = 64;

/// The firm's accounts that hold shares for clients, and what the register calls them.
const CUSTODY: [(Place, DematAccount); 4] = [
    (Place::Beneficiary, DematAccount::ClientBeneficiary),
    (Place::Pool, DematAccount::Pool),
    (Place::Principal, DematAccount::Principal),
    (Place::Unpaid, DematAccount::Unpaid),
];

/// Where the firm's own shares lie.
const OWN: (DematAccount, Depository) = (DematAccount::Own, Depository::Nsdl);

fn place_of(account: DematAccount) -> Place {
    CUSTODY.iter().find(|(_, a)| *a == account).map_or(Place::Account, |(place, _)| *place)
}

/// The exchange publishes what companies will give. A record day already gone cannot be looked at any more.
pub fn announced(desk: &mut Desk<'_>, rows: &[ActionRow]) {
    let mut next = desk.firm.actions.next_no();
    for row in rows {
        let ActionRow { security, benefit, ex, record } = *row;
        let known = desk.firm.actions.find(security, benefit.kind(), record).is_some();
        let due = record.at(RECORD);
        if !benefit.is_sound() || due <= desk.now() || ex > record {
            let days = |day: Day| i64::from(day.0);
            desk.break_off(BreakKind::BenefitUnsound, u64::from(security.0), days(desk.day()), days(record));
        } else if !known {
            desk.push(Of::Announced { action: next, security, benefit, ex, record });
            desk.arm(due, Timer::Record(next));
            next = next.next();
        }
    }
}

/// Who holds what in the firm's accounts as the record day ends.
pub fn entitle(desk: &mut Desk<'_>, action: ActionNo, cursor: u32) {
    let firm = desk.firm;
    let of = firm.actions.get(action).expect("an announced action");
    let at = usize::try_from(cursor).expect("a cursor");
    let mut seen = 0usize;
    for holding in firm.stock.of_security(of.security).skip(at).take(HOLDERS) {
        seen = seen.saturating_add(1);
        let depository = desk.depository(holding.client);
        for (place, account) in CUSTODY {
            let held = holding.at(place);
            if held.is_positive() {
                desk.push(Of::Entitled { action, client: holding.client, account, depository, held });
            }
        }
    }
    if seen == HOLDERS {
        return desk.push(Event::JobMoved { cursor: cursor.saturating_add(u32::try_from(seen).expect("few")) });
    }
    if of.benefit.ratio().is_none() {
        own_account(desk, action, of.security);
    }
    strangers(desk, action, of.security);
    desk.push(Of::Recorded { action });
    desk.push(Event::JobEnded);
    for _ in &of.arrivals {
        desk.start(Job::PassOn(action));
    }
    if let Ok((_, days)) = firm.rules.count(RuleName::HouseBenefitAwaitedDays, of.record) {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        desk.arm(of.record.plus(days).at(LOOK), Timer::Benefit(action));
    }
}

/// The firm's own account brings it money on all that lies there: what the error account has sold and not bought yet was
/// delivered out of it.
fn own_account(desk: &mut Desk<'_>, action: ActionNo, security: SecurityRow) {
    let firm = desk.firm;
    let own = firm.stock.of_security(security).filter(|holding| firm.is_own(holding.client));
    let held: Qty = own.map(|holding| holding.at(Place::Account)).sum();
    if let Some(client) = super::setup::own_client(firm).filter(|_| held.is_positive()) {
        let (account, depository) = OWN;
        desk.push(Of::Entitled { action, client, account, depository, held });
    }
}

/// Third parties' shares that lie there bring what they bring to whose they are, and none of it to a client (guide I 9.6).
fn strangers(desk: &mut Desk<'_>, action: ActionNo, security: SecurityRow) {
    let firm = desk.firm;
    let custody = |account| CUSTODY.iter().any(|(_, of)| *of == account);
    for (stranger, it) in firm.inwards.iter().filter(|(_, it)| it.security == security && custody(it.account)) {
        let Inward { account, depository, qty: held, from, .. } = *it;
        desk.push(Of::StrangerEntitled { action, stranger, account, depository, held, from });
    }
}

/// A dividend on one of the firm's bank accounts. On the client account it is a liability until it is passed on, on the
/// own account it is income (guide I 11.7).
pub fn money(desk: &mut Desk<'_>, security: SecurityRow, record: Day, account: BankAccount, (amount, utr): (Paise, Code<22>)) {
    if !amount.is_positive() || amount > super::receipts::MOST {
        return desk.break_off(BreakKind::Implausible, u64::from(account.number()), 0, amount.0);
    }
    let known = desk.firm.actions.find(security, BenefitKind::Dividend, record);
    desk.push(Event::BankBooked { account, reference: BankRef::Credit(utr), amount });
    if account == BankAccount::Own {
        return own(desk, security, known, amount);
    }
    let bank = super::payout::bank_account(account);
    let day = desk.day();
    let reference = u64::from(known.map_or(0, |action| action.0));
    let voucher = desk.voucher(Cause::Benefit, reference, day, None);
    desk.transfer_between(&voucher, (bank, 0), (Account::ClientDividends, security.0), amount);
    match known {
        Some(action) => came(desk, action, DematAccount::ClientBeneficiary, Depository::Nsdl, amount.0),
        None => desk.break_off(BreakKind::BenefitMoney, u64::from(security.0), 0, amount.0),
    }
}

/// A dividend on own shares is income as the company gave it: what it kept back of it is the firm's tax, paid before it is due.
/// What comes otherwise than the shares of the record day should bring is income as it came, and is asked of the company.
fn own(desk: &mut Desk<'_>, security: SecurityRow, known: Option<ActionNo>, amount: Paise) {
    let (account, depository) = OWN;
    let arrival = Arrival { account, depository, amount: amount.0 };
    let of = known.and_then(|action| Some((action, desk.firm.actions.get(action)?)));
    let waits = |it: &Action| it.of(&arrival).all(|(_, due)| due.passed == 0);
    let (due, kept) = of.filter(|(_, it)| waits(it)).map_or((0, Paise::ZERO), |(_, it)| expected(desk, it, &arrival));
    let left = due.saturating_sub(kept.0);
    let tax = if left == amount.0 { kept } else { Paise::ZERO };
    if due != amount.0 && left != amount.0 {
        desk.break_off(BreakKind::BenefitMoney, u64::from(security.0), left, amount.0);
    } else if let Some((action, it)) = of {
        let own = |((.., holder), due): (&Key, &actions::Entitlement)| match holder {
            Holder::Client(client) => Some((*client, due.held)),
            Holder::Stranger(_) => None,
        };
        let held: Vec<(ClientRow, Qty)> = it.of(&arrival).filter_map(own).collect();
        let (all, mut before) = (held.iter().map(|(_, held)| *held).sum(), Qty::ZERO);
        for (client, held) in held {
            let with = before + held;
            let part = |whole: Paise| actions::part(whole.0, all, before, with);
            let (amount, tax) = (part(amount), Paise(part(tax)));
            desk.push(Of::Passed { action, client, account, depository, amount });
            if tax.is_positive() {
                desk.push(Of::Taxed { action, client, account, depository, tax });
            }
            before = with;
        }
    }
    let day = desk.day();
    let voucher = desk.voucher(Cause::Benefit, u64::from(known.map_or(0, |action| action.0)), day, None);
    desk.transfer_between(&voucher, (Account::OwnBank, 0), (Account::OwnDividends, 0), amount);
    kept_back(desk, &voucher, tax);
}

/// Of what is the firm's own.
fn kept_back(desk: &mut Desk<'_>, voucher: &Voucher, tax: Paise) {
    if tax.is_positive() {
        desk.transfer_between(voucher, (Account::TaxKeptBack, 0), (Account::OwnDividends, 0), tax);
    }
}

/// New shares, or entitlements, in one of the accounts the firm sees.
pub fn shares(
    desk: &mut Desk<'_>, security: SecurityRow, kind: BenefitKind, record: Day, to: HeldAt, qty: Qty,
) {
    let known = desk.firm.actions.find(security, kind, record);
    let given = known.and_then(|action| desk.firm.actions.get(action)).map_or(security, given);
    match to {
        HeldAt::Client(client) if qty.is_positive() => {
            desk.register(client, given, Place::Outside, Place::Account, qty, None);
        }
        HeldAt::Firm(DematAccount::Own, _) if qty.is_positive() => {
            if let Some(own) = super::setup::own_client(desk.firm) {
                desk.register(own, given, Place::Outside, Place::Account, qty, None);
            }
        }
        HeldAt::Firm(account, depository) if qty.is_positive() => match known {
            Some(action) => came(desk, action, account, depository, qty.0),
            None => desk.break_off(BreakKind::BenefitShares, u64::from(security.0), 0, qty.0),
        },
        HeldAt::Client(_) | HeldAt::Firm(..) | HeldAt::Stranger => {
            desk.break_off(BreakKind::BenefitShares, u64::from(security.0), 0, qty.0);
        }
    }
}

/// The security a benefit consists of.
fn given(action: &Action) -> SecurityRow {
    match action.benefit {
        Benefit::Rights { entitlement, .. } => entitlement,
        Benefit::Dividend { .. } | Benefit::Bonus { .. } | Benefit::Split { .. } => action.security,
    }
}

fn came(desk: &mut Desk<'_>, action: ActionNo, account: DematAccount, depository: Depository, amount: i64) {
    desk.push(Of::Came { action, account, depository, amount });
    let of = desk.firm.actions.get(action).expect("an announced action");
    if of.recorded {
        desk.start(Job::PassOn(action));
    }
    if let Ok((_, days)) = desk.firm.rules.count(RuleName::HouseBenefitPassOnDays, desk.day()) {
        let day = desk.firm.calendar.after(desk.day(), u32::try_from(days).unwrap_or(u32::MAX));
        desk.disarm(Timer::Benefit(action));
        desk.arm(day.at(LOOK), Timer::Benefit(action));
    }
}

/// What those whose shares lay there should bring, account by account as the company sees them; and of money the tax by
/// the day's rate, to the rupee: the company keeps it back from whom its register names, and that is the firm.
fn expected(desk: &Desk<'_>, of: &Action, arrival: &Arrival) -> (i64, Paise) {
    let rate = desk.firm.rules.rate(RuleName::DividendTax, desk.day()).map_or(Rate::ZERO, |(_, rate)| rate);
    let mut held: BTreeMap<(DematAccount, Depository), Qty> = BTreeMap::new();
    for ((account, depository, _), due) in of.of(arrival) {
        *held.entry((*account, *depository)).or_insert(Qty::ZERO) += due.held;
    }
    let due = held.values().map(|held| match of.benefit.of(*held) {
        Due::Money(amount) => (amount.0, rate.of(amount, Rounding::NearestRupee)),
        Due::Shares(qty) => (qty.0, Paise::ZERO),
    });
    due.fold((0, Paise::ZERO), |(sum, tax), (due, of)| (sum.saturating_add(due), tax + of))
}

/// Whether what lay there, account by account, brings nothing at all.
fn brings_nothing(of: &Action) -> bool {
    let mut held: BTreeMap<(DematAccount, Depository), Qty> = BTreeMap::new();
    for ((account, depository, _), due) in of.in_custody() {
        *held.entry((*account, *depository)).or_insert(Qty::ZERO) += due.held;
    }
    held.values().all(|held| matches!(of.benefit.of(*held), Due::Money(Paise::ZERO) | Due::Shares(Qty::ZERO)))
}

/// Share out what came first, client by client in proportion to what he held.
pub fn pass_on(desk: &mut Desk<'_>, action: ActionNo, cursor: u32) {
    let of = desk.firm.actions.get(action).expect("an announced action");
    let arrival = *of.arrivals.first().expect("what came");
    let kind = match of.benefit.ratio() {
        None => BreakKind::BenefitMoney,
        Some(_) => BreakKind::BenefitShares,
    };
    let (due, tax) = expected(desk, of, &arrival);
    let left = due.saturating_sub(tax.0);
    if cursor == 0 && due != arrival.amount && left != arrival.amount {
        // It is theirs all the same, and passed on; the rest is asked of the company.
        desk.break_off(kind, u64::from(of.security.0), left, arrival.amount);
    }
    // Only what explains the whole difference was kept back.
    let tax = if left == arrival.amount { tax } else { Paise::ZERO };
    let entitled: Vec<(Key, Qty)> = of.of(&arrival).map(|(key, due)| (*key, due.held)).collect();
    let all: Qty = entitled.iter().map(|(_, held)| *held).sum();
    let at = usize::try_from(cursor).expect("a cursor");
    let mut before: Qty = entitled.iter().take(at).map(|(_, held)| *held).sum();
    let mut own = Paise::ZERO;
    for (key, held) in entitled.iter().skip(at).take(HOLDERS) {
        let with = before + *held;
        let amount = actions::part(arrival.amount, all, before, with);
        before = with;
        if amount > 0 {
            give(desk, (action, of), *key, amount, &mut own);
        }
        let tax = Paise(actions::part(tax.0, all, before - *held, with));
        if tax.is_positive() {
            taxed(desk, action, *key, tax);
            if matches!(key.2, Holder::Client(client) if desk.firm.is_own(client)) {
                let day = desk.day();
                let voucher = desk.voucher(Cause::Benefit, u64::from(action.0), day, None);
                kept_back(desk, &voucher, tax);
            }
        }
    }
    if own.is_positive() {
        // The own account's part leaves the clients' money with the next sweep.
        let undrawn = desk.firm.books.undrawn() + own;
        desk.push(books::Event::UndrawnSet { undrawn });
    }
    let next = at.saturating_add(HOLDERS);
    if next < entitled.len() {
        return desk.push(Event::JobMoved { cursor: u32::try_from(next).expect("a cursor") });
    }
    desk.push(Of::Shared { action });
    desk.push(Event::JobEnded);
}

fn taxed(desk: &mut Desk<'_>, action: ActionNo, (account, depository, holder): Key, tax: Paise) {
    match holder {
        Holder::Client(client) => desk.push(Of::Taxed { action, client, account, depository, tax }),
        Holder::Stranger(stranger) => desk.push(Of::StrangerTaxed { action, stranger, account, depository, tax }),
    }
}

/// A stranger's part is held for him, and goes where his shares go: the money to whatever bank account the depository has
/// behind the account they came from [default].
fn hold(desk: &mut Desk<'_>, (action, of): (ActionNo, &Action), stranger: u32, (account, depository): (DematAccount, Depository), amount: i64) {
    let from = *of.strangers.get(&stranger).expect("a stranger who is entitled");
    let in_entry = |is: fn(&Event) -> bool| {
        u32::try_from(desk.out.list().iter().filter(|event| is(event)).count()).expect("a bounded entry")
    };
    if of.benefit.ratio().is_some() {
        let inward = desk.firm.inwards.next_no().saturating_add(in_entry(|event| matches!(event, Event::SharesHeld { .. })));
        let (security, qty) = (given(of), Qty(amount));
        desk.push(Of::StrangerPassed { action, stranger, account, depository, amount, under: inward });
        desk.push(Event::SharesHeld { inward, account, depository, security, qty, from });
        return desk.break_off(BreakKind::ThirdPartyShares, u64::from(security.0), 0, amount);
    }
    let receipt = desk.firm.next_receipt.saturating_add(in_entry(|event| matches!(event, Event::DividendHeld { .. })));
    let (amount, day) = (Paise(amount), desk.day());
    desk.push(Of::StrangerPassed { action, stranger, account, depository, amount: amount.0, under: receipt });
    desk.push(Event::DividendHeld { receipt, amount, from });
    let voucher = desk.voucher(Cause::Benefit, u64::from(action.0), day, None);
    desk.transfer_between(&voucher, (Account::ClientDividends, of.security.0), (Account::Suspense, receipt), amount);
}

fn give(desk: &mut Desk<'_>, (action, of): (ActionNo, &Action), key: Key, amount: i64, own: &mut Paise) {
    let (account, depository, holder) = key;
    let client = match holder {
        Holder::Client(client) => client,
        Holder::Stranger(stranger) => return hold(desk, (action, of), stranger, (account, depository), amount),
    };
    desk.push(Of::Passed { action, client, account, depository, amount });
    if of.benefit.ratio().is_none() {
        let amount = Paise(amount);
        let day = desk.day();
        let voucher = desk.voucher(Cause::Benefit, u64::from(action.0), day, None);
        let to = if desk.firm.is_own(client) { (Account::OwnDividends, 0) } else { (Account::Client, client.0) };
        if desk.firm.is_own(client) {
            *own += amount;
        }
        desk.transfer_between(&voucher, (Account::ClientDividends, of.security.0), to, amount);
        return super::credits::arose(desk, client, amount);
    }
    let (qty, security) = (Qty(amount), given(of));
    desk.register(client, security, Place::Outside, place_of(account), qty, None);
    desk.move_shares(TransferKind::Benefit, client, security, qty, None, client, account, depository);
}

/// The depository moved a client's part to him.
pub fn moved(desk: &mut Desk<'_>, client: ClientRow, security: SecurityRow, account: DematAccount, qty: Qty) {
    desk.register(client, security, place_of(account), Place::Account, qty, None);
}

/// Clients' parts that the depository was told to move and has not answered for: they are not with them.
fn under_way(desk: &Desk<'_>, of: &Action) -> Qty {
    let is_part = |it: &&partners::Transfer| {
        let key = (it.account, it.depository, Holder::Client(it.client));
        it.kind == TransferKind::Benefit && it.security == given(of) && of.entitled.contains_key(&key)
    };
    if of.benefit.ratio().is_none() {
        return Qty::ZERO;
    }
    desk.firm.partners.transfers().map(|(_, it)| it).filter(is_part).map(|it| it.qty).sum()
}

/// The day by which it should have come, or have been passed on, is over.
pub fn late(desk: &mut Desk<'_>, action: ActionNo) {
    let of = desk.firm.actions.get(action).expect("an announced action");
    // So few shares bring less than one: nothing is to come.
    let out = under_way(desk, of);
    if (of.is_done() && out.is_zero()) || (of.came == 0 && brings_nothing(of)) {
        return;
    }
    desk.break_off(BreakKind::BenefitLate, u64::from(of.security.0), of.passed.saturating_sub(out.0), of.came);
}
