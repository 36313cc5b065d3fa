//! Intermediaries: who may have a share of brokerage, from when, and how it is paid.

use super::desk::Desk;
use super::setup;
use crate::{Code, Refusal};
use books::Account;
use intermediaries::{Ask, Event, Refusal as No};
use partners::{Payment, PaymentKind};
use rulebook::{AdmittedOn, RuleName};
use vocab::{AccountToken, ClientRow, Day, IntermediaryKind, IntermediaryRow, Paise, Rate, Venue};

pub fn decide(desk: &mut Desk<'_>, ask: &Ask) -> Result<(), Refusal> {
    let day = desk.day();
    let all = &desk.firm.intermediaries;
    let event = match *ask {
        Ask::Open { code, vault, pan, kind, form } => {
            if let Some(by) = all.by_code(&code) {
                return Err(No::Taken { by }.into());
            }
            all.may_stand(&pan)?;
            Event::Opened { intermediary: all.next_row(), code, vault, pan, kind, form, day }
        }
        Ask::Associate { intermediary, pan } => {
            all.known(intermediary)?;
            all.may_stand(&pan)?;
            Event::Associated { intermediary, pan }
        }
        Ask::Decide { intermediary, venue, approved, from, paper } => {
            let kind = all.known(intermediary)?.kind;
            if kind == IntermediaryKind::Remisier && !admits_remisiers(desk, venue, from)? {
                return Err(Refusal::plain(Code::RemisierElsewhere));
            }
            Event::Decided { intermediary, venue, approved, from, paper }
        }
        Ask::Withdraw { intermediary, venue, reason } => {
            if !all.known(intermediary)?.is_approved(venue, day) {
                return Err(No::NotApproved { intermediary, day }.into());
            }
            Event::Withdrawn { intermediary, venue, day, reason }
        }
        Ask::Agree { intermediary, dated } => {
            all.known(intermediary)?;
            Event::Agreed { intermediary, day: dated }
        }
        Ask::Bank { intermediary, account } => bank(desk, intermediary, account)?,
        Ask::Share { intermediary, from, rate } => share(desk, intermediary, from, rate)?,
        Ask::Introduce { client, intermediary, from, agreed } => introduce(desk, client, intermediary, from, agreed)?,
        Ask::Withhold { intermediary, on, reason } => {
            if all.known(intermediary)?.withheld == on {
                return Err(Refusal::plain(Code::AlreadySo));
            }
            Event::Withheld { intermediary, on, reason }
        }
        Ask::Pay { intermediary, amount } => return pay(desk, intermediary, amount),
        Ask::Bar { pan, reason } => Event::Barred { pan, reason, day },
    };
    desk.push(event);
    Ok(())
}

fn admits_remisiers(desk: &Desk<'_>, venue: Venue, day: Day) -> Result<bool, Refusal> {
    let (_, admitted) = desk.firm.rules.choice::<AdmittedOn>(RuleName::RemisierExchange, day)?;
    Ok(match admitted {
        AdmittedOn::Nse => venue == Venue::Nse,
        AdmittedOn::Bse => venue == Venue::Bse,
    })
}

/// His own account, and no client's: money goes directly between client and firm (sebi 34.7.6).
fn bank(desk: &Desk<'_>, intermediary: IntermediaryRow, account: AccountToken) -> Result<Event, Refusal> {
    let firm = desk.firm;
    firm.intermediaries.known(intermediary)?;
    let taken = firm.intermediaries.by_bank(&account).is_some_and(|by| by != intermediary);
    if taken || firm.clients.by_bank(&account).is_some() {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    Ok(Event::BankRegistered { intermediary, account })
}

/// What is said anew begins on a day whose trades are still to come.
fn earliest(desk: &Desk<'_>, last: Option<Day>) -> Day {
    last.map_or(desk.day(), |last| super::plan::untouched(desk).max(last.next()))
}

fn not_before(from: Day, earliest: Day) -> Result<(), Refusal> {
    if from >= earliest { Ok(()) } else { Err(Refusal::of(Code::ShareTooEarly, [i64::from(earliest.0)])) }
}

/// On one of the exchanges at least; the first says why not.
fn may_work(desk: &Desk<'_>, him: IntermediaryRow, day: Day) -> Result<(), Refusal> {
    let on = |venue: &Venue| desk.firm.intermediaries.may_work(him, *venue, day);
    match Venue::ALL.iter().any(|venue| on(venue).is_ok()) {
        true => Ok(()),
        false => Ok(on(&Venue::Nse)?),
    }
}

/// His part of the brokerage, within what the firm gives away at most.
fn share(desk: &Desk<'_>, intermediary: IntermediaryRow, from: Day, rate: Rate) -> Result<Event, Refusal> {
    let firm = desk.firm;
    may_work(desk, intermediary, from)?;
    let last = firm.intermediaries.rate(intermediary, Day(i32::MAX)).map(|(from, _)| from);
    not_before(from, earliest(desk, last))?;
    // What is kept back of it must be known too: the bill has nobody to ask.
    firm.rules.rate(RuleName::IntermediaryTax, from)?;
    let (_, most) = firm.rules.rate(RuleName::HouseShareMost, from)?;
    if rate > most || rate < Rate::ZERO {
        return Err(Refusal::plain(Code::ShareTooHigh));
    }
    Ok(Event::ShareSet { intermediary, from, rate })
}

/// Who brought the client: only someone who may work on that day, and only once client, intermediary and firm have
/// signed with one another (guide I 13.3(iv), I 3.2(b)(xiv)).
fn introduce(
    desk: &Desk<'_>, client: ClientRow, by: Option<IntermediaryRow>, from: Day, agreed: Option<Day>,
) -> Result<Event, Refusal> {
    let firm = desk.firm;
    firm.clients.known(client)?;
    if let Some(by) = by {
        may_work(desk, by, from)?;
        if agreed.is_none_or(|agreed| agreed > from) {
            return Err(Refusal::plain(Code::NoPrivity));
        }
    }
    not_before(from, earliest(desk, firm.intermediaries.said_until(client)))?;
    Ok(Event::Introduced { client, intermediary: by, from, agreed })
}

/// What he is due and has not been paid, to his account, from the firm's own money.
fn pay(desk: &mut Desk<'_>, intermediary: IntermediaryRow, amount: Paise) -> Result<(), Refusal> {
    setup::positive(amount)?;
    let it = desk.firm.intermediaries.known(intermediary)?;
    if it.withheld {
        return Err(Refusal::of(Code::DuesWithheld, [i64::from(intermediary.0)]));
    }
    let Some(to) = it.bank else { return Err(Refusal::of(Code::IntermediaryNoBank, [i64::from(intermediary.0)])) };
    let due = due(desk, intermediary);
    if amount > due {
        return Err(Refusal::of(Code::NotAccrued, [amount.0, due.0]));
    }
    desk.pay(PaymentKind::ToIntermediary, amount, intermediary.0, Some(to), None);
    Ok(())
}

fn due(desk: &Desk<'_>, intermediary: IntermediaryRow) -> Paise {
    let accrued = -desk.firm.books.total_of(Account::Intermediary, intermediary.0);
    let his = |p: &&Payment| p.kind == PaymentKind::ToIntermediary && p.owner == intermediary.0;
    let asked: Paise = desk.firm.partners.payments().map(|(_, p)| p).filter(his).map(|p| p.amount).sum();
    accrued - asked
}
