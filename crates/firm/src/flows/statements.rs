//! Third-party evidence against the books: bank and depository statements; and breaks that persons mend.

use super::desk::Desk;
use super::trade_file::is_about_trades;
use alloc::collections::BTreeSet;
use crate::{BreakKind, Code, Event, HeldAt, Refusal, StatementLine};
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
    let Ok((_, most)) = desk.firm.rules.count(RuleName::HouseBankDifferenceDays, day) else { return };
    let by = day.plus(i32::try_from(most).unwrap_or(i32::MAX).saturating_neg());
    for account in BankAccount::ALL {
        let Some((count, oldest)) = desk.firm.reconciliation.older(*account, by) else { continue };
        let subject = u64::from(account.number());
        let kind = BreakKind::BankItemsOld;
        if !desk.firm.breaks.values().any(|b| (b.kind, b.subject) == (kind, subject)) {
            desk.break_off(kind, subject, i64::from(count), i64::from(day.days_since(oldest)));
        }
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
            HeldAt::Firm(account, _) => {
                if ours != *qty && !is_opening_own(desk, account, *security, ours, *qty) {
                    differing = differing.saturating_add(1);
                    desk.break_off(BreakKind::HoldingDiffers, u64::from(security.0), ours.0, qty.0);
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
    let mut sum = Qty::ZERO;
    for holding in firm.stock.of_security(security) {
        let own = firm.is_own(holding.client);
        let there = desk.depository(holding.client) == depository;
        sum += match account {
            DematAccount::ClientBeneficiary if there && !own => holding.at(Place::Beneficiary),
            DematAccount::Pool if depository == Depository::Nsdl => holding.at(Place::Pool),
            DematAccount::Principal if depository == Depository::Cdsl => holding.at(Place::Principal),
            DematAccount::Own if own && depository == Depository::Nsdl => holding.at(Place::Account),
            DematAccount::ClientBeneficiary
            | DematAccount::Pool
            | DematAccount::Principal
            | DematAccount::Cisa
            | DematAccount::Own => Qty::ZERO,
        };
    }
    sum
}

/// A person says why a difference is settled. Bills held up by it are then made.
pub fn mend(desk: &mut Desk<'_>, by: UserRow, no: BreakNo, reason: u16) -> Result<(), Refusal> {
    let number = i64::try_from(no.0).unwrap_or(i64::MAX);
    let mended = *desk.firm.breaks.get(&no).ok_or(Refusal::of(Code::UnknownBreak, [number]))?;
    desk.push(Event::Mended { no, by, reason });
    if let Some(day) = desk.firm.day().filter(|_| is_about_trades(mended.kind)) {
        super::trade_file::agree(desk, day, None, Some(no));
    }
    Ok(())
}
