//! What is known of each credential, session and app.

use crate::{ApiKey, Certificate, Event, Factor, Key, Lock, Medium, Terminal, Trouble};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use vocab::{AppNo, Day, Moment, SecretRef, SessionNo, UserRow};

/// A code sent by another channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OneTime {
    pub key: Key,
    pub expires: Moment,
    /// How often it may still be tried.
    pub tries: u8,
}

/// What a user proves himself by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credential {
    pub verifier: SecretRef,
    pub set: Moment,
    /// Its last good day.
    pub until: Day,
    /// The system made it: he sets his own before anything else (sebi 24 Annexure II 4.5.3).
    pub issued: bool,
    /// Passwords before, newest first.
    pub former: Vec<SecretRef>,
    pub second: Option<(Factor, SecretRef)>,
    /// The last half minute whose device code was taken.
    pub step: u64,
    pub wrong: u8,
    pub locked: Option<(Moment, Lock)>,
    pub blocked: Option<(Moment, u16)>,
    pub slept: Option<Day>,
    /// When he last signed in, or was let in anew.
    pub seen: Day,
    pub code: Option<OneTime>,
    /// A one-time code fitted: another second factor may be enrolled.
    pub recovers: bool,
    pub devices: BTreeSet<Key>,
    pub trouble: Option<(Moment, Trouble, u64)>,
}

/// A session: what its token may do, until when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Session {
    pub user: UserRow,
    pub key: Key,
    pub medium: Medium,
    pub opened: Moment,
    pub expires: Moment,
    /// So many seconds unused end it; zero for none.
    pub idle: u32,
    pub seen: Moment,
    pub source: [u8; 16],
    pub device: Key,
    pub app: Option<AppNo>,
}

impl Session {
    /// The first moment it is no longer good for.
    pub fn over(&self) -> Moment {
        let idle = if self.idle == 0 { self.expires } else { self.seen.plus_seconds(i64::from(self.idle)) };
        self.expires.min(idle)
    }
}

/// A token that an app exchanges once for a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Request {
    pub user: UserRow,
    pub app: AppNo,
    pub expires: Moment,
    pub source: [u8; 16],
    pub device: Key,
}

/// A trader's program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct App {
    pub owner: UserRow,
    pub code: ApiKey,
    pub secret: SecretRef,
    pub since: Moment,
    pub blocked: Option<(Moment, u16)>,
    pub redirect: Box<str>,
    pub postback: Box<str>,
    pub sources: BTreeSet<[u8; 16]>,
}

/// Why a session is not good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    NoSession { session: SessionNo },
    Over { session: SessionNo, since: Moment },
}

/// The state of the department.
#[derive(Default)]
pub struct Access {
    credentials: BTreeMap<UserRow, Credential>,
    sessions: BTreeMap<SessionNo, Session>,
    by_key: BTreeMap<Key, SessionNo>,
    by_user: BTreeMap<UserRow, BTreeSet<SessionNo>>,
    requests: BTreeMap<Key, Request>,
    apps: BTreeMap<AppNo, App>,
    by_code: BTreeMap<ApiKey, AppNo>,
    /// Every secret ever put on record: none is used twice.
    secrets: BTreeSet<SecretRef>,
    /// Users by the day they were last seen, those not asleep.
    awake: BTreeSet<(Day, UserRow)>,
    terminals: BTreeMap<u64, UserRow>,
    /// Whose terminal was what, from when; zero for none.
    mappings: BTreeMap<UserRow, Vec<(Day, u64)>>,
    certificates: BTreeMap<(UserRow, Certificate), (u64, Day)>,
    /// By their last day: those of which nothing was said, those warned of, and those that lapsed.
    ending: BTreeSet<(Day, UserRow, Certificate)>,
    warned: BTreeSet<(Day, UserRow, Certificate)>,
    lapsed: BTreeSet<(UserRow, Certificate)>,
    periods: BTreeMap<UserRow, (Day, Day)>,
    sessions_made: u32,
    apps_made: u32,
    strangers: u64,
}

impl Access {
    pub fn new() -> Access {
        Access::default()
    }

    pub fn credential(&self, user: UserRow) -> Option<&Credential> {
        self.credentials.get(&user)
    }

    pub fn session(&self, session: SessionNo) -> Option<&Session> {
        self.sessions.get(&session)
    }

    pub fn session_by_key(&self, key: &Key) -> Option<(SessionNo, &Session)> {
        let no = *self.by_key.get(key)?;
        self.sessions.get(&no).map(|it| (no, it))
    }

