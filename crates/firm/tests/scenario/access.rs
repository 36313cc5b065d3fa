//! Lines about who may come in.

use crate::play::Play;
use crate::tokens::{Tokens, token};
use access::{Ask, Certificate, Event, Factor, From, Key, Medium, Proof, Trouble};
use firm::{Command, Firm, Report, Role, Source};
use vocab::{AppNo, Code, Moment, SecretRef, SessionNo, UserRow};

fn narrow<T: TryFrom<u64>>(n: u64) -> Result<T, String> {
    T::try_from(n).map_err(|_| format!("{n} is too many"))
}

fn secret(t: &mut Tokens<'_>) -> Result<SecretRef, String> {
    Ok(SecretRef(narrow(t.lettered('V')?)?))
}

fn app(t: &mut Tokens<'_>) -> Result<AppNo, String> {
    Ok(AppNo(narrow(t.lettered('A')?)?))
}

fn session(t: &mut Tokens<'_>) -> Result<SessionNo, String> {
    Ok(SessionNo(narrow(t.lettered('S')?)?))
}

fn key(t: &mut Tokens<'_>) -> Result<Key, String> {
    Ok(token(t.word()?).0)
}

fn address(t: &mut Tokens<'_>) -> Result<[u8; 16], String> {
    let word = t.word()?;
    let address: std::net::Ipv4Addr = word.parse().map_err(|e| format!("address `{word}`: {e}"))?;
    Ok(address.to_ipv6_mapped().octets())
}

/// `password`, `wrong password`, `code 5`, `wrong code 5`, `passkey`, `one-time`.
fn proof(t: &mut Tokens<'_>) -> Result<Proof, String> {
    let right = !t.takes("wrong");
    let (factor, step) = match t.word()? {
        "password" => (Factor::Password, 0),
        "code" => (Factor::Totp, t.number()?),
        "passkey" => (Factor::Passkey, 0),
        "one-time" => (Factor::OneTime, 0),
        other => return Err(format!("nothing proves `{other}`")),
    };
    Ok(Proof { factor, right, step })
}

fn with(t: &mut Tokens<'_>) -> Result<Proof, String> {
    t.wants("with")?;
    proof(t)
}

pub fn role(word: &str) -> Result<Role, String> {
    Role::ALL.into_iter().find(|role| role_word(*role) == word).ok_or(format!("no role `{word}`"))
}

fn role_word(role: Role) -> String {
    format!("{role:?}").to_lowercase()
}

fn sign_in(t: &mut Tokens<'_>) -> Result<Ask, String> {
    let mut proofs = [Some(with(t)?), None];
    if t.takes("and") {
        proofs[1] = Some(proof(t)?);
    }
    let mut from = From { medium: Medium::Web, source: [0; 16], device: token("home").0 };
    let (mut as_key, mut to) = (token("t").0, None);
    while !t.is_done() {
        match t.word()? {
            "by" => {
                let word = t.word()?;
                from.medium = Medium::ALL.iter().copied().find(|it| it.as_str() == word).ok_or(format!("no medium `{word}`"))?;
            }
            "device" => from.device = key(t)?,
            "from" => from.source = address(t)?,
            "as" => as_key = key(t)?,
            "to" => to = Some(app(t)?),
            other => return Err(format!("signing in knows no `{other}`")),
        }
    }
    Ok(Ask::SignIn { proofs, from, key: as_key, app: to })
}

/// What a line about access asks; none where it is about something else.
pub fn ask(play: &Play, by: UserRow, at: Moment, t: &mut Tokens<'_>) -> Option<Result<Command, String>> {
    let his = matches!(
        t.peek(),
        "signs-in" | "fetches" | "uses" | "ends-session" | "sets-password" | "enrols" | "asks-code" | "gives-code" | "reports" | "files-app"
            | "opens-address" | "shuts-address"
    );
    let others = matches!(
        t.peek(),
        "issues" | "unlocks" | "blocks" | "unblocks" | "appoints" | "lets" | "seats" | "certifies" | "blocks-app"
    );
    let ask = match (his, others) {
        (true, _) => own(play, by, at, t),
        (_, true) => of_another(play, t),
        _ => return None,
    };
    Some(ask.map(Command::Access))
}

