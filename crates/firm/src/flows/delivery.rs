//! Shares: called in from sellers, given to the clearing corporation, handed to buyers.
//!
//! A seller's shares go from his account to the firm's client beneficiary account, from there to the pool
//! (NSDL) or the principal account (CDSL) and to the clearing corporation; what the firm's own clients netted
//! goes to the buyer directly. Client and lot stay known on every leg (guide I 9.1).

use super::desk::Desk;
use super::{buy_in, early, mandates};
use crate::{BreakKind, Event, Firm, HeldAt, Job, SettlementKey};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use books::{Place, StockEvent};
use clearing::{Event as Clearing, Lot, Net, Stage};
use partners::{Event as Partner, Transfer, TransferKind};
use rulebook::{DirectPayOut, RuleName};
use vocab::{ClientRow, DematAccount, Depository, Qty, SecurityRow, SettlementRow, TransferNo};

/// Lots handled in one step.
const LOTS: u32 = 64;

/// Walk the settlement's lots from a cursor, a bounded number a step; end the job after the last.
fn each_lot(desk: &mut Desk<'_>, settlement: SettlementRow, cursor: u32, mut work: impl FnMut(&mut Desk<'_>, &Lot)) {
    let firm = desk.firm;
    let (mut at, mut done) = (cursor, 0u32);
    while let Some(lot) = usize::try_from(at).ok().and_then(|i| firm.clearing.lots().get(i)) {
        at = at.saturating_add(1);
        if lot.settlement != settlement {
            continue;
        }
        work(desk, lot);
        done = done.saturating_add(1);
        if done >= LOTS {
            desk.push(Event::JobMoved { cursor: at });
            return;
        }
    }
    desk.push(Event::JobEnded);
}

/// What the firm's clients are to receive of a lot, and to deliver.
fn sums(nets: &[&Net]) -> (Qty, Qty) {
    (nets.iter().map(|n| n.to_receive()).sum(), nets.iter().map(|n| n.to_deliver()).sum())
}

/// What of it the clearing corporation delivers, and what it is delivered: the difference, or all of both trade for
/// trade.
fn outside(firm: &Firm, nets: &[&Net]) -> (Qty, Qty) {
    let (bought, sold) = sums(nets);
    // What one client's codes keep apart still nets for the member.
    match nets.first().and_then(|net| firm.clearing.settlement(net.settlement)).is_some_and(|it| it.kind.is_gross()) {
        true => (bought, sold),
        false => ((bought - sold).at_least_zero(), (sold - bought).at_least_zero()),
    }
}

/// What the clearing corporation is still to get of a lot.
pub fn still_due(firm: &Firm, lot: &Lot) -> Qty {
    let nets = firm.clearing.nets_in(lot);
    let (_, to_corporation) = outside(firm, &nets);
    let staged: Qty = nets.iter().map(|n| n.staged).sum();
    (to_corporation - staged).at_least_zero()
}

/// Who gets his shares from the clearing corporation, who from another client of the firm.
pub fn plan(desk: &mut Desk<'_>, settlement: SettlementRow, cursor: u32) {
    let pay_out = desk.firm.clearing.settlement(settlement).expect("a settlement").pay_out;
    let regime = desk.firm.rules.choice::<DirectPayOut>(RuleName::DirectPayOut, pay_out);
    let direct_mandatory = regime.is_ok_and(|(_, choice)| choice == DirectPayOut::Mandatory);
    each_lot(desk, settlement, cursor, |desk, lot| {
        let nets = desk.firm.clearing.nets_in(lot);
        let (mut from_corporation, _) = outside(desk.firm, &nets);
        for net in nets.iter().filter(|n| n.to_receive().is_positive()) {
            let direct = net.to_receive().min(from_corporation);
            from_corporation -= direct;
            let (client, security) = (net.client, net.security);
            let internal = net.to_receive() - direct;
            desk.push(Clearing::Planned { settlement, client, security, direct, internal });
            if direct_mandatory && direct.is_positive() {
                desk.push(Event::DirectAsked { settlement, security, client, qty: direct });
            }
        }
    });
}

