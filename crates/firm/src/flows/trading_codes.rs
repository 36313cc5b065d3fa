//! Two trading codes on one client: one for what he buys and one for what he sells, for those who may not deal without
//! money or shares before and settle by delivery alone (guide I 4.16). Neither leg is netted with the other: he delivers
//! all he sold and receives all he bought, pays for the one in full and is paid for the other.

use super::desk::Desk;
use super::plan;
use crate::{Code, Firm, Refusal};
use clearing::{Event as Clearing, Standing};
use clients::{Event, Refusal as No};
use rulebook::RuleName;
use vocab::{ClientKind, ClientRow, Day, Paise, SettlementRow, Side, Ucc};

/// Another code for one side of an institution's dealings.
pub fn allot(desk: &Desk<'_>, client: ClientRow, side: Side, code: Ucc) -> Result<Event, Refusal> {
    let firm = desk.firm;
    if firm.clients.known(client)?.kind != ClientKind::Institution {
        return Err(Refusal::plain(Code::NotForKind));
    }
    let (_, most) = firm.rules.count(RuleName::TradingCodesMost, desk.day())?;
    firm.clients.may_allot(client, side, &code, u32::try_from(most).unwrap_or(0))?;
    Ok(Event::TradingCodeAllotted { client, side, code })
}

/// The exchange took the code: orders go under it from the first day of which none is taken yet.
pub fn taken(desk: &mut Desk<'_>, client: ClientRow, side: Side) -> Result<(), Refusal> {
    let clients = &desk.firm.clients;
    clients.known(client)?;
    let Some(code) = clients.trading_codes(client).of(side) else {
        return Err(Refusal::of(Code::NoTradingCode, [i64::from(client.0)]));
    };
    if code.from.is_some() {
        return Err(No::AlreadySo.into());
    }
    let from = plan::untouched(desk);
    if clients.legs_apart_from(client).is_none() {
        desk.push(Clearing::LegsApart { client, from });
    }
    desk.push(Event::TradingCodeTaken { client, side, from });
    Ok(())
}

/// A bill as what its client pays, and what he is paid as a negative sum: one of the two, or both where his legs stand
/// apart. Charges go with what he bought, where he bought anything.
pub fn of_bill(bill: Paise, legs: Option<[Paise; 2]>) -> [Paise; 2] {
    match legs {
        Some([bought, sold]) if bought.is_positive() && sold.is_positive() => [bill + sold, -sold],
        Some(_) | None if bill.is_negative() => [Paise::ZERO, bill],
        Some(_) | None => [bill, Paise::ZERO],
    }
}

/// What a standing's bill owes its client at the pay-out.
pub fn credit(firm: &Firm, standing: &Standing) -> Paise {
    let [_, credit] = standing.bill.map_or([Paise::ZERO; 2], |(_, bill)| of_bill(bill, firm.clearing.legs(standing)));
    -credit
}

/// What a client's own trades of a settlement take of his money at the pay-in, his levies aside.
pub fn payable(firm: &Firm, standing: &Standing) -> Paise {
    let bought = firm.clearing.legs(standing).map(|[bought, _]| bought);
    bought.unwrap_or_else(|| firm.clearing.value_of(standing)).at_least_zero()
}

/// The bills of a client's settlement open, with their day.
pub fn open(desk: &mut Desk<'_>, (settlement, client): (SettlementRow, ClientRow), bill: [Paise; 2], due: Day) {
    for amount in parts(bill) {
        desk.push(books::Event::BillOpened { client, settlement, amount, due });
    }
}

/// And are taken back as they were opened.
pub fn take_back(desk: &mut Desk<'_>, (settlement, client): (SettlementRow, ClientRow), bill: [Paise; 2]) {
    for amount in parts(bill) {
        desk.push(books::Event::BillTakenBack { client, settlement, amount });
    }
}

/// Or closed.
pub fn close(desk: &mut Desk<'_>, (settlement, client): (SettlementRow, ClientRow), bill: [Paise; 2], due: Day) {
    for amount in parts(bill) {
        desk.push(books::Event::BillClosed { client, settlement, amount, due });
    }
}

/// A bill of nothing is a bill.
fn parts([pays, is_paid]: [Paise; 2]) -> impl Iterator<Item = Paise> {
    let second = is_paid.is_negative().then_some(is_paid);
    let first = (!pays.is_zero() || second.is_none()).then_some(pays);
    [first, second].into_iter().flatten()
}
