//! Penalties for short margins: the corporation takes them from the firm's own account. A client bears his own where the
//! law of the day lets it be passed on, where he was asked for all that was missing and did not give it; and never more
//! than was taken for him (guide I 11.4).

use super::desk::{Desk, subject};
use super::setup;
use crate::{BankRef, BreakKind, Code, Event, Firm, PenaltyRow, Refusal};
use books::{Account, Cause};
use margin::{Due, Event as Margin};
use rulebook::{PenaltyPassing, RuleName};
use vocab::{BankAccount, ClientRow, Day, Paise, Rounding, Venue};

/// A client is asked for margin: evidence of what he did not give.
pub fn call(desk: &mut Desk<'_>, client: ClientRow, amount: Paise, letter: u64) -> Result<(), Refusal> {
    let known = desk.firm.clients.known(client)?;
    setup::positive(amount)?;
    if known.is_own() {
        return Err(Refusal::plain(Code::NotForKind));
    }
    let day = desk.day();
    desk.push(Margin::Called { day, client, amount, letter });
    Ok(())
}

/// Who bears a penalty for a day's short upfront margin; nobody but the firm where no rule says.
fn is_passed_on(firm: &Firm, day: Day, due: &Due) -> bool {
    match firm.rules.choice::<PenaltyPassing>(RuleName::MarginPenaltyPassing, day) {
        Ok((_, PenaltyPassing::OnFailure)) => due.is_his_failure(),
        Ok((_, PenaltyPassing::Borne)) | Err(_) => false,
    }
}

/// Tax on a penalty is none, or the rate of the day it is taken.
fn is_taxed_right(firm: &Firm, day: Day, row: &PenaltyRow) -> bool {
    let rate = firm.rules.rate(RuleName::Gst, day);
    row.tax.is_zero() || rate.is_ok_and(|(_, rate)| rate.of(row.penalty, Rounding::NearestPaisa) == row.tax)
}

/// Money is gone, whoever is right: it is booked as it was taken, and what is not ours to agree with is borne.
pub fn taken(desk: &mut Desk<'_>, day: Day, debit: Paise, rows: &[PenaltyRow]) {
    let (firm, today, subject) = (desk.firm, desk.day(), subject(day));
    let voucher = desk.voucher(Cause::MarginPenalty, subject, today, None);
    desk.transfer_between(&voucher, (Account::Penalties, 0), (Account::OwnBank, 0), debit);
    let (account, reference) = (BankAccount::Own, BankRef::MarginPenalties(day));
    desk.push(Event::BankBooked { account, reference, amount: -debit });
    let sum: Paise = rows.iter().map(|row| row.penalty + row.tax).sum();
    if sum != debit {
        desk.break_off(BreakKind::MarginPenaltyDebit, subject, sum.0, debit.0);
    }
    let (mut all, mut seen) = (Paise::ZERO, alloc::collections::BTreeSet::new());
    for row in rows {
        // Told twice of one day it is told once too often.
        let due = row.client.filter(|client| seen.insert(*client)).and_then(|client| Some((client, firm.margin.due(day, client)?)));
        let Some((client, due)) = due.filter(|(_, due)| due.penalty == row.penalty && is_taxed_right(firm, today, row)) else {
            let ours = due.map_or(Paise::ZERO, |(_, due)| due.penalty);
            let subject = row.client.map_or(u64::MAX, |client| u64::from(client.0));
            desk.break_off(BreakKind::MarginPenaltyDiffers, subject, ours.0, (row.penalty + row.tax).0);
            continue;
        };
        let debited = row.penalty + row.tax;
        let passed = if sum == debit && is_passed_on(firm, day, &due) { debited } else { Paise::ZERO };
        desk.push(Margin::Penalised { day, client, debited, passed });
        let voucher = desk.voucher(Cause::MarginPenaltyPassed, subject, today, None);
        desk.transfer_between(&voucher, (Account::Client, client.0), (Account::Penalties, 0), passed);
        all += passed;
    }
    if all.is_positive() {
        // What a client bears is the firm's to draw.
        desk.push(books::Event::UndrawnSet { undrawn: firm.books.undrawn() + all });
    }
}

/// The evening of the day by which penalties are taken: what is still due of the day they are for is told, once.
pub fn evening(desk: &mut Desk<'_>) {
    let (firm, today) = (desk.firm, desk.day());
    let mut late = alloc::collections::BTreeMap::new();
    for (day, _, due) in firm.margin.dues() {
        let after = firm.rules.count(RuleName::MarginPenaltyDay, day).ok().and_then(|(_, n)| u32::try_from(n).ok());
        // The corporation that the day was reported to takes them, on its own days.
        let days = firm.calendar.of(firm.cleared_by(Venue::FIRST));
        if after.is_some_and(|n| days.after(day, n) == today) {
            *late.entry(day).or_insert(Paise::ZERO) += due.penalty;
        }
    }
    for (day, ours) in late {
        desk.break_off(BreakKind::MarginPenaltyMissing, subject(day), ours.0, 0);
    }
}
