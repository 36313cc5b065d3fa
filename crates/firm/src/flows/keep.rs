//! A client's record once he is registered: what changes in it, on which paper, and how it ends.

use super::desk::Desk;
use super::{credits, gate, mandates, onboarding, payout, trading_codes};
use crate::{Code, Firm, Refusal, Timer};
use clients::{Ask, Event, Holder, Refusal as No};
use ::mandates::Ending;
use rulebook::RuleName;
use vocab::{AccountToken, Agreement, ClientKind, ClientRow, Day, Depository, Paise, UserRow};

/// Clients looked at in one step of the search for those who sleep, and how many it puts to sleep.
const LOOKED_AT: usize = 20_000;
const SLEEPERS: u32 = 1_000;

pub fn decide(desk: &mut Desk<'_>, by: UserRow, client: ClientRow, ask: &Ask) -> Result<(), Refusal> {
    let firm = desk.firm;
    let known = firm.clients.known(client)?;
    if known.closed.is_some() {
        return Err(Refusal::of(Code::ClientClosed, [i64::from(client.0)]));
    }
    let day = desk.day();
    let event = match *ask {
        Ask::Wake => {
            gate::client_of(firm, by, client)?;
            if known.dormant.is_none() {
                return Err(No::AlreadySo.into());
            }
            Event::Woken { client, day }
        }
        Ask::RecordDeath { .. } => return death(desk, client),
        Ask::Succeed { to, .. } => return succeed(desk, client, to),
        Ask::Close { .. } => {
            if !is_empty(firm, client) {
                return Err(Refusal::of(Code::StillOpen, [i64::from(client.0)]));
            }
            desk.disarm(Timer::Running(client));
            Event::Closed { client, day }
        }
        Ask::Review { next, .. } => {
            let (_, most) = firm.rules.count(RuleName::HouseReviewDays, day)?;
            let latest = day.plus(i32::try_from(most).unwrap_or(0));
            if next <= day || next > latest {
                return Err(Refusal::of(Code::BadReview, [i64::from(latest.0)]));
            }
            Event::Reviewed { client, day, next }
        }
        Ask::Custodian { custodian, .. } => {
            if known.kind != ClientKind::Institution {
                return Err(Refusal::plain(Code::NotForKind));
            }
            Event::CustodianSet { client, custodian }
        }
        Ask::AllotCode { side, code, .. } => trading_codes::allot(desk, client, side, code)?,
        Ask::CodeTaken { side } => return trading_codes::taken(desk, client, side),
        Ask::Family { head, .. } => family(firm, client, head)?,
        Ask::AddHolder { vault, pan, name, .. } => holder(desk, client, Holder { vault, pan, name })?,
        Ask::AddBank { account, name, .. } => another_bank(desk, client, account, name)?,
        Ask::ChooseBank { account, .. } => {
            his(firm, client, &account)?;
            if known.bank == Some(account) {
                return Err(No::AlreadySo.into());
            }
            Event::BankChosen { client, account }
        }
        Ask::DropBank { account, .. } => {
            his(firm, client, &account)?;
            if known.bank == Some(account) {
                return Err(Refusal::of(Code::AccountInUse, [i64::from(client.0)]));
            }
            Event::BankDropped { client, account }
        }
        Ask::ChangeDemat { depository, account, .. } => demat(firm, client, depository, account)?,
        Ask::SetPolicy { policy, from, .. } => super::plan::bind(desk, client, policy, from)?,
    };
    desk.push(event);
    Ok(())
}

/// A person may hold his account with others.
fn holder(desk: &mut Desk<'_>, client: ClientRow, with: Holder) -> Result<Event, Refusal> {
    let firm = desk.firm;
    let known = firm.clients.known(client)?;
    if known.kind != ClientKind::Individual {
        return Err(Refusal::plain(Code::NotForKind));
    }
    let Holder { vault, pan, name } = with;
    if pan == known.pan || firm.clients.holders(client).iter().any(|it| it.pan == pan) {
        return Err(No::AlreadySo.into());
    }
    // Who holds the account from now on has not signed them (sebi 37 Annex 2.1.8).
    mandates::end_all(desk, client, Ending::Holders);
    Ok(Event::HolderAdded { client, vault, pan, name })
}

/// Another account he may pay from: in his own name, or in that of one who holds his account with him (sebi 29.2).
fn another_bank(desk: &Desk<'_>, client: ClientRow, account: AccountToken, name: AccountToken) -> Result<Event, Refusal> {
    let clients = &desk.firm.clients;
    if clients.by_bank(&account).is_some() {
        return Err(No::AlreadySo.into());
    }
    if !clients.is_his_name(client, name) {
        return Err(Refusal::of(Code::NotHisName, [i64::from(client.0)]));
    }
    onboarding::not_an_intermediarys(desk, Some(clients.known(client)?.pan), &account)?;
    Ok(Event::BankRegistered { client, account, name })
}

/// The account must be one that is registered for him.
fn his(firm: &Firm, client: ClientRow, account: &AccountToken) -> Result<(), Refusal> {
    match firm.clients.by_bank(account) == Some(client) {
        true => Ok(()),
        false => Err(Refusal::of(Code::NotHisAccount, [i64::from(client.0)])),
    }
}