/// Call in what was sold; what the clearing corporation has already stands for the obligation first.
pub fn gather(desk: &mut Desk<'_>, settlement: SettlementRow, cursor: u32) {
    let coming = early::coming(desk.firm, settlement);
    each_lot(desk, settlement, cursor, |desk, lot| {
        let nets = desk.firm.clearing.nets_in(lot);
        let (_, mut due) = outside(desk.firm, &nets);
        for net in nets {
            owes_no_more(desk, net);
            // All of it came unasked, or was called in before; what was paid in early is yet to be taken.
            if net.called.is_positive() && net.to_call().is_zero() && net.early.is_zero() {
                continue;
            }
            let taken = early::take(desk, net, net.early, due);
            due -= taken;
            // What is still on its way there, or comes back from there, is called in when it has come.
            let coming = coming.get(&(net.client, net.security)).copied().unwrap_or(Qty::ZERO);
            let (qty, pledged) = super::unpaid::realise(desk, net, (net.to_call() - coming).at_least_zero());
            // What a custodian may still deliver is not called in.
            if !super::custodian::waits(desk, settlement, net.client, net.security) {
                mandates::call_in(desk, net, qty, pledged);
            }
        }
    });
}

/// Ask the depository for what a client sold.
pub fn call_in(desk: &mut Desk<'_>, net: &Net, qty: Qty) {
    mandates::call_in(desk, net, qty, Qty::ZERO);
}

/// Set aside for the clearing corporation what came in, and find who is short towards whom.
pub fn deliver(desk: &mut Desk<'_>, settlement: SettlementRow, cursor: u32) {
    each_lot(desk, settlement, cursor, |desk, lot| {
        let nets = desk.firm.clearing.nets_in(lot);
        for net in &nets {
            mandates::give_up(desk, net);
        }
        let ((bought, sold), (_, to_corporation)) = (sums(&nets), outside(desk.firm, &nets));
        let gathered: Qty = nets.iter().map(|n| n.gathered).sum();
        // What was paid in early is there already.
        let staged: Qty = nets.iter().map(|n| n.staged).sum();
        let mut due = (to_corporation - staged).at_least_zero().min(gathered - staged);
        for net in nets.iter().filter(|n| n.gathered > n.staged) {
            let qty = (net.gathered - net.staged).min(due);
            due -= qty;
            if qty.is_positive() {
                stage(desk, net, qty);
            }
        }
        let among_clients = bought.min(sold - to_corporation);
        internal_shorts(desk, &nets, (sold - gathered).at_least_zero().min(among_clients));
    });
}

/// Of shares that come after those of the settlement were set aside, what the clearing corporation still takes: what it is
/// due before its pay-in. None while they are still to be set aside.
pub fn taken_late(firm: &Firm, settlement: SettlementRow, security: SecurityRow, qty: Qty) -> Option<Qty> {
    let timer = crate::Timer::Deliver(settlement);
    let to_come = firm.timers.is_armed(timer)
        || firm.jobs.iter().any(|(job, _)| *job == Job::Deliver(settlement));
    let lot = firm.clearing.lot(settlement, security).filter(|_| !to_come)?;
    let settled = firm.clearing.settlement(settlement).is_none_or(|s| s.stage >= Stage::PaidOut);
    let short = firm.clearing.shortages().any(|((s, sec, _), _)| (*s, *sec) == (settlement, security));
    Some(if settled || short { Qty::ZERO } else { still_due(firm, lot).min(qty) })
}

/// What came late is set aside at once, as far as it is taken; how many are not.
pub fn came_late(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, moved: Qty) -> Qty {
    let Some(due) = taken_late(desk.firm, settlement, security, moved).filter(|_| moved.is_positive()) else { return Qty::ZERO };
    if let Some(net) = desk.firm.clearing.net(settlement, client, security).filter(|_| due.is_positive()) {
        stage(desk, net, due);
    }
    moved - due
}

