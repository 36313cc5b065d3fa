//! Who may come in: signing in, sessions, programs, and what administrators do to an id.
//!
//! What was shown wrong is no refusal: it is counted, so it is a fact of its own.

use super::desk::Desk;
use crate::{AsOf, BreakKind, Code, Command, Event as Fact, Firm, Refusal, Role, Timer};
use access::{Ask, Certificate, Credential, Denial, Ending, Event, Factor, From, Key, Lock, Medium, Proof, Sort, Terminal};
use alloc::collections::BTreeSet;
use rulebook::RuleName;
use vocab::{AppNo, Day, Moment, SecretRef, SessionNo, UserRow};

/// Ids that one step of a day's look takes.
const LOOKED_AT: usize = 256;

/// What a shut user may still ask: the way back in, and what he reports of himself.
pub fn is_way_in(command: &Command) -> bool {
    let Command::Access(ask) = command else { return false };
    match ask {
        Ask::SignIn { .. }
        | Ask::Exchange { .. }
        | Ask::Touch { .. }
        | Ask::Revoke { .. }
        | Ask::ChangePassword { .. }
        | Ask::Enrol { .. }
        | Ask::AskCode { .. }
        | Ask::PresentCode { .. }
        | Ask::ReportTrouble { .. } => true,
        Ask::Issue { .. }
        | Ask::Unlock { .. }
        | Ask::Block { .. }
        | Ask::Unblock { .. }
        | Ask::Appoint { .. }
        | Ask::Period { .. }
        | Ask::MapTerminal { .. }
        | Ask::Certify { .. }
        | Ask::RegisterApp { .. }
        | Ask::RegisterAddress { .. }
        | Ask::DropAddress { .. }
        | Ask::BlockApp { .. } => false,
    }
}

pub fn decide(desk: &mut Desk<'_>, by: UserRow, ask: &Ask) -> Result<(), Refusal> {
    match *ask {
        Ask::SignIn { ref proofs, ref from, key, app } => sign_in(desk, by, proofs, from, (key, app)),
        Ask::Exchange { request, key, proven } => exchange(desk, by, request, key, proven),
        Ask::Touch { session, source } => touch(desk, by, session, source),
        Ask::Revoke { session } => revoke(desk, by, session),
        Ask::ChangePassword { proof, verifier } => change_password(desk, by, proof, verifier),
        Ask::Enrol { proof, factor, secret, first } => enrol(desk, by, proof, (factor, secret, first)),
        Ask::AskCode { proof, key } => ask_code(desk, by, proof, key),
        Ask::PresentCode { key } => present_code(desk, by, key),
        Ask::ReportTrouble { user, trouble, since, paper } => report(desk, by, user, (trouble, since, paper)),
        Ask::RegisterApp { code, secret, ref redirect, ref postback } => register_app(desk, by, (code, secret), redirect, postback),
        Ask::RegisterAddress { app, source } => address(desk, by, app, source, true),
        Ask::DropAddress { app, source } => address(desk, by, app, source, false),
        Ask::BlockApp { app, reason } => block_app(desk, app, reason),
        Ask::Issue { .. }
        | Ask::Unlock { .. }
        | Ask::Block { .. }
        | Ask::Unblock { .. }
        | Ask::Appoint { .. }
        | Ask::Period { .. }
        | Ask::MapTerminal { .. }
        | Ask::Certify { .. } => administer(desk, ask),
    }
}

fn count(desk: &Desk<'_>, name: RuleName) -> Result<i64, Refusal> {
    Ok(desk.firm.rules.count(name, desk.day())?.1)
}

/// As many days, minutes or times as a rule says, where no more than fit are meant.
fn few<T: TryFrom<i64>>(desk: &Desk<'_>, name: RuleName) -> Result<T, Refusal> {
    T::try_from(count(desk, name)?).map_err(|_| Refusal::of(Code::BadRule, [i64::from(name.number())]))
}

