//! Who may come in, as sentences. Digests and addresses of secrets are not told.

use crate::directory::Directory;
use access::{Ask, Event, Proof};
use firm::Role;
use std::net::Ipv6Addr;

fn place(source: [u8; 16]) -> String {
    Ipv6Addr::from(source).to_canonical().to_string()
}

fn shown(proof: &Proof) -> String {
    format!("{} that is {}", proof.factor.as_str(), if proof.right { "right" } else { "wrong" })
}

pub fn event(event: &Event, names: &Directory) -> String {
    match *event {
        Event::PasswordSet { user, until, issued, .. } => {
            let which = if issued { "a password is issued to" } else { "another password of" };
            format!("{which} {}, good until {until}", names.user(user))
        }
        Event::FactorSet { user, factor, .. } => format!("{} has a {} as his second factor", names.user(user), factor.as_str()),
        Event::StepTaken { user, step } => format!("device code {step} of {} is taken", names.user(user)),
        Event::Denied { user, factor, why, wrong, source } => format!(
            "{} of {} is not taken, {}, from {}: {wrong} in a row", factor.as_str(), names.user(user), why.as_str(), place(source)
        ),
        Event::Locked { user, why } => format!("{} is locked: {}", names.user(user), why.as_str()),
        Event::Unlocked { user, paper } => format!("{} is unlocked, paper {paper}", names.user(user)),
        Event::Blocked { user, reason } => format!("{} is blocked, reason {reason}", names.user(user)),
        Event::Unblocked { user, paper } => format!("{} is let in again, paper {paper}", names.user(user)),
        Event::Slept { user, since } => format!("{} is put to sleep: last seen {since}", names.user(user)),
        Event::LapseTold { user, until } => format!("{} is told that his password lapses after {until}", names.user(user)),
        Event::DeviceMet { user, source, .. } => format!("{} is told of a new device at {}", names.user(user), place(source)),
        Event::CodeIssued { user, expires, tries, .. } => {
            format!("a one-time code of {} is good until {expires} for {tries} tries", names.user(user))
        }
        Event::CodeTaken { user } => format!("the one-time code of {} fits", names.user(user)),
        Event::CodeOver { user } => format!("the one-time code of {} is tried no more", names.user(user)),
        Event::TroubleReported { user, trouble, since, paper } => {
            format!("{} reports since {since}: {}, paper {paper}", names.user(user), trouble.as_str())
        }
        Event::PeriodSet { user, from, until } => format!("{} may look from {from} until {until}", names.user(user)),
        Event::TerminalMapped { user, terminal, before } => format!("terminal {terminal} is {}'s, before it {before}", names.user(user)),
        ref other => of_session(other, names),
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the next function says the rest")]
fn of_session(event: &Event, names: &Directory) -> String {
    match *event {
        Event::SessionOpened { session, user, medium, expires, .. } => {
            format!("session {session} of {} opened by {}, until {expires} at the longest", names.user(user), medium.as_str())
        }
        Event::SessionFrom { session, source, .. } => format!("session {session} comes from {}", place(source)),
        Event::Touched { session, source } => format!("session {session} is used from {}", place(source)),
        Event::SessionEnded { session, user, why } => format!("session {session} of {} ended: {}", names.user(user), why.as_str()),
        Event::Requested { user, app, expires, .. } => {
            format!("a request token of {} for app {app} is good until {expires}", names.user(user))
        }
        Event::RequestFrom { source, .. } => format!("it was asked for from {}", place(source)),
        Event::RequestOver { .. } => "a request token is over".to_owned(),
        Event::Certified { user, certificate, number, until } => {
            format!("{} holds {} certificate {number} until {until}", names.user(user), certificate.as_str())
        }
        Event::CertificateWarned { user, certificate, until } => {
            format!("{} certificate of {} ends on {until}", certificate.as_str(), names.user(user))
        }
        Event::CertificateLapsed { user, certificate, until } => {
            format!("{} certificate of {} lapsed on {until}", certificate.as_str(), names.user(user))
        }
        Event::AppRegistered { app, owner, code, .. } => format!("app {app} of {} registered under key {code}", names.user(owner)),
        Event::AddressRegistered { app, source } => format!("app {app} may come from {}", place(source)),
        Event::AddressDropped { app, source } => format!("app {app} no longer comes from {}", place(source)),
        Event::AppBlocked { app, reason } => format!("app {app} is blocked, reason {reason}"),
        Event::StrangersCounted { tries } => format!("{tries} tries under ids that nobody has"),
        _ => unreachable!("said before"),
    }
}

pub fn ask(ask: &Ask, names: &Directory) -> String {
    match ask {
        Ask::SignIn { proofs, from, app, .. } => {
            let all: Vec<String> = proofs.iter().flatten().map(shown).collect();
            let to = app.map_or_else(String::new, |app| format!(" to app {app}"));
            format!("sign in{to} from {} with {}", place(from.source), all.join(" and "))
        }
        Ask::Exchange { proven, .. } => format!("exchange a request token, {}", if *proven { "proven" } else { "not proven" }),
        Ask::Touch { session, source } => format!("use session {session} from {}", place(*source)),
        Ask::Revoke { session } => format!("end session {session}"),
        Ask::ChangePassword { proof, .. } => format!("set another password, with a {}", shown(proof)),
        Ask::Enrol { proof, factor, first, .. } => {
            format!("enrol a {}, with a {} and a {}", factor.as_str(), shown(proof), shown(first))
        }
        Ask::AskCode { proof, .. } => format!("ask for a one-time code, with a {}", shown(proof)),
        Ask::PresentCode { .. } => "present a one-time code".to_owned(),
        Ask::ReportTrouble { user, trouble, since, paper } => {
            format!("report for {} since {since}: {}, paper {paper}", names.user(*user), trouble.as_str())
        }
        Ask::Issue { user, .. } => format!("issue a password to {}", names.user(*user)),
        Ask::Unlock { user, paper } => format!("unlock {}, paper {paper}", names.user(*user)),
        Ask::Block { user, reason } => format!("block {}, reason {reason}", names.user(*user)),
        Ask::Unblock { user, paper } => format!("let {} in again, paper {paper}", names.user(*user)),
        Ask::Appoint { user, role } => {
            let role = Role::from_number(*role).map_or_else(|| role.to_string(), |role| format!("{role:?}"));
            format!("make {} {role}", names.user(*user))
        }
        Ask::Period { user, from, until } => format!("let {} look from {from} until {until}", names.user(*user)),
        Ask::MapTerminal { user, terminal } => format!("give terminal {terminal} to {}", names.user(*user)),
        Ask::Certify { user, certificate, number, until } => {
            format!("enter {} certificate {number} of {}, good until {until}", certificate.as_str(), names.user(*user))
        }
        Ask::RegisterApp { code, redirect, .. } => format!("register an app under key {code}, back to {redirect}"),
        Ask::RegisterAddress { app, source } => format!("let app {app} come from {}", place(*source)),
        Ask::DropAddress { app, source } => format!("let app {app} no longer come from {}", place(*source)),
        Ask::BlockApp { app, reason } => format!("block app {app}, reason {reason}"),
    }
}
