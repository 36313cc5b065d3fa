//! Who is let in. What was shown is compared here, where secrets may be seen; whether it lets anybody in is the firm's word.

use crate::wrong::{Kind, Wrong};
use access::{Ask, Event as Fact, Factor, From, Key, Medium, Proof};
use door::{Cost, Limiter, check_password, key_of, mint, pretend, same, totp};
use firm::{AsOf, Code as Why, Command, Event, Firm};
use live::{Counter, Room};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use vault::{Bare, VaultError};
use vocab::{AppNo, ClientRow, Code, Moment, SecretRef, UserRow};

pub use door::checksum;

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

/// What a request shows of who asks.
#[derive(Clone, Debug)]
pub struct Who {
    api_key: String,
    key: Key,
    source: [u8; 16],
}

impl Who {
    pub fn of(api_key: &str, access_token: &str, source: [u8; 16]) -> Who {
        Who { api_key: api_key.to_owned(), key: key_of(access_token), source }
    }

    /// Whose session it is.
    ///
    /// # Errors
    /// When it is nobody's, another app's, its day is over, or it comes from where it may not.
    pub fn caller(&self, room: &Room<'_>) -> Result<Caller, Wrong> {
        caller_of(room, &self.api_key, &self.key, self.source)
    }
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

/// Tries of one address at once, and how many milliseconds until the next is let through.
const TRIES: u32 = 30;
const EACH_MILLIS: u32 = 2_000;
/// Addresses that are remembered.
const ADDRESSES: usize = 10_000;
/// What is read before it is looked at.
const MOST_TEXT: usize = 256;

/// The doors.
pub struct Doors {
    tries: Mutex<Limiter<[u8; 16]>>,
    /// What programs sign with, by its reference; a reference is never another secret's.
    secrets: Mutex<HashMap<SecretRef, String>>,
    /// Some program wants order updates posted.
    posts: AtomicBool,
}

impl Default for Doors {
    fn default() -> Doors {
        let tries = Mutex::new(Limiter::new(TRIES, EACH_MILLIS, ADDRESSES));
        Doors { tries, secrets: Mutex::default(), posts: AtomicBool::new(false) }
    }
}

fn token_error(message: &str) -> Wrong {
    Wrong::of(Kind::Token, message)
}

fn bad_token() -> Wrong {
    token_error("Incorrect `api_key` or `access_token`.")
}

/// Without saying which of what was presented is wrong.
fn bad_person() -> Wrong {
    Wrong::of(Kind::User, "Invalid user id, password or second factor.")
}

fn no_chance(e: &door::DoorError) -> Wrong {
    Wrong::of(Kind::General, format!("no token could be made: {e}"))
}

fn no_secret(e: &VaultError) -> Wrong {
    Wrong::of(Kind::General, format!("the vault does not answer: {e}"))
}

fn wall() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

fn app_of(firm: &Firm, api_key: &str) -> Result<AppNo, Wrong> {
    let code = Code::parse(api_key).ok();
    let found = code.and_then(|code| firm.access.app_by_key(&code));
    found.map(|(no, _)| no).ok_or_else(|| token_error("Invalid `api_key`."))
}

/// What there is to compare with what a user shows.
#[derive(Clone, Copy)]
struct Known {
    user: UserRow,
    verifier: SecretRef,
    seed: Option<SecretRef>,
    step: u64,
}

fn known(firm: &Firm, user_id: &str) -> Option<Known> {
    let user = firm.users.by_code(&Code::parse(user_id).ok()?)?;
    let it = firm.access.credential(user)?;
    let seed = it.second.filter(|(factor, _)| *factor == Factor::Totp).map(|(_, secret)| secret);
    Some(Known { user, verifier: it.verifier, seed, step: it.step })
}

/// What was shown and how it fits; takes as long for a user there is not.
fn compare(verifier: Option<&Bare>, seed: Option<&Bare>, password: &str, code: &str, last: u64) -> [Proof; 2] {
    let text = verifier.and_then(|it| std::str::from_utf8(it.bytes()).ok());
    let right = text.map_or_else(|| pretend(password, Cost::USUAL), |verifier| check_password(verifier, password));
    let step = seed.and_then(|seed| totp::check(seed.bytes(), code, wall() / 1_000, last));
    let known = Proof { factor: Factor::Password, right, step: 0 };
    [known, Proof { factor: Factor::Totp, right: step.is_some(), step: step.unwrap_or(0) }]
}

impl Doors {
    /// Where the browser goes after a sign-in.
    ///
    /// # Errors
    /// When there is no such program.
    pub async fn redirect(&self, counter: &Counter, api_key: &str) -> Result<String, Wrong> {
        let key = api_key.to_owned();
        let found = counter.look(move |room| {
            let app = app_of(room.firm, &key)?;
            Ok(room.firm.access.app(app).map_or_else(String::new, |it| it.redirect.clone().into_string()))
        });
        found.await?
    }