fn user_of(user: UserRow) -> i64 {
    i64::from(user.0)
}

fn credential<'a>(desk: &Desk<'a>, user: UserRow) -> Result<&'a Credential, Refusal> {
    desk.firm.users.get(user).ok_or(Refusal::of(Code::UnknownUser, [user_of(user)]))?;
    desk.firm.access.credential(user).ok_or(Refusal::of(Code::NoCredential, [user_of(user)]))
}

/// Why a shut user is shut.
pub fn shut(firm: &Firm, user: UserRow) -> Refusal {
    let day = |at: Moment| i64::from(at.day().0);
    if let Some(it) = firm.access.credential(user) {
        if let Some((at, reason)) = it.blocked {
            return Refusal::of(Code::UserBlocked, [user_of(user), day(at), i64::from(reason)]);
        }
        if let Some((at, _)) = it.locked {
            return Refusal::of(Code::UserLocked, [user_of(user), day(at)]);
        }
        if let Some(since) = it.slept {
            return Refusal::of(Code::UserDormant, [user_of(user), i64::from(since.0)]);
        }
    }
    let until = firm.access.certified_until(user).map_or(0, |until| i64::from(until.0));
    Refusal::of(Code::CertificateLapsed, [user_of(user), until])
}

/// His credential, if nothing keeps him out.
fn standing<'a>(desk: &Desk<'a>, user: UserRow) -> Result<&'a Credential, Refusal> {
    let it = credential(desk, user)?;
    let firm = desk.firm;
    if firm.access.is_shut(user) {
        return Err(shut(firm, user));
    }
    let role = firm.users.get(user).map(|it| it.role);
    if role == Some(Role::Inspector) {
        let (from, until) = firm.access.period(user).unwrap_or((Day(0), Day(0)));
        if desk.day() < from || desk.day() > until {
            return Err(Refusal::of(Code::OutsidePeriod, [i64::from(from.0), i64::from(until.0)]));
        }
    }
    Ok(it)
}

/// Who deals at a terminal is examined for it (guide I 12.7).
fn certified(desk: &Desk<'_>, user: UserRow) -> Result<(), Refusal> {
    let it = desk.firm.users.get(user).ok_or(Refusal::of(Code::UnknownUser, [user_of(user)]))?;
    if it.role != Role::Dealer || it.terminal == 0 {
        return Ok(());
    }
    match desk.firm.access.certified_until(user) {
        None => Err(Refusal::of(Code::NoCertificate, [user_of(user)])),
        Some(until) if until < desk.day() => Err(Refusal::of(Code::CertificateLapsed, [user_of(user), i64::from(until.0)])),
        Some(_) => Ok(()),
    }
}

fn end(desk: &mut Desk<'_>, session: SessionNo, user: UserRow, why: Ending) {
    desk.push(Event::SessionEnded { session, user, why });
    desk.disarm(Timer::Session(session));
}

fn end_all(desk: &mut Desk<'_>, user: UserRow, why: Ending) {
    for (session, _) in desk.firm.access.sessions_of(user) {
        end(desk, session, user, why);
    }
}

/// What was shown does not do; too often, and nobody signs in with the id any more (sebi 24 Annexure II 4.5.3).
fn denied(desk: &mut Desk<'_>, user: UserRow, (factor, why): (Factor, Denial), source: [u8; 16]) -> Result<(), Refusal> {
    let most = few::<u8>(desk, RuleName::HouseWrongTries)?;
    let wrong = credential(desk, user)?.wrong.saturating_add(1);
    desk.push(Event::Denied { user, factor, why, wrong, source });
    if wrong >= most {
        desk.push(Event::Locked { user, why: Lock::WrongTries });
        end_all(desk, user, Ending::Shut);
    }
    Ok(())
}