fn own(play: &Play, by: UserRow, at: Moment, t: &mut Tokens<'_>) -> Result<Ask, String> {
    Ok(match t.word()? {
        "signs-in" => sign_in(t)?,
        "fetches" => {
            let key = key(t)?;
            t.wants("for")?;
            let request = token(t.word()?).0;
            Ask::Exchange { request, key, proven: !t.takes("unproven") }
        }
        "uses" => {
            let session = session(t)?;
            let source = if t.takes("from") { address(t)? } else { [0; 16] };
            Ask::Touch { session, source }
        }
        "ends-session" => Ask::Revoke { session: session(t)? },
        "sets-password" => {
            let verifier = secret(t)?;
            Ask::ChangePassword { proof: with(t)?, verifier }
        }
        "enrols" => {
            let secret = secret(t)?;
            let proof = with(t)?;
            t.wants("and")?;
            let first = self::proof(t)?;
            let factor = if t.takes("as one-time") { Factor::OneTime } else { first.factor };
            Ask::Enrol { proof, factor, secret, first }
        }
        "asks-code" => {
            let key = key(t)?;
            Ask::AskCode { proof: with(t)?, key }
        }
        "gives-code" => Ask::PresentCode { key: key(t)? },
        "reports" => {
            let trouble = match t.word()? {
                "password" => Trouble::Forgotten,
                "flaw" => Trouble::Flaw,
                "intruder" => Trouble::Intruded,
                other => return Err(format!("no trouble `{other}`")),
            };
            let user = if t.takes("of") { play.user(t.word()?)? } else { by };
            let since = if t.takes("tomorrow") { at.plus_seconds(86_400) } else { at };
            Ask::ReportTrouble { user, trouble, since, paper: 1 }
        }
        "files-app" => {
            let code = Code::parse(t.word()?).map_err(|e| e.to_string())?;
            Ask::RegisterApp { code, secret: secret(t)?, redirect: "https://app.example/in".into(), postback: "".into() }
        }
        "opens-address" => Ask::RegisterAddress { app: app(t)?, source: address(t)? },
        _ => Ask::DropAddress { app: app(t)?, source: address(t)? },
    })
}

fn of_another(play: &Play, t: &mut Tokens<'_>) -> Result<Ask, String> {
    let verb = t.word()?;
    if verb == "blocks-app" {
        return Ok(Ask::BlockApp { app: app(t)?, reason: 1 });
    }
    let user = play.user(t.word()?)?;
    Ok(match verb {
        "issues" => Ask::Issue { user, verifier: secret(t)? },
        "unlocks" => Ask::Unlock { user, paper: 1 },
        "blocks" => Ask::Block { user, reason: 1 },
        "unblocks" => Ask::Unblock { user, paper: 1 },
        "appoints" if t.peek().starts_with('#') => Ask::Appoint { user, role: narrow(t.lettered('#')?)? },
        "appoints" => Ask::Appoint { user, role: role(t.word()?)? as u8 },
        "lets" => {
            t.wants("look from")?;
            let from = t.day()?;
            t.wants("until")?;
            Ask::Period { user, from, until: t.day()? }
        }
        "seats" => Ask::MapTerminal { user, terminal: t.number()? },
        _ => {
            let word = t.word()?;
            let certificate = Certificate::ALL.iter().copied().find(|it| it.as_str() == word).ok_or(format!("no `{word}`"))?;
            let number = t.number()?;
            t.wants("until")?;
            Ask::Certify { user, certificate, number, until: t.day()? }
        }
    })
}

/// `strangers try 40 times`.
pub fn strangers(play: &mut Play, at: Moment, t: &mut Tokens<'_>) -> Result<(), String> {
    t.wants("try")?;
    let tries = narrow(t.number()?)?;
    t.wants("times")?;
    play.tell(at, Source::People, &Report::Strangers { tries });
    Ok(())
}

fn user(firm: &Firm, row: UserRow) -> String {
    firm.users.get(row).map_or_else(|| format!("user {row}"), |it| it.code.to_string())
}

fn place(source: &[u8; 16]) -> String {
    std::net::Ipv6Addr::from(*source).to_canonical().to_string()
}

fn name(key: &Key) -> String {
    key.iter().take_while(|b| **b != 0).map(|b| char::from(*b)).collect()
}

