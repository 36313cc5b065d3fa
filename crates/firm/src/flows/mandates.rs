//! What lets the firm act on a client's accounts: a power he gave, or his own instruction (sebi 37).
//!
//! Sold shares leave a client's account by a slip of his, by a power in force that names the account, or, where that ended, by
//! what it still covers of sales dealt before. What nothing covers waits for his instruction until the settlement's shares
//! are set aside; then it is short like any share that does not come.

use super::desk::{Desk, subject};
use super::{early, gate};
use crate::{BreakKind, Code, Firm, Refusal, Role, Timer};
use alloc::vec::Vec;
use books::StockEvent;
use clearing::{Event as Clearing, Net, Stage};
use ::mandates::{Ask, Authority, Ending, Event, Power, Sale, Written};
use partners::TransferKind;
use rulebook::{DeliveryPaper, RuleName};
use vocab::{
    AccountToken, ClientRow, Clause, DematAccount, Day, Depository, PowerKind, PowerNo, Purpose, Qty, SecurityRow, SettlementRow, UserRow,
};

pub fn decide(desk: &mut Desk<'_>, by: UserRow, ask: &Ask) -> Result<(), Refusal> {
    match *ask {
        Ask::Execute { client, written } => execute(desk, client, &written),
        Ask::List { power, account, .. } => list(desk, power, account),
        Ask::GiveCopy { power, letter } => {
            if desk.firm.mandates.standing(power)?.copy.is_some() {
                return Err(Refusal::plain(Code::AlreadySo));
            }
            desk.push(Event::CopyGiven { power, letter });
            Ok(())
        }
        Ask::Strike { power, letter } => {
            if desk.firm.mandates.standing(power)?.is_clean() {
                return Err(Refusal::of(Code::NothingToStrike, [i64::from(power.0)]));
            }
            desk.push(Event::Struck { power, letter });
            Ok(())
        }
        Ask::Revoke { power } => {
            let client = desk.firm.mandates.standing(power)?.client;
            gate::client_of(desk.firm, by, client)?;
            end(desk, power, client, Ending::Revoked);
            Ok(())
        }
        Ask::Instruct { client, security, qty, slip } => instruct(desk, by, (client, security), qty, slip),
    }
}

/// Whether a purpose is over the client's money; any other is over his shares.
fn is_of_money(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Delivery | Purpose::MarginPledge | Purpose::Offers => false,
        Purpose::Settlement | Purpose::Dues | Purpose::Subscriptions | Purpose::Fees => true,
    }
}

/// A client executed a paper: what it is for and says is what the day's norms allow (sebi 37 Annex 1, 2 and 3).
fn execute(desk: &mut Desk<'_>, client: ClientRow, it: &Written) -> Result<(), Refusal> {
    let (firm, day) = (desk.firm, desk.day());
    if firm.clients.known(client)?.is_own() {
        return Err(Refusal::plain(Code::NotForKind));
    }
    for purpose in it.purposes.iter() {
        may_be_for(firm, it.kind, purpose, day)?;
    }
    if it.purposes == ::mandates::Purposes::default() {
        return Err(Refusal::plain(Code::ForNothing));
    }
    let is_mandate = it.kind == PowerKind::BankMandate;
    let bounded = it.most.is_positive() && it.until.is_some_and(|last| last >= day);
    let unbounded = it.most.is_zero() && it.until.is_none();
    if !(if is_mandate { bounded } else { unbounded }) {
        return Err(Refusal::of(Code::BadMandate, [it.most.0]));
    }
    names_accounts(firm, client, it)?;
    if firm.rules.yes(RuleName::PowerNorms, day)?.1 {
        norms(firm, client, it)?;
    }
    if it.dated > day || !(is_mandate || it.stamp.is_positive()) {
        return Err(Refusal::plain(Code::NotStamped));
    }
    let power = firm.mandates.next_no();
    let Written { kind, purposes, clauses, signers, dated, paper, place, stamp, until, most, .. } = *it;
    desk.push(Event::Executed { power, client, kind, purposes, clauses, signers, dated, paper });
    desk.push(Event::Stamped { power, place, stamp, until, most });
    for (account, bank) in [(it.demat, false), (it.bank, true)] {
        if let Some(account) = account {
            desk.push(Event::Listed { power, account, bank });
        }
    }
    Ok(())
}