fn stage(desk: &mut Desk<'_>, net: &Net, qty: Qty) {
    let Net { settlement, client, security, .. } = *net;
    desk.push(Clearing::Staged { settlement, client, security, qty });
    let depository = desk.depository(client);
    let (kind, account) = match (desk.firm.is_own(client), depository) {
        (true, _) => (TransferKind::Deliver, DematAccount::Pool),
        (false, Depository::Nsdl) => (TransferKind::Stage, DematAccount::Pool),
        (false, Depository::Cdsl) => (TransferKind::Stage, DematAccount::Principal),
    };
    desk.move_shares(kind, client, security, qty, settlement, client, account, depository);
}

/// Buyers of the firm who planned on a short seller of the firm: the latest planned loses first.
fn internal_shorts(desk: &mut Desk<'_>, nets: &[&Net], mut short: Qty) {
    let mut buyers: Vec<(&Net, Qty)> =
        nets.iter().rev().filter(|n| n.internal.is_positive()).map(|n| (*n, n.internal)).collect();
    for seller in nets.iter().filter(|n| n.to_deliver() > n.gathered) {
        let mut missing = (seller.to_deliver() - seller.gathered).min(short);
        while missing.is_positive() {
            let Some((buyer, left)) = buyers.iter_mut().find(|(_, left)| left.is_positive()) else { break };
            let qty = missing.min(*left);
            *left -= qty;
            missing -= qty;
            short -= qty;
            let (settlement, security) = (seller.settlement, seller.security);
            let (seller, buyer) = (seller.client, buyer.client);
            super::shares::lacking(desk, (settlement, buyer, security), qty);
            desk.push(Clearing::ShortInternally { settlement, seller, buyer, security, qty });
        }
    }
    for (buyer, left) in buyers.iter().filter(|(n, left)| *left != n.internal) {
        let Net { settlement, client, security, direct, .. } = **buyer;
        desk.push(Clearing::Planned { settlement, client, security, direct, internal: *left });
    }
}

/// What the firm's clients netted among themselves goes from seller to buyer.
pub fn hand(desk: &mut Desk<'_>, settlement: SettlementRow, cursor: u32) {
    // What makes a shortage good has its buyer already.
    let passing = buy_in::passing(desk.firm, settlement);
    let passes = |n: &Net| passing.get(&(n.client, n.security)).copied().unwrap_or(Qty::ZERO);
    each_lot(desk, settlement, cursor, |desk, lot| {
        let nets = desk.firm.clearing.nets_in(lot);
        let mut sellers: Vec<(&Net, Qty)> = nets
            .iter()
            .map(|n| (*n, n.gathered - n.staged - n.handed - passes(n)))
            .filter(|(_, left)| left.is_positive())
            .collect();
        for buyer in nets.iter().filter(|n| n.internal > n.received_internal) {
            let mut wanted = buyer.internal - buyer.received_internal;
            for (seller, left) in sellers.iter_mut().filter(|(_, left)| left.is_positive()) {
                let qty = wanted.min(*left);
                if !qty.is_positive() {
                    break;
                }
                *left -= qty;
                wanted -= qty;
                let (account, depository) = (desk.gathers_in(seller.client), desk.depository(seller.client));
                let kind = TransferKind::Internal;
                desk.move_shares(kind, buyer.client, buyer.security, qty, settlement, seller.client, account, depository);
            }
        }
    });
}

/// A depository moved what was there of what was asked.
pub fn moved(desk: &mut Desk<'_>, no: TransferNo, moved: Qty) {
    let Some(transfer) = desk.firm.partners.transfer(no).copied() else {
        desk.break_off(BreakKind::TransferUnknown, no.0, 0, moved.0);
        return;
    };
    if moved.is_negative() || moved > transfer.qty {
        desk.break_off(BreakKind::TransferUnknown, no.0, transfer.qty.0, moved.0);
        return;
    }
    let timer = crate::Timer::Transfer(no);
    desk.disarm(timer);
    desk.push(Partner::TransferDone { transfer: no, moved });
    let Transfer { kind, client, security, qty, settlement, account, .. } = transfer;
    let place = match account {
        DematAccount::ClientBeneficiary => Place::Beneficiary,
        DematAccount::Pool | DematAccount::Cisa => Place::Pool,
        DematAccount::Principal => Place::Principal,
        DematAccount::Own => Place::Account,
        DematAccount::Unpaid => Place::Unpaid,
    };
    match settlement {
        // What companies give is moved for no settlement.
        None => super::benefits::moved(desk, client, security, account, moved),
        Some(settlement) => settled(desk, settlement, &transfer, place, (no, moved)),
    }
    if moved < qty && !matches!(kind, TransferKind::Gather | TransferKind::EarlyPayIn | TransferKind::MakeGood) {
        desk.break_off(BreakKind::TransferDiffers, no.0, qty.0, moved.0);
    }
}

