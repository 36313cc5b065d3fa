//! The firm's own accounts: opened under the title the law prescribes, told to the exchanges, closed once empty.

use super::desk::{Desk, subject};
use super::{payout, statements};
use crate::accounts::Accounts;
use crate::{BreakKind, Code, Event, HouseAccount, Refusal};
use alloc::vec::Vec;
use rulebook::RuleName;
use vocab::Day;

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
