//! Cheques, drafts and pay orders: what is taken, when it has value, what becomes of one that is dishonoured.

use super::desk::Desk;
use super::setup;
use crate::{BankRef, BreakKind, Code, Event, Instrument, InstrumentStage, Refusal};
use books::{Account, Cause};
use rulebook::RuleName;
use vocab::{BankAccount, ClientRow, InstrumentKind, Paise};

/// A client hands one in (sebi 29, 30.1.1; guide I 8.9, 8.11). It has no value yet.
pub fn lodge(desk: &mut Desk<'_>, client: ClientRow, it: &Instrument) -> Result<(), Refusal> {
    setup::positive(it.amount)?;
    desk.firm.clients.known(client)?;
    let (rules, day) = (&desk.firm.rules, desk.day());
    if it.kind == InstrumentKind::Cash && rules.yes(RuleName::CashRefused, day)?.1 {
        return Err(Refusal::of(Code::CashRefused, [it.amount.0]));
    }
    if !it.to_firm {
        return Err(Refusal::plain(Code::NotToFirm));
    }
    if it.kind.is_pre_funded() {
        pre_funded(desk, client, it)?;
    }
    // A draft names no account of its own: whose it was is what its certificate says.
    if (!it.kind.is_pre_funded() || it.certified.is_some()) && !is_registered(desk, client, it) {
        return Err(Refusal::of(Code::ThirdPartyMoney, [i64::from(client.0)]));
    }
    let (instrument, certified) = (desk.firm.next_instrument, it.certified.is_some());
    desk.push(Event::Lodged { instrument, client, kind: it.kind, amount: it.amount, certified });
    Ok(())
}

/// Without a written request none is credited; from the day's limit on, all together, none without the issuing
/// bank's word on whose account paid (sebi 30.1.1).
fn pre_funded(desk: &Desk<'_>, client: ClientRow, it: &Instrument) -> Result<(), Refusal> {
    if it.request.is_none() {
        return Err(Refusal::plain(Code::NoRequest));
    }
    let day = desk.day();
    if !desk.firm.rules.yes(RuleName::PreFundedCertified, day)?.1 {
        return Ok(());
    }
    let limit = desk.firm.rules.amount(RuleName::PreFundedDailyLimit, day)?.1;
    let of_day = |known: &&crate::firm::Lodged| {
        known.client == client && known.kind.is_pre_funded() && known.lodged.day() == day
    };
    let before: Paise = desk.firm.instruments.values().filter(of_day).map(|known| known.amount).sum();
    let all = it.certified.is_some() && desk.firm.instruments.values().filter(of_day).all(|known| known.certified);
    if before + it.amount >= limit && !all {
        return Err(Refusal::of(Code::NotCertified, [(before + it.amount).0, limit.0]));
    }
    Ok(())
}

fn is_registered(desk: &Desk<'_>, client: ClientRow, it: &Instrument) -> bool {
    it.from.is_some_and(|(account, name)| desk.firm.clients.payer(&account, name) == Some(client))
}

/// The bank credited it: the money stands in the book and has no value until it is cleared.
pub fn credited(desk: &mut Desk<'_>, instrument: u32) {
    let Some(it) = known(desk, instrument, InstrumentStage::Lodged) else { return };
    book(desk, it.client, instrument, it.amount, Cause::Receipt);
    desk.push(books::Event::Uncleared { client: it.client, amount: it.amount });
    desk.push(Event::InstrumentReached { instrument, stage: InstrumentStage::Credited });
}

/// It has value from here on.
pub fn cleared(desk: &mut Desk<'_>, instrument: u32) {
    let Some(it) = known(desk, instrument, InstrumentStage::Credited) else { return };
    desk.push(books::Event::Uncleared { client: it.client, amount: -it.amount });
    desk.push(Event::InstrumentReached { instrument, stage: InstrumentStage::Cleared });
    super::unpaid::paid(desk, it.client, it.amount);
}

/// Dishonoured: the client's credit is taken back at once, and with it whatever it was worth (guide I 8.12).
pub fn returned(desk: &mut Desk<'_>, instrument: u32, code: u16) {
    let Some(it) = desk.firm.instruments.get(&instrument).copied() else {
        return desk.break_off(BreakKind::InstrumentUnknown, u64::from(instrument), 0, i64::from(code));
    };
    if it.stage != InstrumentStage::Lodged {
        book(desk, it.client, instrument, -it.amount, Cause::Dishonoured);
    }
    if it.stage == InstrumentStage::Credited {
        desk.push(books::Event::Uncleared { client: it.client, amount: -it.amount });
    }
    desk.push(Event::InstrumentReached { instrument, stage: InstrumentStage::Returned });
}

fn known(desk: &mut Desk<'_>, instrument: u32, stage: InstrumentStage) -> Option<crate::firm::Lodged> {
    let found = desk.firm.instruments.get(&instrument).copied().filter(|it| it.stage == stage);
    if found.is_none() {
        desk.break_off(BreakKind::InstrumentUnknown, u64::from(instrument), 0, 0);
    }
    found
}

fn book(desk: &mut Desk<'_>, client: ClientRow, instrument: u32, amount: Paise, cause: Cause) {
    let day = desk.day();
    let voucher = desk.voucher(cause, u64::from(instrument), day, None);
    desk.transfer_between(&voucher, (Account::ClientBank, 0), (Account::Client, client.0), amount);
    let (account, reference) = (BankAccount::Client, BankRef::Instrument(instrument));
    desk.push(Event::BankBooked { account, reference, amount });
}