/// What is wrong with something shown.
fn fault(it: &Credential, proof: &Proof) -> Option<(Factor, Denial)> {
    let replayed = proof.factor == Factor::Totp && proof.step <= it.step;
    match (proof.right, replayed) {
        (false, _) => Some((proof.factor, Denial::Wrong)),
        (true, true) => Some((proof.factor, Denial::Replayed)),
        (true, false) => None,
    }
}

/// Two factors of different sorts, the held one being his (entities A5, sebi 44.1.6).
fn two(it: &Credential, user: UserRow, proofs: &[Option<Proof>; 2]) -> Result<[Proof; 2], Refusal> {
    let &[Some(first), Some(second)] = proofs else { return Err(Refusal::plain(Code::SecondFactorWanted)) };
    let (known, held) = if first.factor.sort() == Sort::Known { (first, second) } else { (second, first) };
    if known.factor.sort() != Sort::Known || held.factor.sort() != Sort::Held {
        return Err(Refusal::plain(Code::SecondFactorWanted));
    }
    if it.second.is_none_or(|(factor, _)| factor != held.factor) {
        return Err(Refusal::of(Code::NoSecondFactor, [user_of(user)]));
    }
    Ok([known, held])
}

fn sign_in(
    desk: &mut Desk<'_>, by: UserRow, proofs: &[Option<Proof>; 2], from: &From, (key, app): (Key, Option<AppNo>),
) -> Result<(), Refusal> {
    let it = standing(desk, by)?;
    if let Some(app) = app {
        usable(desk, app)?;
    }
    certified(desk, by)?;
    let [known, held] = two(it, by, proofs)?;
    if let Some(fault) = [known, held].iter().find_map(|proof| fault(it, proof)) {
        return denied(desk, by, fault, from.source);
    }
    own_password(desk, by, it)?;
    fresh_key(desk, &key)?;
    let ahead = few::<i32>(desk, RuleName::HousePasswordNoticeDays)?;
    if held.factor == Factor::Totp {
        desk.push(Event::StepTaken { user: by, step: held.step });
    }
    if desk.day().plus(ahead) >= it.until {
        desk.push(Event::LapseTold { user: by, until: it.until });
    }
    if !it.devices.contains(&from.device) {
        desk.push(Event::DeviceMet { user: by, device: from.device, source: from.source });
    }
    match app {
        Some(app) => request(desk, by, app, key, from),
        None => open(desk, by, key, from, None),
    }
}

/// His own, and not too old (sebi 41.2.2(g)).
fn own_password(desk: &Desk<'_>, user: UserRow, it: &Credential) -> Result<(), Refusal> {
    if it.issued {
        return Err(Refusal::of(Code::PasswordIssued, [user_of(user)]));
    }
    if desk.day() > it.until {
        return Err(Refusal::of(Code::PasswordExpired, [user_of(user), i64::from(it.until.0)]));
    }
    Ok(())
}

fn fresh_key(desk: &Desk<'_>, key: &Key) -> Result<(), Refusal> {
    if desk.firm.access.has_key(key) { Err(Refusal::plain(Code::KeyKnown)) } else { Ok(()) }
}

fn fresh_secret(desk: &Desk<'_>, secret: SecretRef) -> Result<(), Refusal> {
    if desk.firm.access.has_secret(secret) { Err(Refusal::plain(Code::SecretUsed)) } else { Ok(()) }
}

fn usable<'a>(desk: &Desk<'a>, app: AppNo) -> Result<&'a access::App, Refusal> {
    let it = desk.firm.access.app(app).ok_or(Refusal::of(Code::UnknownApp, [i64::from(app.0)]))?;
    match it.blocked {
        Some((_, reason)) => Err(Refusal::of(Code::AppBlocked, [i64::from(app.0), i64::from(reason)])),
        None => Ok(it),
    }
}

fn in_minutes(now: Moment, minutes: i64) -> Moment {
    now.plus_seconds(minutes.saturating_mul(60))
}