    async fn secret(&self, counter: &Counter, of: SecretRef) -> Result<Bare, Wrong> {
        counter.secret(of).await?.map_err(|e| no_secret(&e))
    }

    /// What a program signs with, read once.
    async fn app_secret(&self, counter: &Counter, of: SecretRef) -> Result<String, Wrong> {
        let there = self.secrets.lock().unwrap_or_else(PoisonError::into_inner).get(&of).cloned();
        if let Some(there) = there {
            return Ok(there);
        }
        let read = self.secret(counter, of).await?;
        let text = String::from_utf8_lossy(read.bytes()).into_owned();
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner).insert(of, text.clone());
        Ok(text)
    }

    fn try_once(&self, source: [u8; 16]) -> Result<(), Wrong> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = tries.take(source, wall()).err();
        waits.map_or(Ok(()), |millis| Err(Wrong::too_fast(&format!("try again in {} seconds", millis.div_ceil(1_000)))))
    }

    /// A request token for who presents two factors.
    ///
    /// # Errors
    /// Without saying which of what was presented is wrong; what else keeps him out is told to who knows the password.
    pub async fn sign_in(&self, counter: &Counter, it: &SignIn<'_>, source: [u8; 16]) -> Result<String, Wrong> {
        self.try_once(source)?;
        if [it.api_key, it.user_id, it.password, it.totp].iter().any(|text| text.len() > MOST_TEXT) {
            return Err(bad_person());
        }
        let (api_key, user_id) = (it.api_key.to_owned(), it.user_id.to_owned());
        let found = counter.look(move |room| Ok::<_, Wrong>((app_of(room.firm, &api_key)?, known(room.firm, &user_id))));
        let (app, known) = found.await??;
        let (mut verifier, mut seed) = (None, None);
        if let Some(known) = known {
            verifier = Some(self.secret(counter, known.verifier).await?);
            if let Some(of) = known.seed {
                seed = Some(self.secret(counter, of).await?);
            }
        }
        let (password, code, last) = (it.password.to_owned(), it.totp.to_owned(), known.map_or(0, |known| known.step));
        // A password is slow to compare on purpose: not where others wait for answers.
        let compared = tokio::task::spawn_blocking(move || compare(verifier.as_ref(), seed.as_ref(), &password, &code, last));
        let [first, second] = compared.await.map_err(|_| Wrong::of(Kind::General, "the password could not be compared"))?;
        let Some(known) = known else { return Err(bad_person()) };
        let (token, key) = mint().map_err(|e| no_chance(&e))?;
        let from = From { medium: Medium::App, source, device: key_of(it.api_key) };
        let ask = Ask::SignIn { proofs: [Some(first), Some(second)], from, key, app: Some(app) };
        let answered = counter.ask(known.user, Command::Access(ask)).await?;
        if let Some(refusal) = answered.refused {
            return Err(if first.right { refusal.into() } else { bad_person() });
        }
        let given = answered.events.iter().any(|event| matches!(event, Event::Access(Fact::Requested { .. })));
        if given { Ok(token.text().to_owned()) } else { Err(bad_person()) }
    }

    /// A session in exchange for a request token.
    ///
    /// # Errors
    /// When token, app or checksum are not what they say.
    pub async fn exchange(&self, counter: &Counter, api_key: &str, request: &str, sum: &str) -> Result<Opened, Wrong> {
        let invalid = || token_error("Token is invalid or has expired.");
        let (key, digest) = (api_key.to_owned(), key_of(request));
        let found = counter.look(move |room| {
            let app = app_of(room.firm, &key)?;
            let it = room.firm.access.request(&digest).filter(|it| it.app == app).ok_or_else(invalid)?;
            let secret = room.firm.access.app(app).ok_or_else(invalid)?.secret;
            Ok::<_, Wrong>((it.user, secret, it.source))
        });
        let (user, secret, source) = found.await??;
        let secret = self.app_secret(counter, secret).await?;
        let proven = same(checksum(api_key, request, &secret).as_bytes(), sum.as_bytes());
        let (token, fresh) = mint().map_err(|e| no_chance(&e))?;
        let answered = counter.ask(user, Command::Access(Ask::Exchange { request: digest, key: fresh, proven })).await?;
        if let Some(refusal) = answered.refused {
            return Err(if refusal.code == Why::AppUnproven { token_error("Invalid `checksum`.") } else { refusal.into() });
        }
        let api_key = api_key.to_owned();
        let caller = counter.look(move |room| caller_of(room, &api_key, &fresh, source)).await??;
        Ok(Opened { caller, access_token: token.text().to_owned(), at: answered.at })
    }

    /// Whose session a token is.
    ///
    /// # Errors
    /// When it is nobody's, another app's, its day is over, or it comes from where it may not.
    pub async fn caller(&self, counter: &Counter, api_key: &str, access_token: &str, source: [u8; 16]) -> Result<Caller, Wrong> {
        let (api_key, key) = (api_key.to_owned(), key_of(access_token));
        counter.look(move |room| caller_of(room, &api_key, &key, source)).await?
    }

    /// The session ends.
    ///
    /// # Errors
    /// When there is none.
    pub async fn end(&self, counter: &Counter, api_key: &str, access_token: &str) -> Result<(), Wrong> {
        let (api_key, key) = (api_key.to_owned(), key_of(access_token));
        let found = counter.look(move |room| {
            let app = app_of(room.firm, &api_key)?;
            let his = room.firm.access.session_by_key(&key).filter(|(_, it)| it.app == Some(app));
            his.map(|(no, it)| (no, it.user)).ok_or_else(bad_token)
        });
        let (session, user) = found.await??;
        let answered = counter.ask(user, Command::Access(Ask::Revoke { session })).await?;
        answered.refused.map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    /// Whether any program wants order updates posted.
    pub fn posts(&self) -> bool {
        self.posts.load(Ordering::Relaxed)
    }

    /// A program was registered, or all of them are looked at for the first time.
    ///
    /// # Errors
    /// When the broker is closed.
    pub async fn look_around(&self, counter: &Counter) -> Result<(), live::Shut> {
        let posts = counter.look(|room| room.firm.access.sessions().any(|(_, it)| wants_posts(room.firm, it.app))).await?;
        self.posts.store(posts, Ordering::Relaxed);
        Ok(())
    }

    /// Where updates of a client's orders are posted: programs that he has a session with.
    ///
    /// # Errors
    /// When the vault or the broker does not answer.
    pub async fn sinks(&self, counter: &Counter, posts: Vec<(AppNo, String, SecretRef)>) -> Result<Vec<Sink>, Wrong> {
        let mut all = Vec::new();
        for (app, url, secret) in posts {
            all.push(Sink { app: app.0, url, secret: self.app_secret(counter, secret).await? });
        }
        Ok(all)
    }
}