/// Sold shares came that were called in. What is too late for the clearing corporation goes to those of the firm's clients
/// whom their seller is short towards; how many nobody takes.
fn came_in(
    desk: &mut Desk<'_>, settlement: SettlementRow, (client, security): (ClientRow, SecurityRow), (asked, moved): (Qty, Qty),
) -> Qty {
    let left = gathered(desk, settlement, (client, security), (asked, moved));
    left - buy_in::hand_on(desk, settlement, (client, security), left)
}

/// He brought shares himself before they were called in, and the sale left him since, corrected or taken back: they are his
/// own and stand for nobody else's sale (guide II 4.11(xi)).
fn owes_no_more(desk: &mut Desk<'_>, net: &Net) {
    let Net { settlement, client, security, .. } = *net;
    let qty = net.gathered - net.to_deliver();
    if qty.is_positive() {
        return_to(desk, settlement, (client, security), (net.called.min(qty), qty));
    }
}

/// What was called in and serves nobody any more is its client's own, and goes back to his account.
pub fn give_back(desk: &mut Desk<'_>, settlement: SettlementRow, key: (ClientRow, SecurityRow), qty: Qty) {
    if qty.is_positive() {
        return_to(desk, settlement, key, (Qty::ZERO, qty));
    }
}

/// So many go back, and so many of them count as called in no more.
fn return_to(
    desk: &mut Desk<'_>, settlement: SettlementRow, (client, security): (ClientRow, SecurityRow), (called, qty): (Qty, Qty),
) {
    desk.push(Clearing::Gathered { settlement, client, security, asked: -called, moved: -qty });
    let (account, depository) = (desk.gathers_in(client), desk.depository(client));
    desk.move_shares(TransferKind::GiveBack, client, security, qty, settlement, client, account, depository);
}

/// Shares stand for a client's obligation: what was called in of it is no longer set apart as sold, whether or not it
/// came. How many came too late for it.
pub fn gathered(
    desk: &mut Desk<'_>, settlement: SettlementRow, (client, security): (ClientRow, SecurityRow), (called, moved): (Qty, Qty),
) -> Qty {
    let to_call = desk.firm.clearing.net(settlement, client, security).map_or(Qty::ZERO, Net::to_call);
    desk.push(StockEvent::Sold { client, security, qty: -to_call.min(called), blocked: Qty::ZERO });
    desk.push(Clearing::Gathered { settlement, client, security, asked: called, moved });
    came_late(desk, settlement, client, security, moved)
}

