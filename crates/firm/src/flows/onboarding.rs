//! From application to a client who may trade.

use super::desk::Desk;
use crate::{Code, Command, Firm, Refusal, Timer};
use clients::{Event, Refusal as No};
use vocab::{AccountToken, Agreement, ClientRow, Day, PanToken};

#[allow(clippy::wildcard_enum_match_arm, reason = "the next function takes the rest")]
pub fn decide(desk: &mut Desk<'_>, command: &Command) -> Result<(), Refusal> {
    let day = desk.day();
    let clients = &desk.firm.clients;
    let event = match *command {
        Command::OpenClient { ucc, vault, pan, kind, state } => {
            if desk.firm.name().is_none() {
                return Err(Refusal::plain(Code::FirmNotOpen));
            }
            let client = clients.may_open(&ucc, &pan, kind)?;
            Event::Opened { client, ucc, vault, pan, kind, state, day }
        }
        Command::VerifyClient { client } => {
            if clients.known(client)?.verified.is_some() {
                return Err(No::AlreadySo.into());
            }
            Event::Verified { client, day }
        }
        Command::RegisterCode { client } => {
            if clients.known(client)?.verified.is_none() {
                return Err(No::NotVerified.into());
            }
            Event::CodeRegistered { client, day }
        }
        Command::Sign { client, agreement, by_client, dated, revocable, every } => {
            clients.known(client)?;
            return sign(desk, client, agreement, by_client, dated, revocable, every);
        }
        Command::Revoke { client, agreement } => {
            clients.known(client)?;
            if agreement == Agreement::RunningAccount {
                // What stayed under it is paid for the last time, this evening or the next.
                desk.disarm(Timer::Running(client));
                if clients.known(client)?.running.is_some() {
                    super::payout::last_running(desk, client);
                }
            }
            Event::Revoked { client, agreement, day }
        }
        ref other => registered(desk, other)?,
    };
    desk.push(event);
    Ok(())
}

/// His own trading account may be paid from an intermediary's account; his clients' may not (sebi 34.7.6).
pub fn not_an_intermediarys(desk: &Desk<'_>, pan: Option<PanToken>, account: &AccountToken) -> Result<(), Refusal> {
    let all = &desk.firm.intermediaries;
    let by = all.by_bank(account).filter(|row| all.get(*row).is_some_and(|it| Some(it.pan) != pan));
    by.map_or(Ok(()), |by| Err(Refusal::of(Code::IntermediarysAccount, [i64::from(by.0)])))
}

/// Does the command change what the client's record already says? Then it takes two persons.
#[allow(clippy::wildcard_enum_match_arm, reason = "only what may be changed is asked about")]
pub fn is_change(firm: &Firm, command: &Command) -> bool {
    match *command {
        Command::SetPlan { client, .. } => firm.clients.plans.agreed.last(client).is_some(),
        Command::MendBreak { no, .. } => super::file_word::wants_two(firm, no),
        _ => false,
    }
}

/// What is kept about a client once he is opened: his accounts, places, plan and standing.
#[allow(clippy::wildcard_enum_match_arm, reason = "the caller sends only its own commands here")]
fn registered(desk: &Desk<'_>, command: &Command) -> Result<Event, Refusal> {
    let clients = &desk.firm.clients;
    Ok(match *command {
        Command::RegisterBank { client, account, name } => {
            let pan = Some(clients.known(client)?.pan);
            // Another account is added on paper, by two persons.
            let taken = clients.by_bank(&account).is_some_and(|other| !is_one(clients, other, client));
            if taken || clients.known(client)?.bank.is_some() {
                return Err(No::AlreadySo.into());
            }
            not_an_intermediarys(desk, pan, &account)?;
            Event::BankRegistered { client, account, name }
        }
        Command::RegisterDemat { client, depository, account } => {
            clients.known(client)?;
            let taken = clients.by_demat(&account).is_some_and(|other| !is_one(clients, other, client));
            if taken || clients.known(client)?.demat.is_some() {
                return Err(No::AlreadySo.into());
            }
            Event::DematRegistered { client, depository, account }
        }
        Command::RegisterPlace { client, terminal } => {
            clients.known(client)?;
            Event::PlaceRegistered { client, terminal }
        }
        Command::ChooseFullValue { client, on } => {
            clients.known(client)?;
            Event::FullValue { client, on }
        }
        _ => unreachable!("asked of another flow"),
    })
}

/// The own and the error account are one owner's.
fn is_one(clients: &clients::Clients, one: ClientRow, other: ClientRow) -> bool {
    let own = |row| clients.get(row).is_some_and(clients::Client::is_own);
    one == other || (own(one) && own(other))
}

#[allow(clippy::too_many_arguments)]
fn sign(
    desk: &mut Desk<'_>, client: ClientRow, agreement: Agreement, by_client: bool, dated: Option<Day>, revocable: bool,
    every: u16,
) -> Result<(), Refusal> {
    // An authority is the client's own, dated and revocable (sebi 15.1.1.a, 15.1.1.b).
    let (true, Some(day)) = (by_client && (revocable || agreement != Agreement::RunningAccount), dated) else {
        return Err(No::BadAuthority.into());
    };
    if agreement == Agreement::RunningAccount {
        // What a custodian settles runs on no account here (sebi 15.1.1.i).
        if super::custodian::is_institution(desk, client) {
            return Err(Refusal::plain(Code::NotForKind));
        }
        if every != 30 && every != 90 {
            return Err(Refusal::of(Code::BadInterval, [i64::from(every)]));
        }
        desk.push(Event::RunningSet { client, every, from: day });
        if desk.firm.clients.known(client)?.running.is_some() {
            desk.disarm(Timer::Running(client));
        }
        let due = super::payout::running_due(desk, day, every);
        desk.arm(due, Timer::Running(client));
    }
    desk.push(Event::Signed { client, agreement, day });
    Ok(())
}