fn wants_posts(firm: &Firm, app: Option<AppNo>) -> bool {
    app.and_then(|app| firm.access.app(app)).is_some_and(|app| !app.postback.is_empty())
}

/// Programs that want a client's order updates posted.
pub fn posts_of(firm: &Firm, client: ClientRow) -> Vec<(AppNo, String, SecretRef)> {
    let his = |user: UserRow| firm.users.get(user).and_then(|user| user.client) == Some(client);
    let apps = firm.access.sessions().filter(|(_, it)| his(it.user) && wants_posts(firm, it.app)).filter_map(|(_, it)| it.app);
    let apps: BTreeSet<AppNo> = apps.collect();
    let of = |no: AppNo| firm.access.app(no).map(|app| (no, app.postback.clone().into_string(), app.secret));
    apps.into_iter().filter_map(of).collect()
}

fn caller_of(room: &Room<'_>, api_key: &str, key: &Key, source: [u8; 16]) -> Result<Caller, Wrong> {
    let firm = room.firm;
    let app = app_of(firm, api_key).map_err(|_| bad_token())?;
    let (session, _) = firm.access.session_by_key(key).filter(|(_, it)| it.app == Some(app)).ok_or_else(bad_token)?;
    let user = firm.may_send(session, source, &AsOf { now: room.now })?;
    let it = firm.users.get(user).ok_or_else(bad_token)?;
    let none = || Wrong::of(Kind::Permission, "this user has no account of his own to trade on");
    let (client, code) = (it.client.ok_or_else(none)?, it.code.as_str().to_owned());
    Ok(Caller { user, client, code, api_key: api_key.to_owned(), source, session: session.0 })
}

/// Of a refusal about somebody's access: what a program is to do about it.
pub fn kind(code: Why) -> Option<Kind> {
    Some(match code {
        Why::SecondFactorWanted | Why::NoSecondFactor => Kind::TwoFactor,
        Why::NoSession | Why::SessionOver | Why::RequestUnknown | Why::RequestExpired | Why::AppUnproven => Kind::Token,
        Why::UnknownApp | Why::AppBlocked => Kind::Token,
        Why::AddressUnknown | Why::NotYourSession => Kind::Permission,
        Why::NoCredential | Why::UserLocked | Why::UserBlocked | Why::UserDormant | Why::PasswordIssued | Why::PasswordExpired => Kind::User,
        Why::CertificateLapsed | Why::NoCertificate | Why::OutsidePeriod => Kind::User,
        _ => return None,
    })
}
