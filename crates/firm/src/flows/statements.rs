//! Third-party evidence against the books: bank and depository statements; and breaks that persons mend.

use super::desk::Desk;
use super::trade_file::is_about_trades;
use alloc::collections::BTreeSet;
use crate::{BreakKind, Code, DematLine, Event, HeldAt, Refusal, StatementLine, permits};
use books::Place;
use rulebook::RuleName;
use vocab::{BankAccount, BreakNo, Day, DematAccount, Depository, Paise, Qty, SecurityRow, UserRow};

/// The bank's closing balance against the bank book (guide I 8.12).
pub fn bank(desk: &mut Desk<'_>, day: Day, account: BankAccount, closing: Paise, lines: u32) {
    let ours = desk.firm.books.total(super::payout::bank_account(account));
    let agreed = ours == closing;
    desk.push(Event::StatementSeen { day, account, closing, lines, agreed });
    if !agreed {
        desk.break_off(BreakKind::StatementDiffers, u64::from(account.number()), ours.0, closing.0);
    }
}

/// The statement's lines against the bank book, each by what it is of.
pub fn lines(desk: &mut Desk<'_>, account: BankAccount, rows: &[StatementLine]) {
    for StatementLine { reference, amount } in rows.iter().copied() {
        desk.push(Event::BankStated { account, reference, amount });
    }
}

/// Differences that have stood for longer than the house lets them are escalated, once an account (guide I 8.12).
pub fn escalate(desk: &mut Desk<'_>, day: Day) {
    let Some(by) = let_be_by(desk, RuleName::HouseBankDifferenceDays, day) else { return };
    for account in BankAccount::ALL {
        let old = desk.firm.reconciliation.older(*account, by);
        say_old(desk, BreakKind::BankItemsOld, account.number(), day, old);
    }
}

/// What has stood since this day or before has stood for as long as the house lets it; nothing where it does not say.
pub fn let_be_by(desk: &Desk<'_>, house: RuleName, day: Day) -> Option<Day> {
    let (_, most) = desk.firm.rules.count(house, day).ok()?;
    Some(day.plus(i32::try_from(most).unwrap_or(i32::MAX).saturating_neg()))
}

/// What stands on an account for too long, while no break says so.
pub fn say_old(desk: &mut Desk<'_>, kind: BreakKind, account: u8, day: Day, old: Option<(u32, Day)>) {
    let subject = u64::from(account);
    if let Some((count, oldest)) = old.filter(|_| !desk.firm.has_break(kind, subject)) {
        desk.break_off(kind, subject, i64::from(count), i64::from(day.days_since(oldest)));
    }
}

/// Depository statements (guide I 9.14). A client's own movements are his; a difference in the firm's
/// accounts is a break.
pub fn holdings(desk: &mut Desk<'_>, day: Day, _opening: bool, rows: &[(HeldAt, SecurityRow, Qty)]) {
    let (mut differing, mut seen) = (0u32, BTreeSet::new());
    for (at, security, qty) in rows {
        let ours = match *at {
            HeldAt::Client(client) => {
                desk.firm.stock.get(client, *security).map_or(Qty::ZERO, |h| h.at(Place::Account))
            }
            HeldAt::Firm(account, depository) => firm_holds(desk, account, depository, *security),
            HeldAt::Stranger => Qty::ZERO,
        };
        let again = matches!(at, HeldAt::Client(client) if !seen.insert((*client, *security)));
        if qty.is_negative() || again {
            // No account holds less than nothing, or one security twice: the row is kept for operations and not applied.
            differing = differing.saturating_add(1);
            desk.break_off(BreakKind::HoldingDiffers, u64::from(security.0), ours.0, qty.0);
            continue;
        }
        match *at {
            HeldAt::Client(client) => {
                let more = *qty - ours;
                let (from, to) = if more.is_positive() { (Place::Outside, Place::Account) } else { (Place::Account, Place::Outside) };
                desk.register(client, *security, from, to, more.abs(), None);
            }
            HeldAt::Firm(account, depository) => {
                if ours == *qty || !is_opening_own(desk, account, *security, ours, *qty) {
                    compare(desk, (account, depository, *security), ours, *qty);
                    differing = differing.saturating_add(u32::from(ours != *qty));
                }
            }
            HeldAt::Stranger => {
                differing = differing.saturating_add(1);
                desk.break_off(BreakKind::HoldingDiffers, u64::from(security.0), ours.0, qty.0);
            }
        }
    }
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    desk.push(Event::HoldingsSeen { day, rows: count, differing });
}

/// A line of the firm's accounts. A difference is said when it opens and when it changes.
fn compare(desk: &mut Desk<'_>, line: DematLine, ours: Qty, theirs: Qty) {
    let (account, depository, security) = line;
    let said = desk.firm.demat_reconciliation.gap(line).is_some_and(|gap| (gap.ours, gap.theirs) == (ours, theirs));
    desk.push(Event::DematCompared { account, depository, security, ours, theirs });
    if ours != theirs && !said {
        desk.break_off(BreakKind::HoldingDiffers, u64::from(security.0), ours.0, theirs.0);
    }
}

/// The firm's accounts at a depository that its register must account for.
const ACCOUNTS: [DematAccount; 4] =
    [DematAccount::ClientBeneficiary, DematAccount::Pool, DematAccount::Principal, DematAccount::Unpaid];