    /// Whose session it is, if it is good now.
    ///
    /// # Errors
    /// [`Refusal::NoSession`], [`Refusal::Over`].
    pub fn live(&self, session: SessionNo, now: Moment) -> Result<UserRow, Refusal> {
        let it = self.sessions.get(&session).ok_or(Refusal::NoSession { session })?;
        if now >= it.over() { Err(Refusal::Over { session, since: it.over() }) } else { Ok(it.user) }
    }

    /// A user's sessions, the oldest first.
    pub fn sessions_of(&self, user: UserRow) -> impl Iterator<Item = (SessionNo, &Session)> {
        let all = self.by_user.get(&user).into_iter().flatten();
        all.filter_map(|no| self.sessions.get(no).map(|it| (*no, it)))
    }

    pub fn sessions(&self) -> impl Iterator<Item = (SessionNo, &Session)> {
        self.sessions.iter().map(|(no, it)| (*no, it))
    }

    pub fn request(&self, key: &Key) -> Option<&Request> {
        self.requests.get(key)
    }

    pub fn requests(&self) -> impl Iterator<Item = (&Key, &Request)> {
        self.requests.iter()
    }

    pub fn app(&self, app: AppNo) -> Option<&App> {
        self.apps.get(&app)
    }

    pub fn app_by_key(&self, code: &ApiKey) -> Option<(AppNo, &App)> {
        let no = *self.by_code.get(code)?;
        self.apps.get(&no).map(|it| (no, it))
    }

    pub fn apps_of(&self, owner: UserRow) -> impl Iterator<Item = (AppNo, &App)> {
        self.apps.iter().filter(move |(_, app)| app.owner == owner).map(|(no, app)| (*no, app))
    }

    /// Whether a secret is on record already, of anybody.
    pub fn has_secret(&self, secret: SecretRef) -> bool {
        self.secrets.contains(&secret)
    }

    /// Whether a token's digest is known already.
    pub fn has_key(&self, key: &Key) -> bool {
        self.by_key.contains_key(key) || self.requests.contains_key(key)
    }

    pub fn next_session(&self) -> SessionNo {
        SessionNo(self.sessions_made).next()
    }

    pub fn next_app(&self) -> AppNo {
        AppNo(self.apps_made).next()
    }

    pub fn at_terminal(&self, terminal: u64) -> Option<UserRow> {
        self.terminals.get(&terminal).copied()
    }

    /// A user's terminal ids, from when each was his; zero for none.
    pub fn mappings(&self, user: UserRow) -> &[(Day, u64)] {
        self.mappings.get(&user).map_or(&[], Vec::as_slice)
    }

    pub fn certificate(&self, user: UserRow, certificate: Certificate) -> Option<(u64, Day)> {
        self.certificates.get(&(user, certificate)).copied()
    }

    /// Those that let him work at his terminal: each exchange has its own examination, and one is good for both (guide I 12.7).
    fn counting(&self, user: UserRow) -> &'static [Certificate] {
        let last = self.mappings(user).last().and_then(|(_, terminal)| Terminal::parse(*terminal));
        match last.map(|it| it.is_iml) {
            Some(true) => &[Certificate::Bcsm, Certificate::Nism],
            Some(false) => &[Certificate::Ncfm, Certificate::Nism],
            None => Certificate::ALL,
        }
    }

    /// The last day of the certificate for his terminal that holds longest.
    pub fn certified_until(&self, user: UserRow) -> Option<Day> {
        self.counting(user).iter().filter_map(|it| self.certificate(user, *it)).map(|(_, until)| until).max()
    }

    /// Certificates that end by a day and were not told of, and those told of that ended before it.
    pub fn ending(&self, by: Day) -> impl Iterator<Item = (Day, UserRow, Certificate)> {
        self.ending.iter().copied().take_while(move |(until, ..)| *until <= by)
    }

    pub fn ended(&self, before: Day) -> impl Iterator<Item = (Day, UserRow, Certificate)> {
        self.warned.iter().copied().take_while(move |(until, ..)| *until < before)
    }

    /// Users who were last seen on a day or before it.
    pub fn unseen(&self, since: Day) -> impl Iterator<Item = (Day, UserRow)> {
        self.awake.iter().copied().take_while(move |(seen, _)| *seen <= since)
    }

    pub fn period(&self, user: UserRow) -> Option<(Day, Day)> {
        self.periods.get(&user).copied()
    }

    /// Tries under ids that nobody has.
    pub fn strangers(&self) -> u64 {
        self.strangers
    }

    /// Whether the id is shut to orders and to everything else but the way back in.
    pub fn is_shut(&self, user: UserRow) -> bool {
        let shut = |it: &Credential| it.locked.is_some() || it.blocked.is_some() || it.slept.is_some();
        self.credentials.get(&user).is_some_and(shut) || self.is_lapsed(user)
    }

    /// Whether a certificate for his terminal lapsed and no other holds.
    pub fn is_lapsed(&self, user: UserRow) -> bool {
        let mut his = self.counting(user).iter().filter(|of| self.certificate(user, **of).is_some()).peekable();
        his.peek().is_some() && his.all(|of| self.lapsed.contains(&(user, *of)))
    }
}