/// What happened.
pub fn said(firm: &Firm, event: &Event) -> Option<String> {
    use Event as E;
    let who = |row: &UserRow| user(firm, *row);
    Some(match event {
        E::PasswordSet { user, until, issued, .. } => {
            let which = if *issued { "password issued to" } else { "own password of" };
            format!("{which} {}, good until {until}", who(user))
        }
        E::FactorSet { user, factor, .. } => format!("{} has a {}", who(user), factor.as_str()),
        E::StepTaken { .. } | E::SessionFrom { .. } | E::RequestFrom { .. } => return None,
        E::Denied { user, factor, why, wrong, source } => {
            format!("{} denied to {} from {}: {}, {wrong} in a row", factor.as_str(), who(user), place(source), why.as_str())
        }
        E::Locked { user, why } => format!("{} locked: {}", who(user), why.as_str()),
        E::Unlocked { user, .. } => format!("{} unlocked", who(user)),
        E::Blocked { user, .. } => format!("{} blocked", who(user)),
        E::Unblocked { user, .. } => format!("{} unblocked", who(user)),
        E::Slept { user, since } => format!("{} put to sleep, last seen {since}", who(user)),
        E::SessionOpened { session, user, medium, expires, idle, .. } => {
            format!("S{session} of {} by {} until {expires}, idle after {idle} seconds", who(user), medium.as_str())
        }
        E::LapseTold { user, until } => format!("{} told that his password lapses after {until}", who(user)),
        E::DeviceMet { user, device, source } => format!("{} told of new device {} at {}", who(user), name(device), place(source)),
        E::Touched { session, source } => format!("S{session} used from {}", place(source)),
        E::SessionEnded { session, why, .. } => format!("S{session} ended: {}", why.as_str()),
        E::Requested { request, user, app, expires } => {
            format!("request {} of {} to A{app} until {}", name(request), who(user), expires.time())
        }
        E::RequestOver { request } => format!("request {} is over", name(request)),
        E::CodeIssued { user, expires, tries, .. } => format!("one-time code of {} until {}, {tries} tries", who(user), expires.time()),
        E::CodeTaken { user } => format!("one-time code of {} fits", who(user)),
        E::CodeOver { user } => format!("one-time code of {} is over", who(user)),
        E::TroubleReported { user, trouble, .. } => format!("{}: {}", who(user), trouble.as_str()),
        E::PeriodSet { user, from, until } => format!("{} looks from {from} until {until}", who(user)),
        E::TerminalMapped { user, terminal, before } => format!("terminal of {} is {terminal}, was {before}", who(user)),
        E::Certified { user, certificate, until, .. } => format!("{} certified by {} until {until}", who(user), certificate.as_str()),
        E::CertificateWarned { user, certificate, until } => {
            format!("{} of {} ends on {until}", certificate.as_str(), who(user))
        }
        E::CertificateLapsed { user, certificate, until } => {
            format!("{} of {} lapsed on {until}", certificate.as_str(), who(user))
        }
        E::AppRegistered { app, owner, code, .. } => format!("A{app} of {} under key {code}", who(owner)),
        E::AddressRegistered { app, source } => format!("A{app} may come from {}", place(source)),
        E::AddressDropped { app, source } => format!("A{app} no longer comes from {}", place(source)),
        E::AppBlocked { app, .. } => format!("A{app} blocked"),
        E::StrangersCounted { tries } => format!("{tries} tries by strangers"),
    })
}

pub fn appointed(firm: &Firm, row: UserRow, role: Role) -> String {
    format!("{} is {}", user(firm, row), role_word(role))
}

/// How a user's access stands.
pub fn shown(play: &Play, code: &str) -> Result<Vec<String>, String> {
    let row = play.user(code)?;
    let all = &play.firm.access;
    let mut out = Vec::new();
    if let Some(it) = all.credential(row) {
        let second = it.second.map_or("no second factor", |(factor, _)| factor.as_str());
        let former: Vec<String> = it.former.iter().map(|no| format!("V{no}")).collect();
        out.push(format!("password V{} until {}, before it {}; {second}; {} wrong", it.verifier, it.until, former.join(" "), it.wrong));
        if let Some((since, trouble, _)) = it.trouble {
            out.push(format!("{} at {since}", trouble.as_str()));
        }
    }
    for (no, it) in all.sessions_of(row) {
        out.push(format!("S{no} by {} from {} until {}", it.medium.as_str(), place(&it.source), it.over()));
    }
    out.extend(all.mappings(row).iter().map(|(day, terminal)| format!("terminal {terminal} from {day}")));
    out.extend(all.apps_of(row).map(|(no, it)| format!("A{no} to {}, {} addresses", it.redirect, it.sources.len())));
    Ok(out)
}