fn request(desk: &mut Desk<'_>, user: UserRow, app: AppNo, request: Key, from: &From) -> Result<(), Refusal> {
    let expires = in_minutes(desk.now(), count(desk, RuleName::HouseRequestMinutes)?);
    desk.push(Event::Requested { request, user, app, expires });
    desk.push(Event::RequestFrom { request, source: from.source, device: from.device });
    if desk.firm.timers.due(Timer::Requests).is_none() {
        desk.arm(expires, Timer::Requests);
    }
    Ok(())
}

/// The next time of the day at which programs' tokens end.
fn token_end(desk: &Desk<'_>) -> Result<Moment, Refusal> {
    let (_, time) = desk.firm.rules.time(RuleName::HouseTokenEnd, desk.day())?;
    let today = desk.day().at(time);
    Ok(if desk.now() < today { today } else { desk.day().next().at(time) })
}

fn open(desk: &mut Desk<'_>, user: UserRow, key: Key, from: &From, app: Option<AppNo>) -> Result<(), Refusal> {
    let (expires, idle) = match from.medium {
        Medium::App => (token_end(desk)?, 0),
        Medium::Web | Medium::Wireless | Medium::Terminal => {
            let hours = count(desk, RuleName::HouseSessionHours)?;
            let idle = few::<u32>(desk, RuleName::HouseIdleMinutes)?.saturating_mul(60);
            (in_minutes(desk.now(), hours.saturating_mul(60)), idle)
        }
    };
    let most = few::<u32>(desk, RuleName::HouseSessionsMost)?;
    let all = desk.firm.access.sessions_of(user);
    let too_many = u32::try_from(all.count()).unwrap_or(u32::MAX).saturating_add(1).saturating_sub(most);
    for (oldest, _) in desk.firm.access.sessions_of(user).take(usize::try_from(too_many).unwrap_or(usize::MAX)) {
        end(desk, oldest, user, Ending::Crowded);
    }
    let session = desk.firm.access.next_session();
    desk.push(Event::SessionOpened { session, user, key, medium: from.medium, expires, idle });
    desk.push(Event::SessionFrom { session, source: from.source, device: from.device, app });
    let until_idle = desk.now().plus_seconds(i64::from(idle));
    desk.arm(if idle == 0 { expires } else { expires.min(until_idle) }, Timer::Session(session));
    Ok(())
}

/// Once, in time, and with the secret of the app it was given for.
fn exchange(desk: &mut Desk<'_>, by: UserRow, request: Key, key: Key, proven: bool) -> Result<(), Refusal> {
    let it = desk.firm.access.request(&request).filter(|it| it.user == by).ok_or(Refusal::plain(Code::RequestUnknown))?;
    standing(desk, by)?;
    usable(desk, it.app)?;
    if desk.now() >= it.expires {
        return Err(Refusal::of(Code::RequestExpired, [i64::from(it.expires.time().0)]));
    }
    if !proven {
        return Err(Refusal::of(Code::AppUnproven, [i64::from(it.app.0)]));
    }
    fresh_key(desk, &key)?;
    desk.push(Event::RequestOver { request });
    let from = From { medium: Medium::App, source: it.source, device: it.device };
    open(desk, by, key, &from, Some(it.app))
}

fn touch(desk: &mut Desk<'_>, by: UserRow, session: SessionNo, source: [u8; 16]) -> Result<(), Refusal> {
    if may_send(desk.firm, session, source, &desk.as_of)? != by {
        return Err(Refusal::of(Code::NotYourSession, [i64::from(session.0)]));
    }
    desk.push(Event::Touched { session, source });
    Ok(())
}