/// The closed list of purposes, by kind of paper and day (sebi 37 Annex 1.1).
fn may_be_for(firm: &Firm, kind: PowerKind, purpose: Purpose, day: Day) -> Result<(), Refusal> {
    let no = Err(Refusal::of(Code::NotItsPurpose, [i64::from(purpose.number())]));
    let (_, paper) = firm.rules.choice::<DeliveryPaper>(RuleName::DeliveryPaper, day)?;
    let of_delivery = matches!(purpose, Purpose::Delivery | Purpose::MarginPledge);
    match (kind, paper) {
        (PowerKind::BankMandate, _) => if is_of_money(purpose) { Ok(()) } else { no },
        (PowerKind::DebitPledge, _) if is_of_money(purpose) => no,
        (PowerKind::DebitPledge, _) if purpose == Purpose::Offers => {
            if firm.rules.yes(RuleName::DebitPledgeOffers, day)?.1 { Ok(()) } else { no }
        }
        (PowerKind::DebitPledge, DeliveryPaper::Attorney) => Err(Refusal::plain(Code::AnotherPaper)),
        (PowerKind::Attorney, DeliveryPaper::DebitPledge) if of_delivery => Err(Refusal::plain(Code::AnotherPaper)),
        (PowerKind::DebitPledge, DeliveryPaper::DebitPledge) | (PowerKind::Attorney, _) => Ok(()),
    }
}

/// It names the accounts it is for, and they are the client's (sebi 37 Annex 2.1.1).
fn names_accounts(firm: &Firm, client: ClientRow, it: &Written) -> Result<(), Refusal> {
    let money = it.purposes.iter().any(is_of_money);
    let shares = it.purposes.iter().any(|purpose| !is_of_money(purpose));
    let his = |account: &Option<AccountToken>, by: &dyn Fn(&AccountToken) -> Option<ClientRow>, wanted: bool| match account {
        Some(account) => by(account) == Some(client),
        None => !wanted,
    };
    let demat = his(&it.demat, &|account| firm.clients.by_demat(account), shares);
    let bank = his(&it.bank, &|account| firm.clients.by_bank(account), money);
    if demat && bank { Ok(()) } else { Err(Refusal::of(Code::NoAccountNamed, [i64::from(client.0)])) }
}

/// What a paper must be and say, and what none may say.
fn norms(firm: &Firm, client: ClientRow, it: &Written) -> Result<(), Refusal> {
    let says = |code, clause: Clause| Err(Refusal::of(code, [i64::from(clause.number())]));
    if !it.to_firm {
        return Err(Refusal::plain(Code::PowerToPerson));
    }
    if let Some(clause) = it.clauses.forbidden() {
        return says(Code::PowerHolds, clause);
    }
    if it.kind == PowerKind::BankMandate {
        // A form of the banks', which has no room for more.
        return Ok(());
    }
    if let Some(clause) = it.clauses.wanting() {
        return says(Code::PowerLacks, clause);
    }
    let holders = firm.clients.holders(client).len().saturating_add(1);
    if usize::from(it.signers) < holders {
        return Err(Refusal::of(Code::HoldersMissing, [i64::from(it.signers), i64::try_from(holders).unwrap_or(i64::MAX)]));
    }
    Ok(())
}

