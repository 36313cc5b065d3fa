//! Who is let in: apps, request tokens, access tokens, until the market's morning.

use crate::wrong::{Kind, Wrong};
use live::{Counter, Room};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::sync::{Mutex, MutexGuard, PoisonError};
use vocab::{ClientRow, Code, Moment, TimeOfDay, UserRow};

/// A program that may ask for people.
#[derive(Clone, Debug)]
pub struct App {
    pub id: u32,
    pub key: String,
    pub secret: String,
    /// Where the browser goes after a sign-in, and where order updates are posted.
    pub redirect: String,
    pub postback: String,
}

/// Who asks, once he is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    pub user: UserRow,
    pub client: ClientRow,
    pub code: String,
    pub api_key: String,
    pub source: [u8; 16],
    /// The number of the session it came in by.
    pub session: u32,
}

/// A session that was opened now.
#[derive(Clone, Debug)]
pub struct Opened {
    pub caller: Caller,
    pub access_token: String,
    pub at: Moment,
}

/// What somebody presents to sign in.
pub struct SignIn<'a> {
    pub api_key: &'a str,
    pub user_id: &'a str,
    pub password: &'a str,
    pub totp: &'a str,
}

/// Where updates of a client's orders are posted, and what signs them.
#[derive(Clone, Debug)]
pub struct Sink {
    pub app: u32,
    pub url: String,
    pub secret: String,
}

/// A request token is used within minutes, and once.
const REQUEST_MICROS: i64 = 5 * 60 * 1_000_000;
/// Access tokens end in the morning.
const MORNING: TimeOfDay = TimeOfDay::hms(6, 0, 0);

struct Session {
    caller: Caller,
    ends: Moment,
}

#[derive(Default)]
struct Inside {
    apps: Vec<App>,
    people: HashMap<String, (String, String)>,
    requests: HashMap<String, (String, Caller, Moment)>,
    sessions: HashMap<String, Session>,
}

/// The doors.
#[derive(Default)]
pub struct Doors(Mutex<Inside>);

/// 256 bits of the system's chance.
fn mint() -> Result<String, Wrong> {
    let mut bytes = [0u8; 32];
    let read = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(|e| Wrong::of(Kind::General, format!("no token could be made: {e}")))?;
    Ok(hex(&bytes))
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// As programs sign what they send and what is sent to them.
pub fn checksum(parts: [&str; 3]) -> String {
    hex(&Sha256::digest(parts.concat()))
}

/// In a time that does not tell where they differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

fn token_error(message: &str) -> Wrong {
    Wrong::of(Kind::Token, message)
}

fn bad_token() -> Wrong {
    token_error("Incorrect `api_key` or `access_token`.")
}

/// The next time a morning ends the day's tokens.
fn next_morning(now: Moment) -> Moment {
    let today = now.day().at(MORNING);
    if now < today { today } else { now.day().next().at(MORNING) }
}

fn user_of(room: &Room<'_>, code: &str) -> Option<(UserRow, ClientRow)> {
    let user = room.firm.users.by_code(&Code::parse(code).ok()?)?;
    Some((user, room.firm.users.get(user)?.client?))
}

impl Doors {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn enroll(&self, app: App) {
        self.inside().apps.push(app);
    }

    pub fn admit(&self, user: &str, password: &str, totp: &str) {
        self.inside().people.insert(user.into(), (password.into(), totp.into()));
    }

    fn app(&self, api_key: &str) -> Result<App, Wrong> {
        let found = self.inside().apps.iter().find(|app| app.key == api_key).cloned();
        found.ok_or_else(|| token_error("Invalid `api_key`."))
    }

    /// Where the browser goes after a sign-in.
    pub fn redirect(&self, api_key: &str) -> Result<String, Wrong> {
        self.app(api_key).map(|app| app.redirect)
    }

    /// A request token for who presents two factors.
    ///
    /// # Errors
    /// Without saying which of what was presented is wrong.
    pub async fn sign_in(&self, counter: &Counter, it: &SignIn<'_>, source: [u8; 16]) -> Result<String, Wrong> {
        let app = self.app(it.api_key)?;
        let known = self.inside().people.get(it.user_id).cloned();
        let good = known.is_some_and(|(password, totp)| same(&password, it.password) & same(&totp, it.totp));
        let wrong = || Wrong::of(Kind::User, "Invalid user id, password or second factor.");
        if !good {
            return Err(wrong());
        }
        let code = it.user_id.to_owned();
        let found = counter.look(move |room| user_of(room, &code).map(|it| (it, room.now))).await?;
        let ((user, client), now) = found.ok_or_else(wrong)?;
        let caller = Caller { user, client, code: it.user_id.to_owned(), api_key: app.key, source, session: 1 };
        let token = mint()?;
        self.inside().requests.insert(token.clone(), (it.api_key.to_owned(), caller, now.plus_micros(REQUEST_MICROS)));
        Ok(token)
    }

    /// A session in exchange for a request token.
    ///
    /// # Errors
    /// When token, app or checksum are not what they say.
    pub async fn exchange(&self, counter: &Counter, api_key: &str, request: &str, sum: &str) -> Result<Opened, Wrong> {
        let app = self.app(api_key)?;
        let now = counter.look(|room| room.now).await?;
        let invalid = || token_error("Token is invalid or has expired.");
        if !same(&checksum([api_key, request, &app.secret]), sum) {
            return Err(token_error("Invalid `checksum`."));
        }
        // Taken out whatever follows: it is used once.
        let (of, caller, until) = self.inside().requests.remove(request).ok_or_else(invalid)?;
        if of != api_key || now > until {
            return Err(invalid());
        }
        let access_token = mint()?;
        let session = Session { caller: caller.clone(), ends: next_morning(now) };
        self.inside().sessions.insert(access_token.clone(), session);
        Ok(Opened { caller, access_token, at: now })
    }

    /// Whose session a token is.
    ///
    /// # Errors
    /// When it is nobody's, another app's, or its day is over.
    pub async fn caller(&self, counter: &Counter, api_key: &str, access_token: &str, source: [u8; 16]) -> Result<Caller, Wrong> {
        let now = counter.look(|room| room.now).await?;
        let inside = self.inside();
        let session = inside.sessions.get(access_token).ok_or_else(bad_token)?;
        if session.caller.api_key != api_key || now >= session.ends {
            return Err(bad_token());
        }
        Ok(Caller { source, ..session.caller.clone() })
    }

    /// The session ends.
    ///
    /// # Errors
    /// When there is none.
    pub async fn end(&self, api_key: &str, access_token: &str) -> Result<(), Wrong> {
        let mut inside = self.inside();
        let his = inside.sessions.get(access_token).is_some_and(|session| session.caller.api_key == api_key);
        if !his {
            return Err(bad_token());
        }
        inside.sessions.remove(access_token);
        Ok(())
    }

    /// Whether any program wants updates posted.
    pub fn posts(&self) -> bool {
        self.inside().apps.iter().any(|app| !app.postback.is_empty())
    }

    /// Where updates of a client's orders are posted: apps he has a session with.
    pub fn sinks(&self, client: ClientRow) -> Vec<Sink> {
        let inside = self.inside();
        let his = |app: &&App| inside.sessions.values().any(|it| it.caller.client == client && it.caller.api_key == app.key);
        let apps = inside.apps.iter().filter(|app| !app.postback.is_empty()).filter(his);
        apps.map(|app| Sink { app: app.id, url: app.postback.clone(), secret: app.secret.clone() }).collect()
    }
}