/// Whose session it is, if it is good now and comes from where it may.
pub fn may_send(firm: &Firm, session: SessionNo, source: [u8; 16], as_of: &AsOf) -> Result<UserRow, Refusal> {
    let user = firm.access.live(session, as_of.now)?;
    let app = firm.access.session(session).and_then(|it| it.app);
    if let Some((no, app)) = app.and_then(|no| firm.access.app(no).map(|it| (no, it))) {
        let (_, bound) = firm.rules.yes(RuleName::HouseAppAddress, as_of.day())?;
        if bound && !app.sources.contains(&source) {
            return Err(Refusal::of(Code::AddressUnknown, [i64::from(no.0)]));
        }
    }
    Ok(user)
}

fn revoke(desk: &mut Desk<'_>, by: UserRow, session: SessionNo) -> Result<(), Refusal> {
    let no = i64::from(session.0);
    let owner = desk.firm.access.session(session).ok_or(Refusal::of(Code::NoSession, [no]))?.user;
    let role = desk.firm.users.get(by).map(|it| it.role);
    let over_others = matches!(role, Some(Role::Administrator | Role::Principal | Role::Risk | Role::Compliance));
    if owner == by {
        end(desk, session, owner, Ending::SignedOut);
    } else if over_others && !desk.firm.access.is_shut(by) {
        end(desk, session, owner, Ending::Revoked);
    } else {
        return Err(Refusal::of(Code::NotYourSession, [no]));
    }
    Ok(())
}

/// The password of who asks, or what is wrong with it.
fn by_password(it: &Credential, proof: &Proof) -> Result<Option<(Factor, Denial)>, Refusal> {
    if proof.factor != Factor::Password {
        return Err(Refusal::plain(Code::NotProven));
    }
    Ok(fault(it, proof))
}

fn set_password(desk: &mut Desk<'_>, user: UserRow, verifier: SecretRef, issued: bool) -> Result<(), Refusal> {
    fresh_secret(desk, verifier)?;
    let until = desk.day().plus(few::<i32>(desk, RuleName::HousePasswordDays)?);
    let keep = few::<u8>(desk, RuleName::HousePasswordsKept)?;
    desk.push(Event::PasswordSet { user, verifier, until, keep, issued });
    end_all(desk, user, Ending::Renewed);
    Ok(())
}

fn change_password(desk: &mut Desk<'_>, by: UserRow, proof: Proof, verifier: SecretRef) -> Result<(), Refusal> {
    let it = standing(desk, by)?;
    match by_password(it, &proof)? {
        Some(fault) => denied(desk, by, fault, [0; 16]),
        None => set_password(desk, by, verifier, false),
    }
}

/// The first, or another once a one-time code fitted: who has only the password gets no further.
fn enrol(
    desk: &mut Desk<'_>, by: UserRow, proof: Proof, (factor, secret, first): (Factor, SecretRef, Proof),
) -> Result<(), Refusal> {
    let it = standing(desk, by)?;
    if let Some(fault) = by_password(it, &proof)? {
        return denied(desk, by, fault, [0; 16]);
    }
    own_password(desk, by, it)?;
    if factor.sort() != Sort::Held || factor == Factor::OneTime || first.factor != factor {
        return Err(Refusal::plain(Code::SecondFactorWanted));
    }
    if it.second.is_some() && !it.recovers {
        return Err(Refusal::plain(Code::NoCode));
    }
    if !first.right {
        return denied(desk, by, (factor, Denial::Wrong), [0; 16]);
    }
    fresh_secret(desk, secret)?;
    desk.push(Event::FactorSet { user: by, factor, secret });
    if factor == Factor::Totp {
        desk.push(Event::StepTaken { user: by, step: first.step });
    }
    end_all(desk, by, Ending::Renewed);
    Ok(())
}

fn ask_code(desk: &mut Desk<'_>, by: UserRow, proof: Proof, key: Key) -> Result<(), Refusal> {
    let it = standing(desk, by)?;
    if let Some(fault) = by_password(it, &proof)? {
        return denied(desk, by, fault, [0; 16]);
    }
    own_password(desk, by, it)?;
    if it.second.is_none() {
        return Err(Refusal::of(Code::NoSecondFactor, [user_of(by)]));
    }
    let expires = in_minutes(desk.now(), count(desk, RuleName::HouseOneTimeMinutes)?);
    let tries = few::<u8>(desk, RuleName::HouseOneTimeTries)?;
    desk.push(Event::CodeIssued { user: by, key, expires, tries });
    Ok(())
}