impl Access {
    /// # Panics
    /// When the event contradicts the state.
    pub fn apply(&mut self, event: &Event, now: Moment) {
        match *event {
            Event::PasswordSet { user, verifier, until, keep, issued } => self.set_password(user, verifier, (until, keep, issued), now),
            Event::FactorSet { user, factor, secret } => {
                self.secrets.insert(secret);
                let it = self.of(user);
                (it.second, it.step, it.recovers) = (Some((factor, secret)), 0, false);
            }
            Event::StepTaken { user, step } => self.of(user).step = step,
            Event::Denied { user, wrong, .. } => self.of(user).wrong = wrong,
            Event::Locked { user, why } => self.of(user).locked = Some((now, why)),
            Event::Unlocked { user, .. } => {
                let it = self.of(user);
                (it.locked, it.wrong) = (None, 0);
            }
            Event::Blocked { user, reason } => self.of(user).blocked = Some((now, reason)),
            Event::Unblocked { user, .. } => {
                let it = self.of(user);
                (it.blocked, it.slept) = (None, None);
                self.see(user, now.day());
            }
            Event::Slept { user, since } => {
                self.of(user).slept = Some(since);
                self.awake.remove(&(since, user));
            }
            Event::CodeIssued { user, key, expires, tries } => self.of(user).code = Some(OneTime { key, expires, tries }),
            Event::CodeTaken { user } => {
                let it = self.of(user);
                (it.code, it.recovers) = (None, true);
            }
            Event::CodeOver { user } => self.of(user).code = None,
            Event::TroubleReported { user, trouble, since, paper } => self.of(user).trouble = Some((since, trouble, paper)),
            Event::LapseTold { .. } => {}
            Event::DeviceMet { user, device, .. } => {
                self.of(user).devices.insert(device);
            }
            Event::PeriodSet { user, from, until } => {
                self.periods.insert(user, (from, until));
            }
            Event::TerminalMapped { user, terminal, before } => self.map(user, terminal, before, now.day()),
            Event::StrangersCounted { tries } => self.strangers = self.strangers.saturating_add(u64::from(tries)),
            Event::SessionOpened { .. } | Event::SessionFrom { .. } | Event::Touched { .. } | Event::SessionEnded { .. } => {
                self.apply_session(event, now);
            }
            Event::Requested { .. } | Event::RequestFrom { .. } | Event::RequestOver { .. } => self.apply_request(event),
            Event::Certified { .. } | Event::CertificateWarned { .. } | Event::CertificateLapsed { .. } => self.apply_certificate(event),
            Event::AppRegistered { .. }
            | Event::AddressRegistered { .. }
            | Event::AddressDropped { .. }
            | Event::AppBlocked { .. } => self.apply_app(event, now),
        }
    }

