//! Who may do what for which client: checked before any figure is looked at.

use crate::{Code, Firm, Place, Refusal, Role};
use clients::{Dealing, Gate};
use vocab::{Channel, ClientKind, ClientRow, UserRow};

/// The client a user may act for.
#[inline]
pub fn client_of(firm: &Firm, by: UserRow, client: ClientRow) -> Result<(&Dealing, Role), Refusal> {
    let user = firm.users.get(by).ok_or(Refusal::of(Code::UnknownUser, [i64::from(by.0)]))?;
    let known = firm.clients.dealing(client).ok_or(Refusal::of(Code::UnknownClient, [i64::from(client.0)]))?;
    match user.role {
        Role::Client if user.client != Some(client) => Err(Refusal::of(Code::NotYourClient, [i64::from(client.0)])),
        _ if user.shut => Err(super::access::shut(firm, by)),
        Role::Client
        | Role::Dealer
        | Role::Branch
        | Role::Principal
        | Role::Operations
        | Role::Risk
        | Role::Compliance
        | Role::Auditor
        | Role::Inspector
        | Role::Administrator => Ok((known, user.role)),
    }
}

/// May this user place this order for this client at all?
#[inline]
pub fn admit<'a>(firm: &'a Firm, by: UserRow, place: &Place) -> Result<&'a Dealing, Refusal> {
    let (client, role) = client_of(firm, by, place.client)?;
    match role {
        Role::Dealer | Role::Client => {}
        Role::Branch
        | Role::Principal
        | Role::Operations
        | Role::Risk
        | Role::Compliance
        | Role::Auditor
        | Role::Inspector
        | Role::Administrator => {
            return Err(Refusal::of(Code::NotPermitted, [i64::from(by.0)]));
        }
    }
    if client.gate != Gate::Open {
        return Err(Refusal::of(client.gate.into(), [i64::from(place.client.0)]));
    }
    match client.kind {
        ClientKind::Individual
        | ClientKind::Huf
        | ClientKind::Partnership
        | ClientKind::Company
        | ClientKind::Trust
        | ClientKind::Institution => evidence(firm, place)?,
        ClientKind::Own => own_place(client, place)?,
        ClientKind::Error => {
            own_place(client, place)?;
            super::error::closes(firm, place)?;
        }
    }
    Ok(client)
}

/// The own account trades only from its registered terminal (sebi 24 Annexure II 4.1.5).
fn own_place(client: &Dealing, place: &Place) -> Result<(), Refusal> {
    if client.place == 0 || client.place != place.terminal {
        let number = |terminal: u64| i64::try_from(terminal).unwrap_or(i64::MAX);
        return Err(Refusal::of(Code::OwnElsewhere, [number(client.place), number(place.terminal)]));
    }
    Ok(())
}

/// What proves that the client placed it (sebi 36.2); a telephone order needs its recording (sebi 36.4).
#[inline]
fn evidence(firm: &Firm, place: &Place) -> Result<(), Refusal> {
    let Some((kind, reference)) = place.evidence else {
        return if firm.policy.evidence { Err(Refusal::plain(Code::NoEvidence)) } else { Ok(()) };
    };
    if firm.policy.evidence && reference == 0 {
        return Err(Refusal::plain(Code::NoEvidence));
    }
    let recorded = kind == vocab::Evidence::PhoneRecording;
    match place.channel {
        Channel::Telephone if firm.policy.recording && !recorded => Err(Refusal::plain(Code::NoRecording)),
        Channel::Telephone | Channel::Web | Channel::Wireless | Channel::Terminal | Channel::Branch | Channel::Api => {
            Ok(())
        }
    }
}