/// A movement for a settlement: what it means there, by its kind.
fn settled(
    desk: &mut Desk<'_>, settlement: SettlementRow, transfer: &Transfer, place: Place, (no, moved): (TransferNo, Qty),
) {
    let Transfer { kind, client, security, qty, seller, account, .. } = *transfer;
    let of = Some(settlement);
    match kind {
        TransferKind::Gather => {
            desk.register(client, security, Place::Account, place, moved, of);
            let late = came_in(desk, settlement, (client, security), (qty, moved));
            give_back(desk, settlement, (client, security), late);
        }
        TransferKind::Stage => {
            desk.register(client, security, Place::Beneficiary, place, moved, of);
            if place == Place::Pool && moved.is_positive() {
                let deliver = TransferKind::Deliver;
                desk.move_shares(deliver, client, security, moved, settlement, client, account, Depository::Nsdl);
            }
        }
        TransferKind::Deliver => {
            desk.register(client, security, Place::Pool, Place::Corporation, moved, of);
            desk.push(Clearing::Delivered { settlement, client, security, qty: moved });
        }
        TransferKind::Internal | TransferKind::PassOn => {
            desk.register(seller, security, place, Place::Corporation, moved, of);
            desk.push(Clearing::HandedOver { settlement, client: seller, security, qty: moved });
            if kind == TransferKind::PassOn {
                buy_in::made_good(desk, settlement, (seller, client), security, moved);
            }
            receive(desk, settlement, client, security, moved, Place::Corporation, true);
        }
        TransferKind::PayOut => receive(desk, settlement, client, security, moved, Place::Pool, false),
        TransferKind::EarlyPayIn => early::paid_in(desk, settlement, client, security, qty, moved),
        TransferKind::EarlyBack => early::back(desk, settlement, client, security, moved),
        TransferKind::Keep => {
            super::unpaid::kept(desk, settlement, client, security, (qty, moved));
            if moved.is_positive() {
                desk.register(client, security, Place::Pool, place, moved, of);
                desk.push(Clearing::Received { settlement, client, security, qty: moved, internal: false });
            }
        }
        TransferKind::Release => {
            desk.register(client, security, place, Place::Account, moved, of);
            super::unpaid::released(desk, settlement, client, security, moved);
        }
        TransferKind::Realise => {
            desk.register(client, security, place, Place::Beneficiary, moved, of);
            let late = came_in(desk, settlement, (client, security), (qty, moved));
            if late.is_positive() {
                // He owes for them: whether they are kept again is for a person.
                desk.break_off(BreakKind::TransferDiffers, no.0, (moved - late).0, moved.0);
            }
        }
        TransferKind::GiveBack => desk.register(client, security, place, Place::Account, moved, of),
        TransferKind::MakeGood => buy_in::gathered(desk, settlement, (client, security), place, (qty, moved)),
        TransferKind::Benefit => unreachable!("what companies give is moved for no settlement"),
    }
}

fn receive(
    desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty, from: Place,
    internal: bool,
) {
    if qty.is_positive() {
        desk.register(client, security, from, Place::Account, qty, Some(settlement));
        desk.push(Clearing::Received { settlement, client, security, qty, internal });
        // What he is short of towards another client is called in first, and is nobody's to keep.
        let owed = buy_in::call_in(desk, client, security, qty);
        super::unpaid::arrived(desk, settlement, client, security, qty - owed);
    }
}

/// The clearing corporation released shares: to a buyer himself, or to the pool for the buyers.
pub fn shares_out(desk: &mut Desk<'_>, key: SettlementKey, security: SecurityRow, qty: Qty, to: HeldAt) {
    let Some(settlement) = desk.settlement_of(key, security) else { return };
    match to {
        HeldAt::Client(client) => direct(desk, settlement, client, security, qty),
        HeldAt::Firm(DematAccount::Own, _) => to_own(desk, settlement, security, qty),
        HeldAt::Firm(DematAccount::Pool | DematAccount::Cisa, depository) => {
            to_pool(desk, settlement, security, qty, depository);
        }
        HeldAt::Firm(DematAccount::ClientBeneficiary | DematAccount::Principal | DematAccount::Unpaid, _) | HeldAt::Stranger => {
            desk.break_off(BreakKind::SharesUnexpected, u64::from(security.0), 0, qty.0);
        }
    }
}

fn direct(desk: &mut Desk<'_>, settlement: SettlementRow, client: ClientRow, security: SecurityRow, qty: Qty) {
    let awaits = desk.firm.clearing.net(settlement, client, security).map_or(Qty::ZERO, Net::outstanding);
    if qty > awaits {
        desk.break_off(BreakKind::SharesUnexpected, u64::from(security.0), awaits.0, qty.0);
        return;
    }
    receive(desk, settlement, client, security, qty, Place::Corporation, false);
}

