//! The error account (Office Vandha): what is nobody's trade is closed in the market and its loss is the firm's
//! (guide I 11.5, sebi 38.4, 38.5).

use super::desk::Desk;
use crate::{BreakKind, Code, Firm, Place, Refusal};
use books::{Account, Cause};
use corrections::Event as Corrected;
use vocab::{ClientKind, ClientRow, Day, Paise, Price, Qty, Rounding, SecurityRow, Side, TradeNo, UserRow, Venue};

/// A version of the policy, by the management (sebi 38.5).
pub fn approve(desk: &mut Desk<'_>, by: UserRow, version: u16, from: Day, document: u64) -> Result<(), Refusal> {
    let last = desk.firm.corrections.last_version();
    if version <= last || document == 0 {
        return Err(Refusal::of(Code::OldVersion, [i64::from(version), i64::from(last)]));
    }
    desk.push(Corrected::PolicyApproved { version, from, document, by });
    Ok(())
}

/// The exchange knows the code as an error account (sebi 38.5).
pub fn disclose(desk: &mut Desk<'_>, venue: Venue, client: ClientRow, letter: u64) -> Result<(), Refusal> {
    is_error(desk.firm, client)?;
    if letter == 0 {
        return Err(Refusal::of(Code::NotDisclosed, [i64::from(client.0)]));
    }
    desk.push(Corrected::CodeDisclosed { venue, client, day: desk.day(), reference: letter });
    Ok(())
}

fn is_error(firm: &Firm, client: ClientRow) -> Result<(), Refusal> {
    match firm.clients.known(client)?.kind == ClientKind::Error {
        true => Ok(()),
        false => Err(Refusal::of(Code::NotErrorAccount, [i64::from(client.0)])),
    }
}

/// May a trade be shifted to this account?
pub fn may_take(desk: &Desk<'_>, venue: Venue, to: ClientRow, kind: ClientKind) -> Result<(), Refusal> {
    let row = i64::from(to.0);
    if kind != ClientKind::Error {
        return Err(Refusal::of(Code::NotErrorAccount, [row]));
    }
    if desk.firm.corrections.policy(desk.day()).is_none() {
        return Err(Refusal::plain(Code::NoErrorPolicy));
    }
    if !desk.firm.corrections.is_disclosed(venue, to) {
        return Err(Refusal::of(Code::NotDisclosed, [row]));
    }
    Ok(())
}

/// The error account trades only to close what was shifted to it, or to sell what it holds.
pub fn closes(firm: &Firm, place: &Place) -> Result<(), Refusal> {
    let Place { client, security, side, .. } = *place;
    let of = |o: &orders::Order| (o.client, o.security, o.side) == (client, security, side) && !o.is_closed();
    let working: Qty = firm.orders.iter().filter(|(_, o)| of(o)).map(|(_, o)| o.left()).sum();
    let shifted = firm.corrections.to_close(client, security, side);
    let held = match side {
        Side::Buy => Qty::ZERO,
        // What is blocked for working orders is not free and stands in `working` too.
        Side::Sell => firm.stock.free(client, security) + working,
    };
    if place.qty + working > shifted.max(held) {
        return Err(Refusal::plain(Code::ErrorOnlyCloses));
    }
    Ok(())
}

/// A trade of the error account closes what was shifted to it, oldest first.
#[cold]
pub fn liquidated(
    desk: &mut Desk<'_>, client: ClientRow, security: SecurityRow, side: Side, (trade, qty, price): (TradeNo, Qty, Price),
) {
    let firm = desk.firm;
    let mut left = qty;
    for (no, shift) in firm.corrections.shifts(client, security).filter(|(_, m)| m.side == side.other()) {
        let part = left.min(shift.left());
        if !part.is_positive() {
            break;
        }
        left -= part;
        let value = price.value(part, Rounding::NearestPaisa);
        desk.push(Corrected::Liquidated { no, trade, qty: part, value });
    }
}

/// What is carried over night is said every day until a person has sanctioned it (guide I 11.5).
pub fn day_end(desk: &mut Desk<'_>) {
    let firm = desk.firm;
    let mut said: alloc::vec::Vec<u64> = alloc::vec::Vec::new();
    for (_, shift) in firm.corrections.open_shifts() {
        let Some(moved) = shift.moved else { continue };
        let subject = u64::from(moved.security.0);
        let known = firm.has_break(BreakKind::ErrorOpen, subject);
        if known || said.contains(&subject) {
            continue;
        }
        said.push(subject);
        let same = firm.corrections.shifts(shift.to, moved.security);
        let open: Qty = same.map(|(_, m)| m.left()).sum();
        let age = desk.day().days_since(moved.day);
        desk.break_off(BreakKind::ErrorOpen, subject, open.0, i64::from(age));
    }
}

/// The loss is borne by the firm once two persons of the management have said so.
pub fn sanction(desk: &mut Desk<'_>, client: ClientRow, amount: Paise) -> Result<(), Refusal> {
    is_error(desk.firm, client)?;
    let open: Qty = desk.firm.corrections.open_shifts().filter(|(_, m)| m.to == client).map(|(_, m)| m.left()).sum();
    if open.is_positive() {
        return Err(Refusal::of(Code::ErrorStillOpen, [open.0]));
    }
    let lost = (-desk.firm.books.client(client).balance).at_least_zero();
    if !amount.is_positive() || amount > lost {
        return Err(Refusal::of(Code::NotLost, [amount.0, lost.0]));
    }
    let voucher = desk.voucher(Cause::ErrorLoss, u64::from(client.0), desk.day(), None);
    desk.transfer_between(&voucher, (Account::ErrorLoss, 0), (Account::Client, client.0), amount);
    Ok(())
}
