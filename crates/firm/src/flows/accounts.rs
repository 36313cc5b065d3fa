//! The firm's own accounts: opened under the title the law prescribes, numbered, told to the exchanges, compared with the depository's
//! list, closed once empty.

use super::desk::{Desk, subject};
use super::setup::{self, MOST_ROWS};
use super::{payout, statements};
use crate::accounts::Accounts;
use crate::{AccountNumber, BreakKind, Code, Event, HouseAccount, ListedAccount, Refusal};
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use rulebook::RuleName;
use vocab::{Day, DematAccount, Depository};

/// Without these accounts, titled and open, no client's money or share may be handled (sebi 23 Annexure 1.2).
pub fn needed(desk: &Desk<'_>) -> Result<(), Refusal> {
    let missing = Accounts::NEEDED.iter().filter(|account| !desk.firm.accounts.is_open(**account)).count();
    match i64::try_from(missing).unwrap_or(i64::MAX) {
        0 => Ok(()),
        missing => Err(Refusal::of(Code::AccountsMissing, [missing])),
    }
}

/// Closed for good: its tag is never given to another use, a new account is opened instead (sebi 23 Annexure 2.3.3).
pub fn close(desk: &mut Desk<'_>, account: HouseAccount, paper: u32) -> Result<(), Refusal> {
    let firm = desk.firm;
    if !firm.accounts.is_open(account) {
        return Err(Refusal::plain(Code::AccountNotOpen));
    }
    let within_day = firm.day().is_some() && firm.day() != firm.ended();
    let used = match account {
        HouseAccount::Bank(bank) => !firm.books.total(payout::bank_account(bank)).is_zero() || firm.partners.payments().next().is_some(),
        HouseAccount::Demat(demat, depository) => {
            statements::holds_any(desk, demat, depository) || firm.partners.transfers().next().is_some()
        }
    };
    if within_day || used {
        return Err(Refusal::plain(Code::HouseAccountUsed));
    }
    desk.push(Event::AccountClosed { account, paper });
    Ok(())
}

/// What is put down stays: another number is another account.
pub fn number(desk: &mut Desk<'_>, account: HouseAccount, number: &AccountNumber, place: &str) -> Result<(), Refusal> {
    let accounts = &desk.firm.accounts;
    let line = accounts.open_lines().find(|line| line.account == account).ok_or(Refusal::plain(Code::AccountNotOpen))?;
    if !number.fits(account) {
        return Err(Refusal::plain(Code::BadAccountNumber));
    }
    if place.trim().is_empty() {
        return Err(Refusal::plain(Code::NoAccountPlace));
    }
    if line.number.is_some() {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    if accounts.numbered(number).is_some() {
        return Err(Refusal::plain(Code::AccountNumberTaken));
    }
    desk.push(Event::AccountNumbered { account, number: *number });
    Ok(())
}

/// What is listed and not open here, open here and not listed, or listed under another tag or title, is a break each
/// (sebi 23 Annexure 2.3.5).
pub fn compare(desk: &mut Desk<'_>, depository: Depository, rows: &[ListedAccount]) -> Result<(), Refusal> {
    setup::bounded(rows.len(), MOST_ROWS)?;
    let mut listed = BTreeSet::new();
    let mut found = Vec::new();
    for row in rows {
        let number = AccountNumber::Demat(row.dp, row.client);
        if !number.fits(HouseAccount::Demat(row.account, depository)) {
            return Err(Refusal::plain(Code::BadAccountNumber));
        }
        if !listed.insert(number) {
            return Err(Refusal::plain(Code::AccountNumberTaken));
        }
        found.extend(difference(desk, depository, number, row));
    }
    for (account, number) in ours(desk, depository).filter(|(_, number)| number.is_none_or(|number| !listed.contains(&number))) {
        let last = number.map_or(0, |number| i64::from(number.last_four()));
        found.push((BreakKind::AccountNotListed, account, last, 0));
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    desk.push(Event::AccountsCompared { depository, listed: count(rows.len()), differ: count(found.len()) });
    for (kind, account, ours, theirs) in found {
        desk.break_off(kind, u64::from(account.number()), ours, theirs);
    }
    Ok(())
}

/// A matter of a demat account, with what stands here and what is listed.
type Difference = (BreakKind, DematAccount, i64, i64);

/// How a row differs from the register.
fn difference(desk: &Desk<'_>, depository: Depository, number: AccountNumber, row: &ListedAccount) -> Option<Difference> {
    let (last, tag) = (i64::from(number.last_four()), |account: DematAccount| i64::from(account.number()));
    let Some((account, _)) = ours(desk, depository).find(|(_, of)| *of == Some(number)) else {
        return Some((BreakKind::AccountNotOurs, row.account, 0, last));
    };
    if account != row.account {
        return Some((BreakKind::AccountTagDiffers, account, tag(account), tag(row.account)));
    }
    let fits = setup::demat_title_fits(desk, account, &row.title);
    (!fits).then_some((BreakKind::AccountTitleDiffers, account, last, last))
}

/// The open demat accounts with a depository, each with its number if it was put down.
fn ours<'a>(desk: &Desk<'a>, depository: Depository) -> impl Iterator<Item = (DematAccount, Option<AccountNumber>)> + use<'a> {
    desk.firm.accounts.open_lines().filter_map(move |line| match line.account {
        HouseAccount::Demat(account, with) if with == depository => Some((account, line.number)),
        HouseAccount::Demat(..) | HouseAccount::Bank(_) => None,
    })
}

/// One letter tells the exchanges all they have not been told.
pub fn tell(desk: &mut Desk<'_>, letter: u64) -> Result<(), Refusal> {
    let untold: Vec<_> = desk.firm.accounts.untold().collect();
    if untold.is_empty() {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    for (account, closed, _) in untold {
        desk.push(Event::AccountTold { account, closed, letter });
    }
    Ok(())
}

/// Accounts the exchanges have not been told of, some days before that is late and until it is done (sebi 23 Annexure 2.3).
pub fn remind(desk: &mut Desk<'_>, day: Day) {
    let rules = &desk.firm.rules;
    let days = |name, from| rules.count(name, from).ok().and_then(|(_, days)| i32::try_from(days).ok());
    let due = |since: Day| {
        let (within, early) = (days(RuleName::AccountTellDays, since)?, days(RuleName::HouseAccountReminderDays, since)?);
        let last = since.plus(within);
        (day >= last.plus(early.saturating_neg())).then_some(last)
    };
    let due: Vec<Day> = desk.firm.accounts.untold().filter_map(|(.., since)| due(since)).collect();
    if let Some(first) = due.iter().min() {
        let count = i64::try_from(due.len()).unwrap_or(i64::MAX);
        desk.break_off(BreakKind::AccountsUntold, subject(day), count, i64::from(first.0));
    }
}
