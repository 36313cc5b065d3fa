//! Shares that come without being asked for: a client's own, for what he sold, or a third party's, which serve nobody's
//! obligation and go back (guide I 9.6; SEBI/MRD/SE/Cir-33/2003).

use super::desk::Desk;
use super::{buy_in, delivery, early, statements};
use crate::{HouseAccount, BreakKind, Code, Event, Inward, Refusal, Timer};
use alloc::vec::Vec;
use books::Place;
use clearing::{Net, Stage};
use partners::TransferKind;
use rulebook::RuleName;
use vocab::{AccountToken, ClientRow, Day, DematAccount, Depository, Qty, SecurityRow, SettlementRow};

/// A depository credited one of the firm's accounts.
pub fn came(
    desk: &mut Desk<'_>, (account, depository): (DematAccount, Depository), security: SecurityRow, qty: Qty,
    from: AccountToken,
) {
    if !qty.is_positive() || !desk.firm.accounts.is_open(HouseAccount::Demat(account, depository)) {
        // No account of the firm's, or no credit: there is nothing to hold.
        return desk.break_off(BreakKind::HoldingDiffers, u64::from(security.0), 0, qty.0);
    }
    let mut left = qty;
    if let Some(client) = desk.firm.clients.by_demat(&from).filter(|client| may_deliver(desk, *client, account, depository)) {
        for (settlement, due) in sold(desk, client, security) {
            let part = due.min(left);
            left -= part;
            take(desk, settlement, client, security, part);
        }
        left -= buy_in::brought(desk, client, security, left);
    }
    if left.is_positive() {
        let inward = desk.firm.inwards.next_no();
        desk.push(Event::SharesHeld { inward, account, depository, security, qty: left, from });
        desk.break_off(BreakKind::ThirdPartyShares, u64::from(security.0), (qty - left).0, qty.0);
    }
}

/// From his registered account, to the one account in which clients' sold shares are gathered.
fn may_deliver(desk: &Desk<'_>, client: ClientRow, account: DematAccount, depository: Depository) -> bool {
    account == DematAccount::ClientBeneficiary && desk.depository(client) == depository && !desk.firm.is_own(client)
}

/// What a client sold, is billed for and has not given yet, settlement by settlement, oldest first.
fn sold(desk: &Desk<'_>, client: ClientRow, security: SecurityRow) -> Vec<(SettlementRow, Qty)> {
    let firm = desk.firm;
    let before = firm.clearing.unsettled(desk.day()).map(|(row, _)| row);
    let rows = before.chain(firm.clearing.all_of_day(desk.day()).map(|(.., row)| row));
    let stage = |row: &SettlementRow| firm.clearing.settlement(*row).map(|s| s.stage);
    let billed = |row: &SettlementRow| stage(row).is_some_and(|stage| (Stage::Billed..Stage::PaidOut).contains(&stage));
    let mut all = Vec::new();
    for settlement in rows.filter(billed) {
        let Some(net) = firm.clearing.net(settlement, client, security) else { continue };
        // Kept shares that the firm sold for him are called in from where they are kept.
        let kept = firm.liens.sold(client, security, settlement).next().is_some();
        let asked = early::under_way(firm, net, &[TransferKind::Gather, TransferKind::EarlyPayIn, TransferKind::EarlyBack]);
        let due = (net.to_deliver() - net.gathered - net.early - asked).at_least_zero();
        let due = delivery::taken_late(firm, settlement, security, due).unwrap_or(due);
        if due.is_positive() && !kept {
            all.push((settlement, due));
        }
    }
    all
}

/// It stands for his obligation as if it had been called in.
fn take(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty) {
    if !qty.is_positive() {
        return;
    }
    desk.register(client, security, Place::Account, Place::Beneficiary, qty, Some(settlement));
    let to_call = desk.firm.clearing.net(settlement, client, security).map_or(Qty::ZERO, Net::to_call);
    delivery::gathered(desk, settlement, (client, security), (to_call.min(qty), qty));
}

/// Operations sends them back whence they came, and nowhere else.
pub fn give_back(desk: &mut Desk<'_>, no: u32) -> Result<(), Refusal> {
    let held = desk.firm.inwards.get(no).ok_or(Refusal::of(Code::UnknownInward, [i64::from(no)]))?;
    if held.returning {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    desk.push(Event::SharesReturning { inward: no });
    desk.arm_answer(Timer::Inward(no));
    Ok(())
}

/// No answer came: it is told again under its number.
pub fn remind(desk: &mut Desk<'_>, no: u32) {
    if desk.firm.inwards.get(no).is_some_and(|held| held.returning) {
        desk.push(Event::SharesReturning { inward: no });
        desk.arm_answer(Timer::Inward(no));
    }
}

/// A depository gave back what was there.
pub fn returned(desk: &mut Desk<'_>, no: u32, qty: Qty) {
    let Some(Inward { security, qty: ours, returning: true, .. }) = desk.firm.inwards.get(no).copied() else {
        return desk.break_off(BreakKind::InwardDiffers, u64::MAX, 0, qty.0);
    };
    let fits = !qty.is_negative() && qty <= ours;
    if fits {
        desk.disarm(Timer::Inward(no));
        desk.push(Event::SharesReturned { inward: no, qty });
        if qty < ours {
            desk.push(Event::SharesStay { inward: no, under: desk.firm.inwards.next_no() });
        }
    }
    if qty != ours {
        desk.break_off(BreakKind::InwardDiffers, u64::from(security.0), ours.0, qty.0);
    }
}

/// What is held longer than the house lets it is escalated, once an account.
pub fn escalate(desk: &mut Desk<'_>, day: Day) {
    let Some(by) = statements::let_be_by(desk, RuleName::HouseInwardDays, day) else { return };
    for account in DematAccount::ALL {
        let old = desk.firm.inwards.older(*account, by);
        statements::say_old(desk, BreakKind::InwardsOld, account.number(), day, old);
    }
}