/// The own and the error account hold their shares in one demat account: each takes what it still lacks.
fn to_own(desk: &mut Desk<'_>, settlement: SettlementRow, security: SecurityRow, qty: Qty) {
    let mut left = qty;
    for client in desk.firm.clients.own() {
        let awaits = desk.firm.clearing.net(settlement, *client, security).map_or(Qty::ZERO, Net::outstanding);
        let part = left.min(awaits);
        left -= part;
        receive(desk, settlement, *client, security, part, Place::Corporation, false);
    }
    if left.is_positive() {
        desk.break_off(BreakKind::SharesUnexpected, u64::from(security.0), (qty - left).0, qty.0);
    }
}

/// Pool credit opens a delivery to each buyer for what he still lacks (guide I 9.4).
fn to_pool(desk: &mut Desk<'_>, settlement: SettlementRow, security: SecurityRow, qty: Qty, depository: Depository) {
    let mut left = qty;
    // In the order of the lot: who is last in it is who was said to wait for the auction.
    let nets: Vec<Net> = match desk.firm.clearing.lot(settlement, security) {
        Some(lot) => desk.firm.clearing.nets_in(lot).into_iter().copied().collect(),
        None => Vec::new(),
    };
    let mut under_way: BTreeMap<ClientRow, Qty> = BTreeMap::new();
    for (_, transfer) in desk.firm.partners.transfers() {
        let to_buyer = matches!(transfer.kind, TransferKind::PayOut | TransferKind::Keep);
        if to_buyer && (transfer.settlement, transfer.security) == (Some(settlement), security) {
            *under_way.entry(transfer.client).or_insert(Qty::ZERO) += transfer.qty;
        }
    }
    for net in &nets {
        // What is on its way to him from an earlier release is not lacking again.
        let coming = under_way.get(&net.client).copied().unwrap_or(Qty::ZERO);
        let lacks = (net.direct_outstanding().min(net.outstanding()) - coming).at_least_zero().min(left);
        if !lacks.is_positive() {
            continue;
        }
        left -= lacks;
        desk.register(net.client, security, Place::Corporation, Place::Pool, lacks, Some(settlement));
        let owed = buy_in::owed(desk.firm, net.client, security).min(lacks);
        let free = lacks - super::unpaid::keep(desk, settlement, net.client, security, lacks - owed);
        if free.is_positive() {
            let (kind, account) = (TransferKind::PayOut, DematAccount::Pool);
            desk.move_shares(kind, net.client, security, free, settlement, net.client, account, depository);
        }
    }
    if left.is_positive() {
        desk.break_off(BreakKind::SharesUnexpected, u64::from(security.0), (qty - left).0, qty.0);
    }
}

/// The clearing corporation is done with the settlement; ours is done when nothing is outstanding.
pub fn complete(desk: &mut Desk<'_>, key: SettlementKey) {
    let _known = desk.settlement(key);
}

/// Is anything of the settlement still to come or to be settled in money?
pub fn is_done(desk: &Desk<'_>, settlement: SettlementRow) -> bool {
    let firm = desk.firm;
    let of = |s: &SettlementRow| *s == settlement;
    let lots = firm.clearing.lots().iter().filter(|l| of(&l.settlement));
    let received = |lot: &Lot| firm.clearing.nets_in(lot).iter().all(|n| n.outstanding().is_zero());
    let shorts = firm.clearing.shortages().filter(|((s, ..), _)| of(s)).all(|(_, short)| short.ended.is_some());
    let internal = firm.clearing.internal_shorts().filter(|((s, ..), _)| of(s)).all(|(_, i)| i.ended.is_some());
    let moving = firm.partners.transfers().any(|(_, t)| t.settlement == Some(settlement));
    let paying = firm.partners.payments().any(|(_, p)| p.settlement == Some(settlement));
    let working = firm.jobs.iter().any(|(job, _)| job.settlement() == Some(settlement));
    let cured = !firm.cures.keys().any(|(s, ..)| of(s));
    let unpaid = |s: &clearing::Standing| !firm.is_own(s.client) && super::payout::unmet(firm, s).is_positive();
    let waits = firm.waiting.contains(&settlement) || firm.clearing.standings_of(settlement).any(unpaid);
    let shares = shorts && internal && cured && !moving && lots.into_iter().all(received);
    shares && !paying && !working && !waits && super::funds::is_moved(desk, settlement)
}