/// Another account of the client's, by letter: no other paper is wanted for it (sebi 37 Annex 2.1.2).
fn list(desk: &mut Desk<'_>, power: PowerNo, account: AccountToken) -> Result<(), Refusal> {
    let firm = desk.firm;
    let client = firm.mandates.standing(power)?.client;
    let bank = firm.clients.by_bank(&account) == Some(client);
    if !bank && firm.clients.by_demat(&account) != Some(client) {
        return Err(Refusal::of(Code::NotHisAccount, [i64::from(client.0)]));
    }
    if firm.mandates.lists(power, &account) {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    desk.push(Event::Listed { power, account, bank });
    Ok(())
}

/// It ends at once. Revoked, or ended by death, it still delivers what was dealt before, and nothing else (sebi 37 Annex
/// 2.1.7).
fn end(desk: &mut Desk<'_>, power: PowerNo, client: ClientRow, why: Ending) {
    let (firm, at) = (desk.firm, desk.now());
    let covers = delivering(firm, client, desk.day()).is_some_and(|no| no == power);
    desk.push(Event::Ended { power, at, why });
    if why == Ending::Holders || !covers {
        return;
    }
    for net in open_sales(firm, client, desk.day()) {
        let Net { settlement, security, .. } = net;
        let sale = firm.mandates.sale(settlement, client, security);
        let qty = (undelivered(firm, &net) - sale.instructed - sale.remains).at_least_zero();
        if qty.is_positive() {
            desk.push(Event::Remains { power, settlement, client, security, qty });
        }
    }
}

/// All of a client's powers end with him, or with a change of who holds his account.
pub fn end_all(desk: &mut Desk<'_>, client: ClientRow, why: Ending) {
    let of_account = |power: &Power| why == Ending::Death || power.kind != PowerKind::BankMandate;
    let given = desk.firm.mandates.of_client(client).filter(|(_, power)| power.ended.is_none() && of_account(power));
    let given: Vec<PowerNo> = given.map(|(no, _)| no).collect();
    for power in given {
        end(desk, power, client, why);
    }
}

/// What he sold and is not over, settlement by settlement, oldest first.
fn open_sales(firm: &Firm, client: ClientRow, day: Day) -> Vec<Net> {
    let rows = firm.clearing.unsettled(day).map(|(row, _)| row).chain(firm.clearing.all_of_day(day).map(|(.., row)| row));
    let standings = rows.filter_map(|row| firm.clearing.standing(row, client));
    let nets = standings.flat_map(|standing| firm.clearing.nets_of(standing)).copied();
    nets.filter(|net| net.to_deliver().is_positive()).collect()
}

/// What of a sale is neither here nor on its way.
fn undelivered(firm: &Firm, net: &Net) -> Qty {
    // Kept shares that the firm sold come from where they are kept.
    let offered: Qty = firm.liens.sold(net.client, net.security, net.settlement).map(|(_, lien)| lien.offered).sum();
    let leaving = [TransferKind::Gather, TransferKind::EarlyPayIn, TransferKind::MakeGood];
    (net.to_deliver() - net.gathered - net.early - offered - early::under_way(firm, net, &leaving)).at_least_zero()
}

/// The power by which a client's sold shares are delivered, if he gave one that covers his account.
fn delivering(firm: &Firm, client: ClientRow, day: Day) -> Option<PowerNo> {
    let (_, account) = firm.clients.get(client)?.demat?;
    let norms = firm.rules.yes(RuleName::PowerNormsExisting, day).is_ok_and(|(_, yes)| yes);
    firm.mandates.covering(client, Purpose::Delivery, &account, day, norms).map(|(no, _)| no)
}

/// What of so many shares of a sale, of them so many pledged as unpaid, may leave their client's account, and by what; in this
/// order.
fn parts(firm: &Firm, net: &Net, day: Day, (mut qty, pledged): (Qty, Qty)) -> Vec<(Authority, Qty)> {
    let Sale { instructed, remains, .. } = firm.mandates.sale(net.settlement, net.client, net.security);
    let power = delivering(firm, net.client, day).map(|no| (Authority::Power(no), qty));
    let mut parts = Vec::new();
    let first = [(Authority::Lien, pledged), (Authority::Slip, instructed)];
    for (by, most) in first.into_iter().chain(power).chain([(Authority::Ended, remains)]) {
        let part = most.min(qty);
        qty -= part;
        if part.is_positive() {
            parts.push((by, part));
        }
    }
    parts
}

/// How many of so many shares of a sale may leave their client's account. Own shares are the firm's.
pub fn covered(firm: &Firm, net: &Net, day: Day, qty: Qty) -> Qty {
    if firm.is_own(net.client) {
        return qty;
    }
    parts(firm, net, day, (qty, Qty::ZERO)).iter().map(|(_, part)| *part).sum()
}

/// The depository is asked for what may leave its client's account, and it is written down by what; how many.
pub fn fetch(desk: &mut Desk<'_>, kind: TransferKind, net: &Net, (qty, pledged): (Qty, Qty)) -> Qty {
    let Net { settlement, client, security, .. } = *net;
    let own = desk.firm.is_own(client);
    let parts = if own { Vec::new() } else { parts(desk.firm, net, desk.day(), (qty, pledged)) };
    let may = if own { qty } else { parts.iter().map(|(_, part)| *part).sum() };
    if !may.is_positive() {
        return Qty::ZERO;
    }
    let (account, depository) = way(desk, kind, client);
    let transfer = desk.move_shares(kind, client, security, may, settlement, client, account, depository);
    for (by, qty) in parts {
        desk.push(Event::Used { transfer, by, settlement, client, security, qty });
    }
    may
}

/// The firm's account on the way, and where the client's is; none lies on the way to the corporation.
fn way(desk: &Desk<'_>, kind: TransferKind, client: ClientRow) -> (DematAccount, Depository) {
    let account = if kind == TransferKind::EarlyPayIn { DematAccount::ClientBeneficiary } else { desk.gathers_in(client) };
    (account, desk.depository(client))
}

/// Called in, as far as it may be; the rest waits for its client, and operations is told to ask him.
pub fn call_in(desk: &mut Desk<'_>, net: &Net, qty: Qty, pledged: Qty) {
    if !qty.is_positive() {
        return;
    }
    let rest = qty - fetch(desk, TransferKind::Gather, net, (qty, pledged));
    if rest.is_positive() {
        let Net { settlement, client, security, .. } = *net;
        let before = desk.firm.mandates.sale(settlement, client, security).awaited;
        desk.push(Event::Awaited { settlement, client, security, qty: (before + rest).min(net.to_call()) });
        wanted(desk, client, security, rest);
    }
}

pub fn wanted(desk: &mut Desk<'_>, client: ClientRow, security: SecurityRow, qty: Qty) {
    desk.break_off(BreakKind::InstructionWanted, u64::from(security.0), qty.0, i64::from(client.0));
}

/// The shares of a settlement are set aside: what waited for its client is no longer called for, and no longer bound.
pub fn give_up(desk: &mut Desk<'_>, net: &Net) {
    let Net { settlement, client, security, .. } = *net;
    let awaited = desk.firm.mandates.sale(settlement, client, security).awaited;
    if !awaited.is_positive() {
        return;
    }
    let coming = early::under_way(desk.firm, net, &[TransferKind::Gather, TransferKind::EarlyPayIn]);
    let qty = awaited.min(net.to_call() - coming).at_least_zero();
    if qty.is_positive() {
        desk.push(StockEvent::Sold { client, security, qty: -qty, blocked: Qty::ZERO });
        desk.push(Clearing::Gathered { settlement, client, security, asked: qty, moved: Qty::ZERO });
    }
    desk.push(Event::Awaited { settlement, client, security, qty: Qty::ZERO });
}

/// Until the shares of its settlement are set aside.
fn in_time(firm: &Firm, net: &Net) -> bool {
    let unbilled = firm.clearing.settlement(net.settlement).is_some_and(|it| it.stage < Stage::Billed);
    unbilled || firm.timers.is_armed(Timer::Deliver(net.settlement))
}

/// What of a client's sales nothing covers yet, while he may instruct it.
pub fn to_instruct(firm: &Firm, client: ClientRow) -> Vec<(SecurityRow, Qty)> {
    let day = firm.now().day();
    let open = open_sales(firm, client, day).into_iter().filter(|net| in_time(firm, net) && !firm.is_own(client));
    let left = |net: Net| {
        let qty = undelivered(firm, &net);
        (net.security, qty - covered(firm, &net, day, qty))
    };
    open.map(left).filter(|(_, qty)| qty.is_positive()).collect()
}

/// The client's own instruction for what he sold: a slip, or his word here (sebi 37.5). A power he gave does not keep him from
/// it (sebi 37 Annex 3.1.5, 3.1.6).
fn instruct(
    desk: &mut Desk<'_>, by: UserRow, (client, security): (ClientRow, SecurityRow), qty: Qty, slip: u64,
) -> Result<(), Refusal> {
    let firm = desk.firm;
    let (_, role) = gate::client_of(firm, by, client)?;
    if slip == 0 && role != Role::Client {
        return Err(Refusal::plain(Code::NoSlip));
    }
    let left = |net: &Net| undelivered(firm, net) - firm.mandates.sale(net.settlement, client, security).instructed;
    let of = |net: &Net| net.security == security && in_time(firm, net);
    let mut open = open_sales(firm, client, desk.day()).into_iter().filter(of);
    let most = open.clone().map(|net| left(&net)).max().unwrap_or(Qty::ZERO);
    let found = open.find(|net| qty.is_positive() && qty <= left(net)).filter(|_| !firm.is_own(client));
    let Some(net) = found else {
        return Err(Refusal::of(Code::NothingToInstruct, [qty.0, most.at_least_zero().0]));
    };
    let settlement = net.settlement;
    desk.push(Event::Instructed { settlement, client, security, qty, slip });
    let awaited = firm.mandates.sale(settlement, client, security).awaited;
    let at_once = awaited.min(qty);
    if at_once.is_positive() {
        // It was called for before: it goes now.
        by_slip(desk, TransferKind::Gather, &net, at_once);
        desk.push(Event::Awaited { settlement, client, security, qty: awaited - at_once });
    }
    Ok(())
}

/// Moved by what was instructed in the same entry.
fn by_slip(desk: &mut Desk<'_>, kind: TransferKind, net: &Net, qty: Qty) {
    let Net { settlement, client, security, .. } = *net;
    let (account, depository) = way(desk, kind, client);
    let transfer = desk.move_shares(kind, client, security, qty, settlement, client, account, depository);
    desk.push(Event::Used { transfer, by: Authority::Slip, settlement, client, security, qty });
}

/// Sold shares go to the corporation early: at the client's own word, or by what covers them where somebody asks for him.
pub fn pay_in_early(desk: &mut Desk<'_>, by: UserRow, net: &Net, qty: Qty) -> Result<(), Refusal> {
    let Net { settlement, client, security, .. } = *net;
    let (_, role) = gate::client_of(desk.firm, by, client)?;
    if role == Role::Client {
        desk.push(Event::Instructed { settlement, client, security, qty, slip: 0 });
        by_slip(desk, TransferKind::EarlyPayIn, net, qty);
        return Ok(());
    }
    let may = covered(desk.firm, net, desk.day(), qty);
    if may < qty {
        return Err(Refusal::of(Code::NoPower, [i64::from(client.0), may.0, qty.0]));
    }
    fetch(desk, TransferKind::EarlyPayIn, net, (qty, Qty::ZERO));
    Ok(())
}

/// What he instructed to be paid in early and comes back is instructed for the call that follows.
pub fn still_instructed(desk: &mut Desk<'_>, net: &Net, qty: Qty) {
    let Net { settlement, client, security, .. } = *net;
    if !desk.firm.is_own(client) && delivering(desk.firm, client, desk.day()).is_none() {
        desk.push(Event::Instructed { settlement, client, security, qty, slip: 0 });
    }
}

/// What is known of settlements that are done leaves memory.
pub fn begin(desk: &mut Desk<'_>) {
    let done = |row: &SettlementRow| desk.firm.clearing.settlement(*row).is_none_or(|it| it.stage == Stage::Done);
    let over: Vec<SettlementRow> = desk.firm.mandates.settlements().filter(done).collect();
    for settlement in over {
        desk.push(Event::Over { settlement });
    }
}

/// Powers whose client has no copy of them when he should (sebi 37 Annex 4.1).
pub fn remind(desk: &mut Desk<'_>, day: Day) {
    let within = |since: Day| {
        let (_, days) = desk.firm.rules.count(RuleName::HousePowerCopyDays, since).ok()?;
        Some(since.plus(i32::try_from(days).ok()?))
    };
    let late: Vec<Day> = desk.firm.mandates.uncopied().filter_map(within).filter(|last| *last < day).collect();
    if let Some(first) = late.iter().min() {
        desk.break_off(BreakKind::PowersUncopied, subject(day), i64::try_from(late.len()).unwrap_or(i64::MAX), i64::from(first.0));
    }
}