fn present_code(desk: &mut Desk<'_>, by: UserRow, key: Key) -> Result<(), Refusal> {
    let it = standing(desk, by)?;
    let code = it.code.ok_or(Refusal::plain(Code::NoCode))?;
    if desk.now() >= code.expires {
        return Err(Refusal::of(Code::CodeExpired, [i64::from(code.expires.time().0)]));
    }
    if code.key == key {
        desk.push(Event::CodeTaken { user: by });
        return Ok(());
    }
    match code.tries.checked_sub(1).filter(|left| *left > 0) {
        Some(tries) => desk.push(Event::CodeIssued { user: by, key: code.key, expires: code.expires, tries }),
        None => desk.push(Event::CodeOver { user: by }),
    }
    denied(desk, by, (Factor::OneTime, Denial::Wrong), [0; 16])
}

/// The id is locked at once, and what he said is kept (sebi 73 Annexure 4 IBT cl.6).
fn report(
    desk: &mut Desk<'_>, by: UserRow, user: UserRow, (trouble, since, paper): (access::Trouble, Moment, u64),
) -> Result<(), Refusal> {
    let role = desk.firm.users.get(by).map(|it| it.role);
    let takes_calls = matches!(
        role,
        Some(Role::Principal | Role::Operations | Role::Risk | Role::Dealer | Role::Branch | Role::Compliance | Role::Administrator)
    );
    if user != by && (!takes_calls || desk.firm.access.is_shut(by)) {
        return Err(Refusal::of(Code::NotPermitted, [user_of(by)]));
    }
    credential(desk, user)?;
    if since > desk.now() {
        return Err(Refusal::of(Code::NotAfter, [i64::from(desk.day().0), i64::from(since.day().0)]));
    }
    desk.push(Event::TroubleReported { user, trouble, since, paper });
    desk.push(Event::Locked { user, why: trouble.lock() });
    end_all(desk, user, Ending::Shut);
    Ok(())
}

fn register_app(
    desk: &mut Desk<'_>, by: UserRow, (code, secret): (access::ApiKey, SecretRef), redirect: &str, postback: &str,
) -> Result<(), Refusal> {
    standing(desk, by)?;
    fresh_secret(desk, secret)?;
    if let Some((app, _)) = desk.firm.access.app_by_key(&code) {
        return Err(Refusal::of(Code::ApiKeyTaken, [i64::from(app.0)]));
    }
    let app = desk.firm.access.next_app();
    desk.push(Event::AppRegistered { app, owner: by, code, secret });
    let (redirect, postback) = (desk.out.write(redirect), desk.out.write(postback));
    desk.push(Fact::AppAddressed { app, redirect, postback });
    Ok(())
}