/// Another demat account takes the place of his: not while shares of his are in it or under way.
fn demat(firm: &Firm, client: ClientRow, depository: Depository, account: AccountToken) -> Result<Event, Refusal> {
    if firm.clients.by_demat(&account).is_some() {
        return Err(No::AlreadySo.into());
    }
    let holds = firm.stock.of_client(client).any(|h| books::Place::ALL.into_iter().any(|place| !h.at(place).is_zero()));
    if holds || has_open(firm, client) {
        return Err(Refusal::of(Code::AccountInUse, [i64::from(client.0)]));
    }
    Ok(Event::DematRegistered { client, depository, account })
}

/// A family is a head and those who name him.
fn family(firm: &Firm, client: ClientRow, head: Option<ClientRow>) -> Result<Event, Refusal> {
    if let Some(head) = head {
        let it = firm.clients.known(head)?;
        let is_head = firm.clients.iter().any(|(_, c)| c.family == Some(client));
        if head == client || it.family.is_some() || is_head || it.is_own() {
            return Err(Refusal::of(Code::BadFamily, [i64::from(head.0)]));
        }
    }
    Ok(Event::FamilySet { client, head })
}

/// Orders stop, every authority ends, nothing is paid out: what is held waits for who succeeds.
fn death(desk: &mut Desk<'_>, client: ClientRow) -> Result<(), Refusal> {
    let firm = desk.firm;
    let known = firm.clients.known(client)?;
    if known.died.is_some() {
        return Err(No::AlreadySo.into());
    }
    if known.kind != ClientKind::Individual {
        return Err(Refusal::plain(Code::NotForKind));
    }
    let day = desk.day();
    desk.push(Event::Died { client, day });
    if known.running.is_some() {
        desk.disarm(Timer::Running(client));
    }
    if known.running.is_some() {
        desk.push(Event::Revoked { client, agreement: Agreement::RunningAccount, day });
    }
    mandates::end_all(desk, client, Ending::Death);
    super::switches::pull_of(desk, client);
    Ok(())
}

/// What is held for the dead goes to who succeeds, on his own registered account; nothing of it is dealt.
fn succeed(desk: &mut Desk<'_>, client: ClientRow, to: ClientRow) -> Result<(), Refusal> {
    let firm = desk.firm;
    if firm.clients.known(client)?.died.is_none() {
        return Err(Refusal::of(Code::NotDeceased, [i64::from(client.0)]));
    }
    let heir = firm.clients.known(to)?;
    let able = heir.verified.is_some() && heir.died.is_none() && heir.closed.is_none() && !heir.is_own();
    let Some(account) = heir.bank.filter(|_| able && to != client) else {
        return Err(Refusal::of(Code::BadHeir, [i64::from(to.0)]));
    };
    if has_open(firm, client) {
        return Err(Refusal::of(Code::StillOpen, [i64::from(client.0)]));
    }
    payout::to_heir(desk, client, account)?;
    desk.push(Event::Succeeded { client, to });
    Ok(())
}

/// Orders or settlements that are not over.
fn has_open(firm: &Firm, client: ClientRow) -> bool {
    let open = |row| firm.clearing.standing(row, client).is_some_and(|s| !s.closed || payout::unmet(firm, s).is_positive());
    let lacks = |row| {
        let nets = firm.clearing.standing(row, client).map(|s| firm.clearing.nets_of(s));
        nets.into_iter().flatten().any(|n| n.outstanding().is_positive())
    };
    firm.orders.iter().any(|(_, order)| order.client == client && !order.is_closed())
        || firm.clearing.settlements().any(|(row, _)| open(row) || lacks(row))
}

/// Nothing of his is here: neither money nor shares, and nothing under way.
fn is_empty(firm: &Firm, client: ClientRow) -> bool {
    let book = firm.books.client(client);
    let here = |h: &books::Holding| {
        let ours = [books::Place::Beneficiary, books::Place::Pool, books::Place::Principal];
        ours.into_iter().any(|place| !h.at(place).is_zero())
    };
    book.balance.is_zero()
        && book.paying == Paise::ZERO
        && !has_open(firm, client)
        && !firm.stock.of_client(client).any(here)
}

/// Who has not dealt for as long as the policy says sleeps from today on (sebi 15.8), and money that lies idle goes back:
/// looked for as a day begins.
pub fn sleepers(desk: &mut Desk<'_>, cursor: u32) {
    let firm = desk.firm;
    let day = desk.day();
    // Looked up as the day began: a rule cannot leave the book.
    let days = firm.rules.count(RuleName::HouseDormantDays, day).map_or(i64::MAX, |(_, days)| days);
    let (mut at, mut found) = (cursor, 0u32);
    for (looked, (client, known)) in firm.clients.from(ClientRow(cursor)).enumerate() {
        if looked >= LOOKED_AT || found >= SLEEPERS {
            return desk.push(crate::Event::JobMoved { cursor: at });
        }
        at = client.0.saturating_add(1);
        let awake = known.dormant.is_none() && known.died.is_none() && known.closed.is_none() && !known.is_own();
        if awake && i64::from(day.days_since(known.active)) >= days {
            found = found.saturating_add(1);
            desk.push(Event::Slept { client, day });
        }
        found = found.saturating_add(u32::from(credits::idle(desk, client, known)));
    }
    desk.push(crate::Event::JobEnded);
}

/// The first bill of someone who came back is pointed out.
pub fn dealt_again(desk: &mut Desk<'_>, client: ClientRow, day: Day) {
    if desk.firm.clients.get(client).is_some_and(|c| c.woken) {
        desk.push(Event::DealtAgain { client, day });
    }
}