    /// Where an app's user is sent, and where it is told of orders.
    pub fn address(&mut self, app: AppNo, redirect: &str, postback: &str) {
        let it = self.apps.get_mut(&app).expect("an app that was registered");
        (it.redirect, it.postback) = (redirect.into(), postback.into());
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the caller sends only its own events here")]
    fn apply_session(&mut self, event: &Event, now: Moment) {
        match *event {
            Event::SessionOpened { session, user, key, medium, expires, idle } => {
                assert!(session == self.next_session(), "sessions are numbered without gaps");
                self.sessions_made = session.0;
                let (source, device) = ([0; 16], [0; 16]);
                let it = Session { user, key, medium, opened: now, expires, idle, seen: now, source, device, app: None };
                self.sessions.insert(session, it);
                self.by_key.insert(key, session);
                self.by_user.entry(user).or_default().insert(session);
                self.of(user).wrong = 0;
                self.see(user, now.day());
            }
            Event::SessionFrom { session, source, device, app } => {
                let it = self.sessions.get_mut(&session).expect("an open session");
                (it.source, it.device, it.app) = (source, device, app);
            }
            Event::Touched { session, source } => {
                let it = self.sessions.get_mut(&session).expect("an open session");
                (it.seen, it.source) = (now, source);
            }
            Event::SessionEnded { session, user, .. } => {
                let it = self.sessions.remove(&session).expect("an open session");
                self.by_key.remove(&it.key);
                let of = self.by_user.get_mut(&user).expect("a session of his");
                of.remove(&session);
                if of.is_empty() {
                    self.by_user.remove(&user);
                }
            }
            _ => unreachable!("asked of another function"),
        }
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the caller sends only its own events here")]
    fn apply_request(&mut self, event: &Event) {
        match *event {
            Event::Requested { request, user, app, expires } => {
                self.of(user).wrong = 0;
                self.requests.insert(request, Request { user, app, expires, source: [0; 16], device: [0; 16] });
            }
            Event::RequestFrom { request, source, device } => {
                let it = self.requests.get_mut(&request).expect("a request");
                (it.source, it.device) = (source, device);
            }
            Event::RequestOver { request } => {
                self.requests.remove(&request).expect("a request");
            }
            _ => unreachable!("asked of another function"),
        }
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the caller sends only its own events here")]
    fn apply_certificate(&mut self, event: &Event) {
        match *event {
            Event::Certified { user, certificate, number, until } => {
                if let Some((_, before)) = self.certificates.insert((user, certificate), (number, until)) {
                    self.ending.remove(&(before, user, certificate));
                    self.warned.remove(&(before, user, certificate));
                }
                self.lapsed.remove(&(user, certificate));
                self.ending.insert((until, user, certificate));
            }
            Event::CertificateWarned { user, certificate, until } => {
                self.ending.remove(&(until, user, certificate));
                self.warned.insert((until, user, certificate));
            }
            Event::CertificateLapsed { user, certificate, until } => {
                self.ending.remove(&(until, user, certificate));
                self.warned.remove(&(until, user, certificate));
                self.lapsed.insert((user, certificate));
            }
            _ => unreachable!("asked of another function"),
        }
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the caller sends only its own events here")]
    fn apply_app(&mut self, event: &Event, now: Moment) {
        match *event {
            Event::AppRegistered { app, owner, code, secret } => {
                assert!(app == self.next_app(), "apps are numbered without gaps");
                self.apps_made = app.0;
                self.secrets.insert(secret);
                self.by_code.insert(code, app);
                let (redirect, postback, sources) = ("".into(), "".into(), BTreeSet::new());
                self.apps.insert(app, App { owner, code, secret, since: now, blocked: None, redirect, postback, sources });
            }
            Event::AddressRegistered { app, source } => {
                self.apps.get_mut(&app).expect("an app").sources.insert(source);
            }
            Event::AddressDropped { app, source } => {
                self.apps.get_mut(&app).expect("an app").sources.remove(&source);
            }
            Event::AppBlocked { app, reason } => self.apps.get_mut(&app).expect("an app").blocked = Some((now, reason)),
            _ => unreachable!("asked of another function"),
        }
    }

    fn set_password(&mut self, user: UserRow, verifier: SecretRef, (until, keep, issued): (Day, u8, bool), now: Moment) {
        self.secrets.insert(verifier);
        let fresh = Credential {
            verifier, set: now, until, issued, former: Vec::new(), second: None, step: 0, wrong: 0, locked: None, blocked: None,
            slept: None, seen: now.day(), code: None, recovers: false, devices: BTreeSet::new(), trouble: None,
        };
        match self.credentials.get_mut(&user) {
            None => {
                self.credentials.insert(user, fresh);
                self.awake.insert((now.day(), user));
            }
            Some(it) => {
                it.former.insert(0, it.verifier);
                it.former.truncate(usize::from(keep));
                (it.verifier, it.set, it.until, it.issued) = (verifier, now, until, issued);
            }
        }
    }

    fn see(&mut self, user: UserRow, day: Day) {
        let it = self.of(user);
        let before = core::mem::replace(&mut it.seen, day);
        self.awake.remove(&(before, user));
        self.awake.insert((day, user));
    }

    fn map(&mut self, user: UserRow, terminal: u64, before: u64, day: Day) {
        if before != 0 {
            self.terminals.remove(&before);
        }
        if terminal != 0 {
            self.terminals.insert(terminal, user);
        }
        self.mappings.entry(user).or_default().push((day, terminal));
    }

    fn of(&mut self, user: UserRow) -> &mut Credential {
        self.credentials.get_mut(&user).expect("a user with a password")
    }
}

vocab::kept!(struct OneTime { key, expires, tries });
vocab::kept!(struct Credential {
    verifier, set, until, issued, former, second, step, wrong, locked, blocked, slept, seen, code, recovers, devices, trouble,
});
vocab::kept!(struct Session { user, key, medium, opened, expires, idle, seen, source, device, app });
vocab::kept!(struct Request { user, app, expires, source, device });
vocab::kept!(struct App { owner, code, secret, since, blocked, redirect, postback, sources });
vocab::kept!(struct Access {
    credentials, sessions, by_key, by_user, requests, apps, by_code, secrets, awake, terminals, mappings, certificates, ending, warned,
    lapsed, periods, sessions_made, apps_made, strangers,
});