fn address(desk: &mut Desk<'_>, by: UserRow, app: AppNo, source: [u8; 16], on: bool) -> Result<(), Refusal> {
    let it = usable(desk, app)?;
    if it.owner != by {
        return Err(Refusal::of(Code::UnknownApp, [i64::from(app.0)]));
    }
    if it.sources.contains(&source) == on {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    desk.push(if on { Event::AddressRegistered { app, source } } else { Event::AddressDropped { app, source } });
    Ok(())
}

fn block_app(desk: &mut Desk<'_>, app: AppNo, reason: u16) -> Result<(), Refusal> {
    usable(desk, app)?;
    desk.push(Event::AppBlocked { app, reason });
    for (session, it) in desk.firm.access.sessions().filter(|(_, it)| it.app == Some(app)) {
        end(desk, session, it.user, Ending::Shut);
    }
    Ok(())
}

/// What is done to another's access.
#[allow(clippy::wildcard_enum_match_arm, reason = "the caller sends only these asks here")]
fn administer(desk: &mut Desk<'_>, ask: &Ask) -> Result<(), Refusal> {
    match *ask {
        Ask::Issue { user, verifier } => {
            desk.firm.users.get(user).ok_or(Refusal::of(Code::UnknownUser, [user_of(user)]))?;
            set_password(desk, user, verifier, true)
        }
        Ask::Unlock { user, paper } => unlock(desk, user, paper),
        Ask::Block { user, reason } => {
            if credential(desk, user)?.blocked.is_some() {
                return Err(Refusal::plain(Code::AlreadySo));
            }
            desk.push(Event::Blocked { user, reason });
            end_all(desk, user, Ending::Shut);
            Ok(())
        }
        Ask::Unblock { user, paper } => {
            let it = credential(desk, user)?;
            if it.blocked.is_none() && it.slept.is_none() {
                return Err(Refusal::plain(Code::AlreadySo));
            }
            desk.push(Event::Unblocked { user, paper });
            Ok(())
        }
        Ask::Appoint { user, role } => appoint(desk, user, role),
        Ask::Period { user, from, until } => {
            desk.firm.users.get(user).ok_or(Refusal::of(Code::UnknownUser, [user_of(user)]))?;
            not_before(until, from)?;
            desk.push(Event::PeriodSet { user, from, until });
            Ok(())
        }
        Ask::MapTerminal { user, terminal } => {
            let before = desk.firm.users.get(user).ok_or(Refusal::of(Code::UnknownUser, [user_of(user)]))?.terminal;
            if before == terminal {
                return Err(Refusal::plain(Code::AlreadySo));
            }
            map(desk, user, terminal, before)
        }
        Ask::Certify { user, certificate, number, until } => certify(desk, user, certificate, number, until),
        _ => unreachable!("asked of another function"),
    }
}

fn not_before(day: Day, earliest: Day) -> Result<(), Refusal> {
    if day >= earliest { Ok(()) } else { Err(Refusal::of(Code::NotAfter, [i64::from(day.0), i64::from(earliest.0)])) }
}

/// Whoever said that somebody else may know his password has another first.
fn unlock(desk: &mut Desk<'_>, user: UserRow, paper: u64) -> Result<(), Refusal> {
    let it = credential(desk, user)?;
    let Some((since, why)) = it.locked else { return Err(Refusal::plain(Code::AlreadySo)) };
    if why != Lock::WrongTries && it.set <= since {
        return Err(Refusal::of(Code::NewPasswordWanted, [user_of(user)]));
    }
    desk.push(Event::Unlocked { user, paper });
    Ok(())
}

fn appoint(desk: &mut Desk<'_>, user: UserRow, role: u8) -> Result<(), Refusal> {
    let it = desk.firm.users.get(user).ok_or(Refusal::of(Code::UnknownUser, [user_of(user)]))?;
    // A client's own user is nothing else, and nobody else is a client's.
    let fits = |role: &Role| (*role == Role::Client) == it.client.is_some();
    let role = Role::from_number(role).filter(fits).ok_or(Refusal::of(Code::UnknownRole, [i64::from(role)]))?;
    if it.role == role {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    desk.push(Fact::UserAppointed { user, role });
    end_all(desk, user, Ending::Renewed);
    Ok(())
}

/// One user's, and a location id as the exchanges write it (guide I 12.8, 12.9).
pub fn map(desk: &mut Desk<'_>, user: UserRow, terminal: u64, before: u64) -> Result<(), Refusal> {
    let number = i64::try_from(terminal).unwrap_or(i64::MAX);
    if terminal != 0 && Terminal::parse(terminal).is_none() {
        return Err(Refusal::of(Code::BadTerminal, [number]));
    }
    if let Some(holder) = desk.firm.access.at_terminal(terminal) {
        return Err(Refusal::of(Code::TerminalTaken, [number, user_of(holder)]));
    }
    desk.push(Event::TerminalMapped { user, terminal, before });
    Ok(())
}

fn certify(desk: &mut Desk<'_>, user: UserRow, certificate: Certificate, number: u64, until: Day) -> Result<(), Refusal> {
    desk.firm.users.get(user).ok_or(Refusal::of(Code::UnknownUser, [user_of(user)]))?;
    not_before(until, desk.day())?;
    if desk.firm.access.certificate(user, certificate) == Some((number, until)) {
        return Err(Refusal::plain(Code::AlreadySo));
    }
    desk.push(Event::Certified { user, certificate, number, until });
    Ok(())
}

/// A session's time may be over: he used it meanwhile, or it ends.
pub fn over(desk: &mut Desk<'_>, session: SessionNo) {
    let Some(it) = desk.firm.access.session(session) else { return };
    if desk.now() < it.over() {
        desk.arm(it.over(), Timer::Session(session));
    } else {
        let why = if it.over() < it.expires { Ending::Idle } else { Ending::Expired };
        desk.push(Event::SessionEnded { session, user: it.user, why });
    }
}

/// Request tokens that nobody exchanged in time.
pub fn requests_over(desk: &mut Desk<'_>) {
    let mut next = None;
    for (key, it) in desk.firm.access.requests() {
        if desk.as_of.now >= it.expires {
            desk.out.push(Event::RequestOver { request: *key }.into());
        } else {
            next = Some(next.map_or(it.expires, |first: Moment| first.min(it.expires)));
        }
    }
    if let Some(next) = next {
        desk.arm(next, Timer::Requests);
    }
}

/// Last seen on this day or before it is long ago; none where no rule says so.
fn long_ago(desk: &Desk<'_>) -> Option<Day> {
    let days = few::<i32>(desk, RuleName::HouseDormantUserDays).ok()?;
    Some(desk.day().plus(days.saturating_neg()))
}

fn soon(desk: &Desk<'_>) -> Day {
    let days = few::<i32>(desk, RuleName::HouseCertificateDays).unwrap_or(0);
    desk.day().plus(days)
}

/// Is there an id to put to sleep, or a certificate to speak of?
pub fn is_due(desk: &Desk<'_>) -> bool {
    let all = &desk.firm.access;
    let unseen = long_ago(desk).is_some_and(|since| all.unseen(since).next().is_some());
    unseen || all.ending(soon(desk)).next().is_some() || all.ended(desk.day()).next().is_some()
}

/// Some of them; the next step finds the rest.
pub fn step(desk: &mut Desk<'_>) {
    let all = &desk.firm.access;
    let day = desk.day();
    let mut shut = BTreeSet::new();
    if !is_due(desk) {
        return desk.push(Fact::JobEnded);
    }
    if let Some(since) = long_ago(desk) {
        for (seen, user) in all.unseen(since).take(LOOKED_AT) {
            desk.push(Event::Slept { user, since: seen });
            shut.insert(user);
        }
    }
    for (until, user, certificate) in all.ended(day).take(LOOKED_AT) {
        desk.push(Event::CertificateLapsed { user, certificate, until });
        // Another that holds keeps him in.
        if all.certified_until(user).is_none_or(|last| last < day) {
            shut.insert(user);
        }
    }
    // Once each, whatever shut them.
    for user in shut {
        end_all(desk, user, Ending::Shut);
    }
    for (until, user, certificate) in all.ending(soon(desk)).take(LOOKED_AT) {
        desk.push(Event::CertificateWarned { user, certificate, until });
        let left = i64::from(until.days_since(day));
        desk.break_off(BreakKind::CertificateEnding, u64::from(user.0), left, i64::from(until.0));
    }
    desk.push(Fact::JobMoved { cursor: 0 });
}