/// All of a statement has come: what the register has and the statement did not show is a difference too.
pub fn whole(desk: &mut Desk<'_>, day: Day, depository: Depository) {
    let firm = desk.firm;
    let mut securities: BTreeSet<SecurityRow> = firm.stock.iter().filter(|h| in_custody(h)).map(|h| h.security).collect();
    securities.extend(firm.inwards.iter().map(|(_, it)| it.security));
    let open: BTreeSet<DematLine> = firm.demat_reconciliation.iter().map(|(line, _)| line).collect();
    let held = securities.iter().flat_map(|security| ACCOUNTS.map(|account| (account, depository, *security)));
    let lines: BTreeSet<DematLine> = held.chain(open).filter(|(_, of, _)| *of == depository).collect();
    let mut missing = 0u32;
    let mut left = firm.demat_reconciliation.iter().filter(|((_, of, _), _)| *of == depository).count();
    for line in lines.into_iter().filter(|line| !firm.demat_reconciliation.is_stated(*line)) {
        let ours = firm_holds(desk, line.0, depository, line.2);
        let was = firm.demat_reconciliation.gap(line).is_some();
        if !ours.is_zero() || was {
            missing = missing.saturating_add(u32::from(!ours.is_zero()));
            left = left.saturating_add(usize::from(!was && !ours.is_zero()));
            left = left.saturating_sub(usize::from(was && ours.is_zero()));
            compare(desk, line, ours, Qty::ZERO);
        }
    }
    desk.push(Event::DematStated { day, depository, missing, open: u32::try_from(left).unwrap_or(u32::MAX) });
}

fn in_custody(holding: &books::Holding) -> bool {
    let places = [Place::Beneficiary, Place::Pool, Place::Principal, Place::Unpaid];
    places.iter().any(|place| !holding.at(*place).is_zero())
}

/// Differences with a depository that have stood too long, once an account; and a day without the statement that
/// comes every day (guide I 9.14).
pub fn escalate_demat(desk: &mut Desk<'_>, day: Day) {
    let firm = desk.firm;
    for depository in Depository::ALL {
        let (kind, subject) = (BreakKind::NoDematStatement, u64::from(depository.number()));
        if let Some(last) = firm.demat_reconciliation.last(*depository).filter(|last| *last < day && !firm.has_break(kind, subject)) {
            desk.break_off(kind, subject, i64::from(day.0), i64::from(last.0));
        }
    }
    let Some(by) = let_be_by(desk, RuleName::HouseDematDifferenceDays, day) else { return };
    for account in DematAccount::ALL {
        say_old(desk, BreakKind::DematItemsOld, account.number(), day, firm.demat_reconciliation.older(*account, by));
    }
}

/// The own account's shares are known from its statement, as a client's are.
fn is_opening_own(desk: &mut Desk<'_>, account: DematAccount, security: SecurityRow, ours: Qty, theirs: Qty) -> bool {
    let (DematAccount::Own, Some(own)) = (account, super::setup::own_client(desk.firm)) else { return false };
    let more = theirs - ours;
    let (from, to) = if more.is_positive() { (Place::Outside, Place::Account) } else { (Place::Account, Place::Outside) };
    desk.register(own, security, from, to, more.abs(), None);
    true
}

/// What the register says lies in one of the firm's accounts.
fn firm_holds(desk: &Desk<'_>, account: DematAccount, depository: Depository, security: SecurityRow) -> Qty {
    let firm = desk.firm;
    let mut sum = firm.inwards.at(account, depository, security);
    for holding in firm.stock.of_security(security) {
        let own = firm.is_own(holding.client);
        let there = desk.depository(holding.client) == depository;
        sum += match account {
            DematAccount::ClientBeneficiary if there && !own => holding.at(Place::Beneficiary),
            DematAccount::Pool if depository == Depository::Nsdl => holding.at(Place::Pool),
            DematAccount::Principal if depository == Depository::Cdsl => holding.at(Place::Principal),
            DematAccount::Own if own && depository == Depository::Nsdl => holding.at(Place::Account),
            DematAccount::Unpaid if there && !own => holding.at(Place::Unpaid),
            DematAccount::ClientBeneficiary
            | DematAccount::Unpaid
            | DematAccount::Pool
            | DematAccount::Principal
            | DematAccount::Cisa
            | DematAccount::Own => Qty::ZERO,
        };
    }
    sum
}

/// Has an account anything on it by the register?
pub fn holds_any(desk: &Desk<'_>, account: DematAccount, depository: Depository) -> bool {
    let securities: BTreeSet<SecurityRow> = desk.firm.stock.iter().map(|h| h.security).collect();
    let unasked = desk.firm.inwards.iter().any(|(_, it)| (it.account, it.depository) == (account, depository));
    unasked || securities.iter().any(|security| !firm_holds(desk, account, depository, *security).is_zero())
}

/// A person of the desk that owns it says why a difference is settled, unless it is with the exchange's file and stands. Bills
/// held up by it are then made.
pub fn mend(desk: &mut Desk<'_>, by: UserRow, no: BreakNo, reason: u16) -> Result<(), Refusal> {
    let number = i64::try_from(no.0).unwrap_or(i64::MAX);
    let mended = *desk.firm.breaks.get(&no).ok_or(Refusal::of(Code::UnknownBreak, [number]))?;
    let roles = permits::desk(mended.kind.owner());
    if desk.firm.users.get(by).is_none_or(|user| !roles.contains(&user.role)) {
        return Err(Refusal::of(Code::NotPermitted, [i64::from(by.0)]));
    }
    if super::file_word::stands(desk.firm, &mended) {
        return Err(Refusal::of(Code::FileStands, [number]));
    }
    desk.push(Event::Mended { no, by, reason });
    if let Some(day) = desk.firm.day().filter(|_| is_about_trades(mended.kind)) {
        super::trade_file::agree(desk, day, None, Some(no));
    }
    Ok(())
}
