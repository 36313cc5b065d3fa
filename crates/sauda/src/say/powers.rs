//! Powers, mandates and clients' own instructions, as sentences.

use crate::directory::Directory;
use mandates::{Ask, Authority, Event, Purposes};
use vocab::Purpose;

/// What a paper is for.
pub fn purposes(all: Purposes) -> String {
    all.iter().map(Purpose::as_str).collect::<Vec<_>>().join("; ")
}

/// By what shares left their client's account.
pub fn authority(by: Authority) -> String {
    match by {
        Authority::Power(power) => format!("power {power}"),
        Authority::Slip => "his own instruction".to_owned(),
        Authority::Lien => "pledged as unpaid, and sold".to_owned(),
        Authority::Ended => "a power that ended, dealt before".to_owned(),
    }
}

pub fn event(event: &Event, names: &Directory) -> String {
    match *event {
        Event::Executed { power, client, kind, purposes: all, signers, dated, paper, .. } => format!(
            "power {power}: {kind} of {} for {}; {paper}, dated {dated}, signed by {signers}", names.ucc(client), purposes(all)
        ),
        Event::Stamped { power, place, stamp, until, most } => match until {
            Some(until) => format!("power {power} is for at most {most:#} at a time, until {until}; executed in {place}"),
            None => format!("power {power} executed in {place}, stamped with {stamp:#}"),
        },
        Event::Listed { power, account, bank } => {
            format!("power {power} names {} account {account:?}", if bank { "bank" } else { "demat" })
        }
        Event::CopyGiven { power, letter } => format!("the client has a copy of power {power}, letter {letter}"),
        Event::Struck { power, letter } => format!("what no power may hold is struck out of power {power}, letter {letter}"),
        Event::Ended { power, at, why } => format!("power {power} {} at {at}", why.as_str()),
        Event::Remains { power, settlement, client, security, qty } => format!(
            "power {power} still delivers {qty:#} {} of {} in settlement {}", names.symbol(security), names.ucc(client), names.number(settlement)
        ),
        Event::Instructed { settlement, client, security, qty, slip } => format!(
            "{} instructs {qty:#} {} for settlement {}, slip {slip}", names.ucc(client), names.symbol(security), names.number(settlement)
        ),
        Event::Awaited { settlement, client, security, qty } => format!(
            "{qty:#} {} in settlement {} wait for {}", names.symbol(security), names.number(settlement), names.ucc(client)
        ),
        Event::Used { transfer, by, client, security, qty, .. } => format!(
            "transfer {transfer}: {qty:#} {} of {} by {}", names.symbol(security), names.ucc(client), authority(by)
        ),
        Event::Over { settlement } => format!("settlement {} waits for no instruction", names.number(settlement)),
    }
}

pub fn ask(ask: &Ask, names: &Directory) -> String {
    match ask {
        Ask::Execute { client, written } => format!(
            "enter the {} {} of {} for {}", written.kind, written.paper, names.ucc(*client), purposes(written.purposes)
        ),
        Ask::List { power, paper, .. } => format!("list an account in power {power}, {paper}"),
        Ask::GiveCopy { power, letter } => format!("record the client's copy of power {power}, letter {letter}"),
        Ask::Strike { power, letter } => format!("strike out of power {power} what none may hold, letter {letter}"),
        Ask::Revoke { power } => format!("revoke power {power}"),
        Ask::Instruct { client, security, qty, slip } => {
            format!("instruct {qty:#} {} of {}, slip {slip}", names.symbol(*security), names.ucc(*client))
        }
    }
}
